//! Checking the whole ledger, and saying plainly what that proves.
//!
//! Invariant: "consistent" is said of the records alone; "genuine" only against a team key that somebody pinned. Earlier
//! chains are checked like the station's own, each by its own key, and each by what the next one says of it.

use super::inspect_page::{PageLine, Weight};
use super::look_at::{Looked, Rows, beside, look_at};
use super::verify_foreign::check_foreign;
use crate::custody::StationFile;
use crate::event::station::{BundleTaken, StationContinued, StationOpened};
use crate::event::{Event, Fact};
use crate::ledger::{Audit, Broken, Flaw, HeadRef, Heads, PublicKey, Seen, origin, read_signature, revocation_text};
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

/// What is checked besides what always is: every record, its form, link, leaf and root, what is kept beside it, and the
/// signature of each chain's last head. Both take long in a large ledger.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Thorough {
    /// The signature of every head, not only of the last.
    pub heads: Heads,
    /// Every summary, made anew from what the records say, and what the keeper itself says of its file.
    pub summaries: bool,
}

impl Thorough {
    /// All that can be checked.
    pub const ALL: Self = Self { heads: Heads::Every, summaries: true };
}

/// Which chain a pinned head is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Agreement {
    /// The station's own.
    Own,
    /// That earlier one; the oldest is number 0.
    Earlier(usize),
}

/// An earlier chain that is consistent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VerifiedChain {
    /// Its station's id.
    pub station: Digest,
    /// Its head, as far as it was restored.
    pub head: HeadRef,
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
    /// The chains that this one continues, oldest first.
    pub earlier: Vec<VerifiedChain>,
    /// Chains of other stations, as far as they were taken over.
    pub foreign: Vec<VerifiedChain>,
    /// Which chain the pinned head is of; none where none was pinned.
    pub agreement: Option<Agreement>,
    /// Events that are bodies this program cannot read the meaning of.
    pub unknown: u64,
    /// Keys that the team trusts no more, signed by its key.
    pub revoked: Vec<Digest>,
    /// What was checked besides.
    pub thorough: Thorough,
    /// The first summary found to differ from the records, if any. The station's own is always looked at.
    pub stale: Option<String>,
    /// How many records the station's summary knows of, where that is more than there are: the file lost its tail.
    pub lost: Option<u64>,
}

impl Verified {
    /// What is wrong with what stands beside the records.
    #[must_use]
    pub fn faults(&self) -> Vec<Sentence> {
        let lost = self.lost.map(|wanted| say!("verified-lost", size = self.head.size, wanted = wanted));
        let stale = self.stale.as_deref().map(|key| say!("verified-stale", key = key));
        lost.into_iter().chain(stale).collect()
    }

    /// What was proved, line by line, less what [`Verified::faults`] tells; `pinned` is the head it was held against.
    #[must_use]
    pub fn page(&self, pinned: Option<HeadRef>) -> Vec<PageLine> {
        let line = |weight, what| PageLine { weight, what };
        let mut lines = vec![line(Weight::Good, say!("verified", records = self.head.size))];
        for (at, chain) in (1u64..).zip(&self.earlier) {
            let (station, records) = (chain.station.short(16), chain.head.size);
            let what = say!("verified-earlier", chain = at, station = station, records = records);
            lines.push(line(Weight::Good, what));
        }
        for chain in &self.foreign {
            let (station, records) = (chain.station.short(16), chain.head.size);
            lines.push(line(Weight::Good, say!("verified-foreign", station = station, records = records)));
        }
        lines.push(if self.genuine {
            line(Weight::Good, say!("verified-genuine"))
        } else {
            line(Weight::Plain, say!("verified-not-pinned", team = self.team.0.to_string()))
        });
        lines.extend(pinned.map(|head| match self.agreement {
            Some(Agreement::Earlier(at)) => {
                let chain = u64::try_from(at).map_or(0, |at| at + 1);
                line(Weight::Good, say!("verified-agrees-earlier", head = head.to_string(), chain = chain))
            }
            Some(Agreement::Own) | None => line(Weight::Good, say!("verified-agrees", head = head.to_string())),
        }));
        let revoked = self.revoked.iter().map(|key| say!("verified-revoked", key = key.to_string()));
        lines.extend(revoked.map(|what| line(Weight::Warn, what)));
        if self.unknown > 0 {
            lines.push(line(Weight::Warn, say!("verified-unknown", count = self.unknown)));
        }
        lines.push(match self.thorough.heads {
            Heads::Every => line(Weight::Good, say!("verified-every-head")),
            Heads::Last => line(Weight::Dim, say!("verified-not-heads")),
        });
        lines.push(if self.thorough.summaries {
            line(Weight::Good, say!("verified-summaries"))
        } else {
            line(Weight::Dim, say!("verified-not-summaries"))
        });
        lines
    }
}

