//! The whole way of a stick: made by the station, three machines started from it and from another, and home again.
//!
//! Nothing is a fake but the machines: the sticks are practice disks with the file system that the station made, mounted where
//! a machine's first program mounts it, and one machine's clock stands in 2010.

#![expect(clippy::disallowed_methods, reason = "a test mounts sticks and drives the built program")]
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::bench_rig::Rig;
use super::fit::sh;
use super::screen_run::{Terminal, code};
use super::stick_home::on_stick;
use super::stick_rig::{PRACTICE_PIN, RECORDS, STICK_PASSPHRASE, Sticks};
use aoxanh::custody::{Base, FUNCTIONS, Stage, Summary};
use aoxanh::ledger::{Head, Note, origin};
use aoxanh::linux::{PracticeDisk, PracticeDisks};
use aoxanh::port::Index;
use aoxanh::store::{KeyFile, Store, read_key};
use aoxanh::unit::Bytes;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// A clock that stands so many seconds behind: what the C library asks the kernel, less that.
const CLOCK: &str = r#"
cat > clock.c <<'END'
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
int clock_gettime(clockid_t id, struct timespec *t) {
    long done = syscall(SYS_clock_gettime, id, t);
    if (done == 0 && id == CLOCK_REALTIME) t->tv_sec -= atol(getenv("BEHIND"));
    return done;
}
END
cc -shared -fPIC -o clock.so clock.c
"#;
/// The beginning of 2010, seconds.
const YEAR_2010: u64 = 1_262_304_000;

/// A stick in a machine.
struct Plugged<'a> {
    sticks: &'a Sticks,
    at: PathBuf,
}

impl<'a> Plugged<'a> {
    /// Mounts what the station made, where the machine's first program does.
    fn new(sticks: &'a Sticks, disk: &PracticeDisk) -> Self {
        let at = sticks.rig.memory().join("mounted");
        fs::create_dir_all(&at).expect("ours");
        let line = "mount -t ext4 -o loop,offset=$3 /dev/$1 \"$2\"";
        let (code, said) = sh(Path::new("/"), line, &[disk.name(), &at.display().to_string(), &RECORDS.to_string()]);
        assert_eq!(code, 0, "{said}");
        Self { sticks, at }
    }

    /// The memory of the machine that it is in.
    fn run(&self) -> PathBuf {
        self.sticks.rig.memory().join("run")
    }

    fn boot(&self) -> PathBuf {
        self.run().join("boot")
    }

    /// Starts the machine, its clock as many seconds behind.
    fn start(&self, behind: Option<u64>) -> Terminal {
        let (stick, run) = (self.at.display().to_string(), self.run().display().to_string());
        let mut command = self.sticks.rig.command(&["stick", "start", "--stick", &stick, "--run", &run]);
        if let Some(behind) = behind {
            command.env("LD_PRELOAD", self.sticks.rig.home().join("clock.so")).env("BEHIND", behind.to_string());
        }
        Terminal::open(command, 100, 30)
    }

    /// A disk inside the machine.
    fn inner_disk(&self, name: &str) -> PracticeDisk {
        PracticeDisks::new(&self.boot()).make(name, Bytes::mib(8), 512).expect("a practice disk")
    }

    /// Switched off: what was in memory is gone, and the stick is pulled out.
    fn off(self, terminal: Terminal, disks: Vec<PracticeDisk>) {
        let (exit, said) = terminal.end();
        assert_eq!(exit, 0, "{said}");
        for disk in disks {
            disk.detach().expect("let go");
        }
        assert_eq!(self.unmount(), 0);
        fs::remove_dir_all(self.run()).expect("memory is gone");
    }

    fn unmount(&self) -> i32 {
        sh(Path::new("/"), "umount \"$1\"", &[&self.at.display().to_string()]).0
    }
}

/// Nothing stays mounted after a test that failed.
impl Drop for Plugged<'_> {
    fn drop(&mut self) {
        let _gone = self.unmount();
    }
}

/// Whoever works at the machine opens the names and signs in.
fn unlock_and_sign_in(terminal: &mut Terminal) {
    terminal.step("o", "Két đang khóa");
    terminal.type_keys(STICK_PASSPHRASE);
    terminal.type_keys("\r");
    terminal.wait_for("names are open", |shown| !shown.contains("Két đang khóa"));
    terminal.step("d", "▶ Trần Thị Thử");
    terminal.step("\r", "Mã PIN của");
    terminal.type_keys(PRACTICE_PIN);
    terminal.wait_text(&"•".repeat(PRACTICE_PIN.len()));
    terminal.type_keys("\r");
    terminal.wait_text("Trần Thị Thử (đội trưởng)");
}

