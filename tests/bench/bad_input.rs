//! Bad input to the built program: one clear line, the right exit code, and nothing recorded lost.

#![expect(clippy::disallowed_methods, clippy::expect_used, reason = "a test breaks files and starts many processes")]

use super::bench_rig::{Rig, aloud, ran};
use aoxanh::tag::TagId;
use aoxanh::unit::Bytes;
use rusqlite::Connection;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;

const STRANGER: &str = "m-0000000000000000";

fn stranger_tag() -> String {
    TagId::from_random([7; 7]).to_string()
}

/// The tag with another last symbol.
fn misread(tag: &str) -> String {
    let (front, last) = tag.split_at(tag.len() - 1);
    format!("{front}{}", if last == "7" { "8" } else { "7" })
}

fn ledger(rig: &Rig) -> Connection {
    Connection::open(rig.station().join("ledger.db")).expect("a ledger")
}

#[test]
fn wrong_tags_are_told_from_unknown_ones_and_record_nothing() {
    let rig = Rig::normal();
    let device = rig.device();
    let before = rig.verified();
    let misread = misread(&device.tag);
    for wrong in [misread.as_str(), "7K3XQ-92M4T", "7K3XQ-92M4U-8", "xe-dap", ""] {
        for line in [
            vec!["history", wrong],
            vec!["inspect", wrong],
            vec!["wipe", wrong, "--disk", "sdz"],
            vec!["tag", "bind", &device.tag, "--to", wrong],
            vec!["intake", "--tag", wrong],
            vec!["check", wrong, "--rest-works"],
        ] {
            rig.run(&line).refused(2, &[&format!("\"{wrong}\"")]);
        }
    }
    let unknown = stranger_tag();
    rig.run(&["history", &unknown]).refused(1, &[&unknown]);
    rig.run(&["history", STRANGER]).refused(1, &[STRANGER]);
    rig.run(&["inspect", &device.tag, "--profile", "khong-co"]).refused(2, &["khong-co", "laptop-desktop"]);
    rig.run(&["check", &device.tag, "wings=works"]).refused(2, &["wings", "keyboard"]);
    rig.run(&["check", &device.tag]).refused(2, &["keyboard"]);
    rig.run(&["intake", "--lot", "l-0000000000000000"]).refused(1, &["l-0000000000000000", "[lot-known]"]);
    rig.run(&["--by", "p-0000000000000000", "intake"]).refused(1, &["p-0000000000000000", "[person-known]"]);
    assert_eq!(rig.verified()["head"], before["head"], "nothing was recorded");
}

#[test]
fn tags_are_read_as_people_write_them_and_a_used_one_is_refused() {
    let rig = Rig::normal();
    let device = rig.device();
    let sloppy = device.tag.to_lowercase().replace('0', "o").replace('1', "i");
    rig.run(&["history", &sloppy]).good();
    rig.run(&["intake", "--lot", &device.lot, "--tag", &device.tag]).refused(1, &["[tag-unique]"]);
}

#[test]
fn a_command_line_that_makes_no_sense_gets_one_line_in_each_language() {
    let rig = Rig::empty();
    for (lang, word) in [("vi", "Thiếu"), ("en", "missing")] {
        rig.run(&["--lang", lang, "wipe", "X"]).refused(2, &[word, "--disk"]);
    }
    rig.run(&["wip"]).refused(2, &["Không có lệnh nào tên \"wip\""]);
    rig.run(&[]).refused(2, &["Thiếu lệnh"]);
    let told = rig.json(&["wip"]);
    assert_eq!((told.code, told.one("failure")["exit"].as_i64()), (2, Some(2)));
    assert_eq!(told.err, "");
    let mut command = rig.command(&["history"]);
    let odd = ran(command.arg(OsStr::from_bytes(b"\xff\xfe-tem")));
    odd.refused(2, &["không phải chữ UTF-8"]);
    rig.run(&["verify"]).refused(2, &["chưa có trạm"]);
}

