//! PINs: which are too easy, how they are kept, and how wrong ones are counted.
//!
//! Invariants: a PIN is kept as Argon2id of it under a salt of its own, sealed in the vault; a try is counted, durably,
//! before it is looked at, so that neither a restart nor a second program gives tries away.

use super::bench::Bench;
use crate::port::{Chance, Failure, Trouble, Vault};
use crate::unit::{Cost, CostError, Digest, Moment, PersonId, Secret};
use crate::word::say;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// What one try of a PIN costs. Source: OWASP Password Storage Cheat Sheet, Argon2id, 19 MiB and two passes.
const COST: Cost = Cost { memory_kib: 19 * 1024, passes: 2 };
/// The fewest digits.
const LEAST_DIGITS: usize = 4;
/// The most digits: more is no PIN.
const MOST_DIGITS: usize = 32;
/// Wrong ones before there is a wait.
const FREE_TRIES: u32 = 5;
/// The first wait; each further wrong one doubles it.
const FIRST_WAIT: Duration = Duration::from_mins(1);
/// The longest wait.
const LONGEST_WAIT: Duration = Duration::from_hours(1);

#[derive(Serialize, Deserialize)]
struct Kept {
    memory_kib: u32,
    passes: u32,
    salt: Digest,
    hash: Digest,
}

/// Wrong ones since the last right one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Tries {
    wrong: u32,
    /// When the last one was tried.
    at: Option<Moment>,
}

fn pin_id(person: &PersonId) -> String {
    format!("{person}/pin")
}

fn tries_id(person: &PersonId) -> String {
    format!("{person}/tries")
}

/// Refuses a PIN that is no number of 4 to 32 digits, or one of those tried first: one digit over and over, or digits that
/// go up or down one by one.
pub fn check_pin(pin: &Secret) -> Result<(), Failure> {
    let digits = pin.expose().as_bytes();
    if !(LEAST_DIGITS..=MOST_DIGITS).contains(&digits.len()) || !digits.iter().all(u8::is_ascii_digit) {
        return Err(Failure::new(Trouble::Usage, say!("pin-form", least = LEAST_DIGITS as u64)));
    }
    let runs = |step: u8| digits.windows(2).all(|pair| (pair[0] - b'0' + step) % 10 == pair[1] - b'0');
    // Up by one, down by one (nine up, modulo ten), not at all.
    if [1, 9, 0].into_iter().any(runs) {
        return Err(Failure::new(Trouble::Usage, say!("pin-easy")));
    }
    Ok(())
}

fn wrong_cost(error: &CostError) -> Failure {
    Failure::new(Trouble::BadData, say!("pin-broken")).detail(error).hint(say!("pin-none-hint"))
}

/// Keeps a PIN in place of the one before; wrong tries are forgotten.
pub(super) fn keep_pin(vault: &dyn Vault, chance: &dyn Chance, person: &PersonId, pin: &Secret) -> Result<(), Failure> {
    let salt = Digest(chance.bytes());
    let hash = Digest(*pin.stretched(&salt.0, COST).map_err(|error| wrong_cost(&error))?);
    let kept = Kept { memory_kib: COST.memory_kib, passes: COST.passes, salt, hash };
    vault.seal(&pin_id(person), &text(&kept)?)?;
    forgive(vault, person)
}

/// No wrong one since. Sealed, not erased: erasing waits until nobody reads the vault.
fn forgive(vault: &dyn Vault, person: &PersonId) -> Result<(), Failure> {
    vault.seal(&tries_id(person), &text(&Tries::default())?)
}

/// Forgets a PIN that was kept for somebody whom the ledger refused.
pub(super) fn forget_pin(vault: &dyn Vault, person: &PersonId) -> Result<(), Failure> {
    // Both, though the first waits for a reader of the vault.
    let (pin, tries) = (vault.erase(&pin_id(person)), vault.erase(&tries_id(person)));
    pin.and(tries)
}

/// Puts what is kept of a person's PIN into another vault too, with no wrong try counted; whether there was one.
pub(super) fn copy_pin(from: &dyn Vault, into: &dyn Vault, person: &PersonId) -> Result<bool, Failure> {
    let Some(kept) = from.open(&pin_id(person))? else { return Ok(false) };
    into.seal(&pin_id(person), &kept)?;
    forgive(into, person).map(|()| true)
}

/// Whether the person has one.
pub(super) fn has_pin(vault: &dyn Vault, person: &PersonId) -> Result<bool, Failure> {
    Ok(vault.open(&pin_id(person))?.is_some())
}

fn text(value: &impl Serialize) -> Result<String, Failure> {
    serde_json::to_string(value).map_err(|error| broken(&error))
}

fn broken(error: &serde_json::Error) -> Failure {
    Failure::new(Trouble::BadData, say!("pin-broken")).detail(error).hint(say!("pin-none-hint"))
}

