//! What the rules about giving, repairing and correcting refuse on the screen.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::ledger_rig::{disk, inspected, pupil};
use super::screen_refusals::{Scene, after, on};
use super::screen_refusals_before::{consents, lead, ready, record, wiped};
use super::screen_rig::Desk;
use super::screen_shift::as_person;
use aoxanh::event::donation::Purpose;
use aoxanh::event::handover::Terms;
use aoxanh::event::inspection::Verdict;
use aoxanh::event::intake::{DeviceKind, DeviceReceived};
use aoxanh::event::lock::LockKind;
use aoxanh::unit::{DeviceId, RANDOM_BYTES};
use aoxanh::workbench::{
    GiveOrder, PartOrder, Whom, allocate, clear_lock, close_lot, correct, fit_part, give, hold, strike_last, take_part,
};

pub(crate) static SCENES: &[Scene] = &[
    Scene {
        before: nine,
        rows: &[
            ("give-tagged", on("rule-give-tagged", "⑤⏎⏎⏎⏎")),
            ("give-good-enough", on("rule-give-good-enough", "⑥p")),
            ("give-imaged", on("rule-give-imaged", "⑥pđủ dùng⏎♔p")),
            ("give-functions", on("rule-give-functions", "⑥pđủ dùng⏎♔p")),
            ("give-once", on("rule-give-once", "①⏎↓⏎r-VP9JS83V8K5GNCGR⏎↓⏎⎋②⏎↓⏎r-VP9JS83V8K5GNCGR⏎↓⏎")),
            ("give-allocated-first", after("rule-give-allocated-first", "①⏎⋯⏎", take_back)),
            ("give-one-pupil", after("rule-give-one-pupil", "②⏎↓⏎r-VP9JS83V8K5GNCGR⏎↓⋯⏎", set_aside)),
            ("give-consent", after("rule-give-consent", "③⏎⏎⏎⋯⏎", |desk| consents(desk, 2, Purpose::Erase, false))),
            ("give-disks-wiped", after("rule-give-disks-wiped", "④⏎⏎⏎⋯⏎", find_another_disk)),
            ("give-safe", on("rule-give-safe", "⑦l⏎⎋⎋")),
            ("give-not-held", on("rule-give-not-held", "⑦l⏎w⏎⎋")),
            ("give-unlocked", on("rule-give-unlocked", "⑦w⏎u↓↓↓↓⏎⏎⏎⎋")),
            ("lock-known", after("rule-lock-known", "⑦u↓↓↓↓⋯⏎", unlock)),
            ("give-mended", on("rule-give-end-of-life", "⑧u↓⏎⏎⏎↓↓⏎↓⏎⏎⏎⎋p")),
            ("device-gone", after("rule-device-gone", "⑨w⋯⏎", give_away)),
        ],
    },
    Scene {
        before: mended,
        rows: &[
            ("correct-taken", on("rule-correct-part", "④Ⅳz⏎")),
            ("tag-unique", on("rule-tag-unique", "①em❷⏎")),
            ("shelf-named", on("shelf-name-long", "①yKệ mà ai cũng biết là ở góc trong cùng kho A⏎")),
            ("nothing-to-undo", after("rule-nothing-to-undo", "①w⏎w⋯⏎", release)),
            ("correct-safe", on("rule-correct-hold", "①w⏎z")),
            ("correct-rests", on("rule-correct-rests", "②Ⅳz⇟⏎")),
            ("correct-known", after("rule-correct-twice", "③yA1⏎⎋Ⅳz⋯⏎", strike)),
            ("part-shelf", after("rule-part-fitted", "①u↓↓↓⏎⋯⏎", fit)),
            ("lot-closed", after("rule-lot-closed", "Ⅷ⋯◇", close)),
        ],
    },
];

