//! The built program and its printers: named, tried, fed from a queue that outlives whoever filled it.

#![expect(clippy::disallowed_methods, reason = "a test stands for a printer: threads, files and time are its own")]
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::bench_rig::Rig;
use super::printing;
use super::printing_ways::printers;
use super::screen_run::Terminal;
use aoxanh::event::label::LabelFor;
use aoxanh::port::PrintQueue;
use aoxanh::printer::PrintFolder;
use aoxanh::tag::{Domain, PrinterState};
use aoxanh::word::{Lang, Words};
use aoxanh::workbench::{Bench, PrintHand, PrintOrder, PrinterSetting, carry_print, send_waiting};
use rustix::process::Signal;
use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_mins(1);

/// An address at which nobody listens.
pub(crate) fn nobody() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port")
}

/// A TSPL printer that has paper: every label that it gets, and when its last byte came.
pub(crate) fn printer_at(at: SocketAddr) -> Receiver<(Vec<u8>, Instant)> {
    let (tell, told) = channel();
    let listener = TcpListener::bind(at).expect("the port is free");
    std::thread::spawn(move || {
        for caller in listener.incoming() {
            let (mut caller, mut got, mut some) = (caller.expect("a caller"), Vec::new(), [0; 4096]);
            let mut last = Instant::now();
            while let Ok(count @ 1..) = caller.read(&mut some) {
                got.extend(&some[..count]);
                last = Instant::now();
                if got == b"\x1b!?" {
                    caller.write_all(&[0]).expect("answered");
                    got.clear();
                }
            }
            if !got.is_empty() && tell.send((got, last)).is_err() {
                return;
            }
        }
    });
    told
}

pub(crate) fn add(rig: &Rig, name: &str, at: &str, language: &str) {
    rig.run(&["printer", "add", name, "--address", at, "--language", language, "--template", "nhiet-50x30"]).good();
}

fn labels(rig: &Rig, tag: &str) -> usize {
    rig.json(&["history", tag]).good().out.matches("\"LabelPrinted\"").count()
}

#[test]
fn a_label_that_waits_outlives_a_kill_and_the_screen_prints_it_when_the_printer_is_back() {
    let rig = Rig::normal();
    let (device, at) = (rig.device(), nobody());
    add(&rig, "tem", &format!("tcp:{at}"), "tspl");
    let mut waiting = rig.start(&["tag", "print", &device.tag]);
    assert!(waiting.wait_for(|said| said["why"] == "printer-gone"), "it says why it waits");
    waiting.signal(Signal::KILL);
    waiting.end();
    let queue = rig.json(&["printer", "queue"]).good().all("print");
    assert_eq!((queue.len(), labels(&rig, &device.tag)), (1, 0), "{queue:?}");
    // Ctrl-C leaves it there, and says so.
    let mut again = rig.start(&["printer", "test"]);
    assert!(again.wait_for(|said| said["why"] == "printer-gone"));
    again.signal(Signal::INT);
    let left = again.end();
    assert!(left.code == 75 && left.out.contains("hàng in"), "{left:?}");
    let mut terminal = Terminal::open(rig.command(&["bench"]), 120, 40);
    terminal.wait_text("không thấy máy in");
    // Keys of other pages mean something once the bench was read.
    terminal.wait_text("bước tiếp theo");
    terminal.step("\x1b[20~", "hàng in");
    terminal.step("p", "Nhãn đang chờ in: 2");
    let printer = printer_at(at);
    let (first, _) = printer.recv_timeout(PATIENCE).expect("the label comes");
    printer.recv_timeout(PATIENCE).expect("the test label comes");
    terminal.wait_text("Nhãn đang chờ in: 0");
    terminal.type_keys("\x1b");
    terminal.wait_for("the page", |shown| !shown.contains("Nhãn đang chờ in"));
    terminal.type_keys("\x03");
    terminal.end();
    rig.run(&["tag", "print", &device.tag, "--template", "nhiet-50x30", "--file", "nhan.tspl"]).good();
    assert!(first == fs::read(rig.home().join("nhan.tspl")).expect("written"), "not the label");
    assert_eq!((rig.json(&["printer", "queue"]).good().all("print").len(), labels(&rig, &device.tag)), (0, 1));
    // The second one of the tag is told at once and for ever.
    let said = rig.run(&["tag", "print", &device.tag]).good().out;
    assert!(said.contains("Nhãn thứ 2 của tem"), "{said}");
    printer.recv_timeout(PATIENCE).expect("it comes");
    assert_eq!(labels(&rig, &device.tag), 2);
    let page = rig.run(&["show", &device.tag]).good().out;
    assert!(page.contains("chỉ giữ một"), "{page}");
    rig.verified();
}

