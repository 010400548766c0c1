//! System properties, as `getprop` prints them.
//!
//! ```text
//! [ro.product.model]: [SM-T295]
//! ```
//!
//! Invariant: a value may hold line ends and brackets; the first of a name counts.

use std::collections::BTreeMap;

/// More than any device has.
const MOST: usize = 4000;

/// Names and values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Properties(BTreeMap<String, String>);

impl Properties {
    /// Reads what `getprop` printed; lines that are none of it are passed over.
    pub(super) fn read(text: &str) -> Self {
        let mut all = BTreeMap::new();
        let mut open: Option<(String, String)> = None;
        for line in text.lines() {
            let line = line.trim_end_matches('\r');
            let begun = line.strip_prefix('[').and_then(|line| line.split_once("]: ["));
            let (name, mut value) = match (begun, open.take()) {
                (Some((name, value)), _) => (name.to_owned(), value.to_owned()),
                (None, Some((name, before))) => (name, format!("{before}\n{line}")),
                (None, None) => continue,
            };
            if value.ends_with(']') {
                value.pop();
                if all.len() < MOST {
                    all.entry(name).or_insert(value);
                }
            } else {
                open = Some((name, value));
            }
        }
        Self(all)
    }

    /// The value of that name; none where it is empty or not there.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
    }

    /// The value of the first of those names that has one, with its name.
    pub(super) fn first<'a>(&self, names: &[&'a str]) -> Option<(&'a str, &str)> {
        names.iter().find_map(|name| Some((*name, self.get(name)?)))
    }

    /// Whether anything was told.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_hold_brackets_and_line_ends_and_the_first_of_a_name_counts() {
        let text = "[a.b]: [one]\r\n[empty]: []\n[c]: [two\nthree]]\nnoise\n[a.b]: [late]\n[d]: [[x]]\n[open]: [never";
        let read = Properties::read(text);
        assert_eq!((read.get("a.b"), read.get("empty"), read.get("none")), (Some("one"), None, None));
        assert_eq!((read.get("c"), read.get("d"), read.get("open")), (Some("two\nthree]"), Some("[x]"), None));
        assert_eq!(read.first(&["x", "empty", "d"]), Some(("d", "[x]")));
        assert!(!read.is_empty() && Properties::read("garbage").is_empty());
    }
}
