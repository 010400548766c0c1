//! The USB bridge before a disk, and what else sysfs tells of the way to the drive.

use super::block_tree::{BlockTree, Node};
use crate::device::{Bridge, usb_root};
use std::path::Path;

/// The USB device on the path to the disk: the nearest with a vendor number. Whether it passes commands is not known here.
pub(super) fn bridge(tree: &BlockTree, path: &Path) -> Option<Bridge> {
    let device = path.ancestors().find(|step| tree.device_text(step, "idVendor").is_some())?;
    let text = |attribute: &str| tree.device_text(device, attribute);
    let names: Vec<String> = ["manufacturer", "product"].iter().filter_map(|name| text(name)).collect();
    let name = names.join(" ").split_whitespace().collect::<Vec<_>>().join(" ");
    Some(Bridge {
        id: format!("{}:{}", text("idVendor")?, text("idProduct")?),
        name: Some(name).filter(|name| !name.is_empty()),
        passes: false,
        root_megabits: root_megabits(tree, path),
    })
}

/// Source: Linux, `Documentation/ABI/stable/sysfs-bus-usb`, "speed": megabits per second, 1.5 for the slowest.
fn root_megabits(tree: &BlockTree, path: &Path) -> Option<u32> {
    tree.device_text(Path::new(usb_root(path.to_str()?)?), "speed")?.parse().ok()
}

/// Whether a card is soldered to the board. Source: Linux, `Documentation/ABI/testing/sysfs-bus-mmc`: type MMC, or SD.
pub(super) fn soldered(tree: &BlockTree, node: &Node) -> Option<bool> {
    let removable = tree.number(node, "removable") == Some(1);
    match tree.text(node, "device/type").as_deref() {
        Some("MMC") => Some(!removable),
        Some("SD") => Some(false),
        Some(_) | None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::made_up::Tree;
    use super::*;

    #[test]
    fn the_bridge_is_the_nearest_usb_device_and_a_card_says_its_kind() {
        let tree = Tree::new();
        let usb = "pci0000:00/0000:00:14.0/usb2/2-1";
        tree.disk("sdb", "8:16", &format!("{usb}/2-1.4/2-1.4:1.0/host6/target6:0:0/6:0:0:0/block/sdb"));
        tree.file(&format!("sys/devices/{usb}/idVendor"), "05e3\n");
        tree.file(&format!("sys/devices/{usb}/idProduct"), "0610\n");
        for (name, text) in
            [("idVendor", "152d\n"), ("idProduct", "0578\n"), ("manufacturer", "JMicron \n"), ("product", "External\n")]
        {
            tree.file(&format!("sys/devices/{usb}/2-1.4/{name}"), text);
        }
        tree.disk("mmcblk0", "179:0", "platform/mmc0/mmc_host/mmc0/mmc0:0001/block/mmcblk0");
        tree.attribute("mmcblk0", "device/type", "MMC\n");
        let blocks = tree.blocks();
        let node = |name: &str| blocks.node(name).expect("made above");
        let path = |name: &str| blocks.device_path(node(name)).expect("made above");
        tree.file(&format!("sys/devices/{usb}/speed"), "5000\n");
        tree.file(&format!("sys/devices/{usb}/2-1.4/speed"), "480\n");
        let found = bridge(&blocks, &path("sdb")).expect("behind a bridge");
        assert_eq!(found.root_megabits, Some(5000), "the root port's, not the disk's own");
        assert_eq!(
            (found.id.as_str(), found.name.as_deref(), found.passes),
            ("152d:0578", Some("JMicron External"), false)
        );
        assert_eq!(bridge(&blocks, &path("mmcblk0")), None);
        assert_eq!(soldered(&blocks, node("mmcblk0")), Some(true));
        tree.attribute("mmcblk0", "device/type", "SD\n");
        assert_eq!(soldered(&blocks, node("mmcblk0")), Some(false));
        assert_eq!(soldered(&blocks, node("sdb")), None);
    }
}
