//! The store's form of an image: independent Zstandard frames, one for each chunk, and behind them an index in a skippable
//! frame, which every other decoder passes over (RFC 8878, 3.1.2).
//!
//! ```text
//! frame frame … frame | 0x184D2A5D len "aoxanh-index-1" chunk length blake3 { packed filled blake3 }… blake3 len "aoxanhIX"
//! ```
//!
//! Numbers are little-endian. Invariant: an index is read whole, agrees with the length of its file and with its own digest,
//! or is refused.

use crate::unit::{Bytes, Digest};
use crate::word::{Sentence, say};
use std::io::{self, Read, Seek, SeekFrom};

/// How much of the image one frame holds, bytes; the last may hold less.
pub const CHUNK: usize = 4 * 1024 * 1024;
/// The grain of the hole map: a chunk has 64 of them.
pub const GRAIN: usize = CHUNK / 64;

const SKIPPABLE: u32 = 0x184D_2A5D;
const KIND: &[u8; 16] = b"aoxanh-index-1\0\0";
const END: &[u8; 8] = b"aoxanhIX";
/// Kind, chunk, length, digest.
const HEAD: usize = 16 + 4 + 8 + 32;
/// Packed length, hole map, digest.
const ENTRY: usize = 4 + 8 + 32;
/// The digest of the index, its length, the mark.
const FOOT: usize = 32 + 4 + 8;
/// An index is read into memory: this is one of an image of 16 TiB.
const MOST: u64 = 4 * 1024 * 1024 * 44;

/// One chunk of an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chunk {
    /// Length of its frame, bytes.
    pub packed: u32,
    /// Which of its 64 grains of [`GRAIN`] bytes hold anything but zeros: the first is bit 0.
    pub filled: u64,
    /// BLAKE3 of what it decodes to.
    pub blake3: Digest,
}

impl Chunk {
    /// The chunk as it is kept, 44 bytes.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; ENTRY] {
        let mut bytes = [0; ENTRY];
        bytes[..4].copy_from_slice(&self.packed.to_le_bytes());
        bytes[4..12].copy_from_slice(&self.filled.to_le_bytes());
        bytes[12..].copy_from_slice(&self.blake3.0);
        bytes
    }

    /// As many whole chunks as these bytes hold; what is left over is none.
    #[must_use]
    pub fn many(bytes: &[u8]) -> Vec<Self> {
        let (whole, _rest) = bytes.as_chunks::<ENTRY>();
        let read = |entry: &[u8; ENTRY]| {
            Some(Self {
                packed: u32::from_le_bytes(*entry.first_chunk()?),
                filled: u64::from_le_bytes(*entry.get(4..)?.first_chunk()?),
                blake3: Digest(*entry.get(12..)?.first_chunk()?),
            })
        };
        whole.iter().filter_map(read).collect()
    }
}

/// What stands behind the frames.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Index {
    /// Length of the image, bytes.
    pub length: Bytes,
    /// BLAKE3 of all of it.
    pub blake3: Digest,
    /// Its chunks, in order.
    pub chunks: Vec<Chunk>,
}

/// Why a file has no index that can be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IndexError {
    /// It is no file of a store.
    #[error("no index")]
    None,
    /// There is one, and it does not hold.
    #[error("{0}")]
    Broken(&'static str),
}

impl IndexError {
    /// The same for people.
    #[must_use]
    pub fn sentence(&self) -> Sentence {
        match self {
            Self::None => say!("image-index-none"),
            Self::Broken(_) => say!("image-index-broken"),
        }
    }
}

impl From<IndexError> for io::Error {
    fn from(error: IndexError) -> Self {
        Self::new(io::ErrorKind::InvalidData, error)
    }
}

impl Index {
    /// The index as a skippable frame.
    #[must_use]
    pub fn to_frame(&self) -> Vec<u8> {
        let mut content = KIND.to_vec();
        content.extend(u32::try_from(CHUNK).unwrap_or(u32::MAX).to_le_bytes());
        content.extend(self.length.0.to_le_bytes());
        content.extend(self.blake3.0);
        for chunk in &self.chunks {
            content.extend(chunk.to_bytes());
        }
        content.extend(blake3::hash(&content).as_bytes());
        let length = u32::try_from(content.len() + 12).unwrap_or(u32::MAX);
        content.extend(length.to_le_bytes());
        content.extend(END);
        let mut frame = SKIPPABLE.to_le_bytes().to_vec();
        frame.extend(length.to_le_bytes());
        frame.extend(content);
        frame
    }

