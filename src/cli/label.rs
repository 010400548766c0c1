//! `aoxanh tag …`: tags shown, bound and read, and labels drawn and read back.
//!
//! Invariant: no file of labels is called good before each code on it was read by the second decoder.

use super::args_tag::{
    PaperArgs, TagCalibrateArgs, TagDiskArgs, TagPrintArgs, TagSheetArgs, TagShelfArgs, TagSwapArgs, TagVerb,
};
use super::out::Out;
use super::run::read_tag;
use super::show;
use crate::port::{Failure, Trouble};
use crate::report::{LabelSheet, SheetLabel, Shift, calibration, label_sheets};
use crate::tag::{
    Domain, LANGUAGES, LabelPaper, LabelTemplate, Language, Payload, PrintOrder, Qr, TagError, decode_png, label,
    language, raster,
};
use crate::word::say;
use crate::workbench::{self, Bench, LabelKind, MadeLabel, disk_label};
use serde_json::json;
use std::path::Path;

/// The largest picture that is read, bytes.
const MOST_PICTURE: u64 = 32 * 1024 * 1024;
/// Dots an inch at which a page's codes are read back.
const PAGE_DPI: u32 = 300;
/// The format that is no printer's language.
const PDF: &str = "pdf";

/// Shows what exchanging two labels comes to, and does it where that is said.
fn swap(args: &TagSwapArgs, bench: &Bench<'_>, out: &mut Out<'_>) -> Result<(), Failure> {
    let look = workbench::look_at_swap(bench, &args.one, &args.other)?;
    let (one, other) = (look.one.name(), look.other.name());
    let papers: Vec<_> = look.certificates.iter().map(|(_, line)| line.leaf).collect();
    if args.yes {
        workbench::swap(bench, &look)?;
    }
    let (ids, tags) = ([&look.one.id, &look.other.id], [&one, &other]);
    out.object("swap", json!({ "devices": ids, "tags": tags, "certificates": papers, "recorded": args.yes }))?;
    for (found, line) in &look.certificates {
        let (at, leaf) = (line.event.at.local(), line.leaf.short(16));
        out.say(&say!("swap-certificate", tag = found.name(), at = at, leaf = leaf))?;
    }
    out.say(&if args.yes {
        say!("swap-done", one = one, other = other)
    } else {
        say!("swap-would", one = one, other = other)
    })
}

/// Runs a verb about tags and labels. Errors: what it says.
pub(super) fn run_tag(verb: &TagVerb, bench: &Bench<'_>, domain: &Domain, out: &mut Out<'_>) -> Result<(), Failure> {
    match verb {
        TagVerb::Show(args) => {
            let tagged = workbench::bind_tag(bench, &bench.find(&args.device)?, None)?;
            show::tag_card(out, domain, &tagged.tag, args.ascii)?;
            if let Some(path) = &args.png {
                show::tag_picture(out, bench.files, domain, &tagged.tag, path, args.mm, args.dpi)?;
            }
            Ok(())
        }
        TagVerb::Bind(args) => {
            let tag = args.to.as_deref().map(read_tag).transpose()?.unwrap_or_else(|| workbench::fresh_tag(bench));
            let tagged = workbench::bind_tag(bench, &bench.find(&args.device)?, Some(tag))?;
            show::tag_card(out, domain, &tagged.tag, false)
        }
        TagVerb::Swap(args) => swap(args, bench, out),
        TagVerb::Disk(args) => run_disk_label(args, bench, domain, out),
        TagVerb::Print(args) => print(args, bench, domain, out),
        TagVerb::Sheet(args) => sheet(args, bench, domain, out),
        TagVerb::Shelf(args) => shelves(args, bench, out),
        TagVerb::Calibrate(args) => calibrate(args, bench, out),
        TagVerb::Check(args) => super::label_check::run(args, bench, out),
        TagVerb::Templates => templates(bench, out),
        TagVerb::Read(args) => {
            let png = bench.files.read(&args.png, MOST_PICTURE)?;
            let text = decode_png(&png).map_err(|error| Failure::new(Trouble::No, error.sentence()).detail(&error))?;
            let tag = read_tag(&text)?;
            let known = bench.index.tagged(tag.as_str())?;
            out.object("tag_read", serde_json::json!({ "text": text, "tag": tag.as_str(), "device": known }))?;
            out.say(&match known {
                Some(device) => say!("tag-read-known", tag = tag.to_string(), device = device.as_str()),
                None => say!("tag-read-unknown", tag = tag.to_string()),
            })
        }
    }
}

