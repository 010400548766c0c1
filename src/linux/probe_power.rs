//! Battery packs and chargers from the kernel's power supplies: the machine's own, not those of mice and phones.

use super::probe_tree::Tree;
use crate::device::{Certainty, Facts, Value, Why, key};
use crate::reading::{Found, Pack, PackUnit, is_junk, tidy};

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

/// Whether a charger is plugged in, as the kernel's mains and USB supplies tell.
pub(super) fn power_facts(tree: Tree<'_>, facts: &mut Facts) {
    let names = match tree.class(SUPPLIES).what {
        Ok(names) => names,
        Err(why) => return facts.unknown(key::CHARGER, SUPPLIES, why),
    };
    let paths = names.iter().map(|name| format!("{SUPPLIES}/{name}"));
    let chargers = paths.filter(|path| {
        let kind = tree.line(&format!("{path}/type"));
        kind.is_some_and(|kind| kind == "Mains" || kind.starts_with("USB")) && !says(tree, path, "scope", "Device")
    });
    let states = chargers.filter_map(|path| {
        let source = format!("{path}/online");
        tree.number(&source).map(|online| (online > 0, source))
    });
    match states.max_by_key(|(online, _)| *online) {
        Some((online, source)) => facts.push(key::CHARGER, Value::Flag(online), source, Certainty::Certain),
        None => facts.unknown(key::CHARGER, SUPPLIES, Why::NotTold),
    }
}

fn is_own_pack(tree: Tree<'_>, path: &str) -> bool {
    says(tree, path, "type", "Battery") && !says(tree, path, "scope", "Device") && !says(tree, path, "present", "0")
}

fn says(tree: Tree<'_>, path: &str, attribute: &str, word: &str) -> bool {
    tree.line(&format!("{path}/{attribute}")).is_some_and(|line| line == word)
}

fn pack(tree: Tree<'_>, path: &str) -> Pack {
    let number = |attribute: &str| tree.number(&format!("{path}/{attribute}"));
    let unit = if number("energy_full").is_some() { PackUnit::Energy } else { PackUnit::Charge };
    let (full, design) = match unit {
        PackUnit::Energy => (number("energy_full"), number("energy_full_design")),
        PackUnit::Charge => (number("charge_full"), number("charge_full_design")),
    };
    let words = |attribute: &str| {
        tree.line(&format!("{path}/{attribute}")).map(|line| tidy(&line)).filter(|line| !is_junk(line))
    };
    let name: Vec<String> = [words("manufacturer"), words("model_name")].into_iter().flatten().collect();
    Pack {
        microvolts: number("voltage_min_design").filter(|volts| *volts > 0),
        name: Some(name.join(" ")).filter(|name| !name.is_empty()),
        status: words("status").map(|status| status.to_lowercase()),
        ..Pack::new(unit, full, design, number("cycle_count"), path)
    }
}
