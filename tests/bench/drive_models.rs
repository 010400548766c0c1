//! Modelled drives: they keep the contracts, tell their medium, and lie, fail and vanish as they are told to.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use crate::contract::commands::{self, asked};
use crate::contract::disk_io::{self, Made};
use aoxanh::device::{
    Bar, Certainty, Doubt, Erase, HiddenArea, HiddenBy, Medium, MediumKind, Sanitizing, Unsure, medium_lines,
};
use aoxanh::drive::ata::{self, AtaSanitize, Whose};
use aoxanh::drive::nvme::{self, FormatErase, NvmeSanitize, SanitizeLog, SanitizeState};
use aoxanh::drive::scsi::{self, ScsiSanitize};
use aoxanh::drive::{Answer, Command, Form, Sense, erasing, good_registers};
use aoxanh::port::{BadBridge, Buffer, Commands, DiskIo, Model, ModelKind, Vice};
use aoxanh::unit::Bytes;
use aoxanh::wipe::{default_for, plan};
use aoxanh::word::{Lang, Words};

const SIZE: usize = 1 << 20;
const OLD: u8 = 0xD0;

fn model(kind: ModelKind) -> Model {
    Model::new(kind, vec![OLD; SIZE], 512)
}

fn medium_of(model: &Model) -> Medium {
    asked(&model.disk("sdx"), &mut model.clone())
}

fn bars(medium: &Medium) -> Vec<(&'static str, Option<Bar>)> {
    medium.erases.iter().map(|offer| (offer.erase.id(), offer.bar)).collect()
}

fn offered(medium: &Medium) -> Vec<&'static str> {
    medium.offered().map(Erase::id).collect()
}

fn sent(model: &Model, command: &Command) -> Answer {
    model.clone().execute(command).expect("the drive answers")
}

/// Whether an ATA command was carried out.
fn done(model: &Model, command: &Command) -> bool {
    erasing::is_taken(command, &sent(model, command))
}

fn first(model: &Model) -> Vec<u8> {
    let mut buffer = Buffer::zeroed(4096);
    let read = model.clone().read_at(Bytes(0), buffer.bytes_mut()).expect("the drive reads");
    buffer.bytes()[..read].to_vec()
}

/// Asks the sanitize log until it tells an end, at most `most` times.
fn watched(model: &Model, most: usize) -> SanitizeState {
    let mut state = SanitizeState::Never;
    for _question in 0..most {
        let log = SanitizeLog::read(&sent(model, &nvme::sanitize_log()).data).expect("a log");
        state = log.state;
        if state != SanitizeState::Running {
            break;
        }
    }
    state
}

#[test]
fn every_model_keeps_both_contracts_with_small_and_large_blocks_and_behind_a_bridge() {
    for kind in [ModelKind::Hdd, ModelKind::SataSsd, ModelKind::NvmeSsd, ModelKind::Sas] {
        for block in [512, 4096] {
            let mut sound = Model::new(kind, vec![OLD; SIZE], block);
            let disk = sound.disk("sdx");
            disk_io::keeps_every_promise("model", &mut sound, Made { size: Bytes(SIZE as u64), block });
            commands::keeps_every_promise("model", &disk, &mut sound);
        }
        for bridge in [BadBridge::Zeros, BadBridge::Refuses] {
            let mut bridged = model(kind).behind(bridge);
            let disk = bridged.disk("sdx");
            commands::keeps_every_promise("bridged model", &disk, &mut bridged);
        }
    }
}

