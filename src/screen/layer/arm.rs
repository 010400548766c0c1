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
use crate::reading::{Condition, DiskHealth};
use crate::unit::Bytes;
use crate::wipe::{Method, Way, choices, default_for, method, plan};
use crate::word::{Sentence, say};
use crate::workbench::{
    Aim, Answer, Binding, Effect, FitAgain, Hint, ImageOrder, Input, Interrupted, Key, Layer, Liftable, Report, Task,
    WipeOrder, World, hints, plan_time, press, time_sentence,
};
use ratatui::layout::Rect;

/// The most reasons of a verdict that are shown.
const REASONS: usize = 2;

/// Lines for what is typed and that it is being looked at, and for a refusal of it.
const ASKED: u16 = 2;
const REFUSED: u16 = 6;
/// Lines of the layer where there is room.
const MOST: u16 = 20;
/// What arrows choose among.
const SYMBOLS: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

pub(super) struct Arm {
    aim: Aim,
    task: Task,
    method: &'static dyn Method,
    cross_check: bool,
    typed: Field,
    /// How the disk is, once it answered.
    health: Option<DiskHealth>,
    /// Whether the person wants it wiped although it should be replaced.
    despite_health: bool,
    asked: Asked,
}

static KEYS: &[Binding<Arm>] = &[
    Binding {
        key: Key::Enter,
        words: || say!("key-begin"),
        when: |layer, _| !layer.asked.is_waiting() && !layer.typed.text().is_empty() && layer.may_begin(),
        what: |layer, _| layer.begin_job(),
    },
    Binding {
        key: Key::Tab,
        words: || say!("key-method"),
        // A scanner may end what it types with Tab: behind a serial it chooses nothing.
        when: |layer, _| layer.can_choose() && !layer.asked.is_waiting() && layer.typed.text().is_empty(),
        what: |layer, _| {
            let choices = choices(&layer.aim.view.medium);
            let at = choices.iter().position(|method| method.id() == layer.method.id()).unwrap_or(0);
            layer.method = choices.get(at + 1).or(choices.first()).copied().unwrap_or(layer.method);
            layer.cross_check &= layer.can_cross_check();
            Vec::new()
        },
    },
    Binding {
        key: Key::Function(2),
        words: || say!("key-cross-check"),
        when: |layer, _| layer.can_cross_check() && layer.may_begin() && !layer.asked.is_waiting(),
        what: |layer, _| {
            layer.cross_check = !layer.cross_check;
            Vec::new()
        },
    },
    Binding {
        key: Key::Function(2),
        words: || say!("key-despite-health"),
        when: |layer, _| !layer.may_begin() && !layer.asked.is_waiting(),
        what: |layer, _| {
            layer.despite_health = true;
            Vec::new()
        },
    },
    Binding {
        key: Key::Function(3),
        words: || say!("key-destroyed"),
        when: |layer, _| layer.is_failing() && !layer.asked.is_waiting() && layer.aim.view.code.is_none(),
        what: |layer, _| vec![Effect::Open(Layer::Destroy(Some(Box::new(layer.aim.clone()))))],
    },
    Binding {
        key: Key::Function(4),
        words: || say!("key-lift"),
        when: |layer, _| layer.liftable().is_some(),
        what: |layer, _| layer.liftable().map(|rule| Effect::Open(Layer::Lift(vec![rule]))).into_iter().collect(),
    },
    // On a donated machine the keyboard may lack letters, or be of another country.
    Binding {
        key: Key::Up,
        words: || say!("key-arm-turn"),
        when: |layer, w| layer.can_turn(w),
        what: |layer, _| layer.turn(true),
    },
    Binding {
        key: Key::Down,
        words: || say!("key-arm-turn-back"),
        when: |layer, w| layer.can_turn(w),
        what: |layer, _| layer.turn(false),
    },
    Binding {
        key: Key::Right,
        words: || say!("key-arm-more"),
        when: |layer, w| layer.can_turn(w) && !layer.typed.text().is_empty(),
        what: |layer, _| {
            layer.typed = Field::with(&format!("{}{}", layer.typed.text(), char::from(SYMBOLS[0])));
            Vec::new()
        },
    },
    // A job that begins all the same is on the bench.
    Binding { key: Key::Escape, words: || say!("key-close"), when: |_, _| true, what: |_, _| vec![Effect::Close] },
];

