//! A stick that comes home: found, mounted for this program alone, and everything that it brings taken over; then receipts, a
//! fresh base, profiles and settings go onto it.
//!
//! Order: take over, durably, in the station's ledger; then write to the stick. Invariants: whatever is stopped in between is
//! done again harmlessly; a bundle leaves the stick only where a receipt of an earlier homecoming covers all of it; a stick that
//! is full or fails loses nothing, and is told.

#![expect(clippy::disallowed_methods, reason = "wiring: what is on a stick is files")]

use super::folder::{self, Folder};
use super::stick_write::{Scratch, copy_profiles, settings_of};
use crate::cli::{Out, StickHomeArgs, say_homed};
use crate::device::{Disk, Obstacle, obstacle_sentence};
use crate::event::{Event, Fact};
use crate::ledger::{Head, Note, Record, origin, read_bundles, write_bundle};
use crate::linux::{StickMount, stick_partition};
use crate::port::{Disks, Failure, Index, Row, Trouble};
use crate::store::{KeyFile, Store, read_key};
use crate::unit::Digest;
use crate::word::say;
use crate::workbench::{
    Bench, STICK_LABEL, StickHome, Took, opened_of, sticks, sticks_and_homes, take_base, take_bundle,
};
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// More than the records of any machine come to, bytes.
const MOST_BUNDLE: u64 = 1 << 30;
/// The files that a ledger is made of, as SQLite keeps them.
const LEDGER: [&str; 2] = ["ledger.db", "ledger.db-wal"];

/// What takes a file of bundles over into the ledger, durably.
pub(super) type Take<'a> = &'a dyn Fn(&[u8]) -> Result<Took, Failure>;

/// A disk that does not tell what is on it, or does not let it be mounted.
fn unreadable(disk: &Disk, error: io::Error) -> Failure {
    Failure::new(Trouble::Io, say!("stick-unreadable", disk = disk.name.as_str()))
        .because(error)
        .hint(say!("stick-unreadable-hint"))
}

/// A file on the stick that cannot be read, or not be written.
fn broken(path: &Path, error: &io::Error) -> Failure {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let is_full = error.kind() == io::ErrorKind::StorageFull;
    let what = if is_full { say!("stick-full") } else { say!("stick-file-broken", file = name) };
    Failure::new(Trouble::Io, what).because(error).hint(say!("stick-broken-hint"))
}

/// The bundles on a stick, by their names.
fn bundles(root: &Path) -> io::Result<Vec<(String, PathBuf)>> {
    let entries = match fs::read_dir(root.join("boots")) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if let Some(id) = name.strip_suffix(".bundle")
            && entry.file_type()?.is_file()
        {
            found.push((id.to_owned(), entry.path()));
        }
    }
    found.sort();
    Ok(found)
}

fn receipt_of(root: &Path, id: &str) -> PathBuf {
    root.join("receipts").join(format!("{id}.note"))
}

/// Whether the disk is a stick with records that have not come home. What cannot be mounted has none that anybody could take
/// home.
pub(super) fn has_more(disk: &Disk) -> Result<bool, Failure> {
    if !disk.obstacles.is_empty() {
        // It is refused for these.
        return Ok(false);
    }
    let Some(part) = stick_partition(disk, STICK_LABEL).map_err(|error| unreadable(disk, error))? else {
        return Ok(false);
    };
    let Ok(mount) = StickMount::open(disk, part) else { return Ok(false) };
    let root = mount.path();
    let more = bundles(&root).is_ok_and(|all| all.iter().any(|(id, path)| !is_covered(path, &receipt_of(&root, id))));
    mount.close().map_err(|error| unreadable(disk, error))?;
    Ok(more)
}

/// Whether the receipt is of every record in that bundle.
fn is_covered(bundle: &Path, receipt: &Path) -> bool {
    let Ok(note) = fs::read_to_string(receipt) else { return false };
    let Ok(bytes) = read_whole(bundle) else { return false };
    let brought = read_bundles(&bytes).ok().and_then(|file| file.bundles.last().map(|last| last.head.size));
    receipt_size(&note).zip(brought).is_some_and(|(taken, brought)| taken >= brought)
}

