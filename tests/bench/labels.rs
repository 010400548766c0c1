//! Printed labels: sheets as PDF turned into pictures and read label by label by two decoders that share nothing, measured to
//! a tenth of a millimetre, and read again after harm.

#![expect(clippy::disallowed_methods, reason = "the test runs other programs and reads what they wrote")]
#![expect(
    clippy::expect_used,
    clippy::print_stderr,
    reason = "a test fails by panicking, and tells what it did not try"
)]

use super::bench_rig::{Ran, Rig, ran};
use aoxanh::tag::{Domain, LabelLine, LabelTemplate, Payload, Qr, TagId, codes_in, decode_png, raster};
use image::{DynamicImage, GrayImage, ImageFormat, Luma};
use std::collections::BTreeSet;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Whether these can be started. Where they cannot, CI fails and everybody else is told what was not tested.
fn are_there(programs: &[&str]) -> bool {
    let missing: Vec<_> = programs.iter().filter(|name| Command::new(name).arg("-h").output().is_err()).collect();
    assert!(missing.is_empty() || std::env::var("CI").as_deref() != Ok("true"), "CI must have {missing:?}");
    if !missing.is_empty() {
        eprintln!("NOT TESTED: {missing:?} (Debian packages zbar-tools, poppler-utils)");
    }
    missing.is_empty()
}

fn templates() -> Vec<LabelTemplate> {
    LabelTemplate::all(&[]).expect("good")
}

fn sheets() -> Vec<LabelTemplate> {
    templates().into_iter().filter(|template| template.sheet.is_some()).collect()
}

/// The first page of the PDF at that resolution.
fn page(pdf: &Path, dpi: u32) -> GrayImage {
    let stem = pdf.with_extension(dpi.to_string());
    let args = ["-r", &dpi.to_string(), "-gray", "-png", "-singlefile"].map(str::to_owned);
    ran(Command::new("pdftoppm").args(args).arg(pdf).arg(&stem)).good();
    let png = PathBuf::from(format!("{}.png", stem.display()));
    image::open(png).expect("a picture").into_luma8()
}

/// Dots of so many micrometres.
fn dots(micrometres: u32, dpi: u32) -> u32 {
    u32::try_from((u64::from(micrometres) * u64::from(dpi) + 12_700) / 25_400).expect("on paper")
}

/// The label of that number, cut out of its page.
fn cell(page: &GrayImage, template: &LabelTemplate, number: u32, dpi: u32) -> GrayImage {
    let (left, top) = template.sheet.as_ref().expect("a sheet").place(number);
    let size = [template.wide, template.high].map(|side| dots(side.0, dpi));
    image::imageops::crop_imm(page, dots(left.0, dpi), dots(top.0, dpi), size[0], size[1]).to_image()
}

fn png(grey: &GrayImage) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::from(grey.clone()).write_to(&mut bytes, ImageFormat::Png).expect("written");
    bytes.into_inner()
}

/// What zbar reads in each of these, in one run.
fn zbar(folder: &Path, pictures: &[Vec<u8>]) -> Vec<Option<String>> {
    let files: Vec<PathBuf> = (0..pictures.len()).map(|number| folder.join(format!("z-{number}.png"))).collect();
    for (file, picture) in files.iter().zip(pictures) {
        std::fs::write(file, picture).expect("ours");
    }
    // A code that it does not find makes it end with 4.
    let said = Command::new("zbarimg").args(["-q", "--xml", "--nodbus"]).args(&files).output().expect("zbarimg runs");
    let said = String::from_utf8(said.stdout).expect("text");
    let read = |file: &PathBuf| {
        let mine = said.split("<source ").find(|source| source.contains(&format!("{}'", file.display())))?;
        let data = mine.split("<![CDATA[").nth(1)?;
        Some(data.split("]]>").next()?.to_owned())
    };
    files.iter().map(read).collect()
}

fn sheet(rig: &Rig, template: &LabelTemplate, more: &[&str]) -> (Vec<String>, PathBuf) {
    let name = format!("{}-{}.pdf", template.id, more.concat());
    let line = [&["tag", "sheet", "--template", &template.id, "--file", &name], more].concat();
    let told: Ran = rig.json(&line).good();
    let texts = told.all("label").iter().map(|label| label["text"].as_str().expect("text").to_owned()).collect();
    (texts, rig.home().join(name))
}

