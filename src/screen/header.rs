//! The line above everything.
//!
//! ```text
//!  LUYỆN TẬP  Trần Thị Thử (đội trưởng) · trạm 3f2a9c1b       hôm nay: nhận 3 · xóa 2 · xong 1 · 20:36
//! ```
//!
//! Invariant: where the line is too short, practice and the time stay.

use super::pen::{Pen, right_of};
use super::tint;
use crate::event::people::Role;
use crate::word::{Sentence, say};
use crate::workbench::World;
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr;

/// The words that stand above every screen of a practice station, in every language.
pub(super) const PRACTICE: &str = " LUYỆN TẬP ";

pub(super) fn draw(world: &World, area: Rect, pen: &mut Pen<'_>) {
    let mut used = 0;
    if world.practice {
        used = pen.text(area, PRACTICE, tint::PRACTICE);
    }
    let right = pen.say(&right(world));
    let width = u16::try_from(right.width()).unwrap_or(u16::MAX).min(area.width.saturating_sub(used));
    let at = area.width - width;
    pen.text(right_of(area, at), &right, tint::PLAIN);
    let left = Rect { width: at.saturating_sub(used + 1), ..right_of(area, used) };
    pen.line(left, &left_of(world), tint::PLAIN);
}

fn left_of(world: &World) -> Sentence {
    if world.station.is_empty() {
        return say!("header-program");
    }
    let who = match &world.person {
        Some(who) if world.signed_in().is_some() => {
            say!("header-person", name = who.name.as_str(), role = role(who.role))
        }
        Some(who) if who.role.is_some() => say!("header-unsigned", name = who.name.as_str()),
        Some(_) | None => say!("header-unsigned", name = say!("role-guest")),
    };
    say!("header-left", station = world.station.as_str(), who = who)
}

fn right(world: &World) -> Sentence {
    let local = world.now.local();
    let clock = local.get(11..16).unwrap_or_default().to_owned();
    if !world.is_read {
        return say!("header-clock", clock = clock);
    }
    let today = world.today;
    say!("header-right", received = today.received, wiped = today.wiped, ready = today.ready, clock = clock)
}

fn role(role: Option<Role>) -> Sentence {
    match role {
        Some(Role::Lead) => say!("role-lead"),
        Some(Role::Volunteer) => say!("role-volunteer"),
        Some(Role::Warehouse) => say!("role-warehouse"),
        None => say!("role-none"),
    }
}
