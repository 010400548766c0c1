//! The verdict: facts held against a profile, criterion by criterion.
//!
//! Invariants: unset criteria never count; an unknown is never met; a remedy is named only where the facts with its parts in
//! are judged again and pass all that is required.

use super::catalogue::{fact_name, shown};
use super::cure::Cure;
use super::spec::{Criterion, Level, Need, Profile, State};
use super::worst_disk::{DISK_HEALTH, worst_disk};
use crate::device::{Fact, Facts, Value};
use crate::unit::Bytes;
use crate::word::{Arg, Sentence, say};

/// A judgement against a profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// đạt
    Pass,
    /// đạt có điều kiện: a recommended criterion fails or is unknown
    Conditional,
    /// không đạt: a required criterion fails
    Fail,
    /// chưa đủ dữ liệu: a required criterion is unknown, or none is set
    Undecided,
}

/// How one criterion did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The machine has it.
    Met,
    /// The machine does not.
    Failed,
    /// The machine does not tell.
    Unknown,
    /// The criterion is unset: "không xét".
    NotConsidered,
}

/// One criterion with what was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The criterion.
    pub criterion: Criterion,
    /// How it did.
    pub outcome: Outcome,
    /// The fact it was judged by, where there was one.
    pub fact: Option<Fact>,
    /// The part that would make this criterion pass.
    pub cure: Option<Cure>,
}

/// Parts that together lift the verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remedy {
    /// What to do.
    pub cures: Vec<Cure>,
    /// The verdict once all is done.
    pub then: Verdict,
}

/// The verdict with its reasons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// The verdict.
    pub verdict: Verdict,
    /// Every criterion, in the profile's order.
    pub findings: Vec<Finding>,
    /// The parts that would lift it.
    pub remedy: Option<Remedy>,
}

/// Holds the facts against the profile.
#[must_use]
pub fn judge(profile: &Profile, facts: &Facts) -> Judgement {
    let findings = found(profile, facts);
    let verdict = verdict(&findings);
    let remedy = remedy(profile, facts, &findings, verdict);
    Judgement { verdict, findings, remedy }
}

impl Verdict {
    /// The verdict in words.
    #[must_use]
    pub fn sentence(self) -> Sentence {
        match self {
            Self::Pass => say!("spec-verdict-pass"),
            Self::Conditional => say!("spec-verdict-conditional"),
            Self::Fail => say!("spec-verdict-fail"),
            Self::Undecided => say!("spec-verdict-undecided"),
        }
    }
}

impl Finding {
    /// What was found, what is needed, who says so, and the part that would help.
    #[must_use]
    pub fn sentence(&self) -> Sentence {
        let name = fact_name(&self.criterion.fact);
        let source = self.criterion.source.as_str();
        let State::Set(need) = &self.criterion.state else {
            return say!("spec-finding-unset", name = name, source = source);
        };
        let need = self.amount_needed(need);
        let level = match self.criterion.level {
            Level::Required => say!("spec-level-required"),
            Level::Recommended => say!("spec-level-recommended"),
        };
        match (&self.outcome, &self.cure) {
            (Outcome::NotConsidered, _) => say!("spec-finding-unset", name = name, source = source),
            (Outcome::Met, _) => {
                say!("spec-finding-met", name = name, found = self.found(), need = need, level = level, source = source)
            }
            (Outcome::Unknown, _) => {
                let why = self.why_unknown();
                say!("spec-finding-unknown", name = name, why = why, need = need, level = level, source = source)
            }
            (Outcome::Failed, None) => {
                say!(
                    "spec-finding-failed",
                    name = name,
                    found = self.found(),
                    need = need,
                    level = level,
                    source = source
                )
            }
            (Outcome::Failed, Some(cure)) => say!(
                "spec-finding-curable",
                name = name,
                found = self.found(),
                need = need,
                level = level,
                source = source,
                cure = cure.sentence()
            ),
        }
    }

    /// What was found and what is needed, without who says so.
    #[must_use]
    pub fn brief(&self) -> Sentence {
        let name = fact_name(&self.criterion.fact);
        match self.need() {
            Some(need) => say!("spec-finding-brief", name = name, found = self.found(), need = need),
            None => say!("spec-finding-brief-unset", name = name, found = self.found()),
        }
    }

    /// What is needed: an amount with its unit, a yes or a no; `None` where the criterion is unset.
    #[must_use]
    pub fn need(&self) -> Option<Sentence> {
        match &self.criterion.state {
            State::Set(need) => Some(self.amount_needed(need)),
            State::Unset => None,
        }
    }

