//! The terminal's face on the workbench: screens, the layers on them, and how they are drawn.
//!
//! Invariants: drawing changes nothing; no rule is decided here: a screen turns keys into effects and shows what came of
//! them; practice is named above every screen and layer; a state is a word and a symbol, never a colour alone.

mod bench;
mod codes;
mod compose;
mod cramped;
mod device;
mod device_keys;
mod entry;
mod field;
mod find;
mod glyphs;
mod guide;
mod header;
mod help_bar;
mod intake;
mod jobs;
mod layer;
mod ledger;
mod machine;
mod moves;
mod pen;
mod settings;
mod settings_form;
mod setup;
mod setup_form;
mod shelves;
mod shelves_list;
mod shift;
mod sort;
mod sound;
mod stack;
mod tint;
mod today;
mod unclaimed;
mod veiled;
mod view;

pub use glyphs::{Glyphs, Mark};
pub use pen::{Hot, Pen};
pub use setup::SetUpStart;
pub use sound::Sound;
pub use stack::{LEAST, Stack};
pub use tint::{bleach, temper};
pub use view::{Now, Task, Teller, View};

use crate::word::{Sentence, say};
use crate::workbench::{Answer, Effect, Hint, Input, Key, Layer, World};
use ratatui::layout::Rect;

/// A screen, or a layer on one.
pub trait Screen {
    /// What it is called in the source, for logs and for proofs that every key of it was tried.
    fn source(&self) -> &'static str {
        std::any::type_name::<Self>()
    }
    /// Takes the input in and says what is to be done.
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect>;
    /// Draws itself into `area`.
    fn draw(&self, world: &World, area: Rect, pen: &mut Pen<'_>);
    /// The keys that are valid now, the most important first.
    fn hints(&self, world: &World) -> Vec<Hint>;
    /// What is to be done when it is opened.
    fn begin(&self) -> Vec<Effect> {
        Vec::new()
    }
    /// What is to be read anew when something was recorded, here or by another program.
    fn again(&self, _world: &World) -> Vec<Effect> {
        Vec::new()
    }
    /// Whether the answer is for it.
    fn takes(&self, _answer: &Answer) -> bool {
        false
    }
    /// Whether it waits for somebody to be signed in.
    fn awaits_sign_in(&self) -> bool {
        false
    }
    /// What opens again where it is taken off before anybody read it.
    fn unread(&self) -> Option<Layer> {
        None
    }
    /// Whether a badge that is scanned is for it, and not for signing in.
    fn takes_badges(&self) -> bool {
        false
    }
    /// Whether a device that is looked for or received on it is the machine that the program runs on.
    fn names_machine(&self) -> bool {
        false
    }
    /// Whether characters go into a text now.
    fn is_typing(&self) -> bool {
        false
    }
    /// Whether that text is written in Vietnamese, as a name or a reason is and a code is not.
    fn is_writing(&self) -> bool {
        false
    }
    /// A line was clicked on: which list of its own, and which line.
    fn pick(&mut self, _list: usize, _row: usize, _world: &World) -> Vec<Effect> {
        Vec::new()
    }
}

/// A screen that can be gone to.
pub struct Place {
    /// Its name, for [`Effect::Go`].
    pub name: &'static str,
    /// The key that goes there from any screen.
    pub key: Key,
    /// What people call it.
    pub words: fn() -> Sentence,
    /// Whether there is anything to see there now.
    pub when: fn(&World) -> bool,
    /// Opens it.
    pub open: fn(&World) -> Box<dyn Screen>,
}

/// The bench; where the program was started from a stick, the one machine that it was started on.
fn open_bench(world: &World) -> Box<dyn Screen> {
    if world.stick.is_some() { machine::open(world) } else { bench::open(world) }
}

/// Every screen; the first is the one the program opens with.
pub static SCREENS: &[Place] = &[
    Place { name: "bench", key: Key::Function(2), words: || say!("place-bench"), when: |_| true, open: open_bench },
    Place {
        name: "find",
        key: Key::Function(3),
        words: || say!("place-find"),
        when: |world| world.is_read,
        open: find::open,
    },
    Place {
        name: "device",
        key: Key::Function(4),
        words: || say!("place-device"),
        when: |world| world.cursor.is_some(),
        open: device::open,
    },
    Place {
        name: "shelves",
        key: Key::Function(5),
        words: || say!("place-shelves"),
        when: |w| w.is_read,
        open: shelves::open,
    },
    Place { name: "today", key: Key::Function(6), words: || say!("place-today"), when: |_| true, open: today::open },
    Place {
        name: "ledger",
        key: Key::Function(7),
        words: || say!("place-ledger"),
        when: |world| world.is_read,
        open: ledger::open,
    },
    Place {
        name: "intake",
        key: Key::Function(8),
        words: || say!("place-intake"),
        when: |world| world.is_read,
        open: intake::open,
    },
    Place {
        name: "jobs",
        key: Key::Function(9),
        words: || say!("place-jobs"),
        when: |world| world.is_read,
        open: jobs::open,
    },
    Place {
        name: "shift",
        key: Key::Function(10),
        words: || say!("place-shift"),
        when: |world| world.is_read,
        open: shift::open,
    },
    Place {
        name: "settings",
        key: Key::Function(11),
        words: || say!("place-settings"),
        when: |world| world.is_read,
        open: settings::open,
    },
];
