//! What a wipe did and saw, and the closed table of what that is worth.
//!
//! Invariants: nothing but complete evidence is Clear, and an overwrite is never Purge; [`judge`] looks at the evidence
//! and at nothing else, so that anybody can judge a ledger again.

use super::method::method;
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
    /// Whether reading went past the cache (`O_DIRECT`).
    pub direct: bool,
    /// What another program read, where it was asked for.
    pub cross_check: Option<CrossCheck>,
    /// When the run began.
    pub began: Moment,
    /// When it ended.
    pub ended: Moment,
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
    /// Purge as in the same section. No method of this program reaches it yet.
    Purge,
}

impl Level {
    /// What people call it.
    #[must_use]
    pub fn name(self) -> Sentence {
        match self {
            Self::None => say!("wipe-level-none"),
            Self::Clear => say!("wipe-level-clear"),
            Self::Purge => say!("wipe-level-purge"),
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
/// A read-back through the cache is an exception and not a failure: every byte was written and flushed, only the proof
/// is missing; it still cannot be overridden and has no level. Numbers that contradict each other are not erased.
#[must_use]
pub fn judge(evidence: &Evidence, cancelled: bool) -> Judgement {
    let none = |result| Judgement { result, level: Level::None };
    if cancelled {
        return none(Outcome::Cancelled);
    }
    if method(&evidence.method).is_none() || !reached_the_end(evidence) {
        return none(Outcome::NotErased);
    }
    let flaws = [evidence.mismatched, evidence.unwritable, evidence.unreadable];
    let flawless = flaws.iter().all(|bytes| *bytes == Bytes::ZERO) && evidence.first_mismatch.is_none();
    let agreed = evidence.cross_check.as_ref().is_none_or(|check| check.found == CrossFound::Same);
    if flawless && evidence.direct && agreed {
        Judgement { result: Outcome::Erased, level: Level::Clear }
    } else {
        none(Outcome::ErasedWithExceptions)
    }
}

fn reached_the_end(evidence: &Evidence) -> bool {
    let size = evidence.size;
    size > Bytes::ZERO
        && evidence.written > Bytes::ZERO
        && evidence.mismatched < evidence.read_back
        && evidence.written.plus(evidence.unwritable) == Some(size)
        && evidence.read_back.plus(evidence.unreadable) == Some(size)
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
            direct: true,
            cross_check: None,
            began: Moment::from_unix_millis(0),
            ended: Moment::from_unix_millis(1),
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