#[test]
fn every_label_of_every_sheet_is_read_by_two_decoders_at_both_resolutions() {
    if !are_there(&["pdftoppm", "zbarimg"]) {
        return;
    }
    let rig = Rig::practice();
    for template in sheets() {
        let (texts, pdf) = sheet(&rig, &template, &[]);
        assert_eq!(texts.len(), usize::try_from(template.on_sheet()).expect("few"));
        assert_eq!(texts.iter().collect::<BTreeSet<_>>().len(), texts.len(), "no tag twice");
        for dpi in [203, 300] {
            let page = page(&pdf, dpi);
            let cells: Vec<Vec<u8>> =
                (0..template.on_sheet()).map(|number| png(&cell(&page, &template, number, dpi))).collect();
            for (number, (cell, text)) in cells.iter().zip(&texts).enumerate() {
                assert_eq!(decode_png(cell).as_ref(), Ok(text), "{} label {number} at {dpi}", template.id);
            }
            let read = zbar(rig.home(), &cells);
            let wanted: Vec<Option<String>> = texts.iter().cloned().map(Some).collect();
            assert_eq!(read, wanted, "{} at {dpi} by zbar", template.id);
        }
        // As a scan of the whole sheet is checked.
        let whole = rig.home().join(format!("{}.300.png", pdf.file_stem().expect("named").to_string_lossy()));
        let count = texts.len().to_string();
        let checked = rig.json(&["tag", "check", &whole.display().to_string(), "--count", &count]).good();
        assert_eq!(checked.all("code").len(), texts.len());
        let more = (texts.len() + 1).to_string();
        rig.run(&["tag", "check", &whole.display().to_string(), "--count", &more]).refused(1, &["thiếu 1"]);
    }
}

/// The box around everything dark in that part of the page, dots.
fn ink(page: &GrayImage, (left, top): (u32, u32), (wide, high): (u32, u32)) -> (u32, u32, u32, u32) {
    let dark = |x: &u32, y: u32| page.get_pixel(*x, y).0[0] < 128;
    let spots: Vec<(u32, u32)> =
        (top..top + high).flat_map(|y| (left..left + wide).filter(move |x| dark(x, y)).map(move |x| (x, y))).collect();
    let (xs, ys) = (|| spots.iter().map(|spot| spot.0), || spots.iter().map(|spot| spot.1));
    let of = |number: Option<u32>| number.expect("something is dark");
    (of(xs().min()), of(ys().min()), of(xs().max()) + 1, of(ys().max()) + 1)
}

/// Micrometres of so many dots.
fn micrometres(dots: u32, dpi: u32) -> i64 {
    i64::from(dots) * 25_400 / i64::from(dpi)
}

#[test]
fn codes_stand_where_the_template_says_to_a_tenth_of_a_millimetre_and_a_shift_moves_them_all() {
    const DPI: u32 = 600;
    if !are_there(&["pdftoppm"]) {
        return;
    }
    let rig = Rig::practice();
    for template in sheets() {
        let grid = template.sheet.clone().expect("a sheet");
        // 37 modules with their quiet zone, of which 29 are dark somewhere; modules are whole 300ths of an inch.
        let module = i64::from(template.code.0) * 300 / 25_400 / 37 * 25_400 / 300;
        for number in [0, template.on_sheet() - 1] {
            let (left, top) = grid.place(number);
            let used = ["--count", "1", "--used", &number.to_string()].map(str::to_owned);
            let used: Vec<&str> = used.iter().map(String::as_str).collect();
            let (_, pdf) = sheet(&rig, &template, &used);
            let (_, shifted) = sheet(&rig, &template, &[&used[..], &["--right", "1,5", "--down", "-0.5"]].concat());
            let (page, moved) = (page(&pdf, DPI), page(&shifted, DPI));
            let near = |page: &GrayImage, (right, down): (i64, i64)| {
                let at = |place: u32, by: i64| dots(u32::try_from(i64::from(place) + by).expect("on paper"), DPI);
                let high = dots(template.high.0 - 600, DPI);
                let side = dots(37 * u32::try_from(module).expect("small") - 600, DPI);
                ink(page, (at(left.0 + 300, right), at(top.0 + 300, down)), (side, high))
            };
            let (x0, y0, x1, y1) = near(&page, (0, 0));
            let (side, tall) = (micrometres(x1 - x0, DPI), micrometres(y1 - y0, DPI));
            assert!((side - tall).abs() <= 60, "{}: a square, {side} by {tall}", template.id);
            assert!((side - 29 * module).abs() <= 100, "{}: {side}, {module} a module", template.id);
            let wanted = i64::from(left.0) + 4 * module;
            assert!((micrometres(x0, DPI) - wanted).abs() <= 100, "{} label {number}", template.id);
            let middle = i64::from(top.0) + i64::from(template.high.0) / 2;
            assert!((micrometres(y0 + y1, DPI) / 2 - middle).abs() <= 100, "{} label {number}", template.id);
            let (x, y, _, _) = near(&moved, (1_500, -500));
            assert!((micrometres(x, DPI) - micrometres(x0, DPI) - 1_500).abs() <= 100, "{} right", template.id);
            assert!((micrometres(y, DPI) - micrometres(y0, DPI) + 500).abs() <= 100, "{} up", template.id);
        }
    }
}

