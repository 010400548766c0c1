//! The station's printers: which there are, another one, the usual one, a test label, how far one prints off, forgetting one.
//!
//! ```text
//! ┌ Máy in của trạm: 2 ───────────────────────────────┐
//! │ ▶ tem: usb:/dev/usb/lp0 · tspl · nhiệt 50×30       │
//! │   ✓ thường dùng · 3 nhãn đang chờ: hết giấy        │
//! └───────────────────────────────────────────────────┘
//! ```
//!
//! Invariant: what stands here was read from the station's settings, never what was only asked for.

use super::super::Screen;
use super::super::glyphs::Mark;
use super::super::guide::{Form, Guide, Step};
use super::super::moves::{self, Moves};
use super::super::pen::{Pen, below};
use super::super::tint;
use super::printer_form::PrinterForm;
use super::{Asked, boxed, report};
use crate::word::{Sentence, say};
use crate::workbench::{
    Answer, Binding, Effect, Hint, Input, Key, PrinterOrder, PrinterSetting, PrintersView, Report, World, hints, press,
};
use ratatui::layout::Rect;

/// Lines of the box.
const LINES: u16 = 17;

#[derive(Default)]
pub(super) struct Printers {
    view: Option<PrintersView>,
    at: usize,
    /// The questions about a printer.
    guide: Option<Guide<PrinterForm>>,
    /// Whether the questions begin once it is known which printers show themselves.
    is_adding: bool,
    asked: Asked,
}

static KEYS: &[Binding<Printers>] = &[
    Binding {
        key: Key::Enter,
        words: || say!("key-next-line"),
        when: |layer, _| layer.guide.is_some() && !layer.asked.is_waiting(),
        what: |layer, _| layer.next(),
    },
    Binding {
        key: Key::Escape,
        words: || say!("key-back"),
        when: |layer, _| layer.guide.is_some() && !layer.asked.is_waiting(),
        what: |layer, _| {
            if layer.guide.as_mut().is_none_or(|guide| guide.back() == Step::Out) {
                layer.guide = None;
            }
            Vec::new()
        },
    },
    Binding {
        key: Key::Char('t'),
        words: || say!("key-printer-add"),
        when: |layer, _| layer.is_list(),
        what: |layer, _| {
            layer.is_adding = true;
            layer.ask(PrinterOrder::Find)
        },
    },
    Binding {
        key: Key::Char('i'),
        words: || say!("key-printer-test"),
        when: |layer, _| layer.is_list() && layer.here().is_some(),
        what: |layer, _| layer.on_one(PrinterOrder::Test),
    },
    Binding {
        key: Key::Char('l'),
        words: || say!("key-printer-offset"),
        when: |layer, _| layer.is_list() && layer.here().is_some(),
        what: |layer, _| layer.offset(),
    },
    Binding {
        key: Key::Char('m'),
        words: || say!("key-printer-usual"),
        when: |layer, _| layer.is_list() && layer.here().is_some_and(|one| !one.default),
        what: |layer, _| layer.on_one(PrinterOrder::Usual),
    },
    Binding {
        key: Key::Char('x'),
        words: || say!("key-printer-remove"),
        when: |layer, _| layer.is_list() && layer.here().is_some(),
        what: |layer, _| layer.on_one(PrinterOrder::Remove),
    },
    moves::down(),
    moves::up(),
    moves::page_down(),
    moves::page_up(),
    Binding { key: Key::Escape, words: || say!("key-close"), when: |_, _| true, what: |_, _| vec![Effect::Close] },
];

impl Printers {
    const fn is_list(&self) -> bool {
        self.view.is_some() && self.guide.is_none() && !self.asked.is_waiting()
    }

    fn here(&self) -> Option<&PrinterSetting> {
        self.view.as_ref()?.printers.get(self.at)
    }

    fn ask(&mut self, order: PrinterOrder) -> Vec<Effect> {
        self.asked = Asked::Waiting;
        vec![Effect::Printer(order)]
    }

    fn on_one(&mut self, order: fn(String) -> PrinterOrder) -> Vec<Effect> {
        let name = self.here().map(|one| one.name.clone());
        name.map(|name| self.ask(order(name))).unwrap_or_default()
    }

    fn offset(&mut self) -> Vec<Effect> {
        if let (Some(view), Some(one)) = (&self.view, self.here()) {
            self.guide = Some(Guide::new(PrinterForm::offset(view, one.clone())));
            self.asked = Asked::NotYet;
        }
        Vec::new()
    }

    fn next(&mut self) -> Vec<Effect> {
        let Some(guide) = &mut self.guide else { return Vec::new() };
        guide.next();
        if !guide.is_done() {
            return Vec::new();
        }
        match guide.form.printer() {
            Ok(printer) => self.ask(PrinterOrder::Keep(printer)),
            Err(failure) => {
                self.refuse(&(&failure).into());
                Vec::new()
            }
        }
    }

    /// Says it at the last question, where there are any.
    fn refuse(&mut self, refusal: &Report) {
        self.is_adding = false;
        match &mut self.guide {
            Some(guide) => {
                guide.refuse(guide.form.len().saturating_sub(1), refusal.clone());
                self.asked = Asked::NotYet;
            }
            None => self.asked = Asked::Refused(refusal.clone()),
        }
    }

