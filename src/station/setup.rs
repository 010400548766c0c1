//! Making a station: folder, keys, ledger with record 0, vault with its lock, settings; all of it or nothing.
//!
//! The command `aoxanh open` and a guided page both go through [`set_up`].

#![expect(clippy::disallowed_methods, reason = "wiring: the station's own folder is made here")]

use super::folder::{self, Folder, Settings};
use super::{sheets, vault};
use crate::cli::{self, Answers, OpenArgs, Out};
use crate::ledger::{PublicKey, SecretKey};
use crate::linux::{LocalFiles, OsChance, SystemClock, TerminalAsk};
use crate::port::{Chance, Clock, Failure, Files, Trouble};
use crate::profile::{self, Profile};
use crate::store::{
    KeyFile, Recovery, SealedVault, Share, Store, VaultKey, VaultLock, read_key_file, write_key, write_key_file,
};
use crate::unit::Moment;
use crate::word::{Sentence, say};
use crate::workbench::{Habits, Opened, Opening, ProfileChoice, SetUp, TeamKey, open_station};
use std::fs;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Profiles are small.
const MOST_PROFILE: u64 = 256 * 1024;

/// A station that is as good as made: what must be kept of it before it is.
#[derive(Debug)]
pub(super) struct Begun {
    /// What was opened.
    pub(super) opened: Opened,
    /// When.
    pub(super) at: Moment,
    /// The parts of its recovery key, to be given to three people; none in practice.
    pub(super) parts: Vec<Share>,
}

/// A station that was made.
pub(super) struct Made {
    pub(super) folder: Folder,
    pub(super) store: Store,
    pub(super) opened: Opened,
    /// The team's public key.
    pub(super) team: PublicKey,
    /// Why its vault is not open now, where it is not.
    pub(super) locked: Option<Failure>,
}

/// What is read from outside before anything is made.
struct Brought {
    profile: Option<(String, Option<String>)>,
    team: SecretKey,
}

/// Makes a station at `path`. `keep` is given what must not be lost, last of all: where it fails, nothing was made.
///
/// Errors: an answer is wrong; the folder holds something already, or cannot be written; what `keep` says.
pub(super) fn set_up(
    path: &Path,
    setup: &SetUp,
    keep: &mut dyn FnMut(&Begun) -> Result<(), Failure>,
) -> Result<Made, Failure> {
    set_up_as_of(path, setup, &SystemClock::new(), keep)
}

/// The same, opened when `clock` says.
pub(super) fn set_up_as_of(
    path: &Path,
    setup: &SetUp,
    clock: &dyn Clock,
    keep: &mut dyn FnMut(&Begun) -> Result<(), Failure>,
) -> Result<Made, Failure> {
    setup.check()?;
    let chance: &dyn Chance = &OsChance;
    let brought = Brought {
        profile: chosen_profile(&setup.profile)?,
        team: match &setup.team_key {
            TeamKey::From(file) => read_key_file(file)?,
            TeamKey::New | TeamKey::NewAt(_) => SecretKey::from_bytes(&Zeroizing::new(chance.bytes())),
        },
    };
    let master = Zeroizing::new(chance.bytes());
    let (opened, key) = folder::aside(path, |at| build(at, setup, &brought, &master, clock, keep))?;
    let folder = Folder::at(path.to_owned());
    let store = Store::open(path, key)?;
    let locked = if setup.is_practice() { None } else { vault::this_boot(opened.id).unlock(&master).err() };
    Ok(Made { folder, store, opened, team: brought.team.public(), locked })
}

