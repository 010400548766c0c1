//! Secrets that people type: never shown, wiped from memory, and the same whichever keyboard they were typed on.
//!
//! Invariants: no `Debug` or `Display` tells a secret; two spellings of one Vietnamese text (composed, decomposed) make the
//! same key.

use std::fmt;
use zeroize::Zeroizing;

/// A passphrase or a PIN.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

/// What it costs to try one secret: the parameters of Argon2id (RFC 9106), one lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Memory, KiB.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
}

/// These parameters make no key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("argon2id: {0}")]
pub struct CostError(String);

/// The most memory that a file may ask for, KiB: a damaged one must not take the machine down.
const MOST_MEMORY_KIB: u32 = 1024 * 1024;
/// The most passes that a file may ask for.
const MOST_PASSES: u32 = 64;

impl Secret {
    /// The secret of that text.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The text itself. Never to be said, written or logged.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// How many letters, digits and signs it has; marks that stand on their own behind a letter do not count.
    #[must_use]
    pub fn letters(&self) -> usize {
        self.0.chars().filter(|letter| !is_mark(*letter)).count()
    }

    /// 32 bytes made of it and `salt`, at that cost. Errors: parameters out of range, or a salt under 8 bytes.
    pub fn stretched(&self, salt: &[u8], cost: Cost) -> Result<Zeroizing<[u8; 32]>, CostError> {
        if cost.memory_kib > MOST_MEMORY_KIB || cost.passes > MOST_PASSES {
            return Err(CostError(format!("{cost:?} is out of bounds")));
        }
        let wrong = |error: argon2::Error| CostError(error.to_string());
        let params = argon2::Params::new(cost.memory_kib, cost.passes, 1, Some(32)).map_err(wrong)?;
        let made = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
        let (text, mut key) = (Zeroizing::new(decomposed(&self.0)), Zeroizing::new([0; 32]));
        made.hash_password_into(text.as_bytes(), salt, key.as_mut()).map_err(wrong)?;
        Ok(key)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

const BREVE: char = '\u{306}';
const CIRCUMFLEX: char = '\u{302}';
const HORN: char = '\u{31b}';
/// The five tones, in the order of the rows below.
const TONES: [char; 5] = ['\u{300}', '\u{301}', '\u{309}', '\u{303}', '\u{323}'];
/// Every composed Vietnamese vowel: its letter, the letter's own mark, the letter without and with each tone.
const VOWELS: [(char, Option<char>, &str); 12] = [
    ('a', None, "aàáảãạ"),
    ('a', Some(BREVE), "ăằắẳẵặ"),
    ('a', Some(CIRCUMFLEX), "âầấẩẫậ"),
    ('e', None, "eèéẻẽẹ"),
    ('e', Some(CIRCUMFLEX), "êềếểễệ"),
    ('i', None, "iìíỉĩị"),
    ('o', None, "oòóỏõọ"),
    ('o', Some(CIRCUMFLEX), "ôồốổỗộ"),
    ('o', Some(HORN), "ơờớởỡợ"),
    ('u', None, "uùúủũụ"),
    ('u', Some(HORN), "ưừứửữự"),
    ('y', None, "yỳýỷỹỵ"),
];

const fn is_mark(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}')
}

/// Where a mark stands among others. Source: Unicode, `Canonical_Combining_Class` of the marks of Vietnamese.
const fn class(mark: char) -> u8 {
    match mark {
        '\u{31b}' => 216,
        '\u{323}' => 220,
        _other => 230,
    }
}

/// The text as Unicode decomposes it (NFD), for the letters of Vietnamese.
fn decomposed(text: &str) -> String {
    let (mut out, mut marks) = (String::new(), Vec::new());
    for letter in text.chars() {
        if is_mark(letter) {
            marks.push(letter);
            continue;
        }
        settle(&mut out, &mut marks);
        let (base, own) = parts(letter);
        out.push(base);
        marks.extend(own.into_iter().flatten());
    }
    settle(&mut out, &mut marks);
    out
}

fn settle(out: &mut String, marks: &mut Vec<char>) {
    marks.sort_by_key(|mark| class(*mark));
    out.extend(marks.drain(..));
}

/// A letter without its marks, and those marks.
fn parts(letter: char) -> (char, [Option<char>; 2]) {
    let mut lower = letter.to_lowercase();
    let (Some(low), None) = (lower.next(), lower.next()) else { return (letter, [None, None]) };
    for (base, own, row) in VOWELS {
        let Some(at) = row.chars().position(|other| other == low) else { continue };
        let tone = at.checked_sub(1).and_then(|at| TONES.get(at).copied());
        let base = if low == letter { base } else { base.to_ascii_uppercase() };
        return (base, [own, tone]);
    }
    (letter, [None, None])
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHEAP: Cost = Cost { memory_kib: 8, passes: 1 };

    #[test]
    fn composed_and_decomposed_spellings_make_one_key_and_other_texts_another() {
        let key = |text: &str| *Secret::new(text).stretched(&[1; 16], CHEAP).expect("a key");
        // NFD: e + dot below + circumflex; u + horn + grave; O + circumflex + acute; half composed: ê + dot below.
        assert_eq!(key("Việt MỪNG ỐNG"), key("Vie\u{323}\u{302}t MU\u{31b}\u{300}NG O\u{302}\u{301}NG"));
        assert_eq!(key("Việt"), key("Viê\u{323}t"));
        assert_eq!(key("Việt"), key("Vie\u{302}\u{323}t"), "marks typed in another order");
        for other in ["việt", "Viêt", "Viet", "Việt "] {
            assert_ne!(key("Việt"), key(other), "{other}");
        }
        assert_eq!(decomposed("đ ß 日"), "đ ß 日");
    }

    #[test]
    fn a_key_is_that_of_argon2id_for_text_salt_and_cost() {
        // The reference program's own test of Argon2id, version 0x13 (phc-winner-argon2, `src/test.c`).
        let key = Secret::new("password").stretched(b"somesalt", Cost { memory_kib: 256, passes: 2 }).expect("a key");
        let known = "9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe";
        assert_eq!(crate::unit::Digest(*key).to_string(), known);
    }

    #[test]
    fn a_file_cannot_ask_for_more_than_a_bench_has() {
        for cost in [Cost { memory_kib: u32::MAX, passes: 1 }, Cost { memory_kib: 8, passes: u32::MAX }] {
            assert!(Secret::new("x").stretched(&[1; 16], cost).is_err());
        }
        assert!(Secret::new("x").stretched(b"short", CHEAP).is_err());
    }

    #[test]
    fn no_secret_is_told_by_its_debug_form() {
        assert_eq!(format!("{:?}", Secret::new("hồng hạc")), "Secret(…)");
        assert_eq!(Secret::new("Vie\u{323}\u{302}t").letters(), 4);
    }
}
