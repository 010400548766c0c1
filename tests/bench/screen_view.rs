//! How the screen looks: {80×24, 120×40} × {empty, busy, error} in Vietnamese, every layer once, the other glyphs once.

use super::screen_rig::{Desk, SIZES, drawn, text, tinted};
use aoxanh::job::{Flaw, JobNews, Phase, Progress};
use aoxanh::screen::{Glyphs, LEAST};
use aoxanh::unit::Bytes;
use aoxanh::word::{Lang, say};
use aoxanh::workbench::{Beginning, Input, Key, News, Report, Tone, Work, World, run_job};
use insta::assert_snapshot;
use ratatui::style::Color;
use std::time::Duration;

/// A device whose wipe is half read back, with a slow place and two bad blocks.
pub(crate) fn busy() -> Desk {
    let mut desk = Desk::with_device();
    let row = desk.world.devices[0].clone();
    let (job, work) = (7, Work::Wipe);
    let beginning = Beginning { job, device: row.device, name: row.name, disk: "sdb".to_owned(), work };
    desk.hear(News::JobBegan(Box::new(beginning)));
    let mut tell = |news| desk.hear(News::Job { job, news });
    tell(JobNews::Phase(Phase::Write));
    tell(JobNews::Phase(Phase::ReadBack));
    for step in 0..=62u64 {
        let rate = if (30..40).contains(&step) { 20_000_000 } else { 118_200_000 };
        tell(JobNews::Progress(Progress {
            phase: Phase::ReadBack,
            done: Bytes(step * 5_000_000_000),
            total: Bytes(500_000_000_000),
            rate: Some(Bytes(rate)),
            left: Some(Duration::from_secs(1612)),
        }));
    }
    for at in [0, 4096] {
        tell(JobNews::BadBlock { at: Bytes(at), flaw: Flaw::Unreadable });
    }
    desk
}

/// A device in quarantine whose inspection failed, and a refusal that nobody read yet.
fn error() -> Desk {
    let mut desk = Desk::with_device();
    desk.keys("l");
    desk.press(&[Key::Enter]);
    assert!(desk.shown(80, 24).contains("Không bấm nguồn"), "what to do now is read first: {}", desk.shown(80, 24));
    desk.press(&[Key::Escape]);
    let why = Report { rule: Some("arm-quarantine"), ..Report::new(Tone::Bad, say!("rule-arm-quarantine")) };
    let about = Some(desk.world.devices[0].name.clone());
    let at = desk.world.now;
    desk.hear(News::Alert(Box::new(aoxanh::workbench::Alert { at, about, report: why })));
    desk
}

#[test]
fn the_bench_in_both_sizes_empty_busy_and_in_trouble() {
    for (columns, lines) in SIZES {
        for (name, desk) in [("empty", Desk::empty()), ("busy", busy()), ("error", error())] {
            assert_snapshot!(format!("bench-{name}-{columns}x{lines}"), desk.shown(columns, lines));
        }
    }
}

#[test]
fn one_job_has_one_percentage_and_its_time_left_says_of_what() {
    let mut desk = busy();
    let shown = desk.shown(80, 24);
    assert!(shown.matches(" 81 %").count() == 2 && shown.contains("đọc lại còn 27 phút"), "{shown}");
    desk.keys("v");
    assert!(desk.shown(80, 24).matches(" 81 %").count() >= 2, "{}", desk.shown(80, 24));
    assert!(!desk.shown(80, 24).contains("62 %"), "{}", desk.shown(80, 24));
    desk.press(&[Key::Escape]);
    desk.hear(News::Job { job: 7, news: JobNews::Phase(Phase::Write) });
    let (done, total, left) = (Bytes::mib(1), Bytes::mib(4), Some(Duration::from_mins(5)));
    let progress = Progress { phase: Phase::Write, done, total, rate: Some(Bytes::mib(1)), left };
    desk.hear(News::Job { job: 7, news: JobNews::Progress(progress) });
    let shown = desk.shown(80, 24);
    assert!(shown.matches(" 12 %").count() == 2 && shown.contains("ghi còn 5 phút"), "{shown}");
}

