//! The journal: rules, append, signature and summaries in one transaction.
//!
//! Invariant: when `commit` returns, its records are on the disk, signed, and every summary agrees with them; when it
//! fails, nothing changed.

use super::earlier::Place;
use super::filing::{Filing, Seen, filing, is_folded_so, refold};
use super::schema::{Access, check_file_system, open, open_in_memory};
use super::trouble::OrTrouble;
use crate::custody::{DeviceFile, StationFile, check};
use crate::event::station::ClockJumped;
use crate::event::{About, Event, Fact};
use crate::ledger::{Head, Peaks, PublicKey, Record, SecretKey, checksum, origin};
use crate::port::{Entry, Failure, Index, Journal, Marks, Receipt, TakeOver, TakenOver, Trouble, refuse_half};
use crate::unit::{Bytes, Digest, JobId};
use crate::word::say;
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};
use std::path::Path;

/// Steps back of the clock that are not worth a record.
const CLOCK_SLACK_MILLIS: i64 = 1000;
/// The ledger's file in a station's folder.
const FILE: &str = "ledger.db";

/// A station's ledger.
#[derive(Debug)]
pub struct Store {
    pub(super) connection: Connection,
    pub(super) key: Option<SecretKey>,
}

pub(super) struct Tail {
    next: u64,
    /// What the heads call this ledger; none before its first.
    origin: Option<String>,
    leaf: Digest,
    peaks: Peaks,
}

impl Store {
    /// Makes a new ledger in `folder`. Errors: one is there already, the folder cannot be written, or its file system
    /// cannot keep a ledger.
    pub fn create(folder: &Path, key: SecretKey) -> Result<Self, Failure> {
        check_file_system(folder)?;
        let file = folder.join(FILE);
        if is_there(&file)? {
            return Err(Failure::new(Trouble::Usage, say!("station-exists", folder = folder.display().to_string())));
        }
        Ok(Self { connection: open(&file, Access::Create)?, key: Some(key) })
    }

    /// A new ledger that is gone when it is dropped.
    pub fn in_memory(key: SecretKey) -> Result<Self, Failure> {
        Ok(Self { connection: open_in_memory()?, key: Some(key) })
    }

    /// Opens a ledger to append to it.
    pub fn open(folder: &Path, key: SecretKey) -> Result<Self, Failure> {
        check_file_system(folder)?;
        let store = Self { connection: open(&there(folder)?, Access::Write)?, key: Some(key) };
        store.bring_up(&mut |_, _| ())?;
        Ok(store)
    }

    /// Brings what another program's folds filed in that folder up to this one's. Needs no key. `seen` as for
    /// [`Store::rebuild`], and so the errors; or it cannot be written.
    pub fn bring_up_in(folder: &Path, seen: Seen<'_>) -> Result<(), Failure> {
        if is_folded_so(&Self::read(folder)?.connection)? {
            return Ok(());
        }
        Self { connection: open(&there(folder)?, Access::Write)?, key: None }.bring_up(seen)
    }

    fn bring_up(&self, seen: Seen<'_>) -> Result<(), Failure> {
        if is_folded_so(&self.connection)? { Ok(()) } else { self.rebuild(seen) }
    }

    /// From now on shows the ledger as it is now, whatever others append, until it is dropped: what is asked one after
    /// another fits together.
    pub fn hold_still(&self) -> Result<(), Failure> {
        // The first reading fixes it.
        self.connection.execute_batch("BEGIN; SELECT count(*) FROM sqlite_schema").or_trouble()
    }

    /// Opens a ledger only to read it. Needs no key.
    pub fn read(folder: &Path) -> Result<Self, Failure> {
        Ok(Self { connection: open(&there(folder)?, Access::Read)?, key: None })
    }

    /// Makes every summary anew from the records; `seen` hears how many are filed, of how many there are. With a million
    /// records that takes minutes.
    pub fn rebuild(&self, seen: Seen<'_>) -> Result<(), Failure> {
        let work = Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate).or_trouble()?;
        self.file_anew(&work, seen)?;
        work.commit().or_trouble()
    }

    pub(super) fn file_anew(&self, work: &Connection, seen: Seen<'_>) -> Result<(), Failure> {
        // A summary that cannot be read knows nothing of what is missing.
        if let Ok(Some(station)) = (self as &dyn Index).get::<StationFile>("") {
            let last: Option<i64> = work.query_row("SELECT max(seq) FROM record", [], |row| row.get(0)).or_trouble()?;
            has_its_tail(&station, last.and_then(|seq| u64::try_from(seq).ok()).map_or(0, |seq| seq + 1))?;
        }
        refold(work, seen)
    }
}

