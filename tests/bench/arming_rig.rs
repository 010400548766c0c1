//! What the arming tests stand on: a station with a real ledger, disks in memory, and orders to wipe and to image.

#![expect(clippy::expect_used, clippy::panic, reason = "a test may stop where its ground is gone")]

use crate::ledger_rig::inspected;
use aoxanh::device::{Attachment, Bus, Disk, DiskIdentity, Facts};
use aoxanh::event::disk::DiskSeen;
use aoxanh::event::inspection::{DeviceInspected, Verdict};
use aoxanh::event::intake::DeviceKind;
use aoxanh::event::{By, Event, Fact, How};
use aoxanh::imaging::{FitWish, Manifest};
use aoxanh::ledger::{Record, SecretKey};
use aoxanh::port::{
    Clock, Entry, Failure, FakeClock, FakeDisk, FakeDisks, FakeFiles, FakeHardware, FakeLeases, FakeMobiles,
    FakePrintQueue, FakePrinters, FakeProbe, FakeSecond, FakeSmart, FakeVault, Index, Journal, Receipt, Row,
    SeededChance, Trouble,
};
use aoxanh::store::Store;
use aoxanh::unit::{Bytes, Digest, JobId, LotId, Moment, PersonId, Secret};
use aoxanh::word::{Lang, Words, say};
use aoxanh::workbench::{
    Bench, CampaignTarget, Donation, Found, ImageOrder, Imaged, Opening, OwnFolder, PrinterSetting, WipeOrder, Wiped,
    image, open_lot, open_station, receive, wipe,
};
use std::cell::{Cell, RefCell};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Duration;

pub(crate) const MIB: usize = 1 << 20;
/// Three of the pieces that a job moves at a time, and a bit.
pub(crate) const SIZE: usize = 12 * MIB + 512;
/// What stands on a disk before anybody wiped it.
pub(crate) const OLD: u8 = 0xD0;

pub(crate) struct Rig {
    folder: tempfile::TempDir,
    pub(crate) store: Rc<Store>,
    pub(crate) disks: FakeDisks,
    pub(crate) leases: FakeLeases,
    files: FakeFiles,
    /// Printers that are reached, what waits for them, and what the station calls them.
    pub(crate) printers: FakePrinters,
    pub(crate) prints: FakePrintQueue,
    pub(crate) named_printers: Vec<PrinterSetting>,
    /// Another program that reads disks; none where it says nothing.
    pub(crate) second: FakeSecond,
    pub(crate) vault: FakeVault,
    pub(crate) clock: FakeClock,
    chance: SeededChance,
    pub(crate) probe: FakeProbe,
    pub(crate) hardware: FakeHardware,
    pub(crate) mobiles: FakeMobiles,
    pub(crate) smart: FakeSmart,
    pub(crate) by: By,
    pub(crate) guest: PersonId,
    /// The target of the campaign.
    pub(crate) target: Option<CampaignTarget>,
    /// What the team asks for to go with devices; none for the list in the binary.
    pub(crate) kit: Option<String>,
    /// Whether the ledger finds no room for another record.
    pub(crate) is_full: Cell<bool>,
    /// Whether what a fitting comes to is never recorded, as after a kill.
    pub(crate) loses_fit: Cell<bool>,
    /// The images that are written now.
    pub(crate) sources: aoxanh::job::Sources,
}

/// What the store takes, on a disk that is full where a test says so: then in the store's own words. A real one is in
/// `full.rs`.
impl Journal for Rig {
    fn commit(&self, entries: Vec<Entry<Fact>>) -> Result<Vec<Receipt>, Failure> {
        let is_fit = entries.iter().any(|entry| matches!(entry.fact, Fact::ImageFitted(_)));
        let is_lost = is_fit && self.loses_fit.get();
        if !self.is_full.get() && !is_lost {
            return self.store.commit(entries);
        }
        let full = Failure::new(Trouble::Io, say!("ledger-full")).because("database or disk is full");
        Err(full.hint(say!("ledger-full-hint")))
    }
}

/// A sound disk at port 1, with old data.
pub(crate) fn disk(name: &str, serial: Option<&str>) -> Disk {
    Disk {
        name: name.to_owned(),
        path: format!("/dev/{name}").into(),
        identity: DiskIdentity {
            serial: serial.map(str::to_owned),
            wwn: None,
            model: Some("MODEL".to_owned()),
            size: Bytes(SIZE as u64),
        },
        attachment: Attachment { boot_id: "boot".to_owned(), diskseq: Some(1), port: format!("usb1/{name}") },
        logical_block: 512,
        physical_block: 4096,
        bus: Bus::Usb,
        rotational: Some(true),
        removable: false,
        practice: false,
        serial_shared: false,
        obstacles: Vec::new(),
    }
}

/// The same disk, plugged in again elsewhere.
pub(crate) fn replugged(disk: &Disk) -> Disk {
    let mut again = disk.clone();
    again.attachment = Attachment { boot_id: "boot".to_owned(), diskseq: Some(2), port: "usb2/9".to_owned() };
    again
}

