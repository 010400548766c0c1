//! Function tests by the built program in a terminal of its own: on the screen, where a thread waits for the answers, and on
//! the plain command line.

use super::bench_rig::{Rig, aloud};
use super::screen_run::Terminal;
use aoxanh::linux::LinuxHardware;
use aoxanh::port::{Part, Parts, Presence};

/// Whether somebody would be asked about the screen of this machine; where its screen is known to be missing, says so aloud.
fn asks_about_the_screen() -> bool {
    let is_missing = matches!(LinuxHardware::new("/").presence(Part::Screen), Presence::Absent(_));
    if is_missing {
        aloud("NOT RUN: this machine tells that it has no screen, so nobody is asked about it");
    }
    !is_missing
}

#[test]
fn on_the_screen_a_test_asks_is_answered_and_is_recorded() {
    if !asks_about_the_screen() {
        return;
    }
    let rig = Rig::practice();
    let device = rig.device();
    let mut terminal = Terminal::open(rig.command(&["bench"]), 80, 24);
    terminal.wait_text("Máy trên bàn: 1");
    terminal.wait_text("▶ kiểm tra");
    terminal.step("t", "▶ bàn phím");
    terminal.step("\x1b[B", "▶ màn hình");
    terminal.step("r", "Màu 1/5");
    for number in 2..=5 {
        let shown = terminal.step("\r", &format!("Màu {number}/5"));
        assert!(shown.lines().next().is_some_and(|line| line.contains("LUYỆN TẬP")), "{shown}");
    }
    terminal.step("\r", "[2] sọc");
    let shown = terminal.step("2", "Mọi kết quả đã ghi");
    assert!(shown.contains("màn hình: hỏng: sọc"), "{shown}");
    terminal.type_keys("\x1b");
    terminal.wait_text("▶ kiểm tra");
    // One that is left in the middle ends, and nothing of it is recorded.
    terminal.step("t", "hỏng: sọc (hôm nay)");
    terminal.step("\x1b[B", "▶ màn hình");
    terminal.step("r", "Màu 1/5");
    terminal.type_keys("\x1b");
    terminal.wait_text("▶ kiểm tra");
    terminal.type_keys("q");
    let (code, said) = terminal.end();
    assert_eq!(code, 0, "{said}");
    let tests = rig.json(&["check", &device.tag, "--list"]).good().all("function_test");
    let recorded: Vec<_> = tests.iter().filter(|test| !test["outcome"].is_null()).collect();
    assert_eq!(recorded.len(), 1, "{recorded:?}");
    assert_eq!((&recorded[0]["reason"], &recorded[0]["how"]), (&"lines".into(), &"volunteer".into()));
    rig.verified();
}

#[test]
fn on_the_command_line_questions_are_answered_with_a_letter_and_practice_is_named_on_every_colour() {
    if !asks_about_the_screen() {
        return;
    }
    let rig = Rig::practice();
    let device = rig.device();
    let mut terminal = Terminal::open(rig.command(&["check", &device.tag, "--only", "screen"]), 100, 24);
    for number in 1..=5 {
        let shown = terminal.wait_text(&format!("Màu {number}/5"));
        assert!(shown.lines().any(|line| line.contains("LUYỆN TẬP") && line.contains("Màu")), "{shown}");
        terminal.type_keys("\r");
    }
    terminal.wait_text("[1] điểm chết");
    terminal.type_keys("d\r");
    let (code, said) = terminal.end();
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("✓ màn hình: hoạt động"), "{said}");
    rig.verified();
}
