//! What the desk decides while the clerk is slow: whose records they are, where the cursor stands, what leaving stops.
//!
//! Orders wait here until a test lets the clerk carry them out, in order, on a real ledger.

#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use super::arming_rig::Rig;
use super::screen_people::{LEAD_PIN, PIN};
use super::screen_rig::{disks, drawn, text};
use aoxanh::event::intake::{Danger, HoldReason};
use aoxanh::event::people::Role;
use aoxanh::event::{By, How};
use aoxanh::job::{JobNews, Phase, Progress};
use aoxanh::port::FakeCopies;
use aoxanh::screen::{Glyphs, Now, Task, Teller, View};
use aoxanh::unit::{Bytes, DeviceId, Moment, PersonId, Secret};
use aoxanh::word::{Lang, say};
use aoxanh::workbench::{
    Answer, Beginning, Effect, Input, JobOrder, Key, News, Report, StoreTask, Tone, Tongue, Work, World, add_person,
    carry_close, carry_out, carry_people, people, run_job,
};
use std::collections::VecDeque;
use std::path::PathBuf;
use std::time::Duration;

/// Half of what a station waits for a key before it locks.
pub(crate) const HALF: Duration = Duration::from_secs(450);

pub(crate) struct Desk {
    pub(crate) rig: Rig,
    pub(crate) view: View,
    /// What the clerk has not carried out yet.
    pub(crate) orders: VecDeque<(u64, Effect)>,
    jobs: Vec<(JobOrder, Option<By>)>,
    copies: Vec<(PathBuf, Option<By>)>,
    pub(crate) stores: Vec<(StoreTask, Option<By>)>,
    pub(crate) stopped: usize,
    suspended: bool,
    time: Moment,
    passed: Duration,
}

impl Desk {
    /// Two devices on the bench, a lead, a volunteer called Lê Thư, and nobody signed in.
    pub(crate) fn new() -> Self {
        let mut rig = Rig::new(&disks());
        rig.by.how = How::Pin;
        add_person(&rig.bench(), "Lê Thư", Some(Role::Volunteer), Some(&Secret::new(PIN))).expect("a volunteer");
        rig.device(true);
        rig.device(true);
        rig.by = By { person: rig.guest.clone(), how: How::Claimed };
        let (time, passed) = (Moment::from_unix_millis(1_795_268_160_000), Duration::from_secs(100));
        let view = View::new(World::new(false, time), None, Now { time, passed });
        let (orders, jobs, copies, stores) = (VecDeque::new(), Vec::new(), Vec::new(), Vec::new());
        let mut desk = Self { rig, view, orders, jobs, copies, stores, stopped: 0, suspended: false, time, passed };
        let tasks = desk.view.begin();
        desk.put(tasks);
        desk.work();
        desk
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
                Task::Order(number, effect) => self.orders.push_back((number, effect)),
                Task::Start(order, by) => self.jobs.push((order, by)),
                Task::Close(to, by) => self.copies.push((to, by)),
                Task::Store(task, by) => self.stores.push((task, by)),
                Task::StopStore => self.stopped += 1,
                Task::Stop(_) | Task::Test(..) | Task::FindScanner(_) | Task::Stick(..) => {}
                Task::Suspend => self.suspended = true,
            }
        }
    }

    pub(crate) fn input(&mut self, input: Input<'_>) {
        let tasks = self.view.press(input, self.now());
        self.put(tasks);
    }

    pub(crate) fn press(&mut self, keys: &[Key]) {
        for key in keys {
            self.input(Input::Key(*key));
        }
    }

    pub(crate) fn keys(&mut self, keys: &str) {
        keys.chars().for_each(|letter| self.press(&[Key::Char(letter)]));
    }

    pub(crate) fn hear(&mut self, teller: Teller, news: News) {
        let tasks = self.view.hear(teller, news, self.now());
        self.put(tasks);
    }

    fn hear_all(&mut self, teller: Teller, news: Vec<News>) {
        for news in news {
            self.hear(teller, news);
        }
    }

    /// The clerk carries the oldest order out, and what comes of it is heard.
    fn work_once(&mut self) -> bool {
        let Some((number, effect)) = self.orders.pop_front() else { return false };
        let mut heard = Vec::new();
        if let Effect::People(order) = &effect {
            let nobody = By { person: self.rig.guest.clone(), how: How::Claimed };
            let mut bench = self.rig.bench();
            carry_people(&mut bench, &nobody, order, &mut |news| heard.push(news));
            let by = bench.by.clone();
            drop(bench);
            self.rig.by = by;
        } else {
            carry_out(&self.rig.bench(), &effect, Lang::Vi, &mut |news| heard.push(news));
        }
        self.hear_all(Teller::Clerk(number), heard);
        true
    }

    pub(crate) fn work(&mut self) {
        while self.work_once() {}
    }

    /// Until the PIN was sent; the clerk has not looked at it yet.
    fn send_pin(&mut self, name: &str, pin: &str) {
        self.keys("d");
        self.work();
        self.keys(name);
        self.press(&[Key::Enter]);
        self.keys(pin);
        self.press(&[Key::Enter]);
    }

    pub(crate) fn sign_in(&mut self, name: &str, pin: &str) {
        self.send_pin(name, pin);
        self.work();
        assert_eq!(self.view.stack.layers(), 0, "{}", self.shown());
    }

    /// Who is there: as the header says, as the desk begins jobs, as the clerk records.
    pub(crate) fn who(&self) -> (Option<PersonId>, Option<PersonId>, Option<PersonId>) {
        let known = |by: &By| (by.how == How::Pin).then(|| by.person.clone());
        let world = self.view.world.signed_in().map(|who| who.by.person.clone());
        (world, self.view.by().and_then(known), known(&self.rig.by))
    }

    pub(crate) fn person(&self, name: &str) -> PersonId {
        let all = people(&self.rig.bench()).expect("reads");
        all.into_iter().find(|view| view.called() == name).expect("known").person
    }

    pub(crate) fn devices(&self) -> (DeviceId, DeviceId) {
        let [first, second] = self.view.world.devices.as_slice() else { panic!("two devices") };
        (first.device.clone(), second.device.clone())
    }

    fn here(&self) -> Option<&DeviceId> {
        self.view.world.here().map(|chosen| &chosen.row.device)
    }

    pub(crate) fn shown(&self) -> String {
        text(&drawn(&self.view.world, &self.view.stack, (80, 24), Glyphs::Full, Lang::Vi))
    }

    fn count(&self, is: impl Fn(&Effect) -> bool) -> usize {
        self.orders.iter().filter(|(_, effect)| is(effect)).count()
    }
}

