//! Recovery sheets: where they may lie, handing them out, taking them back, and the key that two of them are.
//!
//! Invariants: no sheet is written to the disk that the station is on, where whoever takes the machine finds lock and key;
//! no sheet is left of a lock that never came.

#![expect(clippy::disallowed_methods, reason = "wiring: sheets are files that people carry away")]

use super::folder::failed;
use crate::cli::{self, Out, Sheet};
use crate::linux::{LocalFiles, TerminalAsk};
use crate::port::{Ask, Failure, Files, Trouble};
use crate::store::{Recovery, SHARES, Share, ShareError, is_in_memory, write_secret_file};
use crate::unit::{Digest, Moment, Secret};
use crate::word::say;
use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Sheets are small.
const MOST_SHEET: u64 = 64 * 1024;
/// The folder that is proposed for them.
const FOLDER: &str = "phieu-khoi-phuc";

/// Whose recovery sheets they are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Whose<'a> {
    pub(super) team: &'a str,
    pub(super) station: Digest,
    pub(super) at: Moment,
}

/// Refuses a folder for sheets on the disk that the station at `station` is on, unless it is memory. Neither folder need be
/// there yet.
pub(super) fn check_place(station: &Path, sheets: Option<&Path>) -> Result<(), Failure> {
    let Some(sheets) = sheets else { return Ok(()) };
    if !is_beside(station, sheets).map_err(|error| failed(sheets, &error))? {
        return Ok(());
    }
    let what = say!("sheets-beside", folder = sheets.display().to_string());
    Err(Failure::new(Trouble::Usage, what).hint(say!("sheets-beside-hint")))
}

fn is_beside(station: &Path, sheets: &Path) -> io::Result<bool> {
    let (station, sheets) = (nearest(station)?, nearest(sheets)?);
    Ok(fs::metadata(&station)?.dev() == fs::metadata(&sheets)?.dev() && !is_in_memory(&sheets)?)
}

/// The nearest folder that is there: what is made below it is made on its disk.
fn nearest(path: &Path) -> io::Result<PathBuf> {
    let path = std::path::absolute(path)?;
    Ok(path.ancestors().find(|above| above.exists()).unwrap_or(Path::new("/")).to_owned())
}

/// Where sheets of a station at `station` could go: onto the first of those `places`, which are removable, else into
/// `memory`, from where they are printed; nowhere, an empty path, where both are missing.
pub(super) fn proposal(station: &Path, places: &[(PathBuf, String)], memory: Option<&Path>) -> PathBuf {
    let places = places.iter().map(|(place, _name)| place.as_path());
    let kept_in_memory = memory.filter(|folder| is_in_memory(folder).unwrap_or(false));
    let mut fit = places.chain(kept_in_memory).map(|place| place.join(FOLDER));
    fit.find(|folder| check_place(station, Some(folder)).is_ok()).unwrap_or_default()
}

/// Writes the parts to new files in `folder`, or shows them; `written` learns of each file at once.
pub(super) fn hand_out(
    parts: &[Share],
    whose: Whose<'_>,
    folder: Option<&Path>,
    out: &mut Out<'_>,
    written: &mut Vec<PathBuf>,
) -> Result<(), Failure> {
    let (station, day) = (whose.station.short(16), whose.at.local_day());
    for part in parts {
        let (number, text) = (u64::from(part.number()), part.text());
        let sheet =
            Sheet { team: whose.team, station: &station, day: &day, number, of: u64::from(SHARES), part: &text };
        let page = Zeroizing::new(cli::sheet_text(out.words(), &sheet)?);
        let Some(folder) = folder else {
            out.text(&page)?;
            continue;
        };
        let failed = |error: std::io::Error| failed(folder, &error);
        DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(failed)?;
        let file = folder.join(format!("phieu-khoi-phuc-{number}.txt"));
        write_secret_file(&file, &page)?;
        written.push(file);
    }
    Ok(())
}

/// Removes sheets of a lock that never came: they are parts of a key to nothing.
pub(super) fn take_back(written: &[PathBuf]) {
    for sheet in written {
        let _gone = fs::remove_file(sheet);
    }
}

