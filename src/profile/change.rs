//! What changed in a machine between two inspections: parts that are gone, other, or new.
//!
//! Invariants: an order of disks that differs is no change; what one of the two inspections could not read is no change,
//! but a part that was there and is no longer seen is.

use super::catalogue::{fact_name, fact_value, shown};
use crate::device::{Facts, Value, key};
use crate::unit::Bytes;
use crate::word::{Arg, Sentence, say};

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Whether somebody should ask where it went: a part is gone, other or worse.
    pub bad: bool,
    /// What changed, with what was and what is.
    pub what: Sentence,
}

/// Facts that belong to the machine: another value is another machine, or another board in it.
const IDENTITY: [&str; 6] = [key::MAKER, key::MODEL, key::SERIAL, key::UUID, "board.model", "board.serial"];
/// Facts of parts: another value is another part.
const PARTS: [&str; 3] = [key::CPU_MODEL, key::SCREEN_PIXELS, key::SCREEN_DIAGONAL];
/// Facts where less is bad and more is good.
const AMOUNTS: [&str; 2] = [key::MEMORY_TOTAL, key::BATTERY_COUNT];
/// Facts that may change without a part being touched.
const SETTINGS: [&str; 5] =
    [key::FIRMWARE_VERSION, key::SECURE_BOOT, key::FIRMWARE_PASSWORD, key::ABSOLUTE, key::WINDOWS_KEY];
/// Parts that are there or not.
const PRESENT: [&str; 10] = [
    key::WIFI,
    key::ETHERNET,
    key::BLUETOOTH,
    key::CAMERA,
    key::SPEAKERS,
    key::MICROPHONE,
    key::TOUCHSCREEN,
    key::TOUCHPAD,
    key::FINGERPRINT,
    key::CARD_READER,
];
/// Percentage points from which on a battery is said to have grown weaker: less is how it was charged that day.
const WEAKER: u64 = 10;
/// Verdicts on a disk, the better first.
const HEALTH: [&str; 3] = ["good", "watch", "replace"];

/// One disk or memory module.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Part {
    id: String,
    size: u64,
    index: usize,
}

impl Part {
    /// What it is, with a space before it; empty where nobody knows.
    fn kind(&self) -> String {
        if self.id.is_empty() { String::new() } else { format!(" {}", self.id) }
    }
}

/// What changed from `before` to `now`, the bad first.
#[must_use]
pub fn changes(before: &Facts, now: &Facts) -> Vec<Change> {
    let mut found = Vec::new();
    for key in IDENTITY.into_iter().chain(PARTS) {
        differs(before, now, key, true, &mut found);
    }
    disks(before, now, &mut found);
    modules(before, now, &mut found);
    for key in AMOUNTS {
        let number = |facts: &Facts| facts.known(key).and_then(Value::number);
        let less = number(before).zip(number(now)).is_some_and(|(before, now)| now < before);
        differs(before, now, key, less, &mut found);
    }
    for key in PRESENT {
        present(before, now, key, &mut found);
    }
    battery(before, now, &mut found);
    for key in SETTINGS {
        differs(before, now, key, false, &mut found);
    }
    found.sort_by_key(|change| !change.bad);
    found
}

fn differs(before: &Facts, now: &Facts, key: &str, bad: bool, found: &mut Vec<Change>) {
    let pair = before.get(key).zip(now.get(key)).filter(|(b, n)| !b.value.is_unknown() && !n.value.is_unknown());
    if let Some((before, now)) = pair.filter(|(before, now)| before.value != now.value) {
        let what = say!("change-value", name = fact_name(key), before = fact_value(before), now = fact_value(now));
        found.push(Change { bad, what });
    }
}

fn present(before: &Facts, now: &Facts, key: &str, found: &mut Vec<Change>) {
    let is = |facts: &Facts, flag: bool| facts.known(key) == Some(&Value::Flag(flag));
    let unsure = now.get(key).filter(|fact| fact.value.is_unknown());
    if let Some(unsure) = unsure.filter(|_| is(before, true)) {
        // For want of a driver this time, perhaps: never called broken or gone.
        found.push(Change { bad: true, what: say!("change-unsure", name = fact_name(key), now = fact_value(unsure)) });
    } else if is(before, true) && !is(now, true) {
        found.push(Change { bad: true, what: say!("change-gone", name = fact_name(key)) });
    } else if is(before, false) && is(now, true) {
        found.push(Change { bad: false, what: say!("change-new", name = fact_name(key)) });
    }
}

fn battery(before: &Facts, now: &Facts, found: &mut Vec<Change>) {
    let health = |facts: &Facts| facts.known(key::BATTERY_HEALTH).and_then(Value::number);
    let weaker = health(before).zip(health(now)).filter(|(before, now)| now.saturating_add(WEAKER) <= *before);
    if weaker.is_some() {
        differs(before, now, key::BATTERY_HEALTH, true, found);
    }
    for number in 0.. {
        let name = format!("battery.{number}.name");
        if before.get(&name).is_none() {
            break;
        }
        differs(before, now, &name, true, found);
    }
}

