//! Wiping: which method suits which medium, what a run can reach, and what its evidence is worth.
//!
//! Invariants: nothing here does I/O; method ids are for ever, the ledger holds them; what counts as erased is the one
//! closed table in [`judge`], which looks at evidence and at nothing else.

mod bad;
mod canary;
mod discard;
mod estimate;
mod evidence;
mod firmware_erase;
mod method;
mod overwrite_pattern;
mod overwrite_zero;
mod plan;

pub use bad::{BadBlocks, BadKind, BadStretch, MOST_STRETCHES};
pub use canary::{CANARY, Canaries, canaries_for, caught_per_mille};
pub use estimate::{Basis, Estimate, Pace, Undertaking, estimate};
pub use evidence::{CrossCheck, CrossFound, Evidence, Firmware, Judgement, Level, Outcome, Said, judge};
pub use method::{METHODS, Method, Overwrite, Way, choices, default_for, method, overwrite};
pub use plan::{Gap, Plan, plan};
