//! What a wipe did and saw, and the closed table of what that is worth.
//!
//! Invariants: nothing but complete evidence is Clear, and an overwrite is never Purge; [`judge`] looks at the evidence
//! and at nothing else, so that anybody can judge a ledger again.

use super::bad::BadBlocks;
use super::canary::{CANARY, canaries_for};
use super::method::{Way, method};
use crate::unit::{Bytes, Moment};
use crate::word::{Sentence, say};

/// What a wipe did and what the read-back saw. The ledger's form of it is `event::disk::WipeEvidence`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// Id of the method.
    pub method: String,
    /// Size of the disk, bytes.
    pub size: Bytes,
    /// Bytes known written, earlier runs of the same job included.
    pub written: Bytes,
    /// Bytes read back and compared.
    pub read_back: Bytes,
    /// Bytes that read back wrong.
    pub mismatched: Bytes,
    /// Offset of the first wrong byte.
    pub first_mismatch: Option<Bytes>,
    /// Bytes that could not be written.
    pub unwritable: Bytes,
    /// Bytes that could not be read back.
    pub unreadable: Bytes,
    /// Where, as far as it is listed.
    pub bad: BadBlocks,
    /// Whether reading went past the cache (`O_DIRECT`).
    pub direct: bool,
    /// What another program read, where it was asked for.
    pub cross_check: Option<CrossCheck>,
    /// What the drive said and which canaries were gone, where the drive itself erased.
    pub firmware: Option<Firmware>,
    /// When the run began.
    pub began: Moment,
    /// When it ended.
    pub ended: Moment,
}

/// An erase by the drive's own firmware: what it said of it, and what the canaries say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Firmware {
    /// Canaries that were written and read back right before the erase.
    pub canaries: u64,
    /// How many of them were still there after it, in whole or in part.
    pub survived: u64,
    /// Where the first of those stands.
    pub first_survivor: Option<Bytes>,
    /// How the drive says that it ended.
    pub said: Said,
    /// What was sent to it, in hexadecimal words.
    pub commands: Vec<String>,
}

/// How a drive says that an erase of its own ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// Nothing: it was not asked to its end.
    Nothing,
    /// Well, by the status that it keeps of sanitize operations, read to the end.
    StatusGood,
    /// Well, by the answer to the command alone.
    CommandGood,
    /// It refused, or it failed.
    Failed,
}

/// Another program read the disk as well, against what belongs there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CrossCheck {
    /// Which program, with its version.
    pub program: String,
    /// What it found.
    pub found: CrossFound,
}

/// What another program found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CrossFound {
    /// Every byte is what belongs there.
    Same,
    /// The byte at this offset is the first that is not.
    Differs(Bytes),
    /// It could not read the disk to its end.
    Failed,
}

/// How a wipe ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Erased, by the evidence.
    Erased,
    /// Overwritten to the end, but some of it is not proved.
    ErasedWithExceptions,
    /// Not erased.
    NotErased,
    /// A person stopped it.
    Cancelled,
}

impl Outcome {
    /// What people call it.
    #[must_use]
    pub fn name(self) -> Sentence {
        match self {
            Self::Erased => say!("wipe-erased"),
            Self::ErasedWithExceptions => say!("wipe-erased-with-exceptions"),
            Self::NotErased => say!("wipe-not-erased"),
            Self::Cancelled => say!("wipe-cancelled"),
        }
    }
}

/// What the evidence is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Nothing.
    None,
    /// Clear as in NIST SP 800-88 r1, section 2.5: overwrite with full read-back past the cache.
    Clear,
    /// Purge as in the same section: a sanitize of the drive's own whose status ends well, canaries gone.
    Purge,
    /// An erase of the drive's own that keeps no status: only canaries say that it was one. No level of that publication.
    Firmware,
}

