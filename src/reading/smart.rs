//! What a disk says of its own health: one `smartctl --json` answer, read.
//!
//! Source: smartmontools `smartctl(8)` ("EXIT STATUS") and its JSON output, versions 7.0 to 7.5. Invariants: no bytes make
//! anything here panic; what is not told stays "not told"; a raw value that packs several numbers is never taken for a count.

use super::self_test::{Testing, testing_of};
use super::smart_wear::wear_of;
use serde_json::Value;

/// The answer is no JSON object of smartctl's.
#[derive(Debug, thiserror::Error)]
pub enum SmartError {
    /// It is no JSON.
    #[error("smartctl answer: {0}")]
    Json(#[from] serde_json::Error),
    /// It is JSON, but tells neither of smartctl nor of a device.
    #[error("smartctl answer: no report")]
    NoReport,
}

/// The bits of smartctl's exit status. Source: `smartctl(8)`, "EXIT STATUS".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ExitBits(pub u8);

/// A counter of the disk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tally {
    /// The disk does not keep it.
    #[default]
    NotKept,
    /// So many.
    Known(u64),
    /// A raw value that is no count: several numbers packed into one, or all ones.
    Junk(u64),
}

/// Which threshold an attribute is at or below.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crossed {
    /// Its number.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// Its normalised value.
    pub value: u64,
    /// Its threshold.
    pub threshold: u64,
    /// Whether it foretells failure; else it only tells age or use.
    pub prefail: bool,
    /// Whether it is so now; else it was in the past.
    pub now: bool,
}

/// How much of an SSD's life is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wear {
    /// Per cent used; may pass 100.
    pub used: u64,
    /// Which field says so.
    pub source: String,
}

/// The NVMe health log, as far as other disks have nothing like it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NvmeHealth {
    /// The bits of its critical warning. Source: NVM Express Base Specification, "SMART / Health Information".
    pub warning: u64,
    /// Spare blocks left, per cent.
    pub spare: Option<u64>,
    /// Spare blocks below which the maker warns, per cent.
    pub spare_threshold: Option<u64>,
}

/// How the last self-test ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelfTest {
    /// Whether it found the disk faulty.
    pub failed: bool,
    /// Whether it came to its end without fault; neither where it was stopped.
    pub passed: bool,
    /// In smartctl's words.
    pub text: String,
}

/// The ATA security state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Security {
    /// Whether a password is set.
    pub enabled: bool,
    /// Whether the disk refuses security commands until it is powered off.
    pub frozen: bool,
    /// In smartctl's words: `ENABLED, PW level HIGH, not locked, frozen [SEC6]`.
    pub text: String,
}

/// One answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SmartReport {
    /// smartctl's exit status; none where an old version does not write it down.
    pub exit: Option<ExitBits>,
    /// What it complained.
    pub messages: Vec<String>,
    /// How it spoke to the disk: `sat`, `nvme`, `scsi`.
    pub kind: Option<String>,
    /// The model.
    pub model: Option<String>,
    /// Whether it spins; none where not told.
    pub spins: Option<bool>,
    /// Whether SMART is switched on; none where not told.
    pub enabled: Option<bool>,
    /// Whether the disk itself says `PASSED`; none where it says nothing.
    pub passed: Option<bool>,
    /// Power-on hours.
    pub hours: Option<u64>,
    /// Degrees Celsius.
    pub celsius: Option<i64>,
    /// Reallocated sectors (attribute 5).
    pub reallocated: Tally,
    /// Reported uncorrectable errors (187).
    pub reported: Tally,
    /// Commands that timed out (188).
    pub timeouts: Tally,
    /// Reallocation events (196).
    pub events: Tally,
    /// Sectors waiting to be reallocated (197).
    pub pending: Tally,
    /// Sectors found unreadable by the disk's own scan (198).
    pub offline: Tally,
    /// Errors on the way between disk and machine (199).
    pub crc: Tally,
    /// Unrecovered errors: NVMe media errors, or all of a SCSI disk's error counters.
    pub media: Tally,
    /// Defects that a SCSI disk found since it was made.
    pub grown: Tally,
    /// Attributes at or below their thresholds, now or once.
    pub crossed: Vec<Crossed>,
    /// How worn an SSD is.
    pub wear: Option<Wear>,
    /// The NVMe health log.
    pub nvme: Option<NvmeHealth>,
    /// The last self-test.
    pub self_test: Option<SelfTest>,
    /// The self-test that it is running.
    pub testing: Testing,
    /// The ATA security state.
    pub security: Option<Security>,
}

/// More hours than any disk can have run, a hundred years: the field holds something else.
const MOST_HOURS: u64 = 876_000;

