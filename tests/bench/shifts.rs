//! Shifts through the workbench and the command line: devices from hand to hand, notes, badges, handing over.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "a test looks at the files of the built program")]

use super::arming_rig::{Rig, refusal, said};
use super::bench_rig::{self, LEAD, PIN};
use super::custody::Step;
use super::golden;
use super::ledger_rig::{Walk, handed, lot_opened, person, received, tag};
use aoxanh::custody::{HandsFile, NoteFile};
use aoxanh::event::handover::Terms;
use aoxanh::event::intake::HoldReason;
use aoxanh::event::people::{BadgeIssued, PersonAdded, PinSet, Role, RoleGranted, RoleRevoked};
use aoxanh::event::shift::{DeviceNoted, DeviceTaken, NoteErased, ShiftHandedOver};
use aoxanh::event::{By, Event, Fact, How};
use aoxanh::tag::decode_png;
use aoxanh::unit::{PersonId, RANDOM_BYTES, Secret, ShelfName};
use aoxanh::workbench::{
    PersonView, Signature, Signer, add_person, badge_code, correct, erase_note, find_note, hand_over_shift, hold,
    issue_badge, move_device, notes, set_pin, shift_lines, shift_view, sign_in, sign_in_badge, strike_last,
    take_device, withdraw_badge, write_note,
};

/// The new kinds, each way they can be written.
pub(crate) fn golden() -> Vec<Event> {
    let somebody = PersonId::from_random([6; RANDOM_BYTES]);
    let device = golden::after(None).id;
    let over = ShiftHandedOver {
        to: Some(By { person: somebody.clone(), how: How::Badge }),
        devices: vec![device],
        note: Some(golden::digest(0x44)),
    };
    let nobody = ShiftHandedOver { to: None, devices: Vec::new(), note: None };
    vec![
        golden::about(DeviceTaken {}),
        golden::about(DeviceNoted { note: golden::digest(0x33) }),
        golden::event(How::Claimed, None, NoteErased { note: golden::digest(0x33) }),
        golden::event(How::Pin, None, over),
        golden::event(How::Pin, None, nobody),
        golden::event(How::Pin, None, BadgeIssued { person: somebody.clone(), badge: Some(golden::digest(0x55)) }),
        golden::event(How::Pin, None, BadgeIssued { person: somebody, badge: None }),
    ]
}

/// For each rule of shifts, notes and badges: a walk that leads up to it, and the step that it refuses.
pub(crate) fn refusals() -> Vec<(&'static str, Walk, Step)> {
    let crew = super::roles::crew;
    let badge = |number| BadgeIssued { person: person(number), badge: Some(golden::digest(7)) };
    let by_badge = || {
        let mut walk = crew();
        walk.how = How::Badge;
        walk
    };
    let over = |to| ShiftHandedOver {
        to: Some(By { person: person(to), how: How::Pin }),
        devices: vec![super::ledger_rig::device_id(1)],
        note: None,
    };
    let erased = NoteErased { note: golden::digest(8) };
    vec![
        ("badge-own", crew().by(2), (None, badge(1).into())),
        ("badge-makes-none", by_badge(), (None, badge(1).into())),
        ("badge-makes-none", by_badge(), (None, PinSet { person: person(1), recovered: false }.into())),
        ("badge-makes-none", by_badge(), (None, PersonAdded { person: person(5) }.into())),
        ("badge-makes-none", by_badge(), (None, RoleGranted { person: person(2), role: Role::Lead }.into())),
        ("shift-other", crew(), (None, ShiftHandedOver { devices: Vec::new(), ..over(1) }.into())),
        ("shift-hands", crew(), (None, over(2).into())),
        ("note-known", crew(), (None, erased.into())),
    ]
}

const LEAD_PIN: &str = "918273";
const VOLUNTEER_PIN: &str = "2468";

/// A station with its lead at the bench, signed in, and a volunteer.
fn crew() -> (Rig, PersonView) {
    let mut rig = Rig::new(&[]);
    rig.by.how = How::Pin;
    let thu = add_person(&rig.bench(), "Lê Thư", Some(Role::Volunteer), Some(&Secret::new(VOLUNTEER_PIN)));
    (rig, thu.expect("added"))
}

