//! The person at the terminal: prompts on standard error, answers from standard input, secrets unseen.
//!
//! Invariants: while a secret is typed nothing is echoed, and the terminal is as it was afterwards, whatever came; the
//! bytes of a secret are wiped from memory.

#![expect(clippy::disallowed_methods, reason = "an adapter: it reads files and the terminal")]

use crate::port::{Ask, Failure, Trouble, empty_secret, gave_up};
use crate::unit::Secret;
use crate::word::say;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use std::fs::File;
use std::io::{self, IsTerminal, Read, Write};
use std::path::Path;
use zeroize::Zeroizing;

/// The longest line that is read, bytes.
const MOST: usize = 4096;
const CTRL_C: u8 = 3;
const CTRL_D: u8 = 4;
const BACKSPACE: u8 = 8;
const CTRL_U: u8 = 21;
const DELETE: u8 = 127;

/// [`Ask`] on this process's terminal.
#[derive(Clone, Copy, Debug, Default)]
pub struct TerminalAsk;

/// Puts the terminal back as it was.
struct AsItWas(Termios);

impl Drop for AsItWas {
    fn drop(&mut self) {
        // Nobody is left to tell where the terminal is gone.
        let _gone = tcsetattr(io::stdin(), OptionalActions::Flush, &self.0);
    }
}

fn failed(error: &io::Error) -> Failure {
    Failure::new(Trouble::Io, say!("ask-failed")).because(error)
}

fn prompt(text: &str) -> io::Result<()> {
    let mut side = io::stderr().lock();
    write!(side, "{text} ")?;
    side.flush()
}

/// One line of standard input, byte by byte: what follows belongs to the next question.
fn next_line(input: &mut impl Read) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
    let (mut line, mut byte) = (Zeroizing::new(Vec::with_capacity(MOST)), [0]);
    loop {
        match input.read(&mut byte) {
            Ok(0) => return Ok((!line.is_empty()).then_some(line)),
            Ok(_) if byte[0] == b'\n' => return Ok(Some(line)),
            Ok(_) if line.len() < MOST => line.push(byte[0]),
            Ok(_) => return Err(io::Error::from(io::ErrorKind::FileTooLarge)),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// What was typed unseen until Enter; `None` where the person gave up.
fn typed(input: &mut impl Read) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
    let (mut line, mut byte) = (Zeroizing::new(Vec::with_capacity(MOST)), [0]);
    loop {
        if input.read(&mut byte)? == 0 {
            return Ok(None);
        }
        match byte[0] {
            b'\n' | b'\r' => return Ok(Some(line)),
            CTRL_C | CTRL_D => return Ok(None),
            CTRL_U => line.clear(),
            BACKSPACE | DELETE => {
                // A letter of UTF-8 goes with all its bytes.
                while line.pop().is_some_and(|byte| byte & 0xc0 == 0x80) {}
            }
            other if line.len() < MOST => line.push(other),
            _too_long => return Err(io::Error::from(io::ErrorKind::FileTooLarge)),
        }
    }
}

fn text(bytes: &[u8]) -> Result<&str, Failure> {
    std::str::from_utf8(bytes)
        .map(|text| text.trim_end_matches('\r'))
        .map_err(|error| Failure::new(Trouble::Usage, say!("usage-not-text")).because(error))
}

impl Ask for TerminalAsk {
    fn is_there(&self) -> bool {
        io::stdin().is_terminal()
    }

    fn line(&self, question: &str) -> Result<Option<String>, Failure> {
        if !io::stdin().is_terminal() {
            return Ok(None);
        }
        let line = prompt(question).and_then(|()| next_line(&mut Unbuffered)).map_err(|error| failed(&error))?;
        let line = line.ok_or_else(gave_up)?;
        Ok(Some(text(&line)?.trim().to_owned()))
    }

    fn secret(&self, question: &str) -> Result<Option<Secret>, Failure> {
        let stdin = io::stdin();
        if !stdin.is_terminal() {
            return Ok(None);
        }
        let was = tcgetattr(&stdin).map_err(|error| failed(&error.into()))?;
        let mut unseen = was.clone();
        unseen.local_modes -= LocalModes::ECHO | LocalModes::ECHONL | LocalModes::ICANON | LocalModes::ISIG;
        let back = AsItWas(was);
        tcsetattr(&stdin, OptionalActions::Flush, &unseen).map_err(|error| failed(&error.into()))?;
        // One at a time: the buffer of standard input would keep what is typed.
        let answer = prompt(question).and_then(|()| typed(&mut Unbuffered));
        drop(back);
        let _shown = writeln!(io::stderr());
        let answer = answer.map_err(|error| failed(&error))?.ok_or_else(gave_up)?;
        Ok(Some(Secret::new(text(&answer)?)))
    }

    fn next_line(&self) -> Result<Option<String>, Failure> {
        let line = next_line(&mut Unbuffered).map_err(|error| failed(&error))?;
        Ok(line.map(|line| String::from_utf8_lossy(&line).trim().to_owned()))
    }

    fn interrupts(&self) -> bool {
        let stdin = io::stdin();
        let at_once = Timespec { tv_sec: 0, tv_nsec: 0 };
        // A terminal has something to read once a line is whole.
        stdin.is_terminal()
            && poll(&mut [PollFd::new(&stdin, PollFlags::IN)], Some(&at_once)).is_ok_and(|ready| ready > 0)
            && next_line(&mut Unbuffered).is_ok_and(|line| line.is_some())
    }

    fn secret_from(&self, file: &Path) -> Result<Secret, Failure> {
        let unreadable = |error: io::Error| {
            Failure::new(Trouble::Io, say!("file-unreadable", file = file.display().to_string()))
                .because(error)
                .hint(say!("file-unreadable-hint"))
        };
        let line = if file == Path::new("-") {
            next_line(&mut Unbuffered)
        } else {
            File::open(file).and_then(|mut file| next_line(&mut file))
        };
        let line = line.map_err(unreadable)?.ok_or_else(|| empty_secret(file))?;
        let secret = Secret::new(text(&line)?);
        if secret.expose().is_empty() { Err(empty_secret(file)) } else { Ok(secret) }
    }
}

/// Standard input without a buffer.
struct Unbuffered;

impl Read for Unbuffered {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        Ok(rustix::io::read(io::stdin(), bytes)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typing(keys: &[u8]) -> Option<String> {
        typed(&mut &keys[..]).expect("memory").map(|line| text(&line).expect("UTF-8").to_owned())
    }

    #[test]
    fn a_letter_is_taken_back_whole_a_line_too_and_giving_up_is_told() {
        assert_eq!(typing("mậ\u{7f}ật\n".as_bytes()).as_deref(), Some("mật"));
        assert_eq!(typing(b"wrong\x15right\r").as_deref(), Some("right"));
        assert_eq!(typing(b"\x7f\x08a\n").as_deref(), Some("a"));
        assert_eq!((typing(b"half\x03\n"), typing(b"half\x04"), typing(b"half")), (None, None, None));
        assert!(typed(&mut [b'x'; MOST + 1].as_slice()).is_err());
    }

    #[test]
    fn each_question_takes_its_own_line() {
        let mut input = "một\r\nhai".as_bytes();
        let mut line = || next_line(&mut input).expect("memory").map(|line| text(&line).expect("UTF-8").to_owned());
        assert_eq!((line(), line(), line()), (Some("một".to_owned()), Some("hai".to_owned()), None));
        assert!(next_line(&mut [b'x'; MOST + 1].as_slice()).is_err());
    }
}
