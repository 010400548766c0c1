//! One start of a machine from a stick: its station in memory, certified by the stick, known to the stick's own chain before
//! it works.
//!
//! Invariants: record 0 says through which stick, and on which base its folds begin; the stick's chain names the start before
//! the start's own records go anywhere, so that a stick that was copied shows; a start that goes on after the program ended
//! is the same one.

#![expect(clippy::disallowed_methods, reason = "wiring: the stick's own folder is read here")]

use super::super::folder::{self, Folder, aside};
use super::carrier::{Carrier, Standing};
use super::guest;
use crate::custody::{Base, BaseError, PersonFile, StationFile};
use crate::event::station::{BootOpened, ClockJumped, StationOpened, TeamCertificate, Through};
use crate::event::{By, Event, Fact, How};
use crate::ledger::{PublicKey, Record, SecretKey, certificate_text, signature_text, start_nonce};
use crate::linux::{OsChance, SystemClock};
use crate::port::{Chance, Clock, Entry, Failure, Index, Journal, Row, Trouble};
use crate::store::{KeyFile, Store, read_key, write_key};
use crate::unit::{Digest, Moment, PersonId};
use crate::word::{Sentence, say};
use crate::workbench::{Power, StickSeen};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use zeroize::Zeroizing;

/// No clock of a machine that is started today says less: the beginning of 2025.
const EARLIEST: i64 = 1_735_689_600_000;

/// A start.
#[derive(Debug)]
pub(in crate::station) struct Boot {
    run: PathBuf,
    stick: PathBuf,
    name: String,
    /// Why it only looks; none where the stick is enrolled.
    guest: Option<Sentence>,
    notes: Vec<Sentence>,
    carrier: Option<Carrier>,
    power: Mutex<Option<Power>>,
}

/// What a stick says of itself.
struct Stick {
    station: StationFile,
    /// Its record 0, and when that was made.
    opened: StationOpened,
    at: Moment,
}

impl Boot {
    /// The start that this machine is in: the one of this folder in memory, else a new one. Errors: memory cannot be written.
    pub(in crate::station) fn open(stick: &Path, run: &Path) -> Result<Self, Failure> {
        let (stick, run) = (absolute(stick)?, absolute(run)?);
        fs::create_dir_all(&run).map_err(|error| folder::failed(&run, &error))?;
        // On a machine with several consoles the program runs on each, on one start.
        let lock = File::create(run.join("start.lock")).and_then(|lock| lock.lock().map(|()| lock));
        let _lock = lock.map_err(|error| folder::failed(&run, &error))?;
        let at = run.join("boot");
        let is_new = !at.join("ledger.db").exists();
        let read = read_stick(&stick, &run);
        let (base, doubt) = match &read {
            Ok(read) => base_of(&stick, read),
            Err(_guest) => (Ok(None), None),
        };
        let mut guest = read.as_ref().err().cloned();
        let mut notes = Vec::new();
        if is_new {
            let (base, read) = (base.as_ref().ok().and_then(Option::as_ref), read.as_ref().ok());
            if let Some(read) = read
                && let Err(failure) = aside(&at, |at| build(at, &stick, read, base, doubt))
            {
                guest = Some(broken(&failure));
            }
            if guest.is_some() {
                aside(&at, guest::build)?;
                fs::write(at.join("GUEST"), "").map_err(|error| folder::failed(&at, &error))?;
            }
        } else if at.join("GUEST").exists() {
            guest = guest.or(Some(say!("stick-unenrolled")));
        } else {
            guest = None;
        }
        if guest.is_none() {
            notes.extend(base.err());
            notes.extend(doubt.map(|_since| say!("stick-clock", now = SystemClock::new().now().local())));
        }
        let station = Store::read(&at).and_then(|store| super::super::station_of(&store))?;
        let ids = station.id.zip(station.team_key).filter(|_| guest.is_none());
        let others = run.join("sticks");
        let carrier = ids.map(|(id, team)| Carrier::new(id, team, stick.clone(), others));
        let name = read.as_ref().map_or_else(|_guest| String::new(), |read| stick_name(&stick, &read.station));
        let boot = Self { run, stick, name, guest, notes, carrier, power: Mutex::default() };
        // Durable on the stick before anything else is recorded, and before the screen says that it is.
        boot.look(&Store::read(&at)?);
        Ok(boot)
    }

    /// The folder of its station.
    pub(in crate::station) fn folder(&self) -> PathBuf {
        self.run.join("boot")
    }

    /// Where images are: on the first stick that is plugged in.
    pub(in crate::station) fn images(&self) -> PathBuf {
        let first = self.carrier.as_ref().and_then(Carrier::first);
        first.unwrap_or_else(|| self.stick.clone()).join("images")
    }

