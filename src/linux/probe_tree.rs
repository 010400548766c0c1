//! Reading small files below a root folder, each with a limit, each failure with its reason.
//!
//! Invariant: nothing is read past its limit, and no failure is anything but a reason.

#![expect(clippy::disallowed_methods, reason = "the probe's one place that reads files")]

use crate::device::Why;
use crate::reading::Found;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

/// Most bytes of a text attribute; a busy `/proc/cpuinfo` of 512 threads stays below.
const MOST_TEXT: u64 = 2 * 1024 * 1024;
/// Most entries of a folder that are looked at.
const MOST_NAMES: usize = 4096;

/// A root folder: `/` in life, a made-up tree in tests.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tree<'a> {
    root: &'a Path,
}

impl<'a> Tree<'a> {
    pub(super) const fn new(root: &'a Path) -> Self {
        Self { root }
    }

    /// The bytes of a file of at most `most` bytes.
    pub(super) fn bytes(self, path: &str, most: u64) -> Found<Vec<u8>> {
        Found { what: self.read(path, most), source: path.to_owned() }
    }

    /// The text of a file; what is no UTF-8 in it is replaced.
    pub(super) fn text(self, path: &str) -> Found<String> {
        let what = self.read(path, MOST_TEXT).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        Found { what, source: path.to_owned() }
    }

    /// The one line of an attribute, trimmed; `None` where there is none or it is empty.
    pub(super) fn line(self, path: &str) -> Option<String> {
        let text = self.text(path).what.ok()?;
        let line = text.trim();
        (!line.is_empty()).then(|| line.to_owned())
    }

    /// The number in an attribute.
    pub(super) fn number(self, path: &str) -> Option<u64> {
        self.line(path)?.parse().ok()
    }

    /// The names in a folder, sorted so that equal machines read alike.
    pub(super) fn names(self, path: &str) -> Found<Vec<String>> {
        let listed = fs::read_dir(self.root.join(path)).map(|entries| {
            let names = entries.take(MOST_NAMES).filter_map(|entry| entry.ok()?.file_name().into_string().ok());
            let mut names: Vec<String> = names.collect();
            names.sort_unstable();
            names
        });
        Found { what: listed.map_err(|error| reason(&error)), source: path.to_owned() }
    }

    /// The names in a folder below `sys/class`, which exists only while a driver for such things is loaded.
    pub(super) fn class(self, path: &str) -> Found<Vec<String>> {
        let mut names = self.names(path);
        if names.what == Err(Why::NotThere) {
            names.what = Err(self.no_class());
        }
        names
    }

    /// Why a folder below `sys/class` is missing.
    pub(super) fn no_class(self) -> Why {
        if self.exists("sys/class") { Why::NoDriver } else { Why::NotThere }
    }

    /// Whether something stands there.
    pub(super) fn exists(self, path: &str) -> bool {
        self.root.join(path).exists()
    }

    /// Where a symbolic link points, as it is written.
    pub(super) fn link(self, path: &str) -> Option<String> {
        fs::read_link(self.root.join(path)).ok()?.into_os_string().into_string().ok()
    }

    fn read(self, path: &str, most: u64) -> Result<Vec<u8>, Why> {
        let mut bytes = Vec::new();
        let file = File::open(self.root.join(path)).map_err(|error| reason(&error))?;
        file.take(most.saturating_add(1)).read_to_end(&mut bytes).map_err(|error| reason(&error))?;
        let len = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        if len > most { Err(Why::TooLarge(most)) } else { Ok(bytes) }
    }
}

fn reason(error: &io::Error) -> Why {
    if error.kind() == io::ErrorKind::NotFound {
        Why::NotThere
    } else if error.kind() == io::ErrorKind::PermissionDenied {
        Why::RootOnly
    } else {
        Why::Unreadable(error.to_string())
    }
}
