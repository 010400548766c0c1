//! The machine that the program runs on, where it was started from a stick: what it is, what it is to become next, and how
//! what is recorded here gets home.
//!
//! Invariants: looking at the machine records nothing; one step is shown at a time; a stick may be pulled out only when all
//! that was recorded is on it and nothing is read from it.

use super::bench::Bench;
use super::effect::InspectedView;
use super::inspect::{disk_healths, load_profile};
use super::inspect_page::{criteria, facts_by_group};
use super::ladder::{Standing, Step};
use super::running::Work;
use super::world::World;
use crate::custody::{DiskState, machine_name};
use crate::device::{Facts, Value, key};
use crate::event::intake::DeviceKind;
use crate::port::Failure;
use crate::profile::judge;
use crate::unit::{Bytes, DeviceId};
use crate::word::{Lang, Sentence, say};

/// Less room on a stick than this is told.
pub const LOW: Bytes = Bytes(64 * 1024 * 1024);

/// The stick that the program was started from, and how what is recorded stands with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StickSeen {
    /// What the team calls it, or its id in few symbols; empty where there is none.
    pub name: String,
    /// Why nothing is kept and nothing may be wiped here, and what to do; none where the stick is enrolled.
    pub guest: Option<Sentence>,
    /// The enrolled sticks that are plugged in now, by name.
    pub plugged: Vec<String>,
    /// How many records are on no stick yet.
    pub unsaved: u64,
    /// Whether something was saved on a stick that was away before.
    pub came_back: bool,
    /// Room on the fullest stick that is plugged in.
    pub free: Option<Bytes>,
    /// Why what is recorded was not written to a stick that is there.
    pub trouble: Option<Sentence>,
    /// What else somebody should know: a wrong clock, a base that is of no use.
    pub notes: Vec<Sentence>,
}

impl StickSeen {
    /// Whether there is so little room that somebody should know before it matters.
    #[must_use]
    pub fn is_low(&self) -> bool {
        self.free.is_some_and(|free| free < LOW)
    }
}

/// This machine, as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MachineSeen {
    /// Maker and model, as far as it tells.
    pub name: Option<String>,
    /// Which device it is, by its serial or because somebody said so.
    pub device: Option<DeviceId>,
    /// What it says in full.
    pub view: InspectedView,
}

/// What is to be done next with this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MachineStep {
    /// It is still being read.
    Read,
    /// A stick that is enrolled is needed.
    Enrol,
    /// Its tag is scanned, typed or made.
    Tag,
    /// Another device is chosen than this machine.
    Back,
    /// It is being inspected for its tag.
    Inspect,
    /// Somebody signs in.
    SignIn,
    /// Its functions are tested.
    Check,
    /// Its disks are wiped; how many of how many are.
    Wipe(u64, u64),
    /// An image is written.
    Image,
    /// That forbids going on.
    Stopped(Sentence),
    /// A job runs.
    Job,
    /// Nothing: it is switched off.
    Off,
}

/// How the computer is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Power {
    /// Switched off.
    Off,
    /// Started again.
    Again,
}

/// Reads this machine and judges it; records nothing.
pub fn look_at_machine(bench: &Bench<'_>, lang: Lang) -> Result<MachineSeen, Failure> {
    let mut facts = bench.probe.facts()?;
    let _healths = disk_healths(bench, &mut facts);
    let profile = load_profile(bench, None, kind_of(&facts))?;
    let judgement = judge(&profile, &facts);
    let name = match lang {
        Lang::Vi => profile.name_vi.as_str(),
        Lang::En => profile.name_en.as_str(),
    };
    let verdict = say!("verdict-line", verdict = judgement.verdict.sentence(), profile = name);
    let mut lines = criteria(&judgement, false);
    lines.extend(facts_by_group(&facts, false));
    let text = |key: &str| match facts.known(key) {
        Some(Value::Text(text)) => Some(text.as_str()),
        Some(_) | None => None,
    };
    let device = match text(key::SERIAL) {
        Some(serial) if !bench.practice()? => bench.index.of_serial(serial)?,
        Some(_) | None => None,
    };
    Ok(MachineSeen {
        name: machine_name(text(key::MAKER), text(key::MODEL)),
        device,
        view: InspectedView { judged: judgement.verdict, verdict, fix: judgement.fix_sentence(), lines },
    })
}

/// What the machine says that it is, else a laptop.
fn kind_of(facts: &Facts) -> DeviceKind {
    match crate::reading::kind_of(facts) {
        Some("desktop") => DeviceKind::Desktop,
        Some("all_in_one") => DeviceKind::AllInOne,
        Some("tablet") => DeviceKind::Tablet,
        Some(_) | None => DeviceKind::Laptop,
    }
}

impl World {
    /// Which device this machine is; none where nobody knows yet, or the program was started from no stick.
    #[must_use]
    pub fn this_device(&self) -> Option<&DeviceId> {
        self.machine.as_ref()?.device.as_ref()
    }

    /// Whether the device that is meant is this machine.
    #[must_use]
    pub fn is_this_machine(&self) -> bool {
        self.this_device().is_some() && self.this_device() == self.cursor.as_ref()
    }

    /// Whether everything that was recorded is on a stick that is plugged in, and nothing is read from it: it may be pulled
    /// out.
    #[must_use]
    pub fn may_pull(&self) -> bool {
        let saved = self.stick.as_ref().is_some_and(|stick| {
            stick.guest.is_none() && !stick.plugged.is_empty() && stick.unsaved == 0 && stick.trouble.is_none()
        });
        saved && !self.reads_stick()
    }

    /// Whether an image is written that is on the stick.
    #[must_use]
    pub fn reads_stick(&self) -> bool {
        self.jobs.iter().any(|job| matches!(job.work, Work::Image(_)))
    }

    /// What is to be done next with this machine.
    #[must_use]
    pub fn machine_step(&self) -> MachineStep {
        let Some(machine) = &self.machine else { return MachineStep::Read };
        if self.stick.as_ref().is_some_and(|stick| stick.guest.is_some()) {
            return MachineStep::Enrol;
        }
        let Some(device) = &machine.device else { return MachineStep::Tag };
        if self.cursor.as_ref() != Some(device) {
            return MachineStep::Back;
        }
        if self.job_of(device).is_some() {
            return MachineStep::Job;
        }
        let Some(chosen) = self.here() else { return MachineStep::Read };
        let rung = |step: Step| chosen.ladder.iter().find(|rung| rung.step == step).map(|rung| &rung.standing);
        let is_done = |step: Step| matches!(rung(step), Some(Standing::Done));
        if !is_done(Step::Inspect) {
            return MachineStep::Inspect;
        }
        if self.signed_in().is_none() {
            return MachineStep::SignIn;
        }
        let stopped = chosen.ladder.iter().find_map(|rung| match &rung.standing {
            Standing::Blocked(why) if rung.step != Step::Ready => Some(why.clone()),
            Standing::Blocked(_) | Standing::Done | Standing::Next | Standing::SignIn(_) | Standing::Later => None,
        });
        if let Some(why) = stopped {
            return MachineStep::Stopped(why);
        }
        if !is_done(Step::Check) {
            return MachineStep::Check;
        }
        if !is_done(Step::Wipe) {
            let states = chosen.disks.iter().filter_map(|disk| disk.state);
            let done = states.clone().filter(|state| matches!(state, DiskState::Wiped | DiskState::Destroyed)).count();
            return MachineStep::Wipe(done as u64, states.count() as u64);
        }
        if is_done(Step::Image) { MachineStep::Off } else { MachineStep::Image }
    }
}
