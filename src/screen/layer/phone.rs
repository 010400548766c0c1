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
//! Invariants: a code is shown only to whoever signs for it there and then, by PIN or badge, and put away with the next look; it
//! is drawn as a picture, and where none can be drawn told as an address; a phone that is not in sight is not revoked.

use super::super::Screen;
use super::super::glyphs::Mark;
use super::super::moves::{self, Moves};
use super::super::pen::{Pen, below};
use super::super::tint;
use super::phone_wifi::{WifiPart, draw_picture, picture};
use super::signer::SignerForm;
use super::{Asked, boxed, outcome};
use crate::tag::Qr;
use crate::word::say;
use crate::workbench::{
    Answer, Binding, Effect, Hint, Input, Key, Layer, PeopleOrder, PhoneOrder, PhoneSession, PhoneView, Report,
    Signature, World, hints, press,
};
use ratatui::layout::Rect;

/// Lines of the box while a code is asked for, or there is none.
const LINES: u16 = 15;
/// Phones, or places, that are listed before the one that is meant.
const BEFORE: usize = 2;

#[derive(Default)]
pub(super) struct Phone {
    view: Option<PhoneView>,
    /// Which phone is meant; while nothing is served, which interface.
    at: usize,
    /// Who signs for a code.
    signer: Option<SignerForm>,
    /// The Wi-Fi that phones join first.
    wifi: Option<WifiPart>,
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
        when: |layer, _| layer.is_free() && !layer.asked.is_waiting(),
        what: |layer, _| {
            layer.signer = Some(SignerForm::new(|view| !view.roles.is_empty() || view.has_pin == Some(true)));
            layer.asked = Asked::NotYet;
            vec![Effect::People(PeopleOrder::List)]
        },
    },
    Binding {
        key: Key::Char('r'),
        words: || say!("key-phone-look"),
        when: |layer, _| layer.is_free() && layer.is_served(),
        what: |_, _| vec![Effect::Phone(PhoneOrder::Look)],
    },
    Binding {
        key: Key::Char('x'),
        words: || say!("key-phone-revoke"),
        when: |layer, _| layer.is_free() && layer.here().is_some(),
        what: |layer, _| layer.here().map(|number| Effect::Phone(PhoneOrder::Revoke(number))).into_iter().collect(),
    },
    Binding {
        key: Key::Char('t'),
        words: || say!("key-phone-stop"),
        when: |layer, _| layer.is_free() && layer.is_served(),
        what: |_, _| vec![Effect::Phone(PhoneOrder::Stop)],
    },
    Binding {
        key: Key::Char('w'),
        words: || say!("key-phone-wifi"),
        when: |layer, _| layer.is_free() && !layer.asked.is_waiting(),
        what: |layer, _| {
            layer.wifi = Some(WifiPart::new(layer.view.as_ref().and_then(|view| view.wifi.as_ref())));
            layer.asked = Asked::NotYet;
            Vec::new()
        },
    },
    Binding {
        key: Key::Char('w'),
        words: || say!("key-phone-wifi-other"),
        when: |layer, _| layer.wifi.as_ref().is_some_and(WifiPart::is_shown),
        what: |layer, _| {
            layer.wifi = Some(WifiPart::typed(layer.wifi_name()));
            Vec::new()
        },
    },
    Binding {
        key: Key::Enter,
        words: || say!("key-next-line"),
        when: |layer, _| layer.wifi.as_ref().is_some_and(WifiPart::can_go_on),
        what: |layer, _| {
            layer.wifi.iter_mut().for_each(WifiPart::go_on);
            layer.asked = Asked::NotYet;
            Vec::new()
        },
    },
    Binding {
        key: Key::Enter,
        words: || say!("key-phone-code"),
        when: |layer, _| layer.wifi.as_ref().is_some_and(WifiPart::can_end) && !layer.asked.is_waiting(),
        what: |layer, _| layer.join(),
    },
    Binding {
        key: Key::Escape,
        words: || say!("key-back"),
        when: |layer, _| layer.wifi.is_some(),
        what: |layer, _| {
            (layer.wifi, layer.asked) = (None, Asked::NotYet);
            Vec::new()
        },
    },
    moves::down(),
    moves::up(),
    moves::page_down(),
    moves::page_up(),
    Binding { key: Key::Escape, words: || say!("key-close"), when: |_, _| true, what: |_, _| vec![Effect::Close] },
];

impl Phone {
    /// Whether the phones are what the keys are for.
    const fn is_free(&self) -> bool {
        self.signer.is_none() && self.wifi.is_none() && self.view.is_some()
    }

    fn wifi_name(&self) -> &str {
        self.view.as_ref().and_then(|view| view.wifi.as_ref()).map_or("", |wifi| wifi.name())
    }

