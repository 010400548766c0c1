//! The monkey's hands: which key, text or scan comes next, and that whatever comes can be drawn.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::monkey_actions::{Action, action, page, shown};
use super::monkey_rig::{LIST_FILE, Monkey, NAMES, NEW_PIN, SIZES};
use super::screen_people::{LEAD_PIN, PIN};
use super::screen_rig::{PASSPHRASE, text};
use aoxanh::screen::{Glyphs, Pen, SCREENS};
use aoxanh::workbench::{Input, Key, Tongue};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::time::Duration;

/// What is scanned or pasted that is no tag of this station: damaged, another's, a link, gibberish, words.
const SCANS: [&str; 10] = [
    "7K3XQ-92M4T-9",
    "HTTPS://AOXANH.VN/7K3XQ92M4TZ",
    "https://example.org/thiet-bi?id=1",
    "8936036020014",
    "\u{1b}[31m\u{7}\u{0}đỏ",
    "(01)09501101530003(17)260704(10)AB-123",
    "Máy tính của cô Lê Thị Mỹ Duyên, lớp 4A",
    "Nguye\u{302}\u{303}n\t\r\n",
    "",
    "🖥️ﷺ\u{200f}﷽",
];
const TEXTS: [&str; 14] = [
    "kho A-1",
    "Kệ B 2",
    "giữ chờ phụ kiện",
    "thinkpad",
    "0",
    "12",
    "/media/khác",
    "x",
    "đã xem",
    "a.png",
    "máy chậm, quạt kêu to",
    "2026-11-21",
    "Đội Thử",
    "60",
];
const KEYS: [Key; 16] = [
    Key::Enter,
    Key::Escape,
    Key::Tab,
    Key::BackTab,
    Key::Up,
    Key::Down,
    Key::Left,
    Key::Right,
    Key::Home,
    Key::End,
    Key::PageUp,
    Key::PageDown,
    Key::Backspace,
    Key::Delete,
    Key::Control('u'),
    Key::Control('w'),
];

impl Monkey {
    /// One turn: some keys, a text, a scan, or time.
    pub(crate) fn turn(&mut self) {
        let page = page(&self.view.stack, &self.view.world);
        match self.dice.of(100) {
            0 => self.pass(Duration::from_secs(70)),
            1..=3 => self.chance(),
            4..=8 => self.scan_or_paste(),
            9..=13 => self.press_any(),
            14..=18 if self.view.stack.layers() == 0 => {
                let place = self.dice.of(SCREENS.len());
                self.press(SCREENS[place].key);
            }
            14..=20 => self.press_anywhere(),
            21..=26 if self.view.stack.layers() == 0 => self.intend(),
            21..=44 if self.is_typing() => self.type_for(&page),
            _most => self.press_shown(),
        }
    }

    /// Whether a text is being typed.
    pub(crate) fn is_typing(&mut self) -> bool {
        self.look();
        self.seen.1
    }

    /// A tag of the bench, or one that nobody has yet.
    pub(crate) fn a_tag(&mut self) -> String {
        let known: Vec<String> = self.view.world.devices.iter().map(|row| row.name.clone()).collect();
        if known.is_empty() || self.dice.of(2) == 0 {
            return self.fresh_tag();
        }
        known[self.dice.of(known.len())].replace('-', "")
    }

    /// The tag of a device on the bench that is not the one in front.
    pub(crate) fn other_tag(&mut self) -> String {
        let here = self.view.world.here().map(|chosen| chosen.row.device.clone());
        let others: Vec<&str> = self
            .view
            .world
            .devices
            .iter()
            .filter(|row| Some(&row.device) != here.as_ref())
            .map(|row| row.name.as_str())
            .collect();
        if others.is_empty() { self.fresh_tag() } else { others[self.dice.of(others.len())].replace('-', "") }
    }

    /// What happens by itself now and then.
    fn chance(&mut self) {
        match self.dice.of(30) {
            0 => self.pass(self.view.world.habits.longest_rest()),
            1 if self.plugged() < 9 => self.plug(),
            2 => self.rig.vault.lock(true),
            _most => self.press(Key::Function(12)),
        }
    }

