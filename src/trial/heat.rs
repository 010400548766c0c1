//! Heat under load: whether the machine slows itself down to stay cool.
//!
//! Invariants: nothing is said of a machine that tells neither its clock nor its counter; a machine that is slow from the
//! beginning is slow, not throttled.

use std::time::Duration;

/// What a machine tells of its heat at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Heat {
    /// The hottest sensor of the processor, thousandths of a degree.
    pub milli_celsius: Option<u64>,
    /// The mean clock of all processors, kHz.
    pub kilohertz: Option<u64>,
    /// How often the processor slowed itself down since it was switched on, counted over all.
    pub throttled: Option<u64>,
}

/// What a series of moments comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeatVerdict {
    /// Whether it slowed itself down; none where it does not tell.
    pub is_throttled: Option<bool>,
    /// The hottest moment, thousandths of a degree.
    pub hottest: Option<u64>,
    /// The mean clock at the end, thousandths of that at the beginning.
    pub clock_left: Option<u64>,
}

/// So long at each end is looked at.
const END: Duration = Duration::from_secs(10);
/// A clock that falls below this, in heat, was taken back; boost alone ends higher.
const CLOCK_LEAST: u64 = 700;
/// Cooler than this nothing needs to slow down. Source: mobile processors throttle at 95 to 105 °C, some makers at 85.
const HOT: u64 = 80_000;

/// Judges moments, each with the time since the load began.
#[must_use]
pub fn judge_heat(series: &[(Duration, Heat)]) -> HeatVerdict {
    let hottest = series.iter().filter_map(|(_, heat)| heat.milli_celsius).max();
    let last = series.last().map_or(Duration::ZERO, |(at, _)| *at);
    let clock = |is: &dyn Fn(Duration) -> bool| {
        let clocks: Vec<u64> = series.iter().filter(|(at, _)| is(*at)).filter_map(|(_, heat)| heat.kilohertz).collect();
        let count = u64::try_from(clocks.len()).unwrap_or(u64::MAX);
        clocks.iter().sum::<u64>().checked_div(count).filter(|mean| *mean > 0)
    };
    let begin = clock(&|at| at < END.min(last / 3));
    let end = clock(&|at| at + END.min(last / 3) > last);
    let clock_left = begin.zip(end).map(|(begin, end)| end.saturating_mul(1000) / begin);
    let counted: Vec<u64> = series.iter().filter_map(|(_, heat)| heat.throttled).collect();
    let by_counter = counted.first().zip(counted.last()).map(|(first, last)| last > first);
    let by_clock = clock_left.zip(hottest).map(|(left, hottest)| left < CLOCK_LEAST && hottest >= HOT);
    let is_throttled = match (by_counter, by_clock) {
        (Some(one), Some(other)) => Some(one || other),
        (one, other) => one.or(other),
    };
    HeatVerdict { is_throttled, hottest, clock_left }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minute(moment: impl Fn(u64) -> Heat) -> Vec<(Duration, Heat)> {
        (0..60).map(|second| (Duration::from_secs(second), moment(second))).collect()
    }

    fn heat(celsius: u64, mhz: u64, throttled: Option<u64>) -> Heat {
        Heat { milli_celsius: Some(celsius * 1000), kilohertz: Some(mhz * 1000), throttled }
    }

    #[test]
    fn a_clock_that_falls_in_heat_is_throttled_one_that_only_loses_its_boost_is_not() {
        let dusty =
            judge_heat(&minute(|second| heat(60 + second.min(38), if second < 20 { 2600 } else { 1200 }, None)));
        assert_eq!((dusty.is_throttled, dusty.hottest, dusty.clock_left), (Some(true), Some(98_000), Some(461)));
        let boost = judge_heat(&minute(|second| heat(88, if second < 20 { 3200 } else { 2600 }, None)));
        assert_eq!(boost.is_throttled, Some(false));
        let saver = judge_heat(&minute(|second| heat(50, if second < 20 { 2600 } else { 1200 }, None)));
        assert_eq!(saver.is_throttled, Some(false), "slow and cool is no throttling");
    }

    #[test]
    fn the_processors_own_count_is_believed_and_a_machine_that_tells_nothing_is_unknown() {
        let counted = judge_heat(&minute(|second| heat(70, 2000, Some(5 + second / 50))));
        assert_eq!(counted.is_throttled, Some(true));
        assert_eq!(judge_heat(&minute(|_| heat(70, 2000, Some(5)))).is_throttled, Some(false));
        let silent = judge_heat(&minute(|_| Heat::default()));
        assert_eq!((silent.is_throttled, silent.hottest, silent.clock_left), (None, None, None));
        assert_eq!(judge_heat(&[]).is_throttled, None);
        let cold = minute(|_| Heat { milli_celsius: None, ..heat(0, 2000, None) });
        assert_eq!(judge_heat(&cold).is_throttled, None, "a clock without heat says nothing");
    }
}
