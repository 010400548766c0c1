//! Receiving the devices of a donor's list: name the file, look at each row, receive the good ones.
//!
//! ```text
//! ┌ Danh sách của người tặng ─────────────────────────────┐
//! │ Tệp: /media/usb/danh-sach.xlsx                        │
//! │ Danh sách: 12 dòng nhận được, 1 dòng sai, …           │
//! │ ✓ 3  máy xách tay · HP 840 (sê-ri CNU413) · kèm sạc   │
//! │ ✗ 4  không hiểu loại máy “máy in”                     │
//! └───────────────────────────────────────────────────────┘
//! ```
//!
//! Invariant: what is received are the rows as they stood here, into the lot that stood on the page below.

use super::super::Screen;
use super::super::field::Field;
use super::super::glyphs::Mark;
use super::super::moves::{self, Moves};
use super::super::pen::{Pen, below, right_of};
use super::super::tint;
use super::report;
use crate::event::intake::DeviceKind;
use crate::unit::LotId;
use crate::word::say;
use crate::workbench::{
    Answer, Binding, DoorOrder, Effect, Hint, Input, Key, ListView, Report, RowStanding, RowView, Seen, Sight, World,
    hints, press,
};
use ratatui::layout::Rect;
use std::path::PathBuf;

/// Columns of a row's number.
const NUMBER: u16 = 6;

enum State {
    /// The file is being named; why the one before was none.
    Naming(Option<Report>),
    Reading,
    Shown(Box<ListView>),
    Receiving(Box<ListView>),
    /// What came of it.
    Done(Report),
}

pub(super) struct DonorList {
    kind: DeviceKind,
    lot: LotId,
    file: Field,
    state: State,
    at: usize,
}

static KEYS: &[Binding<DonorList>] = &[
    Binding {
        key: Key::Enter,
        words: || say!("key-door-list-read"),
        when: |layer, _| matches!(layer.state, State::Naming(_)) && !layer.path().is_empty(),
        what: |layer, _| layer.read(),
    },
    Binding {
        key: Key::Enter,
        words: || say!("key-door-list-receive"),
        when: |layer, _| matches!(&layer.state, State::Shown(view) if !view.good().is_empty()),
        what: |layer, _| layer.receive(),
    },
    Binding {
        key: Key::Enter,
        words: || say!("key-close"),
        when: |layer, _| matches!(layer.state, State::Done(_)),
        what: |_, _| vec![Effect::Close],
    },
    moves::down(),
    moves::up(),
    moves::page_down(),
    moves::page_up(),
    Binding {
        key: Key::Backspace,
        words: || say!("key-door-list-other"),
        when: |layer, _| matches!(layer.state, State::Shown(_)),
        what: |layer, _| {
            layer.state = State::Naming(None);
            Vec::new()
        },
    },
    Binding { key: Key::Escape, words: || say!("key-close"), when: |_, _| true, what: |_, _| vec![Effect::Close] },
];

impl DonorList {
    pub(super) fn new(kind: DeviceKind, lot: LotId) -> Self {
        Self { kind, lot, file: Field::default(), state: State::Naming(None), at: 0 }
    }

    /// The path as it was typed, or as a file manager pastes it.
    fn path(&self) -> String {
        let text = self.file.text();
        let text = text.strip_prefix("file://").unwrap_or(&text);
        text.trim_matches(['\'', '"']).to_owned()
    }

    const fn is_naming(&self) -> bool {
        matches!(self.state, State::Naming(_))
    }

    fn rows(&self) -> &[RowView] {
        match &self.state {
            State::Shown(view) | State::Receiving(view) => &view.rows,
            State::Naming(_) | State::Reading | State::Done(_) => &[],
        }
    }

    fn read(&mut self) -> Vec<Effect> {
        (self.state, self.at) = (State::Reading, 0);
        vec![Effect::See(Sight::List(PathBuf::from(self.path()), self.kind))]
    }

    fn receive(&mut self) -> Vec<Effect> {
        let State::Shown(view) = std::mem::replace(&mut self.state, State::Reading) else { return Vec::new() };
        let rows = view.good();
        self.state = State::Receiving(view);
        vec![Effect::Door(DoorOrder::TakeIn { lot: self.lot.clone(), rows })]
    }

    fn hear(&mut self, answer: &Answer) {
        if let Answer::Seen(seen) = answer {
            if let Seen::List(view) = seen.as_ref() {
                self.state = State::Shown(Box::new(view.clone()));
            }
        } else if let Answer::Done(done) | Answer::Refused(done) = answer {
            self.at = 0;
            self.state = match self.state {
                State::Receiving(_) => State::Done(done.clone()),
                State::Naming(_) | State::Reading | State::Shown(_) | State::Done(_) => {
                    State::Naming(Some(done.clone()))
                }
            };
        }
    }

