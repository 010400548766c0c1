//! What is kept of each thing: the folded state that rules and screens ask for.

use super::accessory::Kitted;
use super::hands::Hands;
use super::home::Whereabouts;
use super::labels::LabelCount;
use crate::event::accessory::Needed;
use crate::event::disk::{Decision, DiskSeen, Level, WipeResult};
use crate::event::donation::Purpose;
use crate::event::handover::Terms;
use crate::event::image::{FitResult, ImageSeen};
use crate::event::inspection::{FunctionOutcome, Verdict};
use crate::event::intake::{Danger, DeviceKind, HoldReason};
use crate::event::lock::LockKind;
use crate::event::outward::{Outward, Told};
use crate::event::people::Role;
use crate::event::repair::{Grade, RepairOutcome};
use crate::unit::{DeviceId, Digest, DonorId, LotId, Moment, PersonId, RecipientId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The station itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StationFile {
    /// Leaf hash of record 0.
    pub id: Option<Digest>,
    /// The key that signs its heads.
    pub public_key: Option<Digest>,
    /// The team's key, which certified it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team_key: Option<Digest>,
    /// Keys that the team takes its trust back from.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub revoked_keys: BTreeSet<Digest>,
    /// Whether this is practice.
    pub practice: bool,
    /// Time of the last record.
    pub last_at: Option<Moment>,
    /// How many people were added.
    pub people: u64,
    /// How many records there are, earlier chains included: what tells that the ledger's file lost its last ones.
    #[serde(default)]
    pub records: u64,
    /// How many records there were whose drawers a start from a stick begins with; they count among the records.
    #[serde(default, skip_serializing_if = "is_none")]
    pub based: u64,
    /// How many records of other stations were taken over.
    #[serde(default, skip_serializing_if = "is_none")]
    pub foreign: u64,
    /// Whether it is one start of a machine from a stick.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub start: bool,
    /// The chain that this one continues.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earlier: Option<EarlierChain>,
    /// The last day that was closed here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<DayFile>,
    /// How many records the last safety copy came too early for.
    #[serde(default)]
    pub uncopied: u64,
    /// When the first record was made that no safety copy has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uncopied_since: Option<Moment>,
    /// What the last record was.
    #[serde(default, skip_serializing_if = "LastRecord::is_other")]
    pub last: LastRecord,
    /// Who leads now.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub leads: BTreeSet<PersonId>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
const fn is_none(count: &u64) -> bool {
    *count == 0
}

/// What the last record was, where the next one depends on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LastRecord {
    /// Nothing that the next one depends on.
    #[default]
    Other,
    /// The station was opened.
    Opened,
    /// A safety copy was made.
    Copied,
}

impl LastRecord {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
    fn is_other(&self) -> bool {
        *self == Self::Other
    }
}

/// A chain that was restored from a safety copy, and all before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EarlierChain {
    /// Leaf hash of its record 0.
    pub station: Digest,
    /// How many records it has.
    pub size: u64,
    /// Merkle root over them.
    pub root: Digest,
    /// How many chains there are with it and before it.
    pub chains: u32,
    /// How many records these have together.
    pub records: u64,
}

/// A day that was closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayFile {
    /// Which, as [`Moment::local_day`] writes it.
    pub day: String,
    /// When.
    pub at: Moment,
    /// How many records of the station's own chain need no later copy: with the one that says so, without those that its
    /// copy came too early for.
    pub records: u64,
}

/// Jobs begun and not ended. Apart from the station's file, which every event writes anew.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenJobs {
    /// Each with the key of its disk. A later job on the same disk takes an earlier one's place.
    pub disks: BTreeMap<String, String>,
    /// Those that an earlier chain's machine left, likewise. Nobody can go on with them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub left: BTreeMap<String, String>,
    /// Those that ended before their end, likewise: a person stopped them, or the disk was gone. They can be gone on with.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub stopped: BTreeMap<String, String>,
}

/// A person. A guest is one who never had a role.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonFile {
    /// What they may do.
    pub roles: Vec<Role>,
    /// What is left of the code of their badge.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub badge: Option<Digest>,
    /// Whether the last role they had was taken back: they may record nothing any more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub left: bool,
}

/// A donation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LotFile {
    /// Who gave.
    pub donor: DonorId,
    /// Erasing is consented to now.
    pub erase: bool,
    /// Taking apart is consented to now.
    pub parts: bool,
    /// What the donor ever took a consent back for: it is not given again by whoever comes.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub withdrawn: BTreeSet<Purpose>,
    /// How many of each kind were announced last; none where nobody said.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub expected: BTreeMap<DeviceKind, u32>,
    /// For which campaign.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign: Option<String>,
    /// Since when nothing more is received into it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed: Option<Moment>,
    /// How many receipts its donor got.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub receipts: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
const fn is_zero(count: &u32) -> bool {
    *count == 0
}

impl LotFile {
    /// A lot of that donor of which nothing else was said.
    #[must_use]
    pub const fn of(donor: DonorId) -> Self {
        Self {
            donor,
            erase: false,
            parts: false,
            withdrawn: BTreeSet::new(),
            expected: BTreeMap::new(),
            campaign: None,
            closed: None,
            receipts: 0,
        }
    }

    pub(super) fn consent(&mut self, purpose: Purpose, given: bool) {
        match purpose {
            Purpose::Erase => self.erase = given,
            Purpose::Parts => self.parts = given,
        }
        if !given {
            self.withdrawn.insert(purpose);
        }
    }
}

/// A pupil's opaque reference.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecipientFile {
    /// Devices allocated or given, not lent.
    pub devices: BTreeSet<DeviceId>,
}

