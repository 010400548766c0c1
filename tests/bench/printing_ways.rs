//! The ways to a printer: a listener in place of one in the network, a pseudo-terminal in place of a serial one, a pipe in
//! place of USB; good ones, slow ones, ones that hang up, ones that are not there.

#![expect(clippy::disallowed_methods, reason = "a test stands for a printer: threads, files and time are its own")]
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::contract;
use aoxanh::linux::{bytes_unsent, usb_printer_status};
use aoxanh::port::{PrintForm, PrinterAddress, Printers};
use aoxanh::printer::{MachinePrinters, PrintFolder};
use aoxanh::serial::{open_port, serial_ports};
use aoxanh::tag::{PrinterState, Question, language};
use expectrl::Session;
use expectrl::process::unix::{PtyStream, UnixProcess};
use std::fs::File;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::OpenOptionsExt;
use std::process::Command;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

pub(crate) fn printers() -> MachinePrinters {
    MachinePrinters { root: "/".into(), usb_status: usb_printer_status, unsent: bytes_unsent, serial_ports, open_port }
}

fn question(id: &str) -> &'static Question {
    language(id).expect("there").question.as_ref().expect("asked")
}

fn address(text: &str) -> PrinterAddress {
    text.parse().expect("an address")
}

/// One caller is served so, on a port of its own.
fn listener<T: Send + 'static>(serve: impl FnOnce(TcpStream) -> T + Send + 'static) -> (PrinterAddress, JoinHandle<T>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let at = address(&format!("tcp:{}", listener.local_addr().expect("bound")));
    (at, std::thread::spawn(move || serve(listener.accept().expect("a caller").0)))
}

/// Reads until that many bytes are there.
fn exactly(from: &mut impl Read, count: usize) -> Vec<u8> {
    let mut bytes = vec![0; count];
    from.read_exact(&mut bytes).expect("as many");
    bytes
}

#[test]
fn a_listener_gets_every_byte_however_slowly_it_takes_them() {
    let bytes: Vec<u8> = (0..4_000_000u32).map(|number| number.to_le_bytes()[0]).collect();
    let (at, served) = listener(|mut caller| {
        let mut got: Vec<u8> = Vec::new();
        let mut some = vec![0; 300_000];
        loop {
            std::thread::sleep(Duration::from_millis(20));
            match caller.read(&mut some).expect("reads") {
                0 => return got,
                count => got.extend(&some[..count]),
            }
        }
    });
    printers().send(&at, "nhãn", PrintForm::Raw, &bytes).expect("sent");
    assert!(served.join().expect("served") == bytes, "not the same bytes");
}

#[test]
fn one_that_hangs_up_early_or_refuses_took_nothing() {
    let (at, served) = listener(|mut caller| exactly(&mut caller, 10));
    let failure = printers().send(&at, "nhãn", PrintForm::Raw, &vec![7; 8_000_000]).expect_err("it hung up");
    assert_eq!(failure.what.key(), "printer-unreached");
    assert_eq!(served.join().expect("served").len(), 10);
    // A small label fits into the kernel's hands whole: that it was not wanted is heard afterwards.
    for size in [4000, 12 * 1024] {
        let (at, served) = listener(|mut caller| exactly(&mut caller, 10));
        let failure = printers().send(&at, "nhãn", PrintForm::Raw, &vec![7; size]).expect_err("it hung up");
        assert_eq!(failure.what.key(), "printer-unreached", "{size}");
        served.join().expect("served");
    }
    let refusing = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("bound");
    contract::printers::says_gone_in_time(&printers(), &address(&format!("tcp:{refusing}")));
}

#[test]
fn one_that_stands_still_is_given_up_in_time() {
    let (tell, told) = std::sync::mpsc::channel::<()>();
    let (at, served) = listener(move |_caller| told.recv());
    let began = Instant::now();
    printers().send(&at, "nhãn", PrintForm::Raw, &vec![7; 16_000_000]).expect_err("it takes nothing");
    assert!((4..12).contains(&began.elapsed().as_secs()), "{:?}", began.elapsed());
    tell.send(()).expect("it waits");
    served.join().expect("served").expect("told");
}

/// As [`listener`], of a printer with little room: what it has not read stays with whoever sends.
fn narrow<T: Send + 'static>(serve: impl FnOnce(TcpStream) -> T + Send + 'static) -> (PrinterAddress, JoinHandle<T>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    rustix::net::sockopt::set_socket_recv_buffer_size(&listener, 2048).expect("little");
    let at = address(&format!("tcp:{}", listener.local_addr().expect("bound")));
    (at, std::thread::spawn(move || serve(listener.accept().expect("a caller").0)))
}

