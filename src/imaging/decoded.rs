//! The bytes of an image, out of a raw file or any sequence of Zstandard frames.
//!
//! Invariants: never more bytes than the manifest's length are given out; the end is reported only at the true end of
//! the input, after whole frames, and at exactly that length; everything else is an error. Source of the frame format:
//! RFC 8878.

use super::source::Source;
use crate::unit::Bytes;
use crate::word::{Sentence, say};
use std::io::{self, Read};
use zstd::stream::raw::{Decoder, InBuffer, Operation, OutBuffer};

const MAGIC: usize = 4;

/// How an image file is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Not at all.
    Raw,
    /// Zstandard frames, skippable ones included.
    Zstd,
}

impl Format {
    /// The format that a file beginning with these bytes has; fewer than 4 bytes are raw.
    #[must_use]
    pub fn of(start: &[u8]) -> Self {
        let magic = start.first_chunk::<MAGIC>().map(|magic| u32::from_le_bytes(*magic));
        match magic {
            Some(0xFD2F_B528 | 0x184D_2A50..=0x184D_2A5F) => Self::Zstd,
            Some(_) | None => Self::Raw,
        }
    }
}

/// Why an image file is not the image. `at` counts bytes of the file, not of the image.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// A frame does not decode.
    #[error("byte {}: {reason}", .at.0)]
    Corrupt {
        /// Where in the file.
        at: Bytes,
        /// In the decoder's words.
        reason: String,
    },
    /// Something that is no frame follows the last frame.
    #[error("byte {}: not part of the image", .at.0)]
    TrailingGarbage {
        /// Where in the file.
        at: Bytes,
    },
    /// The file ends inside a frame.
    #[error("the file ends at byte {}, inside a frame", .at.0)]
    Truncated {
        /// Where in the file.
        at: Bytes,
    },
    /// More bytes than the manifest says.
    #[error("more than {} bytes", .length.0)]
    Longer {
        /// What the manifest says.
        length: Bytes,
    },
    /// Fewer bytes than the manifest says.
    #[error("{} bytes where the manifest says {}", .found.0, .length.0)]
    Shorter {
        /// How many there are.
        found: Bytes,
        /// What the manifest says.
        length: Bytes,
    },
    /// More bytes than are accepted, whatever the file says of itself.
    #[error("more than the {} bytes accepted", .most.0)]
    Beyond {
        /// How many are accepted.
        most: Bytes,
    },
    /// Nothing comes out of the file.
    #[error("not one byte of an image")]
    Empty,
    /// A kind of file, or of packing, that is not read here.
    #[error("{kind} is not read")]
    Unsupported {
        /// Its technical name, the same in every language.
        kind: String,
    },
}

impl DecodeError {
    /// The same for people.
    #[must_use]
    pub fn sentence(&self) -> Sentence {
        match self {
            Self::Corrupt { at, .. } => say!("image-corrupt", at = at.0),
            Self::TrailingGarbage { at } => say!("image-trailing-garbage", at = at.0),
            Self::Truncated { at } => say!("image-truncated", at = at.0),
            Self::Longer { length } => say!("image-longer", length = length.0),
            Self::Shorter { found, length } => say!("image-shorter", found = found.0, length = length.0),
            Self::Beyond { most } => say!("image-beyond", most = most.decimal()),
            Self::Empty => say!("image-empty"),
            Self::Unsupported { kind } => say!("image-unsupported", kind = kind.as_str()),
        }
    }
}

impl From<DecodeError> for io::Error {
    fn from(error: DecodeError) -> Self {
        Self::new(io::ErrorKind::InvalidData, error)
    }
}

/// A [`Read`] over the image inside `source`.
///
/// Read it until it gives 0: only then was the whole file good. An error that the image caused carries a [`DecodeError`];
/// an error of `source` is passed on as it is. Frames that need a window of more than 128 MiB (`zstd --ultra --long`) are
/// refused by the decoder. After an error nothing more is to be expected of it.
pub struct Decoded<R> {
    source: Source<R>,
    decoder: Option<Decoder<'static>>,
    in_frame: bool,
    given: Bytes,
    length: Bytes,
}

impl<R: Read> Decoded<R> {
    /// Looks at the first bytes of `source` for its format. `length` is the manifest's.
    pub fn new(source: R, length: Bytes) -> io::Result<Self> {
        let mut source = Source::new(source);
        source.hold(MAGIC)?;
        let decoder = match Format::of(source.held()) {
            Format::Raw => None,
            Format::Zstd => Some(Decoder::new()?),
        };
        Ok(Self { source, decoder, in_frame: false, given: Bytes::ZERO, length })
    }

    /// How the file is packed.
    #[must_use]
    pub const fn format(&self) -> Format {
        if self.decoder.is_some() { Format::Zstd } else { Format::Raw }
    }

