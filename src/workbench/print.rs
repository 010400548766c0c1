//! Labels on their way to a printer: ordered, waiting, sent.
//!
//! Invariants: an order is durable before it is acknowledged, but for a badge, which is never written down; the ledger knows of a
//! device's label before its first byte goes out, once for an order, however often it is tried; what a label says is so when it
//! goes out; what went out whole does not go out again while whoever sent it lives; nobody who works waits for a printer.

use super::badge_label::print_badge;
use super::bench::{Bench, Found};
use super::effect::Answer;
use super::label::{MadeLabel, device_label, erased_label, part_label, template};
use super::part::part_view;
use super::print_paper::{LabelPrint, label_bytes};
use super::printer::{PrinterSetting, printer};
use super::report::{Report, Tone};
use crate::event::Fact;
use crate::event::label::{LabelFor, LabelPrinted};
use crate::port::{Entry, Failure, LabelOrdered, PrintForm, PrintJob, Trouble};
use crate::tag::{Domain, PrinterState};
use crate::unit::{Moment, PartId, PrintId, Secret};
use crate::word::{Sentence, Words, say};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// How long a printer that does not take anything is left alone.
const REST: Duration = Duration::from_secs(3);
/// How long one that does not say how it is, is not asked again.
const MUTE: Duration = Duration::from_mins(1);

/// Something about labels and printers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PrintOrder {
    /// Print a label of the device on the usual printer.
    Label {
        /// The device: its tag, or its id.
        device: String,
        /// What it says.
        label: LabelFor,
    },
    /// Print the label of that part on the usual printer.
    Part(PartId),
    /// Print the badge of that code, now or not at all, for whoever has that name.
    Badge {
        /// Its code.
        code: Secret,
        /// Whose name it shows.
        name: String,
    },
    /// Do not print that any more.
    Cancel(PrintId),
}

/// A print job that waits, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrintWait {
    /// Its id.
    pub id: PrintId,
    /// What the station calls the printer.
    pub printer: String,
    /// What it is.
    pub title: String,
    /// When it was ordered.
    pub at: Moment,
    /// Why it waits; none where it is about to be sent.
    pub why: Option<Sentence>,
}

/// Orders labels on that printer: one job a label, or one for all where the printer takes pages. Errors: the printer's
/// settings make no sense; the paper does not hold them; the queue cannot be written.
pub fn order_labels(
    bench: &Bench<'_>,
    on: &PrinterSetting,
    labels: &[MadeLabel],
    (copies, used): (u16, u32),
) -> Result<Vec<PrintJob>, Failure> {
    let on = &on.clone().checked(bench)?;
    let paper = template(bench, &on.template)?;
    let (language, dpi, shift) = (on.spoken(), on.dpi, on.shift());
    let print = LabelPrint { template: &paper, language, dpi, copies, used, shift, roll: on.loaded() };
    let together = if on.form() == PrintForm::Pdf { labels.len() } else { 1 };
    let mut drawn = Vec::new();
    for labels in labels.chunks(together.max(1)) {
        drawn.push((labels, label_bytes(labels, &print)?));
    }
    let mut jobs = Vec::new();
    for (labels, bytes) in drawn {
        let first = labels.first().map_or_else(String::new, |label| label.name.clone());
        let title = if labels.len() > 1 { format!("{first} (+{})", labels.len() - 1) } else { first };
        let job = PrintJob {
            id: PrintId::from_random(bench.chance.bytes()),
            printer: on.name.clone(),
            title,
            at: bench.clock.now(),
            by: bench.by.clone(),
            form: on.form(),
            labels: labels.iter().filter_map(|label| label.ordered(copies)).collect(),
        };
        bench.prints.add(&job, &bytes)?;
        jobs.push(job);
    }
    Ok(jobs)
}

/// What one who sends remembers from one look to the next.
#[derive(Debug, Default)]
pub struct PrintHand {
    resting: BTreeMap<String, (Duration, Sentence)>,
    mute: BTreeMap<String, Duration>,
    /// What went out whole and could not be taken out of the queue.
    printed: BTreeSet<PrintId>,
}

/// What a look at the queue came to.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct PrintLook {
    /// What went to its printer.
    pub sent: Vec<PrintJob>,
    /// What waits still.
    pub waits: Vec<PrintWait>,
    /// What somebody else sent or cancelled meanwhile.
    pub gone: Vec<PrintJob>,
    /// What was taken out because a rule forbids it, and what somebody must know.
    pub dropped: Vec<(PrintJob, Failure)>,
}

