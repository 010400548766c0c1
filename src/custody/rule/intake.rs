//! Rules about receiving and tagging devices, and where they lie.

#![expect(clippy::wildcard_enum_match_arm, reason = "a rule looks at the few kinds it is about")]

use super::Rule;
use crate::custody::accessory::StockFile;
use crate::custody::file::{DeviceFile, LotFile};
use crate::custody::shelves::{BoxFile, place_key, shelf_name_sentence};
use crate::custody::sign::called;
use crate::event::Fact;
use crate::event::donation::Purpose;
use crate::event::label::LabelFor;
use crate::unit::{ShelfName, box_name};
use crate::word::say;

/// Devices that one count names at most: more are missing only where the wrong shelf was named.
const MOST_LISTED: usize = 2000;
/// Devices that a box holds at most.
const MOST_BOXED: usize = 200;

/// A device is received once.
pub(super) static RECEIVED_ONCE: Rule = Rule {
    id: "received-once",
    overridable: None,
    check: |event, cabinet| {
        let (Fact::DeviceReceived(_), Some(about)) = (&event.fact, &event.device) else { return Ok(None) };
        let known = cabinet.get::<DeviceFile>(&about.id)?.is_some();
        Ok(known.then(|| say!("rule-received-once", device = about.id.as_str())))
    },
};

/// Every other event of a device names it and comes after its receipt, but a summary, which may be the first that is heard of it.
pub(super) static DEVICE_KNOWN: Rule = Rule {
    id: "device-known",
    overridable: None,
    check: |event, cabinet| {
        let Some(about) = &event.device else {
            return Ok(event.fact.is_about_a_device().then(|| say!("rule-device-named")));
        };
        let is_first = matches!(event.fact, Fact::DeviceReceived(_) | Fact::SummaryTaken(_));
        let known = is_first || cabinet.get::<DeviceFile>(&about.id)?.is_some();
        Ok((!known).then(|| say!("rule-device-known", device = about.id.as_str())))
    },
};

/// Nothing is done to a device that is in a pupil's hands, nor to one that was never here.
pub(super) static DEVICE_GONE: Rule = Rule {
    id: "device-gone",
    overridable: None,
    check: |event, cabinet| {
        let Some(about) = &event.device else { return Ok(None) };
        let Some(file) = cabinet.get::<DeviceFile>(&about.id)? else { return Ok(None) };
        // What was recorded by mistake is corrected wherever the device is.
        if matches!(event.fact, Fact::Corrected(_)) {
            return Ok(None);
        }
        if let Some(other) = &file.same_as {
            return Ok(Some(say!("rule-device-same", other = called(other, cabinet)?)));
        }
        if file.withdrawn {
            return Ok(Some(say!("rule-device-withdrawn")));
        }
        let is_settled = matches!(event.fact, Fact::ConflictSettled(_));
        Ok(file.handed_over.filter(|_| !is_settled).map(|_terms| say!("rule-device-gone")))
    },
};

/// What is released, cleared or withdrawn was there: a ledger does not fill with undoings of nothing.
pub(super) static NOTHING_TO_UNDO: Rule = Rule {
    id: "nothing-to-undo",
    overridable: None,
    check: |event, cabinet| {
        if let Fact::ConsentWithdrawn(withdrawn) = &event.fact {
            let lot = cabinet.get::<LotFile>(&withdrawn.lot)?;
            let given = lot.is_some_and(|lot| match withdrawn.purpose {
                Purpose::Erase => lot.erase,
                Purpose::Parts => lot.parts,
            });
            return Ok((!given).then(|| say!("rule-nothing-to-undo")));
        }
        if let Fact::LotReopened(reopened) = &event.fact {
            let is_open = cabinet.get::<LotFile>(&reopened.lot)?.is_some_and(|lot| lot.closed.is_none());
            return Ok(is_open.then(|| say!("rule-nothing-to-undo")));
        }
        let Some(about) = &event.device else { return Ok(None) };
        let Some(file) = cabinet.get::<DeviceFile>(&about.id)? else { return Ok(None) };
        let nothing = (matches!(event.fact, Fact::HoldReleased(_)) && file.held.is_none())
            || (matches!(event.fact, Fact::QuarantineCleared(_)) && file.quarantined.is_none());
        Ok(nothing.then(|| say!("rule-nothing-to-undo")))
    },
};

