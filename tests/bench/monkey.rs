//! A monkey at the keyboard: whatever is typed, pasted or scanned, in whatever order, nothing breaks, nothing is recorded that
//! a rule forbids, no disk is written that was not armed, nobody's name gets into the ledger, and every key is reached.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]
#![expect(clippy::wildcard_enum_match_arm, reason = "of all facts two are looked for")]

use super::arming_rig::OLD;
use super::monkey_actions::{Action, all};
use super::monkey_rig::{Monkey, NAMES};
use aoxanh::custody::{Cabinet, MemoryDrawers, Written, apply, check};
use aoxanh::device::Bus;
use aoxanh::event::{Event, Fact};
use aoxanh::ledger::Record;
use aoxanh::port::{Disks, Index, Row};
use aoxanh::screen::SCREENS;
use aoxanh::workbench::{Pinned, verify};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

/// Inputs of all runs together, in the usual suite and with `--long`.
const INPUTS: (u64, u64) = (8_000, 100_000);
/// As many more where some key was not reached by then.
const MOST: u64 = 24_000;
/// Inputs of one run, on a station of its own.
const RUN: u64 = 6_000;

/// What no key can be made to do here, and why.
const NEVER: &[(&str, &str, &str)] = &[
    // One step is stopped by one rule at most that may be lifted.
    ("layer::lift::Lift", "Down", "key-down"),
    ("layer::lift::Lift", "Up", "key-up"),
];

#[test]
fn a_monkey_breaks_nothing_records_nothing_forbidden_and_reaches_every_key() {
    let inputs = if std::env::var_os("AOXANH_LONG").is_some() { INPUTS.1 } else { INPUTS.0 };
    let (mut reached, mut records) = (BTreeMap::new(), 0);
    let mut done = 0;
    let every = every();
    let missing = |reached: &BTreeMap<Action, u64>| -> Vec<String> {
        every.iter().filter(|action| !reached.contains_key(*action)).map(ToString::to_string).collect()
    };
    for seed in 1.. {
        if done >= inputs && (missing(&reached).is_empty() || done >= inputs + MOST) {
            break;
        }
        // What fails is to be found again: the seed is all there is to know.
        eprintln!("seed {seed}, not reached yet: {:?}", missing(&reached));
        let mut monkey = Monkey::new(seed, std::mem::take(&mut reached));
        monkey.draws_all = inputs > INPUTS.0;
        monkey.round();
        while monkey.steps() < RUN {
            monkey.turn();
        }
        done += monkey.steps();
        records += keeps_its_promises(&monkey);
        reached = std::mem::take(&mut monkey.reached);
    }
    let missing = missing(&reached);
    let said = format!(
        "monkey: {done} inputs, {records} records, {} of {} keys of {} pages and layers reached\n",
        every.len() - missing.len(),
        every.len(),
        every.iter().map(|action| &action.page).collect::<BTreeSet<_>>().len(),
    );
    // Not `eprintln!`, which the test harness keeps to itself where a test passes.
    std::io::stderr().write_all(said.as_bytes()).expect("standard error is there");
    assert!(missing.is_empty(), "{said}never reached:\n{}", missing.join("\n"));
    let unknown: Vec<_> = reached.keys().filter(|action| !every.contains(action)).collect();
    assert!(unknown.is_empty(), "not in any table: {unknown:#?}");
}

/// Every line of every table, the keys that go to a screen, and those that do the same anywhere.
fn every() -> BTreeSet<Action> {
    let places =
        SCREENS.iter().map(|place| Action::new("stack::Stack", &format!("{:?}", place.key), (place.words)().key()));
    let anywhere = [
        "Function(1)",
        "Function(12)",
        "Char('?')",
        "Char(':')",
        "Control('p')",
        "Control('b')",
        "Control('c')",
        "Control('z')",
    ];
    let anywhere = anywhere.map(|key| Action::new("stack::Stack", key, ""));
    let never: BTreeSet<Action> = NEVER.iter().map(|(page, key, words)| Action::new(page, key, words)).collect();
    let found: BTreeSet<Action> = all().into_iter().chain(places).chain(anywhere).collect();
    assert!(never.is_subset(&found), "no such keys any more: {:#?}", never.difference(&found).collect::<Vec<_>>());
    // The page that makes a station stands alone, without a desk; its own tests press its keys.
    let apart = |action: &&Action| action.page.starts_with("setup::");
    found.difference(&never).filter(|action| !apart(action)).cloned().collect()
}

/// What holds after any input; how many records there are.
fn keeps_its_promises(monkey: &Monkey) -> u64 {
    let rig = &monkey.rig;
    let verified = verify(rig.store.as_ref(), Pinned::default()).expect("every record, head and link holds");
    assert!(verified.faults().is_empty(), "{:?}", verified.faults());
    let (mut events, mut bytes) = (Vec::new(), Vec::new());
    let read = &mut |row: Row| {
        let record = Record::from_bytes(row.bytes.clone()).expect("a record");
        events.push((Event::from_body(record.body()).expect("an event"), record.leaf()));
        bytes.extend(row.bytes);
        Ok(())
    };
    rig.store.rows(read).expect("the ledger reads");
    accepted_again(&events);
    monkey.claims_hold(&events.iter().map(|(event, _)| event.clone()).collect::<Vec<_>>());
    let said = String::from_utf8_lossy(&bytes).to_lowercase();
    for name in NAMES.into_iter().chain(["Người Thử", "0900000000"]) {
        assert!(!said.contains(&name.to_lowercase()), "{name} is in the ledger");
    }
    let started: Vec<Option<&str>> = events
        .iter()
        .filter_map(|(event, _)| match &event.fact {
            Fact::WipeStarted(started) => Some(started.disk.serial.as_deref()),
            Fact::ImageStarted(started) => Some(started.disk.serial.as_deref()),
            _other => None,
        })
        .collect();
    for disk in rig.disks.list(None).expect("listed").iter().filter(|disk| disk.bus == Bus::Usb) {
        let is_written = rig.disks.bytes(&disk.name).iter().any(|byte| *byte != OLD);
        assert!(!is_written || disk.obstacles.is_empty(), "{} was written", disk.name);
        let is_begun = started.contains(&disk.identity.serial.as_deref());
        assert!(!is_written || is_begun, "{} was written, and no job on it begun", disk.name);
    }
    u64::try_from(events.len()).expect("fits")
}

/// Every record, from the first on, is one that no rule refuses.
fn accepted_again(events: &[(Event, aoxanh::unit::Digest)]) {
    let mut drawers = MemoryDrawers::default();
    for (seq, (event, leaf)) in (0..).zip(events) {
        let mut cabinet = Cabinet::new(&mut drawers);
        let refusal = check(event, &cabinet).expect("drawers read");
        assert_eq!(refusal, None, "record {seq}: {event:?}");
        apply(event, seq, *leaf, &mut cabinet).expect("drawers write");
        drawers.1.push(Written { leaf: *leaf, event: event.clone(), from: None });
    }
}
