//! Who may record what, rules that a lead lifts, wipes that a second person validates, keys that the team takes back.

use crate::ledger_rig::*;
use aoxanh::custody::{RecipientFile, Stage};
use aoxanh::event::disk::{Decision, DiskDestroyed, WipeValidated};
use aoxanh::event::handover::Terms;
use aoxanh::event::image::ImageResult;
use aoxanh::event::inspection::{FunctionOutcome, Verdict};
use aoxanh::event::people::{PersonAdded, PinSet, Role, RoleGranted, RoleRevoked};
use aoxanh::event::{By, Fact, How};
use aoxanh::port::{Entry, Journal, Trouble};
use aoxanh::store::Store;
use aoxanh::workbench::{Pinned, verify};

/// A ready device, and of every role one: 1 leads, 2 volunteers, 3 keeps the warehouse, 4 is a guest.
pub(crate) fn crew() -> Walk {
    let mut walk = Walk::ready();
    walk.adds(2, Some(Role::Volunteer));
    walk.adds(3, Some(Role::Warehouse));
    walk.adds(4, None);
    walk
}

pub(crate) fn object(walk: &mut Walk, rule: &str, device: Option<u8>, fact: Fact) -> bool {
    walk.objections(device, fact).iter().any(|refusal| refusal.rule == rule)
}

#[test]
fn the_first_lead_is_made_by_nobody_else_and_nobody_makes_himself_a_second_one() {
    let mut walk = Walk::default();
    walk.goes(None, opened(&station_key(), &team_key(), false));
    walk.goes(None, PersonAdded { person: person(1) });
    walk.refused("role-may", None, RoleGranted { person: person(1), role: Role::Volunteer });
    walk.goes(None, RoleGranted { person: person(1), role: Role::Lead });
    walk.adds(4, None);
    let mut guest = walk.by(4);
    guest.refused("role-may", None, RoleGranted { person: person(4), role: Role::Lead });
}

#[test]
fn whoever_lost_every_role_records_nothing_more_until_one_is_given_again() {
    let mut walk = crew();
    walk.goes(None, RoleGranted { person: person(2), role: Role::Warehouse });
    walk.goes(None, RoleRevoked { person: person(2), role: Role::Volunteer });
    let mut two = walk.clone().by(2);
    two.goes(Some(1), tag(5));
    walk.goes(None, RoleRevoked { person: person(2), role: Role::Warehouse });
    assert!(walk.person(2).left && !walk.person(4).left, "a guest never had a role to lose");
    let mut two = walk.clone().by(2);
    two.refused("person-active", Some(1), tag(5));
    two.refused("person-active", None, lot_opened(7));
    walk.goes(None, RoleGranted { person: person(2), role: Role::Volunteer });
    walk.by(2).goes(Some(1), tag(5));
}

#[test]
fn there_is_always_a_lead() {
    let mut walk = crew();
    walk.refused("last-lead", None, RoleRevoked { person: person(1), role: Role::Lead });
    walk.goes(None, RoleGranted { person: person(2), role: Role::Lead });
    walk.goes(None, RoleRevoked { person: person(1), role: Role::Lead });
    let mut two = walk.by(2);
    two.refused("last-lead", None, RoleRevoked { person: person(2), role: Role::Lead });
}

#[test]
fn how_a_job_ended_is_recorded_whoever_was_revoked_meanwhile_and_whatever_the_clock_did() {
    let store = Store::in_memory(station_key()).expect("made");
    store.commit(beginning(&station_key(), &team_key(), false)).expect("opens");
    let by = |number: u8, how, entry: Entry<Fact>| {
        let by = By { person: person(number), how };
        store.commit(vec![Entry { by, ..entry }])
    };
    let lead = |entry| by(1, How::Pin, entry).expect("the lead may");
    lead(entry(1, None, PersonAdded { person: person(2) }));
    lead(entry(1, None, RoleGranted { person: person(2), role: Role::Volunteer }));
    lead(entry(2, None, lot_opened(1)));
    lead(entry(2, None, erase_consent(1)));
    lead(entry(3, Some(1), received(1)));
    lead(entry(4, Some(1), inspected(Verdict::Pass, &[disk(Some("S"))])));
    by(2, How::Claimed, entry(5, Some(1), bound("S"))).expect("a volunteer may");
    let started = by(2, How::Claimed, entry(90_000, Some(1), wipe_started(1, "S"))).expect("may");
    lead(entry(90_001, None, RoleRevoked { person: person(2), role: Role::Volunteer }));
    let begun = started[0].leaf;
    // A minute back: the clock's step is recorded first, in the same person's name.
    by(2, How::Claimed, entry(30_000, Some(1), wipe_ended(1, "S", begun)))
        .expect("what became of the disk is recorded");
    let refused = by(2, How::Claimed, entry(30_001, Some(1), image_started(2, "S"))).expect_err("revoked");
    assert_eq!((refused.trouble, refused.rule), (Trouble::No, Some("person-active")));
    let guest = by(2, How::Claimed, entry(1, Some(1), tag(5))).expect_err("revoked");
    assert_eq!(guest.rule, Some("person-active"), "the clock's step alone is not recorded");
    let mut failed = image_ended(2, "S", begun);
    failed.result = ImageResult::NotWritten;
    assert_eq!(by(2, How::Claimed, entry(30_002, Some(1), failed)).expect_err("no such job").rule, Some("wipe-begun"));
}

