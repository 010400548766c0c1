//! What waits in the print queue while the world goes on: evidence that falls, a queue that cannot be changed, somebody who
//! has had enough, settings typed by hand, another roll in the printer.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::arming_rig::{Rig, disk, wipe_order};
use super::printing::{address, rig, setting};
use aoxanh::device::Disk;
use aoxanh::event::Fact;
use aoxanh::event::intake::{DeviceKind, DeviceReceived};
use aoxanh::event::label::LabelFor;
use aoxanh::port::{
    Entry, Failure, FakeDisk, Index, Journal, Lease, PrintForm, PrintJob, PrintQueue, PrinterAddress, PrinterSeen,
    Printers, Trouble,
};
use aoxanh::tag::{Domain, PrinterState, Question};
use aoxanh::unit::{DeviceId, PrintId, RANDOM_BYTES};
use aoxanh::word::{Lang, Sentence, Words, say};
use aoxanh::workbench::{
    Bench, Found, PrintHand, PrintLook, PrintOrder, PrinterSetting, carry_print, order_labels, printer, send_waiting,
    shelf_label,
};
use std::cell::Cell;

fn words() -> Words {
    Words::new(Lang::Vi, None).expect("embedded")
}

fn looks(bench: &Bench<'_>, hand: &mut PrintHand) -> PrintLook {
    send_waiting(bench, hand, &|| false).expect("the queue reads")
}

fn orders(rig: &Rig, found: &Found, label: LabelFor) -> Result<(), Failure> {
    let domain = Domain::read("aoxanh.example").expect("a domain");
    let order = PrintOrder::Label { device: found.id.to_string(), label };
    carry_print(&rig.bench(), &domain, &order, &words()).map(|_answer| ())
}

fn shelves(rig: &Rig, names: &[&str]) -> Vec<PrintJob> {
    let label = |name: &&str| shelf_label(&rig.bench(), name, &words()).expect("a label");
    let labels: Vec<_> = names.iter().map(label).collect();
    let on = printer(&rig.bench(), None).expect("usual").clone();
    order_labels(&rig.bench(), &on, &labels, (1, 0)).expect("ordered")
}

fn titles(jobs: &[PrintJob]) -> Vec<&str> {
    jobs.iter().map(|job| job.title.as_str()).collect()
}

/// A device whose one disk is wiped.
fn wiped(rig: &Rig, sda: &Disk) -> Found {
    let (found, _) = rig.device(true);
    rig.inspect(&found, &["WD-1"]);
    rig.disks.plug(sda.clone(), FakeDisk::new(vec![0xD0; super::arming_rig::SIZE], 512));
    rig.wipe(&rig.again(&found), &wipe_order("sda", "WD-1")).expect("wiped");
    rig.again(&found)
}

fn printed(rig: &Rig, found: &Found) -> usize {
    let told = rig.store.history(&found.id).expect("reads");
    told.iter().filter(|line| matches!(line.event.fact, Fact::LabelPrinted(_))).count()
}

#[test]
fn a_label_that_says_erased_does_not_come_out_once_that_is_not_so_any_more() {
    for is_recorded in [false, true] {
        let rig = rig(PrinterState::Ready);
        let found = wiped(&rig, &disk("sda", Some("WD-1")));
        orders(&rig, &found, LabelFor::Erased).expect("it is erased");
        let (job, bytes) = {
            let job = rig.prints.list().expect("reads").remove(0);
            let bytes = rig.prints.bytes(&job.id).expect("reads").expect("there");
            (job, bytes)
        };
        if is_recorded {
            // The power went between the record and the end of the sending.
            assert_eq!(looks(&rig.bench(), &mut PrintHand::default()).sent.len(), 1);
            rig.prints.add(&job, &bytes).expect("added");
        }
        let before = (printed(&rig, &found), rig.printers.got(&address()).len());
        // Another disk turns up in it.
        rig.inspect(&found, &["WD-1", "WD-2"]);
        let look = looks(&rig.bench(), &mut PrintHand::default());
        let rules: Vec<_> = look.dropped.iter().map(|(_, failure)| failure.rule).collect();
        assert_eq!(rules, [Some("label-erased")], "{look:?}");
        assert_eq!((printed(&rig, &found), rig.printers.got(&address()).len()), before, "{is_recorded}");
        assert_eq!(rig.prints.list().expect("reads"), []);
        let failure = orders(&rig, &found, LabelFor::Erased).expect_err("no more");
        assert_eq!(failure.what.key(), "label-not-erased");
        // What else there is to say of it is still said.
        orders(&rig, &found, LabelFor::Device).expect("ordered");
        assert_eq!(looks(&rig.bench(), &mut PrintHand::default()).sent.len(), 1);
    }
}

