//! The rig itself: a mounted volume is a file system like any other, and loses what was not synced.

#![expect(clippy::disallowed_methods, reason = "files of the mount are written and read here")]

use super::fuse_rig::Mounted;
use super::fuse_volume::{Asks, Comes, ROOT, Volume};
use std::path::Path;

#[test]
fn the_mount_keeps_files_as_any_other_and_a_power_cut_keeps_what_was_synced() {
    use std::fs;
    use std::io::{Seek, Write};
    let volume = Volume::empty();
    let Some(mounted) = Mounted::new(&volume) else { return };
    let folder = mounted.path().join("a");
    fs::create_dir(&folder).expect("made");
    let mut file = fs::File::create_new(folder.join("b")).expect("made");
    file.write_all(&[1; 2000]).expect("written");
    assert_eq!(volume.after_power_cut(None).state().names(ROOT).len(), 0, "no name was synced");
    file.sync_all().expect("synced");
    for path in [&folder, mounted.path()] {
        fs::File::open(path).and_then(|folder| folder.sync_all()).expect("synced");
    }
    file.rewind().expect("a file");
    file.write_all(&[2; 1000]).expect("written");
    file.set_len(3000).expect("resized");
    assert_eq!(volume.bytes("b"), [vec![2; 1000], vec![1; 1000], vec![0; 1000]].concat());
    assert_eq!(volume.after_power_cut(None).bytes("b"), vec![1; 2000]);
    let torn: Vec<_> = (0..8).map(|seed| volume.after_power_cut(Some(seed)).bytes("b")).collect();
    assert!(torn.iter().any(|bytes| bytes[0] == 2) && torn.iter().any(|bytes| bytes[0] == 1 && bytes[600] == 2));
    fs::rename(folder.join("b"), mounted.path().join("c")).expect("renamed");
    assert!(fs::remove_dir(mounted.path().join("c")).is_err());
    fs::write(folder.join("d"), b"x").expect("written");
    fs::remove_dir_all(&folder).expect("ours");
    let names = |path: &Path| fs::read_dir(path).expect("a folder").map(|at| at.expect("read").file_name()).collect();
    let there: Vec<_> = names(mounted.path());
    assert_eq!(there, ["c"]);
    let path = mounted.path().to_owned();
    drop((file, mounted));
    assert!(!path.exists(), "mount and folder are gone");
}

#[test]
fn a_sync_that_failed_is_not_made_good_by_the_next_one() {
    use super::fuse_volume::{EIO, Fault};
    use std::io::Write;
    let volume = Volume::empty();
    let Some(mounted) = Mounted::new(&volume) else { return };
    let mut file = std::fs::File::create_new(mounted.path().join("b")).expect("made");
    std::fs::File::open(mounted.path()).and_then(|folder| folder.sync_all()).expect("synced");
    file.write_all(&[1; 600]).expect("written");
    volume.arm(Fault::new(Asks::SYNC, Comes::Error(EIO)).of("b").strikes(1..=1));
    assert_eq!(file.sync_all().expect_err("struck").raw_os_error(), Some(EIO));
    file.write_all(&[2; 600]).expect("written");
    file.sync_all().expect("struck once");
    assert_eq!(volume.mend(), 2);
    let left = volume.after_power_cut(None).bytes("b");
    assert_eq!((left[0], left[511], left[600], left[1199]), (0, 0, 2, 2), "the first sector is lost");
    drop(file);
}
