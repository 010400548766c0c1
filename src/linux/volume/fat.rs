//! FAT by `fsck.fat` and mtools. It keeps neither permissions nor owners nor links.

use super::place::{Place, failed, good, in_memory};
use crate::imaging::{Inside, Placed};
use crate::port::{Failure, Volume, no_volume, only_plain};
use crate::unit::Bytes;

/// FAT12, FAT16, FAT32.
pub(super) struct Fat(pub(super) Place);

impl Fat {
    /// A program of mtools. None: it found nothing at that path, where `may_miss`.
    fn run(&self, name: &str, args: &[&str], behind: &[&str], may_miss: bool) -> Result<Option<String>, Failure> {
        let args: Vec<&str> = args.iter().copied().chain(["-i"]).collect();
        let answer = self.0.run(name, &args, "@@", behind)?;
        let missed = answer.code == Some(1) && answer.complaint.contains("not found");
        if may_miss && missed { Ok(None) } else { good(name, answer).map(Some) }
    }

    /// What is listed at that path; none where nothing stands there.
    fn list(&self, path: &str) -> Result<Option<String>, Failure> {
        self.run("mdir", &["-a", "-b"], &[&inside(path)], true)
    }
}

fn inside(path: &str) -> String {
    format!("::{path}")
}

impl Volume for Fat {
    fn check(&mut self) -> Result<(), Failure> {
        let answer = self.0.run_alone("fsck.fat", &["-a"], &[])?;
        if matches!(answer.code, Some(0 | 1)) { Ok(()) } else { Err(failed("fsck.fat", &answer)) }
    }

    fn grow(&mut self, _length: Bytes) -> Result<(), Failure> {
        Err(no_volume())
    }

    fn is_there(&mut self, path: &str) -> Result<bool, Failure> {
        Ok(self.list(path)?.is_some())
    }

    fn look(&mut self, path: &str) -> Result<Option<Inside>, Failure> {
        let Some(list) = self.list(path)? else { return Ok(None) };
        // A file is listed by its own path, a folder by what is in it.
        if !list.lines().any(|line| line.eq_ignore_ascii_case(&inside(path))) {
            return Ok(Some(Inside::PLAIN_FOLDER));
        }
        let text = self.run("mtype", &[], &[&inside(path)], false)?;
        Ok(text.map(Inside::plain))
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
                self.run("mcopy", &["-o"], &[&file.1, &inside(path)], false).map(drop)
            }
            Inside::Folder { .. } if placed.what.is_plain() && there.is_none() => {
                self.run("mmd", &[], &[&inside(path)], false).map(drop)
            }
            Inside::File { .. } | Inside::Folder { .. } | Inside::Link { .. } => Err(only_plain(path)),
        }
    }
}
