//! A machine that was started from a written stick, whose stick is pulled out while records go to it, and plugged in again.
//!
//! Invariant: what the screen says is on the stick is looked for there from outside.

#![expect(clippy::disallowed_methods, reason = "a test starts a machine and looks at its stick")]

use super::bench_rig::can_loop;
use super::fit::sh;
use super::guest_control::Control;
use super::guest_image::Console;
use super::guest_rig::long;
use super::guest_start::{usb_stick, with_words};
use super::stick_image;
use super::stick_rig::Sticks;
use aoxanh::linux::PracticeDisk;
use aoxanh::unit::Bytes;
use serde_json::json;
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// What the screen says where all is on the stick, which is there or pulled.
const SAVED: [&str; 2] = ["rút được", "đều đã ở trên thẻ"];
/// How long the screen is looked at once the stick is out: the program looks for sticks twice a second.
const LOOK: Duration = Duration::from_secs(20);

/// Everything in a stick's place for records once its journal was played back in a copy; in a folder of its own each time.
pub(crate) fn taken_out(sticks: &Sticks, disk: &PracticeDisk) -> PathBuf {
    let folder = sticks.rig.home().join("taken-out");
    let script = "set -e; rm -rf \"$2\" data; mkdir \"$2\"
        set -- \"$1\" \"$2\" $(sfdisk -d \"$1\" | sed -n 's/.*start= *\\([0-9]*\\), size= *\\([0-9]*\\),.*/\\1 \\2/p' | tail -n 1)
        dd if=\"$1\" of=data bs=512 skip=$3 count=$4 conv=sparse status=none
        e2fsck -fp data || [ $? = 1 ]; e2fsck -fn data; debugfs -R \"rdump / $2\" data 2>/dev/null; rm data";
    let file = |path: &std::path::Path| path.display().to_string();
    let (code, said) = sh(sticks.rig.home(), script, &[&file(disk.backing()), &file(&folder)]);
    assert_eq!(code, 0, "{said}");
    folder
}

/// A machine that shows the program.
struct Machine {
    console: Console,
    screen: vt100::Parser,
    control: Control,
}

impl Machine {
    fn start(sticks: &Sticks, disk: &PracticeDisk) -> Self {
        let socket = sticks.rig.home().join("qmp");
        let _none = fs::remove_file(&socket);
        let qmp = format!("unix:{},server=on,wait=off", socket.display());
        let own = ["-machine", "pc", "-vga", "std", "-qmp", &qmp].map(str::to_owned);
        let console = Console::of(&[&own[..], &usb_stick(&disk.backing().display().to_string())].concat());
        Self { console, screen: stick_image::screen(), control: Control::of(&socket) }
    }

    /// What the screen shows as soon as that is so.
    fn shows(&mut self, what: &str, is: impl Fn(&str) -> bool) -> String {
        while !is(&self.screen.screen().contents()) {
            self.screen.process(self.console.hear(what));
        }
        self.screen.screen().contents()
    }

    /// What the screen shows after that time.
    fn after(&mut self, time: Duration) -> String {
        let end = Instant::now() + time;
        while let Some(left) = end.checked_duration_since(Instant::now()) {
            self.screen.process(self.console.hear_within(left));
        }
        self.screen.screen().contents()
    }
}

#[test]
fn a_stick_pulled_in_mid_append_has_everything_that_was_told_as_saved_and_starts_again() {
    if !long("a stick that is pulled from its machine") {
        return;
    }
    let (Some(folder), Some(sticks)) = (stick_image::image(), Sticks::new()) else { return };
    let image = sticks.rig.home().join("the.img");
    fs::copy(folder.join("stick"), &image).expect("copied");
    with_words(&image, "console=ttyS0");
    let disk = sticks.rig.disk("rút", Bytes::mib(384));
    if !can_loop(&disk) {
        return;
    }
    let device = sticks.rig.device();
    sticks.write(&disk, &[]).good();
    let mut inspected = 0;
    // Before a record comes, while it is being written, and when it was told.
    for wait in [None, Some(Duration::from_millis(150)), Some(LOOK)] {
        let mut machine = Machine::start(&sticks, &disk);
        machine.shows("the first step", |shown| shown.contains("Quét tem dán") && shown.contains(SAVED[0]));
        if wait.is_none() {
            machine.control.tell("device_del", &json!({ "id": "own-stick" }));
        }
        machine.console.type_keys(&format!("{}\r", device.tag));
        let mut told_before = false;
        if let Some(wait) = wait {
            let shown = machine.after(wait);
            told_before = shown.contains("✓ tem") && shown.contains(SAVED[0]);
            machine.control.tell("device_del", &json!({ "id": "own-stick" }));
        }
        machine.shows("the tag", |shown| shown.contains("✓ tem"));
        let shown = machine.after(LOOK);
        let is_told = told_before || SAVED.iter().any(|words| shown.contains(words));
        if wait.is_none() {
            assert!(!is_told, "nothing can be on a stick that is gone:\n{shown}");
        }
        assert!(is_told || wait != Some(LOOK), "there was time enough:\n{shown}");
        inspected += u64::from(is_told);
        let again = json!({ "driver": "usb-storage", "id": "again", "bus": "own-bus.0", "drive": "own" });
        machine.control.tell("device_add", &again);
        drop(machine);
        let out = taken_out(&sticks, &disk);
        let home = sticks.run(&["stick", "home", &out.display().to_string()]).good().one("stick_home");
        assert_eq!(home["refused"], json!([]), "{wait:?}: {home}");
        let history = sticks.rig.json(&["history", &device.tag]).good().out;
        let found = history.matches("DeviceInspected").count() as u64;
        assert!(found >= inspected, "{wait:?}: {found} of {inspected}, told on\n{shown}\n{history}");
        inspected = found;
    }
    sticks.rig.verified();
}
