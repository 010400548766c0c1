//! What stands on the bench before something is refused: who is there, and devices that have come so far.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::ledger_rig::{bound, disk, image_ended, image_started, inspected, tested, wipe_ended, wipe_started};
use super::screen_people::{LEAD_PIN, PIN, crew, sign_in};
use super::screen_rig::Desk;
use super::screen_shift::as_person;
use aoxanh::event::Fact;
use aoxanh::event::donation::Purpose;
use aoxanh::event::inspection::{FunctionOutcome, Verdict};
use aoxanh::event::{By, How};
use aoxanh::port::{Clock, Entry, Journal};
use aoxanh::unit::{DeviceId, Digest};
use aoxanh::workbench::{Found, consent};

/// A lead, a volunteer called Lê Thư, one device, and the volunteer at the bench.
pub(crate) fn volunteer() -> Desk {
    let mut desk = crew(Desk::with_device());
    sign_in(&mut desk, "thu", PIN);
    desk
}

/// The same with the lead at the bench.
pub(crate) fn lead() -> Desk {
    let mut desk = crew(Desk::with_device());
    sign_in(&mut desk, "lead", LEAD_PIN);
    desk
}

/// Records that fact, by the lead; its leaf hash.
pub(crate) fn record(desk: &Desk, device: Option<&DeviceId>, fact: impl Into<Fact>) -> Digest {
    let by = By { person: desk.rig.events().remove(0).by.person, how: How::Pin };
    let entry = Entry { at: desk.rig.clock.now(), happened_at: None, by, device: device.cloned(), fact: fact.into() };
    desk.rig.store.commit(vec![entry]).expect("recorded")[0].leaf
}

/// The device is inspected, and its one disk wiped with evidence.
pub(crate) fn wiped(desk: &Desk, found: &Found, number: u8, verdict: Verdict) {
    let serial = format!("S{number}");
    let id = Some(&found.id);
    record(desk, id, inspected(verdict, &[disk(Some(&serial))]));
    record(desk, id, bound(&serial));
    let started = record(desk, id, wipe_started(2 * number, &serial));
    record(desk, id, wipe_ended(2 * number, &serial, started));
}

/// It misses nothing but its pupil.
pub(crate) fn ready(desk: &Desk, found: &Found, number: u8) {
    wiped(desk, found, number, Verdict::Pass);
    let (serial, id) = (format!("S{number}"), Some(&found.id));
    let started = record(desk, id, image_started(2 * number + 1, &serial));
    record(desk, id, image_ended(2 * number + 1, &serial, started));
    record(desk, id, tested(FunctionOutcome::Works));
}

/// The donor of the device of that number consents, or takes that back.
pub(crate) fn consents(desk: &mut Desk, number: usize, purpose: Purpose, given: bool) {
    let lot = desk.nth(number).file.lot;
    as_person(desk, "Lead", |desk| consent(&desk.rig.bench(), &lot, purpose, given)).expect("recorded");
}
