//! The frozen body bytes of every event kind: `golden.jsonl` holds one line for each event made here.
//!
//! A line is never edited and never removed. A changed meaning is a new version of the kind, with lines of its own.

use super::certificate_fields;
use crate::{golden_disks, golden_repair, golden_tests};
use aoxanh::event::disk::*;
use aoxanh::event::donation::{ConsentGiven, ConsentWithdrawn, LotOpened, Purpose};
use aoxanh::event::handover::{DeviceAllocated, DeviceHandedOver, Terms};
use aoxanh::event::image::{ImageEnded, ImageResult, ImageSeen, ImageStarted};
use aoxanh::event::inspection::*;
use aoxanh::event::intake::*;
use aoxanh::event::people::{PersonAdded, PinSet, Role, RoleGranted, RoleRevoked};
use aoxanh::event::settling::RuleOverridden;
use aoxanh::event::station::{
    BackupMade, ClockJumped, DayClosed, KeyRevoked, StationContinued, StationOpened, TeamCertificate,
};
use aoxanh::event::{About, By, Event, Fact, How, KINDS};
use aoxanh::ledger::check_body;
use aoxanh::unit::{Bytes, DeviceId, Digest, DonorId, JobId, LotId, Moment, PersonId, RANDOM_BYTES, RecipientId};
use std::collections::BTreeSet;

const GOLDEN: &str = include_str!("golden.jsonl");

pub(crate) fn digest(byte: u8) -> Digest {
    Digest([byte; 32])
}

fn moment(millis: i64) -> Moment {
    Moment::from_unix_millis(1_795_206_965_042 + millis)
}

pub(crate) fn event(how: How, device: Option<About>, fact: impl Into<Fact>) -> Event {
    let person = PersonId::from_random([1; RANDOM_BYTES]);
    Event { at: moment(0), happened_at: None, by: By { person, how }, device, fact: fact.into() }
}

pub(crate) fn after(after: Option<Digest>) -> About {
    About { id: DeviceId::from_random([2; RANDOM_BYTES]), after }
}

pub(crate) fn about(fact: impl Into<Fact>) -> Event {
    event(How::Claimed, Some(after(Some(digest(0xaf)))), fact)
}

fn general(fact: impl Into<Fact>) -> Event {
    event(How::Claimed, None, fact)
}

pub(crate) fn disk(known: bool) -> DiskSeen {
    DiskSeen {
        serial: known.then(|| "S-123".to_owned()),
        wwn: known.then(|| "eui.0025385".to_owned()),
        model: known.then(|| "Ổ \"A\"".to_owned()),
        size: Bytes(1_073_741_824),
        bus: "nvme".to_owned(),
        practice: !known,
    }
}

fn attachment(known: bool) -> AttachmentSeen {
    AttachmentSeen {
        boot_id: "b0".to_owned(),
        diskseq: known.then_some(7),
        port: "usb1/1-2".to_owned(),
        name: "sdb".to_owned(),
    }
}

pub(crate) fn job() -> JobId {
    JobId::from_random([3; RANDOM_BYTES])
}

fn lot() -> LotId {
    LotId::from_random([4; RANDOM_BYTES])
}

fn recipient() -> RecipientId {
    RecipientId::from_random([5; RANDOM_BYTES])
}

pub(crate) fn wipe_started(known: bool) -> WipeStarted {
    WipeStarted {
        job: job(),
        resumes: known.then(|| digest(0x11)),
        from: Bytes(if known { 4096 } else { 0 }),
        method: "overwrite-pattern".to_owned(),
        pattern_key: known.then(|| digest(0x22)),
        key: "k".to_owned(),
        disk: disk(known),
        logical_block: 512,
        attachment: attachment(known),
        namespace: None,
        health_before: None,
        medium: None,
        site: None,
    }
}

