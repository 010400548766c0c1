//! What is seen of a device from outside, in people's words, and recording it.
//!
//! Invariant: what is said is stated as a whole: whoever changes one thing repeats the rest as it stands.

use super::bench::{Bench, Found};
use super::carry_door::refuse_known_serial;
use crate::custody::{machine_name, power_text};
use crate::event::outward::{Accessory, Belonging, Condition, IntakeChecked, Outward, Told, Whither};
use crate::port::{Failure, Trouble};
use crate::word::{Sentence, say};

/// Signs of a serial number.
const LEAST_SERIAL: usize = 5;
const MOST_SERIAL: usize = 40;
/// Every condition, the best first; nobody tried comes last.
pub const CONDITIONS: [Condition; 5] =
    [Condition::Works, Condition::Faulty, Condition::Dead, Condition::Broken, Condition::Untried];
/// Every accessory.
pub const ACCESSORIES: [Accessory; 8] = [
    Accessory::Charger,
    Accessory::Battery,
    Accessory::Bag,
    Accessory::Mouse,
    Accessory::Keyboard,
    Accessory::Cable,
    Accessory::Monitor,
    Accessory::Pen,
];
/// Everything that is taken out.
pub const BELONGINGS: [Belonging; 4] = [Belonging::Sim, Belonging::MemoryCard, Belonging::Disc, Belonging::Usb];

/// Records what is seen of the device now; nothing where that is what stands already.
pub fn note_outward(bench: &Bench<'_>, found: &Found, outward: Outward) -> Result<Found, Failure> {
    // What stands on its underside is read once; whoever says the rest anew has not turned it over again.
    let power = outward.power.clone().or_else(|| found.file.outward.power.clone());
    let outward = Outward { power, ..outward };
    if found.file.outward == outward {
        return Ok(found.clone());
    }
    bench.record(Some(&found.id), IntakeChecked { outward, told: None })?;
    bench.device(&found.id)
}

/// Whether it can be the serial of a machine as its bar code has it: no words, no name.
#[must_use]
pub fn is_serial(text: &str) -> bool {
    let may = |sign: char| sign.is_ascii_alphanumeric() || "-./".contains(sign);
    (LEAST_SERIAL..=MOST_SERIAL).contains(&text.len())
        && text.chars().all(may)
        && text.chars().any(|sign| sign.is_ascii_digit())
}

/// Records the serial that was scanned off a device; nothing where it is known of it already. Errors: it is none; another
/// device has it; another one was read off this device before.
pub fn note_serial(bench: &Bench<'_>, found: &Found, serial: &str) -> Result<Found, Failure> {
    if !is_serial(serial) {
        return Err(Failure::new(Trouble::Usage, say!("door-no-serial", text = serial)));
    }
    let known = [&found.file.serial, &found.file.told.serial];
    if known.into_iter().flatten().any(|known| known.eq_ignore_ascii_case(serial)) {
        return Ok(found.clone());
    }
    refuse_known_serial(bench, serial)?;
    if let Some(known) = known.into_iter().flatten().next() {
        let (tag, known) = (found.name(), known.as_str());
        return Err(Failure::new(Trouble::No, say!("door-other-serial", tag = tag, known = known, serial = serial)));
    }
    let told = Told { serial: Some(serial.to_owned()), ..found.file.told.clone() };
    bench.record(Some(&found.id), IntakeChecked { outward: found.file.outward.clone(), told: Some(told) })?;
    bench.device(&found.id)
}

/// What a bench calls that condition.
#[must_use]
pub fn condition_sentence(condition: Condition) -> Sentence {
    match condition {
        Condition::Works => say!("door-condition-works"),
        Condition::Faulty => say!("door-condition-faulty"),
        Condition::Dead => say!("door-condition-dead"),
        Condition::Broken => say!("door-condition-broken"),
        Condition::Untried => say!("door-condition-untried"),
    }
}

