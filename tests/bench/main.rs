//! Every test that needs more than one room, in one binary: two cores link slowly.

mod arming;
mod arming_resume;
mod arming_rig;
mod canary;
mod contract;
mod corpus;
mod crash;
mod custody;
mod custody_holes;
mod dmidecode;
mod flips;
mod full;
mod golden;
mod job_image;
mod job_rig;
mod job_wipe;
mod ledger_file;
mod ledger_rig;
mod linux_disks;
mod practice_bench;
mod probe;
mod sysfs_tree;
mod tag;
mod words;
