//! This machine: its disks, its clock, its files, what it is.
//!
//! Invariants: nothing is written to a disk but through [`LinuxDisks`]' `open` and the programs of its `volume`; `unsafe` stands in `ioctl` only.

mod address;
mod ask;
mod block;
mod block_read;
mod block_tree;
mod bridge;
mod clock;
mod dev_no;
mod disks;
#[cfg(test)]
mod disks_on_trees;
mod drive;
mod files;
mod health;
mod identity;
mod image_files;
mod image_store;
mod ioctl;
mod kernel;
mod lease;
mod loop_device;
#[cfg(test)]
mod made_up;
mod media;
#[cfg(test)]
mod media_on_trees;
mod mounts;
mod places;
mod power;
mod practice_disk;
mod practice_made;
mod printer_line;
mod probe;
mod probe_disk;
mod probe_firmware;
mod probe_lock;
mod probe_network;
mod probe_part;
mod probe_power;
mod probe_screen;
mod probe_tree;
mod second;
mod smart;
mod stick;
mod stick_mounts;
mod survey;
mod tally;
mod tool;
mod trying;
mod volume;

pub use address::interface_addresses;
pub use ask::TerminalAsk;
pub use clock::{OsChance, SystemClock};
pub use disks::{LinuxDisks, Mode};
pub use files::LocalFiles;
pub use health::MachineHealth;
pub use image_files::{Listed, image_files};
pub use image_store::ImageFolder;
pub use lease::FileLeases;
pub use loop_device::{LoopDevice, LoopPlan};
pub use places::removable_places;
pub use power::{end_machine, stays_there};
pub use practice_disk::{PracticeDisk, PracticeDisks};
pub use printer_line::{bytes_unsent, usb_printer_status};
pub use probe::MachineProbe;
pub use second::Cmp;
pub use smart::Smartctl;
pub use stick::{StickMount, media_now, stick_partition};
pub use stick_mounts::{Medium, StickMounts};
pub use tool::{Installed, ToolAnswer, Tools, tool};
pub use trying::LinuxHardware;
