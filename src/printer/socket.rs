//! Printers that take bytes over the network as they are, most often at port 9100.

#![expect(clippy::disallowed_methods, reason = "an adapter: how long a printer stands still is time of this machine")]

use super::{Unsent, line};
use crate::tag::{PrinterState, Question};
use rustix::event::PollFlags;
use std::io;
use std::net::{Shutdown, TcpStream, ToSocketAddrs};
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

/// How often whoever waits for a printer to take what was sent looks again.
const LOOK: Duration = Duration::from_millis(5);
/// How long a printer may take to answer a call.
const CALL: Duration = Duration::from_secs(2);
/// How long it is listened to after the last byte, whether it says that it did not want them.
const AFTER: Duration = Duration::from_millis(150);

fn call(host: &str, port: u16) -> io::Result<TcpStream> {
    let mut last = io::Error::from(io::ErrorKind::NotFound);
    for address in (host, port).to_socket_addrs()? {
        match TcpStream::connect_timeout(&address, CALL) {
            Ok(stream) => {
                stream.set_nonblocking(true)?;
                stream.set_nodelay(true)?;
                return Ok(stream);
            }
            Err(error) => last = error,
        }
    }
    Err(last)
}

pub(super) fn state(host: &str, port: u16, question: Option<&Question>) -> PrinterState {
    let asked = call(host, port).and_then(|stream| {
        question.map_or(Ok(PrinterState::Unknown), |question| {
            Ok(line::ask(&stream, question).unwrap_or(PrinterState::Unknown))
        })
    });
    asked.unwrap_or(PrinterState::Gone)
}

pub(super) fn send(host: &str, port: u16, bytes: &[u8], unsent: Unsent) -> io::Result<()> {
    let stream = call(host, port)?;
    line::send(&stream, bytes)?;
    stream.shutdown(Shutdown::Write)?;
    taken(&stream, unsent)?;
    // One that hung up before it read all says so now; one that says nothing took it.
    if line::wait(&stream, PollFlags::IN, AFTER)? {
        line::hear(&stream, &mut Vec::new())?;
    }
    Ok(())
}

/// Waits until the other end has it: what only this machine holds yet, no printer took. Errors: it hung up, or stood still.
fn taken(stream: &TcpStream, unsent: Unsent) -> io::Result<()> {
    let (mut least, mut moved) = (u32::MAX, Instant::now());
    loop {
        line::hear(stream, &mut Vec::new())?;
        let left = unsent(stream.as_fd())?;
        if left == 0 {
            return Ok(());
        }
        if left < least {
            (least, moved) = (left, Instant::now());
        } else if moved.elapsed() >= line::STANDSTILL {
            return Err(io::ErrorKind::TimedOut.into());
        }
        line::rest(LOOK)?;
    }
}
