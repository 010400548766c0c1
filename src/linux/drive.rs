//! Asking the drive behind a disk what it is, before anybody armed it.
//!
//! Invariants: the node is opened for reading only, and only commands that are known to read pass; what needs more goes
//! through an armed disk.

#![expect(clippy::disallowed_methods, reason = "asking a drive means opening its node")]

use super::ioctl;
use crate::drive::{Answer, Command};
use crate::port::Commands;
use rustix::fs::OFlags;
use std::fs::File;
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// A drive that can be asked and nothing else.
#[derive(Debug)]
pub(super) struct Questions {
    node: File,
}

impl Questions {
    /// Opens the node for reading, without waiting for a medium.
    pub(super) fn open(node: &Path) -> io::Result<Self> {
        let flags = (OFlags::NONBLOCK | OFlags::CLOEXEC | OFlags::NOFOLLOW).bits();
        let flags = i32::try_from(flags).map_err(io::Error::other)?;
        Ok(Self { node: File::options().read(true).custom_flags(flags).open(node)? })
    }
}

impl Commands for Questions {
    fn execute(&mut self, command: &Command) -> io::Result<Answer> {
        if !command.only_reads() {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        ioctl::execute(&self.node, command)
    }
}

#[cfg(test)]
mod tests {
    use super::super::loop_device::{LoopDevice, LoopPlan};
    use super::*;
    use crate::drive::ata::{self, AtaSanitize};
    use crate::drive::nvme::{self, NvmeSanitize};
    use crate::drive::{mmc, scsi};

    /// A loop device and a file have no drive behind them: that is no answer, and never an answer of zeros.
    #[test]
    fn where_there_is_no_drive_there_is_no_answer_and_what_writes_is_not_even_sent() {
        let file = tempfile::NamedTempFile::new().expect("temporary file");
        file.as_file().set_len(1 << 20).expect("sparse file");
        let device = LoopDevice::attach(LoopPlan { backing: file.path(), block: 512, read_only: false });
        let nodes = [Some(file.path().to_owned()), device.as_ref().ok().map(LoopDevice::node)];
        if let Err(error) = &device {
            assert!(std::env::var("CI").is_err(), "CI must have loop devices: {error}");
            let why = "SKIPPED, PROVED ON A FILE ONLY: no loop devices here\n";
            let _closed = std::io::Write::write_all(&mut io::stderr(), why.as_bytes());
        }
        for node in nodes.into_iter().flatten() {
            let mut questions = Questions::open(&node).expect("ours");
            for command in [ata::identify(), nvme::identify_controller(), mmc::send_ext_csd(), scsi::inquiry()] {
                let error = questions.execute(&command).expect_err("no drive");
                // ENOTTY or EINVAL.
                assert!(matches!(error.raw_os_error(), Some(25 | 22)), "{}: {error}", node.display());
            }
            let writes = [ata::sanitize(AtaSanitize::Block), nvme::sanitize(NvmeSanitize::Block), mmc::sanitize()];
            for command in writes {
                let error = questions.execute(&command).expect_err("not before arming");
                assert_eq!(error.kind(), io::ErrorKind::PermissionDenied);
            }
        }
    }
}
