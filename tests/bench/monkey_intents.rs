//! What the monkey comes for: whole errands as a person would do them, told key by key.

use super::monkey_actions::{action, page};
use super::monkey_errands::INTENTS;
use super::monkey_rig::{LIST_FILE, Monkey, NAMES, NEW_PIN};
use super::screen_people::{LEAD_PIN, PIN};
use super::screen_rig::{PASSPHRASE, text};
use aoxanh::screen::{SCREENS, Teller};
use aoxanh::unit::Secret;
use aoxanh::workbench::{Answer, Input, Key, News};

/// Where tablets stand among the kinds of device.
const TABLET: usize = 3;
/// Disks that are plugged in at most.
const MOST_DISKS: usize = 48;

/// The key that such a letter of an errand stands for.
fn key_of(letter: char) -> Option<Key> {
    Some(match letter {
        '\n' => Key::Enter,
        '⎋' => Key::Escape,
        '↓' => Key::Down,
        '↑' => Key::Up,
        '⇟' => Key::PageDown,
        '⇞' => Key::PageUp,
        '→' => Key::Right,
        '←' => Key::Left,
        '⌫' => Key::Backspace,
        '⌦' => Key::Delete,
        'T' => Key::Tab,
        '⇥' => Key::BackTab,
        'Ⅰ' => Key::Function(1),
        'Ⅻ' => Key::Function(12),
        'Ⅵ' => Key::Char('6'),
        'Ⅶ' => Key::Char('7'),
        '0' => Key::Function(10),
        '1' => Key::Function(11),
        '3'..='9' => Key::Function(u8::try_from(letter.to_digit(10)?).ok()?),
        _other => return None,
    })
}

fn one_time() -> News {
    News::Answer(Answer::OneTime("T".to_owned(), Secret::new("7K3XQ92M")))
}

impl Monkey {
    /// What a person would do next, as the keys for it: nobody gets that far by chance.
    pub(crate) fn intend(&mut self) {
        let at = self.dice.of(INTENTS.len());
        if self.view.world.signed_in().is_none() && self.dice.of(8) > 0 {
            self.patient = true;
            self.sign_in();
        }
        self.do_it(INTENTS[at]);
    }

    /// Everything that people come for, once, and every key of every screen; done by the lead.
    pub(crate) fn round(&mut self) {
        self.learn();
        for intent in INTENTS {
            self.come_back();
            self.do_it(intent);
        }
        for place in SCREENS {
            self.come_back();
            self.press(place.key);
            (0..24).for_each(|_| self.go_on());
        }
        // Whatever the bench leads to, new keys too.
        let bench = self.view.stack.top(&self.view.world).map(|(_, hints)| hints).unwrap_or_default();
        for hint in bench {
            self.come_back();
            self.press(hint.key);
            (0..10).for_each(|_| self.go_on());
        }
    }

    fn come_back(&mut self) {
        self.patient = true;
        for key in [Key::Escape, Key::Escape, Key::Escape, Key::Function(2)] {
            self.press(key);
        }
        self.rig.vault.lock(false);
        if self.view.world.signed_in().is_some() && !self.view.world.is_lead() {
            self.press(Key::Char('d'));
        }
        if self.view.world.signed_in().is_none() {
            self.press(Key::Char('d'));
            self.do_one('L');
        }
    }

    fn go_on(&mut self) {
        self.patient = true;
        let page = page(&self.view.stack, &self.view.world);
        if self.is_typing() && self.dice.of(4) == 0 {
            self.type_for(&page);
        } else {
            self.press_shown();
        }
        self.patient = false;
    }

    fn do_it(&mut self, intent: &str) {
        self.press(Key::Escape);
        self.press(Key::Function(2));
        self.patient = true;
        let device = self.dice.of(3);
        (0..device).for_each(|_| self.press(Key::Down));
        let mut letters = intent.chars();
        while let Some(letter) = letters.next() {
            let next = if matches!(letter, '^' | '#') { letters.next() } else { None };
            match (letter, next) {
                ('^', Some(next)) => self.press(Key::Control(next)),
                ('#', Some(next)) => self.press(Key::Char(next)),
                (letter, _) => self.do_one(letter),
            }
        }
        self.patient = false;
    }

