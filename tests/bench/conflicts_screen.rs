//! What two places recorded of one device, on the screen and by the verbs; other stations' chains on the screen.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::bundles::enrolled;
use super::conflicts::Start;
use super::custody_repair::graded;
use super::ledger_rig::{device_id, person, received};
use super::screen_people::{LEAD_PIN, PIN, crew, sign_in};
use super::screen_rig::Desk;
use aoxanh::custody::{Aside, AsideWhy, Between, ChainFile, STICK_KINDS};
use aoxanh::event::intake::TagBound;
use aoxanh::event::repair::Grade;
use aoxanh::event::settling::Settlement;
use aoxanh::event::station::StickEnrolled;
use aoxanh::event::{By, Fact, How};
use aoxanh::ledger::SecretKey;
use aoxanh::port::{Entry, Journal, TakeOver};
use aoxanh::unit::{DeviceId, Digest, Moment};
use aoxanh::workbench::{
    Answer, ChainSeen, ConflictSeen, Found, Key, News, Seen, Standing, conflict_of, conflicts, reason, settle_conflict,
};
use insta::assert_snapshot;
use std::collections::BTreeMap;

/// A chain with everything that can be wrong with one, and one with nothing.
fn chains() -> Vec<ChainSeen> {
    let at = Moment::from_unix_millis(1_795_268_160_000);
    let file = |name: Option<&str>| ChainFile {
        own_key: Digest([1; 32]),
        key: Digest([2; 32]),
        name: name.map(str::to_owned),
        enrolled_at: Some(at),
        size: 41,
        taken_at: at,
        offset_ms: None,
        odd_times: 0,
        aside: Vec::new(),
        heard: BTreeMap::new(),
    };
    let bad = ChainFile {
        offset_ms: Some(3 * 86_400_000),
        odd_times: 2,
        aside: vec![Aside { from: 1, to: 5, why: AsideWhy::Kind }, Aside { from: 9, to: 10, why: AsideWhy::Evidence }],
        ..file(Some("Thẻ 3"))
    };
    let seen = |number: u8, file| ChainSeen { station: Digest([number; 32]), file, parked: vec![], forks: vec![] };
    vec![
        ChainSeen { parked: vec![(50, 60)], forks: vec![(10, 12)], ..seen(3, Some(bad)) },
        seen(4, Some(file(None))),
        seen(5, None),
    ]
}

/// What a made-up conflict of that device, or such chains, are told as.
pub(crate) fn told(device: Option<Found>) -> Vec<News> {
    let from = "Thẻ 3".to_owned();
    let made_up = |device: Found| {
        let id = device.id.clone();
        let seen = ConflictSeen { device, between: Between::Machine, from, there: vec![], here: vec![], other: None };
        Seen::Conflict(id, Some(Box::new(seen)))
    };
    let seen = [Some(Seen::Chains(chains())), device.map(made_up)];
    seen.into_iter().flatten().map(|seen| News::Answer(Answer::Seen(Box::new(seen)))).collect()
}

/// The lead at a desk with one device and an enrolled stick.
fn lead() -> Desk {
    let mut desk = crew(Desk::with_device());
    sign_in(&mut desk, "Lead", LEAD_PIN);
    let until = Moment::from_unix_millis(1_999_000_000_000);
    own(&desk, None, StickEnrolled { until, ..enrolled(&STICK_KINDS) });
    desk
}

/// The desk's own team.
fn team() -> SecretKey {
    SecretKey::from_bytes(&[2; 32])
}

fn by_lead(desk: &Desk) -> By {
    By { how: How::Pin, ..desk.rig.by.clone() }
}

fn own(desk: &Desk, device: Option<DeviceId>, fact: impl Into<Fact>) {
    let entry =
        Entry { at: desk.rig.bench().clock.now(), happened_at: None, by: by_lead(desk), device, fact: fact.into() };
    desk.rig.store.commit(vec![entry]).expect("recorded");
}

fn brings(desk: &mut Desk, start: &mut Start) {
    let (at, bytes) = (desk.rig.bench().clock.now(), start.bundle());
    let order = TakeOver { at, by: by_lead(desk), offset_ms: None, bytes: &bytes };
    desk.rig.store.take_over(&order).expect("taken over");
    desk.keys("r");
}

/// A desk where a stick and the bench graded the one device, neither knowing of the other.
fn held() -> Desk {
    let mut desk = lead();
    let device = desk.world.cursor.clone().expect("chosen");
    let mut start = Start::of((31, &team()), Some(&desk.rig.store), by_lead(&desk));
    start.does_to(device.clone(), graded(Grade::C));
    own(&desk, Some(device), graded(Grade::A));
    brings(&mut desk, &mut start);
    assert_eq!(conflicts(&desk.rig.bench()).expect("reads").len(), 1);
    desk
}

#[test]
fn whoever_is_named_the_machine_that_was_tagged_later_gives_the_tag_up() {
    for is_later_named in [false, true] {
        let mut desk = lead();
        let first = desk.world.cursor.clone().expect("chosen");
        let known = |desk: &Desk, id: &DeviceId| desk.rig.bench().device(id).expect("known");
        let tag = known(&desk, &first).file.tags[0].clone();
        let mut start = Start::of((31, &team()), None, By { person: person(1), how: How::Pin });
        start.does(2, received(1));
        start.does(2, TagBound { tag: tag.clone() });
        brings(&mut desk, &mut start);
        let later = device_id(2);
        let named = known(&desk, if is_later_named { &later } else { &first });
        let seen = conflict_of(&desk.rig.bench(), &named).expect("reads").expect("held");
        assert_eq!((seen.between, seen.there.len(), seen.here.len()), (Between::Tag, 1, 1));
        assert!(!seen.ways().contains(&Settlement::BothStand));
        settle_conflict(&desk.rig.bench(), &named, (Settlement::OtherMachine, None), "hai máy").expect("by the lead");
        let tags = [&first, &later].map(|id| known(&desk, id).file.tags);
        assert_eq!(tags, [vec![tag], Vec::new()], "{is_later_named}");
        assert!(conflicts(&desk.rig.bench()).expect("reads").is_empty());
    }
}

