//! Charger, battery and lid: what a machine tells of them, and what a measured discharge comes to.

use std::time::Duration;

/// What a machine tells of its power and its lid.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PowerState {
    /// Whether the lid is open.
    pub lid_open: Option<bool>,
    /// Whether a charger gives power.
    pub charger: Option<bool>,
    /// Its batteries.
    pub packs: Vec<PackState>,
}

/// A battery now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PackState {
    /// What it is called.
    pub name: String,
    /// In the kernel's word: `Charging`, `Discharging`, `Not charging`, `Full`, `Unknown`.
    pub status: String,
    /// What is left, microwatt-hours.
    pub energy: Option<u64>,
    /// What is left, per cent.
    pub percent: Option<u64>,
}

impl PowerState {
    /// Whether the charger's power reaches the batteries: one charges, or all are nearly full.
    #[must_use]
    pub fn is_charging(&self) -> bool {
        let nearly_full = |pack: &PackState| pack.status == "Full" || pack.percent.is_some_and(|percent| percent >= 90);
        self.packs.iter().any(|pack| pack.status == "Charging") || self.packs.iter().all(nearly_full)
    }

    /// What is left in all batteries, microwatt-hours; none where one does not tell.
    #[must_use]
    pub fn energy(&self) -> Option<u64> {
        if self.packs.is_empty() { None } else { self.packs.iter().map(|pack| pack.energy).sum() }
    }
}

/// What a discharge came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Drain {
    /// What was used, microwatt-hours.
    pub used: u64,
    /// The mean power, milliwatts.
    pub milliwatts: u64,
    /// How long what is left lasts at that power, minutes.
    pub minutes_left: u64,
}

/// What fell from `before` to `after`, microwatt-hours, in that time; none where nothing fell or no time passed.
#[must_use]
pub fn drain(before: u64, after: u64, time: Duration) -> Option<Drain> {
    let used = before.checked_sub(after).filter(|used| *used > 0)?;
    let seconds = Some(time.as_secs()).filter(|seconds| *seconds > 0)?;
    let milliwatts = used.checked_mul(3600)? / seconds / 1000;
    let minutes_left = after.checked_mul(seconds)? / used / 60;
    Some(Drain { used, milliwatts, minutes_left })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pack(status: &str, percent: u64, energy: Option<u64>) -> PackState {
        PackState { name: "BAT0".to_owned(), status: status.to_owned(), percent: Some(percent), energy }
    }

    #[test]
    fn a_battery_charges_or_is_nearly_full_and_one_that_does_neither_is_told() {
        let charging =
            |packs: &[PackState]| PowerState { packs: packs.to_vec(), ..PowerState::default() }.is_charging();
        assert!(charging(&[pack("Charging", 20, None)]) && charging(&[pack("Full", 80, None)]));
        assert!(charging(&[pack("Not charging", 96, None)]) && !charging(&[pack("Not charging", 40, None)]));
        assert!(charging(&[pack("Not charging", 40, None), pack("Charging", 60, None)]), "the other one first");
        assert!(!charging(&[pack("Discharging", 40, None), pack("Full", 100, None)]));
    }

    #[test]
    fn ten_watts_for_six_minutes_are_one_watt_hour() {
        let drained = drain(30_000_000, 29_000_000, Duration::from_mins(6)).expect("it fell");
        assert_eq!(drained, Drain { used: 1_000_000, milliwatts: 10_000, minutes_left: 174 });
        assert_eq!(drain(30, 30, Duration::from_mins(6)), None);
        assert_eq!(drain(30, 20, Duration::ZERO), None);
        assert_eq!(drain(20, 30, Duration::from_mins(6)), None);
        let state = |energies: &[Option<u64>]| PowerState {
            packs: energies.iter().map(|energy| pack("Discharging", 50, *energy)).collect(),
            ..PowerState::default()
        };
        assert_eq!((state(&[Some(5), Some(7)]).energy(), state(&[Some(5), None]).energy()), (Some(12), None));
        assert_eq!(state(&[]).energy(), None);
    }
}
