//! The phone page on the command line: where it listens, the codes, who is paired.
//!
//! Invariant: a code is shown only for somebody who signed for it by PIN or badge.

use super::args_serve::ServeArgs;
use super::badge::as_badge;
use super::out::Out;
use super::people::Arrival;
use super::question::known_secret;
use crate::port::{Ask, Failure, Trouble};
use crate::tag::{Drawing, Ground, Qr, TagError};
use crate::unit::Secret;
use crate::word::say;
use crate::workbench::{self, Bench, PhonePairing, PhoneSession, SignedIn, Wifi};
use serde_json::json;
use std::net::SocketAddr;

fn draw(qr: Result<Qr, TagError>, args: &ServeArgs, out: &mut Out<'_>) -> Result<(), Failure> {
    let qr = qr.map_err(|error| Failure::new(Trouble::BadData, error.sentence()).detail(&error))?;
    out.text(&qr.terminal(if args.ascii { Drawing::Ascii } else { Drawing::HalfBlocks }, Ground::Dark))
}

/// The station's own hotspot. Errors: none is called so, or has such a password.
pub fn wifi(args: &ServeArgs) -> Result<Option<Wifi>, Failure> {
    let password = args.wifi_password.as_ref().map(Secret::new);
    args.wifi.as_ref().map(|name| Wifi::new(name, password)).transpose()
}

/// Says where it listens, and how to join the hotspot.
pub fn say_serving(
    args: &ServeArgs,
    (address, wifi): (SocketAddr, Option<&Wifi>),
    out: &mut Out<'_>,
) -> Result<(), Failure> {
    out.object("serving", json!({ "address": address.to_string(), "wifi": args.wifi }))?;
    out.say(&say!("phone-serving", address = address.to_string()))?;
    if address.ip().is_loopback() {
        out.say(&say!("phone-serving-loopback"))?;
    }
    if let Some(wifi) = wifi {
        draw(Qr::of_bytes(wifi.code().as_bytes()), args, out)?;
        out.say(&say!("phone-wifi", name = wifi.name()))?;
    }
    out.say(&say!("phone-serve-keys"))
}

/// Shows a code.
pub fn say_pairing(args: &ServeArgs, pairing: &PhonePairing, out: &mut Out<'_>) -> Result<(), Failure> {
    out.object("pairing", json!({ "url": pairing.url, "until": pairing.until }))?;
    draw(Qr::of_text(&pairing.url), args, out)?;
    out.say(&say!("phone-pairing", name = pairing.name.as_str(), url = pairing.url.as_str()))
}

/// How long the code still counts.
pub fn say_left(seconds: u64, out: &mut Out<'_>) {
    out.progress(&say!("phone-left", seconds = seconds), false);
}

/// The code counts no more, and no phone came.
pub fn say_lapsed(out: &mut Out<'_>) -> Result<(), Failure> {
    out.object("pairing_lapsed", json!({}))?;
    out.say(&say!("phone-lapsed"))
}

/// A phone was paired, or its session ended.
pub fn say_phone(session: &PhoneSession, is_there: bool, out: &mut Out<'_>) -> Result<(), Failure> {
    let PhoneSession { number, person, since, seen, until, .. } = session;
    out.object(
        "phone",
        json!({ "number": number, "person": person, "since": since, "seen": seen, "until": until, "paired": is_there }),
    )?;
    let line = session.sentence();
    out.say(&if is_there { say!("phone-is-paired", line = line) } else { say!("phone-ended", line = line) })
}

/// Every phone, in a line each.
pub fn say_phones(sessions: &[PhoneSession], out: &mut Out<'_>) -> Result<(), Failure> {
    if sessions.is_empty() {
        return out.say(&say!("phone-none"));
    }
    sessions.iter().try_for_each(|session| out.say(&session.sentence()))
}

/// It is over.
pub fn say_stopped(out: &mut Out<'_>) -> Result<(), Failure> {
    out.object("serving_stopped", json!({}))?;
    out.say(&say!("phone-stopped"))
}

/// Whoever is at the bench, who must have signed in. Errors: nobody did.
pub fn who_pairs(bench: &Bench<'_>) -> Result<SignedIn, Failure> {
    if !bench.is_signed_in() {
        return Err(Failure::new(Trouble::No, say!("phone-sign-in")).hint(say!("phone-sign-in-hint")));
    }
    let person = bench.by.person.clone();
    let name = bench.name_of(person.as_str())?.unwrap_or_else(|| person.to_string());
    Ok(SignedIn { person, name, roles: bench.roles()?, how: bench.by.how })
}

/// Whoever signs for another code: whoever did first, or the one of that name.
pub fn signs_again(
    bench: &Bench<'_>,
    arrival: Arrival<'_>,
    name: &str,
    ask: &dyn Ask,
    out: &Out<'_>,
) -> Result<SignedIn, Failure> {
    let person = if name.is_empty() { bench.by.person.clone() } else { workbench::find_person(bench, name)? };
    let called = bench.name_of(person.as_str())?.unwrap_or_else(|| person.to_string());
    let pin = known_secret(ask, out, &say!("ask-pin", name = called), "--pin-file", arrival.pin_file)?;
    match as_badge(&pin) {
        Some(code) => {
            let signed = workbench::sign_in_badge(bench, &code)?;
            if !name.is_empty() && signed.person != person {
                return Err(Failure::new(Trouble::No, say!("badge-other")).hint(say!("badge-unknown-hint")));
            }
            Ok(signed)
        }
        None => workbench::sign_in(bench, person.as_str(), &pin),
    }
}
