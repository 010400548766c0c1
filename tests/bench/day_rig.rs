//! Nine days of work at a station of the tests, for what shows how the work goes.
//!
//! Invariant: the same days, hours and people each time.

#![expect(clippy::expect_used, reason = "a test may stop where its ground is gone")]

use super::arming_rig::Rig;
use super::ledger_rig::{
    bound, device_id, disk, erase_consent, image_ended, image_started, inspected, lot_opened, received, tested,
    wipe_ended, wipe_started,
};
use aoxanh::event::disk::{Level, WipeEnded, WipeResult};
use aoxanh::event::inspection::{DeviceInspected, FunctionOutcome, FunctionResult, FunctionTested, Verdict};
use aoxanh::event::{By, Fact, How};
use aoxanh::port::{Entry, Journal};
use aoxanh::unit::{Digest, Moment};
use aoxanh::workbench::{CampaignTarget, Goal};

/// 21/11/2026 20:36 in Vietnam.
const NOW: i64 = 1_795_268_160_000;
const HOUR: i64 = 3600 * 1000;

/// A campaign of that many ready devices in these two months.
pub(crate) fn target(devices: u64) -> CampaignTarget {
    CampaignTarget { devices, goal: Goal::Ready, from: "2026-11-01".to_owned(), to: "2026-12-31".to_owned() }
}

/// What is recorded from `at` on, a second apart, by the lead or by whoever comes.
struct Pen<'a> {
    rig: &'a Rig,
    at: i64,
}

impl Pen<'_> {
    fn write(&mut self, device: Option<u8>, fact: impl Into<Fact>) -> Digest {
        let by = By { person: self.rig.by.person.clone(), how: How::Pin };
        self.write_by(by, device, fact)
    }

    fn write_by(&mut self, by: By, device: Option<u8>, fact: impl Into<Fact>) -> Digest {
        self.at += 1000;
        let (at, device) = (Moment::from_unix_millis(self.at), device.map(device_id));
        let entry = Entry { at, happened_at: None, by, device, fact: fact.into() };
        self.rig.store.commit(vec![entry]).expect("no rule objects")[0].leaf
    }

    /// Receives a device, as a guest would.
    fn receive(&mut self, number: u8) {
        let guest = By { person: self.rig.guest.clone(), how: How::Claimed };
        self.write_by(guest, Some(number), received(1));
    }

    fn wipe(&mut self, number: u8) {
        let serial = format!("S{number}");
        self.receive(number);
        self.write(Some(number), inspected(Verdict::Pass, &[disk(Some(&serial))]));
        self.write(Some(number), bound(&serial));
        let started = self.write(Some(number), wipe_started(number, &serial));
        self.write(Some(number), wipe_ended(number, &serial, started));
    }

    fn ready(&mut self, number: u8) {
        let serial = format!("S{number}");
        self.wipe(number);
        let started = self.write(Some(number), image_started(100 + number, &serial));
        self.write(Some(number), image_ended(100 + number, &serial, started));
        self.write(Some(number), tested(FunctionOutcome::Works));
    }
}

/// On each of nine days until 21/11/2026 one device becomes ready in the morning, another is wiped at noon and a third is
/// received in the afternoon; on the last day three things fail. The clock then stands at 20:36.
pub(crate) fn nine_days(rig: &Rig) {
    let today = Moment::of_local_day("2026-11-21").expect("a day").unix_millis();
    let mut pen = Pen { rig, at: today - 9 * 24 * HOUR };
    pen.write(None, lot_opened(1));
    pen.write(None, erase_consent(1));
    for day in 0..9_u8 {
        let number = 1 + 3 * day;
        let begins = today - i64::from(8 - day) * 24 * HOUR;
        pen.at = begins + 8 * HOUR;
        pen.ready(number);
        pen.at = begins + 11 * HOUR;
        pen.wipe(number + 1);
        pen.at = begins + 15 * HOUR;
        pen.receive(number + 2);
    }
    fail(&mut pen);
    rig.clock.set(Moment::from_unix_millis(NOW));
}

/// A wipe that was broken off, a camera that is dead, a machine with too little memory.
fn fail(pen: &mut Pen<'_>) {
    let failed = vec!["memory.total".to_owned()];
    pen.write(Some(27), DeviceInspected { failed, ..inspected(Verdict::Fail, &[disk(Some("S27"))]) });
    pen.write(Some(27), bound("S27"));
    let started = pen.write(Some(27), wipe_started(27, "S27"));
    let ended = wipe_ended(27, "S27", started);
    pen.write(Some(27), WipeEnded { result: WipeResult::Cancelled, level: Level::None, ..ended });
    let results = vec![FunctionResult::typed("camera", FunctionOutcome::Fails)];
    pen.write(Some(26), FunctionTested { results });
}
