//! Summaries of machines whose stick cannot come home: made on the machine, read off its screen, taken in at the station.
//!
//! Invariants: what is told in a summary is announced and nothing more: no disk is wiped by it, and no step done; only a start
//! from a stick that the station enrolled and still trusts is believed; what is at home already is not announced.

use super::bench::Bench;
use super::history::{level_sentence, verdict_sentence};
use super::report::{Report, Tone};
use super::stick_base::opened_of;
use super::stick_list::{StickLine, sticks};
use crate::custody::{AnnouncedFile, ChainFile, DeviceFile, DiskState, machine_name};
use crate::event::Fact;
use crate::event::station::SummaryTaken;
use crate::ledger::{Head, PublicKey, SecretKey, read_signature};
use crate::port::{Failure, Trouble};
use crate::report::{DiskTold, MachineSummary};
use crate::tag::{Piece, Pieces, TagId, pieces};
use crate::unit::DeviceId;
use crate::word::{Sentence, say};

/// The most machines that were announced and never received.
const MOST: u32 = 1000;

/// What became of a summary that was read in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SummaryStands {
    /// It was recorded.
    New,
    /// It was known before.
    Known,
    /// The records that it tells of are here.
    Home,
}

/// A summary that was read in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SummaryRead {
    /// What it says.
    pub summary: MachineSummary,
    /// What is written on the stick that it came through.
    pub stick: String,
    /// Whether the device was received here.
    pub received: bool,
    /// What became of it.
    pub stands: SummaryStands,
}

/// The signed summary of the device, by the start's own key. Errors: this is no start from a stick; the device is unknown.
pub fn summarize(bench: &Bench<'_>, device: &DeviceId, key: &SecretKey) -> Result<Vec<u8>, Failure> {
    let none = || Failure::new(Trouble::No, say!("summary-no-stick")).hint(say!("summary-no-stick-hint"));
    let found = bench.device(device)?;
    let (opened, station) = opened_of(bench.index)?.ok_or_else(none)?;
    let through = opened.through.and_then(|through| read_signature(&through.signature)).ok_or_else(none)?;
    let signed = bench.index.head()?.unwrap_or_default();
    let head = Head::open(&signed, key.public()).map_err(|error| none().because(error))?;
    let bare = MachineSummary {
        practice: opened.practice,
        station,
        key: key.public(),
        through,
        size: head.size,
        at: bench.clock.now(),
        device: device.clone(),
        tag: None,
        verdict: None,
        disks: (0, 0),
        told: Vec::new(),
        name: String::new(),
        serial: String::new(),
    };
    let name = machine_name(found.file.maker.as_deref(), found.file.model.as_deref()).unwrap_or_default();
    Ok(bare.knowing(&found.file, &name).sign(key))
}

/// The message that those codes hold, in any order. Errors: one of them is no such code; some are missing.
pub fn summary_of_codes<'t>(codes: impl IntoIterator<Item = &'t str>) -> Result<Vec<u8>, Failure> {
    let (mut read, mut whole, mut last) = (Pieces::default(), None, None);
    for code in codes {
        let wrong = || Failure::new(Trouble::BadData, say!("summary-wrong")).hint(say!("summary-wrong-hint"));
        let piece = Piece::read(code).ok_or_else(wrong)?;
        last = Some(piece.place().1);
        whole = read.take(piece).or(whole);
    }
    let missing = || {
        let all = last.unwrap_or(1) as u64;
        Failure::new(Trouble::No, say!("summary-incomplete", count = read.count() as u64, all = all))
            .hint(say!("summary-incomplete-hint"))
    };
    whole.ok_or_else(missing)
}

/// Takes a summary in. Errors: altered; of practice where this is none, or the other way round; not through a stick of this
/// station, or through one that counts no more; the device is gone.
pub fn take_summary(bench: &Bench<'_>, message: &[u8]) -> Result<SummaryRead, Failure> {
    let altered = || Failure::new(Trouble::BadData, say!("summary-wrong")).hint(say!("summary-wrong-hint"));
    let summary = MachineSummary::read(message).ok_or_else(altered)?;
    let text = pieces(message, usize::MAX).map(|mut codes| codes.swap_remove(0)).ok_or_else(altered)?;
    if summary.practice != bench.practice()? {
        return Err(Failure::new(Trouble::No, say!("summary-practice")));
    }
    let stick = trusted(bench, &summary)?;
    let received = bench.index.get::<DeviceFile>(&summary.device)?.is_some();
    let stands = stands(bench, &summary)?;
    if stands == SummaryStands::New {
        let MachineSummary { station, size, verdict, disks: (disks, wiped), .. } = summary;
        bench.record(Some(&summary.device), SummaryTaken { station, size, verdict, disks, wiped, text })?;
    }
    Ok(SummaryRead { summary, stick: stick.name, received, stands })
}

