//! The way to a drive's own commands.

use crate::drive::{Answer, Command};
use std::io;

/// Sends commands to one drive.
///
/// What the drive, or a bridge before it, refuses is an [`Answer`] with its status; an error means that there was no answer:
/// no such way here (`ENOTTY`, `EINVAL`), gone, or not in time. An answer never brings more than was asked for.
pub trait Commands {
    /// Sends it and waits for the answer, at most as long as the command says.
    fn execute(&mut self, command: &Command) -> io::Result<Answer>;
}