    fn draw_row(row: &RowView, area: Rect, pen: &mut Pen<'_>) -> u16 {
        let (mark, style) = match (&row.standing, row.unsure.is_empty()) {
            (RowStanding::Good(_), true) => (Mark::Done, tint::GOOD),
            (RowStanding::Good(_), false) => (Mark::Warn, tint::WARN),
            (RowStanding::Known(_), _) => (Mark::Later, tint::DIM),
            (RowStanding::Bad(_), _) => (Mark::Bad, tint::BAD),
        };
        let number = row.number.to_string();
        pen.pieces(area, &[(pen.glyphs().mark(mark), style), (" ", style), (&number, tint::PLAIN)]);
        let text = pen.say(&row.sentence());
        let rest = Rect { x: area.x + NUMBER.min(area.width), width: area.width.saturating_sub(NUMBER), ..area };
        let is_bad = matches!(row.standing, RowStanding::Bad(_));
        let mut used = pen.wrapped(rest, &text, if is_bad { style } else { tint::PLAIN });
        for what in &row.unsure {
            let what = pen.say(what);
            used += pen.wrapped(below(rest, used), &what, tint::WARN);
        }
        used.max(1)
    }

    fn draw_view(&self, view: &ListView, area: Rect, pen: &mut Pen<'_>) {
        let counts = pen.say(&view.sentence());
        let mut used = pen.wrapped(area, &counts, tint::TITLE);
        if view.nameless() > 0 {
            let nameless = pen.say(&say!("door-list-nameless", count = view.nameless()));
            used += pen.wrapped(below(area, used), &nameless, tint::WARN);
        }
        if matches!(self.state, State::Receiving(_)) {
            used += pen.line(below(area, used), &say!("recording"), tint::NEXT).min(1);
        }
        for row in view.rows.iter().skip(self.at) {
            if used >= area.height {
                break;
            }
            used += Self::draw_row(row, below(area, used), pen);
        }
    }
}

impl Moves for DonorList {
    fn places(&self, _world: &World) -> usize {
        match &self.state {
            State::Done(report) => report.lines.len(),
            State::Naming(_) | State::Reading | State::Shown(_) | State::Receiving(_) => self.rows().len(),
        }
    }

    fn at(&self) -> usize {
        self.at
    }

    fn go(&mut self, at: usize, _world: &World) -> Vec<Effect> {
        self.at = at;
        Vec::new()
    }
}

impl Screen for DonorList {
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        match input {
            Input::Key(key) => press(KEYS, self, key, world).unwrap_or_else(|| {
                if self.is_naming() {
                    self.file.press(key);
                }
                Vec::new()
            }),
            Input::Scan(text) | Input::Paste(text) => {
                if self.is_naming() {
                    self.file.paste(text);
                }
                Vec::new()
            }
            Input::Answer(answer) => {
                self.hear(answer);
                Vec::new()
            }
        }
    }

    fn draw(&self, _world: &World, area: Rect, pen: &mut Pen<'_>) {
        let title = pen.say(&say!("door-list-title"));
        let inner = pen.boxed(area, &title, tint::PLAIN);
        let line = Rect { height: inner.height.min(1), ..inner };
        let used = pen.line(line, &say!("door-list-file"), tint::PLAIN);
        self.file.draw(right_of(line, used + 1), self.is_naming(), pen);
        let rest = below(inner, 2);
        match &self.state {
            State::Naming(refusal) => {
                let used = refusal.as_ref().map_or(0, |refusal| report(refusal, rest, pen) + 1);
                let note = pen.say(&say!("door-list-note"));
                pen.wrapped(below(rest, used), &note, tint::DIM);
            }
            State::Reading => _ = pen.line(rest, &say!("door-list-reading"), tint::NEXT),
            State::Shown(view) | State::Receiving(view) => self.draw_view(view, rest, pen),
            State::Done(done) => {
                let lines = done.lines.iter().skip(self.at).cloned().collect();
                report(&Report { lines, ..done.clone() }, rest, pen);
            }
        }
    }

    fn hints(&self, world: &World) -> Vec<Hint> {
        hints(KEYS, self, world)
    }

    fn takes(&self, answer: &Answer) -> bool {
        let is_list = matches!(answer, Answer::Seen(seen) if matches!(seen.as_ref(), Seen::List(_)));
        match self.state {
            State::Reading => is_list || matches!(answer, Answer::Refused(_)),
            State::Receiving(_) => matches!(answer, Answer::Done(_) | Answer::Refused(_)),
            State::Naming(_) | State::Shown(_) | State::Done(_) => false,
        }
    }

    fn is_typing(&self) -> bool {
        self.is_naming()
    }
}