#[test]
fn other_locales_change_nothing_and_odd_file_names_work() {
    let rig = Rig::normal();
    for (name, value) in [("LC_ALL", "C"), ("LANG", "vi_VN.TCVN"), ("LC_ALL", "POSIX")] {
        let said = ran(rig.command(&["intake", "--donor", "Nguyễn Văn Ẩn Danh"]).env(name, value)).good();
        assert!(said.out.contains("Đã nhận máy"), "{said:?}");
    }
    let mut command = rig.command(&["export"]);
    ran(command.arg(OsStr::from_bytes(b"xu\xe2t"))).good();
    let name = std::path::Path::new(OsStr::from_bytes(b"xu\xe2t"));
    assert!(rig.home().join(name).join("checkpoint").exists());
    ran(rig.command(&["verify"]).env("AOXANH_LANG", "en")).good();
    ran(rig.command(&["verify"]).env("AOXANH_LANG", "klingon")).refused(2, &["klingon"]);
}

#[test]
fn twenty_intakes_at_once_are_all_recorded() {
    let rig = Rig::normal();
    let running: Vec<_> = (0..20).map(|_| rig.start(&["intake", "--consent-erase"])).collect();
    let mut tags: Vec<String> = Vec::new();
    for one in running {
        let done = one.end().good();
        tags.push(done.one("received")["tag"].as_str().expect("text").to_owned());
    }
    tags.sort();
    tags.dedup();
    assert_eq!(tags.len(), 20);
    // Four records open the station; each intake adds lot, consent, device and tag.
    assert_eq!(rig.verified()["records"], 4 + 20 * 4);
    for tag in tags {
        rig.run(&["history", &tag]).good();
    }
}

#[test]
fn a_ledger_of_a_newer_program_is_left_alone() {
    let rig = Rig::normal();
    rig.device();
    ledger(&rig).execute_batch("PRAGMA user_version = 99").expect("written");
    let before = fs::read(rig.station().join("ledger.db")).expect("a ledger");
    for line in [vec!["intake"], vec!["verify"], vec!["export", "x"], vec!["disks"], vec!["verify", "--rebuild"]] {
        rig.run(&line).refused(65, &["mới hơn", "99"]);
    }
    assert!(fs::read(rig.station().join("ledger.db")).expect("a ledger") == before);
    ledger(&rig).execute_batch("PRAGMA user_version = 1").expect("written");
    assert_eq!(rig.verified()["records"], 8);
}

#[test]
fn a_broken_record_is_named_and_nothing_is_put_after_a_broken_end() {
    let rig = Rig::practice();
    rig.device();
    let set = |seq: u32, column: &str, value: &str| {
        let batch = format!(
            "PRAGMA writable_schema = 0; DROP TRIGGER IF EXISTS record_stays;
             UPDATE record SET {column} = {value} WHERE seq = {seq};"
        );
        ledger(&rig).execute_batch(&batch).expect("written");
    };
    set(5, "bytes", "CAST(replace(CAST(bytes AS TEXT), 'erase', 'parts') AS BLOB)");
    let found = rig.run(&["verify"]);
    found.refused(1, &["bản ghi 5", "LUYỆN TẬP"]);
    rig.run(&["export", "x"]).refused(1, &["bản ghi 5"]);
    assert!(!rig.home().join("x").exists());
    set(7, "leaf", "zeroblob(32)");
    rig.run(&["intake"]).refused(65, &["hỏng"]);
    rig.run(&["verify"]).refused(1, &["bản ghi 5"]);
    fs::write(rig.station().join("ledger.db"), "đây không phải cơ sở dữ liệu").expect("written");
    for line in [vec!["intake"], vec!["verify"]] {
        rig.run(&line).refused(65, &["hỏng"]);
    }
}

#[test]
fn a_stale_summary_is_found_and_made_anew() {
    let rig = Rig::normal();
    let device = rig.device();
    ledger(&rig).execute_batch("UPDATE drawer SET body = replace(body, 'laptop', 'tablet')").expect("written");
    rig.run(&["verify", "--summaries"]).refused(65, &["device:"]);
    rig.run(&["verify", "--rebuild"]).good();
    rig.run(&["history", &device.tag]).good();
    rig.run(&["verify", "--summaries", "--every-head"]).good();
}

