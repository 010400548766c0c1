//! Rules about accessories: what is counted, what may be put to a device, and what must go with it.

#![expect(clippy::wildcard_enum_match_arm, reason = "a rule looks at the few kinds it is about")]

use super::{Lift, Rule};
use crate::custody::accessory::{Fit, StockBook, StockFile, fit, power_text, stock_kind_sentence};
use crate::custody::drawer::{Cabinet, DrawerError};
use crate::custody::file::DeviceFile;
use crate::custody::shelves::shelf_name_sentence;
use crate::event::Fact;
use crate::event::accessory::{AccessoryMoved, Needed, Power, StockKind};
use crate::event::outward::Outward;
use crate::event::people::Role;
use crate::tag::TagId;
use crate::unit::ShelfName;
use crate::word::{Sentence, say};

/// The most that a box holds.
const MOST: u64 = 10_000;
/// The longest name of a plug.
const MOST_PLUG: usize = 16;
/// How many boxes a refusal names at most.
const MOST_NAMED: usize = 3;

fn shown(tag: &str) -> String {
    TagId::read(tag).map_or_else(|_odd| tag.to_owned(), |tag| tag.to_string())
}

fn is_plug(text: &str) -> bool {
    let may = |sign: char| sign.is_ascii_lowercase() || sign.is_ascii_digit() || ".-/".contains(sign);
    (1..=MOST_PLUG).contains(&text.len()) && text.chars().all(may)
}

/// Whether it is what stands on a charger, and no free text.
fn is_power(power: &Power) -> bool {
    is_plug(&power.plug) && power.decivolts > 0 && power.watts > 0
}

/// What a device asks of its charger is nothing else.
fn asked_wrongly(outward: &Outward) -> Option<Sentence> {
    outward.power.as_ref().filter(|power| !is_power(power)).map(|_| say!("rule-accessory-power"))
}

fn misnamed(moved: &AccessoryMoved, cabinet: &Cabinet<'_>) -> Result<Option<Sentence>, DrawerError> {
    let tag = shown(&moved.accessory);
    let read = TagId::read(&moved.accessory).is_ok_and(|read| read.as_str() == moved.accessory);
    if !read {
        return Ok(Some(say!("rule-accessory-tag", tag = tag)));
    }
    if let Some(device) = cabinet.tagged(&moved.accessory)? {
        return Ok(Some(say!("rule-accessory-is-device", tag = tag, device = device.as_str())));
    }
    let known = cabinet.get::<StockFile>(&moved.accessory)?.map(|file| file.kind);
    if let Some(known) = known.filter(|known| *known != moved.kind) {
        return Ok(Some(say!("rule-accessory-other-kind", tag = tag, kind = stock_kind_sentence(known))));
    }
    if moved.count > MOST {
        return Ok(Some(say!("rule-accessory-many", most = MOST)));
    }
    let power = moved.power.as_ref().map(is_power);
    if power == Some(false) || (power.is_none() && moved.kind == StockKind::Charger) {
        return Ok(Some(say!("rule-accessory-power")));
    }
    Ok(match ShelfName::read(&moved.to) {
        Ok(name) if name.as_str() == moved.to => None,
        Ok(_) => Some(say!("rule-shelf-spelled", shelf = moved.to.as_str())),
        Err(error) => Some(shelf_name_sentence(&error)),
    })
}

/// What is counted has a tag of its own, is what it was before, and lies on a shelf; a charger says what it gives, and what a
/// device asks of one is said as plainly.
pub(super) static ACCESSORY_NAMED: Rule = Rule {
    id: "accessory-named",
    overridable: None,
    check: |event, cabinet| match &event.fact {
        Fact::AccessoryMoved(moved) => misnamed(moved, cabinet),
        Fact::DeviceReceived(received) => Ok(asked_wrongly(&received.outward)),
        Fact::IntakeChecked(checked) => Ok(asked_wrongly(&checked.outward)),
        _other => Ok(None),
    },
};

