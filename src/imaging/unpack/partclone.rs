//! partclone images, version 0002. Source: partclone's `IMAGE_FORMATS.md`, `partclone.h` and `checksum.c`.
//!
//! Invariants: the header and the bitmap match their CRC-32; the used blocks come in order, each group followed by its
//! checksum where the image has them; free blocks, and what of the device lies behind the last block, are zeros; then
//! the file ends. The bitmap is read as far as the file goes and is never larger than `most` / 512 / 8 bytes.

use super::partclone_head::{Head, seeded};
use super::stream::{Stream, part};
use crate::unit::Bytes;
use crc32fast::Hasher;
use std::io;

/// How much of the bitmap is read at a time.
const PIECE: usize = 64 * 1024;
/// The most of one kind given out before looking at the bitmap again.
const LONGEST_RUN: u64 = 8 * 1024 * 1024;

/// How far the expansion has come.
pub(super) struct Partclone {
    device: u64,
    blocks: u64,
    block: u64,
    /// A bit for each block, the lowest first; none where every block is there.
    bitmap: Option<Vec<u8>>,
    groups: Option<Groups>,
    next: u64,
    given: u64,
    run: Run,
    left: u64,
    ended: bool,
}

/// Used blocks under one checksum.
struct Groups {
    /// How long a whole one is.
    bytes: u64,
    reseeds: bool,
    crc: Hasher,
    bytes_left: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Run {
    Used,
    Free,
}

impl Partclone {
    /// Reads header and bitmap. A device of more than `most` bytes is refused at once.
    pub(super) fn new(stream: &mut Stream, most: Bytes) -> io::Result<Self> {
        let head = Head::read(stream, most)?;
        let bytes_left = head.group.saturating_mul(head.block);
        let groups = Groups { bytes: bytes_left, reseeds: head.reseeds, crc: Hasher::new(), bytes_left };
        let bitmap = if head.has_bitmap { Some(bitmap(stream, head.blocks)?) } else { None };
        Ok(Self {
            device: head.device,
            blocks: head.blocks,
            block: head.block,
            bitmap,
            groups: head.has_checksums.then_some(groups),
            next: 0,
            given: 0,
            run: Run::Free,
            left: 0,
            ended: false,
        })
    }

    /// Whether the image carries checksums of its blocks.
    pub(super) const fn is_checked(&self) -> bool {
        self.groups.is_some()
    }

    /// The next bytes of the device; 0 at the end of the image.
    pub(super) fn read(&mut self, stream: &mut Stream, into: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            self.next_run();
        }
        if self.left == 0 {
            if !self.ended {
                self.finish(stream)?;
                self.ended = true;
            }
            return Ok(0);
        }
        let into = part(into, self.left);
        let made = match self.run {
            Run::Free => {
                into.fill(0);
                into.len()
            }
            Run::Used => self.used(stream, into)?,
        };
        let bytes = u64::try_from(made).unwrap_or(u64::MAX);
        self.left -= bytes;
        self.given += bytes;
        Ok(made)
    }

    /// Bytes of used blocks, never past the end of a group; where a group ends its checksum is read.
    fn used(&mut self, stream: &mut Stream, into: &mut [u8]) -> io::Result<usize> {
        let Some(groups) = &mut self.groups else { return stream.some(into) };
        let into = part(into, groups.bytes_left);
        let made = stream.some(into)?;
        groups.crc.update(&into[..made]);
        groups.bytes_left -= u64::try_from(made).unwrap_or(u64::MAX);
        if groups.bytes_left == 0 {
            groups.compare(stream)?;
        }
        Ok(made)
    }

    /// Sets out on blocks of one kind, or on what lies behind the last one.
    fn next_run(&mut self) {
        if self.next == self.blocks {
            (self.run, self.left) = (Run::Free, self.device - self.given);
            return;
        }
        self.run = self.kind(self.next);
        while self.next < self.blocks && self.left < LONGEST_RUN && self.kind(self.next) == self.run {
            self.next += 1;
            self.left += self.block;
        }
    }

    fn kind(&self, block: u64) -> Run {
        let Some(bitmap) = &self.bitmap else { return Run::Used };
        let byte = usize::try_from(block / 8).ok().and_then(|at| bitmap.get(at)).copied().unwrap_or(0);
        if byte >> (block % 8) & 1 == 1 { Run::Used } else { Run::Free }
    }

    fn finish(&mut self, stream: &mut Stream) -> io::Result<()> {
        if let Some(groups) = &mut self.groups
            && groups.bytes_left < groups.bytes
        {
            groups.compare(stream)?;
        }
        stream.end()
    }
}