    pub(super) const fn carrier(&self) -> Option<&Carrier> {
        self.carrier.as_ref()
    }

    /// Below which folder sticks are mounted that are plugged in meanwhile; none where nothing is kept.
    pub(super) fn others(&self) -> Option<PathBuf> {
        self.carrier.as_ref().map(|_carrier| self.run.join("sticks"))
    }

    /// Whether a stick of the team is mounted there.
    pub(super) fn knows(&self, stick: &Path, index: &dyn Index) -> bool {
        self.carrier.as_ref().is_some_and(|carrier| carrier.knows(stick, index))
    }

    /// Brings what waits to the sticks that are plugged in now.
    pub(super) fn look(&self, index: &dyn Index) {
        // What is wrong, the screen says as long as it is.
        let _standing = self.carrier.as_ref().map(|carrier| carrier.carry(index));
    }

    /// How it stands with the stick, for the screen.
    pub(in crate::station) fn seen(&self) -> StickSeen {
        let Standing { plugged, unsaved, came_back, free, trouble } =
            self.carrier.as_ref().map(Carrier::standing).unwrap_or_default();
        let (name, guest, notes) = (self.name.clone(), self.guest.clone(), self.notes.clone());
        StickSeen { name, guest, plugged, unsaved, came_back, free, trouble, notes }
    }

    /// Kernel names of the disks that the machine was started from.
    pub(in crate::station) fn disks(&self) -> Vec<String> {
        let text = fs::read_to_string(self.run.join("stick-disk")).unwrap_or_default();
        let name = |line: &str| Path::new(line.trim()).file_name().map(|name| name.to_string_lossy().into_owned());
        text.lines().filter_map(name).collect()
    }

    /// The machine is to be left so once the screen is gone.
    pub(in crate::station) fn leave_by(&self, power: Power) {
        *self.power.lock().unwrap_or_else(PoisonError::into_inner) = Some(power);
    }

