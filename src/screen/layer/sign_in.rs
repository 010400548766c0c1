//! Signing in: who, and the PIN; from then on what is recorded here is recorded as theirs.
//!
//! ```text
//! ┌ Đăng nhập ────────────────────────────┐
//! │ Ai? Gõ một phần tên: th_              │
//! │ ▶ Trần Thị Thử     đội trưởng         │
//! │   Lê Văn Thư       tình nguyện viên   │
//! └───────────────────────────────────────┘
//! ```

use super::super::Screen;
use super::super::pen::{Pen, below};
use super::super::tint;
use super::signer::SignerForm;
use super::{Asked, boxed, outcome};
use crate::word::say;
use crate::workbench::{
    Answer, Binding, Effect, Hint, Input, Key, Layer, PeopleOrder, World, hints, look_again, press,
};
use ratatui::layout::Rect;

pub(super) struct SignIn {
    signer: SignerForm,
    asked: Asked,
}

static KEYS: &[Binding<SignIn>] = &[
    Binding {
        key: Key::Enter,
        words: || say!("key-choose"),
        when: |layer, _| layer.signer.can_choose(),
        what: |layer, _| {
            layer.asked = Asked::NotYet;
            layer.signer.choose();
            Vec::new()
        },
    },
    Binding {
        key: Key::Enter,
        words: || say!("key-sign-in"),
        when: |layer, _| layer.signer.can_sign() && !layer.asked.is_waiting(),
        what: |layer, _| {
            layer.asked = Asked::Waiting;
            layer.signer.sign().map(|signer| Effect::People(PeopleOrder::SignIn(signer))).into_iter().collect()
        },
    },
    Binding {
        key: Key::Escape,
        words: || say!("key-other-person"),
        when: |layer, _| !layer.signer.is_choosing(),
        what: |layer, _| {
            layer.asked = Asked::NotYet;
            layer.signer.back();
            Vec::new()
        },
    },
    Binding { key: Key::Escape, words: || say!("key-close"), when: |_, _| true, what: |_, _| vec![Effect::Close] },
];

impl SignIn {
    pub(super) fn new() -> Self {
        // Whoever can be signed in has a role or a PIN; the guest has neither.
        let signer = SignerForm::new(|view| !view.roles.is_empty() || view.has_pin == Some(true));
        Self { signer, asked: Asked::NotYet }
    }
}

impl Screen for SignIn {
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        match input {
            Input::Key(key) => press(KEYS, self, key, world).unwrap_or_else(|| {
                self.signer.input(input);
                Vec::new()
            }),
            Input::Scan(_) | Input::Paste(_) => {
                let ended = self.signer.input(input);
                if ended { self.update(Input::Key(Key::Enter), world) } else { Vec::new() }
            }
            Input::Answer(Answer::People(people)) => {
                self.asked = Asked::NotYet;
                self.signer.hear(people);
                Vec::new()
            }
            Input::Answer(Answer::VaultLocked) => vec![Effect::Open(Layer::Unlock)],
            Input::Answer(Answer::Refused(refusal)) => {
                self.asked = Asked::Refused(refusal.clone());
                Vec::new()
            }
            Input::Answer(_) => std::iter::once(Effect::Home).chain(look_again(world)).collect(),
        }
    }

    fn draw(&self, world: &World, area: Rect, pen: &mut Pen<'_>) {
        let title = pen.say(&say!("sign-in-title"));
        let inner = boxed(area, 13, &title, tint::PLAIN, pen);
        let used = self.signer.draw(inner, &say!("signer-ask"), pen);
        let note = say!("sign-in-note", minutes = u64::from(world.habits.lock_after));
        outcome(&self.asked, &say!("signing-in"), &note, below(inner, used + 1), pen);
    }

    fn hints(&self, world: &World) -> Vec<Hint> {
        hints(KEYS, self, world)
    }

    fn begin(&self) -> Vec<Effect> {
        vec![Effect::People(PeopleOrder::List)]
    }

    fn takes(&self, answer: &Answer) -> bool {
        matches!(answer, Answer::People(_) | Answer::VaultLocked)
            || (self.asked.is_waiting() && matches!(answer, Answer::SignedIn(_) | Answer::Refused(_)))
    }

    fn awaits_sign_in(&self) -> bool {
        self.asked.is_waiting()
    }

    fn is_typing(&self) -> bool {
        true
    }
}
