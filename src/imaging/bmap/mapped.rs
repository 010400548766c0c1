//! An image under its map.
//!
//! Invariants: 0 is given only at exactly the map's image size, at the reader's own end, with every checksum compared;
//! what the map does not name is zeros; after an error comes that error again, never an end.

use super::sum::Sum;
use super::{Bmap, Range};
use crate::imaging::BmapError;
use crate::unit::Bytes;
use std::io::{self, Read};

/// A [`Read`] over an image that its [`Bmap`] checks as it passes.
///
/// Read it until it gives 0: bytes of a range are given out before its checksum is reached. An error that the image
/// caused carries a [`BmapError`]; an error of the reader is passed on as it is.
pub struct Mapped<R> {
    reader: R,
    image: Bytes,
    ranges: std::vec::IntoIter<Range>,
    range: Option<Range>,
    sum: Option<Sum>,
    at: Bytes,
    failed: Option<BmapError>,
}

impl<R: Read> Mapped<R> {
    pub(super) fn new(bmap: Bmap, reader: R) -> Self {
        let image = bmap.image;
        let mut ranges = bmap.ranges.into_iter();
        let range = ranges.next();
        Self { reader, image, ranges, range, sum: None, at: Bytes::ZERO, failed: None }
    }

    /// The reader below.
    pub const fn reader(&self) -> &R {
        &self.reader
    }

    /// Where what begins at `at` ends: a range, or what lies before the next one or the end.
    fn until(&self) -> Bytes {
        match &self.range {
            Some(range) if range.from <= self.at => range.until,
            Some(range) => range.from,
            None => self.image,
        }
    }

    fn pass(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let left = self.until().less(self.at).0;
        // At the end one byte more is asked for: there must be none.
        let len = into.len().min(usize::try_from(left.max(1)).unwrap_or(usize::MAX));
        let into = &mut into[..len];
        let read = loop {
            match self.reader.read(into) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                done => break done?,
            }
        };
        if read == 0 {
            return if self.at == self.image {
                Ok(0)
            } else {
                self.fail(BmapError::Shorter { found: self.at, size: self.image })
            };
        }
        if self.at == self.image {
            return self.fail(BmapError::Longer { size: self.image });
        }
        let counts = self.range.as_ref().filter(|range| range.from <= self.at);
        match counts.map(|range| &range.sum) {
            None => into[..read].fill(0),
            Some(None) => {}
            Some(Some((kind, _))) => self.sum.get_or_insert_with(|| Sum::new(*kind)).update(&into[..read]),
        }
        self.at = Bytes(self.at.0 + u64::try_from(read).unwrap_or(u64::MAX));
        if let Some(range) = self.range.take_if(|range| range.until == self.at) {
            self.range = self.ranges.next();
            let found = self.sum.take().map(Sum::finish);
            if found != range.sum.map(|(_, expected)| expected) {
                return self.fail(BmapError::Differs { from: range.from, until: range.until });
            }
        }
        Ok(read)
    }

    fn fail(&mut self, error: BmapError) -> io::Result<usize> {
        self.failed = Some(error.clone());
        Err(error.into())
    }
}

impl<R: Read> Read for Mapped<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match &self.failed {
            Some(error) => Err(error.clone().into()),
            None if into.is_empty() => Ok(0),
            None => self.pass(into),
        }
    }
}

impl<R> std::fmt::Debug for Mapped<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mapped").field("at", &self.at).field("image", &self.image).finish_non_exhaustive()
    }
}