#[test]
fn colour_warns_where_words_do() {
    let practice = |desk: &Desk| {
        let world = World { practice: true, ..desk.world.clone() };
        tinted(&drawn(&world, &desk.stack, SIZES[0], Glyphs::Full, Lang::Vi))
    };
    assert_snapshot!("styles-busy", practice(&busy()));
    assert_snapshot!("styles-error", practice(&error()));
    let mut arm = Desk::with_device();
    arm.keys("x");
    arm.press(&[Key::Enter]);
    assert_snapshot!("styles-arm", practice(&arm));
}

#[test]
fn without_colours_every_state_is_still_told_apart() {
    let mut seen = std::collections::BTreeSet::new();
    let mut held = Desk::with_device();
    held.keys("w");
    held.press(&[Key::Enter]);
    for desk in [Desk::with_device(), held, error(), busy()] {
        let buffer = desk.buffer(80, 24, Glyphs::Full, Lang::Vi);
        let row: String = text(&buffer).lines().nth(2).map(|line| line.chars().take(31).collect()).unwrap_or_default();
        assert!(seen.insert(row.clone()), "{row}");
    }
}

#[test]
fn the_other_glyphs_and_the_other_language() {
    let world = |desk: &Desk| World { practice: true, ..desk.world.clone() };
    let desk = busy();
    let console = text(&drawn(&world(&desk), &desk.stack, SIZES[0], Glyphs::Console, Lang::Vi));
    assert_snapshot!("glyphs-console", console);
    assert!(!console.contains(['✓', '▶', '✗', '▁', '▇', '▀', '→', '←']), "{console}");
    let ascii = text(&drawn(&world(&desk), &desk.stack, SIZES[0], Glyphs::Ascii, Lang::Vi));
    assert_snapshot!("glyphs-ascii", ascii);
    assert!(ascii.is_ascii(), "{ascii}");
    assert_snapshot!("english", text(&drawn(&world(&desk), &desk.stack, SIZES[0], Glyphs::Full, Lang::En)));
}

/// Opens each layer in turn; what the bench shows then.
fn layers() -> Vec<(&'static str, Desk)> {
    let opened = |keys: &str, more: &[Key]| {
        let mut desk = Desk::with_device();
        desk.keys(keys);
        desk.press(more);
        desk
    };
    let mut job = busy();
    job.keys("vs");
    let mut quit = busy();
    quit.keys("q");
    let mut message = error();
    message.keys("b");
    let mut code = opened("x", &[Key::Down, Key::Enter]);
    code.type_text("xyz1");
    code.press(&[Key::Enter]);
    let mut find = opened("/", &[]);
    find.type_text("7k3xq");
    find.press(&[Key::Enter]);
    vec![
        ("receive", opened("n", &[])),
        ("inspect-ask", opened("k", &[])),
        ("inspect", opened("k", &[Key::Enter])),
        ("disks", opened("x", &[])),
        ("arm-serial", opened("x", &[Key::Enter])),
        ("arm-refused", code),
        ("images", opened("c", &[Key::Enter])),
        ("arm-image", opened("c", &[Key::Enter, Key::Enter])),
        ("tag-new", opened("em", &[])),
        ("check", opened("tdhk", &[])),
        ("hold", opened("w", &[])),
        ("quarantine", opened("l", &[])),
        ("job", job),
        ("quit", quit),
        ("message", message),
        ("find", find),
        ("keys", opened("?", &[])),
    ]
}

#[test]
fn every_layer_at_the_least_size_names_practice_and_fits() {
    for (name, desk) in layers() {
        assert_eq!(desk.stack.layers().min(1), 1, "{name} is open");
        let shown = desk.shown(80, 24);
        assert!(shown.lines().next().is_some_and(|line| line.contains("LUYỆN TẬP")), "{name}");
        assert_snapshot!(format!("layer-{name}"), shown);
    }
}

