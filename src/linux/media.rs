//! Asking the drive behind a listed disk what its medium is.
//!
//! Invariants: a disk that a practice station made, or a file, is never asked; a drive that let a question time out is not
//! asked again while it stays plugged in, because the bench would wait each time; every other is asked afresh, because a
//! lock or a running erase changes.

use super::block_tree::BlockTree;
use super::bridge::{bridge, soldered};
use super::disks::LinuxDisks;
use crate::device::{Attachment, Bus, Disk, Medium, Unsure};
use crate::drive::{self, Known};
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

/// Drives that did not answer in time, each in its attachment.
#[derive(Clone, Debug, Default)]
pub(super) struct Hung(Arc<Mutex<Vec<(Attachment, Medium)>>>);

impl Hung {
    fn find(&self, attachment: &Attachment) -> Option<Medium> {
        let hung = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        hung.iter().find(|(its, _)| its == attachment).map(|(_, medium)| medium.clone())
    }

    fn keep(&self, attachment: &Attachment, medium: &Medium) {
        let mut hung = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        hung.push((attachment.clone(), medium.clone()));
    }
}

impl LinuxDisks {
    /// What the drive behind the disk says of itself, and what sysfs says of the way to it.
    pub(super) fn asked(&self, disk: &Disk) -> Medium {
        if disk.bus == Bus::File || disk.practice {
            return Medium::unasked(disk, Unsure::NoCommands);
        }
        if let Some(medium) = self.hung.find(&disk.attachment) {
            return medium;
        }
        let tree = BlockTree::read_one(&self.root, &disk.name);
        let Some(node) = tree.node(&disk.name) else {
            return Medium::unasked(disk, Unsure::Failed(io::Error::from(io::ErrorKind::NotFound).to_string()));
        };
        let over_usb = if disk.bus == Bus::Usb { tree.device_path(node) } else { None };
        let bridge = over_usb.and_then(|path| bridge(&tree, &path));
        let namespace = tree.number(node, "nsid").and_then(|number| u32::try_from(number).ok()).unwrap_or(1);
        let known = Known { disk, bridge: bridge.as_ref(), soldered: soldered(&tree, node), namespace };
        let (mut opened, mut hangs) = (None, false);
        let heard = drive::ask(&known, &mut |command| {
            if hangs {
                return Err(io::ErrorKind::TimedOut.into());
            }
            let drive = match &mut opened {
                Some(drive) => drive,
                closed => closed.insert(self.kernel.drive(&disk.path)?),
            };
            let answer = drive.execute(command);
            hangs = answer.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::TimedOut);
            answer
        });
        let medium = drive::medium(&known, &heard);
        if hangs {
            self.hung.keep(&disk.attachment, &medium);
        }
        medium
    }
}
