//! What the tests of the ledger share: keys, people, disks, facts of a device's whole way, and a walk over them.
//!
//! Invariant: everything is a function of the numbers given, so that two stores fed alike hold the same records.

#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use aoxanh::custody::{
    Cabinet, DeviceFile, FUNCTIONS, MemoryDrawers, OpenJobs, PersonFile, Refusal, Slot, Stage, Written, apply, check,
    objections,
};
use aoxanh::event::disk::{
    AttachmentSeen, Bond, Destruction, DiskBound, DiskDestroyed, DiskSeen, Level, WipeEnded, WipeEvidence, WipeResult,
    WipeStarted,
};
use aoxanh::event::donation::{ConsentGiven, LotOpened, Purpose};
use aoxanh::event::handover::{DeviceAllocated, DeviceHandedOver, Terms};
use aoxanh::event::image::{ImageEnded, ImageResult, ImageSeen, ImageStarted};
use aoxanh::event::inspection::{DeviceInspected, FunctionOutcome, FunctionResult, FunctionTested, Verdict};
use aoxanh::event::intake::{DeviceKind, DeviceReceived, TagBound};
use aoxanh::event::people::{PersonAdded, Role, RoleGranted};
use aoxanh::event::settling::RuleOverridden;
use aoxanh::event::station::{KeyRevoked, StationOpened, TeamCertificate};
use aoxanh::event::{About, By, Event, Fact, How};
use aoxanh::ledger::{SecretKey, certificate_text, revocation_text, signature_text};
use aoxanh::port::Entry;
use aoxanh::unit::{Bytes, DeviceId, Digest, DonorId, JobId, LotId, Moment, PersonId, RANDOM_BYTES, RecipientId};

/// The moment at `millis` of the tests' time.
pub(crate) fn moment(millis: i64) -> Moment {
    Moment::from_unix_millis(1_795_206_965_000 + millis)
}

pub(crate) fn station_key() -> SecretKey {
    SecretKey::from_bytes(&[11; 32])
}

pub(crate) fn team_key() -> SecretKey {
    SecretKey::from_bytes(&[12; 32])
}

pub(crate) fn person(number: u8) -> PersonId {
    PersonId::from_random([number; RANDOM_BYTES])
}

pub(crate) fn device_id(number: u8) -> DeviceId {
    DeviceId::from_random([number; RANDOM_BYTES])
}

pub(crate) fn lot(number: u8) -> LotId {
    LotId::from_random([number; RANDOM_BYTES])
}

pub(crate) fn job(number: u8) -> JobId {
    JobId::from_random([number; RANDOM_BYTES])
}

pub(crate) fn pupil(number: u8) -> RecipientId {
    RecipientId::from_random([number; RANDOM_BYTES])
}

/// Record 0 of the station of `key`, certified by `team`.
pub(crate) fn opened(key: &SecretKey, team: &SecretKey, practice: bool) -> Fact {
    let nonce = Digest([9; 32]);
    let signature = team.sign(certificate_text(key.public(), practice, nonce).as_bytes());
    let team = TeamCertificate { key: team.public().0, signature: signature_text(&signature) };
    StationOpened { public_key: key.public().0, team, practice, nonce, through: None, base: None }.into()
}

/// The first three records: the station, its lead, the lead's role.
pub(crate) fn beginning(key: &SecretKey, team: &SecretKey, practice: bool) -> Vec<Entry<Fact>> {
    let granted = RoleGranted { person: person(1), role: Role::Lead };
    let facts = [opened(key, team, practice), PersonAdded { person: person(1) }.into(), granted.into()];
    facts.into_iter().map(|fact| entry(0, None, fact)).collect()
}

/// An entry by the lead.
pub(crate) fn entry(at: i64, device: Option<u8>, fact: impl Into<Fact>) -> Entry<Fact> {
    let by = By { person: person(1), how: How::Pin };
    Entry { at: moment(at), happened_at: None, by, device: device.map(device_id), fact: fact.into() }
}

