//! Shelves through the workbench and the command line: moving, looking, taking stock.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::arming_rig::{Rig, refusal, said};
use super::bench_rig::{self, Ran};
use aoxanh::custody::Stage;
use aoxanh::event::Fact;
use aoxanh::unit::ShelfName;
use aoxanh::workbench::{CountOrder, Found, Place, move_device, read_shelf, shelves, stock_take, waiting};
use std::io::Write;
use std::process::Stdio;
use std::time::Duration;

const DAY: Duration = Duration::from_hours(24);

fn shelf(name: &str) -> ShelfName {
    ShelfName::read(name).expect("a name")
}

fn on(name: &str) -> Place {
    Place::On(name.to_owned())
}

/// A device received so many days ago.
fn device_of(rig: &Rig, days: u32) -> Found {
    use aoxanh::port::Clock;
    let now = rig.clock.now();
    let ago = i64::try_from((DAY * days).as_millis()).expect("few");
    rig.clock.set(aoxanh::unit::Moment::from_unix_millis(now.unix_millis() - ago));
    let found = rig.device(false).0;
    rig.clock.set(now);
    found
}

#[test]
fn a_device_is_put_on_a_shelf_once_and_its_history_says_where_it_came_from() {
    let rig = Rig::new(&[]);
    let bench = rig.bench();
    let found = rig.device(false).0;
    let moved = move_device(&bench, &found, &shelf("Kệ A1")).expect("moved");
    assert_eq!((moved.recorded, moved.from, moved.shelf.as_str()), (true, Place::Nowhere, "Kệ A1"));
    let before = rig.events().len();
    let again = move_device(&bench, &moved.found, &shelf("kệ  a1")).expect("it is there");
    assert_eq!((again.recorded, again.from, rig.events().len()), (false, on("Kệ A1"), before));
    let moved = move_device(&bench, &moved.found, &shelf("B2")).expect("moved");
    assert_eq!(moved.found.file.shelf.as_deref(), Some("B2"));
    assert!(matches!(rig.last(), Fact::DeviceMoved(moved) if moved.from.as_deref() == Some("Kệ A1")));
    let back = move_device(&bench, &moved.found, &shelf("KỆ A1")).expect("moved");
    assert_eq!(back.found.file.shelf.as_deref(), Some("Kệ A1"), "as it was spelled first");
}

#[test]
fn a_tag_is_no_shelf_and_a_name_has_a_length() {
    let rig = Rig::new(&[]);
    let found = rig.device(false).0;
    assert_eq!(said(&refusal(read_shelf(&found.name()), "a tag")), "shelf-is-tag");
    assert_eq!(said(&refusal(read_shelf(" "), "nothing")), "shelf-name-empty");
    assert_eq!(said(&refusal(read_shelf(&"k".repeat(41)), "long")), "shelf-name-long");
    assert_eq!(read_shelf(" Kệ  A1 ").expect("a name").as_str(), "Kệ A1");
}

#[test]
fn shelves_are_told_by_name_with_their_counts_and_what_waits_longest_comes_first() {
    let rig = Rig::new(&[]);
    let bench = rig.bench();
    let (young, old, other) = (device_of(&rig, 2), device_of(&rig, 40), device_of(&rig, 9));
    device_of(&rig, 70);
    for (found, name) in [(&young, "Kệ B"), (&old, "kệ b"), (&other, "Kệ A")] {
        move_device(&bench, found, &shelf(name)).expect("moved");
    }
    let told: Vec<_> =
        shelves(&bench).expect("reads").into_iter().map(|view| (view.place, view.devices, view.days)).collect();
    assert_eq!(told, [(on("Kệ A"), 1, Some(9)), (on("Kệ B"), 2, Some(40)), (Place::Nowhere, 1, Some(70))]);
    let (devices, more) = waiting(&bench, &on("Kệ B"), 10).expect("reads");
    let told: Vec<_> = devices.iter().map(|one| (&one.row.device, one.days, one.there, one.row.stage)).collect();
    assert_eq!(told, [(&old.id, 40, Some(0), Stage::Received), (&young.id, 2, Some(0), Stage::Received)]);
    assert!(!more);
    let (devices, more) = waiting(&bench, &on("Kệ B"), 1).expect("reads");
    assert_eq!((devices.len(), more), (1, true));
    let (devices, _) = waiting(&bench, &Place::Nowhere, 10).expect("reads");
    assert_eq!((devices.len(), devices[0].days, devices[0].there), (1, 70, None));
}

