//! This machine: the adapters that read and write its hardware.

mod probe;
mod probe_disk;
mod probe_firmware;
mod probe_network;
mod probe_power;
mod probe_screen;
mod probe_tree;

pub use probe::MachineProbe;