    /// One of the keys that stand in the help bar, rather one that was seldom pressed.
    pub(crate) fn press_shown(&mut self) {
        let valid = shown(&self.view.stack, &self.view.world);
        let new = valid.iter().find(|(_, action)| self.times(action) == 0).map(|(key, _)| *key);
        if let Some(new) = new.filter(|_| self.patient || self.steps().is_multiple_of(2)) {
            return self.press(new);
        }
        let mut best: Option<(u64, Key)> = None;
        // While a list is read there is nothing to press.
        for _try in 0..3.min(valid.len()) {
            let (key, action) = &valid[self.dice.of(valid.len())];
            // Whoever only leaves never gets anywhere.
            let done = self.times(action) * if *key == Key::Escape { 4 } else { 1 };
            if best.is_none_or(|(least, _)| done < least) {
                best = Some((done, *key));
            }
        }
        self.press(best.map_or(Key::Escape, |(_, key)| key));
    }

    fn press_any(&mut self) {
        let key = match self.dice.of(4) {
            0 => KEYS[self.dice.of(KEYS.len())],
            1 => Key::Function(u8::try_from(1 + self.dice.of(12)).expect("small")),
            2 => Key::Control(char::from(b'a' + u8::try_from(self.dice.of(26)).expect("small"))),
            _letter => Key::Char(char::from(b' ' + u8::try_from(self.dice.of(95)).expect("small"))),
        };
        self.press(key);
    }

    fn press_anywhere(&mut self) {
        let keys = [
            Key::Function(1),
            Key::Char('?'),
            Key::Char(':'),
            Key::Control('p'),
            Key::Control('b'),
            Key::Control('z'),
            Key::Control('c'),
        ];
        let key = keys[self.dice.of(keys.len())];
        self.press(key);
    }

    fn scan_or_paste(&mut self) {
        let text = match self.dice.of(30) {
            0..=17 => self.a_tag(),
            18 => self.badge.expose().to_owned(),
            _other => self.dice.one(&SCANS).to_owned(),
        };
        if self.dice.of(3) == 0 { self.input(Input::Paste(&text)) } else { self.input(Input::Scan(&text)) }
    }

    /// What a person would type there, more or less; often with Enter behind it.
    pub(crate) fn type_for(&mut self, page: &str) {
        self.look();
        let shown = text(&self.seen.0);
        let is_named = ["receive::", "person::", "find::", "palette::", "intake::", "note::", "donors::", "lots::"]
            .iter()
            .any(|named| page.contains(named));
        let is_signing =
            ["sign_in::", "lift::", "validate::", "destroy::", "hand_over::"].iter().any(|layer| page.contains(layer));
        let is_signing = is_signing && (shown.contains("phần tên") || shown.contains("part of the name"));
        let pin = if shown.contains("Mã PIN của Lead") || shown.contains("PIN of Lead") { LEAD_PIN } else { PIN };
        let on_screen: Vec<&str> = shown
            .split([' ', '│', ':', ',', '(', ')'])
            .filter(|word| (4..20).contains(&word.chars().count()))
            .collect();
        let text = match self.dice.of(10) {
            0..=7 if shown.contains("PIN của ") || shown.contains("PIN of ") => pin,
            0..=7 if is_signing => ["lead", "lead", "thu"][self.dice.of(3)],
            0..=5 if page.contains("person::") && shown.contains("PIN") => [NEW_PIN, LEAD_PIN][self.dice.of(5) / 4],
            0..=6 if page.contains("unlock::") => PASSPHRASE,
            0..=6 if page.contains("sticks::") && (shown.contains("khóa") || shown.contains("assphrase")) => {
                PASSPHRASE
            }
            0..=6 if page.contains("donor_list::") => LIST_FILE,
            0..=6 if page.contains("arm::") => self.confirmation(&on_screen),
            0..=3 if is_named => NAMES[self.dice.of(NAMES.len())],
            4 | 5 if !on_screen.is_empty() => on_screen[self.dice.of(on_screen.len())],
            6 => "lead",
            _other => TEXTS[self.dice.of(TEXTS.len())],
        }
        .to_owned();
        if self.dice.of(2) == 0 {
            self.press(Key::Control('u'));
        }
        self.put_in(&text);
        if self.dice.of(4) > 0 {
            self.press(Key::Enter);
        }
    }