pub(crate) fn wipe_ended(result: WipeResult, level: Level, flawed: bool) -> WipeEnded {
    let evidence = WipeEvidence {
        method: "overwrite-zero".to_owned(),
        size: Bytes(8192),
        written: Bytes(8192),
        read_back: Bytes(8192),
        mismatched: Bytes(u64::from(flawed)),
        first_mismatch: flawed.then_some(Bytes(9)),
        unwritable: Bytes::ZERO,
        unreadable: Bytes::ZERO,
        bad: Vec::new(),
        direct: true,
        digest: (!flawed).then(|| digest(0x33)),
        cross_check: None,
        firmware: None,
        began: moment(1),
        ended: moment(2),
    };
    let not_covered = if flawed { vec!["hpa".to_owned(), "remapped".to_owned()] } else { Vec::new() };
    WipeEnded {
        job: job(),
        started: digest(0x44),
        key: "k".to_owned(),
        result,
        level,
        evidence,
        not_covered,
        program: "0.1.0".to_owned(),
        health_after: None,
        speed: None,
    }
}

fn image_started(known: bool) -> ImageStarted {
    ImageStarted {
        job: job(),
        resumes: known.then(|| digest(0x55)),
        from: Bytes::ZERO,
        image: ImageSeen { id: "debian-13".to_owned(), length: Bytes(1 << 40), blake3: digest(0x66) },
        key: "k".to_owned(),
        disk: disk(known),
        logical_block: 4096,
        attachment: attachment(known),
    }
}

fn image_ended(result: ImageResult, found: bool) -> ImageEnded {
    ImageEnded {
        job: job(),
        started: digest(0x77),
        key: "k".to_owned(),
        result,
        written: Bytes(1),
        read_back: Bytes(1),
        found: found.then(|| digest(0x66)),
        direct: found,
        began: moment(1),
        ended: moment(2),
        program: "0.1.0".to_owned(),
        skipped: None,
    }
}

fn inspected(verdict: Verdict) -> DeviceInspected {
    let fact = |key: &str, value, unit: Option<&str>| FactSeen {
        key: key.to_owned(),
        value,
        unit: unit.map(str::to_owned),
        source: "SMBIOS 17".to_owned(),
        certainty: "certain".to_owned(),
    };
    DeviceInspected {
        profile: "laptop-desktop".to_owned(),
        profile_digest: digest(0x88),
        verdict,
        failed: vec!["memory".to_owned()],
        undecided: vec!["battery".to_owned()],
        typed: false,
        facts: vec![
            fact("touch", Some(Seen::Flag(false)), None),
            fact("memory", Some(Seen::Number(u64::MAX)), Some("bytes")),
            fact("screen", Some(Seen::Pair(1366, 768)), Some("pixels_wide_high")),
            fact("model", Some(Seen::Text("Máy số 1".to_owned())), None),
            fact("battery", None, None),
        ],
        disks: vec![disk(true), disk(false)],
    }
}

fn function(name: &str, outcome: FunctionOutcome) -> FunctionResult {
    FunctionResult::typed(name, outcome)
}

fn station_and_people() -> Vec<Event> {
    let person = PersonId::from_random([6; RANDOM_BYTES]);
    let role = |role| RoleGranted { person: PersonId::from_random([6; RANDOM_BYTES]), role };
    let opened = |practice| StationOpened {
        public_key: digest(1),
        team: TeamCertificate { key: digest(2), signature: "ab".repeat(64) },
        practice,
        nonce: digest(3),
        through: None,
        base: None,
    };
    vec![
        general(opened(false)),
        general(opened(true)),
        general(ClockJumped { from: moment(5), to: moment(-5) }),
        event(How::Pin, None, PersonAdded { person }),
        event(How::Badge, None, role(Role::Volunteer)),
        event(How::Phone, None, role(Role::Warehouse)),
        general(role(Role::Lead)),
    ]
}

