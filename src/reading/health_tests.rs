//! Verdicts of invented disks: every rule from both sides of its limit.

use super::{Condition, DiskHealth, SmartReport};
use proptest::prelude::*;

/// A report with something in every place that is read.
const WHOLE: &str = r#"{"smartctl":{"exit_status":6,"messages":[{"string":"x"}]},"device":{"type":"sat"},
    "model_name":"GIA-LAP","rotation_rate":5,"smart_support":{"enabled":true},"smart_status":{"passed":true},
    "power_on_time":{"hours":7},"temperature":{"current":3},"scsi_grown_defect_list":1,
    "scsi_error_counter_log":{"read":{"total_uncorrected_errors":1}},"scsi_self_test_0":{"result":{"value":3,"string":"x"}},
    "ata_smart_attributes":{"table":[{"id":5,"name":"x","value":9,"thresh":9,"when_failed":"now",
    "flags":{"prefailure":true},"raw":{"value":3,"string":"3"}},{"id":2,"name":"SSD_Life_Left","value":9,"raw":{"value":9}}]},
    "ata_device_statistics":{"pages":[{"number":7,"table":[{"name":"Percentage Used","value":9}]}]},
    "ata_smart_self_test_log":{"extended":{"table":[{"status":{"passed":false,"string":"x"}}]}},
    "nvme_smart_health_information_log":{"critical_warning":1,"available_spare":9,"percentage_used":9,"media_errors":1},
    "ata_security":{"enabled":true,"frozen":false,"string":"x"}}"#;

/// Numbers at which something changes, and the largest.
const NUMBERS: &[u64] = &[0, 1, 2, 5, 7, 9, 50, 100, 197, 231, 0xffff, 0xffff_ffff, 1 << 48, u64::MAX];

/// A report of an invented disk: `attributes` are number, normalised value, threshold, raw value.
fn ata(passed: bool, spins: bool, attributes: &[(u64, &str, u64, u64, u64)]) -> DiskHealth {
    let table: Vec<String> = attributes
        .iter()
        .map(|(id, name, value, threshold, raw)| {
            let failed = if value <= threshold && *threshold > 0 { "now" } else { "" };
            format!(
                r#"{{"id":{id},"name":"{name}","value":{value},"thresh":{threshold},"when_failed":"{failed}",
                    "flags":{{"prefailure":true}},"raw":{{"value":{raw},"string":"{raw}"}}}}"#
            )
        })
        .collect();
    let rate = if spins { 5400 } else { 0 };
    of(&format!(
        r#"{{"smartctl":{{"exit_status":0}},"model_name":"GIA-LAP 500","rotation_rate":{rate},
            "smart_status":{{"passed":{passed}}},"ata_smart_attributes":{{"table":[{}]}}}}"#,
        table.join(",")
    ))
}

fn of(json: &str) -> DiskHealth {
    DiskHealth::of(&SmartReport::read(json.as_bytes()).expect("reads"))
}

fn nvme(passed: bool, warning: u64, used: u64, spare: u64, errors: u64) -> DiskHealth {
    of(&format!(
        r#"{{"smartctl":{{"exit_status":0}},"smart_status":{{"passed":{passed}}},
            "nvme_smart_health_information_log":{{"critical_warning":{warning},"available_spare":{spare},
            "available_spare_threshold":10,"percentage_used":{used},"media_errors":{errors}}}}}"#
    ))
}

fn said(health: &DiskHealth) -> (Condition, Vec<&str>) {
    (health.condition, health.reasons.iter().map(|reason| reason.what.key()).collect())
}