#[test]
fn a_guest_may_receive_and_inspect_though_the_clock_stepped_back() {
    let store = Store::in_memory(station_key()).expect("made");
    store.commit(beginning(&station_key(), &team_key(), false)).expect("opens");
    store.commit(vec![entry(90_000, None, PersonAdded { person: person(4) })]).expect("added");
    let by = By { person: person(4), how: How::Claimed };
    let receipts = store.commit(vec![Entry { by, ..entry(10_000, None, lot_opened(1)) }]).expect("may");
    assert_eq!(receipts[0].seq, 5, "after the clock's step");
}

#[test]
fn a_wipe_is_validated_by_another_who_works_at_the_bench_while_it_stands() {
    let mut walk = crew();
    let leaf = |walk: &mut Walk| walk.device(1).expect("device 1").disks[&key("S")].last_wipe;
    let ended = leaf(&mut walk).expect("wiped");
    let validated = WipeValidated::accepted(key("S"), ended);
    walk.refused("validate-other", Some(1), validated.clone());
    walk.clone().by(3).refused("role-may", Some(1), validated.clone());
    let mut claimed = walk.clone().by(2);
    claimed.how = How::Claimed;
    claimed.refused("signed-in", Some(1), validated.clone());
    let mut two = walk.clone().by(2);
    two.goes(Some(1), validated.clone());
    assert_eq!(two.device(1).expect("device 1").disks[&key("S")].validated_by, Some(person(2)));
    // Begun by the lead, stopped, gone on with by the volunteer: neither validates it.
    let mut shared = walk.clone();
    let first = shared.goes(Some(1), wipe_started(7, "S"));
    shared.refused("validate-standing", Some(1), validated.clone());
    let mut cancelled = wipe_ended(7, "S", first);
    (cancelled.result, cancelled.level) =
        (aoxanh::event::disk::WipeResult::Cancelled, aoxanh::event::disk::Level::None);
    shared.goes(Some(1), cancelled);
    let mut shared = shared.by(2);
    let mut again = wipe_started(7, "S");
    again.resumes = Some(first);
    let second = shared.goes(Some(1), again);
    shared.goes(Some(1), wipe_ended(7, "S", second));
    let now = WipeValidated::accepted(key("S"), leaf(&mut shared).expect("wiped"));
    shared.refused("validate-standing", Some(1), validated);
    shared.refused("validate-other", Some(1), now.clone());
    shared.clone().by(1).refused("validate-other", Some(1), now.clone());
    let mut by_lead = shared.clone().by(1);
    by_lead.adds(5, Some(Role::Volunteer));
    by_lead.by(5).goes(Some(1), now);
    // Begun anew, not gone on with: whoever wiped before may validate now.
    let mut anew = shared;
    anew.wipes(1, 8, "S");
    let ended = leaf(&mut anew).expect("wiped");
    anew.by(1).goes(Some(1), WipeValidated::accepted(key("S"), ended));
}

