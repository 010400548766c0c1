//! Help texts in the person's language, put over the bare shape of the arguments.
//!
//! Invariant: every verb and argument has a text in both languages (a test asks for each).

use super::args::Cli;
use crate::word::{Lang, Sentence, Words, say};
use clap::error::ErrorKind;
use clap::{Command, CommandFactory, FromArgMatches};
use std::ffi::OsString;

/// The language asked for on a command line that may still be wrong, or in the environment.
#[must_use]
pub fn asked_lang(args: &[OsString], environment: Option<&str>) -> Lang {
    let texts: Vec<_> = args.iter().filter_map(|arg| arg.to_str()).collect();
    let joined = texts.iter().find_map(|text| text.strip_prefix("--lang="));
    let apart = texts.windows(2).find(|pair| pair[0] == "--lang").map(|pair| pair[1]);
    joined.or(apart).or(environment).and_then(|text| text.parse().ok()).unwrap_or_default()
}

/// Reads a command line. Errors: what clap says, with its exit code (2, or 0 for `--help` and `--version`).
pub fn parse(args: Vec<OsString>, words: &Words) -> Result<Cli, clap::Error> {
    Cli::from_arg_matches(&command(words).try_get_matches_from(args)?)
}

/// Whether something is said beside options: a verb, a wrong verb, or a cry for help. What is no command line at all counts.
#[must_use]
pub fn has_verb(args: &[OsString]) -> bool {
    let asked = Cli::command().try_get_matches_from(args);
    asked.err().is_none_or(|error| {
        !matches!(error.kind(), ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand)
            || args.iter().skip(1).any(|arg| Cli::command().find_subcommand(arg).is_some())
    })
}

/// The whole shape of the command line, worded.
pub(super) fn command(words: &Words) -> Command {
    let mut command = worded(Cli::command(), "aoxanh", words);
    command.build();
    command
}

/// Its own text, those of its arguments and of its verbs: messages `help-wipe`, `help-wipe-disk`, `help-tag-show-png`.
fn worded(command: Command, path: &str, words: &Words) -> Command {
    // words: help-*
    let text = |key: String| words.say(&Sentence::new(key));
    let template = words.say(&say!("help-template"));
    let verbs: Vec<String> = command.get_subcommands().map(|verb| verb.get_name().to_owned()).collect();
    let (about, after) = about_and_after(&text(format!("help-{path}")));
    let mut place = 0;
    let mut command = command
        .mut_args(|arg| {
            place += 1;
            let id = arg.get_id().as_str().replace('_', "-");
            let key = if arg.is_global_set() { format!("help-aoxanh-{id}") } else { format!("help-{path}-{id}") };
            let heading =
                if arg.is_positional() { say!("help-heading-arguments") } else { say!("help-heading-options") };
            // Those of every verb stand after the verb's own.
            let order = if arg.is_global_set() { 100 + place } else { place };
            let help = with_choices(text(key), &arg, words);
            let arg = arg.help(help).long_help(None).help_heading(words.say(&heading)).display_order(order);
            let takes = arg.get_action().takes_values();
            arg.hide_default_value(takes).hide_possible_values(takes).hide_env(true)
        })
        .about(about)
        .long_about(None)
        .after_help(after)
        .disable_help_flag(true)
        .disable_version_flag(true)
        .help_template(template)
        .subcommand_help_heading(words.say(&say!("help-heading-verbs")))
        .arg(
            clap::Arg::new("help")
                .short('h')
                .long("help")
                .action(clap::ArgAction::Help)
                .display_order(200)
                .help_heading(words.say(&say!("help-heading-options")))
                .help(text("help-help".to_owned())),
        );
    if path == "aoxanh" {
        let version = clap::Arg::new("version").short('V').long("version").action(clap::ArgAction::Version);
        let version = version.display_order(201);
        command = command
            .arg(version.help(text("help-version".to_owned())).help_heading(words.say(&say!("help-heading-options"))));
    }
    for verb in verbs {
        let inner = if path == "aoxanh" { verb.clone() } else { format!("{path}-{verb}") };
        command = command.mut_subcommand(verb, |sub| worded(sub, &inner, words));
    }
    command
}

/// What stands in the list of verbs, and what only the verb's own page says below its arguments: its example.
fn about_and_after(text: &str) -> (String, String) {
    let (about, after) = text.split_once(". ").unwrap_or((text, ""));
    (about.to_owned(), after.to_owned())
}

/// The text with what may be typed, what counts where nothing is, and the variable that is looked at: clap would say
/// these in English.
fn with_choices(mut text: String, arg: &clap::Arg, words: &Words) -> String {
    let mut add = |sentence: Sentence| text = format!("{text} [{}]", words.say(&sentence));
    let values: Vec<_> = arg.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect();
    if arg.get_action().takes_values() && !values.is_empty() {
        add(say!("help-one-of", values = values.join(", ")));
    }
    let default: Vec<_> = arg.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
    if arg.get_action().takes_values() && !default.is_empty() {
        add(say!("help-default", value = default.join(" ")));
    }
    if let Some(variable) = arg.get_env() {
        add(say!("help-variable", variable = variable.to_string_lossy().into_owned()));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(command: &Command, path: &str, into: &mut Vec<String>) {
        into.push(format!("help-{path}"));
        for arg in command.get_arguments().filter(|arg| !["help", "version"].contains(&arg.get_id().as_str())) {
            let id = arg.get_id().as_str().replace('_', "-");
            into.push(if arg.is_global_set() { format!("help-aoxanh-{id}") } else { format!("help-{path}-{id}") });
        }
        for verb in command.get_subcommands() {
            let inner =
                if path == "aoxanh" { verb.get_name().to_owned() } else { format!("{path}-{}", verb.get_name()) };
            keys(verb, &inner, into);
        }
    }

    #[test]
    fn every_verb_and_argument_has_its_help_in_both_languages() {
        let mut wanted = Vec::new();
        keys(&Cli::command(), "aoxanh", &mut wanted);
        assert!(wanted.len() > 60, "{}", wanted.len());
        for lang in [Lang::Vi, Lang::En] {
            let words = Words::new(lang, None).expect("embedded");
            let missing: Vec<_> = wanted.iter().filter(|key| !words.has(key)).collect();
            assert!(missing.is_empty(), "{lang}: {missing:#?}");
        }
    }

    #[test]
    fn the_language_is_known_before_the_rest_is_right() {
        let args = |text: &str| text.split(' ').map(OsString::from).collect::<Vec<_>>();
        assert_eq!(asked_lang(&args("aoxanh --lang en wipe"), None), Lang::En);
        assert_eq!(asked_lang(&args("aoxanh wipe --lang=en --nonsense"), None), Lang::En);
        assert_eq!(asked_lang(&args("aoxanh wipe"), Some("en")), Lang::En);
        assert_eq!(asked_lang(&args("aoxanh --lang klingon"), None), Lang::Vi);
    }
}