    fn decode(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let Some(decoder) = &mut self.decoder else { return self.source.copy(into) };
        loop {
            self.source.hold(if self.in_frame { 1 } else { MAGIC })?;
            let held = self.source.held();
            let at = self.source.taken();
            if !self.in_frame {
                if held.is_empty() {
                    return Ok(0);
                }
                if Format::of(held) != Format::Zstd {
                    return Err(DecodeError::TrailingGarbage { at }.into());
                }
            }
            let at_end = held.is_empty();
            let mut input = InBuffer::around(held);
            let mut output = OutBuffer::around(&mut *into);
            let hint = decoder
                .run(&mut input, &mut output)
                .map_err(|error| DecodeError::Corrupt { at, reason: error.to_string() })?;
            let (used, made) = (input.pos(), output.pos());
            self.source.consume(used);
            self.in_frame = hint != 0;
            if made > 0 {
                return Ok(made);
            }
            if at_end && self.in_frame {
                return Err(DecodeError::Truncated { at }.into());
            }
        }
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if into.is_empty() {
            return Ok(0);
        }
        // One byte more than the manifest allows is enough to know that there is more.
        let most = self.length.less(self.given).0.saturating_add(1);
        let room = into.len().min(usize::try_from(most).unwrap_or(usize::MAX));
        let made = self.decode(&mut into[..room])?;
        let given = Bytes(self.given.0.saturating_add(u64::try_from(made).unwrap_or(u64::MAX)));
        if given > self.length {
            return Err(DecodeError::Longer { length: self.length }.into());
        }
        if made == 0 && given < self.length {
            return Err(DecodeError::Shorter { found: given, length: self.length }.into());
        }
        self.given = given;
        Ok(made)
    }
}

impl<R> std::fmt::Debug for Decoded<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Decoded").field("given", &self.given).field("length", &self.length).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn frame(bytes: &[u8]) -> Vec<u8> {
        zstd::encode_all(bytes, 1).expect("in memory")
    }

    fn skippable(content: &[u8]) -> Vec<u8> {
        let mut frame = 0x184D_2A5Eu32.to_le_bytes().to_vec();
        frame.extend(u32::try_from(content.len()).expect("short").to_le_bytes());
        frame.extend(content);
        frame
    }

    /// A source that gives at most `step` bytes at a time.
    struct Slow<'a>(&'a [u8], usize);

    impl Read for Slow<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let most = into.len().min(self.1);
            self.0.read(&mut into[..most])
        }
    }

    fn decode(file: &[u8], length: usize, step: usize) -> Result<Vec<u8>, DecodeError> {
        let mut all = Vec::new();
        let mut decoded = Decoded::new(Slow(file, step), Bytes(length as u64)).expect("memory");
        match decoded.read_to_end(&mut all) {
            Ok(_) => Ok(all),
            Err(error) => Err(error.downcast::<DecodeError>().expect("the image's own fault")),
        }
    }

    #[test]
    fn frames_members_and_skippable_frames_make_one_image_whatever_the_reads() {
        let raw: Vec<u8> = (0..100_000u32).map(|i| u8::try_from(i % 251).unwrap_or(0)).collect();
        let mut file = skippable(b"before");
        for part in raw.chunks(33_333) {
            file.extend(frame(part));
            file.extend(frame(b""));
            file.extend(skippable(b""));
        }
        file.extend(skippable(&[0x28; 1000]));
        for step in [1, 2, 3, 7, 4096, usize::MAX] {
            assert_eq!(decode(&file, raw.len(), step).as_deref(), Ok(&raw[..]), "{step}");
            assert_eq!(decode(&raw, raw.len(), step).as_deref(), Ok(&raw[..]), "{step}");
        }
        assert_eq!(decode(b"", 0, 1), Ok(Vec::new()));
    }

    #[test]
    fn garbage_truncation_and_wrong_lengths_each_have_their_error() {
        let raw = vec![7u8; 5000];
        let file = frame(&raw);
        let end = Bytes(file.len() as u64);
        for garbage in [&b"x"[..], b"(\xb5/", b"\0\0\0\0", b"GARBAGE"] {
            let spoiled = [&file[..], garbage].concat();
            for step in [1, 4096] {
                let error = decode(&spoiled, raw.len(), step);
                assert_eq!(error, Err(DecodeError::TrailingGarbage { at: end }), "{garbage:?}");
            }
        }
        for cut in 4..file.len() {
            let error = decode(&file[..cut], raw.len(), usize::MAX);
            assert_eq!(error, Err(DecodeError::Truncated { at: Bytes(cut as u64) }));
        }
        let two = [file.clone(), file.clone()].concat();
        assert_eq!(decode(&two, 5000, 9), Err(DecodeError::Longer { length: Bytes(5000) }));
        let short = DecodeError::Shorter { found: Bytes(5000), length: Bytes(10_000) };
        assert_eq!(decode(&file, 10_000, 9), Err(short.clone()));
        assert_eq!(decode(&raw, 10_000, 9), Err(short));
        assert_eq!(decode(&raw, 4999, 9), Err(DecodeError::Longer { length: Bytes(4999) }));
        let mut spoiled = file;
        spoiled[6] ^= 0xFF;
        assert!(matches!(decode(&spoiled, 5000, 9), Err(DecodeError::Corrupt { .. })));
        let cut_in_skippable = [&frame(&raw)[..], &skippable(&[0; 50])[..20]].concat();
        assert!(matches!(decode(&cut_in_skippable, 5000, 9), Err(DecodeError::Truncated { .. })));
    }

    proptest! {
        #[test]
        fn whatever_the_file_no_more_than_the_length_comes_out(
            file in prop::collection::vec(any::<u8>(), 0..300), length in 0usize..400, packed: bool, step in 1usize..50,
        ) {
            let file = if packed { frame(&file) } else { file };
            if let Ok(all) = decode(&file, length, step) {
                prop_assert_eq!(all.len(), length);
            }
        }
    }
}
