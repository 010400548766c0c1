//! What every [`Index`] promises about finding and listing devices, a sentence each.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::index_lots::lots_counted;
use super::index_shelves::{shelves_counted, waiting_in_order};
use crate::ledger_rig::*;
use aoxanh::custody::{DeviceFile, Stage, Summary, Tally, Today, Waiting};
use aoxanh::event::Fact;
use aoxanh::event::handover::Terms;
use aoxanh::event::inspection::{DeviceInspected, FactSeen, FunctionOutcome, Seen, Verdict};
use aoxanh::event::intake::{
    Danger, DeviceHeld, DeviceQuarantined, HoldReason, HoldReleased, QuarantineCleared, TagBound,
};
use aoxanh::event::people::PersonAdded;
use aoxanh::port::{Filter, Index, Journal};
use aoxanh::tag::TagId;
use aoxanh::unit::Digest;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A ledger that is written and read.
pub(crate) trait Ledger: Journal + Index {
    /// As a reader.
    fn index(&self) -> &dyn Index;
}

impl<T: Journal + Index> Ledger for T {
    fn index(&self) -> &dyn Index {
        self
    }
}

type Promise = fn(&dyn Ledger);

const PROMISES: [(&str, Promise); 14] = [
    ("a summary says what the device's file says", summaries_tell),
    ("a device is found by its tags in any form, and by how they begin", found_by_tag),
    ("a device is found by maker, model, serials, lot and id, whatever the case and the accents", found_by_word),
    ("every word must be found, the newest change comes first, no more come than asked for", found_in_order),
    ("pages hold every device once, the newest change first", pages_are_whole),
    ("a filter lets through what it says and nothing else", filters_agree),
    ("the device received last is told, whatever was touched since and wherever it is", last_received_told),
    ("each stage is counted, those where nothing stands too", stages_counted),
    (
        "each shelf is counted, with whoever has been in the house longest; what was given away lies on none",
        shelves_counted,
    ),
    ("each lot is counted kind by kind, with when the first came, and lists its own devices", lots_counted),
    ("those on a shelf, or on none, come page by page, whoever was received first before all others", waiting_in_order),
    ("a day counts each step on the day in Vietnam on which it happened", days_counted),
    ("a day's book says in which hour, by whom, and why what failed failed", booked),
    ("each stage says how many wait there, since when the oldest and the middle one", queued),
];

/// Keeps every promise; `make` gives an empty ledger of the station's key.
pub(crate) fn keeps_every_promise(name: &str, make: &dyn Fn() -> Box<dyn Ledger>) {
    for (sentence, promise) in PROMISES {
        let ledger = make();
        ledger.commit(beginning(&station_key(), &team_key(), false)).expect("opens");
        ledger.commit(vec![entry(1, None, lot_opened(1)), entry(2, None, erase_consent(1))]).expect("a lot");
        let kept = catch_unwind(AssertUnwindSafe(|| promise(ledger.as_ref())));
        assert!(kept.is_ok(), "{name}: not so: {sentence}");
    }
}

fn record(ledger: &dyn Ledger, device: u8, fact: impl Into<Fact>) -> Digest {
    record_at(ledger, 10, device, fact)
}

pub(super) fn record_at(ledger: &dyn Ledger, at: i64, device: u8, fact: impl Into<Fact>) -> Digest {
    ledger.commit(vec![entry(at, Some(device), fact)]).expect("no rule objects")[0].leaf
}

fn real_tag(number: u8) -> TagId {
    TagId::from_random(*blake3::hash(&[number]).as_bytes().first_chunk().expect("32 bytes"))
}

fn seen(number: u8, model: &str) -> DeviceInspected {
    let fact = |key: &str, text: &str| FactSeen {
        key: key.to_owned(),
        value: Some(Seen::Text(text.to_owned())),
        unit: None,
        source: "DMI".to_owned(),
        certainty: "certain".to_owned(),
    };
    let facts = vec![
        fact("identity.maker", "Hãng Thử"),
        fact("identity.model", model),
        fact("identity.serial", &format!("PF-{number}X")),
    ];
    DeviceInspected { facts, ..inspected(Verdict::Pass, &[disk(Some(&format!("S{number}")))]) }
}

