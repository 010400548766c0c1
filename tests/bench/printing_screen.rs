//! Labels from the screen: one key where a tag is shown, at the door without holding up the next scan, and what waits.

use super::arming_rig::Rig;
use super::printing::{address, setting};
use super::screen_rig::Desk;
use aoxanh::port::FakePrinters;
use aoxanh::tag::{PrinterState, TagId};
use aoxanh::workbench::{Input, Key, News};

fn desk(state: PrinterState) -> Desk {
    let mut desk = Desk::with_device();
    desk.rig.named_printers = vec![setting("tem")];
    desk.rig.printers = FakePrinters::with(&address(), state);
    desk
}

fn got(rig: &Rig) -> usize {
    rig.printers.got(&address()).len()
}

fn looks(desk: &mut Desk) {
    let waits = desk.send_prints();
    desk.hear(News::Prints(waits));
}

#[test]
fn one_key_prints_the_label_of_the_tag_that_is_shown_and_a_second_one_is_told() {
    let mut desk = desk(PrinterState::Ready);
    desk.keys("e");
    assert!(desk.shown(120, 40).contains("p in nhãn"), "{}", desk.shown(120, 40));
    desk.keys("p");
    assert_eq!((desk.stack.layers(), got(&desk.rig)), (0, 1), "{}", desk.shown(80, 24));
    assert!(desk.shown(120, 40).contains("đã vào hàng in của máy in tem"), "{}", desk.shown(120, 40));
    desk.keys("ep");
    assert!(desk.shown(120, 40).contains("Nhãn thứ 2 của tem"), "{}", desk.shown(120, 40));
    // Its data is not gone: no label says that it is.
    desk.keys("ex");
    assert!(desk.shown(120, 40).contains("Chưa in được nhãn"), "{}", desk.shown(120, 40));
    assert_eq!(got(&desk.rig), 2);
}

#[test]
fn a_printer_without_paper_is_said_on_the_bench_until_it_has_some() {
    let mut desk = desk(PrinterState::PaperOut);
    desk.keys("ep");
    for (columns, lines) in [(80, 24), (120, 40)] {
        let shown = desk.shown(columns, lines);
        assert!(shown.contains("1 nhãn chờ máy in tem (F9, p): hết giấy"), "{shown}");
    }
    desk.press(&[Key::Function(9)]);
    desk.keys("p");
    let shown = desk.shown(120, 40);
    assert!(shown.contains("Nhãn đang chờ in: 1") && shown.contains("hết giấy"), "{shown}");
    desk.rig.printers.set(&address(), PrinterState::Ready);
    looks(&mut desk);
    let shown = desk.shown(120, 40);
    assert!(shown.contains("Không có gì chờ in") && got(&desk.rig) == 1, "{shown}");
    desk.press(&[Key::Escape, Key::Escape]);
    assert!(!desk.shown(120, 40).contains("hết giấy"), "{}", desk.shown(120, 40));
}

#[test]
fn what_waits_can_be_cancelled_one_by_one() {
    let mut desk = desk(PrinterState::Gone);
    desk.keys("epep");
    desk.press(&[Key::Function(9)]);
    desk.keys("p");
    assert!(desk.shown(80, 24).contains("Nhãn đang chờ in: 2"), "{}", desk.shown(80, 24));
    desk.press(&[Key::Down]);
    desk.keys("x");
    assert!(desk.shown(80, 24).contains("Nhãn đang chờ in: 1"), "{}", desk.shown(80, 24));
    desk.keys("x");
    assert!(desk.shown(80, 24).contains("Không có gì chờ in"), "{}", desk.shown(80, 24));
    desk.rig.printers.set(&address(), PrinterState::Ready);
    looks(&mut desk);
    assert_eq!(got(&desk.rig), 0);
}

#[test]
fn the_key_that_takes_a_label_out_means_the_one_that_was_shown() {
    let mut desk = desk(PrinterState::Gone);
    desk.keys("epep");
    desk.press(&[Key::Function(9)]);
    desk.keys("p");
    let mut waits = desk.world.prints.clone();
    // The first is printed while the key is pressed.
    let kept = waits.split_off(1);
    desk.world.fold(News::Prints(kept.clone()));
    desk.keys("x");
    let left = desk.send_prints();
    assert!(left.iter().any(|wait| wait.id == kept[0].id), "the other one waits on");
    desk.keys("x");
    assert!(desk.send_prints().iter().all(|wait| wait.id != kept[0].id), "meant by its own key");
}

#[test]
fn at_the_door_a_label_is_one_key_and_the_next_scan_waits_for_nothing() {
    let mut desk = desk(PrinterState::Gone);
    desk.press(&[Key::Function(8)]);
    let tags: Vec<String> = [1, 2].map(|number| TagId::from_random([number; 7]).to_string()).into();
    desk.input(Input::Scan(&tags[0]));
    desk.press(&[Key::Control('n')]);
    desk.input(Input::Scan(&tags[1]));
    let shown = desk.shown(120, 40);
    assert!(shown.contains(&tags[0]) && shown.contains(&tags[1]) && shown.contains("nhãn: 1"), "{shown}");
    desk.rig.printers.set(&address(), PrinterState::Ready);
    looks(&mut desk);
    let titles: Vec<String> = desk.rig.printers.got(&address()).into_iter().map(|(title, _)| title).collect();
    assert_eq!(titles, [tags[0].clone()]);
}

#[test]
fn without_a_printer_the_key_says_how_to_name_one() {
    let mut desk = Desk::with_device();
    desk.keys("ep");
    let shown = desk.shown(120, 40);
    assert!(shown.contains("chưa có máy in") && shown.contains("F11, rồi p, rồi t"), "{shown}");
}
