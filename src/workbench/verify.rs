//! Checking the whole ledger, and saying plainly what that proves.
//!
//! Invariant: "consistent" is said of the records alone; "genuine" only against a team key that somebody pinned.

use crate::event::station::StationOpened;
use crate::event::{Event, Fact};
use crate::ledger::{
    Audit, Broken, Flaw, HeadRef, PublicKey, Record, certificate_text, origin, read_signature, revocation_text,
};
use crate::port::{Failure, Index, Trouble};
use crate::unit::Digest;
use crate::word::{Sentence, say};

/// What the ledger is held against.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pinned {
    /// A head from paper, from a stick or from an earlier run.
    pub head: Option<HeadRef>,
    /// The team's public key.
    pub team: Option<PublicKey>,
}

/// A ledger that is consistent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// The station's id.
    pub station: Digest,
    /// Whether it is practice.
    pub practice: bool,
    /// Its head now.
    pub head: HeadRef,
    /// The team key that its record 0 names.
    pub team: PublicKey,
    /// Whether the pinned team key certified it; none where none was pinned.
    pub genuine: bool,
    /// Events that are bodies this program cannot read the meaning of.
    pub unknown: u64,
    /// Keys that the team trusts no more, signed by its key.
    pub revoked: Vec<Digest>,
    /// The first summary that differs from the records, if any.
    pub stale: Option<String>,
}

/// Checks every record, leaf, head and link, then the summaries.
///
/// Errors: [`Trouble::No`] with the first broken record and what is wrong, with a head that the ledger does not agree
/// with, or with a team key that did not certify it; [`Trouble::BadData`] where the file cannot be read at all, or is
/// damaged elsewhere than in its records.
pub fn verify(index: &dyn Index, pinned: Pinned) -> Result<Verified, Failure> {
    let mut work: Option<(Audit, StationOpened, Digest)> = None;
    let (mut unknown, mut broken, mut revoked) = (0, None, Vec::new());
    index.rows(&mut |row| {
        let (audit, opened, _) = match &mut work {
            Some(begun) => begun,
            None => work.insert(begin(&row.bytes, pinned.head)?),
        };
        match audit.next(&row.bytes, &row.leaf, &row.note, &row.peaks) {
            Ok(record) if record.seq() != row.seq => {
                broken = Some(Broken { seq: record.seq(), flaw: Flaw::Seq { found: row.seq } });
            }
            Ok(record) => match Event::from_body(record.body()) {
                Ok(_event) if revoked.contains(&opened.public_key) => return Err(after_revocation(row.seq)),
                Ok(event) => {
                    unknown += u64::from(matches!(event.fact, Fact::Unknown { .. }));
                    revoked.extend(revoked_key(&event.fact, PublicKey(opened.team.key)));
                }
                Err(error) => broken = Some(Broken { seq: row.seq, flaw: Flaw::Bytes(error.to_string()) }),
            },
            Err(found) => broken = Some(found),
        }
        match &broken {
            Some(found) => Err(no(found)),
            None => Ok(()),
        }
    })?;
    let Some((audit, opened, station)) = work else {
        return Err(Failure::new(Trouble::No, say!("verify-empty")).hint(say!("ledger-corrupt-hint")));
    };
    if let Some(head) = pinned.head.filter(|head| !audit.agrees_with(head)) {
        let what = if head.size > audit.head().size {
            say!("verify-cut", size = audit.head().size, wanted = head.size)
        } else {
            say!("verify-other-head", wanted = head.size)
        };
        return Err(Failure::new(Trouble::No, what).hint(say!("verify-other-hint")));
    }
    let team = PublicKey(opened.team.key);
    check_team(&opened, pinned.team)?;
    Ok(Verified {
        station,
        practice: opened.practice,
        head: audit.head().short(),
        team,
        genuine: pinned.team.is_some(),
        unknown,
        revoked,
        stale: index.stale_drawer()?,
    })
}

fn begin(bytes: &[u8], head: Option<HeadRef>) -> Result<(Audit, StationOpened, Digest), Failure> {
    let first = |flaw: String| no(&Broken { seq: 0, flaw: Flaw::Bytes(flaw) });
    let record = Record::from_bytes(bytes.to_vec()).map_err(|error| first(error.to_string()))?;
    let event = Event::from_body(record.body()).map_err(|error| first(error.to_string()))?;
    let Fact::StationOpened(opened) = event.fact else { return Err(first("record 0 opens no station".to_owned())) };
    let mut audit = Audit::new(PublicKey(opened.public_key), origin(record.leaf(), opened.practice));
    if let Some(head) = head {
        audit.watch(head.size);
    }
    Ok((audit, opened, record.leaf()))
}

/// The key that the team's key takes trust back from. What anybody else signed says nothing.
fn revoked_key(fact: &Fact, team: PublicKey) -> Option<Digest> {
    let Fact::KeyRevoked(revoked) = fact else { return None };
    let signature = read_signature(&revoked.signature)?;
    let text = revocation_text(PublicKey(revoked.key));
    team.verify(text.as_bytes(), &signature).then_some(revoked.key)
}

fn after_revocation(seq: u64) -> Failure {
    Failure::new(Trouble::No, say!("verify-after-revocation", seq = seq)).hint(say!("verify-other-hint"))
}

fn check_team(opened: &StationOpened, pinned: Option<PublicKey>) -> Result<(), Failure> {
    let key = PublicKey(opened.team.key);
    let text = certificate_text(PublicKey(opened.public_key), opened.practice, opened.nonce);
    let signature = read_signature(&opened.team.signature);
    let signed = signature.is_some_and(|signature| key.verify(text.as_bytes(), &signature));
    if !signed {
        return Err(Failure::new(Trouble::No, say!("verify-certificate")).hint(say!("verify-other-hint")));
    }
    match pinned {
        Some(pinned) if pinned != key => {
            Err(Failure::new(Trouble::No, say!("verify-other-team")).hint(say!("verify-other-hint")))
        }
        Some(_) | None => Ok(()),
    }
}

fn no(broken: &Broken) -> Failure {
    let what = say!("verify-broken", seq = broken.seq, flaw = flaw_sentence(&broken.flaw));
    Failure::new(Trouble::No, what).detail(broken).hint(say!("ledger-corrupt-hint"))
}

fn flaw_sentence(flaw: &Flaw) -> Sentence {
    match flaw {
        Flaw::Seq { found } => say!("flaw-seq", found = *found),
        Flaw::Bytes(_) => say!("flaw-bytes"),
        Flaw::Leaf => say!("flaw-leaf"),
        Flaw::Prev => say!("flaw-prev"),
        Flaw::Head(_) => say!("flaw-head"),
        Flaw::HeadDiffers => say!("flaw-head-differs"),
        Flaw::Peaks => say!("flaw-peaks"),
    }
}
