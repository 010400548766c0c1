//! What is done to a written disk so that the image fits it: where its table goes, which partition grows.
//!
//! Invariants: decided by bytes alone; nothing is shrunk or moved but the copy of the table; what was asked for and cannot
//! be done is an error, never left out in silence.

use super::file_system::{FileSystemSeen, SystemKind};
use super::gpt::{Partition, Writes};
use super::table::Table;
use crate::word::{Sentence, say};

/// When the last partition grows to fill the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grow {
    /// After the write, here.
    Now,
    /// When the machine starts for the first time: the image does it itself.
    FirstBoot,
    /// Never.
    No,
}

impl Grow {
    /// All.
    pub const ALL: [Self; 3] = [Self::Now, Self::FirstBoot, Self::No];

    /// Its word in manifests.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Now => "now",
            Self::FirstBoot => "first-boot",
            Self::No => "no",
        }
    }
}

/// What can be done to a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableStep {
    /// Its copy moves to the disk's end.
    Moves,
    /// Ids are made anew.
    Renews,
    /// The last partition grows.
    Grows,
}

/// What is done to the table, and what stands on the disk then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FitPlan {
    /// What to write, in this order; empty where the table is as it should be.
    pub writes: Writes,
    /// What that does.
    pub steps: Vec<TableStep>,
    /// Whether its file system is to fill it.
    pub fills: bool,
    /// The partitions as they are then.
    pub partitions: Vec<Partition>,
    /// Why the last one stays as it is, where the disk has more room and nobody asked for that.
    pub stays: Option<Stays>,
}

/// Why the last partition stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stays {
    /// It stands in another partition.
    Extended,
    /// Nothing here grows what stands in it.
    UnknownSystem,
    /// No btrfs can be mounted here.
    NoBtrfs,
}

impl Stays {
    /// The same for people.
    #[must_use]
    pub fn sentence(self) -> Sentence {
        match self {
            Self::Extended => say!("fit-ends-extended"),
            Self::UnknownSystem => say!("fit-stays-unknown"),
            Self::NoBtrfs => say!("volume-no-btrfs"),
        }
    }
}

/// Why an image cannot be fitted to its disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FitPlanError {
    /// A partition lies where the copy of the table belongs.
    #[error("no room for the backup table at the end of the disk")]
    NoRoom,
    /// Growing was asked for, and nothing here grows such a file system.
    #[error("this kind of file system cannot be grown here")]
    CannotGrow,
    /// Growing was asked for, and the last partition stands in another.
    #[error("the last partition is a logical one")]
    EndsExtended,
}

impl FitPlanError {
    /// The same for people.
    #[must_use]
    pub fn sentence(self) -> Sentence {
        match self {
            Self::NoRoom => say!("fit-no-room"),
            Self::CannotGrow => say!("fit-cannot-grow"),
            Self::EndsExtended => say!("fit-ends-extended"),
        }
    }
}

/// Plans. `last` is what stands in the last partition; `grow` what the manifest asks for, if anything: without, a file system
/// that can be grown here is. `fresh` gives random bytes for ids, where they are asked for.
pub fn fit_plan(
    table: Table,
    last: Option<FileSystemSeen>,
    grow: Option<Grow>,
    fresh: Option<&mut dyn FnMut() -> [u8; 16]>,
) -> Result<FitPlan, FitPlanError> {
    let can_grow = last.is_some_and(|seen| seen.kind != SystemKind::Fat);
    if grow == Some(Grow::Now) {
        match (table.ends_extended(), can_grow) {
            (true, _) => return Err(FitPlanError::EndsExtended),
            (false, false) => return Err(FitPlanError::CannotGrow),
            (false, true) => {}
        }
    }
    let is_wanted = grow.unwrap_or(Grow::Now) == Grow::Now;
    let fills = can_grow && is_wanted && !table.ends_extended();
    let mut steps = Vec::new();
    steps.extend(table.is_to_move().then_some(TableStep::Moves));
    let fresh = fresh.filter(|_| table.has_ids());
    steps.extend(fresh.is_some().then_some(TableStep::Renews));
    let at_end = table.moved().ok_or(FitPlanError::NoRoom)?;
    let stays = match (is_wanted, at_end.ends_extended()) {
        (true, true) => Some(Stays::Extended),
        (true, false) if !fills && at_end.clone().grown().is_some() => Some(Stays::UnknownSystem),
        _other => None,
    };
    let grown = if fills { at_end.clone().grown() } else { None };
    steps.extend(grown.is_some().then_some(TableStep::Grows));
    let table = grown.unwrap_or(at_end);
    let table = match fresh {
        Some(fresh) => table.with_ids(fresh),
        None => table,
    };
    let writes = if steps.is_empty() { Writes::new() } else { table.writes() };
    Ok(FitPlan { writes, steps, fills, partitions: table.partitions(), stays })
}

