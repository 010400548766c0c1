//! The log: what the program did and why it failed, for whoever must find out later.
//!
//! Invariants: nobody's personal data — no argument's value, no sentence with its arguments, only keys, ids, numbers and
//! our own errors; nothing ever goes to the terminal from here; a log that cannot be written fails no verb; on a practice
//! station every line says so.

#![expect(clippy::disallowed_methods, reason = "wiring: the environment says where and how much is logged")]

use super::log_file::DayFiles;
use crate::event::Fact;
use crate::job::{Flaw, JobNews};
use crate::linux::SystemClock;
use crate::port::{Clock, Entry, Failure, Journal, Receipt, TakeOver, TakenOver, Trouble};
use crate::unit::{Bytes, Digest, JobId};
use crate::word::{Sentence, say};
use crate::workbench::{Answer, News, Tone};
use std::cell::Cell;
use std::fmt;
use std::panic::PanicHookInfo;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tracing::level_filters::LevelFilter;
use tracing::{Event, Subscriber, error, info, warn};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

/// Where it is written, in place of the user's state folder.
const FOLDER: &str = "AOXANH_LOG_DIR";
/// How much: `off`, `error`, `warn`, `info`, `debug`, `trace`.
const LEVEL: &str = "AOXANH_LOG";
/// Bad blocks of one phase that get a line each: a dying disk has millions.
const MOST_BAD_BLOCKS: u32 = 1000;

/// This process's log.
#[derive(Debug, Default)]
pub(super) struct Log {
    files: Option<Arc<DayFiles>>,
    practice: Arc<AtomicBool>,
    trouble: Option<Sentence>,
}

impl Log {
    /// Begins to log, as the environment says.
    pub(super) fn open(practice: bool) -> Self {
        let mut log = Self { practice: Arc::new(AtomicBool::new(practice)), ..Self::default() };
        let level = match std::env::var(LEVEL) {
            Err(_unset) => LevelFilter::INFO,
            Ok(text) => text.parse().unwrap_or_else(|_unknown| {
                log.trouble = Some(say!("log-level-unknown", variable = LEVEL));
                LevelFilter::INFO
            }),
        };
        if level == LevelFilter::OFF {
            return log;
        }
        let Some(folder) = folder() else {
            log.trouble = Some(say!("log-no-folder", variable = FOLDER));
            return log;
        };
        let files = Arc::new(DayFiles::new(folder));
        let subscriber = subscriber(Arc::clone(&files), Arc::clone(&log.practice), level);
        // Fails only where one is set already: then that one logs.
        if tracing::subscriber::set_global_default(subscriber).is_ok() {
            tell_panics();
        }
        log.files = Some(files);
        log
    }

    /// From now on every line says practice, or does not.
    pub(super) fn set_practice(&self, practice: bool) {
        self.practice.store(practice, Ordering::Relaxed);
    }

    /// What is wrong with the log itself, if anything: to be said once.
    pub(super) fn trouble(&self) -> Option<Sentence> {
        let failed = self.files.as_ref().filter(|files| files.has_failed());
        let unwritable = |files: &Arc<DayFiles>| say!("log-unwritable", folder = files.folder().display().to_string());
        failed.map(unwritable).or_else(|| self.trouble.clone())
    }
}

/// A verb begins.
pub(super) fn began(verb: &str) {
    info!(version = env!("CARGO_PKG_VERSION"), verb, process = std::process::id(), "begin");
}

/// At which station.
pub(super) fn at_station(id: Option<Digest>) {
    if let Some(id) = id {
        info!(id = id.short(16), "station");
    }
}

/// A verb is over.
pub(super) fn ended(verb: &str, exit: u8, took: Duration) {
    let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    info!(verb, exit, ms, process = std::process::id(), "end");
}

/// How the keys of failures begin whose detail speaks of what the program itself wrote or measured. All others may quote a
/// command line, a path, or a file that a person wrote.
const OWN: [&str; 7] = ["ledger-", "verify-", "summary-", "image-", "copy-", "pin-broken", "vault-broken"];

/// Something failed. The sentence's arguments stay out, and so does a detail that may quote somebody.
pub(super) fn failed(failure: &Failure) {
    let is_own = failure.trouble != Trouble::Usage && OWN.iter().any(|begin| failure.what.key().starts_with(begin));
    let detail = failure.detail.as_deref().filter(|_detail| is_own);
    let errno = failure.cause.as_deref().and_then(errno);
    let (trouble, what, rule) = (failure.trouble.word(), failure.what.key(), failure.rule);
    warn!(trouble, what, rule, errno, detail = detail.map(tracing::field::debug), "failure");
}

/// A panic: where, and what it said.
pub(super) fn panicked(panic: &PanicHookInfo<'_>) {
    let place = panic.location().map(|place| format!("{}:{}", place.file(), place.line()));
    error!(place, said = panic.payload_as_str(), "panic");
}

