//! Reading the ledger's file: drawers, histories, raw rows.

use super::base::based_drawers;
use super::drawers::FreshDrawers;
use super::earlier::{Told, tell};
use super::filing::{FOLDED, is_folded_so};
use super::foreign::{self, add_lines, fold_taken};
use super::journal::{Store, row_number};
use super::trouble::OrTrouble;
use crate::custody::{Cabinet, Drawers, FOLDS, Stage, Summary, Waiting, apply, end_chain};
use crate::event::{Event, Fact};
use crate::ledger::Record;
use crate::port::{
    AsideBundle, Failure, Filter, ForeignVisit, Index, Line, LotCount, Row, ShelfCount, Trouble, Visit, WaitedUntil,
};
use crate::unit::{DeviceId, Digest, LotId};
use crate::word::say;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::{BTreeMap, BTreeSet};

fn unreadable(error: &dyn std::error::Error) -> Failure {
    Failure::new(Trouble::BadData, say!("ledger-corrupt")).detail(error).hint(say!("ledger-corrupt-hint"))
}

/// A column's bytes, whatever they are now: it is for the auditor, not for the reader, to say which record is broken.
fn raw<'r>(row: &'r rusqlite::Row<'_>, column: usize) -> Result<&'r [u8], Failure> {
    Ok(match row.get_ref(column).or_trouble()? {
        ValueRef::Blob(bytes) | ValueRef::Text(bytes) => bytes,
        ValueRef::Null | ValueRef::Integer(_) | ValueRef::Real(_) => &[],
    })
}

fn hash(row: &rusqlite::Row<'_>, column: usize) -> Result<Option<Digest>, Failure> {
    Ok(raw(row, column)?.try_into().ok().map(Digest))
}

/// A column's text, with a mark in place of what is none: no note with such a mark is ever right.
fn text(bytes: &[u8]) -> String {
    str::from_utf8(bytes).map_or_else(|_damaged| String::from_utf8_lossy(bytes).into_owned(), str::to_owned)
}

/// How many earlier chains there are.
fn chains(work: &Connection) -> Result<u32, Failure> {
    work.prepare_cached("SELECT coalesce(max(chain) + 1, 0) FROM earlier")
        .and_then(|mut query| query.query_row([], |row| row.get(0)))
        .or_trouble()
}

/// The records of a device, oldest first.
pub(super) fn lines_of(work: &Connection, device: &DeviceId) -> Result<Vec<Line>, Failure> {
    let own = chains(work)?;
    let mut lines = Vec::new();
    for sql in [
        "SELECT chain, bytes FROM about JOIN earlier USING (chain, seq) WHERE device = ?1 ORDER BY chain, seq",
        "SELECT chain, bytes FROM about JOIN record USING (seq) WHERE device = ?1 AND chain = ?2 ORDER BY seq",
    ] {
        let mut query = work.prepare_cached(sql).or_trouble()?;
        query.raw_bind_parameter(1, device.as_str()).or_trouble()?;
        if query.parameter_count() > 1 {
            query.raw_bind_parameter(2, own).or_trouble()?;
        }
        let mut rows = query.raw_query();
        while let Some(row) = rows.next().or_trouble()? {
            let chain: u32 = row.get(0).or_trouble()?;
            let record = Record::from_bytes(row.get(1).or_trouble()?).map_err(|error| unreadable(&error))?;
            let event = Event::from_body(record.body()).map_err(|error| unreadable(&error))?;
            let earlier = (chain < own).then_some(chain);
            lines.push(Line { earlier, foreign: None, seq: record.seq(), leaf: record.leaf(), event });
        }
    }
    add_lines(work, device, own, &mut lines)?;
    Ok(lines)
}

