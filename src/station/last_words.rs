//! What is said on the terminal that was given back: what became of the work that still ran when the person left.

use crate::cli::{self, Out};
use crate::port::Failure;
use crate::screen::Teller;
use crate::word::say;
use crate::workbench::{Answer, News, Tone};

/// Says on the terminal that was given back what became of a job or safety copy that still ran when the person left. Whether
/// that was good.
pub(super) fn last_words(teller: Teller, news: &News, out: &mut Out<'_>) -> Result<bool, Failure> {
    let report = match (teller, news) {
        (Teller::Copy, News::Answer(Answer::DayClosed(end))) => return cli::say_closed(end, out).map(|()| true),
        (Teller::Job, News::JobEnded { report, .. }) | (Teller::Copy, News::Answer(Answer::NotClosed(report))) => {
            report
        }
        (Teller::Copy, News::Answer(Answer::VaultLocked)) => {
            return out.say(&say!("vault-locked")).map(|()| false);
        }
        (Teller::Clerk(_) | Teller::Job | Teller::Copy, _) => return Ok(true),
    };
    for line in report.lines.iter().chain(&report.hint) {
        out.say(line)?;
    }
    Ok(report.tone == Tone::Good)
}
