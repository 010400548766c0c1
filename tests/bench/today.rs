//! How the work goes, as a lead asks for it at a shell: days, hours, people, causes, queue, campaign, table.

#![expect(clippy::disallowed_methods, reason = "a test looks how long it takes")]
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::arming_rig::Rig;
use super::bench_rig;
use super::day_rig::{nine_days, target};
use aoxanh::cli::{Cli, Out, Stage as Place, parse, run};
use aoxanh::custody::{Stage, Tally};
use aoxanh::port::Failure;
use aoxanh::tag::Domain;
use aoxanh::word::{Lang, Words};
use aoxanh::workbench::{Forecast, Period, throughput};
use serde_json::Value;
use std::ffi::OsString;

fn worked() -> Rig {
    let rig = Rig::new(&[]);
    nine_days(&rig);
    rig
}

fn typed(rig: &Rig, args: &[&str]) -> (Result<(), Failure>, String) {
    let words = Words::new(Lang::Vi, None).expect("embedded");
    let line = ["aoxanh", "today"].iter().chain(args).map(OsString::from).collect();
    let Cli { verb, json, .. } = parse(line, &words).expect("a command line");
    let (mut sink, mut side) = (Vec::new(), Vec::new());
    let mut out = Out::new(&words, json, Place::Plain, &mut sink, &mut side);
    let domain = Domain::read("aoxanh.example").expect("a domain");
    let done = run(&verb, &rig.bench(), &domain, &mut out, &|| false);
    (done, String::from_utf8([sink, side].concat()).expect("text"))
}

#[test]
fn a_day_is_held_against_the_day_before_at_the_same_hour_and_days_add_up() {
    let rig = worked();
    let bench = rig.bench();
    let today = throughput(&bench, Period::TODAY).expect("reads");
    assert_eq!((today.total.received, today.total.inspected, today.total.wiped, today.total.ready), (3, 3, 2, 1));
    let before = today.before.expect("a day before");
    assert_eq!((before.until, before.counts.of(Tally::Received)), (Some(20), 3));
    let early = aoxanh::unit::Moment::of_local_day("2026-11-21").expect("a day");
    rig.clock.set(early.plus(std::time::Duration::from_hours(11)));
    let before = throughput(&bench, Period::TODAY).expect("reads").before.expect("a day before");
    let counts = (before.counts.of(Tally::Received), before.counts.of(Tally::Ready));
    assert_eq!((before.until, counts), (Some(11), (2, 1)), "what came later yesterday does not count");
    let week = throughput(&bench, Period::Days { back: 0, count: 7 }).expect("reads");
    assert_eq!((week.total.received, week.days.len(), week.first()), (21, 7, "2026-11-15"));
    assert_eq!(week.before.map(|before| before.counts.of(Tally::Received)), Some(6), "nine days in all");
    let day = throughput(&bench, Period::Days { back: 8, count: 1 }).expect("reads");
    assert_eq!((day.last(), day.total.ready, day.is_today), ("2026-11-13", 1, false));
    assert!(throughput(&bench, Period::Days { back: 0, count: 0 }).is_err());
    assert!(throughput(&bench, Period::Days { back: 0, count: 401 }).is_err());
}

#[test]
fn a_stage_is_stuck_only_where_something_has_waited_an_hour() {
    let rig = Rig::new(&[]);
    rig.device(false);
    let stuck = |rig: &Rig| throughput(&rig.bench(), Period::TODAY).expect("reads").stuck;
    let began = aoxanh::port::Clock::now(&rig.clock);
    rig.clock.set(began.plus(std::time::Duration::from_mins(59)));
    assert_eq!(stuck(&rig), None);
    rig.clock.set(began.plus(std::time::Duration::from_mins(61)));
    assert_eq!(stuck(&rig), Some(Stage::Received));
}

