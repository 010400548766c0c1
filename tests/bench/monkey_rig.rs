//! A monkey at the desk: the real view, stack and workbench on a real ledger, disks and hardware in memory, and dice.
//!
//! Invariant: everything is a function of the seed; whatever it records, who was there is kept beside it.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]
#![expect(clippy::wildcard_enum_match_arm, reason = "of all facts some are looked for")]
#![expect(clippy::struct_excessive_bools, reason = "each is a mood of its own")]

use super::arming_rig::{Rig, disk};
use super::day_rig::target;
use super::monkey_actions::Action;
use super::screen_people::PIN;
use super::screen_scanners::Ports;
use aoxanh::device::Obstacle;
use aoxanh::event::people::Role;
use aoxanh::event::{By, Event, Fact, How};
use aoxanh::port::{FakeDisk, FakeHardware, FakeImageStore, Model, ModelKind, Part};
use aoxanh::reading::{SmartReport, Tally};
use aoxanh::screen::{Now, Task, Teller, View};
use aoxanh::unit::{Bytes, Moment, PersonId, Secret};
use aoxanh::word::{Lang, Words};
use aoxanh::workbench::{
    Answer, Effect, Input, News, PhoneView, SettingsView, World, add_person, fresh_tag, issue_badge,
};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

/// Names that people type where people are named, and that the ledger must never hold.
pub(crate) const NAMES: [&str; 3] = ["Nguyễn Thị Kín Đáo", "Trần Văn Giữ Riêng", "Công ty Ẩn Danh Một"];
/// A donor's list, in which somebody is named too.
pub(crate) const LIST_FILE: &str = "/media/usb/list.csv";
/// A PIN that is given out.
pub(crate) const NEW_PIN: &str = "864209";
const DISK: usize = 256 << 10;
const PARTS: [Part; 14] = [
    Part::Keyboard,
    Part::Screen,
    Part::Speakers,
    Part::Microphone,
    Part::Camera,
    Part::Touchpad,
    Part::Usb,
    Part::Wifi,
    Part::Bluetooth,
    Part::Battery,
    Part::Lid,
    Part::Disk,
    Part::Memory,
    Part::Processor,
];
/// Sizes of terminals that it is drawn in besides 80×24.
pub(crate) const SIZES: [(u16, u16); 6] = [(120, 40), (200, 60), (79, 23), (1, 1), (80, 60), (300, 24)];

/// What stands for a scan among the words of keys.
const SCANNED: &str = "scanned";

/// The keys that record what nobody may record unawares, by their words; none where any key may.
const fn meant_by(fact: &Fact) -> Option<&'static [&'static str]> {
    Some(match fact {
        Fact::Corrected(_) | Fact::DonorsMerged(_) | Fact::DonorsParted(_) => &["key-correct-record"],
        Fact::DeviceAllocated(_) | Fact::DeviceHandedOver(_) => &["give-key"],
        // A PIN that is scanned comes with its Enter.
        Fact::RuleOverridden(_) => &["key-lift", SCANNED],
        Fact::WipeValidated(_) => &["key-validate", SCANNED],
        Fact::DiskDestroyed(_) => &["key-record", SCANNED],
        Fact::ShiftHandedOver(_) => &["key-hand-over", "key-nobody-comes", SCANNED],
        Fact::WipeStarted(_) | Fact::ImageStarted(_) | Fact::ImageFitted(_) => &["key-begin", SCANNED],
        Fact::LotClosed(_) => &["key-lot-close-record"],
        Fact::LotReopened(_) => &["key-lot-reopen-record"],
        Fact::DayClosed(_) => &["key-close-day"],
        Fact::RoleGranted(_) | Fact::RoleRevoked(_) => &["key-record", "key-next-line", SCANNED],
        _other => return None,
    })
}

/// Dice that fall the same for the same seed.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// One of `0..count`. Source: `SplitMix64`, Steele and others, 2014.
    pub(crate) fn of(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % u64::try_from(count.max(1)).expect("fits")).expect("fits")
    }

    pub(crate) fn one<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.of(of.len())]
    }
}

/// Records from one number to another, and who may have made them.
pub(crate) struct Claim {
    pub(crate) from: u64,
    pub(crate) to: u64,
    pub(crate) by: Vec<By>,
    /// The words of the key that asked for it.
    pub(crate) key: String,
}

