//! The log's files: one a day, the last of them kept.
//!
//! Invariants: lines are only appended, each in one write, so that several processes may share a day's file; nothing here
//! is said to anybody: a log that cannot be written remembers that, and the program goes on.

#![expect(clippy::disallowed_methods, reason = "wiring: the log's own files")]

use crate::linux::SystemClock;
use crate::port::Clock;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

/// How many days' files are kept, the newest.
const KEEP: usize = 14;

/// The files of a folder.
#[derive(Debug)]
pub(super) struct DayFiles {
    folder: PathBuf,
    today: Mutex<Option<(String, File)>>,
    failed: AtomicBool,
}

impl DayFiles {
    /// Files in `folder`, which is made (mode 0700) with the first line.
    pub(super) const fn new(folder: PathBuf) -> Self {
        Self { folder, today: Mutex::new(None), failed: AtomicBool::new(false) }
    }

    /// Whether any line could not be written.
    pub(super) fn has_failed(&self) -> bool {
        self.failed.load(Ordering::Relaxed)
    }

    /// Where they are.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Appends a line to the file of `day` (`2026-11-21`).
    fn append(&self, day: &str, line: &[u8]) -> io::Result<()> {
        // A thread that panicked while it held the lock left at worst a file to be opened again.
        let mut today = self.today.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let file = match today.take() {
            Some((opened, file)) if opened == day => file,
            Some(_) | None => self.open(day)?,
        };
        let (_, file) = today.insert((day.to_owned(), file));
        file.write_all(line)
    }

    fn open(&self, day: &str) -> io::Result<File> {
        DirBuilder::new().recursive(true).mode(0o700).create(&self.folder)?;
        let path = self.folder.join(file_name(day));
        let is_new = !path.exists();
        let file = OpenOptions::new().append(true).create(true).mode(0o600).open(path)?;
        if is_new {
            self.prune(&file_name(day))?;
        }
        Ok(file)
    }

    /// Removes the oldest until [`KEEP`] are left, but not `today`, which a clock that was set back calls the oldest. Only
    /// what is named like ours is ours.
    fn prune(&self, today: &str) -> io::Result<()> {
        let names = fs::read_dir(&self.folder)?.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        let mut days: Vec<String> = names.filter(|name| is_ours(name) && name != today).collect();
        days.sort();
        for name in days.iter().rev().skip(KEEP - 1) {
            match fs::remove_file(self.folder.join(name)) {
                // Another process tidies up too.
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                Ok(()) | Err(_) => {}
            }
        }
        Ok(())
    }
}

/// Takes whole lines, and never fails.
impl Write for &DayFiles {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.append(&SystemClock::new().now().local_day(), line).is_err() {
            self.failed.store(true, Ordering::Relaxed);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn file_name(day: &str) -> String {
    format!("aoxanh-{day}.log")
}

fn is_ours(name: &str) -> bool {
    let day = name.strip_prefix("aoxanh-").and_then(|rest| rest.strip_suffix(".log"));
    day.is_some_and(|day| {
        let shape: String = day.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
        shape == "0000-00-00"
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(folder)
            .expect("a folder")
            .map(|entry| entry.expect("read").file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_new_day_gets_a_new_file_the_fourteen_newest_stay_and_nothing_else_is_touched() {
        let home = tempfile::tempdir().expect("folder");
        let folder = home.path().join("a/log");
        let files = DayFiles::new(folder.clone());
        assert!(!folder.exists(), "made with the first line only");
        files.append("2026-10-31", b"first\n").expect("written");
        for other in ["ghi-chu.log", "aoxanh-2026-10-1.log", "aoxanh-2020-01-01.log.gz"] {
            fs::write(folder.join(other), "mine").expect("written");
        }
        for day in 1..=20 {
            for line in ["one\n", "two\n"] {
                files.append(&format!("2026-11-{day:02}"), line.as_bytes()).expect("written");
            }
        }
        let left = names(&folder);
        let (ours, others): (Vec<_>, Vec<_>) = left.iter().partition(|name| is_ours(name));
        assert_eq!(
            (ours.len(), ours[0].as_str(), ours[13].as_str()),
            (14, "aoxanh-2026-11-07.log", "aoxanh-2026-11-20.log")
        );
        assert_eq!(others.len(), 3, "{others:?}");
        assert_eq!(fs::read_to_string(folder.join(ours[13])).expect("read"), "one\ntwo\n");
        let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
        assert_eq!((mode(&folder), mode(&folder.join(ours[13]))), (0o700, 0o600));
    }

    #[test]
    fn a_second_process_on_the_same_day_appends_and_removes_nothing() {
        let home = tempfile::tempdir().expect("folder");
        for day in 1..=14 {
            fs::write(home.path().join(format!("aoxanh-2026-11-{day:02}.log")), "before\n").expect("written");
        }
        let files = DayFiles::new(home.path().to_owned());
        files.append("2026-11-14", b"after\n").expect("written");
        assert_eq!(names(home.path()).len(), 14);
        let last = fs::read_to_string(home.path().join("aoxanh-2026-11-14.log")).expect("read");
        assert_eq!(last, "before\nafter\n");
    }

    #[test]
    fn a_clock_that_was_set_back_does_not_lose_the_lines_of_its_day() {
        let home = tempfile::tempdir().expect("folder");
        for day in 1..=14 {
            fs::write(home.path().join(format!("aoxanh-2026-11-{day:02}.log")), "before\n").expect("written");
        }
        DayFiles::new(home.path().to_owned()).append("2000-01-01", b"now\n").expect("written");
        assert_eq!(fs::read_to_string(home.path().join("aoxanh-2000-01-01.log")).expect("kept"), "now\n");
        assert_eq!(names(home.path()).len(), 14);
    }

    #[test]
    fn a_line_that_cannot_be_written_is_remembered_and_fails_nobody() {
        let home = tempfile::tempdir().expect("folder");
        let file = home.path().join("file");
        fs::write(&file, "").expect("written");
        let files = DayFiles::new(file.join("log"));
        assert!(!files.has_failed());
        (&files).write_all(b"a line\n").expect("nobody fails");
        assert!(files.has_failed());
    }
}