impl Groups {
    fn compare(&mut self, stream: &mut Stream) -> io::Result<()> {
        if u32::from_le_bytes(stream.exactly()?) != seeded(&self.crc, b"") {
            return Err(stream.corrupt("checksum of a group of blocks"));
        }
        if self.reseeds {
            self.crc.reset();
        }
        self.bytes_left = self.bytes;
        Ok(())
    }
}

fn bitmap(stream: &mut Stream, blocks: u64) -> io::Result<Vec<u8>> {
    let Ok(len) = usize::try_from(blocks.div_ceil(8)) else { return Err(stream.corrupt("bitmap")) };
    let mut bitmap = Vec::new();
    // Grows only as far as the file goes, whatever the header says.
    while bitmap.len() < len {
        let from = bitmap.len();
        bitmap.resize(len.min(from + PIECE), 0);
        let read = stream.some(&mut bitmap[from..])?;
        bitmap.truncate(from + read);
    }
    if u32::from_le_bytes(stream.exactly()?) != seeded(&Hasher::new(), &bitmap) {
        return Err(stream.corrupt("bitmap checksum"));
    }
    Ok(bitmap)
}

#[cfg(test)]
mod tests {
    use super::super::partclone_head::{BITS, CRC32, NO_BITMAP, NO_CHECKSUM, OPTIONS};
    use super::super::{Unpacked, trial::unpack};
    use super::*;
    use crate::imaging::DecodeError;
    use proptest::prelude::*;

    /// What an image is made of.
    #[derive(Clone, Debug)]
    struct Made {
        used: Vec<bool>,
        block: u32,
        behind: u64,
        checksum: bool,
        group: u32,
        reseeds: bool,
        bitmap: bool,
    }

    const PLAIN: Made =
        Made { used: Vec::new(), block: 512, behind: 0, checksum: true, group: 2, reseeds: true, bitmap: true };

    impl Made {
        fn block(&self, at: usize) -> Vec<u8> {
            (0..self.block as usize).map(|i| u8::try_from((at * 31 + i * 7) % 251).unwrap_or(0) + 1).collect()
        }

        fn medium(&self) -> Vec<u8> {
            let block = |(at, used): (usize, &bool)| if *used { self.block(at) } else { vec![0; self.block as usize] };
            let mut all: Vec<u8> = self.used.iter().enumerate().flat_map(block).collect();
            all.resize(all.len() + usize::try_from(self.behind).expect("short"), 0);
            all
        }

        fn header(&self) -> Vec<u8> {
            let mut header = b"partclone-image\x000.3.23\0\0\0\0\0\0\0\x000002\xDE\xC0EXTFS".to_vec();
            header.resize(52, 0);
            let blocks = self.used.len() as u64;
            let used = self.used.iter().filter(|used| **used).count() as u64;
            for number in [blocks * u64::from(self.block) + self.behind, blocks, used, used] {
                header.extend(number.to_le_bytes());
            }
            header.extend(self.block.to_le_bytes());
            header.extend(OPTIONS.to_le_bytes());
            let (mode, size) = if self.checksum { (CRC32, 4) } else { (NO_CHECKSUM, 0u16) };
            for number in [2, 64, mode, size] {
                header.extend(number.to_le_bytes());
            }
            header.extend(self.group.to_le_bytes());
            header.extend([u8::from(self.reseeds), if self.bitmap { BITS } else { NO_BITMAP }]);
            header
        }

        fn body(&self) -> Vec<u8> {
            let mut body = Vec::new();
            if self.bitmap {
                let byte = |bits: &[bool]| bits.iter().rev().fold(0u8, |byte, used| byte << 1 | u8::from(*used));
                let bitmap: Vec<u8> = self.used.chunks(8).map(byte).collect();
                body.extend(&bitmap);
                body.extend(seeded(&Hasher::new(), &bitmap).to_le_bytes());
            }
            let mut crc = Hasher::new();
            let used: Vec<usize> = (0..self.used.len()).filter(|at| self.used[*at]).collect();
            for group in used.chunks(self.group.max(1) as usize) {
                for at in group {
                    crc.update(&self.block(*at));
                    body.extend(self.block(*at));
                }
                if self.checksum {
                    body.extend(seeded(&crc, b"").to_le_bytes());
                }
                if self.reseeds {
                    crc.reset();
                }
            }
            body
        }

        fn file(&self) -> Vec<u8> {
            signed(&self.header(), &self.body())
        }
    }

    fn signed(header: &[u8], body: &[u8]) -> Vec<u8> {
        let checksum = seeded(&Hasher::new(), header).to_le_bytes();
        [header, &checksum, body].concat()
    }

