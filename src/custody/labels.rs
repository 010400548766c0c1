//! Labels that were printed of tags: counted with the device that they were printed for, and with the tag, whoever carries it.

use super::drawer::{Cabinet, DrawerError, TagFile};
use super::file::DeviceFile;
use crate::event::label::{LabelFor, LabelPrinted};
use serde::{Deserialize, Serialize};

/// How many labels of a tag that say the same were printed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabelCount {
    /// The tag.
    pub tag: String,
    /// What they say.
    pub label: LabelFor,
    /// How many.
    pub printed: u32,
}

pub(super) fn label_printed(
    file: &mut DeviceFile,
    printed: &LabelPrinted,
    cabinet: &mut Cabinet<'_>,
) -> Result<(), DrawerError> {
    let same = |count: &&mut LabelCount| count.tag == printed.tag && count.label == printed.label;
    if let Some(count) = file.labels.iter_mut().find(same) {
        count.printed = count.printed.saturating_add(printed.copies);
    } else {
        file.labels.push(LabelCount { tag: printed.tag.clone(), label: printed.label, printed: printed.copies });
    }
    recount(&printed.tag, printed.label, (0, printed.copies), cabinet)
}

/// Counts with their tags what a device's labels were, and are after a correction.
pub(super) fn settle_labels(
    before: &DeviceFile,
    after: &DeviceFile,
    cabinet: &mut Cabinet<'_>,
) -> Result<(), DrawerError> {
    for was in &before.labels {
        recount(&was.tag, was.label, (was.printed, 0), cabinet)?;
    }
    for is in &after.labels {
        recount(&is.tag, is.label, (0, is.printed), cabinet)?;
    }
    Ok(())
}

fn recount(tag: &str, label: LabelFor, (less, more): (u32, u32), cabinet: &mut Cabinet<'_>) -> Result<(), DrawerError> {
    let Some(mut file) = cabinet.get::<TagFile>(tag)? else { return Ok(()) };
    let count = file.labels.entry(label).or_default();
    *count = count.saturating_sub(less).saturating_add(more);
    file.labels.retain(|_label, count| *count > 0);
    cabinet.put(tag, &file)
}

impl Cabinet<'_> {
    /// The labels of that tag that were printed, for whichever device.
    pub fn labels(&self, tag: &str) -> Result<Vec<LabelCount>, DrawerError> {
        let labels = self.get::<TagFile>(tag)?.map(|file| file.labels).unwrap_or_default();
        let count = |(label, printed)| LabelCount { tag: tag.to_owned(), label, printed };
        Ok(labels.into_iter().map(count).collect())
    }
}
