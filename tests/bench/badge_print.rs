//! Badges as labels: on paper at once or not at all, on no disk of the station, and none is made that nobody could see.

#![expect(clippy::expect_used, clippy::disallowed_methods, reason = "a test looks into files")]

use super::bench_rig;
use super::printing::{address, setting};
use super::printing_run::{add, nobody, printer_at};
use super::screen_people::{LEAD_PIN, crew, sign_in};
use super::screen_rig::Desk;
use super::screen_shift::{as_person, badge, person};
use aoxanh::port::{Failure, FakePrinters, PrintQueue, PrinterAddress};
use aoxanh::printer::PrintFolder;
use aoxanh::tag::{LabelTemplate, PrinterState, decode_png};
use aoxanh::unit::Secret;
use aoxanh::workbench::{
    Bench, Input, Key, LabelPrint, PrinterSetting, badge_code, issue_drawn_badge, issue_printed_badge, print_badge,
    sign_in_badge, worn_name,
};
use std::path::Path;
use std::time::Duration;

/// The picture in a TSPL job, as a PNG: in TSPL 0 is black.
pub(crate) fn tspl_picture(job: &[u8]) -> Vec<u8> {
    let head = b"BITMAP 0,0,";
    let at = job.windows(head.len()).position(|part| part == head).expect("a picture") + head.len();
    let ends = job.iter().enumerate().skip(at).filter(|(_, byte)| **byte == b',').map(|(at, _)| at);
    let ends: Vec<usize> = ends.take(3).collect();
    let number = |from: usize, to: usize| -> usize {
        std::str::from_utf8(&job[from..to]).ok().and_then(|text| text.parse().ok()).expect("a number")
    };
    let (stride, high) = (number(at, ends[0]), number(ends[0] + 1, ends[1]));
    let dots = &job[ends[2] + 1..];
    let side = |size: usize| u32::try_from(size).expect("small");
    let picture = image::GrayImage::from_fn(side(stride * 8), side(high), |x, y| {
        let byte = dots[y as usize * stride + x as usize / 8];
        image::Luma([if byte >> (7 - x % 8) & 1 == 0 { 0 } else { 255 }])
    });
    let mut png = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut png, image::ImageFormat::Png).expect("written");
    png.into_inner()
}

/// The badge that was printed.
fn on_paper(job: &[u8]) -> Secret {
    badge_code(&decode_png(&tspl_picture(job)).expect("a code that can be read")).expect("a badge")
}

/// A desk with a printer in that state.
fn desk(state: PrinterState) -> Desk {
    let mut desk = crew(Desk::with_device());
    desk.rig.named_printers = vec![setting("tem")];
    desk.rig.printers = FakePrinters::with(&address(), state);
    desk
}

fn printed(desk: &mut Desk, on: &PrinterSetting, name: &str) -> Result<(), Failure> {
    let thu = person(desk, "Lê Thư");
    as_person(desk, "Lead", |desk| issue_printed_badge(&desk.rig.bench(), &thu, name, on))
}

#[test]
fn a_badge_is_printed_with_its_name_and_signs_in_and_lies_in_no_queue() {
    let mut desk = desk(PrinterState::Ready);
    let before = desk.rig.events().len();
    printed(&mut desk, &setting("tem"), "Lê Thư").expect("printed");
    assert_eq!(desk.rig.kinds(before), ["BadgeIssued"]);
    let got = desk.rig.printers.got(&address());
    assert_eq!((got.len(), got[0].0.as_str()), (1, "-"), "nobody's name is its title");
    let code = on_paper(&got[0].1);
    assert_eq!(sign_in_badge(&desk.rig.bench(), &code).expect("known").name, "Lê Thư");
    assert_eq!(desk.rig.prints.list().expect("reads"), []);
    // Another name, another label.
    printed(&mut desk, &setting("tem"), "Lê Thị Thư").expect("printed");
    let again = desk.rig.printers.got(&address()).remove(1).1;
    let words = |job: &[u8]| job.len();
    assert_eq!(words(&got[0].1), words(&again), "as large");
    assert!(sign_in_badge(&desk.rig.bench(), &code).is_err(), "the one before counts no more");
}

