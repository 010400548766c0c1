//! A message as digits alone, in one code or in several that are scanned in any order: digits come through every keyboard
//! that a scanner is taken for, or can be put right, and no code of them is denser.
//!
//! ```text
//! 7826  417  1  3  digits…  check
//!  mark  of  number of how many
//! ```
//!
//! Invariant: a piece that was altered in one digit is no piece; pieces of two messages are never put together.

/// What each piece begins with.
const MARK: &str = "7826";
/// Digits of a piece before its own: the mark, which message it is of, its number, how many there are.
const FRONT: usize = MARK.len() + 3 + 1 + 1;
/// Digits behind its own.
const BEHIND: usize = 3;
/// The most pieces.
const MOST: usize = 9;
/// What the check digits are the rest by: a prime, so that a single altered digit changes it.
const PRIME: u32 = 997;
/// Digits that so many bytes take: as many as their largest number has.
const WIDTHS: [usize; 8] = [0, 3, 5, 8, 10, 13, 15, 17];
/// Bytes of a whole group.
const GROUP: usize = 7;

/// What other keyboards make of the keys 0 to 9 of a US one: French, Vietnamese, any with Shift held.
const KEYBOARDS: [[char; 10]; 3] = [
    ['à', '&', 'é', '"', '\'', '(', '-', 'è', '_', 'ç'],
    ['đ', 'ă', 'â', 'ê', 'ô', '\u{300}', '\u{309}', '\u{303}', '\u{301}', '\u{323}'],
    [')', '!', '@', '#', '$', '%', '^', '&', '*', '('],
];

/// One of the codes that a message was put into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Which message it is of, as far as three digits tell.
    of: u32,
    /// Its number, from 1.
    number: usize,
    /// How many there are.
    count: usize,
    digits: String,
}

/// The bytes as digits.
fn spelled(bytes: &[u8]) -> String {
    let group = |bytes: &[u8]| {
        let value = bytes.iter().fold(0u64, |value, byte| (value << 8) | u64::from(*byte));
        let width = WIDTHS.get(bytes.len()).copied().unwrap_or_default();
        format!("{value:0width$}")
    };
    bytes.chunks(GROUP).map(group).collect()
}

/// The bytes that those digits spell.
fn unspelled(digits: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut rest = digits;
    while !rest.is_empty() {
        let (group, behind) = rest.split_at_checked(rest.len().min(WIDTHS[GROUP]))?;
        let count = WIDTHS.iter().position(|width| *width == group.len())?;
        let value = group.parse::<u64>().ok().filter(|value| value >> (8 * count) == 0)?;
        bytes.extend_from_slice(value.to_be_bytes().get(8 - count..)?);
        rest = behind;
    }
    Some(bytes)
}

/// The rest of that number.
fn rest_of(digits: &str) -> u32 {
    digits.bytes().fold(0, |rest, digit| (rest * 10 + u32::from(digit & 15)) % PRIME)
}

/// The message as codes of at most so many digits each, as few as there can be; none where nine do not hold it.
#[must_use]
pub fn pieces(message: &[u8], most: usize) -> Option<Vec<String>> {
    let (digits, room) = (spelled(message), most.checked_sub(FRONT + BEHIND).filter(|room| *room > 0)?);
    let count = digits.len().div_ceil(room).max(1);
    if count > MOST {
        return None;
    }
    let of = rest_of(&digits);
    let piece = |number: usize| {
        let part = |number: usize| digits.len() * number / count;
        let own = digits.get(part(number)..part(number + 1)).unwrap_or_default();
        let front = format!("{MARK}{of:03}{}{count}{own}", number + 1);
        format!("{front}{:03}", rest_of(&front))
    };
    Some((0..count).map(piece).collect())
}

/// The keys of that keyboard as the digits they stand for; none where one is another key.
fn through(text: &str, keyboard: &[char; 10]) -> Option<String> {
    let digit = |sign: char| {
        let at = keyboard.iter().position(|key| *key == sign)?;
        char::from_digit(u32::try_from(at).ok()?, 10)
    };
    text.chars().map(|sign| Some(sign).filter(char::is_ascii_digit).or_else(|| digit(sign))).collect()
}

