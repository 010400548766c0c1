//! The images that the station keeps: which there are, everything that is known of one, adding, looking for rot, taking away.
//!
//! ```text
//! ┌ Kho ảnh hệ thống: 2 · còn trống 120 GB ────────────────────┐
//! │ ▶ mint-22   Mint 22 cho học sinh                           │
//! │     8.0 GB · trong kho 2.1 GB · UEFI · ✓ 20:36 còn nguyên  │
//! │   cu-1      Bản cũ                                         │
//! │ Đang thêm debian-13.img.xz ████░░░░ 45 % · còn 3 phút      │
//! └────────────────────────────────────────────────────────────┘
//! ```
//!
//! Invariants: nothing is taken away under a single key: the end of its id is typed; what runs goes on when the layer is put
//! away, and what it came to is said wherever somebody is then.

use super::super::Screen;
use super::super::field::Field;
use super::super::glyphs::Mark;
use super::super::moves::{self, Moves};
use super::super::pen::{Hot, Pen, below, right_of};
use super::super::tint;
use super::{report, unmarked};
use crate::imaging::Firmware;
use crate::word::{Sentence, say};
use crate::workbench::{
    Answer, Binding, Effect, Hint, ImageView, Input, Key, Layer, Report, StoreOrder, StoreTask, StoreTold, StoreView,
    StoreWork, World, hints, manifest_lines, press, time_left,
};
use ratatui::layout::Rect;

/// Lines of an image in the list.
const EACH: u16 = 2;
/// Lines that are kept for what is being done, or what came of something.
const FOOT: u16 = 7;
/// Symbols of an id's end that are typed to take it away.
const TYPED: usize = 4;
/// Columns of the gauge.
const GAUGE: u16 = 20;

#[derive(Default)]
pub(super) struct Store {
    view: Option<StoreView>,
    /// What came of the last thing.
    told: Option<Report>,
    at: usize,
    /// Whether everything that is known of one is shown.
    shows: bool,
    /// The end of its id, while one is taken away.
    removing: Option<Field>,
}

static KEYS: &[Binding<Store>] = &[
    Binding {
        key: Key::Enter,
        words: || say!("key-store-remove-now"),
        when: |layer, _| layer.is_named(),
        what: |layer, _| layer.remove(),
    },
    Binding {
        key: Key::Escape,
        words: || say!("key-back"),
        when: |layer, _| layer.removing.is_some() || layer.shows,
        what: |layer, _| {
            (layer.removing, layer.shows) = (None, false);
            Vec::new()
        },
    },
    Binding {
        key: Key::Enter,
        words: || say!("key-store-show"),
        when: |layer, _| layer.is_list() && layer.here().is_some(),
        what: |layer, _| {
            layer.shows = true;
            Vec::new()
        },
    },
    Binding {
        key: Key::Char('a'),
        words: || say!("key-store-add"),
        when: |layer, world| layer.is_list() && layer.view.is_some() && world.store.work.is_none(),
        what: |layer, _| layer.open(Layer::StoreAdd),
    },
    Binding {
        key: Key::Char('c'),
        words: || say!("key-store-capture"),
        when: |layer, world| layer.is_list() && layer.view.is_some() && world.store.work.is_none(),
        what: |layer, _| layer.open(Layer::StoreCapture),
    },
    Binding {
        key: Key::Char('k'),
        words: || say!("key-store-check"),
        when: |layer, world| layer.is_list() && layer.file_here() && world.store.work.is_none(),
        what: |layer, _| {
            layer.told = None;
            let task = layer.here().map(|view| StoreTask::Check(view.id.clone()));
            task.map(|task| Effect::Store(StoreOrder::Work(task))).into_iter().collect()
        },
    },
    Binding {
        key: Key::Delete,
        words: || say!("key-store-remove"),
        when: |layer, world| layer.is_list() && layer.here().is_some() && world.store.work.is_none(),
        what: |layer, _| {
            layer.told = layer.view.as_ref().and_then(|view| view.no_remove.clone());
            layer.removing = layer.told.is_none().then(Field::default);
            Vec::new()
        },
    },
    Binding {
        key: Key::Escape,
        words: || say!("key-store-stop"),
        when: |layer, world| layer.is_list() && work(world).is_some_and(|work| !work.stopping),
        what: |_, _| vec![Effect::Store(StoreOrder::Stop)],
    },
    Binding {
        key: Key::Char('b'),
        words: || say!("key-store-leave"),
        when: |layer, world| layer.is_list() && work(world).is_some(),
        what: |_, _| vec![Effect::Close],
    },
    moves::down(),
    moves::up(),
    moves::page_down(),
    moves::page_up(),
    Binding {
        key: Key::Char('r'),
        words: || say!("key-refresh"),
        when: |layer, _| layer.is_list(),
        what: |layer, _| layer.begin(),
    },
    Binding {
        key: Key::Escape,
        words: || say!("key-close"),
        when: |layer, _| layer.is_list(),
        what: |_, _| vec![Effect::Close],
    },
];

