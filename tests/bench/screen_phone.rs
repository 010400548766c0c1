//! Phones on the screen: a code for whoever signs, the phones that are paired, revoking them, closing the page.

use super::phone_rig::codes_shown;
use super::screen_people::{LEAD_PIN, PIN, crew};
use super::screen_rig::{Desk, PASSPHRASE, drawn, text};
use super::screen_shift::badge;
use aoxanh::port::Failure;
use aoxanh::screen::Glyphs;
use aoxanh::word::Lang;
use aoxanh::workbench::{
    Answer, Bench, Effect, Input, Key, PhoneOrder, PhonePairing, PhoneSession, PhoneView, Signature, sign,
};

/// What the station answers, with a page that nobody serves: whoever signs has a phone at once.
pub(crate) fn carry(view: &mut PhoneView, bench: &Bench<'_>, order: &PhoneOrder) -> Result<Answer, Failure> {
    view.pairing = None;
    match order {
        PhoneOrder::Look => {}
        PhoneOrder::Join(wifi) => view.wifi = Some(wifi.clone()),
        PhoneOrder::Pair { signature: Signature::Pin(_), .. } if !bench.vault.is_open()? => {
            return Ok(Answer::VaultLocked);
        }
        PhoneOrder::Pair { place, signature } => {
            let signed = sign(bench, signature)?;
            let (now, number) = (bench.clock.now(), view.sessions.iter().map(|one| one.number).max().unwrap_or(0) + 1);
            let at = place.as_ref().map_or("10.0.0.1", |(_, address)| address);
            view.address.get_or_insert_with(|| format!("{at}:8686"));
            let url = "HTTP://192.168.100.100:8686/P/0123456789ABCDEFGHJKMNPQRS".to_owned();
            view.pairing = Some(PhonePairing { url, name: signed.name.clone(), until: now });
            let (person, name) = (signed.person, signed.name);
            view.sessions.insert(0, PhoneSession { number, person, name, since: now, seen: now, until: now });
        }
        PhoneOrder::Revoke(number) => view.sessions.retain(|session| session.number != *number),
        PhoneOrder::Stop => *view = PhoneView { wifi: view.wifi.take(), ..PhoneView::default() },
    }
    let place = |name: &str, address: &str| (name.to_owned(), address.to_owned());
    let places = vec![place("wlan0", "10.42.0.1"), place("eth0", "192.168.1.9"), place("eth0", "10.9.9.9")];
    view.places = if view.address.is_none() { places } else { Vec::new() };
    Ok(Answer::Phone(Box::new(view.clone())))
}

/// The settings' page, and phones on it.
fn phones() -> Desk {
    let mut desk = crew(Desk::with_device());
    desk.press(&[Key::Function(11)]);
    desk.keys("f");
    desk
}

fn signs(desk: &mut Desk, name: &str, pin: &str) {
    for typed in [name, pin] {
        desk.type_text(typed);
        desk.press(&[Key::Enter]);
    }
}

#[test]
fn a_code_is_shown_to_whoever_signs_for_it_and_to_nobody_else() {
    let mut desk = phones();
    let shown = desk.shown(80, 24);
    assert!(shown.contains("wlan0 · 10.42.0.1") && shown.contains("eth0 · 192.168.1.9"), "{shown}");
    desk.press(&[Key::Down, Key::Down]);
    desk.keys("n");
    let before = desk.rig.events().len();
    signs(&mut desk, "thu", LEAD_PIN);
    let shown = desk.shown(80, 24);
    assert!(shown.contains("PIN") && !shown.contains('█') && desk.phones.pairing.is_none(), "{shown}");
    desk.type_text(PIN);
    desk.press(&[Key::Enter]);
    let shown = desk.shown(80, 40);
    assert!(shown.contains('█') && shown.contains("Quét bằng điện thoại") && shown.contains("1. Lê Thư"), "{shown}");
    assert_eq!(desk.phones.address.as_deref(), Some("10.9.9.9:8686"), "the address that was chosen");
    let on_80 = desk.shown(80, 24);
    assert!(on_80.contains("Quét bằng") && on_80.lines().all(|line| !line.contains('…')), "{on_80}");
    // With the quiet zone all around it, and the phone that a key would revoke beside it.
    assert_eq!(codes_shown(&on_80), ["HTTP://192.168.100.100:8686/P/0123456789ABCDEFGHJKMNPQRS"], "{on_80}");
    let (full, last) = ("█".repeat(37), "▀".repeat(37));
    assert_eq!((on_80.matches(&full).count(), on_80.matches(&last).count()), (3, 1), "{on_80}");
    let beside = |line: &str| line.split_once("▶ 1. Lê Thư").is_some_and(|(code, _)| code.chars().count() > 37);
    assert!(on_80.lines().any(beside), "{on_80}");
    let ascii = text(&drawn(&desk.world, &desk.stack, (80, 24), Glyphs::Ascii, Lang::Vi));
    assert!(ascii.contains("192.168.100.100:8686"), "where no code can be drawn its address is said: {ascii}");
    // With the next look it is put away, and whoever opens the page after is shown none.
    desk.keys("r");
    assert!(desk.shown(80, 24).contains("1. Lê Thư") && !desk.shown(80, 24).contains('█'), "{}", desk.shown(80, 24));
    desk.keys("n");
    signs(&mut desk, "thu", PIN);
    assert!(desk.shown(80, 24).contains('█'));
    desk.press(&[Key::Escape]);
    desk.keys("f");
    assert!(!desk.shown(80, 24).contains('█'), "{}", desk.shown(80, 24));
    desk.phones.sessions.retain(|session| session.number == 1);
    // A badge signs as well, and signs nobody in.
    let lead = badge(&mut desk, "Lead");
    desk.keys("n");
    desk.input(Input::Scan(lead.expose()));
    assert!(desk.shown(80, 40).contains("2. Lead"), "{}", desk.shown(80, 40));
    assert!(desk.world.signed_in().is_none() && desk.phones.sessions.len() == 2);
    assert_eq!(desk.rig.kinds(before), ["BadgeIssued"], "pairing is no record");
}

