//! Checking what was taken over from other stations: each chain by its own key, and by what the own records say of it.

use super::verify::VerifiedChain;
use crate::event::station::{BundleTaken, StationOpened};
use crate::event::{Event, Fact};
use crate::ledger::{Broken, ChainEnd, Flaw, Head, HeadRef, PublicKey, Record};
use crate::port::{Failure, Index, Trouble};
use crate::unit::Digest;
use crate::word::{Sentence, say};
use std::collections::{BTreeMap, BTreeSet};

/// A chain while it is followed.
#[derive(Default)]
struct Following {
    end: ChainEnd,
    opened: Option<StationOpened>,
    /// By how many records, what an own record says of it.
    told: BTreeMap<u64, Digest>,
}

/// Checks every chain that was taken over. Errors: the first record that is wrong, or what is missing or too much.
pub(super) fn check_foreign(
    index: &dyn Index,
    taken: &[BundleTaken],
    team: Digest,
    wording: &dyn Fn(&Broken) -> Sentence,
) -> Result<Vec<VerifiedChain>, Failure> {
    let mut stations: BTreeSet<Digest> = index.foreign()?.into_iter().collect();
    stations.extend(taken.iter().map(|taken| taken.station));
    let mut chains = Vec::new();
    for station in stations {
        let refused = |why: Sentence| {
            let what = say!("verify-foreign-wrong", station = station.short(16), why = why);
            Failure::new(Trouble::No, what).hint(say!("ledger-corrupt-hint"))
        };
        let its = taken.iter().filter(|taken| taken.station == station);
        let told: BTreeMap<u64, Digest> = its.map(|taken| (taken.to, taken.root)).collect();
        let mut chain = Following { told, ..Following::default() };
        index.foreign_rows(station, &mut |bytes, leaf, note| {
            let seq = chain.end.size();
            let next = chain.next(bytes, leaf, note.as_deref());
            next.map_err(|flaw| refused(wording(&Broken { seq, flaw })))
        })?;
        let known = chain.told.last_key_value().map_or(0, |(to, _)| *to);
        if known != chain.end.size() {
            return Err(refused(say!("verify-cut", size = chain.end.size(), wanted = known)));
        }
        let is_of_team = |opened: &StationOpened| opened.is_certified() && opened.team.key == team;
        if !chain.opened.as_ref().is_some_and(is_of_team) {
            return Err(refused(say!("verify-certificate")));
        }
        chains.push(VerifiedChain { station, head: HeadRef { size: chain.end.size(), root: chain.end.root() } });
    }
    Ok(chains)
}

impl Following {
    fn next(&mut self, bytes: Vec<u8>, leaf: Digest, note: Option<&str>) -> Result<(), Flaw> {
        let record = Record::from_bytes(bytes).map_err(|error| Flaw::Bytes(error.to_string()))?;
        if record.seq() != self.end.size() {
            return Err(Flaw::Seq { found: record.seq() });
        }
        if record.leaf() != leaf {
            return Err(Flaw::Leaf);
        }
        if record.prev() != self.end.leaf() {
            return Err(Flaw::Prev);
        }
        self.end.push(leaf);
        let opened = match &self.opened {
            Some(opened) => opened,
            None => self.opened.insert(opened(&record)?),
        };
        if let Some(note) = note {
            let head = Head::open(note, PublicKey(opened.public_key)).map_err(|error| Flaw::Head(error.to_string()))?;
            if (head.size, head.root) != (self.end.size(), self.end.root()) {
                return Err(Flaw::HeadDiffers);
            }
        }
        match self.told.get(&self.end.size()) {
            Some(root) if *root != self.end.root() => Err(Flaw::HeadDiffers),
            _fits => Ok(()),
        }
    }
}

fn opened(record: &Record) -> Result<StationOpened, Flaw> {
    let event = Event::from_body(record.body()).map_err(|error| Flaw::Bytes(error.to_string()))?;
    if let Fact::StationOpened(opened) = event.fact {
        return Ok(opened);
    }
    Err(Flaw::Bytes("record 0 opens no station".to_owned()))
}
