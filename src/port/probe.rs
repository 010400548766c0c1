//! Reading what a machine is.

use super::failure::Failure;
use crate::device::Facts;

/// Something that can be inspected.
pub trait Probe {
    /// Every fact it tells, unknowns included.
    fn facts(&self) -> Result<Facts, Failure>;
}

/// A machine that tells what it was given.
#[derive(Clone, Debug, Default)]
pub struct FakeProbe(pub Facts);

impl Probe for FakeProbe {
    fn facts(&self) -> Result<Facts, Failure> {
        Ok(self.0.clone())
    }
}
