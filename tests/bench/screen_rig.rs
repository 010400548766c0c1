//! What the tests of the screen stand on: a real ledger, disks in memory, the stack of layers, and a desk that carries
//! everything out at once, in order.
//!
//! Invariant: everything is a function of the keys given; nothing looks at a clock or a terminal.

#![expect(clippy::panic, reason = "a test fails by panicking")]
#![expect(clippy::struct_excessive_bools, reason = "each holds something else back")]
#![expect(clippy::wildcard_enum_match_arm, reason = "what the workbench does is what is left")]

use super::arming_rig::{Rig, disk, image_path};
use super::screen_scanners::Ports;
use aoxanh::device::{Disk, Obstacle};
use aoxanh::event::{By, How};
use aoxanh::port::{Failure, FakeCopies, FakeImageStore, Trouble};
use aoxanh::screen::{Glyphs, Pen, Stack};
use aoxanh::tag::Domain;
use aoxanh::unit::{Bytes, Moment, Secret};
use aoxanh::word::{Lang, Words, say};
use aoxanh::workbench::{
    Alert, Answer, CheckAsk, DayLook, DayOrder, Effect, FileSeen, Habits, ImageChoice, Input, JobOrder, Key, News,
    PhoneView, PlaceSeen, PrintHand, PrintWait, Report, SettingsChange, SettingsOrder, SettingsView, StoreNews,
    StoreOrder, StoreTask, StoreTold, Tone, World, carry_close, carry_out, carry_people, carry_print, carry_printer,
    carry_store, day_left, day_status, export_day, look_again, run_job, run_store, run_tests, send_waiting,
};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Color;
use std::cell::RefCell;
use std::collections::VecDeque;

/// The screens that every snapshot is taken in.
pub(crate) const SIZES: [(u16, u16); 2] = [(80, 24), (120, 40)];
/// 21/11/2026 20:36 in Vietnam.
const NOW: i64 = 1_795_268_160_000;
/// What opens the vault where it was locked.
pub(crate) const PASSPHRASE: &str = "bốn con ngựa gỗ";

/// A desk without threads.
pub(crate) struct Desk {
    pub(crate) rig: Rig,
    pub(crate) world: World,
    pub(crate) stack: Stack,
    /// Whether the person left.
    pub(crate) left: bool,
    /// Whether jobs wait to be run by hand.
    pub(crate) holds_jobs: bool,
    pub(crate) held: Vec<JobOrder>,
    /// What a volunteer answers to function tests, and what was asked of them.
    pub(crate) answers: VecDeque<&'static str>,
    pub(crate) asked: Vec<CheckAsk>,
    /// The settings, kept here instead of in a station's file.
    pub(crate) settings: SettingsView,
    /// The phone page, which nobody really serves here.
    pub(crate) phones: PhoneView,
    /// Ports and the scanners at them.
    pub(crate) scanners: Ports,
    /// Whether tests that are begun tell nothing by themselves.
    pub(crate) holds_tests: bool,
    /// The images that the station keeps.
    pub(crate) store: FakeImageStore,
    /// Whether work on them waits to be done by hand.
    pub(crate) holds_store: bool,
    pub(crate) held_store: Vec<StoreTask>,
    next: u64,
}

/// A disk with a serial, one without, and the one with the system on it.
pub(crate) fn disks() -> Vec<Disk> {
    let mut system = disk("sda", Some("SYS-0001"));
    system.obstacles = vec![Obstacle::SystemDisk];
    vec![system, disk("sdb", Some("WD-WX81A")), disk("sdc", None)]
}

impl Desk {
    /// A station on whose bench nothing is yet.
    pub(crate) fn empty() -> Self {
        let world = World::new(false, Moment::from_unix_millis(NOW));
        let stack = Stack::new(&world);
        let rig = Rig::new(&disks());
        let mut desk = Self {
            rig,
            world,
            stack,
            left: false,
            holds_jobs: false,
            held: Vec::new(),
            answers: VecDeque::new(),
            asked: Vec::new(),
            settings: settings(),
            phones: PhoneView::default(),
            scanners: Ports::default(),
            holds_tests: false,
            store: FakeImageStore::default(),
            holds_store: false,
            held_store: Vec::new(),
            next: 1,
        };
        desk.carry_out(Effect::Refresh);
        desk
    }

