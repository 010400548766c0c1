//! The bytes of a terminal as keys. Ours because the usual reader loses keys that come together with a resize, and reads
//! the end of a terminal that was torn away over and over.
//!
//! Source: ECMA-48 §5.4 (control sequences), and the keys of xterm, VTE and the Linux console.
//! Invariants: no bytes make it fail; a sequence that means nothing here is passed over whole; what is pasted is text, however
//! slowly it comes and however long it is.

use crate::workbench::Key;

/// What bytes came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Heard {
    Key(Key),
    Paste(String),
    /// A mouse button went down there: column and line, from 0.
    Click(u16, u16),
}

const ESCAPE: u8 = 0x1b;
/// The number of the sequence that begins a paste, and what ends it.
const PASTE: &str = "200";
const PASTED: &[u8] = b"\x1b[201~";
/// More than anybody pastes here; the rest is passed over.
const MOST_PASTED: usize = 64 * 1024;
/// So many pauses in a row, two seconds in all, end a paste whose end was lost; nothing of it counts.
const PAUSES: u32 = 80;

/// Bytes that are not yet a whole key.
#[derive(Clone, Debug, Default)]
pub(super) struct Keys {
    bytes: Vec<u8>,
    paste: Option<Paste>,
}

/// A paste that is only half there.
#[derive(Clone, Debug, Default)]
struct Paste {
    text: Vec<u8>,
    /// Pauses since the last byte of it.
    pauses: u32,
}

/// What stands at the beginning of the bytes.
enum Head {
    /// So many bytes are this.
    Is(usize, Option<Heard>),
    /// So many bytes begin a paste.
    Paste(usize),
    /// More must come.
    Short,
}

impl Keys {
    /// Whether a key is only half there.
    pub(super) const fn is_open(&self) -> bool {
        !self.bytes.is_empty() || self.paste.is_some()
    }

    /// Takes bytes in; the keys that are whole.
    pub(super) fn hear(&mut self, bytes: &[u8]) -> Vec<Heard> {
        self.bytes.extend_from_slice(bytes);
        let (mut heard, mut at) = (Vec::new(), 0);
        while let Some(rest) = self.bytes.get(at..).filter(|rest| !rest.is_empty()) {
            let (len, what) = match &mut self.paste {
                Some(paste) => match paste.hear(rest) {
                    (len, true) => (len, self.paste.take().map(Paste::heard)),
                    (0, false) => break,
                    (len, false) => (len, None),
                },
                None => match head(rest) {
                    Head::Is(len, what) => (len.max(1), what),
                    Head::Paste(len) => {
                        self.paste = Some(Paste::default());
                        (len, None)
                    }
                    Head::Short => break,
                },
            };
            heard.extend(what);
            at += len;
        }
        self.bytes.drain(..at.min(self.bytes.len()));
        heard
    }

    /// No more came for as long as a key takes: an Esc alone was the key of that name; half of anything else is nothing, but
    /// a paste, which is waited for.
    pub(super) fn pause(&mut self) -> Vec<Heard> {
        if let Some(paste) = &mut self.paste {
            paste.pauses += 1;
            if paste.pauses < PAUSES {
                return Vec::new();
            }
            *self = Self::default();
        }
        let bytes = std::mem::take(&mut self.bytes);
        if bytes == [ESCAPE] { vec![Heard::Key(Key::Escape)] } else { Vec::new() }
    }
}

impl Paste {
    /// How many of the bytes are of it, and whether its end is among them.
    fn hear(&mut self, bytes: &[u8]) -> (usize, bool) {
        self.pauses = 0;
        let end = bytes.windows(PASTED.len()).position(|window| window == PASTED);
        // The last bytes may be the beginning of the end.
        let len = end.unwrap_or_else(|| (bytes.len() + 1).saturating_sub(PASTED.len()));
        let room = MOST_PASTED.saturating_sub(self.text.len());
        self.text.extend(bytes.iter().take(len.min(room)));
        end.map_or((len, false), |end| (end + PASTED.len(), true))
    }

    fn heard(self) -> Heard {
        Heard::Paste(String::from_utf8_lossy(&self.text).into_owned())
    }
}

fn head(bytes: &[u8]) -> Head {
    let key = |key| Head::Is(1, Some(Heard::Key(key)));
    match bytes {
        [] => Head::Short,
        [ESCAPE, ..] => escape(bytes),
        [b'\r' | b'\n', ..] => key(Key::Enter),
        [b'\t', ..] => key(Key::Tab),
        [0x7f | 0x08, ..] => key(Key::Backspace),
        [control @ 1..=26, ..] => key(Key::Control(char::from(control + b'a' - 1))),
        [0..=31, ..] => Head::Is(1, None),
        [first, ..] => letter(bytes, *first),
    }
}

