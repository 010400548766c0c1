//! The lab: machines modelled on real ones, each a file in `tests/lab`, started under QEMU and inspected by the built program.
//!
//! A few of them in every run, all with `--long`; `scripts/lab` runs those that are asked for and prints a table. Serial
//! numbers and UUIDs are made up.

#![expect(clippy::disallowed_methods, clippy::panic, reason = "a test reads files, and fails by panicking")]

use super::guest_rig::past_the_harness;
use super::lab_run::{Came, facts_amiss, run, verdict_amiss};
use super::lab_scenario::{Deed, Scenario, Stated, files, load, text};
use serde_json::json;
use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// In every run: a netbook that fails, one that is wiped, one whose disk is bad, and one that is cut from power.
const FEW: [&str; 4] = ["hp-mini-210", "optiplex-fx160", "elitebook-8440p-bad-disk", "elitebook-2560p"];
/// How often a machine is cut in every run, and where all are run.
const FEW_ROUNDS: usize = 2;
const ROUNDS: usize = 20;
/// What every scenario states, so that none is empty.
const ALWAYS: [&str; 8] = [
    "cpu.cores",
    "cpu.mhz",
    "cpu.model",
    "memory.total",
    "disk.count",
    "disk.largest",
    "firmware.uefi",
    "identity.model",
];

fn read(name: &str) -> Scenario {
    load(name).unwrap_or_else(|wrong| panic!("{wrong}"))
}

/// Started from the stick's image too, with `--long`: by BIOS, by UEFI and with Secure Boot.
const BY_STICK: [&str; 3] = ["optiplex-3010", "lenovo-v330", "ideapad-3"];

/// Runs those, tells each as it ends, and fails where one is other than stated.
fn lab(names: &[String], rounds: usize, from_stick: bool) {
    past_the_harness(&format!("{:<24} {:>7}  {:>11}  {:<12} {}\n", "machine", "seconds", "facts", "verdict", "result"));
    let mut failed = Vec::new();
    for name in names {
        let scenario = read(name);
        let came = match catch_unwind(AssertUnwindSafe(|| run(scenario, rounds, from_stick))) {
            Ok(Some(came)) => came,
            Ok(None) => return,
            Err(_told) => Came {
                seconds: 0,
                right: 0,
                wrong: 0,
                verdict: "?".to_owned(),
                differences: vec!["it broke off, see above".to_owned()],
            },
        };
        past_the_harness(&row(name, &came));
        if !came.differences.is_empty() {
            failed.push(name.as_str());
        }
    }
    let good = names.len() - failed.len();
    past_the_harness(&format!("{good} of {} as stated\n", names.len()));
    assert!(failed.is_empty(), "other than stated: {failed:?}");
}

fn row(name: &str, came: &Came) -> String {
    let all = came.right + came.wrong;
    let facts = format!("{} of {all}", came.right);
    let result = if came.differences.is_empty() { "as stated" } else { "OTHER" };
    let mut row = format!("{name:<24} {:>7}  {facts:>11}  {:<12} {result}\n", came.seconds, came.verdict);
    for difference in &came.differences {
        let _never = writeln!(row, "    {difference}");
    }
    row
}

#[test]
fn machines_of_the_lab_say_what_they_are_and_are_wiped_and_cut_as_their_files_state() {
    let all: Vec<String> = files().into_keys().collect();
    if std::env::var_os("AOXANH_LONG").is_some() {
        lab(&all, ROUNDS, false);
        lab(&BY_STICK.map(str::to_owned), FEW_ROUNDS, true);
    } else {
        past_the_harness(&format!("NOT RUN, only with --long: {} machines of the lab\n", all.len() - FEW.len()));
        lab(&FEW.map(str::to_owned), FEW_ROUNDS, false);
    }
}

/// Only called by `scripts/lab`.
#[test]
#[ignore = "scripts/lab runs it"]
fn asked_for() {
    let asked = std::env::var("AOXANH_LAB").unwrap_or_default();
    let rounds = std::env::var("AOXANH_LAB_ROUNDS").ok().and_then(|rounds| rounds.parse().ok());
    let (names, usual) = match asked.as_str() {
        "all" => (files().into_keys().collect(), ROUNDS),
        names => (names.split_whitespace().map(str::to_owned).collect::<Vec<_>>(), FEW_ROUNDS),
    };
    lab(&names, rounds.unwrap_or(usual), std::env::var_os("AOXANH_LAB_STICK").is_some());
}

