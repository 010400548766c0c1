//! Carrying out what is asked for about people, lifted rules, validations and days.
//!
//! Invariants: whoever signs one thing is at the bench for that one record only; a wrong PIN changes nobody; the vault's
//! being locked is an answer of its own, so that a lead can open it there and then.

use super::badge::{badge_code, issue_badge, sign_in_badge, withdraw_badge};
use super::bench::{Bench, Found};
use super::carry::{Tell, tell_anew};
use super::conflict::{settle_conflict, settlement_sentence};
use super::day::{DayClose, close_day};
use super::destroy::{destroy, destruction_sentence};
use super::effect::Answer;
use super::evidence::wipes_seen;
use super::news::News;
use super::note::{erase_note, write_note};
use super::order::{PeopleOrder, ShiftOrder, Signature, Signer};
use super::people::{SignedIn, add_person, grant, people, revoke, set_pin, sign_in};
use super::report::{Report, Tone};
use super::settling::{override_rule, ruling_sentence, validate};
use super::shift::{called, hand_over_shift, handed_over_lines, take_device, taken_sentence};
use crate::event::By;
use crate::port::{Failure, SafetyCopies, Trouble};
use crate::unit::DeviceId;
use crate::word::{Sentence, say};
use std::path::Path;

/// Carries one order out; `nobody` is whom the station takes to be there when nobody signed in.
pub fn carry_people(bench: &mut Bench<'_>, nobody: &By, order: &PeopleOrder, tell: Tell<'_>) {
    if *order == PeopleOrder::SignOut {
        bench.by = nobody.clone();
        return;
    }
    // Where the vault is locked nobody has a name to be chosen by, nor a PIN; evidence needs neither.
    let needs_names = !matches!(
        order,
        PeopleOrder::Wipes(_)
            | PeopleOrder::SignInBadge(_)
            | PeopleOrder::HandOver { to: None | Some(Signature::Badge(_)), .. }
    );
    let answer = match bench.vault.is_open() {
        Ok(false) if needs_names => Ok(Answer::VaultLocked),
        Ok(_) => answer(bench, order, tell),
        Err(failure) => Err(failure),
    };
    tell(News::Answer(answer.unwrap_or_else(|failure| Answer::Refused((&failure).into()))));
}

fn answer(bench: &mut Bench<'_>, order: &PeopleOrder, tell: Tell<'_>) -> Result<Answer, Failure> {
    match order {
        PeopleOrder::List | PeopleOrder::SignOut => people(bench).map(Answer::People),
        PeopleOrder::SignIn(signer) => {
            let person = by_pin(bench, signer)?;
            bench.by = person.by();
            Ok(Answer::SignedIn(person))
        }
        PeopleOrder::SignInBadge(code) => {
            let person = sign_in_badge(bench, code)?;
            bench.by = person.by();
            Ok(Answer::SignedIn(person))
        }
        PeopleOrder::HandOver { to, note } => {
            let over = hand_over_shift(bench, to.as_ref(), Some(note))?;
            Ok(match over.to {
                Some(person) => {
                    bench.by = person.by();
                    Answer::SignedIn(person)
                }
                None => Answer::Done(Report {
                    lines: handed_over_lines(&over),
                    ..Report::new(Tone::Good, say!("shift-title"))
                }),
            })
        }
        PeopleOrder::Wipes(device) => wipes_seen(bench, &bench.device(device)?).map(Answer::Wipes),
        PeopleOrder::Add { name, role, pin } => {
            let view = add_person(bench, name, *role, pin.as_ref())?;
            Ok(done(say!("person-added", name = view.called())))
        }
        PeopleOrder::Grant { person, role } => {
            let view = grant(bench, person, *role)?;
            Ok(done(say!("person-changed", name = view.called())))
        }
        PeopleOrder::Revoke { person, role } => {
            let view = revoke(bench, person, *role)?;
            Ok(done(say!("person-changed", name = view.called())))
        }
        PeopleOrder::SetPin { person, pin, signer } => {
            as_signer(bench, signer, |bench| set_pin(bench, person, pin))?;
            Ok(done(say!("pin-set", name = called(bench, person)?)))
        }
        PeopleOrder::MakeBadge { person, signer } => {
            as_signer(bench, signer, |bench| issue_badge(bench, person)).map(Answer::Badge)
        }
        PeopleOrder::WithdrawBadge { person, signer } => {
            as_signer(bench, signer, |bench| withdraw_badge(bench, person))?;
            Ok(done(say!("badge-withdrawn", name = called(bench, person)?)))
        }
        PeopleOrder::Settle { device, how, reason, signature } => {
            let settle = |bench: &Bench<'_>, found: &Found| settle_conflict(bench, found, (*how, None), reason);
            let found = signed(bench, device, signature, settle, tell)?;
            Ok(done(say!("conflict-settled", tag = found.name(), how = settlement_sentence(*how))))
        }
        PeopleOrder::Lift { device, rule, reason, signature } => {
            let lift = |bench: &Bench<'_>, found: &Found| override_rule(bench, found, rule, reason, None);
            let found = signed(bench, device, signature, lift, tell)?;
            Ok(done(say!("overridden", rule = *rule, tag = found.name())))
        }
        PeopleOrder::Destroy { device, order, signature } => {
            let record = |bench: &Bench<'_>, found: &Found| destroy(bench, found, order);
            signed(bench, device, signature, record, tell)?;
            let how = destruction_sentence(order.how);
            Ok(done(say!("disk-was-destroyed", disk = order.disk.as_str(), how = how)))
        }
        PeopleOrder::Validate { device, disk, ruling, signature } => {
            let decide = |bench: &Bench<'_>, found: &Found| validate(bench, found, Some(disk), ruling);
            let found = signed(bench, device, signature, decide, tell)?;
            Ok(done(ruling_sentence(ruling.decision, &found.name())))
        }
    }
}

