//! What is done to a written disk so that the image fits it: where its table goes, which partition grows.
//!
//! Invariants: decided by bytes alone; nothing is shrunk or moved but the copy of the table; what was asked for and cannot
//! be done is an error, never left out in silence.

use super::file_system::{FileSystemSeen, SystemKind};
use super::gpt::{Gpt, Partition, Writes};
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
}

impl FitPlanError {
    /// The same for people.
    #[must_use]
    pub fn sentence(self) -> Sentence {
        match self {
            Self::NoRoom => say!("fit-no-room"),
            Self::CannotGrow => say!("fit-cannot-grow"),
        }
    }
}

/// Plans. `last` is what stands in the last partition; `grow` what the manifest asks for, if anything: without, a file system
/// that can be grown here is. `fresh` gives random bytes for ids, where they are asked for.
pub fn fit_plan(
    table: Gpt,
    last: Option<FileSystemSeen>,
    grow: Option<Grow>,
    fresh: Option<&mut dyn FnMut() -> [u8; 16]>,
) -> Result<FitPlan, FitPlanError> {
    let can_grow = last.is_some_and(|seen| seen.kind == SystemKind::Ext);
    if grow == Some(Grow::Now) && !can_grow {
        return Err(FitPlanError::CannotGrow);
    }
    let fills = can_grow && grow.unwrap_or(Grow::Now) == Grow::Now;
    let mut steps = Vec::new();
    steps.extend((!table.is_at_end()).then_some(TableStep::Moves));
    steps.extend(fresh.is_some().then_some(TableStep::Renews));
    let at_end = table.moved().ok_or(FitPlanError::NoRoom)?;
    let grown = if fills { at_end.clone().grown() } else { None };
    steps.extend(grown.is_some().then_some(TableStep::Grows));
    let table = grown.unwrap_or(at_end);
    let table = match fresh {
        Some(fresh) => table.with_ids(fresh),
        None => table,
    };
    let writes = if steps.is_empty() { Writes::new() } else { table.writes() };
    Ok(FitPlan { writes, steps, fills, partitions: table.partitions() })
}

#[cfg(test)]
mod tests {
    use super::super::gpt::tests::made;
    use super::*;

    const fn of(kind: SystemKind) -> FileSystemSeen {
        FileSystemSeen { kind, size: None, unit: None }
    }

    #[test]
    fn only_what_can_be_grown_here_is_and_only_where_it_may() {
        let table = || made(65536, &[(2048, 4095)]);
        let plan = |last, grow| fit_plan(table(), last, grow, None);
        for (last, grow, grows) in [
            (Some(of(SystemKind::Ext)), None, true),
            (Some(of(SystemKind::Ext)), Some(Grow::Now), true),
            (Some(of(SystemKind::Ext)), Some(Grow::FirstBoot), false),
            (Some(of(SystemKind::Ext)), Some(Grow::No), false),
            (Some(of(SystemKind::Btrfs)), None, false),
            (None, None, false),
        ] {
            let plan = plan(last, grow).expect("plans");
            let steps = if grows { vec![TableStep::Moves, TableStep::Grows] } else { vec![TableStep::Moves] };
            assert_eq!((plan.steps, plan.fills), (steps, grows), "{last:?} {grow:?}");
            assert_eq!(plan.writes.len(), 2);
        }
        assert_eq!(plan(Some(of(SystemKind::Fat)), Some(Grow::Now)), Err(FitPlanError::CannotGrow));
        assert_eq!(fit_plan(made(4096, &[(2048, 4095)]), None, None, None), Err(FitPlanError::NoRoom));
        let renewed = fit_plan(table(), None, None, Some(&mut || [7; 16])).expect("plans");
        assert!(renewed.steps.contains(&TableStep::Renews) && renewed.partitions == table().partitions());
    }
}
