//! Intake: lots, consents, devices received and tagged in one step.

use super::bench::{Bench, Found};
use crate::event::Fact;
use crate::event::donation::{ConsentGiven, ConsentWithdrawn, LotOpened, Purpose};
use crate::event::intake::{DeviceKind, DeviceReceived, TagBound};
use crate::port::Failure;
use crate::tag::TagId;
use crate::unit::{DeviceId, DonorId, LotId};

/// A donation to be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Donation {
    /// The donor's name, for the vault only; none for an anonymous donor.
    pub donor: Option<String>,
    /// Whether the donor consents to erasing.
    pub erase: bool,
    /// Whether the donor consents to taking apart.
    pub parts: bool,
}

/// A device that was received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// The device.
    pub found: Found,
    /// Its tag.
    pub tag: TagId,
    /// Its lot.
    pub lot: LotId,
}

type About = (Option<DeviceId>, Fact);

/// A new lot and what opens it; the donor's name is in the vault before the ledger speaks of the donor.
fn opening(bench: &Bench<'_>, donation: &Donation) -> Result<(LotId, Vec<About>), Failure> {
    let lot = LotId::from_random(bench.chance.bytes());
    let donor = DonorId::from_random(bench.chance.bytes());
    if let Some(name) = &donation.donor {
        bench.vault.seal(donor.as_str(), name)?;
    }
    let mut facts: Vec<About> = vec![(None, LotOpened { lot: lot.clone(), donor }.into())];
    for (given, purpose) in [(donation.erase, Purpose::Erase), (donation.parts, Purpose::Parts)] {
        if given {
            facts.push((None, ConsentGiven { lot: lot.clone(), purpose }.into()));
        }
    }
    Ok((lot, facts))
}

/// Opens a lot with the donor's consents.
pub fn open_lot(bench: &Bench<'_>, donation: &Donation) -> Result<LotId, Failure> {
    let (lot, facts) = opening(bench, donation)?;
    bench.record_all(facts)?;
    Ok(lot)
}

/// Records that a donor gives or withdraws a consent.
pub fn consent(bench: &Bench<'_>, lot: &LotId, purpose: Purpose, given: bool) -> Result<(), Failure> {
    if given {
        bench.record(None, ConsentGiven { lot: lot.clone(), purpose }).map(|_recorded| ())
    } else {
        bench.record(None, ConsentWithdrawn { lot: lot.clone(), purpose }).map(|_recorded| ())
    }
}

/// Opens a lot and receives its first device, all or nothing.
pub fn receive_new(
    bench: &Bench<'_>,
    donation: &Donation,
    kind: DeviceKind,
    tag: Option<TagId>,
) -> Result<Received, Failure> {
    let (lot, facts) = opening(bench, donation)?;
    receive_after(bench, facts, &lot, kind, tag)
}

/// Receives a device into an open lot and binds its tag, a fresh one where none is given.
pub fn receive(bench: &Bench<'_>, lot: &LotId, kind: DeviceKind, tag: Option<TagId>) -> Result<Received, Failure> {
    receive_after(bench, Vec::new(), lot, kind, tag)
}

fn receive_after(
    bench: &Bench<'_>,
    mut facts: Vec<About>,
    lot: &LotId,
    kind: DeviceKind,
    tag: Option<TagId>,
) -> Result<Received, Failure> {
    let id = DeviceId::from_random(bench.chance.bytes());
    let tag = tag.unwrap_or_else(|| super::tag::fresh_tag(bench));
    facts.push((Some(id.clone()), DeviceReceived { lot: lot.clone(), kind }.into()));
    facts.push((Some(id.clone()), TagBound { tag: tag.as_str().to_owned() }.into()));
    bench.record_all(facts)?;
    Ok(Received { found: bench.device(&id)?, tag, lot: lot.clone() })
}
