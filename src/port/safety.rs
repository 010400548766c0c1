//! Safety copies: the station, sealed, in a folder that a person names, most often on a stick.

use super::failure::Failure;
use super::index::Index;
use crate::ledger::HeadRef;
use crate::unit::{Bytes, Digest, Moment};
use std::cell::RefCell;
use std::path::{Path, PathBuf};

/// A copy to be made.
#[derive(Clone, Copy, Debug)]
pub struct CopyOrder<'a> {
    /// The folder that it goes to.
    pub to: &'a Path,
    /// The day that stands in its name.
    pub day: &'a str,
    /// Now.
    pub at: Moment,
}

/// A copy that was written, read back from its medium, opened and found to be what was put in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopyMade {
    /// Where it is.
    pub file: PathBuf,
    /// The head of the ledger inside.
    pub head: HeadRef,
    /// Its length.
    pub length: Bytes,
    /// Its BLAKE3, as it was read back.
    pub digest: Digest,
    /// From when on it must not be kept.
    pub expires_at: Moment,
    /// Whether reading back went past the cache for certain.
    pub direct: bool,
    /// Whether it lies in the station's own file system.
    pub beside_station: bool,
}

/// A copy that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopySeen {
    /// Where it is.
    pub file: PathBuf,
    /// Leaf hash of record 0 of the ledger inside.
    pub station: Digest,
    /// Whether that is practice.
    pub practice: bool,
    /// The head of the ledger inside.
    pub head: HeadRef,
    /// When it was made.
    pub made_at: Moment,
    /// From when on it must not be kept.
    pub expires_at: Moment,
}

/// Whose ledger it is and how far it goes, by its own records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sound {
    /// Leaf hash of its record 0.
    pub station: Digest,
    /// Whether it is practice.
    pub practice: bool,
    /// Its head.
    pub head: HeadRef,
}

/// Judges the ledger in a copy; what it is, where it is sound.
pub type Judge<'a> = &'a mut dyn FnMut(&dyn Index) -> Result<Sound, Failure>;

/// Makes safety copies of one station and looks after them.
pub trait SafetyCopies {
    /// Makes a copy. What is on the medium is read back, opened, compared with what was put in, and its ledger judged,
    /// before the file gets its name. Errors: it cannot be written or read back, differs, is judged badly, or `cancel` says
    /// so; then no copy is there.
    fn make(&self, order: &CopyOrder<'_>, judge: Judge<'_>, cancel: &dyn Fn() -> bool) -> Result<CopyMade, Failure>;
    /// Reads a copy wholly and judges its ledger. Errors: no copy, another key, damaged, judged badly.
    fn check(&self, file: &Path, judge: Judge<'_>) -> Result<CopySeen, Failure>;
    /// Copies in that folder that are certainly this station's or of one that it continues, oldest first.
    fn list(&self, folder: &Path) -> Result<Vec<CopySeen>, Failure>;
    /// Deletes a copy that [`SafetyCopies::list`] gave.
    fn remove(&self, copy: &CopySeen) -> Result<(), Failure>;
}

/// Copies that exist only by name, each of the ledger that an index shows: for tests.
pub struct FakeCopies<'a> {
    index: &'a dyn Index,
    /// What making one fails with.
    pub failure: RefCell<Option<Failure>>,
    /// Those that are there.
    pub kept: RefCell<Vec<CopySeen>>,
}

impl<'a> FakeCopies<'a> {
    /// None yet.
    #[must_use]
    pub const fn new(index: &'a dyn Index) -> Self {
        Self { index, failure: RefCell::new(None), kept: RefCell::new(Vec::new()) }
    }
}

impl SafetyCopies for FakeCopies<'_> {
    fn make(&self, order: &CopyOrder<'_>, judge: Judge<'_>, _cancel: &dyn Fn() -> bool) -> Result<CopyMade, Failure> {
        let head = judge(self.index)?.head;
        if let Some(failure) = self.failure.take() {
            return Err(failure);
        }
        let file = order.to.join(format!("{}-{}", order.day, head.size));
        let digest = Digest(*blake3::hash(file.as_os_str().as_encoded_bytes()).as_bytes());
        let expires_at = order.at;
        let made_at = order.at;
        let seen = CopySeen { file: file.clone(), station: digest, practice: false, head, made_at, expires_at };
        self.kept.borrow_mut().push(seen);
        let length = Bytes(head.size);
        Ok(CopyMade { file, head, length, digest, expires_at, direct: true, beside_station: false })
    }

    fn check(&self, file: &Path, judge: Judge<'_>) -> Result<CopySeen, Failure> {
        judge(self.index)?;
        let missing =
            || Failure::new(super::Trouble::Io, crate::word::say!("copy-none", file = file.display().to_string()));
        self.kept.borrow().iter().find(|copy| copy.file == file).cloned().ok_or_else(missing)
    }

    fn list(&self, folder: &Path) -> Result<Vec<CopySeen>, Failure> {
        Ok(self.kept.borrow().iter().filter(|copy| copy.file.starts_with(folder)).cloned().collect())
    }

    fn remove(&self, copy: &CopySeen) -> Result<(), Failure> {
        self.kept.borrow_mut().retain(|kept| kept.file != copy.file);
        Ok(())
    }
}
