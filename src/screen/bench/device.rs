//! The chosen device: its ladder with the next step, what it is, its disks, what was done last.
//!
//! ```text
//! ┌ 7K3XQ-92M4T-Z · máy tính xách tay ────────────┐
//! │ ✓ nhận                                        │
//! │ ✓ kiểm tra   đạt                              │
//! │ ▶ xóa        0/2 ổ đĩa          ← bấm Enter   │
//! │ · cài                                         │
//! │ Hãng: X · RAM: 4 GB                           │
//! │ loop3  64 MB  chưa xóa                        │
//! │ vda  10 GB  ✗ không được ghi: …               │
//! └───────────────────────────────────────────────┘
//! ```

use super::super::glyphs::Mark;
use super::super::layer::disk_state;
use super::super::pen::{Pen, below, right_of};
use super::super::tint;
use super::can_lift;
use crate::device::obstacle_sentence;
use crate::word::{Sentence, say};
use crate::workbench::{
    Chosen, DiskLine, JobView, Rung, Standing, Step, Work, World, grade_sentence, kind_sentence, lock_sentence,
    missed_sentence,
};
use ratatui::layout::Rect;

/// Columns of a step's name.
const STEP: u16 = 11;

pub(super) fn draw(world: &World, area: Rect, pen: &mut Pen<'_>) {
    let Some(chosen) = world.here() else {
        let inner = pen.boxed(area, "", tint::PLAIN);
        let text = if world.cursor.is_some() { say!("bench-reading") } else { say!("bench-first-step") };
        let text = pen.say(&text);
        pen.wrapped(inner, &text, tint::PLAIN);
        return;
    };
    let kind = pen.say(&kind_sentence(chosen.row.kind));
    let model = chosen.row.model.as_ref().map(|model| format!(" · {model}")).unwrap_or_default();
    let title = format!("{} · {kind}{model}", chosen.row.name);
    let mut rest = pen.boxed(area, &title, tint::PLAIN);
    for rung in &chosen.ladder {
        rest = below(rest, draw_rung(chosen, rung, world.job_of(&chosen.row.device), rest, pen));
    }
    rest = below(rest, draw_state(chosen, rest, pen));
    rest = below(rest, draw_note(chosen, rest, pen));
    rest = below(rest, draw_facts(chosen, rest, pen));
    for disk in &chosen.disks {
        draw_disk(disk, Rect { height: rest.height.min(1), ..rest }, pen);
        rest = below(rest, 1);
    }
    draw_history(chosen, below(rest, 1), pen);
}

/// One step; how many lines it took.
fn draw_rung(chosen: &Chosen, rung: &Rung, job: Option<&JobView>, area: Rect, pen: &mut Pen<'_>) -> u16 {
    let (mark, style) = match &rung.standing {
        Standing::Done => (Mark::Done, tint::GOOD),
        Standing::Next => (Mark::Next, tint::NEXT),
        Standing::Blocked(_) => (Mark::Bad, tint::BAD),
        Standing::Later | Standing::SignIn(_) => (Mark::Later, tint::DIM),
    };
    let step = pen.say(&rung.step.sentence());
    pen.marked(Rect { height: area.height.min(1), ..area }, mark, &step, style);
    let beside = right_of(area, STEP);
    let used = rung.note.as_ref().map_or(0, |note| pen.line(beside, note, style) + 2);
    if job.is_some_and(|job| is_of(&job.work, rung.step)) {
        pen.line(right_of(beside, used), &say!("ladder-running"), tint::NEXT);
        return 1;
    }
    match &rung.standing {
        Standing::Next if job.is_none() => {
            pen.line(right_of(beside, used), &say!("ladder-press-enter"), style);
            1
        }
        Standing::Blocked(why) | Standing::SignIn(why) => {
            if let Some(key) = way_on(chosen, &rung.standing) {
                pen.line(right_of(beside, used), &key, tint::NEXT);
            }
            let why = pen.say(why);
            let lines = below(area, 1);
            1 + pen.wrapped(Rect { x: lines.x + 2, width: lines.width.saturating_sub(2), ..lines }, &why, style)
        }
        Standing::Done if rung.step == Step::Wipe && chosen.to_validate => {
            pen.line(right_of(beside, used), &say!("ladder-validate"), tint::PLAIN);
            1
        }
        Standing::Done | Standing::Next | Standing::Later => 1,
    }
}

/// The key that gets a step out of what it is stuck in, if one does.
fn way_on(chosen: &Chosen, standing: &Standing) -> Option<Sentence> {
    match standing {
        Standing::SignIn(_) => Some(say!("ladder-sign-in")),
        Standing::Blocked(why) if can_lift(chosen, why) => Some(say!("ladder-lift")),
        Standing::Blocked(why) => match why.key() {
            "rule-arm-quarantine" | "rule-give-safe" => Some(say!("ladder-clear")),
            "rule-arm-hold" | "rule-give-not-held" => Some(say!("ladder-release")),
            "rule-conflict-first" => Some(say!("ladder-conflict")),
            _other => None,
        },
        Standing::Done | Standing::Next | Standing::Later => None,
    }
}

