//! Which disk is meant, what the ledger calls it, and what of it the ledger keeps.

use crate::arming_rig::{MIB, OLD, Rig, SIZE, disk, image_order, pressed_at, refusal, said, wipe_order, wipe_resume};
use aoxanh::device::{
    Certainty, Clearance, Confirmation, Disk, Hidden, HiddenArea, HiddenBy, Medium, MediumKind, Obstacle, Unsure, arm,
    code_for,
};
use aoxanh::event::disk::Bond;
use aoxanh::event::{Fact, How};
use aoxanh::port::{FakeDisk, Leases, Trouble};
use aoxanh::tag::TagId;
use aoxanh::unit::{Bytes, Digest};
use aoxanh::wipe::Gap;
use aoxanh::workbench::{ImageOrder, WipeOrder, bind_tag, image, plan_wipe, wipe};

const SERIAL: &str = "WD-12345678";
const OTHER: &str = "WD-87654321";

fn one() -> Disk {
    disk("sda", Some(SERIAL))
}

#[test]
fn a_disk_is_meant_by_name_path_or_whole_serial_and_never_by_one_that_two_show() {
    let rig = Rig::new(&[one(), disk("sdb", Some(OTHER))]);
    let bench = rig.bench();
    for name in ["sdb", "/dev/sdb", OTHER] {
        assert_eq!(bench.pick_disk(name, None).expect(name).name, "sdb");
    }
    let failure = refusal(bench.pick_disk("87654321", None), "an end of a serial");
    assert_eq!((said(&failure), failure.trouble), ("disk-unknown", Trouble::Usage));
    rig.disks.plug(disk("sdc", Some(OTHER)), FakeDisk::new(vec![OLD; SIZE], 512));
    let failure = refusal(bench.pick_disk(OTHER, None), "two of one serial");
    assert_eq!((said(&failure), failure.trouble), ("disk-ambiguous", Trouble::Usage));
}

#[test]
fn a_disk_is_shown_with_the_devices_own_obstacles_and_a_code_where_its_serial_is_shared() {
    let mut shared = one();
    shared.serial_shared = true;
    let rig = Rig::new(&[shared, disk("sdb", Some(OTHER))]);
    let (found, _) = rig.device(false);
    let alone = rig.bench().disk_views(None, None).expect("listed");
    assert!(alone.iter().all(|view| view.obstacles.is_empty()));
    assert_eq!(alone.iter().map(|view| view.code.is_some()).collect::<Vec<_>>(), [true, false]);
    let views = rig.bench().disk_views(None, Some(&found)).expect("listed");
    assert!(views.iter().all(|view| view.obstacles == [Obstacle::NoConsent]));
}

#[test]
fn a_bond_is_certain_only_for_a_disk_that_an_inspection_saw() {
    let bond = |rig: &Rig| {
        let of = |fact: Fact| if let Fact::DiskBound(bound) = fact { Some(bound.bond) } else { None };
        rig.events().into_iter().find_map(|event| of(event.fact))
    };
    let rig = Rig::new(&[one()]);
    let (found, _) = rig.device(true);
    rig.wipe(&found, &wipe_order("sda", SERIAL)).expect("wiped");
    assert_eq!(bond(&rig), Some(Bond::Claimed));
    let rig = Rig::new(&[one()]);
    let (found, _) = rig.device(true);
    rig.inspect(&found, &[SERIAL]);
    rig.wipe(&found, &wipe_order("sda", SERIAL)).expect("wiped");
    assert_eq!(bond(&rig), Some(Bond::Certain));
    let after_set_up: Vec<_> = rig.events().into_iter().skip(4).collect();
    assert!(after_set_up.iter().all(|event| event.by.how == How::Claimed), "nobody signed in");
}

#[test]
fn two_disks_of_one_device_have_a_wwn_each_and_a_wipe_of_one_overtakes_no_job_on_the_other() {
    let (mut first, mut second) = (one(), disk("sdb", Some(OTHER)));
    first.identity.wwn = Some("eui.1".to_owned());
    second.identity.wwn = Some("eui.2".to_owned());
    let rig = Rig::new(&[first, second]);
    let (found, _) = rig.device(true);
    let order = wipe_order("sda", SERIAL);
    let job = wipe(&rig.bench(), &found, &order, &pressed_at(2), &mut |_news| {}).expect("recorded").ended.job;
    rig.wipe(&found, &wipe_order("sdb", OTHER)).expect("wiped");
    rig.wipe(&found, &wipe_resume("sda", SERIAL, &job)).expect("gone on with");
}

#[test]
fn a_disk_without_serial_is_another_one_after_a_boot_and_after_each_plugging_in() {
    let bare = disk("sda", None);
    let (mut booted, mut plugged) = (bare.clone(), bare.clone());
    booted.attachment.boot_id = "another boot".to_owned();
    plugged.attachment.diskseq = Some(2);
    let rig = Rig::new(std::slice::from_ref(&bare));
    let (found, _) = rig.device(true);
    let secret = rig.bench().secret;
    let mut keys = std::collections::BTreeSet::new();
    let mut codes = std::collections::BTreeSet::new();
    for now in [bare, booted, plugged] {
        rig.disks.change(&now);
        let code = code_for(&now, &secret);
        keys.insert(rig.wipe(&found, &wipe_order("sda", &code)).expect("wiped").ended.key);
        codes.insert(code);
    }
    assert_eq!((keys.len(), codes.len()), (3, 3));
}