fn by(rig: &mut Rig, person: &PersonId, how: How) {
    rig.by = By { person: person.clone(), how };
}

fn hands(rig: &Rig, person: &PersonId) -> usize {
    rig.bench().index.get::<HandsFile>(person).expect("reads").unwrap_or_default().devices.len()
}

#[test]
fn a_device_goes_from_hand_to_hand_until_it_is_put_on_a_shelf() {
    let (mut rig, thu) = crew();
    let lead = rig.by.person.clone();
    let found = rig.device(false).0;
    let three = ShelfName::read("Bàn 3").expect("a name");
    let taken = take_device(&rig.bench(), &found, Some(&three)).expect("taken");
    assert_eq!((taken.recorded, taken.from.as_deref()), (true, None));
    assert_eq!(taken.found.file.shelf.as_deref(), Some("Bàn 3"));
    assert_eq!(taken.found.file.hands.as_ref().map(|hands| hands.person.clone()), Some(lead.clone()));
    let before = rig.events().len();
    assert!(!take_device(&rig.bench(), &taken.found, Some(&three)).expect("has it").recorded);
    assert_eq!(rig.events().len(), before);
    by(&mut rig, &thu.person, How::Claimed);
    let taken = take_device(&rig.bench(), &rig.again(&found), None).expect("taken over");
    assert_eq!((taken.from.as_deref(), taken.found.file.shelf.as_deref()), (Some("Lead"), Some("Bàn 3")));
    assert_eq!((hands(&rig, &lead), hands(&rig, &thu.person)), (0, 1));
    // Back where it lay: it leaves the hands all the same.
    let moved = move_device(&rig.bench(), &taken.found, &three).expect("moved");
    assert!(moved.recorded && moved.found.file.hands.is_none());
    assert_eq!(hands(&rig, &thu.person), 0);
    let guest = rig.guest.clone();
    by(&mut rig, &guest, How::Claimed);
    let failure = refusal(take_device(&rig.bench(), &rig.again(&found), None), "a guest takes nothing");
    assert_eq!(failure.rule, Some("role-may"));
}

#[test]
fn what_is_handed_over_to_a_pupil_is_in_nobodys_hands() {
    let mut walk = Walk::ready();
    walk.goes(Some(1), DeviceTaken {});
    assert!(walk.device(1).expect("known").hands.is_some());
    walk.goes(Some(1), super::ledger_rig::allocated(1));
    walk.goes(Some(1), handed(1, Terms::Gift));
    assert!(walk.device(1).expect("known").hands.is_none());
    assert!(walk.file::<HandsFile>(&person(1)).expect("filed").devices.is_empty());
    walk.refused("device-gone", Some(1), DeviceTaken {});
}

#[test]
fn a_note_is_read_while_the_vault_is_locked_and_its_text_is_not_in_the_ledger() {
    let (mut rig, thu) = crew();
    by(&mut rig, &thu.person, How::Claimed);
    let found = rig.device(false).0;
    rig.vault.lock(true);
    let text = "pin phải cắm sạc\nmới lên";
    write_note(&rig.bench(), &found, text).expect("written");
    write_note(&rig.bench(), &found, "bản lề lỏng").expect("written");
    let told = notes(&rig.bench(), &found.id).expect("reads");
    let texts: Vec<_> = told.iter().map(|note| note.text.as_deref()).collect();
    assert_eq!(texts, [Some("bản lề lỏng"), Some("pin phải cắm sạc mới lên")], "on one line each");
    assert_eq!(told[0].who, thu.person.to_string(), "nobody has a name now");
    for event in rig.events() {
        let body = String::from_utf8(event.to_body().expect("writes")).expect("UTF-8");
        assert!(!body.contains("pin ph") && !body.contains("lỏng"), "{body}");
    }
    for wrong in ["", "  \n ", &"x".repeat(501)] {
        assert_eq!(said(&refusal(write_note(&rig.bench(), &found, wrong), "wrong")), "note-wrong");
    }
    assert_eq!(rig.files_below("").iter().filter(|(name, _)| name.contains(".txt")).count(), 2);
}

