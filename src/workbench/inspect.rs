//! Inspecting this machine for a device: facts, judgement, and the disks found inside.

use super::bench::{Bench, Found};
use super::home::{Homecoming, homecoming};
use crate::device::{Certainty, Fact, Facts, Value};
use crate::event::disk::DiskSeen;
use crate::event::inspection::{DeviceInspected, FactSeen, Seen, Verdict};
use crate::event::intake::DeviceKind;
use crate::port::{Failure, Trouble};
use crate::profile::{self, Judgement, Profile};
use crate::unit::Bytes;
use crate::word::{Sentence, say};

/// An inspection that was recorded.
#[derive(Clone, Debug)]
pub struct Inspected {
    /// Every fact.
    pub facts: Facts,
    /// The profile it was judged by.
    pub profile: Profile,
    /// The judgement.
    pub judgement: Judgement,
    /// The disks found inside.
    pub disks: Vec<DiskSeen>,
    /// Which disks that were wiped or written are back in their machine.
    pub homecoming: Homecoming,
    /// The device now.
    pub found: Found,
}

/// The profile of that id; none for the one that suits the kind: the station's own choice where it is meant for it. A
/// station's own file wins over the embedded one.
pub fn load_profile(bench: &Bench<'_>, id: Option<&str>, kind: DeviceKind) -> Result<Profile, Failure> {
    let (suits, word) = match kind {
        DeviceKind::Laptop => ("laptop-desktop", "laptop"),
        DeviceKind::Desktop => ("laptop-desktop", "desktop"),
        DeviceKind::AllInOne => ("laptop-desktop", "all_in_one"),
        DeviceKind::Tablet => ("tablet", "tablet"),
        DeviceKind::Phone => ("tablet", "phone"),
    };
    if let (None, Some(chosen)) = (id, &bench.profile) {
        let own = profile_named(bench, chosen)?;
        if own.kinds.iter().any(|kind| kind == word) {
            return Ok(own);
        }
    }
    profile_named(bench, id.unwrap_or(suits))
}

fn profile_named(bench: &Bench<'_>, id: &str) -> Result<Profile, Failure> {
    let bad = |error: profile::ProfileError| Failure::new(Trouble::BadData, error.sentence()).detail(&error);
    for (file, text) in &bench.profiles {
        let own = Profile::parse(file, text).map_err(bad)?;
        if own.id == id {
            return Ok(own);
        }
    }
    if let Some(found) = profile::embedded(id) {
        return found.map_err(bad);
    }
    let known: Vec<_> = profile::EMBEDDED.iter().map(|(file, _)| file.trim_end_matches(".toml")).collect();
    Err(Failure::new(Trouble::Usage, say!("profile-unknown", id = id, known = known.join(", "))))
}

/// Reads this machine, judges it and records both for the device.
pub fn inspect(bench: &Bench<'_>, found: &Found, profile: Profile) -> Result<Inspected, Failure> {
    let facts = bench.probe.facts()?;
    let judgement = profile::judge(&profile, &facts);
    let disks = disks_inside(&facts);
    bench.record(
        Some(&found.id),
        DeviceInspected {
            profile: profile.id.clone(),
            profile_digest: profile.digest,
            verdict: verdict_seen(judgement.verdict),
            failed: facts_of(&judgement, profile::Outcome::Failed),
            undecided: facts_of(&judgement, profile::Outcome::Unknown),
            facts: facts.iter().map(fact_seen).collect(),
            disks: disks.clone(),
        },
    )?;
    let found = bench.device(&found.id)?;
    let homecoming = homecoming(&found.file, &disks);
    Ok(Inspected { facts, profile, judgement, disks, homecoming, found })
}

/// The facts of the criteria that did so: required ones first, each in the profile's order.
fn facts_of(judgement: &Judgement, outcome: profile::Outcome) -> Vec<String> {
    let of = |level: profile::Level| {
        judgement.findings.iter().filter(move |finding| finding.outcome == outcome && finding.criterion.level == level)
    };
    let findings = of(profile::Level::Required).chain(of(profile::Level::Recommended));
    findings.map(|finding| finding.criterion.fact.clone()).collect()
}

