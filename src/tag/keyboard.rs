//! Tags that went through a wrong keyboard: a scanner that types as a US keyboard where the machine has another layout, or
//! an input method that turns keys into Vietnamese letters.
//!
//! Invariant: a tag is put right only where exactly one reading of what arrived has a sound check symbol; what is lost is
//! never guessed.

use super::error::TagError;
use super::id::TagId;
use std::collections::BTreeSet;

/// The most letters with marks that are put apart: each may come from a key anywhere behind it.
const MOST_MARKS: usize = 3;
/// The most signs of a tag, with what people put between its groups.
const MOST_SIGNS: usize = 16;
/// Nothing longer than a payload under the longest domain is looked at.
const LONGEST: usize = 320;

/// What turned the keys into something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Layout {
    /// A French keyboard.
    Azerty,
    /// A German keyboard.
    Qwertz,
    /// Shift held, or Caps Lock that shifts digits too.
    Shifted,
    /// Vietnamese by Telex.
    Telex,
    /// Vietnamese by VNI.
    Vni,
}

/// What a US keyboard prints on a key, and what the others make of it; letters in upper case as well.
const AZERTY: [(char, char); 27] = [
    ('à', '0'),
    ('&', '1'),
    ('é', '2'),
    ('"', '3'),
    ('\'', '4'),
    ('(', '5'),
    ('-', '6'),
    ('è', '7'),
    ('_', '8'),
    ('ç', '9'),
    (')', '-'),
    ('a', 'q'),
    ('q', 'a'),
    ('z', 'w'),
    ('w', 'z'),
    ('A', 'Q'),
    ('Q', 'A'),
    ('Z', 'W'),
    ('W', 'Z'),
    (',', 'm'),
    ('?', 'M'),
    ('m', ';'),
    ('M', ':'),
    ('!', '/'),
    (':', '.'),
    (';', ','),
    ('À', '0'),
];
const QWERTZ: [(char, char); 7] = [('y', 'z'), ('z', 'y'), ('Y', 'Z'), ('Z', 'Y'), ('ß', '-'), ('-', '/'), ('Ö', ':')];
const SHIFTED: [(char, char); 13] = [
    (')', '0'),
    ('!', '1'),
    ('@', '2'),
    ('#', '3'),
    ('$', '4'),
    ('%', '5'),
    ('^', '6'),
    ('&', '7'),
    ('*', '8'),
    ('(', '9'),
    ('_', '-'),
    ('?', '/'),
    ('>', '.'),
];

/// The shapes and the tones of Vietnamese letters: the letter without it, and the keys that set it by Telex and by VNI.
const SHAPES: [(char, char, char, char); 7] = [
    ('Â', 'A', 'A', '6'),
    ('Ê', 'E', 'E', '6'),
    ('Ô', 'O', 'O', '6'),
    ('Ă', 'A', 'W', '8'),
    ('Ơ', 'O', 'W', '7'),
    ('Ư', 'U', 'W', '7'),
    ('Đ', 'D', 'D', '9'),
];
const TONES: [(char, char, char); 5] =
    [('\u{301}', 'S', '1'), ('\u{300}', 'F', '2'), ('\u{309}', 'R', '3'), ('\u{303}', 'X', '4'), ('\u{323}', 'J', '5')];

/// The one tag that was scanned, and what its keys went through; none where there is no such tag, or more than one.
#[must_use]
pub fn through_keyboard(text: &str) -> Option<(TagId, Layout)> {
    let all = readings(text);
    let tags: BTreeSet<&TagId> = all.iter().map(|(tag, _)| tag).collect();
    if tags.len() == 1 { all.into_iter().next() } else { None }
}

/// What the keys of a tag most likely went through, where more than one tag may have been meant.
#[must_use]
pub fn garbled_by(text: &str) -> Option<Layout> {
    readings(text).first().map(|(_, layout)| *layout)
}

/// Every sound tag that the keys may have been, with what they went through.
fn readings(text: &str) -> Vec<(TagId, Layout)> {
    let text = crate::unit::composed(text.trim());
    // A code all of whose signs are sound was read or typed wrongly, by whatever keyboard.
    let is_spelled = matches!(TagId::read(&text), Ok(_) | Err(TagError::Check { .. }));
    if text.chars().count() > LONGEST || is_spelled {
        return Vec::new();
    }
    let mut all = Vec::new();
    for (layout, table) in
        [(Layout::Azerty, &AZERTY[..]), (Layout::Qwertz, &QWERTZ[..]), (Layout::Shifted, &SHIFTED[..])]
    {
        let read = |sign: char| table.iter().find(|(to, _)| *to == sign).map_or(sign, |(_, from)| *from);
        let back: String = text.chars().map(read).collect();
        all.extend((back != text).then(|| TagId::read(&back).ok()).flatten().map(|tag| (tag, layout)));
    }
    let last = text.rsplit('/').next().unwrap_or_default();
    for layout in [Layout::Telex, Layout::Vni] {
        all.extend(composed_by(last, layout).into_iter().map(|tag| (tag, layout)));
    }
    all
}

