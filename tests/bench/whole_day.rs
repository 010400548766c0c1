//! A whole day at one bench, as a team lives it: the built program in a terminal of 80×24, every key and scan typed, and
//! what its pages showed held against the ledger.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "a test looks at the files of the built program")]

use super::bench_rig::{Rig, practice_image};
use super::screen_run::{Terminal, code};
use aoxanh::custody::FUNCTIONS;
use aoxanh::tag::{Domain, Payload, TagId};
use aoxanh::workbench::PRACTICE_PIN;
use serde_json::Value;
use std::fs;

const LEAD: &str = "Đội trưởng Luyện Tập";
/// How many devices come through the door, beside the one that lies at the bench already.
const COME: u8 = 30;
const BENCH: &str = "\x1bOQ";
const TODAY: &str = "\x1b[17~";
const DOOR: &str = "\x1b[19~";
const SHIFT: &str = "\x1b[21~";
const DOWN: &str = "\x1b[B";
/// What the day came to, as F6 calls it and as the ledger does.
const DONE: [(&str, &str, u64); 7] = [
    ("nhận", "received", COME as u64 + 1),
    ("kiểm tra", "inspected", 1),
    ("xóa", "wiped", 1),
    ("cài", "imaged", 1),
    ("thử", "checked", 1),
    ("sẵn sàng", "ready", 1),
    ("bàn giao", "handed_over", 1),
];

/// What the ledger holds of the device that was carried through, in order.
const STEPS: [&str; 12] = [
    "DeviceReceived",
    "TagBound",
    "DeviceInspected",
    "DiskBound",
    "WipeStarted",
    "WipeEnded",
    "ImageStarted",
    "ImageEnded",
    "ImageFitted",
    "FunctionTested",
    "DeviceAllocated",
    "DeviceHandedOver",
];

fn blank(number: u8) -> TagId {
    TagId::from_random([number, 7, number, 21, number, 35, 1])
}

/// What a wedge scanner types at a label of the team: all of it at once, ended by CR.
fn scanned(tag: &TagId) -> String {
    let domain = Domain::read("LUYEN-TAP.INVALID").expect("a domain");
    format!("{}\r", Payload::new(&domain, tag).as_str())
}

/// A practice station at its screen; none, said aloud, where there is no image.
fn stay(rig: &Rig) -> Option<Terminal> {
    let image = practice_image()?;
    let file = |name: &str| image.join(name).display().to_string();
    let mut command = rig.command(&["practice", "--stay", "--no-lesson", "--folder", "tram"]);
    command.args(["--image", &file("practice.zst"), "--manifest", &file("practice.toml")]);
    Some(Terminal::open(command, 80, 24))
}

/// Scans a device at the bench, and waits until the right side shows it: only then a key acts on it.
fn choose(terminal: &mut Terminal, tag: &TagId, step: &str) {
    // The LF that many scanners end with, too: after it an Enter is a hand's again, however soon it comes.
    terminal.type_keys(&format!("{}\n", scanned(tag)));
    terminal.wait_for(&format!("{tag} is chosen"), |shown| {
        shown.contains(&format!("▶{tag}")) && shown.contains(&format!("─ {tag} ·")) && shown.contains(step)
    });
}

/// Presses keys that close what lies above the bench.
fn put_away(terminal: &mut Terminal, keys: &str, title: &str) {
    terminal.type_keys(keys);
    terminal
        .wait_for(&format!("{title} is put away"), |shown| !shown.contains(title) && shown.contains("Máy trên bàn"));
}

fn sign_in(terminal: &mut Terminal) {
    terminal.wait_text("kiểm tra ← bấm Enter");
    terminal.step("d", "Ai? Gõ một phần tên");
    terminal.step("trưởng", &format!("▶ {LEAD}"));
    terminal.step("\r", "Mã PIN của");
    terminal.step(PRACTICE_PIN, "••••");
    terminal.type_keys("\r");
    terminal.wait_for("signed in", |shown| !shown.contains("chưa đăng nhập") && !shown.contains("Mã PIN của"));
}

