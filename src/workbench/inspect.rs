//! Inspecting this machine for a device: facts, judgement, and the disks found inside.

use super::bench::{Bench, Found};
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
    /// The device now.
    pub found: Found,
}

/// The profile of that id; none for the one that suits the kind. A station's own file wins over the embedded one.
pub fn load_profile(bench: &Bench<'_>, id: Option<&str>, kind: DeviceKind) -> Result<Profile, Failure> {
    let id = id.unwrap_or(match kind {
        DeviceKind::Laptop | DeviceKind::Desktop | DeviceKind::AllInOne => "laptop-desktop",
        DeviceKind::Tablet | DeviceKind::Phone => "tablet",
    });
    let bad = |error: profile::ProfileError| Failure::new(Trouble::BadData, error.sentence()).because(&error);
    for (file, text) in &bench.profiles {
        let own = Profile::parse(file, text).map_err(bad)?;
        if own.id == id {
            return Ok(own);
        }
    }
    match profile::embedded(id) {
        Some(found) => found.map_err(bad),
        None => {
            let known: Vec<_> = profile::EMBEDDED.iter().map(|(file, _)| file.trim_end_matches(".toml")).collect();
            Err(Failure::new(Trouble::Usage, say!("profile-unknown", id = id, known = known.join(", "))))
        }
    }
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
            failed: judgement.failed().map(str::to_owned).collect(),
            undecided: judgement.undecided().map(str::to_owned).collect(),
            facts: facts.iter().map(fact_seen).collect(),
            disks: disks.clone(),
        },
    )?;
    Ok(Inspected { facts, profile, judgement, disks, found: bench.device(&found.id)? })
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
        Value::Flag(flag) => (Some(Seen::Flag(*flag)), None, fact.source.clone()),
        Value::Unknown(why) => (None, None, format!("{}: {why}", fact.source)),
    };
    let certainty = match fact.certainty {
        Certainty::Certain => "certain",
        Certainty::Estimated => "estimated",
        Certainty::Typed => "typed",
    };
    FactSeen {
        key: fact.key.clone(),
        value,
        unit: unit.map(str::to_owned),
        source,
        certainty: certainty.to_owned(),
    }
}

/// A value as people read it.
#[must_use]
pub fn value_sentence(fact: &Fact) -> Sentence {
    match &fact.value {
        Value::Text(text) => say!("value-text", text = text.as_str()),
        Value::Count(n) => say!("value-text", text = n.to_string()),
        Value::Bytes(bytes) if fact.key.starts_with("memory.") => say!("value-text", text = bytes.binary()),
        Value::Bytes(bytes) => say!("value-text", text = bytes.decimal()),
        Value::Megahertz(n) => say!("value-megahertz", mhz = *n),
        Value::TenthInches(n) => say!("value-inches", inches = format!("{}.{}", n / 10, n % 10)),
        Value::Pixels(w, h) => say!("value-pixels", width = *w, height = *h),
        Value::Percent(n) => say!("value-percent", percent = *n),
        Value::Flag(true) => say!("yes"),
        Value::Flag(false) => say!("no"),
        Value::Unknown(_) => say!("unknown"),
    }
}

/// A fact's name, value, certainty and source in one line.
#[must_use]
pub fn fact_sentence(fact: &Fact) -> Sentence {
    let certainty = match fact.certainty {
        Certainty::Certain => say!("certainty-certain"),
        Certainty::Estimated => say!("certainty-estimated"),
        Certainty::Typed => say!("certainty-typed"),
    };
    let source = match &fact.value {
        Value::Unknown(why) => format!("{}: {why}", fact.source),
        _known => fact.source.clone(),
    };
    let name = fact_name(&fact.key);
    say!("fact-line", name = name, value = value_sentence(fact), certainty = certainty, source = source)
}

/// The name of a fact: its message `fact-identity-maker`, with the number of a numbered one (`disk.0.size`) beside it.
fn fact_name(key: &str) -> Sentence {
    // words: fact-*
    let numbered = key.split('.').find(|part| part.parse::<u32>().is_ok());
    let plain: Vec<&str> = key.split('.').filter(|part| part.parse::<u32>().is_err()).collect();
    let name = Sentence::new(format!("fact-{}", plain.join("-").replace('_', "-")));
    match numbered {
        Some(number) => say!("numbered", name = name, number = number),
        None => name,
    }
}
