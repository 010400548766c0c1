//! Printers that take bytes over the network as they are, most often at port 9100.

use super::line;
use crate::tag::{PrinterState, Question};
use rustix::event::PollFlags;
use std::io;
use std::net::{Shutdown, TcpStream, ToSocketAddrs};
use std::time::Duration;

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

pub(super) fn send(host: &str, port: u16, bytes: &[u8]) -> io::Result<()> {
    let stream = call(host, port)?;
    line::send(&stream, bytes)?;
    stream.shutdown(Shutdown::Write)?;
    // One that hung up before it read all says so now; one that says nothing took it.
    let mut said = Vec::new();
    if line::wait(&stream, PollFlags::IN, AFTER)? {
        while line::read(&stream, &mut said)? {}
    }
    Ok(())
}
