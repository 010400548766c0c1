//! Keys as the terminal sends them, and scanners that type: a burst of characters ended by Enter is one scan.
//!
//! Invariant: no person types that fast; what is not a whole burst reaches the screen key by key, in order.

use crate::workbench::Key;
use ratatui::crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::io::Errno;
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
    Resized,
}

/// Gathers bursts.
#[derive(Clone, Debug, Default)]
pub(super) struct Burst {
    text: String,
}

impl Burst {
    /// Whether characters are being held back.
    pub(super) const fn is_open(&self) -> bool {
        !self.text.is_empty()
    }

    /// Takes in an event that came within [`GAP`] of the last one, or the first after a pause; what it makes certain.
    pub(super) fn hear(&mut self, event: &Event) -> Vec<Typed> {
        match typed(event) {
            Some(Typed::Key(Key::Char(letter))) => {
                self.text.push(letter);
                Vec::new()
            }
            Some(Typed::Key(Key::Enter)) if self.is_scan() => vec![Typed::Scan(std::mem::take(&mut self.text))],
            Some(other) => self.pause().into_iter().chain([other]).collect(),
            None => Vec::new(),
        }
    }

    /// Nothing came for [`GAP`]: what was held back was typed by hand.
    pub(super) fn pause(&mut self) -> Vec<Typed> {
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

    fn is_cut(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_none()
    }

    /// Whether anybody still listens.
    fn send(&self, one: T) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).as_ref().is_some_and(|send| send.send(one).is_ok())
    }
}

/// Listens to the terminal until the line is cut, or the terminal is gone: then `None` is the last that is heard.
pub(super) fn listen<T: From<Option<Typed>>>(line: &Line<T>) {
    let mut burst = Burst::default();
    loop {
        let wait = if burst.is_open() { GAP } else { LOOK };
        let heard = match is_alive(wait).and_then(|()| event::poll(Duration::ZERO)) {
            Ok(true) => event::read().map(|event| burst.hear(&event)),
            Ok(false) => Ok(burst.pause()),
            Err(error) => Err(error),
        };
        match heard {
            Ok(typed) => {
                let told = typed.into_iter().all(|one| line.send(T::from(Some(one))));
                if !told || line.is_cut() {
                    return;
                }
            }
            Err(_gone) => {
                line.send(T::from(None));
                return;
            }
        }
    }
}

/// Waits for a key, at most so long. Errors: the terminal is gone; crossterm would read its end over and over, for ever.
fn is_alive(wait: Duration) -> io::Result<()> {
    let stdin = io::stdin();
    let mut ends = [PollFd::new(&stdin, PollFlags::IN)];
    let wait = Timespec::try_from(wait).ok();
    match rustix::event::poll(&mut ends, wait.as_ref()) {
        Ok(_) | Err(Errno::INTR) => {}
        Err(error) => return Err(error.into()),
    }
    let gone = PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL;
    if ends[0].revents().intersects(gone) { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(()) }
}

fn typed(event: &Event) -> Option<Typed> {
    match event {
        Event::Key(key) if key.kind != KeyEventKind::Release => Some(Typed::Key(key_of(*key)?)),
        Event::Paste(text) => Some(Typed::Paste(text.clone())),
        Event::Resize(..) => Some(Typed::Resized),
        Event::Key(_) | Event::Mouse(_) | Event::FocusGained | Event::FocusLost => None,
    }
}

fn key_of(event: KeyEvent) -> Option<Key> {
    let control = event.modifiers.contains(KeyModifiers::CONTROL);
    Some(match event.code {
        KeyCode::Char(letter) if control => Key::Control(letter.to_ascii_lowercase()),
        KeyCode::Char(letter) => Key::Char(letter),
        KeyCode::F(number) => Key::Function(number),
        KeyCode::Enter => Key::Enter,
        KeyCode::Esc => Key::Escape,
        KeyCode::Tab => Key::Tab,
        KeyCode::BackTab => Key::BackTab,
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::Left => Key::Left,
        KeyCode::Right => Key::Right,
        KeyCode::Home => Key::Home,
        KeyCode::End => Key::End,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        KeyCode::Backspace => Key::Backspace,
        KeyCode::Delete => Key::Delete,
        KeyCode::Insert
        | KeyCode::Null
        | KeyCode::CapsLock
        | KeyCode::ScrollLock
        | KeyCode::NumLock
        | KeyCode::PrintScreen
        | KeyCode::Pause
        | KeyCode::Menu
        | KeyCode::KeypadBegin
        | KeyCode::Media(_)
        | KeyCode::Modifier(_) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hear(burst: &mut Burst, code: KeyCode) -> Vec<Typed> {
        burst.hear(&Event::Key(KeyEvent::new(code, KeyModifiers::NONE)))
    }

    fn burst(text: &str) -> Burst {
        let mut burst = Burst::default();
        for letter in text.chars() {
            assert_eq!(hear(&mut burst, KeyCode::Char(letter)), []);
        }
        burst
    }

    #[test]
    fn a_fast_tag_with_its_enter_is_one_scan_and_a_hand_is_not() {
        let mut fast = burst("7K3XQ-92M4T-Z");
        assert_eq!(hear(&mut fast, KeyCode::Enter), [Typed::Scan("7K3XQ-92M4T-Z".to_owned())]);
        assert!(!fast.is_open());
        let key = |letter| Typed::Key(Key::Char(letter));
        let mut slow = burst("x");
        assert_eq!(slow.pause(), [key('x')]);
        assert_eq!(hear(&mut slow, KeyCode::Enter), [Typed::Key(Key::Enter)]);
        let mut short = burst("ab");
        assert_eq!(hear(&mut short, KeyCode::Enter), [key('a'), key('b'), Typed::Key(Key::Enter)]);
        let mut held = burst("jjjjjjjj");
        assert_eq!(hear(&mut held, KeyCode::Enter).len(), 9);
        let mut arrow = burst("ab");
        assert_eq!(hear(&mut arrow, KeyCode::Down), [key('a'), key('b'), Typed::Key(Key::Down)]);
    }
}
