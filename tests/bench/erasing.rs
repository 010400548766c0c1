//! Erases by the drive's own firmware through the workbench: what is offered and refused, recorded, judged again by the
//! ledger's own rules, gone on with, and certified.

#![expect(clippy::expect_used, reason = "a test may stop where its ground is gone")]

use super::arming_rig::{Rig, refusal, said, wipe_order, wipe_resume};
use super::certificate_rig::wipe_of;
use aoxanh::custody::DiskState;
use aoxanh::device::Disk;
use aoxanh::event::Fact;
use aoxanh::event::disk::{DriveSaid, Level, WipeResult, WipeStarted};
use aoxanh::ledger::SecretKey;
use aoxanh::port::{Commands, Model, ModelKind, Vice};
use aoxanh::report::DocumentKind;
use aoxanh::unit::{Bytes, Secret};
use aoxanh::wipe;
use aoxanh::workbench::{Found, WipeOrder, Wiped, certify, plan_wipe, wipe_worth};

const OLD: u8 = 0xD0;

struct Bay {
    rig: Rig,
    model: Model,
    disk: Disk,
    found: Found,
}

fn bay(kind: ModelKind, vices: &[Vice]) -> Bay {
    let model = Model::filled(kind, Bytes(4 << 20), OLD, 512);
    let model = vices.iter().cloned().fold(model, Model::with);
    let (rig, disk) = (Rig::new(&[]), model.disk("sda"));
    rig.disks.plug_model(disk.clone(), model.clone());
    let (found, _) = rig.device(true);
    Bay { rig, model, disk, found }
}

impl Bay {
    fn order(&self, method: &str) -> WipeOrder {
        let serial = self.disk.identity.serial.as_deref().expect("a model has one");
        WipeOrder { method: Some(method.to_owned()), ..wipe_order("sda", serial) }
    }

    fn wiped(&self, method: &str) -> Wiped {
        self.rig.wipe(&self.found, &self.order(method)).expect("it ran")
    }

    fn refused(&self, order: &WipeOrder) -> String {
        let before = self.rig.events().len();
        let failure = refusal(self.rig.wipe(&self.found, order), "an erase");
        assert_eq!(self.rig.events().len(), before, "nothing is recorded");
        assert!(self.model.bytes().iter().all(|byte| *byte == OLD), "nothing was written");
        said(&failure).to_owned()
    }

    fn state(&self) -> DiskState {
        let found = self.rig.again(&self.found);
        found.file.disks.values().next().expect("bound").state
    }
}

#[test]
fn a_sanitize_is_planned_as_purge_recorded_as_purge_and_counts_as_wiped() {
    let bay = bay(ModelKind::NvmeSsd, &[]);
    let plan = plan_wipe(&bay.rig.bench(), &bay.order("nvme-sanitize-block")).expect("it is offered");
    assert_eq!((plan.reachable, plan.not_covered.len()), (wipe::Level::Purge, 0));
    let wiped = bay.wiped("nvme-sanitize-block");
    assert_eq!((wiped.ended.result, wiped.ended.level), (WipeResult::Erased, Level::Purge));
    assert_eq!(wiped.ended.not_covered, [""; 0]);
    let seen = wiped.ended.evidence.firmware.expect("the drive erased");
    assert_eq!((seen.said, seen.canaries, seen.survived), (DriveSaid::StatusGood, 1024, 0));
    assert_eq!(seen.commands, ["nvme 84 nsid=0 cdw10=00000002 cdw11=00000000"]);
    assert_eq!(bay.state(), DiskState::Wiped);
    assert!(bay.model.bytes().iter().all(|byte| *byte == 0));
}

