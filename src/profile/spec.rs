//! A spec profile: what a kind of machine must have and should have, and who says so.

use super::cure::Fix;
use super::reader;
use super::refusal::ProfileError;
use crate::device::{Value, key};
use crate::unit::{Bytes, Digest};

/// The kinds of machine that a profile may be for; the words of `reading::Chassis`.
pub const KINDS: [&str; 4] = ["laptop", "desktop", "all_in_one", "tablet"];

/// A profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Its id: the file's name without `.toml`.
    pub id: String,
    /// Its name in Vietnamese.
    pub name_vi: String,
    /// Its name in English.
    pub name_en: String,
    /// The kinds of machine it is for, see [`KINDS`].
    pub kinds: Vec<String>,
    /// Its criteria, in the file's order.
    pub criteria: Vec<Criterion>,
    /// For an operating system: the day from which its maker no longer cares for it, `YYYY-MM-DD`.
    pub ends: Option<String>,
    /// BLAKE3 of the file's text.
    pub digest: Digest,
}

/// One criterion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Criterion {
    /// The key of the fact.
    pub fact: String,
    /// What is needed, or that nothing is set.
    pub state: State,
    /// How much it weighs.
    pub level: Level,
    /// How much it weighs that nobody knows: less than failing where most machines cannot tell.
    pub if_unknown: Level,
    /// The part that changes the fact.
    pub fix: Option<Fix>,
    /// How much less than the figure still counts, per cent: storage sold as 64 GB holds 62.5.
    pub slack_percent: u64,
    /// Who says so.
    pub source: String,
}

/// Whether a criterion is judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// It is, by this.
    Set(Need),
    /// No figure is set: "không xét", it never counts.
    Unset,
}

/// What is needed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Need {
    /// This much or more; for pixels in each direction, turned as need be.
    AtLeast(Value),
    /// Exactly this flag or text, in any case.
    Is(Value),
    /// One of these texts, in any case.
    OneOf(Vec<String>),
}

/// How much a criterion weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Without it the machine does not pass.
    Required,
    /// Without it the machine passes conditionally.
    Recommended,
}

impl Profile {
    /// Reads a profile. Errors: file, line (from 1), key and reason of the first thing that is wrong.
    pub fn parse(file: &str, text: &str) -> Result<Self, ProfileError> {
        reader::read(file, text)
    }

    /// The smallest disk that it lets pass, where it asks for a size at all.
    pub(super) fn least_disk(&self) -> Option<Bytes> {
        let sizes = self.criteria.iter().filter(|criterion| criterion.fact == key::DISK_LARGEST);
        let least = sizes.filter_map(|criterion| match &criterion.state {
            State::Set(Need::AtLeast(Value::Bytes(least))) => Some(*least),
            State::Set(_) | State::Unset => None,
        });
        least.min()
    }
}

impl Need {
    /// Whether the value meets it; `None` where the value is unknown or of another measure.
    #[must_use]
    pub fn is_met_by(&self, value: &Value, slack_percent: u64) -> Option<bool> {
        match (self, value) {
            (_, Value::Unknown(_)) => None,
            (Self::AtLeast(Value::Pixels(a, b)), Value::Pixels(c, d)) => {
                Some(c.max(d) >= a.max(b) && c.min(d) >= a.min(b))
            }
            (Self::Is(Value::Text(need)), Value::Text(found)) => Some(need.to_lowercase() == found.to_lowercase()),
            (Self::Is(Value::Flag(need)), Value::Flag(found)) => Some(need == found),
            (Self::AtLeast(need), found) if std::mem::discriminant(need) == std::mem::discriminant(found) => {
                let least = u128::from(need.number()?) * u128::from(100u64.saturating_sub(slack_percent));
                Some(u128::from(found.number()?) * 100 >= least)
            }
            (Self::OneOf(listed), Value::Text(found)) => {
                Some(listed.iter().any(|one| one.to_lowercase() == found.to_lowercase()))
            }
            (Self::AtLeast(_) | Self::Is(_) | Self::OneOf(_), _other_measure) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slack_pixels_and_other_measures() {
        let disk = Need::AtLeast(Value::Bytes(Bytes(64_000_000_000)));
        let emmc = Value::Bytes(Bytes(62_537_072_640));
        assert_eq!(disk.is_met_by(&emmc, 0), Some(false));
        assert_eq!(disk.is_met_by(&emmc, 5), Some(true));
        assert_eq!(disk.is_met_by(&Value::Count(u64::MAX), 5), None);
        assert_eq!(disk.is_met_by(&Value::Unknown(crate::device::Why::NotTold), 5), None);
        let listed = Need::OneOf(vec!["ACME gen 2".to_owned(), "ACME gen 3".to_owned()]);
        assert_eq!(listed.is_met_by(&Value::Text("acme gen 3".to_owned()), 0), Some(true));
        assert_eq!(listed.is_met_by(&Value::Text("ACME gen 1".to_owned()), 0), Some(false));
        assert_eq!(listed.is_met_by(&Value::Unknown(crate::device::Why::NotListed), 0), None);
        let screen = Need::AtLeast(Value::Pixels(800, 1280));
        assert_eq!(screen.is_met_by(&Value::Pixels(1280, 800), 0), Some(true));
        assert_eq!(screen.is_met_by(&Value::Pixels(1920, 720), 0), Some(false));
        assert_eq!(Need::Is(Value::Flag(true)).is_met_by(&Value::Flag(false), 0), Some(false));
    }
}