impl Level {
    /// What people call it.
    #[must_use]
    pub fn name(self) -> Sentence {
        match self {
            Self::None => say!("wipe-level-none"),
            Self::Clear => say!("wipe-level-clear"),
            Self::Purge => say!("wipe-level-purge"),
            Self::Firmware => say!("wipe-level-firmware"),
        }
    }
}

/// What [`judge`] says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// How it ended.
    pub result: Outcome,
    /// What that is worth.
    pub level: Level,
}

/// The closed table, first row that holds:
///
/// | evidence | result | level |
/// |---|---|---|
/// | cancelled | cancelled | none |
/// | unknown method, no size, nothing written, nothing read back right, or writing or read-back short of the end | not erased | none |
/// | any byte mismatched, unwritable or unreadable, or the read-back did not go past the cache | with exceptions | none |
/// | another program was asked and does not find the same | with exceptions | none |
/// | every byte written and read back right, past the cache | erased | Clear |
///
/// and where the drive itself erased:
///
/// | evidence | result | level |
/// |---|---|---|
/// | cancelled | cancelled | none |
/// | fewer canaries than the size asks for, any that survived, any not looked at, or the drive does not say that it ended well | not erased | none |
/// | any canary unwritable or unreadable, or what was read did not come past the cache | with exceptions | none |
/// | discard, all canaries gone | with exceptions | none |
/// | sanitize, its status read to a good end, all canaries gone | erased | Purge |
/// | another erase, its command ended well, all canaries gone | erased | firmware erase |
///
/// A read-back through the cache is an exception and not a failure: every byte was written and flushed, only the proof
/// is missing; it still cannot be overridden and has no level. Numbers that contradict each other are not erased.
#[must_use]
pub fn judge(evidence: &Evidence, cancelled: bool) -> Judgement {
    let none = |result| Judgement { result, level: Level::None };
    if cancelled {
        return none(Outcome::Cancelled);
    }
    let Some(method) = method(&evidence.method) else { return none(Outcome::NotErased) };
    let reached_the_end = match (method.way(), &evidence.firmware) {
        (Way::Overwrite(_), None) => overwrote_to_the_end(evidence),
        (Way::Firmware(erase), Some(firmware)) => {
            let good = if erase.is_sanitize() { Said::StatusGood } else { Said::CommandGood };
            firmware.said == good && canaries_are_gone(evidence, firmware)
        }
        (Way::Discard, Some(firmware)) => firmware.said == Said::CommandGood && canaries_are_gone(evidence, firmware),
        (Way::Overwrite(_), Some(_)) | (Way::Firmware(_) | Way::Discard, None) => false,
    };
    if !reached_the_end {
        return none(Outcome::NotErased);
    }
    let flaws = [evidence.mismatched, evidence.unwritable, evidence.unreadable];
    let flawless = flaws.iter().all(|bytes| *bytes == Bytes::ZERO) && evidence.first_mismatch.is_none();
    let agreed = evidence.cross_check.as_ref().is_none_or(|check| check.found == CrossFound::Same);
    if flawless && evidence.direct && agreed && method.best() != Level::None {
        Judgement { result: Outcome::Erased, level: method.best() }
    } else {
        none(Outcome::ErasedWithExceptions)
    }
}

fn overwrote_to_the_end(evidence: &Evidence) -> bool {
    let size = evidence.size;
    size > Bytes::ZERO
        && evidence.written > Bytes::ZERO
        && evidence.mismatched < evidence.read_back
        && evidence.written.plus(evidence.unwritable) == Some(size)
        && evidence.read_back.plus(evidence.unreadable) == Some(size)
}

