//! Recording that a disk was destroyed: which one, how, who saw it, and who records it, with name and PIN, or by badge.
//!
//! ```text
//! ┌ Hủy ổ đĩa của 7K3XQ-92M4T-Z ──────────────────────┐
//! │ WDC WD5000 500.1 GB                                │
//! │ Cách hủy: khoan thủng                              │
//! │ Người chứng kiến? ▶ Lê Văn Thư                     │
//! │ Người ghi? Gõ một phần tên: tr_                    │
//! └────────────────────────────────────────────────────┘
//! ```
//!
//! Invariant: nothing is sent before a disk, a way, a witness (or nobody), a name and a PIN (or a badge) are there; only that one record
//! is the signer's.

use super::super::Screen;
use super::super::glyphs::Mark;
use super::super::pen::{Pen, below};
use super::super::tint;
use super::signer::SignerForm;
use super::{Asked, Subject, boxed, outcome};
use crate::custody::DiskState;
use crate::event::disk::Destruction;
use crate::event::people::Role;
use crate::word::{Sentence, say};
use crate::workbench::{
    Answer, Binding, DestroyOrder, Effect, Hint, Input, Key, Layer, PeopleOrder, PersonView, Signature, World,
    destruction_sentence, hints, look_again, press,
};
use ratatui::layout::Rect;

/// Every way, as offered.
const WAYS: [Destruction; 4] = [Destruction::Drilled, Destruction::Shredded, Destruction::Degaussed, Destruction::Cut];

/// What is being answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Disk,
    Way,
    Witness,
    Signer,
}

pub(super) struct Destroy {
    subject: Subject,
    /// What the order calls each disk, and what people do.
    disks: Vec<(String, String)>,
    people: Option<Vec<PersonView>>,
    chosen: [usize; 3],
    signer: SignerForm,
    at: Place,
    asked: Asked,
}

static KEYS: &[Binding<Destroy>] = &[
    Binding {
        key: Key::Enter,
        words: || say!("key-next-line"),
        when: |layer, _| layer.at != Place::Signer && layer.count() > 0,
        what: |layer, _| {
            layer.at = match layer.at {
                Place::Disk => Place::Way,
                Place::Way => Place::Witness,
                Place::Witness | Place::Signer => Place::Signer,
            };
            Vec::new()
        },
    },
    Binding {
        key: Key::Enter,
        words: || say!("key-choose"),
        when: |layer, _| layer.at == Place::Signer && layer.signer.can_choose(),
        what: |layer, _| {
            layer.asked = Asked::NotYet;
            layer.signer.choose();
            Vec::new()
        },
    },
    Binding {
        key: Key::Enter,
        words: || say!("key-record"),
        when: |layer, _| layer.at == Place::Signer && layer.signer.can_sign() && !layer.asked.is_waiting(),
        what: |layer, _| layer.signer.sign().map(Signature::Pin).map(|by| layer.send(by)).unwrap_or_default(),
    },
    Binding {
        key: Key::Down,
        words: || say!("key-down"),
        when: |layer, _| layer.line().is_some_and(|line| line + 1 < layer.count()),
        what: |layer, _| layer.step(1),
    },
    Binding {
        key: Key::Up,
        words: || say!("key-up"),
        when: |layer, _| layer.line().is_some_and(|line| line > 0),
        what: |layer, _| layer.step(-1),
    },
    Binding {
        key: Key::Escape,
        words: || say!("key-back"),
        when: |layer, _| layer.at != Place::Disk,
        what: |layer, _| {
            layer.asked = Asked::NotYet;
            if layer.at != Place::Signer || !layer.signer.back() {
                layer.at = match layer.at {
                    Place::Disk | Place::Way => Place::Disk,
                    Place::Witness => Place::Way,
                    Place::Signer => Place::Witness,
                };
            }
            Vec::new()
        },
    },
    Binding { key: Key::Escape, words: || say!("key-close"), when: |_, _| true, what: |_, _| vec![Effect::Close] },
];

impl Destroy {
    /// Of the disk that was chosen to be wiped, else of those that the device is known to have.
    pub(super) fn new(subject: Subject, aimed: Option<(String, String)>, world: &World) -> Self {
        let known = world.here().into_iter().flat_map(|chosen| &chosen.disks);
        let known = known.filter(|line| line.state.is_some_and(|state| state != DiskState::Destroyed));
        let known = known.map(|line| (line.key.clone(), format!("{} {}", line.name, line.size.decimal())));
        let disks: Vec<_> = aimed.map_or_else(|| known.collect(), |aimed| vec![aimed]);
        let signer = SignerForm::new(|view| view.roles.contains(&Role::Lead) || view.roles.contains(&Role::Volunteer));
        Self { subject, disks, people: None, chosen: [0; 3], signer, at: Place::Disk, asked: Asked::NotYet }
    }

    /// Those who can be a witness, whoever will sign.
    fn witnesses(&self) -> Vec<&PersonView> {
        self.people.iter().flatten().filter(|view| !view.left && !view.roles.is_empty()).collect()
    }

    /// How many there are to choose from, "nobody" among the witnesses.
    fn count(&self) -> usize {
        match self.at {
            Place::Disk => self.disks.len(),
            Place::Way => WAYS.len(),
            Place::Witness => self.witnesses().len() + 1,
            Place::Signer => 0,
        }
    }