#[test]
fn an_erased_note_is_gone_from_the_disk_and_stays_so_where_a_copy_brings_it_back() {
    let (rig, _) = crew();
    let found = rig.device(false).0;
    write_note(&rig.bench(), &found, "máy của chị A").expect("written");
    let told = notes(&rig.bench(), &found.id).expect("reads");
    let kept = rig.files_below("").into_iter().find(|(name, _)| name.contains(".txt")).expect("kept");
    let short = told[0].note.short(8);
    for (name, says) in [("", "note-unknown"), (&short[..5], "note-unknown"), ("ffffffff", "note-unknown")] {
        assert_eq!(said(&refusal(find_note(&told, name), name)), says);
    }
    let note = find_note(&told, &short).expect("that one");
    erase_note(&rig.bench(), note).expect("erased");
    assert!(!rig.files_below("").iter().any(|(name, _)| name.contains(".txt")));
    rig.give_file(&kept.0, kept.1);
    let told = notes(&rig.bench(), &found.id).expect("reads");
    assert_eq!((told[0].text.as_deref(), told[0].erased), (None, true));
    let before = rig.events().len();
    erase_note(&rig.bench(), note).expect("once more, where the file came back");
    assert_eq!(rig.events().len(), before);
    assert!(!rig.files_below("").iter().any(|(name, _)| name.contains(".txt")));
}

#[test]
fn a_note_whose_text_was_changed_is_no_note_and_a_refused_one_leaves_nothing_behind() {
    let (mut rig, _) = crew();
    let found = rig.device(false).0;
    write_note(&rig.bench(), &found, "màn tốt").expect("written");
    let (name, bytes) = rig.files_below("").into_iter().find(|(name, _)| name.contains(".txt")).expect("kept");
    let text = String::from_utf8(bytes).expect("UTF-8").replace("tốt", "hỏng");
    rig.give_file(&name, text.into_bytes());
    assert_eq!(notes(&rig.bench(), &found.id).expect("reads")[0].text, None);
    let stranger = PersonId::from_random([9; RANDOM_BYTES]);
    by(&mut rig, &stranger, How::Claimed);
    let failure = refusal(write_note(&rig.bench(), &found, "ai đây"), "a stranger");
    assert_eq!(failure.rule, Some("person-known"));
    assert_eq!(rig.files_below("").iter().filter(|(name, _)| name.contains(".txt")).count(), 1);
}

#[test]
fn only_a_note_that_stands_is_erased() {
    let mut walk = Walk::ready();
    let note = golden::digest(0x33);
    walk.refused("note-known", None, NoteErased { note });
    walk.goes(Some(1), DeviceNoted { note });
    walk.goes(None, NoteErased { note });
    assert!(walk.file::<NoteFile>(&note).expect("filed").erased);
    walk.refused("note-known", None, NoteErased { note });
}

#[test]
fn a_badge_signs_in_while_the_vault_is_locked_until_another_is_made() {
    let (mut rig, thu) = crew();
    let first = issue_badge(&rig.bench(), &thu.person).expect("made");
    assert_eq!(badge_code(&first.expose().to_lowercase()), Some(first.clone()));
    let last = rig.events().pop().expect("recorded");
    let body = String::from_utf8(last.to_body().expect("writes")).expect("UTF-8");
    assert!(body.contains("BadgeIssued") && !body.contains(&first.expose()[4..]), "{body}");
    rig.vault.lock(true);
    let signed = sign_in_badge(&rig.bench(), &first).expect("signed in");
    assert_eq!(signed.by(), By { person: thu.person.clone(), how: How::Badge });
    let unknown = Secret::new("THE-00000000000000000000000000");
    assert_eq!(said(&refusal(sign_in_badge(&rig.bench(), &unknown), "no such badge")), "badge-unknown");
    rig.vault.lock(false);
    // Whoever found it can make neither PIN nor badge with it.
    by(&mut rig, &thu.person, How::Badge);
    let failure = refusal(issue_badge(&rig.bench(), &thu.person), "by badge");
    assert_eq!(failure.rule, Some("badge-makes-none"));
    let failure = refusal(set_pin(&rig.bench(), &thu.person, &Secret::new("5544")), "by badge");
    assert_eq!(failure.rule, Some("badge-makes-none"));
    by(&mut rig, &thu.person, How::Pin);
    let second = issue_badge(&rig.bench(), &thu.person).expect("one's own");
    assert_eq!(said(&refusal(sign_in_badge(&rig.bench(), &first), "the lost one")), "badge-unknown");
    assert!(sign_in_badge(&rig.bench(), &second).is_ok());
    withdraw_badge(&rig.bench(), &thu.person).expect("taken back");
    assert_eq!(said(&refusal(sign_in_badge(&rig.bench(), &second), "taken back")), "badge-unknown");
    assert_eq!(said(&refusal(withdraw_badge(&rig.bench(), &thu.person), "none left")), "badge-none");
}

