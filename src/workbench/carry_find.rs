//! Finding what was scanned or typed, and making it the device that is meant.

use super::bench::Bench;
use super::carry::{Tell, meant, tell_bench};
use super::effect::Answer;
use super::look::row;
use super::scan::{Scan, read_scan};
use super::stick_summary::{summary_of_codes, take_summary};
use crate::port::{Failure, Trouble};

/// The most devices that a search shows.
const HITS: u32 = 12;

/// The device of a tag or id; else those that have the words, where it is the form that is wrong.
pub(super) fn find(bench: &Bench<'_>, text: &str, tell: Tell<'_>) -> Result<Answer, Failure> {
    if let Scan::Summary(_) = read_scan(text, None) {
        let message = summary_of_codes([text])?;
        let report = take_summary(bench, &message)?.report();
        tell_bench(bench, tell);
        // No device is meant by it: it is to be read, and the work goes on where it was.
        return Ok(Answer::NotFound { tag: None, report });
    }
    let failure = match bench.find(text) {
        Ok(found) => return Ok(meant(bench, found, tell)),
        Err(failure) => failure,
    };
    match read_scan(text, bench.own.domain.as_ref()) {
        Scan::Tag(tag) | Scan::Garbled(tag, _) if failure.trouble == Trouble::No => {
            return Ok(Answer::NotFound { tag: Some(tag), report: (&failure).into() });
        }
        Scan::Foreign(..)
        | Scan::Badge
        | Scan::Shelf(_)
        | Scan::Part(_)
        | Scan::Certificate(..)
        | Scan::Receipt
        | Scan::Summary(_)
        | Scan::Link(_)
        | Scan::Wifi => {
            return Ok(Answer::NotFound { tag: None, report: (&failure).into() });
        }
        Scan::Tag(_)
        | Scan::Garbled(..)
        | Scan::Unclear(_)
        | Scan::Product
        | Scan::Book
        | Scan::Damaged(_)
        | Scan::Other => {}
    }
    if let Some(found) = bench.of_any_serial(text)? {
        return Ok(meant(bench, found, tell));
    }
    let hits = bench.index.find(text, HITS)?;
    match hits.as_slice() {
        [] => Ok(Answer::NotFound { tag: None, report: (&failure).into() }),
        [only] => Ok(meant(bench, bench.device(&only.device)?, tell)),
        several => Ok(Answer::Several(several.iter().map(row).collect())),
    }
}
