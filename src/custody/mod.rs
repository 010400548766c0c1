//! The chain of custody: what stage a device is in, and which next step the rules forbid.
//!
//! Invariants: a stage is computed from events and never stored as such; every refusal names its rule, says why and what
//! to do; rule ids are for ever; nothing here knows how drawers are kept.

mod chain;
mod drawer;
mod file;
mod fold;
mod rule;
mod stage;

pub use chain::end_chain;
pub use drawer::{Cabinet, DrawerError, Drawers, MemoryDrawers, Slot};
pub use file::{
    DayFile, DeviceFile, DiskFile, DiskState, EarlierChain, JobFile, LastRecord, LotFile, PersonFile, RecipientFile,
    StationFile,
};
pub use fold::apply;
pub use rule::{Lift, RULES, Refusal, Rule, check, evidence_of, objections};
pub use stage::{FUNCTIONS, Stage};
