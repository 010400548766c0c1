//! What a sound card is set to while it is tried: a machine that was just started is often mute.
//!
//! Invariants: nothing is set lower than it was; everything is as it was once the test has ended.

use crate::linux::ioctl::{Control, Holds, controls, set_values, values};
use crate::port::Part;
use rustix::fs::{Mode, OFlags, open};
use std::os::fd::OwnedFd;
use std::path::Path;

/// What sound goes through on its way out. Source: the kernel's Documentation/sound/designs/control-names.rst.
const WAYS_OUT: [&str; 10] = [
    "Master",
    "PCM",
    "Speaker",
    "Headphone",
    "Front",
    "Line Out",
    "Desktop Speaker",
    "Bass Speaker",
    "Headphone+LO",
    "Mono",
];
/// The control that all others stand behind: it alone stays below the loudest, for the sake of ears in headphones, per cent.
const MASTER: &str = "Master";
const MASTER_LEVEL: i64 = 80;

/// A card whose ways are open as long as this lives.
pub(super) struct Opened {
    card: Option<OwnedFd>,
    /// What was set before, the oldest first.
    before: Vec<(Control, Vec<i64>)>,
}

/// Opens every way that sound goes through, out for [`Part::Speakers`], in for [`Part::Microphone`]. A card that refuses is
/// tried as it is.
pub(super) fn opened(root: &Path, card: u32, part: Part) -> Opened {
    let mut opened = Opened { card: control_node(root, card), before: Vec::new() };
    let Some(card) = &opened.card else { return opened };
    let all = controls(card).unwrap_or_default();
    let has_master = all.iter().any(|control| control.name == "Master Playback Volume");
    for control in all {
        let (Some(level), Ok(now)) = (level(&control.name, part, has_master), values(card, &control)) else { continue };
        let wanted = raised(control.holds, level, &now);
        if wanted != now && set_values(card, &control, &wanted).is_ok() {
            opened.before.push((control, now));
        }
    }
    opened
}

impl Drop for Opened {
    fn drop(&mut self) {
        let Some(card) = &self.card else { return };
        for (control, before) in self.before.iter().rev() {
            // Of a card that is gone nothing can be put back.
            let _gone = set_values(card, control, before);
        }
    }
}

/// Whether something is plugged into the headphone jack; none where there is no jack that tells.
pub(super) fn headphones(root: &Path, card: u32) -> Option<bool> {
    let card = control_node(root, card)?;
    let jacks = controls(&card).ok()?.into_iter().filter(|control| is_jack(&control.name));
    let states: Vec<bool> = jacks.filter_map(|jack| Some(*values(&card, &jack).ok()?.first()? != 0)).collect();
    (!states.is_empty()).then(|| states.contains(&true))
}

fn control_node(root: &Path, card: u32) -> Option<OwnedFd> {
    open(root.join(format!("dev/snd/controlC{card}")), OFlags::RDWR | OFlags::CLOEXEC, Mode::empty()).ok()
}

/// A jack without a sense of its own is called a phantom and always tells the same.
fn is_jack(name: &str) -> bool {
    name.contains("Headphone") && name.ends_with(" Jack") && !name.contains("Phantom")
}

/// How far such a control is to be raised, per cent; none where it is none of that part's.
fn level(name: &str, part: Part, has_master: bool) -> Option<i64> {
    let stem = |ends: [&str; 2]| ends.iter().find_map(|end| name.strip_suffix(end));
    if part == Part::Microphone {
        return stem(["Capture Volume", "Capture Switch"])
            .filter(|stem| !stem.contains("IEC958"))
            .map(|_stem| MASTER_LEVEL);
    }
    let stem = stem([" Playback Volume", " Playback Switch"])?;
    let is_last = stem == MASTER || !has_master;
    WAYS_OUT.contains(&stem).then_some(if is_last { MASTER_LEVEL } else { 100 })
}

/// What is set, with everything that was lower raised to that level.
fn raised(holds: Holds, level: i64, now: &[i64]) -> Vec<i64> {
    let least = match holds {
        Holds::Switch => 1,
        Holds::Number(from, to) => from.saturating_add(to.saturating_sub(from).saturating_mul(level) / 100),
        Holds::Other => return now.to_vec(),
    };
    now.iter().map(|value| (*value).max(least)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_out_is_opened_the_master_not_wholly_and_no_way_that_leads_elsewhere() {
        let out = |name| level(name, Part::Speakers, true);
        assert_eq!((out("Master Playback Volume"), out("Speaker Playback Switch")), (Some(80), Some(100)));
        assert_eq!(level("PCM Playback Volume", Part::Speakers, false), Some(80), "nothing else holds it back");
        for name in
            ["Mic Playback Volume", "Beep Playback Switch", "IEC958 Playback Switch", "Master Volume", "Capture Volume"]
        {
            assert_eq!(out(name), None, "{name}");
        }
        let into = |name| level(name, Part::Microphone, true);
        assert_eq!((into("Capture Volume"), into("Internal Mic Capture Switch")), (Some(80), Some(80)));
        assert_eq!(
            (into("IEC958 Capture Switch"), into("Mic Boost Volume"), into("Master Playback Volume")),
            (None, None, None)
        );
    }

    #[test]
    fn what_is_lower_is_raised_and_what_is_louder_is_left() {
        assert_eq!(raised(Holds::Number(0, 74), 80, &[0, 74]), [59, 74]);
        assert_eq!(raised(Holds::Number(-100, 100), 80, &[-100]), [60]);
        assert_eq!(raised(Holds::Switch, 100, &[0, 1]), [1, 1]);
        assert_eq!(raised(Holds::Other, 100, &[3]), [3]);
    }

    #[test]
    fn only_a_jack_that_feels_its_plug_tells() {
        assert!(is_jack("Headphone Jack") && is_jack("Front Headphone Jack"));
        assert!(!is_jack("Headphone Phantom Jack") && !is_jack("Mic Jack") && !is_jack("Headphone Playback Switch"));
    }
}
