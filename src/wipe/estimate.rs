//! About how long a wipe will take, and what that is reckoned from.
//!
//! Invariants: nothing is promised: an estimate says where it comes from, and where nothing tells there is none; whole
//! numbers only.

use crate::device::{Medium, MediumKind};
use crate::unit::Bytes;
use std::time::Duration;

/// What an estimate is reckoned from, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// The drive's own word for that erase.
    Drive,
    /// How fast this very disk was at its last wipe.
    LastTime,
    /// What is usual for disks of its kind.
    Kind,
}

impl Basis {
    /// Its word for machines.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Drive => "drive",
            Self::LastTime => "last_time",
            Self::Kind => "kind",
        }
    }
}

/// How fast a disk is written and read from its first byte to its last, bytes per second; never 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    write: u64,
    read: u64,
}

/// About how long, and from what that is reckoned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Estimate {
    /// How long, whole seconds.
    pub time: Duration,
    /// From what.
    pub basis: Basis,
}

/// What is to be done.
#[derive(Clone, Copy, Debug)]
pub struct Undertaking<'a> {
    /// Id of the method.
    pub method: &'a str,
    /// How large the disk is.
    pub size: Bytes,
    /// What is written for sure already.
    pub from: Bytes,
    /// Whether another program reads the disk as well.
    pub cross_check: bool,
}

impl Pace {
    /// The pace behind two curves of bytes per second over equal parts of the disk; none where one of them saw no speed.
    #[must_use]
    pub fn of_curves(write: &[Bytes], read: &[Bytes]) -> Option<Self> {
        Some(Self { write: steady(write)?, read: steady(read)? })
    }

    const fn mb(write: u64, read: u64) -> Self {
        Self { write: write * 1_000_000, read: read * 1_000_000 }
    }
}

/// So many bytes that no speed goes over them in no time, and few enough to be added up.
const LONG_WAY: u128 = 10_u128.pow(27);

/// The one speed at which the whole way takes as long as at those: their harmonic mean. Parts without a speed count as the
/// others.
fn steady(curve: &[Bytes]) -> Option<u64> {
    let seen: Vec<u128> = curve.iter().filter(|rate| rate.0 > 0).map(|rate| u128::from(rate.0)).collect();
    let slowness: u128 = seen.iter().map(|rate| LONG_WAY / rate).sum();
    let mean = (LONG_WAY * u128::try_from(seen.len()).ok()?).checked_div(slowness)?;
    Some(u64::try_from(mean).unwrap_or(u64::MAX)).filter(|mean| *mean > 0)
}

/// What is usual over the whole length of a disk of that kind, in machines that are given away: small laptop disks, cheap
/// flash, which slows down once its cache is full. None where kinds differ too much to say anything.
const fn usual(medium: &Medium) -> Option<Pace> {
    match medium.kind {
        MediumKind::Hdd => Some(Pace::mb(80, 80)),
        MediumKind::SataSsd => Some(Pace::mb(200, 400)),
        MediumKind::NvmeSsd => Some(Pace::mb(600, 1500)),
        MediumKind::Emmc => Some(Pace::mb(60, 150)),
        MediumKind::SdCard => Some(Pace::mb(12, 40)),
        MediumKind::UsbFlash => Some(Pace::mb(10, 60)),
        // Most are laptop disks in a dock; a fast SSD waits for the bridge.
        MediumKind::BehindBridge => Some(Pace::mb(80, 90)),
        MediumKind::Sas => Some(Pace::mb(120, 120)),
        MediumKind::Virtual | MediumKind::Practice | MediumKind::Unknown => None,
    }
}

/// About how long it takes. `last_time` is this disk's own pace at its last wipe, where that is known.
#[must_use]
pub fn estimate(work: Undertaking<'_>, medium: &Medium, last_time: Option<Pace>) -> Option<Estimate> {
    if let Some(offer) = medium.erases.iter().find(|offer| offer.erase.id() == work.method) {
        let time = Duration::from_secs(offer.seconds.filter(|seconds| *seconds > 0)?);
        return Some(Estimate { time, basis: Basis::Drive });
    }
    let (pace, basis) = match last_time {
        Some(pace) => (pace, Basis::LastTime),
        None => (usual(medium)?, Basis::Kind),
    };
    let reads = if work.cross_check { 2 } else { 1 };
    let write = u128::from(work.size.less(work.from).0) / u128::from(pace.write);
    let read = u128::from(work.size.0) * reads / u128::from(pace.read);
    let seconds = u64::try_from(write + read).ok()?.max(1);
    Some(Estimate { time: Duration::from_secs(seconds), basis })
}

