//! What a certificate says of medium, machine and what became of the disk: from the records, where they have it, and a
//! certificate of earlier records stays as it was.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::certificate_rig::{Chain, wipe_of};
use super::fit_facts::image_fitted;
use super::ledger_rig::{destroyed, disk, handed, image_ended, image_started, inspected, wipe_ended, wipe_started};
use aoxanh::event::disk::WipeStarted;
use aoxanh::event::handover::Terms;
use aoxanh::event::image::{FitResult, FitStep, ImageEnded, ImageFitted, ImageResult};
use aoxanh::event::inspection::{DeviceInspected, FactSeen, Seen, Verdict};
use aoxanh::event::medium::{HiddenSeen, MediumSeen};
use aoxanh::report::{Certificate, CertificateError, Disposition, FitSeen, Pins, check};
use aoxanh::unit::{Bytes, Digest};

pub(crate) fn medium() -> MediumSeen {
    MediumSeen {
        kind: "hdd".to_owned(),
        certain: true,
        firmware: Some("01.01A01".to_owned()),
        bridge: Some("152d:0578".to_owned()),
        spins: Some(true),
        hidden: vec![HiddenSeen { by: "hpa".to_owned(), size: Bytes(1_048_576) }],
        hidden_known: true,
    }
}

/// That start with all that can be said of a medium, and with the least.
pub(crate) fn media(started: &WipeStarted) -> [WipeStarted; 2] {
    let bare = MediumSeen { firmware: None, bridge: None, spins: None, hidden: Vec::new(), ..medium() };
    [medium(), bare].map(|seen| WipeStarted { medium: Some(seen), ..started.clone() })
}

/// An inspection that read that maker and that model.
pub(crate) fn inspected_as(maker: &str, model: &str) -> DeviceInspected {
    let fact = |key: &str, text: &str| FactSeen {
        key: key.to_owned(),
        value: Some(Seen::Text(text.to_owned())),
        unit: None,
        source: "sys".to_owned(),
        certainty: "certain".to_owned(),
    };
    let facts = vec![fact("identity.maker", maker), fact("identity.model", model)];
    DeviceInspected { facts, ..inspected(Verdict::Pass, &[disk(Some("S"))]) }
}

/// A wipe of disk "S" with its medium; the leaf hash of its end.
fn wiped(chain: &mut Chain) -> Digest {
    let started = WipeStarted { medium: Some(medium()), ..wipe_started(1, "S") };
    let start = chain.add(2, Some(1), started);
    chain.add(2, Some(1), wipe_ended(1, "S", start))
}

fn certificate(chain: &Chain, end: Digest) -> Certificate {
    let document = chain.document(end).expect("a certificate");
    let checked = check(&document.text, Pins::default()).expect("it holds by itself");
    assert_eq!(checked.certificate, document.certificate);
    wipe_of(&document.certificate)
}

#[test]
fn medium_machine_and_what_became_of_the_disk_come_from_the_records() {
    let mut chain = Chain::new(false);
    chain.add(1, Some(1), inspected_as("LENOVO", "an older board"));
    chain.add(1, Some(2), inspected_as("ACER", "another machine"));
    let end = wiped(&mut chain);
    let told = certificate(&chain, end);
    assert_eq!(told.medium.seen, Some(medium()));
    assert_eq!(told.device.model.as_deref(), Some("LENOVO an older board"));
    assert_eq!((told.disposition, told.image), (Disposition::WithTheTeam, None));

    chain.add(1, Some(1), inspected_as("LENOVO", "ThinkPad X250"));
    let failed = chain.add(2, Some(1), image_started(3, "S"));
    chain.add(2, Some(1), ImageEnded { result: ImageResult::NotWritten, ..image_ended(3, "S", failed) });
    assert_eq!(certificate(&chain, end).image, None, "not written");
    let other = chain.add(2, Some(1), image_started(4, "T"));
    chain.add(2, Some(1), image_ended(4, "T", other));
    assert_eq!(certificate(&chain, end).image, None, "another disk");
    let start = chain.add(2, Some(1), image_started(5, "S"));
    chain.add(2, Some(1), image_ended(5, "S", start));
    let told = certificate(&chain, end);
    assert_eq!((told.device.model.as_deref(), told.image.as_deref()), (Some("LENOVO ThinkPad X250"), Some("i")));
    assert_eq!(told.fitted, None, "not recorded");
    chain.add(2, Some(1), image_fitted(5, "S", start, FitResult::NotFitted));
    chain.add(2, Some(1), image_fitted(4, "T", other, FitResult::NothingToDo));
    let fitted = ImageFitted { done: vec![FitStep::SystemGrown], ..image_fitted(5, "S", start, FitResult::Fitted) };
    chain.add(2, Some(1), fitted);
    let told = certificate(&chain, end);
    let digest_before = image_started(5, "S").image.blake3;
    let seen = FitSeen { digest_before, result: FitResult::Fitted, done: vec![FitStep::SystemGrown] };
    assert_eq!(told.fitted, Some(seen), "the last word counts, and the digest is of what was written before");
    chain.add(1, Some(1), handed(1, Terms::Gift));
    chain.add(1, Some(1), destroyed("T"));
    assert_eq!(certificate(&chain, end).disposition, Disposition::Given, "another disk was destroyed");
    chain.add(1, Some(1), destroyed("S"));
    assert_eq!(certificate(&chain, end).disposition, Disposition::Destroyed);
}

#[test]
fn a_certificate_of_records_without_them_has_none_of_the_fields() {
    let mut chain = Chain::new(false);
    let end = chain.wipe(disk(Some("S")), |_| ());
    let document = chain.document(end).expect("a certificate");
    for field in ["\"seen\"", "\"image\"", "\"fitted\"", "\"bridge\""] {
        assert!(!document.text.contains(field), "{field} in {}", document.text);
    }
    let told = wipe_of(&document.certificate);
    assert_eq!((told.medium.seen, told.device.model, told.image), (None, None, None));
}

#[test]
fn no_field_can_be_put_in_or_changed_afterwards() {
    let mut chain = Chain::new(false);
    chain.add(1, Some(1), inspected_as("LENOVO", "ThinkPad X250"));
    let end = wiped(&mut chain);
    let text = chain.document(end).expect("a certificate").text;
    for (is, forged, field) in [
        ("\"firmware\": \"01.01A01\"", "\"firmware\": \"02.02A02\"", "certificate.medium.seen.firmware"),
        ("LENOVO ThinkPad X250", "LENOVO ThinkPad X270", "certificate.device.model"),
        ("\"with_the_team\"", "\"destroyed\"", "certificate.disposition"),
    ] {
        assert!(text.contains(is), "{is} not in {text}");
        let refused = check(&text.replace(is, forged), Pins::default());
        assert_eq!(refused, Err(CertificateError::Differs(field.to_owned())), "{is}");
    }
}
