//! A tag that was scanned at the door, what came of it, and what is seen of its device.
//!
//! Invariant: what stands in a line as seen is recorded, or is being recorded; what was refused is taken back and says why.

use super::super::glyphs::Mark;
use super::super::layer::unmarked;
use super::super::pen::{Pen, below, right_of};
use super::super::tint;
use crate::event::intake::DeviceKind;
use crate::event::outward::Outward;
use crate::unit::Moment;
use crate::word::{Sentence, say};
use crate::workbench::{LotSeen, Report, kind_sentence, outward_sentence};
use ratatui::layout::Rect;

/// Columns of a time, and of a tag.
const TIME: u16 = 6;
const TAG: u16 = 15;

/// What came of a scan.
#[derive(Clone, Debug)]
pub(super) enum Standing {
    /// It is being received.
    Waiting,
    /// It was received.
    Received,
    /// It was not received, and why.
    Refused(Report),
}

/// The lot that devices go into, in words.
pub(super) fn lot_sentence(lot: Option<&LotSeen>) -> Sentence {
    let Some(lot) = lot else { return say!("door-no-lot") };
    let donor = lot.donor.clone().unwrap_or_else(|| lot.lot.to_string());
    match (lot.closed, lot.erase) {
        (true, _) => say!("door-lot-closed", donor = donor),
        (false, true) => say!("door-lot-erase", donor = donor),
        (false, false) => say!("door-lot-no-erase", donor = donor),
    }
}

/// What can be said of a device in single letters; how many lines that took.
pub(super) fn legend(area: Rect, pen: &mut Pen<'_>) -> u16 {
    let mut used = 0;
    for line in [say!("door-legend-condition"), say!("door-legend-with"), say!("door-legend-out")] {
        let line = pen.say(&line);
        used += pen.wrapped(below(area, used), &line, tint::NEXT);
    }
    used
}

/// A tag that was scanned.
#[derive(Clone, Debug)]
pub(super) struct Line {
    /// Tells it from the others, for ever.
    pub(super) number: u64,
    pub(super) at: Moment,
    pub(super) tag: String,
    pub(super) kind: DeviceKind,
    /// What is seen of the device, as it is said here.
    pub(super) outward: Outward,
    /// What the ledger knows of that.
    pub(super) known: Outward,
    /// The serial that was scanned off it.
    pub(super) serial: Option<String>,
    /// How many labels of it were ordered here.
    pub(super) labels: u32,
    pub(super) standing: Standing,
    /// Why what was said last was not recorded.
    pub(super) trouble: Option<Report>,
}

impl Line {
    pub(super) const fn is_received(&self) -> bool {
        matches!(self.standing, Standing::Received)
    }

    /// Whether what is seen of its device can be said.
    pub(super) const fn is_open(&self) -> bool {
        matches!(self.standing, Standing::Received | Standing::Waiting)
    }

    /// Whether the serial of its device may be scanned next.
    pub(super) const fn wants_serial(&self) -> bool {
        self.is_open() && self.serial.is_none()
    }

    /// Why it was not received, or what was said last was not recorded.
    pub(super) const fn refusal(&self) -> Option<&Report> {
        match &self.standing {
            Standing::Refused(report) => Some(report),
            Standing::Waiting | Standing::Received => self.trouble.as_ref(),
        }
    }

    pub(super) fn draw(&self, is_here: bool, area: Rect, pen: &mut Pen<'_>) {
        let (mark, style) = match (&self.standing, &self.trouble) {
            (Standing::Waiting, _) => (Mark::Later, tint::NEXT),
            (Standing::Received, None) => (Mark::Done, tint::GOOD),
            (Standing::Received, Some(_)) => (Mark::Warn, tint::WARN),
            (Standing::Refused(_), _) => (Mark::Bad, tint::BAD),
        };
        let pointer = if is_here { pen.glyphs().mark(Mark::Here) } else { " " };
        let used = pen.pieces(area, &[(pointer, tint::PLAIN), (pen.glyphs().mark(mark), style), (" ", style)]);
        let rest = right_of(area, used);
        let time = self.at.local();
        pen.text(Rect { width: TIME.min(rest.width), ..rest }, time.get(11..16).unwrap_or_default(), tint::DIM);
        let rest = right_of(rest, TIME);
        pen.text(Rect { width: TAG.min(rest.width), ..rest }, &self.tag, tint::PLAIN);
        let rest = right_of(rest, TAG);
        if let Some(why) = self.refusal().and_then(|report| report.lines.first()) {
            let why = unmarked(why, pen);
            pen.text(rest, &why, style);
        } else {
            let kind = kind_sentence(self.kind);
            let what = match outward_sentence(&self.outward) {
                Some(seen) => say!("door-and", first = kind, second = seen),
                None => kind,
            };
            let what = match &self.serial {
                None => what,
                Some(serial) => {
                    say!("door-and", first = what, second = say!("door-told-serial", serial = serial.as_str()))
                }
            };
            let what = match self.labels {
                0 => what,
                count => say!("door-and", first = what, second = say!("door-labels", count = u64::from(count))),
            };
            pen.line(rest, &what, tint::PLAIN);
        }
        if is_here {
            pen.tint(Rect { height: 1, ..area }, tint::HERE);
        }
    }
}
