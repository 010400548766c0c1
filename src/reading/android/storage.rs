//! Memory and storage as sold, with what the system counts beside them.
//!
//! Invariant: the size as sold is an estimate, and the size that was counted stands beside it, so that anybody can judge.

use super::silent;
use super::told::{AndroidTold, Ask};
use crate::device::{Certainty, Facts, Value, key};
use crate::reading::memory::{as_sold, seen_by_kernel};
use crate::unit::Bytes;

/// Gigabytes (10⁹) that storage is sold with.
const SOLD: [u64; 12] = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048];
const GIGA: u64 = 1_000_000_000;

pub(super) fn memory_facts(told: &AndroidTold, facts: &mut Facts) {
    let ask = Ask::Memory;
    if let Some(seen) = told.text(ask).and_then(seen_by_kernel) {
        facts.push(key::MEMORY_TOTAL, Value::Bytes(as_sold(seen)), ask.source(), Certainty::Estimated);
        facts.push(key::MEMORY_COUNTED, Value::Bytes(seen), ask.source(), Certainty::Certain);
    } else {
        facts.unknown(key::MEMORY_TOTAL, ask.source(), silent(told, ask));
        facts.unknown(key::MEMORY_COUNTED, ask.source(), silent(told, ask));
    }
}

/// The whole of the built-in storage where the kernel names it, else the part for data.
pub(super) fn storage_facts(told: &AndroidTold, facts: &mut Facts) {
    let read = |ask, read: fn(&str) -> Option<u64>| Some((ask, told.text(ask).and_then(read)?));
    let found =
        read(Ask::Partitions, whole).or_else(|| read(Ask::DataSize, data)).or_else(|| read(Ask::DiskStats, stats));
    let Some((ask, counted)) = found else {
        facts.unknown(key::DISK_LARGEST, Ask::DataSize.source(), silent(told, Ask::DataSize));
        facts.unknown(key::STORAGE_COUNTED, Ask::DataSize.source(), silent(told, Ask::DataSize));
        return;
    };
    let sold = SOLD.into_iter().map(|size| size * GIGA).find(|size| *size >= counted).unwrap_or(counted);
    facts.push(key::DISK_LARGEST, Value::Bytes(Bytes(sold)), ask.source(), Certainty::Estimated);
    facts.push(key::STORAGE_COUNTED, Value::Bytes(Bytes(counted)), ask.source(), Certainty::Certain);
}

/// Bytes of the built-in medium in `/proc/partitions`: the first eMMC, or all units of the UFS.
fn whole(text: &str) -> Option<u64> {
    let mut units = Vec::new();
    for line in text.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        if let [_major, _minor, blocks, name] = words.as_slice()
            && let Ok(blocks) = blocks.parse::<u64>()
        {
            units.push((*name, blocks.checked_mul(1024)?));
        }
    }
    // A card that is plugged in is the second of its kind.
    if let Some((_, size)) = units.iter().find(|(name, _)| *name == "mmcblk0") {
        return Some(*size).filter(|size| *size >= GIGA / 2);
    }
    let is_unit = |name: &str| name.len() == 3 && name.starts_with("sd");
    let sum = units.iter().filter(|(name, _)| is_unit(name)).try_fold(0u64, |sum, (_, size)| sum.checked_add(*size))?;
    Some(sum).filter(|size| *size >= GIGA)
}

/// Bytes of `/data` in any of the three forms of `df`.
fn data(text: &str) -> Option<u64> {
    let line = text.lines().map(str::trim).find(|line| {
        let mut words = line.split_whitespace();
        words.next().is_some_and(|first| first == "/data") || line.ends_with(" /data")
    })?;
    let size = line.split_whitespace().nth(1)?;
    size_of(size)
}

/// `25497924` KiB, `56G`, `3.8G`, `12.9G`.
fn size_of(text: &str) -> Option<u64> {
    let unit = match text.chars().last()? {
        'K' => 1u64 << 10,
        'M' => 1 << 20,
        'G' => 1 << 30,
        'T' => 1 << 40,
        last if last.is_ascii_digit() => return text.parse::<u64>().ok()?.checked_mul(1024),
        _other => return None,
    };
    let number = text.get(..text.len() - 1)?;
    let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
    let tenth: u64 = part.get(..1)?.parse().ok()?;
    whole.parse::<u64>().ok()?.checked_mul(unit)?.checked_add(unit / 10 * tenth)
}

/// `Data-Free: 20349932K / 25497924K total = 79% free`.
fn stats(text: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.trim().strip_prefix("Data-Free:"))?;
    let total = line.split('/').nth(1)?.split_whitespace().next()?;
    size_of(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both(ask: Ask, text: &str) -> Vec<u64> {
        let mut facts = Facts::new();
        storage_facts(&AndroidTold::default().with(ask, text), &mut facts);
        [key::STORAGE_COUNTED, key::DISK_LARGEST].iter().filter_map(|key| facts.known(key)?.number()).collect()
    }

    #[test]
    fn storage_is_read_in_every_form_and_rounded_up_to_what_is_sold() {
        let new = "Filesystem 1K-blocks Used Available Use% Mounted on\n/dev/block/sda35 25497924 4995672 20354796 20% /data\n";
        assert_eq!(both(Ask::DataSize, new), [25_497_924 * 1024, 32 * GIGA]);
        let old = "Filesystem Size Used Free Blksize\n/data 56G 2G 53G 4096\n";
        assert_eq!(both(Ask::DataSize, old), [56 << 30, 64 * GIGA]);
        assert_eq!(both(Ask::DataSize, "/dev/block/mmcblk0p14 3.8G 531M 3.3G 14% /data\n")[1], 8 * GIGA);
        assert_eq!(both(Ask::DiskStats, "Data-Free: 3482492K / 4043008K total = 86% free\n")[0], 4_043_008 * 1024);
        let emmc =
            "major minor  #blocks  name\n\n 179 0 15388672 mmcblk0\n 179 1 3072 mmcblk0p1\n 179 96 31166976 mmcblk1\n";
        assert_eq!(both(Ask::Partitions, emmc), [15_758_000_128, 16 * GIGA]);
        let ufs = " 8 0 120000000 sda\n 8 1 1 sda1\n 8 16 4096 sdb\n 259 0 100 sdc\n";
        assert_eq!(both(Ask::Partitions, ufs)[1], 128 * GIGA);
    }

    #[test]
    fn nonsense_is_no_size() {
        for text in ["", "/data", "/data x", "/data 9999999999999999999G", "/data é 1 2 3", "/data .G", "/data 1.éG"]
        {
            assert_eq!(both(Ask::DataSize, text), [0u64; 0], "{text:?}");
        }
        assert_eq!(both(Ask::Partitions, "1 2 99999999999999999999 mmcblk0\n1 2 9007199254740993000 sda\n"), [0u64; 0]);
    }
}
