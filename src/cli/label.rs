//! `aoxanh tag …`: tags shown, bound and read, and labels drawn and read back; labels of parts too.
//!
//! Invariant: no file of labels is called good before each code on it was read by the second decoder.

use super::args_repair::PartLabelArgs;
use super::args_tag::{
    PaperArgs, TagCalibrateArgs, TagDiskArgs, TagPrintArgs, TagSheetArgs, TagShelfArgs, TagSwapArgs, TagVerb,
};
use super::out::Out;
use super::run::read_tag;
use super::show;
use crate::event::label::LabelFor;
use crate::port::{Failure, Trouble};
use crate::report::{Shift, calibration};
use crate::tag::{
    Domain, LANGUAGES, LabelPaper, LabelTemplate, Language, Payload, Qr, TagError, decode_png, label, language,
};
use crate::word::say;
use crate::workbench::{self, Bench, LabelKind, LabelPrint, MadeLabel, PDF, PrinterSetting, Tone, disk_label};
use serde_json::json;
use std::path::Path;

/// The largest picture that is read, bytes.
const MOST_PICTURE: u64 = 32 * 1024 * 1024;
/// The template of a file where nobody says.
const SHEETS: &str = "a4-65";

/// Shows what exchanging two labels comes to, and does it where that is said.
fn swap(args: &TagSwapArgs, bench: &Bench<'_>, out: &mut Out<'_>) -> Result<(), Failure> {
    let look = workbench::look_at_swap(bench, &args.one, &args.other)?;
    let (one, other) = (look.one.name(), look.other.name());
    let papers: Vec<_> = look.certificates.iter().map(|(_, line)| line.leaf).collect();
    let held: Vec<_> = look.held.iter().map(|found| &found.id).collect();
    if args.yes {
        workbench::swap(bench, &look)?;
    }
    let (ids, tags) = ([&look.one.id, &look.other.id], [&one, &other]);
    out.object(
        "swap",
        json!({ "devices": ids, "tags": tags, "certificates": papers, "held": held, "recorded": args.yes }),
    )?;
    for (found, line) in &look.certificates {
        let (at, leaf) = (line.event.at.local(), line.leaf.short(16));
        out.say(&say!("swap-certificate", tag = found.name(), at = at, leaf = leaf))?;
    }
    for found in &look.held {
        out.say(&say!("swap-stays-held", tag = found.name()))?;
    }
    out.say(&if args.yes {
        say!("swap-done", one = one, other = other)
    } else {
        say!("swap-would", one = one, other = other)
    })
}

