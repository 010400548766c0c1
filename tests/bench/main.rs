//! Every test that needs more than one room, in one binary: two cores link slowly.

mod corpus;
mod dmidecode;
mod probe;
mod sysfs_tree;
