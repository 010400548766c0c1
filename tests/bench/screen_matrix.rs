//! Every screen of the table, empty, busy and in trouble, in every size and every set of glyphs: a new screen is looked at here
//! without being named. Trouble is a ledger that cannot be read, and where something is recorded, a rule that refuses it and
//! a disk that is full. None of it rests on colours.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::bench_rig::Rig;
use super::screen_play::{is_readable, sentence};
use super::screen_refusals_people::retire;
use super::screen_rig::{Desk, drawn, text, tinted};
use super::screen_run::Terminal;
use super::screen_view::cut_short;
use aoxanh::event::intake::DeviceKind;
use aoxanh::job::{JobNews, Phase, Progress};
use aoxanh::screen::{Glyphs, Place, SCREENS, bleach, temper};
use aoxanh::unit::Bytes;
use aoxanh::word::{Lang, say};
use aoxanh::workbench::{
    Alert, Beginning, Donation, Key, News, Report, Tone, Work, World, hold, move_device, open_lot, quarantine,
    read_shelf, receive, run_job,
};
use insta::assert_snapshot;
use ratatui::backend::{Backend, CrosstermBackend};
use ratatui::buffer::Buffer;
use ratatui::style::Modifier;
use std::fmt::Write as _;
use std::num::NonZeroU16;
use std::time::Duration;

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 40), (200, 60)];

/// Twelve devices of donors with long names, some waiting, some on shelves; two jobs that run, and something to read.
fn busy() -> Desk {
    let mut desk = Desk::with_device();
    let donors = ["Trường Tiểu học Nguyễn Thị Minh Khai Thử Nghiệm", "Công ty Cổ phần Giả Định Một Thành Viên Sài Gòn"];
    for number in 0..11_usize {
        let bench = desk.rig.bench();
        let donation = Donation { donor: Some(donors[number % 2].to_owned()), erase: number % 3 > 0, parts: false };
        let lot = open_lot(&bench, &donation).expect("a lot");
        let kind = [DeviceKind::Laptop, DeviceKind::Desktop, DeviceKind::AllInOne, DeviceKind::Tablet][number % 4];
        let found = receive(&bench, &lot, kind, None).expect("received").found;
        match number % 4 {
            0 => _ = hold(&bench, &found, Some(aoxanh::event::intake::HoldReason::Part)).expect("held"),
            1 => _ = quarantine(&bench, &found, Some(aoxanh::event::intake::Danger::Battery)).expect("quarantined"),
            _other => {
                let shelf = read_shelf(["Kho A kệ 2", "Phòng tin học tầng 3"][number / 4 % 2]).expect("a shelf");
                move_device(&bench, &found, &shelf).expect("moved");
            }
        }
    }
    desk.rig.clock.set(desk.world.now);
    desk.keys("r");
    for (job, disk) in [(7, "sdb"), (8, "sdc")] {
        let row = desk.world.devices[usize::try_from(job).expect("small") - 7].clone();
        let beginning = Beginning { job, device: row.device, name: row.name, disk: disk.to_owned(), work: Work::Wipe };
        desk.hear(News::JobBegan(Box::new(beginning)));
        desk.hear(News::Job { job, news: JobNews::Phase(Phase::Write) });
        for step in 0..40u64 {
            let progress = Progress {
                phase: Phase::Write,
                done: Bytes(step * 5_000_000_000),
                total: Bytes(500_000_000_000),
                rate: Some(Bytes(118_200_000)),
                left: Some(Duration::from_secs(1612)),
            };
            desk.hear(News::Job { job, news: JobNews::Progress(progress) });
        }
    }
    let (at, about) = (desk.world.now, Some(desk.world.devices[0].name.clone()));
    let report = Report { rule: Some("arm-quarantine"), ..Report::new(Tone::Bad, say!("rule-arm-quarantine")) };
    desk.hear(News::Alert(Box::new(Alert { at, about, report })));
    desk
}

