//! Keyboards as data: which keys stand where.
//!
//! Invariant: no layout has a key twice. Keys that no keyboard controller tells of (Fn) or that a system takes for itself
//! (power, brightness) are on none.
//!
//! Source of the codes: linux/input-event-codes.h.

/// A key: its code and what stands on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cap {
    /// The kernel's code.
    pub code: u16,
    /// What stands on it, in few letters.
    pub label: &'static str,
}

/// A keyboard: rows from the top, each of groups with a gap between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// What it is called on the command line.
    pub id: &'static str,
    /// Its rows.
    pub rows: &'static [&'static [&'static [Cap]]],
}

impl Layout {
    /// Every key of it.
    pub fn caps(&self) -> impl Iterator<Item = Cap> + use<> {
        self.rows.iter().flat_map(|row| row.iter()).flat_map(|group| group.iter()).copied()
    }
}

macro_rules! caps {
    ($($code:literal $label:literal),* $(,)?) => { &[$(Cap { code: $code, label: $label }),*] };
}

type Group = &'static [Cap];

const ESCAPE: Group = caps![1 "Esc"];
const FUNCTION: Group = caps![
    59 "F1", 60 "F2", 61 "F3", 62 "F4", 63 "F5", 64 "F6", 65 "F7", 66 "F8", 67 "F9", 68 "F10", 87 "F11", 88 "F12"
];
const DIGITS: Group = caps![
    2 "1", 3 "2", 4 "3", 5 "4", 6 "5", 7 "6", 8 "7", 9 "8", 10 "9", 11 "0", 12 "-", 13 "=", 14 "Bksp"
];
const GRAVE: Group = caps![41 "`"];
const TOP: Group = caps![
    15 "Tab", 16 "Q", 17 "W", 18 "E", 19 "R", 20 "T", 21 "Y", 22 "U", 23 "I", 24 "O", 25 "P", 26 "[", 27 "]", 43 "\\"
];
const HOME_ROW: Group = caps![
    58 "Caps", 30 "A", 31 "S", 32 "D", 33 "F", 34 "G", 35 "H", 36 "J", 37 "K", 38 "L", 39 ";", 40 "'", 28 "Enter"
];
const BOTTOM: Group = caps![
    42 "Shift", 44 "Z", 45 "X", 46 "C", 47 "V", 48 "B", 49 "N", 50 "M", 51 ",", 52 ".", 53 "/", 54 "ShiftR"
];
const LAPTOP_SPACE: Group = caps![29 "Ctrl", 125 "Win", 56 "Alt", 57 "Space", 100 "AltR", 97 "CtrlR"];
const SPACE: Group = caps![29 "Ctrl", 125 "Win", 56 "Alt", 57 "Space", 100 "AltR", 126 "WinR", 127 "Menu", 97 "CtrlR"];
const UP: Group = caps![103 "Up"];
const ARROWS: Group = caps![105 "Left", 108 "Down", 106 "Right"];
const LAPTOP_ARROWS: Group = caps![105 "Left", 103 "Up", 108 "Down", 106 "Right"];
const DELETE: Group = caps![111 "Del"];
const SYSTEM: Group = caps![99 "PrtSc", 70 "ScrLk", 119 "Pause"];
const UPPER_MOVES: Group = caps![110 "Ins", 102 "Home", 104 "PgUp"];
const LOWER_MOVES: Group = caps![111 "Del", 107 "End", 109 "PgDn"];
const PAD_1: Group = caps![69 "Num", 98 "K/", 55 "K*", 74 "K-"];
const PAD_2: Group = caps![71 "K7", 72 "K8", 73 "K9", 78 "K+"];
const PAD_3: Group = caps![75 "K4", 76 "K5", 77 "K6"];
const PAD_4: Group = caps![79 "K1", 80 "K2", 81 "K3", 96 "KEnt"];
const PAD_5: Group = caps![82 "K0", 83 "K."];

/// A laptop without a number pad. Home, End and the page keys are behind Fn on many, so they are not asked for.
pub static LAPTOP: Layout = Layout {
    id: "laptop",
    rows: &[
        &[ESCAPE, FUNCTION, DELETE],
        &[GRAVE, DIGITS],
        &[TOP],
        &[HOME_ROW],
        &[BOTTOM],
        &[LAPTOP_SPACE, LAPTOP_ARROWS],
    ],
};
/// A laptop with one.
pub static LAPTOP_FULL: Layout = Layout {
    id: "laptop-full",
    rows: &[
        &[ESCAPE, FUNCTION, DELETE, PAD_1],
        &[GRAVE, DIGITS, PAD_2],
        &[TOP, PAD_3],
        &[HOME_ROW, PAD_4],
        &[BOTTOM, PAD_5],
        &[LAPTOP_SPACE, LAPTOP_ARROWS],
    ],
};
/// 104 keys (ANSI).
pub static FULL: Layout = Layout {
    id: "full",
    rows: &[
        &[ESCAPE, FUNCTION, SYSTEM],
        &[GRAVE, DIGITS, UPPER_MOVES, PAD_1],
        &[TOP, LOWER_MOVES, PAD_2],
        &[HOME_ROW, PAD_3],
        &[BOTTOM, UP, PAD_4],
        &[SPACE, ARROWS, PAD_5],
    ],
};
/// 87 keys: without a number pad.
pub static TENKEYLESS: Layout = Layout {
    id: "tkl",
    rows: &[
        &[ESCAPE, FUNCTION, SYSTEM],
        &[GRAVE, DIGITS, UPPER_MOVES],
        &[TOP, LOWER_MOVES],
        &[HOME_ROW],
        &[BOTTOM, UP],
        &[SPACE, ARROWS],
    ],
};
/// 61 keys: letters, digits and what stands around them.
pub static SIXTY: Layout = Layout { id: "60", rows: &[&[ESCAPE, DIGITS], &[TOP], &[HOME_ROW], &[BOTTOM], &[SPACE]] };

/// Every layout.
pub static LAYOUTS: &[&Layout] = &[&LAPTOP, &LAPTOP_FULL, &FULL, &TENKEYLESS, &SIXTY];

/// The layout of that name.
#[must_use]
pub fn layout(id: &str) -> Option<&'static Layout> {
    LAYOUTS.iter().find(|layout| layout.id == id).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_layout_has_its_number_of_keys_each_once_and_each_with_a_label_of_its_own() {
        let counts: Vec<_> = LAYOUTS.iter().map(|layout| (layout.id, layout.caps().count())).collect();
        assert_eq!(counts, [("laptop", 77), ("laptop-full", 94), ("full", 104), ("tkl", 87), ("60", 61)]);
        for layout in LAYOUTS {
            let codes: BTreeSet<_> = layout.caps().map(|cap| cap.code).collect();
            let labels: BTreeSet<_> = layout.caps().map(|cap| cap.label).collect();
            assert_eq!((codes.len(), labels.len()), (layout.caps().count(), layout.caps().count()), "{}", layout.id);
        }
    }

    #[test]
    fn a_key_has_one_label_on_every_layout_and_every_row_fits_a_layer() {
        for (one, other) in LAYOUTS.iter().flat_map(|one| LAYOUTS.iter().map(move |other| (one, other))) {
            for cap in one.caps() {
                assert!(other.caps().all(|known| (known.code == cap.code) == (known.label == cap.label)), "{cap:?}");
            }
        }
        for row in LAYOUTS.iter().flat_map(|layout| layout.rows) {
            let caps: usize = row.iter().flat_map(|group| group.iter()).map(|cap| cap.label.len() + 1).sum();
            assert!(caps + row.len() <= 72, "{row:?}");
        }
    }
}
