//! A disk's own self-test: begun, followed to its end, or looked at.
//!
//! Invariants: a test that runs already is followed, never begun again; whoever stops following does not stop the disk; an
//! end that nobody saw is never called passed.

use super::bench::Bench;
use super::health::is_silent;
use crate::port::{Failure, Trouble};
use crate::reading::SmartReport;
use crate::word::{Sentence, say};
use std::time::Duration;

/// Between two looks at a disk that tests itself.
const PAUSE: Duration = Duration::from_secs(10);

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestOrder {
    /// Which disk.
    pub disk: String,
    /// The whole surface, for hours.
    pub long: bool,
    /// Only look, begin nothing.
    pub look: bool,
}

/// How it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tested {
    /// It runs, so many per cent left.
    Running(u64),
    /// The last one passed.
    Passed,
    /// The last one failed; in the disk's words.
    Failed(String),
    /// There never was one, or it was stopped.
    NoResult,
}

/// Has the disk test itself and follows it, telling how far it is; or only looks. Errors: no such disk, one without self-test,
/// it refused, it stopped answering.
pub fn self_test(
    bench: &Bench<'_>,
    order: &TestOrder,
    cancel: &dyn Fn() -> bool,
    tell: &mut dyn FnMut(&Sentence),
) -> Result<Tested, Failure> {
    let disk = bench.pick_disk(&order.disk, None)?;
    let name = disk.name.as_str();
    if is_silent(&disk) {
        return Err(Failure::new(Trouble::No, say!("self-test-no-such-bus", disk = name, bus = disk.bus.word())));
    }
    let before = bench.smart.report(&disk)?;
    if order.look {
        return Ok(standing(&before));
    }
    if before.testing.left.is_some() {
        tell(&say!("self-test-already", disk = name));
    } else {
        bench.smart.start_test(&disk, order.long)?;
        let minutes = if order.long { before.testing.long_minutes } else { before.testing.short_minutes };
        tell(&match minutes {
            Some(minutes) => say!("self-test-began-minutes", disk = name, minutes = minutes),
            None => say!("self-test-began", disk = name),
        });
    }
    loop {
        bench.clock.wait(PAUSE);
        let silent = |failure: Failure| Failure { what: say!("self-test-silent", disk = name), ..failure };
        let now = bench.smart.report(&disk).map_err(silent)?;
        match now.testing.left {
            Some(left) if cancel() => return Ok(Tested::Running(left)),
            Some(left) => tell(&say!("self-test-running", disk = name, left = left)),
            None => return Ok(standing(&now)),
        }
    }
}

fn standing(report: &SmartReport) -> Tested {
    match (report.testing.left, &report.self_test) {
        (Some(left), _) => Tested::Running(left),
        (None, Some(last)) if last.failed => Tested::Failed(last.text.clone()),
        (None, Some(last)) if last.passed => Tested::Passed,
        (None, Some(_) | None) => Tested::NoResult,
    }
}
