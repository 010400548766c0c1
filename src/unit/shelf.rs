//! A shelf's name: what a person types, or a scanner reads off the shelf.
//!
//! Invariants: letters in one piece, single blanks, at most 40 characters, none that cannot be seen; two names that differ
//! in case alone have one key.

use super::letter::composed;
use std::fmt;

/// The most characters.
const MOST: usize = 40;

/// What the place of a box begins with: "hộp". What follows is what is written on the box.
pub const BOX: &str = "HOP:";

/// What is written on the box that is that place; none where it is a shelf.
#[must_use]
pub fn box_name(place: &str) -> Option<&str> {
    place.strip_prefix(BOX).filter(|name| !name.is_empty())
}

/// A shelf's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShelfName(String);

/// The text is no name of a shelf.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ShelfNameError {
    /// Nothing stands there.
    #[error("a shelf needs a name")]
    Empty,
    /// More than 40 characters.
    #[error("a shelf's name of {found} characters")]
    Long {
        /// How many.
        found: usize,
    },
    /// A character that cannot be seen.
    #[error("a shelf's name with a control character")]
    Unseen,
}

impl ShelfName {
    /// Reads it. Errors: nothing there, more than 40 characters, one that cannot be seen.
    pub fn read(text: &str) -> Result<Self, ShelfNameError> {
        let name = composed(&text.split_whitespace().collect::<Vec<_>>().join(" "));
        let found = name.chars().count();
        if name.is_empty() {
            Err(ShelfNameError::Empty)
        } else if name.chars().any(char::is_control) {
            Err(ShelfNameError::Unseen)
        } else if found > MOST {
            Err(ShelfNameError::Long { found })
        } else {
            Ok(Self(name))
        }
    }

    /// As it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What two spellings of one shelf have in common.
    #[must_use]
    pub fn key(&self) -> String {
        self.0.to_lowercase()
    }
}

impl fmt::Display for ShelfName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_spelled_one_way_and_compared_without_case() {
        let read = |text: &str| ShelfName::read(text).map(|name| (name.as_str().to_owned(), name.key()));
        let same = Ok(("Kệ Đông 2".to_owned(), "kệ đông 2".to_owned()));
        assert_eq!(read("Kệ Đông 2"), same);
        assert_eq!(read("  Ke\u{323}\u{302}  Đo\u{302}ng\t2\n"), same);
        assert_eq!(read("KỆ ĐÔNG 2").map(|(_, key)| key), same.map(|(_, key)| key));
        assert_ne!(read("Kệ Đông 2"), read("Kệ Đông 3"));
    }

    #[test]
    fn what_is_no_name_is_refused() {
        assert_eq!(ShelfName::read(" \n"), Err(ShelfNameError::Empty));
        assert_eq!(ShelfName::read("A\u{7}"), Err(ShelfNameError::Unseen));
        assert!(ShelfName::read(&"ệ".repeat(40)).is_ok());
        assert_eq!(ShelfName::read(&"ệ".repeat(41)), Err(ShelfNameError::Long { found: 41 }));
    }
}
