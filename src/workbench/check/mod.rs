//! The function tests: one file each, everything about them derived from [`FUNCTION_TESTS`].
//!
//! Invariants: a missing part is detected, never asked about; what could not be tried is skipped with its reason, never said
//! to fail or to be absent; every outcome is recorded before the next test begins.

mod camera;
mod keyboard;
mod load;
mod memory;
mod order;
mod power;
mod radio;
mod screen;
mod sound;
mod told;
mod touchpad;
mod typed;
mod usb;

pub use order::{CheckNews, CheckOrder, TestLine, ended_sentence, outcome_sentence, test_lines, test_now};
pub use told::{CheckAsk, CheckTold};
pub use typed::{CheckAnswer, check};

use crate::event::inspection::{FunctionOutcome, FunctionResult, Measured, TestedHow};
use crate::event::intake::DeviceKind;
use crate::port::{Clock, Failure, Guide, Hardware, Part};
use crate::trial::{Layout, PaceClass, Question, TrialView};
use crate::word::{Sentence, say};
use std::time::Duration;

/// One function test.
pub struct FunctionTest {
    /// Its id, for ever: the ledger holds it. Its name is `function-<id>`, what to do is `test-<id>`.
    pub id: &'static str,
    /// Whether it needs nobody.
    pub is_automatic: bool,
    /// Whether it is done only where it is named: it takes long.
    pub is_long: bool,
    /// The part that must be there.
    pub part: Part,
    /// Whether such a device cannot be without it: where it is missing there, it fails.
    pub must: fn(DeviceKind) -> bool,
    run: fn(&Hands<'_>, &mut dyn Guide) -> Result<Come, Stop>,
}

/// Every function test, in the order in which they are done.
pub static FUNCTION_TESTS: &[&FunctionTest] = &[
    &keyboard::KEYBOARD,
    &screen::SCREEN,
    &sound::SPEAKERS,
    &sound::MICROPHONE,
    &camera::CAMERA,
    &touchpad::TOUCHPAD,
    &usb::USB,
    &radio::WIFI,
    &power::CHARGING,
    &power::LID,
    &memory::MEMORY,
    &load::LOAD,
    &radio::BLUETOOTH,
    &power::DISCHARGE,
];

/// The test of that id.
#[must_use]
pub fn function_test(id: &str) -> Option<&'static FunctionTest> {
    FUNCTION_TESTS.iter().find(|test| test.id == id).copied()
}

impl PartialEq for FunctionTest {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for FunctionTest {}

impl std::fmt::Debug for FunctionTest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "FunctionTest({})", self.id)
    }
}

impl FunctionTest {
    /// What people call what it tests.
    #[must_use]
    pub fn name(&self) -> Sentence {
        // words: function-*
        Sentence::new(format!("function-{}", self.id))
    }

    /// What to do, in one sentence.
    #[must_use]
    pub fn task(&self) -> Sentence {
        // words: test-*
        Sentence::new(format!("test-{}", self.id))
    }
}

/// What a test works with.
pub struct Hands<'a> {
    /// The machine.
    pub hardware: &'a dyn Hardware,
    /// Time.
    pub clock: &'a dyn Clock,
    /// What kind of device it is.
    pub kind: DeviceKind,
    /// What was chosen.
    pub options: TestOptions,
    /// What a machine may be fast enough for, the least first.
    pub uses: &'a [PaceClass],
    /// Whether everything is to end.
    pub cancel: &'a dyn Fn() -> bool,
}

/// What can be chosen about the tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TestOptions {
    /// The keyboard's layout; none to guess it.
    pub layout: Option<&'static Layout>,
    /// How long memory is tested.
    pub memory: Duration,
    /// How long the processors are under load.
    pub load: Duration,
    /// How long a battery is discharged.
    pub discharge: Duration,
}

impl Default for TestOptions {
    fn default() -> Self {
        Self {
            layout: None,
            memory: Duration::from_secs(20),
            load: Duration::from_mins(1),
            discharge: Duration::from_mins(10),
        }
    }
}

/// What a test came to.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Come {
    outcome: FunctionOutcome,
    reason: Option<&'static str>,
    measured: Vec<Measured>,
}

/// Why a test came to nothing.
enum Stop {
    /// The volunteer skipped it, and why.
    Skip(&'static str),
    /// Something failed, or the volunteer left.
    Failure(Failure),
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

impl Come {
    const fn new(outcome: FunctionOutcome, reason: Option<&'static str>) -> Self {
        Self { outcome, reason, measured: Vec::new() }
    }

    const fn works() -> Self {
        Self::new(FunctionOutcome::Works, None)
    }

    const fn fails(reason: &'static str) -> Self {
        Self::new(FunctionOutcome::Fails, Some(reason))
    }

    /// Good, or the fault of that name.
    fn judged(answer: &'static str) -> Self {
        if answer == "good" { Self::works() } else { Self::fails(answer) }
    }

    fn with(mut self, name: &str, value: u64, unit: &str) -> Self {
        self.measured.push(Measured { name: name.to_owned(), value, unit: unit.to_owned() });
        self
    }

    fn result(self, test: &FunctionTest) -> FunctionResult {
        let how = if test.is_automatic { TestedHow::Automatic } else { TestedHow::Volunteer };
        FunctionResult {
            function: test.id.to_owned(),
            outcome: self.outcome,
            reason: self.reason.map(str::to_owned),
            how: Some(how),
            measured: self.measured,
        }
    }
}

impl Hands<'_> {
    /// Whether the volunteer or the program wants no more of it.
    fn is_over(&self, guide: &dyn Guide) -> bool {
        (self.cancel)() || guide.is_left()
    }
}

/// Why a volunteer skips a test.
const SKIPS: &[&str] = &["no_time", "no_tool", "cannot_tell", "unsafe"];

/// Asks; a test that is skipped ends there, with its reason.
fn ask(guide: &mut dyn Guide, view: &TrialView, question: &Question) -> Result<&'static str, Stop> {
    let answer = guide.ask(view, question)?;
    if answer != "skip" {
        return Ok(answer);
    }
    let why = ('1'..).zip(SKIPS).map(|(key, id)| crate::trial::Choice { key, id }).collect();
    let reason = guide.ask(view, &Question { text: say!("ask-why-skip"), choices: why })?;
    Err(Stop::Skip(reason))
}

/// What a test shows first: what it tests, and what to do.
fn first_view(test: &FunctionTest, hands: &Hands<'_>) -> TrialView {
    let on = match hands.hardware.presence(test.part) {
        crate::port::Presence::There(name) => Some(name),
        crate::port::Presence::Absent(_) | crate::port::Presence::Unknown(_) => None,
    };
    TrialView { check: test.id, on, lines: vec![test.task()], ..TrialView::default() }
}