    /// Which of them is pointed at.
    const fn line(&self) -> Option<usize> {
        match self.at {
            Place::Disk => Some(self.chosen[0]),
            Place::Way => Some(self.chosen[1]),
            Place::Witness => Some(self.chosen[2]),
            Place::Signer => None,
        }
    }

    fn step(&mut self, by: isize) -> Vec<Effect> {
        let at = match self.at {
            Place::Disk => 0,
            Place::Way => 1,
            Place::Witness | Place::Signer => 2,
        };
        self.chosen[at] = self.chosen[at].saturating_add_signed(by);
        Vec::new()
    }

    fn witness(&self) -> Option<&PersonView> {
        self.witnesses().get(self.chosen[2]).copied()
    }

    fn send(&mut self, signature: Signature) -> Vec<Effect> {
        if self.asked.is_waiting() {
            return Vec::new();
        }
        let witness = self.witness().map(|view| view.person.to_string());
        let (Some((disk, _)), Some(how)) = (self.disks.get(self.chosen[0]).cloned(), WAYS.get(self.chosen[1]).copied())
        else {
            return Vec::new();
        };
        self.asked = Asked::Waiting;
        let order = DestroyOrder { disk, how, witness, reason: None };
        vec![Effect::People(PeopleOrder::Destroy { device: self.subject.device.clone(), order, signature })]
    }

    /// One question: all its lines while it is being answered, afterwards the chosen one.
    fn question(&self, place: Place, ask: &Sentence, lines: &[String], area: Rect, pen: &mut Pen<'_>) -> u16 {
        let at = match place {
            Place::Disk => self.chosen[0],
            Place::Way => self.chosen[1],
            Place::Witness | Place::Signer => self.chosen[2],
        };
        let is_open = self.at == place;
        pen.line(area, ask, if is_open { tint::NEXT } else { tint::PLAIN });
        let mut used = 1;
        for (number, text) in lines.iter().enumerate().filter(|(number, _)| is_open || *number == at) {
            let is_here = number == at;
            let (mark, style) = if is_here { (pen.glyphs().mark(Mark::Here), tint::HERE) } else { (" ", tint::PLAIN) };
            let line = below(area, used);
            pen.pieces(
                Rect { height: line.height.min(1), ..line },
                &[("  ", style), (mark, style), (" ", style), (text, style)],
            );
            used += 1;
        }
        used
    }
}

impl Screen for Destroy {
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        match input {
            Input::Key(key) => press(KEYS, self, key, world).unwrap_or_else(|| {
                if self.at == Place::Signer {
                    self.signer.input(input);
                }
                Vec::new()
            }),
            Input::Scan(text) | Input::Paste(text) => match self.signer.badge(text) {
                Some(signature) => self.send(signature),
                None if self.at == Place::Signer && self.signer.input(input) => {
                    self.update(Input::Key(Key::Enter), world)
                }
                None => Vec::new(),
            },
            Input::Answer(Answer::People(people)) => {
                self.asked = Asked::NotYet;
                self.people = Some(people.clone());
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

    fn draw(&self, _world: &World, area: Rect, pen: &mut Pen<'_>) {
        let title = pen.say(&say!("destroy-title", tag = self.subject.name.as_str()));
        let inner = boxed(area, area.height.saturating_sub(4), &title, tint::WARN, pen);
        if self.disks.is_empty() {
            let none = pen.say(&say!("destroy-none"));
            pen.wrapped(inner, &none, tint::WARN);
            return;
        }
        let names: Vec<String> = self.disks.iter().map(|(_, name)| name.clone()).collect();
        let mut rest = below(inner, self.question(Place::Disk, &say!("destroy-ask-disk"), &names, inner, pen));
        if self.at != Place::Disk {
            let ways: Vec<String> = WAYS.iter().map(|how| pen.say(&destruction_sentence(*how))).collect();
            rest = below(rest, self.question(Place::Way, &say!("destroy-ask-how"), &ways, rest, pen));
        }
        if matches!(self.at, Place::Witness | Place::Signer) {
            let mut seen: Vec<String> = self.witnesses().iter().map(|view| view.called().to_owned()).collect();
            seen.push(pen.say(&say!("destroy-nobody")));
            rest = below(rest, self.question(Place::Witness, &say!("destroy-ask-witness"), &seen, rest, pen));
        }
        if self.at == Place::Signer {
            rest = below(rest, self.signer.draw(rest, &say!("destroy-who"), pen));
        }
        outcome(&self.asked, &say!("signing-in"), &say!("destroy-note"), below(rest, 1), pen);
    }

    fn hints(&self, world: &World) -> Vec<Hint> {
        hints(KEYS, self, world)
    }

    fn begin(&self) -> Vec<Effect> {
        vec![Effect::People(PeopleOrder::List)]
    }

    fn takes(&self, answer: &Answer) -> bool {
        matches!(answer, Answer::People(_) | Answer::VaultLocked)
            || ((self.asked.is_waiting() || self.people.is_none()) && matches!(answer, Answer::Refused(_)))
            || (self.asked.is_waiting() && matches!(answer, Answer::Done(_)))
    }

    fn takes_badges(&self) -> bool {
        self.at == Place::Signer
    }

    fn is_typing(&self) -> bool {
        self.at == Place::Signer
    }
}
