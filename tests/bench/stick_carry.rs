//! What a start says of a stick that it cannot write to, and to which sticks it writes nothing.

#![expect(clippy::disallowed_methods, reason = "a test drives the built program")]

use super::fit::sh;
use super::start_rig::{Sticks, events};
use aoxanh::event::Event;
use aoxanh::store::{KeyFile, read_key};
use std::fs::{self, File};
use std::os::unix::fs::FileExt;

/// The kinds of those records.
fn kinds(events: &[Event]) -> Vec<&str> {
    events.iter().map(|event| event.fact.kind()).collect()
}

#[test]
fn a_stick_that_is_full_or_can_only_be_read_or_is_revoked_says_so_and_nothing_that_it_acknowledged_is_lost() {
    let sticks = Sticks::new();
    let stick = sticks.at("mot");
    fs::create_dir_all(&stick).expect("made");
    let mount = |words: &str| {
        let line = format!("mount -t tmpfs -o {words} tmpfs \"$1\"");
        assert_eq!(sh(&sticks.at(""), &line, &[&stick.display().to_string()]).0, 0, "{words}");
    };
    mount("size=2m");
    sticks.enrol("mot");
    let mut terminal = sticks.start(&stick, (120, 40));
    terminal.wait_text("Quét tem dán trên máy này");
    assert!(terminal.shown().contains("Thẻ sắp đầy"), "{}", terminal.shown());
    let filled = File::create(stick.join("đầy")).expect("made");
    let mut size = 0;
    while filled.write_all_at(&[1; 1024], size).is_ok() {
        size += 1024;
    }
    let before = sticks.saved(&stick).len();
    terminal.type_keys(&format!("{}\r", sticks.tag));
    drop(filled);
    terminal.wait_text("Không ghi được lên thẻ: thẻ đã đầy");
    terminal.wait_for("inspected all the same", |shown| shown.contains("✓ tem"));
    assert_eq!(sticks.saved(&stick).len(), before);
    mount("remount,ro");
    terminal.wait_text("Không ghi được lên thẻ: thẻ chỉ còn đọc được");
    mount("remount,rw");
    fs::remove_file(stick.join("đầy")).expect("ours");
    terminal.wait_for("it is saved", |shown| !shown.contains("Không ghi được") && shown.contains("lên thẻ, rút được"));
    assert_eq!(kinds(&sticks.saved(&stick)), kinds(&events(&sticks.boot())));
    terminal.type_keys("\x03");
    assert_eq!(terminal.end().0, 0);
    assert_eq!(sh(&sticks.at(""), "umount \"$1\"", &[&stick.display().to_string()]).0, 0);
}

#[test]
fn a_stick_that_the_team_revoked_or_another_team_made_gets_nothing() {
    let sticks = Sticks::new();
    let (lost, stranger) = (sticks.enrol("mat"), sticks.enrol("la"));
    let key = read_key(&lost.join("station"), KeyFile::Station).expect("its key").public();
    let revoked = sticks.base_with(&|station| _ = station.revoked_keys.insert(key.0));
    let stick = sticks.enrol("mot");
    fs::write(stick.join("base"), revoked).expect("ours");
    // Its certificate is another key's, though it names the team.
    sticks.forge(&stranger);
    let mut terminal = sticks.start(&stick, (120, 40));
    terminal.wait_text("Quét tem dán trên máy này");
    let places = sticks.run().join("sticks");
    fs::create_dir_all(&places).expect("made");
    std::os::unix::fs::symlink(&lost, places.join("sdb3")).expect("plugged in");
    std::os::unix::fs::symlink(&stranger, places.join("sdc3")).expect("plugged in");
    terminal.wait_text("Thẻ mat đã bị đội thu hồi");
    for other in [&lost, &stranger] {
        assert_eq!(fs::read_dir(other.join("boots")).expect("there").count(), 0, "{}", other.display());
    }
    terminal.type_keys("\x03");
    assert_eq!(terminal.end().0, 0);
}
