//! The touchpad test: the pointer moves every way, to every edge, and its buttons click.
//!
//! Invariant: a device that tells places is judged by places, one that tells steps by steps; never both mixed.

use super::keys::InputEvent;
use std::collections::BTreeSet;

/// So near to an edge counts as reached, thousandths.
const NEAR: u16 = 150;
/// So many steps in one direction count as a move.
const STEPS: u32 = 200;
/// Source: linux/input-event-codes.h.
const BTN_LEFT: u16 = 272;
const BTN_RIGHT: u16 = 273;

/// What is to be reached or pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TouchGoal {
    /// The left edge, or far to the left.
    Left,
    /// Right.
    Right,
    /// Top.
    Top,
    /// Bottom.
    Bottom,
    /// The left button.
    LeftButton,
    /// The right button.
    RightButton,
}

/// Every goal.
pub const TOUCH_GOALS: [TouchGoal; 6] = [
    TouchGoal::Left,
    TouchGoal::Right,
    TouchGoal::Top,
    TouchGoal::Bottom,
    TouchGoal::LeftButton,
    TouchGoal::RightButton,
];

/// A touchpad while it is tested.
#[derive(Clone, Debug, Default)]
pub struct Touch {
    reached: BTreeSet<TouchGoal>,
    /// Steps to the left, right, up, down.
    steps: [u32; 4],
    tells_places: bool,
}

impl Touch {
    /// Takes in what came; whether anything new was reached.
    pub fn hear(&mut self, event: InputEvent) -> bool {
        let before = self.reached.len();
        match event {
            InputEvent::Key { code: BTN_LEFT, down: true } => _ = self.reached.insert(TouchGoal::LeftButton),
            InputEvent::Key { code: BTN_RIGHT, down: true } => _ = self.reached.insert(TouchGoal::RightButton),
            InputEvent::Touch { across, along } => {
                self.tells_places = true;
                self.place(across, TouchGoal::Left, TouchGoal::Right);
                self.place(along, TouchGoal::Top, TouchGoal::Bottom);
            }
            InputEvent::Move { right, down } if !self.tells_places => {
                self.step(0, right, TouchGoal::Left, TouchGoal::Right);
                self.step(2, down, TouchGoal::Top, TouchGoal::Bottom);
            }
            InputEvent::Key { .. } | InputEvent::Move { .. } => {}
        }
        self.reached.len() > before
    }

    fn place(&mut self, place: Option<u16>, low: TouchGoal, high: TouchGoal) {
        let Some(place) = place else { return };
        if place <= NEAR {
            self.reached.insert(low);
        } else if place >= 1000 - NEAR {
            self.reached.insert(high);
        }
    }

    fn step(&mut self, at: usize, step: i32, back: TouchGoal, on: TouchGoal) {
        let (at, goal) = if step < 0 { (at, back) } else { (at + 1, on) };
        if let Some(steps) = self.steps.get_mut(at) {
            *steps = steps.saturating_add(step.unsigned_abs());
            if *steps >= STEPS {
                self.reached.insert(goal);
            }
        }
    }

    /// What was not reached yet.
    #[must_use]
    pub fn missing(&self) -> Vec<TouchGoal> {
        TOUCH_GOALS.into_iter().filter(|goal| !self.reached.contains(goal)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finger_along_all_edges_and_two_clicks_leave_nothing() {
        let mut touch = Touch::default();
        for place in [40, 500, 960] {
            touch.hear(InputEvent::Touch { across: Some(place), along: None });
            touch.hear(InputEvent::Touch { across: None, along: Some(place) });
        }
        assert_eq!(touch.missing(), [TouchGoal::LeftButton, TouchGoal::RightButton]);
        assert!(touch.hear(InputEvent::Key { code: 272, down: true }));
        assert!(!touch.hear(InputEvent::Key { code: 273, down: false }), "letting go is no click");
        assert!(touch.hear(InputEvent::Key { code: 273, down: true }));
        assert_eq!(touch.missing(), []);
    }

    #[test]
    fn a_dead_edge_stays_missing_and_steps_count_only_where_no_places_are_told() {
        let mut touch = Touch::default();
        for place in 200..=1000 {
            touch.hear(InputEvent::Touch { across: Some(place), along: Some(place) });
        }
        for _move in 0..1000 {
            touch.hear(InputEvent::Move { right: -9, down: -9 });
        }
        assert_eq!(touch.missing()[..2], [TouchGoal::Left, TouchGoal::Top]);
        let mut stick = Touch::default();
        for _move in 0..67 {
            stick.hear(InputEvent::Move { right: -3, down: 3 });
        }
        assert_eq!(stick.missing()[..2], [TouchGoal::Right, TouchGoal::Top]);
    }
}
