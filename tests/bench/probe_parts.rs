//! The probe on made-up machines: locks and the smaller parts, each found, missing, and unknown.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use crate::sysfs_tree::{SmbiosTable, Structure, SysfsTree};
use aoxanh::device::{Certainty, Facts, Value, key};
use aoxanh::reading::locks;

const ATTRIBUTES: &str = "sys/class/firmware-attributes";

/// `yes`, `no`, the text or number, or `?`; an estimate ends in `~`.
fn told(facts: &Facts, key: &str) -> String {
    let fact = facts.get(key).expect("always there");
    let value = if let Value::Flag(flag) = &fact.value {
        if *flag { "yes".to_owned() } else { "no".to_owned() }
    } else if let Value::Text(text) = &fact.value {
        text.clone()
    } else if fact.value.is_unknown() {
        return "?".to_owned();
    } else {
        format!("{:?}", fact.value.number())
    };
    if fact.certainty == Certainty::Estimated { format!("{value}~") } else { value }
}

fn tell<const N: usize>(tree: &SysfsTree, keys: [&str; N]) -> [String; N] {
    let facts = tree.facts();
    keys.map(|key| told(&facts, key))
}

fn msdm(key: &str) -> Vec<u8> {
    [b"MSDM".as_slice(), &[0; 52], key.as_bytes()].concat()
}

#[test]
fn the_windows_key_is_never_read_out_whole() {
    let tree = SysfsTree::new();
    assert_eq!(tell(&tree, [key::WINDOWS_KEY, key::WPBT]), ["?", "?"]);
    tree.empty_folder("sys/firmware/acpi/tables");
    assert_eq!(tell(&tree, [key::WINDOWS_KEY, key::WPBT]), ["no", "no"]);
    tree.file("sys/firmware/acpi/tables/MSDM", msdm("AAAAA-BBBBB-CCCCC-DDDDD-3V66T"))
        .file("sys/firmware/acpi/tables/WPBT", "x");
    assert_eq!(tell(&tree, [key::WINDOWS_KEY, key::WPBT]), ["*****-*****-*****-*****-3V66T", "yes"]);
    let all = format!("{:?}", tree.facts());
    assert!(!all.contains("DDDDD") && !all.contains("AAAAA"), "{all}");
    tree.file("sys/firmware/acpi/tables/MSDM", msdm("short"));
    assert_eq!(tell(&tree, [key::WINDOWS_KEY]), ["?"]);
}

#[test]
fn a_firmware_password_and_absolute_are_told_by_the_makers_driver() {
    let tree = SysfsTree::new();
    let keys = [key::FIRMWARE_PASSWORD, key::ABSOLUTE];
    assert_eq!(tell(&tree, keys), ["?", "?"]);
    tree.files(&format!("{ATTRIBUTES}/thinklmi/authentication/Admin"), &[("is_enabled", "0")]);
    tree.files(&format!("{ATTRIBUTES}/thinklmi/authentication/Power-on"), &[("is_enabled", "0")]);
    tree.files(&format!("{ATTRIBUTES}/thinklmi/attributes/WakeOnLAN"), &[("current_value", "Enable")]);
    assert_eq!(tell(&tree, keys), ["no", "?"]);
    let absolute = format!("{ATTRIBUTES}/thinklmi/attributes/AbsolutePersistenceModuleActivation");
    for (word, expected) in [("PermanentlyDisable", "no"), ("Disable", "no"), ("Enable", "yes"), ("Maybe", "?")] {
        tree.files(&absolute, &[("current_value", word)]);
        assert_eq!(tell(&tree, keys)[1], expected, "{word}");
    }
    tree.files(&format!("{ATTRIBUTES}/thinklmi/authentication/Power-on"), &[("is_enabled", "1")]);
    let facts = tree.facts();
    assert_eq!(told(&facts, key::FIRMWARE_PASSWORD), "yes");
    let source = facts.get(key::FIRMWARE_PASSWORD).map(|fact| fact.source.clone());
    assert_eq!(source, Some(format!("{ATTRIBUTES}/thinklmi/authentication/Power-on/is_enabled")));
    assert_eq!(locks(&facts)[0].fact, key::FIRMWARE_PASSWORD, "said first");
}

