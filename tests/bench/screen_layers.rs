//! Layers and what reaches them: answers that come late, come to another, or come while something is typed; what is said
//! while one waits; what stands in a step's way and the key that helps.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::screen_people::{LEAD_PIN, PIN, crew, sign_in};
use super::screen_rig::{Desk, PASSPHRASE};
use aoxanh::custody::Stage;
use aoxanh::event::How;
use aoxanh::port::FakeCopies;
use aoxanh::tag::TagId;
use aoxanh::word::say;
use aoxanh::workbench::{
    Answer, Beginning, DayOrder, Effect, Input, Key, News, Report, Step, Tone, Who, Work, World, carry_close, run_job,
};
use std::path::Path;

fn shown(desk: &Desk) -> String {
    desk.shown(80, 24)
}

/// Receives another device into the lot that is offered.
fn receive(desk: &mut Desk) {
    desk.keys("n");
    desk.press(&[Key::Down, Key::Down, Key::Down, Key::Enter]);
    assert_eq!(desk.stack.layers(), 0, "{}", shown(desk));
}

/// A desk whose wipe of `sdb` was asked for and is not yet answered.
fn waiting() -> Desk {
    let mut desk = Desk::with_device();
    desk.holds_jobs = true;
    desk.keys("x");
    desk.press(&[Key::Enter]);
    desk.type_text("wd-wx81a");
    desk.press(&[Key::Enter]);
    assert_eq!((desk.stack.layers(), desk.held.len()), (2, 1), "{}", shown(&desk));
    desk
}

/// The news of the job that waits to be run: that it began, twice, and the rest.
fn run(desk: &mut Desk) -> Vec<News> {
    let order = desk.held.pop().expect("a job was asked for");
    let mut heard = Vec::new();
    run_job(&desk.rig.bench(), 1, &order, &|| false, &mut |news| heard.push(news));
    assert!(matches!(heard[..2], [News::JobBegan(_), News::Answer(Answer::Began(1))]), "{:?}", &heard[..2]);
    heard
}

fn bad() -> Report {
    Report::new(Tone::Bad, say!("job-broke"))
}

/// What `day close` answers, made somewhere else.
fn closed(desk: &mut Desk) -> News {
    desk.rig.by.how = How::Pin;
    let copies = FakeCopies::new(desk.rig.store.as_ref());
    let mut heard = Vec::new();
    carry_close(&desk.rig.bench(), &copies, Path::new("/media/usb"), &|| false, &mut |news| heard.push(news));
    let closed = heard.pop().expect("an answer");
    assert!(matches!(closed, News::Answer(Answer::DayClosed(_))), "{closed:?}");
    closed
}

#[test]
fn the_lot_offered_is_the_one_received_into_last_and_says_whether_it_may_be_erased() {
    let mut desk = Desk::with_device();
    let first = desk.world.devices[0].name.clone();
    desk.keys("n");
    assert!(shown(&desk).contains("▶ Lô                cho phép xóa · Người Tặng Thử"), "{}", shown(&desk));
    desk.press(&[Key::Char(' '), Key::Down]);
    desk.type_text("Người Khác");
    desk.press(&[Key::Down, Key::Down, Key::Down, Key::Down, Key::Down, Key::Enter]);
    assert_eq!(desk.world.devices.len(), 2, "{}", shown(&desk));
    desk.press(&[Key::Down]);
    desk.keys("w");
    desk.press(&[Key::Enter]);
    assert_eq!(desk.world.devices[0].name, first, "the first was touched last");
    let lot = desk.world.lot.clone().expect("a lot");
    assert_eq!((lot.donor.as_deref(), lot.erase), (Some("Người Khác"), false));
    desk.keys("n");
    assert!(shown(&desk).contains("▶ Lô                CHƯA cho phép xóa · Người Khác"), "{}", shown(&desk));
}

#[test]
fn an_arming_that_waits_can_be_left_and_one_under_another_layer_hears_of_its_job() {
    let mut desk = waiting();
    desk.press(&[Key::Escape, Key::Escape]);
    assert_eq!(desk.stack.layers(), 0, "nothing was answered yet");
    let mut desk = waiting();
    desk.press(&[Key::Function(1)]);
    for news in run(&mut desk).drain(..2) {
        desk.hear(news);
    }
    assert_eq!((desk.stack.layers(), desk.world.jobs.len()), (1, 1), "the page of keys stays");
    desk.press(&[Key::Escape, Key::Escape]);
    assert_eq!(desk.stack.layers(), 0);
}

