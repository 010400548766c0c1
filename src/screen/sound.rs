//! What is heard: the end of a job, that something was refused, and what a machine is worth whose screen may be dead.
//!
//! Invariant: what nobody waits for makes no sound, however often it fails.

use crate::profile::Verdict;
use crate::workbench::{Answer, News, Report, StoreTold, Tone};
use std::time::Duration;

/// What is to be heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sound {
    /// Something came to a good end.
    Good,
    /// Something was refused, or came to a bad end.
    Bad,
    /// This machine passes: short, short.
    Passes,
    /// It does not: long.
    Fails,
    /// Somebody has to look: long, short.
    Undecided,
}

/// A refusal within this time after a key is an answer to it; a later one makes no sound.
const ANSWER: Duration = Duration::from_secs(20);

/// What the news sounds like, so long after the last key.
pub(super) fn sound(news: &News, since_key: Duration) -> Option<Sound> {
    let of = |report: &Report| if report.tone == Tone::Good { Sound::Good } else { Sound::Bad };
    match news {
        News::JobEnded { report, .. } => Some(of(report)),
        News::Machine(seen) => Some(match seen.view.judged {
            Verdict::Pass => Sound::Passes,
            Verdict::Fail => Sound::Fails,
            Verdict::Conditional | Verdict::Undecided => Sound::Undecided,
        }),
        News::Answer(Answer::DayClosed(_) | Answer::OneTime(..)) => Some(Sound::Good),
        News::Answer(Answer::Store(told)) => match told.as_ref() {
            StoreTold::Done(_) | StoreTold::Master(_) | StoreTold::Checked { good: true, .. } => Some(Sound::Good),
            StoreTold::Checked { .. } | StoreTold::Failed(_) => Some(Sound::Bad),
            StoreTold::Kept(_) | StoreTold::Files(..) | StoreTold::Masters(_) => None,
        },
        News::Answer(Answer::NotClosed(_)) => Some(Sound::Bad),
        News::Answer(Answer::NotFound { report, .. }) if report.tone == Tone::Good => Some(Sound::Good),
        News::Answer(Answer::Refused(_) | Answer::NotFound { .. } | Answer::NotBegun(_)) => {
            (since_key < ANSWER).then_some(Sound::Bad)
        }
        News::Answer(_)
        | News::Time(_)
        | News::Bench(_)
        | News::Choosing(_)
        | News::Device(_)
        | News::Busy(_)
        | News::JobBegan(_)
        | News::Job { .. }
        | News::JobStopping(_)
        | News::Store(_)
        | News::Alert(_)
        | News::Stick(_)
        | News::ThisMachine(_)
        | News::Prints(_)
        | News::Dismissed => None,
    }
}
