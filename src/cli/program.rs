//! The program for other programs: completions for shells, pages for `man`; in the person's language.
//!
//! Invariant: what `--help` hides stays hidden here too.

use super::args_program::{CompletionsArgs, ManArgs, ShellArg};
use super::help::command;
use super::out::Out;
use crate::port::{Failure, Files, Trouble};
use crate::word::{Sentence, Words, say};
use clap::Command;
use clap_complete::Shell;
use clap_mangen::Man;
use serde_json::json;

/// The name that is typed.
const NAME: &str = "aoxanh";

/// Prints the completions of a shell. Needs no station.
pub fn run_completions(args: &CompletionsArgs, out: &mut Out<'_>) -> Result<(), Failure> {
    let (shell, word) = match args.shell {
        ShellArg::Bash => (Shell::Bash, "bash"),
        ShellArg::Zsh => (Shell::Zsh, "zsh"),
        ShellArg::Fish => (Shell::Fish, "fish"),
    };
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut shown(&command(out.words())), NAME, &mut script);
    let script = String::from_utf8_lossy(&script);
    out.object("completions", json!({ "shell": word, "script": script }))?;
    out.raw(&script)
}

/// Writes the manual pages into a new folder. Needs no station. Errors: the folder is not empty, or cannot be written.
pub fn run_man(args: &ManArgs, files: &dyn Files, out: &mut Out<'_>) -> Result<(), Failure> {
    let pages = pages(out.words())?;
    files.make_empty_folder(&args.to)?;
    for (name, page) in &pages {
        files.write(&args.to.join(name), page.as_bytes())?;
    }
    let folder = args.to.display().to_string();
    let names: Vec<&String> = pages.iter().map(|(name, _)| name).collect();
    out.object("man", json!({ "folder": folder, "pages": names }))?;
    let count = u64::try_from(pages.len()).unwrap_or(u64::MAX);
    out.say(&say!("man-written", count = count, folder = folder))
}

/// The command without what `--help` hides: shells would offer it.
fn shown(command: &Command) -> Command {
    let about = command.get_about().cloned().unwrap_or_default();
    let args = command.get_arguments().filter(|arg| !arg.is_hide_set());
    // Each verb carries its own copy of the options that all have.
    let args = args.map(|arg| arg.clone().global(false));
    let verbs = command.get_subcommands().filter(|verb| !verb.is_hide_set()).map(shown);
    Command::new(command.get_name().to_owned())
        .about(about)
        .version(env!("CARGO_PKG_VERSION"))
        .disable_help_flag(true)
        .disable_version_flag(true)
        .disable_help_subcommand(true)
        .args(args)
        .subcommands(verbs)
}

/// Every page: its file's name and its text.
fn pages(words: &Words) -> Result<Vec<(String, String)>, Failure> {
    let mut pages = Vec::new();
    add_page(&command(words), words, &mut pages)?;
    Ok(pages)
}

fn add_page(command: &Command, words: &Words, pages: &mut Vec<(String, String)>) -> Result<(), Failure> {
    let man = Man::new(command.clone()).source(format!("{NAME} {}", env!("CARGO_PKG_VERSION"))).manual(NAME);
    let mut page = Vec::new();
    let failed = |error| Failure::new(Trouble::Io, say!("output-failed")).because(error);
    man.render(&mut page).map_err(failed)?;
    pages.push((man.get_filename(), in_our_words(&String::from_utf8_lossy(&page), words)));
    command.get_subcommands().filter(|verb| !verb.is_hide_set()).try_for_each(|verb| add_page(verb, words, pages))
}

/// The page with its headings in the person's language. Text that begins with a dot is escaped, so a line that looks like
/// a heading is one.
fn in_our_words(page: &str, words: &Words) -> String {
    let heading = |line: &str| -> Option<Sentence> {
        Some(match line.strip_prefix(".SH ")? {
            "NAME" => say!("man-name"),
            "SYNOPSIS" => say!("man-synopsis"),
            "DESCRIPTION" => say!("man-description"),
            "EXTRA" => say!("man-notes"),
            "VERSION" => say!("man-version"),
            _ours => return None,
        })
    };
    let line = |line: &str| match heading(line) {
        Some(heading) => format!(".SH \"{}\"\n", words.say(&heading)),
        None => format!("{line}\n"),
    };
    page.lines().map(line).collect()
}