#[test]
fn a_tag_is_drawn_so_that_a_camera_reads_it() {
    let mut desk = Desk::with_device();
    desk.world.domain = aoxanh::tag::Domain::read("AOXANH.INVALID").ok();
    desk.keys("e");
    let buffer = desk.buffer(80, 24, Glyphs::Full, Lang::Vi);
    // Light modules are drawn white on black: one pixel for each half of a cell.
    let is_light = |x: u16, half: u16| {
        let cell = &buffer[(x, half / 2)];
        let light = match cell.symbol() {
            "█" => true,
            "▀" => half.is_multiple_of(2),
            "▄" => !half.is_multiple_of(2),
            _other => false,
        };
        light && cell.style().fg == Some(Color::White) && cell.style().bg == Some(Color::Black)
    };
    let side = 8;
    let picture = image::GrayImage::from_fn(80 * side, 48 * side, |x, y| {
        let (column, half) = (u16::try_from(x / side).unwrap_or(0), u16::try_from(y / side).unwrap_or(0));
        image::Luma([if is_light(column, half) { 255 } else { 0 }])
    });
    let mut png = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut png, image::ImageFormat::Png).unwrap_or_else(|error| panic!("{error}"));
    let name = desk.world.devices[0].name.replace('-', "");
    assert_eq!(aoxanh::tag::decode_png(&png.into_inner()), Ok(format!("HTTPS://AOXANH.INVALID/{name}")));
}

#[test]
fn too_small_a_terminal_gets_one_line_and_the_bench_comes_back() {
    let desk = Desk::with_device();
    for (columns, lines) in [(LEAST.0 - 1, LEAST.1), (LEAST.0, LEAST.1 - 1), (60, 5), (20, 1), (1, 1)] {
        let shown = desk.shown(columns, lines);
        assert_eq!(shown.lines().filter(|line| !line.is_empty()).count(), 1, "{columns}x{lines}: {shown}");
    }
    let shown = desk.shown(79, 24);
    assert!(shown.contains("80×24") && shown.contains("79×24") && shown.contains("LUYỆN TẬP"), "{shown}");
    assert!(desk.shown(80, 24).contains("kiểm tra"));
    // Sizes that nobody thought of: nothing may be drawn outside.
    for size in [(81, 24), (200, 24), (80, 100), (500, 200)] {
        let mut desk = busy();
        desk.input(Input::Key(Key::Char('?')));
        assert!(!desk.shown(size.0, size.1).is_empty());
    }
}

/// A desk on which a wipe of `sdb` was cut short at a third, as by a power cut.
pub(crate) fn cut_short() -> Desk {
    let mut desk = Desk::with_device();
    desk.holds_jobs = true;
    desk.keys("x");
    desk.press(&[Key::Enter]);
    desk.type_text("wd-wx81a");
    desk.press(&[Key::Enter]);
    let mut heard = Vec::new();
    while let Some(order) = desk.held.pop() {
        let stop = super::arming_rig::pressed_at(2);
        run_job(&desk.rig.bench(), 1, &order, &stop, &mut |news| heard.push(news));
    }
    for news in heard {
        desk.hear(news);
    }
    desk.press(&[Key::Escape]);
    desk.holds_jobs = false;
    desk
}

