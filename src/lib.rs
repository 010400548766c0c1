//! aoxanh: the workstation of an "IT áo xanh" repair bench. This page is the map of the house.
//!
//! A room imports only rooms on lower floors: never sideways, never up. `tests/tidy.rs` holds the same table and checks it.
//!
//! | floor | room | holds |
//! |---|---|---|
//! | 0 | [`unit`](mod@unit) | numbers and names: bytes, moments, digests, ids |
//! | 0 | [`word`] | sentences as data; Vietnamese and English |
//! | 1 | [`ledger`] | the proof: record bytes, hash chain, Merkle root, signed heads, inclusion proofs |
//! | 1 | [`device`] | what stands on the bench: facts, disks, arming |
//! | 2 | [`drive`] | ATA, NVMe, SCSI, MMC commands and answers as bytes, and what they say of the medium |
//! | 2 | [`wipe`] | wipe methods, plans, evidence and what it is worth |
//! | 2 | [`profile`] | minimum-spec criteria (TOML) and the verdict, with the part that would make it pass |
//! | 2 | [`reading`] | bytes and texts of a machine as facts; donors' lists as rows |
//! | 2 | [`trial`] | function tests without their hardware: what is heard and what it comes to |
//! | 2 | [`tag`] | the tag's number and check symbol, its QR and picture |
//! | 2 | [`imaging`] | image manifests, decoding, what fits where, what counts as written |
//! | 3 | [`event`] | what ledger bodies say |
//! | 4 | [`custody`] | stages, rules, folds: what may happen to a device next |
//! | 5 | [`port`] | the traits to the outside world, with their fakes |
//! | 5 | [`report`] | documents made of records alone: the certificate of a wipe, as signed JSON and as a page |
//! | 6 | [`android`] | tablets and phones: what is plugged in, and adb |
//! | 6 | [`job`] | runs a wipe or a write over the ports: resume, cancel, read-back, progress |
//! | 6 | [`linux`] | this machine: probe, disks, loop devices, clock, leases, files, tools |
//! | 6 | [`printer`] | print queues, printers in the network, at USB and at serial ports; what waits to be printed |
//! | 6 | [`serial`] | serial ports, and the scanners at them |
//! | 6 | [`store`] | SQLite: journal, index, marks, vault, key files, safety copies |
//! | 7 | [`workbench`] | every verb as a function over ports, under the rules; no terminal |
//! | 8 | [`cli`] | the command line: one face on the workbench |
//! | 8 | [`screen`] | the terminal program: screens and layers, another face on it |
//! | 8 | [`web`] | the phone page: pairing, sessions, forms; a third face on it |
//! | 9 | [`station`] | wiring: adapters into ports, the practice run |

pub mod android;
pub mod cli;
pub mod custody;
pub mod device;
pub mod drive;
pub mod event;
pub mod imaging;
pub mod job;
pub mod ledger;
pub mod linux;
pub mod port;
pub mod printer;
pub mod profile;
pub mod reading;
pub mod report;
pub mod screen;
pub mod serial;
pub mod station;
pub mod store;
pub mod tag;
pub mod trial;
pub mod unit;
pub mod web;
pub mod wipe;
pub mod word;
pub mod workbench;