impl Arm {
    pub(super) fn new(aim: Aim, task: Task) -> Self {
        let earlier = aim.resume.as_ref().and_then(|resume| method(resume.method.as_deref()?));
        let method = earlier.unwrap_or_else(|| default_for(&aim.view.medium));
        let (typed, asked) = (Field::default(), Asked::NotYet);
        Self { aim, task, method, cross_check: false, typed, health: None, despite_health: false, asked }
    }

    /// A job that is gone on with has its method.
    fn can_choose(&self) -> bool {
        self.task == Task::Wipe && self.aim.resume.is_none()
    }

    /// What a drive leaves behind that erases itself, no other program can compare with anything.
    fn can_cross_check(&self) -> bool {
        self.task == Task::Wipe && matches!(self.method.way(), Way::Overwrite(_))
    }

    /// Whether the disk should be replaced, and is to be wiped.
    fn is_failing(&self) -> bool {
        let condition = self.health.as_ref().map(|health| health.condition);
        self.task == Task::Wipe && condition == Some(Condition::Replace)
    }

    /// What refused, where a lead may let it pass.
    fn liftable(&self) -> Option<Liftable> {
        self.asked.refusal()?.liftable()
    }

    fn may_begin(&self) -> bool {
        !self.is_failing() || self.despite_health
    }

    /// Whether what is typed can be put together by arrows too: where the program was started from a stick.
    const fn can_turn(&self, world: &World) -> bool {
        world.stick.is_some() && !self.asked.is_waiting()
    }

    /// Another last symbol: the next one, or the one before.
    fn turn(&mut self, next: bool) -> Vec<Effect> {
        let mut text = self.typed.text();
        let last = text.pop().and_then(|last| SYMBOLS.iter().position(|symbol| char::from(*symbol) == last));
        let step = if next { 1 } else { SYMBOLS.len() - 1 };
        let at = last.map_or(0, |last| (last + step) % SYMBOLS.len());
        text.push(char::from(SYMBOLS[at]));
        self.typed = Field::with(&text);
        Vec::new()
    }

    fn begin_job(&mut self) -> Vec<Effect> {
        self.asked = Asked::Waiting;
        let (device, confirm) = (self.aim.device.clone(), Some(self.typed.text()));
        let disk = self.aim.view.disk.name.clone();
        let resume = self.aim.resume.as_ref().map(|resume| resume.job.clone());
        vec![match &self.task {
            Task::Wipe => {
                let method = Some(self.method.id().to_owned());
                let (cross_check, despite_health) = (self.cross_check, self.despite_health);
                let (password_noted, psid) = (false, None);
                let order =
                    WipeOrder { disk, method, confirm, resume, cross_check, despite_health, psid, password_noted };
                Effect::StartWipe { device, order }
            }
            Task::Image(choice) => {
                let (image, manifest) = (choice.image.clone(), choice.manifest.clone());
                let order = ImageOrder { disk, image, manifest, confirm, resume, windows_edition: None };
                Effect::StartImage { device, order }
            }
            Task::Fit => {
                let (image, manifest) = (None, None);
                Effect::StartFit { device, order: FitAgain { disk, image, manifest, confirm } }
            }
        }]
    }

    /// What will be done, in words.
    fn plan(&self) -> Vec<Sentence> {
        let from = self.aim.resume.as_ref().map(Interrupted::goes_on);
        let task = match &self.task {
            Task::Wipe => {
                let view = &self.aim.view;
                let plan = plan(&view.disk, &view.medium, self.method);
                let first = say!("plan-method", method = plan.method.name(), level = plan.reachable.name());
                let gaps = plan.not_covered.iter().map(|gap| say!("plan-gap", gap = gap.name()));
                let second = self.cross_check.then(|| say!("arm-cross-check"));
                let medium = medium_lines(&view.medium).into_iter().take(1);
                let from = self.aim.resume.as_ref().map_or(Bytes::ZERO, |resume| resume.mark);
                let time = time_sentence(plan_time(view, &plan, from, self.cross_check));
                medium.chain([first, plan.why.clone(), time]).chain(second).chain(gaps).collect()
            }
            Task::Image(choice) => {
                let size = choice.length.map_or_else(String::new, Bytes::decimal);
                vec![say!("arm-image", image = choice.name.as_str(), size = size)]
            }
            Task::Fit => vec![say!("arm-fit"), say!("arm-fit-settings")],
        };
        from.into_iter().chain(task).collect()
    }

