//! This machine, where the program was started from a stick: what it is worth in large words, and one step at a time until
//! it is switched off.
//!
//! ```text
//! ✓ Thẻ 3: đã lưu hết, rút thẻ được
//! ┌ LENOVO ThinkPad X240 ───────────────────┐
//! │ ĐẠT                                     │
//! │ Cách rẻ nhất: …                         │
//! └─────────────────────────────────────────┘
//! ┌ 7K3XQ-92M4T-Z ──────────────────────────┐
//! │ ✓ dán tem   ▶ đăng nhập                 │
//! └─────────────────────────────────────────┘
//! ```
//!
//! Invariant: the keys of the device work only while the device that is meant is this machine.

mod steps;
mod stick;
mod verdict;

use super::Screen;
use super::bench::{alerts, jobs};
use super::pen::{Pen, below};
use crate::custody::DiskState;
use crate::word::say;
use crate::workbench::{
    Binding, Effect, Hint, Input, Key, Layer, MachineStep, Purpose, Report, Tone, World, hints, press, sign_out,
};
use ratatui::layout::Rect;

struct Machine;

/// Opens the page of this machine.
pub(super) fn open(_world: &World) -> Box<dyn Screen> {
    Box::new(Machine)
}

static KEYS: &[Binding<Machine>] = &[
    Binding { key: Key::Enter, words: || say!("key-next"), when: |_, w| can_go_on(w), what: |_, w| next(w) },
    Binding {
        key: Key::Char('e'),
        words: || say!("key-machine-tag"),
        when: |_, w| is_read(w),
        what: |_, _| open_layer(Layer::Find(String::new())),
    },
    Binding {
        key: Key::Char('n'),
        words: || say!("key-machine-new"),
        when: |_, w| is_read(w) && w.this_device().is_none(),
        what: |_, _| open_layer(Layer::Receive(None)),
    },
    Binding {
        key: Key::Char('t'),
        words: || say!("key-check"),
        when: |_, w| is_here(w),
        what: |_, _| open_layer(Layer::Check),
    },
    Binding {
        key: Key::Char('x'),
        words: || say!("key-wipe"),
        when: |_, w| is_here(w),
        what: |_, _| open_layer(Layer::Disks(Purpose::Wipe)),
    },
    Binding {
        key: Key::Char('c'),
        words: || say!("key-image"),
        when: |_, w| is_here(w),
        what: |_, _| open_layer(Layer::Disks(Purpose::Image)),
    },
    Binding {
        key: Key::Char('k'),
        words: || say!("key-inspect"),
        when: |_, w| is_here(w),
        what: |_, _| open_layer(Layer::Inspect),
    },
    Binding {
        key: Key::Char('u'),
        words: || say!("key-mend"),
        when: |_, w| is_here(w),
        what: |_, _| open_layer(Layer::Mend),
    },
    Binding {
        key: Key::Char('d'),
        words: || say!("key-sign-in"),
        when: |_, w| w.is_read && w.signed_in().is_none(),
        what: |_, _| open_layer(Layer::SignIn),
    },
    Binding {
        key: Key::Char('d'),
        words: || say!("key-sign-out"),
        when: |_, w| w.signed_in().is_some(),
        what: |_, w| sign_out(w),
    },
    Binding { key: Key::Char('v'), words: || say!("key-job"), when: |_, w| !w.jobs.is_empty(), what: |_, w| job(w) },
    Binding {
        key: Key::Char('j'),
        words: || say!("key-interrupted"),
        when: |_, w| w.interrupted > 0,
        what: |_, _| open_layer(Layer::Interrupted),
    },
    Binding {
        key: Key::Char('b'),
        words: || say!("key-alert"),
        when: |_, w| !w.alerts.is_empty(),
        what: |_, w| newest(w),
    },
    Binding {
        key: Key::Char('r'),
        words: || say!("key-machine-again"),
        when: |_, w| w.busy.is_none(),
        what: |_, _| vec![Effect::LookAtMachine],
    },
    Binding {
        key: Key::Char('o'),
        words: || say!("key-unlock"),
        when: |_, w| w.locked,
        what: |_, _| open_layer(Layer::Unlock),
    },
    Binding {
        key: Key::Char('q'),
        words: || say!("key-power"),
        when: |_, _| true,
        what: |_, _| open_layer(Layer::Power),
    },
];

