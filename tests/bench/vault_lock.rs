//! The built program with its vault locked and unlocked, its passphrase changed and recovered, its people signing in; and
//! nothing of it in clear in any file of the station.

#![expect(clippy::disallowed_methods, reason = "these tests look at every file of a station")]
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::bench_rig::{LEAD, PASSPHRASE, PIN, Ran, Rig, ran};
use expectrl::{Eof, Expect, Session};
use serde_json::Value;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}

fn holding(folder: &Path, text: &str) -> Vec<PathBuf> {
    let holds =
        |path: &PathBuf| fs::read(path).expect("a file").windows(text.len()).any(|part| part == text.as_bytes());
    files(folder).into_iter().filter(holds).collect()
}

/// A secret in a file in memory.
fn secret(rig: &Rig, name: &str, text: &str) -> String {
    fs::write(rig.memory().join(name), format!("{text}\n")).expect("written");
    rig.secret(name)
}

fn state(rig: &Rig) -> String {
    rig.json(&["vault", "status"]).good().one("vault")["state"].as_str().expect("text").to_owned()
}

fn sheets(rig: &Rig) -> Vec<PathBuf> {
    let folder = fs::read_dir(rig.memory()).expect("ours").map(|entry| entry.expect("read").path());
    let folder =
        folder.into_iter().find(|path| path.is_dir() && path.to_string_lossy().contains("phieu")).expect("made");
    let mut sheets = files(&folder);
    sheets.sort();
    sheets
}

fn recover(rig: &Rig, parts: &[&Path], new: &str, more: &[&str]) -> Ran {
    let mut args = vec!["vault", "recover", "--new-passphrase-file", new];
    for part in parts {
        args.extend(["--part-file", part.to_str().expect("UTF-8")]);
    }
    rig.run(&[args.as_slice(), more].concat())
}

#[test]
fn a_stolen_machine_tells_no_name_and_a_lead_unlocks_it_once() {
    let rig = Rig::normal();
    let device = rig.device();
    assert_eq!(state(&rig), "open", "whoever set it up has just typed the passphrase");
    assert!(!rig.station().join("vault.key").exists());
    assert!(rig.run(&["person", "list"]).good().out.contains(LEAD));
    assert_eq!(rig.json(&["vault", "lock"]).good().one("vault")["state"], "locked");
    let listed = rig.json(&["person", "list"]).good().all("person");
    assert!(listed.len() == 2 && listed.iter().all(|person| person["name"].is_null() && person["has_pin"].is_null()));
    let told = rig.json(&["history", &device.tag]).good();
    assert!(told.one("history")["by"].as_str().is_some_and(|by| by.starts_with("p-")));
    rig.run(&["intake"]).good();
    rig.run(&["intake", "--donor", "Nhà Tặng"]).refused(75, &["Két đang khóa"]);
    rig.run(&["--by", LEAD, "intake"]).refused(75, &["Két đang khóa"]);
    rig.run(&["--pin-file", &rig.secret("pin"), "intake"]).refused(75, &["Két đang khóa"]);
    let wrong = secret(&rig, "wrong", "bốn con ngựa gỗ xám");
    rig.run(&["vault", "unlock", "--passphrase-file", &wrong]).refused(1, &["Câu khóa không đúng"]);
    assert_eq!(state(&rig), "locked");
    rig.run(&["vault", "unlock"]).refused(2, &["--passphrase-file"]);
    rig.run(&["vault", "unlock", "--passphrase-file", &rig.secret("passphrase")]).good();
    assert!(rig.run(&["person", "list"]).good().out.contains(LEAD));
    // Another machine: the station's folder without this machine's memory.
    let away = tempfile::tempdir_in("/dev/shm").expect("another memory");
    let mut elsewhere = rig.command(&["person", "list"]);
    let said = ran(elsewhere.env("XDG_RUNTIME_DIR", away.path())).good();
    assert!(!said.out.contains(LEAD) && said.out.contains("p-"), "{said:#?}");
    let stripped = ran(rig
        .command(&["vault", "unlock", "--passphrase-file", &rig.secret("passphrase")])
        .env("XDG_RUNTIME_DIR", rig.home()));
    if stripped.code != 0 {
        stripped.refused(74, &["nằm trên ổ đĩa"]);
    }
    rig.run(&["vault", "lock"]).good();
}

