//! Who a machine is, and since when it stands where it stands.
//!
//! Invariant: what an inspection could not read, it does not take away.

use super::file::DeviceFile;
use crate::device::key;
use crate::event::Event;
use crate::event::inspection::{FactSeen, Seen};

impl DeviceFile {
    /// Files who the machine is, as far as an inspection could read it.
    pub(super) fn identify(&mut self, facts: &[FactSeen]) {
        for fact in facts {
            let field = match fact.key.as_str() {
                key::MAKER => &mut self.maker,
                key::MODEL => &mut self.model,
                key::SERIAL => &mut self.serial,
                _other => continue,
            };
            if let Some(Seen::Text(text)) = &fact.value {
                *field = Some(text.clone());
            }
        }
    }

    /// Files since when it stands at its stage, which it came to by that event.
    pub(super) fn comes_from(&mut self, before: Option<&Self>, event: &Event) {
        if before.is_none_or(|before| before.stage() != self.stage()) {
            self.stage_since = Some(event.happened_at.unwrap_or(event.at));
        }
    }
}