/// How labels are written.
#[derive(Clone, Copy)]
enum Format {
    Pdf,
    Dots(&'static Language),
}

fn format(args: &PaperArgs) -> Result<Format, Failure> {
    let ending = args.file.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    let named = args.format.clone().or(ending).unwrap_or_default();
    if named == PDF {
        return Ok(Format::Pdf);
    }
    language(&named).map(Format::Dots).ok_or_else(|| {
        let known: Vec<&str> = [PDF].into_iter().chain(LANGUAGES.iter().map(|language| language.id)).collect();
        Failure::new(Trouble::Usage, say!("label-format", format = named))
            .hint(say!("label-format-hint", known = known.join(", ")))
    })
}

fn print(args: &TagPrintArgs, bench: &Bench<'_>, domain: &Domain, out: &mut Out<'_>) -> Result<(), Failure> {
    let mut labels = Vec::new();
    for device in &args.devices {
        let found = bench.find(device)?;
        let made = if args.erased {
            workbench::erased_label(bench, domain, &found, out.words())?
        } else {
            workbench::device_label(bench, domain, &found, out.words())?
        };
        labels.push(made);
    }
    written(&labels, args.copies, &args.paper, bench, out)
}

fn sheet(args: &TagSheetArgs, bench: &Bench<'_>, domain: &Domain, out: &mut Out<'_>) -> Result<(), Failure> {
    let template = workbench::template(bench, &args.paper.template)?;
    let count = args.count.unwrap_or_else(|| template.on_sheet().saturating_sub(args.paper.used));
    let labels = workbench::blank_labels(bench, domain, count, out.words())?;
    let labels: Vec<MadeLabel> = labels.into_iter().map(|(_tag, label)| label).collect();
    written(&labels, 1, &args.paper, bench, out)
}

fn shelves(args: &TagShelfArgs, bench: &Bench<'_>, out: &mut Out<'_>) -> Result<(), Failure> {
    let label = |shelf: &String| workbench::shelf_label(bench, shelf, out.words());
    let labels = args.shelves.iter().map(label).collect::<Result<Vec<_>, _>>()?;
    written(&labels, 1, &args.paper, bench, out)
}

fn wrong(error: &TagError) -> Failure {
    Failure::new(Trouble::Usage, error.sentence()).detail(error).hint(say!("label-hint"))
}

/// Draws the labels, reads every code again, and writes the file.
fn written(
    labels: &[MadeLabel],
    copies: u16,
    args: &PaperArgs,
    bench: &Bench<'_>,
    out: &mut Out<'_>,
) -> Result<(), Failure> {
    let template = workbench::template(bench, &args.template)?;
    let format = format(args)?;
    let dpi = match format {
        Format::Pdf => PAGE_DPI,
        Format::Dots(language) => args.dpi.unwrap_or_else(|| language.dpis.first().copied().unwrap_or(PAGE_DPI)),
    };
    if matches!(format, Format::Dots(language) if language.id == "png") && (labels.len() > 1 || copies > 1) {
        return Err(Failure::new(Trouble::Usage, say!("label-one-png")).hint(say!("label-one-png-hint")));
    }
    let mut bytes = Vec::new();
    for label in labels {
        let dots = raster(Some(&label.code), &label.lines, &template, dpi).map_err(|error| wrong(&error))?;
        let read = dots.png(dpi).and_then(|png| decode_png(&png)).map_err(|error| wrong(&error))?;
        if read != label.text {
            return Err(Failure::new(Trouble::No, say!("label-unread", name = label.name.as_str())));
        }
        if let Format::Dots(language) = format {
            let (wide, high, gap) = (template.wide, template.high, template.gap);
            let order = PrintOrder { dpi, copies, wide, high, gap, roll: None };
            bytes.extend(language.encode(&dots, &order).map_err(|error| wrong(&error))?);
        }
    }
    if matches!(format, Format::Pdf) {
        bytes = pages(labels, copies, &template, args)?;
    }
    bench.files.write(&args.file, &bytes)?;
    told(labels, copies, &template, &args.file, out)
}

fn pages(labels: &[MadeLabel], copies: u16, template: &LabelTemplate, args: &PaperArgs) -> Result<Vec<u8>, Failure> {
    let each = labels.iter().flat_map(|label| std::iter::repeat_n(label, usize::from(copies)));
    let each: Vec<SheetLabel> =
        each.map(|label| SheetLabel { code: Some(label.code.clone()), lines: label.lines.clone() }).collect();
    let order = LabelSheet { template, labels: &each, used: args.used, shift: Shift::from(args.shift) };
    label_sheets(&order).map_err(|error| Failure::new(Trouble::Usage, error.sentence()).detail(&error))
}

fn told(
    labels: &[MadeLabel],
    copies: u16,
    template: &LabelTemplate,
    file: &Path,
    out: &mut Out<'_>,
) -> Result<(), Failure> {
    for label in labels {
        let (kind, name) = (label.kind.word(), label.name.as_str());
        out.object("label", json!({ "label": kind, "name": name, "text": label.text, "copies": copies }))?;
    }
    let count = labels.len() as u64 * u64::from(copies);
    let file = file.display().to_string();
    out.object("label_file", json!({ "file": file, "labels": count, "template": template.id }))?;
    let paper = template.name(out.words().lang()).to_owned();
    out.say(&say!("label-written", file = file, count = count, paper = paper))?;
    if template.sheet.is_some() {
        out.aside(&say!("label-print-as-it-is"));
    }
    if labels.iter().any(|label| label.kind == LabelKind::Blank) {
        out.aside(&say!("label-blank-next"));
    }
    Ok(())
}

fn calibrate(args: &TagCalibrateArgs, bench: &Bench<'_>, out: &mut Out<'_>) -> Result<(), Failure> {
    let template = workbench::template(bench, &args.template)?;
    let pdf = calibration(&template, args.shift.into(), out.words())
        .map_err(|error| Failure::new(Trouble::Usage, error.sentence()).detail(&error))?;
    bench.files.write(&args.file, &pdf)?;
    let file = args.file.display().to_string();
    out.object("calibration", json!({ "file": file, "template": template.id }))?;
    out.say(&say!("calibration-written", file = file))
}

fn templates(bench: &Bench<'_>, out: &mut Out<'_>) -> Result<(), Failure> {
    for template in workbench::templates(bench)? {
        let (wide, high) = (template.wide.as_mm(), template.high.as_mm());
        let (id, name) = (template.id.as_str(), template.name(out.words().lang()).to_owned());
        out.object(
            "label_template",
            json!({ "id": id, "name": name, "wide_mm": wide, "high_mm": high, "on_sheet": template.on_sheet(), "source": template.source }),
        )?;
        out.say(&say!("template-row", id = id, name = name))?;
    }
    Ok(())
}

/// Writes the label, and reads the code on the written file back with the second decoder.
fn run_disk_label(args: &TagDiskArgs, bench: &Bench<'_>, domain: &Domain, out: &mut Out<'_>) -> Result<(), Failure> {
    let wrong = |trouble| {
        move |error: TagError| Failure::new(trouble, error.sentence()).detail(&error).hint(say!("disk-label-hint"))
    };
    let made = disk_label(bench, &bench.find(&args.device)?, &args.disk)?;
    let payload = Payload::new(domain, &made.tag);
    let qr = Qr::new(&payload).map_err(wrong(Trouble::BadData))?;
    let paper = LabelPaper { wide_mm: args.width, high_mm: args.height, dpi: args.dpi };
    let png = label(&qr, &made.lines(out.words()), paper).map_err(wrong(Trouble::Usage))?;
    bench.files.write(&args.png, &png)?;
    let read = decode_png(&bench.files.read(&args.png, u64::MAX)?).map_err(wrong(Trouble::BadData))?;
    let file = args.png.display().to_string();
    if read != payload.as_str() {
        return Err(Failure::new(Trouble::No, say!("tag-picture-wrong", file = file)));
    }
    out.object(
        "disk_label",
        serde_json::json!({
            "file": file, "decoded": read, "tag": made.tag.as_str(), "disk": made.key, "model": made.disk.model,
            "serial_end": made.serial_end(), "size": made.disk.size, "width_mm": args.width,
            "height_mm": args.height, "dpi": args.dpi,
        }),
    )?;
    out.say(&say!("disk-label-written", file = file, tag = made.tag.to_string()))
}
