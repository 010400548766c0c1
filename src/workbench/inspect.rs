//! Inspecting this machine for a device: facts, judgement, and the disks found inside.

#![expect(clippy::wildcard_enum_match_arm, reason = "only inspections tell what a device was")]

use super::bench::{Bench, Found};
use super::home::{Homecoming, homecoming};
use super::look;
use super::part::{PartView, shelf};
use super::swap::refuse_other_machine;
use super::what_if::{WhatIf, others};
use crate::custody::Recognised;
use crate::device::{Certainty, Disk, Fact, Facts, Value, Why};
use crate::event::Fact as Recorded;
use crate::event::disk::DiskSeen;
use crate::event::inspection::{DeviceInspected, FactSeen, Seen, Verdict};
use crate::event::intake::DeviceKind;
use crate::port::{Failure, Trouble};
use crate::profile::{self, Change, Judgement, Profile, Suits};
use crate::reading::{Condition, DiskHealth};
use crate::unit::{Bytes, DeviceId, Moment};
use crate::word::say;

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
    /// Parts on the shelf that would do what the fix asks for.
    pub shelf: Vec<PartView>,
    /// Which operating systems run on it.
    pub systems: Vec<Suits>,
    /// What the other profiles say.
    pub others: Vec<WhatIf>,
    /// How each fixed disk that could be asked is: its kernel name and its health.
    pub healths: Vec<(String, DiskHealth)>,
    /// When it was last inspected before, and what changed since; none where it never was.
    pub before: Option<(Moment, Vec<Change>)>,
    /// The day of this inspection, by the station's clock.
    pub day: String,
    /// The device now.
    pub found: Found,
}

/// The profile of that id; none for the one that suits the kind: the station's own choice where it is meant for it. A
/// station's own file wins over the embedded one.
pub fn load_profile(bench: &Bench<'_>, id: Option<&str>, kind: DeviceKind) -> Result<Profile, Failure> {
    let word = kind_word(kind);
    let suits = match kind {
        DeviceKind::Laptop | DeviceKind::Desktop | DeviceKind::AllInOne => "laptop-desktop",
        DeviceKind::Tablet | DeviceKind::Phone => "tablet",
    };
    if let (None, Some(chosen)) = (id, &bench.profile) {
        let own = profile_named(bench, chosen)?;
        if own.kinds.iter().any(|kind| kind == word) {
            return Ok(own);
        }
    }
    profile_named(bench, id.unwrap_or(suits))
}

pub(super) const fn kind_word(kind: DeviceKind) -> &'static str {
    match kind {
        DeviceKind::Laptop => "laptop",
        DeviceKind::Desktop => "desktop",
        DeviceKind::AllInOne => "all_in_one",
        DeviceKind::Tablet => "tablet",
        DeviceKind::Phone => "phone",
    }
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
    let known: Vec<_> =
        profile::EMBEDDED.iter().chain(profile::SYSTEMS).map(|(file, _)| file.trim_end_matches(".toml")).collect();
    Err(Failure::new(Trouble::Usage, say!("profile-unknown", id = id, known = known.join(", "))))
}

/// Reads this machine, judges it and records both for the device.
pub fn inspect(bench: &Bench<'_>, found: &Found, profile: Profile) -> Result<Inspected, Failure> {
    let mut facts = bench.probe.facts()?;
    let healths = disk_healths(bench, &mut facts);
    judged(bench, found, profile, facts, healths, false)
}

/// Judges the device by those facts and records both.
pub(super) fn judged(
    bench: &Bench<'_>,
    found: &Found,
    profile: Profile,
    facts: Facts,
    healths: Vec<(String, DiskHealth)>,
    typed: bool,
) -> Result<Inspected, Failure> {
    let disks = if typed { Vec::new() } else { disks_inside(&facts) };
    let mut once_in = None;
    if !typed
        && refuse_other_machine(bench, found, &facts_seen(&facts))? == Recognised::Unknown
        && let Some((other, disk)) = bench.index.disk_of_other(&found.id, &disks)?
    {
        once_in = Some((disk, bench.device(&other)?));
    }
    let judgement = profile::judge(&profile, &facts);
    bench.record(
        Some(&found.id),
        DeviceInspected {
            profile: profile.id.clone(),
            profile_digest: profile.digest,
            verdict: verdict_seen(judgement.verdict),
            failed: facts_of(&judgement, profile::Outcome::Failed),
            undecided: facts_of(&judgement, profile::Outcome::Unknown),
            facts: facts_seen(&facts),
            disks: disks.clone(),
            typed,
        },
    )?;
    let found = bench.device(&found.id)?;
    let homecoming = homecoming(&found, &disks, once_in);
    let systems = profile::systems(kind_word(found.file.kind), &bench.profiles, &facts);
    let others = others(bench, &found, &profile.id, &facts);
    let day =
        last_inspections(bench, &found.id, Read::Anyhow)?.first().map_or_else(String::new, |(at, _)| at.local_day());
    // Nobody types all that a machine tells of itself: what was not typed is not gone.
    let earlier = if typed { None } else { last_inspections(bench, &found.id, Read::Off)?.into_iter().nth(1) };
    let before = earlier.map(|(at, earlier)| (at, profile::changes(&earlier, &facts)));
    let shelf = fitting(bench, &judgement)?;
    Ok(Inspected { facts, profile, judgement, disks, homecoming, shelf, systems, others, healths, before, day, found })
}

