//! Android sparse images, major version 1. Source: AOSP `libsparse`, `sparse_format.h`.
//!
//! Invariants: a chunk is exactly as long as its kind and its count of blocks say; chunks and blocks come to exactly
//! what the header says, and then the file ends; every checksum in it was compared.

use super::stream::{Stream, part};
use crate::imaging::DecodeError;
use crate::unit::Bytes;
use crc32fast::Hasher;
use std::io;

const FILE_HEADER: u16 = 28;
const CHUNK_HEADER: u16 = 12;
const MAJOR: u16 = 1;
const RAW: u16 = 0xCAC1;
const FILL: u16 = 0xCAC2;
const DONT_CARE: u16 = 0xCAC3;
const CHECKSUM: u16 = 0xCAC4;

/// How far the expansion has come.
pub(super) struct Sparse {
    chunk_header: u16,
    block: u32,
    blocks_left: u32,
    chunks_left: u32,
    /// Of the whole medium; 0 where the header has none.
    checksum: u32,
    crc: Hasher,
    /// Whether everything given out so far was compared with a checksum.
    checked: bool,
    run: Run,
    left: u64,
}

#[derive(Clone, Copy)]
enum Run {
    Copied,
    Filled([u8; 4]),
}

impl Sparse {
    /// Reads the header. A medium of more than `most` bytes is refused at once.
    pub(super) fn new(stream: &mut Stream, most: Bytes) -> io::Result<Self> {
        let _magic: [u8; 4] = stream.exactly()?;
        let major = u16::from_le_bytes(stream.exactly()?);
        let minor = u16::from_le_bytes(stream.exactly()?);
        if major != MAJOR {
            return Err(DecodeError::Unsupported { kind: format!("android-sparse {major}.{minor}") }.into());
        }
        let file_header = u16::from_le_bytes(stream.exactly()?);
        let chunk_header = u16::from_le_bytes(stream.exactly()?);
        let block = u32::from_le_bytes(stream.exactly()?);
        let blocks_left = u32::from_le_bytes(stream.exactly()?);
        let chunks_left = u32::from_le_bytes(stream.exactly()?);
        let checksum = u32::from_le_bytes(stream.exactly()?);
        let Some(more) = file_header.checked_sub(FILE_HEADER) else { return Err(stream.corrupt("file header size")) };
        if chunk_header < CHUNK_HEADER {
            return Err(stream.corrupt("chunk header size"));
        }
        if block == 0 || block % 4 != 0 {
            return Err(stream.corrupt("block size"));
        }
        if u64::from(block) * u64::from(blocks_left) > most.0 {
            return Err(DecodeError::Beyond { most }.into());
        }
        stream.skip(usize::from(more))?;
        let (crc, run) = (Hasher::new(), Run::Copied);
        Ok(Self { chunk_header, block, blocks_left, chunks_left, checksum, crc, checked: false, run, left: 0 })
    }

    /// Whether a checksum in the image covers everything given out so far.
    pub(super) const fn is_checked(&self) -> bool {
        self.checked
    }

    /// The next bytes of the medium; 0 at the end of the image.
    pub(super) fn read(&mut self, stream: &mut Stream, into: &mut [u8]) -> io::Result<usize> {
        while self.left == 0 {
            if self.chunks_left == 0 {
                return self.finish(stream).map(|()| 0);
            }
            self.chunks_left -= 1;
            self.chunk(stream)?;
        }
        let into = part(into, self.left);
        let made = match self.run {
            Run::Copied => stream.some(into)?,
            Run::Filled(pattern) => fill(into, pattern, self.left),
        };
        self.crc.update(&into[..made]);
        self.left -= u64::try_from(made).unwrap_or(u64::MAX);
        self.checked = false;
        Ok(made)
    }

