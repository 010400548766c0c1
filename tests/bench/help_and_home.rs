//! Help in both languages, and a program that needs nothing but itself.

#![expect(clippy::disallowed_methods, reason = "a test looks at the files the program made")]

use super::bench_rig::{Rig, ran};
use aoxanh::cli::Cli;
use aoxanh::tag::TagId;
use clap::CommandFactory;
use std::fs;
use std::os::unix::fs::PermissionsExt;

/// Every verb of the program and whether its help must show an example: all that do something by themselves, but practice.
fn verbs() -> Vec<(String, bool)> {
    fn add(command: &clap::Command, path: &str, into: &mut Vec<(String, bool)>) {
        into.push((path.to_owned(), !command.has_subcommands() && path != "practice"));
        for verb in command.get_subcommands().filter(|verb| !verb.is_hide_set()) {
            add(verb, format!("{path} {}", verb.get_name()).trim(), into);
        }
    }
    let mut all = Vec::new();
    add(&Cli::command(), "", &mut all);
    all
}

#[test]
fn every_verb_teaches_in_both_languages() {
    let rig = Rig::empty();
    let verbs = verbs();
    assert!(verbs.len() > 20 && verbs.contains(&("history".to_owned(), true)), "{verbs:?}");
    for (lang, example, options) in [("vi", "Ví dụ: aoxanh ", "Tùy chọn:"), ("en", "Example: aoxanh ", "Options:")]
    {
        for (verb, wants_example) in &verbs {
            let mut line: Vec<_> = verb.split(' ').filter(|word| !word.is_empty()).collect();
            line.extend(["--lang", lang, "--help"]);
            let help = rig.run(&line).good();
            let flat = help.out.split_whitespace().collect::<Vec<_>>().join(" ");
            assert_eq!(help.err, "");
            assert!(flat.contains(options), "{verb}: {flat}");
            // What clap would say by itself, in English.
            for raw in ["help-", "usage-", "{", "[default", "[possible", "[env"] {
                assert!(lang == "en" && raw == "[default" || !flat.contains(raw), "{verb} {lang}: {raw} in {flat}");
            }
            let shown = format!("{example}{verb}");
            let is_shown = flat.contains(&format!("{shown} ")) || flat.ends_with(&shown);
            assert!(!wants_example || is_shown, "{verb} {lang}: {flat}");
            assert!(help.out.lines().all(|text| text.chars().count() <= 100), "{verb} {lang}: {}", help.out);
        }
    }
    let help = rig.run(&["--help"]).good();
    let flat = help.out.split_whitespace().collect::<Vec<_>>().join(" ");
    for code in ["0 xong", "1 câu trả lời là không", "2 gõ sai lệnh", "65 ", "74 ", "75 "] {
        assert!(flat.contains(code), "{flat}");
    }
    assert!(!flat.contains("--practice"), "the tests' own switch is hidden");
    let listed = verbs.iter().filter(|(verb, _)| !verb.is_empty() && !verb.contains(' '));
    for (verb, _) in listed {
        assert!(help.out.contains(&format!("\n  {verb}")), "{verb}");
    }
}

#[test]
fn tags_shown_as_examples_would_be_read() {
    for lang in ["vi", "en"] {
        let texts =
            fs::read_to_string(super::bench_rig::root().join(format!("profiles/lang/{lang}.ftl"))).expect("ours");
        let shown: Vec<_> = texts.match_indices("7K3XQ-").map(|(at, _)| &texts[at..at + 13]).collect();
        assert!(shown.len() > 10, "{shown:?}");
        for tag in shown {
            assert!(TagId::read(tag).is_ok(), "{tag}");
        }
    }
}

#[test]
fn everything_needed_is_in_the_binary() {
    let rig = Rig::empty();
    rig.run(&["verify"]).refused(2, &["chưa có trạm"]);
    assert_eq!(fs::read_dir(rig.home()).expect("ours").count(), 0, "a refused verb leaves nothing");
    rig.open(&[]).good();
    let device = rig.device();
    for profile in ["laptop-desktop", "tablet", "btttt-2021"] {
        let said = rig.run(&["inspect", &device.tag, "--profile", profile]).good();
        assert!(said.out.contains("Kết luận: "), "{said:#?}");
    }
    rig.run(&["--lang", "en", "tag", "show", &device.tag]).good();
    rig.run(&["verify"]).good();
    let mut bare = rig.command(&["--station", "here", "open", "--practice", "--lead", "A"]);
    // Its log would go to the folder of whoever runs the tests.
    ran(bare.env_clear().env("AOXANH_LOG", "off")).good();
}

