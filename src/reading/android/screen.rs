//! The screen: its pixels, its diagonal, and so whether it is a tablet or a phone.
//!
//! Source of the border: Android CDD, "tablet": a diagonal of 7 to 18 inches. Invariant: a diagonal is always an estimate;
//! a density that is a mere class of densities is believed only where the panel tells none of its own.

use super::properties::Properties;
use super::silent;
use super::told::{AndroidTold, Ask};
use crate::device::{Certainty, Facts, Value, Why, key};

/// Diagonals of tablets, tenths of an inch. Panels of tablets sold as "7 inch" measure a little less.
const TABLET: std::ops::RangeInclusive<u64> = 68..=180;

/// What is held in the hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Handheld {
    /// A diagonal of 7 to 18 inches.
    Tablet,
    /// Less.
    Phone,
}

/// Whether it is a tablet or a phone: by its diagonal, else by what its maker calls it; none where neither tells.
pub(super) fn handheld_of(properties: &Properties, facts: &Facts) -> Option<Handheld> {
    if let Some(Value::TenthInches(tenths)) = facts.known(key::SCREEN_DIAGONAL) {
        return match tenths {
            tenths if TABLET.contains(tenths) => Some(Handheld::Tablet),
            20..68 => Some(Handheld::Phone),
            _other => None,
        };
    }
    let words = properties.get("ro.build.characteristics")?;
    words.split(',').find_map(|word| match word.trim() {
        "tablet" => Some(Handheld::Tablet),
        "phone" => Some(Handheld::Phone),
        _other => None,
    })
}

pub(super) fn screen_facts(told: &AndroidTold, facts: &mut Facts) {
    let panel = told.text(Ask::Display).and_then(panel);
    let sized = told.text(Ask::ScreenSize).and_then(|text| pair(&after(text, "Physical size:")?));
    let Some((ask, (wide, high))) =
        sized.map(|size| (Ask::ScreenSize, size)).or_else(|| panel.as_ref().map(|panel| (Ask::Display, panel.pixels)))
    else {
        facts.unknown(key::SCREEN_PIXELS, Ask::ScreenSize.source(), silent(told, Ask::ScreenSize));
        facts.unknown(key::SCREEN_DIAGONAL, Ask::Display.source(), silent(told, Ask::Display));
        return;
    };
    facts.push(key::SCREEN_PIXELS, Value::Pixels(wide, high), ask.source(), Certainty::Certain);
    let density = told.text(Ask::Density).and_then(|text| after(text, "Physical density:")?.parse::<f64>().ok());
    let sane = |dpi: &(f64, f64)| {
        let is_one = |dpi: f64| (60.0..900.0).contains(&dpi);
        let is_near = |dpi: f64| density.is_none_or(|class| (0.5..2.0).contains(&(dpi / class)));
        is_one(dpi.0) && is_one(dpi.1) && is_near(dpi.0) && is_near(dpi.1)
    };
    let of_panel = panel.map(|panel| panel.dpi).filter(sane).map(|dpi| (Ask::Display, dpi));
    let of_class = density.filter(|class| (60.0..900.0).contains(class)).map(|class| (Ask::Density, (class, class)));
    match of_panel.or(of_class).and_then(|(ask, dpi)| Some((ask, tenths((wide, high), dpi)?))) {
        Some((ask, tenths)) => {
            facts.push(key::SCREEN_DIAGONAL, Value::TenthInches(tenths), ask.source(), Certainty::Estimated);
        }
        None => facts.unknown(key::SCREEN_DIAGONAL, Ask::Density.source(), Why::NotTold),
    }
}

#[expect(clippy::cast_precision_loss, clippy::cast_sign_loss, clippy::cast_possible_truncation, reason = "in bounds")]
fn tenths((wide, high): (u64, u64), (across, down): (f64, f64)) -> Option<u64> {
    let inches = (wide as f64 / across).hypot(high as f64 / down);
    (0.5..100.0).contains(&inches).then(|| (inches * 10.0).round() as u64)
}

/// What follows that word in its line.
fn after(text: &str, word: &str) -> Option<String> {
    text.lines().find_map(|line| Some(line.trim().strip_prefix(word)?.trim().to_owned()))
}

