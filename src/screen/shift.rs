//! Giao ca: what this shift leaves to the next, taking devices by scan, and handing the shift over.
//!
//! ```text
//! ┌ Giao ca ──────────────────────────────────────────────┐
//! │ Việc đang chạy, việc dở                                │
//! │ • 7K3XQ-92M4T-Z đang xóa, 43 %                         │
//! │ Ai đang giữ máy nào                                    │
//! │ • Lê Văn Thư: 9TT2D-0W4KF-3 · Bàn 3 · đã nhận · 2 giờ  │
//! └───────────────────────────────────────────────────────┘
//! ```
//!
//! Invariant: a tag that is scanned here is taken by whoever is signed in, and by nobody else.

use super::Screen;
use super::field::Field;
use super::layer::{page, report};
use super::moves::{self, Moves};
use super::pen::{Pen, below, right_of};
use super::tint;
use crate::unit::ShelfName;
use crate::word::say;
use crate::workbench::{
    Answer, Binding, Effect, Hint, Input, Key, Layer, PageLine, Report, Seen, ShiftOrder, Sight, Who, World, hints,
    press, read_shelf, shift_lines,
};
use ratatui::layout::Rect;

/// What is being typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Typing {
    /// A tag.
    Tag,
    /// The bench that devices are taken to.
    Bench,
}

pub(super) struct Shift {
    lines: Option<Vec<PageLine>>,
    typed: Option<(Typing, Field)>,
    /// To which bench devices are taken; none leaves them where they lie.
    bench: Option<ShelfName>,
    /// How many devices are being taken.
    waiting: u32,
    /// What came of the last one; or why the page cannot be read.
    last: Option<Report>,
    skipped: usize,
}

/// Opens it.
pub(super) fn open(_world: &World) -> Box<dyn Screen> {
    Box::new(Shift { lines: None, typed: None, bench: None, waiting: 0, last: None, skipped: 0 })
}

static KEYS: &[Binding<Shift>] = &[
    Binding {
        key: Key::Enter,
        words: || say!("key-take"),
        when: |page, _| page.is_typing_a(Typing::Tag),
        what: |page, _| page.enter(),
    },
    Binding {
        key: Key::Enter,
        words: || say!("key-next-line"),
        when: |page, _| page.typed.is_some(),
        what: |page, _| page.enter(),
    },
    Binding {
        key: Key::Char('t'),
        words: || say!("key-take-typed"),
        when: |page, world| page.typed.is_none() && world.signed_in().is_some(),
        what: |page, _| page.begin_typing(Typing::Tag),
    },
    Binding {
        key: Key::Char('b'),
        words: || say!("key-take-bench"),
        when: |page, world| page.typed.is_none() && world.signed_in().is_some(),
        what: |page, _| page.begin_typing(Typing::Bench),
    },
    Binding {
        key: Key::Char('g'),
        words: || say!("key-hand-over"),
        when: |page, world| page.typed.is_none() && world.signed_in().is_some(),
        what: |_, _| vec![Effect::Open(Layer::HandOver)],
    },
    Binding {
        key: Key::Char('d'),
        words: || say!("key-sign-in"),
        when: |page, world| page.typed.is_none() && world.is_read && world.signed_in().is_none(),
        what: |_, _| vec![Effect::Open(Layer::SignIn)],
    },
    Binding {
        key: Key::Char('s'),
        words: || say!("key-day"),
        when: |page, world| page.typed.is_none() && world.is_read,
        what: |_, _| vec![Effect::Open(Layer::Day)],
    },
    moves::down(),
    moves::up(),
    moves::page_down(),
    moves::page_up(),
    Binding {
        key: Key::Char('h'),
        words: || say!("key-own-badge"),
        when: |page, world| page.typed.is_none() && world.signed_in().is_some(),
        what: |_, world| {
            let badge = |who: &Who| Effect::Open(Layer::PersonBadge(who.by.person.clone(), who.name.clone()));
            world.signed_in().map(badge).into_iter().collect()
        },
    },
    Binding {
        key: Key::Escape,
        words: || say!("key-back"),
        when: |page, _| page.typed.is_some(),
        what: |page, _| {
            page.typed = None;
            Vec::new()
        },
    },
    Binding {
        key: Key::Escape,
        words: || say!("key-back-to-bench"),
        when: |page, _| page.typed.is_none(),
        what: |_, _| vec![Effect::Go("bench")],
    },
];

impl Shift {
    fn begin_typing(&mut self, what: Typing) -> Vec<Effect> {
        self.typed = Some((what, Field::default()));
        Vec::new()
    }

    fn is_typing_a(&self, what: Typing) -> bool {
        self.typed.as_ref().is_some_and(|(typing, typed)| *typing == what && !typed.text().is_empty())
    }

