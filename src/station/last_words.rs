//! What is said on the terminal that was given back: what became of the work that still ran when the person left.

use crate::cli::{self, Out};
use crate::port::Failure;
use crate::screen::Teller;
use crate::unit::Secret;
use crate::word::say;
use crate::workbench::{Answer, News, StickTold, StoreTold, Tone};

/// Says a password for one use that nobody wrote down yet.
pub(super) fn say_one_time(tag: &str, password: &Secret, out: &mut Out<'_>) -> Result<(), Failure> {
    out.say(&say!("one-time-said", tag = tag, password = password.expose()))
}

/// Says on the terminal that was given back what became of a job or safety copy that still ran when the person left. Whether
/// that was good.
pub(super) fn last_words(teller: Teller, news: &News, out: &mut Out<'_>) -> Result<bool, Failure> {
    let report = match (teller, news) {
        (Teller::Copy, News::Answer(Answer::DayClosed(end))) => return cli::say_closed(end, out).map(|()| true),
        // Shown nowhere else.
        (Teller::Job, News::Answer(Answer::OneTime(tag, password))) => {
            return say_one_time(tag, password, out).map(|()| true);
        }
        (Teller::Store, News::Answer(Answer::Store(told))) => match told.as_ref() {
            StoreTold::Done(report) | StoreTold::Checked { report, .. } | StoreTold::Failed(report) => report,
            StoreTold::Kept(_) | StoreTold::Files(..) | StoreTold::Masters(_) | StoreTold::Master(_) => {
                return Ok(true);
            }
        },
        (Teller::Job, News::JobEnded { report, .. }) | (Teller::Copy, News::Answer(Answer::NotClosed(report))) => {
            report
        }
        (Teller::Copy, News::Answer(Answer::VaultLocked)) => {
            return out.say(&say!("vault-locked")).map(|()| false);
        }
        (Teller::Stick, News::Answer(Answer::Stick(told))) => match told.as_ref() {
            StickTold::Over(report) => report,
            StickTold::View(_) | StickTold::Going(_) | StickTold::Summary(_) => return Ok(true),
        },
        (Teller::Clerk(_) | Teller::Job | Teller::Copy | Teller::Store | Teller::Stick, _) => return Ok(true),
    };
    for line in report.lines.iter().chain(&report.hint) {
        out.say(line)?;
    }
    // An image that nothing vouches for is in the store all the same.
    let is_added = matches!(news, News::Answer(Answer::Store(told)) if matches!(told.as_ref(), StoreTold::Done(_)));
    Ok(report.tone == Tone::Good || is_added)
}
