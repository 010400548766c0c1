//! The built program in a terminal of its own: the whole chain by hand, and the terminal given back whatever happens.

#![expect(clippy::expect_used, clippy::panic, clippy::disallowed_methods, reason = "a test drives the built program")]

use super::bench_rig::{Rig, practice_image};
use aoxanh::custody::FUNCTIONS;
use expectrl::Session;
use expectrl::process::unix::{PtyStream, UnixProcess, WaitStatus};
use rustix::event::{PollFd, PollFlags, Timespec};
use std::io::Write;
use std::os::fd::AsFd;
use std::process::Command;
use std::time::{Duration, Instant};

/// The longest anything may take on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// The program in a terminal.
pub(crate) struct Terminal {
    session: Session<UnixProcess, PtyStream>,
    screen: vt100::Parser,
    raw: Vec<u8>,
}

impl Terminal {
    pub(crate) fn open(mut command: Command, columns: u16, lines: u16) -> Self {
        command.env("TERM", "xterm-256color").env("LANG", "C.UTF-8");
        let session = Session::spawn(command).expect("a terminal");
        let size = |number| std::num::NonZeroU16::new(number).expect("not 0");
        let screen = vt100::Parser::new(size(lines), size(columns), 0);
        let mut terminal = Self { session, screen, raw: Vec::new() };
        terminal.resize(columns, lines);
        terminal
    }

    fn resize(&mut self, columns: u16, lines: u16) {
        self.session.get_process_mut().set_window_size(columns, lines).expect("resized");
        let size = |number| std::num::NonZeroU16::new(number).expect("not 0");
        self.screen.screen_mut().set_size(size(lines), size(columns));
    }

    pub(crate) fn type_keys(&mut self, keys: &str) {
        self.session.write_all(keys.as_bytes()).and_then(|()| self.session.flush()).expect("typed");
    }

    /// What stands in its cells now.
    pub(crate) fn screen(&self) -> &vt100::Screen {
        self.screen.screen()
    }

    pub(crate) fn shown(&self) -> String {
        self.screen.screen().contents()
    }

    /// Takes in what the program wrote, waiting for it at most so long; false where it has ended.
    fn read(&mut self, wait: Duration) -> bool {
        let stream = self.session.get_stream().as_fd();
        let mut ends = [PollFd::new(&stream, PollFlags::IN)];
        let wait = Timespec::try_from(wait).ok();
        rustix::event::poll(&mut ends, wait.as_ref()).expect("polled");
        let mut bytes = [0; 8192];
        match self.session.try_read(&mut bytes) {
            Ok(0) => false,
            Ok(len) => {
                self.raw.extend_from_slice(&bytes[..len]);
                self.screen.process(&bytes[..len]);
                true
            }
            Err(error) => error.kind() == std::io::ErrorKind::WouldBlock,
        }
    }

    /// Waits until the screen shows what is wanted.
    pub(crate) fn wait_for(&mut self, what: &str, is: impl Fn(&str) -> bool) -> String {
        let began = Instant::now();
        while began.elapsed() < PATIENCE {
            let shown = self.shown();
            if is(&shown) {
                return shown;
            }
            let goes_on = self.read(Duration::from_secs(1));
            assert!(goes_on || is(&self.shown()), "the program ended before: {what}\n{}", self.shown());
        }
        panic!("never seen: {what}\n{}", self.shown());
    }

    pub(crate) fn wait_text(&mut self, text: &str) -> String {
        self.wait_for(text, |shown| shown.contains(text))
    }

    /// Presses keys and waits for what they bring.
    pub(crate) fn step(&mut self, keys: &str, brings: &str) -> String {
        self.type_keys(keys);
        self.wait_text(brings)
    }

    pub(crate) fn signal(&mut self, signal: expectrl::process::unix::Signal) {
        self.session.get_process_mut().signal(signal).expect("our own child");
    }

