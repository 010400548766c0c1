//! Who a disk is and where it is plugged in, as sysfs tells.
//!
//! Invariants: a serial that many disks share by mistake is no serial; nothing is taken from a USB bridge but what it
//! passes on from the disk, because the bridge's own serial would follow the dock, not the disk.

use super::block_tree::{BlockTree, Node};
use crate::device::{Bus, DiskIdentity};
use crate::unit::Bytes;
use std::path::Path;

/// sysfs counts in these whatever the disk's own block is. Source: Linux, `Documentation/ABI/stable/sysfs-block`.
const SECTOR: u64 = 512;

/// Size of the whole device; zero where there is no medium.
pub(super) fn size(tree: &BlockTree, node: &Node) -> Bytes {
    Bytes(tree.number(node, "size").and_then(|sectors| sectors.checked_mul(SECTOR)).unwrap_or(0))
}

/// Who it is.
pub(super) fn identity(tree: &BlockTree, node: &Node) -> DiskIdentity {
    let serial = ["device/serial", "serial"].iter().find_map(|name| tree.text(node, name).and_then(|s| serial(&s)));
    let page = || tree.bytes(node, "device/vpd_pg80").and_then(|page| unit_serial(&page));
    let wwn = ["device/wwid", "wwid", "nguid", "eui", "device/cid"];
    DiskIdentity {
        serial: serial.or_else(page),
        wwn: wwn.iter().find_map(|name| tree.text(node, name).and_then(|text| name_of_its_own(&text))),
        model: ["device/model", "device/name"].iter().find_map(|name| tree.text(node, name)).map(|m| squeeze(&m)),
        size: size(tree, node),
    }
}

/// How it is connected, by the device path below `sys/devices`.
pub(super) fn bus(tree: &BlockTree, node: &Node, path: &Path) -> Bus {
    let steps: Vec<_> = path.iter().map(|step| step.to_string_lossy()).collect();
    let through = |kind: &str| {
        steps.iter().any(|step| {
            step.strip_prefix(kind).is_some_and(|n| !n.is_empty() && n.bytes().all(|byte| byte.is_ascii_digit()))
        })
    };
    // USB first: behind a USB bridge may be any of the others.
    if through("usb") {
        Bus::Usb
    } else if node.name.starts_with("nvme") {
        Bus::Nvme
    } else if node.name.starts_with("mmcblk") {
        Bus::Mmc
    } else if node.name.starts_with("vd") && through("virtio") {
        Bus::Virtio
    } else if through("ata") || tree.text(node, "device/vendor").as_deref() == Some("ATA") {
        Bus::Ata
    } else if through("host") {
        Bus::Scsi
    } else {
        Bus::Other
    }
}

/// Whether it spins. Bridges, card readers and hypervisors leave the kernel's default, "spins", so only "does not" counts.
pub(super) fn rotational(tree: &BlockTree, node: &Node, bus: Bus) -> Option<bool> {
    let spins = tree.number(node, "queue/rotational")? == 1;
    let told = match bus {
        Bus::Ata | Bus::Scsi | Bus::Nvme => true,
        Bus::Usb | Bus::Mmc | Bus::Virtio | Bus::Other => !spins,
        Bus::Loop | Bus::File => false,
    };
    told.then_some(spins)
}

/// The port: the device path without the disk's own last steps.
pub(super) fn port(path: &Path) -> String {
    let parent = path.parent().unwrap_or(path);
    let parent = if parent.ends_with("block") { parent.parent().unwrap_or(parent) } else { parent };
    parent.display().to_string()
}

/// The Unit Serial Number page. Source: SPC-4, 7.8.15: code 80h in byte 1, length in bytes 2 and 3.
fn unit_serial(page: &[u8]) -> Option<String> {
    let (head, rest) = page.split_first_chunk::<4>()?;
    let length = usize::from(u16::from_be_bytes([head[2], head[3]]));
    let text = std::str::from_utf8(rest.get(..length.min(rest.len()))?).ok()?;
    serial(text).filter(|_| head[1] == 0x80)
}

/// A serial that tells a disk apart; `None` where it is none.
pub(super) fn serial(text: &str) -> Option<String> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\0');
    let printable = text.chars().all(|c| c.is_ascii_graphic() || c == ' ');
    (printable && !is_junk(text)).then(|| text.to_owned())
}

fn name_of_its_own(text: &str) -> Option<String> {
    let digits = text.rsplit_once('.').map_or(text, |(_scheme, digits)| digits);
    let bare: String = digits.chars().filter(|c| *c != '-').collect();
    (!one_character(&bare)).then(|| squeeze(text))
}

/// What makers and bridges put where they have no serial: one character throughout, counting up, or words.
fn is_junk(serial: &str) -> bool {
    const COUNTING: [&str; 3] = ["0123456789ABCDEF", "123456789ABCDEF0", "1234567890"];
    const WORDS: [&str; 6] = ["NONE", "N/A", "UNKNOWN", "DEFAULT STRING", "TO BE FILLED BY O.E.M.", "SERIAL"];
    let upper = serial.to_ascii_uppercase();
    let bare = upper.strip_prefix("0X").unwrap_or(&upper);
    let counts = |start: &&str| bare.len() >= 4 && start.chars().cycle().zip(bare.chars()).all(|(a, b)| a == b);
    one_character(bare) || COUNTING.iter().any(counts) || WORDS.contains(&bare)
}

