//! Every test that needs more than one room, in one binary: two cores link slowly.

mod contract;
mod linux_disks;
mod practice_bench;
