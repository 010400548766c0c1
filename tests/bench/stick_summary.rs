//! Summaries that a machine shows as codes on its own screen: read off the drawn cells, taken in at the station, and never taken
//! for more than they are.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]
#![expect(clippy::wildcard_enum_match_arm, reason = "of all facts one is looked for")]
#![expect(clippy::disallowed_methods, reason = "a test drives the built program")]

use super::bench_rig::Rig;
use super::phone_rig::codes_shown;
use super::screen_run::Terminal;
use super::start_rig::{Sticks, events, sign_in_try_and_wipe};
use aoxanh::event::people::Role;
use aoxanh::event::station::StickEnrolled;
use aoxanh::event::{By, Fact, How};
use aoxanh::linux::PracticeDisks;
use aoxanh::port::{Entry, Journal};
use aoxanh::store::{KeyFile, Store, read_key};
use aoxanh::tag::{Piece, Pieces, pieces};
use aoxanh::unit::{Bytes, Moment};
use std::path::Path;

/// The lead of that station, and when its chain was written last.
fn lead(station: &Path) -> (By, Moment) {
    let events = events(station);
    let at = events.last().expect("records").at;
    let person = events.into_iter().find_map(|event| match event.fact {
        Fact::RoleGranted(granted) if granted.role == Role::Lead => Some(granted.person),
        _other => None,
    });
    (By { person: person.expect("a lead"), how: How::Pin }, at)
}

/// The station hears of the stick of that name, as `stick write` has it.
fn enrolled(rig: &Rig, stick: &Path, until: i64) {
    let home = rig.station();
    let key = read_key(&stick.join("station"), KeyFile::Station).expect("a key");
    let (by, at) = lead(&home);
    let of = StickEnrolled {
        station: leaf(stick),
        key: key.public().0,
        name: "Thẻ mot".to_owned(),
        until: Moment::from_unix_millis(until),
        kinds: aoxanh::custody::STICK_KINDS.map(str::to_owned).to_vec(),
    };
    let store = Store::open(&home, read_key(&home, KeyFile::Station).expect("the station's key")).expect("open");
    let entry = Entry { at, happened_at: None, by, device: None, fact: Fact::from(of) };
    store.commit(vec![entry]).expect("recorded");
}

/// Leaf hash of the stick's record 0.
fn leaf(stick: &Path) -> aoxanh::unit::Digest {
    let store = Store::read(&stick.join("station")).expect("a ledger");
    aoxanh::workbench::opened_of(&store).expect("read").expect("opened").1
}

/// What the codes on that screen say, one after the other.
fn read_off(terminal: &mut Terminal) -> Vec<String> {
    let code = |shown: &str| codes_shown(shown).into_iter().find_map(|code| Some((Piece::read(&code)?.place(), code)));
    let mut all: Vec<String> = Vec::new();
    loop {
        let wanted = all.len() + 1;
        let shown = terminal.wait_for("the code", |shown| code(shown).is_some_and(|(place, _)| place.0 == wanted));
        let ((number, count), text) = code(&shown).expect("just seen");
        assert!(shown.contains(&format!("Mã {number}/{count}")), "{shown}");
        all.push(text);
        if number == count {
            return all;
        }
        terminal.type_keys("\r");
    }
}

/// A photo of a screen with that code, as a file of that station.
fn photo(rig: &Rig, number: usize, code: &str) -> String {
    let drawn = qrcode::QrCode::new(code).expect("fits");
    let (width, colors) = (i64::try_from(drawn.width()).expect("small"), drawn.to_colors());
    let side = u32::try_from((width + 12) * 7).expect("small");
    let picture = image::GrayImage::from_fn(side, side, |x, y| {
        // As if the camera was held a degree or two askew.
        let (x, y) = (i64::from(x), i64::from(y));
        let (column, row) = ((x * 50 + y) / 350 - 6, (y * 50 - x) / 350 - 6);
        let inside = (0..width).contains(&column) && (0..width).contains(&row);
        let at = usize::try_from(row * width + column).unwrap_or(0);
        image::Luma([if inside && colors[at] == qrcode::Color::Dark { 40 } else { 215 }])
    });
    let file = rig.home().join(format!("anh-{number}.png"));
    picture.save(&file).expect("written");
    file.display().to_string()
}