fn read_whole(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(MOST_BUNDLE).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// `aoxanh stick home`. Errors: there is no stick; something that it brought was refused; it could not be written.
pub(super) fn run(args: &StickHomeArgs, folder: &Folder, bench: &Bench<'_>, out: &mut Out<'_>) -> Result<(), Failure> {
    let homed = match &args.from {
        Some(place) if place.is_dir() => vec![from_folder(place, folder, bench)],
        Some(name) => vec![from_disk(&bench.pick_disk(&name.to_string_lossy(), None)?, folder, bench)],
        None => from_all(folder, bench)?,
    };
    if homed.is_empty() {
        return Err(Failure::new(Trouble::No, say!("stick-none-plugged")).hint(say!("stick-none-plugged-hint")));
    }
    let mut last = None;
    for one in homed {
        if let Err(failure) = one.and_then(|home| say_homed(&home, out)) {
            // Each is said where it belongs; the last one is what the run came to.
            let before = last.replace(failure);
            if let Some(failure) = before {
                out.failure(&failure);
            }
        }
    }
    last.map_or(Ok(()), Err)
}

/// The disks that are sticks by what their last partition is called.
pub(super) fn plugged(disks: &dyn Disks) -> Result<Vec<Disk>, Failure> {
    // A disk that cannot be read is no stick that anybody could take home.
    let is_stick = |disk: &Disk| matches!(stick_partition(disk, STICK_LABEL), Ok(Some(_)));
    Ok(disks.list(None)?.into_iter().filter(|disk| disk.removable || disk.practice).filter(is_stick).collect())
}

/// Takes over what every stick brings that is plugged in. Each goes out with what all of them brought.
pub(super) fn from_all(folder: &Folder, bench: &Bench<'_>) -> Result<Vec<Result<StickHome, Failure>>, Failure> {
    let disks = plugged(bench.disks)?;
    let mut homed: Vec<_> = disks.iter().map(|disk| from_disk(disk, folder, bench)).collect();
    let before = homed.len().saturating_sub(1);
    for (home, disk) in homed.iter_mut().zip(&disks).take(before) {
        let Ok(home) = home else { continue };
        // One that is trusted no more, or could not be written, got no base before.
        if home.goes_out() {
            home.unwritten = freshen(disk, folder, bench).err();
        }
    }
    Ok(homed)
}

/// Puts the base of now on a stick that is home already.
fn freshen(disk: &Disk, folder: &Folder, bench: &Bench<'_>) -> Result<(), Failure> {
    let unread = |error: io::Error| unreadable(disk, error);
    let part = stick_partition(disk, STICK_LABEL).map_err(unread)?;
    let Some(part) = part else { return Err(unreadable(disk, io::ErrorKind::NotFound.into())) };
    let mount = StickMount::open(disk, part).map_err(unread)?;
    let written = put_base(&mount.path(), folder, bench);
    mount.close().map_err(unread).and(written)
}

fn put_base(root: &Path, folder: &Folder, bench: &Bench<'_>) -> Result<(), Failure> {
    let key = read_key(folder.path(), KeyFile::Station)?;
    put(&root.join("base"), &take_base(bench.index, bench.clock, &key)?)
}

/// Takes over what the stick at that disk brings.
pub(super) fn from_disk(disk: &Disk, folder: &Folder, bench: &Bench<'_>) -> Result<StickHome, Failure> {
    let name = disk.name.as_str();
    let part = stick_partition(disk, STICK_LABEL).map_err(|error| unreadable(disk, error))?;
    let no_stick = || Failure::new(Trouble::No, say!("stick-is-none", disk = name));
    let part = part.ok_or_else(no_stick)?;
    let in_the_way = disk.obstacles.iter().find(|obstacle| **obstacle != Obstacle::ReadOnly);
    match in_the_way {
        // What another program has mounted is not mounted a second time beside it.
        Some(Obstacle::Mounted(place)) => {
            let what = say!("disk-refused", disk = name, why = obstacle_sentence(&Obstacle::Mounted(place.clone())));
            return Err(Failure::new(Trouble::No, what).hint(say!("stick-mounted-hint", place = place.as_str())));
        }
        Some(obstacle) => {
            let what = say!("disk-refused", disk = name, why = obstacle_sentence(obstacle));
            return Err(Failure::new(Trouble::No, what));
        }
        None => {}
    }
    let mount = StickMount::open(disk, part).map_err(|error| unreadable(disk, error))?;
    let homed = come_home(&mount.path(), !mount.is_read_only(), (folder, bench), &|bytes| take(bench, bytes));
    let closed = mount.close().map_err(|error| unreadable(disk, error));
    let mut home = homed?;
    if let Err(failure) = closed {
        home.unwritten.get_or_insert(failure);
    }
    Ok(home)
}

fn from_folder(root: &Path, folder: &Folder, bench: &Bench<'_>) -> Result<StickHome, Failure> {
    let mut home = come_home(root, true, (folder, bench), &|bytes| take(bench, bytes))?;
    let flushed = File::open(root).and_then(|root| rustix::fs::syncfs(&root).map_err(io::Error::from));
    if let Err(error) = flushed {
        home.unwritten.get_or_insert(broken(root, &error));
    }
    Ok(home)
}

/// Takes over what stands below `root`, then writes there what the stick is to go out with.
pub(super) fn come_home(
    root: &Path,
    writes: bool,
    (folder, bench): (&Folder, &Bench<'_>),
    take: Take<'_>,
) -> Result<StickHome, Failure> {
    let memory = Scratch::below(folder.path())?;
    let Own { station, chain, starts } = own_chain(root, memory.path(), bench)?;
    let known = sticks(bench)?.into_iter().find(|line| line.station == station);
    let mut home = StickHome::of(station, known.as_ref());
    home.over = known.as_ref().is_some_and(|line| line.until <= bench.clock.now());
    let mut receipts: Vec<(PathBuf, String)> = Vec::new();
    let mut spent: Vec<PathBuf> = Vec::new();
    match take(&chain) {
        Ok(took) => {
            receipts.extend(took.has_receipt().then(|| (receipt_of(root, &station.short(16)), took.receipt.clone())));
            home.add(&took);
        }
        Err(failure) => home.refused.push(("station".to_owned(), failure)),
    }
    for (id, path) in bundles(root).map_err(|error| broken(root, &error))? {
        let receipt = receipt_of(root, &id);
        let was_covered = is_covered(&path, &receipt);
        let took = read_whole(&path).map_err(|error| broken(&path, &error)).and_then(|bytes| take(&bytes));
        match took {
            Ok(took) => {
                home.starts += 1;
                if was_covered && took.new == 0 {
                    spent.push(path);
                } else if took.has_receipt() {
                    receipts.push((receipt, took.receipt.clone()));
                }
                home.add(&took);
            }
            Err(failure) => home.refused.push((format!("{id}.bundle"), failure)),
        }
    }
    let (_, homes) = sticks_and_homes(bench)?;
    home.away = starts.iter().filter(|start| !homes.contains_key(start)).count() as u64;
    let written = if writes {
        write_back(root, &spent, &receipts, (folder, bench, &memory), known.is_some_and(|line| line.is_trusted(bench)))
    } else {
        Err(Failure::new(Trouble::Io, say!("stick-read-only")).hint(say!("stick-broken-hint")))
    };
    home.unwritten = written.err();
    Ok(home)
}

/// A stick's own chain.
struct Own {
    /// Leaf hash of its record 0.
    station: Digest,
    /// All of it, as a bundle.
    chain: Vec<u8>,
    /// The starts that it tells of.
    starts: Vec<Digest>,
}

/// The stick's own chain, as a bundle, out of a copy. Errors: it is no station, or of another team.
fn own_chain(root: &Path, memory: &Path, bench: &Bench<'_>) -> Result<Own, Failure> {
    let ledger = root.join("station").join(LEDGER[0]);
    if !ledger.is_file() {
        return Err(Failure::new(Trouble::No, say!("stick-not-enrolled")).hint(say!("stick-not-enrolled-hint")));
    }
    for name in LEDGER {
        let path = root.join("station").join(name);
        match read_whole(&path) {
            Ok(bytes) => fs::write(memory.join(name), bytes).map_err(|error| folder::failed(memory, &error))?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(broken(&path, &error)),
        }
    }
    let store = Store::read(memory)?;
    let index: &dyn Index = &store;
    let other = || Failure::new(Trouble::No, say!("stick-other-team")).hint(say!("stick-other-team-hint"));
    let (opened, station) = opened_of(index)?.ok_or_else(other)?;
    let ours = bench.station()?;
    if Some(opened.team.key) != ours.team_key || !opened.is_certified() || opened.practice != ours.practice {
        return Err(other());
    }
    let note = index.head()?.ok_or_else(other)?;
    let (mut records, mut starts) = (Vec::new(), Vec::new());
    index.rows(&mut |row: Row| {
        let event = Record::from_bytes(row.bytes.clone()).ok();
        let event = event.and_then(|record| Event::from_body(record.body()).ok());
        if let Some(Event { fact: Fact::BootOpened(opened), .. }) = event {
            starts.push(opened.station);
        }
        records.push(row.bytes);
        Ok(())
    })?;
    let chain = write_bundle(&origin(station, opened.practice), 0, &note, records.iter().map(Vec::as_slice));
    Ok(Own { station, chain, starts })
}

/// Takes away what is not needed any more, and puts receipts, the base, profiles and settings in place. The first failure ends
/// it: what is full or fails gets no better by going on.
fn write_back(
    root: &Path,
    spent: &[PathBuf],
    receipts: &[(PathBuf, String)],
    (folder, bench, memory): (&Folder, &Bench<'_>, &Scratch),
    goes_out: bool,
) -> Result<(), Failure> {
    for path in spent {
        fs::remove_file(path).map_err(|error| broken(path, &error))?;
    }
    fs::create_dir_all(root.join("receipts")).map_err(|error| broken(root, &error))?;
    for (path, text) in receipts {
        put(path, text.as_bytes())?;
    }
    if !goes_out {
        // One that is trusted no more gets nothing to work with.
        return Ok(());
    }
    put_base(root, folder, bench)?;
    let fresh = memory.path().join("fresh");
    fs::create_dir(&fresh).map_err(|error| folder::failed(&fresh, &error))?;
    copy_profiles(folder.path(), &fresh)?;
    let station = root.join("station");
    mirror(&fresh.join("profiles"), &station.join("profiles"))?;
    put(&station.join("station.toml"), settings_of(&folder.settings()?).to_text().as_bytes())
}

/// Puts a file in place of what stands there, whole or not at all; nothing where it is the same already.
fn put(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    if read_whole(path).is_ok_and(|there| there == bytes) {
        return Ok(());
    }
    let hidden = path.with_extension("new");
    let write = || -> io::Result<()> {
        let mut file = File::create(&hidden)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&hidden, path)?;
        File::open(path.parent().unwrap_or(path))?.sync_all()
    };
    write().map_err(|error| {
        // Half a file only takes room.
        let _gone = fs::remove_file(&hidden);
        broken(path, &error)
    })
}

/// Makes a folder on the stick hold what that folder holds, two levels deep, and nothing else.
fn mirror(from: &Path, to: &Path) -> Result<(), Failure> {
    let names = |folder: &Path| -> io::Result<Vec<(std::ffi::OsString, bool)>> {
        let entries = match fs::read_dir(folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        entries.map(|entry| entry.and_then(|entry| Ok((entry.file_name(), entry.file_type()?.is_dir())))).collect()
    };
    let wanted = names(from).map_err(|error| broken(from, &error))?;
    for (name, is_folder) in names(to).map_err(|error| broken(to, &error))? {
        if !wanted.iter().any(|(other, _)| *other == name) {
            let path = to.join(name);
            let gone = if is_folder { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
            gone.map_err(|error| broken(&path, &error))?;
        }
    }
    for (name, is_folder) in wanted {
        let (source, target) = (from.join(&name), to.join(&name));
        if is_folder {
            fs::create_dir_all(&target).map_err(|error| broken(&target, &error))?;
            mirror(&source, &target)?;
        } else {
            put(&target, &read_whole(&source).map_err(|error| broken(&source, &error))?)?;
        }
    }
    Ok(())
}

/// How many records the receipt is of.
fn receipt_size(note: &str) -> Option<u64> {
    Some(Head::read(Note::split(note).ok()?.0).ok()?.size)
}

/// Takes a file of bundles over into the ledger. Errors: it is altered, torn from the first on, or of another team.
fn take(bench: &Bench<'_>, bundles: &[u8]) -> Result<Took, Failure> {
    let taken = take_bundle(bench, bundles)?;
    Ok(Took {
        new: taken.to - taken.from,
        quarantined: taken.quarantined,
        parked: taken.parked,
        forks: taken.forked,
        receipt: taken.receipt,
    })
}
