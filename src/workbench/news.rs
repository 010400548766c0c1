//! What happens outside the screen and is told to it: data only.

use super::alert::Alert;
use super::chosen::Chosen;
use super::effect::Answer;
use super::machine::{MachineSeen, StickSeen};
use super::print::PrintWait;
use super::report::Report;
use super::running::Beginning;
use super::store_page::StoreNews;
use super::world::BenchSeen;
use crate::job::JobNews;
use crate::unit::{DeviceId, Moment};
use crate::word::Sentence;

/// What happened outside the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// A minute has passed.
    Time(Moment),
    /// The bench was read.
    Bench(Box<BenchSeen>),
    /// Another device is meant.
    Choosing(DeviceId),
    /// A device was read.
    Device(Box<Chosen>),
    /// Something that takes a while begins, or is over.
    Busy(Option<Sentence>),
    /// A job was recorded as begun.
    JobBegan(Box<Beginning>),
    /// News of a running job.
    Job {
        /// Which one.
        job: u64,
        /// What it says.
        news: JobNews,
    },
    /// A person asked a job to stop.
    JobStopping(u64),
    /// A job's end is recorded.
    JobEnded {
        /// Which one.
        job: u64,
        /// What it came to.
        report: Report,
    },
    /// News of what is done to the images that the station keeps.
    Store(StoreNews),
    /// Somebody should know.
    Alert(Box<Alert>),
    /// The newest alert was read.
    Dismissed,
    /// What waits to be printed now.
    Prints(Vec<PrintWait>),
    /// How what is recorded stands with the stick that the program was started from.
    Stick(Box<StickSeen>),
    /// This machine was read.
    Machine(Box<MachineSeen>),
    /// This machine is that device.
    ThisMachine(DeviceId),
    /// What an effect came to.
    Answer(Answer),
}
