//! Rules about wipes: nobody says "erased" without evidence.

#![expect(clippy::wildcard_enum_match_arm, reason = "a rule looks at the few kinds it is about")]

use super::Rule;
use crate::custody::file::{DeviceFile, DiskFile, DiskState, JobFile, PersonFile};
use crate::event::Fact;
use crate::event::disk::{
    BadFlaw, BadSeen, CrossFound, Decision, DriveSaid, FirmwareSeen, Level, WipeEvidence, WipeResult,
};
use crate::event::people::Role;
use crate::wipe;
use crate::word::say;

/// An end, of a wipe or a write, belongs to the last start of its job, on the same disk and device, and nothing was begun
/// on that disk since.
pub(super) static WIPE_BEGUN: Rule = Rule {
    id: "wipe-begun",
    overridable: None,
    check: |event, cabinet| {
        let (job, started, key, image) = match &event.fact {
            Fact::WipeEnded(ended) => (&ended.job, ended.started, &ended.key, false),
            Fact::ImageEnded(ended) => (&ended.job, ended.started, &ended.key, true),
            _other => return Ok(None),
        };
        let device = event.device.as_ref().map(|about| &about.id);
        let file = device.map_or(Ok(None), |id| cabinet.get::<DeviceFile>(id))?;
        let last_start = file.and_then(|file| file.disks.get(key).and_then(|disk| disk.last_start));
        let good = cabinet.get::<JobFile>(job)?.is_some_and(|file| {
            file.started == started
                && last_start == Some(started)
                && file.key == *key
                && Some(&file.device) == device
                && !file.ended
                && file.image.is_some() == image
        });
        Ok((!good).then(|| say!("rule-wipe-begun", job = job.as_str())))
    },
};

/// The evidence as the closed table reads it.
#[must_use]
pub fn evidence_of(wire: &WipeEvidence) -> wipe::Evidence {
    wipe::Evidence {
        method: wire.method.clone(),
        size: wire.size,
        written: wire.written,
        read_back: wire.read_back,
        mismatched: wire.mismatched,
        first_mismatch: wire.first_mismatch,
        unwritable: wire.unwritable,
        unreadable: wire.unreadable,
        bad: wipe::BadBlocks::of(wire.bad.iter().map(bad_of)),
        direct: wire.direct,
        cross_check: wire.cross_check.as_ref().map(|check| wipe::CrossCheck {
            program: check.program.clone(),
            found: match (check.found, check.first_difference) {
                (CrossFound::Same, None) => wipe::CrossFound::Same,
                (CrossFound::Same | CrossFound::Differs, at) => wipe::CrossFound::Differs(at.unwrap_or_default()),
                (CrossFound::Failed, _) => wipe::CrossFound::Failed,
            },
        }),
        firmware: wire.firmware.as_ref().map(firmware_of),
        began: wire.began,
        ended: wire.ended,
    }
}

const fn bad_of(wire: &BadSeen) -> wipe::BadStretch {
    let kind = match wire.flaw {
        BadFlaw::Unwritable => wipe::BadKind::Unwritable,
        BadFlaw::Unreadable => wipe::BadKind::Unreadable,
    };
    wipe::BadStretch { at: wire.at, length: wire.length, kind }
}

fn firmware_of(wire: &FirmwareSeen) -> wipe::Firmware {
    wipe::Firmware {
        canaries: wire.canaries,
        survived: wire.survived,
        first_survivor: wire.first_survivor,
        said: match wire.said {
            DriveSaid::Nothing => wipe::Said::Nothing,
            DriveSaid::StatusGood => wipe::Said::StatusGood,
            DriveSaid::CommandGood => wipe::Said::CommandGood,
            DriveSaid::Failed => wipe::Said::Failed,
        },
        commands: wire.commands.clone(),
    }
}

