//! The two lists of the store room: places on the left, the devices of one on the right.
//!
//! Invariant: the line that is meant is marked in both; only the list that has the keys shows it in colour.

use super::bench::state;
use super::glyphs::Mark;
use super::pen::{Hot, Pen, below, columns, right_of};
use super::shelves::WIDE;
use super::tint;
use crate::word::{Sentence, say};
use crate::workbench::{Place, ShelfView, Shelved, ShelvesView, place_sentence};
use ratatui::layout::Rect;

/// Columns of a count, of numbers of days left and right, of a tag, of how it stands, of the last count.
const COUNT: u16 = 6;
const OLDEST: u16 = 9;
const DAYS: u16 = 8;
const TAG: u16 = 14;
const STATE: u16 = 14;
const COUNTED: u16 = 10;

/// Whether a list has the keys, and where in it one is.
#[derive(Clone, Copy)]
pub(super) struct List {
    pub(super) has_keys: bool,
    pub(super) at: usize,
}

/// The shelves and boxes, how much lies there and for how long; in a wide terminal also when each was counted last.
pub(super) fn draw_shelves(view: &ShelvesView, list: List, area: Rect, pen: &mut Pen<'_>) {
    let is_on_shelf = |shelf: &&ShelfView| matches!(shelf.place, Place::On(_) | Place::Nowhere);
    let count = view.shelves.iter().filter(is_on_shelf).map(|shelf| shelf.devices).sum::<u64>();
    let title = pen.say(&say!("shelves-title", count = count));
    let inner = pen.boxed(area, &title, tint::PLAIN);
    let counted = if area.width > WIDE / 3 { COUNTED } else { 0 };
    let name = inner.width.saturating_sub(COUNT + OLDEST + counted);
    let widths = [name, COUNT, OLDEST];
    let draw_counted = |line: Rect, text: &str, pen: &mut Pen<'_>| {
        columns(right_of(line, name + COUNT + OLDEST), &[text, ""], &[counted, 0], pen);
    };
    let heads = [say!("shelves-head-shelf"), say!("shelves-head-count"), say!("shelves-head-oldest")];
    let heads = heads.map(|head| pen.say(&head));
    columns(inner, &[&heads[0], &heads[1], &heads[2]], &widths, pen);
    let head = pen.say(&say!("shelves-head-counted"));
    draw_counted(inner, &head, pen);
    pen.tint(Rect { height: 1, ..inner }, tint::DIM);
    let lines = Rect { x: inner.x.saturating_sub(1), width: inner.width + 2, ..below(inner, 1) };
    let first = (list.at + 1).saturating_sub(usize::from(lines.height));
    for (number, shelf) in (0u16..lines.height).zip(view.shelves.iter().skip(first)) {
        let line = Rect { height: 1, ..below(lines, number) };
        let is_here = usize::from(number) + first == list.at;
        let pointer = if is_here { pen.glyphs().mark(Mark::Here) } else { " " };
        pen.text(line, pointer, tint::PLAIN);
        let called = pen.say(&called(shelf));
        let ago = |days: Option<u64>| days.map(|days| pen.say(&say!("shelf-days", days = days))).unwrap_or_default();
        let (days, since) = (ago(shelf.days), ago(shelf.counted.map(|counted| counted.days)));
        columns(right_of(line, 1), &[&called, &shelf.devices.to_string(), &days], &widths, pen);
        draw_counted(right_of(line, 1), &since, pen);
        if shelf.place == Place::Missing {
            pen.tint(line, tint::BAD);
        }
        mark_here(is_here, list.has_keys, line, pen);
        pen.heat(line, Hot::Row(0, usize::from(number) + first));
    }
}

fn called(shelf: &ShelfView) -> Sentence {
    match (&shelf.place, &shelf.stands) {
        (Place::On(name), _) => say!("plain", text = name.as_str()),
        (Place::In(name), Some(shelf)) => say!("shelves-box", name = place_sentence(name), shelf = shelf.as_str()),
        (Place::In(name), None) => place_sentence(name),
        (Place::Nowhere, _) => say!("shelf-nowhere"),
        (Place::Missing, _) => say!("shelf-missing"),
    }
}

