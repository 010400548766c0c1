//! The base: what a station gives a stick along of its drawers, so that a machine that was received at the door is known
//! where the stick is started.
//!
//! Text: the first line is [`BaseHead`] as JSON, every line after it one drawer, `["key","body"]`, in the order of the keys.
//! Invariants: the head names what follows by its hash and is signed by the station, whose own certificate by the team it
//! carries; what was made by other folds is told as such, and is of no use; the same drawers give the same bytes.

use super::drawer::{BondFile, SeenFile, SerialFile, Slot};
use super::file::{DeviceFile, LotFile, StationFile};
use super::fold::FOLDS;
use super::sign::SignFile;
use crate::event::station::StationOpened;
use crate::ledger::{PublicKey, SecretKey, read_signature, signature_text};
use crate::unit::{DeviceId, Digest, Moment};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// What the first line says first.
const FORMAT: &str = "aoxanh-base/1";
/// How many devices go along at most: those that changed last.
pub const MOST_IN_BASE: u32 = 2_000;
/// Drawers that go along whole: people, badges, what is in whose hands, the stock's words, shelves and boxes.
const WHOLE: [&str; 8] = ["person", "badge", "hands", "accessory", "accessories", "wants", "shelf_name", "box"];
/// Drawers of which those go along that lead to a device of the base, and open lots: a machine can be received into them.
const LEADING: [&str; 5] = ["sign", "serial", "seen", "disk", "lot"];

/// The first line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BaseHead {
    /// Always the same word, with the version.
    pub format: String,
    /// The folds that the drawers were made by.
    pub folds: u32,
    /// Leaf hash of record 0 of the station that gives it.
    pub station: Digest,
    /// When it was taken.
    pub at: Moment,
    /// How many records of its chain the station had then.
    pub size: u64,
    /// Merkle root over them.
    pub root: Digest,
    /// How many drawers follow.
    pub drawers: u64,
    /// SHA-256 of everything after this line.
    pub body: Digest,
    /// What the station's record 0 says: its key, and the team's word for it.
    pub opened: StationOpened,
    /// The station key's Ed25519 signature over all this, 128 hexadecimal digits.
    pub signature: String,
}

/// A base that was read and found as it was signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base {
    /// What its first line says.
    pub head: BaseHead,
    /// The drawers, by key.
    pub drawers: BTreeMap<String, String>,
}

/// When and of what a base is taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseOf {
    /// Leaf hash of the station's record 0.
    pub station: Digest,
    /// What that record says.
    pub opened: StationOpened,
    /// Now.
    pub at: Moment,
    /// How many records its chain has.
    pub size: u64,
    /// Merkle root over them.
    pub root: Digest,
}

/// Why a base is of no use.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BaseError {
    /// Not the form of a base.
    #[error("not a base: {0}")]
    Form(String),
    /// Made by another program's folds.
    #[error("made by folds {0}, and this program's are {FOLDS}")]
    OtherFolds(u32),
    /// What follows the first line is not what was signed.
    #[error("changed since it was signed")]
    Altered,
    /// The signature is not the station's.
    #[error("not signed by the station that it names")]
    Forged,
}

fn sha256(bytes: &[u8]) -> Digest {
    Digest(Sha256::digest(bytes).into())
}

impl BaseHead {
    /// What is signed.
    fn text(&self) -> String {
        let Self { format, folds, station, at, size, root, drawers, body, opened, signature: _ } = self;
        let (at, key, nonce, practice) = (at.unix_millis(), opened.public_key, opened.nonce, opened.practice);
        let (team, word) = (opened.team.key, &opened.team.signature);
        format!(
            "{format}\n{folds}\n{station}\n{at}\n{size}\n{root}\n{drawers}\n{body}\n{key}\n{nonce}\n{practice}\n{team}\n{word}\n"
        )
    }

    /// Whether that team certified the station that gave it.
    #[must_use]
    pub fn is_of_team(&self, team: PublicKey) -> bool {
        PublicKey(self.opened.team.key) == team && self.opened.through.is_none() && self.opened.is_certified()
    }
}

