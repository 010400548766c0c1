//! Drives that erase themselves, modelled: what they are sent, what is believed of them, and what is asked again after an
//! interruption.

#![expect(clippy::expect_used, reason = "a test may stop where its ground is gone")]

use crate::job_rig::{Bench, KEY, recorded, wipe_started};
use aoxanh::drive::ata::{self, Whose};
use aoxanh::drive::nvme::{self, NvmeSanitize};
use aoxanh::drive::{Command, erasing};
use aoxanh::event::disk::WipeStarted;
use aoxanh::job::{JobNews, Phase, WipeOutcome, wipe_ended, wipe_with};
use aoxanh::port::{Commands, DiskIo, FakeDisk, Model, ModelKind, Vice};
use aoxanh::unit::Bytes;
use aoxanh::wipe::{CANARY, Canaries, Firmware, Level, METHODS, Outcome, Said, judge};

const OLD: u8 = 0xD0;
const SIZE: u64 = 4 << 20;

pub(crate) fn model(kind: ModelKind) -> Model {
    Model::filled(kind, Bytes(SIZE), OLD, 512)
}

pub(crate) fn erase_on(bench: &mut Bench, start: WipeStarted, disk: &mut dyn DiskIo) -> WipeOutcome {
    let started = recorded(start);
    bench.run(disk, |run| wipe_with(&started, run))
}

pub(crate) fn erase(method: &str, disk: &Model) -> WipeOutcome {
    erase_on(&mut Bench::new(), wipe_started(method, disk.size().0, 512, 0), &mut disk.clone())
}

pub(crate) fn verdict(outcome: &WipeOutcome) -> (Outcome, Level) {
    let judgement = judge(&outcome.evidence, outcome.cancelled);
    (judgement.result, judgement.level)
}

pub(crate) fn seen(outcome: &WipeOutcome) -> &Firmware {
    outcome.evidence.firmware.as_ref().expect("the drive erased itself")
}

fn why(outcome: &WipeOutcome) -> Option<&str> {
    outcome.failure.as_ref().map(|failure| failure.what.key())
}

const PURGE: (Outcome, Level) = (Outcome::Erased, Level::Purge);
const FIRMWARE: (Outcome, Level) = (Outcome::Erased, Level::Firmware);
const NOT_ERASED: (Outcome, Level) = (Outcome::NotErased, Level::None);

/// The erases that each model offers, with what complete evidence of them is worth.
const OFFERED: [(ModelKind, &str, (Outcome, Level)); 11] = [
    (ModelKind::Hdd, "ata-security-erase", FIRMWARE),
    (ModelKind::SataSsd, "ata-security-erase-enhanced", FIRMWARE),
    (ModelKind::SataSsd, "ata-sanitize-crypto", PURGE),
    (ModelKind::SataSsd, "ata-sanitize-block", PURGE),
    (ModelKind::NvmeSsd, "nvme-sanitize-crypto", PURGE),
    (ModelKind::NvmeSsd, "nvme-sanitize-block", PURGE),
    (ModelKind::NvmeSsd, "nvme-format-ses1", FIRMWARE),
    (ModelKind::NvmeSsd, "nvme-format-ses2", FIRMWARE),
    (ModelKind::Sas, "scsi-sanitize-block", PURGE),
    (ModelKind::Sas, "scsi-sanitize-crypto", PURGE),
    (ModelKind::Emmc, "mmc-sanitize", FIRMWARE),
];

#[test]
fn a_sound_drive_erases_everything_its_canaries_are_gone_and_its_own_word_is_read_to_the_end() {
    for (kind, method, worth) in OFFERED {
        let drive = model(kind);
        let mut bench = Bench::new();
        let outcome = erase_on(&mut bench, wipe_started(method, SIZE, 512, 0), &mut drive.clone());
        assert_eq!((verdict(&outcome), why(&outcome)), (worth, None), "{method}: {outcome:?}");
        assert!(!drive.bytes().contains(&OLD) || method.contains("crypto") || method.ends_with("ses2"), "{method}");
        assert!(!drive.bytes().windows(64).any(|bytes| bytes == [OLD; 64]), "{method}");
        let firmware = seen(&outcome);
        assert_eq!((firmware.canaries, firmware.survived), (1024, 0));
        assert_eq!(outcome.evidence.read_back, Bytes(1024 * CANARY.0));
        assert_eq!(outcome.evidence.written, Bytes::ZERO);
        assert!(!firmware.commands.is_empty() && firmware.commands.iter().all(|told| !told.is_empty()));
        let phases: Vec<Phase> = bench
            .news
            .iter()
            .filter_map(|news| if let JobNews::Phase(phase) = news { Some(*phase) } else { None })
            .collect();
        assert_eq!(phases, [Phase::Plant, Phase::Erase, Phase::Prove], "{method}");
        let ended = wipe_ended(&recorded(wipe_started(method, SIZE, 512, 0)), &outcome, &[], "1.0");
        assert_eq!(ended.evidence.firmware.map(|seen| seen.canaries), Some(1024));
    }
}

