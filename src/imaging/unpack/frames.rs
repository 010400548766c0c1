//! Zstandard frames, skippable ones included. Source: RFC 8878.

use super::codec::{Codec, Fault, File, Opened, Step, behind};
use super::kind::Packing;
use std::io;
use zstd::stream::raw::{Decoder, InBuffer, Operation, OutBuffer};

const MAGIC: usize = 4;
/// The first byte of a skippable frame without its free bits, and the bit of a frame's descriptor that promises a
/// checksum.
const SKIPPABLE: u8 = 0x50;
const CHECKSUM: u8 = 0b100;

/// The decoder goes from frame to frame by itself.
pub(super) struct Frames(Decoder<'static>);

impl Frames {
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self(Decoder::new()?))
    }
}

impl Codec for Frames {
    fn open(&mut self, file: &mut File, _first: bool) -> io::Result<Option<Opened>> {
        file.hold(MAGIC + 1)?;
        let held = file.held();
        if held.is_empty() {
            return Ok(None);
        }
        if Packing::of(held) != Packing::Zstd {
            return Err(behind(file, false));
        }
        // A frame that is cut behind its magic is refused by what comes next.
        let checked =
            held[0] & 0xF0 == SKIPPABLE || held.get(MAGIC).is_some_and(|descriptor| descriptor & CHECKSUM != 0);
        Ok(Some(Opened { checked }))
    }

    fn run(&mut self, input: &[u8], into: &mut [u8]) -> Result<Step, Fault> {
        let (mut input, mut output) = (InBuffer::around(input), OutBuffer::around(into));
        let hint = self.0.run(&mut input, &mut output).map_err(|error| match error.to_string() {
            // The library's words for a window of more than 128 MiB.
            reason if reason.contains("too much memory") => Fault::Unsupported("zstd --long=28+"),
            reason => Fault::Corrupt(reason),
        })?;
        Ok(Step { used: input.pos(), made: output.pos(), ended: hint == 0 })
    }
}