fn function_tests(terminal: &mut Terminal) {
    terminal.wait_text("Bấm Enter để thử bàn phím");
    terminal.step("\r", "? chưa thử");
    terminal.type_keys("c");
    terminal.wait_for("all answered", |shown| shown.matches("✓ hoạt động").count() == FUNCTIONS.len());
}

fn wipe(terminal: &mut Terminal, disk: &str) {
    terminal.type_keys("\r");
    terminal.wait_for("the tests are closed", |shown| {
        shown.contains("Bấm Enter để xóa ổ của máy") && !shown.contains("✓ hoạt động")
    });
    terminal.step("\r", disk);
    let shown = terminal.step("\r", "Gõ mã ");
    terminal.type_keys(&code(&shown));
    terminal.step("\r", "ĐÃ XÓA, mức Clear");
}

fn image(terminal: &mut Terminal) {
    terminal.wait_text("Bấm Enter để cài hệ điều hành");
    terminal.step("\r", "dia-1");
    terminal.step("\r", "Hệ thống thử");
    let shown = terminal.step("\r", "Gõ mã ");
    terminal.type_keys(&code(&shown));
    terminal.type_keys("\r");
    terminal.wait_text("ĐÃ CÀI he-thong");
}

fn power_off(terminal: &mut Terminal) {
    terminal.step("q", "Tắt máy này?");
    terminal.type_keys("\r");
}

fn homes(sticks: &Sticks) -> Vec<Value> {
    sticks.rig.json(&["stick", "home"]).good().all("stick_home")
}

