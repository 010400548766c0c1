//! A station's folder: where it is, its settings, its keys, and how a new one is made.
//!
//! Layout: `ledger.db`, `vault.db`, `station.toml`, the key files (mode 0600), `leases/`, `profiles/spec/*.toml` (own
//! profiles, optional), `profiles/lang/*.ftl` (own wording, optional), `disks/` (those of a practice station).

#![expect(clippy::disallowed_methods, reason = "wiring: the station's own folder is read and made here")]

use crate::cli::{OpenArgs, Out};
use crate::ledger::SecretKey;
use crate::linux::{OsChance, SystemClock};
use crate::port::{Chance, Failure, Trouble};
use crate::store::{KeyFile, SealedVault, Store, write_key};
use crate::tag::Domain;
use crate::unit::PersonId;
use crate::word::{Lang, Words, say};
use crate::workbench::{Opened, Opening, open_station};
use serde::{Deserialize, Serialize};
use std::fs;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

/// The file that marks a practice station.
const PRACTICE_MARK: &str = "LUYEN-TAP";
/// The file that makes a folder a station.
const LEDGER: &str = "ledger.db";

/// Settings that a team may edit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Settings {
    /// Printed in tags.
    pub(super) domain: String,
    /// Who acts when nobody is named.
    pub(super) by: PersonId,
}

impl Settings {
    pub(super) fn domain(&self) -> Result<Domain, Failure> {
        Domain::read(&self.domain).map_err(|error| Failure::new(Trouble::BadData, error.sentence()).detail(&error))
    }
}

/// The folder of a station that is there.
#[derive(Clone, Debug)]
pub(super) struct Folder(PathBuf);

fn failed(path: &Path, error: &dyn std::fmt::Display) -> Failure {
    Failure::new(Trouble::Io, say!("file-unwritable", file = path.display().to_string()))
        .because(error)
        .hint(say!("file-unwritable-hint"))
}

/// The folder named, else the one of this user.
pub(super) fn place(named: Option<&Path>) -> Result<PathBuf, Failure> {
    place_or(named, "aoxanh")
}

/// The folder named, else that one below this user's data folder; absolute.
pub(super) fn place_or(named: Option<&Path>, below: &str) -> Result<PathBuf, Failure> {
    let path = match named {
        Some(path) => path.to_owned(),
        None => etcetera::choose_base_strategy()
            .map(|strategy| etcetera::BaseStrategy::data_dir(&strategy).join(below))
            .map_err(|error| Failure::new(Trouble::Usage, say!("station-no-home")).because(error))?,
    };
    std::path::absolute(&path).map_err(|error| failed(&path, &error))
}

impl Folder {
    /// The station's folder. Whether a station is in it shows when its ledger is opened.
    pub(super) fn find(named: Option<&Path>) -> Result<Self, Failure> {
        place(named).map(Self)
    }

    /// The folder at that path, whatever is in it.
    pub(super) fn at(path: &Path) -> Self {
        Self(path.to_owned())
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    pub(super) fn ledger(&self) -> PathBuf {
        self.0.join(LEDGER)
    }

    pub(super) fn leases(&self) -> PathBuf {
        self.0.join("leases")
    }

    pub(super) fn settings(&self) -> Result<Settings, Failure> {
        let path = self.0.join("station.toml");
        let bad = |error: &dyn std::fmt::Display| {
            Failure::new(Trouble::BadData, say!("settings-wrong", file = path.display().to_string())).because(error)
        };
        let text = fs::read_to_string(&path).map_err(|error| bad(&error))?;
        toml::from_str(&text).map_err(|error| bad(&error.message()))
    }

    /// The station's own spec profiles.
    pub(super) fn profiles(&self) -> Result<Vec<(String, String)>, Failure> {
        let folder = self.0.join("profiles/spec");
        let Ok(entries) = fs::read_dir(&folder) else { return Ok(Vec::new()) };
        let mut profiles = Vec::new();
        for entry in entries {
            let path = entry.map_err(|error| failed(&folder, &error))?.path();
            if path.extension().is_some_and(|ending| ending == "toml") {
                let text = fs::read_to_string(&path).map_err(|error| failed(&path, &error))?;
                profiles.push((path.display().to_string(), text));
            }
        }
        profiles.sort();
        Ok(profiles)
    }

    /// Makes a station: folder, keys, ledger with record 0, vault, settings; all of it or nothing. Errors: the folder holds
    /// something already, or cannot be written.
    pub(super) fn make(
        path: &Path,
        practice: bool,
        lead: &str,
        domain: &str,
    ) -> Result<(Self, Store, Opened), Failure> {
        Domain::read(domain).map_err(|error| Failure::new(Trouble::Usage, error.sentence()).detail(&error))?;
        let (opened, key) = aside(path, |at| build(at, practice, lead, domain))?;
        Ok((Self(path.to_owned()), Store::open(path, key)?, opened))
    }
}

/// Marks a practice station's folder, so that it is known even where its ledger cannot be read.
fn mark_practice(folder: &Path) -> Result<(), Failure> {
    crate::port::Files::write(&crate::linux::LocalFiles, &folder.join(PRACTICE_MARK), "LUYỆN TẬP\n".as_bytes())
}

/// Whether the folder is marked so.
pub(super) fn is_marked_practice(named: Option<&Path>) -> bool {
    place(named).is_ok_and(|path| path.join(PRACTICE_MARK).exists())
}

/// Whether a folder is at `path`, and empty. Errors: something is in it.
fn empty_folder(path: &Path) -> Result<bool, Failure> {
    let mut entries = match fs::read_dir(path) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(failed(path, &error)),
    };
    if entries.next().is_none() {
        return Ok(true);
    }
    let folder = path.display().to_string();
    let what = if path.join(LEDGER).exists() {
        say!("station-exists", folder = folder)
    } else {
        say!("station-folder-used", folder = folder)
    };
    Err(Failure::new(Trouble::Usage, what))
}