fn done(what: Sentence) -> Answer {
    Answer::Done(Report::new(Tone::Good, what))
}

/// Whoever signs. Errors: a wrong PIN, counted; no such badge; somebody else's.
pub fn sign(bench: &Bench<'_>, signature: &Signature) -> Result<SignedIn, Failure> {
    match signature {
        Signature::Pin(signer) => by_pin(bench, signer),
        Signature::Badge(code) => sign_in_badge(bench, code),
    }
}

/// Whoever was named: by PIN, or by the badge that was scanned in its place. Errors: it is somebody else's badge.
fn by_pin(bench: &Bench<'_>, signer: &Signer) -> Result<SignedIn, Failure> {
    let Some(code) = badge_code(signer.pin.expose()) else {
        return sign_in(bench, signer.person.as_str(), &signer.pin);
    };
    let person = sign_in_badge(bench, &code)?;
    if person.person == signer.person {
        return Ok(person);
    }
    Err(Failure::new(Trouble::No, say!("badge-other")).hint(say!("badge-unknown-hint")))
}

/// Takes a device into somebody's hands, or writes a note.
pub(super) fn carry_shift(bench: &Bench<'_>, order: &ShiftOrder, tell: Tell<'_>) -> Result<Answer, Failure> {
    match order {
        ShiftOrder::Take { text, at } => {
            let taken = take_device(bench, &bench.find(text)?, at.as_ref())?;
            tell_anew(bench, &taken.found.id, tell);
            Ok(done(taken_sentence(&taken)))
        }
        ShiftOrder::Note { device, text } => {
            let found = write_note(bench, &bench.device(device)?, text)?;
            tell_anew(bench, device, tell);
            Ok(done(say!("note-written", tag = found.name())))
        }
        ShiftOrder::EraseNote { device, note } => {
            let found = bench.device(device)?;
            erase_note(bench, *note)?;
            tell_anew(bench, device, tell);
            Ok(done(say!("note-erased", note = note.short(8), tag = found.name())))
        }
    }
}

/// Does `work` as whoever signs it by PIN, and puts whoever was there before at the bench again.
fn as_signer<T>(
    bench: &mut Bench<'_>,
    signer: &Signer,
    work: impl FnOnce(&Bench<'_>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let by = by_pin(bench, signer)?.by();
    let before = std::mem::replace(&mut bench.by, by);
    let worked = work(bench);
    bench.by = before;
    worked
}

/// Does `work` on the device as whoever signs it, puts whoever was there before at the bench again, and tells what is
/// shown of the device now.
fn signed(
    bench: &mut Bench<'_>,
    device: &DeviceId,
    signature: &Signature,
    work: impl FnOnce(&Bench<'_>, &Found) -> Result<Found, Failure>,
    tell: Tell<'_>,
) -> Result<Found, Failure> {
    let found = bench.device(device)?;
    let by = sign(bench, signature)?.by();
    let before = std::mem::replace(&mut bench.by, by);
    let worked = work(bench, &found);
    bench.by = before;
    let found = worked?;
    tell_anew(bench, device, tell);
    Ok(found)
}

/// Makes a safety copy in that folder and closes the day with it. The bench is not told anew here: whoever asked for the copy
/// is at this thread's bench, and may be gone from the other.
pub fn carry_close(bench: &Bench<'_>, copies: &dyn SafetyCopies, to: &Path, cancel: &dyn Fn() -> bool, tell: Tell<'_>) {
    tell(News::Busy(Some(say!("busy-closing"))));
    let order = DayClose { to: to.to_owned(), day: None };
    let closed = close_day(bench, copies, &order, cancel);
    tell(News::Busy(None));
    tell(News::Answer(match closed {
        Ok(end) => Answer::DayClosed(Box::new(end)),
        Err(failure) => Answer::NotClosed((&failure).into()),
    }));
}