    /// Has the Wi-Fi kept that was typed.
    fn join(&mut self) -> Vec<Effect> {
        match self.wifi.as_ref().and_then(WifiPart::wifi) {
            Some(Ok(wifi)) => {
                self.asked = Asked::Waiting;
                vec![Effect::Phone(PhoneOrder::Join(wifi))]
            }
            Some(Err(failure)) => {
                self.asked = Asked::Refused(Report::from(&failure));
                self.wifi = Some(WifiPart::typed(""));
                Vec::new()
            }
            None => Vec::new(),
        }
    }

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
        Effect::Phone(PhoneOrder::Pair { place: place.cloned(), signature })
    }

    fn draw_view(&self, view: &PhoneView, area: Rect, pen: &mut Pen<'_>) {
        let title = pen.say(&say!("phone-layer-title"));
        // The frame takes two lines. Of any bytes: a screen is not dirty, and a smaller code has more room.
        let code = view.pairing.as_ref().and_then(|pairing| Qr::of_bytes(pairing.url.as_bytes()).ok());
        let qr = picture(code, area.height.saturating_sub(2), pen);
        let inner = boxed(area, qr.as_ref().map_or(LINES, |qr| qr.1.max(LINES)), &title, tint::PLAIN, pen);
        let room = qr.as_ref().map_or(inner, |qr| draw_picture(&qr.0, inner, pen));
        let said = match (&view.pairing, &qr) {
            (Some(pairing), Some(_)) => {
                say!("phone-layer-code", name = pairing.name.as_str(), until = pairing.until.local())
            }
            (Some(pairing), None) => {
                say!("phone-layer-undrawn", name = pairing.name.as_str(), url = pairing.url.as_str())
            }
            (None, _) => view
                .address
                .as_deref()
                .map_or_else(|| say!("phone-layer-closed"), |address| say!("phone-serving", address = address)),
        };
        let text = pen.say(&said);
        let style = if view.pairing.is_some() { tint::WARN } else { tint::PLAIN };
        let mut used = pen.wrapped(room, &text, style) + 1;
        let lines: Vec<_> = if view.address.is_some() {
            // Beside a code there is room for little.
            let line = |session: &PhoneSession| match qr {
                Some(_) => say!("plain", text = format!("{}. {}", session.number, session.name)),
                None => session.sentence(),
            };
            view.sessions.iter().map(line).collect()
        } else {
            let line = |(name, address): &(String, String)| {
                say!("phone-layer-place", name = name.as_str(), address = address.as_str())
            };
            view.places.iter().map(line).collect()
        };
        for (number, line) in lines.iter().enumerate().skip(self.at.saturating_sub(BEFORE)).take(2 * BEFORE) {
            let is_here = number == self.at;
            let (mark, style) = if is_here { (pen.glyphs().mark(Mark::Here), tint::HERE) } else { (" ", tint::PLAIN) };
            let text = format!("{mark} {}", pen.say(line));
            used += pen.wrapped(below(room, used), &text, style);
        }
        if let Some(refusal) = self.asked.refusal() {
            super::report(refusal, below(room, used + 1), pen);
        }
    }
}

impl Moves for Phone {
    fn places(&self, _world: &World) -> usize {
        if self.is_free() { self.count() } else { 0 }
    }

    fn at(&self) -> usize {
        if self.is_free() { self.at } else { 0 }
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
                self.wifi.iter_mut().for_each(|wifi| _ = wifi.input(input));
                Vec::new()
            }),
            Input::Scan(text) | Input::Paste(text) => {
                let signature = self.signer.as_ref().and_then(|signer| signer.badge(text));
                match signature {
                    // One is being looked at.
                    Some(_) if self.asked.is_waiting() => return Vec::new(),
                    Some(signature) => return vec![self.pair(signature)],
                    None => {}
                }
                let ended = match (&mut self.signer, &mut self.wifi) {
                    (Some(signer), _) => signer.input(input),
                    (None, Some(wifi)) => wifi.input(input),
                    (None, None) => false,
                };
                if ended { self.update(Input::Key(Key::Enter), world) } else { Vec::new() }
            }
            Input::Answer(Answer::Phone(view)) => {
                (self.signer, self.asked) = (None, Asked::NotYet);
                if let (Some(part), Some(wifi)) = (&mut self.wifi, &view.wifi) {
                    *part = WifiPart::Shown(wifi.clone());
                }
                self.view = Some((**view).clone());
                self.at = self.at.min(self.count().saturating_sub(1));
                Vec::new()
            }
            Input::Answer(Answer::People(people)) => {
                self.asked = Asked::NotYet;
                self.signer.iter_mut().for_each(|signer| signer.hear(people));
                Vec::new()
            }
            Input::Answer(Answer::VaultLocked) => {
                self.asked = Asked::NotYet;
                vec![Effect::Open(Layer::Unlock)]
            }
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
            (None, Some(_)) if let Some(wifi) = &self.wifi => {
                let lines = wifi.lines(area.height.saturating_sub(2), pen).max(LINES);
                let inner = boxed(area, lines, &title, tint::PLAIN, pen);
                let used = wifi.draw(inner, pen);
                if !wifi.is_shown() {
                    outcome(&self.asked, &say!("phone-opening"), &say!("phone-wifi-note"), below(inner, used + 1), pen);
                }
            }
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
        self.signer.is_some() || self.wifi.as_ref().is_some_and(|wifi| !wifi.is_shown())
    }
}
