//! The medium inside an image file, whatever the file's packing and content, as one stream.
//!
//! Invariants: 0 is given only at the true end of the whole file, with every check in it verified and nothing behind
//! it; never more than `most` bytes come out; what comes after an error is that error again, never an end. Memory is
//! bounded by two windows, the decoder's own (at most 128 MiB, and only where the file was packed so) and the bitmap
//! of a partclone image.

mod bzip;
mod codec;
mod frames;
mod gzip;
mod kind;
mod partclone;
mod partclone_head;
mod sparse;
mod stream;
mod xz;

pub use kind::{Content, Packing};

use super::DecodeError;
use super::source::Source;
use crate::unit::Bytes;
use codec::Unpacker;
use partclone::Partclone;
use sparse::Sparse;
use std::io::{self, Read};
use stream::Stream;

/// A [`Read`] over the medium inside an image file.
///
/// Read it until it gives 0: only then was the whole file good. An error that the file caused carries a
/// [`DecodeError`]; an error of the source is passed on as it is.
pub struct Unpacked {
    stream: Stream,
    expander: Expander,
    given: Bytes,
    most: Bytes,
    failed: Option<Failed>,
}

enum Expander {
    Raw,
    Sparse(Sparse),
    Partclone(Box<Partclone>),
}

/// What is said again after an error.
enum Failed {
    File(DecodeError),
    Source(io::ErrorKind),
}

impl Unpacked {
    /// Looks at the first bytes of `source`, and of what is packed in it. More than `most` bytes of medium are refused,
    /// at once where the file says so of itself.
    pub fn new(source: impl Read + Send + 'static, most: Bytes) -> io::Result<Self> {
        let mut file: codec::File = Source::new(Box::new(source));
        file.hold(kind::ENOUGH)?;
        let packing = kind::packing(file.held())?;
        let mut stream = Stream::new(Unpacker::new(file, packing)?, packing);
        let expander = match kind::content(stream.peek(kind::ENOUGH)?, packing)? {
            Content::Raw => Expander::Raw,
            Content::Sparse => Expander::Sparse(Sparse::new(&mut stream, most)?),
            Content::Partclone => Expander::Partclone(Box::new(Partclone::new(&mut stream, most)?)),
        };
        Ok(Self { stream, expander, given: Bytes::ZERO, most, failed: None })
    }

    /// How the file is packed.
    #[must_use]
    pub const fn packing(&self) -> Packing {
        self.stream.packing()
    }

    /// What the unpacked bytes are.
    #[must_use]
    pub const fn content(&self) -> Content {
        match self.expander {
            Expander::Raw => Content::Raw,
            Expander::Sparse(_) => Content::Sparse,
            Expander::Partclone(_) => Content::Partclone,
        }
    }

    /// How many bytes of the file are used up so far; all of them once 0 was given.
    #[must_use]
    pub fn taken(&self) -> Bytes {
        self.stream.at()
    }

    /// Whether checks in the file itself cover every byte given out. Known only once 0 was given; where it is false a
    /// damaged file may have gone unnoticed, and only a digest from elsewhere can tell.
    #[must_use]
    pub const fn is_checked(&self) -> bool {
        let own = match &self.expander {
            Expander::Raw => false,
            Expander::Sparse(sparse) => sparse.is_checked(),
            Expander::Partclone(partclone) => partclone.is_checked(),
        };
        own || self.stream.is_checked()
    }

    fn expand(&mut self, into: &mut [u8]) -> io::Result<usize> {
        // One byte more than is accepted is enough to know that there is more.
        let most = self.most.less(self.given).0.saturating_add(1);
        let into = stream::part(into, most);
        let made = match &mut self.expander {
            Expander::Raw => self.stream.copy(into)?,
            Expander::Sparse(sparse) => sparse.read(&mut self.stream, into)?,
            Expander::Partclone(partclone) => partclone.read(&mut self.stream, into)?,
        };
        let given = Bytes(self.given.0.saturating_add(u64::try_from(made).unwrap_or(u64::MAX)));
        if given > self.most {
            return Err(DecodeError::Beyond { most: self.most }.into());
        }
        if given == Bytes::ZERO {
            return Err(DecodeError::Empty.into());
        }
        self.given = given;
        Ok(made)
    }
}

impl Read for Unpacked {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match &self.failed {
            Some(Failed::File(error)) => return Err(error.clone().into()),
            Some(Failed::Source(kind)) => return Err((*kind).into()),
            None if into.is_empty() => return Ok(0),
            None => {}
        }
        self.expand(into).inspect_err(|error| {
            let own = error.get_ref().and_then(|inner| inner.downcast_ref::<DecodeError>());
            self.failed = Some(own.map_or(Failed::Source(error.kind()), |own| Failed::File(own.clone())));
        })
    }
}

