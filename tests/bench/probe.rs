//! The probe on made-up machines: what it reads, what it leaves out, what it calls unknown.

use crate::sysfs_tree::{SmbiosTable, Structure, SysfsTree};
use aoxanh::device::{Certainty, Facts, Value, key};
use aoxanh::linux::MachineProbe;
use aoxanh::port::{Probe, Trouble};
use aoxanh::reading::kind_of;
use aoxanh::unit::Bytes;
use proptest::prelude::*;

/// Every key that must always be there, taken from where they are declared.
fn keys() -> Vec<&'static str> {
    let declared =
        include_str!("../../src/device/fact.rs").lines().filter_map(|line| line.trim().strip_prefix("pub const "));
    let keys = declared.filter_map(|line| line.split('"').nth(1)).filter(|key| !key::OF_HANDHELDS.contains(key));
    keys.collect()
}

fn number(facts: &Facts, key: &str) -> Option<u64> {
    facts.known(key).and_then(Value::number)
}

fn text(facts: &Facts, key: &str) -> Option<String> {
    facts.known(key).map(|value| if let Value::Text(text) = value { text.clone() } else { format!("{value:?}") })
}

fn why(facts: &Facts, key: &str) -> String {
    match facts.get(key).map(|fact| &fact.value) {
        Some(Value::Unknown(why)) => why.to_string(),
        other => format!("not unknown: {other:?}"),
    }
}

fn source(facts: &Facts, key: &str) -> String {
    facts.get(key).map(|fact| fact.source.clone()).unwrap_or_default()
}

#[test]
fn a_machine_that_tells_nothing_has_every_key_and_each_is_unknown() {
    let facts = SysfsTree::new().facts();
    assert!(keys().len() > 25);
    for key in keys() {
        let fact = facts.get(key).unwrap_or_else(|| panic!("{key} is missing"));
        assert!(matches!(&fact.value, Value::Unknown(why) if !why.to_string().is_empty()), "{key}: {:?}", fact.value);
        assert!(!fact.source.is_empty() && !fact.source.starts_with('/'), "{key}: {:?}", fact.source);
    }
    assert_eq!(kind_of(&facts), None);
}

#[test]
fn a_root_that_is_no_folder_is_a_failure() {
    let tree = SysfsTree::new();
    tree.file("file", "x");
    for missing in ["gone", "file"] {
        let failure = MachineProbe { root: tree.root().join(missing) }.facts().expect_err("no folder");
        assert_eq!(failure.trouble, Trouble::Io);
    }
}

#[test]
fn the_machine_this_runs_on_tells_every_key_once_and_with_a_source() {
    let facts = MachineProbe { root: "/".into() }.facts().expect("this machine");
    for key in keys() {
        assert_eq!(facts.iter().filter(|fact| fact.key == key).count(), 1, "{key}");
    }
    assert!(number(&facts, key::CPU_THREADS).is_some() && number(&facts, key::MEMORY_TOTAL).is_some());
    assert!(facts.iter().all(|fact| !fact.source.is_empty() && !fact.source.starts_with('/')));
}

