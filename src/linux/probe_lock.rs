//! What may lock a machine for the next owner, or comes with it: firmware passwords, Absolute, WPBT, Intel AMT, Chromebook,
//! the Windows key in the firmware.
//!
//! Invariants: the Windows key is masked before it becomes a fact; "no" is said only where the place that would tell could
//! be read; what only the network tells is unknown, always.

use super::probe_tree::Tree;
use crate::device::{Certainty, Facts, Value, Why, key};
use crate::reading::{EngineFirmware, Found, Tables, amt_supported, engine_firmware, masked_key};

const ACPI: &str = "sys/firmware/acpi/tables";
const MSDM: &str = "sys/firmware/acpi/tables/MSDM";
const WPBT: &str = "sys/firmware/acpi/tables/WPBT";
/// Source: Linux, `Documentation/ABI/testing/sysfs-class-firmware-attributes`.
const ATTRIBUTES: &str = "sys/class/firmware-attributes";
const PCI: &str = "sys/bus/pci/devices";
/// Source: Linux, `Documentation/ABI/testing/sysfs-class-mei`.
const ENGINES: &str = "sys/class/mei";
const PLATFORM: &str = "sys/bus/platform/devices";
/// Ids of a Chromebook's own ACPI device. Source: Linux, `Documentation/firmware-guide/acpi/chromeos-acpi-device.rst`.
const CHROME: [&str; 2] = ["GGL0001:", "GOOG0016:"];
/// The bit of `CHSW` that says that write protection was off at the start. Source: as above, "CHSW".
const UNPROTECTED: u64 = 0x200;
const MOST_KEY: u64 = 4096;
/// Words of firmware attributes that mean "on" and "off" for Absolute, in lower case without spaces.
const ON: [&str; 4] = ["enable", "enabled", "activate", "activated"];
const OFF: [&str; 6] =
    ["disable", "disabled", "deactivate", "deactivated", "permanentlydisable", "permanentlydisabled"];

pub(super) fn lock_facts(tree: Tree<'_>, tables: &Found<Tables>, facts: &mut Facts) {
    windows_key(tree, facts);
    wpbt(tree, facts);
    password(tree, facts);
    absolute(tree, facts);
    amt(tree, tables, facts);
    chromebook(tree, tables, facts);
    facts.unknown(key::ONLINE_LOCK, "sys/firmware", Why::OnlyOnline);
}

fn windows_key(tree: Tree<'_>, facts: &mut Facts) {
    let found = tree.bytes(MSDM, MOST_KEY);
    match found.what {
        Ok(bytes) => match masked_key(&bytes) {
            Some(masked) => facts.push(key::WINDOWS_KEY, Value::Text(masked), MSDM, Certainty::Certain),
            None => facts.unknown(key::WINDOWS_KEY, MSDM, Why::NotTold),
        },
        Err(Why::NotThere) if tree.exists(ACPI) => {
            facts.push(key::WINDOWS_KEY, Value::Flag(false), ACPI, Certainty::Certain);
        }
        Err(why) => facts.unknown(key::WINDOWS_KEY, MSDM, why),
    }
}

fn wpbt(tree: Tree<'_>, facts: &mut Facts) {
    if tree.exists(ACPI) {
        facts.push(key::WPBT, Value::Flag(tree.exists(WPBT)), WPBT, Certainty::Certain);
    } else {
        facts.unknown(key::WPBT, ACPI, Why::NotThere);
    }
}

/// Every folder `sys/class/firmware-attributes/<driver>/<part>/<name>`.
fn attributes(tree: Tree<'_>, part: &str) -> Result<Vec<String>, Why> {
    let drivers = tree.class(ATTRIBUTES).what?;
    let folders = drivers.into_iter().map(|driver| format!("{ATTRIBUTES}/{driver}/{part}"));
    let each = |folder: String| {
        let names = tree.names(&folder).what.unwrap_or_default();
        names.into_iter().map(move |name| format!("{folder}/{name}")).collect::<Vec<_>>()
    };
    Ok(folders.flat_map(each).collect())
}

fn password(tree: Tree<'_>, facts: &mut Facts) {
    let found = match attributes(tree, "authentication") {
        Ok(found) => found,
        Err(why) => return facts.unknown(key::FIRMWARE_PASSWORD, ATTRIBUTES, why),
    };
    let states = found.into_iter().filter_map(|path| {
        let source = format!("{path}/is_enabled");
        tree.number(&source).map(|state| (state, source))
    });
    // A set one, where there is one, else any that says that it is not set.
    match states.max_by_key(|(state, _)| *state) {
        Some((state, source)) => {
            facts.push(key::FIRMWARE_PASSWORD, Value::Flag(state > 0), source, Certainty::Certain);
        }
        None => facts.unknown(key::FIRMWARE_PASSWORD, ATTRIBUTES, Why::NotTold),
    }
}

/// Dell calls the setting "Absolute", Lenovo `ComputraceModuleActivation` or
/// `AbsolutePersistenceModuleActivation`.
fn absolute(tree: Tree<'_>, facts: &mut Facts) {
    let found = match attributes(tree, "attributes") {
        Ok(found) => found,
        Err(why) => return facts.unknown(key::ABSOLUTE, ATTRIBUTES, why),
    };
    let named = |path: &String| {
        let name = path.rsplit('/').next().unwrap_or_default().to_lowercase();
        name.contains("computrace") || name.contains("absolute")
    };
    let said = found.iter().filter(|path| named(path)).find_map(|path| {
        let source = format!("{path}/current_value");
        let word = tree.line(&source)?.to_lowercase().replace(' ', "");
        let state =
            if ON.contains(&word.as_str()) { Some(true) } else { OFF.contains(&word.as_str()).then_some(false) };
        state.map(|state| (state, source))
    });
    match said {
        Some((state, source)) => facts.push(key::ABSOLUTE, Value::Flag(state), source, Certainty::Certain),
        None => facts.unknown(key::ABSOLUTE, ATTRIBUTES, Why::NotTold),
    }
}

