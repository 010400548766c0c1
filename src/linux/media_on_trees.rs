//! Tests of what media are told on made-up machines: the way to the drive from sysfs, the answers from models.

use super::disks::{LinuxDisks, Mode};
use super::made_up::{MadeUp, Tree};
use super::media::Hung;
use crate::device::{Bus, Certainty, Erase, HiddenBy, MediumKind, Obstacle, Unsure};
use crate::port::{BadBridge, Disks, Model, ModelKind, Vice};
use crate::unit::Bytes;
use std::sync::Arc;

/// As large as the disks of a made-up tree.
const SECTORS: u64 = 2048;

fn station(tree: &Tree, kernel: MadeUp) -> LinuxDisks {
    LinuxDisks {
        root: tree.root().to_owned(),
        nodes: "/dev".into(),
        mode: Mode::Normal,
        ledger: "/station/ledger.db".into(),
        kernel: Arc::new(kernel.file("/station", "0:99", 1)),
        hung: Hung::default(),
        tools: Arc::new(super::tool::Installed),
        sticks: None,
    }
}

fn model(kind: ModelKind) -> Model {
    Model::new(kind, vec![0; 1 << 20], 512)
}

fn usb(tree: &Tree, name: &str, dev: &str, port: &str) {
    let device = format!("pci0000:00/0000:00:14.0/usb2/{port}");
    tree.disk(name, dev, &format!("{device}/{port}:1.0/host6/target6:0:0/6:0:0:0/block/{name}"));
    tree.file(&format!("sys/devices/{device}/idVendor"), "152d");
    tree.file(&format!("sys/devices/{device}/idProduct"), "0578");
    tree.file(&format!("sys/devices/{device}/product"), "MADEUP dock");
    tree.attribute(name, "size", &SECTORS.to_string());
}

#[test]
fn each_disk_is_asked_the_way_its_bus_goes_and_told_with_its_bridge() {
    let tree = Tree::new();
    tree.disk("sda", "8:0", "pci0000:00/ata1/host0/target0:0:0/0:0:0:0/block/sda");
    tree.disk("nvme0n1", "259:0", "pci0000:00/0000:02:00.0/nvme/nvme0/nvme0n1");
    tree.disk("sdd", "8:48", "pci0000:00/0000:03:00.0/host1/port-1:0/end_device-1:0/target1:0:0/1:0:0:0/block/sdd");
    for name in ["sda", "nvme0n1", "sdd"] {
        tree.attribute(name, "size", &SECTORS.to_string());
    }
    tree.attribute("nvme0n1", "nsid", "1");
    usb(&tree, "sdb", "8:16", "2-1");
    usb(&tree, "sdc", "8:32", "2-2");
    usb(&tree, "sde", "8:64", "2-3");
    tree.attribute("sde", "removable", "1");
    let kernel = MadeUp::default()
        .drive_model("/dev/sda", model(ModelKind::Hdd).with(Vice::Hpa(16)))
        .drive_model("/dev/nvme0n1", model(ModelKind::NvmeSsd))
        .drive_model("/dev/sdb", model(ModelKind::SataSsd))
        .drive_model("/dev/sdc", model(ModelKind::SataSsd).behind(BadBridge::Zeros))
        .drive_model("/dev/sdd", model(ModelKind::Sas));
    let station = station(&tree, kernel);
    let media: Vec<_> =
        station.list(None).expect("a tree").iter().map(|disk| (disk.name.clone(), station.medium(disk))).collect();
    let medium = |name: &str| media.iter().find(|(its, _)| its == name).map(|(_, medium)| medium).expect("listed");
    let kinds: Vec<_> = media.iter().map(|(name, medium)| (name.as_str(), medium.kind)).collect();
    assert_eq!(
        kinds,
        [
            ("nvme0n1", MediumKind::NvmeSsd),
            ("sda", MediumKind::Hdd),
            ("sdb", MediumKind::SataSsd),
            ("sdc", MediumKind::BehindBridge),
            ("sdd", MediumKind::Sas),
            ("sde", MediumKind::UsbFlash),
        ]
    );
    let areas = &medium("sda").hidden.areas;
    assert_eq!(areas.iter().map(|area| (area.by, area.size)).collect::<Vec<_>>(), [(HiddenBy::Hpa, Bytes(8192))]);
    let bridges: Vec<_> = media.iter().filter_map(|(_, medium)| medium.bridge.as_ref()).collect();
    assert!(bridges.iter().all(|bridge| bridge.id == "152d:0578" && bridge.name.as_deref() == Some("MADEUP dock")));
    assert_eq!(bridges.iter().map(|bridge| bridge.passes).collect::<Vec<_>>(), [true, false, false]);
    assert_eq!(medium("sdc").told, Err(Unsure::Blank));
    // A stick is not asked, so that there is no model for it is not noticed.
    assert_eq!(medium("sde").told, Err(Unsure::NotAsked));
    let sas = medium("sdd");
    assert_eq!((sas.spins, sas.certainty), (Some(true), Certainty::Certain));
    assert_eq!(sas.offered().map(Erase::id).collect::<Vec<_>>(), ["scsi-sanitize-crypto", "scsi-sanitize-block"]);
}

