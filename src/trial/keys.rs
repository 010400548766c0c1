//! The keyboard test: every key once, none stuck.
//!
//! Invariants: a key counts as seen once it moved during the test, down or up; one that was held too long counts as stuck
//! whatever came later.

use super::board::{Cap, LAPTOP, LAPTOP_FULL, Layout};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// Nobody who presses one key after the other holds one longer.
pub const HELD: Duration = Duration::from_secs(5);

/// What an input device told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InputEvent {
    /// A key or button moved; a repeat counts as down.
    Key {
        /// The kernel's code.
        code: u16,
        /// Whether it is down now.
        down: bool,
    },
    /// A pointer moved, in the device's own steps.
    Move {
        /// To the right.
        right: i32,
        /// Down.
        down: i32,
    },
    /// A finger lies here, thousandths of the surface from its left upper corner.
    Touch {
        /// From the left; none where only the other changed.
        across: Option<u16>,
        /// From the top.
        along: Option<u16>,
    },
}

/// A keyboard while it is tested.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keys {
    layout: &'static Layout,
    may_grow: bool,
    seen: BTreeSet<u16>,
    down: BTreeMap<u16, Duration>,
    stuck: BTreeSet<u16>,
    last: Duration,
}

impl Keys {
    /// A keyboard of that layout, with these keys down already; a laptop's grows by a number pad once a key of one is heard,
    /// where it `may_grow`.
    #[must_use]
    pub fn new(layout: &'static Layout, may_grow: bool, down: &[u16]) -> Self {
        let down = down.iter().map(|code| (*code, Duration::ZERO)).collect();
        let (seen, stuck) = (BTreeSet::new(), BTreeSet::new());
        Self { layout, may_grow, seen, down, stuck, last: Duration::ZERO }
    }

    /// Takes in what came at that time.
    pub fn hear(&mut self, event: InputEvent, at: Duration) {
        let InputEvent::Key { code, down } = event else { return };
        let is_new = self.seen.insert(code);
        if self.may_grow && self.layout == &LAPTOP && !on(&LAPTOP, code) && on(&LAPTOP_FULL, code) {
            self.layout = &LAPTOP_FULL;
        }
        if is_new {
            self.last = at;
        }
        self.look(at);
        if down {
            self.down.entry(code).or_insert(at);
        } else {
            self.down.remove(&code);
        }
    }

    /// Time passed: whatever is held too long is stuck.
    pub fn look(&mut self, at: Duration) {
        let held = self.down.iter().filter(|(_, since)| at.saturating_sub(**since) >= HELD);
        self.stuck.extend(held.map(|(code, _)| *code));
    }

    /// The layout that is asked for now.
    #[must_use]
    pub const fn layout(&self) -> &'static Layout {
        self.layout
    }

    /// Keys of the layout that did not move yet.
    #[must_use]
    pub fn missing(&self) -> Vec<Cap> {
        self.layout.caps().filter(|cap| !self.seen.contains(&cap.code)).collect()
    }

    /// Codes of the keys that moved.
    #[must_use]
    pub const fn seen(&self) -> &BTreeSet<u16> {
        &self.seen
    }

    /// Codes of the keys that were held too long.
    #[must_use]
    pub const fn stuck(&self) -> &BTreeSet<u16> {
        &self.stuck
    }

    /// Whether every key moved and all are up again: what is still down may be stuck.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.missing().is_empty() && self.down.keys().all(|code| self.stuck.contains(code))
    }

    /// How long no key moved for the first time.
    #[must_use]
    pub const fn quiet(&self, at: Duration) -> Duration {
        at.saturating_sub(self.last)
    }
}

fn on(layout: &Layout, code: u16) -> bool {
    layout.caps().any(|cap| cap.code == code)
}

#[cfg(test)]
mod tests {
    use super::super::board::{FULL, SIXTY};
    use super::*;

    const fn secs(secs: u64) -> Duration {
        Duration::from_secs(secs)
    }

    fn tap(keys: &mut Keys, code: u16, at: Duration) {
        keys.hear(InputEvent::Key { code, down: true }, at);
        keys.hear(InputEvent::Key { code, down: false }, at + Duration::from_millis(80));
    }

    #[test]
    fn a_whole_keyboard_pressed_once_is_done_and_one_key_short_is_not() {
        let mut keys = Keys::new(&FULL, true, &[]);
        let caps: Vec<_> = FULL.caps().collect();
        for (number, cap) in (0u64..).zip(&caps[..103]) {
            tap(&mut keys, cap.code, secs(number));
        }
        assert_eq!((keys.is_done(), keys.missing()), (false, vec![caps[103]]));
        tap(&mut keys, caps[103].code, secs(200));
        assert!(keys.is_done() && keys.stuck().is_empty());
        assert_eq!(keys.quiet(secs(207)), secs(7));
    }

    #[test]
    fn a_key_that_is_held_is_stuck_one_that_was_down_at_the_start_only_if_it_stays_down() {
        let mut keys = Keys::new(&SIXTY, false, &[28, 57]);
        keys.hear(InputEvent::Key { code: 28, down: false }, secs(1));
        keys.look(secs(4));
        assert!(keys.stuck().is_empty());
        keys.look(secs(5));
        assert_eq!(keys.stuck().iter().collect::<Vec<_>>(), [&57]);
        keys.hear(InputEvent::Key { code: 30, down: true }, secs(6));
        keys.hear(InputEvent::Key { code: 30, down: true }, secs(9));
        keys.hear(InputEvent::Key { code: 30, down: false }, secs(11));
        assert_eq!(keys.stuck().len(), 2, "repeats are one press, and letting go late is too late");
        keys.hear(InputEvent::Key { code: 57, down: false }, secs(12));
        assert_eq!(keys.stuck().len(), 2);
        assert!(keys.seen().contains(&57));
    }

    #[test]
    fn only_a_laptop_whose_layout_was_guessed_grows_by_a_number_pad() {
        let pad = InputEvent::Key { code: 71, down: true };
        for (layout, may_grow, wanted) in
            [(&LAPTOP, true, &LAPTOP_FULL), (&LAPTOP, false, &LAPTOP), (&SIXTY, true, &SIXTY)]
        {
            let mut keys = Keys::new(layout, may_grow, &[]);
            keys.hear(InputEvent::Key { code: 110, down: true }, secs(0));
            assert_eq!(keys.layout().id, layout.id, "a key that only a desktop has changes nothing");
            keys.hear(pad, secs(0));
            assert_eq!(keys.layout().id, wanted.id);
        }
    }
}
