//! Chunks of an image into frames and back.
//!
//! Invariant: a frame is taken for its chunk only where it decodes to exactly as many bytes, with the chunk's digest.

use super::index::{Chunk, GRAIN};
use crate::unit::Digest;
use std::io;
use zstd::bulk::{Compressor, Decompressor};
use zstd::zstd_safe::CParameter;

/// What other packers take for their ordinary level too.
const LEVEL: i32 = 3;

/// Makes frames.
pub struct Packer(Compressor<'static>);

impl Packer {
    /// Errors: no memory.
    pub fn new() -> io::Result<Self> {
        let mut compressor = Compressor::new(LEVEL)?;
        compressor.set_parameter(CParameter::ChecksumFlag(true))?;
        Ok(Self(compressor))
    }

    /// The frame of a chunk, and what the index says of it. Errors: those of the packer.
    pub fn pack(&mut self, raw: &[u8]) -> io::Result<(Vec<u8>, Chunk)> {
        let frame = self.0.compress(raw)?;
        let packed = u32::try_from(frame.len()).map_err(io::Error::other)?;
        Ok((frame, Chunk { packed, filled: filled(raw), blake3: Digest(*blake3::hash(raw).as_bytes()) }))
    }
}

impl std::fmt::Debug for Packer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Packer").finish_non_exhaustive()
    }
}

/// Which grains hold anything but zeros: the first is bit 0.
#[must_use]
pub fn filled(raw: &[u8]) -> u64 {
    let grains = raw.chunks(GRAIN).take(64).enumerate();
    grains.filter(|(_, grain)| holds(grain)).fold(0, |map, (number, _)| map | (1 << number))
}

/// Whether anything but zeros is in it.
fn holds(grain: &[u8]) -> bool {
    // In words, which is as quick as the memory without the optimiser's help.
    let (words, rest) = grain.as_chunks::<16>();
    words.iter().any(|word| u128::from_ne_bytes(*word) != 0) || rest.iter().any(|byte| *byte != 0)
}

/// Why a frame is not its chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rot {
    /// It does not decode to as many bytes.
    Frame,
    /// It decodes to other bytes.
    Digest,
}

/// Reads frames.
pub struct Unpacker(Decompressor<'static>);

impl Unpacker {
    /// Errors: no memory.
    pub fn new() -> io::Result<Self> {
        Ok(Self(Decompressor::new()?))
    }

    /// Decodes the frame into `into`, which has the chunk's length. Errors: it is not that chunk.
    pub fn unpack(&mut self, frame: &[u8], chunk: &Chunk, into: &mut [u8]) -> Result<(), Rot> {
        let made = self.0.decompress_to_buffer(frame, into).map_err(|_unreadable| Rot::Frame)?;
        if made != into.len() {
            return Err(Rot::Frame);
        }
        if Digest(*blake3::hash(into).as_bytes()) == chunk.blake3 { Ok(()) } else { Err(Rot::Digest) }
    }
}

impl std::fmt::Debug for Unpacker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Unpacker").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::super::index::CHUNK;
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_hole_map_has_a_bit_for_each_grain_that_holds_anything() {
        let mut raw = vec![0; CHUNK];
        assert_eq!(filled(&raw), 0);
        for (grain, byte) in [(0, 0), (5, GRAIN - 1), (63, 17)] {
            raw[grain * GRAIN + byte] = 1;
        }
        assert_eq!(filled(&raw), 1 | 1 << 5 | 1 << 63);
        assert_eq!((filled(&raw[..GRAIN]), filled(&raw[1..17]), filled(b""), filled(&[0, 0, 9])), (1, 0, 0, 1));
    }

    #[test]
    fn a_frame_of_other_bytes_or_of_another_length_is_not_the_chunk() {
        let (mut packer, mut unpacker) = (Packer::new().expect("memory"), Unpacker::new().expect("memory"));
        let (frame, chunk) = packer.pack(&[4; 5000]).expect("packed");
        let (other, _) = packer.pack(&[5; 5000]).expect("packed");
        let mut into = vec![0; 5000];
        assert_eq!(unpacker.unpack(&frame, &chunk, &mut into), Ok(()));
        assert_eq!(unpacker.unpack(&other, &chunk, &mut into), Err(Rot::Digest));
        for length in [4999, 5001, 0] {
            assert_eq!(unpacker.unpack(&frame, &chunk, &mut vec![0; length]), Err(Rot::Frame), "{length}");
        }
        for byte in 0..frame.len() {
            let mut spoiled = frame.clone();
            spoiled[byte] ^= 1;
            let read = unpacker.unpack(&spoiled, &chunk, &mut into);
            assert!(read.is_err() || into == vec![4; 5000], "byte {byte}");
        }
    }

    proptest! {
        /// Packing and unpacking is the identity, and every decoder reads the frame.
        #[test]
        fn a_chunk_is_its_frame(raw in prop::collection::vec(0u8..4, 0..20_000)) {
            let (frame, chunk) = Packer::new().expect("memory").pack(&raw).expect("packed");
            let mut into = vec![9; raw.len()];
            Unpacker::new().expect("memory").unpack(&frame, &chunk, &mut into).expect("the chunk");
            prop_assert_eq!(&into, &raw);
            prop_assert_eq!(zstd::decode_all(&frame[..]).expect("a frame"), raw);
        }
    }
}
