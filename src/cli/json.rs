//! Results as JSON values. Field names are for ever within a schema's version.

use super::json_medium;
use crate::custody::Whereabouts;
use crate::device::{Certainty, Disk, Fact, Obstacle, usb_root};
use crate::imaging::{Firmware, Manifest};
use crate::job::Progress;
use crate::profile::{self, Finding, Level, Outcome, Verdict};
use crate::reading::{DiskHealth, HealthReason};
use crate::word::Words;
use crate::workbench::{DiskView, Found, HistoryLine, VerifiedChain};
use serde_json::{Value, json};

pub(super) fn found(found: &Found) -> Value {
    json!({
        "device": found.id, "tag": found.file.tags.last(), "stage": found.file.stage().word(),
        "lot": found.file.lot, "verdict": found.file.verdict, "on_hold": found.file.held,
        "quarantined": found.file.quarantined, "recipient": found.file.recipient,
        "outward": found.file.outward, "told": found.file.told,
        "functions_missing": found.file.functions_missing(),
        "unwiped": found.file.unwiped().collect::<Vec<_>>(),
        "validated": found.file.disks.iter().filter(|(_, disk)| disk.validated_by.is_some()).map(|(key, _)| key).collect::<Vec<_>>(),
        "lifted": found.file.lifted, "summary": found.file.summary,
        "disks_home": disks_at(found, Whereabouts::Home), "disks_away": disks_at(found, Whereabouts::Away),
    })
}

fn disks_at(found: &Found, at: Whereabouts) -> Vec<&String> {
    found.file.whereabouts(at).map(|(key, _)| key).collect()
}

pub(super) fn disk(disk: &Disk) -> Value {
    json!({
        "name": disk.name, "path": disk.path, "serial": disk.identity.serial, "wwn": disk.identity.wwn,
        "model": disk.identity.model, "size": disk.identity.size, "bus": disk.bus.word(),
        "rotational": disk.rotational, "removable": disk.removable, "logical_block": disk.logical_block,
        "physical_block": disk.physical_block, "port": disk.attachment.port, "usb_root": usb_root(&disk.attachment.port), "diskseq": disk.attachment.diskseq,
        "made_for_practice": disk.practice, "serial_shared": disk.serial_shared,
    })
}

pub(super) fn view(view: &DiskView, words: &Words) -> Value {
    let mut value = disk(&view.disk);
    if let Some(fields) = value.as_object_mut() {
        fields.insert("obstacles".to_owned(), view.obstacles.iter().map(obstacle).collect());
        fields.insert("code".to_owned(), json!(view.code));
        fields.insert("whole_serial".to_owned(), json!(view.whole_serial));
        if let Some(health) = &view.health {
            fields.insert("health".to_owned(), self::health(health, words));
        }
        fields.insert("medium".to_owned(), json_medium::medium(&view.medium));
    }
    value
}

pub(super) fn health(health: &DiskHealth, words: &Words) -> Value {
    let reason = |reason: &HealthReason| {
        let text = words.say(&reason.what);
        json!({ "verdict": reason.condition.word(), "code": reason.what.key(), "text": text })
    };
    json!({
        "verdict": health.condition.word(), "hours": health.hours, "reallocated": health.reallocated,
        "pending": health.pending, "uncorrectable": health.uncorrectable, "wear_percent": health.wear,
        "reasons": health.reasons.iter().map(reason).collect::<Vec<_>>(),
    })
}

pub(super) const fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "pass",
        Verdict::Conditional => "conditional",
        Verdict::Fail => "fail",
        Verdict::Undecided => "undecided",
    }
}

