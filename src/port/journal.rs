//! The journal: the one way to write to the ledger.
//!
//! Invariant: a [`Recorded`] exists only for a fact that is durable in the ledger, because only `append` makes one.

use super::failure::Failure;
use crate::custody::check_together;
use crate::event::{About, By, Event, Fact, Kind};
use crate::unit::{DeviceId, Digest, Moment};
use std::cell::RefCell;

/// Something to be recorded. The journal adds the hash of the device's last event by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry<F> {
    /// Now, by the station's clock.
    pub at: Moment,
    /// When it happened, where it is entered later from paper.
    pub happened_at: Option<Moment>,
    /// Who does it.
    pub by: By,
    /// About which device.
    pub device: Option<DeviceId>,
    /// What.
    pub fact: F,
}

impl<F: Kind> Entry<F> {
    /// The same entry with its fact among all kinds.
    #[must_use]
    pub fn any(self) -> Entry<Fact> {
        Entry { at: self.at, happened_at: self.happened_at, by: self.by, device: self.device, fact: self.fact.into() }
    }
}

/// Where a record came to stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Its number in the chain.
    pub seq: u64,
    /// Its leaf hash.
    pub leaf: Digest,
    /// The event as recorded.
    pub event: Event,
}

/// A fact that is in the ledger, durably.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded<F> {
    fact: F,
    receipt: Receipt,
}

impl<F> Recorded<F> {
    /// The fact.
    #[must_use]
    pub const fn fact(&self) -> &F {
        &self.fact
    }

    /// Where it stands.
    #[must_use]
    pub const fn receipt(&self) -> &Receipt {
        &self.receipt
    }
}

/// Bundles to be taken over.
#[derive(Clone, Debug)]
pub struct TakeOver<'a> {
    /// Now, by the station's clock.
    pub at: Moment,
    /// Who does it.
    pub by: By,
    /// This station's clock less the other's, milliseconds, where the other's is known.
    pub offset_ms: Option<i64>,
    /// A file of bundles of one chain.
    pub bytes: &'a [u8],
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakenOver {
    /// Leaf hash of that chain's record 0.
    pub station: Digest,
    /// How many of its records were here before.
    pub from: u64,
    /// How many are here now.
    pub to: u64,
    /// How many bundles of it wait for what comes before them.
    pub parked: u64,
    /// How many tell of another branch.
    pub forked: u64,
    /// About how many devices those are that came now and count.
    pub devices: u64,
    /// In which record the file's last bundle is torn, if it is.
    pub torn: Option<u64>,
    /// The head of what is here now, signed by this station; empty where there is nothing.
    pub receipt: String,
}

/// The ledger's writer.
pub trait Journal {
    /// Appends all entries or none, in one transaction: each is checked against the rules at the head, appended, its
    /// head signed, the summaries brought up. When it returns, they survive a power cut. Errors: also what
    /// [`check_together`] says of them.
    fn commit(&self, entries: Vec<Entry<Fact>>) -> Result<Vec<Receipt>, Failure>;

    /// Takes over what bundles of another station bring, all of the file or nothing; as durable as [`Journal::commit`].
    /// Errors: altered, not of this team, or of this very station; or this journal keeps no other station's records.
    fn take_over(&self, _order: &TakeOver<'_>) -> Result<TakenOver, Failure> {
        Err(Failure::new(super::Trouble::Usage, crate::word::say!("ledger-opened-to-read")))
    }
}

/// Refuses what is recorded together with something else or not at all.
pub fn refuse_half(entries: &[Entry<Fact>]) -> Result<(), Failure> {
    let step: Vec<_> = entries.iter().map(|entry| (entry.device.as_ref(), &entry.fact)).collect();
    check_together(&step).map_or(Ok(()), |refusal| Err(refusal.into()))
}

impl dyn Journal + '_ {
    /// Appends one fact.
    pub fn append<F: Kind>(&self, entry: Entry<F>) -> Result<Recorded<F>, Failure> {
        self.append_after(Vec::new(), entry)
    }

    /// Appends `before` and then one fact, all or none.
    pub fn append_after<F: Kind>(&self, before: Vec<Entry<Fact>>, entry: Entry<F>) -> Result<Recorded<F>, Failure> {
        let fact = entry.fact.clone();
        let mut entries = before;
        entries.push(entry.any());
        let receipt = self.commit(entries)?.pop();
        receipt
            .map(|receipt| Recorded { fact, receipt })
            .ok_or_else(|| Failure::new(super::Trouble::Io, crate::word::say!("journal-no-receipt")))
    }
}

/// A journal in memory without rules, signatures or durability: for tests of what needs a [`Recorded`].
#[derive(Debug, Default)]
pub struct FakeJournal {
    receipts: RefCell<Vec<Receipt>>,
}

impl Journal for FakeJournal {
    fn commit(&self, entries: Vec<Entry<Fact>>) -> Result<Vec<Receipt>, Failure> {
        let mut receipts = self.receipts.borrow_mut();
        let first = receipts.len();
        for entry in entries {
            let seq = receipts.len() as u64;
            let device = entry.device.map(|id| {
                let last = receipts.iter().rev().find(|r| r.event.device.as_ref().is_some_and(|about| about.id == id));
                About { after: last.map(|receipt| receipt.leaf), id }
            });
            let event = Event { at: entry.at, happened_at: entry.happened_at, by: entry.by, device, fact: entry.fact };
            receipts.push(Receipt { seq, leaf: Digest(*blake3::hash(&seq.to_be_bytes()).as_bytes()), event });
        }
        Ok(receipts[first..].to_vec())
    }
}
