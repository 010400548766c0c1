//! This machine: the adapters that read and write its hardware.

mod probe;
mod probe_disk;
mod probe_firmware;
mod probe_network;
mod probe_power;
mod probe_screen;
mod probe_tree;

pub use probe::MachineProbe;
//! This machine: its disks, its clock, its files.
//!
//! Invariants: nothing is written to a disk but through [`LinuxDisks`]' `open`; `unsafe` stands in `ioctl.rs` only.

mod block;
mod block_tree;
mod clock;
mod dev_no;
mod disks;
#[cfg(test)]
mod disks_on_trees;
mod identity;
mod ioctl;
mod kernel;
mod lease;
mod loop_device;
#[cfg(test)]
mod made_up;
mod mounts;
mod practice_disk;
mod survey;

pub use clock::{OsChance, SystemClock};
pub use disks::{LinuxDisks, Mode};
pub use lease::FileLeases;
pub use loop_device::{LoopDevice, LoopPlan};
pub use practice_disk::{PracticeDisk, PracticeDisks};
