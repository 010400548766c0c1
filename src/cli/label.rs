//! `aoxanh tag disk`: the label of a disk, drawn and read back.

use super::args_image::TagDiskArgs;
use super::out::Out;
use crate::port::{Failure, Trouble};
use crate::tag::{Domain, LabelPaper, Payload, Qr, TagError, decode_png, label};
use crate::word::say;
use crate::workbench::{Bench, disk_label};

/// Writes the label, and reads the code on the written file back with the second decoder.
pub(super) fn run_disk_label(
    args: &TagDiskArgs,
    bench: &Bench<'_>,
    domain: &Domain,
    out: &mut Out<'_>,
) -> Result<(), Failure> {
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
