//! Adding a person, or setting a PIN: a few questions one after the other.
//!
//! ```text
//! ┌ Thêm người ──────────────────────────┐
//! │ ▶ Họ tên  1/4                         │
//! │ Chỉ giữ trong két, không vào sổ.      │
//! │                                       │
//! │ Lê Văn Thư_                           │
//! └──────────────────────────────────────┘
//! ```
//!
//! Invariant: a PIN is set only with the PIN of whoever is at the bench: a session left open sets none.

use super::super::Screen;
use super::super::entry::Entry;
use super::super::guide::{Form, Guide, Step};
use super::super::pen::{Pen, below};
use super::super::tint;
use super::{Asked, boxed, report};
use crate::event::people::Role;
use crate::port::{Failure, Trouble};
use crate::word::{Sentence, say};
use crate::workbench::{
    Answer, Binding, Effect, Hint, Input, Key, Layer, PeopleOrder, PersonView, Report, Signer, World, badge_code,
    check_name, check_pin, hints, press, role_sentence,
};
use ratatui::layout::Rect;

/// The roles in the order they are offered; behind them, none.
const ROLES: [Role; 3] = [Role::Volunteer, Role::Warehouse, Role::Lead];

/// What can be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ask {
    Name,
    Role,
    /// The PIN of whoever is at the bench, who signs.
    Mine,
    Pin,
    Again,
}

/// The answers.
struct Answers {
    /// Whose PIN is set; none where somebody is added.
    whose: Option<PersonView>,
    name: Entry,
    role: Entry,
    mine: Entry,
    pin: Entry,
    again: Entry,
}

impl Answers {
    fn asks(&self) -> &'static [Ask] {
        match (&self.whose, self.role()) {
            (Some(_), _) => &[Ask::Mine, Ask::Pin, Ask::Again],
            (None, Some(_)) => &[Ask::Name, Ask::Role, Ask::Pin, Ask::Again],
            // A guest needs no PIN; whoever has a role does.
            (None, None) => &[Ask::Name, Ask::Role],
        }
    }

    fn role(&self) -> Option<Role> {
        ROLES.get(self.role.chosen()).copied()
    }

    fn ask(&self, at: usize) -> Ask {
        self.asks().get(at).copied().unwrap_or(Ask::Again)
    }

    /// What is asked for; none where nobody is at the bench to sign it.
    fn order(&self, world: &World) -> Option<PeopleOrder> {
        let pin = self.pin.hidden();
        if let Some(view) = &self.whose {
            let signer = Signer { person: world.signed_in()?.by.person.clone(), pin: self.mine.hidden() };
            return Some(PeopleOrder::SetPin { person: view.person.clone(), pin, signer });
        }
        let role = self.role();
        Some(PeopleOrder::Add { name: self.name.typed(), role, pin: role.map(|_role| pin) })
    }
}

/// Refuses a second time that is not like the first.
pub(in crate::screen) fn check_alike(first: &Entry, second: &Entry) -> Result<(), Failure> {
    if first.hidden() == second.hidden() {
        return Ok(());
    }
    Err(Failure::new(Trouble::Usage, say!("ask-not-alike")))
}

impl Form for Answers {
    fn len(&self) -> usize {
        self.asks().len()
    }

    fn question(&self, at: usize) -> (Sentence, Sentence) {
        match self.ask(at) {
            Ask::Name => (say!("person-ask-name"), say!("person-ask-name-note")),
            Ask::Role => (say!("person-ask-role"), say!("person-ask-role-note")),
            Ask::Mine => (say!("person-ask-mine"), say!("person-ask-mine-note")),
            Ask::Pin => (say!("person-ask-pin"), say!("person-ask-pin-note")),
            Ask::Again => (say!("ask-again"), say!("again-note")),
        }
    }

    fn entry(&self, at: usize) -> &Entry {
        match self.ask(at) {
            Ask::Name => &self.name,
            Ask::Role => &self.role,
            Ask::Mine => &self.mine,
            Ask::Pin => &self.pin,
            Ask::Again => &self.again,
        }
    }

    fn entry_mut(&mut self, at: usize) -> &mut Entry {
        match self.ask(at) {
            Ask::Name => &mut self.name,
            Ask::Role => &mut self.role,
            Ask::Mine => &mut self.mine,
            Ask::Pin => &mut self.pin,
            Ask::Again => &mut self.again,
        }
    }