/// Whether every canary that a disk of this size gets was planted, and none of those that were is left. One that could not
/// be written or read is an exception, and counts as planted here.
fn canaries_are_gone(evidence: &Evidence, firmware: &Firmware) -> bool {
    let bytes = |canaries: u64| canaries.checked_mul(CANARY.0).map(Bytes);
    let wanted = canaries_for(evidence.size);
    let planted = bytes(firmware.canaries).and_then(|planted| planted.plus(evidence.unwritable));
    let looked_at = evidence.read_back.plus(evidence.unreadable);
    firmware.canaries > 0
        && (firmware.survived, firmware.first_survivor) == (0, None)
        && evidence.read_back > Bytes::ZERO
        && planted == bytes(wanted)
        && looked_at == bytes(firmware.canaries)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn complete() -> Evidence {
        Evidence {
            method: "overwrite-zero".to_owned(),
            size: Bytes(8192),
            written: Bytes(8192),
            read_back: Bytes(8192),
            mismatched: Bytes::ZERO,
            first_mismatch: None,
            unwritable: Bytes::ZERO,
            unreadable: Bytes::ZERO,
            bad: BadBlocks::default(),
            direct: true,
            cross_check: None,
            firmware: None,
            began: Moment::from_unix_millis(0),
            ended: Moment::from_unix_millis(1),
        }
    }

    fn sanitized(method: &str) -> Evidence {
        let size = Bytes(1 << 40);
        Evidence {
            method: method.to_owned(),
            size,
            written: Bytes::ZERO,
            read_back: Bytes(16384 * 4096),
            firmware: Some(Firmware {
                canaries: 16384,
                survived: 0,
                first_survivor: None,
                said: if method.contains("sanitize-") { Said::StatusGood } else { Said::CommandGood },
                commands: vec!["command".to_owned()],
            }),
            ..complete()
        }
    }

    fn result(change: impl FnOnce(&mut Evidence)) -> (Outcome, Level) {
        let mut evidence = complete();
        change(&mut evidence);
        let judgement = judge(&evidence, false);
        (judgement.result, judgement.level)
    }

    #[test]
    fn the_table_row_by_row() {
        assert_eq!(judge(&complete(), true), Judgement { result: Outcome::Cancelled, level: Level::None });
        assert_eq!(result(|_| ()), (Outcome::Erased, Level::Clear));
        let not_erased = (Outcome::NotErased, Level::None);
        assert_eq!(result(|e| e.method = "dd".to_owned()), not_erased);
        assert_eq!(result(|e| e.read_back = Bytes(8191)), not_erased);
        assert_eq!(result(|e| e.written = Bytes(4096)), not_erased);
        assert_eq!(result(|e| e.written = Bytes(8193)), not_erased);
        assert_eq!(result(|e| e.mismatched = Bytes(8192)), not_erased);
        assert_eq!(result(|e| (e.written, e.unwritable) = (Bytes::ZERO, Bytes(8192))), not_erased);
        assert_eq!(result(|e| (e.size, e.written, e.read_back) = Default::default()), not_erased);
        let exceptions = (Outcome::ErasedWithExceptions, Level::None);
        assert_eq!(result(|e| e.direct = false), exceptions);
        let asked = |found| Some(CrossCheck { program: "cmp 3.8".to_owned(), found });
        assert_eq!(result(|e| e.cross_check = asked(CrossFound::Same)), (Outcome::Erased, Level::Clear));
        assert_eq!(result(|e| e.cross_check = asked(CrossFound::Differs(Bytes(0)))), exceptions);
        assert_eq!(result(|e| e.cross_check = asked(CrossFound::Failed)), exceptions);
        assert_eq!(result(|e| e.mismatched = Bytes(1)), exceptions);
        assert_eq!(result(|e| e.first_mismatch = Some(Bytes(0))), exceptions);
        assert_eq!(result(|e| (e.written, e.unwritable) = (Bytes(7680), Bytes(512))), exceptions);
        assert_eq!(result(|e| (e.read_back, e.unreadable) = (Bytes(7680), Bytes(512))), exceptions);
    }

    #[test]
    fn the_table_of_what_drives_erase_themselves_row_by_row() {
        let judged = |evidence: &Evidence| {
            let judgement = judge(evidence, false);
            (judgement.result, judgement.level)
        };
        for (id, level) in [
            ("ata-sanitize-crypto", Level::Purge),
            ("nvme-sanitize-block", Level::Purge),
            ("scsi-sanitize-overwrite", Level::Purge),
            ("nvme-format-ses1", Level::Firmware),
            ("ata-security-erase", Level::Firmware),
            ("opal-psid-revert", Level::Firmware),
        ] {
            assert_eq!(judged(&sanitized(id)), (Outcome::Erased, level), "{id}");
        }
        assert_eq!(judged(&sanitized("discard")), (Outcome::ErasedWithExceptions, Level::None));
        let sound = sanitized("nvme-sanitize-block");
        assert_eq!(judge(&sound, true).result, Outcome::Cancelled);
        let with = |change: fn(&mut Evidence, &mut Firmware)| {
            let mut evidence = sound.clone();
            let mut firmware = evidence.firmware.take().expect("sanitized");
            change(&mut evidence, &mut firmware);
            judged(&Evidence { firmware: Some(firmware), ..evidence })
        };
        let not_erased = (Outcome::NotErased, Level::None);
        for change in [
            (|_, seen| seen.said = Said::CommandGood) as fn(&mut Evidence, &mut Firmware),
            |_, seen| seen.said = Said::Nothing,
            |_, seen| seen.said = Said::Failed,
            |_, seen| seen.survived = 1,
            |_, seen| seen.first_survivor = Some(Bytes::ZERO),
            |_, seen| seen.canaries -= 1,
            |_, seen| seen.canaries = 0,
            |evidence, _| evidence.read_back = Bytes::ZERO,
            |evidence, _| evidence.read_back.0 -= 4096,
            |evidence, _| evidence.size.0 *= 2,
            |evidence, _| evidence.method = "nvme-format-ses1".to_owned(),
            |evidence, _| evidence.method = "overwrite-zero".to_owned(),
        ] {
            assert_eq!(with(change), not_erased);
        }
        assert_eq!(judged(&Evidence { firmware: None, ..sound.clone() }), not_erased);
        assert_eq!(judged(&Evidence { firmware: sound.firmware.clone(), ..complete() }), not_erased);
        let exceptions = (Outcome::ErasedWithExceptions, Level::None);
        assert_eq!(with(|evidence, _| evidence.direct = false), exceptions);
        assert_eq!(
            with(|evidence, seen| {
                (seen.canaries, evidence.unwritable) = (seen.canaries - 1, CANARY);
                evidence.read_back.0 -= 4096;
            }),
            exceptions
        );
        assert_eq!(
            with(|evidence, _| (evidence.read_back, evidence.unreadable) = (evidence.read_back.less(CANARY), CANARY)),
            exceptions
        );
    }

    // Near-complete values are drawn often, so that the rare complete evidence is met as well.
    fn amount() -> impl Strategy<Value = Bytes> {
        prop_oneof![4 => Just(Bytes(8192)), 4 => Just(Bytes::ZERO), 1 => (0u64..9000).prop_map(Bytes), 1 => any::<u64>().prop_map(Bytes)]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]
        #[test]
        fn no_evidence_short_of_complete_is_clear_and_complete_evidence_is(
            size in amount(), written in amount(), read_back in amount(), mismatched in amount(), unwritable in amount(),
            unreadable in amount(), direct in prop::bool::weighted(0.9),
            known in prop::bool::weighted(0.9), cancelled in prop::bool::weighted(0.1),
        ) {
            let evidence = Evidence {
                method: if known { "overwrite-pattern" } else { "magic" }.to_owned(),
                size, written, read_back, mismatched, unwritable, unreadable, direct,
                ..complete()
            };
            let is_complete = written == size && read_back == size && size.0 > 0
                && [mismatched, unwritable, unreadable].iter().all(|flaw| flaw.0 == 0)
                && direct && known && !cancelled;
            let judgement = judge(&evidence, cancelled);
            prop_assert_eq!(judgement.level == Level::Clear, is_complete);
            prop_assert_eq!(judgement.result == Outcome::Erased, is_complete);
            prop_assert!(judgement.level != Level::Purge);
        }
    }
}
