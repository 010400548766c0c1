//! The log of the built program: what is in it, what never is, and that it never stands in the way.

#![expect(clippy::disallowed_methods, reason = "a test looks at the files the program made")]

use super::bench_rig::{PASSPHRASE, PIN, Rig, can_loop, ran};
use aoxanh::unit::Bytes;
use std::fs;

const LEAD: &str = "Đội Trưởng Chim-Hoàng-Yến";
const TEAM: &str = "Đội Chim-Hoàng-Yến";
const DONOR: &str = "Nhà Tài Trợ Chim-Hoàng-Yến";
const TYPED: &str = "Hoàng-Yến-gõ-nhầm";

#[test]
fn nobodys_name_and_nothing_that_was_typed_stands_in_the_log() {
    let rig = Rig::empty();
    let (pin, passphrase) = (rig.secret("pin"), rig.secret("passphrase"));
    let open = ["open", "--team", TEAM, "--lead", LEAD, "--pin-file", &pin, "--passphrase-file", &passphrase];
    let sheets = rig.secret("phieu");
    let opened = rig.json(&[&open[..], &["--sheets", &sheets]].concat()).good().one("opened");
    let lead = opened["lead"].as_str().expect("text").to_owned();
    rig.run(&["--by", &lead, "--pin-file", &pin, "lot", "open", "--donor", DONOR]).good();
    rig.run(&["intake", "--donor", DONOR, "--consent-erase"]).good();
    rig.run(&["--by", LEAD, "--pin-file", &pin, "person", "list"]).good();
    rig.run(&["vault", "lock"]).good();
    rig.run(&["vault", "unlock", "--passphrase-file", &passphrase]).good();
    fs::write(rig.home().join("wrong"), format!("{TYPED}-mật-khẩu\n")).expect("written");
    let folder = rig.home().join(TYPED);
    let path = folder.to_str().expect("UTF-8");
    for wrong in [
        &["history", TYPED][..],
        &["intake", "--donor", DONOR, "--kind", TYPED],
        &["intake", "--lot", TYPED],
        &["tag", "read", path],
        &["verify", "--against", TYPED],
        &["verify", "--team-key", TYPED],
        &["verify", &format!("--{TYPED}")],
        &["image", "manifest", path, "--id", TYPED, "--name", DONOR, "--os", TYPED],
        &["--by", TYPED, "disks"],
        &["--station", path, "disks"],
        &["check", TYPED, &format!("{TYPED}=works")],
        &[TYPED],
        &["--by", &lead, "--pin-file", "wrong", "person", "list"],
        &["--by", LEAD, "--pin-file", "wrong", "person", "list"],
        &["vault", "unlock", "--passphrase-file", "wrong"],
    ] {
        let run = rig.run(wrong);
        assert!(run.code > 0 && !run.err.is_empty(), "{wrong:?}: {run:#?}");
    }
    rig.run(&["export", path]).good();
    let tag = rig.device().tag;
    let own = rig.station().join("profiles/spec");
    fs::create_dir_all(&own).expect("made");
    fs::write(own.join(format!("{TYPED}.toml")), format!("{TYPED} = {DONOR}\n")).expect("written");
    rig.run(&["inspect", &tag]).refused(65, &[TYPED]);
    let log = rig.logged();
    for word in [LEAD, DONOR, TEAM, TYPED, PIN, PASSPHRASE, "Chim-Hoàng-Yến", "gõ-nhầm", "Hoàng"] {
        assert!(!log.contains(word), "{word}: {log}");
    }
    assert!(!log.contains(rig.home().to_str().expect("UTF-8")), "no path of a person: {log}");
    let told = |words: &[&str]| log.lines().any(|line| words.iter().all(|word| line.contains(word)));
    let id = rig.verified()["station"].as_str().expect("text").to_owned();
    for words in [
        &["INFO begin", "version=\"0.1.0\"", "verb=\"open\""][..],
        &["INFO end", "verb=\"open\"", "exit=0", "ms="],
        &["INFO station", &id[..16]],
        &["INFO record", "seq=4", "kind=\"LotOpened\""],
        &["INFO record", "kind=\"DeviceReceived\"", "device=\"m-"],
        &["WARN failure", "trouble=\"usage\"", "what=\"tag-wrong\""],
        &["INFO end", "verb=\"history\"", "exit=2"],
        &["WARN failure", "trouble=\"io\"", "what=\"file-unreadable\"", "errno=2"],
        &["INFO begin", "verb=\"image manifest\""],
        &["INFO begin", "verb=\"\""],
    ] {
        assert!(told(words), "{words:?}: {log}");
    }
}

#[test]
fn a_refusal_is_logged_with_its_rule_and_a_broken_ledger_with_our_own_error() {
    let rig = Rig::normal();
    let device = rig.device();
    rig.run(&["handover", &device.tag]).refused(1, &["["]);
    rusqlite::Connection::open(rig.station().join("ledger.db"))
        .and_then(|file| {
            file.execute_batch("DROP TRIGGER record_stays; UPDATE record SET leaf = zeroblob(32) WHERE seq = 1")
        })
        .expect("spoiled");
    rig.run(&["verify"]).refused(1, &["bản ghi 1"]);
    let log = rig.logged();
    let line = |word: &str| log.lines().find(|line| line.contains(word)).expect("logged").to_owned();
    assert!(line("rule=").contains("what=\"rule-give-"), "{log}");
    assert!(line("verify-broken").contains("detail=\"record 1"), "{log}");
}