/// What the screen's threads tell: jobs as they run, and what did not go well.
pub(super) fn news(news: &News) {
    let report = match news {
        News::Job { news, .. } => return job_news(news),
        News::Answer(Answer::Refused(report) | Answer::NotBegun(report) | Answer::NotClosed(report)) => report,
        News::JobEnded { report, .. } if report.tone != Tone::Good => report,
        News::JobEnded { .. }
        | News::Answer(_)
        | News::Time(_)
        | News::Bench(_)
        | News::Choosing(_)
        | News::Device(_)
        | News::Busy(_)
        | News::JobBegan(_)
        | News::JobStopping(_)
        | News::Store(_)
        | News::Alert(_)
        | News::Stick(_)
        | News::Machine(_)
        | News::ThisMachine(_)
        | News::Prints(_)
        | News::Dismissed => return,
    };
    let (what, rule) = (report.lines.first().map(Sentence::key), report.rule);
    warn!(what, rule, errno = report.cause.as_deref().and_then(errno), "failure");
}

/// How much of an image was decoded while a job wrote it: what others had decoded already is not in it.
pub(super) fn decoded(bytes: Bytes) {
    info!(decoded = bytes.0, "image");
}

/// The system's number for what went wrong: its words may carry a path.
fn errno(cause: &str) -> Option<u32> {
    cause.split_once("(os error ")?.1.split_once(')')?.0.parse().ok()
}

/// News of a job on this thread.
pub(super) fn job_news(news: &JobNews) {
    thread_local!(static BAD_BLOCKS: Cell<u32> = const { Cell::new(0) });
    match news {
        JobNews::Phase(phase) => {
            BAD_BLOCKS.set(0);
            let phase = phase.word();
            info!(phase, "job");
        }
        JobNews::Marked { at } => info!(mark = at.0, "job"),
        JobNews::BadBlock { at, flaw } => {
            let flaw = match flaw {
                Flaw::Unwritable => "unwritable",
                Flaw::Unreadable => "unreadable",
                Flaw::Mismatched => "mismatched",
            };
            BAD_BLOCKS.set(BAD_BLOCKS.get().saturating_add(1));
            match BAD_BLOCKS.get() {
                ..=MOST_BAD_BLOCKS => warn!(bad_block = at.0, flaw, "job"),
                count if count == MOST_BAD_BLOCKS + 1 => warn!(more_bad_blocks = true, "job"),
                _untold => {}
            }
        }
        JobNews::Progress(_) => {}
    }
}

/// A journal whose records are logged: number, kind, and for jobs which one and what became of it.
pub(super) struct LoggedJournal<'a>(pub(super) &'a dyn Journal);

impl Journal for LoggedJournal<'_> {
    fn commit(&self, entries: Vec<Entry<Fact>>) -> Result<Vec<Receipt>, Failure> {
        let receipts = self.0.commit(entries)?;
        receipts.iter().for_each(recorded);
        Ok(receipts)
    }

    fn take_over(&self, order: &TakeOver<'_>) -> Result<TakenOver, Failure> {
        let taken = self.0.take_over(order)?;
        info!(station = %taken.station, from = taken.from, to = taken.to, "taken over");
        Ok(taken)
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "only starts and ends of jobs say more than their kind")]
fn recorded(receipt: &Receipt) {
    let (job, result): (Option<&JobId>, _) = match &receipt.event.fact {
        Fact::WipeStarted(started) => (Some(&started.job), None),
        Fact::ImageStarted(started) => (Some(&started.job), None),
        Fact::WipeEnded(ended) => (Some(&ended.job), Some(format!("{:?}", ended.result))),
        Fact::ImageEnded(ended) => (Some(&ended.job), Some(format!("{:?}", ended.result))),
        Fact::ImageFitted(fitted) => (Some(&fitted.job), Some(format!("{:?}", fitted.result))),
        _other => (None, None),
    };
    let device = receipt.event.device.as_ref().map(|about| about.id.as_str());
    info!(seq = receipt.seq, kind = receipt.event.fact.kind(), device, job = job.map(JobId::as_str), result, "record");
}

/// The folder named by the environment, else the one below this user's state folder.
fn folder() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os(FOLDER).filter(|named| !named.is_empty()) {
        return Some(PathBuf::from(named));
    }
    let strategy = etcetera::choose_base_strategy().ok()?;
    etcetera::BaseStrategy::state_dir(&strategy).map(|state| state.join("aoxanh/log"))
}

fn subscriber(
    files: Arc<DayFiles>,
    practice: Arc<AtomicBool>,
    level: LevelFilter,
) -> impl Subscriber + Send + Sync + 'static {
    tracing_subscriber::fmt().with_max_level(level).event_format(LineFormat { practice }).with_writer(files).finish()
}

/// Time, level, practice, fields: one line.
struct LineFormat {
    practice: Arc<AtomicBool>,
}