/// The same, but what the ledger files cannot be read any more.
fn error() -> Desk {
    let desk = busy();
    let sql = rusqlite::Connection::open(desk.rig.folder().join("ledger.db")).expect("opens");
    sql.execute_batch("UPDATE drawer SET body = 'x'; DROP TABLE summary").expect("broken");
    desk
}

/// A screen, what was there before, and what is pressed.
type Recording = (&'static str, fn() -> Desk, &'static str);
/// What it is called, how it comes about, and what is said of it.
type Trouble = (&'static str, fn(&mut Desk), &'static str);

/// What records something on a screen: what was there before, and what is pressed, as `screen_play` writes it. On a screen
/// that is not here nothing is recorded, so that nothing is refused.
const RECORDS: [Recording; 6] = [
    ("bench", busy, "w⏎"),
    ("device", busy, "fxong⏎"),
    ("shelves", busy, "→mKho B⏎"),
    ("intake", busy, "◇"),
    ("jobs", cut_short, "⏎wd-wx81a⏎"),
    ("shift", busy, "①"),
];

/// Why nothing is recorded: a rule refuses everything, or the disk is full.
pub(crate) const TROUBLES: [Trouble; 2] =
    [("refused", retire, "rule-station-retired"), ("full", |desk| desk.rig.is_full.set(true), "ledger-full")];

/// The screen in each trouble, which is read there, whole.
fn in_trouble(place: &Place) -> Vec<(&'static str, Desk)> {
    let Some((_, before, keys)) = RECORDS.into_iter().find(|(name, ..)| *name == place.name) else { return Vec::new() };
    let told = |(trouble, bring, says): Trouble| {
        let mut desk = at(before(), place.key);
        bring(&mut desk);
        let from = desk.rig.events().len();
        desk.play(keys);
        let page = shown(&desk, (80, 24), Glyphs::Full);
        assert!(is_readable(&page, &sentence(says)), "{says}\n{page}");
        assert_eq!(desk.rig.events().len(), from, "{page}");
        (trouble, desk)
    };
    TROUBLES.map(told).into()
}

/// What a terminal makes of those cells.
fn terminal(buffer: &Buffer) -> vt100::Parser {
    let size = |number| NonZeroU16::new(number).expect("not 0");
    let mut terminal = vt100::Parser::new(size(buffer.area.height), size(buffer.area.width), 0);
    let (mut sent, nothing) = (Vec::new(), Buffer::empty(buffer.area));
    CrosstermBackend::new(&mut sent).draw(nothing.diff(buffer).into_iter()).expect("memory");
    terminal.process(&sent);
    terminal
}

/// Without colours the words and the weights are the same, and no cell has a colour.
fn needs_no_colours(desk: &Desk) {
    let coloured = desk.buffer(80, 24, Glyphs::Full, Lang::Vi);
    let mut bare = coloured.clone();
    bleach(&mut bare);
    let terminal = terminal(&bare);
    for (x, y) in (0..24).flat_map(|y| (0..80).map(move |x| (x, y))) {
        let (meant, cell) = (&coloured[(x, y)], terminal.screen().cell(y, x).expect("inside"));
        assert_eq!((cell.fgcolor(), cell.bgcolor()), (vt100::Color::Default, vt100::Color::Default), "{x} {y}");
        assert_eq!(cell.contents().trim(), meant.symbol().trim(), "{x} {y}\n{}", text(&coloured));
        let weights = (meant.modifier.contains(Modifier::BOLD), meant.modifier.contains(Modifier::REVERSED));
        assert_eq!((cell.bold(), cell.inverse()), weights, "{x} {y}\n{}", text(&coloured));
    }
}

fn at(mut desk: Desk, place: Key) -> Desk {
    desk.press(&[place]);
    desk
}

