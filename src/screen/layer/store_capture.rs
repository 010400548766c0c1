//! An image of a master machine: which disk, what the image is called, what was found on it, and only then the capture.
//!
//! ```text
//! ┌ Chụp máy mẫu ─────────────────────────────────────┐
//! │ ▶ sdb  Samsung SSD 870 · 250 GB                    │
//! │   sdc  … · 500 GB                                  │
//! │     ✗ đang gắn (mount) ở /media/usb                │
//! └───────────────────────────────────────────────────┘
//! ```
//!
//! Invariants: nothing is captured before what is on the disk was shown; traces of people stay only where somebody says so
//! by a key of its own.

use super::super::Screen;
use super::super::entry::Entry;
use super::super::glyphs::Mark;
use super::super::guide::{Form, Guide, Step};
use super::super::moves::{self, Moves};
use super::super::pen::{Pen, below};
use super::super::tint;
use super::{report, unmarked};
use crate::device::Disk;
use crate::imaging::LicenceBasis;
use crate::port::Failure;
use crate::word::{Sentence, say};
use crate::workbench::{
    Answer, Binding, CaptureOrder, Effect, Hint, Input, Key, MasterDisk, MasterName, MasterSeen, Report, StoreOrder,
    StoreTask, StoreTold, USUAL_ARCH, World, hints, press,
};
use ratatui::layout::Rect;

/// The disk that was chosen, and what is asked beside it.
struct About {
    disk: Disk,
    name: Entry,
    os: Entry,
    basis: Entry,
}

/// The question on what licence a Windows is copied, which may have none.
pub(super) fn basis_choice() -> Entry {
    let none = std::iter::once(say!("capture-basis-none"));
    Entry::choice(none.chain(LicenceBasis::ALL.iter().map(|basis| basis.sentence())).collect())
}

/// What was chosen there.
pub(super) fn basis(entry: &Entry) -> Option<LicenceBasis> {
    entry.chosen().checked_sub(1).and_then(|at| LicenceBasis::ALL.get(at)).copied()
}

#[derive(Default)]
pub(super) struct StoreCapture {
    disks: Option<Vec<MasterDisk>>,
    at: usize,
    about: Option<Guide<About>>,
    /// What was found on the disk.
    seen: Option<MasterSeen>,
    /// How many of its lines are scrolled away.
    scrolled: usize,
    /// Whether traces of people may stay.
    keeps: bool,
    told: Option<Report>,
}

static KEYS: &[Binding<StoreCapture>] = &[
    Binding {
        key: Key::Enter,
        words: || say!("key-capture-now"),
        when: |layer, world| world.store.work.is_none() && layer.may_capture(),
        what: |layer, _| layer.capture(),
    },
    Binding {
        key: Key::Char('g'),
        words: || say!("key-capture-keep"),
        when: |layer, _| layer.seen.as_ref().is_some_and(|seen| seen.personal),
        what: |layer, _| {
            layer.keeps = !layer.keeps;
            Vec::new()
        },
    },
    Binding {
        key: Key::Enter,
        words: || say!("key-capture-look"),
        when: |layer, world| world.store.work.is_none() && layer.about.as_ref().is_some_and(Guide::is_last),
        what: |layer, _| layer.look(),
    },
    Binding {
        key: Key::Enter,
        words: || say!("key-next-line"),
        when: |layer, _| layer.about.as_ref().is_some_and(|about| !about.is_last() && !about.is_done()),
        what: |layer, _| {
            layer.about.as_mut().map(Guide::next).unwrap_or_default();
            Vec::new()
        },
    },
    Binding {
        key: Key::Enter,
        words: || say!("key-choose"),
        when: |layer, world| {
            let is_free = world.store.work.is_none() && layer.about.is_none();
            is_free && layer.here().is_some_and(|disk| disk.why_not.is_none())
        },
        what: |layer, _| layer.choose(),
    },
    moves::down(),
    moves::up(),
    moves::page_down(),
    moves::page_up(),
    Binding {
        key: Key::Escape,
        words: || say!("key-store-stop"),
        when: |_, world| world.store.work.as_ref().is_some_and(|work| !work.stopping),
        what: |_, _| vec![Effect::Store(StoreOrder::Stop)],
    },
    Binding {
        key: Key::Escape,
        words: || say!("key-back"),
        // What is found on this disk is not laid under another one's questions.
        when: |layer, world| layer.about.is_some() && world.store.work.is_none(),
        what: |layer, _| {
            layer.back();
            Vec::new()
        },
    },
    Binding {
        key: Key::Char('r'),
        words: || say!("key-refresh"),
        when: |layer, _| layer.about.is_none(),
        what: |layer, _| layer.begin(),
    },
    Binding { key: Key::Escape, words: || say!("key-close"), when: |_, _| true, what: |_, _| vec![Effect::Close] },
];

