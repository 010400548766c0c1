//! Keyboards and pointers through `/dev/input`, found by what sysfs says they can.
//!
//! Invariants: a machine's own keyboard is never mistaken for one plugged into it; whoever listens to a keyboard has it to
//! himself until he stops, so that no key does anything meanwhile.

use super::input_event::{EVENT, Range, bits_set, has_bit, read_event};
use crate::device::Why;
use crate::linux::ioctl::{grab, keys_down, range_of};
use crate::linux::probe_tree::Tree;
use crate::port::{Failure, Listening, Part, Presence, Trouble};
use crate::trial::InputEvent;
use crate::word::say;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::time::Duration;

const INPUT: &str = "sys/class/input";
const CHASSIS: &str = "sys/class/dmi/id/chassis_type";
/// Chassis that have a keyboard of their own. Source: SMBIOS 3.7 §7.4.1: portable, laptop, notebook, sub-notebook, tablet,
/// convertible, detachable.
const PORTABLE: [u64; 7] = [8, 9, 10, 14, 30, 31, 32];
/// How what is built in hangs: the keyboard controller, I²C, SPI. Source: linux/input.h.
const BUILT_IN: [&str; 3] = ["0011", "0018", "001c"];
// Source: linux/input-event-codes.h.
const LETTERS: [usize; 4] = [16, 25, 30, 57];
const BTN_LEFT: usize = 272;
const BTN_TOOL_FINGER: usize = 325;
const AXES: [usize; 2] = [0, 1];

/// An input device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    node: String,
    name: String,
    is_built_in: bool,
}

/// The devices that are such a part. Errors: why nobody can tell.
pub(super) fn find(tree: Tree<'_>, part: Part) -> Result<Vec<Found>, Why> {
    let names = tree.class(INPUT).what?;
    let (nodes, others): (Vec<_>, Vec<_>) = names.into_iter().partition(|name| name.starts_with("event"));
    // The kernel has such devices, and nothing that lets programs hear them.
    if nodes.is_empty() && !others.is_empty() {
        return Err(Why::NoDriver);
    }
    let mut found: Vec<Found> =
        nodes.into_iter().filter(|node| is(tree, node, part)).map(|node| describe(tree, node)).collect();
    let own: Vec<_> = found.iter().filter(|device| device.is_built_in).cloned().collect();
    let is_portable = tree.number(CHASSIS).is_some_and(|chassis| PORTABLE.contains(&chassis));
    if is_portable && !own.is_empty() {
        found = own;
    }
    Ok(found)
}

/// Whether there is such a part.
pub(super) fn presence(tree: Tree<'_>, part: Part) -> Presence {
    match find(tree, part) {
        Ok(found) if found.is_empty() => Presence::Absent(INPUT.to_owned()),
        Ok(found) => Presence::There(found.iter().map(|one| one.name.as_str()).collect::<Vec<_>>().join(", ")),
        Err(why) => Presence::Unknown(why.sentence()),
    }
}

fn is(tree: Tree<'_>, node: &str, part: Part) -> bool {
    let can = |kind: &str, bits: &[usize]| {
        let bitmap = tree.line(&format!("{INPUT}/{node}/device/capabilities/{kind}"));
        bitmap.is_some_and(|bitmap| bits.iter().all(|bit| has_bit(&bitmap, *bit)))
    };
    match part {
        Part::Keyboard => can("key", &LETTERS),
        Part::Touchpad => {
            can("key", &[BTN_TOOL_FINGER]) && can("abs", &AXES) || can("key", &[BTN_LEFT]) && can("rel", &AXES)
        }
        Part::Screen
        | Part::Speakers
        | Part::Microphone
        | Part::Camera
        | Part::Usb
        | Part::Wifi
        | Part::Bluetooth
        | Part::Battery
        | Part::Lid
        | Part::Disk
        | Part::Memory
        | Part::Processor => false,
    }
}

