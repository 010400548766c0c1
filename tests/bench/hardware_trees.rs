//! What the machine's parts look like below made-up `/sys` and `/proc`: there, missing, and not to be told apart.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::sysfs_tree::SysfsTree;
use aoxanh::linux::LinuxHardware;
use aoxanh::port::{Effort, Inputs, Part, Parts, Power, Presence, Radios, UsbPorts};
use aoxanh::trial::{Heat, PackState, UsbMap};
use std::os::unix::fs::symlink;

/// The bitmaps of a real AT keyboard, and of a touchpad with a left and a right button.
const KEYS: &str = "402000000 3803078f800d001 feffffdfffefffff fffffffffffffffe";
const TOUCH_KEYS: &str = "e520 30000 0 0 0 0";
const TOUCH_AXES: &str = "663800011000003";

fn hardware(tree: &SysfsTree) -> LinuxHardware {
    LinuxHardware::new(tree.root())
}

fn there(tree: &SysfsTree, part: Part) -> Option<String> {
    match hardware(tree).presence(part) {
        Presence::There(name) => Some(name),
        Presence::Absent(_) | Presence::Unknown(_) => None,
    }
}

fn input(tree: &SysfsTree, event: &str, name: &str, bus: &str, bits: &[(&str, &str)]) {
    let folder = format!("sys/class/input/{event}/device");
    tree.files(&folder, &[("name", name), ("id/bustype", bus)]);
    let caps: Vec<_> = bits.iter().map(|(kind, bits)| (format!("capabilities/{kind}"), *bits)).collect();
    for (kind, bits) in &caps {
        tree.files(&folder, &[(kind, bits)]);
    }
}

#[test]
fn a_laptops_own_keyboard_is_tried_not_the_one_plugged_into_it_and_buttons_are_no_keyboard() {
    let tree = SysfsTree::new();
    assert!(matches!(hardware(&tree).presence(Part::Keyboard), Presence::Unknown(_)), "no input at all is no driver");
    tree.files("sys/class/input/input0", &[("name", "AT Translated Set 2 keyboard")]);
    assert!(
        matches!(hardware(&tree).presence(Part::Keyboard), Presence::Unknown(_)),
        "a keyboard that cannot be heard"
    );
    input(&tree, "event0", "Power Button", "0019", &[("key", "10000000000000 0")]);
    assert!(matches!(hardware(&tree).presence(Part::Keyboard), Presence::Absent(_)));
    input(&tree, "event1", "AT Translated Set 2 keyboard", "0011", &[("key", KEYS)]);
    input(&tree, "event2", "USB Keyboard", "0003", &[("key", KEYS)]);
    input(&tree, "event3", "SynPS/2 Synaptics TouchPad", "0011", &[("key", TOUCH_KEYS), ("abs", TOUCH_AXES)]);
    assert_eq!(there(&tree, Part::Keyboard).as_deref(), Some("AT Translated Set 2 keyboard, USB Keyboard"));
    tree.file("sys/class/dmi/id/chassis_type", "10\n");
    assert_eq!(there(&tree, Part::Keyboard).as_deref(), Some("AT Translated Set 2 keyboard"));
    assert_eq!(there(&tree, Part::Touchpad).as_deref(), Some("SynPS/2 Synaptics TouchPad"));
    let failure = hardware(&tree).listen(Part::Keyboard).err().expect("there is no such node below dev");
    assert_eq!(failure.what.key(), "hardware-failed");
}

#[test]
fn a_screen_is_there_where_a_connector_has_one() {
    let tree = SysfsTree::new();
    assert!(matches!(hardware(&tree).presence(Part::Screen), Presence::Unknown(_)));
    tree.file("sys/class/drm/card0-HDMI-A-1/status", "disconnected\n");
    assert!(matches!(hardware(&tree).presence(Part::Screen), Presence::Absent(_)));
    tree.file("sys/class/drm/card0-eDP-1/status", "connected\n");
    assert_eq!(there(&tree, Part::Screen).as_deref(), Some("card0-eDP-1"));
}