    /// Reads the header of a chunk and what of its data is no run.
    fn chunk(&mut self, stream: &mut Stream) -> io::Result<()> {
        let kind = u16::from_le_bytes(stream.exactly()?);
        let _reserved: [u8; 2] = stream.exactly()?;
        let blocks = u32::from_le_bytes(stream.exactly()?);
        let size = u64::from(u32::from_le_bytes(stream.exactly()?));
        stream.skip(usize::from(self.chunk_header - CHUNK_HEADER))?;
        let bytes = u64::from(blocks) * u64::from(self.block);
        let data = match kind {
            RAW => bytes,
            FILL | CHECKSUM => 4,
            DONT_CARE => 0,
            _ => return Err(stream.corrupt("kind of chunk")),
        };
        if size != u64::from(self.chunk_header) + data {
            return Err(stream.corrupt("size of a chunk"));
        }
        if kind == CHECKSUM {
            let expected = u32::from_le_bytes(stream.exactly()?);
            if blocks != 0 || expected != self.crc.clone().finalize() {
                return Err(stream.corrupt("checksum"));
            }
            self.checked = true;
            return Ok(());
        }
        let Some(left) = self.blocks_left.checked_sub(blocks) else {
            return Err(stream.corrupt("more blocks than said"));
        };
        (self.blocks_left, self.left) = (left, bytes);
        self.run = match kind {
            FILL => Run::Filled(stream.exactly()?),
            DONT_CARE => Run::Filled([0; 4]),
            _ => Run::Copied,
        };
        Ok(())
    }

    fn finish(&mut self, stream: &mut Stream) -> io::Result<()> {
        if self.blocks_left != 0 {
            return Err(stream.corrupt("fewer blocks than said"));
        }
        if self.checksum != 0 {
            if self.checksum != self.crc.clone().finalize() {
                return Err(stream.corrupt("checksum of the whole"));
            }
            self.checked = true;
        }
        stream.end()
    }
}

/// Fills all of `into` with the pattern of a run of which `left` bytes are to come; runs are whole patterns long.
fn fill(into: &mut [u8], mut pattern: [u8; 4], left: u64) -> usize {
    let past = usize::try_from(left.wrapping_neg() % 4).unwrap_or(0);
    pattern.rotate_left(past);
    if pattern == [pattern[0]; 4] {
        into.fill(pattern[0]);
        return into.len();
    }
    for four in into.chunks_mut(pattern.len()) {
        four.copy_from_slice(&pattern[..four.len()]);
    }
    into.len()
}

#[cfg(test)]
mod tests {
    use super::super::trial::unpack;
    use super::*;
    use proptest::prelude::*;

    fn header(sizes: [u16; 2], numbers: [u32; 4]) -> Vec<u8> {
        let mut file = b"\x3A\xFF\x26\xED\x01\0\0\0".to_vec();
        file.extend(sizes.iter().flat_map(|size| size.to_le_bytes()));
        file.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
        file.resize(usize::from(sizes[0]).max(file.len()), 0xEE);
        file
    }

    /// A chunk whose header is `own` bytes long.
    fn chunk(own: u16, kind: u16, blocks: u32, data: &[u8]) -> Vec<u8> {
        let mut chunk = kind.to_le_bytes().to_vec();
        chunk.extend([0, 0]);
        chunk.extend(blocks.to_le_bytes());
        chunk.extend((u32::from(own) + u32::try_from(data.len()).expect("short")).to_le_bytes());
        chunk.resize(usize::from(own), 0xEE);
        chunk.extend(data);
        chunk
    }

    fn file(block: u32, blocks: u32, checksum: u32, chunks: &[Vec<u8>]) -> Vec<u8> {
        let count = u32::try_from(chunks.len()).expect("few");
        [header([28, 12], [block, blocks, count, checksum]), chunks.concat()].concat()
    }

    fn corrupt(file: &[u8], reason: &str) {
        let error = unpack(file, 1 << 20, 7).expect_err(reason);
        assert!(
            matches!(&error, DecodeError::Corrupt { reason: given, .. } if given == reason),
            "{error}, not {reason}"
        );
    }

