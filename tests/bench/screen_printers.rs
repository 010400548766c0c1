//! The station's printers on the screen: found and named by questions, tried, moved, made the usual one, forgotten.

use super::printing::{address, setting};
use super::screen_rig::Desk;
use aoxanh::port::{FakePrinters, PrinterAddress};
use aoxanh::tag::PrinterState;
use aoxanh::workbench::{Key, PrinterSetting};

fn printers() -> Desk {
    let mut desk = Desk::with_device();
    desk.rig.printers = FakePrinters::with(&address(), PrinterState::Ready);
    desk.press(&[Key::Function(11)]);
    desk.keys("p");
    desk
}

fn kept(desk: &Desk) -> Vec<(String, bool)> {
    desk.rig.named_printers.iter().map(|one| (one.name.clone(), one.default)).collect()
}

fn downs(desk: &mut Desk, count: usize) {
    (0..count).for_each(|_| desk.press(&[Key::Down]));
    desk.press(&[Key::Enter]);
}

/// Whether the page says so, in both sizes.
fn says(desk: &Desk, text: &str) {
    for (columns, lines) in [(80, 24), (120, 40)] {
        let shown = desk.shown(columns, lines);
        // A sentence may be broken anywhere.
        let plain = shown.lines().map(|line| line.trim_matches(['│', ' '])).collect::<Vec<_>>().join(" ");
        assert!(plain.contains(text), "{text}: {shown}");
    }
}

#[test]
fn a_printer_that_shows_itself_is_named_by_four_answers_and_tried() {
    let mut desk = printers();
    says(&desk, "Trạm chưa có máy in nào");
    desk.keys("t");
    says(&desk, "tcp:printer.test:9100");
    downs(&mut desk, 0);
    says(&desk, "TSPL");
    downs(&mut desk, 1);
    says(&desk, "Giấy gì trong máy?");
    downs(&mut desk, 0);
    desk.press(&[Key::Enter]);
    assert!(desk.rig.named_printers.is_empty(), "a printer without a name is none");
    says(&desk, "Tên máy in dài từ 1");
    desk.type_text("tem");
    desk.press(&[Key::Enter]);
    says(&desk, "Đã ghi máy in tem. Bấm i để in thử.");
    let wanted = PrinterSetting { language: "tspl".to_owned(), ..setting("tem") };
    assert_eq!(desk.rig.named_printers, [wanted]);
    desk.keys("i");
    assert_eq!(desk.rig.printers.got(&address()).len(), 1, "{}", desk.shown(80, 24));
    says(&desk, "đã vào hàng in của máy in tem");
}

#[test]
fn one_in_the_network_is_typed_and_what_does_not_go_together_is_refused_where_it_was_answered() {
    let mut desk = printers();
    desk.keys("t");
    downs(&mut desk, 1);
    says(&desk, "Địa chỉ của máy in?");
    desk.type_text("http://a");
    desk.press(&[Key::Enter]);
    says(&desk, "“http://a” không phải địa chỉ máy in");
    desk.press(&[Key::Control('u')]);
    desk.type_text("tcp:10.0.0.9");
    desk.press(&[Key::Enter]);
    // No PDF but through a printing system.
    downs(&mut desk, 4);
    says(&desk, "không nhận PDF");
    desk.press(&[Key::Up; 4]);
    desk.press(&[Key::Enter]);
    // No sheet in a label printer.
    downs(&mut desk, 3);
    says(&desk, "là tờ A4");
    desk.press(&[Key::Up; 2]);
    desk.press(&[Key::Enter]);
    desk.type_text("kho");
    desk.press(&[Key::Enter]);
    let one = desk.rig.named_printers.first().expect("kept").clone();
    assert_eq!((one.address.to_string().as_str(), one.language.as_str()), ("tcp:10.0.0.9:9100", "zpl"));
    assert_eq!(one.template, "nhiet-40x30");
}

#[test]
fn a_printer_that_must_be_told_its_roll_is_asked_which() {
    let mut desk = printers();
    desk.keys("t");
    downs(&mut desk, 0);
    // Brother.
    downs(&mut desk, 3);
    downs(&mut desk, 0);
    says(&desk, "Cuộn nhãn nào trong máy?");
    downs(&mut desk, 5);
    desk.type_text("ql");
    desk.press(&[Key::Enter]);
    let one = desk.rig.named_printers.first().expect("kept");
    assert_eq!((one.language.as_str(), one.roll.as_deref()), ("brother-ql", Some("62")), "{}", desk.shown(80, 24));
}

#[test]
fn the_questions_are_left_one_by_one_and_nothing_is_kept() {
    let mut desk = printers();
    desk.keys("t");
    downs(&mut desk, 0);
    desk.press(&[Key::Escape]);
    says(&desk, "Máy in nào?");
    desk.press(&[Key::Escape]);
    says(&desk, "Trạm chưa có máy in nào");
    assert!(desk.rig.named_printers.is_empty());
    desk.press(&[Key::Escape]);
    assert_eq!(desk.stack.layers(), 0);
}

#[test]
fn the_usual_one_is_chosen_how_far_it_prints_off_is_typed_and_one_is_forgotten() {
    let mut desk = Desk::with_device();
    let other: PrinterAddress = "usb:/dev/usb/lp7".parse().expect("an address");
    desk.rig.named_printers =
        vec![setting("tem"), PrinterSetting { address: other.clone(), default: false, ..setting("kho") }];
    desk.rig.printers = FakePrinters::with(&other, PrinterState::PaperOut);
    desk.press(&[Key::Function(11)]);
    desk.keys("p");
    desk.press(&[Key::Down]);
    desk.keys("m");
    says(&desk, "Từ nay nhãn in ở máy kho");
    assert_eq!(kept(&desk), [("tem".to_owned(), false), ("kho".to_owned(), true)]);
    desk.keys("l");
    desk.press(&[Key::Control('u')]);
    desk.type_text("-1,5");
    desk.press(&[Key::Enter, Key::Control('u')]);
    desk.type_text("21");
    desk.press(&[Key::Enter]);
    says(&desk, "không phải số từ -20 đến 20 mm");
    desk.press(&[Key::Backspace]);
    desk.press(&[Key::Enter]);
    let far = |desk: &Desk| desk.rig.named_printers.iter().map(|one| (one.right, one.down)).collect::<Vec<_>>();
    assert_eq!(far(&desk), [(0, 0), (-1_500, 2_000)]);
    says(&desk, "lệch phải -1.5 mm, xuống 2.0 mm");
    // What waits for it stands with it.
    desk.keys("i");
    says(&desk, "1 nhãn đang chờ: hết giấy");
    desk.keys("x");
    assert_eq!(kept(&desk), [("tem".to_owned(), true)], "another is the usual one then");
    says(&desk, "Đã bỏ máy in kho");
}

#[test]
fn the_queue_leads_to_the_printers() {
    let mut desk = printers();
    desk.press(&[Key::Escape, Key::Function(9)]);
    desk.keys("pm");
    says(&desk, "Máy in của trạm: 0");
}