#[test]
fn an_empty_serial_confirms_nothing_and_the_machines_own_obstacle_is_named_first() {
    let clear = Clearance { consent: true, on_hold: false, quarantined: false, stranger: false };
    let secret = Digest([3; 32]);
    let typed = || Confirmation(String::new());
    assert!(arm(disk("sda", Some("")), clear, &secret, &typed()).is_err());
    let mut mounted = one();
    mounted.obstacles = vec![Obstacle::SystemDisk, Obstacle::Swap];
    let rig = Rig::new(std::slice::from_ref(&mounted));
    let (found, _) = rig.device(false);
    let failure = refusal(rig.wipe(&found, &wipe_order("sda", SERIAL)), "in the way");
    assert!(failure.detail.is_some_and(|cause| cause.contains("SystemDisk")));
}

#[test]
fn the_ledger_keeps_the_block_the_method_and_what_a_wipe_cannot_reach() {
    let mut large = one();
    large.logical_block = 4096;
    large.rotational = Some(false);
    large.identity.size = Bytes(12 << 20);
    let rig = Rig::new(&[]);
    rig.disks.plug(large, FakeDisk::new(vec![OLD; 12 * MIB], 4096));
    let (found, _) = rig.device(true);
    for method in ["overwrite-zero", "overwrite-pattern"] {
        let order = WipeOrder { method: Some(method.to_owned()), ..wipe_order("sda", SERIAL) };
        assert_eq!(plan_wipe(&rig.bench(), &order).expect("a plan").method.id(), method);
    }
    let wiped = rig.wipe(&found, &wipe_order("sda", SERIAL)).expect("wiped");
    let Some(Fact::WipeStarted(started)) = rig.events().into_iter().rev().nth(1).map(|event| event.fact) else {
        panic!("a start")
    };
    assert_eq!(started.logical_block, 4096);
    let gaps: Vec<_> = wiped.not_covered.iter().map(|gap| gap.code()).collect();
    assert!(!gaps.is_empty());
    assert_eq!(wiped.ended.not_covered, gaps);
}

#[test]
fn what_the_drive_hides_is_in_the_plan_and_in_the_ledger_and_its_kind_chooses_the_method() {
    let rig = Rig::new(&[one()]);
    let area = HiddenArea { by: HiddenBy::Hpa, size: Bytes(1 << 20) };
    let medium = Medium {
        kind: MediumKind::Hdd,
        certainty: Certainty::Certain,
        spins: Some(true),
        hidden: Hidden { areas: vec![area], unknown: None },
        ..Medium::unasked(&one(), Unsure::NotAsked)
    };
    let order = WipeOrder { method: None, ..wipe_order("sda", SERIAL) };
    let before = plan_wipe(&rig.bench(), &order).expect("a plan");
    assert_eq!(before.method.id(), "overwrite-pattern", "behind USB, nobody told");
    rig.disks.tell("sda", medium.clone());
    let plan = plan_wipe(&rig.bench(), &order).expect("a plan");
    assert_eq!(
        (plan.method.id(), &plan.not_covered[..]),
        ("overwrite-zero", &[Gap::HiddenArea(area), Gap::RemappedSectors][..])
    );
    assert_eq!(rig.bench().disk_views(None, None).expect("listed")[0].medium, medium);
    let (found, _) = rig.device(true);
    let wiped = rig.wipe(&found, &order).expect("wiped");
    assert_eq!(wiped.ended.not_covered, ["hidden_by_hpa", "remapped_sectors"]);
    let started = rig
        .events()
        .into_iter()
        .rev()
        .find_map(|event| if let Fact::WipeStarted(started) = event.fact { Some(started) } else { None });
    let seen = started.and_then(|started| started.medium).expect("what the medium was");
    assert_eq!((seen.kind.as_str(), seen.certain, seen.spins, seen.hidden_known), ("hdd", true, Some(true), true));
    assert_eq!((seen.hidden.len(), seen.hidden[0].by.as_str(), seen.hidden[0].size), (1, "hpa", Bytes(1 << 20)));
    assert_eq!((seen.firmware, seen.bridge), (None, None));
}

#[test]
fn an_image_that_somebody_writes_or_that_another_overtook_does_not_go_on() {
    let rig = Rig::new(&[one()]);
    let (found, _) = rig.device(true);
    rig.wipe(&found, &wipe_order("sda", SERIAL)).expect("wiped");
    let order = image_order("sda", SERIAL);
    let job = image(&rig.bench(), &found, &order, &pressed_at(2), &mut |_news| {}).expect("recorded").ended.job;
    let again = ImageOrder { resume: Some(job.clone()), ..order.clone() };
    let lease = rig.leases.take(&job).expect("memory").expect("free");
    let failure = refusal(rig.image(&found, &again), "somebody writes it");
    assert_eq!((said(&failure), failure.trouble), ("job-running", Trouble::TryAgain));
    drop(lease);
    rig.image(&found, &order).expect("from the beginning");
    assert_eq!(said(&refusal(rig.image(&found, &again), "overtaken")), "job-overtaken");
}

#[test]
fn a_device_goes_by_its_newest_tag_and_a_shown_tag_binds_none() {
    let rig = Rig::new(&[]);
    let (found, _) = rig.device(true);
    let newer = TagId::from_random([5; 7]);
    let tagged = bind_tag(&rig.bench(), &found, Some(newer.clone())).expect("bound").found;
    assert_eq!(tagged.name(), newer.to_string());
    let before = rig.events().len();
    assert_eq!(bind_tag(&rig.bench(), &tagged, None).expect("shown").tag, newer);
    assert_eq!(rig.events().len(), before);
}