/// The stick that the summary came through.
fn trusted(bench: &Bench<'_>, summary: &MachineSummary) -> Result<StickLine, Failure> {
    let all = sticks(bench)?;
    let stick = all.into_iter().find(|line| summary.is_through(PublicKey(line.key)));
    let refused = |what| Failure::new(Trouble::No, what).hint(say!("summary-stick-hint"));
    let stick = stick.ok_or_else(|| refused(say!("summary-stranger")))?;
    if stick.revoked {
        return Err(refused(say!("summary-revoked", name = stick.name.as_str())));
    }
    if summary.at > stick.until {
        return Err(refused(say!("summary-late", name = stick.name.as_str())));
    }
    Ok(stick)
}

fn stands(bench: &Bench<'_>, summary: &MachineSummary) -> Result<SummaryStands, Failure> {
    let home = bench.index.get::<ChainFile>(&summary.station)?;
    if home.is_some_and(|chain| chain.size >= summary.size) {
        return Ok(SummaryStands::Home);
    }
    let is_known = |fact: &Fact| matches!(fact, Fact::SummaryTaken(taken) if taken.station == summary.station && taken.size >= summary.size);
    let known = bench.index.history(&summary.device)?.iter().any(|line| is_known(&line.event.fact));
    Ok(if known { SummaryStands::Known } else { SummaryStands::New })
}

/// The machines that were announced by a summary and never received here: each with the summary read in last.
pub fn announced(bench: &Bench<'_>) -> Result<Vec<MachineSummary>, Failure> {
    let mut all = Vec::new();
    for (id, text) in bench.index.drawers("announced", "", MOST)? {
        let file: Option<AnnouncedFile> = serde_json::from_str(&text).ok();
        let message = file.and_then(|file| summary_of_codes([file.text.as_str()]).ok());
        let summary = message.and_then(|message| MachineSummary::read(&message));
        let is_received = match id.parse::<DeviceId>() {
            Ok(id) => bench.index.get::<DeviceFile>(&id)?.is_some(),
            Err(_no_id) => true,
        };
        all.extend(summary.filter(|_| !is_received));
    }
    Ok(all)
}

/// The machine of that tag, where it was announced and never received here.
pub(super) fn announced_as(bench: &Bench<'_>, tag: &TagId) -> Result<Option<MachineSummary>, Failure> {
    Ok(announced(bench)?.into_iter().find(|summary| summary.tag.as_ref() == Some(tag)))
}

/// The machine in few words: its tag, else what it is.
#[must_use]
pub fn summary_name(summary: &MachineSummary) -> String {
    let named = [summary.tag.as_ref().map(ToString::to_string), Some(summary.name.clone())];
    let named: Vec<String> = named.into_iter().flatten().filter(|text| !text.is_empty()).collect();
    if named.is_empty() { summary.device.to_string() } else { named.join(" · ") }
}

/// What the summary says of the machine, a line each.
#[must_use]
pub fn summary_lines(summary: &MachineSummary) -> Vec<Sentence> {
    let at = summary.at.local();
    let verdict = summary.verdict.map(verdict_sentence);
    let disk = |disk: &DiskTold| {
        let (size, serial) = (disk.size.decimal(), disk.serial.as_str());
        match (disk.state, disk.level) {
            (DiskState::Wiped, Some(level)) => {
                say!("summary-disk-wiped", size = size, serial = serial, level = level_sentence(level))
            }
            (DiskState::Destroyed, _) => say!("summary-disk-destroyed", size = size, serial = serial),
            (DiskState::Unwiped | DiskState::Wiping | DiskState::NotWiped | DiskState::Wiped, _) => {
                say!("summary-disk-unwiped", size = size, serial = serial)
            }
        }
    };
    let (done, all) = (summary.disks.1, summary.disks.0);
    std::iter::once(say!("summary-of", name = summary_name(summary), at = at))
        .chain(verdict.map(|verdict| say!("summary-verdict", verdict = verdict)))
        .chain([say!("summary-disks", done = done, all = all)])
        .chain(summary.told.iter().map(disk))
        .collect()
}

impl SummaryRead {
    /// What became of it, and what it is not.
    #[must_use]
    pub fn outcome(&self) -> Sentence {
        match (self.stands, self.received) {
            (SummaryStands::Home, _) => say!("summary-home"),
            (SummaryStands::Known, _) => say!("summary-known", stick = self.stick.as_str()),
            (SummaryStands::New, true) => say!("summary-taken", stick = self.stick.as_str()),
            (SummaryStands::New, false) => say!("summary-announced", stick = self.stick.as_str()),
        }
    }

    /// The same for a screen.
    #[must_use]
    pub fn report(&self) -> Report {
        let mut report = Report::new(Tone::Good, self.outcome());
        report.lines.extend(summary_lines(&self.summary));
        report
    }
}
