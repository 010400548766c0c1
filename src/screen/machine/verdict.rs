//! What this machine is worth: the verdict and the cheapest fix in words as large as there is room for, then why.
//!
//! Invariant: large words are drawn only where they fit whole; the same words stand there plainly otherwise. The console that
//! a stick is started on has a font of ours, with the blocks that they are drawn of.

use super::super::glyphs::Glyphs;
use super::super::layer::page;
use super::super::pen::{Pen, below};
use super::super::tint;
use crate::profile::Verdict;
use crate::tag::large_words;
use crate::word::say;
use crate::workbench::{MachineSeen, World};
use ratatui::layout::Rect;
use ratatui::style::Style;

/// Lines of the large words, the highest first.
const LARGE: [u16; 2] = [8, 6];
/// Lines that stay for what is said in small ones.
const SMALL: u16 = 6;

pub(super) fn draw(world: &World, area: Rect, pen: &mut Pen<'_>) {
    let Some(machine) = &world.machine else {
        let title = pen.say(&say!("machine-title"));
        let inner = pen.boxed(area, &title, tint::PLAIN);
        pen.line(inner, &say!("busy-machine"), tint::NEXT);
        return;
    };
    let title = machine.name.clone().unwrap_or_else(|| pen.say(&say!("machine-title")));
    let inner = pen.boxed(area, &title, tint::PLAIN);
    let mut rest = below(inner, draw_verdict(machine, inner, pen));
    if let Some(fix) = &machine.view.fix {
        let fix = pen.say(&say!("fix-line", fix = fix.clone()));
        rest = below(rest, pen.wrapped(rest, &fix, tint::NEXT));
    }
    page(machine.view.lines.iter(), rest, pen);
}

/// The verdict; how many lines it took.
fn draw_verdict(machine: &MachineSeen, area: Rect, pen: &mut Pen<'_>) -> u16 {
    let style = style_of(machine.view.judged);
    let word = pen.say(&machine.view.judged.sentence()).to_uppercase();
    let fits = |lines: &u16| area.height >= lines + SMALL && pen.glyphs() != Glyphs::Ascii;
    let drawn = LARGE.iter().filter(|lines| fits(lines)).find_map(|lines| large_words(&word, *lines, area.width).ok());
    let mut used = 0;
    if let Some(drawn) = drawn {
        for line in drawn.lines() {
            pen.text(below(area, used), line, style);
            used += 1;
        }
    } else {
        pen.text(area, &word, style);
        used = 1;
    }
    used + pen.line(below(area, used), &machine.view.verdict, tint::TITLE).min(1)
}

const fn style_of(verdict: Verdict) -> Style {
    match verdict {
        Verdict::Pass => tint::GOOD,
        Verdict::Conditional | Verdict::Undecided => tint::WARN,
        Verdict::Fail => tint::BAD,
    }
}