#[test]
fn a_folder_holds_one_station_with_keys_for_its_owner_only() {
    let rig = Rig::normal();
    let before = rig.verified();
    rig.open(&[]).refused(2, &["đã có một trạm"]);
    assert_eq!(rig.verified()["head"], before["head"]);
    for key in ["station.key", "team.key", "vault.lock", "codes.key"] {
        let mode = fs::metadata(rig.station().join(key)).expect("a key").permissions().mode();
        assert_eq!(mode & 0o7777, 0o600, "{key}");
    }
    let mode = fs::metadata(rig.station()).expect("a station").permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
    rig.run(&["--station", "khac", "open", "--practice", "--lead", "A", "--domain", "không hợp lệ"])
        .refused(2, &["tên miền"]);
    assert!(!rig.home().join("khac").exists());
}

const OWN: &str = r#"
id = "laptop-desktop"
name_vi = "Bộ tiêu chí riêng của đội"
name_en = "The team's own"
kinds = ["laptop", "desktop"]

[[criterion]]
fact = "memory.total"
at_least = "900 GB"
level = "required"
source = "đội tự đặt"
"#;

#[test]
fn the_stations_own_profile_wins_and_a_bad_one_is_refused_with_file_line_and_key() {
    let rig = Rig::normal();
    let device = rig.device();
    let folder = rig.station().join("profiles/spec");
    fs::create_dir_all(&folder).expect("made");
    let embedded =
        fs::read_to_string(super::bench_rig::root().join("profiles/spec/laptop-desktop.toml")).expect("in the clone");
    assert!(!embedded.contains("900 GB"));
    fs::write(folder.join("laptop-desktop.toml"), OWN).expect("written");
    let run = rig.json(&["inspect", &device.tag]).good();
    let told = run.one("inspected");
    assert_eq!(told["verdict"], "fail", "{told}");
    let finding = &told["findings"][0];
    let expected = [
        ("fact", "memory.total"),
        ("level", "required"),
        ("outcome", "failed"),
        ("need", "≥ 900 GB"),
        ("source", "đội tự đặt"),
    ];
    for (field, value) in expected {
        assert_eq!(finding[field], value, "{finding}");
    }
    let (found, text) = (finding["found"].as_str().expect("known"), finding["text"].as_str().expect("text"));
    assert!(found.ends_with("GB") && text.contains(found) && text.contains("900 GB"), "{finding}");
    assert!(run.all("fact").iter().all(|fact| ["certain", "estimated"].map(Into::into).contains(&fact["certainty"])));
    let said = rig.run(&["inspect", &device.tag]).good();
    assert!(said.out.contains("Bộ tiêu chí riêng của đội"), "{said:#?}");
    let before = rig.verified();
    fs::write(folder.join("laptop-desktop.toml"), OWN.replace("at_least", "at_leest")).expect("written");
    let refused = rig.run(&["inspect", &device.tag]);
    refused.refused(65, &["laptop-desktop.toml", "dòng 9", "at_leest"]);
    assert_eq!(rig.verified()["head"], before["head"]);
    rig.run(&["history", &device.tag]).good();
}

#[test]
fn the_stations_own_wording_wins_message_by_message_and_a_bad_file_is_refused() {
    let rig = Rig::normal();
    let device = rig.device();
    let folder = rig.station().join("profiles/lang");
    fs::create_dir_all(&folder).expect("made");
    fs::write(folder.join("vi.ftl"), "stage-received = vừa tới bàn\n").expect("written");
    let said = rig.run(&["history", &device.tag]).good();
    assert!(said.out.contains("vừa tới bàn") && said.out.contains("Nhận máy vào lô"), "{said:#?}");
    let english = rig.run(&["--lang", "en", "history", &device.tag]).good();
    assert!(english.out.contains("received") && !english.out.contains("vừa tới bàn"), "{english:#?}");
    fs::write(folder.join("vi.ftl"), "= hỏng\n").expect("written");
    rig.run(&["history", &device.tag]).refused(65, &["vi.ftl"]);
}
