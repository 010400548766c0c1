//! What the rules about people and the station refuse on the screen.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::ledger_rig::key_revoked;
use super::screen_people::crew;
use super::screen_refusals::{Scene, after, on};
use super::screen_refusals_before::{lead, record, volunteer};
use super::screen_rig::Desk;
use super::screen_shift::{as_person, person};
use aoxanh::event::people::Role;
use aoxanh::ledger::SecretKey;
use aoxanh::unit::{PersonId, RANDOM_BYTES};
use aoxanh::workbench::{grant, revoke};

pub(crate) static SCENES: &[Scene] = &[
    Scene {
        before: || crew(Desk::with_device()),
        rows: &[
            ("role-may", on("rule-role-bench", "tc⏎")),
            ("person-known", after("rule-person-known", "⋯w⏎", stranger)),
        ],
    },
    Scene {
        before: Desk::with_device,
        rows: &[
            ("signed-in", on("rule-signed-in", "z")),
            ("station-retired", after("rule-station-retired", "w⋯⏎", retire)),
        ],
    },
    Scene {
        before: volunteer,
        rows: &[
            ("correct-who", on("rule-correct-who", "z")),
            ("shift-other", on("rule-shift-self", "Ⅹg⏎♙")),
            ("person-active", after("rule-person-active", "w⋯⏎", dismiss)),
        ],
    },
    Scene {
        before: lead,
        rows: &[
            ("last-lead", on("rule-last-lead", "m↓v↓↓⏎")),
            ("badge-makes-none", on("rule-badge-makes-none", "♢mv⏎")),
            ("pin-own", after("rule-pin-own", "dd♔mp⋯918273⏎5577⏎5577⏎", demote)),
        ],
    },
];

/// Somebody is at the bench whom this station does not know.
fn stranger(desk: &mut Desk) {
    desk.rig.by.person = PersonId::from_random([77; RANDOM_BYTES]);
}

/// The team takes its trust in the station's key back.
pub(crate) fn retire(desk: &mut Desk) {
    let [station, team] = [1, 2].map(|number| SecretKey::from_bytes(&[number; 32]));
    record(desk, None, key_revoked(&station, &team));
}

/// The volunteer's role is taken back.
fn dismiss(desk: &mut Desk) {
    let thu = person(desk, "Lê Thư");
    as_person(desk, "Lead", |desk| revoke(&desk.rig.bench(), &thu, None)).expect("revoked");
}

/// The lead makes the volunteer one, who makes the lead a volunteer.
fn demote(desk: &mut Desk) {
    let (lead, thu) = (person(desk, "Lead"), person(desk, "Lê Thư"));
    as_person(desk, "Lead", |desk| {
        grant(&desk.rig.bench(), &thu, Role::Lead).expect("granted");
        grant(&desk.rig.bench(), &lead, Role::Volunteer).expect("granted");
    });
    as_person(desk, "Lê Thư", |desk| revoke(&desk.rig.bench(), &lead, Some(Role::Lead))).expect("revoked");
}
