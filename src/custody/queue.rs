//! What waits at each stage, for how long, and which stage holds the work up.
//!
//! Invariant: a bottleneck is named by one plain rule over counts and times; nothing is guessed.

use super::daybook::{Counts, Tally};
use super::stage::Stage;
use crate::unit::Moment;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// The devices that wait at one stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// How many.
    pub count: u64,
    /// When the one that has waited longest came to the stage.
    pub oldest: Moment,
    /// When the one in the middle came to it; of an even number, the older of the two.
    pub median: Moment,
}

impl Stage {
    /// What a device is counted as when it leaves the stage upwards; none where the ladder ends.
    #[must_use]
    pub const fn left_as(self) -> Option<Tally> {
        match self {
            Self::Received => Some(Tally::Inspected),
            Self::Inspected => Some(Tally::Wiped),
            Self::Wiped => Some(Tally::Imaged),
            Self::Imaged => Some(Tally::Checked),
            Self::Checked => Some(Tally::Ready),
            Self::Ready | Self::Allocated => Some(Tally::HandedOver),
            Self::OnLoan | Self::HandedOver => None,
        }
    }

    /// Whether a device there waits for work at the bench; from ready on it waits for a pupil.
    #[must_use]
    pub const fn is_bench_work(self) -> bool {
        matches!(self, Self::Received | Self::Inspected | Self::Wiped | Self::Imaged | Self::Checked)
    }
}

/// The stage that holds the work up: of the stages at which bench work waits, the one whose backlog is the most days of its
/// own recent throughput, that is the most waiting devices for each device that left it in the days `recent` was counted
/// over. A stage that nothing left is behind all others; of equals it is the one whose oldest device waits longest. None
/// where nothing waits.
#[must_use]
pub fn bottleneck(queue: &BTreeMap<Stage, Waiting>, recent: Counts) -> Option<Stage> {
    let left = |stage: Stage| stage.left_as().map_or(0, |tally| recent.of(tally));
    let waits = queue.iter().filter(|(stage, waiting)| stage.is_bench_work() && waiting.count > 0);
    let worst = waits.max_by(|(one, here), (other, there)| {
        // Devices for each that left, compared crosswise: what nothing left has no quotient.
        let (mine, theirs) = (left(**one), left(**other));
        let crosswise =
            (u128::from(here.count) * u128::from(theirs)).cmp(&(u128::from(there.count) * u128::from(mine)));
        let stuck = (mine == 0).cmp(&(theirs == 0));
        stuck
            .then(if mine == 0 { std::cmp::Ordering::Equal } else { crosswise })
            .then(Reverse(here.oldest).cmp(&Reverse(there.oldest)))
    });
    worst.map(|(stage, _)| *stage)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::custody::Today;

    fn at(stage: Stage, count: u64, since: i64) -> (Stage, Waiting) {
        let since = Moment::from_unix_millis(since);
        (stage, Waiting { count, oldest: since, median: since })
    }

    #[test]
    fn the_bottleneck_has_the_most_days_of_its_own_throughput_before_it() {
        let recent = Counts::from(Today { inspected: 40, wiped: 5, imaged: 10, checked: 10, ..Today::default() });
        let named = |rows: &[(Stage, Waiting)]| bottleneck(&rows.iter().copied().collect(), recent);
        let (received, inspected) = (at(Stage::Received, 30, 1), at(Stage::Inspected, 10, 9));
        assert_eq!(named(&[received, inspected]), Some(Stage::Inspected), "two days' work, not three quarters of one");
        assert_eq!(named(&[received, inspected, at(Stage::Wiped, 20, 5)]), Some(Stage::Wiped), "as much, and older");
        assert_eq!(named(&[inspected, at(Stage::Checked, 1, 99)]), Some(Stage::Checked), "nothing left it at all");
        assert_eq!(named(&[at(Stage::Ready, 500, 0), received]), Some(Stage::Received), "no pupil is bench work");
        assert_eq!(named(&[at(Stage::Ready, 500, 0)]), None);
        assert_eq!(named(&[]), None);
        let none = |rows: &[(Stage, Waiting)]| bottleneck(&rows.iter().copied().collect(), Counts::default());
        assert_eq!(none(&[at(Stage::Received, 30, 7), at(Stage::Wiped, 1, 3)]), Some(Stage::Wiped), "the oldest");
    }
}
