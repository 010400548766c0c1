//! Folding what another station recorded, at the place where this one took it over.
//!
//! Invariants: it says nothing of this station: not of its clock, its people, its lots, its jobs; what the enrolment does not
//! allow, or no rule of evidence would, is kept and not folded; a tag that leads to a device keeps leading to it; records of
//! one device that did not know of each other hold it; times that cannot be are marked, and days are not counted by them.

#![expect(clippy::wildcard_enum_match_arm, reason = "two kinds may tell of another device")]

use super::conflict::{Between, Heard, hold_both, ignored, note_apart, parts, standing};
use super::drawer::{Cabinet, DrawerError};
use super::file::DeviceFile;
use super::fold::{count, step};
use super::jobs::begin_elsewhere;
use super::rule::breaks_evidence;
use crate::custody::accessory::settle_wants;
use crate::custody::shelves::settle_box;
use crate::event::station::{BundleTaken, StationOpened, StickEnrolled};
use crate::event::{About, Event, Fact};
use crate::unit::{DeviceId, Digest, Moment};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What the starts of a stick may author where nothing else is enrolled: everything about a device from its receipt until it
/// is checked; nothing of people, counts, lots, handing over or the station.
pub const STICK_KINDS: [&str; 26] = [
    "DeviceReceived",
    "IntakeChecked",
    "TagBound",
    "LabelPrinted",
    "DeviceMoved",
    "DeviceHeld",
    "HoldReleased",
    "DeviceQuarantined",
    "QuarantineCleared",
    "DeviceInspected",
    "FunctionTested",
    "DeviceGraded",
    "LockFound",
    "LockShown",
    "LockCleared",
    "RepairRecorded",
    "PartTaken",
    "PartFitted",
    "DiskBound",
    "WipeStarted",
    "WipeEnded",
    "WipeValidated",
    "DiskDestroyed",
    "ImageStarted",
    "ImageEnded",
    "ImageFitted",
];

/// How far a clock may run ahead before its times are doubted.
const CLOCK_SLACK_MILLIS: i64 = 5 * 60 * 1000;

/// What is known of a stick, by its key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StickFile {
    /// Leaf hash of its own record 0.
    pub station: Digest,
    /// What is written on it.
    pub name: String,
    /// When it was enrolled.
    pub enrolled_at: Moment,
    /// When its starts count no more.
    pub until: Moment,
    /// The kinds that its starts may author.
    pub kinds: BTreeSet<String>,
}

/// Why a record is kept and not folded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AsideWhy {
    /// Nobody enrolled the key.
    NotEnrolled,
    /// The key is not trusted any more.
    Revoked,
    /// It was made after the enrolment ended.
    TooLate,
    /// Its kind is not among those enrolled.
    Kind,
    /// It is about a device that was never received.
    UnknownDevice,
    /// It claims more than its evidence shows.
    Evidence,
}

/// Records that are kept and not folded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Aside {
    /// The first.
    pub from: u64,
    /// The one behind the last.
    pub to: u64,
    /// Why.
    pub why: AsideWhy,
}

/// What is known of another station's chain, by its id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainFile {
    /// The key that signs its heads.
    pub own_key: Digest,
    /// The key whose enrolment says what it may author: a stick's, or its own.
    pub key: Digest,
    /// What is written on the stick that it is from; none where nobody enrolled it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// When that was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enrolled_at: Option<Moment>,
    /// How many of its records were taken over.
    pub size: u64,
    /// When that was last, by this station's clock.
    pub taken_at: Moment,
    /// How far this station's clock was ahead of its clock then, milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset_ms: Option<i64>,
    /// How many of its records bear a time that cannot be.
    #[serde(default, skip_serializing_if = "is_none")]
    pub odd_times: u64,
    /// Its records that are not folded.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aside: Vec<Aside>,
    /// What it last said of each device, and what of it it knew of others then.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub heard: BTreeMap<DeviceId, Heard>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
const fn is_none(count: &u64) -> bool {
    *count == 0
}

impl ChainFile {
    /// How many of its records are not folded.
    #[must_use]
    pub fn set_aside(&self) -> u64 {
        self.set_aside_from(0)
    }

    /// How many of them from that number on.
    #[must_use]
    pub fn set_aside_from(&self, from: u64) -> u64 {
        self.aside.iter().map(|aside| aside.to.saturating_sub(aside.from.max(from))).sum()
    }

    /// Whether a record of that time cannot be: before the enrolment, or after it came home.
    #[must_use]
    pub fn is_odd_time(&self, at: Moment) -> bool {
        is_odd(at, self.taken_at, self.enrolled_at)
    }

    /// When a record of that time was made, as well as this station can tell.
    fn true_time(&self, at: Moment) -> Moment {
        if !self.is_odd_time(at) {
            return at;
        }
        let mended = self.offset_ms.and_then(|offset| at.unix_millis().checked_add(offset));
        mended.map(Moment::from_unix_millis).filter(|at| !self.is_odd_time(*at)).unwrap_or(self.taken_at)
    }

