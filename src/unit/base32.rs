//! The 32 symbols of Crockford's base32, the alphabet of ids, tags and typed codes.
//!
//! Invariant: a `Symbol` is always below 32. Reading accepts what people write: any case, `O` for 0, `I` and `L` for 1.

/// The alphabet in value order. Source: Douglas Crockford, "Base 32", without its check symbols.
pub const SYMBOLS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// One base32 digit, 0 to 31.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Symbol(u8);

impl Symbol {
    /// The symbol of the low five bits of `value`.
    #[must_use]
    pub const fn of(value: u8) -> Self {
        Self(value & 31)
    }

    /// Reads one character as a person may write it; `None` where it stands for no symbol.
    #[must_use]
    pub fn read(written: char) -> Option<Self> {
        let upper = match written.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        };
        let at = SYMBOLS.iter().position(|&symbol| char::from(symbol) == upper)?;
        u8::try_from(at).ok().map(Self)
    }

    /// 0 to 31.
    #[must_use]
    pub const fn value(self) -> u8 {
        self.0
    }

    /// The canonical upper-case character.
    #[must_use]
    pub fn char(self) -> char {
        char::from(SYMBOLS[usize::from(self.0)])
    }

    /// Spells bytes as symbols, five bits each from the highest; a last partial group is filled with zero bits.
    #[must_use]
    pub fn spell(bytes: &[u8]) -> String {
        let mut out = String::new();
        let mut held = 0u32;
        let mut bits = 0u32;
        for &byte in bytes {
            held = (held << 8) | u32::from(byte);
            bits += 8;
            while bits >= 5 {
                bits -= 5;
                out.push(Self::of(u8::try_from((held >> bits) & 31).unwrap_or(0)).char());
            }
            held &= (1 << bits) - 1;
        }
        if bits > 0 {
            out.push(Self::of(u8::try_from((held << (5 - bits)) & 31).unwrap_or(0)).char());
        }
        out
    }

    /// The bytes that such symbols spell; other characters than symbols are passed over. `None` where they do not come out
    /// even: bits left over that are not zero, or a whole symbol too many.
    #[must_use]
    pub fn unspell(text: &str) -> Option<Vec<u8>> {
        let (mut out, mut held, mut bits) = (Vec::new(), 0u32, 0u32);
        for symbol in text.chars().filter_map(Self::read) {
            held = (held << 5) | u32::from(symbol.0);
            bits += 5;
            if bits >= 8 {
                bits -= 8;
                out.push(u8::try_from((held >> bits) & 0xff).unwrap_or(0));
            }
            held &= (1 << bits) - 1;
        }
        (held == 0 && bits < 5).then_some(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_symbol_it_writes_and_the_usual_slips() {
        for value in 0..32 {
            let symbol = Symbol::of(value);
            assert_eq!(Symbol::read(symbol.char()), Some(symbol));
            assert_eq!(Symbol::read(symbol.char().to_ascii_lowercase()), Some(symbol));
        }
        assert_eq!(Symbol::read('o').map(Symbol::value), Some(0));
        assert_eq!(Symbol::read('L').map(Symbol::value), Some(1));
        assert_eq!(Symbol::read('U'), None);
        assert_eq!(Symbol::read('-'), None);
    }

    #[test]
    fn spells_known_bytes() {
        assert_eq!(Symbol::spell(&[0, 0, 0, 0, 0]), "00000000");
        assert_eq!(Symbol::spell(&[0xff; 5]), "ZZZZZZZZ");
        assert_eq!(Symbol::spell(&[0x08, 0x42, 0x10, 0x84, 0x21]), "11111111");
        assert_eq!(Symbol::spell(&[0xff]), "ZW");
    }

    #[test]
    fn reads_the_bytes_it_spelled_whatever_stands_between() {
        for bytes in [&[][..], &[0xff], &[1, 2, 3, 4, 5], &[0x80; 40]] {
            assert_eq!(Symbol::unspell(&Symbol::spell(bytes)).as_deref(), Some(bytes));
        }
        assert_eq!(Symbol::unspell(" zw - ").as_deref(), Some(&[0xff][..]));
        assert_eq!(Symbol::unspell("ZZ"), None, "bits left over");
        assert_eq!(Symbol::unspell("ZW0"), None, "a symbol too many");
    }
}
