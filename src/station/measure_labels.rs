//! Labels for `./scripts/bench`: drawn on every paper, harmed as labels are, and read back; and how long one takes from its
//! record to its last byte at a printer.
//!
//! Invariants: every picture is a function of its name; nothing is written but into the folder that is named; the printer is
//! a listener on this machine's own network.

#![expect(clippy::disallowed_methods, reason = "what is measured is files, a socket and time of this machine")]

use super::folder::Folder;
use super::with_bench;
use crate::cli::{MeasureLabelsArgs, Out};
use crate::event::label::LabelFor;
use crate::port::{Failure, PrinterAddress, Trouble};
use crate::report::{LabelSheet, SheetLabel, Shift, label_sheets};
use crate::store::{KeyFile, Store, read_key};
use crate::tag::{Domain, LabelLine, LabelTemplate, Payload, Qr, TagError, TagId, codes_in, raster};
use crate::word::{Words, say};
use crate::workbench::{
    Bench, Donation, PrintHand, PrinterSetting, made_label, open_lot, order_labels, receive, send_waiting,
};
use image::{DynamicImage, GrayImage, ImageFormat, Luma};
use serde_json::json;
use std::fs;
use std::io::{Cursor, Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// Labels of each kind, and the resolutions of printers.
const SEEDS: u8 = 4;
const DPIS: [u32; 2] = [203, 300];
/// How long a printer on this machine may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// A harm that labels come to.
type Harm = (&'static str, fn(&GrayImage, u8) -> GrayImage);

const HARMS: [Harm; 4] = [("blotch", blotch), ("blur", blurred), ("pale", pale), ("turned", turned)];

/// One spot, dark or light, over a tenth of the code, where chance will have it.
fn blotch(label: &GrayImage, seed: u8) -> GrayImage {
    let mut label = label.clone();
    // The root of a tenth of the square that 29 of 37 modules are.
    let side = label.height().min(label.width());
    let spot = (side * 29 / 37 * 316 / 1000).max(1);
    let mut state = u32::from(seed).wrapping_mul(2_654_435_761) | 1;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) % (side - spot).max(1)
    };
    let (left, top) = (next(), next());
    for y in top..top + spot {
        for x in left..left + spot {
            label.put_pixel(x, y, Luma([if seed.is_multiple_of(2) { 0 } else { 255 }]));
        }
    }
    label
}

fn blurred(label: &GrayImage, _seed: u8) -> GrayImage {
    image::imageops::blur(label, 1.4)
}

fn pale(label: &GrayImage, _seed: u8) -> GrayImage {
    let mut label = label.clone();
    label.pixels_mut().for_each(|pixel| pixel.0[0] = 130 + pixel.0[0] / 4);
    label
}

/// Turned as a photo by hand is: by 10, 20, 35 or 45 degrees, whose cosine and sine these are in thousandths.
fn turned(label: &GrayImage, seed: u8) -> GrayImage {
    const TURNS: [(i64, i64); 4] = [(985, 174), (940, 342), (819, 574), (707, 707)];
    let (cos, sin) = TURNS.get(usize::from(seed) % TURNS.len()).copied().unwrap_or((1000, 0));
    let (wide, high) = label.dimensions();
    let room = wide + high;
    let from_middle = |at: u32| i64::from(at) - i64::from(room / 2);
    GrayImage::from_fn(room, room, |x, y| {
        let (dx, dy) = (from_middle(x), from_middle(y));
        let from_x = (dx * cos + dy * sin).div_euclid(1000) + i64::from(wide / 2);
        let from_y = (dy * cos - dx * sin).div_euclid(1000) + i64::from(high / 2);
        let from = u32::try_from(from_x).ok().zip(u32::try_from(from_y).ok());
        from.and_then(|(x, y)| label.get_pixel_checked(x, y)).copied().unwrap_or(Luma([255]))
    })
}

