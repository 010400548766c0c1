//! Battery packs from the kernel's power supplies: the machine's own, not those of mice and phones.

use super::probe_tree::Tree;
use crate::reading::{Found, Pack, PackUnit};

const SUPPLIES: &str = "sys/class/power_supply";

pub(super) fn packs(tree: Tree<'_>) -> Found<Vec<Pack>> {
    let listed = tree.class(SUPPLIES);
    let found = listed.what.map(|names| {
        names
            .iter()
            .map(|name| format!("{SUPPLIES}/{name}"))
            .filter(|path| is_own_pack(tree, path))
            .map(|path| pack(tree, &path))
            .collect()
    });
    Found { what: found, source: SUPPLIES.to_owned() }
}

fn is_own_pack(tree: Tree<'_>, path: &str) -> bool {
    let says = |attribute: &str, word: &str| tree.line(&format!("{path}/{attribute}")).is_some_and(|line| line == word);
    says("type", "Battery") && !says("scope", "Device") && !says("present", "0")
}

fn pack(tree: Tree<'_>, path: &str) -> Pack {
    let number = |attribute: &str| tree.number(&format!("{path}/{attribute}"));
    let unit = if number("energy_full").is_some() { PackUnit::Energy } else { PackUnit::Charge };
    let (full, design) = match unit {
        PackUnit::Energy => (number("energy_full"), number("energy_full_design")),
        PackUnit::Charge => (number("charge_full"), number("charge_full_design")),
    };
    Pack::new(unit, full, design, number("cycle_count"), path)
}