/// Sends what can be sent now, each printer's jobs in their order, until `stop` says that it is enough: asked before each of
/// them. Errors: the queue cannot be read.
pub fn send_waiting(bench: &Bench<'_>, hand: &mut PrintHand, stop: &dyn Fn() -> bool) -> Result<PrintLook, Failure> {
    let mut look = PrintLook::default();
    let mut jobs: Vec<(String, Vec<PrintJob>)> = Vec::new();
    for job in bench.prints.list()? {
        match jobs.iter_mut().find(|(printer, _)| *printer == job.printer) {
            Some((_, waiting)) => waiting.push(job),
            None => jobs.push((job.printer.clone(), vec![job])),
        }
    }
    for (name, waiting) in jobs {
        let why = send_to(bench, &name, &waiting, hand, (&mut look, stop))?;
        let done = look.sent.iter().chain(&look.gone).chain(look.dropped.iter().map(|(job, _)| job));
        let done: BTreeSet<&PrintId> = done.map(|job| &job.id).collect();
        let left: Vec<PrintJob> = waiting.iter().filter(|job| !done.contains(&job.id)).cloned().collect();
        look.waits.extend(left.into_iter().map(|job| wait(job, why.clone())));
    }
    Ok(look)
}

fn wait(job: PrintJob, why: Option<Sentence>) -> PrintWait {
    PrintWait { id: job.id, printer: job.printer, title: job.title, at: job.at, why }
}

/// Sends one printer's jobs until it takes no more; why it does not.
fn send_to(
    bench: &Bench<'_>,
    name: &str,
    jobs: &[PrintJob],
    hand: &mut PrintHand,
    (look, stop): (&mut PrintLook, &dyn Fn() -> bool),
) -> Result<Option<Sentence>, Failure> {
    let Ok(on) = printer(bench, Some(name)) else { return Ok(Some(say!("print-printer-removed"))) };
    let now = bench.clock.elapsed();
    if let Some((_until, why)) = hand.resting.get(name).filter(|(until, _)| now < *until) {
        return Ok(Some(why.clone()));
    }
    // Whoever else sends to it now sends these too.
    let Some(_turn) = bench.prints.take(name)? else { return Ok(None) };
    for job in jobs {
        if stop() {
            return Ok(None);
        }
        let Some(bytes) = bench.prints.bytes(&job.id)? else {
            let list = if hand.printed.remove(&job.id) { &mut look.sent } else { &mut look.gone };
            list.push(job.clone());
            continue;
        };
        let is_mute = hand.mute.get(name).is_some_and(|until| now < *until);
        let came_to = if hand.printed.contains(&job.id) {
            take_out(bench, job, hand)
        } else {
            let question = on.spoken().filter(|_| !is_mute).and_then(|language| language.question_for(&bytes));
            let state = bench.printers.state(&on.address, question.as_ref());
            if state == PrinterState::Unknown && !is_mute {
                hand.mute.insert(name.to_owned(), now + MUTE);
            }
            if state.takes() { send_one(bench, on, job, &bytes, hand) } else { Sent::Waits(state.sentence()) }
        };
        match came_to {
            Sent::There => look.sent.push(job.clone()),
            Sent::Forbidden(failure) => look.dropped.push((job.clone(), failure)),
            Sent::Waits(why) => {
                hand.resting.insert(name.to_owned(), (bench.clock.elapsed() + REST, why.clone()));
                return Ok(Some(why));
            }
        }
    }
    hand.resting.remove(name);
    Ok(None)
}

enum Sent {
    There,
    Waits(Sentence),
    Forbidden(Failure),
}

fn send_one(bench: &Bench<'_>, on: &PrinterSetting, job: &PrintJob, bytes: &[u8], hand: &mut PrintHand) -> Sent {
    for label in &job.labels {
        if let Err(failure) = still_so(bench, label).and_then(|()| record(bench, job, label)) {
            if failure.rule.is_none() {
                return Sent::Waits(failure.what);
            }
            return match bench.prints.remove(&job.id) {
                Ok(_was) => Sent::Forbidden(failure),
                Err(failure) => Sent::Waits(failure.what),
            };
        }
    }
    if let Err(failure) = bench.printers.send(&on.address, &job.title, job.form, bytes) {
        return Sent::Waits(failure.what);
    }
    hand.printed.insert(job.id.clone());
    take_out(bench, job, hand)
}

