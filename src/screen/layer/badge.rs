//! A badge that was scanned: whoever holds it is at the bench from now on.
//!
//! ```text
//! ┌ Thẻ ──────────────────────────────────┐
//! │ Đang xem thẻ…                          │
//! └───────────────────────────────────────┘
//! ```
//!
//! Invariants: the code is sent once and never drawn; what somebody else had begun is taken off the screen, what they
//! themselves had begun stays.

use super::super::Screen;
use super::super::pen::Pen;
use super::super::tint;
use super::{Asked, boxed, outcome};
use crate::unit::Secret;
use crate::word::say;
use crate::workbench::{Answer, Binding, Effect, Hint, Input, Key, PeopleOrder, World, hints, look_again, press};
use ratatui::layout::Rect;

pub(super) struct Badge {
    code: Secret,
    asked: Asked,
}

static KEYS: &[Binding<Badge>] =
    &[Binding { key: Key::Escape, words: || say!("key-close"), when: |_, _| true, what: |_, _| vec![Effect::Close] }];

impl Badge {
    pub(super) const fn new(code: Secret) -> Self {
        Self { code, asked: Asked::Waiting }
    }
}

impl Screen for Badge {
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        match input {
            Input::Key(key) => press(KEYS, self, key, world).unwrap_or_default(),
            Input::Answer(Answer::SignedIn(signed)) => {
                self.asked = Asked::NotYet;
                let is_same = world.signed_in().is_some_and(|who| who.by.person == signed.person);
                let off = if is_same { Effect::Close } else { Effect::Home };
                std::iter::once(off).chain(look_again(world)).collect()
            }
            Input::Answer(Answer::Refused(refusal)) => {
                self.asked = Asked::Refused(refusal.clone());
                Vec::new()
            }
            Input::Answer(_) | Input::Scan(_) | Input::Paste(_) => Vec::new(),
        }
    }

    fn draw(&self, _world: &World, area: Rect, pen: &mut Pen<'_>) {
        let title = pen.say(&say!("badge-title"));
        let inner = boxed(area, 6, &title, tint::PLAIN, pen);
        outcome(&self.asked, &say!("badge-looking"), &say!("badge-looking"), inner, pen);
    }

    fn hints(&self, world: &World) -> Vec<Hint> {
        hints(KEYS, self, world)
    }

    fn begin(&self) -> Vec<Effect> {
        vec![Effect::People(PeopleOrder::SignInBadge(self.code.clone()))]
    }

    fn takes(&self, answer: &Answer) -> bool {
        self.asked.is_waiting() && matches!(answer, Answer::SignedIn(_) | Answer::Refused(_))
    }

    fn awaits_sign_in(&self) -> bool {
        self.asked.is_waiting()
    }
}
