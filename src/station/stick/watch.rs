//! The thread that watches for sticks: what waits for one is brought to it, and the screen is told how they stand.

use super::super::clerk::caught;
use super::super::desk::Room;
use crate::linux::SystemClock;
use crate::port::{Clock, Index};
use crate::store::Store;
use crate::workbench::{Alert, News};
use std::time::Duration;

/// How often sticks are looked for.
const LOOK: Duration = Duration::from_millis(500);

/// Watches until the desk ends.
pub(in crate::station) fn watch(room: &Room<'_>, send: &dyn Fn(News)) {
    let Some(boot) = room.opening.folder.boot() else { return };
    let done = caught(|| {
        let store = Store::read(room.opening.folder.path())?;
        let (mut before, index) = (None, &store as &dyn Index);
        loop {
            boot.look(index);
            let seen = boot.seen();
            if before.as_ref() != Some(&seen) {
                send(News::Stick(Box::new(seen.clone())));
            }
            before = Some(seen);
            if !room.bell.rest(LOOK) {
                return Ok(());
            }
        }
    });
    if let Err(failure) = done {
        let at = SystemClock::new().now();
        send(News::Alert(Box::new(Alert { at, about: None, report: (&failure).into() })));
    }
}
