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
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

/// The file that marks a practice station.
const PRACTICE_MARK: &str = "LUYEN-TAP";

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
        Domain::read(&self.domain).map_err(|error| Failure::new(Trouble::BadData, error.sentence()).because(&error))
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
fn place(named: Option<&Path>) -> Result<PathBuf, Failure> {
    let path = match named {
        Some(path) => path.to_owned(),
        None => etcetera::choose_base_strategy()
            .map(|strategy| etcetera::BaseStrategy::data_dir(&strategy).join("aoxanh"))
            .map_err(|error| Failure::new(Trouble::Usage, say!("station-no-home")).because(error))?,
    };
    std::path::absolute(&path).map_err(|error| failed(&path, &error))
}

impl Folder {
    /// The station's folder. Whether a station is in it shows when its ledger is opened.
    pub(super) fn find(named: Option<&Path>) -> Result<Self, Failure> {
        place(named).map(Self)
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    pub(super) fn ledger(&self) -> PathBuf {
        self.0.join("ledger.db")
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

    /// Makes a station: folder, keys, ledger with record 0, vault, settings.
    pub(super) fn make(
        path: &Path,
        practice: bool,
        lead: &str,
        domain: &str,
    ) -> Result<(Self, Store, Opened), Failure> {
        Domain::read(domain).map_err(|error| Failure::new(Trouble::Usage, error.sentence()).because(&error))?;
        fs::DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(|error| failed(path, &error))?;
        let folder = Self(path.to_owned());
        if folder.ledger().exists() {
            return Err(Failure::new(Trouble::Usage, say!("station-exists", folder = path.display().to_string())));
        }
        let chance = OsChance;
        let secret = || -> [u8; 32] { (&chance as &dyn Chance).bytes() };
        let (station, team, vault_key) = (secret(), secret(), zeroize::Zeroizing::new(secret()));
        for (which, bytes) in [
            (KeyFile::Station, &station),
            (KeyFile::Team, &team),
            (KeyFile::Vault, &*vault_key),
            (KeyFile::Codes, &secret()),
        ] {
            write_key(path, which, bytes)?;
        }
        fs::create_dir_all(folder.leases()).map_err(|error| failed(path, &error))?;
        let station = SecretKey::from_bytes(&station);
        let store = Store::create(path, station.clone())?;
        let opened = {
            let vault = SealedVault::open(path, vault_key, &chance)?;
            let team = SecretKey::from_bytes(&team);
            let opening = Opening { station_key: &station, team_key: &team, practice, lead };
            open_station(&opening, &store, &vault, &SystemClock::new(), &chance)?
        };
        let settings = format!("domain = {domain:?}\nby = \"{}\"\n", opened.lead);
        crate::port::Files::write(&crate::linux::LocalFiles, &path.join("station.toml"), settings.as_bytes())?;
        Ok((folder, store, opened))
    }
}

/// Marks a practice station's folder, so that it is known even where its ledger cannot be read.
pub(super) fn mark_practice(folder: &Path) -> Result<(), Failure> {
    crate::port::Files::write(&crate::linux::LocalFiles, &folder.join(PRACTICE_MARK), "LUYỆN TẬP\n".as_bytes())
}

/// Whether the folder is marked so.
pub(super) fn is_marked_practice(named: Option<&Path>) -> bool {
    place(named).is_ok_and(|path| path.join(PRACTICE_MARK).exists())
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
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(bad(&error)),
    }
}

/// `aoxanh open`.
pub(super) fn open_new(args: &OpenArgs, named: Option<&Path>, out: &mut Out<'_>) -> Result<(), Failure> {
    out.set_practice(args.practice);
    let path = place(named)?;
    let (_folder, store, opened) = Folder::make(&path, args.practice, &args.lead, &args.domain)?;
    if args.practice {
        mark_practice(&path)?;
    }
    let at = path.display().to_string();
    out.object("opened", serde_json::json!({ "folder": at, "station": opened.id, "lead": opened.lead }))?;
    out.say(&say!("station-opened", folder = at, station = opened.id.short(16), lead = opened.lead.as_str()))?;
    super::say_head(&store, out)
}
