//! An image into the store, and the check of one that is there.
//!
//! Invariants: what an earlier run left counts only where the same bytes come out of the file again; an image is published
//! only after every frame was read back from the medium and is the chunk that its index names.

use super::lane::beside;
use super::news::{JobNews, Phase};
use super::progress::Meter;
use super::run::io_failure;
use crate::imaging::{BmapError, CHUNK, Chunk, DecodeError, Index, Packer, Rot, Unpacker};
use crate::port::{Clock, Failure, ImageFile, ImagePart, Trouble};
use crate::unit::{Bytes, Digest};
use crate::word::say;
use std::io::{self, Read, SeekFrom};

/// Chunks under way between the reader and the packer.
const CHUNKS: usize = 3;
/// How much of the image is packed between two settlings.
const SETTLE: u64 = 256 * 1024 * 1024;

/// What a long reading of images is told by, and stopped by.
pub struct Watch<'w> {
    /// Time.
    pub clock: &'w dyn Clock,
    /// Whether a person stopped it.
    pub cancel: &'w dyn Fn() -> bool,
    /// Who is told.
    pub news: &'w mut dyn FnMut(JobNews),
}

impl Watch<'_> {
    fn begin(&mut self, phase: Phase, total: Bytes) -> Meter {
        let (meter, first) = Meter::begin(phase, Bytes::ZERO, total, self.clock.elapsed());
        (self.news)(JobNews::Phase(phase));
        (self.news)(JobNews::Progress(first));
        meter
    }

    fn advance(&mut self, meter: &mut Meter, done: Bytes) -> Result<(), Failure> {
        if (self.cancel)() {
            return Err(Failure::new(Trouble::Cancelled, say!("image-add-cancelled")));
        }
        if let Some(progress) = meter.advance(done, self.clock.elapsed()) {
            (self.news)(JobNews::Progress(progress));
        }
        Ok(())
    }

    /// BLAKE3 of all that `raw` gives, which is `length` bytes. Errors: it cannot be read, or it was stopped.
    pub fn digest(&mut self, raw: &mut dyn Read, length: Bytes) -> Result<Digest, Failure> {
        let mut meter = self.begin(Phase::ReadBack, length);
        let mut hasher = blake3::Hasher::new();
        loop {
            let chunk = read_chunk(raw)?;
            if chunk.is_empty() {
                self.end(&mut meter, length);
                return Ok(Digest(*hasher.finalize().as_bytes()));
            }
            hasher.update(&chunk);
            self.advance(&mut meter, Bytes(hasher.count()))?;
        }
    }

    fn end(&mut self, meter: &mut Meter, done: Bytes) {
        let last = meter.end(done, self.clock.elapsed());
        (self.news)(JobNews::Progress(last));
    }
}

