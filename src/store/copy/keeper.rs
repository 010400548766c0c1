//! Making safety copies, and looking after those that are there.

#![expect(clippy::disallowed_methods, reason = "an adapter: it keeps files")]

use super::archive::{Entry, Packer, Place};
use super::head::{CopyHead, Of};
use super::medium::{FromMedium, Passing, Tally, files_ending, remove_passing};
use super::open::{unopened, unpack, unpack_copy, vouched};
use super::sealed::SealedWriter;
use crate::custody::StationFile;
use crate::ledger::{Head, PublicKey};
use crate::port::{Chance, CopyMade, CopyOrder, CopySeen, Failure, Index, Judge, SafetyCopies, Sound, Trouble};
use crate::store::Store;
use crate::store::trouble::OrTrouble;
use crate::store::vault::open_there;
use crate::unit::{Bytes, Digest, Moment};
use crate::word::say;
use rusqlite::Connection;
use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

const ENDING: &str = ".saoluu";
/// Where plain copies are while a safety copy is made or read, below the station's folder.
const WORK: &str = ".sao-luu";
/// The effort of compression: fast, and most of what there is to gain.
const LEVEL: i32 = 3;

/// Makes safety copies of the station in a folder.
pub struct SafetyKeeper<'a> {
    folder: PathBuf,
    master: Zeroizing<[u8; 32]>,
    lock: Option<String>,
    chance: &'a dyn Chance,
}

impl<'a> SafetyKeeper<'a> {
    /// Of the station in `folder`, under the vault's master key; `lock` is that key wrapped, which goes along in clear.
    #[must_use]
    pub const fn new(
        folder: PathBuf,
        master: Zeroizing<[u8; 32]>,
        lock: Option<String>,
        chance: &'a dyn Chance,
    ) -> Self {
        Self { folder, master, lock, chance }
    }

    /// Plain copies of both databases in `work`; what the ledger's says of itself.
    fn snapshot(&self, work: &Path, made_at: Moment) -> Result<Of, Failure> {
        vacuum_into(&Store::read(&self.folder)?.connection, &work.join("ledger.db")).or_trouble()?;
        let vault = open_there(&self.folder)?;
        vacuum_into(&vault, &work.join("vault.db")).or_vault_trouble()?;
        drop(vault);
        let store = Store::read(work)?;
        let index: &dyn Index = &store;
        let station = index.get::<StationFile>("")?.unwrap_or_default();
        let empty = || Failure::new(Trouble::No, say!("verify-empty")).hint(say!("ledger-corrupt-hint"));
        let (id, key) = station.id.zip(station.public_key).ok_or_else(empty)?;
        let head = Head::open(&index.head()?.unwrap_or_default(), PublicKey(key)).map_err(|error| {
            Failure::new(Trouble::BadData, say!("ledger-corrupt")).detail(error).hint(say!("ledger-corrupt-hint"))
        })?;
        Ok(Of { station: id, practice: station.practice, head: head.short(), made_at })
    }

    /// Everything that goes into a copy, in order: databases from `work`, the rest from where it is.
    fn sources(&self, work: &Path) -> io::Result<Vec<(Place, String, PathBuf)>> {
        let mut sources: Vec<_> =
            ["ledger.db", "vault.db"].map(|name| (Place::Top, name.to_owned(), work.join(name))).into();
        for name in ["station.toml", "station.key", "team.key", "codes.key", "LUYEN-TAP"] {
            let path = self.folder.join(name);
            if path.exists() {
                sources.push((Place::Top, name.to_owned(), path));
            }
        }
        for place in Place::ALL.into_iter().filter(|place| *place != Place::Top) {
            let folder = self.folder.join(place.folder());
            if folder.is_dir() {
                for path in files_ending(&folder, "")? {
                    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                    // Hidden ones are an editor's.
                    if !name.starts_with('.') {
                        sources.push((place, name, path));
                    }
                }
            }
        }
        Ok(sources)
    }

