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
    /// Its designed voltage, microvolts: what turns charge into energy.
    pub microvolts: Option<u64>,
    /// Maker and model.
    pub name: Option<String>,
    /// `charging`, `discharging`, `full`, `not charging`.
    pub status: Option<String>,
    /// Its folder, below the root.
    pub source: String,
}

impl Pack {
    /// A pack from the numbers in its folder. Zero and missing are alike: not told.
    #[must_use]
    pub fn new(unit: PackUnit, full: Option<u64>, design: Option<u64>, cycles: Option<u64>, source: &str) -> Self {
        let told = |number: Option<u64>| number.filter(|number| *number > 0);
        let capacity = told(full).zip(told(design)).map(|(full, design)| (unit, full, design));
        Self { capacity, cycles: told(cycles), microvolts: None, name: None, status: None, source: source.to_owned() }
    }

    /// Energy when full now and by design, mWh, and how sure that is: charge alone is turned into energy by the designed
    /// voltage, which is an estimate.
    fn energy(&self) -> Option<(u64, u64, Certainty)> {
        let (unit, full, design) = self.capacity?;
        match unit {
            PackUnit::Energy => Some((full / 1000, design / 1000, Certainty::Certain)),
            PackUnit::Charge => {
                let volts = u128::from(self.microvolts?);
                let milliwatt_hours = |charge: u64| u64::try_from(u128::from(charge) * volts / 1_000_000_000).ok();
                Some((milliwatt_hours(full)?, milliwatt_hours(design)?, Certainty::Estimated))
            }
        }
    }
}

/// Adds the facts of all packs together, and of each where there are several.
pub fn battery_facts(packs: &Found<Vec<Pack>>, facts: &mut Facts) {
    let found = match &packs.what {
        Ok(found) => found,
        Err(why) => {
            for key in [key::BATTERY_COUNT, key::BATTERY_HEALTH, key::BATTERY_CYCLES, key::BATTERY_STATUS] {
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
    push_status(facts, found, &source);
    for (index, pack) in found.iter().enumerate() {
        if found.len() > 1 {
            push_health(facts, &format!("battery.{index}.health"), std::slice::from_ref(pack), &pack.source);
        }
        push_pack(facts, index, pack);
    }
}

/// What the packs do; one that charges or discharges speaks for all, since they take turns.
fn push_status(facts: &mut Facts, packs: &[Pack], source: &str) {
    let told: Vec<&String> =
        packs.iter().filter_map(|pack| pack.status.as_ref()).filter(|told| *told != "unknown").collect();
    let busy = told.iter().find(|status| matches!(status.as_str(), "charging" | "discharging"));
    if let Some(status) = busy.or_else(|| told.first()) {
        facts.push(key::BATTERY_STATUS, Value::Text((*status).clone()), source, Certainty::Certain);
    } else {
        let why = if packs.is_empty() { Why::NoBattery } else { Why::NotTold };
        facts.unknown(key::BATTERY_STATUS, source, why);
    }
}

/// Name, energy and cycles of one pack, as far as it tells.
fn push_pack(facts: &mut Facts, index: usize, pack: &Pack) {
    if let Some(name) = &pack.name {
        facts.push(format!("battery.{index}.name"), Value::Text(name.clone()), &pack.source, Certainty::Certain);
    }
    if let Some((full, design, certainty)) = pack.energy() {
        facts.push(format!("battery.{index}.full"), Value::MilliwattHours(full), &pack.source, certainty);
        facts.push(format!("battery.{index}.design"), Value::MilliwattHours(design), &pack.source, certainty);
    }
    if let Some(cycles) = pack.cycles {
        facts.push(format!("battery.{index}.cycles"), Value::Count(cycles), &pack.source, Certainty::Certain);
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

    #[test]
    fn charge_becomes_energy_by_the_designed_voltage_and_a_working_pack_speaks_for_all() {
        let pack = Pack::new(PackUnit::Charge, Some(2_000_000), Some(4_400_000), Some(12), "BAT0");
        let told = |text: &str| Some(text.to_owned());
        let first = Pack { microvolts: Some(11_100_000), name: told("ACME X1"), status: told("full"), ..pack.clone() };
        let both = facts(vec![first, Pack { status: told("discharging"), ..pack }]);
        let full = both.get("battery.0.full").expect("told");
        assert_eq!((&full.value, full.certainty), (&Value::MilliwattHours(22_200), Certainty::Estimated));
        assert_eq!(both.known("battery.0.design"), Some(&Value::MilliwattHours(48_840)));
        assert_eq!(both.known("battery.0.name"), Some(&Value::Text("ACME X1".to_owned())));
        assert_eq!(both.get("battery.1.full"), None, "nobody knows its voltage");
        assert_eq!(both.known(key::BATTERY_STATUS), Some(&Value::Text("discharging".to_owned())));
        let whole = facts(vec![energy(21_000_000, 42_000_000, 0)]);
        let full = whole.get("battery.0.full").expect("told");
        assert_eq!((&full.value, full.certainty), (&Value::MilliwattHours(21_000), Certainty::Certain));
    }
}