/// Takes a device up the ladder, each step at that time.
pub(super) fn climb(ledger: &dyn Ledger, at: i64, number: u8, to: Stage) {
    let serial = format!("S{number}");
    let record = |fact: Fact| record_at(ledger, at, number, fact);
    record(received(1).into());
    record(TagBound { tag: real_tag(number).as_str().to_owned() }.into());
    if to >= Stage::Inspected {
        record(seen(number, "Sổ tay Giả 14-X").into());
    }
    if to >= Stage::Wiped {
        record(bound(&serial).into());
        let started = record(wipe_started(number, &serial).into());
        record(wipe_ended(number, &serial, started).into());
    }
    if to >= Stage::Imaged {
        let started = record(image_started(100 + number, &serial).into());
        record(image_ended(100 + number, &serial, started).into());
    }
    match to {
        Stage::Checked => record(tested(FunctionOutcome::Fails).into()),
        Stage::Ready | Stage::Allocated | Stage::OnLoan | Stage::HandedOver => {
            record(tested(FunctionOutcome::Works).into())
        }
        Stage::Received | Stage::Inspected | Stage::Wiped | Stage::Imaged => return,
    };
    if to >= Stage::Allocated {
        record(allocated(number).into());
    }
    let terms = if to == Stage::OnLoan { Terms::Loan } else { Terms::Gift };
    if to >= Stage::OnLoan {
        record(handed(number, terms).into());
    }
}

/// Two devices at each stage, one on hold at every other, one in quarantine at every third; then an old one moves.
fn garden(ledger: &dyn Ledger) {
    for (place, stage) in Stage::ALL.into_iter().enumerate() {
        for twin in 0..2 {
            let number = 1 + 2 * u8::try_from(place).expect("few") + twin;
            climb(ledger, 10, number, stage);
            if stage < Stage::OnLoan && number.is_multiple_of(2) {
                record(ledger, number, DeviceHeld::of(HoldReason::Part));
            }
            if stage < Stage::OnLoan && number.is_multiple_of(3) {
                record(ledger, number, DeviceQuarantined { danger: Danger::Smoke });
            }
        }
    }
    record(ledger, 2, HoldReleased {});
}

fn all(ledger: &dyn Ledger) -> Vec<Summary> {
    ledger.index().recent(1000).expect("reads")
}

fn found(ledger: &dyn Ledger, text: &str) -> Vec<u8> {
    let found = ledger.find(text, 100).expect("reads");
    let number = |summary: &Summary| (1..=99).find(|number| device_id(*number) == summary.device).expect("ours");
    found.iter().map(number).collect()
}

fn summaries_tell(ledger: &dyn Ledger) {
    assert_eq!(all(ledger), []);
    garden(ledger);
    let all = all(ledger);
    assert_eq!(all.len(), 18);
    for summary in &all {
        let file = ledger.index().get::<DeviceFile>(&summary.device).expect("reads").expect("known");
        assert_eq!(*summary, Summary::of(&summary.device, &file));
        assert_eq!((summary.stage, summary.seq, &summary.tags), (file.stage(), file.last_seq, &file.tags));
        assert_eq!((summary.held, summary.quarantined), (file.held.is_some(), file.quarantined.is_some()));
        assert_eq!(summary.shelf, file.shelf);
    }
    let last = all.iter().find(|summary| summary.stage == Stage::HandedOver).expect("some");
    assert_eq!((last.maker.as_deref(), last.model.as_deref()), (Some("Hãng Thử"), Some("Sổ tay Giả 14-X")));
    assert_eq!((last.verdict, last.received_at, last.changed_at), (Some(Verdict::Pass), moment(10), moment(10)));
    let refused = vec![entry(20, Some(1), DeviceHeld::of(HoldReason::Part)), entry(20, Some(99), tag(1))];
    ledger.commit(refused).expect_err("nobody received device 99");
    assert_eq!(self::all(ledger), all, "what was refused shows nowhere");
}

