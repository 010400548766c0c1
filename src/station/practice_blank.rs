//! A blank practice disk by itself, for whoever measures or tries the program on a disk of a size of their own.
//!
//! Invariants: only in the folder of a practice station; the disk is a new file in that station's record of what it made.

use super::folder::Folder;
use crate::cli::{Out, PracticeDiskArgs};
use crate::custody::StationFile;
use crate::device::{Obstacle, obstacle_sentence};
use crate::linux::PracticeDisks;
use crate::port::{Failure, Index, Trouble};
use crate::store::Store;
use crate::unit::Bytes;
use crate::word::say;
use std::path::Path;

/// `aoxanh practice-disk`. Errors: not a practice station, the name is taken, or the file cannot be made.
pub(super) fn make(args: &PracticeDiskArgs, named: Option<&Path>, out: &mut Out<'_>) -> Result<(), Failure> {
    let folder = Folder::find(named)?;
    let store = Store::read(folder.path())?;
    let station = (&store as &dyn Index).get::<StationFile>("")?.unwrap_or_default();
    out.set_practice(station.practice);
    if !station.practice {
        let why = obstacle_sentence(&Obstacle::NotPractice);
        return Err(Failure::new(Trouble::No, say!("practice-blank-refused", disk = args.name.as_str(), why = why)));
    }
    let size = Bytes::mib(args.mib);
    let path = PracticeDisks::new(folder.path()).make_file(&args.name, size)?;
    out.object("practice_disk", serde_json::json!({ "file": path, "size": size }))?;
    out.say(&say!("practice-blank-made", file = path.display().to_string(), size = size.binary()))
}
