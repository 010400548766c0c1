//! Opening a station: record 0, its first lead and its guest, or the chain that it continues.

use super::pin::{forget_pin, keep_pin};
use crate::event::people::{PersonAdded, Role, RoleGranted};
use crate::event::station::{StationContinued, StationOpened, TeamCertificate};
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
    let (lead, guest) = (PersonId::from_random(chance.bytes()), PersonId::from_random(chance.bytes()));
    let facts: [Fact; 4] = [
        certified(opening.station_key, opening.team_key, opening.practice, chance).into(),
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
pub(super) fn unsealed(vault: &dyn Vault, people: &[&PersonId], failure: Failure) -> Failure {
    let erase = |person: &&PersonId| [vault.erase(person.as_str()), forget_pin(vault, person)];
    // All of it, though some of it waits for a reader of the vault.
    let erased: Vec<_> = people.iter().flat_map(erase).collect();
    match erased.into_iter().find_map(Result::err) {
        Some(kept) => {
            let refused = failure.cause.clone().unwrap_or_else(|| failure.what.key().to_owned());
            failure.because(format_args!("{refused}; {kept}"))
        }
        None => failure,
    }
}

/// What a chain that continues another one begins with.
#[derive(Debug)]
pub struct Continuing<'a> {
    /// Signs its heads.
    pub station_key: &'a SecretKey,
    /// Certifies it.
    pub team_key: &'a SecretKey,
    /// Whether it is practice.
    pub practice: bool,
    /// Who restores.
    pub by: PersonId,
    /// The chain that it continues.
    pub earlier: StationContinued,
}

/// Writes record 0 and, as record 1, which chain this one continues; the new station's id.
pub fn continue_station(
    continuing: Continuing<'_>,
    journal: &dyn Journal,
    clock: &dyn Clock,
    chance: &dyn Chance,
) -> Result<Digest, Failure> {
    let opened = certified(continuing.station_key, continuing.team_key, continuing.practice, chance);
    let at = clock.now();
    let by = By { person: continuing.by, how: How::Claimed };
    let facts: [Fact; 2] = [opened.into(), continuing.earlier.into()];
    let entries = facts.into_iter().map(|fact| Entry { at, happened_at: None, by: by.clone(), device: None, fact });
    let receipts = journal.commit(entries.collect())?;
    Ok(receipts.first().map_or(Digest::ZERO, |receipt| receipt.leaf))
}

/// Record 0 of the station of that key, certified by the team.
fn certified(station: &SecretKey, team: &SecretKey, practice: bool, chance: &dyn Chance) -> StationOpened {
    let nonce = Digest(chance.bytes());
    let signature = team.sign(certificate_text(station.public(), practice, nonce).as_bytes());
    let team = TeamCertificate { key: team.public().0, signature: signature_text(&signature) };
    StationOpened { public_key: station.public().0, team, practice, nonce, through: None, base: None }
}