fn found_by_tag(ledger: &dyn Ledger) {
    climb(ledger, 10, 1, Stage::Received);
    climb(ledger, 10, 2, Stage::Received);
    let tag = real_tag(1);
    let (plain, printed) = (tag.as_str(), tag.to_string());
    for text in [
        printed.clone(),
        plain.to_lowercase(),
        format!("HTTPS://AOXANH.EXAMPLE/{plain}"),
        format!(" {} {} {} ", &printed[..5], &printed[6..11], &printed[12..]),
        printed.replace('0', "O").replace('1', "l"),
        printed[..8].to_owned(),
        printed[..8].replace('0', "o").replace('1', "I"),
        plain[..3].to_owned(),
    ] {
        assert_eq!(found(ledger, &text), [1], "{text}");
    }
    record(ledger, 1, TagBound { tag: real_tag(77).as_str().to_owned() });
    assert_eq!((found(ledger, &printed), found(ledger, real_tag(77).as_str())), (vec![1], vec![1]), "old and new");
    assert_eq!(found(ledger, real_tag(78).as_str()), [0; 0]);
}

fn found_by_word(ledger: &dyn Ledger) {
    climb(ledger, 10, 1, Stage::Inspected);
    climb(ledger, 10, 2, Stage::Received);
    record(ledger, 2, seen(2, "Máy Bàn Đỏ"));
    for (text, who) in [
        ("hang thu", vec![2, 1]),
        ("HÃNG", vec![2, 1]),
        ("ha\u{303}ng", vec![2, 1]),
        ("so tay", vec![1]),
        ("14x", vec![1]),
        ("14-X giả", vec![1]),
        ("ban do", vec![2]),
        ("đo", vec![2]),
        ("pf-1x", vec![1]),
        ("PF2", vec![2]),
        ("s2", vec![2]),
        (lot(1).as_str(), vec![2, 1]),
        (device_id(2).as_str(), vec![2]),
        (&device_id(2).as_str()[..8], vec![2]),
        ("ổ tay", vec![]),
        ("Người tặng", vec![]),
        ("", vec![]),
        (" - ", vec![]),
    ] {
        assert_eq!(found(ledger, text), who, "{text:?}");
    }
    record(ledger, 1, DeviceInspected { facts: Vec::new(), ..seen(1, "") });
    assert_eq!(found(ledger, "so tay"), [1], "an inspection that could not read it takes nothing away");
}

fn found_in_order(ledger: &dyn Ledger) {
    for number in [3, 1, 2] {
        climb(ledger, 10, number, Stage::Inspected);
    }
    assert_eq!(found(ledger, "giả"), [2, 1, 3]);
    record(ledger, 1, DeviceHeld::of(HoldReason::Part));
    assert_eq!(found(ledger, "giả"), [1, 2, 3]);
    assert_eq!(found(ledger, "giả thử pf3"), [3]);
    assert_eq!(found(ledger, "giả thử pf9"), [0; 0]);
    assert_eq!(ledger.find("giả", 2).expect("reads").len(), 2);
    assert_eq!(ledger.find("giả", 0).expect("reads"), []);
}

fn pages_are_whole(ledger: &dyn Ledger) {
    garden(ledger);
    let whole = all(ledger);
    assert!(whole.windows(2).all(|pair| pair[0].seq > pair[1].seq));
    assert_eq!(whole[0].device, device_id(2), "it moved last");
    for most in [1, 4, 18] {
        let (mut paged, mut before) = (Vec::new(), None);
        loop {
            let page = ledger.page(&Filter::default(), before, most).expect("reads");
            let Some(last) = page.last() else { break };
            assert!(page.len() <= most as usize);
            before = Some(last.seq);
            paged.extend(page);
        }
        assert_eq!(paged, whole, "{most} a page");
    }
}