impl<S, N> FormatEvent<S, N> for LineFormat
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(&self, context: &FmtContext<'_, S, N>, mut writer: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let practice = if self.practice.load(Ordering::Relaxed) { "LUYỆN TẬP " } else { "" };
        write!(writer, "{} {} {practice}", SystemClock::new().now(), event.metadata().level())?;
        context.field_format().format_fields(writer.by_ref(), event)?;
        writeln!(writer)
    }
}

/// Panics get a line too, before whatever else is done about them.
fn tell_panics() {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        panicked(panic);
        before(panic);
    }));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::Phase;
    use crate::unit::Bytes;
    use std::path::Path;
    use std::process::Command;

    /// What is logged while `work` runs.
    fn logged(practice: bool, level: LevelFilter, work: impl FnOnce()) -> String {
        let folder = tempfile::tempdir().expect("folder");
        let files = Arc::new(DayFiles::new(folder.path().to_owned()));
        let subscriber = subscriber(files, Arc::new(AtomicBool::new(practice)), level);
        tracing::subscriber::with_default(subscriber, work);
        all(folder.path())
    }

    fn all(folder: &Path) -> String {
        let files = std::fs::read_dir(folder).expect("a folder");
        files.map(|file| std::fs::read_to_string(file.expect("read").path()).expect("text")).collect()
    }

    #[test]
    fn a_failure_is_logged_without_what_its_sentence_says_and_without_what_was_typed() {
        let failure =
            Failure::new(Trouble::Io, say!("copy-unwritten", folder = "NAME")).detail("ours\n2").by_rule("r-1");
        let with_cause = failure.clone().because("NAME: No such file or directory (os error 2)");
        let typed = Failure { trouble: Trouble::Usage, ..failure.clone() };
        let quoted = Failure::new(Trouble::BadData, say!("manifest-syntax", file = "NAME")).detail("NAME: line 1");
        let all = [&failure, &with_cause, &typed, &quoted];
        let log = logged(false, LevelFilter::INFO, || all.into_iter().for_each(failed));
        assert!(!log.contains("NAME"), "{log}");
        let said: Vec<_> = log.lines().map(|line| line.split_once(" WARN ").expect("a level").1).collect();
        let plain = r#"failure trouble="io" what="copy-unwritten" rule="r-1" detail="ours\n2""#;
        let errno = r#"failure trouble="io" what="copy-unwritten" rule="r-1" errno=2 detail="ours\n2""#;
        let quoted = r#"failure trouble="bad_data" what="manifest-syntax""#;
        assert_eq!(said, [plain, errno, r#"failure trouble="usage" what="copy-unwritten" rule="r-1""#, quoted]);
    }

    #[test]
    fn practice_stands_on_every_line_and_the_level_is_kept() {
        let work = || {
            began("wipe");
            failed(&Failure::new(Trouble::No, say!("unknown")));
        };
        let log = logged(true, LevelFilter::INFO, work);
        assert!(log.lines().count() == 2 && log.lines().all(|line| line.contains(" LUYỆN TẬP ")), "{log}");
        let log = logged(false, LevelFilter::WARN, work);
        assert!(log.lines().count() == 1 && log.contains(" WARN ") && !log.contains("LUYỆN"), "{log}");
    }

    #[test]
    fn a_dying_disk_does_not_fill_the_log() {
        let bad = |at| job_news(&JobNews::BadBlock { at: Bytes(at), flaw: Flaw::Unreadable });
        let log = logged(false, LevelFilter::INFO, || {
            job_news(&JobNews::Phase(Phase::Write));
            (0..5000).for_each(bad);
            job_news(&JobNews::Phase(Phase::ReadBack));
            bad(7);
        });
        assert_eq!((log.matches("bad_block=").count(), log.matches("more_bad_blocks=true").count()), (1001, 1));
        assert!(log.ends_with("job phase=\"read_back\"\n") || log.contains("bad_block=7 flaw=\"unreadable\""), "{log}");
    }

    #[test]
    #[ignore = "the process that the test below runs: a panic hook is of the whole process"]
    fn panics_where_the_log_is_open() {
        let _log = Log::open(true);
        panic!("a reason to panic");
    }

    #[test]
    fn a_panic_is_logged_with_its_place_and_still_told() {
        let folder = tempfile::tempdir().expect("folder");
        let told = Command::new(std::env::current_exe().expect("this test"))
            .args(["--exact", "station::log::tests::panics_where_the_log_is_open", "--ignored", "--nocapture"])
            .env(FOLDER, folder.path())
            .env_remove(LEVEL)
            .output()
            .expect("runs");
        assert!(!told.status.success());
        assert!(String::from_utf8_lossy(&told.stderr).contains("a reason to panic"), "{told:?}");
        let log = all(folder.path());
        assert!(log.contains("ERROR LUYỆN TẬP panic place=\"src/station/log.rs:"), "{log}");
        assert!(log.contains("said=\"a reason to panic\""), "{log}");
    }
}
