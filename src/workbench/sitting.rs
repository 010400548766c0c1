//! Who sits at the bench, and for how long without a key.
//!
//! Invariants: whoever is signed in is signed out after as long without a key as the station's habits say; a job keeps whoever armed it, because it
//! took a copy of them along.

use super::effect::Effect;
use super::order::PeopleOrder;
use super::world::World;
use crate::event::{By, How};
use std::time::Duration;

/// Somebody at the bench.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sitting {
    by: Option<By>,
    last_key: Duration,
}

impl Sitting {
    /// Somebody who sits down at `now`, on a clock that only goes forward, while the machine sleeps too; none for whoever the station takes it to be.
    #[must_use]
    pub const fn new(by: Option<By>, now: Duration) -> Self {
        Self { by, last_key: now }
    }

    /// Who is there; none for whoever the station takes it to be.
    #[must_use]
    pub const fn by(&self) -> Option<&By> {
        self.by.as_ref()
    }

    /// A key was pressed.
    pub const fn press(&mut self, now: Duration) {
        self.last_key = now;
    }

    /// Whether somebody is signed in who pressed no key for as long as `longest`.
    #[must_use]
    pub fn is_over(&self, now: Duration, longest: Duration) -> bool {
        let known = self.by.as_ref().is_some_and(|by| matches!(by.how, How::Pin | How::Badge));
        known && now.saturating_sub(self.last_key) >= longest
    }
}

/// What signing out takes: nobody at the bench, and everything that depends on who is there told anew.
#[must_use]
pub fn sign_out(world: &World) -> Vec<Effect> {
    std::iter::once(Effect::People(PeopleOrder::SignOut)).chain(look_again(world)).collect()
}

/// Everything that depends on who is there, told anew.
pub fn look_again(world: &World) -> impl Iterator<Item = Effect> {
    std::iter::once(Effect::Refresh).chain(world.cursor.clone().map(Effect::Choose))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::unit::PersonId;

    const fn minutes(minutes: u64) -> Duration {
        Duration::from_mins(minutes)
    }

    #[test]
    fn whoever_is_signed_in_is_gone_after_a_quarter_of_an_hour_without_a_key_and_nobody_else() {
        let by = |how| Some(By { person: PersonId::from_random([1; 10]), how });
        let mut sitting = Sitting::new(by(How::Pin), minutes(3));
        assert!(
            !sitting.is_over(minutes(3), minutes(15))
                && !sitting.is_over(minutes(17), minutes(15))
                && sitting.is_over(minutes(18), minutes(15))
        );
        sitting.press(minutes(17));
        assert!(!sitting.is_over(minutes(31), minutes(15)) && sitting.is_over(minutes(32), minutes(15)));
        // A clock that went back is no long time.
        assert!(!sitting.is_over(minutes(1), minutes(15)));
        assert!(!Sitting::new(by(How::Claimed), minutes(0)).is_over(minutes(99), minutes(15)));
        assert!(!Sitting::default().is_over(minutes(99), minutes(15)));
    }
}