/// The id of the profile chosen, and its text where it is the team's own.
fn chosen_profile(choice: &ProfileChoice) -> Result<Option<(String, Option<String>)>, Failure> {
    let bad = |error: profile::ProfileError| Failure::new(Trouble::BadData, error.sentence()).detail(&error);
    match choice {
        ProfileChoice::Suitable => Ok(None),
        ProfileChoice::Known(id) => {
            if let Some(found) = profile::embedded(id) {
                return found.map(|profile| Some((profile.id, None))).map_err(bad);
            }
            let known: Vec<_> = profile::EMBEDDED.iter().map(|(file, _)| file.trim_end_matches(".toml")).collect();
            let what = say!("profile-unknown", id = id.as_str(), known = known.join(", "));
            Err(Failure::new(Trouble::Usage, what))
        }
        ProfileChoice::File(path) => {
            let text = (&LocalFiles as &dyn Files).read_text(path, MOST_PROFILE)?;
            let id = Profile::parse(&path.display().to_string(), &text).map_err(bad)?.id;
            Ok(Some((id, Some(text))))
        }
    }
}

/// A whole station in an empty folder, every file of it closed again; what was opened, and the key to its ledger.
fn build(
    at: &Path,
    setup: &SetUp,
    brought: &Brought,
    master: &[u8; 32],
    clock: &dyn Clock,
    keep: &mut dyn FnMut(&Begun) -> Result<(), Failure>,
) -> Result<(Opened, SecretKey), Failure> {
    let chance: &dyn Chance = &OsChance;
    let secret = || Zeroizing::new(chance.bytes::<32>());
    let station = secret();
    write_key(at, KeyFile::Station, &station)?;
    write_key(at, KeyFile::Codes, &secret())?;
    let station = SecretKey::from_bytes(&station);
    if setup.team_key == TeamKey::New {
        write_key(at, KeyFile::Team, &brought.team.bytes())?;
    }
    let parts = lock_vault(at, setup, master)?;
    let leases = Folder::at(at.to_owned()).leases();
    fs::create_dir_all(&leases).map_err(|error| folder::failed(&leases, &error))?;
    let store = Store::create(at, station.clone())?;
    let vault = SealedVault::make(at, VaultKey::Known(Zeroizing::new(*master)), chance)?;
    let opening = Opening {
        station_key: &station,
        team_key: &brought.team,
        practice: setup.is_practice(),
        lead: setup.lead.trim(),
        pin: &setup.pin,
        guest: &setup.guest,
    };
    let opened = open_station(&opening, &store, &vault, clock, chance)?;
    write_settings(at, setup, brought, &opened)?;
    if setup.is_practice() {
        folder::mark_practice(at)?;
    }
    let begun = Begun { opened: opened.clone(), at: clock.now(), parts };
    give_away(setup, &brought.team, || keep(&begun))?;
    Ok((opened, station))
}

/// Practice keeps its key in the open; every other vault gets a lock, whose recovery parts are returned.
fn lock_vault(at: &Path, setup: &SetUp, master: &[u8; 32]) -> Result<Vec<Share>, Failure> {
    let chance: &dyn Chance = &OsChance;
    let Some(passphrase) = &setup.passphrase else {
        write_key(at, KeyFile::Vault, master)?;
        return Ok(Vec::new());
    };
    let recovery = Recovery::new(chance);
    VaultLock::new(master, passphrase, &recovery, chance)?.write(at)?;
    Ok(recovery.shares(chance))
}

fn write_settings(at: &Path, setup: &SetUp, brought: &Brought, opened: &Opened) -> Result<(), Failure> {
    let by = if setup.is_practice() { &opened.lead } else { &opened.guest };
    let settings = Settings {
        printers: Vec::new(),
        domain: setup.domain.clone(),
        by: by.clone(),
        team: setup.team.clone(),
        place: Some(setup.place.trim().to_owned()).filter(|place| !place.is_empty()),
        profile: brought.profile.as_ref().map(|(id, _)| id.clone()),
        target: None,
        screen: Habits::default(),
        scanners: Vec::new(),
    };
    LocalFiles.write(&at.join("station.toml"), settings.to_text().as_bytes())?;
    if let Some((id, Some(text))) = &brought.profile {
        let own = at.join("profiles/spec");
        fs::create_dir_all(&own).map_err(|error| folder::failed(&own, &error))?;
        LocalFiles.write(&own.join(format!("{id}.toml")), text.as_bytes())?;
    }
    Ok(())
}

