//! Wiping: which method suits which medium, what a run can reach, and what its evidence is worth.
//!
//! Invariants: nothing here does I/O; method ids are for ever, the ledger holds them; what counts as erased is the one
//! closed table in [`judge`], which looks at evidence and at nothing else.

mod estimate;
mod evidence;
mod method;
mod overwrite_pattern;
mod overwrite_zero;
mod plan;

pub use estimate::{Basis, Estimate, Pace, Undertaking, estimate};
pub use evidence::{CrossCheck, CrossFound, Evidence, Judgement, Level, Outcome, judge};
pub use method::{METHODS, Method, default_for, method};
pub use plan::{Gap, Plan, plan};