#[test]
fn a_wipe_under_a_claimed_name_is_validated_by_nobody_until_it_is_wiped_again_signed_in() {
    let known = crew();
    let refused = |walk: &mut Walk| {
        let ended = walk.device(1).expect("device 1").disks[&key("S")].last_wipe.expect("wiped");
        let validated: Fact = WipeValidated::accepted(key("S"), ended).into();
        let said = walk.objections(Some(1), validated.clone());
        assert_eq!(walk.step(Some(1), validated).err(), Some("validate-other"));
        said[0].reason.key().to_owned()
    };
    // The volunteer wipes as the lead, by claiming so, and then signs as themself.
    let mut claimed = known.clone();
    claimed.how = How::Claimed;
    claimed.wipes(1, 7, "S");
    let mut two = claimed.clone().by(2);
    two.how = How::Pin;
    assert_eq!(refused(&mut two), "rule-validate-claimed");
    // The start or the end alone is enough.
    for (starts, ends) in [(How::Claimed, How::Pin), (How::Pin, How::Phone)] {
        let mut half = known.clone();
        half.how = starts;
        let started = half.goes(Some(1), wipe_started(8, "S"));
        half.how = ends;
        half.goes(Some(1), wipe_ended(8, "S", started));
        let mut two = half.by(2);
        two.how = How::Badge;
        assert_eq!(refused(&mut two), "rule-validate-claimed", "{starts:?} {ends:?}");
    }
    // Gone on with is not begun anew.
    let mut resumed = known.clone();
    resumed.how = How::Claimed;
    let first = resumed.goes(Some(1), wipe_started(9, "S"));
    resumed.how = How::Pin;
    let second =
        resumed.goes(Some(1), aoxanh::event::disk::WipeStarted { resumes: Some(first), ..wipe_started(9, "S") });
    resumed.goes(Some(1), wipe_ended(9, "S", second));
    assert_eq!(refused(&mut resumed.by(2)), "rule-validate-claimed");
    claimed.how = How::Badge;
    claimed.wipes(1, 10, "S");
    let ended = claimed.device(1).expect("device 1").disks[&key("S")].last_wipe.expect("wiped");
    claimed.by(2).goes(Some(1), WipeValidated::accepted(key("S"), ended));
}

#[test]
fn a_pin_is_recorded_by_its_owner_or_a_lead_and_by_the_vaults_secrets_only_for_a_lead() {
    let set = |number, recovered| PinSet { person: person(number), recovered };
    let walk = crew();
    walk.clone().goes(None, set(2, false));
    walk.clone().by(2).goes(None, set(2, false));
    walk.clone().by(4).goes(None, set(4, false));
    walk.clone().by(2).refused("pin-own", None, set(1, false));
    walk.clone().refused("person-known", None, set(9, false));
    let mut claimed = walk.clone();
    claimed.how = How::Claimed;
    claimed.refused("signed-in", None, set(1, false));
    claimed.goes(None, set(1, true));
    claimed.refused("pin-own", None, set(2, true));
    claimed.by(2).refused("pin-own", None, set(2, true));
}

#[test]
fn a_lifted_rule_stands_until_the_device_changes_and_lifts_nothing_else() {
    let mut walk = Walk::new(false);
    walk.goes(Some(1), received(1));
    walk.goes(Some(1), tag(1));
    walk.goes(Some(1), inspected(Verdict::Pass, &[disk(Some("S"))]));
    walk.goes(Some(1), bound("S"));
    walk.wipes(1, 1, "S");
    walk.goes(Some(1), tested(FunctionOutcome::Works));
    walk.refused("give-imaged", Some(1), allocated(1));
    let hint = walk.objections(Some(1), allocated(1).into())[0].hint();
    assert_eq!(hint.expect("a lead may").key(), "rule-override-hint");
    walk.goes(Some(1), overridden("give-functions", None));
    walk.refused("give-imaged", Some(1), allocated(1));
    walk.goes(Some(1), overridden("give-imaged", None));
    for ends in [
        inspected(Verdict::Pass, &[disk(Some("S"))]).into(),
        tested(FunctionOutcome::Works).into(),
        wipe_started(5, "S").into(),
        image_started(5, "S").into(),
    ] {
        let mut other: Walk = walk.clone();
        let ends: Fact = ends;
        other.goes(Some(1), ends.clone());
        assert!(other.device(1).expect("device 1").lifted.is_empty(), "{ends:?}");
        assert!(other.step(Some(1), allocated(1)).is_err(), "{ends:?}");
    }
    walk.goes(Some(1), tag(6));
    walk.goes(Some(1), allocated(1));
    walk.goes(Some(1), handed(1, Terms::Gift));
    let file = walk.device(1).expect("device 1");
    assert_eq!((file.stage(), file.lifted.len()), (Stage::HandedOver, 0));
}

#[test]
fn a_lift_for_one_pupil_is_for_that_pupil_and_frees_the_one_before() {
    let mut walk = Walk::ready();
    walk.goes(Some(1), allocated(1));
    walk.refused("give-one-pupil", Some(1), allocated(2));
    let hint = walk.objections(Some(1), allocated(2).into())[0].hint();
    assert_eq!(hint.expect("a lead may").key(), "rule-override-pupil-hint");
    walk.refused("override-pupil", Some(1), overridden("give-one-pupil", None));
    walk.goes(Some(1), overridden("give-one-pupil", Some(2)));
    walk.refused("give-one-pupil", Some(1), allocated(3));
    walk.goes(Some(1), allocated(2));
    let devices =
        |walk: &mut Walk, number| walk.file::<RecipientFile>(&pupil(number)).unwrap_or_default().devices.len();
    assert_eq!((devices(&mut walk, 1), devices(&mut walk, 2)), (0, 1), "the first pupil may get another");
}

