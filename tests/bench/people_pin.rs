//! Whose PIN is set by whom, what a lead does who forgot one, and who gets none.

use crate::arming_rig::said;
use crate::ledger_rig::{entry, key_revoked, station_key, team_key};
use crate::people::{PIN, Team, key, secret};
use aoxanh::event::intake::DeviceKind;
use aoxanh::event::people::{PinSet, Role};
use aoxanh::event::{By, Fact, How};
use aoxanh::port::{Change, Entry, Failure, FakeVault, Journal, Trouble, Vault};
use aoxanh::unit::PersonId;
use aoxanh::workbench::{Bench, Donation, add_person, grant, open_lot, receive, recover_pin, set_pin, sign_in};

#[test]
fn a_pin_is_set_by_its_owner_or_by_a_lead_signed_in_and_every_time_it_is_recorded() {
    let team = Team::new();
    let two = team.adds("Hai", Some(Role::Volunteer), "135791").person;
    let three = team.adds("Ba", Some(Role::Volunteer), "246802").person;
    let before = team.events();
    for (person, how, whose, rule) in [
        (&two, How::Claimed, &two, "signed-in"),
        (&two, How::Claimed, &three, "signed-in"),
        (&team.opened.lead, How::Claimed, &three, "signed-in"),
        (&two, How::Pin, &three, "pin-own"),
        (&two, How::Pin, &team.opened.lead, "pin-own"),
    ] {
        let refused = set_pin(&team.bench(person, how), whose, &secret("864213")).expect_err("not allowed");
        assert_eq!(refused.rule, Some(rule));
    }
    let easy = set_pin(&team.lead(), &three, &secret("4321")).expect_err("easy");
    assert_eq!(key(&easy), (Trouble::Usage, "pin-easy"));
    assert_eq!(team.events(), before);
    let claimed = team.bench(&two, How::Claimed);
    sign_in(&claimed, "Ba", &secret("246802")).expect("as it was");
    set_pin(&team.bench(&two, How::Pin), &two, &secret("975310")).expect("their own");
    set_pin(&team.lead(), &three, &secret("975310")).expect("a lead");
    sign_in(&claimed, "Hai", &secret("135791")).expect_err("not any more");
    for name in ["Hai", "Ba"] {
        sign_in(&claimed, name, &secret("975310")).expect("the new one");
    }
    let set = |by: &PersonId, person: PersonId| {
        let by = By { person: by.clone(), how: How::Pin };
        (by, Fact::from(PinSet { person, recovered: false }))
    };
    assert_eq!(team.events()[before.len()..], [set(&two, two.clone()), set(&team.opened.lead, three)]);
    // What cannot be recorded does not come about.
    let retired = key_revoked(&station_key(), &team_key());
    team.store.commit(vec![Entry { by: team.lead().by, ..entry(0, None, retired) }]).expect("the team says so");
    let refused = set_pin(&team.lead(), &two, &secret("864213")).expect_err("nothing is recorded any more");
    assert_eq!(refused.rule, Some("station-retired"));
    sign_in(&claimed, "Hai", &secret("975310")).expect("as it was");
}

#[test]
fn the_guest_gets_neither_a_role_nor_a_pin_and_nobody_a_role_before_a_pin() {
    let team = Team::new();
    let guest = &team.opened.guest;
    let shared = |failure: &Failure| assert_eq!(key(failure), (Trouble::No, "person-shared"));
    for role in [Role::Volunteer, Role::Warehouse, Role::Lead] {
        shared(&grant(&team.lead(), guest, role).expect_err("everybody who is not signed in"));
    }
    shared(&set_pin(&team.lead(), guest, &secret("864213")).expect_err("everybody"));
    shared(&recover_pin(&team.lead(), guest, &secret("864213")).expect_err("everybody"));
    let trainee = add_person(&team.lead(), "Ba", None, None).expect("added").person;
    let refused = grant(&team.lead(), &trainee, Role::Volunteer).expect_err("no PIN");
    assert_eq!(key(&refused), (Trouble::No, "person-grant-no-pin"));
    said(&refused);
    set_pin(&team.lead(), &trainee, &secret("864213")).expect("set");
    assert_eq!(grant(&team.lead(), &trainee, Role::Volunteer).expect("granted").roles, [Role::Volunteer]);
    let claimed = team.bench(guest, How::Claimed);
    let lot = open_lot(&claimed, &Donation { donor: None, erase: true, parts: false }).expect("a guest may");
    receive(&claimed, &lot, DeviceKind::Laptop, None).expect("a guest may");
}

#[test]
fn a_leads_pin_is_recovered_without_any_pin_and_nobody_elses_is() {
    let team = Team::new();
    let two = team.adds("Hai", Some(Role::Volunteer), "135791").person;
    let claimed = team.bench(&team.opened.guest, How::Claimed);
    let before = team.events().len();
    let refused = recover_pin(&claimed, &two, &secret("864213")).expect_err("no lead");
    assert_eq!(refused.rule, Some("pin-own"));
    sign_in(&claimed, "Hai", &secret("135791")).expect("as it was");
    recover_pin(&claimed, &team.opened.lead, &secret("864213")).expect("a lead");
    sign_in(&claimed, "Trần Thị Thử", &secret(PIN)).expect_err("forgotten");
    let signed = sign_in(&claimed, "Trần Thị Thử", &secret("864213")).expect("the new one");
    assert_eq!(signed.roles, [Role::Lead]);
    let lead = By { person: team.opened.lead.clone(), how: How::Claimed };
    let recovered = PinSet { person: team.opened.lead.clone(), recovered: true };
    assert_eq!(team.events()[before..], [(lead, recovered.into())]);
}

#[test]
fn what_was_sealed_for_somebody_whom_the_ledger_refused_is_erased_though_the_vault_is_being_read() {
    /// Erases, and says that somebody still reads.
    struct Busy<'a>(&'a FakeVault);
    impl Vault for Busy<'_> {
        fn seal(&self, id: &str, name: &str) -> Result<(), Failure> {
            self.0.seal(id, name)
        }
        fn change(&self, id: &str, change: Change<'_>) -> Result<(), Failure> {
            self.0.change(id, change)
        }
        fn open(&self, id: &str) -> Result<Option<String>, Failure> {
            self.0.open(id)
        }
        fn erase(&self, id: &str) -> Result<(), Failure> {
            self.0.erase(id)?;
            Err(Failure::new(Trouble::TryAgain, aoxanh::word::say!("vault-busy", id = id)))
        }
    }
    let team = Team::new();
    let vault = Busy(&team.vault);
    let before = format!("{:?}", team.vault);
    let guest = Bench { vault: &vault, ..team.bench(&team.opened.guest, How::Pin) };
    let refused = add_person(&guest, "Kẻ Lạ", Some(Role::Lead), Some(&secret("864213"))).expect_err("a guest");
    assert_eq!(refused.rule, Some("role-may"), "why, not what was left to do");
    assert!(refused.cause.as_deref().is_some_and(|cause| cause.contains("vault-busy")), "{refused:?}");
    assert_eq!(format!("{:?}", team.vault), before, "nothing of theirs is left");
}
