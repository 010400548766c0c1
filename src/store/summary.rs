//! Summary rows: what lists and searches of devices read.
//!
//! Invariants: a row is what [`Summary::of`] makes of the device's drawer, brought up in the transaction that appends; a device
//! that was never here has none. It
//! stands under the number of the device's last record, so that lists need no sorting and a page costs the same wherever
//! it lies.

use super::journal::Store;
use super::trouble::OrTrouble;
use crate::custody::{Cabinet, DeviceFile, Stage, Summary, Waiting, Wanted};
use crate::port::{Failure, Filter, LotCount, ShelfCount, Trouble, WaitedUntil};
use crate::unit::{DeviceId, LotId, Moment};
use crate::word::say;
use rusqlite::types::Value;
use rusqlite::{Connection, Row, params, params_from_iter};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::str::FromStr;

/// The rows, and an index for each list that is not of all devices in their own order.
pub(super) const TABLES: &str = "
CREATE TABLE summary (
    seq INTEGER PRIMARY KEY,
    device TEXT NOT NULL UNIQUE,
    stage TEXT NOT NULL,
    kind TEXT NOT NULL,
    tags TEXT NOT NULL,
    maker TEXT,
    model TEXT,
    shelf TEXT,
    lot TEXT NOT NULL,
    open INTEGER NOT NULL,
    held INTEGER NOT NULL,
    quarantined INTEGER NOT NULL,
    verdict TEXT,
    received_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    search TEXT NOT NULL,
    stage_since INTEGER NOT NULL
) STRICT;
CREATE INDEX summary_stage ON summary (stage);
CREATE INDEX summary_shelf ON summary (shelf) WHERE shelf IS NOT NULL;
CREATE INDEX summary_open ON summary (open) WHERE open = 1;
CREATE INDEX summary_held ON summary (held) WHERE held = 1;
CREATE INDEX summary_quarantined ON summary (quarantined) WHERE quarantined = 1;
CREATE INDEX summary_waiting ON summary (stage, stage_since) WHERE open = 1 AND held = 0 AND quarantined = 0;
CREATE INDEX summary_received ON summary (received_at);
CREATE INDEX summary_lot ON summary (lot, kind, received_at);
";

/// What came later, on stations made before it too. An index changes no answer: programs that do not know it keep it up. How
/// disks stood after a zero wipe nobody else reads.
pub(super) const LATER: &str =
    "CREATE INDEX IF NOT EXISTS summary_waiting ON summary (open, shelf, received_at) WHERE open = 1;
    CREATE INDEX IF NOT EXISTS summary_lot ON summary (lot, kind, received_at);
    CREATE TABLE IF NOT EXISTS zeroed (disk TEXT PRIMARY KEY, stood TEXT NOT NULL) STRICT, WITHOUT ROWID;";

fn unreadable(what: impl std::fmt::Display) -> Failure {
    Failure::new(Trouble::BadData, say!("summary-broken")).detail(what).hint(say!("summary-broken-hint"))
}

/// Brings up the row of that device from its drawer.
pub(super) fn bring_up(work: &Connection, cabinet: &Cabinet<'_>, device: &DeviceId) -> Result<(), Failure> {
    let Some(file) = cabinet.get::<DeviceFile>(device)? else { return Ok(()) };
    if file.withdrawn {
        let gone = work.prepare_cached("DELETE FROM summary WHERE device = ?1");
        return gone.and_then(|mut query| query.execute([device.as_str()])).map(|_rows| ()).or_trouble();
    }
    let cells = cells(&Summary::of(device, &file))?;
    work.prepare_cached(
        "REPLACE INTO summary VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
    )
    .and_then(|mut query| query.execute(params_from_iter(cells)))
    .map(|_rows| ())
    .or_trouble()
}

/// The row's cells, in the order of its columns.
fn cells(row: &Summary) -> Result<[Value; 17], Failure> {
    let text = |text: &str| Value::Text(text.to_owned());
    let known = |text: &Option<String>| text.clone().map_or(Value::Null, Value::Text);
    let flag = |flag: bool| Value::Integer(i64::from(flag));
    Ok([
        Value::Integer(i64::try_from(row.seq).map_err(unreadable)?),
        text(row.device.as_str()),
        text(row.stage.word()),
        Value::Text(word(&row.kind)?),
        Value::Text(row.tags.join(" ")),
        known(&row.maker),
        known(&row.model),
        known(&row.shelf),
        text(row.lot.as_str()),
        flag(row.is_open()),
        flag(row.held),
        flag(row.quarantined),
        row.verdict.as_ref().map(word).transpose()?.map_or(Value::Null, Value::Text),
        Value::Integer(row.received_at.unix_millis()),
        Value::Integer(row.changed_at.unix_millis()),
        text(&row.search),
        Value::Integer(row.stage_since.unix_millis()),
    ])
}

