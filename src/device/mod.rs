//! What stands on the bench: a device's facts, its disks, and the right to write to one of them.
//!
//! Invariants: a fact always says where it came from and how sure it is, and "unknown" is a value; an [`Armed`] exists
//! only where every refusal was checked and a person confirmed the disk.

mod arming;
mod arming_stick;
mod disk;
mod erase;
mod fact;
mod medium;
mod medium_words;
mod usb_root;
mod why;
mod wording;

pub use arming::{ArmRefusal, Armed, CODE_SYMBOLS, Clearance, Confirmation, arm, code_for, obstacles_for};
pub use arming_stick::{StickClearance, arm_stick, obstacles_for_stick};
pub use disk::{Attachment, Bus, Disk, DiskIdentity, Obstacle};
pub use erase::{Bar, Erase, Offer};
pub use fact::{Certainty, Fact, Facts, Value, key};
pub use medium::{
    Bridge, Doubt, Hidden, HiddenArea, HiddenBy, Medium, MediumKind, Sanitizing, Security, SelfTold, Unsure,
};
pub use medium_words::{bar_sentence, doubt_sentence, hidden_sentence, medium_lines, medium_name, unsure_sentence};
pub use usb_root::usb_root;
pub use why::Why;
pub use wording::{obstacle_sentence, refusal_sentence};
