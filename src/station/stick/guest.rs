//! A start without an enrolled stick: a station in memory that nobody can sign in at, so that the machine can be looked at.
//!
//! Invariant: its keys are thrown away with the memory they lie in; nothing that it records ever leaves the machine.

use super::super::folder::{Folder, Settings};
use crate::cli::NO_DOMAIN;
use crate::event::station::{StationOpened, TeamCertificate};
use crate::event::{By, Fact, How};
use crate::ledger::{SecretKey, certificate_text, signature_text};
use crate::linux::{OsChance, SystemClock};
use crate::port::{Chance, Clock, Entry, Failure, Journal};
use crate::store::{KeyFile, SealedVault, Store, VaultKey, write_key};
use crate::unit::{Digest, PersonId};
use crate::workbench::Habits;
use std::path::Path;
use zeroize::Zeroizing;

/// Makes it in that folder.
pub(super) fn build(at: &Path) -> Result<(), Failure> {
    let chance: &dyn Chance = &OsChance;
    let secret = || Zeroizing::new(chance.bytes::<32>());
    let (own, master) = (secret(), secret());
    write_key(at, KeyFile::Station, &own)?;
    write_key(at, KeyFile::Codes, &secret())?;
    write_key(at, KeyFile::Vault, &master)?;
    drop(SealedVault::make(at, VaultKey::Known(master), chance)?);
    let guest = PersonId::from_random(chance.bytes());
    let settings = Settings {
        printers: Vec::new(),
        domain: NO_DOMAIN.to_owned(),
        by: guest.clone(),
        team: String::new(),
        place: None,
        profile: None,
        target: None,
        screen: Habits::default(),
        scanners: Vec::new(),
    };
    settings.write(&Folder::at(at.to_owned()))?;
    let (own, team) = (SecretKey::from_bytes(&own), SecretKey::from_bytes(&secret()));
    let nonce = Digest(chance.bytes());
    let word = team.sign(certificate_text(own.public(), false, nonce).as_bytes());
    let opened = StationOpened {
        public_key: own.public().0,
        team: TeamCertificate { key: team.public().0, signature: signature_text(&word) },
        practice: false,
        nonce,
        through: None,
        base: None,
    };
    let (at_time, by) = (SystemClock::new().now(), By { person: guest.clone(), how: How::Claimed });
    let entry = |fact: Fact| Entry { at: at_time, happened_at: None, by: by.clone(), device: None, fact };
    let store = Store::create_on(at, own, &super::boot::one_guest(&guest, false), 0)?;
    store.commit(vec![entry(opened.into())])?;
    Ok(())
}