#[test]
fn what_machines_recorded_comes_home_with_their_devices_and_twice_is_once() {
    let Some(sticks) = Sticks::new() else { return };
    let home = sticks.rig.home().to_owned();
    let (compiled, said) = sh(&home, CLOCK, &[]);
    assert_eq!(compiled, 0, "{said}");
    fs::write(home.join("he-thong.img"), vec![7; 600_000]).expect("ours");
    sticks.rig.run(&["image", "add", "he-thong.img", "--os", "linux", "--name", "Hệ thống thử"]).good();
    let known = sticks.rig.device();
    let (Some(one), Some(two)) = (sticks.disk("mot"), sticks.disk("hai")) else { return };
    sticks.write(&one, &["--name", "Thẻ 1", "--with-image", "he-thong"]).good();
    sticks.write(&two, &["--name", "Thẻ 2"]).good();

    // The device that was received at the door, from its tag to its image.
    let first = Plugged::new(&sticks, &one);
    let mut terminal = first.start(None);
    terminal.wait_text("Quét tem dán trên máy này");
    let inner = first.inner_disk("dia-1");
    terminal.type_keys(&format!("{}\r", known.tag));
    terminal.wait_text("✓ tem");
    unlock_and_sign_in(&mut terminal);
    function_tests(&mut terminal);
    wipe(&mut terminal, "dia-1");
    image(&mut terminal);
    power_off(&mut terminal);
    first.off(terminal, vec![inner]);

    // Another machine, received there: its clock stands in 2010.
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
    let second = Plugged::new(&sticks, &one);
    let mut terminal = second.start(Some(now - YEAR_2010));
    let shown = terminal.wait_text("Quét tem dán trên máy này");
    assert!(shown.contains("Đồng hồ máy này sai") && shown.contains("/01/2010"), "{shown}");
    let inner = second.inner_disk("dia-2");
    unlock_and_sign_in(&mut terminal);
    let form = terminal.step("n", "Loại máy");
    assert!(form.contains(&known.lot[..10]) && !form.contains("lô mới"), "{form}");
    terminal.type_keys("\r\r\r\r");
    terminal.wait_text("✓ tem");
    function_tests(&mut terminal);
    wipe(&mut terminal, "dia-2");
    power_off(&mut terminal);
    second.off(terminal, vec![inner]);

    // The first device again, from another stick.
    let third = Plugged::new(&sticks, &two);
    let mut terminal = third.start(None);
    terminal.wait_text("Quét tem dán trên máy này");
    terminal.type_keys(&format!("{}\r", known.tag));
    terminal.wait_text("✓ tem");
    unlock_and_sign_in(&mut terminal);
    function_tests(&mut terminal);
    terminal.type_keys("\r");
    terminal.wait_for("the tests are closed", |shown| !shown.contains("✓ hoạt động"));
    power_off(&mut terminal);
    third.off(terminal, Vec::new());

    assert!(sticks.rig.json(&["today"]).good().all("batch").is_empty(), "nothing of the lot is known to be imaged");

    // A bundle that stays away: the stick's chain tells of its start all the same.
    let (left, away) = on_stick(&sticks, &two, |root| {
        let path = fs::read_dir(root.join("boots")).expect("there").next().expect("one").expect("read").path();
        let bytes = fs::read(&path).expect("there");
        fs::remove_file(&path).expect("ours");
        (path.file_name().expect("a name").to_owned(), bytes)
    });
    sticks.rig.run(&["stick", "home", two.name()]).good();
    let list = sticks.rig.json(&["stick", "list"]).good().all("stick");
    let starts = |name: &str| of(&list, name)["starts_away"].as_array().expect("a list").clone();
    assert_eq!((starts("Thẻ 1").len(), starts("Thẻ 2").len()), (0, 1), "{list:#?}");
    assert!(starts("Thẻ 2")[0]["missing"] == "all" && starts("Thẻ 2")[0]["since"].is_string(), "{list:#?}");
    let said = sticks.rig.run(&["stick", "list"]).good().out;
    assert!(said.contains("chưa có bản ghi nào về"), "{said}");
    on_stick(&sticks, &two, |root| fs::write(root.join("boots").join(&left), &away).expect("back"));

    let brought = homes(&sticks);
    let count = |name: &str, field: &str| of(&brought, name)[field].as_u64().expect("a number");
    for (name, starts, records) in [("Thẻ 1", 2, 4 + 9 + 9), ("Thẻ 2", 1, 3)] {
        assert_eq!((count(name, "starts"), count(name, "records")), (starts, records), "{brought:#?}");
        let told = ["quarantined", "parked", "forks", "away"].map(|field| count(name, field));
        assert_eq!((told, &of(&brought, name)["written"]), ([0; 4], &Value::Bool(true)), "{brought:#?}");
    }
    is_held_until_a_lead_settles_it(&sticks, &known.tag);
    is_home(&sticks, &known.tag);
    is_certified(&sticks, &known.tag);
    // One machine took so long, one is left, two sticks are out.
    let today = sticks.rig.json(&["today"]).good();
    let batch = today.one("batch");
    let told = ["left", "measured", "sticks", "jobs"].map(|field| batch[field].as_u64());
    assert_eq!(told, [Some(1), Some(1), Some(2), Some(0)], "{batch}");
    let said = sticks.rig.run(&["today"]).good().out;
    assert!(said.contains("Lô đang làm xong khoảng ") && said.contains("theo 1 máy đã cài"), "{said}");
    for (disk, bundles) in [(&one, 2), (&two, 1)] {
        on_stick(&sticks, disk, |root| has_receipts_and_what_is_known_now(&sticks, root, bundles));
    }

    // Again: nothing new, and what the receipts cover leaves the sticks.
    let head = sticks.rig.verified()["head"].clone();
    let again = homes(&sticks);
    assert!(again.iter().all(|home| home["records"] == 0 && home["quarantined"] == 0), "{again:#?}");
    assert_eq!(sticks.rig.verified()["head"], head, "nothing was recorded");
    for disk in [&one, &two] {
        let left = on_stick(&sticks, disk, |root| fs::read_dir(root.join("boots")).expect("there").count());
        assert_eq!(left, 0);
    }
    assert!(homes(&sticks).iter().all(|home| home["starts"] == 0));
    let verified = sticks.rig.json(&["verify", "--summaries"]).good().one("verified");
    assert!(verified["consistent"] == true && verified["stale_summary"].is_null(), "{verified}");
}

/// What came of that stick.
fn of<'v>(homes: &'v [Value], name: &str) -> &'v Value {
    homes.iter().find(|home| home["name"] == name).expect("it came home")
}