#[test]
fn a_medium_is_told_by_the_drive_and_a_model_says_that_it_is_one() {
    let hdd = medium_of(&model(ModelKind::Hdd));
    assert_eq!((hdd.kind, hdd.certainty, hdd.spins), (MediumKind::Hdd, Certainty::Certain, Some(true)));
    assert_eq!(default_for(&hdd).id(), "overwrite-zero");
    assert_eq!(offered(&hdd), ["ata-security-erase", "ata-security-erase-enhanced"]);
    assert_eq!(hdd.offer(Erase::AtaSecurityEraseEnhanced).and_then(|offer| offer.seconds), Some(3600));
    let ssd = medium_of(&model(ModelKind::SataSsd));
    assert_eq!((ssd.kind, ssd.sanitizing), (MediumKind::SataSsd, Some(Sanitizing::Idle)));
    assert_eq!(offered(&ssd)[..2], ["ata-sanitize-crypto", "ata-sanitize-block"]);
    assert_eq!(default_for(&ssd).id(), "overwrite-pattern");
    let nvme = medium_of(&model(ModelKind::NvmeSsd));
    assert_eq!(offered(&nvme), ["nvme-sanitize-crypto", "nvme-sanitize-block", "nvme-format-ses1", "nvme-format-ses2"]);
    assert_eq!(nvme.offer(Erase::NvmeSanitizeBlock).and_then(|offer| offer.seconds), Some(30));
    for medium in [hdd, ssd, nvme] {
        assert!(medium.hidden.areas.is_empty() && medium.hidden.unknown.is_none(), "{medium:?}");
        let told = medium.told.expect("it answers");
        assert!(told.model.is_some_and(|name| name.starts_with("MODEL")));
        assert!(told.serial.is_some_and(|serial| serial.starts_with("MODEL")));
        assert_eq!(told.logical_block, Some(512));
    }
}

#[test]
fn what_hpa_and_dco_hide_is_counted_to_the_byte_and_named_in_the_plan() {
    let hiding = model(ModelKind::Hdd).with(Vice::Hpa(2048)).with(Vice::Dco(7));
    let medium = medium_of(&hiding);
    let area = |by, sectors: u64| HiddenArea { by, size: Bytes(sectors * 512) };
    assert_eq!(medium.hidden.areas, [area(HiddenBy::Hpa, 2048), area(HiddenBy::Dco, 7)]);
    let plan = plan(&hiding.disk("sdx"), &medium, default_for(&medium));
    let codes: Vec<_> = plan.not_covered.iter().map(|gap| gap.code()).collect();
    assert_eq!(codes, ["hidden_by_hpa", "hidden_by_dco", "remapped_sectors"]);
    let words = Words::new(Lang::Vi, None).expect("embedded");
    let said: Vec<String> = medium_lines(&medium).iter().map(|line| words.say(line)).collect();
    let said = said.join("\n");
    assert!(said.contains("1048576 byte) bị HPA giấu") && said.contains("3584 byte) bị DCO giấu"), "{said}");
    assert!(said.contains("MODEL OF AN HDD") && said.contains("MODEL-HDD-0001"), "{said}");
}

#[test]
fn a_bridge_that_passes_nothing_on_tells_nothing_and_why() {
    for (bridge, why) in [(BadBridge::Zeros, Unsure::Blank), (BadBridge::Refuses, Unsure::Refused)] {
        let medium = medium_of(&model(ModelKind::Hdd).behind(bridge));
        assert_eq!((medium.kind, medium.certainty), (MediumKind::BehindBridge, Certainty::Estimated));
        assert_eq!((medium.told, medium.hidden.unknown), (Err(why.clone()), Some(why)));
        assert_eq!(medium.erases, []);
    }
}

#[test]
fn a_stick_is_never_asked() {
    let mut stick = model(ModelKind::Hdd).disk("sdx");
    (stick.bus, stick.removable) = (aoxanh::device::Bus::Usb, true);
    let medium = asked(&stick, &mut Model::new(ModelKind::Hdd, Vec::new(), 512).with(Vice::UnpluggedAfter(0)));
    assert_eq!((medium.kind, medium.told), (MediumKind::UsbFlash, Err(Unsure::NotAsked)));
}