impl ExitBits {
    /// Bit 0: the command line did not parse; an unknown USB bridge too.
    #[must_use]
    pub const fn usage(self) -> bool {
        self.0 & 1 != 0
    }

    /// Bit 1: the disk could not be opened, or did not identify itself.
    #[must_use]
    pub const fn not_opened(self) -> bool {
        self.0 & 2 != 0
    }

    /// Bit 2: some SMART command failed, or a checksum was wrong.
    #[must_use]
    pub const fn command_failed(self) -> bool {
        self.0 & 4 != 0
    }

    /// Bit 3: the disk says that it is failing.
    #[must_use]
    pub const fn failing(self) -> bool {
        self.0 & 8 != 0
    }

    /// Bit 4: a prefail attribute is at or below its threshold.
    #[must_use]
    pub const fn prefail(self) -> bool {
        self.0 & 16 != 0
    }

    /// Bit 5: some attribute was at or below its threshold in the past.
    #[must_use]
    pub const fn past(self) -> bool {
        self.0 & 32 != 0
    }

    /// Bit 6: the error log has entries.
    #[must_use]
    pub const fn error_log(self) -> bool {
        self.0 & 64 != 0
    }

    /// Bit 7: the self-test log has errors.
    #[must_use]
    pub const fn self_test_log(self) -> bool {
        self.0 & 128 != 0
    }
}

impl Tally {
    /// The count, where it is one.
    #[must_use]
    pub const fn known(self) -> Option<u64> {
        match self {
            Self::Known(count) => Some(count),
            Self::NotKept | Self::Junk(_) => None,
        }
    }

    /// A raw value of 48 bits as a count. No disk counts up to 2^32 bad sectors; makers put other numbers into the upper
    /// words (`2111 (12437 0)`), and all ones mean that nothing was ever written there.
    const fn of_raw(raw: u64) -> Self {
        if raw >= 0xffff_ffff || raw == 0xffff { Self::Junk(raw) } else { Self::Known(raw) }
    }

    /// A number that the standard itself defines as a count.
    fn of_field(field: Option<&Value>) -> Self {
        field.map_or(Self::NotKept, |value| value.as_u64().map_or(Self::Junk(u64::MAX), Self::Known))
    }
}

impl SmartReport {
    /// Reads what `smartctl --json` wrote. Errors: it is no such answer.
    pub fn read(bytes: &[u8]) -> Result<Self, SmartError> {
        let root: Value = serde_json::from_slice(bytes)?;
        let is_ours = |part: &str| root.get(part).is_some_and(Value::is_object);
        if !is_ours("smartctl") && !is_ours("device") {
            return Err(SmartError::NoReport);
        }
        let mut report = Self {
            exit: number(&root, "/smartctl/exit_status").and_then(|bits| u8::try_from(bits).ok()).map(ExitBits),
            messages: items(&root, "/smartctl/messages").filter_map(|said| text(said, "/string")).collect(),
            kind: text(&root, "/device/type"),
            model: text(&root, "/model_name").or_else(|| text(&root, "/scsi_model_name")),
            spins: spins(&root),
            enabled: flag(&root, "/smart_support/enabled").or_else(|| flag(&root, "/smart_support/available")),
            passed: flag(&root, "/smart_status/passed"),
            hours: number(&root, "/power_on_time/hours").filter(|hours| *hours <= MOST_HOURS),
            celsius: root.pointer("/temperature/current").and_then(Value::as_i64),
            grown: Tally::of_field(root.get("scsi_grown_defect_list")),
            wear: wear_of(&root),
            nvme: nvme_of(&root),
            self_test: self_test_of(&root),
            testing: testing_of(&root),
            security: security_of(&root),
            ..Self::default()
        };
        report.media = media_of(&root);
        for attribute in items(&root, "/ata_smart_attributes/table") {
            report.take(attribute);
        }
        Ok(report)
    }

    /// Whether any number stands behind what the disk says of itself.
    #[must_use]
    pub fn has_numbers(&self) -> bool {
        let kept = |tally: &Tally| *tally != Tally::NotKept;
        let tallies = [&self.reallocated, &self.reported, &self.events, &self.pending, &self.offline, &self.crc];
        let others = [&self.timeouts, &self.media, &self.grown];
        self.nvme.is_some() || self.wear.is_some() || tallies.into_iter().chain(others).any(kept)
    }

    /// Sectors that were replaced: attribute 5; its events where that is not kept; the grown defects of a SCSI disk.
    #[must_use]
    pub fn replaced(&self) -> Option<u64> {
        self.reallocated.known().or_else(|| self.events.known()).or_else(|| self.grown.known())
    }

    /// The most errors that nothing could correct, by whichever counter tells most.
    #[must_use]
    pub fn uncorrectable(&self) -> Option<u64> {
        [self.offline, self.reported, self.media].into_iter().filter_map(Tally::known).max()
    }

