//! NTFS as bytes: the boot sector, the records of the master file table, and where their bytes are.
//!
//! Source: the Linux-NTFS documentation (<https://flatcap.github.io/linux-ntfs/ntfs/>), which ntfs-3g follows too.
//! Invariants: every number that is read is checked against the volume before it is used as a place; no list is followed longer
//! than it can be.

mod attribute;
mod free;
mod tree;

pub(super) use attribute::text as wide;
pub(super) use free::free;
pub(super) use tree::NtfsTree;

use super::region::{Region, bytes, number};
use attribute::{Attribute, Run, Value, attributes};
use std::io;

/// Records of their own. Source: linux-ntfs, "Metafiles".
const MFT: u64 = 0;
const LOG: u64 = 2;
const VOLUME: u64 = 3;
const ROOT: u64 = 5;
const BITMAP: u64 = 6;
/// Kinds of attributes.
const LIST: u64 = 0x20;
const VOLUME_INFORMATION: u64 = 0x70;
const DATA: u64 = 0x80;
const INDEX_ROOT: u64 = 0x90;
const INDEX_ALLOCATION: u64 = 0xA0;
const INDEX_BITMAP: u64 = 0xB0;
/// A sector, as fixups count.
const SECTOR: usize = 512;
/// A list of attributes is never longer.
const MOST_LIST: u64 = 256 * 1024;
/// The part of a reference that is the record's number.
const REFERENCE: u64 = 0xFFFF_FFFF_FFFF;

/// What is not understood.
fn odd() -> io::Error {
    io::ErrorKind::InvalidData.into()
}

/// A volume.
pub(super) struct Ntfs<'r> {
    region: &'r mut dyn Region,
    /// Bytes in a cluster.
    cluster: u64,
    clusters: u64,
    /// Bytes in a record.
    record: u64,
    mft: Vec<Run>,
}

impl<'r> Ntfs<'r> {
    /// None where the boot sector makes no sense. Errors: the medium; `InvalidData` where the first record does not hold.
    fn open(region: &'r mut dyn Region) -> io::Result<Option<Self>> {
        let boot = bytes(region, 0, 512, 512)?;
        let Some((cluster, clusters, record, mft)) = boot_sector(&boot) else { return Ok(None) };
        if clusters.checked_mul(cluster).is_none_or(|all| all > region.length().0) {
            return Ok(None);
        }
        let mut volume =
            Self { region, cluster, clusters, record, mft: vec![Run { from: Some(mft), count: clusters - mft }] };
        // The first records stand together; where the others are, the first one says.
        let first = volume.own(MFT)?.ok_or_else(odd)?;
        volume.mft = first.into_iter().find(|found| found.is(DATA, "")).and_then(Attribute::runs).ok_or_else(odd)?;
        volume.mft = match volume.find(MFT, DATA, "")? {
            Some(Value::Runs { runs, .. }) => runs,
            Some(Value::Here(_)) | None => return Err(odd()),
        };
        Ok(Some(volume))
    }

    /// The attributes of one record alone; none where that record is not in use.
    fn own(&mut self, number: u64) -> io::Result<Option<Vec<Attribute>>> {
        let mut raw = vec![0; usize::try_from(self.record).map_err(io::Error::other)?];
        let at = number.checked_mul(self.record).ok_or_else(odd)?;
        let mft = std::mem::take(&mut self.mft);
        let read = self.runs(&mft, at, &mut raw);
        self.mft = mft;
        read?;
        if !raw.starts_with(b"FILE") || fixed(&mut raw).is_none() {
            return Err(odd());
        }
        if super::region::number::<2>(&raw, 0x16).unwrap_or(0) & 1 == 0 {
            return Ok(None);
        }
        attributes(&raw, self.clusters).map(Some).ok_or_else(odd)
    }

