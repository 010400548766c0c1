//! What a file is, told by its first bytes and never by its name.
//!
//! Invariant: a file that begins one bit off from a known start, or that ends inside one, is never taken for a plain
//! medium: no real one begins so. Sources: RFC 8878, RFC 1952, the .xz format 1.2.1, the bzip2 block header, AOSP
//! `sparse_format.h`, partclone `IMAGE_FORMATS.md`.

use crate::imaging::DecodeError;
use crate::unit::Bytes;

/// How many bytes are enough to tell: the mark of a tar archive is the deepest.
pub(super) const ENOUGH: usize = 512;

/// How an image file is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Packing {
    /// Not at all.
    None,
    /// Zstandard frames.
    Zstd,
    /// gzip members.
    Gzip,
    /// xz streams.
    Xz,
    /// bzip2 streams.
    Bzip2,
}

impl Packing {
    /// Its technical name, the same in every language.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Zstd => "zstd",
            Self::Gzip => "gzip",
            Self::Xz => "xz",
            Self::Bzip2 => "bzip2",
        }
    }

    /// The packing of a file that begins with these bytes, as far as they tell.
    #[must_use]
    pub fn of(start: &[u8]) -> Self {
        start_of(&PACKINGS, start).unwrap_or(Self::None)
    }
}

/// What the unpacked bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Content {
    /// The medium itself.
    Raw,
    /// An Android sparse image.
    Sparse,
    /// A partclone image.
    Partclone,
}

impl Content {
    /// Its technical name, the same in every language.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Raw => "raw",
            Self::Sparse => "android-sparse",
            Self::Partclone => "partclone",
        }
    }

    /// The content that begins with these bytes, as far as they tell.
    #[must_use]
    pub fn of(start: &[u8]) -> Self {
        start_of(&CONTENTS, start).unwrap_or(Self::Raw)
    }
}

/// The start of a format: its bytes, and for the last so many of them which bits count.
struct Start<K> {
    kind: K,
    bytes: &'static [u8],
    mask: &'static [u8],
}

const fn start<K>(kind: K, bytes: &'static [u8], mask: &'static [u8]) -> Start<K> {
    Start { kind, bytes, mask }
}

const PACKINGS: [Start<Packing>; 6] = [
    start(Packing::Zstd, b"\x28\xB5\x2F\xFD", &[]),
    // A skippable frame: the low four bits are free.
    start(Packing::Zstd, b"\x50\x2A\x4D\x18", b"\xF0\xFF\xFF\xFF"),
    start(Packing::Gzip, b"\x1F\x8B\x08", &[]),
    start(Packing::Xz, b"\xFD7zXZ\0", &[]),
    // The level is a digit; then comes the first block, or at once the end.
    start(Packing::Bzip2, b"BZh01AY&SY", b"\xFF\xFF\xFF\xF0\xFF\xFF\xFF\xFF\xFF\xFF"),
    start(Packing::Bzip2, b"BZh0\x17\x72\x45\x38\x50\x90", b"\xFF\xFF\xFF\xF0\xFF\xFF\xFF\xFF\xFF\xFF"),
];

const CONTENTS: [Start<Content>; 2] =
    [start(Content::Sparse, b"\x3A\xFF\x26\xED", &[]), start(Content::Partclone, b"partclone-image", &[])];

/// What people may well hand in that is not an image yet: where the mark stands, the mark, the name.
const FOREIGN: [(usize, &[u8], &str); 11] = [
    (0, b"PK\x03\x04", "zip"),
    (0, b"7z\xBC\xAF\x27\x1C", "7z"),
    (0, b"Rar!\x1A\x07", "rar"),
    (0, b"\x04\x22\x4D\x18", "lz4"),
    (0, b"LZIP", "lzip"),
    (0, b"\x5D\0\0", "lzma"),
    (257, b"ustar", "tar"),
    (0, b"QFI\xFB", "qcow2"),
    (0, b"vhdxfile", "vhdx"),
    (0, b"KDMV", "vmdk"),
    (64, b"\x7F\x10\xDA\xBE", "vdi"),
];

impl<K> Start<K> {
    /// How many bits that count differ; where fewer bytes are given, in those.
    fn bits_off(&self, given: &[u8]) -> u32 {
        let pairs = self.bytes.iter().zip(given);
        let mask = |at: usize| self.mask.get(at).copied().unwrap_or(0xFF);
        pairs.enumerate().map(|(at, (own, other))| ((own ^ other) & mask(at)).count_ones()).sum()
    }
}

