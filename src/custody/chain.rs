//! Folding what is about the chain itself: the one it continues, the days that were closed.
//!
//! Invariant: people, lots, devices and bonds of an earlier chain live on in the one that continues it; its station, its
//! clock and the jobs that its machine was running do not.

#![expect(clippy::wildcard_enum_match_arm, reason = "only a few kinds are about the chain")]

use super::drawer::{Cabinet, DrawerError};
use super::file::{DayFile, EarlierChain, OpenJobs, StationFile};
use crate::event::{Event, Fact};
use crate::unit::Digest;
use serde::{Deserialize, Serialize};

/// What the last record was, where the next one depends on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LastRecord {
    /// Nothing that the next one depends on.
    #[default]
    Other,
    /// The station was opened.
    Opened,
    /// A safety copy was made.
    Copied,
}

impl LastRecord {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
    pub(super) fn is_other(&self) -> bool {
        *self == Self::Other
    }
}

/// Ends the chain folded so far, of `size` records under that Merkle root: what is folded next belongs to the chain that
/// continues it.
pub fn end_chain(size: u64, root: Digest, cabinet: &mut Cabinet<'_>) -> Result<(), DrawerError> {
    let mut station = cabinet.station()?;
    let before = station.earlier;
    station.earlier = station.id.take().map(|id| EarlierChain {
        station: id,
        size,
        root,
        chains: before.map_or(0, |chain| chain.chains) + 1,
        records: before.map_or(0, |chain| chain.records) + size,
    });
    station.public_key = None;
    station.last_at = None;
    station.day = None;
    (station.uncopied, station.uncopied_since) = (0, None);
    station.last = LastRecord::Other;
    cabinet.put("", &station)?;
    if let Some(mut jobs) = cabinet.get::<OpenJobs>("")? {
        let open = std::mem::take(&mut jobs.disks);
        jobs.left.extend(open);
        // How far they came is known on their own machine only; their disks stand as not wiped.
        jobs.stopped.clear();
        cabinet.put("", &jobs)?;
    }
    Ok(())
}

pub(super) fn note_chain(event: &Event, seq: u64, station: &mut StationFile) {
    station.last = match &event.fact {
        Fact::StationOpened(_) => LastRecord::Opened,
        Fact::BackupMade(_) => LastRecord::Copied,
        _other => LastRecord::Other,
    };
    let own = seq.saturating_sub(station.earlier.map_or(0, |chain| chain.records));
    match &event.fact {
        // What was recorded while it was being written is not in it.
        Fact::BackupMade(made) => station.uncopied = own.saturating_sub(made.size),
        Fact::DayClosed(closed) => {
            let records = (own + 1).saturating_sub(station.uncopied);
            station.day = Some(DayFile { day: closed.day.clone(), at: event.at, records });
            station.uncopied_since = (station.uncopied > 0).then_some(event.at);
        }
        _other => _ = station.uncopied_since.get_or_insert(event.at),
    }
}