#[test]
fn nobody_makes_a_badge_for_somebody_else_but_a_lead_and_none_for_whoever_comes_or_left() {
    let (mut rig, thu) = crew();
    let (lead, guest) = (rig.by.person.clone(), rig.guest.clone());
    assert_eq!(said(&refusal(issue_badge(&rig.bench(), &guest), "whoever comes")), "person-shared");
    let code = issue_badge(&rig.bench(), &thu.person).expect("made");
    by(&mut rig, &thu.person, How::Pin);
    assert_eq!(refusal(issue_badge(&rig.bench(), &lead), "a volunteer").rule, Some("badge-own"));
    by(&mut rig, &thu.person, How::Claimed);
    assert_eq!(refusal(issue_badge(&rig.bench(), &thu.person), "claimed").rule, Some("signed-in"));
    by(&mut rig, &lead, How::Pin);
    let revoke = RoleRevoked { person: thu.person.clone(), role: Role::Volunteer };
    let bench = rig.bench();
    aoxanh::workbench::revoke(&bench, &thu.person, Some(revoke.role)).expect("revoked");
    assert_eq!(refusal(sign_in_badge(&bench, &code), "left").rule, Some("person-active"));
    assert!(matches!(rig.last(), Fact::RoleRevoked(last) if last == revoke));
    assert_eq!(said(&refusal(issue_badge(&rig.bench(), &thu.person), "left")), "rule-person-active");
}

#[test]
fn a_shift_goes_over_with_every_device_to_somebody_else_who_shows_who_they_are() {
    let (mut rig, thu) = crew();
    let lead = rig.by.person.clone();
    let (one, two) = (rig.device(false).0, rig.device(false).0);
    for found in [&one, &two] {
        take_device(&rig.bench(), found, None).expect("taken");
    }
    let before = rig.events().len();
    let comer = |person: &PersonId, pin: &str| Signature::Pin(Signer { person: person.clone(), pin: Secret::new(pin) });
    let wrong = hand_over_shift(&rig.bench(), Some(&comer(&thu.person, "1357")), None);
    assert_eq!(said(&refusal(wrong, "a wrong PIN")), "pin-wrong");
    let myself = hand_over_shift(&rig.bench(), Some(&comer(&lead, LEAD_PIN)), None);
    assert_eq!(refusal(myself, "oneself").rule, Some("shift-other"));
    rig.by.how = How::Claimed;
    let claimed = hand_over_shift(&rig.bench(), Some(&comer(&thu.person, VOLUNTEER_PIN)), Some("x"));
    assert_eq!(refusal(claimed, "not signed in").rule, Some("signed-in"));
    rig.by.how = How::Pin;
    assert_eq!(rig.events().len(), before);
    let over = hand_over_shift(&rig.bench(), Some(&comer(&thu.person, VOLUNTEER_PIN)), Some("chờ RAM")).expect("over");
    assert_eq!((over.devices.len(), over.to.map(|to| to.how)), (2, Some(How::Pin)));
    assert_eq!(rig.kinds(before), ["ShiftHandedOver", "DeviceTaken", "DeviceTaken"]);
    assert_eq!((hands(&rig, &lead), hands(&rig, &thu.person)), (0, 2));
    let takers = rig.events().into_iter().skip(before + 1).map(|event| event.by);
    assert!(takers.into_iter().all(|by| by == By { person: thu.person.clone(), how: How::Pin }));
    let view = shift_view(&rig.bench()).expect("reads");
    assert_eq!((view.hands.len(), view.hands[0].name.as_str(), view.hands[0].devices.len()), (1, "Lê Thư", 2));
    assert_eq!((view.notes[0].text.as_deref(), view.notes[0].device.as_ref()), (Some("chờ RAM"), None));
}