    fn write(
        &self,
        to: File,
        head: &CopyHead,
        work: &Path,
        cancel: &dyn Fn() -> bool,
    ) -> io::Result<(Tally<File>, Vec<Entry>)> {
        let sealed = SealedWriter::new(Tally::new(to), head, &self.master)?;
        let mut packer = Packer::new(zstd::Encoder::new(Stoppable { to: sealed, cancel }, LEVEL)?);
        for (place, name, path) in self.sources(work)? {
            let mut file = File::open(path)?;
            let length = file.metadata()?.len();
            packer.add(place, &name, length, &mut file)?;
        }
        let (encoder, entries) = packer.finish()?;
        let tally = encoder.finish()?.to.finish()?;
        tally.inner().sync_all()?;
        Ok((tally, entries))
    }
}

/// Writes as long as nobody asks to stop.
struct Stoppable<'a, W> {
    to: W,
    cancel: &'a dyn Fn() -> bool,
}

impl<W: Write> Write for Stoppable<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if (self.cancel)() { Err(io::Error::other(Stopped)) } else { self.to.write(bytes) }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("stopped")]
struct Stopped;

/// The folder for plain copies: this process's alone, and gone with it.
struct Work {
    path: PathBuf,
    _lock: File,
}

impl Work {
    fn begin(station: &Path) -> Result<Self, Failure> {
        let path = station.join(WORK);
        let failed = |error: &dyn std::fmt::Display| {
            Failure::new(Trouble::Io, say!("file-unwritable", file = path.display().to_string()))
                .because(error)
                .hint(say!("file-unwritable-hint"))
        };
        let lock = station.join(format!("{WORK}.lock"));
        let lock = File::options().write(true).create(true).truncate(false).mode(0o600).open(lock);
        let lock = lock.map_err(|error| failed(&error))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Failure::new(Trouble::TryAgain, say!("copy-running")).hint(say!("ledger-busy-hint")));
            }
            Err(TryLockError::Error(error)) => return Err(failed(&error)),
        }
        let work = Self { path: path.clone(), _lock: lock };
        // What a killed run left.
        work.clear().map_err(|error| failed(&error))?;
        fs::DirBuilder::new().mode(0o700).create(&path).map_err(|error| failed(&error))?;
        Ok(work)
    }

    fn clear(&self) -> io::Result<()> {
        match fs::remove_dir_all(&self.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _gone => Ok(()),
        }
    }

    fn folder(&self, name: &str) -> io::Result<PathBuf> {
        let path = self.path.join(name);
        fs::DirBuilder::new().mode(0o700).create(&path)?;
        Ok(path)
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        // What cannot be removed now is removed at the next run.
        let _gone = self.clear();
    }
}