/// A word of an event, as its JSON spells it.
fn word(value: &impl Serialize) -> Result<String, Failure> {
    let value = serde_json::to_value(value).map_err(unreadable)?;
    value.as_str().map(str::to_owned).ok_or_else(|| unreadable(&value))
}

fn read_word<T: DeserializeOwned>(word: String) -> Result<T, Failure> {
    serde_json::from_value(serde_json::Value::String(word)).map_err(unreadable)
}

fn read_id<T: FromStr<Err: std::fmt::Display>>(text: &str) -> Result<T, Failure> {
    text.parse().map_err(unreadable)
}

/// The summary in a row of all columns.
fn summary(row: &Row<'_>) -> Result<Summary, Failure> {
    let text = |column: &str| row.get::<_, String>(column).or_trouble();
    let known = |column: &str| row.get::<_, Option<String>>(column).or_trouble();
    let moment = |column: &str| row.get(column).map(Moment::from_unix_millis).or_trouble();
    let stage = text("stage")?;
    Ok(Summary {
        device: read_id(&text("device")?)?,
        seq: u64::try_from(row.get::<_, i64>("seq").or_trouble()?).map_err(unreadable)?,
        stage: Stage::read(&stage).ok_or_else(|| unreadable(&stage))?,
        kind: read_word(text("kind")?)?,
        tags: text("tags")?.split_whitespace().map(str::to_owned).collect(),
        maker: known("maker")?,
        model: known("model")?,
        shelf: known("shelf")?,
        lot: read_id(&text("lot")?)?,
        held: row.get("held").or_trouble()?,
        quarantined: row.get("quarantined").or_trouble()?,
        verdict: known("verdict")?.map(read_word).transpose()?,
        received_at: moment("received_at")?,
        stage_since: moment("stage_since")?,
        changed_at: moment("changed_at")?,
        search: text("search")?,
    })
}

impl Store {
    /// See [`Index::find`](crate::port::Index::find). Reads every row where little is found: a few hundredths of a second
    /// for 70,000 devices, against an index of words that every append would have to keep.
    pub(super) fn find_rows(&self, text: &str, most: u32) -> Result<Vec<Summary>, Failure> {
        let Some(wanted) = Wanted::read(text) else { return Ok(Vec::new()) };
        let mut query = self.connection.prepare_cached("SELECT * FROM summary ORDER BY seq DESC").or_trouble()?;
        let search = query.column_index("search").or_trouble()?;
        let mut rows = query.query([]).or_trouble()?;
        let mut found = Vec::new();
        while found.len() < most as usize
            && let Some(row) = rows.next().or_trouble()?
        {
            let key = row.get_ref(search).or_trouble()?.as_str().map_err(unreadable)?;
            if wanted.matches(key) {
                found.push(summary(row)?);
            }
        }
        Ok(found)
    }

    /// See [`Index::page`](crate::port::Index::page).
    pub(super) fn page_rows(&self, filter: &Filter, before: Option<u64>, most: u32) -> Result<Vec<Summary>, Failure> {
        let mut values = Vec::new();
        let mut terms = vec!["1"];
        if let Some(stage) = filter.stage {
            terms.push("stage = ?");
            values.push(Value::Text(stage.word().to_owned()));
        }
        if let Some(shelf) = &filter.shelf {
            terms.push("shelf = ?");
            values.push(Value::Text(shelf.clone()));
        }
        if let Some(lot) = &filter.lot {
            terms.push("lot = ?");
            values.push(Value::Text(lot.to_string()));
        }
        if let Some(seq) = before {
            terms.push("seq < ?");
            values.push(Value::Integer(i64::try_from(seq).unwrap_or(i64::MAX)));
        }
        let flags = [(filter.held, "held = 1"), (filter.quarantined, "quarantined = 1"), (filter.open, "open = 1")];
        terms.extend(flags.into_iter().filter_map(|(asked, term)| asked.then_some(term)));
        values.push(Value::Integer(i64::from(most)));
        let query = format!("SELECT * FROM summary WHERE {} ORDER BY seq DESC LIMIT ?", terms.join(" AND "));
        let mut query = self.connection.prepare_cached(&query).or_trouble()?;
        let mut rows = query.query(params_from_iter(values)).or_trouble()?;
        let mut page = Vec::new();
        while let Some(row) = rows.next().or_trouble()? {
            page.push(summary(row)?);
        }
        Ok(page)
    }