#[test]
fn a_shift_nobody_takes_over_says_what_lies_where_and_leaves_it_in_the_hands_of_whoever_goes() {
    let (mut rig, thu) = crew();
    let found = rig.device(false).0;
    by(&mut rig, &thu.person, How::Pin);
    let three = ShelfName::read("Bàn 3").expect("a name");
    take_device(&rig.bench(), &found, Some(&three)).expect("taken");
    let over = hand_over_shift(&rig.bench(), None, Some("  ")).expect("ended");
    assert_eq!((over.to, over.devices.len(), over.devices[0].file.shelf.as_deref()), (None, 1, Some("Bàn 3")));
    assert!(matches!(rig.last(), Fact::ShiftHandedOver(last) if last.to.is_none() && last.note.is_none()));
    assert_eq!(hands(&rig, &thu.person), 1);
}

#[test]
fn nobody_hands_over_what_is_in_other_hands_nor_to_a_guest_or_a_claim() {
    let mut walk = super::roles::crew();
    walk.goes(None, lot_opened(9));
    walk.goes(Some(2), received(9));
    walk.goes(Some(2), tag(9));
    walk.how = How::Pin;
    let over = |to: Option<(u8, How)>, devices: &[u8]| ShiftHandedOver {
        to: to.map(|(number, how)| By { person: person(number), how }),
        devices: devices.iter().map(|number| super::ledger_rig::device_id(*number)).collect(),
        note: None,
    };
    walk.refused("shift-hands", None, over(Some((2, How::Pin)), &[2]));
    walk.goes(Some(2), DeviceTaken {});
    for (to, how) in [(4, How::Pin), (2, How::Claimed), (2, How::Phone), (9, How::Badge), (1, How::Pin)] {
        walk.refused("shift-other", None, over(Some((to, how)), &[2]));
    }
    walk.goes(None, over(Some((2, How::Badge)), &[2]));
    let mut two = walk.by(2);
    two.refused("shift-hands", None, over(Some((1, How::Pin)), &[2]));
}

#[test]
fn the_page_says_what_waits_why_and_since_when() {
    let (rig, _) = crew();
    let found = rig.device(false).0;
    hold(&rig.bench(), &found, Some(HoldReason::Part)).expect("held");
    let since = rig.bench().clock.now();
    write_note(&rig.bench(), &found, "hỏi anh B về RAM").expect("written after");
    rig.clock.set(aoxanh::unit::Moment::from_unix_millis(since.unix_millis() + 2 * 3_600_000));
    let view = shift_view(&rig.bench()).expect("reads");
    assert_eq!((view.held.len(), view.quarantined.len(), view.more), (1, 0, false));
    assert_eq!(view.held[0].why.as_ref().map(|why| why.key().to_owned()).as_deref(), Some("hold-part"));
    let keys: Vec<String> = shift_lines(&view).iter().map(|line| line.what.key().to_owned()).collect();
    assert!(keys.iter().any(|key| key == "shift-wait"), "{keys:?}");
    assert!(keys.iter().any(|key| key == "shift-no-hands") && keys.iter().any(|key| key == "shift-note"), "{keys:?}");
}

