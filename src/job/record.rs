//! From outcomes to what the ledger says of them.
//!
//! Invariant: result and level are those of the closed tables in `wipe` and `imaging`; nobody else words them.

use super::image::ImageOutcome;
use super::wipe::WipeOutcome;
use crate::event::disk::{
    BadFlaw, BadSeen, CrossCheck, CrossFound, DriveSaid, FirmwareSeen, Level, WipeEnded, WipeEvidence, WipeResult,
    WipeStarted,
};
use crate::event::image::{ImageEnded, ImageResult, ImageStarted};
use crate::port::Recorded;
use crate::unit::Bytes;
use crate::{imaging, wipe};

/// How that wipe ended, ready to be recorded. `not_covered` is the plan's; `program` is this program's version.
#[must_use]
pub fn wipe_ended(
    started: &Recorded<WipeStarted>,
    outcome: &WipeOutcome,
    not_covered: &[wipe::Gap],
    program: &str,
) -> WipeEnded {
    let judgement = wipe::judge(&outcome.evidence, outcome.cancelled);
    let evidence = outcome.evidence.clone();
    WipeEnded {
        job: started.fact().job.clone(),
        started: started.receipt().leaf,
        key: started.fact().key.clone(),
        result: match judgement.result {
            wipe::Outcome::Erased => WipeResult::Erased,
            wipe::Outcome::ErasedWithExceptions => WipeResult::ErasedWithExceptions,
            wipe::Outcome::NotErased => WipeResult::NotErased,
            wipe::Outcome::Cancelled => WipeResult::Cancelled,
        },
        level: match judgement.level {
            wipe::Level::None => Level::None,
            wipe::Level::Clear => Level::Clear,
            wipe::Level::Purge => Level::Purge,
            wipe::Level::Firmware => Level::Firmware,
        },
        evidence: WipeEvidence {
            method: evidence.method,
            size: evidence.size,
            written: evidence.written,
            read_back: evidence.read_back,
            mismatched: evidence.mismatched,
            first_mismatch: evidence.first_mismatch,
            unwritable: evidence.unwritable,
            unreadable: evidence.unreadable,
            bad: evidence.bad.stretches().iter().map(bad_seen).collect(),
            direct: evidence.direct,
            digest: None,
            cross_check: evidence.cross_check.map(|check| {
                let (found, first_difference) = match check.found {
                    wipe::CrossFound::Same => (CrossFound::Same, None),
                    wipe::CrossFound::Differs(at) => (CrossFound::Differs, Some(at)),
                    wipe::CrossFound::Failed => (CrossFound::Failed, None),
                };
                CrossCheck { program: check.program, found, first_difference }
            }),
            firmware: evidence.firmware.map(firmware_seen),
            began: evidence.began,
            ended: evidence.ended,
        },
        not_covered: not_covered.iter().map(|gap| gap.code().to_owned()).collect(),
        program: program.to_owned(),
        health_after: None,
        speed: None,
    }
}

const fn bad_seen(bad: &wipe::BadStretch) -> BadSeen {
    let flaw = match bad.kind {
        wipe::BadKind::Unwritable => BadFlaw::Unwritable,
        wipe::BadKind::Unreadable => BadFlaw::Unreadable,
    };
    BadSeen { at: bad.at, length: bad.length, flaw }
}

fn firmware_seen(firmware: wipe::Firmware) -> FirmwareSeen {
    FirmwareSeen {
        canaries: firmware.canaries,
        survived: firmware.survived,
        first_survivor: firmware.first_survivor,
        said: match firmware.said {
            wipe::Said::Nothing => DriveSaid::Nothing,
            wipe::Said::StatusGood => DriveSaid::StatusGood,
            wipe::Said::CommandGood => DriveSaid::CommandGood,
            wipe::Said::Failed => DriveSaid::Failed,
        },
        commands: firmware.commands,
    }
}

/// How that write ended, ready to be recorded. `program` is this program's version.
#[must_use]
pub fn image_ended(started: &Recorded<ImageStarted>, outcome: &ImageOutcome, program: &str) -> ImageEnded {
    let evidence = &outcome.evidence;
    ImageEnded {
        job: started.fact().job.clone(),
        started: started.receipt().leaf,
        key: started.fact().key.clone(),
        result: match imaging::judge(evidence, outcome.cancelled) {
            imaging::Outcome::Written => ImageResult::Written,
            imaging::Outcome::NotWritten => ImageResult::NotWritten,
            imaging::Outcome::Cancelled => ImageResult::Cancelled,
        },
        written: evidence.written,
        read_back: evidence.read_back,
        found: evidence.found,
        direct: evidence.direct,
        began: evidence.began,
        ended: evidence.ended,
        program: program.to_owned(),
        skipped: Some(evidence.skipped).filter(|skipped| *skipped > Bytes::ZERO),
    }
}