/// A tag names one device, for ever.
pub(super) static TAG_UNIQUE: Rule = Rule {
    id: "tag-unique",
    overridable: None,
    check: |event, cabinet| {
        let Fact::TagBound(bound) = &event.fact else { return Ok(None) };
        let taken = cabinet.tagged(&bound.tag)?.is_some() || cabinet.get::<StockFile>(&bound.tag)?.is_some();
        Ok(taken.then(|| say!("rule-tag-unique", tag = bound.tag.as_str())))
    },
};

/// Two devices exchange tags: the one was on the other, and the other has the one that is given for it.
pub(super) static TAG_SWAPPED: Rule = Rule {
    id: "tag-swapped",
    overridable: None,
    check: |event, cabinet| {
        let (Fact::TagReplaced(replaced), Some(about)) = (&event.fact, &event.device) else { return Ok(None) };
        let other = &replaced.swapped_with;
        let is_others = cabinet.tagged(&replaced.tag)?.as_ref() == Some(other);
        let own = cabinet.get::<DeviceFile>(&about.id)?;
        let is_own = own.is_some_and(|file| file.tags.contains(&replaced.instead_of));
        let right = is_others && is_own && *other != about.id && replaced.tag != replaced.instead_of;
        Ok((!right).then(|| say!("rule-tag-swapped", tag = replaced.tag.as_str())))
    },
};

/// A place has a name, spelled so that two people mean the same one; a box stands on a shelf, in no other box.
pub(super) static SHELF_NAMED: Rule = Rule {
    id: "shelf-named",
    overridable: None,
    check: |event, _cabinet| {
        let names = match &event.fact {
            Fact::DeviceMoved(moved) => vec![&moved.to],
            Fact::StockTaken(taken) => vec![&taken.shelf],
            Fact::BoxMoved(moved) if box_name(&moved.name).is_none() || box_name(&moved.to).is_some() => {
                return Ok(Some(say!("rule-box-named", name = moved.name.as_str())));
            }
            Fact::BoxMoved(moved) => vec![&moved.name, &moved.to],
            _other => Vec::new(),
        };
        Ok(names.into_iter().find_map(|name| match ShelfName::read(name) {
            Ok(read) if read.as_str() == *name => None,
            Ok(_) => Some(say!("rule-shelf-spelled", shelf = name.as_str())),
            Err(error) => Some(shelf_name_sentence(&error)),
        }))
    },
};

/// A box holds what one person carries, and a count names no more devices than a record should hold.
pub(super) static STOCK_BOUNDED: Rule = Rule {
    id: "stock-bounded",
    overridable: None,
    check: |event, cabinet| match &event.fact {
        Fact::StockTaken(taken) => {
            let listed = taken.missing.len() + taken.unexpected.len();
            Ok((listed > MOST_LISTED).then(|| say!("rule-stock-bounded", most = MOST_LISTED as u64)))
        }
        Fact::DeviceMoved(moved) if box_name(&moved.to).is_some() => {
            let held = cabinet.get::<BoxFile>(&place_key(&moved.to))?.map_or(0, |file| file.devices.len());
            Ok((held >= MOST_BOXED).then(|| say!("rule-box-full", most = MOST_BOXED as u64)))
        }
        _other => Ok(None),
    },
};

/// A label carries a tag of the device it is for, and there is one at least.
pub(super) static LABEL_TAG: Rule = Rule {
    id: "label-tag",
    overridable: None,
    check: |event, cabinet| {
        let (Fact::LabelPrinted(printed), Some(about)) = (&event.fact, &event.device) else { return Ok(None) };
        let Some(file) = cabinet.get::<DeviceFile>(&about.id)? else { return Ok(None) };
        let sound = file.tags.contains(&printed.tag) && printed.copies > 0;
        Ok((!sound).then(|| say!("rule-label-tag", tag = printed.tag.as_str())))
    },
};

/// No label says that a device's data is gone while a disk of it is not proved to be wiped, nor destroyed.
pub(super) static LABEL_ERASED: Rule = Rule {
    id: "label-erased",
    overridable: None,
    check: |event, cabinet| {
        let (Fact::LabelPrinted(printed), Some(about)) = (&event.fact, &event.device) else { return Ok(None) };
        let Some(file) = cabinet.get::<DeviceFile>(&about.id)? else { return Ok(None) };
        let is_sound = printed.label != LabelFor::Erased || file.is_free_of_data();
        Ok((!is_sound).then(|| say!("rule-label-erased", tag = printed.tag.as_str())))
    },
};
