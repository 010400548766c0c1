//! The image out of the store: chunk by chunk, from where this run begins.
//!
//! Invariants: what comes before the mark is not decoded; a chunk reaches the disk only after its digest was found right;
//! zeros are left out only where the disk is known to be zero, and the read-back reads them like everything else.

use super::image::{ImageOutcome, Imaging, written_by};
use super::lane::{Lane, beside};
use super::news::Phase;
use super::progress::Meter;
use super::run::{Run, Stop};
use super::source::{Decoded, ImageSource};
use super::transfer::wide;
use crate::event::image::ImageStarted;
use crate::imaging::{CHUNK, Chunk, GRAIN};
use crate::port::{Failure, Recorded, Trouble};
use crate::unit::Bytes;
use crate::word::say;
use std::ops::Range;

/// Chunks decoded ahead of the one being written: with sixteen targets apart from each other there are as many of both.
const AHEAD: usize = 1;

/// A chunk on its way.
type Coming = Lane<usize, Result<Decoded, Failure>>;

/// Writes the image of `source` as `started` says, beginning at `started.fact().from`. Where `zeroed` says that the whole
/// disk is known to be zero, grains of zeros are not written.
pub fn image_of(
    started: &Recorded<ImageStarted>,
    source: &ImageSource,
    zeroed: bool,
    run: &mut Run<'_>,
) -> ImageOutcome {
    written_by(started, run, |imaging| imaging.write_chunks(source, zeroed))
}

/// Where a stretch of a chunk lies in it, and whether it is to be written.
type Stretch = (Range<usize>, bool);

/// The chunk from `from` on, in stretches that are written or left out.
fn stretches(chunk: &Chunk, from: usize, len: usize, zeroed: bool) -> Vec<Stretch> {
    let mut all: Vec<Stretch> = Vec::new();
    for (number, start) in (0..len).step_by(GRAIN).enumerate() {
        let grain = start.max(from)..(start + GRAIN).min(len);
        let is_written = !zeroed || chunk.filled >> number & 1 == 1;
        match all.last_mut() {
            _before if grain.is_empty() => {}
            Some((last, written)) if *written == is_written => last.end = grain.end,
            _another => all.push((grain, is_written)),
        }
    }
    all
}

impl Imaging<'_, '_> {
    fn write_chunks(&mut self, source: &ImageSource, zeroed: bool) -> Result<(), Stop> {
        let index = source.index();
        if (index.length, index.blake3) != (self.evidence.length, self.evidence.blake3) {
            let what = say!("image-not-accepted", disk = self.target.name, why = say!("image-index-broken"));
            return Err(Failure::new(Trouble::BadData, what).hint(say!("image-hint-fetch-again")).into());
        }
        self.at = self.target.from.0;
        let mut meter = self.run.begin(Phase::Write, self.target.from, self.evidence.length);
        let compute = |number: usize| source.chunk(number);
        let end = beside(AHEAD, compute, |lane| self.put_chunks(source, zeroed, lane, &mut meter));
        self.run.end(&mut meter, Bytes(self.at));
        if let Ok(()) | Err(Stop::Cancelled) = end {
            self.mark()?;
        }
        end
    }

    fn put_chunks(
        &mut self,
        source: &ImageSource,
        zeroed: bool,
        lane: &mut Coming,
        meter: &mut Meter,
    ) -> Result<(), Stop> {
        let chunks = &source.index().chunks;
        let first = usize::try_from(self.at).unwrap_or(usize::MAX) / CHUNK;
        let is_needed = |chunk: &Chunk| !zeroed || chunk.filled != 0;
        let left = || chunks.iter().enumerate().skip(first);
        let mut ahead = left().filter(|(_, chunk)| is_needed(chunk));
        let mut ask = |lane: &mut Coming| ahead.next().map_or(Ok(()), |(number, _)| lane.give(number));
        ask(lane)?;
        let mut marked = self.at;
        for (number, chunk) in left() {
            self.run.stop_if_cancelled()?;
            let (begins, len) = (wide(number) * wide(CHUNK), source.index().len_of(number));
            let decoded = if is_needed(chunk) {
                let decoded = lane.take()?.map_err(|failure| self.refused(failure))?;
                ask(lane)?;
                Some(decoded)
            } else {
                None
            };
            let from = usize::try_from(self.at - begins).unwrap_or(CHUNK);
            for (stretch, is_written) in stretches(chunk, from, len, zeroed) {
                let (at, length) = (begins + wide(stretch.start), stretch.len());
                if let Some(bytes) = decoded.as_ref().filter(|_| is_written) {
                    let blocks = stretch.start..stretch.start + self.whole_blocks(length);
                    self.put_blocks(at, &bytes.bytes()[blocks], length)?;
                } else {
                    self.evidence.written = Bytes(at + wide(length));
                    self.evidence.skipped = Bytes(self.evidence.skipped.0 + wide(length));
                }
                self.at = at + wide(length);
                self.run.advance(meter, Bytes(self.at));
            }
            if self.at >= marked.saturating_add(self.run.pace.mark.0) && self.at < self.evidence.length.0 {
                marked = self.at;
                self.mark()?;
            }
        }
        Ok(())
    }

    /// The same failure, with the disk that goes without. A medium that cannot be read says so itself.
    fn refused(&self, failure: Failure) -> Stop {
        if failure.trouble != Trouble::BadData {
            return Stop::Failed(failure);
        }
        let what = say!("image-not-accepted", disk = self.target.name, why = failure.what.clone());
        Stop::Failed(Failure { what, ..failure })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::unit::Digest;

    #[test]
    fn stretches_cover_what_is_left_of_a_chunk_once_and_leave_out_only_zeros() {
        let chunk = Chunk { packed: 1, filled: 0b0110, blake3: Digest::ZERO };
        let len = 3 * GRAIN + 100;
        assert_eq!(stretches(&chunk, 0, len, false), [(0..len, true)]);
        assert_eq!(
            stretches(&chunk, 0, len, true),
            [(0..GRAIN, false), (GRAIN..3 * GRAIN, true), (3 * GRAIN..len, false)]
        );
        let from = GRAIN + 512;
        assert_eq!(stretches(&chunk, from, len, true), [(from..3 * GRAIN, true), (3 * GRAIN..len, false)]);
        assert_eq!(stretches(&chunk, 3 * GRAIN + 50, len, true), [(3 * GRAIN + 50..len, false)]);
        assert_eq!(stretches(&chunk, len, len, true), []);
        assert_eq!(stretches(&Chunk { filled: u64::MAX, ..chunk }, 0, CHUNK, true), [(0..CHUNK, true)]);
    }
}