/// The firmware that the management engine says it runs, and where it says so.
fn engine_says(tree: Tree<'_>) -> Option<(EngineFirmware, String)> {
    let names = tree.names(ENGINES).what.ok()?;
    names.iter().find_map(|name| {
        let source = format!("{ENGINES}/{name}/fw_status");
        let version = tree.line(&format!("{ENGINES}/{name}/fw_ver"))?;
        Some((engine_firmware(&version, &tree.line(&source)?)?, source))
    })
}

/// A "yes" of the tables alone is worth nothing: consumer boards keep the template's. Their "no" is only said by boards
/// without. Nothing of this is certain: only the engine's own setup page is.
fn amt(tree: Tree<'_>, tables: &Found<Tables>, facts: &mut Facts) {
    let cards = match tree.names(PCI).what {
        Ok(cards) => cards,
        Err(why) => return facts.unknown(key::AMT, PCI, why),
    };
    let says = |card: &str, attribute: &str, start: &str| {
        tree.line(&format!("{PCI}/{card}/{attribute}")).is_some_and(|found| found.starts_with(start))
    };
    let engine: Vec<&String> =
        cards.iter().filter(|card| card.contains(":16.") && says(card, "vendor", "0x8086")).collect();
    let mut tell = |has: bool, source: String| facts.push(key::AMT, Value::Flag(has), source, Certainty::Estimated);
    let in_tables = tables.known().and_then(amt_supported);
    let firmware = engine_says(tree);
    // Only boards with AMT have its serial port over the network beside the management engine.
    if let Some(card) = engine.iter().find(|card| says(card, "class", "0x0700")) {
        tell(true, format!("{PCI}/{card}/class"));
    } else if in_tables == Some(false) {
        tell(false, tables.field("130"));
    } else if let Some((EngineFirmware::Small, source)) = &firmware {
        tell(false, source.clone());
    } else if let (Some((EngineFirmware::Large, source)), Some(true)) = (&firmware, in_tables) {
        tell(true, format!("{source} + {}", tables.field("130")));
    } else if let Some((EngineFirmware::Large, source)) = firmware {
        facts.unknown(key::AMT, source, Why::NotTold);
    } else if let Some(card) = engine.first() {
        facts.unknown(key::AMT, format!("{PCI}/{card}"), Why::NotTold);
    } else {
        tell(false, PCI.to_owned());
    }
}

fn is_coreboot(tree: Tree<'_>, tables: &Found<Tables>) -> bool {
    let in_tables = tables.known().and_then(|tables| tables.of(0).next()?.text(4).map(str::to_lowercase));
    let vendor = in_tables.or_else(|| tree.line("sys/class/dmi/id/bios_vendor").map(|vendor| vendor.to_lowercase()));
    vendor.is_some_and(|vendor| vendor.contains("coreboot"))
}

fn chromebook(tree: Tree<'_>, tables: &Found<Tables>, facts: &mut Facts) {
    let names = tree.names(PLATFORM).what.unwrap_or_default();
    let own = names.iter().find(|name| CHROME.iter().any(|id| name.starts_with(id)));
    let text = |key: &str| match facts.known(key) {
        Some(Value::Text(text)) => Some(text.to_lowercase()),
        Some(_) | None => None,
    };
    let by_maker = text(key::MAKER).map(|maker| maker == "google");
    let by_name = facts.get(key::MAKER).map_or_else(|| PLATFORM.to_owned(), |fact| fact.source.clone());
    let by_firmware = text(key::FIRMWARE_VERSION).is_some_and(|version| version.starts_with("google_"));
    match (own, by_maker) {
        (Some(name), _) => {
            facts.push(key::CHROMEBOOK, Value::Flag(true), format!("{PLATFORM}/{name}"), Certainty::Certain);
        }
        (None, _) if by_firmware || by_maker == Some(true) => {
            facts.push(key::CHROMEBOOK, Value::Flag(true), by_name, Certainty::Estimated);
        }
        // Chromebooks whose firmware somebody replaced bear the name of their maker.
        (None, Some(_)) if is_coreboot(tree, tables) => facts.unknown(key::CHROMEBOOK, by_name, Why::NotTold),
        (None, Some(_)) => facts.push(key::CHROMEBOOK, Value::Flag(false), by_name, Certainty::Estimated),
        (None, None) => facts.unknown(key::CHROMEBOOK, PLATFORM, Why::NotTold),
    }
    let switches = own.map(|name| format!("{PLATFORM}/{name}/CHSW"));
    match switches.as_ref().map(|source| (tree.number(source), source)) {
        Some((Some(bits), source)) => {
            facts.push(key::WRITE_PROTECT, Value::Flag(bits & UNPROTECTED == 0), source, Certainty::Estimated);
        }
        Some((None, source)) => facts.unknown(key::WRITE_PROTECT, source, Why::NotTold),
        None if facts.known(key::CHROMEBOOK) == Some(&Value::Flag(false)) => {
            facts.unknown(key::WRITE_PROTECT, PLATFORM, Why::NoSuchPart);
        }
        None => facts.unknown(key::WRITE_PROTECT, PLATFORM, Why::NotTold),
    }
}
