//! Keys as the terminal sends them, and scanners that type: a burst of characters ended by Enter is one scan.
//!
//! Invariants: no person types that fast; what is not a whole burst reaches the screen key by key, in order; a scanner that
//! ends with CR and LF presses no Enter of its own.

use super::keys::{Heard, Keys};
use crate::workbench::Key;
use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::io::Errno;
use rustix::termios::{QueueSelector, tcflush};
use std::io;
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// The longest gap between two characters of a scanner, and the fewest characters of a scan.
///
/// Source: keyboard-wedge scanners send a character every 1 to 20 ms; key repeat comes every 33 ms.
pub(super) const GAP: Duration = Duration::from_millis(25);
const LEAST: usize = 6;
/// How often the listener looks up whether anybody still listens.
const LOOK: Duration = Duration::from_millis(250);

/// What the person or a scanner did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Typed {
    Key(Key),
    Scan(String),
    Paste(String),
    Click(u16, u16),
}

/// Gathers bursts.
#[derive(Clone, Debug, Default)]
pub(super) struct Burst {
    text: String,
    /// A scan was heard within [`GAP`]: an Enter now is the second half of its end.
    is_after_scan: bool,
}

impl Burst {
    /// Whether a pause of [`GAP`] would mean something.
    pub(super) const fn is_open(&self) -> bool {
        !self.text.is_empty() || self.is_after_scan
    }

    /// Takes in what came within [`GAP`] of the last one, or the first after a pause; what it makes certain.
    pub(super) fn hear(&mut self, heard: Heard) -> Vec<Typed> {
        let is_after_scan = std::mem::take(&mut self.is_after_scan);
        match heard {
            Heard::Key(Key::Char(letter)) => {
                self.text.push(letter);
                Vec::new()
            }
            // An input method that puts letters together rubs out those it had typed before.
            Heard::Key(Key::Backspace) if !self.text.is_empty() => {
                self.text.pop();
                Vec::new()
            }
            Heard::Key(Key::Enter) if is_after_scan => Vec::new(),
            Heard::Key(Key::Enter) if self.is_scan() => {
                self.is_after_scan = true;
                vec![Typed::Scan(std::mem::take(&mut self.text))]
            }
            Heard::Key(key) => self.pause().into_iter().chain([Typed::Key(key)]).collect(),
            Heard::Paste(text) => self.pause().into_iter().chain([Typed::Paste(text)]).collect(),
            Heard::Click(column, line) => self.pause().into_iter().chain([Typed::Click(column, line)]).collect(),
        }
    }

    /// Nothing came for [`GAP`]: what was held back was typed by hand.
    pub(super) fn pause(&mut self) -> Vec<Typed> {
        self.is_after_scan = false;
        std::mem::take(&mut self.text).chars().map(|letter| Typed::Key(Key::Char(letter))).collect()
    }

    /// Long enough, and not one key held down.
    fn is_scan(&self) -> bool {
        let mut letters = self.text.chars();
        let first = letters.next();
        self.text.chars().count() >= LEAST && letters.any(|letter| Some(letter) != first)
    }
}

/// Where what was typed goes to, until somebody cuts the line.
#[derive(Debug)]
pub(super) struct Line<T>(Arc<Mutex<Option<Sender<T>>>>);

impl<T> Clone for Line<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Line<T> {
    pub(super) fn new(send: Sender<T>) -> Self {
        Self(Arc::new(Mutex::new(Some(send))))
    }

    /// From now on nothing is heard, and nobody waits for more.
    pub(super) fn cut(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    pub(super) fn is_cut(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_none()
    }

    /// Whether anybody still listens.
    pub(super) fn send(&self, one: T) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).as_ref().is_some_and(|send| send.send(one).is_ok())
    }
}

/// Listens to the terminal.
#[derive(Debug)]
pub(super) struct Ear {
    keys: Keys,
    burst: Burst,
    bytes: [u8; 1024],
}

impl Default for Ear {
    fn default() -> Self {
        Self { keys: Keys::default(), burst: Burst::default(), bytes: [0; 1024] }
    }
}

impl Ear {
    /// What was typed, soon; none where the terminal is gone.
    pub(super) fn hear(&mut self) -> Option<Vec<Typed>> {
        let wait = if self.burst.is_open() || self.keys.is_open() { GAP } else { LOOK };
        let heard = match read(wait, &mut self.bytes) {
            Ok(Some(0)) | Err(_) => return None,
            Ok(Some(len)) => self.keys.hear(&self.bytes[..len]),
            Ok(None) => self.keys.pause(),
        };
        let quiet = heard.is_empty() && !self.keys.is_open();
        let mut typed: Vec<_> = heard.into_iter().flat_map(|one| self.burst.hear(one)).collect();
        if quiet {
            typed.extend(self.burst.pause());
        }
        Some(typed)
    }