impl Store {
    fn visit(&self, sql: &str, which: impl rusqlite::Params, visit: Visit<'_>) -> Result<(), Failure> {
        let mut query = self.connection.prepare(sql).or_trouble()?;
        let mut rows = query.query(which).or_trouble()?;
        while let Some(row) = rows.next().or_trouble()? {
            let seq: i64 = row.get(0).or_trouble()?;
            visit(Row {
                seq: u64::try_from(seq).map_err(|error| unreadable(&error))?,
                bytes: raw(row, 1)?.to_vec(),
                leaf: hash(row, 2)?,
                note: text(raw(row, 3)?),
                peaks: raw(row, 4)?.to_vec(),
                sum: hash(row, 5)?,
            })?;
        }
        Ok(())
    }

    /// The first device whose list of records is not this one.
    fn stale_history(&self, mut fresh: BTreeSet<(String, u32, u64)>) -> Result<Option<String>, Failure> {
        let mut query =
            self.connection.prepare("SELECT device, chain, seq FROM about ORDER BY device, chain, seq").or_trouble()?;
        let mut rows = query.query([]).or_trouble()?;
        while let Some(row) = rows.next().or_trouble()? {
            let (device, chain): (String, u32) = (row.get(0).or_trouble()?, row.get(1).or_trouble()?);
            let seq: i64 = row.get(2).or_trouble()?;
            let listed = (device, chain, u64::try_from(seq).map_err(|error| unreadable(&error))?);
            if !fresh.remove(&listed) {
                return Ok(Some(format!("about:{}", listed.0)));
            }
        }
        Ok(fresh.into_iter().next().map(|(device, ..)| format!("about:{device}")))
    }

    /// What SQLite itself finds wrong with the file: a page that lost a row looks like a shorter table.
    fn check_pages(&self) -> Result<(), Failure> {
        let found: String =
            self.connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0)).or_trouble()?;
        if found == "ok" {
            return Ok(());
        }
        Err(Failure::new(Trouble::BadData, say!("ledger-corrupt")).because(found).hint(say!("ledger-corrupt-hint")))
    }
}

impl Index for Store {
    fn drawer(&self, key: &str) -> Result<Option<String>, Failure> {
        self.connection
            .prepare_cached("SELECT body FROM drawer WHERE key = ?1")
            .and_then(|mut query| query.query_row([key], |row| row.get(0)).optional())
            .or_trouble()
    }

    fn drawers(&self, kind: &str, after: &str, most: u32) -> Result<Vec<(String, String)>, Failure> {
        let (first, end) = (format!("{kind}:{after}"), format!("{kind};"));
        let mut query = self
            .connection
            .prepare_cached("SELECT key, body FROM drawer WHERE key > ?1 AND key < ?2 ORDER BY key LIMIT ?3")
            .or_trouble()?;
        let rows = query
            .query_map(params![first, end, most], |row| {
                let key: String = row.get(0)?;
                Ok((key[kind.len() + 1..].to_owned(), row.get(1)?))
            })
            .or_trouble()?;
        rows.collect::<Result<_, _>>().or_trouble()
    }

    fn history(&self, device: &DeviceId) -> Result<Vec<Line>, Failure> {
        lines_of(&self.connection, device)
    }

    fn rows(&self, visit: Visit<'_>) -> Result<(), Failure> {
        self.visit("SELECT seq, bytes, leaf, note, peaks, sum FROM record ORDER BY seq", [], visit)
    }

    fn rows_from(&self, from: u64, visit: Visit<'_>) -> Result<(), Failure> {
        let sql = "SELECT seq, bytes, leaf, note, peaks, sum FROM record WHERE seq >= ?1 ORDER BY seq";
        self.visit(sql, [row_number(from).or_trouble()?], visit)
    }

    fn earlier(&self) -> Result<u32, Failure> {
        chains(&self.connection)
    }

    fn earlier_rows(&self, chain: u32, visit: Visit<'_>) -> Result<(), Failure> {
        self.visit(
            "SELECT seq, bytes, leaf, note, peaks, sum FROM earlier WHERE chain = ?1 ORDER BY seq",
            [chain],
            visit,
        )
    }