/// A job that was started.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobFile {
    /// For which device.
    pub device: DeviceId,
    /// On which disk, by its key.
    pub key: String,
    /// Leaf hash of the last start.
    pub started: Digest,
    /// The image being written; none for a wipe.
    pub image: Option<ImageSeen>,
    /// Id of the wipe's method; none for a write.
    pub method: Option<String>,
    /// Whether an end was recorded for the last start.
    pub ended: bool,
}

/// How far a disk is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DiskState {
    /// Seen, never wiped here.
    #[default]
    Unwiped,
    /// A wipe was begun and not ended.
    Wiping,
    /// Wiped, with evidence for a level.
    Wiped,
    /// Erased with exceptions, not erased, or cancelled.
    NotWiped,
    /// Destroyed: nobody reads it any more.
    Destroyed,
}

/// A disk of a device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiskFile {
    /// Who it is.
    pub disk: DiskSeen,
    /// Whether an inspection saw it inside this machine.
    pub seen: bool,
    /// Whether it was bound to the device.
    pub bound: bool,
    /// How far.
    pub state: DiskState,
    /// What the last wipe was worth.
    pub level: Option<Level>,
    /// How the last wipe ended.
    pub result: Option<WipeResult>,
    /// The image on it, written and verified since the last wipe.
    pub image: Option<String>,
    /// What fitting it to the disk came to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fitted: Option<FitResult>,
    /// Leaf hash of the last wipe or write begun on it, of whatever job: only that one's end says anything about it.
    pub last_start: Option<Digest>,
    /// Leaf hash of the end of the last wipe.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_wipe: Option<Digest>,
    /// Leaf hash of the record that it was destroyed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destroyed: Option<Digest>,
    /// Whoever recorded a start or the end of the last wipe, resumed runs included.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub wiped_by: BTreeSet<PersonId>,
    /// Whether any of them only said who they were: then nobody knows who wiped it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub wiped_by_claim: bool,
    /// Who validated the last wipe.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub validated_by: Option<PersonId>,
    /// What somebody decided who did not accept the last wipe: until it is wiped again, or a lead accepts after all, it does
    /// not count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doubted: Option<Decision>,
    /// In which device it was wiped, where it came from another one as a part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wiped_in: Option<DeviceId>,
    /// Whether it went home after its last wipe or write.
    #[serde(default, skip_serializing_if = "Whereabouts::is_unknown")]
    pub whereabouts: Whereabouts,
}

impl DiskFile {
    /// Leaf hash of the record that a document can be made of: that it was destroyed, else the end of its last wipe.
    #[must_use]
    pub fn document(&self) -> Option<Digest> {
        self.destroyed.or(self.last_wipe)
    }
}

/// A device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceFile {
    /// Its lot.
    pub lot: LotId,
    /// What it is.
    pub kind: DeviceKind,
    /// Its tags, the newest last.
    pub tags: Vec<String>,
    /// Maker, as the last inspection that could read it says; so for model and serial.
    pub maker: Option<String>,
    /// Model as people say it.
    pub model: Option<String>,
    /// Serial number of the machine.
    pub serial: Option<String>,
    /// Who it is by word of mouth: where an inspection could read it, that counts.
    #[serde(default, skip_serializing_if = "Told::is_empty")]
    pub told: Told,
    /// What was last seen of it from outside.
    #[serde(default, skip_serializing_if = "Outward::is_empty")]
    pub outward: Outward,
    /// Labels that were printed of its tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<LabelCount>,
    /// The last judgement.
    pub verdict: Option<Verdict>,
    /// Its disks by key.
    pub disks: BTreeMap<String, DiskFile>,
    /// The last outcome of each function tested.
    pub functions: BTreeMap<String, FunctionOutcome>,
    /// The last grade.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grade: Option<Grade>,
    /// What the last repair came to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repair: Option<RepairOutcome>,
    /// What locks it, each with the hash under which its password is sealed.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub locks: BTreeMap<LockKind, Option<Digest>>,
    /// The shelf it lies on, spelled as it was when first something was put there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shelf: Option<String>,
    /// The box it is in, which stands on that shelf; likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub boxed: Option<String>,
    /// When it was put there, or into its box.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved_at: Option<Moment>,
    /// In whose hands it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hands: Option<Hands>,
    /// What must go with it: of each, any one kind.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<Needed>,
    /// What was put to it out of the stock.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kit: Vec<Kitted>,
    /// On hold, and why.
    pub held: Option<HoldReason>,
    /// As which other device the machine under its tag was recognised, where that is why it is on hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen_as: Option<DeviceId>,
    /// The chain whose summary was read off its screen and whose records have not come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<Digest>,
    /// In quarantine, and why.
    pub quarantined: Option<Danger>,
    /// Set aside for this pupil.
    pub recipient: Option<RecipientId>,
    /// In the pupil's hands.
    pub handed_over: Option<Terms>,
    /// Rules that a lead lifted until the device is inspected, tested, wiped or imaged again or handed over; for one pupil
    /// only, where one is named.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub lifted: BTreeMap<String, Option<RecipientId>>,
    /// Whether this is practice, where only disks made for practice count.
    pub practice: bool,
    /// Whether its receipt was struck out: it was never here.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub withdrawn: bool,
    /// When it was received.
    pub received_at: Moment,
    /// When it came to the stage it is at; none in what a program before this one filed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage_since: Option<Moment>,
    /// When its last event was recorded.
    pub changed_at: Moment,
    /// Leaf hash of its last event.
    pub last: Digest,
    /// Number of its last event among everything folded: earlier chains, and what was taken over, included.
    pub last_seq: u64,
}
