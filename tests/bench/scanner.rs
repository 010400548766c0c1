//! Scanners at serial ports, over real pseudo-terminals: found by the set-up code, heard by the screen, pulled out and
//! plugged in again under another name.

#![expect(clippy::expect_used, clippy::disallowed_methods, reason = "a test drives the built program")]

use super::bench_rig::Rig;
use super::screen_run::Terminal;
use aoxanh::tag::{Barcode, BarcodeKind, TagId, barcodes_in};
use aoxanh::workbench::SETUP_CODE;
use expectrl::Session;
use expectrl::process::unix::{PtyStream, UnixProcess};
use rxing::{BarcodeFormat, MultiFormatWriter, Writer};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// A device's tag as people see it.
fn device(rig: &Rig) -> String {
    TagId::read(&rig.device().tag).expect("a tag").to_string()
}

/// How long a scanner waits before it is pulled again.
const PULLED: Duration = Duration::from_millis(200);

/// A scanner: the far end of a terminal that a sleeper holds open, at a name that can be pulled out.
struct Scanner {
    session: Session<UnixProcess, PtyStream>,
    name: PathBuf,
}

impl Scanner {
    fn plug(name: &Path) -> Self {
        let mut sleeper = Command::new("sleep");
        sleeper.arg("600");
        let session = Session::spawn(sleeper).expect("a terminal");
        let pid = session.get_process().pid();
        let port = std::fs::read_link(format!("/proc/{pid}/fd/0")).expect("its terminal");
        std::os::unix::fs::symlink(port, name).expect("plugged in");
        Self { session, name: name.to_owned() }
    }

    fn send(&mut self, bytes: &[u8]) {
        self.session.write_all(bytes).and_then(|()| self.session.flush()).expect("sent");
    }

    /// What was sent and nobody heard is heard by nobody.
    fn forget(&self) {
        let port = std::fs::File::open(&self.name).expect("plugged in");
        rustix::termios::tcflush(&port, rustix::termios::QueueSelector::IFlush).expect("a terminal");
    }

    fn pull(mut self) {
        std::fs::remove_file(&self.name).expect("pulled");
        self.session.get_process_mut().exit(true).expect("our own sleeper");
    }
}

/// Runs it while the scanner sends that again and again.
fn while_sending<T>(scanner: &mut Scanner, bytes: &[u8], run: impl FnOnce() -> T + Send) -> T
where
    T: Send,
{
    std::thread::scope(|scope| {
        let (done, ended) = channel::<()>();
        let run = scope.spawn(move || {
            let came = run();
            drop(done);
            came
        });
        while ended.recv_timeout(PULLED) == Err(RecvTimeoutError::Timeout) {
            scanner.send(bytes);
        }
        let came = run.join().expect("it ran");
        scanner.forget();
        came
    })
}

#[test]
fn a_scanner_is_found_by_the_code_on_the_screen_kept_tried_and_let_go() {
    let rig = Rig::normal();
    let port = rig.home().join("may-quet");
    let name = port.display().to_string();
    rig.run(&["scanner", "test"]).refused(1, &["chưa nghe máy quét"]);
    let mut scanner = Scanner::plug(&port);
    let found = while_sending(&mut scanner, format!("{SETUP_CODE}\r\n").as_bytes(), || {
        rig.run(&["scanner", "find", "--port", &name]).good()
    });
    assert!(found.out.contains("Máy quét ở") && found.out.contains('█'), "{found:#?}");
    let kept = rig.json(&["scanner", "list"]).good().one("scanner");
    assert_eq!((kept["port"].as_str(), kept["baud"].as_u64()), (Some(name.as_str()), Some(9600)));
    let tag = device(&rig);
    for (sent, said) in [
        (format!("{tag}\r"), format!("Tem {tag}")),
        ("WIFI:S:nha;P:bimat;;\n".to_owned(), "Wi-Fi".to_owned()),
        ("https://doi-khac.vn/7K3XQ92M4TZ\r\n".to_owned(), "DOI-KHAC.VN".to_owned()),
    ] {
        let heard = while_sending(&mut scanner, sent.as_bytes(), || rig.run(&["scanner", "test"]).good());
        assert!(heard.out.contains(&said) && !heard.out.contains("bimat"), "{heard:#?}");
    }
    // Another program is told no more than a person is.
    for (sent, text) in [("WIFI:S:nha;P:bimat;;\n", None), ("5CD1234XYZ\n", Some("5CD1234XYZ"))] {
        let heard = while_sending(&mut scanner, sent.as_bytes(), || rig.json(&["scanner", "test"]).good());
        assert!(heard.one("scan")["text"].as_str() == text && !heard.out.contains("bimat"), "{heard:#?}");
    }
    // Of two, the one that is meant is named.
    let other = rig.home().join("khac");
    let mut second = Scanner::plug(&other);
    let named = other.display().to_string();
    while_sending(&mut second, format!("{SETUP_CODE}\r\n").as_bytes(), || {
        rig.run(&["scanner", "find", "--port", &named]).good()
    });
    rig.run(&["scanner", "test"]).refused(2, &["nhiều máy quét"]);
    let heard = while_sending(&mut second, b"5CD1234XYZ\n", || rig.run(&["scanner", "test", "--port", &named]).good());
    assert!(heard.out.contains("5CD1234XYZ"), "{heard:#?}");
    rig.run(&["scanner", "remove", &named]).good();
    assert_eq!(rig.json(&["scanner", "list"]).good().one("scanner")["port"].as_str(), Some(name.as_str()), "only that");
    second.pull();
    rig.run(&["scanner", "remove", &name]).good();
    rig.run(&["scanner", "remove", &name]).refused(1, &["không nghe máy quét nào"]);
    assert!(rig.json(&["scanner", "list"]).good().all("scanner").is_empty());
    rig.run(&["scanner", "find", "--port", &name, "--seconds", "1"]).refused(1, &["Chưa nhận được mã nào"]);
    scanner.pull();
}