#[test]
fn answers_that_contradict_the_kernel_are_not_believed_and_it_is_said() {
    let ssd = model(ModelKind::SataSsd);
    let mut disk = ssd.disk("sdx");
    disk.identity.size = Bytes(SIZE as u64 - 512);
    let medium = asked(&disk, &mut ssd.clone());
    let doubt = Doubt::Size { said: Bytes(SIZE as u64), kernel: disk.identity.size };
    assert_eq!((medium.doubts.clone(), medium.certainty), (vec![doubt], Certainty::Estimated));
    assert_eq!(medium.hidden.unknown, Some(Unsure::Contradicts));
    assert_eq!(offered(&medium), [""; 0]);
    assert!(bars(&medium).contains(&("ata-sanitize-block", Some(Bar::Doubted))));

    let mut other = ssd.disk("sdx");
    other.identity.serial = Some("ANOTHER".to_owned());
    assert_eq!(asked(&other, &mut ssd.clone()).hidden.unknown, Some(Unsure::Contradicts));
    // A bridge that passes commands may still show a serial of its own.
    other.bus = aoxanh::device::Bus::Usb;
    let docked = asked(&other, &mut ssd.clone());
    assert_eq!((docked.hidden.unknown.clone(), docked.doubts.len()), (None, 1));
    assert!(bars(&docked).contains(&("ata-security-erase", Some(Bar::OverUsb))));
    assert!(offered(&docked).contains(&"ata-sanitize-crypto"));
}

#[test]
fn frozen_locked_and_running_bar_what_they_bar() {
    let frozen = model(ModelKind::SataSsd).with(Vice::Frozen);
    assert!(bars(&medium_of(&frozen)).contains(&("ata-security-erase", Some(Bar::Frozen))));
    assert!(!done(&frozen, &ata::security_set_password(Whose::User, &[1; 32])));
    frozen.power_cycle();
    assert!(offered(&medium_of(&frozen)).contains(&"ata-security-erase"));
    let locked = model(ModelKind::SataSsd).with(Vice::Locked);
    let medium = medium_of(&locked);
    assert!(medium.security.is_some_and(|lock| lock.locked && lock.enabled));
    assert!(bars(&medium).iter().filter(|(id, _)| id.starts_with("ata-s")).all(|(_, bar)| bar.is_some()));
    let mut buffer = Buffer::zeroed(512);
    assert!(locked.clone().read_at(Bytes(0), buffer.bytes_mut()).is_err());
    let running = model(ModelKind::SataSsd).with(Vice::Slow(1));
    assert!(done(&running, &ata::sanitize(AtaSanitize::Block)) && running.is_erasing());
    let medium = medium_of(&running);
    assert_eq!(medium.sanitizing, Some(Sanitizing::Running(0)));
    assert!(bars(&medium).contains(&("ata-sanitize-crypto", Some(Bar::Busy))));
    assert!(!done(&running, &ata::sanitize(AtaSanitize::Block)), "begun twice");
}

#[test]
fn each_erase_of_a_sound_drive_leaves_nothing_of_the_old_and_says_so() {
    let ssd = model(ModelKind::SataSsd);
    assert!(done(&ssd, &ata::sanitize(AtaSanitize::Crypto)));
    let mut ended = None;
    for _question in 0..5 {
        let registers = good_registers(&sent(&ssd, &ata::sanitize_status())).expect("it goes on");
        ended = Some(registers.count & 1 << 15 != 0);
    }
    assert_eq!(ended, Some(true));
    assert_ne!(first(&ssd)[..64], [OLD; 64]);
    assert_ne!(first(&ssd)[..64], [0; 64], "a new key shows noise");

    for (command, polled) in [
        (nvme::sanitize(NvmeSanitize::Block), true),
        (nvme::sanitize(NvmeSanitize::Crypto), true),
        (nvme::format(1, 0, FormatErase::UserData), false),
        (nvme::format(1, 0, FormatErase::Crypto), false),
    ] {
        let drive = model(ModelKind::NvmeSsd);
        assert!(sent(&drive, &command).is_good());
        let state = if polled { SanitizeState::Done } else { SanitizeState::Never };
        assert_eq!(watched(&drive, 9), state);
        assert!(!drive.bytes().windows(64).any(|window| window == [OLD; 64]), "{command:?}");
    }
}

