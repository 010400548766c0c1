//! Network, Bluetooth and camera, as far as the kernel has drivers for them.
//!
//! Invariants: "no" is an estimate and is said only where both the PCI and the USB list could be read and nothing on the
//! buses could still be such a device for want of a driver; in any doubt the answer is "unknown".

use super::probe_tree::Tree;
use crate::device::{Certainty, Facts, Value, Why, key};
use crate::reading::is_junk;

const INTERFACES: &str = "sys/class/net";
const PCI: &str = "sys/bus/pci/devices";
const USB: &str = "sys/bus/usb/devices";
/// Wireless chips of tablets hang here; the folder is there only where the kernel knows this bus.
const SDIO: &str = "sys/bus/sdio/devices";
/// The kernel's hardware type of Ethernet.
const ARPHRD_ETHER: u64 = 1;

/// How a missing device could still be there, unseen. Sources: PCI Code and ID Assignment §1, USB-IF defined class codes.
pub(super) struct Guise {
    /// PCI classes of such devices: where one stands on the bus and nothing came of it, it has no driver or firmware.
    pub(super) pci: &'static [&'static str],
    /// PCI classes that such a device may bear while it has no driver.
    pub(super) pci_idle: &'static [&'static str],
    /// Classes of USB interfaces without driver, `ff` (the maker's own) included.
    pub(super) usb: &'static [&'static str],
    /// Whether it may be an SDIO function.
    pub(super) sdio: bool,
}

const WIFI: Guise = Guise { pci: &["0x0280", "0x0d"], pci_idle: &["0x0200"], usb: &["e0", "ff"], sdio: true };
const ETHERNET: Guise = Guise { pci: &["0x0200"], pci_idle: &["0x02"], usb: &["02", "0a", "ff"], sdio: false };
const BLUETOOTH: Guise = Guise { pci: &["0x0d"], pci_idle: &["0x0280"], usb: &["e0", "ff"], sdio: true };
const CAMERA: Guise = Guise { pci: &["0x0400", "0x0480"], pci_idle: &["0x04"], usb: &["0e", "ff"], sdio: false };

pub(super) fn network_facts(tree: Tree<'_>, facts: &mut Facts) {
    let names = match tree.names(INTERFACES).what {
        Ok(names) => names,
        Err(why) => {
            facts.unknown(key::WIFI, INTERFACES, why.clone());
            facts.unknown(key::ETHERNET, INTERFACES, why);
            Vec::new()
        }
    };
    let real: Vec<String> = names
        .iter()
        .map(|name| format!("{INTERFACES}/{name}"))
        .filter(|path| tree.exists(&format!("{path}/device")))
        .collect();
    let wireless = |path: &&String| ["wireless", "phy80211"].iter().any(|part| tree.exists(&format!("{path}/{part}")));
    let wired = |path: &&String| {
        tree.number(&format!("{path}/type")) == Some(ARPHRD_ETHER) && !wireless(path) && !is_modem(tree, path)
    };
    if facts.get(key::WIFI).is_none() {
        tell(tree, key::WIFI, real.iter().find(wireless), INTERFACES, &WIFI, facts);
        tell(tree, key::ETHERNET, real.iter().find(wired), INTERFACES, &ETHERNET, facts);
    }
    present(tree, "sys/class/bluetooth", key::BLUETOOTH, &BLUETOOTH, facts);
    present(tree, "sys/class/video4linux", key::CAMERA, &CAMERA, facts);
    let own = real.iter().filter(|path| (wireless(path) || wired(path)) && !goes_round(tree, path));
    for (number, path) in own.enumerate() {
        address(tree, path, number, facts);
    }
}

/// Yes where one was found, no where none can be hidden, else unknown.
pub(super) fn tell(tree: Tree<'_>, key: &str, found: Option<&String>, looked: &str, guise: &Guise, facts: &mut Facts) {
    match (found, hidden(tree, key, guise)) {
        (Some(path), _) => facts.push(key, Value::Flag(true), path, Certainty::Certain),
        (None, Some((source, why))) => facts.unknown(key, source, why),
        (None, None) => facts.push(key, Value::Flag(false), looked, Certainty::Estimated),
    }
}

/// Where such a device may stand unseen, and why it may; `None` where it cannot.
pub(super) fn hidden(tree: Tree<'_>, key: &str, guise: &Guise) -> Option<(String, Why)> {
    let bears = |path: &str, attribute: &str, classes: &[&str]| {
        let bus_class = tree.line(&format!("{path}/{attribute}"));
        bus_class.is_some_and(|bus_class| classes.iter().any(|class| bus_class.starts_with(class)))
    };
    let idle = |path: &str| !tree.exists(&format!("{path}/driver"));
    let card = if key == key::WIFI { Why::CardWithoutDriver } else { Why::NoDriver };
    for (bus, attribute) in [(PCI, "class"), (USB, "bInterfaceClass")] {
        let names = match tree.names(bus).what {
            Ok(names) => names,
            Err(why) => return Some((bus.to_owned(), why)),
        };
        for path in names.into_iter().map(|name| format!("{bus}/{name}")) {
            if bus == PCI && bears(&path, attribute, guise.pci) {
                return Some((format!("{path}/{attribute}"), card));
            }
            let doubtful = if bus == PCI { guise.pci_idle } else { guise.usb };
            if bears(&path, attribute, doubtful) && idle(&path) {
                return Some((format!("{path}/{attribute}"), Why::NoDriver));
            }
        }
    }
    let functions = if guise.sdio { tree.names(SDIO).what.unwrap_or_default() } else { Vec::new() };
    let mut paths = functions.into_iter().map(|name| format!("{SDIO}/{name}"));
    paths.find(|path| idle(path)).map(|path| (path, Why::NoDriver))
}

fn is_modem(tree: Tree<'_>, path: &str) -> bool {
    tree.text(&format!("{path}/uevent")).known().is_some_and(|text| text.lines().any(|line| line == "DEVTYPE=wwan"))
}

fn present(tree: Tree<'_>, folder: &str, key: &str, guise: &Guise, facts: &mut Facts) {
    match tree.class(folder).what {
        Ok(names) => {
            let first = names.first().map(|name| format!("{folder}/{name}"));
            tell(tree, key, first.as_ref(), folder, guise, facts);
        }
        Err(why) => facts.unknown(key, folder, why),
    }
}

/// Whether it may be another machine's tomorrow: a USB adapter that nobody calls built in, or a card that is called removable
/// (a Thunderbolt dock's). Sources: Linux, Documentation/ABI/testing/sysfs-bus-usb and sysfs-devices-removable.
fn goes_round(tree: Tree<'_>, path: &str) -> bool {
    let says = |attribute: &str, word: &str| tree.line(&format!("{path}/{attribute}")).as_deref() == Some(word);
    let on_usb = tree.exists(&format!("{path}/device/bInterfaceClass"));
    // The link leads to one interface of the adapter; the adapter itself is the folder around it.
    says("device/removable", "removable") || (on_usb && !says("device/../removable", "fixed"))
}

/// The address burnt into the hardware, by which a machine is recognised; not one that was made up at boot.
fn address(tree: Tree<'_>, path: &str, number: usize, facts: &mut Facts) {
    let made_up = tree.number(&format!("{path}/addr_assign_type")).is_some_and(|kind| kind != 0);
    let source = format!("{path}/address");
    if let Some(address) = tree.line(&source).filter(|address| !made_up && !is_junk(address)) {
        facts.push(format!("network.{number}.mac"), Value::Text(address), source, Certainty::Certain);
    }
}