    /// Everything the program wrote.
    pub(crate) fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// Reads to the end; the exit code, and the terminal must be as it was found.
    pub(crate) fn end(mut self) -> (i32, String) {
        let began = Instant::now();
        while self.read(Duration::from_secs(1)) {
            assert!(began.elapsed() < PATIENCE, "it does not end\n{}", self.shown());
        }
        let screen = self.screen.screen();
        assert!(!screen.alternate_screen() && !screen.hide_cursor() && !screen.bracketed_paste(), "{}", self.shown());
        let status = self.session.get_process().wait().expect("our own child");
        let WaitStatus::Exited(_, code) = status else { panic!("{status:?}") };
        (code, self.shown())
    }
}

/// A station with nothing on its bench, on a screen.
fn bench(rig: &Rig, more: &[&str]) -> Terminal {
    Terminal::open(rig.command(&[&["bench"], more].concat()), 80, 24)
}

fn stay(rig: &Rig) -> Option<Terminal> {
    let image = practice_image()?;
    let file = |name: &str| image.join(name).display().to_string();
    let (image, manifest) = (file("practice.zst"), file("practice.toml"));
    let mut command = rig.command(&["practice", "--stay", "--no-lesson", "--folder", "tram", "--image", &image]);
    command.args(["--manifest", &manifest]);
    let mut terminal = Terminal::open(command, 80, 24);
    terminal.wait_text("kiểm tra ← bấm Enter");
    Some(terminal)
}

/// The code that the screen asks to be typed.
pub(crate) fn code(shown: &str) -> String {
    let (_, after) = shown.split_once("Gõ mã ").expect("a code is asked for");
    after.chars().take(4).collect()
}

#[test]
fn the_whole_chain_by_hand_on_practice_disks() {
    let rig = Rig::empty();
    let Some(mut terminal) = stay(&rig) else { return };
    // Lot, kind, tag, then the button.
    terminal.step("n", "▶ Lô");
    terminal.step("\x1b[B", "▶ Loại máy");
    terminal.step("\x1b[B", "▶ Tem đã dán");
    terminal.step("\x1b[B", "▶ [ Nhận máy ]");
    terminal.step("\r", "Máy trên bàn: 2");
    // The right side must show what the list points at, or no key of the device's works.
    terminal.wait_for("the new device is read", |shown| {
        let tag =
            shown.lines().nth(2).map(|row| row.trim_start_matches(['│', '▶']).chars().take(13).collect::<String>());
        tag.is_some_and(|tag| shown.contains(&format!("─ {tag} ·"))) && shown.contains("▶ kiểm tra")
    });
    terminal.step("\r", "CHÍNH MÁY NÀY");
    terminal.step("\r", "Kết luận: đạt");
    terminal.step("\r", "▶ xóa");
    terminal.step("\r", "dia-2.img");
    let shown = terminal.step("\r", "Gõ mã ");
    assert!(shown.contains("Mọi dữ liệu trên ổ này sẽ mất"), "{shown}");
    terminal.type_keys(&code(&shown));
    terminal.step("\r", "ĐÃ XÓA, mức Clear");
    terminal.wait_text("▶ cài");
    terminal.step("\r", "dia-2.img");
    terminal.step("\r", "▶ aoxanh luyện tập");
    let shown = terminal.step("\r", "Gõ mã ");
    terminal.type_keys(&code(&shown));
    terminal.step("\r", "ĐÃ CÀI aoxanh-practice-1");
    terminal.wait_text("▶ thử");
    terminal.step("e", "█ ▄▄▄▄▄ █");
    terminal.type_keys("\x1b");
    terminal.wait_for("the tag is put away", |shown| shown.contains("▶ thử") && !shown.contains("█ ▄▄▄▄▄ █"));
    terminal.step("\r", "? chưa thử");
    terminal.type_keys("c");
    terminal.wait_for("all that are due answered", |shown| shown.matches("✓ hoạt động").count() == FUNCTIONS.len());
    let shown = terminal.step("\r", "✓ sẵn sàng");
    assert!(shown.lines().next().is_some_and(|line| line.contains("LUYỆN TẬP")), "{shown}");
    terminal.step("g", "Đã ghi 1 giấy về lần xóa");
    terminal.type_keys("q");
    let (exit, said) = terminal.end();
    assert_eq!(exit, 0, "{said}");
    assert!(said.contains("LUYỆN TẬP │"), "{said}");
    let verified = rig.json(&["--station", "tram", "verify"]).good().one("verified");
    assert!(verified["consistent"] == true && verified["stale_summary"].is_null(), "{verified}");
    assert!(verified["records"].as_u64() > Some(14), "{verified}");
    let papers = std::fs::read_dir(rig.home().join("tram/certificates")).expect("the papers");
    let papers: Vec<_> = papers.map(|entry| entry.expect("readable").path()).collect();
    let json = papers.iter().find(|path| path.extension().is_some_and(|end| end == "json")).expect("a certificate");
    assert_eq!(papers.len(), 2, "{papers:?}");
    rig.json(&["verify", &json.display().to_string()]).good();
}

