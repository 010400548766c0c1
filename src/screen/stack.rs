//! The stack: one screen, the layers on it, and what stands above and below them all.
//!
//! Invariants: only the top layer has the keys; a refusal that no layer takes is laid on top, so that none is lost.

use super::layer;
use super::pen::{Pen, middle};
use super::setup::{self, SetUpStart};
use super::{SCREENS, Screen, header, help_bar, tint};
use crate::word::say;
use crate::workbench::{Answer, Effect, Input, Key, Layer, World};
use ratatui::layout::Rect;

/// The least columns and lines that the screens need.
pub const LEAST: (u16, u16) = (80, 24);

/// A screen with its layers.
pub struct Stack {
    screens: Vec<Box<dyn Screen>>,
}

impl Stack {
    /// The first of [`SCREENS`].
    #[must_use]
    pub fn new(world: &World) -> Self {
        Self { screens: SCREENS.first().map(|(_, open)| open(world)).into_iter().collect() }
    }

    /// The page that a new station begins with.
    #[must_use]
    pub fn set_up(start: SetUpStart) -> Self {
        Self { screens: vec![setup::open(start)] }
    }

    /// Takes every layer off.
    pub fn go_home(&mut self) {
        self.screens.truncate(1);
    }

    /// Whether any layer waits for somebody to be signed in, hidden or not.
    #[must_use]
    pub fn awaits_sign_in(&self) -> bool {
        self.screens.iter().any(|screen| screen.awaits_sign_in())
    }

    /// How many layers lie on the screen.
    #[must_use]
    pub fn layers(&self) -> usize {
        self.screens.len().saturating_sub(1)
    }

    /// Takes the input in; what is left for others to do.
    pub fn update(&mut self, input: Input<'_>, world: &World) -> Vec<Effect> {
        let Some(top) = self.screens.last_mut() else { return vec![Effect::Quit] };
        let effects = match input {
            Input::Key(Key::Control('c')) => layer::leave(world),
            Input::Key(Key::Function(1)) => vec![Effect::Open(Layer::Keys(top.hints(world)))],
            Input::Key(Key::Char('?')) if !top.is_typing() => vec![Effect::Open(Layer::Keys(top.hints(world)))],
            Input::Answer(answer) if !top.takes(answer) => unclaimed(answer),
            Input::Key(_) | Input::Scan(_) | Input::Paste(_) | Input::Answer(_) => top.update(input, world),
        };
        self.carry_out(effects, world)
    }

    fn carry_out(&mut self, effects: Vec<Effect>, world: &World) -> Vec<Effect> {
        let mut left = Vec::new();
        for effect in effects {
            match effect {
                Effect::Open(layer) => {
                    let opened = layer::open(layer, world);
                    left.extend(opened.begin());
                    self.screens.push(opened);
                }
                Effect::Close if self.layers() > 0 => {
                    self.screens.pop();
                }
                Effect::Close => {}
                Effect::Home => self.go_home(),
                other @ (Effect::Choose(_)
                | Effect::Find(_)
                | Effect::Refresh
                | Effect::Receive(_)
                | Effect::Inspect(_)
                | Effect::ListDisks(_)
                | Effect::ListImages
                | Effect::StartWipe { .. }
                | Effect::StartImage { .. }
                | Effect::CancelJob(_)
                | Effect::BindTag { .. }
                | Effect::RecordCheck { .. }
                | Effect::Hold { .. }
                | Effect::Quarantine { .. }
                | Effect::People(_)
                | Effect::Unlock(_)
                | Effect::Day(_)
                | Effect::SetUp(_)
                | Effect::Dismiss
                | Effect::Quit) => left.push(other),
            }
        }
        left
    }

    /// Draws everything: header, screen, layers, help bar. In a terminal that is too small, one line that says so.
    pub fn draw(&self, world: &World, area: Rect, pen: &mut Pen<'_>) {
        if area.width < LEAST.0 || area.height < LEAST.1 {
            return too_small(world, area, pen);
        }
        let line = Rect { height: 1, ..area };
        let body = Rect { y: area.y + 1, height: area.height - 2, ..area };
        // Of layers on layers only the top one is drawn, so that frames do not nest.
        for screen in self.screens.iter().take(1).chain(self.screens.iter().skip(1).last()) {
            screen.draw(world, body, pen);
        }
        header::draw(world, line, pen);
        let hints = self.screens.last().map(|top| top.hints(world)).unwrap_or_default();
        help_bar::draw(&hints, Rect { y: area.y + area.height - 1, ..line }, pen);
    }
}

/// What becomes of an answer that the top layer does not wait for.
fn unclaimed(answer: &Answer) -> Vec<Effect> {
    match answer {
        Answer::NotFound { tag: Some(tag), .. } => vec![Effect::Open(Layer::Receive(Some(tag.clone())))],
        Answer::Refused(report) | Answer::NotFound { tag: None, report } => {
            vec![Effect::Open(Layer::Message(report.clone()))]
        }
        Answer::VaultLocked => vec![Effect::Open(Layer::Unlock)],
        // The head is to be written down, even where the layer that asked for it was closed meanwhile.
        Answer::DayClosed(end) => vec![Effect::Open(Layer::DayEnd(end.clone()))],
        Answer::Several(rows) => vec![Effect::Open(Layer::Hits(rows.clone()))],
        Answer::Found(_)
        | Answer::Inspected(_)
        | Answer::Disks(_)
        | Answer::Images(_)
        | Answer::People(_)
        | Answer::SignedIn(_)
        | Answer::Wipes(_)
        | Answer::Day(_)
        | Answer::Made(_)
        | Answer::Began(_)
        | Answer::Done(_) => Vec::new(),
    }
}

fn too_small(world: &World, area: Rect, pen: &mut Pen<'_>) {
    let (columns, lines) = (u64::from(LEAST.0), u64::from(LEAST.1));
    let mark = if world.practice { header::PRACTICE.trim() } else { "" };
    let text = pen.words().say(&say!(
        "screen-too-small",
        columns = columns,
        lines = lines,
        has_columns = u64::from(area.width),
        has_lines = u64::from(area.height),
    ));
    let text = format!("{mark} {text}");
    let wide = u16::try_from(unicode_width::UnicodeWidthStr::width(text.trim())).unwrap_or(u16::MAX);
    pen.text(middle(area, wide, 1), text.trim(), tint::WARN);
}