#[test]
fn charger_batteries_and_lid_are_read_and_a_mouses_battery_is_not_the_machines() {
    let tree = SysfsTree::new();
    assert!(hardware(&tree).power().is_err(), "no supplies are told of");
    tree.files("sys/class/power_supply/AC", &[("type", "Mains"), ("online", "1")]);
    tree.files("sys/class/power_supply/mouse", &[("type", "Battery"), ("scope", "Device"), ("energy_now", "5")]);
    assert!(matches!(hardware(&tree).presence(Part::Battery), Presence::Absent(_)));
    let pack = [("type", "Battery"), ("status", "Discharging"), ("energy_now", "31000000"), ("capacity", "62")];
    tree.files("sys/class/power_supply/BAT0", &pack);
    let by_charge =
        [("type", "Battery"), ("status", "Full"), ("charge_now", "2000000"), ("voltage_min_design", "11100000")];
    tree.files("sys/class/power_supply/BAT1", &by_charge);
    tree.file("proc/acpi/button/lid/LID0/state", "state:      open\n");
    let power = hardware(&tree).power().expect("told of");
    assert_eq!((power.charger, power.lid_open, power.energy()), (Some(true), Some(true), Some(53_200_000)));
    let first =
        PackState { name: "BAT0".into(), status: "Discharging".into(), energy: Some(31_000_000), percent: Some(62) };
    assert_eq!((power.packs.len(), &power.packs[0]), (2, &first));
    assert_eq!(
        (there(&tree, Part::Battery), there(&tree, Part::Lid)),
        (Some("BAT0, BAT1".into()), Some("LID0".into()))
    );
    tree.file("proc/acpi/button/lid/LID0/state", "state:      closed\n");
    tree.files("sys/class/power_supply/AC", &[("online", "0")]);
    let power = hardware(&tree).power().expect("told of");
    assert_eq!((power.charger, power.lid_open), (Some(false), Some(false)));
}

/// A hub's port, with what is in it.
fn port(tree: &SysfsTree, hub: &str, name: &str, kind: &str, peer: Option<&str>, device: Option<(&str, &str)>) {
    let folder = format!("sys/bus/usb/devices/{hub}/{name}");
    tree.files(&folder, &[("connect_type", kind)]);
    let link = |what: &str, to: &str| symlink(to, tree.root().join(&folder).join(what)).expect("a link");
    if let Some(peer) = peer {
        link("peer", &format!("../../../usb2/2-0:1.0/{peer}"));
    }
    if let Some((path, product)) = device {
        link("device", &format!("../../{path}"));
        tree.files(&format!("sys/bus/usb/devices/{path}"), &[("product", product)]);
    }
}

#[test]
fn usb_ports_are_those_that_a_person_can_reach_two_halves_of_a_socket_once() {
    let tree = SysfsTree::new();
    assert!(
        hardware(&tree).usb_ports().is_err() && matches!(hardware(&tree).presence(Part::Usb), Presence::Unknown(_))
    );
    port(&tree, "1-0:1.0", "usb1-port1", "hotplug", Some("usb2-port1"), Some(("1-1", "SanDisk Cruzer Blade")));
    port(&tree, "1-0:1.0", "usb1-port2", "hotplug", None, None);
    port(&tree, "1-0:1.0", "usb1-port3", "hardwired", None, Some(("1-3", "Integrated Camera")));
    port(&tree, "1-0:1.0", "usb1-port4", "unknown", None, Some(("1-4", "Rate Matching Hub")));
    port(&tree, "1-4:1.0", "1-4-port1", "hotplug", None, None);
    port(&tree, "2-0:1.0", "usb2-port1", "hotplug", None, None);
    let ports = hardware(&tree).usb_ports().expect("told of");
    let map = UsbMap::new(&ports);
    assert_eq!(map.count(), (1, Some(3)), "two sockets, and one on the hub that is built in: {ports:?}");
    assert!(ports.iter().any(|port| port.device.as_deref() == Some("SanDisk Cruzer Blade")));
    port(&tree, "1-2:1.0", "1-2-port1", "unknown", None, None);
    assert_eq!(hardware(&tree).usb_ports().expect("told of").len(), ports.len(), "a hub that was plugged in adds none");
}

