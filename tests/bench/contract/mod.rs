//! Contract suites: what every implementation of a port promises, fakes included.

pub(crate) mod commands;
pub(crate) mod disk_io;
pub(crate) mod disks;
pub(crate) mod files;
pub(crate) mod image_store;
pub(crate) mod index;
pub(crate) mod index_lots;
mod index_shelves;
pub(crate) mod journal;
pub(crate) mod leases;
pub(crate) mod print_queue;
pub(crate) mod printers;
pub(crate) mod volume;