#[test]
fn a_sign_in_that_was_closed_or_hidden_signs_nobody_in_neither_here_nor_there() {
    let mut desk = Desk::new();
    desk.send_pin("lead", LEAD_PIN);
    desk.press(&[Key::Escape, Key::Escape]);
    assert_eq!(desk.view.stack.layers(), 0, "{}", desk.shown());
    // What is recorded meanwhile is the guest's, though the clerk comes to the PIN first.
    desk.keys("w");
    desk.press(&[Key::Enter]);
    desk.work();
    assert_eq!((desk.who(), desk.view.stack.layers()), ((None, None, None), 0), "{}", desk.shown());
    assert_eq!(desk.rig.events().pop().expect("held").by.person, desk.rig.guest);
    // What a job says is no answer to it.
    desk.send_pin("lead", LEAD_PIN);
    desk.hear(Teller::Job, News::Answer(Answer::NotBegun(Report::new(Tone::Bad, say!("job-broke")))));
    desk.work();
    let lead = Some(desk.person("Lead"));
    assert_eq!(desk.who(), (lead.clone(), lead.clone(), lead), "{}", desk.shown());
    desk.press(&[Key::Escape]);
    desk.keys("d");
    desk.work();
    assert_eq!(desk.who(), (None, None, None), "{}", desk.shown());
    // The next one counts, whatever comes late of the one before.
    desk.send_pin("lead", LEAD_PIN);
    desk.press(&[Key::Escape, Key::Escape]);
    desk.send_pin("thu", PIN);
    desk.work();
    let volunteer = Some(desk.person("Lê Thư"));
    assert_eq!(desk.who(), (volunteer.clone(), volunteer.clone(), volunteer), "{}", desk.shown());
}

#[test]
fn a_sign_in_under_another_layer_counts_and_is_seen() {
    let mut desk = Desk::new();
    desk.send_pin("lead", LEAD_PIN);
    desk.press(&[Key::Function(1)]);
    desk.work();
    let lead = Some(desk.person("Lead"));
    assert_eq!(desk.who(), (lead.clone(), lead.clone(), lead), "{}", desk.shown());
    desk.press(&[Key::Escape]);
    assert_eq!(desk.view.stack.layers(), 0, "{}", desk.shown());
}

