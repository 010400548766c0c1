//! Every test that needs more than one room, in one binary: two cores link slowly.

mod bad_disk;
mod bad_input;
mod bench_rig;
mod chain_by_hand;
mod contract;
mod corpus;
mod dmidecode;
mod export_check;
mod help_and_home;
mod job_image;
mod job_rig;
mod job_wipe;
mod linux_disks;
mod practice_run;
mod probe;
mod stopped;
mod sysfs_tree;
mod tag;
mod words;