fn start_of<K: Copy>(starts: &[Start<K>], given: &[u8]) -> Option<K> {
    let same = |start: &&Start<K>| given.len() >= start.bytes.len() && start.bits_off(given) == 0;
    starts.iter().find(same).map(|start| start.kind)
}

/// Refuses what is nearly the start of a format; `given` is shorter than [`ENOUGH`] only where it is all there is.
fn refuse_near<K>(starts: &[Start<K>], given: &[u8]) -> Result<(), DecodeError> {
    for start in starts {
        let whole = given.len() >= start.bytes.len();
        if whole && start.bits_off(given) == 1 {
            return Err(DecodeError::Corrupt { at: Bytes::ZERO, reason: "one bit off a known start".to_owned() });
        }
        if !whole && !given.is_empty() && start.bits_off(given) == 0 {
            return Err(DecodeError::Truncated { at: Bytes(u64::try_from(given.len()).unwrap_or(u64::MAX)) });
        }
    }
    Ok(())
}

/// How the file is packed that begins with `given`.
pub(super) fn packing(given: &[u8]) -> Result<Packing, DecodeError> {
    let packing = Packing::of(given);
    if packing == Packing::None {
        refuse_near(&PACKINGS, given)?;
    }
    Ok(packing)
}

/// What the bytes are that begin with `given` and came out of `packing`. A packed file inside a packed one is refused,
/// and so is what is known not to be a medium.
pub(super) fn content(given: &[u8], packing: Packing) -> Result<Content, DecodeError> {
    let content = Content::of(given);
    if content != Content::Raw {
        return Ok(content);
    }
    refuse_near(&CONTENTS, given)?;
    let inner = Packing::of(given);
    if inner != Packing::None {
        return Err(DecodeError::Unsupported { kind: format!("{} > {}", packing.name(), inner.name()) });
    }
    let foreign = |(at, mark, _): &&(usize, &[u8], &str)| given.get(*at..).is_some_and(|rest| rest.starts_with(mark));
    match FOREIGN.iter().find(foreign) {
        Some((_, _, name)) => Err(DecodeError::Unsupported { kind: (*name).to_owned() }),
        None => Ok(Content::Raw),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn starts() -> Vec<(&'static [u8], &'static [u8])> {
        let packings = PACKINGS.iter().map(|start| (start.bytes, start.mask));
        packings.chain(CONTENTS.iter().map(|start| (start.bytes, start.mask))).collect()
    }

    fn told(given: &[u8]) -> Result<(Packing, Content), DecodeError> {
        let packing = packing(given)?;
        Ok((packing, if packing == Packing::None { content(given, packing)? } else { Content::Raw }))
    }

    #[test]
    fn one_bit_off_any_start_or_a_part_of_it_is_never_a_plain_medium() {
        for (start, mask) in starts() {
            let file = [start, &[0; 600]].concat();
            assert_ne!(told(&file), Ok((Packing::None, Content::Raw)), "{start:x?}");
            for bit in 0..start.len() * 8 {
                let mut spoiled = file.clone();
                spoiled[bit / 8] ^= 1 << (bit % 8);
                let counts = mask.get(bit / 8).is_none_or(|mask| mask >> (bit % 8) & 1 == 1);
                let refused = matches!(told(&spoiled), Err(DecodeError::Corrupt { at: Bytes::ZERO, .. }));
                assert_eq!(refused, counts, "{start:x?} bit {bit}: {:?}", told(&spoiled));
            }
            for cut in 1..start.len() {
                let truncated = Err(DecodeError::Truncated { at: Bytes(cut as u64) });
                assert_eq!(told(&start[..cut]), truncated, "{start:x?} cut to {cut}");
            }
        }
    }

    #[test]
    fn a_plain_medium_is_a_plain_medium_and_an_archive_is_named() {
        for boot in [&b"\xEB\x58\x90mkfs.fat"[..], b"\xFA\xB8\0\x10\x8E\xD0", b"\x33\xC0\x8E\xD0", &[0; 512], b"", b"x"]
        {
            assert_eq!(told(boot), Ok((Packing::None, Content::Raw)), "{boot:x?}");
        }
        for (at, mark, name) in FOREIGN {
            let mut file = vec![0; ENOUGH];
            file[at..at + mark.len()].copy_from_slice(mark);
            assert_eq!(told(&file), Err(DecodeError::Unsupported { kind: name.to_owned() }));
        }
        let twice = content(b"\x1F\x8B\x08\0", Packing::Xz);
        assert_eq!(twice, Err(DecodeError::Unsupported { kind: "xz > gzip".to_owned() }));
    }
}