#[test]
fn what_waits_has_its_age_and_the_stage_that_holds_the_work_up_is_named() {
    let mut rig = worked();
    let today = throughput(&rig.bench(), Period::TODAY).expect("reads");
    let queue: Vec<(Stage, u64, u64)> =
        today.queue.iter().map(|one| (one.stage, one.count, one.oldest.as_secs() / 3600 / 24)).collect();
    let wanted = [(Stage::Received, 8, 8), (Stage::Inspected, 1, 0), (Stage::Wiped, 9, 8), (Stage::Ready, 9, 8)];
    assert_eq!(queue, wanted);
    // Nine wait to be imaged for each seven that were, eight to be inspected for fifteen.
    assert_eq!(today.stuck, Some(Stage::Wiped));
    let causes: Vec<&str> = today.failures.iter().map(|(cause, _)| cause.as_str()).collect();
    assert_eq!(causes, ["criterion:memory.total", "function:camera", "wipe:cancelled"]);
    assert_eq!(today.campaign, None);
    rig.target = Some(target(30));
    let campaign = throughput(&rig.bench(), Period::Campaign).expect("reads").campaign.expect("set");
    assert_eq!((campaign.done, campaign.forecast), (9, Forecast::About("2026-12-12".to_owned(), 21)));
}

#[test]
fn names_are_said_while_the_vault_is_open_and_written_only_where_asked_for() {
    let rig = worked();
    let said = |args: &[&str]| typed(&rig, args).1;
    let shown = said(&["--by-person", "--by-hour"]);
    assert!(shown.contains("Lead: nhận 0") && shown.contains("Guest: nhận 3"), "{shown}");
    assert!(shown.contains("15 giờ: nhận 1"), "{shown}");
    assert!(shown.contains("! Nghẽn ở bước: đã xóa"), "{shown}");
    let people = |args: &[&str]| -> Vec<Value> {
        let said = said(args);
        let all = said.lines().map(|line| serde_json::from_str::<Value>(line).expect("an object a line"));
        all.filter(|one| one["schema"] == "aoxanh/person/1").collect()
    };
    assert!(people(&["--by-person", "--json"]).iter().all(|one| one["name"].is_null() && one["person"].is_string()));
    assert_eq!(people(&["--by-person", "--json", "--names"])[0]["name"], "Lead");
    rig.vault.lock(true);
    let shown = said(&["--by-person"]);
    assert!(shown.contains(rig.guest.as_str()) && !shown.contains("Guest"), "{shown}");
}

#[test]
fn a_table_opens_in_a_spreadsheet_and_an_older_one_is_never_replaced() {
    let rig = worked();
    typed(&rig, &["--days", "2", "--csv", "bang.csv"]).0.expect("written");
    let (_, bytes) = rig.files_below("bang.csv").pop().expect("a file");
    let text = String::from_utf8(bytes).expect("text");
    let lines: Vec<&str> = text.strip_prefix('\u{feff}').expect("a mark").split("\r\n").collect();
    assert_eq!(lines[0], "ngày,dòng,của,nhận,kiểm tra,xóa,cài,thử,sẵn sàng,bàn giao,hủy ổ đĩa,\"hỏng, không đạt\"");
    assert_eq!(lines[1], "2026-11-20,cả ngày,,3,2,2,1,1,1,0,0,0");
    assert_eq!(lines[2], "2026-11-20,giờ,08:00,1,1,1,1,1,1,0,0,");
    assert!(lines.contains(&"2026-11-21,nguyên nhân,hỏng camera,0,0,0,0,0,0,0,0,1"), "{text}");
    assert!(!text.contains("Lead") && text.contains(rig.by.person.as_str()), "{text}");
    assert!(typed(&rig, &["--csv", "bang.csv"]).0.is_err(), "it is there");
    typed(&rig, &["--names", "--csv", "ten.csv"]).0.expect("written");
    let (_, bytes) = rig.files_below("ten.csv").pop().expect("a file");
    assert!(String::from_utf8(bytes).expect("text").contains("2026-11-21,người,Lead,0,"));
}

#[test]
fn a_day_that_is_none_or_still_to_come_is_refused_with_how_to_write_one() {
    let rig = worked();
    for (args, code) in [(["--day", "2026-11-22"], 2), (["--day", "21/11/2026"], 2), (["--days", "0"], 2)] {
        let failure = typed(&rig, &args).0.expect_err("refused");
        assert_eq!(failure.trouble.exit_code(), code, "{args:?}");
    }
    assert_eq!(typed(&rig, &["--campaign"]).0.expect_err("no target").trouble.exit_code(), 1);
    let said = typed(&rig, &["--day", "2026-11-20"]).1;
    assert!(said.contains("20/11/2026: nhận 3") && said.contains("Trước đó: nhận 3"), "{said}");
}

