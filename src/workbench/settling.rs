//! What a second pair of eyes does: lifting a rule with a reason, and validating a wipe.
//!
//! Invariants: a reason is free text, so the ledger holds only its salted hash, and the text is erasable; a reason that
//! does not make that hash is not shown as one.

use super::bench::{Bench, Found};
use super::intake::or_unseal;
use crate::custody::{DiskFile, DiskState};
use crate::event::disk::{Decision, WipeValidated};
use crate::event::settling::RuleOverridden;
use crate::port::{Failure, Trouble};
use crate::unit::{Digest, RecipientId};
use crate::word::{Sentence, say};
use sha2::{Digest as _, Sha256};

/// The longest reason, characters.
const MOST_REASON: usize = 1000;

/// The id under which a reason lies in the vault.
fn blob_id(hash: Digest) -> String {
    format!("blob-{hash}")
}

pub(super) fn salted(salt: Digest, text: &str) -> Digest {
    Digest(Sha256::new().chain_update(salt.0).chain_update(text.as_bytes()).finalize().into())
}

/// Seals a reason in the vault: its salted hash, and the id under which it lies there. Errors: empty, too long; the vault is
/// locked; this is a start from a stick.
pub(super) fn seal_reason(bench: &Bench<'_>, reason: &str) -> Result<(Digest, String), Failure> {
    seal_as_typed(bench, reason.trim())
}

/// The same with every character kept, as a password needs it.
pub(super) fn seal_as_typed(bench: &Bench<'_>, reason: &str) -> Result<(Digest, String), Failure> {
    if reason.is_empty() || reason.chars().count() > MOST_REASON {
        return Err(Failure::new(Trouble::Usage, say!("reason-missing", most = MOST_REASON as u64)));
    }
    if bench.station()?.start {
        // Its vault is in memory and ends with it: what cannot come home is not taken in.
        return Err(Failure::new(Trouble::No, say!("start-no-text")).hint(say!("start-no-text-hint")));
    }
    let salt = Digest(bench.chance.bytes());
    let hash = salted(salt, reason);
    bench.vault.seal(&blob_id(hash), &format!("{salt}\n{reason}"))?;
    Ok((hash, blob_id(hash)))
}

/// Lifts `rule` for the device as it stands, for that pupil where the rule is about one.
///
/// Errors: no reason; the vault is locked; the rules (a lead, signed in; a rule that may be lifted; a pupil named).
pub fn override_rule(
    bench: &Bench<'_>,
    found: &Found,
    rule: &str,
    reason: &str,
    recipient: Option<RecipientId>,
) -> Result<Found, Failure> {
    let (hash, sealed) = seal_reason(bench, reason)?;
    let fact = RuleOverridden { rule: rule.to_owned(), reason: hash, recipient };
    or_unseal(bench.record(Some(&found.id), fact), bench.vault, Some(&sealed))?;
    bench.device(&found.id)
}

/// The reason behind a salted hash; none where it was erased or the vault is locked. Errors: the text in the vault does not
/// make that hash.
pub fn reason(bench: &Bench<'_>, hash: Digest) -> Result<Option<String>, Failure> {
    let id = blob_id(hash);
    let Some(kept) = bench.name_of(&id)? else { return Ok(None) };
    let text = kept.split_once('\n').and_then(|(salt, text)| {
        let salt: Digest = salt.parse().ok()?;
        (salted(salt, text) == hash).then(|| text.to_owned())
    });
    text.map(Some)
        .ok_or_else(|| Failure::new(Trouble::BadData, say!("vault-broken", id = id)).hint(say!("vault-broken-hint")))
}

/// What somebody decides about a wipe, with the reason where they do not accept it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ruling {
    /// What they decide.
    pub decision: Decision,
    /// Why.
    pub reason: String,
    /// Leaf hash of the end of the wipe that was gone through; none for the last one of the disk.
    pub of: Option<Digest>,
}

/// Validates the last wipe of a disk: its key in the ledger or its serial; none for the one wiped disk there is.
///
/// Errors: no such disk, or several; no reason where one is needed; the vault is locked; the rules (another person, signed
/// in; the wipe still stands; a lead where it was left to one).
pub fn validate(bench: &Bench<'_>, found: &Found, disk: Option<&str>, ruling: &Ruling) -> Result<Found, Failure> {
    let wiped = found.file.disks.iter().filter(|(_, file)| can_be_validated(file));
    let named = wiped.filter(|(key, file)| {
        disk.is_none_or(|name| key.as_str() == name || file.disk.serial.as_deref() == Some(name))
    });
    let mut named: Vec<_> = named.collect();
    let nothing = || Failure::new(Trouble::No, say!("validate-nothing", tag = found.name()));
    let (key, file) = match (named.pop(), named.is_empty()) {
        (Some(one), true) => one,
        (Some(_), false) => {
            let keys: Vec<_> = found.file.disks.keys().map(String::as_str).collect();
            return Err(Failure::new(Trouble::Usage, say!("validate-which", disks = keys.join(", "))));
        }
        (None, _) => return Err(nothing()),
    };
    // What was wiped again meanwhile is another wipe than the one that somebody stands by.
    let ended = ruling.of.or(file.last_wipe).ok_or_else(nothing)?;
    let (key, decision) = (key.clone(), ruling.decision);
    if decision.is_accept() {
        bench.record(Some(&found.id), WipeValidated::accepted(key, ended))?;
    } else {
        let (hash, sealed) = seal_reason(bench, &ruling.reason)?;
        let fact = WipeValidated { key, ended, decision, reason: Some(hash) };
        or_unseal(bench.record(Some(&found.id), fact), bench.vault, Some(&sealed))?;
    }
    bench.device(&found.id)
}

/// Erases the text behind a salted hash. Errors: the vault cannot be written.
pub(super) fn erase_reason(bench: &Bench<'_>, hash: Digest) -> Result<(), Failure> {
    bench.vault.erase(&blob_id(hash))
}

/// Whether somebody may still decide about the last wipe of that disk.
pub(super) fn can_be_validated(file: &DiskFile) -> bool {
    // A disk that came as a part was judged in the device it was wiped in.
    file.wiped_in.is_none() && (file.state == DiskState::Wiped || file.doubted == Some(Decision::Escalate))
}

/// What was decided, of the device of that name.
#[must_use]
pub fn ruling_sentence(decision: Decision, tag: &str) -> Sentence {
    match decision {
        Decision::Accept => say!("validated", tag = tag),
        Decision::Repeat => say!("validated-repeat", tag = tag),
        Decision::Escalate => say!("validated-escalate", tag = tag),
    }
}
