//! The bench: the devices on it, the ladder of the chosen one, running jobs, and what somebody should know.
//!
//! ```text
//! ┌ Máy ───────────┐┌ 7K3XQ-92M4T-Z · máy tính xách tay ┐
//! │ devices        ││ ladder, facts, disks, history     │
//! └────────────────┘└───────────────────────────────────┘
//! ┌ Việc đang chạy ─────────────────────────────────────┐
//! │ jobs                                                │
//! └─────────────────────────────────────────────────────┘
//! ! alert
//! ```
//!
//! Invariant: a key acts on the device that the list points at and the right side shows, or not at all; while what was
//! scanned is being looked for, that is not at all.

pub(super) mod alerts;
mod device;
mod devices;
mod fit;
pub(super) mod jobs;

pub(super) use devices::state;
pub(super) use fit::{can_fit, fit};

use super::Screen;
use super::device_keys::{self, AtDevice, has_disk, job, open_layer};
use super::layer::leave;
use super::pen::{Pen, below};
use crate::custody::Stage;
use crate::unit::DeviceId;
use crate::word::{Sentence, say};
use crate::workbench::{
    Binding, Chosen, Effect, Hint, Input, JobView, Key, Layer, Purpose, Report, Standing, Step, Tone, World, hints,
};
use ratatui::layout::Rect;

/// Columns of the list in a narrow terminal, and in one of at least [`WIDE`].
const LIST: (u16, u16) = (31, 46);
const WIDE: u16 = 110;

struct Bench;

/// Opens the bench.
pub(super) fn open(_world: &World) -> Box<dyn Screen> {
    Box::new(Bench)
}