    /// How the disk is and why, and what that means for a wipe; how many lines it took.
    fn draw_health(&self, area: Rect, pen: &mut Pen<'_>) -> u16 {
        let Some(health) = &self.health else { return pen.line(area, &say!("arm-health-reading"), tint::DIM).min(1) };
        let style = match health.condition {
            Condition::Good => tint::GOOD,
            Condition::Unknown => tint::PLAIN,
            Condition::Watch => tint::WARN,
            Condition::Replace => tint::BAD,
        };
        let verdict = pen.say(&say!("arm-health", verdict = health.condition.sentence()));
        let reasons = health.reasons.iter().take(REASONS).map(|reason| pen.say(&reason.what));
        let text = std::iter::once(verdict).chain(reasons).collect::<Vec<_>>().join(" ");
        let mut used = pen.wrapped(area, &text, style);
        if self.is_failing() {
            let risk = if self.despite_health { say!("arm-health-despite") } else { say!("arm-health-risk") };
            let risk = pen.say(&risk);
            used += pen.wrapped(below(area, used), &risk, tint::WARN);
        }
        used
    }

    /// The disk, the warning, its health, the plan; how many lines that took. What has no room is counted.
    fn draw_told(&self, area: Rect, pen: &mut Pen<'_>) -> u16 {
        let disk = pen.say(&told(&self.aim.view.disk));
        let mut rest = below(area, pen.wrapped(area, &disk, tint::TITLE));
        let port = self.aim.view.disk.attachment.port.as_str();
        rest = below(rest, pen.line(rest, &say!("arm-port", port = port), tint::PLAIN).min(1));
        let (warning, style) = match self.task {
            Task::Wipe | Task::Image(_) => (say!("arm-warning"), tint::BAD),
            Task::Fit => (say!("arm-warning-fit"), tint::WARN),
        };
        let warning = format!("{} {}", pen.glyphs().mark(Mark::Warn), pen.say(&warning));
        rest = below(rest, pen.wrapped(rest, &warning, style));
        if self.task == Task::Wipe {
            rest = below(rest, self.draw_health(rest, pen));
        }
        let lines = self.plan();
        for (number, line) in lines.iter().enumerate() {
            let left = lines.len() - number;
            if rest.height < 2 && left > 1 {
                pen.line(rest, &say!("arm-more", count = left as u64), tint::DIM);
                return area.height;
            }
            let line = pen.say(line);
            rest = below(rest, pen.wrapped(rest, &line, tint::PLAIN));
        }
        area.height - rest.height
    }

    fn prompt(&self) -> Sentence {
        match &self.aim.view.code {
            Some(code) => say!("arm-prompt-code", code = code.as_str()),
            None if self.aim.view.whole_serial => say!("arm-prompt-whole-serial"),
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
                let typed_wrong = |hint: &Sentence| {
                    ["arm-type-serial", "arm-type-whole-serial", "arm-type-code"].contains(&hint.key())
                };
                // What to type is on the screen already; the command line's hint names an option.
                let hint = refusal.hint.clone().filter(|hint| !typed_wrong(hint));
                self.asked = Asked::Refused(Report { hint, ..refusal.clone() });
                self.typed = Field::default();
                Vec::new()
            }
            Input::Answer(Answer::Health { health, .. }) => {
                self.health = Some((**health).clone());
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
            Task::Fit => say!("arm-title-fit", tag = tag),
        });
        let inner = boxed(area, area.height.saturating_sub(2).min(MOST), &title, tint::BAD, pen);
        // What is to be typed, and what became of it, is in sight however much there is to tell before.
        let foot = if self.asked.refusal().is_some() { REFUSED } else { ASKED };
        let told = Rect { height: inner.height.saturating_sub(foot), ..inner };
        let used = self.draw_told(told, pen);
        let mut rest = below(inner, (used + 1).min(told.height));
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

    fn begin(&self) -> Vec<Effect> {
        match self.task {
            Task::Wipe => vec![Effect::ReadHealth(self.aim.view.disk.name.clone())],
            Task::Image(_) | Task::Fit => Vec::new(),
        }
    }

    fn takes(&self, answer: &Answer) -> bool {
        let of_this = |disk: &str| disk == self.aim.view.disk.name;
        if let Answer::Health { disk, .. } = answer {
            return of_this(disk);
        }
        self.asked.is_waiting() && matches!(answer, Answer::Began(_) | Answer::NotBegun(_))
    }

    fn is_typing(&self) -> bool {
        true
    }
}
