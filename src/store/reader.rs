//! Reading the ledger's file: drawers, histories, raw rows.

use super::journal::Store;
use super::trouble::OrTrouble;
use crate::custody::{Cabinet, MemoryDrawers, apply};
use crate::event::Event;
use crate::ledger::Record;
use crate::port::{Failure, Index, Line, Row, Trouble, Visit};
use crate::unit::DeviceId;
use crate::word::say;
use rusqlite::{OptionalExtension, params};

fn unreadable(error: &dyn std::error::Error) -> Failure {
    Failure::new(Trouble::BadData, say!("ledger-corrupt")).because(error).hint(say!("ledger-corrupt-hint"))
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
        let mut query = self
            .connection
            .prepare_cached("SELECT bytes FROM about JOIN record USING (seq) WHERE device = ?1 ORDER BY seq")
            .or_trouble()?;
        let mut rows = query.query([device.as_str()]).or_trouble()?;
        let mut lines = Vec::new();
        while let Some(row) = rows.next().or_trouble()? {
            let record = Record::from_bytes(row.get(0).or_trouble()?).map_err(|error| unreadable(&error))?;
            let event = Event::from_body(record.body()).map_err(|error| unreadable(&error))?;
            lines.push(Line { seq: record.seq(), leaf: record.leaf(), event });
        }
        Ok(lines)
    }

    fn rows(&self, visit: Visit<'_>) -> Result<(), Failure> {
        let mut query =
            self.connection.prepare("SELECT seq, bytes, leaf, note, peaks FROM record ORDER BY seq").or_trouble()?;
        let mut rows = query.query([]).or_trouble()?;
        while let Some(row) = rows.next().or_trouble()? {
            let seq: i64 = row.get(0).or_trouble()?;
            visit(Row {
                seq: u64::try_from(seq).map_err(|error| unreadable(&error))?,
                bytes: row.get(1).or_trouble()?,
                leaf: row.get(2).or_trouble()?,
                note: row.get(3).or_trouble()?,
                peaks: row.get(4).or_trouble()?,
            })?;
        }
        Ok(())
    }

    fn head(&self) -> Result<Option<String>, Failure> {
        self.connection
            .query_row("SELECT note FROM record ORDER BY seq DESC LIMIT 1", [], |row| row.get(0))
            .optional()
            .or_trouble()
    }

    fn stale_drawer(&self) -> Result<Option<String>, Failure> {
        let mut fresh = MemoryDrawers::default();
        self.rows(&mut |row| {
            let record = Record::from_bytes(row.bytes).map_err(|error| unreadable(&error))?;
            let event = Event::from_body(record.body()).map_err(|error| unreadable(&error))?;
            apply(&event, record.seq(), record.leaf(), &mut Cabinet::new(&mut fresh))?;
            Ok(())
        })?;
        let mut query = self.connection.prepare("SELECT key, body FROM drawer ORDER BY key").or_trouble()?;
        let mut rows = query.query([]).or_trouble()?;
        while let Some(row) = rows.next().or_trouble()? {
            let key: String = row.get(0).or_trouble()?;
            let body: String = row.get(1).or_trouble()?;
            if fresh.0.remove(&key).as_ref() != Some(&body) {
                return Ok(Some(key));
            }
        }
        Ok(fresh.0.into_keys().next())
    }
}
