//! The keyboard: every key once, on the machine's own layout; stuck keys found.

use super::{Come, FunctionTest, Hands, Stop, ask, first_view};
use crate::event::intake::DeviceKind;
use crate::port::{Guide, Part};
use crate::trial::{Choice, FULL, InputEvent, Keys, LAPTOP, Layout, Picture, Question};
use crate::word::say;
use std::time::Duration;

/// So long nobody looks for the next key.
const QUIET: Duration = Duration::from_secs(15);
const LOOK: Duration = Duration::from_millis(200);
/// The key's code. Source: linux/input-event-codes.h.
const ESCAPE: u16 = 1;
/// So often one after the other it ends the listening: no other program hears this keyboard meanwhile.
const ESCAPES: u32 = 3;

/// The test.
pub(super) static KEYBOARD: FunctionTest = FunctionTest {
    id: "keyboard",
    is_automatic: false,
    is_long: false,
    part: Part::Keyboard,
    must: |kind| matches!(kind, DeviceKind::Laptop),
    run,
};

fn run(hands: &Hands<'_>, guide: &mut dyn Guide) -> Result<Come, Stop> {
    let guessed = if matches!(hands.kind, DeviceKind::Laptop) { &LAPTOP } else { &FULL };
    loop {
        let keys = listen(hands, guide, hands.options.layout.unwrap_or(guessed))?;
        let measured = |come: Come| {
            let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
            let all = keys.layout().caps().count();
            let come = come.with("keys_seen", count(all - keys.missing().len()), "count");
            let come = come.with("keys_expected", count(all), "count");
            let come = keys.missing().iter().fold(come, |come, cap| come.with("missing", cap.code.into(), "key_code"));
            keys.stuck().iter().fold(come, |come, code| come.with("stuck", (*code).into(), "key_code"))
        };
        if !keys.stuck().is_empty() {
            return Ok(measured(Come::fails("keys_stuck")));
        }
        let missing: Vec<_> = keys.missing().iter().map(|cap| cap.label).collect();
        if missing.is_empty() {
            return Ok(measured(Come::works()));
        }
        let mut view = first_view(&KEYBOARD, hands);
        view.picture = Picture::Board(Box::new(keys.clone()));
        let text = say!("ask-keys-missing", count = missing.len() as u64, keys = missing.join(" "));
        let choices = [('1', "again"), ('2', "keys_dead"), ('3', "no_such_keys"), ('b', "skip")];
        let choices = choices.map(|(key, id)| Choice { key, id }).to_vec();
        match ask(guide, &view, &Question { text, choices })? {
            "keys_dead" => return Ok(measured(Come::fails("keys_dead"))),
            "no_such_keys" => return Ok(measured(Come::works())),
            _again => {}
        }
    }
}

/// Listens until every key moved, nobody presses any more, or the volunteer leaves.
fn listen(hands: &Hands<'_>, guide: &mut dyn Guide, layout: &'static Layout) -> Result<Keys, Stop> {
    let mut listening = hands.hardware.listen(Part::Keyboard)?;
    let begin = hands.clock.elapsed();
    let is_guess = hands.options.layout.is_none();
    let mut keys = Keys::new(layout, is_guess, &listening.down());
    let mut view = first_view(&KEYBOARD, hands);
    let (mut drawn, mut escapes) = (None, 0);
    loop {
        let at = hands.clock.elapsed().saturating_sub(begin);
        keys.look(at);
        let state = (keys.missing().len(), keys.stuck().len());
        if drawn != Some(state) {
            drawn = Some(state);
            view.lines.truncate(1);
            view.lines.push(say!("keys-left", count = state.0 as u64));
            if state.1 > 0 {
                view.lines.push(say!("keys-are-stuck", count = state.1 as u64));
            }
            view.picture = Picture::Board(Box::new(keys.clone()));
            guide.show(&view);
        }
        if keys.is_done() || keys.quiet(at) >= QUIET || escapes >= ESCAPES || hands.is_over(guide) {
            return Ok(keys);
        }
        if let Some(event) = listening.next(LOOK)? {
            keys.hear(event, at);
            escapes = match event {
                InputEvent::Key { code: ESCAPE, down } => escapes + u32::from(!down),
                InputEvent::Key { .. } | InputEvent::Move { .. } | InputEvent::Touch { .. } => 0,
            };
        }
    }
}
