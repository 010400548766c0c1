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
/// The most that anybody listens to, bytes: what says more is no printer.
pub(super) const MOST: usize = 4096;

/// Whether the line is ready for that in time. Errors: it broke, such as a plug that was pulled.
pub(super) fn wait(line: impl AsFd, what: PollFlags, time: Duration) -> io::Result<bool> {
    let until = Instant::now() + time;
    loop {
        let left = until.saturating_duration_since(Instant::now());
        let left = Timespec {
            tv_sec: i64::try_from(left.as_secs()).unwrap_or(i64::MAX),
            tv_nsec: i64::from(left.subsec_nanos()),
        };
        let mut ends = [PollFd::new(&line, what)];
        match poll(&mut ends, Some(&left)) {
            Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
            Ok(0) => return Ok(false),
            Ok(_one) => return is_ready(what, ends[0].revents()),
        }
    }
}

/// Whether that came. A line that is broken takes nothing, whatever else is said of it; what it still has can be read.
fn is_ready(wanted: PollFlags, came: PollFlags) -> io::Result<bool> {
    let is_broken = came.intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL);
    if is_broken && (wanted.contains(PollFlags::OUT) || !came.intersects(wanted)) {
        return Err(Errno::PIPE.into());
    }
    Ok(came.intersects(wanted))
}

/// Lets that much time pass.
pub(super) fn rest(time: Duration) -> io::Result<()> {
    let time = Timespec::try_from(time).map_err(io::Error::other)?;
    poll(&mut [], Some(&time))
        .map(|_none| ())
        .or_else(|error| if error == Errno::INTR { Ok(()) } else { Err(error.into()) })
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
    hear(&line, &mut answer)?;
    answer.clear();
    send(&line, question.ask)?;
    let until = Instant::now() + ANSWER;
    loop {
        let left = until.saturating_duration_since(Instant::now());
        // One that talks without end says nothing.
        if left.is_zero() || answer.len() > MOST || !wait(&line, PollFlags::IN, left)? {
            return Ok(PrinterState::Unknown);
        }
        let is_open = read(&line, &mut answer)?;
        if let Some(state) = question.answered(&answer) {
            return Ok(state);
        }
        if !is_open {
            return Ok(PrinterState::Unknown);
        }
    }
}

/// Reads what is there, as much as a printer may say.
pub(super) fn hear(line: impl AsFd, into: &mut Vec<u8>) -> io::Result<()> {
    while into.len() < MOST && read(&line, into)? {}
    Ok(())
}

/// Reads some of what is there; whether anything was.
fn read(line: impl AsFd, into: &mut Vec<u8>) -> io::Result<bool> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use std::os::unix::net::UnixStream;

    fn line() -> (UnixStream, UnixStream) {
        let (line, far) = UnixStream::pair().expect("a line");
        line.set_nonblocking(true).expect("ours");
        (line, far)
    }

    #[test]
    fn a_line_whose_other_end_is_gone_takes_nothing_and_what_it_said_is_still_read() {
        let (line, mut far) = line();
        assert!(wait(&line, PollFlags::OUT, STANDSTILL).expect("it stands"));
        assert!(!wait(&line, PollFlags::IN, Duration::from_millis(1)).expect("it stands"), "it said nothing");
        far.write_all(b"last").expect("said");
        drop(far);
        assert_eq!(wait(&line, PollFlags::OUT, STANDSTILL).expect_err("pulled").kind(), io::ErrorKind::BrokenPipe);
        assert!(wait(&line, PollFlags::IN, STANDSTILL).expect("words are left"));
        let mut heard = Vec::new();
        hear(&line, &mut heard).expect("heard");
        assert_eq!(heard, b"last");
    }

    #[test]
    fn a_hang_up_is_no_word() {
        assert!(is_ready(PollFlags::IN, PollFlags::HUP).is_err());
        assert!(is_ready(PollFlags::OUT, PollFlags::OUT | PollFlags::HUP).is_err(), "the USB driver says both");
        assert!(is_ready(PollFlags::IN, PollFlags::IN | PollFlags::HUP).expect("a word"));
    }

    #[test]
    fn no_more_is_heard_than_a_printer_says() {
        let (line, mut far) = line();
        far.write_all(&[b'x'; 3 * MOST]).expect("said");
        let mut heard = Vec::new();
        hear(&line, &mut heard).expect("heard");
        assert!((MOST..2 * MOST).contains(&heard.len()), "{}", heard.len());
    }
}