/// The recovery key of two parts: from `files`, else asked for.
pub(super) fn recovery(files: &[PathBuf], out: &Out<'_>) -> Result<Recovery, Failure> {
    let mut parts = Vec::new();
    for file in files {
        parts.push(part_in(file)?);
    }
    while files.is_empty() && parts.len() < 2 {
        let question = say!("ask-part", number = parts.len() as u64 + 1);
        parts.push(cli::known_secret(&TerminalAsk, out, &question, "--part-file", None)?);
        // A slip is told before the next one is typed.
        recovery_slip(&parts)?;
    }
    recovery_of(&parts)
}

/// The part in a file: a sheet as it was written, or the part alone; `-` for the next line of standard input.
fn part_in(file: &Path) -> Result<Secret, Failure> {
    let part = if file == Path::new("-") {
        TerminalAsk.secret_from(file)?
    } else {
        let sheet = Zeroizing::new((&LocalFiles as &dyn Files).read_text(file, MOST_SHEET)?);
        let is_row =
            |line: &&str| line.split('-').all(|group| group.len() == 4 && !group.contains(char::is_whitespace));
        Secret::new(sheet.lines().map(str::trim).filter(is_row).collect::<Vec<_>>().join("-"))
    };
    let told = |failure: Failure| Failure { cause: Some(file.display().to_string()), ..failure };
    recovery_slip(std::slice::from_ref(&part)).map_err(told)?;
    Ok(part)
}

/// Errors: the last part is misread.
fn recovery_slip(parts: &[Secret]) -> Result<(), Failure> {
    match parts.last().map(|part| Share::read(part.expose())) {
        Some(Err(_misread)) => recovery_of(parts).map(|_recovery| ()),
        Some(Ok(_)) | None => Ok(()),
    }
}

/// The recovery key of parts as they were typed. Errors: misread; fewer than two different ones; of different sets.
fn recovery_of(parts: &[Secret]) -> Result<Recovery, Failure> {
    let shares = parts.iter().map(|part| Share::read(part.expose())).collect::<Result<Vec<_>, _>>();
    shares.and_then(|shares| Recovery::from_shares(&shares)).map_err(|error| {
        let what = match error {
            ShareError::Misread => say!("share-misread"),
            ShareError::TooFew => say!("share-too-few"),
            ShareError::OtherSet => say!("share-other-set"),
        };
        Failure::new(Trouble::No, what).detail(error).hint(say!("share-hint"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sheets_are_never_proposed_nor_taken_on_the_disk_of_the_station() {
        let home = tempfile::tempdir().expect("folder");
        let memory = tempfile::tempdir_in("/dev/shm").expect("a folder in memory");
        if is_in_memory(home.path()).expect("known") {
            eprintln!("SKIPPED, NOTHING PROVED: the folder for temporary files is in memory here");
            return;
        }
        let station = home.path().join("a/tram");
        let beside =
            |folder: &Path| check_place(&station, Some(folder)).map_err(|failure| failure.what.key().to_owned());
        for folder in [&station.join("x"), &home.path().join("phieu"), home.path()] {
            assert_eq!(beside(folder), Err("sheets-beside".to_owned()), "{}", folder.display());
        }
        assert_eq!(beside(&memory.path().join("not/there/yet")), Ok(()));
        assert_eq!(check_place(&station, None), Ok(()), "shown, not written");
        // Memory is no disk, even where the station is in it.
        assert_eq!(check_place(memory.path(), Some(memory.path())), Ok(()));

        let place = |folder: &Path| (folder.to_owned(), "Stick".to_owned());
        let proposed = |places: &[(PathBuf, String)], memory| proposal(&station, places, memory);
        let (on_stick, in_memory) = (memory.path().join(FOLDER), Path::new("/dev/shm").join(FOLDER));
        let shm = Some(Path::new("/dev/shm"));
        assert_eq!(proposed(&[place(memory.path())], shm), on_stick);
        assert_eq!(
            proposed(&[place(home.path()), place(memory.path())], None),
            on_stick,
            "not the station's own stick"
        );
        assert_eq!(proposed(&[place(home.path())], shm), in_memory);
        assert_eq!(proposed(&[], Some(home.path())), PathBuf::new(), "no memory at all");
        assert_eq!(proposed(&[], None), PathBuf::new());
    }
}