#[test]
fn every_firmware_method_is_tried_above_or_has_no_model_yet() {
    let tried = OFFERED.map(|(_, id, _)| id);
    let left: Vec<&str> = METHODS.iter().map(|method| method.id()).filter(|id| !tried.contains(id)).collect();
    assert_eq!(
        left,
        [
            "overwrite-zero",
            "overwrite-pattern",
            "ata-sanitize-overwrite",
            "nvme-sanitize-overwrite",
            "scsi-sanitize-overwrite",
            // Its model wants a PSID: see `erasing`.
            "opal-psid-revert",
            "discard"
        ]
    );
}

#[test]
fn discarding_earns_nothing_even_where_everything_reads_as_zero_afterwards() {
    let drive = model(ModelKind::SataSsd);
    let outcome = erase("discard", &drive);
    assert_eq!(verdict(&outcome), (Outcome::ErasedWithExceptions, Level::None));
    assert!(drive.bytes().iter().all(|byte| *byte == 0));
    let nodding = model(ModelKind::SataSsd).with(Vice::ErasesNothing);
    assert_eq!(verdict(&erase("discard", &nodding)), NOT_ERASED);
    let mut without = FakeDisk::new(vec![OLD; 1 << 20], 512);
    let outcome = erase_on(&mut Bench::new(), wipe_started("discard", 1 << 20, 512, 0), &mut without);
    assert_eq!((verdict(&outcome), why(&outcome)), (NOT_ERASED, Some("erase-no-discard")));
}

#[test]
fn nothing_is_sent_to_a_drive_that_does_not_keep_its_canaries() {
    for vice in [Vice::ReadsZero, Vice::Wraps(SIZE / 2)] {
        let drive = model(ModelKind::NvmeSsd).with(vice.clone());
        let outcome = erase("nvme-sanitize-block", &drive);
        assert_eq!((verdict(&outcome), why(&outcome)), (NOT_ERASED, Some("erase-canary-not-kept")), "{vice:?}");
        assert_eq!(seen(&outcome).commands, [""; 0]);
        assert!(drive.bytes().contains(&OLD));
    }
}

#[test]
fn a_drive_that_reads_as_something_else_than_zero_afterwards_is_erased_all_the_same() {
    let drive = model(ModelKind::NvmeSsd).with(Vice::AfterErase([0x33, 0xCC, 0x55, 0xAA]));
    assert_eq!(verdict(&erase("nvme-sanitize-block", &drive)), PURGE);
    assert_eq!(drive.bytes()[..4], [0x33, 0xCC, 0x55, 0xAA]);
}

#[test]
fn what_fails_is_refused_hangs_or_vanishes_is_not_erased_and_says_so() {
    let cases: [(&str, ModelKind, Vice, &str); 8] = [
        ("nvme-sanitize-block", ModelKind::NvmeSsd, Vice::FailsAt(600), "erase-failed"),
        ("ata-sanitize-block", ModelKind::SataSsd, Vice::FailsAt(600), "erase-failed"),
        ("scsi-sanitize-block", ModelKind::Sas, Vice::FailsAt(600), "erase-failed"),
        ("nvme-format-ses1", ModelKind::NvmeSsd, Vice::FailsAt(600), "erase-refused"),
        ("nvme-sanitize-block", ModelKind::NvmeSsd, Vice::StuckAt(300), "erase-silent"),
        ("nvme-sanitize-block", ModelKind::NvmeSsd, Vice::PowerCutAt(500), "erase-no-answer"),
        ("ata-security-erase", ModelKind::Hdd, Vice::Frozen, "erase-refused"),
        ("nvme-sanitize-block", ModelKind::NvmeSsd, Vice::UnpluggedAfter(40), "disk-gone"),
    ];
    for (method, kind, vice, key) in cases {
        let outcome = erase(method, &model(kind).with(vice.clone()));
        assert_eq!((verdict(&outcome), why(&outcome)), (NOT_ERASED, Some(key)), "{method} {vice:?}");
        let failure = outcome.failure.expect("it failed");
        assert!(failure.hint.is_some(), "it says what to do: {failure:?}");
    }
}

#[test]
fn of_a_drive_pulled_while_canaries_are_looked_for_nothing_that_was_read_counts() {
    let outcome = erase("nvme-sanitize-block", &model(ModelKind::NvmeSsd).with(Vice::UnpluggedAfter(2500)));
    assert_eq!((verdict(&outcome), why(&outcome)), (NOT_ERASED, Some("disk-gone")));
    assert_eq!((seen(&outcome).said, outcome.evidence.read_back), (Said::StatusGood, Bytes::ZERO), "{outcome:?}");
}

#[test]
fn only_the_status_of_the_erase_that_was_asked_for_is_a_good_end() {
    // An earlier crypto erase ended well; a block erase is asked for, which the drive forgets.
    let drive = model(ModelKind::NvmeSsd);
    let send = |command: &Command| drive.clone().execute(command).expect("the drive answers");
    assert!(send(&nvme::sanitize(NvmeSanitize::Crypto)).is_good());
    while drive.is_erasing() {
        send(&nvme::sanitize_log());
    }
    let question = erasing::question(aoxanh::device::Erase::NvmeSanitizeBlock).expect("it has one");
    let standing = erasing::standing(aoxanh::device::Erase::NvmeSanitizeBlock, &send(&question));
    assert_eq!(standing, erasing::Standing::Idle);
}