    fn foreign(&self) -> Result<Vec<Digest>, Failure> {
        foreign::stations(&self.connection)
    }

    fn foreign_rows(&self, station: Digest, visit: ForeignVisit<'_>) -> Result<(), Failure> {
        foreign::rows(&self.connection, station, visit)
    }

    fn aside(&self) -> Result<Vec<AsideBundle>, Failure> {
        foreign::aside(&self.connection)
    }

    fn head(&self) -> Result<Option<String>, Failure> {
        self.connection
            .query_row("SELECT note FROM record ORDER BY seq DESC LIMIT 1", [], |row| row.get(0))
            .optional()
            .or_trouble()
    }

    fn find(&self, text: &str, most: u32) -> Result<Vec<Summary>, Failure> {
        self.find_rows(text, most)
    }

    fn page(&self, filter: &Filter, before: Option<u64>, most: u32) -> Result<Vec<Summary>, Failure> {
        self.page_rows(filter, before, most)
    }

    fn last_received(&self) -> Result<Option<Summary>, Failure> {
        self.last_received_row()
    }

    fn stages(&self) -> Result<BTreeMap<Stage, u64>, Failure> {
        self.count_stages()
    }

    fn queue(&self) -> Result<BTreeMap<Stage, Waiting>, Failure> {
        self.queue_rows()
    }

    fn shelves(&self) -> Result<Vec<ShelfCount>, Failure> {
        self.count_shelves(None)
    }

    fn shelves_at(&self, stages: &[Stage]) -> Result<Vec<ShelfCount>, Failure> {
        self.count_shelves(Some(stages))
    }

    fn lot_counts(&self, only: Option<&LotId>) -> Result<Vec<LotCount>, Failure> {
        self.count_lots(only)
    }

    fn waiting(&self, on: Option<&str>, after: Option<WaitedUntil>, most: u32) -> Result<Vec<Summary>, Failure> {
        self.waiting_rows(on, after, most)
    }

    fn stale_drawer(&self) -> Result<Option<String>, Failure> {
        self.check_pages()?;
        if !is_folded_so(&self.connection)? {
            return Ok(Some(FOLDED.to_owned()));
        }
        let memory = based_drawers(&self.connection, None)?;
        let (mut fresh, mut about) = (FreshDrawers { work: &self.connection, memory }, BTreeSet::new());
        let mut taken_over = BTreeSet::new();
        let mut cabinet = Cabinet::new(&mut fresh);
        tell(&self.connection, &mut |told| match told {
            Told::Record { place, leaf, event } => {
                apply(event, place.before + place.seq, leaf, &mut cabinet)?;
                if let Fact::BundleTaken(taken) = &event.fact {
                    fold_taken(&self.connection, (taken, event.at), place, &mut cabinet, &mut |one| {
                        taken_over.insert(one);
                        Ok(())
                    })?;
                }
                about.extend(event.device.as_ref().map(|one| (one.id.to_string(), place.chain, place.seq)));
                Ok(())
            }
            Told::End { size, root } => Ok(end_chain(size, root, &mut cabinet)?),
        })?;
        drop(cabinet);
        let mut fresh = fresh.memory;
        fresh.write(FOLDED, FOLDS.to_string())?;
        let stale_summary = self.stale_summary(&fresh.0)?;
        let mut query = self.connection.prepare("SELECT key, body FROM drawer ORDER BY key").or_trouble()?;
        let mut rows = query.query([]).or_trouble()?;
        while let Some(row) = rows.next().or_trouble()? {
            let key: String = row.get(0).or_trouble()?;
            let body: String = row.get(1).or_trouble()?;
            if fresh.0.remove(&key).as_ref() != Some(&body) {
                return Ok(Some(key));
            }
        }
        let missing = fresh.0.into_keys().next();
        let stale_history = self.stale_history(about)?.or(foreign::stale_list(&self.connection, taken_over)?);
        Ok(missing.or(stale_summary).or(stale_history))
    }
}