fn shown(desk: &Desk, size: (u16, u16), glyphs: Glyphs) -> String {
    let world = World { practice: true, ..desk.world.clone() };
    text(&drawn(&world, &desk.stack, size, glyphs, Lang::Vi))
}

#[test]
fn every_screen_empty_busy_and_in_trouble_in_every_size_and_glyphs() {
    for place in SCREENS {
        let desks = [
            ("empty", at(Desk::empty(), place.key)),
            ("busy", at(busy(), place.key)),
            ("error", at(error(), place.key)),
        ];
        let mut all = String::new();
        for (name, desk) in &desks {
            for size in SIZES {
                for glyphs in [Glyphs::Full, Glyphs::Console, Glyphs::Ascii] {
                    let shown = shown(desk, size, glyphs);
                    let practice = if glyphs == Glyphs::Ascii { "LUYEN TAP" } else { "LUYỆN TẬP" };
                    assert!(
                        shown.lines().next().is_some_and(|line| line.contains(practice)),
                        "{}\n{shown}",
                        place.name
                    );
                    let help = if glyphs == Glyphs::Ascii { "F1 moi phim" } else { "F1 mọi phím" };
                    assert!(shown.lines().last().is_some_and(|line| line.contains(help)), "{}\n{shown}", place.name);
                    assert!(!shown.contains(['{', '}']), "a word without its argument: {}\n{shown}", place.name);
                    assert!(glyphs != Glyphs::Ascii || shown.is_ascii(), "{}\n{shown}", place.name);
                    assert!(glyphs != Glyphs::Console || !shown.contains(['✓', '✗', '▶', '▂', '▀', '→']), "{shown}");
                }
            }
            let glyphs = if *name == "busy" { Glyphs::Console } else { Glyphs::Full };
            writeln!(all, "── {name} 80×24\n{}", shown(desk, (80, 24), glyphs)).expect("memory");
        }
        writeln!(all, "── busy 120×40\n{}", shown(&desks[1].1, (120, 40), Glyphs::Full)).expect("memory");
        for (name, desk) in in_trouble(place) {
            needs_no_colours(&desk);
            writeln!(all, "── {name} 80×24\n{}", shown(&desk, (80, 24), Glyphs::Full)).expect("memory");
        }
        for (_, desk) in &desks {
            needs_no_colours(desk);
        }
        writeln!(all, "── colours\n{}", tinted(&desks[2].1.buffer(80, 24, Glyphs::Full, Lang::Vi))).expect("memory");
        assert_snapshot!(format!("matrix-{}", place.name), all);
    }
}

#[test]
fn what_a_screen_says_of_a_key_is_what_the_key_does_there() {
    let mut desk = busy();
    let meant = desk.world.cursor.clone();
    desk.press(&[Key::Function(3), Key::Down]);
    let line = shown(&desk, (80, 24), Glyphs::Full).lines().find(|line| line.contains('▶')).expect("one").to_owned();
    let pointed = desk.world.devices.iter().find(|row| line.contains(&row.name)).expect("on the bench").clone();
    assert_ne!(Some(&pointed.device), meant.as_ref());
    // The page of the device that is pointed at, not of the one that the bench means.
    desk.press(&[Key::Function(4)]);
    assert_eq!(desk.world.cursor.as_ref(), Some(&pointed.device));
    let page = shown(&desk, (80, 24), Glyphs::Full);
    assert!(page.contains(&format!("─ {} ─", pointed.name)) && page.contains("Tổng quan"), "{page}");
}

#[test]
fn where_the_disk_was_full_the_same_keys_record_once_there_is_room() {
    for (name, before, keys) in RECORDS {
        let place = SCREENS.iter().find(|place| place.name == name).expect("a screen");
        let mut desk = at(before(), place.key);
        let from = desk.rig.events().len();
        for is_full in [true, false] {
            desk.rig.is_full.set(is_full);
            desk.come_back();
            desk.press(&[place.key]);
            desk.play(keys);
            assert_eq!(desk.rig.events().len() == from, is_full, "{name}\n{}", desk.shown(80, 24));
        }
    }
}

