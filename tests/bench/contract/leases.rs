//! What every [`Leases`] promises.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use aoxanh::port::Leases;
use aoxanh::unit::{JobId, RANDOM_BYTES};

/// At most one holder a job, until the lease is dropped; jobs do not hinder each other. `here` and `there` are two ways
/// to the same leases.
pub(crate) fn one_holder_at_a_time(here: &dyn Leases, there: &dyn Leases) {
    let (job, other) = (JobId::from_random([1; RANDOM_BYTES]), JobId::from_random([2; RANDOM_BYTES]));
    assert!(!there.is_held(&job).expect("leases work"), "held before anybody took it");
    let lease = here.take(&job).expect("leases work").expect("nobody holds it");
    assert!(here.is_held(&job).expect("leases work") && there.is_held(&job).expect("leases work"), "not seen as held");
    assert!(!there.is_held(&other).expect("leases work"), "one job's lease held another's");
    assert!(here.take(&job).expect("leases work").is_none(), "taken twice");
    assert!(there.take(&job).expect("leases work").is_none(), "taken twice by another way");
    let second = there.take(&other).expect("leases work");
    assert!(second.is_some(), "another job is another lease");
    drop(lease);
    assert!(there.take(&other).expect("leases work").is_none(), "dropping one lease gives up no other");
    assert!(!here.is_held(&job).expect("leases work"), "held after it was dropped");
    let again = there.take(&job).expect("leases work");
    assert!(again.is_some(), "a dropped lease is free");
}
