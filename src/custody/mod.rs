//! The chain of custody: what stage a device is in, and which next step the rules forbid.
//!
//! Invariants: a stage is computed from events, and stored only in summaries that can be made anew; every refusal names its rule, says why and what
//! to do; rule ids are for ever; nothing here knows how drawers are kept.

mod accessory;
mod announced;
mod base;
mod chain;
mod conflict;
mod correct;
mod daybook;
mod donor;
mod door;
mod drawer;
mod file;
mod fold;
mod foreign;
mod hands;
mod home;
mod jobs;
mod labels;
mod look;
mod lot;
mod machine;
mod parts;
mod pupil;
mod queue;
mod rule;
mod seeing;
mod settle;
mod shelves;
mod sign;
mod stage;
mod summary;
mod today;

pub use accessory::{Fit, Kitted, StockBook, StockFile, Want, WantBook, fit, power_text, stock_kind_sentence};
pub use announced::AnnouncedFile;
pub use base::{Base, BaseChoice, BaseError, BaseHead, BaseOf, MOST_IN_BASE, base_station};
pub use chain::{LastRecord, end_chain};
pub use conflict::{Between, Conflict, Heard};
pub use correct::{Corrigible, corrected, corrigible, struck};
pub use daybook::{Counts, DayBook, Tally};
pub use donor::DonorFile;
pub use drawer::{Cabinet, DrawerError, Drawers, MemoryDrawers, Slot, Written};
pub use file::{
    DayFile, DeviceFile, DiskFile, DiskState, EarlierChain, JobFile, LotFile, OpenJobs, PersonFile, RecipientFile,
    StationFile,
};
pub use fold::{FOLDS, apply};
pub use foreign::{Aside, AsideWhy, ChainFile, STICK_KINDS, StickFile, Taking, clock_offset};
pub use hands::{BadgeFile, Hands, HandsFile, NoteBook, NoteFile};
pub use home::Whereabouts;
pub use labels::LabelCount;
pub use lot::ReceiptFile;
pub use parts::{PartFile, Shelf};
pub use queue::{Waiting, bottleneck};
pub use rule::{
    Lift, RULES, Refusal, Rule, Who, bar_sentence, check, check_together, evidence_of, objections, who_may,
};
pub use shelves::{BoxFile, CountFile, ShelfFile, place_key, shelf_name_sentence, shows_device};
pub use sign::Recognised;
pub use stage::{FUNCTIONS, Stage, functions_sentence};
pub use summary::{Summary, Wanted, machine_name, search_words};
pub use today::Today;
