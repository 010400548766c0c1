//! Verbs about people, rules that are lifted, wipes that are validated, and keys.

use super::args_people::{KeyRevokeArgs, OverrideArgs, PersonPinArgs, PersonVerb, ValidateArgs};
use super::out::Out;
use super::question::{known_secret, new_secret};
use super::show;
use crate::event::people::Role;
use crate::event::{By, How};
use crate::ledger::{PublicKey, SecretKey};
use crate::port::{Ask, Failure, Trouble};
use crate::unit::Secret;
use crate::word::say;
use crate::workbench::{self, Bench, Keys, PersonView, SignedIn, WipeSeen, check_pin, role_sentence};
use serde_json::json;
use std::path::Path;

/// Who is at the bench, as a command line says it.
#[derive(Clone, Copy, Debug)]
pub struct Arrival<'a> {
    /// Name or id; none for whoever the station takes it to be.
    pub by: Option<&'a str>,
    /// Whether the PIN is to be asked for.
    pub pin: bool,
    /// Where the PIN is read.
    pub pin_file: Option<&'a Path>,
}

/// Puts whoever is named at the bench: claimed, or signed in where a PIN is given.
pub fn arrive(bench: &mut Bench<'_>, arrival: Arrival<'_>, ask: &dyn Ask, out: &Out<'_>) -> Result<(), Failure> {
    if let Some(text) = arrival.by {
        bench.by = By { person: workbench::find_person(bench, text)?, how: How::Claimed };
    }
    if arrival.pin || arrival.pin_file.is_some() {
        let who = bench.name_of(bench.by.person.as_str())?.unwrap_or_else(|| bench.by.person.to_string());
        let pin = known_secret(ask, out, &say!("ask-pin", name = who), "--pin-file", arrival.pin_file)?;
        bench.by = match super::badge::as_badge(&pin) {
            Some(code) => holder(bench, &code, arrival.by.is_some())?.by(),
            None => workbench::sign_in(bench, bench.by.person.as_str(), &pin)?.by(),
        };
    }
    Ok(())
}

/// Whoever holds that badge. Errors: no such badge; somebody else was named.
fn holder(bench: &Bench<'_>, code: &Secret, is_named: bool) -> Result<SignedIn, Failure> {
    let signed = workbench::sign_in_badge(bench, code)?;
    if is_named && signed.person != bench.by.person {
        return Err(Failure::new(Trouble::No, say!("badge-other")).hint(say!("badge-unknown-hint")));
    }
    Ok(signed)
}

/// Runs a verb about people.
pub fn run_person(verb: &PersonVerb, bench: &Bench<'_>, ask: &dyn Ask, out: &mut Out<'_>) -> Result<(), Failure> {
    match verb {
        PersonVerb::Add(args) => {
            let role = args.role.map(Role::from);
            // A guest needs no PIN; whoever has a role does.
            let pin = match (role, &args.new_pin_file) {
                (None, None) => None,
                (_, file) => Some(ask_new_pin(ask, out, &args.name, file.as_deref())?),
            };
            let view = workbench::add_person(bench, &args.name, role, pin.as_ref())?;
            person(out, &view)
        }
        PersonVerb::List => {
            for view in workbench::people(bench)? {
                person(out, &view)?;
            }
            if !bench.vault.is_open()? {
                out.say(&say!("people-vault-locked"))?;
            }
            Ok(())
        }
        PersonVerb::Grant(args) => {
            let who = workbench::find_person(bench, &args.person)?;
            person(out, &workbench::grant(bench, &who, args.role.into())?)
        }
        PersonVerb::Revoke(args) => {
            let who = workbench::find_person(bench, &args.person)?;
            person(out, &workbench::revoke(bench, &who, args.role.map(Role::from))?)
        }
        PersonVerb::Pin(args) => pin(args, bench, ask, out),
        PersonVerb::Badge(args) => super::badge::badge(args, bench, out),
    }
}

/// Sets a PIN: by whoever is at the bench, signed in; or of a lead, where the vault's own secrets were shown before.
fn pin(args: &PersonPinArgs, bench: &Bench<'_>, ask: &dyn Ask, out: &mut Out<'_>) -> Result<(), Failure> {
    let who = match &args.person {
        Some(text) => workbench::find_person(bench, text)?,
        None => bench.by.person.clone(),
    };
    let name = bench.name_of(who.as_str())?.unwrap_or_else(|| who.to_string());
    let pin = ask_new_pin(ask, out, &name, args.new_pin_file.as_deref())?;
    if args.is_recovery() {
        workbench::recover_pin(bench, &who, &pin)?;
    } else {
        workbench::set_pin(bench, &who, &pin)?;
    }
    out.object("pin_set", json!({ "person": who, "recovered": args.is_recovery() }))?;
    out.say(&say!("pin-set", name = name))
}

