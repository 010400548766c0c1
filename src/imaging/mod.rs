//! Images: what a manifest says, how an image file is read, where it fits, and what counts as written.
//!
//! Invariants: nothing here opens anything; length and digest come from the manifest and never from the decoder; an
//! image file counts as read only when its true end was met.

mod accounts;
mod bmap;
mod bmap_error;
mod crypt;
mod decoded;
mod evidence;
mod file_system;
mod first_boot;
mod fit;
mod fit_file;
mod fit_plan;
mod gpt;
mod index;
mod layout;
mod list_reader;
mod manifest;
mod manifest_error;
mod mbr;
mod measure;
mod pack;
mod settings;
mod source;
mod table;
mod unpack;

pub use bmap::{Bmap, Mapped};
pub use bmap_error::BmapError;
pub use crypt::crypted;
pub use decoded::{DecodeError, Decoded, Format};
pub use evidence::{Evidence, Outcome, judge};
pub use file_system::{FileSystemSeen, HEAD, SystemKind, file_system, label};
pub use first_boot::{FIRST_BOOT, FirstBoot, Password, WELCOME};
pub use fit::{FitError, fits, starts};
pub use fit_file::{FitFile, Placeholder};
pub use fit_plan::{FitPlan, FitPlanError, Grow, Stays, TableStep, fit_plan};
pub use gpt::{Gpt, Partition, Writes};
pub use index::{CHUNK, Chunk, GRAIN, Index, IndexError};
pub use layout::{Layout, layout};
pub use manifest::{Firmware, FitWish, Manifest};
pub use manifest_error::{ManifestError, Problem, Wanted};
pub use mbr::Mbr;
pub use measure::{Measure, measure};
pub use pack::{Packer, Rot, Unpacker, filled};
pub use settings::{Inside, Look, Placed, Setting, Settings, Wish, settings};
pub use table::Table;
pub use unpack::{Content, Packing, Unpacked};
