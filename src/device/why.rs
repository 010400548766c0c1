//! Why a machine does not tell something: a closed set, so that a face can word each reason.
//!
//! Invariant: the text of a reason ([`Display`](std::fmt::Display)) is what the ledger keeps, in English, and stays as it is;
//! people are told [`Why::sentence`].

use crate::word::{Sentence, say};

/// Why a fact is unknown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    /// The file or folder does not exist.
    #[error("not there")]
    NotThere,
    /// Reading it needs root.
    #[error("only root may read it")]
    RootOnly,
    /// Longer than anything sound, bytes.
    #[error("larger than {0} bytes")]
    TooLarge(u64),
    /// The system refused to read it; its words.
    #[error("unreadable: {0}")]
    Unreadable(String),
    /// It has another length than its format says, bytes.
    #[error("{found} bytes instead of {wanted}")]
    WrongLength {
        /// The length found.
        found: u64,
        /// The length of the format.
        wanted: u64,
    },
    /// The kernel has no driver loaded that would show such a thing.
    #[error("no driver loaded")]
    NoDriver,
    /// A wireless card is on the bus, without driver or firmware.
    #[error("a wireless card without driver or firmware")]
    CardWithoutDriver,
    /// What was read says nothing about it.
    #[error("not told")]
    NotTold,
    /// The SMBIOS tables say nothing about it.
    #[error("not given in the tables")]
    NotInTables,
    /// The SMBIOS tables say "other" or "unknown".
    #[error("the tables say \"other\" or \"unknown\"")]
    TablesUnsure,
    /// The SMBIOS tables are empty.
    #[error("empty SMBIOS tables")]
    EmptyTables,
    /// The parts differ, so that no one word is true of all.
    #[error("the tables name no one type")]
    NoOneType,
    /// What was found means nothing; as found.
    #[error("junk: {0:?}")]
    Junk(String),
    /// There is no battery.
    #[error("no battery")]
    NoBattery,
    /// The battery keeps no count.
    #[error("the battery keeps no cycle count")]
    NoCount,
    /// Only the network can tell, and the machine is not on it.
    #[error("told only once it is online")]
    OnlyOnline,
    /// Its family is not in our list.
    #[error("not in the list of known processors")]
    NotListed,
    /// There is nothing that could have it.
    #[error("there is no such part")]
    NoSuchPart,
    /// Several batteries that cannot be added up.
    #[error("packs count in different units")]
    MixedUnits,
    /// No built-in screen is connected.
    #[error("no built-in screen connected")]
    NoScreen,
    /// The screen's description is broken; how.
    #[error("{0}")]
    BrokenEdid(String),
    /// The screen's description has no size, or two.
    #[error("{0}")]
    NoOneSize(String),
}

impl Why {
    /// The reason in words for people.
    #[must_use]
    pub fn sentence(&self) -> Sentence {
        match self {
            Self::NotThere => say!("why-not-there"),
            Self::RootOnly => say!("why-root-only"),
            Self::TooLarge(most) => say!("why-too-large", most = *most),
            Self::Unreadable(error) => say!("why-unreadable", error = error.as_str()),
            Self::WrongLength { found, wanted } => say!("why-wrong-length", found = *found, wanted = *wanted),
            Self::NoDriver => say!("why-no-driver"),
            Self::CardWithoutDriver => say!("why-card-without-driver"),
            Self::NotTold => say!("why-not-told"),
            Self::NotInTables => say!("why-not-in-tables"),
            Self::TablesUnsure => say!("why-tables-unsure"),
            Self::EmptyTables => say!("why-empty-tables"),
            Self::NoOneType => say!("why-no-one-type"),
            Self::Junk(text) => say!("why-junk", text = text.as_str()),
            Self::NoBattery => say!("why-no-battery"),
            Self::NoCount => say!("why-no-count"),
            Self::OnlyOnline => say!("why-only-online"),
            Self::NotListed => say!("why-not-listed"),
            Self::NoSuchPart => say!("why-no-such-part"),
            Self::MixedUnits => say!("why-mixed-units"),
            Self::NoScreen => say!("why-no-screen"),
            Self::BrokenEdid(_) => say!("why-broken-edid"),
            Self::NoOneSize(_) => say!("why-no-one-size"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::word::{Lang, Words};

    #[test]
    fn every_reason_is_worded_and_the_vietnamese_is_not_the_ledgers_english() {
        let junk = || "xy7".to_owned();
        let all = [
            Why::NotThere,
            Why::RootOnly,
            Why::TooLarge(77),
            Why::Unreadable(junk()),
            Why::WrongLength { found: 77, wanted: 5 },
            Why::NoDriver,
            Why::CardWithoutDriver,
            Why::NotTold,
            Why::NotInTables,
            Why::TablesUnsure,
            Why::EmptyTables,
            Why::NoOneType,
            Why::Junk(junk()),
            Why::NoBattery,
            Why::NoCount,
            Why::OnlyOnline,
            Why::NotListed,
            Why::NoSuchPart,
            Why::MixedUnits,
            Why::NoScreen,
            Why::BrokenEdid(junk()),
            Why::NoOneSize(junk()),
        ];
        for lang in [Lang::Vi, Lang::En] {
            let words = Words::new(lang, None).expect("embedded");
            let said: std::collections::BTreeSet<String> = all.iter().map(|why| words.say(&why.sentence())).collect();
            assert_eq!(said.len(), all.len(), "two reasons read alike: {said:?}");
            for why in &all {
                let sentence = why.sentence();
                assert!(words.has(sentence.key()), "{lang} has no {}", sentence.key());
                let said = words.say(&sentence);
                assert_eq!(said.contains("77") || said.contains("xy7"), !sentence.args().is_empty(), "{said}");
                assert!(lang == Lang::En || said != why.to_string(), "{said}");
            }
        }
    }
}
