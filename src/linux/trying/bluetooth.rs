//! Listening for Bluetooth devices through the kernel's management channel.
//!
//! Invariants: a controller that was off is off again afterwards; a message that is cut short is no message; nothing here waits
//! for ever.
//!
//! Source: `doc/mgmt-api.txt` of `BlueZ`, `net/bluetooth/mgmt.h`.

#![expect(clippy::disallowed_methods, reason = "an adapter: it measures time")]

use crate::linux::ioctl::HciAddress;
use crate::linux::probe_tree::Tree;
use crate::port::{Failure, Trouble};
use crate::trial::Neighbour;
use crate::word::say;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::net::{
    AddressFamily, Protocol, RecvFlags, SendFlags, SocketFlags, SocketType, bind, recv, send, socket_with,
};
use std::collections::BTreeMap;
use std::io;
use std::num::NonZeroU32;
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

const CONTROLLERS: &str = "sys/class/bluetooth";
const READ_INFO: u16 = 0x0004;
const SET_POWERED: u16 = 0x0005;
const START_DISCOVERY: u16 = 0x0023;
const STOP_DISCOVERY: u16 = 0x0024;
const COMPLETE: u16 = 0x0001;
const STATUS: u16 = 0x0002;
const DEVICE_FOUND: u16 = 0x0012;
const DISCOVERING: u16 = 0x0013;
/// Where the current settings stand in the answer to [`READ_INFO`].
const SETTINGS: usize = 13;
const POWERED: u32 = 1;
const LOW_ENERGY: u32 = 1 << 9;
const CLASSIC: u32 = 1 << 7;
const HEADER: usize = 6;
const NAMES: [u8; 2] = [0x09, 0x08];
/// A signal of that number is unknown.
const NO_SIGNAL: i8 = 127;
/// A controller whose firmware is loaded first takes seconds.
const PATIENCE: Duration = Duration::from_secs(6);
/// A round of looking takes 10.24 seconds.
const ROUND: Duration = Duration::from_secs(12);

/// The first controller's name and number.
pub(super) fn first(tree: Tree<'_>) -> Option<(String, u16)> {
    let names = tree.names(CONTROLLERS).what.ok()?.into_iter();
    // Beside the controllers stand their connections: `hci0:12`.
    names.filter_map(|name| Some((name.clone(), name.strip_prefix("hci")?.parse().ok()?))).min_by_key(|(_, at)| *at)
}

/// The devices around that show themselves. Errors: there is no controller, it is kept silent, or it may not be asked.
pub(super) fn neighbours(tree: Tree<'_>) -> Result<Vec<Neighbour>, Failure> {
    let missing = || Failure::new(Trouble::Io, say!("hardware-failed", part = CONTROLLERS));
    let (name, number) = first(tree).ok_or_else(missing)?;
    look_around(number).map_err(|error| {
        let failure = Failure::new(Trouble::Io, say!("hardware-failed", part = name.as_str())).because(&error);
        match Errno::from_io_error(&error) {
            Some(Errno::PERM | Errno::ACCESS) => failure.hint(say!("hardware-root-hint")),
            Some(Errno::RFKILL) => failure.hint(say!("hardware-silent-hint")),
            Some(Errno::BUSY) => failure.hint(say!("hardware-busy-hint")),
            _other => failure,
        }
    })
}

fn look_around(controller: u16) -> io::Result<Vec<Neighbour>> {
    let channel = Channel::open(controller)?;
    let info = channel.ask(READ_INFO, &[])?;
    let settings = number(&info, SETTINGS).ok_or(Errno::PROTO)?;
    let was_on = settings & POWERED != 0;
    if !was_on {
        channel.ask(SET_POWERED, &[1])?;
    }
    let found = channel.discover(kinds(settings | if was_on { 0 } else { CLASSIC | LOW_ENERGY }, &info));
    if !was_on {
        // What was found counts more than whether this could be undone.
        let _left_on = channel.ask(SET_POWERED, &[0]);
    }
    found
}

/// Which kinds of devices to look for: those that the controller has on; of one that was off, those that it can.
fn kinds(settings: u32, info: &[u8]) -> u8 {
    const SUPPORTED: usize = 9;
    let can = settings & number(info, SUPPORTED).unwrap_or(u32::MAX);
    let classic = u8::from(can & CLASSIC != 0);
    let low_energy = if can & LOW_ENERGY == 0 { 0 } else { 6 };
    classic | low_energy
}

/// The management channel of one controller.
struct Channel {
    socket: OwnedFd,
    controller: u16,
}

impl Channel {
    fn open(controller: u16) -> io::Result<Self> {
        let hci = NonZeroU32::new(1).map(Protocol::from_raw);
        let socket = socket_with(AddressFamily::BLUETOOTH, SocketType::RAW, SocketFlags::CLOEXEC, hci)?;
        bind(&socket, &HciAddress::CONTROL)?;
        Ok(Self { socket, controller })
    }

