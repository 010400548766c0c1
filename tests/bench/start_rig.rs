//! What the tests of a start from a stick stand on: a practice station, sticks that are enrolled by hand, the program in a
//! terminal.
//!
//! Invariant: nothing here is ever a real stick: each is a folder, and pulling it out is moving it away.

#![expect(clippy::expect_used, clippy::disallowed_methods, reason = "a test drives the built program")]

use super::bench_rig::{PIN, Rig, aloud};
use super::fit::sh;
use super::screen_run::{Terminal, code};
use aoxanh::custody::{Base, BaseOf, FUNCTIONS, StationFile, base_station};
use aoxanh::event::station::{StationOpened, TeamCertificate};
use aoxanh::event::{By, Event, Fact, How};
use aoxanh::ledger::{
    Bundle, ChainEnd, Head, PublicKey, Record, SecretKey, certificate_text, read_bundles, signature_text,
};
use aoxanh::linux::{LoopDevice, LoopPlan, PracticeDisks};
use aoxanh::port::{Entry, Index, Journal};
use aoxanh::store::{KeyFile, Store, read_key, write_key};
use aoxanh::unit::{Bytes, Digest, Moment, PersonId};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The kinds of drawers that a base may hold.
const KINDS: [&str; 10] =
    ["person", "badge", "hands", "accessories", "wants", "lot", "tag", "device", "serial", "sign"];

/// A stick of a file and a folder: the layout that images of it have.
const STICK: &str = r#"
set -e
printf 'label: gpt\nstart=2048, size=2048\nstart=4096, size=16384, type=uefi\nstart=20480, size=98304, type=linux, name=AOXANH\n' |
    sfdisk --quiet --no-reread --no-tell-kernel "$1"
mke2fs -q -t ext4 -L AOXANH -d "$2" -E offset=10485760 "$1" 48M
"#;

/// A stick in a loop device, as long as this lives.
pub(crate) struct Plugged {
    pub(crate) name: String,
    backing: PathBuf,
    _device: LoopDevice,
}

pub(crate) struct Sticks {
    pub(crate) rig: Rig,
    /// The tag of a device that was received at the door.
    pub(crate) tag: String,
}

/// The event of every record of that ledger.
pub(crate) fn events(folder: &Path) -> Vec<Event> {
    let store = Store::read(folder).expect("a ledger");
    let mut events = Vec::new();
    let index: &dyn Index = &store;
    let read = index.rows(&mut |row| {
        let record = Record::from_bytes(row.bytes).expect("a record");
        events.push(Event::from_body(record.body()).expect("an event"));
        Ok(())
    });
    read.expect("read");
    events
}

impl Sticks {
    /// A practice station with one device.
    pub(crate) fn new() -> Self {
        let rig = Rig::practice();
        let tag = rig.device().tag;
        Self { rig, tag }
    }

    /// Where that stick is mounted.
    pub(crate) fn at(&self, name: &str) -> PathBuf {
        self.rig.home().join(name)
    }

    /// Memory of the start.
    pub(crate) fn run(&self) -> PathBuf {
        self.rig.memory().join("run")
    }

    /// Makes a stick of the station's team, with its people, its devices and its vault.
    pub(crate) fn enrol(&self, name: &str) -> PathBuf {
        let (home, stick) = (self.rig.station(), self.at(name));
        let station = stick.join("station");
        fs::create_dir_all(stick.join("boots")).expect("made");
        fs::create_dir_all(&station).expect("made");
        for file in ["station.toml", "vault.db", "vault.key"] {
            fs::copy(home.join(file), station.join(file)).expect("copied");
        }
        fs::write(station.join("name"), format!("Thẻ {name}\n")).expect("written");
        let team = read_key(&home, KeyFile::Team).expect("the team's key");
        let key = SecretKey::from_bytes(blake3::hash(name.as_bytes()).as_bytes());
        write_key(&station, KeyFile::Station, &key.bytes()).expect("written");
        let store = Store::create(&station, key.clone()).expect("made");
        let opened = certified(&key, &team);
        let by = By { person: PersonId::from_random([7; 10]), how: How::Claimed };
        let at = Moment::from_unix_millis(1_750_000_000_000);
        let entry = Entry { at, happened_at: None, by, device: None, fact: Fact::from(opened) };
        store.commit(vec![entry]).expect("recorded");
        fs::write(stick.join("base"), self.base()).expect("written");
        stick
    }

