//! Lengths on paper.
//!
//! Invariant: whole micrometres, so that a template says the same on every machine.

use serde::Deserialize;

/// Micrometres in an inch.
const INCH: u64 = 25_400;

/// A length on paper, micrometres; written in files as millimetres.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "f64")]
pub struct Length(pub u32);

impl Length {
    /// So many millimetres.
    #[must_use]
    pub const fn mm(mm: u32) -> Self {
        Self(mm.saturating_mul(1000))
    }

    /// As millimetres.
    #[must_use]
    pub fn as_mm(self) -> f64 {
        f64::from(self.0) / 1000.0
    }

    /// How many whole dots of a printer lie in it.
    #[must_use]
    pub fn dots(self, dpi: u32) -> u32 {
        let dots = u64::from(self.0).saturating_mul(u64::from(dpi)) / INCH;
        u32::try_from(dots).unwrap_or(u32::MAX)
    }
}

impl TryFrom<f64> for Length {
    type Error = &'static str;

    fn try_from(mm: f64) -> Result<Self, Self::Error> {
        let micrometres = format!("{:.0}", mm * 1000.0);
        let found = micrometres.parse().ok().filter(|found| *found <= 2_000_000);
        found.map(Self).ok_or("a length is 0 to 2000 millimetres")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn millimetres_are_read_to_the_micrometre_and_nothing_else_is() {
        assert_eq!(Length::try_from(38.1), Ok(Length(38_100)));
        assert_eq!(Length::try_from(0.0), Ok(Length(0)));
        for bad in [-0.1, 2000.1, f64::NAN, f64::INFINITY, 1e300] {
            assert!(Length::try_from(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn dots_are_whole_and_never_run_over_the_length() {
        assert_eq!(Length(25_400).dots(203), 203);
        assert_eq!(Length(25_399).dots(203), 202);
        assert_eq!(Length::mm(50).dots(203), 399);
    }
}