impl StoreCapture {
    fn len(&self) -> usize {
        self.disks.as_ref().map_or(0, Vec::len)
    }

    fn here(&self) -> Option<&MasterDisk> {
        self.disks.as_ref()?.get(self.at)
    }

    fn may_capture(&self) -> bool {
        self.seen.as_ref().is_some_and(|seen| self.keeps || !seen.personal)
    }

    fn choose(&mut self) -> Vec<Effect> {
        let Some(disk) = self.here().map(|master| master.disk.clone()) else { return Vec::new() };
        let (name, os, basis) = (Entry::text(""), Entry::text(""), basis_choice());
        self.about = Some(Guide::new(About { disk, name, os, basis }));
        self.told = None;
        Vec::new()
    }

    /// One step back: from what was found to the questions, from those to the disks.
    fn back(&mut self) {
        self.told = None;
        if self.seen.take().is_some() {
            (self.keeps, self.scrolled) = (false, 0);
            _ = self.about.as_mut().map(Guide::back);
        } else if self.about.as_mut().is_none_or(|about| about.back() == Step::Out) {
            self.about = None;
        }
    }

    fn order(&self) -> Option<CaptureOrder> {
        let about = self.about.as_ref()?;
        let some = |entry: &Entry| Some(entry.typed()).filter(|text| !text.is_empty());
        Some(CaptureOrder {
            disk: about.form.disk.name.clone(),
            seen: Some(MasterName::of(&about.form.disk)),
            name: some(&about.form.name),
            os: some(&about.form.os),
            arch: USUAL_ARCH.to_owned(),
            basis: basis(&about.form.basis),
            keep_traces: self.keeps,
            ..CaptureOrder::default()
        })
    }

    fn look(&mut self) -> Vec<Effect> {
        (self.told, self.seen) = (None, None);
        if let Some(about) = self.about.as_mut().filter(|about| !about.is_done()) {
            about.next();
        }
        let task = self.order().map(|order| StoreTask::Look(Box::new(order)));
        task.map(|task| Effect::Store(StoreOrder::Work(task))).into_iter().collect()
    }

    fn capture(&mut self) -> Vec<Effect> {
        let task = self.order().map(|order| StoreTask::Capture(Box::new(order)));
        let work = task.map(|task| Effect::Store(StoreOrder::Work(task)));
        std::iter::once(Effect::Close).chain(work).collect()
    }

    fn hear(&mut self, told: &StoreTold) {
        match told {
            StoreTold::Masters(disks) => {
                self.at = self.at.min(disks.len().saturating_sub(1));
                self.disks = Some(disks.clone());
            }
            StoreTold::Master(seen) => {
                let is_it = |about: &Guide<About>| about.is_done() && MasterName::of(&about.form.disk) == seen.disk;
                self.seen = self.about.as_ref().is_some_and(is_it).then(|| seen.clone());
            }
            StoreTold::Failed(report) => self.told = Some(report.clone()),
            StoreTold::Kept(_) | StoreTold::Files(..) | StoreTold::Done(_) | StoreTold::Checked { .. } => {}
        }
    }

    fn draw_disks(&self, area: Rect, pen: &mut Pen<'_>) {
        let Some(disks) = &self.disks else {
            pen.line(area, &say!("capture-disks-reading"), tint::PLAIN);
            return;
        };
        let note = pen.say(&if disks.is_empty() { say!("capture-no-disks") } else { say!("capture-note") });
        let mut rest = below(area, pen.wrapped(area, &note, tint::DIM) + 1);
        for (number, disk) in disks.iter().enumerate().skip(self.at.saturating_sub(3)) {
            let is_here = number == self.at;
            let (mark, style) = if is_here { (pen.glyphs().mark(Mark::Here), tint::HERE) } else { (" ", tint::PLAIN) };
            let (name, identity) = (disk.disk.name.as_str(), &disk.disk.identity);
            let model = identity.model.as_deref().unwrap_or("?");
            let what = format!("{name}  {model} · {}", identity.size.decimal());
            pen.pieces(Rect { height: rest.height.min(1), ..rest }, &[(mark, style), (" ", style), (&what, style)]);
            rest = below(rest, 1);
            if let Some(why) = &disk.why_not {
                let why = pen.say(why);
                let line = Rect { x: rest.x + 4, width: rest.width.saturating_sub(4), ..rest };
                let why = format!("{} {why}", pen.glyphs().mark(Mark::Bad));
                rest = below(rest, pen.wrapped(line, &why, tint::BAD));
            }
        }
    }

