//! A disk's own self-test: begun once, followed to its end, never called passed where nobody saw that.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use crate::arming_rig::{Rig, disk};
use aoxanh::device::{Bus, Disk};
use aoxanh::reading::{SelfTest, SmartReport, Testing};
use aoxanh::word::{Lang, Words};
use aoxanh::workbench::{TestOrder, Tested, self_test};

fn report(left: Option<u64>, last: Option<(bool, bool)>) -> SmartReport {
    let last = last.map(|(failed, passed)| SelfTest { failed, passed, text: "its words".to_owned() });
    let testing = Testing { left, short_minutes: Some(2), long_minutes: Some(77) };
    SmartReport { passed: Some(true), testing, self_test: last, ..SmartReport::default() }
}

/// What came of it, what was told, and what the disk was told to do.
fn tested(answers: &[SmartReport], order: &TestOrder, stop: bool) -> (Tested, Vec<String>, Vec<(String, bool)>) {
    let rig = Rig::new(&[disk("sda", Some("S1"))]);
    for answer in answers {
        rig.smart.tell("sda", answer.clone());
    }
    let words = Words::new(Lang::Vi, None).expect("embedded");
    let mut told = Vec::new();
    let came = self_test(&rig.bench(), order, &|| stop, &mut |said| told.push(words.say(said))).expect("an answer");
    (came, told, rig.smart.tested())
}

fn order(long: bool, look: bool) -> TestOrder {
    TestOrder { disk: "sda".to_owned(), long, look }
}

#[test]
fn a_test_is_begun_and_followed_to_its_end() {
    let passed = Some((false, true));
    let answers = [report(None, None), report(Some(90), None), report(Some(10), None), report(None, passed)];
    let (came, told, done) = tested(&answers, &order(true, false), false);
    assert_eq!((came, done), (Tested::Passed, vec![("sda".to_owned(), true)]));
    assert_eq!(
        told,
        [
            "sda bắt đầu tự kiểm tra, ổ báo mất khoảng 77 phút.",
            "sda đang tự kiểm tra: còn 90 %",
            "sda đang tự kiểm tra: còn 10 %"
        ]
    );
    let failed = [report(None, passed), report(None, Some((true, false)))];
    assert_eq!(tested(&failed, &order(false, false), false).0, Tested::Failed("its words".to_owned()));
}

#[test]
fn a_running_test_is_followed_not_begun_again_and_stopping_to_look_stops_nothing() {
    let answers = [report(Some(80), None), report(Some(70), None)];
    let (came, told, done) = tested(&answers, &order(false, false), true);
    assert_eq!((came, done.len()), (Tested::Running(70), 0));
    assert_eq!(told, ["sda đang tự kiểm tra từ trước."]);
    let (came, told, done) = tested(&[report(Some(80), None)], &order(false, true), false);
    assert_eq!((came, told.len(), done.len()), (Tested::Running(80), 0, 0));
}

#[test]
fn a_test_that_was_stopped_or_never_was_did_not_pass() {
    for last in [None, Some((false, false))] {
        let (came, ..) = tested(&[report(None, last)], &order(false, true), false);
        assert_eq!(came, Tested::NoResult, "{last:?}");
    }
}

#[test]
fn a_disk_without_self_test_and_one_that_falls_silent_are_told() {
    let stick = Disk { bus: Bus::Virtio, ..disk("vdq", Some("S2")) };
    let rig = Rig::new(&[stick, disk("sda", Some("S1"))]);
    let asked = |name: &str| {
        let order = TestOrder { disk: name.to_owned(), long: false, look: false };
        self_test(&rig.bench(), &order, &|| false, &mut |_| ()).expect_err("no test").what.key().to_owned()
    };
    assert_eq!(asked("vdq"), "self-test-no-such-bus");
    assert_eq!(asked("sda"), "smart-no-answer");
}
