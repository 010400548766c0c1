//! Readers of bytes under thousands of bent inputs: no panic, and no certainty that the input does not bear.
//!
//! `PROPTEST_CASES` raises the number of inputs.

use crate::full_machine::tables;
use crate::made_up_machines::edid;
use aoxanh::device::{Certainty, Facts, Value, key};
use aoxanh::reading::{
    Condition, DiskHealth, Edid, EdidError, Found, Identity, SmartReport, Tables, is_junk, memory_facts, screen_facts,
};
use proptest::prelude::*;

/// Eight times what proptest does by itself, 2,048 unless told otherwise.
fn many() -> ProptestConfig {
    let config = ProptestConfig::default();
    ProptestConfig { cases: config.cases.saturating_mul(8), failure_persistence: None, ..config }
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
}

#[test]
fn the_report_that_is_bent_is_a_good_one() {
    let report = SmartReport::read(GOOD.as_bytes()).ok();
    assert_eq!(report.map(|report| DiskHealth::of(&report).condition), Some(Condition::Good));
}
