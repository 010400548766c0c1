//! What the kernel says of a USB printer, and of a connection to one in the network.

use super::ioctl;
use std::io;
use std::os::fd::BorrowedFd;

/// The status byte of a printer. Errors: it is none, or does not say.
pub fn usb_printer_status(device: BorrowedFd<'_>) -> io::Result<u8> {
    ioctl::line_printer_status(device)
}

/// The bytes of a TCP connection that the other end has not taken yet. Errors: it is none.
pub fn bytes_unsent(connection: BorrowedFd<'_>) -> io::Result<u32> {
    ioctl::bytes_unsent(connection)
}
