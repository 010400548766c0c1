//! The target of a campaign, how far it is, and when it will be reached at the pace of late.
//!
//! Invariants: a forecast says no more than the days behind it do: a day where it is near, a third of a month where it is
//! not, and nothing where too few days were worked; days without work count, since a team that works on Saturdays goes on
//! working on Saturdays.

use crate::custody::{Tally, Today};
use crate::port::{Failure, Trouble};
use crate::unit::Moment;
use crate::word::{Sentence, say};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The days with work that a forecast looks back on.
pub(super) const DAYS_BACK: usize = 7;
/// Fewer days with work say nothing.
const LEAST_DAYS: usize = 3;
/// Up to so many days ahead a forecast names a day.
const NEAR: u64 = 14;
/// Further ahead nothing is said but that it is far.
const FAR: u64 = 366;
/// The longest campaign, days.
const LONGEST: u64 = 400;
const DAY_MILLIS: i64 = 24 * 3600 * 1000;

/// What counts for a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Goal {
    /// Devices that became ready.
    Ready,
    /// Devices given or lent.
    HandedOver,
}

impl Goal {
    /// What of a day counts for it.
    #[must_use]
    pub const fn tally(self) -> Tally {
        match self {
            Self::Ready => Tally::Ready,
            Self::HandedOver => Tally::HandedOver,
        }
    }
}

/// The target of a campaign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CampaignTarget {
    /// How many devices.
    pub devices: u64,
    /// Come how far.
    pub goal: Goal,
    /// The first day that counts, `2026-11-21`.
    pub from: String,
    /// The last.
    pub to: String,
}

/// How far a campaign is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Campaign {
    /// Its target.
    pub target: CampaignTarget,
    /// How many devices came so far.
    pub done: u64,
    /// When the last will.
    pub forecast: Forecast,
}

/// When a target will be reached at the pace of the last days with work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Forecast {
    /// It was.
    Reached,
    /// Too little was done to say.
    Unknown,
    /// Not within a year.
    Far,
    /// About that day, `2026-11-21`, and how many days ahead.
    About(String, u64),
}

impl CampaignTarget {
    /// The target, if it is one. Errors: no devices; days that are none, the wrong way round or too far apart.
    pub fn checked(self) -> Result<Self, Failure> {
        let wrong = |what| Err(Failure::new(Trouble::Usage, what).hint(say!("target-hint")));
        let days = Moment::of_local_day(&self.from).zip(Moment::of_local_day(&self.to));
        let Some((from, to)) = days else {
            let text = if Moment::is_local_day(&self.from) { &self.to } else { &self.from };
            return wrong(say!("target-no-day", text = text.as_str()));
        };
        if self.devices == 0 {
            return wrong(say!("target-no-devices"));
        }
        if to < from || days_between(from, to) > LONGEST {
            return wrong(say!("target-days-wrong", from = day_shown(&self.from), to = day_shown(&self.to)));
        }
        Ok(self)
    }

    /// The target in words.
    #[must_use]
    pub fn sentence(&self) -> Sentence {
        let (devices, from, to) = (self.devices, day_shown(&self.from), day_shown(&self.to));
        say!("target", devices = devices, goal = self.goal.tally().sentence(), from = from, to = to)
    }
}

impl Campaign {
    /// How far the target is on the day `today`, by the throughput of each day with work.
    #[must_use]
    pub(super) fn of(target: &CampaignTarget, days: &BTreeMap<String, Today>, today: &str) -> Self {
        let counts = |day: &String| *day >= target.from && *day <= target.to;
        let done = days.iter().filter(|(day, _)| counts(day)).map(|(_, work)| work.of(target.goal.tally())).sum();
        let forecast = forecast(target.devices.saturating_sub(done), target.goal, days, today);
        Self { target: target.clone(), done, forecast }
    }

    /// Per mille of the target, at most 1000.
    #[must_use]
    pub fn per_mille(&self) -> u64 {
        self.done.saturating_mul(1000).checked_div(self.target.devices).unwrap_or(0).min(1000)
    }

    /// Whether the forecast lies behind the campaign's last day.
    #[must_use]
    pub fn is_late(&self) -> bool {
        match &self.forecast {
            Forecast::Reached | Forecast::Unknown => false,
            Forecast::Far => true,
            Forecast::About(day, _) => *day > self.target.to,
        }
    }

    /// The forecast in words.
    #[must_use]
    pub fn forecast_sentence(&self) -> Sentence {
        let late = self.is_late();
        match &self.forecast {
            Forecast::Reached => say!("forecast-reached"),
            Forecast::Unknown => say!("forecast-unknown"),
            Forecast::Far => say!("forecast-far"),
            Forecast::About(day, ahead) => {
                let when = if *ahead <= NEAR { say!("forecast-day", day = day_shown(day)) } else { third(day) };
                if late { say!("forecast-late", when = when) } else { say!("forecast-in-time", when = when) }
            }
        }
    }
}

/// The third of a month on which a day lies.
fn third(day: &str) -> Sentence {
    let mut parts = day.split('-');
    let (year, month) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let month = format!("{}/{year}", month.trim_start_matches('0'));
    match parts.next().and_then(|day| day.parse::<u8>().ok()).unwrap_or(0) {
        0..=10 => say!("forecast-early", month = month),
        11..=20 => say!("forecast-middle", month = month),
        _later => say!("forecast-end", month = month),
    }
}

