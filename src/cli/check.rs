//! `aoxanh check`: outcomes as typed, or the tests themselves, one after the other.

use super::args_check::CheckArgs;
use super::check_guide::BenchGuide;
use super::out::Out;
use super::show;
use crate::custody::FUNCTIONS;
use crate::event::inspection::{FunctionOutcome, FunctionResult};
use crate::port::{Ask, Failure, Trouble};
use crate::word::say;
use crate::workbench::{
    self, Bench, CheckAnswer, CheckNews, CheckOrder, FunctionTest, TestLine, TestOptions, ended_sentence, function_test,
};
use serde_json::json;
use std::cell::RefCell;
use std::time::Duration;

/// Records what was typed; where nothing was, shows how the tests stand or does them.
pub fn run_check(
    args: &CheckArgs,
    bench: &Bench<'_>,
    ask: &dyn Ask,
    out: &mut Out<'_>,
    cancel: &dyn Fn() -> bool,
) -> Result<(), Failure> {
    if args.list {
        let found = bench.find(&args.device)?;
        return workbench::test_lines(bench, &found)?.iter().try_for_each(|line| tell_line(out, line));
    }
    if !args.answers.is_empty() || args.rest_works {
        let found = workbench::check(bench, &bench.find(&args.device)?, &typed(args))?;
        return show::device(out, &found);
    }
    let found = bench.find(&args.device)?;
    if !ask.is_there() && !is_automatic(args) {
        let what = say!("check-nothing", known = FUNCTIONS.join(", "));
        return Err(Failure::new(Trouble::Usage, what).hint(say!("check-nothing-hint")));
    }
    guided(args, bench, &found, ask, out, cancel)?;
    show::device(out, &bench.device(&found.id)?)
}

/// Does the tests with whoever is at the terminal.
fn guided(
    args: &CheckArgs,
    bench: &Bench<'_>,
    found: &workbench::Found,
    ask: &dyn Ask,
    out: &mut Out<'_>,
    cancel: &dyn Fn() -> bool,
) -> Result<(), Failure> {
    let options = TestOptions {
        layout: args.layout,
        memory: Duration::from_secs(args.memory_time),
        load: Duration::from_secs(args.load_time),
        discharge: Duration::from_mins(args.discharge_time),
    };
    let order = CheckOrder { only: args.only.clone(), again: args.again, options };
    if ask.is_there() {
        out.say(&say!("check-stop-hint"))?;
    }
    let out = RefCell::new(out);
    let mut guide = BenchGuide::new(ask, &out);
    let mut tell = |news: CheckNews<'_>| tell(&mut out.borrow_mut(), &news);
    workbench::test_now(bench, found, &order, cancel, &mut guide, &mut tell).map(|_results| ())
}

/// Whether only tests are asked for that need nobody.
fn is_automatic(args: &CheckArgs) -> bool {
    !args.only.is_empty() && args.only.iter().all(|id| function_test(id).is_none_or(|test| test.is_automatic))
}

fn typed(args: &CheckArgs) -> Vec<CheckAnswer> {
    let answers = args.answers.iter();
    let mut answers: Vec<_> =
        answers.map(|(function, outcome)| CheckAnswer { function: function.clone(), outcome: *outcome }).collect();
    if args.rest_works {
        let rest = FUNCTIONS.iter().filter(|name| !args.answers.iter().any(|(known, _)| known == *name));
        let works = |name: &&str| CheckAnswer { function: (*name).to_owned(), outcome: FunctionOutcome::Works };
        answers.extend(rest.map(works));
    }
    answers
}

fn tell(out: &mut Out<'_>, news: &CheckNews<'_>) -> Result<(), Failure> {
    match news {
        CheckNews::Began(test) => out.say(&say!("check-began", name = test.name(), task = test.task())),
        CheckNews::Kept(line) => {
            out.object("function_test_kept", json!({ "function": line.test.id }))?;
            out.say(&say!("check-kept", name = line.test.name(), outcome = line.outcome()))
        }
        CheckNews::NotPossible(test, failure) => {
            let what = out.words().say(&failure.what);
            let hint = failure.hint.as_ref().map(|hint| out.words().say(hint));
            let cause = failure.cause.as_ref().or(failure.detail.as_ref());
            let object = json!({ "function": test.id, "message": what, "hint": hint, "cause": cause });
            out.object("function_test_not_possible", object)?;
            out.say(&say!("check-not-possible", name = test.name(), why = failure.what.clone()))?;
            failure.hint.iter().try_for_each(|hint| out.say(hint))
        }
        CheckNews::Ended(test, result) => {
            out.object("function_test", object(test, Some(result)))?;
            out.say(&ended_sentence(test, result))
        }
    }
}

fn tell_line(out: &mut Out<'_>, line: &TestLine) -> Result<(), Failure> {
    let mut object = object(line.test, line.last.as_ref().map(|(result, _)| result));
    if let (Some(fields), Some((_, at))) = (object.as_object_mut(), &line.last) {
        fields.insert("at".to_owned(), json!(at));
    }
    out.object("function_test", object)?;
    match &line.last {
        Some((result, at)) => {
            let outcome = ended_sentence(line.test, result);
            out.say(&say!("check-line-at", line = outcome, at = at.local()))
        }
        None => out.say(&say!("check-line-untried", name = line.test.name(), task = line.test.task())),
    }
}

fn object(test: &FunctionTest, result: Option<&FunctionResult>) -> serde_json::Value {
    json!({
        "function": test.id, "automatic": test.is_automatic, "long": test.is_long,
        "outcome": result.map(|result| result.outcome), "reason": result.and_then(|result| result.reason.as_ref()),
        "how": result.and_then(|result| result.how), "measured": result.map(|result| &result.measured),
    })
}