static KEYS: &[Binding<Bench>] = &[
    Binding {
        key: Key::Enter,
        words: || say!("key-watch"),
        when: |_, w| is_meant(w) && own_job(w).is_some(),
        what: |_, w| job(w),
    },
    Binding {
        key: Key::Enter,
        words: || say!("key-next"),
        when: |_, w| is_meant(w) && w.next_step().is_some(),
        what: |_, w| next(w),
    },
    Binding {
        key: Key::Enter,
        words: || say!("key-give"),
        when: |_, w| is_here(w) && w.here().is_some_and(|one| matches!(one.row.stage, Stage::Ready | Stage::Allocated)),
        what: |_, _| open_layer(Layer::Give),
    },
    Binding {
        key: Key::Char('n'),
        words: || say!("key-receive"),
        when: |_, w| w.is_read,
        what: |_, _| open_layer(Layer::Receive(None)),
    },
    device_keys::inspect(),
    device_keys::wipe(),
    device_keys::image(),
    device_keys::check(),
    Binding {
        key: Key::Char('e'),
        words: || say!("key-tag"),
        when: |_, w| is_here(w),
        what: |_, _| open_layer(Layer::Tag),
    },
    device_keys::sign_in(),
    Binding {
        key: Key::Char('p'),
        words: || say!("key-lift"),
        when: |_, w| is_meant(w) && w.here().is_some_and(|chosen| !chosen.liftable.is_empty()),
        what: |_, w| w.here().map(|chosen| Effect::Open(Layer::Lift(chosen.liftable.clone()))).into_iter().collect(),
    },
    Binding {
        key: Key::Char('a'),
        words: || say!("key-validate"),
        when: |_, w| is_meant(w) && w.here().is_some_and(|chosen| chosen.to_validate),
        what: |_, _| open_layer(Layer::Validate),
    },
    Binding {
        key: Key::Char('g'),
        words: || say!("key-certificate"),
        when: |_, w| is_meant(w) && w.here().is_some_and(|chosen| chosen.has_wipe),
        what: |_, w| w.here().map(|chosen| Effect::Certify(chosen.row.device.clone())).into_iter().collect(),
    },
    device_keys::watch(),
    device_keys::interrupted(),
    device_keys::alert(),
    Binding {
        key: Key::Char('/'),
        words: || say!("key-find"),
        when: |_, _| true,
        what: |_, _| open_layer(Layer::Find(String::new())),
    },
    device_keys::mend(),
    Binding {
        key: Key::Char('i'),
        words: || say!("key-what-if"),
        when: |_, w| is_meant(w) && w.here().is_some_and(|chosen| chosen.row.stage != Stage::Received),
        what: |_, _| open_layer(Layer::WhatIf),
    },
    Binding {
        key: Key::Char('w'),
        words: || say!("key-hold"),
        when: |_, w| is_here(w),
        what: |_, _| open_layer(Layer::Hold),
    },
    Binding { key: Key::Char('f'), words: || say!("key-note"), when: |_, w| is_here(w), what: |_, w| note(w) },
    Binding { key: Key::Char('y'), words: || say!("key-shelve"), when: |_, w| is_here(w), what: |_, w| shelve(w) },
    Binding {
        key: Key::Char('l'),
        words: || say!("key-quarantine"),
        when: |_, w| is_here(w),
        what: |_, _| open_layer(Layer::Quarantine),
    },
    Binding {
        key: Key::Char('h'),
        words: || say!("key-destroyed"),
        when: |_, w| is_here(w) && has_disk(w),
        what: |_, _| open_layer(Layer::Destroy(None)),
    },
    Binding {
        key: Key::Char('s'),
        words: || say!("key-day"),
        when: |_, w| w.is_read,
        what: |_, _| open_layer(Layer::Day),
    },
    Binding {
        key: Key::Char('m'),
        words: || say!("key-people"),
        when: |_, w| w.is_lead(),
        what: |_, _| open_layer(Layer::People),
    },
    device_keys::unlock(),
    device_keys::leave_seat(),
    Binding {
        key: Key::Char('z'),
        words: || say!("key-undo"),
        when: |_, w| is_meant(w) && w.here().is_some(),
        what: |_, _| open_layer(Layer::Undo),
    },
    Binding { key: Key::Down, words: || say!("key-down"), when: |_, w| has_many(w), what: |_, w| move_by(w, 1) },
    Binding { key: Key::Up, words: || say!("key-up"), when: |_, w| has_many(w), what: |_, w| move_by(w, -1) },
    Binding { key: Key::PageDown, words: || say!("key-down"), when: |_, w| has_many(w), what: |_, w| move_by(w, 10) },
    Binding { key: Key::PageUp, words: || say!("key-up"), when: |_, w| has_many(w), what: |_, w| move_by(w, -10) },
    Binding {
        key: Key::Char('r'),
        words: || say!("key-refresh"),
        when: |_, _| true,
        what: |_, w| std::iter::once(Effect::Refresh).chain(w.cursor.clone().map(Effect::Choose)).collect(),
    },
    Binding { key: Key::Char('q'), words: || say!("key-quit"), when: |_, _| true, what: |_, w| leave(w) },
    Binding {
        key: Key::Control('k'),
        words: || say!("key-store"),
        when: |_, w| w.is_read,
        what: |_, _| open_layer(Layer::Store),
    },
    Binding { key: Key::Control('f'), words: || say!("key-fit"), when: |_, w| can_fit(w), what: |_, w| fit(w) },
    Binding {
        key: Key::Control('a'),
        words: || say!("key-accessories"),
        when: |_, w| is_here(w),
        what: |_, w| accessories(w),
    },
    Binding {
        key: Key::Control('g'),
        words: || say!("key-donors"),
        when: |_, w| w.is_read,
        what: |_, _| open_layer(Layer::Donors),
    },
];

/// Writes a note about the device.
fn note(world: &World) -> Vec<Effect> {
    let note = |chosen: &Chosen| Effect::Open(Layer::Note(chosen.row.device.clone(), chosen.row.name.clone()));
    world.here().map(note).into_iter().collect()
}

/// Accessories for the device.
pub(super) fn accessories(world: &World) -> Vec<Effect> {
    let device = world.here().map(|chosen| (chosen.row.device.clone(), chosen.row.name.clone()));
    open_layer(Layer::Accessories(device))
}

/// Puts the device on a shelf.
fn shelve(world: &World) -> Vec<Effect> {
    let device = world.here().map(|chosen| (chosen.row.device.clone(), chosen.row.name.clone()));
    open_layer(Layer::Shelve { device, shelf: None })
}

