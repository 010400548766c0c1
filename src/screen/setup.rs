//! The page that a new station begins with: questions one after the other, a summary, and what was made.
//!
//! ```text
//! ┌ Lập trạm mới ─────────────────────────────────┐
//! │ ▶ Câu khóa của két  5/10                       │
//! │ Mở két tên và mã PIN sau mỗi lần bật máy. …    │
//! │                                                │
//! │ ••••••••••••                                   │
//! └────────────────────────────────────────────────┘
//! ```
//!
//! Invariants: the station is made by the same function as by `aoxanh open`, once, and only from the summary; no secret is
//! ever drawn.

use super::Screen;
use super::guide::{Guide, Step};
use super::layer::report;
use super::pen::{Pen, below, middle, right_of};
use super::setup_form::SetUpForm;
use super::tint;
use crate::word::say;
use crate::workbench::{Answer, Binding, Effect, Hint, Input, Key, MadeView, Report, World, hints, press};
use ratatui::layout::Rect;

pub use super::setup_form::SetUpStart;

/// Columns and lines of the page.
const SIZE: (u16, u16) = (76, 20);
/// Columns of an answer's name.
const NAME: u16 = 33;

struct SetUpPage {
    guide: Guide<SetUpForm>,
    waits: bool,
    refusal: Option<Report>,
    made: Option<Box<MadeView>>,
}

/// Opens the page.
pub(super) fn open(start: SetUpStart) -> Box<dyn Screen> {
    let guide = Guide::new(SetUpForm::new(start));
    Box::new(SetUpPage { guide, waits: false, refusal: None, made: None })
}

static KEYS: &[Binding<SetUpPage>] = &[
    Binding {
        key: Key::Enter,
        words: || say!("key-next-line"),
        when: |page, _| page.made.is_none() && !page.guide.is_done(),
        what: |page, _| {
            page.guide.next();
            Vec::new()
        },
    },
    Binding {
        key: Key::Enter,
        words: || say!("key-set-up"),
        when: |page, _| page.made.is_none() && page.guide.is_done() && !page.waits,
        what: |page, _| {
            (page.waits, page.refusal) = (true, None);
            vec![Effect::SetUp(Box::new(page.guide.form.order()))]
        },
    },
    Binding {
        key: Key::Enter,
        words: || say!("key-to-bench"),
        when: |page, _| page.made.is_some(),
        what: |_, _| vec![Effect::Quit],
    },
    Binding {
        key: Key::Escape,
        words: || say!("key-back"),
        when: |page, _| page.made.is_none() && !page.waits,
        what: |page, _| {
            page.refusal = None;
            if page.guide.back() == Step::Out { vec![Effect::Quit] } else { Vec::new() }
        },
    },
];

impl SetUpPage {
    fn draw_summary(&self, area: Rect, pen: &mut Pen<'_>) {
        pen.line(area, &say!("setup-summary"), tint::NEXT);
        let mut used = 2;
        for (name, value) in self.guide.form.summary() {
            let line = below(area, used);
            pen.line(Rect { width: NAME.min(line.width), ..line }, &name, tint::DIM);
            pen.line(right_of(line, NAME), &value, tint::PLAIN);
            used += 1;
        }
        let rest = below(area, used + 1);
        if let Some(refusal) = &self.refusal {
            report(refusal, rest, pen);
        } else {
            let text = pen.say(&if self.waits { say!("setup-making") } else { say!("setup-summary-note") });
            pen.wrapped(rest, &text, if self.waits { tint::NEXT } else { tint::DIM });
        }
    }
}

fn draw_made(made: &MadeView, area: Rect, pen: &mut Pen<'_>) {
    let done = say!("setup-made", folder = made.folder.display().to_string(), station = made.station.as_str());
    let done = pen.say(&done);
    let mut used = pen.wrapped(area, &done, tint::GOOD) + 1;
    pen.line(below(area, used), &say!("setup-sheets-written"), tint::TITLE);
    used += 1;
    for sheet in &made.sheets {
        let file = sheet.display().to_string();
        used += pen.wrapped(below(area, used), &format!("  {file}"), tint::PLAIN);
    }
    for (what, style) in [(say!("setup-sheets-do"), tint::WARN), (made.team_key.clone(), tint::PLAIN)] {
        let text = pen.say(&what);
        used += pen.wrapped(below(area, used), super::layer::bare(&text), style) + 1;
    }
    if let Some(locked) = &made.locked {
        let text = pen.say(locked);
        pen.wrapped(below(area, used), &text, tint::BAD);
    }
}

impl Screen for SetUpPage {
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        match input {
            Input::Key(key) => press(KEYS, self, key, world).unwrap_or_else(|| {
                self.guide.input(input);
                Vec::new()
            }),
            Input::Scan(_) | Input::Paste(_) => {
                self.guide.input(input);
                Vec::new()
            }
            Input::Answer(Answer::Made(made)) => {
                (self.waits, self.made) = (false, Some(made.clone()));
                Vec::new()
            }
            Input::Answer(Answer::Refused(refusal)) => {
                (self.waits, self.refusal) = (false, Some(refusal.clone()));
                Vec::new()
            }
            Input::Answer(_) => Vec::new(),
        }
    }

    fn draw(&self, _world: &World, area: Rect, pen: &mut Pen<'_>) {
        let title = pen.say(&say!("setup-title"));
        let inner = pen.boxed(middle(area, SIZE.0, SIZE.1), &title, tint::PLAIN);
        if let Some(made) = &self.made {
            draw_made(made, inner, pen);
        } else if self.guide.is_done() {
            self.draw_summary(inner, pen);
        } else {
            let used = self.guide.draw(inner, pen);
            let note = pen.say(&say!("setup-note"));
            let last = inner.height.saturating_sub(2);
            pen.wrapped(below(inner, last.max(used)), &note, tint::DIM);
        }
    }

    fn hints(&self, world: &World) -> Vec<Hint> {
        hints(KEYS, self, world)
    }

    fn takes(&self, answer: &Answer) -> bool {
        self.waits && matches!(answer, Answer::Made(_) | Answer::Refused(_))
    }

    fn is_typing(&self) -> bool {
        self.made.is_none() && self.guide.is_typing()
    }

    fn is_writing(&self) -> bool {
        self.made.is_none() && self.guide.is_writing()
    }
}
