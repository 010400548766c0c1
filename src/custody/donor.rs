//! Donors that were entered more than once, and who they are.
//!
//! Invariant: following whom a donor was merged into always ends; parting undoes merging, whatever came between.

use super::drawer::{Cabinet, DrawerError};
use crate::event::Fact;
use crate::unit::DonorId;
use serde::{Deserialize, Serialize};

/// The most donors that are followed one into another; also what ends a circle that another station wrote.
const MOST_STEPS: u32 = 1000;

/// A donor who was merged, once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DonorFile {
    /// Into whom; none where they are parted again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub into: Option<DonorId>,
}

impl Cabinet<'_> {
    /// Under whom that donor is found.
    pub fn donor(&self, donor: &DonorId) -> Result<DonorId, DrawerError> {
        let mut root = donor.clone();
        for _step in 0..MOST_STEPS {
            match self.get::<DonorFile>(&root)?.and_then(|file| file.into) {
                Some(into) => root = into,
                None => break,
            }
        }
        Ok(root)
    }
}

/// Files who is merged into whom.
#[expect(clippy::wildcard_enum_match_arm, reason = "only two kinds are about donors")]
pub(super) fn note_donors(fact: &Fact, cabinet: &mut Cabinet<'_>) -> Result<(), DrawerError> {
    match fact {
        Fact::DonorsMerged(them) => cabinet.put(&them.merged, &DonorFile { into: Some(them.kept.clone()) }),
        Fact::DonorsParted(them) => cabinet.put(&them.merged, &DonorFile::default()),
        _other => Ok(()),
    }
}