    /// That attribute of a record, wherever its parts are; none where it has none.
    fn find(&mut self, record: u64, kind: u64, name: &str) -> io::Result<Option<Value>> {
        let Some(own) = self.own(record)? else { return Ok(None) };
        let list = own.iter().find(|found| found.is(LIST, "")).map(|found| found.value.clone());
        let Some(list) = list else {
            return Ok(own.into_iter().find(|found| found.is(kind, name)).map(|found| found.value));
        };
        let list = self.content(&list, MOST_LIST)?.ok_or_else(odd)?;
        let mut parts = Vec::new();
        let mut at = 0;
        while let (Some(found), Some(step)) = (number::<4>(&list, at), number::<2>(&list, at + 4)) {
            let step = usize::try_from(step).map_err(io::Error::other)?;
            let holder = number::<8>(&list, at + 0x10).ok_or_else(odd)? & REFERENCE;
            if step < 0x1A {
                return Err(odd());
            }
            if found == kind {
                parts.push((number::<8>(&list, at + 8).ok_or_else(odd)?, holder));
            }
            at += step;
        }
        parts.sort_unstable();
        parts.dedup();
        let mut whole: Option<Value> = None;
        for (first, holder) in parts {
            let own = self.own(holder)?.ok_or_else(odd)?;
            let is_part = |found: &Attribute| found.is(kind, name) && found.first == first;
            let Some(part) = own.into_iter().find(is_part) else { continue };
            whole = Some(match (whole, part.value) {
                (None, value) => value,
                (Some(Value::Runs { mut runs, length, plain }), Value::Runs { runs: more, .. }) => {
                    runs.extend(more);
                    Value::Runs { runs, length, plain }
                }
                (Some(_), _) => return Err(odd()),
            });
        }
        Ok(whole)
    }

    /// The first `most` bytes of a value; none where they are compressed or encrypted.
    fn content(&mut self, value: &Value, most: u64) -> io::Result<Option<Vec<u8>>> {
        match value {
            Value::Here(bytes) => {
                Ok(Some(bytes[..bytes.len().min(usize::try_from(most).unwrap_or(usize::MAX))].to_vec()))
            }
            Value::Runs { plain: false, .. } => Ok(None),
            Value::Runs { runs, length, .. } => {
                let has = runs.iter().fold(0, |sum: u64, run| sum.saturating_add(run.count));
                let length = (*length).min(most).min(has.saturating_mul(self.cluster));
                let mut content = vec![0; usize::try_from(length).map_err(io::Error::other)?];
                self.runs(runs, 0, &mut content)?;
                Ok(Some(content))
            }
        }
    }

    /// Reads from `at` of what these runs hold.
    fn runs(&mut self, runs: &[Run], at: u64, into: &mut [u8]) -> io::Result<()> {
        let (mut begins, mut done) = (0, 0);
        for run in runs {
            let length = run.count.saturating_mul(self.cluster);
            let within = (at + done as u64).saturating_sub(begins);
            let left = length.saturating_sub(within).min((into.len() - done) as u64);
            if at + (done as u64) >= begins && left > 0 {
                let left = usize::try_from(left).map_err(io::Error::other)?;
                match run.from {
                    Some(from) => self.region.load(from * self.cluster + within, &mut into[done..done + left])?,
                    None => into[done..done + left].fill(0),
                }
                done += left;
            }
            begins = begins.saturating_add(length);
        }
        if done == into.len() { Ok(()) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
    }
}

/// Bytes in a cluster, clusters, bytes in a record, and where the master file table begins.
fn boot_sector(boot: &[u8]) -> Option<(u64, u64, u64, u64)> {
    let sector = number::<2>(boot, 0x0B).filter(|sector| [512, 1024, 2048, 4096].contains(sector))?;
    let per_cluster = number::<1>(boot, 0x0D)?;
    // Large clusters are written as a negative power of two.
    let per_cluster =
        if per_cluster > 0x80 { 1u64.checked_shl(u32::try_from(256 - per_cluster).ok()?)? } else { per_cluster };
    let cluster = sector.checked_mul(per_cluster).filter(|size| size.is_power_of_two() && *size <= 2 << 20)?;
    let clusters = number::<8>(boot, 0x28)?.checked_mul(sector)? / cluster;
    let record = number::<1>(boot, 0x40)?;
    let record = if record > 0x80 { 1u64.checked_shl(u32::try_from(256 - record).ok()?)? } else { record * cluster };
    let mft = number::<8>(boot, 0x30)?;
    let holds = boot[3..].starts_with(b"NTFS    ") && (512..=65536).contains(&record) && record.is_power_of_two();
    (holds && mft < clusters).then_some((cluster, clusters, record, mft))
}

/// Puts back the last two bytes of each sector, which stand in a list; none where a sector was not written with the others.
fn fixed(raw: &mut [u8]) -> Option<()> {
    let at = usize::try_from(number::<2>(raw, 4)?).ok()?;
    let count = usize::try_from(number::<2>(raw, 6)?).ok()?.checked_sub(1)?;
    if count != raw.len() / SECTOR {
        return None;
    }
    let list = raw.get(at..at + 2 * (count + 1))?.to_vec();
    for (sector, real) in raw.chunks_exact_mut(SECTOR).zip(list[2..].chunks_exact(2)) {
        if sector[SECTOR - 2..] != list[..2] {
            return None;
        }
        sector[SECTOR - 2..].copy_from_slice(real);
    }
    Some(())
}
