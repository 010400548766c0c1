//! A registry hive of Windows: one value of one key.
//!
//! Source: "Windows registry file (REGF) format specification", libregf, which hivex agrees with. Invariants: every place is
//! checked against the hive; nothing is followed longer than it can be; names are told apart without regard to case.

use super::region::number;

/// Where cells begin, behind the first block.
const CELLS: usize = 4096;
const ROOT: usize = 0x24;
/// A name in one byte a letter.
const PLAIN_KEY: u64 = 0x20;
const PLAIN_VALUE: u64 = 1;
const TEXT: u64 = 1;
/// A value so short that it stands in place of where it is.
const SHORT: u64 = 0x8000_0000;
/// No key has more below it.
const MOST: usize = 1 << 16;

/// A hive.
#[derive(Clone, Copy, Debug)]
pub struct Hive<'a>(&'a [u8]);

impl<'a> Hive<'a> {
    /// None where these bytes are no hive.
    #[must_use]
    pub fn open(bytes: &'a [u8]) -> Option<Self> {
        (bytes.starts_with(b"regf") && bytes.len() > CELLS).then_some(Self(bytes))
    }

    /// The text of that value of the key at that path, whose parts stand between `\`. None where there is none, or it is no text.
    #[must_use]
    pub fn text(&self, path: &str, value: &str) -> Option<String> {
        let mut key = self.cell(number::<4>(self.0, ROOT)?)?;
        for part in path.split('\\').filter(|part| !part.is_empty()) {
            key = self.below(key, part)?;
        }
        let list = self.cell(number::<4>(key, 0x28)?)?;
        let count = usize::try_from(number::<4>(key, 0x24)?).ok()?.min(MOST);
        let found = list.chunks_exact(4).take(count).find_map(|place| {
            let cell = self.cell(number::<4>(place, 0)?)?;
            let length = usize::try_from(number::<2>(cell, 2)?).ok()?;
            let name = name(cell.get(0x14..0x14 + length)?, number::<2>(cell, 0x10)? & PLAIN_VALUE != 0);
            (cell.starts_with(b"vk") && name.eq_ignore_ascii_case(value)).then_some(cell)
        })?;
        let length = number::<4>(found, 4)?;
        let raw = if length & SHORT != 0 {
            found.get(8..12)?.get(..usize::try_from(length & !SHORT).ok()?)?
        } else {
            self.cell(number::<4>(found, 8)?)?.get(..usize::try_from(length).ok()?)?
        };
        let text = name(raw, false);
        (number::<4>(found, 12)? == TEXT).then(|| text.trim_end_matches('\0').to_owned())
    }

    /// What a cell holds that is in use.
    fn cell(&self, at: u64) -> Option<&'a [u8]> {
        let at = usize::try_from(at).ok()?.checked_add(CELLS)?;
        let size = i32::from_le_bytes(*self.0.get(at..)?.first_chunk()?);
        let size = usize::try_from(size.checked_neg()?).ok()?;
        self.0.get(at + 4..at.checked_add(size)?)
    }

    /// The key of that name below another.
    fn below(&self, key: &'a [u8], wanted: &str) -> Option<&'a [u8]> {
        let list = self.cell(number::<4>(key, 0x1C)?).filter(|_| key.starts_with(b"nk"))?;
        if list.starts_with(b"ri") {
            return places(list, 4)?.find_map(|place| self.listed(self.cell(place)?, wanted));
        }
        self.listed(list, wanted)
    }

    fn listed(&self, list: &'a [u8], wanted: &str) -> Option<&'a [u8]> {
        let width = match list.get(..2)? {
            b"lf" | b"lh" => 8,
            b"li" => 4,
            _other => return None,
        };
        places(list, width)?.find_map(|place| {
            let key = self.cell(place)?;
            let length = usize::try_from(number::<2>(key, 0x48)?).ok()?;
            let found = name(key.get(0x4C..0x4C + length)?, number::<2>(key, 2)? & PLAIN_KEY != 0);
            (key.starts_with(b"nk") && found.eq_ignore_ascii_case(wanted)).then_some(key)
        })
    }
}

fn places(list: &[u8], width: usize) -> Option<impl Iterator<Item = u64>> {
    let count = usize::try_from(number::<2>(list, 2)?).ok()?;
    Some(list.get(4..)?.chunks_exact(width).take(count).filter_map(|entry| number::<4>(entry, 0)))
}

fn name(raw: &[u8], is_plain: bool) -> String {
    if is_plain {
        return raw.iter().map(|byte| char::from(*byte)).collect();
    }
    super::ntfs::wide(raw)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_hive_is_too_strange(mut bytes in prop::collection::vec(any::<u8>(), 5000..9000), cells in prop::collection::vec((0usize..4000, 0usize..4), 0..40)) {
            bytes[..4].copy_from_slice(b"regf");
            bytes[ROOT..ROOT + 4].copy_from_slice(&[0x20, 0, 0, 0]);
            for (at, kind) in cells {
                let at = CELLS + at.min(bytes.len() - CELLS - 8);
                bytes[at..at + 4].copy_from_slice(&(-256i32).to_le_bytes());
                bytes[at + 4..at + 6].copy_from_slice([b"nk", b"lh", b"ri", b"vk"][kind]);
            }
            let _any = Hive::open(&bytes).and_then(|hive| hive.text("a\\b", "c"));
        }
    }
}
