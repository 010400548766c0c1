//! The people of the station, for leads: who is there, what they may do; adding somebody, roles, PINs, badges.
//!
//! ```text
//! ┌ Người ở trạm này: 3 ──────────────────────────────┐
//! │ ▶ Trần Thị Thử     đội trưởng                      │
//! │   Lê Văn Thư       tình nguyện viên · chưa có PIN  │
//! │   Khách            khách                           │
//! └───────────────────────────────────────────────────┘
//! ```
//!
//! Invariant: what is offered here is done, or refused, by the rules; nothing is decided here.

use super::super::Screen;
use super::super::pen::{Pen, below};
use super::super::tint;
use super::signer::person;
use super::{boxed, report};
use crate::unit::fold;
use crate::word::say;
use crate::workbench::{
    Answer, Binding, Effect, Hint, Input, Key, Layer, PeopleOrder, PersonView, Report, World, hints, press,
};
use ratatui::layout::Rect;

#[derive(Default)]
pub(super) struct People {
    views: Option<Vec<PersonView>>,
    refusal: Option<Report>,
    at: usize,
}

static KEYS: &[Binding<People>] = &[
    Binding {
        key: Key::Char('t'),
        words: || say!("key-person-add"),
        when: |layer, _| layer.views.is_some(),
        what: |_, _| vec![Effect::Open(Layer::PersonAdd)],
    },
    Binding {
        key: Key::Char('v'),
        words: || say!("key-person-roles"),
        when: |layer, _| layer.here().is_some(),
        what: |layer, _| layer.on_person(Layer::PersonRoles),
    },
    Binding {
        key: Key::Char('p'),
        words: || say!("key-person-pin"),
        when: |layer, _| layer.here().is_some_and(|view| !view.left),
        what: |layer, _| layer.on_person(Layer::PersonPin),
    },
    Binding {
        key: Key::Char('h'),
        words: || say!("key-person-badge"),
        when: |layer, _| layer.here().is_some_and(|view| !view.left),
        what: |layer, _| layer.on_person(|view| Layer::PersonBadge(view.person.clone(), view.called().to_owned())),
    },
    Binding {
        key: Key::Down,
        words: || say!("key-down"),
        when: |layer, _| layer.at + 1 < layer.views.as_ref().map_or(0, Vec::len),
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

impl People {
    fn here(&self) -> Option<&PersonView> {
        self.views.as_ref()?.get(self.at)
    }

    fn on_person(&self, layer: fn(PersonView) -> Layer) -> Vec<Effect> {
        self.here().map(|view| Effect::Open(layer(view.clone()))).into_iter().collect()
    }
}

impl Screen for People {
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        match input {
            Input::Key(key) => press(KEYS, self, key, world).unwrap_or_default(),
            Input::Answer(Answer::People(people)) => {
                let mut people = people.clone();
                people.sort_by_cached_key(|view| (view.left, view.roles.is_empty(), fold(view.called())));
                self.at = self.at.min(people.len().saturating_sub(1));
                (self.views, self.refusal) = (Some(people), None);
                Vec::new()
            }
            Input::Answer(Answer::VaultLocked) => vec![Effect::Open(Layer::Unlock)],
            Input::Answer(Answer::Refused(refusal)) => {
                self.refusal = Some(refusal.clone());
                Vec::new()
            }
            Input::Answer(_) | Input::Scan(_) | Input::Paste(_) => Vec::new(),
        }
    }

    fn draw(&self, _world: &World, area: Rect, pen: &mut Pen<'_>) {
        let count = self.views.as_ref().map_or(0, Vec::len);
        let title = pen.say(&say!("people-title", count = count as u64));
        let inner = boxed(area, area.height.saturating_sub(4), &title, tint::PLAIN, pen);
        if let Some(refusal) = &self.refusal {
            report(refusal, inner, pen);
            return;
        }
        let Some(people) = &self.views else {
            pen.line(inner, &say!("people-reading"), tint::PLAIN);
            return;
        };
        let lines = usize::from(inner.height.saturating_sub(3)).max(1);
        let first = (self.at + 1).saturating_sub(lines);
        for (line, (number, view)) in (0u16..).zip(people.iter().enumerate().skip(first).take(lines)) {
            person(view, number == self.at, below(inner, line), pen);
        }
        let note = pen.say(&say!("people-note"));
        pen.wrapped(below(inner, inner.height.saturating_sub(2)), &note, tint::DIM);
    }

    fn hints(&self, world: &World) -> Vec<Hint> {
        hints(KEYS, self, world)
    }

    fn begin(&self) -> Vec<Effect> {
        vec![Effect::People(PeopleOrder::List)]
    }

    fn takes(&self, answer: &Answer) -> bool {
        matches!(answer, Answer::People(_) | Answer::VaultLocked)
            || (self.views.is_none() && matches!(answer, Answer::Refused(_)))
    }
}
