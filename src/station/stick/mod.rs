//! The program on a donated machine that was started from a stick: a station in memory for this one start, whose records go
//! to the stick as they are made.
//!
//! Invariants: nothing is written to any disk but the stick's own partition and what a person armed; a start that goes on
//! after the program was restarted is the same chain; the machine is ended only where it was started from a stick.

mod boot;
mod carrier;
mod carry_file;
mod guest;
mod watch;

pub(super) use boot::Boot;
pub(super) use carrier::Carried;
pub(super) use watch::watch;

use super::folder::Folder;
use super::{desk, glyphs, log, say_head, terminal};
use crate::cli::{Out, StickStartArgs};
use crate::linux::end_machine;
use crate::port::{Failure, Trouble};
use crate::store::Store;
use crate::word::say;
use crate::workbench::Power;
use std::path::Path;
use std::sync::Arc;

/// Where the first program of a machine that was started from a stick says what it knows.
const RUN: &str = "/run/aoxanh";

/// `aoxanh stick start`.
pub(super) fn start(args: &StickStartArgs, out: &mut Out<'_>) -> Result<(), Failure> {
    if !terminal::is_there() {
        return Err(terminal::missing());
    }
    let boot = Arc::new(Boot::open(&args.stick, &args.run)?);
    let folder = Folder::at(boot.folder()).started_as(Arc::clone(&boot));
    let store = Store::read(folder.path())?;
    let practice = super::says_practice(&store);
    out.set_practice(practice);
    log::at_station(super::station_of(&store)?.id);
    drop(store);
    let images = vec![boot.images()];
    let opening = desk::Opening { folder: &folder, by: None, glyphs: glyphs(args.glyphs), images, lesson: false };
    desk::open(&opening, out).and(say_head(&Store::read(folder.path())?, out))?;
    boot.left_by().map_or(Ok(()), |power| end(power, &args.run, out))
}

/// Ends the machine as somebody asked for. Where the first program is not a stick's, they do it themselves.
fn end(power: Power, run: &Path, out: &mut Out<'_>) -> Result<(), Failure> {
    let is_ours = run == Path::new(RUN) && ["stick-disk", "stick-trouble"].iter().any(|name| run.join(name).exists());
    if !is_ours {
        return out.say(&say!("stick-no-reboot"));
    }
    end_machine(power == Power::Again).map_err(|error| {
        Failure::new(Trouble::Io, say!("stick-power-failed")).because(error).hint(say!("stick-power-failed-hint"))
    })
}