    fn made(used: &[bool]) -> Made {
        Made { used: used.to_vec(), ..PLAIN }
    }

    /// That image with these bytes of its header changed, and the header signed again.
    fn changed(made: &Made, at: usize, bytes: &[u8]) -> Result<(Vec<u8>, bool), DecodeError> {
        let mut header = made.header();
        header[at..at + bytes.len()].copy_from_slice(bytes);
        unpack(&signed(&header, &made.body()), 1 << 20, 1000)
    }

    #[test]
    fn other_versions_and_variants_are_refused_by_name() {
        let image = made(&[true, false, true]);
        assert_eq!(changed(&image, 0, b"p"), Ok((image.medium(), true)));
        let others: [(usize, &[u8], &str); 6] = [
            (30, b"0001", "partclone 0001"),
            (34, b"\xC0\xDE", "partclone 0002, big-endian"),
            (88, &[19], "partclone 0002, options (19, 2)"),
            (92, &[3], "partclone 0002, options (18, 3)"),
            (96, &[0x30], "partclone 0002, checksum 0x30"),
            (105, &[8], "partclone 0002, bitmap 0x08"),
        ];
        for (at, bytes, kind) in others {
            assert_eq!(changed(&image, at, bytes), Err(DecodeError::Unsupported { kind: kind.to_owned() }));
        }
    }

    #[test]
    fn what_contradicts_itself_is_refused() {
        let image = made(&[true, false, true]);
        let contradictions: [(usize, &[u8], &str); 6] = [
            (84, &511u32.to_le_bytes(), "block size"),
            (84, &(64 * 1024 * 1024 + 1u32).to_le_bytes(), "block size"),
            (60, &4u64.to_le_bytes(), "more blocks than the device holds"),
            (60, &u64::MAX.to_le_bytes(), "more blocks than the device holds"),
            (98, &[8], "size of a checksum or of its group"),
            (100, &[0], "size of a checksum or of its group"),
        ];
        for (at, bytes, reason) in contradictions {
            let error = changed(&image, at, bytes).expect_err(reason);
            assert!(
                matches!(&error, DecodeError::Corrupt { reason: given, .. } if given == reason),
                "{error}: {reason}"
            );
        }
        let most = Bytes(1 << 20);
        assert_eq!(changed(&image, 52, &[0xFF; 8]), Err(DecodeError::Beyond { most }));
        // At once: not only when a bitmap for all that was read.
        let cut = std::io::Cursor::new(image.file()[..110].to_vec());
        let error = Unpacked::new(cut, Bytes(1535)).expect_err("more than 1535 bytes");
        assert_eq!(error.downcast::<DecodeError>().ok(), Some(DecodeError::Beyond { most: Bytes(1535) }));
        let behind = [image.file(), vec![0]].concat();
        let at = Bytes(behind.len() as u64 - 1);
        assert_eq!(unpack(&behind, most.0, 1000), Err(DecodeError::TrailingGarbage { at }));
        assert_eq!(unpack(&made(&[]).file(), most.0, 1000), Err(DecodeError::Empty));
        // A bitmap of 2 MiB is said to follow, and does not.
        let mut header = made(&[true]).header();
        header[52..60].copy_from_slice(&(1u64 << 33).to_le_bytes());
        header[60..68].copy_from_slice(&(1u64 << 24).to_le_bytes());
        let error = unpack(&signed(&header, &[1; 10]), 1 << 33, 1000);
        assert_eq!(error, Err(DecodeError::Truncated { at: Bytes(120) }));
    }

    #[test]
    fn one_bit_flipped_anywhere_is_refused() {
        let image = made(&[true, false, true, true, false]);
        let file = image.file();
        for bit in 0..file.len() * 8 {
            let mut spoiled = file.clone();
            spoiled[bit / 8] ^= 1 << (bit % 8);
            assert!(unpack(&spoiled, 1 << 20, usize::MAX).is_err(), "bit {bit}");
        }
    }

    proptest! {
        #[test]
        fn any_image_expands_to_its_used_blocks_and_zeros(
            used in prop::collection::vec(any::<bool>(), 1..40), block in 512u32..600, behind in 0u64..1000,
            checksum: bool, group in 1u32..6, reseeds: bool, bitmap: bool, step in 1usize..3000,
        ) {
            let used = if bitmap { used } else { vec![true; used.len()] };
            let image = Made { used, block, behind, checksum, group, reseeds, bitmap };
            prop_assert_eq!(unpack(&image.file(), 1 << 20, step), Ok((image.medium(), checksum)));
        }
    }
}
