//! Every test that needs more than one room, in one binary: two cores link slowly.

mod contract;
mod corpus;
mod dmidecode;
mod job_image;
mod job_rig;
mod job_wipe;
mod linux_disks;
mod practice_bench;
mod probe;
mod sysfs_tree;
mod tag;
mod words;
