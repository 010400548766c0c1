//! Phones: the page that warehouse staff's phones open, the code that pairs one, and the phones that are paired.
//!
//! ```text
//! ┌ Điện thoại ────────────────────────────────┐
//! │ █▀▀▀▀▀█ ▄▀▄ █▀▀▀▀▀█  Mã cho Lê Thư, một lần │
//! │ █ ███ █ ▀▄▀ █ ███ █  trong 2 phút           │
//! │ ▶ 1. Lê Thư · từ …                          │
//! └────────────────────────────────────────────┘
//! ```
//!
//! Invariants: a code is shown only to whoever signs for it there and then, by PIN or badge; it is drawn as a picture, and
//! put away with the next look.

use super::super::Screen;
use super::super::glyphs::{Glyphs, Mark};
use super::super::moves::{self, Moves};
use super::super::pen::{Pen, below};
use super::super::tint;
use super::signer::SignerForm;
use super::{Asked, boxed, outcome};
use crate::tag::{Drawing, Ground, Qr};
use crate::word::say;
use crate::workbench::{
    Answer, Binding, Effect, Hint, Input, Key, Layer, PeopleOrder, PhoneOrder, PhonePairing, PhoneView, Signature,
    World, hints, press,
};
use ratatui::layout::Rect;

/// Lines of the box while a code is asked for, or there is none.
const LINES: u16 = 15;

#[derive(Default)]
pub(super) struct Phone {
    view: Option<PhoneView>,
    /// Which phone is meant; while nothing is served, which interface.
    at: usize,
    /// Who signs for a code.
    signer: Option<SignerForm>,
    asked: Asked,
}

static KEYS: &[Binding<Phone>] = &[
    Binding {
        key: Key::Enter,
        words: || say!("key-choose"),
        when: |layer, _| layer.signer.as_ref().is_some_and(SignerForm::can_choose),
        what: |layer, _| {
            layer.signer.iter_mut().for_each(SignerForm::choose);
            layer.asked = Asked::NotYet;
            Vec::new()
        },
    },
    Binding {
        key: Key::Enter,
        words: || say!("key-phone-code"),
        when: |layer, _| layer.signer.as_ref().is_some_and(SignerForm::can_sign) && !layer.asked.is_waiting(),
        what: |layer, _| {
            let signer = layer.signer.as_mut().and_then(SignerForm::sign);
            signer.map(|signer| layer.pair(Signature::Pin(signer))).into_iter().collect()
        },
    },
    Binding {
        key: Key::Escape,
        words: || say!("key-back"),
        when: |layer, _| layer.signer.is_some(),
        what: |layer, _| {
            (layer.signer, layer.asked) = (None, Asked::NotYet);
            Vec::new()
        },
    },
    Binding {
        key: Key::Char('n'),
        words: || say!("key-phone-new"),
        when: |layer, _| layer.signer.is_none() && layer.view.is_some() && !layer.asked.is_waiting(),
        what: |layer, _| {
            layer.signer = Some(SignerForm::new(|view| !view.roles.is_empty() || view.has_pin == Some(true)));
            layer.asked = Asked::NotYet;
            vec![Effect::People(PeopleOrder::List)]
        },
    },
    Binding {
        key: Key::Char('r'),
        words: || say!("key-phone-look"),
        when: |layer, _| layer.signer.is_none() && layer.is_served(),
        what: |_, _| vec![Effect::Phone(PhoneOrder::Look)],
    },
    Binding {
        key: Key::Char('x'),
        words: || say!("key-phone-revoke"),
        when: |layer, _| layer.signer.is_none() && layer.here().is_some(),
        what: |layer, _| layer.here().map(|number| Effect::Phone(PhoneOrder::Revoke(number))).into_iter().collect(),
    },
    Binding {
        key: Key::Char('t'),
        words: || say!("key-phone-stop"),
        when: |layer, _| layer.signer.is_none() && layer.is_served(),
        what: |_, _| vec![Effect::Phone(PhoneOrder::Stop)],
    },
    moves::down(),
    moves::up(),
    moves::page_down(),
    moves::page_up(),
    Binding { key: Key::Escape, words: || say!("key-close"), when: |_, _| true, what: |_, _| vec![Effect::Close] },
];

impl Phone {
    fn is_served(&self) -> bool {
        self.view.as_ref().is_some_and(|view| view.address.is_some())
    }

    /// The lines there are to choose among.
    fn count(&self) -> usize {
        self.view
            .as_ref()
            .map_or(0, |view| if view.address.is_some() { view.sessions.len() } else { view.places.len() })
    }

    /// The phone that is meant.
    fn here(&self) -> Option<u32> {
        let view = self.view.as_ref().filter(|view| view.address.is_some())?;
        view.sessions.get(self.at).map(|session| session.number)
    }

    fn pair(&mut self, signature: Signature) -> Effect {
        self.asked = Asked::Waiting;
        let place = self.view.as_ref().filter(|view| view.address.is_none()).and_then(|view| view.places.get(self.at));
        Effect::Phone(PhoneOrder::Pair { interface: place.map(|(name, _)| name.clone()), signature })
    }