fn describe(tree: Tree<'_>, node: String) -> Found {
    let line = |name: &str| tree.line(&format!("{INPUT}/{node}/device/{name}"));
    let is_built_in = line("id/bustype").is_some_and(|bus| BUILT_IN.contains(&bus.as_str()));
    Found { name: line("name").unwrap_or_else(|| node.clone()), is_built_in, node }
}

/// Listens to every such device. Errors: there is none, it may not be read, or another program has it to itself.
pub(super) fn listen(root: &Path, part: Part) -> Result<Box<dyn Listening>, Failure> {
    let found = find(Tree::new(root), part)
        .map_err(|why| Failure::new(Trouble::Io, say!("hardware-failed", part = INPUT)).detail(why))?;
    let mut open = Vec::new();
    for device in &found {
        let failed = |error: io::Error| {
            let failure = Failure::new(Trouble::Io, say!("hardware-failed", part = device.name.as_str()));
            let failure = failure.because(&error);
            if error.kind() == io::ErrorKind::PermissionDenied {
                failure.hint(say!("hardware-root-hint"))
            } else if error.kind() == io::ErrorKind::ResourceBusy {
                failure.hint(say!("hardware-busy-hint"))
            } else {
                failure
            }
        };
        let path = root.join("dev/input").join(&device.node);
        let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = File::from(rustix::fs::open(&path, flags, Mode::empty()).map_err(|error| failed(error.into()))?);
        let down = keys_down(&file).map(|bytes| bits_set(&bytes)).unwrap_or_default();
        // Before the grab nothing is lost: what is pressed in between is heard twice at most.
        if part == Part::Keyboard {
            grab(&file).map_err(failed)?;
        }
        open.push(Open { range: range_of(&file).ok(), name: device.name.clone(), file, down });
    }
    if open.is_empty() {
        return Err(Failure::new(Trouble::Io, say!("hardware-failed", part = INPUT)));
    }
    Ok(Box::new(Ears { open, heard: VecDeque::new() }))
}

struct Open {
    file: File,
    name: String,
    range: Option<Range>,
    down: Vec<u16>,
}

/// Devices that are listened to; closing them gives them back.
struct Ears {
    open: Vec<Open>,
    heard: VecDeque<InputEvent>,
}

impl Listening for Ears {
    fn down(&self) -> Vec<u16> {
        self.open.iter().flat_map(|open| &open.down).copied().collect()
    }

    fn next(&mut self, wait: Duration) -> Result<Option<InputEvent>, Failure> {
        if self.heard.is_empty() {
            self.hear(wait)?;
        }
        Ok(self.heard.pop_front())
    }
}

impl Ears {
    fn hear(&mut self, wait: Duration) -> Result<(), Failure> {
        let wait = Timespec::try_from(wait).ok();
        let mut ends: Vec<_> = self.open.iter().map(|open| PollFd::new(&open.file, PollFlags::IN)).collect();
        match poll(&mut ends, wait.as_ref()) {
            Ok(_) | Err(Errno::INTR) => {}
            Err(error) => return Err(gone("poll", &error.into())),
        }
        let ready: Vec<bool> = ends.iter().map(|end| !end.revents().is_empty()).collect();
        for (open, _) in self.open.iter_mut().zip(ready).filter(|(_, is_ready)| *is_ready) {
            let mut bytes = [0; 64 * EVENT];
            match open.file.read(&mut bytes) {
                Ok(0) => return Err(gone(&open.name, &io::Error::from(io::ErrorKind::UnexpectedEof))),
                Ok(length) => {
                    let events = bytes[..length].chunks(EVENT);
                    self.heard.extend(events.filter_map(|event| read_event(event, open.range)));
                }
                Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted) => {}
                Err(error) => return Err(gone(&open.name, &error)),
            }
        }
        Ok(())
    }
}

fn gone(name: &str, error: &io::Error) -> Failure {
    Failure::new(Trouble::Io, say!("hardware-failed", part = name)).because(error)
}