    /// Has something done; what it answers. Errors: what the controller says, or ETIMEDOUT.
    fn ask(&self, command: u16, data: &[u8]) -> io::Result<Vec<u8>> {
        let length = u16::try_from(data.len()).map_err(io::Error::other)?;
        let head: Vec<u8> = [command, self.controller, length].into_iter().flat_map(u16::to_le_bytes).collect();
        send(&self.socket, &[head, data.to_vec()].concat(), SendFlags::empty())?;
        let end = Instant::now() + PATIENCE;
        loop {
            let told = self.next(end)?.ok_or(Errno::TIMEDOUT)?;
            if let Some(answer) = answer(&told, command, self.controller) {
                return answer;
            }
        }
    }

    /// The next message; none where none comes until then.
    fn next(&self, end: Instant) -> io::Result<Option<Vec<u8>>> {
        let wait = Timespec::try_from(end.saturating_duration_since(Instant::now())).map_err(io::Error::other)?;
        if poll(&mut [PollFd::new(&self.socket, PollFlags::IN)], Some(&wait))? == 0 {
            return Ok(None);
        }
        let mut bytes = vec![0; 4096];
        let (length, _) = recv(&self.socket, bytes.as_mut_slice(), RecvFlags::empty())?;
        bytes.truncate(length);
        Ok(Some(bytes))
    }

    /// Looks around for one round.
    fn discover(&self, kinds: u8) -> io::Result<Vec<Neighbour>> {
        self.ask(START_DISCOVERY, &[kinds])?;
        let mut found = BTreeMap::new();
        let end = Instant::now() + ROUND;
        let is_whole = loop {
            let Some(told) = self.next(end)? else { break false };
            if is_end(&told, self.controller) {
                break true;
            }
            if let Some((address, neighbour)) = neighbour(&told, self.controller) {
                keep(&mut found, address, neighbour);
            }
        };
        if !is_whole {
            // It ends by itself where it cannot be stopped.
            let _ends = self.ask(STOP_DISCOVERY, &[kinds]);
        }
        Ok(found.into_values().collect())
    }
}

