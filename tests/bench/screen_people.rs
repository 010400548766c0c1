//! Keys of the layers about people: signing in and out, rules that a lead lifts, wipes that another validates, the day.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::screen_rig::{Desk, PASSPHRASE};
use aoxanh::event::people::{PinSet, Role};
use aoxanh::event::{By, Event, Fact, How};
use aoxanh::port::Clock;
use aoxanh::unit::{PersonId, Secret};
use aoxanh::workbench::{Input, Key, Standing, Step, Tone, add_person, people};
use std::time::Duration;

/// The lead's PIN, and the volunteer's.
pub(crate) const LEAD_PIN: &str = "918273";
pub(crate) const PIN: &str = "2468";

/// A lead, a volunteer called Lê Thư, and nobody at the bench.
pub(crate) fn crew(mut desk: Desk) -> Desk {
    let lead = desk.rig.by.person.clone();
    desk.rig.by.how = How::Pin;
    add_person(&desk.rig.bench(), "Lê Thư", Some(Role::Volunteer), Some(&Secret::new(PIN))).expect("a volunteer");
    assert_ne!(lead, desk.rig.guest);
    desk.rig.by = By { person: desk.rig.guest.clone(), how: How::Claimed };
    desk.keys("r");
    desk
}

/// Signs in by the keys.
pub(crate) fn sign_in(desk: &mut Desk, name: &str, pin: &str) {
    desk.keys("d");
    desk.type_text(name);
    desk.press(&[Key::Enter]);
    desk.type_text(pin);
    desk.press(&[Key::Enter]);
}

fn signed_in(desk: &Desk) -> Option<&str> {
    desk.world.signed_in().map(|who| who.name.as_str())
}

fn last(desk: &Desk) -> Event {
    desk.rig.events().pop().expect("something was recorded")
}

fn person(desk: &Desk, name: &str) -> PersonId {
    let all = people(&desk.rig.bench()).expect("reads");
    all.into_iter().find(|view| view.name.as_deref() == Some(name)).expect("known").person
}

/// Takes the chosen device up to the step after its wipe and its image, by whoever is at the bench.
pub(crate) fn wiped(desk: &mut Desk) {
    desk.press(&[Key::Enter, Key::Enter, Key::Enter, Key::Enter, Key::Enter]);
    desk.type_text("wd-wx81a");
    desk.press(&[Key::Enter]);
    assert_eq!(desk.world.next_step().map(|rung| rung.step), Some(Step::Image), "{}", desk.shown(80, 24));
}

#[test]
fn who_signs_in_signs_what_is_done_from_then_on_until_signing_out() {
    let mut desk = crew(Desk::with_device());
    assert_eq!((signed_in(&desk), desk.world.person.as_ref().and_then(|who| who.role)), (None, None));
    assert!(desk.shown(80, 24).contains("khách, chưa đăng nhập (d)"), "{}", desk.shown(80, 24));
    // No mark and no case has to be typed, and the words in any order.
    sign_in(&mut desk, "thu le", PIN);
    assert_eq!((signed_in(&desk), desk.stack.layers()), (Some("Lê Thư"), 0), "{}", desk.shown(80, 24));
    desk.keys("w");
    desk.press(&[Key::Enter]);
    assert_eq!(last(&desk).by, By { person: person(&desk, "Lê Thư"), how: How::Pin });
    desk.keys("d");
    assert_eq!(signed_in(&desk), None);
    desk.keys("l");
    desk.press(&[Key::Enter, Key::Escape]);
    assert_eq!(last(&desk).by, By { person: desk.rig.guest.clone(), how: How::Claimed });
}

