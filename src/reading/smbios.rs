//! The SMBIOS structure table: raw bytes cut into structures with their strings.
//!
//! Source: DMTF DSP0134, SMBIOS Reference Specification 3.x, §6.1. Invariant: a broken table gives the structures before
//! the break and no more; a field past a structure's own length does not exist.

/// The type that ends a table.
const END_OF_TABLE: u8 = 127;
/// Type, length and handle.
const HEADER_LEN: usize = 4;

/// One structure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Structure {
    /// Its type.
    pub kind: u8,
    /// Its handle, by which others name it.
    pub handle: u16,
    formatted: Vec<u8>,
    strings: Vec<String>,
}

/// All structures, in the order of the table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tables {
    structures: Vec<Structure>,
    broken: bool,
}

impl Structure {
    /// The byte at that offset; `None` past the structure's end.
    #[must_use]
    pub fn byte(&self, at: usize) -> Option<u8> {
        self.formatted.get(at).copied()
    }

    /// Two bytes, little-endian.
    #[must_use]
    pub fn word(&self, at: usize) -> Option<u16> {
        self.bytes(at).map(u16::from_le_bytes)
    }

    /// Four bytes, little-endian.
    #[must_use]
    pub fn dword(&self, at: usize) -> Option<u32> {
        self.bytes(at).map(u32::from_le_bytes)
    }

    /// `N` bytes as they stand.
    #[must_use]
    pub fn bytes<const N: usize>(&self, at: usize) -> Option<[u8; N]> {
        self.formatted.get(at..)?.first_chunk().copied()
    }

    /// The string whose number stands at that offset; `None` for number 0 and for a number without a string.
    #[must_use]
    pub fn text(&self, at: usize) -> Option<&str> {
        let number = usize::from(self.byte(at)?);
        self.strings.get(number.checked_sub(1)?).map(String::as_str)
    }
}

impl Tables {
    /// Cuts the table (`/sys/firmware/dmi/tables/DMI`) into structures, up to its end or to the first that is broken.
    #[must_use]
    pub fn read(table: &[u8]) -> Self {
        let mut tables = Self::default();
        let mut rest = table;
        while rest.len() >= HEADER_LEN {
            let Some((structure, after)) = cut(rest) else {
                tables.broken = true;
                break;
            };
            let last = structure.kind == END_OF_TABLE;
            tables.structures.push(structure);
            rest = after;
            if last {
                break;
            }
        }
        tables
    }

    /// Whether the table stopped in the middle of a structure.
    #[must_use]
    pub const fn is_broken(&self) -> bool {
        self.broken
    }

    /// The structures of that type.
    pub fn of(&self, kind: u8) -> impl Iterator<Item = &Structure> {
        self.structures.iter().filter(move |structure| structure.kind == kind)
    }

    /// The structure of that handle.
    #[must_use]
    pub fn by_handle(&self, handle: u16) -> Option<&Structure> {
        self.structures.iter().find(|structure| structure.handle == handle)
    }

    /// How many structures were read.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.structures.len()
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.structures.is_empty()
    }
}

/// The SMBIOS version that an entry point (`/sys/firmware/dmi/tables/smbios_entry_point`) states; `None` if it is none.
///
/// Some firmwares wrote 2.31, 2.33 and 2.51 for 2.3 and 2.6; they are put right.
#[must_use]
pub fn entry_point_version(bytes: &[u8]) -> Option<(u8, u8)> {
    let at = if bytes.starts_with(b"_SM3_") {
        7
    } else if bytes.starts_with(b"_SM_") {
        6
    } else {
        return None;
    };
    match (bytes.get(at).copied()?, bytes.get(at + 1).copied()?) {
        (2, 31 | 33) => Some((2, 3)),
        (2, 51) => Some((2, 6)),
        version => Some(version),
    }
}

fn cut(bytes: &[u8]) -> Option<(Structure, &[u8])> {
    let [kind, len, low, high] = *bytes.first_chunk::<HEADER_LEN>()?;
    let len = usize::from(len);
    if len < HEADER_LEN {
        return None;
    }
    let (formatted, after) = bytes.split_at_checked(len)?;
    let end = after.windows(2).position(|pair| pair == [0, 0])?;
    let strings = after[..end]
        .split(|byte| *byte == 0)
        .filter(|string| !string.is_empty())
        .map(|string| String::from_utf8_lossy(string).into_owned())
        .collect();
    let handle = u16::from_le_bytes([low, high]);
    Some((Structure { kind, handle, formatted: formatted.to_vec(), strings }, &after[end + 2..]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn structures_and_strings_are_found_and_a_short_field_does_not_exist() {
        let table = b"\x01\x06\x05\x00\x02\x01Maker\0Model\0\0\x02\x04\x06\x00\0\0\x7f\x04\xff\xfe\0\0junk";
        let tables = Tables::read(table);
        assert_eq!(tables.len(), 3);
        assert!(!tables.is_broken());
        let system = tables.of(1).next().expect("type 1");
        assert_eq!((system.text(4), system.text(5), system.text(6)), (Some("Model"), Some("Maker"), None));
        assert_eq!((system.word(4), system.word(5), system.dword(4)), (Some(0x0102), None, None));
        assert_eq!(tables.by_handle(6).map(|structure| structure.kind), Some(2));
    }

    #[test]
    fn a_cut_table_keeps_what_came_before() {
        let table = b"\x01\x05\x05\x00\x01Maker\0\0\x02\x30\x06\x00\0\0";
        let tables = Tables::read(table);
        assert_eq!((tables.len(), tables.is_broken()), (1, true));
        assert!(Tables::read(b"\x01\x03\x00\x00\0\0").is_broken());
    }

    #[test]
    fn entry_points_state_their_version() {
        assert_eq!(entry_point_version(b"_SM3_\x33\x18\x03\x02"), Some((3, 2)));
        assert_eq!(entry_point_version(b"_SM_\x77\x1f\x02\x1f"), Some((2, 3)));
        assert_eq!(entry_point_version(b"_SM_\x77"), None);
    }

    proptest! {
        #[test]
        fn any_bytes_can_be_read(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
            let tables = Tables::read(&bytes);
            for kind in 0..=255u8 {
                for structure in tables.of(kind) {
                    for at in 0..260 {
                        let _read = (structure.byte(at), structure.word(at), structure.dword(at), structure.text(at));
                    }
                }
            }
            let _version = entry_point_version(&bytes);
        }
    }
}
