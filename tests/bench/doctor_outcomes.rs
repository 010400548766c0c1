//! Every check of the doctor in every outcome, on made-up signs.

#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use crate::ledger_rig::{
    beginning, bound, entry, erase_consent, job, lot_opened, moment, received, station_key, team_key, wipe_started,
};
use aoxanh::device::{Attachment, Bus, Disk, DiskIdentity, Obstacle};
use aoxanh::ledger::{HeadRef, Heads, PublicKey};
use aoxanh::port::{
    Failure, FakeDisk, FakeDisks, FakeHealth, FakeLeases, FileSystem, FolderSigns, Journal, Leases, LedgerSigns,
    ToolSign, Trouble, VaultSign,
};
use aoxanh::store::Store;
use aoxanh::tag::PrinterState;
use aoxanh::unit::{Bytes, Digest};
use aoxanh::word::{Arg, Lang, Sentence, Words};
use aoxanh::workbench::{Checkup, DOCTOR, Finding, Grade, OpenSigns, StationSigns, Thorough, Verified};
use std::collections::BTreeSet;

type Change = fn(&mut Checkup);

/// A failure with everything a failure can have.
fn failure(key: &str) -> Failure {
    Failure::new(Trouble::Io, Sentence::new(key)).because("os error").hint(Sentence::new("ledger-corrupt-hint"))
}

fn healthy() -> Checkup {
    let health = FakeHealth::default();
    let verified = Verified {
        station: Digest([7; 32]),
        practice: false,
        head: HeadRef { size: 42, root: Digest([8; 32]) },
        team: PublicKey(Digest([9; 32])),
        genuine: false,
        earlier: Vec::new(),
        foreign: Vec::new(),
        agreement: None,
        unknown: 0,
        revoked: Vec::new(),
        thorough: Thorough { heads: Heads::Last, summaries: true },
        stale: None,
        lost: None,
    };
    let open = OpenSigns {
        folder: health.folder.clone(),
        id: Some(Digest([7; 32])),
        last_at: Some(aoxanh::unit::Moment::from_unix_millis(health.machine.now.unix_millis() - 1000)),
        ledger: Ok(LedgerSigns { journal_mode: "wal".to_owned(), synchronous: 2, trusts_schema: false }),
        verified: Ok(verified),
        orphans: Ok(Vec::new()),
        vault: VaultSign::Opens(3),
        printer: None,
    };
    let station = StationSigns::Open(Box::new(open));
    Checkup { machine: health.machine, sqlite: "3.51.3".to_owned(), disks: Ok(Vec::new()), station }
}

fn printer(checkup: &mut Checkup, state: PrinterState) {
    open(checkup).printer = Some(("tem".to_owned(), state));
}

fn open(checkup: &mut Checkup) -> &mut OpenSigns {
    match &mut checkup.station {
        StationSigns::Open(open) => open,
        StationSigns::Missing(_) | StationSigns::Unreadable { .. } => panic!("made open"),
    }
}

fn folder(checkup: &mut Checkup) -> &mut FolderSigns {
    open(checkup).folder.as_mut().expect("made whole")
}

fn disk(name: &str, obstacles: Vec<Obstacle>) -> Disk {
    let identity = DiskIdentity { serial: None, wwn: None, model: None, size: Bytes::gib(1) };
    Disk {
        name: name.to_owned(),
        path: format!("/dev/{name}").into(),
        identity,
        bus: Bus::Ata,
        rotational: None,
        removable: false,
        logical_block: 512,
        physical_block: 512,
        attachment: Attachment { boot_id: String::new(), diskseq: None, port: String::new() },
        practice: false,
        serial_shared: false,
        obstacles,
    }
}

fn later(checkup: &Checkup, days: i64) -> aoxanh::unit::Moment {
    aoxanh::unit::Moment::from_unix_millis(checkup.machine.now.unix_millis() + days * 86_400_000)
}

fn find(checkup: &Checkup, id: &str) -> Finding {
    checkup.findings().into_iter().find(|finding| finding.id == id).unwrap_or_else(|| panic!("no {id}"))
}