#[test]
fn a_disk_in_a_dock_has_the_serial_that_it_says_itself_and_another_one_in_its_place_has_another() {
    let tree = Tree::new();
    for (name, dev, port) in [("sdb", "8:16", "2-1"), ("sdc", "8:32", "2-2"), ("sdd", "8:48", "2-3")] {
        usb(&tree, name, dev, port);
    }
    let kernel = || {
        MadeUp::default()
            .drive_model("/dev/sdc", model(ModelKind::Hdd).behind(BadBridge::Zeros))
            .drive_model("/dev/sdd", Model::new(ModelKind::NvmeSsd, vec![0; 1 << 20], 512))
    };
    let serials = |first: Model| {
        let station = station(&tree, kernel().drive_model("/dev/sdb", first));
        let listed = station.list(None).expect("a tree");
        let glanced = station.glance("sdb").expect("a tree").expect("it is there");
        assert_eq!(Some(&glanced.identity), listed.first().map(|disk| &disk.identity), "a check sees the same");
        listed.into_iter().map(|disk| disk.identity.serial).collect::<Vec<_>>()
    };
    assert_eq!(serials(model(ModelKind::Hdd)), [Some("MODEL-HDD-0001".to_owned()), None, None]);
    assert_eq!(serials(model(ModelKind::SataSsd)), [Some("MODEL-SSD-0001".to_owned()), None, None]);
    // Answers of a disk of another size are not this disk's.
    assert_eq!(serials(Model::new(ModelKind::Hdd, vec![0; 1 << 19], 512)), [None, None, None]);
}

#[test]
fn a_disk_that_cannot_be_asked_is_still_listed_and_says_why() {
    let tree = Tree::new();
    tree.sata("sda", "8:0");
    let station = station(&tree, MadeUp::default());
    let disk = station.list(None).expect("a tree").pop().expect("listed");
    let medium = station.medium(&disk);
    assert!(matches!(&medium.told, Err(Unsure::Failed(why)) if why.contains("os error 2")), "{medium:?}");
    assert!(medium.hidden.unknown.is_some());
}

#[test]
fn a_drive_that_hangs_is_asked_once_while_it_is_plugged_in_and_any_other_each_time() {
    let tree = Tree::new();
    tree.sata("sda", "8:0");
    tree.sata("sdb", "8:16");
    tree.attribute("sda", "size", &SECTORS.to_string());
    let (sound, hung) = (model(ModelKind::SataSsd), model(ModelKind::SataSsd).with(Vice::Hangs));
    let kernel = MadeUp::default().drive_model("/dev/sda", sound.clone()).drive_model("/dev/sdb", hung.clone());
    let station = station(&tree, kernel);
    let asked = || {
        let listed = station.list(None).expect("a tree");
        listed.iter().map(|disk| station.medium(disk).told.is_ok()).collect::<Vec<_>>()
    };
    assert_eq!((asked(), hung.calls()), (vec![true, false], 1));
    let once = sound.calls();
    assert_eq!((asked(), hung.calls(), sound.calls()), (vec![true, false], 1, once * 2));
    tree.attribute("sdb", "diskseq", "99");
    assert_eq!((asked(), hung.calls()), (vec![true, false], 2));
}

#[test]
fn a_disk_of_520_byte_blocks_is_listed_and_refused_and_an_empty_reader_is_not_listed() {
    let tree = Tree::new();
    let sas = |name: &str, dev: &str| {
        tree.disk(name, dev, &format!("pci0000:00/0000:03:00.0/host1/port-1:0/end_device-1:0/1:0:0:0/block/{name}"));
        tree.attribute(name, "size", "0");
    };
    sas("sda", "8:0");
    sas("sdb", "8:16");
    usb(&tree, "sdc", "8:32", "2-1");
    tree.attribute("sdc", "size", "0");
    let odd = Model::new(ModelKind::Sas, vec![0; 520 * 100], 520);
    let kernel = MadeUp::default()
        .drive_model("/dev/sda", odd)
        .drive_model("/dev/sdb", Model::new(ModelKind::Sas, Vec::new(), 512));
    let listed = station(&tree, kernel).list(None).expect("a tree");
    let [disk] = &listed[..] else { panic!("one disk: {listed:?}") };
    assert_eq!((disk.name.as_str(), disk.bus, disk.logical_block), ("sda", Bus::Scsi, 520));
    assert_eq!((disk.identity.size, &disk.obstacles[..]), (Bytes(52_000), &[Obstacle::OddBlocks(520)][..]));
}
