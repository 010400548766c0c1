//! ZPL II: the whole label as one graphic field. Source: Zebra, Programming Guide (ZPL II), `^GF`, `^PW`, `^LL`, `^PQ`.

use super::super::bitmap::Bitmap;
use super::super::error::TagError;
use super::{PrintOrder, bounded};
use std::fmt::Write;

pub(super) fn encode(bitmap: &Bitmap, order: &PrintOrder) -> Result<Vec<u8>, TagError> {
    bounded(bitmap)?;
    let (wide, high, stride, total) = (bitmap.wide(), bitmap.high(), bitmap.stride(), bitmap.bits().len());
    let mut zpl = format!("^XA^PW{wide}^LL{high}^LH0,0^LS0^FO0,0^GFA,{total},{total},{stride},");
    for byte in bitmap.bits() {
        // Writing to a string never fails.
        let _written = write!(zpl, "{byte:02X}");
    }
    let _written = writeln!(zpl, "^FS^PQ{}^XZ", order.copies.max(1));
    Ok(zpl.into_bytes())
}