pub(crate) fn image_path() -> PathBuf {
    "system.img".into()
}

/// An image of two pieces and a bit.
pub(crate) fn raw_image() -> Vec<u8> {
    let mut raw = vec![0; 8 * MIB + 1024];
    blake3::Hasher::new().finalize_xof().fill(&mut raw);
    raw
}

fn manifest(raw: &[u8], block: u32) -> String {
    let manifest = Manifest {
        id: "practice".to_owned(),
        name: "Practice".to_owned(),
        length: Bytes(raw.len() as u64),
        blake3: Digest(*blake3::hash(raw).as_bytes()),
        os: "linux".to_owned(),
        arch: "x86_64".to_owned(),
        block,
        firmware: None,
        minimum_memory: None,
        minimum_disk: None,
        source: None,
        licence: None,
        partition_offset: None,
        partition_length: None,
        fit: FitWish::default(),
        windows: None,
        capture: None,
    };
    manifest.to_toml()
}

impl Rig {
    /// A station with those disks, all with old data.
    pub(crate) fn new(disks: &[Disk]) -> Self {
        let folder = tempfile::tempdir().expect("temporary folder");
        let clock = FakeClock::new(Moment::from_unix_millis(1_790_000_000_000), Duration::from_millis(3));
        let (chance, vault) = (SeededChance::new(7), FakeVault::default());
        let key = SecretKey::from_bytes(&[1; 32]);
        let store = Store::create(folder.path(), key.clone()).expect("a new ledger");
        let team = SecretKey::from_bytes(&[2; 32]);
        let pin = Secret::new("918273");
        let (lead, guest) = ("Lead", "Guest");
        let opening = Opening { station_key: &key, team_key: &team, practice: false, lead, pin: &pin, guest };
        let opened = open_station(&opening, &store, &vault, &clock, &chance).expect("a station");
        let rig = Self {
            folder,
            store: Rc::new(store),
            disks: FakeDisks::default(),
            leases: FakeLeases::default(),
            files: FakeFiles::default(),
            printers: FakePrinters::default(),
            prints: FakePrintQueue::default(),
            named_printers: Vec::new(),
            second: FakeSecond::default(),
            vault,
            clock,
            chance,
            probe: FakeProbe(Facts::new()),
            hardware: FakeHardware::default(),
            mobiles: FakeMobiles::default(),
            smart: FakeSmart::default(),
            by: By { person: opened.lead, how: How::Claimed },
            guest: opened.guest,
            target: None,
            kit: Some("id = \"none\"\nsource = \"tests\"\n".to_owned()),
            is_full: Cell::new(false),
            loses_fit: Cell::new(false),
            sources: aoxanh::job::Sources::default(),
        };
        for disk in disks {
            rig.disks.plug(disk.clone(), FakeDisk::new(vec![OLD; SIZE], disk.logical_block));
        }
        rig.give_image(&raw_image(), 512);
        rig
    }

    /// Puts an image and its manifest among the files.
    pub(crate) fn give_image(&self, raw: &[u8], block: u32) {
        let mut files = self.files.0.borrow_mut();
        files.insert("system.toml".into(), manifest(raw, block).into_bytes());
        files.insert(image_path(), raw.to_vec());
    }

    /// Puts the image and its manifest into the station's store too, under its id.
    pub(crate) fn keep_image(&self) {
        for (name, kept) in [("system.toml", "practice.toml"), ("system.img", "practice.img")] {
            let bytes = self.files_below(name).pop().expect("given").1;
            self.give_file(kept, bytes);
        }
    }

    /// Puts a file where verbs read them.
    pub(crate) fn give_file(&self, name: &str, bytes: Vec<u8>) {
        self.files.0.borrow_mut().insert(name.into(), bytes);
    }

    /// The files below a folder there.
    pub(crate) fn files_below(&self, folder: &str) -> Vec<(String, Vec<u8>)> {
        let files = self.files.0.borrow();
        let below = files.iter().filter(|(path, _)| path.starts_with(folder));
        below.map(|(path, bytes)| (path.display().to_string(), bytes.clone())).collect()
    }

    /// Puts another image in its place, and leaves the manifest.
    pub(crate) fn alter_image(&self, raw: Vec<u8>) {
        self.files.0.borrow_mut().insert(image_path(), raw);
    }

