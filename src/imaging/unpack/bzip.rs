//! bzip2 streams, one after the other. Source: the format as libbzip2 1.0.8 writes it.

use super::codec::{Codec, Fault, File, Opened, Step, behind};
use bzip2::{Decompress, Status};
use std::io;

const MAGIC: &[u8] = b"BZh";

/// One stream's decoder; every block and every stream carries a CRC-32.
pub(super) struct Bzip(Decompress);

impl Bzip {
    pub(super) fn new() -> Self {
        Self(Decompress::new(false))
    }
}

impl Codec for Bzip {
    fn open(&mut self, file: &mut File, first: bool) -> io::Result<Option<Opened>> {
        file.hold(MAGIC.len())?;
        let held = file.held();
        if held.is_empty() {
            return Ok(None);
        }
        if !held.starts_with(MAGIC) {
            return Err(behind(file, MAGIC.starts_with(held)));
        }
        if !first {
            self.0 = Decompress::new(false);
        }
        Ok(Some(Opened { checked: true }))
    }

    fn run(&mut self, input: &[u8], into: &mut [u8]) -> Result<Step, Fault> {
        let (before_in, before_out) = (self.0.total_in(), self.0.total_out());
        let status = self.0.decompress(input, into).map_err(|error| Fault::Corrupt(error.to_string()))?;
        if status == Status::MemNeeded {
            return Err(Fault::Corrupt("no memory".to_owned()));
        }
        Ok(Step {
            used: usize::try_from(self.0.total_in() - before_in).unwrap_or(0),
            made: usize::try_from(self.0.total_out() - before_out).unwrap_or(0),
            ended: status == Status::StreamEnd,
        })
    }
}
