//! What each fact is measured in and what people call it.

use super::amount;
use super::worst_disk::DISK_HEALTH;
use crate::device::{Fact, Value, key};
use crate::unit::Bytes;
use crate::word::{Arg, Sentence, say};

/// What a fact is measured in, and so which units a criterion on it may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Bytes, as memory is sold: 1 GB is 1024³.
    Memory,
    /// Bytes, as storage is sold: 1 GB is 1000³.
    Storage,
    /// `MHz` or `GHz`.
    Megahertz,
    /// `in`, to a tenth.
    TenthInches,
    /// `1366x768`, either way round.
    Pixels,
    /// `%`.
    Percent,
    /// A plain whole number.
    Count,
    /// Yes or no.
    Flag,
    /// Words.
    Text,
}

/// The longest text that a person may type for a fact, characters.
const MOST_TYPED: usize = 100;

struct Known {
    key: &'static str,
    measure: Measure,
    name: fn() -> Sentence,
}

const fn known(key: &'static str, measure: Measure, name: fn() -> Sentence) -> Known {
    Known { key, measure, name }
}

static KNOWN: &[Known] = &[
    known(key::MAKER, Measure::Text, || say!("spec-fact-maker")),
    known(key::MODEL, Measure::Text, || say!("spec-fact-model")),
    known(key::SERIAL, Measure::Text, || say!("spec-fact-serial")),
    known(key::UUID, Measure::Text, || say!("spec-fact-uuid")),
    known(key::CHASSIS, Measure::Text, || say!("spec-fact-chassis")),
    known("board.maker", Measure::Text, || say!("spec-fact-board-maker")),
    known("board.model", Measure::Text, || say!("spec-fact-board-model")),
    known("board.serial", Measure::Text, || say!("spec-fact-board-serial")),
    known(key::FIRMWARE_VERSION, Measure::Text, || say!("spec-fact-firmware-version")),
    known(key::FIRMWARE_DATE, Measure::Text, || say!("spec-fact-firmware-date")),
    known(key::FIRMWARE_UEFI, Measure::Flag, || say!("spec-fact-uefi")),
    known(key::SECURE_BOOT, Measure::Flag, || say!("spec-fact-secure-boot")),
    known(key::TPM, Measure::Count, || say!("spec-fact-tpm")),
    known(key::WINDOWS_KEY, Measure::Text, || say!("spec-fact-windows-key")),
    known(key::FIRMWARE_PASSWORD, Measure::Flag, || say!("spec-fact-firmware-password")),
    known(key::ABSOLUTE, Measure::Flag, || say!("spec-fact-absolute")),
    known(key::WPBT, Measure::Flag, || say!("spec-fact-wpbt")),
    known(key::AMT, Measure::Flag, || say!("spec-fact-amt")),
    known(key::CHROMEBOOK, Measure::Flag, || say!("spec-fact-chromebook")),
    known(key::WRITE_PROTECT, Measure::Flag, || say!("spec-fact-write-protect")),
    known(key::ONLINE_LOCK, Measure::Flag, || say!("spec-fact-online-lock")),
    known(key::CPU_MODEL, Measure::Text, || say!("spec-fact-cpu-model")),
    known(key::CPU_CORES, Measure::Count, || say!("spec-fact-cpu-cores")),
    known(key::CPU_THREADS, Measure::Count, || say!("spec-fact-cpu-threads")),
    known(key::CPU_MHZ, Measure::Megahertz, || say!("spec-fact-cpu-mhz")),
    known(key::CPU_64BIT, Measure::Flag, || say!("spec-fact-cpu-64bit")),
    known(key::CPU_BASE_MHZ, Measure::Megahertz, || say!("spec-fact-cpu-base-mhz")),
    known(key::CPU_SSE42, Measure::Flag, || say!("spec-fact-cpu-sse42")),
    known(key::CPU_AVX2, Measure::Flag, || say!("spec-fact-cpu-avx2")),
    known(key::CPU_VIRTUALISATION, Measure::Flag, || say!("spec-fact-cpu-virtualisation")),
    known(key::CPU_LEVEL, Measure::Text, || say!("spec-fact-cpu-level")),
    known(key::CPU_GENERATION, Measure::Text, || say!("spec-fact-cpu-generation")),
    known(key::CPU_YEAR, Measure::Count, || say!("spec-fact-cpu-year")),
    known(key::MEMORY_TOTAL, Measure::Memory, || say!("spec-fact-memory-total")),
    known(key::MEMORY_SLOTS, Measure::Count, || say!("spec-fact-memory-slots")),
    known(key::MEMORY_FREE_SLOTS, Measure::Count, || say!("spec-fact-memory-free-slots")),
    known(key::MEMORY_TYPE, Measure::Text, || say!("spec-fact-memory-type")),
    known(key::MEMORY_FORM, Measure::Text, || say!("spec-fact-memory-form")),
    known(key::MEMORY_SOLDERED, Measure::Flag, || say!("spec-fact-memory-soldered")),
    known(key::MEMORY_MAXIMUM, Measure::Memory, || say!("spec-fact-memory-maximum")),
    known(key::DISK_LARGEST, Measure::Storage, || say!("spec-fact-disk-largest")),
    known(key::DISK_COUNT, Measure::Count, || say!("spec-fact-disk-count")),
    known(DISK_HEALTH, Measure::Text, || say!("spec-fact-worst-disk")),
    known(key::SCREEN_DIAGONAL, Measure::TenthInches, || say!("spec-fact-screen-diagonal")),
    known(key::SCREEN_PIXELS, Measure::Pixels, || say!("spec-fact-screen-pixels")),
    known(key::BATTERY_COUNT, Measure::Count, || say!("spec-fact-battery-count")),
    known(key::BATTERY_HEALTH, Measure::Percent, || say!("spec-fact-battery-health")),
    known(key::BATTERY_CYCLES, Measure::Count, || say!("spec-fact-battery-cycles")),
    known(key::BATTERY_STATUS, Measure::Text, || say!("spec-fact-battery-status")),
    known(key::CHARGER, Measure::Flag, || say!("spec-fact-charger")),
    known(key::WIFI, Measure::Flag, || say!("spec-fact-wifi")),
    known(key::WIFI_BANDS, Measure::Text, || say!("spec-fact-wifi-bands")),
    known(key::ETHERNET, Measure::Flag, || say!("spec-fact-ethernet")),
    known(key::CAMERA, Measure::Flag, || say!("spec-fact-camera")),
    known(key::BLUETOOTH, Measure::Flag, || say!("spec-fact-bluetooth")),
    known(key::SOUND_CHIP, Measure::Text, || say!("spec-fact-sound-chip")),
    known(key::SPEAKERS, Measure::Flag, || say!("spec-fact-speakers")),
    known(key::MICROPHONE, Measure::Flag, || say!("spec-fact-microphone")),
    known(key::TOUCHSCREEN, Measure::Flag, || say!("spec-fact-touchscreen")),
    known(key::TOUCHPAD, Measure::Flag, || say!("spec-fact-touchpad")),
    known(key::KEYBOARD_LAYOUT, Measure::Text, || say!("spec-fact-keyboard-layout")),
    known(key::FINGERPRINT, Measure::Flag, || say!("spec-fact-fingerprint")),
    known(key::CARD_READER, Measure::Flag, || say!("spec-fact-card-reader")),
    known(key::USB_VERSION, Measure::Text, || say!("spec-fact-usb")),
    known(key::ANDROID, Measure::Count, || say!("spec-fact-android")),
    known(key::ANDROID_PATCH, Measure::Text, || say!("spec-fact-android-patch")),
    known(key::ENCRYPTION, Measure::Text, || say!("spec-fact-encryption")),
    known(key::VERIFIED_BOOT, Measure::Text, || say!("spec-fact-verified-boot")),
    known(key::SLOTS, Measure::Flag, || say!("spec-fact-slots")),
    known(key::SET_UP, Measure::Flag, || say!("spec-fact-set-up")),
    known(key::BOOTLOADER_LOCK, Measure::Flag, || say!("spec-fact-bootloader-lock")),
    known(key::WARRANTY_BIT, Measure::Flag, || say!("spec-fact-warranty-bit")),
    known(key::ACCOUNTS, Measure::Count, || say!("spec-fact-accounts")),
    known(key::DEVICE_OWNER, Measure::Text, || say!("spec-fact-device-owner")),
    known(key::MEMORY_COUNTED, Measure::Memory, || say!("spec-fact-memory-counted")),
    known(key::STORAGE_COUNTED, Measure::Storage, || say!("spec-fact-storage-counted")),
    known(key::BATTERY_LEVEL, Measure::Percent, || say!("spec-fact-battery-level")),
    known(key::BATTERY_CONDITION, Measure::Text, || say!("spec-fact-battery-condition")),
    known(key::MOBILE_NETWORK, Measure::Flag, || say!("spec-fact-mobile-network")),
    known(key::SIM_SLOTS, Measure::Count, || say!("spec-fact-sim-slots")),
    known(key::NFC, Measure::Flag, || say!("spec-fact-nfc")),
    known(key::CAMERA_COUNT, Measure::Count, || say!("spec-fact-camera-count")),
];