#[test]
fn a_wrong_pin_is_told_keeps_the_layer_and_after_five_the_wait_is_told() {
    let mut desk = crew(Desk::empty());
    sign_in(&mut desk, "le", "1357");
    assert!(desk.shown(80, 24).contains("Sai mã PIN. Còn 4 lần"), "{}", desk.shown(80, 24));
    for _wrong in 0..4 {
        desk.type_text("1357");
        desk.press(&[Key::Enter]);
    }
    assert!(desk.shown(80, 24).contains("Phải chờ 1 phút"), "{}", desk.shown(80, 24));
    desk.type_text(PIN);
    desk.press(&[Key::Enter]);
    assert!(desk.shown(80, 24).contains("Còn phải chờ"), "{}", desk.shown(80, 24));
    assert_eq!((signed_in(&desk), desk.stack.layers()), (None, 1));
    // Back to the names, and out.
    desk.press(&[Key::Escape]);
    assert!(desk.shown(80, 24).contains("Gõ một phần tên"));
    desk.press(&[Key::Escape]);
    assert_eq!(desk.stack.layers(), 0);
}

#[test]
fn nobody_who_is_not_there_can_be_chosen_and_no_secret_is_ever_drawn() {
    let mut desk = crew(Desk::empty());
    desk.keys("d");
    assert!(!desk.shown(80, 24).contains("Guest"), "the guest has no PIN");
    desk.type_text("nguyen");
    desk.press(&[Key::Enter]);
    assert!(desk.shown(80, 24).contains("Không có ai như vậy"), "{}", desk.shown(80, 24));
    desk.press(&[Key::Control('u'), Key::Enter]);
    for letter in LEAD_PIN.chars() {
        desk.press(&[Key::Char(letter)]);
        assert!(!desk.shown(80, 24).contains(&LEAD_PIN[..2]), "{}", desk.shown(80, 24));
    }
    assert!(desk.shown(80, 24).contains("••••••"), "{}", desk.shown(80, 24));
    // A scanner, or a hand that is faster than one, ends with Enter of its own.
    desk.press(&[Key::Control('u')]);
    desk.input(Input::Scan(PIN));
    assert_eq!(signed_in(&desk), Some("Lê Thư"), "{}", desk.shown(80, 24));
}

#[test]
fn what_a_guest_may_not_do_is_greyed_with_the_rules_own_reason_and_enter_signs_in() {
    let mut desk = crew(Desk::with_device());
    desk.press(&[Key::Enter, Key::Enter, Key::Enter]);
    let rung = desk.world.next_step().expect("something to do");
    let Standing::SignIn(why) = &rung.standing else { panic!("{rung:?}") };
    assert_eq!((rung.step, why.key()), (Step::Wipe, "rule-role-bench"));
    assert!(desk.shown(80, 24).contains("đăng nhập để làm tiếp"), "{}", desk.shown(80, 24));
    desk.press(&[Key::Enter]);
    desk.type_text("le");
    desk.press(&[Key::Enter]);
    desk.type_text(PIN);
    desk.press(&[Key::Enter]);
    assert_eq!(desk.world.next_step().map(|rung| rung.standing.clone()), Some(Standing::Next));
    // A guest who tries all the same is refused by the rule.
    desk.keys("d");
    desk.keys("t");
    desk.keys("c");
    desk.press(&[Key::Enter]);
    assert!(desk.shown(80, 24).contains("[role-may]"), "{}", desk.shown(80, 24));
}

#[test]
fn a_locked_vault_asks_for_its_passphrase_and_goes_on_where_it_was() {
    let mut desk = crew(Desk::empty());
    desk.rig.vault.lock(true);
    desk.keys("r");
    assert!(desk.world.locked);
    desk.keys("d");
    assert!(desk.shown(80, 24).contains("Két đang khóa"), "{}", desk.shown(80, 24));
    desk.type_text("không phải câu này");
    desk.press(&[Key::Enter]);
    assert!(desk.shown(80, 24).contains("Câu khóa không đúng"), "{}", desk.shown(80, 24));
    desk.type_text(PASSPHRASE);
    assert!(!desk.shown(80, 24).contains("ngựa"), "{}", desk.shown(80, 24));
    desk.press(&[Key::Enter]);
    assert!(desk.shown(80, 24).contains("▶ Lê Thư"), "{}", desk.shown(80, 24));
    desk.press(&[Key::Enter]);
    desk.type_text(PIN);
    desk.press(&[Key::Enter]);
    assert_eq!((signed_in(&desk), desk.world.locked), (Some("Lê Thư"), false));
    // Without the passphrase there is nothing to choose from.
    desk.rig.vault.lock(true);
    desk.keys("d");
    desk.keys("d");
    desk.press(&[Key::Escape]);
    assert_eq!(desk.stack.layers(), 0);
}