    /// See [`Index::last_received`](crate::port::Index::last_received).
    pub(super) fn last_received_row(&self) -> Result<Option<Summary>, Failure> {
        let query = "SELECT * FROM summary ORDER BY received_at DESC, seq DESC LIMIT 1";
        let mut query = self.connection.prepare_cached(query).or_trouble()?;
        let mut rows = query.query([]).or_trouble()?;
        rows.next().or_trouble()?.map(summary).transpose()
    }

    /// See [`Index::stages`](crate::port::Index::stages).
    pub(super) fn count_stages(&self) -> Result<BTreeMap<Stage, u64>, Failure> {
        let mut stages = BTreeMap::from(Stage::ALL.map(|stage| (stage, 0)));
        let mut query =
            self.connection.prepare_cached("SELECT stage, count(*) FROM summary GROUP BY stage").or_trouble()?;
        let mut rows = query.query([]).or_trouble()?;
        while let Some(row) = rows.next().or_trouble()? {
            let (word, count): (String, i64) = (row.get(0).or_trouble()?, row.get(1).or_trouble()?);
            let stage = Stage::read(&word).ok_or_else(|| unreadable(&word))?;
            stages.insert(stage, u64::try_from(count).map_err(unreadable)?);
        }
        Ok(stages)
    }

    /// See [`Index::queue`](crate::port::Index::queue). Reads nothing but an index of those that wait.
    pub(super) fn queue_rows(&self) -> Result<BTreeMap<Stage, Waiting>, Failure> {
        const WAITS: &str = "FROM summary WHERE open = 1 AND held = 0 AND quarantined = 0";
        let all = format!("SELECT stage, count(*), min(stage_since) {WAITS} GROUP BY stage");
        let middle = format!("SELECT stage_since {WAITS} AND stage = ?1 ORDER BY stage_since LIMIT 1 OFFSET ?2");
        let mut query = self.connection.prepare_cached(&all).or_trouble()?;
        let mut middle = self.connection.prepare_cached(&middle).or_trouble()?;
        let mut rows = query.query([]).or_trouble()?;
        let mut queue = BTreeMap::new();
        while let Some(row) = rows.next().or_trouble()? {
            let (word, count): (String, i64) = (row.get(0).or_trouble()?, row.get(1).or_trouble()?);
            let oldest = row.get(2).map(Moment::from_unix_millis).or_trouble()?;
            let median = middle.query_row(rusqlite::params![word, (count - 1) / 2], |row| row.get(0));
            let median = median.map(Moment::from_unix_millis).or_trouble()?;
            let stage = Stage::read(&word).ok_or_else(|| unreadable(&word))?;
            queue.insert(stage, Waiting { count: u64::try_from(count).map_err(unreadable)?, oldest, median });
        }
        Ok(queue)
    }

    /// See [`Index::shelves`](crate::port::Index::shelves). Reads the index of those alone where all stages are meant.
    pub(super) fn count_shelves(&self, stages: Option<&[Stage]>) -> Result<Vec<ShelfCount>, Failure> {
        let words: Vec<String> = stages.into_iter().flatten().map(|stage| format!("'{}'", stage.word())).collect();
        let only = stages.map_or_else(String::new, |_| format!("AND stage IN ({})", words.join(", ")));
        let query =
            format!("SELECT shelf, count(*), min(received_at) FROM summary WHERE open = 1 {only} GROUP BY shelf");
        let mut query = self.connection.prepare_cached(&query).or_trouble()?;
        let mut rows = query.query([]).or_trouble()?;
        let mut shelves = Vec::new();
        while let Some(row) = rows.next().or_trouble()? {
            shelves.push(ShelfCount {
                shelf: row.get(0).or_trouble()?,
                devices: u64::try_from(row.get::<_, i64>(1).or_trouble()?).map_err(unreadable)?,
                oldest: row.get(2).map(Moment::from_unix_millis).or_trouble()?,
            });
        }
        Ok(shelves)
    }