    fn take(&mut self, attribute: &Value) {
        let Some((id, raw)) = number(attribute, "/id").zip(number(attribute, "/raw/value")) else { return };
        let tally = match id {
            5 => &mut self.reallocated,
            187 => &mut self.reported,
            188 => &mut self.timeouts,
            196 => &mut self.events,
            197 => &mut self.pending,
            198 => &mut self.offline,
            199 => &mut self.crc,
            _other => return self.cross(id, attribute),
        };
        // Seagate counts three kinds of time-outs in the three words of 188; the low one counts all of them.
        *tally = if id == 188 && raw > 0xffff { Tally::Known(raw & 0xffff) } else { Tally::of_raw(raw) };
        self.cross(id, attribute);
    }

    fn cross(&mut self, id: u64, attribute: &Value) {
        let when = text(attribute, "/when_failed").unwrap_or_default();
        let now = match when.as_str() {
            "now" | "FAILING_NOW" => true,
            "past" | "In_the_past" => false,
            _never => return,
        };
        self.crossed.push(Crossed {
            id,
            name: text(attribute, "/name").unwrap_or_default(),
            value: number(attribute, "/value").unwrap_or(0),
            threshold: number(attribute, "/thresh").unwrap_or(0),
            prefail: flag(attribute, "/flags/prefailure").unwrap_or(true),
            now,
        });
    }
}

pub(super) fn number(value: &Value, at: &str) -> Option<u64> {
    value.pointer(at)?.as_u64()
}

pub(super) fn text(value: &Value, at: &str) -> Option<String> {
    value.pointer(at)?.as_str().map(str::to_owned)
}

pub(super) fn items<'a>(value: &'a Value, at: &str) -> impl Iterator<Item = &'a Value> {
    value.pointer(at).and_then(Value::as_array).into_iter().flatten()
}

fn flag(value: &Value, at: &str) -> Option<bool> {
    value.pointer(at)?.as_bool()
}

fn spins(root: &Value) -> Option<bool> {
    let told = number(root, "/rotation_rate").map(|rate| rate > 0);
    told.or_else(|| root.get("nvme_smart_health_information_log").map(|_log| false))
}

fn nvme_of(root: &Value) -> Option<NvmeHealth> {
    let log = root.get("nvme_smart_health_information_log").filter(|log| log.is_object())?;
    Some(NvmeHealth {
        warning: number(log, "/critical_warning").unwrap_or(0),
        spare: number(log, "/available_spare"),
        spare_threshold: number(log, "/available_spare_threshold"),
    })
}

fn media_of(root: &Value) -> Tally {
    if let Some(errors) = root.pointer("/nvme_smart_health_information_log/media_errors") {
        return Tally::of_field(Some(errors));
    }
    let Some(counters) = root.get("scsi_error_counter_log").and_then(Value::as_object) else { return Tally::NotKept };
    let told = counters.values().filter_map(|counter| number(counter, "/total_uncorrected_errors"));
    told.reduce(u64::saturating_add).map_or(Tally::NotKept, Tally::Known)
}

/// The newest self-test in whichever log the disk keeps.
fn self_test_of(root: &Value) -> Option<SelfTest> {
    let newest = |log: &str| items(root, log).next();
    let ata =
        newest("/ata_smart_self_test_log/extended/table").or_else(|| newest("/ata_smart_self_test_log/standard/table"));
    if let Some(entry) = ata {
        let passed = flag(entry, "/status/passed");
        let (failed, passed) = (passed == Some(false), passed == Some(true));
        return Some(SelfTest { failed, passed, text: text(entry, "/status/string").unwrap_or_default() });
    }
    // SPC-4 table "SELF-TEST RESULTS field": 3 to 7 are failures. NVMe: 5 to 7, 3 and 4 were stopped by a reset or a change.
    let coded = |at: &str, words: &str, bad: std::ops::RangeInclusive<u64>| {
        let code = number(root, at)?;
        Some(SelfTest { failed: bad.contains(&code), passed: code == 0, text: text(root, words).unwrap_or_default() })
    };
    coded("/scsi_self_test_0/result/value", "/scsi_self_test_0/result/string", 3..=7).or_else(|| {
        let entry = "/nvme_self_test_log/table/0/self_test_result";
        coded(&format!("{entry}/value"), &format!("{entry}/string"), 5..=7)
    })
}

fn security_of(root: &Value) -> Option<Security> {
    let state = root.get("ata_security").filter(|state| state.is_object())?;
    Some(Security {
        enabled: flag(state, "/enabled").unwrap_or(false),
        frozen: flag(state, "/frozen").unwrap_or(false),
        text: text(state, "/string").unwrap_or_default(),
    })
}
