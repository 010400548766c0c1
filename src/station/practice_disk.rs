//! Recognisable donor data on a practice disk, and `grep` as the witness before and after.

#![expect(clippy::disallowed_methods, reason = "practice: the disk's own backing file gets the donor data")]

use crate::cli::Out;
use crate::linux::{PracticeDisk, tool};
use crate::port::{Chance, Failure, Trouble};
use crate::unit::Symbol;
use crate::word::say;
use std::ffi::OsStr;
use std::fs::OpenOptions;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;

/// A practice disk with donor data on it.
#[derive(Clone, Debug)]
pub(super) struct Donated {
    backing: PathBuf,
    name: String,
    marker: String,
    places: u64,
}

/// Where donor data goes on a disk of `size` bytes with blocks of `block`: first, middle and last block, across block
/// boundaries near the start, the middle and the end, and once in every mebibyte.
fn places(size: u64, block: u64, len: u64) -> Vec<u64> {
    let middle = size / 2 / block * block;
    let mut places = vec![0, middle + block / 4, size - block / 2, size - len];
    places.extend([block, middle - block, size - 2 * block].map(|edge| edge + block - len / 2));
    places.extend((1..size >> 20).map(|mib| (mib << 20) + 100));
    places.sort_unstable();
    places.dedup_by(|next, last| *next - *last < len);
    places
}

/// Puts donor data on the disk, through its backing file, and says what and where.
pub(super) fn donate(disk: &PracticeDisk, chance: &dyn Chance, out: &mut Out<'_>) -> Result<Donated, Failure> {
    let marker = format!("DU-LIEU-GIA-CUA-NGUOI-TANG-{}", Symbol::spell(&chance.bytes::<10>()));
    let failed = |error: io::Error| {
        Failure::new(Trouble::Io, say!("file-unwritable", file = disk.backing().display().to_string())).because(error)
    };
    let file = OpenOptions::new().write(true).open(disk.backing()).map_err(failed)?;
    let size = file.metadata().map_err(failed)?.len();
    let places = places(size, u64::from(disk.block()), marker.len() as u64);
    for at in &places {
        file.write_all_at(marker.as_bytes(), *at).map_err(failed)?;
    }
    file.sync_all().map_err(failed)?;
    let path = disk.backing().display().to_string();
    out.object(
        "donor_data",
        serde_json::json!({ "disk": disk.name(), "file": path, "block": disk.block(), "marker": marker, "places": places.len() }),
    )?;
    let count = places.len() as u64;
    out.say(&say!(
        "practice-disk-made",
        disk = disk.name(),
        file = path,
        block = u64::from(disk.block()),
        count = count
    ))?;
    if let Some(why) = disk.without_loop() {
        out.say(&say!("practice-disk-file", why = why))?;
    }
    Ok(Donated { backing: disk.backing().to_owned(), name: disk.name().to_owned(), marker, places: count })
}

impl Donated {
    fn count(&self) -> Result<u64, Failure> {
        let args = ["-a", "-o", "-F", self.marker.as_str()].map(OsStr::new);
        let answer = tool("grep", &[args.as_slice(), &[self.backing.as_os_str()]].concat())?;
        match answer.code {
            Some(0) => Ok(answer.out.lines().count() as u64),
            Some(1) => Ok(0),
            Some(_) | None => {
                Err(Failure::new(Trouble::Io, say!("tool-failed", tool = "grep")).because(answer.complaint))
            }
        }
    }

    fn say(&self, found: u64, out: &mut Out<'_>) -> Result<(), Failure> {
        let file = self.backing.display().to_string();
        out.object(
            "grep",
            serde_json::json!({ "disk": self.name, "file": file, "marker": self.marker, "found": found }),
        )?;
        out.say(&say!("practice-grep", marker = self.marker.as_str(), file = file, found = found))
    }

    /// `grep` finds every place before the wipe.
    pub(super) fn before(&self, out: &mut Out<'_>) -> Result<(), Failure> {
        let found = self.count()?;
        self.say(found, out)?;
        if found == self.places {
            Ok(())
        } else {
            Err(Failure::new(Trouble::No, say!("practice-grep-before", found = found, wanted = self.places)))
        }
    }

    /// `grep` finds none after it.
    pub(super) fn after(&self, out: &mut Out<'_>) -> Result<(), Failure> {
        let found = self.count()?;
        self.say(found, out)?;
        if found == 0 { Ok(()) } else { Err(Failure::new(Trouble::No, say!("practice-grep-after", found = found))) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn donor_data_lies_in_the_first_middle_and_last_block_and_across_boundaries() {
        for (size, block) in [(64 * 1024 * 1024 + 3 * 512, 512), (96 * 1024 * 1024 + 5 * 4096, 4096)] {
            let len = 37;
            let places = places(size, block, len);
            let in_block = |number: u64| places.iter().any(|at| at / block == number);
            assert!(in_block(0) && in_block(size / 2 / block) && in_block(size / block - 1));
            assert!(places.iter().filter(|at| *at / block != (*at + len - 1) / block).count() >= 3);
            assert!(places.windows(2).all(|pair| pair[1] - pair[0] >= len));
            assert!(places.iter().all(|at| at + len <= size));
        }
    }
}
