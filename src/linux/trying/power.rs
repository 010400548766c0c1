//! Charger, batteries and lid, from sysfs and from the kernel's ACPI button.

use crate::linux::probe_tree::Tree;
use crate::port::{Failure, Presence, Trouble};
use crate::trial::{PackState, PowerState};
use crate::word::say;

const SUPPLIES: &str = "sys/class/power_supply";
const LID: &str = "proc/acpi/button/lid";

/// A battery of the machine's own.
pub(super) fn battery(tree: Tree<'_>) -> Presence {
    let names = match tree.class(SUPPLIES).what {
        Ok(names) => names,
        Err(why) => return Presence::Unknown(why.sentence()),
    };
    let packs: Vec<_> = names.into_iter().filter(|name| is_pack(tree, name)).collect();
    if packs.is_empty() { Presence::Absent(SUPPLIES.to_owned()) } else { Presence::There(packs.join(", ")) }
}

/// A lid that tells.
pub(super) fn lid(tree: Tree<'_>) -> Presence {
    match tree.names(LID).what.unwrap_or_default().first() {
        Some(name) => Presence::There(name.clone()),
        None => Presence::Absent(LID.to_owned()),
    }
}

/// How all of it is now. Errors: the kernel tells of no supplies.
pub(super) fn power(tree: Tree<'_>) -> Result<PowerState, Failure> {
    let names = tree
        .class(SUPPLIES)
        .what
        .map_err(|why| Failure::new(Trouble::Io, say!("hardware-failed", part = SUPPLIES)).detail(why))?;
    let is_mains = |name: &&String| {
        let kind = tree.line(&format!("{SUPPLIES}/{name}/type"));
        kind.is_some_and(|kind| kind == "Mains" || kind.starts_with("USB"))
    };
    let online: Vec<u64> =
        names.iter().filter(is_mains).filter_map(|name| tree.number(&format!("{SUPPLIES}/{name}/online"))).collect();
    let charger = (!online.is_empty()).then(|| online.iter().any(|online| *online > 0));
    let packs = names.iter().filter(|name| is_pack(tree, name)).map(|name| pack(tree, name)).collect();
    Ok(PowerState { lid_open: lid_open(tree), charger, packs })
}

fn is_pack(tree: Tree<'_>, name: &str) -> bool {
    let says = |attribute: &str, word: &str| {
        tree.line(&format!("{SUPPLIES}/{name}/{attribute}")).is_some_and(|line| line == word)
    };
    says("type", "Battery") && !says("scope", "Device") && !says("present", "0")
}

fn pack(tree: Tree<'_>, name: &str) -> PackState {
    let number = |attribute: &str| tree.number(&format!("{SUPPLIES}/{name}/{attribute}"));
    // Where the kernel counts charge, energy is charge at the voltage that the pack was made for: µAh · µV / 1 000 000.
    let by_charge = || {
        let volts = number("voltage_min_design").or_else(|| number("voltage_now"))?;
        u64::try_from(u128::from(number("charge_now")?) * u128::from(volts) / 1_000_000).ok()
    };
    PackState {
        name: name.to_owned(),
        status: tree.line(&format!("{SUPPLIES}/{name}/status")).unwrap_or_default(),
        energy: number("energy_now").or_else(by_charge),
        percent: number("capacity"),
    }
}

fn lid_open(tree: Tree<'_>) -> Option<bool> {
    let name = tree.names(LID).what.ok()?.into_iter().next()?;
    let line = tree.line(&format!("{LID}/{name}/state"))?;
    let state = line.strip_prefix("state:")?.trim();
    Some(state == "open")
}
