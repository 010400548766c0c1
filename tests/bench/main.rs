//! Every test that needs more than one room, in one binary: two cores link slowly.

mod arming;
mod arming_resume;
mod arming_rig;
mod contract;
mod corpus;
mod dmidecode;
mod job_image;
mod job_rig;
mod job_wipe;
mod linux_disks;
mod probe;
mod sysfs_tree;
mod tag;
mod words;