/// What is put to a device lies in stock; what is taken from it was put to it.
pub(super) static ACCESSORY_KNOWN: Rule = Rule {
    id: "accessory-known",
    overridable: None,
    check: |event, cabinet| {
        let (Fact::AccessoryPaired(paired), Some(about)) = (&event.fact, &event.device) else { return Ok(None) };
        let tag = shown(&paired.accessory);
        let stock = cabinet.get::<StockFile>(&paired.accessory)?;
        let Some(stock) = stock.filter(|stock| stock.kind == paired.kind) else {
            return Ok(Some(say!("rule-accessory-unknown", tag = tag)));
        };
        let file = cabinet.get::<DeviceFile>(&about.id)?;
        let has = file.is_some_and(|file| file.kit.iter().any(|kitted| kitted.accessory == paired.accessory));
        Ok(match (paired.apart, has) {
            (true, false) => Some(say!("rule-accessory-not-there", tag = tag)),
            (false, true) => Some(say!("rule-accessory-there", tag = tag)),
            (false, false) if stock.count == 0 => Some(say!("rule-accessory-none-left", tag = tag)),
            _may => None,
        })
    },
};

/// Nothing broken is given along, and no charger that nobody tried or that would harm the device.
pub(super) static ACCESSORY_FITS: Rule = Rule {
    id: "accessory-fits",
    overridable: None,
    check: |event, cabinet| {
        let (Fact::AccessoryPaired(paired), Some(about)) = (&event.fact, &event.device) else { return Ok(None) };
        let Some(stock) = cabinet.get::<StockFile>(&paired.accessory)?.filter(|_| !paired.apart) else {
            return Ok(None);
        };
        let tag = shown(&paired.accessory);
        match stock.works {
            Some(false) => return Ok(Some(say!("rule-accessory-broken", tag = tag))),
            None if stock.kind == StockKind::Charger => return Ok(Some(say!("rule-accessory-untried", tag = tag))),
            Some(true) | None => {}
        }
        let asked = cabinet.get::<DeviceFile>(&about.id)?.and_then(|file| file.outward.power);
        let words = |power: Option<_>| power.as_ref().map(power_text).unwrap_or_default();
        let wrong = match fit(asked.as_ref(), stock.power.as_ref()) {
            Fit::Fits | Fit::Unknown => None,
            Fit::Plug => Some(say!("accessory-fit-plug")),
            Fit::Voltage => Some(say!("accessory-fit-voltage")),
            Fit::Weak => Some(say!("accessory-fit-weak")),
        };
        Ok(wrong.filter(|_| stock.kind == StockKind::Charger).map(|why| {
            say!("rule-accessory-fits", tag = tag, why = why, asked = words(asked), given = words(stock.power))
        }))
    },
};

/// What a device needs to be used goes with it: no laptop without its charger, no desktop without its screen.
pub(super) static GIVE_KIT: Rule = Rule {
    id: "give-kit",
    overridable: Some(Lift { by: Role::Lead, names_pupil: false }),
    check: |event, cabinet| {
        let (Some(_), Some(about)) = (super::handover::giving(event), &event.device) else { return Ok(None) };
        let Some(file) = cabinet.get::<DeviceFile>(&about.id)? else { return Ok(None) };
        let missing: Vec<&Needed> = file.kit_missing().collect();
        let listed = missing.iter().map(|needed| any_of(needed));
        let Some(listed) = listed.reduce(|list, next| say!("list-and", list = list, next = next)) else {
            return Ok(None);
        };
        let stock = match suitable(&file, &missing, cabinet)? {
            Some(boxes) => say!("rule-give-kit-stock", boxes = boxes),
            None => say!("rule-give-kit-no-stock"),
        };
        Ok(Some(say!("rule-give-kit", missing = listed, stock = stock)))
    },
};

fn any_of(needed: &Needed) -> Sentence {
    let kinds = needed.iter().map(|kind| stock_kind_sentence(*kind));
    let any = kinds.reduce(|first, second| say!("stock-kind-or", first = first, second = second));
    any.unwrap_or_else(|| say!("plain", text = "–"))
}

/// The boxes in stock that would do; none where there are none.
fn suitable(file: &DeviceFile, missing: &[&Needed], cabinet: &Cabinet<'_>) -> Result<Option<Sentence>, DrawerError> {
    let mut boxes = Vec::new();
    for tag in cabinet.get::<StockBook>("")?.unwrap_or_default().tags {
        let stock = cabinet.get::<StockFile>(&tag)?.filter(|stock| stock.suits(file));
        if let Some(stock) = stock.filter(|stock| missing.iter().any(|needed| needed.contains(&stock.kind))) {
            let kind = stock_kind_sentence(stock.kind);
            boxes.push(say!("rule-give-kit-box", kind = kind, tag = shown(&tag), shelf = stock.shelf));
        }
        if boxes.len() == MOST_NAMED {
            break;
        }
    }
    Ok(boxes.into_iter().reduce(|list, next| say!("list-and", list = list, next = next)))
}
