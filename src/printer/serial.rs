//! Printers at serial ports, most often a USB converter: eight bits, no parity, one stop bit, nothing translated.
//!
//! Invariant: what is no terminal device gets no byte.

#![expect(clippy::disallowed_methods, reason = "an adapter: it opens devices")]

use super::line;
use crate::tag::{PrinterState, Question};
use rustix::termios::{ControlModes, OptionalActions, tcgetattr, tcsetattr};
use std::fs::File;
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

fn open(path: &Path, baud: u32) -> io::Result<File> {
    let flags = rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOCTTY;
    let flags = i32::try_from(flags.bits()).unwrap_or(0);
    let port = File::options().read(true).write(true).custom_flags(flags).open(path)?;
    let mut settings = tcgetattr(&port)?;
    settings.make_raw();
    // Nobody hangs up on a printer, and none has a modem's wires.
    settings.control_modes |= ControlModes::CLOCAL | ControlModes::CREAD;
    settings.control_modes -= ControlModes::CSTOPB | ControlModes::CRTSCTS;
    settings.set_speed(baud)?;
    tcsetattr(&port, OptionalActions::Now, &settings)?;
    Ok(port)
}

pub(super) fn state(path: &Path, baud: u32, question: Option<&Question>) -> PrinterState {
    let Ok(port) = open(path, baud) else { return PrinterState::Gone };
    question.map_or(PrinterState::Unknown, |question| line::ask(&port, question).unwrap_or(PrinterState::Unknown))
}

pub(super) fn send(path: &Path, baud: u32, bytes: &[u8]) -> io::Result<()> {
    line::send(&open(path, baud)?, bytes)
}
