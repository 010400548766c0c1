//! An inspection as a page: what matters first, every fact below, what nobody knows at the end; both faces show it.
//!
//! Invariants: the verdict and the cheapest fix come before all else, then what stands in the way; nothing that was read is
//! left out, and nothing is said twice.

use super::inspect::Inspected;
use crate::device::{Certainty, Fact, Facts, Value, Why};
use crate::profile::{self, Outcome};
use crate::reading::{Condition, LockWeight, locks};
use crate::word::{Lang, Sentence, say};

/// How a line of the page is to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// The heading of the lines below.
    Heading,
    /// Good news.
    Good,
    /// Somebody should look.
    Warn,
    /// In the way.
    Bad,
    /// Nobody knows.
    Unknown,
    /// What is to be done now.
    Next,
    /// A plain fact.
    Plain,
    /// What does not count.
    Dim,
}

impl Weight {
    /// The sign in front of such a line where there is no screen.
    #[must_use]
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Heading => "—",
            Self::Good => "✓",
            Self::Warn => "!",
            Self::Bad => "✗",
            Self::Unknown => "?",
            Self::Next => "→",
            Self::Plain => "•",
            Self::Dim => "·",
        }
    }
}

/// A line of the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageLine {
    /// How it is to look.
    pub weight: Weight,
    /// What it says.
    pub what: Sentence,
}

/// The page below the verdict and the fix. With `sources`, each fact says where it was read, and each
/// criterion who asks for it.
#[must_use]
pub fn inspection_page(inspected: &Inspected, lang: Lang, sources: bool) -> Vec<PageLine> {
    let mut page = Page(Vec::new());
    page.shelf(inspected);
    page.locks(inspected, false);
    page.disks(inspected, true);
    page.since(inspected);
    page.disks(inspected, false);
    page.findings(inspected, sources);
    page.systems(inspected, lang);
    page.others(inspected, lang);
    page.facts(inspected, sources);
    page.locks(inspected, true);
    page.unknown(inspected, sources);
    page.0
}

/// The verdict in one line.
#[must_use]
pub fn verdict_sentence(inspected: &Inspected, lang: Lang) -> Sentence {
    let profile = match lang {
        Lang::Vi => inspected.profile.name_vi.as_str(),
        Lang::En => inspected.profile.name_en.as_str(),
    };
    say!("verdict-line", verdict = inspected.judgement.verdict.sentence(), profile = profile)
}

struct Page(Vec<PageLine>);

impl Page {
    fn add(&mut self, weight: Weight, what: Sentence) {
        self.0.push(PageLine { weight, what });
    }

    /// Parts that lie there for it.
    fn shelf(&mut self, inspected: &Inspected) {
        for part in &inspected.shelf {
            let label = part.file.label.as_deref().unwrap_or("–");
            let (id, from) = (part.id.as_str(), part.from.as_str());
            self.add(Weight::Good, say!("page-shelf", part = id, label = label, from = from));
        }
    }

    /// Locks; with `notes` only what is good to know, else only what stands in the way.
    fn locks(&mut self, inspected: &Inspected, notes: bool) {
        let found: Vec<_> =
            locks(&inspected.facts).into_iter().filter(|lock| (lock.weight == LockWeight::Note) == notes).collect();
        if notes && !found.is_empty() {
            self.add(Weight::Heading, say!("page-notes"));
        }
        for lock in found {
            let weight = match lock.weight {
                LockWeight::Found => Weight::Bad,
                LockWeight::Hint => Weight::Warn,
                LockWeight::Note => Weight::Plain,
            };
            self.add(weight, lock.what);
        }
    }

    fn since(&mut self, inspected: &Inspected) {
        if let Some((at, changes)) = &inspected.before {
            self.add(Weight::Heading, say!("page-since", at = at.local()));
            if changes.is_empty() {
                self.add(Weight::Good, say!("page-unchanged"));
            }
            for change in changes {
                self.add(if change.bad { Weight::Bad } else { Weight::Plain }, change.what.clone());
            }
        }
        for line in &inspected.homecoming.lines {
            self.add(if line.key() == "disk-home" { Weight::Good } else { Weight::Warn }, line.clone());
        }
    }

