//! The doctor: is everything here fit to work with? Every check is judged from gathered signs alone.
//!
//! Invariants: nothing is changed and no key is needed; a check that cannot be made says so and is never passed over as
//! good; whatever is not good says what to do next.

use super::bench::orphans;
use super::verify::{Pinned, Thorough, Verified, verify_all};
use super::{doctor_machine as machine, doctor_station as station};
use crate::custody::StationFile;
use crate::device::Disk;
use crate::ledger::Heads;
use crate::port::{Disks, Failure, FolderSigns, Health, Index, Leases, LedgerSigns, MachineSigns, VaultSign};
use crate::tag::PrinterState;
use crate::unit::{Digest, JobId, Moment};
use crate::word::{Sentence, say};

/// Every check, in the order in which they are told. Ids are for ever: scripts ask for them.
pub static DOCTOR: &[Check] = &[
    Check { id: "program", judge: |checkup| Some(machine::program(&checkup.machine)) },
    Check { id: "user", judge: |checkup| Some(machine::user(&checkup.machine)) },
    Check { id: "clock", judge: |checkup| Some(machine::clock(&checkup.machine, checkup.last_record())) },
    Check { id: "locale", judge: |checkup| Some(machine::locale(&checkup.machine)) },
    Check { id: "terminal", judge: |checkup| Some(machine::terminal(&checkup.machine)) },
    Check { id: "glyphs", judge: |checkup| Some(machine::glyphs(&checkup.machine)) },
    Check { id: "sqlite", judge: |checkup| Some(machine::sqlite(&checkup.sqlite)) },
    Check { id: "disks", judge: |checkup| Some(machine::disks(&checkup.disks)) },
    Check { id: "smartctl", judge: |checkup| Some(machine::smartctl(&checkup.machine.smartctl)) },
    Check { id: "fitting", judge: |checkup| Some(machine::fitting(&checkup.machine.fit_lacks)) },
    Check { id: "printer", judge: |checkup| Some(machine::printer(&checkup.machine.queues)) },
    Check { id: "serial", judge: |checkup| Some(machine::serial(&checkup.machine.serial_ports)) },
    Check { id: "station", judge: |checkup| Some(station::station(&checkup.station)) },
    Check { id: "space", judge: |checkup| checkup.folder().map(station::space) },
    Check { id: "file-system", judge: |checkup| checkup.folder().map(station::file_system) },
    Check { id: "folder", judge: |checkup| checkup.folder().map(|at| station::folder(at, checkup.machine.user)) },
    Check { id: "keys", judge: |checkup| checkup.folder().map(station::keys) },
    Check { id: "settings", judge: |checkup| checkup.open().map(|open| station::settings(&open.ledger)) },
    Check { id: "ledger", judge: |checkup| checkup.open().map(|open| station::ledger(&open.verified)) },
    Check { id: "summary", judge: |checkup| checkup.open().and_then(|open| station::summary(&open.verified)) },
    Check { id: "vault", judge: |checkup| checkup.open().map(|open| station::vault(&open.vault)) },
    Check { id: "jobs", judge: |checkup| checkup.open().map(|open| station::jobs(&open.orphans)) },
    Check {
        id: "label-printer",
        judge: |checkup| checkup.open().map(|open| station::label_printer(open.printer.as_ref())),
    },
    Check { id: "hub", judge: |checkup| checkup.open().map(|_open| station::hub()) },
];

/// Of the signatures the last of each chain is enough; the summaries are what every verb goes by.
const THOROUGH: Thorough = Thorough { heads: Heads::Last, summaries: true };

/// One thing to look at.
#[derive(Debug)]
pub struct Check {
    /// Its name for machines.
    pub id: &'static str,
    /// What the signs say of it; none where it does not apply: no station, or a sign told elsewhere.
    judge: fn(&Checkup) -> Option<Judged>,
}

/// How well something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// As it should be.
    Good,
    /// Work can go on; something is missing or may become bad.
    Warn,
    /// Not fit to work with.
    Bad,
}

/// What one check came to, without its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Judged {
    grade: Grade,
    found: Sentence,
    more: Vec<Sentence>,
    next: Option<Sentence>,
}

/// What one check came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The check's name for machines.
    pub id: &'static str,
    /// The check's name for people.
    pub name: Sentence,
    /// How well.
    pub grade: Grade,
    /// What was found.
    pub found: Sentence,
    /// The same in detail, a line each.
    pub more: Vec<Sentence>,
    /// What to do next; always there where it is not good.
    pub next: Option<Sentence>,
}