#[test]
fn a_refused_label_leaves_no_tag_behind() {
    let rig = rig(PrinterState::Ready);
    let found = untagged(&rig);
    orders(&rig, &found, LabelFor::Erased).expect_err("its data is there");
    assert_eq!(rig.again(&found).file.tags, [""; 0]);
    orders(&rig, &found, LabelFor::Device).expect("ordered");
    assert_eq!(rig.again(&found).file.tags.len(), 1, "with its label it gets one");
}

/// A device of which only its receipt was recorded, as other stations' programs may.
fn untagged(rig: &Rig) -> Found {
    let (_, lot) = rig.device(false);
    let (at, by, id) = (rig.bench().clock.now(), rig.by.clone(), DeviceId::from_random([77; RANDOM_BYTES]));
    let fact = DeviceReceived::bare(lot, DeviceKind::Laptop).into();
    rig.store.commit(vec![Entry { at, happened_at: None, by, device: Some(id.clone()), fact }]).expect("recorded");
    rig.bench().device(&id).expect("known")
}

/// A queue out of which nothing can be taken for a while.
struct Stubborn<'a>(&'a Rig, Cell<u32>);

impl PrintQueue for Stubborn<'_> {
    fn add(&self, job: &PrintJob, bytes: &[u8]) -> Result<(), Failure> {
        self.0.prints.add(job, bytes)
    }

    fn list(&self) -> Result<Vec<PrintJob>, Failure> {
        self.0.prints.list()
    }

    fn bytes(&self, id: &PrintId) -> Result<Option<Vec<u8>>, Failure> {
        self.0.prints.bytes(id)
    }

    fn remove(&self, id: &PrintId) -> Result<bool, Failure> {
        if self.1.get() == 0 {
            return self.0.prints.remove(id);
        }
        self.1.set(self.1.get() - 1);
        Err(Failure::new(Trouble::Io, say!("print-queue-failed", path = "print")))
    }

    fn take(&self, printer: &str) -> Result<Option<Box<dyn Lease>>, Failure> {
        self.0.prints.take(printer)
    }
}

#[test]
fn what_went_out_and_cannot_be_taken_out_of_the_queue_is_not_printed_again() {
    let rig = rig(PrinterState::Ready);
    shelves(&rig, &["A1", "A2"]);
    let queue = Stubborn(&rig, Cell::new(3));
    let bench = Bench { prints: &queue, ..rig.bench() };
    let mut hand = PrintHand::default();
    for _look in 0..3 {
        let look = looks(&bench, &mut hand);
        assert_eq!(look.waits[0].why.as_ref().expect("said").key(), "print-queue-failed");
        assert_eq!((look.sent.len(), rig.printers.got(&address()).len()), (0, 1), "one label, once");
        bench.clock.wait(std::time::Duration::from_secs(4));
    }
    assert_eq!(titles(&looks(&bench, &mut hand).sent), ["A1", "A2"]);
    assert_eq!(rig.printers.got(&address()).len(), 2);
    assert_eq!(looks(&bench, &mut hand), PrintLook::default());
}

#[test]
fn whoever_has_had_enough_is_asked_before_each_label() {
    let rig = rig(PrinterState::Ready);
    shelves(&rig, &["A1", "A2", "A3"]);
    let left = Cell::new(2);
    let stop = || {
        left.set(left.get() - 1);
        left.get() < 0
    };
    let look = send_waiting(&rig.bench(), &mut PrintHand::default(), &stop).expect("reads");
    assert_eq!(titles(&look.sent), ["A1", "A2"]);
    assert_eq!(look.waits.iter().map(|wait| wait.title.as_str()).collect::<Vec<_>>(), ["A3"]);
    assert_eq!(rig.printers.got(&address()).len(), 2);
}

/// A queue whose first job somebody cancels between a look and the next.
struct Cancelling<'a>(&'a Rig);

impl Printers for Cancelling<'_> {
    fn list(&self) -> Result<Vec<PrinterSeen>, Failure> {
        self.0.printers.list()
    }

    fn state(&self, at: &PrinterAddress, question: Option<&Question>) -> PrinterState {
        self.0.printers.state(at, question)
    }

    fn send(&self, at: &PrinterAddress, title: &str, form: PrintForm, bytes: &[u8]) -> Result<(), Failure> {
        self.0.printers.send(at, title, form, bytes)?;
        let last = self.0.prints.list().expect("reads").pop().expect("waits");
        self.0.prints.remove(&last.id).map(|_was| ())
    }
}