#[test]
fn a_lead_lifts_a_rule_while_a_volunteer_is_at_the_bench_and_only_that_record_is_the_leads() {
    let mut desk = crew(Desk::with_device());
    sign_in(&mut desk, "thu", PIN);
    wiped(&mut desk);
    desk.press(&[Key::Enter, Key::Enter, Key::Enter]);
    desk.type_text("wd-wx81a");
    desk.press(&[Key::Enter, Key::Enter]);
    desk.keys("c");
    desk.press(&[Key::Enter]);
    let rung = desk.world.next_step().expect("not ready");
    assert!(matches!(rung.standing, Standing::Blocked(_)), "{rung:?}");
    desk.keys("p");
    assert!(desk.shown(80, 24).contains("[give-good-enough]"), "{}", desk.shown(80, 24));
    desk.press(&[Key::Enter]);
    assert!(!desk.shown(80, 24).contains("Đội trưởng nào"), "no reason was given");
    desk.type_text("đủ dùng cho lớp 3");
    desk.press(&[Key::Enter]);
    assert!(!desk.shown(80, 24).contains("▶ Lê Thư"), "only leads can");
    desk.press(&[Key::Enter]);
    desk.type_text("2468");
    desk.press(&[Key::Enter]);
    assert!(desk.shown(80, 24).contains("Sai mã PIN"), "{}", desk.shown(80, 24));
    desk.type_text(LEAD_PIN);
    desk.press(&[Key::Enter]);
    assert_eq!((desk.stack.layers(), desk.world.alerts[0].report.tone), (0, Tone::Good), "{}", desk.shown(80, 24));
    let event = last(&desk);
    assert!(matches!(&event.fact, Fact::RuleOverridden(lifted) if lifted.rule == "give-good-enough"), "{event:?}");
    assert_eq!(event.by, By { person: person(&desk, "Lead"), how: How::Pin });
    assert_eq!(signed_in(&desk), Some("Lê Thư"));
    let rung = desk.world.next_step();
    assert!(!rung.is_some_and(|rung| matches!(rung.standing, Standing::Blocked(_))), "{rung:?}");
    assert!(desk.world.here().is_some_and(|chosen| chosen.liftable.is_empty()));
    desk.keys("w");
    desk.press(&[Key::Enter]);
    assert_eq!(last(&desk).by.person, person(&desk, "Lê Thư"));
}

#[test]
fn a_rule_that_nobody_may_lift_has_no_key() {
    let mut desk = crew(Desk::with_device());
    desk.press(&[Key::Enter, Key::Enter, Key::Enter]);
    desk.keys("l");
    desk.press(&[Key::Enter, Key::Escape]);
    assert!(desk.world.here().is_some_and(|chosen| chosen.liftable.is_empty()));
    desk.keys("p");
    assert_eq!(desk.stack.layers(), 0);
}