fn filters_agree(ledger: &dyn Ledger) {
    garden(ledger);
    let whole = all(ledger);
    let mut passed = 0;
    for stage in Stage::ALL.into_iter().map(Some).chain([None]) {
        for flags in 0..8 {
            let (held, quarantined, open) = (flags & 1 == 1, flags & 2 == 2, flags & 4 == 4);
            let filter = Filter { stage, shelf: None, lot: None, held, quarantined, open };
            let wanted: Vec<_> = whole.iter().filter(|summary| filter.admits(summary)).cloned().collect();
            assert_eq!(ledger.page(&filter, None, 100).expect("reads"), wanted, "{filter:?}");
            let before = wanted.first().map(|summary| summary.seq);
            let rest = wanted.get(1..).unwrap_or_default();
            assert_eq!(ledger.page(&filter, before, 100).expect("reads"), rest, "{filter:?} after the first");
            passed += wanted.len();
        }
    }
    assert!(passed > 60, "{passed}: filters that let nothing through prove nothing");
    let open = ledger.page(&Filter { open: true, ..Filter::default() }, None, 100).expect("reads");
    assert_eq!(open.len(), 14, "not those that were given or lent");
    assert_eq!(ledger.index().shelf("A1", None, 100).expect("reads"), [], "nothing was put on a shelf");
}

fn last_received_told(ledger: &dyn Ledger) {
    let last = || ledger.last_received().expect("reads").map(|summary| summary.device);
    assert_eq!(last(), None);
    climb(ledger, 10, 1, Stage::Received);
    climb(ledger, 20, 2, Stage::HandedOver);
    record_at(ledger, 30, 1, DeviceHeld::of(HoldReason::Part));
    assert_eq!(last(), Some(device_id(2)), "not the one touched last, and though it is with its pupil");
    climb(ledger, 20, 3, Stage::Received);
    assert_eq!(last(), Some(device_id(3)), "of one moment");
    let mut late = entry(40, Some(4), received(1));
    late.happened_at = Some(moment(15));
    ledger.commit(vec![late]).expect("recorded");
    assert_eq!(last(), Some(device_id(3)), "entered later, but received before");
}

fn stages_counted(ledger: &dyn Ledger) {
    assert_eq!(ledger.stages().expect("reads"), BTreeMap::from(Stage::ALL.map(|stage| (stage, 0))));
    garden(ledger);
    let mut wanted = BTreeMap::from(Stage::ALL.map(|stage| (stage, 0)));
    for summary in all(ledger) {
        *wanted.entry(summary.stage).or_default() += 1;
    }
    assert_eq!(ledger.stages().expect("reads"), wanted);
    assert_eq!(wanted[&Stage::HandedOver], 2);
}

fn days_counted(ledger: &dyn Ledger) {
    const DAY: i64 = 24 * 3600 * 1000;
    let on = |day: i64| ledger.index().today(moment(day * DAY)).expect("reads");
    climb(ledger, 10, 1, Stage::HandedOver);
    climb(ledger, 10, 2, Stage::Received);
    let first =
        Today { received: 2, inspected: 1, wiped: 1, imaged: 1, checked: 1, ready: 1, handed_over: 1, destroyed: 0 };
    assert_eq!((on(0), on(1)), (first, Today::default()));
    // The tests' time begins at 03:36 in Vietnam: 3 hours earlier it is the same day there, 4 hours earlier it is not.
    let hours = |count: i64| ledger.index().today(moment(count * 3600 * 1000)).expect("reads");
    assert_eq!((hours(-3), hours(-4), hours(20), hours(21)), (first, Today::default(), first, Today::default()));
    climb(ledger, DAY, 3, Stage::Ready);
    let second =
        Today { received: 1, inspected: 1, wiped: 1, imaged: 1, checked: 1, ready: 1, handed_over: 0, destroyed: 0 };
    assert_eq!((on(0), on(1)), (first, second));
    record_at(ledger, DAY, 3, DeviceQuarantined { danger: Danger::Battery });
    record_at(ledger, DAY, 3, QuarantineCleared {});
    record_at(ledger, DAY, 3, tested(FunctionOutcome::Works));
    assert_eq!(on(1), Today { ready: 2, ..second }, "ready again, and nothing else again");
    let mut late = entry(2 * DAY, Some(4), received(1));
    late.happened_at = Some(moment(DAY));
    ledger.commit(vec![late]).expect("recorded");
    assert_eq!((on(1).received, on(2)), (2, Today::default()), "entered a day after it happened");
}

