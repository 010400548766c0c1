//! One made-up laptop that tells everything: each fact is known, it is read quickly, and a bent part of it spoils no other.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use crate::made_up_machines::edid;
use crate::sysfs_tree::{SmbiosTable, Structure, SysfsTree};
use aoxanh::device::{Certainty, Facts, Value, key};
use aoxanh::linux::SystemClock;
use aoxanh::port::Clock;
use aoxanh::profile::systems;
use aoxanh::reading::{is_junk, locks};
use aoxanh::unit::Bytes;
use proptest::prelude::*;
use std::time::Duration;

/// Inspection without SMART may take so long (issue 5).
const LONGEST: Duration = Duration::from_millis(50);

pub(crate) fn tables() -> SmbiosTable {
    let mut table = SmbiosTable::default();
    table.add(0, 0, Structure::of_len(24).text(5, Some("N1EET79W")).text(8, Some("03/21/2019")));
    let uuid = [0x33, 0x22, 0x11, 0x00, 0x55, 0x44, 0x77, 0x66, 0x88, 0x99, 0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF];
    let system = Structure::of_len(27).text(4, Some("LENOVO")).text(5, Some("20ZZS0")).text(6, Some("ThinkPad Z00"));
    table.add(1, 1, system.text(7, Some("PF0TEST")).put(8, &uuid));
    table.add(2, 2, Structure::of_len(15).text(4, Some("LENOVO")).text(5, Some("20ZZS0")).text(7, Some("L1TEST")));
    table.add(3, 3, Structure::of_len(21).put(5, &[0x0A]));
    let most = 16u32 * 1024 * 1024;
    table.add(16, 4, Structure::of_len(23).put(5, &[3]).put(7, &most.to_le_bytes()).put(0x0D, &[2]));
    let module =
        Structure::of_len(40).put(4, &[4, 0]).put(0x0C, &4096u16.to_le_bytes()).put(0x0E, &[13]).put(0x12, &[24]);
    let module = module.put(0x15, &1600u16.to_le_bytes()).put(0x26, &1350u16.to_le_bytes());
    table.add(17, 5, module.text(0x10, Some("ChannelA")).text(0x17, Some("ACME")));
    let no_amt = Structure::of_len(20).put(4, b"$AMT");
    table.add(130, 7, no_amt);
    table.add(17, 6, Structure::of_len(40).put(4, &[4, 0]).put(0x0E, &[13]).text(0x10, Some("ChannelB")));
    table.end()
}

pub(crate) fn full_machine() -> SysfsTree {
    let tree = SysfsTree::new();
    tree.smbios(&tables(), (2, 8)).meminfo(3_900_000);
    let flags = "fpu lm vmx cx16 lahf_lm popcnt sse4_1 sse4_2 ssse3 avx avx2 bmi1 bmi2 f16c fma abm movbe";
    let thread = |number: usize| {
        let name = "Intel(R) Core(TM) i5-8250U CPU @ 1.60GHz";
        format!(
            "processor\t: {number}\nvendor_id\t: GenuineIntel\ncpu family\t: 6\nmodel\t\t: 142\nmodel name\t: {name}\nphysical id\t: 0\ncore id\t\t: {}\nflags\t\t: {flags}\n\n",
            number % 4
        )
    };
    tree.file("proc/cpuinfo", (0..8).map(thread).collect::<String>());
    for number in 0..8 {
        let clocks = [("cpuinfo_max_freq", "3400000"), ("base_frequency", "1600000")];
        tree.files(&format!("sys/devices/system/cpu/cpu{number}/cpufreq"), &clocks);
    }
    firmware(&tree);
    tree.disk("nvme0n1", "pci0000:00/nvme/nvme0/nvme0n1", 256_060_514_304, "0");
    tree.disk("sda", "pci0000:00/ata1/host0/block/sda", 1_000_204_886_016, "1");
    tree.file("sys/class/drm/card0-eDP-1/edid", edid((309, 174))).file("sys/class/drm/card0-eDP-1/modes", "1366x768\n");
    let pack = |name: &str, full: &str| {
        let told = [
            ("type", "Battery"),
            ("present", "1"),
            ("status", "Charging"),
            ("energy_full", full),
            ("energy_full_design", "24000000"),
            ("cycle_count", "312"),
            ("manufacturer", "ACME"),
            ("model_name", name),
        ];
        tree.files(&format!("sys/class/power_supply/{name}"), &told);
    };
    pack("BAT0", "20000000");
    pack("BAT1", "22000000");
    tree.files("sys/class/power_supply/AC", &[("type", "Mains"), ("online", "1")]);
    buses(&tree);
    tree
}

