//! Machines that a summary announced before anything else was heard of them.
//!
//! Invariant: nothing is done to a device by its summary.

use super::drawer::{Cabinet, DrawerError};
use super::file::DeviceFile;
use crate::event::Event;
use crate::event::station::SummaryTaken;
use crate::unit::Digest;
use serde::{Deserialize, Serialize};

/// What is known of a machine that a summary announced before anything else was heard of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnnouncedFile {
    /// Leaf hash of record 0 of the chain that the summary is of.
    pub station: Digest,
    /// The signed summary as it was read last.
    pub text: String,
}

/// A summary of a machine that was never received: it is known of, and nothing is done to it.
pub(super) fn announced(event: &Event, summary: &SummaryTaken, cabinet: &mut Cabinet<'_>) -> Result<(), DrawerError> {
    let Some(about) = &event.device else { return Ok(()) };
    if cabinet.get::<DeviceFile>(&about.id)?.is_some() {
        return Ok(());
    }
    cabinet.put(&about.id, &AnnouncedFile { station: summary.station, text: summary.text.clone() })
}
