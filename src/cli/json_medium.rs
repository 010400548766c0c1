//! A medium as JSON. Field names are for ever within a schema's version.

use crate::device::{Bar, Certainty, Doubt, Medium, Sanitizing, Unsure};
use serde_json::{Value, json};

pub(super) fn medium(medium: &Medium) -> Value {
    let bridge = medium
        .bridge
        .as_ref()
        .map(|bridge| json!({ "usb": bridge.id, "name": bridge.name, "passes_ata": bridge.passes }));
    let told = medium.told.as_ref().ok().map(|told| {
        json!({
            "model": told.model, "serial": told.serial, "firmware": told.firmware, "wwn": told.wwn, "size": told.size,
            "logical_block": told.logical_block, "physical_block": told.physical_block,
        })
    });
    let security = medium.security.map(|lock| {
        json!({ "enabled": lock.enabled, "locked": lock.locked, "frozen": lock.frozen, "expired": lock.expired })
    });
    let areas = medium.hidden.areas.iter().map(|area| json!({ "by": area.by.word(), "bytes": area.size }));
    let erases = medium.erases.iter().map(|offer| {
        json!({
            "erase": offer.erase.id(), "offered": offer.bar.is_none(), "why_not": offer.bar.map(bar),
            "seconds": offer.seconds,
        })
    });
    json!({
        "kind": medium.kind.word(), "certain": medium.certainty == Certainty::Certain, "spins": medium.spins,
        "bridge": bridge, "told": told, "silent": medium.told.as_ref().err().map(unsure),
        "hidden": {
            "known": medium.hidden.unknown.is_none(), "areas": areas.collect::<Vec<_>>(),
            "why_unknown": medium.hidden.unknown.as_ref().map(unsure),
        },
        "security": security, "sanitizing": medium.sanitizing.map(sanitizing), "erases": erases.collect::<Vec<_>>(),
        "doubts": medium.doubts.iter().map(doubt).collect::<Vec<_>>(),
    })
}

const fn unsure(why: &Unsure) -> &'static str {
    match why {
        Unsure::NotAsked => "not_asked",
        Unsure::NoCommands => "no_commands",
        Unsure::Failed(_) => "failed",
        Unsure::Blank => "blank",
        Unsure::Garbage => "garbage",
        Unsure::Refused => "refused",
        Unsure::Contradicts => "contradicts",
    }
}

const fn bar(bar: Bar) -> &'static str {
    match bar {
        Bar::NotThere => "not_there",
        Bar::Frozen => "frozen",
        Bar::Locked => "locked",
        Bar::PasswordSet => "password_set",
        Bar::OverUsb => "over_usb",
        Bar::Busy => "busy",
        Bar::NotAsked => "not_asked",
        Bar::Doubted => "doubted",
        Bar::OtherNamespaces => "other_namespaces",
    }
}

fn sanitizing(state: Sanitizing) -> Value {
    match state {
        Sanitizing::Idle => json!({ "state": "idle" }),
        Sanitizing::Running(per_mille) => json!({ "state": "running", "per_mille": per_mille }),
        Sanitizing::Failed => json!({ "state": "failed" }),
    }
}

fn doubt(doubt: &Doubt) -> Value {
    match doubt {
        Doubt::Size { said, kernel } => json!({ "doubt": "size", "said": said, "kernel": kernel }),
        Doubt::Serial { said, kernel } => json!({ "doubt": "serial", "said": said, "kernel": kernel }),
        Doubt::Block { said, kernel } => json!({ "doubt": "block", "said": said, "kernel": kernel }),
        Doubt::NativeTooSmall { said } => json!({ "doubt": "native_too_small", "said": said }),
    }
}
