//! Two small things that firmware leaves in memory: the Windows key of the machine, and whether it has Intel AMT.
//!
//! Invariant: a Windows key never leaves this file whole; whoever asks gets its last five symbols.

use super::smbios::Tables;

/// The ACPI header, and the five numbers of an MSDM table before its key.
/// Source: Microsoft, "Microsoft Software Licensing Tables (SLIC and MSDM)", as Linux users read it.
const KEY_AT: usize = 36 + 20;
/// Five groups of five symbols with dashes between them.
const KEY_LEN: usize = 29;
const GROUP_LEN: usize = 5;
/// The maker's own structure in which Intel's firmware tells of AMT: its type, and the text that it begins with.
const AMT_KIND: u8 = 130;
const AMT_TEXT: [u8; 4] = *b"$AMT";

/// The key of an MSDM table with all but its last five symbols hidden; `None` where there is no whole key.
#[must_use]
pub fn masked_key(table: &[u8]) -> Option<String> {
    let key = table.starts_with(b"MSDM").then(|| table.get(KEY_AT..KEY_AT + KEY_LEN)).flatten()?;
    let groups: Vec<&[u8]> = key.split(|byte| *byte == b'-').collect();
    let whole = |group: &&[u8]| {
        group.len() == GROUP_LEN && group.iter().all(|symbol| symbol.is_ascii_uppercase() || symbol.is_ascii_digit())
    };
    let last = groups.last().filter(|_| groups.len() == 5 && groups.iter().all(whole))?;
    Some(format!("*****-*****-*****-*****-{}", String::from_utf8_lossy(last)))
}

/// Whether the board has Intel AMT, where its tables say; the byte behind the name tells.
#[must_use]
pub fn amt_supported(tables: &Tables) -> Option<bool> {
    let structure = tables.of(AMT_KIND).find(|structure| structure.bytes(4) == Some(AMT_TEXT))?;
    match structure.byte(8)? {
        0 => Some(false),
        1 => Some(true),
        _no_flag => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn table(key: &str) -> Vec<u8> {
        [b"MSDM".as_slice(), &[0; KEY_AT - 4], key.as_bytes()].concat()
    }

    #[test]
    fn a_key_is_shown_by_its_end_and_half_a_key_is_none() {
        let masked = masked_key(&table("AAAAA-BBBBB-CCCCC-DDDDD-3V66T"));
        assert_eq!(masked.as_deref(), Some("*****-*****-*****-*****-3V66T"));
        for wrong in ["AAAAA-BBBBB-CCCCC-DDDDD-3V66", "AAAAABBBBBCCCCCDDDDDEEEEEFFFF", "AAAAA-BBBBB-CCCCC-DDDDD-3v66T"]
        {
            assert_eq!(masked_key(&table(wrong)), None, "{wrong}");
        }
        assert_eq!(masked_key(b"SLIC"), None);
    }

    #[test]
    fn amt_is_told_by_its_own_structure() {
        let of = |byte: u8| {
            let table =
                [&[130u8, 20, 1, 0][..], b"$AMT", &[byte, 0, 0, 0, 0, 0xA5, 0, 0, 0, 0, 0, 0], &[0, 0]].concat();
            amt_supported(&Tables::read(&table))
        };
        assert_eq!((of(0), of(1), of(7)), (Some(false), Some(true), None));
        assert_eq!(amt_supported(&Tables::read(b"\x82\x06\x01\x00ab\0\0")), None, "a maker's other structure");
    }

    proptest! {
        #[test]
        fn no_bytes_make_a_key_whole(bytes in proptest::collection::vec(any::<u8>(), 0..120)) {
            let table = [b"MSDM".as_slice(), &bytes].concat();
            if let Some(masked) = masked_key(&table) {
                prop_assert!(masked.starts_with("*****-*****-*****-*****-") && masked.len() == KEY_LEN);
            }
        }
    }
}