#[test]
fn two_of_three_sheets_set_a_new_passphrase_and_new_sheets_void_the_old() {
    let rig = Rig::normal();
    let sheets = sheets(&rig);
    assert_eq!(sheets.len(), 3);
    let page = fs::read_to_string(&sheets[0]).expect("a sheet");
    assert!(page.contains("1/3") && page.contains("Đội Thử") && page.contains('█'), "{page}");
    rig.run(&["vault", "lock"]).good();
    let new = secret(&rig, "new", "năm con cá chép đỏ");
    let (one, two, three) = (sheets[0].as_path(), sheets[1].as_path(), sheets[2].as_path());
    recover(&rig, &[one], &new, &[]).refused(1, &["hai phần khôi phục khác nhau"]);
    recover(&rig, &[two, two], &new, &[]).refused(1, &["hai phần khôi phục khác nhau"]);
    let slip = rig.memory().join("slip");
    let row =
        page.lines().map(str::trim).find(|line| line.len() == 19 && line.matches('-').count() == 3).expect("a row");
    let other = if row.starts_with('7') { row.replacen('7', "8", 1) } else { format!("7{}", &row[1..]) };
    fs::write(&slip, page.replace(row, &other)).expect("written");
    recover(&rig, &[&slip, two], &new, &[]).refused(1, &["chép sai"]);
    let easy = secret(&rig, "easy", "ngắn");
    recover(&rig, &[one, three], &easy, &[]).refused(2, &["ít nhất 12"]);
    assert_eq!(state(&rig), "locked");
    recover(&rig, &[three, one], &new, &[]).good();
    assert_eq!(state(&rig), "open");
    assert!(rig.run(&["person", "list"]).good().out.contains(LEAD));
    rig.run(&["vault", "lock"]).good();
    rig.run(&["vault", "unlock", "--passphrase-file", &rig.secret("passphrase")]).refused(1, &["không đúng"]);
    let fresh = rig.memory().join("moi").display().to_string();
    let change = ["vault", "passphrase", "--passphrase-file", &new, "--new-passphrase-file", &rig.secret("passphrase")];
    let changed = rig.json(&[&change, ["--sheets", &fresh].as_slice()].concat()).good();
    assert_eq!(changed.one("passphrase_changed")["sheets"].as_array().map(Vec::len), Some(3));
    rig.run(&["vault", "unlock", "--passphrase-file", &rig.secret("passphrase")]).good();
    recover(&rig, &[one, two], &new, &[]).refused(1, &["không mở được két"]);
    let moi = |n: u32| rig.memory().join(format!("moi/phieu-khoi-phuc-{n}.txt"));
    recover(&rig, &[&moi(1), two], &new, &[]).refused(1, &["không cùng một bộ"]);
    recover(&rig, &[&moi(2), &moi(3)], &new, &[]).good();
    rig.run(&["vault", "lock"]).good();
}