#[test]
fn a_refused_job_is_told_where_it_was_armed_even_under_another_layer() {
    let mut desk = waiting();
    desk.press(&[Key::Function(1)]);
    desk.hear(News::Answer(Answer::NotBegun(bad())));
    assert_eq!(desk.stack.layers(), 3, "the page of keys stays");
    desk.press(&[Key::Escape]);
    assert!(desk.stack.layers() == 2 && shown(&desk).contains("✗ Việc này gặp lỗi"), "{}", shown(&desk));
    desk.type_text("wd-wx81a");
    desk.press(&[Key::Enter]);
    assert_eq!(desk.held.len(), 2, "it can be begun again");
}

#[test]
fn the_refusal_of_a_safety_copy_is_nobody_elses() {
    let mut desk = waiting();
    desk.hear(News::Answer(Answer::NotClosed(bad())));
    assert!(shown(&desk).contains("Đang kiểm tra lại ổ đĩa"), "{}", shown(&desk));
    for news in run(&mut desk).drain(..2) {
        desk.hear(news);
    }
    assert!(desk.stack.layers() == 1 && shown(&desk).contains("✗ Việc này gặp lỗi"), "{}", shown(&desk));
}

#[test]
fn what_opens_by_itself_waits_until_no_key_of_another_layer_can_close_it() {
    let mut desk = Desk::with_device();
    let closed = closed(&mut desk);
    desk.holds_jobs = true;
    desk.keys("x");
    desk.press(&[Key::Enter]);
    desk.type_text("wd-wx8");
    desk.hear(closed);
    desk.hear(News::Answer(Answer::Refused(bad())));
    desk.type_text("1a");
    desk.press(&[Key::Enter]);
    assert_eq!(desk.held.len(), 1, "{}", shown(&desk));
    for news in run(&mut desk) {
        desk.hear(news);
    }
    assert_eq!(desk.world.next_step().map(|rung| rung.step), Some(Step::Inspect));
    assert!(desk.stack.layers() == 1 && shown(&desk).contains("Chép dòng này"), "{}", shown(&desk));
    desk.press(&[Key::Enter]);
    assert!(desk.stack.layers() == 1 && shown(&desk).contains("✗ Việc này gặp lỗi"), "{}", shown(&desk));
    desk.press(&[Key::Enter]);
    assert_eq!(desk.stack.layers(), 0);
}

#[test]
fn a_locked_vault_is_opened_from_the_layer_that_found_it_locked() {
    let mut desk = Desk::with_device();
    desk.keys("s");
    let asked = desk.stack.update(Input::Key(Key::Enter), &desk.world);
    assert_eq!(asked, [Effect::Day(DayOrder::Close("/media/usb".into()))]);
    desk.hear(News::Answer(Answer::VaultLocked));
    assert!(desk.stack.layers() == 2 && shown(&desk).contains("Két đang khóa"), "{}", shown(&desk));
    desk.hear(News::Answer(Answer::VaultLocked));
    assert_eq!(desk.stack.layers(), 2, "once");
    desk.type_text(PASSPHRASE);
    desk.press(&[Key::Enter]);
    assert_eq!(desk.stack.layers(), 1, "{}", shown(&desk));
    desk.press(&[Key::Enter]);
    assert!(!shown(&desk).contains("Đang ghi bản sao"), "it was asked for again, and answered: {}", shown(&desk));
}

#[test]
fn a_scan_is_looked_for_wherever_a_page_is_only_read() {
    let mut desk = Desk::with_device();
    let first = desk.world.devices[0].name.clone();
    receive(&mut desk);
    let lot = desk.world.lot.clone().expect("a lot").lot.to_string();
    for open in ["message", "keys", "hits"] {
        desk.press(&[Key::Up, Key::Up]);
        assert_ne!(desk.world.here().map(|chosen| chosen.row.name.clone()), Some(first.clone()));
        match open {
            "message" => desk.hear(News::Answer(Answer::Refused(bad()))),
            "keys" => desk.keys("?"),
            _hits => desk.input(Input::Scan(&lot)),
        }
        assert_eq!(desk.stack.layers(), 1, "{open}");
        desk.input(Input::Scan(&first));
        assert_eq!(desk.stack.layers(), 0, "{open}");
        assert_eq!(desk.world.here().map(|chosen| chosen.row.name.clone()), Some(first.clone()), "{open}");
    }
}

#[test]
fn a_failed_job_is_seen_while_something_else_takes_its_time() {
    let mut desk = Desk::with_device();
    desk.hear(News::Busy(Some(say!("busy-closing"))));
    desk.hear(News::JobEnded { job: 1, report: bad() });
    let shown = shown(&desk);
    assert!(shown.lines().any(|line| line.starts_with("✗ Việc này gặp lỗi")), "{shown}");
    assert!(shown.lines().any(|line| line.starts_with("▶ Đang ghi bản sao an toàn")), "{shown}");
}

