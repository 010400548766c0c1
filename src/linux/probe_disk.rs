//! The fixed disks inside the machine, from `sys/block`.
//!
//! Invariants: only what has a device behind it, stays in and is not on USB counts as fixed; sizes are in the kernel's
//! sectors of 512 bytes, whatever the disk's own block is. A machine that shows no disk has a largest disk of 0 bytes, as an
//! estimate: a controller without driver (Intel RST) can hide one.

use super::probe_tree::Tree;
use crate::device::{Bus, Certainty, Facts, Value, Why, key};
use crate::reading::{is_junk, tidy};
use crate::unit::Bytes;

const BLOCK: &str = "sys/block";
/// Source: Linux `Documentation/ABI/stable/sysfs-block`, "size".
const SECTOR: u64 = 512;
/// Names of what is no disk of its own, even where a device stands behind it.
const NO_DISKS: [&str; 9] = ["loop", "ram", "zram", "sr", "fd", "dm-", "md", "nbd", "mtdblock"];

pub(super) fn disk_facts(tree: Tree<'_>, facts: &mut Facts) {
    let names = match tree.names(BLOCK).what {
        Ok(names) => names,
        Err(why) => {
            facts.unknown(key::DISK_COUNT, BLOCK, why.clone());
            facts.unknown(key::DISK_LARGEST, BLOCK, why);
            return;
        }
    };
    let disks: Vec<(String, Bus)> = names.iter().filter_map(|name| fixed(tree, name)).collect();
    let number = u64::try_from(disks.len()).unwrap_or(u64::MAX);
    facts.push(key::DISK_COUNT, Value::Count(number), BLOCK, Certainty::Certain);
    let largest = disks.iter().filter_map(|(path, _)| Some((size(tree, path)?, path))).max_by_key(|(size, _)| *size);
    match largest {
        Some((size, path)) => {
            facts.push(key::DISK_LARGEST, Value::Bytes(size), format!("{path}/size"), Certainty::Certain);
        }
        None if disks.is_empty() => {
            facts.push(key::DISK_LARGEST, Value::Bytes(Bytes::ZERO), BLOCK, Certainty::Estimated);
        }
        None => facts.unknown(key::DISK_LARGEST, BLOCK, Why::NotTold),
    }
    for (index, (path, bus)) in disks.iter().enumerate() {
        one(tree, index, path, *bus, facts);
    }
}

fn one(tree: Tree<'_>, index: usize, path: &str, bus: Bus, facts: &mut Facts) {
    let source = format!("{path}/size");
    match size(tree, path) {
        Some(size) => facts.push(format!("disk.{index}.size"), Value::Bytes(size), source, Certainty::Certain),
        None => facts.unknown(format!("disk.{index}.size"), source, Why::NotTold),
    }
    text(facts, format!("disk.{index}.model"), model(tree, path), path);
    text(facts, format!("disk.{index}.serial"), serial(tree, path), path);
    text(facts, format!("disk.{index}.medium"), medium(tree, path, bus), path);
    if let Some(name) = path.rsplit('/').next() {
        facts.push(format!("disk.{index}.name"), Value::Text(name.to_owned()), path, Certainty::Certain);
    }
    facts.push(format!("disk.{index}.bus"), Value::Text(bus.word().to_owned()), path, Certainty::Certain);
}

fn text(facts: &mut Facts, key: String, found: Option<(String, String)>, path: &str) {
    match found {
        Some((text, source)) => facts.push(key, Value::Text(text), source, Certainty::Certain),
        None => facts.unknown(key, path, Why::NotTold),
    }
}

/// The path and bus of a fixed disk; `None` for everything else.
fn fixed(tree: Tree<'_>, name: &str) -> Option<(String, Bus)> {
    let path = format!("{BLOCK}/{name}");
    let says = |attribute: &str, word: &str| tree.line(&format!("{path}/{attribute}")).is_some_and(|line| line == word);
    if NO_DISKS.iter().any(|start| name.starts_with(start)) || !tree.exists(&format!("{path}/device")) {
        return None;
    }
    // Boot and RPMB areas belong to their eMMC; a card in a slot is no fixed disk.
    let part_of_emmc = name.starts_with("mmcblk") && (name.contains("boot") || name.contains("rpmb"));
    let bus = bus_of(tree, name, &path);
    let leaves = says("removable", "1") || says("hidden", "1") || says("device/type", "SD") || bus == Bus::Usb;
    (!part_of_emmc && !leaves).then_some((path, bus))
}

fn bus_of(tree: Tree<'_>, name: &str, path: &str) -> Bus {
    let way = [tree.link(path), tree.link(&format!("{path}/device"))].into_iter().flatten().collect::<String>();
    if way.contains("/usb") {
        Bus::Usb
    } else if name.starts_with("nvme") {
        Bus::Nvme
    } else if name.starts_with("mmcblk") {
        Bus::Mmc
    } else if name.starts_with("vd") || name.starts_with("xvd") {
        Bus::Virtio
    } else if way.contains("/ata") || name.starts_with("hd") {
        Bus::Ata
    } else if name.starts_with("sd") {
        Bus::Scsi
    } else {
        Bus::Other
    }
}

fn size(tree: Tree<'_>, path: &str) -> Option<Bytes> {
    tree.number(&format!("{path}/size"))?.checked_mul(SECTOR).map(Bytes)
}

fn first_line(tree: Tree<'_>, path: &str, attributes: &[&str]) -> Option<(String, String)> {
    attributes.iter().find_map(|attribute| {
        let source = format!("{path}/{attribute}");
        tree.line(&source).filter(|line| !is_junk(line)).map(|line| (tidy(&line), source))
    })
}

fn model(tree: Tree<'_>, path: &str) -> Option<(String, String)> {
    first_line(tree, path, &["device/model", "device/name"])
}

fn serial(tree: Tree<'_>, path: &str) -> Option<(String, String)> {
    let plain = first_line(tree, path, &["serial", "device/serial"]);
    plain.or_else(|| {
        // SCSI "Unit Serial Number" (SPC-4 §7.8.14): four bytes, then the serial.
        let page = tree.bytes(&format!("{path}/device/vpd_pg80"), 4096);
        let text = String::from_utf8_lossy(page.known()?.get(4..)?).into_owned();
        (!is_junk(&text)).then(|| (tidy(&text), page.source))
    })
}

fn medium(tree: Tree<'_>, path: &str, bus: Bus) -> Option<(String, String)> {
    let source = format!("{path}/queue/rotational");
    let word = match (bus, tree.number(&source)) {
        (Bus::Mmc, _) => "emmc",
        (Bus::Nvme, _) | (Bus::Ata | Bus::Scsi | Bus::Usb | Bus::Other, Some(0)) => "ssd",
        (Bus::Ata | Bus::Scsi | Bus::Usb | Bus::Other, Some(1)) => "hdd",
        // What lies behind a virtual disk, its host does not tell.
        (Bus::Ata | Bus::Scsi | Bus::Usb | Bus::Virtio | Bus::Loop | Bus::File | Bus::Other, _) => return None,
    };
    Some((word.to_owned(), source))
}
