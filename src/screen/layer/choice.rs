//! One of a few: why a device is put on hold or in quarantine or goes on, or which role a person gets or loses.

use super::super::Screen;
use super::super::glyphs::Mark;
use super::super::pen::{Pen, below};
use super::super::tint;
use super::{Asked, Subject, boxed, outcome};
use crate::event::intake::{Danger, HoldReason};
use crate::event::people::Role;
use crate::word::{Sentence, say};
use crate::workbench::{
    Answer, Binding, Effect, Hint, Input, Key, Layer, PeopleOrder, PersonView, World, hints, press, role_sentence,
};
use ratatui::layout::Rect;

pub(super) struct Choice {
    title: Sentence,
    note: Sentence,
    options: Vec<(Sentence, Effect)>,
    at: usize,
    asked: Asked,
    /// What follows where it was done.
    then: fn() -> Vec<Effect>,
}

static KEYS: &[Binding<Choice>] = &[
    Binding {
        key: Key::Enter,
        words: || say!("key-record"),
        when: |layer, _| !layer.asked.is_waiting(),
        what: |layer, _| {
            layer.asked = Asked::Waiting;
            layer.options.get(layer.at).map(|(_, effect)| effect.clone()).into_iter().collect()
        },
    },
    Binding {
        key: Key::Down,
        words: || say!("key-down"),
        when: |layer, _| layer.at + 1 < layer.options.len(),
        what: |layer, _| {
            layer.at += 1;
            Vec::new()
        },
    },
    Binding {
        key: Key::Up,
        words: || say!("key-up"),
        when: |layer, _| layer.at > 0,
        what: |layer, _| {
            layer.at -= 1;
            Vec::new()
        },
    },
    Binding { key: Key::Escape, words: || say!("key-close"), when: |_, _| true, what: |_, _| vec![Effect::Close] },
];

impl Choice {
    pub(super) fn hold(subject: &Subject, world: &World) -> Self {
        let effect = |reason| Effect::Hold { device: subject.device.clone(), reason };
        let options = if world.here().is_some_and(|chosen| chosen.row.held) {
            vec![(say!("hold-release"), effect(None))]
        } else {
            vec![
                (say!("hold-part"), effect(Some(HoldReason::Part))),
                (say!("hold-donor"), effect(Some(HoldReason::Donor))),
                (say!("hold-decision"), effect(Some(HoldReason::Decision))),
                (say!("hold-other"), effect(Some(HoldReason::Other))),
            ]
        };
        Self::new(say!("hold-title", tag = subject.name.as_str()), say!("hold-note"), options)
    }

    pub(super) fn quarantine(subject: &Subject, world: &World) -> Self {
        let effect = |danger| Effect::Quarantine { device: subject.device.clone(), danger };
        let options = if world.here().is_some_and(|chosen| chosen.row.quarantined) {
            vec![(say!("quarantine-clear"), effect(None))]
        } else {
            vec![
                (say!("quarantine-battery"), effect(Some(Danger::Battery))),
                (say!("quarantine-liquid"), effect(Some(Danger::Liquid))),
                (say!("quarantine-smoke"), effect(Some(Danger::Smoke))),
            ]
        };
        Self::new(say!("quarantine-title", tag = subject.name.as_str()), say!("quarantine-note"), options)
    }

    /// Each role that can be given, each that can be taken back, and leaving.
    pub(super) fn roles(whose: &PersonView) -> Self {
        let person = || whose.person.clone();
        let roles = [Role::Volunteer, Role::Warehouse, Role::Lead];
        let give = roles.into_iter().filter(|role| !whose.roles.contains(role)).map(|role| {
            let order = PeopleOrder::Grant { person: person(), role };
            (say!("person-grant", role = role_sentence(role)), Effect::People(order))
        });
        let take = whose.roles.iter().map(|role| {
            let order = PeopleOrder::Revoke { person: person(), role: Some(*role) };
            (say!("person-revoke", role = role_sentence(*role)), Effect::People(order))
        });
        let leaves = (whose.roles.len() > 1)
            .then(|| (say!("person-revoke-all"), Effect::People(PeopleOrder::Revoke { person: person(), role: None })));
        let options = give.chain(take).chain(leaves).collect();
        let choice = Self::new(say!("person-roles-title", name = whose.called()), say!("person-roles-note"), options);
        Self { then: || vec![Effect::Close, Effect::People(PeopleOrder::List)], ..choice }
    }

    fn new(title: Sentence, note: Sentence, options: Vec<(Sentence, Effect)>) -> Self {
        Self { title, note, options, at: 0, asked: Asked::NotYet, then: || vec![Effect::Home] }
    }
}

impl Screen for Choice {
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        match input {
            Input::Key(key) => press(KEYS, self, key, world).unwrap_or_default(),
            Input::Answer(Answer::Refused(refusal)) => {
                self.asked = Asked::Refused(refusal.clone());
                Vec::new()
            }
            Input::Answer(Answer::VaultLocked) => {
                self.asked = Asked::NotYet;
                vec![Effect::Open(Layer::Unlock)]
            }
            // What is to be done now is read before anything else.
            Input::Answer(Answer::Done(done)) if done.lines.len() > 1 => {
                let message = Effect::Open(Layer::Message(done.clone()));
                (self.then)().into_iter().chain([message]).collect()
            }
            Input::Answer(_) => (self.then)(),
            Input::Scan(_) | Input::Paste(_) => Vec::new(),
        }
    }

    fn draw(&self, _world: &World, area: Rect, pen: &mut Pen<'_>) {
        let title = pen.say(&self.title);
        let lines = u16::try_from(self.options.len()).unwrap_or(u16::MAX);
        let inner = boxed(area, lines.saturating_add(5), &title, tint::PLAIN, pen);
        for (number, (words, _)) in self.options.iter().enumerate() {
            let is_here = number == self.at;
            let (mark, style) = if is_here { (pen.glyphs().mark(Mark::Here), tint::HERE) } else { (" ", tint::PLAIN) };
            let words = pen.say(words);
            let line = Rect { height: 1, ..below(inner, u16::try_from(number).unwrap_or(u16::MAX)) };
            pen.pieces(line, &[(mark, style), (" ", style), (&words, style)]);
        }
        outcome(&self.asked, &say!("recording"), &self.note, below(inner, lines.saturating_add(1)), pen);
    }

    fn hints(&self, world: &World) -> Vec<Hint> {
        hints(KEYS, self, world)
    }

    fn takes(&self, answer: &Answer) -> bool {
        self.asked.is_waiting() && matches!(answer, Answer::Done(_) | Answer::Refused(_) | Answer::VaultLocked)
    }
}
