//! Taking the base that a stick gets along: the devices still in hand, and what is known beside them.

use crate::custody::{Base, BaseChoice, BaseOf, DeviceFile, MOST_IN_BASE, Slot, StationFile, base_station};
use crate::event::station::StationOpened;
use crate::event::{Event, Fact};
use crate::ledger::{Head, Record, SecretKey};
use crate::port::{Clock, Failure, Filter, Index, Row, Trouble};
use crate::unit::Digest;
use crate::word::say;
use std::collections::{BTreeMap, BTreeSet};

/// As many drawers are read together.
const PAGE: u32 = 1_000;

/// The bytes of a base of now, signed by the station's key. Errors: the ledger cannot be read.
pub fn take_base(index: &dyn Index, clock: &dyn Clock, key: &SecretKey) -> Result<Vec<u8>, Failure> {
    let station = index.get::<StationFile>("")?.unwrap_or_default();
    let broken = || Failure::new(Trouble::BadData, say!("summary-broken")).hint(say!("summary-broken-hint"));
    let id = station.id.ok_or_else(broken)?;
    let note = index.head()?.ok_or_else(broken)?;
    let head = Head::open(&note, key.public()).map_err(|error| broken().detail(error))?;
    let drawers = drawers(index, &station)?;
    let (opened, _leaf) = opened_of(index)?.ok_or_else(broken)?;
    let of = BaseOf { station: id, opened, at: clock.now(), size: head.size, root: head.root };
    Ok(Base::write(of, &drawers, key))
}

fn drawers(index: &dyn Index, station: &StationFile) -> Result<BTreeMap<String, String>, Failure> {
    let in_hand = Filter { open: true, ..Filter::default() };
    let devices: BTreeSet<_> =
        index.page(&in_hand, None, MOST_IN_BASE)?.into_iter().map(|summary| summary.device).collect();
    let mut found = BTreeMap::new();
    let of_station = serde_json::to_string(&base_station(station));
    found.insert(format!("{}:", StationFile::KIND), of_station.unwrap_or_default());
    for device in &devices {
        let key = format!("{}:{device}", DeviceFile::KIND);
        let Some(text) = index.drawer(&key)? else { continue };
        found.insert(key, text);
        let Some(file) = index.get::<DeviceFile>(device)? else { continue };
        for key in BaseChoice::beside(&file) {
            found.extend(index.drawer(&key)?.map(|text| (key, text)));
        }
    }
    let choice = BaseChoice::of(devices);
    for kind in BaseChoice::kinds() {
        // A thing of which there is one has no id of its own, and no page begins before it.
        let alone = format!("{kind}:");
        found.extend(index.drawer(&alone)?.filter(|text| choice.admits(kind, text)).map(|text| (alone, text)));
        let mut after = String::new();
        loop {
            let page = index.drawers(kind, &after, PAGE)?;
            let Some((last, _)) = page.last() else { break };
            after.clone_from(last);
            let admitted = page.into_iter().filter(|(_, text)| choice.admits(kind, text));
            found.extend(admitted.map(|(id, text)| (format!("{kind}:{id}"), text)));
        }
    }
    Ok(found)
}

/// What record 0 of a station's own chain says, and its leaf hash; none where it opens no station.
pub fn opened_of(index: &dyn Index) -> Result<Option<(StationOpened, Digest)>, Failure> {
    let (mut first, enough) = (None, || Failure::new(Trouble::No, say!("unknown")));
    let seen = index.rows(&mut |row: Row| {
        first = Some(row.bytes);
        // One is enough, and there may be a million.
        Err(enough())
    });
    let Some(bytes) = first else { return seen.map(|()| None) };
    let Ok(record) = Record::from_bytes(bytes) else { return Ok(None) };
    let Ok(Event { fact: Fact::StationOpened(opened), .. }) = Event::from_body(record.body()) else { return Ok(None) };
    Ok(Some((opened, record.leaf())))
}