#[test]
fn a_second_person_validates_with_the_evidence_in_sight_and_the_first_cannot() {
    let mut desk = crew(Desk::with_device());
    desk.keys("a");
    assert_eq!(desk.stack.layers(), 0, "nothing was wiped yet");
    sign_in(&mut desk, "thu", PIN);
    wiped(&mut desk);
    desk.keys("a");
    let shown = desk.shown(80, 24);
    assert!(shown.contains("Đã xóa, mức Clear") && shown.contains("Người xóa: Lê Thư (mã PIN)"), "{shown}");
    assert!(shown.contains("overwrite-"), "{shown}");
    let before = desk.rig.events().len();
    desk.press(&[Key::Enter]);
    desk.type_text("le th");
    desk.press(&[Key::Enter]);
    desk.type_text(PIN);
    desk.press(&[Key::Enter]);
    assert!(desk.shown(80, 24).contains("[validate-other]"), "{}", desk.shown(80, 24));
    assert_eq!(desk.rig.events().len(), before);
    desk.press(&[Key::Escape, Key::Control('u')]);
    desk.type_text("lead");
    desk.press(&[Key::Enter]);
    assert!(desk.shown(80, 24).contains("Đã xóa, mức Clear"), "{}", desk.shown(80, 24));
    desk.type_text(LEAD_PIN);
    desk.press(&[Key::Enter]);
    assert_eq!(desk.stack.layers(), 0, "{}", desk.shown(80, 24));
    let event = last(&desk);
    assert!(matches!(event.fact, Fact::WipeValidated(_)) && event.by.person == person(&desk, "Lead"), "{event:?}");
    desk.keys("a");
    assert_eq!(desk.stack.layers(), 0, "nothing is left to validate");
}

#[test]
fn a_lead_adds_people_gives_and_takes_roles_and_sets_pins_and_nobody_else_can() {
    let mut desk = crew(Desk::empty());
    desk.keys("m");
    assert_eq!(desk.stack.layers(), 0, "a guest");
    sign_in(&mut desk, "thu", PIN);
    desk.keys("m");
    assert_eq!(desk.stack.layers(), 0, "a volunteer");
    desk.keys("d");
    sign_in(&mut desk, "lead", LEAD_PIN);
    desk.keys("m");
    desk.keys("t");
    desk.press(&[Key::Enter]);
    assert!(desk.shown(80, 24).contains("✗") && desk.shown(80, 24).contains("Họ tên  1/4"), "{}", desk.shown(80, 24));
    desk.type_text("Phạm Kho");
    desk.press(&[Key::Enter, Key::Down, Key::Enter]);
    desk.type_text("1234");
    desk.press(&[Key::Enter]);
    assert!(desk.shown(80, 24).contains("quá dễ đoán"), "{}", desk.shown(80, 24));
    desk.press(&[Key::Control('u')]);
    desk.type_text("5544");
    desk.press(&[Key::Enter]);
    desk.type_text("5545");
    desk.press(&[Key::Enter]);
    assert!(desk.shown(80, 24).contains("không giống nhau"), "{}", desk.shown(80, 24));
    desk.press(&[Key::Control('u')]);
    desk.type_text("5544");
    desk.press(&[Key::Enter]);
    let shown = desk.shown(80, 24);
    assert!(desk.stack.layers() == 1 && shown.contains("Phạm Kho") && shown.contains("thủ kho"), "{shown}");
    // Lê Thư, Lead, Phạm Kho, the guest: the last role of the third is taken back.
    desk.press(&[Key::Down, Key::Down]);
    desk.keys("v");
    assert!(desk.shown(80, 24).contains("Vai trò của Phạm Kho"), "{}", desk.shown(80, 24));
    desk.press(&[Key::Down, Key::Down, Key::Enter]);
    assert!(desk.stack.layers() == 1 && desk.shown(80, 24).contains("đã nghỉ"), "{}", desk.shown(80, 24));
    desk.press(&[Key::Up, Key::Up, Key::Up]);
    // A session left open sets no PIN.
    let before = desk.rig.events().len();
    desk.keys("p");
    desk.type_text("111222");
    for _twice in 0..2 {
        desk.press(&[Key::Enter]);
        desk.type_text("6677");
    }
    desk.press(&[Key::Enter]);
    let shown = desk.shown(80, 24);
    assert!(shown.contains("Mã PIN của bạn  1/3") && shown.contains("Sai mã PIN"), "{shown}");
    assert_eq!(desk.rig.events().len(), before);
    desk.type_text(LEAD_PIN);
    desk.press(&[Key::Enter, Key::Enter, Key::Enter, Key::Escape]);
    assert_eq!(desk.stack.layers(), 0, "{}", desk.shown(80, 24));
    let set = Fact::from(PinSet { person: person(&desk, "Lê Thư"), recovered: false });
    assert_eq!((last(&desk).by.person, last(&desk).fact), (person(&desk, "Lead"), set));
    desk.keys("d");
    sign_in(&mut desk, "thu", "6677");
    assert_eq!(signed_in(&desk), Some("Lê Thư"), "{}", desk.shown(80, 24));
}