#[test]
fn the_verbs_take_note_show_make_badges_and_hand_over() {
    let rig = bench_rig::Rig::normal();
    let (pin, device) = (rig.secret("pin"), rig.device());
    let signed: [&str; 2] = ["--pin-file", &pin];
    let taken = rig.json(&["take", &device.tag, "--at", "Bàn 3"]).good().one("taken");
    assert_eq!((taken["shelf"].as_str(), taken["recorded"].as_bool()), (Some("Bàn 3"), Some(true)));
    let noted = rig.json(&["note", &device.tag, "pin phồng nhẹ"]).good().one("note");
    assert_eq!(noted["text"], "pin phồng nhẹ");
    let shown = rig.run(&["show", &device.tag]).good().out;
    assert!(shown.contains("pin phồng nhẹ") && shown.contains(&format!("Đang ở tay: {LEAD}")), "{shown}");
    let shift = rig.run(&["shift"]).good().out;
    assert!(shift.contains("ở Bàn 3") && shift.contains("pin phồng nhẹ"), "{shift}");
    assert_eq!(rig.json(&["shift"]).good().one("in_hands")["devices"].as_array().map(Vec::len), Some(1));
    let id = noted["note"].as_str().expect("text")[..8].to_owned();
    rig.json(&["note", &device.tag, "--erase", &id]).good();
    assert!(rig.json(&["note", &device.tag]).good().one("note")["erased"].as_bool().expect("said"));
    rig.run(&["take", "0000000000-9"]).refused(2, &["0000000000-9"]);

    std::fs::write(rig.secret("moi"), "2468\n").expect("written");
    let moi = rig.secret("moi");
    rig.json(&[&signed[..], &["person", "add", "Lê Thư", "--role", "volunteer", "--new-pin-file", &moi]].concat())
        .good();
    rig.run(&["person", "badge", "Lê Thư"]).refused(1, &["[signed-in]"]);
    let png = rig.home().join("the.png").display().to_string();
    let ran = rig.json(&[&signed[..], &["person", "badge", "Lê Thư", "--png", &png]].concat()).good();
    let code = decode_png(&std::fs::read(&png).expect("written")).expect("a code");
    assert!(badge_code(&code).is_some() && !ran.out.contains(&code[4..]) && !rig.logged().contains(&code[4..]));
    let unseen = rig.json(&[&signed[..], &["person", "badge", "Lê Thư"]].concat());
    assert_eq!((unseen.code, unseen.one("failure")["trouble"].as_str()), (2, Some("usage")));
    std::fs::write(rig.secret("the"), format!("{code}\n")).expect("written");
    let the = rig.secret("the");
    let over = [&signed[..], &["shift", "hand-over", "--to", "Lê Thư", "--to-pin-file", &the, "--note", "chờ RAM"]];
    let over = rig.json(&over.concat()).good().one("shift_handed_over");
    assert_eq!(over["devices"].as_array().map(Vec::len), Some(1));
    // The badge stands for whoever holds it, and for nobody else.
    rig.run(&["--pin-file", &the, "take", &device.tag]).refused(1, &["thẻ của người khác"]);
    rig.run(&["--by", "Lê Thư", "--pin-file", &the, "shift", "hand-over", "--nobody"]).good();
    rig.verified();
}

#[test]
fn whoever_signs_in_by_pin_is_known_by_pin() {
    let (rig, thu) = crew();
    let signed = sign_in(&rig.bench(), "Lê Thư", &Secret::new(VOLUNTEER_PIN)).expect("signed in");
    assert_eq!(signed.by(), By { person: thu.person, how: How::Pin });
    assert_eq!(PIN, LEAD_PIN);
}

#[test]
fn a_move_that_is_struck_out_gives_the_device_back_into_the_hands_it_was_in() {
    let mut rig = Rig::new(&[]);
    rig.by.how = How::Pin;
    let (found, _) = rig.device(false);
    take_device(&rig.bench(), &found, None).expect("taken");
    let shelf = ShelfName::read("A1").expect("a name");
    let lead = rig.by.person.clone();
    assert_eq!(hands(&rig, &lead), 1);
    move_device(&rig.bench(), &rig.again(&found), &shelf).expect("moved");
    assert_eq!(hands(&rig, &lead), 0);
    let change = strike_last(&rig.bench(), &rig.again(&found)).expect("it can be");
    correct(&rig.bench(), &[change], None).expect("one's own last");
    assert_eq!((hands(&rig, &lead), rig.again(&found).file.hands.is_some()), (1, true));
    let change = strike_last(&rig.bench(), &rig.again(&found)).expect("it can be");
    correct(&rig.bench(), &[change], Some("không cầm")).expect("a lead may");
    assert_eq!((hands(&rig, &lead), rig.again(&found).file.hands), (0, None));
    assert_eq!(rig.bench().index.stale_drawer().expect("reads"), None);
}
