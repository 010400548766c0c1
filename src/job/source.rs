//! An image of the store for everybody who writes it now: chunk by chunk, decoded once for all who are in step.
//!
//! Invariants: a chunk is given out only after it was found to be the one that the index names; whoever asks waits for
//! nobody but who is decoding that very chunk; who is far behind decodes for itself. What is kept for whoever comes next
//! never makes more than [`MOST`] chunks with what is in use.

use super::pack::no_memory;
use super::run::io_failure;
use crate::imaging::{CHUNK, Index, Rot, Unpacker};
use crate::port::{ALIGNMENT, Buffer, Failure, ImageFile, Trouble};
use crate::unit::{Bytes, Digest};
use crate::word::say;
use std::collections::BTreeMap;
use std::io::SeekFrom;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};

/// Chunks in memory, where those in use are no more by themselves: 64 MiB.
const MOST: usize = 16;

/// A chunk, filled up with zeros to whole blocks of any disk.
pub(super) type Decoded = Arc<Buffer>;

/// See the file.
pub struct ImageSource {
    index: Index,
    /// Where each frame begins.
    frames: Vec<u64>,
    file: Mutex<Box<dyn ImageFile>>,
    unpackers: Mutex<Vec<Unpacker>>,
    kept: Mutex<Kept>,
    settled: Condvar,
    decoded: AtomicU64,
}

/// What is in memory.
#[derive(Default)]
struct Kept {
    slots: BTreeMap<usize, Slot>,
    /// All that was given out, as long as anybody has it.
    given: Vec<Weak<Buffer>>,
    turn: u64,
}

enum Slot {
    /// Somebody is decoding it.
    UnderWay,
    /// Here it is, and when it was last asked for.
    Here(Decoded, u64),
}

impl Kept {
    /// Makes room for one more, of what nobody uses: what was asked for longest ago goes first.
    fn make_room(&mut self) {
        self.given.retain(|given| given.strong_count() > 0);
        let under_way = self.slots.values().filter(|slot| matches!(slot, Slot::UnderWay)).count();
        while self.given.len() + under_way >= MOST {
            let idle = self.slots.iter().filter_map(|(number, slot)| match slot {
                Slot::Here(bytes, turn) if Arc::strong_count(bytes) == 1 => Some((*turn, *number)),
                Slot::Here(..) | Slot::UnderWay => None,
            });
            let Some((_, oldest)) = idle.min() else { return };
            self.slots.remove(&oldest);
            self.given.retain(|given| given.strong_count() > 0);
        }
    }
}

/// Whoever decodes a chunk has this; dropped, the next one may.
struct Claim<'s>(&'s ImageSource, usize);

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        let mut kept = held(&self.0.kept);
        if matches!(kept.slots.get(&self.1), Some(Slot::UnderWay)) {
            kept.slots.remove(&self.1);
        }
        self.0.settled.notify_all();
    }
}

