//! What each event leaves in the drawers, also where it comes from another station whose rules nobody here asked; and each
//! half of a rule by a step that only that half refuses.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use crate::ledger_rig::*;
use aoxanh::custody::{DeviceFile, DiskState, Stage};
use aoxanh::event::disk::{DiskSeen, Level};
use aoxanh::event::donation::{ConsentWithdrawn, Purpose};
use aoxanh::event::handover::Terms;
use aoxanh::event::image::ImageResult;
use aoxanh::event::inspection::{FunctionOutcome, Verdict};
use aoxanh::event::people::{Role, RoleGranted};
use aoxanh::port::{Index, Journal, Trouble};
use aoxanh::store::Store;
use aoxanh::unit::{Bytes, Digest};

fn disk_state(walk: &mut Walk) -> DiskState {
    walk.device(1).expect("device 1").disks[&key("S")].state
}

#[test]
fn a_job_is_open_from_its_start_to_its_end() {
    let mut walk = Walk::ready();
    assert!(walk.open_jobs().is_empty());
    let started = walk.goes(Some(1), wipe_started(5, "S"));
    assert_eq!(walk.open_jobs(), [job(5).to_string()]);
    walk.goes(Some(1), wipe_ended(5, "S", started));
    assert!(walk.open_jobs().is_empty());
    let started = walk.goes(Some(1), image_started(6, "S"));
    assert_eq!(walk.open_jobs(), [job(6).to_string()]);
    assert!(!walk.device(1).expect("device 1").is_imaged(), "half written is not written");
    let mut failed = image_ended(6, "S", started);
    failed.result = ImageResult::NotWritten;
    walk.goes(Some(1), failed);
    assert!(walk.open_jobs().is_empty());
    assert!(!walk.device(1).expect("device 1").is_imaged());
}

#[test]
fn a_role_granted_twice_is_held_once_and_a_device_knows_its_last_event() {
    let mut walk = Walk::ready();
    walk.goes(None, RoleGranted { person: person(1), role: Role::Lead });
    assert_eq!(walk.person(1).roles, [Role::Lead]);
    let before = walk.device(1).expect("device 1").last_seq;
    let leaf = walk.goes(Some(1), tag(5));
    let file = walk.device(1).expect("device 1");
    assert_eq!((file.last, file.last_seq), (leaf, before + 2));
}

#[test]
fn a_device_brought_in_late_keeps_the_time_it_was_received() {
    let store = Store::in_memory(station_key()).expect("made");
    store.commit(beginning(&station_key(), &team_key(), false)).expect("opens");
    store.commit(vec![entry(1, None, lot_opened(1))]).expect("recorded");
    let mut late = entry(9000, Some(1), received(1));
    late.happened_at = Some(moment(2000));
    store.commit(vec![late]).expect("recorded");
    let lines = store.history(&device_id(1)).expect("readable");
    assert_eq!((lines[0].event.at, lines[0].event.happened_at), (moment(9000), Some(moment(2000))));
    let file = (&store as &dyn Index).get::<DeviceFile>(&device_id(1)).expect("readable").expect("known");
    assert_eq!(file.received_at, moment(2000));
}

#[test]
fn another_stations_ends_count_only_for_the_last_start_and_only_with_a_level() {
    let mut walk = Walk::ready();
    let older = walk.goes(Some(1), wipe_started(5, "S"));
    let newer = walk.goes(Some(1), wipe_started(6, "S"));
    walk.folds(Some(1), wipe_ended(5, "S", older));
    assert_eq!(disk_state(&mut walk), DiskState::Wiping);
    let mut worthless = wipe_ended(6, "S", newer);
    worthless.level = Level::None;
    walk.folds(Some(1), worthless);
    assert_eq!(disk_state(&mut walk), DiskState::NotWiped);
    let mut walk = Walk::ready();
    let older = walk.goes(Some(1), image_started(5, "S"));
    walk.goes(Some(1), image_started(6, "S"));
    walk.folds(Some(1), image_ended(5, "S", older));
    assert!(!walk.device(1).expect("device 1").is_imaged());
    walk.folds(Some(1), handed(3, Terms::Gift));
    assert_eq!(walk.device(1).expect("device 1").recipient, Some(pupil(3)));
}

