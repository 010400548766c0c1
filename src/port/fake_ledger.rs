//! A ledger in memory, for tests of what reads and writes one: the rules and folds of the real one, a true chain of
//! records, no signatures and nothing durable.

use super::failure::{Failure, Trouble};
use super::index::{Filter, Index, Line, LotCount, Row, ShelfCount, Visit, WaitedUntil};
use super::journal::{Entry, Journal, Receipt, refuse_half};
use crate::custody::{
    Cabinet, DeviceFile, Drawers, MemoryDrawers, Stage, Summary, Waiting, Wanted, Written, apply, check,
};
use crate::event::intake::DeviceKind;
use crate::event::{About, Event, Fact};
use crate::ledger::Record;
use crate::unit::{DeviceId, Digest, IdError, LotId, Moment};
use crate::word::say;
use std::cell::RefCell;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// See the file.
#[derive(Debug, Default)]
pub struct FakeLedger(RefCell<Kept>);

#[derive(Clone, Debug, Default)]
struct Kept {
    drawers: MemoryDrawers,
    records: Vec<(Record, Event)>,
}

fn odd(error: impl std::fmt::Display) -> Failure {
    Failure::new(Trouble::BadData, say!("ledger-corrupt")).detail(error)
}

impl Kept {
    fn push(&mut self, entry: Entry<Fact>) -> Result<Receipt, Failure> {
        let mut cabinet = Cabinet::new(&mut self.drawers);
        let device = match entry.device {
            Some(id) => Some(About { after: cabinet.get::<DeviceFile>(&id)?.map(|file| file.last), id }),
            None => None,
        };
        let event = Event { at: entry.at, happened_at: entry.happened_at, by: entry.by, device, fact: entry.fact };
        if let Some(refusal) = check(&event, &cabinet)? {
            return Err(Failure::new(Trouble::No, refusal.reason).by_rule(refusal.rule));
        }
        let prev = self.records.last().map_or(Digest::ZERO, |(record, _)| record.leaf());
        let (seq, body) = (self.records.len() as u64, event.to_body().map_err(odd)?);
        let record = Record::new(prev, seq, &body).map_err(odd)?;
        let leaf = record.leaf();
        apply(&event, seq, leaf, &mut cabinet)?;
        self.drawers.1.push(Written { leaf, event: event.clone(), from: None });
        self.records.push((record, event.clone()));
        Ok(Receipt { seq, leaf, event })
    }

    fn summaries(&self) -> Result<Vec<Summary>, Failure> {
        let mut summaries = Vec::new();
        for (key, text) in &self.drawers.0 {
            let Some(id) = key.strip_prefix("device:") else { continue };
            let device: DeviceId = id.parse().map_err(|error: IdError| odd(error))?;
            let file: DeviceFile = serde_json::from_str(text).map_err(odd)?;
            if !file.withdrawn {
                summaries.push(Summary::of(&device, &file));
            }
        }
        summaries.sort_by_key(|summary| Reverse(summary.seq));
        Ok(summaries)
    }
}

impl Journal for FakeLedger {
    fn commit(&self, entries: Vec<Entry<Fact>>) -> Result<Vec<Receipt>, Failure> {
        refuse_half(&entries)?;
        let mut kept = self.0.borrow().clone();
        let receipts = entries.into_iter().map(|entry| kept.push(entry)).collect::<Result<_, _>>()?;
        self.0.replace(kept);
        Ok(receipts)
    }
}

impl Index for FakeLedger {
    fn drawer(&self, key: &str) -> Result<Option<String>, Failure> {
        Ok(self.0.borrow().drawers.read(key)?)
    }

    fn drawers(&self, kind: &str, after: &str, most: u32) -> Result<Vec<(String, String)>, Failure> {
        let front = format!("{kind}:");
        let kept = self.0.borrow();
        let own = kept.drawers.0.iter().filter_map(|(key, text)| Some((key.strip_prefix(&front)?, text)));
        let page = own.filter(|(id, _)| *id > after).take(most as usize);
        Ok(page.map(|(id, text)| (id.to_owned(), text.clone())).collect())
    }

    fn history(&self, device: &DeviceId) -> Result<Vec<Line>, Failure> {
        let kept = self.0.borrow();
        let own = kept.records.iter().filter(|(_, event)| event.device.as_ref().is_some_and(|it| it.id == *device));
        let line = |(record, event): &(Record, Event)| Line {
            earlier: None,
            foreign: None,
            seq: record.seq(),
            leaf: record.leaf(),
            event: event.clone(),
        };
        Ok(own.map(line).collect())
    }

