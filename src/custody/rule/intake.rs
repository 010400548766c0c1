//! Rules about receiving and tagging devices.

use super::Rule;
use crate::custody::file::DeviceFile;
use crate::event::Fact;
use crate::word::say;

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

/// Every other event of a device names it and comes after its receipt.
pub(super) static DEVICE_KNOWN: Rule = Rule {
    id: "device-known",
    overridable: None,
    check: |event, cabinet| {
        let Some(about) = &event.device else {
            return Ok(event.fact.is_about_a_device().then(|| say!("rule-device-named")));
        };
        let received = matches!(event.fact, Fact::DeviceReceived(_));
        let known = received || cabinet.get::<DeviceFile>(&about.id)?.is_some();
        Ok((!known).then(|| say!("rule-device-known", device = about.id.as_str())))
    },
};

/// Nothing is done to a device that is in a pupil's hands.
pub(super) static DEVICE_GONE: Rule = Rule {
    id: "device-gone",
    overridable: None,
    check: |event, cabinet| {
        let Some(about) = &event.device else { return Ok(None) };
        let file = cabinet.get::<DeviceFile>(&about.id)?;
        Ok(file.and_then(|file| file.handed_over).map(|_terms| say!("rule-device-gone")))
    },
};

/// A tag names one device, for ever.
pub(super) static TAG_UNIQUE: Rule = Rule {
    id: "tag-unique",
    overridable: None,
    check: |event, cabinet| {
        let Fact::TagBound(bound) = &event.fact else { return Ok(None) };
        let taken = cabinet.tagged(&bound.tag)?.is_some();
        Ok(taken.then(|| say!("rule-tag-unique", tag = bound.tag.as_str())))
    },
};
