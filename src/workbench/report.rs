//! What came of something, as a face shows it: what, why, what to do next, by which rule.

use super::fit::{Fitted, fit_left_lines, fit_worth};
use super::history::level_sentence;
use super::image::Imaged;
use super::wipe::Wiped;
use super::world::Liftable;
use crate::custody::RULES;
use crate::event::disk::{CrossCheck, CrossFound, Level, WipeEvidence, WipeResult};
use crate::event::image::ImageResult;
use crate::port::{Failure, Trouble};
use crate::unit::Bytes;
use crate::wipe::{self, Way};
use crate::word::{Sentence, say};

/// How many stretches of bad blocks are told; all that are listed are in the JSON.
const BAD_SHOWN: usize = 4;

/// How good the news is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// It was done.
    Good,
    /// Somebody should look.
    Warn,
    /// It was not done.
    Bad,
}

/// What came of something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// How good the news is.
    pub tone: Tone,
    /// What happened, the most important line first.
    pub lines: Vec<Sentence>,
    /// The technical cause in a stranger's words.
    pub cause: Option<String>,
    /// What to do next.
    pub hint: Option<Sentence>,
    /// The permanent id of the rule that refused.
    pub rule: Option<&'static str>,
}

impl Report {
    /// A line of that tone.
    #[must_use]
    pub fn new(tone: Tone, line: Sentence) -> Self {
        Self { tone, lines: vec![line], cause: None, hint: None, rule: None }
    }

    /// The rule that refused, where a lead may let it pass for the device.
    #[must_use]
    pub fn liftable(&self) -> Option<Liftable> {
        let rule = RULES.iter().find(|rule| Some(rule.id) == self.rule)?;
        let why = self.lines.first()?.clone();
        rule.overridable.filter(|lift| !lift.names_pupil).map(|_lift| Liftable { rule: rule.id, why })
    }

    /// A wipe that ended: erased with its level, or why not.
    #[must_use]
    pub fn of_wipe(wiped: &Wiped) -> Self {
        match wipe_worth(wiped) {
            Ok(lines) => Self { lines, ..Self::new(Tone::Good, wipe_evidence(wiped)) },
            Err(failure) => (&failure).into(),
        }
    }

    /// A fitting that ended: what was done and what was left, or why not. The password for one use is told elsewhere, once.
    #[must_use]
    pub fn of_fit(fitted: &Fitted, tag: &str) -> Self {
        let report = match fit_worth(fitted, tag) {
            Ok(line) => Self::new(Tone::Good, line),
            Err(failure) => (&failure).into(),
        };
        Self { lines: report.lines.iter().cloned().chain(fit_left_lines(fitted)).collect(), ..report }
    }

    /// A write that ended: written, or why not.
    #[must_use]
    pub fn of_image(imaged: &Imaged) -> Self {
        let line = match image_worth(imaged) {
            Ok(line) => line,
            Err(failure) => return (&failure).into(),
        };
        let report = match imaged.fitted.as_ref().map(|fitted| fit_worth(fitted, &imaged.found.name())) {
            None => Self::new(Tone::Good, line),
            Some(Ok(fitted)) => Self { lines: vec![line, fitted], ..Self::new(Tone::Good, say!("image-written")) },
            Some(Err(failure)) => {
                let told = Self::from(&failure);
                Self { tone: Tone::Warn, lines: [vec![line], told.lines].concat(), ..told }
            }
        };
        let more = image_skipped(imaged).into_iter().chain(imaged.fitted.iter().flat_map(fit_left_lines));
        Self { lines: report.lines.iter().cloned().chain(more).collect(), ..report }
    }
}

impl From<&Failure> for Report {
    fn from(failure: &Failure) -> Self {
        let tone = if failure.trouble == Trouble::Cancelled { Tone::Warn } else { Tone::Bad };
        Self {
            tone,
            lines: vec![failure.what.clone()],
            cause: failure.cause.clone(),
            hint: failure.hint.clone(),
            rule: failure.rule,
        }
    }
}

/// What was written, read back and seen, in one line.
#[must_use]
pub fn wipe_evidence(wiped: &Wiped) -> Sentence {
    evidence_sentence(&wiped.ended.evidence)
}

/// The same of evidence in the ledger.
pub(super) fn evidence_sentence(evidence: &WipeEvidence) -> Sentence {
    if let Some(firmware) = &evidence.firmware {
        return say!(
            "wipe-evidence-firmware",
            method = evidence.method.as_str(),
            canaries = firmware.canaries,
            survived = firmware.survived,
            unreadable = evidence.unreadable.decimal(),
        );
    }
    say!(
        "wipe-evidence",
        method = evidence.method.as_str(),
        written = evidence.written.decimal(),
        read = evidence.read_back.decimal(),
        wrong = evidence.mismatched.0,
    )
}