#[test]
fn amt_needs_its_own_serial_port_and_the_network_tells_the_rest() {
    let tree = SysfsTree::new();
    assert_eq!(tell(&tree, [key::AMT, key::ONLINE_LOCK]), ["?", "?"]);
    tree.empty_folder("sys/bus/pci/devices");
    assert_eq!(tell(&tree, [key::AMT]), ["no~"]);
    let card = |name: &str, class: &str| {
        tree.files(&format!("sys/bus/pci/devices/0000:00:{name}"), &[("vendor", "0x8086"), ("class", class)]);
    };
    card("16.0", "0x078000");
    assert_eq!(tell(&tree, [key::AMT]), ["?"], "an engine, and nobody says whether it has AMT");
    let engine = |third: &str| {
        let status = format!("90000255\n82F6150E\n{third}");
        tree.files("sys/class/mei/mei0", &[("fw_ver", "0:11.8.77.3664"), ("fw_status", &status)]);
    };
    engine("00000020");
    assert_eq!(tell(&tree, [key::AMT]), ["no~"], "the small firmware has none");
    engine("00000030");
    assert_eq!(tell(&tree, [key::AMT]), ["?"], "the large one alone is no proof");
    let mut tables = SmbiosTable::default();
    tables.add(130, 1, Structure::of_len(20).put(4, b"$AMT\x01"));
    tree.smbios(&tables.end(), (2, 8));
    assert_eq!(tell(&tree, [key::AMT]), ["yes~"], "with the board's own word it is");
    engine("00000020");
    assert_eq!(tell(&tree, [key::AMT]), ["no~"], "which is worth nothing without it");
    card("16.3", "0x070002");
    assert_eq!(tell(&tree, [key::AMT]), ["yes~"]);
}

#[test]
fn a_chromebook_is_known_by_its_own_device_or_maker_and_tells_its_write_protection() {
    let keys = [key::CHROMEBOOK, key::WRITE_PROTECT];
    let tree = SysfsTree::new();
    assert_eq!(tell(&tree, keys), ["?", "?"]);
    tree.files("sys/class/dmi/id", &[("sys_vendor", "Acer")]);
    assert_eq!(tell(&tree, keys), ["no~", "?"]);
    tree.files("sys/class/dmi/id", &[("sys_vendor", "Google")]);
    assert_eq!(tell(&tree, keys), ["yes~", "?"]);
    for (switches, expected) in [("0", "yes~"), ("512", "no~"), ("544", "no~")] {
        tree.files("sys/bus/platform/devices/GGL0001:00", &[("CHSW", switches)]);
        assert_eq!(tell(&tree, keys), ["yes", expected], "{switches}");
    }
}

#[test]
fn sound_is_told_by_the_pins_inside() {
    let keys = [key::SOUND_CHIP, key::SPEAKERS, key::MICROPHONE];
    let tree = SysfsTree::new();
    tree.empty_folder("proc/asound");
    assert_eq!(tell(&tree, keys), ["?", "?", "?"], "no bus can be read");
    tree.empty_folder("sys/bus/pci/devices").empty_folder("sys/bus/usb/devices");
    assert_eq!(tell(&tree, keys), ["?", "no~", "no~"]);
    tree.files("sys/bus/pci/devices/0000:00:1b.0", &[("class", "0x040300")]);
    assert_eq!(tell(&tree, keys), ["?", "?", "?"], "a chip without driver");
    tree.empty_folder("proc/asound/card0");
    assert_eq!(tell(&tree, keys), ["?", "?", "?"], "a card that says nothing of its pins");
    let codec = "Codec: Made-up ALC000\n  Pin Default 0x90170110: [Fixed] Speaker at Int N/A\n";
    tree.file("proc/asound/card0/codec#0", codec).file("proc/asound/card1/codec#0", "Codec: Made-up HDMI\n");
    assert_eq!(tell(&tree, keys), ["Made-up ALC000", "yes", "no~"]);
    tree.file("proc/asound/pcm", "00-06: DMIC (*) :  : capture 1\n");
    assert_eq!(tell(&tree, keys)[2], "yes");
}

