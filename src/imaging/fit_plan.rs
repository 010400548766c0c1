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

/// What is done to the table, and what stands on the disk then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FitPlan {
    /// What to write, in this order; empty where the table is as it should be.
    pub writes: Writes,
    /// Whether the copy of the table moves to the disk's end.
    pub moves: bool,
    /// Whether ids are made anew.
    pub renews: bool,
    /// Whether the last partition grows.
    pub grows: bool,
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
    let (moves, renews) = (!table.is_at_end(), fresh.is_some());
    let moved = table.moved().ok_or(FitPlanError::NoRoom)?;
    let grown = if fills { moved.clone().grown() } else { None };
    let grows = grown.is_some();
    let table = grown.unwrap_or(moved);
    let table = match fresh {
        Some(fresh) => table.with_ids(fresh),
        None => table,
    };
    let writes = if moves || renews || grows { table.writes() } else { Writes::new() };
    Ok(FitPlan { writes, moves, renews, grows, fills, partitions: table.partitions() })
}

#[cfg(test)]
mod tests {
    use super::super::gpt::tests::made;
    use super::*;

    fn of(kind: SystemKind) -> Option<FileSystemSeen> {
        Some(FileSystemSeen { kind, size: None, unit: None })
    }

    #[test]
    fn only_what_can_be_grown_here_is_and_only_where_it_may() {
        let table = || made(65536, &[(2048, 4095)]);
        let plan = |last, grow| fit_plan(table(), last, grow, None);
        for (last, grow, grows) in [
            (of(SystemKind::Ext), None, true),
            (of(SystemKind::Ext), Some(Grow::Now), true),
            (of(SystemKind::Ext), Some(Grow::FirstBoot), false),
            (of(SystemKind::Ext), Some(Grow::No), false),
            (of(SystemKind::Btrfs), None, false),
            (None, None, false),
        ] {
            let plan = plan(last, grow).expect("plans");
            assert_eq!(
                (plan.grows, plan.fills, plan.moves, plan.renews),
                (grows, grows, true, false),
                "{last:?} {grow:?}"
            );
            assert_eq!(plan.writes.len(), 2);
        }
        assert_eq!(plan(of(SystemKind::Fat), Some(Grow::Now)), Err(FitPlanError::CannotGrow));
        assert_eq!(fit_plan(made(4096, &[(2048, 4095)]), None, None, None), Err(FitPlanError::NoRoom));
        let renewed = fit_plan(table(), None, None, Some(&mut || [7; 16])).expect("plans");
        assert!(renewed.renews && renewed.partitions == table().partitions());
    }
}
