//! Listening for Wi-Fi networks through the kernel's nl80211.
//!
//! Invariant: an interface that was down is down again afterwards.
//!
//! Source: linux/nl80211.h, linux/genetlink.h, linux/rtnetlink.h.

use super::netlink::{Netlink, attribute, attributes};
use super::radio::wifi;
use crate::linux::probe_tree::Tree;
use crate::port::{Failure, Trouble};
use crate::trial::Network;
use crate::word::say;
use rustix::event::Timespec;
use rustix::io::Errno;
use rustix::net::netlink::GENERIC;
use std::io;

const CONTROL: u16 = 0x10;
const GET_FAMILY: u8 = 3;
const FAMILY_ID: u16 = 1;
const FAMILY_NAME: u16 = 2;
const GET_SCAN: u8 = 32;
const TRIGGER_SCAN: u8 = 33;
const IFINDEX: u16 = 3;
const BSS: u16 = 47;
const BSS_FREQUENCY: u16 = 2;
const BSS_SIGNAL: u16 = 7;
const BSS_AGE: u16 = 10;
const NEW_LINK: u16 = 16;
const IFF_UP: u32 = 1;
/// A look each second, so many at most: a scan of all channels takes 2 to 5 seconds.
const LOOKS: u32 = 8;
const LEAST_LOOKS: u32 = 3;
const SECOND: Timespec = Timespec { tv_sec: 1, tv_nsec: 0 };
/// What was heard longer ago is not heard now, milliseconds.
const OLDEST: u32 = 15_000;

/// The networks that are heard now. Errors: there is no Wi-Fi, it is kept silent, or it may not be asked.
pub(super) fn scan(tree: Tree<'_>) -> Result<Vec<Network>, Failure> {
    let missing = || Failure::new(Trouble::Io, say!("hardware-failed", part = "nl80211"));
    let name = wifi(tree).ok_or_else(missing)?;
    let attribute = |file: &str| tree.line(&format!("sys/class/net/{name}/{file}"));
    let index: u32 = attribute("ifindex").and_then(|index| index.parse().ok()).ok_or_else(missing)?;
    let flags = attribute("flags").and_then(|flags| u32::from_str_radix(flags.trim_start_matches("0x"), 16).ok());
    heard(index, flags.is_some_and(|flags| flags & IFF_UP != 0)).map_err(|error| {
        let failure = Failure::new(Trouble::Io, say!("hardware-failed", part = name.as_str())).because(&error);
        match Errno::from_io_error(&error) {
            Some(Errno::PERM | Errno::ACCESS) => failure.hint(say!("hardware-root-hint")),
            Some(Errno::RFKILL) => failure.hint(say!("hardware-silent-hint")),
            _other => failure,
        }
    })
}

fn heard(index: u32, is_up: bool) -> io::Result<Vec<Network>> {
    let kernel = Netlink::open(Some(GENERIC))?;
    let family = family(&kernel, "nl80211")?;
    if !is_up {
        set_up(index, true)?;
    }
    let networks = listen(&kernel, family, index);
    if !is_up {
        // What was heard counts more than whether this could be undone.
        let _left_up = set_up(index, false);
    }
    networks
}

/// Switches the interface on or off.
fn set_up(index: u32, up: bool) -> io::Result<()> {
    let flags = if up { IFF_UP } else { 0 };
    let head = [&[0; 4][..], &index.to_ne_bytes(), &flags.to_ne_bytes(), &IFF_UP.to_ne_bytes()].concat();
    Netlink::open(None)?.ask(NEW_LINK, &head).map(|_done| ())
}

fn generic(command: u8, attributes: &[u8]) -> Vec<u8> {
    [&[command, 1, 0, 0], attributes].concat()
}

/// The number of a family of messages. Errors: ENOENT where its driver is not loaded.
fn family(kernel: &Netlink, name: &str) -> io::Result<u16> {
    let asked = generic(GET_FAMILY, &attribute(FAMILY_NAME, &[name.as_bytes(), &[0]].concat()));
    let answers = kernel.ask(CONTROL, &asked)?;
    let id =
        answers.iter().filter_map(|answer| answer.get(4..)).flat_map(attributes).find(|(kind, _)| *kind == FAMILY_ID);
    let id = id.and_then(|(_, data)| data.try_into().ok()).map(u16::from_ne_bytes);
    id.ok_or_else(|| Errno::PROTO.into())
}

fn listen(kernel: &Netlink, family: u16, index: u32) -> io::Result<Vec<Network>> {
    let interface = attribute(IFINDEX, &index.to_ne_bytes());
    match kernel.ask(family, &generic(TRIGGER_SCAN, &interface)) {
        // Somebody else has it look around already.
        Err(error) if error.raw_os_error() == Some(Errno::BUSY.raw_os_error()) => {}
        done => _ = done?,
    }
    let mut networks = Vec::new();
    for look in 1..=LOOKS {
        kernel.pause(&SECOND)?;
        let answers = kernel.dump(family, &generic(GET_SCAN, &interface))?;
        networks = answers.iter().filter_map(|answer| network(answer)).collect();
        if look >= LEAST_LOOKS && !networks.is_empty() {
            break;
        }
    }
    Ok(networks)
}

/// The network that one answer tells of; none where it was heard too long ago.
fn network(answer: &[u8]) -> Option<Network> {
    let top = attributes(answer.get(4..)?);
    let (_, bss) = top.into_iter().find(|(kind, _)| *kind == BSS)?;
    let told = attributes(bss);
    let number = |wanted: u16| {
        let (_, data) = told.iter().find(|(kind, _)| *kind == wanted)?;
        Some(u32::from_ne_bytes((*data).try_into().ok()?))
    };
    if number(BSS_AGE).is_some_and(|age| age > OLDEST) {
        return None;
    }
    // Hundredths of a dBm, below zero.
    let signal = number(BSS_SIGNAL)?.cast_signed();
    Some(Network { megahertz: number(BSS_FREQUENCY)?, dbm_below_zero: u64::from(signal.min(0).unsigned_abs() / 100) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(signal: i32, age: u32) -> Vec<u8> {
        let parts = [(BSS_FREQUENCY, 5180u32), (BSS_SIGNAL, signal.cast_unsigned()), (BSS_AGE, age)];
        let bss: Vec<u8> = parts.iter().flat_map(|(kind, value)| attribute(*kind, &value.to_ne_bytes())).collect();
        generic(34, &[attribute(IFINDEX, &[3, 0, 0, 0]), attribute(BSS, &bss)].concat())
    }

    #[test]
    fn a_network_is_read_with_its_signal_and_one_of_long_ago_is_none() {
        assert_eq!(network(&answer(-4400, 120)), Some(Network { megahertz: 5180, dbm_below_zero: 44 }));
        assert_eq!((network(&answer(-4400, 20_000)), network(&[0; 4]), network(&[])), (None, None, None));
        assert_eq!(network(&answer(300, 0)).map(|network| network.dbm_below_zero), Some(0));
    }

    #[test]
    fn this_kernel_names_its_own_control_family_and_knows_no_made_up_one() {
        let kernel = Netlink::open(Some(GENERIC)).expect("every kernel has generic netlink");
        assert_eq!(family(&kernel, "nlctrl").expect("always there"), CONTROL);
        let unknown = family(&kernel, "ao-xanh").expect_err("made up");
        assert_eq!(unknown.raw_os_error(), Some(Errno::NOENT.raw_os_error()));
    }
}