#[test]
fn a_label_that_only_this_machine_holds_was_not_taken() {
    let bytes = vec![7; 12 * 1024];
    let (tell, told) = std::sync::mpsc::channel::<()>();
    let (at, served) = narrow(move |caller| {
        let _ended = told.recv();
        caller
    });
    let failure = printers().send(&at, "nhãn", PrintForm::Raw, &bytes).expect_err("it took nothing");
    assert_eq!(failure.what.key(), "printer-unreached");
    tell.send(()).expect("it waits");
    served.join().expect("served");
    // One that feeds first and reads then took it all.
    let (at, served) = narrow(move |mut caller| {
        std::thread::sleep(Duration::from_millis(600));
        let mut got = Vec::new();
        caller.read_to_end(&mut got).expect("reads");
        got.len()
    });
    let began = Instant::now();
    printers().send(&at, "nhãn", PrintForm::Raw, &bytes).expect("sent");
    assert!(began.elapsed() >= Duration::from_millis(600), "before it was read: {:?}", began.elapsed());
    assert_eq!(served.join().expect("served"), bytes.len());
}

#[test]
fn one_that_talks_without_end_is_no_printer_and_holds_up_nobody() {
    let talks = || listener(|mut caller| while caller.write_all(&[b'x'; 4096]).is_ok() {});
    let began = Instant::now();
    for id in ["escpos", "tspl", "zpl", "brother-ql"] {
        let (at, served) = talks();
        let state = printers().state(&at, Some(question(id)));
        assert!([PrinterState::Unknown, PrinterState::Stopped].contains(&state), "{id}: {state:?}");
        served.join().expect("served");
    }
    let (at, served) = talks();
    printers().send(&at, "nhãn", PrintForm::Raw, &[7; 4000]).expect("it takes them");
    served.join().expect("served");
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
}

#[test]
fn one_in_the_network_says_how_it_is_or_is_unknown() {
    for (answer, wanted) in [
        (Some(vec![0x04]), PrinterState::PaperOut),
        (Some(vec![0x01]), PrinterState::CoverOpen),
        (Some(vec![0x00]), PrinterState::Ready),
        (Some(vec![0x80]), PrinterState::Stopped),
        (None, PrinterState::Unknown),
    ] {
        let (at, served) = listener(move |mut caller| {
            let asked = exactly(&mut caller, 3);
            if let Some(answer) = answer {
                caller.write_all(&answer).expect("answered");
            }
            // Until whoever asked goes.
            let _rest = caller.read(&mut [0]);
            asked
        });
        assert_eq!(printers().state(&at, Some(question("tspl"))), wanted);
        assert_eq!(served.join().expect("served"), b"\x1b!?");
    }
    let (at, served) = listener(|_caller| ());
    assert_eq!(printers().state(&at, None), PrinterState::Unknown, "there, and not asked");
    served.join().expect("served");
}

/// A pseudo-terminal: the printer's end, and where the station finds the other. Who holds it open is a program that sleeps.
fn port() -> (Session<UnixProcess, PtyStream>, PrinterAddress) {
    let mut holder = Command::new("sh");
    holder.args(["-c", "tty; exec sleep 600"]);
    let mut printer = Session::spawn(holder).expect("a terminal");
    let mut name = Vec::new();
    while !name.ends_with(b"\n") {
        name.extend(exactly(&mut printer, 1));
    }
    let name = String::from_utf8(name).expect("ASCII");
    (printer, address(&format!("serial:{}@115200", name.trim())))
}

#[test]
fn a_serial_printer_gets_bytes_that_no_terminal_changed_and_says_that_it_has_no_paper() {
    // Bytes that a terminal in its usual mode would eat or change: interrupt, end, carriage return, erase.
    let bytes: Vec<u8> = (0..=255).cycle().take(3000).collect();
    let (mut printer, at) = port();
    let count = bytes.len();
    let reader = std::thread::spawn(move || {
        let got = exactly(&mut printer, count);
        (got, printer)
    });
    printers().send(&at, "nhãn", PrintForm::Raw, &bytes).expect("sent");
    let (got, mut printer) = reader.join().expect("read");
    assert!(got == bytes, "changed on the way");
    for (answer, wanted) in [([0x12, 0x72], PrinterState::PaperOut), ([0x16, 0x12], PrinterState::CoverOpen)] {
        let answering = std::thread::spawn(move || {
            let asked = exactly(&mut printer, 6);
            printer.write_all(&answer).expect("answered");
            (asked, printer)
        });
        assert_eq!(printers().state(&at, Some(question("escpos"))), wanted);
        let (asked, again) = answering.join().expect("answered");
        assert_eq!(asked, [0x10, 4, 2, 0x10, 4, 4]);
        printer = again;
    }
    assert_eq!(printers().state(&at, Some(question("escpos"))), PrinterState::Unknown, "it says nothing");
    printer.get_process_mut().kill(expectrl::process::unix::Signal::SIGKILL).expect("ours");
}