    fn put_aside(&mut self, seq: u64, why: AsideWhy) {
        match self.aside.last_mut() {
            Some(last) if last.why == why && last.to == seq => last.to = seq + 1,
            _other => self.aside.push(Aside { from: seq, to: seq + 1, why }),
        }
    }
}

fn is_odd(at: Moment, taken_at: Moment, enrolled_at: Option<Moment>) -> bool {
    let late = at.unix_millis() - taken_at.unix_millis() > CLOCK_SLACK_MILLIS;
    late || enrolled_at.is_some_and(|enrolled| enrolled.unix_millis() - at.unix_millis() > CLOCK_SLACK_MILLIS)
}

/// How far this station's clock is ahead of the one that made a chain's last record at `last`, milliseconds, where that time
/// cannot be: at most so far, since the record was made before it came home. None where nothing is wrong with it.
#[must_use]
pub fn clock_offset(last: Moment, taken_at: Moment, enrolled_at: Option<Moment>) -> Option<i64> {
    is_odd(last, taken_at, enrolled_at).then(|| taken_at.unix_millis() - last.unix_millis())
}

/// Files that a stick may come home.
pub(super) fn stick_enrolled(
    enrolled: &StickEnrolled,
    at: Moment,
    cabinet: &mut Cabinet<'_>,
) -> Result<(), DrawerError> {
    let StickEnrolled { station, name, until, kinds, .. } = enrolled.clone();
    let file = StickFile { station, name, enrolled_at: at, until, kinds: kinds.into_iter().collect() };
    cabinet.put(&enrolled.key, &file)
}

/// Records of another chain being folded.
#[derive(Debug)]
pub struct Taking {
    station: Digest,
    /// None before its record 0.
    file: Option<ChainFile>,
    stick: Option<StickFile>,
    revoked: bool,
    practice: bool,
    taken_at: Moment,
    offset_ms: Option<i64>,
    /// The number of the next one among everything folded.
    order: u64,
    to: u64,
    /// Devices whose drawers changed.
    touched: BTreeSet<DeviceId>,
    /// What it did not know of a device, by what it knew.
    ignored: BTreeMap<(DeviceId, Option<Digest>), Vec<Digest>>,
}

impl Taking {
    /// Begins behind record `seq` (counted on over the earlier chains), which takes them over and is itself folded.
    pub fn begin(taken: &BundleTaken, at: Moment, seq: u64, cabinet: &mut Cabinet<'_>) -> Result<Self, DrawerError> {
        let mut station = cabinet.station()?;
        let order = seq + station.foreign + 1;
        station.foreign += taken.to.saturating_sub(taken.from);
        cabinet.put("", &station)?;
        let mut taking = Self {
            station: taken.station,
            file: cabinet.get::<ChainFile>(&taken.station)?,
            stick: None,
            revoked: false,
            practice: station.practice,
            taken_at: at,
            offset_ms: taken.offset_ms,
            order,
            to: taken.to,
            touched: BTreeSet::new(),
            ignored: BTreeMap::new(),
        };
        taking.know(cabinet)?;
        Ok(taking)
    }

    /// Looks up whose it is.
    fn know(&mut self, cabinet: &Cabinet<'_>) -> Result<(), DrawerError> {
        let Some(file) = &mut self.file else { return Ok(()) };
        self.stick = cabinet.get::<StickFile>(&file.key)?;
        let revoked = cabinet.station()?.revoked_keys;
        self.revoked = revoked.contains(&file.key) || revoked.contains(&file.own_key);
        file.name = self.stick.as_ref().map(|stick| stick.name.clone());
        file.enrolled_at = self.stick.as_ref().map(|stick| stick.enrolled_at);
        (file.taken_at, file.size) = (self.taken_at, self.to);
        file.offset_ms = self.offset_ms.or(file.offset_ms);
        Ok(())
    }

    fn open(&mut self, opened: &StationOpened, cabinet: &Cabinet<'_>) -> Result<(), DrawerError> {
        self.file = Some(ChainFile {
            own_key: opened.public_key,
            key: opened.enrolled_key(),
            name: None,
            enrolled_at: None,
            size: self.to,
            taken_at: self.taken_at,
            offset_ms: None,
            odd_times: 0,
            aside: Vec::new(),
            heard: BTreeMap::new(),
        });
        self.know(cabinet)
    }

    /// Folds record `seq` of that chain. Of which device it counts, and by what time; none where it is about no device, or not
    /// folded.
    pub fn take(
        &mut self,
        event: &Event,
        seq: u64,
        leaf: Digest,
        cabinet: &mut Cabinet<'_>,
    ) -> Result<Option<(DeviceId, Moment)>, DrawerError> {
        if let (Fact::StationOpened(opened), 0) = (&event.fact, seq) {
            self.open(opened, cabinet)?;
        }
        let Some(mut file) = self.file.take() else {
            return Err(DrawerError(format!("chain:{}: no record 0", self.station)));
        };
        let order = self.order;
        self.order += 1;
        file.odd_times += u64::from(file.is_odd_time(event.at));
        let mut knew = None;
        let mut true_event = Event { at: file.true_time(event.at), ..event.clone() };
        if let Some(About { id, after }) = &event.device {
            let heard = Heard::after(file.heard.get(id).copied(), leaf, *after);
            file.heard.insert(id.clone(), heard);
            knew = heard.knew;
            true_event.device = Some(About { id: standing(id, cabinet)?, after: *after });
        }
        let barred = self.bars(&true_event, &file, cabinet)?;
        if let Some(why) = barred {
            file.put_aside(seq, why);
        }
        self.file = Some(file);
        let Some(about) = true_event.device.as_ref().filter(|_| barred.is_none()) else { return Ok(None) };
        self.fold(&true_event, (&about.id, knew), (leaf, order), cabinet)?;
        Ok(Some((about.id.clone(), true_event.at)))
    }