#[test]
fn printers_are_named_changed_made_the_usual_one_and_forgotten() {
    let rig = Rig::normal();
    rig.run(&["tag", "print", "7K3XQ-92M4T-8"]).refused(2, &["chưa có máy in"]);
    let said = rig.run(&["printer", "list"]).good().out;
    assert!(said.contains("printer find"), "{said}");
    add(&rig, "tem", "tcp:10.0.0.9", "tspl");
    add(&rig, "kho", "usb:/dev/usb/lp9", "zpl");
    let listed = |rig: &Rig| {
        let all = rig.json(&["printer", "list"]).good().all("printer");
        all.iter().map(|one| (one["name"].to_string(), one["default"] == true)).collect::<Vec<_>>()
    };
    assert_eq!(listed(&rig), [("\"tem\"".to_owned(), true), ("\"kho\"".to_owned(), false)]);
    rig.run(&["printer", "default", "kho"]).good();
    assert_eq!(listed(&rig), [("\"tem\"".to_owned(), false), ("\"kho\"".to_owned(), true)]);
    assert_eq!(rig.json(&["printer", "status", "kho"]).good().one("printer_state")["state"], "gone");
    let doctor = rig.run(&["doctor"]).out;
    assert!(doctor.contains("kho"), "{doctor}");
    let far = ["--language", "zpl", "--template", "nhiet-40x30", "--right=-1,5", "--dpi", "300"];
    rig.run(&[&["printer", "add", "kho", "--address", "usb:/dev/usb/lp9"], &far[..]].concat()).good();
    let kept = fs::read_to_string(rig.station().join("station.toml")).expect("settings");
    assert!(kept.contains("right = -1.5\n") && kept.contains("dpi = 300\n"), "{kept}");
    assert_eq!(listed(&rig)[1], ("\"kho\"".to_owned(), true), "changed, and still the usual one");
    rig.run(&["printer", "remove", "kho"]).good();
    assert_eq!(listed(&rig), [("\"tem\"".to_owned(), true)]);
    let with = |address: &str, language: &str, template: &str| {
        rig.run(&["printer", "add", "x", "--address", address, "--language", language, "--template", template])
    };
    with("http://a", "zpl", "nhiet-50x30").refused(2, &["http://a"]);
    with("tcp:a", "png", "nhiet-50x30").refused(2, &["png"]);
    with("tcp:a", "pdf", "a4-65").refused(2, &["PDF"]);
    with("tcp:a", "zpl", "a4-65").refused(2, &["a4-65"]);
    rig.run(&["printer", "remove", "x"]).refused(2, &["x"]);
    rig.run(&["printer", "cancel", "q-0123456789ABCDEF"]).refused(1, &["không còn trong hàng"]);
    rig.run(&["tag", "shelf", "A1", "--printer", "x"]).refused(2, &["x"]);
}

#[test]
fn what_somebody_else_cancelled_is_not_called_printed() {
    let rig = Rig::normal();
    add(&rig, "tem", &format!("tcp:{}", nobody()), "tspl");
    let mut waiting = rig.start(&["printer", "test"]);
    assert!(waiting.wait_for(|said| said["why"] == "printer-gone"), "it says why it waits");
    let print = rig.json(&["printer", "queue"]).good().one("print")["print"].as_str().expect("its id").to_owned();
    rig.run(&["printer", "cancel", &print]).good();
    let ended = waiting.end();
    assert!(ended.code == 1 && ended.all("printed").is_empty(), "{ended:?}");
    assert_eq!(ended.one("print_gone")["print"], print.as_str());
}

#[test]
fn a_brothers_roll_is_kept_and_a_strange_one_or_a_strange_resolution_is_refused() {
    let rig = Rig::normal();
    let brother = ["--address", "usb:/dev/usb/lp9", "--language", "brother-ql", "--template", "nhiet-50x30"];
    let add = |more: &[&str]| rig.run(&[&["printer", "add", "brother"], &brother[..], more].concat());
    add(&["--roll", "62"]).good();
    let kept = fs::read_to_string(rig.station().join("station.toml")).expect("settings");
    assert!(kept.contains("roll = \"62\"\n"), "{kept}");
    assert_eq!(rig.json(&["printer", "list"]).good().one("printer")["roll"], "62");
    add(&["--roll", "62x30"]).refused(2, &["62x30"]);
    add(&["--dpi", "203"]).refused(2, &["203"]);
    let device = rig.device();
    for ending in ["zpl", "brother-ql"] {
        let file = format!("nhan.{ending}");
        let line = ["tag", "print", &device.tag, "--template", "nhiet-50x30", "--dpi", "150", "--file", &file];
        rig.run(&line).refused(2, &["150"]);
    }
}

#[test]
fn a_label_is_at_its_printer_within_50_milliseconds() {
    let at = nobody();
    let printer = printer_at(at);
    let address = format!("tcp:{at}").parse().expect("an address");
    let mut rig = printing::rig(PrinterState::Ready);
    rig.named_printers = vec![PrinterSetting { address, ..printing::setting("tem") }];
    let folder = tempfile::tempdir().expect("a folder");
    let (machine, queue) = (printers(), PrintFolder::new(folder.path().join("print")));
    let (words, domain) = (Words::new(Lang::Vi, None).expect("embedded"), Domain::read("THU.VN").expect("a domain"));
    let mut took: Vec<Duration> = (0..9)
        .map(|_label| {
            let (found, _) = rig.device(false);
            let bench = Bench { printers: &machine, prints: &queue, ..rig.bench() };
            let order = PrintOrder::Label { device: found.id.to_string(), label: LabelFor::Device };
            carry_print(&bench, &domain, &order, &words).expect("ordered");
            // Asking the printer, the event, the bytes: all of it.
            let began = Instant::now();
            let look = send_waiting(&bench, &mut PrintHand::default(), &|| false).expect("sent");
            assert_eq!((look.sent.len(), queue.list().expect("reads").len()), (1, 0));
            let (_, last) = printer.recv_timeout(PATIENCE).expect("it comes");
            last.duration_since(began)
        })
        .collect();
    took.sort();
    assert!(took[4] < Duration::from_millis(50), "the middle of {took:?}");
}
