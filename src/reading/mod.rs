//! Reading: what bytes and texts of a machine say, as facts; and what donors' lists say, as rows.
//!
//! Invariants: nothing here does I/O; no input makes anything here panic; what is junk, missing or contradictory becomes
//! "unknown" with its reason, and what is derived is marked as estimated.

mod acpi;
mod android;
mod battery;
mod chassis;
mod donor_list;
mod edid;
mod engine;
mod generation;
mod health;
#[cfg(test)]
mod health_tests;
mod identity;
mod input;
mod junk;
mod lock;
mod maker;
mod memory;
mod memory_board;
mod processor;
mod screen;
mod self_test;
mod sheet;
mod smart;
mod smart_wear;
mod smbios;
mod sound;
mod wifi;

pub use acpi::{amt_supported, masked_key};
pub use android::{AndroidTold, Ask, android_facts, questions};
pub use battery::{Pack, PackUnit, battery_facts};
pub use chassis::{Chassis, chassis_of, chassis_word, kind_of};
pub use donor_list::{Column, DonorList, ListedRow, plain_words, read_list};
pub use edid::{Edid, EdidError, SizeDoubt};
pub use engine::{EngineFirmware, engine_firmware};
pub use generation::{Generation, generation};
pub use health::{Condition, DiskHealth, HealthReason};
pub use identity::{Identity, read_uuid};
pub use input::{InputDevice, InputKind, input_devices, keyboard_hint};
pub use junk::{is_junk, tidy};
pub use lock::{Lock, LockWeight, locks};
pub use maker::maker_of;
pub use memory::{Module, memory_facts, modules_of};
pub use processor::{Clocks, processor_facts};
pub use screen::screen_facts;
pub use self_test::Testing;
pub use sheet::{MOST_ROWS, SheetError, SheetRow, read_sheets};
pub use smart::{Crossed, ExitBits, NvmeHealth, Security, SelfTest, SmartError, SmartReport, Tally, Wear};
pub use smbios::{Structure, Tables, entry_point_version};
pub use sound::{SoundChip, has_digital_microphone, sound_chip};
pub use wifi::wifi_bands;

use crate::device::Why;

/// Something that was read, or why not, with where it was looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found<T> {
    /// What was read, or why not.
    pub what: Result<T, Why>,
    /// A path below the root.
    pub source: String,
}

impl<T> Found<T> {
    /// This, read there.
    pub fn new(what: T, source: impl Into<String>) -> Self {
        Self { what: Ok(what), source: source.into() }
    }

    /// Nothing, for that reason.
    pub fn missing(why: Why, source: impl Into<String>) -> Self {
        Self { what: Err(why), source: source.into() }
    }

    /// What was read.
    pub fn known(&self) -> Option<&T> {
        self.what.as_ref().ok()
    }

    /// The source with a field name behind `#`.
    #[must_use]
    pub fn field(&self, name: &str) -> String {
        format!("{}#{name}", self.source)
    }
}