    /// The same with one device, received by hand into a lot whose donor agreed to erasing.
    pub(crate) fn with_device() -> Self {
        let mut desk = Self::empty();
        desk.keys("n");
        desk.type_text("Người Tặng Thử");
        desk.press(&[Key::Down, Key::Char(' '), Key::Down, Key::Down, Key::Down, Key::Enter, Key::Enter]);
        assert_eq!(desk.stack.layers(), 0, "{}", desk.shown(80, 24));
        desk
    }

    /// Presses keys that are characters.
    pub(crate) fn keys(&mut self, keys: &str) {
        keys.chars().for_each(|letter| self.press(&[Key::Char(letter)]));
    }

    pub(crate) fn type_text(&mut self, text: &str) {
        self.keys(text);
    }

    pub(crate) fn press(&mut self, keys: &[Key]) {
        for key in keys {
            self.input(Input::Key(*key));
        }
    }

    pub(crate) fn input(&mut self, input: Input<'_>) {
        for effect in self.stack.update(input, &self.world) {
            self.carry_out(effect);
        }
    }

    pub(crate) fn hear(&mut self, news: News) {
        let answer = if let News::Answer(answer) = &news { Some(answer.clone()) } else { None };
        let ended = matches!(&news, News::JobEnded { .. } | News::Answer(Answer::DayClosed(_)));
        self.world.fold(news);
        if let Some(answer) = answer {
            self.input(Input::Answer(&answer));
        }
        if ended {
            let anew = look_again(&self.world).chain(self.stack.again(&self.world)).collect::<Vec<_>>();
            for effect in anew {
                self.carry_out(effect);
            }
        }
    }

    /// What the minute does: everything on view is read anew.
    pub(crate) fn again(&mut self) {
        for effect in self.stack.again(&self.world) {
            self.carry_out(effect);
        }
    }

    fn carry_out(&mut self, effect: Effect) {
        let mut heard = Vec::new();
        match effect {
            Effect::Quit => self.left = true,
            Effect::Dismiss => heard.push(News::Dismissed),
            Effect::Warn(report) => {
                heard.push(News::Alert(Box::new(Alert { at: self.world.now, about: None, report })));
            }
            Effect::ListImages => heard.push(News::Answer(Answer::Images(vec![image()]))),
            Effect::CancelJob(job) => heard.push(News::JobStopping(job)),
            Effect::StartWipe { device, order } => self.start(JobOrder::Wipe(device, order), &mut heard),
            Effect::StartImage { device, order } => self.start(JobOrder::Image(device, order), &mut heard),
            Effect::StartFit { device, order } => self.start(JobOrder::Fit(device, order), &mut heard),
            Effect::Store(order) => self.on_store(order, &mut heard),
            Effect::People(order) => {
                let nobody = By { person: self.rig.guest.clone(), how: How::Claimed };
                let mut bench = self.rig.bench();
                carry_people(&mut bench, &nobody, &order, &mut |news| heard.push(news));
                let by = bench.by.clone();
                drop(bench);
                self.rig.by = by;
            }
            Effect::Check(ask @ (CheckAsk::Say(_) | CheckAsk::Leave)) => self.asked.push(ask),
            Effect::Check(CheckAsk::Run { device, order }) => {
                self.asked.push(CheckAsk::Run { device: device.clone(), order: order.clone() });
                if self.holds_tests {
                    return;
                }
                let answers = RefCell::new(std::mem::take(&mut self.answers));
                let next = || answers.borrow_mut().pop_front();
                run_tests(&self.rig.bench(), &device, &order, &next, &|| false, &mut |news| heard.push(news));
            }
            Effect::Settings(order) => {
                if let SettingsOrder::Change(change) = order {
                    super::screen_rig::change(&mut self.settings, change);
                }
                heard.push(News::Answer(Answer::Settings(Box::new(self.settings.clone()))));
            }
            Effect::Print(order) => {
                let words = Words::new(Lang::Vi, None).unwrap_or_else(|error| panic!("{error}"));
                let domain = Domain::read("THU.VN").unwrap_or_else(|error| panic!("{error}"));
                let told = carry_print(&self.rig.bench(), &domain, &order, &words);
                heard.push(News::Answer(told.unwrap_or_else(|failure| Answer::Refused((&failure).into()))));
                heard.push(News::Prints(self.send_prints()));
            }
            Effect::Printer(order) => {
                let words = Words::new(Lang::Vi, None).unwrap_or_else(|error| panic!("{error}"));
                let mut kept = self.rig.named_printers.clone();
                let told = carry_printer(&self.rig.bench(), &mut kept, &order, &words);
                self.rig.named_printers = kept;
                heard.push(News::Answer(told.unwrap_or_else(|failure| Answer::Refused((&failure).into()))));
                heard.push(News::Prints(self.send_prints()));
            }
            Effect::Scanner(order) => heard.extend(self.scanners.carry(&order)),
            Effect::Stick(order) => heard.extend(super::screen_sticks::carry(&self.rig.bench(), &order)),
            Effect::Phone(order) => {
                let told = super::screen_phone::carry(&mut self.phones, &self.rig.bench(), &order);
                heard.push(News::Answer(told.unwrap_or_else(|failure| Answer::Refused((&failure).into()))));
            }
            Effect::Unlock(passphrase) => heard.push(News::Answer(self.unlocked(&passphrase))),
            Effect::Day(DayOrder::Look) => {
                let status = day_status(self.rig.store.as_ref()).unwrap_or_else(|failure| panic!("{failure}"));
                let left = day_left(self.rig.store.as_ref()).unwrap_or_else(|failure| panic!("{failure}"));
                let stick = PlaceSeen { folder: "/media/usb".into(), name: "SanDisk Cruzer Blade".to_owned() };
                heard.push(News::Answer(Answer::Day(Box::new(DayLook { status, left, places: vec![stick] }))));
            }
            Effect::Day(DayOrder::Export(period)) => {
                let words = Words::new(Lang::Vi, None).unwrap_or_else(|error| panic!("{error}"));
                let told = export_day(&self.rig.bench(), period, "tram".as_ref(), &words);
                heard.push(News::Answer(told.unwrap_or_else(|failure| Answer::Refused((&failure).into()))));
            }
            Effect::Day(DayOrder::Close(to)) => {
                let copies = FakeCopies::new(self.rig.store.as_ref());
                carry_close(&self.rig.bench(), &copies, &to, &|| false, &mut |news| heard.push(news));
            }
            other => {
                if let Effect::Choose(device) = &other {
                    heard.push(News::Choosing(device.clone()));
                }
                carry_out(&self.rig.bench(), &other, Lang::Vi, &mut |news| heard.push(news));
            }
        }
        for news in heard {
            self.hear(news);
        }
    }