/// Everything that comes in, one of them scanned twice and one looked at more closely.
fn receive(terminal: &mut Terminal) {
    terminal.step(DOOR, "Vừa nhận: 0");
    for number in 1..=COME {
        terminal.step(&scanned(&blank(number)), &format!("Vừa nhận: {number} "));
    }
    terminal.step(&scanned(&blank(COME)), "✗");
    assert!(terminal.shown().contains(&format!("Vừa nhận: {COME} ")), "{}", terminal.shown());
    // Past the one that was refused, to the device that was received last.
    terminal.step(DOWN, "Tem này đã có máy");
    terminal.step(DOWN, "1 chạy tốt · 2 lên máy");
    terminal.step("2", "máy xách tay · lên máy nhưng có lỗi");
    terminal.step("s", "lên máy nhưng có lỗi · kèm sạc");
    terminal.step(BENCH, &format!("Máy trên bàn: {}", COME + 1));
}

/// One device all the way to a pupil; the reference it was given to.
fn carry_through(terminal: &mut Terminal, tag: &TagId) -> String {
    choose(terminal, tag, "▶ kiểm tra");
    terminal.step("\r", "CHÍNH MÁY NÀY");
    terminal.step("\r", "Kết luận: đạt");
    terminal.step("\r", "▶ xóa");
    terminal.step("\r", "dia-2.img");
    let shown = terminal.step("\r", "Gõ mã ");
    terminal.type_keys(&code(&shown));
    terminal.step("\r", "ĐÃ XÓA, mức Clear");
    terminal.wait_text("▶ cài");
    terminal.step("\r", "dia-2.img");
    terminal.step("\r", "▶ aoxanh luyện tập");
    let shown = terminal.step("\r", "Gõ mã ");
    terminal.type_keys(&code(&shown));
    terminal.step("\r", "ĐÃ CÀI aoxanh-practice-1");
    terminal.wait_text("▶ thử");
    terminal.step("\r", "? chưa thử");
    terminal.type_keys("c");
    terminal.wait_for("all that are due answered", |shown| shown.matches("✓ hoạt động").count() == FUNCTIONS.len());
    terminal.step("\r", "✓ sẵn sàng");
    terminal.wait_for("the tests are put away", |shown| !shown.contains("✓ hoạt động"));
    terminal.step("\r", "Cho ai?");
    terminal.step("\r", "Đã trao tận tay chưa?");
    terminal.step("\r", "Tặng hay cho mượn?");
    let shown = terminal.step("\r", "Ghi mã này vào biên bản");
    let from = shown.find("r-").expect("a reference");
    let reference =
        shown[from..].chars().take_while(|letter| letter.is_ascii_alphanumeric() || *letter == '-').collect();
    put_away(terminal, "\x1b", "Ghi mã này vào biên bản");
    reference
}

/// A note on one, a shelf for another and then a wrong one that is taken back, a third set apart.
fn look_after(terminal: &mut Terminal) {
    choose(terminal, &blank(1), "▶ kiểm tra");
    terminal.step("f", "Ghi chú về");
    terminal.step("bản lề lỏng", "bản lề lỏng");
    put_away(terminal, "\r", "Ghi chú về");
    choose(terminal, &blank(2), "▶ kiểm tra");
    for shelf in ["A1", "B2"] {
        terminal.step("y", "lên kệ nào?");
        terminal.step(shelf, &format!("Tên kệ: {shelf}"));
        terminal.step("\r", "Đã để 1 máy");
        put_away(terminal, "\x1b", "Quét tem máy tiếp theo");
    }
    terminal.step("z", "Kệ: B2 → A1");
    terminal.step("\r", "Bấm Enter lần nữa để ghi");
    put_away(terminal, "\r", "Sửa bản ghi");
    terminal.wait_text("Đã sửa 1 máy");
    choose(terminal, &blank(3), "▶ kiểm tra");
    terminal.step("l", "Cách ly");
    // What is to be done with it now.
    terminal.step("\r", "gọi 114");
    put_away(terminal, "\x1b", "gọi 114");
    terminal.wait_text(&format!("▶{} ! cách ly", blank(3)));
}

/// How often each step was done, as F6 shows it.
fn shown_today(terminal: &mut Terminal) -> Vec<u64> {
    let shown = terminal.step(TODAY, "Người làm:");
    let done = |name: &str| {
        let row = shown.lines().find_map(|line| line.strip_prefix(&format!(" {name} "))).expect("a row of that step");
        row.split_whitespace().next().and_then(|number| number.parse().ok()).expect("how many")
    };
    DONE.iter().map(|(name, _, _)| done(name)).collect()
}