const fn work(world: &World) -> Option<&StoreWork> {
    world.store.work.as_ref()
}

impl Store {
    const fn is_list(&self) -> bool {
        self.removing.is_none() && !self.shows
    }

    fn here(&self) -> Option<&ImageView> {
        self.view.as_ref()?.images.get(self.at)
    }

    fn file_here(&self) -> bool {
        self.here().is_some_and(|view| view.image.is_some() && view.manifest.is_ok())
    }

    /// Opens what adds an image, for whoever may.
    fn open(&mut self, layer: Layer) -> Vec<Effect> {
        self.told = self.view.as_ref().and_then(|view| view.no_add.clone());
        if self.told.is_some() { Vec::new() } else { vec![Effect::Open(layer)] }
    }

    /// Whether the end of the id was typed that is to go.
    fn is_named(&self) -> bool {
        let (Some(typed), Some(view)) = (&self.removing, self.here()) else { return false };
        let (typed, least) = (typed.text(), TYPED.min(view.id.len()));
        typed.len() >= least && view.id.ends_with(&typed)
    }

    fn remove(&mut self) -> Vec<Effect> {
        self.removing = None;
        self.here().map(|view| Effect::Store(StoreOrder::Remove(view.id.clone()))).into_iter().collect()
    }

    fn hear(&mut self, told: &StoreTold) -> Vec<Effect> {
        match told {
            StoreTold::Kept(view) => {
                // The image that is meant stays so; one that left the list is not taken away by what was typed for it.
                let meant = self.here().map(|image| image.id.clone());
                let place = meant.and_then(|id| view.images.iter().position(|image| image.id == id));
                self.removing = self.removing.take().filter(|_| place.is_some());
                self.at = place.unwrap_or_else(|| self.at.min(view.images.len().saturating_sub(1)));
                self.view = Some(view.clone());
                return Vec::new();
            }
            StoreTold::Files(..) | StoreTold::Masters(_) | StoreTold::Master(_) => return Vec::new(),
            // A list that could not be read is not asked for again by itself: it would be for ever.
            StoreTold::Checked { report, .. } | StoreTold::Failed(report) => {
                self.told = Some(report.clone());
                return Vec::new();
            }
            StoreTold::Done(report) => self.told = Some(report.clone()),
        }
        // Where somebody is about to choose one for a disk, the list below is read anew too.
        vec![Effect::Store(StoreOrder::Look), Effect::ListImages]
    }

    fn draw_list(&self, view: &StoreView, world: &World, area: Rect, pen: &mut Pen<'_>) {
        if view.images.is_empty() {
            let text = pen.say(&say!("store-empty"));
            pen.wrapped(area, &text, tint::WARN);
        }
        let room = usize::from(area.height / EACH).max(1);
        let mut rest = area;
        for (number, image) in view.images.iter().enumerate().skip((self.at + 1).saturating_sub(room)).take(room) {
            let is_here = number == self.at;
            let (mark, style) = if is_here { (pen.glyphs().mark(Mark::Here), tint::HERE) } else { (" ", tint::PLAIN) };
            let name = image.manifest.as_ref().map_or("", |manifest| manifest.name.as_str());
            let line = Rect { height: rest.height.min(1), ..rest };
            pen.pieces(line, &[(mark, style), (" ", style), (&image.id, style), ("  ", style), (name, style)]);
            pen.heat(Rect { height: rest.height.min(EACH), ..rest }, Hot::Row(0, number));
            let second = below(rest, 1);
            let second = Rect { x: second.x + 4, width: second.width.saturating_sub(4), ..second };
            match trouble(image) {
                Some(why) => {
                    let why = pen.say(&why);
                    pen.marked(Rect { height: second.height.min(1), ..second }, Mark::Bad, &why, tint::BAD);
                }
                None => draw_facts(image, world, second, pen),
            }
            rest = below(rest, EACH);
        }
    }

