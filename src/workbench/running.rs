//! A running job as it is shown: phase, progress, and its speed over the length of the disk.
//!
//! Invariant: the curve has a fixed number of points, however long the job runs.

use crate::job::{JobNews, Phase, Progress};
use crate::unit::{DeviceId, Moment};
use crate::word::{Sentence, say};
use std::time::Duration;

/// Points of a speed curve: one for each 64th of the way.
pub const CURVE: usize = 64;

/// How long a job may say nothing before that is told: longer than a disk takes to give up a bad block.
const SILENCE: Duration = Duration::from_mins(2);

/// What a job does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Work {
    /// Wipes.
    Wipe,
    /// Writes an image; its name.
    Image(String),
    /// Fits the image that is there.
    Fit,
}

/// A job that was recorded as begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beginning {
    /// Its number on this screen.
    pub job: u64,
    /// For which device.
    pub device: DeviceId,
    /// The device's tag.
    pub name: String,
    /// On which disk.
    pub disk: String,
    /// What it does.
    pub work: Work,
}

/// A running job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobView {
    /// Its number on this screen.
    pub job: u64,
    /// For which device.
    pub device: DeviceId,
    /// The device's tag.
    pub name: String,
    /// On which disk.
    pub disk: String,
    /// What it does.
    pub work: Work,
    /// When it began.
    pub began: Moment,
    /// When it was last heard of.
    pub heard: Moment,
    /// What it is doing.
    pub phase: Option<Phase>,
    /// How far that is.
    pub progress: Option<Progress>,
    /// Bytes per second over the length of the disk, in this phase; 0 where it has not come to.
    pub curve: Vec<u64>,
    /// Bad blocks met so far.
    pub bad: u64,
    /// Whether a person asked it to stop.
    pub stopping: bool,
}

impl JobView {
    /// A job that begins at `began`.
    #[must_use]
    pub fn new(beginning: Beginning, began: Moment) -> Self {
        let Beginning { job, device, name, disk, work } = beginning;
        let curve = vec![0; CURVE];
        Self {
            job,
            device,
            name,
            disk,
            work,
            began,
            heard: began,
            phase: None,
            progress: None,
            curve,
            bad: 0,
            stopping: false,
        }
    }

    /// For how many minutes its disk has not answered; none where it did lately. Nobody can take back what the kernel waits
    /// for, but a person can pull the cable. A drive that erases itself may well say nothing until it is done, and is not to
    /// be pulled.
    #[must_use]
    pub fn silent(&self, now: Moment) -> Option<u64> {
        let silence = now.since(self.heard);
        (silence >= SILENCE && self.phase != Some(Phase::Erase)).then_some(silence.as_secs() / 60)
    }

    /// Takes the job's news in.
    pub fn fold(&mut self, news: &JobNews) {
        match news {
            JobNews::Phase(phase) => {
                self.phase = Some(*phase);
                self.progress = None;
                self.curve = vec![0; CURVE];
            }
            JobNews::Progress(progress) => {
                let from = self.progress.as_ref().map_or(0, place);
                let rate = progress.rate.map_or(0, |rate| rate.0);
                let to = place(progress);
                // A fast disk passes several points between two news.
                for point in self.curve.iter_mut().take(to + 1).skip(from) {
                    *point = rate;
                }
                self.progress = Some(progress.clone());
            }
            JobNews::BadBlock { .. } => self.bad += 1,
            JobNews::Marked { .. } => {}
        }
    }

    /// How far the whole job is, per mille: writing is its first half, reading back its second.
    #[must_use]
    pub fn per_mille(&self) -> u64 {
        let done = self.progress.as_ref().map_or(0, |progress| progress.done.per_mille_of(progress.total));
        match self.phase {
            None => 0,
            Some(Phase::Write) => done / 2,
            Some(Phase::ReadBack) => 500 + done / 2,
            // A third way of its own, after the job's work is done; and one that is no disk's.
            Some(Phase::CrossCheck | Phase::Pack) => done,
            // Some seconds after the verdict.
            Some(Phase::Fit) => 999,
            // Canaries are little work beside the erase.
            Some(Phase::Plant) => done / 20,
            Some(Phase::Erase) => 50 + done * 9 / 10,
            Some(Phase::Prove) => 950 + done / 20,
        }
    }
}

/// Time left, as exact as it is worth knowing.
#[must_use]
pub fn time_left(left: Duration) -> Sentence {
    match left.as_secs() {
        seconds @ ..100 => say!("left-seconds", seconds = seconds),
        seconds @ 100..6000 => say!("left-minutes", minutes = seconds.div_ceil(60)),
        seconds => say!("left-hours", hours = seconds / 3600, minutes = seconds % 3600 / 60),
    }
}

/// Which point of the curve the progress has come to.
fn place(progress: &Progress) -> usize {
    let per_mille = progress.done.per_mille_of(progress.total).min(999);
    usize::try_from(per_mille).unwrap_or(0) * CURVE / 1000
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::unit::Bytes;
    use crate::word::{Lang, Words};

    fn view() -> JobView {
        let device = DeviceId::from_random([1; 10]);
        let beginning = Beginning { job: 1, device, name: String::new(), disk: String::new(), work: Work::Wipe };
        JobView::new(beginning, Moment::from_unix_millis(0))
    }

    fn at(phase: Phase, done: u64, rate: u64) -> JobNews {
        JobNews::Progress(Progress {
            phase,
            done: Bytes(done),
            total: Bytes(1000),
            rate: Some(Bytes(rate)),
            left: None,
        })
    }

    #[test]
    fn the_curve_fills_with_the_speed_at_each_place_and_begins_anew_with_each_phase() {
        let mut view = view();
        view.fold(&JobNews::Phase(Phase::Write));
        view.fold(&at(Phase::Write, 0, 7));
        view.fold(&at(Phase::Write, 500, 9));
        assert_eq!((view.curve[0], view.curve[32], view.curve[33], view.curve.len()), (9, 9, 0, CURVE));
        assert_eq!(view.per_mille(), 250);
        view.fold(&at(Phase::Write, 1000, 3));
        assert_eq!((view.curve[31], view.curve[32], view.curve[63]), (9, 3, 3));
        view.fold(&JobNews::Phase(Phase::ReadBack));
        assert_eq!((view.per_mille(), view.curve.iter().sum::<u64>()), (500, 0));
    }

    #[test]
    fn a_drive_that_erases_itself_may_be_silent() {
        let (mut view, later) = (view(), Moment::from_unix_millis(600_000));
        view.fold(&JobNews::Phase(Phase::Plant));
        assert_eq!(view.silent(later), Some(10));
        view.fold(&JobNews::Phase(Phase::Erase));
        assert_eq!(view.silent(later), None);
        view.fold(&at(Phase::Erase, 500, 0));
        assert_eq!(view.per_mille(), 500);
    }

    #[test]
    fn time_left_is_told_in_units_a_person_waits_in() {
        let words = Words::new(Lang::Vi, None).expect("embedded");
        let said = |seconds| words.say(&time_left(Duration::from_secs(seconds)));
        assert_eq!(
            [0, 99, 100, 5999, 6000, 36_061].map(said),
            ["0 s", "99 s", "2 phút", "100 phút", "1 giờ 40 phút", "10 giờ 1 phút"]
        );
    }
}
