//! The battery, as `dumpsys battery` tells it.
//!
//! Sources: AOSP `BatteryService`, `BatteryManager` (numbers of status and health); Samsung's `mSavedBatteryAsoc` (health, per
//! cent) and `mSavedBatteryUsage` (hundredths of a cycle). Invariant: most devices keep neither health nor cycles, and then
//! both are unknown.

use super::silent;
use super::told::{AndroidTold, Ask};
use crate::device::{Certainty, Facts, Value, Why, key};

const ASK: Ask = Ask::Battery;
/// Status by number, in the words that other machines use.
const STATUS: [(u64, &str); 4] = [(2, "charging"), (3, "discharging"), (4, "not charging"), (5, "full")];
/// Conditions by number.
const CONDITIONS: [(u64, &str); 6] =
    [(2, "good"), (3, "overheat"), (4, "dead"), (5, "over voltage"), (6, "failure"), (7, "cold")];

pub(super) fn battery_facts(told: &AndroidTold, facts: &mut Facts) {
    let text = told.text(ASK).unwrap_or_default();
    let value = |name: &str| {
        text.lines().find_map(|line| {
            let (given, value) = line.trim().split_once(':')?;
            (given.trim() == name).then(|| value.trim())
        })
    };
    let number = |name: &str| value(name)?.parse::<u64>().ok();
    let source = |name: &str| format!("{}#{name}", ASK.source());
    let why = || silent(told, ASK);
    match value("present") {
        Some(present) => {
            let count = u64::from(present == "true");
            facts.push(key::BATTERY_COUNT, Value::Count(count), source("present"), Certainty::Certain);
        }
        None => facts.unknown(key::BATTERY_COUNT, ASK.source(), why()),
    }
    let level = number("level").zip(number("scale").filter(|scale| (1..=1000).contains(scale)));
    match level.filter(|(level, scale)| level <= scale).map(|(level, scale)| level * 100 / scale) {
        Some(level) => facts.push(key::BATTERY_LEVEL, Value::Percent(level), source("level"), Certainty::Certain),
        None => facts.unknown(key::BATTERY_LEVEL, ASK.source(), why()),
    }
    let word = |table: &[(u64, &'static str)], name: &str| {
        let told = number(name)?;
        table.iter().find(|(number, _)| *number == told).map(|(_, word)| *word)
    };
    let mut tell = |key: &str, name: &str, word: Option<&str>| match word {
        Some(word) => facts.push(key, Value::Text(word.to_owned()), source(name), Certainty::Certain),
        None => facts.unknown(key, source(name), why()),
    };
    tell(key::BATTERY_STATUS, "status", word(&STATUS, "status"));
    tell(key::BATTERY_CONDITION, "health", word(&CONDITIONS, "health"));
    let health = number("mSavedBatteryAsoc").filter(|health| (1..=100).contains(health));
    match health {
        Some(health) => {
            facts.push(key::BATTERY_HEALTH, Value::Percent(health), source("mSavedBatteryAsoc"), Certainty::Certain);
        }
        None => facts.unknown(key::BATTERY_HEALTH, ASK.source(), why()),
    }
    let counted = told.text(Ask::Cycles).and_then(|text| text.trim().parse::<u64>().ok());
    let saved = number("mSavedBatteryUsage").map(|hundredths| hundredths / 100);
    let cycles = counted
        .map(|cycles| (cycles, Ask::Cycles.source().to_owned()))
        .or_else(|| saved.map(|cycles| (cycles, source("mSavedBatteryUsage"))));
    if let Some((cycles, source)) = cycles.filter(|(cycles, _)| (1..100_000).contains(cycles)) {
        facts.push(key::BATTERY_CYCLES, Value::Count(cycles), source, Certainty::Certain);
    } else {
        let why = if told.text(ASK).is_some() { Why::NoCount } else { why() };
        facts.unknown(key::BATTERY_CYCLES, ASK.source(), why);
    }
    let powered = ["AC powered", "USB powered", "Wireless powered", "Dock powered"];
    let plugged: Vec<bool> = powered.iter().filter_map(|name| value(name)).map(|told| told == "true").collect();
    if plugged.is_empty() {
        facts.unknown(key::CHARGER, ASK.source(), why());
    } else {
        let any = plugged.contains(&true);
        facts.push(key::CHARGER, Value::Flag(any), source("powered"), Certainty::Certain);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(text: &str, cycles: &str) -> Facts {
        let mut facts = Facts::new();
        battery_facts(&AndroidTold::default().with(ASK, text).with(Ask::Cycles, cycles), &mut facts);
        facts
    }

    #[test]
    fn level_status_and_condition_are_told_and_health_only_where_it_is_kept() {
        let text = "  AC powered: false\n  USB powered: true\n  status: 2\n  health: 4\n  present: true\n  level: 22\n  scale: 50\n";
        let plain = facts(text, "");
        assert_eq!(plain.known(key::BATTERY_LEVEL), Some(&Value::Percent(44)));
        assert_eq!(plain.known(key::BATTERY_CONDITION), Some(&Value::Text("dead".to_owned())));
        assert_eq!(plain.known(key::BATTERY_STATUS), Some(&Value::Text("charging".to_owned())));
        assert_eq!(plain.known(key::CHARGER), Some(&Value::Flag(true)));
        assert_eq!((plain.known(key::BATTERY_HEALTH), plain.known(key::BATTERY_CYCLES)), (None, None));
        let samsung = facts(&format!("{text}  mSavedBatteryAsoc: 87\n  mSavedBatteryUsage: 31250\n"), "");
        assert_eq!(samsung.known(key::BATTERY_HEALTH), Some(&Value::Percent(87)));
        assert_eq!(samsung.known(key::BATTERY_CYCLES), Some(&Value::Count(312)));
        assert_eq!(facts(text, "403\n").known(key::BATTERY_CYCLES), Some(&Value::Count(403)));
    }

    #[test]
    fn a_battery_that_counts_nonsense_tells_nothing() {
        let odd = facts("  level: 300\n  scale: 100\n  status: 9\n  health: -1\n  mSavedBatteryAsoc: -1\n", "0");
        for key in
            [key::BATTERY_LEVEL, key::BATTERY_STATUS, key::BATTERY_CONDITION, key::BATTERY_HEALTH, key::BATTERY_CYCLES]
        {
            assert_eq!(odd.known(key), None, "{key}");
        }
    }
}
