//! Why a bmap file is not one, or an image not the one it speaks of.

use crate::unit::Bytes;
use crate::word::{Sentence, say};
use std::io;

/// Why a bmap file is not one, or an image not the one it speaks of.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BmapError {
    /// It does not say what a bmap says, or contradicts itself.
    #[error("not a bmap: {reason}")]
    Bad {
        /// What is wrong.
        reason: String,
    },
    /// A version, or a kind of checksum, that is not read here.
    #[error("bmap {version} is not read")]
    Version {
        /// As the file says it.
        version: String,
    },
    /// It does not match its own checksum.
    #[error("the bmap does not match its own checksum")]
    OwnChecksum,
    /// These bytes of the image do not match their checksum.
    #[error("bytes {} to {} do not match their checksum", .from.0, .until.0)]
    Differs {
        /// The first of them.
        from: Bytes,
        /// The first behind them.
        until: Bytes,
    },
    /// More bytes than the bmap says.
    #[error("more than {} bytes", .size.0)]
    Longer {
        /// What the bmap says.
        size: Bytes,
    },
    /// Fewer bytes than the bmap says.
    #[error("{} bytes where the bmap says {}", .found.0, .size.0)]
    Shorter {
        /// How many there are.
        found: Bytes,
        /// What the bmap says.
        size: Bytes,
    },
}

impl BmapError {
    /// The same for people.
    #[must_use]
    pub fn sentence(&self) -> Sentence {
        match self {
            Self::Bad { .. } => say!("bmap-bad"),
            Self::Version { version } => say!("bmap-version", version = version.as_str()),
            Self::OwnChecksum => say!("bmap-checksum"),
            Self::Differs { from, until } => say!("bmap-differs", from = from.0, until = until.0),
            Self::Longer { size } => say!("bmap-longer", size = size.0),
            Self::Shorter { found, size } => say!("bmap-shorter", found = found.0, size = size.0),
        }
    }
}

impl From<BmapError> for io::Error {
    fn from(error: BmapError) -> Self {
        Self::new(io::ErrorKind::InvalidData, error)
    }
}