#[cfg(test)]
mod tests {
    use super::super::gpt::tests::made;
    use super::super::mbr::tests::made as mbr;
    use super::*;

    const fn of(kind: SystemKind) -> FileSystemSeen {
        FileSystemSeen::bare(kind)
    }

    #[test]
    fn only_what_can_be_grown_here_is_and_only_where_it_may() {
        let table = || Table::Gpt(made(65536, &[(2048, 4095)]));
        let plan = |last, grow| fit_plan(table(), last, grow, None);
        for (last, grow, grows, stays) in [
            (Some(of(SystemKind::Ext)), None, true, None),
            (Some(of(SystemKind::Ext)), Some(Grow::Now), true, None),
            (Some(of(SystemKind::Ntfs)), None, true, None),
            (Some(of(SystemKind::Btrfs)), None, true, None),
            (Some(of(SystemKind::Ext)), Some(Grow::FirstBoot), false, None),
            (Some(of(SystemKind::Ext)), Some(Grow::No), false, None),
            (Some(of(SystemKind::Fat)), None, false, Some(Stays::UnknownSystem)),
            (Some(of(SystemKind::Fat)), Some(Grow::No), false, None),
            (None, None, false, Some(Stays::UnknownSystem)),
        ] {
            let plan = plan(last, grow).expect("plans");
            let steps = if grows { vec![TableStep::Moves, TableStep::Grows] } else { vec![TableStep::Moves] };
            assert_eq!((plan.steps, plan.fills, plan.stays), (steps, grows, stays), "{last:?} {grow:?}");
            assert_eq!(plan.writes.len(), 2);
        }
        assert_eq!(plan(Some(of(SystemKind::Fat)), Some(Grow::Now)), Err(FitPlanError::CannotGrow));
        let full = Table::Gpt(made(4096, &[(2048, 4095)]));
        assert_eq!(fit_plan(full, None, None, None), Err(FitPlanError::NoRoom));
        let renewed = fit_plan(table(), None, None, Some(&mut || [7; 16])).expect("plans");
        assert!(renewed.steps.contains(&TableStep::Renews) && renewed.partitions == table().partitions());
    }

    #[test]
    fn an_older_table_grows_its_last_primary_partition_and_says_why_another_stays() {
        let ext = Some(of(SystemKind::Ext));
        let primary = || Table::Mbr(mbr(65536, &[(0x83, 2048, 2048)]).expect("a table"));
        let plan = fit_plan(primary(), ext, None, None).expect("plans");
        assert_eq!((plan.steps, plan.fills, plan.writes.len()), (vec![TableStep::Grows], true, 1));
        let extended = || Table::Mbr(mbr(65536, &[(0x83, 2048, 2048), (0x0F, 4096, 4096)]).expect("a table"));
        let plan = fit_plan(extended(), ext, None, None).expect("plans");
        assert_eq!((plan.steps, plan.fills, plan.stays), (vec![], false, Some(Stays::Extended)));
        assert_eq!(fit_plan(extended(), ext, Some(Grow::Now), None), Err(FitPlanError::EndsExtended));
        let bare = fit_plan(Table::Bare(crate::unit::Bytes::mib(9)), ext, None, Some(&mut || [7; 16])).expect("plans");
        assert!(bare.fills && bare.steps.is_empty() && bare.writes.is_empty() && bare.partitions[0].number == 0);
    }
}