#[test]
fn the_end_of_a_job_or_copy_does_not_bring_back_whoever_began_it() {
    let mut desk = Desk::new();
    desk.sign_in("lead", LEAD_PIN);
    desk.keys("x");
    desk.work();
    desk.press(&[Key::Enter]);
    desk.keys("wd-wx81a");
    desk.press(&[Key::Enter]);
    let (order, by) = desk.jobs.pop().expect("armed");
    assert_eq!(by.as_ref().map(|by| by.how), Some(How::Pin));
    desk.hear(Teller::Job, News::Answer(Answer::Began(1)));
    desk.keys("d");
    desk.work();
    assert_eq!(desk.who(), (None, None, None));
    desk.rig.by = by.clone().expect("the lead");
    let mut heard = Vec::new();
    run_job(&desk.rig.bench(), 1, &order, &|| false, &mut |news| heard.push(news));
    desk.rig.by = By { person: desk.rig.guest.clone(), how: How::Claimed };
    desk.hear_all(Teller::Job, heard);
    assert_eq!(desk.who(), (None, None, None), "{}", desk.shown());
    // The clerk, not the job, is asked what the bench looks like now.
    let is_look = |effect: &Effect| matches!(effect, Effect::Refresh | Effect::Choose(_));
    assert_eq!(desk.count(is_look), 2, "{:?}", desk.orders);
    desk.work();
    assert!(desk.shown().contains("ĐÃ XÓA"), "{}", desk.shown());
    heard = Vec::new();
    desk.rig.by = by.expect("the lead");
    let copies = FakeCopies::new(desk.rig.store.as_ref());
    carry_close(&desk.rig.bench(), &copies, "/media/usb".as_ref(), &|| false, &mut |news| heard.push(news));
    desk.rig.by = By { person: desk.rig.guest.clone(), how: How::Claimed };
    desk.hear_all(Teller::Copy, heard);
    assert_eq!((desk.who(), desk.count(is_look)), ((None, None, None), 2), "{}", desk.shown());
}

#[test]
fn a_late_answer_leaves_the_cursor_where_the_person_moved_it() {
    let mut desk = Desk::new();
    desk.sign_in("lead", LEAD_PIN);
    let (first, second) = desk.devices();
    let late = [
        Effect::Inspect(first.clone()),
        Effect::BindTag { device: first.clone(), tag: None },
        Effect::Hold { device: first.clone(), reason: Some(HoldReason::Donor) },
        Effect::Quarantine { device: first.clone(), danger: Some(Danger::Smoke) },
    ];
    for effect in late {
        desk.press(&[Key::Up]);
        desk.work();
        assert_eq!(desk.here(), Some(&first));
        let mut heard = Vec::new();
        carry_out(&desk.rig.bench(), &effect, Lang::Vi, &mut |news| heard.push(news));
        assert!(heard.iter().any(|news| matches!(news, News::Device(_))), "{effect:?} {heard:?}");
        desk.press(&[Key::Down]);
        desk.work();
        desk.hear_all(Teller::Clerk(0), heard);
        assert_eq!((desk.view.world.cursor.as_ref(), desk.here()), (Some(&second), Some(&second)), "{effect:?}");
    }
}

#[test]
fn nothing_acts_on_a_device_while_another_one_is_being_looked_for() {
    let mut desk = Desk::new();
    let (first, second) = desk.devices();
    assert_eq!(desk.here(), Some(&first));
    let tag = desk.view.world.devices[1].name.replace('-', "");
    desk.input(Input::Scan(&tag));
    desk.press(&[Key::Enter]);
    desk.keys("kxctepawl");
    assert_eq!((desk.view.stack.layers(), desk.orders.len()), (0, 1), "{}", desk.shown());
    // Another's answer is not the one that is waited for.
    desk.hear(Teller::Job, News::Answer(Answer::NotBegun(Report::new(Tone::Bad, say!("job-broke")))));
    desk.press(&[Key::Escape, Key::Enter]);
    assert_eq!(desk.view.stack.layers(), 0, "{}", desk.shown());
    desk.work();
    assert_eq!(desk.here(), Some(&second));
    desk.press(&[Key::Enter]);
    assert_eq!(desk.view.stack.layers(), 1, "{}", desk.shown());
}

