//! A disk's health before and after a wipe: it is kept, it stops a wipe only where the disk should be replaced, and silence
//! stops nothing.

use super::arming_rig::{Rig, disk, wipe_order};
use aoxanh::event::Fact;
use aoxanh::event::disk::{HealthSeen, HealthVerdict, WipeResult};
use aoxanh::reading::{Condition, SmartReport, Tally};
use aoxanh::workbench::WipeOrder;

const SERIAL: &str = "WD-12345678";

/// A disk that says that all is well, after so many hours, with so many sectors pending.
fn report(hours: u64, pending: u64) -> SmartReport {
    let (hours, pending) = (Some(hours), Tally::Known(pending));
    SmartReport { passed: Some(true), spins: Some(true), hours, pending, ..SmartReport::default() }
}

fn health(rig: &Rig) -> (Option<HealthSeen>, Option<HealthSeen>) {
    let (mut before, mut after) = (None, None);
    for event in rig.events() {
        if let Fact::WipeStarted(started) = &event.fact {
            before = started.health_before;
        }
        if let Fact::WipeEnded(ended) = &event.fact {
            after = ended.health_after;
        }
    }
    (before, after)
}

fn rig() -> Rig {
    Rig::new(&[disk("sda", Some(SERIAL))])
}

#[test]
fn a_disk_that_should_be_replaced_is_not_wiped_until_somebody_says_so() {
    let rig = rig();
    let (found, _) = rig.device(true);
    rig.smart.tell("sda", report(27_205, 8));
    let (old, before) = (rig.disks.bytes("sda"), rig.events().len());
    let order = wipe_order("sda", SERIAL);
    let refused = rig.wipe(&found, &order).expect_err("eight sectors wait");
    assert_eq!(refused.what.key(), "wipe-health-gate");
    assert_eq!(refused.hint.as_ref().map(aoxanh::word::Sentence::key), Some("wipe-health-gate-hint"));
    assert_eq!((rig.events().len(), rig.disks.bytes("sda")), (before, old), "nothing was recorded or written");
    let wiped = rig.wipe(&found, &WipeOrder { despite_health: true, ..order }).expect("it is wiped");
    assert_eq!(wiped.ended.result, WipeResult::Erased);
    assert_eq!(health(&rig).0.map(|seen| seen.verdict), Some(HealthVerdict::Replace), "it is on record");
}

#[test]
fn nobody_is_asked_about_a_disk_that_was_not_confirmed() {
    let rig = rig();
    let (found, _) = rig.device(true);
    rig.smart.tell("sda", report(1, 8));
    let refused = rig.wipe(&found, &wipe_order("sda", "wrong")).expect_err("not confirmed");
    assert_ne!(refused.what.key(), "wipe-health-gate");
    assert_eq!(rig.smart.asked(), [""; 0]);
}

#[test]
fn both_answers_are_kept_and_what_the_wipe_brought_to_light_too() {
    let rig = rig();
    let (found, _) = rig.device(true);
    rig.smart.tell("sda", report(1_000, 0));
    rig.smart.tell("sda", report(1_002, 3));
    let wiped = rig.wipe(&found, &wipe_order("sda", SERIAL)).expect("it is wiped");
    let seen = |verdict, hours, pending| HealthSeen {
        verdict,
        hours: Some(hours),
        reallocated: None,
        pending: Some(pending),
        uncorrectable: None,
        wear: None,
    };
    let before = seen(HealthVerdict::Good, 1_000, 0);
    let after = seen(HealthVerdict::Replace, 1_002, 3);
    assert_eq!(health(&rig), (Some(before), Some(after)));
    assert_eq!(wiped.health.map(|health| health.condition), [Condition::Good, Condition::Replace]);
    assert_eq!(rig.smart.asked(), ["sda", "sda"]);
}

#[test]
fn a_disk_that_says_nothing_is_wiped_and_called_unknown() {
    let rig = rig();
    let (found, _) = rig.device(true);
    let wiped = rig.wipe(&found, &wipe_order("sda", SERIAL)).expect("silence stops nothing");
    let unknown = Some(HealthVerdict::Unknown);
    let (before, after) = health(&rig);
    assert_eq!((before.map(|seen| seen.verdict), after.map(|seen| seen.verdict)), (unknown, unknown));
    assert_eq!(wiped.health[0].reasons[0].what.key(), "smart-no-answer");
    let viewed = rig.bench().with_health(rig.bench().disk_views(None, Some(&found)).expect("disks"));
    assert_eq!(viewed[0].health.as_ref().map(|health| health.condition), Some(Condition::Unknown));
}