/// A chain whose every record, leaf, head and link is good.
struct Checked {
    audit: Audit,
    opened: StationOpened,
    station: Digest,
    continued: Vec<(u64, StationContinued)>,
    taken: Vec<BundleTaken>,
    unknown: u64,
    revoked: Vec<Digest>,
}

/// Checks what is always checked; see [`verify_all`].
pub fn verify(index: &dyn Index, pinned: Pinned) -> Result<Verified, Failure> {
    verify_all(index, pinned, Thorough::default())
}

/// Checks every record, leaf, head and link of every chain, and what is asked for besides.
///
/// Errors: [`Trouble::No`] with the first broken record and what is wrong, with a head that the ledger does not agree
/// with, or with a team key that did not certify it; [`Trouble::BadData`] where the file cannot be read at all, or is
/// damaged elsewhere than in its records.
pub fn verify_all(index: &dyn Index, pinned: Pinned, thorough: Thorough) -> Result<Verified, Failure> {
    let mut chains = Vec::new();
    for number in 0..index.earlier()? {
        let checked = check_chain(&mut |visit| index.earlier_rows(number, visit), pinned.head, thorough.heads);
        let checked = checked.and_then(|checked| check_link(chains.last(), &checked).map(|()| checked));
        chains.push(checked.map_err(|failure| {
            let what = say!("verify-earlier-wrong", chain = u64::from(number) + 1, why = failure.what.clone());
            Failure { what, ..failure }
        })?);
    }
    let own = check_chain(&mut |visit| index.rows(visit), pinned.head, thorough.heads)?;
    check_link(chains.last(), &own)?;
    chains.push(own);
    let agreement = pinned.head.map(|head| agreement(&chains, head)).transpose()?;
    let size: u64 = chains.iter().map(|chain| chain.head().size).sum();
    let unknown = chains.iter().map(|chain| chain.unknown).sum();
    let revoked = chains.iter().flat_map(|chain| chain.revoked.iter().copied()).collect();
    let taken: Vec<_> = chains.iter().flat_map(|chain| chain.taken.iter().cloned()).collect();
    let Some(Checked { audit, opened, station, .. }) = chains.pop() else { return Err(empty()) };
    let team = PublicKey(opened.team.key);
    if pinned.team.is_some_and(|pinned| pinned != team) {
        return Err(Failure::new(Trouble::No, say!("verify-other-team")).hint(say!("verify-other-hint")));
    }
    let foreign = check_foreign(index, &taken, team.0, &broken_sentence)?;
    let known = index.get::<StationFile>("")?.map_or(0, |station| station.records.saturating_sub(station.based));
    let stale = if thorough.summaries { index.stale_drawer()? } else { None };
    Ok(Verified {
        station,
        practice: opened.practice,
        head: audit.head().short(),
        team,
        genuine: pinned.team.is_some(),
        earlier: chains.iter().map(Checked::verified).collect(),
        foreign,
        agreement,
        unknown,
        revoked,
        thorough,
        stale: stale.or_else(|| (known < size).then(|| "station:".to_owned())),
        lost: (known > size).then_some(known),
    })
}

impl Verified {
    /// Whether no record is missing at the end. Errors: the summary knows of more.
    pub fn has_its_tail(&self) -> Result<(), Failure> {
        let Some(wanted) = self.lost else { return Ok(()) };
        let what = say!("verified-lost", size = self.head.size, wanted = wanted);
        Err(Failure::new(Trouble::No, what).hint(say!("verify-other-hint")))
    }
}

impl Checked {
    fn head(&self) -> HeadRef {
        self.audit.head().short()
    }

    fn verified(&self) -> VerifiedChain {
        VerifiedChain { station: self.station, head: self.head() }
    }
}

fn empty() -> Failure {
    Failure::new(Trouble::No, say!("verify-empty")).hint(say!("ledger-corrupt-hint"))
}

/// Checks one chain by itself.
fn check_chain(rows: Rows<'_>, head: Option<HeadRef>, heads: Heads) -> Result<Checked, Failure> {
    let mut work: Option<Checked> = None;
    look_at(rows, &mut |looked| follow(&mut work, looked, head, heads))?;
    let checked = work.ok_or_else(empty)?;
    checked.audit.close().map_err(|broken| no(&broken))?;
    check_team(&checked.opened)?;
    Ok(checked)
}

