//! The pictures in the README: the real program in a terminal, drawn cell by cell. Made by `scripts/picture`; no test of the
//! suite, because what they show depends on the machine and the hour.
//!
//! Invariant: a picture is small, and shows no path of this machine.

#![expect(clippy::expect_used, clippy::disallowed_methods, reason = "run by hand, to write these files")]

use super::bench_rig::{LEAD, Rig, root};
use super::screen_run::{Terminal, code};
use aoxanh::tag::TagId;
use aoxanh::unit::Bytes;
use aoxanh::workbench::PRACTICE_PIN;
use std::fmt::Write as _;

/// Pixels of a cell, and where the text stands in it.
const CELL: (u16, u16) = (9, 19);
const BASELINE: u16 = 14;
const COLUMNS: u16 = 80;
const LINES: u16 = 24;
/// The most bytes of a picture.
const MOST: usize = 60 * 1024;
/// The terminal's own colours.
const INK: &str = "#d8dee9";
const PAPER: &str = "#1b2027";

/// How one cell looks.
#[derive(Clone, PartialEq, Eq)]
struct Look {
    ink: String,
    paper: String,
    bold: bool,
}

fn colour(colour: vt100::Color, other: &str) -> String {
    const BASE: [&str; 16] = [
        "#1b2027", "#e06c75", "#98c379", "#e5c07b", "#61afef", "#c678dd", "#56b6c2", "#abb2bf", "#7a8290", "#ff7b85",
        "#a9d98a", "#ffd58a", "#79c0ff", "#d89aeb", "#6cd0dc", "#ffffff",
    ];
    match colour {
        vt100::Color::Idx(index) => BASE.get(usize::from(index)).map_or(other, |known| *known).to_owned(),
        vt100::Color::Rgb(red, green, blue) => format!("#{red:02x}{green:02x}{blue:02x}"),
        vt100::Color::Default => other.to_owned(),
    }
}

