//! What a report is worth for a disk that is to go to a pupil: good, watch, replace or unknown, with every reason.
//!
//! Sources: Pinheiro, Weber, Barroso, "Failure Trends in a Large Disk Drive Population" (FAST '07): after a first scan error
//! a disk is 39 times, after a first reallocation 14 times, after a first pending sector 16 times as likely to fail within
//! 60 days; NVM Express Base Specification, "SMART / Health Information"; `smartctl(8)`. Limits that these do not give are
//! our own and say so.
//!
//! Invariants: the worst reason decides; a disk that says `PASSED` is not believed over its own counters; where nothing was
//! told, the answer is "unknown", never "good".

use super::smart::{ExitBits, NvmeHealth, SmartReport, Tally};
use crate::word::{Sentence, say};

/// What to do with the disk, the worst last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Condition {
    /// Nobody knows: no answer, or none that can be believed.
    #[default]
    Unknown,
    /// Nothing speaks against it.
    Good,
    /// Usable, but somebody should look again.
    Watch,
    /// Not for a pupil.
    Replace,
}

/// One reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HealthReason {
    /// What it alone would come to.
    pub condition: Condition,
    /// Why, with the value and the limit.
    pub what: Sentence,
}

/// What a disk's health comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DiskHealth {
    /// The verdict.
    pub condition: Condition,
    /// Every reason, the worst first.
    pub reasons: Vec<HealthReason>,
    /// Power-on hours.
    pub hours: Option<u64>,
    /// Sectors that were replaced.
    pub reallocated: Option<u64>,
    /// Sectors waiting to be replaced.
    pub pending: Option<u64>,
    /// Errors that nothing could correct.
    pub uncorrectable: Option<u64>,
    /// Per cent of an SSD's life used.
    pub wear: Option<u64>,
}

/// Replaced sectors from which on a spinning disk is watched, and replaced. Our own limits: the sources above know no safe
/// number, and one that stays as it is for years is common.
const REPLACED_SPINNING: (u64, u64) = (1, 50);
/// The same for an SSD, which retires blocks as it ages.
const REPLACED_SOLID: (u64, u64) = (10, 100);
/// Per cent of an SSD's life used. 100 is where the maker's promise ends ("percentage used" of the NVMe and ATA standards);
/// 80 is ours: a pupil's machine should last for years.
const WORN: (u64, u64) = (80, 100);
/// Errors between disk and machine from which on they are told: hot plugging alone makes a few. Our own limit.
const CRC: u64 = 10;
/// Commands that timed out: a few come from weak power or a loose cable. Our own limit.
const TIMEOUTS: u64 = 100;
/// Hours from which on a spinning disk is watched: ten years of ordinary office days are 25,000. Our own limit.
const HOURS: u64 = 50_000;
/// Attributes that tell temperatures: having been hot once is no defect.
const TEMPERATURES: [u64; 2] = [190, 194];
/// How the models of disks begin that are made up by a machine.
const VIRTUAL: [&str; 6] = ["QEMU", "VBOX", "VMWARE", "VIRTUAL", "MSFT VIRTUAL", "IET VIRTUAL"];

impl Condition {
    /// The word for machines and the ledger.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Good => "good",
            Self::Watch => "watch",
            Self::Replace => "replace",
        }
    }

    /// The word for people.
    #[must_use]
    pub fn sentence(self) -> Sentence {
        match self {
            Self::Unknown => say!("health-unknown"),
            Self::Good => say!("health-good"),
            Self::Watch => say!("health-watch"),
            Self::Replace => say!("health-replace"),
        }
    }
}

impl DiskHealth {
    /// Nobody knows, for that reason.
    #[must_use]
    pub fn unknown(why: Sentence) -> Self {
        Self { reasons: vec![HealthReason { condition: Condition::Unknown, what: why }], ..Self::default() }
    }

