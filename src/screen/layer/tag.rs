//! The device's tag as a QR code where the terminal can draw one, and giving the device another tag.

use super::super::Screen;
use super::super::field::Field;
use super::super::glyphs::Glyphs;
use super::super::pen::{Pen, below, middle, right_of};
use super::super::tint;
use super::{Asked, Subject, boxed, report};
use crate::event::label::LabelFor;
use crate::port::{Failure, Trouble};
use crate::tag::{Domain, Drawing, Ground, Payload, Qr, TagId};
use crate::word::say;
use crate::workbench::{
    Answer, Binding, Effect, Hint, Input, Key, Layer, PrintOrder, Scan, World, hints, no_tag, press, read_scan,
};
use ratatui::layout::Rect;

pub(super) struct Tag {
    subject: Subject,
    /// The new tag being typed; none while the code is shown.
    typed: Option<Field>,
    asked: Asked,
}

static KEYS: &[Binding<Tag>] = &[
    Binding {
        key: Key::Enter,
        words: || say!("key-bind"),
        when: |layer, _| layer.typed.is_some() && !layer.asked.is_waiting(),
        what: |layer, _| layer.bind(),
    },
    Binding {
        key: Key::Char('m'),
        words: || say!("key-new-tag"),
        when: |layer, _| layer.typed.is_none(),
        what: |layer, _| {
            layer.typed = Some(Field::default());
            Vec::new()
        },
    },
    Binding {
        key: Key::Char('p'),
        words: || say!("key-print-label"),
        when: |layer, _| layer.can_print(),
        what: |layer, _| layer.print(LabelFor::Device),
    },
    Binding {
        key: Key::Char('x'),
        words: || say!("key-print-erased"),
        when: |layer, _| layer.can_print(),
        what: |layer, _| layer.print(LabelFor::Erased),
    },
    Binding {
        key: Key::Char('s'),
        words: || say!("key-swap"),
        when: |layer, _| layer.can_print(),
        what: |_, _| vec![Effect::Close, Effect::Open(Layer::Swap)],
    },
    Binding {
        key: Key::Enter,
        words: || say!("key-close"),
        when: |layer, _| layer.typed.is_none(),
        what: |_, _| vec![Effect::Close],
    },
    Binding { key: Key::Escape, words: || say!("key-close"), when: |_, _| true, what: |_, _| vec![Effect::Close] },
];

impl Tag {
    pub(super) const fn new(subject: Subject) -> Self {
        Self { subject, typed: None, asked: Asked::NotYet }
    }

    const fn can_print(&self) -> bool {
        self.typed.is_none() && !self.asked.is_waiting()
    }

    fn print(&mut self, label: LabelFor) -> Vec<Effect> {
        self.asked = Asked::Waiting;
        vec![Effect::Print(PrintOrder::Label { device: self.subject.device.to_string(), label })]
    }

    fn bind(&mut self) -> Vec<Effect> {
        let text = self.typed.as_ref().map(Field::text).unwrap_or_default();
        let tag = match TagId::read(&text) {
            _ if text.is_empty() => None,
            Ok(tag) => Some(tag),
            Err(error) => {
                let failure = if matches!(read_scan(&text, None), Scan::Other | Scan::Damaged(_)) {
                    Failure::new(Trouble::Usage, error.sentence()).hint(say!("tag-wrong-hint"))
                } else {
                    no_tag(&text, None)
                };
                self.asked = Asked::Refused((&failure).into());
                return Vec::new();
            }
        };
        self.asked = Asked::Waiting;
        vec![Effect::BindTag { device: self.subject.device.clone(), tag }]
    }

