//! What the screen asks of function tests, and what it is told of them.

use super::order::{CheckOrder, TestLine};
use crate::trial::{Question, TrialView};
use crate::unit::DeviceId;
use crate::word::Sentence;
use crate::workbench::report::Report;

/// What the screen asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CheckAsk {
    /// How the tests of a device stand.
    List(DeviceId),
    /// Do tests on this machine.
    Run {
        /// For that device.
        device: DeviceId,
        /// Which.
        order: CheckOrder,
    },
    /// The volunteer answered so.
    Say(&'static str),
    /// The volunteer wants no more of it.
    Leave,
}

/// What the screen is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CheckTold {
    /// How the tests stand.
    List(Vec<TestLine>),
    /// A test shows this now.
    Shown(Box<TrialView>),
    /// A test shows this, and asks.
    Asked(Box<TrialView>, Question),
    /// Something came of a test.
    Line(Sentence),
    /// No test runs any more; why, where they did not come to their end.
    Over(Option<Report>),
}
