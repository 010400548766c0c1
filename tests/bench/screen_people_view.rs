//! How the layers about people, rules, wipes and days look, and the page of a new station: each once, in Vietnamese.

#![expect(clippy::panic, reason = "a test fails by panicking")]

use super::screen_people::{LEAD_PIN, PIN, crew, sign_in};
use super::screen_rig::{Desk, drawn, text, tinted};
use aoxanh::screen::{Glyphs, SetUpStart, Stack};
use aoxanh::unit::Moment;
use aoxanh::word::{Lang, say};
use aoxanh::workbench::{Answer, Effect, Input, Key, MadeView, SetUpOrder, TeamKey, World};
use insta::assert_snapshot;

fn wiped() -> Desk {
    let mut desk = crew(Desk::with_device());
    sign_in(&mut desk, "thu", PIN);
    desk.press(&[Key::Enter, Key::Enter, Key::Enter, Key::Enter, Key::Enter]);
    desk.type_text("wd-wx81a");
    desk.press(&[Key::Enter]);
    desk
}

#[test]
fn the_bench_of_a_guest_says_what_signing_in_is_for() {
    let mut desk = crew(Desk::with_device());
    desk.press(&[Key::Enter, Key::Enter, Key::Enter]);
    assert_snapshot!("people-guest", desk.shown(80, 24));
    let styles = tinted(&desk.buffer(80, 24, Glyphs::Full, Lang::Vi));
    assert_snapshot!("people-guest-styles", styles);
}

#[test]
fn signing_in_by_name_and_pin() {
    let mut desk = crew(Desk::empty());
    desk.keys("d");
    assert_snapshot!("people-sign-in", desk.shown(80, 24));
    desk.type_text("le");
    desk.press(&[Key::Enter]);
    desk.type_text("1357");
    assert_snapshot!("people-sign-in-pin", desk.shown(80, 24));
    desk.press(&[Key::Enter]);
    assert_snapshot!("people-sign-in-wrong", desk.shown(80, 24));
    desk.press(&[Key::Escape, Key::Escape]);
    desk.rig.vault.lock(true);
    desk.keys("d");
    desk.type_text("bốn con");
    assert_snapshot!("people-unlock", desk.shown(80, 24));
}

#[test]
fn lifting_a_rule() {
    let mut desk = wiped();
    desk.keys("p");
    desk.type_text("cài ở trường, không cần cài ở đây");
    desk.press(&[Key::Enter]);
    assert_snapshot!("people-lift", desk.shown(80, 24));
    desk.press(&[Key::Enter]);
    desk.type_text(LEAD_PIN);
    assert_snapshot!("people-lift-pin", desk.shown(80, 24));
}

#[test]
fn validating_a_wipe() {
    let mut desk = wiped();
    desk.keys("a");
    assert_snapshot!("people-validate", desk.shown(80, 24));
    desk.press(&[Key::Enter]);
    desk.type_text("thu");
    desk.press(&[Key::Enter]);
    desk.type_text(PIN);
    desk.press(&[Key::Enter]);
    assert_snapshot!("people-validate-refused", desk.shown(80, 24));
}

#[test]
fn not_accepting_a_wipe() {
    let mut desk = wiped();
    desk.keys("ax");
    desk.press(&[Key::Enter]);
    desk.type_text("ổ kêu lạ");
    assert_snapshot!("people-validate-why", desk.shown(80, 24));
    desk.press(&[Key::Enter, Key::Escape, Key::Escape]);
    assert_eq!(desk.shown(80, 24).matches("phải xóa lại").count(), 1, "back at the decision: {}", desk.shown(80, 24));
    desk.keys("h");
    desk.press(&[Key::Enter]);
    desk.type_text("lead");
    desk.press(&[Key::Enter]);
    assert_snapshot!("people-validate-sign", desk.shown(80, 24));
}