#[test]
fn stock_is_taken_of_a_shelf_larger_than_a_page_and_every_device_is_in_one_list() {
    let rig = Rig::new(&[]);
    let bench = rig.bench();
    let all: Vec<Found> = (0..6).map(|_| rig.device(false).0).collect();
    for found in &all[..4] {
        move_device(&bench, found, &shelf("A1")).expect("moved");
    }
    move_device(&bench, &all[4], &shelf("B1")).expect("moved");
    let before = rig.events().len();
    let scans =
        [&all[1].name(), &all[4].name(), &all[1].name().to_lowercase(), &all[5].name(), "nonsense", all[3].id.as_str()];
    let scans = scans.map(ToString::to_string);
    let count = |name: &str, scans: &[String]| {
        let order = CountOrder { place: shelf(name), scans: scans.to_vec(), sealed: false };
        stock_take(&bench, &order).expect("reads")
    };
    let take = count("a1", &scans);
    let ids = |list: &[aoxanh::workbench::Shelved]| list.iter().map(|one| one.row.device.clone()).collect::<Vec<_>>();
    assert_eq!(take.shelf, "A1");
    assert_eq!(ids(&take.found), [all[1].id.clone(), all[3].id.clone()], "scanned twice, counted once");
    assert_eq!(ids(&take.missing), [all[0].id.clone(), all[2].id.clone()]);
    assert_eq!(ids(&take.unexpected), [all[4].id.clone(), all[5].id.clone()]);
    assert_eq!([&take.unexpected[0].place, &take.unexpected[1].place], [&on("B1"), &Place::Nowhere]);
    assert_eq!(take.unread.iter().map(|(text, _)| text.as_str()).collect::<Vec<_>>(), ["nonsense"]);
    assert!(!take.is_right() && take.given.is_empty());
    assert_eq!(rig.events().len(), before, "taking stock records nothing");
    let right = count("B1", &[all[4].name()]);
    assert!(right.is_right());
}

/// Runs a verb with those lines on its standard input.
fn fed(rig: &bench_rig::Rig, args: &[&str], lines: &str) -> Ran {
    let mut command = rig.command(&[&["--json"], args].concat());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("started");
    child.stdin.take().expect("piped").write_all(lines.as_bytes()).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    Ran { code: output.status.code().expect("it ended"), out: text(output.stdout), err: text(output.stderr) }
}

#[test]
fn from_the_command_line_a_scanner_fills_a_shelf_and_what_is_refused_holds_nothing_up() {
    let rig = bench_rig::Rig::normal();
    let (one, two) = (rig.device().tag, rig.device().tag);
    rig.run(&["shelf", "A1"]).refused(1, &["A1"]);
    rig.run(&["move", &one, &two]).refused(2, &["không phải tên kệ"]);
    rig.run(&["move", "A1"]).refused(2, &["Chưa nói máy nào"]);
    let ran = fed(&rig, &["move", "Kệ A1"], &format!("{one}\n\nkhông phải tem\r\n{two}\r\n"));
    assert_eq!((ran.code, ran.all("moved").len(), ran.all("failure").len()), (1, 2, 2), "{ran:#?}");
    assert!(ran.all("failure")[0]["message"].as_str().expect("said").contains("không phải tem"), "{ran:#?}");
    let there = rig.json(&["move", "kệ a1", &one]).good().one("moved");
    assert_eq!((&there["recorded"], &there["shelf"]), (&false.into(), &"Kệ A1".into()));
    let told = rig.json(&["shelf"]).good().one("shelf");
    assert_eq!((&told["shelf"], &told["devices"]), (&"Kệ A1".into(), &2.into()));
    let listed = rig.json(&["shelf", "KỆ A1"]).good().all("shelved");
    assert_eq!((listed.len(), &listed[0]["tag"]), (2, &one.as_str().into()));
    assert_eq!(rig.json(&["find", &one]).good().one("found")["shelf"], "Kệ A1");
    assert_eq!(rig.json(&["shelf", "--unshelved"]).good().all("shelved"), Vec::<serde_json::Value>::new());
    let said = rig.run(&["history", &one]).good().out;
    assert!(said.contains("xếp vào kệ Kệ A1"), "{said}");
    assert_eq!(rig.verified()["records"], rig.json(&["verify", "--summaries"]).good().one("verified")["records"]);
}

#[test]
fn from_the_command_line_stock_is_taken_and_what_is_unexpected_is_moved_where_that_is_asked() {
    let rig = bench_rig::Rig::normal();
    let [one, two, three] = [(); 3].map(|()| rig.device().tag);
    rig.run(&["move", "A1", &one, &two]).good();
    rig.run(&["shelf", "A1", &one]).refused(2, &["--count"]);
    let ran = rig.json(&["shelf", "a1", "--count", &one, &three]);
    let kinds: Vec<_> = ran.all("stock").iter().map(|one| one["what"].as_str().expect("said").to_owned()).collect();
    assert_eq!((ran.code, kinds), (1, ["found", "missing", "unexpected"].map(str::to_owned).to_vec()), "{ran:#?}");
    let told = ran.one("stock_take");
    assert_eq!((&told["missing"], &told["unexpected"], &told["moved"]), (&1.into(), &1.into(), &0.into()));
    rig.run(&["shelf", "A1", "--count", &one, &three]).refused(1, &["thiếu 1", "lạ 1"]);
    let ran = fed(&rig, &["shelf", "A1", "--count", "--record"], &format!("{one}\n{three}\n{two}\n"));
    assert_eq!((ran.code, &ran.one("stock_take")["moved"]), (0, &1.into()), "{ran:#?}");
    let said = rig.run(&["shelf", "A1", "--count", &one, &two, &three]).good().out;
    assert!(said.contains("khớp sổ: 3 máy"), "{said}");
}
