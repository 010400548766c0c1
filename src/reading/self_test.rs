//! A self-test that a disk is running now: how much of it is left, and how long the disk says that one takes.
//!
//! Sources: ACS-3 "Self-test execution status byte" (the upper half 15: in progress, the lower half tens of per cent left);
//! NVM Express Base Specification, "Device Self-test", current operation and completion.

use serde_json::Value;

/// What a disk says of testing itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Testing {
    /// Per cent left of the one that runs; `None` where none does.
    pub left: Option<u64>,
    /// Minutes that a short one takes, where the disk tells.
    pub short_minutes: Option<u64>,
    /// Minutes that a long one takes, where the disk tells.
    pub long_minutes: Option<u64>,
}

/// Reads it from one answer of smartctl.
pub(super) fn testing_of(root: &Value) -> Testing {
    let number = |at: &str| root.pointer(at).and_then(Value::as_u64);
    let ata = number("/ata_smart_data/self_test/status/value").filter(|status| status >> 4 == 15).map(|status| {
        let tens = (status & 15) * 10;
        number("/ata_smart_data/self_test/status/remaining_percent").unwrap_or(tens).min(100)
    });
    let nvme = number("/nvme_self_test_log/current_self_test_operation/value").filter(|running| *running > 0);
    let done = || number("/nvme_self_test_log/current_self_test_completion_percent").unwrap_or(0).min(100);
    Testing {
        left: ata.or_else(|| nvme.map(|_running| 100 - done())),
        short_minutes: number("/ata_smart_data/self_test/polling_minutes/short"),
        long_minutes: number("/ata_smart_data/self_test/polling_minutes/extended"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_running_test_tells_what_is_left_and_an_ended_one_nothing() {
        let ata = |status: u64| {
            let test = json!({ "status": { "value": status }, "polling_minutes": { "short": 2, "extended": 77 } });
            testing_of(&json!({ "ata_smart_data": { "self_test": test } }))
        };
        assert_eq!(ata(249), Testing { left: Some(90), short_minutes: Some(2), long_minutes: Some(77) });
        assert_eq!((ata(0).left, ata(121).left), (None, None), "121: read failure, none running");
        let nvme = |running: u64| {
            let log = json!({ "current_self_test_operation": { "value": running }, "current_self_test_completion_percent": 30 });
            testing_of(&json!({ "nvme_self_test_log": log })).left
        };
        assert_eq!((nvme(1), nvme(0)), (Some(70), None));
        assert_eq!(testing_of(&json!({})), Testing::default());
    }
}