/// One that is heard again keeps its name, and its stronger signal.
fn keep(found: &mut BTreeMap<[u8; 7], Neighbour>, address: [u8; 7], new: Neighbour) {
    let known = found.entry(address).or_default();
    known.name = new.name.or(known.name.take());
    known.dbm_below_zero = match (known.dbm_below_zero, new.dbm_below_zero) {
        (Some(known), Some(new)) => Some(known.min(new)),
        (known, new) => known.or(new),
    };
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

/// What stands in a message of that kind about that controller.
fn of(told: &[u8], kind: u16, controller: u16) -> Option<&[u8]> {
    let length = usize::from(short(told, 4)?);
    let is_meant = short(told, 0)? == kind && short(told, 2)? == controller;
    told.get(HEADER..HEADER + length).filter(|_data| is_meant)
}

/// The answer to that command, if the message is one.
fn answer(told: &[u8], command: u16, controller: u16) -> Option<io::Result<Vec<u8>>> {
    let data = of(told, COMPLETE, controller).or_else(|| of(told, STATUS, controller))?;
    if short(data, 0)? != command {
        return None;
    }
    let rest = data.get(3..)?.to_vec();
    Some(match data.get(2)? {
        0 => Ok(rest),
        0x0a => Err(Errno::BUSY.into()),
        0x0c => Err(Errno::NOTSUP.into()),
        0x0f => Err(Errno::NETDOWN.into()),
        0x11 => Err(Errno::NODEV.into()),
        0x12 => Err(Errno::RFKILL.into()),
        0x14 => Err(Errno::PERM.into()),
        status => Err(io::Error::other(format!("mgmt status {status:#04x}"))),
    })
}

fn is_end(told: &[u8], controller: u16) -> bool {
    of(told, DISCOVERING, controller).is_some_and(|data| data.get(1) == Some(&0))
}

/// The device that a message tells of, with its address and the address's kind.
fn neighbour(told: &[u8], controller: u16) -> Option<([u8; 7], Neighbour)> {
    let data = of(told, DEVICE_FOUND, controller)?;
    let address = data.get(..7)?.try_into().ok()?;
    let signal = data.get(7)?.cast_signed();
    let length = usize::from(short(data, 12)?);
    let dbm_below_zero = (signal != NO_SIGNAL && signal != 0).then(|| u64::from(signal.min(0).unsigned_abs()));
    Some((address, Neighbour { name: name(data.get(14..14 + length)?), dbm_below_zero }))
}

/// The name among what a device tells of itself: pieces of a length, a kind and data.
fn name(mut told: &[u8]) -> Option<String> {
    let mut best: Option<(u8, String)> = None;
    while let Some((length, rest)) = told.split_first() {
        let Some(piece) = rest.get(..usize::from(*length)) else { break };
        if let Some((kind, text)) = piece.split_first()
            && NAMES.contains(kind)
            && best.as_ref().is_none_or(|(known, _)| kind > known)
        {
            let text = String::from_utf8_lossy(text);
            best = Some((*kind, text.trim_matches(['\0', ' ']).to_owned()));
        }
        told = rest.get(usize::from(*length)..).unwrap_or_default();
    }
    best.map(|(_, name)| name).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(kind: u16, controller: u16, data: &[u8]) -> Vec<u8> {
        let length = u16::try_from(data.len()).expect("short");
        let head: Vec<u8> = [kind, controller, length].into_iter().flat_map(u16::to_le_bytes).collect();
        [head, data.to_vec()].concat()
    }

    fn found(signal: i8, told: &[u8]) -> Vec<u8> {
        let length = u16::try_from(told.len()).expect("short").to_le_bytes();
        let head = [&[1, 2, 3, 4, 5, 6, 0][..], &signal.to_le_bytes(), &[0; 4], &length].concat();
        message(DEVICE_FOUND, 0, &[head, told.to_vec()].concat())
    }

    #[test]
    fn a_device_is_read_with_its_whole_name_and_signal_and_what_is_cut_short_is_none() {
        let told = b"\x02\x01\x06\x04\x08Loa\x08\x09Loa Thu\x02\x0a\x04";
        let (address, device) = neighbour(&found(-47, told), 0).expect("a device");
        assert_eq!(address, [1, 2, 3, 4, 5, 6, 0]);
        assert_eq!(device, Neighbour { name: Some("Loa Thu".to_owned()), dbm_below_zero: Some(47) });
        let quiet = neighbour(&found(127, b""), 0).expect("a device").1;
        assert_eq!(quiet, Neighbour { name: None, dbm_below_zero: None });
        let whole = found(-47, told);
        assert!((0..whole.len()).all(|length| neighbour(&whole[..length], 0).is_none()));
        assert_eq!(neighbour(&whole, 1), None, "another controller's");
        assert_eq!(
            (name(b"\xff\x09x"), name(b"\0\0\0"), name(b"\x01\x09"), name(b"\x03\x09\0 ")),
            (None, None, None, None)
        );
    }

    #[test]
    fn an_answer_is_told_from_what_comes_between_and_each_refusal_has_its_reason() {
        let done = |status: u8| message(COMPLETE, 0, &[0x23, 0, status, 7]);
        assert_eq!(answer(&done(0), START_DISCOVERY, 0).expect("an answer").expect("good"), [7]);
        for (status, errno) in [(0x12, Errno::RFKILL), (0x14, Errno::PERM), (0x0a, Errno::BUSY)] {
            let error = answer(&done(status), START_DISCOVERY, 0).expect("an answer").expect_err("refused");
            assert_eq!(Errno::from_io_error(&error), Some(errno));
        }
        assert!(answer(&done(0), SET_POWERED, 0).is_none() && answer(&done(0), START_DISCOVERY, 2).is_none());
        assert!(answer(&found(-1, b""), START_DISCOVERY, 0).is_none());
        assert!(is_end(&message(DISCOVERING, 0, &[7, 0]), 0) && !is_end(&message(DISCOVERING, 0, &[7, 1]), 0));
    }

    #[test]
    fn one_that_is_heard_twice_is_one_with_its_name_and_its_stronger_signal() {
        let mut all = BTreeMap::new();
        for (name, signal) in [(None, Some(70)), (Some("Loa Thu"), None), (None, Some(52)), (None, Some(90))] {
            let new = Neighbour { name: name.map(str::to_owned), dbm_below_zero: signal };
            keep(&mut all, [1; 7], new);
        }
        let kept: Vec<_> = all.into_values().collect();
        assert_eq!(kept, [Neighbour { name: Some("Loa Thu".to_owned()), dbm_below_zero: Some(52) }]);
    }

    #[test]
    fn only_what_a_controller_has_is_looked_for() {
        let info = |supported: u32| [vec![0; 9], supported.to_le_bytes().to_vec(), vec![0; 4]].concat();
        let both = CLASSIC | LOW_ENERGY;
        assert_eq!(kinds(both, &info(both)), 7);
        assert_eq!((kinds(both, &info(CLASSIC)), kinds(LOW_ENERGY, &info(both))), (1, 6));
    }

    #[test]
    fn the_first_controller_is_no_connection_of_it() {
        let folder = tempfile::tempdir().expect("a folder");
        assert_eq!(first(Tree::new(folder.path())), None);
        for name in ["hci1", "hci0:12", "hci0"] {
            std::fs::create_dir_all(folder.path().join(CONTROLLERS).join(name)).expect("a folder");
        }
        assert_eq!(first(Tree::new(folder.path())), Some(("hci0".to_owned(), 0)));
    }
}
