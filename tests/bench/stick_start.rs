//! The built program on a machine that was started from a stick: from the first screen to switching off, with the stick in,
//! out and back.

#![expect(clippy::disallowed_methods, reason = "a test drives the built program")]

use super::screen_run::code;
use super::start_rig::{Sticks, events, sign_in, sign_in_try_and_wipe};
use aoxanh::event::Fact;
use aoxanh::linux::{LinuxDisks, Medium, Mode, PracticeDisks, StickMounts, media_now};
use aoxanh::unit::Bytes;
use std::collections::BTreeSet;
use std::fs;

/// The kinds of those records.
fn kinds(events: &[aoxanh::event::Event]) -> Vec<String> {
    events.iter().map(|event| event.fact.kind().to_owned()).collect()
}

#[test]
fn a_machine_goes_from_its_tag_to_switched_off_and_everything_is_on_the_stick() {
    let sticks = Sticks::new();
    let stick = sticks.enrol("mot");
    let mut terminal = sticks.start(&stick, (80, 24));
    let first = terminal.wait_text("Quét tem dán trên máy này");
    assert!(first.contains("Thẻ mot: đã lưu hết lên thẻ, rút được"), "{first}");
    assert!(first.contains("Tiêu chí") || first.contains("ĐẠT") || first.contains("CHƯA"), "{first}");
    let disk = PracticeDisks::new(&sticks.boot()).make("dia-1", Bytes::mib(8), 512).expect("a practice disk");
    // What a scanner types.
    terminal.type_keys(&format!("{}\r", sticks.tag));
    terminal.wait_for("inspected unasked", |shown| shown.contains("✓ tem") && shown.contains("Bấm Enter để đăng nhập"));
    sign_in_try_and_wipe(&mut terminal, "dia-1");
    let done = terminal.wait_text("Bấm Enter để cài hệ điều hành");
    assert!(done.contains("đã lưu hết lên thẻ, rút được"), "{done}");
    terminal.step("q", "Tắt máy này?");
    terminal.type_keys("\r");
    let (exit, said) = terminal.end();
    assert_eq!(exit, 0, "{said}");
    assert!(said.contains("tự tắt máy khi muốn"), "{said}");
    disk.detach().expect("let go");
    let saved = kinds(&sticks.saved(&stick));
    assert_eq!(saved, kinds(&events(&sticks.boot())));
    for kind in ["DeviceInspected", "FunctionTested", "WipeStarted", "WipeEnded"] {
        assert!(saved.contains(&kind.to_owned()), "{kind} not in {saved:?}");
    }
    assert_eq!(kinds(&events(&stick.join("station"))), ["StationOpened", "BootOpened"]);
    let boot = sticks.boot().display().to_string();
    let verified = sticks.rig.json(&["--station", &boot, "verify"]).good().one("verified");
    assert!(verified["consistent"] == true && verified["stale_summary"].is_null(), "{verified}");
}

