//! Adding an image to those that the station keeps: which file, then what is to be known of it.
//!
//! ```text
//! ┌ Thêm ảnh vào kho ─────────────────────────────────┐
//! │ Tệp ảnh: /media/usb/mi_                           │
//! │   ▶ /media/usb/mint-22.img.xz        2.1 GB        │
//! │     /media/usb/cu/                                 │
//! └───────────────────────────────────────────────────┘
//! ```
//!
//! Invariant: nothing is read of the file here; whatever is wrong with it is told by who adds it.

use super::super::Screen;
use super::super::entry::Entry;
use super::super::field::Field;
use super::super::glyphs::Mark;
use super::super::guide::{Form, Guide, Step};
use super::super::moves::{self, Moves};
use super::super::pen::{Pen, below, right_of};
use super::super::tint;
use super::store_capture::{basis, basis_choice};
use crate::port::{Failure, Trouble};
use crate::word::{Sentence, say};
use crate::workbench::{
    AddOrder, Answer, Binding, Effect, FileSeen, Hint, Input, Key, StoreOrder, StoreTask, StoreTold, USUAL_ARCH, World,
    hints, press,
};
use ratatui::layout::Rect;
use std::path::PathBuf;

/// What is asked of an image beside its file.
struct About {
    name: Entry,
    os: Entry,
    source: Entry,
    licence: Entry,
    /// Asked only where the system is called a Windows.
    basis: Entry,
}

impl About {
    fn is_windows(&self) -> bool {
        self.os.typed().to_lowercase().starts_with("win")
    }
}

#[derive(Default)]
pub(super) struct StoreAdd {
    file: Field,
    /// Files that may be meant.
    files: Option<Vec<FileSeen>>,
    /// Which of them is pointed at.
    at: usize,
    about: Option<Guide<About>>,
}

static KEYS: &[Binding<StoreAdd>] = &[
    Binding {
        key: Key::Enter,
        words: || say!("key-store-add-now"),
        when: |layer, _| layer.about.as_ref().is_some_and(Guide::is_last),
        what: |layer, _| layer.go(),
    },
    Binding {
        key: Key::Enter,
        words: || say!("key-next-line"),
        when: |layer, _| layer.about.is_some() || layer.meant().is_some(),
        what: |layer, _| layer.next(),
    },
    Binding {
        key: Key::Tab,
        words: || say!("key-complete"),
        when: |layer, _| layer.pointed().is_some(),
        what: |layer, _| layer.complete(),
    },
    moves::down(),
    moves::up(),
    moves::page_down(),
    moves::page_up(),
    Binding {
        key: Key::Escape,
        words: || say!("key-back"),
        when: |layer, _| layer.about.is_some(),
        what: |layer, _| {
            if layer.about.as_mut().is_none_or(|about| about.back() == Step::Out) {
                layer.about = None;
            }
            Vec::new()
        },
    },
    Binding { key: Key::Escape, words: || say!("key-close"), when: |_, _| true, what: |_, _| vec![Effect::Close] },
];

impl StoreAdd {
    fn len(&self) -> usize {
        self.files.as_ref().map_or(0, Vec::len)
    }

    fn pointed(&self) -> Option<&FileSeen> {
        self.files.as_ref().filter(|_| self.about.is_none())?.get(self.at)
    }

    /// The path as it was typed, or as a file manager pastes it.
    fn path(&self) -> String {
        let text = self.file.text();
        match text.trim().strip_prefix("file://") {
            Some(url) => unescaped(url),
            None => text.trim_matches(['\'', '"']).to_owned(),
        }
    }

    /// What Enter means: what is pointed at, else what was typed.
    fn meant(&self) -> Option<PathBuf> {
        let typed = || Some(self.path()).filter(|path| !path.is_empty()).map(PathBuf::from);
        self.pointed().map(|file| file.path.clone()).or_else(typed)
    }

    fn look(&self) -> Vec<Effect> {
        vec![Effect::Store(StoreOrder::Files(self.path()))]
    }

