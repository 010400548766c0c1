//! Labels of parts: on every paper, scanned into a device, and told for what they are elsewhere.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::bench_rig;
use super::printing::{address, rig, setting};
use super::screen_rig::Desk;
use aoxanh::event::donation::Purpose;
use aoxanh::port::FakePrinters;
use aoxanh::tag::{LabelTemplate, PrinterState, decode_png, raster};
use aoxanh::unit::{Bytes, PartId};
use aoxanh::word::{Lang, Words};
use aoxanh::workbench::{
    Bench, Found, Input, Key, PartOrder, PartView, consent, part_label, part_view, shelf, take_part,
};

fn words() -> Words {
    Words::new(Lang::Vi, None).expect("embedded")
}

/// A part out of that device, whose donor agrees.
fn taken(bench: &Bench<'_>, found: &Found, label: &str) -> PartView {
    consent(bench, &found.file.lot, Purpose::Parts, true).expect("consented");
    let order =
        PartOrder { kind: "memory".to_owned(), label: Some(label.to_owned()), size: Some(Bytes::gib(4)), disk: None };
    take_part(bench, found, &order).expect("taken")
}

#[test]
fn a_parts_label_says_what_it_is_and_its_code_is_what_fitting_takes_on_every_paper() {
    let rig = rig(PrinterState::Ready);
    let (found, _) = rig.device(false);
    let part = taken(&rig.bench(), &found, "DDR3L SODIMM 1600");
    let label = part_label(&rig.bench(), &part, &words()).expect("a label");
    let said: Vec<&str> = label.lines.iter().map(|line| line.text.as_str()).collect();
    assert!(said.contains(&"RAM") && said.contains(&"DDR3L SODIMM 1600 · 4 GB"), "{said:?}");
    assert_eq!(label.text, part.id.as_str().to_uppercase());
    let typed = said.iter().find(|text| text.starts_with("k-")).expect("its id");
    assert_eq!((typed.replace(' ', ""), typed.matches(' ').count()), (part.id.to_string(), 3));
    let all = label.lines.iter().map(|line| line.text.clone()).collect::<Vec<_>>().join(" ");
    assert!(!all.contains(&found.name()), "from which device is told by the ledger alone: {all}");
    for template in LabelTemplate::all(&[]).expect("good") {
        for dpi in [203, 300] {
            let dots = raster(Some(&label.code), &label.lines, &template, dpi).expect(&template.id);
            let read = decode_png(&dots.png(dpi).expect("drawn")).expect("read");
            assert_eq!(aoxanh::workbench::part_code(&read), Some(part.id.clone()), "{}", template.id);
        }
    }
}

/// A desk whose device gave one part, which lies on the shelf.
fn desk() -> (Desk, PartId) {
    let mut desk = Desk::with_device();
    desk.rig.named_printers = vec![setting("tem")];
    desk.rig.printers = FakePrinters::with(&address(), PrinterState::Ready);
    let device = desk.world.cursor.clone().expect("chosen");
    let bench = desk.rig.bench();
    let found = bench.device(&device).expect("known");
    let (one, two) = (taken(&bench, &found, "DDR3"), taken(&bench, &found, "DDR4"));
    assert_ne!(one.id, two.id);
    // Not the one that is offered first.
    let last = shelf(&bench).expect("reads").pop().expect("two").id;
    drop(bench);
    desk.keys("r");
    (desk, last)
}

fn titles(desk: &Desk) -> Vec<String> {
    desk.rig.printers.got(&address()).into_iter().map(|(title, _)| title).collect()
}

#[test]
fn after_a_part_was_taken_one_key_prints_its_label() {
    let (mut desk, _) = desk();
    desk.keys("u");
    desk.press(&[Key::Down, Key::Down, Key::Enter, Key::Enter]);
    desk.press(&[Key::Enter, Key::Enter]);
    let shown = desk.shown(80, 24);
    assert!(shown.contains("rồi đặt lên kệ") && shown.contains("p: in nhãn"), "{shown}");
    let shelf = shelf(&desk.rig.bench()).expect("reads");
    let new = shelf.iter().find(|part| part.file.label.is_none()).expect("without words").id.clone();
    desk.keys("p");
    assert_eq!((titles(&desk), desk.stack.layers()), (vec![new.to_string()], 0), "{}", desk.shown(80, 24));
    assert!(desk.shown(120, 40).contains("đã vào hàng in của máy in tem"), "{}", desk.shown(120, 40));
}

