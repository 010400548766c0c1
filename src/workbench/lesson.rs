//! The first lesson: one device from the door to ready, on practice disks, in about ten minutes.
//!
//! Invariants: a step is done when the bench shows that it was, however somebody came there; nothing is done for them; what
//! is done already is not taught.

use super::world::World;
use crate::word::{Sentence, say};

/// A step of the lesson.
pub struct LessonStep {
    /// What it is called.
    pub title: fn() -> Sentence,
    /// What to do, and why.
    pub text: fn() -> Sentence,
    /// Whether it was done; none where reading it is all there is to do.
    pub done: Option<fn(&World) -> bool>,
}

/// Every step, in order.
pub static LESSON: &[LessonStep] = &[
    LessonStep { title: || say!("lesson-welcome"), text: || say!("lesson-welcome-text"), done: None },
    LessonStep {
        title: || say!("lesson-sign-in"),
        text: || say!("lesson-sign-in-text", pin = super::setup::PRACTICE_PIN),
        done: Some(|world| world.signed_in().is_some()),
    },
    LessonStep {
        title: || say!("lesson-receive"),
        text: || say!("lesson-receive-text"),
        // One was there before anybody came.
        done: Some(|world| world.today.received > 1),
    },
    LessonStep {
        title: || say!("lesson-inspect"),
        text: || say!("lesson-inspect-text"),
        done: Some(|world| world.today.inspected > 0),
    },
    LessonStep {
        title: || say!("lesson-wipe"),
        text: || say!("lesson-wipe-text"),
        done: Some(|world| world.today.wiped > 0),
    },
    LessonStep {
        title: || say!("lesson-image"),
        text: || say!("lesson-image-text"),
        done: Some(|world| world.today.imaged > 0),
    },
    LessonStep {
        title: || say!("lesson-check"),
        text: || say!("lesson-check-text"),
        done: Some(|world| world.today.ready > 0),
    },
    LessonStep { title: || say!("lesson-look"), text: || say!("lesson-look-text"), done: None },
    LessonStep { title: || say!("lesson-end"), text: || say!("lesson-end-text"), done: None },
];

/// The first step from that one on that is still to be done; none where the lesson is over.
#[must_use]
pub fn lesson_from(at: usize, world: &World) -> Option<usize> {
    let steps = LESSON.iter().enumerate().skip(at);
    steps.into_iter().find(|(_, step)| step.done.is_none_or(|done| !done(world))).map(|(at, _)| at)
}
