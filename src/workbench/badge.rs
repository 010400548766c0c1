//! Badges: a card with a code that says who holds it.
//!
//! Invariants: the code is 128 random bits, shown when it is made and never again, and the ledger has only its hash, so that
//! a badge is known while the vault is locked; of a person's badges only the last counts; a code is never said, logged or
//! looked for among tags.

use super::bench::Bench;
use super::people::{SignedIn, refuse_shared};
use crate::custody::{BadgeFile, PersonFile};
use crate::event::How;
use crate::event::people::BadgeIssued;
use crate::port::{Failure, Trouble};
use crate::unit::{Digest, PersonId, Secret, Symbol};
use crate::word::say;
use sha2::{Digest as _, Sha256};

/// What every badge begins with: "thẻ". No tag does.
const PREFIX: &str = "THE-";
/// Symbols behind it: 128 bits, five each.
const SYMBOLS: usize = 26;

/// The code of a badge, where what was scanned is one, or one that was read wrongly.
#[must_use]
pub fn badge_code(text: &str) -> Option<Secret> {
    let text = text.trim();
    let (front, rest) = text.split_at_checked(PREFIX.len())?;
    // As many symbols as no tag has, so that no device is taken for a person.
    if !front.eq_ignore_ascii_case(PREFIX) || rest.chars().count() < SYMBOLS / 2 {
        return None;
    }
    let symbols: String = rest.chars().map(|sign| Symbol::read(sign).map_or(sign, Symbol::char)).collect();
    Some(Secret::new(format!("{PREFIX}{symbols}")))
}

fn hashed(code: &Secret) -> Digest {
    Digest(Sha256::new().chain_update(b"aoxanh badge 1\n").chain_update(code.expose().as_bytes()).finalize().into())
}

/// Makes a badge for that person; every one before it is worth nothing from now on. Its code, to be printed at once.
///
/// Errors: it is for whoever comes; the rules (one's own, or a lead; by PIN).
pub fn issue_badge(bench: &Bench<'_>, person: &PersonId) -> Result<Secret, Failure> {
    let mut made = None;
    issue_badge_seen(bench, person, &mut |code| {
        made = Some(code.clone());
        Ok(())
    })?;
    made.ok_or_else(|| Failure::new(Trouble::No, say!("badge-none")))
}

/// The same, its code shown before it counts: where `show` fails none was made, and the one before still counts.
///
/// Errors: those of [`issue_badge`] and of `show`.
pub fn issue_badge_seen(
    bench: &Bench<'_>,
    person: &PersonId,
    show: &mut dyn FnMut(&Secret) -> Result<(), Failure>,
) -> Result<(), Failure> {
    refuse_shared(bench, person)?;
    let code = Secret::new(format!("{PREFIX}{}", Symbol::spell(&bench.chance.bytes::<16>())));
    let issued = BadgeIssued { person: person.clone(), badge: Some(hashed(&code)) };
    bench.refuse_if_forbidden(None, issued.clone())?;
    show(&code)?;
    bench.record(None, issued).map(|_recorded| ())
}

/// Takes the badge of that person back. Errors: they have none; the rules (one's own, or a lead; by PIN).
pub fn withdraw_badge(bench: &Bench<'_>, person: &PersonId) -> Result<(), Failure> {
    if bench.index.get::<PersonFile>(person)?.is_none_or(|file| file.badge.is_none()) {
        return Err(Failure::new(Trouble::No, say!("badge-none")).by_rule("nothing-to-undo"));
    }
    bench.record(None, BadgeIssued { person: person.clone(), badge: None }).map(|_recorded| ())
}

/// Signs in whoever holds the badge of that code: the caller then puts [`SignedIn::by`] at the bench.
///
/// Errors: no such badge, or another one was made since; every role taken back.
pub fn sign_in_badge(bench: &Bench<'_>, code: &Secret) -> Result<SignedIn, Failure> {
    let badge = hashed(code);
    let unknown = || Failure::new(Trouble::No, say!("badge-unknown")).hint(say!("badge-unknown-hint"));
    let BadgeFile { person } = bench.index.get::<BadgeFile>(&badge)?.ok_or_else(unknown)?;
    let file = bench.index.get::<PersonFile>(&person)?.unwrap_or_default();
    if file.badge != Some(badge) {
        return Err(unknown());
    }
    if file.left {
        let what = say!("rule-person-active", person = person.as_str());
        return Err(Failure::new(Trouble::No, what).by_rule("person-active"));
    }
    let name = bench.name_of(person.as_str())?.unwrap_or_else(|| person.to_string());
    Ok(SignedIn { person, name, roles: file.roles, how: How::Badge })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_badge_is_told_from_a_tag_and_reads_alike_however_it_was_scanned() {
        let code = format!("{PREFIX}{}", Symbol::spell(&[0xA5; 16]));
        assert_eq!((code.len(), badge_code(&code)), (PREFIX.len() + SYMBOLS, Some(Secret::new(code.clone()))));
        for scanned in [code.to_lowercase(), format!(" {code}\r"), code.replace('0', "o").replace('1', "l")] {
            assert_eq!(badge_code(&scanned), Some(Secret::new(code.clone())), "{scanned}");
        }
        for other in ["7K3XQ-92M4T-8", "HTTPS://AOXANH.VN/7K3XQ92M4T8", "the-kho", "THE-", "", "thẻ", "A1"] {
            assert_eq!(badge_code(other), None, "{other}");
        }
        let broken = format!("{PREFIX}ẽ{}", &code[PREFIX.len() + 1..]);
        assert!(badge_code(&broken).is_some_and(|read| read != Secret::new(code)), "read wrongly, and still no tag");
    }
}