impl Base {
    /// The bytes of a base of those drawers, signed by the station's key.
    #[must_use]
    pub fn write(of: BaseOf, drawers: &BTreeMap<String, String>, key: &SecretKey) -> Vec<u8> {
        let line = |(key, body): (&String, &String)| format!("{}\n", serde_json::json!([key, body]));
        let body: String = drawers.iter().map(line).collect();
        let mut head = BaseHead {
            format: FORMAT.to_owned(),
            folds: FOLDS,
            station: of.station,
            at: of.at,
            size: of.size,
            root: of.root,
            drawers: drawers.len() as u64,
            body: sha256(body.as_bytes()),
            opened: of.opened,
            signature: String::new(),
        };
        head.signature = signature_text(&key.sign(head.text().as_bytes()));
        let head = serde_json::to_string(&head).unwrap_or_default();
        format!("{head}\n{body}").into_bytes()
    }

    /// Reads a base and holds it against its own signature. That the station is one of the team is for
    /// [`BaseHead::is_of_team`] to say. Errors: see [`BaseError`].
    pub fn read(bytes: &[u8]) -> Result<Self, BaseError> {
        let form = |what: &dyn std::fmt::Display| BaseError::Form(what.to_string());
        let text = std::str::from_utf8(bytes).map_err(|error| form(&error))?;
        let (first, rest) = text.split_once('\n').ok_or_else(|| form(&"no first line"))?;
        let head: BaseHead = serde_json::from_str(first).map_err(|error| form(&error))?;
        // One head has one spelling: what is signed is what stands there.
        if head.format != FORMAT || serde_json::to_string(&head).ok().as_deref() != Some(first) {
            return Err(form(&"the first line"));
        }
        let signature = read_signature(&head.signature).ok_or_else(|| form(&"no signature"))?;
        if !PublicKey(head.opened.public_key).verify(head.text().as_bytes(), &signature) {
            return Err(BaseError::Forged);
        }
        if sha256(rest.as_bytes()) != head.body {
            return Err(BaseError::Altered);
        }
        if head.folds != FOLDS {
            return Err(BaseError::OtherFolds(head.folds));
        }
        let mut drawers = BTreeMap::new();
        for line in rest.split_terminator('\n') {
            let (key, body): (String, String) = serde_json::from_str(line).map_err(|error| form(&error))?;
            drawers.insert(key, body);
        }
        if drawers.len() as u64 == head.drawers { Ok(Self { head, drawers }) } else { Err(form(&"drawers missing")) }
    }

    /// What a boot's record 0 calls it: SHA-256 of all its bytes.
    #[must_use]
    pub fn digest(bytes: &[u8]) -> Digest {
        sha256(bytes)
    }
}

/// Which drawers a base is made of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BaseChoice {
    devices: BTreeSet<DeviceId>,
}

impl BaseChoice {
    /// Of those devices.
    #[must_use]
    pub const fn of(devices: BTreeSet<DeviceId>) -> Self {
        Self { devices }
    }

    /// The kinds of drawers of which all, or some that [`BaseChoice::admits`], go along.
    pub fn kinds() -> impl Iterator<Item = &'static str> {
        WHOLE.into_iter().chain(LEADING)
    }

    /// Whether a drawer of those kinds goes along.
    #[must_use]
    pub fn admits(&self, kind: &str, body: &str) -> bool {
        let one = |device: &DeviceId| self.devices.contains(device);
        let leads = match kind {
            SignFile::KIND => serde_json::from_str::<SignFile>(body).map(|file| file.devices.iter().any(one)),
            SerialFile::KIND => serde_json::from_str::<SerialFile>(body).map(|file| one(&file.device)),
            SeenFile::KIND => serde_json::from_str::<SeenFile>(body).map(|file| one(&file.device)),
            BondFile::KIND => serde_json::from_str::<BondFile>(body).map(|file| one(&file.device)),
            LotFile::KIND => serde_json::from_str::<LotFile>(body).map(|file| file.closed.is_none()),
            _whole => Ok(WHOLE.contains(&kind)),
        };
        leads.unwrap_or(false)
    }

    /// The keys of what else a device of the base needs: its tags, its lot.
    #[must_use]
    pub fn beside(file: &DeviceFile) -> Vec<String> {
        let lot = std::iter::once(format!("lot:{}", file.lot));
        file.tags.iter().map(|tag| format!("tag:{tag}")).chain(lot).collect()
    }
}

