//! The other side of the monkey's desk: the clerk, jobs, tests and copies, on a real ledger and disks in memory.
//!
//! Invariant: whatever is recorded, who may have recorded it is kept beside it.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]
#![expect(clippy::wildcard_enum_match_arm, reason = "what the workbench does is what is left")]

use super::arming_rig::pressed_at;
use super::monkey_actions;
use super::monkey_rig::{Claim, Monkey};
use super::screen_rig::{PASSPHRASE, change, image};
use aoxanh::device::code_for;
use aoxanh::event::{By, How};
use aoxanh::ledger::SecretKey;
use aoxanh::port::{Disks, Failure, FakeCopies, Trouble};
use aoxanh::screen::Teller;
use aoxanh::tag::Domain;
use aoxanh::unit::{Bytes, Secret, composed};
use aoxanh::word::{Lang, say};
use aoxanh::workbench::{
    Answer, CheckAsk, CheckTold, DayLook, DayOrder, Effect, FileSeen, ImageChoice, JobOrder, News, PeopleOrder,
    PlaceSeen, PrintHand, Report, SettingsOrder, Signature, Signer, StickOrder, StoreOrder, StoreTask, StoreTold, Tone,
    carry_close, carry_out, carry_people, carry_print, carry_printer, carry_store, certify_all, day_left, day_status,
    export_day, run_job, run_store, run_tests, send_waiting,
};
use std::cell::{Cell, RefCell};

impl Monkey {
    pub(crate) fn guest(&self) -> By {
        By { person: self.rig.guest.clone(), how: How::Claimed }
    }

    pub(crate) fn records(&self) -> u64 {
        self.rig.bench().station().expect("reads").records
    }

    /// What that work records is of one of these.
    pub(crate) fn claimed<T>(&mut self, by: Vec<By>, key: String, work: impl FnOnce(&mut Self) -> T) -> T {
        let from = self.records();
        let done = work(self);
        let to = self.records();
        if to > from {
            self.claims.push(Claim { from, to, by, key });
        }
        done
    }

    pub(crate) fn by_another<T>(&mut self, by: Option<By>, work: impl FnOnce(&mut Self) -> T) -> T {
        let by = by.unwrap_or_else(|| self.guest());
        let clerk = std::mem::replace(&mut self.rig.by, by.clone());
        let done = self.claimed(vec![by], self.pressed.clone(), work);
        self.rig.by = clerk;
        done
    }

    pub(crate) fn run(&mut self, order: &JobOrder, by: Option<By>) {
        let (disk, confirm) = match order {
            JobOrder::Wipe(_, order) => (&order.disk, order.confirm.clone()),
            JobOrder::Image(_, order) => (&order.disk, order.confirm.clone()),
            JobOrder::Fit(_, order) => (&order.disk, order.confirm.clone()),
        };
        let confirm = confirm.expect("a job without what was typed to arm it").to_lowercase();
        self.jobs += 1;
        let often = if self.patient { u64::MAX } else { [1, 2, u64::MAX][self.dice.of(4).min(2)] };
        let cut = if std::mem::take(&mut self.cuts_next) { 2 } else { often };
        let job = self.jobs;
        let (mut heard, before) = (Vec::new(), self.records());
        self.by_another(by, |monkey| {
            run_job(&monkey.rig.bench(), job, order, &pressed_at(cut), &mut |news| heard.push((Teller::Job, news)));
        });
        self.rig.loses_fit.set(false);
        let is_typed = composed(&self.typed).to_lowercase().contains(&confirm) && !confirm.is_empty();
        let is_begun = self.records() > before;
        assert!(is_typed || !is_begun, "a job began with {confirm}, which nobody typed");
        assert!(!is_begun || self.is_named(disk, &confirm), "a job on {disk} began with {confirm}");
        // It begins at once, and tells the rest while others run.
        let rest = heard.split_off(heard.len().min(2));
        for (teller, news) in heard {
            let tasks = self.view.hear(teller, news, self.now());
            self.put(tasks);
        }
        self.news.extend(rest);
    }

    /// Whether that names the disk: its serial or an end of it, or its code.
    fn is_named(&self, disk: &str, confirm: &str) -> bool {
        let confirm = confirm.trim().to_uppercase();
        let disk = self.rig.disks.list(None).expect("listed").into_iter().find(|one| one.name == disk).expect("there");
        let is_end = |serial: &String| serial.ends_with(&confirm) && confirm.chars().count() >= 4;
        disk.identity.serial.as_ref().map_or_else(|| code_for(&disk, &self.rig.bench().secret) == confirm, is_end)
    }

    /// What takes long is told bit by bit, as jobs are.
    pub(crate) fn work_store(&mut self, task: &StoreTask, by: Option<By>) {
        let mut heard = Vec::new();
        self.by_another(by, |monkey| {
            run_store(&monkey.rig.bench(), &monkey.store, task, &|| false, &mut |news| {
                heard.push((Teller::Store, news));
            });
        });
        self.news.extend(heard);
    }