fn one_character(text: &str) -> bool {
    let mut chars = text.chars();
    let first = chars.next();
    chars.all(|c| Some(c) == first)
}

fn squeeze(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::super::made_up::Tree;
    use super::*;

    #[test]
    fn junk_is_no_serial_and_a_real_one_is_kept_as_it_is() {
        for junk in ["", "   ", "0000000000", "0", "0x00000000", "FFFFFFFF", "0123456789ABCDEF", "123456789012", "none"]
        {
            assert_eq!(serial(junk), None, "{junk:?}");
        }
        assert_eq!(serial("\u{1}\u{2}ab"), None);
        for good in ["WD-WCC4E1234567", "12345X", "0x1a2b3c4d", "S3Z9NB0K 12", "000000000033"] {
            assert_eq!(serial(&format!("  {good}  \0")), Some(good.to_owned()));
        }
    }

    #[test]
    fn the_serial_page_is_read_by_its_own_length_and_only_when_it_is_that_page() {
        assert_eq!(unit_serial(b"\0\x80\0\x08  AB1234trailing"), Some("AB1234".to_owned()));
        assert_eq!(unit_serial(b"\0\x83\0\x08  AB1234"), None);
        assert_eq!(unit_serial(b"\0\x80\0\x20  AB1234"), Some("AB1234".to_owned()));
        assert_eq!(unit_serial(b"\0\x80"), None);
    }

    #[test]
    fn buses_ports_and_names_are_told_from_the_tree() {
        let tree = Tree::new();
        let sata = "pci0000:00/0000:00:17.0/ata1/host0/target0:0:0/0:0:0:0";
        tree.disk("sda", "8:0", &format!("{sata}/block/sda"));
        tree.attribute("sda", "device/model", "MADEUP  SSD 120 \n");
        tree.attribute("sda", "device/wwid", "naa.5000000000000001\n");
        tree.attribute("sda", "device/vpd_pg80", "\0\u{7f}\0\u{6}MU0001");
        tree.attribute("sda", "queue/rotational", "1");
        tree.disk("sdb", "8:16", "pci0000:00/0000:00:14.0/usb2/2-1/2-1:1.0/host6/target6:0:0/6:0:0:0/block/sdb");
        tree.attribute("sdb", "queue/rotational", "1");
        tree.attribute("sdb", "device/wwid", "naa.0000000000000000");
        tree.disk("nvme0n1", "259:0", "pci0000:00/0000:00:1d.0/0000:02:00.0/nvme/nvme0/nvme0n1");
        tree.attribute("nvme0n1", "device/serial", "MUNVME1             ");
        tree.attribute("nvme0n1", "wwid", "eui.0000000000000002");
        tree.attribute("nvme0n1", "queue/rotational", "0");
        tree.disk("mmcblk0", "179:0", "platform/mmc0/mmc_host/mmc0/mmc0:0001/block/mmcblk0");
        tree.attribute("mmcblk0", "device/name", "MADEUP");
        tree.attribute("mmcblk0", "device/serial", "0x00c0ffee");
        tree.disk("vda", "254:0", "pci0000:00/0000:00:02.0/virtio1/block/vda");
        tree.attribute("vda", "serial", "MUVIRT7");
        tree.disk("sdc", "8:32", "pci0000:00/0000:03:00.0/host1/port-1:0/end_device-1:0/target1:0:0/1:0:0:0/block/sdc");

        let blocks = tree.blocks();
        let seen: Vec<_> = ["sda", "sdb", "nvme0n1", "mmcblk0", "vda", "sdc"]
            .iter()
            .map(|name| {
                let node = blocks.node(name).expect("made above");
                let path = blocks.device_path(node).expect("made above");
                let bus = bus(&blocks, node, &path);
                let who = identity(&blocks, node);
                (bus, rotational(&blocks, node, bus), who.serial, who.wwn, who.model)
            })
            .collect();
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(
            seen,
            [
                (Bus::Ata, Some(true), None, text("naa.5000000000000001"), text("MADEUP SSD 120")),
                (Bus::Usb, None, None, None, None),
                (Bus::Nvme, Some(false), text("MUNVME1"), text("eui.0000000000000002"), None),
                (Bus::Mmc, None, text("0x00c0ffee"), None, text("MADEUP")),
                (Bus::Virtio, None, text("MUVIRT7"), None, None),
                (Bus::Scsi, None, None, None, None),
            ]
        );
        let sda = blocks.node("sda").expect("made above");
        assert_eq!(port(&blocks.device_path(sda).expect("made above")), sata);
        assert_eq!(port(Path::new("pci/nvme/nvme0/nvme0n1")), "pci/nvme/nvme0");
    }
}
