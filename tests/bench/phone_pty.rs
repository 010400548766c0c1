//! Phones at a terminal of its own: the verb and the screen show codes that a phone reads, and end with everything closed.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::bench_rig::{LEAD, PIN, Rig};
use super::phone_rig::{Phone, codes_shown};
use super::screen_run::Terminal;
use std::net::TcpStream;

/// The pairing's address among the codes on the screen, once it is drawn whole, and where it is served.
fn pairing(terminal: &mut Terminal) -> (String, String) {
    let url = |shown: &str| codes_shown(shown).into_iter().find(|code| code.starts_with("HTTP://"));
    let shown = terminal.wait_for("a code of a phone", |shown| url(shown).is_some());
    let url = url(&shown).expect("just seen");
    let address = url.trim_start_matches("HTTP://").split('/').next().expect("an address");
    (url.clone(), address.to_owned())
}

fn paired(url: &str, address: &str) -> Phone {
    let mut phone = Phone::new(address);
    phone.pairs(url.rsplit('/').next().expect("a token"));
    phone
}

#[test]
fn the_verb_shows_codes_that_a_phone_reads_and_ctrl_c_ends_it_and_closes_the_port() {
    let rig = Rig::normal();
    let pin = rig.secret("pin");
    let mut args = vec!["--pin-file", &pin, "serve", "--listen", "127.0.0.1:0"];
    args.extend(["--wifi", "AO XANH", "--wifi-password", "chuyen; tay"]);
    let mut terminal = Terminal::open(rig.command(&args), 120, 70);
    terminal.wait_text("Mã còn");
    let (url, address) = pairing(&mut terminal);
    let wifi = r"WIFI:T:WPA;S:AO XANH;P:chuyen\; tay;;".to_owned();
    terminal.wait_for("all of it", |shown| {
        codes_shown(shown).contains(&wifi) && shown.contains(&url) && shown.contains(LEAD)
    });
    let phone = paired(&url, &address);
    terminal.wait_text("✓ Đã ghép");
    assert_eq!(phone.get("/").status, 200);
    terminal.type_keys("\u{3}");
    let (code, shown) = terminal.end();
    assert!(code == 0 && shown.contains("Đã đóng trang"), "{code}\n{shown}");
    assert!(TcpStream::connect(&address).is_err(), "nobody listens any more");
}

#[test]
fn the_screen_shows_a_code_once_to_whoever_signs_at_the_place_that_was_chosen() {
    let rig = Rig::normal();
    let mut terminal = Terminal::open(rig.command(&["bench"]), 80, 24);
    terminal.wait_text("Chưa có máy nào");
    terminal.step("\u{1b}[23~", "f điện thoại");
    terminal.step("f", "lo · 127.0.0.1");
    // The last of them, however many there are.
    while !terminal.shown().contains("▶ lo · 127.0.0.1") {
        let before = terminal.shown();
        terminal.type_keys("\u{1b}[B");
        terminal.wait_for("another place", |shown| shown != before);
    }
    terminal.step("n", "đội trưởng");
    terminal.step("Thử", "phần tên: Thử");
    terminal.step("\r", "Mã PIN của");
    terminal.step(&format!("{PIN}\r"), "Quét bằng điện thoại");
    let (url, address) = pairing(&mut terminal);
    assert!(address.starts_with("127.0.0.1:"), "{address}");
    let phone = paired(&url, &address);
    terminal.type_keys("r");
    terminal.wait_for("put away with the next look", |shown| {
        shown.contains("1. ") && !shown.contains('█') && shown.contains(LEAD)
    });
    assert_eq!(phone.get("/").status, 200);
    // Another code, and whoever comes next is not shown it.
    terminal.step("n", "đội trưởng");
    terminal.step("\r", "Mã PIN của");
    terminal.step(&format!("{PIN}\r"), "Quét bằng điện thoại");
    terminal.type_keys("\u{1b}");
    terminal.wait_for("the layer is gone", |shown| !shown.contains("Quét bằng"));
    terminal.type_keys("f");
    terminal.wait_for("the phones without the code", |shown| shown.contains("1. ") && !shown.contains('█'));
    terminal.step("x", &format!("http://{address}/"));
    terminal.wait_for("revoked", |shown| !shown.contains("1. "));
    assert_eq!(phone.get("/").status, 401);
    terminal.type_keys("t");
    terminal.wait_text("lo · 127.0.0.1");
    assert!(TcpStream::connect(&address).is_err(), "nobody listens any more");
    terminal.type_keys("\u{1b}");
    terminal.wait_for("the layer is gone", |shown| !shown.contains("lo · 127.0.0.1"));
    terminal.step("\u{1b}", "q thoát");
    terminal.type_keys("q");
    let (code, _shown) = terminal.end();
    assert_eq!(code, 0);
}
