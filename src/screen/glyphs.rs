//! What a terminal can show: everything, what the Linux console's Vietnamese font has, or ASCII alone.
//!
//! Source: the fonts of Debian's console-setup. `Vietnamese-Fixed16`, the only one with all Vietnamese letters, has boxes,
//! `█` and `░` but no half blocks, no eighths and no ticks.

use crate::unit::{composed, plain};
use crate::workbench::{Key, Tone};
use ratatui::symbols::border;

/// A set of glyphs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Glyphs {
    /// Everything.
    #[default]
    Full,
    /// The Linux console with a Vietnamese font.
    Console,
    /// ASCII; Vietnamese is written without marks.
    Ascii,
}

/// A state as a symbol. A word always stands beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Done, good.
    Done,
    /// The one to do now.
    Next,
    /// Comes later.
    Later,
    /// Forbidden or failed.
    Bad,
    /// Somebody should look.
    Warn,
    /// Not known.
    Unknown,
    /// Where the keys act.
    Here,
    /// Only told.
    Fact,
}

impl Mark {
    /// The mark of that tone.
    #[must_use]
    pub const fn of(tone: Tone) -> Self {
        match tone {
            Tone::Good => Self::Done,
            Tone::Warn => Self::Warn,
            Tone::Bad => Self::Bad,
        }
    }
}

impl Glyphs {
    /// The set of that name, as typed after `--glyphs`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "full" => Some(Self::Full),
            "console" => Some(Self::Console),
            "ascii" => Some(Self::Ascii),
            _other => None,
        }
    }

    /// What suits a terminal of that type (`TERM`) under that locale (`LC_ALL`, `LC_CTYPE` or `LANG`).
    #[must_use]
    pub fn suited(term: Option<&str>, locale: Option<&str>) -> Self {
        let utf8 = |locale: &str| {
            let locale = locale.to_lowercase();
            locale.contains("utf-8") || locale.contains("utf8")
        };
        match (term, locale) {
            (_, Some(locale)) if !utf8(locale) => Self::Ascii,
            (Some("linux"), _) => Self::Console,
            (_, Some(_) | None) => Self::Full,
        }
    }

    /// The symbol of a state, one column wide.
    #[must_use]
    pub const fn mark(self, mark: Mark) -> &'static str {
        match (self, mark) {
            (Self::Full, Mark::Done) => "✓",
            (Self::Full, Mark::Next | Mark::Here) => "▶",
            (Self::Full, Mark::Later) => "·",
            (Self::Full, Mark::Bad) => "✗",
            (_, Mark::Warn) => "!",
            (_, Mark::Unknown) => "?",
            (_, Mark::Fact) => " ",
            (Self::Console | Self::Ascii, Mark::Done) => "+",
            (Self::Console | Self::Ascii, Mark::Next | Mark::Here) => ">",
            (Self::Console | Self::Ascii, Mark::Later) => "-",
            (Self::Console | Self::Ascii, Mark::Bad) => "x",
        }
    }

    /// The filled and the empty part of a gauge.
    #[must_use]
    pub const fn gauge(self) -> (&'static str, &'static str) {
        match self {
            Self::Full | Self::Console => ("█", "░"),
            Self::Ascii => ("#", "."),
        }
    }

    /// Heights of a curve, the lowest first.
    #[must_use]
    pub const fn heights(self) -> &'static [&'static str] {
        match self {
            Self::Full => &["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"],
            Self::Console => &["░", "▒", "▓", "█"],
            Self::Ascii => &["_", ".", "-", "=", "#"],
        }
    }

    /// The lines around a box.
    #[must_use]
    pub const fn border(self) -> border::Set<'static> {
        match self {
            Self::Full | Self::Console => border::PLAIN,
            Self::Ascii => border::Set {
                top_left: "+",
                top_right: "+",
                bottom_left: "+",
                bottom_right: "+",
                vertical_left: "|",
                vertical_right: "|",
                horizontal_top: "-",
                horizontal_bottom: "-",
            },
        }
    }

    /// What stands on a key.
    #[must_use]
    pub fn key(self, key: Key) -> String {
        let full = self == Self::Full;
        match key {
            Key::Char(' ') => "Space".to_owned(),
            Key::Char(letter) => letter.to_string(),
            Key::Control(letter) => format!("Ctrl-{}", letter.to_uppercase()),
            Key::Function(number) => format!("F{number}"),
            Key::Enter => "Enter".to_owned(),
            Key::Escape => "Esc".to_owned(),
            Key::Tab => "Tab".to_owned(),
            Key::BackTab => "Shift-Tab".to_owned(),
            Key::Up => if full { "↑" } else { "Up" }.to_owned(),
            Key::Down => if full { "↓" } else { "Down" }.to_owned(),
            Key::Left => if full { "←" } else { "Left" }.to_owned(),
            Key::Right => if full { "→" } else { "Right" }.to_owned(),
            Key::Home => "Home".to_owned(),
            Key::End => "End".to_owned(),
            Key::PageUp => "PgUp".to_owned(),
            Key::PageDown => "PgDn".to_owned(),
            Key::Backspace => "Backspace".to_owned(),
            Key::Delete => "Del".to_owned(),
        }
    }

    /// The text as this set can show it; control characters never reach the terminal.
    #[must_use]
    pub fn shown(self, text: &str) -> String {
        let whole = composed(text);
        let mut out = String::with_capacity(whole.len());
        for letter in whole.chars() {
            match (self, letter) {
                (_, letter) if letter.is_control() => out.push(' '),
                (Self::Full, letter) => out.push(letter),
                (_, '✓') => out.push('+'),
                (_, '✗') => out.push('x'),
                (_, '▶') => out.push('>'),
                (_, '→') => out.push_str("->"),
                (_, '←') => out.push_str("<-"),
                (Self::Console, letter) => out.push(letter),
                (Self::Ascii, '…') => out.push_str("..."),
                (Self::Ascii, '·' | '–' | '—') => out.push('-'),
                (Self::Ascii, '•') => out.push('*'),
                (Self::Ascii, '≥') => out.push_str(">="),
                (Self::Ascii, '│') => out.push('|'),
                (Self::Ascii, '“' | '”') => out.push('"'),
                (Self::Ascii, letter) => {
                    let bare = plain(letter);
                    out.push(if bare.is_ascii() { bare } else { '?' });
                }
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_set_keeps_to_what_it_can_show() {
        let text = "✓ Đã xóa → cài… “thử” │ ≥ 4 GB\u{7}\u{1b}[2J";
        assert_eq!(Glyphs::Full.shown(text), "✓ Đã xóa → cài… “thử” │ ≥ 4 GB  [2J");
        assert_eq!(Glyphs::Console.shown(text), "+ Đã xóa -> cài… “thử” │ ≥ 4 GB  [2J");
        assert_eq!(Glyphs::Ascii.shown(text), "+ Da xoa -> cai... \"thu\" | >= 4 GB  [2J");
    }

    #[test]
    fn the_terminal_and_the_locale_choose_the_set() {
        let suited = |term: &str, locale: &str| Glyphs::suited(Some(term), Some(locale));
        assert_eq!(suited("xterm-256color", "vi_VN.UTF-8"), Glyphs::Full);
        assert_eq!(suited("linux", "vi_VN.utf8"), Glyphs::Console);
        assert_eq!(suited("xterm", "C"), Glyphs::Ascii);
        assert_eq!(Glyphs::suited(Some("linux"), None), Glyphs::Console);
        assert_eq!(Glyphs::suited(None, None), Glyphs::Full);
    }
}
