//! Readers of bytes under thousands of bent inputs: no panic, and no certainty that the input does not bear.
//!
//! `PROPTEST_CASES` raises the number of inputs; with `--long` each reader gets a million.

use crate::full_machine::tables;
use crate::made_up_machines::edid;
use aoxanh::device::{Certainty, Facts, Value, Why, key};
use aoxanh::reading::{
    Clocks, Condition, DiskHealth, Edid, EdidError, Found, Identity, Pack, PackUnit, SmartReport, Tables,
    battery_facts, engine_firmware, input_devices, is_junk, memory_facts, processor_facts, screen_facts, sound_chip,
};
use proptest::prelude::*;

/// Inputs for each reader with `--long`.
const LONG: u32 = 1_000_000;

/// Eight times what proptest does by itself, 2,048 unless told otherwise.
fn many() -> ProptestConfig {
    let config = ProptestConfig::default();
    let cases = if std::env::var_os("AOXANH_LONG").is_some() { LONG } else { config.cases.saturating_mul(8) };
    ProptestConfig { cases, failure_persistence: None, ..config }
}

/// What the kernel writes of a machine, each as it stands in a file, with what reads it.
const TEXTS: [&str; 6] = [
    "processor\t: 0\nvendor_id\t: GenuineIntel\ncpu family\t: 6\nmodel\t\t: 142\nmodel name\t: Intel(R) Core(TM) i5-8250U CPU @ 1.60GHz\nphysical id\t: 0\ncore id\t\t: 0\nflags\t\t: fpu lm vmx sse4_2 avx2\n\n",
    "I: Bus=0018\nN: Name=\"Pad\"\nB: PROP=5\nB: KEY=e520 10000 0 0 0 0\nB: ABS=3\n\n",
    "Codec: Made-up ALC000\n  Pin Default 0x90170110: [Fixed] Speaker at Int N/A\n  Pin Default 0x90a60130: [Fixed] Mic at Int N/A\n",
    "MemTotal:        3900000 kB\nMemFree:               1 kB\n",
    "1366x768\n1024x768\n",
    "90000255\n82F6150E\n00000030\n00004000\n",
];

/// The text with a stretch of it gone and something else in its place.
fn bent(text: &str, from: usize, len: usize, put: &str) -> String {
    let bytes = text.as_bytes();
    let (from, to) = (from % (bytes.len() + 1), (from % (bytes.len() + 1) + len).min(bytes.len()));
    String::from_utf8_lossy(&[&bytes[..from], put.as_bytes(), &bytes[to..]].concat()).into_owned()
}

const GOOD: &str = r#"{"smartctl":{"exit_status":0},"smart_status":{"passed":true},"power_on_time":{"hours":7},
    "ata_smart_attributes":{"table":[
        {"id":5,"name":"Reallocated_Sector_Ct","value":100,"thresh":10,"flags":{"prefailure":true},"raw":{"value":0,"string":"0"}},
        {"id":197,"name":"Current_Pending_Sector","value":100,"thresh":0,"raw":{"value":0,"string":"0"}}]},
    "ata_smart_data":{"self_test":{"status":{"value":0},"polling_minutes":{"short":2,"extended":77}}}}"#;

