//! Function tests for the screen: the volunteer is somewhere else, answers come from there.

use super::bench::Bench;
use super::carry::{Tell, tell_anew};
use super::check::{CheckAsk, CheckNews, CheckOrder, CheckTold, ended_sentence, test_lines, test_now};
use super::effect::Answer;
use super::news::News;
use super::report::Report;
use crate::port::{Failure, Guide, gave_up};
use crate::trial::{Question, TrialView};
use crate::unit::DeviceId;
use crate::word::say;
use std::cell::RefCell;

/// The volunteer at the screen.
struct ScreenGuide<'a, 'tell> {
    tell: &'a RefCell<Tell<'tell>>,
    /// The next answer; none where the person left.
    next: &'a dyn Fn() -> Option<&'static str>,
    is_left: &'a dyn Fn() -> bool,
}

fn told(what: CheckTold) -> News {
    News::Answer(Answer::Check(Box::new(what)))
}

impl Guide for ScreenGuide<'_, '_> {
    fn show(&mut self, view: &TrialView) {
        (self.tell.borrow_mut())(told(CheckTold::Shown(Box::new(view.clone()))));
    }

    fn ask(&mut self, view: &TrialView, question: &Question) -> Result<&'static str, Failure> {
        (self.tell.borrow_mut())(told(CheckTold::Asked(Box::new(view.clone()), question.clone())));
        loop {
            let answer = (self.next)().ok_or_else(gave_up)?;
            // One to an earlier question came too late.
            if let Some(choice) = question.choices.iter().find(|choice| choice.id == answer) {
                return Ok(choice.id);
            }
        }
    }

    fn is_left(&self) -> bool {
        (self.is_left)()
    }
}

/// Answers how the tests of a device stand; says nothing of the others, which have a thread of their own.
pub(super) fn carry_check(bench: &Bench<'_>, ask: &CheckAsk) -> Option<Result<Answer, Failure>> {
    let CheckAsk::List(device) = ask else { return None };
    let lines = bench.device(device).and_then(|found| test_lines(bench, &found));
    Some(lines.map(|lines| Answer::Check(Box::new(CheckTold::List(lines)))))
}

/// Does the tests to their end, telling what they show and ask; `next` waits for an answer.
pub fn run_tests(
    bench: &Bench<'_>,
    device: &DeviceId,
    order: &CheckOrder,
    next: &dyn Fn() -> Option<&'static str>,
    is_left: &dyn Fn() -> bool,
    tell: Tell<'_>,
) {
    let tell = RefCell::new(tell);
    let mut guide = ScreenGuide { tell: &tell, next, is_left };
    let mut hear = |news: CheckNews<'_>| {
        let line = match news {
            CheckNews::Began(_) => return Ok(()),
            CheckNews::Kept(line) => say!("check-kept", name = line.test.name(), outcome = line.outcome()),
            CheckNews::NotPossible(test, failure) => {
                say!("check-not-possible", name = test.name(), why = failure.what.clone())
            }
            CheckNews::Ended(test, result) => ended_sentence(test, result),
        };
        (tell.borrow_mut())(told(CheckTold::Line(line)));
        Ok(())
    };
    let done = bench.device(device).and_then(|found| test_now(bench, &found, order, is_left, &mut guide, &mut hear));
    let mut tell = tell.borrow_mut();
    tell_anew(bench, device, &mut **tell);
    tell(told(CheckTold::Over(done.err().as_ref().map(Report::from))));
}
