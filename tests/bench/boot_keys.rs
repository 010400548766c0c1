//! Which key makes a machine start from a stick: the verb, the card on paper, the layer, and a team's own list.

#![expect(clippy::disallowed_methods, reason = "a test writes a team's own list and looks at a page")]

use super::bench_rig::{Rig, ran};
use super::certificate_page::can_look;
use super::screen_rig::Desk;
use aoxanh::profile::{BOOT_KEYS, BootKeys};
use aoxanh::reading::maker_of;
use aoxanh::workbench::Key;
use serde_json::json;
use std::fs;
use std::process::Command;

#[test]
fn the_list_calls_makers_as_inspections_call_them() {
    for one in BootKeys::parse(BOOT_KEYS).expect("embedded").machines {
        assert_eq!(maker_of(&one.name), Some(one.name.as_str()), "{one:?}");
    }
}

#[test]
fn the_verb_tells_keys_by_words_and_a_team_has_its_own_list() {
    let rig = Rig::normal();
    let told = rig.json(&["boot-keys", "THINKPAD"]).good().one("boot_key");
    assert_eq!((&told["maker"], &told["boot"], &told["setup"]), (&json!("Lenovo"), &json!(["F12"]), &json!(["F1"])));
    let said = rig.run(&["boot-keys", "hp"]).good().out;
    assert!(said.contains("HP: F9 / Esc") && said.contains("bấm phím liên tục"), "{said}");
    rig.run(&["boot-keys", "lò vi sóng"]).refused(1, &["Không có hãng này", "F12, F9"]);
    let own = rig.station().join("profiles/boot");
    fs::create_dir_all(&own).expect("made");
    let list = "id = \"ta\"\nsource = \"Đội\"\n[[machine]]\nname = \"Máy Thử\"\nboot = [\"F7\"]\nsetup = []\n";
    fs::write(own.join("chuan.toml"), list).expect("written");
    assert_eq!(rig.json(&["boot-keys"]).good().all("boot_key").len(), 1, "the team's alone");
    fs::write(own.join("chuan.toml"), "machine = 1").expect("written");
    rig.run(&["boot-keys"]).refused(65, &["profiles/boot/chuan.toml"]);
}

#[test]
fn the_card_has_every_machine_with_its_keys_and_a_long_list_has_its_head_on_every_page() {
    if !can_look() {
        return;
    }
    let rig = Rig::normal();
    let text = |name: &str| {
        let file = rig.home().join(name);
        let path = file.display().to_string();
        rig.run(&["boot-keys", "--pdf", &path]).good();
        if let Some(keep) = std::env::var_os("AOXANH_KEEP_PAGES") {
            fs::copy(&file, std::path::Path::new(&keep).join(name)).expect("copied");
        }
        ran(Command::new("pdftotext").args(["-layout", &path, "-"])).good().out
    };
    let page = text("boot-keys.pdf");
    assert_eq!(page.matches('\u{c}').count(), 1, "one page to hang up");
    for one in BootKeys::parse(BOOT_KEYS).expect("embedded").machines {
        let keys = one.boot.join(" / ");
        assert!(page.lines().any(|line| line.contains(&one.title()) && line.contains(&keys)), "{one:?}\n{page}");
    }
    let own = rig.station().join("profiles/boot");
    fs::create_dir_all(&own).expect("made");
    let mut list = "id = \"ta\"\nsource = \"Đội\"\n".to_owned();
    for number in 0..90 {
        let one = format!("name = \"Máy {number:02}\"\nboot = [\"F7\"]\nsetup = []\nvi = \"Dặn {number:02}\"\n");
        list.extend(["[[machine]]\n", one.as_str()]);
    }
    fs::write(own.join("chuan.toml"), list).expect("written");
    let pages = text("own-boot-keys.pdf");
    let pages: Vec<_> = pages.split('\u{c}').filter(|page| !page.trim().is_empty()).collect();
    assert!(
        pages.len() > 1 && pages.iter().all(|page| page.contains("Vào BIOS") && page.contains("Trang ")),
        "{pages:?}"
    );
    for number in 0..90 {
        let (name, note) = (format!("Máy {number:02}"), format!("Dặn {number:02}"));
        let with_both = pages.iter().filter(|page| page.contains(&name) && page.contains(&note));
        assert_eq!(with_both.count(), 1, "{name}");
    }
}

#[test]
fn on_the_screen_the_list_is_narrowed_by_typing_and_says_what_else_is_to_be_done() {
    let mut desk = Desk::with_device();
    desk.press(&[Key::Function(11)]);
    desk.keys("k");
    let shown = desk.shown(80, 24);
    assert!(shown.contains("▶ Acer") && shown.contains("F12 Boot Menu"), "{shown}");
    desk.type_text("think");
    let shown = desk.shown(80, 24);
    assert!(shown.contains("▶ Lenovo (ThinkPad") && !shown.contains("Acer"), "{shown}");
    desk.type_text("x");
    assert!(desk.shown(80, 24).contains("Thử F12, F9"), "{}", desk.shown(80, 24));
    desk.press(&[Key::Control('u'), Key::Down, Key::Down]);
    assert!(desk.shown(80, 24).contains("▶ ASRock"), "{}", desk.shown(80, 24));
    desk.press(&[Key::Escape]);
    assert_eq!(desk.stack.layers(), 0, "closed");
}
