//! Every test that needs more than one room, in one binary: two cores link slowly.

mod tag;
mod words;
mod contract;
mod linux_disks;
mod job_image;
mod job_rig;
mod job_wipe;