#[test]
fn a_folder_that_cannot_be_written_is_told_and_still_reads() {
    let rig = Rig::of_nobody();
    rig.open(&[]).good();
    let head = rig.verified();
    let mode = |folder: u32, file: u32| {
        let set =
            |path: &std::path::Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("ours");
        set(&rig.station(), folder);
        for name in ["ledger.db", "vault.db"] {
            set(&rig.station().join(name), file);
        }
    };
    mode(0o500, 0o400);
    rig.run(&["intake"]).refused(74, &["Không ghi được vào thư mục của trạm"]);
    mode(0o700, 0o600);
    assert_eq!(rig.verified()["head"], head["head"]);
    rig.run(&["intake"]).good();
    fs::remove_file(rig.station().join("station.key")).expect("ours");
    rig.run(&["intake"]).refused(74, &["station.key"]);
    rig.run(&["verify"]).good();
}

/// A small file system of its own; unmounted when dropped.
struct Small(PathBuf);

impl Small {
    fn mounted(at: PathBuf) -> Option<Self> {
        fs::create_dir(&at).expect("ours");
        let tried = ran(Command::new("mount").args(["-t", "tmpfs", "-o", "size=400k", "aoxanh-thu"]).arg(&at));
        if tried.code != 0 {
            aloud(&format!("NOT RUN: no tmpfs can be mounted: {}", tried.err));
            return None;
        }
        Some(Self(at))
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let gone = Command::new("umount").arg(&self.0).status().is_ok_and(|status| status.success());
        assert!(gone || std::thread::panicking(), "{} is still mounted", self.0.display());
    }
}

#[test]
fn a_full_disk_is_told_and_nothing_acknowledged_is_lost() {
    let rig = Rig::empty();
    let Some(small) = Small::mounted(rig.home().join("nho")) else { return };
    let station = small.0.join("tram").display().to_string();
    let on = |line: &[&str]| rig.run(&[&["--station", &station], line].concat());
    on(&["open", "--practice", "--lead", "Trần Thị Thử"]).good();
    let first = rig.json(&["--station", &station, "intake"]).good();
    let lot = first.one("received")["lot"].as_str().expect("text").to_owned();
    let opened = first.one("head")["records"].as_u64().expect("a number");
    let mut acknowledged = opened;
    loop {
        let ran = on(&["intake", "--lot", &lot]);
        if ran.code != 0 {
            ran.refused(74, &["đã đầy"]);
            break;
        }
        acknowledged += 2;
        assert!(acknowledged < 4000, "400 KiB hold no thousand devices");
    }
    assert!(acknowledged > opened);
    let verified = rig.json(&["--station", &station, "verify"]).good().one("verified");
    assert_eq!(verified["records"], acknowledged);
    on(&["disks"]).good();
}

#[test]
fn heads_and_team_keys_are_checked_as_typed() {
    let rig = Rig::normal();
    let first = rig.json(&["verify"]).good();
    let (head, team) = (first.one("head")["head"].clone(), first.one("verified")["team"].clone());
    rig.device();
    let head = head.as_str().expect("text");
    assert_eq!(rig.json(&["verify", "--against", head]).good().one("verified")["agrees"], head);
    let genuine = rig.json(&["verify", "--team-key", team.as_str().expect("text")]).good();
    assert_eq!(genuine.one("verified")["genuine"], true);
    rig.run(&["verify", "--team-key", &"0".repeat(64)]).refused(1, &["đội khác"]);
    rig.run(&["verify", "--team-key", "abc"]).refused(2, &["abc"]);
    rig.run(&["verify", "--against", "99:zz"]).refused(2, &["99:zz"]);
    rig.run(&["verify", "--against", &head.replacen('4', "90", 1)]).refused(1, &["cắt đuôi"]);
    rig.run(&["verify", "--against", &format!("3:{}", "0".repeat(64))]).refused(1, &["không khớp"]);
}