#[test]
fn where_it_cannot_be_printed_none_is_made_and_the_one_before_still_counts() {
    for (state, why) in [
        (PrinterState::PaperOut, "printer-paper-out"),
        (PrinterState::CoverOpen, "printer-cover-open"),
        (PrinterState::Gone, "printer-gone"),
    ] {
        let mut desk = desk(state);
        let old = badge(&mut desk, "Lê Thư");
        let before = desk.rig.events().len();
        let refusal = printed(&mut desk, &setting("tem"), "Lê Thư").expect_err("refused");
        assert_eq!(refusal.what.key(), "badge-unprinted", "{why}");
        assert!(refusal.what.args().iter().any(|(_, arg)| format!("{arg:?}").contains(why)), "{refusal:?}");
        assert_eq!((desk.rig.events().len(), desk.rig.prints.list().expect("reads").len()), (before, 0));
        assert!(sign_in_badge(&desk.rig.bench(), &old).is_ok(), "{why}");
    }
    let mut desk = desk(PrinterState::Ready);
    let before = desk.rig.events().len();
    // A printing system keeps what it printed on its disk.
    let queue: PrinterAddress = "cups:tem".parse().expect("an address");
    desk.rig.printers.set(&queue, PrinterState::Ready);
    let spooled = PrinterSetting { address: queue.clone(), ..setting("tem") };
    let key = |desk: &mut Desk, on: &PrinterSetting, name: &str| {
        printed(desk, on, name).expect_err("refused").what.key().to_owned()
    };
    assert_eq!(key(&mut desk, &spooled, "Lê Thư"), "badge-spooled");
    // A name that no paper holds, and a printer that somebody else sends to.
    let long = "Một Cái Tên Dài Đến Nỗi Không Nhãn Nào Chứa Hết Được Trong Hai Dòng";
    assert_eq!(key(&mut desk, &setting("tem"), long), "tag-label-too-narrow");
    let turn = desk.rig.prints.take("tem").expect("reads").expect("free");
    assert_eq!(key(&mut desk, &setting("tem"), "Lê Thư"), "badge-unprinted");
    drop(turn);
    assert_eq!((desk.rig.printers.got(&address()).len(), desk.rig.printers.got(&queue).len()), (0, 0));
    // Whoever may not make one prints none either.
    let thu = person(&desk, "Lê Thư");
    assert!(issue_printed_badge(&desk.rig.bench(), &thu, "Lê Thư", &setting("tem")).is_err(), "by nobody");
    assert_eq!((desk.rig.printers.got(&address()).len(), desk.rig.events().len()), (0, before));
}

#[test]
fn a_badge_fits_every_paper_and_goes_into_a_file_that_somebody_names_only_once_it_can_be_read() {
    let mut desk = desk(PrinterState::Ready);
    let thu = person(&desk, "Lê Thư");
    for template in LabelTemplate::all(&[]).expect("good") {
        let language = aoxanh::tag::language("png");
        let print = LabelPrint {
            template: &template,
            roll: None,
            language,
            dpi: Some(203),
            copies: 1,
            used: 0,
            shift: aoxanh::report::Shift::default(),
        };
        let mut png = Vec::new();
        as_person(&mut desk, "Lead", |desk| {
            issue_drawn_badge(&desk.rig.bench(), &thu, "Nguyễn Thị Minh Thư", &print, &mut |bytes| {
                png = bytes.to_vec();
                Ok(())
            })
        })
        .expect(&template.id);
        let code = badge_code(&decode_png(&png).expect("read")).expect("a badge");
        assert_eq!(sign_in_badge(&desk.rig.bench(), &code).expect("known").person, thu, "{}", template.id);
    }
    let before = desk.rig.events().len();
    let template = LabelTemplate::all(&[]).expect("good").remove(0);
    let print = LabelPrint {
        template: &template,
        roll: None,
        language: None,
        dpi: None,
        copies: 1,
        used: 0,
        shift: aoxanh::report::Shift::default(),
    };
    let full = || Failure::new(aoxanh::port::Trouble::Io, aoxanh::word::say!("recording"));
    let kept = as_person(&mut desk, "Lead", |desk| {
        issue_drawn_badge(&desk.rig.bench(), &thu, "Thư", &print, &mut |_bytes| Err(full()))
    });
    assert_eq!((kept.is_err(), desk.rig.events().len()), (true, before), "the disk was full: no badge");
}

#[test]
fn the_name_is_typed_or_the_vaults_and_nobody_is_a_name() {
    let desk = desk(PrinterState::Ready);
    let thu = person(&desk, "Lê Thư");
    let name = |typed| worn_name(&desk.rig.bench(), &thu, typed);
    assert_eq!((name(None), name(Some(" Cô Thư "))), (Ok("Lê Thư".to_owned()), Ok("Cô Thư".to_owned())));
    assert_eq!(name(Some(" ")).expect_err("no name").what.key(), "person-name-wrong");
    desk.rig.vault.lock(true);
    assert_eq!(name(None).expect_err("unknown").what.key(), "badge-no-name");
    assert_eq!(name(Some("Thư")), Ok("Thư".to_owned()));
}

