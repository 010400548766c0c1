//! The shift on the screen: the page, taking by scan, notes, badges, handing over.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::screen_people::{LEAD_PIN, PIN, crew, sign_in};
use super::screen_rig::{Desk, SIZES};
use aoxanh::event::intake::{Danger, HoldReason};
use aoxanh::event::{By, Fact, How};
use aoxanh::port::{Failure, Trouble};
use aoxanh::unit::{Moment, PersonId, Secret, ShelfName};
use aoxanh::word::say;
use aoxanh::workbench::{
    Answer, Found, Input, Key, News, hold, issue_badge, move_device, people, quarantine, take_device, write_note,
};
use insta::assert_snapshot;

const SHIFT: Key = Key::Function(10);
/// 17:00 in Vietnam, so that some hours of the day are past and some to come.
const NOON: i64 = 1_790_000_000_000 - 4 * 3_600_000;

pub(crate) fn person(desk: &Desk, name: &str) -> PersonId {
    let all = people(&desk.rig.bench()).expect("reads");
    all.into_iter().find(|view| view.name.as_deref() == Some(name)).expect("known").person
}

/// Does it as that person, known by PIN.
pub(crate) fn as_person<T>(desk: &mut Desk, name: &str, work: impl FnOnce(&Desk) -> T) -> T {
    let by = By { person: person(desk, name), how: How::Pin };
    let before = std::mem::replace(&mut desk.rig.by, by);
    let done = work(desk);
    desk.rig.by = before;
    done
}

pub(crate) fn badge(desk: &mut Desk, name: &str) -> Secret {
    let person = person(desk, name);
    as_person(desk, "Lead", |desk| issue_badge(&desk.rig.bench(), &person).expect("made"))
}

/// Five devices: two in the volunteer's hands, one in the lead's, one on hold, one in quarantine; two notes.
fn busy() -> (Desk, Vec<Found>) {
    let desk = Desk::empty();
    desk.rig.clock.set(Moment::from_unix_millis(NOON));
    let mut desk = crew(desk);
    let all: Vec<Found> = (0..5).map(|_| desk.rig.device(false).0).collect();
    let shelf = |name: &str| ShelfName::read(name).expect("a name");
    as_person(&mut desk, "Lê Thư", |desk| {
        let bench = desk.rig.bench();
        take_device(&bench, &all[0], Some(&shelf("Bàn 3"))).expect("taken");
        take_device(&bench, &all[1], None).expect("taken");
        move_device(&bench, &all[3], &shelf("Kệ A1")).expect("moved");
        hold(&bench, &desk.rig.again(&all[3]), Some(HoldReason::Part)).expect("held");
        quarantine(&bench, &all[4], Some(Danger::Battery)).expect("set apart");
        write_note(&bench, &all[0], "bản lề lỏng, mở nhẹ tay").expect("written");
    });
    desk.rig.clock.set(Moment::from_unix_millis(NOON + 3 * 3_600_000));
    as_person(&mut desk, "Lead", |desk| {
        take_device(&desk.rig.bench(), &all[2], Some(&shelf("Bàn 1"))).expect("taken");
        write_note(&desk.rig.bench(), &all[3], "chờ RAM 8 GB, thứ hai có").expect("written");
    });
    desk.keys("r");
    (desk, all)
}

fn last(desk: &Desk) -> (By, Fact) {
    let event = desk.rig.events().pop().expect("recorded");
    (event.by, event.fact)
}

#[test]
fn the_page_shows_jobs_hands_what_waits_notes_and_what_was_done() {
    let (mut desk, _) = busy();
    desk.press(&[SHIFT]);
    for (columns, lines) in SIZES {
        assert_snapshot!(format!("shift-busy-{columns}"), desk.shown(columns, lines));
    }
    sign_in(&mut desk, "thu", PIN);
    desk.press(&[Key::Down, Key::Down]);
    assert_snapshot!("shift-scrolled-80", desk.shown(80, 24));
}

#[test]
fn an_empty_shift_and_one_that_cannot_be_read_say_so() {
    let mut desk = Desk::empty();
    let effects = desk.stack.update(Input::Key(SHIFT), &desk.world);
    assert_eq!(effects.len(), 1, "{effects:?}");
    let failure = Failure::new(Trouble::BadData, say!("summary-broken")).hint(say!("summary-broken-hint"));
    desk.hear(News::Answer(Answer::Refused((&failure).into())));
    for (columns, lines) in SIZES {
        assert_snapshot!(format!("shift-error-{columns}"), desk.shown(columns, lines));
    }
    desk.press(&[Key::Escape, SHIFT]);
    for (columns, lines) in SIZES {
        assert_snapshot!(format!("shift-empty-{columns}"), desk.shown(columns, lines));
    }
}

