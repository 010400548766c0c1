//! A badge as a label: the code, the holder's name, the team; on a printer, or as bytes for a file that somebody names.
//!
//! Invariants: a badge's code is written to no file of the station: it goes from memory to the printer and never through the
//! print queue, nor to a printing system that keeps what it printed; what a printer cannot take now is refused at once, and
//! never waits.

use super::badge::issue_badge_seen;
use super::bench::Bench;
use super::label::{LabelKind, MadeLabel, made, template};
use super::people::check_name;
use super::print_paper::{LabelPrint, label_bytes};
use super::printer::PrinterSetting;
use crate::port::{Failure, PrintForm, PrinterAddress, Trouble};
use crate::tag::{LabelLine, LabelTemplate, PrinterState};
use crate::unit::{PersonId, Secret};
use crate::word::say;

fn badge_label(bench: &Bench<'_>, code: &Secret, name: &str) -> Result<MadeLabel, Failure> {
    let team = bench.site.as_ref().map(|site| LabelLine::soft(site.team.clone(), 90));
    let lines = [LabelLine::whole(name, 140)].into_iter().chain(team).collect();
    made(bench, LabelKind::Badge, name.to_owned(), code.expose().to_owned(), lines)
}

/// The name to be worn: the one that was typed, else the one in the vault. Errors: neither is there; it is no name.
pub fn worn_name(bench: &Bench<'_>, person: &PersonId, typed: Option<&str>) -> Result<String, Failure> {
    let none = || Failure::new(Trouble::Usage, say!("badge-no-name")).hint(say!("badge-no-name-hint"));
    match typed {
        Some(name) => check_name(name).map(str::to_owned),
        None => bench.name_of(person.as_str())?.ok_or_else(none),
    }
}

/// Makes a badge for that person as `print` draws it and `put` puts it somewhere; where one of these fails none was made,
/// and the one before still counts. Errors: those of both; the rules (one's own, or a lead; by PIN).
pub fn issue_drawn_badge(
    bench: &Bench<'_>,
    person: &PersonId,
    name: &str,
    print: &LabelPrint<'_>,
    put: &mut dyn FnMut(&[u8]) -> Result<(), Failure>,
) -> Result<(), Failure> {
    issue_badge_seen(bench, person, &mut |code| put(&label_bytes(&[badge_label(bench, code, name)?], print)?))
}

/// Makes a badge for that person and prints it. Errors: as of [`print_badge`] and [`issue_drawn_badge`].
pub fn issue_printed_badge(
    bench: &Bench<'_>,
    person: &PersonId,
    name: &str,
    on: &PrinterSetting,
) -> Result<(), Failure> {
    let paper = template(bench, &on.template)?;
    issue_drawn_badge(bench, person, name, &drawn_on(on, &paper), &mut |bytes| send(bench, on, bytes))
}

/// Prints a badge that was made, once, now. Errors: the printer takes nothing now, or is none that forgets what it printed;
/// the paper does not hold the name.
pub fn print_badge(bench: &Bench<'_>, on: &PrinterSetting, code: &Secret, name: &str) -> Result<(), Failure> {
    let paper = template(bench, &on.template)?;
    send(bench, on, &label_bytes(&[badge_label(bench, code, name)?], &drawn_on(on, &paper))?)
}

fn drawn_on<'a>(on: &PrinterSetting, paper: &'a LabelTemplate) -> LabelPrint<'a> {
    let (language, shift, roll) = (on.spoken(), on.shift(), on.loaded());
    LabelPrint { template: paper, language, dpi: on.dpi, copies: 1, used: 0, shift, roll }
}

fn send(bench: &Bench<'_>, on: &PrinterSetting, bytes: &[u8]) -> Result<(), Failure> {
    let printer = on.name.as_str();
    if matches!(on.address, PrinterAddress::Cups(_)) || on.form() == PrintForm::Pdf {
        return Err(
            Failure::new(Trouble::Usage, say!("badge-spooled", printer = printer)).hint(say!("badge-spooled-hint"))
        );
    }
    let later = |why| {
        let what = say!("badge-unprinted", printer = printer, why = why);
        Failure::new(Trouble::TryAgain, what).hint(say!("badge-unprinted-hint"))
    };
    // Two who send at once would print neither.
    let Some(_turn) = bench.prints.take(printer)? else { return Err(later(say!("badge-printer-busy"))) };
    match bench.printers.state(&on.address, on.question()) {
        PrinterState::Ready | PrinterState::Unknown => {}
        PrinterState::PaperOut => return Err(later(say!("badge-printer-paper-out"))),
        PrinterState::OtherRoll => return Err(later(say!("badge-printer-other-roll"))),
        PrinterState::CoverOpen => return Err(later(say!("badge-printer-cover-open"))),
        PrinterState::Stopped => return Err(later(say!("badge-printer-stopped"))),
        PrinterState::Gone => return Err(later(say!("badge-printer-gone"))),
    }
    // Its title is for a printing system's lists, where nobody's name belongs.
    bench.printers.send(&on.address, "-", PrintForm::Raw, bytes)
}
