//! What becomes of an answer that no layer waits for any more.
//!
//! Invariant: what must be read is shown; the rest was asked for by what is closed by now.

use crate::word::say;
use crate::workbench::{Answer, Layer, Report, StickTold, StoreTold, Tone};

/// What shows an answer that no layer waits for.
pub(super) fn unclaimed(answer: &Answer) -> Option<Layer> {
    match answer {
        Answer::NotFound { tag: Some(tag), .. } => Some(Layer::Receive(Some(tag.clone()))),
        Answer::Refused(report)
        | Answer::Taken(_, report)
        | Answer::NotBegun(report)
        | Answer::NotClosed(report)
        | Answer::NotFound { tag: None, report } => Some(Layer::Message(report.clone())),
        Answer::VaultLocked => Some(Layer::Unlock),
        // Shown once: whatever lies on the screen now goes first.
        Answer::OneTime(tag, password) => Some(Layer::OneTime(tag.clone(), password.clone())),
        Answer::Store(told) => match told.as_ref() {
            StoreTold::Failed(report) | StoreTold::Checked { good: false, report, .. } => {
                Some(Layer::Message(report.clone()))
            }
            StoreTold::Kept(_)
            | StoreTold::Files(..)
            | StoreTold::Masters(_)
            | StoreTold::Master(_)
            | StoreTold::Done(_)
            | StoreTold::Checked { .. } => None,
        },
        Answer::Stick(told) => match told.as_ref() {
            StickTold::Over(report) => Some(Layer::Message(report.clone())),
            StickTold::View(_) | StickTold::Going(_) | StickTold::Summary(_) => None,
        },
        // The head is to be written down, even where the layer that asked for it was closed meanwhile.
        Answer::DayClosed(end) => Some(Layer::DayEnd(end.clone())),
        Answer::Several(rows) => Some(Layer::Hits(rows.clone())),
        // Its code is gone with the layer that would have shown it, and the badge before it counts no more.
        Answer::Badge(_) => Some(Layer::Message(Report::new(Tone::Warn, say!("badge-make-unseen")))),
        Answer::Found(_)
        | Answer::Inspected(_)
        | Answer::Seen(_)
        | Answer::Disks(_)
        | Answer::Interrupted(_)
        | Answer::Health { .. }
        | Answer::Images(_)
        | Answer::People(_)
        | Answer::SignedIn(_)
        | Answer::Wipes(_)
        | Answer::Day(_)
        | Answer::Settings(_)
        | Answer::Phone(_)
        | Answer::Printers(_)
        | Answer::Scanner(_)
        | Answer::Check(_)
        | Answer::Made(_)
        | Answer::Began(_)
        | Answer::Mend(_)
        | Answer::Password(..)
        | Answer::Done(_) => None,
    }
}
