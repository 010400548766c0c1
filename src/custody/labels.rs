//! Labels that were printed of a device's tags.

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

pub(super) fn label_printed(file: &mut DeviceFile, printed: &LabelPrinted) {
    let same = |count: &&mut LabelCount| count.tag == printed.tag && count.label == printed.label;
    if let Some(count) = file.labels.iter_mut().find(same) {
        count.printed = count.printed.saturating_add(printed.copies);
    } else {
        file.labels.push(LabelCount { tag: printed.tag.clone(), label: printed.label, printed: printed.copies });
    }
}

impl DeviceFile {
    /// How many labels of that tag that say so were printed.
    #[must_use]
    pub fn printed(&self, tag: &str, label: LabelFor) -> u32 {
        self.labels.iter().find(|count| count.tag == tag && count.label == label).map_or(0, |count| count.printed)
    }
}
