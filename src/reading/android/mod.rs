//! What a tablet or phone with Android tells over adb, as facts.
//!
//! Sources of the forms: AOSP's `getprop`, `dumpsys` and `wm`, and answers of real devices. Invariants: what a device says is
//! hostile input and makes nothing here panic; accounts are counted, and their names are dropped where they are read; what
//! is not told is unknown with its reason, as everywhere.

mod battery;
mod identity;
mod lock;
mod properties;
mod screen;
mod storage;
mod told;

pub use told::{AndroidTold, Ask, questions};

use crate::device::{Certainty, Facts, Value, Why, key};
use properties::Properties;
use screen::{Handheld, handheld_of};

/// Every fact that the answers tell, unknowns included.
#[must_use]
pub fn android_facts(told: &AndroidTold) -> Facts {
    let mut facts = Facts::new();
    let properties = Properties::read(told.text(Ask::Properties).unwrap_or_default());
    identity::identity_facts(&properties, &mut facts);
    processor(told, &mut facts);
    storage::memory_facts(told, &mut facts);
    storage::storage_facts(told, &mut facts);
    screen::screen_facts(told, &mut facts);
    battery::battery_facts(told, &mut facts);
    parts(told, &properties, &mut facts);
    lock::lock_facts(told, &properties, &mut facts);
    kind(told, &properties, &mut facts);
    facts
}

/// Whether it is a tablet or a phone.
fn kind(told: &AndroidTold, properties: &Properties, facts: &mut Facts) {
    match handheld_of(properties, facts) {
        Some(kind) => {
            let word = match kind {
                Handheld::Tablet => "tablet",
                Handheld::Phone => "phone",
            };
            facts.push(key::CHASSIS, Value::Text(word.to_owned()), Ask::Display.source(), Certainty::Estimated);
        }
        None => facts.unknown(key::CHASSIS, Ask::Display.source(), silent(told, Ask::Display)),
    }
}

/// Why an answer is not there.
fn silent(told: &AndroidTold, ask: Ask) -> Why {
    if told.text(ask).is_some() { Why::NotTold } else { Why::NotThere }
}

/// Cores and the highest clock of any of them.
fn processor(told: &AndroidTold, facts: &mut Facts) {
    let (cores, clock) = (Ask::Cores, Ask::Clocks);
    let of_range = told.text(cores).and_then(|text| text.lines().find_map(count_of));
    match of_range {
        Some(count) => facts.push(key::CPU_CORES, Value::Count(count), cores.source(), Certainty::Certain),
        None => facts.unknown(key::CPU_CORES, cores.source(), silent(told, cores)),
    }
    let kilohertz = told.text(clock).unwrap_or_default().lines().filter_map(|line| line.trim().parse::<u64>().ok());
    // Below 100 MHz or above 10 GHz it is no clock.
    match kilohertz.filter(|kilohertz| (100_000..10_000_000).contains(kilohertz)).max() {
        Some(most) => facts.push(key::CPU_MHZ, Value::Megahertz(most / 1000), clock.source(), Certainty::Certain),
        None => facts.unknown(key::CPU_MHZ, clock.source(), silent(told, clock)),
    }
}

/// How many numbers a list of the kernel names (`0-3,6`); none for what is no such list.
fn count_of(list: &str) -> Option<u64> {
    let mut count = 0u64;
    for part in list.trim().split(',') {
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        let (from, to): (u64, u64) = (from.parse().ok()?, to.parse().ok()?);
        count = count.checked_add(to.checked_sub(from)?.checked_add(1)?)?;
    }
    (1..=1024).contains(&count).then_some(count)
}

/// Radios, cameras and other parts, by the features that the system declares.
fn parts(told: &AndroidTold, properties: &Properties, facts: &mut Facts) {
    let ask = Ask::Features;
    let features: Vec<&str> = told.text(ask).unwrap_or_default().lines().filter_map(feature).collect();
    let has = |name: &str| features.contains(&name);
    let cameras = told.text(Ask::Cameras).and_then(camera_count);
    let mut tell = |key: &str, names: &[&str]| {
        if features.is_empty() {
            facts.unknown(key, ask.source(), silent(told, ask));
        } else {
            facts.push(key, Value::Flag(names.iter().any(|name| has(name))), ask.source(), Certainty::Certain);
        }
    };
    tell(key::WIFI, &["android.hardware.wifi"]);
    tell(key::BLUETOOTH, &["android.hardware.bluetooth"]);
    tell(key::MOBILE_NETWORK, &["android.hardware.telephony"]);
    tell(key::NFC, &["android.hardware.nfc"]);
    tell(key::TOUCHSCREEN, &["android.hardware.touchscreen"]);
    tell(key::MICROPHONE, &["android.hardware.microphone"]);
    tell(key::FINGERPRINT, &["android.hardware.fingerprint"]);
    if cameras.is_none() {
        let names = ["android.hardware.camera", "android.hardware.camera.front", "android.hardware.camera.any"];
        tell(key::CAMERA, &names);
    }
    if let Some(count) = cameras {
        let source = Ask::Cameras.source();
        facts.push(key::CAMERA, Value::Flag(count > 0), source, Certainty::Certain);
        facts.push(key::CAMERA_COUNT, Value::Count(count), source, Certainty::Certain);
    }
    let named = ["ro.telephony.sim.count", "ro.vendor.telephony.sim.count", "telephony.active_modems.max_count"];
    let slots = named.iter().find_map(|name| properties.get(name)?.parse::<u64>().ok().filter(|count| *count <= 4));
    let of_states = || properties.get("gsm.sim.state").map(|states| states.split(',').count() as u64);
    if !features.is_empty() && !has("android.hardware.telephony") {
        facts.push(key::SIM_SLOTS, Value::Count(0), ask.source(), Certainty::Estimated);
    } else if let Some(count) = slots.or_else(of_states) {
        facts.push(key::SIM_SLOTS, Value::Count(count), Ask::Properties.source(), Certainty::Estimated);
    } else {
        facts.unknown(key::SIM_SLOTS, Ask::Properties.source(), Why::NotTold);
    }
}

/// The name in a line of `pm list features`.
fn feature(line: &str) -> Option<&str> {
    let line = line.trim();
    let name = line.strip_prefix("feature:").unwrap_or(line);
    let end = name.find(|next: char| !(next.is_ascii_alphanumeric() || "._-".contains(next)));
    let name = name.get(..end.unwrap_or(name.len()))?;
    name.contains('.').then_some(name)
}

/// `Number of camera devices: 2`.
fn camera_count(text: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.trim().strip_prefix("Number of camera devices:"))?;
    line.trim().parse().ok().filter(|count| *count <= 64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_the_kernel_is_counted_and_nonsense_is_none() {
        assert_eq!([count_of("0-7\n"), count_of("0"), count_of("0-3,6")], [Some(8), Some(1), Some(5)]);
        assert_eq!([count_of(""), count_of("7-0"), count_of("0-18446744073709551615"), count_of("a-b")], [None; 4]);
    }

    #[test]
    fn a_feature_is_its_name_alone() {
        assert_eq!(feature("feature:android.hardware.wifi\r"), Some("android.hardware.wifi"));
        assert_eq!(feature("feature:reqGlEsVersion=0x30002"), None);
        assert_eq!(feature("  android.hardware.camera version=0"), Some("android.hardware.camera"));
    }

    #[test]
    fn silence_is_unknown_everywhere_and_never_no() {
        let facts = android_facts(&AndroidTold::default());
        assert!(facts.iter().count() > 20);
        for fact in facts.iter() {
            assert!(fact.value.is_unknown(), "{fact:?}");
        }
    }
}