    fn draw_field(&self, field: &Field, area: Rect, pen: &mut Pen<'_>) {
        let title = pen.say(&say!("tag-title-new", tag = self.subject.name.as_str()));
        let inner = boxed(area, 7, &title, tint::PLAIN, pen);
        let note = pen.say(&say!("tag-new-note"));
        let rest = below(inner, pen.wrapped(inner, &note, tint::PLAIN) + 1);
        let used = pen.line(rest, &say!("tag-prompt"), tint::NEXT);
        let room = right_of(rest, used + 1);
        field.draw(Rect { width: room.width.min(40), ..room }, !self.asked.is_waiting(), pen);
        if self.asked.is_waiting() {
            pen.line(below(rest, 1), &say!("recording"), tint::NEXT);
        } else if let Some(refusal) = self.asked.refusal() {
            report(refusal, below(rest, 1), pen);
        }
    }

    /// The code and what it says, as high as it is; a terminal that cannot draw it is told how to print it.
    fn draw_code(&self, domain: Option<&Domain>, area: Rect, pen: &mut Pen<'_>) {
        if let Some(refusal) = self.asked.refusal() {
            let title = pen.say(&say!("tag-title", tag = self.subject.name.as_str()));
            let inner = boxed(area, 6, &title, tint::PLAIN, pen);
            report(refusal, inner, pen);
            return;
        }
        let title = pen.say(&say!("tag-title", tag = self.subject.name.as_str()));
        let payload = TagId::read(&self.subject.name).ok().and_then(|tag| Some(Payload::new(domain?, &tag)));
        let code = payload.as_ref().and_then(|payload| Qr::new(payload).ok());
        let drawn =
            code.filter(|_| pen.glyphs() == Glyphs::Full).map(|qr| qr.terminal(Drawing::HalfBlocks, Ground::Dark));
        let high = drawn.as_ref().map_or(0, |text| u16::try_from(text.lines().count()).unwrap_or(u16::MAX));
        if let Some(text) = drawn.filter(|_| high + 2 <= area.height) {
            let inner = boxed(area, area.height.saturating_sub(2), &title, tint::PLAIN, pen);
            let wide = text.lines().next().map_or(0, |line| u16::try_from(line.chars().count()).unwrap_or(u16::MAX));
            let at = middle(inner, wide, high);
            for (number, line) in (0u16..).zip(text.lines()) {
                pen.text(Rect { height: 1, ..below(at, number) }, line, tint::CODE);
            }
            return;
        }
        let inner = boxed(area, 6, &title, tint::PLAIN, pen);
        let text = payload.as_ref().map_or("", Payload::as_str);
        let rest = below(inner, pen.wrapped(inner, text, tint::TITLE) + 1);
        let print = pen.say(&say!("tag-print", tag = self.subject.name.as_str()));
        pen.wrapped(rest, &print, tint::PLAIN);
    }
}

impl Screen for Tag {
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        match (input, &mut self.typed) {
            (Input::Key(key), _) => press(KEYS, self, key, world).unwrap_or_else(|| {
                if let Some(field) = &mut self.typed {
                    field.press(key);
                }
                Vec::new()
            }),
            (Input::Scan(text) | Input::Paste(text), _) => {
                self.typed = Some(Field::with(text.trim()));
                Vec::new()
            }
            (Input::Answer(Answer::Refused(refusal)), _) => {
                self.asked = Asked::Refused(refusal.clone());
                Vec::new()
            }
            (Input::Answer(_), _) => vec![Effect::Home],
        }
    }

    fn draw(&self, world: &World, area: Rect, pen: &mut Pen<'_>) {
        match &self.typed {
            Some(field) => self.draw_field(field, area, pen),
            None => self.draw_code(world.domain.as_ref(), area, pen),
        }
    }

    fn hints(&self, world: &World) -> Vec<Hint> {
        hints(KEYS, self, world)
    }

    fn takes(&self, answer: &Answer) -> bool {
        self.asked.is_waiting() && matches!(answer, Answer::Done(_) | Answer::Refused(_))
    }

    fn is_typing(&self) -> bool {
        self.typed.is_some()
    }
}
