//! Checking the whole ledger, and saying plainly what that proves.
//!
//! Invariant: "consistent" is said of the records alone; "genuine" only against a team key that somebody pinned.

use crate::custody::StationFile;
use crate::event::station::StationOpened;
use crate::event::{Event, Fact};
use crate::ledger::{Audit, Beside, Broken, Flaw, HeadRef, Heads, PublicKey, Record, certificate_text, origin};
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

/// What is checked besides what always is: every record, its link, leaf and root, what is kept beside it, and the
/// signature of the last head. Both take long in a large ledger.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Thorough {
    /// The signature of every head, not only of the last.
    pub heads: Heads,
    /// Every summary, made anew from the records, and what the keeper itself says of its file.
    pub summaries: bool,
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
    /// What was checked besides.
    pub thorough: Thorough,
    /// The first summary found to differ from the records, if any. The station's own is always looked at.
    pub stale: Option<String>,
    /// How many records the station's summary knows of, where that is more than there are: the file lost its tail.
    pub lost: Option<u64>,
}

/// Checks what is always checked; see [`verify_all`] for the errors.
pub fn verify(index: &dyn Index, pinned: Pinned) -> Result<Verified, Failure> {
    verify_all(index, pinned, Thorough::default())
}

/// Checks every record, leaf, link and head, and what is asked for besides.
///
/// Errors: [`Trouble::No`] with the first broken record and what is wrong, with a head that the ledger does not agree
/// with, or with a team key that did not certify it; [`Trouble::BadData`] where the file cannot be read at all, or is
/// damaged elsewhere than in its records.
pub fn verify_all(index: &dyn Index, pinned: Pinned, thorough: Thorough) -> Result<Verified, Failure> {
    let mut work: Option<(Audit, StationOpened, Digest)> = None;
    let (mut unknown, mut broken) = (0, None);
    index.rows(&mut |row| {
        let (audit, _, _) = match &mut work {
            Some(begun) => begun,
            None => work.insert(begin(&row.bytes, pinned.head, thorough.heads)?),
        };
        let beside = Beside { leaf: &row.leaf, note: &row.note, peaks: &row.peaks, sum: &row.sum };
        match audit.next(row.bytes, beside) {
            Ok(record) if record.seq() != row.seq => {
                broken = Some(Broken { seq: record.seq(), flaw: Flaw::Seq { found: row.seq } });
            }
            Ok(record) => match Event::from_body(record.body()) {
                Ok(event) => unknown += u64::from(matches!(event.fact, Fact::Unknown { .. })),
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
    audit.close().map_err(|broken| no(&broken))?;
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
    let size = audit.head().size;
    let known = index.get::<StationFile>("")?.map_or(0, |station| station.records);
    let stale = if thorough.summaries { index.stale_drawer()? } else { None };
    Ok(Verified {
        station,
        practice: opened.practice,
        head: audit.head().short(),
        team,
        genuine: pinned.team.is_some(),
        unknown,
        thorough,
        stale: stale.or_else(|| (known < size).then(|| "station:".to_owned())),
        lost: (known > size).then_some(known),
    })
}

fn begin(bytes: &[u8], head: Option<HeadRef>, heads: Heads) -> Result<(Audit, StationOpened, Digest), Failure> {
    let first = |flaw: String| no(&Broken { seq: 0, flaw: Flaw::Bytes(flaw) });
    let record = Record::from_bytes(bytes.to_vec()).map_err(|error| first(error.to_string()))?;
    let event = Event::from_body(record.body()).map_err(|error| first(error.to_string()))?;
    let Fact::StationOpened(opened) = event.fact else { return Err(first("record 0 opens no station".to_owned())) };
    let mut audit = Audit::new(PublicKey(opened.public_key), origin(record.leaf(), opened.practice), heads);
    if let Some(head) = head {
        audit.watch(head.size);
    }
    Ok((audit, opened, record.leaf()))
}

fn check_team(opened: &StationOpened, pinned: Option<PublicKey>) -> Result<(), Failure> {
    let key = PublicKey(opened.team.key);
    let text = certificate_text(PublicKey(opened.public_key), opened.practice, opened.nonce);
    let signature = signature_of(&opened.team.signature);
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

fn signature_of(text: &str) -> Option<[u8; 64]> {
    let high: Digest = text.get(..64)?.parse().ok()?;
    let low: Digest = text.get(64..)?.parse().ok()?;
    [high.0, low.0].concat().try_into().ok()
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
        Flaw::Sum => say!("flaw-sum"),
    }
}
