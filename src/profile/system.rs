//! Operating systems as profiles: which of them the machine runs, and until when their makers care for them.
//!
//! Invariants: what a system needs stands in a data file with its source; what is unknown is never taken for "runs".

use super::cure::Cure;
use super::spec::Profile;
use super::verdict::{Finding, Judgement, Outcome, Verdict, judge};
use super::{catalogue::fact_name, spec::Level};
use crate::device::Facts;
use crate::word::{Sentence, say};

/// The systems in the binary: file name and text.
pub const SYSTEMS: &[(&str, &str)] = &[
    ("windows-11.toml", include_str!("../../profiles/os/windows-11.toml")),
    ("windows-10.toml", include_str!("../../profiles/os/windows-10.toml")),
    ("linux-desktop.toml", include_str!("../../profiles/os/linux-desktop.toml")),
    ("linux-v2.toml", include_str!("../../profiles/os/linux-v2.toml")),
    ("chromeos-flex.toml", include_str!("../../profiles/os/chromeos-flex.toml")),
];

/// How a system suits a machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suits {
    /// The system.
    pub system: Profile,
    /// The machine held against what it needs.
    pub judgement: Judgement,
}

/// Every embedded system that is for that kind of machine, held against the facts; a file of the team's `own` (name and text)
/// takes the place of one of the same id. A kind that no system names gets all.
#[must_use]
pub fn systems(kind: &str, own: &[(String, String)], facts: &Facts) -> Vec<Suits> {
    let own: Vec<Profile> = own.iter().filter_map(|(file, text)| Profile::parse(file, text).ok()).collect();
    let read = |(file, text): &(&str, &str)| {
        let system = Profile::parse(file, text).ok()?;
        Some(own.iter().find(|other| other.id == system.id).cloned().unwrap_or(system))
    };
    let all: Vec<Profile> = SYSTEMS.iter().filter_map(read).collect();
    let serves = |system: &&Profile| system.kinds.iter().any(|served| served == kind);
    let is_known = all.iter().any(|system| serves(&system));
    let suits = |system: &Profile| Suits { judgement: judge(system, facts), system: system.clone() };
    all.iter().filter(|system| !is_known || serves(system)).map(suits).collect()
}

impl Suits {
    /// Whether it runs, in words: what stands in the way, what would help, and whether its maker still cares for it on that
    /// day (`YYYY-MM-DD`). `name` is the system's in the person's language.
    #[must_use]
    pub fn sentence(&self, name: &str, today: &str) -> Sentence {
        let line = self.line(name);
        match &self.system.ends {
            Some(day) if day.as_str() <= today => say!("system-ended", line = line, day = day.as_str()),
            Some(_) | None => line,
        }
    }

    /// Whether its maker no longer cares for it on that day.
    #[must_use]
    pub fn is_over(&self, today: &str) -> bool {
        self.system.ends.as_ref().is_some_and(|day| day.as_str() <= today)
    }

    fn line(&self, name: &str) -> Sentence {
        let with = |outcome: Outcome, level: Level| {
            let mut of = self.judgement.findings.iter().filter(move |finding| finding.criterion.level == level);
            of.find(move |finding| finding.outcome == outcome)
        };
        match self.judgement.verdict {
            Verdict::Pass => say!("system-runs", name = name),
            Verdict::Conditional => {
                let unsure = || {
                    let unknown = with(Outcome::Unknown, Level::Recommended);
                    unknown.map_or_else(|| say!("unknown"), |finding| fact_name(&finding.criterion.fact))
                };
                with(Outcome::Failed, Level::Recommended).map_or_else(
                    || say!("system-runs-unsure", name = name, what = unsure()),
                    |short| about("system-almost", name, short),
                )
            }
            Verdict::Undecided => {
                let unknown = with(Outcome::Unknown, Level::Required).map(|finding| fact_name(&finding.criterion.fact));
                say!("system-unknown", name = name, what = unknown.unwrap_or_else(|| say!("unknown")))
            }
            Verdict::Fail => self.failed(name),
        }
    }