/// What our own errors say for machines; see their `#[error]` texts.
const OWN_ENGLISH: [&str; 24] = [
    "symbol",
    "needs ",
    "the disk has",
    "made for blocks",
    "TOML",
    "unknown key",
    "missing key",
    "wants ",
    "UnknownKey",
    "png: ",
    "checkpoint:",
    "digest is",
    "hexadecimal",
    "ids look like",
    "not a ",
    "no signature",
    "body: ",
    "record ",
    "stored ",
    "differs",
    "head: ",
    "unreadable",
    "-wrong",
    "too short",
];

#[test]
fn people_are_not_told_our_own_errors_in_english_but_machines_are() {
    let rig = Rig::practice();
    let device = rig.device();
    let disk = rig.disk("nho", Bytes::mib(4));
    let code = rig.code(&disk);
    let file = |name: &str, text: &str| fs::write(rig.home().join(name), text).expect("ours");
    let manifest = |length: u64| {
        let digest = "ab".repeat(32);
        format!(
            "id = \"x\"\nname = \"x\"\nlength = {length}\nblake3 = \"{digest}\"\nos = \"linux\"\narch = \"x86_64\"\nblock = 512\n"
        )
    };
    file("big.toml", &manifest(32 * 1024 * 1024));
    file("odd.toml", &manifest(4096).replace("arch", "arhc"));
    file("tem.png", "đây không phải ảnh");
    file("checkpoint", "đây không phải đầu sổ");
    file("raw.img", "x");
    let write = |manifest: &'static str| {
        let (tag, disk, code) = (device.tag.as_str(), disk.name(), code.as_str());
        vec!["image", "write", tag, "--disk", disk, "--image", "raw.img", "--manifest", manifest, "--confirm", code]
    };
    let misread = misread(&device.tag);
    let told = |line: &[&str]| {
        let said = rig.run(line);
        let first = said.err.lines().find(|line| line.contains("✗ ")).unwrap_or_default();
        let own: Vec<_> = OWN_ENGLISH.iter().filter(|word| said.err.contains(**word)).collect();
        assert!(said.code != 0 && own.is_empty(), "{line:?}: {own:?} in {}", said.err);
        assert!(!first.ends_with(')') || first.contains("os error"), "{first}");
        let cause = rig.json(line).one("failure")["cause"].clone();
        assert!(cause.is_string(), "{line:?}: machines are told nothing");
    };
    for line in [
        vec!["history", &misread],
        vec!["history", "7K3XQ-92M4T"],
        vec!["intake", "--tag", &misread],
        write("big.toml"),
        write("odd.toml"),
        vec!["tag", "read", "tem.png"],
        vec!["verify", "--against", "xyz"],
        vec!["verify", "--against", "checkpoint"],
        vec!["verify", "--team-key", "abc"],
    ] {
        told(&line);
    }
    ledger(&rig)
        .execute_batch("DROP TRIGGER IF EXISTS record_stays; UPDATE record SET leaf = zeroblob(32) WHERE seq = (SELECT MAX(seq) FROM record)")
        .expect("written");
    told(&["verify"]);
    told(&["intake"]);
    fs::write(rig.station().join("station.key"), "đây không phải khóa").expect("ours");
    told(&["intake"]);
}

#[test]
fn a_size_that_no_tag_can_have_is_wrong_usage_and_writes_no_picture() {
    let rig = Rig::normal();
    let device = rig.device();
    for (option, value) in [("--mm", "0"), ("--mm", "4294967295"), ("--dpi", "0"), ("--dpi", "4294967295")] {
        rig.run(&["tag", "show", &device.tag, option, value]).refused(2, &[value]);
        rig.run(&["tag", "show", &device.tag, "--png", "tem.png", option, value]).refused(2, &[value]);
    }
    rig.run(&["tag", "show", &device.tag, "--png", "tem.png", "--mm", "5"]).refused(2, &["quá nhỏ"]);
    let large = ["--mm", "400", "--dpi", "2400"];
    rig.run(&[&["tag", "show", &device.tag, "--png", "tem.png"], large.as_slice()].concat()).refused(2, &["vượt quá"]);
    assert!(!rig.home().join("tem.png").exists());
}
