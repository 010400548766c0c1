//! The station's printers as they are shown and asked for: named, tried, made the usual one, moved, forgotten.
//!
//! Invariant: a printer that is kept was checked; what was asked for of one that is not there is refused.

use super::bench::Bench;
use super::effect::Answer;
use super::label::{templates, test_label};
use super::print::{order_labels, queued};
use super::printer::{PrinterSetting, printer, with_printer};
use crate::port::{Failure, PrinterSeen};
use crate::word::{Sentence, Words, say};

/// What is asked for about printers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PrinterOrder {
    /// Show them.
    Look,
    /// Show those too that show themselves.
    Find,
    /// Keep that one, in the place of one of the same name.
    Keep(PrinterSetting),
    /// The one of that name is the usual one.
    Usual(String),
    /// Forget the one of that name.
    Remove(String),
    /// Print a test label on the one of that name.
    Test(String),
}

/// A label paper that can lie in a printer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaperView {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// Whether it is a sheet, for office printers alone.
    pub is_sheet: bool,
}

/// The printers of the station, and what can be chosen for another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PrintersView {
    /// The printers.
    pub printers: Vec<PrinterSetting>,
    /// Every paper.
    pub papers: Vec<PaperView>,
    /// The printers that show themselves; none where nobody looked.
    pub seen: Option<Vec<PrinterSeen>>,
    /// What was done.
    pub told: Option<Sentence>,
}

/// The printers without the one of that name; another is the usual one then, where it was. Errors: there is none.
pub fn without_printer(
    bench: &Bench<'_>,
    mut all: Vec<PrinterSetting>,
    name: &str,
) -> Result<Vec<PrinterSetting>, Failure> {
    let gone = printer(bench, Some(name))?;
    all.retain(|one| one.name != gone.name);
    if gone.default
        && let Some(next) = all.first_mut()
    {
        next.default = true;
    }
    Ok(all)
}

/// Carries it out; `kept` is what the station's settings hold. Errors: no such printer; one that cannot be; it cannot be
/// ordered.
pub fn carry_printer(
    bench: &Bench<'_>,
    kept: &mut Vec<PrinterSetting>,
    order: &PrinterOrder,
    words: &Words,
) -> Result<Answer, Failure> {
    let (mut seen, mut told) = (None, None);
    match order {
        PrinterOrder::Look => {}
        PrinterOrder::Find => seen = Some(bench.printers.list()?),
        PrinterOrder::Keep(new) => {
            let new = new.clone().checked(bench)?;
            told = Some(say!("printers-kept", name = new.name.as_str()));
            *kept = with_printer(std::mem::take(kept), new);
        }
        PrinterOrder::Usual(name) => {
            let usual = printer(bench, Some(name))?.clone();
            told = Some(say!("printers-usual", name = usual.name.as_str()));
            *kept = with_printer(std::mem::take(kept), PrinterSetting { default: true, ..usual });
        }
        PrinterOrder::Remove(name) => {
            *kept = without_printer(bench, kept.clone(), name)?;
            told = Some(say!("printers-removed", name = name.as_str()));
        }
        PrinterOrder::Test(name) => {
            let on = printer(bench, Some(name))?;
            let label = test_label(bench, &on.name, words)?;
            order_labels(bench, on, std::slice::from_ref(&label), (1, 0))?;
            told = queued(bench, on, &label)?.lines.into_iter().next();
        }
    }
    let paper = |one: crate::tag::LabelTemplate| PaperView {
        name: one.name(words.lang()).to_owned(),
        is_sheet: one.sheet.is_some(),
        id: one.id,
    };
    let papers = templates(bench)?.into_iter().map(paper).collect();
    Ok(Answer::Printers(Box::new(PrintersView { printers: kept.clone(), papers, seen, told })))
}
