//! The Wi-Fi that phones join first: which it is, and the code by which they do.
//!
//! ```text
//! │ █▀▀▀▀▀█ ▄▀▄ █▀▀▀▀▀█  Wi-Fi: AO XANH   │
//! │ █ ███ █ ▀▄▀ █ ███ █  Mật khẩu: ……     │
//! ```
//!
//! Invariant: a code that has no room, or that this screen cannot draw, is not drawn: the name and the password stand there anyway.

use super::super::field::Field;
use super::super::glyphs::Glyphs;
use super::super::pen::{Pen, below, right_of};
use super::super::tint;
use crate::port::Failure;
use crate::tag::{Drawing, Ground, Qr};
use crate::unit::Secret;
use crate::word::{Sentence, say};
use crate::workbench::{Input, Wifi};
use ratatui::layout::Rect;

/// The Wi-Fi on the screen.
pub(super) enum WifiPart {
    /// Its code.
    Shown(Wifi),
    /// Its name and password being typed; whether the name is there.
    Typed { name: Field, password: Field, is_named: bool },
}

impl WifiPart {
    /// The code where it is known which Wi-Fi it is, else the question.
    pub(super) fn new(known: Option<&Wifi>) -> Self {
        known.map_or_else(|| Self::typed(""), |wifi| Self::Shown(wifi.clone()))
    }

    /// The question, with that name in it.
    pub(super) fn typed(name: &str) -> Self {
        Self::Typed { name: Field::with(name), password: Field::default(), is_named: false }
    }

    pub(super) const fn is_shown(&self) -> bool {
        matches!(self, Self::Shown(_))
    }

    /// Whether the name is being typed, and there is one.
    pub(super) fn can_go_on(&self) -> bool {
        matches!(self, Self::Typed { name, is_named: false, .. } if !name.text().is_empty())
    }

    /// Whether the password is being typed: none is that of an open Wi-Fi.
    pub(super) const fn can_end(&self) -> bool {
        matches!(self, Self::Typed { is_named: true, .. })
    }

    /// From the name to the password.
    pub(super) const fn go_on(&mut self) {
        if let Self::Typed { is_named, .. } = self {
            *is_named = true;
        }
    }

    /// What was typed; none while nothing is. Errors: no Wi-Fi is called so, or has such a password.
    pub(super) fn wifi(&self) -> Option<Result<Wifi, Failure>> {
        let Self::Typed { name, password, .. } = self else { return None };
        let password = Some(password.text()).filter(|text| !text.is_empty()).map(Secret::new);
        Some(Wifi::new(&name.text(), password))
    }

    /// Takes a key or a text in. Whether a text came that ended in Enter.
    pub(super) fn input(&mut self, input: Input<'_>) -> bool {
        let Self::Typed { name, password, is_named } = self else { return false };
        let field = if *is_named { password } else { name };
        match input {
            Input::Key(key) => _ = field.press(key),
            Input::Scan(text) | Input::Paste(text) => field.paste(text),
            Input::Answer(_) => {}
        }
        matches!(input, Input::Scan(_))
    }

    /// How many lines it needs in a box with room for `most`.
    pub(super) fn lines(&self, most: u16, pen: &Pen<'_>) -> u16 {
        match self {
            Self::Shown(wifi) => picture(Qr::of_bytes(wifi.code().as_bytes()).ok(), most, pen).map_or(0, |all| all.1),
            Self::Typed { .. } => 0,
        }
    }

    /// Draws it; how many lines it took.
    pub(super) fn draw(&self, area: Rect, pen: &mut Pen<'_>) -> u16 {
        match self {
            Self::Shown(wifi) => {
                let qr = picture(Qr::of_bytes(wifi.code().as_bytes()).ok(), area.height, pen);
                let beside = qr.map_or(area, |qr| draw_picture(&qr.0, area, pen));
                let text = pen.say(&say!("phone-wifi-name", name = wifi.name()));
                let used = pen.wrapped(below(beside, 1), &text, tint::TITLE) + 1;
                let password = wifi.password().map_or_else(
                    || say!("phone-wifi-open"),
                    |password| say!("phone-wifi-password", password = password.expose()),
                );
                let text = pen.say(&password);
                let used = used + pen.wrapped(below(beside, used), &text, tint::PLAIN) + 1;
                let text = pen.say(&say!("phone-wifi-how"));
                pen.wrapped(below(beside, used), &text, tint::DIM);
                area.height
            }
            Self::Typed { name, password, is_named } => {
                ask(&say!("phone-wifi-ask-name"), name, !is_named, area, pen);
                if *is_named {
                    ask(&say!("phone-wifi-ask-password"), password, true, below(area, 1), pen);
                }
                2
            }
        }
    }
}

fn ask(what: &Sentence, field: &Field, focused: bool, area: Rect, pen: &mut Pen<'_>) {
    let used = pen.line(area, what, tint::NEXT);
    let room = right_of(area, used + 1);
    field.draw(Rect { width: room.width.min(34), ..room }, focused, pen);
}

/// The code as text, and its lines; none where there are more than `most`, or this screen cannot draw any.
pub(super) fn picture(qr: Option<Qr>, most: u16, pen: &Pen<'_>) -> Option<(String, u16)> {
    let text = qr.filter(|_| pen.glyphs() == Glyphs::Full)?.terminal(Drawing::HalfBlocks, Ground::Dark);
    let high = u16::try_from(text.lines().count()).ok().filter(|high| *high <= most)?;
    Some((text, high))
}

/// Draws the code; what is free beside it.
pub(super) fn draw_picture(qr: &str, area: Rect, pen: &mut Pen<'_>) -> Rect {
    let mut wide = 0;
    for (number, line) in (0u16..).zip(qr.lines()) {
        wide = u16::try_from(line.chars().count()).unwrap_or(u16::MAX).min(area.width);
        pen.text(Rect { width: wide, height: 1, ..below(area, number) }, line, tint::CODE);
    }
    let used = (wide + 2).min(area.width);
    Rect { x: area.x + used, width: area.width - used, ..area }
}