/// What it is called.
#[must_use]
pub fn accessory_sentence(accessory: Accessory) -> Sentence {
    match accessory {
        Accessory::Charger => say!("door-accessory-charger"),
        Accessory::Battery => say!("door-accessory-battery"),
        Accessory::Bag => say!("door-accessory-bag"),
        Accessory::Mouse => say!("door-accessory-mouse"),
        Accessory::Keyboard => say!("door-accessory-keyboard"),
        Accessory::Cable => say!("door-accessory-cable"),
        Accessory::Monitor => say!("door-accessory-monitor"),
        Accessory::Pen => say!("door-accessory-pen"),
    }
}

/// What it is called.
#[must_use]
pub fn belonging_sentence(belonging: Belonging) -> Sentence {
    match belonging {
        Belonging::Sim => say!("door-belonging-sim"),
        Belonging::MemoryCard => say!("door-belonging-memory-card"),
        Belonging::Disc => say!("door-belonging-disc"),
        Belonging::Usb => say!("door-belonging-usb"),
    }
}

/// What came with it.
#[must_use]
pub fn accessories_sentence(outward: &Outward) -> Option<Sentence> {
    listed(outward.accessories.iter().map(|accessory| accessory_sentence(*accessory)))
}

/// What was taken out of it, and where that went.
#[must_use]
pub fn taken_out_sentence(outward: &Outward) -> Option<Sentence> {
    listed(outward.taken_out.iter().map(|(belonging, whither)| match whither {
        Whither::GivenBack => say!("door-given-back", what = belonging_sentence(*belonging)),
        Whither::Kept => say!("door-kept", what = belonging_sentence(*belonging)),
    }))
}

/// All of it in one line; none where nothing was said.
#[must_use]
pub fn outward_sentence(outward: &Outward) -> Option<Sentence> {
    let parts = [
        outward.condition.map(condition_sentence),
        accessories_sentence(outward).map(|what| say!("door-with", what = what)),
        taken_out_sentence(outward).map(|what| say!("door-taken-out", what = what)),
        outward.power.as_ref().map(|power| say!("door-power", power = power_text(power))),
    ];
    let join = |first, second| say!("door-and", first = first, second = second);
    parts.into_iter().flatten().reduce(join)
}

/// What was seen or read off a device at the door, as its history has it.
pub(super) fn looked_sentence(checked: &IntakeChecked) -> Sentence {
    let parts = [checked.told.as_ref().and_then(told_sentence), outward_sentence(&checked.outward)];
    let what = parts.into_iter().flatten().reduce(|first, second| say!("door-and", first = first, second = second));
    what.map_or_else(|| say!("event-intake-unchecked"), |what| say!("event-intake-checked", what = what))
}

/// Who a machine is by word of mouth: maker, model and serial; none where nothing was said.
#[must_use]
pub fn told_sentence(told: &Told) -> Option<Sentence> {
    let name = machine_name(told.maker.as_deref(), told.model.as_deref());
    match (name, told.serial.as_deref()) {
        (Some(name), Some(serial)) => Some(say!("door-told-both", name = name, serial = serial)),
        (Some(name), None) => Some(say!("plain", text = name)),
        (None, Some(serial)) => Some(say!("door-told-serial", serial = serial)),
        (None, None) => None,
    }
}

/// Several, one after another; none of none.
pub(super) fn listed(parts: impl Iterator<Item = Sentence>) -> Option<Sentence> {
    parts.reduce(|first, second| say!("door-list", first = first, second = second))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::word::{Lang, Words};

    #[test]
    fn what_is_seen_is_one_line_and_nothing_seen_is_none() {
        let words = Words::new(Lang::Vi, None).expect("embedded");
        let outward = Outward {
            condition: Some(Condition::Dead),
            accessories: [Accessory::Battery, Accessory::Charger].into(),
            taken_out: [(Belonging::Disc, Whither::Kept), (Belonging::Sim, Whither::GivenBack)].into(),
            power: None,
        };
        let said = outward_sentence(&outward).map(|line| words.say(&line));
        let wanted = "không lên nguồn · kèm sạc, pin · đã lấy ra: SIM (trả lại), đĩa (giữ hộ)";
        assert_eq!(said.as_deref(), Some(wanted));
        assert_eq!(outward_sentence(&Outward::default()), None);
        assert_eq!(told_sentence(&Told::default()), None);
    }
}