    /// Makes that stick one of a stranger who only names the team.
    pub(crate) fn forge(&self, stick: &Path) {
        let station = stick.join("station");
        fs::remove_file(station.join("ledger.db")).expect("ours");
        let (key, stranger) = (SecretKey::from_bytes(&[61; 32]), SecretKey::from_bytes(&[62; 32]));
        let team = read_key(&self.rig.station(), KeyFile::Team).expect("the team's key").public();
        let mut opened = certified(&key, &stranger);
        opened.team.key = team.0;
        let by = By { person: PersonId::from_random([7; 10]), how: How::Claimed };
        let at = Moment::from_unix_millis(1_750_000_000_000);
        let entry = Entry { at, happened_at: None, by, device: None, fact: Fact::from(opened) };
        Store::create(&station, key).and_then(|store| store.commit(vec![entry])).expect("recorded");
    }

    /// What the station gives along.
    pub(crate) fn base(&self) -> Vec<u8> {
        self.base_with(&|_station| ())
    }

    /// The same with the station's own drawer changed.
    pub(crate) fn base_with(&self, change: &dyn Fn(&mut StationFile)) -> Vec<u8> {
        let home = self.rig.station();
        let store = Store::read(&home).expect("the station");
        let index: &dyn Index = &store;
        let mut drawers = BTreeMap::new();
        for kind in KINDS {
            let of = index.drawers(kind, "", 1000).expect("read");
            drawers.extend(of.into_iter().map(|(key, body)| (format!("{kind}:{key}"), body)));
        }
        let station = index.get::<StationFile>("").expect("read").expect("there");
        let mut begins = base_station(&station);
        change(&mut begins);
        let begins = serde_json::to_string(&begins).expect("JSON");
        drawers.insert("station:".to_owned(), begins);
        let key = read_key(&home, KeyFile::Station).expect("the station's key");
        let note = index.head().expect("read").expect("there");
        let head = Head::open(&note, key.public()).expect("its head");
        let first = events(&home).swap_remove(0).fact;
        let Fact::StationOpened(opened) = first else { unreachable!("{first:?}") };
        let at = Moment::from_unix_millis(1_750_000_000_000);
        let of = BaseOf { station: station.id.expect("opened"), opened, at, size: head.size, root: head.root };
        Base::write(of, &drawers, &key)
    }

    /// Starts the program from that stick.
    pub(crate) fn start(&self, stick: &Path, size: (u16, u16)) -> Terminal {
        let (stick, run) = (stick.display().to_string(), self.run().display().to_string());
        let command = self.rig.command(&["stick", "start", "--stick", &stick, "--run", &run]);
        Terminal::open(command, size.0, size.1)
    }

    /// That stick's folder on a practice disk of the start, as a stick has it: GPT, ext4 in the last partition. None, said
    /// aloud, without loop devices or the programs for it.
    pub(crate) fn plugged(&self, stick: &Path, name: &str) -> Option<Plugged> {
        let (missing, _) = sh(Path::new("/"), "type sfdisk mke2fs debugfs", &[]);
        if missing != 0 {
            aloud("NOT RUN: sticks need fdisk and e2fsprogs");
            return None;
        }
        let here = if self.boot().exists() { self.boot() } else { self.rig.station() };
        let made = PracticeDisks::new(&here).make_file(name, Bytes::mib(64)).expect("a file");
        let (code, said) = sh(self.rig.home(), STICK, &[&made.display().to_string(), &stick.display().to_string()]);
        assert_eq!(code, 0, "{said}");
        let device = match LoopDevice::attach(LoopPlan { backing: &made, block: 512, read_only: false }) {
            Ok(device) => device,
            Err(error) => {
                aloud(&format!("NOT RUN: no loop devices: {error}"));
                return None;
            }
        };
        Some(Plugged { name: device.name().to_owned(), backing: made, _device: device })
    }