    fn draw_foot(&self, world: &World, area: Rect, pen: &mut Pen<'_>) {
        if let Some(work) = work(world) {
            let (per_mille, left) = work.progress.as_ref().map_or((0, None), |progress| {
                (progress.done.per_mille_of(progress.total), progress.left.map(time_left))
            });
            let name = work.task.name();
            let what = match (&work.task, work.stopping) {
                (_, true) => say!("store-stopping", name = name.as_str()),
                (StoreTask::Add(_), false) => say!("store-adding", name = name.as_str()),
                (StoreTask::Check(_), false) => say!("store-checking", name = name.as_str()),
                (StoreTask::Look(_), false) => say!("capture-looking-disk", name = name.as_str()),
                (StoreTask::Capture(_), false) => say!("store-capturing", name = name.as_str()),
            };
            pen.line(area, &what, tint::NEXT);
            let phase = work.progress.as_ref().map(|progress| progress.phase.name());
            let gauge = format!("{} {:>3} %  ", pen.gauge(per_mille, GAUGE), per_mille / 10);
            let line = below(area, 1);
            let used = pen.text(line, &gauge, tint::NEXT);
            let left = left.unwrap_or_else(|| say!("left-unknown"));
            let phase = phase.unwrap_or_else(|| say!("store-beginning"));
            pen.line(right_of(line, used), &say!("job-speed-erase", phase = phase, left = left), tint::PLAIN);
            let note = pen.say(&match work.task {
                StoreTask::Add(_) => say!("store-work-note"),
                StoreTask::Capture(_) => say!("store-work-note-capture"),
                StoreTask::Check(_) | StoreTask::Look(_) => say!("store-work-note-look"),
            });
            pen.wrapped(below(area, 2), &note, tint::DIM);
        } else if let Some(told) = &self.told {
            report(told, area, pen);
        } else {
            let note = pen.say(&say!("store-note"));
            pen.wrapped(area, &note, tint::DIM);
        }
    }

    fn draw_removing(&self, typed: &Field, area: Rect, pen: &mut Pen<'_>) {
        let id = self.here().map_or("", |view| view.id.as_str());
        let ask = pen.say(&say!("store-remove-ask", id = id));
        let ask = format!("{} {ask}", pen.glyphs().mark(Mark::Warn));
        let rest = below(area, pen.wrapped(area, &ask, tint::BAD));
        let count = TYPED.min(id.len()) as u64;
        let used = pen.line(rest, &say!("store-remove-prompt", count = count), tint::NEXT);
        let field = right_of(rest, used + 1);
        typed.draw(Rect { width: field.width.min(30), ..field }, true, pen);
    }
}

/// Why it cannot be used.
fn trouble(image: &ImageView) -> Option<Sentence> {
    match (&image.manifest, &image.image) {
        (Err(why), _) => Some(why.clone()),
        (Ok(_), None) => Some(say!("image-file-missing", file = image.id.as_str())),
        (Ok(_), Some(_)) => None,
    }
}

/// How long it is, how much room it takes, what starts it, and when it was looked through.
fn draw_facts(image: &ImageView, world: &World, area: Rect, pen: &mut Pen<'_>) {
    let (Ok(manifest), Some((_, stored))) = (&image.manifest, &image.image) else { return };
    let starts = manifest.firmware.map_or_else(|| say!("store-starts-unknown"), Firmware::sentence);
    let facts = say!("store-facts", length = manifest.length.decimal(), stored = stored.decimal(), starts = starts,);
    let used = pen.line(area, &facts, tint::PLAIN);
    let Some((at, good)) = world.store.checked.get(&image.id) else { return };
    let local = at.local();
    let at = local.get(11..16).unwrap_or_default();
    let (what, mark, style) = if *good {
        (say!("store-checked-good", at = at), Mark::Done, tint::GOOD)
    } else {
        (say!("store-checked-bad", at = at), Mark::Bad, tint::BAD)
    };
    let what = pen.say(&what);
    pen.marked(right_of(area, used + 2), mark, &what, style);
}