#[test]
fn the_badge_on_the_screen_is_printed_as_often_as_that_takes() {
    let mut desk = desk(PrinterState::PaperOut);
    sign_in(&mut desk, "lead", LEAD_PIN);
    desk.press(&[Key::Function(10)]);
    desk.keys("h");
    desk.shown(80, 24);
    desk.type_text(LEAD_PIN);
    desk.press(&[Key::Enter]);
    let before = desk.rig.events().len();
    desk.keys("p");
    let shown = desk.shown(120, 40);
    assert!(shown.contains("hết giấy") && shown.contains('█'), "it is still there: {shown}");
    desk.rig.printers.set(&address(), PrinterState::Ready);
    desk.keys("p");
    let shown = desk.shown(120, 40);
    assert!(shown.contains("Đã in thẻ"), "{shown}");
    assert!(desk.shown(80, 24).contains("Đã in thẻ"), "{}", desk.shown(80, 24));
    let got = desk.rig.printers.got(&address());
    assert_eq!((got.len(), desk.rig.events().len()), (1, before), "printing is no record");
    desk.input(Input::Scan(on_paper(&got[0].1).expose()));
    assert!(desk.shown(120, 40).contains("đọc đúng thẻ này"), "{}", desk.shown(120, 40));
    assert_eq!(desk.stack.layers(), 1);
    desk.press(&[Key::Escape]);
    assert_eq!(desk.stack.layers(), 0);
}

#[test]
fn a_badge_passes_by_the_folder_of_what_waits() {
    let desk = desk(PrinterState::Ready);
    let folder = tempfile::tempdir().expect("a folder");
    let queue = PrintFolder::new(folder.path().join("print"));
    let bench = Bench { prints: &queue, ..desk.rig.bench() };
    let code = Secret::new(format!("THE-{}", "0123456789ABCDEFGHJKMNPQRS"));
    print_badge(&bench, &setting("tem"), &code, "Thư").expect("printed");
    assert_eq!(on_paper(&desk.rig.printers.got(&address())[0].1), code);
    let left: Vec<_> = std::fs::read_dir(folder.path().join("print")).expect("made").flatten().collect();
    let is_lock = |entry: &std::fs::DirEntry| entry.path().extension().is_some_and(|ending| ending == "lock");
    assert!(left.iter().all(is_lock), "{left:?}");
}

/// Every file below that folder which holds one of these.
fn holding(folder: &Path, wanted: &[&[u8]]) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(holding(&path, wanted));
        } else {
            let bytes = std::fs::read(&path).unwrap_or_default();
            let has = |part: &&[u8]| bytes.windows(part.len()).any(|window| window == *part);
            found.extend(wanted.iter().any(has).then(|| path.display().to_string()));
        }
    }
    found
}

#[test]
fn the_built_program_leaves_no_trace_of_a_badge_that_it_printed() {
    let rig = bench_rig::Rig::normal();
    let at = nobody();
    add(&rig, "tem", &format!("tcp:{at}"), "tspl");
    let pin = rig.secret("pin");
    let signed = ["--by", bench_rig::LEAD, "--pin-file", &pin];
    let run = |more: &[&str]| rig.run(&[&signed[..], &["person", "badge"], more].concat());
    run(&["--print"]).refused(75, &["không thấy máy in"]);
    let printer = printer_at(at);
    let said = run(&["--printer", "tem", "--name", "Cô Trang"]).good().out;
    assert!(said.contains("máy in tem"), "{said}");
    let (job, _) = printer.recv_timeout(Duration::from_mins(1)).expect("it comes");
    let code = on_paper(&job);
    let dots = &job[job.len() / 2..job.len() / 2 + 200];
    let spelled = code.expose().as_bytes();
    for folder in [rig.home(), rig.memory(), &rig.station()] {
        assert_eq!(holding(folder, &[spelled, dots]), [""; 0], "the code is on a disk");
    }
    assert!(!said.contains(code.expose()) && !rig.logged().contains(code.expose()));
    let scanned = rig.memory().join("the");
    std::fs::write(&scanned, code.expose()).expect("written");
    let by_badge = rig.run(&["--pin-file", &scanned.display().to_string(), "shift"]);
    by_badge.good();
    // As a file, where somebody wants one; a second one on the way is none.
    let made =
        rig.json(&[&signed[..], &["person", "badge", "--file", "the.png", "--template", "nhiet-40x30"]].concat());
    assert_eq!(made.good().one("badge")["file"].as_str(), Some("the.png"));
    let png = std::fs::read(rig.home().join("the.png")).expect("written");
    assert!(badge_code(&decode_png(&png).expect("read")).is_some_and(|new| new != code));
    run(&["--file", "the.png", "--print"]).refused(2, &["--print"]);
    rig.verified();
}
