//! The line above everything.
//!
//! ```text
//!  LUYỆN TẬP  Trần Thị Thử (đội trưởng) · trạm 3f2a9c1b       hôm nay: nhận 3 · xóa 2 · xong 1 · 20:36
//! ```
//!
//! Invariants: where the line is too short, practice and the time stay; the station gives way before a name, and a
//! long name before what its owner may do.

use super::pen::{Pen, cut, right_of};
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
    let said = left_of(world, usize::from(left.width), pen);
    pen.line(left, &said, tint::PLAIN);
}

fn left_of(world: &World, columns: usize, pen: &Pen<'_>) -> Sentence {
    if world.station.is_empty() {
        return say!("header-program");
    }
    let person = world.person.as_ref().filter(|who| who.role.is_some() || world.signed_in().is_some());
    let name = person.map_or_else(|| pen.say(&say!("role-guest")), |who| who.name.clone());
    let who = |name: &str| match world.signed_in() {
        Some(who) => say!("header-person", name = name, role = role(who.role)),
        None => say!("header-unsigned", name = name),
    };
    let room = columns.saturating_sub(pen.say(&who("")).width());
    let whole = |name: &str| say!("header-left", station = world.station.as_str(), who = who(name));
    if pen.say(&whole(&name)).width() <= columns { whole(&name) } else { who(&called(&name, room)) }
}

/// The name in that many columns. The last words of a Vietnamese name are what its owner is called by: they go last.
fn called(name: &str, columns: usize) -> String {
    let mut rest = name;
    while rest.width() > columns
        && let Some((_first, last)) = rest.split_once(' ')
    {
        rest = last;
    }
    cut(rest, columns, '…')
}

fn right(world: &World) -> Sentence {
    let local = world.now.local();
    let clock = local.get(11..16).unwrap_or_default().to_owned();
    if !world.is_read {
        return say!("header-clock", clock = clock);
    }
    let today = world.today;
    if let Some(work) = &world.store.work {
        let per_mille = work.progress.as_ref().map_or(0, |progress| progress.done.per_mille_of(progress.total));
        return say!("header-store", percent = per_mille / 10, clock = clock);
    }
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