impl Piece {
    /// The piece that was scanned, through whatever keyboard; none where it is none, or was altered.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        KEYBOARDS.iter().filter_map(|keyboard| through(text, keyboard)).find_map(|digits| Self::of_digits(&digits))
    }

    fn of_digits(text: &str) -> Option<Self> {
        let (front, check) = text.split_at_checked(text.len().checked_sub(BEHIND)?)?;
        let own = front.strip_prefix(MARK)?;
        let number = |from: usize, to: usize| own.get(from..to)?.parse::<u32>().ok();
        if check.parse() != Ok(rest_of(front)) {
            return None;
        }
        let (place, count) = (usize::try_from(number(3, 4)?).ok()?, usize::try_from(number(4, 5)?).ok()?);
        let digits = own.get(5..)?.to_owned();
        (1..=count).contains(&place).then_some(Self { of: number(0, 3)?, number: place, count, digits })
    }

    /// Its number, and how many there are.
    #[must_use]
    pub const fn place(&self) -> (usize, usize) {
        (self.number, self.count)
    }
}

/// Pieces as they are scanned.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pieces(Vec<Piece>);

impl Pieces {
    /// Takes a piece in, and forgets those of another message; the whole message once it is there.
    pub fn take(&mut self, piece: Piece) -> Option<Vec<u8>> {
        let is_beside = |other: &Piece| (other.of, other.count) == (piece.of, piece.count);
        self.0.retain(|other| is_beside(other) && other.number != piece.number);
        let (of, count) = (piece.of, piece.count);
        self.0.push(piece);
        if self.0.len() < count {
            return None;
        }
        let mut all = std::mem::take(&mut self.0);
        all.sort_by_key(|piece| piece.number);
        let digits: String = all.into_iter().map(|piece| piece.digits).collect();
        unspelled(&digits).filter(|_| rest_of(&digits) == of)
    }

    /// How many there are of the message that is being scanned.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.0.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn message(length: usize) -> Vec<u8> {
        (0..length).map(|at| u8::try_from(at * 37 % 256).expect("a byte")).collect()
    }

    #[test]
    fn a_piece_altered_in_any_digit_is_none() {
        for piece in pieces(&message(60), 100).expect("they fit") {
            assert!(Piece::read(&piece).is_some() && piece.len() <= 100);
            for at in 0..piece.len() {
                for digit in "0123456789x".chars() {
                    let altered = format!("{}{digit}{}", &piece[..at], &piece[at + 1..]);
                    assert_eq!(Piece::read(&altered).is_some(), altered == piece, "{at} {digit}");
                }
                assert_eq!(Piece::read(&piece[..at]), None, "cut at {at}");
            }
        }
    }

    #[test]
    fn pieces_of_two_messages_are_never_put_together() {
        let (one, other) = (pieces(&message(50), 80).expect("fit"), pieces(&message(51), 80).expect("fit"));
        assert_eq!((one.len(), other.len()), (2, 2));
        let mut taken = Pieces::default();
        assert_eq!(taken.take(Piece::read(&one[0]).expect("one")), None);
        assert_eq!(taken.take(Piece::read(&other[1]).expect("one")), None);
        assert_eq!(taken.count(), 1);
        assert_eq!(taken.take(Piece::read(&other[0]).expect("one")), Some(message(51)));
    }

    #[test]
    fn what_another_keyboard_made_of_the_keys_is_put_right_and_more_than_nine_codes_are_none() {
        let piece = pieces(&message(20), 100).expect("fits").remove(0);
        for keyboard in KEYBOARDS {
            let at = |digit: char| usize::try_from(digit.to_digit(10).expect("a digit")).expect("small");
            let typed: String = piece.chars().map(|digit| keyboard[at(digit)]).collect();
            assert_eq!(Piece::read(&typed), Piece::read(&piece), "{typed}");
        }
        assert_eq!(pieces(&message(60), 24), None);
        assert_eq!(pieces(&message(60), 12), None);
    }

    proptest! {
        #[test]
        fn whatever_the_message_and_the_order_it_comes_out_the_same(
            bytes in prop::collection::vec(any::<u8>(), 0..300), most in 100..900usize, turn in 0..9usize,
        ) {
            let mut all = pieces(&bytes, most).expect("it fits");
            let turn = turn % all.len();
            all.rotate_left(turn);
            let mut taken = Pieces::default();
            let count = all.len();
            for (number, piece) in all.into_iter().enumerate() {
                prop_assert!(piece.len() <= most);
                let whole = taken.take(Piece::read(&piece).expect("a piece"));
                prop_assert_eq!(whole, (number + 1 == count).then(|| bytes.clone()));
            }
        }
    }
}
