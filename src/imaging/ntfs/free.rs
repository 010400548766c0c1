//! Which clusters of an NTFS volume are free, by its own bitmap; and whether Windows put the volume away.

use super::attribute::Value;
use super::tree::NtfsTree;
use super::{BITMAP, DATA, LOG, Ntfs, VOLUME, VOLUME_INFORMATION};
use crate::imaging::file_tree::FileTree;
use crate::imaging::region::{Region, number};
use crate::imaging::used::{Hole, Holes, Unclean, UsedError, zero_runs};
use std::io;

/// The bitmap of a volume of 64 TiB in clusters of 4 KiB.
const MOST_BITMAP: u64 = 2 << 30;
const DIRTY: u64 = 1;
/// The two pages in which the log says whether it was closed. Source: ntfs-3g, `logfile.c`.
const RESTART_PAGES: u64 = 2 * 4096;
const CLOSED: u64 = 2;
const NO_CLIENT: u64 = 0xFFFF;
/// What a sleeping Windows keeps its memory in, and the words that it begins with. Source: ntfs-3g, `volume.c`.
const SLEEP: &str = "/hiberfil.sys";
const ASLEEP: [&[u8]; 2] = [b"hibr", b"HIBR"];

/// Where Windows keeps memory that it makes anew at each start. What is in them is nobody's file.
const MEMORY: [&str; 3] = ["/pagefile.sys", "/swapfile.sys", SLEEP];

/// The holes; none where the volume is not understood. Errors: it was not put away; the medium.
pub(in crate::imaging) fn free(region: &mut dyn Region) -> Result<Option<Vec<Hole>>, UsedError> {
    match told(region) {
        Err(UsedError::Io(error)) if error.kind() == io::ErrorKind::InvalidData => Ok(None),
        other => other,
    }
}

fn told(region: &mut dyn Region) -> Result<Option<Vec<Hole>>, UsedError> {
    let Some(mut tree) = NtfsTree::open(region)? else { return Ok(None) };
    let begins = tree.read(SLEEP, 4)?;
    if begins.is_some_and(|begins| ASLEEP.contains(&begins.as_slice())) {
        return Err(UsedError::Unclean(Unclean::Asleep));
    }
    let mut memory = Vec::new();
    for name in MEMORY {
        memory.extend(tree.places(name)?);
    }
    let Some(mut volume) = Ntfs::open(region)? else { return Ok(None) };
    if !is_clean(&mut volume)? {
        return Err(UsedError::Unclean(Unclean::Dirty));
    }
    let Some(bitmap) = volume.find(BITMAP, DATA, "")? else { return Ok(None) };
    let Some(bits) = volume.content(&bitmap, MOST_BITMAP)? else { return Ok(None) };
    if (bits.len() as u64).saturating_mul(8) < volume.clusters {
        return Ok(None);
    }
    let mut holes = Holes::default();
    zero_runs(&bits, volume.clusters, |at, length| holes.push(at, length));
    let Some(holes) = holes.with(memory) else { return Ok(None) };
    let of_bitmap = if let Value::Runs { runs, .. } = bitmap { runs } else { Vec::new() };
    let own = volume.mft.iter().chain(&of_bitmap).filter_map(|run| Some(Hole { at: run.from?, length: run.count }));
    let own: Vec<Hole> = own.collect();
    let before = holes.sum();
    let holes = holes.without(own);
    // A bitmap that calls its own place free is no bitmap.
    if holes.iter().map(|hole| hole.length).sum::<u64>() != before {
        return Ok(None);
    }
    Ok(Holes::scaled(holes, volume.cluster))
}

/// Whether the volume is not marked, and its log was closed or is empty.
fn is_clean(volume: &mut Ntfs<'_>) -> io::Result<bool> {
    let Some(Value::Here(information)) = volume.find(VOLUME, VOLUME_INFORMATION, "")? else { return Ok(false) };
    if number::<2>(&information, 0x0A).unwrap_or(DIRTY) & DIRTY != 0 {
        return Ok(false);
    }
    let Some(log) = volume.find(LOG, DATA, "")? else { return Ok(true) };
    let Some(pages) = volume.content(&log, RESTART_PAGES)? else { return Ok(false) };
    if pages.iter().all(|byte| *byte == 0xFF) {
        return Ok(true);
    }
    let page = |page: &[u8]| {
        let area = page.get(usize::try_from(number::<2>(page, 0x18)?).ok()?..)?;
        let is_closed = number::<2>(area, 0xC)? == NO_CLIENT || number::<2>(area, 0xE)? & CLOSED != 0;
        page.starts_with(b"RSTR").then_some((number::<8>(area, 0)?, is_closed))
    };
    // The newer of the two counts.
    Ok(pages.chunks(4096).filter_map(page).max().is_some_and(|(_, is_closed)| is_closed))
}
