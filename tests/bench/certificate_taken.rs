//! Certificates of wipes that a station took over from a start of a machine: what they say, and that every link between the
//! start and the team counts.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::bundles::{Boot, boot, boot_by, bundle_of, home, take};
use crate::ledger_rig::*;
use aoxanh::event::Fact;
use aoxanh::event::disk::{Level, WipeValidated};
use aoxanh::event::station::BundleTaken;
use aoxanh::ledger::{Head, Note, Record, SecretKey};
use aoxanh::port::{Index, Journal};
use aoxanh::report::{
    CertificateError, Checked, Disposition, Document, DocumentKind, Gathering, Pins, Sources, Trust, check,
};
use aoxanh::store::Store;
use aoxanh::unit::Digest;
use std::collections::BTreeSet;

/// The number of the wipe's end in the start's chain, and how many records that has.
const END: usize = 9;
const ALL: usize = 10;

type Row = (Vec<u8>, Option<String>);

fn rows(store: &Store) -> Vec<Row> {
    let mut rows = Vec::new();
    store
        .rows(&mut |row| {
            rows.push((row.bytes, Some(row.note)));
            Ok(())
        })
        .expect("reads");
    rows
}

fn taken(store: &Store, station: Digest) -> Vec<Row> {
    let mut rows = Vec::new();
    store
        .foreign_rows(station, &mut |bytes, _leaf, note| {
            rows.push((bytes, note));
            Ok(())
        })
        .expect("reads");
    rows
}

fn leaf(rows: &[Row], at: usize) -> Digest {
    Record::from_bytes(rows[at].0.clone()).expect("a record").leaf()
}

/// What a document of the wipe that ends in the start's record 9 is made of: that station's chain, and those rows of the start.
fn sources(home: &Store, start: &[Row]) -> Result<Sources, CertificateError> {
    let mut gathering = Gathering::new(device_id(7), leaf(start, END));
    for (bytes, _) in rows(home) {
        gathering.take(bytes)?;
    }
    let counts: BTreeSet<Digest> = (0..start.len()).map(|at| leaf(start, at)).collect();
    for row in start {
        gathering.take_of(leaf(start, 0), row.clone(), &counts)?;
    }
    gathering.sources()
}

fn made(home: &Store, sources: &Sources) -> Result<Document, CertificateError> {
    Document::make_of(sources, &home.head().expect("reads").expect("a head"), &station_key())
}

/// A station that took that start's chain over, and its rows.
fn at_home(boot: &Boot) -> (Store, Vec<Row>) {
    let home = home();
    let station = take(&home, &bundle_of(boot, 0, ALL)).expect("taken over").station;
    let rows = taken(&home, station);
    (home, rows)
}

fn whole() -> (Store, Sources, Document) {
    let (home, start) = at_home(&boot());
    home.commit(vec![entry(2000, Some(7), tag(8))]).expect("goes on here");
    let sources = sources(&home, &start).expect("all there");
    let document = made(&home, &sources).expect("holds");
    (home, sources, document)
}

#[test]
fn it_says_what_the_start_recorded_and_from_which_stick_it_came() {
    let (home, start) = at_home(&boot());
    let checked = |home: &Store| -> Checked {
        let pins = Pins { station: Some(station_key().public()), team: Some(team_key().public()) };
        check(&made(home, &sources(home, &start).expect("all there")).expect("holds").text, pins).expect("genuine")
    };
    let first = checked(&home);
    assert_eq!((first.trust, first.key), (Trust::Genuine, station_key().public()));
    let wipe = first.certificate.wipe().expect("a wipe");
    assert_eq!((wipe.document, wipe.technique.level), (DocumentKind::CertificateOfErasure, Level::Clear));
    assert_eq!((wipe.seq, wipe.leaf, wipe.medium.serial.as_deref()), (9, leaf(&start, END), Some("S")));
    let from = first.certificate.taken().expect("taken over");
    assert_eq!((from.stick.as_deref(), from.start, from.at), (Some("Thẻ 3"), leaf(&start, 0), moment(1000)));
    assert!(!wipe.performed[0].roles.is_empty(), "the station knows what the person was");
    // What the station recorded since stands there too.
    home.commit(vec![entry(2000, None, aoxanh::event::people::PersonAdded { person: person(2) })]).expect("recorded");
    let role = aoxanh::event::people::RoleGranted { person: person(2), role: aoxanh::event::people::Role::Volunteer };
    home.commit(vec![entry(2000, None, role)]).expect("recorded");
    let mut word = entry(2001, Some(7), WipeValidated::accepted(key("S"), leaf(&start, END)));
    word.by.person = person(2);
    home.commit(vec![word, entry(2002, Some(7), tag(9))]).expect("recorded");
    let later = checked(&home);
    let wipe = later.certificate.wipe().expect("a wipe");
    assert_eq!(wipe.validation.as_ref().expect("validated").by.person, person(2));
    assert_eq!((wipe.device.tag.as_deref(), wipe.disposition), (Some(tag(9).tag.as_str()), Disposition::WithTheTeam));
}