/// Where blocks could not be written or read back, the first few of them; none where all could.
#[must_use]
pub fn bad_sentence(evidence: &WipeEvidence) -> Option<Sentence> {
    let shown: Vec<String> =
        evidence.bad.iter().take(BAD_SHOWN).map(|bad| format!("{}+{}", bad.at.0, bad.length.0)).collect();
    let (more, list) = (evidence.bad.len() - shown.len(), shown.join(", "));
    match (shown.is_empty(), more) {
        (true, _) => None,
        (false, 0) => Some(say!("wipe-bad-list", list = list)),
        (false, more) => Some(say!("wipe-bad-list-more", list = list, more = more as u64)),
    }
}

/// What another program found on the disk.
pub(super) fn cross_check_sentence(check: &CrossCheck) -> Sentence {
    let program = check.program.as_str();
    match check.found {
        CrossFound::Same => say!("cross-check-same", program = program),
        CrossFound::Differs => {
            let at = check.first_difference.unwrap_or_default();
            say!("cross-check-differs", program = program, at = at.0)
        }
        CrossFound::Failed => say!("cross-check-failed", program = program),
    }
}

/// What a wipe that ended is worth: that the disk is erased, first, then what was not covered. Errors: it is not erased.
pub fn wipe_worth(wiped: &Wiped) -> Result<Vec<Sentence>, Failure> {
    let (ended, evidence) = (&wiped.ended, &wiped.ended.evidence);
    let again = || say!("wipe-recorded-hint", seq = wiped.seq, job = ended.job.as_str());
    if let Some(failure) = &wiped.failure {
        return Err(failure.clone().hint(again()));
    }
    let answer = |what: Sentence| {
        let stopped = ended.result == WipeResult::Cancelled;
        let hint = if evidence.direct || stopped { again() } else { say!("wipe-not-direct-hint", seq = wiped.seq) };
        Err(Failure::new(if stopped { Trouble::Cancelled } else { Trouble::No }, what).hint(hint))
    };
    match (ended.result, ended.level) {
        (WipeResult::Erased, Level::Clear | Level::Purge | Level::Firmware) => {
            let done = say!("wipe-done", level = level_sentence(ended.level), seq = wiped.seq);
            let second = evidence.cross_check.as_ref().map(cross_check_sentence);
            let gaps = wiped.not_covered.iter().map(|gap| say!("plan-gap", gap = gap.name()));
            Ok(std::iter::once(done).chain(second).chain(gaps).collect())
        }
        (WipeResult::Erased | WipeResult::ErasedWithExceptions, _) if !evidence.direct => {
            answer(say!("wipe-not-direct"))
        }
        (WipeResult::ErasedWithExceptions, _) if is_all_that_a_discard_can(evidence) => {
            Err(Failure::new(Trouble::No, say!("wipe-discarded")).hint(say!("erase-hint-overwrite")))
        }
        (WipeResult::Erased | WipeResult::ErasedWithExceptions, _) => answer(
            evidence
                .cross_check
                .as_ref()
                .filter(|check| check.found != CrossFound::Same)
                .map_or_else(|| say!("wipe-with-exceptions"), cross_check_sentence),
        ),
        (WipeResult::NotErased, _) => {
            let left = evidence.firmware.as_ref().filter(|seen| seen.survived > 0);
            answer(left.map_or_else(
                || say!("wipe-failed"),
                |seen| say!("wipe-canaries-left", left = seen.survived, of = seen.canaries),
            ))
        }
        (WipeResult::Cancelled, _) => answer(say!("wipe-was-cancelled")),
    }
}

/// A discard that met no trouble: nothing more can come of one.
fn is_all_that_a_discard_can(evidence: &WipeEvidence) -> bool {
    let is_discard = wipe::method(&evidence.method).is_some_and(|method| matches!(method.way(), Way::Discard));
    is_discard && evidence.unwritable == Bytes::ZERO && evidence.unreadable == Bytes::ZERO
}

/// What was left as the zero wipe had left it, where anything was.
#[must_use]
pub fn image_skipped(imaged: &Imaged) -> Option<Sentence> {
    imaged.ended.skipped.map(|skipped| say!("image-skipped", size = skipped.decimal()))
}

/// What a write that ended is worth. Errors: the image is not on the disk.
pub fn image_worth(imaged: &Imaged) -> Result<Sentence, Failure> {
    let ended = &imaged.ended;
    let hint = || say!("image-recorded-hint", seq = imaged.seq, job = ended.job.as_str());
    if let Some(failure) = &imaged.failure {
        return Err(failure.clone().hint(hint()));
    }
    match ended.result {
        ImageResult::Written => Ok(say!(
            "image-done",
            image = imaged.manifest.id.as_str(),
            read = ended.read_back.decimal(),
            digest = ended.found.map_or_else(String::new, |digest| digest.short(16)),
            seq = imaged.seq,
        )),
        ImageResult::NotWritten => Err(Failure::new(Trouble::No, say!("image-failed")).hint(hint())),
        ImageResult::Cancelled => Err(Failure::new(Trouble::Cancelled, say!("image-was-cancelled")).hint(hint())),
    }
}
