//! Intake: lots, consents, devices received and tagged in one step.

use super::bench::{Bench, Found};
use crate::event::Fact;
use crate::event::donation::{ConsentGiven, ConsentWithdrawn, LotOpened, Purpose};
use crate::event::intake::{DeviceKind, DeviceReceived, TagBound};
use crate::event::outward::{Outward, Told};
use crate::port::{Failure, Trouble, Vault};
use crate::tag::TagId;
use crate::unit::{DeviceId, DonorId, LotId};
use crate::word::{Sentence, say};
use std::slice;

/// A donation to be opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Donation {
    /// The donor's name, for the vault only; none for an anonymous donor.
    pub donor: Option<String>,
    /// Whether the donor consents to erasing.
    pub erase: bool,
    /// Whether the donor consents to taking apart.
    pub parts: bool,
}

/// A device at the door, and all that is said of it there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incoming {
    /// What it is.
    pub kind: DeviceKind,
    /// The tag already on it; none for a fresh one.
    pub tag: Option<TagId>,
    /// What is seen of it from outside.
    pub outward: Outward,
    /// Who it is, as somebody says.
    pub told: Told,
}

impl Incoming {
    /// A device of that kind, of which nothing else is said.
    #[must_use]
    pub fn bare(kind: DeviceKind) -> Self {
        Self { kind, tag: None, outward: Outward::default(), told: Told::default() }
    }
}

/// A device to be received, and into which lot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intake {
    /// The open lot; none for a new one.
    pub lot: Option<LotId>,
    /// The new lot.
    pub donation: Donation,
    /// The device.
    pub incoming: Incoming,
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

/// What people call a kind of device.
#[must_use]
pub fn kind_sentence(kind: DeviceKind) -> Sentence {
    match kind {
        DeviceKind::Laptop => say!("device-kind-laptop"),
        DeviceKind::Desktop => say!("device-kind-desktop"),
        DeviceKind::AllInOne => say!("device-kind-all-in-one"),
        DeviceKind::Tablet => say!("device-kind-tablet"),
        DeviceKind::Phone => say!("device-kind-phone"),
    }
}

type About = (Option<DeviceId>, Fact);

/// A lot to be opened: its facts, and the donor whose name is in the vault before the ledger speaks of the donor.
struct NewLot {
    lot: LotId,
    facts: Vec<About>,
    sealed: Option<DonorId>,
}

fn opening(bench: &Bench<'_>, donation: &Donation) -> Result<NewLot, Failure> {
    let lot = LotId::from_random(bench.chance.bytes());
    let donor = DonorId::from_random(bench.chance.bytes());
    let sealed = donation.donor.as_ref().map(|_name| donor.clone());
    if let Some(name) = &donation.donor {
        bench.vault.seal(donor.as_str(), name)?;
    }
    let mut facts: Vec<About> = vec![(None, LotOpened { lot: lot.clone(), donor }.into())];
    for (given, purpose) in [(donation.erase, Purpose::Erase), (donation.parts, Purpose::Parts)] {
        if given {
            facts.push((None, ConsentGiven { lot: lot.clone(), purpose }.into()));
        }
    }
    Ok(NewLot { lot, facts, sealed })
}

/// Erases the name again where the ledger refused to speak of its bearer: else nobody would know that it is kept.
pub(super) fn or_unseal<T>(done: Result<T, Failure>, vault: &dyn Vault, sealed: Option<&str>) -> Result<T, Failure> {
    let Err(failure) = done else { return done };
    let Some(Err(kept)) = sealed.map(|id| vault.erase(id)) else { return Err(failure) };
    let refused = failure.cause.clone().unwrap_or_else(|| failure.what.key().to_owned());
    Err(failure.because(format_args!("{refused}; {kept}")))
}

/// Opens a lot with the donor's consents.
pub fn open_lot(bench: &Bench<'_>, donation: &Donation) -> Result<LotId, Failure> {
    let NewLot { lot, facts, sealed } = opening(bench, donation)?;
    or_unseal(bench.record_all(facts), bench.vault, sealed.as_ref().map(DonorId::as_str))?;
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
    let incoming = Incoming { tag, ..Incoming::bare(kind) };
    take_in(bench, &Intake { lot: None, donation: donation.clone(), incoming })
}

/// Receives a device into an open lot and binds its tag, a fresh one where none is given.
pub fn receive(bench: &Bench<'_>, lot: &LotId, kind: DeviceKind, tag: Option<TagId>) -> Result<Received, Failure> {
    let incoming = Incoming { tag, ..Incoming::bare(kind) };
    take_in(bench, &Intake { lot: Some(lot.clone()), donation: Donation::default(), incoming })
}

/// Receives a device with all that is said of it, into an open lot or a new one, all or nothing.
pub fn take_in(bench: &Bench<'_>, intake: &Intake) -> Result<Received, Failure> {
    let mut received = take_in_all(bench, intake.lot.as_ref(), &intake.donation, slice::from_ref(&intake.incoming))?;
    received.pop().ok_or_else(|| Failure::new(Trouble::BadData, say!("summary-broken")))
}

/// Receives these devices into one lot, open or new: all or none. They come back in their order.
pub fn take_in_all(
    bench: &Bench<'_>,
    lot: Option<&LotId>,
    donation: &Donation,
    incoming: &[Incoming],
) -> Result<Vec<Received>, Failure> {
    let NewLot { lot, mut facts, sealed } = match lot {
        Some(lot) => NewLot { lot: lot.clone(), facts: Vec::new(), sealed: None },
        None => opening(bench, donation)?,
    };
    let mut tagged = Vec::new();
    for Incoming { kind, tag, outward, told } in incoming {
        let id = DeviceId::from_random(bench.chance.bytes());
        let tag = tag.clone().unwrap_or_else(|| super::tag::fresh_tag(bench));
        let (outward, told) = (outward.clone(), told.clone());
        let needs = super::accessory::needs_of(bench, *kind)?;
        let received = DeviceReceived { lot: lot.clone(), kind: *kind, outward, told, needs };
        facts.push((Some(id.clone()), received.into()));
        facts.push((Some(id.clone()), TagBound { tag: tag.as_str().to_owned() }.into()));
        tagged.push((id, tag));
    }
    or_unseal(bench.record_all(facts), bench.vault, sealed.as_ref().map(DonorId::as_str))?;
    let received = |(id, tag)| Ok(Received { found: bench.device(&id)?, tag, lot: lot.clone() });
    tagged.into_iter().map(received).collect()
}
