//! `aoxanh printer …`, and printing from the command line: at once, or waiting and saying for what.

use super::args_printer::PrinterVerb;
use super::out::Out;
use crate::port::{Failure, PrintJob, Trouble};
use crate::word::{Sentence, say};
use crate::workbench::{self, Bench, PrintHand, PrintWait, PrinterSetting, printer};
use serde_json::json;
use std::collections::BTreeSet;
use std::time::Duration;

/// How often whoever waits looks again.
const LOOK: Duration = Duration::from_millis(250);

/// Runs a verb about printers that changes no setting. Errors: what it says.
pub fn run_printer(
    verb: &PrinterVerb,
    bench: &Bench<'_>,
    out: &mut Out<'_>,
    cancel: &dyn Fn() -> bool,
) -> Result<(), Failure> {
    match verb {
        PrinterVerb::List => list(bench, out),
        PrinterVerb::Find => find(bench, out),
        PrinterVerb::Test(args) => {
            let on = printer(bench, args.name.as_deref())?;
            let label = workbench::test_label(bench, &on.name, out.words())?;
            let jobs = workbench::order_labels(bench, on, &[label], (1, 0))?;
            print_now(bench, &jobs, out, cancel)?;
            out.say(&say!("printer-tested"))
        }
        PrinterVerb::Status(args) => status(bench, args.name.as_deref(), out),
        PrinterVerb::Queue => queue(bench, out),
        PrinterVerb::Cancel(args) => {
            if !bench.prints.remove(&args.print)? {
                return Err(Failure::new(Trouble::No, say!("print-not-there")).hint(say!("print-not-there-hint")));
            }
            out.object("print_cancelled", json!({ "print": args.print }))?;
            out.say(&say!("print-cancelled"))
        }
        PrinterVerb::Add(_) | PrinterVerb::Remove(_) | PrinterVerb::Default(_) => {
            Err(Failure::new(Trouble::Usage, say!("verb-needs-folder")))
        }
    }
}

/// Shows one printer as it stands in the settings.
pub fn say_printer(one: &PrinterSetting, out: &mut Out<'_>) -> Result<(), Failure> {
    let address = one.address.to_string();
    let (name, language, template) = (one.name.as_str(), one.language.as_str(), one.template.as_str());
    out.object(
        "printer",
        json!({
            "name": name, "address": address, "language": language, "template": template, "dpi": one.dpi,
            "roll": one.roll, "right_um": one.right, "down_um": one.down, "default": one.default,
        }),
    )?;
    let line = say!("printer-row", name = name, address = address, language = language, template = template);
    out.say(&if one.default { say!("printer-usual", printer = line) } else { line })
}

fn list(bench: &Bench<'_>, out: &mut Out<'_>) -> Result<(), Failure> {
    if bench.own.printers.is_empty() {
        out.say(&say!("printer-none"))?;
        return out.say(&say!("printer-none-hint"));
    }
    bench.own.printers.iter().try_for_each(|one| say_printer(one, out))
}

fn find(bench: &Bench<'_>, out: &mut Out<'_>) -> Result<(), Failure> {
    let found = bench.printers.list()?;
    for seen in &found {
        let address = seen.address.to_string();
        let known = bench.own.printers.iter().find(|one| one.address == seen.address).map(|one| one.name.as_str());
        out.object("printer_found", json!({ "address": address, "says": seen.name, "name": known }))?;
        out.say(&match known {
            Some(name) => say!("printer-found-known", address = address, name = name),
            None => say!("printer-found", address = address, says = seen.name.as_str()),
        })?;
    }
    if found.is_empty() {
        out.say(&say!("printer-found-none"))?;
    }
    out.say(&say!("printer-find-next"))
}

fn status(bench: &Bench<'_>, name: Option<&str>, out: &mut Out<'_>) -> Result<(), Failure> {
    let all = match name {
        Some(name) => vec![printer(bench, Some(name))?],
        None if bench.own.printers.is_empty() => vec![printer(bench, None)?],
        None => bench.own.printers.iter().collect(),
    };
    for one in all {
        let state = bench.printers.state(&one.address, one.question());
        out.object("printer_state", json!({ "name": one.name, "state": state.word() }))?;
        out.say(&say!("printer-state", name = one.name.as_str(), state = state.sentence()))?;
    }
    Ok(())
}

fn queue(bench: &Bench<'_>, out: &mut Out<'_>) -> Result<(), Failure> {
    let waits = workbench::print_waits(bench)?;
    for PrintWait { id, printer, title, at, .. } in &waits {
        out.object("print", json!({ "print": id, "printer": printer, "title": title, "at": at }))?;
        let (at, title, printer) = (at.local(), title.as_str(), printer.as_str());
        out.say(&say!("print-row", id = id.as_str(), at = at, title = title, printer = printer))?;
    }
    if waits.is_empty() { out.say(&say!("print-none")) } else { Ok(()) }
}

/// Sends the jobs, and says for what they wait until they are sent. Errors: a rule forbids one; nobody knows what became of
/// one; somebody would not wait any longer, and they stay in the queue.
pub(super) fn print_now(
    bench: &Bench<'_>,
    jobs: &[PrintJob],
    out: &mut Out<'_>,
    cancel: &dyn Fn() -> bool,
) -> Result<(), Failure> {
    let (mut hand, mut told): (PrintHand, Option<Sentence>) = (PrintHand::default(), None);
    let (mut forbidden, mut sent) = (Vec::new(), BTreeSet::new());
    let is_ours = |other: &crate::unit::PrintId| jobs.iter().any(|job| job.id == *other);
    loop {
        let look = workbench::send_waiting(bench, &mut hand, cancel)?;
        sent.extend(look.sent.into_iter().map(|job| job.id));
        forbidden.extend(look.dropped.into_iter().filter(|(job, _)| is_ours(&job.id)));
        let left: Vec<&PrintWait> = look.waits.iter().filter(|wait| is_ours(&wait.id)).collect();
        let Some(first) = left.first() else { break };
        if first.why.is_some() && first.why != told {
            told.clone_from(&first.why);
            let (printer, count) = (first.printer.as_str(), left.len() as u64);
            let why = first.why.clone().unwrap_or_else(|| say!("plain", text = ""));
            out.object("print_waits", json!({ "printer": printer, "prints": count, "why": why.key() }))?;
            out.say(&say!("print-waits", printer = printer, count = count, why = why))?;
            out.say(&say!("print-waits-hint"))?;
        }
        if cancel() {
            let what = say!("print-left", count = left.len() as u64);
            return Err(Failure::new(Trouble::TryAgain, what).hint(say!("print-left-hint")));
        }
        bench.clock.wait(LOOK);
    }
    let mut failures = Vec::new();
    for job in jobs {
        let (title, printer) = (job.title.as_str(), job.printer.as_str());
        if sent.contains(&job.id) {
            out.object("printed", json!({ "print": job.id, "title": title, "printer": printer }))?;
            out.say(&say!("printed", title = title, printer = printer))?;
        } else if let Some(at) = forbidden.iter().position(|(other, _)| other.id == job.id) {
            failures.push(forbidden.swap_remove(at).1);
        } else {
            out.object("print_gone", json!({ "print": job.id, "title": title, "printer": printer }))?;
            let gone = Failure::new(Trouble::No, say!("print-gone", title = title));
            failures.push(gone.hint(say!("print-gone-hint", printer = printer)));
        }
    }
    // The last one is told by whoever called.
    let last = failures.pop();
    failures.iter().try_for_each(|failure| out.say(&failure.what))?;
    last.map_or(Ok(()), Err)
}