    /// The disks that should be replaced, or, under a heading, the others; each with its reasons.
    fn disks(&mut self, inspected: &Inspected, dying: bool) {
        let wanted = inspected.healths.iter().filter(|(_, health)| (health.condition == Condition::Replace) == dying);
        let wanted: Vec<_> = wanted.collect();
        if !dying && !wanted.is_empty() {
            self.add(Weight::Heading, say!("page-disks"));
        }
        for (name, health) in wanted {
            let weight = |condition: Condition| match condition {
                Condition::Unknown => Weight::Unknown,
                Condition::Good => Weight::Good,
                Condition::Watch => Weight::Warn,
                Condition::Replace => Weight::Bad,
            };
            let (disk, verdict) = (name.as_str(), health.condition.sentence());
            let line = match health.hours {
                Some(hours) => say!("page-disk-hours", disk = disk, verdict = verdict, hours = hours),
                None => say!("page-disk", disk = disk, verdict = verdict),
            };
            self.add(weight(health.condition), line);
            for reason in &health.reasons {
                self.add(weight(reason.condition), say!("page-reason", why = reason.what.clone()));
            }
        }
    }

    fn findings(&mut self, inspected: &Inspected, sources: bool) {
        self.add(Weight::Heading, say!("page-criteria"));
        self.0.extend(criteria(&inspected.judgement, sources));
    }

    fn systems(&mut self, inspected: &Inspected, lang: Lang) {
        self.add(Weight::Heading, say!("page-systems"));
        for suits in &inspected.systems {
            let name = match lang {
                Lang::Vi => suits.system.name_vi.as_str(),
                Lang::En => suits.system.name_en.as_str(),
            };
            let is_over = suits.is_over(&inspected.day);
            let weight = if is_over { Weight::Warn } else { weight_of(suits.judgement.verdict) };
            self.add(weight, suits.sentence(name, &inspected.day));
        }
    }

    fn others(&mut self, inspected: &Inspected, lang: Lang) {
        if !inspected.others.is_empty() {
            self.add(Weight::Heading, say!("page-others"));
        }
        for other in &inspected.others {
            self.add(weight_of(other.judgement.verdict), other.sentence(lang));
        }
    }

    fn facts(&mut self, inspected: &Inspected, sources: bool) {
        self.0.extend(facts_by_group(&inspected.facts, sources));
    }

    /// What the machine did not tell, less what it has not got.
    fn unknown(&mut self, inspected: &Inspected, sources: bool) {
        // What stands among the notes already is not said again.
        let said = |why: &Why| matches!(why, Why::NoSuchPart | Why::NoBattery | Why::OnlyOnline);
        let open = |fact: &&Fact| matches!(&fact.value, Value::Unknown(why) if !said(why));
        let open: Vec<&Fact> = inspected.facts.iter().filter(open).collect();
        if !open.is_empty() {
            let count = u64::try_from(open.len()).unwrap_or(u64::MAX);
            self.add(Weight::Heading, say!("page-unknown", count = count));
        }
        for fact in open {
            self.add(Weight::Unknown, if sources { fact_sentence(fact) } else { brief(fact) });
        }
    }
}

/// Known facts under the headings of their groups, each group once, in the order in which it is first met.
pub(super) fn facts_by_group(facts: &Facts, sources: bool) -> Vec<PageLine> {
    let mut groups: Vec<(Sentence, Vec<&Fact>)> = Vec::new();
    for fact in facts.iter().filter(|fact| !fact.value.is_unknown()) {
        let group = fact_group(&fact.key);
        match groups.iter_mut().find(|(known, _)| *known == group) {
            Some((_, facts)) => facts.push(fact),
            None => groups.push((group, vec![fact])),
        }
    }
    let mut lines = Vec::new();
    for (group, facts) in groups {
        lines.push(PageLine { weight: Weight::Heading, what: group });
        let said = |fact: &&Fact| if sources { fact_sentence(fact) } else { brief(fact) };
        lines.extend(facts.iter().map(|fact| PageLine { weight: Weight::Plain, what: said(fact) }));
    }
    lines
}

/// Each criterion of a judgement: what fails first, what is unknown next, what does not count last.
pub(super) fn criteria(judgement: &profile::Judgement, sources: bool) -> Vec<PageLine> {
    let mut lines = Vec::new();
    for wanted in [Outcome::Failed, Outcome::Unknown, Outcome::Met, Outcome::NotConsidered] {
        let weight = match wanted {
            Outcome::Failed => Weight::Bad,
            Outcome::Unknown => Weight::Unknown,
            Outcome::Met => Weight::Good,
            Outcome::NotConsidered => Weight::Dim,
        };
        let of = judgement.findings.iter().filter(|finding| finding.outcome == wanted);
        lines.extend(
            of.map(|finding| PageLine { weight, what: if sources { finding.sentence() } else { finding.brief() } }),
        );
    }
    lines
}

