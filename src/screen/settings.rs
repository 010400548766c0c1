//! The station's settings: what can be changed here is changed by Enter, and is so at once.
//!
//! ```text
//! ┌ Cài đặt ──────────────────────────────────────────────┐
//! │ ▶ Chuông báo            bật                            │
//! │   Chuột                 bật                            │
//! │   Gõ tiếng Việt         Telex                          │
//! │   …                                                    │
//! └───────────────────────────────────────────────────────┘
//! ```
//!
//! Invariant: what stands here was read from the station's file, never what was only asked for.

use super::Screen;
use super::glyphs::Mark;
use super::guide::{Guide, Step};
use super::layer::report;
use super::moves::{self, Moves};
use super::pen::{Hot, Pen, below, right_of};
use super::settings_form::Asking;
use super::tint;
use crate::word::{Sentence, say};
use crate::workbench::{
    Answer, Binding, CampaignTarget, Effect, Habits, Hint, Input, Key, LOCK_AFTER, Layer, Report, SettingsChange,
    SettingsOrder, SettingsView, Typing, World, hints, press, switch_sentence, typing_sentence,
};
use ratatui::layout::Rect;

/// Columns of a setting's name.
const NAME: u16 = 26;

/// What can be changed, in the order of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Setting {
    Sounds,
    Mouse,
    Typing,
    Lock,
    Language,
    Profile,
    Place,
    Target,
}

const SETTINGS: [Setting; 8] = [
    Setting::Sounds,
    Setting::Mouse,
    Setting::Typing,
    Setting::Lock,
    Setting::Language,
    Setting::Profile,
    Setting::Place,
    Setting::Target,
];

pub(super) struct Settings {
    view: Option<Box<SettingsView>>,
    refusal: Option<Report>,
    at: usize,
    guide: Option<Guide<Asking>>,
}

/// Opens it.
pub(super) fn open(_world: &World) -> Box<dyn Screen> {
    Box::new(Settings { view: None, refusal: None, at: 0, guide: None })
}

static KEYS: &[Binding<Settings>] = &[
    Binding {
        key: Key::Enter,
        words: || say!("key-next-line"),
        when: |page, _| page.guide.is_some(),
        what: |page, _| page.next(),
    },
    Binding {
        key: Key::Escape,
        words: || say!("key-back"),
        when: |page, _| page.guide.is_some(),
        what: |page, _| {
            if page.guide.as_mut().is_none_or(|guide| guide.back() == Step::Out) {
                page.guide = None;
            }
            Vec::new()
        },
    },
    Binding {
        key: Key::Enter,
        words: || say!("settings-key-change"),
        when: |page, _| page.guide.is_none() && page.view.is_some(),
        what: |page, _| page.change(),
    },
    Binding {
        key: Key::Char('f'),
        words: || say!("key-phones"),
        when: |page, _| page.guide.is_none() && page.view.is_some(),
        what: |_, _| vec![Effect::Open(Layer::Phone)],
    },
    Binding {
        key: Key::Char('s'),
        words: || say!("key-scanners"),
        when: |page, _| page.guide.is_none() && page.view.is_some(),
        what: |_, _| vec![Effect::Open(Layer::Scanners)],
    },
    Binding {
        key: Key::Char('p'),
        words: || say!("key-printers"),
        when: |page, _| page.guide.is_none() && page.view.is_some(),
        what: |_, _| vec![Effect::Open(Layer::Printers)],
    },
    Binding {
        key: Key::Char('t'),
        words: || say!("key-sticks"),
        when: |page, _| page.guide.is_none() && page.view.is_some(),
        what: |_, _| vec![Effect::Open(Layer::Sticks)],
    },
    Binding {
        key: Key::Char('k'),
        words: || say!("key-boot-keys"),
        when: |page, _| page.guide.is_none() && page.view.is_some(),
        what: |_, _| vec![Effect::Open(Layer::BootKeys)],
    },
    Binding {
        key: Key::Char('c'),
        words: || say!("key-chains"),
        when: |page, _| page.guide.is_none() && page.view.is_some(),
        what: |_, _| vec![Effect::Open(Layer::Chains)],
    },
    moves::down(),
    moves::up(),
    Binding {
        key: Key::Escape,
        words: || say!("key-back-to-bench"),
        when: |_, _| true,
        what: |_, _| vec![Effect::Go("bench")],
    },
];