fn args(codes: &[String]) -> Vec<&str> {
    ["stick", "summary"].into_iter().chain(codes.iter().map(String::as_str)).collect()
}

/// Another time than any test: the year 2100, and 2000.
const LATER: i64 = 4_102_444_800_000;
const BEFORE: i64 = 946_684_800_000;

#[test]
fn a_wiped_machine_whose_stick_is_gone_is_announced_by_its_screen_and_counts_as_wiped_only_with_its_records() {
    let sticks = Sticks::new();
    let (stick, away) = (sticks.enrol("mot"), sticks.at("rut"));
    let mut terminal = sticks.start(&stick, (80, 24));
    terminal.wait_text("Quét tem dán trên máy này");
    let disk = PracticeDisks::new(&sticks.boot()).make("dia-1", Bytes::mib(8), 512).expect("a practice disk");
    terminal.type_keys(&format!("{}\r", sticks.tag));
    terminal.wait_text("Bấm Enter để đăng nhập");
    sign_in_try_and_wipe(&mut terminal, "dia-1");
    terminal.wait_text("Bấm Enter để cài hệ điều hành");
    std::fs::rename(&stick, &away).expect("pulled out");
    terminal.wait_text("Thẻ đã rút");
    terminal.step("m", "Mã 1/");
    let codes = read_off(&mut terminal);
    assert!(codes.len() > 1, "80×24 has no room for one: {codes:?}");
    terminal.type_keys("\x1b");
    terminal.wait_for("the codes are gone", |shown| !shown.contains("Tóm tắt của"));
    terminal.type_keys("\x03");
    assert_eq!(terminal.end().0, 0);
    disk.detach().expect("let go");

    let rig = &sticks.rig;
    // Before the station knows the stick, after its end, and with a code altered: nothing is recorded.
    let count = || events(&rig.station()).len();
    let before = count();
    rig.run(&args(&codes)).refused(1, &["không qua thẻ nào"]);
    rig.run(&args(&codes[1..])).refused(1, &["mã của tóm tắt"]);
    for at in (0..codes[0].len()).step_by(7) {
        let mut altered = codes.clone();
        let other = if altered[0].as_bytes()[at] == b'3' { "4" } else { "3" };
        altered[0].replace_range(at..=at, other);
        rig.run(&args(&altered)).refused(65, &["đã bị sửa"]);
    }
    let mut whole = Pieces::default();
    let message = codes.iter().filter_map(|code| whole.take(Piece::read(code).expect("a piece"))).last();
    for at in [0, 1, 40, 80, 140, 200] {
        let mut altered = message.clone().expect("whole");
        altered[at] ^= 4;
        let sound = pieces(&altered, usize::MAX).expect("fits");
        rig.run(&args(&sound)).refused(65, &["đã bị sửa"]);
    }
    assert_eq!(count(), before);
    enrolled(rig, &away, LATER);

    let mut turned = codes.clone();
    turned.reverse();
    let told = rig.json(&args(&turned)).good().one("stick_summary");
    assert_eq!((told["stands"].as_str(), told["received"].as_bool()), (Some("taken"), Some(true)), "{told}");
    assert_eq!((told["disks"].as_u64(), told["disks_done"].as_u64()), (Some(1), Some(1)), "{told}");
    let tag = aoxanh::tag::TagId::read(&sticks.tag).expect("a tag").to_string();
    assert_eq!((told["stick"].as_str(), told["tag"].as_str()), (Some("Thẻ mot"), Some(tag.as_str())), "{told}");
    let device = |rig: &Rig| rig.json(&["show", &sticks.tag]).good().one("device");
    let seen = device(rig);
    assert_eq!(seen["summary"], told["station"], "{seen}");
    assert_eq!(seen["stage"], "received", "nothing is done by a summary: {seen}");
    assert_eq!(rig.json(&args(&codes)).good().one("stick_summary")["stands"], "known");
    // Photographed one by one, each a little askew.
    let photos: Vec<String> = codes.iter().enumerate().map(|(number, code)| photo(rig, number, code)).collect();
    let flags = photos.iter().flat_map(|photo| ["--photo", photo]);
    let line: Vec<&str> = ["stick", "summary"].into_iter().chain(flags).collect();
    assert_eq!(rig.json(&line).good().one("stick_summary")["stands"], "known");
    rig.run(&["stick", "summary", "--photo", &photos[0]]).refused(1, &["mã của tóm tắt"]);
    let said = rig.run(&["show", &sticks.tag]).good();
    assert!(said.out.contains("tóm tắt"), "{}", said.out);
    // The bundle comes: what was announced is there, and is a summary no more.
    let bundle = std::fs::read_dir(away.join("boots")).expect("boots").next().expect("one").expect("read").path();
    rig.json(&["bundle", "import", &bundle.display().to_string()]).good();
    let seen = device(rig);
    assert!(seen["summary"].is_null() && seen["stage"] == "wiped", "{seen}");
    assert_eq!(rig.json(&args(&codes)).good().one("stick_summary")["stands"], "home");
    let verified = rig.json(&["verify", "--summaries"]).good().one("verified");
    assert!(verified["consistent"] == true && verified["stale_summary"].is_null(), "{verified}");
}

