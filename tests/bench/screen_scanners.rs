//! Scanners at serial ports on the screen: found by a code that is drawn, listened to at once, tried out, let go.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::screen_badge::read_code;
use super::screen_people::crew;
use super::screen_rig::Desk;
use super::screen_shift::badge;
use aoxanh::port::{Failure, FakeScanners, SerialPort};
use aoxanh::screen::Glyphs;
use aoxanh::tag::TagId;
use aoxanh::word::Lang;
use aoxanh::workbench::{
    Answer, Input, Key, News, SETUP_CODE, ScannerKept, ScannerOrder, carry_scanner, scanners_view, search_scanner,
};
use std::collections::VecDeque;

/// How often a search looks before it gives up here.
const LOOKS: usize = 20;

/// Serial ports without a machine, and what the station keeps of them.
pub(crate) struct Ports {
    pub(crate) fake: &'static FakeScanners,
    pub(crate) kept: Vec<ScannerKept>,
    /// Whether somebody waits for the set-up code.
    pub(crate) searches: bool,
    /// What comes out of the first port at its first speed before the set-up code does.
    pub(crate) noise: Option<&'static [u8]>,
}

impl Default for Ports {
    fn default() -> Self {
        let fake: &'static FakeScanners = Box::leak(Box::default());
        let port = |path: &str, usb: Option<&str>| SerialPort { path: path.into(), usb: usb.map(str::to_owned) };
        *fake.plugged.lock().expect("not poisoned") =
            vec![port("/dev/ttyACM0", Some("0c2e:0b61:77")), port("/dev/ttyUSB3", None)];
        Self { fake, kept: Vec::new(), searches: false, noise: None }
    }
}

impl Ports {
    /// What the station answers at once.
    pub(crate) fn carry(&mut self, order: &ScannerOrder) -> Vec<News> {
        match order {
            ScannerOrder::Find => self.searches = true,
            ScannerOrder::Stop => self.searches = false,
            ScannerOrder::Look | ScannerOrder::Keep(_) | ScannerOrder::Remove(_) => {
                let told = carry_scanner(&self.fake, &mut self.kept, order);
                return vec![News::Answer(told.unwrap_or_else(|failure: Failure| Answer::Refused((&failure).into())))];
            }
        }
        Vec::new()
    }

    /// What a search tells, from its beginning to its end: somebody scans the code at the first port that is free.
    pub(crate) fn search(&mut self) -> Vec<News> {
        let code = format!("{SETUP_CODE}\r").into_bytes();
        let looks: VecDeque<_> =
            self.noise.map_or_else(|| vec![Ok(code.clone())], |noise| vec![Ok(noise.to_vec())]).into();
        let first = scanners_view(&self.kept, &self.fake).others.into_iter().next();
        let port = first.map_or_else(|| "/dev/ttyACM0".into(), |port| port.path);
        let mut sends = self.fake.sends.lock().expect("not poisoned");
        sends.insert((port.clone(), 9600), looks);
        sends.insert((port, 115_200), [Ok(code)].into());
        drop(sends);
        let (mut told, mut left) = (Vec::new(), LOOKS);
        let mut goes_on = || {
            left -= 1;
            left > 0
        };
        search_scanner(&self.fake, &self.kept, &mut goes_on, &mut |news| told.push(news));
        self.searches = false;
        told
    }
}

fn scanners() -> Desk {
    let mut desk = crew(Desk::with_device());
    desk.press(&[Key::Function(11)]);
    desk.keys("s");
    desk
}

fn hears_search(desk: &mut Desk) {
    assert!(desk.scanners.searches, "nobody listens");
    for news in desk.scanners.search() {
        desk.hear(news);
    }
}

fn kept(desk: &Desk) -> Vec<(String, u32)> {
    desk.scanners.kept.iter().map(|one| (one.port.display().to_string(), one.baud)).collect()
}

#[test]
fn a_scanner_is_found_by_the_code_on_the_screen_and_kept_with_its_speed() {
    let mut desk = scanners();
    let shown = desk.shown(80, 24);
    assert!(shown.contains("chưa nghe máy quét") && shown.contains("/dev/ttyACM0, /dev/ttyUSB3"), "{shown}");
    desk.keys("t");
    for (columns, lines) in [(80, 24), (120, 40)] {
        let shown = desk.shown(columns, lines);
        assert!(shown.contains("Quét mã này") && shown.contains("Đang nghe 2"), "{shown}");
        assert_eq!(read_code(&shown, (u32::from(columns), u32::from(lines))), SETUP_CODE, "{shown}");
    }
    assert!(desk.shown(120, 40).contains("████"), "two columns a module where there is room");
    hears_search(&mut desk);
    assert_eq!(kept(&desk), [("/dev/ttyACM0".to_owned(), 9600)]);
    let shown = desk.shown(80, 24);
    assert!(shown.contains("/dev/ttyACM0 · 9600 baud · đang cắm") && shown.contains("đang nghe"), "{shown}");
    assert!(shown.contains("Cổng khác: /dev/ttyUSB3"), "{shown}");
}