    pub(crate) fn work_stick(&mut self, order: &StickOrder, by: Option<By>) {
        let mut heard = Vec::new();
        self.by_another(by, |monkey| {
            heard = super::screen_sticks::carry(&monkey.rig.bench(), order);
        });
        self.news.extend(heard.into_iter().map(|news| (Teller::Stick, news)));
    }

    pub(crate) fn copy(&mut self, to: &std::path::Path, by: Option<By>) {
        let mut heard = Vec::new();
        self.by_another(by, |monkey| {
            let copies = FakeCopies::new(monkey.rig.store.as_ref());
            carry_close(&monkey.rig.bench(), &copies, to, &|| false, &mut |news| heard.push((Teller::Copy, news)));
        });
        self.news.extend(heard);
    }

    /// Tests are answered by the dice, and told slowly, so that what they ask can be answered on the screen too.
    pub(crate) fn test(&mut self, ask: CheckAsk, by: Option<By>) {
        let CheckAsk::Run { device, order } = ask else {
            // Whoever leaves hears nothing more of it.
            let is_of_tests = |news: &News| matches!(news, News::Answer(Answer::Check(_)));
            return self.news.retain(|(_, news)| ask != CheckAsk::Leave || !is_of_tests(news));
        };
        let (choices, heard) = (RefCell::new(Vec::new()), RefCell::new(Vec::new()));
        let mut fallen = (0..40).map(|_| self.dice.of(64)).collect::<Vec<_>>();
        let (asked, patient) = (Cell::new(0), self.patient);
        self.by_another(by, |monkey| {
            let next = || {
                asked.set(asked.get() + 1);
                let choices = choices.borrow();
                let fell = *fallen.get(asked.get()).unwrap_or(&0);
                let next = choices.iter().position(|id| *id == "next").filter(|_| patient || fell % 16 > 0);
                let at = next.unwrap_or(fell % choices.len().max(1));
                choices.get(at).copied().filter(|_| asked.get() <= 30)
            };
            let mut tell = |news: News| {
                if let News::Answer(Answer::Check(told)) = &news
                    && let CheckTold::Asked(_, question) = told.as_ref()
                {
                    *choices.borrow_mut() = question.choices.iter().map(|choice| choice.id).collect();
                }
                heard.borrow_mut().push((Teller::Job, news));
            };
            run_tests(&monkey.rig.bench(), &device, &order, &next, &|| asked.get() > 30, &mut tell);
        });
        fallen.clear();
        // Of what is only shown, a few in a row are enough.
        let mut shown = 0;
        let is_shown = |news: &News| matches!(news, News::Answer(Answer::Check(told)) if matches!(told.as_ref(), CheckTold::Shown(_)));
        self.news.extend(heard.into_inner().into_iter().filter(|(_, news)| {
            shown = if is_shown(news) { shown + 1 } else { 0 };
            shown < 4
        }));
    }

    /// The clerk carries the oldest order out, and what comes of it is heard.
    pub(crate) fn work_once(&mut self) -> bool {
        let Some((number, effect, by, key)) = self.orders.pop_front() else { return false };
        let mut may = vec![by.unwrap_or_else(|| self.guest()), self.rig.by.clone()];
        if let Effect::People(order) = &effect {
            may.extend(self.signer(order));
        }
        let mut heard = Vec::new();
        self.claimed(may, key, |monkey| monkey.carry(&effect, &mut heard));
        for news in heard {
            let tasks = self.view.hear(Teller::Clerk(number), news, self.now());
            self.put(tasks);
        }
        true
    }

    /// Jobs and tests tell their news bit by bit; a question of theirs is left standing for a while.
    pub(crate) fn hear_some(&mut self) {
        self.pause = self.pause.saturating_sub(1);
        let waits = monkey_actions::page(&self.view.stack, &self.view.world).starts_with("layer::trial");
        while self.pause == 0 && (waits || self.dice.of(5) == 0 || self.news.len() > 40) {
            let Some((teller, news)) = self.news.pop_front() else { return };
            if matches!(&news, News::Answer(Answer::Check(told)) if matches!(told.as_ref(), CheckTold::Asked(..))) {
                self.pause = 2;
            }
            let tasks = self.view.hear(teller, news, self.now());
            self.put(tasks);
        }
    }

    /// All that is told until something is asked.
    pub(crate) fn hear_on(&mut self) {
        (self.pause, self.patient) = (0, true);
        while let Some((teller, news)) = self.news.pop_front() {
            let is_asked =
                matches!(&news, News::Answer(Answer::Check(told)) if matches!(told.as_ref(), CheckTold::Asked(..)));
            let tasks = self.view.hear(teller, news, self.now());
            self.put(tasks);
            while self.work_once() {}
            if is_asked {
                self.pause = 2;
                return;
            }
        }
    }