    fn amount_needed(&self, need: &Need) -> Sentence {
        match need {
            Need::AtLeast(value) => say!("spec-need-at-least", amount = shown(&self.criterion.fact, value)),
            Need::OneOf(listed) => {
                let words = listed.iter().map(|text| shown(&self.criterion.fact, &Value::Text(text.clone())));
                let words = words.reduce(|first, next| Arg::from(say!("spec-and", first = first, next = next)));
                say!("spec-need-one-of", listed = words.unwrap_or_else(|| Arg::from("")))
            }
            Need::Is(value) => say!("spec-value", value = shown(&self.criterion.fact, value)),
        }
    }

    pub(super) fn found(&self) -> Arg {
        self.fact.as_ref().map_or_else(|| Arg::from(say!("unknown")), |fact| shown(&fact.key, &fact.value))
    }

    fn why_unknown(&self) -> Arg {
        let told =
            self.fact.as_ref().and_then(|fact| if let Value::Unknown(why) = &fact.value { Some(why) } else { None });
        told.map_or_else(|| Arg::from(say!("spec-not-read")), |why| Arg::from(why.sentence()))
    }
}

impl Judgement {
    /// All parts that together lift the verdict, and to what: "thêm 4 GB RAM → đạt". `None` where no parts do, or where
    /// none are needed.
    #[must_use]
    pub fn fix_sentence(&self) -> Option<Sentence> {
        let remedy = self.remedy.as_ref()?;
        let words = remedy.cures.iter().map(Cure::sentence);
        let parts = words.reduce(|first, next| say!("spec-and", first = first, next = next))?;
        Some(say!("spec-fix", parts = parts, verdict = remedy.then.sentence()))
    }
}

fn found(profile: &Profile, facts: &Facts) -> Vec<Finding> {
    let disk = profile.least_disk();
    profile.criteria.iter().map(|criterion| finding(criterion, disk, facts)).collect()
}

fn finding(criterion: &Criterion, disk: Option<Bytes>, facts: &Facts) -> Finding {
    let fact = if criterion.fact == DISK_HEALTH { worst_disk(facts) } else { facts.get(&criterion.fact).cloned() };
    let (outcome, cure) = match &criterion.state {
        State::Unset => (Outcome::NotConsidered, None),
        State::Set(need) => match fact.as_ref().and_then(|fact| need.is_met_by(&fact.value, criterion.slack_percent)) {
            Some(true) => (Outcome::Met, None),
            Some(false) => (Outcome::Failed, criterion.fix.and_then(|fix| fix.cure(need, disk, facts))),
            None => (Outcome::Unknown, None),
        },
    };
    Finding { criterion: criterion.clone(), outcome, fact, cure }
}

fn verdict(findings: &[Finding]) -> Verdict {
    let any = |level: Level, outcome: Outcome| {
        let weight = |finding: &Finding| match outcome {
            Outcome::Unknown => finding.criterion.if_unknown,
            Outcome::Met | Outcome::Failed | Outcome::NotConsidered => finding.criterion.level,
        };
        findings.iter().any(|finding| finding.outcome == outcome && weight(finding) == level)
    };
    if any(Level::Required, Outcome::Failed) {
        Verdict::Fail
    } else if any(Level::Required, Outcome::Unknown) || findings.iter().all(|f| f.outcome == Outcome::NotConsidered) {
        Verdict::Undecided
    } else if any(Level::Recommended, Outcome::Failed) || any(Level::Recommended, Outcome::Unknown) {
        Verdict::Conditional
    } else {
        Verdict::Pass
    }
}

fn remedy(profile: &Profile, facts: &Facts, findings: &[Finding], verdict: Verdict) -> Option<Remedy> {
    let level = match verdict {
        Verdict::Fail => Level::Required,
        Verdict::Conditional => Level::Recommended,
        Verdict::Pass | Verdict::Undecided => return None,
    };
    let failed =
        findings.iter().filter(|finding| finding.criterion.level == level && finding.outcome == Outcome::Failed);
    let cures: Vec<Cure> = failed.map(|finding| finding.cure.clone()).collect::<Option<_>>()?;
    let cures = Cure::together(cures);
    if cures.is_empty() {
        return None;
    }
    let after = cures.iter().fold(facts.clone(), |facts, cure| cure.applied(&facts));
    let then = self::verdict(&found(profile, &after));
    let lifted = then == Verdict::Pass || (verdict == Verdict::Fail && then == Verdict::Conditional);
    lifted.then_some(Remedy { cures, then })
}

