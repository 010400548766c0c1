//! The built program in a terminal: a fresh folder, the page of a new station, signing in, the bench.

#![expect(clippy::disallowed_methods, reason = "a test drives the built program")]

use super::bench_rig::{PASSPHRASE, PIN, Rig};
use super::screen_run::Terminal;
use expectrl::process::unix::Signal;

/// Answers the question that is asked, by hand: a burst that ends in Enter would be a scanner's.
fn answer(terminal: &mut Terminal, question: &str, text: &str) {
    terminal.wait_text(question);
    terminal.type_keys(text);
    let letters = text.chars().count();
    terminal.wait_for("what was typed", |shown| shown.contains(text) || shown.contains(&"•".repeat(letters)));
    terminal.type_keys("\r");
}

/// Answers every question; the summary.
fn answer_all(terminal: &mut Terminal, rig: &Rig) -> String {
    answer(terminal, "Tên đội  1/11", "Đội Thử");
    answer(terminal, "Họ tên đội trưởng đầu tiên", "Trần Thị Thử");
    for question in ["Mã PIN của đội trưởng  3/11", "Gõ lại mã PIN"] {
        answer(terminal, question, PIN);
    }
    for question in ["Câu khóa của két  5/11", "Gõ lại câu khóa"] {
        answer(terminal, question, PASSPHRASE);
    }
    answer(terminal, "Tên miền in trên tem", "");
    answer(terminal, "Nơi đặt bàn", "Trường Thử");
    answer(terminal, "Tiêu chí máy dùng được", "");
    answer(terminal, "Chìa khóa của đội", "");
    // Nothing on the station's own disk is proposed.
    let proposed = terminal.wait_text("Thư mục ghi ba phiếu");
    assert!(!proposed.contains(&rig.home().display().to_string()), "{proposed}");
    // Ctrl-U empties the line. Another name than the proposed one, so that what is seen is what was typed.
    terminal.type_keys("\x15");
    answer(terminal, "Thư mục ghi ba phiếu", &rig.memory().join("giay").display().to_string());
    // The last line of the page: all above it was drawn before.
    terminal.wait_text("Xem lại rồi bấm Enter");
    terminal.wait_text("Esc: quay lại sửa")
}

#[test]
fn a_fresh_folder_becomes_a_station_on_the_screen_and_its_lead_works_at_its_bench() {
    let rig = Rig::empty();
    let sheets = rig.memory().join("giay");
    let mut terminal = Terminal::open(rig.command(&[]), 80, 24);
    let summary = answer_all(&mut terminal, &rig);
    assert!(summary.contains("Trần Thị Thử") && summary.contains("Trường Thử") && !summary.contains(PIN), "{summary}");
    assert!(!rig.station().exists(), "nothing before the last Enter");
    terminal.type_keys("\r");
    let made = terminal.wait_text("đã lập xong");
    assert!(made.contains("phieu-khoi-phuc-3.txt"), "{made}");
    terminal.type_keys("\r");
    let bench = terminal.wait_text("Chưa có máy nào");
    assert!(bench.contains("Trần Thị Thử (đội trưởng)"), "{bench}");
    terminal.type_keys("d");
    terminal.wait_text("chưa đăng nhập (d)");
    terminal.type_keys("d");
    terminal.wait_text("▶ Trần Thị Thử");
    terminal.type_keys("\r");
    terminal.wait_text("Mã PIN của Trần Thị Thử:");
    terminal.type_keys(PIN);
    terminal.wait_text(&"•".repeat(PIN.len()));
    terminal.type_keys("\r");
    terminal.wait_text("Trần Thị Thử (đội trưởng)");
    terminal.type_keys("m");
    terminal.wait_text("Người ở trạm này: 2");
    terminal.type_keys("\x1b");
    terminal.wait_text("Chưa có máy nào");
    terminal.type_keys("q");
    let raw = String::from_utf8_lossy(terminal.raw()).into_owned();
    let (exit, said) = terminal.end();
    assert_eq!(exit, 0, "{said}");
    assert!(!raw.contains(PIN) && !raw.contains("ngựa gỗ"), "a secret was shown");
    let sheets = std::fs::read_dir(&sheets).expect("the sheets").count();
    assert_eq!(sheets, 3);
    let verified = rig.json(&["verify"]).good().one("verified");
    assert_eq!((verified["consistent"].as_bool(), verified["records"].as_u64()), (Some(true), Some(4)), "{verified}");
    rig.run(&["vault", "lock"]).good();
}

#[test]
fn a_second_enter_does_not_leave_the_sheets_unread_and_sigterm_opens_no_bench() {
    let rig = Rig::empty();
    let mut terminal = Terminal::open(rig.command(&[]), 80, 24);
    answer_all(&mut terminal, &rig);
    terminal.type_keys("\r\r");
    terminal.wait_for("the sheets, to be read", |shown| {
        shown.contains("đã lập xong") && shown.contains("phieu-khoi-phuc-3.txt")
    });
    // The keys of that page, which is still there.
    terminal.type_keys("\x1bOP");
    terminal.wait_for("the key to the bench", |shown| {
        shown.contains("Các phím lúc này") && shown.contains("mở bàn làm việc")
    });
    terminal.signal(Signal::SIGTERM);
    let (exit, said) = terminal.end();
    assert!(exit == 0 && said.contains("phieu-khoi-phuc-3.txt"), "{exit} {said}");
    rig.run(&["vault", "lock"]).good();
}

#[test]
fn leaving_the_page_of_a_new_station_leaves_nothing_behind() {
    let rig = Rig::empty();
    let mut terminal = Terminal::open(rig.command(&[]), 80, 24);
    answer(&mut terminal, "Tên đội  1/11", "Đội Thử");
    terminal.wait_text("Họ tên đội trưởng đầu tiên");
    terminal.type_keys("\x03");
    let (exit, said) = terminal.end();
    assert_eq!(exit, 1, "{said}");
    assert!(said.contains("chưa có gì thay đổi") && !rig.station().exists(), "{said}");
}
