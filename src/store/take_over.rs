//! Taking bundles of another station's chain over.
//!
//! Invariants: all of a file or nothing of it; whatever comes twice, in pieces, out of order or overlapping comes to the same;
//! nothing is believed that the chain's own key did not sign, and no chain that this station's team did not make.

use super::filing::{Filing, filing, is_folded_so};
use super::journal::{Store, Tail, broken, row_number};
use super::trouble::OrTrouble;
use crate::custody::{StickFile, clock_offset};
use crate::event::station::{BundleTaken, StationOpened};
use crate::event::{Event, Fact};
use crate::ledger::{Bundle, BundleError, ChainEnd, Head, Note, PublicKey, Record, SecretKey, origin, read_bundles};
use crate::port::{Entry, Failure, TakeOver, TakenOver, Trouble};
use crate::unit::{Digest, Moment};
use crate::word::say;
use rusqlite::{Connection, Transaction, TransactionBehavior, params};

/// A chain being taken over.
struct Chain {
    station: Digest,
    origin: String,
    /// The key that signs its heads; none before its record 0 is here.
    key: Option<PublicKey>,
    leaves: Vec<Digest>,
    end: ChainEnd,
    /// The key that was enrolled, once its record 0 is here.
    enrolled: Option<Digest>,
    /// When the last record that came now was made, by that chain's clock.
    last_at: Option<Moment>,
}

/// What a bundle turned out to be.
enum Judged {
    /// It goes on from what is here, or was here before: its records behind those.
    Next(Vec<Record>),
    /// Something before it is missing.
    Gap,
    /// It tells of another branch.
    Fork,
}

fn refused(error: &BundleError) -> Failure {
    Failure::new(Trouble::BadData, say!("bundle-broken")).because(error).hint(say!("bundle-broken-hint"))
}

fn not_ours(what: crate::word::Sentence) -> Failure {
    Failure::new(Trouble::No, what).hint(say!("bundle-not-ours-hint"))
}

/// The station that a chain's heads name.
fn station_of(origin_text: &str) -> Option<(Digest, bool)> {
    let station: Digest = origin_text.rsplit('/').next()?.parse().ok()?;
    [false, true].into_iter().find(|practice| origin(station, *practice) == origin_text).map(|it| (station, it))
}

impl Store {
    pub(super) fn take_bundles(&self, order: &TakeOver<'_>) -> Result<TakenOver, Failure> {
        let Some(key) = &self.key else {
            return Err(Failure::new(Trouble::Usage, say!("ledger-opened-to-read")));
        };
        let file = read_bundles(order.bytes).map_err(|error| refused(&error))?;
        let named = file.bundles.first().map(|first| first.origin.clone()).unwrap_or_default();
        if file.bundles.iter().any(|bundle| bundle.origin != named) {
            return Err(refused(&BundleError::Form("of more than one station")));
        }
        let work = Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate).or_trouble()?;
        if !is_folded_so(&work)? {
            self.file_anew(&work, &mut |_, _| ())?;
        }
        let taken = filing(&work, |filing| {
            let mut chain = Chain::open(filing, &named)?;
            let from = chain.leaves.len() as u64;
            chain.take_all(&work, filing, file.bundles)?;
            let to = chain.leaves.len() as u64;
            if to > from {
                let fact = BundleTaken {
                    station: chain.station,
                    from,
                    to,
                    root: chain.end.root(),
                    offset_ms: order.offset_ms.or(chain.offset(filing, order.at)?),
                };
                let fact = Fact::from(fact);
                let entry = Entry { at: order.at, happened_at: None, by: order.by.clone(), device: None, fact };
                Tail::of(filing, key)?.append(filing, entry, key)?;
            }
            chain.told(filing, from, key)
        })?;
        work.commit().or_trouble()?;
        Ok(TakenOver { torn: file.torn, ..taken })
    }
}

impl Chain {
    fn open(filing: &Filing<'_>, named: &str) -> Result<Self, Failure> {
        let own = filing.cabinet.station()?;
        let (station, practice) =
            station_of(named).ok_or_else(|| refused(&BundleError::Head("it names no station".to_owned())))?;
        if practice != own.practice {
            return Err(not_ours(if practice { say!("bundle-practice") } else { say!("bundle-for-real") }));
        }
        let is_own = own.id == Some(station) || is_earlier(filing.work, station)?;
        if is_own {
            return Err(Failure::new(Trouble::No, say!("bundle-own")));
        }
        let mut query =
            filing.work.prepare("SELECT leaf FROM foreign_record WHERE station = ?1 ORDER BY seq").or_trouble()?;
        let leaves = query.query_map([station.0], |row| row.get(0).map(Digest)).or_trouble()?;
        let leaves = leaves.collect::<Result<Vec<_>, _>>().or_trouble()?;
        let end = ChainEnd::behind(&leaves);
        let mut chain =
            Self { station, origin: named.to_owned(), key: None, leaves, end, enrolled: None, last_at: None };
        if !chain.leaves.is_empty() {
            let sql = "SELECT bytes FROM foreign_record WHERE station = ?1 AND seq = 0";
            let bytes = filing.work.query_row(sql, [station.0], |row| row.get(0)).or_trouble()?;
            let record = Record::from_bytes(bytes).map_err(|error| broken(&error))?;
            chain.knows(&opened(&record)?);
        }
        Ok(chain)
    }