    fn draw_seen(&self, seen: &MasterSeen, area: Rect, pen: &mut Pen<'_>) {
        let mut used = 0;
        if seen.personal {
            let (words, style) =
                if self.keeps { (say!("capture-keeps"), tint::BAD) } else { (say!("capture-traces-here"), tint::WARN) };
            let words = pen.say(&words);
            used += pen.wrapped(area, &words, style) + 1;
        }
        for line in seen.lines.iter().skip(self.scrolled) {
            let text = unmarked(line, pen);
            used += pen.wrapped(below(area, used), &text, tint::PLAIN);
        }
    }
}

/// The disks, until one is chosen; then the lines of what was found on it.
impl Moves for StoreCapture {
    fn places(&self, _world: &World) -> usize {
        match &self.seen {
            Some(seen) => seen.lines.len(),
            None if self.about.is_none() => self.len(),
            None => 0,
        }
    }

    fn at(&self) -> usize {
        match &self.seen {
            Some(_) => self.scrolled,
            None if self.about.is_none() => self.at,
            None => 0,
        }
    }

    fn go(&mut self, at: usize, _world: &World) -> Vec<Effect> {
        if self.seen.is_some() {
            self.scrolled = at;
        } else {
            self.at = at;
        }
        Vec::new()
    }
}

impl Form for About {
    fn len(&self) -> usize {
        3
    }

    fn question(&self, at: usize) -> (Sentence, Sentence) {
        match at {
            0 => (say!("store-ask-name"), say!("store-ask-name-note")),
            1 => (say!("store-ask-os"), say!("capture-ask-os-note")),
            _last => (say!("capture-ask-basis"), say!("capture-ask-basis-note")),
        }
    }

    fn entry(&self, at: usize) -> &Entry {
        match at {
            0 => &self.name,
            1 => &self.os,
            _last => &self.basis,
        }
    }

    fn entry_mut(&mut self, at: usize) -> &mut Entry {
        match at {
            0 => &mut self.name,
            1 => &mut self.os,
            _last => &mut self.basis,
        }
    }

    fn is_writing(&self, at: usize) -> bool {
        at == 0
    }

    fn check(&self, _at: usize) -> Result<(), Failure> {
        Ok(())
    }
}

impl Screen for StoreCapture {
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        match input {
            Input::Answer(Answer::Store(told)) => {
                self.hear(told);
                return Vec::new();
            }
            Input::Key(key) => {
                if let Some(effects) = press(KEYS, self, key, world) {
                    return effects;
                }
            }
            Input::Scan(_) | Input::Paste(_) | Input::Answer(_) => {}
        }
        if let Some(about) = self.about.as_mut().filter(|_| self.seen.is_none()) {
            about.input(input);
        }
        Vec::new()
    }

    fn draw(&self, world: &World, area: Rect, pen: &mut Pen<'_>) {
        let title = match &self.about {
            Some(about) => say!("capture-title-disk", disk = about.form.disk.name.as_str()),
            None => say!("capture-title"),
        };
        let title = pen.say(&title);
        let inner = pen.boxed(area, &title, tint::PLAIN);
        if let Some(told) = &self.told {
            report(told, inner, pen);
        } else if world.store.work.is_some() {
            pen.line(inner, &say!("capture-looking"), tint::NEXT);
        } else if let Some(seen) = &self.seen {
            self.draw_seen(seen, inner, pen);
        } else if let Some(about) = &self.about {
            about.draw(inner, pen);
        } else {
            self.draw_disks(inner, pen);
        }
    }

    fn hints(&self, world: &World) -> Vec<Hint> {
        hints(KEYS, self, world)
    }

    fn begin(&self) -> Vec<Effect> {
        vec![Effect::Store(StoreOrder::Masters)]
    }

    fn takes(&self, answer: &Answer) -> bool {
        matches!(answer, Answer::Store(told)
            if matches!(told.as_ref(), StoreTold::Masters(_) | StoreTold::Master(_) | StoreTold::Failed(_)))
    }

    fn is_typing(&self) -> bool {
        self.seen.is_none() && self.about.as_ref().is_some_and(Guide::is_typing)
    }

    fn is_writing(&self) -> bool {
        self.seen.is_none() && self.about.as_ref().is_some_and(Guide::is_writing)
    }
}
