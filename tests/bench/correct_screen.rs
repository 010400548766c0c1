//! Keys of the layer that corrects: one's own last record on the bench, a lead's choice on the device's page.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::screen_people::{LEAD_PIN, PIN, crew, sign_in};
use super::screen_rig::Desk;
use aoxanh::custody::DeviceFile;
use aoxanh::event::{Event, Fact};
use aoxanh::port::{Index, Vault};
use aoxanh::workbench::{Key, history};
use insta::assert_snapshot;

fn file(desk: &Desk) -> DeviceFile {
    let device = desk.world.cursor.clone().expect("a device is chosen");
    desk.rig.bench().device(&device).expect("known").file
}

fn shelve(desk: &mut Desk, shelf: &str) {
    desk.keys("y");
    desk.type_text(shelf);
    desk.press(&[Key::Enter, Key::Escape]);
    assert_eq!(file(desk).shelf.as_deref(), Some(shelf), "{}", desk.shown(80, 24));
}

fn last(desk: &Desk) -> Event {
    desk.rig.events().pop().expect("something was recorded")
}

#[test]
fn whoever_recorded_it_takes_it_back_on_the_bench_having_seen_what_it_comes_to() {
    let mut desk = crew(Desk::with_device());
    sign_in(&mut desk, "thu le", PIN);
    shelve(&mut desk, "A1");
    shelve(&mut desk, "B2");
    desk.keys("z");
    assert_snapshot!("correct-undo", desk.shown(80, 24));
    desk.press(&[Key::Enter]);
    assert!(desk.shown(80, 24).contains("Bấm Enter lần nữa để ghi"), "{}", desk.shown(80, 24));
    assert_eq!(file(&desk).shelf.as_deref(), Some("B2"), "nothing under a single key");
    desk.press(&[Key::Enter]);
    assert_eq!((file(&desk).shelf.as_deref(), desk.stack.layers()), (Some("A1"), 0), "{}", desk.shown(80, 24));
    desk.keys("z");
    desk.press(&[Key::Enter, Key::Escape]);
    assert_eq!((file(&desk).shelf.as_deref(), desk.stack.layers()), (Some("A1"), 0), "Esc leaves it");
    desk.keys("z");
    desk.press(&[Key::Enter, Key::Enter]);
    assert_eq!(file(&desk).shelf, None, "and the one before");
    desk.keys("z");
    let shown = desk.shown(80, 24);
    assert!(shown.contains("correct-who"), "the tag is another's: {shown}");
    desk.press(&[Key::Enter, Key::Enter]);
    assert!(!file(&desk).tags.is_empty());
}

#[test]
fn a_lead_marks_records_on_the_devices_page_says_why_and_they_stay_struck_out_in_its_history() {
    let mut desk = crew(Desk::with_device());
    sign_in(&mut desk, "thu le", PIN);
    shelve(&mut desk, "A1");
    shelve(&mut desk, "B2");
    desk.keys("d");
    sign_in(&mut desk, "lead", LEAD_PIN);
    desk.press(&[Key::Function(4)]);
    desk.keys("z");
    assert_snapshot!("correct-list", desk.shown(80, 24));
    desk.press(&[Key::Char(' '), Key::Down, Key::Char(' '), Key::Enter]);
    assert_snapshot!("correct-preview", desk.shown(80, 24));
    desk.press(&[Key::Enter, Key::Enter]);
    assert_eq!(file(&desk).shelf.as_deref(), Some("B2"), "no reason was given yet");
    desk.type_text("để nhầm máy khác");
    desk.press(&[Key::Enter, Key::Escape]);
    assert!(desk.shown(80, 24).contains("[x]"), "Esc leads back: {}", desk.shown(80, 24));
    desk.press(&[Key::Enter, Key::Enter, Key::Enter]);
    assert_eq!(file(&desk).shelf, None, "{}", desk.shown(80, 24));
    let Fact::Corrected(corrected) = last(&desk).fact else { return assert_eq!(last(&desk).fact.kind(), "Corrected") };
    assert_eq!(corrected.records.len(), 2);
    let kept =
        corrected.reason.map(|hash| desk.rig.vault.open(&format!("blob-{hash}")).expect("reads").expect("sealed"));
    assert!(kept.is_some_and(|kept| kept.ends_with("để nhầm máy khác")));
    let device = desk.world.cursor.clone().expect("chosen");
    let found = desk.rig.bench().device(&device).expect("known");
    let lines = history(&desk.rig.bench(), &found).expect("reads");
    assert_eq!(lines.iter().filter(|line| line.stricken.is_some()).count(), 2);
    assert_eq!(lines.last().and_then(|line| line.reason.clone()).as_deref(), Some("để nhầm máy khác"));
    assert_eq!(desk.rig.store.stale_drawer().expect("reads"), None);
    desk.press(&[Key::Function(4), Key::Left, Key::Left]);
    desk.press(&[Key::Right; 5]);
    assert_snapshot!("correct-history", desk.shown(80, 24));
}

#[test]
fn what_changed_since_it_was_shown_is_not_corrected() {
    let mut desk = crew(Desk::with_device());
    sign_in(&mut desk, "thu le", PIN);
    shelve(&mut desk, "A1");
    desk.keys("z");
    let device = desk.world.cursor.clone().expect("chosen");
    let found = desk.rig.bench().device(&device).expect("known");
    let shelf = aoxanh::workbench::read_shelf("C3").expect("a name");
    aoxanh::workbench::move_device(&desk.rig.bench(), &found, &shelf).expect("moved by another");
    desk.press(&[Key::Enter, Key::Enter]);
    let shown = desk.shown(80, 24);
    assert!(shown.contains("vừa có bản ghi mới"), "{shown}");
    assert_eq!(file(&desk).shelf.as_deref(), Some("C3"));
}

#[test]
fn a_device_received_by_mistake_leaves_the_bench_and_the_next_one_is_meant() {
    let mut desk = crew(Desk::with_device());
    let first = desk.world.cursor.clone().expect("chosen");
    sign_in(&mut desk, "lead", LEAD_PIN);
    desk.keys("n");
    for _line in 0..6 {
        if desk.stack.layers() > 0 {
            desk.press(&[Key::Enter]);
        }
    }
    let second = desk.world.cursor.clone().expect("chosen");
    assert_ne!(first, second, "{}", desk.shown(80, 24));
    desk.press(&[Key::Function(4)]);
    desk.keys("z");
    desk.press(&[Key::PageDown, Key::Enter]);
    desk.type_text("nhận hai lần");
    desk.press(&[Key::Enter, Key::Enter]);
    assert_eq!(desk.world.cursor, Some(first.clone()), "{}", desk.shown(80, 24));
    assert_eq!(desk.world.devices.iter().map(|row| row.device.clone()).collect::<Vec<_>>(), [first]);
    assert_eq!(desk.world.today.received, 1);
    let page = desk.rig.bench().device(&second).expect("known");
    let page = aoxanh::workbench::device_page(&desk.rig.bench(), &page).expect("reads");
    assert!(format!("{page:?}").contains("correct-never-here"));
}