proptest! {
    #![proptest_config(many())]

    #[test]
    fn a_table_with_bent_bytes_gives_no_junk_for_a_name_and_no_slot_that_is_not_there(
        bent in proptest::collection::vec((0usize..400, any::<u8>()), 0..6), cut in 0usize..500,
    ) {
        let mut bytes = tables().bytes().to_vec();
        for (at, byte) in bent {
            if let Some(place) = bytes.get_mut(at) {
                *place = byte;
            }
        }
        bytes.truncate(cut.max(4));
        let read = Tables::read(&bytes);
        let mut facts = Facts::new();
        Identity::of_tables(&read, Some((2, 8)), "DMI").facts(&mut facts);
        memory_facts(&Found::new(read, "DMI"), &Found::new("MemTotal: 3900000 kB".to_owned(), "meminfo"), &mut facts);
        for name in [key::MAKER, key::MODEL, key::SERIAL] {
            if let Some(Value::Text(text)) = facts.known(name) {
                prop_assert!(!is_junk(text), "{name}: {text:?}");
            }
        }
        let number = |key: &str| facts.known(key).and_then(Value::number);
        prop_assert!(number(key::MEMORY_FREE_SLOTS) <= number(key::MEMORY_SLOTS));
        let rows = (0..400).take_while(|row| facts.get(&format!("memory.{row}.size")).is_some()).count() as u64;
        prop_assert!(number(key::MEMORY_SLOTS).unwrap_or(0) <= rows);
        let maximum = facts.get(key::MEMORY_MAXIMUM);
        prop_assert!(maximum.is_some_and(|fact| fact.value.is_unknown() || fact.certainty == Certainty::Estimated));
    }

    #[test]
    fn an_edid_with_one_bit_turned_is_refused_and_any_bytes_can_be_read(
        at in 0usize..128, bit in 0u8..8, noise in proptest::collection::vec(any::<u8>(), 0..300),
    ) {
        let whole = edid((309, 174));
        prop_assert!(Edid::read(&whole).is_ok());
        let mut bent = whole;
        bent[at] ^= 1 << bit;
        let refused = Edid::read(&bent).err();
        prop_assert!(matches!(refused, Some(EdidError::Checksum | EdidError::Header)), "{refused:?}");
        let mut facts = Facts::new();
        screen_facts(&Found::new(noise, "edid"), &Found::new(String::new(), "modes"), &mut facts);
        prop_assert!(facts.known(key::SCREEN_DIAGONAL).is_none(), "noise has no size: {facts:?}");
    }

    #[test]
    fn a_report_that_lost_or_changed_a_piece_is_never_good_without_a_status(
        from in 0usize..600, len in 0usize..40, put in "[0-9a-z{}\\[\\]\",:]{0,6}",
    ) {
        let (from, to) = (from.min(GOOD.len()), (from + len).min(GOOD.len()));
        let text = format!("{}{put}{}", &GOOD[..from], &GOOD[to..]);
        if let Ok(report) = SmartReport::read(text.as_bytes()) {
            let health = DiskHealth::of(&report);
            if health.condition == Condition::Good {
                prop_assert!(report.passed == Some(true) && report.pending.known().unwrap_or(0) == 0, "{text}");
            }
            prop_assert!(report.testing.left.unwrap_or(0) <= 100);
        }
    }

    #[test]
    fn what_the_kernel_writes_may_be_bent_anywhere_and_nothing_gets_surer_than_it_was(
        which in 0usize..6, from: usize, len in 0usize..30, put in "[ -~\\n\\t]{0,8}",
    ) {
        let text = |number: usize| if number == which { bent(TEXTS[number], from, len, &put) } else { TEXTS[number].to_owned() };
        let mut facts = Facts::new();
        let tables = Found::missing(Why::NotThere, "DMI");
        let clocks = Clocks { highest: Found::missing(Why::NotTold, "x"), base: Found::missing(Why::NotTold, "x") };
        processor_facts(&tables, &Found::new(text(0), "cpuinfo"), &clocks, &mut facts);
        memory_facts(&tables, &Found::new(text(3), "meminfo"), &mut facts);
        screen_facts(&Found::missing(Why::NoScreen, "edid"), &Found::new(text(4), "modes"), &mut facts);
        for fact in facts.iter().filter(|fact| !fact.value.is_unknown()) {
            // What only follows from the kernel's own count of memory is never certain: it keeps some for itself.
            prop_assert!(fact.key != key::MEMORY_TOTAL || fact.certainty == Certainty::Estimated, "{fact:?}");
            prop_assert!(fact.key != key::SCREEN_DIAGONAL, "no mode tells a size: {fact:?}");
        }
        let number = |key: &str| facts.known(key).and_then(Value::number);
        prop_assert!(number(key::CPU_CORES).unwrap_or(0) <= number(key::CPU_THREADS).unwrap_or(u64::MAX));
        prop_assert!(number(key::CPU_YEAR).is_none_or(|year| (2000..2030).contains(&year)));
        let input = text(1);
        prop_assert!(input_devices(&input).len() <= input.matches("I:").count());
        let chip = sound_chip(&text(2));
        prop_assert!(!chip.speaker || text(2).contains("Speaker"));
        prop_assert!(engine_firmware("0:9.5.61.3012", &text(5)).is_none(), "an older engine has no such register");
    }

    #[test]
    fn packs_with_any_numbers_are_never_more_than_well_and_never_surer_than_their_packs(
        packs in proptest::collection::vec((any::<bool>(), edge(), edge(), edge(), edge()), 0..4),
    ) {
        let read = packs.iter().map(|(energy, full, design, cycles, volts)| {
            let unit = if *energy { PackUnit::Energy } else { PackUnit::Charge };
            Pack { microvolts: *volts, ..Pack::new(unit, *full, *design, *cycles, "BAT") }
        });
        let mut facts = Facts::new();
        battery_facts(&Found::new(read.collect(), "power"), &mut facts);
        prop_assert_eq!(facts.known(key::BATTERY_COUNT), Some(&Value::Count(packs.len() as u64)));
        let whole = |told: &Option<u64>| told.is_some_and(|number| number > 0);
        let all_told = packs.iter().all(|(_, full, design, ..)| whole(full) && whole(design));
        let mixed = packs.iter().any(|(energy, ..)| *energy != packs[0].0);
        let Some(health) = facts.get(key::BATTERY_HEALTH) else { return Err(TestCaseError::fail("always there")) };
        prop_assert_eq!(!health.value.is_unknown(), !packs.is_empty() && all_told && !mixed, "{:?}", health);
        prop_assert!(health.value.number().unwrap_or(0) <= 100);
        let over = packs.iter().any(|(_, full, design, ..)| full > design);
        prop_assert!(health.value.is_unknown() || over == (health.certainty == Certainty::Estimated));
        // Charge alone is energy only by a voltage, and then only about.
        for (index, (energy, .., volts)) in packs.iter().enumerate() {
            if let Some(full) = facts.get(&format!("battery.{index}.full")) {
                prop_assert_eq!(full.certainty == Certainty::Certain, *energy);
                prop_assert!(*energy || volts.is_some());
            }
        }
        prop_assert!(facts.known(key::BATTERY_CYCLES) != Some(&Value::Count(0)));
    }
}

/// A number of the kernel's: none, small, as packs have it, or the largest.
fn edge() -> impl Strategy<Value = Option<u64>> {
    prop_oneof![Just(None), (0u64..3).prop_map(Some), (1_000_000u64..90_000_000).prop_map(Some), Just(Some(u64::MAX))]
}

#[test]
fn the_report_that_is_bent_is_a_good_one() {
    let report = SmartReport::read(GOOD.as_bytes()).ok();
    assert_eq!(report.map(|report| DiskHealth::of(&report).condition), Some(Condition::Good));
}
