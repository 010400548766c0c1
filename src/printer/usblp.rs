//! USB printers by the kernel's driver: `/dev/usb/lp0` and its neighbours.
//!
//! Invariant: what is opened and is no such device gets no byte: whoever types a disk's path must not lose it.

#![expect(clippy::disallowed_methods, reason = "an adapter: it opens devices")]

use super::{UsbStatus, line};
use crate::tag::{PrinterState, Question};
use rustix::event::PollFlags;
use std::fs::File;
use std::io;
use std::os::fd::AsFd;
use std::os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt};
use std::path::Path;

/// Source: Linux, `Documentation/admin-guide/devices.txt`: 180 is USB's character devices.
const USB: u32 = 180;
// Source: linux/lp.h. The third is low where something is wrong.
const PAPER_OUT: u8 = 0x20;
const NO_ERROR: u8 = 0x08;

fn open(path: &Path) -> io::Result<File> {
    let flags = rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOCTTY;
    let flags = i32::try_from(flags.bits()).unwrap_or(0);
    let file = File::options().read(true).write(true).custom_flags(flags).open(path)?;
    let found = file.metadata()?;
    let is_printer = found.file_type().is_char_device() && rustix::fs::major(found.rdev()) == USB;
    // A pipe is what programs that stand for a printer listen at.
    if is_printer || found.file_type().is_fifo() { Ok(file) } else { Err(io::ErrorKind::InvalidInput.into()) }
}

pub(super) fn state(path: &Path, status: UsbStatus, question: Option<&Question>) -> PrinterState {
    let Ok(device) = open(path) else { return PrinterState::Gone };
    match status(device.as_fd()) {
        Ok(bits) if bits & PAPER_OUT != 0 => return PrinterState::PaperOut,
        Ok(bits) if bits & NO_ERROR == 0 => return PrinterState::Stopped,
        // Many say that all is well whatever is: their language knows better.
        Ok(_) | Err(_) => {}
    }
    // A pipe would only hear itself.
    let is_pipe = device.metadata().is_ok_and(|found| found.file_type().is_fifo());
    let question = question.filter(|_| !is_pipe);
    question.map_or(PrinterState::Unknown, |question| line::ask(&device, question).unwrap_or(PrinterState::Unknown))
}

pub(super) fn send(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let device = open(path)?;
    line::send(&device, bytes)?;
    // The driver takes a piece before the printer has it, and throws away what is under way when the device is closed.
    if line::wait(&device, PollFlags::OUT, line::STANDSTILL)? { Ok(()) } else { Err(io::ErrorKind::TimedOut.into()) }
}
