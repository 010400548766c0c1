//! Files that a person names are made, never replaced: the port's promise, and the program's.

#![expect(clippy::disallowed_methods, reason = "these tests look at what stands in a folder")]
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::bench_rig::Rig;
use super::contract::files::writes_new_files_and_replaces_nothing;
use aoxanh::linux::LocalFiles;
use aoxanh::port::{FakeFiles, Files};
use std::fs;
use std::path::{Path, PathBuf};

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").file_name());
    let mut names: Vec<String> = entries.map(|name| name.to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn files_on_this_machine_and_in_memory_keep_the_contract() {
    writes_new_files_and_replaces_nothing(&FakeFiles::default(), &PathBuf::from("/made/up"));
    let folder = tempfile::tempdir().expect("temporary folder");
    writes_new_files_and_replaces_nothing(&LocalFiles, folder.path());
    assert_eq!(names(folder.path()), ["a.png", "a.png.new", "folder"], "nothing is left over");
}

#[test]
fn a_link_is_neither_followed_nor_replaced_and_what_fails_leaves_nothing() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let (link, beyond) = (folder.path().join("link"), folder.path().join("beyond"));
    std::os::unix::fs::symlink(&beyond, &link).expect("link");
    let failure = LocalFiles.write(&link, b"through").expect_err("a dangling link has the name");
    assert_eq!(failure.what.key(), "file-exists");
    assert_eq!(fs::read_link(&link).expect("still a link"), beyond);
    let failure = LocalFiles.write(&folder.path().join("no-folder/"), b"x").expect_err("a file is no folder");
    assert_eq!(failure.what.key(), "file-unwritable");
    assert_eq!(names(folder.path()), ["link"], "nothing is left over");
}

#[test]
fn a_picture_or_a_proof_named_as_the_ledger_is_refused_and_the_ledger_lives() {
    let rig = Rig::normal();
    let device = rig.device();
    let ledger = rig.station().join("ledger.db").display().to_string();
    let before = rig.verified();
    rig.run(&["tag", "show", &device.tag, "--png", &ledger]).refused(2, &["ledger.db"]);
    rig.run(&["export", "--proof", "0", &ledger]).refused(2, &["ledger.db"]);
    assert_eq!(rig.verified()["head"], before["head"]);
    let picture = rig.home().join("tem.png").display().to_string();
    rig.run(&["tag", "show", &device.tag, "--png", &picture]).good();
    rig.run(&["tag", "show", &device.tag, "--png", &picture]).refused(2, &["tem.png"]);
}

#[test]
fn erasing_overwrites_what_other_names_still_show_and_follows_no_link() {
    let folder = tempfile::tempdir().expect("folder");
    let (file, other, link) = (folder.path().join("a"), folder.path().join("b"), folder.path().join("c"));
    fs::write(&file, "máy của chị A").expect("written");
    fs::hard_link(&file, &other).expect("linked");
    LocalFiles.erase(&file).expect("erased");
    assert!(!file.exists() && fs::read(&other).expect("there").iter().all(|byte| *byte == 0));
    fs::write(&other, "bên kia").expect("written");
    std::os::unix::fs::symlink(&other, &link).expect("linked");
    LocalFiles.erase(&link).expect("the link alone");
    assert_eq!(
        (names(folder.path()), fs::read_to_string(&other).expect("there")),
        (vec!["b".to_owned()], "bên kia".to_owned())
    );
}
