//! Rules about locks: a locked device is of no use to a pupil, and a donor's password is shown to nobody in passing.

#![expect(clippy::wildcard_enum_match_arm, reason = "a rule looks at the few kinds it is about")]

use super::Rule;
use crate::custody::file::DeviceFile;
use crate::event::Fact;
use crate::word::say;

/// Only a lock that is known is cleared, and only a password that is sealed is shown.
pub(super) static LOCK_KNOWN: Rule = Rule {
    id: "lock-known",
    overridable: None,
    check: |event, cabinet| {
        let (lock, shows) = match &event.fact {
            Fact::LockShown(shown) => (shown.lock, true),
            Fact::LockCleared(cleared) => (cleared.lock, false),
            _other => return Ok(None),
        };
        let Some(about) = &event.device else { return Ok(None) };
        let locks = cabinet.get::<DeviceFile>(&about.id)?.map(|file| file.locks).unwrap_or_default();
        Ok(match locks.get(&lock) {
            None => Some(say!("rule-lock-known")),
            Some(None) if shows => Some(say!("rule-lock-no-password")),
            Some(_) => None,
        })
    },
};

/// A locked device is given to nobody. Nobody may let that pass.
pub(super) static GIVE_UNLOCKED: Rule = Rule {
    id: "give-unlocked",
    overridable: None,
    check: |event, cabinet| {
        let (Some(_), Some(about)) = (super::handover::giving(event), &event.device) else { return Ok(None) };
        let locked = cabinet.get::<DeviceFile>(&about.id)?.is_some_and(|file| !file.locks.is_empty());
        Ok(locked.then(|| say!("rule-give-unlocked")))
    },
};