#[test]
fn a_laptop_that_tells_all_is_read_in_full() {
    let mut table = SmbiosTable::default();
    table.add(0, 0, Structure::of_len(24).text(5, Some("1.07")).text(8, Some("03/21/2015")));
    let uuid = [0x33, 0x22, 0x11, 0x00, 0x55, 0x44, 0x77, 0x66, 0x88, 0x99, 0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF];
    let system = Structure::of_len(27).text(4, Some("LENOVO")).text(5, Some("00ZZ")).text(6, Some("ThinkPad Z00"));
    table.add(1, 1, system.text(7, Some("PB-TEST1")).put(8, &uuid));
    table.add(3, 2, Structure::of_len(21).put(5, &[0x8C]));
    table.add(3, 3, Structure::of_len(21).put(5, &[0x8A]));
    table.add(17, 4, Structure::of_len(34).put(0x0C, &4096u16.to_le_bytes()).put(0x0E, &[13]).put(0x12, &[26]));
    let tree = SysfsTree::new();
    tree.smbios(&table.end(), (2, 6)).meminfo(3_900_000).cpuinfo("Some Core @ 2.10GHz", 2, 4);
    tree.files(
        "sys/devices/system/cpu",
        &[("cpu0/cpufreq/cpuinfo_max_freq", "2900000"), ("cpu1/cpufreq/cpuinfo_max_freq", "3100000")],
    );
    tree.file("sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c", [6, 0, 0, 0, 1]);
    tree.files("sys/class/tpm/tpm0", &[("tpm_version_major", "2")]);
    let facts = tree.facts();
    assert_eq!(text(&facts, key::MODEL).as_deref(), Some("ThinkPad Z00"));
    assert_eq!(text(&facts, key::SERIAL).as_deref(), Some("PB-TEST1"));
    assert_eq!(text(&facts, key::UUID).as_deref(), Some("00112233-4455-6677-8899-aabbccddeeff"));
    assert_eq!(text(&facts, key::FIRMWARE_VERSION).as_deref(), Some("1.07"));
    assert_eq!(text(&facts, key::FIRMWARE_DATE).as_deref(), Some("03/21/2015"));
    assert_eq!(text(&facts, key::CHASSIS).as_deref(), Some("notebook"), "the dock is not the machine");
    assert_eq!(text(&facts, key::MEMORY_TYPE).as_deref(), Some("DDR4"));
    assert_eq!(number(&facts, key::MEMORY_TOTAL), Some(Bytes::gib(4).0));
    assert_eq!((number(&facts, key::CPU_CORES), number(&facts, key::CPU_THREADS)), (Some(2), Some(4)));
    assert_eq!(number(&facts, key::CPU_MHZ), Some(3100));
    assert_eq!(source(&facts, key::CPU_MHZ), "sys/devices/system/cpu/cpu1/cpufreq/cpuinfo_max_freq");
    assert_eq!((number(&facts, key::FIRMWARE_UEFI), number(&facts, key::SECURE_BOOT)), (Some(1), Some(1)));
    assert_eq!(number(&facts, key::TPM), Some(2));
}

#[test]
fn without_tables_the_kernels_copies_are_read() {
    let tree = SysfsTree::new();
    let copies =
        [("sys_vendor", "Acer"), ("product_name", "AO000"), ("chassis_type", "10"), ("product_serial", "0123456789")];
    tree.files("sys/class/dmi/id", &copies).meminfo(1_950_000);
    tree.empty_folder("sys/firmware/acpi");
    let facts = tree.facts();
    assert_eq!(text(&facts, key::MAKER).as_deref(), Some("Acer"));
    assert_eq!(source(&facts, key::MODEL), "sys/class/dmi/id/product_name");
    assert_eq!(kind_of(&facts), Some("laptop"));
    assert_eq!(why(&facts, key::SERIAL), "junk: \"0123456789\"");
    assert_eq!(why(&facts, key::UUID), "not there");
    let total = facts.get(key::MEMORY_TOTAL).expect("there");
    assert_eq!((&total.value, total.certainty), (&Value::Bytes(Bytes::gib(2)), Certainty::Estimated));
    assert_eq!((number(&facts, key::FIRMWARE_UEFI), number(&facts, key::SECURE_BOOT)), (Some(0), Some(0)));
}