    /// What is pointed at becomes what was typed.
    fn complete(&mut self) -> Vec<Effect> {
        let Some(file) = self.pointed() else { return Vec::new() };
        let end = if file.length.is_none() { "/" } else { "" };
        self.file = Field::with(&format!("{}{end}", file.path.display()));
        (self.files, self.at) = (None, 0);
        self.look()
    }

    fn next(&mut self) -> Vec<Effect> {
        if let Some(about) = &mut self.about {
            about.next();
            return Vec::new();
        }
        let is_folder = self.pointed().is_some_and(|file| file.length.is_none());
        if is_folder {
            return self.complete();
        }
        if let Some(path) = self.meant() {
            self.file = Field::with(&path.display().to_string());
            self.about = Some(Guide::new(About {
                name: Entry::text(""),
                os: Entry::text("linux"),
                source: Entry::text(""),
                licence: Entry::text(""),
                basis: basis_choice(),
            }));
        }
        Vec::new()
    }

    fn go(&mut self) -> Vec<Effect> {
        let Some(about) = &mut self.about else { return Vec::new() };
        about.next();
        if !about.is_done() {
            return Vec::new();
        }
        let some = |entry: &Entry| Some(entry.typed()).filter(|text| !text.is_empty());
        let order = AddOrder {
            file: PathBuf::from(self.path()),
            name: self.about.as_ref().and_then(|about| some(&about.form.name)),
            os: self.about.as_ref().map(|about| about.form.os.typed()).unwrap_or_default(),
            arch: USUAL_ARCH.to_owned(),
            source: self.about.as_ref().and_then(|about| some(&about.form.source)),
            licence: self.about.as_ref().and_then(|about| some(&about.form.licence)),
            basis: self
                .about
                .as_ref()
                .filter(|about| about.form.is_windows())
                .and_then(|about| basis(&about.form.basis)),
            ..AddOrder::default()
        };
        vec![Effect::Close, Effect::Store(StoreOrder::Work(StoreTask::Add(Box::new(order))))]
    }

    /// Text came in; whoever knows the files is asked anew.
    fn typed(&mut self, input: Input<'_>) -> Vec<Effect> {
        if let Some(about) = &mut self.about {
            about.input(input);
            return Vec::new();
        }
        let before = self.file.text();
        match input {
            Input::Key(key) => _ = self.file.press(key),
            Input::Scan(text) | Input::Paste(text) => self.file.paste(text),
            Input::Answer(_) => {}
        }
        if self.file.text() == before {
            return Vec::new();
        }
        // What was pointed at is of another text.
        (self.files, self.at) = (None, 0);
        self.look()
    }

    fn draw_files(&self, area: Rect, pen: &mut Pen<'_>) {
        let Some(files) = &self.files else {
            pen.line(area, &say!("store-files-reading"), tint::PLAIN);
            return;
        };
        if files.is_empty() {
            let none = if self.path().is_empty() { say!("store-files-none") } else { say!("store-files-no-such") };
            let none = pen.say(&none);
            pen.wrapped(area, &none, tint::WARN);
            return;
        }
        let room = usize::from(area.height).max(1);
        let shown = files.iter().enumerate().skip((self.at + 1).saturating_sub(room)).take(room);
        for (line, (number, file)) in (0u16..).zip(shown) {
            let is_here = number == self.at;
            let (mark, style) = if is_here { (pen.glyphs().mark(Mark::Here), tint::HERE) } else { (" ", tint::PLAIN) };
            let size = file.length.map_or_else(|| "/".to_owned(), |length| format!("  {}", length.decimal()));
            let path = file.path.display().to_string();
            let at = Rect { height: 1, ..below(area, line) };
            pen.pieces(at, &[(mark, style), (" ", style), (&path, style), (&size, style)]);
        }
    }
}

