//! What stands on the disk of a master machine: its partitions, its systems, and the traces of people in them.
//!
//! Invariants: nothing is written and nothing is mounted; what cannot be looked into is told, and counts as if a trace of a
//! person were in it.

use crate::device::Disk;
use crate::imaging::{
    CapturePlan, FileTree, Hole, Node, Occupied, Partition, Region, Slice, SystemKind, Trace, TraceKind, UsedError,
    WindowsSeen, capture_plan, file_tree, occupied, traces,
};
use crate::job::{DiskRegion, Keep};
use crate::port::{DiskRead, Failure, Trouble};
use crate::unit::Bytes;
use crate::word::{Sentence, say};
use std::io;

/// What is smaller has no system in it: room for boot loaders, and what Windows keeps for itself.
const LEAST_SYSTEM: Bytes = Bytes::mib(64);
/// FAT that machines start from is not larger, unless it says what it is for; what is larger may hold anybody's files.
const MOST_BOOT: Bytes = Bytes::gib(1);

/// A partition of a master.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MasterPart {
    /// Its number, as Linux counts.
    pub number: u32,
    /// Where it begins.
    pub at: Bytes,
    /// How long it is.
    pub length: Bytes,
    /// Its file system, where that is known.
    pub kind: Option<SystemKind>,
    /// Whether it is Linux's place for swapped-out memory.
    pub swap: bool,
    /// How much of it is read; none where all of it is.
    pub used: Option<Bytes>,
    /// Whether it could hold a system and nobody can look into it.
    pub unlooked: bool,
}

impl MasterPart {
    /// One that nobody can look into.
    const fn closed(partition: Partition) -> Self {
        let Partition { number, at, length, .. } = partition;
        Self { number, at, length, kind: None, swap: false, used: None, unlooked: true }
    }
}

/// A master's disk that was looked at.
pub struct Master {
    pub(super) io: Box<dyn DiskRead>,
    /// The disk.
    pub disk: Disk,
    /// Its partitions; one over the whole disk where no table is understood.
    pub parts: Vec<MasterPart>,
    /// What people and machines left on it.
    pub traces: Vec<Trace>,
    /// The Windows on it, where there is one.
    pub windows: Option<WindowsSeen>,
    /// Whether a Linux is on it.
    pub is_linux: bool,
    /// What of it becomes the image.
    pub keep: Keep,
}

impl std::fmt::Debug for Master {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Master").field("disk", &self.disk).field("parts", &self.parts).finish_non_exhaustive()
    }
}

impl Master {
    /// Looks at an open disk. Errors: it cannot be read; a file system on it was not put away; `cancel` stopped it.
    pub(super) fn read(mut io: Box<dyn DiskRead>, disk: Disk, cancel: &dyn Fn() -> bool) -> Result<Self, Failure> {
        let failed = |error: io::Error| {
            if cancel() {
                return Failure::new(Trouble::Cancelled, say!("capture-look-stopped", disk = disk.name.as_str()));
            }
            let what = say!("capture-unreadable", disk = disk.name.as_str());
            Failure::new(Trouble::Io, what).because(error).hint(say!("capture-read-hint"))
        };
        let mut region = Stoppable { of: DiskRegion::new(io.as_mut()), cancel };
        let plan = capture_plan(&mut region, disk.logical_block).map_err(failed)?;
        let whole = Partition { number: 1, at: Bytes::ZERO, length: plan.length, efi: false };
        let is_bare = plan.partitions.is_empty();
        let CapturePlan { length, writes, is_refused, .. } = plan;
        let mut found = Found::default();
        let partitions = match (is_refused, is_bare) {
            // Behind a table that is not understood, what else is seen may be left of a disk that was divided otherwise.
            (true, _) => Vec::new(),
            (false, true) => vec![whole],
            (false, false) => plan.partitions,
        };
        found.parts.extend(is_refused.then_some(MasterPart::closed(whole)));
        for partition in &partitions {
            found.look(&mut region, *partition, is_bare).map_err(|error| match error {
                UsedError::Io(error) => failed(error),
                UsedError::Unclean(unclean) => {
                    let what = say!("capture-unclean", number = u64::from(partition.number), why = unclean.sentence());
                    Failure::new(Trouble::No, what).hint(say!("capture-unclean-hint"))
                }
            })?;
        }
        let Found { parts, traces, windows, is_linux, holes } = found;
        Ok(Self { io, disk, parts, traces, windows, is_linux, keep: Keep { length, holes, writes } })
    }