    /// The station's folder.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn bench(&self) -> Bench<'_> {
        Bench {
            journal: self,
            index: self.store.as_ref(),
            vault: &self.vault,
            clock: &self.clock,
            chance: &self.chance,
            disks: &self.disks,
            smart: &self.smart,
            probe: &self.probe,
            hardware: &self.hardware,
            mobiles: &self.mobiles,
            marks: RefCell::new(Box::new(self.store.as_ref())),
            leases: &self.leases,
            second: &self.second,
            printers: &self.printers,
            prints: &self.prints,
            files: &self.files,
            secret: Digest([9; 32]),
            by: self.by.clone(),
            nobody: self.guest.clone(),
            profiles: Vec::new(),
            profile: None,
            sources: self.sources.clone(),
            site: None,
            own: OwnFolder {
                domain: aoxanh::tag::Domain::read("THU.VN").ok(),
                target: self.target.clone(),
                printers: self.named_printers.clone(),
                kit: self.kit.clone(),
                ..OwnFolder::default()
            },
        }
    }

    /// A device in a lot of its own, with or without the consent to erase.
    pub(crate) fn device(&self, erase: bool) -> (Found, LotId) {
        let bench = self.bench();
        let lot = open_lot(&bench, &Donation { donor: None, erase, parts: false }).expect("a lot");
        (receive(&bench, &lot, DeviceKind::Laptop, None).expect("a device").found, lot)
    }

    /// An inspection of that machine which saw disks of these serials inside.
    pub(crate) fn inspect(&self, found: &Found, serials: &[&str]) {
        let seen = |serial: &&str| DiskSeen {
            serial: Some((*serial).to_owned()),
            wwn: None,
            model: Some("MODEL".to_owned()),
            size: Bytes(SIZE as u64),
            bus: "ata".to_owned(),
            practice: false,
        };
        let seen: Vec<DiskSeen> = serials.iter().map(seen).collect();
        self.record_inspected(found, inspected(Verdict::Pass, &seen));
    }

    /// That inspection of it.
    pub(crate) fn record_inspected(&self, found: &Found, inspected: DeviceInspected) {
        let fact = inspected.into();
        let (at, by) = (self.clock.now(), self.by.clone());
        let entry = Entry { at, happened_at: None, by, device: Some(found.id.clone()), fact };
        self.store.commit(vec![entry]).expect("recorded");
    }

    pub(crate) fn again(&self, found: &Found) -> Found {
        self.bench().device(&found.id).expect("known")
    }

    /// Every recorded event.
    pub(crate) fn events(&self) -> Vec<Event> {
        let mut events = Vec::new();
        let read = &mut |row: Row| {
            let record = Record::from_bytes(row.bytes).expect("a record");
            events.push(Event::from_body(record.body()).expect("an event"));
            Ok(())
        };
        self.store.rows(read).expect("the ledger reads");
        events
    }

    /// Kinds of everything recorded, from the `from`-th on.
    pub(crate) fn kinds(&self, from: usize) -> Vec<String> {
        self.events().iter().skip(from).map(|event| event.fact.kind().to_owned()).collect()
    }

    /// The last fact recorded.
    pub(crate) fn last(&self) -> Fact {
        self.events().pop().expect("something is recorded").fact
    }

    pub(crate) fn wipe(&self, found: &Found, order: &WipeOrder) -> Result<Wiped, Failure> {
        wipe(&self.bench(), found, order, &|| false, &mut |_news| {})
    }

    pub(crate) fn image(&self, found: &Found, order: &ImageOrder) -> Result<Imaged, Failure> {
        image(&self.bench(), found, order, &|| false, &mut |_news| {})
    }
}

/// A cancel switch found pressed at that look, counted from 1.
pub(crate) fn pressed_at(look: u64) -> impl Fn() -> bool {
    let looks = Cell::new(0);
    move || {
        looks.set(looks.get() + 1);
        looks.get() >= look
    }
}

pub(crate) fn wipe_order(disk: &str, confirm: &str) -> WipeOrder {
    let confirm = Some(confirm.to_owned());
    let method = Some("overwrite-zero".to_owned());
    WipeOrder { disk: disk.to_owned(), method, confirm, ..WipeOrder::default() }
}

pub(crate) fn wipe_resume(disk: &str, confirm: &str, job: &JobId) -> WipeOrder {
    WipeOrder { resume: Some(job.clone()), ..wipe_order(disk, confirm) }
}

pub(crate) fn image_order(disk: &str, confirm: &str) -> ImageOrder {
    let manifest = "system.toml".into();
    let confirm = Some(confirm.to_owned());
    ImageOrder { disk: disk.to_owned(), image: image_path(), manifest, confirm, resume: None, windows_edition: None }
}

/// The key of a refusal, after finding that both languages say it and say what to do.
pub(crate) fn said(failure: &Failure) -> &str {
    for lang in [Lang::Vi, Lang::En] {
        let words = Words::new(lang, None).expect("embedded");
        let sentences = std::iter::once(&failure.what).chain(&failure.hint);
        for sentence in sentences {
            assert!(words.has(sentence.key()), "{lang} has no {}", sentence.key());
            assert!(!words.say(sentence).contains('{'), "{}", words.say(sentence));
        }
    }
    // The words of rules and obstacles say themselves what to do.
    let tells = failure.hint.is_some() || failure.rule.is_some() || failure.what.key() == "disk-refused";
    assert!(tells, "{failure:?} does not say what to do");
    failure.what.key()
}

/// The refusal of something that must not succeed.
pub(crate) fn refusal<T>(result: Result<T, Failure>, what: &str) -> Failure {
    match result {
        Ok(_done) => panic!("{what}: was done"),
        Err(failure) => failure,
    }
}
