//! The workbench: everything a person can have done, through the ports and under the rules. No terminal here.
//!
//! Invariants: every face (command line, screen, page) goes through these functions; what they return is data and
//! [`Sentence`](crate::word::Sentence)s; whatever they do is recorded before it is said to be done.

mod bench;
mod disk;
mod doctor;
mod doctor_machine;
mod doctor_station;
mod export;
mod handover;
mod history;
mod image;
mod inspect;
mod intake;
mod resume;
mod station;
mod tag;
mod verify;
mod wipe;

pub use bench::{Bench, Found};
pub use disk::{DiskView, Target};
pub use doctor::{Check, Checkup, DOCTOR, Finding, Grade, OpenSigns, StationSigns};
pub use export::{Exported, export, prove};
pub use handover::{CheckAnswer, allocate, check, hand_over, hold, quarantine};
pub use history::{HistoryLine, event_sentence, history, level_sentence};
pub use image::{ImageOrder, Imaged, image, load_manifest};
pub use inspect::{Inspected, fact_group, fact_sentence, inspect, load_profile};
pub use intake::{Donation, Received, consent, open_lot, receive, receive_new};
pub use station::{Opened, Opening, open_station};
pub use tag::{Tagged, bind_tag, fresh_tag};
pub use verify::{Pinned, Verified, verify};
pub use wipe::{WipeOrder, Wiped, plan_wipe, wipe};
