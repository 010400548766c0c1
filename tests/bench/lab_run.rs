//! Runs a scenario of the lab: started, inspected by the built program, compared with what the scenario states, and what it
//! says is done to it.

#![expect(clippy::disallowed_methods, reason = "a test measures how long its machines take")]

use super::bench_rig::Device;
use super::guest_rig::Guest;
use super::lab_cuts::on_the_stick;
use super::lab_deeds::Bench;
use super::lab_machine::ready;
use super::lab_scenario::{Expected, Kind, Scenario, Stated};
use serde_json::Value;
use std::collections::BTreeSet;
use std::time::Instant;

/// Facts of parts that a kernel module plays which no stick has.
const MADE_UP: [&str; 2] = ["network.wifi", "camera.present"];

/// What a scenario came to.
pub(crate) struct Came {
    pub(crate) seconds: u64,
    /// Facts that were as stated, and such as were not.
    pub(crate) right: usize,
    pub(crate) wrong: usize,
    pub(crate) verdict: String,
    /// Every difference in words; none where all was as stated.
    pub(crate) differences: Vec<String>,
}

/// Runs it; `rounds` times for what is done more than once. Started `from_stick` it is only inspected, and what the kernel of
/// other starts makes up is not there. None, said aloud, where no machine can be started here.
pub(crate) fn run(mut scenario: Scenario, rounds: usize, from_stick: bool) -> Option<Came> {
    let began = Instant::now();
    if from_stick {
        scenario.deeds.clear();
        scenario.expect.facts.retain(|key, _| !MADE_UP.contains(&key.as_str()));
        if scenario.wifi || scenario.camera {
            // Without them nothing that is bought mends it all.
            scenario.expect.fix = None;
        }
    }
    let scenario = &scenario;
    let ready = ready(scenario, from_stick)?;
    let mut guest = ready.switch_on();
    if scenario.needs_stick() {
        on_the_stick(&mut guest);
    }
    guest.open_station();
    let device = received(&mut guest, scenario.kind);
    let inspected = guest.json(&["inspect", &device.tag]).good();
    let facts = inspected.all("fact");
    let (stated, mut differences) = facts_amiss(&scenario.expect, &facts);
    let wrong = differences.len();
    let judged = inspected.one("inspected");
    differences.extend(verdict_amiss(&scenario.expect, &judged));
    let bench = Bench { scenario, ready: &ready, device, rounds };
    differences.extend(bench.deeds(guest));
    Some(Came {
        seconds: began.elapsed().as_secs(),
        right: stated - wrong,
        wrong,
        verdict: judged["verdict"].as_str().unwrap_or("?").to_owned(),
        differences,
    })
}

fn received(guest: &mut Guest, kind: Kind) -> Device {
    let kind = match kind {
        Kind::Laptop => "laptop",
        Kind::Desktop => "desktop",
        Kind::AllInOne => "all-in-one",
        Kind::Tablet => "tablet",
    };
    let args = ["intake", "--donor", "Người Tặng Thử", "--consent-erase", "--kind", kind];
    let received = guest.json(&args).good().one("received");
    let text = |name: &str| received[name].as_str().unwrap_or_default().to_owned();
    Device { tag: text("tag"), lot: text("lot") }
}

/// How many facts are stated, and each that is another in words.
pub(crate) fn facts_amiss(expect: &Expected, facts: &[Value]) -> (usize, Vec<String>) {
    let fact = |key: &str| facts.iter().find(|fact| fact["fact"] == key);
    let told = |fact: &Value| match (&fact["known"], &fact["number"], &fact["text"]) {
        (Value::Bool(false), _, text) => format!("unknown ({text})"),
        (_, Value::Null, text) => text.to_string(),
        (_, number, text) => format!("{number} ({text})"),
    };
    let is = |key: &str, as_stated: &dyn Fn(&Value) -> bool, stated: String| match fact(key) {
        Some(fact) if as_stated(fact) => None,
        Some(fact) => Some(format!("{key}: {stated} stated, {} told", told(fact))),
        None => Some(format!("{key}: {stated} stated, nothing told")),
    };
    let known = expect.facts.iter().map(|(key, value)| is(key, &|fact| is_stated(fact, value), format!("{value:?}")));
    let unknown = expect.unknown.iter().map(|key| is(key, &|fact| fact["known"] == false, "unknown".to_owned()));
    let absent =
        expect.absent.iter().map(|key| fact(key).map(|fact| format!("{key}: not stated, {} told", told(fact))));
    let all: Vec<_> = known.chain(unknown).chain(absent).collect();
    (all.len(), all.into_iter().flatten().collect())
}

/// Whether the fact is known and is what is stated.
fn is_stated(fact: &Value, stated: &Stated) -> bool {
    let is = match stated {
        Stated::Flag(flag) => fact["number"] == u64::from(*flag),
        Stated::Number(number) => fact["number"] == *number,
        Stated::Words(words) => fact["text"] == words.as_str(),
    };
    is && fact["known"] == true
}

/// What is other than stated of the verdict, the profile, the criteria that fail and the cheapest fix.
pub(crate) fn verdict_amiss(expect: &Expected, judged: &Value) -> Vec<String> {
    let findings = judged["findings"].as_array().into_iter().flatten();
    let failing = findings.filter(|finding| finding["outcome"] == "failed" && finding["level"] == "required");
    let failing: BTreeSet<_> = failing.filter_map(|finding| finding["fact"].as_str()).collect();
    let stated: BTreeSet<_> = expect.fails.iter().map(String::as_str).collect();
    let mut amiss = Vec::new();
    let mut compare = |what: &str, stated: String, told: String| {
        if stated != told {
            amiss.push(format!("{what}: {stated} stated, {told} told"));
        }
    };
    let fix = expect.fix.as_ref().map_or(Value::Null, |fix| Value::from(fix.as_str()));
    compare("verdict", format!("{:?}", expect.verdict), judged["verdict"].to_string());
    compare("profile", format!("{:?}", expect.profile), judged["profile"].to_string());
    compare("fix", fix.to_string(), judged["fix"].to_string());
    compare("fails", format!("{stated:?}"), format!("{failing:?}"));
    if !amiss.is_empty() {
        let in_the_way = judged["findings"].as_array().into_iter().flatten();
        let in_the_way = in_the_way.filter(|finding| finding["outcome"] == "failed" || finding["outcome"] == "unknown");
        amiss.extend(in_the_way.map(|finding| {
            let [fact, level, outcome] = ["fact", "level", "outcome"].map(|name| finding[name].as_str().unwrap_or("?"));
            format!("  in the way: {fact} {outcome}, {level}")
        }));
    }
    amiss
}