    fn rows(&self, visit: Visit<'_>) -> Result<(), Failure> {
        for (record, _) in &self.0.borrow().records {
            let (bytes, leaf) = (record.bytes().to_vec(), Some(record.leaf()));
            visit(Row { seq: record.seq(), bytes, leaf, note: String::new(), peaks: Vec::new(), sum: None })?;
        }
        Ok(())
    }

    fn head(&self) -> Result<Option<String>, Failure> {
        Ok(None)
    }

    fn find(&self, text: &str, most: u32) -> Result<Vec<Summary>, Failure> {
        let Some(wanted) = Wanted::read(text) else { return Ok(Vec::new()) };
        let all = self.0.borrow().summaries()?;
        Ok(all.into_iter().filter(|summary| wanted.matches(&summary.search)).take(most as usize).collect())
    }

    fn page(&self, filter: &Filter, before: Option<u64>, most: u32) -> Result<Vec<Summary>, Failure> {
        let all = self.0.borrow().summaries()?;
        let listed =
            all.into_iter().filter(|summary| before.is_none_or(|seq| summary.seq < seq) && filter.admits(summary));
        Ok(listed.take(most as usize).collect())
    }

    fn last_received(&self) -> Result<Option<Summary>, Failure> {
        let all = self.0.borrow().summaries()?;
        Ok(all.into_iter().max_by_key(|summary| (summary.received_at, summary.seq)))
    }

    fn stages(&self) -> Result<BTreeMap<Stage, u64>, Failure> {
        let mut stages = BTreeMap::from(Stage::ALL.map(|stage| (stage, 0)));
        for summary in self.0.borrow().summaries()? {
            *stages.entry(summary.stage).or_default() += 1;
        }
        Ok(stages)
    }

    fn queue(&self) -> Result<BTreeMap<Stage, Waiting>, Failure> {
        let mut since: BTreeMap<Stage, Vec<Moment>> = BTreeMap::new();
        let all = self.0.borrow().summaries()?;
        for summary in all.into_iter().filter(|one| one.is_open() && !one.held && !one.quarantined) {
            since.entry(summary.stage).or_default().push(summary.stage_since);
        }
        let waiting = |(stage, mut since): (Stage, Vec<Moment>)| {
            since.sort();
            let (oldest, median) = (*since.first()?, *since.get((since.len() - 1) / 2)?);
            Some((stage, Waiting { count: since.len() as u64, oldest, median }))
        };
        Ok(since.into_iter().filter_map(waiting).collect())
    }

    fn shelves_at(&self, stages: &[Stage]) -> Result<Vec<ShelfCount>, Failure> {
        let mut shelves: BTreeMap<Option<String>, ShelfCount> = BTreeMap::new();
        for summary in self.0.borrow().summaries()?.into_iter().filter(Summary::is_open) {
            if !stages.contains(&summary.stage) {
                continue;
            }
            let (on, oldest) = (summary.shelf, summary.received_at);
            let count = shelves.entry(on.clone()).or_insert(ShelfCount { shelf: on, devices: 0, oldest });
            count.devices += 1;
            count.oldest = count.oldest.min(oldest);
        }
        Ok(shelves.into_values().collect())
    }

    fn lot_counts(&self, only: Option<&LotId>) -> Result<Vec<LotCount>, Failure> {
        let mut counts: BTreeMap<(LotId, DeviceKind), LotCount> = BTreeMap::new();
        for Summary { lot, kind, received_at: first, .. } in self.0.borrow().summaries()? {
            if only.is_some_and(|only| *only != lot) {
                continue;
            }
            let count = counts.entry((lot.clone(), kind)).or_insert(LotCount { lot, kind, devices: 0, first });
            count.devices += 1;
            count.first = count.first.min(first);
        }
        Ok(counts.into_values().collect())
    }

    fn waiting(&self, on: Option<&str>, after: Option<WaitedUntil>, most: u32) -> Result<Vec<Summary>, Failure> {
        let mut all = self.0.borrow().summaries()?;
        let place = |summary: &Summary| (summary.received_at, summary.seq);
        all.retain(|summary| summary.is_open() && summary.shelf.as_deref() == on);
        all.retain(|summary| after.is_none_or(|after| place(summary) > after));
        all.sort_by_key(place);
        all.truncate(most as usize);
        Ok(all)
    }

    fn stale_drawer(&self) -> Result<Option<String>, Failure> {
        Ok(None)
    }
}