fn ask_new_pin(ask: &dyn Ask, out: &mut Out<'_>, name: &str, file: Option<&Path>) -> Result<Secret, Failure> {
    new_secret(ask, out, &say!("ask-new-pin", name = name), "--new-pin-file", file, &check_pin)
}

fn role_word(role: Role) -> &'static str {
    match role {
        Role::Volunteer => "volunteer",
        Role::Warehouse => "warehouse",
        Role::Lead => "lead",
    }
}

/// One person.
fn person(out: &mut Out<'_>, view: &PersonView) -> Result<(), Failure> {
    let guest = view.roles.is_empty() && !view.left;
    out.object(
        "person",
        json!({
            "person": view.person, "name": view.name, "roles": view.roles.iter().map(|role| role_word(*role)).collect::<Vec<_>>(),
            "guest": guest, "left": view.left, "has_pin": view.has_pin, "has_badge": view.has_badge,
        }),
    )?;
    let name = view.name.clone().unwrap_or_else(|| "–".to_owned());
    let roles = if view.left {
        out.words().say(&say!("person-left"))
    } else if guest {
        out.words().say(&say!("role-guest"))
    } else {
        view.roles.iter().map(|role| out.words().say(&role_sentence(*role))).collect::<Vec<_>>().join(", ")
    };
    let pin = match view.has_pin {
        Some(true) => say!("person-pin"),
        Some(false) => say!("person-no-pin"),
        None => say!("person-pin-unknown"),
    };
    out.say(&say!("person-line", id = view.person.as_str(), name = name, roles = roles, pin = pin))
}

pub(super) fn override_rule(args: &OverrideArgs, bench: &Bench<'_>, out: &mut Out<'_>) -> Result<(), Failure> {
    let found = bench.find(&args.device)?;
    let found = workbench::override_rule(bench, &found, &args.rule, &args.reason, args.recipient.clone())?;
    out.object(
        "overridden",
        json!({ "device": found.id, "rule": args.rule, "recipient": args.recipient, "lifted": found.file.lifted }),
    )?;
    out.say(&say!("overridden", rule = args.rule.as_str(), tag = found.name()))
}

pub(super) fn validate(args: &ValidateArgs, bench: &Bench<'_>, out: &mut Out<'_>) -> Result<(), Failure> {
    let ruling = args.ruling();
    let found = workbench::validate(bench, &bench.find(&args.device)?, args.disk.as_deref(), &ruling)?;
    let serial = |wipe: &WipeSeen| found.file.disks.get(&wipe.disk).and_then(|file| file.disk.serial.clone());
    let is_meant = |wipe: &WipeSeen| {
        let named = |name| wipe.disk == name || serial(wipe).as_deref() == Some(name);
        wipe.validated && args.disk.as_deref().is_none_or(named)
    };
    // What they stand by now.
    for wipe in workbench::wipes_seen(bench, &found)?.iter().filter(|wipe| is_meant(wipe)) {
        for line in &wipe.lines {
            out.say(line)?;
        }
    }
    out.say(&workbench::ruling_sentence(ruling.decision, &found.name()))?;
    show::device(out, &found)
}

/// The keys that the ledger knows; `here` says whether the team's own lies in the station's folder.
pub fn run_keys(bench: &Bench<'_>, here: bool, out: &mut Out<'_>) -> Result<(), Failure> {
    show_keys(&workbench::keys(bench)?, here, out)
}

/// Takes the team's trust in a key back.
pub fn run_key_revoke(
    args: &KeyRevokeArgs,
    bench: &Bench<'_>,
    team: &SecretKey,
    here: bool,
    out: &mut Out<'_>,
) -> Result<(), Failure> {
    let keys = workbench::revoke_key(bench, PublicKey(args.key), team)?;
    show_keys(&keys, here, out)?;
    if keys.station == Some(args.key) { out.say(&say!("key-station-retired")) } else { Ok(()) }
}

fn show_keys(keys: &Keys, here: bool, out: &mut Out<'_>) -> Result<(), Failure> {
    out.object(
        "keys",
        json!({ "station": keys.station, "team": keys.team, "revoked": keys.revoked, "team_key_here": here }),
    )?;
    for (key, what) in [(keys.station, say!("key-station")), (keys.team, say!("key-team"))] {
        if let Some(key) = key {
            out.say(&say!("key-line", what = what, key = key.to_string()))?;
        }
    }
    for key in &keys.revoked {
        out.say(&say!("key-line", what = say!("key-revoked"), key = key.to_string()))?;
    }
    if here { out.say(&say!("key-team-here")) } else { Ok(()) }
}