/// What stands before the number, what behind, and the name.
type Numbered = (&'static str, &'static str, fn(u64) -> Sentence);

/// Names of numbered facts (`disk.0.size`).
static NUMBERED: &[Numbered] = &[
    ("memory", "size", |number| say!("spec-fact-memory-module", number = number)),
    ("memory", "place", |number| say!("spec-fact-memory-place", number = number)),
    ("memory", "type", |number| say!("spec-fact-memory-module-type", number = number)),
    ("memory", "form", |number| say!("spec-fact-memory-module-form", number = number)),
    ("memory", "speed", |number| say!("spec-fact-memory-speed", number = number)),
    ("memory", "maker", |number| say!("spec-fact-memory-maker", number = number)),
    ("disk", "name", |number| say!("spec-fact-disk-name", number = number)),
    ("disk", "health", |number| say!("spec-fact-disk-health", number = number)),
    ("disk", "hours", |number| say!("spec-fact-disk-hours", number = number)),
    ("disk", "wear", |number| say!("spec-fact-disk-wear", number = number)),
    ("disk", "reallocated", |number| say!("spec-fact-disk-reallocated", number = number)),
    ("disk", "pending", |number| say!("spec-fact-disk-pending", number = number)),
    ("disk", "uncorrectable", |number| say!("spec-fact-disk-uncorrectable", number = number)),
    ("disk", "size", |number| say!("spec-fact-disk-size", number = number)),
    ("disk", "model", |number| say!("spec-fact-disk-model", number = number)),
    ("disk", "serial", |number| say!("spec-fact-disk-serial", number = number)),
    ("disk", "medium", |number| say!("spec-fact-disk-medium", number = number)),
    ("disk", "bus", |number| say!("spec-fact-disk-bus", number = number)),
    ("battery", "health", |number| say!("spec-fact-pack-health", number = number)),
    ("battery", "name", |number| say!("spec-fact-pack-name", number = number)),
    ("battery", "full", |number| say!("spec-fact-pack-full", number = number)),
    ("battery", "design", |number| say!("spec-fact-pack-design", number = number)),
    ("battery", "cycles", |number| say!("spec-fact-pack-cycles", number = number)),
    ("camera", "name", |number| say!("spec-fact-camera-name", number = number)),
    ("network", "mac", |number| say!("spec-fact-network-mac", number = number)),
];