fn obstacle(obstacle: &Obstacle) -> Value {
    let (kind, detail) = match obstacle {
        Obstacle::SystemDisk => ("system_disk", None),
        Obstacle::Mounted(at) => ("mounted", Some(at)),
        Obstacle::Swap => ("swap", None),
        Obstacle::Held(by) => ("held", Some(by)),
        Obstacle::UnderLoop(by) => ("under_loop", Some(by)),
        Obstacle::OddBlocks(_) => ("odd_blocks", None),
        Obstacle::ReadOnly => ("read_only", None),
        Obstacle::HoldsImage => ("holds_image", None),
        Obstacle::HoldsLedger => ("holds_ledger", None),
        Obstacle::NotPractice => ("not_practice", None),
        Obstacle::OnHold => ("on_hold", None),
        Obstacle::Quarantined => ("quarantined", None),
        Obstacle::NoConsent => ("no_consent", None),
        Obstacle::NotStick => ("not_stick", None),
        Obstacle::OfDevice(device) => ("of_device", Some(device)),
        Obstacle::NotHome => ("not_home", None),
    };
    json!({ "kind": kind, "detail": detail })
}

pub(super) fn fact(fact: &Fact, words: &Words) -> Value {
    let certainty = match fact.certainty {
        Certainty::Certain => "certain",
        Certainty::Estimated => "estimated",
        Certainty::Typed => "typed",
    };
    json!({
        "fact": fact.key, "known": !fact.value.is_unknown(), "number": fact.value.number(), "certainty": certainty,
        "text": words.say(&profile::fact_value(fact)), "source": fact.source,
    })
}

/// `source` is who asks for it; `found` and `need` are null where unknown or unset.
pub(super) fn finding(finding: &Finding, words: &Words) -> Value {
    let level = match finding.criterion.level {
        Level::Required => "required",
        Level::Recommended => "recommended",
    };
    let outcome = match finding.outcome {
        Outcome::Met => "met",
        Outcome::Failed => "failed",
        Outcome::Unknown => "unknown",
        Outcome::NotConsidered => "not_considered",
    };
    let found = finding.fact.as_ref().filter(|fact| !fact.value.is_unknown());
    json!({
        "fact": finding.criterion.fact, "level": level, "outcome": outcome,
        "found": found.map(|fact| words.say(&profile::fact_value(fact))),
        "need": finding.need().map(|need| words.say(&need)), "source": finding.criterion.source,
        "text": words.say(&finding.sentence()),
    })
}

pub(super) fn manifest(manifest: &Manifest) -> Value {
    json!({
        "id": manifest.id, "name": manifest.name, "length": manifest.length, "blake3": manifest.blake3,
        "os": manifest.os, "arch": manifest.arch, "block": manifest.block,
        "firmware": manifest.firmware.map(Firmware::word), "minimum_memory": manifest.minimum_memory,
        "minimum_disk": manifest.minimum_disk, "source": manifest.source, "licence": manifest.licence,
        "windows": manifest.windows.as_ref().map(|windows| {
            json!({ "edition": windows.edition, "build": windows.build, "licence_basis": windows.basis.word() })
        }),
        "traces": manifest.capture.as_ref().map(|capture| &capture.traces),
    })
}

pub(super) fn progress(progress: &Progress, phase: &str) -> Value {
    json!({
        "phase": phase, "done": progress.done, "total": progress.total, "bytes_per_second": progress.rate,
        "seconds_left": progress.left.map(|left| left.as_secs()),
    })
}

pub(super) fn chain(chain: &VerifiedChain) -> Value {
    json!({ "station": chain.station, "head": chain.head.to_string(), "records": chain.head.size })
}

pub(super) fn line(line: &HistoryLine, words: &Words) -> Value {
    json!({
        "seq": line.line.seq, "earlier": line.line.earlier, "leaf": line.line.leaf, "at": line.line.event.at, "kind": line.line.event.fact.kind(),
        "by": line.line.event.by.person, "how": line.line.event.by.how, "text": words.say(&line.what),
        "reason": line.reason,
        "foreign": line.line.foreign.map(|from| json!({ "station": from.station, "told_at": from.told_at })),
        "corrected_by": line.stricken.as_ref().map(|by| by.seq),
    })
}