fn donation_and_intake() -> Vec<Event> {
    let received = |kind| event(How::Claimed, Some(after(None)), DeviceReceived::bare(lot(), kind));
    let mut from_paper = received(DeviceKind::Laptop);
    from_paper.happened_at = Some(moment(-86_400_000));
    vec![
        general(LotOpened { lot: lot(), donor: DonorId::from_random([7; RANDOM_BYTES]) }),
        general(ConsentGiven { lot: lot(), purpose: Purpose::Erase }),
        general(ConsentGiven { lot: lot(), purpose: Purpose::Parts }),
        general(ConsentWithdrawn { lot: lot(), purpose: Purpose::Erase }),
        from_paper,
        received(DeviceKind::Desktop),
        received(DeviceKind::AllInOne),
        received(DeviceKind::Tablet),
        received(DeviceKind::Phone),
        about(TagBound { tag: "7K3XQ92M4T8".to_owned() }),
        about(DeviceHeld::of(HoldReason::Part)),
        about(DeviceHeld::of(HoldReason::Donor)),
        about(DeviceHeld::of(HoldReason::Decision)),
        about(DeviceHeld::of(HoldReason::Other)),
        about(HoldReleased {}),
        about(DeviceQuarantined { danger: Danger::Battery }),
        about(DeviceQuarantined { danger: Danger::Liquid }),
        about(DeviceQuarantined { danger: Danger::Smoke }),
        about(QuarantineCleared {}),
    ]
}

fn inspection_and_handover() -> Vec<Event> {
    vec![
        about(inspected(Verdict::Pass)),
        about(inspected(Verdict::Conditional)),
        about(inspected(Verdict::Fail)),
        about(inspected(Verdict::Undecided)),
        about(FunctionTested {
            results: vec![
                function("screen", FunctionOutcome::Works),
                function("camera", FunctionOutcome::Fails),
                function("touchpad", FunctionOutcome::Absent),
            ],
        }),
        about(DeviceAllocated { recipient: recipient() }),
        about(DeviceHandedOver { recipient: recipient(), terms: Terms::Gift }),
        about(DeviceHandedOver { recipient: recipient(), terms: Terms::Loan }),
    ]
}

fn disks() -> Vec<Event> {
    let bound = |known, bond| DiskBound { disk: disk(known), key: "k".to_owned(), bond };
    vec![
        about(bound(true, Bond::Certain)),
        about(bound(false, Bond::Claimed)),
        about(wipe_started(true)),
        about(wipe_started(false)),
        about(wipe_ended(WipeResult::Erased, Level::Clear, false)),
        about(wipe_ended(WipeResult::Erased, Level::Purge, false)),
        about(wipe_ended(WipeResult::ErasedWithExceptions, Level::None, true)),
        about(wipe_ended(WipeResult::NotErased, Level::None, true)),
        about(wipe_ended(WipeResult::Cancelled, Level::None, true)),
        about(image_started(true)),
        about(image_started(false)),
        about(image_ended(ImageResult::Written, true)),
        about(image_ended(ImageResult::NotWritten, false)),
        about(image_ended(ImageResult::Cancelled, false)),
    ]
}

fn second_pair_of_eyes() -> Vec<Event> {
    let overridden = |recipient| RuleOverridden { rule: "give-imaged".to_owned(), reason: digest(0x66), recipient };
    vec![
        event(How::Pin, None, RoleRevoked { person: PersonId::from_random([6; RANDOM_BYTES]), role: Role::Lead }),
        event(How::Pin, None, KeyRevoked { key: digest(1), signature: "cd".repeat(64) }),
        general(BackupMade { size: 7, root: digest(8), length: Bytes(4096), digest: digest(9) }),
        general(DayClosed { day: "2026-11-21".to_owned() }),
        general(StationContinued { station: digest(1), size: 7, root: digest(8) }),
        event(How::Pin, Some(after(None)), WipeValidated::accepted("k".to_owned(), digest(0x55))),
        event(How::Badge, Some(after(None)), overridden(None)),
        event(How::Pin, Some(after(None)), overridden(Some(recipient()))),
    ]
}

