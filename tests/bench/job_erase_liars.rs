//! Drives that lie about their own erase: what is left is found, for certain where it is large, and where it is small at
//! least as often as a certificate promises.

use crate::job_erase::{erase, erase_on, model, seen, verdict};
use crate::job_rig::{Bench, wipe_started};
use aoxanh::port::{DiskIo, Model, ModelKind, Vice};
use aoxanh::unit::{Bytes, Digest};
use aoxanh::wipe::{CANARY, Canaries, Level, Outcome, Said, caught_per_mille};
use proptest::prelude::*;

const OLD: u8 = 0xD0;
const NOT_ERASED: (Outcome, Level) = (Outcome::NotErased, Level::None);

#[test]
fn a_drive_that_says_done_and_erased_nothing_or_shows_what_was_there_before_is_not_erased() {
    for vice in [Vice::ErasesNothing, Vice::ShowsOld] {
        for (kind, method) in [
            (ModelKind::NvmeSsd, "nvme-sanitize-block"),
            (ModelKind::NvmeSsd, "nvme-format-ses1"),
            (ModelKind::SataSsd, "ata-sanitize-crypto"),
            (ModelKind::Sas, "scsi-sanitize-block"),
            (ModelKind::Hdd, "ata-security-erase"),
            (ModelKind::Emmc, "mmc-sanitize"),
        ] {
            let outcome = erase(method, &model(kind).with(vice.clone()));
            assert_eq!(verdict(&outcome), NOT_ERASED, "{method} {vice:?}");
            let seen = seen(&outcome);
            assert!(matches!(seen.said, Said::StatusGood | Said::CommandGood), "it says that all is well");
            assert_eq!((seen.survived, seen.first_survivor.is_some()), (seen.canaries, true));
        }
    }
}

#[derive(Clone, Debug)]
struct Liar {
    kind: ModelKind,
    method: &'static str,
    size: u64,
    from: u64,
    length: u64,
    key: [u8; 32],
}

const MIB: u64 = 1 << 20;

fn liars() -> impl Strategy<Value = Liar> {
    let kinds = prop_oneof![
        Just((ModelKind::NvmeSsd, "nvme-sanitize-block")),
        Just((ModelKind::NvmeSsd, "nvme-format-ses2")),
        Just((ModelKind::SataSsd, "ata-sanitize-crypto")),
        Just((ModelKind::Sas, "scsi-sanitize-block")),
    ];
    (kinds, 300u64..600_000, any::<u64>(), 0u64..64, any::<[u8; 32]>()).prop_map(
        |((kind, method), size, at, more, key)| {
            let (size, length) = (size * MIB, (128 + more) * MIB);
            Liar { kind, method, size, from: at % (size - length), length, key }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn a_region_of_128_mib_or_more_that_an_erase_left_out_is_always_found(liar in liars()) {
        let kept = liar.from..liar.from + liar.length;
        let drive = Model::filled(liar.kind, Bytes(liar.size), OLD, 512).with(Vice::ErasesAllBut(kept.clone()));
        let start = aoxanh::event::disk::WipeStarted {
            pattern_key: Some(Digest(liar.key)),
            ..wipe_started(liar.method, liar.size, 512, 0)
        };
        let outcome = erase_on(&mut Bench::new(), start, &mut drive.clone());
        prop_assert_eq!(verdict(&outcome), NOT_ERASED);
        let seen = seen(&outcome);
        prop_assert!(seen.survived > 0 && seen.first_survivor.is_some_and(|at| kept.contains(&(at.0 + CANARY.0 - 1))));
        prop_assert_eq!(caught_per_mille(Bytes(liar.size), Bytes(liar.length)), 1000);
    }

    #[test]
    fn a_sound_drive_of_any_size_is_erased(liar in liars()) {
        let drive = Model::filled(liar.kind, Bytes(liar.size), OLD, 4096);
        let start = aoxanh::event::disk::WipeStarted {
            pattern_key: Some(Digest(liar.key)),
            ..wipe_started(liar.method, liar.size, 4096, 0)
        };
        let outcome = erase_on(&mut Bench::new(), start, &mut drive.clone());
        prop_assert_eq!(verdict(&outcome).0, Outcome::Erased);
    }
}

#[test]
fn smaller_regions_are_found_at_least_as_often_as_promised_at_the_worst_place_they_can_have() {
    // Whole canaries in a region that a border between two cells halves, over many keys.
    let size = Bytes(64 << 30);
    let keys = 4000u64;
    for mib in [1u64, 4, 16, 64] {
        let region = mib * MIB;
        let border = (2048u64 * (size.0 / 4096 / 4096)) * 4096;
        let from = border - region / 2 + 100;
        let found = (0..keys).filter(|number| {
            let key = Digest(*blake3::hash(&number.to_le_bytes()).as_bytes());
            let canaries = Canaries::of(size, key).expect("room");
            [2047, 2048].iter().any(|cell| {
                let at = canaries.place(*cell).0;
                at >= from && at + CANARY.0 <= from + region
            })
        });
        let (seen, promised) = (found.count() as u64 * 1000 / keys, caught_per_mille(size, Bytes(region)));
        // Three standard deviations of that many tries are less than 25 in a thousand.
        assert!(seen + 25 >= promised && seen <= promised + 45, "{mib} MiB: {seen} of 1000, promised {promised}");
    }
}

#[test]
fn a_drive_of_half_a_terabyte_has_its_canaries_planted_and_found_gone() {
    let size = Bytes(512_110_190_592);
    let drive = Model::filled(ModelKind::NvmeSsd, size, OLD, 512);
    let outcome = erase_on(&mut Bench::new(), wipe_started("nvme-sanitize-block", size.0, 512, 0), &mut drive.clone());
    assert_eq!(verdict(&outcome), (Outcome::Erased, Level::Purge));
    assert_eq!((seen(&outcome).canaries, drive.size()), (7632, size));
}
