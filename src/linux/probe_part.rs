//! Smaller parts: sound, touch, fingerprint reader, card reader, USB, Wi-Fi bands, names of cameras.
//!
//! Invariants: as in `probe_network`, "no" is an estimate and is said only where nothing could be hidden for want of a
//! driver; what only hints tell (a keyboard's layout) is an estimate.

use super::probe_network::{Guise, hidden, tell};
use super::probe_tree::Tree;
use crate::device::{Certainty, Facts, Value, Why, key};
use crate::reading::{
    Found, InputKind, SoundChip, Tables, has_digital_microphone, input_devices, is_junk, keyboard_hint, sound_chip,
    tidy, wifi_bands,
};

const SOUND: &str = "proc/asound";
const INPUT: &str = "proc/bus/input/devices";
const PCI: &str = "sys/bus/pci/devices";
const USB: &str = "sys/bus/usb/devices";
const CAMERAS: &str = "sys/class/video4linux";
const INTERFACES: &str = "sys/class/net";

/// PCI classes of sound, USB class of sound.
const AUDIO: Guise = Guise { pci: &["0x0401", "0x0403"], pci_idle: &["0x04"], usb: &["01", "ff"], sdio: false };
/// Drivers of card readers on PCI and on USB.
const CARD_DRIVERS: [&str; 9] =
    ["rtsx_pci", "alcor_pci", "jmb38x_ms", "tifm_7xx1", "r592", "r852", "rtsx_usb", "ums-realtek", "ums_eneub6250"];
/// PCI classes of a reader: SD host controller, and Realtek's own unclassified ones.
const CARDS: Guise = Guise { pci: &["0x0805"], pci_idle: &["0xff00"], usb: &["ff"], sdio: false };
/// USB makers of nothing but fingerprint readers: `AuthenTec`, Validity, Upek, `LighTuning`, FPC, Next Biometrics.
const FINGERPRINT_MAKERS: [&str; 6] = ["08ff", "138a", "147e", "1c7a", "10a5", "298d"];

pub(super) fn part_facts(tree: Tree<'_>, tables: &Found<Tables>, facts: &mut Facts) {
    layout(tables, facts);
    sound(tree, facts);
    touch(tree, facts);
    fingerprint(tree, facts);
    card_reader(tree, facts);
    usb(tree, facts);
    bands(tree, facts);
    camera_names(tree, facts);
}

fn sound(tree: Tree<'_>, facts: &mut Facts) {
    let cards = match tree.names(SOUND).what {
        Ok(names) => names.into_iter().filter(|name| is_numbered(name, "card")).collect::<Vec<_>>(),
        Err(why) => {
            for key in [key::SOUND_CHIP, key::SPEAKERS, key::MICROPHONE] {
                let why = if why == Why::NotThere { tree.no_class() } else { why.clone() };
                facts.unknown(key, SOUND, why);
            }
            return;
        }
    };
    let files = cards.iter().flat_map(|card| {
        let folder = format!("{SOUND}/{card}");
        let names = tree.names(&folder).what.unwrap_or_default();
        names.into_iter().filter(|name| is_numbered(name, "codec#")).map(move |name| format!("{folder}/{name}"))
    });
    let read = |path: String| tree.text(&path).what.ok().map(|text| (sound_chip(&text), path));
    let chips: Vec<(SoundChip, String)> = files.filter_map(read).filter(|(chip, _)| !chip.is_hdmi).collect();
    match chips.iter().find_map(|(chip, path)| chip.name.as_ref().map(|name| (name, path))) {
        Some((name, path)) => facts.push(key::SOUND_CHIP, Value::Text(tidy(name)), path, Certainty::Certain),
        None => facts.unknown(key::SOUND_CHIP, SOUND, Why::NotTold),
    }
    let with = |has: fn(&SoundChip) -> bool| chips.iter().find(|(chip, _)| has(chip)).map(|(_, path)| path);
    let streams = format!("{SOUND}/pcm");
    let digital = tree.text(&streams).known().is_some_and(|text| has_digital_microphone(text));
    for (key, found) in [
        (key::SPEAKERS, with(|chip| chip.speaker)),
        (key::MICROPHONE, with(|chip| chip.microphone).or(digital.then_some(&streams))),
    ] {
        // A card that says nothing of its pins may well have both.
        if found.is_none() && chips.is_empty() && !cards.is_empty() {
            facts.unknown(key, SOUND, Why::NotTold);
        } else if found.is_none() && !chips.is_empty() {
            facts.push(key, Value::Flag(false), SOUND, Certainty::Estimated);
        } else {
            tell(tree, key, found, SOUND, &AUDIO, facts);
        }
    }
}

fn is_numbered(name: &str, start: &str) -> bool {
    name.strip_prefix(start).is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
}

/// A keyboard does not tell its layout; a firmware that speaks another language than English hints at it.
fn layout(tables: &Found<Tables>, facts: &mut Facts) {
    match tables.known().and_then(keyboard_hint) {
        Some(layout) => {
            let source = tables.field("13.current_language");
            facts.push(key::KEYBOARD_LAYOUT, Value::Text(layout.to_owned()), source, Certainty::Estimated);
        }
        None => facts.unknown(key::KEYBOARD_LAYOUT, INPUT, Why::NotTold),
    }
}

