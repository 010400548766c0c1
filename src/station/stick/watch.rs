//! The thread that watches for sticks: one that is plugged in is mounted, what waits for one is brought to it, and the screen is
//! told how they stand.

use super::super::clerk::caught;
use super::super::desk::Room;
use super::super::folder::is_marked_practice;
use super::super::log;
use crate::linux::{LinuxDisks, Mode, StickMounts, SystemClock, media_now};
use crate::port::{Clock, Failure, Index, Trouble};
use crate::store::Store;
use crate::word::say;
use crate::workbench::{Alert, News, STICK_LABEL};
use std::time::Duration;

/// How often sticks are looked for.
const LOOK: Duration = Duration::from_millis(500);

/// Watches until the desk ends.
pub(in crate::station) fn watch(room: &Room<'_>, send: &dyn Fn(News)) {
    let folder = room.opening.folder;
    let Some(boot) = folder.boot() else { return };
    let done = caught(|| {
        let store = Store::read(folder.path())?;
        let (mut before, index) = (None, &store as &dyn Index);
        let practice = is_marked_practice(Some(folder.path()));
        let mode = if practice { Mode::Practice { folder: folder.path().to_owned() } } else { Mode::Normal };
        let disks = LinuxDisks::new(mode, folder.ledger());
        let mut mounts = boot.others().map(|others| StickMounts::new(others, STICK_LABEL));
        loop {
            if let Some(mounts) = &mut mounts
                && let Err(error) = mounts.look(media_now(practice), &disks, &|stick| boot.knows(stick, index))
            {
                log::failed(&Failure::new(Trouble::Io, say!("stick-unmounted")).because(error));
            }
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
