//! Certificates hold exactly as they were written: made of records, refused after any change, called what they are.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::certificate_rig::{Chain, spoil, wipe_of};
use super::ledger_rig::{disk, handed, person, station_key, team_key};
use aoxanh::event::disk::{
    CrossCheck, CrossFound, Decision, HealthSeen, HealthVerdict, Level, WipeResult, WipeStarted,
};
use aoxanh::event::handover::Terms;
use aoxanh::event::people::Role;
use aoxanh::ledger::SecretKey;
use aoxanh::report::{CertificateError, Disposition, Document, DocumentKind, Pins, Trust, check};
use aoxanh::unit::Bytes;

fn pins() -> Pins {
    Pins { station: Some(station_key().public()), team: Some(team_key().public()) }
}

/// A validated wipe that erased, in a chain that went on.
fn whole() -> Document {
    let mut chain = Chain::new(false);
    let end = chain.wipe(disk(Some("S")), |_| ());
    chain.validate(end);
    chain.add(1, Some(1), handed(1, Terms::Gift));
    chain.add(1, Some(2), handed(2, Terms::Loan));
    chain.document(end).expect("a certificate")
}

#[test]
fn a_certificate_says_what_the_records_say_and_holds_for_the_right_keys() {
    let document = whole();
    let checked = check(&document.text, pins()).expect("holds");
    assert_eq!((checked.trust, &checked.certificate), (Trust::Genuine, &document.certificate));
    assert_eq!(check(&document.text, Pins::default()).map(|checked| checked.trust), Ok(Trust::Consistent));
    let team = Pins { station: None, team: pins().team };
    assert_eq!(check(&document.text, team).map(|checked| checked.trust), Ok(Trust::Genuine));
    let certificate = wipe_of(&checked.certificate);
    assert_eq!(certificate.document, DocumentKind::CertificateOfErasure);
    assert_eq!(certificate.technique.level, Level::Clear);
    assert_eq!(certificate.medium.serial.as_deref(), Some("S"));
    assert_eq!(certificate.device.tag.as_deref(), Some("7K3XQ92M401"));
    assert_eq!(certificate.disposition, Disposition::Given);
    assert_eq!(certificate.verification.coverage, "100.00");
    let hand = &certificate.performed[..];
    assert_eq!((hand.len(), &hand[0].person, &hand[0].roles[..]), (1, &person(2), &[Role::Volunteer][..]));
    let validation = certificate.validation.expect("validated");
    assert_eq!((&validation.by.person, &validation.by.roles[..]), (&person(1), &[Role::Lead][..]));
    let throughput = certificate.run.throughput.expect("it took an hour");
    assert_eq!((throughput.moved, throughput.milliseconds, throughput.mean), (Bytes(16384), 4_000_000, Bytes(4)));
}

#[test]
fn another_key_is_told_apart() {
    let text = whole().text;
    let other = SecretKey::from_bytes(&[77; 32]).public();
    let station = Pins { station: Some(other), team: None };
    assert_eq!(check(&text, station), Err(CertificateError::OtherStation));
    let team = Pins { station: None, team: Some(other) };
    assert_eq!(check(&text, team), Err(CertificateError::OtherTeam));
}

#[test]
fn every_changed_byte_is_refused() {
    let text = whole().text;
    for at in 0..text.len() {
        for bit in [1u8, 0x20] {
            let mut bytes = text.clone().into_bytes();
            bytes[at] ^= bit;
            let Ok(changed) = String::from_utf8(bytes) else { continue };
            assert!(check(&changed, Pins::default()).is_err(), "byte {at} bit {bit}");
        }
    }
    for at in (0..text.len()).filter(|at| text.is_char_boundary(*at)) {
        let (front, back) = text.split_at(at);
        assert!(check(front, Pins::default()).is_err(), "cut at {at}");
        if at % 7 == 0 {
            assert!(check(&format!("{front} {back}"), Pins::default()).is_err(), "a space at {at}");
            assert!(
                check(&format!("{front}{}", back.get(1..).unwrap_or_default()), Pins::default()).is_err(),
                "less at {at}"
            );
        }
    }
    assert!(check(&format!("{text}\n"), Pins::default()).is_err(), "one line more");
}

#[test]
fn a_pretty_field_cannot_say_other_things_than_the_records() {
    let text = whole().text;
    let swaps = [
        ("\"serial\": \"S\"", "\"serial\": \"T\"", "certificate.medium.serial"),
        ("\"level\": \"clear\"", "\"level\": \"purge\"", "certificate.technique.level"),
        ("\"coverage\": \"100.00\"", "\"coverage\": \"100.01\"", "certificate.verification.coverage"),
        ("\"disposition\": \"given\"", "\"disposition\": \"lent\"", "certificate.disposition"),
        ("\"notice\": null", "\"notice\": \"x\"", "notice"),
        ("\"kind\": \"WipeEnded\"", "\"kind\": \"WipeEndet\"", "records.6.kind"),
    ];
    for (from, to, field) in swaps {
        assert_eq!(text.matches(from).count(), 1, "{from}");
        let found = check(&text.replace(from, to), pins());
        assert_eq!(found, Err(CertificateError::Differs(field.to_owned())), "{from}");
    }
}