    /// Whether traces of a person were found, or could not be looked for.
    #[must_use]
    pub fn has_personal(&self) -> bool {
        self.parts.iter().any(|part| part.unlooked) || self.traces.iter().any(|trace| trace.kind.is_personal())
    }

    /// How much of the disk is read.
    #[must_use]
    pub fn used(&self) -> Bytes {
        self.keep.length.less(Bytes(self.keep.holes.iter().map(|hole| hole.length).sum()))
    }

    /// The traces that stay, as the manifest says them.
    pub(super) fn kept_traces(&self) -> Vec<String> {
        let unlooked = self.parts.iter().filter(|part| part.unlooked).map(|part| format!("unlooked @{}", part.at.0));
        let told = self.traces.iter().map(|trace| format!("{} {} ({})", trace.kind.word(), trace.place, trace.count));
        told.chain(unlooked).collect()
    }
}

/// A disk that is read no further once a person stopped it.
struct Stoppable<'d> {
    of: DiskRegion<'d>,
    cancel: &'d dyn Fn() -> bool,
}

impl Region for Stoppable<'_> {
    fn length(&self) -> Bytes {
        self.of.length()
    }

    fn load(&mut self, at: u64, into: &mut [u8]) -> io::Result<()> {
        if (self.cancel)() {
            return Err(io::Error::other("stopped"));
        }
        self.of.load(at, into)
    }
}

#[derive(Default)]
struct Found {
    parts: Vec<MasterPart>,
    traces: Vec<Trace>,
    windows: Option<WindowsSeen>,
    is_linux: bool,
    holes: Vec<Hole>,
}

impl Found {
    fn look(&mut self, disk: &mut dyn Region, partition: Partition, is_bare: bool) -> Result<(), UsedError> {
        let mut region = Slice::new(disk, partition.at, partition.length);
        let Occupied { kind, swap, holes } = occupied(&mut region)?;
        let tree = kind.map_or(Ok(None), |kind| file_tree(&mut region, kind));
        let looked = match tree.and_then(|tree| tree.map(|mut tree| inside(tree.as_mut())).transpose()) {
            Ok(looked) => looked,
            // What is not understood is told of as not looked into.
            Err(error) if is_odd(&error) => None,
            Err(error) => return Err(error.into()),
        };
        let is_system = is_bare || partition.length >= LEAST_SYSTEM;
        let starts = kind == Some(SystemKind::Fat) && (partition.efi || partition.length <= MOST_BOOT);
        let unlooked = looked.as_ref().is_none_or(|looked| looked.0.is_none()) && !swap && !starts && is_system;
        let free = holes.as_ref().map(|holes| Bytes(holes.iter().map(|hole| hole.length).sum()));
        self.parts.push(MasterPart {
            number: partition.number,
            at: partition.at,
            length: partition.length,
            kind,
            swap,
            used: free.map(|free| partition.length.less(free)),
            unlooked,
        });
        if let Some((traces, windows, is_linux)) = looked {
            self.traces.extend(traces.into_iter().flatten());
            self.windows = match (self.windows.take(), windows) {
                (Some(one), Some(other)) => Some(one.worse(other)),
                (one, other) => one.or(other),
            };
            self.is_linux |= is_linux;
        }
        let moved = |hole: Hole| Hole { at: partition.at.0 + hole.at, ..hole };
        self.holes.extend(holes.into_iter().flatten().map(moved));
        Ok(())
    }
}

/// The traces, where they could be looked for; the Windows; whether there is a Linux.
type Looked = (Option<Vec<Trace>>, Option<WindowsSeen>, bool);

