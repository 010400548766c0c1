//! Giving a device: to whom, as a gift or a loan, and whether it is in their hands already.
//!
//! ```text
//! ┌ Bàn giao 7K3XQ-92M4T-Z ───────────────┐
//! │ ▶ Cho ai?  1/3                         │
//! │ Chỉ ghi mã; tên không vào sổ.          │
//! │                                        │
//! │ ▶ mã mới                               │
//! │   mã đã có                             │
//! └────────────────────────────────────────┘
//! ```
//!
//! Invariants: no name is asked for or kept; what was set aside stays set aside where the rest is left for later.

use super::super::Screen;
use super::super::entry::Entry;
use super::super::glyphs::Mark;
use super::super::guide::{Form, Guide, Step};
use super::super::pen::{Pen, below};
use super::super::tint;
use super::{Asked, Subject, boxed};
use crate::custody::Stage;
use crate::event::handover::Terms;
use crate::port::{Failure, Trouble};
use crate::unit::RecipientId;
use crate::word::{Sentence, say};
use crate::workbench::{Answer, Binding, Effect, GiveOrder, Hint, Input, Key, Layer, Whom, World, hints, press};
use ratatui::layout::Rect;

/// What can be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ask {
    Whom,
    Reference,
    When,
    Terms,
}

struct Answers {
    /// Whether it was set aside for somebody before.
    is_allocated: bool,
    whom: Entry,
    reference: Entry,
    when: Entry,
    terms: Entry,
}

impl Answers {
    fn asks(&self) -> &'static [Ask] {
        match (self.is_allocated, self.whom.chosen() == 0, self.when.chosen() == 0) {
            (true, _, _) => &[Ask::Terms],
            (false, true, true) => &[Ask::Whom, Ask::When, Ask::Terms],
            (false, true, false) => &[Ask::Whom, Ask::When],
            (false, false, true) => &[Ask::Whom, Ask::Reference, Ask::When, Ask::Terms],
            (false, false, false) => &[Ask::Whom, Ask::Reference, Ask::When],
        }
    }

    fn ask(&self, at: usize) -> Ask {
        self.asks().get(at).copied().unwrap_or(Ask::Terms)
    }

    fn order(&self) -> GiveOrder {
        let whom = match (self.is_allocated, self.whom.chosen()) {
            (true, _) => Whom::Aside,
            (false, 0) => Whom::Fresh,
            // What is no reference was not passed by.
            (false, _) => self.reference.typed().parse().map_or(Whom::Fresh, Whom::Known),
        };
        let terms = if self.terms.chosen() == 0 { Terms::Gift } else { Terms::Loan };
        GiveOrder { whom, terms: self.asks().contains(&Ask::Terms).then_some(terms) }
    }
}

impl Form for Answers {
    fn len(&self) -> usize {
        self.asks().len()
    }

    fn question(&self, at: usize) -> (Sentence, Sentence) {
        match self.ask(at) {
            Ask::Whom => (say!("give-whom"), say!("give-whom-note")),
            Ask::Reference => (say!("give-reference"), say!("give-reference-note")),
            Ask::When => (say!("give-when"), say!("give-when-note")),
            Ask::Terms => (say!("give-terms"), say!("give-terms-note")),
        }
    }

    fn entry(&self, at: usize) -> &Entry {
        match self.ask(at) {
            Ask::Whom => &self.whom,
            Ask::Reference => &self.reference,
            Ask::When => &self.when,
            Ask::Terms => &self.terms,
        }
    }

    fn entry_mut(&mut self, at: usize) -> &mut Entry {
        match self.ask(at) {
            Ask::Whom => &mut self.whom,
            Ask::Reference => &mut self.reference,
            Ask::When => &mut self.when,
            Ask::Terms => &mut self.terms,
        }
    }

    fn is_writing(&self, _at: usize) -> bool {
        false
    }

