//! The screen and a drive that erases itself: what it offers is one key away, and its level stands there before anything is
//! typed.

use super::screen_rig::Desk;
use aoxanh::event::Fact;
use aoxanh::event::disk::Level;
use aoxanh::port::{Model, ModelKind};
use aoxanh::unit::Bytes;
use aoxanh::workbench::Key;

#[test]
fn the_erases_of_a_drive_are_gone_through_by_tab_and_recorded_with_what_they_are_worth() {
    let mut desk = Desk::with_device();
    let model = Model::filled(ModelKind::NvmeSsd, Bytes(4 << 20), 0xD0, 512);
    desk.rig.disks.plug_model(model.disk("sdb"), model.clone());
    desk.keys("x");
    // It was plugged in last.
    desk.press(&[Key::Down, Key::Enter]);
    let mut seen = Vec::new();
    for _choice in 0..6 {
        let screen = desk.shown(80, 24);
        seen.push(screen);
        desk.press(&[Key::Tab]);
    }
    let shown = |id: &str| seen.iter().filter(|screen| screen.contains(id)).count();
    assert!(seen[0].contains("ghi đè bằng mẫu có khóa") && seen[0].contains("mức Clear"), "{}", seen[0]);
    for id in ["nvme-sanitize-crypto", "nvme-sanitize-block", "nvme-format-ses1", "nvme-format-ses2"] {
        assert_eq!(shown(id), 1, "{id}:\n{}", seen.join("\n"));
    }
    assert_eq!((shown("mức Purge"), shown("dấu thử đã mất"), shown("discard")), (2, 2, 0));
    // Pattern, crypto, block.
    desk.press(&[Key::Tab, Key::Tab]);
    insta::assert_snapshot!("arm_sanitize_80x24", desk.shown(80, 24));
    desk.type_text("MODEL-NVME-0001");
    desk.press(&[Key::Enter]);
    let ended = desk.rig.events().into_iter().find_map(|event| {
        let Fact::WipeEnded(ended) = event.fact else { return None };
        Some(ended)
    });
    assert_eq!(ended.map(|ended| ended.level), Some(Level::Purge), "{}", desk.shown(80, 24));
    assert!(model.bytes().iter().all(|byte| *byte == 0));
}