    /// Takes the device that was typed, or keeps the bench; an empty one is none.
    fn enter(&mut self) -> Vec<Effect> {
        let Some((typing, typed)) = self.typed.take() else { return Vec::new() };
        let text = typed.text();
        match typing {
            Typing::Tag if text.is_empty() => {}
            Typing::Tag => return self.take(text),
            Typing::Bench if text.is_empty() => self.bench = None,
            Typing::Bench => match read_shelf(&text) {
                Ok(bench) => (self.bench, self.last) = (Some(bench), None),
                Err(failure) => self.last = Some((&failure).into()),
            },
        }
        Vec::new()
    }

    fn take(&mut self, text: String) -> Vec<Effect> {
        self.waiting += 1;
        vec![Effect::Shift(ShiftOrder::Take { text, at: self.bench.clone() }), Effect::See(Sight::Shift)]
    }
}

impl Moves for Shift {
    fn places(&self, _world: &World) -> usize {
        self.lines.as_ref().map_or(0, Vec::len)
    }

    fn at(&self) -> usize {
        self.skipped
    }

    fn go(&mut self, at: usize, _world: &World) -> Vec<Effect> {
        self.skipped = at;
        Vec::new()
    }
}

impl Screen for Shift {
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        match input {
            Input::Key(key) => press(KEYS, self, key, world).unwrap_or_else(|| {
                if let Some((_, typed)) = &mut self.typed {
                    typed.press(key);
                }
                Vec::new()
            }),
            // The label of a bench, where one is asked for; else a device.
            Input::Scan(text) if self.typed.as_ref().is_some_and(|(typing, _)| *typing == Typing::Bench) => {
                self.typed = Some((Typing::Bench, Field::with(text.trim())));
                self.enter()
            }
            Input::Scan(text) => {
                self.typed = None;
                self.take(text.trim().to_owned())
            }
            Input::Paste(text) => {
                let (_, typed) = self.typed.get_or_insert_with(|| (Typing::Tag, Field::default()));
                typed.paste(text);
                Vec::new()
            }
            Input::Answer(Answer::Seen(seen)) => {
                if let Seen::Shift(view) = seen.as_ref() {
                    if self.lines.is_none() {
                        self.last = None;
                    }
                    let lines = shift_lines(view);
                    self.skipped = self.skipped.min(lines.len().saturating_sub(1));
                    self.lines = Some(lines);
                }
                Vec::new()
            }
            Input::Answer(Answer::Done(told) | Answer::Refused(told)) => {
                self.waiting = self.waiting.saturating_sub(1);
                self.last = Some(told.clone());
                Vec::new()
            }
            Input::Answer(_) => Vec::new(),
        }
    }

    fn draw(&self, world: &World, area: Rect, pen: &mut Pen<'_>) {
        let title = pen.say(&say!("shift-title"));
        let inner = pen.boxed(area, &title, tint::PLAIN);
        let mut used = 0;
        if let Some((typing, typed)) = &self.typed {
            let ask = if *typing == Typing::Tag { say!("shift-take-ask") } else { say!("shift-bench-ask") };
            let wide = pen.line(inner, &ask, tint::NEXT);
            typed.draw(right_of(inner, wide + 1), true, pen);
            used += 1;
        } else if self.lines.is_some() {
            let how = match (world.signed_in(), &self.bench) {
                (None, _) => say!("shift-sign-in"),
                (Some(_), None) => say!("shift-scan"),
                (Some(_), Some(bench)) => say!("shift-scan-at", shelf = bench.as_str()),
            };
            pen.line(inner, &how, tint::NEXT);
            used += 1;
        }
        if let Some(last) = &self.last {
            used += report(last, below(inner, used), pen);
        }
        let rest = below(inner, used);
        match &self.lines {
            Some(lines) => _ = page(lines.iter().skip(self.skipped), rest, pen),
            None if self.last.is_none() => _ = pen.line(rest, &say!("bench-reading"), tint::PLAIN),
            None => {}
        }
    }

    fn hints(&self, world: &World) -> Vec<Hint> {
        hints(KEYS, self, world)
    }

    fn begin(&self) -> Vec<Effect> {
        vec![Effect::See(Sight::Shift)]
    }

    fn again(&self, _world: &World) -> Vec<Effect> {
        self.begin()
    }

    fn takes(&self, answer: &Answer) -> bool {
        let is_seen = matches!(answer, Answer::Seen(seen) if matches!(seen.as_ref(), Seen::Shift(_)));
        is_seen
            || (self.waiting > 0 && matches!(answer, Answer::Done(_) | Answer::Refused(_)))
            || (self.lines.is_none() && matches!(answer, Answer::Refused(_)))
    }

    fn is_typing(&self) -> bool {
        self.typed.is_some()
    }
}
