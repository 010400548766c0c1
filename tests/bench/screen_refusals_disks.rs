//! What the rules about disks, wipes and images refuse on the screen.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::arming_rig::{OLD, SIZE, disk, wipe_order};
use super::ledger_rig::job;
use super::screen_people::wiped;
use super::screen_refusals::{Scene, after, on};
use super::screen_refusals_before::{consents, record, volunteer};
use super::screen_rig::Desk;
use super::screen_shift::as_person;
use aoxanh::device::Disk;
use aoxanh::event::Fact;
use aoxanh::event::disk::{Decision, Destruction, WipeStarted};
use aoxanh::event::donation::Purpose;
use aoxanh::event::people::Role;
use aoxanh::port::FakeDisk;
use aoxanh::unit::Secret;
use aoxanh::workbench::{DestroyOrder, Ruling, add_person, destroy, run_job, validate};

pub(crate) static SCENES: &[Scene] = &[
    Scene {
        before: three,
        rows: &[
            ("wiped-first", on("rule-wiped-first", "①c⏎⏎wd-wx81a⏎")),
            ("disk-bound", on("rule-disk-bound", "x↓↓⏎luyen-1⏎")),
            ("destroyed-how", on("rule-destroyed-cut", "h⏎↓↓↓⏎⏎♙")),
            ("destroyed-witness", on("rule-destroyed-witness", "h⏎⏎⏎♔")),
            ("disk-elsewhere", on("rule-disk-elsewhere", "②x⏎wd-wx81a⏎")),
            ("quarantine-still", on("rule-quarantine-still", "②l⏎⎋⎋")),
            ("arm-quarantine", on("rule-arm-quarantine", "③l⏎⎋⎋")),
            ("arm-hold", on("rule-arm-hold", "③l⏎w⏎⎋")),
            ("arm-consent", after("rule-arm-consent", "③w⏎⋯r", |desk| consents(desk, 2, Purpose::Erase, false))),
            ("disk-destroyed", after("rule-disk-destroyed", "①x⋯⏎wd-wx81a⏎", drill)),
        ],
    },
    Scene {
        before: erased,
        rows: &[
            ("correct-kind", on("rule-correct-evidence", "z")),
            ("validate-standing", after("rule-validate-standing", "a⏎⋯♔", wipe_again)),
            ("validate-other", on("rule-validate-other", "a⏎♙")),
            ("part-consent", on("rule-part-consent", "u↓↓⏎⏎DDR3⏎4⏎")),
            ("part-free", after("rule-part-free", "u↓↓↓⏎⋯⏎", doubt)),
            ("validate-lead", on("rule-validate-lead", "ra⏎nam⏎3579⏎")),
        ],
    },
    Scene { before: held, rows: &[("wipe-begun", after("rule-wipe-begun", "x⏎wd-wx81a⏎⋯b", overtake))] },
];

/// Three devices: one inspected with the disk that is plugged in, one just received, one inspected with another disk; and a
/// disk that practice made, which no station outside practice lists.
pub(crate) fn three() -> Desk {
    let mut desk = volunteer();
    let made = Disk { practice: true, ..disk("sdd", Some("LUYEN-1")) };
    desk.rig.disks.plug(made, FakeDisk::new(vec![OLD; SIZE], 512));
    desk.rig.inspect(&desk.nth(0), &["WD-WX81A"]);
    desk.rig.device(true);
    let third = desk.rig.device(true).0;
    desk.rig.inspect(&third, &["S3"]);
    desk.keys("r");
    desk
}

/// The lead records that the disk was drilled.
fn drill(desk: &mut Desk) {
    let witness = Some("Lê Thư".to_owned());
    let order = DestroyOrder { disk: "WD-WX81A".to_owned(), how: Destruction::Drilled, witness, reason: None };
    let found = desk.nth(0);
    as_person(desk, "Lead", |desk| destroy(&desk.rig.bench(), &found, &order)).expect("recorded");
}

/// The device's disk is wiped by the volunteer; there is another one, called Trần Nam.
fn erased() -> Desk {
    let mut desk = volunteer();
    as_person(&mut desk, "Lead", |desk| {
        add_person(&desk.rig.bench(), "Trần Nam", Some(Role::Volunteer), Some(&Secret::new("3579"))).expect("added");
    });
    wiped(&mut desk);
    desk
}

/// The volunteer wipes the disk again.
fn wipe_again(desk: &mut Desk) {
    let found = desk.nth(0);
    let order = wipe_order("sdb", "WD-WX81A");
    as_person(desk, "Lê Thư", |desk| desk.rig.wipe(&found, &order)).expect("wiped");
}

/// The donor consents to parts, and somebody leaves the wipe to a lead.
fn doubt(desk: &mut Desk) {
    consents(desk, 0, Purpose::Parts, true);
    let ruling = Ruling { decision: Decision::Escalate, reason: "đọc lại lần nữa".to_owned(), of: None };
    let found = desk.nth(0);
    as_person(desk, "Trần Nam", |desk| validate(&desk.rig.bench(), &found, None, &ruling)).expect("recorded");
}

/// Jobs wait to be run by hand.
fn held() -> Desk {
    let mut desk = Desk::with_device();
    desk.holds_jobs = true;
    desk
}

/// While the job runs, another one is begun on the same disk, by another program.
fn overtake(desk: &mut Desk) {
    let order = desk.held.pop().expect("a job");
    let begin_another = || {
        if let Fact::WipeStarted(started) = desk.rig.last()
            && started.job != job(99)
        {
            let found = desk.nth(0);
            record(desk, Some(&found.id), WipeStarted { job: job(99), ..started });
        }
        false
    };
    let mut heard = Vec::new();
    run_job(&desk.rig.bench(), 1, &order, &begin_another, &mut |news| heard.push(news));
    for news in heard {
        desk.hear(news);
    }
}