fn pins() -> Vec<Event> {
    let set = |recovered| PinSet { person: PersonId::from_random([6; RANDOM_BYTES]), recovered };
    vec![event(How::Pin, None, set(false)), general(set(true))]
}

/// An event of every kind, and of every shape of its fields.
pub(crate) fn all() -> Vec<Event> {
    let media = certificate_fields::media(&wipe_started(false)).map(about);
    let first = [station_and_people(), donation_and_intake(), inspection_and_handover(), disks()].concat();
    [
        first,
        second_pair_of_eyes(),
        pins(),
        golden_disks::all(),
        media.into(),
        golden_disks::bad_blocks(),
        golden_disks::sites(),
        golden_repair::all(),
        golden_tests::all(),
        super::custody_shelves::golden(),
        super::correct::golden(),
        super::correct_donors::golden(),
        super::door::golden(),
        super::shifts::golden(),
        super::fit_facts::golden(),
        super::label_facts::golden(),
        super::accessories::golden(),
        super::tag_swap::golden(),
        super::lots::golden(),
        super::stock_takes::golden(),
        super::bundle_facts::golden(),
    ]
    .concat()
}

#[test]
fn every_event_is_written_as_its_golden_line_and_read_back_equal() {
    let made: Vec<String> =
        all().iter().map(|event| String::from_utf8(event.to_body().expect("writes")).expect("UTF-8")).collect();
    let golden: Vec<&str> = GOLDEN.lines().collect();
    for (at, (event, body)) in all().iter().zip(&made).enumerate() {
        assert_eq!(Some(body.as_str()), golden.get(at).copied(), "line {}; all of them:\n{}", at + 1, made.join("\n"));
        assert_eq!(check_body(body.as_bytes()), Ok(()), "line {}", at + 1);
        assert_eq!(Event::from_body(body.as_bytes()).expect("reads"), *event, "line {}", at + 1);
    }
    assert_eq!(golden.len(), made.len(), "a golden line without its event");
}

#[test]
fn every_kind_has_a_golden_line() {
    let events: Vec<Event> = all();
    let shown: BTreeSet<&str> = events.iter().map(|event| event.fact.kind()).collect();
    assert_eq!(shown, KINDS.iter().copied().collect());
}

#[test]
fn a_kind_or_version_of_the_future_survives_byte_for_byte() {
    let envelope = r#""at":"2026-11-20T20:36:05.042Z","by":{"person":"p-0404081020820820","how":"pin"}"#;
    for (kind, version, data) in [
        ("DeviceReceived", 2, r#"{"z":1,"a":{"y":[2, 1],"b":null},"lot":"x"}"#),
        ("StarsCounted", 1, r#"{ "ő" : "\u0151", "a":18446744073709551615 }"#),
        ("StarsCounted", 9, "[]"),
        ("WipeEnded", 0, "null"),
    ] {
        let body = format!(r#"{{"v":{version},"kind":"{kind}",{envelope},"data":{data}}}"#);
        let event = Event::from_body(body.as_bytes()).expect("an envelope that reads");
        let kept = Fact::Unknown { kind: kind.to_owned(), version, data: data.to_owned() };
        assert_eq!(event.fact, kept);
        assert_eq!(String::from_utf8(event.to_body().expect("writes")).expect("UTF-8"), body);
    }
}

#[test]
fn a_known_kind_whose_data_does_not_read_is_an_error_and_not_unknown() {
    let body = GOLDEN.lines().find(|line| line.contains(r#""TagBound""#)).expect("a golden line");
    assert!(Event::from_body(body.replace(r#""tag""#, r#""gat""#).as_bytes()).is_err());
    assert!(Event::from_body(body.replace(r#""by""#, r#""yb""#).as_bytes()).is_err());
}