#[cfg(test)]
mod tests {
    use super::super::embedded;
    use super::*;
    use crate::device::{Certainty, Why, key};
    use crate::unit::Bytes;
    use crate::word::{Lang, Words};
    use proptest::prelude::*;

    fn default() -> Profile {
        embedded("laptop-desktop").expect("embedded").expect("good")
    }

    fn machine(changes: &[(&str, Value)]) -> Facts {
        let good = [
            (key::CPU_64BIT, Value::Flag(true)),
            (key::CPU_CORES, Value::Count(4)),
            (key::CPU_MHZ, Value::Megahertz(2400)),
            (key::MEMORY_TOTAL, Value::Bytes(Bytes::gib(8))),
            (key::DISK_LARGEST, Value::Bytes(Bytes(512_110_190_592))),
            (key::SCREEN_DIAGONAL, Value::TenthInches(140)),
            (key::SCREEN_PIXELS, Value::Pixels(1920, 1080)),
            (key::CAMERA, Value::Flag(true)),
            (key::WIFI, Value::Flag(true)),
            (DISK_HEALTH, Value::Text("good".to_owned())),
        ];
        let mut facts = Facts::new();
        for (key, value) in changes.iter().chain(&good) {
            facts.push(*key, value.clone(), "test", Certainty::Certain);
        }
        facts
    }

    fn fix(changes: &[(&str, Value)]) -> (Verdict, Option<String>) {
        let judgement = judge(&default(), &machine(changes));
        let words = Words::new(Lang::Vi, None).expect("embedded");
        (judgement.verdict, judgement.fix_sentence().map(|sentence| words.say(&sentence)))
    }

    fn gib(number: u64) -> Value {
        Value::Bytes(Bytes::gib(number))
    }

    #[test]
    fn required_before_unknown_before_recommended() {
        let unknown = || Value::Unknown(Why::NotThere);
        assert_eq!(fix(&[]), (Verdict::Pass, None));
        assert_eq!(fix(&[(key::SCREEN_DIAGONAL, unknown())]), (Verdict::Conditional, None));
        assert_eq!(fix(&[(key::CPU_CORES, unknown())]), (Verdict::Undecided, None));
        assert_eq!(fix(&[(key::CPU_CORES, unknown()), (key::CPU_64BIT, Value::Flag(false))]), (Verdict::Fail, None));
    }

    #[test]
    fn the_parts_that_lift_the_verdict_are_named() {
        let said = |text: &str| Some(text.to_owned());
        assert_eq!(fix(&[(key::MEMORY_TOTAL, gib(4))]), (Verdict::Conditional, said("thêm 4 GB RAM → đạt")));
        let slot = [
            (key::MEMORY_TOTAL, gib(4)),
            (key::MEMORY_SLOTS, Value::Count(2)),
            (key::MEMORY_FREE_SLOTS, Value::Count(1)),
        ];
        assert_eq!(fix(&slot), (Verdict::Conditional, said("thêm 4 GB RAM (còn 1 khe trống) → đạt")));
        let full = [
            (key::MEMORY_TOTAL, gib(2)),
            (key::MEMORY_SLOTS, Value::Count(2)),
            (key::MEMORY_FREE_SLOTS, Value::Count(0)),
        ];
        assert_eq!(fix(&full), (Verdict::Fail, said("thay RAM để có ≥ 4 GB → đạt có điều kiện")));
        let soldered = [
            (key::MEMORY_TOTAL, gib(2)),
            (key::MEMORY_SLOTS, Value::Count(0)),
            (key::MEMORY_FREE_SLOTS, Value::Count(0)),
        ];
        assert_eq!(fix(&soldered), (Verdict::Fail, None));
        let two = [(key::MEMORY_TOTAL, gib(1)), (key::DISK_LARGEST, Value::Bytes(Bytes(32_000_000_000)))];
        assert_eq!(fix(&two), (Verdict::Fail, said("thêm 4 GB RAM, thay ổ đĩa ≥ 64 GB → đạt có điều kiện")));
        let bare = [(key::DISK_COUNT, Value::Count(0)), (key::DISK_LARGEST, Value::Bytes(Bytes::ZERO))];
        assert_eq!(fix(&bare), (Verdict::Fail, said("lắp ổ đĩa ≥ 64 GB → đạt có điều kiện")));
    }

