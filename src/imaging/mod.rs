//! Images: what a manifest says, how an image file is read, where it fits, and what counts as written.
//!
//! Invariants: nothing here opens anything; length and digest come from the manifest and never from the decoder; an
//! image file counts as read only when its true end was met.

mod bmap;
mod bmap_error;
mod decoded;
mod evidence;
mod fit;
mod index;
mod layout;
mod manifest;
mod manifest_error;
mod measure;
mod pack;
mod source;
mod unpack;

pub use bmap::{Bmap, Mapped};
pub use bmap_error::BmapError;
pub use decoded::{DecodeError, Decoded, Format};
pub use evidence::{Evidence, Outcome, judge};
pub use fit::{FitError, fits, starts};
pub use index::{CHUNK, Chunk, GRAIN, Index, IndexError};
pub use layout::{Layout, layout};
pub use manifest::{Firmware, Manifest};
pub use manifest_error::{ManifestError, Problem, Wanted};
pub use measure::{Measure, measure};
pub use pack::{Packer, Rot, Unpacker, filled};
pub use unpack::{Content, Packing, Unpacked};
