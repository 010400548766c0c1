//! Vietnamese letters put together for consoles that cannot, and taken apart for those that know only ASCII.
//!
//! Source: Unicode canonical composition, as far as Vietnamese needs it.

use super::fold::fold;

/// A combining mark, letters without it, and the same letters with it.
const MARKS: [(char, &str, &str); 8] = [
    ('\u{300}', "aăâeêioôơuưy", "àằầèềìòồờùừỳ"),
    ('\u{301}', "aăâeêioôơuưy", "áắấéếíóốớúứý"),
    ('\u{303}', "aăâeêioôơuưy", "ãẵẫẽễĩõỗỡũữỹ"),
    ('\u{309}', "aăâeêioôơuưy", "ảẳẩẻểỉỏổởủửỷ"),
    ('\u{323}', "aăâeêioôơuưy", "ạặậẹệịọộợụựỵ"),
    ('\u{302}', "aạeẹoọ", "âậêệôộ"),
    ('\u{306}', "aạ", "ăặ"),
    ('\u{31b}', "ouọụ", "ơượự"),
];

/// The text with every Vietnamese letter in one piece (NFC).
#[must_use]
pub fn composed(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        let joined = out.chars().next_back().and_then(|last| Some((last, join(last, letter)?)));
        if let Some((_, joined)) = joined {
            out.pop();
            out.push(joined);
        } else {
            out.push(letter);
        }
    }
    out
}

/// The letter without its marks, in the same case.
#[must_use]
pub fn plain(letter: char) -> char {
    if letter.is_ascii() {
        return letter;
    }
    fold(letter.encode_utf8(&mut [0; 4])).chars().next().map_or(letter, |bare| cased(bare, letter))
}

fn join(letter: char, mark: char) -> Option<char> {
    let (_, bare, marked) = MARKS.iter().find(|(other, _, _)| *other == mark)?;
    Some(cased(swap(bare, marked, lower(letter))?, letter))
}

/// The letter of `to` that stands where `letter` stands in `from`.
fn swap(from: &str, to: &str, letter: char) -> Option<char> {
    from.chars().zip(to.chars()).find(|(other, _)| *other == letter).map(|(_, found)| found)
}

fn lower(letter: char) -> char {
    letter.to_lowercase().next().unwrap_or(letter)
}

/// `small`, in upper case where `like` is.
fn cased(small: char, like: char) -> char {
    if like.is_uppercase() { small.to_uppercase().next().unwrap_or(small) } else { small }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_taken_apart_come_together_again_and_ascii_is_left_bare() {
        let apart = "Nguye\u{302}\u{303}n Thi\u{323} U\u{31b}\u{301}ng, tie\u{323}\u{302}n A\u{306}\u{300}";
        assert_eq!(composed(apart), "Nguyễn Thị Ứng, tiện Ằ");
        assert_eq!(composed("Nguyễn Đạt 100 %"), "Nguyễn Đạt 100 %");
        let bare: String = "Nguyễn Thị Ứng đã Đặt ẴỲ ợ".chars().map(plain).collect();
        assert_eq!(bare, "Nguyen Thi Ung da Dat AY o");
    }
}