/// A letter as it was typed, and the keys behind it that changed it.
fn apart(sign: char, layout: Layout) -> (char, Vec<char>) {
    let mut keys = Vec::new();
    let of = |telex, vni| if layout == Layout::Telex { telex } else { vni };
    let upper = sign.to_uppercase().next().unwrap_or(sign);
    let mut plain = upper;
    for (mark, telex, vni) in TONES {
        let toned = |bare: &char| crate::unit::composed(&format!("{bare}{mark}")).chars().eq([upper]);
        if let Some(bare) = "AEIOUYÂÊÔĂƠƯ".chars().find(toned) {
            plain = bare;
            keys.push(of(telex, vni));
        }
    }
    if let Some((_, bare, telex, vni)) = SHAPES.iter().find(|(shaped, ..)| *shaped == plain) {
        // By Telex a W alone becomes Ư.
        if *bare == 'U' && layout == Layout::Telex {
            return ('W', keys);
        }
        plain = *bare;
        keys.insert(0, of(*telex, *vni));
    }
    (plain, keys)
}

/// The sound tags that come of putting every key back somewhere behind its letter.
fn composed_by(text: &str, layout: Layout) -> Vec<TagId> {
    let mut keys: Vec<(usize, char)> = Vec::new();
    let mut plain = Vec::new();
    let mut changed = false;
    for sign in text.chars() {
        let (bare, behind) = apart(sign, layout);
        changed |= bare != sign.to_uppercase().next().unwrap_or(sign);
        plain.push(bare);
        keys.extend(behind.into_iter().map(|key| (plain.len(), key)));
    }
    if !changed || keys.len() > MOST_MARKS || plain.len() > MOST_SIGNS {
        return Vec::new();
    }
    let mut all = vec![plain];
    // From the last letter on, so that the places of those before it stay.
    for (behind, key) in keys.into_iter().rev() {
        let put = |text: &Vec<char>| {
            (behind..=text.len()).map(|at| [&text[..at], &[key][..], &text[at..]].concat()).collect::<Vec<_>>()
        };
        all = all.iter().flat_map(put).collect();
    }
    let read = |text: Vec<char>| TagId::read(&text.into_iter().collect::<String>()).ok();
    all.into_iter().filter_map(read).collect::<BTreeSet<_>>().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn tag(bytes: [u8; 7]) -> TagId {
        TagId::from_random(bytes)
    }

    /// What a machine with that layout shows of keys pressed as on a US keyboard.
    fn pressed(text: &str, layout: Layout) -> String {
        let table = match layout {
            Layout::Azerty => &AZERTY[..26],
            Layout::Qwertz => &QWERTZ[..],
            Layout::Shifted => &SHIFTED[..],
            Layout::Telex | Layout::Vni => &[],
        };
        let press = |key: char| table.iter().find(|(_, from)| *from == key).map_or(key, |(to, _)| *to);
        text.chars().map(press).collect()
    }

    #[test]
    fn a_tag_through_a_wrong_layout_is_known_by_its_check_symbol() {
        let id = tag([0x3c, 0xc7, 0xdb, 0xa4, 0x54, 0x26, 0x80]);
        assert_eq!(id.to_string(), "7K3XQ-92M4T-Z");
        for (seen, layout) in [
            ("èK\"XA)çé?'T)W", Layout::Azerty),
            ("HTTPSM!!AOXANH:EXAMPLE!èK\"XAçé?'TW", Layout::Azerty),
            ("HTTPSÖ--AOXANH.EXAMPLE-7K3XQ92M4TY", Layout::Qwertz),
            ("&K#XQ_(@M$T_Z", Layout::Shifted),
        ] {
            assert_eq!(through_keyboard(seen), Some((id.clone(), layout)), "{seen}");
        }
        for sound in ["7K3XQ-92M4T-Z", "7k3xq-92m4t-z", "", "WD-WX81A1234567", "Nguyễn Thị Thử", "kệ A1"] {
            assert_eq!(through_keyboard(sound), None, "{sound}");
        }
    }

    #[test]
    fn what_an_input_method_composed_is_taken_apart_and_what_it_ate_is_not_guessed() {
        // W alone, DD, AA and a tone that went back to its vowel by Telex; a roof, a bar and a tone by VNI.
        let sound = |front: &str| {
            let mut all = crate::unit::SYMBOLS.iter().map(|last| format!("{front}{}", char::from(*last)));
            all.find_map(|text| TagId::read(&text).ok()).expect("one symbol is right")
        };
        for (front, seen, layout) in [
            ("7K3WQ92M4T", "7K3ƯQ92M4T", Layout::Telex),
            ("7KDDQ92M4T", "7KĐQ92M4T", Layout::Telex),
            ("7KAAQ92M4T", "7kâq92m4t", Layout::Telex),
            ("7KA6Q92M4T", "7KÂQ92M4T", Layout::Vni),
            ("7KD9Q92M4T", "7KĐQ92M4T", Layout::Vni),
        ] {
            let id = sound(front);
            let all = readings(&format!("{seen}{}", &id.as_str()[10..]));
            assert!(all.contains(&(id.clone(), layout)), "{front}: {all:?}");
        }
        // A key that set a mark and was then overruled left nothing.
        assert_eq!(through_keyboard("7KÀQ92M4TZ"), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn a_tag_that_came_through_a_layout_is_that_tag_or_none(bytes: [u8; 7], at in 0..3usize, dashes: bool) {
            let id = tag(bytes);
            let layout = [Layout::Azerty, Layout::Qwertz, Layout::Shifted][at];
            let text = if dashes { id.to_string() } else { id.as_str().to_owned() };
            let seen = pressed(&text, layout);
            prop_assume!(TagId::read(&seen).is_err());
            // German keys change two letters alone: what they show may be a tag through another layout too.
            if let Some((read, _)) = through_keyboard(&seen) {
                prop_assert_eq!(read, id);
            }
        }

        #[test]
        fn any_text_is_taken_apart_without_harm(text in "\\PC{0,40}") {
            let _any = through_keyboard(&text);
        }
    }
}