#[test]
fn what_others_wrote_into_the_settings_while_nobody_scanned_stays_there() {
    let rig = Rig::normal();
    let port = rig.home().join("may-quet");
    let mut scanner = Scanner::plug(&port);
    let terminal = std::fs::canonicalize(&port).expect("plugged in");
    let finding = rig.start(&["scanner", "find", "--port", &port.display().to_string()]);
    let (_open, listens) = channel::<()>();
    while !finding.has_open(&terminal) {
        let _passed = listens.recv_timeout(PULLED);
    }
    let tem = ["--address", "usb:/dev/usb/lp9", "--language", "zpl", "--template", "nhiet-50x30"];
    rig.run(&[&["printer", "add", "tem"], &tem[..]].concat()).good();
    scanner.send(format!("{SETUP_CODE}\r\n").as_bytes());
    let found = finding.end();
    assert_eq!(found.code, 0, "{found:?}");
    assert_eq!(rig.json(&["scanner", "list"]).good().all("scanner").len(), 1);
    assert_eq!(rig.json(&["printer", "list"]).good().all("printer").len(), 1, "written over");
    scanner.pull();
}

#[test]
fn the_screen_hears_split_scans_and_goes_on_after_the_scanner_was_pulled_out() {
    let rig = Rig::normal();
    let (one, two) = (device(&rig), device(&rig));
    let port = rig.home().join("may-quet");
    let settings = rig.station().join("station.toml");
    let text = std::fs::read_to_string(&settings).expect("settings");
    std::fs::write(&settings, format!("scanners = [{{ port = {port:?}, baud = 9600 }}]\n{text}")).expect("written");
    let mut scanner = Scanner::plug(&port);
    let mut terminal = Terminal::open(rig.command(&["bench"]), 120, 40);
    terminal.wait_text(&two);
    await_listener(&scanner);
    // Control characters around it, and its end in another read.
    scanner.send(b"\x02WIFI:S:nha;;");
    scanner.send(b"\x03\r\n");
    terminal.wait_text("Wi-Fi");
    terminal.type_keys("\x1b");
    terminal.wait_for("no message", |shown| !shown.contains("Wi-Fi"));
    scanner.pull();
    let mut scanner = Scanner::plug(&port);
    await_listener(&scanner);
    scanner.send(format!("{one}\r").as_bytes());
    terminal.wait_for("the device", |shown| shown.contains(&format!("┌─ {one}")));
    scanner.send(b"9780306406157\r");
    terminal.wait_text("ISBN");
    terminal.type_keys("\x1b");
    terminal.wait_for("no message", |shown| !shown.contains("ISBN"));
    terminal.type_keys("q");
    assert_eq!(terminal.end().0, 0);
    scanner.pull();
}

/// Waits until somebody listens: what was sent before is thrown away when a port is opened.
fn await_listener(scanner: &Scanner) {
    let limit = Instant::now() + Duration::from_mins(1);
    while !is_heard(scanner) {
        assert!(Instant::now() < limit, "nobody listens");
        std::thread::sleep(Duration::from_millis(20));
    }
    // Opened, and then made empty.
    std::thread::sleep(Duration::from_millis(200));
}

