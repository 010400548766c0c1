//! Donors that were entered twice: made one, found as one, parted again.

#![expect(clippy::disallowed_methods, reason = "a test writes a secret of its own station")]

use super::bench_rig::{self, Rig};
use super::custody::Step;
use super::golden;
use super::ledger_rig::*;
use aoxanh::custody::{Cabinet, LotFile};
use aoxanh::event::Event;
use aoxanh::event::donation::{DonorsMerged, DonorsParted};
use aoxanh::unit::{DonorId, RANDOM_BYTES};
use aoxanh::workbench::PRACTICE_PIN;

fn donor(number: u8) -> DonorId {
    DonorId::from_random([number; RANDOM_BYTES])
}

fn merged(kept: u8, merged: u8) -> DonorsMerged {
    DonorsMerged { kept: donor(kept), merged: donor(merged) }
}

fn parted(number: u8) -> DonorsParted {
    DonorsParted { merged: donor(number) }
}

/// An event of every shape of its fields.
pub(crate) fn golden() -> Vec<Event> {
    let general = |fact| golden::event(aoxanh::event::How::Pin, None, fact);
    vec![general(aoxanh::event::Fact::from(merged(1, 2))), general(parted(2).into())]
}

/// For the rule about donors the events that it refuses.
pub(crate) fn refusals() -> Vec<(&'static str, Walk, Step)> {
    let mut one = Walk::ready();
    one.goes(None, merged(1, 2));
    let again = |fact: DonorsMerged| ("donors-apart", one.clone(), (None, fact.into()));
    vec![
        again(merged(1, 1)),
        again(merged(1, 2)),
        again(merged(2, 1)),
        again(merged(3, 2)),
        ("donors-apart", Walk::ready(), (None, parted(2).into())),
    ]
}

#[test]
fn donors_are_one_until_they_are_parted_and_no_consent_moves() {
    let mut walk = Walk::new(false);
    walk.goes(None, lot_opened(2));
    let root = |walk: &mut Walk, number: u8| Cabinet::new(&mut walk.drawers).donor(&donor(number)).expect("reads");
    walk.goes(None, merged(1, 2));
    walk.goes(None, merged(3, 1));
    assert_eq!([1, 2, 3].map(|number| root(&mut walk, number)), [donor(3), donor(3), donor(3)]);
    let lots = [1, 2].map(|number| walk.file::<LotFile>(&lot(number)).expect("opened"));
    assert_eq!(lots.each_ref().map(|lot| (lot.erase, lot.donor.clone())), [(true, donor(1)), (false, donor(2))]);
    walk.goes(None, parted(1));
    assert_eq!([1, 2, 3].map(|number| root(&mut walk, number)), [donor(1), donor(1), donor(3)]);
    // Another station may write a circle: it ends.
    walk.folds(None, merged(2, 1));
    let _somewhere = root(&mut walk, 1);
}

#[test]
fn a_donor_entered_twice_is_suggested_merged_found_by_either_name_and_parted() {
    let rig = Rig::practice();
    let pin = rig.memory().join("practice-pin");
    std::fs::write(&pin, PRACTICE_PIN).expect("written");
    let pin = pin.display().to_string();
    let signed = ["--by", bench_rig::LEAD, "--pin-file", &pin];
    for (name, times) in [("Chị Hòa", 1), ("chi hoa", 1), ("Anh Bình", 1)] {
        for _ in 0..times {
            rig.run(&["intake", "--donor", name, "--consent-erase", "--kind", "laptop"]).good();
        }
    }
    let list = || rig.json(&["donor", "list"]).good().all("donor");
    let alike: Vec<_> = list().into_iter().filter(|view| view["alike"] != serde_json::json!([])).collect();
    assert_eq!(alike.len(), 2, "{alike:#?}");
    let id = |at: usize| alike[at]["donor"].as_str().expect("an id").to_owned();
    let (kept, twice) = (id(0), id(1));
    assert_eq!(rig.run(&["donor", "merge", &kept, &twice]).code, 1, "nobody is signed in");
    let merge = [&signed[..], &["donor", "merge", &kept, &twice]].concat();
    rig.run(&merge).good();
    assert_eq!(rig.run(&merge).code, 1, "they are one");
    let both = list();
    let one = both.iter().find(|view| view["donor"] == kept.as_str()).expect("kept");
    assert_eq!((both.len(), &one["lots"], &one["merged"][0]), (2, &2.into(), &twice.as_str().into()));
    let third = both.iter().find(|view| view["name"] == "Anh Bình").expect("the other");
    let third = third["donor"].as_str().expect("an id");
    let found = |name: &str| rig.json(&["find", name]).good().all("found").len();
    assert_eq!((found("hoa"), found("binh")), (2, 1));
    rig.run(&[&signed[..], &["donor", "merge", &kept, third]].concat()).good();
    assert_eq!((found("hoa"), found("binh")), (3, 3), "by either name");
    rig.run(&[&signed[..], &["donor", "part", third]].concat()).good();
    rig.run(&[&signed[..], &["donor", "part", &twice]].concat()).good();
    assert_eq!(list().len(), 3);
    let strange = [&signed[..], &["donor", "merge", &kept, "g-0W3GE1R70W3GE1R7"]].concat();
    rig.run(&strange).refused(1, &["g-0W3GE1R70W3GE1R7"]);
    assert_eq!(rig.verified()["consistent"], true);
}
