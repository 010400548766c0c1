//! What may be done with a device now, and which rule forbids the rest: asked of the rules themselves, as if it were done.
//!
//! Invariant: nothing is recorded; what stands here as allowed was refused by no rule when it was asked for whoever is at the
//! bench.

use super::bench::{Bench, Found};
use super::inspect_page::{PageLine, Weight};
use super::ladder::write_of;
use crate::custody::DeviceFile;
use crate::event::Fact;
use crate::event::handover::DeviceAllocated;
use crate::event::inspection::{DeviceInspected, FunctionTested, Verdict};
use crate::event::intake::{
    Danger, DeviceHeld, DeviceMoved, DeviceQuarantined, HoldReason, HoldReleased, QuarantineCleared,
};
use crate::event::repair::{PartTaken, RepairOutcome, RepairRecorded};
use crate::event::shift::DeviceTaken;
use crate::port::Failure;
use crate::unit::{Digest, PartId, RecipientId};
use crate::word::{Sentence, say};

/// Something that can be done with a device: its key on the bench, what it is called, and the record it would come to.
struct Action {
    key: &'static str,
    words: fn(&DeviceFile) -> Sentence,
    fact: fn(&DeviceFile) -> Fact,
}

/// In the order of the work.
static ACTIONS: &[Action] = &[
    Action { key: "k", words: |_| say!("key-inspect"), fact: |_| inspected() },
    Action { key: "u", words: |_| say!("action-repair"), fact: |_| repaired() },
    Action { key: "u", words: |_| say!("action-part"), fact: |_| part_taken() },
    Action { key: "x", words: |_| say!("key-wipe"), fact: |file| write_of(file).into() },
    Action { key: "t", words: |_| say!("key-check"), fact: |_| FunctionTested { results: Vec::new() }.into() },
    Action { key: "⏎", words: |_| say!("key-give"), fact: |_| given() },
    Action { key: "y", words: |_| say!("key-shelve"), fact: |_| DeviceMoved { to: "A".to_owned(), from: None }.into() },
    Action { key: "F10", words: |_| say!("action-take"), fact: |_| DeviceTaken {}.into() },
    Action {
        key: "w",
        words: |file| if file.held.is_some() { say!("action-release") } else { say!("key-hold") },
        fact: |file| match file.held {
            Some(_) => HoldReleased {}.into(),
            None => DeviceHeld::of(HoldReason::Part).into(),
        },
    },
    Action {
        key: "l",
        words: |file| if file.quarantined.is_some() { say!("action-clear") } else { say!("key-quarantine") },
        fact: |file| match file.quarantined {
            Some(_) => QuarantineCleared {}.into(),
            None => DeviceQuarantined { danger: Danger::Battery }.into(),
        },
    },
];

fn inspected() -> Fact {
    let (profile, profile_digest, verdict) = (String::new(), Digest::ZERO, Verdict::Pass);
    let (failed, undecided, facts, disks) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    DeviceInspected { profile, profile_digest, verdict, failed, undecided, facts, disks, typed: true }.into()
}

fn repaired() -> Fact {
    let (faults, actions, outcome) = (Vec::new(), Vec::new(), RepairOutcome::Fixed);
    RepairRecorded { faults, actions, outcome, barrier: None, cost: None, limit: None, note: None }.into()
}

fn part_taken() -> Fact {
    let (part, kind) = (PartId::from_random([0; 10]), "memory".to_owned());
    PartTaken { part, kind, label: None, size: None, disk: None }.into()
}

fn given() -> Fact {
    DeviceAllocated { recipient: RecipientId::from_random([0; 10]) }.into()
}

/// What may be done with the device now, then what may not, with the rule that forbids it.
pub(super) fn actions(bench: &Bench<'_>, found: &Found) -> Result<Vec<PageLine>, Failure> {
    let (mut may, mut may_not) = (Vec::new(), Vec::new());
    for action in ACTIONS {
        let what = (action.words)(&found.file);
        match bench.would(&found.id, (action.fact)(&found.file))?.into_iter().next() {
            None => {
                may.push(PageLine { weight: Weight::Good, what: say!("device-may", what = what, key = action.key) });
            }
            Some(refusal) => {
                let what = say!("device-may-not", what = what, why = refusal.reason, rule = refusal.rule);
                may_not.push(PageLine { weight: Weight::Dim, what });
            }
        }
    }
    Ok(may.into_iter().chain(may_not).collect())
}
