//! What the ledger says of printed labels, and what the rules and the folds make of it.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::custody::Step;
use super::golden;
use super::ledger_rig::{Walk, disk, inspected};
use aoxanh::custody::Cabinet;
use aoxanh::event::Event;
use aoxanh::event::inspection::Verdict;
use aoxanh::event::label::{LabelFor, LabelPrinted};
use aoxanh::event::settling::Corrected;
use aoxanh::unit::{PrintId, RANDOM_BYTES};

pub(crate) fn label_printed(tag: &str, label: LabelFor, copies: u32) -> LabelPrinted {
    let print = PrintId::from_random([8; RANDOM_BYTES]);
    LabelPrinted { tag: tag.to_owned(), label, printer: "tem".to_owned(), copy: 1, copies, print }
}

pub(crate) fn golden() -> Vec<Event> {
    let tag = "7K3XQ92M4T8";
    let again = LabelPrinted { copy: 3, ..label_printed(tag, LabelFor::Erased, 2) };
    vec![golden::about(label_printed(tag, LabelFor::Device, 1)), golden::about(again)]
}

fn tag_of(walk: &mut Walk) -> String {
    walk.device(1).expect("ready").tags.last().expect("tagged").clone()
}

/// The same device, in which another disk turned up that nobody wiped.
fn another_disk(mut walk: Walk) -> Walk {
    walk.goes(Some(1), inspected(Verdict::Pass, &[disk(Some("S")), disk(Some("T"))]));
    walk
}

/// For the rules of labels: walks, and the step that it refuses after each.
pub(crate) fn refusals() -> Vec<(&'static str, Walk, Step)> {
    let mut walk = Walk::ready();
    let tag = tag_of(&mut walk);
    let step = |printed: LabelPrinted| (Some(1), printed.into());
    vec![
        ("label-tag", walk.clone(), step(label_printed("7K3XQ92M4T8", LabelFor::Device, 1))),
        ("label-tag", walk.clone(), step(label_printed(&tag, LabelFor::Device, 0))),
        ("label-erased", another_disk(walk), step(label_printed(&tag, LabelFor::Erased, 1))),
    ]
}

#[test]
fn labels_are_counted_by_tag_and_by_what_they_say_and_one_that_was_thrown_away_is_struck_out() {
    let mut walk = Walk::ready();
    let tag = tag_of(&mut walk);
    let stage = walk.device(1).expect("ready").stage();
    walk.goes(Some(1), label_printed(&tag, LabelFor::Device, 1));
    walk.goes(Some(1), label_printed(&tag, LabelFor::Erased, 1));
    let spoilt = walk.goes(Some(1), label_printed(&tag, LabelFor::Device, 2));
    let printed = |walk: &mut Walk, label: LabelFor| {
        let counts = Cabinet::new(&mut walk.drawers).labels(&tag).expect("reads");
        counts.iter().find(|count| count.label == label).map_or(0, |count| count.printed)
    };
    assert_eq!((printed(&mut walk, LabelFor::Device), printed(&mut walk, LabelFor::Erased)), (3, 1));
    assert_eq!(walk.device(1).expect("ready").stage(), stage, "a label is no step");
    walk.folds(Some(1), Corrected { records: vec![spoilt], lot: None, reason: None });
    assert_eq!((printed(&mut walk, LabelFor::Device), printed(&mut walk, LabelFor::Erased)), (1, 1));
}