fn open_layer(layer: Layer) -> Vec<Effect> {
    vec![Effect::Open(layer)]
}

/// Whether the machine was read, and nothing is being looked for.
const fn is_read(world: &World) -> bool {
    world.machine.is_some() && world.is_read && world.finding.is_none()
}

/// Whether the device that is meant is this machine, and was read.
fn is_here(world: &World) -> bool {
    is_read(world) && world.is_this_machine() && world.here().is_some()
}

/// Whether Enter does anything.
fn can_go_on(world: &World) -> bool {
    is_read(world) && !matches!(world.machine_step(), MachineStep::Read | MachineStep::Enrol)
}

/// The layer of the next step, or what is in its way.
fn next(world: &World) -> Vec<Effect> {
    match world.machine_step() {
        MachineStep::Read | MachineStep::Enrol => Vec::new(),
        MachineStep::Tag => open_layer(Layer::Find(String::new())),
        MachineStep::Back => world.this_device().cloned().map(Effect::Choose).into_iter().collect(),
        MachineStep::Inspect => world.this_device().cloned().map(Effect::Inspect).into_iter().collect(),
        MachineStep::SignIn => open_layer(Layer::SignIn),
        MachineStep::Check => open_layer(Layer::Check),
        MachineStep::Wipe(..) => open_layer(Layer::Disks(Purpose::Wipe)),
        MachineStep::Image if !has_disk(world) => open_layer(Layer::Disks(Purpose::Wipe)),
        MachineStep::Image => open_layer(Layer::Disks(Purpose::Image)),
        MachineStep::Stopped(why) => open_layer(Layer::Message(Report::new(Tone::Warn, why))),
        MachineStep::Job => job(world),
        MachineStep::Off => open_layer(Layer::Power),
    }
}

/// Whether the device is known to have a disk that was not destroyed.
fn has_disk(world: &World) -> bool {
    let states = world.here().into_iter().flat_map(|chosen| chosen.disks.iter().filter_map(|disk| disk.state));
    states.into_iter().any(|state| state != DiskState::Destroyed)
}

/// The job of this machine, else the first.
fn job(world: &World) -> Vec<Effect> {
    let own = world.this_device().and_then(|device| world.job_of(device));
    own.or_else(|| world.jobs.first()).map(|view| Effect::Open(Layer::Job(view.job))).into_iter().collect()
}

/// Shows the newest alert and puts it away.
fn newest(world: &World) -> Vec<Effect> {
    let alert = world.alerts.first().map(|alert| Effect::Open(Layer::Message(alert.report.clone())));
    alert.into_iter().chain([Effect::Dismiss]).collect()
}

impl Screen for Machine {
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        match input {
            Input::Key(key) => match (press(KEYS, self, key, world), key) {
                (Some(effects), _) => effects,
                // No key of this page is a digit or a capital: it is the beginning of a tag.
                (None, Key::Char(letter)) if letter.is_ascii_digit() || letter.is_ascii_uppercase() => {
                    open_layer(Layer::Find(letter.to_string()))
                }
                (None, _) => Vec::new(),
            },
            Input::Scan(text) => vec![Effect::Find(text.trim().to_owned())],
            Input::Paste(text) => open_layer(Layer::Find(text.trim().to_owned())),
            Input::Answer(_) => Vec::new(),
        }
    }

    fn draw(&self, world: &World, area: Rect, pen: &mut Pen<'_>) {
        let alerts = alerts::height(world);
        let jobs = jobs::height(world, area.height);
        let body = Rect { height: area.height.saturating_sub(alerts + jobs), ..area };
        let mut rest = below(body, stick::draw(world, body, pen));
        let steps = steps::height(world, rest.width, pen);
        let upper = Rect { height: rest.height.saturating_sub(steps), ..rest };
        verdict::draw(world, upper, pen);
        rest = below(rest, upper.height);
        steps::draw(world, rest, pen);
        rest = below(area, body.height);
        jobs::draw(world, Rect { height: jobs, ..rest }, pen);
        alerts::draw(world, below(rest, jobs), pen);
    }

    fn hints(&self, world: &World) -> Vec<Hint> {
        hints(KEYS, self, world)
    }

    fn names_machine(&self) -> bool {
        true
    }
}