    pub(crate) fn carry(&mut self, effect: &Effect, heard: &mut Vec<News>) {
        let answer = match effect {
            Effect::ListImages => {
                let broken = ImageChoice { trouble: Some(say!("vault-is-open")), length: None, ..image() };
                Ok(Answer::Images(vec![image(), broken]))
            }
            Effect::Store(StoreOrder::Files(text)) => {
                let likely = |path: &str| path.starts_with(text.as_str()) && path.to_lowercase().ends_with(".img");
                let all = self.rig.files_below("").into_iter().filter(|(path, _)| likely(path));
                let length = |bytes: &Vec<u8>| u64::try_from(bytes.len()).ok().map(Bytes);
                let seen = all.map(|(path, bytes)| FileSeen { path: path.into(), length: length(&bytes) }).collect();
                Ok(Answer::Store(Box::new(StoreTold::Files(text.clone(), seen))))
            }
            Effect::Store(order) => carry_store(&self.rig.bench(), &self.store, order)
                .map(|told| Answer::Store(Box::new(told.expect("what takes long is no order of the clerk's")))),
            Effect::Certify(device) => certify_all(
                &self.rig.bench(),
                &self.rig.bench().device(device).expect("known"),
                "giay".as_ref(),
                &SecretKey::from_bytes(&[1; 32]),
                false,
            )
            .map(|_made| Answer::Done(Report::new(Tone::Good, say!("vault-is-open")))),
            Effect::Unlock(phrase) if *phrase == Secret::new(PASSPHRASE) => {
                self.rig.vault.lock(false);
                Ok(Answer::Done(Report::new(Tone::Good, say!("vault-is-open"))))
            }
            Effect::Unlock(_) => Err(Failure::new(Trouble::No, say!("vault-wrong-passphrase"))),
            Effect::Day(DayOrder::Look) => day_status(self.rig.store.as_ref()).map(|status| {
                let stick = |folder: &str| PlaceSeen { folder: folder.into(), name: "SanDisk".to_owned() };
                let places = ["/media/a", "/media/b"].map(stick).to_vec();
                let left = day_left(self.rig.store.as_ref()).expect("reads");
                Answer::Day(Box::new(DayLook { status, places, left }))
            }),
            Effect::Day(DayOrder::Export(period)) => {
                export_day(&self.rig.bench(), *period, "tram".as_ref(), &self.words[0])
            }
            Effect::Settings(order) => {
                if let SettingsOrder::Change(asked) = order {
                    change(&mut self.settings, asked.clone());
                }
                Ok(Answer::Settings(Box::new(self.settings.clone())))
            }
            Effect::Print(order) => {
                let domain = Domain::read("THU.VN").expect("a domain");
                let told = carry_print(&self.rig.bench(), &domain, order, &self.words[0]);
                // The printer is away: what is ordered waits.
                let look =
                    send_waiting(&self.rig.bench(), &mut PrintHand::default(), &|| false).expect("the queue reads");
                heard.push(News::Prints(look.waits));
                told
            }
            Effect::Printer(order) => {
                let mut kept = self.rig.named_printers.clone();
                let told = carry_printer(&self.rig.bench(), &mut kept, order, &self.words[0]);
                self.rig.named_printers = kept;
                let look =
                    send_waiting(&self.rig.bench(), &mut PrintHand::default(), &|| false).expect("the queue reads");
                heard.push(News::Prints(look.waits));
                told
            }
            Effect::Scanner(order) => return heard.extend(self.scanners.carry(order)),
            Effect::Stick(order) => return heard.extend(super::screen_sticks::carry(&self.rig.bench(), order)),
            Effect::Phone(order) => super::screen_phone::carry(&mut self.phones, &self.rig.bench(), order),
            Effect::People(order) => {
                let nobody = self.guest();
                let mut bench = self.rig.bench();
                carry_people(&mut bench, &nobody, order, &mut |news| heard.push(news));
                let by = bench.by.clone();
                drop(bench);
                self.rig.by = by;
                return;
            }
            other => return carry_out(&self.rig.bench(), other, Lang::Vi, &mut |news| heard.push(news)),
        };
        heard.push(News::Answer(answer.unwrap_or_else(|failure| Answer::Refused((&failure).into()))));
    }

    /// Who signs an order there and then.
    fn signer(&self, order: &PeopleOrder) -> Option<By> {
        let by_pin = |signer: &Signer| By { person: signer.person.clone(), how: How::Pin };
        let by_badge = || By { person: self.bearer.clone(), how: How::Badge };
        let signature = match order {
            PeopleOrder::SetPin { signer, .. }
            | PeopleOrder::MakeBadge { signer, .. }
            | PeopleOrder::WithdrawBadge { signer, .. } => return Some(by_pin(signer)),
            PeopleOrder::Lift { signature, .. }
            | PeopleOrder::Destroy { signature, .. }
            | PeopleOrder::Validate { signature, .. }
            | PeopleOrder::HandOver { to: Some(signature), .. } => signature,
            _none => return None,
        };
        match signature {
            // Where a name was chosen, the badge stands in for its PIN.
            Signature::Pin(signer) if signer.pin == self.badge => Some(by_badge()),
            Signature::Pin(signer) => Some(by_pin(signer)),
            Signature::Badge(code) => (*code == self.badge).then(by_badge),
        }
    }
}