#[test]
fn the_first_key_after_a_long_absence_signs_out_and_does_nothing_else() {
    let mut desk = Desk::new();
    desk.sign_in("lead", LEAD_PIN);
    // The lid was closed: nobody looked meanwhile.
    desk.pass(HALF * 2);
    desk.keys("m");
    assert_eq!(desk.view.stack.layers(), 0, "{}", desk.shown());
    desk.work();
    assert_eq!(desk.who(), (None, None, None), "{}", desk.shown());
    assert_eq!(desk.view.world.alerts[0].report.lines[0].key(), "signed-out-idle");
    desk.sign_in("lead", LEAD_PIN);
    desk.pass(HALF * 2);
    desk.press(&[Key::Control('z')]);
    assert!(!desk.suspended && desk.view.by().is_none());
    desk.press(&[Key::Control('z')]);
    assert!(desk.suspended);
    // One key in time is enough.
    desk.work();
    desk.sign_in("lead", LEAD_PIN);
    desk.pass(HALF);
    desk.keys("m");
    desk.pass(HALF);
    let tasks = desk.view.look(desk.now());
    assert!(desk.view.by().is_some() && !tasks.is_empty(), "only the minute: {tasks:?}");
}

#[test]
fn one_key_changes_the_language_wherever_one_is_and_back() {
    let mut desk = Desk::new();
    let mut speaks = |keys: &[Key]| {
        desk.press(keys);
        desk.view.world.tongue == Tongue::Other
    };
    assert!(speaks(&[Key::Function(12)]));
    assert!(!speaks(&[Key::Char('/'), Key::Char('a'), Key::Function(12)]), "over a layer that is typed into");
    assert_eq!(desk.view.stack.layers(), 1, "and it stays");
}

#[test]
fn the_bench_is_looked_at_every_minute_however_much_a_job_has_to_tell() {
    let mut desk = Desk::new();
    running(&mut desk);
    let progress = Progress { phase: Phase::Write, done: Bytes(1), total: Bytes(2), rate: None, left: None };
    // Every 200 ms for two minutes, so that the loop never waits in vain.
    for _step in 0..600 {
        desk.pass(Duration::from_millis(200));
        desk.hear(Teller::Job, News::Job { job: 7, news: JobNews::Progress(progress.clone()) });
    }
    let (refreshed, read) =
        (desk.count(|effect| *effect == Effect::Refresh), desk.count(|effect| matches!(effect, Effect::Choose(_))));
    assert_eq!((refreshed, read), (2, 2));
}

fn running(desk: &mut Desk) {
    let (device, name) = (desk.devices().0, "7K3XQ".to_owned());
    let beginning = Beginning { job: 7, device, name, disk: "sdb".to_owned(), work: Work::Wipe };
    desk.hear(Teller::Job, News::JobBegan(Box::new(beginning)));
}

#[test]
fn leaving_during_a_safety_copy_asks_first() {
    let mut desk = Desk::new();
    desk.sign_in("lead", LEAD_PIN);
    desk.keys("s");
    // What the clerk of the station would answer.
    let status = aoxanh::workbench::day_status(desk.rig.store.as_ref()).expect("reads");
    let look = aoxanh::workbench::DayLook { status, left: aoxanh::workbench::DayLeft::default(), places: Vec::new() };
    let (number, _look) = desk.orders.pop_front().expect("asked");
    desk.hear(Teller::Clerk(number), News::Answer(Answer::Day(Box::new(look))));
    desk.keys("/mnt/a");
    desk.press(&[Key::Enter]);
    assert_eq!((desk.copies.len(), desk.view.world.running()), (1, 1), "{}", desk.shown());
    desk.press(&[Key::Control('c')]);
    assert!(!desk.view.is_leaving && desk.shown().contains("bản sao an toàn"), "{}", desk.shown());
    assert!(!desk.shown().contains("việc đang chạy. Enter"), "{}", desk.shown());
    desk.press(&[Key::Escape]);
    desk.press(&[Key::Control('z')]);
    assert!(!desk.suspended);
    // A refusal from elsewhere is not its end.
    desk.hear(Teller::Job, News::Answer(Answer::NotBegun(Report::new(Tone::Bad, say!("job-broke")))));
    assert_eq!(desk.view.world.running(), 1);
    desk.hear(Teller::Copy, News::Answer(Answer::NotClosed(Report::new(Tone::Bad, say!("job-broke")))));
    assert_eq!(desk.view.world.running(), 0);
    desk.press(&[Key::Control('c')]);
    assert!(desk.view.is_leaving);
}
