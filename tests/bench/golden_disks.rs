//! Golden events of wipes: health, destruction, speeds, doubts, and drives that erase themselves.

use super::golden::*;
use aoxanh::event::disk::*;
use aoxanh::event::station::SiteSeen;
use aoxanh::event::{Event, How};
use aoxanh::unit::{Bytes, PersonId, RANDOM_BYTES};

/// In the order of their lines.
pub(crate) fn all() -> Vec<Event> {
    [health_and_destruction(), speeds(), doubts(), firmware()].concat()
}

fn health_and_destruction() -> Vec<Event> {
    let health = |verdict, known: bool| HealthSeen {
        verdict,
        hours: known.then_some(27_205),
        reallocated: known.then_some(8),
        pending: known.then_some(1640),
        uncorrectable: known.then_some(1641),
        wear: known.then_some(100),
    };
    let before = |seen| WipeStarted { health_before: Some(seen), ..wipe_started(true) };
    let after = |seen| WipeEnded { health_after: Some(seen), ..wipe_ended(WipeResult::NotErased, Level::None, true) };
    let destroyed = |how, known: bool| DiskDestroyed {
        key: "k".to_owned(),
        disk: disk(known),
        how,
        spins: known.then_some(true),
        witness: known.then(|| PersonId::from_random([6; RANDOM_BYTES])),
        reason: known.then(|| digest(0x99)),
        site: None,
    };
    vec![
        about(before(health(HealthVerdict::Good, true))),
        about(before(health(HealthVerdict::Unknown, false))),
        about(after(health(HealthVerdict::Replace, true))),
        about(after(health(HealthVerdict::Watch, false))),
        about(destroyed(Destruction::Degaussed, true)),
        about(destroyed(Destruction::Drilled, false)),
        about(destroyed(Destruction::Shredded, false)),
        about(destroyed(Destruction::Cut, false)),
    ]
}

fn speeds() -> Vec<Event> {
    let speed = SpeedSeen { write: vec![Bytes(120_000_000), Bytes(0)], read_back: vec![Bytes(150_000_000)] };
    vec![about(WipeEnded { speed: Some(speed), ..wipe_ended(WipeResult::Erased, Level::Clear, false) })]
}

/// What another program and a second person say of a wipe.
fn doubts() -> Vec<Event> {
    let checked = |found, first_difference| {
        let mut ended = wipe_ended(WipeResult::Erased, Level::Clear, false);
        let program = "cmp (GNU diffutils) 3.8".to_owned();
        ended.evidence.cross_check = Some(CrossCheck { program, found, first_difference });
        about(ended)
    };
    let decided = |decision| WipeValidated {
        decision,
        reason: Some(digest(0xaa)),
        ..WipeValidated::accepted("k".to_owned(), digest(0x55))
    };
    vec![
        checked(CrossFound::Same, None),
        checked(CrossFound::Differs, Some(Bytes(4096))),
        checked(CrossFound::Failed, None),
        event(How::Pin, Some(after(None)), decided(Decision::Repeat)),
        event(How::Badge, Some(after(None)), decided(Decision::Escalate)),
    ]
}

/// Drives that erased themselves.
fn firmware() -> Vec<Event> {
    let seen = |said, survived: u64| {
        let (level, result) =
            if survived > 0 { (Level::None, WipeResult::NotErased) } else { (Level::Purge, WipeResult::Erased) };
        let mut ended = wipe_ended(result, level, false);
        ended.evidence.firmware = Some(FirmwareSeen {
            canaries: 4096,
            survived,
            first_survivor: (survived > 0).then_some(Bytes(8192)),
            said,
            commands: vec!["nvme 84 nsid=0 cdw10=00000002 cdw11=00000000".to_owned()],
        });
        about(ended)
    };
    let format = WipeEnded { level: Level::Firmware, ..wipe_ended(WipeResult::Erased, Level::None, false) };
    vec![
        about(WipeStarted { namespace: Some(1), ..wipe_started(true) }),
        seen(DriveSaid::StatusGood, 0),
        seen(DriveSaid::CommandGood, 7),
        seen(DriveSaid::Failed, 0),
        seen(DriveSaid::Nothing, 0),
        about(format),
    ]
}

/// Blocks that could not be written or read.
pub(crate) fn bad_blocks() -> Vec<Event> {
    let bad = |at, flaw| BadSeen { at: Bytes(at), length: Bytes(512), flaw };
    let mut holes = wipe_ended(WipeResult::ErasedWithExceptions, Level::None, true);
    holes.evidence.bad = vec![bad(0, BadFlaw::Unwritable), bad(4096, BadFlaw::Unreadable)];
    vec![about(holes)]
}

/// Where something was done.
pub(crate) fn sites() -> Vec<Event> {
    let site = |place: Option<&str>| SiteSeen { team: "Đội Thử".to_owned(), place: place.map(str::to_owned) };
    let destroyed = crate::ledger_rig::destroyed("S");
    vec![
        about(WipeStarted { site: Some(site(Some("Trường Thử"))), ..wipe_started(false) }),
        about(DiskDestroyed { site: Some(site(None)), ..destroyed }),
    ]
}