    /// What the thread that sends does when it looks.
    pub(crate) fn send_prints(&self) -> Vec<PrintWait> {
        let look = send_waiting(&self.rig.bench(), &mut PrintHand::default(), &|| false);
        look.unwrap_or_else(|failure| panic!("{failure}")).waits
    }

    fn on_store(&mut self, order: StoreOrder, heard: &mut Vec<News>) {
        match order {
            StoreOrder::Files(text) => heard.push(told(StoreTold::Files(text.clone(), self.files(&text)))),
            StoreOrder::Stop => heard.push(News::Store(StoreNews::Stopping)),
            StoreOrder::Work(task) => {
                self.world.fold(News::Store(StoreNews::Began(task.clone())));
                self.held_store.push(task);
                if !self.holds_store {
                    self.work_store(&|| false);
                }
            }
            order @ (StoreOrder::Look | StoreOrder::Remove(_) | StoreOrder::Masters) => {
                let done = carry_store(&self.rig.bench(), &self.store, &order);
                heard.extend(match done {
                    Ok(done) => done.map(told),
                    Err(failure) => Some(told(StoreTold::Failed((&failure).into()))),
                });
            }
        }
    }

    /// Does what was asked for that takes long, to its end.
    pub(crate) fn work_store(&mut self, cancel: &dyn Fn() -> bool) {
        for task in std::mem::take(&mut self.held_store) {
            let mut heard = Vec::new();
            run_store(&self.rig.bench(), &self.store, &task, cancel, &mut |news| heard.push(news));
            for news in heard {
                if matches!(news, News::Answer(_)) {
                    self.world.fold(News::Store(StoreNews::Over));
                }
                self.hear(news);
            }
        }
    }

    /// The files that may be images, as the station would list them.
    pub(crate) fn files(&self, text: &str) -> Vec<FileSeen> {
        let likely = |path: &str| [".img", ".zst", ".xz"].iter().any(|end| path.ends_with(end));
        let all = self.rig.files_below("").into_iter();
        let meant = all.filter(|(path, _)| path.starts_with(text) && likely(path));
        let seen = |(path, bytes): (String, Vec<u8>)| {
            let length = Some(Bytes(u64::try_from(bytes.len()).unwrap_or_default()));
            FileSeen { path: path.into(), length }
        };
        meant.map(seen).collect()
    }