#[test]
fn a_port_that_speaks_at_another_speed_is_told_and_the_next_speed_is_kept() {
    let mut desk = scanners();
    desk.scanners.noise = Some(b"\xe6x\x18\r");
    desk.keys("t");
    let mut told = desk.scanners.search().into_iter();
    desk.hear(told.next().expect("told"));
    assert!(desk.shown(80, 24).contains("115200 baud") && kept(&desk).is_empty(), "{}", desk.shown(80, 24));
    for news in told {
        desk.hear(news);
    }
    assert_eq!(kept(&desk), [("/dev/ttyACM0".to_owned(), 115_200)]);
}

#[test]
fn whoever_stops_the_search_keeps_no_scanner_that_answers_later() {
    let mut desk = scanners();
    desk.keys("t");
    let late = desk.scanners.search();
    desk.scanners.searches = true;
    desk.press(&[Key::Escape]);
    assert!(!desk.scanners.searches && desk.stack.layers() == 1, "stopped, and the list is back");
    for news in late {
        desk.hear(news);
    }
    assert!(kept(&desk).is_empty(), "{}", desk.shown(80, 24));
    desk.press(&[Key::Escape]);
    assert_eq!(desk.stack.layers(), 0);
}

#[test]
fn without_a_port_or_a_scan_it_is_said_what_to_do() {
    let mut desk = scanners();
    let ports = std::mem::take(&mut *desk.scanners.fake.plugged.lock().expect("not poisoned"));
    desk.keys("t");
    hears_search(&mut desk);
    let shown = desk.shown(80, 24);
    assert!(shown.contains("Không thấy cổng nối tiếp nào") && shown.contains("gõ như bàn phím"), "{shown}");
    // A port where nobody scans the code.
    *desk.scanners.fake.plugged.lock().expect("not poisoned") = ports[1..].to_vec();
    desk.scanners.noise = Some(b"");
    desk.keys("rt");
    hears_search(&mut desk);
    assert!(desk.shown(80, 24).contains("Chưa nhận được mã nào"), "{}", desk.shown(80, 24));
    assert!(kept(&desk).is_empty());
}

#[test]
fn a_scanner_that_is_pulled_out_is_told_and_one_that_is_let_go_is_gone() {
    let mut desk = scanners();
    desk.keys("t");
    hears_search(&mut desk);
    let ports = std::mem::take(&mut *desk.scanners.fake.plugged.lock().expect("not poisoned"));
    desk.keys("r");
    assert!(desk.shown(80, 24).contains("không thấy, cắm lại là nghe tiếp"), "{}", desk.shown(80, 24));
    // Under another name it is the same, and not offered as another.
    let moved = SerialPort { path: "/dev/ttyACM5".into(), ..ports[0].clone() };
    *desk.scanners.fake.plugged.lock().expect("not poisoned") = vec![moved];
    desk.keys("r");
    let shown = desk.shown(80, 24);
    assert!(shown.contains("đang cắm") && !shown.contains("Cổng khác"), "{shown}");
    desk.keys("x");
    let shown = desk.shown(80, 24);
    assert!(shown.contains("Thôi nghe /dev/ttyACM0") && kept(&desk).is_empty(), "{shown}");
    assert!(shown.contains("Cổng khác: /dev/ttyACM5"), "{shown}");
}

#[test]
fn what_is_scanned_there_is_only_told_for_what_it_is() {
    let mut desk = scanners();
    let badge = badge(&mut desk, "Lê Thư");
    let before = desk.rig.events().len();
    let tag = TagId::from_random([9; 7]).to_string();
    for (code, said) in [
        (tag.as_str(), format!("Tem {tag}")),
        ("WIFI:S:nha;P:bimat;;", "mã mạng Wi-Fi".to_owned()),
        ("KE:A1", "mã của kệ A1".to_owned()),
        ("K-0123456789ABCDEF", "nhãn của linh kiện k-0123456789ABCDEF".to_owned()),
        (badge.expose(), "thẻ của một người".to_owned()),
        ("5CD1234XYZ", "5CD1234XYZ".to_owned()),
        (SETUP_CODE, "gõ như bàn phím".to_owned()),
    ] {
        desk.input(Input::Scan(code));
        let shown = desk.shown(80, 24);
        assert!(shown.contains(&said) && !shown.contains("bimat") && !shown.contains("THE-"), "{code}: {shown}");
    }
    assert_eq!((desk.rig.events().len(), desk.stack.layers()), (before, 1), "nothing else is done");
    assert!(desk.world.signed_in().is_none(), "nobody is signed in");
}

#[test]
fn a_console_that_draws_no_code_says_by_which_command_it_is_found() {
    let mut desk = scanners();
    desk.keys("t");
    let drawn = desk.buffer(80, 24, Glyphs::Console, Lang::Vi);
    let shown = super::screen_rig::text(&drawn);
    assert!(shown.contains("aoxanh scanner find"), "{shown}");
}
