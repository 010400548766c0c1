//! The workbench: everything a person can have done, through the ports and under the rules. No terminal here.
//!
//! Invariants: every face (command line, screen, page) goes through these functions; what they return is data and
//! [`Sentence`](crate::word::Sentence)s; whatever they do is recorded before it is said to be done.

mod bench;
mod disk;
mod export;
mod handover;
mod history;
mod image;
mod inspect;
mod intake;
mod list;
mod resume;
mod station;
mod tag;
mod verify;
mod wipe;

pub use bench::{Bench, Found};
pub use disk::{DiskView, Target};
pub use export::{Exported, export, prove};
pub use handover::{CheckAnswer, allocate, check, hand_over, hold, quarantine};
pub use history::{HistoryLine, event_sentence, history, level_sentence};
pub use image::{ImageOrder, Imaged, image, load_manifest};
pub use inspect::{Inspected, fact_group, fact_sentence, inspect, load_profile};
pub use intake::{Donation, Received, consent, open_lot, receive, receive_new};
pub use list::{DayView, day, find};
pub use station::{Opened, Opening, open_station};
pub use tag::{Tagged, bind_tag, fresh_tag};
pub use verify::{Pinned, Thorough, Verified, verify, verify_all};
pub use wipe::{WipeOrder, Wiped, plan_wipe, wipe};
