//! Sticks on the screen: the list, making one by questions, taking them home, and what is said of both.

use super::arming_rig::disk;
use super::screen_people::{LEAD_PIN, crew, sign_in};
use super::screen_rig::{Desk, PASSPHRASE};
use aoxanh::port::{Failure, Trouble};
use aoxanh::unit::{Bytes, Digest, Moment};
use aoxanh::word::say;
use aoxanh::workbench::{
    Answer, Bench, Enrolment, Key, News, Report, STICK_COUNTS, StickDisk, StickHome, StickLine, StickOrder, StickTold,
    SticksView, enrol_stick, sticks,
};

fn made_up(name: &str, home_at: Option<i64>) -> StickLine {
    StickLine {
        station: Digest::ZERO,
        key: Digest::ZERO,
        name: name.to_owned(),
        enrolled_at: Moment::from_unix_millis(1_794_000_000_000),
        until: Moment::from_unix_millis(1_800_000_000_000),
        home_at: home_at.map(Moment::from_unix_millis),
        revoked: home_at.is_none(),
    }
}

/// The sticks of a station without a folder: two that somebody made, those of the ledger, one to write to, one to take home.
fn view(bench: &Bench<'_>) -> Result<SticksView, Failure> {
    let mut lines = vec![made_up("Thẻ 1", Some(1_795_000_000_000)), made_up("Thẻ 2", None)];
    lines.extend(sticks(bench)?);
    let mut stick = disk("sdx", Some("4C5300-1"));
    (stick.removable, stick.rotational, stick.identity.size) = (true, Some(false), Bytes::gib(16));
    let disks = vec![StickDisk { disk: stick, obstacles: Vec::new(), code: None }];
    Ok(SticksView { lines, away: Vec::new(), disks, plugged: vec!["sdy".to_owned()], has_image: true })
}

/// What is told of sticks where nobody writes any.
pub(crate) fn carry(bench: &Bench<'_>, order: &StickOrder) -> Vec<News> {
    let told = |told: StickTold| News::Answer(told.into());
    match order {
        StickOrder::Look => {
            let seen = view(bench).map(|view| StickTold::View(view).into());
            vec![News::Answer(seen.unwrap_or_else(|failure| Answer::Refused((&failure).into())))]
        }
        StickOrder::Summary(_) => vec![told(StickTold::Summary(vec![7; 250]))],
        StickOrder::Home => {
            let full = Failure::new(Trouble::Io, say!("stick-full")).hint(say!("stick-broken-hint"));
            let mut home = StickHome::of(Digest::ZERO, Some(&made_up("Thẻ 1", None)));
            (home.starts, home.new, home.unwritten) = (2, 31, Some(full));
            vec![told(StickTold::Over(home.report()))]
        }
        StickOrder::Write(wish) => {
            let until = bench.clock.now().plus(STICK_COUNTS);
            let enrolment =
                Enrolment { station: Digest([7; 32]), key: Digest([8; 32]), name: wish.name.clone(), until };
            let made = enrol_stick(bench, &enrolment);
            let report = match made {
                Ok(()) => Report::new(aoxanh::workbench::Tone::Good, say!("stick-all-made", all = 1u64)),
                Err(failure) => (&failure).into(),
            };
            vec![told(StickTold::Going(40)), told(StickTold::Over(report))]
        }
    }
}

fn desk() -> Desk {
    let mut desk = crew(Desk::with_device());
    sign_in(&mut desk, "Lead", LEAD_PIN);
    desk.press(&[Key::Function(11)]);
    desk.keys("t");
    desk
}

#[test]
fn the_sticks_are_listed_with_when_each_was_home_and_what_is_plugged_in() {
    let mut desk = desk();
    let shown = desk.shown(120, 40);
    for word in
        ["Thẻ khởi động: 2", "Thẻ 1 · tạo", "về nhà lần cuối", "chưa về nhà lần nào", "đã thu hồi", "Đang cắm: sdy"]
    {
        assert!(shown.contains(word), "{word} not in {shown}");
    }
    assert!(desk.shown(80, 24).contains("nhấn t để ghi thẻ mới"), "{}", desk.shown(80, 24));
    desk.press(&[Key::Escape]);
    assert_eq!(desk.stack.layers(), 0);
}

#[test]
fn a_lead_makes_a_stick_by_questions_and_what_came_of_it_is_said() {
    let mut desk = desk();
    desk.keys("t");
    assert!(desk.shown(80, 24).contains("sdx · MODEL"), "{}", desk.shown(80, 24));
    desk.press(&[Key::Enter]);
    assert!(desk.shown(80, 24).contains("Thẻ 3"), "the next number: {}", desk.shown(80, 24));
    desk.press(&[Key::Enter]);
    desk.type_text("ngắn");
    desk.press(&[Key::Enter]);
    assert!(desk.shown(80, 24).contains("Câu khóa"), "too short: {}", desk.shown(80, 24));
    desk.press(&[Key::Control('u')]);
    desk.type_text(PASSPHRASE);
    desk.press(&[Key::Enter]);
    desk.type_text("khác hẳn câu kia");
    desk.press(&[Key::Enter, Key::Control('u')]);
    desk.type_text(PASSPHRASE);
    desk.press(&[Key::Enter]);
    assert!(desk.shown(80, 24).contains("Gõ trọn số sê-ri của sdx"), "{}", desk.shown(80, 24));
    assert!(!desk.shown(80, 24).contains(PASSPHRASE));
    desk.type_text("4C5300-1");
    desk.press(&[Key::Enter]);
    let shown = desk.shown(120, 40);
    assert!(shown.contains("Xong 1 thẻ") && shown.contains("Thẻ khởi động: 3") && shown.contains("Thẻ 3"), "{shown}");
}

#[test]
fn going_back_through_the_questions_loses_nothing_and_leads_out_to_the_list() {
    let mut desk = desk();
    desk.keys("t");
    desk.press(&[Key::Enter]);
    desk.type_text(" của Lan");
    desk.press(&[Key::Enter, Key::Escape]);
    assert!(desk.shown(80, 24).contains("Thẻ 3 của Lan"));
    desk.press(&[Key::Escape, Key::Escape]);
    assert!(desk.shown(80, 24).contains("Thẻ khởi động: 2"), "{}", desk.shown(80, 24));
}

#[test]
fn whoever_is_no_lead_takes_sticks_home_and_makes_none_and_what_could_not_be_written_is_said() {
    let mut desk = Desk::with_device();
    desk.press(&[Key::Function(11)]);
    desk.keys("tt");
    let shown = desk.shown(80, 24);
    assert!(shown.contains("Trưởng nhóm đăng nhập") && shown.contains("Đang cắm: sdy"), "{shown}");
    desk.keys("h");
    let shown = desk.shown(120, 40);
    for word in ["Thẻ 1 đã về nhà: 2 lần", "31", "thẻ đã đầy", "không mất"] {
        assert!(shown.contains(word), "{word} not in {shown}");
    }
}