#[test]
fn without_its_stick_nothing_is_wiped_and_what_was_recorded_waits_for_any_stick_of_the_team() {
    let sticks = Sticks::new();
    let (stick, away) = (sticks.enrol("mot"), sticks.at("rut"));
    let mut terminal = sticks.start(&stick, (80, 24));
    terminal.wait_text("Quét tem dán trên máy này");
    let disk = PracticeDisks::new(&sticks.boot()).make("dia-1", Bytes::mib(8), 512).expect("a practice disk");
    let before = fs::read(disk.backing()).expect("readable");
    fs::rename(&stick, &away).expect("pulled out");
    terminal.wait_text("Thẻ đã rút; mọi việc đã ghi đều đã ở trên thẻ");
    terminal.type_keys(&format!("{}\r", sticks.tag));
    terminal.wait_text("Chưa về thẻ: 1 bản ghi");
    terminal.wait_text("Bấm Enter để đăng nhập");
    sign_in(&mut terminal);
    terminal.step("x", "dia-1");
    let shown = terminal.step("\r", "Gõ mã ");
    terminal.type_keys(&code(&shown));
    terminal.step("\r", "Không thấy thẻ nào của đội");
    assert_eq!(fs::read(disk.backing()).expect("readable"), before, "nothing was written");
    terminal.type_keys("\x1b");
    terminal.wait_for("the refusal is gone", |shown| !shown.contains("Gõ mã "));
    terminal.type_keys("\x1b");
    terminal.wait_for("the list is gone", |shown| !shown.contains("Xóa ổ đĩa nào"));
    terminal.step("q", "chưa về thẻ, tắt máy là mất");
    terminal.step("\r", "Vẫn tắt và chịu mất?");
    terminal.type_keys("\x1b");
    terminal.wait_for("it stays on", |shown| !shown.contains("Vẫn tắt"));
    // Another stick of the team does as well as the first.
    let other = sticks.enrol("hai");
    fs::create_dir_all(sticks.run().join("sticks")).expect("made");
    let mounted = sticks.run().join("sticks/sdb3");
    std::os::unix::fs::symlink(&other, &mounted).expect("plugged in");
    terminal.wait_text("Thẻ hai: đã lưu lên thẻ, rút được");
    assert_eq!(kinds(&sticks.saved(&mounted)), kinds(&events(&sticks.boot())));
    terminal.step("q", "Tắt máy này?");
    terminal.type_keys("\r");
    let (exit, said) = terminal.end();
    assert_eq!(exit, 0, "{said}");
    disk.detach().expect("let go");
    let recorded = events(&sticks.boot());
    assert!(!recorded.iter().any(|event| matches!(event.fact, Fact::WipeStarted(_))), "{:?}", kinds(&recorded));
    let first = kinds(&sticks.saved(&away));
    assert!(first.len() < recorded.len() && kinds(&recorded).starts_with(&first), "{first:?}");
}

#[test]
fn a_program_that_is_started_again_goes_on_with_the_same_start() {
    let sticks = Sticks::new();
    let stick = sticks.enrol("mot");
    for _time in 0..2 {
        let mut terminal = sticks.start(&stick, (80, 24));
        terminal.wait_text("Quét tem dán trên máy này");
        terminal.type_keys(&format!("{}\r", sticks.tag));
        terminal.wait_text("Bấm Enter để đăng nhập");
        terminal.type_keys("\x03");
        assert_eq!(terminal.end().0, 0);
    }
    let recorded = kinds(&events(&sticks.boot()));
    assert_eq!(recorded, ["StationOpened", "DeviceInspected", "DeviceInspected"]);
    assert_eq!(kinds(&sticks.saved(&stick)), recorded);
    assert_eq!(kinds(&events(&stick.join("station"))), ["StationOpened", "BootOpened"]);
}

#[test]
fn a_machine_without_an_enrolled_stick_is_looked_at_and_told_what_is_missing() {
    let sticks = Sticks::new();
    let blank = sticks.at("trong");
    fs::create_dir_all(blank.join("lost+found")).expect("made");
    for (stick, says) in [(sticks.at("khong"), "Không thấy thẻ đã đăng ký"), (blank, "Thẻ này chưa đăng ký")]
    {
        let mut terminal = sticks.start(&stick, (80, 24));
        let shown = terminal.wait_text("Thẻ này chưa dùng để xóa hay cài được");
        assert!(shown.contains(says), "{shown}");
        terminal.step("q", "Tắt máy này?");
        terminal.type_keys("\r");
        assert_eq!(terminal.end().0, 0);
        assert!(!stick.join("station").exists() && !stick.join("boots").exists());
        fs::remove_dir_all(sticks.run()).expect("the next start");
    }
}