/// Whether any process but its sleeper holds the far end of that scanner open.
fn is_heard(scanner: &Scanner) -> bool {
    let port = std::fs::read_link(&scanner.name).expect("plugged in");
    let sleeper = scanner.session.get_process().pid().to_string();
    let processes = std::fs::read_dir("/proc").expect("processes").flatten().map(|entry| entry.path());
    let others = processes.filter(|path| path.file_name().is_none_or(|name| name.to_string_lossy() != sleeper));
    others
        .filter_map(|path| std::fs::read_dir(path.join("fd")).ok())
        .any(|files| files.flatten().any(|file| std::fs::read_link(file.path()).is_ok_and(|target| target == port)))
}

#[test]
fn the_screen_hears_a_scanner_that_was_found_meanwhile_and_no_more_once_it_is_let_go() {
    let rig = Rig::normal();
    let (one, two) = (device(&rig), device(&rig));
    let port = rig.home().join("q");
    let name = port.display().to_string();
    let mut scanner = Scanner::plug(&port);
    let mut terminal = Terminal::open(rig.command(&["bench"]), 120, 40);
    terminal.wait_text(&two);
    terminal.wait_text("bước tiếp theo");
    while_sending(&mut scanner, format!("{SETUP_CODE}\r\n").as_bytes(), || {
        rig.run(&["scanner", "find", "--port", &name]).good()
    });
    terminal.step("\x1b[23~", "Cài đặt của trạm");
    terminal.step("s", "9600 baud");
    await_listener(&scanner);
    scanner.send(format!("{one}\r").as_bytes());
    terminal.wait_text(&format!("Tem {one}"));
    terminal.step("x", "Thôi nghe");
    let began = std::time::Instant::now();
    while is_heard(&scanner) {
        assert!(began.elapsed() < Duration::from_mins(1), "the port is never let go");
        std::thread::yield_now();
    }
    terminal.type_keys("\x1b");
    terminal.wait_for("the page", |shown| !shown.contains("Thôi nghe"));
    terminal.type_keys("\x1bOQ");
    terminal.wait_text("bước tiếp theo");
    terminal.type_keys("q");
    assert_eq!(terminal.end().0, 0);
    assert!(rig.json(&["scanner", "list"]).good().all("scanner").is_empty());
    scanner.pull();
}

/// A photo of a label: the code in black on white, with white around it.
fn photo(text: &str, format: BarcodeFormat) -> Vec<u8> {
    let (width, height) = if format == BarcodeFormat::DATA_MATRIX { (120, 120) } else { (600, 120) };
    let code = MultiFormatWriter.encode(text, &format, width, height).expect("it can be written");
    let picture = image::GrayImage::from_fn(width.unsigned_abs() + 200, height.unsigned_abs() + 200, |x, y| {
        let inside = x >= 100 && y >= 100 && x - 100 < code.width() && y - 100 < code.height();
        image::Luma([if inside && code.get(x - 100, y - 100) { 0 } else { 255 }])
    });
    let mut png = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut png, image::ImageFormat::Png).expect("a picture");
    png.into_inner()
}

#[test]
fn serials_are_read_from_the_makers_own_bar_codes_and_open_their_device() {
    for (text, format, kind) in [
        ("5CD1234XYZ", BarcodeFormat::CODE_128, BarcodeKind::Code128),
        ("WD-WX81A", BarcodeFormat::CODE_39, BarcodeKind::Code39),
        ("S2R5NX0J123456A", BarcodeFormat::DATA_MATRIX, BarcodeKind::DataMatrix),
    ] {
        let seen = barcodes_in(&photo(text, format)).expect("a picture");
        assert_eq!(seen, [Barcode { text: text.to_owned(), kind }]);
    }
    assert!(barcodes_in(b"no picture").is_err());
    let rig = Rig::normal();
    let file = rig.home().join("nhan.png");
    std::fs::write(&file, photo("5CD1234XYZ", BarcodeFormat::CODE_128)).expect("written");
    let name = file.display().to_string();
    let read = rig.json(&["tag", "read", &name]).good().one("barcode");
    assert_eq!((read["text"].as_str(), read["kind"].as_str()), (Some("5CD1234XYZ"), Some("Code 128")));
    assert!(read["device"].is_null());
    let tag = device(&rig);
    rig.run(&["inspect", &tag, "--typed", "identity.serial=5CD1234XYZ"]).good();
    let read = rig.run(&["tag", "read", &name]).good();
    assert!(read.out.contains(&tag), "{read:#?}");
}
