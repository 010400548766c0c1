//! Tests of the disk list on made-up machines: what is listed, and every obstacle.

#![expect(clippy::disallowed_methods, reason = "practice files are files")]

use super::disks::{LinuxDisks, Mode, PRACTICE};
use super::made_up::{MadeUp, Tree};
use super::media::Hung;
use super::practice_made;
use crate::device::{Bus, Disk, Obstacle};
use crate::port::Disks;
use crate::unit::Bytes;
use std::path::Path;
use std::sync::Arc;

const LEDGER: &str = "/station/ledger.db";

fn station(tree: &Tree, kernel: MadeUp, mode: Mode) -> LinuxDisks {
    LinuxDisks {
        root: tree.root().to_owned(),
        nodes: "/dev".into(),
        mode,
        ledger: LEDGER.into(),
        kernel: Arc::new(kernel),
        hung: Hung::default(),
        tools: Arc::new(super::tool::Installed),
        sticks: None,
    }
}

/// A kernel whose station folder lies on no disk.
fn kernel() -> MadeUp {
    MadeUp::default().file("/station", "0:99", 1)
}

fn list(tree: &Tree, kernel: MadeUp) -> Vec<Disk> {
    station(tree, kernel, Mode::Normal).list(None).expect("made-up tree")
}

/// What stands in the way of writing to each disk, by name.
fn obstacles(tree: &Tree, kernel: MadeUp) -> Vec<(String, Vec<Obstacle>)> {
    list(tree, kernel).into_iter().map(|disk| (disk.name, disk.obstacles)).collect()
}

fn expect(found: &[(String, Vec<Obstacle>)], expected: &[(&str, &[Obstacle])]) {
    let expected: Vec<_> = expected.iter().map(|(name, list)| ((*name).to_owned(), list.to_vec())).collect();
    assert_eq!(found, expected);
}

fn mounted(point: &str) -> Obstacle {
    Obstacle::Mounted(point.to_owned())
}

fn held(holder: &str) -> Obstacle {
    Obstacle::Held(holder.to_owned())
}

#[test]
fn only_real_disks_with_a_medium_are_listed() {
    let tree = Tree::new();
    tree.sata("sda", "8:0");
    tree.sata("sdb", "8:16");
    tree.attribute("sdb", "size", "0");
    tree.disk("nvme0c0n1", "259:1", "pci/nvme/nvme0/nvme0c0n1");
    tree.attribute("nvme0c0n1", "hidden", "1");
    tree.disk("mmcblk0boot0", "179:8", "platform/mmc_host/mmc0/mmc0:0001/block/mmcblk0boot0");
    tree.disk("sr0", "11:0", "pci/ata2/host1/target1:0:0/1:0:0:0/block/sr0");
    for (name, dev) in [("loop0", "7:0"), ("ram0", "1:0"), ("zram0", "252:0"), ("dm-0", "253:0"), ("md0", "9:0")] {
        tree.virtual_disk(name, dev, &[]);
    }
    tree.virtual_disk("nbd0", "43:0", &[]);
    tree.disk("fd0", "2:0", "platform/floppy.0/block/fd0");
    let disks = list(&tree, kernel());
    assert_eq!(disks.iter().map(|disk| disk.name.as_str()).collect::<Vec<_>>(), ["sda"]);
    let sda = &disks[0];
    assert_eq!(sda.path, Path::new("/dev/sda"));
    assert_eq!(sda.identity.size, Bytes::gib(1));
    assert_eq!((sda.logical_block, sda.physical_block, sda.bus), (512, 4096, Bus::Ata));
    assert_eq!(sda.attachment.boot_id, "11111111-2222-3333-4444-555555555555");
    assert!(sda.attachment.diskseq.is_some());
    assert_eq!(sda.attachment.port, "pci0000:00/ata1/host0/target0:0:0/0:0:0:0");
    assert!(!sda.practice && sda.obstacles.is_empty());
}

#[test]
fn two_disks_with_one_serial_both_say_so() {
    let tree = Tree::new();
    for (name, dev, serial) in [("sda", "8:0", "Same1"), ("sdb", "8:16", "SAME1"), ("sdc", "8:32", "Other1")] {
        tree.sata(name, dev);
        tree.attribute(name, "device/serial", serial);
    }
    let shared: Vec<bool> = list(&tree, kernel()).iter().map(|disk| disk.serial_shared).collect();
    assert_eq!(shared, [true, true, false]);
}

