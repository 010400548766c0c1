//! Labels ordered, waiting and sent, on a real ledger with printers in memory.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::arming_rig::Rig;
use super::contract;
use aoxanh::event::Fact;
use aoxanh::event::label::{LabelFor, LabelPrinted};
use aoxanh::port::{
    Failure, FakePrintQueue, FakePrinters, Index, PrintForm, PrintQueue, PrinterAddress, PrinterSeen, Printers,
};
use aoxanh::tag::{Domain, PrinterState, Question};
use aoxanh::unit::DeviceId;
use aoxanh::word::{Lang, Words};
use aoxanh::workbench::{
    Answer, Bench, PrintHand, PrintLook, PrintOrder, PrinterSetting, Tone, blank_labels, carry_print, order_labels,
    printer, send_waiting, shelf_label,
};

pub(crate) fn address() -> PrinterAddress {
    "tcp:printer.test".parse().expect("an address")
}

pub(crate) fn setting(name: &str) -> PrinterSetting {
    PrinterSetting {
        name: name.to_owned(),
        address: address(),
        language: "tspl".to_owned(),
        template: "nhiet-50x30".to_owned(),
        dpi: None,
        roll: None,
        right: 0,
        down: 0,
        default: true,
    }
}

pub(crate) fn rig(state: PrinterState) -> Rig {
    let mut rig = Rig::new(&[]);
    rig.named_printers = vec![setting("tem")];
    rig.printers.set(&address(), state);
    rig
}

fn words() -> Words {
    Words::new(Lang::Vi, None).expect("embedded")
}

fn domain() -> Domain {
    Domain::read("aoxanh.example").expect("a domain")
}

fn orders(rig: &Rig, device: &DeviceId) -> Answer {
    let order = PrintOrder::Label { device: device.to_string(), label: LabelFor::Device };
    carry_print(&rig.bench(), &domain(), &order, &words()).expect("ordered")
}

fn looks(rig: &Rig) -> PrintLook {
    send_waiting(&rig.bench(), &mut PrintHand::default(), &|| false).expect("the queue reads")
}

fn printed(rig: &Rig, device: &DeviceId) -> Vec<LabelPrinted> {
    let told = rig.store.history(device).expect("reads").into_iter();
    let label = |fact| if let Fact::LabelPrinted(printed) = fact { Some(printed) } else { None };
    told.filter_map(|line| label(line.event.fact)).collect()
}

#[test]
fn every_queue_and_every_printer_in_memory_keeps_the_contract() {
    let queue = FakePrintQueue::default();
    contract::print_queue::keeps_order_and_bytes_and_one_sender(&queue, &queue.clone());
    contract::printers::says_gone_in_time(&FakePrinters::default(), &address());
}

#[test]
fn a_label_is_recorded_before_its_bytes_and_sent_once() {
    let rig = rig(PrinterState::Ready);
    let (found, _) = rig.device(false);
    let Answer::Done(report) = orders(&rig, &found.id) else { panic!("not done") };
    assert_eq!((report.tone, report.lines[0].key()), (Tone::Good, "print-queued"));
    assert_eq!(printed(&rig, &found.id), [], "nothing was sent yet");
    let look = looks(&rig);
    assert_eq!((look.sent.len(), look.waits.len(), look.dropped.len()), (1, 0, 0));
    let tag = rig.bench().device(&found.id).expect("there").file.tags[0].clone();
    let events = printed(&rig, &found.id);
    assert_eq!(events.len(), 1);
    assert_eq!((events[0].tag.as_str(), events[0].printer.as_str()), (tag.as_str(), "tem"));
    assert_eq!((events[0].copy, events[0].copies, events[0].label), (1, 1, LabelFor::Device));
    let got = rig.printers.got(&address());
    assert!(got.len() == 1 && got[0].1.starts_with(b"SIZE 50 mm"), "{got:?}");
    assert_eq!(looks(&rig), PrintLook::default());
}

/// A printer that looks into the ledger when it gets bytes.
struct Watchful<'a>(&'a Rig, DeviceId);

impl Printers for Watchful<'_> {
    fn list(&self) -> Result<Vec<PrinterSeen>, Failure> {
        self.0.printers.list()
    }

    fn state(&self, at: &PrinterAddress, question: Option<&Question>) -> PrinterState {
        assert_eq!(printed(self.0, &self.1), [], "recorded before anybody knows whether it can be printed");
        self.0.printers.state(at, question)
    }

    fn send(&self, at: &PrinterAddress, title: &str, form: PrintForm, bytes: &[u8]) -> Result<(), Failure> {
        assert_eq!(printed(self.0, &self.1).len(), 1, "not recorded before the first byte");
        self.0.printers.send(at, title, form, bytes)
    }
}