#[test]
fn a_wipe_is_logged_from_start_to_end_and_in_practice_every_line_says_so() {
    let rig = Rig::practice();
    let device = rig.device();
    let disk = rig.disk("dia", Bytes::mib(80));
    if !can_loop(&disk) {
        return;
    }
    let code = rig.code(&disk);
    rig.run(&["wipe", &device.tag, "--disk", disk.name(), "--confirm", &code]).good();
    rig.run(&["wipe", &device.tag, "--disk", "khong-co"]).refused(2, &["khong-co"]);
    let log = rig.logged();
    assert!(log.lines().all(|line| line.contains(" LUYỆN TẬP ")), "{log}");
    let at = |text: &str| log.find(text).unwrap_or_else(|| unreachable!("{text}: {log}"));
    let order = [
        at("verb=\"wipe\""),
        at("kind=\"WipeStarted\""),
        at("phase=\"write\""),
        at("mark=83886080"),
        at("phase=\"read_back\""),
        at("kind=\"WipeEnded\""),
        at("result=\"Erased\""),
        at("end verb=\"wipe\" exit=0"),
    ];
    assert!(order.is_sorted(), "{order:?}: {log}");
    let jobs: Vec<_> = log.match_indices("job=\"j-").map(|(at, _)| &log[at..at + 23]).collect();
    assert!(jobs.len() == 2 && jobs[0] == jobs[1], "start and end name the job: {jobs:?}");
}

#[test]
fn a_log_that_cannot_be_written_fails_no_verb_and_is_told_once() {
    let rig = Rig::normal();
    fs::write(rig.home().join("file"), "").expect("written");
    let with = |name: &str, value: &str, args: &[&str]| ran(rig.command(args).env(name, value));
    let full = rig.home().join("full");
    fs::create_dir(&full).expect("made");
    for day in days() {
        std::os::unix::fs::symlink("/dev/full", full.join(format!("aoxanh-{day}.log"))).expect("linked");
    }
    for folder in ["file/log", "/proc/none/log", "full"] {
        for args in [&["verify"][..], &["--json", "verify"]] {
            let run = with("AOXANH_LOG_DIR", folder, args).good();
            assert_eq!(run.err.lines().count(), 1, "{run:#?}");
            assert!(run.err.starts_with("! ") && run.err.contains(folder), "{run:#?}");
        }
        let failing = with("AOXANH_LOG_DIR", folder, &["history", "x"]);
        assert_eq!((failing.code, failing.err.matches("! ").count()), (2, 1), "{failing:#?}");
    }
    let run = with("AOXANH_LOG", "lots", &["verify"]).good();
    assert!(run.err.lines().count() == 1 && run.err.contains("AOXANH_LOG"), "{run:#?}");
    assert!(with("AOXANH_LOG", "warn", &["verify"]).good().err.is_empty());
}

/// Today and tomorrow in Vietnam, should midnight fall into the test.
fn days() -> [String; 2] {
    use aoxanh::port::Clock;
    let now = aoxanh::linux::SystemClock::new().now();
    [now, now.plus(std::time::Duration::from_hours(24))].map(aoxanh::unit::Moment::local_day)
}

#[test]
fn how_much_and_where_is_for_the_environment_to_say() {
    let rig = Rig::empty();
    let run = |level: &str| {
        let folder = rig.home().join(level);
        let mut command = rig.command(&["history", "x"]);
        ran(command.env("AOXANH_LOG", level).env("AOXANH_LOG_DIR", &folder));
        fs::read_dir(folder).ok().and_then(|mut files| fs::read_to_string(files.next()?.ok()?.path()).ok())
    };
    assert_eq!(run("off"), None);
    assert!(run("error").is_none_or(|log| log.is_empty()));
    let warned = run("warn").expect("a file");
    assert!(warned.contains("WARN failure") && !warned.contains("INFO"), "{warned}");
    for plain in [&["--help"][..], &["--version"], &["wipe", "--help"]] {
        ran(rig.command(plain).env("AOXANH_LOG_DIR", rig.home().join("helped"))).good();
    }
    assert!(!rig.home().join("helped").exists(), "help needs no log");
    let mut command = rig.command(&["history", "x"]);
    ran(command.env_remove("AOXANH_LOG_DIR").env("XDG_STATE_HOME", rig.home().join("state")));
    assert_eq!(fs::read_dir(rig.home().join("state/aoxanh/log")).expect("made").count(), 1);
    let mut command = rig.command(&["history", "x"]);
    ran(command.env_remove("AOXANH_LOG_DIR"));
    assert_eq!(fs::read_dir(rig.home().join(".local/state/aoxanh/log")).expect("made").count(), 1);
}