fn firmware(tree: &SysfsTree) {
    tree.file("sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c", [6, 0, 0, 0, 1]);
    tree.files("sys/class/tpm/tpm0", &[("tpm_version_major", "2")]);
    let key = [b"MSDM".as_slice(), &[0; 52], b"AAAAA-BBBBB-CCCCC-DDDDD-3V66T"].concat();
    tree.file("sys/firmware/acpi/tables/MSDM", key);
    tree.files("sys/class/firmware-attributes/thinklmi/authentication/Admin", &[("is_enabled", "0")]);
    for number in 0..120 {
        let setting = format!("sys/class/firmware-attributes/thinklmi/attributes/Setting{number}");
        tree.files(&setting, &[("current_value", "Enable")]);
    }
    let absolute = "sys/class/firmware-attributes/thinklmi/attributes/AbsolutePersistenceModuleActivation";
    tree.files(absolute, &[("current_value", "Disable")]);
}

fn buses(tree: &SysfsTree) {
    for number in 0..24 {
        let card = format!("sys/bus/pci/devices/0000:00:{number:02x}.0");
        tree.files(&card, &[("class", "0x060400"), ("vendor", "0x8086")]).empty_folder(&format!("{card}/driver"));
        let port = format!("sys/bus/usb/devices/1-{number}");
        tree.files(&port, &[("idVendor", "0bda"), ("product", "Made-up")]);
    }
    tree.files("sys/bus/usb/devices/usb1", &[("speed", "5000")]);
    tree.files("sys/class/net/wlan0/device", &[("vendor", "0x8086"), ("device", "0x24fd")]);
    tree.files("sys/class/net/wlan0", &[("type", "1"), ("address", "02:00:00:00:00:07")])
        .empty_folder("sys/class/net/wlan0/phy80211");
    tree.files("sys/class/net/eth0", &[("type", "1"), ("address", "02:00:00:00:00:08")])
        .empty_folder("sys/class/net/eth0/device");
    tree.empty_folder("sys/class/bluetooth/hci0");
    tree.files("sys/class/video4linux/video0", &[("index", "0"), ("name", "Made-up Camera")]);
    let pins = "Codec: Made-up ALC000\n  Pin Default 0x90170110: [Fixed] Speaker at Int N/A\n  Pin Default 0x90a60130: [Fixed] Mic at Int N/A\n";
    tree.file("proc/asound/card0/codec#0", pins);
    let pad = "I: Bus=0018\nN: Name=\"Pad\"\nB: PROP=5\nB: KEY=e520 10000 0 0 0 0\nB: ABS=3\n\n";
    tree.file("proc/bus/input/devices", pad);
}

fn keys() -> Vec<&'static str> {
    let declared =
        include_str!("../../src/device/fact.rs").lines().filter_map(|line| line.trim().strip_prefix("pub const "));
    declared.filter_map(|line| line.split('"').nth(1)).filter(|key| !key::OF_HANDHELDS.contains(key)).collect()
}

#[test]
fn a_laptop_that_tells_all_leaves_only_open_what_nobody_can_know() {
    let facts = full_machine().facts();
    let open: Vec<_> = keys().into_iter().filter(|key| facts.known(key).is_none()).collect();
    // No Chromebook, so nothing to protect.
    assert_eq!(open.len(), 3, "{open:?}");
    assert!([key::WRITE_PROTECT, key::ONLINE_LOCK, key::KEYBOARD_LAYOUT].iter().all(|key| open.contains(key)));
    let text = |key: &str| format!("{:?}", facts.get(key).expect("there").value);
    assert_eq!(text("board.serial"), "Text(\"L1TEST\")");
    assert_eq!(text(key::CPU_GENERATION), "Text(\"Intel Core gen 8\")");
    assert_eq!(text(key::MEMORY_TYPE), "Text(\"DDR3L\")");
    assert_eq!(facts.known(key::CPU_BASE_MHZ), Some(&Value::Megahertz(1600)));
    assert_eq!(facts.known(key::CPU_MHZ), Some(&Value::Megahertz(3400)));
    assert_eq!(facts.known(key::BATTERY_HEALTH), Some(&Value::Percent(87)));
    assert_eq!(facts.known("battery.1.full"), Some(&Value::MilliwattHours(22_000)));
    let said: Vec<_> = locks(&facts).iter().map(|lock| lock.fact).collect();
    assert_eq!(said, [key::WINDOWS_KEY, key::ONLINE_LOCK]);
    let windows = systems("laptop", &[], &facts).remove(0);
    assert_eq!((windows.system.id.as_str(), windows.judgement.verdict), ("windows-11", aoxanh::profile::Verdict::Pass));
}