#[test]
fn security_erase_needs_password_and_preparation_and_unlocks() {
    let (hdd, password) = (model(ModelKind::Hdd), [7; 32]);
    let erase = ata::security_erase_unit(Whose::User, false, &password, 20);
    assert!(!done(&hdd, &erase), "without a password");
    assert!(done(&hdd, &ata::security_set_password(Whose::User, &password)));
    assert!(bars(&medium_of(&hdd)).contains(&("ata-security-erase", Some(Bar::PasswordSet))));
    assert!(!done(&hdd, &erase), "not prepared");
    assert!(done(&hdd, &ata::security_erase_prepare()));
    assert!(!done(&hdd, &ata::security_erase_unit(Whose::User, false, &[8; 32], 20)), "a wrong password");
    assert!(done(&hdd, &ata::security_erase_prepare()));
    assert!(done(&hdd, &erase));
    assert_eq!(first(&hdd), [0; 4096]);
    assert!(!medium_of(&hdd).security.expect("it has a lock").enabled);
    // The power goes in the middle: the drive comes back locked, with the password that was set.
    let cut = model(ModelKind::Hdd).with(Vice::PowerCutAt(500));
    assert!(done(&cut, &ata::security_set_password(Whose::User, &password)));
    assert!(done(&cut, &ata::security_erase_prepare()));
    assert!(cut.clone().execute(&erase).is_err());
    cut.power_cycle();
    assert!(medium_of(&cut).security.expect("it has a lock").locked);
}

#[test]
fn sanitize_of_a_namespace_and_what_the_drive_does_not_know_are_refused() {
    let drive = model(ModelKind::NvmeSsd);
    let mut named = nvme::sanitize(NvmeSanitize::Block);
    if let Form::Nvme(admin) = &mut named.form {
        admin.nsid = 1;
    }
    for command in [named, nvme::sanitize(NvmeSanitize::Overwrite(0)), nvme::identify_namespace(2)] {
        assert!(!sent(&drive, &command).is_good(), "{command:?}");
    }
    assert_eq!(drive.bytes(), vec![OLD; SIZE]);
    let ssd = model(ModelKind::SataSsd);
    assert!(!done(&ssd, &ata::sanitize(AtaSanitize::Overwrite(0))));
    assert!(ssd.clone().execute(&nvme::identify_controller()).is_err(), "no way for NVMe on ATA");
    let sense = Sense::read(&sent(&ssd, &scsi::read_capacity()).sense).expect("sense");
    assert_eq!((sense.key, sense.code), (5, 0x20));
}

#[test]
fn a_sas_disk_tells_its_progress_in_sense_data_until_it_is_done() {
    let disk = model(ModelKind::Sas);
    assert!(sent(&disk, &scsi::sanitize(ScsiSanitize::Block)).is_good());
    assert!(!sent(&disk, &scsi::sanitize(ScsiSanitize::Block)).is_good(), "begun twice");
    let asked = || Sense::read(&sent(&disk, &scsi::request_sense()).data).expect("sense");
    let seen: Vec<_> = (0..4).map(|_question| (asked().code, asked().progress.is_some())).collect();
    assert_eq!((seen[0], seen[3]), ((4, true), (0, false)));
    assert_eq!(disk.bytes(), vec![0; SIZE]);
    assert!(!sent(&disk, &scsi::sanitize(ScsiSanitize::Overwrite(0))).is_good());
}