/// The parts `room.0`, `room.1`, … with a size.
fn parts(facts: &Facts, room: &str, id: &dyn Fn(usize) -> String) -> Vec<Part> {
    let size = |index: usize| facts.get(&format!("{room}.{index}.size")).map(|fact| fact.value.number().unwrap_or(0));
    (0..).map_while(|index| size(index).map(|size| Part { id: id(index), size, index })).collect()
}

fn text(facts: &Facts, key: &str) -> String {
    match facts.known(key) {
        Some(Value::Text(text)) => text.clone(),
        Some(_) | None => String::new(),
    }
}

fn disks(before: &Facts, now: &Facts, found: &mut Vec<Change>) {
    if before.known(key::DISK_COUNT).is_none() || now.known(key::DISK_COUNT).is_none() {
        return;
    }
    let of = |facts: &Facts| {
        let named =
            |index: usize| ["model", "serial"].map(|field| text(facts, &format!("disk.{index}.{field}"))).join(" ");
        parts(facts, "disk", &|index| named(index).trim().to_owned())
    };
    let mut left = of(now);
    for was in of(before) {
        let same = left.iter().position(|is| (&is.id, is.size) == (&was.id, was.size));
        if let Some(at) = same {
            let is = left.remove(at);
            health(before, was.index, now, is.index, found);
        } else {
            found.push(Change { bad: true, what: say!("change-disk-gone", disk = disk_name(&was)) });
        }
    }
    for is in left {
        found.push(Change { bad: true, what: say!("change-disk-new", disk = disk_name(&is)) });
    }
}

fn disk_name(disk: &Part) -> String {
    format!("{} {}", disk.id, Bytes(disk.size).decimal()).trim().to_owned()
}

/// A disk that is worse than it was.
fn health(before: &Facts, was: usize, now: &Facts, is: usize, found: &mut Vec<Change>) {
    let (old, new) = (format!("disk.{was}.health"), format!("disk.{is}.health"));
    let rank = |facts: &Facts, key: &str| HEALTH.iter().position(|word| *word == text(facts, key));
    if rank(before, &old).zip(rank(now, &new)).is_some_and(|(before, now)| now > before) {
        let value = |facts: &Facts, key: &str| facts.get(key).map_or_else(|| say!("unknown"), fact_value);
        let what = say!("change-value", name = fact_name(&new), before = value(before, &old), now = value(now, &new));
        found.push(Change { bad: true, what });
    }
}