#[test]
fn every_file_of_the_lab_states_a_machine_and_no_two_are_one() {
    let files = files();
    assert!(files.len() >= 30, "{}", files.len());
    let mut serials = std::collections::BTreeSet::new();
    for name in files.keys() {
        let scenario = read(name);
        assert!(!scenario.about.is_empty(), "{name}");
        let expect = &scenario.expect;
        let stated = |key: &&&str| expect.facts.contains_key(**key) || expect.unknown.iter().any(|one| one == **key);
        let missing: Vec<_> = ALWAYS.iter().filter(|key| !stated(key)).collect();
        assert!(missing.is_empty(), "{name} does not state {missing:?}");
        let own = scenario.disk.iter().map(|disk| &disk.serial).chain([&scenario.system.serial, &scenario.system.uuid]);
        for serial in own.filter(|serial| serial.contains(char::is_numeric)) {
            assert!(serials.insert(serial.clone()), "{name}: {serial} is another's");
        }
    }
    assert!(FEW.iter().all(|name| files.contains_key(*name)));
    let does = |deed: Deed| files.keys().any(|name| read(name).deeds.contains(&deed));
    assert!(
        [Deed::Wipe, Deed::Pull, Deed::Cut, Deed::Plug, Deed::Image, Deed::CutImage, Deed::CutAppend]
            .into_iter()
            .all(does)
    );
}

#[test]
fn an_unknown_key_and_a_machine_that_cannot_be_are_refused_by_name() {
    let text = text("optiplex-fx160").unwrap_or_default();
    assert!(Scenario::read(&text).is_ok());
    let refused = |from: &str, to: &str| {
        assert!(text.contains(from), "{from}");
        Scenario::read(&text.replacen(from, to, 1)).err().unwrap_or_default()
    };
    for (from, to, word) in [
        ("about", "abuot", "abuot"),
        ("cores =", "coers =", "coers"),
        ("serial =", "serail =", "serail"),
        ("verdict =", "verdikt =", "verdikt"),
        ("do = [\"wipe\"]", "do = [\"burn\"]", "burn"),
        ("letters = true", "letters = true\nblock = 4096", "block"),
        ("letters = true", "letters = false", "letters"),
        ("bytes =", "bytes = 1\nunwritable = [1]\n#", "bytes"),
    ] {
        let wrong = refused(from, to);
        assert!(wrong.contains(word), "{to}: {wrong}");
    }
}

#[test]
fn every_wrong_statement_is_told() {
    let expect = &mut read("optiplex-fx160").expect;
    expect.facts = [
        ("a".to_owned(), Stated::Number(7)),
        ("b".to_owned(), Stated::Words("words".to_owned())),
        ("c".to_owned(), Stated::Flag(true)),
    ]
    .into();
    expect.unknown = vec!["d".to_owned()];
    expect.absent = vec!["e".to_owned()];
    let fact = |key: &str, known: bool, number: Option<u64>, text: &str| json!({ "fact": key, "known": known, "number": number, "text": text });
    let right = [
        fact("a", true, Some(7), "7"),
        fact("b", true, None, "words"),
        fact("c", true, Some(1), "có"),
        fact("d", false, None, "không biết"),
    ];
    assert_eq!(facts_amiss(expect, &right), (5, Vec::new()));
    let wrong = [
        fact("a", true, Some(8), "8"),
        fact("b", false, None, "words"),
        fact("c", true, Some(0), "không"),
        fact("d", true, Some(1), "1"),
        fact("e", true, Some(1), "1"),
    ];
    assert_eq!(facts_amiss(expect, &wrong).1.len(), 5);
    assert_eq!(facts_amiss(expect, &[]).1.len(), 4, "what is not told is not as stated");

    (expect.verdict, expect.profile, expect.fix) = ("fail".to_owned(), "p".to_owned(), None);
    expect.fails = vec!["memory.total".to_owned()];
    let judged = |verdict: &str, fact: &str, fix: Option<&str>| {
        let finding = json!({ "fact": fact, "level": "required", "outcome": "failed" });
        json!({ "verdict": verdict, "profile": "p", "fix": fix, "findings": [finding] })
    };
    assert_eq!(verdict_amiss(expect, &judged("fail", "memory.total", None)), [""; 0]);
    for (verdict, fact, fix) in
        [("pass", "memory.total", None), ("fail", "cpu.mhz", None), ("fail", "memory.total", Some("RAM"))]
    {
        assert_eq!(verdict_amiss(expect, &judged(verdict, fact, fix)).len(), 2, "what differs, and what is in the way");
    }
}