#[test]
fn a_base_that_is_of_no_use_is_told_and_the_machine_is_inspected_all_the_same() {
    let sticks = Sticks::new();
    let stick = sticks.enrol("mot");
    let good = fs::read(stick.join("base")).expect("there");
    let torn = good[..good.len() - 5].to_vec();
    for (base, says) in [(Some(torn), "Danh sách trên thẻ bị hỏng"), (None, "Thẻ không mang theo danh sách")]
    {
        match base {
            Some(bytes) => fs::write(stick.join("base"), bytes).expect("written"),
            None => fs::remove_file(stick.join("base")).expect("removed"),
        }
        let mut terminal = sticks.start(&stick, (120, 40));
        let shown = terminal.wait_text("Quét tem dán trên máy này");
        assert!(shown.contains(says), "{shown}");
        terminal.type_keys("\x03");
        assert_eq!(terminal.end().0, 0);
        assert_eq!(kinds(&sticks.saved(&stick)), ["StationOpened"]);
        fs::remove_dir_all(sticks.run()).expect("the next start");
    }
}

#[test]
fn a_stick_that_is_plugged_in_again_is_mounted_by_the_program_gets_what_waits_and_is_let_go_of() {
    let sticks = Sticks::new();
    let (stick, away) = (sticks.enrol("mot"), sticks.at("rut"));
    let mut terminal = sticks.start(&stick, (80, 24));
    terminal.wait_text("Quét tem dán trên máy này");
    fs::rename(&stick, &away).expect("pulled out");
    terminal.wait_text("Thẻ đã rút");
    terminal.type_keys(&format!("{}\r", sticks.tag));
    terminal.wait_text("Chưa về thẻ: 1 bản ghi");
    // Another stick of the team, and one of another team.
    let (other, strange) = (sticks.enrol("hai"), Sticks::new());
    let stranger = strange.enrol("la");
    let (Some(plugged), Some(ignored)) = (sticks.plugged(&other, "thẻ-2"), sticks.plugged(&stranger, "thẻ-lạ"))
    else {
        return;
    };
    terminal.wait_text("Thẻ hai: đã lưu lên thẻ, rút được");
    let link = sticks.run().join("sticks").join(&plugged.name);
    assert!(fs::symlink_metadata(&link).is_ok(), "it has a name while it is there");
    assert!(!sticks.run().join("sticks").join(&ignored.name).exists(), "another team's is not kept");
    terminal.type_keys("\x03");
    assert_eq!(terminal.end().0, 0);
    assert!(fs::symlink_metadata(&link).is_err(), "its name is gone with the program");
    let on_it = sticks.out_of(&plugged);
    assert_eq!(kinds(&sticks.saved(&on_it)), kinds(&events(&sticks.boot())));
    assert!(!sticks.out_of(&ignored).join("boots").read_dir().expect("there").any(|_| true), "nothing was written");
}

#[test]
fn a_stick_that_is_gone_is_let_go_of_and_one_that_somebody_else_mounted_is_left_alone() {
    let sticks = Sticks::new();
    let Some(plugged) = sticks.plugged(&sticks.enrol("mot"), "thẻ") else { return };
    let folder = sticks.rig.station();
    let disks = LinuxDisks::new(Mode::Practice { folder: folder.clone() }, folder.join("ledger.db"));
    let names = sticks.at("sticks");
    let mut mounts = StickMounts::new(names.clone(), "AOXANH");
    let now: BTreeSet<Medium> = media_now(true).into_iter().filter(|(name, _)| *name == plugged.name).collect();
    assert_eq!(now.len(), 1);
    let link = names.join(&plugged.name);
    mounts.look(now.clone(), &disks, &|_| false).expect("looked");
    assert!(fs::symlink_metadata(&link).is_err(), "not ours");
    mounts.look(BTreeSet::new(), &disks, &|_| true).expect("looked");
    mounts.look(now.clone(), &disks, &|root| root.join("station/ledger.db").exists()).expect("looked");
    assert!(link.join("station/ledger.db").exists(), "mounted, and named");
    fs::write(link.join("boots/a.bundle"), "a").expect("it can be written");
    mounts.look(BTreeSet::new(), &disks, &|_| true).expect("looked");
    assert!(fs::symlink_metadata(&link).is_err(), "gone");
    assert!(sticks.out_of(&plugged).join("boots/a.bundle").exists(), "what was written is on it");
    // What a program that was killed left behind is taken away.
    fs::create_dir(&link).expect("made");
    drop(StickMounts::new(names, "AOXANH"));
    assert!(fs::symlink_metadata(&link).is_err());
}
