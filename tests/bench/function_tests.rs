//! Function tests on machines made of what a test says: each with a run that passes, one that fails and one where the part
//! is missing; every outcome is in the ledger.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::arming_rig::Rig;
use aoxanh::custody::FUNCTIONS;
use aoxanh::device::{Certainty, Facts, Value, key};
use aoxanh::event::Fact;
use aoxanh::event::inspection::{FunctionOutcome, FunctionResult, TestedHow};
use aoxanh::event::intake::DeviceKind;
use aoxanh::port::{Failure, FakeGuide, FakeHardware, Index, Part, Presence, Trouble};
use aoxanh::trial::{FULL, InputEvent, LAPTOP, Layout};
use aoxanh::workbench::{
    CheckNews, CheckOrder, Donation, FUNCTION_TESTS, Found, TestOptions, function_test, inspect, load_profile,
    open_lot, receive, test_lines, test_now,
};
use std::time::Duration;

pub(crate) const QUICK: TestOptions = TestOptions {
    layout: None,
    memory: Duration::from_millis(50),
    load: Duration::from_mins(1),
    discharge: Duration::from_mins(10),
};

/// A station with one device of that kind, and the machine it is.
pub(crate) struct Trial {
    pub(crate) rig: Rig,
    pub(crate) found: Found,
    /// What could not be tried, and why.
    pub(crate) not_possible: Vec<Failure>,
}

impl Trial {
    pub(crate) fn new(kind: DeviceKind, hardware: FakeHardware) -> Self {
        let mut rig = Rig::new(&[]);
        rig.hardware = hardware;
        let donation = Donation { donor: None, erase: true, parts: false };
        let lot = open_lot(&rig.bench(), &donation).expect("a lot");
        let found = receive(&rig.bench(), &lot, kind, None).expect("received").found;
        Self { rig, found, not_possible: Vec::new() }
    }

    pub(crate) fn order(&mut self, order: &CheckOrder, guide: &mut FakeGuide) -> Result<Vec<FunctionResult>, Failure> {
        let not_possible = &mut self.not_possible;
        let mut tell = |news: CheckNews<'_>| {
            if let CheckNews::NotPossible(_, failure) = news {
                not_possible.push(failure.clone());
            }
            Ok(())
        };
        test_now(&self.rig.bench(), &self.found, order, &|| false, guide, &mut tell)
    }

    pub(crate) fn one(&mut self, id: &str, guide: &mut FakeGuide) -> FunctionResult {
        let order = CheckOrder { only: vec![id.to_owned()], again: true, options: QUICK };
        self.order(&order, guide).expect("done").pop().expect("one result")
    }

    /// Every outcome that is recorded, the oldest first.
    pub(crate) fn recorded(&self) -> Vec<FunctionResult> {
        let history = self.rig.store.history(&self.found.id).expect("readable");
        let tested = |fact| if let Fact::FunctionTested(tested) = fact { tested.results } else { Vec::new() };
        history.into_iter().flat_map(|line| tested(line.event.fact)).collect()
    }
}

/// How a test came out, and why.
pub(crate) fn came(result: &FunctionResult) -> (FunctionOutcome, Option<&str>) {
    (result.outcome, result.reason.as_deref())
}

pub(crate) fn measured(result: &FunctionResult, name: &str) -> Vec<u64> {
    result.measured.iter().filter(|measured| measured.name == name).map(|measured| measured.value).collect()
}

pub(crate) const WORKS: FunctionOutcome = FunctionOutcome::Works;
pub(crate) const FAILS: FunctionOutcome = FunctionOutcome::Fails;
pub(crate) const SKIPPED: FunctionOutcome = FunctionOutcome::Skipped;

fn taps(layout: &Layout, but: &[u16]) -> impl Iterator<Item = InputEvent> {
    let codes = layout.caps().map(|cap| cap.code).filter(|code| !but.contains(code)).collect::<Vec<_>>();
    codes.into_iter().flat_map(|code| [true, false].map(|down| InputEvent::Key { code, down }))
}

fn keyboard(layout: &Layout, but: &[u16]) -> FakeHardware {
    let hardware = FakeHardware::with(&[Part::Keyboard]);
    hardware.events.borrow_mut().extend(taps(layout, but));
    hardware
}

#[test]
fn every_function_that_a_device_must_be_tested_for_has_one_test_with_a_name_of_its_own() {
    let ids: Vec<_> = FUNCTION_TESTS.iter().map(|test| test.id).collect();
    let twice = ids.iter().enumerate().find(|(at, id)| ids[..*at].contains(id));
    assert_eq!(twice, None);
    let without: Vec<_> = FUNCTIONS.iter().filter(|id| function_test(id).is_none()).collect();
    assert!(without.is_empty(), "{without:?}");
}

