//! Arming a disk: what will be done in words, what it cannot reach, and the end of the serial typed by hand.
//!
//! ```text
//! ┌ XÓA ổ đĩa của 7K3XQ-92M4T-Z ───────────────────────────────┐
//! │ sdb: WDC WD5000 · 500.1 GB · sê-ri WD-WX81A · ata          │
//! │ Sẽ làm: ghi đè bằng số 0; cao nhất có thể đạt: mức Clear   │
//! │ ! Mọi dữ liệu trên ổ này sẽ mất, không lấy lại được.       │
//! │ Gõ ít nhất 4 ký tự cuối của số sê-ri: ____                 │
//! └────────────────────────────────────────────────────────────┘
//! ```
//!
//! Invariant: nothing is armed here; what was typed goes with the order, and the workbench compares it with the disk.

use super::super::Screen;
use super::super::field::Field;
use super::super::glyphs::Mark;
use super::super::pen::{Pen, below, right_of};
use super::super::tint;
use super::disks::told;
use super::{Asked, boxed, report};
use crate::device::medium_lines;
use crate::unit::Bytes;
use crate::wipe::{METHODS, Method, default_for, plan};
use crate::word::{Sentence, say};
use crate::workbench::{
    Aim, Answer, Binding, Effect, Hint, ImageOrder, Input, Key, Report, Task, WipeOrder, World, hints, press,
};
use ratatui::layout::Rect;

pub(super) struct Arm {
    aim: Aim,
    task: Task,
    method: &'static dyn Method,
    typed: Field,
    asked: Asked,
}

static KEYS: &[Binding<Arm>] = &[
    Binding {
        key: Key::Enter,
        words: || say!("key-begin"),
        when: |layer, _| !layer.asked.is_waiting() && !layer.typed.text().is_empty(),
        what: |layer, _| layer.begin_job(),
    },
    Binding {
        key: Key::Tab,
        words: || say!("key-method"),
        // A scanner may end what it types with Tab: behind a serial it chooses nothing.
        when: |layer, _| layer.task == Task::Wipe && !layer.asked.is_waiting() && layer.typed.text().is_empty(),
        what: |layer, _| {
            let at = METHODS.iter().position(|method| method.id() == layer.method.id()).unwrap_or(0);
            layer.method = METHODS.get(at + 1).or(METHODS.first()).copied().unwrap_or(layer.method);
            Vec::new()
        },
    },
    // A job that begins all the same is on the bench.
    Binding { key: Key::Escape, words: || say!("key-close"), when: |_, _| true, what: |_, _| vec![Effect::Close] },
];

impl Arm {
    pub(super) fn new(aim: Aim, task: Task) -> Self {
        let method = default_for(&aim.view.medium);
        Self { aim, task, method, typed: Field::default(), asked: Asked::NotYet }
    }

    fn begin_job(&mut self) -> Vec<Effect> {
        self.asked = Asked::Waiting;
        let (device, confirm) = (self.aim.device.clone(), Some(self.typed.text()));
        let disk = self.aim.view.disk.name.clone();
        vec![match &self.task {
            Task::Wipe => {
                let method = Some(self.method.id().to_owned());
                Effect::StartWipe { device, order: WipeOrder { disk, method, confirm, resume: None } }
            }
            Task::Image(choice) => {
                let (image, manifest) = (choice.image.clone(), choice.manifest.clone());
                Effect::StartImage { device, order: ImageOrder { disk, image, manifest, confirm, resume: None } }
            }
        }]
    }

    /// What will be done, in words.
    fn plan(&self) -> Vec<Sentence> {
        match &self.task {
            Task::Wipe => {
                let view = &self.aim.view;
                let plan = plan(&view.disk, &view.medium, self.method);
                let first = say!("plan-method", method = plan.method.name(), level = plan.reachable.name());
                let gaps = plan.not_covered.iter().map(|gap| say!("plan-gap", gap = gap.name()));
                medium_lines(&view.medium).into_iter().take(1).chain([first, plan.why.clone()]).chain(gaps).collect()
            }
            Task::Image(choice) => {
                let size = choice.length.map_or_else(String::new, Bytes::decimal);
                vec![say!("arm-image", image = choice.name.as_str(), size = size)]
            }
        }
    }

    fn prompt(&self) -> Sentence {
        match &self.aim.view.code {
            Some(code) => say!("arm-prompt-code", code = code.as_str()),
            None => say!("arm-prompt-serial"),
        }
    }
}

impl Screen for Arm {
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        match input {
            Input::Key(key) => press(KEYS, self, key, world).unwrap_or_else(|| {
                self.typed.press(key);
                Vec::new()
            }),
            // The serial on many disks is a bar code; beginning still takes an Enter of one's own.
            Input::Scan(text) | Input::Paste(text) => {
                self.typed = Field::with(text.trim());
                Vec::new()
            }
            Input::Answer(Answer::NotBegun(refusal)) => {
                let typed_wrong = |hint: &Sentence| ["arm-type-serial", "arm-type-code"].contains(&hint.key());
                // What to type is on the screen already; the command line's hint names an option.
                let hint = refusal.hint.clone().filter(|hint| !typed_wrong(hint));
                self.asked = Asked::Refused(Report { hint, ..refusal.clone() });
                self.typed = Field::default();
                Vec::new()
            }
            Input::Answer(_) => vec![Effect::Home],
        }
    }

    fn draw(&self, _world: &World, area: Rect, pen: &mut Pen<'_>) {
        let tag = self.aim.name.as_str();
        let title = pen.say(&match self.task {
            Task::Wipe => say!("arm-title-wipe", tag = tag),
            Task::Image(_) => say!("arm-title-image", tag = tag),
        });
        let inner = boxed(area, 16, &title, tint::BAD, pen);
        let disk = pen.say(&told(&self.aim.view.disk));
        let mut rest = below(inner, pen.wrapped(inner, &disk, tint::TITLE));
        let port = self.aim.view.disk.attachment.port.as_str();
        rest = below(rest, pen.line(rest, &say!("arm-port", port = port), tint::PLAIN).min(1));
        let warning = pen.say(&say!("arm-warning"));
        let warning = format!("{} {warning}", pen.glyphs().mark(Mark::Warn));
        rest = below(rest, pen.wrapped(rest, &warning, tint::BAD));
        for line in self.plan() {
            let line = pen.say(&line);
            rest = below(rest, pen.wrapped(rest, &line, tint::PLAIN));
        }
        rest = below(rest, 1);
        let used = pen.line(rest, &self.prompt(), tint::NEXT);
        let field = right_of(rest, used + 1);
        self.typed.draw(Rect { width: field.width.min(24), ..field }, !self.asked.is_waiting(), pen);
        rest = below(rest, 1);
        if self.asked.is_waiting() {
            pen.line(rest, &say!("arm-waiting"), tint::NEXT);
        } else if let Some(refusal) = self.asked.refusal() {
            report(refusal, rest, pen);
        }
    }

    fn hints(&self, world: &World) -> Vec<Hint> {
        hints(KEYS, self, world)
    }

    fn takes(&self, answer: &Answer) -> bool {
        self.asked.is_waiting() && matches!(answer, Answer::Began(_) | Answer::NotBegun(_))
    }

    fn is_typing(&self) -> bool {
        true
    }
}