#[test]
fn a_job_whose_end_finds_no_room_says_so_and_is_gone_on_with_once_there_is_some() {
    let mut desk = Desk::with_device();
    desk.holds_jobs = true;
    desk.play("x⏎wd-wx81a⏎");
    let order = desk.held.pop().expect("a job");
    let fills_up = || {
        desk.rig.is_full.set(true);
        false
    };
    let mut heard = Vec::new();
    run_job(&desk.rig.bench(), 1, &order, &fills_up, &mut |news| heard.push(news));
    for news in heard {
        desk.hear(news);
    }
    let seen = shown(&desk, (80, 24), Glyphs::Full);
    assert!(seen.lines().any(|line| line.starts_with("✗ ") && line.contains("Đã chạy xong việc")), "{seen}");
    desk.play("b");
    let seen = shown(&desk, (80, 24), Glyphs::Full);
    assert!(is_readable(&seen, &sentence("ledger-full")), "{seen}");
    assert!(is_readable(&seen, &sentence("job-end-unrecorded-hint")), "{seen}");
    desk.rig.is_full.set(false);
    desk.holds_jobs = false;
    desk.play("⎋Ⅸ⏎wd-wx81a⏎");
    let seen = shown(&desk, (80, 24), Glyphs::Full);
    assert!(seen.contains("dở dang: 0") && seen.contains("mức Clear"), "{seen}");
}

#[test]
fn the_program_sends_no_colour_where_nobody_wants_any_and_keeps_what_is_bold_and_reversed() {
    let rig = Rig::practice();
    for (value, is_bare) in [("1", true), ("", false)] {
        let mut command = rig.command(&["bench"]);
        command.env("NO_COLOR", value);
        let mut terminal = Terminal::open(command, 80, 24);
        terminal.wait_text("Chưa có máy nào");
        terminal.step("\x1b[23~", "station.toml");
        terminal.wait_text("F1 mọi phím");
        let cells: Vec<vt100::Cell> = (0..24)
            .flat_map(|y| (0..80).map(move |x| (x, y)))
            .filter_map(|(x, y)| terminal.screen().cell(y, x).cloned())
            .collect();
        let is_plain = |cell: &vt100::Cell| (cell.fgcolor(), cell.bgcolor()) == Default::default();
        assert_eq!(cells.iter().all(is_plain), is_bare, "NO_COLOR={value}\n{}", terminal.shown());
        // The header names practice, and the line where the keys act.
        let reversed: String = cells.iter().filter(|cell| cell.inverse()).map(vt100::Cell::contents).collect();
        assert!(reversed.contains("LUYỆN") && reversed.contains("Chuông"), "NO_COLOR={value}: {reversed}");
        assert!(cells.iter().any(vt100::Cell::bold), "NO_COLOR={value}");
        terminal.signal(expectrl::process::unix::Signal::SIGTERM);
        assert_eq!(terminal.end().0, 0);
    }
}

#[test]
fn what_the_console_makes_bright_is_ended_where_it_should() {
    let mut buffer = Buffer::empty(ratatui::layout::Rect::new(0, 0, 2, 1));
    buffer[(0, 0)].set_symbol("a").set_fg(ratatui::style::Color::DarkGray);
    buffer[(1, 0)].set_symbol("b");
    temper(&mut buffer);
    let mut sent = Vec::new();
    CrosstermBackend::new(&mut sent).draw(Buffer::empty(buffer.area).diff(&buffer).into_iter()).expect("memory");
    let sent = String::from_utf8(sent).expect("a terminal's words");
    let (grey, plain) = sent.split_once('a').expect("drawn");
    assert!(grey.contains("\x1b[1m"), "{sent:?}");
    assert!(plain.split_once('b').expect("drawn").0.contains("\x1b[22m"), "{sent:?}");
}
