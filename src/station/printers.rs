//! A station's printers: named in its settings, fed from its queue by a thread of their own.
//!
//! Invariant: whoever orders a label waits for the queue's file and for no printer.

use super::clerk::{at_bench, caught};
use super::desk::Room;
use super::folder::{Folder, own_words};
use super::{log, settings};
use crate::cli::{self, Out, PrinterVerb};
use crate::linux::{SystemClock, bytes_unsent, usb_printer_status};
use crate::port::{Clock, Failure, Trouble};
use crate::printer::MachinePrinters;
use crate::serial::{open_port, serial_ports};
use crate::word::{Words, say};
use crate::workbench::{
    Alert, Answer, Bench, News, PrintHand, PrintOrder, PrintWait, PrinterOrder, PrinterSetting, Report, carry_print,
    carry_printer, send_waiting, with_printer, without_printer,
};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

/// How often the queue is looked at, while something waits and while nothing does.
const BUSY: Duration = Duration::from_secs(1);
const IDLE: Duration = Duration::from_secs(5);

/// The printers that this machine reaches.
pub(super) fn printers() -> MachinePrinters {
    MachinePrinters { root: "/".into(), usb_status: usb_printer_status, unsent: bytes_unsent, serial_ports, open_port }
}

/// `aoxanh printer …`.
pub(super) fn run(
    verb: &PrinterVerb,
    folder: &Folder,
    bench: &Bench<'_>,
    out: &mut Out<'_>,
    cancel: &dyn Fn() -> bool,
) -> Result<(), Failure> {
    match verb {
        PrinterVerb::Add(args) => {
            let new = PrinterSetting {
                name: args.name.clone(),
                address: args.address.clone(),
                language: args.language.clone(),
                template: args.template.clone(),
                dpi: args.dpi,
                roll: args.roll.clone(),
                right: args.shift.right,
                down: args.shift.down,
                default: args.default,
            };
            let new = new.checked(bench)?;
            let mut settings = folder.settings()?;
            settings.printers = with_printer(settings.printers, new.clone());
            settings.write(folder)?;
            let kept = settings.printers.iter().find(|one| one.name == new.name);
            kept.map_or(Ok(()), |kept| cli::say_printer(kept, out))?;
            out.say(&say!("printer-added", name = new.name.as_str()))
        }
        PrinterVerb::Remove(args) => {
            let mut settings = folder.settings()?;
            let gone = crate::workbench::printer(bench, Some(&args.name))?;
            settings.printers = without_printer(bench, settings.printers, &gone.name)?;
            settings.write(folder)?;
            out.object("printer_removed", serde_json::json!({ "name": gone.name }))?;
            out.say(&say!("printer-removed", name = gone.name.as_str()))
        }
        PrinterVerb::Default(args) => {
            let usual = crate::workbench::printer(bench, Some(&args.name))?.clone();
            let mut settings = folder.settings()?;
            settings.printers = with_printer(settings.printers, PrinterSetting { default: true, ..usual });
            settings.write(folder)?;
            settings.printers.iter().try_for_each(|one| cli::say_printer(one, out))
        }
        PrinterVerb::List
        | PrinterVerb::Find
        | PrinterVerb::Test(_)
        | PrinterVerb::Status(_)
        | PrinterVerb::Queue
        | PrinterVerb::Cancel(_) => cli::run_printer(verb, bench, out, cancel),
    }
}

/// What a screen asks for; the thread that sends is told.
pub(super) fn carry(room: &Room<'_>, bench: &Bench<'_>, order: &PrintOrder) -> Result<Answer, Failure> {
    let answer = carry_print(bench, &room.opening.folder.settings()?.domain()?, order, &words_of(room)?);
    room.bell.ring();
    answer
}

/// What a screen asks for about the printers themselves; what is kept of them stands in the settings then.
pub(super) fn keep(room: &Room<'_>, bench: &mut Bench<'_>, order: &PrinterOrder) -> Result<Answer, Failure> {
    let folder = room.opening.folder;
    let mut settings = folder.settings()?;
    let before = settings.printers.clone();
    let answer = carry_printer(bench, &mut settings.printers, order, &words_of(room)?)?;
    if settings.printers != before {
        settings.write(folder)?;
        settings::keep_up(folder, bench)?;
    }
    room.bell.ring();
    Ok(answer)
}

