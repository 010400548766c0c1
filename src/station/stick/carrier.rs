//! The carrier: brings what is recorded in memory to every stick of the team that is plugged in.
//!
//! Invariants: while a stick is there, a record is on its medium before whoever made it is told that it is kept; no disk is
//! written to before its start is on a stick; everything else goes on in memory while no stick is there, and is counted.

#![expect(clippy::disallowed_methods, reason = "wiring: sticks are looked for here")]

use super::boot::Boot;
use super::carry_file::{Kept, Rows, bring};
use crate::custody::StationFile;
use crate::event::Fact;
use crate::event::station::StationOpened;
use crate::linux::stays_there;
use crate::port::{Entry, Failure, Index, Journal, Receipt, Trouble};
use crate::store::Store;
use crate::unit::{Bytes, Digest};
use crate::word::{Sentence, say};
use crate::workbench::opened_of;
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// Brings records to sticks.
#[derive(Debug)]
pub(super) struct Carrier {
    /// The start's own id.
    station: Digest,
    /// Whose sticks count.
    team: Digest,
    /// Where the stick was mounted that the machine was started from, and the folder below which others are.
    places: (PathBuf, PathBuf),
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// What is known of each stick that is plugged in, or why nothing is written to it.
    sticks: BTreeMap<PathBuf, Result<Known, Stranger>>,
    /// The records, as far as they were read.
    rows: Rows,
    /// How many records there are.
    records: u64,
    /// How many are on some stick.
    saved: u64,
    /// Why the last try to write to a stick failed.
    trouble: Option<Failure>,
    /// Whether something waits because no stick was there.
    waits: bool,
    /// Whether something was saved that had waited for a stick.
    came_back: bool,
}

#[derive(Clone, Debug)]
struct Known {
    name: String,
    kept: Option<Kept>,
}

/// Why nothing is written to a stick.
#[derive(Clone, Debug)]
enum Stranger {
    /// It is none of the team's.
    Other,
    /// The team took its trust back, as far as this start knows.
    Revoked(String),
}

/// How the sticks stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Standing {
    pub(super) plugged: Vec<String>,
    pub(super) unsaved: u64,
    pub(super) came_back: bool,
    pub(super) free: Option<Bytes>,
    pub(super) trouble: Option<Sentence>,
}

impl Carrier {
    pub(super) fn new(station: Digest, team: Digest, stick: PathBuf, others: PathBuf) -> Self {
        Self { station, team, places: (stick, others), state: Mutex::default() }
    }

    /// Folders where a stick may be mounted, as far as something is there.
    fn folders(&self) -> Vec<PathBuf> {
        let (first, others) = &self.places;
        let mut folders: Vec<PathBuf> =
            std::fs::read_dir(others).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
        folders.sort();
        let is_there = |folder: &PathBuf| stays_there(Path::new("/"), &folder.join("station/ledger.db"));
        std::iter::once(first.clone()).chain(folders).filter(is_there).collect()
    }

    /// The stick mounted there, where the team's key certified it and did not take its word back, as far as `own` knows.
    fn known(&self, folder: &Path, own: &StationFile) -> Result<Known, Stranger> {
        let read = || -> Result<Option<(StationFile, StationOpened)>, Failure> {
            let store = Store::read(&folder.join("station"))?;
            let opened = opened_of(&store)?.map(|(opened, _id)| opened);
            Ok(super::super::station_of(&store).ok().zip(opened))
        };
        let Ok(Some((station, opened))) = read() else { return Err(Stranger::Other) };
        if opened.team.key != self.team || !opened.is_certified() || opened.practice != own.practice {
            return Err(Stranger::Other);
        }
        let name = super::boot::stick_name(folder, &station);
        if own.revoked_keys.contains(&opened.public_key) {
            return Err(Stranger::Revoked(name));
        }
        Ok(Known { name, kept: None })
    }

    /// Whether a stick of the team is mounted there, one that it trusts no more included: that is to be said.
    pub(super) fn knows(&self, folder: &Path, index: &dyn Index) -> bool {
        let own = index.get::<StationFile>("").ok().flatten().unwrap_or_default();
        !matches!(self.known(folder, &own), Err(Stranger::Other))
    }

