//! Places: shelves and boxes by their names and by the codes on their labels.
//!
//! Invariant: every name comes back from its code, whatever letters are in it.

use crate::custody::shelf_name_sentence;
use crate::port::{Failure, Trouble};
use crate::tag::TagId;
use crate::unit::{BOX, ShelfName, box_name};
use crate::word::{Sentence, say};

/// What the code of every shelf begins with: "kệ".
const SHELF: &str = "KE:";
/// What stands before a name that no code can hold as it is.
const SPELLED: char = '%';

/// What a place's code says: its name, or the bytes of its name where its letters are not those of codes.
#[must_use]
pub(super) fn place_code(place: &str) -> String {
    let (front, name) = box_name(place).map_or((SHELF, place), |name| (BOX, name));
    let plain = |sign: char| sign.is_ascii_digit() || sign.is_ascii_uppercase() || " -./".contains(sign);
    if name.chars().all(plain) {
        return format!("{front}{name}");
    }
    name.bytes().fold(format!("{front}{SPELLED}"), |code, byte| format!("{code}{byte:02X}"))
}

/// The place that the code of one says; none where it is no such code.
pub(super) fn place_of_code(code: &str) -> Option<String> {
    let code = code.trim();
    let behind = |front: &str| {
        let split = code.split_at_checked(front.len());
        split.filter(|(given, _)| given.eq_ignore_ascii_case(front)).map(|(_, name)| name)
    };
    match behind(BOX) {
        Some(name) => spelled(name).map(|name| format!("{BOX}{}", name.trim())),
        None => spelled(behind(SHELF)?),
    }
}

fn spelled(name: &str) -> Option<String> {
    let Some(hex) = name.strip_prefix(SPELLED) else { return Some(name.to_owned()) };
    let pair = |at: usize| u8::from_str_radix(hex.get(at..at + 2)?, 16).ok();
    String::from_utf8((0..hex.len()).step_by(2).map(pair).collect::<Option<_>>()?).ok()
}

/// A shelf or a box as it was typed or scanned. Errors: it is neither, or it is a device's tag.
pub fn read_place(text: &str) -> Result<ShelfName, Failure> {
    if let Ok(tag) = TagId::read(text) {
        let what = say!("shelf-is-tag", tag = tag.to_string());
        return Err(Failure::new(Trouble::Usage, what).hint(say!("shelf-is-tag-hint")));
    }
    let named = place_of_code(text).filter(|place| place != BOX);
    ShelfName::read(named.as_deref().unwrap_or(text)).map_err(|error| {
        Failure::new(Trouble::Usage, shelf_name_sentence(&error)).detail(error).hint(say!("shelf-name-hint"))
    })
}

/// A shelf's name as it was typed or scanned. Errors: it is none, it is a box, or it is a device's tag.
pub fn read_shelf(text: &str) -> Result<ShelfName, Failure> {
    let place = read_place(text)?;
    match box_name(place.as_str()) {
        None => Ok(place),
        Some(name) => {
            let what = say!("shelf-is-box", name = name);
            Err(Failure::new(Trouble::Usage, what).hint(say!("shelf-is-box-hint")))
        }
    }
}

/// The place as people call it: a shelf or a box by its name.
#[must_use]
pub fn place_sentence(place: &str) -> Sentence {
    match box_name(place) {
        Some(name) => say!("place-box", name = name),
        None => say!("place-shelf", name = place),
    }
}

/// Where something lies, in short: its shelf's name, its box, its box and the shelf's name; none where it lies nowhere.
#[must_use]
pub fn lies_sentence(shelf: Option<&str>, boxed: Option<&str>) -> Option<Sentence> {
    match (boxed, shelf) {
        (Some(boxed), Some(shelf)) => Some(say!("place-box-on", inside = place_sentence(boxed), shelf = shelf)),
        (Some(boxed), None) => Some(place_sentence(boxed)),
        (None, Some(shelf)) => Some(say!("plain", text = shelf)),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_of_a_place_comes_back_from_its_code() {
        for name in ["A1", "KHO 2/3", "Kệ tầng 2", "Đ-7", "a1", "%41", "HOP:12", "HOP:Sạc cũ", "HOP:%41"] {
            let code = place_code(name);
            assert!(crate::tag::Qr::of_text(&code).is_ok(), "{code}");
            assert_eq!(read_place(&code).map(|shelf| shelf.to_string()).as_deref(), Ok(name), "{code}");
        }
        assert_eq!((place_of_code("A1"), place_of_code("KE:%4"), place_of_code("HOP:%ff")), (None, None, None));
        assert_eq!(read_place("hop: 12 ").map(|place| place.to_string()).as_deref(), Ok("HOP:12"));
        assert!(read_shelf("HOP:12").is_err() && read_shelf("HOP:").is_ok_and(|shelf| shelf.as_str() == "HOP:"));
    }
}