#[test]
fn touch_fingerprint_card_reader_and_usb() {
    let tree = SysfsTree::new();
    let touch = [key::TOUCHSCREEN, key::TOUCHPAD];
    assert_eq!(tell(&tree, touch), ["?", "?"]);
    let pad = "I: Bus=0018\nN: Name=\"Pad\"\nB: PROP=5\nB: KEY=e520 10000 0 0 0 0\nB: ABS=3\n\n";
    tree.file("proc/bus/input/devices", pad);
    assert_eq!(tell(&tree, touch), ["no~", "yes"]);
    tree.file("proc/bus/input/devices", "I: Bus=0011\nN: Name=\"PS/2 Generic Mouse\"\nH: Handlers=mouse0\n\n");
    assert_eq!(tell(&tree, touch), ["no~", "?"], "a touchpad whose driver does not know it looks like a mouse");
    let usb = [key::FINGERPRINT, key::CARD_READER, key::USB_VERSION];
    assert_eq!(tell(&tree, usb), ["?", "?", "?"]);
    tree.empty_folder("sys/bus/usb/devices").empty_folder("sys/bus/pci/devices");
    assert_eq!(tell(&tree, usb), ["no~", "no~", "?"]);
    tree.files("sys/bus/usb/devices/usb1", &[("speed", "480")]).files("sys/bus/usb/devices/usb2", &[("speed", "5000")]);
    tree.files("sys/bus/usb/devices/1-4", &[("idVendor", "138a"), ("product", "VFS000")]);
    tree.files("sys/bus/pci/devices/0000:02:00.0", &[("class", "0xff0000")]);
    assert_eq!(tell(&tree, usb), ["yes~", "?", "3.0"], "a reader without driver");
    tree.files("sys/bus/usb/devices/1-4", &[("product", "Fingerprint Sensor")]);
    tree.device("sys/bus/pci/devices", "0000:03:00.0", "pci0000:00/0000:03:00.0", &[("class", "0xff0000")]);
    tree.empty_folder("sys/bus/pci/drivers/rtsx_pci")
        .link("sys/devices/pci0000:00/0000:03:00.0/driver", "../../../bus/pci/drivers/rtsx_pci");
    assert_eq!(tell(&tree, usb)[..2], ["yes", "yes"]);
}

#[test]
fn wifi_bands_come_from_the_card_and_cameras_tell_their_names() {
    let tree = SysfsTree::new();
    tree.empty_folder("sys/class/net").empty_folder("sys/bus/pci/devices").empty_folder("sys/bus/usb/devices");
    assert_eq!(tell(&tree, [key::WIFI_BANDS]), ["?"]);
    let card = "sys/class/net/wlan0/device";
    tree.files(card, &[("vendor", "0x8086"), ("device", "0xffff")]).empty_folder("sys/class/net/wlan0/phy80211");
    assert_eq!(tell(&tree, [key::WIFI_BANDS]), ["?"], "a card that is not listed");
    tree.files(card, &[("device", "0x24fd")]);
    assert_eq!(tell(&tree, [key::WIFI_BANDS]), ["2.4 + 5~"]);
    for (node, index, name) in
        [("video0", "0", "Made-up Camera"), ("video1", "1", "Made-up Camera"), ("video2", "0", "Second")]
    {
        tree.files(&format!("sys/class/video4linux/{node}"), &[("index", index), ("name", name)]);
    }
    let facts = tree.facts();
    assert_eq!(told(&facts, "camera.0.name"), "Made-up Camera");
    assert_eq!(told(&facts, "camera.1.name"), "Second");
    assert_eq!(facts.get("camera.2.name"), None);
}

#[test]
fn packs_tell_their_energy_and_a_charger_is_seen() {
    let tree = SysfsTree::new();
    assert_eq!(tell(&tree, [key::CHARGER, key::BATTERY_STATUS]), ["?", "?"]);
    let pack = [
        ("type", "Battery"),
        ("charge_full", "2000000"),
        ("charge_full_design", "4400000"),
        ("voltage_min_design", "11100000"),
        ("manufacturer", "ACME"),
        ("model_name", "X1"),
        ("status", "Discharging"),
        ("cycle_count", "312"),
    ];
    tree.files("sys/class/power_supply/BAT0", &pack)
        .files("sys/class/power_supply/AC", &[("type", "Mains"), ("online", "0")]);
    assert_eq!(tell(&tree, [key::CHARGER, key::BATTERY_STATUS]), ["no", "discharging"]);
    tree.files("sys/class/power_supply/ucsi", &[("type", "USB"), ("online", "1")]);
    let facts = tree.facts();
    assert_eq!(told(&facts, key::CHARGER), "yes");
    assert_eq!(told(&facts, "battery.0.name"), "ACME X1");
    assert_eq!(told(&facts, "battery.0.full"), "Some(22200)~");
    assert_eq!(told(&facts, "battery.0.cycles"), "Some(312)");
}