/// A name that cannot be looked up is not one that is missing.
pub(super) fn is_there(file: &Path) -> Result<bool, Failure> {
    file.try_exists().map_err(|error| {
        let folder = file.parent().unwrap_or(file).display().to_string();
        Failure::new(Trouble::Io, say!("folder-unreadable", folder = folder)).because(error)
    })
}

fn there(folder: &Path) -> Result<std::path::PathBuf, Failure> {
    let file = folder.join(FILE);
    if is_there(&file)? {
        Ok(file)
    } else {
        let what = say!("station-missing", folder = folder.display().to_string());
        Err(Failure::new(Trouble::Usage, what).hint(say!("station-missing-hint")))
    }
}

pub(super) fn broken(error: &dyn std::error::Error) -> Failure {
    Failure::new(Trouble::BadData, say!("ledger-corrupt")).detail(error).hint(say!("ledger-corrupt-hint"))
}

/// The key file beside the ledger is not the one that signs its heads.
fn other_key() -> Failure {
    Failure::new(Trouble::BadData, say!("ledger-other-key")).hint(say!("ledger-other-key-hint"))
}

/// Whether the own chain of `records` is all that the summary knows of. What is put after a lost tail would hide the loss,
/// and what is lost may still be found in the file. Errors: the file lost its last records.
fn has_its_tail(station: &StationFile, records: u64) -> Result<(), Failure> {
    let size = station.earlier.map_or(0, |earlier| earlier.records) + station.based + records;
    if station.records <= size {
        return Ok(());
    }
    let what = say!("verified-lost", size = size, wanted = station.records);
    Err(Failure::new(Trouble::BadData, what).hint(say!("verify-other-hint")))
}

/// Whether record 0 names another key than this one.
fn opened_by_another(filing: &Filing<'_>, key: &SecretKey) -> Result<bool, Failure> {
    Ok(filing.cabinet.station()?.public_key.is_some_and(|known| PublicKey(known) != key.public()))
}

/// A record's number as SQLite keeps it.
pub(super) fn row_number(seq: u64) -> Result<i64, rusqlite::Error> {
    i64::try_from(seq).map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
}

impl Tail {
    /// The last record, checked before anything is put after it: its bytes, its leaf hash, its peaks and its signed head.
    pub(super) fn of(filing: &Filing<'_>, key: &SecretKey) -> Result<Self, Failure> {
        type Last = (Vec<u8>, [u8; 32], String, Vec<u8>);
        let last: Option<Last> = filing
            .work
            .prepare_cached("SELECT bytes, leaf, note, peaks FROM record ORDER BY seq DESC LIMIT 1")
            .and_then(|mut query| {
                query.query_row([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))).optional()
            })
            .or_trouble()?;
        let station = filing.cabinet.station()?;
        let Some((bytes, leaf, note, peaks)) = last else {
            has_its_tail(&station, 0)?;
            return Ok(Self { next: 0, origin: None, leaf: Digest::ZERO, peaks: Peaks::new() });
        };
        let record = Record::from_bytes(bytes).map_err(|error| broken(&error))?;
        let head = match Head::open(&note, key.public()) {
            Ok(head) => head,
            Err(_) if opened_by_another(filing, key)? => return Err(other_key()),
            Err(error) => return Err(broken(&error)),
        };
        let next = record.seq() + 1;
        let peaks = Peaks::from_bytes(next, &peaks)
            .filter(|peaks| record.leaf() == Digest(leaf) && head.size == next && head.root == peaks.root());
        let peaks = peaks.ok_or_else(|| {
            Failure::new(Trouble::BadData, say!("ledger-corrupt"))
                .detail(format_args!("record {}", record.seq()))
                .hint(say!("ledger-corrupt-hint"))
        })?;
        has_its_tail(&station, next)?;
        if station.id.is_none_or(|id| head.origin != origin(id, station.practice)) {
            return Err(Failure::new(Trouble::BadData, say!("summary-broken")).hint(say!("summary-broken-hint")));
        }
        Ok(Self { next, origin: Some(head.origin), leaf: record.leaf(), peaks })
    }

    /// Appends an entry, and before it the clock's step back where there was one.
    pub(super) fn append(
        &mut self,
        filing: &mut Filing<'_>,
        entry: Entry<Fact>,
        key: &SecretKey,
    ) -> Result<Receipt, Failure> {
        let last = filing.cabinet.station()?.last_at;
        if let Some(from) = last.filter(|from| from.unix_millis() - entry.at.unix_millis() > CLOCK_SLACK_MILLIS) {
            let fact = ClockJumped { from, to: entry.at }.into();
            let jump = Event { at: entry.at, happened_at: None, by: entry.by.clone(), device: None, fact };
            self.push(filing, &jump, key)?;
        }
        let device = match entry.device {
            Some(id) => Some(About { after: filing.cabinet.get::<DeviceFile>(&id)?.map(|file| file.last), id }),
            None => None,
        };
        let event = Event { at: entry.at, happened_at: entry.happened_at, by: entry.by, device, fact: entry.fact };
        self.push(filing, &event, key)
    }

    fn push(&mut self, filing: &mut Filing<'_>, event: &Event, key: &SecretKey) -> Result<Receipt, Failure> {
        let body = event.to_body().map_err(|error| broken(&error))?;
        let record = Record::new(self.leaf, self.next, &body).map_err(|error| broken(&error))?;
        if let Some(refusal) = check(event, &filing.cabinet)? {
            return Err(refusal.into());
        }
        let station = filing.cabinet.station()?;
        let (seq, leaf) = (self.next, record.leaf());
        self.peaks.push(leaf);
        let opens = if let Fact::StationOpened(opened) = &event.fact { Some(opened) } else { None };
        if opens.is_some_and(|opened| PublicKey(opened.public_key) != key.public()) {
            return Err(other_key());
        }
        let practice = opens.map_or(station.practice, |opened| opened.practice);
        let name = self.origin.get_or_insert_with(|| origin(leaf, practice)).clone();
        let head = Head { origin: name, size: self.peaks.size(), root: self.peaks.root() };
        let (note, peaks) = (head.sign(key), self.peaks.bytes());
        let sum = checksum(&note, &peaks);
        filing
            .work
            .prepare_cached("INSERT INTO record VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
            .and_then(|mut query| query.execute(params![row_number(seq)?, record.bytes(), leaf.0, note, peaks, sum.0]))
            .or_trouble()?;
        filing.file(event, own_place(&station, seq), leaf)?;
        (self.next, self.leaf) = (seq + 1, leaf);
        Ok(Receipt { seq, leaf, event: event.clone() })
    }
}