#[test]
fn a_wipe_that_sigterm_stops_is_recorded_and_the_terminal_is_whole() {
    let rig = Rig::empty();
    let Some(mut terminal) = stay(&rig) else { return };
    let device = terminal.shown().lines().nth(2).and_then(|line| line.get(3..).map(str::to_owned)).expect("a row");
    let tag: String = device.trim_start_matches('▶').chars().take(13).collect();
    terminal.type_keys("x");
    terminal.wait_text("dia-2.img");
    terminal.type_keys("\r");
    let shown = terminal.wait_text("Gõ mã ");
    terminal.type_keys(&code(&shown));
    terminal.type_keys("\r");
    // The wipe of a small disk may come to its end between two looks at the screen.
    terminal.wait_for("a wipe", |shown| shown.contains("Việc đang chạy: 1") || shown.contains("ĐÃ XÓA, mức"));
    terminal.signal(expectrl::process::unix::Signal::SIGTERM);
    let (exit, said) = terminal.end();
    let history = rig.run(&["--station", "tram", "history", &tag]).good().out;
    let is_stopped = exit == 1 && said.contains("CHƯA được xóa") && history.contains("Dừng xóa giữa chừng");
    assert!(is_stopped || history.contains("Đã xóa"), "{exit} {said} {history}");
    assert_eq!(rig.json(&["--station", "tram", "verify"]).good().one("verified")["consistent"], true);
}

#[test]
fn the_terminal_is_given_back_after_a_panic_with_one_line_that_says_so() {
    let rig = Rig::practice();
    let mut command = rig.command(&["bench"]);
    command.env("AOXANH_BREAK", "screen");
    let (exit, said) = Terminal::open(command, 80, 24).end();
    assert_eq!(exit, 74, "{said}");
    // The line is long, and broken where it must be.
    assert!(said.contains("✗ Chương trình gặp lỗi") && said.contains("asked to"), "{said}");
    let log = rig.logged();
    assert!(
        log.contains("ERROR LUYỆN TẬP panic place=\"src/station/desk/mod.rs:") && log.contains("asked to break"),
        "{log}"
    );
}

#[test]
fn resizing_signals_and_torn_away_terminals_are_taken_well() {
    let rig = Rig::practice();
    let mut terminal = bench(&rig, &[]);
    terminal.wait_text("Chưa có máy nào");
    assert!(terminal.screen.screen().alternate_screen());
    terminal.resize(79, 24);
    terminal.wait_text("Màn hình quá nhỏ: cần 80×24, đang có 79×24");
    terminal.resize(120, 40);
    terminal.wait_text("Chưa có máy nào");
    terminal.step("\x1b[24~", "No device yet");
    terminal.step("?", "Keys valid now");
    terminal.step("\x1b[24~", "Các phím lúc này");
    terminal.signal(expectrl::process::unix::Signal::SIGTERM);
    assert_eq!(terminal.end().0, 0);
    let mut torn = bench(&rig, &["--glyphs", "ascii"]);
    torn.wait_text("Chua co may nao");
    let pid = torn.session.get_process().pid();
    drop(torn.session);
    let began = Instant::now();
    let alive = || std::path::Path::new(&format!("/proc/{pid}/stat")).exists() && !is_zombie(pid.as_raw());
    while alive() {
        assert!(began.elapsed() < PATIENCE, "it outlives its terminal");
        std::thread::yield_now();
    }
}