pub(crate) fn lot_opened(number: u8) -> LotOpened {
    LotOpened { lot: lot(number), donor: DonorId::from_random([number; RANDOM_BYTES]) }
}

pub(crate) fn erase_consent(number: u8) -> ConsentGiven {
    ConsentGiven { lot: lot(number), purpose: Purpose::Erase }
}

pub(crate) fn received(number: u8) -> DeviceReceived {
    DeviceReceived::bare(lot(number), DeviceKind::Laptop)
}

pub(crate) fn tag(number: u8) -> TagBound {
    TagBound { tag: format!("7K3XQ92M4{number:02}") }
}

/// A disk of 8192 bytes; without a serial it looks like every other one without.
pub(crate) fn disk(serial: Option<&str>) -> DiskSeen {
    DiskSeen {
        serial: serial.map(str::to_owned),
        wwn: None,
        model: Some("M".to_owned()),
        size: Bytes(8192),
        bus: "sata".to_owned(),
        practice: false,
    }
}

/// What the ledger calls the disk of that serial.
pub(crate) fn key(serial: &str) -> String {
    format!("{serial}|M|8192")
}

pub(crate) fn bound(serial: &str) -> DiskBound {
    DiskBound { disk: disk(Some(serial)), key: key(serial), bond: Bond::Certain }
}

pub(crate) fn inspected(verdict: Verdict, disks: &[DiskSeen]) -> DeviceInspected {
    DeviceInspected {
        profile: "p".to_owned(),
        profile_digest: Digest([1; 32]),
        verdict,
        failed: Vec::new(),
        undecided: Vec::new(),
        facts: Vec::new(),
        disks: disks.to_vec(),
        typed: false,
    }
}

fn attachment() -> AttachmentSeen {
    AttachmentSeen { boot_id: "b".to_owned(), diskseq: Some(1), port: "p".to_owned(), name: "sdx".to_owned() }
}

pub(crate) fn wipe_started(number: u8, serial: &str) -> WipeStarted {
    WipeStarted {
        job: job(number),
        resumes: None,
        from: Bytes::ZERO,
        method: "overwrite-zero".to_owned(),
        pattern_key: None,
        key: key(serial),
        disk: disk(Some(serial)),
        logical_block: 512,
        attachment: attachment(),
        namespace: None,
        health_before: None,
        medium: None,
        site: None,
    }
}

/// That disk drilled, with nobody looking on.
pub(crate) fn destroyed(serial: &str) -> DiskDestroyed {
    let disk = disk(Some(serial));
    DiskDestroyed {
        key: key(serial),
        disk,
        how: Destruction::Drilled,
        spins: None,
        witness: None,
        reason: None,
        site: None,
    }
}

/// A wipe with complete evidence.
pub(crate) fn wipe_ended(number: u8, serial: &str, started: Digest) -> WipeEnded {
    let evidence = WipeEvidence {
        method: "overwrite-zero".to_owned(),
        size: Bytes(8192),
        written: Bytes(8192),
        read_back: Bytes(8192),
        mismatched: Bytes::ZERO,
        first_mismatch: None,
        unwritable: Bytes::ZERO,
        unreadable: Bytes::ZERO,
        bad: Vec::new(),
        direct: true,
        digest: Some(Digest([2; 32])),
        cross_check: None,
        firmware: None,
        began: moment(0),
        ended: moment(1),
    };
    WipeEnded {
        job: job(number),
        started,
        key: key(serial),
        result: WipeResult::Erased,
        level: Level::Clear,
        evidence,
        not_covered: Vec::new(),
        program: "0".to_owned(),
        health_after: None,
        speed: None,
    }
}

pub(crate) fn image_started(number: u8, serial: &str) -> ImageStarted {
    ImageStarted {
        job: job(number),
        resumes: None,
        from: Bytes::ZERO,
        image: ImageSeen { id: "i".to_owned(), length: Bytes(4096), blake3: Digest([3; 32]) },
        key: key(serial),
        disk: disk(Some(serial)),
        logical_block: 512,
        attachment: attachment(),
    }
}

