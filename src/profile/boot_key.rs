//! Which key makes a machine start from a stick, maker by maker: a list that a team edits.
//!
//! Invariant: every machine that is listed says a key or what to do without one.

use super::grading::ListError;
use crate::unit::{fold, holds_words};
use crate::word::Lang;
use serde::Deserialize;

/// The list in the binary; a station's own file of that name takes its place.
pub const BOOT_KEYS: &str = include_str!("../../profiles/boot/chuan.toml");

/// A maker, or some of its machines.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BootKey {
    /// The maker as people call it.
    pub name: String,
    /// Which of its machines; none for all.
    #[serde(default)]
    pub lines: Option<String>,
    /// Keys of the boot menu, the likeliest first.
    pub boot: Vec<String>,
    /// Keys of the firmware's set-up, likewise.
    pub setup: Vec<String>,
    #[serde(default)]
    vi: Option<String>,
    #[serde(default)]
    en: Option<String>,
}

/// The list.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BootKeys {
    /// Its id.
    pub id: String,
    /// Whose it is.
    pub source: String,
    /// The machines, by maker.
    #[serde(rename = "machine")]
    pub machines: Vec<BootKey>,
}

impl BootKeys {
    /// Reads a list. Errors: no TOML of this form; a machine without a name, or without any key and any word.
    pub fn parse(text: &str) -> Result<Self, ListError> {
        let list: Self = toml::from_str(text).map_err(|error| ListError(error.message().to_owned()))?;
        for one in &list.machines {
            let is_silent = one.boot.is_empty() && one.vi.is_none();
            if one.name.trim().is_empty() || is_silent {
                return Err(ListError(format!("{}: boot = []", one.name)));
            }
        }
        Ok(list)
    }

    /// Those of that maker, then all others; in the order of the list.
    #[must_use]
    pub fn with_first(mut self, maker: Option<&str>) -> Self {
        if let Some(maker) = maker.map(fold) {
            self.machines.sort_by_key(|one| fold(&one.name) != maker);
        }
        self
    }

    /// Those that have all those words in their names or lines.
    #[must_use]
    pub fn with_words(mut self, words: &str) -> Self {
        self.machines.retain(|one| holds_words(&one.title(), words));
        self
    }
}

impl BootKey {
    /// Maker and lines.
    #[must_use]
    pub fn title(&self) -> String {
        self.lines.as_ref().map_or_else(|| self.name.clone(), |lines| format!("{} ({lines})", self.name))
    }

    /// The keys of the boot menu and of the set-up as they are read: "F12 / Enter", or a dash where there is none.
    #[must_use]
    pub fn keys(&self) -> [String; 2] {
        [&self.boot, &self.setup].map(|keys| if keys.is_empty() { "–".to_owned() } else { keys.join(" / ") })
    }

    /// What else is to be known; none where nothing is, or not in that language.
    #[must_use]
    pub fn note(&self, lang: Lang) -> Option<&str> {
        match lang {
            Lang::Vi => self.vi.as_deref(),
            Lang::En => self.en.as_deref(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_found_by_words_and_begins_with_the_maker_that_is_known() {
        let list = BootKeys::parse(BOOT_KEYS).expect("embedded");
        for one in &list.machines {
            assert_eq!(one.vi.is_some(), one.en.is_some(), "{one:?}");
        }
        let of = |words| list.clone().with_words(words).machines;
        assert_eq!(of("dell").first().map(|one| one.boot.clone()), Some(vec!["F12".to_owned()]));
        assert_eq!((of("lenovo").len(), of("thinkpad lenovo").len(), of("lò vi sóng").len()), (2, 1, 0));
        let first = list.clone().with_first(Some("LENOVO")).machines;
        assert!(first.len() == list.machines.len() && first.iter().take(2).all(|one| one.name == "Lenovo"));
    }

    #[test]
    fn a_machine_without_a_key_says_what_to_do() {
        let head = "id = \"x\"\nsource = \"y\"\n[[machine]]\n";
        assert!(BootKeys::parse(&format!("{head}name = \"A\"\nboot = [\"F1\"]\nsetup = []")).is_ok());
        for bad in ["name = \"A\"\nboot = []\nsetup = []", "name = \"\"\nboot = [\"F1\"]\nsetup = []", "name = \"A\""] {
            assert!(BootKeys::parse(&format!("{head}{bad}")).is_err(), "{bad}");
        }
    }
}
