//! What the kernel's driver says of a USB printer.

use super::ioctl;
use std::io;
use std::os::fd::BorrowedFd;

/// The status byte of a printer. Errors: it is none, or does not say.
pub fn usb_printer_status(device: BorrowedFd<'_>) -> io::Result<u8> {
    ioctl::line_printer_status(device)
}
