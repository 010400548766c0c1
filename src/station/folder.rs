//! A station's folder: where it is, its settings, and how a new one is put in place.
//!
//! Layout: `ledger.db`, `vault.db`, `vault.lock`, `station.toml`, the key files (mode 0600), `leases/`,
//! `profiles/spec/*.toml` and `profiles/os/*.toml` (own profiles, optional), `profiles/lang/*.ftl` (own wording, optional),
//! `profiles/grade`, `profiles/repair`, `profiles/pace` and `profiles/boot` (own lists, optional), `blobs/` (photos), `print/` (labels that wait for a printer), `disks/` and `vault.key`
//! in place of `vault.lock` (those of a practice station).

#![expect(clippy::disallowed_methods, reason = "wiring: the station's own folder is read and made here")]

use super::stick::Boot;
use crate::event::station::SiteSeen;
use crate::job::Sources;
use crate::linux::OsChance;
use crate::port::{Chance, Failure, Trouble};
use crate::tag::Domain;
use crate::unit::PersonId;
use crate::word::{Lang, Words, say};
use crate::workbench::{CampaignTarget, Habits, OwnFolder, PrinterSetting, ScannerKept};
use serde::{Deserialize, Serialize};
use std::fs;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The file that marks a practice station.
const PRACTICE_MARK: &str = "LUYEN-TAP";
/// The file that makes a folder a station.
const LEDGER: &str = "ledger.db";

/// Settings, in the words of a team.
const SETTINGS: &str = "station.toml";

/// Settings that a team may edit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Settings {
    /// Printed in tags.
    pub(super) domain: String,
    /// Who acts when nobody is named.
    pub(super) by: PersonId,
    /// The team's name.
    #[serde(default)]
    pub(super) team: String,
    /// Where the bench stands, for certificates.
    #[serde(default)]
    pub(super) place: Option<String>,
    /// Id of the profile that devices are judged by where it is meant for their kind.
    #[serde(default)]
    pub(super) profile: Option<String>,
    /// The target of the campaign.
    #[serde(default)]
    pub(super) target: Option<CampaignTarget>,
    /// How the screen behaves.
    #[serde(default)]
    pub(super) screen: Habits,
    /// The printers.
    #[serde(default)]
    pub(super) printers: Vec<PrinterSetting>,
    /// Scanners at serial ports.
    #[serde(default)]
    pub(super) scanners: Vec<ScannerKept>,
}

impl Settings {
    pub(super) fn domain(&self) -> Result<Domain, Failure> {
        Domain::read(&self.domain).map_err(|error| Failure::new(Trouble::BadData, error.sentence()).detail(&error))
    }

    /// The text of `station.toml`. A JSON string is a TOML string where no control character is in it.
    pub(super) fn to_text(&self) -> String {
        let line = |key: &str, value: &str| format!("{key} = {}\n", serde_json::Value::from(value));
        let profile = self.profile.as_deref().map(|profile| line("profile", profile)).unwrap_or_default();
        let place = self.place.as_deref().map(|place| line("place", place)).unwrap_or_default();
        let goal = |target: &CampaignTarget| serde_json::to_value(target.goal).unwrap_or_default();
        let target = self.target.as_ref().map(|target| {
            let (devices, from, to) = (target.devices, &target.from, &target.to);
            format!("target = {{ devices = {devices}, goal = {}, from = {from:?}, to = {to:?} }}\n", goal(target))
        });
        let (team, domain, by) = (line("team", &self.team), line("domain", &self.domain), line("by", self.by.as_str()));
        let screen = if self.screen == Habits::default() { String::new() } else { self.screen_line() };
        // Tables stand last: what follows one belongs to it.
        let printers: String = self.printers.iter().map(PrinterSetting::table).collect();
        [team, place, domain, profile, target.unwrap_or_default(), screen, self.scanner_line(), by, printers].concat()
    }

