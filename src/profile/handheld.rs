//! Where in its settings a tablet or phone is made to talk to us, and where it is reset, maker by maker: a list that a team
//! edits.
//!
//! Invariant: every maker has both ways in both languages, and there is one for makers that are not listed.

use super::grading::ListError;
use crate::word::Lang;
use serde::Deserialize;

/// The list in the binary; a station's own file of that name takes its place.
pub const HANDHELDS: &str = include_str!("../../profiles/handheld/chuan.toml");

/// The ways in one maker's settings.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ways {
    /// The makers as people call them; none for all others.
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    usb: Vec<String>,
    #[serde(default)]
    brands: Vec<String>,
    debug_vi: String,
    debug_en: String,
    reset_vi: String,
    reset_en: String,
}

impl Ways {
    /// How adb is let in.
    #[must_use]
    pub fn debug(&self, lang: Lang) -> &str {
        match lang {
            Lang::Vi => &self.debug_vi,
            Lang::En => &self.debug_en,
        }
    }

    /// How it is reset by whoever holds it.
    #[must_use]
    pub fn reset(&self, lang: Lang) -> &str {
        match lang {
            Lang::Vi => &self.reset_vi,
            Lang::En => &self.reset_en,
        }
    }
}

/// The list.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Handhelds {
    /// Its id.
    pub id: String,
    /// Whose it is.
    pub source: String,
    #[serde(rename = "maker")]
    makers: Vec<Ways>,
    other: Ways,
}

impl Handhelds {
    /// Reads a list. Errors: no TOML of this form; a maker without a name, or with a vendor that is no number.
    pub fn parse(text: &str) -> Result<Self, ListError> {
        let list: Self = toml::from_str(text).map_err(|error| ListError(error.message().to_owned()))?;
        for maker in &list.makers {
            let bad = maker.usb.iter().find(|vendor| u16::from_str_radix(vendor, 16).is_err());
            if let (None, _) | (_, Some(_)) = (&maker.name, bad) {
                let named = maker.name.clone().unwrap_or_default();
                return Err(ListError(format!("maker = {named:?} usb = {:?}", maker.usb)));
            }
        }
        Ok(list)
    }

    /// The ways of that maker: by its vendor at USB, else by what it calls itself.
    #[must_use]
    pub fn of(&self, vendor: u16, maker: Option<&str>) -> &Ways {
        let maker = maker.map(str::to_lowercase);
        let by_vendor = |ways: &&Ways| ways.usb.iter().any(|one| u16::from_str_radix(one, 16) == Ok(vendor));
        let by_name = |ways: &&Ways| maker.as_ref().is_some_and(|maker| ways.brands.contains(maker));
        self.makers.iter().find(by_vendor).or_else(|| self.makers.iter().find(by_name)).unwrap_or(&self.other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ways_are_those_of_the_vendor_then_of_the_name_then_of_all_others() {
        let list = Handhelds::parse(HANDHELDS).expect("embedded");
        let of =
            |vendor, maker| list.of(vendor, maker).name.as_deref().map(|name| name.split(',').next().unwrap_or(""));
        assert_eq!(of(0x04e8, Some("Xiaomi")), Some("Samsung"));
        assert_eq!(of(0x0e8d, Some("Redmi")), Some("Xiaomi"));
        assert_eq!(of(0x0e8d, Some("Không tên")), None);
        for ways in list.makers.iter().chain([&list.other]) {
            assert_ne!(ways.debug(Lang::Vi), ways.debug(Lang::En));
            assert!(ways.reset(Lang::Vi).contains('>') && ways.reset(Lang::En).contains('>'));
        }
    }

    #[test]
    fn a_list_that_says_too_little_is_refused() {
        assert!(Handhelds::parse("id = \"x\"").is_err());
        assert!(Handhelds::parse(&HANDHELDS.replace("\"04e8\"", "\"4g\"")).is_err());
        assert!(Handhelds::parse(&HANDHELDS.replacen("name = \"Samsung\"\n", "", 1)).is_err());
    }
}