    fn unlocked(&self, passphrase: &Secret) -> Answer {
        if *passphrase == Secret::new(PASSPHRASE) {
            self.rig.vault.lock(false);
            return Answer::Done(Report::new(Tone::Good, say!("vault-is-open")));
        }
        Answer::Refused((&Failure::new(Trouble::No, say!("vault-wrong-passphrase"))).into())
    }

    fn start(&mut self, order: JobOrder, heard: &mut Vec<News>) {
        if self.holds_jobs {
            self.held.push(order);
            return;
        }
        run_job(&self.rig.bench(), self.next, &order, &|| false, &mut |news| heard.push(news));
        self.next += 1;
    }

    pub(crate) fn buffer(&self, columns: u16, lines: u16, glyphs: Glyphs, lang: Lang) -> Buffer {
        drawn(&self.world, &self.stack, (columns, lines), glyphs, lang)
    }

    /// The screen as text, in practice.
    pub(crate) fn shown(&self, columns: u16, lines: u16) -> String {
        let world = World { practice: true, ..self.world.clone() };
        text(&drawn(&world, &self.stack, (columns, lines), Glyphs::Full, Lang::Vi))
    }
}

fn told(told: StoreTold) -> News {
    News::Answer(Answer::Store(Box::new(told)))
}

/// Changes one of them.
pub(crate) fn change(settings: &mut SettingsView, change: SettingsChange) {
    match change {
        SettingsChange::Place(place) => settings.place = place.filter(|place| !place.is_empty()),
        SettingsChange::Profile(profile) => settings.profile = profile,
        SettingsChange::Target(target) => settings.target = target,
        SettingsChange::Habits(habits) => settings.habits = habits,
    }
}

/// The settings of a station that was just made.
pub(crate) fn settings() -> SettingsView {
    SettingsView {
        team: "Đội Thử".to_owned(),
        domain: "THU.VN".to_owned(),
        place: None,
        profile: None,
        profiles: vec!["laptop-desktop".to_owned(), "tablet".to_owned()],
        target: None,
        habits: Habits::default(),
        folder: "/tram".to_owned(),
    }
}

/// The practice image, as the station would list it.
pub(crate) fn image() -> ImageChoice {
    ImageChoice {
        manifest: "system.toml".into(),
        image: image_path(),
        name: "Mint 22 cho học sinh".to_owned(),
        length: Some(Bytes::mib(8)),
        trouble: None,
    }
}

pub(crate) fn drawn(world: &World, stack: &Stack, size: (u16, u16), glyphs: Glyphs, lang: Lang) -> Buffer {
    let words = Words::new(lang, None).unwrap_or_else(|error| panic!("{error}"));
    let area = Rect::new(0, 0, size.0, size.1);
    let mut buffer = Buffer::empty(area);
    stack.draw(world, area, &mut Pen::new(&words, glyphs, &mut buffer));
    buffer
}

/// What stands in the cells, line by line, blanks at the ends cut off.
pub(crate) fn text(buffer: &Buffer) -> String {
    let line = |y| (0..buffer.area.width).map(|x| buffer[(x, y)].symbol()).collect::<String>().trim_end().to_owned();
    (0..buffer.area.height).map(line).collect::<Vec<_>>().join("\n")
}

/// Where colour or weight says something: line, columns, what stands there, how.
pub(crate) fn tinted(buffer: &Buffer) -> String {
    let mut out = Vec::new();
    for y in 0..buffer.area.height {
        let mut x = 0;
        while x < buffer.area.width {
            let style = buffer[(x, y)].style();
            let from = x;
            let mut run = String::new();
            while x < buffer.area.width && buffer[(x, y)].style() == style {
                run.push_str(buffer[(x, y)].symbol());
                x += 1;
            }
            let (fg, weight) = (style.fg.unwrap_or(Color::Reset), style.add_modifier);
            if (fg != Color::Reset || !weight.is_empty()) && !run.trim().is_empty() {
                out.push(format!("{y:>2}:{from:<3} {fg} {weight:?} {:?}", run.trim_end()));
            }
        }
    }
    out.join("\n")
}
