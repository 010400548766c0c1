//! The keyboard test on a real keyboard: Debian's kernel in a virtual machine whose keys are pressed from outside.
//!
//! A machine takes long to start: with `--long` only.

#![expect(clippy::panic, clippy::disallowed_methods, reason = "a test fails by panicking, and waits for a machine")]

use super::guest_rig::{Guest, Machine, long};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// The keys of the layout `60`, as QEMU calls them.
const KEYS: &str = "esc 1 2 3 4 5 6 7 8 9 0 minus equal backspace tab q w e r t y u i o p bracket_left bracket_right \
    backslash caps_lock a s d f g h j k l semicolon apostrophe ret shift z x c v b n m comma dot slash shift_r ctrl meta_l \
    alt spc alt_r meta_r compose ctrl_r";
const PATIENCE: Duration = Duration::from_secs(50);

/// Asks the machine until it says yes.
pub(crate) fn until(guest: &mut Guest, question: &str) {
    let began = Instant::now();
    while guest.sh(question).code != 0 {
        if began.elapsed() > PATIENCE {
            let said = guest.sh("cat /dev/shm/out /dev/shm/err");
            panic!("never: {question}\n{}\n{}", said.out, guest.console());
        }
    }
}

fn press(guest: &mut Guest, key: &str) {
    for down in [true, false] {
        let event = json!({ "type": "key", "data": { "down": down, "key": { "type": "qcode", "data": key } } });
        guest.qemu("input-send-event", &json!({ "events": [event] }));
    }
    // Its keyboard holds only a few keys: the machine must have run in between.
    guest.sh("true");
}

/// Begins the keyboard test there, at a terminal nobody types on, and waits until it listens.
fn listening(guest: &mut Guest, tag: &str) {
    guest.start_at_a_terminal(&["--json", "check", tag, "--only", "keyboard", "--layout", "60", "--again"]);
    until(guest, "ls -l /proc/$(cat /dev/shm/pid)/fd | grep -q dev/input");
}

/// What it came to, once it ended.
pub(crate) fn came(guest: &mut Guest) -> Value {
    until(guest, "grep -q aoxanh/head/ /dev/shm/out");
    let said = guest.sh("cat /dev/shm/out").good().out;
    let objects = said.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut results = objects.filter(|object| object["schema"] == "aoxanh/function_test/1");
    results.next_back().unwrap_or_else(|| json!(said))
}

pub(crate) fn measured(result: &Value, name: &str) -> Vec<u64> {
    let all = result["measured"].as_array().into_iter().flatten();
    all.filter(|one| one["name"] == name).filter_map(|one| one["value"].as_u64()).collect()
}

#[test]
fn every_key_of_a_real_keyboard_is_heard_once_and_one_that_is_held_down_is_stuck() {
    if !long("a real keyboard") {
        return;
    }
    let Some(machine) = Machine::new() else { return };
    let mut guest = machine.boot(&["evdev"]);
    guest.sh("modprobe i8042; modprobe atkbd; true");
    until(&mut guest, "ls /dev/input/event*");
    let device = guest.device();

    listening(&mut guest, &device.tag);
    for key in KEYS.split_whitespace() {
        press(&mut guest, key);
    }
    let whole = came(&mut guest);
    assert_eq!((&whole["outcome"], measured(&whole, "keys_seen")), (&"works".into(), vec![61]), "{whole}");

    listening(&mut guest, &device.tag);
    let held = json!({ "type": "key", "data": { "down": true, "key": { "type": "qcode", "data": "spc" } } });
    guest.qemu("input-send-event", &json!({ "events": [held] }));
    for key in KEYS.split_whitespace().filter(|key| *key != "spc") {
        press(&mut guest, key);
    }
    let stuck = came(&mut guest);
    assert_eq!((&stuck["outcome"], &stuck["reason"]), (&"fails".into(), &"keys_stuck".into()), "{stuck}");
    assert_eq!(measured(&stuck, "stuck"), [57]);
    guest.json(&["verify"]).good();
}
