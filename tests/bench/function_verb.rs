//! `aoxanh check` as it is typed: tests with the person at the terminal, automatic ones without, and how they stand.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::bench_rig::Rig;
use super::function_tests::Trial;
use aoxanh::cli::{Cli, Out, Stage, Verb, parse, run_check};
use aoxanh::event::intake::DeviceKind;
use aoxanh::port::{Failure, FakeAsk, FakeHardware, Part, Trouble};
use aoxanh::word::{Lang, Words};
use serde_json::Value;
use std::ffi::OsString;

/// What was said, after those words on the command line and those answers.
fn typed(trial: &Trial, args: &[&str], answers: &[&str], practice: bool) -> (Result<(), Failure>, String) {
    let words = Words::new(Lang::Vi, None).expect("embedded");
    let line = ["aoxanh", "check", trial.found.id.as_str()].iter().chain(args).map(OsString::from).collect();
    let Cli { verb: Verb::Check(args), json, .. } = parse(line, &words).expect("a command line") else {
        unreachable!("it says check")
    };
    let (mut sink, mut side) = (Vec::new(), Vec::new());
    let mut out = Out::new(&words, json, Stage::Plain, &mut sink, &mut side);
    out.set_practice(practice);
    let done = run_check(&args, &trial.rig.bench(), &FakeAsk::with(answers), &mut out, &|| false);
    (done, String::from_utf8([sink, side].concat()).expect("text"))
}

#[test]
fn a_volunteer_is_led_through_the_tests_and_every_line_says_practice_where_it_is_one() {
    let parts = [Part::Screen, Part::Memory];
    let trial = Trial::new(DeviceKind::Desktop, FakeHardware::with(&parts));
    let only = ["--only", "screen,keyboard,memory", "--memory-time", "1"];
    let (done, said) = typed(&trial, &only, &["", "", "", "", "", "2"], true);
    done.expect("done");
    for words in ["bàn phím: không có", "màn hình: hỏng: sọc", "bộ nhớ (RAM): hoạt động"] {
        assert!(said.contains(words), "{words} not in {said}");
    }
    let bare: Vec<_> = said.lines().filter(|line| !line.contains("LUYỆN TẬP") && !line.contains('\u{1b}')).collect();
    assert!(bare.is_empty(), "{bare:?}");
    let (done, said) = typed(&trial, &only, &["x"], false);
    done.expect("nothing is left to do");
    assert!(said.contains("hôm nay đã thử, hỏng: sọc"), "{said}");
    let (done, said) = typed(&trial, &["--list"], &[], false);
    done.expect("listed");
    assert!(said.contains("✗ màn hình: hỏng: sọc (") && said.contains("camera: chưa thử"), "{said}");
}

#[test]
fn a_test_is_stopped_with_enter_and_skipped_for_a_reason_and_the_next_one_begins() {
    let trial = Trial::new(DeviceKind::Laptop, FakeHardware::with(&[Part::Memory]));
    let words = Words::new(Lang::Vi, None).expect("embedded");
    let line = ["aoxanh", "check", trial.found.id.as_str(), "--only", "memory,bluetooth"].map(OsString::from).to_vec();
    let Cli { verb: Verb::Check(args), .. } = parse(line, &words).expect("a command line") else {
        unreachable!("it says check")
    };
    let stopped = |answers: &[&str], unasked: &[bool]| {
        let (mut sink, mut side) = (Vec::new(), Vec::new());
        let mut out = Out::new(&words, false, Stage::Plain, &mut sink, &mut side);
        let ask = FakeAsk::with(answers);
        ask.unasked.borrow_mut().extend(unasked);
        // Whoever cancels the program is not asked why.
        let done = run_check(&args, &trial.rig.bench(), &ask, &mut out, &|| answers.is_empty());
        (done, String::from_utf8([sink, side].concat()).expect("text"))
    };
    let (done, said) = stopped(&["1"], &[false, true]);
    done.expect("goes on");
    for words in ["bấm Enter", "bộ nhớ (RAM): bỏ qua: chưa có thời gian", "Bluetooth: không có"] {
        assert!(said.contains(words), "{words} not in {said}");
    }
}

#[test]
fn as_json_a_result_has_its_reason_what_was_measured_and_who_found_out() {
    let trial = Trial::new(DeviceKind::Laptop, FakeHardware::with(&[Part::Memory]));
    let (done, said) = typed(&trial, &["--json", "--only", "memory,bluetooth", "--memory-time", "1"], &[], true);
    done.expect("automatic");
    let objects: Vec<Value> = said.lines().map(|line| serde_json::from_str(line).expect("an object a line")).collect();
    let tests: Vec<_> = objects.iter().filter(|object| object["schema"] == "aoxanh/function_test/1").collect();
    let told = |at: usize, field: &str| tests[at][field].as_str().unwrap_or_default().to_owned();
    assert_eq!((told(0, "function"), told(0, "outcome")), ("memory".to_owned(), "works".to_owned()));
    assert_eq!((told(1, "function"), told(1, "outcome")), ("bluetooth".to_owned(), "absent".to_owned()));
    assert!(tests.iter().all(|test| test["practice"] == true && test["how"] == "automatic"), "{said}");
    assert!(tests[0]["measured"].as_array().is_some_and(|measured| !measured.is_empty()), "{said}");
}

#[test]
fn nobody_at_the_terminal_is_refused_before_anything_is_tried_unless_the_tests_need_nobody() {
    let trial = Trial::new(DeviceKind::Laptop, FakeHardware::default());
    for args in [&[][..], &["--only", "keyboard"], &["--only", "memory,screen"]] {
        let failure = typed(&trial, args, &[], false).0.expect_err("nobody is there");
        assert_eq!((failure.trouble, failure.what.key()), (Trouble::Usage, "check-nothing"), "{args:?}");
    }
    assert_eq!(trial.recorded(), []);
    let failure = typed(&trial, &["--only", "wings"], &[], false).0.expect_err("no such test");
    assert_eq!(failure.what.key(), "check-unknown-function");
}

#[test]
fn on_this_very_machine_memory_and_load_are_measured_and_recorded() {
    let rig = Rig::practice();
    let device = rig.device();
    let line = ["check", &device.tag, "--only", "memory,load", "--memory-time", "1", "--load-time", "1"];
    let ran = rig.json(&line).good();
    let tests = ran.all("function_test");
    let value = |test: &Value, name: &str| {
        let measured = test["measured"].as_array().expect("measured").iter().find(|one| one["name"] == name);
        measured.and_then(|one| one["value"].as_u64())
    };
    assert_eq!((tests.len(), &tests[0]["function"], &tests[1]["function"]), (2, &"memory".into(), &"load".into()));
    assert_eq!((&tests[0]["outcome"], value(&tests[0], "bad_words")), (&"works".into(), Some(0)), "{ran:#?}");
    assert!(
        value(&tests[0], "memory").is_some_and(|mib| mib > 16) && value(&tests[0], "passes") >= Some(2),
        "{ran:#?}"
    );
    assert!(value(&tests[1], "one_processor") > Some(0) && value(&tests[1], "memory_copy") > Some(0), "{ran:#?}");
    assert!(tests.iter().all(|test| test["practice"] == true && test["how"] == "automatic"));
    let listed = rig.json(&["check", &device.tag, "--list"]).good().all("function_test");
    assert!(listed.iter().filter(|test| !test["outcome"].is_null()).count() == 2, "{listed:?}");
    rig.verified();
}