fn words_of(room: &Room<'_>) -> Result<Words, Failure> {
    if let Some(own) = own_words(Some(room.opening.folder.path()), room.lang())? {
        return Ok(own);
    }
    Words::new(room.lang(), None).map_err(|error| Failure::new(Trouble::BadData, say!("job-broke")).because(error))
}

/// Wakes the thread that sends.
#[derive(Debug, Default)]
pub(super) struct Bell {
    /// Whether it was rung, and whether that was for the last time.
    rung: Mutex<(bool, bool)>,
    heard: Condvar,
}

impl Bell {
    fn ring(&self) {
        self.rung.lock().unwrap_or_else(PoisonError::into_inner).0 = true;
        self.heard.notify_all();
    }

    /// Rings for the last time.
    pub(super) fn end(&self) {
        self.rung.lock().unwrap_or_else(PoisonError::into_inner).1 = true;
        self.heard.notify_all();
    }

    /// Whether it rang for the last time.
    fn is_ended(&self) -> bool {
        self.rung.lock().unwrap_or_else(PoisonError::into_inner).1
    }

    /// Waits so long, or until it rings for the last time; whether there is more to do.
    pub(super) fn rest(&self, time: Duration) -> bool {
        let rung = self.rung.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.heard.wait_timeout_while(rung, time, |(_look, end)| !*end);
        let (rung, _) = waited.unwrap_or_else(PoisonError::into_inner);
        !rung.1
    }

    /// Waits until it rings, at most so long; whether there is more to do.
    fn wait(&self, time: Duration) -> bool {
        let rung = self.rung.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.heard.wait_timeout_while(rung, time, |(look, end)| !*look && !*end);
        let (mut rung, _) = waited.unwrap_or_else(PoisonError::into_inner);
        rung.0 = false;
        !rung.1
    }
}

/// The thread that sends what waits, until the bell rings for the last time.
pub(super) fn keep_printing(room: &Room<'_>, send: &dyn Fn(News)) {
    let told = |news: News| {
        log::news(&news);
        send(news);
    };
    let done = caught(|| {
        at_bench(room, None, |bench| {
            let (mut hand, mut before, mut trouble) = (PrintHand::default(), Vec::new(), None);
            loop {
                // Settings that do not read now leave the printers as they were.
                if let Err(failure) = settings::keep_up(room.opening.folder, bench) {
                    log::failed(&failure);
                }
                let mut failed = None;
                match look(bench, &mut hand, &|| room.bell.is_ended(), &told) {
                    Ok(waits) => {
                        if waits != before {
                            told(News::Prints(waits.clone()));
                        }
                        before = waits;
                    }
                    Err(failure) => failed = Some(failure),
                }
                if let Some(failure) = failed.as_ref().filter(|_| failed != trouble) {
                    alert(bench, failure.into(), &told);
                }
                trouble = failed;
                let time = if before.is_empty() && trouble.is_none() { IDLE } else { BUSY };
                if !room.bell.wait(time) {
                    return Ok(());
                }
            }
        })
    });
    if let Err(failure) = done {
        // Nobody asked for it: no layer that waits for an answer takes it for its own.
        let alert = Alert { at: SystemClock::new().now(), about: None, report: (&failure).into() };
        told(News::Alert(Box::new(alert)));
    }
}

fn look(
    bench: &Bench<'_>,
    hand: &mut PrintHand,
    stop: &dyn Fn() -> bool,
    told: &dyn Fn(News),
) -> Result<Vec<PrintWait>, Failure> {
    let look = send_waiting(bench, hand, stop)?;
    for (job, failure) in &look.dropped {
        let mut report = Report::from(failure);
        report.lines.push(say!("print-dropped", title = job.title.as_str()));
        alert(bench, report, told);
    }
    Ok(look.waits)
}

fn alert(bench: &Bench<'_>, report: Report, told: &dyn Fn(News)) {
    told(News::Alert(Box::new(Alert { at: bench.clock.now(), about: None, report })));
}
