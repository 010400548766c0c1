//! Images: what a manifest says, how an image file is read, where it fits, and what counts as written.
//!
//! Invariants: nothing here opens anything; length and digest come from the manifest and never from the decoder; an
//! image file counts as read only when its true end was met.

mod accounts;
mod bmap;
mod bmap_error;
mod boot_record;
mod capture_note;
mod capture_plan;
mod crypt;
mod decoded;
mod evidence;
mod ext;
mod fat;
mod file_system;
mod file_tree;
mod first_boot;
mod fit;
mod fit_plan;
mod gpt;
mod hive;
mod index;
mod layout;
mod licence;
mod list_reader;
mod manifest;
mod manifest_error;
mod measure;
mod ntfs;
mod pack;
mod region;
mod settings;
mod source;
mod traces;
mod unattend;
mod unpack;
mod used;
mod windows;

pub use bmap::{Bmap, Mapped};
pub use bmap_error::BmapError;
pub use capture_note::CaptureNote;
pub use capture_plan::{CapturePlan, capture_plan};
pub use crypt::crypted;
pub use decoded::{DecodeError, Decoded, Format};
pub use evidence::{Evidence, Outcome, judge};
pub use file_system::{FileSystemSeen, HEAD, SystemKind, file_system};
pub use file_tree::{FileTree, MadeUpTree, Node, file_tree, matching};
pub use first_boot::{FIRST_BOOT, FirstBoot, Password, WELCOME};
pub use fit::{FitError, fits, starts};
pub use fit_plan::{FitPlan, FitPlanError, Grow, TableStep, fit_plan};
pub use gpt::{Gpt, Partition, Writes};
pub use hive::Hive;
pub use index::{CHUNK, Chunk, GRAIN, Index, IndexError};
pub use layout::{Layout, layout};
pub use licence::{KeySeen, LicenceError, licensed};
pub use manifest::{Firmware, FitWish, Manifest};
pub use manifest_error::{ManifestError, Problem, Wanted};
pub use measure::{Measure, measure};
pub use pack::{Packer, Rot, Unpacker, filled};
pub use region::{Region, Slice};
pub use settings::{Inside, Look, Placed, Setting, Settings, Wish, settings};
pub use traces::{Trace, TraceKind, traces};
pub use unattend::{UNATTEND, Unattend};
pub use unpack::{Content, Packing, Unpacked};
pub use used::{Hole, Occupied, Unclean, UsedError, occupied};
pub use windows::{LicenceBasis, WindowsNote, WindowsSeen};
