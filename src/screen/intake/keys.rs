//! The keys of the door, and the single letters that say what is seen of a device.
//!
//! Invariant: a letter says something only where no text is being typed.

use super::{Door, Focus};
use crate::event::outward::{Accessory, Belonging, Condition, Outward, Whither};
use crate::word::say;
use crate::workbench::{Binding, Effect, Key, Layer, accessory_sentence, belonging_sentence, condition_sentence};

/// One key for one thing that can be seen.
macro_rules! seen {
    ($key:literal, $words:expr, $change:expr) => {
        Binding {
            key: Key::Char($key),
            words: || $words,
            when: |page, _| page.can_say(),
            what: |page, _| page.say($change),
        }
    };
    ($key:literal, $condition:ident) => {
        seen!($key, condition_sentence(Condition::$condition), |seen: &mut Outward| {
            let same = seen.condition == Some(Condition::$condition);
            seen.condition = (!same).then_some(Condition::$condition);
        })
    };
    ($key:literal, with $accessory:ident) => {
        seen!($key, accessory_sentence(Accessory::$accessory), |seen: &mut Outward| {
            if !seen.accessories.remove(&Accessory::$accessory) {
                seen.accessories.insert(Accessory::$accessory);
            }
        })
    };
    ($key:literal, out $belonging:ident) => {
        seen!($key, belonging_sentence(Belonging::$belonging), |seen: &mut Outward| {
            match seen.taken_out.remove(&Belonging::$belonging) {
                None => _ = seen.taken_out.insert(Belonging::$belonging, Whither::GivenBack),
                Some(Whither::GivenBack) => _ = seen.taken_out.insert(Belonging::$belonging, Whither::Kept),
                Some(Whither::Kept) => {}
            }
        })
    };
}

/// Letters are the first of the Vietnamese word, as far as they are free.
pub(super) static KEYS: &[Binding<Door>] = &[
    Binding {
        key: Key::Enter,
        words: || say!("key-receive-tag"),
        when: |page, w| page.focus == Focus::Tag && page.lot(w).is_some() && !page.typed.text().is_empty(),
        what: |page, w| page.receive_typed(w),
    },
    Binding {
        key: Key::Enter,
        words: || say!("key-door-said"),
        when: |page, _| page.focus != Focus::Tag,
        what: |page, _| page.turn_to(Focus::Tag),
    },
    Binding {
        key: Key::Tab,
        words: || say!("key-kind"),
        when: |_, _| true,
        what: |page, _| page.turn(|at, count| (at + 1) % count),
    },
    Binding {
        key: Key::Down,
        words: || say!("key-door-last"),
        when: |page, _| page.focus == Focus::Tag && page.below().is_some(),
        what: |page, _| page.down(),
    },
    Binding {
        key: Key::Down,
        words: || say!("key-down"),
        when: |page, _| page.below().is_some(),
        what: |page, _| page.down(),
    },
    Binding {
        key: Key::Up,
        words: || say!("key-door-next"),
        when: |page, _| page.focus == Focus::Tag,
        what: |page, _| page.turn_to(Focus::Next),
    },
    Binding {
        key: Key::Up,
        words: || say!("key-up"),
        when: |page, _| page.above().is_some(),
        what: |page, _| page.up(),
    },
    Binding {
        key: Key::Control('l'),
        words: || say!("key-new-lot"),
        when: |page, _| page.is_idle(),
        what: |_, _| vec![Effect::Open(Layer::Receive(None))],
    },
    Binding {
        key: Key::Control('o'),
        words: || say!("key-door-list"),
        when: |page, w| page.is_idle() && page.lot(w).is_some(),
        what: |page, w| page.open_list(w),
    },
    Binding {
        key: Key::Control('d'),
        words: || say!("key-quarantine-last"),
        when: |page, w| page.is_idle() && page.is_last(w),
        what: |_, _| vec![Effect::Open(Layer::Quarantine)],
    },
    Binding {
        key: Key::Control('n'),
        words: || say!("key-print-label"),
        when: |page, _| page.labelled().is_some(),
        what: |page, _| page.print(),
    },
    Binding {
        key: Key::Control('g'),
        words: || say!("key-donors"),
        when: |page, _| page.is_idle(),
        what: |_, _| vec![Effect::Open(Layer::Donors)],
    },
    Binding {
        key: Key::Control('t'),
        words: || say!("key-lots"),
        when: |page, _| page.is_idle(),
        what: |_, _| vec![Effect::Open(Layer::LotList)],
    },
    Binding {
        key: Key::Control('r'),
        words: || say!("key-lot-here"),
        when: |page, w| page.is_idle() && page.lot(w).is_some(),
        what: |page, w| page.lot(w).map(|lot| Effect::Open(Layer::Lot(lot.lot.clone()))).into_iter().collect(),
    },
    seen!('1', Works),
    seen!('2', Faulty),
    seen!('3', Dead),
    seen!('4', Broken),
    seen!('5', Untried),
    seen!('s', with Charger),
    seen!('p', with Battery),
    seen!('t', with Bag),
    seen!('c', with Mouse),
    seen!('b', with Keyboard),
    seen!('d', with Cable),
    seen!('m', with Monitor),
    seen!('v', with Pen),
    seen!('i', out Sim),
    seen!('n', out MemoryCard),
    seen!('a', out Disc),
    seen!('u', out Usb),
    Binding {
        key: Key::BackTab,
        words: || say!("key-kind-back"),
        when: |_, _| true,
        what: |page, _| page.turn(|at, count| (at + count - 1) % count),
    },
    Binding {
        key: Key::Escape,
        words: || say!("key-door-to-tag"),
        when: |page, _| page.focus != Focus::Tag,
        what: |page, _| page.turn_to(Focus::Tag),
    },
    Binding {
        key: Key::Escape,
        words: || say!("key-back-to-bench"),
        when: |page, _| page.is_idle(),
        what: |_, _| vec![Effect::Go("bench")],
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::word::{Lang, Words};

    #[test]
    fn the_letters_on_the_page_are_the_letters_that_are_bound() {
        for lang in [Lang::Vi, Lang::En] {
            let words = Words::new(lang, None).expect("embedded");
            let legend = ["door-legend-condition", "door-legend-with", "door-legend-out"];
            let shown: String = legend.map(|key| words.say(&crate::word::Sentence::new(key))).join(" ");
            for binding in KEYS {
                let Key::Char(letter) = binding.key else { continue };
                let said = format!("{letter} {}", words.say(&(binding.words)()));
                assert!(shown.contains(&said), "{said}: {shown}");
            }
        }
    }
}
