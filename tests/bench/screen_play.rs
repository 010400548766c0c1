//! Scripts: what a person presses, types and scans, written as one text; and what can be read on a screen then.
//!
//! | sign | is |
//! |---|---|
//! | `⏎ ⎋ ⇥ ⇤ ⌫ ↑ ↓ ← → ⇞ ⇟` | that key |
//! | `Ⅰ` … `Ⅻ` | a function key |
//! | `^x` | x with Ctrl |
//! | `①` … | the tag of the device that was received first, scanned; `❶` …: typed |
//! | `◇` | a tag that nobody has, scanned |
//! | `♦ ♢` | the badge of the volunteer, of the lead, scanned |
//! | `♙ ♔` | name and PIN of the volunteer, of the lead |
//! | `⋯` | something else happens meanwhile |
//! | any other | that letter |

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::screen_people::{LEAD_PIN, PIN};
use super::screen_rig::Desk;
use super::screen_shift::badge;
use aoxanh::event::Fact;
use aoxanh::tag::TagId;
use aoxanh::word::Lang;
use aoxanh::workbench::{Found, Input, Key};
use std::collections::BTreeMap;

/// What one sign stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    Press(Key),
    /// The tag of the device of that number, scanned.
    Scan(usize),
    /// The same, typed.
    Type(usize),
    Blank,
    Badge(&'static str),
    Meanwhile,
}

/// Nothing else happens.
pub(crate) const fn nothing(_desk: &mut Desk) {}

/// What a script says, sign by sign.
pub(crate) fn acts(script: &str) -> Vec<Act> {
    let script = script.replace('♙', &format!("thu⏎{PIN}⏎")).replace('♔', &format!("lead⏎{LEAD_PIN}⏎"));
    let mut signs = script.chars();
    let mut acts = Vec::new();
    while let Some(sign) = signs.next() {
        acts.push(match sign {
            '^' => Act::Press(Key::Control(signs.next().expect("a letter behind ^"))),
            sign => act(sign),
        });
    }
    acts
}

fn act(sign: char) -> Act {
    let nth = |first: char| usize::try_from(u32::from(sign) - u32::from(first)).expect("small");
    Act::Press(match sign {
        '⏎' => Key::Enter,
        '⎋' => Key::Escape,
        '⇥' => Key::Tab,
        '⇤' => Key::BackTab,
        '⌫' => Key::Backspace,
        '↑' => Key::Up,
        '↓' => Key::Down,
        '←' => Key::Left,
        '→' => Key::Right,
        '⇞' => Key::PageUp,
        '⇟' => Key::PageDown,
        'Ⅰ'..='Ⅻ' => Key::Function(u8::try_from(1 + nth('Ⅰ')).expect("small")),
        '①'..='⑳' => return Act::Scan(nth('①')),
        '❶'..='❿' => return Act::Type(nth('❶')),
        '◇' => return Act::Blank,
        '♦' => return Act::Badge("Lê Thư"),
        '♢' => return Act::Badge("Lead"),
        '⋯' => return Act::Meanwhile,
        letter => Key::Char(letter),
    })
}

impl Desk {
    /// Does what the script says.
    pub(crate) fn play(&mut self, script: &str) {
        for act in acts(script) {
            self.act(act, nothing);
        }
    }

    /// Does one thing of a script.
    pub(crate) fn act(&mut self, act: Act, meanwhile: fn(&mut Self)) {
        match act {
            Act::Press(key) => self.press(&[key]),
            Act::Scan(number) => {
                let tag = self.nth(number).name();
                self.input(Input::Scan(&tag));
            }
            Act::Type(number) => {
                let tag = self.nth(number).name();
                self.type_text(&tag);
            }
            Act::Blank => self.input(Input::Scan(&TagId::from_random([9; 7]).to_string())),
            Act::Badge(name) => {
                let code = badge(self, name);
                self.input(Input::Scan(code.expose()));
            }
            Act::Meanwhile => meanwhile(self),
        }
    }

    /// The device that was received so many devices after the first.
    pub(crate) fn nth(&self, number: usize) -> Found {
        let is_receipt = |fact: &Fact| matches!(fact, Fact::DeviceReceived(_));
        let received = self.rig.events().into_iter().filter(|event| is_receipt(&event.fact));
        let about = received.filter_map(|event| event.device).nth(number).expect("received");
        self.rig.bench().device(&about.id).expect("known")
    }

    /// Back on the bench with no layer.
    pub(crate) fn come_back(&mut self) {
        for _layer in 0..20 {
            if self.stack.layers() > 0 {
                // Whether scans are really to be thrown away is asked.
                let is_asked = self.shown(80, 24).contains("tem đã quét?");
                self.press(&[if is_asked { Key::Enter } else { Key::Escape }]);
            }
        }
        self.press(&[Key::Function(2)]);
        assert_eq!(self.stack.layers(), 0, "{}", self.shown(80, 24));
    }
}

/// What stands in each box from top to bottom, whatever lines it was broken into.
fn columns(shown: &str) -> Vec<String> {
    let mut columns: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
    for line in shown.lines() {
        let mut at = 0;
        for piece in line.split('│') {
            columns.entry(at).or_default().extend(piece.split_whitespace());
            at += piece.chars().count() + 1;
        }
    }
    columns.into_values().map(|words| words.join(" ")).collect()
}

/// The Vietnamese sentence of that key, cut where something is filled in.
pub(crate) fn sentence(key: &str) -> Vec<String> {
    sentence_in(Lang::Vi, key)
}

/// The same in that language.
pub(crate) fn sentence_in(lang: Lang, key: &str) -> Vec<String> {
    let all = match lang {
        Lang::Vi => include_str!("../../profiles/lang/vi.ftl"),
        Lang::En => include_str!("../../profiles/lang/en.ftl"),
    };
    let line = all.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(" = ")).expect(key);
    let pieces = line.split('{').map(|piece| piece.split_once('}').map_or(piece, |(_, rest)| rest));
    let plain = |piece: &str| piece.split_whitespace().collect::<Vec<_>>().join(" ");
    pieces.map(plain).filter(|piece| piece.chars().any(char::is_alphanumeric)).collect()
}

/// Letters that may be filled in between two pieces of a sentence.
const FILLED: usize = 90;

/// Whether the whole sentence can be read in one of the boxes.
pub(crate) fn is_readable(shown: &str, sentence: &[String]) -> bool {
    let (first, others) = sentence.split_first().expect("a sentence");
    columns(shown).iter().any(|column| {
        column.match_indices(first.as_str()).any(|(at, _)| {
            let mut rest = &column[at + first.len()..];
            others.iter().all(|piece| {
                let found = rest.find(piece.as_str()).filter(|gap| rest[..*gap].chars().count() <= FILLED);
                if let Some(gap) = found {
                    rest = &rest[gap + piece.len()..];
                }
                found.is_some()
            })
        })
    })
}

#[test]
fn a_sentence_is_read_across_the_lines_of_its_box_and_not_where_it_is_cut() {
    let rule = sentence("rule-arm-consent");
    let shown = "│ x │ ✗ Lô l-1 chưa có sự đồng ý xóa │\n│ y │ dữ liệu của người tặng (hoặc đã   │\n│   │ rút lại). Hỏi người tặng trước.   │";
    assert!(is_readable(shown, &rule), "{rule:?} {:?}", columns(shown));
    assert!(!is_readable(&shown.replace("tặng trước.", "tặ…"), &rule));
    assert!(!is_readable(&shown.replace("│   │ rút", "│ x │ y │ rút"), &rule), "in two boxes");
}