    /// Why a record is not folded.
    fn bars(&self, event: &Event, file: &ChainFile, cabinet: &Cabinet<'_>) -> Result<Option<AsideWhy>, DrawerError> {
        if self.revoked {
            return Ok(Some(AsideWhy::Revoked));
        }
        let of_itself = matches!(event.fact, Fact::StationOpened(_) | Fact::ClockJumped(_))
            || (matches!(event.fact, Fact::BootOpened(_)) && file.own_key == file.key);
        let Some(stick) = &self.stick else { return Ok(Some(AsideWhy::NotEnrolled)) };
        if event.at > stick.until {
            return Ok(Some(AsideWhy::TooLate));
        }
        if of_itself {
            return Ok(None);
        }
        let Some(about) = event.device.as_ref().filter(|_| stick.kinds.contains(event.fact.kind())) else {
            return Ok(Some(AsideWhy::Kind));
        };
        let received = matches!(event.fact, Fact::DeviceReceived(_));
        if !received && cabinet.get::<DeviceFile>(&about.id)?.is_none() {
            return Ok(Some(AsideWhy::UnknownDevice));
        }
        Ok(breaks_evidence(event, cabinet)?.then_some(AsideWhy::Evidence))
    }

    fn fold(
        &mut self,
        event: &Event,
        (id, knew): (&DeviceId, Option<Digest>),
        (leaf, order): (Digest, u64),
        cabinet: &mut Cabinet<'_>,
    ) -> Result<(), DrawerError> {
        let known = cabinet.get::<DeviceFile>(id)?;
        let apart = self.ignores(event, (id, knew), leaf, known.as_ref(), cabinet)?;
        let carrier = match &event.fact {
            Fact::TagBound(bound) => cabinet.tagged(&bound.tag)?.map(|other| (other, Between::Tag)),
            Fact::DeviceInspected(seen) if !seen.typed => {
                cabinet.twin(id, &seen.facts)?.map(|other| (other, Between::Machine))
            }
            _other => None,
        };
        begin_elsewhere(event, cabinet)?;
        let Some(mut file) = step(event, id, leaf, known.as_ref(), self.practice, cabinet)? else {
            return Ok(());
        };
        count(event, known.as_ref(), &file, cabinet)?;
        if !apart.is_empty() {
            note_apart(&mut file, (leaf, self.station), &apart);
        }
        settle_box(known.as_ref(), &file, id, cabinet)?;
        settle_wants(known.as_ref(), &file, cabinet)?;
        file.summary = file.summary.filter(|summary| *summary != self.station);
        cabinet.put(id, &DeviceFile { last: leaf, last_seq: order, changed_at: event.at, ..file })?;
        self.touched.insert(id.clone());
        if let Some((other, between)) = carrier.filter(|(other, _)| other != id) {
            hold_both(id, &other, between, (leaf, self.station), cabinet)?;
            self.touched.insert(other);
        }
        Ok(())
    }

    /// Which records here it did not know of, though it should have. They are looked up once for each device.
    fn ignores(
        &mut self,
        event: &Event,
        (id, knew): (&DeviceId, Option<Digest>),
        leaf: Digest,
        known: Option<&DeviceFile>,
        cabinet: &Cabinet<'_>,
    ) -> Result<Vec<Digest>, DrawerError> {
        let key = (id.clone(), knew);
        if let Some(ignored) = self.ignored.get(&key).filter(|_| parts(&event.fact)) {
            return Ok(ignored.clone());
        }
        if !parts(&event.fact) {
            return Ok(Vec::new());
        }
        let mut found = Vec::new();
        if known.is_some() {
            let before = cabinet.written(id)?.into_iter().take_while(|one| one.leaf != leaf);
            let is_same = |other: &DeviceId| self.file.as_ref().is_some_and(|file| file.heard.contains_key(other));
            found = ignored(&before.collect::<Vec<_>>(), (self.station, knew), is_same, cabinet)?;
        }
        self.ignored.insert(key, found.clone());
        Ok(found)
    }

    /// Ends it; the devices whose drawers changed.
    pub fn end(self, cabinet: &mut Cabinet<'_>) -> Result<BTreeSet<DeviceId>, DrawerError> {
        if let Some(file) = &self.file {
            cabinet.put(&self.station, file)?;
        }
        Ok(self.touched)
    }
}
