//! Radios, from sysfs.

use crate::linux::probe_tree::Tree;
use crate::port::{Failure, Part, Presence, Trouble};
use crate::trial::RadioState;
use crate::word::say;

const NET: &str = "sys/class/net";
const BLUETOOTH: &str = "sys/class/bluetooth";

/// The first Wi-Fi interface.
pub(super) fn wifi(tree: Tree<'_>) -> Option<String> {
    let names = tree.names(NET).what.unwrap_or_default();
    names.into_iter().find(|name| tree.exists(&format!("{NET}/{name}/phy80211")))
}

/// What is told of a radio. Errors: there is none.
pub(super) fn radio(tree: Tree<'_>, part: Part) -> Result<RadioState, Failure> {
    let (name, folder) = if part == Part::Bluetooth {
        let name = super::bluetooth::first(tree).map(|(name, _)| name);
        (name.clone(), name.map(|name| format!("{BLUETOOTH}/{name}")))
    } else {
        let name = wifi(tree);
        (name.clone(), name.map(|name| format!("{NET}/{name}/phy80211")))
    };
    let (Some(name), Some(folder)) = (name, folder) else {
        let looked = if part == Part::Bluetooth { BLUETOOTH } else { NET };
        return Err(Failure::new(Trouble::Io, say!("hardware-failed", part = looked)));
    };
    let switches = tree.names(&folder).what.unwrap_or_default();
    let switch = switches.iter().find(|switch| switch.starts_with("rfkill"));
    let is_set = |attribute: &str| {
        switch.and_then(|switch| tree.number(&format!("{folder}/{switch}/{attribute}"))).is_some_and(|set| set > 0)
    };
    Ok(RadioState { name, is_hard_blocked: is_set("hard"), is_soft_blocked: is_set("soft") })
}

/// What the probe's own judgement says of a part: with all its care for what has no driver.
pub(super) fn presence(fact: Option<&crate::device::Fact>, name: Option<String>) -> Presence {
    use crate::device::{Value, Why};
    match fact.map(|fact| (&fact.value, &fact.source)) {
        Some((Value::Flag(false), source)) => Presence::Absent(source.clone()),
        Some((Value::Unknown(why), _)) => Presence::Unknown(why.sentence()),
        Some((_, source)) => Presence::There(name.unwrap_or_else(|| source.clone())),
        None => Presence::Unknown(Why::NotTold.sentence()),
    }
}