    /// Takes what is parked and what came, in the chain's order.
    fn take_all(&mut self, work: &Connection, filing: &Filing<'_>, came: Vec<Bundle>) -> Result<(), Failure> {
        let mut all: Vec<(Bundle, bool)> = came.into_iter().map(|bundle| (bundle, false)).collect();
        for bytes in parked(work, self.station)? {
            let parked = read_bundles(&bytes).map_err(|error| refused(&error))?;
            all.extend(parked.bundles.into_iter().map(|bundle| (bundle, true)));
        }
        all.sort_by_key(|(bundle, _)| (bundle.from, bundle.head.size));
        work.execute("DELETE FROM foreign_aside WHERE station = ?1 AND fork = 0", [self.station.0]).or_trouble()?;
        let mut before = ChainEnd::default();
        for (bundle, was_parked) in all {
            self.learn_key(&bundle, filing)?;
            while before.size() < bundle.from
                && let Some(leaf) = usize_of(before.size()).and_then(|at| self.leaves.get(at))
            {
                before.push(*leaf);
            }
            match self.judge(&bundle, &before) {
                Ok(Judged::Next(records)) => self.put(work, &bundle, &records)?,
                Ok(Judged::Gap) => self.set_aside(work, &bundle, false)?,
                Ok(Judged::Fork) => self.set_aside(work, &bundle, true)?,
                // Nobody could judge it when it was parked; now its chain's key never signed it.
                Err(_) if was_parked => {}
                Err(error) => return Err(refused(&error)),
            }
        }
        Ok(())
    }

    /// Where it begins with record 0 of a chain that is not here yet: whose it is, and whether the team vouches for it.
    fn learn_key(&mut self, bundle: &Bundle, filing: &Filing<'_>) -> Result<(), Failure> {
        if self.key.is_some() || bundle.from > 0 {
            return Ok(());
        }
        let records = bundle.check_alone().map_err(|error| refused(&error))?;
        let Some(first) = records.first() else { return Ok(()) };
        let opened = opened(first)?;
        if first.leaf() != self.station {
            return Err(refused(&BundleError::Head("it is of another station's record 0".to_owned())));
        }
        let team = own_team(filing.work)?;
        if !opened.is_certified() || opened.team.key != team || self.origin != origin(self.station, opened.practice) {
            return Err(not_ours(say!("bundle-not-ours")));
        }
        self.knows(&opened);
        Ok(())
    }

    fn knows(&mut self, opened: &StationOpened) {
        self.key = Some(PublicKey(opened.public_key));
        self.enrolled = Some(opened.enrolled_key());
    }

    /// How far the clock was behind or ahead that made its last record, where that can be told.
    fn offset(&self, filing: &Filing<'_>, now: Moment) -> Result<Option<i64>, Failure> {
        let (Some(last), Some(key)) = (self.last_at, self.enrolled) else { return Ok(None) };
        let stick = filing.cabinet.get::<StickFile>(&key)?;
        Ok(clock_offset(last, now, stick.map(|stick| stick.enrolled_at)))
    }

    fn judge(&self, bundle: &Bundle, before: &ChainEnd) -> Result<Judged, BundleError> {
        let Some(key) = self.key else { return bundle.check_alone().map(|_records| Judged::Gap) };
        bundle.check_signature(key)?;
        if before.size() < bundle.from {
            return bundle.check_alone().map(|_records| Judged::Gap);
        }
        match bundle.check(before, key) {
            Ok((records, _end)) => {
                let known = usize_of(bundle.from).and_then(|from| self.leaves.get(from..)).unwrap_or_default();
                let differs = records.iter().zip(known).any(|(record, leaf)| record.leaf() != *leaf);
                let new = records.into_iter().skip(known.len()).collect();
                Ok(if differs { Judged::Fork } else { Judged::Next(new) })
            }
            // Signed and whole, but behind other records than those here.
            Err(error) => {
                let records = bundle.check_alone()?;
                let is_elsewhere = records.first().is_some_and(|first| first.prev() != before.leaf());
                if bundle.from > 0 && is_elsewhere && !bundle.is_altered_link(before) {
                    return Ok(Judged::Fork);
                }
                Err(error)
            }
        }
    }