pub(crate) struct Monkey {
    pub(crate) rig: Rig,
    pub(crate) view: View,
    pub(crate) dice: Dice,
    pub(crate) reached: BTreeMap<Action, u64>,
    pub(crate) words: [Words; 2],
    pub(crate) orders: VecDeque<(u64, Effect, Option<By>, String)>,
    pub(crate) news: VecDeque<(Teller, News)>,
    pub(crate) claims: Vec<Claim>,
    /// The words of the key that is being pressed; nothing where nobody does anything.
    pub(crate) pressed: String,
    /// The last letters that were typed, pasted or scanned.
    pub(crate) typed: String,
    /// What was drawn last, and whether a text was being typed there.
    pub(crate) seen: (Buffer, bool),
    /// Whether something changed since.
    pub(crate) is_stale: bool,
    /// Whose badge is scanned, and its code.
    pub(crate) bearer: PersonId,
    pub(crate) badge: Secret,
    pub(crate) time: Moment,
    pub(crate) passed: Duration,
    pub(crate) jobs: u64,
    steps: u64,
    plugged: usize,
    /// The images that the station keeps.
    pub(crate) store: FakeImageStore,
    /// The settings, kept here instead of in a station's file.
    pub(crate) settings: SettingsView,
    pub(crate) phones: PhoneView,
    pub(crate) scanners: Ports,
    /// Whether what comes of every input is drawn, not only of every fourth and where somebody looks.
    pub(crate) draws_all: bool,
    /// For how many inputs no job tells anything.
    pub(crate) pause: u64,
    /// For how many inputs the clerk does nothing.
    pub(crate) stalled: u64,
    /// Whether the clerk is waited for.
    pub(crate) patient: bool,
    /// Whether the next job is cut short.
    pub(crate) cuts_next: bool,
    /// Whether the last input left the program, so that it was opened again.
    restarted: bool,
}

impl Monkey {
    pub(crate) fn new(seed: u64, reached: BTreeMap<Action, u64>) -> Self {
        let mut system = disk("sda", Some("SYS-0001"));
        system.obstacles = vec![Obstacle::SystemDisk];
        let mut rig = Rig::new(&[system]);
        rig.give_image(&vec![7; 100 << 10], 512);
        rig.keep_image();
        rig.hardware = FakeHardware::with(&PARTS);
        rig.mobiles = super::android_rig::mobiles();
        rig.target = Some(target(30));
        rig.named_printers = vec![super::printing::setting("tem")];
        rig.by.how = How::Pin;
        rig.give_file(LIST_FILE, super::donor_list::LIST.into());
        let add = |name, role| add_person(&rig.bench(), name, Some(role), Some(&Secret::new(PIN))).expect("added");
        add("Kho Viên", Role::Warehouse);
        let bearer = add("Lê Thư", Role::Volunteer).person;
        let badge = issue_badge(&rig.bench(), &bearer).expect("made");
        rig.by = By { person: rig.guest.clone(), how: How::Claimed };
        let (time, passed) = (Moment::from_unix_millis(1_795_268_160_000), Duration::from_secs(100));
        let words = [Lang::Vi, Lang::En].map(|lang| Words::new(lang, None).expect("embedded"));
        let view = View::new(World::new(false, time), None, Now { time, passed });
        let (orders, news) = (VecDeque::new(), VecDeque::new());
        let drawn = (Buffer::empty(Rect::ZERO), false);
        let (typed, claims, dice) = (String::new(), Vec::new(), Dice::new(seed));
        let (jobs, steps, plugged, pause, stalled) = (0, 0, 0, 0, 0);
        let (draws_all, patient, cuts_next, restarted) = (false, false, false, false);
        let mut monkey = Self {
            rig,
            view,
            dice,
            reached,
            words,
            orders,
            news,
            claims,
            pressed: String::new(),
            typed,
            seen: drawn,
            is_stale: true,
            bearer,
            badge,
            time,
            passed,
            jobs,
            steps,
            plugged,
            pause,
            stalled,
            draws_all,
            store: FakeImageStore::default(),
            settings: super::screen_rig::settings(),
            phones: PhoneView::default(),
            scanners: Ports::default(),
            patient,
            cuts_next,
            restarted,
        };
        for _disk in 0..3 {
            monkey.plug();
        }
        monkey.open();
        monkey.view.stack.teach(&monkey.view.world);
        monkey
    }

    /// The program is opened again, over whatever was left.
    fn open(&mut self) {
        self.rig.by = By { person: self.rig.guest.clone(), how: How::Claimed };
        self.view = View::new(World::new(false, self.time), None, self.now());
        (self.orders, self.news) = (VecDeque::new(), VecDeque::new());
        let tasks = self.view.begin();
        self.put(tasks);
        while self.work_once() {}
    }