impl Settings {
    fn setting(&self) -> Setting {
        SETTINGS.get(self.at).copied().unwrap_or(Setting::Sounds)
    }

    /// Turns the one that is meant to its next value, or asks for a new one.
    fn change(&mut self) -> Vec<Effect> {
        let Some(view) = &self.view else { return Vec::new() };
        let habits = view.habits;
        let turned = match self.setting() {
            Setting::Sounds => Habits { sounds: !habits.sounds, ..habits },
            Setting::Mouse => Habits { mouse: !habits.mouse, ..habits },
            Setting::Typing => Habits {
                typing: after(&[None, Some(Typing::Telex), Some(Typing::Vni), Some(Typing::Plain)], &habits.typing),
                ..habits
            },
            Setting::Lock => Habits { lock_after: after(&LOCK_AFTER, &habits.lock_after), ..habits },
            Setting::Language => return vec![Effect::Speak],
            Setting::Profile => {
                let all: Vec<_> = std::iter::once(None).chain(view.profiles.iter().cloned().map(Some)).collect();
                return ask(SettingsChange::Profile(after(&all, &view.profile)));
            }
            Setting::Place => {
                self.guide = Some(Guide::new(Asking::place(view.place.as_deref())));
                return Vec::new();
            }
            Setting::Target => {
                self.guide = Some(Guide::new(Asking::target(view.target.as_ref())));
                return Vec::new();
            }
        };
        ask(SettingsChange::Habits(turned))
    }

    fn next(&mut self) -> Vec<Effect> {
        let Some(guide) = &mut self.guide else { return Vec::new() };
        guide.next();
        if !guide.is_done() {
            return Vec::new();
        }
        let change = guide.form.change();
        self.guide = None;
        ask(change)
    }

    fn value(setting: Setting, view: &SettingsView) -> Sentence {
        let none = || say!("settings-none");
        match setting {
            Setting::Sounds => switch_sentence(view.habits.sounds),
            Setting::Mouse => switch_sentence(view.habits.mouse),
            Setting::Typing => typing_sentence(view.habits.typing),
            Setting::Lock => say!("settings-minutes", minutes = u64::from(view.habits.lock_after)),
            Setting::Language => say!("settings-language-now"),
            Setting::Profile => view
                .profile
                .as_ref()
                .map_or_else(|| say!("settings-profile-suits"), |id| say!("plain", text = id.as_str())),
            Setting::Place => view.place.as_ref().map_or_else(none, |place| say!("plain", text = place.as_str())),
            Setting::Target => view.target.as_ref().map_or_else(none, CampaignTarget::sentence),
        }
    }
}

fn name(setting: Setting) -> Sentence {
    match setting {
        Setting::Sounds => say!("settings-sounds"),
        Setting::Mouse => say!("settings-mouse"),
        Setting::Typing => say!("settings-typing"),
        Setting::Lock => say!("settings-lock"),
        Setting::Language => say!("settings-language"),
        Setting::Profile => say!("settings-profile"),
        Setting::Place => say!("settings-place"),
        Setting::Target => say!("settings-target"),
    }
}

/// What it is for.
fn note(setting: Setting) -> Sentence {
    match setting {
        Setting::Sounds => say!("settings-sounds-note"),
        Setting::Mouse => say!("settings-mouse-note"),
        Setting::Typing => say!("settings-typing-note"),
        Setting::Lock => say!("settings-lock-note"),
        Setting::Language => say!("settings-language-note"),
        Setting::Profile => say!("settings-profile-note"),
        Setting::Place => say!("setup-place-note"),
        Setting::Target => say!("settings-target-note"),
    }
}

fn ask(change: SettingsChange) -> Vec<Effect> {
    vec![Effect::Settings(SettingsOrder::Change(change))]
}

