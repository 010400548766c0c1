//! Making the files of practice disks, and the record of which files were made.
//!
//! Invariants: no file that was there before is opened for writing; a file stands in the record, on the disk, before
//! anybody uses it; a file not in the record, or with a second name anywhere, is nobody's practice disk.

#![expect(clippy::disallowed_methods, reason = "practice disks and their record are files")]

use super::dev_no::DevNo;
use super::kernel::FileId;
use crate::unit::Bytes;
use rustix::fs::OFlags;
use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;
use std::time::UNIX_EPOCH;

/// The record's name in the folder of the practice disks. A line a file: device, inode, birth, name.
const RECORD: &str = "made";
const UNKNOWN: &str = "-";

/// One file that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    id: FileId,
    /// Nanoseconds since 1970, where the file system keeps it: an inode's number is soon given to another file.
    birth: Option<u128>,
    name: String,
}

/// The files that were made in one folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Made(Vec<Entry>);

impl Made {
    /// As the folder's record says; nothing where there is none. Errors: the record cannot be read.
    pub(super) fn read(folder: &Path) -> io::Result<Self> {
        let mut bytes = Vec::new();
        match record(File::options().read(true), folder) {
            Ok(mut file) => file.read_to_end(&mut bytes)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(error),
        };
        // A line cut by a crash names a disk that nobody came to use.
        Ok(Self(String::from_utf8_lossy(&bytes).lines().filter_map(Entry::read).collect()))
    }

    /// Whether this is a file that was made here under that name, and has no other.
    pub(super) fn has(&self, name: &str, metadata: &Metadata) -> bool {
        metadata.is_file() && metadata.nlink() == 1 && self.0.contains(&Entry::of(name, metadata))
    }
}

impl Entry {
    fn of(name: &str, metadata: &Metadata) -> Self {
        let born = metadata.created().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
        Self { id: FileId::of(metadata), birth: born.map(|since| since.as_nanos()), name: name.to_owned() }
    }

    fn read(line: &str) -> Option<Self> {
        let mut words = line.splitn(4, ' ');
        let id = FileId { dev: words.next()?.parse::<DevNo>().ok()?, inode: words.next()?.parse().ok()? };
        let birth = match words.next()? {
            UNKNOWN => None,
            number => Some(number.parse().ok()?),
        };
        Some(Self { id, birth, name: words.next()?.to_owned() })
    }

    fn line(&self) -> String {
        let birth = self.birth.map_or_else(|| UNKNOWN.to_owned(), |birth| birth.to_string());
        format!("{} {} {birth} {}\n", self.id.dev, self.id.inode, self.name)
    }
}

/// Makes a blank file of `size` and records it. Errors: `AlreadyExists` where anything has that name, a link too, and
/// then nothing was touched.
pub(super) fn make(folder: &Path, name: &str, size: Bytes) -> io::Result<()> {
    if name.contains(['/', '\n']) {
        return Err(io::ErrorKind::InvalidFilename.into());
    }
    let path = folder.join(name);
    let file = File::options().read(true).write(true).create_new(true).mode(0o600).open(&path)?;
    let recorded = || -> io::Result<()> {
        file.set_len(size.0)?;
        file.sync_all()?;
        let mut record = record(File::options().append(true).create(true).mode(0o600), folder)?;
        record.write_all(Entry::of(name, &file.metadata()?).line().as_bytes())?;
        record.sync_all()?;
        File::open(folder)?.sync_all()
    };
    recorded().inspect_err(|_failed| {
        // Made a moment ago and used by nobody; left, it would only be in the way.
        let _gone = std::fs::remove_file(&path);
    })
}

/// Opens the record itself: not through a link, nor another file under its name.
fn record(options: &mut OpenOptions, folder: &Path) -> io::Result<File> {
    let flags = i32::try_from((OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC).bits());
    let file = options.custom_flags(flags.map_err(io::Error::other)?).open(folder.join(RECORD))?;
    let metadata = file.metadata()?;
    if metadata.is_file() && metadata.nlink() == 1 { Ok(file) } else { Err(io::ErrorKind::InvalidData.into()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn known(folder: &Path, name: &str) -> bool {
        let metadata = fs::symlink_metadata(folder.join(name)).expect("it stands there");
        Made::read(folder).expect("readable").has(name, &metadata)
    }

    #[test]
    fn only_what_was_made_under_that_name_and_has_no_other_is_known() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let path = folder.path();
        assert_eq!(Made::read(path).expect("nothing made yet"), Made::default());
        for name in ["a.img", "b c.img"] {
            make(path, name, Bytes(4096)).expect("made");
            assert!(known(path, name), "{name}");
        }
        assert_eq!(fs::read(path.join("a.img")).expect("file"), [0; 4096]);
        fs::write(path.join("foreign.img"), "x").expect("file");
        fs::rename(path.join("b c.img"), path.join("renamed.img")).expect("renamed");
        for name in ["foreign.img", "renamed.img", RECORD] {
            assert!(!known(path, name), "{name}");
        }
        fs::hard_link(path.join("a.img"), path.join("second.img")).expect("link");
        assert!(!known(path, "a.img") && !known(path, "second.img"));
        fs::remove_file(path.join("second.img")).expect("ours");
        assert!(known(path, "a.img"));
        fs::remove_file(path.join("a.img")).expect("ours");
        fs::write(path.join("a.img"), "likely the same inode").expect("file");
        assert!(!known(path, "a.img"), "another file of that name");
    }

    #[test]
    fn nothing_that_is_there_is_touched_and_a_record_that_is_none_makes_no_disk() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let path = folder.path();
        fs::write(path.join("a.img"), "precious").expect("file");
        assert_eq!(make(path, "a.img", Bytes(9)).expect_err("taken").kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(path.join("a.img")).expect("file"), b"precious");
        assert!(make(path, "../b.img", Bytes(9)).is_err());
        fs::hard_link(path.join("a.img"), path.join(RECORD)).expect("link");
        assert!(make(path, "b.img", Bytes(9)).is_err() && Made::read(path).is_err());
        assert_eq!(fs::read(path.join("a.img")).expect("file"), b"precious");
        assert!(!path.join("b.img").exists());
    }

    #[test]
    fn a_line_reads_back_with_and_without_a_birth_and_a_cut_one_is_nothing() {
        let id = FileId { dev: DevNo::from_raw(0x0811), inode: 42 };
        for birth in [None, Some(1_700_000_000_000_000_001)] {
            let entry = Entry { id, birth, name: "a b.img".to_owned() };
            assert_eq!(Entry::read(entry.line().trim_end()), Some(entry));
        }
        for line in ["", "8:17", "8:17 42", "8:17 42 -", "8:17 x - a.img", "8:17 42 x a.img"] {
            assert_eq!(Entry::read(line), None, "{line}");
        }
    }
}
