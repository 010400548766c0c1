//! What an inspection leaves in the ledger: every disk found inside, every fact with its unit, what failed and what is open.

use crate::arming_rig::Rig;
use aoxanh::device::{Certainty, Facts, Value};
use aoxanh::event::Fact;
use aoxanh::event::inspection::Seen;
use aoxanh::event::intake::DeviceKind;
use aoxanh::port::FakeProbe;
use aoxanh::unit::Bytes;
use aoxanh::workbench::{inspect, load_profile};

#[test]
fn every_disk_and_fact_is_recorded_with_its_unit_and_the_required_failures_first() {
    let mut facts = Facts::new();
    let mut tell = |key: &str, value: Value| facts.push(key, value, "sys", Certainty::Estimated);
    tell("cpu.cores", Value::Count(1));
    tell("memory.total", Value::Bytes(Bytes(1 << 30)));
    tell("screen.pixels", Value::Pixels(1366, 768));
    for number in 0..2 {
        tell(&format!("disk.{number}.size"), Value::Bytes(Bytes(8192)));
        tell(&format!("disk.{number}.serial"), Value::Text(format!("S{number}")));
        tell(&format!("disk.{number}.model"), Value::Text("M".to_owned()));
        tell(&format!("disk.{number}.bus"), Value::Text("sata".to_owned()));
    }
    let rig = Rig::new(&[]);
    let (found, _) = rig.device(true);
    let probe = FakeProbe(facts);
    let mut bench = rig.bench();
    bench.probe = &probe;
    let profile = load_profile(&bench, None, DeviceKind::Laptop).expect("embedded");
    let inspected = inspect(&bench, &found, profile).expect("recorded").found.file;
    assert_eq!(inspected.disks.keys().collect::<Vec<_>>(), ["S0|M|8192", "S1|M|8192"]);
    assert!(inspected.disks.values().all(|disk| disk.seen && disk.disk.bus == "sata"));
    let Fact::DeviceInspected(told) = rig.last() else { panic!("an inspection") };
    // Both fall short of the required lines and, after them, of the recommended ones.
    assert_eq!(told.failed[..2], ["cpu.cores", "memory.total"]);
    assert!(told.undecided.contains(&"cpu.64bit".to_owned()) && !told.undecided.contains(&"cpu.cores".to_owned()));
    let fact = |key: &str| told.facts.iter().find(|fact| fact.key == key).expect("recorded");
    assert_eq!(fact("memory.total").unit.as_deref(), Some("bytes"));
    assert_eq!(fact("screen.pixels").value, Some(Seen::Pair(1366, 768)));
    assert!(told.facts.iter().all(|fact| fact.certainty == "estimated"));
    assert_eq!(load_profile(&bench, None, DeviceKind::Tablet).expect("embedded").id, "tablet");
}