#[test]
fn a_pipe_in_place_of_usb_gets_the_bytes_and_a_plain_file_or_a_disk_never_does() {
    let folder = tempfile::tempdir().expect("a folder");
    let pipe = folder.path().join("lp0");
    let mode = rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR;
    rustix::fs::mkfifoat(rustix::fs::CWD, &pipe, mode).expect("a pipe");
    let mut printer = File::options().read(true).write(true).open(&pipe).expect("opened");
    let at = address(&format!("usb:{}", pipe.display()));
    assert_eq!(printers().state(&at, Some(question("zpl"))), PrinterState::Unknown);
    printers().send(&at, "nhãn", PrintForm::Raw, b"^XA^XZ").expect("sent");
    assert_eq!(exactly(&mut printer, 6), b"^XA^XZ");
    // As the kernel's USB driver: what it took is under way until it can take more, and lost when the device is closed then.
    let flags = i32::try_from(rustix::fs::OFlags::NONBLOCK.bits()).expect("small");
    let mut filler = File::options().write(true).custom_flags(flags).open(&pipe).expect("opened");
    let mut room = 0;
    while let Ok(count) = filler.write(&[0; 4096]) {
        room += count;
    }
    exactly(&mut printer, room);
    let failure = printers().send(&at, "nhãn", PrintForm::Raw, &vec![7; room]).expect_err("it stands still");
    assert_eq!(failure.what.key(), "printer-unreached");
    assert_eq!(exactly(&mut printer, room).len(), room);
    let reader = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(600));
        exactly(&mut printer, room)
    });
    printers().send(&at, "nhãn", PrintForm::Raw, &vec![7; room]).expect("sent");
    assert_eq!(reader.join().expect("read").len(), room);
    let plain = folder.path().join("o-dia.img");
    std::fs::write(&plain, b"data").expect("written");
    for way in ["usb", "serial"] {
        contract::printers::says_gone_in_time(&printers(), &address(&format!("{way}:{}", plain.display())));
        contract::printers::says_gone_in_time(&printers(), &address(&format!("{way}:/dev/zero")));
        contract::printers::says_gone_in_time(&printers(), &address(&format!("{way}:/dev/usb/khong-co")));
    }
    assert_eq!(std::fs::read(&plain).expect("read"), b"data");
}

#[test]
fn a_converter_shows_itself_beside_one_that_has_a_lasting_name() {
    let root = tempfile::tempdir().expect("a folder");
    let at = |path: &str| root.path().join(path);
    std::fs::create_dir_all(at("dev/serial/by-id")).expect("made");
    for name in ["ttyUSB0", "ttyUSB1", "ttyS0"] {
        std::fs::write(at("dev").join(name), "").expect("written");
    }
    std::os::unix::fs::symlink(at("dev/ttyUSB0"), at("dev/serial/by-id/usb-1a86_USB_Serial-if00-port0"))
        .expect("named");
    let seen = MachinePrinters { root: root.path().to_owned(), ..printers() }.list().expect("listed");
    let serial = seen.into_iter().filter(|one| matches!(one.address, PrinterAddress::Serial(..)));
    let (names, places): (Vec<_>, Vec<_>) = serial.map(|one| (one.name, one.address.to_string())).unzip();
    assert_eq!(names, ["usb-1a86_USB_Serial-if00-port0", "ttyUSB1"]);
    assert!(places[0].ends_with("port0@9600"), "{places:?}");
}

#[test]
fn a_queue_of_files_keeps_the_contract_and_survives_whoever_wrote_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path().join("print");
    let queue = || PrintFolder::new(&at);
    contract::print_queue::keeps_order_and_bytes_and_one_sender(&queue(), &queue());
    // What a killed program left half written is no job.
    std::fs::write(at.join(".1-q.job.new"), b"{").expect("written");
    assert_eq!(aoxanh::port::PrintQueue::list(&queue()).expect("reads").len(), 2);
}
