//! The questions that a new station asks, and the sheets that go with it.

use super::args_people::OpenArgs;
use super::out::Out;
use super::question::{answer, missing, new_secret};
use crate::port::{Ask, Failure};
use crate::tag::{Drawing, Ground, Qr};
use crate::word::{Words, say};
use crate::workbench::{
    LEAST_PASSPHRASE, ProfileChoice, SetUp, TeamKey, check_domain, check_name, check_passphrase, check_pin,
    check_place, check_team,
};
use std::path::{Path, PathBuf};

/// Printed in tags where the team has no domain of its own: it can never exist (RFC 2606 §2).
pub const NO_DOMAIN: &str = "AOXANH.INVALID";

/// Answers for a new station, and where the recovery sheets go: none to show them on the terminal.
#[derive(Clone, Debug)]
pub struct Answers {
    /// What the station is made of.
    pub setup: SetUp,
    /// Where the sheets go.
    pub sheets: Option<PathBuf>,
}

/// Asks for what the command line leaves out. Errors: recovery sheets may not lie where they are sent; something is missing and nobody is there to ask.
pub fn ask_set_up(
    args: &OpenArgs,
    pin_file: Option<&Path>,
    ask: &dyn Ask,
    check_sheets: &dyn Fn(&Path) -> Result<(), Failure>,
    out: &mut Out<'_>,
) -> Result<Answers, Failure> {
    args.sheets.as_deref().map_or(Ok(()), check_sheets)?;
    let guest = out.words().say(&say!("guest-name"));
    if args.practice {
        let lead = args.lead.as_deref().ok_or_else(|| missing("--lead"))?;
        let domain = args.domain.as_deref().unwrap_or(NO_DOMAIN);
        return Ok(Answers { setup: SetUp::practice(lead, &guest, domain), sheets: None });
    }
    let mut given = |text: &Option<String>, question, flag, check: &dyn Fn(&str) -> Result<(), Failure>| match text {
        Some(text) => check(text).map(|()| text.clone()),
        None => answer(ask, out, &question, flag, check),
    };
    let team = given(&args.team, say!("ask-team"), "--team", &check_team)?;
    let name = |text: &str| check_name(text).map(|_name| ());
    let lead = given(&args.lead, say!("ask-lead"), "--lead", &name)?;
    let pin = new_secret(ask, out, &say!("ask-lead-pin"), "--pin-file", pin_file, &check_pin)?;
    let question = say!("ask-new-passphrase", least = LEAST_PASSPHRASE as u64);
    let file = args.passphrase_file.as_deref();
    let passphrase = new_secret(ask, out, &question, "--passphrase-file", file, &check_passphrase)?;
    let domain = optional(args.domain.as_deref(), &say!("ask-domain", none = NO_DOMAIN), ask, out, &check_domain)?;
    let place = optional(args.place.as_deref(), &say!("ask-place"), ask, out, &check_place)?;
    let profile = optional(args.profile.as_deref(), &say!("ask-profile"), ask, out, &|_text| Ok(()))?;
    let team_key = match (&args.team_key, &args.team_key_to) {
        (Some(file), _) => TeamKey::From(file.clone()),
        (None, Some(file)) => TeamKey::NewAt(file.clone()),
        (None, None) => TeamKey::New,
    };
    let setup = SetUp {
        team: team.trim().to_owned(),
        place: place.unwrap_or_default(),
        lead,
        pin,
        guest,
        passphrase: Some(passphrase),
        domain: domain.unwrap_or_else(|| NO_DOMAIN.to_owned()),
        profile: profile.map_or(ProfileChoice::Suitable, |text| profile_choice(&text)),
        team_key,
    };
    setup.check()?;
    Ok(Answers { setup, sheets: sheets_folder(args.sheets.as_deref(), ask, check_sheets, out)? })
}

/// A file where the text looks like one, else the id of one of the program's own.
fn profile_choice(text: &str) -> ProfileChoice {
    let is_file = text.contains('/') || Path::new(text).extension().is_some_and(|ending| ending == "toml");
    if is_file { ProfileChoice::File(text.into()) } else { ProfileChoice::Known(text.to_owned()) }
}

/// What is given, else what is answered; none for an empty answer, or where nobody is there.
fn optional(
    given: Option<&str>,
    question: &crate::word::Sentence,
    ask: &dyn Ask,
    out: &mut Out<'_>,
    check: &dyn Fn(&str) -> Result<(), Failure>,
) -> Result<Option<String>, Failure> {
    if let Some(text) = given {
        return check(text).map(|()| Some(text.to_owned()));
    }
    let or_empty = |text: &str| if text.is_empty() { Ok(()) } else { check(text) };
    match answer(ask, out, question, "", &or_empty) {
        Ok(text) => Ok(Some(text).filter(|text| !text.is_empty())),
        Err(failure) if failure.what.key() == "ask-missing" => Ok(None),
        Err(failure) => Err(failure),
    }
}

/// Where recovery sheets go; none to show them on the terminal. Errors: no folder is named, and nobody would see them.
fn sheets_folder(
    given: Option<&Path>,
    ask: &dyn Ask,
    check: &dyn Fn(&Path) -> Result<(), Failure>,
    out: &mut Out<'_>,
) -> Result<Option<PathBuf>, Failure> {
    if let Some(folder) = given {
        return Ok(Some(folder.to_owned()));
    }
    if out.is_json() {
        return Err(missing("--sheets"));
    }
    let or_empty = |text: &str| if text.is_empty() { Ok(()) } else { check(Path::new(text)) };
    let text = answer(ask, out, &say!("ask-sheets"), "--sheets", &or_empty)?;
    Ok(Some(PathBuf::from(text)).filter(|folder| !folder.as_os_str().is_empty()))
}

/// A recovery sheet to be printed.
#[derive(Clone, Copy, Debug)]
pub struct Sheet<'a> {
    /// The team.
    pub team: &'a str,
    /// The station, as people write it.
    pub station: &'a str,
    /// The day it was made, `2026-11-21`.
    pub day: &'a str,
    /// Which part.
    pub number: u64,
    /// Of how many.
    pub of: u64,
    /// The part, groups with dashes between.
    pub part: &'a str,
}

/// The sheet's text: whose it is, the part in four rows, the same as QR, and what to do with it.
pub fn sheet_text(words: &Words, sheet: &Sheet<'_>) -> Result<String, Failure> {
    let qr = Qr::of_text(sheet.part)
        .map_err(|error| Failure::new(crate::port::Trouble::BadData, error.sentence()).detail(&error))?;
    let groups: Vec<&str> = sheet.part.split('-').collect();
    let rows: Vec<_> = groups.chunks(4).map(|row| format!("    {}\n", row.join("-"))).collect();
    let rows = rows.concat();
    let title = words.say(&say!("sheet-title", number = sheet.number, of = sheet.of, team = sheet.team));
    let whose = words.say(&say!("sheet-whose", station = sheet.station, day = sheet.day));
    let how = words.say(&say!("sheet-how"));
    let keep = words.say(&say!("sheet-keep"));
    Ok(format!("{title}\n{whose}\n\n{rows}\n{}\n{how}\n{keep}\n", qr.terminal(Drawing::HalfBlocks, Ground::Light)))
}