#[test]
fn a_format_counts_as_wiped_with_a_level_of_its_own_and_its_namespace_on_record() {
    let bay = bay(ModelKind::NvmeSsd, &[]);
    let wiped = bay.wiped("nvme-format-ses1");
    assert_eq!((wiped.ended.result, wiped.ended.level), (WipeResult::Erased, Level::Firmware));
    assert!(wiped.ended.not_covered.contains(&"over_provisioning".to_owned()));
    let events = bay.rig.events();
    let namespace = events.iter().find_map(|event| {
        let Fact::WipeStarted(WipeStarted { namespace, .. }) = &event.fact else { return None };
        Some(*namespace)
    });
    assert_eq!(namespace, Some(Some(1)));
    assert_eq!(bay.state(), DiskState::Wiped);
}

#[test]
fn a_discard_never_counts_as_wiped() {
    let bay = bay(ModelKind::SataSsd, &[]);
    let wiped = bay.wiped("discard");
    assert_eq!((wiped.ended.result, wiped.ended.level), (WipeResult::ErasedWithExceptions, Level::None));
    assert_eq!(bay.state(), DiskState::NotWiped);
    let worth = refusal(wipe_worth(&wiped), "a discard");
    assert_eq!(said(&worth), "wipe-discarded");
}

#[test]
fn what_the_drive_does_not_offer_is_refused_with_the_reason_before_anything_is_touched() {
    let hdd = bay(ModelKind::Hdd, &[]);
    for method in ["nvme-sanitize-block", "ata-sanitize-block", "mmc-sanitize", "opal-psid-revert"] {
        assert_eq!(hdd.refused(&hdd.order(method)), "erase-barred", "{method}");
        let planned = refusal(plan_wipe(&hdd.rig.bench(), &hdd.order(method)), method);
        assert_eq!(planned.what.key(), "erase-barred");
    }
    let frozen = bay(ModelKind::Hdd, &[Vice::Frozen]);
    let order = WipeOrder { password_noted: true, ..frozen.order("ata-security-erase") };
    let failure = refusal(frozen.rig.wipe(&frozen.found, &order), "a frozen drive");
    assert_eq!(failure.hint.as_ref().map(aoxanh::word::Sentence::key), Some("erase-barred-frozen-hint"));
    let shared = bay(ModelKind::NvmeSsd, &[Vice::SecondNamespace]);
    assert_eq!(shared.refused(&shared.order("nvme-sanitize-block")), "erase-barred");
    assert_eq!(shared.wiped("nvme-format-ses1").ended.level, Level::Firmware, "a format is of its own namespace");
    let nvme = bay(ModelKind::NvmeSsd, &[]);
    let order = WipeOrder { cross_check: true, ..nvme.order("nvme-sanitize-block") };
    assert_eq!(nvme.refused(&order), "erase-no-cross-check");
}

#[test]
fn a_security_erase_waits_until_its_password_was_written_down() {
    let bay = bay(ModelKind::Hdd, &[]);
    let order = bay.order("ata-security-erase");
    assert_eq!(bay.refused(&order), "erase-password");
    let wiped = bay.rig.wipe(&bay.found, &WipeOrder { password_noted: true, ..order }).expect("it ran");
    assert_eq!((wiped.ended.result, wiped.ended.level), (WipeResult::Erased, Level::Firmware));
    let choices = wipe::choices(&bay.rig.bench().disks.medium(&bay.disk));
    assert!(choices.iter().all(|method| !method.id().contains("security")), "nobody comes across it");
}

#[test]
fn an_opal_drive_is_reverted_by_the_psid_on_its_label_and_by_no_other() {
    let bay = bay(ModelKind::NvmeSsd, &[]);
    let psid = "PSID0123456789ABCDEF0123456789AB";
    bay.rig.disks.plug_model(bay.disk.clone(), bay.model.clone().with_psid(Secret::new(psid)));
    let order = bay.order("opal-psid-revert");
    assert_eq!(bay.refused(&order), "erase-psid");
    let wrong = WipeOrder { psid: Some(Secret::new("PSID0")), ..order.clone() };
    let wiped = bay.rig.wipe(&bay.found, &wrong).expect("it ran");
    assert_eq!(wiped.failure.as_ref().map(|failure| failure.what.key()), Some("erase-refused"));
    assert_eq!((wiped.ended.result, bay.state()), (WipeResult::NotErased, DiskState::NotWiped));
    let wiped = bay.rig.wipe(&bay.found, &WipeOrder { psid: Some(Secret::new(psid)), ..order }).expect("it ran");
    assert_eq!((wiped.ended.result, wiped.ended.level), (WipeResult::Erased, Level::Firmware));
    for event in bay.rig.events() {
        let body = String::from_utf8(event.to_body().expect("a body")).expect("UTF-8");
        assert!(!body.contains("PSID0123"), "the label stays off the record");
    }
}