const fn verdict_seen(verdict: profile::Verdict) -> Verdict {
    match verdict {
        profile::Verdict::Pass => Verdict::Pass,
        profile::Verdict::Conditional => Verdict::Conditional,
        profile::Verdict::Fail => Verdict::Fail,
        profile::Verdict::Undecided => Verdict::Undecided,
    }
}

fn disks_inside(facts: &Facts) -> Vec<DiskSeen> {
    let text = |key: String| match facts.known(&key) {
        Some(Value::Text(text)) => Some(text.clone()),
        Some(_) | None => None,
    };
    (0..)
        .map_while(|n| facts.get(&format!("disk.{n}.size")).map(|size| (n, size.value.number().unwrap_or(0))))
        .map(|(n, size)| DiskSeen {
            serial: text(format!("disk.{n}.serial")),
            wwn: None,
            model: text(format!("disk.{n}.model")),
            size: Bytes(size),
            bus: text(format!("disk.{n}.bus")).unwrap_or_else(|| "other".to_owned()),
            practice: false,
        })
        .collect()
}

fn fact_seen(fact: &Fact) -> FactSeen {
    let (value, unit, source) = match &fact.value {
        Value::Text(text) => (Some(Seen::Text(text.clone())), None, fact.source.clone()),
        Value::Count(n) => (Some(Seen::Number(*n)), Some("count"), fact.source.clone()),
        Value::Bytes(bytes) => (Some(Seen::Number(bytes.0)), Some("bytes"), fact.source.clone()),
        Value::Megahertz(n) => (Some(Seen::Number(*n)), Some("mhz"), fact.source.clone()),
        Value::TenthInches(n) => (Some(Seen::Number(*n)), Some("tenth_inches"), fact.source.clone()),
        Value::Pixels(w, h) => (Some(Seen::Pair(*w, *h)), Some("pixels_wide_high"), fact.source.clone()),
        Value::Percent(n) => (Some(Seen::Number(*n)), Some("percent"), fact.source.clone()),
        Value::MilliwattHours(n) => (Some(Seen::Number(*n)), Some("mwh"), fact.source.clone()),
        Value::Flag(flag) => (Some(Seen::Flag(*flag)), None, fact.source.clone()),
        Value::Unknown(why) => (None, None, format!("{}: {why}", fact.source)),
    };
    let certainty = match fact.certainty {
        Certainty::Certain => "certain",
        Certainty::Estimated => "estimated",
        Certainty::Typed => "typed",
    };
    FactSeen { key: fact.key.clone(), value, unit: unit.map(str::to_owned), source, certainty: certainty.to_owned() }
}

/// A fact's name, value and source in one line; its certainty only where it is less than certain.
#[must_use]
pub fn fact_sentence(fact: &Fact) -> Sentence {
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
#[must_use]
pub fn fact_group(key: &str) -> Sentence {
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
    use crate::device::{Why, key};
    use crate::word::{Lang, Words};

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
    fn every_fact_has_a_heading_of_its_own_kind_and_the_ledger_keeps_the_english_reason() {
        for key in [key::MAKER, key::SECURE_BOOT, key::CPU_MHZ, key::MEMORY_TYPE, key::DISK_LARGEST, key::CAMERA] {
            assert_ne!(fact_group(key).key(), "fact-group-other", "{key}");
        }
        assert_eq!(fact_group("gadget.size").key(), "fact-group-other");
        let value = Value::Unknown(Why::RootOnly);
        let certainty = Certainty::Certain;
        let seen = fact_seen(&Fact { key: key::SERIAL.to_owned(), value, source: "sys/x".to_owned(), certainty });
        assert_eq!((seen.value, seen.source.as_str()), (None, "sys/x: only root may read it"));
    }
}