#[test]
fn heat_is_that_of_the_processor_and_nonsense_is_left_out() {
    let tree = SysfsTree::new();
    assert_eq!(hardware(&tree).heat(), Heat::default());
    tree.files("sys/class/thermal/thermal_zone0", &[("type", "acpitz"), ("temp", "27800")]);
    tree.files("sys/class/thermal/thermal_zone1", &[("type", "x86_pkg_temp"), ("temp", "64000")]);
    assert_eq!(hardware(&tree).heat().milli_celsius, Some(64_000));
    tree.files("sys/class/hwmon/hwmon0", &[("name", "nvme"), ("temp1_input", "99000")]);
    tree.files(
        "sys/class/hwmon/hwmon1",
        &[("name", "coretemp"), ("temp1_input", "71000"), ("temp2_input", "4294967295000")],
    );
    for (cpu, khz, count) in [("cpu0", "2000000", "3"), ("cpu1", "3000000", "4")] {
        let files = [("cpufreq/scaling_cur_freq", khz), ("thermal_throttle/core_throttle_count", count)];
        tree.files(&format!("sys/devices/system/cpu/{cpu}"), &files);
    }
    let wanted = Heat { milli_celsius: Some(71_000), kilohertz: Some(2_500_000), throttled: Some(7) };
    assert_eq!(hardware(&tree).heat(), wanted);
}

#[test]
fn a_radio_switched_off_by_hand_is_told_from_one_that_is_missing() {
    let tree = SysfsTree::new();
    assert!(hardware(&tree).radio(Part::Wifi).is_err() && hardware(&tree).scan().is_err());
    tree.files("sys/class/net/wlan0/phy80211/rfkill1", &[("hard", "1"), ("soft", "0")]);
    tree.files("sys/class/bluetooth/hci0/rfkill0", &[("hard", "0"), ("soft", "1")]);
    let wifi = hardware(&tree).radio(Part::Wifi).expect("there");
    assert_eq!((wifi.name.as_str(), wifi.is_hard_blocked, wifi.is_soft_blocked), ("wlan0", true, false));
    let bluetooth = hardware(&tree).radio(Part::Bluetooth).expect("there");
    assert_eq!((bluetooth.is_hard_blocked, bluetooth.is_soft_blocked), (false, true));
}

#[test]
fn speakers_are_the_analog_card_missing_where_no_card_is_and_unknown_where_one_has_no_driver() {
    let tree = SysfsTree::new();
    assert!(matches!(hardware(&tree).presence(Part::Speakers), Presence::Unknown(_)));
    tree.empty_folder("sys/bus/pci/devices");
    assert!(matches!(hardware(&tree).presence(Part::Speakers), Presence::Absent(_)));
    tree.file("sys/bus/pci/devices/0000:00:1f.3/class", "0x040300\n");
    assert!(matches!(hardware(&tree).presence(Part::Speakers), Presence::Unknown(_)));
    tree.file("proc/asound/pcm", "00-03: HDMI 0 : HDMI 0 : playback 1\n");
    assert!(
        matches!(hardware(&tree).presence(Part::Speakers), Presence::Absent(_)),
        "a screen's are not the machine's"
    );
    tree.file("proc/asound/pcm", "01-00: ALC257 Analog : ALC257 Analog : playback 1 : capture 1\n");
    assert_eq!(there(&tree, Part::Speakers).as_deref(), Some("ALC257 Analog"));
    assert_eq!(there(&tree, Part::Microphone).as_deref(), Some("ALC257 Analog"));
}
