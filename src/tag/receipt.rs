//! The secret code on a donor's receipt, by which they can ask later what became of what they gave.
//!
//! Invariants: 128 random bits and a check symbol, 27 symbols in the alphabet of tags, so that no tag is taken for one; it is
//! shown by nobody but the receipt.

use super::error::TagError;
use super::id::{damm, read_checked};
use super::payload::Domain;
use crate::unit::Symbol;
use std::fmt;

/// Random symbols: 128 bits, five each.
const RANDOM: usize = 26;
/// Symbols in a group, as people read them out.
const GROUP: usize = 5;

/// The code of a receipt.
#[derive(Clone, PartialEq, Eq)]
pub struct ReceiptCode(String);

impl ReceiptCode {
    /// The code of those random bytes.
    #[must_use]
    pub fn from_random(bytes: [u8; 16]) -> Self {
        let symbols = Symbol::spell(&bytes);
        let check = damm(symbols.chars().filter_map(Symbol::read));
        Self(format!("{symbols}{}", Symbol::of(check).char()))
    }

    /// Reads it as scanned or typed: what follows the last `/`, with or without dashes. Errors: [`TagError::Symbol`],
    /// [`TagError::Length`], [`TagError::Check`], the first that applies.
    pub fn read(written: &str) -> Result<Self, TagError> {
        read_checked(written, RANDOM + 1).map(Self)
    }

    /// The 27 symbols without dashes.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What its QR says: `HTTPS://<TEAM DOMAIN>/R/<CODE>`, in the QR's alphanumeric mode.
    #[must_use]
    pub fn payload(&self, domain: &Domain) -> String {
        format!("HTTPS://{domain}/R/{}", self.0)
    }
}

impl fmt::Display for ReceiptCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, symbol) in self.0.chars().enumerate() {
            if at > 0 && at % GROUP == 0 {
                f.write_str("-")?;
            }
            write!(f, "{symbol}")?;
        }
        Ok(())
    }
}

/// Who logs it does not tell it.
impl fmt::Debug for ReceiptCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReceiptCode(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_reads_back_however_it_is_written_and_a_wrong_symbol_is_found() {
        let code = ReceiptCode::from_random([0xA5; 16]);
        assert_eq!(code.as_str().len(), 27);
        let shown = code.to_string();
        assert_eq!(shown.split('-').map(str::len).collect::<Vec<_>>(), [5, 5, 5, 5, 5, 2]);
        let link = code.payload(&Domain::read("aoxanh.example").expect("a domain"));
        assert!(link.starts_with("HTTPS://AOXANH.EXAMPLE/R/"), "{link}");
        for written in [shown.clone(), shown.to_lowercase(), code.as_str().to_owned(), link, format!(" {shown}\r\n")] {
            assert_eq!(ReceiptCode::read(&written), Ok(code.clone()), "{written}");
        }
        for at in 0..27 {
            let mut wrong = code.as_str().to_owned().into_bytes();
            wrong[at] = if wrong[at] == b'7' { b'8' } else { b'7' };
            let wrong = String::from_utf8(wrong).expect("ASCII");
            assert!(matches!(ReceiptCode::read(&wrong), Err(TagError::Check { .. })), "{wrong}");
        }
        assert_eq!(ReceiptCode::read("7K3XQ-92M4T-Z"), Err(TagError::Length { found: 11 }), "a tag is none");
        assert!(!format!("{code:?}").contains(&code.as_str()[..5]));
    }

    #[test]
    fn each_of_the_128_bits_counts() {
        for bit in 0..128usize {
            let mut bytes = [0u8; 16];
            bytes[bit / 8] |= 0x80 >> (bit % 8);
            assert_ne!(ReceiptCode::from_random(bytes), ReceiptCode::from_random([0; 16]), "bit {bit}");
        }
    }
}