    /// Somebody plugs a disk in: a sound one, one without a serial, a failing one, one that erases itself.
    pub(crate) fn plug(&mut self) {
        let name = name_of(self.plugged);
        let serial = format!("WD-{:05}", 4711 + 13 * self.plugged);
        let mut plain = disk(&name, (self.plugged % 4 != 1).then_some(serial.as_str()));
        plain.identity.size = Bytes(DISK as u64);
        match self.plugged {
            3 => {
                let model = Model::filled(ModelKind::NvmeSsd, Bytes(1 << 20), 0xD0, 512);
                self.rig.disks.plug_model(model.disk(&name), model);
            }
            _ => self.rig.disks.plug(plain, FakeDisk::new(vec![0xD0; DISK], 512)),
        }
        let pending = Tally::Known(if [2, 6].contains(&self.plugged) { 8 } else { 0 });
        self.rig
            .smart
            .tell(&name, SmartReport { passed: Some(true), spins: Some(true), pending, ..SmartReport::default() });
        self.plugged += 1;
    }

    pub(crate) const fn now(&self) -> Now {
        Now { time: self.time, passed: self.passed }
    }

    pub(crate) fn pass(&mut self, time: Duration) {
        self.time = self.time.plus(time);
        self.passed += time;
    }

    pub(crate) fn put(&mut self, tasks: Vec<Task>) {
        for task in tasks {
            match task {
                Task::Order(number, effect) => {
                    self.orders.push_back((number, effect, self.view.by().cloned(), self.pressed.clone()));
                }
                Task::Start(order, by) => self.run(&order, by),
                Task::Close(to, by) => self.copy(&to, by),
                Task::Test(ask, by) => self.test(ask, by),
                Task::Store(task, by) => self.work_store(&task, by),
                Task::Stick(order, by) => self.work_stick(&order, by),
                Task::FindScanner(true) => {
                    let told = self.scanners.search();
                    self.news.extend(told.into_iter().map(|news| (Teller::Job, news)));
                }
                // Whoever gave it up hears no more of it.
                Task::FindScanner(false) => {
                    self.news.retain(|(_, news)| !matches!(news, News::Answer(Answer::Scanner(_))));
                }
                Task::Stop(_) | Task::StopStore => {}
                Task::Suspend => self.reach(&Action::new("stack::Stack", "Control('z')", "")),
            }
        }
    }

    /// That was done.
    pub(crate) fn reach(&mut self, action: &Action) {
        *self.reached.entry(action.clone()).or_default() += 1;
    }

    /// How often that was done.
    pub(crate) fn times(&self, action: &Action) -> u64 {
        self.reached.get(action).copied().unwrap_or_default()
    }

    pub(crate) const fn steps(&self) -> u64 {
        self.steps
    }

    pub(crate) const fn plugged(&self) -> usize {
        self.plugged
    }

    pub(crate) const fn restarted(&self) -> bool {
        self.restarted
    }

    pub(crate) const fn words(&self, at: usize) -> &Words {
        &self.words[at]
    }

    pub(crate) fn fresh_tag(&self) -> String {
        fresh_tag(&self.rig.bench()).to_string()
    }

    /// What was typed last, as far as it could arm a disk.
    pub(crate) fn remember(&mut self, text: &str) {
        self.typed.push_str(text);
        if self.typed.len() > 4000 {
            let kept = self.typed.chars().count() / 2;
            self.typed = self.typed.chars().skip(kept).collect();
        }
    }

    /// Whatever was recorded is of whoever was there, or signed it; of the guest where nobody was.
    pub(crate) fn claims_hold(&self, events: &[Event]) {
        for claim in &self.claims {
            let made = (claim.from..claim.to).map(|at| &events[usize::try_from(at).expect("fits")]);
            for event in made {
                assert!(claim.by.contains(&event.by), "{event:?} is of none of {:?}", claim.by);
                let is_meant = meant_by(&event.fact).is_none_or(|keys| keys.contains(&claim.key.as_str()));
                assert!(is_meant, "{event:?} by the key {:?}", claim.key);
            }
        }
    }

    /// A person does something; clerk, jobs and drawing follow.
    pub(crate) fn input(&mut self, input: Input<'_>) {
        if let Input::Scan(text) | Input::Paste(text) = input {
            self.remember(text);
            SCANNED.clone_into(&mut self.pressed);
        }
        self.steps += 1;
        self.restarted = false;
        self.is_stale = true;
        self.pass(Duration::from_millis(200));
        let tasks = self.view.press(input, self.now());
        self.put(tasks);
        self.pressed.clear();
        // Now and then the clerk is slow.
        self.stalled = self.stalled.saturating_sub(1);
        while self.stalled == 0 && (self.patient || self.dice.of(6) > 0) && self.work_once() {}
        self.hear_some();
        if self.view.is_leaving {
            self.restarted = true;
            self.open();
        }
        if self.draws_all || self.steps.is_multiple_of(4) {
            self.draw();
        }
    }
}

/// Names that come one after the other in a list.
fn name_of(plugged: usize) -> String {
    let letter = |at: usize| char::from(b'a' + u8::try_from(at).expect("few disks"));
    if plugged < 24 { format!("sd{}", letter(1 + plugged)) } else { format!("sdz{}", letter(plugged - 24)) }
}