#[test]
fn a_keyboard_with_every_key_works_and_nobody_is_asked() {
    for (kind, layout) in [(DeviceKind::Laptop, &LAPTOP), (DeviceKind::Desktop, &FULL)] {
        let mut trial = Trial::new(kind, keyboard(layout, &[]));
        let mut guide = FakeGuide::default();
        let result = trial.one("keyboard", &mut guide);
        assert_eq!((came(&result), result.how), ((WORKS, None), Some(TestedHow::Volunteer)));
        let count = layout.caps().count() as u64;
        assert_eq!((measured(&result, "keys_seen"), measured(&result, "keys_expected")), (vec![count], vec![count]));
        assert!(guide.asked.is_empty());
        assert!(guide.shown.iter().all(|view| view.on.as_deref().is_some_and(|on| on.contains("GIẢ"))));
        assert_eq!(trial.recorded(), [result]);
    }
}

#[test]
fn keys_that_were_not_seen_are_named_and_the_volunteer_says_what_that_means() {
    for (answer, wanted) in [
        ("keys_dead", (FAILS, Some("keys_dead"))),
        ("no_such_keys", (WORKS, None)),
        ("skip", (SKIPPED, Some("no_tool"))),
    ] {
        let mut trial = Trial::new(DeviceKind::Laptop, keyboard(&LAPTOP, &[30, 57]));
        let mut guide = FakeGuide::with(&[answer, "no_tool"]);
        let result = trial.one("keyboard", &mut guide);
        assert_eq!(came(&result), wanted);
        let missing = if answer == "skip" { vec![] } else { vec![30, 57] };
        let mut shown = measured(&result, "missing");
        shown.sort_unstable();
        assert_eq!(shown, missing);
    }
    let mut trial = Trial::new(DeviceKind::Laptop, keyboard(&LAPTOP, &[30]));
    let mut guide = FakeGuide::with(&["again", "keys_dead"]);
    assert_eq!(measured(&trial.one("keyboard", &mut guide), "keys_seen"), [0], "trying again begins anew");
}

#[test]
fn escape_three_times_in_a_row_ends_the_keyboard_test_and_three_times_among_others_does_not() {
    let tap = |code| [true, false].map(|down| InputEvent::Key { code, down });
    let ended = |codes: &[u16]| {
        let hardware = FakeHardware::with(&[Part::Keyboard]);
        hardware.events.borrow_mut().extend(codes.iter().copied().flat_map(tap));
        let mut trial = Trial::new(DeviceKind::Laptop, hardware);
        measured(&trial.one("keyboard", &mut FakeGuide::with(&["keys_dead"])), "keys_seen")
    };
    assert_eq!(ended(&[30, 1, 1, 1, 31, 32]), [2], "what comes afterwards is not heard");
    assert_eq!(ended(&[1, 30, 1, 31, 1, 32]), [4]);
}

#[test]
fn a_key_that_is_down_all_the_time_is_stuck_whatever_else_works() {
    let mut hardware = keyboard(&LAPTOP, &[57]);
    hardware.down = vec![57];
    let mut trial = Trial::new(DeviceKind::Laptop, hardware);
    let result = trial.one("keyboard", &mut FakeGuide::default());
    assert_eq!((came(&result), measured(&result, "stuck")), ((FAILS, Some("keys_stuck")), vec![57]));
}

#[test]
fn a_missing_part_is_detected_not_asked_and_fails_only_where_such_a_device_cannot_be_without_it() {
    for (kind, wanted) in
        [(DeviceKind::Laptop, (FAILS, Some("not_found"))), (DeviceKind::Desktop, (FunctionOutcome::Absent, None))]
    {
        let mut trial = Trial::new(kind, FakeHardware::default());
        let mut guide = FakeGuide::default();
        for id in ["keyboard", "screen"] {
            let result = trial.one(id, &mut guide);
            assert_eq!((came(&result), result.how), (wanted, Some(TestedHow::Automatic)), "{id}");
        }
        assert!(guide.asked.is_empty() && guide.shown.is_empty());
    }
}

#[test]
fn a_part_that_cannot_be_used_is_skipped_and_said_never_failed_or_missing() {
    let mut hardware = FakeHardware::with(&[Part::Keyboard, Part::Memory]);
    hardware.broken = vec![Part::Keyboard, Part::Memory];
    let mut trial = Trial::new(DeviceKind::Laptop, hardware);
    for id in ["keyboard", "memory"] {
        assert_eq!(came(&trial.one(id, &mut FakeGuide::default())), (SKIPPED, Some("not_possible")), "{id}");
    }
    assert_eq!(trial.not_possible.len(), 2);
    let file = trial.rig.bench().device(&trial.found.id).expect("known").file;
    assert!(file.functions_missing().contains(&"keyboard"), "a skipped test is not a passed one");
}

#[test]
fn the_screen_is_shown_in_five_colours_and_judged_by_the_volunteer() {
    for (answer, wanted) in [("good", (WORKS, None)), ("crack", (FAILS, Some("crack")))] {
        let mut trial = Trial::new(DeviceKind::Laptop, FakeHardware::with(&[Part::Screen]));
        let mut guide = FakeGuide::with(&["next", "next", "next", "next", "next", answer]);
        assert_eq!(came(&trial.one("screen", &mut guide)), wanted);
        assert_eq!(guide.asked.iter().filter(|asked| *asked == "ask-field").count(), 5);
    }
    let mut trial = Trial::new(DeviceKind::Laptop, FakeHardware::with(&[Part::Screen]));
    let mut guide = FakeGuide::with(&["next", "skip", "cannot_tell"]);
    assert_eq!(came(&trial.one("screen", &mut guide)), (SKIPPED, Some("cannot_tell")));
}

