//! NTFS by `ntfsresize` and the other programs of ntfs-3g, which need a device that begins where the file system does.
//!
//! Invariants: what Windows holds open, because it sleeps or was not shut down, is refused and left alone; growing marks the
//! file system for a check by Windows, and that mark is taken away again only where this program set it and the accounts of
//! all clusters were found right. Only plain files are put, into folders that are there.

use super::place::{Place, failed, good, in_memory};
use crate::imaging::{Inside, Placed};
use crate::port::{Failure, Trouble, Volume, only_plain};
use crate::unit::Bytes;
use crate::word::say;

/// What `ntfs-3g.probe` answers. Source: its manual page.
const ASLEEP: i32 = 14;
const NOT_SHUT_DOWN: i32 = 15;
/// What programs say where the mark for a check is set.
const MARKED: &str = "scheduled for check";
/// What `ntfsls` answers where nothing stands at a path.
const NO_PATH: i32 = 3;
/// And what the others say.
const NOT_FOUND: &str = "No such file or directory";
/// And of a folder that is to be read as a file.
const NO_DATA: &str = "Cannot find attribute type 0x80";

/// NTFS.
pub(super) struct Ntfs(pub(super) Place);

impl Ntfs {
    /// Whether Windows has closed it.
    fn is_closed(&self) -> Result<(), Failure> {
        let answer = self.0.run_on_device("ntfs-3g.probe", &["--readwrite"], &[])?;
        match answer.code {
            Some(0) => Ok(()),
            Some(ASLEEP) => Err(open(say!("volume-ntfs-asleep"))),
            Some(NOT_SHUT_DOWN) => Err(open(say!("volume-ntfs-open"))),
            Some(_) | None => Err(failed("ntfs-3g.probe", &answer)),
        }
    }

    /// Whether the accounts of all clusters are right.
    fn adds_up(&self, marked_too: bool) -> Result<(), Failure> {
        let force: &[&str] = if marked_too { &["--force"] } else { &[] };
        let args: Vec<&str> = ["--info", "--no-progress-bar"].iter().chain(force).copied().collect();
        let answer = self.0.run_on_device("ntfsresize", &args, &[])?;
        if answer.code != Some(0) && format!("{}{}", answer.complaint, answer.out).contains(MARKED) {
            return Err(open(say!("volume-ntfs-marked")));
        }
        good("ntfsresize", answer).map(drop)
    }
}

fn open(what: crate::word::Sentence) -> Failure {
    Failure::new(Trouble::No, what).hint(say!("volume-ntfs-hint"))
}

impl Volume for Ntfs {
    fn ready(&mut self) -> Result<(), Failure> {
        self.check()
    }

    fn check(&mut self) -> Result<(), Failure> {
        self.is_closed()?;
        self.adds_up(false)
    }

    fn grow(&mut self, _length: Bytes) -> Result<(), Failure> {
        let answer = self.0.run_on_device("ntfsresize", &["--force", "--no-progress-bar"], &[])?;
        good("ntfsresize", answer)?;
        self.finish()
    }

    fn finish(&mut self) -> Result<(), Failure> {
        self.is_closed()?;
        self.adds_up(true)?;
        let answer = self.0.run_on_device("ntfsfix", &["--clear-dirty"], &[])?;
        good("ntfsfix", answer).map(drop)
    }

    fn is_there(&mut self, path: &str) -> Result<bool, Failure> {
        let answer = self.0.run_on_device("ntfsls", &["--path", path], &[])?;
        if answer.code == Some(NO_PATH) {
            return Ok(false);
        }
        good("ntfsls", answer).map(|_list| true)
    }

    fn look(&mut self, path: &str) -> Result<Option<Inside>, Failure> {
        let answer = self.0.run_on_device("ntfscat", &[], &[path])?;
        if answer.code != Some(0) && answer.complaint.contains(NOT_FOUND) {
            return Ok(None);
        }
        if answer.code != Some(0) && answer.complaint.contains(NO_DATA) {
            return Ok(Some(Inside::PLAIN_FOLDER));
        }
        good("ntfscat", answer).map(|text| Some(Inside::plain(text)))
    }

    fn put(&mut self, placed: &Placed) -> Result<(), Failure> {
        let path = placed.path.as_str();
        let there = self.look(path)?;
        if there.as_ref() == Some(&placed.what) {
            return Ok(());
        }
        match &placed.what {
            Inside::File { text, .. } if placed.what.is_plain() && there != Some(Inside::PLAIN_FOLDER) => {
                let file = in_memory(text.as_bytes())?;
                let answer = self.0.run_on_device("ntfscp", &[], &[&file.1, path])?;
                good("ntfscp", answer).map(drop)
            }
            Inside::File { .. } | Inside::Folder { .. } | Inside::Link { .. } => Err(only_plain(path)),
        }
    }
}