#[test]
fn a_machine_that_the_station_never_received_is_announced_and_no_more_and_a_stick_that_counts_no_more_is_not_heard() {
    let sticks = Sticks::new();
    let stick = sticks.enrol("mot");
    let mut terminal = sticks.start(&stick, (170, 48));
    terminal.wait_text("Quét tem dán trên máy này");
    terminal.type_keys(&format!("{}\r", sticks.tag));
    terminal.wait_text("Bấm Enter để đăng nhập");
    terminal.step("m", "Mã 1/1");
    let codes = read_off(&mut terminal);
    terminal.type_keys("\x1b");
    terminal.wait_for("the code is gone", |shown| !shown.contains("Tóm tắt của"));
    terminal.type_keys("\x03");
    assert_eq!(terminal.end().0, 0);

    let over = Rig::practice();
    enrolled(&over, &stick, BEFORE);
    over.run(&args(&codes)).refused(1, &["hết hạn"]);
    let other = Rig::practice();
    other.json(&["stick", "summary"]).good();
    enrolled(&other, &stick, LATER);
    // What a scanner sends through a keyboard that is taken for a Vietnamese one, in a file.
    let keys = ['đ', 'ă', 'â', 'ê', 'ô', '\u{300}', '\u{309}', '\u{303}', '\u{301}', '\u{323}'];
    let typed: String = codes[0].chars().map(|digit| keys[digit.to_digit(10).expect("a digit") as usize]).collect();
    let file = other.home().join("ma.txt");
    std::fs::write(&file, format!("{typed}\n\n")).expect("written");
    let told = other.json(&["stick", "summary", "--file", &file.display().to_string()]).good().one("stick_summary");
    assert_eq!((told["stands"].as_str(), told["received"].as_bool()), (Some("taken"), Some(false)), "{told}");
    let waits = other.json(&["stick", "summary"]).good().all("announced");
    assert_eq!(waits.len(), 1, "{waits:?}");
    other.run(&["show", &sticks.tag]).refused(1, &["mới có tóm tắt"]);
    // At the bench, as a scanner types it: the words of a summary, and no device is on the list.
    let mut terminal = Terminal::open(other.command(&["bench"]), 120, 40);
    terminal.wait_text("Máy trên bàn: 0");
    terminal.type_keys(&format!("{}\r", codes[0]));
    terminal.wait_text("Tóm tắt này đã có rồi");
    // An Enter right behind a scan would be the scanner's own.
    terminal.type_keys("\x1b");
    terminal.wait_for("read", |shown| !shown.contains("Tóm tắt này đã có rồi"));
    assert!(terminal.shown().contains("Máy trên bàn: 0"), "{}", terminal.shown());
    terminal.type_keys("\x03");
    assert_eq!(terminal.end().0, 0);
}