    fn check(&self, at: usize) -> Result<(), Failure> {
        if self.ask(at) != Ask::Reference {
            return Ok(());
        }
        let typed = self.reference.typed();
        let wrong =
            |error| Failure::new(Trouble::Usage, say!("give-reference-wrong", text = typed.as_str())).detail(error);
        typed.parse::<RecipientId>().map(|_id| ()).map_err(wrong)
    }
}

pub(super) struct Give {
    subject: Subject,
    guide: Guide<Answers>,
    asked: Asked,
}

static KEYS: &[Binding<Give>] = &[
    Binding {
        key: Key::Enter,
        words: || say!("give-key"),
        when: |layer, _| !layer.asked.is_waiting() && layer.guide.is_last(),
        what: |layer, _| layer.next(),
    },
    Binding {
        key: Key::Enter,
        words: || say!("key-next-line"),
        when: |layer, _| !layer.asked.is_waiting(),
        what: |layer, _| layer.next(),
    },
    Binding {
        key: Key::Escape,
        words: || say!("key-back"),
        when: |layer, _| !layer.asked.is_waiting(),
        what: |layer, _| {
            layer.asked = Asked::NotYet;
            if layer.guide.back() == Step::Out { vec![Effect::Close] } else { Vec::new() }
        },
    },
    Binding { key: Key::Escape, words: || say!("key-close"), when: |_, _| true, what: |_, _| vec![Effect::Close] },
];

impl Give {
    pub(super) fn new(subject: Subject, world: &World) -> Self {
        let is_allocated = world.here().is_some_and(|chosen| chosen.row.stage == Stage::Allocated);
        let answers = Answers {
            is_allocated,
            whom: Entry::choice(vec![say!("give-whom-new"), say!("give-whom-known")]),
            reference: Entry::text(""),
            when: Entry::choice(vec![say!("give-when-now"), say!("give-when-later")]),
            terms: Entry::choice(vec![say!("give-gift"), say!("give-loan")]),
        };
        Self { subject, guide: Guide::new(answers), asked: Asked::NotYet }
    }

    fn next(&mut self) -> Vec<Effect> {
        self.guide.next();
        if !self.guide.is_done() {
            return Vec::new();
        }
        self.asked = Asked::Waiting;
        vec![Effect::Give { device: self.subject.device.clone(), order: self.guide.form.order() }]
    }
}

impl Screen for Give {
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        match input {
            Input::Key(key) => press(KEYS, self, key, world).unwrap_or_else(|| {
                self.guide.input(input);
                Vec::new()
            }),
            Input::Paste(_) | Input::Scan(_) => {
                self.guide.input(input);
                Vec::new()
            }
            Input::Answer(Answer::Refused(refusal)) => {
                self.asked = Asked::NotYet;
                self.guide.refuse(0, refusal.clone());
                Vec::new()
            }
            // The reference is to be written on the paper that is signed.
            Input::Answer(Answer::Done(done)) => vec![Effect::Home, Effect::Open(Layer::Message(done.clone()))],
            Input::Answer(_) => vec![Effect::Home],
        }
    }

    fn draw(&self, world: &World, area: Rect, pen: &mut Pen<'_>) {
        let title = pen.say(&say!("give-title", tag = self.subject.name.as_str()));
        let inner = boxed(area, 13, &title, tint::PLAIN, pen);
        let used = self.guide.draw(inner, pen);
        if self.asked.is_waiting() {
            pen.line(below(inner, used), &say!("recording"), tint::NEXT);
        } else if !world.is_lead() {
            let text = pen.say(&say!("give-lead-only"));
            let last = below(inner, inner.height.saturating_sub(1));
            pen.marked(last, Mark::Warn, &text, tint::WARN);
        }
    }

    fn hints(&self, world: &World) -> Vec<Hint> {
        hints(KEYS, self, world)
    }

    fn takes(&self, answer: &Answer) -> bool {
        self.asked.is_waiting() && matches!(answer, Answer::Done(_) | Answer::Refused(_))
    }

    fn is_typing(&self) -> bool {
        self.guide.is_typing()
    }
}