#[test]
fn a_scan_on_the_page_takes_the_device_over_and_a_guest_is_refused() {
    let (mut desk, all) = busy();
    desk.press(&[SHIFT]);
    desk.input(Input::Scan(&all[2].name()));
    assert!(desk.shown(80, 24).contains("[role-may]"), "{}", desk.shown(80, 24));
    sign_in(&mut desk, "thu", PIN);
    desk.input(Input::Scan(&all[2].name()));
    assert!(desk.shown(80, 24).contains("đã nhận từ tay Lead"), "{}", desk.shown(80, 24));
    let thu = person(&desk, "Lê Thư");
    assert!(matches!(last(&desk), (by, Fact::DeviceTaken(_)) if by.person == thu && by.how == How::Pin));
    desk.keys("t");
    desk.type_text(&all[4].name());
    desk.press(&[Key::Enter]);
    assert_eq!(desk.rig.again(&all[4]).file.hands.map(|hands| hands.person), Some(thu));
    desk.keys("b");
    desk.input(Input::Scan("Bàn 5"));
    assert!(desk.shown(80, 24).contains("đem về Bàn 5"), "{}", desk.shown(80, 24));
    desk.input(Input::Scan(&all[1].name()));
    assert_eq!(desk.rig.again(&all[1]).file.shelf.as_deref(), Some("Bàn 5"), "hers already, and moved");
    desk.keys("b");
    desk.type_text(&all[1].name());
    desk.press(&[Key::Enter]);
    assert!(desk.shown(80, 24).contains("là tem của máy"), "{}", desk.shown(80, 24));
    desk.keys("b");
    desk.press(&[Key::Enter]);
    assert!(!desk.shown(80, 24).contains("đem về"), "{}", desk.shown(80, 24));
    desk.keys("t");
    desk.type_text("g");
    desk.press(&[Key::Escape]);
    assert_eq!(desk.stack.layers(), 0, "typed, not pressed");
}

#[test]
fn a_note_is_written_at_the_bench_and_shown_on_one_line_there_and_whole_on_the_devices_page() {
    let mut desk = Desk::with_device();
    desk.keys("f");
    assert!(desk.shown(80, 24).contains("Đừng ghi tên"), "{}", desk.shown(80, 24));
    let text = "sạc kèm theo là của máy khác, đừng đưa nhầm khi giao, hỏi bàn số 2 trước đã";
    desk.type_text(text);
    desk.press(&[Key::Enter]);
    assert_eq!(desk.stack.layers(), 0, "{}", desk.shown(80, 24));
    assert!(matches!(last(&desk), (_, Fact::DeviceNoted(_))));
    let shown = desk.shown(80, 24);
    assert!(shown.contains("Ghi chú: sạc kèm theo") && shown.contains('…'), "{shown}");
    desk.press(&[Key::Function(4), Key::Right, Key::Right, Key::Right, Key::Right]);
    let shown = desk.shown(80, 24);
    assert!(shown.contains("[Ghi chú]") && shown.contains("số 2 trước đã"), "{shown}");
    desk.keys("fxong");
    desk.press(&[Key::Enter]);
    assert!(desk.shown(80, 24).contains("] xong"), "{}", desk.shown(80, 24));
}

#[test]
fn a_badge_signs_in_wherever_it_is_scanned_and_its_code_is_never_drawn() {
    let (mut desk, all) = busy();
    let thu = badge(&mut desk, "Lê Thư");
    let lead = badge(&mut desk, "Lead");
    desk.rig.vault.lock(true);
    for places in [&[][..], &[SHIFT], &[Key::Function(3)], &[Key::Function(7)], &[Key::Function(2), Key::Char('/')]] {
        desk.press(places);
        desk.input(Input::Scan(&format!("{}\n", thu.expose())));
        assert_eq!(desk.world.signed_in().map(|who| who.by.how), Some(How::Badge), "{}", desk.shown(80, 24));
        assert!(!desk.shown(80, 24).contains("THE-") && desk.stack.layers() == 0, "{}", desk.shown(80, 24));
        desk.press(&[Key::Function(2)]);
        desk.keys("d");
        assert!(desk.world.signed_in().is_none());
    }
    desk.rig.vault.lock(false);
    desk.keys("r");
    // Key by key, as a slow scanner types it into what looks for tags.
    desk.keys("/");
    desk.type_text(&thu.expose().to_lowercase());
    desk.press(&[Key::Enter]);
    assert_eq!(desk.world.signed_in().map(|who| who.name.clone()).as_deref(), Some("Lê Thư"), "{}", desk.shown(80, 24));
    // What one had begun stays under one's own badge, and not under somebody else's.
    desk.input(Input::Scan(&all[0].name()));
    desk.keys("fbản lề");
    desk.input(Input::Scan(thu.expose()));
    assert!(desk.stack.layers() == 1 && desk.shown(80, 24).contains("bản lề"), "{}", desk.shown(80, 24));
    desk.input(Input::Scan(lead.expose()));
    assert_eq!((desk.stack.layers(), desk.world.is_lead()), (0, true), "{}", desk.shown(80, 24));
    let again = badge(&mut desk, "Lê Thư");
    desk.input(Input::Scan(thu.expose()));
    let shown = desk.shown(80, 24);
    assert!(shown.contains("Thẻ này không dùng được") && !shown.contains(&thu.expose()[4..]), "{shown}");
    assert!(desk.world.is_lead(), "a badge that does not count changes nobody");
    desk.press(&[Key::Escape]);
    desk.input(Input::Scan(again.expose()));
    assert_eq!(desk.world.signed_in().map(|who| who.name.clone()).as_deref(), Some("Lê Thư"));
}