fn touch(tree: Tree<'_>, facts: &mut Facts) {
    let devices = match tree.text(INPUT).what {
        Ok(text) => input_devices(&text),
        Err(why) => {
            facts.unknown(key::TOUCHSCREEN, INPUT, why.clone());
            facts.unknown(key::TOUCHPAD, INPUT, why);
            return;
        }
    };
    let first = |kind: InputKind| devices.iter().find(|device| device.kind == kind);
    for (key, kind) in [(key::TOUCHSCREEN, InputKind::TouchScreen), (key::TOUCHPAD, InputKind::TouchPad)] {
        match first(kind) {
            Some(device) => {
                let source = format!("{INPUT}#{}", tidy(&device.name));
                facts.push(key, Value::Flag(true), source, Certainty::Certain);
            }
            None if key == key::TOUCHPAD && first(InputKind::OwnMouse).is_some() => {
                facts.unknown(key, INPUT, Why::NoDriver);
            }
            None => facts.push(key, Value::Flag(false), INPUT, Certainty::Estimated),
        }
    }
}

/// The attribute of each USB device, hubs and interfaces left out.
fn usb_devices(tree: Tree<'_>) -> Result<Vec<String>, Why> {
    let names = tree.names(USB).what?;
    let is_device = |name: &String| !name.contains(':') && !name.starts_with("usb");
    Ok(names.into_iter().filter(is_device).map(|name| format!("{USB}/{name}")).collect())
}

fn fingerprint(tree: Tree<'_>, facts: &mut Facts) {
    let devices = match usb_devices(tree) {
        Ok(devices) => devices,
        Err(why) => return facts.unknown(key::FINGERPRINT, USB, why),
    };
    let named = devices
        .iter()
        .map(|path| format!("{path}/product"))
        .find(|source| tree.line(source).is_some_and(|product| product.to_lowercase().contains("fingerprint")));
    let made = devices
        .iter()
        .map(|path| format!("{path}/idVendor"))
        .find(|source| tree.line(source).is_some_and(|vendor| FINGERPRINT_MAKERS.contains(&vendor.as_str())));
    match (named, made) {
        (Some(source), _) => facts.push(key::FINGERPRINT, Value::Flag(true), source, Certainty::Certain),
        (None, Some(source)) => facts.push(key::FINGERPRINT, Value::Flag(true), source, Certainty::Estimated),
        (None, None) => facts.push(key::FINGERPRINT, Value::Flag(false), USB, Certainty::Estimated),
    }
}

fn card_reader(tree: Tree<'_>, facts: &mut Facts) {
    let driver = |path: &String| {
        let link = tree.link(&format!("{path}/driver"))?;
        link.rsplit('/').next().map(str::to_owned).filter(|name| CARD_DRIVERS.contains(&name.as_str()))
    };
    let both = [PCI, USB]
        .into_iter()
        .flat_map(|bus| tree.names(bus).what.unwrap_or_default().into_iter().map(move |name| format!("{bus}/{name}")));
    match both.into_iter().find(|path| driver(path).is_some()) {
        Some(path) => facts.push(key::CARD_READER, Value::Flag(true), format!("{path}/driver"), Certainty::Certain),
        // An SD host may be the way to a soldered eMMC as well as to a slot.
        None => match hidden(tree, key::CARD_READER, &CARDS) {
            Some((source, why)) => facts.unknown(key::CARD_READER, source, why),
            None => facts.push(key::CARD_READER, Value::Flag(false), USB, Certainty::Estimated),
        },
    }
}

fn usb(tree: Tree<'_>, facts: &mut Facts) {
    let roots = match tree.names(USB).what {
        Ok(names) => names.into_iter().filter(|name| is_numbered(name, "usb")),
        Err(why) => return facts.unknown(key::USB_VERSION, USB, why),
    };
    let speeds = roots.filter_map(|name| {
        let source = format!("{USB}/{name}/speed");
        tree.number(&source).map(|megabits| (megabits, source))
    });
    let Some((megabits, source)) = speeds.max_by_key(|(megabits, _)| *megabits) else {
        return facts.unknown(key::USB_VERSION, USB, Why::NoDriver);
    };
    // Source: USB-IF, "USB Data Performance": the versions that first had these rates.
    let version = match megabits {
        0..=12 => "1.1",
        13..=480 => "2.0",
        481..=5_000 => "3.0",
        5_001..=10_000 => "3.1",
        10_001.. => "3.2",
    };
    facts.push(key::USB_VERSION, Value::Text(version.to_owned()), source, Certainty::Certain);
}

fn bands(tree: Tree<'_>, facts: &mut Facts) {
    let Some(wifi) = facts.get(key::WIFI).cloned() else { return };
    if wifi.value != Value::Flag(true) {
        let why = if let Value::Unknown(why) = wifi.value { why } else { Why::NoSuchPart };
        return facts.unknown(key::WIFI_BANDS, wifi.source, why);
    }
    let device = format!("{}/device", wifi.source);
    let id = |name: &str| tree.line(&format!("{device}/{name}"));
    let known = id("vendor").zip(id("device")).and_then(|(vendor, device)| wifi_bands(&vendor, &device));
    match known {
        Some(bands) => facts.push(key::WIFI_BANDS, Value::Text(bands.to_owned()), device, Certainty::Estimated),
        None => facts.unknown(
            key::WIFI_BANDS,
            if tree.exists(&device) { device } else { INTERFACES.to_owned() },
            Why::NotTold,
        ),
    }
}

/// One camera shows several nodes; its first has the index 0.
fn camera_names(tree: Tree<'_>, facts: &mut Facts) {
    let nodes = tree.names(CAMERAS).what.unwrap_or_default();
    let firsts = nodes.iter().filter(|name| tree.number(&format!("{CAMERAS}/{name}/index")).unwrap_or(0) == 0);
    let named = firsts.filter_map(|name| {
        let source = format!("{CAMERAS}/{name}/name");
        tree.line(&source).filter(|text| !is_junk(text)).map(|text| (tidy(&text), source))
    });
    for (number, (name, source)) in named.enumerate() {
        facts.push(format!("camera.{number}.name"), Value::Text(name), source, Certainty::Certain);
    }
}