    /// Looks which sticks are there, and brings each what it lacks. Errors: none is there that has everything now; then why.
    pub(super) fn carry(&self, index: &dyn Index) -> Result<(), Failure> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let State { sticks, rows, .. } = &mut *state;
        rows.go_on(index)?;
        let folders = self.folders();
        sticks.retain(|folder, _| folders.contains(folder));
        let (mut is_saved, mut trouble) = (false, None);
        for folder in folders {
            if !sticks.contains_key(&folder) {
                let own = index.get::<StationFile>("")?.unwrap_or_default();
                sticks.insert(folder.clone(), self.known(&folder, &own));
            }
            let known = match sticks.get_mut(&folder) {
                Some(Ok(known)) => known,
                Some(Err(Stranger::Revoked(name))) => {
                    trouble = trouble.or_else(|| Some(revoked(name)));
                    continue;
                }
                Some(Err(Stranger::Other)) | None => continue,
            };
            let file = folder.join("boots").join(format!("{}.bundle", self.station.short(16)));
            match bring(&file, rows, known.kept) {
                Ok(kept) => {
                    known.kept = Some(kept);
                    is_saved = true;
                }
                Err(error) => {
                    // What was being written may stand there in part: it is looked at before anything is put behind it.
                    known.kept = None;
                    trouble = Some(unwritten(&file, error));
                }
            }
        }
        state.records = state.rows.count();
        if is_saved {
            state.came_back |= std::mem::take(&mut state.waits);
            state.saved = state.records;
        }
        state.waits |= state.records > state.saved;
        state.trouble.clone_from(&trouble);
        match (is_saved, trouble) {
            (true, _) => Ok(()),
            (false, Some(failure)) => Err(failure),
            (false, None) => Err(needed()),
        }
    }

    /// How the sticks stand, as they were seen last.
    pub(super) fn standing(&self) -> Standing {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let ours = || state.sticks.iter().filter_map(|(folder, known)| Some((folder, known.as_ref().ok()?)));
        let free = |folder: &PathBuf| rustix::fs::statvfs(folder).ok().map(|fs| Bytes(fs.f_bavail * fs.f_frsize));
        Standing {
            plugged: ours().map(|(_, known)| known.name.clone()).collect(),
            unsaved: state.records.saturating_sub(state.saved),
            came_back: state.came_back,
            free: ours().filter_map(|(folder, _)| free(folder)).min(),
            trouble: state.trouble.as_ref().map(|failure| match failure.cause.clone() {
                Some(cause) => say!("stick-why", what = failure.what.clone(), cause = cause),
                None => failure.what.clone(),
            }),
        }
    }

    /// The first stick that is plugged in.
    pub(super) fn first(&self) -> Option<PathBuf> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.sticks.iter().find(|(_, known)| known.is_ok()).map(|(folder, _)| folder.clone())
    }
}

fn unwritten(file: &Path, error: std::io::Error) -> Failure {
    if matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded) {
        return Failure::new(Trouble::Io, say!("stick-carry-full"));
    }
    // Its file system was made so by the kernel when the medium failed, or it has a switch.
    if error.kind() == ErrorKind::ReadOnlyFilesystem {
        return Failure::new(Trouble::Io, say!("stick-carry-read-only"));
    }
    Failure::new(Trouble::Io, say!("file-unwritable", file = file.display().to_string())).because(error)
}

/// A stick that the team trusts no more.
fn revoked(name: &str) -> Failure {
    Failure::new(Trouble::No, say!("stick-carry-revoked", name = name))
}

/// No stick of the team is plugged in.
fn needed() -> Failure {
    Failure::new(Trouble::TryAgain, say!("stick-needed")).hint(say!("stick-needed-hint"))
}

/// A journal in memory whose records go to the stick.
pub(in crate::station) struct Carried<'a> {
    /// The ledger in memory.
    pub(in crate::station) journal: &'a dyn Journal,
    /// The same, to be read.
    pub(in crate::station) index: &'a dyn Index,
    /// The start that it is of.
    pub(in crate::station) boot: &'a Boot,
}

impl Journal for Carried<'_> {
    fn commit(&self, entries: Vec<Entry<Fact>>) -> Result<Vec<Receipt>, Failure> {
        // What came of fitting is not held back: it is recorded after the disk was changed, and the image that it changed could
        // not begin before that was on a stick.
        let writes = entries.iter().any(|entry| matches!(entry.fact, Fact::WipeStarted(_) | Fact::ImageStarted(_)));
        let Some(carrier) = self.boot.carrier() else {
            return if writes { Err(needed()) } else { self.journal.commit(entries) };
        };
        if writes {
            carrier.carry(self.index)?;
        }
        let receipts = self.journal.commit(entries)?;
        match carrier.carry(self.index) {
            Err(failure) if writes => {
                Err(Failure { what: say!("stick-carry-failed"), hint: Some(say!("stick-needed-hint")), ..failure })
            }
            Ok(()) | Err(_) => Ok(receipts),
        }
    }
}