#[test]
fn a_name_that_is_taken_is_told_where_it_was_asked() {
    let mut desk = crew(Desk::empty());
    sign_in(&mut desk, "lead", LEAD_PIN);
    desk.keys("m");
    desk.keys("t");
    desk.type_text("le thu");
    desk.press(&[Key::Enter, Key::Enter]);
    for _twice in 0..2 {
        desk.type_text("5544");
        desk.press(&[Key::Enter]);
    }
    let shown = desk.shown(80, 24);
    assert!(shown.contains("Đã có người tên") && shown.contains("Họ tên  1/4"), "{shown}");
}

#[test]
fn the_day_is_closed_onto_a_stick_and_its_head_is_shown_to_be_written_down() {
    let mut desk = crew(Desk::with_device());
    desk.keys("s");
    desk.press(&[Key::Enter]);
    assert!(desk.shown(80, 24).contains("[role-may]"), "a guest: {}", desk.shown(80, 24));
    desk.press(&[Key::Escape]);
    sign_in(&mut desk, "thu", PIN);
    desk.keys("s");
    assert!(desk.shown(80, 24).contains("/media/usb  SanDisk"), "{}", desk.shown(80, 24));
    desk.press(&[Key::Down]);
    desk.type_text("/mnt/khac");
    desk.press(&[Key::Enter]);
    let shown = desk.shown(80, 24);
    assert!(shown.contains("/mnt/khac/") && shown.contains("Chép dòng này"), "{shown}");
    let facts: Vec<Fact> = desk.rig.events().into_iter().map(|event| event.fact).collect();
    let [.., Fact::BackupMade(made), Fact::DayClosed(_)] = facts.as_slice() else { panic!("{facts:?}") };
    let head: String = made.root.to_string().chars().take(4).collect();
    assert!(shown.contains(&format!("{} :", made.size)) && shown.contains(&format!("   {head}  ")), "{shown}");
    desk.press(&[Key::Enter]);
    desk.keys("s");
    assert!(desk.shown(80, 24).contains("Từ đó đã ghi thêm vào sổ: 0 bản ghi"), "{}", desk.shown(80, 24));
}

fn tomorrow(desk: &Desk) {
    let now = desk.rig.clock.now();
    desk.rig.clock.set(now.plus(Duration::from_hours(24)));
}

#[test]
fn work_of_yesterday_without_a_copy_is_told_once_a_day() {
    let mut desk = crew(Desk::with_device());
    assert!(desk.world.alerts.iter().all(|alert| alert.report.lines[0].key() != "day-overdue-never"));
    tomorrow(&desk);
    let overdue = |desk: &Desk| {
        desk.world.alerts.iter().filter(|alert| alert.report.lines[0].key() == "day-overdue-never").count()
    };
    desk.keys("r");
    assert_eq!(overdue(&desk), 1);
    desk.keys("b");
    desk.press(&[Key::Escape]);
    desk.keys("r");
    assert_eq!(overdue(&desk), 0, "it was read and put away");
    tomorrow(&desk);
    desk.keys("r");
    assert_eq!(overdue(&desk), 1);
}