fn modules(before: &Facts, now: &Facts, found: &mut Vec<Change>) {
    if before.known(key::MEMORY_SLOTS).is_none() || now.known(key::MEMORY_SLOTS).is_none() {
        return;
    }
    let of = |facts: &Facts| {
        let kind =
            |index: usize| ["type", "maker"].map(|field| text(facts, &format!("memory.{index}.{field}"))).join(" ");
        parts(facts, "memory", &|index| kind(index).trim().to_owned())
    };
    let (was, is) = (of(before), of(now));
    let empty = |index: usize| Part { id: String::new(), size: 0, index };
    for index in 0..was.len().max(is.len()) {
        let old = was.get(index).cloned().unwrap_or_else(|| empty(index));
        let new = is.get(index).cloned().unwrap_or_else(|| empty(index));
        let place = [text(now, &format!("memory.{index}.place")), text(before, &format!("memory.{index}.place"))];
        let place = place.into_iter().find(|place| !place.is_empty());
        let slot = || place.clone().map_or_else(|| Arg::from(u64::try_from(index).unwrap_or(0) + 1), Arg::from);
        let size = |part: &Part| shown(key::MEMORY_TOTAL, &Value::Bytes(Bytes(part.size)));
        match (old.size, new.size) {
            (0, 0) => {}
            (_, 0) => {
                let what = say!("change-module-gone", slot = slot(), size = size(&old), kind = old.kind());
                found.push(Change { bad: true, what });
            }
            (0, _) => {
                let what = say!("change-module-new", slot = slot(), size = size(&new), kind = new.kind());
                found.push(Change { bad: false, what });
            }
            _both if old.size == new.size && (old.id == new.id || old.id.is_empty() || new.id.is_empty()) => {}
            _both => {
                let what = say!(
                    "change-module-other",
                    slot = slot(),
                    before = size(&old),
                    now = size(&new),
                    kind = new.kind()
                );
                found.push(Change { bad: new.size <= old.size, what });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::{Certainty, Why};
    use crate::word::{Lang, Words};
    use proptest::prelude::*;

    fn facts(told: &[(&str, Value)]) -> Facts {
        let mut facts = Facts::new();
        for (key, value) in told {
            facts.push(*key, value.clone(), "test", Certainty::Certain);
        }
        facts
    }

    fn text(text: &str) -> Value {
        Value::Text(text.to_owned())
    }

    fn gib(number: u64) -> Value {
        Value::Bytes(Bytes::gib(number))
    }

    /// A machine with disks of these serials and modules of these sizes.
    fn machine(serials: &[&str], sizes: &[u64]) -> Facts {
        let mut facts = facts(&[
            (key::DISK_COUNT, Value::Count(1)),
            (key::MEMORY_SLOTS, Value::Count(2)),
            (key::CAMERA, Value::Flag(true)),
            (key::SERIAL, text("PF-0TEST")),
            (key::BATTERY_HEALTH, Value::Percent(80)),
        ]);
        for (number, serial) in serials.iter().enumerate() {
            let mut tell =
                |field: &str, value| facts.push(format!("disk.{number}.{field}"), value, "test", Certainty::Certain);
            tell("size", Value::Bytes(Bytes(500_107_862_016)));
            tell("model", text("MADE-UP HDD"));
            tell("serial", text(serial));
            tell("health", text("good"));
        }
        for (number, size) in sizes.iter().enumerate() {
            facts.push(format!("memory.{number}.size"), gib(*size), "test", Certainty::Certain);
            facts.push(format!("memory.{number}.place"), text("DIMM A"), "test", Certainty::Certain);
        }
        facts
    }

    fn said(before: &Facts, now: &Facts) -> Vec<(bool, String)> {
        let words = Words::new(Lang::Vi, None).expect("embedded");
        changes(before, now).into_iter().map(|change| (change.bad, words.say(&change.what))).collect()
    }

    #[test]
    fn a_swapped_disk_and_a_missing_module_are_said_and_another_order_is_not() {
        let before = machine(&["S1", "S2"], &[4, 4]);
        assert_eq!(said(&before, &machine(&["S2", "S1"], &[4, 4])), []);
        let found = said(&before, &machine(&["S2", "S3"], &[4, 0]));
        let found: Vec<_> = found.iter().map(|(bad, text)| (*bad, text.as_str())).collect();
        assert_eq!(
            found,
            [
                (true, "Ổ MADE-UP HDD S1 500.1 GB lần trước có, nay không thấy trong máy"),
                (true, "Ổ MADE-UP HDD S3 500.1 GB lần trước không có"),
                (true, "Thanh RAM 4 GB ở khe DIMM A lần trước có, nay không còn"),
            ]
        );
        let more = said(&machine(&[], &[4, 0]), &machine(&[], &[4, 8]));
        assert_eq!(more, [(false, "Thêm thanh RAM 8 GB ở khe DIMM A".to_owned())]);
    }

    #[test]
    fn a_part_that_is_no_longer_seen_is_said_and_what_was_never_read_is_not() {
        let before = machine(&["S1"], &[4]);
        let mut now = machine(&["S1"], &[4]);
        let unseen = |fact: &crate::device::Fact| fact.key != key::CAMERA && fact.key != key::SERIAL;
        let mut less = Facts::new();
        less.extend(now.iter().filter(|fact| unseen(fact)).cloned());
        less.unknown(key::CAMERA, "test", Why::NoDriver);
        let unsure = "Camera: lần trước có, nay không rõ, chưa có trình điều khiển";
        assert_eq!(said(&before, &less), [(true, unsure.to_owned())]);
        assert_eq!(said(&less, &before), []);
        let none = facts(&[(key::CAMERA, Value::Flag(false))]);
        assert_eq!(said(&before, &none), [(true, "Camera: lần trước có, nay không thấy".to_owned())]);
        now.push(key::WIFI, Value::Flag(true), "test", Certainty::Certain);
        assert_eq!(said(&before, &now), []);
    }

    #[test]
    fn a_worse_disk_a_weaker_battery_and_another_serial_are_bad_news() {
        let with = |health: &str, serial: &str, percent: u64| {
            facts(&[
                (key::DISK_COUNT, Value::Count(1)),
                ("disk.0.size", Value::Bytes(Bytes(1))),
                ("disk.0.health", text(health)),
                (key::SERIAL, text(serial)),
                (key::BATTERY_HEALTH, Value::Percent(percent)),
            ])
        };
        let found = said(&with("good", "A", 80), &with("replace", "B", 70));
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(found.iter().all(|(bad, _)| *bad), "{found:?}");
        assert_eq!(said(&with("replace", "A", 70), &with("good", "A", 80)), []);
        assert_eq!(said(&with("good", "A", 80), &with("good", "A", 75)), [], "a little less is no news");
    }

    proptest! {
        #[test]
        fn a_machine_never_differs_from_itself(serials in proptest::collection::vec("[A-Z]{0,2}", 0..4), sizes in proptest::collection::vec(0u64..9, 0..5)) {
            let serials: Vec<&str> = serials.iter().map(String::as_str).collect();
            let machine = machine(&serials, &sizes);
            prop_assert_eq!(changes(&machine, &machine), Vec::new());
        }
    }
}