#[test]
fn passed_does_not_overrule_a_dying_counter() {
    use Condition::{Good, Replace, Watch};
    let (none, kept) = ((197, "Current_Pending_Sector", 100, 0, 0), "Reallocated_Sector_Ct");
    assert_eq!(said(&ata(true, true, &[none])), (Good, vec![]));
    for (attribute, why) in [(197, "health-pending"), (198, "health-offline"), (187, "health-reported")] {
        assert_eq!(said(&ata(true, true, &[(attribute, "x", 100, 0, 1)])), (Replace, vec![why]));
    }
    assert_eq!(said(&ata(true, true, &[(5, kept, 100, 0, 49)])), (Watch, vec!["health-reallocated-few"]));
    assert_eq!(said(&ata(true, true, &[(5, kept, 100, 0, 50)])), (Replace, vec!["health-reallocated"]));
    assert_eq!(said(&ata(true, false, &[(5, kept, 100, 0, 9)])), (Good, vec![]), "an SSD retires blocks");
    assert_eq!(said(&ata(true, false, &[(5, kept, 100, 0, 99)])).0, Watch);
    assert_eq!(said(&ata(false, true, &[none])), (Replace, vec!["health-failing"]));
    assert_eq!(said(&ata(true, true, &[(5, kept, 5, 5, 0)])), (Replace, vec!["health-prefail"]));
}

#[test]
fn the_cable_is_not_the_disk_and_junk_is_not_a_number() {
    use Condition::{Good, Watch};
    let crc = |count| ata(true, true, &[(199, "UDMA_CRC_Error_Count", 200, 0, count)]);
    assert_eq!((said(&crc(9)), said(&crc(10))), ((Good, vec![]), (Watch, vec!["health-cable"])));
    for junk in [53_416_508_262_463, 281_474_976_710_655, 0xffff, 0xffff_ffff] {
        let health = ata(true, true, &[(5, "Reallocated_Sector_Ct", 100, 0, junk)]);
        assert_eq!((said(&health), health.reallocated), ((Watch, vec!["health-junk"]), None), "{junk}");
    }
    // Three words: 1, 1 and 2 time-outs.
    assert_eq!(said(&ata(true, true, &[(188, "Command_Timeout", 100, 0, 0x0001_0001_0002)])), (Good, vec![]));
}

#[test]
fn an_nvme_disk_is_judged_by_its_own_log() {
    use Condition::{Good, Replace, Watch};
    for (health, wanted) in [
        (nvme(true, 0, 79, 100, 0), (Good, vec![])),
        (nvme(true, 0, 80, 100, 0), (Watch, vec!["health-worn"])),
        (nvme(true, 0, 155, 100, 0), (Replace, vec!["health-worn-out"])),
        (nvme(true, 0, 0, 9, 0), (Replace, vec!["health-nvme-spare"])),
        (nvme(true, 0, 0, 100, 1), (Replace, vec!["health-media"])),
        (nvme(false, 2, 0, 100, 0), (Watch, vec!["health-nvme-temperature"])),
        (nvme(false, 4, 255, 98, 0), (Replace, vec!["health-failing", "health-nvme-degraded", "health-worn-out"])),
        (nvme(false, 8, 0, 100, 0), (Replace, vec!["health-failing", "health-nvme-read-only"])),
    ] {
        assert_eq!(said(&health), wanted);
    }
}

#[test]
fn wear_is_read_where_it_is_meant_and_nowhere_else() {
    let wear = |id, name, value, threshold, raw| ata(true, false, &[(id, name, value, threshold, raw)]).wear;
    assert_eq!(wear(231, "SSD_Life_Left", 16, 0, 84), Some(16), "Phison means the raw value");
    assert_eq!(wear(231, "SSD_Life_Left", 95, 10, 1), Some(5), "SandForce means the value");
    assert_eq!(wear(202, "Percent_Lifetime_Remain", 83, 1, 17), Some(17));
    assert_eq!(wear(202, "Data_Address_Mark_Errs", 50, 0, 0), None);
    assert_eq!(wear(233, "Media_Wearout_Indicator", 55, 0, 0), Some(45));
    assert_eq!(wear(233, "Flash_Writes_GiB", 55, 0, 32_262), None);
    assert_eq!(wear(173, "Unknown_Attribute", 195, 0, 0), None);
}