#[test]
fn the_ledger_knows_a_label_before_its_first_byte_and_not_before_the_printer_can() {
    let rig = rig(PrinterState::Ready);
    let (found, _) = rig.device(false);
    orders(&rig, &found.id);
    let watchful = Watchful(&rig, found.id.clone());
    let bench = Bench { printers: &watchful, ..rig.bench() };
    assert_eq!(send_waiting(&bench, &mut PrintHand::default(), &|| false).expect("reads").sent.len(), 1);
    assert_eq!(rig.printers.got(&address()).len(), 1);
}

#[test]
fn what_waits_says_why_and_goes_by_itself_and_the_second_label_of_a_tag_is_told() {
    for (state, why) in [
        (PrinterState::PaperOut, "printer-paper-out"),
        (PrinterState::CoverOpen, "printer-cover-open"),
        (PrinterState::Stopped, "printer-stopped"),
        (PrinterState::Gone, "printer-gone"),
    ] {
        let rig = rig(state);
        let (found, _) = rig.device(false);
        orders(&rig, &found.id);
        let look = looks(&rig);
        assert_eq!(look.waits.iter().map(|wait| wait.why.as_ref().expect("said").key()).collect::<Vec<_>>(), [why]);
        assert_eq!((printed(&rig, &found.id).len(), rig.printers.got(&address()).len()), (0, 0), "{why}");
        rig.printers.set(&address(), PrinterState::Unknown);
        assert_eq!(looks(&rig).sent.len(), 1, "{why}");
        let Answer::Done(report) = orders(&rig, &found.id) else { panic!("not done") };
        assert_eq!((report.tone, report.lines[0].key()), (Tone::Warn, "print-queued-again"));
        looks(&rig);
        assert_eq!(printed(&rig, &found.id).iter().map(|one| one.copy).collect::<Vec<_>>(), [1, 2]);
        let history = aoxanh::workbench::history(&rig.bench(), &rig.bench().device(&found.id).expect("there"));
        let said: Vec<_> = history.expect("reads").into_iter().map(|line| words().say(&line.what)).collect();
        assert!(said.last().expect("said").contains("nhãn thứ 2 của tem này, nhãn trước phải gỡ bỏ"), "{said:?}");
    }
}

#[test]
fn a_printer_that_is_stuck_holds_up_no_other_and_is_left_alone_for_a_while() {
    let mut rig = rig(PrinterState::PaperOut);
    let other: PrinterAddress = "usb:/dev/usb/lp7".parse().expect("an address");
    rig.printers.set(&other, PrinterState::Ready);
    rig.named_printers.push(PrinterSetting { address: other.clone(), default: false, ..setting("kho") });
    let label = |name: &str| shelf_label(&rig.bench(), name, &words()).expect("a label");
    let on = |name: &str| printer(&rig.bench(), Some(name)).expect("named").clone();
    let (stuck, works) = (on("tem"), on("kho"));
    order_labels(&rig.bench(), &stuck, &[label("A1"), label("A2")], (1, 0)).expect("ordered");
    order_labels(&rig.bench(), &works, &[label("B1"), label("B2")], (1, 0)).expect("ordered");
    let mut hand = PrintHand::default();
    let look = send_waiting(&rig.bench(), &mut hand, &|| false).expect("reads");
    assert_eq!(look.sent.iter().map(|job| job.title.as_str()).collect::<Vec<_>>(), ["B1", "B2"]);
    assert_eq!(look.waits.iter().map(|wait| wait.title.as_str()).collect::<Vec<_>>(), ["A1", "A2"]);
    assert_eq!(rig.printers.got(&other).len(), 2);
    // It has paper again, and is asked again after its rest.
    rig.printers.set(&address(), PrinterState::Ready);
    assert_eq!(send_waiting(&rig.bench(), &mut hand, &|| false).expect("reads").sent, []);
    rig.clock.set(rig.bench().clock.now());
    rig.bench().clock.wait(std::time::Duration::from_secs(4));
    assert_eq!(send_waiting(&rig.bench(), &mut hand, &|| false).expect("reads").sent.len(), 2);
}