pub(super) const fn weight_of(verdict: profile::Verdict) -> Weight {
    match verdict {
        profile::Verdict::Pass => Weight::Good,
        profile::Verdict::Conditional => Weight::Warn,
        profile::Verdict::Fail => Weight::Bad,
        profile::Verdict::Undecided => Weight::Unknown,
    }
}

/// A fact's name and value, with its certainty only where it is less than certain.
fn brief(fact: &Fact) -> Sentence {
    let (name, value) = (profile::fact_name(&fact.key), profile::fact_value(fact));
    let certainty = match fact.certainty {
        _ if fact.value.is_unknown() => return say!("page-fact", name = name, value = value),
        Certainty::Certain => return say!("page-fact", name = name, value = value),
        Certainty::Estimated => say!("certainty-estimated"),
        Certainty::Typed => say!("certainty-typed"),
    };
    say!("page-fact-unsure", name = name, value = value, certainty = certainty)
}

/// A fact's name, value and source in one line; its certainty only where it is less than certain.
pub(super) fn fact_sentence(fact: &Fact) -> Sentence {
    let (name, value, source) = (profile::fact_name(&fact.key), profile::fact_value(fact), fact.source.as_str());
    let certainty = match fact.certainty {
        _ if fact.value.is_unknown() => return say!("fact-line-unknown", name = name, value = value, source = source),
        Certainty::Certain => return say!("fact-line", name = name, value = value, source = source),
        Certainty::Estimated => say!("certainty-estimated"),
        Certainty::Typed => say!("certainty-typed"),
    };
    say!("fact-line-unsure", name = name, value = value, certainty = certainty, source = source)
}

/// What the fact of that key is about, as the heading of its neighbours.
pub(super) fn fact_group(key: &str) -> Sentence {
    match key.split('.').next() {
        Some("identity" | "board") => say!("fact-group-identity"),
        Some("lock") => say!("fact-group-lock"),
        Some("sound") => say!("fact-group-sound"),
        Some("input") => say!("fact-group-input"),
        Some("port") => say!("fact-group-port"),
        Some("firmware") => say!("fact-group-firmware"),
        Some("cpu") => say!("fact-group-cpu"),
        Some("memory") => say!("fact-group-memory"),
        Some("disk") => say!("fact-group-disk"),
        Some("screen") => say!("fact-group-screen"),
        Some("battery") => say!("fact-group-battery"),
        Some("network" | "camera") => say!("fact-group-network"),
        Some(_) | None => say!("fact-group-other"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::key;
    use crate::word::Words;

    fn line(value: Value, certainty: Certainty) -> String {
        let fact = Fact { key: key::MAKER.to_owned(), value, source: "sys/x".to_owned(), certainty };
        Words::new(Lang::Vi, None).expect("embedded").say(&fact_sentence(&fact))
    }

    #[test]
    fn a_fact_is_one_line_value_first_and_doubt_only_where_there_is_some() {
        let text = || Value::Text("ACME".to_owned());
        assert_eq!(line(text(), Certainty::Certain), "  • Hãng: ACME ← sys/x");
        assert_eq!(line(text(), Certainty::Estimated), "  • Hãng: ACME (ước tính) ← sys/x");
        let unknown = line(Value::Unknown(Why::NotThere), Certainty::Certain);
        assert_eq!(unknown, "  ? Hãng: không rõ, máy không cung cấp ← sys/x");
    }

    #[test]
    fn every_fact_has_a_heading_of_its_own_kind() {
        for key in [
            key::MAKER,
            key::SECURE_BOOT,
            key::AMT,
            key::SPEAKERS,
            key::TOUCHPAD,
            key::USB_VERSION,
            key::CPU_MHZ,
            key::MEMORY_TYPE,
            key::DISK_LARGEST,
            key::CAMERA,
        ] {
            assert_ne!(fact_group(key).key(), "fact-group-other", "{key}");
        }
        assert_eq!(fact_group("gadget.size").key(), "fact-group-other");
    }
}