#[test]
fn liars_say_done_and_their_bytes_say_what_they_did() {
    let erased = |vices: &[Vice]| {
        let drive = vices.iter().fold(model(ModelKind::NvmeSsd), |drive, vice| drive.with(vice.clone()));
        assert!(sent(&drive, &nvme::sanitize(NvmeSanitize::Block)).is_good());
        assert_eq!(watched(&drive, 9), SanitizeState::Done, "{vices:?}");
        drive
    };
    assert_eq!(erased(&[Vice::ErasesNothing]).bytes(), vec![OLD; SIZE]);
    let kept = erased(&[Vice::ErasesAllBut(4096..8192)]).bytes();
    assert!(kept[4096..8192].iter().all(|byte| *byte == OLD));
    assert!(kept[..4096].iter().chain(&kept[8192..]).all(|byte| *byte == 0));
    let cached = erased(&[Vice::ShowsOld]);
    assert_eq!((first(&cached), cached.bytes()[0]), (vec![OLD; 4096], 0));
    cached.power_cycle();
    assert_eq!(first(&cached), [0; 4096]);
    let filled = erased(&[Vice::AfterErase([0x33, 0xCC, 0x55, 0xAA])]);
    assert_eq!(first(&filled)[..8], [0x33, 0xCC, 0x55, 0xAA, 0x33, 0xCC, 0x55, 0xAA]);
    let mut blind = model(ModelKind::NvmeSsd).with(Vice::ReadsZero);
    assert_eq!((first(&blind), blind.bytes()[0]), (vec![0; 4096], OLD));
    let mut ones = Buffer::zeroed(512);
    ones.bytes_mut().fill(1);
    assert_eq!(blind.write_at(Bytes(0), ones.bytes()).expect("taken"), 512);
    assert_eq!(first(&blind), [0; 4096]);
    let mut counterfeit = model(ModelKind::Hdd).with(Vice::Wraps(SIZE as u64 / 2));
    assert_eq!(counterfeit.write_at(Bytes(SIZE as u64 / 2), ones.bytes()).expect("taken"), 512);
    assert_eq!(first(&counterfeit)[..512], [1; 512]);
}

#[test]
fn failing_stuck_slow_cut_and_unplugged_drives_do_as_told() {
    let begun = |vice: Vice| {
        let drive = model(ModelKind::NvmeSsd).with(vice);
        assert!(sent(&drive, &nvme::sanitize(NvmeSanitize::Block)).is_good());
        drive
    };
    let failing = begun(Vice::FailsAt(300));
    assert_eq!(watched(&failing, 9), SanitizeState::Failed);
    let bytes = failing.bytes();
    assert!(bytes[0] == 0 && bytes[SIZE / 2] == OLD, "only the first part is gone");
    let mut buffer = Buffer::zeroed(512);
    assert!(failing.clone().read_at(Bytes(0), buffer.bytes_mut()).is_err(), "nothing reads until it is left");
    assert_eq!(medium_of(&failing).sanitizing, Some(Sanitizing::Failed));
    assert!(sent(&failing, &nvme::sanitize_exit_failure()).is_good());
    assert!(failing.clone().read_at(Bytes(0), buffer.bytes_mut()).is_ok());

    let stuck = begun(Vice::StuckAt(10));
    assert_eq!(watched(&stuck, 50), SanitizeState::Running);
    let slow = begun(Vice::Slow(20));
    assert_eq!((watched(&slow, 49), watched(&slow, 2)), (SanitizeState::Running, SanitizeState::Done));

    let cut = begun(Vice::PowerCutAt(600));
    let died = (0..9).find_map(|_question| cut.clone().execute(&nvme::sanitize_log()).err());
    assert_eq!(died.and_then(|error| error.raw_os_error()), Some(19));
    assert!(cut.clone().check().is_err() && cut.clone().flush().is_err());
    cut.power_cycle();
    assert!(cut.is_erasing(), "it goes on by itself");
    assert_eq!(watched(&cut, 9), SanitizeState::Done);
    assert_eq!(cut.bytes(), vec![0; SIZE]);

    let unplugged = model(ModelKind::Hdd).with(Vice::UnpluggedAfter(1));
    assert!(unplugged.clone().execute(&ata::identify()).is_ok());
    assert!(unplugged.clone().execute(&ata::identify()).is_err());
}
