//! Printers at serial ports, most often a USB converter.
//!
//! Invariant: what is no terminal device gets no byte.

use super::{OpenPort, line};
use crate::tag::{PrinterState, Question};
use std::io;
use std::path::Path;

pub(super) fn state(path: &Path, baud: u32, open: OpenPort, question: Option<&Question>) -> PrinterState {
    let Ok(port) = open(path, baud) else { return PrinterState::Gone };
    question.map_or(PrinterState::Unknown, |question| line::ask(&port, question).unwrap_or(PrinterState::Unknown))
}

pub(super) fn send(path: &Path, baud: u32, open: OpenPort, bytes: &[u8]) -> io::Result<()> {
    line::send(&open(path, baud)?, bytes)
}
