//! The status of printers.
//!
//! Invariant: as of the folder.

use rustix::ioctl::{Getter, Opcode, ioctl};
use std::ffi::c_int;
use std::io;
use std::os::fd::AsFd;

/// Source: linux/lp.h; older than the encoding.
const LPGETSTATUS: Opcode = 0x060b;

/// The status byte of a USB printer.
pub(in crate::linux) fn line_printer_status(device: impl AsFd) -> io::Result<u8> {
    // SAFETY: LPGETSTATUS writes one int (drivers/usb/class/usblp.c, drivers/char/lp.c), and Getter gives room for one.
    let status = unsafe { ioctl(device, Getter::<LPGETSTATUS, c_int>::new()) }?;
    Ok(status.to_le_bytes()[0])
}
