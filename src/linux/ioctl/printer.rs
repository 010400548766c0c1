//! The status of printers, and what is on its way to one in the network.
//!
//! Invariant: as of the folder.

use rustix::ioctl::{Getter, Opcode, ioctl};
use std::ffi::c_int;
use std::io;
use std::os::fd::AsFd;

/// Source: linux/lp.h; older than the encoding.
const LPGETSTATUS: Opcode = 0x060b;
/// Source: linux/sockios.h, asm-generic/ioctls.h; older than the encoding.
const SIOCOUTQ: Opcode = 0x5411;

/// The status byte of a USB printer.
pub(in crate::linux) fn line_printer_status(device: impl AsFd) -> io::Result<u8> {
    // SAFETY: LPGETSTATUS writes one int (drivers/usb/class/usblp.c, drivers/char/lp.c), and Getter gives room for one.
    let status = unsafe { ioctl(device, Getter::<LPGETSTATUS, c_int>::new()) }?;
    Ok(status.to_le_bytes()[0])
}

/// The bytes of a TCP connection that the other end has not taken.
pub(in crate::linux) fn bytes_unsent(socket: impl AsFd) -> io::Result<u32> {
    // SAFETY: SIOCOUTQ writes one int (tcp(7); net/ipv4/tcp.c, tcp_ioctl), and Getter gives room for one.
    let left = unsafe { ioctl(socket, Getter::<SIOCOUTQ, c_int>::new()) }?;
    u32::try_from(left).map_err(io::Error::other)
}
