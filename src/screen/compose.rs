//! Typing Vietnamese by Telex or VNI where no input method of the system does it, as such a method would: letters are
//! rubbed out and others typed in their place.
//!
//! Invariants: what is typed as a code is left alone; a word that is no Vietnamese one stays as it was typed; any other key
//! than a letter or digit ends the word.

use crate::workbench::{Key, Typing};

/// The longest word, in keys: `nghieengs` and room for repairs.
const LONGEST: usize = 16;

/// The word that is being typed.
#[derive(Clone, Debug, Default)]
pub(super) struct Composer {
    /// The keys of it.
    raw: String,
    /// What stands in the field for them.
    shown: String,
}

impl Composer {
    /// The keys that are to be pressed in place of this one.
    pub(super) fn press(&mut self, key: Key, typing: Typing) -> Vec<Key> {
        let method = match typing {
            Typing::Plain => None,
            Typing::Telex => Some(&vi::TELEX),
            Typing::Vni => Some(&vi::VNI),
        };
        let (Key::Char(letter), Some(method)) = (key, method) else {
            *self = Self::default();
            return vec![key];
        };
        if !letter.is_ascii_alphanumeric() || self.raw.len() >= LONGEST {
            *self = Self::default();
            return vec![key];
        }
        self.raw.push(letter);
        let mut word = String::new();
        vi::transform_buffer(method, self.raw.chars(), &mut word);
        let is_word = word.is_ascii() || vi::validation::is_valid_syllable(&word);
        let word = if is_word { word } else { self.raw.clone() };
        let same = self.shown.chars().zip(word.chars()).take_while(|(old, new)| old == new).count();
        let mut keys = vec![Key::Backspace; self.shown.chars().count() - same];
        keys.extend(word.chars().skip(same).map(Key::Char));
        self.shown = word;
        keys
    }
}

#[cfg(test)]
mod tests {
    use super::super::field::Field;
    use super::*;
    use proptest::prelude::*;

    fn typed(keys: impl IntoIterator<Item = Key>, typing: Typing) -> String {
        let (mut composer, mut field) = (Composer::default(), Field::default());
        for key in keys {
            for key in composer.press(key, typing) {
                field.press(key);
            }
        }
        field.text()
    }

    #[test]
    fn names_come_out_as_they_are_written_and_foreign_words_as_they_were_typed() {
        let by = |text: &str, typing| typed(text.chars().map(Key::Char), typing);
        for (telex, vni, wanted) in [
            ("Nguyeenx Thij Thuwr", "Nguye64n Thi5 Thu73", "Nguyễn Thị Thử"),
            ("dduwowngf", "d9u7o7ng2", "đường"),
            ("hoangf hoa", "hoang2 hoa", "hoàng hoa"),
            ("Truwowngf Tieeur hocj", "Tru7o7ng2 Tie6u3 hoc5", "Trường Tiểu học"),
            ("Dell ThinkPad T440", "Dell ThinkPad T440", "Dell ThinkPad T440"),
            ("wifi", "wifi", "wifi"),
        ] {
            assert_eq!(by(telex, Typing::Telex), wanted);
            assert_eq!(by(vni, Typing::Vni), wanted);
            assert_eq!(by(telex, Typing::Plain), telex);
        }
    }

    #[test]
    fn what_is_rubbed_out_by_hand_or_moved_away_from_is_not_changed_behind_ones_back() {
        let keys = |text: &'static str| text.chars().map(Key::Char);
        assert_eq!(typed(keys("a").chain([Key::Left, Key::Right]).chain(keys("a")), Typing::Telex), "aa");
        assert_eq!(typed(keys("tees").chain([Key::Backspace]).chain(keys("n")), Typing::Telex), "tn");
    }

    proptest! {
        #[test]
        fn any_keys_leave_the_field_as_long_as_what_was_typed_or_shorter(text in "[ -~]{0,40}") {
            let shown = typed(text.chars().map(Key::Char), Typing::Telex);
            prop_assert!(shown.chars().count() <= text.chars().count(), "{shown:?}");
        }
    }
}