#[test]
fn every_key_is_on_the_page_of_keys_in_the_least_terminal() {
    let mut desk = crew(Desk::with_device());
    sign_in(&mut desk, "lead", LEAD_PIN);
    receive(&mut desk);
    let row = desk.world.devices[0].clone();
    let beginning = Beginning { job: 7, device: row.device, name: row.name, disk: "sdb".to_owned(), work: Work::Wipe };
    desk.hear(News::JobBegan(Box::new(beginning)));
    desk.keys("?");
    // In a high terminal they stand below each other.
    let high = desk.shown(80, 60);
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let inside = |line: &str| plain(line.trim_matches('│'));
    let all: Vec<String> = high
        .lines()
        .skip_while(|line| !line.contains("Các phím lúc này"))
        .skip(1)
        .take_while(|line| !line.contains("└──"))
        .map(inside)
        .collect();
    assert!(all.len() >= 24 && all.contains(&"m người".to_owned()), "{all:?}\n{high}");
    let low = plain(&shown(&desk).replace('│', " "));
    let said = |key: &String| low.contains(&format!(" {key} "));
    let missing: Vec<&String> = all.iter().filter(|key| !said(key)).collect();
    assert!(missing.is_empty(), "{missing:?}\n{low}");
}

#[test]
fn whoever_asked_for_something_sees_that_it_is_being_done() {
    let recording = "Đang ghi vào sổ…";
    for (open, keys, then) in [
        ("n", &[Key::Down, Key::Down, Key::Down][..], recording),
        ("tc", &[], recording),
        ("w", &[], recording),
        ("l", &[], recording),
        ("em", &[], recording),
        ("/7k3xq", &[], "Đang tìm…"),
    ] {
        let mut desk = Desk::with_device();
        desk.keys(open);
        desk.press(keys);
        assert!(!shown(&desk).contains(then), "{open}");
        let asked = desk.stack.update(Input::Key(Key::Enter), &desk.world);
        assert_eq!(asked.len(), 1, "{open}: {asked:?}");
        assert!(shown(&desk).contains(then), "{open}: {}", shown(&desk));
        assert_eq!(desk.stack.update(Input::Key(Key::Enter), &desk.world), [], "{open}: not twice");
    }
}

#[test]
fn the_key_that_helps_stands_beside_the_step_that_is_stuck() {
    let mut desk = crew(Desk::with_device());
    sign_in(&mut desk, "thu", PIN);
    desk.press(&[Key::Enter, Key::Enter, Key::Enter]);
    for (key, way) in [("w", "xóa      w: gỡ trạng thái chờ"), ("l", "xóa      l: gỡ cách ly")] {
        desk.keys(key);
        // What is to be done with a dangerous device is read first.
        desk.press(&[Key::Enter, Key::Escape]);
        assert!(shown(&desk).contains(way), "{}", shown(&desk));
        desk.keys(key);
        desk.press(&[Key::Enter, Key::Escape]);
    }
    assert!(!shown(&desk).contains("gỡ"), "{}", shown(&desk));
    desk.press(&[Key::Enter, Key::Enter]);
    desk.type_text("wd-wx81a");
    desk.press(&[Key::Enter]);
    assert!(shown(&desk).contains("1/1 ổ đĩa  a: xác nhận xóa"), "{}", shown(&desk));
    desk.press(&[Key::Enter, Key::Enter, Key::Enter]);
    desk.type_text("wd-wx81a");
    desk.press(&[Key::Enter, Key::Enter]);
    desk.keys("c");
    desk.press(&[Key::Enter]);
    assert!(shown(&desk).contains("sẵn sàng Enter hoặc p: cho qua"), "{}", shown(&desk));
    desk.press(&[Key::Enter]);
    assert!(shown(&desk).contains("[give-good-enough]"), "{}", shown(&desk));
    // What no lead may lift is only told.
    desk.press(&[Key::Escape]);
    desk.keys("w");
    desk.press(&[Key::Enter, Key::Enter]);
    assert!(!shown(&desk).contains("[give-good-enough]"), "{}", shown(&desk));
}

