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
use super::device_keys::{self, AtDevice, has_disk, job, open_layer};
use super::pen::{Pen, below};
use crate::word::say;
use crate::workbench::{Binding, Effect, Hint, Input, Key, Layer, MachineStep, Purpose, Report, Tone, World, hints};
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
    device_keys::check(),
    device_keys::wipe(),
    device_keys::image(),
    device_keys::inspect(),
    device_keys::mend(),
    Binding {
        key: Key::Char('m'),
        words: || say!("key-summary"),
        when: |_, w| can_summarize(w),
        what: |_, _| open_layer(Layer::Summary),
    },
    device_keys::sign_in(),
    device_keys::leave_seat(),
    device_keys::watch(),
    device_keys::interrupted(),
    device_keys::alert(),
    Binding {
        key: Key::Char('r'),
        words: || say!("key-machine-again"),
        when: |_, w| w.busy.is_none(),
        what: |_, _| vec![Effect::LookAtMachine],
    },
    device_keys::unlock(),
    Binding {
        key: Key::Char('q'),
        words: || say!("key-power"),
        when: |_, _| true,
        what: |_, _| open_layer(Layer::Power),
    },
];

/// Whether the machine was read, and nothing is being looked for.
const fn is_read(world: &World) -> bool {
    world.machine.is_some() && world.is_read && world.finding.is_none()
}

/// Whether the device that is meant is this machine, and was read.
fn is_here(world: &World) -> bool {
    is_read(world) && world.is_this_machine() && world.here().is_some()
}

/// Whether there is anything that a stick should bring home.
fn can_summarize(world: &World) -> bool {
    is_here(world) && world.stick.as_ref().is_some_and(|stick| stick.guest.is_none())
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

impl AtDevice for Machine {
    fn is_here(world: &World) -> bool {
        is_here(world)
    }
}

impl Screen for Machine {
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        device_keys::update(KEYS, self, input, world)
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
