//! One step at a time: what was done with this machine, and what is to be done now, in a whole sentence.

use super::super::glyphs::Mark;
use super::super::pen::{Pen, below, right_of};
use super::super::tint;
use crate::word::{Sentence, say};
use crate::workbench::{MachineStep, World};
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr;

/// The steps by their short names, in order.
fn names() -> [Sentence; 6] {
    [
        say!("machine-tag"),
        say!("machine-sign-in"),
        say!("machine-check"),
        say!("machine-wipe"),
        say!("machine-image"),
        say!("machine-off"),
    ]
}

/// Which of them that step is.
const fn place(step: &MachineStep) -> Option<usize> {
    Some(match step {
        MachineStep::Tag | MachineStep::Inspect => 0,
        MachineStep::SignIn => 1,
        MachineStep::Check => 2,
        MachineStep::Wipe(..) => 3,
        MachineStep::Image => 4,
        MachineStep::Off => 5,
        MachineStep::Read | MachineStep::Enrol | MachineStep::Back | MachineStep::Stopped(_) | MachineStep::Job => {
            return None;
        }
    })
}

/// What is to be done, in a sentence.
fn sentence(step: &MachineStep) -> Sentence {
    match step {
        MachineStep::Read => say!("busy-machine"),
        MachineStep::Enrol => say!("machine-now-enrol"),
        MachineStep::Tag => say!("machine-now-tag"),
        MachineStep::Back => say!("machine-now-back"),
        MachineStep::Inspect => say!("machine-now-inspect"),
        MachineStep::SignIn => say!("machine-now-sign-in"),
        MachineStep::Check => say!("machine-now-check"),
        MachineStep::Wipe(done, all) => say!("machine-now-wipe", done = *done, all = *all),
        MachineStep::Image => say!("machine-now-image"),
        MachineStep::Stopped(why) => say!("machine-now-stopped", why = why.clone()),
        MachineStep::Job => say!("machine-now-job"),
        MachineStep::Off => say!("machine-now-off"),
    }
}

/// How many lines it needs in that width.
pub(super) fn height(world: &World, width: u16, pen: &Pen<'_>) -> u16 {
    let text = pen.say(&sentence(&world.machine_step()));
    let columns = usize::from(width.saturating_sub(6)).max(1);
    // Words are not broken: a line more than they fill.
    let lines = text.width().div_ceil(columns) + usize::from(text.width() > columns);
    u16::try_from(lines).unwrap_or(1).min(5) + 3
}

pub(super) fn draw(world: &World, area: Rect, pen: &mut Pen<'_>) {
    let step = world.machine_step();
    let name = world.this_device().and_then(|device| {
        let row = world.here().filter(|chosen| chosen.row.device == *device).map(|chosen| &chosen.row);
        row.or_else(|| world.devices.iter().find(|row| row.device == *device)).map(|row| row.name.clone())
    });
    let title = name.unwrap_or_else(|| pen.say(&say!("machine-untagged")));
    let inner = pen.boxed(area, &title, tint::PLAIN);
    let at = place(&step);
    let mut used = 0;
    for (number, name) in names().iter().enumerate() {
        let (mark, style) = match at {
            Some(at) if number < at => (Mark::Done, tint::GOOD),
            Some(at) if number == at => (Mark::Next, tint::NEXT),
            Some(_) | None => (Mark::Later, tint::DIM),
        };
        let text = format!("{} {}", pen.glyphs().mark(mark), pen.say(name));
        used += pen.text(right_of(inner, used), &text, style) + 3;
    }
    let text = format!("{} {}", pen.glyphs().mark(Mark::Next), pen.say(&sentence(&step)));
    let style = if matches!(step, MachineStep::Stopped(_)) { tint::BAD } else { tint::NEXT };
    pen.wrapped(below(inner, 1), &text, style);
}