/// A write with complete evidence.
pub(crate) fn image_ended(number: u8, serial: &str, started: Digest) -> ImageEnded {
    ImageEnded {
        job: job(number),
        started,
        key: key(serial),
        result: ImageResult::Written,
        written: Bytes(4096),
        read_back: Bytes(4096),
        found: Some(Digest([3; 32])),
        direct: true,
        began: moment(0),
        ended: moment(1),
        program: "0".to_owned(),
        skipped: None,
    }
}

pub(crate) fn tested(outcome: FunctionOutcome) -> FunctionTested {
    let result = |name: &&str| FunctionResult::typed(name, outcome);
    FunctionTested { results: FUNCTIONS.iter().map(result).collect() }
}

pub(crate) fn allocated(number: u8) -> DeviceAllocated {
    DeviceAllocated { recipient: pupil(number) }
}

pub(crate) fn handed(number: u8, terms: Terms) -> DeviceHandedOver {
    DeviceHandedOver { recipient: pupil(number), terms }
}

/// The team's word against a key.
pub(crate) fn key_revoked(key: &SecretKey, team: &SecretKey) -> KeyRevoked {
    let signature = team.sign(revocation_text(key.public()).as_bytes());
    KeyRevoked { key: key.public().0, signature: signature_text(&signature) }
}

pub(crate) fn overridden(rule: &str, recipient: Option<u8>) -> RuleOverridden {
    RuleOverridden { rule: rule.to_owned(), reason: Digest([6; 32]), recipient: recipient.map(pupil) }
}

/// A ledger's folds alone: each step is checked against the rules and, where none objects, folded.
#[derive(Clone, Debug)]
pub(crate) struct Walk {
    pub(crate) drawers: MemoryDrawers,
    next: u64,
    /// Who takes the steps: the lead, until somebody else is named.
    pub(crate) by: u8,
    /// How whoever takes a step is known.
    pub(crate) how: How,
}

impl Default for Walk {
    fn default() -> Self {
        Self { drawers: MemoryDrawers::default(), next: 0, by: 1, how: How::Pin }
    }
}

impl Walk {
    /// A station with its lead, lot 1 consented to.
    pub(crate) fn new(practice: bool) -> Self {
        let mut walk = Self::default();
        for entry in beginning(&station_key(), &team_key(), practice) {
            walk.goes(None, entry.fact);
        }
        walk.goes(None, lot_opened(1));
        walk.goes(None, erase_consent(1));
        walk
    }

    /// Device 1 as far as it comes before allocation: one disk "S" wiped and imaged, everything good.
    pub(crate) fn ready() -> Self {
        let mut walk = Self::new(false);
        walk.goes(Some(1), received(1));
        walk.goes(Some(1), tag(1));
        walk.goes(Some(1), inspected(Verdict::Pass, &[disk(Some("S"))]));
        walk.goes(Some(1), bound("S"));
        walk.wipes(1, 1, "S");
        walk.images(1, 2, "S");
        walk.goes(Some(1), tested(FunctionOutcome::Works));
        walk
    }

    fn event(&mut self, by: u8, device: Option<u8>, fact: Fact) -> Event {
        let after = device.and_then(|number| self.device(number)).map(|file| file.last);
        let device = device.map(|number| About { id: device_id(number), after });
        let by = By { person: person(by), how: self.how };
        let at = moment(i64::try_from(self.next).expect("few steps"));
        Event { at, happened_at: None, by, device, fact }
    }

    /// Every objection to a step that is not taken.
    pub(crate) fn objections(&mut self, device: Option<u8>, fact: Fact) -> Vec<Refusal> {
        let event = self.event(self.by, device, fact);
        objections(&event, &Cabinet::new(&mut self.drawers)).expect("drawers read")
    }

