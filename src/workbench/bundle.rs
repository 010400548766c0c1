//! Bundles: the own records for another station to take over, and what others bring.
//!
//! Invariant: nothing is judged here; the journal takes a file over as a whole or refuses it.

use super::bench::Bench;
use super::conflict::conflicts;
use super::inspect_page::{PageLine, Weight};
use super::throughput::age_sentence;
use crate::custody::{AsideWhy, ChainFile};
use crate::ledger::{origin, write_bundle};
use crate::port::{Failure, Index, TakeOver, Trouble};
use crate::unit::Digest;
use crate::word::{Arg, Sentence, say};
use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

/// The longest file of bundles that is read, bytes.
const LONGEST: u64 = 1 << 30;

/// What a file of bundles came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakenBundle {
    /// Leaf hash of that chain's record 0.
    pub station: Digest,
    /// What is written on the stick that it is from; none where nobody enrolled it.
    pub name: Option<String>,
    /// How many of its records were here before.
    pub from: u64,
    /// How many are here now.
    pub to: u64,
    /// About how many devices those are that came now and count.
    pub devices: u64,
    /// How many bundles of it wait for what comes before them.
    pub parked: u64,
    /// How many of those that came now are kept and do not count.
    pub quarantined: u64,
    /// How many of all its records here.
    pub quarantined_all: u64,
    /// How many bundles tell of another branch.
    pub forked: u64,
    /// How many devices a lead has to settle, whatever brought that.
    pub held: u64,
    /// In which record the file's last bundle is torn, if it is.
    pub torn: Option<u64>,
    /// The head of what is here now, signed by this station, to be put where it came from; empty where nothing is here.
    pub receipt: String,
}

/// Another station's chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainSeen {
    /// Leaf hash of its record 0.
    pub station: Digest,
    /// What is known of it; none where none of its records could be taken over yet.
    pub file: Option<ChainFile>,
    /// Bundles that wait for what comes before them: the first record, and the one behind the last.
    pub parked: Vec<(u64, u64)>,
    /// Bundles that tell of another branch.
    pub forks: Vec<(u64, u64)>,
}

impl ChainSeen {
    /// Whether something is wrong with it.
    #[must_use]
    pub fn is_doubtful(&self) -> bool {
        let has = |file: &ChainFile| file.odd_times > 0 || file.set_aside() > 0;
        !self.parked.is_empty() || !self.forks.is_empty() || self.file.as_ref().is_some_and(has)
    }
}

/// Own records that were written for another station.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BundleMade {
    /// The first record.
    pub from: u64,
    /// The one behind the last.
    pub to: u64,
}

/// Takes over what a file of bundles brings: all of it or nothing. Coming twice, in pieces, in any order or overlapping, it
/// comes to the same. Errors: altered, not of this team, or of this very station.
pub fn take_bundle(bench: &Bench<'_>, bytes: &[u8]) -> Result<TakenBundle, Failure> {
    let order = TakeOver { at: bench.clock.now(), by: bench.by.clone(), offset_ms: None, bytes };
    let taken = bench.journal.take_over(&order)?;
    let file = bench.index.get::<ChainFile>(&taken.station)?;
    Ok(TakenBundle {
        station: taken.station,
        name: file.as_ref().and_then(|file| file.name.clone()),
        from: taken.from,
        to: taken.to,
        devices: taken.devices,
        parked: taken.parked,
        quarantined: file.as_ref().map_or(0, |file| file.set_aside_from(taken.from)),
        quarantined_all: file.map_or(0, |file| file.set_aside()),
        forked: taken.forked,
        held: conflicts(bench)?.len() as u64,
        torn: taken.torn,
        receipt: taken.receipt,
    })
}

/// The same of a file.
pub fn take_bundle_file(bench: &Bench<'_>, file: &Path) -> Result<TakenBundle, Failure> {
    take_bundle(bench, &bench.files.read(file, LONGEST)?)
}

/// Writes the own records from number `from` on to the new file `to`. Errors: there are none; it cannot be written.
pub fn make_bundle(bench: &Bench<'_>, from: u64, to: &Path) -> Result<BundleMade, Failure> {
    let (mut records, mut note, mut size) = (Vec::new(), String::new(), 0);
    bench.index.rows(&mut |row| {
        size = row.seq + 1;
        note = row.note;
        if row.seq >= from {
            records.push(row.bytes);
        }
        Ok(())
    })?;
    let station = bench.station()?;
    let Some(id) = station.id.filter(|_| !records.is_empty()) else {
        return Err(Failure::new(Trouble::Usage, say!("bundle-nothing", size = size)));
    };
    let bundle = write_bundle(&origin(id, station.practice), from, &note, records.iter().map(Vec::as_slice));
    bench.files.write(to, &bundle)?;
    Ok(BundleMade { from, to: size })
}