#[test]
fn a_terminal_that_shows_nothing_takes_no_key_but_the_one_that_leaves() {
    let rig = Rig::practice();
    let mut terminal = bench(&rig, &[]);
    terminal.wait_text("Chưa có máy nào");
    terminal.resize(79, 24);
    terminal.wait_text("đang có 79×24");
    // On the bench the first opens a form that the second would be written into.
    terminal.type_keys("nq");
    assert_eq!(terminal.end().0, 0);
}

fn is_zombie(pid: i32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit(')').next().is_none_or(|rest| rest.trim_start().starts_with('Z'))
}

#[test]
fn a_bar_code_scanner_that_types_finds_its_device() {
    let rig = Rig::practice();
    let (first, second) = (rig.device(), rig.device());
    let mut terminal = bench(&rig, &[]);
    terminal.wait_text("Máy trên bàn: 2");
    let pretty = |tag: &str| format!("{}-{}-{}", &tag[..5], &tag[5..10], &tag[10..]);
    // Read, too: only then a key acts on it.
    terminal.wait_for("the newest is chosen", |shown| shown.contains(&format!("─ {} ·", pretty(&second.tag))));
    // The end that many scanners send. Were the LF a key, it would open a layer, and no q would leave.
    terminal.type_keys(&format!("HTTPS://AOXANH.INVALID/{}\r\n", first.tag));
    terminal.wait_for("the scanned one is chosen", |shown| shown.contains(&format!("▶{}", pretty(&first.tag))));
    terminal.type_keys("q");
    assert_eq!(terminal.end().0, 0);
}

#[test]
fn without_a_clerk_the_screen_ends_and_over_a_broken_order_it_stays() {
    let rig = Rig::practice();
    let mut command = rig.command(&["bench"]);
    command.env("AOXANH_BREAK", "clerk");
    let mut terminal = Terminal::open(command, 80, 24);
    terminal.wait_text("Chưa có máy nào");
    terminal.step("s", "Việc này gặp lỗi trong chương trình");
    terminal.type_keys("\x1b");
    terminal.wait_for("the layer is gone", |shown| !shown.contains("Chốt ngày"));
    terminal.step("d", "▶ Trần Thị Thử");
    terminal.type_keys("\x03");
    assert_eq!(terminal.end().0, 0);
    std::fs::remove_file(rig.station().join("station.key")).expect("the station's key");
    let (exit, said) = bench(&rig, &[]).end();
    assert!(exit != 0 && said.matches('✗').count() == 1, "{exit} {said}");
}

#[test]
fn leaving_during_a_safety_copy_waits_for_it_and_says_what_became_of_it() {
    let rig = Rig::normal();
    let (stick, pin) = (rig.home().join("usb"), rig.secret("pin"));
    std::fs::create_dir(&stick).expect("a folder");
    let mut terminal = bench(&rig, &["--pin-file", &pin]);
    terminal.wait_text("Trần Thị Thử (đội trưởng)");
    terminal.step("s", "thư mục khác");
    // Below all sticks that this machine may have.
    terminal.type_keys(&"\x1b[B".repeat(9));
    let folder = stick.display().to_string();
    terminal.step(&folder, &folder);
    terminal.type_keys("\r\x03\r");
    let (exit, said) = terminal.end();
    let (is_closed, is_stopped) = (said.contains("Đã khép ngày"), said.contains("Đã thoát trong khi còn việc"));
    assert!(
        (exit, is_closed, is_stopped) == (0, true, false) || (exit, is_closed, is_stopped) == (1, false, true),
        "{exit} {said}"
    );
}

#[test]
fn no_terminal_gets_one_line_and_no_verb_opens_the_bench_only_on_a_terminal() {
    let rig = Rig::practice();
    rig.run(&["bench"]).refused(2, &["terminal"]);
    rig.run(&[]).refused(2, &["Thiếu lệnh"]);
    let mut dumb = rig.command(&["bench"]);
    dumb.env("TERM", "dumb");
    super::bench_rig::ran(&mut dumb).refused(2, &["terminal"]);
    let mut terminal = Terminal::open(rig.command(&[]), 80, 24);
    terminal.wait_text("Chưa có máy nào");
    terminal.type_keys("q");
    assert_eq!(terminal.end().0, 0);
}