    /// With parts, where they are enough; else what no part mends.
    fn failed(&self, name: &str) -> Sentence {
        let parts = self.judgement.remedy.as_ref().and_then(|remedy| {
            remedy.cures.iter().map(Cure::sentence).reduce(|first, next| say!("spec-and", first = first, next = next))
        });
        if let Some(parts) = parts {
            return say!("system-with-parts", name = name, parts = parts);
        }
        let failed = || self.judgement.findings.iter().filter(|finding| finding.outcome == Outcome::Failed);
        let worst = failed().find(|finding| finding.cure.is_none()).or_else(|| failed().next());
        worst.map_or_else(
            || say!("system-unknown", name = name, what = say!("unknown")),
            |worst| about("system-no", name, worst),
        )
    }
}

/// The system's name with the criterion that decides.
fn about(key: &'static str, name: &str, finding: &Finding) -> Sentence {
    // words: system-*
    Sentence::new(key)
        .with("name", name)
        .with("what", fact_name(&finding.criterion.fact))
        .with("found", finding.found())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::{Certainty, Value, Why, key};
    use crate::unit::Bytes;
    use crate::word::{Lang, Words};

    fn said(generation: Value, gib: u64, tpm: u64) -> Vec<String> {
        let mut facts = Facts::new();
        let mut tell = |key: &str, value: Value| facts.push(key, value, "test", Certainty::Certain);
        tell(key::CPU_64BIT, Value::Flag(true));
        tell(key::CPU_CORES, Value::Count(2));
        tell(key::CPU_MHZ, Value::Megahertz(2400));
        tell(key::CPU_GENERATION, generation);
        tell(key::CPU_YEAR, Value::Count(2013));
        tell(key::CPU_LEVEL, Value::Text("x86-64-v2".to_owned()));
        tell(key::MEMORY_TOTAL, Value::Bytes(Bytes::gib(gib)));
        tell(key::DISK_LARGEST, Value::Bytes(Bytes(128_035_676_160)));
        tell(key::TPM, Value::Count(tpm));
        let words = Words::new(Lang::Vi, None).expect("embedded");
        let suits = systems("laptop", &[], &facts);
        assert_eq!(suits.len(), SYSTEMS.len(), "every file reads");
        suits.iter().map(|suits| words.say(&suits.sentence(&suits.system.name_vi, "2026-11-22"))).collect()
    }

    #[test]
    fn what_decides_is_said_and_a_system_that_ended_too() {
        let made = |text: &str| Value::Text(text.to_owned());
        let old = said(made("Intel Core gen 4"), 8, 1);
        assert_eq!(old[0], "Windows 11: không (Đời bộ xử lý: Intel Core gen 4)");
        assert_eq!(old[1], "Windows 10: chạy được; hãng ngừng hỗ trợ từ 2025-10-14");
        assert_eq!(old[2], "Linux (Ubuntu 24.04, Mint 22): chạy được");
        assert_eq!(said(made("Intel Core gen 8"), 8, 2)[0], "Windows 11: chạy được");
        let no_chip = said(made("Intel Core gen 8"), 8, 0);
        assert_eq!(no_chip[0], "Windows 11: gần được, còn vướng Phiên bản TPM: 0");
        assert_eq!(said(Value::Unknown(Why::NotListed), 8, 2)[0], "Windows 11: chưa rõ (không đọc được: Đời bộ xử lý)");
        assert_eq!(said(made("Intel Core gen 8"), 2, 2)[0], "Windows 11: được, nếu thêm 2 GB RAM");
    }

    #[test]
    fn a_teams_own_file_takes_the_place_of_ours() {
        let (file, text) = SYSTEMS[1];
        let own = (format!("profiles/os/{file}"), text.replace("2025-10-14", "2030-01-01"));
        let found = systems("laptop", &[own, ("x.toml".to_owned(), "no TOML".to_owned())], &Facts::new());
        assert_eq!(found.len(), SYSTEMS.len());
        assert_eq!(found[1].system.ends.as_deref(), Some("2030-01-01"));
        assert!(!found[1].is_over("2026-11-22") && found[1].is_over("2030-01-01"));
    }

    #[test]
    fn every_system_says_who_asks_for_what() {
        for (file, text) in SYSTEMS {
            let system = Profile::parse(file, text).expect("an embedded file");
            assert!(system.criteria.iter().all(|criterion| !criterion.source.is_empty()), "{file}");
        }
    }
}