    /// What that report is worth.
    #[must_use]
    pub fn of(report: &SmartReport) -> Self {
        let numbers = Self {
            hours: report.hours,
            reallocated: report.replaced(),
            pending: report.pending.known(),
            uncorrectable: report.uncorrectable(),
            wear: report.wear.as_ref().map(|wear| wear.used),
            ..Self::default()
        };
        if let Some(why) = no_answer(report) {
            return Self { reasons: Self::unknown(why).reasons, ..numbers };
        }
        let mut reasons = reasons(report);
        reasons.sort_by_key(|reason| std::cmp::Reverse(reason.condition));
        let condition = reasons.first().map_or(Condition::Good, |reason| reason.condition);
        if condition == Condition::Good && report.passed.is_none() {
            return Self { reasons: Self::unknown(say!("health-no-status")).reasons, ..numbers };
        }
        Self { condition, reasons, ..numbers }
    }
}

/// Why the report tells nothing that can be believed.
fn no_answer(report: &SmartReport) -> Option<Sentence> {
    let said = report.messages.first().map_or("–", String::as_str);
    if let Some(bridge) = report.messages.iter().find(|said| said.contains("Unknown USB bridge")) {
        return Some(say!("health-unknown-bridge", said = bridge.as_str()));
    }
    if report.exit.is_some_and(|exit| exit.usage() || exit.not_opened()) {
        return Some(say!("health-not-opened", said = said));
    }
    if let Some(model) = report.model.as_ref().filter(|model| is_virtual(model)) {
        return Some(say!("health-virtual", model = model.as_str()));
    }
    let is_off = report.enabled == Some(false);
    (is_off || !report.has_numbers() && report.passed != Some(false)).then(|| say!("health-no-smart"))
}

fn is_virtual(model: &str) -> bool {
    let model = model.trim().to_uppercase();
    VIRTUAL.iter().any(|name| model.starts_with(name))
}

fn reasons(report: &SmartReport) -> Vec<HealthReason> {
    let mut found = Vec::new();
    let mut add = |condition, what| found.push(HealthReason { condition, what });
    let exit = report.exit.unwrap_or_default();
    status(report, exit, &mut add);
    sectors(report, &mut add);
    junk(report, &mut add);
    age(report, &mut add);
    if let Some(test) = report.self_test.as_ref().filter(|test| test.failed) {
        add(Condition::Replace, say!("health-self-test", said = test.text.as_str()));
    } else if exit.self_test_log() {
        add(Condition::Watch, say!("health-self-test-log"));
    }
    if exit.error_log() {
        add(Condition::Watch, say!("health-error-log"));
    }
    found
}

type Add<'a> = &'a mut dyn FnMut(Condition, Sentence);

/// What the disk says of itself, and the thresholds that its maker set.
fn status(report: &SmartReport, exit: ExitBits, add: Add<'_>) {
    // Being too hot or too cold makes an NVMe disk "fail" for as long as it lasts.
    let only_temperature = report.nvme.is_some_and(|nvme| nvme.warning == 2);
    if (report.passed == Some(false) || exit.failing()) && !only_temperature {
        add(Condition::Replace, say!("health-failing"));
    }
    if let Some(nvme) = &report.nvme {
        warnings(nvme, add);
    }
    for crossed in &report.crossed {
        let (name, value, threshold) = (crossed.name.as_str(), crossed.value, crossed.threshold);
        match (crossed.prefail, crossed.now) {
            (true, true) => add(
                Condition::Replace,
                say!("health-prefail", attribute = crossed.id, name = name, value = value, threshold = threshold),
            ),
            (_, false) if TEMPERATURES.contains(&crossed.id) => {}
            (false, true) => add(
                Condition::Watch,
                say!("health-old-age", attribute = crossed.id, name = name, value = value, threshold = threshold),
            ),
            (_, false) => {
                let what = say!("health-past", attribute = crossed.id, name = name, threshold = threshold);
                add(Condition::Watch, what);
            }
        }
    }
    if exit.prefail() && !report.crossed.iter().any(|crossed| crossed.prefail && crossed.now) {
        add(Condition::Replace, say!("health-prefail-unnamed"));
    }
    if exit.past() && report.crossed.is_empty() {
        add(Condition::Watch, say!("health-past-unnamed"));
    }
}

