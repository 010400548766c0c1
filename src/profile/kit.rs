//! What must go with each kind of device before it is given to anybody: a list that a team edits.
//!
//! Invariant: every word is one of [`KIT_WORDS`], so that nothing is asked for that cannot lie in stock.

use super::grading::ListError;
use serde::Deserialize;

/// The list in the binary; a station's own file of that name takes its place.
pub const KIT: &str = include_str!("../../profiles/kit/chuan.toml");

/// What can be asked for.
pub const KIT_WORDS: [&str; 8] = ["charger", "cable", "screen", "keyboard", "mouse", "webcam", "dongle", "sim"];

/// One thing that is asked for: any of these words will do.
pub type KitItem = Vec<String>;

/// A list.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kit {
    /// Its id.
    pub id: String,
    /// Whose it is.
    pub source: String,
    #[serde(default)]
    laptop: Vec<KitItem>,
    #[serde(default)]
    desktop: Vec<KitItem>,
    #[serde(default)]
    all_in_one: Vec<KitItem>,
    #[serde(default)]
    tablet: Vec<KitItem>,
    #[serde(default)]
    phone: Vec<KitItem>,
}

impl Kit {
    /// Reads a list. Errors: no TOML of this form; a word that is none of [`KIT_WORDS`]; an item without any.
    pub fn parse(text: &str) -> Result<Self, ListError> {
        let kit: Self = toml::from_str(text).map_err(|error| ListError(error.message().to_owned()))?;
        for item in [&kit.laptop, &kit.desktop, &kit.all_in_one, &kit.tablet, &kit.phone].into_iter().flatten() {
            let odd = item.iter().find(|word| !KIT_WORDS.contains(&word.as_str()));
            if let Some(odd) = odd {
                return Err(ListError(format!("{odd}: none of {}", KIT_WORDS.join(", "))));
            }
            if item.is_empty() {
                return Err(ListError("[]".to_owned()));
            }
        }
        Ok(kit)
    }

    /// What a kind of device (`laptop`, `all_in_one`, …) needs; nothing for a kind that is none.
    #[must_use]
    pub fn of(&self, kind: &str) -> &[KitItem] {
        match kind {
            "laptop" => &self.laptop,
            "desktop" => &self.desktop,
            "all_in_one" => &self.all_in_one,
            "tablet" => &self.tablet,
            "phone" => &self.phone,
            _other => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_teams_list_asks_for_what_can_lie_in_stock_and_nothing_else() {
        let kit = Kit::parse(KIT).expect("embedded");
        assert_eq!(kit.of("laptop"), [["charger"]]);
        assert_eq!(kit.of("desktop").len(), 3);
        assert_eq!(kit.of("phone"), [["charger", "cable"]]);
        assert!(kit.of("toaster").is_empty());
        let head = "id = \"x\"\nsource = \"y\"\n";
        assert!(Kit::parse(head).is_ok_and(|kit| kit.of("laptop").is_empty()), "a team may ask for nothing");
        for bad in ["laptop = [[\"shoe\"]]", "laptop = [[]]", "toaster = []", "laptop = \"charger\""] {
            assert!(Kit::parse(&format!("{head}{bad}")).is_err(), "{bad}");
        }
    }
}