fn inside(tree: &mut dyn FileTree) -> io::Result<Looked> {
    let windows = WindowsSeen::look(tree)?;
    let is_linux = matches!(tree.look("/etc/passwd")?, Some(Node::File { .. }));
    // What is not understood there takes nothing away from what was.
    let traces = match traces(tree) {
        Err(error) if is_odd(&error) => None,
        other => Some(other?),
    };
    Ok((traces, windows, is_linux))
}

fn is_odd(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof)
}

/// A trace in a line, and what to do about it in another.
#[must_use]
pub fn trace_lines(trace: &Trace) -> [Sentence; 2] {
    let what = trace.kind.sentence();
    [
        say!("trace-found", what = what, place = trace.place.as_str(), count = trace.count),
        say!("trace-cure", cure = trace.kind.cure()),
    ]
}

/// A partition in a line.
#[must_use]
pub fn part_sentence(part: &MasterPart) -> Sentence {
    let kind = match part.kind {
        Some(SystemKind::Ext) => say!("part-kind", kind = "ext4"),
        Some(SystemKind::Ntfs) => say!("part-kind", kind = "NTFS"),
        Some(SystemKind::Btrfs) => say!("part-kind", kind = "btrfs"),
        Some(SystemKind::Fat) => say!("part-kind", kind = "FAT"),
        None if part.swap => say!("part-kind", kind = "swap"),
        None => say!("part-kind-unknown"),
    };
    let (number, length) = (u64::from(part.number), part.length.decimal());
    match part.used {
        Some(used) => say!("part-used", number = number, kind = kind, length = length, used = used.decimal()),
        None => say!("part-whole", number = number, kind = kind, length = length),
    }
}

/// What is said before the capture.
#[must_use]
pub fn master_lines(master: &Master) -> Vec<Sentence> {
    let name = master.disk.name.as_str();
    let mut lines = vec![say!("master-only-read", disk = name)];
    lines.extend(master.parts.iter().map(part_sentence));
    if let Some(WindowsSeen { edition: Some(edition), build, .. }) = &master.windows {
        let build = build.as_deref().unwrap_or("?");
        lines.push(say!("master-windows", edition = edition.as_str(), build = build));
    }
    lines.extend(master.traces.iter().flat_map(trace_lines));
    let is_shared = |trace: &Trace| matches!(trace.kind, TraceKind::HostKeys | TraceKind::MachineId);
    lines.extend(master.traces.iter().any(is_shared).then(|| say!("trace-same-everywhere")));
    let unlooked = master.parts.iter().filter(|part| part.unlooked);
    lines.extend(unlooked.map(|part| say!("part-unlooked", number = u64::from(part.number))));
    let (used, length) = (master.used().decimal(), master.keep.length.decimal());
    lines.push(say!("master-reads", used = used, length = length));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A partition that begins with these bytes and has nothing else in it.
    struct Begins(Vec<u8>, Bytes);

    impl Region for Begins {
        fn length(&self) -> Bytes {
            self.1
        }

        fn load(&mut self, at: u64, into: &mut [u8]) -> io::Result<()> {
            if at.checked_add(into.len() as u64).is_none_or(|end| end > self.1.0) {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            for (place, byte) in (at..).zip(into) {
                *byte = usize::try_from(place).ok().and_then(|place| self.0.get(place)).copied().unwrap_or(0);
            }
            Ok(())
        }
    }

    #[test]
    fn fat_is_looked_into_by_nobody_and_only_what_machines_start_from_may_be() {
        let mut fat = vec![0; 512];
        fat[82..87].copy_from_slice(b"FAT32");
        fat[510..].copy_from_slice(&[0x55, 0xAA]);
        let gib = Bytes::gib(1);
        for (length, efi, is_bare, unlooked) in [
            (gib, false, false, false),
            (Bytes(gib.0 + 512), false, false, true),
            (Bytes(gib.0 + 512), true, false, false),
            (Bytes::gib(9), false, true, true),
        ] {
            let mut found = Found::default();
            let partition = Partition { number: 1, at: Bytes::ZERO, length, efi };
            found.look(&mut Begins(fat.clone(), length), partition, is_bare).expect("in memory");
            assert_eq!(
                (found.parts[0].kind, found.parts[0].unlooked),
                (Some(SystemKind::Fat), unlooked),
                "{partition:?}"
            );
        }
    }
}
