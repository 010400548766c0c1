//! Sticks as a screen shows them and asks for them: data only.

use super::effect::Answer;
use super::report::Report;
use super::stick::StickDisk;
use super::stick_away::StartAway;
use super::stick_list::{StickLine, last_day};
use crate::unit::{DeviceId, Digest, Moment, Secret};
use crate::word::{Sentence, say};
use std::time::Duration;

/// How long a stick counts where nobody says: half a year.
pub const STICK_COUNTS: Duration = Duration::from_hours(180 * 24);

/// What is asked for about sticks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StickOrder {
    /// Show them, and the disks there are.
    Look,
    /// Take home what every stick brings that is plugged in.
    Home,
    /// Make one.
    Write(StickWish),
    /// The signed summary of that device, of a machine that was started from one.
    Summary(DeviceId),
}

/// A stick that is to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StickWish {
    /// The disk's name.
    pub disk: String,
    /// What was typed to confirm.
    pub typed: String,
    /// What is written on it.
    pub name: String,
    /// What opens the names on it.
    pub passphrase: Secret,
}

/// The sticks and the disks that there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SticksView {
    /// Those that were made, the newest last.
    pub lines: Vec<StickLine>,
    /// Of each, the starts whose records are not all home.
    pub away: Vec<Vec<StartAway>>,
    /// Disks that a stick can be made of.
    pub disks: Vec<StickDisk>,
    /// Disks that are sticks and are plugged in.
    pub plugged: Vec<String>,
    /// Whether there is an image to write.
    pub has_image: bool,
}

/// What is told of sticks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StickTold {
    /// How they are now.
    View(SticksView),
    /// Something is being done: how much of it, in percent.
    Going(u64),
    /// It came to that.
    Over(Report),
    /// The signed summary that was asked for.
    Summary(Vec<u8>),
}

impl From<StickTold> for Answer {
    fn from(told: StickTold) -> Self {
        Self::Stick(Box::new(told))
    }
}

/// A stick that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StickMade {
    /// What is written on it.
    pub name: String,
    /// Leaf hash of its record 0.
    pub station: Digest,
    /// Its public key.
    pub key: Digest,
    /// When it counts no more.
    pub until: Moment,
    /// How many people's names and PINs are on it.
    pub people: u64,
}

impl StickMade {
    /// What is said of it; `disk` is what the disk is called.
    #[must_use]
    pub fn sentence(&self, disk: &str) -> Sentence {
        let until = last_day(self.until);
        say!("stick-made", name = self.name.as_str(), disk = disk, until = until, people = self.people)
    }
}
