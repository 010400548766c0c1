//! Rules about wipes: nobody says "erased" without evidence.

#![expect(clippy::wildcard_enum_match_arm, reason = "a rule looks at the few kinds it is about")]

use super::Rule;
use crate::custody::file::JobFile;
use crate::event::Fact;
use crate::event::disk::{Level, WipeEvidence, WipeResult};
use crate::wipe;
use crate::word::say;

/// An end, of a wipe or a write, belongs to the last start of its job, on the same disk and device.
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
        let good = cabinet.get::<JobFile>(job)?.is_some_and(|file| {
            file.started == started
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
        direct: wire.direct,
        digest: wire.digest,
        began: wire.began,
        ended: wire.ended,
    }
}

/// What a wipe's end claims is what the closed table makes of its own evidence.
pub(super) static WIPE_EVIDENCE: Rule = Rule {
    id: "wipe-evidence",
    overridable: None,
    check: |event, _cabinet| {
        let Fact::WipeEnded(ended) = &event.fact else { return Ok(None) };
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
        };
        Ok(((result, level) != (ended.result, ended.level)).then(|| say!("rule-wipe-evidence")))
    },
};
