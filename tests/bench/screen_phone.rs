//! Phones on the screen: a code for whoever signs, the phones that are paired, revoking them, closing the page.

use super::screen_people::{LEAD_PIN, PIN, crew};
use super::screen_rig::{Desk, drawn, text};
use super::screen_shift::badge;
use aoxanh::port::Failure;
use aoxanh::screen::Glyphs;
use aoxanh::word::Lang;
use aoxanh::workbench::{
    Answer, Bench, Input, Key, PhoneOrder, PhonePairing, PhoneSession, PhoneView, Signature, sign,
};

/// What the station answers, with a page that nobody serves: whoever signs has a phone at once.
pub(crate) fn carry(view: &mut PhoneView, bench: &Bench<'_>, order: &PhoneOrder) -> Result<Answer, Failure> {
    match order {
        PhoneOrder::Look => {}
        PhoneOrder::Pair { signature: Signature::Pin(_), .. } if !bench.vault.is_open()? => {
            return Ok(Answer::VaultLocked);
        }
        PhoneOrder::Pair { interface, signature } => {
            let signed = sign(bench, signature)?;
            let (now, number) = (bench.clock.now(), view.sessions.iter().map(|one| one.number).max().unwrap_or(0) + 1);
            view.address.get_or_insert_with(|| format!("{}:8686", interface.as_deref().unwrap_or("10.0.0.1")));
            let url = "HTTP://10.0.0.1:8686/P/0123456789ABCDEFGHJKMNPQRS".to_owned();
            view.pairing = Some(PhonePairing { url, name: signed.name.clone(), until: now });
            let (person, name) = (signed.person, signed.name);
            view.sessions.insert(0, PhoneSession { number, person, name, since: now, seen: now, until: now });
        }
        PhoneOrder::Revoke(number) => view.sessions.retain(|session| session.number != *number),
        PhoneOrder::Stop => *view = PhoneView::default(),
    }
    let place = |name: &str, address: &str| (name.to_owned(), address.to_owned());
    let places = vec![place("wlan0", "10.42.0.1"), place("eth0", "192.168.1.9")];
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
    desk.press(&[Key::Down]);
    desk.keys("n");
    let before = desk.rig.events().len();
    signs(&mut desk, "thu", LEAD_PIN);
    let shown = desk.shown(80, 24);
    assert!(shown.contains("PIN") && !shown.contains('█') && desk.phones.pairing.is_none(), "{shown}");
    desk.type_text(PIN);
    desk.press(&[Key::Enter]);
    let shown = desk.shown(80, 40);
    assert!(shown.contains('█') && shown.contains("Quét bằng điện thoại") && shown.contains("1. Lê Thư"), "{shown}");
    assert_eq!(desk.phones.address.as_deref(), Some("eth0:8686"), "the interface that was chosen");
    let on_80 = desk.shown(80, 24);
    assert!(on_80.contains("Quét bằng điện thoại") && on_80.lines().all(|line| !line.contains('…')), "{on_80}");
    let ascii = text(&drawn(&desk.world, &desk.stack, (80, 24), Glyphs::Ascii, Lang::Vi));
    assert!(ascii.contains("10.0.0.1:8686"), "where no code can be drawn its address is said: {ascii}");
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
    desk.rig.vault.lock(true);
    desk.keys("n");
    assert!(desk.shown(80, 24).contains("két"), "{}", desk.shown(80, 24));
    assert!(desk.phones.pairing.is_none());
}
