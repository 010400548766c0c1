//! The attributes of one record of NTFS, and the runs in which the bytes of the long ones lie.

use crate::imaging::region::number;

const END: u64 = 0xFFFF_FFFF;
/// Compressed, or encrypted.
const NOT_PLAIN: u64 = 0x40FF;

/// Clusters one after another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Run {
    /// The first on the volume; none for those that were never written.
    pub(super) from: Option<u64>,
    /// How many.
    pub(super) count: u64,
}

/// What an attribute holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// These bytes.
    Here(Vec<u8>),
    /// The bytes of these runs.
    Runs {
        /// The runs.
        runs: Vec<Run>,
        /// How many bytes.
        length: u64,
        /// Whether they stand there as they are.
        plain: bool,
    },
}

/// An attribute, or the part of one that stands in this record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Attribute {
    kind: u64,
    name: String,
    /// Its first cluster within the whole attribute.
    pub(super) first: u64,
    /// What it holds.
    pub(super) value: Value,
}

impl Attribute {
    /// Whether it is the one of that kind and name.
    pub(super) fn is(&self, kind: u64, name: &str) -> bool {
        self.kind == kind && self.name == name
    }

    /// Its runs, where it has any.
    pub(super) fn runs(self) -> Option<Vec<Run>> {
        if let Value::Runs { runs, .. } = self.value { Some(runs) } else { None }
    }
}

/// Text as NTFS and the rest of Windows write it.
pub(in crate::imaging) fn text(raw: &[u8]) -> String {
    char::decode_utf16(raw.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])))
        .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

/// The attributes of a record; none where it makes no sense.
pub(super) fn attributes(record: &[u8], clusters: u64) -> Option<Vec<Attribute>> {
    let mut found = Vec::new();
    let mut at = usize::try_from(number::<2>(record, 0x14)?).ok()?;
    loop {
        let kind = number::<4>(record, at)?;
        if kind == END {
            return Some(found);
        }
        let length = usize::try_from(number::<4>(record, at + 4)?).ok().filter(|length| *length >= 24)?;
        found.push(attribute(record.get(at..at.checked_add(length)?)?, kind, clusters)?);
        at += length;
    }
}

fn attribute(raw: &[u8], kind: u64, clusters: u64) -> Option<Attribute> {
    let place = |at: usize| usize::try_from(number::<2>(raw, at)?).ok();
    let name_length = usize::try_from(number::<1>(raw, 9)?).ok()? * 2;
    let name = raw.get(place(0xA)?..)?.get(..name_length)?;
    let (first, value) = if number::<1>(raw, 8)? == 0 {
        let length = usize::try_from(number::<4>(raw, 0x10)?).ok()?;
        (0, Value::Here(raw.get(place(0x14)?..)?.get(..length)?.to_vec()))
    } else {
        let first = number::<8>(raw, 0x10)?;
        let runs = runs(raw.get(place(0x20)?..)?, clusters)?;
        // The length stands in the first part alone.
        let length = if first == 0 { number::<8>(raw, 0x30)? } else { 0 };
        (first, Value::Runs { runs, length, plain: number::<2>(raw, 0xC)? & NOT_PLAIN == 0 })
    };
    Some(Attribute { kind, name: text(name), first, value })
}

/// Runs as they are written: how many bytes count and place take, the count, the place from the last one on.
fn runs(raw: &[u8], clusters: u64) -> Option<Vec<Run>> {
    let (mut found, mut at, mut last) = (Vec::new(), 0, 0i64);
    loop {
        let widths = *raw.get(at)?;
        if widths == 0 {
            return Some(found);
        }
        let (count_width, from_width) = (usize::from(widths & 0xF), usize::from(widths >> 4));
        let count = signed(raw.get(at + 1..)?.get(..count_width)?)?;
        let count = u64::try_from(count).ok().filter(|count| *count > 0)?;
        let from = raw.get(at + 1 + count_width..)?.get(..from_width)?;
        let from = if from_width == 0 {
            None
        } else {
            last = last.checked_add(signed(from)?)?;
            let from = u64::try_from(last).ok()?;
            Some(from.checked_add(count).filter(|end| *end <= clusters).map(|_end| from)?)
        };
        found.push(Run { from, count });
        at += 1 + count_width + from_width;
    }
}

/// A number of up to eight bytes, the smallest first, whose highest bit is its sign.
fn signed(raw: &[u8]) -> Option<i64> {
    let sign = if raw.last()? & 0x80 == 0 { 0 } else { 0xFF };
    let mut whole = [sign; 8];
    whole.get_mut(..raw.len())?.copy_from_slice(raw);
    Some(i64::from_le_bytes(whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_go_forward_backward_and_nowhere_and_never_behind_the_volume() {
        let raw = [0x21, 0x18, 0x34, 0x12, 0x11, 0x08, 0xF0, 0x01, 0x05, 0x00];
        let run = |from, count| Run { from, count };
        assert_eq!(runs(&raw, 0x2000), Some(vec![run(Some(0x1234), 0x18), run(Some(0x1224), 8), run(None, 5)]));
        assert_eq!(runs(&raw, 0x1240), None);
        assert_eq!(runs(&raw[..9], 0x2000), None, "cut short");
        assert_eq!(runs(&[0x11, 0x80, 0x01, 0], 99), None, "fewer than none");
        assert_eq!(runs(&[0x11, 0x01, 0xFF, 0], 99), None, "before the volume");
    }
}