    fn scanner_line(&self) -> String {
        if self.scanners.is_empty() {
            return String::new();
        }
        let text = |text: &str| serde_json::Value::from(text).to_string();
        let one = |kept: &ScannerKept| {
            let usb = kept.usb.as_deref().map(|usb| format!(", usb = {}", text(usb))).unwrap_or_default();
            format!("{{ port = {}, baud = {}{usb} }}", text(&kept.port.to_string_lossy()), kept.baud)
        };
        format!("scanners = [{}]\n", self.scanners.iter().map(one).collect::<Vec<_>>().join(", "))
    }

    fn screen_line(&self) -> String {
        let Habits { sounds, mouse, typing, lock_after } = self.screen;
        let typing = typing.map(|typing| serde_json::to_value(typing).unwrap_or_default());
        let typing = typing.map(|typing| format!(", typing = {typing}")).unwrap_or_default();
        format!("screen = {{ sounds = {sounds}, mouse = {mouse}, lock_after = {lock_after}{typing} }}\n")
    }

    /// Puts them in the place of what stands in that station's folder.
    pub(super) fn write(&self, folder: &Folder) -> Result<(), Failure> {
        let (hidden, file) = (folder.0.join(".station.toml.new"), folder.0.join(SETTINGS));
        let put = || -> io::Result<()> {
            let mut new = fs::OpenOptions::new().write(true).create(true).truncate(true).open(&hidden)?;
            io::Write::write_all(&mut new, self.to_text().as_bytes())?;
            new.sync_all()?;
            fs::rename(&hidden, &file)?;
            fs::File::open(&folder.0)?.sync_all()
        };
        put().map_err(|error| failed(&file, &error))
    }

    /// What certificates say of where it was done; none where the team has no name here.
    pub(super) fn site(&self) -> Option<SiteSeen> {
        let team = self.team.trim();
        (!team.is_empty()).then(|| SiteSeen { team: team.to_owned(), place: self.place.clone() })
    }
}

/// The folder of a station that is there.
#[derive(Clone, Debug)]
pub(super) struct Folder(PathBuf, Sources, Option<Arc<Boot>>);

pub(super) fn failed(path: &Path, error: &dyn std::fmt::Display) -> Failure {
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
        place(named).map(Self::at)
    }

    /// The station in that folder.
    pub(super) fn at(path: PathBuf) -> Self {
        Self(path, Sources::default(), None)
    }

    /// The same as the station of a start from a stick.
    pub(super) fn started_as(self, boot: Arc<Boot>) -> Self {
        Self(self.0, self.1, Some(boot))
    }

    /// The start from a stick that it is the station of.
    pub(super) fn boot(&self) -> Option<&Boot> {
        self.2.as_deref()
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

    /// What waits to be printed.
    pub(super) fn prints(&self) -> PathBuf {
        self.0.join("print")
    }

    /// The images that are written now, by whomever of this program.
    pub(super) fn sources(&self) -> Sources {
        self.1.clone()
    }

    pub(super) fn settings(&self) -> Result<Settings, Failure> {
        let path = self.0.join(SETTINGS);
        let bad = |error: &dyn std::fmt::Display| {
            Failure::new(Trouble::BadData, say!("settings-wrong", file = path.display().to_string())).because(error)
        };
        let text = fs::read_to_string(&path).map_err(|error| bad(&error))?;
        toml::from_str(&text).map_err(|error| bad(&error.message()))
    }

    /// What else the folder holds of the team's own.
    pub(super) fn own(&self) -> Result<OwnFolder, Failure> {
        let text = |below: &str| {
            let path = self.0.join("profiles").join(below);
            match fs::read_to_string(&path) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
                read => read.map(Some).map_err(|error| failed(&path, &error)),
            }
        };
        let (grading, vocabulary) = (text("grade/chuan.toml")?, text("repair/chuan.toml")?);
        let (kit, boot_keys) = (text("kit/chuan.toml")?, text("boot/chuan.toml")?);
        let Settings { target, printers, .. } = self.settings()?;
        let (pace, handhelds) = (text("pace/classes.toml")?, text("handheld/chuan.toml")?);
        let (images, first_boot) = (super::images::of(self), text("first-boot.toml")?);
        let labels = self.profiles_in("profiles/label")?;
        Ok(OwnFolder {
            blobs: self.0.join("blobs"),
            images,
            grading,
            vocabulary,
            kit,
            boot_keys,
            handhelds,
            pace,
            first_boot,
            labels,
            domain: Some(self.settings()?.domain()?),
            printers,
            target,
        })
    }

    /// The station's own spec profiles, then its own descriptions of operating systems.
    pub(super) fn profiles(&self) -> Result<Vec<(String, String)>, Failure> {
        let mut profiles = self.profiles_in("profiles/spec")?;
        profiles.extend(self.profiles_in("profiles/os")?);
        Ok(profiles)
    }

    fn profiles_in(&self, name: &str) -> Result<Vec<(String, String)>, Failure> {
        let folder = self.0.join(name);
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
}