#[test]
fn the_people_of_the_station() {
    let mut desk = crew(Desk::empty());
    sign_in(&mut desk, "lead", LEAD_PIN);
    desk.keys("m");
    assert_snapshot!("people-list", desk.shown(80, 24));
    desk.keys("t");
    desk.type_text("Phạm Kho");
    desk.press(&[Key::Enter]);
    assert_snapshot!("people-add-role", desk.shown(80, 24));
    desk.press(&[Key::Enter]);
    desk.type_text("1111");
    desk.press(&[Key::Enter]);
    assert_snapshot!("people-add-pin", desk.shown(80, 24));
    desk.press(&[Key::Escape, Key::Escape, Key::Escape]);
    desk.keys("v");
    assert_snapshot!("people-roles", desk.shown(80, 24));
}

#[test]
fn closing_the_day() {
    let mut desk = crew(Desk::with_device());
    sign_in(&mut desk, "thu", PIN);
    desk.keys("s");
    assert_snapshot!("people-day", desk.shown(80, 24));
    desk.press(&[Key::Enter]);
    assert_snapshot!("people-day-closed", desk.shown(80, 24));
}

/// A page without a station behind it.
struct Page {
    world: World,
    stack: Stack,
    asked: Vec<Effect>,
}

impl Page {
    fn new() -> Self {
        let start = SetUpStart {
            folder: "/home/doi/.local/share/aoxanh".into(),
            domain: "AOXANH.INVALID".to_owned(),
            guest: "Khách".to_owned(),
            sheets: "/home/doi/.local/share/phieu-khoi-phuc".into(),
            lang: Lang::Vi,
        };
        let world = World::new(false, Moment::from_unix_millis(1_795_268_160_000));
        Self { world, stack: Stack::set_up(start), asked: Vec::new() }
    }

    fn press(&mut self, keys: &[Key]) {
        for key in keys {
            let effects = self.stack.update(Input::Key(*key), &self.world);
            self.asked.extend(effects);
        }
    }

    fn answer(&mut self, text: &str) {
        text.chars().for_each(|letter| self.press(&[Key::Char(letter)]));
        self.press(&[Key::Enter]);
    }

    fn hear(&mut self, answer: &Answer) {
        let effects = self.stack.update(Input::Answer(answer), &self.world);
        self.asked.extend(effects);
    }

    fn shown(&self) -> String {
        text(&drawn(&self.world, &self.stack, (80, 24), Glyphs::Full, Lang::Vi))
    }

    /// Up to the summary, with a key of the team that is there.
    fn answered() -> Self {
        let mut page = Self::new();
        for text in
            ["Đội Thử", "Trần Thị Thử", "2468", "2468", "bốn con ngựa gỗ", "bốn con ngựa gỗ", "", "Trường Thử", ""]
        {
            page.answer(text);
        }
        page.press(&[Key::Down, Key::Down, Key::Enter]);
        page.answer("/media/usb/doi.key");
        page.answer("");
        page
    }

    fn order(&self) -> &SetUpOrder {
        let orders: Vec<_> = self
            .asked
            .iter()
            .filter_map(|effect| if let Effect::SetUp(order) = effect { Some(order) } else { None })
            .collect();
        let [order] = orders.as_slice() else { panic!("{:?}", self.asked) };
        order
    }
}

#[test]
fn the_page_of_a_new_station() {
    let mut page = Page::new();
    assert_snapshot!("setup-first", page.shown());
    for text in ["Đội Thử", "Trần Thị Thử", "2468", "2468"] {
        page.answer(text);
    }
    page.answer("ngắn");
    assert_snapshot!("setup-passphrase-short", page.shown());
    let page = Page::answered();
    assert_snapshot!("setup-summary", page.shown());
}