/// Writes the team's key where it is to go, and lets `keep` follow; where that fails, the key is taken back.
fn give_away(setup: &SetUp, team: &SecretKey, keep: impl FnOnce() -> Result<(), Failure>) -> Result<(), Failure> {
    let TeamKey::NewAt(file) = &setup.team_key else { return keep() };
    write_key_file(file, &team.bytes())?;
    keep().inspect_err(|_failure| {
        let _gone = fs::remove_file(file);
    })
}

/// `aoxanh open`.
pub(super) fn open_new(
    args: &OpenArgs,
    pin_file: Option<&Path>,
    named: Option<&Path>,
    out: &mut Out<'_>,
) -> Result<(), Failure> {
    out.set_practice(args.practice);
    let path = folder::place(named)?;
    // Before anybody answers questions in vain.
    folder::empty_folder(&path)?;
    let check_sheets = |sheets: &Path| sheets::check_place(&path, Some(sheets));
    let answers = cli::ask_set_up(args, pin_file, &TerminalAsk, &check_sheets, out)?;
    let (made, sheets) = make(&path, &answers, out)?;
    tell(&made, &answers.setup, &sheets, out)?;
    super::say_head(&made.store, out)
}

/// Makes a station of those answers and hands its recovery sheets out; where they were written. Errors: as for [`set_up`];
/// then no sheet is left either.
pub(super) fn make(path: &Path, answers: &Answers, out: &mut Out<'_>) -> Result<(Made, Vec<PathBuf>), Failure> {
    let setup = &answers.setup;
    sheets::check_place(path, answers.sheets.as_deref())?;
    let mut written: Vec<PathBuf> = Vec::new();
    let made = set_up(path, setup, &mut |begun| {
        let whose = sheets::Whose { team: &setup.team, station: begun.opened.id, at: begun.at };
        sheets::hand_out(&begun.parts, whose, answers.sheets.as_deref(), out, &mut written)
    });
    let made = made.inspect_err(|_failure| sheets::take_back(&written))?;
    super::log::at_station(Some(made.opened.id));
    Ok((made, written))
}

/// Where the team's secret key is, and what is to be done about it.
pub(super) fn team_key_sentence(key: &TeamKey) -> Sentence {
    match key {
        TeamKey::New => say!("team-key-stays"),
        TeamKey::NewAt(file) => say!("team-key-written", file = file.display().to_string()),
        TeamKey::From(file) => say!("team-key-used", file = file.display().to_string()),
    }
}

