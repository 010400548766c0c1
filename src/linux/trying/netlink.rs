//! Talking to the kernel over netlink: messages of attributes, asked and answered.
//!
//! Invariant: a message that is cut short, or whose lengths make no sense, is no message; nothing here waits for ever.
//!
//! Source: the kernel's Documentation/userspace-api/netlink/intro.rst.

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::net::{AddressFamily, Protocol, RecvFlags, SendFlags, SocketFlags, SocketType, recv, send, socket_with};
use std::io;
use std::os::fd::OwnedFd;

const REQUEST: u16 = 1;
const ACK: u16 = 4;
const DUMP: u16 = 0x300;
const ERROR: u16 = 2;
const DONE: u16 = 3;
const HEADER: usize = 16;
/// Numbers the kernel may set in an attribute's kind: it is nested, or in network order.
const KIND: u16 = 0x3fff;
/// The kernel answers at once, or not at all.
const PATIENCE: Timespec = Timespec { tv_sec: 2, tv_nsec: 0 };
/// More messages are no answer.
const MOST: usize = 10_000;

/// One attribute.
pub(super) fn attribute(kind: u16, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len() + 4).unwrap_or(u16::MAX);
    let mut bytes = [&length.to_ne_bytes()[..], &kind.to_ne_bytes(), data].concat();
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

/// The attributes in these bytes: kind and data.
pub(in crate::linux) fn attributes(mut bytes: &[u8]) -> Vec<(u16, &[u8])> {
    let mut all = Vec::new();
    while let Some((length, kind)) = short(bytes, 0).zip(short(bytes, 2)) {
        let length = usize::from(length);
        let Some(data) = bytes.get(4..length) else { break };
        all.push((kind & KIND, data));
        bytes = bytes.get(length.next_multiple_of(4)..).unwrap_or_default();
    }
    all
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_ne_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn message(kind: u16, flags: u16, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(HEADER + payload.len()).unwrap_or(u32::MAX);
    let head = [&length.to_ne_bytes()[..], &kind.to_ne_bytes(), &flags.to_ne_bytes(), &[0; 8]].concat();
    [head, payload.to_vec()].concat()
}

/// The messages in a datagram: kind and payload.
fn messages(mut bytes: &[u8]) -> Vec<(u16, &[u8])> {
    let mut all = Vec::new();
    while let Some(kind) = short(bytes, 4) {
        let length = bytes.get(..4).and_then(|length| Some(u32::from_ne_bytes(length.try_into().ok()?)));
        let Some(length) = length.and_then(|length| usize::try_from(length).ok()) else { break };
        let Some(payload) = bytes.get(HEADER..length) else { break };
        all.push((kind, payload));
        bytes = bytes.get(length.next_multiple_of(4)..).unwrap_or_default();
    }
    all
}

/// A line to the kernel.
pub(in crate::linux) struct Netlink(OwnedFd);

impl Netlink {
    /// A new one, of that protocol. Errors: the kernel has none.
    pub(in crate::linux) fn open(protocol: Option<Protocol>) -> io::Result<Self> {
        Ok(Self(socket_with(AddressFamily::NETLINK, SocketType::RAW, SocketFlags::CLOEXEC, protocol)?))
    }

    /// Has something done, or asks one thing.
    pub(super) fn ask(&self, kind: u16, payload: &[u8]) -> io::Result<Vec<Vec<u8>>> {
        self.exchange(&message(kind, REQUEST | ACK, payload))
    }

    /// Asks for everything there is.
    pub(in crate::linux) fn dump(&self, kind: u16, payload: &[u8]) -> io::Result<Vec<Vec<u8>>> {
        self.exchange(&message(kind, REQUEST | DUMP, payload))
    }

    /// Waits so long.
    pub(super) fn pause(&self, time: &Timespec) -> io::Result<()> {
        poll(&mut [PollFd::new(&self.0, PollFlags::IN)], Some(time))?;
        Ok(())
    }

    /// The payloads of the answer. Errors: what the kernel says, or ETIMEDOUT where it says nothing.
    fn exchange(&self, asked: &[u8]) -> io::Result<Vec<Vec<u8>>> {
        send(&self.0, asked, SendFlags::empty())?;
        let (mut answers, mut bytes) = (Vec::new(), vec![0; 64 << 10]);
        while answers.len() < MOST {
            if poll(&mut [PollFd::new(&self.0, PollFlags::IN)], Some(&PATIENCE))? == 0 {
                return Err(Errno::TIMEDOUT.into());
            }
            let (length, _) = recv(&self.0, bytes.as_mut_slice(), RecvFlags::empty())?;
            for (kind, payload) in messages(&bytes[..length]) {
                match (kind, said(payload)) {
                    (ERROR, Some(0)) | (DONE, _) => return Ok(answers),
                    (ERROR, Some(error)) => return Err(io::Error::from_raw_os_error(-error)),
                    (ERROR, None) => return Err(Errno::PROTO.into()),
                    _answer => answers.push(payload.to_vec()),
                }
            }
        }
        Err(Errno::OVERFLOW.into())
    }
}

/// The number that an answer of only a number begins with.
fn said(payload: &[u8]) -> Option<i32> {
    Some(i32::from_ne_bytes(payload.get(..4)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_read_back_as_written_and_what_is_cut_short_is_left_out() {
        let bytes = [attribute(3, &7u32.to_ne_bytes()), attribute(0x8000 | 9, b"abc"), attribute(1, b"")].concat();
        assert_eq!(attributes(&bytes), [(3, &7u32.to_ne_bytes()[..]), (9, b"abc"), (1, b"")]);
        assert_eq!(attributes(&bytes[..14]).len(), 1);
        assert_eq!((attributes(&[2, 0, 1, 0]), attributes(&[0; 8]), attributes(&[])), (vec![], vec![], vec![]));
        let two = [message(16, 0, &[1, 2, 3, 4]), message(DONE, 0, &[0; 4])].concat();
        assert_eq!(messages(&two), [(16, &[1u8, 2, 3, 4][..]), (DONE, &[0; 4])]);
        assert_eq!(messages(&two[..30]).len(), 1);
        assert_eq!((messages(&[0; 64]), messages(&[1; 5])), (vec![], vec![]));
    }
}