/// The pages a lead looks at before going home, the safety copy, and out.
fn close(terminal: &mut Terminal, folder: &str) {
    terminal.step(SHIFT, "Hôm nay đã làm");
    let shown = terminal.shown();
    assert!(shown.contains("bản lề lỏng") && shown.contains(&format!("✗ {}", blank(3))), "{shown}");
    assert!(shown.contains(&format!("{LEAD}: nhận {} · kiểm tra 1 · xóa 1 · cài 1 · xong 1", COME + 1)), "{shown}");
    terminal.step(BENCH, "Máy trên bàn");
    terminal.step("s", "thư mục khác");
    // Below all sticks that this machine may have.
    terminal.type_keys(&DOWN.repeat(9));
    terminal.step(folder, folder);
    terminal.step("\r", "Đã khép ngày");
    put_away(terminal, "\r", "Chốt ngày");
    terminal.type_keys("q");
}

fn backed_here(rig: &Rig) -> Vec<String> {
    let loops = fs::read_dir("/sys/block").into_iter().flatten().flatten();
    let backing = loops.filter_map(|entry| fs::read_to_string(entry.path().join("loop/backing_file")).ok());
    backing.filter(|file| file.starts_with(&rig.home().display().to_string())).collect()
}

#[test]
fn a_whole_day_at_the_bench_is_what_the_ledger_says_it_was() {
    let rig = Rig::empty();
    let Some(mut terminal) = stay(&rig) else { return };
    let stick = rig.home().join("usb");
    fs::create_dir(&stick).expect("a folder");
    sign_in(&mut terminal);
    receive(&mut terminal);
    let given = blank(9);
    let reference = carry_through(&mut terminal, &given);
    look_after(&mut terminal);
    let shown = shown_today(&mut terminal);
    close(&mut terminal, &stick.display().to_string());
    let (exit, said) = terminal.end();
    assert_eq!(exit, 0, "{said}");

    assert_eq!(shown, DONE.map(|(_, _, count)| count));
    let day = rig.json(&["--station", "tram", "today"]).good().one("today");
    let counted: Vec<_> = DONE.iter().map(|(_, name, _)| day["done"][name].as_u64().expect("a count")).collect();
    assert_eq!(counted, shown, "{day}");
    let verified = rig.json(&["--station", "tram", "verify"]).good().one("verified");
    assert!(verified["consistent"] == true && verified["stale_summary"].is_null(), "{verified}");

    let lead = rig.json(&["--station", "tram", "person", "list"]).good().all("person");
    let lead = lead.iter().find(|person| person["name"] == LEAD).expect("the lead")["person"].clone();
    let history = |tag: &TagId| rig.json(&["--station", "tram", "history", tag.as_str()]).good().all("history");
    let kinds = |lines: &[Value]| lines.iter().map(|line| line["kind"].as_str().expect("a kind").to_owned()).collect();
    let lines = history(&given);
    let told: Vec<String> = kinds(&lines);
    assert_eq!(told, STEPS);
    assert!(lines.iter().all(|line| line["by"] == lead && line["how"] == "pin"), "{lines:#?}");
    let moved: Vec<_> = history(&blank(2)).into_iter().filter(|line| line["kind"] == "DeviceMoved").collect();
    let struck: Vec<_> = moved.iter().map(|line| line["corrected_by"].is_number()).collect();
    assert_eq!(struck, [false, true], "{moved:#?}");
    let met: [Vec<String>; 3] = [1, 3, COME].map(|number| kinds(&history(&blank(number))));
    for (kinds, kind) in met.iter().zip(["DeviceNoted", "DeviceQuarantined", "IntakeChecked"]) {
        assert!(kinds.iter().any(|met| met == kind), "{kind}: {kinds:?}");
    }
    let show = rig.json(&["--station", "tram", "show", given.as_str()]).good();
    assert!(show.out.contains(&reference), "{reference} {show:?}");
    assert_eq!(fs::read_dir(&stick).expect("the copy").count(), 1);
    assert_eq!(backed_here(&rig), Vec::<String>::new());
}