/// What was made, and what is to be done about its secrets.
pub(super) fn tell(made: &Made, setup: &SetUp, sheets: &[PathBuf], out: &mut Out<'_>) -> Result<(), Failure> {
    let at = made.folder.path().display().to_string();
    let opened = &made.opened;
    let team_key_here = setup.team_key == TeamKey::New;
    out.object(
        "opened",
        serde_json::json!({
            "folder": at, "station": opened.id, "lead": opened.lead, "guest": opened.guest, "team": setup.team,
            "team_key": made.team.0, "sheets": sheets, "team_key_here": team_key_here, "vault_open": made.locked.is_none(),
        }),
    )?;
    let said = say!("station-opened", folder = at, station = opened.id.short(16), lead = opened.lead.as_str());
    out.say(&said)?;
    if setup.is_practice() {
        return out.say(&say!("practice-pin", pin = setup.pin.expose()));
    }
    for sheet in sheets {
        out.say(&say!("sheet-written", file = sheet.display().to_string()))?;
    }
    if !sheets.is_empty() {
        out.say(&say!("sheets-print"))?;
    }
    out.say(&team_key_sentence(&setup.team_key))?;
    if let Some(failure) = &made.locked {
        out.failure(failure);
    }
    out.say(&say!("station-guest"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::port::{Index, Vault};
    use crate::unit::Secret;

    fn answers() -> SetUp {
        SetUp::practice("Trần Thị Thử", "Khách", "THU.INVALID")
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
            let refused = set_up(&path, &answers(), &mut |_begun| {
                assert!(!path.join("ledger.db").exists(), "not before it is whole");
                Err(refusal.clone())
            });
            assert_eq!(refused.err(), Some(refusal));
            assert_eq!((path.exists(), names(&home.path().join("a")).len()), (there, usize::from(there)));
            assert!(!there || names(&path).is_empty());
            if !there {
                // What a killed one leaves.
                fs::create_dir_all(home.path().join("a/.tram.0000000000000000/leases")).expect("made");
            }
            let Made { folder, store, opened, locked, .. } =
                set_up(&path, &answers(), &mut |_begun| Ok(())).expect("made");
            assert_eq!(names(&path).iter().filter(|name| name.starts_with('.')).count(), 0, "{:?}", names(&path));
            assert_eq!((folder.settings().expect("whole").by, locked), (opened.lead.clone(), None));
            assert!(Index::head(&store).expect("reads").is_some());
            let vault_key = crate::store::read_key(&path, KeyFile::Vault).expect("there").bytes();
            let vault = SealedVault::open(&path, vault_key, &OsChance).expect("there");
            let name = |id: &str| Vault::open(&vault, id).expect("opens");
            assert_eq!(name(opened.lead.as_str()).as_deref(), Some("Trần Thị Thử"));
            assert_eq!(name(opened.guest.as_str()).as_deref(), Some("Khách"));
            let again = set_up(&path, &answers(), &mut |_begun| Ok(())).err().expect("there is one");
            assert_eq!(again.what.key(), "station-exists");
        }
    }

    #[test]
    fn a_folder_with_something_in_it_is_refused_and_left_alone() {
        let home = tempfile::tempdir().expect("folder");
        let path = home.path().join("tram");
        fs::create_dir(&path).expect("made");
        fs::write(path.join("thu.txt"), "x").expect("written");
        let failure = set_up(&path, &answers(), &mut |_begun| Ok(())).err().expect("not empty");
        assert_eq!((failure.trouble, failure.what.key()), (Trouble::Usage, "station-folder-used"));
        assert_eq!((names(&path), names(home.path())), (vec!["thu.txt".to_owned()], vec!["tram".to_owned()]));
        let below_a_file =
            set_up(&path.join("thu.txt/tram"), &answers(), &mut |_begun| Ok(())).err().expect("no folder");
        assert_eq!(below_a_file.trouble, Trouble::Io);
    }

    #[test]
    fn a_team_key_goes_where_it_is_told_and_comes_back_where_nothing_was_made() {
        let home = tempfile::tempdir().expect("folder");
        let stick = home.path().join("doi.key");
        let setup = |team_key| SetUp {
            passphrase: Some(Secret::new("bốn con ngựa gỗ")),
            profile: ProfileChoice::Known("tablet".to_owned()),
            team: "Đội \"Thử\" \u{302}".to_owned(),
            team_key,
            ..answers()
        };
        let first = home.path().join("mot");
        let refusal = Failure::new(Trouble::Io, say!("file-unwritable-hint"));
        let refused = set_up(&first, &setup(TeamKey::NewAt(stick.clone())), &mut |_begun| Err(refusal.clone()));
        assert!(refused.is_err() && !stick.exists() && !first.exists());
        let mut seen = Vec::new();
        let mut keep = |begun: &Begun| {
            seen.push(begun.parts.len());
            Ok(())
        };
        let made = set_up(&first, &setup(TeamKey::NewAt(stick.clone())), &mut keep).expect("made");
        assert!(stick.exists() && !first.join("team.key").exists() && !first.join("vault.key").exists());
        let settings = made.folder.settings().expect("reads");
        assert_eq!((settings.team.as_str(), settings.profile.as_deref()), ("Đội \"Thử\" \u{302}", Some("tablet")));
        assert_eq!(settings.by, made.opened.guest);
        let second = set_up(&home.path().join("hai"), &setup(TeamKey::From(stick.clone())), &mut keep).expect("made");
        assert_eq!(seen, [3, 3]);
        assert_eq!((made.team, second.team), (read_key_file(&stick).expect("there").public(), made.team));
        for made in [made, second] {
            vault::this_boot(made.opened.id).lock().expect("nothing is left in memory");
        }
    }
}
