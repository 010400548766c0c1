//! Corrections among random histories: what safety rests on never changes, what is shown before is what happens, taking a
//! correction back restores everything, and what stands is what a ledger without the struck records would say.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]
#![expect(clippy::wildcard_enum_match_arm, reason = "only the few kinds that tell of others are looked at")]

use super::correct::{moved, strikes};
use super::custody_repair::{graded, part, repaired, taken};
use super::ledger_rig::*;
use aoxanh::custody::{Cabinet, DeviceFile, LotFile, MemoryDrawers, Written, apply, corrected, struck};
use aoxanh::event::donation::{ConsentGiven, ConsentWithdrawn, Purpose};
use aoxanh::event::handover::Terms;
use aoxanh::event::inspection::{FunctionOutcome, Verdict};
use aoxanh::event::intake::{Danger, DeviceHeld, DeviceQuarantined, HoldReason, HoldReleased, QuarantineCleared};
use aoxanh::event::lock::{LockCleared, LockFound, LockKind};
use aoxanh::event::people::Role;
use aoxanh::event::repair::{Grade, PartFitted, RepairOutcome};
use aoxanh::event::settling::Corrected;
use aoxanh::event::{About, By, Event, Fact, How};
use aoxanh::port::{Index, Journal};
use aoxanh::store::Store;
use aoxanh::unit::Digest;
use proptest::prelude::*;

/// Something that may be tried on a device; the rules refuse many.
fn attempt(number: u8, device: u8, started: Digest) -> Fact {
    let serial = if device == 1 { "S" } else { "T" };
    let verdict = if number.is_multiple_of(2) { Verdict::Pass } else { Verdict::Fail };
    let outcome = if number.is_multiple_of(2) { FunctionOutcome::Works } else { FunctionOutcome::Fails };
    match number % 24 {
        0 => tag(number / 24 % 4).into(),
        1 => moved("A1").into(),
        2 => moved("B2").into(),
        3 => DeviceHeld::of(HoldReason::Donor).into(),
        4 => HoldReleased {}.into(),
        5 | 6 => inspected(verdict, &[disk(Some(serial))]).into(),
        7 | 8 => tested(outcome).into(),
        9 => graded(if number.is_multiple_of(2) { Grade::A } else { Grade::D }).into(),
        10 => repaired(RepairOutcome::Repairable).into(),
        11 => repaired(RepairOutcome::Fixed).into(),
        12 => taken(number / 24).into(),
        13 => PartFitted { part: part(number / 24) }.into(),
        14 | 15 => allocated(number / 24 % 2).into(),
        16 => handed(number / 24 % 2, if number.is_multiple_of(2) { Terms::Gift } else { Terms::Loan }).into(),
        17 => bound(serial).into(),
        18 => wipe_started(number, serial).into(),
        19 => wipe_ended(number, serial, started).into(),
        20 => image_started(number, serial).into(),
        21 => image_ended(number, serial, started).into(),
        22 => match number / 24 % 4 {
            0 => DeviceQuarantined { danger: Danger::Battery }.into(),
            1 => QuarantineCleared {}.into(),
            2 => LockFound { lock: LockKind::FirmwarePassword, secret: None }.into(),
            _other => LockCleared { lock: LockKind::FirmwarePassword }.into(),
        },
        _more if number > 200 => overridden("give-good-enough", None).into(),
        _more => moved("C3").into(),
    }
}

/// Two devices, one ready and one at the door, two lots, and what people of three roles tried.
fn begun() -> Walk {
    let mut walk = Walk::ready();
    walk.goes(None, ConsentGiven { lot: lot(1), purpose: Purpose::Parts });
    walk.goes(None, lot_opened(2));
    walk.goes(None, erase_consent(2));
    walk.adds(2, Some(Role::Volunteer));
    walk.goes(Some(2), received(1));
    walk.goes(Some(2), tag(2));
    walk
}

/// What safety rests on.
fn safety(file: &DeviceFile) -> impl PartialEq + std::fmt::Debug + use<> {
    (file.disks.clone(), file.locks.clone(), file.quarantined)
}

/// A device without who touched it last.
fn bare(file: Option<DeviceFile>) -> Option<DeviceFile> {
    file.map(|file| DeviceFile { last: Digest::ZERO, last_seq: 0, changed_at: moment(0), ..file })
}

/// Those drawers that say what stands, without who touched what last.
fn standing(drawers: &MemoryDrawers) -> Vec<(String, String)> {
    let told = drawers.0.iter().filter(|(key, _)| {
        let kind = key.split(':').next().unwrap_or_default();
        ["device", "tag", "part", "shelf", "recipient", "today", "daybook", "lot", "job", "disk", "seen"]
            .contains(&kind)
    });
    let text = |(key, text): (&String, &String)| {
        if !key.starts_with("device:") {
            return (key.clone(), text.clone());
        }
        let file = serde_json::from_str(text).expect("a device's drawer");
        (key.clone(), serde_json::to_string(&bare(Some(file))).expect("writes"))
    };
    told.map(text).collect()
}