/// The value behind that one, the first behind the last.
fn after<T: Clone + PartialEq>(all: &[T], now: &T) -> T {
    let at = all.iter().position(|one| one == now).map_or(0, |at| at + 1);
    all.get(at).or_else(|| all.first()).unwrap_or(now).clone()
}

impl Moves for Settings {
    // While a question is asked, the arrows are for its answer.
    fn places(&self, _world: &World) -> usize {
        if self.guide.is_some() { 0 } else { SETTINGS.len() }
    }

    fn at(&self) -> usize {
        if self.guide.is_some() { 0 } else { self.at }
    }

    fn go(&mut self, at: usize, _world: &World) -> Vec<Effect> {
        (self.at, self.refusal) = (at, None);
        Vec::new()
    }
}

impl Screen for Settings {
    fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        match input {
            Input::Key(key) => press(KEYS, self, key, world).unwrap_or_else(|| {
                if let Some(guide) = &mut self.guide {
                    guide.input(input);
                }
                Vec::new()
            }),
            Input::Scan(text) if self.guide.is_none() => {
                vec![Effect::Go("bench"), Effect::Find(text.trim().to_owned())]
            }
            Input::Paste(_) | Input::Scan(_) => {
                if let Some(guide) = &mut self.guide {
                    guide.input(input);
                }
                Vec::new()
            }
            Input::Answer(Answer::Settings(view)) => {
                (self.view, self.refusal) = (Some(view.clone()), None);
                Vec::new()
            }
            Input::Answer(Answer::Refused(refusal)) => {
                self.refusal = Some(refusal.clone());
                Vec::new()
            }
            Input::Answer(_) => Vec::new(),
        }
    }

    fn draw(&self, _world: &World, area: Rect, pen: &mut Pen<'_>) {
        let title = pen.say(&say!("settings-title"));
        let inner = pen.boxed(area, &title, tint::PLAIN);
        if let Some(guide) = &self.guide {
            guide.draw(inner, pen);
            return;
        }
        let mut used = 0;
        if let Some(view) = &self.view {
            for (number, setting) in SETTINGS.into_iter().enumerate() {
                let line = Rect { height: 1, ..below(inner, used) };
                let is_here = number == self.at;
                let mark = if is_here { pen.glyphs().mark(Mark::Here) } else { " " };
                let style = if is_here { tint::HERE } else { tint::PLAIN };
                let called = pen.say(&name(setting));
                pen.pieces(Rect { width: NAME, ..line }, &[(mark, style), (" ", style), (&called, style)]);
                pen.line(right_of(line, NAME), &Self::value(setting, view), tint::PLAIN);
                pen.heat(line, Hot::Row(0, number));
                used += 1;
            }
            let told = pen.say(&note(self.setting()));
            used += 1 + pen.wrapped(below(inner, used + 1), &told, tint::DIM);
            let facts = say!("settings-fixed", team = view.team.as_str(), domain = view.domain.as_str());
            for fact in [facts, say!("settings-kept", folder = view.folder.as_str())] {
                let fact = pen.say(&fact);
                used += 1 + pen.wrapped(below(inner, used + 1), &fact, tint::DIM);
            }
        } else if self.refusal.is_none() {
            pen.line(inner, &say!("bench-reading"), tint::PLAIN);
        }
        if let Some(refusal) = &self.refusal {
            report(refusal, below(inner, used + 1), pen);
        }
    }

    fn hints(&self, world: &World) -> Vec<Hint> {
        hints(KEYS, self, world)
    }

    fn begin(&self) -> Vec<Effect> {
        vec![Effect::Settings(SettingsOrder::Look)]
    }

    fn again(&self, _world: &World) -> Vec<Effect> {
        self.begin()
    }

    fn takes(&self, answer: &Answer) -> bool {
        matches!(answer, Answer::Settings(_) | Answer::Refused(_))
    }

    fn is_typing(&self) -> bool {
        self.guide.as_ref().is_some_and(Guide::is_typing)
    }

    fn is_writing(&self) -> bool {
        self.guide.as_ref().is_some_and(Guide::is_writing)
    }

    fn pick(&mut self, _list: usize, row: usize, world: &World) -> Vec<Effect> {
        self.go(row, world)
    }
}