/// Marks a practice station's folder, so that it is known even where its ledger cannot be read.
pub(super) fn mark_practice(folder: &Path) -> Result<(), Failure> {
    crate::port::Files::write(&crate::linux::LocalFiles, &folder.join(PRACTICE_MARK), "LUYỆN TẬP\n".as_bytes())
}

/// Whether the folder is marked so.
pub(super) fn is_marked_practice(named: Option<&Path>) -> bool {
    place(named).is_ok_and(|path| path.join(PRACTICE_MARK).exists())
}

/// What the hidden folders of a station at `path` that is not whole yet are called, but for their numbers.
fn hidden(path: &Path) -> String {
    format!(".{}.", path.file_name().unwrap_or_default().to_string_lossy())
}

/// Whether a folder is at `path`, and empty but for what an earlier try was killed over. Errors: something else is in it.
pub(super) fn empty_folder(path: &Path) -> Result<bool, Failure> {
    let entries = match fs::read_dir(path) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(failed(path, &error)),
    };
    let mut used = false;
    for entry in entries {
        let name = entry.map_err(|error| failed(path, &error))?.file_name();
        used |= !name.to_string_lossy().starts_with(&hidden(path));
    }
    if !used {
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
    // A folder made for the station lasts only once the one above it was flushed too.
    let new = parent.ancestors().take_while(|above| !above.exists()).count();
    folder(parent, true).map_err(|error| failed(parent, &error))?;
    let hidden = format!("{}{:016x}", hidden(path), u64::from_be_bytes((&OsChance as &dyn Chance).bytes()));
    // A folder that is there stays the same one: it may be a mount, or the one the person stands in.
    let at = if there { path } else { parent }.join(hidden);
    let outcome = folder(&at, false).map_err(|error| failed(&at, &error)).and_then(|()| build(&at)).and_then(|made| {
        let settled = if there { move_up(&at, path) } else { fs::rename(&at, path) };
        let mut above = parent.ancestors().take(new + 1);
        settled
            .and_then(|()| above.try_for_each(|above| fs::File::open(above)?.sync_all()))
            .map_err(|error| failed(path, &error))?;
        Ok(made)
    });
    let Err(failure) = outcome else { return outcome };
    match if at.exists() { fs::remove_dir_all(&at) } else { Ok(()) } {
        Ok(()) => Err(failure),
        // The next try passes it over; why this one failed matters more.
        Err(left) => Err(Failure { detail: Some(format!("{}: {left}", at.display())), ..failure }),
    }
}

/// Moves what is in `from` into the folder above it, the ledger last: only with it is there a station. What fails is
/// moved back.
fn move_up(from: &Path, to: &Path) -> io::Result<()> {
    let mut names = fs::read_dir(from)?.map(|entry| Ok(entry?.file_name())).collect::<io::Result<Vec<_>>>()?;
    names.sort_by_key(|name| name == LEDGER);
    for (done, name) in names.iter().enumerate() {
        if let Err(error) = fs::rename(from.join(name), to.join(name)) {
            for name in &names[..done] {
                let _stays = fs::rename(to.join(name), from.join(name));
            }
            return Err(error);
        }
    }
    fs::remove_dir(from)?;
    fs::File::open(to)?.sync_all()
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
