//! Removable media that are mounted: where a safety copy can be carried away from.
//!
//! Invariant: nothing is mounted or written here; a place is offered only where the kernel says its disk is removable or
//! hangs on USB, and that it may be written.

#![expect(clippy::disallowed_methods, reason = "reading sysfs and procfs is what this file is for")]

use super::mounts::Mounts;
use std::io;
use std::path::{Path, PathBuf};

/// Removable media that are mounted and may be written, as this process sees them: the folder, and what the disk calls
/// itself. `root` is `/`.
pub fn removable_places(root: &Path) -> io::Result<Vec<(PathBuf, String)>> {
    let mut places: Vec<(PathBuf, String)> = Vec::new();
    for mount in Mounts::read(root)?.own {
        let Some(disk) = disk_of(&root.join(format!("sys/dev/block/{}", mount.dev))) else { continue };
        let known = places.iter().any(|(folder, _)| *folder == mount.point);
        if is_carried(&disk) && !mount.read_only && !known {
            places.push((mount.point, name(&disk)));
        }
    }
    Ok(places)
}

/// The folder in sysfs of the whole disk; none where the number is of no disk.
fn disk_of(link: &Path) -> Option<PathBuf> {
    let folder = std::fs::canonicalize(link).ok()?;
    let whole = if folder.join("partition").exists() { folder.parent()?.to_owned() } else { folder };
    whole.join("queue").exists().then_some(whole)
}

fn is_carried(disk: &Path) -> bool {
    let removable = std::fs::read_to_string(disk.join("removable")).is_ok_and(|text| text.trim() == "1");
    let usb = disk.components().any(|part| {
        let part = part.as_os_str().to_string_lossy();
        part.strip_prefix("usb").is_some_and(|bus| !bus.is_empty() && bus.bytes().all(|byte| byte.is_ascii_digit()))
    });
    removable || usb
}

/// The model, else the kernel's name.
fn name(disk: &Path) -> String {
    let word = |file: &str| {
        let text = std::fs::read_to_string(disk.join("device").join(file)).unwrap_or_default();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let model = [word("vendor"), word("model")].join(" ");
    let kernel = || disk.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Some(model.trim().to_owned()).filter(|model| !model.is_empty()).unwrap_or_else(kernel)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::symlink;

    /// A disk with one partition, in made-up sysfs.
    fn disk(root: &Path, at: &str, number: &str, removable: &str) {
        let disk = root.join("sys/devices").join(at);
        fs::create_dir_all(disk.join("queue")).expect("made");
        fs::create_dir_all(disk.join("device")).expect("made");
        fs::write(disk.join("removable"), removable).expect("made");
        fs::write(disk.join("device/vendor"), "SanDisk \n").expect("made");
        fs::write(disk.join("device/model"), "Cruzer  Blade\n").expect("made");
        let part = disk.join("part1");
        fs::create_dir_all(&part).expect("made");
        fs::write(part.join("partition"), "1\n").expect("made");
        symlink(&part, root.join("sys/dev/block").join(number)).expect("linked");
    }

    #[test]
    fn sticks_are_offered_once_and_inner_disks_read_only_ones_and_no_disks_are_not() {
        let root = tempfile::tempdir().expect("folder");
        let root = root.path();
        fs::create_dir_all(root.join("sys/dev/block")).expect("made");
        fs::create_dir_all(root.join("proc/self")).expect("made");
        disk(root, "pci0/usb2/2-1/block/sdb", "8:17", "0\n");
        disk(root, "pci0/mmc0/block/mmcblk0", "179:1", "1\n");
        disk(root, "pci0/ata1/usbx/block/sda", "8:1", "0\n");
        disk(root, "pci0/usb2/2-2/block/sdc", "8:33", "1\n");
        let lines = [
            "20 1 8:1 / / rw - ext4 /dev/sda1 rw",
            "21 20 8:17 / /media/th\u{1eed}\\040mot rw,nosuid - vfat /dev/sdb1 rw",
            "22 20 8:17 / /media/th\u{1eed}\\040mot rw - vfat /dev/sdb1 rw",
            "23 20 179:1 / /media/the rw - vfat /dev/mmcblk0p1 rw",
            "24 20 8:33 / /media/khoa ro,nosuid - vfat /dev/sdc1 rw",
            "25 20 8:33 / /media/khoa2 rw - vfat /dev/sdc1 ro",
            "26 20 0:5 / /proc rw - proc proc rw",
        ];
        fs::write(root.join("proc/self/mountinfo"), lines.join("\n")).expect("made");
        let places = removable_places(root).expect("read");
        let name = "SanDisk Cruzer Blade".to_owned();
        assert_eq!(places, [("/media/th\u{1eed} mot".into(), name.clone()), ("/media/the".into(), name)]);
    }
}