#[test]
fn a_shift_goes_over_by_the_pin_of_whoever_comes_and_they_are_at_the_bench() {
    let (mut desk, _) = busy();
    desk.press(&[SHIFT]);
    desk.keys("g");
    assert_eq!(desk.stack.layers(), 0, "nobody is signed in");
    sign_in(&mut desk, "thu", PIN);
    desk.keys("g");
    desk.type_text("máy bàn 3 chờ bản lề");
    assert_snapshot!("shift-hand-over-note-80", desk.shown(80, 24));
    desk.press(&[Key::Enter]);
    desk.type_text("lead");
    assert_snapshot!("shift-hand-over-80", desk.shown(80, 24));
    desk.press(&[Key::Enter]);
    let before = desk.rig.events().len();
    desk.type_text("111222");
    desk.press(&[Key::Enter]);
    assert!(desk.shown(80, 24).contains("Sai mã PIN"), "{}", desk.shown(80, 24));
    assert_eq!(desk.rig.events().len(), before);
    desk.type_text(LEAD_PIN);
    desk.press(&[Key::Enter]);
    assert_eq!(desk.rig.kinds(before), ["ShiftHandedOver", "DeviceTaken", "DeviceTaken"]);
    assert!(desk.shown(80, 24).contains("Đã giao ca cho Lead: 2 máy"), "{}", desk.shown(80, 24));
    assert!(desk.world.is_lead(), "whoever came is at the bench");
    desk.press(&[Key::Escape]);
    let shown = desk.shown(80, 24);
    assert_eq!((shown.matches("Lead: ").count(), shown.contains("Lê Thư: ")), (3, false), "{shown}");
}

#[test]
fn a_shift_goes_over_by_badge_or_to_nobody_while_the_vault_is_locked() {
    let (mut desk, _) = busy();
    let (thu, lead) = (badge(&mut desk, "Lê Thư"), badge(&mut desk, "Lead"));
    desk.rig.vault.lock(true);
    desk.press(&[SHIFT]);
    desk.input(Input::Scan(thu.expose()));
    desk.keys("g");
    desk.press(&[Key::Enter]);
    assert!(desk.shown(80, 24).contains("Két đang khóa"), "{}", desk.shown(80, 24));
    let before = desk.rig.events().len();
    desk.input(Input::Scan(thu.expose()));
    assert!(desk.shown(80, 24).contains("[shift-other]"), "{}", desk.shown(80, 24));
    desk.input(Input::Scan(lead.expose()));
    assert_eq!(desk.rig.kinds(before), ["ShiftHandedOver", "DeviceTaken", "DeviceTaken"], "{}", desk.shown(80, 24));
    desk.press(&[Key::Escape]);
    desk.keys("g");
    desk.press(&[Key::Enter, Key::Control('n')]);
    let shown = desk.shown(80, 24);
    assert!(shown.contains("Hết ca, không có người nhận. Còn 3 máy") && shown.contains("ở Bàn 3"), "{shown}");
    assert!(matches!(last(&desk), (_, Fact::ShiftHandedOver(over)) if over.to.is_none() && over.devices.len() == 3));
    assert!(desk.world.signed_in().is_none(), "whoever went is gone");
}

#[test]
fn closing_the_day_says_what_is_not_wiped_and_what_is_still_in_hands() {
    let (mut desk, _) = busy();
    sign_in(&mut desk, "thu", PIN);
    desk.press(&[SHIFT]);
    desk.keys("s");
    assert_snapshot!("shift-day-80", desk.shown(80, 24));
    desk.press(&[Key::Enter]);
    assert!(desk.shown(80, 24).contains("Chép"), "{}", desk.shown(80, 24));
    assert_snapshot!("shift-day-closed-80", desk.shown(80, 24));
}