    /// What stands on the screen as a serial number or code, else nothing that would do.
    pub(crate) fn confirmation<'a>(&mut self, on_screen: &[&'a str]) -> &'a str {
        let is_serial = |word: &&&str| word.starts_with("WD-") || word.starts_with("MODEL-");
        let mut likely: Vec<&str> = on_screen.iter().filter(is_serial).copied().collect();
        if likely.is_empty() {
            // Whose standard it is stands there too.
            let is_plain = |word: &str| word.chars().all(|at| at.is_ascii_uppercase() || at.is_ascii_digit());
            let is_code = |word: &&&str| word.len() == 4 && is_plain(word) && **word != "NIST";
            likely = on_screen.iter().filter(is_code).copied().collect();
        }
        if likely.is_empty() { "0000" } else { likely[self.dice.of(likely.len())] }
    }

    /// A key is pressed; what it should do is counted.
    pub(crate) fn press(&mut self, key: Key) {
        let (stack, world) = (&self.view.stack, &self.view.world);
        let own = action(stack, world, key);
        let place = SCREENS.iter().find(|place| place.key == key && (place.when)(world));
        let place = place.filter(|_| stack.layers() == 0 && own.is_none()).map(|place| place.words);
        let tongue = world.tongue;
        if let Key::Char(letter) = key {
            self.remember(&letter.to_string());
        }
        self.pressed = own.as_ref().map(|own| own.words.clone()).unwrap_or_default();
        self.input(Input::Key(key));
        let top = page(&self.view.stack, &self.view.world);
        let does_all = matches!(key, Key::Function(1) | Key::Char('?')) && top == "layer::keys::Keys";
        let is_palette = matches!(key, Key::Char(':') | Key::Control('p')) && top == "layer::palette::Palette";
        let leaves = key == Key::Control('c') && (self.restarted() || top == "layer::quit::Quit");
        let learns =
            key == Key::Control('b') && matches!(top.as_str(), "layer::lesson::Lesson" | "layer::message::Message");
        let speaks = key == Key::Function(12) && self.view.world.tongue != tongue && tongue == Tongue::Own;
        let key = format!("{key:?}");
        match (place, own) {
            (Some(words), _) => self.reach(&Action::new("stack::Stack", &key, words().key())),
            (None, _) if does_all || is_palette || leaves || learns || speaks => {
                self.reach(&Action::new("stack::Stack", &key, ""));
            }
            (None, Some(own)) => self.reach(&own),
            (None, None) => {}
        }
    }

    /// What was drawn last is what there is.
    fn look(&mut self) {
        if self.is_stale {
            self.draw();
        }
    }

    /// Draws what there is, now and then in another size and other glyphs too; nothing of that may fail.
    pub(crate) fn draw(&mut self) {
        let steps = usize::try_from(self.steps()).expect("fits");
        if steps.is_multiple_of(16) {
            let at = steps / 16;
            let glyphs = [Glyphs::Full, Glyphs::Console, Glyphs::Ascii][at % 3];
            self.look_as(SIZES[at % SIZES.len()], glyphs, at % 2);
        }
        self.seen = self.look_as((80, 24), Glyphs::Full, 0);
        self.is_stale = false;
    }

    fn look_as(&self, size: (u16, u16), glyphs: Glyphs, words: usize) -> (Buffer, bool) {
        let area = Rect::new(0, 0, size.0, size.1);
        let mut buffer = Buffer::empty(area);
        let mut pen = Pen::new(self.words(words), glyphs, &mut buffer);
        self.view.stack.draw(&self.view.world, area, &mut pen);
        let is_typing = pen.cursor().is_some();
        (buffer, is_typing)
    }
}