#[test]
fn only_fixed_real_disks_count() {
    let tree = SysfsTree::new();
    tree.disk("sda", "pci0000:00/ata1/host0/block/sda", 320_072_933_376, "1");
    tree.files("sys/devices/pci0000:00/ata1/host0/block/sda", &[("device/model", "MADE-UP HDD  ")]);
    tree.file("sys/devices/pci0000:00/ata1/host0/block/sda/device/vpd_pg80", b"\0\x80\0\x08 WX-0001\0");
    tree.disk("nvme0n1", "pci0000:00/nvme/nvme0/nvme0n1", 256_060_514_304, "0");
    tree.disk("mmcblk0", "platform/mmc0/mmc0:0001/block/mmcblk0", 31_268_536_320, "0");
    tree.files(
        "sys/devices/platform/mmc0/mmc0:0001/block/mmcblk0",
        &[("device/type", "MMC"), ("device/serial", "0x00000000")],
    );
    tree.disk("mmcblk0boot0", "platform/mmc0/mmc0:0001/block/mmcblk0boot0", 4_194_304, "0");
    tree.disk("mmcblk1", "platform/mmc1/mmc1:0001/block/mmcblk1", 64_000_000_000, "0");
    tree.files("sys/devices/platform/mmc1/mmc1:0001/block/mmcblk1", &[("device/type", "SD")]);
    tree.disk("sdb", "pci0000:00/usb1/1-2/host3/block/sdb", 4_000_000_000_000, "1");
    tree.disk("sdc", "pci0000:00/ata9/host9/block/sdc", 8_000_000_000_000, "1");
    tree.files("sys/devices/pci0000:00/ata9/host9/block/sdc", &[("removable", "1")]);
    tree.disk("sr0", "pci0000:00/ata2/host1/block/sr0", 5_000_000_000_000, "1");
    tree.device("sys/block", "loop0", "virtual/block/loop0", &[("size", "99999999999"), ("removable", "0")]);
    tree.device("sys/block", "zram0", "virtual/block/zram0", &[("size", "99999999999"), ("removable", "0")]);
    let facts = tree.facts();
    assert_eq!(number(&facts, key::DISK_COUNT), Some(3));
    assert_eq!(number(&facts, key::DISK_LARGEST), Some(320_072_933_376));
    assert_eq!(source(&facts, key::DISK_LARGEST), "sys/block/sda/size");
    let told = |number: usize| {
        ["bus", "medium"].map(|field| text(&facts, &format!("disk.{number}.{field}")).unwrap_or_default())
    };
    assert_eq!([told(0), told(1), told(2)], [["mmc", "emmc"], ["nvme", "ssd"], ["ata", "hdd"]]);
    assert_eq!(text(&facts, "disk.2.serial").as_deref(), Some("WX-0001"));
    assert_eq!(text(&facts, "disk.2.model").as_deref(), Some("MADE-UP HDD"));
    assert_eq!(number(&facts, "disk.0.size"), Some(31_268_536_320));
}

#[test]
fn a_machine_that_shows_no_disk_has_none_as_an_estimate() {
    let tree = SysfsTree::new();
    tree.empty_folder("sys/block");
    let facts = tree.facts();
    let largest = facts.get(key::DISK_LARGEST).expect("there");
    assert_eq!((&largest.value, largest.certainty), (&Value::Bytes(Bytes::ZERO), Certainty::Estimated));
}

#[test]
fn batteries_of_the_machine_count_and_those_of_mice_do_not() {
    let tree = SysfsTree::new();
    let first = [
        ("type", "Battery"),
        ("present", "1"),
        ("energy_full", "21000000"),
        ("energy_full_design", "42000000"),
        ("cycle_count", "0"),
    ];
    let second = [("type", "Battery"), ("charge_full", "1"), ("charge_full_design", "4"), ("cycle_count", "-1")];
    tree.files("sys/class/power_supply/BAT0", &first).files("sys/class/power_supply/AC", &[("type", "Mains")]);
    tree.files(
        "sys/class/power_supply/hidpp_battery_0",
        &[("type", "Battery"), ("scope", "Device"), ("cycle_count", "9")],
    );
    tree.files("sys/class/power_supply/BAT9", &[("type", "Battery"), ("present", "0")]);
    let facts = tree.facts();
    assert_eq!((number(&facts, key::BATTERY_COUNT), number(&facts, key::BATTERY_HEALTH)), (Some(1), Some(50)));
    assert_eq!(why(&facts, key::BATTERY_CYCLES), "the battery keeps no cycle count");
    tree.files("sys/class/power_supply/BAT1", &second);
    let both = tree.facts();
    assert_eq!(number(&both, key::BATTERY_COUNT), Some(2));
    assert_eq!(why(&both, key::BATTERY_HEALTH), "packs count in different units");
    assert_eq!(number(&both, "battery.1.health"), Some(25));
}