/// Where record `seq` of the station's own chain stands.
fn own_place(station: &StationFile, seq: u64) -> Place {
    let (chain, before) = station.earlier.map_or((0, 0), |earlier| (earlier.chains, earlier.records));
    Place { chain, before: before + station.based, seq }
}

impl Journal for Store {
    fn commit(&self, entries: Vec<Entry<Fact>>) -> Result<Vec<Receipt>, Failure> {
        let Some(key) = &self.key else {
            return Err(Failure::new(Trouble::Usage, say!("ledger-opened-to-read")));
        };
        refuse_half(&entries)?;
        let work = Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate).or_trouble()?;
        // Another program may have filed by its own folds since this one opened the ledger.
        if !is_folded_so(&work)? {
            self.file_anew(&work, &mut |_, _| ())?;
        }
        let receipts = filing(&work, |filing| {
            let mut tail = Tail::of(filing, key)?;
            entries.into_iter().map(|entry| tail.append(filing, entry, key)).collect()
        })?;
        work.commit().or_trouble()?;
        Ok(receipts)
    }

    fn take_over(&self, order: &TakeOver<'_>) -> Result<TakenOver, Failure> {
        self.take_bundles(order)
    }
}

/// Marks in the ledger's file.
impl Marks for &Store {
    fn mark(&mut self, job: &JobId, at: Bytes) -> Result<(), Failure> {
        let at = row_number(at.0).or_trouble()?;
        self.connection
            .prepare_cached("INSERT INTO mark VALUES (?1, ?2) ON CONFLICT (job) DO UPDATE SET at = excluded.at")
            .and_then(|mut query| query.execute(params![job.as_str(), at]))
            .map(|_rows| ())
            .or_trouble()
    }

    fn last(&self, job: &JobId) -> Result<Option<Bytes>, Failure> {
        let at: Option<i64> = self
            .connection
            .prepare_cached("SELECT at FROM mark WHERE job = ?1")
            .and_then(|mut query| query.query_row([job.as_str()], |row| row.get(0)).optional())
            .or_trouble()?;
        Ok(at.and_then(|at| u64::try_from(at).ok()).map(Bytes))
    }

    fn note_zeroed(&mut self, disk: &str, stood: &str) -> Result<(), Failure> {
        let note = "INSERT INTO zeroed VALUES (?1, ?2) ON CONFLICT (disk) DO UPDATE SET stood = excluded.stood";
        self.connection
            .prepare_cached(note)
            .and_then(|mut query| query.execute([disk, stood]))
            .map(|_rows| ())
            .or_trouble()
    }

    fn zeroed(&self, disk: &str) -> Result<Option<String>, Failure> {
        self.connection
            .prepare_cached("SELECT stood FROM zeroed WHERE disk = ?1")
            .and_then(|mut query| query.query_row([disk], |row| row.get(0)).optional())
            .or_trouble()
    }
}
