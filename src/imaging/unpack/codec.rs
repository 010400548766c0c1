//! Undoes the packing of a file: member after member, to the true end.
//!
//! Invariants: 0 is given only where the file ends after a whole member (and what its format allows behind it); every
//! check that a member carries was verified by then. Nothing grows with what the file says of itself.

use super::kind::Packing;
use super::{bzip, frames, gzip, xz};
use crate::imaging::DecodeError;
use crate::imaging::source::Source;
use crate::unit::Bytes;
use std::io::{self, Read};

/// The file.
pub(super) type File = Source<Box<dyn Read + Send>>;

/// One step of a decoder.
pub(super) struct Step {
    /// How many bytes of the input it used up.
    pub(super) used: usize,
    /// How many bytes it made.
    pub(super) made: usize,
    /// Whether the member's packed bytes are over.
    pub(super) ended: bool,
}

/// Why a decoder stopped.
pub(super) enum Fault {
    /// The bytes do not decode; in the decoder's words.
    Corrupt(String),
    /// They may decode elsewhere; the technical name of what is not read here.
    Unsupported(&'static str),
}

/// One packing.
pub(super) trait Codec: Send {
    /// Reads what stands before the packed bytes of the next member; `None` at the end of the file.
    fn open(&mut self, file: &mut File, first: bool) -> io::Result<Option<Opened>>;

    /// Decodes some of `input`, which is empty only at the end of the file, into `into`, which never is.
    fn run(&mut self, input: &[u8], into: &mut [u8]) -> Result<Step, Fault>;

    /// Reads what stands behind the packed bytes of the member.
    fn close(&mut self, _file: &mut File) -> io::Result<()> {
        Ok(())
    }
}

/// A member begins.
pub(super) struct Opened {
    /// Whether its bytes are covered by a check in the file.
    pub(super) checked: bool,
}

/// A [`Read`] over what is packed in a file.
pub(super) struct Unpacker {
    file: File,
    codec: Option<Box<dyn Codec>>,
    first: bool,
    in_member: bool,
    checked: bool,
}

impl Unpacker {
    pub(super) fn new(file: File, packing: Packing) -> io::Result<Self> {
        let codec: Option<Box<dyn Codec>> = match packing {
            Packing::None => None,
            Packing::Zstd => Some(Box::new(frames::Frames::new()?)),
            Packing::Gzip => Some(Box::new(gzip::Gzip::new())),
            Packing::Xz => Some(Box::new(xz::Xz::default())),
            Packing::Bzip2 => Some(Box::new(bzip::Bzip::new())),
        };
        let checked = codec.is_some();
        Ok(Self { file, codec, first: true, in_member: false, checked })
    }

    /// How many bytes of the file are used up.
    pub(super) const fn taken(&self) -> Bytes {
        self.file.taken()
    }

    /// Whether every member so far carries a check of its bytes.
    pub(super) const fn is_checked(&self) -> bool {
        self.checked
    }
}

impl Read for Unpacker {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let file = &mut self.file;
        let Some(codec) = &mut self.codec else { return file.copy(into) };
        loop {
            if !self.in_member {
                let Some(opened) = codec.open(file, self.first)? else { return Ok(0) };
                self.checked &= opened.checked;
                (self.first, self.in_member) = (false, true);
            }
            file.hold(1)?;
            let (at, at_end) = (file.taken(), file.held().is_empty());
            let step = codec.run(file.held(), into).map_err(|fault| match fault {
                Fault::Corrupt(reason) => corrupt(at, &reason),
                Fault::Unsupported(kind) => DecodeError::Unsupported { kind: kind.to_owned() }.into(),
            })?;
            file.consume(step.used);
            if step.ended {
                codec.close(file)?;
                self.in_member = false;
            }
            if step.made > 0 {
                return Ok(step.made);
            }
            if at_end && !step.ended {
                return Err(DecodeError::Truncated { at }.into());
            }
            if step.used == 0 && !step.ended {
                return Err(corrupt(at, "does not go on"));
            }
        }
    }
}

/// An error at that byte of the file.
pub(super) fn corrupt(at: Bytes, reason: &str) -> io::Error {
    DecodeError::Corrupt { at, reason: reason.to_owned() }.into()
}

/// The next `N` bytes of the file.
pub(super) fn exactly<const N: usize>(file: &mut File) -> io::Result<[u8; N]> {
    file.hold(N)?;
    let Some(bytes) = file.held().first_chunk::<N>().copied() else {
        let at = Bytes(file.taken().0.saturating_add(u64::try_from(file.held().len()).unwrap_or(0)));
        return Err(DecodeError::Truncated { at }.into());
    };
    file.consume(N);
    Ok(bytes)
}

/// What follows the last member: garbage, unless it is the cut beginning of another one.
pub(super) fn behind(file: &File, is_cut: bool) -> io::Error {
    let at = file.taken();
    if is_cut { DecodeError::Truncated { at }.into() } else { DecodeError::TrailingGarbage { at }.into() }
}
