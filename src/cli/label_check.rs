//! `aoxanh tag check`: a photo or a scan of printed labels, code by code.

use super::args_tag::TagCheckArgs;
use super::out::Out;
use crate::port::{Failure, Trouble};
use crate::tag::{CodeSeen, LEAST_CONTRAST, MOST_NOISE, MOST_UNCLEAR, TagError, TagId, barcodes_in, codes_in};
use crate::unit::DeviceId;
use crate::word::{Sentence, say};
use crate::workbench::Bench;
use serde_json::json;

/// The largest picture that is read, bytes.
const MOST_PICTURE: u64 = 64 * 1024 * 1024;

/// Tells of every code. Errors: no picture; a code is bad, or fewer are there than there must be.
pub(super) fn run(args: &TagCheckArgs, bench: &Bench<'_>, out: &mut Out<'_>) -> Result<(), Failure> {
    let picture = bench.files.read(&args.picture, MOST_PICTURE)?;
    let codes = codes_in(&picture).map_err(|error| Failure::new(Trouble::BadData, error.sentence()).detail(&error))?;
    let mut bad = 0;
    for (number, code) in codes.iter().enumerate() {
        let tag = code.text.as_deref().and_then(|text| TagId::read(text).ok());
        let device = tag.as_ref().map(|tag| bench.index.tagged(tag.as_str())).transpose()?.flatten();
        bad += u64::from(!code.is_good());
        out.object("code", object(number, code, tag.as_ref(), device.as_ref()))?;
        out.say(&line(number, code, tag.as_ref()))?;
    }
    let (count, wanted) = (codes.len() as u64, args.count.map_or(codes.len() as u64, u64::from));
    out.object("codes", json!({ "codes": count, "bad": bad, "wanted": args.count }))?;
    if count == 0 || bad > 0 || count < wanted {
        let what = say!("check-bad", codes = count, bad = bad, missing = wanted.saturating_sub(count));
        return Err(Failure::new(Trouble::No, what).hint(say!("check-bad-hint")));
    }
    out.say(&say!("check-good", codes = count))
}

/// The bar codes of a picture that has no QR code, and the devices whose serials they are. Errors: none is there either.
pub(super) fn read_barcodes(
    picture: &[u8],
    error: &TagError,
    bench: &Bench<'_>,
    out: &mut Out<'_>,
) -> Result<(), Failure> {
    // A picture that does not read has told so already.
    let codes = barcodes_in(picture).unwrap_or_default();
    if codes.is_empty() {
        return Err(Failure::new(Trouble::No, error.sentence()).detail(error));
    }
    for code in codes {
        let (kind, text, known) = (code.kind.name(), code.text.as_str(), bench.of_any_serial(&code.text)?);
        let device = known.as_ref().map(|found| &found.id);
        out.object("barcode", json!({ "kind": kind, "text": text, "device": device }))?;
        out.say(&match &known {
            Some(found) => say!("barcode-known", kind = kind, text = text, tag = found.name()),
            None => say!("barcode-read", kind = kind, text = text),
        })?;
    }
    Ok(())
}

fn object(number: usize, code: &CodeSeen, tag: Option<&TagId>, device: Option<&DeviceId>) -> serde_json::Value {
    let (x, y) = (format!("{:.0}", code.at.0), format!("{:.0}", code.at.1));
    json!({
        "number": number + 1, "text": code.text, "tag": tag.map(TagId::as_str), "device": device, "x": x.parse::<i64>().ok(),
        "y": y.parse::<i64>().ok(), "modules": code.modules, "contrast_percent": code.contrast,
        "quiet_zone_noise_percent": code.noise, "unclear_percent": code.unclear, "good": code.is_good(),
    })
}

fn line(number: usize, code: &CodeSeen, tag: Option<&TagId>) -> Sentence {
    let name = match (tag, &code.text) {
        (Some(tag), _) => say!("plain", text = tag.to_string()),
        (None, Some(text)) => say!("check-foreign", text = text.as_str()),
        (None, None) => say!("check-unread"),
    };
    let why = [
        (code.contrast < LEAST_CONTRAST).then(|| say!("check-pale")),
        (code.noise > MOST_NOISE).then(|| say!("check-quiet-zone")),
        (code.unclear > MOST_UNCLEAR).then(|| say!("check-unclear")),
    ];
    let verdict = match why.into_iter().flatten().next() {
        Some(why) => why,
        None if code.text.is_none() => say!("check-damaged"),
        None => say!("check-fine"),
    };
    let (x, y) = (format!("{:.0}", code.at.0), format!("{:.0}", code.at.1));
    say!(
        "check-line",
        number = number as u64 + 1,
        name = name,
        contrast = u64::from(code.contrast),
        verdict = verdict,
        x = x,
        y = y
    )
}