/// Lets `build` fill a hidden folder and puts it at `path` only when it is whole, so that a failure or a kill leaves no
/// half station there.
pub(super) fn aside<T>(path: &Path, build: impl FnOnce(&Path) -> Result<T, Failure>) -> Result<T, Failure> {
    let there = empty_folder(path)?;
    let folder = |at: &Path, recursive| fs::DirBuilder::new().recursive(recursive).mode(0o700).create(at);
    let parent = path.parent().unwrap_or(path);
    folder(parent, true).map_err(|error| failed(parent, &error))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let hidden = format!(".{name}.{:016x}", u64::from_be_bytes((&OsChance as &dyn Chance).bytes()));
    // A folder that is there stays the same one: it may be a mount, or the one the person stands in.
    let at = if there { path } else { parent }.join(hidden);
    let outcome = folder(&at, false).map_err(|error| failed(&at, &error)).and_then(|()| build(&at)).and_then(|made| {
        let settled = if there { move_up(&at, path) } else { fs::rename(&at, path) };
        settled.and_then(|()| fs::File::open(parent)?.sync_all()).map_err(|error| failed(path, &error))?;
        Ok(made)
    });
    if outcome.is_err() && at.exists() {
        fs::remove_dir_all(&at).map_err(|error| failed(&at, &error))?;
    }
    outcome
}

/// Moves what is in `from` into the folder above it, the ledger last: only with it is there a station.
fn move_up(from: &Path, to: &Path) -> io::Result<()> {
    let mut names = fs::read_dir(from)?.map(|entry| Ok(entry?.file_name())).collect::<io::Result<Vec<_>>>()?;
    names.sort_by_key(|name| name == LEDGER);
    for name in &names {
        fs::rename(from.join(name), to.join(name))?;
    }
    fs::remove_dir(from)?;
    fs::File::open(to)?.sync_all()
}

/// A whole station in an empty folder, every file of it closed again; what was opened, and the key to its ledger.
fn build(at: &Path, practice: bool, lead: &str, domain: &str) -> Result<(Opened, SecretKey), Failure> {
    let chance = OsChance;
    let secret = || -> [u8; 32] { (&chance as &dyn Chance).bytes() };
    let (station, team, vault_key) = (secret(), secret(), zeroize::Zeroizing::new(secret()));
    for (which, bytes) in [
        (KeyFile::Station, &station),
        (KeyFile::Team, &team),
        (KeyFile::Vault, &*vault_key),
        (KeyFile::Codes, &secret()),
    ] {
        write_key(at, which, bytes)?;
    }
    let leases = Folder(at.to_owned()).leases();
    fs::create_dir_all(&leases).map_err(|error| failed(&leases, &error))?;
    let (station, team) = (SecretKey::from_bytes(&station), SecretKey::from_bytes(&team));
    let store = Store::create(at, station.clone())?;
    let vault = SealedVault::open(at, vault_key, &chance)?;
    let opening = Opening { station_key: &station, team_key: &team, practice, lead };
    let opened = open_station(&opening, &store, &vault, &SystemClock::new(), &chance)?;
    let settings = format!("domain = {domain:?}\nby = \"{}\"\n", opened.lead);
    crate::port::Files::write(&crate::linux::LocalFiles, &at.join("station.toml"), settings.as_bytes())?;
    if practice {
        mark_practice(at)?;
    }
    Ok((opened, station))
}