#[test]
fn a_glance_knows_each_disk_as_the_list_does_and_looks_for_no_obstacle() {
    let tree = Tree::new();
    tree.sata("sda", "8:0");
    tree.part("sda", "sda1", "8:1");
    tree.sata("sdb", "8:16");
    tree.mounts("self", "8:1 / ext4 /dev/sda1 rw");
    tree.virtual_disk("loop0", "7:0", &[]);
    let station = station(&tree, kernel(), Mode::Normal);
    let listed = station.list(None).expect("made-up tree");
    assert_eq!(listed.len(), 2);
    for disk in listed {
        let glanced = station.glance(&disk.name).expect("made-up tree");
        assert_eq!(glanced, Some(Disk { obstacles: Vec::new(), ..disk }));
    }
    for name in ["sdc", "sda1", "loop0"] {
        assert_eq!(station.glance(name).expect("made-up tree"), None, "{name}");
    }
    tree.attribute("sdb", "diskseq", "99");
    let again = station.glance("sdb").expect("made-up tree").expect("there");
    assert_eq!(again.attachment.diskseq, Some(99));
}

#[test]
fn the_system_is_found_through_partition_encryption_and_volume() {
    let tree = Tree::new();
    tree.sata("sda", "8:0");
    tree.part("sda", "sda1", "8:1");
    tree.part("sda", "sda3", "8:3");
    tree.sata("sdb", "8:16");
    tree.sata("sdc", "8:32");
    tree.virtual_disk("dm-0", "253:0", &["sda3"]);
    tree.attribute("dm-0", "dm/uuid", "CRYPT-LUKS2-00-root_crypt\n");
    tree.attribute("dm-0", "dm/name", "root_crypt\n");
    tree.virtual_disk("dm-1", "253:1", &["dm-0"]);
    tree.virtual_disk("md0", "9:0", &["sdb"]);
    tree.mounts("self", "253:1 / ext4 /dev/mapper/vg-root rw\n9:0 /boot ext4 /dev/md0 rw");
    let held_by_md = held("md0");
    expect(
        &obstacles(&tree, kernel()),
        &[
            ("sda", &[Obstacle::SystemDisk, mounted("/"), held("dm-crypt root_crypt")]),
            ("sdb", &[Obstacle::SystemDisk, mounted("/boot"), held_by_md]),
            ("sdc", &[]),
        ],
    );
}

#[test]
fn a_live_stick_is_found_through_overlay_loop_and_file() {
    let tree = Tree::new();
    tree.sata("sda", "8:0");
    tree.part("sda", "sda1", "8:1");
    tree.virtual_disk("loop0", "7:0", &[]);
    tree.attribute("loop0", "loop/backing_file", "/run/live/medium/filesystem.squashfs");
    tree.mounts("self", "0:40 / overlay overlay rw,lowerdir=/run/live/rootfs,upperdir=/run/live/rw");
    let live = kernel().file("/run/live/rootfs", "7:0", 2).loop_on_file("/dev/loop0", "8:1", 77);
    expect(&obstacles(&tree, live), &[("sda", &[Obstacle::SystemDisk, mounted("/")])]);
}

#[test]
fn every_disk_of_a_btrfs_counts_as_mounted_though_the_kernel_names_one() {
    let tree = Tree::new();
    for (name, dev) in [("sda", "8:0"), ("sdb", "8:16"), ("sdc", "8:32"), ("sdd", "8:48")] {
        tree.sata(name, dev);
    }
    tree.part("sda", "sda2", "8:2");
    for device in ["sda2", "sdb"] {
        tree.file(&format!("sys/fs/btrfs/0-uuid/devices/{device}"), "");
    }
    tree.file("sys/fs/btrfs/1-uuid/devices/sdc", "");
    tree.file("sys/fs/btrfs/features/x", "");
    tree.mounts("self", "0:30 / btrfs /dev/sda2 rw,subvol=/@");
    expect(
        &obstacles(&tree, kernel().node("/dev/sda2", "8:2")),
        &[
            ("sda", &[Obstacle::SystemDisk, mounted("/")]),
            ("sdb", &[Obstacle::SystemDisk, mounted("/")]),
            ("sdc", &[held("btrfs")]),
            ("sdd", &[]),
        ],
    );
}