    /// Reads the index at the end of a file. Errors: an [`IndexError`] inside, or those of the file.
    pub fn read(file: &mut (impl Read + Seek + ?Sized)) -> io::Result<Self> {
        let end = file.seek(SeekFrom::End(0))?;
        let Some(foot) = end.checked_sub(12) else { return Err(IndexError::None.into()) };
        file.seek(SeekFrom::Start(foot))?;
        let mut tail = [0; 12];
        file.read_exact(&mut tail)?;
        let Some(length) = tail.strip_suffix(END).and_then(|length| length.first_chunk()) else {
            return Err(IndexError::None.into());
        };
        let length = u64::from(u32::from_le_bytes(*length));
        let at = end.checked_sub(length).filter(|_| length <= MOST).ok_or(IndexError::Broken("its length"))?;
        file.seek(SeekFrom::Start(at))?;
        let mut content = vec![0; usize::try_from(length).unwrap_or(0)];
        file.read_exact(&mut content)?;
        let index = Self::from_content(&content)?;
        let packed: u64 = index.chunks.iter().map(|chunk| u64::from(chunk.packed)).sum();
        if packed.checked_add(8) == Some(at) {
            Ok(index)
        } else {
            Err(IndexError::Broken("the frames' lengths").into())
        }
    }

    fn from_content(content: &[u8]) -> Result<Self, IndexError> {
        let broken = IndexError::Broken;
        let body = content.len().checked_sub(FOOT).ok_or(broken("too short"))?;
        let (body, foot) = content.split_at(body);
        if blake3::hash(body).as_bytes() != &foot[..32] {
            return Err(broken("its digest"));
        }
        let (head, entries) = body.split_at_checked(HEAD).ok_or(broken("too short"))?;
        let chunk = head.get(16..).and_then(|rest| rest.first_chunk()).map(|size| u32::from_le_bytes(*size));
        let length = head.get(20..).and_then(|rest| rest.first_chunk()).map(|length| u64::from_le_bytes(*length));
        let blake3 = head.get(28..).and_then(|rest| rest.first_chunk()).map(|digest| Digest(*digest));
        let (Some(length), Some(blake3)) = (length, blake3) else { return Err(broken("too short")) };
        if !head.starts_with(KIND) || chunk.is_none_or(|chunk| usize::try_from(chunk) != Ok(CHUNK)) {
            return Err(broken("another version"));
        }
        let chunks = Chunk::many(entries);
        let wide = u64::try_from(CHUNK).unwrap_or(u64::MAX);
        let wanted = length.div_ceil(wide);
        if u64::try_from(chunks.len()) != Ok(wanted) || entries.len() % ENTRY != 0 {
            return Err(broken("the number of chunks"));
        }
        Ok(Self { length: Bytes(length), blake3, chunks })
    }

    /// How many bytes of the image the chunk of that number holds.
    #[must_use]
    pub fn len_of(&self, number: usize) -> usize {
        let wide = u64::try_from(CHUNK).unwrap_or(u64::MAX);
        let at = wide.saturating_mul(u64::try_from(number).unwrap_or(u64::MAX));
        usize::try_from(self.length.0.saturating_sub(at).min(wide)).unwrap_or(0)
    }

    /// How many bytes of the image lie in grains that hold anything.
    #[must_use]
    pub fn filled(&self) -> Bytes {
        let grain = u64::try_from(GRAIN).unwrap_or(0);
        let grains: u64 = self.chunks.iter().map(|chunk| u64::from(chunk.filled.count_ones())).sum();
        Bytes(grains.saturating_mul(grain).min(self.length.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn index(chunks: usize) -> Index {
        let chunk = |number: usize| Chunk {
            packed: u32::try_from(100 + number).expect("small"),
            filled: number as u64,
            blake3: Digest([u8::try_from(number % 256).expect("a byte"); 32]),
        };
        let length = Bytes((chunks * CHUNK).saturating_sub(5) as u64);
        Index { length, blake3: Digest([7; 32]), chunks: (0..chunks).map(chunk).collect() }
    }

    fn file(index: &Index) -> Vec<u8> {
        let frames: usize = index.chunks.iter().map(|chunk| chunk.packed as usize).sum();
        [vec![1; frames], index.to_frame()].concat()
    }

    fn fault(file: &[u8]) -> IndexError {
        let error = Index::read(&mut Cursor::new(file)).expect_err("no index");
        error.downcast::<IndexError>().expect("the file's own fault")
    }

    #[test]
    fn what_is_written_behind_the_frames_is_read_again() {
        for chunks in [0, 1, 2, 300] {
            let index = index(chunks);
            assert_eq!(Index::read(&mut Cursor::new(file(&index))).expect("an index"), index);
        }
        let index = index(3);
        assert_eq!([0, 1, 2, 3].map(|number| index.len_of(number)), [CHUNK, CHUNK, CHUNK - 5, 0]);
        assert_eq!(index.filled(), Bytes(2 * GRAIN as u64));
    }

    #[test]
    fn every_bit_of_an_index_counts() {
        let index = index(2);
        let good = file(&index);
        let frames = good.len() - index.to_frame().len();
        assert_eq!(fault(&good[..frames]), IndexError::None);
        assert_eq!(fault(b""), IndexError::None);
        for byte in frames + 8..good.len() {
            for bit in 0..8 {
                let mut spoiled = good.clone();
                spoiled[byte] ^= 1 << bit;
                fault(&spoiled);
            }
        }
        // A frame that is missing, or one too many, is seen without decoding any.
        assert!(matches!(fault(&good[1..]), IndexError::Broken(_)));
        assert!(matches!(fault(&[&[1], &good[..]].concat()), IndexError::Broken(_)));
    }
}