#[test]
fn the_only_lead_who_forgot_the_pin_sets_one_by_the_passphrase_or_by_two_sheets() {
    let rig = Rig::normal();
    let sheets: Vec<String> = sheets(&rig).iter().map(|sheet| sheet.display().to_string()).collect();
    let (first, second) = (secret(&rig, "first", "80246813"), secret(&rig, "second", "97531975"));
    let signs_in = |pin: &str| rig.run(&["--by", LEAD, "--pin-file", pin, "intake"]);
    let recover =
        |pin: &str, by: &[&str]| rig.run(&[["person", "pin", LEAD, "--new-pin-file", pin].as_slice(), by].concat());
    recover(&first, &[]).refused(1, &["mã PIN", "[signed-in]"]);
    rig.run(&["vault", "lock"]).good();
    recover(&first, &["--part-file", &sheets[1]]).refused(1, &["hai phần khôi phục khác nhau"]);
    recover(&first, &["--part-file", &sheets[1], "--part-file", &sheets[1]]).refused(1, &["hai phần khôi phục"]);
    let wrong = secret(&rig, "wrong", "bốn con ngựa gỗ xám");
    recover(&first, &["--passphrase-file", &wrong]).refused(1, &["Câu khóa không đúng"]);
    recover(&first, &["--recover"]).refused(2, &["--passphrase-file"]);
    assert_eq!(state(&rig), "locked");
    recover(&first, &["--part-file", &sheets[2], "--part-file", &sheets[0]]).good();
    signs_in(&rig.secret("pin")).refused(1, &["Sai mã PIN"]);
    signs_in(&first).good();
    rig.run(&["vault", "lock"]).good();
    recover(&second, &["--passphrase-file", &rig.secret("passphrase")]).good();
    signs_in(&second).good();
    // Of nobody but a lead, or every rule about leads could be walked around.
    let add = ["--by", LEAD, "--pin-file", &second, "person", "add", "Hai", "--role", "volunteer", "--new-pin-file"];
    rig.run(&[add.as_slice(), &[&first]].concat()).good();
    let other = ["person", "pin", "Hai", "--new-pin-file", &second, "--passphrase-file", &rig.secret("passphrase")];
    rig.run(&other).refused(1, &["[pin-own]"]);
    rig.run(&["vault", "lock"]).good();
}

#[test]
fn recovery_sheets_are_refused_beside_the_station_and_nothing_is_made_or_changed() {
    let rig = Rig::empty();
    if rustix::fs::statfs(rig.home()).expect("known").f_type == 0x0102_1994 {
        eprintln!("SKIPPED, NOTHING PROVED: the folder for temporary files is in memory here");
        return;
    }
    let beside = rig.home().join("phieu").display().to_string();
    let (pin, passphrase) = (rig.secret("pin"), rig.secret("passphrase"));
    for sheets in [&beside, "here/phieu"] {
        let secrets = ["--pin-file", &pin, "--passphrase-file", &passphrase, "--sheets", sheets];
        let open = ["--station", "here", "open", "--team", "Đội Thử", "--lead", LEAD];
        rig.run(&[open.as_slice(), &secrets].concat()).refused(2, &["phieu", "ổ của trạm"]);
    }
    assert_eq!(fs::read_dir(rig.home()).expect("ours").count(), 0);
    let rig = Rig::normal();
    let sheets: Vec<String> = sheets(&rig).iter().map(|sheet| sheet.display().to_string()).collect();
    let lock = fs::read(rig.station().join("vault.lock")).expect("there");
    let new = secret(&rig, "new", "năm con cá chép đỏ");
    let change = ["--new-passphrase-file", &new, "--sheets", "phieu"];
    let passphrase = rig.secret("passphrase");
    let known = ["vault", "passphrase", "--passphrase-file", &passphrase];
    let forgotten = ["vault", "recover", "--part-file", &sheets[0], "--part-file", &sheets[1]];
    for words in [known.as_slice(), forgotten.as_slice()] {
        rig.run(&[words, &change].concat()).refused(2, &["phieu", "ổ của trạm"]);
    }
    assert!(!rig.home().join("phieu").exists());
    assert_eq!(fs::read(rig.station().join("vault.lock")).expect("there"), lock);
    rig.run(&["vault", "lock"]).good();
}

#[test]
fn sheets_of_a_lock_that_never_came_are_taken_back() {
    let rig = Rig::normal();
    let new = secret(&rig, "new", "năm con cá chép đỏ");
    let folder = rig.memory().join("moi");
    fs::create_dir(&folder).expect("made");
    // The third has a name that is taken.
    fs::write(folder.join("phieu-khoi-phuc-3.txt"), "của người khác").expect("written");
    let (passphrase, to) = (rig.secret("passphrase"), folder.display().to_string());
    let change =
        ["vault", "passphrase", "--passphrase-file", &passphrase, "--new-passphrase-file", &new, "--sheets", &to];
    assert_eq!(rig.run(&change).code, 74);
    let left: Vec<String> = files(&folder).iter().map(|file| fs::read_to_string(file).expect("text")).collect();
    assert_eq!(left, ["của người khác"]);
    rig.run(&["vault", "unlock", "--passphrase-file", &passphrase]).good();
    rig.run(&["vault", "lock"]).good();
}

