//! The screen of a team lead: how the day goes, days before, the week, the campaign, and what was written out.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::day_rig::{nine_days, target};
use super::screen_rig::{Desk, SIZES, text, tinted};
use aoxanh::screen::Glyphs;
use aoxanh::word::Lang;
use aoxanh::workbench::{Input, Key};
use insta::assert_snapshot;

const HERE: Key = Key::Function(6);

fn empty() -> Desk {
    let mut desk = Desk::empty();
    desk.rig.clock.set(desk.world.now);
    desk.press(&[HERE]);
    desk
}

fn busy() -> Desk {
    let mut desk = Desk::empty();
    nine_days(&desk.rig);
    desk.rig.target = Some(target(30));
    desk.press(&[HERE]);
    desk
}

fn error() -> Desk {
    let mut desk = Desk::empty();
    nine_days(&desk.rig);
    let sql = rusqlite::Connection::open(desk.rig.folder().join("ledger.db")).expect("opens");
    sql.execute_batch("UPDATE drawer SET body = 'x' WHERE key LIKE 'daybook:%'").expect("broken");
    desk.press(&[HERE]);
    desk
}

#[test]
fn the_day_in_both_sizes_empty_busy_and_in_trouble() {
    for (columns, lines) in SIZES {
        for (name, desk) in [("empty", empty()), ("busy", busy()), ("error", error())] {
            assert_snapshot!(format!("today-{name}-{columns}x{lines}"), desk.shown(columns, lines));
        }
    }
}

#[test]
fn the_console_has_the_same_numbers_and_warnings_have_words_beside_their_colour() {
    let desk = busy();
    assert_snapshot!("today-console", text(&desk.buffer(80, 24, Glyphs::Console, Lang::Vi)));
    let styles = tinted(&desk.buffer(80, 24, Glyphs::Full, Lang::Vi));
    assert!(styles.lines().any(|line| line.contains("Yellow") && line.contains("nghẽn ở đây")), "{styles}");
    assert!(text(&desk.buffer(80, 24, Glyphs::Full, Lang::En)).contains("stuck here"));
}

#[test]
fn keys_lead_to_other_days_the_week_and_the_campaign_and_back_to_the_bench() {
    let mut desk = busy();
    let shows = |desk: &Desk, words: &str| {
        let shown = desk.shown(80, 24);
        assert!(shown.contains(words), "{words}: {shown}");
    };
    desk.press(&[Key::Right]);
    shows(&desk, "Hôm nay 21/11/2026");
    desk.press(&[Key::Left, Key::Left]);
    shows(&desk, "Ngày 19/11/2026");
    desk.press(&[Key::Right]);
    shows(&desk, "Ngày 20/11/2026 · so với hôm trước đó");
    desk.keys("w");
    shows(&desk, "7 ngày, 14/11/2026 – 20/11/2026");
    desk.press(&[Key::Left]);
    shows(&desk, "7 ngày, 07/11/2026 – 13/11/2026");
    desk.keys("w");
    shows(&desk, "Ngày 13/11/2026");
    desk.keys("c");
    shows(&desk, "Cả đợt, 01/11/2026 – 21/11/2026");
    assert_snapshot!("today-campaign", desk.shown(80, 24));
    desk.press(&[Key::Home]);
    shows(&desk, "Hôm nay 21/11/2026");
    desk.press(&[Key::Escape]);
    shows(&desk, "Máy trên bàn");
    desk.press(&[HERE]);
    desk.input(Input::Scan("7K3XQ-92M4T-Z"));
    assert!(!desk.shown(80, 24).contains("Hôm nay 21"), "a scan is looked for at the bench");
}

#[test]
fn a_table_is_written_into_the_station_and_the_screen_says_where() {
    let mut desk = busy();
    desk.keys("x");
    assert!(desk.shown(80, 24).contains("tram/2026-11-21_2036"), "{}", desk.shown(80, 24));
    let (name, bytes) = desk.rig.files_below("tram").pop().expect("a file");
    assert!(name.starts_with("tram/2026-11-21_2036") && bytes.starts_with("\u{feff}ngày,".as_bytes()), "{name}");
    assert!(!String::from_utf8(bytes).expect("text").contains("Lead"), "no names");
    desk.press(&[Key::Left]);
    assert!(!desk.shown(80, 24).contains("tram/"), "told once");
}
