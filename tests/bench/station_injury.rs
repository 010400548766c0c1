//! Opening a station, and an intake in it, by the built program on storage that fails at any one I/O or loses its power
//! there: a station is whole or not there, and what was acknowledged stays.

#![expect(clippy::disallowed_methods, reason = "a test makes a folder for a station")]
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::bench_rig::{Ran, Rig};
use super::fuse_rig::{Mounted, tried};
use super::fuse_volume::{Asks, Comes, EIO, ENOSPC, Fault, Volume};
use std::path::Path;

/// How many places are tried where time matters.
const SAMPLE: u64 = 8;
const LEAD: &str = "Trần Thị Thử";

/// What the storage does: what it refuses, how, whether only once, and whether the power is cut afterwards.
type Injury = (&'static [Asks], i32, bool, bool);

const INJURIES: [Injury; 5] = [
    (Asks::IO, EIO, true, false),
    (Asks::IO, EIO, false, false),
    (Asks::RENAME, EIO, true, false),
    (Asks::GROW, ENOSPC, false, false),
    (Asks::IO, EIO, false, true),
];

fn on(rig: &Rig, station: &Path, words: &[&str]) -> Ran {
    let station = station.display().to_string();
    rig.run(&[&["--json", "--station", &station], words].concat())
}

fn open(rig: &Rig, station: &Path) -> Ran {
    on(rig, station, &["open", "--lead", LEAD])
}

/// The ledger stands, and every key, the vault and the settings are there: a device can be received.
fn is_whole(rig: &Rig, station: &Path, at: &str) {
    for words in [&["verify"][..], &["intake", "--donor", "Người Tặng Thử"], &["verify"]] {
        let ran = on(rig, station, words);
        assert_eq!(ran.code, 0, "{at}: {words:?}: {ran:#?}");
    }
}

/// Whether something was moved to where the station was to be, but not its ledger.
fn is_a_part(station: &Path) -> bool {
    let names = std::fs::read_dir(station).expect("a folder").map(|entry| entry.expect("read").file_name());
    let moved: Vec<_> = names.filter(|name| !name.as_encoded_bytes().starts_with(b".")).collect();
    !moved.is_empty() && moved.iter().all(|name| name != "ledger.db")
}

fn empty(folder: Option<&str>) -> Volume {
    let volume = Volume::empty();
    if let Some(name) = folder {
        volume.add_folder(name);
    }
    volume
}

/// Opens a station at `place` of a volume; what it said, what is left, how many asks the fault saw.
fn opened(rig: &Rig, place: &str, folder: Option<&str>, fault: Fault) -> Option<(Ran, Volume, u64)> {
    let volume = empty(folder);
    let mounted = Mounted::new(&volume)?;
    volume.arm(fault);
    let ran = open(rig, &mounted.path().join(place));
    let seen = volume.mend();
    Some((ran, volume, seen))
}

fn a_station_is_whole_or_not_there(place: &str, folder: Option<&str>) {
    let rig = Rig::empty();
    for injury in INJURIES {
        let (kinds, error, once, cut) = injury;
        let fault = |strikes| Fault::new(kinds, Comes::Error(error)).strikes(strikes);
        let Some((whole, left, asks)) = opened(&rig, place, folder, fault(u64::MAX..=u64::MAX)) else { return };
        whole.good();
        let Some(mounted) = Mounted::new(&left.after_power_cut(None)) else { return };
        is_whole(&rig, &mounted.path().join(place), "the power was cut after the word");
        drop(mounted);
        for k in tried(&format!("open {place}, {injury:?}"), asks, SAMPLE) {
            let at = format!("open {place}, {injury:?}, at {k} of {asks}");
            let Some((ran, left, _)) = opened(&rig, place, folder, fault(if once { k..=k } else { k..=u64::MAX }))
            else {
                return;
            };
            let left = if cut { left.after_power_cut((k % 2 == 0).then_some(k)) } else { left };
            let Some(mounted) = Mounted::new(&left) else { return };
            let station = mounted.path().join(place);
            if ran.code != 0 {
                // What cannot be read SQLite calls malformed.
                assert!([65, 74].contains(&ran.code), "{at}: {ran:#?}");
                let again = open(&rig, &station);
                // Storage that died over the last step can be left with a part, and no ledger: that is no station.
                if folder.is_some() && !once && is_a_part(&station) && again.code == 2 {
                    continue;
                }
                // What failed between the last step and the word finds it done.
                let done = again.code == 2 && again.out.contains("đã có một trạm");
                assert!(again.code == 0 || done, "{at}: {ran:#?}, then {again:#?}");
            }
            is_whole(&rig, &station, &at);
        }
    }
}

#[test]
fn a_new_station_in_a_new_folder_is_whole_or_not_there() {
    a_station_is_whole_or_not_there("kho/tram", None);
}

#[test]
fn a_new_station_in_a_folder_that_was_there_is_whole_or_not_there() {
    a_station_is_whole_or_not_there("tram", Some("tram"));
}

#[test]
fn an_intake_is_recorded_with_its_donor_or_refused_and_nothing_stands_in_the_way_of_the_next() {
    let rig = Rig::empty();
    let never = Fault::new(Asks::IO, Comes::Error(EIO)).strikes(u64::MAX..=u64::MAX);
    let Some((ran, station, _)) = opened(&rig, "tram", None, never) else { return };
    ran.good();
    let intake = |fault: Fault| -> Option<(Ran, Volume, u64)> {
        let volume = station.after_power_cut(None);
        let mounted = Mounted::new(&volume)?;
        volume.arm(fault);
        let ran = on(&rig, &mounted.path().join("tram"), &["intake", "--donor", "Người Tặng Thử"]);
        let seen = volume.mend();
        Some((ran, volume, seen))
    };
    for injury in INJURIES {
        let (kinds, error, once, cut) = injury;
        let fault = |strikes| Fault::new(kinds, Comes::Error(error)).strikes(strikes);
        let Some((whole, _, asks)) = intake(fault(u64::MAX..=u64::MAX)) else { return };
        whole.good();
        for k in tried(&format!("intake, {injury:?}"), asks, SAMPLE) {
            let at = format!("intake, {injury:?}, at {k} of {asks}");
            let Some((ran, left, _)) = intake(fault(if once { k..=k } else { k..=u64::MAX })) else { return };
            let left = if cut { left.after_power_cut((k % 2 == 0).then_some(k)) } else { left };
            let Some(mounted) = Mounted::new(&left) else { return };
            let station = mounted.path().join("tram");
            // What cannot be read SQLite calls malformed.
            assert!([0, 65, 74].contains(&ran.code), "{at}: {ran:#?}");
            assert_eq!(ran.code != 0, ran.out.contains("aoxanh/failure/1"), "{at}: {ran:#?}");
            // Said means recorded, whatever came after it.
            for received in ran.all("received") {
                let tag = received["tag"].as_str().expect("text");
                let found = on(&rig, &station, &["history", tag]);
                assert_eq!(found.code, 0, "{at}: {ran:#?}, then {found:#?}");
            }
            is_whole(&rig, &station, &at);
        }
    }
}