/// One outcome: the check, what is changed in a healthy checkup, the grade, the keys of what is found and what to do next,
/// without `doctor-`.
type Outcome = (&'static str, Change, Grade, &'static str, &'static str);

fn good(id: &'static str, change: Change, found: &'static str) -> Outcome {
    (id, change, Grade::Good, found, "")
}

fn warn(id: &'static str, change: Change, found: &'static str, next: &'static str) -> Outcome {
    (id, change, Grade::Warn, found, next)
}

fn bad(id: &'static str, change: Change, found: &'static str, next: &'static str) -> Outcome {
    (id, change, Grade::Bad, found, next)
}

fn of_the_machine() -> Vec<Outcome> {
    vec![
        good("program", |_| {}, "program-dynamic"),
        good("program", |c| c.machine.is_static = true, "program-static"),
        good("user", |_| {}, "user-root"),
        warn("user", |c| c.machine.user = 1000, "user-plain", "user-next"),
        good("clock", |_| {}, "clock-synced"),
        good("clock", |c| c.machine.synced = Some(false), "clock-not-synced"),
        good("clock", |c| c.machine.synced = None, "clock-unknown"),
        bad("clock", |c| open(c).last_at = Some(later(&healthy(), 1)), "clock-before-record", "clock-next"),
        bad("clock", |c| c.machine.made = Some(later(c, 1)), "clock-before-program", "clock-next"),
        warn("clock", |c| open(c).last_at = Some(later(&healthy(), -367)), "clock-long-after", "clock-next"),
        good("clock", |c| open(c).last_at = Some(later(&healthy(), -365)), "clock-synced"),
        good("clock", |c| (c.machine.made, open(c).last_at) = (None, None), "clock-synced"),
        good("locale", |_| {}, "locale"),
        good("locale", |c| c.machine.locale = Some("C.utf8".to_owned()), "locale"),
        warn("locale", |c| c.machine.locale = Some("C".to_owned()), "locale-other", "locale-next"),
        warn("locale", |c| c.machine.locale = None, "locale-none", "locale-next"),
        good("terminal", |_| {}, "terminal"),
        good("terminal", |c| c.machine.terminal = None, "terminal-none"),
        warn("terminal", |c| c.machine.term = None, "terminal-dumb", "terminal-dumb-next"),
        warn("terminal", |c| c.machine.term = Some("dumb".to_owned()), "terminal-dumb", "terminal-dumb-next"),
        warn("terminal", |c| c.machine.terminal = Some((79, 24)), "terminal-small", "terminal-small-next"),
        warn("terminal", |c| c.machine.terminal = Some((80, 23)), "terminal-small", "terminal-small-next"),
        good("glyphs", |_| {}, "glyphs"),
        warn("glyphs", |c| c.machine.term = Some("linux".to_owned()), "glyphs-console", "glyphs-console-next"),
        good("sqlite", |_| {}, "sqlite"),
        good("sqlite", |c| c.sqlite = String::from("3.54.1"), "sqlite"),
        bad("sqlite", |c| c.sqlite = String::from("3.51.2"), "sqlite-old", "sqlite-next"),
        bad("sqlite", |c| c.sqlite = String::from("3.9.9"), "sqlite-old", "sqlite-next"),
        bad("sqlite", |c| c.sqlite = String::from("?"), "sqlite-old", "sqlite-next"),
        good("disks", |_| {}, "disks"),
        warn("disks", |c| c.disks = Err(failure("folder-unreadable")), "because", "ledger-corrupt-hint"),
        good("smartctl", |_| {}, "smartctl"),
        warn("smartctl", |c| c.machine.smartctl = ToolSign::Missing, "none", "smartctl-next"),
        warn("smartctl", |c| c.machine.smartctl = ToolSign::Failed("x".to_owned()), "tool-failed", "smartctl-next"),
        good("fitting", |_| {}, "fitting"),
        warn("fitting", |c| c.machine.fit_lacks = vec!["ntfs-3g".to_owned()], "fitting-lacks", "fitting-next"),
        good("printer", |_| {}, "printer"),
        warn("printer", |c| c.machine.queues = ToolSign::Missing, "none", "printer-next"),
        warn("printer", |c| c.machine.queues = ToolSign::Failed("x".to_owned()), "tool-failed", "printer-next"),
        warn("printer", |c| c.machine.queues = ToolSign::Answered(String::new()), "printer-no-queue", "printer-next"),
        good("serial", |_| {}, "serial"),
        good("serial", |c| c.machine.serial_ports.clear(), "serial-none"),
        warn("serial", |c| c.machine.serial_ports[0].is_accessible = false, "serial-closed", "serial-next"),
    ]
}

fn of_the_station() -> Vec<Outcome> {
    vec![
        good("station", |_| {}, "station"),
        warn(
            "station",
            |c| c.station = StationSigns::Missing(failure("station-missing")),
            "station-missing",
            "ledger-corrupt-hint",
        ),
        bad(
            "station",
            |c| {
                c.station =
                    StationSigns::Unreadable { folder: FakeHealth::default().folder, why: failure("ledger-corrupt") };
            },
            "because",
            "ledger-corrupt-hint",
        ),
        bad(
            "station",
            |c| open(c).folder = Err(Failure::new(Trouble::Io, Sentence::new("folder-unreadable"))),
            "folder-unreadable",
            "ask",
        ),
        good("space", |_| {}, "space"),
        good("space", |c| folder(c).free = Bytes::gib(1), "space"),
        warn("space", |c| folder(c).free = Bytes::mib(1023), "space-few", "space-next"),
        warn("space", |c| folder(c).free = Bytes::mib(100), "space-few", "space-next"),
        bad("space", |c| folder(c).free = Bytes::mib(99), "space-none", "space-next"),
        good("file-system", |_| {}, "file-system"),
        bad(
            "file-system",
            |c| folder(c).file_system = FileSystem(0x4d44),
            "file-system-bad",
            "ledger-bad-file-system-hint",
        ),
        warn(
            "file-system",
            |c| folder(c).file_system = FileSystem(0x0102_1994),
            "file-system-memory",
            "ledger-bad-file-system-hint",
        ),
        good("folder", |_| {}, "folder"),
        warn("folder", |c| folder(c).mode = 0o755, "folder-open", "folder-open-next"),
        bad("folder", |c| folder(c).mode = 0o720, "folder-open", "folder-open-next"),
        bad("folder", |c| folder(c).is_writable = false, "folder-read-only", "ledger-read-only-hint"),
        warn("folder", |c| c.machine.user = 1000, "folder-of-another", "folder-of-another-next"),
        good("keys", |_| {}, "keys"),
        good("keys", |c| folder(c).keys[0].found = Some((0o400, 0)), "keys"),
        bad("keys", |c| folder(c).keys[0].found = None, "keys-flawed", "keys-next"),
        warn("keys", |c| folder(c).keys[1].found = None, "keys-flawed", "keys-next"),
        bad("keys", |c| folder(c).keys[1].found = Some((0o640, 0)), "keys-flawed", "keys-next"),
        bad("keys", |c| folder(c).keys[2].found = Some((0o600, 7)), "keys-flawed", "keys-next"),
        good("settings", |_| {}, "settings"),
        good("settings", |c| open(c).ledger.as_mut().expect("made").synchronous = 3, "settings"),
        bad("settings", |c| open(c).ledger.as_mut().expect("made").synchronous = 1, "settings-wrong", "settings-next"),
        bad(
            "settings",
            |c| open(c).ledger.as_mut().expect("made").journal_mode = String::from("delete"),
            "settings-wrong",
            "settings-next",
        ),
        bad(
            "settings",
            |c| open(c).ledger.as_mut().expect("made").trusts_schema = true,
            "settings-wrong",
            "settings-next",
        ),
        bad("settings", |c| open(c).ledger = Err(failure("ledger-busy")), "because", "ledger-corrupt-hint"),
        good("ledger", |_| {}, "ledger"),
        bad("ledger", |c| open(c).verified = Err(failure("verify-broken")), "because", "ledger-corrupt-hint"),
        bad(
            "ledger",
            |c| open(c).verified.as_mut().expect("made").lost = Some(43),
            "verified-lost",
            "verify-other-hint",
        ),
        good("summary", |_| {}, "summary"),
        bad(
            "summary",
            |c| open(c).verified.as_mut().expect("made").stale = Some("station:".to_owned()),
            "verified-stale",
            "summary-broken-hint",
        ),
        good("vault", |_| {}, "vault"),
        good("vault", |c| open(c).vault = VaultSign::Locked, "vault-locked"),
        bad("vault", |c| open(c).vault = VaultSign::Broken(failure("vault-broken")), "because", "ledger-corrupt-hint"),
        good("jobs", |_| {}, "none"),
        warn("jobs", |c| open(c).orphans = Ok(vec![job(1), job(2)]), "jobs", "jobs-next"),
        warn("jobs", |c| open(c).orphans = Err(failure("lease-failed")), "because", "ledger-corrupt-hint"),
        good("label-printer", |_| {}, "label-printer-none"),
        good("label-printer", |c| printer(c, PrinterState::Ready), "printer-state"),
        good("label-printer", |c| printer(c, PrinterState::Unknown), "printer-state"),
        warn("label-printer", |c| printer(c, PrinterState::PaperOut), "printer-state", "label-printer-next"),
        good("hub", |_| {}, "hub-none"),
    ]
}

fn keys(sentence: &Sentence, into: &mut BTreeSet<String>) {
    into.insert(sentence.key().to_owned());
    for (_, arg) in sentence.args() {
        if let Arg::Inner(inner) = arg {
            keys(inner, into);
        }
    }
}

fn short(key: &str) -> &str {
    key.strip_prefix("doctor-").unwrap_or(key)
}

#[test]
fn every_check_comes_to_what_its_signs_say_and_touches_no_other() {
    let well = healthy().findings();
    assert!(well.iter().all(|finding| finding.grade == Grade::Good), "{well:#?}");
    let (mut said, outcomes) = (BTreeSet::new(), [of_the_machine(), of_the_station()].concat());
    for (at, (id, change, grade, found, next)) in outcomes.iter().enumerate() {
        let mut checkup = healthy();
        change(&mut checkup);
        let finding = find(&checkup, id);
        let next_key = finding.next.as_ref().map_or("", |next| short(next.key()));
        assert_eq!((finding.grade, short(finding.found.key()), next_key), (*grade, *found, *next), "{at}: {id}");
        let all = checkup.findings();
        let ill: Vec<_> = all.iter().filter(|other| other.id != *id && other.grade != Grade::Good).collect();
        // Who the user is matters twice.
        let twice = checkup.machine.user != 0;
        assert!(ill.is_empty() || twice && ill.len() == 1, "{at}: {id}: {ill:#?}");
        for finding in &all {
            assert_eq!(finding.grade == Grade::Good, finding.next.is_none(), "{finding:?}");
            let told = [&finding.name, &finding.found].into_iter().chain(&finding.more).chain(&finding.next);
            told.for_each(|sentence| keys(sentence, &mut said));
        }
    }
    let checked: BTreeSet<&str> = outcomes.iter().map(|(id, ..)| *id).collect();
    let exist: BTreeSet<&str> = DOCTOR.iter().map(|check| check.id).collect();
    assert_eq!((checked, DOCTOR.len()), (exist.clone(), exist.len()), "every check is here, under an id of its own");
    // Nothing that the doctor can say is left untried.
    let texts = Lang::Vi.source().lines().filter_map(|line| line.strip_prefix("doctor-")?.split(' ').next());
    let lines = ["line", "more", "next", "good", "warn", "bad", "done", "failed", "failed-hint", "disk-refused"];
    let unsaid: Vec<_> = texts.filter(|key| !lines.contains(key) && !said.contains(&format!("doctor-{key}"))).collect();
    assert_eq!(unsaid, [""; 0]);
}

#[test]
fn a_machine_without_a_station_is_judged_alone_and_a_broken_one_by_its_folder_too() {
    let ids = |checkup: &Checkup| checkup.findings().iter().map(|finding| finding.id).collect::<Vec<_>>();
    let all = ids(&healthy());
    let mut none = healthy();
    none.station = StationSigns::Missing(failure("station-missing"));
    assert_eq!(ids(&none), all[..13], "up to the station itself");
    let mut broken = healthy();
    broken.station = StationSigns::Unreadable { folder: FakeHealth::default().folder, why: failure("ledger-corrupt") };
    assert_eq!(ids(&broken), all[..17], "space, file system, folder, keys");
    let mut unsound = healthy();
    open(&mut unsound).verified = Err(failure("verify-broken"));
    assert!(!ids(&unsound).contains(&"summary"), "nothing is said of the summaries of a broken ledger");
    let mut quick = healthy();
    open(&mut quick).verified.as_mut().expect("made").thorough = Thorough::default();
    assert!(!ids(&quick).contains(&"summary"), "nor of summaries that nobody looked at");
}

#[test]
fn what_is_in_the_way_is_told_for_each_disk_key_and_job() {
    let mut checkup = healthy();
    checkup.disks = Ok(vec![disk("sda", vec![Obstacle::SystemDisk, Obstacle::Swap]), disk("sdb", Vec::new())]);
    folder(&mut checkup).keys[0].found = None;
    folder(&mut checkup).keys[3].found = Some((0o604, 0));
    open(&mut checkup).orphans = Ok(vec![job(1)]);
    let words = Words::new(Lang::En, None).expect("embedded");
    let told = |id: &str| {
        let finding = find(&checkup, id);
        let more: Vec<_> = finding.more.iter().map(|line| words.say(line)).collect();
        format!("{}\n{}", words.say(&finding.found), more.join("\n"))
    };
    let disks = told("disks");
    assert!(
        disks.starts_with("2 seen, 1 may be written\nsda: must not be written, ") && !disks.contains("sdb"),
        "{disks}"
    );
    let keys = told("keys");
    assert!(keys.contains("station.key: missing") && keys.contains("codes.key: mode 0604"), "{keys}");
    assert!(!keys.contains("team.key"), "{keys}");
    assert!(told("jobs").contains(job(1).as_str()));
    assert_eq!(told("terminal"), "xterm-256color, 80×24\n");
}

#[test]
fn an_open_station_is_looked_at_through_its_ports() {
    let store = Store::in_memory(station_key()).expect("memory");
    let mut entries = beginning(&station_key(), &team_key(), false);
    entries.push(entry(1, None, lot_opened(1)));
    entries.push(entry(2, None, erase_consent(1)));
    entries.push(entry(3, Some(1), received(1)));
    entries.push(entry(4, Some(1), bound("A")));
    entries.push(entry(5, Some(1), wipe_started(7, "A")));
    store.commit(entries).expect("recorded");
    let leases = FakeLeases::default();
    let look = || OpenSigns::look(&FakeHealth::default(), &store, &leases, store.signs(), VaultSign::Locked);
    let signs = look();
    assert_eq!(signs.orphans, Ok(vec![job(7)]));
    assert_eq!(signs.verified.expect("whole").head.size, 8);
    assert_eq!((signs.last_at, signs.vault, signs.id.is_some()), (Some(moment(5)), VaultSign::Locked, true));
    let running = leases.take(&job(7)).expect("works");
    assert_eq!(look().orphans, Ok(Vec::new()), "somebody runs it");
    drop(running);
    let disks = FakeDisks::new(vec![(disk("sdb", Vec::new()), FakeDisk::new(vec![0; 512], 512))]);
    let station = StationSigns::Open(Box::new(look()));
    let checkup = Checkup::look(&FakeHealth::default(), &disks, "3.51.3", station);
    assert_eq!(checkup.disks.as_ref().map(Vec::len), Ok(1));
    assert_eq!(find(&checkup, "jobs").grade, Grade::Warn);
}