/// What people call the fact of that key; numbers are counted from 1.
#[must_use]
pub fn fact_name(key: &str) -> Sentence {
    if let Some(known) = KNOWN.iter().find(|known| known.key == key) {
        return (known.name)();
    }
    numbered(key).unwrap_or_else(|| say!("spec-fact-other", key = key))
}

/// The fact's value as people write it, or "unknown" with the reason.
#[must_use]
pub fn fact_value(fact: &Fact) -> Sentence {
    if let Value::Unknown(why) = &fact.value {
        return say!("spec-unknown-because", why = why.sentence());
    }
    say!("spec-value", value = shown(&fact.key, &fact.value))
}

/// What the fact of that key is measured in; `None` for keys that nobody may type or name in a criterion.
#[must_use]
pub fn measure(key: &str) -> Option<Measure> {
    measure_of(key)
}

/// The value of that fact as people type it: `4 GB`, `1.6 GHz`, `2`, `có`; `None` where it is none of its kind.
#[must_use]
pub fn read_value(key: &str, text: &str) -> Option<Value> {
    let text = text.trim();
    match measure_of(key)? {
        Measure::Text => {
            (!text.is_empty() && text.chars().count() <= MOST_TYPED && !text.chars().any(char::is_control))
                .then(|| Value::Text(text.to_owned()))
        }
        Measure::Count => text.parse().ok().map(Value::Count),
        Measure::Flag => match text.to_lowercase().as_str() {
            "có" | "co" | "yes" | "true" => Some(Value::Flag(true)),
            "không" | "khong" | "no" | "false" => Some(Value::Flag(false)),
            _other => None,
        },
        measure @ (Measure::Memory
        | Measure::Storage
        | Measure::Megahertz
        | Measure::TenthInches
        | Measure::Pixels
        | Measure::Percent) => amount::read(text, measure),
    }
}

