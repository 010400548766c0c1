//! The checksums that bmap files use.

use sha1::Sha1;
use sha2::{Digest, Sha256};

/// Which checksum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Sha1,
    Sha256,
}

/// One that is being computed.
pub(super) enum Sum {
    Sha1(Sha1),
    Sha256(Sha256),
}

impl Kind {
    /// The kind of that name, as Python's `hashlib` spells it.
    pub(super) fn named(name: &str) -> Option<Self> {
        match name {
            "sha1" => Some(Self::Sha1),
            "sha256" => Some(Self::Sha256),
            _ => None,
        }
    }

    /// How many bytes it is long.
    pub(super) const fn len(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
        }
    }

    /// The bytes that these hexadecimal digits say, if they say one of this kind.
    pub(super) fn parse(self, digits: &str) -> Option<Vec<u8>> {
        if digits.len() != self.len() * 2 {
            return None;
        }
        let digit = |digit: char| digit.to_digit(16).and_then(|value| u8::try_from(value).ok());
        let values: Vec<u8> = digits.chars().map(digit).collect::<Option<_>>()?;
        Some(values.chunks(2).map(|pair| pair.iter().fold(0, |byte, value| byte << 4 | value)).collect())
    }
}

impl Sum {
    pub(super) fn new(kind: Kind) -> Self {
        match kind {
            Kind::Sha1 => Self::Sha1(Sha1::new()),
            Kind::Sha256 => Self::Sha256(Sha256::new()),
        }
    }

    pub(super) fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Sha1(sum) => sum.update(bytes),
            Self::Sha256(sum) => sum.update(bytes),
        }
    }

    pub(super) fn finish(self) -> Vec<u8> {
        match self {
            Self::Sha1(sum) => sum.finalize().to_vec(),
            Self::Sha256(sum) => sum.finalize().to_vec(),
        }
    }
}
