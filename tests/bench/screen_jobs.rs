//! The jobs page: what runs, what can be gone on with, what ended today.

use super::screen_people::wiped;
use super::screen_rig::Desk;
use super::screen_view::{busy, cut_short};
use aoxanh::workbench::{Input, Key, News, Report, Tone};
use insta::assert_snapshot;

#[test]
fn what_runs_what_was_cut_short_and_what_ended_stand_on_one_page_and_enter_goes_there() {
    let mut desk = cut_short();
    desk.press(&[Key::Function(9)]);
    let shown = desk.shown(80, 24);
    assert!(shown.contains("dở dang: 1") && shown.contains("WD-WX81A"), "{shown}");
    desk.press(&[Key::Enter]);
    assert_eq!(desk.stack.layers(), 1, "its disk is armed again: {}", desk.shown(80, 24));
}

#[test]
fn a_job_is_looked_at_from_its_line_and_leaves_it_when_it_ends() {
    let mut desk = busy();
    desk.press(&[Key::Function(9)]);
    assert_snapshot!("jobs-busy", desk.shown(80, 24));
    desk.press(&[Key::Enter]);
    assert!(desk.shown(80, 24).contains("Việc đang chạy") && desk.stack.layers() == 1, "{}", desk.shown(80, 24));
    desk.press(&[Key::Escape, Key::Down]);
    desk.hear(News::JobEnded { job: 7, report: Report::new(Tone::Good, aoxanh::word::say!("recording")) });
    desk.press(&[Key::Function(9)]);
    assert_snapshot!("jobs-empty", desk.shown(80, 24));
}

#[test]
fn an_end_of_today_is_listed_as_it_was_recorded_and_brings_its_device_to_the_bench() {
    let mut desk = Desk::with_device();
    wiped(&mut desk);
    desk.press(&[Key::Function(9)]);
    let shown = desk.shown(80, 24);
    assert!(shown.contains("xong hôm nay: 1") && shown.contains("Clear"), "{shown}");
    assert_snapshot!("jobs-ended", shown);
    let tag = desk.world.devices[0].name.clone();
    desk.press(&[Key::Enter]);
    assert!(desk.shown(80, 24).contains("Máy trên bàn") && desk.shown(80, 24).contains(&tag));
    desk.press(&[Key::Function(9)]);
    desk.input(Input::Scan(&tag));
    assert!(desk.shown(80, 24).contains("Máy trên bàn"), "a scan goes to its device");
}