/// A disk on which a job was stopped as its erase ran.
fn cut_off(drive: &Model, method: &str) -> (Bench, WipeOutcome) {
    let mut bench = Bench::new();
    let outcome = erase_on(&mut bench, wipe_started(method, SIZE, 512, 0), &mut drive.clone());
    assert_eq!(verdict(&outcome), NOT_ERASED);
    assert_eq!(bench.mark(), Bytes(512), "the erase was sent, and that is durable");
    (bench, outcome)
}

#[test]
fn a_sanitize_that_goes_on_by_itself_after_a_power_cut_is_watched_and_not_begun_again() {
    for (kind, method) in [(ModelKind::NvmeSsd, "nvme-sanitize-block"), (ModelKind::SataSsd, "ata-sanitize-block")] {
        let drive = model(kind).with(Vice::PowerCutAt(500));
        let (bench, _) = cut_off(&drive, method);
        drive.power_cycle();
        assert!(drive.is_erasing());
        let again = wipe_started(method, SIZE, 512, bench.mark().0);
        let outcome = erase_on(&mut Bench::new(), again, &mut drive.clone());
        assert_eq!((verdict(&outcome), why(&outcome)), (PURGE, None), "{outcome:?}");
        assert_eq!(seen(&outcome).commands, [""; 0], "nothing was sent");
        assert!(drive.bytes().iter().all(|byte| *byte == 0));
    }
}

#[test]
fn a_sanitize_that_ended_meanwhile_is_proved_by_its_canaries_or_done_anew() {
    let method = "nvme-sanitize-block";
    let drive = model(ModelKind::NvmeSsd).with(Vice::PowerCutAt(500));
    let (bench, _) = cut_off(&drive, method);
    drive.power_cycle();
    while drive.is_erasing() {
        drive.clone().execute(&nvme::sanitize_log()).expect("the drive answers");
    }
    let again = || wipe_started(method, SIZE, 512, bench.mark().0);
    let outcome = erase_on(&mut Bench::new(), again(), &mut drive.clone());
    assert_eq!((verdict(&outcome), seen(&outcome).commands.len()), (PURGE, 0));
    // The canaries of a job whose command was never sent are still there, whatever an earlier erase left in the log.
    let canaries = Canaries::of(Bytes(SIZE), KEY).expect("room");
    for number in 0..canaries.count() {
        let mut buffer = aoxanh::port::Buffer::zeroed(4096);
        canaries.fill(number, buffer.bytes_mut());
        drive.clone().write_at(canaries.place(number), buffer.bytes()).expect("it writes");
    }
    let outcome = erase_on(&mut Bench::new(), again(), &mut drive.clone());
    assert_eq!((verdict(&outcome), seen(&outcome).commands.len()), (PURGE, 1), "{outcome:?}");
    assert_eq!(outcome.evidence.read_back, Bytes(1024 * CANARY.0), "looked for once, after the erase");
}

#[test]
fn a_security_erase_that_was_cut_off_is_done_again_under_its_own_password_which_is_then_off() {
    let drive = model(ModelKind::Hdd).with(Vice::PowerCutAt(500));
    let (bench, outcome) = cut_off(&drive, "ata-security-erase");
    assert_eq!(
        outcome.failure.and_then(|failure| failure.hint).map(|hint| hint.key().to_owned()).as_deref(),
        Some("erase-hint-locked")
    );
    drive.power_cycle();
    let again = wipe_started("ata-security-erase", SIZE, 512, bench.mark().0);
    let outcome = erase_on(&mut Bench::new(), again, &mut drive.clone());
    assert_eq!((verdict(&outcome), why(&outcome)), (FIRMWARE, None), "{outcome:?}");
    assert!(drive.bytes().iter().all(|byte| *byte == 0));
    // A drive without a password refuses to have one taken off.
    let mut password = [0; 32];
    password[..6].copy_from_slice(b"aoxanh");
    let off = drive.clone().execute(&ata::security_disable_password(Whose::User, &password)).expect("it answers");
    assert!(!off.is_good() || aoxanh::drive::good_registers(&off).is_none());
}

#[test]
fn a_person_may_stop_watching_and_the_drive_goes_on() {
    let drive = model(ModelKind::NvmeSsd).with(Vice::Slow(1));
    let mut bench = Bench::with_cancel_at(2 * 1024 + 20);
    let outcome = erase_on(&mut bench, wipe_started("nvme-sanitize-block", SIZE, 512, 0), &mut drive.clone());
    assert!(outcome.cancelled && drive.is_erasing(), "{outcome:?}");
    assert_eq!(verdict(&outcome), (Outcome::Cancelled, Level::None));
    let again = wipe_started("nvme-sanitize-block", SIZE, 512, bench.mark().0);
    assert_eq!(verdict(&erase_on(&mut Bench::new(), again, &mut drive.clone())), PURGE);
}