#[test]
fn in_two_pieces_it_says_the_same_of_the_wipe() {
    let (boot, home) = (boot(), home());
    for (from, to) in [(0, 8), (8, ALL)] {
        take(&home, &bundle_of(&boot, from, to)).expect("taken over");
    }
    let start = taken(&home, leaf(&rows(&boot), 0));
    let document = made(&home, &sources(&home, &start).expect("all there")).expect("holds");
    let checked = check(&document.text, Pins::default()).expect("holds");
    assert!(checked.certificate.is_of_erasure() && checked.certificate.taken().is_some());
}

#[test]
fn every_changed_byte_of_such_a_paper_counts() {
    let text = whole().2.text;
    check(&text, Pins::default()).expect("holds");
    for at in (0..text.len()).step_by(3) {
        let mut bytes = text.clone().into_bytes();
        bytes[at] ^= 1;
        let Ok(changed) = String::from_utf8(bytes) else { continue };
        assert!(check(&changed, Pins::default()).is_err(), "byte {at}");
    }
}

#[test]
fn a_link_that_does_not_hold_is_refused_even_where_the_station_signs_it() {
    let (home, good, _) = whole();
    let wrong = |what: &str, change: &dyn Fn(&mut Sources)| {
        let mut sources = good.clone();
        change(&mut sources);
        made(&home, &sources).expect_err(what)
    };
    let is = |record: &Record, kind: &str| String::from_utf8_lossy(record.body()).contains(kind);
    // The station's word that it took it over.
    let error = wrong("no word", &|sources| sources.own.retain(|one| !is(&one.record, "BundleTaken")));
    assert_eq!(error, CertificateError::NotTaken);
    // The start's own signature under its head.
    let error = wrong("another key", &|sources| {
        let head = Head::read(Note::split(&sources.starts[0].head).expect("a note").0).expect("a head");
        sources.starts[0].head = head.sign(&SecretKey::from_bytes(&[99; 32]));
    });
    assert!(matches!(error, CertificateError::Head(_)), "{error:?}");
    // A head that it signed, and that the station does not name.
    let earlier = rows(&boot())[END - 1].1.clone().expect("a head");
    let error = wrong("another head", &|sources| sources.starts[0].head.clone_from(&earlier));
    assert_eq!(error, CertificateError::NotTaken);
    // A record's way up to that head.
    let error = wrong("another way", &|sources| sources.starts[0].records[1].path.swap(0, 1));
    assert_eq!(error, CertificateError::NotIncluded(good.starts[0].records[1].record.seq()));
    // Record 0 of another start.
    let other = boot_by(&SecretKey::from_bytes(&[16; 32]));
    let other = Record::from_bytes(rows(&other)[0].0.clone()).expect("a record");
    wrong("another start", &|sources| sources.starts[0].records[0].record = other.clone());
    wrong("a start too many", &|sources| sources.starts.push(sources.starts[0].clone()));
    wrong("a start less", &|sources| sources.starts.clear());
    wrong("a record less", &|sources| sources.starts[0].records.retain(|one| !is(&one.record, "WipeStarted")));
    // The station's own chain.
    let error = wrong("another way", &|sources| {
        let taken = sources.own.iter_mut().find(|one| is(&one.record, "BundleTaken")).expect("there");
        taken.path.swap(0, 1);
    });
    assert!(matches!(error, CertificateError::NotIncluded(_)), "{error:?}");
}

#[test]
fn a_start_of_another_team_is_nobodys_even_where_the_station_says_that_it_took_it_over() {
    let (home, boot) = (home(), boot_by(&SecretKey::from_bytes(&[16; 32])));
    let start = rows(&boot);
    let head = start[ALL - 1].1.as_deref().expect("a head");
    let head = Head::read(Note::split(head).expect("a note").0).expect("a head");
    let says = BundleTaken { station: leaf(&start, 0), from: 0, to: ALL as u64, root: head.root, offset_ms: None };
    home.commit(vec![entry(2000, None, Fact::from(says))]).expect("recorded");
    let sources = sources(&home, &start).expect("all there");
    assert_eq!(made(&home, &sources).expect_err("no team's"), CertificateError::Team);
}
