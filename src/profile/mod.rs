//! What a team can edit: the grading checklist, the vocabulary of repairs, and spec profiles: criteria that a team can edit, and the verdict on a machine with the part that would make it pass.
//!
//! Invariants: every criterion says its source; an unset criterion never counts; what is unknown is never taken for met.

mod amount;
mod boot_key;
mod catalogue;
mod change;
mod cure;
mod grading;
mod handheld;
mod kit;
mod reader;
mod refusal;
mod spec;
mod system;
mod verdict;
mod vocabulary;
mod worst_disk;

pub use boot_key::{BOOT_KEYS, BootKey, BootKeys};
pub use catalogue::{Measure, fact_name, fact_value, measure, read_value};
pub use change::{Change, changes};
pub use cure::{Cure, Fix};
pub use grading::{Checklist, Choice, GRADING, GradingError, Item, ListError, Rank};
pub use handheld::{HANDHELDS, Handhelds, Ways};
pub use kit::{KIT, KIT_WORDS, Kit, KitItem};
pub use refusal::{Expected, ProfileError, Reason};
pub use spec::{Criterion, KINDS, Level, Need, Profile, State};
pub use system::{SYSTEMS, Suits, systems};
pub use verdict::{Finding, Judgement, Outcome, Remedy, Verdict, judge};
pub use vocabulary::{DISK_PART, Term, VOCABULARY, Vocabulary};
pub use worst_disk::DISK_HEALTH;

/// The profiles in the binary: file name and text. A station's own folder may replace each by its name.
pub const EMBEDDED: &[(&str, &str)] = &[
    ("btttt-2021.toml", include_str!("../../profiles/spec/btttt-2021.toml")),
    ("laptop-desktop.toml", include_str!("../../profiles/spec/laptop-desktop.toml")),
    ("tablet.toml", include_str!("../../profiles/spec/tablet.toml")),
];

/// The embedded profile or system of that id; `None` where there is none. Errors: the embedded file is bad (a test reads them all).
#[must_use]
pub fn embedded(id: &str) -> Option<Result<Profile, ProfileError>> {
    let (file, text) = EMBEDDED.iter().chain(SYSTEMS).find(|(file, _)| file.strip_suffix(".toml") == Some(id))?;
    Some(Profile::parse(file, text))
}

/// The id of the embedded profile meant for a kind of machine (`laptop`, `desktop`, `all_in_one`, `tablet`).
#[must_use]
pub fn default_for(kind: &str) -> &'static str {
    if kind == "tablet" { "tablet" } else { "laptop-desktop" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::Facts;

    #[test]
    fn every_embedded_profile_reads_and_says_its_sources() {
        for (file, text) in EMBEDDED {
            let profile = Profile::parse(file, text).expect("an embedded profile");
            assert!(!profile.criteria.is_empty(), "{file}");
            assert!(profile.criteria.iter().all(|criterion| !criterion.source.trim().is_empty()), "{file}");
            assert_eq!(embedded(&profile.id), Some(Ok(profile)));
        }
        assert_eq!(embedded("no-such"), None);
    }

    #[test]
    fn the_ministrys_profile_has_no_figure_and_never_decides() {
        let profile = embedded("btttt-2021").expect("embedded").expect("good");
        assert!(profile.criteria.iter().all(|criterion| criterion.state == State::Unset));
        assert_eq!(judge(&profile, &Facts::new()).verdict, Verdict::Undecided);
    }

    #[test]
    fn the_default_serves_its_kinds() {
        for kind in KINDS {
            let profile = embedded(default_for(kind)).expect("embedded").expect("good");
            assert!(profile.kinds.iter().any(|served| served == kind), "{kind}");
        }
    }
}