#[test]
fn what_somebody_cancelled_meanwhile_was_not_sent() {
    let rig = rig(PrinterState::Ready);
    shelves(&rig, &["A1", "A2", "A3"]);
    let cancelling = Cancelling(&rig);
    let bench = Bench { printers: &cancelling, ..rig.bench() };
    let look = looks(&bench, &mut PrintHand::default());
    assert_eq!((titles(&look.sent), titles(&look.gone)), (vec!["A1", "A2"], vec!["A3"]));
    assert_eq!((look.waits.len(), rig.printers.got(&address()).len()), (0, 2));
}

#[test]
fn settings_typed_by_hand_are_checked_before_anything_is_drawn_or_bound() {
    for (wrong, key) in [
        (PrinterSetting { language: "TSPL".to_owned(), ..setting("tem") }, "label-format"),
        (PrinterSetting { dpi: Some(600), ..setting("tem") }, "printer-dpi-wrong"),
        (PrinterSetting { template: "a4-65".to_owned(), ..setting("tem") }, "printer-sheet"),
        (PrinterSetting { language: "pdf".to_owned(), ..setting("tem") }, "printer-no-pdf"),
        (PrinterSetting { roll: Some("62".to_owned()), ..setting("tem") }, "printer-roll-wrong"),
    ] {
        let mut rig = rig(PrinterState::Ready);
        rig.named_printers = vec![wrong.clone()];
        let found = untagged(&rig);
        assert_eq!(orders(&rig, &found, LabelFor::Device).expect_err("wrong").what.key(), key);
        assert_eq!(rig.again(&found).file.tags, [""; 0], "{key}");
        let label = shelf_label(&rig.bench(), "A1", &words()).expect("a label");
        assert_eq!(order_labels(&rig.bench(), &wrong, &[label], (1, 0)).expect_err("wrong").what.key(), key);
        assert_eq!(rig.prints.list().expect("reads"), [], "{key}");
    }
}

/// A Brother that says which roll lies in it.
struct Brother<'a>(&'a Rig, [u8; 2]);

impl Printers for Brother<'_> {
    fn list(&self) -> Result<Vec<PrinterSeen>, Failure> {
        self.0.printers.list()
    }

    fn state(&self, _at: &PrinterAddress, question: Option<&Question>) -> PrinterState {
        let mut answer = [0; 32];
        answer[..3].copy_from_slice(&[0x80, 32, b'B']);
        (answer[10], answer[17]) = (self.1[0], self.1[1]);
        question.expect("asked").answered(&answer).expect("whole")
    }

    fn send(&self, at: &PrinterAddress, title: &str, form: PrintForm, bytes: &[u8]) -> Result<(), Failure> {
        self.0.printers.send(at, title, form, bytes)
    }
}

#[test]
fn a_brother_gets_only_what_is_for_the_roll_that_lies_in_it() {
    for (roll, loaded, goes) in [
        (Some("62"), [62, 0], true),
        (Some("62x100"), [62, 100], true),
        (Some("62"), [62, 100], false),
        (None, [54, 0], true),
        (None, [62, 0], false),
    ] {
        let mut rig = rig(PrinterState::Ready);
        let brother =
            PrinterSetting { language: "brother-ql".to_owned(), roll: roll.map(str::to_owned), ..setting("tem") };
        let brother = brother.checked(&rig.bench()).expect("good");
        rig.named_printers = vec![brother];
        shelves(&rig, &["A1"]);
        let says = Brother(&rig, loaded);
        let look = looks(&Bench { printers: &says, ..rig.bench() }, &mut PrintHand::default());
        assert_eq!((look.sent.len(), rig.printers.got(&address()).len()), (usize::from(goes), usize::from(goes)));
        let why = look.waits.first().and_then(|wait| wait.why.as_ref()).map(Sentence::key);
        assert_eq!(why, (!goes).then_some("printer-other-roll"), "{roll:?} {loaded:?}");
    }
    let rig = rig(PrinterState::Ready);
    let wrong = PrinterSetting { language: "brother-ql".to_owned(), roll: Some("63".to_owned()), ..setting("tem") };
    let failure = wrong.checked(&rig.bench()).expect_err("no such roll");
    assert!(words().say(&failure.hint.expect("a hint")).contains("62x29"));
}