    /// What was typed before now is not heard: it was not meant for what is on view now.
    pub(super) fn forget(&mut self) {
        // A terminal that cannot do this has nothing waiting that could be heard.
        let _flushed = tcflush(io::stdin(), QueueSelector::IFlush);
        *self = Self::default();
    }
}

/// Listens to the terminal until the line is cut, or the terminal is gone: then `None` is the last that is heard.
pub(super) fn listen<T: From<Option<Typed>>>(line: &Line<T>) {
    let mut ear = Ear::default();
    loop {
        let Some(typed) = ear.hear() else {
            line.send(T::from(None));
            return;
        };
        if !typed.into_iter().all(|one| line.send(T::from(Some(one)))) || line.is_cut() {
            return;
        }
    }
}

/// What the terminal sends within that time; none where it sends nothing. Errors, or no bytes: it is gone.
fn read(wait: Duration, into: &mut [u8]) -> io::Result<Option<usize>> {
    let stdin = io::stdin();
    let mut ends = [PollFd::new(&stdin, PollFlags::IN)];
    let wait = Timespec::try_from(wait).ok();
    match rustix::event::poll(&mut ends, wait.as_ref()) {
        Ok(0) | Err(Errno::INTR) => return Ok(None),
        Ok(_ready) => {}
        Err(error) => return Err(error.into()),
    }
    match rustix::io::read(&stdin, into) {
        Ok(len) => Ok(Some(len)),
        Err(Errno::INTR | Errno::AGAIN) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hear(burst: &mut Burst, key: Key) -> Vec<Typed> {
        burst.hear(Heard::Key(key))
    }

    fn burst(text: &str) -> Burst {
        let mut burst = Burst::default();
        for letter in text.chars() {
            assert_eq!(hear(&mut burst, Key::Char(letter)), []);
        }
        burst
    }

    #[test]
    fn a_scanner_that_ends_with_cr_and_lf_presses_no_enter_and_a_hand_afterwards_does() {
        let scan = || vec![Typed::Scan("7K3XQ-92M4T-Z".to_owned())];
        let mut both = burst("7K3XQ-92M4T-Z");
        assert_eq!((hear(&mut both, Key::Enter), hear(&mut both, Key::Enter)), (scan(), vec![]));
        assert_eq!(hear(&mut both, Key::Enter), [Typed::Key(Key::Enter)], "one is swallowed, no more");
        let mut one = burst("7K3XQ-92M4T-Z");
        assert_eq!((hear(&mut one, Key::Enter), one.is_open()), (scan(), true), "the gap is waited for");
        assert_eq!((one.pause(), one.is_open()), (vec![], false));
        assert_eq!(hear(&mut one, Key::Enter), [Typed::Key(Key::Enter)]);
        let mut twice = burst("7K3XQ-92M4T-Z");
        hear(&mut twice, Key::Enter);
        assert_eq!(hear(&mut twice, Key::Char('x')), []);
        assert_eq!(hear(&mut twice, Key::Enter).len(), 2, "what comes between ends it");
    }

    #[test]
    fn a_fast_tag_with_its_enter_is_one_scan_and_a_hand_is_not() {
        let mut fast = burst("7K3XQ-92M4T-Z");
        assert_eq!(hear(&mut fast, Key::Enter), [Typed::Scan("7K3XQ-92M4T-Z".to_owned())]);
        let key = |letter| Typed::Key(Key::Char(letter));
        let mut slow = burst("x");
        assert_eq!(slow.pause(), [key('x')]);
        assert_eq!(hear(&mut slow, Key::Enter), [Typed::Key(Key::Enter)]);
        let mut short = burst("ab");
        assert_eq!(hear(&mut short, Key::Enter), [key('a'), key('b'), Typed::Key(Key::Enter)]);
        let mut held = burst("jjjjjjjj");
        assert_eq!(hear(&mut held, Key::Enter).len(), 9);
        let mut composed = burst("7K3XW");
        assert_eq!(hear(&mut composed, Key::Backspace), []);
        assert_eq!(hear(&mut composed, Key::Char('Ư')), []);
        assert_eq!(hear(&mut composed, Key::Char('9')), []);
        assert_eq!(hear(&mut composed, Key::Enter), [Typed::Scan("7K3XƯ9".to_owned())], "an input method between");
        assert_eq!(hear(&mut composed, Key::Backspace), [Typed::Key(Key::Backspace)], "a hand's own");
        let mut arrow = burst("ab");
        assert_eq!(hear(&mut arrow, Key::Down), [key('a'), key('b'), Typed::Key(Key::Down)]);
    }
}
