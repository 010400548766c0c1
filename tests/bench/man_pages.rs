//! Manual pages: one a verb, in both languages, and a real formatter reads them without a word of complaint.

#![expect(clippy::disallowed_methods, clippy::expect_used, reason = "a test looks at the files the program made")]

use super::bench_rig::{Rig, aloud, ran};
use aoxanh::cli::Cli;
use clap::CommandFactory;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Every page's file and the long options it must name, and those it must not.
fn wanted() -> BTreeMap<String, (Vec<String>, Vec<String>)> {
    fn add(command: &clap::Command, name: &str, into: &mut BTreeMap<String, (Vec<String>, Vec<String>)>) {
        let of = |hidden: bool| {
            let args = command.get_arguments().filter(move |arg| arg.is_hide_set() == hidden);
            args.filter_map(|arg| arg.get_long().map(str::to_owned)).collect::<Vec<_>>()
        };
        into.insert(format!("{name}.1"), (of(false), of(true)));
        for verb in command.get_subcommands().filter(|verb| !verb.is_hide_set()) {
            add(verb, &format!("{name}-{}", verb.get_name()), into);
        }
    }
    let mut pages = BTreeMap::new();
    add(&Cli::command(), "aoxanh", &mut pages);
    assert!(pages.len() > 25 && pages["aoxanh-open.1"].1 == ["practice"]);
    pages
}

fn pages(folder: &Path) -> BTreeMap<String, String> {
    let entries = fs::read_dir(folder).expect("made").map(|entry| entry.expect("read").path());
    let name = |path: &Path| path.file_name().expect("a file").to_string_lossy().into_owned();
    entries.map(|path| (name(&path), fs::read_to_string(&path).expect("UTF-8"))).collect()
}

#[test]
fn every_verb_has_a_page_with_its_options_in_both_languages() {
    let (rig, wanted) = (Rig::empty(), wanted());
    for (lang, headings, english) in [
        ("vi", ["TÊN", "CÁCH DÙNG", "MÔ TẢ", "TÙY CHỌN"], false),
        ("en", ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS"], true),
    ] {
        let told = rig.json(&["--lang", lang, "man", "--to", lang]).good().one("man");
        let pages = pages(&rig.home().join(lang));
        assert_eq!(pages.keys().collect::<Vec<_>>(), wanted.keys().collect::<Vec<_>>());
        assert_eq!(told["pages"].as_array().map(Vec::len), Some(pages.len()));
        for (name, page) in &pages {
            let plain = page.replace('\\', "");
            let (shown, hidden) = &wanted[name];
            assert!(shown.iter().all(|option| plain.contains(&format!("--{option}"))), "{name}: {plain}");
            assert!(hidden.iter().all(|option| !plain.contains(&format!("--{option}"))), "{name}: {plain}");
            assert!(plain.contains(&format!("aoxanh {}", env!("CARGO_PKG_VERSION"))), "{name}");
            for heading in headings {
                assert!(
                    page.contains(&format!(".SH \"{heading}\"")) || page.contains(&format!(".SH {heading}")),
                    "{heading}: {page}"
                );
            }
            for raw in [".SH NAME", ".SH OPTIONS", ".SH EXTRA", ".SH SUBCOMMANDS", "Possible values", "[default"] {
                assert!(english && raw != ".SH EXTRA" || !page.contains(raw), "{name}: {raw}");
            }
        }
    }
    rig.run(&["man", "--to", "vi"]).refused(2, &["vi"]);
}

#[test]
fn a_real_formatter_reads_every_page_without_complaint() {
    let rig = Rig::empty();
    if let Err(error) = Command::new("groff").arg("--version").output() {
        return aloud(&format!("NOT RUN: the formatter needs groff: {error}"));
    }
    for (lang, first, word) in [("vi", "TÊN", "Xóa một ổ đĩa"), ("en", "NAME", "Wipe")] {
        rig.run(&["--lang", lang, "man", "--to", lang]).good();
        for (name, _) in pages(&rig.home().join(lang)) {
            let path = rig.home().join(lang).join(&name);
            let read =
                ran(Command::new("groff").args(["-k", "-K", "utf8", "-man", "-Tutf8", "-ww", "-P-cbou"]).arg(&path))
                    .good();
            assert_eq!(read.err, "", "{lang} {name}");
            assert!(read.out.contains(first), "{lang} {name}: {}", read.out);
            assert!(name != "aoxanh-wipe.1" || read.out.contains(word), "{}", read.out);
        }
    }
}
