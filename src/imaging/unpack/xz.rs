//! xz streams with the padding between them. Source: The .xz File Format 1.2.1.

use super::codec::{Codec, Fault, File, Opened, Step, behind, corrupt};
use crate::imaging::DecodeError;
use liblzma::stream::{Action, Error, Status, Stream};
use std::io;

const HEADER: usize = 12;
const MAGIC: &[u8] = b"\xFD7zXZ\0";
/// Padding comes in units of four zero bytes.
const PADDING: [u8; 4] = [0; 4];
/// As the Zstandard decoder: a window of 128 MiB, and what the decoder itself needs.
const MOST_MEMORY: u64 = 132 * 1024 * 1024;

/// One stream's decoder.
#[derive(Default)]
pub(super) struct Xz(Option<Stream>);

impl Codec for Xz {
    fn open(&mut self, file: &mut File, first: bool) -> io::Result<Option<Opened>> {
        file.hold(HEADER)?;
        while !first && file.held().starts_with(&PADDING) {
            file.consume(PADDING.len());
            file.hold(HEADER)?;
        }
        let held = file.held();
        if held.is_empty() {
            return Ok(None);
        }
        if !held.starts_with(MAGIC) {
            return Err(behind(file, MAGIC.starts_with(held)));
        }
        let Some(header) = held.first_chunk::<HEADER>() else { return Err(behind(file, true)) };
        let [.., kind, a, b, c, d] = *header;
        if crc32fast::hash(&header[MAGIC.len()..MAGIC.len() + 2]) != u32::from_le_bytes([a, b, c, d]) {
            return Err(corrupt(file.taken(), "the stream header's checksum"));
        }
        // The decoder would pass over a check that it does not know.
        let checked = match kind & 0x0F {
            0x00 => false,
            0x01 | 0x04 | 0x0A => true,
            other => return Err(DecodeError::Unsupported { kind: format!("xz, check {other}") }.into()),
        };
        self.0 = Some(Stream::new_stream_decoder(MOST_MEMORY, 0)?);
        Ok(Some(Opened { checked }))
    }

    fn run(&mut self, input: &[u8], into: &mut [u8]) -> Result<Step, Fault> {
        let Some(stream) = &mut self.0 else { return Err(Fault::Corrupt("no stream".to_owned())) };
        let (before_in, before_out) = (stream.total_in(), stream.total_out());
        let status = stream.process(input, into, Action::Run).map_err(|error| match error {
            Error::MemLimit => Fault::Unsupported("xz --lzma2=dict=129MiB+"),
            Error::Options => Fault::Unsupported("xz, filter"),
            Error::Data | Error::Format | Error::Mem | Error::Program | Error::NoCheck | Error::UnsupportedCheck => {
                Fault::Corrupt(error.to_string())
            }
        })?;
        Ok(Step {
            used: usize::try_from(stream.total_in() - before_in).unwrap_or(0),
            made: usize::try_from(stream.total_out() - before_out).unwrap_or(0),
            ended: status == Status::StreamEnd,
        })
    }
}