#[test]
fn an_order_that_was_cut_off_after_its_record_is_printed_without_a_second_record() {
    let rig = rig(PrinterState::Ready);
    let (found, _) = rig.device(false);
    orders(&rig, &found.id);
    let (job, bytes) = {
        let job = rig.prints.list().expect("reads").remove(0);
        let bytes = rig.prints.bytes(&job.id).expect("reads").expect("there");
        (job, bytes)
    };
    looks(&rig);
    // The power went between the record and the end of the sending.
    rig.prints.add(&job, &bytes).expect("added");
    assert_eq!(looks(&rig).sent.len(), 1);
    assert_eq!((printed(&rig, &found.id).len(), rig.printers.got(&address()).len()), (1, 2));
}

#[test]
fn a_label_that_a_rule_forbids_is_taken_out_and_told() {
    let rig = rig(PrinterState::Ready);
    let (found, _) = rig.device(false);
    orders(&rig, &found.id);
    let mut job = rig.prints.list().expect("reads").remove(0);
    rig.prints.remove(&job.id).expect("removed");
    job.labels[0].tag = "7K3XQ92M4T8".to_owned();
    rig.prints.add(&job, b"x").expect("added");
    let look = looks(&rig);
    assert_eq!(look.dropped.iter().map(|(_, failure)| failure.rule).collect::<Vec<_>>(), [Some("label-tag")]);
    assert_eq!((looks(&rig), rig.printers.got(&address()).len()), (PrintLook::default(), 0));
}

#[test]
fn blank_tags_need_no_record_and_pages_go_together() {
    let mut rig = rig(PrinterState::Ready);
    let labels = blank_labels(&rig.bench(), &domain(), 3, &words()).expect("made");
    let labels: Vec<_> = labels.into_iter().map(|(_, label)| label).collect();
    let before = rig.bench().station().expect("reads").records;
    let on = printer(&rig.bench(), None).expect("usual").clone();
    assert_eq!(order_labels(&rig.bench(), &on, &labels, (1, 0)).expect("ordered").len(), 3);
    assert_eq!(looks(&rig).sent.len(), 3);
    assert_eq!(rig.bench().station().expect("reads").records, before);
    let queue: PrinterAddress = "cups:van-phong".parse().expect("an address");
    let pages = PrinterSetting {
        address: queue.clone(),
        language: "pdf".to_owned(),
        template: "a4-65".to_owned(),
        ..setting("van-phong")
    };
    rig.named_printers = vec![pages.clone()];
    rig.printers.set(&queue, PrinterState::Ready);
    let jobs =
        order_labels(&rig.bench(), &pages.checked(&rig.bench()).expect("good"), &labels, (2, 0)).expect("ordered");
    assert_eq!((jobs.len(), jobs[0].form), (1, PrintForm::Pdf));
    assert_eq!(looks(&rig).sent.len(), 1);
    assert!(rig.printers.got(&queue)[0].1.starts_with(b"%PDF"));
}

#[test]
fn a_printer_is_checked_before_it_stands_in_the_settings() {
    let rig = rig(PrinterState::Ready);
    let key = |setting: PrinterSetting| setting.checked(&rig.bench()).expect_err("wrong").what.key().to_owned();
    let with = |language: &str, template: &str| PrinterSetting {
        language: language.to_owned(),
        template: template.to_owned(),
        ..setting("tem")
    };
    assert_eq!(key(with("pdf", "a4-65")), "printer-no-pdf");
    assert_eq!(key(with("png", "nhiet-50x30")), "label-format");
    assert_eq!(key(with("klingon", "nhiet-50x30")), "label-format");
    assert_eq!(key(with("zpl", "a4-65")), "printer-sheet");
    assert_eq!(key(with("zpl", "khong-co")), "template-unknown");
    assert_eq!(key(setting(" \n ")), "printer-name-wrong");
    assert_eq!(key(setting(&"x".repeat(41))), "printer-name-wrong");
    assert_eq!(setting(" tem 2 ").checked(&rig.bench()).expect("good").name, "tem 2");
    let mut none = Rig::new(&[]);
    assert_eq!(printer(&none.bench(), None).expect_err("none").what.key(), "printer-none");
    none.named_printers = vec![setting("tem")];
    assert_eq!(printer(&none.bench(), Some("x")).expect_err("none").what.key(), "printer-unnamed");
}
