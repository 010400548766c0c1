//! A command line that makes no sense, in one line of the person's language, with clap's own words behind it.

use super::args::Cli;
use crate::port::{Failure, Trouble};
use crate::word::{Sentence, say};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, CommandFactory};
use std::ffi::OsString;

/// What clap refused, as a failure; none where it has help or the version to show.
#[must_use]
pub fn usage_failure(error: &clap::Error, args: &[OsString]) -> Option<Failure> {
    let hint = say!("usage-hint", command = help_command(args));
    let failure = Failure::new(Trouble::Usage, what(error)?).hint(hint);
    Some(Failure { cause: detail(error), ..failure })
}

#[expect(clippy::wildcard_enum_match_arm, reason = "clap may learn more kinds of error")]
fn what(error: &clap::Error) -> Option<Sentence> {
    let told = |kind| context(error, kind);
    let argument = told(ContextKind::InvalidArg);
    Some(match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => return None,
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand | ErrorKind::MissingSubcommand => {
            say!("usage-missing-verb")
        }
        ErrorKind::InvalidSubcommand => say!("usage-unknown-verb", verb = told(ContextKind::InvalidSubcommand)),
        ErrorKind::UnknownArgument => say!("usage-unknown-argument", argument = argument),
        ErrorKind::MissingRequiredArgument => say!("usage-missing-argument", argument = argument),
        ErrorKind::ArgumentConflict => {
            say!("usage-conflict", argument = argument, other = told(ContextKind::PriorArg))
        }
        ErrorKind::InvalidValue if told(ContextKind::InvalidValue).is_empty() => {
            say!("usage-missing-value", argument = argument)
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            say!("usage-value", value = told(ContextKind::InvalidValue), argument = argument)
        }
        ErrorKind::InvalidUtf8 => say!("usage-not-text"),
        _other => say!("usage-wrong"),
    })
}

fn context(error: &clap::Error, kind: ContextKind) -> String {
    match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(", "),
        Some(_) | None => String::new(),
    }
}

/// Clap's own words without its heading, its usage and its pointer to `--help`.
fn detail(error: &clap::Error) -> Option<String> {
    let text = error.render().to_string();
    // Where no verb was typed, clap's words are its whole help.
    let lines = text.strip_prefix("error: ")?.lines().map(str::trim).take_while(|line| !line.starts_with("Usage:"));
    let lines: Vec<_> = lines.filter(|line| !line.is_empty() && !line.starts_with("For more information")).collect();
    Some(lines.join(" "))
}

/// The command that shows the help of the verb that was meant.
fn help_command(args: &[OsString]) -> String {
    let verb = typed_verb(args);
    if verb.is_empty() { "aoxanh --help".to_owned() } else { format!("aoxanh {verb} --help") }
}

/// The verb that was typed, as far as it is one of ours: `image write`. Nothing else that was typed comes through.
#[must_use]
pub fn typed_verb(args: &[OsString]) -> String {
    let mut command: Command = Cli::command();
    let mut typed = Vec::new();
    for name in args.iter().skip(1).filter_map(|arg| arg.to_str()) {
        let Some(verb) = command.find_subcommand(name).cloned() else { continue };
        typed.push(verb.get_name().to_owned());
        command = verb;
    }
    typed.join(" ")
}

#[cfg(test)]
mod tests {
    use super::super::help::parse;
    use super::*;
    use crate::word::{Lang, Words};

    fn said(line: &str) -> (String, Failure) {
        let words = Words::new(Lang::Vi, None).expect("embedded");
        let args: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        let error = parse(args.clone(), &words).expect_err("a wrong line");
        let failure = usage_failure(&error, &args).expect("no help");
        (words.say(&failure.what), failure)
    }

    #[test]
    fn every_kind_of_wrong_line_says_what_is_wrong_and_where_help_is() {
        for (line, says, hint) in [
            ("aoxanh", "Thiếu lệnh", "aoxanh --help"),
            ("aoxanh tag", "Thiếu lệnh", "aoxanh tag --help"),
            ("aoxanh wip X", "\"wip\"", "aoxanh --help"),
            ("aoxanh wipe X --frob", "\"--frob\"", "aoxanh wipe --help"),
            ("aoxanh wipe X", "--disk <DISK>", "aoxanh wipe --help"),
            ("aoxanh wipe X --disk", "--disk", "aoxanh wipe --help"),
            ("aoxanh intake --kind fridge", "\"fridge\"", "aoxanh intake --help"),
            ("aoxanh intake --lot 7", "\"7\"", "aoxanh intake --help"),
            ("aoxanh allocate X --recipient r-0000000000000000 --new-recipient", "--new-recipient", "allocate --help"),
            ("aoxanh verify --lang klingon", "\"klingon\"", "aoxanh verify --help"),
        ] {
            let (text, failure) = said(line);
            assert!(text.contains(says) && !text.contains('\n'), "{line}: {text}");
            let hinted = format!("{:?}", failure.hint);
            assert!(hinted.contains(hint), "{line}: {hinted}");
            let cause = failure.cause.unwrap_or_default();
            assert!(!cause.contains('\n') && !cause.contains("Usage"), "{line}: {cause}");
        }
    }

    #[test]
    fn asking_for_help_is_no_failure() {
        let words = Words::new(Lang::En, None).expect("embedded");
        for line in ["aoxanh --help", "aoxanh wipe --help", "aoxanh --version"] {
            let args: Vec<OsString> = line.split(' ').map(OsString::from).collect();
            let error = parse(args.clone(), &words).expect_err("help");
            assert!(usage_failure(&error, &args).is_none(), "{line}");
        }
    }
}