    #[test]
    fn a_dying_disk_fails_a_machine_until_it_is_replaced_and_a_silent_one_makes_it_conditional() {
        let said = |text: &str| Some(text.to_owned());
        let health = |word: &str| (DISK_HEALTH, Value::Text(word.to_owned()));
        assert_eq!(fix(&[health("watch")]), (Verdict::Pass, None));
        assert_eq!(
            fix(&[health("replace")]),
            (Verdict::Fail, said("thay ổ cứng hỏng bằng ổ ≥ 64 GB → đạt có điều kiện")),
            "a disk of 64 GB is less than is recommended"
        );
        let both =
            [health("replace"), (key::DISK_LARGEST, Value::Bytes(Bytes(32_000_000_000))), (key::MEMORY_TOTAL, gib(2))];
        let both = fix(&both);
        assert_eq!(both, (Verdict::Fail, said("thêm 2 GB RAM, thay ổ cứng hỏng bằng ổ ≥ 64 GB → đạt có điều kiện")));
        let silent = (DISK_HEALTH, Value::Unknown(Why::NotTold));
        assert_eq!(fix(&[silent]), (Verdict::Conditional, None), "eMMC and virtual disks never tell");
        let other = [("disk.0.size", gib(1)), ("disk.0.health", Value::Text("replace".to_owned()))];
        let mut facts = machine(&[]);
        let told: Vec<Fact> = facts.iter().filter(|fact| fact.key != DISK_HEALTH).cloned().collect();
        facts = Facts::new();
        facts.extend(told);
        for (key, value) in other {
            facts.push(key, value, "test", Certainty::Certain);
        }
        assert_eq!(judge(&default(), &facts).verdict, Verdict::Fail, "as each disk told it");
    }

    #[test]
    fn no_parts_are_named_where_they_are_not_enough() {
        let slow = [(key::MEMORY_TOTAL, gib(2)), (key::CPU_MHZ, Value::Megahertz(900))];
        assert_eq!(fix(&slow), (Verdict::Fail, None));
        let unsure = [(key::MEMORY_TOTAL, gib(2)), (key::CPU_64BIT, Value::Unknown(Why::NotTold))];
        assert_eq!(fix(&unsure), (Verdict::Fail, None));
    }

    #[test]
    fn a_finding_says_what_was_found_what_is_needed_and_who_says_so() {
        let judgement = judge(&default(), &machine(&[(key::MEMORY_TOTAL, gib(3))]));
        let words = Words::new(Lang::Vi, None).expect("embedded");
        let said: Vec<String> = judgement.findings.iter().map(|finding| words.say(&finding.sentence())).collect();
        let needle = "RAM: 3 GB, cần ≥ 4 GB (bắt buộc; Microsoft, yêu cầu tối thiểu của Windows 11: 4 GB";
        assert!(said[3].starts_with(needle) && said[3].ends_with("): thêm 1 GB RAM"), "{}", said[3]);
        assert!(said[0].starts_with("64-bit: có (cần có, bắt buộc; Microsoft"), "{}", said[0]);
        assert!(said[13].starts_with("Sức khỏe pin: không xét ("), "{}", said[13]);
    }

    proptest! {
        #[test]
        fn a_promised_remedy_keeps_its_promise(
            mib in 0u64..20_000, slots in 0u64..4, disk in 0u64..1_000_000_000_000, wifi: bool, camera: bool, mhz in 500u64..3000,
        ) {
            let facts = machine(&[
                (key::MEMORY_TOTAL, Value::Bytes(Bytes::mib(mib))),
                (key::MEMORY_SLOTS, Value::Count(slots)),
                (key::MEMORY_FREE_SLOTS, Value::Count(slots / 2)),
                (key::DISK_LARGEST, Value::Bytes(Bytes(disk))),
                (key::WIFI, Value::Flag(wifi)),
                (key::CAMERA, Value::Flag(camera)),
                (key::CPU_MHZ, Value::Megahertz(mhz)),
            ]);
            let judgement = judge(&default(), &facts);
            if let Some(remedy) = judgement.remedy {
                let after = remedy.cures.iter().fold(facts, |facts, cure| cure.applied(&facts));
                let again = judge(&default(), &after);
                prop_assert_eq!(again.verdict, remedy.then);
                let required = again.findings.iter().filter(|finding| finding.criterion.level == Level::Required);
                prop_assert!(required.into_iter().all(|finding| finding.outcome == Outcome::Met));
            }
        }
    }
}