impl SafetyCopies for SafetyKeeper<'_> {
    fn make(&self, order: &CopyOrder<'_>, judge: Judge<'_>, cancel: &dyn Fn() -> bool) -> Result<CopyMade, Failure> {
        let to = order.to;
        let unwritten = |error: io::Error| unwritten(to, &error);
        if !to.is_dir() {
            let what = say!("copy-no-folder", folder = to.display().to_string());
            return Err(Failure::new(Trouble::Usage, what).hint(say!("copy-no-folder-hint")));
        }
        let beside_station = device(to).map_err(unwritten)? == device(&self.folder).map_err(unwritten)?;
        let work = Work::begin(&self.folder)?;
        let plain = work.folder("gom").map_err(unwritten)?;
        let of = self.snapshot(&plain, order.at)?;
        let head = CopyHead::new(of, self.lock.clone(), Digest(self.chance.bytes()), &self.master);
        let whose = format!("aoxanh-{}-", of.station.short(8));
        remove_passing(to, &whose).map_err(unwritten)?;
        let name = format!("{whose}{}-{}", order.day, of.head.size);
        let (passing, file) = Passing::new(to, &name).map_err(unwritten)?;
        let (written, entries) = self.write(file, &head, &plain, cancel).map_err(unwritten)?;
        let digest = written.digest();
        // Closed, and the plain copies gone, before anything is read back.
        let (length, _closed) = (written.length, drop(written));
        fs::remove_dir_all(&plain).map_err(unwritten)?;
        let again = work.folder("doc-lai").map_err(unwritten)?;
        let unread = |error: io::Error| unopened(passing.path(), &error);
        let mut from = Tally::new(FromMedium::open(passing.path()).map_err(unread)?);
        let (_head, found) = unpack(&mut from, &self.master, &again).map_err(unread)?;
        if found != entries || from.digest() != digest || from.length != length {
            let what = say!("copy-differs", folder = to.display().to_string());
            return Err(Failure::new(Trouble::Io, what).hint(say!("copy-differs-hint")));
        }
        let judged = judge(&Store::read(&again)?)?;
        if judged != (Sound { station: of.station, practice: of.practice, head: of.head }) {
            return Err(Failure::new(Trouble::No, say!("verify-other-head", wanted = of.head.size)));
        }
        let direct = from.inner().direct;
        let file = passing.settle(to, &name, ENDING).map_err(unwritten)?;
        let (length, expires_at) = (Bytes(length), head.expires_at);
        Ok(CopyMade { file, head: of.head, length, digest, expires_at, direct, beside_station })
    }

    fn check(&self, file: &Path, judge: Judge<'_>) -> Result<CopySeen, Failure> {
        let work = Work::begin(&self.folder)?;
        let into = work.folder("doc-lai").map_err(|error| unopened(file, &error))?;
        let head = unpack_copy(file, &self.master, &into)?;
        let judged = judge(&Store::read(&into)?)?;
        if judged != (Sound { station: head.station, practice: head.practice, head: head.head() }) {
            return Err(Failure::new(Trouble::No, say!("verify-other-head", wanted = head.size)));
        }
        Ok(seen(file.to_owned(), &head))
    }

    fn list(&self, folder: &Path) -> Result<Vec<CopySeen>, Failure> {
        let mut ours = Vec::new();
        // Of stations that this one continues, the master key is the same.
        for file in files_ending(folder, ENDING).map_err(|error| unopened(folder, &error))? {
            if let Ok(Some(head)) = vouched(&file, &self.master) {
                ours.push(seen(file, &head));
            }
        }
        ours.sort_by_key(|copy| copy.made_at);
        Ok(ours)
    }

    fn remove(&self, copy: &CopySeen) -> Result<(), Failure> {
        let remove = || {
            fs::remove_file(&copy.file)?;
            File::open(copy.file.parent().unwrap_or(Path::new(".")))?.sync_all()
        };
        remove().map_err(|error| unwritten(&copy.file, &error))
    }
}

fn seen(file: PathBuf, head: &CopyHead) -> CopySeen {
    let CopyHead { station, practice, made_at, expires_at, .. } = *head;
    CopySeen { file, station, practice, head: head.head(), made_at, expires_at }
}

fn device(path: &Path) -> io::Result<u64> {
    Ok(fs::metadata(path)?.dev())
}

/// What an error while writing a copy means to people.
fn unwritten(to: &Path, error: &io::Error) -> Failure {
    if error.get_ref().and_then(|inner| inner.downcast_ref::<Stopped>()).is_some() {
        return Failure::new(Trouble::Cancelled, say!("copy-stopped")).hint(say!("copy-nothing-recorded"));
    }
    Failure::new(Trouble::Io, say!("copy-unwritten", folder = to.display().to_string()))
        .because(error)
        .hint(say!("copy-nothing-recorded"))
}

/// Writes what a database holds now to the new file `to`, readable by its owner only, without what was deleted.
fn vacuum_into(connection: &Connection, to: &Path) -> Result<(), rusqlite::Error> {
    let made = File::options().write(true).create_new(true).mode(0o600).open(to);
    drop(made.map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?);
    let path = to.to_str().ok_or_else(|| rusqlite::Error::InvalidPath(to.to_owned()))?;
    connection.execute("VACUUM INTO ?1", [path]).map(|_rows| ())
}