#[test]
fn a_target_is_kept_among_the_settings_until_it_is_forgotten() {
    let rig = bench_rig::Rig::normal();
    let set = ["target", "300", "--from", "2026-11-01", "--to", "2026-12-31", "--goal", "handed-over"];
    assert!(rig.run(&set).good().out.contains("300 máy bàn giao, từ 01/11/2026 đến 31/12/2026"));
    rig.run(&["place", "Trường THCS A"]).good();
    let kept = rig.json(&["target"]).good().one("target");
    assert_eq!((&kept["target"]["devices"], &kept["target"]["goal"]), (&300.into(), &"handed_over".into()));
    assert_eq!(rig.json(&["today"]).good().one("today")["campaign"]["forecast"], "unknown");
    rig.run(&["target", "0", "--from", "2026-11-01", "--to", "2026-12-31"]).refused(2, &["ít nhất một máy"]);
    rig.run(&["target", "9", "--from", "2026-11-31", "--to", "2026-12-31"]).refused(2, &["2026-11-31"]);
    rig.run(&["target", "--none"]).good();
    assert!(rig.json(&["target"]).good().one("target")["target"].is_null());
}

#[test]
fn settings_are_changed_one_at_a_time_and_what_is_wrong_changes_nothing() {
    let rig = bench_rig::Rig::normal();
    let seen = |rig: &bench_rig::Rig| rig.json(&["settings"]).good().one("settings");
    let all = ["settings", "--sounds", "off", "--typing", "vni", "--lock-after", "10", "--profile", "tablet"];
    assert!(rig.run(&all).good().out.contains("Gõ tiếng Việt: VNI"));
    rig.run(&["place", "Trường THCS A"]).good();
    rig.run(&["target", "300", "--from", "2026-11-01", "--to", "2026-12-31"]).good();
    let kept = seen(&rig);
    assert_eq!((&kept["place"], &kept["profile"]), (&"Trường THCS A".into(), &"tablet".into()));
    let screen = serde_json::json!({ "sounds": false, "mouse": true, "typing": "vni", "lock_after": 10 });
    assert_eq!((&kept["screen"], &kept["target"]["devices"]), (&screen, &300.into()));
    rig.run(&["settings", "--lock-after", "0"]).refused(2, &["1 đến 120"]);
    rig.run(&["settings", "--profile", "may-bay"]).refused(2, &["may-bay", "laptop-desktop"]);
    assert_eq!(seen(&rig), kept);
    rig.run(&["settings", "--typing", "auto", "--profile", ""]).good();
    let kept = seen(&rig);
    assert!(kept["screen"]["typing"].is_null() && kept["profile"].is_null(), "{kept}");
}

#[test]
fn the_queue_of_a_hundred_thousand_devices_is_read_at_a_glance() {
    let rig = worked();
    let sql = rusqlite::Connection::open(rig.folder().join("ledger.db")).expect("opens");
    sql.execute_batch(
        "INSERT INTO summary (seq, device, stage, kind, tags, lot, open, held, quarantined, received_at, changed_at,
            search, stage_since)
         WITH RECURSIVE many(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM many WHERE n < 100000)
         SELECT 1000 + n, 'd-' || n, iif(n % 2, 'received', 'wiped'), 'laptop', '', 'l-1', 1, n % 10 = 0, 0, n, n, '', n
         FROM many;",
    )
    .expect("filled");
    let began = std::time::Instant::now();
    let queue = aoxanh::port::Index::queue(rig.store.as_ref()).expect("reads");
    let took = began.elapsed();
    assert_eq!((queue[&Stage::Received].count, queue[&Stage::Wiped].count), (50_008, 40_009));
    let middle = queue[&Stage::Received].median.unix_millis();
    assert_eq!(middle, 50_007, "half of them came later");
    eprintln!("the queue of 100,000 devices: {took:?}");
    assert!(took < std::time::Duration::from_secs(1), "{took:?}");
}