fn look(cell: &vt100::Cell) -> Look {
    let (ink, paper) = (colour(cell.fgcolor(), INK), colour(cell.bgcolor(), PAPER));
    let (ink, paper) = if cell.inverse() { (paper, ink) } else { (ink, paper) };
    Look { ink, paper, bold: cell.bold() }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Neighbours that look alike, as one piece of a line.
fn piece(svg: &mut String, text: &str, look: &Look, column: u16, line: u16) {
    let (x, y) = (column * CELL.0, line * CELL.1);
    let wide = u16::try_from(text.chars().count()).expect("a line") * CELL.0;
    if look.paper != PAPER {
        let (high, paper) = (CELL.1, &look.paper);
        writeln!(svg, r#"<rect x="{x}" y="{y}" width="{wide}" height="{high}" fill="{paper}"/>"#).expect("memory");
    }
    if !text.trim().is_empty() {
        let (y, ink, weight) = (y + BASELINE, &look.ink, if look.bold { r#" font-weight="bold""# } else { "" });
        let text = escaped(text);
        writeln!(svg, r#"<text x="{x}" y="{y}" textLength="{wide}" fill="{ink}"{weight}>{text}</text>"#)
            .expect("memory");
    }
}

fn svg(screen: &vt100::Screen) -> String {
    let (wide, high) = (COLUMNS * CELL.0, LINES * CELL.1);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {wide} {high}\" font-family=\"monospace\" font-size=\"15\" \
         xml:space=\"preserve\">\n<rect width=\"{wide}\" height=\"{high}\" fill=\"{PAPER}\"/>\n"
    );
    for line in 0..LINES {
        let cells = (0..COLUMNS).filter_map(|column| Some((column, screen.cell(line, column)?)));
        let mut open: Option<(u16, String, Look)> = None;
        for (column, cell) in cells {
            let text = if cell.has_contents() { cell.contents() } else { " " };
            let now = look(cell);
            match &mut open {
                Some((_, gathered, look)) if *look == now => gathered.push_str(text),
                _other => {
                    if let Some((from, gathered, look)) = open.replace((column, text.to_owned(), now)) {
                        piece(&mut svg, &gathered, &look, from, line);
                    }
                }
            }
        }
        if let Some((from, gathered, look)) = open {
            piece(&mut svg, &gathered, &look, from, line);
        }
    }
    svg + "</svg>\n"
}

/// Draws what stands on the screen now into a file of that name.
fn picture(terminal: &Terminal, rig: &Rig, name: &str) {
    let svg = svg(terminal.screen());
    assert!(svg.len() < MOST, "{name}: {} bytes", svg.len());
    for path in [rig.home(), root()] {
        assert!(!svg.contains(&path.display().to_string()), "{name} shows a path of this machine");
    }
    let folder = root().join(".github");
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join(format!("{name}.svg")), svg).expect("written");
}

/// A practice station with devices at several steps and places, and the tag of the one that is wiped next.
fn seeded() -> (Rig, String) {
    let rig = Rig::practice();
    let criteria = include_str!("../../src/station/luyen-tap.toml").replace("luyen-tap\"", "laptop-desktop\"");
    let folder = rig.station().join("profiles/spec");
    std::fs::create_dir_all(&folder)
        .and_then(|()| std::fs::write(folder.join("laptop-desktop.toml"), criteria))
        .expect("written");
    for (kind, shelf, model) in [
        ("desktop", "A1", "OptiPlex 3020"),
        ("laptop", "A1", "ThinkPad T440"),
        ("all-in-one", "B2", "IdeaCentre C260"),
        ("laptop", "B2", "Latitude E5450"),
    ] {
        let came = ["intake", "--donor", "Công ty Thử Nghiệm", "--consent-erase", "--kind", kind];
        let tag = rig.json(&came).good().one("received")["tag"].as_str().expect("a tag").to_owned();
        rig.run(&["inspect", &tag, "--typed", &format!("identity.model={model}"), "--typed", "memory.total=8 GB"])
            .good();
        rig.run(&["move", shelf, &tag]).good();
    }
    let held = rig.device();
    rig.run(&["hold", &held.tag, "--reason", "part"]).good();
    rig.run(&["note", &held.tag, "chờ RAM 8 GB, thứ hai có"]).good();
    let danger = rig.device();
    rig.run(&["quarantine", &danger.tag, "--danger", "battery"]).good();
    let wiped = rig.device();
    rig.run(&["inspect", &wiped.tag]).good();
    let disk = rig.disk("dia-1", Bytes::mib(16));
    rig.run(&["wipe", &wiped.tag, "--disk", disk.name(), "--confirm", &rig.code(&disk)]).good();
    let last = rig.device();
    rig.run(&["inspect", &last.tag]).good();
    (rig, last.tag)
}

/// Goes somewhere, and waits for what stands there and for the last line, which is drawn last.
fn turn(terminal: &mut Terminal, keys: &str, seen: &str, foot: &str) {
    terminal.type_keys(keys);
    terminal.wait_for(seen, |shown| {
        shown.contains(seen) && shown.lines().next_back().is_some_and(|line| line.contains(foot))
    });
}

fn sign_in(terminal: &mut Terminal) {
    terminal.step("d", "Ai? Gõ một phần tên");
    terminal.step("thử", &format!("▶ {LEAD}"));
    terminal.step("\r", "Mã PIN của");
    terminal.step(PRACTICE_PIN, "••••");
    terminal.type_keys("\r");
    terminal.wait_for("signed in", |shown| !shown.contains("chưa đăng nhập") && !shown.contains("Mã PIN của"));
}

/// Three devices at the door, with what is seen of them.
fn receive(terminal: &mut Terminal) {
    terminal.step("\x1b[19~", "Vừa nhận: 0");
    for (number, said, seen) in
        [(1, "1s", "chạy tốt · kèm sạc"), (2, "3", "không lên nguồn"), (3, "2i", "đã lấy ra: SIM")]
    {
        terminal.step(
            &format!("{}\r", TagId::from_random([70 * number, 201, 53, 17 * number, 240, 99, 31 * number])),
            &format!("Vừa nhận: {number}"),
        );
        if number == 1 {
            terminal.step("\x1b[B", "1 chạy tốt · 2 lên máy");
        }
        said.chars().for_each(|letter| terminal.type_keys(&letter.to_string()));
        terminal.wait_for(seen, |shown| shown.lines().any(|line| line.starts_with("│▶✓") && line.contains(seen)));
    }
}

#[test]
#[ignore = "writes the pictures of .github; run scripts/picture"]
fn the_pictures_of_the_screens() {
    let (rig, tag) = seeded();
    let disk = rig.disk("dia-2", Bytes::gib(6));
    let mut terminal = Terminal::open(rig.command(&["bench"]), COLUMNS, LINES);
    terminal.wait_text("▶ xóa");
    sign_in(&mut terminal);
    receive(&mut terminal);
    picture(&terminal, &rig, "door");
    turn(&mut terminal, "\x1b[15~", "Trên kệ", "c kiểm kê");
    picture(&terminal, &rig, "shelves");
    turn(&mut terminal, "\x1b[21~", "Hôm nay đã làm", "t gõ tem");
    picture(&terminal, &rig, "shift");
    turn(&mut terminal, "\x1bOQ", "Máy trên bàn", "n nhận máy");
    terminal.type_keys(&format!("{tag}\r\n"));
    terminal.wait_text("▶ xóa");
    terminal.step("x", "dia-2.img");
    // The small disk stands first.
    terminal.type_keys("\x1b[B");
    let shown = terminal.step("\r", "Gõ mã ");
    terminal.type_keys(&code(&shown));
    terminal.step("\r", "Việc đang chạy: 1");
    terminal.wait_for("far enough", |shown| {
        shown.contains("/s ") && (35..75).any(|percent| shown.contains(&format!(" {percent} %")))
    });
    picture(&terminal, &rig, "bench");
    turn(&mut terminal, "\x1b[20~", "xong hôm nay: 1", "Esc về bàn");
    picture(&terminal, &rig, "jobs");
    turn(&mut terminal, "\x1bOS", "Tổng quan", "mục sau");
    picture(&terminal, &rig, "device");
    turn(&mut terminal, "\x1b[17~", "Người làm:", "w 7 ngày");
    picture(&terminal, &rig, "today");
    turn(&mut terminal, "\x1bOR", "Tìm:", "F4 hồ sơ máy");
    turn(&mut terminal, "think", "─ 1 máy", "F4 hồ sơ máy");
    picture(&terminal, &rig, "find");
    turn(&mut terminal, "\x1bOQ", "Máy trên bàn", "n nhận máy");
    // A job that still runs is asked about; one that is over by now is not.
    terminal.type_keys("q\r");
    terminal.end();
    drop(disk);
}