/// Everything that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkup {
    /// The program and its machine.
    pub machine: MachineSigns,
    /// SQLite's version.
    pub sqlite: String,
    /// The disks of this machine.
    pub disks: Result<Vec<Disk>, Failure>,
    /// The station, if one is there.
    pub station: StationSigns,
}

/// What there is of a station.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StationSigns {
    /// None: only the machine is looked at.
    Missing(Failure),
    /// A folder with a ledger that cannot be opened.
    Unreadable {
        /// The folder.
        folder: Result<FolderSigns, Failure>,
        /// Why not.
        why: Failure,
    },
    /// One that opens.
    Open(Box<OpenSigns>),
}

/// A station whose ledger opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenSigns {
    /// The folder.
    pub folder: Result<FolderSigns, Failure>,
    /// Its id.
    pub id: Option<Digest>,
    /// Time of the last record.
    pub last_at: Option<Moment>,
    /// How the ledger is kept.
    pub ledger: Result<LedgerSigns, Failure>,
    /// Whether the chain holds.
    pub verified: Result<Verified, Failure>,
    /// Jobs that nobody runs and nobody ended.
    pub orphans: Result<Vec<JobId>, Failure>,
    /// The vault.
    pub vault: VaultSign,
    /// The usual printer and how it is; none where the station has none.
    pub printer: Option<(String, PrinterState)>,
}

impl OpenSigns {
    /// Looks at an open station. The whole ledger is verified, and its summaries are made anew to compare.
    pub fn look(
        health: &dyn Health,
        index: &dyn Index,
        leases: &dyn Leases,
        ledger: Result<LedgerSigns, Failure>,
        vault: VaultSign,
    ) -> Self {
        // What is wrong with the summaries is told by the verification.
        let file = index.get::<StationFile>("").ok().flatten().unwrap_or_default();
        let ids = |found: Vec<(JobId, _)>| found.into_iter().map(|(job, _)| job).collect();
        Self {
            folder: health.folder(),
            id: file.id,
            last_at: file.last_at,
            ledger,
            verified: verify_all(index, Pinned::default(), THOROUGH),
            orphans: orphans(index, leases).map(ids),
            vault,
            printer: None,
        }
    }
}

impl Checkup {
    /// Looks at the machine.
    #[must_use]
    pub fn look(health: &dyn Health, disks: &dyn Disks, sqlite: &str, station: StationSigns) -> Self {
        Self { machine: health.machine(), sqlite: sqlite.to_owned(), disks: disks.list(None), station }
    }

    /// Every finding, in the order of [`DOCTOR`].
    #[must_use]
    pub fn findings(&self) -> Vec<Finding> {
        // words: doctor-name-*
        let finding = |check: &Check| {
            let Judged { grade, found, more, next } = (check.judge)(self)?;
            let name = Sentence::new(format!("doctor-name-{}", check.id));
            Some(Finding { id: check.id, name, grade, found, more, next })
        };
        DOCTOR.iter().filter_map(finding).collect()
    }

    const fn open(&self) -> Option<&OpenSigns> {
        match &self.station {
            StationSigns::Open(open) => Some(open),
            StationSigns::Missing(_) | StationSigns::Unreadable { .. } => None,
        }
    }

    fn folder(&self) -> Option<&FolderSigns> {
        match &self.station {
            StationSigns::Open(open) => open.folder.as_ref().ok(),
            StationSigns::Unreadable { folder, .. } => folder.as_ref().ok(),
            StationSigns::Missing(_) => None,
        }
    }

    fn last_record(&self) -> Option<Moment> {
        self.open().and_then(|open| open.last_at)
    }
}

impl Judged {
    pub(super) const fn good(found: Sentence) -> Self {
        Self { grade: Grade::Good, found, more: Vec::new(), next: None }
    }

    pub(super) const fn warn(found: Sentence, next: Sentence) -> Self {
        Self { grade: Grade::Warn, found, more: Vec::new(), next: Some(next) }
    }

    pub(super) const fn bad(found: Sentence, next: Sentence) -> Self {
        Self { grade: Grade::Bad, found, more: Vec::new(), next: Some(next) }
    }

    /// A failure in its own words.
    pub(super) fn failed(grade: Grade, failure: &Failure) -> Self {
        let found = match &failure.cause {
            Some(cause) => say!("doctor-because", what = failure.what.clone(), cause = cause.as_str()),
            None => failure.what.clone(),
        };
        let next = failure.hint.clone().unwrap_or_else(|| say!("doctor-ask"));
        Self { grade, found, more: Vec::new(), next: Some(next) }
    }

    pub(super) fn with(mut self, more: Vec<Sentence>) -> Self {
        self.more = more;
        self
    }
}