/// One character of UTF-8.
fn letter(bytes: &[u8], first: u8) -> Head {
    let len = match first {
        0x00..=0x7f => 1,
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        0x80..=0xc1 | 0xf5..=0xff => return Head::Is(1, None),
    };
    let Some(whole) = bytes.get(..len) else { return Head::Short };
    match std::str::from_utf8(whole).ok().and_then(|text| text.chars().next()) {
        Some(letter) => Head::Is(len, Some(Heard::Key(Key::Char(letter)))),
        None => Head::Is(1, None),
    }
}

fn escape(bytes: &[u8]) -> Head {
    match bytes {
        [_, b'O', last, ..] => Head::Is(3, arrow(*last).map(Heard::Key)),
        // F1 to F5 of the Linux console.
        [_, b'[', b'[', last, ..] => Head::Is(4, function(last.wrapping_sub(b'A')).map(Heard::Key)),
        // A mouse as terminals without SGR tell of it: three bytes behind, of which none is a key.
        [_, b'[', b'M', _, _, _, ..] => Head::Is(6, None),
        [] | [_] | [_, b'[', b'['] | [_, b'O' | b'['] | [_, b'[', b'M', ..] => Head::Short,
        [_, b'[', rest @ ..] => sequence(rest),
        // Two Esc are two; with a letter it is Alt, which means nothing here.
        [_, ESCAPE, ..] => Head::Is(1, Some(Heard::Key(Key::Escape))),
        [_, ..] => Head::Is(2, None),
    }
}

/// A control sequence: parameters, then a final byte. Modifiers (`1;5A`) are passed over.
fn sequence(rest: &[u8]) -> Head {
    let Some(end) = rest.iter().position(|byte| (0x40..=0x7e).contains(byte)) else { return Head::Short };
    if let [b'<', numbers @ ..] = &rest[..end] {
        return Head::Is(end + 3, mouse(numbers, rest[end]));
    }
    let number: String = rest[..end].iter().take_while(|byte| byte.is_ascii_digit()).map(|b| char::from(*b)).collect();
    let key = match (rest[end], number.as_str()) {
        (b'~', PASTE) => return Head::Paste(end + 3),
        (b'Z', _) => Some(Key::BackTab),
        (b'~', "1" | "7") => Some(Key::Home),
        (b'~', "3") => Some(Key::Delete),
        (b'~', "4" | "8") => Some(Key::End),
        (b'~', "5") => Some(Key::PageUp),
        (b'~', "6") => Some(Key::PageDown),
        (b'~', number) => number.parse().ok().and_then(numbered),
        (last, _) => arrow(last),
    };
    // Esc, bracket, parameters, final byte.
    Head::Is(end + 3, key.map(Heard::Key))
}

/// A mouse as SGR tells of it: button, column and line from 1; `M` is down, `m` up.
///
/// Source: xterm's control sequences, "SGR (1006)".
fn mouse(numbers: &[u8], last: u8) -> Option<Heard> {
    let mut numbers = std::str::from_utf8(numbers).ok()?.split(';').map(|number| number.parse::<u16>().ok());
    let (button, column, line) = (numbers.next()??, numbers.next()??, numbers.next()??);
    match (button, last) {
        (0, b'M') => Some(Heard::Click(column.checked_sub(1)?, line.checked_sub(1)?)),
        (64, b'M') => Some(Heard::Key(Key::Up)),
        (65, b'M') => Some(Heard::Key(Key::Down)),
        _other => None,
    }
}

const fn arrow(last: u8) -> Option<Key> {
    match last {
        b'A' => Some(Key::Up),
        b'B' => Some(Key::Down),
        b'C' => Some(Key::Right),
        b'D' => Some(Key::Left),
        b'H' => Some(Key::Home),
        b'F' => Some(Key::End),
        b'P'..=b'S' => function(last - b'P'),
        _other => None,
    }
}

/// The function key of that place, from 0.
const fn function(place: u8) -> Option<Key> {
    if place < 12 { Some(Key::Function(place + 1)) } else { None }
}