/// Packs the image that `raw` gives into `part`, which is not published yet, and reads it back. `taken` says how many of the
/// file's `total` bytes are read, for the progress. Errors: what `raw` or the store fails with; it was stopped; what was
/// stored does not read back.
pub fn pack(
    raw: &mut (dyn Read + '_),
    taken: &dyn Fn() -> Bytes,
    total: Bytes,
    part: &mut dyn ImagePart,
    watch: &mut Watch<'_>,
) -> Result<Index, Failure> {
    let index = fill(raw, taken, total, part, watch)?;
    part.close(&index.to_frame())?;
    let rotten = check(part.reread()?.as_mut(), &index, watch)?;
    if let Some(first) = rotten.first() {
        return Err(Failure::new(Trouble::Io, say!("image-stored-wrong", chunk = first.number as u64)));
    }
    Ok(index)
}

fn fill(
    raw: &mut (dyn Read + '_),
    taken: &dyn Fn() -> Bytes,
    total: Bytes,
    part: &mut dyn ImagePart,
    watch: &mut Watch<'_>,
) -> Result<Index, Failure> {
    let mut packer = Packer::new().map_err(no_memory)?;
    let mut meter = watch.begin(Phase::Pack, total);
    let mut hasher = blake3::Hasher::new();
    let (mut length, mut settled) = (0, 0);
    let mut kept = part.kept().to_vec().into_iter();
    let mut is_again = true;
    let mut chunks: Vec<Chunk> = Vec::new();
    let compute = |(raw, kept): (Vec<u8>, Option<Chunk>)| {
        hasher.update(&raw);
        // As long as it is the file that the earlier run read, its frames are not made again.
        let same = kept.filter(|kept| is_again && kept.blake3.0 == *blake3::hash(&raw).as_bytes());
        is_again = same.is_some();
        (raw.len(), same.map_or_else(|| packer.pack(&raw).map(Made::New), |chunk| Ok(Made::Again(chunk))))
    };
    beside(CHUNKS, compute, |lane| -> Result<(), Failure> {
        let mut ended = false;
        loop {
            while !ended && !lane.is_full() {
                let chunk = read_chunk(raw)?;
                ended = chunk.len() < CHUNK;
                if !chunk.is_empty() {
                    lane.give((chunk, kept.next()))?;
                }
            }
            if lane.is_empty() {
                return Ok(());
            }
            let (len, made) = lane.take()?;
            match made.map_err(no_memory)? {
                Made::Again(chunk) => chunks.push(chunk),
                Made::New((frame, chunk)) => {
                    if part.kept().len() > chunks.len() {
                        part.keep_only(chunks.len())?;
                    }
                    part.append(&frame, &chunk)?;
                    chunks.push(chunk);
                }
            }
            length += len as u64;
            if length >= settled + SETTLE {
                settled = length;
                part.settle()?;
            }
            watch.advance(&mut meter, taken()).inspect_err(|_stopped| _ = part.settle())?;
        }
    })?;
    if part.kept().len() > chunks.len() {
        part.keep_only(chunks.len())?;
    }
    part.settle()?;
    watch.end(&mut meter, taken());
    Ok(Index { length: Bytes(length), blake3: Digest(*hasher.finalize().as_bytes()), chunks })
}

enum Made {
    /// As the earlier run made it.
    Again(Chunk),
    New((Vec<u8>, Chunk)),
}

/// A chunk of the image; less only at its end. Errors: those of the file.
fn read_chunk(raw: &mut (dyn Read + '_)) -> Result<Vec<u8>, Failure> {
    let mut chunk = Vec::with_capacity(CHUNK);
    raw.take(CHUNK as u64).read_to_end(&mut chunk).map_err(unreadable_image)?;
    Ok(chunk)
}

pub(super) fn no_memory(error: io::Error) -> Failure {
    Failure::new(Trouble::TryAgain, say!("no-memory")).because(error)
}

/// Why an image cannot be read: it is not one, or the medium it is on fails.
#[must_use]
pub fn unreadable_image(error: io::Error) -> Failure {
    let why = error.get_ref().and_then(|inner| {
        let decode = inner.downcast_ref::<DecodeError>().map(DecodeError::sentence);
        decode.or_else(|| inner.downcast_ref::<BmapError>().map(BmapError::sentence))
    });
    match why {
        Some(why) => {
            let what = say!("image-file-bad", why = why);
            Failure::new(Trouble::BadData, what).detail(error).hint(say!("image-file-bad-hint"))
        }
        None => io_failure(say!("image-source-failed"), &error),
    }
}

/// A chunk whose frame is not what its index says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rotten {
    /// Its number, the first is 0.
    pub number: usize,
    /// What is wrong.
    pub rot: Rot,
}

/// Reads every frame of `file` and compares it with `index`: every chunk that is not what it was, in order; and the image's
/// own digest. Errors: the file cannot be read; it was stopped; every chunk is right and their digest is not the index's.
pub fn check(file: &mut dyn ImageFile, index: &Index, watch: &mut Watch<'_>) -> Result<Vec<Rotten>, Failure> {
    let mut unpacker = Unpacker::new().map_err(no_memory)?;
    let mut meter = watch.begin(Phase::ReadBack, index.length);
    let mut hasher = blake3::Hasher::new();
    let mut rotten = Vec::new();
    let compute = |(frame, chunk, mut into): (Vec<u8>, Chunk, Vec<u8>)| {
        let read = unpacker.unpack(&frame, &chunk, &mut into);
        hasher.update(&into);
        (into, read)
    };
    let failed = |error: io::Error| io_failure(say!("image-source-failed"), &error);
    file.seek(SeekFrom::Start(0)).map_err(failed)?;
    beside(CHUNKS, compute, |lane| -> Result<(), Failure> {
        let (mut given, mut number, mut done) = (0, 0, 0);
        let mut spare = Vec::new();
        loop {
            while let Some(chunk) = index.chunks.get(given).filter(|_| !lane.is_full()) {
                let mut frame = vec![0; usize::try_from(chunk.packed).unwrap_or(0)];
                file.read_exact(&mut frame).map_err(failed)?;
                let mut into: Vec<u8> = spare.pop().unwrap_or_default();
                into.resize(index.len_of(given), 0);
                lane.give((frame, *chunk, into))?;
                given += 1;
            }
            if lane.is_empty() {
                watch.end(&mut meter, index.length);
                return Ok(());
            }
            let (into, read) = lane.take()?;
            if let Err(rot) = read {
                rotten.push(Rotten { number, rot });
            }
            number += 1;
            done += into.len() as u64;
            spare.push(into);
            watch.advance(&mut meter, Bytes(done))?;
        }
    })?;
    if rotten.is_empty() && *hasher.finalize().as_bytes() != index.blake3.0 {
        let what = say!("image-digests-differ");
        return Err(Failure::new(Trouble::BadData, what).hint(say!("image-hint-fetch-again")));
    }
    Ok(rotten)
}
