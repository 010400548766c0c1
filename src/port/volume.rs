//! A file system on a partition of an armed disk, worked on with the programs that are made for it.
//!
//! Invariants: what was put is not believed until a fresh volume shows it; each volume is opened only on the armed disk.

use super::failure::{Failure, Trouble};
use crate::imaging::{Inside, Placed};
use crate::unit::Bytes;
use crate::word::say;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// A file system. Paths begin with `/`; links in the middle of one are followed, a link at its end is not.
pub trait Volume {
    /// Whether it could be grown; nothing is changed. Errors: whoever used it last has not closed it, or this machine lacks
    /// what growing it takes.
    fn ready(&mut self) -> Result<(), Failure> {
        Ok(())
    }
    /// Mends what is mended without a question, and goes on with a file that was half put. Errors: it is not sound, or the
    /// program for it is missing.
    fn check(&mut self) -> Result<(), Failure>;
    /// Grows it to that length. Errors: it does not, or the program for it is missing.
    fn grow(&mut self, length: Bytes) -> Result<(), Failure>;
    /// Finishes growing that was stopped half-way, where there is something to finish. Errors: it is not sound.
    fn finish(&mut self) -> Result<(), Failure> {
        Ok(())
    }
    /// Whether something stands at that path.
    fn is_there(&mut self, path: &str) -> Result<bool, Failure>;
    /// What stands at that path.
    fn look(&mut self, path: &str) -> Result<Option<Inside>, Failure>;
    /// Puts something into a folder that is there, in place of what stood at its path.
    fn put(&mut self, placed: &Placed) -> Result<(), Failure>;
}

/// A file system that is to be made.
#[derive(Clone, Copy, Debug)]
pub struct NewVolume<'a> {
    /// What it is called.
    pub label: &'a str,
    /// The folder that goes into it, with all below it.
    pub folder: &'a Path,
    /// Large files that go into folders of it, each with its path there: they are copied nowhere else.
    pub more: &'a [(PathBuf, String)],
}

/// What working on a file system says where nothing here can.
#[must_use]
pub fn no_volume() -> Failure {
    Failure::new(Trouble::No, say!("volume-unknown"))
}

/// What putting something says that such a file system does not keep.
#[must_use]
pub fn only_plain(path: &str) -> Failure {
    Failure::new(Trouble::No, say!("volume-only-plain", path = path))
}

/// A file system in memory. Clones are the same one.
#[derive(Clone, Debug, Default)]
pub struct FakeVolume {
    things: Rc<RefCell<BTreeMap<String, Inside>>>,
    lost: BTreeSet<String>,
    sick: bool,
}

impl FakeVolume {
    /// The same with something in it.
    #[must_use]
    pub fn with(self, path: &str, what: Inside) -> Self {
        self.things.borrow_mut().insert(path.to_owned(), what);
        self
    }

    /// The same, which says that it took what is put at that path, and does not.
    #[must_use]
    pub fn losing(mut self, path: &str) -> Self {
        self.lost.insert(path.to_owned());
        self
    }

    /// The same with damage that nothing mends.
    #[must_use]
    pub const fn sick(mut self) -> Self {
        self.sick = true;
        self
    }
}

impl Volume for FakeVolume {
    fn check(&mut self) -> Result<(), Failure> {
        let sick = || Failure::new(Trouble::No, say!("tool-failed", tool = "fake"));
        if self.sick { Err(sick()) } else { Ok(()) }
    }

    fn grow(&mut self, _length: Bytes) -> Result<(), Failure> {
        self.check()
    }

    fn is_there(&mut self, path: &str) -> Result<bool, Failure> {
        Ok(self.things.borrow().contains_key(path))
    }

    fn look(&mut self, path: &str) -> Result<Option<Inside>, Failure> {
        Ok(self.things.borrow().get(path).cloned())
    }

    fn put(&mut self, placed: &Placed) -> Result<(), Failure> {
        let parent = placed.path.rsplit_once('/').map_or("", |(parent, _)| parent);
        assert!(parent.is_empty() || self.is_there(parent)?, "{parent} is not there");
        if !self.lost.contains(&placed.path) {
            self.things.borrow_mut().insert(placed.path.clone(), placed.what.clone());
        }
        Ok(())
    }
}