#[cfg(test)]
mod tests {
    use super::super::method::tests::{disk, medium};
    use super::*;
    use crate::device::{Bus, Erase, Offer};

    const GB: u64 = 1_000_000_000;

    fn of_kind(kind: MediumKind) -> Medium {
        Medium { kind, erases: Vec::new(), ..medium(&disk(Bus::Ata, None)) }
    }

    fn work(size: u64) -> Undertaking<'static> {
        Undertaking { method: "overwrite-zero", size: Bytes(size), from: Bytes::ZERO, cross_check: false }
    }

    fn seconds(found: Option<Estimate>) -> Option<(u64, Basis)> {
        found.map(|found| (found.time.as_secs(), found.basis))
    }

    #[test]
    fn by_kind_it_is_write_and_read_back_and_nothing_where_kinds_say_nothing() {
        let hdd = of_kind(MediumKind::Hdd);
        assert_eq!(seconds(estimate(work(320 * GB), &hdd, None)), Some((8000, Basis::Kind)));
        let twice = Undertaking { cross_check: true, ..work(320 * GB) };
        assert_eq!(seconds(estimate(twice, &hdd, None)), Some((12_000, Basis::Kind)), "read once more");
        let resumed = Undertaking { from: Bytes(160 * GB), ..work(320 * GB) };
        assert_eq!(seconds(estimate(resumed, &hdd, None)), Some((6000, Basis::Kind)), "all of it is read back");
        assert_eq!(seconds(estimate(work(1), &hdd, None)), Some((1, Basis::Kind)), "never no time at all");
        for kind in [MediumKind::Virtual, MediumKind::Practice, MediumKind::Unknown] {
            assert_eq!(estimate(work(GB), &of_kind(kind), None), None, "{kind:?}");
        }
        let slow = seconds(estimate(work(64 * GB), &of_kind(MediumKind::UsbFlash), None)).expect("known").0;
        let fast = seconds(estimate(work(64 * GB), &of_kind(MediumKind::NvmeSsd), None)).expect("known").0;
        assert!(slow > 20 * fast, "{slow} {fast}");
        assert!(estimate(work(u64::MAX), &of_kind(MediumKind::SdCard), None).is_some());
    }

    #[test]
    fn the_disks_own_last_speed_goes_before_its_kind() {
        let mb = |rates: &[u64]| rates.iter().map(|rate| Bytes(rate * 1_000_000)).collect::<Vec<_>>();
        // Half of it at 100, half at 50: 10 s and 20 s for each gigabyte, 66.7 MB/s over all.
        let pace = Pace::of_curves(&mb(&[100, 0, 50]), &mb(&[100]));
        let found = seconds(estimate(work(100 * GB), &of_kind(MediumKind::Hdd), pace));
        assert_eq!(found, Some((1500 + 1000, Basis::LastTime)));
        let found = seconds(estimate(work(100 * GB), &of_kind(MediumKind::Practice), pace));
        assert_eq!(found.map(|(_, basis)| basis), Some(Basis::LastTime), "of whatever kind");
        for (write, read) in [(mb(&[]), mb(&[5])), (mb(&[5]), mb(&[0, 0]))] {
            assert_eq!(Pace::of_curves(&write, &read), None);
        }
        assert!(Pace::of_curves(&[Bytes(1)], &[Bytes(u64::MAX)]).is_some());
    }

    #[test]
    fn for_an_erase_of_the_drives_own_only_the_drive_is_asked() {
        let offer = |seconds| Offer { erase: Erase::NvmeSanitizeBlock, bar: None, seconds };
        let of = |seconds| Medium { erases: vec![offer(seconds)], ..of_kind(MediumKind::NvmeSsd) };
        let erase = Undertaking { method: "nvme-sanitize-block", ..work(512 * GB) };
        let pace = Pace::of_curves(&[Bytes(GB)], &[Bytes(GB)]);
        assert_eq!(seconds(estimate(erase, &of(Some(95)), pace)), Some((95, Basis::Drive)));
        assert_eq!(estimate(erase, &of(None), pace), None, "no overwrite's speed says how long a drive takes");
        assert_eq!(seconds(estimate(work(GB), &of(Some(95)), None)).map(|it| it.1), Some(Basis::Kind));
    }
}