#[test]
fn network_camera_and_bluetooth_are_told_apart_from_what_is_virtual_or_without_driver() {
    let tree = SysfsTree::new();
    tree.files("sys/class/net/lo", &[("type", "772")]).files("sys/class/net/ifb0", &[("type", "1")]);
    tree.files("sys/class/net/wwan0", &[("type", "1"), ("uevent", "DEVTYPE=wwan")])
        .empty_folder("sys/class/net/wwan0/device");
    tree.files("sys/bus/pci/devices/0000:02:00.0", &[("class", "0x028000")]);
    let facts = tree.facts();
    assert_eq!(why(&facts, key::WIFI), "a wireless card without driver or firmware");
    assert_eq!(why(&facts, key::ETHERNET), "no driver loaded", "the card could be anything of the network");
    tree.empty_folder("sys/bus/pci/devices/0000:02:00.0/driver").empty_folder("sys/bus/usb/devices");
    let facts = tree.facts();
    assert_eq!(why(&facts, key::WIFI), "a wireless card without driver or firmware", "firmware may be missing too");
    assert_eq!(facts.known(key::ETHERNET), Some(&Value::Flag(false)));
    assert_eq!(why(&facts, key::CAMERA), "no driver loaded");
    tree.files("sys/class/net/wlan0", &[("type", "1"), ("address", "02:00:00:00:00:07"), ("addr_assign_type", "0")]);
    tree.empty_folder("sys/class/net/wlan0/device").empty_folder("sys/class/net/wlan0/phy80211");
    tree.files("sys/class/net/eth0", &[("type", "1"), ("address", "00:00:00:00:00:00")])
        .empty_folder("sys/class/net/eth0/device");
    tree.empty_folder("sys/class/bluetooth/hci0").empty_folder("sys/class/video4linux");
    let facts = tree.facts();
    assert_eq!(facts.known(key::WIFI), Some(&Value::Flag(true)));
    assert_eq!(source(&facts, key::WIFI), "sys/class/net/wlan0");
    assert_eq!(source(&facts, key::ETHERNET), "sys/class/net/eth0");
    assert_eq!(facts.known(key::BLUETOOTH), Some(&Value::Flag(true)));
    assert_eq!(
        facts.get(key::CAMERA).map(|fact| (&fact.value, fact.certainty)),
        Some((&Value::Flag(false), Certainty::Estimated))
    );
    let addresses: Vec<_> = facts
        .iter()
        .filter(|fact| fact.key.rsplit('.').next() == Some("mac"))
        .map(|fact| fact.source.as_str())
        .collect();
    assert_eq!(addresses, ["sys/class/net/wlan0/address"]);
}

#[test]
fn the_address_of_an_adapter_that_goes_from_machine_to_machine_is_no_sign_of_one() {
    let tree = SysfsTree::new();
    let card = |name: &str, last: &str| {
        let (folder, address) = (format!("sys/class/net/{name}"), format!("02:00:00:00:00:{last}"));
        tree.files(&folder, &[("type", "1"), ("address", &address)]).empty_folder(&format!("{folder}/device"));
        folder
    };
    card("eth0", "01");
    // In life a link leads to one interface, and what stands around that is the adapter.
    let on_usb = |name: &str, last: &str, removable: Option<&str>| {
        let folder = card(name, last);
        tree.files(&format!("{folder}/device"), &[("bInterfaceClass", "ff")]);
        if let Some(word) = removable {
            tree.files(&folder, &[("removable", word)]);
        }
    };
    on_usb("eth1", "02", None);
    on_usb("eth2", "03", Some("removable"));
    on_usb("eth3", "04", Some("unknown"));
    on_usb("eth4", "05", Some("fixed"));
    tree.files(&format!("{}/device", card("eth5", "06")), &[("removable", "removable")]);
    let facts = tree.facts();
    let addresses =
        facts.iter().filter(|fact| fact.key.rsplit('.').next() == Some("mac")).map(|fact| fact.source.as_str());
    let own = ["sys/class/net/eth0/address", "sys/class/net/eth4/address"];
    assert_eq!(addresses.collect::<Vec<_>>(), own);
}

