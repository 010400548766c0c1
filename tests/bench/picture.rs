//! The picture in the README: the real program in a terminal, drawn cell by cell. Made by `scripts/picture`; no test of the
//! suite, because what it shows depends on the machine and the hour.

#![expect(clippy::expect_used, clippy::disallowed_methods, reason = "run by hand, to write one file")]

use super::bench_rig::{Rig, root};
use super::screen_run::{Terminal, code};
use aoxanh::unit::Bytes;
use std::fmt::Write as _;

/// Pixels of a cell, and where the text stands in it.
const CELL: (u16, u16) = (9, 19);
const BASELINE: u16 = 14;
const COLUMNS: u16 = 110;
const LINES: u16 = 32;
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

/// A practice station with devices at several steps.
fn seeded() -> Rig {
    let rig = Rig::practice();
    let criteria = include_str!("../../src/station/luyen-tap.toml").replace("luyen-tap\"", "laptop-desktop\"");
    let folder = rig.station().join("profiles/spec");
    std::fs::create_dir_all(&folder)
        .and_then(|()| std::fs::write(folder.join("laptop-desktop.toml"), criteria))
        .expect("written");
    for kind in ["desktop", "laptop", "all-in-one"] {
        rig.run(&["intake", "--donor", "Công ty Thử Nghiệm", "--consent-erase", "--kind", kind]).good();
    }
    let held = rig.device();
    rig.run(&["hold", &held.tag, "--reason", "part"]).good();
    let danger = rig.device();
    rig.run(&["quarantine", &danger.tag, "--danger", "battery"]).good();
    let wiped = rig.device();
    rig.run(&["inspect", &wiped.tag]).good();
    let disk = rig.disk("dia-1", Bytes::mib(16));
    rig.run(&["wipe", &wiped.tag, "--disk", disk.name(), "--confirm", &rig.code(&disk)]).good();
    let last = rig.device();
    rig.run(&["inspect", &last.tag]).good();
    rig
}

#[test]
#[ignore = "writes .github/bench.svg; run scripts/picture"]
fn the_picture_of_the_bench_while_a_disk_is_wiped() {
    let rig = seeded();
    let disk = rig.disk("dia-2", Bytes::gib(6));
    let mut terminal = Terminal::open(rig.command(&["bench"]), COLUMNS, LINES);
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
    let folder = root().join(".github");
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join("bench.svg"), svg(terminal.screen())).expect("written");
    // A job that still runs is asked about; one that is over by now is not.
    terminal.type_keys("q\r");
    terminal.end();
    drop(disk);
}
