//! A written disk's table: read with what stands in each partition, written with the copy first, and read again.

use super::fit::{EDGE, Fitting};
use super::run::{Stop, io_failure};
use super::transfer::{Marked, read_all, write_all};
use crate::event::image::FitStep;
use crate::imaging::{FileSystemSeen, FitPlan, HEAD, Partition, SystemKind, Table, TableStep, file_system, label};
use crate::port::{Buffer, DiskIo, Failure, Trouble};
use crate::unit::Bytes;
use crate::word::say;

/// As many partitions as are looked at.
const MOST: usize = 32;

/// A partition and what stands in it.
pub(super) struct Held {
    pub(super) partition: Partition,
    pub(super) seen: Option<FileSystemSeen>,
    pub(super) label: Option<String>,
}

impl Held {
    pub(super) fn is(&self, kind: SystemKind) -> bool {
        self.seen.is_some_and(|seen| seen.kind == kind)
    }
}

impl Fitting<'_, '_> {
    /// What divides the disk, and what stands in each part.
    pub(super) fn read_table(&self) -> Result<Option<(Table, Vec<Held>)>, Stop> {
        let mut io = self.run.disks.open(self.run.armed)?;
        let (size, block) = (io.size(), io.logical_block());
        let edge = EDGE.0.min(size.0 / u64::from(block) * u64::from(block));
        let start = self.read(io.as_mut(), Bytes::ZERO, edge)?;
        let end = self.read(io.as_mut(), Bytes(size.0 - edge), edge)?;
        let mut broken = None;
        let table = Table::read(&start, &end, size, block, &mut |number| {
            let at = number.checked_mul(u64::from(block)).filter(|at| *at < size.0)?;
            self.read(io.as_mut(), Bytes(at), u64::from(block)).map_err(|failure| broken = Some(failure)).ok()
        });
        if let Some(failure) = broken {
            return Err(failure.into());
        }
        let Some(table) = table else { return Ok(None) };
        let partitions = table.partitions();
        if partitions.len() > MOST {
            let what = say!("fit-many-partitions", count = partitions.len() as u64, most = MOST as u64);
            return Err(Failure::new(Trouble::No, what).into());
        }
        let mut all = Vec::new();
        for partition in partitions {
            let head = self.read(io.as_mut(), partition.at, (HEAD as u64).min(partition.length.0))?;
            all.push(Held { partition, seen: file_system(&head), label: label(&head) });
        }
        Ok(Some((table, all)))
    }

    /// Writes what the plan says, and reads it again.
    pub(super) fn write_table(&mut self, plan: &FitPlan) -> Result<(), Stop> {
        if plan.writes.is_empty() {
            return Ok(());
        }
        let mut io = self.run.disks.open(self.run.armed)?;
        for (at, bytes) in &plan.writes {
            self.write(io.as_mut(), *at, bytes)?;
        }
        io.forget().map_err(|error| io_failure(say!("job-forget-failed", disk = self.name()), &error))?;
        for (at, bytes) in &plan.writes {
            if self.read(io.as_mut(), *at, bytes.len() as u64)? != *bytes {
                let what = say!("fit-reads-back-wrong", what = say!("fit-table"));
                return Err(Failure::new(Trouble::No, what).hint(say!("image-hint-other-disk")).into());
            }
        }
        io.check()?;
        self.outcome.done.extend(plan.steps.iter().map(|step| match step {
            TableStep::Moves => FitStep::TableMoved,
            TableStep::Renews => FitStep::IdsRenewed,
            TableStep::Grows => FitStep::PartitionGrown,
        }));
        Ok(())
    }

    pub(super) fn read(&self, io: &mut dyn DiskIo, at: Bytes, length: u64) -> Result<Vec<u8>, Failure> {
        let block = u64::from(io.logical_block());
        let length = usize::try_from(length.next_multiple_of(block)).unwrap_or(0);
        let (buffer, end) = read_all(io, at.0, Marked::of(Buffer::zeroed(length)), length);
        end.map_err(|stopped| io_failure(say!("job-read-failed", disk = self.name(), at = at.0), &stopped.error))?;
        Ok(buffer.bytes()[..length].to_vec())
    }

    fn write(&self, io: &mut dyn DiskIo, at: Bytes, bytes: &[u8]) -> Result<(), Failure> {
        let mut buffer = Buffer::zeroed(bytes.len());
        buffer.bytes_mut()[..bytes.len()].copy_from_slice(bytes);
        let end = write_all(io, at.0, &buffer.bytes()[..bytes.len()]);
        end.map_err(|stopped| io_failure(say!("job-write-failed", disk = self.name(), at = at.0), &stopped.error))?;
        // One copy of the table holds at any moment.
        io.flush().map_err(|error| io_failure(say!("job-flush-failed", disk = self.name()), &error))
    }
}