/// A harm that labels come to.
type Harm = (&'static str, fn(&GrayImage, u32) -> GrayImage);

/// One spot, dark or light, over a tenth of the code, where chance will have it.
fn blotch(label: &GrayImage, seed: u32) -> GrayImage {
    let mut label = label.clone();
    // The root of a tenth of the square that 29 of 37 modules are.
    let side = label.height().min(label.width());
    let spot = side * 29 / 37 * 316 / 1000;
    let mut state = seed.wrapping_mul(2_654_435_761) | 1;
    let mut next = |below: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) % below
    };
    let (left, top) = (next(side - spot), next(side - spot));
    for y in top..top + spot {
        for x in left..left + spot {
            label.put_pixel(x, y, Luma([if seed.is_multiple_of(2) { 0 } else { 255 }]));
        }
    }
    label
}

fn blurred(label: &GrayImage, _seed: u32) -> GrayImage {
    image::imageops::blur(label, 1.4)
}

fn pale(label: &GrayImage, _seed: u32) -> GrayImage {
    let mut label = label.clone();
    label.pixels_mut().for_each(|pixel| pixel.0[0] = 130 + pixel.0[0] / 4);
    label
}

/// Turned by a tenth of a right angle and more, as a photo by hand is.
fn turned(label: &GrayImage, seed: u32) -> GrayImage {
    let (wide, high) = label.dimensions();
    let room = wide + high;
    let mut photo = GrayImage::from_pixel(room, room, Luma([255]));
    let angle = f32::from(u16::try_from(seed % 80).expect("small")) / 100.0 + 0.15;
    let (sin, cos) = angle.sin_cos();
    let float = |count: u32| f32::from(u16::try_from(count).expect("small"));
    for y in 0..room {
        for x in 0..room {
            let (dx, dy) = (float(x) - float(room) / 2.0, float(y) - float(room) / 2.0);
            let (from_x, from_y) = (dx * cos + dy * sin + float(wide) / 2.0, dy * cos - dx * sin + float(high) / 2.0);
            let whole = |place: f32| format!("{:.0}", place.floor()).parse::<u32>().ok();
            let light = whole(from_x).zip(whole(from_y)).and_then(|(x, y)| label.get_pixel_checked(x, y));
            photo.put_pixel(x, y, light.copied().unwrap_or(Luma([255])));
        }
    }
    photo
}

const HARMS: [Harm; 5] = [
    ("whole", |label, _seed| label.clone()),
    ("blotch", blotch),
    ("blur", blurred),
    ("pale", pale),
    ("turned", turned),
];