#[test]
fn a_full_machine_is_read_in_under_50_milliseconds() {
    let (tree, clock) = (full_machine(), SystemClock::new());
    let timed = |_| {
        let begun = clock.elapsed();
        let facts = tree.facts();
        assert!(facts.iter().count() > 80, "{}", facts.iter().count());
        clock.elapsed().saturating_sub(begun)
    };
    // The best of several: other programs share the machine.
    let best = (0..5).map(timed).min().expect("five");
    assert!(best < LONGEST, "{best:?}");
}

/// Nothing that follows from these facts is surer than they are.
fn sound(facts: &Facts) -> Result<(), TestCaseError> {
    for fact in facts.iter() {
        if let Value::Text(text) = &fact.value {
            prop_assert!(
                !is_junk(text) || fact.certainty != Certainty::Certain || fact.key.starts_with("cpu."),
                "{:?}",
                fact
            );
        }
        if let Value::Percent(percent) = &fact.value {
            prop_assert!(*percent <= 100, "{:?}", fact);
        }
        // No machine tells this by itself, whatever it is.
        prop_assert!(fact.key != key::ONLINE_LOCK || fact.value.is_unknown(), "{:?}", fact);
    }
    let number = |key: &str| facts.known(key).and_then(Value::number);
    if let (Some(slots), Some(free)) = (number(key::MEMORY_SLOTS), number(key::MEMORY_FREE_SLOTS)) {
        prop_assert!(free <= slots);
    }
    let total = facts.get(key::MEMORY_TOTAL).expect("always there");
    if total.certainty == Certainty::Certain && !total.value.is_unknown() {
        // The kernel of this machine sees 3,900,000 kB: tables that say less, or more than twice that, are not believed.
        let seen = 3_900_000 * 1024;
        prop_assert!((seen..=2 * seen).contains(&number(key::MEMORY_TOTAL).unwrap_or(0)), "{:?}", total);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases / 4, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_bent_file_spoils_no_other_fact_and_makes_nothing_surer(file in 0usize..12, bytes in proptest::collection::vec(any::<u8>(), 0..300), at in 0usize..400, bit in 0u8..8) {
        let tree = SysfsTree::new();
        let mut table = tables().bytes().to_vec();
        if let Some(byte) = table.get_mut(at) {
            *byte ^= 1 << bit;
        }
        tree.file("sys/firmware/dmi/tables/DMI", table).meminfo(3_900_000).empty_folder("sys/bus/usb/devices");
        let bent = [
            "proc/cpuinfo", "proc/bus/input/devices", "proc/asound/card0/codec#0", "proc/asound/pcm",
            "sys/firmware/acpi/tables/MSDM", "sys/class/drm/card0-eDP-1/edid", "sys/class/tpm/tpm0/tpm_version_major",
            "sys/class/firmware-attributes/x/authentication/Admin/is_enabled", "sys/class/power_supply/BAT0/energy_full",
            "sys/bus/pci/devices/0000:00:16.3/class", "sys/bus/usb/devices/usb1/speed", "sys/block/sda/size",
        ];
        tree.file(bent[file], bytes);
        let facts = tree.facts();
        for key in keys() {
            prop_assert!(facts.get(key).is_some(), "{}", key);
        }
        sound(&facts)?;
    }
}

#[test]
fn memory_as_the_tables_say_is_certain_only_where_the_kernel_agrees() {
    let tree = full_machine();
    let total = |tree: &SysfsTree| {
        let facts = tree.facts();
        let fact = facts.get(key::MEMORY_TOTAL).expect("there");
        (fact.value.clone(), fact.certainty)
    };
    assert_eq!(total(&tree), (Value::Bytes(Bytes::gib(4)), Certainty::Certain));
    tree.meminfo(7_900_000);
    assert_eq!(total(&tree), (Value::Bytes(Bytes::gib(8)), Certainty::Estimated));
}