/// Both sticks went on with the device, neither with the other's records.
fn is_held_until_a_lead_settles_it(sticks: &Sticks, tag: &str) {
    let held = sticks.rig.json(&["conflict", "list"]).good().one("conflict");
    let named = held["tag"].as_str().expect("text").replace('-', "");
    assert_eq!((named, &held["between"]), (tag.replace('-', ""), &"histories".into()), "{held}");
    assert_eq!(held["how"], serde_json::json!(["both"]), "one device cannot be two: {held}");
    assert!(!held["there"].as_array().expect("told").is_empty() && !held["here"].as_array().expect("told").is_empty());
    let settle = ["conflict", "settle", tag, "--how", "both", "--why", "đã xem lại máy"];
    sticks.rig.run(&settle).refused(1, &["đăng nhập"]);
    sticks.run(&settle).good();
    assert!(sticks.rig.json(&["conflict", "list"]).good().all("conflict").is_empty());
}

/// The devices stand where their machines left them, with times that can be.
fn is_home(sticks: &Sticks, tag: &str) {
    let lines = sticks.rig.json(&["history", tag]).good().all("history");
    let kinds: Vec<_> = lines.iter().map(|line| line["kind"].as_str().expect("text")).collect();
    for kind in ["DeviceReceived", "DeviceInspected", "FunctionTested", "WipeEnded", "ImageEnded"] {
        assert!(kinds.contains(&kind), "{kind} is not among {kinds:?}");
    }
    assert_eq!(kinds.iter().filter(|kind| **kind == "DeviceInspected").count(), 2, "from either stick");
    let store = Store::read(&sticks.rig.station()).expect("reads");
    let devices = (&store as &dyn Index).recent(10).expect("reads");
    let stage = |device: &Summary| (device.tags[0] == tag.replace('-', ""), device.stage);
    let mut stages: Vec<_> = devices.iter().map(stage).collect();
    stages.sort_unstable();
    assert_eq!(stages, [(false, Stage::Wiped), (true, Stage::Ready)]);
    let other = &devices.iter().find(|device| device.stage == Stage::Wiped).expect("there").tags[0];
    let said = sticks.rig.run(&["history", other]).good().out;
    assert!(said.contains("giờ đáng ngờ: nơi ghi để đồng hồ là 01/01/2010"), "{said}");
    let year = said.lines().find(|line| line.contains("Đã xóa")).expect("its wipe").contains("/2010 ");
    assert!(!year, "{said}");
    let chains = sticks.rig.json(&["bundle", "list"]).good().all("chain");
    let odd = chains.iter().find(|chain| chain["odd_times"] == 9).expect("the start of 2010");
    let days = odd["offset_ms"].as_i64().expect("told") / 86_400_000;
    assert!(days > 365 * 15, "{odd}");
    assert!(chains.iter().filter(|chain| chain["offset_ms"].is_null()).count() == 3, "{chains:#?}");
}

/// The wipe of that device has its certificate, which any stranger checks.
fn is_certified(sticks: &Sticks, tag: &str) {
    let made = sticks.rig.json(&["certificate", tag, "--to", "giay"]).good().one("certificate");
    let json = sticks.rig.home().join(made["json"].as_str().expect("a path"));
    let text = fs::read_to_string(&json).expect("written");
    assert!(text.contains("wipe-certificate/2") && text.contains("\"stick\": \"Thẻ 1\""), "{text}");
    let team = read_key(&sticks.rig.station(), KeyFile::Team).expect("practice keeps it").public();
    let stranger = Rig::empty();
    fs::write(stranger.home().join("giay.json"), &text).expect("ours");
    let team = team.0.to_string();
    let told = stranger.json(&["verify", "giay.json", "--team-key", &team]).good().one("certificate_verified");
    assert_eq!((&told["genuine"], &told["erased"]), (&true.into(), &true.into()), "{told}");
}

/// The station's word for everything that the stick brought, and a base with both devices.
fn has_receipts_and_what_is_known_now(sticks: &Sticks, root: &Path, bundles: usize) {
    let key = read_key(&sticks.rig.station(), KeyFile::Station).expect("the station's");
    let base = Base::read(&fs::read(root.join("base")).expect("there")).expect("sound");
    assert_eq!(base.drawers.keys().filter(|key| key.starts_with("device:")).count(), 2);
    let name = origin(base.head.station, true);
    let mut sizes = Vec::new();
    for entry in fs::read_dir(root.join("receipts")).expect("there") {
        let receipt = fs::read_to_string(entry.expect("read").path()).expect("text");
        let note = Note::open(&receipt, &name, key.public()).expect("the station signed it");
        sizes.push(Head::read(note.text()).expect("a head").size);
    }
    assert_eq!(sizes.len(), bundles + 1, "{sizes:?}");
    assert_eq!(fs::read_dir(root.join("boots")).expect("there").count(), bundles);
}
