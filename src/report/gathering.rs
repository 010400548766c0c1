//! Gathering a document's records out of a ledger in one pass, and proving each of them.
//!
//! Invariant: of records that cannot matter only the leaf hash is kept.

use super::error::CertificateError;
use super::statement::chosen;
use super::told::{Told, may_matter};
use crate::event::Heading;
use crate::ledger::{Record, inclusion_paths, leaf_hash};
use crate::unit::{DeviceId, Digest};
use std::collections::BTreeSet;

/// A record and its way up to the head's root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proven {
    /// The record.
    pub record: Record,
    /// The audit path, from the leaf up.
    pub path: Vec<Digest>,
}

/// Takes a chain's records one after another.
#[derive(Clone, Debug)]
pub struct Gathering {
    device: DeviceId,
    end: Digest,
    leaves: Vec<Digest>,
    told: Vec<Told>,
    struck: BTreeSet<Digest>,
}

impl Gathering {
    /// For the wipe of that device whose end has that leaf hash, or the destruction whose record has it.
    #[must_use]
    pub const fn new(device: DeviceId, end: Digest) -> Self {
        Self { device, end, leaves: Vec::new(), told: Vec::new(), struck: BTreeSet::new() }
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

    /// The story's records with their proofs. Errors: the wipe is not all there.
    pub fn proven(&self) -> Result<Vec<Proven>, CertificateError> {
        let chosen = chosen(&self.told, self.end)?;
        let at: Option<Vec<usize>> = chosen.iter().map(|told| usize::try_from(told.seq()).ok()).collect();
        let paths = at.and_then(|at| inclusion_paths(&self.leaves, &at));
        let paths = paths.ok_or(CertificateError::Story("a record past the end"))?;
        Ok(chosen.into_iter().zip(paths).map(|(told, path)| Proven { record: told.record, path }).collect())
    }
}