impl std::fmt::Debug for Unpacked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kinds = (self.packing(), self.content());
        f.debug_struct("Unpacked").field("kinds", &kinds).field("given", &self.given).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod trial {
    //! What the tests of every format read with.

    use super::*;

    /// A source that gives at most so many bytes at a time.
    struct Slow(io::Cursor<Vec<u8>>, usize);

    impl Read for Slow {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let most = into.len().min(self.1);
            self.0.read(&mut into[..most])
        }
    }

    /// The medium, and whether checks covered all of it.
    pub(super) fn unpack(file: &[u8], most: u64, step: usize) -> Result<(Vec<u8>, bool), DecodeError> {
        let own = |error: io::Error| error.downcast::<DecodeError>().expect("the file's own fault");
        let mut unpacked = Unpacked::new(Slow(io::Cursor::new(file.to_vec()), step), Bytes(most)).map_err(own)?;
        let mut all = Vec::new();
        let mut some = vec![0; step.min(100_000)];
        loop {
            let read = match unpacked.read(&mut some) {
                Ok(read) => read,
                Err(error) => {
                    let error = own(error);
                    let again = own(unpacked.read(&mut some).expect_err("no end behind an error"));
                    assert_eq!(again, error);
                    return Err(error);
                }
            };
            if read == 0 {
                assert_eq!(unpacked.taken().0, file.len() as u64, "the true end");
                return Ok((all, unpacked.is_checked()));
            }
            all.extend(&some[..read]);
            assert!(all.len() as u64 <= most);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::trial::unpack;
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_empty_file_is_no_image_and_a_plain_one_has_no_check() {
        assert_eq!(unpack(b"", 10, 1), Err(DecodeError::Empty));
        assert_eq!(unpack(&zstd::encode_all(&b""[..], 1).expect("memory"), 10, 1), Err(DecodeError::Empty));
        for step in [1, 3, 1000, usize::MAX] {
            assert_eq!(unpack(&[7; 3000], 3000, step), Ok((vec![7; 3000], false)));
            assert_eq!(unpack(&[7; 3000], 2999, step), Err(DecodeError::Beyond { most: Bytes(2999) }));
        }
    }

    #[test]
    fn an_error_of_the_source_is_passed_on_and_no_end_comes_behind_it() {
        struct Torn(usize);
        impl Read for Torn {
            fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
                let Some(left) = self.0.checked_sub(1) else { return Ok(0) };
                self.0 = left;
                if left == 0 {
                    return Err(io::Error::new(io::ErrorKind::TimedOut, "torn out"));
                }
                into.fill(1);
                Ok(into.len())
            }
        }
        let mut unpacked = Unpacked::new(Torn(3), Bytes::gib(1)).expect("so far");
        let error = io::copy(&mut unpacked, &mut io::sink()).expect_err("torn out");
        assert_eq!((error.kind(), error.to_string().as_str()), (io::ErrorKind::TimedOut, "torn out"));
        assert_eq!(unpacked.read(&mut [0]).expect_err("still").kind(), io::ErrorKind::TimedOut);
    }

    fn packed(kind: Packing, medium: &[u8]) -> Vec<u8> {
        let mut file = Vec::new();
        match kind {
            Packing::None => file.extend(medium),
            Packing::Zstd => file = zstd::encode_all(medium, 1).expect("memory"),
            Packing::Gzip => {
                flate2::read::GzEncoder::new(medium, flate2::Compression::fast())
                    .read_to_end(&mut file)
                    .expect("memory");
            }
            Packing::Xz => file = liblzma::encode_all(medium, 0).expect("memory"),
            Packing::Bzip2 => {
                ::bzip2::read::BzEncoder::new(medium, ::bzip2::Compression::fast())
                    .read_to_end(&mut file)
                    .expect("memory");
            }
        }
        file
    }

    const PACKINGS: [Packing; 5] = [Packing::None, Packing::Zstd, Packing::Gzip, Packing::Xz, Packing::Bzip2];

    proptest! {
        #[test]
        fn however_a_file_is_spoiled_no_more_than_most_comes_out_and_an_end_is_the_true_end(
            kind in prop::sample::select(&PACKINGS[..]), medium in prop::collection::vec(0u8..3, 1..3000), most in 0u64..4000,
            spoiled in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..3), step in 1usize..300,
        ) {
            let mut file = packed(kind, &medium);
            for (at, byte) in &spoiled {
                *at.get_mut(&mut file) = *byte;
            }
            // The helper asserts what the name of this test says.
            let found = unpack(&file, most, step);
            if spoiled.is_empty() {
                let whole = (medium.clone(), kind == Packing::Xz || kind == Packing::Gzip || kind == Packing::Bzip2);
                let fits = medium.len() as u64 <= most;
                prop_assert_eq!(found, if fits { Ok(whole) } else { Err(DecodeError::Beyond { most: Bytes(most) }) });
            } else if let Ok((found, true)) = found {
                prop_assert_eq!(found, medium);
            }
        }

        #[test]
        fn whatever_follows_a_start_nothing_panics(
            kind in 0usize..7, rest in prop::collection::vec(any::<u8>(), 0..600), most in 0u64..5000, step in 1usize..300,
        ) {
            let starts: [&[u8]; 7] = [
                b"\x28\xB5\x2F\xFD", b"\x50\x2A\x4D\x18", b"\x1F\x8B\x08\0", b"\xFD7zXZ\0",
                b"BZh11AY&SY", b"\x3A\xFF\x26\xED\x01\0\0\0\x1C\0\x0C\0\x04\0\0\0", b"partclone-image\0",
            ];
            let _ = unpack(&[starts[kind], &rest].concat(), most, step);
        }
    }
}