/// The words of `lang` with the messages that the station's own `profiles/lang/<lang>.ftl` puts in place of ours; none
/// where it has no such file. Errors: a file that cannot be read or is no Fluent.
pub(super) fn own_words(named: Option<&Path>, lang: Lang) -> Result<Option<Words>, Failure> {
    let path = place(named)?.join(format!("profiles/lang/{lang}.ftl"));
    let bad = |error: &dyn std::fmt::Display| {
        Failure::new(Trouble::BadData, say!("settings-wrong", file = path.display().to_string())).because(error)
    };
    match fs::read_to_string(&path) {
        Ok(text) => Words::new(lang, Some(&text)).map(Some).map_err(|error| bad(&error)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(bad(&error)),
    }
}

/// `aoxanh open`.
pub(super) fn open_new(args: &OpenArgs, named: Option<&Path>, out: &mut Out<'_>) -> Result<(), Failure> {
    out.set_practice(args.practice);
    let path = place(named)?;
    let (_folder, store, opened) = Folder::make(&path, args.practice, &args.lead, &args.domain)?;
    let at = path.display().to_string();
    out.object("opened", serde_json::json!({ "folder": at, "station": opened.id, "lead": opened.lead }))?;
    out.say(&say!("station-opened", folder = at, station = opened.id.short(16), lead = opened.lead.as_str()))?;
    super::say_head(&store, out)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOMAIN: &str = "THU.INVALID";

    fn make(path: &Path) -> Result<(Folder, Store, Opened), Failure> {
        Folder::make(path, true, "Trần Thị Thử", DOMAIN)
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("a folder");
        let mut names: Vec<_> =
            entries.map(|entry| entry.expect("read").file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_station_that_fails_or_is_killed_halfway_is_not_there_and_a_second_try_makes_it() {
        for there in [false, true] {
            let home = tempfile::tempdir().expect("folder");
            let path = home.path().join("a/tram");
            if there {
                fs::create_dir_all(&path).expect("made");
            }
            let refusal = Failure::new(Trouble::Io, say!("file-unwritable-hint"));
            let failure = aside(&path, |at| {
                build(at, true, "Trần Thị Thử", DOMAIN)?;
                assert!(!path.join(LEDGER).exists(), "not before it is whole");
                Err::<(), _>(refusal.clone())
            });
            assert_eq!(failure, Err(refusal));
            assert_eq!((path.exists(), names(&home.path().join("a")).len()), (there, usize::from(there)));
            assert!(!there || names(&path).is_empty());
            if !there {
                // What a killed one leaves.
                fs::create_dir_all(home.path().join("a/.tram.0000000000000000/leases")).expect("made");
            }
            let (folder, store, opened) = make(&path).expect("made");
            assert_eq!(names(&path).iter().filter(|name| name.starts_with('.')).count(), 0, "{:?}", names(&path));
            assert_eq!(folder.settings().expect("whole").by, opened.lead);
            assert!(crate::port::Index::head(&store).expect("reads").is_some());
            let vault_key = crate::store::read_key(&path, KeyFile::Vault).expect("there").bytes();
            let vault = SealedVault::open(&path, vault_key, &OsChance).expect("there");
            let name = crate::port::Vault::open(&vault, opened.lead.as_str()).expect("opens");
            assert_eq!(name.as_deref(), Some("Trần Thị Thử"));
            assert_eq!(make(&path).expect_err("there is one").what.key(), "station-exists");
        }
    }

    #[test]
    fn a_folder_with_something_in_it_is_refused_and_left_alone() {
        let home = tempfile::tempdir().expect("folder");
        let path = home.path().join("tram");
        fs::create_dir(&path).expect("made");
        fs::write(path.join("thu.txt"), "x").expect("written");
        let failure = make(&path).expect_err("not empty");
        assert_eq!((failure.trouble, failure.what.key()), (Trouble::Usage, "station-folder-used"));
        assert_eq!((names(&path), names(home.path())), (vec!["thu.txt".to_owned()], vec!["tram".to_owned()]));
        let below_a_file = make(&path.join("thu.txt/tram")).expect_err("no folder");
        assert_eq!(below_a_file.trouble, Trouble::Io);
    }
}
