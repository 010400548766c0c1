//! aoxanh: the workstation of an "IT áo xanh" repair bench. This page is the map of the house.
//!
//! A room imports only rooms on lower floors: never sideways, never up. `tests/tidy.rs` holds the same table and checks it.
//!
//! | floor | room | holds |
//! |---|---|---|
//! | 0 | [`unit`](mod@unit) | numbers and names: bytes, moments, digests, ids |
//! | 0 | [`word`] | sentences as data; Vietnamese and English |
//! | 1 | [`device`] | what stands on the bench: facts, disks, arming |
//! | 2 | [`tag`] | the tag's number and check symbol, its QR and picture |
//! | 3 | [`event`] | what ledger bodies say |
//! | 5 | [`port`] | the traits to the outside world, with their fakes |

pub mod device;
pub mod event;
pub mod port;
pub mod tag;
pub mod unit;
pub mod word;
