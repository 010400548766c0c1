//! Wiping: which method suits which medium, what a run can reach, and what its evidence is worth.
//!
//! Invariants: nothing here does I/O; method ids are for ever, the ledger holds them; what counts as erased is the one
//! closed table in [`judge`], which looks at evidence and at nothing else.

mod canary;
mod discard;
mod evidence;
mod firmware_erase;
mod method;
mod overwrite_pattern;
mod overwrite_zero;
mod plan;

pub use canary::{CANARY, Canaries, canaries_for, caught_per_mille};
pub use evidence::{CrossCheck, CrossFound, Evidence, Firmware, Judgement, Level, Outcome, Said, judge};
pub use method::{METHODS, Method, Overwrite, Way, choices, default_for, method, overwrite};
pub use plan::{Gap, Plan, plan};