/// Every line of what is known of it.
fn draw_whole(image: &ImageView, area: Rect, pen: &mut Pen<'_>) {
    let lines: Vec<Sentence> = match &image.manifest {
        Err(why) => vec![why.clone()],
        Ok(manifest) => {
            let name = say!("plain", text = manifest.name.as_str());
            let file = image.image.as_ref().map(|(file, stored)| {
                say!("store-line-file", file = file.display().to_string(), stored = stored.decimal())
            });
            let length = say!("store-line-length", length = manifest.length.decimal());
            [name, length].into_iter().chain(file).chain(manifest_lines(manifest)).collect()
        }
    };
    let mut used = pen.text(area, &image.id, tint::TITLE).min(1) + 1;
    for line in &lines {
        let text = unmarked(line, pen);
        used += pen.wrapped(below(area, used), &text, tint::PLAIN);
    }
}

impl Moves for Store {
    fn places(&self, _world: &World) -> usize {
        if self.is_list() { self.view.as_ref().map_or(0, |view| view.images.len()) } else { 0 }
    }

    fn at(&self) -> usize {
        if self.is_list() { self.at } else { 0 }
    }

    fn go(&mut self, at: usize, _world: &World) -> Vec<Effect> {
        (self.at, self.told) = (at, None);
        Vec::new()
    }
}

impl Screen for Store {
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        match input {
            Input::Key(key) => press(KEYS, self, key, world).unwrap_or_else(|| {
                if let Some(typed) = &mut self.removing {
                    typed.press(key);
                }
                Vec::new()
            }),
            Input::Answer(Answer::Store(told)) => self.hear(told),
            Input::Scan(_) | Input::Paste(_) | Input::Answer(_) => Vec::new(),
        }
    }

    fn draw(&self, world: &World, area: Rect, pen: &mut Pen<'_>) {
        let count = self.view.as_ref().map_or(0, |view| view.images.len()) as u64;
        let title = match self.view.as_ref().and_then(|view| view.room) {
            Some(room) => say!("store-title-room", count = count, room = room.decimal()),
            None => say!("store-title", count = count),
        };
        let title = pen.say(&title);
        let style = if self.removing.is_some() { tint::BAD } else { tint::PLAIN };
        let inner = pen.boxed(area, &title, style);
        let Some(view) = &self.view else {
            match &self.told {
                Some(refusal) => _ = report(refusal, inner, pen),
                None => _ = pen.line(inner, &say!("images-reading"), tint::PLAIN),
            }
            return;
        };
        let foot = FOOT.min(inner.height / 2);
        let list = Rect { height: inner.height - foot, ..inner };
        let foot = below(inner, inner.height - foot);
        if let Some(image) = self.here().filter(|_| self.shows) {
            return draw_whole(image, inner, pen);
        }
        self.draw_list(view, world, list, pen);
        match &self.removing {
            Some(typed) => self.draw_removing(typed, foot, pen),
            None => self.draw_foot(world, foot, pen),
        }
    }

    fn hints(&self, world: &World) -> Vec<Hint> {
        hints(KEYS, self, world)
    }

    fn begin(&self) -> Vec<Effect> {
        vec![Effect::Store(StoreOrder::Look)]
    }

    fn again(&self, _world: &World) -> Vec<Effect> {
        self.begin()
    }

    fn takes(&self, answer: &Answer) -> bool {
        matches!(answer, Answer::Store(told)
            if !matches!(told.as_ref(), StoreTold::Files(..) | StoreTold::Masters(_) | StoreTold::Master(_)))
    }

    fn is_typing(&self) -> bool {
        self.removing.is_some()
    }

    fn pick(&mut self, _list: usize, row: usize, world: &World) -> Vec<Effect> {
        if self.is_list() { self.go(row, world) } else { Vec::new() }
    }
}
