//! `practice --fill`: a practice station with as many devices and records as asked for, to measure on.
//!
//! Invariants: everything goes through the journal, under its rules and signed, as from a bench; all but the station's
//! keys and the moment it ends at comes from the seed; a stop leaves a whole station behind, only smaller.

use super::fill_facts::Actor;
use super::fill_story::{Dice, Outline, outlines};
use super::folder::{self, Folder};
use super::setup::{Made, set_up_as_of};
use super::{say_head, signal};
use crate::cli::{FillSize, Out};
use crate::event::donation::{ConsentGiven, LotOpened, Purpose};
use crate::event::{By, Fact, How};
use crate::linux::{OsChance, SystemClock};
use crate::port::{Clock, Entry, Failure, FakeClock, Journal, SeededChance, Trouble, Vault};
use crate::store::{KeyFile, SealedVault, Store, read_key};
use crate::unit::{DonorId, LotId, Moment};
use crate::word::say;
use crate::workbench::SetUp;
use std::collections::VecDeque;
use std::path::Path;
use std::time::Duration;

/// Devices of one donation.
const LOT: u64 = 20;
/// Donors, who give again and again: their names cost a flush of the vault each.
const DONORS: u64 = 40;
/// Devices worked on at the same time, each with one step in every commit.
const AT_WORK: usize = 2000;
/// Devices received in a day, and the longest time that a filled station looks back on.
const A_DAY: u64 = 64;
const MOST_DAYS: u64 = 1095;
/// The station, its lead, the lead's role and the guest.
const BEGINNING: u64 = 4;
const DAY: Duration = Duration::from_hours(24);

/// What is still to be filled in, and the state of the story.
struct Filling<'a> {
    dice: Dice<'a>,
    by: By,
    began: Moment,
    span: Duration,
    records: u64,
    recorded: u64,
    devices: u64,
    outlines: VecDeque<Outline>,
    donors: Vec<DonorId>,
    lot: Option<LotId>,
    at_work: Vec<Actor>,
}

/// `aoxanh practice --fill`.
pub(super) fn fill(
    size: FillSize,
    seed: u8,
    named: Option<&Path>,
    domain: &str,
    out: &mut Out<'_>,
) -> Result<(), Failure> {
    let lots = size.devices.div_ceil(LOT) * 2;
    let chance = SeededChance::new(seed);
    let dice = Dice(&chance);
    let steps = size.records.checked_sub(BEGINNING + lots);
    let outlines = steps.and_then(|steps| outlines(size.devices, steps, &dice)).ok_or_else(|| {
        let least = BEGINNING + lots + size.devices;
        Failure::new(Trouble::Usage, say!("fill-too-few", devices = size.devices, least = least))
    })?;
    let interrupt = signal::Interrupt::watch()?;
    let clock = SystemClock::new();
    let days = (size.devices / A_DAY).clamp(1, MOST_DAYS);
    let span = DAY * u32::try_from(days).unwrap_or(1);
    let now = clock.now();
    let began = Moment::from_unix_millis(now.unix_millis() - i64::try_from(span.as_millis()).unwrap_or(0));
    let stamp = now.to_string().replace([':', '.'], "-");
    let path = folder::place_or(named, &format!("aoxanh-luyen-tap/{stamp}"))?;
    let then = FakeClock::new(began, Duration::ZERO);
    let guest = out.words().say(&say!("guest-name"));
    let setup = SetUp::practice("Đội trưởng Luyện Tập", &guest, domain);
    let Made { folder, store, opened, .. } = set_up_as_of(&path, &setup, &then, &mut |_begun| Ok(()))?;
    let at = path.display().to_string();
    out.object("opened", serde_json::json!({ "folder": at, "station": opened.id, "lead": opened.lead }))?;
    out.say(&say!("station-opened", folder = at, station = opened.id.short(16), lead = opened.lead.as_str()))?;
    let donors = donors(&folder, &dice)?;
    let mut filling = Filling {
        dice,
        by: By { person: opened.lead, how: How::Claimed },
        began,
        span,
        records: size.records,
        recorded: BEGINNING,
        devices: 0,
        outlines: outlines.into(),
        donors,
        lot: None,
        at_work: Vec::new(),
    };
    let done = filling.run(&store, out, &|| interrupt.is_set());
    filling.report(clock.elapsed(), out)?;
    done?;
    say_head(&store, out)
}