#[test]
fn what_may_hide_on_a_bus_for_want_of_a_driver_is_unknown_and_not_absent() {
    let tree = SysfsTree::new();
    tree.files("sys/class/net/lo", &[("type", "772")]);
    tree.empty_folder("sys/class/bluetooth").empty_folder("sys/class/video4linux");
    let all = [key::WIFI, key::ETHERNET, key::BLUETOOTH, key::CAMERA];
    let told = |tree: &SysfsTree| {
        let facts = tree.facts();
        all.map(|key| match facts.get(key).map(|fact| (&fact.value, fact.certainty)) {
            Some((Value::Flag(false), Certainty::Estimated)) => "no",
            Some((Value::Unknown(_), _)) => "unknown",
            _ => "something else",
        })
    };
    assert_eq!(told(&tree), ["unknown"; 4], "no bus can be read");
    tree.empty_folder("sys/bus/pci/devices");
    assert_eq!(told(&tree), ["unknown"; 4], "USB cannot be read");
    tree.empty_folder("sys/bus/usb/devices");
    assert_eq!(told(&tree), ["no"; 4]);
    let usb = |class: &str| tree.files("sys/bus/usb/devices/1-1:1.0", &[("bInterfaceClass", class)]);
    for (class, expected) in [
        ("03", ["no", "no", "no", "no"]),
        ("0e", ["no", "no", "no", "unknown"]),
        ("02", ["no", "unknown", "no", "no"]),
        ("e0", ["unknown", "no", "unknown", "no"]),
        ("ff", ["unknown"; 4]),
    ] {
        usb(class);
        assert_eq!(told(&tree), expected, "USB {class}");
    }
    tree.empty_folder("sys/bus/usb/devices/1-1:1.0/driver");
    assert_eq!(told(&tree), ["no"; 4], "what has a driver would be seen");
    let pci = "sys/bus/pci/devices/0000:01:00.0";
    for (class, expected) in [
        ("0x020000", ["unknown", "unknown", "no", "no"]),
        ("0x028000", ["unknown", "unknown", "unknown", "no"]),
        ("0x048000", ["no", "no", "no", "unknown"]),
        ("0x030000", ["no"; 4]),
    ] {
        tree.files(pci, &[("class", class)]);
        assert_eq!(told(&tree), expected, "PCI {class}");
    }
    tree.empty_folder("sys/bus/sdio/devices/mmc1:0001:1");
    assert_eq!(told(&tree), ["unknown", "no", "unknown", "no"], "a chip on SDIO");
}

#[test]
fn the_screen_is_the_built_in_one_that_answers() {
    let tree = SysfsTree::new();
    tree.file("sys/class/drm/card0-HDMI-A-1/edid", "someone's monitor").file("sys/class/drm/card0-eDP-1/edid", []);
    tree.file("sys/class/drm/card1-eDP-1/edid", [0; 128]).file("sys/class/drm/card1-eDP-1/modes", "1366x768\n");
    let facts = tree.facts();
    assert_eq!(why(&facts, key::SCREEN_DIAGONAL), "no EDID header");
    assert_eq!(facts.known(key::SCREEN_PIXELS), Some(&Value::Pixels(1366, 768)));
    assert_eq!(source(&facts, key::SCREEN_PIXELS), "sys/class/drm/card1-eDP-1/modes");
}

#[test]
fn a_file_past_its_limit_is_not_read() {
    let tree = SysfsTree::new();
    tree.file("sys/firmware/dmi/tables/DMI", vec![0; 1024 * 1024 + 1])
        .file("sys/class/drm/card0-eDP-1/edid", vec![0; 32 * 1024 + 1]);
    let facts = tree.facts();
    assert_eq!(why(&facts, key::MEMORY_SLOTS), "larger than 1048576 bytes");
    assert_eq!(why(&facts, key::SCREEN_DIAGONAL), "larger than 32768 bytes");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_the_probe_fall(bytes in proptest::collection::vec(any::<u8>(), 0..400), kind in 0u8..18, len in 4u8..60) {
        // A first structure that the tables' readers will look into.
        let table = [&[kind, len, 0, 0], bytes.as_slice(), &[0, 0]].concat();
        let tree = SysfsTree::new();
        tree.file("sys/firmware/dmi/tables/DMI", &table).file("sys/firmware/dmi/tables/smbios_entry_point", &bytes);
        tree.file("proc/cpuinfo", &bytes).file("proc/meminfo", &bytes).file("sys/class/drm/card0-eDP-1/edid", &bytes);
        tree.file("sys/class/power_supply/BAT0/energy_full", &bytes).file("sys/block/sda/size", &bytes);
        tree.empty_folder("sys/block/sda/device");
        let facts = tree.facts();
        for key in keys() {
            prop_assert!(facts.get(key).is_some(), "{}", key);
        }
    }
}