fn failed(path: &Path, error: &dyn std::fmt::Display) -> Failure {
    Failure::new(Trouble::Io, say!("file-unwritable", file = path.display().to_string())).because(error)
}

fn undrawn(error: &TagError) -> Failure {
    Failure::new(Trouble::BadData, error.sentence())
}

/// The code and the words of the label of that number.
fn label(seed: u8) -> Result<(Qr, Vec<LabelLine>, String), Failure> {
    let domain = Domain::read("it.aoxanh.example").map_err(|error| undrawn(&error))?;
    let tag = TagId::from_random([seed, 0x42, 0x99, seed, 7, 1, 0]);
    let payload = Payload::new(&domain, &tag);
    let code = Qr::new(&payload).map_err(|error| undrawn(&error))?;
    let lines = vec![LabelLine::whole(tag.to_string(), 150), LabelLine::soft("Laptop", 100)];
    Ok((code, lines, payload.as_str().to_owned()))
}

/// `aoxanh measure labels`. Errors: the folder cannot be written.
pub(super) fn labels(args: &MeasureLabelsArgs, out: &mut Out<'_>) -> Result<(), Failure> {
    if args.harm { harm(&args.folder, out) } else { draw(&args.folder, out) }
}

/// Every label, whole: the dots that each printer language carries, and pages to be drawn by another program.
fn draw(folder: &Path, out: &mut Out<'_>) -> Result<(), Failure> {
    let templates = LabelTemplate::all(&[]).map_err(|error| Failure::new(Trouble::BadData, error.sentence()))?;
    for template in &templates {
        for seed in 0..SEEDS {
            let (code, lines, _text) = label(seed)?;
            for dpi in DPIS {
                let dots = raster(Some(&code), &lines, template, dpi).and_then(|dots| dots.png(dpi));
                let file = folder.join(format!("{}_{dpi}_dots_{seed}_whole.png", template.id));
                fs::write(&file, dots.map_err(|error| undrawn(&error))?).map_err(|error| failed(&file, &error))?;
            }
            let one = [SheetLabel { code: Some(code), lines }];
            let sheet = LabelSheet { template, labels: &one, used: 0, shift: Shift::default() };
            let page = label_sheets(&sheet).map_err(|error| Failure::new(Trouble::BadData, error.sentence()))?;
            let file = folder.join(format!("{}_{seed}.pdf", template.id));
            fs::write(&file, page).map_err(|error| failed(&file, &error))?;
            let (left, top) = template.sheet.as_ref().map_or((0, 0), |sheet| {
                let (left, top) = sheet.place(0);
                (left.0, top.0)
            });
            let at = json!({ "left_um": left, "top_um": top, "wide_um": template.wide.0, "high_um": template.high.0 });
            out.object("label_page", json!({ "file": file, "template": template.id, "seed": seed, "at": at }))?;
        }
    }
    out.say(&say!("measure-labels", count = templates.len() as u64 * u64::from(SEEDS)))
}

/// Every whole label in the folder, harmed, and whether each is read.
fn harm(folder: &Path, out: &mut Out<'_>) -> Result<(), Failure> {
    let entries = fs::read_dir(folder).map_err(|error| failed(folder, &error))?;
    let mut whole: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    whole.sort();
    let mut count = 0;
    for path in whole {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let Some(stem) = name.strip_suffix("_whole.png") else { continue };
        let [template, dpi, encoder, number] = stem.split('_').collect::<Vec<_>>()[..] else { continue };
        let Ok(seed) = number.parse::<u8>() else { continue };
        let (_code, _lines, text) = label(seed)?;
        let picture = image::open(&path).map_err(|error| failed(&path, &error))?.into_luma8();
        let harmed = HARMS.iter().map(|(harm, with)| (*harm, with(&picture, seed)));
        for (harm, picture) in [("whole", picture.clone())].into_iter().chain(harmed) {
            let mut png = Cursor::new(Vec::new());
            let file = folder.join(format!("{stem}_{harm}.png"));
            let written = DynamicImage::from(picture).write_to(&mut png, ImageFormat::Png);
            written.map_err(|error| failed(&file, &error))?;
            let png = png.into_inner();
            fs::write(&file, &png).map_err(|error| failed(&file, &error))?;
            let is_read = codes_in(&png).is_ok_and(|codes| codes.iter().any(|code| code.text.as_ref() == Some(&text)));
            out.object(
                "label_read",
                json!({
                    "file": file, "template": template, "dpi": dpi, "encoder": encoder, "harm": harm, "text": text,
                    "read": is_read,
                }),
            )?;
            count += 1;
        }
    }
    out.say(&say!("measure-labels", count = count))
}

