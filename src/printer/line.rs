//! Bytes over a line that may stop moving: a socket, a USB printer, a serial port.
//!
//! Invariant: the line does not block by itself; whoever waits here waits at most as long as said.

#![expect(clippy::disallowed_methods, reason = "an adapter: how long a line stands still is time of this machine")]

use crate::tag::{PrinterState, Question};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use std::io;
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

/// How long a printer may take nothing: one that feeds or cools goes on after that.
pub(super) const STANDSTILL: Duration = Duration::from_secs(5);
/// How long one may take to say how it is.
pub(super) const ANSWER: Duration = Duration::from_millis(400);

/// Whether the line is ready for that in time.
pub(super) fn wait(line: impl AsFd, what: PollFlags, time: Duration) -> io::Result<bool> {
    let until = Instant::now() + time;
    loop {
        let left = until.saturating_duration_since(Instant::now());
        let left = Timespec {
            tv_sec: i64::try_from(left.as_secs()).unwrap_or(i64::MAX),
            tv_nsec: i64::from(left.subsec_nanos()),
        };
        match poll(&mut [PollFd::new(&line, what)], Some(&left)) {
            Err(Errno::INTR) => {}
            ready => return Ok(ready? > 0),
        }
    }
}

/// Sends it all. Errors: the line broke, or stood still too long.
pub(super) fn send(line: impl AsFd, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        match rustix::io::write(&line, bytes) {
            Ok(0) | Err(Errno::AGAIN) => {
                if !wait(&line, PollFlags::OUT, STANDSTILL)? {
                    return Err(io::ErrorKind::TimedOut.into());
                }
            }
            Ok(written) => bytes = bytes.get(written..).unwrap_or_default(),
            Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Asks how the printer is. Errors: the line broke; a printer that does not answer in time is unknown.
pub(super) fn ask(line: impl AsFd, question: &Question) -> io::Result<PrinterState> {
    let mut answer = Vec::new();
    // What it said before nobody asked.
    while read(&line, &mut answer)? {}
    answer.clear();
    send(&line, question.ask)?;
    let until = Instant::now() + ANSWER;
    loop {
        if !wait(&line, PollFlags::IN, until.saturating_duration_since(Instant::now()))? {
            return Ok(PrinterState::Unknown);
        }
        let is_open = read(&line, &mut answer)?;
        if let Some(state) = (question.read)(&answer) {
            return Ok(state);
        }
        if !is_open {
            return Ok(PrinterState::Unknown);
        }
    }
}

/// Reads what is there; whether anything was.
pub(super) fn read(line: impl AsFd, into: &mut Vec<u8>) -> io::Result<bool> {
    let mut some = [0; 512];
    match rustix::io::read(&line, &mut some) {
        Ok(count) => {
            into.extend(some.iter().take(count));
            Ok(count > 0)
        }
        Err(Errno::AGAIN | Errno::INTR) => Ok(false),
        Err(error) => Err(error.into()),
    }
}