#[test]
fn phones_are_listed_revoked_one_by_one_and_all_with_the_page() {
    let mut desk = phones();
    for (name, pin) in [("thu", PIN), ("lead", LEAD_PIN)] {
        desk.keys("n");
        signs(&mut desk, name, pin);
    }
    let numbers = |desk: &Desk| desk.phones.sessions.iter().map(|session| session.number).collect::<Vec<_>>();
    assert_eq!(numbers(&desk), [2, 1]);
    desk.press(&[Key::Down]);
    desk.keys("x");
    assert_eq!(numbers(&desk), [2], "the one that is meant");
    assert!(!desk.shown(80, 40).contains("1. Lê Thư"), "{}", desk.shown(80, 40));
    desk.phones.sessions.clear();
    desk.keys("r");
    assert!(!desk.shown(80, 40).contains("2. Lead"), "looked at again: {}", desk.shown(80, 40));
    desk.keys("t");
    assert!(desk.phones.address.is_none() && desk.shown(80, 24).contains("wlan0"), "{}", desk.shown(80, 24));
    desk.keys("n");
    desk.press(&[Key::Escape]);
    assert_eq!(desk.stack.layers(), 1, "back to the phones");
    desk.press(&[Key::Escape]);
    assert_eq!(desk.stack.layers(), 0);
}

#[test]
fn where_the_vault_is_locked_a_pin_is_asked_for_after_it_is_opened() {
    let mut desk = phones();
    // Locked under the hands of whoever signs.
    desk.keys("n");
    desk.type_text("thu");
    desk.press(&[Key::Enter]);
    desk.type_text(PIN);
    desk.rig.vault.lock(true);
    desk.press(&[Key::Enter]);
    assert!(desk.shown(80, 24).contains("két"), "{}", desk.shown(80, 24));
    assert!(desk.phones.pairing.is_none());
    desk.type_text(PASSPHRASE);
    desk.press(&[Key::Enter]);
    signs(&mut desk, "thu", PIN);
    assert!(desk.phones.pairing.is_some() && desk.shown(80, 24).contains('█'), "{}", desk.shown(80, 24));
}

#[test]
fn while_a_code_is_asked_for_a_badge_asks_for_no_other() {
    let mut desk = phones();
    let lead = badge(&mut desk, "Lead");
    desk.keys("n");
    let asks = |desk: &mut Desk| desk.stack.update(Input::Scan(lead.expose()), &desk.world);
    let first = asks(&mut desk);
    assert!(matches!(first.as_slice(), [Effect::Phone(PhoneOrder::Pair { .. })]), "{first:?}");
    assert_eq!(asks(&mut desk), []);
}

#[test]
fn the_wifis_code_is_shown_after_it_was_typed_once() {
    let mut desk = phones();
    desk.keys("w");
    let types = |desk: &mut Desk, name: &str, password: &str| {
        for text in [name, password] {
            desk.type_text(text);
            desk.press(&[Key::Enter]);
        }
    };
    types(&mut desk, "AO XANH", "ngan");
    assert!(desk.shown(80, 24).contains("8 đến 63") && desk.phones.wifi.is_none(), "{}", desk.shown(80, 24));
    types(&mut desk, "AO XANH", "chuyen;tay");
    let code = [r"WIFI:T:WPA;S:AO XANH;P:chuyen\;tay;;"];
    let shown = desk.shown(80, 24);
    assert!(codes_shown(&shown) == code && shown.contains("chuyen;tay"), "{shown}");
    desk.press(&[Key::Escape]);
    assert!(!desk.shown(80, 24).contains('█'), "{}", desk.shown(80, 24));
    desk.keys("w");
    assert_eq!(codes_shown(&desk.shown(80, 24)), code, "nobody types it again");
    let ascii = text(&drawn(&desk.world, &desk.stack, (80, 24), Glyphs::Ascii, Lang::Vi));
    assert!(ascii.contains("AO XANH") && ascii.contains("chuyen;tay") && !ascii.contains('#'), "{ascii}");
    // Another one; a code for which there is no room is not drawn in part.
    desk.keys("w");
    let long = "mật khẩu dài như một câu thơ lục bát";
    types(&mut desk, " 2", long);
    let shown = desk.shown(80, 24);
    assert!(shown.contains("AO XANH 2") && shown.contains("lục bát") && !shown.contains('█'), "{shown}");
    assert_eq!(codes_shown(&desk.shown(120, 40)), [format!("WIFI:T:WPA;S:AO XANH 2;P:{long};;")]);
    assert!(desk.rig.events().iter().all(|event| !format!("{event:?}").contains("AO XANH")), "and is no record");
}