/// The donors, their names in the vault.
fn donors(folder: &Folder, dice: &Dice<'_>) -> Result<Vec<DonorId>, Failure> {
    let chance = OsChance;
    let vault = SealedVault::open(folder.path(), read_key(folder.path(), KeyFile::Vault)?.bytes(), &chance)?;
    let seal = |number| {
        let donor = DonorId::from_random(dice.0.bytes());
        vault.seal(donor.as_str(), &format!("Người tặng Luyện Tập {number}"))?;
        Ok(donor)
    };
    (1..=DONORS).map(seal).collect()
}

impl Filling<'_> {
    fn run(&mut self, store: &Store, out: &mut Out<'_>, cancel: &dyn Fn() -> bool) -> Result<(), Failure> {
        let mut said = 0;
        while self.recorded < self.records {
            if cancel() {
                return Err(Failure::new(Trouble::Cancelled, say!("fill-stopped")).hint(say!("fill-stopped-hint")));
            }
            self.round(store)?;
            let percent = self.recorded * 100 / self.records;
            if percent > said {
                out.object("filling", serde_json::json!({ "records": self.recorded, "of": self.records }))?;
            }
            let tenth = percent / 10 > said / 10;
            out.progress(&say!("filling", done = self.recorded, total = self.records, percent = percent), tenth);
            said = percent;
        }
        Ok(())
    }

    /// One step of every device at work, in one commit.
    fn round(&mut self, store: &Store) -> Result<(), Failure> {
        let mut entries = Vec::new();
        self.admit(&mut entries);
        let mut starts = Vec::new();
        for place in 0..self.at_work.len() {
            let at = self.time_of(entries.len());
            let actor = &mut self.at_work[place];
            if let Some(fact) = actor.next(at, &self.dice) {
                if matches!(fact, Fact::WipeStarted(_) | Fact::ImageStarted(_)) {
                    starts.push((place, entries.len()));
                }
                let device = Some(actor.id.clone());
                entries.push(Entry { at, happened_at: None, by: self.by.clone(), device, fact });
            }
        }
        let receipts = store.commit(entries)?;
        for (place, entry) in starts {
            let receipt = &receipts[entry];
            self.at_work[place].note_start(receipt.leaf, receipt.event.at);
        }
        self.recorded += receipts.len() as u64;
        self.at_work.retain(|actor| !actor.is_done());
        Ok(())
    }

    /// Lets devices in for those that are done, each donation with its records before.
    fn admit(&mut self, entries: &mut Vec<Entry<Fact>>) {
        while self.at_work.len() < AT_WORK
            && let Some(outline) = self.outlines.pop_front()
        {
            if self.devices.is_multiple_of(LOT) {
                self.lot = None;
            }
            let lot = match &self.lot {
                Some(lot) => lot.clone(),
                None => self.open_lot(entries),
            };
            self.devices += 1;
            self.at_work.push(Actor::new(self.devices, lot, outline, &self.dice));
        }
    }

    fn open_lot(&mut self, entries: &mut Vec<Entry<Fact>>) -> LotId {
        let lot = LotId::from_random(self.dice.0.bytes());
        let place = usize::try_from(self.dice.below(DONORS)).unwrap_or(0);
        let opened = LotOpened { lot: lot.clone(), donor: self.donors[place].clone() };
        let facts: [Fact; 2] = [opened.into(), ConsentGiven { lot: lot.clone(), purpose: Purpose::Erase }.into()];
        for fact in facts {
            let at = self.time_of(entries.len());
            entries.push(Entry { at, happened_at: None, by: self.by.clone(), device: None, fact });
        }
        self.lot = Some(lot.clone());
        lot
    }

    /// When the entry of that place in the next commit is recorded: the records are spread evenly over the time.
    fn time_of(&self, place: usize) -> Moment {
        let number = u128::from(self.recorded + place as u64 + 1);
        let millis = self.span.as_millis() * number / u128::from(self.records);
        self.began.plus(Duration::from_millis(u64::try_from(millis).unwrap_or(0)))
    }

    fn report(&self, took: Duration, out: &mut Out<'_>) -> Result<(), Failure> {
        let millis = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        let rate = self.recorded * 1000 / millis.max(1);
        out.object(
            "filled",
            serde_json::json!({
                "devices": self.devices, "records": self.recorded, "milliseconds": millis, "records_per_second": rate,
            }),
        )?;
        let seconds = took.as_secs();
        out.say(&say!("filled", devices = self.devices, records = self.recorded, seconds = seconds, rate = rate))
    }
}