#[test]
fn a_device_without_a_disk_or_below_the_spec_is_never_ready() {
    let mut walk = Walk::new(false);
    walk.goes(Some(1), received(1));
    walk.goes(Some(1), tag(1));
    walk.goes(Some(1), inspected(Verdict::Pass, &[]));
    walk.goes(Some(1), tested(FunctionOutcome::Works));
    assert_eq!(walk.stage(), Stage::Inspected);
    walk.refused("give-disks-wiped", Some(1), allocated(1));
    let mut walk = Walk::ready();
    assert_eq!(walk.stage(), Stage::Ready);
    walk.goes(Some(1), inspected(Verdict::Fail, &[disk(Some("S"))]));
    assert_eq!(walk.stage(), Stage::Checked);
}

#[test]
fn a_device_that_nobody_inspected_is_not_given_however_well_its_disk_was_wiped() {
    let mut walk = Walk::new(false);
    walk.goes(Some(1), received(1));
    walk.goes(Some(1), tag(1));
    walk.goes(Some(1), bound("S"));
    walk.wipes(1, 1, "S");
    walk.images(1, 2, "S");
    walk.goes(Some(1), tested(FunctionOutcome::Works));
    walk.refused("give-disks-wiped", Some(1), allocated(1));
}

#[test]
fn lots_are_opened_once_and_before_anything_else_is_said_of_them() {
    let mut walk = Walk::ready();
    walk.refused("lot-known", None, lot_opened(1));
    walk.refused("lot-known", None, ConsentWithdrawn { lot: lot(9), purpose: Purpose::Erase });
    walk.refused("lot-known", Some(9), received(9));
}

#[test]
fn a_disk_that_was_seen_and_not_bound_is_not_written() {
    let mut walk = Walk::new(false);
    walk.goes(Some(1), received(1));
    walk.goes(Some(1), inspected(Verdict::Pass, &[disk(Some("S"))]));
    walk.refused("disk-bound", Some(1), wipe_started(1, "S"));
}

#[test]
fn practice_is_asked_of_the_disk_that_was_bound_and_of_the_one_that_is_plugged_in() {
    for practice in [false, true] {
        let made = |practice| DiskSeen { practice, ..disk(Some("S")) };
        for (known, plugged) in [(practice, !practice), (!practice, practice)] {
            let mut walk = Walk::new(practice);
            walk.goes(Some(1), received(1));
            let mut binding = bound("S");
            binding.disk = made(known);
            walk.goes(Some(1), binding);
            let mut start = wipe_started(1, "S");
            start.disk = made(plugged);
            walk.refused("disk-bound", Some(1), start);
        }
    }
}

#[test]
fn an_end_is_of_its_own_jobs_start_and_kind() {
    let mut walk = Walk::ready();
    walk.goes(Some(1), wipe_started(5, "S"));
    let other = walk.goes(Some(1), wipe_started(6, "S"));
    walk.refused("wipe-begun", Some(1), wipe_ended(5, "S", other));
    let mut as_image = image_ended(6, "S", other);
    as_image.result = ImageResult::NotWritten;
    walk.refused("wipe-begun", Some(1), as_image);
}

#[test]
fn written_needs_every_byte_written_and_the_images_own_digest() {
    let mut walk = Walk::ready();
    let started = walk.goes(Some(1), image_started(5, "S"));
    let (mut short, mut other) = (image_ended(5, "S", started), image_ended(5, "S", started));
    short.written = Bytes(4095);
    other.found = Some(Digest([4; 32]));
    walk.refused("image-evidence", Some(1), short);
    walk.refused("image-evidence", Some(1), other);
}

#[test]
fn a_folder_with_a_ledger_takes_no_second_one() {
    let folder = tempfile::tempdir().expect("folder");
    let made = || Store::create(folder.path(), station_key());
    drop(made().expect("made"));
    let failure = made().expect_err("one is there");
    assert_eq!((failure.trouble, failure.what.key()), (Trouble::Usage, "station-exists"));
}
