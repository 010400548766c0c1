//! Shelves: where each device lies, and what each shelf is called.
//!
//! Invariant: however often and in whatever case a shelf's name is spelled later, the first spelling stands in every file,
//! so that devices of one shelf have one name.

use super::drawer::{Cabinet, DrawerError};
use super::file::DeviceFile;
use crate::event::Event;
use crate::event::intake::DeviceMoved;
use crate::unit::{ShelfName, ShelfNameError};
use crate::word::{Sentence, say};
use serde::{Deserialize, Serialize};

/// A shelf, by [`ShelfName::key`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShelfFile {
    /// Its name as it was first spelled.
    pub name: String,
}

/// What to tell whoever gave a shelf that name.
#[must_use]
pub fn shelf_name_sentence(error: &ShelfNameError) -> Sentence {
    match error {
        ShelfNameError::Empty => say!("shelf-name-empty"),
        ShelfNameError::Long { found } => say!("shelf-name-long", found = *found as u64),
        ShelfNameError::Unseen => say!("shelf-name-unseen"),
    }
}

/// A name that is none (from another station) says where the device is all the same: it stands as it was written.
pub(super) fn put_on_shelf(
    event: &Event,
    moved: &DeviceMoved,
    file: &mut DeviceFile,
    cabinet: &mut Cabinet<'_>,
) -> Result<(), DrawerError> {
    let key = ShelfName::read(&moved.to).map_or_else(|_odd| moved.to.to_lowercase(), |name| name.key());
    let known = cabinet.get::<ShelfFile>(&key)?;
    if known.is_none() {
        cabinet.put(key.as_str(), &ShelfFile { name: moved.to.clone() })?;
    }
    file.shelf = Some(known.map_or_else(|| moved.to.clone(), |known| known.name));
    file.moved_at = Some(event.happened_at.unwrap_or(event.at));
    Ok(())
}
