//! Network, Bluetooth and camera, as far as the kernel has drivers for them.
//!
//! Invariant: an absence is an estimate, because hardware without a driver or firmware is not seen; a wireless card that
//! shows on the bus without an interface is "unknown", not absent.

use super::probe_tree::Tree;
use crate::device::{Certainty, Facts, Value, Why, key};
use crate::reading::is_junk;

const INTERFACES: &str = "sys/class/net";
const PCI: &str = "sys/bus/pci/devices";
/// The PCI class "network controller, other", which wireless cards bear (PCI Code and ID Assignment §1.3).
const PCI_WIRELESS: &str = "0x0280";
/// The kernel's hardware type of Ethernet.
const ARPHRD_ETHER: u64 = 1;

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
        match (real.iter().find(wireless), card_without_driver(tree)) {
            (Some(path), _) => facts.push(key::WIFI, Value::Flag(true), path, Certainty::Certain),
            (None, Some(card)) => facts.unknown(key::WIFI, card, Why::CardWithoutDriver),
            (None, None) => facts.push(key::WIFI, Value::Flag(false), INTERFACES, Certainty::Estimated),
        }
        match real.iter().find(wired) {
            Some(path) => facts.push(key::ETHERNET, Value::Flag(true), path, Certainty::Certain),
            None => facts.push(key::ETHERNET, Value::Flag(false), INTERFACES, Certainty::Estimated),
        }
    }
    present(tree, "sys/class/bluetooth", key::BLUETOOTH, facts);
    present(tree, "sys/class/video4linux", key::CAMERA, facts);
    for (number, path) in real.iter().filter(|path| wireless(path) || wired(path)).enumerate() {
        address(tree, path, number, facts);
    }
}

fn is_modem(tree: Tree<'_>, path: &str) -> bool {
    tree.text(&format!("{path}/uevent")).known().is_some_and(|text| text.lines().any(|line| line == "DEVTYPE=wwan"))
}

fn card_without_driver(tree: Tree<'_>) -> Option<String> {
    let cards = tree.names(PCI).what.ok()?;
    let paths = cards.iter().map(|name| format!("{PCI}/{name}/class"));
    paths.into_iter().find(|path| tree.line(path).is_some_and(|class| class.starts_with(PCI_WIRELESS)))
}

fn present(tree: Tree<'_>, folder: &str, key: &str, facts: &mut Facts) {
    match tree.class(folder).what {
        Ok(names) => match names.first() {
            Some(name) => facts.push(key, Value::Flag(true), format!("{folder}/{name}"), Certainty::Certain),
            None => facts.push(key, Value::Flag(false), folder, Certainty::Estimated),
        },
        Err(why) => facts.unknown(key, folder, why),
    }
}

/// The address burnt into the hardware, by which a machine is recognised; not one that was made up at boot.
fn address(tree: Tree<'_>, path: &str, number: usize, facts: &mut Facts) {
    let made_up = tree.number(&format!("{path}/addr_assign_type")).is_some_and(|kind| kind != 0);
    let source = format!("{path}/address");
    if let Some(address) = tree.line(&source).filter(|address| !made_up && !is_junk(address)) {
        facts.push(format!("network.{number}.mac"), Value::Text(address), source, Certainty::Certain);
    }
}
