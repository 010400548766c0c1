//! What ledger bodies say: wire structs of their own, one file per topic, frozen.
//!
//! Invariants: kinds and field names are for ever, a changed meaning is a new version; a kind or version that this
//! program does not know survives untouched as [`Fact::Unknown`]; numbers are integers; nobody's personal data.

pub mod accessory;
mod body;
pub mod disk;
pub mod donation;
pub mod handover;
pub mod image;
pub mod inspection;
pub mod intake;
pub mod label;
pub mod lock;
pub mod medium;
pub mod outward;
pub mod people;
pub mod repair;
pub mod settling;
pub mod shift;
pub mod station;
pub mod stock;

pub use body::{About, By, Event, EventError, Fact, Heading, How, KINDS, Kind};
