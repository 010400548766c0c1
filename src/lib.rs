//! aoxanh: the workstation of an "IT áo xanh" repair bench. This page is the map of the house.
//!
//! A room imports only rooms on lower floors: never sideways, never up. `tests/tidy.rs` holds the same table and checks it.
//!
//! | floor | room | holds |
//! |---|---|---|
//! | 0 | [`unit`] | numbers and names: bytes, moments, digests, ids |
//! | 0 | [`word`] | sentences as data; Vietnamese and English |
//! | 1 | [`device`] | what stands on the bench: facts, disks, arming |
//! | 2 | [`wipe`] | wipe methods, plans, evidence and what it is worth |
//! | 2 | [`imaging`] | image manifests, decoding, what fits where, what counts as written |
//! | 3 | [`event`] | what ledger bodies say |
//! | 5 | [`port`] | the traits to the outside world, with their fakes |
//! | 6 | [`job`] | runs a wipe or a write over the ports: resume, cancel, read-back, progress |

pub mod device;
pub mod event;
pub mod imaging;
pub mod job;

pub mod port;
pub mod unit;
pub mod wipe;
pub mod word;
