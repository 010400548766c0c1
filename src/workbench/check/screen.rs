//! The screen: one colour after the other, all over it.

use super::{Come, FunctionTest, Hands, Stop, ask, first_view};
use crate::event::intake::DeviceKind;
use crate::port::{Guide, Part};
use crate::trial::{Colour, Picture, Question};
use crate::word::say;

/// The test.
pub(super) static SCREEN: FunctionTest = FunctionTest {
    id: "screen",
    is_automatic: false,
    is_long: false,
    part: Part::Screen,
    must: |kind| !matches!(kind, DeviceKind::Desktop),
    run,
};

/// One colour shows dead pixels of the others; white shows stains and dark corners, black a backlight that leaks.
const FIELDS: [Colour; 5] =
    [Colour(255, 0, 0), Colour(0, 255, 0), Colour(0, 0, 255), Colour(255, 255, 255), Colour(0, 0, 0)];
const FAULTS: &[&str] = &["dead_pixels", "lines", "stain", "backlight", "crack", "flicker", "colours_wrong"];

fn run(hands: &Hands<'_>, guide: &mut dyn Guide) -> Result<Come, Stop> {
    let mut view = first_view(&SCREEN, hands);
    for (number, colour) in (1u64..).zip(FIELDS) {
        view.picture = Picture::Field(colour);
        let text = say!("ask-field", number = number, of = FIELDS.len() as u64);
        ask(guide, &view, &Question::step(text))?;
    }
    view.picture = Picture::None;
    Ok(Come::judged(ask(guide, &view, &Question::verdict(say!("ask-screen"), FAULTS))?))
}