#[test]
fn silence_is_unknown_and_never_good() {
    for (json, why) in [
        (
            r#"{"smartctl":{"exit_status":1,"messages":[{"string":"Unknown USB bridge [0x1]"}]}}"#,
            "health-unknown-bridge",
        ),
        (r#"{"smartctl":{"exit_status":2,"messages":[{"string":"open failed"}]}}"#, "health-not-opened"),
        (
            r#"{"smartctl":{"exit_status":0},"model_name":"QEMU HARDDISK","smart_status":{"passed":true}}"#,
            "health-virtual",
        ),
        (
            r#"{"smartctl":{"exit_status":0},"smart_status":{"passed":true},"smart_support":{"enabled":false},
            "scsi_grown_defect_list":0}"#,
            "health-no-smart",
        ),
        (r#"{"smartctl":{"exit_status":0},"smart_status":{"passed":true}}"#, "health-no-smart"),
        (r#"{"smartctl":{"exit_status":4},"scsi_grown_defect_list":0}"#, "health-no-status"),
    ] {
        assert_eq!(said(&of(json)), (Condition::Unknown, vec![why]), "{json}");
    }
    assert!(SmartReport::read(b"[]").is_err() && SmartReport::read(b"{}").is_err());
    assert!(SmartReport::read(b"smartctl 7.3").is_err());
}

#[test]
fn a_scsi_disk_and_the_logs_count_too() {
    let scsi = |rest: &str| {
        of(&format!(
            r#"{{"smartctl":{{"exit_status":0}},"rotation_rate":7200,"smart_status":{{"passed":true}},{rest}}}"#
        ))
    };
    assert_eq!(said(&scsi(r#""scsi_grown_defect_list":0"#)), (Condition::Good, vec![]));
    assert_eq!(said(&scsi(r#""scsi_grown_defect_list":56"#)), (Condition::Replace, vec!["health-reallocated"]));
    let lost =
        r#""scsi_error_counter_log":{"read":{"total_uncorrected_errors":2},"write":{"total_uncorrected_errors":1}}"#;
    let health = scsi(lost);
    assert_eq!((said(&health), health.uncorrectable), ((Condition::Replace, vec!["health-media"]), Some(3)));
    let tested = r#""scsi_grown_defect_list":0,"scsi_self_test_0":{"result":{"value":5,"string":"Failed"}}"#;
    assert_eq!(said(&scsi(tested)), (Condition::Replace, vec!["health-self-test"]));
    let logged = of(r#"{"smartctl":{"exit_status":192},"smart_status":{"passed":true},"scsi_grown_defect_list":0}"#);
    assert_eq!(said(&logged), (Condition::Watch, vec!["health-self-test-log", "health-error-log"]));
}

proptest! {
    /// Neither does any report with some of its bytes bent, nor one with other numbers in every place.
    #[test]
    fn no_bytes_make_it_panic(
        bytes in proptest::collection::vec(any::<u8>(), 0..256),
        bent in proptest::collection::vec((any::<proptest::sample::Index>(), 32_u8..127), 1..4),
        numbers in proptest::collection::vec(proptest::sample::select(NUMBERS), 1..40),
    ) {
        let _report = SmartReport::read(&bytes);
        let mut report = WHOLE.as_bytes().to_vec();
        for (at, byte) in bent {
            let at = at.index(report.len());
            report[at] = byte;
        }
        let _health = SmartReport::read(&report).map(|report| DiskHealth::of(&report));
        let mut numbers = numbers.iter().cycle();
        let pieces = WHOLE.split_inclusive(|letter: char| letter.is_ascii_digit());
        let other = |piece: &str| piece.replace(|letter: char| letter.is_ascii_digit(), &numbers.next().expect("some").to_string());
        let report = SmartReport::read(pieces.map(other).collect::<String>().as_bytes()).expect("still a report");
        let _health = DiskHealth::of(&report);
    }

    /// A report with any number in any place is judged, and more pending sectors never make it better.
    #[test]
    fn any_numbers_are_judged(raw in any::<u64>(), value in any::<u64>(), id in 0_u64..260) {
        let health = ata(true, true, &[(id, "SSD_Life_Left", value, 0, raw), (197, "x", 1, 0, 1)]);
        prop_assert!(health.condition == Condition::Replace || id == 197, "{:?}", health);
    }
}