/// How long after that many wrong ones nothing is looked at.
fn wait(wrong: u32) -> Duration {
    match wrong.checked_sub(FREE_TRIES) {
        None => Duration::ZERO,
        Some(over) => {
            2u32.checked_pow(over).map_or(LONGEST_WAIT, |times| FIRST_WAIT.saturating_mul(times)).min(LONGEST_WAIT)
        }
    }
}

/// Counts a try of now, or says how long to wait.
fn count(tries: Tries, now: Moment) -> Result<Tries, Duration> {
    // A clock that was set back must not lock anybody out until it catches up.
    let last = tries.at.map_or(now, |at| at.min(now));
    let (passed, needed) = (now.since(last), wait(tries.wrong));
    if tries.at.is_some() && passed < needed {
        return Err(needed.saturating_sub(passed));
    }
    Ok(Tries { wrong: tries.wrong.saturating_add(1), at: Some(now) })
}

/// Tries a PIN. Errors: none is set; wrong; too many wrong ones lately.
pub(super) fn try_pin(bench: &Bench<'_>, person: &PersonId, pin: &Secret) -> Result<(), Failure> {
    let Some(kept) = bench.vault.open(&pin_id(person))? else {
        return Err(Failure::new(Trouble::No, say!("pin-none")).hint(say!("pin-none-hint")));
    };
    let kept: Kept = serde_json::from_str(&kept).map_err(|error| broken(&error))?;
    let (now, mut counted) = (bench.clock.now(), Ok(Tries::default()));
    bench.vault.change(&tries_id(person), &mut |known| {
        let known = known.map_or(Ok(Tries::default()), |known| serde_json::from_str(&known));
        let known: Tries = known.map_err(|error| broken(&error))?;
        counted = count(known, now);
        // While waiting, only a clock that was set back is put right.
        text(&counted.unwrap_or(Tries { at: known.at.map(|at| at.min(now)), ..known }))
    })?;
    let tries = counted.map_err(|left| {
        let minutes = left.as_secs().div_ceil(60);
        Failure::new(Trouble::TryAgain, say!("pin-wait", minutes = minutes)).hint(say!("pin-wait-hint"))
    })?;
    let cost = Cost { memory_kib: kept.memory_kib, passes: kept.passes };
    let hash = pin.stretched(&kept.salt.0, cost).map_err(|error| wrong_cost(&error))?;
    if Digest(*hash) == kept.hash {
        return forgive(bench.vault, person);
    }
    let what = match FREE_TRIES.checked_sub(tries.wrong).filter(|left| *left > 0) {
        Some(left) => say!("pin-wrong", left = u64::from(left)),
        None => say!("pin-wrong-wait", minutes = wait(tries.wrong).as_secs().div_ceil(60)),
    };
    Err(Failure::new(Trouble::No, what).hint(say!("pin-none-hint")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pins_that_are_tried_first_are_refused_and_others_are_not() {
        for easy in ["0000", "1111111", "1234", "123456", "4321", "7890", "9876543210", "0987"] {
            assert_eq!(check_pin(&Secret::new(easy)).expect_err(easy).what.key(), "pin-easy", "{easy}");
        }
        for wrong in ["", "123", "12a4", "１２３９", "1 52", &"37".repeat(17)] {
            assert_eq!(check_pin(&Secret::new(wrong)).expect_err(wrong).what.key(), "pin-form", "{wrong}");
        }
        for good in ["2468", "1235", "110011", "918273"] {
            assert!(check_pin(&Secret::new(good)).is_ok(), "{good}");
        }
    }

    #[test]
    fn the_wait_begins_after_five_doubles_and_ends_at_an_hour() {
        let minutes: Vec<u64> = (4..13).map(|wrong| wait(wrong).as_secs() / 60).collect();
        assert_eq!(minutes, [0, 1, 2, 4, 8, 16, 32, 60, 60]);
        assert_eq!(wait(u32::MAX), LONGEST_WAIT);
    }

    #[test]
    fn a_wait_is_over_when_its_time_has_passed_and_never_longer_because_the_clock_was_wrong() {
        let at = Moment::from_unix_millis(1_795_206_965_000);
        let five = Tries { wrong: 5, at: Some(at) };
        assert_eq!(count(five, at), Err(FIRST_WAIT));
        assert_eq!(count(five, at.plus(Duration::from_secs(59))), Err(Duration::from_secs(1)));
        let later = at.plus(FIRST_WAIT);
        assert_eq!(count(five, later), Ok(Tries { wrong: 6, at: Some(later) }));
        let before = Moment::from_unix_millis(1_000_000);
        assert_eq!(count(five, before), Err(FIRST_WAIT), "not until the clock is where it was");
        assert_eq!(count(Tries::default(), at), Ok(Tries { wrong: 1, at: Some(at) }));
    }
}
