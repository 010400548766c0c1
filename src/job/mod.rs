//! Jobs: a wipe or the writing of an image, run over ports to its end, to a failure or until a person stops it.
//!
//! Invariants: nothing here has a clock of its own; the only other thread is that of `lane.rs`, which computes and touches
//! no port but the image of the store that it decodes; a job begins only from a [`Recorded`](crate::port::Recorded) start,
//! but for the image on a disk of nobody's that is to become a stick; a
//! mark is set only after the disk's own flush and an identity check; whatever happens, the outcome's evidence says no more
//! than what was done and seen.

mod canary;
mod capture;
mod compare;
mod erase;
mod fit;
mod fit_put;
mod fit_table;
mod fit_windows;
mod image;
mod image_chunks;
mod lane;
mod news;
mod pack;
mod progress;
mod record;
mod run;
mod second;
mod source;
mod speed;
mod stick;
mod transfer;
mod wipe;

pub use capture::{Captured, DiskRegion, Keep};
pub use fit::{FitNote, FitOrder, FitOutcome, FitRun, fit};
pub use image::{Decoding, ImageOutcome, image, image_with};
pub use image_chunks::image_of;
pub use lane::{Lane, beside};
pub use news::{Flaw, JobNews, Phase};
pub use pack::{Rotten, Watch, check, pack, unreadable_image};
pub use progress::{Meter, Progress};
pub use record::{image_ended, wipe_ended};
pub use run::{Pace, Run};
pub use second::cross_check;
pub use source::{ImageSource, Sources};
pub use speed::{POINTS, Speed};
pub use stick::{StickWatch, copy_to_stick, read_edge, write_edges};
pub use wipe::{MOST_BAD_BLOCKS, WipeOutcome, wipe, wipe_with};