/// Runs a verb about tags and labels. Errors: what it says.
pub(super) fn run_tag(
    verb: &TagVerb,
    bench: &Bench<'_>,
    domain: &Domain,
    out: &mut Out<'_>,
    cancel: &dyn Fn() -> bool,
) -> Result<(), Failure> {
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
        TagVerb::Print(args) => print(args, bench, domain, out, cancel),
        TagVerb::Sheet(args) => sheet(args, bench, domain, out, cancel),
        TagVerb::Shelf(args) => shelves(args, bench, out, cancel),
        TagVerb::Calibrate(args) => calibrate(args, bench, out),
        TagVerb::Check(args) => super::label_check::run(args, bench, out),
        TagVerb::Templates => templates(bench, out),
        TagVerb::Read(args) => {
            let png = bench.files.read(&args.png, MOST_PICTURE)?;
            let text = match decode_png(&png) {
                Ok(text) => text,
                Err(error) => return super::label_check::read_barcodes(&png, &error, bench, out),
            };
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
pub(super) enum Format {
    Pdf,
    Dots(&'static Language),
}

/// How they are written into that file. Errors: neither its name nor an option tells.
pub(super) fn format(args: &PaperArgs, file: &Path) -> Result<Format, Failure> {
    let ending = file.extension().map(|ending| ending.to_string_lossy().to_lowercase());
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

/// Where labels go.
pub(super) enum To<'p> {
    File(&'p Path, LabelTemplate, Format),
    Printer(PrinterSetting),
}

/// Where they are to go. Errors: no such template or format; no such printer, or none at all and no file named.
pub(super) fn to<'p>(args: &'p PaperArgs, bench: &Bench<'_>) -> Result<To<'p>, Failure> {
    if let Some(file) = &args.file {
        let template = args.template.as_deref().unwrap_or(SHEETS);
        return Ok(To::File(file, workbench::template(bench, template)?, format(args, file)?));
    }
    let mut on = workbench::printer(bench, args.printer.as_deref())?.clone();
    on.template = args.template.clone().unwrap_or(on.template);
    (on.dpi, on.right, on.down) = (args.dpi.or(on.dpi), on.right + args.shift.right, on.down + args.shift.down);
    Ok(To::Printer(on.checked(bench)?))
}

fn print(
    args: &TagPrintArgs,
    bench: &Bench<'_>,
    domain: &Domain,
    out: &mut Out<'_>,
    cancel: &dyn Fn() -> bool,
) -> Result<(), Failure> {
    let to = to(&args.paper, bench)?;
    let label = if args.erased { LabelFor::Erased } else { LabelFor::Device };
    check_room(&to, args.devices.len(), args.copies)?;
    let mut devices = Vec::new();
    for device in &args.devices {
        devices.push(bench.find(device)?);
    }
    // A device gets its tag with its label: nothing is recorded before all of them can have theirs.
    devices.iter().try_for_each(|found| workbench::check_label(found, label))?;
    let mut labels = Vec::new();
    for found in &devices {
        // Named twice, it has its tag by now.
        labels.push(workbench::made_label(bench, domain, &bench.device(&found.id)?, label, out.words())?);
    }
    put(&labels, args.copies, (&args.paper, &to), bench, out, cancel)
}

fn sheet(
    args: &TagSheetArgs,
    bench: &Bench<'_>,
    domain: &Domain,
    out: &mut Out<'_>,
    cancel: &dyn Fn() -> bool,
) -> Result<(), Failure> {
    let to = to(&args.paper, bench)?;
    let template = match &to {
        To::File(_, template, _) => template.clone(),
        To::Printer(on) => workbench::template(bench, &on.template)?,
    };
    let count = args.count.unwrap_or_else(|| template.on_sheet().saturating_sub(args.paper.used));
    let labels = workbench::blank_labels(bench, domain, count, out.words())?;
    let labels: Vec<MadeLabel> = labels.into_iter().map(|(_tag, label)| label).collect();
    put(&labels, 1, (&args.paper, &to), bench, out, cancel)
}

fn shelves(
    args: &TagShelfArgs,
    bench: &Bench<'_>,
    out: &mut Out<'_>,
    cancel: &dyn Fn() -> bool,
) -> Result<(), Failure> {
    let to = to(&args.paper, bench)?;
    let label = |shelf: &String| workbench::shelf_label(bench, shelf, out.words());
    let labels = args.shelves.iter().map(label).collect::<Result<Vec<_>, _>>()?;
    put(&labels, 1, (&args.paper, &to), bench, out, cancel)
}

/// Errors: a file of one picture cannot hold that many.
fn check_room(to: &To<'_>, labels: usize, copies: u16) -> Result<(), Failure> {
    let is_picture = matches!(to, To::File(_, _, Format::Dots(language)) if language.id == "png");
    if is_picture && (labels > 1 || copies > 1) {
        return Err(Failure::new(Trouble::Usage, say!("label-one-png")).hint(say!("label-one-png-hint")));
    }
    Ok(())
}

/// Labels of parts.
pub(super) fn parts(
    args: &PartLabelArgs,
    bench: &Bench<'_>,
    out: &mut Out<'_>,
    cancel: &dyn Fn() -> bool,
) -> Result<(), Failure> {
    let to = to(&args.paper, bench)?;
    let mut labels = Vec::new();
    for part in &args.parts {
        let view = workbench::part_view(bench, super::repair::read_part(part)?)?;
        labels.push(workbench::part_label(bench, &view, out.words())?);
    }
    put(&labels, args.copies, (&args.paper, &to), bench, out, cancel)
}

/// Writes the file, or prints.
fn put(
    labels: &[MadeLabel],
    copies: u16,
    (args, to): (&PaperArgs, &To<'_>),
    bench: &Bench<'_>,
    out: &mut Out<'_>,
    cancel: &dyn Fn() -> bool,
) -> Result<(), Failure> {
    check_room(to, labels.len(), copies)?;
    let (file, template, format) = match to {
        To::File(file, template, format) => (file, template, *format),
        To::Printer(on) => {
            let mut again = Vec::new();
            for label in labels {
                again.push(workbench::queued(bench, on, label)?);
            }
            let jobs = workbench::order_labels(bench, on, labels, (copies, args.used))?;
            for line in again.iter().filter(|report| report.tone == Tone::Warn).flat_map(|report| &report.lines) {
                out.say(line)?;
            }
            return super::printer::print_now(bench, &jobs, out, cancel);
        }
    };
    let print = drawn(args, format, template, copies);
    bench.files.write(file, &workbench::label_bytes(labels, &print)?)?;
    told(labels, copies, template, file, out)
}

/// How labels are drawn for a file.
pub(super) fn drawn<'a>(args: &PaperArgs, format: Format, template: &'a LabelTemplate, copies: u16) -> LabelPrint<'a> {
    let language = match format {
        Format::Pdf => None,
        Format::Dots(language) => Some(language),
    };
    let shift = Shift::from(args.shift);
    LabelPrint { template, language, dpi: args.dpi, copies, used: args.used, shift, roll: None }
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