    /// Takes a step by that person; its leaf hash, or the id of the rule that refuses.
    pub(crate) fn step_by(&mut self, by: u8, device: Option<u8>, fact: Fact) -> Result<Digest, &'static str> {
        let leaf = Digest(*blake3::hash(&self.next.to_be_bytes()).as_bytes());
        let event = self.event(by, device, fact);
        let mut cabinet = Cabinet::new(&mut self.drawers);
        if let Some(refusal) = check(&event, &cabinet).expect("drawers read") {
            return Err(refusal.rule);
        }
        apply(&event, self.next, leaf, &mut cabinet).expect("drawers write");
        self.drawers.1.push(Written { leaf, event, from: None });
        self.next += 1;
        Ok(leaf)
    }

    pub(crate) fn step(&mut self, device: Option<u8>, fact: impl Into<Fact>) -> Result<Digest, &'static str> {
        self.step_by(self.by, device, fact.into())
    }

    /// Adds a person of that role, by the lead; none for a guest.
    pub(crate) fn adds(&mut self, number: u8, role: Option<Role>) {
        self.goes(None, PersonAdded { person: person(number) });
        if let Some(role) = role {
            self.goes(None, RoleGranted { person: person(number), role });
        }
    }

    /// The same walk, gone on with by that person.
    pub(crate) fn by(mut self, number: u8) -> Self {
        self.by = number;
        self
    }

    /// A step that no rule may refuse.
    pub(crate) fn goes(&mut self, device: Option<u8>, fact: impl Into<Fact>) -> Digest {
        let fact = fact.into();
        let kind = fact.kind().to_owned();
        self.step(device, fact).unwrap_or_else(|rule| panic!("{kind} was refused by {rule}"))
    }

    /// A step that exactly this rule must refuse.
    pub(crate) fn refused(&mut self, rule: &str, device: Option<u8>, fact: impl Into<Fact>) {
        assert_eq!(self.step(device, fact).err(), Some(rule));
    }

    pub(crate) fn wipes(&mut self, device: u8, number: u8, serial: &str) {
        let started = self.goes(Some(device), wipe_started(number, serial));
        self.goes(Some(device), wipe_ended(number, serial, started));
    }

    pub(crate) fn images(&mut self, device: u8, number: u8, serial: &str) {
        let started = self.goes(Some(device), image_started(number, serial));
        self.goes(Some(device), image_ended(number, serial, started));
    }

    pub(crate) fn device(&mut self, number: u8) -> Option<DeviceFile> {
        Cabinet::new(&mut self.drawers).get::<DeviceFile>(&device_id(number)).expect("drawers read")
    }

    /// A step of another station: folded without asking the rules.
    pub(crate) fn folds(&mut self, device: Option<u8>, fact: impl Into<Fact>) -> Digest {
        let leaf = Digest(*blake3::hash(&self.next.to_be_bytes()).as_bytes());
        let event = self.event(self.by, device, fact.into());
        apply(&event, self.next, leaf, &mut Cabinet::new(&mut self.drawers)).expect("drawers write");
        self.drawers.1.push(Written { leaf, event, from: None });
        self.next += 1;
        leaf
    }

    /// Jobs begun and not ended.
    pub(crate) fn open_jobs(&mut self) -> Vec<String> {
        let open = Cabinet::new(&mut self.drawers).get::<OpenJobs>("").expect("drawers read");
        open.unwrap_or_default().disks.into_keys().collect()
    }

    /// What is filed of a thing.
    pub(crate) fn file<T: Slot>(&mut self, id: &T::Id) -> Option<T> {
        Cabinet::new(&mut self.drawers).get::<T>(id).expect("drawers read")
    }

    pub(crate) fn person(&mut self, number: u8) -> PersonFile {
        Cabinet::new(&mut self.drawers).get(&person(number)).expect("drawers read").expect("known")
    }

    pub(crate) fn stage(&mut self) -> Stage {
        self.device(1).expect("device 1").stage()
    }
}