    #[test]
    fn what_contradicts_itself_is_refused() {
        let fill = |blocks| chunk(12, FILL, blocks, b"abcd");
        assert_eq!(unpack(&file(8, 2, 0, &[fill(2)]), 16, 5), Ok((b"abcdabcdabcdabcd".to_vec(), false)));
        corrupt(&file(8, 3, 0, &[fill(2)]), "fewer blocks than said");
        corrupt(&file(8, 1, 0, &[fill(2)]), "more blocks than said");
        corrupt(&file(8, 2, 0, &[chunk(12, FILL, 2, b"abcde")]), "size of a chunk");
        corrupt(&file(8, 2, 0, &[chunk(12, DONT_CARE, 2, b"a")]), "size of a chunk");
        corrupt(&file(8, 2, 0, &[chunk(12, RAW, 2, &[0; 15])]), "size of a chunk");
        corrupt(&file(8, 2, 0, &[chunk(12, 0xCAC5, 2, b"abcd")]), "kind of chunk");
        corrupt(&file(0, 2, 0, &[fill(2)]), "block size");
        corrupt(&file(6, 2, 0, &[fill(2)]), "block size");
        corrupt(&header([27, 12], [8, 0, 0, 0]), "file header size");
        corrupt(&header([28, 11], [8, 0, 0, 0]), "chunk header size");
        corrupt(&file(8, 2, 1, &[fill(2)]), "checksum of the whole");
        corrupt(&file(8, 2, 0, &[fill(2), chunk(12, CHECKSUM, 0, b"abcd")]), "checksum");
        let good = crc32fast::hash(b"abcdabcdabcdabcd").to_le_bytes();
        corrupt(&file(8, 2, 0, &[fill(2), chunk(12, CHECKSUM, 1, &good)]), "checksum");
        let mut later = file(8, 2, 0, &[fill(2)]);
        later[4] = 2;
        assert_eq!(unpack(&later, 16, 5), Err(DecodeError::Unsupported { kind: "android-sparse 2.0".to_owned() }));
        let behind = [file(8, 2, 0, &[fill(2)]), vec![0]].concat();
        assert_eq!(unpack(&behind, 16, 5), Err(DecodeError::TrailingGarbage { at: Bytes(44) }));
        assert_eq!(unpack(&file(4096, 0, 0, &[]), 16, 5), Err(DecodeError::Empty));
        let most = Bytes(1 << 40);
        let endless = file(u32::MAX - 3, u32::MAX, 0, &[chunk(12, DONT_CARE, u32::MAX, b"")]);
        assert_eq!(unpack(&endless, most.0, 5), Err(DecodeError::Beyond { most }));
    }

    proptest! {
        #[test]
        fn any_chunks_expand_to_what_they_say(
            chunks in prop::collection::vec((0u8..4, 0u32..5, any::<[u8; 4]>()), 1..12),
            block in 1u32..9, more in 0u16..30, own in 12u16..30, whole: bool, step in 1usize..50,
        ) {
            let block = block * 4;
            let mut medium = Vec::new();
            let mut body = Vec::new();
            let mut covered = 0;
            for (kind, blocks, pattern) in &chunks {
                let bytes = usize::try_from(blocks * block).expect("short");
                let run: Vec<u8> = pattern.iter().copied().cycle().take(bytes).collect();
                let (kind, blocks, data) = match kind {
                    0 => (RAW, *blocks, run.clone()),
                    1 => (FILL, *blocks, pattern.to_vec()),
                    2 => (DONT_CARE, *blocks, Vec::new()),
                    _ => (CHECKSUM, 0, crc32fast::hash(&medium).to_le_bytes().to_vec()),
                };
                body.extend(chunk(own, kind, blocks, &data));
                match kind {
                    CHECKSUM => covered = medium.len(),
                    DONT_CARE => medium.resize(medium.len() + bytes, 0),
                    _ => medium.extend(run),
                }
            }
            let blocks = u32::try_from(medium.len()).expect("short") / block;
            let checksum = if whole { crc32fast::hash(&medium) } else { 0 };
            let count = u32::try_from(chunks.len()).expect("few");
            let mut file = header([28 + more, own], [block, blocks, count, checksum]);
            file.extend(body);
            let most = medium.len() as u64;
            if medium.is_empty() {
                prop_assert_eq!(unpack(&file, most, step), Err(DecodeError::Empty));
            } else {
                let checked = covered == medium.len() || checksum != 0;
                prop_assert_eq!(unpack(&file, most, step), Ok((medium, checked)));
            }
        }
    }
}