/// The function key behind the number of its sequence, as VT220 counts them.
const fn numbered(number: u8) -> Option<Key> {
    match number {
        11..=15 => function(number - 11),
        17..=21 => function(number - 12),
        23..=24 => function(number - 13),
        _other => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn heard(bytes: &[u8]) -> Vec<Heard> {
        let mut keys = Keys::default();
        let mut heard = keys.hear(bytes);
        heard.extend(keys.pause());
        heard
    }

    fn key(bytes: &[u8]) -> Option<Key> {
        match heard(bytes).as_slice() {
            [Heard::Key(key)] => Some(*key),
            _other => None,
        }
    }

    #[test]
    fn the_keys_of_three_kinds_of_terminals_are_known() {
        for (bytes, wanted) in [
            ("a", Key::Char('a')),
            ("ễ", Key::Char('ễ')),
            ("\r", Key::Enter),
            ("\t", Key::Tab),
            ("\u{7f}", Key::Backspace),
            ("\u{3}", Key::Control('c')),
            ("\u{1a}", Key::Control('z')),
            ("\x1b", Key::Escape),
            ("\x1b[A", Key::Up),
            ("\x1bOB", Key::Down),
            ("\x1b[1;5C", Key::Right),
            ("\x1b[H", Key::Home),
            ("\x1b[4~", Key::End),
            ("\x1b[3~", Key::Delete),
            ("\x1b[5~", Key::PageUp),
            ("\x1b[6~", Key::PageDown),
            ("\x1b[Z", Key::BackTab),
            ("\x1bOP", Key::Function(1)),
            ("\x1b[11~", Key::Function(1)),
            ("\x1b[[A", Key::Function(1)),
            ("\x1b[15~", Key::Function(5)),
            ("\x1b[17~", Key::Function(6)),
            ("\x1b[24~", Key::Function(12)),
        ] {
            assert_eq!(key(bytes.as_bytes()), Some(wanted), "{bytes:?}");
        }
        for nothing in ["\x1b[?1;2c", "\x1b[I", "\x1bx", "\0", "\x1b[99~"] {
            assert_eq!(heard(nothing.as_bytes()), [], "{nothing:?}");
        }
    }

    #[test]
    fn a_mouse_clicks_and_turns_and_nothing_of_it_is_typed() {
        assert_eq!(heard(b"\x1b[<0;12;3Mx"), [Heard::Click(11, 2), Heard::Key(Key::Char('x'))]);
        assert_eq!(heard(b"\x1b[<64;1;1M\x1b[<65;1;1M"), [Heard::Key(Key::Up), Heard::Key(Key::Down)]);
        for nothing in
            ["\x1b[<0;12;3m", "\x1b[<2;1;1M", "\x1b[<0;0;1M", "\x1b[<0;1M", "\x1b[<;;M", "\x1b[M abc"[..6].as_ref()]
        {
            assert_eq!(heard(nothing.as_bytes()), [], "{nothing:?}");
        }
    }

    #[test]
    fn what_is_pasted_is_one_text_and_presses_no_key() {
        let paste = Heard::Paste("q\r7K3XQ".to_owned());
        assert_eq!(heard(b"\x1b[200~q\r7K3XQ\x1b[201~x"), [paste, Heard::Key(Key::Char('x'))]);
    }

    #[test]
    fn a_paste_that_comes_slowly_or_is_very_long_presses_no_key() {
        let mut keys = Keys::default();
        assert_eq!(keys.hear(b"\x1b[200~ab"), []);
        (0..PAUSES - 1).for_each(|_silence| assert_eq!(keys.pause(), []));
        assert_eq!(keys.hear(b"tc\r\x1b[20"), []);
        assert!(keys.is_open());
        assert_eq!(keys.pause(), []);
        assert_eq!(keys.hear(b"1~x"), [Heard::Paste("abtc\r".to_owned()), Heard::Key(Key::Char('x'))]);
        assert!(!keys.is_open());
        let long = [b"\x1b[200~".as_slice(), &b"tc\r".repeat(70_000 / 3), b"\x1b[201~q"].concat();
        let heard: Vec<Heard> = long.chunks(1024).flat_map(|chunk| keys.hear(chunk)).collect();
        let [Heard::Paste(text), Heard::Key(Key::Char('q'))] = heard.as_slice() else { panic!("{}", heard.len()) };
        assert_eq!(text.len(), MOST_PASTED);
    }

    #[test]
    fn a_paste_whose_end_is_lost_is_dropped_and_keys_are_keys_again() {
        let mut keys = Keys::default();
        assert_eq!(keys.hear(b"\x1b[200~ab\x1b"), []);
        (0..PAUSES).for_each(|_silence| assert_eq!(keys.pause(), []));
        assert!(!keys.is_open());
        assert_eq!(keys.hear(b"x"), [Heard::Key(Key::Char('x'))]);
    }

    proptest! {
        #[test]
        fn bytes_cut_anywhere_give_the_same_keys(text in "(\\PC|\\x1b\\[A|\\x1b\\[15~|\\r){0,12}", cut in 0usize..40) {
            let bytes = text.as_bytes();
            let cut = cut.min(bytes.len());
            let mut keys = Keys::default();
            let mut in_two = keys.hear(&bytes[..cut]);
            in_two.extend(keys.hear(&bytes[cut..]));
            in_two.extend(keys.pause());
            prop_assert_eq!(in_two, heard(bytes));
        }

        #[test]
        fn no_bytes_make_it_fail(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            let _heard = heard(&bytes);
        }
    }
}