    pub(super) fn left_by(&self) -> Option<Power> {
        *self.power.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn absolute(path: &Path) -> Result<PathBuf, Failure> {
    std::path::absolute(path).map_err(|error| folder::failed(path, &error))
}

/// What people call the stick in that folder.
pub(super) fn stick_name(stick: &Path, station: &StationFile) -> String {
    let written = fs::read_to_string(stick.join("station/name")).unwrap_or_default();
    let short = || station.id.map_or_else(String::new, |id| id.short(8));
    Some(written.trim().to_owned()).filter(|name| !name.is_empty()).unwrap_or_else(short)
}

fn broken(failure: &Failure) -> Sentence {
    if failure.what.key() == "ledger-read-only" {
        return say!("stick-start-read-only");
    }
    say!("stick-broken", why = failure.what.clone())
}

/// The enrolled stick in that folder. Errors: why there is none, and what to do.
fn read_stick(stick: &Path, run: &Path) -> Result<Stick, Sentence> {
    let ledger = stick.join("station");
    if !ledger.join("ledger.db").exists() {
        let told = fs::read_to_string(run.join("stick-trouble")).unwrap_or_default();
        return Err(match told.trim() {
            "read-only" => say!("stick-start-read-only"),
            "broken" => say!("stick-broken", why = say!("stick-unmounted")),
            "twins" => say!("stick-twins"),
            _gone if stick.join("boots").exists() || stick.join("lost+found").exists() => say!("stick-unenrolled"),
            _gone => say!("stick-start-none"),
        });
    }
    let read = || -> Result<Stick, Failure> {
        let store = Store::read(&ledger)?;
        let mut first: Option<Event> = None;
        let index: &dyn Index = &store;
        index.rows(&mut |row: Row| {
            if first.is_none() {
                let bad = |error: &dyn std::error::Error| {
                    Failure::new(Trouble::BadData, say!("ledger-corrupt")).because(error)
                };
                let record = Record::from_bytes(row.bytes).map_err(|error| bad(&error))?;
                first = Some(Event::from_body(record.body()).map_err(|error| bad(&error))?);
            }
            Ok(())
        })?;
        let empty = || Failure::new(Trouble::BadData, say!("ledger-corrupt"));
        let first = first.ok_or_else(empty)?;
        let Fact::StationOpened(opened) = first.fact else { return Err(empty()) };
        Ok(Stick { station: super::super::station_of(&store)?, opened, at: first.at })
    };
    read().map_err(|failure| broken(&failure))
}

/// What a start begins with besides its own records.
struct Ground {
    base: Base,
    digest: Digest,
}

/// The base on the stick, or why it is of no use; and since when the clock must stand later than it does.
fn base_of(stick: &Path, read: &Stick) -> (Result<Option<Ground>, Sentence>, Option<Moment>) {
    let base = match fs::read(stick.join("base")) {
        Ok(bytes) => match Base::read(&bytes) {
            Ok(base) if base.head.is_of_team(PublicKey(read.opened.team.key)) => {
                Ok(Some(Ground { base, digest: Base::digest(&bytes) }))
            }
            Err(BaseError::OtherFolds(_)) => Err(say!("stick-base-folds")),
            Ok(_) | Err(_) => Err(say!("stick-base-broken")),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(say!("stick-base-none")),
        Err(_unreadable) => Err(say!("stick-base-broken")),
    };
    let taken = base.as_ref().ok().and_then(Option::as_ref).map(|ground| ground.base.head.at);
    let since =
        taken.into_iter().chain([read.at, Moment::from_unix_millis(EARLIEST)]).max_by_key(|at| at.unix_millis());
    let now = SystemClock::new().now();
    (base, since.filter(|since| now.unix_millis() < since.unix_millis()))
}

/// Makes the start's station in that folder, and names it on the stick's own chain.
fn build(at: &Path, stick: &Path, read: &Stick, ground: Option<&Ground>, doubt: Option<Moment>) -> Result<(), Failure> {
    let chance: &dyn Chance = &OsChance;
    let own = Zeroizing::new(chance.bytes::<32>());
    write_key(at, KeyFile::Station, &own)?;
    write_key(at, KeyFile::Codes, &Zeroizing::new(chance.bytes::<32>()))?;
    let station = stick.join("station");
    take_along(&station, at)?;
    let folder = Folder::at(at.to_owned());
    fs::create_dir_all(folder.leases()).map_err(|error| folder::failed(at, &error))?;
    if read.station.practice {
        folder::mark_practice(at)?;
    }
    let by = By { person: folder.settings()?.by, how: How::Claimed };
    let (own, key) = (SecretKey::from_bytes(&own), read_key(&station, KeyFile::Station)?);
    let opened = opened(&own, &key, read, ground.map(|ground| ground.digest));
    let now = SystemClock::new().now();
    let entry = |fact: Fact| Entry { at: now, happened_at: None, by: by.clone(), device: None, fact };
    let store = match ground {
        Some(ground) => Store::create_on(at, own.clone(), &ground.base.drawers, ground.base.head.size)?,
        None => Store::create_on(at, own.clone(), &one_guest(&by.person, read.station.practice), 0)?,
    };
    let mut entries = vec![entry(opened.into())];
    entries.extend(doubt.map(|from| entry(ClockJumped { from, to: now }.into())));
    let receipts = store.commit(entries)?;
    let id = receipts.first().map_or(Digest::ZERO, |receipt| receipt.leaf);
    let chain = Store::open(&station, key)?;
    chain.commit(vec![entry(BootOpened { station: id, key: own.public().0 }.into())]).map(|_receipts| ())
}

/// The drawers that folds begin with where there is no base: whoever is there is nobody in particular.
pub(super) fn one_guest(guest: &PersonId, practice: bool) -> BTreeMap<String, String> {
    let station = StationFile { practice, people: 1, ..StationFile::default() };
    let text = |file: serde_json::Result<String>| file.unwrap_or_default();
    BTreeMap::from([
        (format!("person:{guest}"), text(serde_json::to_string(&PersonFile::default()))),
        ("station:".to_owned(), text(serde_json::to_string(&station))),
    ])
}

/// Record 0 of the start of that key, certified by the stick's.
fn opened(own: &SecretKey, stick: &SecretKey, read: &Stick, base: Option<Digest>) -> StationOpened {
    let nonce = start_nonce(own.public());
    let practice = read.opened.practice;
    let word = stick.sign(certificate_text(own.public(), practice, nonce).as_bytes());
    let TeamCertificate { key, signature } = read.opened.team.clone();
    StationOpened {
        public_key: own.public().0,
        team: TeamCertificate { key, signature },
        practice,
        nonce,
        through: Some(Through { key: stick.public().0, nonce: read.opened.nonce, signature: signature_text(&word) }),
        base,
    }
}

/// Copies what the stick's station knows besides its chain: settings, profiles, names and their lock.
fn take_along(from: &Path, to: &Path) -> Result<(), Failure> {
    for name in ["station.toml", "vault.db", "vault.db-wal", "vault.lock", "vault.key", "profiles"] {
        let source = from.join(name);
        if source.exists() {
            copy(&source, &to.join(name)).map_err(|error| folder::failed(&source, &error))?;
        }
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    if !from.is_dir() {
        return fs::copy(from, to).map(|_bytes| ());
    }
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        copy(&entry.path(), &to.join(entry.file_name()))?;
    }
    Ok(())
}