/// What the fact of that key is measured in; `None` for keys that no criterion may name.
pub(super) fn measure_of(key: &str) -> Option<Measure> {
    KNOWN.iter().find(|known| known.key == key).map(|known| known.measure)
}

pub(super) fn shown(key: &str, value: &Value) -> Arg {
    if let Some(sentence) = in_words(key, value) {
        return Arg::from(sentence);
    }
    let by_room = if key.starts_with("memory.") { Measure::Memory } else { Measure::Storage };
    amount::shown(value, measure_of(key).unwrap_or(by_room))
}

/// A word that a machine wrote, as people say it.
fn in_words(key: &str, value: &Value) -> Option<Sentence> {
    let (room, field) = (key.split('.').next()?, key.rsplit('.').next()?);
    if (room, field, value) == ("memory", "size", &Value::Bytes(Bytes::ZERO)) {
        return Some(say!("spec-word-empty"));
    }
    let Value::Text(text) = value else { return None };
    Some(match (room, field, text.as_str()) {
        ("memory", "form", "soldered") => say!("spec-word-soldered"),
        ("battery", "status", "charging") => say!("spec-word-charging"),
        ("battery", "status", "discharging") => say!("spec-word-discharging"),
        ("battery", "status", "full") => say!("spec-word-full"),
        ("battery", "status", "not charging") => say!("spec-word-not-charging"),
        ("disk", "health", "good") => say!("health-good"),
        ("disk", "health", "watch") => say!("health-watch"),
        ("disk", "health", "replace") => say!("health-replace"),
        _other => return None,
    })
}

fn numbered(key: &str) -> Option<Sentence> {
    let (room, rest) = key.split_once('.')?;
    let (number, field) = rest.split_once('.')?;
    let number = number.parse::<u64>().ok()?.checked_add(1)?;
    let (_, _, name) = NUMBERED.iter().find(|(known, part, _)| (*known, *part) == (room, field))?;
    Some(name(number))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::word::{Lang, Words};

    #[test]
    fn what_a_machine_writes_is_said_as_people_say_it() {
        let words = Words::new(Lang::Vi, None).expect("embedded");
        let said = |key: &str, value: Value| {
            let (key, source) = (key.to_owned(), "test".to_owned());
            words.say(&fact_value(&Fact { key, value, source, certainty: crate::device::Certainty::Certain }))
        };
        let text = |text: &str| Value::Text(text.to_owned());
        assert_eq!(said("memory.1.size", Value::Bytes(Bytes::ZERO)), "trống");
        assert_eq!(said("memory.form", text("soldered")), "hàn trên bo");
        assert_eq!(said("memory.0.form", text("SODIMM")), "SODIMM");
        assert_eq!(said("disk.0.health", text("replace")), "nên thay");
        assert_eq!(said("battery.0.full", Value::MilliwattHours(41_440)), "41.4 Wh");
    }

    #[test]
    fn every_key_has_a_name_in_both_languages() {
        let fixed = include_str!("../device/fact.rs").lines().filter_map(|line| line.trim().strip_prefix("pub const "));
        let keys: Vec<&str> = fixed.filter_map(|line| line.split('"').nth(1)).collect();
        assert!(keys.len() > 25, "{keys:?}");
        let numbered = NUMBERED.iter().map(|(room, field, _)| format!("{room}.0.{field}"));
        for key in keys.into_iter().map(str::to_owned).chain(numbered) {
            let name = fact_name(&key);
            assert_ne!(name.key(), "spec-fact-other", "{key}");
            for lang in [Lang::Vi, Lang::En] {
                assert!(Words::new(lang, None).expect("embedded").has(name.key()), "{key}: {}", name.key());
            }
        }
    }
}