#[test]
fn an_erase_cut_off_by_the_power_is_listed_watched_and_ends_well() {
    let bay = bay(ModelKind::NvmeSsd, &[Vice::PowerCutAt(500), Vice::Slow(20)]);
    let cut = bay.wiped("nvme-sanitize-block");
    assert_eq!((cut.ended.result, bay.state()), (WipeResult::NotErased, DiskState::NotWiped));
    bay.model.power_cycle();
    let open = aoxanh::workbench::interrupted(&bay.rig.bench()).expect("the ledger reads");
    assert_eq!(open.len(), 1);
    let told = open.iter().map(|job| [job.how_far(), job.goes_on()].map(|said| said.key().to_owned()));
    assert_eq!(told.collect::<Vec<_>>(), [["interrupted-erase-sent", "arm-resume-erase-sent"]]);
    let serial = bay.disk.identity.serial.as_deref().expect("a model has one");
    // Nobody begins another one while it runs; who goes on with it is let in.
    let other = refusal(bay.rig.wipe(&bay.found, &bay.order("nvme-sanitize-crypto")), "another erase");
    assert_eq!(other.what.key(), "erase-barred");
    let wiped = bay.rig.wipe(&bay.found, &wipe_resume("sda", serial, &cut.ended.job)).expect("it is watched");
    assert_eq!((wiped.ended.result, wiped.ended.level), (WipeResult::Erased, Level::Purge));
    assert_eq!(bay.state(), DiskState::Wiped);
    assert!(aoxanh::workbench::interrupted(&bay.rig.bench()).expect("the ledger reads").is_empty());
}

#[test]
fn a_lie_is_recorded_as_not_erased_with_what_the_drive_said() {
    let bay = bay(ModelKind::NvmeSsd, &[Vice::ErasesNothing]);
    let wiped = bay.wiped("nvme-sanitize-block");
    assert_eq!((wiped.ended.result, wiped.ended.level), (WipeResult::NotErased, Level::None));
    let seen = wiped.ended.evidence.firmware.clone().expect("the drive was asked");
    assert_eq!((seen.said, seen.survived), (DriveSaid::StatusGood, 1024));
    assert_eq!(said(&refusal(wipe_worth(&wiped), "a lie")), "wipe-canaries-left");
    assert_eq!(bay.state(), DiskState::NotWiped);
}

#[test]
fn the_certificate_of_a_sanitize_says_purge_and_what_the_canaries_say() {
    let bay = bay(ModelKind::SataSsd, &[]);
    assert_eq!(bay.wiped("ata-sanitize-crypto").ended.level, Level::Purge);
    let (found, key) = (bay.rig.again(&bay.found), SecretKey::from_bytes(&[1; 32]));
    let to = bay.rig.folder().join("papers");
    let certified = certify(&bay.rig.bench(), &found, None, &to, &key, false).expect("a certificate");
    let certificate = wipe_of(&certified.document.certificate);
    assert_eq!((certificate.document, certificate.technique.level), (DocumentKind::CertificateOfErasure, Level::Purge));
    assert!(
        certified.document.text.contains("\"canaries\":1024") || certified.document.text.contains("\"canaries\": 1024")
    );
    assert_eq!(certificate.verification.firmware.map(|seen| seen.survived), Some(0));
    let question = aoxanh::drive::erasing::question(aoxanh::device::Erase::AtaSanitizeCrypto).expect("it has one");
    assert!(bay.model.clone().execute(&question).is_ok());
}