#[test]
fn a_job_that_was_cut_short_is_one_key_away_and_goes_on_where_it_was() {
    let mut desk = cut_short();
    assert_eq!(desk.world.interrupted, 1, "{}", desk.shown(80, 24));
    desk.keys("j");
    assert_snapshot!("unended-80x24", desk.shown(80, 24));
    desk.press(&[Key::Enter]);
    assert_snapshot!("unended-arm-80x24", desk.shown(80, 24));
    desk.press(&[Key::Tab]);
    assert!(desk.shown(80, 24).contains("Làm tiếp: 33 %"), "its method stays: {}", desk.shown(80, 24));
    desk.press(&[Key::Function(2)]);
    let shown = desk.shown(80, 24);
    assert!(shown.contains("Gõ ít nhất 4 ký tự cuối"), "however much is told: {shown}");
    desk.press(&[Key::Function(2)]);
    desk.type_text("wd-wx81a");
    desk.press(&[Key::Enter]);
    assert_eq!((desk.world.interrupted, desk.stack.layers()), (0, 0), "{}", desk.shown(80, 24));
    assert!(desk.shown(80, 24).contains("ĐÃ XÓA"), "{}", desk.shown(80, 24));
}

#[test]
fn the_disk_of_an_unended_job_that_is_not_here_is_asked_for() {
    let mut desk = cut_short();
    desk.rig.disks.change(&super::arming_rig::disk("sdb", Some("WD-OTHER1")));
    desk.keys("j");
    assert_snapshot!("unended-absent-80x24", desk.shown(80, 24));
    desk.press(&[Key::Enter]);
    assert_eq!(desk.stack.layers(), 1, "nothing to arm");
    desk.rig.disks.change(&super::arming_rig::disk("sdb", Some("WD-WX81A")));
    desk.keys("r");
    desk.press(&[Key::Enter]);
    assert_eq!(desk.stack.layers(), 2, "{}", desk.shown(80, 24));
}

/// That many wipes side by side.
fn many(count: u64) -> Desk {
    let mut desk = Desk::with_device();
    let row = desk.world.devices[0].clone();
    for job in 1..=count {
        let (name, work) = (row.name.clone(), Work::Wipe);
        let letter = char::from(b'a' + u8::try_from(job).unwrap_or(0));
        let beginning = Beginning { job, device: row.device.clone(), name, disk: format!("sd{letter}"), work };
        desk.hear(News::JobBegan(Box::new(beginning)));
        desk.hear(News::Job { job, news: JobNews::Phase(Phase::Write) });
        let (done, total, left) = (Bytes::mib(job), Bytes::mib(16), Some(Duration::from_mins(job)));
        let progress = Progress { phase: Phase::Write, done, total, rate: Some(Bytes::mib(job)), left };
        desk.hear(News::Job { job, news: JobNews::Progress(progress) });
    }
    desk
}

#[test]
fn ten_jobs_are_seen_at_once_and_one_in_trouble_among_them() {
    let mut desk = many(10);
    desk.hear(News::Job { job: 3, news: JobNews::BadBlock { at: Bytes(0), flaw: Flaw::Unwritable } });
    for (columns, lines) in SIZES {
        assert_snapshot!(format!("bench-ten-jobs-{columns}x{lines}"), desk.shown(columns, lines));
    }
}

#[test]
fn a_disk_that_does_not_answer_is_named_and_what_helps_is_told() {
    let mut desk = many(3);
    let minutes = |desk: &mut Desk, minutes: i64| {
        let now = aoxanh::unit::Moment::from_unix_millis(desk.world.now.unix_millis() + minutes * 60_000);
        desk.hear(News::Time(now));
    };
    minutes(&mut desk, 1);
    assert!(!desk.shown(80, 24).contains("không trả lời"));
    for job in [1, 2] {
        desk.hear(News::Job { job, news: JobNews::Marked { at: Bytes::mib(1) } });
    }
    minutes(&mut desk, 1);
    let shown = desk.shown(80, 24);
    assert_eq!(shown.matches("ổ không trả lời 2 phút").count(), 1, "{shown}");
    desk.keys("v");
    desk.press(&[Key::Tab, Key::Tab]);
    assert_snapshot!("job-silent-80x24", desk.shown(80, 24));
    desk.hear(News::Job { job: 3, news: JobNews::Marked { at: Bytes::mib(3) } });
    assert!(!desk.shown(80, 24).contains("không trả lời"), "it answered");
}
