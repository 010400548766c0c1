//! The kind of machine, from the chassis that its tables name.
//!
//! Source of the words: DMTF DSP0134 §7.4.1. Invariant: a chassis that says nothing, or contradicts the battery, gives no
//! kind; a person says which it is.

use crate::device::{Facts, Value, key};

/// Words of chassis types, by their number.
const WORDS: [&str; 37] = [
    "",
    "other",
    "unknown",
    "desktop",
    "low profile desktop",
    "pizza box",
    "mini tower",
    "tower",
    "portable",
    "laptop",
    "notebook",
    "hand held",
    "docking station",
    "all in one",
    "sub notebook",
    "space-saving",
    "lunch box",
    "main server chassis",
    "expansion chassis",
    "sub chassis",
    "bus expansion chassis",
    "peripheral chassis",
    "raid chassis",
    "rack mount chassis",
    "sealed-case pc",
    "multi-system chassis",
    "compact pci",
    "advanced tca",
    "blade",
    "blade enclosure",
    "tablet",
    "convertible",
    "detachable",
    "iot gateway",
    "embedded pc",
    "mini pc",
    "stick pc",
];

/// What a machine is, as the programme counts machines (KH 242: "máy tính để bàn, máy tính xách tay, máy tính bảng").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chassis {
    /// Keyboard and screen in one that folds.
    Laptop,
    /// A box that needs a screen.
    Desktop,
    /// A desktop computer in its screen.
    AllInOne,
    /// A screen first of all.
    Tablet,
}

impl Chassis {
    /// The word that profiles and the ledger use.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Laptop => "laptop",
            Self::Desktop => "desktop",
            Self::AllInOne => "all_in_one",
            Self::Tablet => "tablet",
        }
    }
}

/// The SMBIOS word for a chassis type (its lock bit ignored); `None` for numbers without meaning.
#[must_use]
pub fn chassis_word(code: u8) -> Option<&'static str> {
    WORDS.get(usize::from(code & 0x7F)).copied().filter(|word| !word.is_empty())
}

/// The kind that a chassis word stands for; `None` where it names no whole machine.
#[must_use]
pub fn chassis_of(word: &str) -> Option<Chassis> {
    match word {
        "portable" | "laptop" | "notebook" | "sub notebook" | "convertible" => Some(Chassis::Laptop),
        "hand held" | "tablet" | "detachable" => Some(Chassis::Tablet),
        "all in one" => Some(Chassis::AllInOne),
        "desktop"
        | "low profile desktop"
        | "pizza box"
        | "mini tower"
        | "tower"
        | "space-saving"
        | "lunch box"
        | "sealed-case pc"
        | "mini pc"
        | "stick pc" => Some(Chassis::Desktop),
        _other => None,
    }
}

/// The kind of the machine (`laptop`, `desktop`, `all_in_one`, `tablet`); `None` where the facts do not tell.
#[must_use]
pub fn kind_of(facts: &Facts) -> Option<&'static str> {
    let Some(Value::Text(word)) = facts.known(key::CHASSIS) else { return None };
    let chassis = chassis_of(word)?;
    // Some Chromebooks call themselves desktops.
    let battery = facts.known(key::BATTERY_COUNT).and_then(Value::number).is_some_and(|packs| packs > 0);
    let contradicted = battery && matches!(chassis, Chassis::Desktop | Chassis::AllInOne);
    (!contradicted).then(|| chassis.word())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::Certainty;

    #[test]
    fn words_follow_the_specification() {
        assert_eq!(chassis_word(0x8A), Some("notebook"));
        assert_eq!(chassis_word(13), Some("all in one"));
        assert_eq!(chassis_word(32), Some("detachable"));
        assert_eq!(chassis_word(36), Some("stick pc"));
        assert_eq!((chassis_word(0), chassis_word(37)), (None, None));
    }

    #[test]
    fn the_kind_is_told_only_where_the_facts_agree() {
        let mut facts = Facts::new();
        assert_eq!(kind_of(&facts), None);
        facts.push(key::CHASSIS, Value::Text("desktop".to_owned()), "test", Certainty::Certain);
        assert_eq!(kind_of(&facts), Some("desktop"));
        facts.push(key::BATTERY_COUNT, Value::Count(1), "test", Certainty::Certain);
        assert_eq!(kind_of(&facts), None);
    }
}
