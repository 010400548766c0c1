//! The bytes of input devices: what they tell, and what they can.
//!
//! Source: linux/input.h, linux/input-event-codes.h, and the kernel's Documentation/input/event-codes.rst.

use crate::trial::InputEvent;
use std::ffi::c_long;

/// Two numbers for the time, a type, a code, a value.
pub(super) const EVENT: usize = 2 * size_of::<c_long>() + 8;

const EV_KEY: u16 = 1;
const EV_REL: u16 = 2;
const EV_ABS: u16 = 3;

/// The least and greatest of the places that a surface tells, across and along.
pub(super) type Range = [(i32, i32); 2];

/// What one event tells, if it is of a kind that is tried out.
pub(super) fn read_event(bytes: &[u8], range: Option<Range>) -> Option<InputEvent> {
    let bytes = bytes.get(EVENT - 8..EVENT)?;
    let number = |at: usize| Some(u16::from_ne_bytes(bytes.get(at..at + 2)?.try_into().ok()?));
    let (kind, code) = (number(0)?, number(2)?);
    let value = i32::from_ne_bytes(bytes.get(4..8)?.try_into().ok()?);
    match (kind, code) {
        (EV_KEY, code) => Some(InputEvent::Key { code, down: value != 0 }),
        (EV_REL, 0) => Some(InputEvent::Move { right: value, down: 0 }),
        (EV_REL, 1) => Some(InputEvent::Move { right: 0, down: value }),
        (EV_ABS, 0) => Some(InputEvent::Touch { across: Some(place(value, range?[0])?), along: None }),
        (EV_ABS, 1) => Some(InputEvent::Touch { across: None, along: Some(place(value, range?[1])?) }),
        _of_no_use => None,
    }
}

/// Thousandths of the way from the least to the greatest.
fn place(value: i32, (least, greatest): (i32, i32)) -> Option<u16> {
    let (value, least, greatest) = (i64::from(value), i64::from(least), i64::from(greatest));
    let wide = greatest.checked_sub(least).filter(|wide| *wide > 0)?;
    u16::try_from((value.clamp(least, greatest) - least) * 1000 / wide).ok()
}

/// Codes of the bits that are set, bit 0 of byte 0 first.
pub(super) fn bits_set(bytes: &[u8]) -> Vec<u16> {
    (0u16..)
        .zip(bytes.iter().flat_map(|byte| (0..8).map(move |bit| byte >> bit & 1)))
        .filter(|(_, bit)| *bit == 1)
        .map(|(code, _)| code)
        .collect()
}

/// Whether a bit is set in a bitmap as sysfs writes it: words of the kernel's `long` in hexadecimal, the highest first.
pub(super) fn has_bit(bitmap: &str, bit: usize) -> bool {
    const BYTE: usize = 8;
    let long = BYTE * size_of::<c_long>();
    let word = bitmap.split_whitespace().rev().nth(bit / long).and_then(|word| u64::from_str_radix(word, 16).ok());
    word.is_some_and(|word| word >> (bit % long) & 1 == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(kind: u16, code: u16, value: i32) -> Vec<u8> {
        let tail = [&kind.to_ne_bytes()[..], &code.to_ne_bytes(), &value.to_ne_bytes()].concat();
        [vec![0xAA; EVENT - 8], tail].concat()
    }

    #[test]
    fn keys_moves_and_touches_are_read_and_the_rest_is_nothing() {
        let range = Some([(1000, 5000), (0, 0)]);
        let key = |down| Some(InputEvent::Key { code: 30, down });
        assert_eq!(
            [0, 1, 2].map(|value| read_event(&event(1, 30, value), None)),
            [key(false), key(true), key(true)],
            "a repeat is down"
        );
        assert_eq!(read_event(&event(2, 1, -7), None), Some(InputEvent::Move { right: 0, down: -7 }));
        let across = |value| read_event(&event(3, 0, value), range);
        assert_eq!(across(2000), Some(InputEvent::Touch { across: Some(250), along: None }));
        assert_eq!(across(i32::MAX), Some(InputEvent::Touch { across: Some(1000), along: None }));
        assert_eq!(read_event(&event(3, 1, 5), range), None, "a range of no width");
        assert_eq!((read_event(&event(0, 0, 0), range), read_event(&event(4, 4, 30), range)), (None, None));
        assert_eq!(read_event(&event(1, 30, 1)[..EVENT - 1], None), None);
    }

    #[test]
    fn bitmaps_of_sysfs_and_of_the_kernel_agree_with_a_real_keyboard() {
        // An AT keyboard's capabilities/key.
        let keyboard = "402000000 3803078f800d001 feffffdfffefffff fffffffffffffffe";
        assert!((1..=57).all(|code| has_bit(keyboard, code)) && !has_bit(keyboard, 0) && !has_bit(keyboard, 84));
        assert!(has_bit(keyboard, 125) && !has_bit(keyboard, 272) && !has_bit("", 0) && !has_bit("zz", 0));
        assert_eq!(bits_set(&[0b0000_0101, 0, 0x80]), [0, 2, 23]);
    }
}
