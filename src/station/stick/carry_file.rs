//! The file on a stick that a start's records go to: bundles one behind the other, each on the medium before it counts.
//!
//! Invariants: what counts as saved is byte for byte what the ledger in memory says; whatever else stands behind it was
//! never acknowledged, and is cut off before anything is put there; two programs never write to it at once.

#![expect(clippy::disallowed_methods, reason = "wiring: the stick's own folder is written here")]

use crate::ledger::write_bundle;
use crate::port::{Failure, Index};
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

/// How much of the file counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Kept {
    /// Its length as far as it counts, bytes.
    pub(super) length: u64,
    /// How many records that is.
    pub(super) records: u64,
}

/// The records of the start, with the signed head behind each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Rows {
    /// What the heads call the chain.
    pub(super) origin: String,
    /// Bytes and head of each, from the first.
    pub(super) rows: Vec<(Vec<u8>, String)>,
}

impl Rows {
    /// Takes in what that ledger recorded since.
    pub(super) fn go_on(&mut self, index: &dyn Index) -> Result<(), Failure> {
        let rows = &mut self.rows;
        index.rows_from(rows.len() as u64, &mut |row| {
            rows.push((row.bytes, row.note));
            Ok(())
        })?;
        self.origin = self.rows.last().and_then(|(_, note)| note.lines().next()).unwrap_or_default().to_owned();
        Ok(())
    }

    /// How many there are.
    pub(super) fn count(&self) -> u64 {
        self.rows.len() as u64
    }

    /// The bundle of the records from one number to before another; none where there are none.
    fn bundle(&self, from: u64, to: u64) -> Option<Vec<u8>> {
        let place = |number: u64| usize::try_from(number).ok();
        let rows = self.rows.get(place(from)?..place(to)?)?;
        let (_, note) = rows.last()?;
        Some(write_bundle(&self.origin, from, note, rows.iter().map(|(bytes, _)| bytes.as_slice())))
    }

    /// How much of the file is what these records say: whole bundles from the beginning on.
    pub(super) fn kept(&self, bytes: &[u8]) -> Kept {
        let mut kept = Kept::default();
        let mut rest = bytes;
        // A bundle says how many records it has before anything that could be torn; what it says is not believed.
        while let Some((from, count)) = counted(rest)
            && from == kept.records
            && let Some(bundle) = from.checked_add(count).and_then(|to| self.bundle(from, to))
            && let Some(behind) = rest.strip_prefix(bundle.as_slice())
        {
            kept = Kept { length: kept.length + bundle.len() as u64, records: kept.records + count };
            rest = behind;
        }
        kept
    }
}

/// The first record's number of the bundle at the front, and how many it has.
fn counted(bytes: &[u8]) -> Option<(u64, u64)> {
    let mut lines = bytes.split(|byte| *byte == b'\n').skip(2);
    let mut number = || std::str::from_utf8(lines.next()?).ok()?.parse().ok();
    Some((number()?, number()?))
}

/// Puts everything that the file lacks behind what counts of it, flushed; what counts then. `known` is what counted when this
/// program looked last: where the file has grown or shrunk since, it is read again.
pub(super) fn bring(file: &Path, rows: &Rows, known: Option<Kept>) -> io::Result<Kept> {
    let is_new = !file.exists();
    if let Some(folder) = file.parent().filter(|_| is_new) {
        fs::create_dir_all(folder)?;
    }
    let open = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(file)?;
    open.lock()?;
    let length = open.metadata()?.len();
    let known = known.filter(|known| known.length == length);
    let kept = match known {
        Some(known) => known,
        None => written_again(&open, rows, &fs::read(file)?)?,
    };
    let Some(bundle) = rows.bundle(kept.records, rows.count()) else {
        return if known.is_some() { Ok(kept) } else { flushed(&open, file).map(|()| kept) };
    };
    if length > kept.length {
        open.set_len(kept.length)?;
    }
    open.write_all_at(&bundle, kept.length)?;
    if known.is_some() {
        open.sync_all()?;
    } else {
        flushed(&open, file)?;
    }
    Ok(Kept { length: kept.length + bundle.len() as u64, records: rows.count() })
}

