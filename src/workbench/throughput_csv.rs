//! The work of some days as a table for spreadsheets: RFC 4180, UTF-8 with a byte order mark, so that Excel reads it right.
//!
//! Invariants: one table, every row as wide as its head; days and hours are Vietnam's; a person is an opaque id unless names
//! are asked for, and then named only where the vault is open; no cell begins a formula.

use super::bench::Bench;
use super::effect::Answer;
use super::report::{Report, Tone};
use super::throughput::{Period, Throughput, cause_sentence, throughput};
use crate::custody::{Counts, Tally};
use crate::port::Failure;
use crate::word::{Words, say};
use std::path::Path;

/// What tells a program that the file is UTF-8.
const MARK: char = '\u{feff}';

/// Writes the work of these days into a new file. Errors: as for [`throughput`]; the file is there, or cannot be written.
pub fn export_throughput(
    bench: &Bench<'_>,
    period: Period,
    to: &Path,
    words: &Words,
    with_names: bool,
) -> Result<Throughput, Failure> {
    let work = throughput(bench, period)?;
    bench.files.write(to, throughput_csv(&work, words, with_names).as_bytes())?;
    Ok(work)
}

/// Writes the work of these days into that folder, named by days and time, without names of people; where it is.
pub fn export_day(bench: &Bench<'_>, period: Period, folder: &Path, words: &Words) -> Result<Answer, Failure> {
    let now = bench.clock.now().local();
    let time: String = now.chars().skip_while(|letter| *letter != ' ').filter(char::is_ascii_digit).collect();
    let work = throughput(bench, period)?;
    let (first, last) = (work.first(), work.last());
    let days = if first == last { last.to_owned() } else { format!("{first}_{last}") };
    let file = folder.join(format!("{days}_{time}.csv"));
    bench.files.write(&file, throughput_csv(&work, words, false).as_bytes())?;
    Ok(Answer::Done(Report::new(Tone::Good, say!("today-exported", file = file.display().to_string()))))
}

/// The table: for each day its total, its hours, its people and its failures.
#[must_use]
pub fn throughput_csv(work: &Throughput, words: &Words, with_names: bool) -> String {
    let mut out = String::from(MARK);
    let head = [say!("csv-day"), say!("csv-row"), say!("csv-of")].map(|head| words.say(&head)).into_iter();
    let steps = Tally::ALL.map(|tally| words.say(&tally.sentence()));
    row(&mut out, head.chain(steps).chain([words.say(&say!("csv-failures"))]));
    let kinds = [say!("csv-total"), say!("csv-hour"), say!("csv-person"), say!("csv-failure")];
    let [total, hour, person, failure] = kinds.map(|kind| words.say(&kind));
    for day in &work.days {
        let mut counted = |kind: &str, of: &str, counts: Counts, failures: String| {
            let cells = [day.day.clone(), kind.to_owned(), of.to_owned()].into_iter();
            let counts = Tally::ALL.map(|tally| counts.of(tally).to_string());
            row(&mut out, cells.chain(counts).chain([failures]));
        };
        let failed = day.book.failures.values().sum::<u64>() + day.book.other_failures;
        counted(&total, "", day.today.into(), failed.to_string());
        for (at, counts) in &day.book.hours {
            counted(&hour, &format!("{at:02}:00"), *counts, String::new());
        }
        for (id, counts) in &day.book.people {
            let name = work.people.iter().find(|one| one.person == *id && with_names).and_then(|one| one.name.clone());
            counted(&person, name.as_deref().unwrap_or_else(|| id.as_str()), *counts, String::new());
        }
        if day.book.others != Counts::default() {
            counted(&person, &words.say(&say!("csv-others")), day.book.others, String::new());
        }
        for (cause, count) in &day.book.failures {
            counted(&failure, &words.say(&cause_sentence(cause)), Counts::default(), count.to_string());
        }
        if day.book.other_failures > 0 {
            let others = words.say(&say!("csv-others"));
            counted(&failure, &others, Counts::default(), day.book.other_failures.to_string());
        }
    }
    out
}

fn row(out: &mut String, cells: impl Iterator<Item = String>) {
    let cells: Vec<String> = cells.map(|cell| cell_of(&cell)).collect();
    out.push_str(&cells.join(","));
    out.push_str("\r\n");
}

/// A cell, quoted where it must be. What a spreadsheet would take for a formula gets an apostrophe before it.
fn cell_of(text: &str) -> String {
    let text = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_quoted_where_it_must_be_and_never_a_formula() {
        let cells = ["Lan", "Lan, Minh", "nói \"có\"", "=1+1", "@a"].map(cell_of);
        assert_eq!(cells, ["Lan", "\"Lan, Minh\"", "\"nói \"\"có\"\"\"", "'=1+1", "'@a"]);
    }
}