#[test]
fn a_label_that_cannot_be_ordered_leaves_the_part_and_says_why() {
    let (mut desk, _) = desk();
    desk.rig.named_printers.clear();
    desk.keys("u");
    desk.press(&[Key::Down, Key::Down, Key::Enter, Key::Enter, Key::Enter, Key::Enter]);
    desk.keys("p");
    let shown = desk.shown(80, 24);
    assert!(shown.contains("chưa có máy in") && shown.contains("F11, rồi p"), "{shown}");
    desk.press(&[Key::Escape]);
    assert_eq!((desk.stack.layers(), titles(&desk).len()), (0, 0));
}

#[test]
fn a_part_on_the_shelf_is_chosen_by_its_label_and_its_label_printed_again() {
    let (mut desk, last) = desk();
    let code = last.as_str().to_uppercase();
    desk.keys("u");
    desk.input(Input::Scan(&code));
    let shown = desk.shown(80, 24);
    assert!(shown.contains(&format!("▶ {last}")), "{shown}");
    desk.keys("p");
    assert_eq!(titles(&desk), [last.to_string()]);
    assert!(desk.shown(80, 24).contains(&format!("▶ {last}")), "the list stays: {}", desk.shown(80, 24));
    let before = desk.rig.events().len();
    desk.press(&[Key::Enter]);
    assert_eq!(desk.rig.kinds(before), ["PartFitted"], "{}", desk.shown(80, 24));
    let device = desk.world.cursor.clone();
    assert_eq!(part_view(&desk.rig.bench(), last.clone()).expect("known").file.fitted, device);
    // It lies on no shelf any more.
    desk.press(&[Key::Escape]);
    desk.keys("u");
    desk.input(Input::Scan(&code));
    assert!(desk.shown(80, 24).contains("không nằm trên kệ"), "{}", desk.shown(80, 24));
    assert!(desk.rig.kinds(before).len() == 1, "nothing is done");
}

#[test]
fn a_parts_label_is_told_for_what_it_is_on_every_page() {
    let (mut desk, last) = desk();
    let from = desk.world.here().expect("chosen").row.name.clone();
    for place in [2, 3, 4, 6, 8] {
        desk.press(&[Key::Function(place)]);
        let before = desk.rig.events().len();
        desk.input(Input::Scan(&last.as_str().to_uppercase()));
        let shown = desk.shown(120, 40).split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(shown.contains("đang trên kệ") && shown.contains(&from), "F{place}: {}", desk.shown(120, 40));
        assert_eq!(desk.rig.events().len(), before, "nothing is received");
        desk.press(&[Key::Escape]);
    }
    desk.press(&[Key::Function(2)]);
    desk.input(Input::Scan("K-0123456789ABCDEF"));
    let shown = desk.shown(120, 40);
    assert!(shown.contains("nhãn của linh kiện k-0123456789ABCDEF"), "one of another station: {shown}");
}

#[test]
fn parts_are_labelled_by_a_verb_that_reads_what_a_label_says() {
    let rig = bench_rig::Rig::practice();
    let lot = rig.json(&["intake", "--consent-erase", "--consent-parts"]).good();
    let tag = lot.one("received")["tag"].as_str().expect("a tag").to_owned();
    let took = rig.run(&["part", "take", &tag, "--kind", "memory", "--gb", "4"]).good();
    let part = rig.json(&["part", "list"]).good().one("part")["part"].as_str().expect("an id").to_owned();
    assert!(format!("{}{}", took.out, took.err).contains(&format!("aoxanh part label {part}")), "{took:#?}");
    let upper = part.to_uppercase();
    let made = rig.json(&["part", "label", &upper, "--template", "nhiet-35x22", "--file", "nhan.png"]).good();
    let label = made.one("label");
    assert_eq!((label["label"].as_str(), label["text"].as_str()), (Some("part"), Some(upper.as_str())));
    let read = rig.json(&["tag", "read", "nhan.png"]);
    assert!(format!("{}{}", read.out, read.err).contains(&part), "{read:#?}");
    rig.run(&["part", "show", &upper]).good();
    rig.run(&["part", "label", "k-0123456789ABCDEF", "--file", "a.pdf"]).refused(1, &["k-0123456789ABCDEF"]);
    rig.run(&["part", "label", "x", "--file", "a.pdf"]).refused(2, &["không phải mã linh kiện"]);
    rig.run(&["part", "label", &part]).refused(2, &["chưa có máy in"]);
    rig.run(&["part", "fit", &upper, &tag]).good();
}
