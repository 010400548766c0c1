//! A moment in time, UTC, to the millisecond; shown in Asia/Ho_Chi_Minh.
//!
//! Invariant: nothing here reads a clock. Vietnam has kept UTC+7 without summer time since 1975, so the offset is a constant.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;
use std::str::FromStr;
use std::time::Duration;
use time::format_description::BorrowedFormatItem;
use time::format_description::well_known::Rfc3339;
use time::macros::{format_description, offset};
use time::{OffsetDateTime, UtcOffset};

const WIRE: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");
const LOCAL: &[BorrowedFormatItem<'_>] = format_description!("[day]/[month]/[year] [hour]:[minute]:[second]");
const LOCAL_DAY: &[BorrowedFormatItem<'_>] = format_description!("[year]-[month]-[day]");
const HANOI: UtcOffset = offset!(+7);

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment {
    unix_millis: i64,
}

/// The text is no RFC 3339 date and time, or one outside years 0 to 9999.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a date and time in RFC 3339: {0:?}")]
pub struct MomentError(String);

impl Moment {
    /// The moment `unix_millis` after the epoch; held to years 1970 to 9999.
    #[must_use]
    pub fn from_unix_millis(unix_millis: i64) -> Self {
        Self { unix_millis: unix_millis.clamp(0, 253_402_300_799_999) }
    }

    /// Milliseconds since the epoch.
    #[must_use]
    pub const fn unix_millis(self) -> i64 {
        self.unix_millis
    }

    /// This moment and `more`.
    #[must_use]
    pub fn plus(self, more: Duration) -> Self {
        Self::from_unix_millis(self.unix_millis.saturating_add(i64::try_from(more.as_millis()).unwrap_or(i64::MAX)))
    }

    /// How long since `earlier`; zero where that is later.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.unix_millis - earlier.unix_millis).unwrap_or(0))
    }

    /// As a person in Vietnam reads it: `21/11/2026 20:36:05`.
    #[must_use]
    pub fn local(self) -> String {
        self.civil().to_offset(HANOI).format(LOCAL).unwrap_or_default()
    }

    /// The calendar day in Vietnam: `2026-11-21`.
    #[must_use]
    pub fn local_day(self) -> String {
        self.civil().to_offset(HANOI).format(LOCAL_DAY).unwrap_or_default()
    }

    /// The hour of the day in Vietnam, 0 to 23.
    #[must_use]
    pub fn local_hour(self) -> u8 {
        self.civil().to_offset(HANOI).hour()
    }

    /// When that day begins in Vietnam; none where the text is no day of the calendar, as [`Moment::local_day`] writes it.
    #[must_use]
    pub fn of_local_day(text: &str) -> Option<Self> {
        let begins = format!("{text}T00:00:00+07:00").parse::<Self>().ok()?;
        (begins.local_day() == text).then_some(begins)
    }

    /// The same time a day earlier, and as far as the epoch at most.
    #[must_use]
    pub fn day_before(self) -> Self {
        Self::from_unix_millis(self.unix_millis - 24 * 3600 * 1000)
    }

    /// Whether the text is a day of the calendar, as [`Moment::local_day`] writes it.
    #[must_use]
    pub fn is_local_day(text: &str) -> bool {
        Self::of_local_day(text).is_some()
    }

    fn civil(self) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.unix_millis) * 1_000_000)
            .unwrap_or(OffsetDateTime::UNIX_EPOCH)
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.civil().format(WIRE).map_err(|_format| fmt::Error)?)
    }
}

impl FromStr for Moment {
    type Err = MomentError;

    fn from_str(text: &str) -> Result<Self, MomentError> {
        let parsed = OffsetDateTime::parse(text, &Rfc3339).map_err(|error| MomentError(format!("{text}: {error}")))?;
        let millis = parsed.unix_timestamp_nanos() / 1_000_000;
        i64::try_from(millis)
            .ok()
            .filter(|millis| *millis >= 0)
            .map(Self::from_unix_millis)
            .ok_or_else(|| MomentError(text.to_owned()))
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wire_form_is_utc_with_milliseconds_and_people_see_vietnam() {
        let moment = Moment::from_unix_millis(1_795_206_965_042);
        assert_eq!(moment.to_string(), "2026-11-20T20:36:05.042Z");
        assert_eq!(moment.local(), "21/11/2026 03:36:05");
        assert_eq!((moment.local_day().as_str(), moment.local_hour()), ("2026-11-21", 3));
        let begins = Moment::of_local_day("2026-11-21").expect("a day");
        assert_eq!((begins.local().as_str(), begins.local_hour()), ("21/11/2026 00:00:00", 0));
        assert_eq!("2026-11-21T03:36:05.042+07:00".parse(), Ok(moment));
        assert!("hôm qua".parse::<Moment>().is_err());
        assert!(["2026-11-21", "2028-02-29", "1970-01-02"].into_iter().all(Moment::is_local_day));
        assert!(
            !["2026-02-29", "2026-11-1", "21/11/2026", "", "2026-11-21T", "hôm nay"]
                .into_iter()
                .any(Moment::is_local_day)
        );
    }
}