/// The event of a correction by that person, not taken.
fn event_of(by: u8, device: u8, fact: Corrected) -> Event {
    let device = Some(About { id: device_id(device), after: None });
    Event {
        at: moment(9000),
        happened_at: None,
        by: By { person: person(by), how: How::Pin },
        device,
        fact: fact.into(),
    }
}

/// Corrects `records` of the device, where the rules let that person; holds everything that a correction promises.
fn corrects(walk: &mut Walk, by: u8, device: u8, fact: &Corrected) -> bool {
    let event = event_of(by, device, fact.clone());
    let shown = corrected(&event, &Cabinet::new(&mut walk.drawers)).expect("reads");
    let (before, drawers) = (walk.device(device), standing(&walk.drawers));
    let Ok(leaf) = walk.step_by(by, Some(device), fact.clone().into()) else {
        assert_eq!(standing(&walk.drawers), drawers, "refused, and changed all the same");
        return false;
    };
    let (before, after) = (before.expect("known"), walk.device(device).expect("known"));
    let (was, will) = shown.expect("told");
    assert_eq!(was, before);
    assert_eq!(bare(Some(after.clone())), bare(Some(will)), "what was shown");
    assert_eq!(safety(&after), safety(&before));
    assert!(before.held.is_none() || after.held.is_some(), "no correction lifts a hold");
    assert!(after.lifted.keys().all(|rule| before.lifted.contains_key(rule)), "none lifts a rule");
    let lot = |walk: &mut Walk, file: &DeviceFile| walk.file::<LotFile>(&file.lot).expect("opened");
    let (from, to) = (lot(walk, &before), lot(walk, &after));
    assert!((from.erase || !to.erase) && (from.parts || !to.parts), "no correction widens a consent");
    // Taken back at once, everything is as it was.
    let mut back = walk.clone();
    if back.step_by(1, Some(device), strikes(&[leaf]).into()).is_ok() {
        let same = |(key, text): &(String, String)| !is_freed(key, text);
        let now: Vec<_> = standing(&back.drawers).into_iter().filter(same).collect();
        assert_eq!(now, drawers.into_iter().filter(same).collect::<Vec<_>>(), "taken back");
    }
    true
}