/// At the pace of the last [`DAYS_BACK`] days with work before today, counted over all days from the first of them on.
fn forecast(left: u64, goal: Goal, days: &BTreeMap<String, Today>, today: &str) -> Forecast {
    if left == 0 {
        return Forecast::Reached;
    }
    let worked: Vec<_> = days.iter().filter(|(day, _)| day.as_str() < today).rev().take(DAYS_BACK).collect();
    let came: u64 = worked.iter().map(|(_, work)| work.of(goal.tally())).sum();
    let first = worked.last().and_then(|(day, _)| Moment::of_local_day(day)).zip(Moment::of_local_day(today));
    let Some((first, now)) = first.filter(|_| worked.len() >= LEAST_DAYS && came > 0) else {
        return Forecast::Unknown;
    };
    let ahead = left.saturating_mul(days_between(first, now)).div_ceil(came);
    if ahead > FAR {
        return Forecast::Far;
    }
    let ahead_millis = i64::try_from(ahead).unwrap_or(i64::MAX).saturating_mul(DAY_MILLIS);
    Forecast::About(Moment::from_unix_millis(now.unix_millis().saturating_add(ahead_millis)).local_day(), ahead)
}

/// Whole days from one to the other.
fn days_between(from: Moment, to: Moment) -> u64 {
    to.since(from).as_secs() / (24 * 3600)
}

/// The day as people write it: `21/11/2026`.
#[must_use]
pub fn day_shown(day: &str) -> String {
    let begins = Moment::of_local_day(day).map(Moment::local).unwrap_or_default();
    begins.split(' ').next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(devices: u64) -> CampaignTarget {
        let (from, to) = ("2026-11-01".to_owned(), "2026-12-31".to_owned());
        CampaignTarget { devices, goal: Goal::Ready, from, to }
    }

    fn ready(days: &[(&str, u64)]) -> BTreeMap<String, Today> {
        days.iter().map(|(day, ready)| ((*day).to_owned(), Today { ready: *ready, ..Today::default() })).collect()
    }

    fn keys(devices: u64, days: &[(&str, u64)]) -> (u64, Forecast, String) {
        let campaign = Campaign::of(&target(devices), &ready(days), "2026-11-22");
        let sentence = campaign.forecast_sentence();
        (campaign.done, campaign.forecast, sentence.key().to_owned())
    }

    #[test]
    fn a_forecast_is_no_more_exact_than_the_days_behind_it() {
        let work = [("2026-11-14", 8), ("2026-11-15", 10), ("2026-11-21", 6), ("2026-11-22", 99)];
        // 24 devices in 8 days; what is done today is no pace yet, but it is done.
        let about = |day: &str, ahead| Forecast::About(day.to_owned(), ahead);
        assert_eq!(keys(153, &work), (123, about("2026-12-02", 10), "forecast-in-time".to_owned()));
        assert_eq!(keys(243, &work), (123, about("2027-01-01", 40), "forecast-late".to_owned()));
        assert_eq!(keys(123, &work).1, Forecast::Reached);
        assert_eq!(keys(9000, &work).1, Forecast::Far);
        assert_eq!(keys(300, &work[1..]).1, Forecast::Unknown, "two days before today");
        let none = [("2026-11-18", 0), ("2026-11-19", 0), ("2026-11-20", 0), ("2026-10-20", 50)];
        assert_eq!(keys(9, &none).0, 0, "before the campaign");
        let old = [("2026-10-10", 700), ("2026-11-01", 1), ("2026-11-02", 1), ("2026-11-03", 1), ("2026-11-04", 1)];
        let old: Vec<_> = old.into_iter().chain([("2026-11-05", 1), ("2026-11-06", 1), ("2026-11-15", 1)]).collect();
        assert_eq!(keys(8, &old).1, about("2026-11-25", 3), "seven days back, no further");
        assert_eq!(
            ["2026-12-10", "2026-12-11", "2026-12-21"].map(|day| third(day).key().to_owned()),
            ["forecast-early".to_owned(), "forecast-middle".to_owned(), "forecast-end".to_owned()]
        );
    }

    #[test]
    fn a_target_has_devices_and_days_in_their_order() {
        let with = |devices, from: &str, to: &str| {
            let (from, to) = (from.to_owned(), to.to_owned());
            CampaignTarget { devices, goal: Goal::Ready, from, to }
                .checked()
                .map_err(|failure| failure.what.key().to_owned())
        };
        assert!(with(1, "2026-11-21", "2026-11-21").is_ok());
        assert_eq!(with(0, "2026-11-21", "2026-11-22"), Err("target-no-devices".to_owned()));
        assert_eq!(with(5, "2026-11-31", "2026-12-22"), Err("target-no-day".to_owned()));
        assert_eq!(with(5, "2026-11-22", "2026-11-21"), Err("target-days-wrong".to_owned()));
        assert_eq!(with(5, "2026-11-22", "2028-11-21"), Err("target-days-wrong".to_owned()));
    }
}
