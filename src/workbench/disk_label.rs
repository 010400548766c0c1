//! The label of a disk that is taken out of its machine: whose it is, and which.
//!
//! Invariants: nothing personal stands on it; a disk of another machine gets none.

use super::bench::{Bench, Found};
use super::disk::{disk_key, seen};
use super::tag::bind_tag;
use crate::event::disk::DiskSeen;
use crate::port::{Failure, Trouble};
use crate::tag::{LabelLine, TagId};
use crate::word::{Sentence, Words, say};

/// Signs of a serial's end on a label: enough to tell disks apart, and to type.
const END: usize = 8;
/// What practice says of itself, in every language.
pub(super) const PRACTICE: &str = "LUYỆN TẬP";

/// What a disk's label says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiskLabel {
    /// The machine's newest tag.
    pub tag: TagId,
    /// The disk's key in the ledger, or what it would be.
    pub key: String,
    /// The disk.
    pub disk: DiskSeen,
    /// Whether it is practice.
    pub practice: bool,
}

/// The label of a disk of the device: its key in the ledger or its serial, or the kernel name, path or serial of an attached
/// one. A device without a tag gets one.
///
/// Errors: no such disk, or several; it is bound to another machine.
pub fn disk_label(bench: &Bench<'_>, found: &Found, name: &str) -> Result<DiskLabel, Failure> {
    let (key, disk) = meant(bench, found, name)?;
    let owner = bench.index.bound(&key)?.filter(|owner| *owner != found.id);
    if let Some(owner) = owner {
        let owner = bench.device(&owner)?.name();
        let what = say!("disk-label-elsewhere", disk = name, tag = found.name(), owner = owner.as_str());
        return Err(Failure::new(Trouble::No, what).hint(say!("disk-label-elsewhere-hint", owner = owner)));
    }
    let tag = bind_tag(bench, found, None)?.tag;
    Ok(DiskLabel { tag, key, disk, practice: bench.practice()? })
}

fn meant(bench: &Bench<'_>, found: &Found, name: &str) -> Result<(String, DiskSeen), Failure> {
    let known = found.file.disks.iter();
    let mut known: Vec<_> =
        known.filter(|(key, file)| key.as_str() == name || file.disk.serial.as_deref() == Some(name)).collect();
    match (known.pop(), known.is_empty()) {
        (Some((key, file)), true) => Ok((key.clone(), file.disk.clone())),
        (Some(_), false) => {
            Err(Failure::new(Trouble::Usage, say!("disk-ambiguous", disk = name)).hint(say!("disk-unknown-hint")))
        }
        (None, _) => bench.pick_disk(name, None).map(|disk| (disk_key(&disk), seen(&disk))),
    }
}

impl DiskLabel {
    /// The end of its serial as it stands on the label; none where it has none.
    #[must_use]
    pub fn serial_end(&self) -> Option<String> {
        let serial = self.disk.serial.as_deref()?;
        let skipped = serial.chars().count().saturating_sub(END);
        let end: String = serial.chars().skip(skipped).collect();
        Some(if skipped > 0 { format!("…{end}") } else { end })
    }

    /// What stands beside the code, with the size of each line.
    #[must_use]
    pub fn lines(&self, words: &Words) -> Vec<LabelLine> {
        let line = |said: &Sentence, size, whole| LabelLine { text: words.say(said), size, whole };
        let size = self.disk.size.decimal();
        let which = match self.serial_end() {
            Some(end) => say!("disk-label-which", end = end, size = size),
            None => say!("disk-label-nameless", size = size),
        };
        let model = say!("plain", text = self.disk.model.as_deref().unwrap_or("?"));
        let practice = self.practice.then(|| LabelLine { text: PRACTICE.to_owned(), size: 120, whole: true });
        let whose = [
            line(&say!("disk-label-whose"), 130, true),
            line(&say!("plain", text = self.tag.to_string()), 170, true),
            line(&model, 110, false),
            line(&which, 110, true),
        ];
        whose.into_iter().chain(practice).collect()
    }
}