fn booked(ledger: &dyn Ledger) {
    const HOUR: i64 = 3600 * 1000;
    let day = moment(0).local_day();
    climb(ledger, 10, 1, Stage::Ready);
    ledger.commit(vec![entry(HOUR, None, PersonAdded { person: person(7) })]).expect("added");
    let mut other = entry(HOUR, Some(2), received(1));
    other.by.person = person(7);
    ledger.commit(vec![other]).expect("recorded");
    climb(ledger, 2 * HOUR, 3, Stage::Checked);
    let verdict = DeviceInspected { failed: vec!["memory.total".to_owned()], ..inspected(Verdict::Fail, &[]) };
    record_at(ledger, 2 * HOUR, 2, verdict);
    let book = ledger.index().book(&day).expect("reads");
    // The tests' time begins at 03:36 in Vietnam.
    let at = |hour: u8, tally| book.hours.get(&hour).map_or(0, |counts| counts.of(tally));
    assert_eq!([3, 4, 5].map(|hour| at(hour, Tally::Received)), [1, 1, 1]);
    assert_eq!([3, 4, 5].map(|hour| at(hour, Tally::Inspected)), [1, 0, 2]);
    let by = |number: u8, tally| book.people.get(&person(number)).map_or(0, |counts| counts.of(tally));
    assert_eq!((by(7, Tally::Received), by(7, Tally::Inspected)), (1, 0), "{book:?}");
    let failures: Vec<(&str, u64)> = book.failures.iter().map(|(cause, count)| (cause.as_str(), *count)).collect();
    let wanted: &[&str] =
        &["camera", "charging", "keyboard", "microphone", "screen", "speakers", "touchpad", "usb", "wifi"];
    let wanted = wanted.iter().map(|name| format!("function:{name}"));
    let wanted: Vec<String> = std::iter::once("criterion:memory.total".to_owned()).chain(wanted).collect();
    assert_eq!(failures.iter().map(|(cause, _)| *cause).collect::<Vec<_>>(), wanted);
    assert!(failures.iter().all(|(_, count)| *count == 1), "{failures:?}");
    let sum = |tally| book.hours.values().map(|counts| counts.of(tally)).sum::<u64>();
    let today = ledger.index().today(moment(0)).expect("reads");
    assert_eq!(Tally::ALL.map(sum), Tally::ALL.map(|tally| today.of(tally)), "the hours are the day");
    let two = ledger.index().days("2026-01-01", &day).expect("reads");
    assert_eq!((two.len(), two.get(&day)), (1, Some(&today)));
    assert_eq!(ledger.index().days("2026-01-01", "2026-01-02").expect("reads").len(), 0);
}

fn queued(ledger: &dyn Ledger) {
    assert_eq!(ledger.queue().expect("reads"), BTreeMap::new());
    for (number, at) in [(1, 50), (2, 30), (3, 90), (4, 10)] {
        climb(ledger, at, number, Stage::Received);
    }
    climb(ledger, 20, 5, Stage::Imaged);
    climb(ledger, 20, 6, Stage::HandedOver);
    record_at(ledger, 95, 5, TagBound { tag: real_tag(9).as_str().to_owned() });
    let waiting = |count, oldest, median| Waiting { count, oldest: moment(oldest), median: moment(median) };
    let all = BTreeMap::from([(Stage::Received, waiting(4, 10, 30)), (Stage::Imaged, waiting(1, 20, 20))]);
    assert_eq!(ledger.queue().expect("reads"), all, "a tag is no stage");
    record_at(ledger, 96, 4, DeviceHeld::of(HoldReason::Part));
    record_at(ledger, 96, 2, DeviceQuarantined { danger: Danger::Battery });
    assert_eq!(ledger.queue().expect("reads")[&Stage::Received], waiting(2, 50, 50));
    record_at(ledger, 99, 4, HoldReleased {});
    record_at(ledger, 99, 1, seen(1, "Sổ tay"));
    let all = [(Stage::Received, waiting(2, 10, 10)), (Stage::Inspected, waiting(1, 99, 99))];
    assert_eq!(ledger.queue().expect("reads").into_iter().take(2).collect::<Vec<_>>(), all, "released, and inspected");
}
