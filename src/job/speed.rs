//! How fast a wipe went over the length of the disk, thinned to a few points for its record.
//!
//! Invariants: no more points than [`POINTS`] a phase, however long the job runs; only what progress told, no clock.

use super::news::{JobNews, Phase};
use super::progress::Progress;
use crate::event::disk::SpeedSeen;
use crate::unit::Bytes;

/// Points of each phase.
pub const POINTS: usize = 30;

/// Folds a job's news into its speed.
#[derive(Clone, Debug, Default)]
pub struct Speed {
    write: Vec<Bytes>,
    read_back: Vec<Bytes>,
    /// The point that the phase has come to.
    at: usize,
}

impl Speed {
    /// Takes the job's news in.
    pub fn hear(&mut self, news: &JobNews) {
        match news {
            JobNews::Phase(_) => self.at = 0,
            JobNews::Progress(progress) => self.pass(progress),
            JobNews::BadBlock { .. } | JobNews::Marked { .. } => {}
        }
    }

    /// What was seen; none where no speed was.
    #[must_use]
    pub fn seen(self) -> Option<SpeedSeen> {
        let Self { write, read_back, .. } = self;
        let any = write.iter().chain(&read_back).any(|rate| *rate > Bytes::ZERO);
        any.then_some(SpeedSeen { write, read_back })
    }

    fn pass(&mut self, progress: &Progress) {
        let curve = match progress.phase {
            Phase::Write => &mut self.write,
            Phase::ReadBack => &mut self.read_back,
            // Another program's pace says nothing of the wipe, and a drive that erases itself moves no bytes.
            Phase::CrossCheck | Phase::Plant | Phase::Erase | Phase::Prove | Phase::Pack | Phase::Fit => return,
        };
        curve.resize(POINTS, Bytes::ZERO);
        let per_mille = usize::try_from(progress.done.per_mille_of(progress.total)).unwrap_or(0).min(999);
        let to = per_mille * POINTS / 1000;
        // A fast disk passes several points between two news.
        for point in curve.iter_mut().take(to + 1).skip(self.at) {
            *point = progress.rate.unwrap_or_default();
        }
        self.at = to;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(phase: Phase, done: u64, rate: Option<u64>) -> JobNews {
        let rate = rate.map(Bytes);
        JobNews::Progress(Progress { phase, done: Bytes(done), total: Bytes(3000), rate, left: None })
    }

    #[test]
    fn each_phase_has_its_points_and_a_job_without_any_speed_has_none() {
        let mut speed = Speed::default();
        speed.hear(&JobNews::Phase(Phase::Write));
        speed.hear(&at(Phase::Write, 0, None));
        assert_eq!(speed.clone().seen(), None);
        speed.hear(&at(Phase::Write, 1500, Some(7)));
        speed.hear(&at(Phase::Write, 3000, Some(9)));
        speed.hear(&JobNews::Phase(Phase::ReadBack));
        speed.hear(&at(Phase::ReadBack, 150, Some(5)));
        let seen = speed.seen().expect("a speed");
        assert_eq!((seen.write.len(), seen.read_back.len()), (POINTS, POINTS));
        assert_eq!(
            (seen.write[0], seen.write[14], seen.write[15], seen.write[29]),
            (Bytes(7), Bytes(7), Bytes(9), Bytes(9))
        );
        assert_eq!((seen.read_back[0], seen.read_back[1], seen.read_back[2]), (Bytes(5), Bytes(5), Bytes(0)));
    }
}