/// Whether it is a drawer of which a correction leaves an empty one.
fn is_freed(key: &str, text: &str) -> bool {
    (key.starts_with("tag:") && text.contains(r#""free":true"#))
        || (key.starts_with("recipient:") && text == r#"{"devices":[]}"#)
        || (key == "shelf:" && text == r#"{"parts":[]}"#)
        || (key.starts_with("daybook:") && text == "{}")
}

/// What a correction leaves behind by intention: then a ledger without the record says something else.
fn leaves_something(walk: &Walk, out: &[Digest]) -> bool {
    walk.written().iter().any(|one| match &one.event.fact {
        Fact::DeviceInspected(_) | Fact::DeviceReceived(_) => out.contains(&one.leaf),
        Fact::Corrected(it) => it.lot.is_some(),
        fact => matches!(fact, Fact::RuleOverridden(_)),
    })
}

/// Drawers by key.
type Drawn = Vec<(String, String)>;

/// What stands, and what would stand had the struck records and the corrections never been made; none where a correction
/// leaves something behind.
fn is_as_if_never_made(walk: &Walk) -> Option<(Drawn, Drawn)> {
    let mut drawers = MemoryDrawers::default();
    let mut seq = 0;
    let out: Vec<Digest> = [1, 2]
        .into_iter()
        .flat_map(|device| {
            let is_of_it =
                |one: &&Written| one.event.device.as_ref().is_some_and(|about| about.id == device_id(device));
            struck(walk.written().iter().filter(is_of_it).map(|one| (one.leaf, &one.event.fact))).into_keys()
        })
        .collect();
    if leaves_something(walk, &out) {
        return None;
    }
    for one in walk.written() {
        if !out.contains(&one.leaf) && !matches!(one.event.fact, Fact::Corrected(_)) {
            apply(&one.event, seq, one.leaf, &mut Cabinet::new(&mut drawers)).expect("folds");
            seq += 1;
        }
    }
    let same = |(key, text): &(String, String)| !is_freed(key, text) && !key.starts_with("part:");
    let of = |drawers: &MemoryDrawers| standing(drawers).into_iter().filter(same).collect();
    Some((of(&walk.drawers), of(&drawers)))
}

/// Tries all that; how many corrections were made.
fn goes_through(walk: &mut Walk, tries: &[(u8, u8, u8, u16)]) -> u32 {
    let (mut started, mut made) = (Digest::ZERO, 0);
    for (number, device, by, pick) in tries {
        let (device, by) = (1 + device % 2, 1 + by % 2);
        let own: Vec<Digest> = {
            let is_of_it =
                |one: &&Written| one.event.device.as_ref().is_some_and(|about| about.id == device_id(device));
            walk.written().iter().filter(is_of_it).map(|one| one.leaf).collect()
        };
        let chosen = own[own.len() - 1 - usize::from(*pick) % own.len().min(6)];
        let last = own.len() - 1;
        let correction = match number {
            0..=5 => Some((by, Corrected { reason: None, ..strikes(&own[last..]) })),
            6..=35 => Some((by, strikes(&[chosen]))),
            36..=45 => Some((1, strikes(&own[last - usize::from(*pick) % own.len().min(3)..]))),
            46..=50 => Some((1, strikes(&own))),
            51..=55 => Some((1, Corrected { lot: Some(lot(1 + device % 2)), ..strikes(&own[..1]) })),
            _other => None,
        };
        if let Some((by, fact)) = correction {
            made += u32::from(corrects(walk, by, device, &fact));
        } else if (56..=58).contains(number) {
            let withdrawn = ConsentWithdrawn { lot: lot(1 + device % 2), purpose: Purpose::Erase };
            let _refused = walk.step_by(1, None, withdrawn.into());
        } else if let Ok(leaf) = walk.step_by(by, Some(device), attempt(*number, device, started)) {
            started = leaf;
        }
    }
    made
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_correction_touches_what_safety_rests_on_and_each_is_as_if_the_record_had_not_been_made(
        tries in proptest::collection::vec((any::<u8>(), any::<u8>(), any::<u8>(), any::<u16>()), 20..70)
    ) {
        let mut walk = begun();
        goes_through(&mut walk, &tries);
        if let Some((told, wanted)) = is_as_if_never_made(&walk) {
            let odd: Vec<_> = told.iter().filter(|one| !wanted.contains(one)).chain(wanted.iter().filter(|one| !told.contains(one))).collect();
            prop_assert!(odd.is_empty(), "{:#?}", odd);
        }
    }

    #[test]
    fn filed_one_by_one_or_anew_from_the_records_everything_is_the_same(
        tries in proptest::collection::vec((any::<u8>(), any::<u8>(), any::<u8>(), any::<u16>()), 20..50)
    ) {
        let mut walk = begun();
        goes_through(&mut walk, &tries);
        let store = Store::in_memory(station_key()).expect("made");
        let entries = walk.written().iter().map(|one| aoxanh::port::Entry {
            at: one.event.at,
            happened_at: None,
            by: one.event.by.clone(),
            device: one.event.device.as_ref().map(|about| about.id.clone()),
            fact: one.event.fact.clone(),
        });
        // Other leaf hashes stand in a true chain: whatever names one is named anew.
        let mut leaves = std::collections::BTreeMap::new();
        for (entry, one) in entries.zip(walk.written()) {
            let fact = renamed(entry.fact, &leaves);
            let receipt = store.commit(vec![aoxanh::port::Entry { fact, ..entry }]).expect("no rule objected").remove(0);
            leaves.insert(one.leaf, receipt.leaf);
        }
        prop_assert_eq!(store.stale_drawer().expect("reads"), None);
        let rows = |store: &Store| (store.page(&aoxanh::port::Filter::default(), None, 10).expect("reads"), store.drawer(&format!("today:{}", moment(0).local_day())).expect("reads"));
        let before = rows(&store);
        store.rebuild(&mut |_, _| ()).expect("anew");
        prop_assert_eq!(store.stale_drawer().expect("reads"), None);
        prop_assert_eq!(rows(&store), before);
    }
}

fn renamed(fact: Fact, leaves: &std::collections::BTreeMap<Digest, Digest>) -> Fact {
    let name = |leaf: Digest| leaves.get(&leaf).copied().unwrap_or(leaf);
    match fact {
        Fact::Corrected(it) => Corrected { records: it.records.into_iter().map(name).collect(), ..it }.into(),
        Fact::WipeEnded(it) => aoxanh::event::disk::WipeEnded { started: name(it.started), ..it }.into(),
        Fact::ImageEnded(it) => aoxanh::event::image::ImageEnded { started: name(it.started), ..it }.into(),
        other => other,
    }
}

#[test]
fn random_histories_do_hold_corrections() {
    let (mut made, mut compared) = (0, 0);
    for seed in 0..40_u16 {
        let try_one = |at: u16| {
            let mixed = blake3::hash(&[seed.to_be_bytes(), at.to_be_bytes()].concat());
            let bytes = mixed.as_bytes();
            (bytes[0], bytes[1], bytes[2], u16::from_be_bytes([bytes[3], bytes[4]]))
        };
        let mut walk = begun();
        made += goes_through(&mut walk, &(0..50).map(try_one).collect::<Vec<_>>());
        compared += u32::from(is_as_if_never_made(&walk).is_some());
    }
    assert!(compared > 8, "{compared} were held against a ledger without the records");
    assert!(made > 100, "{made}: histories without corrections prove nothing");
}