/// What a wipe's end claims is what the closed table makes of its own evidence, and the evidence is of the whole disk and
/// of the method that was begun.
pub(super) static WIPE_EVIDENCE: Rule = Rule {
    id: "wipe-evidence",
    overridable: None,
    check: |event, cabinet| {
        let Fact::WipeEnded(ended) = &event.fact else { return Ok(None) };
        let file = match &event.device {
            Some(about) => cabinet.get::<DeviceFile>(&about.id)?,
            None => None,
        };
        // An end of a job or disk that is not known at all is for the rule above.
        let size = file.and_then(|file| file.disks.get(&ended.key).map(|disk| disk.disk.size));
        let of_this_disk = size.is_none_or(|size| size == ended.evidence.size);
        let job = cabinet.get::<JobFile>(&ended.job)?;
        let of_this_job = job.is_none_or(|job| job.method.as_ref() == Some(&ended.evidence.method));
        let earned = wipe::judge(&evidence_of(&ended.evidence), ended.result == WipeResult::Cancelled);
        let result = match earned.result {
            wipe::Outcome::Erased => WipeResult::Erased,
            wipe::Outcome::ErasedWithExceptions => WipeResult::ErasedWithExceptions,
            wipe::Outcome::NotErased => WipeResult::NotErased,
            wipe::Outcome::Cancelled => WipeResult::Cancelled,
        };
        let level = match earned.level {
            wipe::Level::None => Level::None,
            wipe::Level::Clear => Level::Clear,
            wipe::Level::Purge => Level::Purge,
            wipe::Level::Firmware => Level::Firmware,
        };
        let good = of_this_disk && of_this_job && (result, level) == (ended.result, ended.level);
        Ok((!good).then(|| say!("rule-wipe-evidence")))
    },
};

/// What is validated is the last wipe of the disk, which erased it, and nothing was wiped since.
pub(super) static VALIDATE_STANDING: Rule = Rule {
    id: "validate-standing",
    overridable: None,
    check: |event, cabinet| {
        let (Fact::WipeValidated(validated), Some(about)) = (&event.fact, &event.device) else { return Ok(None) };
        let file = cabinet.get::<DeviceFile>(&about.id)?;
        let disk = file.and_then(|file| file.disks.get(&validated.key).cloned());
        let waits = |disk: &DiskFile| disk.state == DiskState::Wiped || disk.doubted == Some(Decision::Escalate);
        let stands = disk.is_some_and(|disk| waits(&disk) && disk.last_wipe == Some(validated.ended));
        Ok((!stands).then(|| say!("rule-validate-standing", disk = validated.key.as_str())))
    },
};

/// What was left to a lead is decided by a lead.
pub(super) static VALIDATE_LEAD: Rule = Rule {
    id: "validate-lead",
    overridable: None,
    check: |event, cabinet| {
        let (Fact::WipeValidated(validated), Some(about)) = (&event.fact, &event.device) else { return Ok(None) };
        let file = cabinet.get::<DeviceFile>(&about.id)?;
        let left = file.is_some_and(|file| {
            file.disks.get(&validated.key).is_some_and(|disk| disk.doubted == Some(Decision::Escalate))
        });
        let is_lead = cabinet.get::<PersonFile>(&event.by.person)?.is_some_and(|file| file.roles.contains(&Role::Lead));
        Ok((left && !is_lead).then(|| say!("rule-validate-lead")))
    },
};

/// Whoever does not accept says why. Source: NIST SP 800-88 Rev. 2 §4.5.2, §4.6.
pub(super) static VALIDATE_REASON: Rule = Rule {
    id: "validate-reason",
    overridable: None,
    check: |event, _cabinet| {
        let Fact::WipeValidated(validated) = &event.fact else { return Ok(None) };
        let missing = !validated.decision.is_accept() && validated.reason.is_none();
        Ok(missing.then(|| say!("rule-validate-reason")))
    },
};

/// Nobody validates a wipe of their own, nor one of which it is not known whose it is. Source: NIST SP 800-88 Rev. 1
/// §4.7.3, validation by personnel without a stake in the process.
pub(super) static VALIDATE_OTHER: Rule = Rule {
    id: "validate-other",
    overridable: None,
    check: |event, cabinet| {
        let (Fact::WipeValidated(validated), Some(about)) = (&event.fact, &event.device) else { return Ok(None) };
        let file = cabinet.get::<DeviceFile>(&about.id)?;
        let Some(disk) = file.and_then(|file| file.disks.get(&validated.key).cloned()) else { return Ok(None) };
        if disk.wiped_by.contains(&event.by.person) {
            return Ok(Some(say!("rule-validate-other")));
        }
        // Of a wipe under a claimed name nobody knows that it was not their own.
        Ok(disk.wiped_by_claim.then(|| say!("rule-validate-claimed")))
    },
};
