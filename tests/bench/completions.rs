//! Completions: a real bash completes with ours, and every shell is offered every verb and option that is not hidden.

#![expect(clippy::disallowed_methods, reason = "a test runs shells")]

use super::bench_rig::{Rig, aloud, ran};
use aoxanh::cli::Cli;
use clap::CommandFactory;
use std::fs;
use std::process::Command;

/// Every verb, every long option that is shown, every long option that is hidden.
#[derive(Default)]
struct Shape {
    verbs: Vec<String>,
    shown: Vec<String>,
    hidden: Vec<String>,
}

impl Shape {
    fn read() -> Self {
        let mut shape = Self::default();
        shape.add(&Cli::command());
        assert!(shape.verbs.len() > 25 && shape.shown.len() > 40 && shape.hidden == ["practice"]);
        shape
    }

    fn add(&mut self, command: &clap::Command) {
        for arg in command.get_arguments() {
            let options = if arg.is_hide_set() { &mut self.hidden } else { &mut self.shown };
            options.extend(arg.get_long().map(str::to_owned));
        }
        for verb in command.get_subcommands().filter(|verb| !verb.is_hide_set()) {
            self.verbs.push(verb.get_name().to_owned());
            self.add(verb);
        }
    }
}

/// What bash offers where the last word is being typed.
fn offered(script: &std::path::Path, line: &str) -> Vec<String> {
    let ask = r#"source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
        $(complete -p aoxanh | sed 's/.*-F \([^ ]*\).*/\1/') aoxanh "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
        printf '%s\n' "${COMPREPLY[@]}""#;
    let mut command = Command::new("bash");
    command.args(["--norc", "--noprofile", "-c", ask, "bash"]).arg(script).args(line.split(' '));
    let told = ran(&mut command).good();
    assert_eq!(told.err, "");
    told.out.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

#[test]
fn a_real_bash_completes_verbs_options_and_choices_and_offers_nothing_hidden() {
    let rig = Rig::empty();
    let script = rig.home().join("aoxanh.bash");
    fs::write(&script, rig.run(&["completions", "bash"]).good().out).expect("written");
    for (line, expected) in [
        ("aoxanh wi", &["wipe"][..]),
        ("aoxanh wipe X --di", &["--disk"]),
        ("aoxanh tag s", &["show", "swap", "sheet", "shelf"]),
        ("aoxanh image write X --man", &["--manifest"]),
        ("aoxanh intake --kind lap", &["laptop"]),
        ("aoxanh completions ", &["bash", "zsh", "fish"]),
        ("aoxanh open --prac", &[]),
        ("aoxanh verify --st", &["--station"]),
    ] {
        let offered: Vec<_> = offered(&script, line)
            .into_iter()
            .filter(|word| expected.is_empty() || !word.starts_with('-') || expected[0].starts_with('-'))
            .collect();
        assert_eq!(offered, expected, "{line}");
    }
    let verbs = offered(&script, "aoxanh ");
    for verb in Cli::command().get_subcommands().filter(|verb| !verb.is_hide_set()) {
        assert!(verbs.contains(&verb.get_name().to_owned()), "{verbs:?}");
    }
}

#[test]
fn every_shell_gets_every_verb_and_option_with_its_text() {
    let (rig, shape) = (Rig::empty(), Shape::read());
    for shell in ["bash", "zsh", "fish"] {
        for (lang, text) in [("vi", "ngôn ngữ"), ("en", "language")] {
            let script = rig.run(&["--lang", lang, "completions", shell]).good().out;
            let words: Vec<&str> = script.split(|c: char| !c.is_alphanumeric() && c != '-').collect();
            let has = |word: &str| words.iter().any(|known| known.trim_start_matches('-') == word);
            for word in shape.verbs.iter().chain(&shape.shown) {
                assert!(has(word), "{shell}: {word}");
            }
            let option = |name: &str| [format!("--{name}"), format!("-l {name}")];
            for word in shape.hidden.iter().flat_map(|name| option(name)) {
                assert!(!script.contains(&word), "{shell}: {word}");
            }
            assert!(shell == "bash" || script.contains(text), "{shell} {lang}");
        }
        let told = rig.json(&["completions", shell]).good().one("completions");
        assert_eq!(told["script"], rig.run(&["completions", shell]).good().out.as_str());
        let file = rig.home().join(shell);
        fs::write(&file, told["script"].as_str().expect("text")).expect("written");
        match Command::new(shell).arg("-n").arg(&file).output() {
            Ok(read) => assert!(read.status.success() && read.stderr.is_empty(), "{shell}: {read:?}"),
            Err(_absent) if shell != "bash" => {}
            Err(error) => aloud(&format!("NOT RUN: no bash: {error}")),
        }
    }
    rig.run(&["completions", "tcsh"]).refused(2, &["tcsh"]);
}