/// Whether the chosen device is the one meant: a scanner may have named another one just now.
const fn is_meant(world: &World) -> bool {
    world.finding.is_none()
}

/// Whether there is a device to work on that is not in a pupil's hands.
fn is_here(world: &World) -> bool {
    is_meant(world) && world.here().is_some_and(|chosen| !matches!(chosen.row.stage, Stage::HandedOver | Stage::OnLoan))
}

const fn has_many(world: &World) -> bool {
    world.devices.len() > 1
}

/// Whether a lead may let that pass which stands in the way.
fn can_lift(chosen: &Chosen, why: &Sentence) -> bool {
    chosen.liftable.iter().any(|liftable| liftable.why == *why)
}

/// The layer of the next step; what lets it go on where it is blocked; or why it is.
fn next(world: &World) -> Vec<Effect> {
    let Some(rung) = world.next_step() else { return Vec::new() };
    match &rung.standing {
        Standing::Blocked(why) if why.key() == "rule-give-kit" => return accessories(world),
        Standing::Blocked(why) if why.key() == "rule-conflict-first" => return open_layer(Layer::Settle),
        Standing::Blocked(why) => {
            let liftable = world.here().filter(|chosen| can_lift(chosen, why)).map(|chosen| chosen.liftable.clone());
            let message = || Layer::Message(Report::new(Tone::Warn, why.clone()));
            return open_layer(liftable.map_or_else(message, Layer::Lift));
        }
        Standing::SignIn(_) => return open_layer(Layer::SignIn),
        Standing::Done | Standing::Next | Standing::Later => {}
    }
    if rung.step == Step::Image && fit::is_due(world) {
        return fit(world);
    }
    open_layer(match rung.step {
        Step::Receive => Layer::Receive(None),
        Step::Inspect => Layer::Inspect,
        Step::Repair => Layer::Mend,
        Step::Wipe => Layer::Disks(Purpose::Wipe),
        // A device whose disks were all destroyed first needs another, wiped.
        Step::Image if !has_disk(world) => Layer::Disks(Purpose::Wipe),
        Step::Image => Layer::Disks(Purpose::Image),
        Step::Check => Layer::Check,
        Step::Ready => Layer::Tag,
    })
}

/// The job of the chosen device.
fn own_job(world: &World) -> Option<&JobView> {
    world.job_of(world.cursor.as_ref()?)
}

/// The device so many places further down the list.
fn move_by(world: &World, by: isize) -> Vec<Effect> {
    let at = place(world).unwrap_or(0).saturating_add_signed(by).min(world.devices.len().saturating_sub(1));
    world.devices.get(at).map(|row| Effect::Choose(row.device.clone())).into_iter().collect()
}

/// Where in the list the chosen device stands.
fn place(world: &World) -> Option<usize> {
    let cursor: &DeviceId = world.cursor.as_ref()?;
    world.devices.iter().position(|row| row.device == *cursor)
}

impl AtDevice for Bench {
    fn is_here(world: &World) -> bool {
        is_here(world)
    }
}

impl Screen for Bench {
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        device_keys::update(KEYS, self, input, world)
    }

    fn draw(&self, world: &World, area: Rect, pen: &mut Pen<'_>) {
        let alerts = alerts::height(world);
        let jobs = jobs::height(world, area.height);
        let top = area.height - alerts - jobs;
        let list = if area.width >= WIDE { LIST.1 } else { LIST.0 };
        let left = Rect { width: list, height: top, ..area };
        devices::draw(world, left, pen);
        let right = Rect { x: area.x + list, width: area.width - list, height: top, ..area };
        device::draw(world, right, pen);
        let rest = below(area, top);
        jobs::draw(world, Rect { height: jobs, ..rest }, pen);
        alerts::draw(world, below(rest, jobs), pen);
    }

    fn pick(&mut self, _list: usize, row: usize, world: &World) -> Vec<Effect> {
        world.devices.get(row).map(|row| Effect::Choose(row.device.clone())).into_iter().collect()
    }

    fn hints(&self, world: &World) -> Vec<Hint> {
        hints(KEYS, self, world)
    }
}
