//! The touchpad: to every edge, and its buttons.

use super::{Come, FunctionTest, Hands, Stop, ask, first_view};
use crate::event::intake::DeviceKind;
use crate::port::{Guide, Part};
use crate::trial::{Choice, Question, TOUCH_GOALS, Touch, TouchGoal};
use crate::word::{Sentence, say};
use std::time::Duration;

/// So long nobody looks for the next edge.
const QUIET: Duration = Duration::from_secs(12);
const LOOK: Duration = Duration::from_millis(200);

/// The test.
pub(super) static TOUCHPAD: FunctionTest = FunctionTest {
    id: "touchpad",
    is_automatic: false,
    is_long: false,
    part: Part::Touchpad,
    must: |kind| matches!(kind, DeviceKind::Laptop),
    run,
};

fn run(hands: &Hands<'_>, guide: &mut dyn Guide) -> Result<Come, Stop> {
    loop {
        let missing = listen(hands, guide)?;
        let reached = u64::try_from(TOUCH_GOALS.len() - missing.len()).unwrap_or(0);
        let measured = |come: Come| come.with("goals_reached", reached, "count");
        if missing.is_empty() {
            return Ok(measured(Come::works()));
        }
        let view = first_view(&TOUCHPAD, hands);
        let text = say!("ask-touch-missing", goals = goals(&missing));
        let choices =
            [('1', "again"), ('2', "dead_area"), ('3', "dead_button"), ('4', "no_such_button"), ('b', "skip")];
        let choices = choices.map(|(key, id)| Choice { key, id }).to_vec();
        match ask(guide, &view, &Question { text, choices })? {
            "again" => {}
            "no_such_button" => return Ok(measured(Come::works())),
            fault => return Ok(measured(Come::fails(fault))),
        }
    }
}

/// Listens until everything was reached, nobody moves any more, or the volunteer leaves; what is missing.
fn listen(hands: &Hands<'_>, guide: &mut dyn Guide) -> Result<Vec<TouchGoal>, Stop> {
    let mut listening = hands.hardware.listen(Part::Touchpad)?;
    let mut view = first_view(&TOUCHPAD, hands);
    let (mut touch, mut last) = (Touch::default(), hands.clock.elapsed());
    loop {
        let missing = touch.missing();
        view.lines.truncate(1);
        view.lines.push(say!("touch-left", goals = goals(&missing)));
        guide.show(&view);
        // What was reached changes; how often nothing came does not.
        loop {
            let now = hands.clock.elapsed();
            if missing.is_empty() || now.saturating_sub(last) >= QUIET || hands.is_over(guide) {
                return Ok(missing);
            }
            if let Some(event) = listening.next(LOOK)?
                && touch.hear(event)
            {
                last = now;
                break;
            }
        }
    }
}

/// The goals, named one after the other.
fn goals(missing: &[TouchGoal]) -> Sentence {
    let name = |goal: &TouchGoal| match goal {
        TouchGoal::Left => say!("touch-left-edge"),
        TouchGoal::Right => say!("touch-right-edge"),
        TouchGoal::Top => say!("touch-top-edge"),
        TouchGoal::Bottom => say!("touch-bottom-edge"),
        TouchGoal::LeftButton => say!("touch-left-button"),
        TouchGoal::RightButton => say!("touch-right-button"),
    };
    let mut names = missing.iter().map(name);
    let first = names.next().unwrap_or_else(|| say!("touch-nothing"));
    names.fold(first, |list, next| say!("list-and", list = list, next = next))
}