#[test]
fn memory_that_keeps_its_words_works_and_one_stuck_word_fails_with_the_place_in_the_ledger() {
    let mut trial = Trial::new(DeviceKind::Laptop, FakeHardware::with(&[Part::Memory]));
    let result = trial.one("memory", &mut FakeGuide::default());
    assert_eq!((came(&result), result.how), ((WORKS, None), Some(TestedHow::Automatic)));
    assert!(measured(&result, "passes")[0] >= 2 && measured(&result, "bad_words") == [0], "{result:?}");
    trial.rig.hardware.bad_word = Some(1234);
    let result = trial.one("memory", &mut FakeGuide::default());
    assert_eq!((came(&result), measured(&result, "bad_words")), ((FAILS, Some("bad_memory")), vec![1]));
}

#[test]
fn what_was_tested_today_is_not_done_again_unasked_and_a_skip_takes_nothing_back() {
    let parts = [Part::Keyboard, Part::Screen, Part::Memory];
    let mut trial = Trial::new(DeviceKind::Laptop, FakeHardware::with(&parts));
    trial.rig.hardware.events.borrow_mut().extend(taps(&LAPTOP, &[]));
    let order = CheckOrder { only: vec!["keyboard".into(), "screen".into()], again: false, options: QUICK };
    let gave_up = trial.order(&order, &mut FakeGuide::with(&["next"])).expect_err("the volunteer left");
    assert_eq!(gave_up.trouble, Trouble::Cancelled);
    assert_eq!(trial.recorded().len(), 1, "what was done before stays");
    let mut guide = FakeGuide::with(&["skip", "no_time"]);
    let done = trial.order(&order, &mut guide).expect("goes on");
    assert_eq!(done.iter().map(|result| result.function.as_str()).collect::<Vec<_>>(), ["screen"]);
    let mut guide = FakeGuide::with(&["next", "next", "next", "next", "next", "good"]);
    assert_eq!(trial.order(&order, &mut guide).expect("a skipped one is done again").len(), 1);
    assert_eq!(trial.order(&order, &mut FakeGuide::default()).expect("nothing is left"), []);
    let mut guide = FakeGuide::with(&["skip", "no_time"]);
    let again = CheckOrder { only: vec!["screen".into()], again: true, options: QUICK };
    assert_eq!(trial.order(&again, &mut guide).expect("again").len(), 1);
    let file = trial.rig.bench().device(&trial.found.id).expect("known").file;
    assert_eq!(file.functions["screen"], WORKS);
    let day = Duration::from_hours(24);
    trial.rig.clock.set(aoxanh::port::Clock::now(&trial.rig.clock).plus(day));
    let lines = test_lines(&trial.rig.bench(), &trial.found).expect("readable");
    let keyboard = lines.iter().find(|line| line.test.id == "keyboard").expect("listed");
    assert_eq!((keyboard.is_today, keyboard.last.is_some()), (false, true), "yesterday's is done again");
}

#[test]
fn another_machine_and_an_unknown_test_are_refused_before_anything_is_recorded() {
    let mut trial = Trial::new(DeviceKind::Laptop, FakeHardware::with(&[Part::Memory]));
    let order = |id: &str| CheckOrder { only: vec![id.to_owned()], again: false, options: QUICK };
    let unknown = trial.order(&order("wings"), &mut FakeGuide::default()).expect_err("no such test");
    assert_eq!((unknown.trouble, unknown.what.key()), (Trouble::Usage, "check-unknown-function"));
    let told = |serial: &str| {
        let mut facts = Facts::new();
        facts.push(key::SERIAL, Value::Text(serial.to_owned()), "made up", Certainty::Certain);
        facts
    };
    trial.rig.probe.0 = told("THU-0001");
    let profile = load_profile(&trial.rig.bench(), None, DeviceKind::Laptop).expect("embedded");
    inspect(&trial.rig.bench(), &trial.found, profile).expect("its serial is known");
    trial.rig.probe.0 = told("BENCH-PC");
    let other = trial.order(&order("memory"), &mut FakeGuide::default()).expect_err("another machine");
    assert_eq!((other.trouble, other.what.key()), (Trouble::No, "rule-strange-machine"));
    assert_eq!(trial.recorded(), []);
    trial.rig.probe.0 = told("thu0001");
    assert_eq!(trial.order(&order("memory"), &mut FakeGuide::default()).expect("the same machine").len(), 1);
}

#[test]
fn a_part_that_nobody_can_tell_of_is_tried_all_the_same() {
    let mut hardware = FakeHardware::default();
    hardware.parts.insert(Part::Memory, Presence::Unknown(aoxanh::word::Sentence::new("unknown")));
    let mut trial = Trial::new(DeviceKind::Laptop, hardware);
    assert_eq!(came(&trial.one("memory", &mut FakeGuide::default())).0, WORKS);
}