/// Every other station's chain of which there is anything here.
pub fn chains_seen(index: &dyn Index) -> Result<Vec<ChainSeen>, Failure> {
    let aside = index.aside()?;
    let mut stations: BTreeSet<Digest> = index.foreign()?.into_iter().collect();
    stations.extend(aside.iter().map(|bundle| bundle.station));
    let seen = |station: Digest| {
        let of = |is_fork: bool| {
            let its = aside.iter().filter(|bundle| bundle.station == station && bundle.is_fork == is_fork);
            its.map(|bundle| (bundle.from, bundle.to)).collect()
        };
        Ok(ChainSeen { station, file: index.get::<ChainFile>(&station)?, parked: of(false), forks: of(true) })
    };
    stations.into_iter().map(seen).collect()
}

/// What it came to, a line each.
#[must_use]
pub fn taken_over_lines(taken: &TakenBundle) -> Vec<Sentence> {
    let station = || taken.name.clone().unwrap_or_else(|| format!("{}…", taken.station.short(16)));
    let mut lines = vec![match taken.to - taken.from {
        0 if taken.to == 0 => say!("bundle-none-yet", station = station()),
        0 => say!("bundle-known", station = station(), records = taken.to),
        new => say!("bundle-taken", station = station(), records = new, all = taken.to, devices = taken.devices),
    }];
    let warnings = [
        (taken.parked > 0).then(|| say!("bundle-parked", count = taken.parked)),
        (taken.quarantined > 0).then(|| say!("bundle-quarantined", count = taken.quarantined)),
        (taken.quarantined_all > taken.quarantined)
            .then(|| say!("bundle-quarantined-all", count = taken.quarantined_all)),
        (taken.forked > 0).then(|| say!("bundle-forked", count = taken.forked)),
        (taken.held > 0).then(|| say!("bundle-held", count = taken.held)),
        taken.torn.map(|seq| say!("bundle-torn", seq = seq)),
    ];
    lines.extend(warnings.into_iter().flatten());
    lines
}

/// What is known of a chain: who and how much first, then what is wrong with it.
#[must_use]
pub fn chain_lines(chain: &ChainSeen) -> Vec<PageLine> {
    let file = chain.file.as_ref();
    let name = file.and_then(|file| file.name.clone()).unwrap_or_else(|| format!("{}…", chain.station.short(16)));
    let at = file.map_or_else(|| Arg::from(say!("bundle-never")), |file| Arg::from(file.taken_at.local()));
    let records = file.map_or(0, |file| file.size);
    let aside = file.map_or(0, ChainFile::set_aside);
    let line = |weight, what| PageLine { weight, what };
    let mut lines = vec![line(Weight::Plain, say!("bundle-chain", name = name, records = records, at = at))];
    if let Some(ms) = file.and_then(|file| file.offset_ms) {
        let by = age_sentence(Duration::from_millis(ms.unsigned_abs()));
        let what = if ms < 0 { say!("bundle-clock-ahead", by = by) } else { say!("bundle-clock-behind", by = by) };
        lines.push(line(Weight::Plain, what));
    }
    lines.extend(
        (!chain.parked.is_empty())
            .then(|| line(Weight::Warn, say!("bundle-parked", count = chain.parked.len() as u64))),
    );
    lines.extend((aside > 0).then(|| line(Weight::Warn, say!("bundle-quarantined", count = aside))));
    for aside in file.map(|file| file.aside.as_slice()).unwrap_or_default() {
        let what = say!("bundle-aside", from = aside.from, to = aside.to - 1, why = aside_sentence(aside.why));
        lines.push(line(Weight::Dim, what));
    }
    lines.extend(
        (!chain.forks.is_empty()).then(|| line(Weight::Bad, say!("bundle-forked", count = chain.forks.len() as u64))),
    );
    let odd = file.map_or(0, |file| file.odd_times);
    lines.extend((odd > 0).then(|| line(Weight::Warn, say!("bundle-odd-times", count = odd))));
    lines
}

/// Why records are kept and do not count.
#[must_use]
pub fn aside_sentence(why: AsideWhy) -> Sentence {
    match why {
        AsideWhy::NotEnrolled => say!("aside-not-enrolled"),
        AsideWhy::Revoked => say!("aside-revoked"),
        AsideWhy::TooLate => say!("aside-too-late"),
        AsideWhy::Kind => say!("aside-kind"),
        AsideWhy::UnknownDevice => say!("aside-unknown-device"),
        AsideWhy::Evidence => say!("aside-evidence"),
    }
}