#[test]
fn labels_are_read_after_the_harm_that_labels_come_to() {
    if !are_there(&["zbarimg"]) {
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let domain = Domain::read("it.aoxanh.example").expect("a good domain");
    for (harm, with) in HARMS {
        let (mut pictures, mut wanted) = (Vec::new(), Vec::new());
        for template in templates() {
            for dpi in [203, 300] {
                for seed in 0..2u8 {
                    let id = TagId::from_random([seed, 0x42, 0x99, seed, 7, 1, 0]);
                    let payload = Payload::new(&domain, &id);
                    let lines = [LabelLine::whole(id.to_string(), 150), LabelLine::soft("Laptop", 100)];
                    let code = Qr::new(&payload).expect("it fits");
                    let label = raster(Some(&code), &lines, &template, dpi).expect("large enough");
                    let label = image::load_from_memory(&label.png(dpi).expect("drawn")).expect("ours").into_luma8();
                    pictures.push(png(&with(&label, u32::from(seed) * 7 + dpi)));
                    wanted.push(payload.as_str().to_owned());
                }
            }
        }
        let of = wanted.len();
        let is_right = |(read, wanted): (Option<String>, &String)| read.as_ref() == Some(wanted);
        let zbar =
            zbar(folder.path(), &pictures).into_iter().zip(&wanted).filter(|pair| is_right(pair.clone())).count();
        let seen = |picture: &Vec<u8>| {
            let seen = codes_in(picture).ok()?;
            seen.into_iter().find_map(|code| code.text)
        };
        let ours = pictures.iter().map(seen).zip(&wanted).filter(|pair| is_right(pair.clone())).count();
        eprintln!("{harm}: rxing {ours} of {of}, zbar {zbar} of {of}");
        let least = |percent: usize| of * percent / 100;
        let (rxing, other) = match harm {
            "whole" => (of, of),
            "blotch" => (least(45), least(45)),
            _gentle => (least(95), least(80)),
        };
        assert!(ours >= rxing && zbar >= other, "{harm}: rxing {ours}, zbar {zbar}, of {of}");
    }
}

#[test]
fn a_label_names_kind_and_model_and_team_and_nobody_and_erased_only_where_it_is() {
    let rig = Rig::practice();
    let device = rig.device();
    let told = rig.json(&["tag", "print", &device.tag, "--file", "nhan.png", "--template", "nhiet-50x30"]).good();
    let label = told.one("label");
    assert_eq!(label["label"], "device");
    let png = std::fs::read(rig.home().join("nhan.png")).expect("written");
    assert_eq!(decode_png(&png).as_deref().ok(), label["text"].as_str());
    let erased = ["tag", "print", &device.tag, "--erased", "--file"];
    rig.run(&[&erased[..], &["xoa.pdf"]].concat()).refused(1, &["đã xóa dữ liệu"]);
    let disk = rig.disk("o-nhan", aoxanh::unit::Bytes::mib(8));
    let code = rig.code(&disk);
    let wipe = ["wipe", &device.tag, "--disk", disk.name(), "--confirm", &code, "--method", "overwrite-zero"];
    rig.run(&wipe).good();
    let told = rig.json(&[&erased[..], &["xoa.png", "--template", "nhiet-50x30"]].concat()).good();
    assert_eq!(told.one("label")["label"], "erased");
    for (line, code) in [
        (&["tag", "print", device.tag.as_str(), "--file", "nhan.png"][..], 2),
        (&["tag", "print", device.tag.as_str(), "--file", "nhan.doc"], 2),
        (&["tag", "print", device.tag.as_str(), "--file", "n2.pdf", "--template", "a5"], 2),
        (&["tag", "print", device.tag.as_str(), device.tag.as_str(), "--file", "n3.png"], 2),
        (&["tag", "sheet", "--count", "0", "--file", "n4.pdf"], 2),
        (&["tag", "sheet", "--count", "2001", "--file", "n5.pdf"], 2),
    ] {
        rig.run(line).refused(code, &[]);
    }
    let shelf = rig.json(&["tag", "shelf", "Kệ 2", "--file", "ke.png", "--template", "a4-21"]).good().one("label");
    assert!(shelf["text"].as_str().is_some_and(|text| text.starts_with("KE:%")), "{shelf}");
    let moved = rig.json(&["move", shelf["text"].as_str().expect("text"), &device.tag]).good();
    assert!(moved.out.contains("Kệ 2"), "{}", moved.out);
    assert_eq!(rig.json(&["tag", "templates"]).good().all("label_template").len(), templates().len());
}