#[test]
fn a_new_station_is_asked_for_once_from_the_summary_with_every_answer() {
    let mut page = Page::answered();
    assert_eq!(page.asked, [], "not before the summary is confirmed");
    page.press(&[Key::Enter, Key::Enter, Key::Enter, Key::Escape]);
    let SetUpOrder { setup, sheets } = page.order().clone();
    assert_eq!((setup.team.as_str(), setup.lead.as_str(), setup.guest.as_str()), ("Đội Thử", "Trần Thị Thử", "Khách"));
    assert!(setup.pin.expose() == "2468" && setup.passphrase.is_some_and(|one| one.expose() == "bốn con ngựa gỗ"));
    assert_eq!((setup.domain.as_str(), setup.team_key), ("AOXANH.INVALID", TeamKey::From("/media/usb/doi.key".into())));
    assert_eq!(sheets, std::path::Path::new("/home/doi/.local/share/phieu-khoi-phuc"));
    let made = MadeView {
        folder: "/home/doi/.local/share/aoxanh".into(),
        station: "3f2a9c1b".to_owned(),
        sheets: (1..4).map(|number| format!("/media/usb/phieu-khoi-phuc-{number}.txt").into()).collect(),
        team_key: say!("team-key-used", file = "/media/usb/doi.key"),
        locked: None,
    };
    page.hear(&Answer::Made(Box::new(made)));
    assert_snapshot!("setup-made", page.shown());
    page.press(&[Key::Enter]);
    assert_eq!(page.asked.last(), Some(&Effect::Quit));
}

#[test]
fn the_page_goes_back_and_forth_loses_nothing_and_never_draws_a_secret() {
    let mut page = Page::answered();
    page.press(&[Key::Escape; 4]);
    for _question in 0..9 {
        let shown = page.shown();
        assert!(!shown.contains("2468") && !shown.contains("ngựa"), "{shown}");
        page.press(&[Key::Escape]);
    }
    assert!(page.shown().contains("Tên đội  1/") && page.asked.contains(&Effect::Quit), "{}", page.shown());
    let mut page = Page::answered();
    page.press(&[Key::Escape; 5]);
    page.press(&[Key::Enter; 5]);
    assert!(page.shown().contains("Đội Thử") && page.shown().contains("/media/usb/doi.key"), "{}", page.shown());
}

#[test]
fn a_refusal_stands_on_the_summary_and_the_answers_stay() {
    let mut page = Page::answered();
    page.press(&[Key::Enter]);
    let failure = aoxanh::port::Failure::new(aoxanh::port::Trouble::Io, say!("file-unwritable", file = "/x"));
    page.hear(&Answer::Refused((&failure).into()));
    assert!(page.shown().contains("✗") && page.shown().contains("/x"), "{}", page.shown());
    page.press(&[Key::Enter]);
    assert_eq!(page.asked.len(), 2, "it can be asked for again");
}

#[test]
fn each_question_of_a_new_station_keeps_an_answer_that_cannot_stand() {
    let mut page = Page::new();
    let passphrase = "bốn con ngựa gỗ";
    let ask = |page: &mut Page, asked: &str, wrong: &str, right: &str| {
        assert!(page.shown().contains(asked), "{asked}: {}", page.shown());
        page.press(&[Key::Control('u')]);
        page.answer(wrong);
        assert!(page.shown().contains(asked) && page.shown().contains('✗'), "{asked}: {}", page.shown());
        page.press(&[Key::Control('u')]);
        page.answer(right);
    };
    ask(&mut page, "Tên đội  1/", "", "Đội Thử");
    ask(&mut page, "Họ tên đội trưởng đầu tiên", "", "Trần Thị Thử");
    ask(&mut page, "Mã PIN của đội trưởng", "1111", "2468");
    ask(&mut page, "Gõ lại mã PIN", "2469", "2468");
    ask(&mut page, "Câu khóa của két", "ngắn", passphrase);
    ask(&mut page, "Gõ lại câu khóa", "bốn con ngựa sắt", passphrase);
    ask(&mut page, "Tên miền in trên tem", "tên miền!", "AOXANH.INVALID");
    page.press(&[Key::Enter]);
    page.press(&[Key::Enter, Key::Down, Key::Down, Key::Enter]);
    ask(&mut page, "Tệp chìa khóa của đội", "doi.key", "/media/usb/doi.key");
    ask(&mut page, "Thư mục ghi ba phiếu", "phieu", "/media/usb");
    assert!(page.shown().contains("Xem lại rồi bấm Enter"), "{}", page.shown());
}
