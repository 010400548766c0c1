//! What a start from a stick may record, and that whatever else is tried there is refused before it could be lost at home.

use super::bundles::{boot_key, boot_opened};
use super::golden;
use crate::ledger_rig::*;
use aoxanh::custody::STICK_KINDS;
use aoxanh::event::people::PersonAdded;
use aoxanh::event::shift::{DeviceNoted, DeviceTaken};
use aoxanh::event::{Fact, KINDS};
use aoxanh::unit::Digest;

/// A start that knows a lead, a lot and a device, as its base would have it.
fn start() -> Walk {
    let mut walk = Walk::default();
    let people = beginning(&boot_key(), &team_key(), false).into_iter().skip(1).map(|entry| entry.fact);
    for fact in [boot_opened(&boot_key(), &team_key())].into_iter().chain(people) {
        walk.folds(None, fact);
    }
    walk.folds(None, lot_opened(1));
    walk.folds(None, erase_consent(1));
    walk.goes(Some(1), received(1));
    walk
}

/// A rule, a walk that leads up to it, and the step that it refuses.
type Refused = (&'static str, Walk, (Option<u8>, Fact));

/// For the rule: what it refuses.
pub(crate) fn refusals() -> Vec<Refused> {
    vec![
        ("stick-kinds", start(), (None, lot_opened(7).into())),
        ("stick-kinds", start(), (None, PersonAdded { person: person(7) }.into())),
        ("stick-kinds", start(), (Some(1), DeviceTaken {}.into())),
        ("stick-kinds", start(), (Some(1), DeviceNoted { note: Digest([3; 32]) }.into())),
    ]
}

#[test]
fn a_start_goes_from_the_door_to_its_wipe_and_every_kind_that_no_stick_may_author_is_refused() {
    let mut walk = start();
    walk.goes(Some(1), tag(1));
    walk.goes(Some(1), inspected(aoxanh::event::inspection::Verdict::Pass, &[disk(Some("S"))]));
    walk.goes(Some(1), bound("S"));
    walk.wipes(1, 1, "S");
    walk.images(1, 2, "S");
    for event in golden::all() {
        let kind = event.fact.kind().to_owned();
        let of_itself = ["StationOpened", "ClockJumped"].contains(&kind.as_str()) || !KINDS.contains(&kind.as_str());
        let may = of_itself || STICK_KINDS.contains(&kind.as_str());
        let refused = walk.objections(Some(1), event.fact).iter().any(|refusal| refusal.rule == "stick-kinds");
        assert_eq!(refused, !may, "{kind}");
    }
    let mut station = Walk::new(false);
    assert!(station.objections(None, lot_opened(7).into()).is_empty());
}
