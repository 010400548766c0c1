//! The block map beside an image: which of its blocks count, and what they come to.
//!
//! Invariants: a map that contradicts itself or its own checksum is refused; its ranges lie in order inside the image
//! and never touch twice. Source: bmap-tools, `BmapCreate.py` and `BmapCopy.py`, formats 1.0 to 1.4 and 2.x.

mod mapped;
mod parse;
mod sum;

pub use mapped::Mapped;

use super::BmapError;
use crate::unit::Bytes;
use std::io::Read;
use sum::Kind;

/// A parsed bmap file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bmap {
    image: Bytes,
    block: Bytes,
    ranges: Vec<Range>,
}

/// Bytes that count, in whole blocks but for the image's last one.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Range {
    from: Bytes,
    until: Bytes,
    sum: Option<(Kind, Vec<u8>)>,
}

impl Bmap {
    /// Reads the text of a bmap file and verifies its own checksum, where its version has one.
    pub fn parse(text: &[u8]) -> Result<Self, BmapError> {
        let said = parse::read(text)?;
        parse::own_checksum(text, &said)?;
        let bad = |reason: &str| BmapError::Bad { reason: reason.to_owned() };
        let counted = said.block.checked_sub(1).map(|_| said.image.div_ceil(said.block));
        if counted.is_none_or(|counted| said.blocks != counted) {
            return Err(bad("the image is not so many blocks long"));
        }
        let mut ranges = Vec::with_capacity(said.ranges.len());
        let (mut mapped, mut next) = (0, 0);
        for range in said.ranges {
            if range.first < next || range.last < range.first || range.last >= said.blocks {
                return Err(bad("ranges out of order or outside the image"));
            }
            (mapped, next) = (mapped + (range.last - range.first + 1), range.last + 1);
            // Both lie inside the image, whose blocks come to no more than one block past u64::MAX.
            let until = (range.last + 1).checked_mul(said.block).map_or(said.image, |until| until.min(said.image));
            ranges.push(Range { from: Bytes(range.first * said.block), until: Bytes(until), sum: range.sum });
        }
        if said.mapped.is_some_and(|said| said != mapped) {
            return Err(bad("not so many blocks are mapped"));
        }
        Ok(Self { image: Bytes(said.image), block: Bytes(said.block), ranges })
    }

    /// How long the image is.
    #[must_use]
    pub const fn image_size(&self) -> Bytes {
        self.image
    }

    /// How long a block is.
    #[must_use]
    pub const fn block_size(&self) -> Bytes {
        self.block
    }

    /// How many bytes of the image count; the others are zeros.
    #[must_use]
    pub fn mapped(&self) -> Bytes {
        Bytes(self.ranges.iter().map(|range| range.until.less(range.from).0).sum())
    }

    /// Whether every byte that counts is under a checksum.
    #[must_use]
    pub fn is_checked(&self) -> bool {
        self.ranges.iter().all(|range| range.sum.is_some())
    }

    /// The image that `reader` gives, checked against this map, with zeros in place of what does not count.
    pub fn over<R: Read>(self, reader: R) -> Mapped<R> {
        Mapped::new(self, reader)
    }
}