/// `1200x2000`.
fn pair(text: &str) -> Option<(u64, u64)> {
    let (wide, high) = text.split_once('x')?;
    let read = |text: &str| text.trim().parse::<u64>().ok().filter(|pixels| (100..20_000).contains(pixels));
    Some((read(wide)?, read(high)?))
}

struct Panel {
    pixels: (u64, u64),
    dpi: (f64, f64),
}

/// The built-in panel in `dumpsys display`: `DisplayDeviceInfo{"…": …, 1080 x 1920, …, 442.451 x 443.345 dpi, …}`.
fn panel(text: &str) -> Option<Panel> {
    let line = text.lines().find(|line| line.contains("DisplayDeviceInfo{"))?;
    let line = line.split_once("DisplayDeviceInfo{")?.1;
    let (mut pixels, mut dpi) = (None, None);
    for part in line.split(", ") {
        if let Some(text) = part.strip_suffix(" dpi") {
            let (across, down) = text.split_once(" x ")?;
            dpi = dpi.or(across.trim().parse().ok().zip(down.trim().parse().ok()));
        } else if pixels.is_none() {
            pixels = pair(&part.replace(" x ", "x"));
        }
    }
    Some(Panel { pixels: pixels?, dpi: dpi? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(size: &str, density: &str, display: &str) -> (Facts, Option<Handheld>) {
        let properties = Properties::read("[ro.build.characteristics]: [nosdcard,tablet]\n");
        let told =
            AndroidTold::default().with(Ask::ScreenSize, size).with(Ask::Density, density).with(Ask::Display, display);
        let mut facts = Facts::new();
        screen_facts(&told, &mut facts);
        let kind = handheld_of(&properties, &facts);
        (facts, kind)
    }

    #[test]
    fn the_panels_own_density_counts_before_the_class_and_seven_inches_make_a_tablet() {
        let pixel = "DisplayDeviceInfo{\"Built-in Screen\": uniqueId=\"local:0\", 1080 x 1920, modeId 1, density 420, \
                     442.451 x 443.345 dpi, x}";
        let (facts, kind) = told("Physical size: 1080x1920\n", "Physical density: 420\n", pixel);
        assert_eq!(facts.known(key::SCREEN_DIAGONAL), Some(&Value::TenthInches(50)));
        assert_eq!(kind, Some(Handheld::Phone));
        let (facts, kind) = told("Physical size: 800x1340\nOverride size: 1x1\n", "Physical density: 179\n", "");
        assert_eq!(facts.known(key::SCREEN_DIAGONAL), Some(&Value::TenthInches(87)));
        assert_eq!((facts.known(key::SCREEN_PIXELS), kind), (Some(&Value::Pixels(800, 1340)), Some(Handheld::Tablet)));
    }

    #[test]
    fn the_panel_tells_its_pixels_where_nothing_else_does() {
        let only =
            "DisplayDeviceInfo{\"x\": uniqueId=\"local:0\", 1200 x 2000, modeId 1, 224.0 x 224.0 dpi, rotation 0}";
        let (facts, kind) = told("", "", only);
        assert_eq!(facts.known(key::SCREEN_PIXELS), Some(&Value::Pixels(1200, 2000)));
        assert_eq!((facts.known(key::SCREEN_DIAGONAL), kind), (Some(&Value::TenthInches(104)), Some(Handheld::Tablet)));
    }

    #[test]
    fn a_panel_that_lies_about_its_density_is_not_believed_and_without_any_the_maker_says_what_it_is() {
        let lying = "DisplayDeviceInfo{\"x\": uniqueId=\"local:0\", 800 x 1280, 25.4 x 25.4 dpi, rotation 0}";
        let (facts, kind) = told("Physical size: 800x1280\n", "Physical density: 160\n", lying);
        assert_eq!(facts.known(key::SCREEN_DIAGONAL), Some(&Value::TenthInches(94)));
        assert_eq!(kind, Some(Handheld::Tablet));
        let (facts, kind) = told("", "", lying);
        assert_eq!((facts.known(key::SCREEN_DIAGONAL), kind), (None, Some(Handheld::Tablet)));
        assert_eq!(
            told("Physical size: 0x0\n", "Physical density: nan\n", "DisplayDeviceInfo{").0.known(key::SCREEN_PIXELS),
            None
        );
    }
}