    fn draw_view(&self, view: &PhoneView, area: Rect, pen: &mut Pen<'_>) {
        let title = pen.say(&say!("phone-layer-title"));
        let qr = view
            .pairing
            .as_ref()
            .and_then(|pairing| Qr::of_text(&pairing.url).ok())
            .map(|qr| qr.terminal(Drawing::HalfBlocks, Ground::Dark));
        let qr = qr.filter(|_| pen.glyphs() == Glyphs::Full);
        let high = qr.as_ref().map_or(0, |qr| u16::try_from(qr.lines().count()).unwrap_or(0));
        let inner = boxed(area, (high + 5).max(LINES), &title, tint::PLAIN, pen);
        let mut used = match (&view.pairing, &qr) {
            (Some(pairing), Some(qr)) => draw_code(pairing, qr, inner, pen),
            (Some(pairing), None) => {
                let text =
                    pen.say(&say!("phone-layer-undrawn", name = pairing.name.as_str(), url = pairing.url.as_str()));
                pen.wrapped(inner, &text, tint::WARN) + 1
            }
            (None, _) => {
                let state = view
                    .address
                    .as_deref()
                    .map_or_else(|| say!("phone-layer-closed"), |address| say!("phone-serving", address = address));
                let text = pen.say(&state);
                pen.wrapped(inner, &text, tint::PLAIN) + 1
            }
        };
        let lines: Vec<_> = if view.address.is_some() {
            view.sessions.iter().map(crate::workbench::PhoneSession::sentence).collect()
        } else {
            let line = |(name, address): &(String, String)| {
                say!("phone-layer-place", name = name.as_str(), address = address.as_str())
            };
            view.places.iter().map(line).collect()
        };
        for (number, line) in lines.iter().enumerate().skip(self.at.saturating_sub(2)).take(4) {
            let is_here = number == self.at;
            let (mark, style) = if is_here { (pen.glyphs().mark(Mark::Here), tint::HERE) } else { (" ", tint::PLAIN) };
            let text = format!("{mark} {}", pen.say(line));
            used += pen.wrapped(below(inner, used), &text, style);
        }
        if let Some(refusal) = self.asked.refusal() {
            super::report(refusal, below(inner, used + 1), pen);
        }
    }
}

/// The code, and beside it for whom and until when it counts; how many lines that took.
fn draw_code(pairing: &PhonePairing, qr: &str, inner: Rect, pen: &mut Pen<'_>) -> u16 {
    let (mut high, mut wide) = (0, 0);
    for (number, line) in (0u16..).zip(qr.lines()) {
        wide = u16::try_from(line.chars().count()).unwrap_or(u16::MAX).min(inner.width);
        pen.text(Rect { width: wide, height: 1, ..below(inner, number) }, line, tint::CODE);
        high = number + 1;
    }
    let used = (wide + 2).min(inner.width);
    let beside = Rect { x: inner.x + used, width: inner.width - used, ..inner };
    let until = pairing.until.local();
    let text = pen.say(&say!("phone-layer-code", name = pairing.name.as_str(), until = until));
    pen.wrapped(below(beside, 1), &text, tint::WARN);
    high
}

impl Moves for Phone {
    fn places(&self, _world: &World) -> usize {
        if self.signer.is_none() { self.count() } else { 0 }
    }

    fn at(&self) -> usize {
        if self.signer.is_none() { self.at } else { 0 }
    }

    fn go(&mut self, at: usize, _world: &World) -> Vec<Effect> {
        self.at = at;
        Vec::new()
    }
}

impl Screen for Phone {
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        match input {
            Input::Key(key) => press(KEYS, self, key, world).unwrap_or_else(|| {
                self.signer.iter_mut().for_each(|signer| _ = signer.input(input));
                Vec::new()
            }),
            Input::Scan(text) | Input::Paste(text) => {
                let Some(signer) = &mut self.signer else { return Vec::new() };
                if let Some(signature) = signer.badge(text) {
                    return vec![self.pair(signature)];
                }
                let ended = signer.input(input);
                if ended { self.update(Input::Key(Key::Enter), world) } else { Vec::new() }
            }
            Input::Answer(Answer::Phone(view)) => {
                (self.signer, self.asked) = (None, Asked::NotYet);
                self.view = Some((**view).clone());
                self.at = self.at.min(self.count().saturating_sub(1));
                Vec::new()
            }
            Input::Answer(Answer::People(people)) => {
                self.signer.iter_mut().for_each(|signer| signer.hear(people));
                Vec::new()
            }
            Input::Answer(Answer::VaultLocked) => vec![Effect::Open(Layer::Unlock)],
            Input::Answer(Answer::Refused(refusal)) => {
                self.asked = Asked::Refused(refusal.clone());
                Vec::new()
            }
            Input::Answer(_) => Vec::new(),
        }
    }

    fn draw(&self, _world: &World, area: Rect, pen: &mut Pen<'_>) {
        let title = pen.say(&say!("phone-layer-title"));
        match (&self.signer, &self.view) {
            (Some(signer), _) => {
                let inner = boxed(area, LINES, &title, tint::PLAIN, pen);
                let used = signer.draw(inner, &say!("phone-who"), pen);
                outcome(&self.asked, &say!("phone-opening"), &say!("phone-layer-note"), below(inner, used + 1), pen);
            }
            (None, Some(view)) => self.draw_view(view, area, pen),
            (None, None) => {
                let inner = boxed(area, LINES, &title, tint::PLAIN, pen);
                outcome(&self.asked, &say!("phone-opening"), &say!("phone-opening"), inner, pen);
            }
        }
    }

    fn hints(&self, world: &World) -> Vec<Hint> {
        hints(KEYS, self, world)
    }

    fn begin(&self) -> Vec<Effect> {
        vec![Effect::Phone(PhoneOrder::Look)]
    }

    fn takes(&self, answer: &Answer) -> bool {
        matches!(answer, Answer::Phone(_))
            || (self.signer.is_some() && matches!(answer, Answer::People(_) | Answer::VaultLocked))
            || ((self.asked.is_waiting() || self.view.is_none()) && matches!(answer, Answer::Refused(_)))
    }

    fn takes_badges(&self) -> bool {
        self.signer.is_some()
    }

    fn is_typing(&self) -> bool {
        self.signer.is_some()
    }
}
