//! Strings that makers forgot to fill in, told apart from names and numbers that mean something.
//!
//! Invariant: junk never becomes an identity, so that two machines are never taken for one because both say "Default string".

/// Whole texts that mean nothing, in lower case. Seen in DMI tables of real machines.
const WORDS: &[&str] = &[
    "n/a",
    "na",
    "nil",
    "no",
    "none",
    "null",
    "oem",
    "o.e.m.",
    "empty",
    "[empty]",
    "invalid",
    "unknown",
    "undefined",
    "default",
    "default string",
    "not applicable",
    "not available",
    "not defined",
    "not present",
    "not specified",
    "no asset tag",
    "no asset information",
    "lenovo product",
    "type1productconfigid",
    "system",
    "product name",
    "serial number",
    "serial",
    "all series",
    "x.x",
    "x.xx",
    "<bad index>",
    "48spaces",
    "01010101-0101-0101-0101-010101010101",
    "00020003-0004-0005-0006-000700080009",
    "03000200-0400-0500-0006-000700080009",
    "12345678-1234-5678-90ab-cddeefaabbcc",
];

/// Beginnings of texts that mean nothing, in lower case.
const BEGINNINGS: &[&str] = &[
    "to be filled",
    "tbd by",
    "system product",
    "system manufacturer",
    "system version",
    "system serial",
    "system sku",
    "chassis manufacturer",
    "chassis serial",
    "chassis version",
    "base board",
    "board product",
    "type2 - board",
    "oem chassis",
    "oem define",
    "oem_define",
    "oem default",
    "bsn1234",
    "bsn-1234",
    "0123456789",
    "123456789",
    "invalid",
    "<out of spec>",
];

/// The text without control characters, without spaces at its ends, with single spaces between words.
#[must_use]
pub fn tidy(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether the text says nothing: empty, a filler of the maker, or one sign (`0`, `F`, `x`) over and over.
#[must_use]
pub fn is_junk(text: &str) -> bool {
    let text = tidy(text).to_lowercase();
    let mut signs: Vec<char> = text.chars().filter(|c| c.is_alphanumeric()).collect();
    signs.dedup();
    let one_filler = matches!(signs.as_slice(), [] | ['0' | 'f' | 'x']);
    one_filler || WORDS.contains(&text.as_str()) || BEGINNINGS.iter().any(|start| text.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fillers_are_junk_and_names_are_not() {
        for junk in [
            "",
            "   ",
            "--",
            "To Be Filled By O.E.M.",
            "To be filled by O.E.M.",
            "Default string",
            "Not Specified",
            "System Product Name",
            "System manufacturer",
            "INVALID             ",
            "NULL",
            "00000000",
            "0000000        ",
            "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF",
            "0123456789",
            "123456789ABC",
            "Chassis Serial Number",
            "OEM_Define3",
            "03000200-0400-0500-0006-000700080009",
            "Lenovo Product",
        ] {
            assert!(is_junk(junk), "{junk:?}");
        }
        for name in ["Dell Inc.", "5033", "ThinkPad X230", "AO725", "PF0FY42E", "1", "System x3650", "FFF0", "INTEL"] {
            assert!(!is_junk(name), "{name:?}");
        }
    }

    #[test]
    fn tidying_keeps_words_apart() {
        assert_eq!(tidy("  eMachines\0E525 \n "), "eMachines E525");
    }
}