    /// See [`Index::lot_counts`](crate::port::Index::lot_counts). Reads nothing but an index.
    pub(super) fn count_lots(&self, only: Option<&LotId>) -> Result<Vec<LotCount>, Failure> {
        let which = if only.is_some() { "WHERE lot = ?1" } else { "" };
        let query = format!("SELECT lot, kind, count(*), min(received_at) FROM summary {which} GROUP BY lot, kind");
        let mut query = self.connection.prepare_cached(&query).or_trouble()?;
        let mut rows = query.query(params_from_iter(only.map(LotId::as_str))).or_trouble()?;
        let mut counts = Vec::new();
        while let Some(row) = rows.next().or_trouble()? {
            counts.push(LotCount {
                lot: read_id(&row.get::<_, String>(0).or_trouble()?)?,
                kind: read_word(row.get(1).or_trouble()?)?,
                devices: u64::try_from(row.get::<_, i64>(2).or_trouble()?).map_err(unreadable)?,
                first: row.get(3).map(Moment::from_unix_millis).or_trouble()?,
            });
        }
        Ok(counts)
    }

    /// See [`Index::waiting`](crate::port::Index::waiting).
    pub(super) fn waiting_rows(
        &self,
        on: Option<&str>,
        after: Option<WaitedUntil>,
        most: u32,
    ) -> Result<Vec<Summary>, Failure> {
        let (at, seq) =
            after.map_or((i64::MIN, -1), |(at, seq)| (at.unix_millis(), i64::try_from(seq).unwrap_or(i64::MAX)));
        let query = "SELECT * FROM summary WHERE open = 1 AND shelf IS ?1 AND (received_at, seq) > (?2, ?3)
            ORDER BY received_at, seq LIMIT ?4";
        let mut query = self.connection.prepare_cached(query).or_trouble()?;
        let mut rows = query.query(params![on, at, seq, most]).or_trouble()?;
        let mut page = Vec::new();
        while let Some(row) = rows.next().or_trouble()? {
            page.push(summary(row)?);
        }
        Ok(page)
    }

    /// The first device whose row is not what its drawer says; both are held against these drawers, which are right.
    pub(super) fn stale_summary(&self, fresh: &BTreeMap<String, String>) -> Result<Option<String>, Failure> {
        let mut query = self.connection.prepare("SELECT * FROM summary WHERE device = ?1").or_trouble()?;
        let mut devices: u64 = 0;
        for (key, text) in fresh {
            let Some(id) = key.strip_prefix("device:") else { continue };
            let device: DeviceId = read_id(id)?;
            let file: DeviceFile = serde_json::from_str(text).map_err(unreadable)?;
            if file.withdrawn {
                // One row more than there are devices tells of it.
                continue;
            }
            let wanted = cells(&Summary::of(&device, &file))?;
            let mut rows = query.query([id]).or_trouble()?;
            let stored = match rows.next().or_trouble()? {
                Some(row) => (0..wanted.len()).map(|at| row.get(at)).collect::<Result<Vec<Value>, _>>().or_trouble()?,
                None => Vec::new(),
            };
            if stored != wanted {
                return Ok(Some(format!("summary:{id}")));
            }
            devices += 1;
        }
        let rows: i64 = self.connection.query_row("SELECT count(*) FROM summary", [], |row| row.get(0)).or_trouble()?;
        Ok((u64::try_from(rows).ok() != Some(devices)).then(|| "summary:".to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(connection: &Connection, query: &str) -> String {
        let mut query = connection.prepare(&format!("EXPLAIN QUERY PLAN {query}")).expect("a query");
        let rows = query.query_map([], |row| row.get::<_, String>(3)).expect("a plan");
        rows.map(|row| row.expect("text")).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn lots_are_counted_from_an_index_alone_on_stations_made_before_it_too() {
        let all = "SELECT lot, kind, count(*), min(received_at) FROM summary GROUP BY lot, kind";
        let one = all.replace("GROUP", "WHERE lot = 'l' GROUP");
        let connection = super::super::schema::open_in_memory().expect("made");
        for old in [false, true] {
            if old {
                connection.execute_batch(&format!("DROP INDEX summary_lot; {LATER}")).expect("made again");
            }
            for query in [all, &one] {
                let plan = plan(&connection, query);
                assert!(plan.contains("COVERING INDEX summary_lot") && !plan.contains("TEMP"), "{query}: {plan}");
            }
        }
    }
}