#[test]
fn what_a_lead_lets_pass_is_done_on_the_ladder_and_makes_the_device_ready() {
    let mut desk = crew(Desk::with_device());
    sign_in(&mut desk, "thu", PIN);
    desk.press(&[Key::Enter, Key::Enter, Key::Enter, Key::Enter, Key::Enter]);
    desk.type_text("wd-wx81a");
    desk.press(&[Key::Enter]);
    for (rule, then) in
        [("give-imaged", Some(Step::Check)), ("give-functions", Some(Step::Ready)), ("give-good-enough", None)]
    {
        desk.keys("p");
        assert!(shown(&desk).contains(rule), "{}", shown(&desk));
        desk.type_text("đủ dùng cho lớp 3");
        desk.press(&[Key::Enter, Key::Enter]);
        desk.type_text(LEAD_PIN);
        desk.press(&[Key::Enter]);
        assert_eq!(desk.world.next_step().map(|rung| rung.step), then, "{rule}: {}", shown(&desk));
    }
    assert_eq!(desk.world.here().map(|chosen| chosen.row.stage), Some(Stage::Ready));
}

#[test]
fn a_word_set_at_once_with_its_enter_belongs_to_the_words_before_it() {
    let mut desk = Desk::with_device();
    let first = desk.world.devices[0].name.clone();
    desk.keys("/");
    desk.type_text("máy ");
    desk.input(Input::Scan("nguyễn"));
    assert!(shown(&desk).contains("máy nguyễn"), "{}", shown(&desk));
    // What is scanned after a search is another search; and a tag always is.
    desk.input(Input::Scan("WD-123456"));
    assert!(!shown(&desk).contains("nguyễn"), "{}", shown(&desk));
    desk.type_text(" máy ");
    desk.input(Input::Scan(&first));
    assert_eq!(desk.stack.layers(), 0, "{}", shown(&desk));
}

#[test]
fn a_scanner_that_ends_in_tab_does_not_change_how_a_disk_is_wiped() {
    let mut desk = Desk::with_device();
    desk.keys("x");
    desk.press(&[Key::Enter]);
    let pattern = shown(&desk);
    desk.press(&[Key::Tab]);
    let zero = shown(&desk);
    assert!(pattern.contains("mẫu có khóa") && zero.contains("ghi đè bằng số 0"), "{pattern}\n{zero}");
    desk.type_text("wd-wx81a");
    desk.press(&[Key::Tab]);
    assert!(shown(&desk).contains("ghi đè bằng số 0"), "{}", shown(&desk));
}

#[test]
fn a_terminal_that_is_too_small_lets_nobody_work_on_what_it_does_not_show() {
    let mut desk = waiting();
    let tag = TagId::from_random([9; 7]);
    desk.stack.fit(79, 24);
    desk.press(&[Key::Escape, Key::Enter, Key::Function(1)]);
    desk.input(Input::Scan(tag.as_str()));
    desk.input(Input::Paste(tag.as_str()));
    assert_eq!((desk.stack.layers(), desk.left), (2, false));
    // Answers come all the same.
    for news in run(&mut desk).drain(..2) {
        desk.hear(news);
    }
    desk.keys("q");
    assert_eq!((desk.stack.layers(), desk.left), (0, false), "a job runs");
    desk.stack.fit(80, 24);
    desk.keys("n");
    assert_eq!(desk.stack.layers(), 1);
    for leave in [Key::Char('q'), Key::Control('c')] {
        let mut desk = Desk::with_device();
        desk.keys("n");
        desk.stack.fit(80, 23);
        desk.press(&[leave]);
        assert!(desk.left);
    }
}

#[test]
fn a_long_name_gives_way_before_what_its_owner_may_do() {
    let mut desk = Desk::with_device();
    let by = desk.rig.by.clone();
    let header = |desk: &Desk, name: &str, how: How| {
        let by = aoxanh::event::By { how, ..by.clone() };
        let role = desk.world.person.as_ref().and_then(|who| who.role);
        let world = World { person: Some(Who { name: name.to_owned(), role, by }), ..desk.world.clone() };
        let shown = super::screen_rig::drawn(
            &World { practice: true, ..world },
            &desk.stack,
            (80, 24),
            aoxanh::screen::Glyphs::Full,
            aoxanh::word::Lang::Vi,
        );
        super::screen_rig::text(&shown).lines().next().unwrap_or_default().to_owned()
    };
    desk.world.today.received = 12;
    let name = "Nguyễn Hoàng Minh Khai";
    let unsigned = header(&desk, name, How::Claimed);
    assert!(unsigned.contains(" Khai, chưa đăng nhập (d)") && unsigned.ends_with("20:36"), "{unsigned}");
    let signed = header(&desk, name, How::Pin);
    assert!(signed.contains(" Minh Khai (đội trưởng)"), "{signed}");
    let one_word = header(&desk, "Nguyễnhoàngminhkhai", How::Claimed);
    assert!(one_word.contains("…, chưa đăng nhập (d)"), "{one_word}");
}