#[test]
fn a_mount_in_any_visible_namespace_counts_and_the_first_process_tells_the_system_too() {
    let tree = Tree::new();
    for (name, dev) in [("sda", "8:0"), ("sdb", "8:16"), ("sdc", "8:32")] {
        tree.sata(name, dev);
    }
    tree.part("sda", "sda1", "8:1");
    tree.mounts("self", "0:40 / overlay overlay rw,lowerdir=/nowhere");
    tree.mounts("1", "8:16 / ext4 /dev/sdb rw");
    tree.mounts("4242", "8:1 /mnt/my\\040usb vfat /dev/sda1 rw");
    expect(
        &obstacles(&tree, kernel()),
        &[("sda", &[mounted("/mnt/my usb")]), ("sdb", &[Obstacle::SystemDisk, mounted("/")]), ("sdc", &[])],
    );
}

#[test]
fn swap_on_a_partition_a_volume_or_a_file_counts() {
    let tree = Tree::new();
    for (name, dev) in [("sda", "8:0"), ("sdb", "8:16"), ("sdc", "8:32"), ("sdd", "8:48")] {
        tree.sata(name, dev);
    }
    tree.part("sda", "sda2", "8:2");
    tree.virtual_disk("dm-0", "253:0", &["sdb"]);
    tree.file(
        "proc/swaps",
        "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n/dev/sda2   partition\t1\t0\t-2\n\
         /dev/dm-0   partition\t1\t0\t-3\n/swap\\040file   file\t1\t0\t-4\n",
    );
    let machine = kernel().node("/dev/sda2", "8:2").node("/dev/dm-0", "253:0").file("/swap file", "8:32", 5);
    let found = obstacles(&tree, machine);
    expect(
        &found,
        &[
            ("sda", &[Obstacle::Swap]),
            ("sdb", &[Obstacle::Swap, held("dm-0")]),
            ("sdc", &[Obstacle::Swap]),
            ("sdd", &[]),
        ],
    );
}

#[test]
fn whoever_holds_a_disk_or_its_partition_is_named() {
    let tree = Tree::new();
    for (name, dev) in [("sda", "8:0"), ("sdb", "8:16"), ("sdc", "8:32"), ("sdd", "8:48")] {
        tree.sata(name, dev);
    }
    tree.part("sda", "sda1", "8:1");
    tree.attribute("sda", "sda1/holders/dm-0", "");
    tree.virtual_disk("dm-0", "253:0", &[]);
    tree.attribute("dm-0", "dm/uuid", "LVM-abc\n");
    tree.attribute("dm-0", "dm/name", "vg-data\n");
    tree.attribute("sdb", "holders/md127", "");
    tree.virtual_disk("md127", "9:127", &[]);
    tree.attribute("md127", "md/level", "raid1");
    tree.attribute("sdc", "bcache/state", "dirty");
    tree.part("sdd", "sdd1", "8:49");
    let labelled = || kernel().zfs("/dev/sdd1");
    let others: [(&str, &[Obstacle]); 3] =
        [("sda", &[held("LVM vg-data")]), ("sdb", &[held("MD md127")]), ("sdc", &[held("bcache")])];
    let [a, b, c] = others;
    // Without ZFS in the kernel, an old label on a donated disk holds nothing.
    expect(&obstacles(&tree, labelled()), &[a, b, c, ("sdd", &[])]);
    tree.file("sys/module/zfs/version", "2");
    expect(&obstacles(&tree, labelled()), &[a, b, c, ("sdd", &[held("ZFS")])]);
}

