//! Gathering a document's records out of a ledger in one pass, and proving each of them.
//!
//! Invariant: of records that cannot matter only the leaf hash is kept.

use super::error::CertificateError;
use super::start::{is_link, link};
use super::statement::chosen;
use super::told::{Told, may_matter};
use crate::event::Heading;
use crate::ledger::{Record, inclusion_paths, leaf_hash};
use crate::unit::{DeviceId, Digest};
use std::collections::{BTreeMap, BTreeSet};

/// Kinds of own records that tie a start to the station.
const LINKS: [&str; 2] = ["BundleTaken", "StickEnrolled"];

/// A record and its way up to the head's root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proven {
    /// The record.
    pub record: Record,
    /// The audit path, from the leaf up.
    pub path: Vec<Digest>,
}

/// Records of one start from a stick that were taken over, under the head that its key signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProvenStart {
    /// Leaf hash of its record 0.
    pub station: Digest,
    /// Its signed head.
    pub head: String,
    /// Its records, record 0 first.
    pub records: Vec<Proven>,
}

/// What a document is made of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sources {
    /// The station's own records.
    pub own: Vec<Proven>,
    /// Those of the starts that it took over.
    pub starts: Vec<ProvenStart>,
}

/// The chain of a start while it is gathered.
#[derive(Clone, Debug, Default)]
struct Start {
    leaves: Vec<Digest>,
    heads: BTreeMap<u64, String>,
    first: Option<Told>,
    told: Vec<Told>,
}

/// Takes a chain's records one after another.
#[derive(Clone, Debug)]
pub struct Gathering {
    device: DeviceId,
    end: Digest,
    leaves: Vec<Digest>,
    told: Vec<Told>,
    struck: BTreeSet<Digest>,
    /// Own records that tie a start to the station.
    links: Vec<Told>,
    starts: BTreeMap<Digest, Start>,
}

impl Gathering {
    /// For the wipe of that device whose end has that leaf hash, or the destruction whose record has it.
    #[must_use]
    pub const fn new(device: DeviceId, end: Digest) -> Self {
        Self {
            device,
            end,
            leaves: Vec::new(),
            told: Vec::new(),
            struck: BTreeSet::new(),
            links: Vec::new(),
            starts: BTreeMap::new(),
        }
    }

    /// The same without the records of those leaf hashes, which were struck out: no document tells of them.
    #[must_use]
    pub fn without(self, struck: BTreeSet<Digest>) -> Self {
        Self { struck, ..self }
    }

    /// Takes the next record of the chain. Errors: it is none.
    pub fn take(&mut self, bytes: Vec<u8>) -> Result<(), CertificateError> {
        let seq = u64::try_from(self.leaves.len()).unwrap_or(u64::MAX);
        self.leaves.push(leaf_hash(&bytes));
        let unread = |cause: String| CertificateError::Record { seq, cause };
        let record = Record::from_bytes(bytes).map_err(|error| unread(error.to_string()))?;
        let heading = Heading::read(&record).map_err(|error| unread(error.to_string()))?;
        if LINKS.contains(&&*heading.kind) {
            self.links.push(Told::read(record)?);
            return Ok(());
        }
        if !heading.is_known() || !may_matter(&heading.kind) {
            return Ok(());
        }
        let told = Told::read(record)?;
        let counts = !self.struck.contains(&told.leaf);
        if counts && told.event.device.as_ref().is_none_or(|about| about.id == self.device) {
            self.told.push(told);
        }
        Ok(())
    }

    /// Takes the next record of a start that was taken over, with the head up to it where one is kept; `counts` where it was
    /// folded, as a record of the device. Errors: it is none.
    pub fn take_of(
        &mut self,
        station: Digest,
        (bytes, head): (Vec<u8>, Option<String>),
        counts: &BTreeSet<Digest>,
    ) -> Result<(), CertificateError> {
        let start = self.starts.entry(station).or_default();
        let seq = start.leaves.len() as u64;
        let leaf = leaf_hash(&bytes);
        start.leaves.push(leaf);
        start.heads.extend(head.map(|head| (seq + 1, head)));
        if seq > 0 && (!counts.contains(&leaf) || self.struck.contains(&leaf)) {
            return Ok(());
        }
        let unread = |cause: String| CertificateError::Record { seq, cause };
        let told = Told::read(Record::from_bytes(bytes).map_err(|error| unread(error.to_string()))?)?;
        if seq == 0 {
            start.first = Some(told);
        } else if may_matter(told.event.fact.kind()) {
            start.told.push(told);
        }
        Ok(())
    }

    /// The story's records with their proofs, those of starts among them. Errors: the wipe is not all there, or not all of it
    /// was taken over.
    pub fn sources(&self) -> Result<Sources, CertificateError> {
        let mut links = Vec::new();
        let mut told = self.told.clone();
        for (station, start) in &self.starts {
            let first = start.first.as_ref().ok_or(CertificateError::NotTaken)?;
            let link = link(first, *station, &self.links)?;
            let placed = start.told.iter().cloned().map(|one| link.placed(one));
            told.extend(placed.collect::<Result<Vec<_>, _>>()?);
            links.push((link, start, first));
        }
        told.sort_by_key(|one| one.place);
        let chosen = chosen(&told, self.end)?;
        links.retain(|(link, ..)| chosen.iter().any(|one| one.from == Some(link.start)));
        let names: Vec<_> = links.iter().map(|(link, ..)| link.names()).collect();
        let mut own: Vec<&Told> = chosen.iter().filter(|one| one.from.is_none()).collect();
        own.extend(self.links.iter().filter(|one| is_link(&one.event, &names)));
        own.sort_by_key(|one| one.seq());
        let mut sources = Sources { own: proven(&self.leaves, own)?, starts: Vec::new() };
        for (link, start, first) in links {
            let size = usize::try_from(link.size()).unwrap_or(usize::MAX);
            let leaves = start.leaves.get(..size).ok_or(CertificateError::NotTaken)?;
            let head = start.heads.get(&link.size()).ok_or(CertificateError::NotTaken)?.clone();
            let its = chosen.iter().filter(|one| one.from == Some(link.start));
            let records = proven(leaves, std::iter::once(first).chain(its).collect())?;
            sources.starts.push(ProvenStart { station: link.start, head, records });
        }
        Ok(sources)
    }

    /// The story's records with their proofs, of the own chain alone. Errors: the wipe is not all there.
    pub fn proven(&self) -> Result<Vec<Proven>, CertificateError> {
        let chosen = chosen(&self.told, self.end)?;
        proven(&self.leaves, chosen.iter().collect())
    }
}

/// Those records of the chain of those leaves, each with its proof. Errors: one stands past the end.
fn proven(leaves: &[Digest], chosen: Vec<&Told>) -> Result<Vec<Proven>, CertificateError> {
    let at: Option<Vec<usize>> = chosen.iter().map(|told| usize::try_from(told.seq()).ok()).collect();
    let paths = at.and_then(|at| inclusion_paths(leaves, &at));
    let paths = paths.ok_or(CertificateError::Story("a record past the end"))?;
    Ok(chosen.into_iter().zip(paths).map(|(told, path)| Proven { record: told.record.clone(), path }).collect())
}