/// The place by name, and when it was counted last.
fn title(shelf: &ShelfView, pen: &Pen<'_>) -> Vec<String> {
    let name = match &shelf.place {
        Place::On(name) => say!("shelf-title", shelf = name.as_str()),
        Place::In(name) => place_sentence(name),
        Place::Nowhere => say!("shelf-title-nowhere"),
        Place::Missing => say!("shelf-title-missing"),
    };
    let stands = shelf.stands.as_deref().map(place_sentence);
    let counted = match shelf.counted {
        Some(counted) if counted.missing > 0 => {
            Some(say!("shelf-counted-missing", days = counted.days, missing = counted.missing))
        }
        Some(counted) => Some(say!("shelf-counted", days = counted.days)),
        None => None,
    };
    std::iter::once(name).chain(stands).chain(counted).map(|what| pen.say(&what)).collect()
}

/// The devices of that place; `heads` says how they are ordered and which are left out.
pub(super) fn draw_devices(
    (shelf, heads): (Option<&ShelfView>, Vec<Sentence>),
    devices: &[Shelved],
    list: List,
    area: Rect,
    pen: &mut Pen<'_>,
) {
    let titles = shelf.map(|shelf| title(shelf, pen)).unwrap_or_default();
    let titles: Vec<_> = titles.into_iter().chain(heads.iter().map(|what| pen.say(what))).collect();
    let inner = pen.boxed(area, &titles.join(" · "), tint::PLAIN);
    let model = inner.width.saturating_sub(TAG + STATE + 2 * DAYS);
    let widths = [TAG, STATE, model, DAYS, DAYS];
    let heads =
        [say!("shelf-head-device"), say!("shelf-head-stage"), say!("shelf-head-days"), say!("shelf-head-there")];
    let heads = heads.map(|head| pen.say(&head));
    columns(inner, &[&heads[0], &heads[1], "", &heads[2], &heads[3]], &widths, pen);
    pen.tint(Rect { height: 1, ..inner }, tint::DIM);
    let lines = Rect { x: inner.x.saturating_sub(1), width: inner.width + 2, ..below(inner, 1) };
    let first = (list.at + 1).saturating_sub(usize::from(lines.height));
    for (number, device) in (0u16..lines.height).zip(devices.iter().skip(first)) {
        let line = Rect { height: 1, ..below(lines, number) };
        let is_here = list.has_keys && usize::from(number) + first == list.at;
        let pointer = if is_here { pen.glyphs().mark(Mark::Here) } else { " " };
        pen.text(line, pointer, tint::PLAIN);
        let rest = right_of(line, 1);
        let days = pen.say(&say!("shelf-days", days = device.days));
        let there = device.there.map(|days| pen.say(&say!("shelf-days", days = days))).unwrap_or_default();
        columns(rest, &[&device.row.name, "", &what(shelf, device, pen), &days, &there], &widths, pen);
        let (mark, word, style) = match &device.missed {
            Some(_missed) => (Mark::Bad, pen.say(&say!("state-missing")), tint::BAD),
            None => state(&device.row, pen),
        };
        pen.marked(Rect { width: STATE - 1, ..right_of(rest, TAG) }, mark, &word, style);
        mark_here(is_here, true, line, pen);
        pen.heat(line, Hot::Row(1, usize::from(number) + first));
    }
}

/// Where else than at the chosen place it lies, and what it is.
fn what(shelf: Option<&ShelfView>, device: &Shelved, pen: &Pen<'_>) -> String {
    let is_said = shelf.is_some_and(|shelf| shelf.place == device.place);
    let boxed = match &device.place {
        Place::In(name) => Some(pen.say(&place_sentence(name))),
        Place::On(name) => Some(name.clone()),
        Place::Nowhere | Place::Missing => None,
    };
    boxed.filter(|_| !is_said).into_iter().chain(device.row.model.clone()).collect::<Vec<_>>().join(" · ")
}

/// The line that is meant; where its list does not have the keys, only by its pointer.
fn mark_here(is_here: bool, has_keys: bool, line: Rect, pen: &mut Pen<'_>) {
    if is_here && has_keys {
        pen.tint(line, tint::HERE);
    }
}
