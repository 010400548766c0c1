//! Battery packs: health and cycles, as the kernel's power supplies tell them.
//!
//! Source: Linux `Documentation/ABI/testing/sysfs-class-power`. Invariants: packs in different units are never added up; a
//! cycle count of zero is "not kept"; health never passes 100 per cent.

use super::Found;
use crate::device::{Certainty, Facts, Value, Why, key};

/// What a pack's capacity is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PackUnit {
    /// `energy_*`, microwatt-hours.
    Energy,
    /// `charge_*`, microampere-hours.
    Charge,
}

/// One battery pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pack {
    /// Full capacity now and by design, in the unit; `None` where either is missing or zero.
    pub capacity: Option<(PackUnit, u64, u64)>,
    /// Charge cycles; `None` where the pack keeps none.
    pub cycles: Option<u64>,
    /// Its folder, below the root.
    pub source: String,
}

impl Pack {
    /// A pack from the numbers in its folder. Zero and missing are alike: not told.
    #[must_use]
    pub fn new(unit: PackUnit, full: Option<u64>, design: Option<u64>, cycles: Option<u64>, source: &str) -> Self {
        let told = |number: Option<u64>| number.filter(|number| *number > 0);
        let capacity = told(full).zip(told(design)).map(|(full, design)| (unit, full, design));
        Self { capacity, cycles: told(cycles), source: source.to_owned() }
    }
}

/// Adds the facts of all packs together, and of each where there are several.
pub fn battery_facts(packs: &Found<Vec<Pack>>, facts: &mut Facts) {
    let found = match &packs.what {
        Ok(found) => found,
        Err(why) => {
            for key in [key::BATTERY_COUNT, key::BATTERY_HEALTH, key::BATTERY_CYCLES] {
                facts.unknown(key, &packs.source, why.clone());
            }
            return;
        }
    };
    let number = u64::try_from(found.len()).unwrap_or(u64::MAX);
    facts.push(key::BATTERY_COUNT, Value::Count(number), &packs.source, Certainty::Certain);
    let source = found.iter().map(|pack| pack.source.as_str()).collect::<Vec<_>>().join(" + ");
    let source = if source.is_empty() { packs.source.clone() } else { source };
    push_health(facts, key::BATTERY_HEALTH, found, &source);
    match found.iter().filter_map(|pack| pack.cycles).max() {
        Some(cycles) => facts.push(key::BATTERY_CYCLES, Value::Count(cycles), &source, Certainty::Certain),
        None if found.is_empty() => facts.unknown(key::BATTERY_CYCLES, &source, Why::NoBattery),
        None => facts.unknown(key::BATTERY_CYCLES, &source, Why::NoCount),
    }
    if found.len() > 1 {
        for (index, pack) in found.iter().enumerate() {
            push_health(facts, &format!("battery.{index}.health"), std::slice::from_ref(pack), &pack.source);
        }
    }
}

fn push_health(facts: &mut Facts, key: &str, packs: &[Pack], source: &str) {
    let told: Option<Vec<(PackUnit, u64, u64)>> = packs.iter().map(|pack| pack.capacity).collect();
    let Some(told) = told.filter(|told| !told.is_empty()) else {
        let why = if packs.is_empty() { Why::NoBattery } else { Why::NotTold };
        return facts.unknown(key, source, why);
    };
    if told.iter().any(|(unit, ..)| *unit != told[0].0) {
        return facts.unknown(key, source, Why::MixedUnits);
    }
    let capped = told.iter().any(|(_, full, design)| full > design);
    let full: u128 = told.iter().map(|(_, full, design)| u128::from(*full.min(design))).sum();
    let design: u128 = told.iter().map(|(.., design)| u128::from(*design)).sum();
    let percent = u64::try_from(full * 100 / design).unwrap_or(100);
    let certainty = if capped { Certainty::Estimated } else { Certainty::Certain };
    facts.push(key, Value::Percent(percent), source, certainty);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(packs: Vec<Pack>) -> Facts {
        let mut facts = Facts::new();
        battery_facts(&Found::new(packs, "sys/class/power_supply"), &mut facts);
        facts
    }

    fn energy(full: u64, design: u64, cycles: u64) -> Pack {
        Pack::new(PackUnit::Energy, Some(full), Some(design), Some(cycles), "BAT")
    }

    #[test]
    fn packs_count_together_by_their_capacity() {
        let facts = facts(vec![energy(10_000, 20_000, 0), energy(60_000, 80_000, 312)]);
        assert_eq!(facts.known(key::BATTERY_COUNT), Some(&Value::Count(2)));
        assert_eq!(facts.known(key::BATTERY_HEALTH), Some(&Value::Percent(70)));
        assert_eq!(facts.known(key::BATTERY_CYCLES), Some(&Value::Count(312)));
        assert_eq!(facts.known("battery.0.health"), Some(&Value::Percent(50)));
    }

    #[test]
    fn what_a_pack_does_not_tell_is_unknown() {
        let new = facts(vec![energy(21_000, 20_000, 0)]);
        let health = new.get(key::BATTERY_HEALTH).expect("there");
        assert_eq!((&health.value, health.certainty), (&Value::Percent(100), Certainty::Estimated));
        assert!(new.get(key::BATTERY_CYCLES).expect("there").value.is_unknown());
        assert!(facts(vec![energy(0, 20_000, 1)]).known(key::BATTERY_HEALTH).is_none());
        let charge = Pack::new(PackUnit::Charge, Some(1), Some(2), None, "BAT1");
        assert!(facts(vec![energy(1, 2, 0), charge]).known(key::BATTERY_HEALTH).is_none());
        assert!(facts(Vec::new()).known(key::BATTERY_HEALTH).is_none());
    }
}