#[test]
fn a_station_comes_back_from_its_safety_copy_by_the_passphrase_or_by_two_sheets() {
    let rig = Rig::normal();
    let sheets: Vec<String> = sheets(&rig).iter().map(|sheet| sheet.display().to_string()).collect();
    let stick = rig.home().join("the");
    fs::create_dir(&stick).expect("made");
    let to = stick.display().to_string();
    let copy = rig.json(&["day", "close", "--to", &to]).good().one("day_closed")["file"].clone();
    let copy = copy.as_str().expect("a file");
    rig.run(&["vault", "lock"]).good();
    rig.run(&["day", "close", "--to", &to]).refused(75, &["Két đang khóa"]);
    let passphrase = rig.secret("passphrase");
    let wrong = secret(&rig, "wrong", "bốn con ngựa gỗ xám");
    rig.run(&["--station", "mot", "restore", copy, "--passphrase-file", &wrong]).refused(1, &["không đúng"]);
    assert!(!rig.home().join("mot").exists());
    for (folder, by) in [
        ("mot", vec!["--passphrase-file", &passphrase]),
        ("hai", vec!["--part-file", &sheets[2], "--part-file", &sheets[0]]),
    ] {
        let restored = rig.json(&[["--station", folder, "restore", copy].as_slice(), &by].concat()).good();
        assert_eq!(restored.one("restored")["names_open"], true);
        assert!(rig.run(&["--station", folder, "person", "list"]).good().out.contains(LEAD));
        let at = rig.home().join(folder);
        let mode = fs::metadata(at.join("vault.lock")).expect("the lock").permissions().mode();
        assert!(mode & 0o7777 == 0o600 && !at.join("vault.key").exists(), "{mode:o}");
        rig.run(&["--station", folder, "vault", "lock"]).good();
        let listed = rig.run(&["--station", folder, "person", "list"]).good();
        assert!(!listed.out.contains(LEAD), "{listed:#?}");
        rig.run(&["--station", folder, "vault", "unlock", "--passphrase-file", &passphrase]).good();
        let signed = ["--by", LEAD, "--pin-file", &rig.secret("pin")];
        let here = |words: &[&str]| rig.run(&[["--station", folder].as_slice(), &signed, words].concat());
        here(&["person", "grant", "khach", "--role", "volunteer"]).refused(1, &["Khách", "chỗ chung"]);
        here(&["person", "pin", "khach", "--new-pin-file", &rig.secret("pin")]).refused(1, &["Khách", "chỗ chung"]);
        here(&["person", "grant", LEAD, "--role", "warehouse"]).good();
        rig.run(&["--station", folder, "vault", "lock"]).good();
    }
}