/// How much of what was read counts; that is written once more. Where a flush failed, or nobody knows of one, what is read
/// may stand in the system's memory alone, and no later flush would bring it to the medium.
fn written_again(open: &File, rows: &Rows, read: &[u8]) -> io::Result<Kept> {
    let kept = rows.kept(read);
    let counts = usize::try_from(kept.length).ok().and_then(|length| read.get(..length)).unwrap_or_default();
    open.write_all_at(counts, 0)?;
    Ok(kept)
}

/// Flushes the file and the folders that name it.
fn flushed(open: &File, file: &Path) -> io::Result<()> {
    open.sync_all()?;
    file.ancestors().skip(1).take(2).try_for_each(|folder| File::open(folder)?.sync_all())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(count: usize) -> Rows {
        let row = |number: usize| {
            (vec![u8::try_from(number).expect("small"); 30 + number * 7], format!("o\n{number}\n\nx\n"))
        };
        Rows { origin: "o".to_owned(), rows: (1..=count).map(row).collect() }
    }

    fn up_to(all: &Rows, count: usize) -> Rows {
        Rows { origin: all.origin.clone(), rows: all.rows[..count].to_vec() }
    }

    #[test]
    fn a_file_cut_at_every_byte_keeps_every_whole_bundle_and_gets_back_what_it_lacks() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("boots/0a.bundle");
        let all = rows(6);
        let mut ends = vec![Kept::default()];
        for count in [1, 2, 5, 6] {
            let known = ends.last().copied().filter(|kept| kept.records > 0);
            ends.push(bring(&file, &up_to(&all, count), known).expect("written"));
        }
        let whole = fs::read(&file).expect("there");
        assert_eq!(ends.last(), Some(&Kept { length: whole.len() as u64, records: 6 }));
        for cut in 0..=whole.len() {
            let acknowledged = ends.iter().rev().find(|end| end.length <= cut as u64).expect("the first");
            assert_eq!(all.kept(&whole[..cut]), *acknowledged, "cut at {cut}");
            for tail in [&whole[..cut], &[&whole[..cut], &[0; 40]].concat()] {
                fs::write(&file, tail).expect("torn");
                let kept = bring(&file, &all, None).expect("brought");
                assert_eq!(kept.records, 6);
                let now = fs::read(&file).expect("there");
                assert_eq!(all.kept(&now), kept, "cut at {cut}");
                assert!(now.starts_with(&whole[..usize::try_from(acknowledged.length).expect("small")]));
            }
        }
    }

    #[test]
    fn what_no_flush_is_known_of_is_written_once_more() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("boots/0a.bundle");
        let all = rows(3);
        let kept = bring(&file, &all, None).expect("written");
        let long_ago = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1000);
        let touched = |known| {
            OpenOptions::new().write(true).open(&file).and_then(|open| open.set_modified(long_ago)).expect("set");
            assert_eq!(bring(&file, &all, known).expect("brought"), kept);
            fs::metadata(&file).and_then(|of| of.modified()).expect("told") != long_ago
        };
        assert!(touched(None), "as after a flush that failed, or a program that was killed");
        assert!(!touched(Some(kept)), "nothing is written that was flushed");
    }

    #[test]
    fn what_another_put_there_is_never_taken_for_saved() {
        let all = rows(4);
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("b");
        bring(&file, &all, None).expect("written");
        let whole = fs::read(&file).expect("there");
        for at in 0..whole.len() {
            let mut other = whole.clone();
            other[at] ^= 1;
            assert_eq!(all.kept(&other).records, 0, "byte {at}");
        }
        // Another program of this start has written meanwhile: what is known of the file counts no more.
        let known = Kept { length: 3, records: 1 };
        assert_eq!(bring(&file, &all, Some(known)).expect("read").records, 4);
    }
}
