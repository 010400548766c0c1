//! What the monkey comes for: whole errands as a person would do them, told key by key.

use super::monkey_actions::page;
use super::monkey_rig::{Monkey, NAMES, NEW_PIN};
use super::screen_people::{LEAD_PIN, PIN};
use super::screen_rig::text;
use aoxanh::screen::SCREENS;
use aoxanh::workbench::{Input, Key};

/// What people come for: keys, `…` for what is typed there, `▮` for a scan, `ƒ` of a new tag, `⌁` for a disk that is plugged in,
/// `⇣` for somewhere down a list, `R` for a device received with consent, `¤` for a name, `P` for a PIN, `~` for a slow clerk,
/// `W` until something is asked, `‖` while no job tells anything, `L` for a lead who signs,
/// `✂` for a job that is cut short, `⤓` to the end of a list, `A` to arm, `%` for keys that are shown.
const INTENTS: [&str; 51] = [
    "m↓",
    "mv",
    "mp",
    "mt¤\n…",
    "mt¤\n\nP\nP~\n⎋",
    "R",
    "R\n\n\n",
    "R⌁x⇣\n…\n",
    "R⌁x⇣\n…\n\n\n…\n",
    "Rk\n\nx⇣\n…\nx⇣\n…\n%%a↓",
    "Rtc\n\np↓…\n…\n…\n",
    "n\n\n\n\n",
    "\n\n…\n…\n",
    "k\n\n",
    "x⇣\n…\n%v",
    "⌁x⇣\n…\n",
    "⌁c⇣\n⇣\n…\n",
    "y…\n",
    "y…\n5→",
    "y…\n5↓",
    "y…\n5↓c▮▮▮%\n\n%",
    "5c…\n%\n\n",
    "5↓c▮…\n%%",
    "5c▮▮▮\n\n%",
    "5↓↓c▮▮▮\n\n%",
    "8▮▮▮",
    "8ƒ%%",
    ":↓↑⇟⇞↓\n",
    "3…↓",
    "3¤↓",
    "3↓↑⇟⇞",
    "/¤\n↓↑",
    "ta%",
    "t⇣r%%",
    "t↓rdWdWdWdWdWⅥ",
    "t↓rdWdWdWdWdWⅦ",
    "t↓rdWdWdWdWdWⅦ",
    "‖R⌁x⤓\nA⌁x⤓\nAv%T%",
    "px\nL",
    "Rk\n\n⌁x⤓\nAWpx\nL",
    "R⌁x⤓\n✂AWR⌁x⤓\n✂AWj↓↑\n",
    "Rtc\nk\n\n⌁x⤓\nAWpx\nL",
    "R⌁x⤓\nAW⌁x⤓\nAW⌁x⤓\nAWa↓↑%",
    "t↓↓r%%%%",
    "Rx⇣\n…\nRx⇣\n…\nv%",
    "a\n…\n…\n…\n",
    "a↓%",
    "p\n…\n…\n…\n",
    "p↓%",
    "j\n…",
    "/¤\n%",
];

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
        if self.view.world.signed_in().is_none() {
            self.sign_in();
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
        for letter in intent.chars() {
            let page = page(&self.view.stack, &self.view.world);
            match letter {
                '\n' => self.press(Key::Enter),
                '↓' => self.press(Key::Down),
                '↑' => self.press(Key::Up),
                '⇟' => self.press(Key::PageDown),
                '⇞' => self.press(Key::PageUp),
                '→' => self.press(Key::Right),
                '⇣' => (0..self.dice.of(14)).for_each(|_| self.press(Key::Down)),
                '…' if self.is_typing() => self.type_for(&page),
                '⌁' if self.plugged() < 18 => self.plug(),
                '…' | '⌁' => {}
                'R' => self.receive(),
                '¤' => self.name(),
                'P' => NEW_PIN.chars().for_each(|letter| self.press(Key::Char(letter))),
                '✂' => self.cuts_next = true,
                'W' => self.hear_on(),
                '‖' => self.pause = 60,
                'T' => self.press(Key::Tab),
                'L' => {
                    for text in ["lead", LEAD_PIN] {
                        text.chars().for_each(|letter| self.press(Key::Char(letter)));
                        self.press(Key::Enter);
                    }
                }
                'Ⅵ' => self.press(Key::Char('6')),
                'Ⅶ' => self.press(Key::Char('7')),
                '⤓' => (0..20).for_each(|_| self.press(Key::Down)),
                'A' => self.arm(),
                '~' => self.stalled = 3,
                '⎋' => self.press(Key::Escape),
                '%' => (0..4).for_each(|_| self.press_shown()),
                'ƒ' => {
                    let text = self.fresh_tag();
                    self.input(Input::Scan(&text));
                }
                '▮' => {
                    let text = self.a_tag();
                    self.input(Input::Scan(&text));
                }
                '5' => self.press(Key::Function(5)),
                '7' => self.press(Key::Function(7)),
                '8' => self.press(Key::Function(8)),
                '6' => self.press(Key::Function(6)),
                '3' => self.press(Key::Function(3)),
                letter => self.press(Key::Char(letter)),
            }
        }
        self.patient = false;
    }

    /// A device into a new lot whose donor agreed to erasing.
    pub(crate) fn receive(&mut self) {
        self.press(Key::Char('n'));
        if self.view.world.lot.is_some() {
            self.press(Key::Char(' '));
            self.press(Key::Down);
        }
        self.name();
        for key in [Key::Down, Key::Char(' '), Key::Down, Key::Down, Key::Down, Key::Enter, Key::Enter] {
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