#[test]
fn only_a_lead_lifts_and_only_what_may_be_lifted() {
    let walk = crew();
    for rule in
        ["give-safe", "give-disks-wiped", "role-may", "signed-in", "validate-other", "station-retired", "nonsense"]
    {
        walk.clone().refused("override-allowed", Some(1), overridden(rule, Some(1)));
    }
    for number in [2, 3, 4] {
        walk.clone().by(number).refused("role-may", Some(1), overridden("give-imaged", None));
    }
    let mut folded = walk.clone();
    folded.folds(Some(1), overridden("give-safe", None));
    folded.goes(Some(1), aoxanh::event::intake::DeviceQuarantined { danger: aoxanh::event::intake::Danger::Smoke });
    folded.refused("give-safe", Some(1), allocated(1));
}

#[test]
fn two_machines_whose_disks_share_a_serial_both_go_on_once_a_lead_lifts_the_rule() {
    let mut walk = Walk::ready();
    walk.goes(Some(2), received(1));
    walk.goes(Some(2), inspected(Verdict::Pass, &[disk(Some("S"))]));
    walk.refused("disk-elsewhere", Some(2), bound("S"));
    walk.goes(Some(2), overridden("disk-elsewhere", None));
    walk.goes(Some(2), bound("S"));
    walk.wipes(2, 9, "S");
    walk.refused("disk-elsewhere", Some(1), bound("S"));
    assert_eq!(walk.stage(), Stage::Ready, "the first machine's own wipe stands");
}

#[test]
fn once_the_stations_key_is_revoked_nothing_more_is_recorded_and_verify_says_so() {
    let store = Store::in_memory(station_key()).expect("made");
    store.commit(beginning(&station_key(), &team_key(), false)).expect("opens");
    let stick = aoxanh::ledger::SecretKey::from_bytes(&[77; 32]);
    store.commit(vec![entry(1, None, key_revoked(&stick, &team_key()))]).expect("the team says so");
    store.commit(vec![entry(2, None, lot_opened(1))]).expect("it was another key");
    assert_eq!(verify(&store, Pinned::default()).expect("consistent").revoked, [stick.public().0]);
    let forged = store.commit(vec![entry(3, None, key_revoked(&station_key(), &stick))]).expect_err("not the team");
    assert_eq!(forged.rule, Some("team-signed"));
    store.commit(vec![entry(4, None, key_revoked(&station_key(), &team_key()))]).expect("the team says so");
    for fact in [lot_opened(2).into(), key_revoked(&stick, &team_key()).into()] {
        let fact: Fact = fact;
        let refused = store.commit(vec![entry(5, None, fact)]).expect_err("retired");
        assert_eq!(refused.rule, Some("station-retired"));
    }
    let verified = verify(&store, Pinned::default()).expect("consistent");
    assert_eq!((verified.revoked.len(), verified.head.size), (2, 6));
    assert_eq!(verified.revoked[1], station_key().public().0);
}

#[test]
fn whoever_does_not_accept_a_wipe_gives_a_reason_and_what_is_left_to_a_lead_is_a_leads() {
    let mut walk = crew();
    walk.wipes(1, 8, "S");
    let ended = walk.device(1).expect("device 1").disks[&key("S")].last_wipe.expect("wiped");
    let doubted = |decision, reason| WipeValidated { decision, reason, ..WipeValidated::accepted(key("S"), ended) };
    let why = Some(aoxanh::unit::Digest([7; 32]));
    let mut two = walk.by(2);
    two.refused("validate-reason", Some(1), doubted(Decision::Repeat, None));
    two.refused("validate-reason", Some(1), doubted(Decision::Escalate, None));
    let mut left = two.clone();
    left.goes(Some(1), doubted(Decision::Escalate, why));
    left.refused("validate-lead", Some(1), WipeValidated::accepted(key("S"), ended));
    left.refused("validate-lead", Some(1), doubted(Decision::Repeat, why));
    // A disk that is no more waits for nobody.
    let mut gone = left.by(1);
    gone.adds(6, Some(Role::Volunteer));
    let destroyed = DiskDestroyed { witness: Some(person(6)), ..crate::ledger_rig::destroyed("S") };
    gone.goes(Some(1), destroyed);
    gone.refused("validate-standing", Some(1), WipeValidated::accepted(key("S"), ended));
    assert_eq!(gone.device(1).expect("device 1").disks[&key("S")].doubted, None);
    two.goes(Some(1), doubted(Decision::Repeat, why));
    two.refused("validate-standing", Some(1), WipeValidated::accepted(key("S"), ended));
}
