//! Jobs: a wipe or the writing of an image, run over ports to its end, to a failure or until a person stops it.
//!
//! Invariants: nothing here has a thread, a channel or a clock of its own; a job begins only from a
//! [`Recorded`](crate::port::Recorded) start; a mark is set only after the disk's own flush and an identity check; whatever
//! happens, the outcome's evidence says no more than what was done and seen.

mod image;
mod news;
mod progress;
mod record;
mod run;
mod transfer;
mod wipe;

pub use image::{ImageOutcome, image, image_with};
pub use news::{Flaw, JobNews, Phase};
pub use progress::{Meter, Progress};
pub use record::{image_ended, wipe_ended};
pub use run::{Pace, Run};
pub use wipe::{MOST_BAD_BLOCKS, WipeOutcome, wipe, wipe_with};