/// The station's drawer as a boot begins with it: who leads, how many people, which keys are trusted no more; what is the
/// chain's own is left out, and comes with the boot's record 0.
#[must_use]
pub fn base_station(file: &StationFile) -> StationFile {
    StationFile {
        practice: file.practice,
        revoked_keys: file.revoked_keys.clone(),
        people: file.people,
        leads: file.leads.clone(),
        // Numbers of rows count on behind those that were taken over.
        foreign: file.foreign,
        ..StationFile::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::station::TeamCertificate;
    use crate::ledger::certificate_text;
    use crate::unit::DonorId;

    fn of(station: &SecretKey, team: &SecretKey) -> BaseOf {
        let nonce = Digest([7; 32]);
        let word = team.sign(certificate_text(station.public(), false, nonce).as_bytes());
        let opened = StationOpened {
            public_key: station.public().0,
            team: TeamCertificate { key: team.public().0, signature: signature_text(&word) },
            practice: false,
            nonce,
            through: None,
            base: None,
        };
        let at = Moment::from_unix_millis(1_700_000_000_000);
        BaseOf { station: Digest([1; 32]), opened, at, size: 12, root: Digest([2; 32]) }
    }

    fn some() -> BTreeMap<String, String> {
        let odd = "disk:A\tB\n\"C\"|Ổ cứng|5".to_owned();
        BTreeMap::from([(odd, r#"{"device":"x"}"#.to_owned()), ("person:p".to_owned(), "{}".to_owned())])
    }

    #[test]
    fn a_base_is_read_back_as_it_was_written_and_the_same_drawers_give_the_same_bytes() {
        let (station, team) = (SecretKey::from_bytes(&[3; 32]), SecretKey::from_bytes(&[4; 32]));
        let bytes = Base::write(of(&station, &team), &some(), &station);
        let base = Base::read(&bytes).expect("reads");
        assert_eq!((&base.drawers, base.head.size, base.head.drawers), (&some(), 12, 2));
        assert!(base.head.is_of_team(team.public()) && !base.head.is_of_team(station.public()));
        assert_eq!(bytes, Base::write(of(&station, &team), &some(), &station));
        assert_eq!(Base::digest(&bytes), sha256(&bytes));
    }

    #[test]
    fn every_flipped_byte_of_a_base_is_found() {
        let (station, team) = (SecretKey::from_bytes(&[3; 32]), SecretKey::from_bytes(&[4; 32]));
        let good = Base::write(of(&station, &team), &some(), &station);
        for at in 0..good.len() {
            let mut bytes = good.clone();
            bytes[at] ^= 1;
            assert!(Base::read(&bytes).is_err(), "byte {at}");
        }
        assert!(Base::read(&good[..good.len() - 1]).is_err() && Base::read(b"").is_err());
    }

    #[test]
    fn a_base_that_another_key_signed_or_of_other_folds_is_told_as_such() {
        let (station, team) = (SecretKey::from_bytes(&[3; 32]), SecretKey::from_bytes(&[4; 32]));
        let forged = Base::write(of(&station, &team), &some(), &team);
        assert_eq!(Base::read(&forged), Err(BaseError::Forged));
        let mut head = Base::read(&Base::write(of(&station, &team), &some(), &station)).expect("reads").head;
        head.folds = FOLDS + 1;
        head.drawers = 0;
        head.body = sha256(b"");
        head.signature = signature_text(&station.sign(head.text().as_bytes()));
        let later = format!("{}\n", serde_json::to_string(&head).expect("JSON"));
        assert_eq!(Base::read(later.as_bytes()), Err(BaseError::OtherFolds(FOLDS + 1)));
    }

    #[test]
    fn drawers_that_lead_to_a_device_of_the_base_go_along_and_no_others_do() {
        let id = |number: u8| DeviceId::from_random([number; 10]);
        let choice = BaseChoice::of(BTreeSet::from([id(1)]));
        let leads = |device: &DeviceId| format!(r#"{{"device":"{device}"}}"#);
        for kind in ["serial", "seen", "disk"] {
            assert!(choice.admits(kind, &leads(&id(1))) && !choice.admits(kind, &leads(&id(2))), "{kind}");
        }
        let sign = format!(r#"{{"devices":["{}","{}"]}}"#, id(2), id(1));
        assert!(choice.admits("sign", &sign) && !choice.admits("sign", r#"{"devices":[]}"#));
        let lot = |closed: Option<Moment>| LotFile { closed, ..LotFile::of(DonorId::from_random([9; 10])) };
        let admits = |lot: &LotFile| choice.admits("lot", &serde_json::to_string(lot).expect("JSON"));
        assert!(admits(&lot(None)) && !admits(&lot(Some(Moment::from_unix_millis(1)))), "open lots are received into");
        assert!(choice.admits("person", "{}") && !choice.admits("donor", "{}") && !choice.admits("recipient", "{}"));
    }
}
