//! Words that several panels and layers share.

use super::super::glyphs::Mark;
use super::super::tint;
use crate::custody::DiskState;
use crate::job::{Phase, Progress};
use crate::word::{Sentence, say};
use crate::workbench::{Work, time_left};
use ratatui::style::Style;

/// How far a disk is, in symbol, words and style.
pub(in crate::screen) fn disk_state(state: DiskState) -> (Mark, Sentence, Style) {
    match state {
        DiskState::Unwiped => (Mark::Later, say!("disk-unwiped"), tint::PLAIN),
        DiskState::Wiping => (Mark::Next, say!("disk-wiping"), tint::NEXT),
        DiskState::Wiped => (Mark::Done, say!("disk-wiped"), tint::GOOD),
        DiskState::Destroyed => (Mark::Done, say!("disk-destroyed"), tint::DIM),
        DiskState::NotWiped => (Mark::Bad, say!("disk-not-wiped"), tint::BAD),
    }
}

/// What a job does.
pub(in crate::screen) fn work(work: &Work) -> Sentence {
    match work {
        Work::Wipe => say!("work-wipe"),
        Work::Image(name) => say!("work-image", image = name.as_str()),
        Work::Fit => say!("work-fit"),
    }
}

/// How fast it goes, and how long what it is doing now still takes: reading back comes after writing.
pub(in crate::screen) fn speed(progress: &Progress) -> Sentence {
    let rate = progress.rate.map_or_else(|| "–".to_owned(), |rate| format!("{}/s", rate.decimal()));
    let left = progress.left.map_or_else(|| say!("left-unknown"), time_left);
    match progress.phase {
        Phase::Write => say!("job-speed-write", rate = rate, left = left),
        Phase::ReadBack => say!("job-speed-read-back", rate = rate, left = left),
        Phase::CrossCheck => say!("job-speed-cross-check", rate = rate, left = left),
        // A drive that erases itself tells how far it is, and moves nothing.
        Phase::Plant | Phase::Erase | Phase::Prove | Phase::Pack | Phase::Fit => {
            say!("job-speed-erase", phase = progress.phase.name(), left = left)
        }
    }
}
