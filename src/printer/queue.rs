//! Print jobs as files in a station's folder.
//!
//! Layout: `<number>-<id>.job`, a line of JSON and then the bytes; `<printer's hash>.lock`.
//! Invariants: a job has its name only once all of it is on the disk; lock files are never removed, because a removed one can
//! be locked by two.

#![expect(clippy::disallowed_methods, reason = "an adapter: the queue is files")]

use crate::port::{Failure, Lease, PrintJob, PrintQueue, Trouble};
use crate::unit::{Digest, PrintId};
use crate::word::say;
use std::fs::{self, File, TryLockError};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};

/// [`PrintQueue`] in a folder, which is made for the first job.
#[derive(Clone, Debug)]
pub struct PrintFolder(PathBuf);

struct Turn {
    _locked: File,
}

impl Lease for Turn {}

fn failed(path: &Path, error: &dyn std::fmt::Display) -> Failure {
    Failure::new(Trouble::Io, say!("print-queue-failed", path = path.display().to_string()))
        .because(error)
        .hint(say!("print-queue-failed-hint"))
}

impl PrintFolder {
    /// The queue in that folder.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self(folder.into())
    }

    /// The jobs' files, the oldest first.
    fn files(&self) -> Result<Vec<PathBuf>, Failure> {
        let entries = match fs::read_dir(&self.0) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.map_err(|error| failed(&self.0, &error))?,
        };
        let mut files = Vec::new();
        for entry in entries {
            let path = entry.map_err(|error| failed(&self.0, &error))?.path();
            if path.extension().is_some_and(|ending| ending == "job") {
                files.push(path);
            }
        }
        files.sort();
        Ok(files)
    }

    fn file(&self, id: &PrintId) -> Result<Option<PathBuf>, Failure> {
        let ending = format!("-{id}.job");
        let is_it = |path: &PathBuf| path.to_string_lossy().ends_with(&ending);
        Ok(self.files()?.into_iter().find(is_it))
    }

    fn settle(&self) -> io::Result<()> {
        File::open(&self.0)?.sync_all()
    }
}

/// The number in front of a job's file: its milliseconds, or one more than the last job's, so that order stays order.
fn number(path: &Path) -> Option<i64> {
    path.file_name()?.to_str()?.split('-').next()?.parse().ok()
}

/// A job's line, and its bytes where they are wanted; none where the job was taken out meanwhile.
fn read(path: &Path, whole: bool) -> Result<Option<(PrintJob, Vec<u8>)>, Failure> {
    let file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        file => file.map_err(|error| failed(path, &error))?,
    };
    let (mut reader, mut line, mut bytes) = (BufReader::new(file), Vec::new(), Vec::new());
    reader.read_until(b'\n', &mut line).map_err(|error| failed(path, &error))?;
    if whole {
        reader.read_to_end(&mut bytes).map_err(|error| failed(path, &error))?;
    }
    let job = serde_json::from_slice(&line).map_err(|error| failed(path, &error))?;
    Ok(Some((job, bytes)))
}

impl PrintQueue for PrintFolder {
    fn add(&self, job: &PrintJob, bytes: &[u8]) -> Result<(), Failure> {
        let last = self.files()?.last().and_then(|path| number(path)).unwrap_or(0);
        let name = format!("{:014}-{}.job", job.at.unix_millis().max(last + 1), job.id);
        let (hidden, path) = (self.0.join(format!(".{name}.new")), self.0.join(name));
        let put = || -> io::Result<()> {
            fs::create_dir_all(&self.0)?;
            let mut file = File::create_new(&hidden)?;
            serde_json::to_writer(&mut file, job)?;
            file.write_all(b"\n")?;
            file.write_all(bytes)?;
            file.sync_all()?;
            fs::rename(&hidden, &path)?;
            self.settle()
        };
        put().map_err(|error| {
            let _left = fs::remove_file(&hidden);
            failed(&path, &error)
        })
    }

    fn list(&self) -> Result<Vec<PrintJob>, Failure> {
        let mut jobs = Vec::new();
        for path in self.files()? {
            jobs.extend(read(&path, false)?.map(|(job, _none)| job));
        }
        Ok(jobs)
    }

    fn bytes(&self, id: &PrintId) -> Result<Option<Vec<u8>>, Failure> {
        let Some(path) = self.file(id)? else { return Ok(None) };
        Ok(read(&path, true)?.map(|(_job, bytes)| bytes))
    }

    fn remove(&self, id: &PrintId) -> Result<bool, Failure> {
        let Some(path) = self.file(id)? else { return Ok(false) };
        match fs::remove_file(&path).and_then(|()| self.settle()) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(failed(&path, &error)),
        }
    }

    fn take(&self, printer: &str) -> Result<Option<Box<dyn Lease>>, Failure> {
        let path = self.0.join(format!("{}.lock", Digest(*blake3::hash(printer.as_bytes()).as_bytes()).short(16)));
        let take = || -> io::Result<Option<Box<dyn Lease>>> {
            fs::create_dir_all(&self.0)?;
            let file = File::options().read(true).write(true).create(true).truncate(false).open(&path)?;
            match file.try_lock() {
                Ok(()) => Ok(Some(Box::new(Turn { _locked: file }))),
                Err(TryLockError::WouldBlock) => Ok(None),
                Err(TryLockError::Error(error)) => Err(error),
            }
        };
        take().map_err(|error| failed(&path, &error))
    }
}