    /// What stands on such a disk.
    pub(crate) fn out_of(&self, disk: &Plugged) -> PathBuf {
        let folder = self.rig.memory().join(format!("ra-{}", disk.name));
        fs::create_dir_all(&folder).expect("ours");
        let script = "sync; e2fsck -fp \"$1?offset=10485760\" >/dev/null; debugfs -R \"rdump / $2\" \"$1?offset=10485760\" 2>/dev/null";
        let (code, said) =
            sh(self.rig.home(), script, &[&disk.backing.display().to_string(), &folder.display().to_string()]);
        assert_eq!(code, 0, "{said}");
        folder
    }

    /// The start's own station.
    pub(crate) fn boot(&self) -> PathBuf {
        self.run().join("boot")
    }

    /// The start's bundles on that stick, each checked behind the one before it; all their records.
    pub(crate) fn saved(&self, stick: &Path) -> Vec<Event> {
        let store = Store::read(&self.boot()).expect("the start");
        let index: &dyn Index = &store;
        let station = index.get::<StationFile>("").expect("read").expect("there");
        let (id, key) = (station.id.expect("opened"), PublicKey(station.public_key.expect("opened")));
        let file = stick.join("boots").join(format!("{}.bundle", id.short(16)));
        let bundles: Vec<Bundle> = read_bundles(&fs::read(file).expect("a bundle file")).expect("bundles").bundles;
        let (mut end, mut events) = (ChainEnd::default(), Vec::new());
        for bundle in bundles {
            let (records, after) = bundle.check(&end, key).expect("whole and signed");
            events.extend(records.iter().map(|record| Event::from_body(record.body()).expect("an event")));
            end = after;
        }
        events
    }
}

fn certified(key: &SecretKey, team: &SecretKey) -> StationOpened {
    let nonce = Digest(*blake3::hash(&key.public().0.0).as_bytes());
    let word = team.sign(certificate_text(key.public(), true, nonce).as_bytes());
    let team = TeamCertificate { key: team.public().0, signature: signature_text(&word) };
    StationOpened { public_key: key.public().0, team, practice: true, nonce, through: None, base: None }
}

/// The lead of a practice station signs in.
pub(crate) fn sign_in(terminal: &mut Terminal) {
    terminal.step("d", "▶ Trần Thị Thử");
    terminal.step("\r", "Mã PIN của");
    let pin = aoxanh::workbench::PRACTICE_PIN;
    assert_ne!(pin, PIN, "practice has its own");
    terminal.type_keys(pin);
    terminal.wait_text(&"•".repeat(pin.len()));
    terminal.type_keys("\r");
    terminal.wait_text("Trần Thị Thử (đội trưởng)");
}

/// The lead signs in, finds that everything works, and wipes the machine's practice disk of that name.
pub(crate) fn sign_in_try_and_wipe(terminal: &mut Terminal, disk: &str) {
    sign_in(terminal);
    terminal.wait_text("Bấm Enter để thử bàn phím");
    terminal.step("\r", "? chưa thử");
    terminal.type_keys("c");
    terminal.wait_for("all answered", |shown| shown.matches("✓ hoạt động").count() == FUNCTIONS.len());
    terminal.step("\r", "Bấm Enter để xóa ổ của máy");
    terminal.step("\r", disk);
    let shown = terminal.step("\r", "Gõ mã ");
    terminal.type_keys(&code(&shown));
    terminal.step("\r", "ĐÃ XÓA, mức Clear");
}