    fn put(&mut self, work: &Connection, bundle: &Bundle, new: &[Record]) -> Result<(), Failure> {
        if new.is_empty() {
            return Ok(());
        }
        let sql = "INSERT INTO foreign_record VALUES (?1, ?2, ?3, ?4)";
        let mut query = work.prepare_cached(sql).or_trouble()?;
        for record in new {
            let seq = row_number(record.seq()).or_trouble()?;
            query.execute(params![self.station.0, seq, record.bytes(), record.leaf().0]).or_trouble()?;
            self.leaves.push(record.leaf());
            self.end.push(record.leaf());
        }
        let last = new.last().and_then(|record| Event::from_body(record.body()).ok());
        self.last_at = last.map(|event| event.at).or(self.last_at);
        let size = row_number(bundle.head.size).or_trouble()?;
        work.prepare_cached("INSERT INTO foreign_head VALUES (?1, ?2, ?3)")
            .and_then(|mut query| query.execute(params![self.station.0, size, bundle.note]))
            .map(|_rows| ())
            .or_trouble()
    }

    fn set_aside(&self, work: &Connection, bundle: &Bundle, is_fork: bool) -> Result<(), Failure> {
        let (first, size) = (row_number(bundle.from).or_trouble()?, row_number(bundle.head.size).or_trouble()?);
        let digest = blake3::hash(&bundle.bytes);
        work.prepare_cached("INSERT OR IGNORE INTO foreign_aside VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
            .and_then(|mut query| {
                query.execute(params![digest.as_bytes(), self.station.0, first, size, is_fork, bundle.bytes])
            })
            .map(|_rows| ())
            .or_trouble()
    }

    /// What it came to, with the receipt for whoever brought it.
    fn told(&self, filing: &Filing<'_>, from: u64, key: &SecretKey) -> Result<TakenOver, Failure> {
        let own = filing.cabinet.station()?;
        let size = self.leaves.len() as u64;
        let head = Head { origin: self.origin.clone(), size, root: self.end.root() };
        let name = own.id.map(|id| origin(id, own.practice)).unwrap_or_default();
        let receipt = if size > 0 { Note::sign(head.text(), &name, key).1 } else { String::new() };
        let sql = "SELECT coalesce(sum(fork = 0), 0), coalesce(sum(fork), 0) FROM foreign_aside WHERE station = ?1";
        let count = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?));
        let (parked, forked) = filing.work.query_row(sql, [self.station.0], count).or_trouble()?;
        let sql = "SELECT count(DISTINCT device) FROM foreign_about WHERE station = ?1 AND seq >= ?2";
        let first = row_number(from).or_trouble()?;
        let devices: i64 = filing.work.query_row(sql, params![self.station.0, first], |row| row.get(0)).or_trouble()?;
        Ok(TakenOver {
            station: self.station,
            from,
            to: size,
            parked: parked.unsigned_abs(),
            forked: forked.unsigned_abs(),
            devices: devices.unsigned_abs(),
            torn: None,
            receipt,
        })
    }
}

fn usize_of(number: u64) -> Option<usize> {
    usize::try_from(number).ok()
}

fn opened(record: &Record) -> Result<StationOpened, Failure> {
    let event = Event::from_body(record.body()).map_err(|error| broken(&error))?;
    if let Fact::StationOpened(opened) = event.fact {
        return Ok(opened);
    }
    Err(refused(&BundleError::Form("record 0 opens no station")))
}

/// The team key that the own record 0 names.
fn own_team(work: &Connection) -> Result<Digest, Failure> {
    let bytes = work.query_row("SELECT bytes FROM record WHERE seq = 0", [], |row| row.get(0)).or_trouble()?;
    Ok(opened(&Record::from_bytes(bytes).map_err(|error| broken(&error))?)?.team.key)
}

fn is_earlier(work: &Connection, station: Digest) -> Result<bool, Failure> {
    let sql = "SELECT count(*) FROM earlier WHERE seq = 0 AND leaf = ?1";
    work.query_row(sql, [station.0], |row| row.get::<_, i64>(0)).map(|count| count > 0).or_trouble()
}

/// The bundles of a chain that wait for what comes before them.
fn parked(work: &Connection, station: Digest) -> Result<Vec<Vec<u8>>, Failure> {
    let mut query = work.prepare("SELECT bytes FROM foreign_aside WHERE station = ?1 AND fork = 0").or_trouble()?;
    let rows = query.query_map([station.0], |row| row.get(0)).or_trouble()?;
    rows.collect::<Result<_, _>>().or_trouble()
}