#[test]
fn nothing_that_was_typed_in_confidence_stands_in_any_file_of_the_station() {
    let rig = Rig::normal();
    let (donor, volunteer, reason, pin) =
        ("Nhà Tặng Hồng-Hạc", "Tình Nguyện Hồng-Hạc", "vì Hồng-Hạc gãy cánh", "80246813579135");
    let received = rig.json(&["intake", "--donor", donor, "--consent-erase"]).good().one("received");
    let tag = received["tag"].as_str().expect("text").to_owned();
    let (lead_pin, new_pin) = (rig.secret("pin"), secret(&rig, "new-pin", pin));
    let signed = ["--by", LEAD, "--pin-file", &lead_pin];
    let added = rig.json(
        &[&signed, ["person", "add", volunteer, "--role", "volunteer", "--new-pin-file", &new_pin].as_slice()].concat(),
    );
    let person = added.good().one("person");
    assert_eq!(
        (&person["roles"], &person["has_pin"], &person["guest"]),
        (&serde_json::json!(["volunteer"]), &Value::Bool(true), &Value::Bool(false))
    );
    let lift = ["override", &tag, "--rule", "give-imaged", "--reason", reason];
    rig.run(&lift).refused(1, &["mã PIN", "[signed-in]"]);
    let lifted = rig.json(&[&signed, lift.as_slice()].concat()).good().one("overridden");
    assert_eq!(lifted["lifted"], serde_json::json!({ "give-imaged": null }));
    let told = rig.json(&[&signed, ["history", &tag].as_slice()].concat()).good().one("history");
    assert_eq!((&told["reason"], &told["how"]), (&Value::from(reason), &Value::from("pin")));
    assert!(rig.json(&["history", &tag]).good().one("history")["reason"].is_null(), "claimed only");
    let mine = ["--by", "tinh nguyen hong-hac", "--pin-file", &new_pin];
    let held = rig.json(&[&mine, ["hold", &tag].as_slice()].concat()).good();
    assert_eq!(held.one("device")["lifted"], serde_json::json!({ "give-imaged": null }));
    rig.run(&["export", "xuat"]).good();
    for text in [donor, volunteer, reason, pin, LEAD, PIN, PASSPHRASE] {
        assert_eq!(holding(rig.home(), text), Vec::<PathBuf>::new(), "{text}");
        for word in text.split(' ').filter(|word| word.len() > 8) {
            assert_eq!(holding(rig.home(), word), Vec::<PathBuf>::new(), "{word}");
        }
    }
    let id = person["person"].as_str().expect("an id");
    assert!(!holding(rig.home(), id).is_empty(), "the search finds what is there");
    rig.run(&["vault", "lock"]).good();
}

#[test]
fn a_guest_receives_and_inspects_and_everything_else_asks_for_somebody_with_a_role() {
    let rig = Rig::normal();
    let device = rig.device();
    let guest = |args: &[&str]| {
        let mut command = rig.command(args);
        ran(command.env_remove("AOXANH_BY"))
    };
    guest(&["intake", "--lot", &device.lot]).good();
    guest(&["inspect", &device.tag]).good();
    guest(&["hold", &device.tag]).good();
    guest(&["hold", &device.tag, "--release"]).refused(1, &["[role-may]"]);
    guest(&["check", &device.tag, "--rest-works"]).refused(1, &["tình nguyện viên hoặc đội trưởng", "[role-may]"]);
    guest(&["allocate", &device.tag, "--new-recipient"]).refused(1, &["đội trưởng", "[role-may]"]);
    guest(&["--by", LEAD, "hold", &device.tag, "--release"]).good();
    let told = rig.json(&["history", &device.tag]).good().all("history");
    assert!(told.iter().all(|line| line["how"] == "claimed"));
    let wrong = secret(&rig, "wrong-pin", "135792");
    guest(&["--by", LEAD, "--pin-file", &wrong, "hold", &device.tag]).refused(1, &["Sai mã PIN", "4"]);
    guest(&["--by", LEAD, "--pin", "hold", &device.tag]).refused(2, &["--pin-file"]);
    guest(&["--by", "Ai Đó", "hold", &device.tag]).refused(1, &["Ai Đó"]);
    guest(&["validate", &device.tag]).refused(1, &["không có ổ nào"]);
    guest(&["person", "revoke", "khach"]).refused(1, &["không có vai trò"]);
    let refused = guest(&["--json", "check", &device.tag, "--rest-works"]).one("failure");
    assert_eq!((&refused["rule"], &refused["exit"]), (&Value::from("role-may"), &Value::from(1)));
    rig.run(&["vault", "lock"]).good();
}

