//! A device's wipes as somebody sees them who is to validate one: what the ledger says was done, in words.
//!
//! Invariant: what is shown is the record that would be validated, and nothing from anywhere else.

use super::bench::{Bench, Found};
use super::history::{HistoryLine, disk_name, history, level_sentence};
use super::order::WipeSeen;
use super::report::{bad_sentence, cross_check_sentence, evidence_sentence};
use super::settling::can_be_validated;
use crate::custody::DiskFile;
use crate::event::Fact;
use crate::event::disk::WipeEnded;
use crate::port::Failure;
use crate::word::{Sentence, say};

/// The wipes of the device that still stand, those not validated first.
pub fn wipes_seen(bench: &Bench<'_>, found: &Found) -> Result<Vec<WipeSeen>, Failure> {
    let lines = history(bench, found)?;
    let wiped = found.file.disks.iter().filter(|(_, disk)| can_be_validated(disk));
    let mut seen: Vec<WipeSeen> = wiped.filter_map(|(key, disk)| wipe_seen(key, disk, &lines)).collect();
    seen.sort_by_key(|wipe| wipe.validated);
    Ok(seen)
}

fn wipe_seen(key: &str, disk: &DiskFile, lines: &[HistoryLine]) -> Option<WipeSeen> {
    let (line, ended) = lines.iter().rev().find_map(|line| ended_in(line, disk))?;
    Some(WipeSeen {
        disk: key.to_owned(),
        name: disk_name(&disk.disk),
        lines: told(line, ended).into_iter().chain(disk.doubted.map(|_left| say!("wipe-seen-left-to-lead"))).collect(),
        validated: disk.validated_by.is_some(),
        ended: line.line.leaf,
    })
}

/// The end of the last wipe of that disk, where this line is it.
fn ended_in<'a>(line: &'a HistoryLine, disk: &DiskFile) -> Option<(&'a HistoryLine, &'a WipeEnded)> {
    if Some(line.line.leaf) != disk.last_wipe {
        return None;
    }
    #[expect(clippy::wildcard_enum_match_arm, reason = "only a wipe's end has evidence")]
    match &line.line.event.fact {
        Fact::WipeEnded(ended) => Some((line, ended)),
        _other => None,
    }
}

fn told(line: &HistoryLine, ended: &WipeEnded) -> Vec<Sentence> {
    let evidence = &ended.evidence;
    let direct = if evidence.direct { say!("wipe-seen-direct") } else { say!("wipe-seen-not-direct") };
    let second = evidence.cross_check.as_ref().map(cross_check_sentence);
    let lines = vec![
        say!("wipe-seen-level", level = level_sentence(ended.level)),
        say!("wipe-seen-who", who = line.who.as_str(), how = line.how.clone()),
        say!("wipe-seen-when", began = evidence.began.local(), ended = evidence.ended.local()),
        evidence_sentence(evidence),
        say!("wipe-seen-bad", unwritable = evidence.unwritable.decimal(), unreadable = evidence.unreadable.decimal()),
        direct,
        say!("wipe-seen-record", seq = line.line.seq, leaf = line.line.leaf.short(16)),
    ];
    lines.into_iter().chain(bad_sentence(evidence)).chain(second).collect()
}