/// The parts on the shelf that the cheapest fix can be made with.
fn fitting(bench: &Bench<'_>, judgement: &Judgement) -> Result<Vec<PartView>, Failure> {
    let Some(remedy) = &judgement.remedy else { return Ok(Vec::new()) };
    let fits = |part: &PartView| {
        let file = &part.file;
        remedy.cures.iter().any(|cure| cure.is_met_by(&file.kind, file.label.as_deref(), file.size))
    };
    Ok(shelf(bench)?.into_iter().filter(fits).collect())
}

/// Which inspections are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Read {
    /// Those whose facts a person typed, too.
    Anyhow,
    /// Only those read off the machine.
    Off,
}

/// The last two inspections of the device, the newest first: when, and what was known.
pub(super) fn last_inspections(
    bench: &Bench<'_>,
    device: &DeviceId,
    which: Read,
) -> Result<Vec<(Moment, Facts)>, Failure> {
    let history = bench.index.standing(device)?;
    let inspections = history.iter().rev().filter_map(|line| match &line.event.fact {
        Recorded::DeviceInspected(inspected) if which == Read::Anyhow || !inspected.typed => {
            Some((line.event.at, look::facts_of(&inspected.facts)))
        }
        _other => None,
    });
    Ok(inspections.take(2).collect())
}

/// Asks the fixed disks how they are, all at once, and adds what they tell to the facts.
pub(super) fn disk_healths(bench: &Bench<'_>, facts: &mut Facts) -> Vec<(String, DiskHealth)> {
    let name = |number: usize| match facts.known(&format!("disk.{number}.name")) {
        Some(Value::Text(name)) => Some(name.clone()),
        Some(_) | None => None,
    };
    let names: Vec<String> = (0..).map_while(name).collect();
    if names.is_empty() {
        return Vec::new();
    }
    // A list that cannot be made leaves the rest of the inspection as good as it is.
    let listed = bench.disks.list(None).unwrap_or_default();
    let inside: Vec<(usize, &Disk)> = (0..)
        .zip(&names)
        .filter_map(|(number, name)| Some((number, listed.iter().find(|disk| disk.name == *name)?)))
        .collect();
    let healths = bench.healths(&inside.iter().map(|(_, disk)| *disk).collect::<Vec<_>>());
    let told = inside.iter().zip(healths).map(|((number, disk), health)| {
        health_facts(*number, &disk.name, &health, facts);
        (disk.name.clone(), health)
    });
    told.collect()
}

fn health_facts(number: usize, name: &str, health: &DiskHealth, facts: &mut Facts) {
    let source = format!("smartctl#{name}");
    let word = key_of(number, "health");
    match health.condition {
        Condition::Unknown => facts.unknown(word, &source, Why::NotTold),
        Condition::Good | Condition::Watch | Condition::Replace => {
            let verdict = Value::Text(health.condition.word().to_owned());
            facts.push(word, verdict, &source, Certainty::Estimated);
        }
    }
    let counts = [
        ("hours", health.hours),
        ("reallocated", health.reallocated),
        ("pending", health.pending),
        ("uncorrectable", health.uncorrectable),
    ];
    for (field, count) in counts {
        if let Some(count) = count {
            facts.push(key_of(number, field), Value::Count(count), &source, Certainty::Certain);
        }
    }
    if let Some(wear) = health.wear {
        facts.push(key_of(number, "wear"), Value::Percent(wear), &source, Certainty::Certain);
    }
}

fn key_of(disk: usize, field: &str) -> String {
    format!("disk.{disk}.{field}")
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

pub(super) fn facts_seen(facts: &Facts) -> Vec<FactSeen> {
    facts.iter().map(fact_seen).collect()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::key;

    #[test]
    fn the_ledger_keeps_the_english_reason() {
        let value = Value::Unknown(Why::RootOnly);
        let certainty = Certainty::Certain;
        let seen = fact_seen(&Fact { key: key::SERIAL.to_owned(), value, source: "sys/x".to_owned(), certainty });
        assert_eq!((seen.value, seen.source.as_str()), (None, "sys/x: only root may read it"));
    }
}