/// A path of a `file:` address: `%20` and its like become the signs they stand for.
fn unescaped(url: &str) -> String {
    let (mut bytes, mut rest) = (Vec::new(), url.as_bytes());
    while let Some((&first, more)) = rest.split_first() {
        let code = more.get(..2).and_then(|code| std::str::from_utf8(code).ok());
        let code = code.filter(|_| first == b'%').and_then(|code| u8::from_str_radix(code, 16).ok());
        bytes.push(code.unwrap_or(first));
        rest = if code.is_some() { &more[2..] } else { more };
    }
    String::from_utf8(bytes).unwrap_or_else(|_| url.to_owned())
}

impl Moves for StoreAdd {
    fn places(&self, _world: &World) -> usize {
        if self.about.is_none() { self.len() } else { 0 }
    }

    fn at(&self) -> usize {
        if self.about.is_none() { self.at } else { 0 }
    }

    fn go(&mut self, at: usize, _world: &World) -> Vec<Effect> {
        self.at = at;
        Vec::new()
    }
}

impl Form for About {
    fn len(&self) -> usize {
        4 + usize::from(self.is_windows())
    }

    fn question(&self, at: usize) -> (Sentence, Sentence) {
        match at {
            0 => (say!("store-ask-name"), say!("store-ask-name-note")),
            1 => (say!("store-ask-os"), say!("store-ask-os-note")),
            2 => (say!("store-ask-source"), say!("store-ask-source-note")),
            3 => (say!("store-ask-licence"), say!("store-ask-licence-note")),
            _last => (say!("capture-ask-basis"), say!("capture-ask-basis-note")),
        }
    }

    fn entry(&self, at: usize) -> &Entry {
        match at {
            0 => &self.name,
            1 => &self.os,
            2 => &self.source,
            3 => &self.licence,
            _last => &self.basis,
        }
    }

    fn entry_mut(&mut self, at: usize) -> &mut Entry {
        match at {
            0 => &mut self.name,
            1 => &mut self.os,
            2 => &mut self.source,
            3 => &mut self.licence,
            _last => &mut self.basis,
        }
    }

    fn is_writing(&self, at: usize) -> bool {
        at == 0
    }

    fn check(&self, at: usize) -> Result<(), Failure> {
        if at == 1 && self.os.typed().is_empty() {
            return Err(Failure::new(Trouble::Usage, say!("store-os-missing")));
        }
        Ok(())
    }
}

impl Screen for StoreAdd {
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        match input {
            Input::Key(key) => match press(KEYS, self, key, world) {
                Some(effects) => effects,
                None => self.typed(input),
            },
            Input::Scan(_) | Input::Paste(_) => self.typed(input),
            Input::Answer(Answer::Store(told)) => {
                if let StoreTold::Files(text, files) = told.as_ref()
                    && *text == self.path()
                {
                    self.at = self.at.min(files.len().saturating_sub(1));
                    self.files = Some(files.clone());
                }
                Vec::new()
            }
            Input::Answer(_) => Vec::new(),
        }
    }

    fn draw(&self, _world: &World, area: Rect, pen: &mut Pen<'_>) {
        let title = pen.say(&say!("store-add-title"));
        let inner = pen.boxed(area, &title, tint::PLAIN);
        let line = Rect { height: inner.height.min(1), ..inner };
        let used = pen.line(line, &say!("store-file"), tint::PLAIN);
        self.file.draw(right_of(line, used + 1), self.about.is_none(), pen);
        let rest = below(inner, 2);
        if let Some(about) = &self.about {
            about.draw(rest, pen);
            return;
        }
        let note = pen.say(&say!("store-file-note"));
        let used = pen.wrapped(rest, &note, tint::DIM) + 1;
        self.draw_files(below(rest, used), pen);
    }

    fn hints(&self, world: &World) -> Vec<Hint> {
        hints(KEYS, self, world)
    }

    fn begin(&self) -> Vec<Effect> {
        self.look()
    }

    fn takes(&self, answer: &Answer) -> bool {
        matches!(answer, Answer::Store(told) if matches!(told.as_ref(), StoreTold::Files(..)))
    }

    fn is_typing(&self) -> bool {
        self.about.as_ref().is_none_or(Guide::is_typing)
    }

    fn is_writing(&self) -> bool {
        self.about.as_ref().is_some_and(Guide::is_writing)
    }
}