#[test]
fn a_held_device_says_so_on_the_bench_and_a_lead_settles_it_there() {
    let mut desk = held();
    let why = |desk: &Desk| match desk.world.next_step().map(|rung| rung.standing.clone()) {
        Some(Standing::Blocked(why)) => Some(why.key().to_owned()),
        _other => None,
    };
    assert_eq!(why(&desk).as_deref(), Some("rule-conflict-first"));
    let shown = desk.shown(80, 24);
    assert!(shown.contains("Enter: đội trưởng xử việc trùng"), "{shown}");
    desk.press(&[Key::Enter]);
    let shown = desk.shown(80, 24);
    for word in ["Hai nơi ghi khác nhau", "Thẻ 3 và nơi này", "Thẻ 3, ", "Trạm này, ", "giữ cả hai như đã ghi"]
    {
        assert!(shown.contains(word), "{word} not in {shown}");
    }
    assert_snapshot!("conflict_80x24", shown);
    desk.press(&[Key::Enter]);
    desk.type_text("đã xem lại máy");
    desk.press(&[Key::Enter]);
    desk.type_text("thu");
    assert!(desk.shown(80, 24).contains("Không có ai như vậy"), "a volunteer: {}", desk.shown(80, 24));
    desk.press(&[Key::Control('u')]);
    desk.type_text("lead");
    desk.press(&[Key::Enter]);
    desk.type_text(PIN);
    desk.press(&[Key::Enter]);
    assert!(desk.shown(80, 24).contains("Sai mã PIN"), "{}", desk.shown(80, 24));
    desk.type_text(LEAD_PIN);
    desk.press(&[Key::Enter]);
    assert_eq!((desk.stack.layers(), why(&desk)), (0, None), "{}", desk.shown(80, 24));
    let Fact::ConflictSettled(settled) = desk.rig.last() else { panic!("not settled") };
    assert_eq!((settled.how, settled.records.len()), (Settlement::BothStand, 1));
    let hash = settled.reason.expect("given");
    assert_eq!(reason(&desk.rig.bench(), hash).expect("reads").as_deref(), Some("đã xem lại máy"));
    assert!(conflicts(&desk.rig.bench()).expect("reads").is_empty());
}

#[test]
fn the_page_of_a_held_device_names_both_histories_and_leads_to_settling() {
    let mut desk = held();
    desk.press(&[Key::Function(4)]);
    let shown = desk.shown(120, 40);
    for word in ["Thẻ 3 và nơi này đều ghi", "Thẻ 3, ", "Trạm này, "] {
        assert!(shown.contains(word), "{word} not in {shown}");
    }
    desk.press(&[Key::Control('t')]);
    assert!(desk.shown(80, 24).contains("giữ cả hai"), "{}", desk.shown(80, 24));
    desk.press(&[Key::Enter, Key::Escape, Key::Escape]);
    assert_eq!(desk.stack.layers(), 0);
    let device = desk.world.cursor.clone().expect("chosen");
    let bench = desk.rig.bench();
    let seen = conflict_of(&bench, &bench.device(&device).expect("known")).expect("reads").expect("held");
    assert_eq!((seen.there.len(), seen.here.len(), seen.there[0].from.as_deref()), (1, 1, Some("Thẻ 3")));
}

#[test]
fn a_device_that_nothing_holds_says_so_where_it_would_be_settled() {
    let mut desk = crew(Desk::with_device());
    desk.press(&[Key::Function(4), Key::Control('t')]);
    assert!(desk.shown(80, 24).contains("không có việc trùng nào"), "{}", desk.shown(80, 24));
    desk.press(&[Key::Enter, Key::Escape]);
    assert_eq!(desk.stack.layers(), 0);
}

#[test]
fn the_verbs_say_where_there_is_nothing_to_settle_and_take_only_the_ways_there_are() {
    let rig = super::bench_rig::Rig::normal();
    rig.run(&["conflict", "list"]).good();
    assert!(rig.json(&["conflict", "list"]).good().all("conflict").is_empty());
    let tag = rig.json(&["intake", "--consent-erase"]).good().one("received")["tag"].clone();
    let settle = |how| ["conflict", "settle", tag.as_str().expect("a tag"), "--how", how, "--why", "đã xem"];
    rig.run(&settle("both")).refused(1, &["không có việc trùng nào"]);
    rig.run(&settle("neither")).refused(2, &["neither"]);
}

#[test]
fn other_stations_chains_are_on_the_settings_page_with_what_is_wrong_with_each() {
    let mut desk = held();
    desk.press(&[Key::Function(11)]);
    desk.keys("c");
    let shown = desk.shown(80, 24);
    assert!(shown.contains("Sổ của thẻ và trạm khác: 1") && shown.contains("Thẻ 3: 2 bản ghi"), "{shown}");
    for news in told(None) {
        desk.hear(news);
    }
    let shown = desk.shown(80, 24);
    for word in ["chậm nhiều nhất 3 ngày", "bản ghi 1–4: thẻ không được ghi loại này", "1 gói kể khác"]
    {
        assert!(shown.contains(word), "{word} not in {shown}");
    }
    assert_snapshot!("chains_80x24", shown);
    desk.press(&[Key::Down, Key::Up, Key::Escape]);
    assert_eq!(desk.stack.layers(), 0);
}
