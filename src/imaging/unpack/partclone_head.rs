//! The header of a partclone image. Source: partclone's `IMAGE_FORMATS.md`, "Format 0002", and `checksum.h`.
//!
//! Invariant: what it says is signed by its CRC-32, is of the one version and variant that is read here, and does not
//! contradict itself.

use super::stream::Stream;
use crate::imaging::DecodeError;
use crate::unit::Bytes;
use crc32fast::Hasher;
use std::io;

const HEADER: usize = 110;
const VERSION: &[u8] = b"0002";
const LITTLE_ENDIAN: u16 = 0xC0DE;
pub(super) const OPTIONS: u32 = 18;
pub(super) const NO_BITMAP: u8 = 0;
pub(super) const BITS: u8 = 1;
pub(super) const NO_CHECKSUM: u16 = 0;
pub(super) const CRC32: u16 = 0x20;
/// partclone itself takes no larger blocks; smaller ones no file system has.
const BLOCKS: std::ops::RangeInclusive<u32> = 512..=64 * 1024 * 1024;

/// What the header says of the rest.
pub(super) struct Head {
    /// How long the device is, in bytes.
    pub(super) device: u64,
    /// How many blocks the file system has.
    pub(super) blocks: u64,
    /// How long each is.
    pub(super) block: u64,
    /// Whether a bitmap says which of them follow; without one all do.
    pub(super) has_bitmap: bool,
    /// Whether they come in groups with a checksum each.
    pub(super) has_checksums: bool,
    /// How many blocks a group has.
    pub(super) group: u64,
    /// Whether each checksum begins anew.
    pub(super) reseeds: bool,
}

/// The bytes of it.
struct Header([u8; HEADER]);

impl Header {
    fn field<const N: usize>(&self, at: usize) -> [u8; N] {
        // Every caller's field lies inside; the header is longer than any.
        self.0[at..].first_chunk::<N>().copied().unwrap_or([0; N])
    }

    fn u16(&self, at: usize) -> u16 {
        u16::from_le_bytes(self.field(at))
    }

    fn u32(&self, at: usize) -> u32 {
        u32::from_le_bytes(self.field(at))
    }

    fn u64(&self, at: usize) -> u64 {
        u64::from_le_bytes(self.field(at))
    }
}

impl Head {
    /// Reads it. A device of more than `most` bytes is refused at once.
    pub(super) fn read(stream: &mut Stream, most: Bytes) -> io::Result<Self> {
        let header = Header(stream.exactly()?);
        let version: [u8; 4] = header.field(30);
        if version != VERSION {
            let version = version.escape_ascii();
            return Err(DecodeError::Unsupported { kind: format!("partclone {version}") }.into());
        }
        if header.u32(106) != seeded(&Hasher::new(), &header.0[..106]) {
            return Err(stream.corrupt("header checksum"));
        }
        let supported = |is: bool, what: &str| {
            let refused = || DecodeError::Unsupported { kind: format!("partclone 0002, {what}") };
            if is { Ok(()) } else { Err(io::Error::from(refused())) }
        };
        supported(header.u16(34) == LITTLE_ENDIAN, "big-endian")?;
        let options = (header.u32(88), header.u16(92));
        supported(options == (OPTIONS, 2), &format!("options {options:?}"))?;
        let (checksum, checksum_size) = (header.u16(96), header.u16(98));
        supported([NO_CHECKSUM, CRC32].contains(&checksum), &format!("checksum {checksum:#04x}"))?;
        let bitmap_mode = header.0[105];
        supported([NO_BITMAP, BITS].contains(&bitmap_mode), &format!("bitmap {bitmap_mode:#04x}"))?;
        let (device, blocks, block) = (header.u64(52), header.u64(60), header.u32(84));
        if !BLOCKS.contains(&block) {
            return Err(stream.corrupt("block size"));
        }
        if blocks.checked_mul(u64::from(block)).is_none_or(|all| all > device) {
            return Err(stream.corrupt("more blocks than the device holds"));
        }
        if device > most.0 {
            return Err(DecodeError::Beyond { most }.into());
        }
        let group = u64::from(header.u32(100));
        if checksum_size != if checksum == CRC32 { 4 } else { 0 } || (checksum == CRC32 && group == 0) {
            return Err(stream.corrupt("size of a checksum or of its group"));
        }
        Ok(Self {
            device,
            blocks,
            block: u64::from(block),
            has_bitmap: bitmap_mode == BITS,
            has_checksums: checksum == CRC32,
            group,
            reseeds: header.0[104] != 0,
        })
    }
}

/// The CRC-32 that partclone writes: it leaves out the last inversion.
pub(super) fn seeded(crc: &Hasher, more: &[u8]) -> u32 {
    let mut crc = crc.clone();
    crc.update(more);
    !crc.finalize()
}