/// Whether that is the job's own step.
const fn is_of(work: &Work, step: Step) -> bool {
    match work {
        Work::Wipe => matches!(step, Step::Wipe),
        Work::Image(_) | Work::Fit => matches!(step, Step::Image),
    }
}

/// Danger, waiting, and disks that are to be put back before it goes to anybody.
fn draw_state(chosen: &Chosen, area: Rect, pen: &mut Pen<'_>) -> u16 {
    let danger = chosen.row.quarantined.then(|| (say!("state-quarantined"), tint::BAD));
    let waits = chosen.row.held.then(|| (say!("state-held"), tint::WARN));
    let summary = chosen.row.summary.then(|| (say!("device-summary"), tint::WARN));
    let away = chosen.disks.iter().filter(|disk| disk.away).count() as u64;
    let away = (away > 0).then(|| (say!("state-disks-away", count = away), tint::WARN));
    let locks = chosen.locks.iter().map(|lock| (say!("state-locked", lock = lock_sentence(*lock)), tint::BAD));
    let mut used = 0;
    let missed = chosen.missed.as_ref().map(|missed| (missed_sentence(missed), tint::BAD));
    for (what, style) in danger.into_iter().chain(locks).chain(missed).chain(waits).chain(summary).chain(away) {
        let text = pen.say(&what);
        pen.marked(Rect { height: area.height.min(1), ..below(area, used) }, Mark::Warn, &text, style);
        used += 1;
    }
    used
}

/// The newest note, one line of it.
fn draw_note(chosen: &Chosen, area: Rect, pen: &mut Pen<'_>) -> u16 {
    let Some(text) = chosen.note.as_ref().and_then(|note| note.text.as_deref()) else { return 0 };
    let text = pen.say(&say!("state-note", text = text));
    let line = Rect { height: area.height.min(1), ..area };
    let text = super::super::pen::cut(&text, usize::from(line.width.saturating_sub(2)), '…');
    pen.marked(line, Mark::Fact, &text, tint::NEXT);
    1
}

/// What it is, behind an empty line; how many lines that took.
fn draw_facts(chosen: &Chosen, area: Rect, pen: &mut Pen<'_>) -> u16 {
    let fact = |(name, value)| pen.say(&say!("bench-fact", name = name, value = value));
    let grade = chosen.grade.map(|grade| pen.say(&say!("state-graded", grade = grade_sentence(grade))));
    let shelf = chosen.shelf.as_ref().map(|place| pen.say(&say!("state-on-shelf", place = place.clone())));
    let hands = chosen.hands.as_ref().map(|name| pen.say(&say!("state-in-hands", name = name.as_str())));
    let text = hands
        .into_iter()
        .chain(shelf)
        .chain(grade)
        .chain(chosen.facts.iter().cloned().map(fact))
        .collect::<Vec<_>>()
        .join(" · ");
    let most = if area.height > 14 { 4 } else { 3 };
    let room = below(area, 1);
    if text.is_empty() {
        return 1;
    }
    1 + pen.wrapped(Rect { height: room.height.min(most), ..room }, &text, tint::PLAIN)
}

fn draw_disk(disk: &DiskLine, area: Rect, pen: &mut Pen<'_>) {
    let name = format!("{} {}  ", disk.name, disk.size.decimal());
    let used = pen.text(area, &name, tint::PLAIN);
    let rest = right_of(area, used);
    let obstacle = disk.view.as_ref().and_then(|view| view.obstacles.first());
    let is_wiped = disk.state.is_some_and(|state| state == crate::custody::DiskState::Wiped);
    if let Some(state) = disk.state {
        let (mark, word, style) = disk_state(state);
        let absent = disk.view.is_none();
        let word = if absent { say!("disk-absent", state = word) } else { word };
        let (mark, word, style) = if disk.away {
            (Mark::Warn, say!("disk-line-away", state = word), tint::WARN)
        } else {
            (mark, word, style)
        };
        let word = pen.say(&word);
        pen.marked(rest, mark, &word, style);
        let width = u16::try_from(unicode_width::UnicodeWidthStr::width(word.as_str())).unwrap_or(u16::MAX);
        if let Some(why) = obstacle.filter(|_| !is_wiped) {
            pen.line(right_of(rest, width.saturating_add(4)), &obstacle_sentence(why), tint::BAD);
        }
    } else if let Some(why) = obstacle {
        let why = pen.say(&say!("disk-forbidden", why = obstacle_sentence(why)));
        pen.marked(rest, Mark::Bad, &why, tint::BAD);
    } else {
        let free = pen.say(&say!("disk-free"));
        pen.marked(rest, Mark::Unknown, &free, tint::PLAIN);
    }
}

/// The newest lines of the history, as many as there is room for, the newest first.
fn draw_history(chosen: &Chosen, area: Rect, pen: &mut Pen<'_>) {
    if area.height < 3 {
        return;
    }
    pen.line(area, &say!("bench-history"), tint::TITLE);
    for (number, line) in chosen.history.iter().rev().enumerate() {
        let at = line.line.event.at.local();
        let when = at.get(..16).unwrap_or_default().to_owned();
        let text = say!("bench-history-line", at = when, what = line.what.clone(), who = line.who.as_str());
        let row = below(area, u16::try_from(number + 1).unwrap_or(u16::MAX));
        pen.line(row, &text, tint::DIM);
    }
}