#[test]
fn a_loop_device_on_a_partition_and_a_write_protected_disk_count() {
    let tree = Tree::new();
    for (name, dev) in [("sda", "8:0"), ("sdb", "8:16"), ("sdc", "8:32")] {
        tree.sata(name, dev);
    }
    tree.part("sda", "sda1", "8:1");
    tree.attribute("sdb", "ro", "1");
    tree.virtual_disk("loop3", "7:3", &[]);
    tree.attribute("loop3", "loop/backing_file", "/dev/sda1");
    tree.virtual_disk("loop4", "7:4", &[]);
    let machine = kernel().loop_on_block("/dev/loop3", "8:1");
    let under = Obstacle::UnderLoop("loop3".to_owned());
    expect(&obstacles(&tree, machine), &[("sda", &[under]), ("sdb", &[Obstacle::ReadOnly]), ("sdc", &[])]);
}

#[test]
fn the_disks_with_the_ledger_and_with_the_image_are_found() {
    let tree = Tree::new();
    for (name, dev) in [("sda", "8:0"), ("sdb", "8:16"), ("sdc", "8:32"), ("sdd", "8:48")] {
        tree.sata(name, dev);
    }
    tree.part("sda", "sda1", "8:1");
    tree.virtual_disk("dm-0", "253:0", &["sdb"]);
    // A btrfs subvolume: its number is no mount's.
    tree.mounts("self", "0:50 /images btrfs /dev/sdc rw,subvol=/@");
    // The ledger itself does not exist yet; its folder does.
    let machine = || {
        MadeUp::default()
            .file("/station", "8:1", 3)
            .file("/volume/image.zst", "253:0", 4)
            .file("/images/image.zst", "0:51", 5)
            .node("/dev/sdc", "8:32")
            .node("/dev/sdd", "8:48")
    };
    let with = |image: &str| {
        let disks = station(&tree, machine(), Mode::Normal).list(Some(Path::new(image)));
        let disks = disks.expect("made-up tree");
        let holds: Vec<_> = disks
            .iter()
            .filter(|disk| disk.obstacles.contains(&Obstacle::HoldsImage))
            .map(|d| d.name.clone())
            .collect();
        assert!(disks[0].obstacles.contains(&Obstacle::HoldsLedger));
        assert!(disks.iter().skip(1).all(|disk| !disk.obstacles.contains(&Obstacle::HoldsLedger)));
        holds
    };
    assert_eq!(with("/volume/image.zst"), ["sdb"]);
    assert_eq!(with("/images/image.zst"), ["sdc"]);
    assert_eq!(with("/dev/sdd"), ["sdd"]);
    assert!(station(&tree, machine(), Mode::Normal).list(Some(Path::new("/no/such"))).is_err());
}

#[test]
fn practice_lists_its_own_files_and_nothing_else_of_the_machine() {
    let tree = Tree::new();
    tree.sata("sda", "8:0");
    tree.virtual_disk("loop0", "7:0", &[]);
    tree.attribute("loop0", "loop/backing_file", "/elsewhere.img");
    let folder = tempfile::tempdir().expect("temporary folder");
    let disks = folder.path().join(PRACTICE);
    std::fs::create_dir_all(disks.join("folder.img")).expect("folder");
    practice_made::make(&disks, "a.img", Bytes(2048 + 100)).expect("file");
    practice_made::make(&disks, "empty.img", Bytes::ZERO).expect("file");
    std::fs::write(disks.join("foreign.img"), vec![0; 2048]).expect("file");
    std::fs::write(folder.path().join("outside.img"), vec![0; 2048]).expect("file");
    std::os::unix::fs::symlink(folder.path().join("outside.img"), disks.join("link.img")).expect("link");
    let machine = kernel().loop_on_file("/dev/loop0", "8:1", 9);
    let mode = Mode::Practice { folder: folder.path().to_owned() };
    let listed = station(&tree, machine.clone(), mode).list(None).expect("made-up tree");
    assert_eq!(listed.iter().map(|disk| disk.name.as_str()).collect::<Vec<_>>(), ["a.img"]);
    let file = &listed[0];
    assert!(file.practice && file.bus == Bus::File && file.identity.serial.is_none());
    assert_eq!((file.identity.size, file.logical_block), (Bytes(2048), 512));
    assert_eq!(file.attachment.diskseq, None);
    assert!(file.attachment.port.starts_with("file:"));
    let normal: Vec<_> = list(&tree, machine).into_iter().map(|disk| disk.name).collect();
    assert_eq!(normal, ["sda"]);
}