    fn do_one(&mut self, letter: char) {
        if let Some(key) = key_of(letter) {
            return self.press(key);
        }
        match letter {
            '⇣' => (0..self.dice.of(14)).for_each(|_| self.press(Key::Down)),
            '⤓' => self.sink(),
            '…' if self.is_typing() => {
                let page = page(&self.view.stack, &self.view.world);
                self.type_for(&page);
            }
            '⌁' if self.plugged() < MOST_DISKS => self.plug(),
            '…' | '⌁' => {}
            'R' => self.receive(0),
            '▭' => self.receive(TABLET),
            '¤' => self.name(),
            'P' => self.type_keys(NEW_PIN),
            'M' => self.type_keys(LEAD_PIN),
            '✂' => self.cuts_next = true,
            '⊘' => self.rig.loses_fit.set(true),
            '⚿' => self.news.push_front((Teller::Job, one_time())),
            '≬' => {
                self.hear_on();
                let device = self.view.world.cursor.clone();
                let found = device.and_then(|device| self.rig.bench().device(&device).ok());
                let told = super::conflicts_screen::told(found);
                self.news.extend(told.into_iter().map(|news| (Teller::Job, news)));
                self.hear_on();
            }
            'W' => self.hear_on(),
            '⊞' => self.start_from_stick(),
            '⊟' => (self.view.world.stick, self.view.world.machine) = (None, None),
            '‖' => self.pause = 60,
            'L' => {
                for text in ["lead", LEAD_PIN] {
                    self.type_keys(text);
                    self.press(Key::Enter);
                }
            }
            'A' => self.arm(),
            '~' => self.stalled = 3,
            '%' => (0..4).for_each(|_| self.press_shown()),
            'Ø' => self.rig.vault.lock(true),
            '¶' => self.put_in(PASSPHRASE),
            '≡' => self.put_in(LIST_FILE),
            '£' => {
                let lot = self.view.world.lot.as_ref().map(|lot| lot.lot.to_string()).unwrap_or_default();
                self.type_keys(&lot.to_lowercase());
            }
            'đ' => {
                let tag = self.fresh_tag();
                self.type_keys(&tag);
            }
            'ƒ' | '▮' | '▯' | '♦' => {
                let text = match letter {
                    'ƒ' => self.fresh_tag(),
                    '▯' => self.other_tag(),
                    '▮' => self.a_tag(),
                    _badge => self.badge.expose().to_owned(),
                };
                self.input(Input::Scan(&text));
            }
            letter => self.press(Key::Char(letter)),
        }
    }

    /// The machine is one that was started from a stick, until it is taken for a station again.
    fn start_from_stick(&mut self) {
        for news in [News::Stick(Box::new(super::screen_machine::stick())), super::screen_machine::unnamed()] {
            self.view.world.fold(news);
        }
        self.press(Key::Function(2));
    }

    /// To the end of the list.
    fn sink(&mut self) {
        for _line in 0..60 {
            let is_over = action(&self.view.stack, &self.view.world, Key::Down).is_none();
            if is_over {
                return;
            }
            self.press(Key::Down);
        }
    }

    fn type_keys(&mut self, text: &str) {
        text.chars().for_each(|letter| self.press(Key::Char(letter)));
    }

    /// What the first lesson shows: how to go on, the step that is to be done, its card again, and how to leave.
    fn learn(&mut self) {
        self.patient = true;
        for key in [Key::Enter, Key::Enter, Key::Control('b'), Key::Escape] {
            self.press(key);
        }
    }

    /// A device of that kind into a new lot whose donor agreed to erasing.
    pub(crate) fn receive(&mut self, kind: usize) {
        self.press(Key::Char('n'));
        if self.view.world.lot.is_some() {
            self.press(Key::Char(' '));
            self.press(Key::Down);
        }
        self.name();
        let to_kind = [Key::Down, Key::Char(' '), Key::Down, Key::Down];
        let keys = to_kind.into_iter().chain(std::iter::repeat_n(Key::Right, kind));
        for key in keys.chain([Key::Down, Key::Enter, Key::Enter]) {
            self.press(key);
        }
    }

    /// What stands there is typed, as it should be.
    pub(crate) fn arm(&mut self) {
        self.draw();
        if text(&self.seen.0).contains("F2 vẫn xóa") {
            self.press(Key::Function(2));
        }
        let shown = text(&self.seen.0);
        let words: Vec<&str> = shown.split([' ', '│', ':', ',', '(', ')']).collect();
        let confirmation = self.confirmation(&words);
        self.put_in(confirmation);
        self.press(Key::Enter);
    }

    /// A name, typed or pasted.
    pub(crate) fn name(&mut self) {
        let name = NAMES[self.dice.of(NAMES.len())];
        self.put_in(name);
    }

    pub(crate) fn put_in(&mut self, text: &str) {
        if self.dice.of(3) > 0 {
            self.input(Input::Paste(text));
        } else {
            text.chars().for_each(|letter| self.press(Key::Char(letter)));
        }
    }

    /// Mostly the lead, sometimes another.
    pub(crate) fn sign_in(&mut self) {
        let (name, pin) = [("lead", LEAD_PIN), ("lead", LEAD_PIN), ("thu", PIN), ("kho", PIN)][self.dice.of(4)];
        self.press(Key::Char('d'));
        if self.dice.of(4) == 0 {
            self.press(Key::Enter);
            self.press(Key::Escape);
        }
        name.chars().for_each(|letter| self.press(Key::Char(letter)));
        self.press(Key::Enter);
        pin.chars().for_each(|letter| self.press(Key::Char(letter)));
        self.press(Key::Enter);
    }
}