/// The bits of an NVMe critical warning.
fn warnings(nvme: &NvmeHealth, add: Add<'_>) {
    let is_set = |bit: u64| nvme.warning & bit != 0;
    let low = nvme.spare.zip(nvme.spare_threshold).is_some_and(|(spare, threshold)| spare < threshold);
    if is_set(1) || low {
        let (left, limit) = (nvme.spare.unwrap_or(0), nvme.spare_threshold.unwrap_or(0));
        add(Condition::Replace, say!("health-nvme-spare", value = left, limit = limit));
    }
    if is_set(2) {
        add(Condition::Watch, say!("health-nvme-temperature"));
    }
    if is_set(4) {
        add(Condition::Replace, say!("health-nvme-degraded"));
    }
    if is_set(8) {
        add(Condition::Replace, say!("health-nvme-read-only"));
    }
    if is_set(16) || is_set(32) {
        add(Condition::Replace, say!("health-nvme-memory"));
    }
}

/// Sectors that cannot be read, wait, or were replaced.
fn sectors(report: &SmartReport, add: Add<'_>) {
    let mut bad = |tally: Tally, words: fn(u64) -> Sentence| {
        if let Some(count) = tally.known().filter(|count| *count > 0) {
            add(Condition::Replace, words(count));
        }
    };
    bad(report.pending, |count| say!("health-pending", value = count));
    bad(report.offline, |count| say!("health-offline", value = count));
    bad(report.reported, |count| say!("health-reported", value = count));
    bad(report.media, |count| say!("health-media", value = count));
    let (watch, replace) = if report.spins == Some(false) { REPLACED_SOLID } else { REPLACED_SPINNING };
    let Some(count) = report.replaced().filter(|count| *count >= watch) else { return };
    if count >= replace {
        add(Condition::Replace, say!("health-reallocated", value = count, limit = replace));
    } else {
        add(Condition::Watch, say!("health-reallocated-few", value = count, limit = replace));
    }
}

/// Raw values that are no counts: nobody knows what they hide.
fn junk(report: &SmartReport, add: Add<'_>) {
    let counters = [
        (5_u64, report.reallocated),
        (187, report.reported),
        (196, report.events),
        (197, report.pending),
        (198, report.offline),
        (199, report.crc),
    ];
    for (attribute, tally) in counters {
        if let Tally::Junk(raw) = tally {
            add(Condition::Watch, say!("health-junk", attribute = attribute, raw = raw.to_string()));
        }
    }
}

/// Wear, hours, cable and time-outs.
fn age(report: &SmartReport, add: Add<'_>) {
    if let Some(wear) = report.wear.as_ref().filter(|wear| wear.used >= WORN.0) {
        let (used, source) = (wear.used, wear.source.as_str());
        if used >= WORN.1 {
            add(Condition::Replace, say!("health-worn-out", used = used, limit = WORN.1, source = source));
        } else {
            add(Condition::Watch, say!("health-worn", used = used, limit = WORN.0, source = source));
        }
    }
    if let Some(hours) = report.hours.filter(|hours| *hours >= HOURS && report.spins != Some(false)) {
        add(Condition::Watch, say!("health-hours", value = hours, limit = HOURS));
    }
    if let Some(count) = report.crc.known().filter(|count| *count >= CRC) {
        add(Condition::Watch, say!("health-cable", value = count, limit = CRC));
    }
    if let Some(count) = report.timeouts.known().filter(|count| *count >= TIMEOUTS) {
        add(Condition::Watch, say!("health-timeouts", value = count, limit = TIMEOUTS));
    }
}