/// A printer of this machine's own: when the last byte of each label came.
fn printer() -> std::io::Result<(PrinterAddress, Receiver<Instant>)> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let at = listener.local_addr()?;
    let (tell, told) = channel();
    std::thread::spawn(move || {
        for mut caller in listener.incoming().flatten() {
            let (mut got, mut some, mut last) = (0, [0; 4096], Instant::now());
            while let Ok(count @ 1..) = caller.read(&mut some) {
                if some.get(..count) == Some(b"\x1b!?") {
                    let _gone = caller.write_all(&[0]);
                } else {
                    (got, last) = (got + count, Instant::now());
                }
            }
            if got > 0 && tell.send(last).is_err() {
                return;
            }
        }
    });
    Ok((PrinterAddress::Tcp(at.ip().to_string(), at.port()), told))
}

/// `aoxanh measure printing`: labels one after another, each from before its record to its last byte at the printer.
pub(super) fn printing(folder: &Folder, count: u32, out: &mut Out<'_>) -> Result<(), Failure> {
    let store = Store::open(folder.path(), read_key(folder.path(), KeyFile::Station)?)?;
    let words = Words::new(out.words().lang(), None)
        .map_err(|error| Failure::new(Trouble::BadData, say!("job-broke")).because(error))?;
    let mut took = with_bench(folder, &store, |bench, settings| {
        let (address, came) = printer().map_err(|error| failed(folder.path(), &error))?;
        let (name, language, template) = ("measure".to_owned(), "tspl".to_owned(), "nhiet-50x30".to_owned());
        let (right, down, default, dpi, roll) = (0, 0, true, None, None);
        let on = PrinterSetting { name, address, language, template, dpi, roll, right, down, default };
        bench.own.printers = vec![on.clone()];
        let domain = settings.domain()?;
        (0..count).map(|_nth| one(bench, &domain, &on, &words, &came)).collect::<Result<Vec<_>, Failure>>()
    })?;
    took.sort_unstable();
    let of = |place: usize| took.get(place).copied().unwrap_or(u64::MAX);
    let (median, worst) = (of(took.len() / 2), of(took.len().saturating_sub(1)));
    out.object("printing", json!({ "count": count, "median_us": median, "worst_us": worst }))?;
    out.say(&say!("measure-printing", count = u64::from(count), median = median, worst = worst))
}

fn one(
    bench: &Bench<'_>,
    domain: &Domain,
    on: &PrinterSetting,
    words: &Words,
    came: &Receiver<Instant>,
) -> Result<u64, Failure> {
    let lot = open_lot(bench, &Donation { donor: None, erase: false, parts: false })?;
    let found = receive(bench, &lot, crate::event::intake::DeviceKind::Laptop, None)?.found;
    let made = made_label(bench, domain, &found, LabelFor::Device, words)?;
    order_labels(bench, on, std::slice::from_ref(&made), (1, 0))?;
    let began = Instant::now();
    send_waiting(bench, &mut PrintHand::default(), &|| false)?;
    let late = || Failure::new(Trouble::TryAgain, say!("printer-unreached", address = on.address.to_string()));
    let last = came.recv_timeout(PATIENCE).map_err(|error| late().because(error))?;
    Ok(u64::try_from(last.saturating_duration_since(began).as_micros()).unwrap_or(u64::MAX))
}
