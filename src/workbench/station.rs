//! Opening a station: record 0, its first lead and its guest.

use super::pin::{forget_pin, keep_pin};
use crate::event::people::{PersonAdded, Role, RoleGranted};
use crate::event::station::{StationOpened, TeamCertificate};
use crate::event::{By, Fact, How};
use crate::ledger::{SecretKey, certificate_text, signature_text};
use crate::port::{Chance, Clock, Entry, Failure, Journal, Vault};
use crate::unit::{Digest, PersonId, Secret};

/// What a new station is made of.
#[derive(Debug)]
pub struct Opening<'a> {
    /// Signs its heads.
    pub station_key: &'a SecretKey,
    /// Certifies it.
    pub team_key: &'a SecretKey,
    /// Whether it is practice.
    pub practice: bool,
    /// Name of its first lead; kept in the vault only.
    pub lead: &'a str,
    /// The lead's PIN.
    pub pin: &'a Secret,
    /// What the guest is called, in the vault.
    pub guest: &'a str,
}

/// A station that was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// Leaf hash of record 0.
    pub id: Digest,
    /// The first lead.
    pub lead: PersonId,
    /// Whoever has no name here: a person who never has a role.
    pub guest: PersonId,
}

/// Writes record 0, adds the first lead and seals the lead's name.
pub fn open_station(
    opening: &Opening<'_>,
    journal: &dyn Journal,
    vault: &dyn Vault,
    clock: &dyn Clock,
    chance: &dyn Chance,
) -> Result<Opened, Failure> {
    let nonce = Digest(chance.bytes());
    let public = opening.station_key.public();
    let signature = opening.team_key.sign(certificate_text(public, opening.practice, nonce).as_bytes());
    let team = TeamCertificate { key: opening.team_key.public().0, signature: signature_text(&signature) };
    let (lead, guest) = (PersonId::from_random(chance.bytes()), PersonId::from_random(chance.bytes()));
    let facts: [Fact; 4] = [
        StationOpened { public_key: public.0, team, practice: opening.practice, nonce }.into(),
        PersonAdded { person: lead.clone() }.into(),
        RoleGranted { person: lead.clone(), role: Role::Lead }.into(),
        PersonAdded { person: guest.clone() }.into(),
    ];
    let sealed = vault
        .seal(lead.as_str(), opening.lead)
        .and_then(|()| vault.seal(guest.as_str(), opening.guest))
        .and_then(|()| keep_pin(vault, chance, &lead, opening.pin));
    let at = clock.now();
    // The lead has just chosen the PIN.
    let by = By { person: lead.clone(), how: How::Pin };
    let entries = facts.into_iter().map(|fact| Entry { at, happened_at: None, by: by.clone(), device: None, fact });
    let receipts = match sealed.and_then(|()| journal.commit(entries.collect())) {
        Ok(receipts) => receipts,
        Err(failure) => return Err(unsealed(vault, &[&lead, &guest], failure)),
    };
    Ok(Opened { id: receipts.first().map_or(Digest::ZERO, |receipt| receipt.leaf), lead, guest })
}

/// Erases what was sealed for people whom the ledger refused. What could not be erased is told beside the refusal.
fn unsealed(vault: &dyn Vault, people: &[&PersonId], failure: Failure) -> Failure {
    let erased = people.iter().map(|person| vault.erase(person.as_str()).and_then(|()| forget_pin(vault, person)));
    match erased.filter_map(Result::err).next() {
        Some(kept) => {
            let refused = failure.cause.clone().unwrap_or_else(|| failure.what.key().to_owned());
            failure.because(format_args!("{refused}; {kept}"))
        }
        None => failure,
    }
}