#[test]
fn a_key_is_revoked_by_the_teams_key_and_the_stations_own_ends_the_station() {
    let rig = Rig::normal();
    let pin = rig.secret("pin");
    let keys = rig.json(&["key", "list"]).good().one("keys");
    let (own, team) =
        (keys["station"].as_str().expect("hex").to_owned(), keys["team"].as_str().expect("hex").to_owned());
    assert_eq!((&keys["team_key_here"], &team.into()), (&Value::Bool(true), &rig.verified()["team"]));
    let stick = "ab".repeat(32);
    rig.run(&["key", "revoke", &stick]).refused(1, &["[signed-in]"]);
    let station_key = rig.station().join("station.key").display().to_string();
    let by_another = ["--pin-file", &pin, "key", "revoke", &stick, "--team-key", &station_key];
    rig.run(&by_another).refused(2, &["không phải khóa của đội"]);
    let revoked = rig.json(&["--pin-file", &pin, "key", "revoke", &stick]).good().one("keys");
    assert_eq!(revoked["revoked"], serde_json::json!([stick]));
    rig.run(&["intake"]).good();
    assert!(rig.run(&["--pin-file", &pin, "key", "revoke", &own]).good().out.contains("không ghi thêm được gì"));
    rig.run(&["intake"]).refused(1, &["[station-retired]"]);
    assert!(rig.run(&["verify"]).good().out.contains(&own));
    assert_eq!(rig.verified()["revoked"].as_array().map(Vec::len), Some(2));
    rig.run(&["vault", "lock"]).good();
}

#[test]
fn set_up_asks_what_is_missing_shows_no_secret_and_makes_nothing_where_it_is_given_up() {
    let rig = Rig::empty();
    rig.run(&["open", "--lead", "A"]).refused(2, &["--team"]);
    assert_eq!(fs::read_dir(rig.home()).expect("ours").count(), 0);
    let session = || {
        let mut command = rig.command(&["open"]);
        command.env("TERM", "dumb");
        let mut session = Session::spawn(command).expect("a terminal");
        session.set_expect_timeout(Some(Duration::from_mins(1)));
        session
    };
    let mut given_up = session();
    given_up.expect("Tên đội:").expect("asked");
    given_up.send_line("Đội Thử").expect("typed");
    given_up.expect("đội trưởng đầu tiên").expect("asked");
    given_up.send_line("Trần Thị Thử").expect("typed");
    given_up.expect("Mã PIN của đội trưởng").expect("asked");
    given_up.send("91\u{3}").expect("typed");
    given_up.expect("bỏ ngang").expect("told");
    given_up.expect(Eof).expect("ended");
    assert_eq!(fs::read_dir(rig.home()).expect("ours").count(), 0);
    let mut asked = session();
    let mut all = String::new();
    // Whole questions: what a refusal says begins with some of their words, and what is typed before one is asked is not taken.
    for (question, answer) in [
        ("Tên đội:", ""),
        ("Tên đội:", "Đội Thử"),
        ("đội trưởng đầu tiên", LEAD),
        ("Mã PIN của đội trưởng", "1234"),
        ("Mã PIN của đội trưởng", PIN),
        ("Gõ lại lần nữa:", "918274"),
        ("Mã PIN của đội trưởng", PIN),
        ("Gõ lại lần nữa:", PIN),
        ("Câu khóa", PASSPHRASE),
        ("Gõ lại lần nữa:", PASSPHRASE),
        ("Tên miền", ""),
        ("Nơi đặt bàn", "Trường Thử"),
        ("Bộ tiêu chí", ""),
        ("phiếu khôi phục vào thư mục nào", ""),
    ] {
        let seen = asked.expect(question).expect(question);
        all.push_str(&String::from_utf8_lossy(seen.before()));
        asked.send_line(answer).expect("typed");
    }
    let rest = asked.expect(Eof).expect("ended");
    all.push_str(&String::from_utf8_lossy(rest.as_bytes()));
    for typed in [PIN, PASSPHRASE, "1234"] {
        assert!(!all.contains(typed), "{typed} was shown: {all}");
    }
    assert!(all.contains("quá dễ đoán") && all.contains("không giống nhau"), "{all}");
    assert!(["1/3", "2/3", "3/3", "team.key", "Khách"].iter().all(|text| all.contains(text)), "{all}");
    assert_eq!(state(&rig), "open");
    rig.run(&["vault", "lock"]).good();
    rig.verified();
}