    fn hear(&mut self, view: &PrintersView) {
        self.at = self.at.min(view.printers.len().saturating_sub(1));
        self.asked = Asked::NotYet;
        self.guide = std::mem::take(&mut self.is_adding).then(|| Guide::new(PrinterForm::new(view)));
        self.view = Some(view.clone());
    }

    /// Below a printer: whether it is the usual one, how far off it prints, what waits for it.
    fn about(one: &PrinterSetting, world: &World) -> Vec<Sentence> {
        let waiting: Vec<_> = world.prints.iter().filter(|wait| wait.printer == one.name).collect();
        let why = waiting.iter().find_map(|wait| wait.why.clone());
        let far = |micrometres: i32| format!("{:.1}", f64::from(micrometres) / 1000.0);
        let off = say!("printers-off", right = far(one.right), down = far(one.down));
        let count = waiting.len() as u64;
        [
            one.default.then(|| say!("printers-is-usual")),
            ((one.right, one.down) != (0, 0)).then_some(off),
            (count > 0).then(|| match why {
                Some(why) => say!("printers-waits-why", count = count, why = why),
                None => say!("printers-waits", count = count),
            }),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    fn draw_list(&self, view: &PrintersView, world: &World, inner: Rect, pen: &mut Pen<'_>) {
        let mut used = 0;
        for (number, one) in view.printers.iter().enumerate().skip(self.at.saturating_sub(3)).take(4) {
            let is_here = number == self.at;
            let (mark, style) = if is_here { (pen.glyphs().mark(Mark::Here), tint::HERE) } else { (" ", tint::PLAIN) };
            let paper = view.papers.iter().find(|paper| paper.id == one.template);
            let paper = paper.map_or(one.template.as_str(), |paper| paper.name.as_str());
            let (name, address, language) = (one.name.as_str(), one.address.to_string(), one.language.as_str());
            let line = say!("printer-row", name = name, address = address, language = language, template = paper);
            used += pen.wrapped(below(inner, used), &format!("{mark} {}", pen.say(&line)), style);
            let about: Vec<_> = Self::about(one, world).iter().map(|line| pen.say(line)).collect();
            if !about.is_empty() {
                used += pen.wrapped(below(inner, used), &format!("    {}", about.join(" · ")), tint::DIM);
            }
        }
        used += u16::from(!view.printers.is_empty());
        if self.asked.is_waiting() {
            let doing = if self.is_adding { say!("printers-looking") } else { say!("recording") };
            pen.line(below(inner, used), &doing, tint::NEXT);
        } else if let Some(refusal) = self.asked.refusal() {
            report(refusal, below(inner, used), pen);
        } else {
            let (told, style) = match &view.told {
                Some(told) => (told.clone(), tint::GOOD),
                None if view.printers.is_empty() => (say!("printers-none"), tint::PLAIN),
                None => (say!("printers-note"), tint::DIM),
            };
            pen.wrapped(below(inner, used), &pen.say(&told), style);
        }
    }
}

impl Moves for Printers {
    // While a question is asked, the arrows are for its answer.
    fn places(&self, _world: &World) -> usize {
        if self.guide.is_some() { 0 } else { self.view.as_ref().map_or(0, |view| view.printers.len()) }
    }

    fn at(&self) -> usize {
        if self.guide.is_some() { 0 } else { self.at }
    }

    fn go(&mut self, at: usize, _world: &World) -> Vec<Effect> {
        self.at = at;
        Vec::new()
    }
}

impl Screen for Printers {
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        match input {
            Input::Key(key) => press(KEYS, self, key, world).unwrap_or_else(|| {
                self.guide.iter_mut().for_each(|guide| guide.input(input));
                Vec::new()
            }),
            Input::Scan(_) | Input::Paste(_) => {
                self.guide.iter_mut().for_each(|guide| guide.input(input));
                Vec::new()
            }
            Input::Answer(Answer::Printers(view)) => {
                self.hear(view);
                Vec::new()
            }
            Input::Answer(Answer::Refused(refusal)) => {
                self.refuse(refusal);
                Vec::new()
            }
            Input::Answer(_) => Vec::new(),
        }
    }

    fn draw(&self, world: &World, area: Rect, pen: &mut Pen<'_>) {
        let count = self.view.as_ref().map_or(0, |view| view.printers.len() as u64);
        let title = pen.say(&say!("printers-title", count = count));
        let inner = boxed(area, LINES, &title, tint::PLAIN, pen);
        match (&self.guide, &self.view) {
            (Some(guide), _) => {
                guide.draw(inner, pen);
            }
            (None, Some(view)) => self.draw_list(view, world, inner, pen),
            (None, None) => match self.asked.refusal() {
                Some(refusal) => _ = report(refusal, inner, pen),
                None => _ = pen.line(inner, &say!("bench-reading"), tint::PLAIN),
            },
        }
    }

    fn hints(&self, world: &World) -> Vec<Hint> {
        hints(KEYS, self, world)
    }

    fn begin(&self) -> Vec<Effect> {
        vec![Effect::Printer(PrinterOrder::Look)]
    }

    fn takes(&self, answer: &Answer) -> bool {
        matches!(answer, Answer::Printers(_))
            || (matches!(answer, Answer::Refused(_)) && (self.asked.is_waiting() || self.view.is_none()))
    }

    fn is_typing(&self) -> bool {
        self.guide.as_ref().is_some_and(Guide::is_typing)
    }

    fn is_writing(&self) -> bool {
        self.guide.as_ref().is_some_and(Guide::is_writing)
    }
}
