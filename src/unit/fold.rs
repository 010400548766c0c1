//! Folding for search: no diacritics, lower case, so that `Đội`, `đội` and `doi` are one word.
//!
//! Invariant: composed and decomposed spellings of one text (NFC, NFD, or a mix) fold alike.

/// The text as search compares it: lower case, Vietnamese and Latin-1 letters without their marks, `đ` as `d`. Everything
/// else stays.
#[must_use]
pub fn fold(text: &str) -> String {
    text.chars().filter(|letter| !is_mark(*letter)).flat_map(char::to_lowercase).filter_map(bare).collect()
}

/// Whether the text holds every word that was typed, whatever its marks and case; nothing typed is held by all.
#[must_use]
pub fn holds_words(text: &str, typed: &str) -> bool {
    let text = fold(text);
    fold(typed).split_whitespace().all(|word| text.contains(word))
}

/// Combining diacritical marks: what a decomposed letter carries behind it.
const fn is_mark(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}')
}

/// The lower-case letter without its marks. Lower-casing may itself bring out a mark (`İ`), which goes too.
const fn bare(letter: char) -> Option<char> {
    Some(match letter {
        '\u{300}'..='\u{36f}' => return None,
        'à'..='å' | 'ă' | 'ạ'..='ặ' => 'a',
        'ç' => 'c',
        'đ' => 'd',
        'è'..='ë' | 'ẹ'..='ệ' => 'e',
        'ì'..='ï' | 'ĩ' | 'ỉ'..='ị' => 'i',
        'ñ' => 'n',
        'ò'..='ö' | 'ơ' | 'ọ'..='ợ' => 'o',
        'ù'..='ü' | 'ũ' | 'ư' | 'ụ'..='ự' => 'u',
        'ý' | 'ÿ' | 'ỳ'..='ỹ' => 'y',
        plain => plain,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_vietnamese_letter_folds_to_its_base_composed_or_not() {
        let rows = [
            ("aàáảãạăằắẳẵặâầấẩẫậ", 'a'),
            ("eèéẻẽẹêềếểễệ", 'e'),
            ("iìíỉĩị", 'i'),
            ("oòóỏõọôồốổỗộơờớởỡợ", 'o'),
            ("uùúủũụưừứửữự", 'u'),
            ("yỳýỷỹỵ", 'y'),
            ("dđ", 'd'),
        ];
        for (letters, base) in rows {
            for letter in letters.chars() {
                let upper = letter.to_uppercase().to_string();
                assert_eq!(fold(&letter.to_string()), base.to_string(), "{letter}");
                assert_eq!(fold(&upper), base.to_string(), "{upper}");
            }
        }
        // NFD: u + horn + grave, o + circumflex + dot below; and half composed: ơ + acute.
        assert_eq!(fold("MU\u{31b}\u{300}ng Ho\u{302}\u{323}i mơ\u{301}i"), "mung hoi moi");
        assert_eq!(fold("Mừng Hội mới"), "mung hoi moi");
    }

    #[test]
    fn what_is_no_letter_with_marks_stays_in_lower_case() {
        assert_eq!(fold("Latitude E6410 · 日本 ß ×÷"), "latitude e6410 · 日本 ß ×÷");
        assert_eq!(fold("İ"), "i");
    }
}
