//! Measuring a raw image for its manifest.

use crate::unit::{Bytes, Digest};
use std::io::{self, Read};

/// What a manifest says of an image's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measure {
    /// Length, bytes.
    pub length: Bytes,
    /// BLAKE3 of all of it.
    pub blake3: Digest,
}

/// Reads a raw image to its end. Measure before packing: a digest made through a decoder would vouch for the decoder.
pub fn measure(raw: &mut dyn Read) -> io::Result<Measure> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(raw)?;
    Ok(Measure { length: Bytes(hasher.count()), blake3: Digest(*hasher.finalize().as_bytes()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_and_digest_of_everything() {
        let raw = vec![3u8; 200_001];
        let measure = measure(&mut &raw[..]).expect("memory");
        assert_eq!(measure, Measure { length: Bytes(200_001), blake3: Digest(*blake3::hash(&raw).as_bytes()) });
    }
}