/// Checks the next record of a chain.
#[expect(clippy::wildcard_enum_match_arm, reason = "only what is of chains comes so far")]
fn follow(work: &mut Option<Checked>, looked: Looked, head: Option<HeadRef>, heads: Heads) -> Result<(), Failure> {
    let Looked { row, seen, heading } = looked;
    let chain = match work {
        Some(begun) => begun,
        None => work.insert(begin(&seen, head, heads)?),
    };
    let record = chain.audit.next(seen, beside(&row)).map_err(|broken| no(&broken))?;
    if record.seq() != row.seq {
        return Err(no(&Broken { seq: record.seq(), flaw: Flaw::Seq { found: row.seq } }));
    }
    if chain.revoked.contains(&chain.opened.public_key) {
        return Err(after_revocation(row.seq));
    }
    let unread = |error: String| no(&Broken { seq: row.seq, flaw: Flaw::Bytes(error) });
    let meaning = heading.map_err(unread)?;
    chain.unknown += u64::from(!meaning.is_known);
    if !meaning.is_of_chains {
        return Ok(());
    }
    let event = Event::from_body(record.body()).map_err(|error| unread(error.to_string()))?;
    chain.revoked.extend(revoked_key(&event.fact, PublicKey(chain.opened.team.key)));
    match event.fact {
        Fact::StationContinued(continued) => chain.continued.push((row.seq, continued)),
        Fact::BundleTaken(taken) => chain.taken.push(taken),
        _other => {}
    }
    Ok(())
}

/// Checks that a chain continues the one before it and says so, in record 1 and nowhere else, for the same team.
fn check_link(before: Option<&Checked>, chain: &Checked) -> Result<(), Failure> {
    let wanted = before.map(|before| {
        let HeadRef { size, root } = before.head();
        (1, StationContinued { station: before.station, size, root })
    });
    if chain.continued != Vec::from_iter(wanted) {
        return Err(Failure::new(Trouble::No, say!("verify-not-continued")).hint(say!("verify-other-hint")));
    }
    let same = |before: &Checked| {
        (before.opened.team.key, before.opened.practice) == (chain.opened.team.key, chain.opened.practice)
    };
    if before.is_none_or(same) {
        return Ok(());
    }
    Err(Failure::new(Trouble::No, say!("verify-continued-by-another")).hint(say!("verify-other-hint")))
}

/// Which of the chains, the station's own last, a head is of. Errors: none of them; how that can come about is said.
fn agreement(chains: &[Checked], head: HeadRef) -> Result<Agreement, Failure> {
    let found = chains.iter().rposition(|chain| chain.audit.agrees_with(&head));
    let no = |what| Err(Failure::new(Trouble::No, what));
    match (found, chains) {
        (Some(at), _) if at + 1 == chains.len() => Ok(Agreement::Own),
        (Some(at), _) => Ok(Agreement::Earlier(at)),
        (None, [.., before, own]) if head.size > before.head().size => {
            let (wanted, kept, own) = (head.size, before.head().size, own.head().size);
            let missing = head.size - kept;
            no(say!("verify-in-no-chain", wanted = wanted, own = own, kept = kept, missing = missing))
                .map_err(|failure| failure.hint(say!("verify-fork-hint")))
        }
        (None, [own]) if head.size > own.head().size => {
            no(say!("verify-cut", size = own.head().size, wanted = head.size))
                .map_err(|failure| failure.hint(say!("verify-other-hint")))
        }
        (None, _) => {
            no(say!("verify-other-head", wanted = head.size)).map_err(|failure| failure.hint(say!("verify-fork-hint")))
        }
    }
}

fn begin(seen: &Seen, head: Option<HeadRef>, heads: Heads) -> Result<Checked, Failure> {
    let first = |flaw: String| no(&Broken { seq: 0, flaw: Flaw::Bytes(flaw) });
    let record = seen.record().map_err(|error| first(error.to_string()))?;
    let event = Event::from_body(record.body()).map_err(|error| first(error.to_string()))?;
    let Fact::StationOpened(opened) = event.fact else { return Err(first("record 0 opens no station".to_owned())) };
    let mut audit = Audit::new(PublicKey(opened.public_key), origin(record.leaf(), opened.practice), heads);
    if let Some(head) = head {
        audit.watch(head.size);
    }
    Ok(Checked {
        audit,
        opened,
        station: record.leaf(),
        continued: Vec::new(),
        taken: Vec::new(),
        unknown: 0,
        revoked: Vec::new(),
    })
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

fn check_team(opened: &StationOpened) -> Result<(), Failure> {
    if opened.is_certified() {
        return Ok(());
    }
    Err(Failure::new(Trouble::No, say!("verify-certificate")).hint(say!("verify-other-hint")))
}

fn no(broken: &Broken) -> Failure {
    Failure::new(Trouble::No, broken_sentence(broken)).detail(broken).hint(say!("ledger-corrupt-hint"))
}

fn broken_sentence(broken: &Broken) -> Sentence {
    say!("verify-broken", seq = broken.seq, flaw = flaw_sentence(&broken.flaw))
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