    fn is_writing(&self, at: usize) -> bool {
        self.ask(at) == Ask::Name
    }

    fn check(&self, at: usize) -> Result<(), Failure> {
        match self.ask(at) {
            Ask::Name => check_name(&self.name.typed()).map(|_name| ()),
            // A wrong one is told, and counted, by whoever knows it.
            Ask::Role | Ask::Mine => Ok(()),
            Ask::Pin => check_pin(&self.pin.hidden()),
            Ask::Again => check_alike(&self.pin, &self.again),
        }
    }
}

/// A badge lets nobody in, so that whoever found one on the floor cannot: the rule's own words, before anything is typed.
pub(super) fn badge_makes_none() -> Failure {
    Failure::new(Trouble::No, say!("rule-badge-makes-none")).by_rule("badge-makes-none")
}

pub(super) struct Person {
    guide: Guide<Answers>,
    asked: Asked,
}

static KEYS: &[Binding<Person>] = &[
    Binding {
        key: Key::Enter,
        words: || say!("key-next-line"),
        when: |layer, _| !layer.asked.is_waiting(),
        what: |layer, world| layer.next(world),
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

impl Person {
    /// Somebody to be added; or that person's PIN to be set.
    pub(super) fn new(whose: Option<PersonView>) -> Self {
        let roles = ROLES.into_iter().map(role_sentence).chain([say!("role-guest")]).collect();
        let (name, role) = (Entry::text(""), Entry::choice(roles));
        let [mine, pin, again] = [(); 3].map(|()| Entry::secret());
        let answers = Answers { whose, name, role, mine, pin, again };
        Self { guide: Guide::new(answers), asked: Asked::NotYet }
    }

    fn next(&mut self, world: &World) -> Vec<Effect> {
        self.guide.next();
        if !self.guide.is_done() {
            return Vec::new();
        }
        let Some(order) = self.guide.form.order(world) else { return vec![Effect::Close] };
        self.guide.form.mine = Entry::secret();
        self.asked = Asked::Waiting;
        vec![Effect::People(order)]
    }
}

impl Screen for Person {
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        match input {
            Input::Key(key) => press(KEYS, self, key, world).unwrap_or_else(|| {
                self.guide.input(input);
                Vec::new()
            }),
            Input::Scan(text) | Input::Paste(text) if badge_code(text).is_some() => {
                self.guide.refuse(0, Report::from(&badge_makes_none()));
                Vec::new()
            }
            Input::Paste(_) => {
                self.guide.input(input);
                Vec::new()
            }
            Input::Scan(text) => {
                self.guide.input(Input::Paste(text));
                self.next(world)
            }
            Input::Answer(Answer::Refused(refusal)) => {
                self.asked = Asked::NotYet;
                self.guide.refuse(0, refusal.clone());
                Vec::new()
            }
            Input::Answer(Answer::VaultLocked) => {
                self.asked = Asked::NotYet;
                vec![Effect::Close, Effect::Open(Layer::Unlock)]
            }
            // The list of people below shows what became of them.
            Input::Answer(_) => vec![Effect::Close, Effect::People(PeopleOrder::List)],
        }
    }

    fn draw(&self, _world: &World, area: Rect, pen: &mut Pen<'_>) {
        let title = pen.say(&match &self.guide.form.whose {
            Some(view) => say!("person-pin-title", name = view.called()),
            None => say!("person-add-title"),
        });
        let inner = boxed(area, 13, &title, tint::PLAIN, pen);
        let used = self.guide.draw(inner, pen);
        if self.asked.is_waiting() {
            pen.line(below(inner, used), &say!("people-recording"), tint::NEXT);
        } else if let Some(refusal) = self.asked.refusal() {
            report(refusal, below(inner, used), pen);
        }
    }

    fn hints(&self, world: &World) -> Vec<Hint> {
        hints(KEYS, self, world)
    }

    fn takes(&self, answer: &Answer) -> bool {
        self.asked.is_waiting() && matches!(answer, Answer::Done(_) | Answer::Refused(_) | Answer::VaultLocked)
    }

    fn takes_badges(&self) -> bool {
        !self.guide.is_done() && self.guide.form.ask(self.guide.at()) == Ask::Mine
    }

    fn is_typing(&self) -> bool {
        self.guide.is_typing()
    }

    fn is_writing(&self) -> bool {
        self.guide.is_writing()
    }
}