#[test]
fn a_record_left_out_or_added_is_refused_even_where_somebody_signs_it_anew() {
    let mut chain = Chain::new(false);
    let end = chain.wipe(disk(Some("S")), |_| ());
    chain.validate(end);
    let document = chain.document(end).expect("a certificate");
    let unvalidated = {
        let mut value: serde_json::Value = serde_json::from_str(&document.text).expect("JSON");
        let records = value["records"].as_array_mut().expect("a list");
        records.retain(|record| record["kind"] != "WipeValidated");
        serde_json::to_string_pretty(&value).expect("JSON") + "\n"
    };
    assert!(check(&unvalidated, pins()).is_err());
    let started =
        chain.records.iter().position(|record| String::from_utf8_lossy(record.body()).contains("WipeStarted"));
    let mut less = Chain { records: chain.records.clone(), practice: false };
    less.records.remove(started.expect("there"));
    assert_eq!(less.document(end), Err(CertificateError::Story("a start is missing")));
}

#[test]
fn what_did_not_erase_is_never_called_a_certificate_and_a_level_is_earned() {
    for (result, kind) in [
        (WipeResult::ErasedWithExceptions, DocumentKind::ErasedWithExceptions),
        (WipeResult::NotErased, DocumentKind::NotErased),
        (WipeResult::Cancelled, DocumentKind::Cancelled),
    ] {
        let mut chain = Chain::new(false);
        let end = chain.wipe(disk(Some("S")), spoil(result));
        let document = chain.document(end).expect("a report");
        assert_eq!(
            (document.certificate.document(), wipe_of(&document.certificate).technique.level),
            (kind, Level::None)
        );
        assert!(!document.certificate.is_of_erasure());
        assert!(!document.text.to_lowercase().contains("certificate_of_erasure"), "{result:?}");
        assert!(!document.text.contains("\"clear\"") && !document.text.contains("\"purge\""));
        check(&document.text, pins()).expect("holds");
    }
    for claim in [Level::Clear, Level::Purge] {
        let mut chain = Chain::new(false);
        let end = chain.wipe(disk(Some("S")), |ended| {
            ended.level = claim;
            ended.evidence.direct = false;
        });
        assert_eq!(chain.document(end), Err(CertificateError::NotEarned));
    }
    let mut chain = Chain::new(false);
    let end = chain.wipe(disk(Some("S")), |ended| ended.level = Level::Purge);
    assert_eq!(chain.document(end), Err(CertificateError::NotEarned), "an overwrite is no Purge");
}

#[test]
fn what_a_second_person_did_not_accept_has_no_certificate_until_they_do() {
    for decision in [Decision::Repeat, Decision::Escalate] {
        let mut chain = Chain::new(false);
        let end = chain.wipe(disk(Some("S")), |_| ());
        chain.validate(end);
        chain.doubt(end, decision);
        assert_eq!(chain.document(end).map(|_document| ()), Err(CertificateError::NotAccepted), "the last word counts");
        chain.validate(end);
        assert!(chain.document(end).is_ok_and(|document| wipe_of(&document.certificate).validation.is_some()));
    }
}

#[test]
fn what_another_program_read_is_told() {
    let mut chain = Chain::new(false);
    let asked = CrossCheck { program: "cmp 3.8".to_owned(), found: CrossFound::Same, first_difference: None };
    let end = chain.wipe(disk(Some("S")), |ended| ended.evidence.cross_check = Some(asked.clone()));
    let document = chain.document(end).expect("a certificate");
    assert_eq!(wipe_of(&document.certificate).verification.cross_check, Some(asked));
    assert!(check(&document.text, pins()).is_ok());
    // A difference that is called an erasure is not earned.
    let differs = CrossCheck { program: "cmp 3.8".to_owned(), found: CrossFound::Differs, first_difference: None };
    let end = chain.wipe(disk(Some("S")), |ended| ended.evidence.cross_check = Some(differs));
    assert_eq!(chain.document(end).map(|_document| ()), Err(CertificateError::NotEarned));
}

#[test]
fn practice_says_so_in_the_file() {
    let mut chain = Chain::new(true);
    let end = chain.wipe(disk(Some("S")), |_| ());
    let document = chain.document(end).expect("a certificate");
    assert!(document.certificate.practice() && document.text.contains("\"notice\": \"LUYỆN TẬP\""));
    assert!(wipe_of(&document.certificate).validation.is_none());
    check(&document.text, pins()).expect("holds");
}

#[test]
fn a_resumed_wipe_names_every_run_and_everybody() {
    let mut chain = Chain::new(false);
    let first = chain.add(1, Some(1), super::ledger_rig::wipe_started(1, "S"));
    let started = WipeStarted { resumes: Some(first), from: Bytes(4096), ..super::ledger_rig::wipe_started(1, "S") };
    let second = chain.add(2, Some(1), started);
    let end = chain.add(2, Some(1), super::ledger_rig::wipe_ended(1, "S", second));
    let certificate = wipe_of(&chain.document(end).expect("a certificate").certificate);
    assert_eq!((certificate.run.runs, certificate.performed.len()), (2, 2));
    assert_eq!(certificate.run.throughput.expect("a millisecond").moved, Bytes(12288));
}

#[test]
fn a_record_without_the_disks_health_says_nothing_of_it() {
    let mut chain = Chain::new(false);
    let end = chain.wipe(disk(Some("S")), |_| ());
    let certificate = wipe_of(&chain.document(end).expect("a certificate").certificate);
    assert_eq!((certificate.health_before, certificate.health_after), (None, None));
    let seen = HealthSeen {
        verdict: HealthVerdict::Watch,
        hours: Some(9000),
        reallocated: Some(3),
        pending: None,
        uncorrectable: None,
        wear: None,
    };
    let end = chain.wipe(disk(Some("S")), |ended| ended.health_after = Some(seen));
    assert_eq!(wipe_of(&chain.document(end).expect("a certificate").certificate).health_after, Some(seen));
}