/// A panic of somebody else is theirs: nothing here is left half done by one.
fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl ImageSource {
    /// The image in `file`, which has that index.
    #[must_use]
    pub fn new(index: Index, file: Box<dyn ImageFile>) -> Self {
        let begin = |at: &mut u64, packed: u32| {
            let here = *at;
            *at += u64::from(packed);
            Some(here)
        };
        let frames = index.chunks.iter().map(|chunk| chunk.packed).scan(0, begin).collect();
        let (unpackers, kept) = (Mutex::default(), Mutex::default());
        let (settled, decoded) = (Condvar::new(), AtomicU64::new(0));
        Self { index, frames, file: Mutex::new(file), unpackers, kept, settled, decoded }
    }

    /// Its index.
    #[must_use]
    pub const fn index(&self) -> &Index {
        &self.index
    }

    /// How many bytes of it were decoded so far, for everybody.
    #[must_use]
    pub fn decoded(&self) -> Bytes {
        Bytes(self.decoded.load(Ordering::Relaxed))
    }

    /// The chunk of that number. Errors: it is not what the index says, the file cannot be read, or there is none.
    pub fn chunk(&self, number: usize) -> Result<Decoded, Failure> {
        let mut kept = held(&self.kept);
        loop {
            kept.turn += 1;
            let now = kept.turn;
            match kept.slots.get_mut(&number) {
                Some(Slot::Here(bytes, turn)) => {
                    *turn = now;
                    return Ok(Arc::clone(bytes));
                }
                Some(Slot::UnderWay) => kept = self.settled.wait(kept).unwrap_or_else(PoisonError::into_inner),
                None => break,
            }
        }
        kept.make_room();
        kept.slots.insert(number, Slot::UnderWay);
        drop(kept);
        let claim = Claim(self, number);
        let bytes = Arc::new(self.decode(number)?);
        let mut kept = held(&self.kept);
        kept.given.push(Arc::downgrade(&bytes));
        let now = kept.turn;
        kept.slots.insert(number, Slot::Here(Arc::clone(&bytes), now));
        drop(kept);
        drop(claim);
        Ok(bytes)
    }

    fn decode(&self, number: usize) -> Result<Buffer, Failure> {
        let rotten = |rot: Rot| {
            let why = match rot {
                Rot::Frame => say!("image-rot-frame"),
                Rot::Digest => say!("image-rot-digest"),
            };
            let what = say!("image-chunk-rotten", chunk = number as u64, why = why);
            Failure::new(Trouble::BadData, what).hint(say!("image-chunk-rotten-hint"))
        };
        let there = self.index.chunks.get(number).zip(self.frames.get(number));
        let (chunk, at) = there.ok_or_else(|| rotten(Rot::Frame))?;
        let packed = usize::try_from(chunk.packed).unwrap_or(usize::MAX);
        if packed > 2 * CHUNK {
            // No packer makes a frame longer than that of so much.
            return Err(rotten(Rot::Frame));
        }
        let mut frame = vec![0; packed];
        {
            let mut file = held(&self.file);
            let read = file.seek(SeekFrom::Start(*at)).and_then(|_there| file.read_exact(&mut frame));
            read.map_err(|error| io_failure(say!("image-source-failed"), &error))?;
        }
        let spare = held(&self.unpackers).pop();
        let mut unpacker = spare.map_or_else(Unpacker::new, Ok).map_err(no_memory)?;
        let len = self.index.len_of(number);
        let mut bytes = Buffer::zeroed(len.next_multiple_of(ALIGNMENT));
        unpacker.unpack(&frame, chunk, &mut bytes.bytes_mut()[..len]).map_err(rotten)?;
        held(&self.unpackers).push(unpacker);
        self.decoded.fetch_add(len as u64, Ordering::Relaxed);
        Ok(bytes)
    }
}

impl std::fmt::Debug for ImageSource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ImageSource").field("length", &self.index.length).finish_non_exhaustive()
    }
}

/// The images that are being written now, so that who begins one that another writes shares it. It keeps none: a source
/// goes with the last job that uses it.
#[derive(Clone, Debug, Default)]
pub struct Sources(Arc<Mutex<Open>>);

/// What is open, by file and the image's digest.
type Open = BTreeMap<(PathBuf, Digest), Weak<ImageSource>>;

impl Sources {
    /// The source of the image of that digest in that file; made by `open` where nobody writes it. Errors: those of `open`.
    pub fn get(
        &self,
        file: &Path,
        blake3: Digest,
        open: impl FnOnce() -> Result<Option<ImageSource>, Failure>,
    ) -> Result<Option<Arc<ImageSource>>, Failure> {
        let mut sources = held(&self.0);
        sources.retain(|_key, source| source.strong_count() > 0);
        let key = (file.to_owned(), blake3);
        if let Some(source) = sources.get(&key).and_then(Weak::upgrade) {
            return Ok(Some(source));
        }
        let source = open()?.map(Arc::new);
        if let Some(source) = &source {
            sources.insert(key, Arc::downgrade(source));
        }
        Ok(source)
    }
}