/// Takes out of the queue what went out whole.
fn take_out(bench: &Bench<'_>, job: &PrintJob, hand: &mut PrintHand) -> Sent {
    if let Err(failure) = bench.prints.remove(&job.id) {
        return Sent::Waits(failure.what);
    }
    hand.printed.remove(&job.id);
    Sent::There
}

/// Whether what the label says is so now, whatever was so when it was ordered or first recorded.
fn still_so(bench: &Bench<'_>, label: &LabelOrdered) -> Result<(), Failure> {
    let is_so = label.label != LabelFor::Erased || bench.device(&label.device)?.file.is_free_of_data();
    let refused =
        || Failure::new(Trouble::No, say!("rule-label-erased", tag = label.tag.as_str())).by_rule("label-erased");
    if is_so { Ok(()) } else { Err(refused()) }
}

/// Records a label before its first byte goes out; once for an order.
fn record(bench: &Bench<'_>, job: &PrintJob, label: &LabelOrdered) -> Result<(), Failure> {
    let is_it =
        |fact: &Fact| matches!(fact, Fact::LabelPrinted(known) if known.print == job.id && known.tag == label.tag);
    if bench.index.history(&label.device)?.iter().any(|line| is_it(&line.event.fact)) {
        return Ok(());
    }
    let known = bench.index.printed(&label.tag, label.label)?;
    let fact = LabelPrinted {
        tag: label.tag.clone(),
        label: label.label,
        printer: job.printer.clone(),
        copy: known.saturating_add(1),
        copies: label.copies,
        print: job.id.clone(),
    };
    let (at, device) = (bench.clock.now(), Some(label.device.clone()));
    bench.journal.append(Entry { at, happened_at: None, by: job.by.clone(), device, fact })?;
    Ok(())
}

/// What waits, without sending anything.
pub fn print_waits(bench: &Bench<'_>) -> Result<Vec<PrintWait>, Failure> {
    Ok(bench.prints.list()?.into_iter().map(|job| wait(job, None)).collect())
}

/// Carries out what a screen asked for.
pub fn carry_print(bench: &Bench<'_>, domain: &Domain, order: &PrintOrder, words: &Words) -> Result<Answer, Failure> {
    match order {
        PrintOrder::Label { device, label } => {
            let on = &printer(bench, None)?.clone().checked(bench)?;
            let found = bench.find(device)?;
            let made = made_label(bench, domain, &found, *label, words)?;
            order_labels(bench, on, std::slice::from_ref(&made), (1, 0))?;
            Ok(Answer::Done(queued(bench, on, &made)?))
        }
        PrintOrder::Part(part) => {
            let on = printer(bench, None)?;
            let made = part_label(bench, &part_view(bench, part.clone())?, words)?;
            order_labels(bench, on, std::slice::from_ref(&made), (1, 0))?;
            Ok(Answer::Done(queued(bench, on, &made)?))
        }
        PrintOrder::Badge { code, name } => {
            let on = printer(bench, None)?;
            print_badge(bench, on, code, name)?;
            Ok(Answer::Done(Report::new(Tone::Good, say!("badge-printed", printer = on.name.as_str()))))
        }
        PrintOrder::Cancel(id) => {
            let what = if bench.prints.remove(id)? { say!("print-cancelled") } else { say!("print-not-there") };
            Ok(Answer::Done(Report::new(Tone::Good, what)))
        }
    }
}

/// The label of a device that says so.
pub fn made_label(
    bench: &Bench<'_>,
    domain: &Domain,
    found: &Found,
    label: LabelFor,
    words: &Words,
) -> Result<MadeLabel, Failure> {
    match label {
        LabelFor::Device => device_label(bench, domain, found, words),
        LabelFor::Erased => erased_label(bench, domain, found, words),
    }
}

/// What to tell whoever ordered it: where it goes, and whether another of it is out there.
pub fn queued(bench: &Bench<'_>, on: &PrinterSetting, made: &MadeLabel) -> Result<Report, Failure> {
    let (name, printer) = (made.name.as_str(), on.name.as_str());
    let known = match made.ordered(1) {
        Some(label) => bench.index.printed(&label.tag, label.label)?,
        None => 0,
    };
    Ok(if known > 0 {
        let number = u64::from(known) + 1;
        Report::new(Tone::Warn, say!("print-queued-again", name = name, printer = printer, number = number))
    } else {
        Report::new(Tone::Good, say!("print-queued", name = name, printer = printer))
    })
}
