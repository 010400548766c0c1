//! What writing an image did and saw, and what that is worth.
//!
//! Invariant: written means that the manifest's digest came back from the disk over the manifest's length.

use crate::unit::{Bytes, Digest, Moment};
use crate::word::{Sentence, say};

/// What a write did and what the read-back saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// Length of the image by its manifest, bytes.
    pub length: Bytes,
    /// BLAKE3 of the image by its manifest.
    pub blake3: Digest,
    /// Bytes of the image known written, earlier runs of the same job included.
    pub written: Bytes,
    /// Of these, bytes that this run did not write because they are zeros and the disk was known to be zero there.
    pub skipped: Bytes,
    /// Bytes of the image read back.
    pub read_back: Bytes,
    /// BLAKE3 of what was read back; none where the read-back did not reach the end.
    pub found: Option<Digest>,
    /// Whether reading went past the cache (`O_DIRECT`).
    pub direct: bool,
    /// When the run began.
    pub began: Moment,
    /// When it ended.
    pub ended: Moment,
}

/// How a write ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Every byte is on the disk and read back right.
    Written,
    /// It is not.
    NotWritten,
    /// A person stopped it.
    Cancelled,
}

impl Outcome {
    /// What people call it.
    #[must_use]
    pub fn name(self) -> Sentence {
        match self {
            Self::Written => say!("image-written"),
            Self::NotWritten => say!("image-not-written"),
            Self::Cancelled => say!("image-cancelled"),
        }
    }
}

/// The closed table: cancelled; or written, where all of a non-empty image was written and read back and the digest found
/// is the manifest's; or not written. A read-back through the cache still counts, and the evidence says so.
#[must_use]
pub fn judge(evidence: &Evidence, cancelled: bool) -> Outcome {
    if cancelled {
        return Outcome::Cancelled;
    }
    let whole = evidence.length > Bytes::ZERO
        && evidence.written == evidence.length
        && evidence.read_back == evidence.length
        && evidence.found == Some(evidence.blake3);
    if whole { Outcome::Written } else { Outcome::NotWritten }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_whole_image_found_again_is_written() {
        let good = Evidence {
            length: Bytes(9),
            blake3: Digest([1; 32]),
            written: Bytes(9),
            skipped: Bytes(4),
            read_back: Bytes(9),
            found: Some(Digest([1; 32])),
            direct: true,
            began: Moment::from_unix_millis(0),
            ended: Moment::from_unix_millis(1),
        };
        assert_eq!(judge(&good, false), Outcome::Written);
        assert_eq!(judge(&good, true), Outcome::Cancelled);
        for bad in [
            Evidence { written: Bytes(8), ..good.clone() },
            Evidence { read_back: Bytes(8), ..good.clone() },
            Evidence { read_back: Bytes(10), ..good.clone() },
            Evidence { found: None, ..good.clone() },
            Evidence { found: Some(Digest([2; 32])), ..good.clone() },
            Evidence { length: Bytes(0), written: Bytes(0), read_back: Bytes(0), ..good.clone() },
        ] {
            assert_eq!(judge(&bad, false), Outcome::NotWritten, "{bad:?}");
        }
    }
}