/// Nine devices: ready ones, the fifth without a tag, the sixth wiped and not good enough; and the lead at the bench.
pub(crate) fn nine() -> Desk {
    let mut desk = lead();
    for number in 0..9_u8 {
        let found = match number {
            0 => desk.nth(0),
            4 => {
                let id = DeviceId::from_random([40; RANDOM_BYTES]);
                let lot = desk.nth(0).file.lot;
                record(&desk, Some(&id), DeviceReceived::bare(lot, DeviceKind::Laptop));
                desk.nth(4)
            }
            _other => desk.rig.device(true).0,
        };
        if number == 5 {
            wiped(&desk, &found, number, Verdict::Fail);
        } else {
            ready(&desk, &found, number);
        }
    }
    desk.keys("r");
    desk
}

/// The lot that devices go into is closed at another terminal.
fn close(desk: &mut Desk) {
    let seen = desk.world.lot.clone().expect("one is received into");
    as_person(desk, "Lead", |desk| close_lot(&desk.rig.bench(), &seen.lot, &seen.tally)).expect("closed");
}

/// A lead takes back that the first was set aside.
fn take_back(desk: &mut Desk) {
    let bench = desk.rig.bench();
    let change = strike_last(&bench, &desk.nth(0)).expect("there is one");
    correct(&bench, &[change], Some("nhầm học sinh")).expect("struck out");
}

/// Another lead sets the second device aside for somebody else.
fn set_aside(desk: &mut Desk) {
    let found = desk.nth(1);
    as_person(desk, "Lead", |desk| allocate(&desk.rig.bench(), &found, pupil(7))).expect("recorded");
}

/// Another inspection finds a disk in the fourth that nobody wiped.
fn find_another_disk(desk: &mut Desk) {
    let found = desk.nth(3);
    record(desk, Some(&found.id), inspected(Verdict::Pass, &[disk(Some("S3")), disk(Some("X"))]));
}

/// Somebody clears the lock of the seventh.
fn unlock(desk: &mut Desk) {
    let found = desk.nth(6);
    clear_lock(&desk.rig.bench(), &found, LockKind::FirmwarePassword).expect("recorded");
}

/// The lead gives the ninth away.
fn give_away(desk: &mut Desk) {
    let (found, order) = (desk.nth(8), GiveOrder { whom: Whom::Fresh, terms: Some(Terms::Loan) });
    give(&desk.rig.bench(), &found, &order).expect("recorded");
}

/// Four devices, the second wiped; a part of the fourth is in the second, and one of the third on the shelf.
pub(crate) fn mended() -> Desk {
    let mut desk = lead();
    let all = [desk.nth(0), desk.rig.device(true).0, desk.rig.device(true).0, desk.rig.device(true).0];
    wiped(&desk, &all[1], 1, Verdict::Pass);
    for number in [2, 3] {
        consents(&mut desk, number, Purpose::Parts, true);
        let (kind, label) = ("memory".to_owned(), Some("DDR3".to_owned()));
        let order = PartOrder { kind, label, size: None, disk: None };
        let part = take_part(&desk.rig.bench(), &all[number], &order).expect("taken");
        if number == 3 {
            fit_part(&desk.rig.bench(), &all[1], &part.id).expect("fitted");
        }
    }
    desk.keys("r");
    desk
}

/// Somebody releases the first.
fn release(desk: &mut Desk) {
    hold(&desk.rig.bench(), &desk.nth(0), None).expect("released");
}

/// The lead strikes the last record of the third out.
fn strike(desk: &mut Desk) {
    let bench = desk.rig.bench();
    let change = strike_last(&bench, &desk.nth(2)).expect("there is one");
    correct(&bench, &[change], Some("nhầm máy")).expect("struck out");
}

/// Somebody puts the part on the shelf into the third again.
fn fit(desk: &mut Desk) {
    let bench = desk.rig.bench();
    let part = aoxanh::workbench::shelf(&bench).expect("reads").remove(0).id;
    fit_part(&bench, &desk.nth(2), &part).expect("fitted");
}
