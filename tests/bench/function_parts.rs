//! Function tests of sound, pictures, pointers, ports, radios, power and load, on made-up machines: a pass, a fail and a
//! missing part each.

#![expect(clippy::panic, reason = "a test fails by panicking")]

use super::arming_rig::disk;
use super::function_tests::{FAILS, SKIPPED, Trial, WORKS, came, measured};
use aoxanh::device::{Bus, Disk};
use aoxanh::event::inspection::{FunctionOutcome, FunctionResult};
use aoxanh::event::intake::DeviceKind;
use aoxanh::port::{FakeDisk, FakeGuide, FakeHardware, Part};
use aoxanh::reading::{SelfTest, SmartReport};
use aoxanh::trial::{Colour, Frame, Heat, InputEvent, Neighbour, Network, PackState, PowerState, UsbPort};
use std::collections::VecDeque;

const ABSENT: FunctionOutcome = FunctionOutcome::Absent;

/// What a test came to on such a laptop, with those answers; all of them were asked for.
fn tried(id: &str, hardware: FakeHardware, answers: &[&'static str]) -> FunctionResult {
    let mut guide = FakeGuide::with(answers);
    let result = Trial::new(DeviceKind::Laptop, hardware).one(id, &mut guide);
    assert!(guide.answers.is_empty(), "{id}: {:?} was not asked for", guide.answers);
    result
}

#[test]
fn what_a_laptop_can_be_without_is_absent_and_what_it_cannot_be_without_fails() {
    for id in ["microphone", "camera", "wifi", "bluetooth", "lid", "discharge"] {
        assert_eq!(came(&tried(id, FakeHardware::default(), &[])), (ABSENT, None), "{id}");
    }
    for id in ["speakers", "touchpad", "usb", "charging", "load"] {
        assert_eq!(came(&tried(id, FakeHardware::default(), &[])), (FAILS, Some("not_found")), "{id}");
    }
}

/// A volunteer with ears, before the speakers of a machine where a tone of one side comes out of that one.
fn listened(hear: fn(bool) -> &'static str, more: &[&'static str]) -> FunctionResult {
    // The tones are played in either order, so both are tried: what was played decides what is answered.
    let orders = [[true, false], [false, true]];
    for order in orders {
        let answers: Vec<_> = order.map(hear).into_iter().chain(more.iter().copied()).collect();
        let mut trial = Trial::new(DeviceKind::Laptop, FakeHardware::with(&[Part::Speakers]));
        let mut guide = FakeGuide::with(&answers);
        let result = trial.one("speakers", &mut guide);
        let played = trial.rig.hardware.played.take();
        let is_left = |sound: &aoxanh::trial::Sound| sound.samples.iter().step_by(2).any(|sample| *sample != 0);
        if played.iter().take(2).map(is_left).eq(order) {
            return result;
        }
    }
    panic!("a tone on neither side, or on both")
}

#[test]
fn speakers_work_only_where_each_tone_is_heard_on_its_own_side() {
    let own = |left| if left { "heard_left" } else { "heard_right" };
    assert_eq!(came(&listened(own, &["no_jack_or_headphones"])), (WORKS, None));
    assert_eq!(measured(&listened(own, &["next", "good"]), "jack_tried"), [1]);
    assert_eq!(came(&listened(own, &["next", "jack_silent"])), (FAILS, Some("jack_silent")));
    assert_eq!(measured(&listened(|_| "heard_both", &["no_jack_or_headphones"]), "mono"), [1]);
    let swapped = |left| if left { "heard_right" } else { "heard_left" };
    assert_eq!(came(&listened(swapped, &[])), (FAILS, Some("sides_swapped")));
    let half = |left| if left { "heard_nothing" } else { "heard_right" };
    assert_eq!(came(&listened(half, &[])), (FAILS, Some("one_side_silent")));
    assert_eq!(came(&listened(|_| "heard_nothing", &[])), (FAILS, Some("speakers_silent")));
    let always_left = |_| "heard_left";
    assert_eq!(
        came(&listened(always_left, &[])),
        (FAILS, Some("sides_mixed")),
        "who says left both times heard neither"
    );
}

/// The same before a machine whose headphone jack tells at each look whether something is in it.
fn jack(looks: &[bool], answers: &[&'static str]) -> (FunctionResult, usize) {
    for order in [["heard_left", "heard_right"], ["heard_right", "heard_left"]] {
        let hardware = FakeHardware::with(&[Part::Speakers]);
        hardware.jack.borrow_mut().extend(looks);
        let answers: Vec<_> = order.into_iter().chain(answers.iter().copied()).collect();
        let mut trial = Trial::new(DeviceKind::Laptop, hardware);
        let mut guide = FakeGuide::with(&answers);
        let result = trial.one("speakers", &mut guide);
        if came(&result).1 != Some("sides_swapped") {
            assert!(guide.answers.is_empty(), "{:?} was not asked for", guide.answers);
            return (result, trial.rig.hardware.played.borrow().len());
        }
    }
    panic!("neither side came first")
}

#[test]
fn a_jack_that_tells_is_plugged_heard_pulled_and_then_the_speakers_are_heard_again() {
    let (good, played) = jack(&[false, false, true, true, false, false], &["good", "good"]);
    assert_eq!((came(&good), measured(&good, "jack_tried"), played), ((WORKS, None), vec![1], 6));
    let (quiet, _) = jack(&[false, false, true, true, false, false], &["good", "speakers_stay_silent"]);
    assert_eq!(came(&quiet), (FAILS, Some("speakers_stay_silent")));
    let (one, _) = jack(&[false, true, true, false, false], &["jack_one_side"]);
    assert_eq!(came(&one), (FAILS, Some("jack_one_side")));
    let (stuck, _) = jack(&[false, true], &["good", "again", "jack_stays_plugged"]);
    assert_eq!(came(&stuck), (FAILS, Some("jack_stays_plugged")), "most machines would stay silent for ever");
    let (deaf, _) = jack(&[false], &["jack_feels_nothing"]);
    assert_eq!((came(&deaf), measured(&deaf, "jack_tried")), ((FAILS, Some("jack_feels_nothing")), vec![1]));
    let (without, played) = jack(&[false], &["no_headphones"]);
    assert_eq!((came(&without), measured(&without, "jack_tried"), played), ((WORKS, None), vec![], 2));
}

#[test]
fn headphones_that_were_left_in_the_jack_are_pulled_out_before_the_speakers_are_heard() {
    let hardware = FakeHardware::with(&[Part::Speakers]);
    hardware.jack.borrow_mut().push_back(true);
    let result = tried("speakers", hardware, &["jack_stays_plugged"]);
    assert_eq!(came(&result), (FAILS, Some("jack_stays_plugged")));
}

fn microphone(spoken: Vec<i16>) -> FakeHardware {
    FakeHardware { spoken, ..FakeHardware::with(&[Part::Microphone, Part::Speakers]) }
}

/// Noise of that height, louder for a third of the time.
fn voice(quiet: i16, loud: i16) -> Vec<i16> {
    let noise = |height: i16, at: i32| if at % 3 == 0 { height } else { -height / 2 };
    (0..24_000).map(|at| noise(if at < 16_000 { quiet } else { loud }, at)).collect()
}

#[test]
fn while_somebody_speaks_a_meter_follows_the_voice() {
    let mut guide = FakeGuide::with(&["next", "good"]);
    Trial::new(DeviceKind::Laptop, microphone(voice(20, 6000))).one("microphone", &mut guide);
    let is_listening =
        |view: &&aoxanh::trial::TrialView| view.lines.iter().any(|line| line.key() == "microphone-listens");
    let meters: Vec<_> = guide.shown.iter().filter(is_listening).filter_map(|view| view.gauge).collect();
    assert_eq!(meters.len(), 30, "ten times a second");
    assert!(
        meters[..20].iter().all(|meter| *meter < 300) && meters[20..].iter().all(|meter| *meter > 700),
        "{meters:?}"
    );
}

#[test]
fn a_microphone_is_judged_by_its_level_and_then_by_the_ear() {
    let heard = tried("microphone", microphone(voice(20, 6000)), &["next", "good"]);
    assert_eq!((came(&heard), measured(&heard, "played_back")), ((WORKS, None), vec![1]));
    let bad = tried("microphone", microphone(voice(20, 6000)), &["next", "microphone_bad_sound"]);
    assert_eq!(came(&bad), (FAILS, Some("microphone_bad_sound")));
    let quiet = tried("microphone", microphone(voice(60, 70)), &["next", "again", "next", "microphone_too_quiet"]);
    assert_eq!(came(&quiet), (FAILS, Some("microphone_too_quiet")));
    let dead = tried("microphone", microphone(vec![0; 100]), &["next", "microphone_dead"]);
    assert_eq!(came(&dead), (FAILS, Some("microphone_dead")));
    let mut alone = microphone(voice(20, 6000));
    alone.parts.remove(&Part::Speakers);
    assert_eq!(measured(&tried("microphone", alone, &["next"]), "played_back"), [0], "nothing to play it back on");
}

fn camera(pixel: fn(u8) -> Colour) -> FakeHardware {
    let picture = Frame::new(16, (0..=191).map(pixel).collect());
    FakeHardware { picture, ..FakeHardware::with(&[Part::Camera]) }
}

#[test]
fn a_picture_is_for_the_eyes_of_a_person_but_a_black_or_flat_one_can_not_be_good() {
    let face = || camera(|part| Colour(part, 255 - part, part / 2));
    let good = tried("camera", face(), &["again", "good"]);
    assert_eq!((came(&good), measured(&good, "width"), measured(&good, "height")), ((WORKS, None), vec![16], vec![12]));
    assert_eq!(came(&tried("camera", face(), &["colours_wrong"])), (FAILS, Some("colours_wrong")));
    let black = camera(|_| Colour(3, 2, 4));
    assert_eq!(came(&tried("camera", black, &["again", "camera_black"])), (FAILS, Some("camera_black")));
    let flat = camera(|_| Colour(130, 131, 130));
    assert_eq!(came(&tried("camera", flat, &["camera_flat"])), (FAILS, Some("camera_flat")));
}

fn touchpad(reach: u16, buttons: &[u16]) -> FakeHardware {
    let hardware = FakeHardware::with(&[Part::Touchpad]);
    let place = |place: u16| InputEvent::Touch { across: Some(place), along: Some(place) };
    hardware.events.borrow_mut().extend((500 - reach..=500 + reach).map(place));
    hardware.events.borrow_mut().extend(buttons.iter().map(|code| InputEvent::Key { code: *code, down: true }));
    hardware
}

#[test]
fn a_touchpad_reaches_every_edge_and_clicks_or_the_volunteer_says_what_is_dead() {
    assert_eq!(came(&tried("touchpad", touchpad(480, &[272, 273]), &[])), (WORKS, None));
    assert_eq!(came(&tried("touchpad", touchpad(200, &[272, 273]), &["dead_area"])), (FAILS, Some("dead_area")));
    assert_eq!(came(&tried("touchpad", touchpad(480, &[272]), &["no_such_button"])), (WORKS, None));
    let skipped = tried("touchpad", touchpad(480, &[]), &["skip", "unsafe"]);
    assert_eq!(came(&skipped), (SKIPPED, Some("unsafe")));
}

fn ports(stick: Option<usize>, is_open: Option<bool>) -> Vec<UsbPort> {
    let port = |number: usize| UsbPort {
        id: format!("usb1-port{number}"),
        peer: None,
        is_open,
        device: (stick == Some(number)).then(|| "stick".to_owned()),
    };
    (1..=3).map(port).collect()
}

fn usb(sticks: &[Option<usize>], is_open: Option<bool>) -> FakeHardware {
    let looks: VecDeque<_> = sticks.iter().map(|stick| ports(*stick, is_open)).collect();
    FakeHardware { usb: looks.into(), ..FakeHardware::with(&[Part::Usb]) }
}

#[test]
fn the_same_stick_fills_the_map_of_ports_and_a_port_that_does_not_see_it_is_dead() {
    let all = [None, Some(1), None, Some(3), None, Some(2), None];
    let done = tried("usb", usb(&all, Some(true)), &[]);
    assert_eq!(
        (came(&done), measured(&done, "ports_tried"), measured(&done, "ports")),
        ((WORKS, None), vec![3], vec![3])
    );
    let dead = tried("usb", usb(&[None, Some(1), None], Some(true)), &["again", "port_dead"]);
    assert_eq!((came(&dead), measured(&dead, "ports_tried")), ((FAILS, Some("port_dead")), vec![1]));
    let untold = tried("usb", usb(&all, None), &["all_ports_tried"]);
    assert_eq!(
        (came(&untold), measured(&untold, "ports")),
        ((WORKS, None), vec![]),
        "how many there are is for people"
    );
    let mut nothing = FakeGuide::with(&["all_ports_tried"]);
    let asked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        Trial::new(DeviceKind::Laptop, usb(&[None], Some(true))).one("usb", &mut nothing)
    }));
    assert!(asked.is_err(), "where no port was tried nobody can say that all are good");
}

#[test]
fn wifi_works_where_networks_are_heard_and_is_left_open_where_none_is() {
    let network = |megahertz, dbm_below_zero| Network { megahertz, dbm_below_zero };
    let wifi = |networks: &[Network]| FakeHardware { networks: networks.to_vec(), ..FakeHardware::with(&[Part::Wifi]) };
    let heard = tried("wifi", wifi(&[network(2412, 71), network(5180, 44)]), &[]);
    assert_eq!(
        (came(&heard), measured(&heard, "signal"), measured(&heard, "hears_5_ghz")),
        ((WORKS, None), vec![44, 71], vec![1])
    );
    assert_eq!(came(&tried("wifi", wifi(&[]), &[])), (SKIPPED, Some("no_networks")));
    let silent = FakeHardware { radios_off: true, ..FakeHardware::with(&[Part::Wifi, Part::Bluetooth]) };
    assert_eq!(came(&tried("wifi", silent, &[])), (FAILS, Some("radio_switch_off")));
}

#[test]
fn bluetooth_hears_devices_whose_names_are_shown_and_never_recorded() {
    let near = Neighbour { name: Some("Loa của Thử".to_owned()), dbm_below_zero: Some(48) };
    let far = Neighbour { name: None, dbm_below_zero: Some(81) };
    let silent = Neighbour { name: None, dbm_below_zero: None };
    let hardware = FakeHardware { neighbours: vec![silent, far, near], ..FakeHardware::with(&[Part::Bluetooth]) };
    let mut guide = FakeGuide::default();
    let heard = Trial::new(DeviceKind::Laptop, hardware).one("bluetooth", &mut guide);
    assert_eq!(
        (came(&heard), measured(&heard, "bluetooth_devices"), measured(&heard, "signal")),
        ((WORKS, None), vec![3], vec![48, 81])
    );
    let shown = format!("{:?}", guide.shown.last());
    assert!(shown.contains("Loa của Thử") && !format!("{heard:?}").contains("Loa"), "{shown}");
}

/// What the disks' own test came to where those disks say that.
fn disks_test(disks: &[(Disk, SmartReport)]) -> (FunctionResult, Vec<(String, bool)>) {
    let mut trial = Trial::new(DeviceKind::Laptop, FakeHardware::with(&[Part::Disk]));
    for (disk, report) in disks {
        trial.rig.disks.plug(disk.clone(), FakeDisk::new(vec![0; 4096], 512));
        trial.rig.smart.tell(&disk.name, report.clone());
    }
    (trial.one("disk", &mut FakeGuide::default()), trial.rig.smart.tested())
}

#[test]
fn each_disk_of_the_machine_tests_itself_and_one_that_finds_a_fault_fails_and_a_stick_is_left_alone() {
    let on = |name: &str, bus| Disk { bus, removable: false, ..disk(name, Some("S-1")) };
    let said = |passed, failed| SmartReport {
        self_test: Some(SelfTest { passed, failed, text: "THU".to_owned() }),
        ..SmartReport::default()
    };
    let (good, asked) = disks_test(&[
        (on("sda", Bus::Ata), said(true, false)),
        (on("nvme0n1", Bus::Nvme), said(true, false)),
        (on("sdb", Bus::Usb), said(false, true)),
    ]);
    assert_eq!((came(&good), measured(&good, "disks_passed")), ((WORKS, None), vec![2]));
    assert_eq!(asked, [("sda".to_owned(), false), ("nvme0n1".to_owned(), false)], "the short test, of its own disks");
    let (bad, _) = disks_test(&[(on("sda", Bus::Ata), said(true, false)), (on("sdc", Bus::Ata), said(false, true))]);
    assert_eq!((came(&bad), measured(&bad, "disks_failed")), ((FAILS, Some("self_test_failed")), vec![1]));
    let (none, _) =
        disks_test(&[(on("sda", Bus::Ata), SmartReport::default()), (on("sdb", Bus::Usb), said(true, false))]);
    assert_eq!(came(&none), (SKIPPED, Some("no_self_test")));
    assert_eq!(came(&tried("disk", FakeHardware::default(), &[])), (ABSENT, None));
}

#[test]
fn bluetooth_that_hears_nobody_says_that_only_its_controller_answered() {
    let bluetooth = || FakeHardware::with(&[Part::Bluetooth]);
    assert_eq!(came(&tried("bluetooth", bluetooth(), &[])), (WORKS, Some("answers_only")));
    let silent = FakeHardware { radios_off: true, ..bluetooth() };
    assert_eq!(came(&tried("bluetooth", silent, &[])), (FAILS, Some("radio_switch_off")));
}

fn state(charger: bool, status: &str, energy: u64, lid_open: bool) -> PowerState {
    let pack =
        PackState { name: "BAT0".to_owned(), status: status.to_owned(), energy: Some(energy), percent: Some(50) };
    PowerState { lid_open: Some(lid_open), charger: Some(charger), packs: vec![pack] }
}

fn powered(states: Vec<PowerState>) -> FakeHardware {
    let power: VecDeque<_> = states.into();
    FakeHardware { power: power.into(), ..FakeHardware::with(&[Part::Battery, Part::Lid]) }
}

#[test]
fn a_charger_is_pulled_and_plugged_and_must_reach_the_battery() {
    let (in_, out) = (|status: &str| state(true, status, 9, true), state(false, "Discharging", 9, true));
    let good = powered(vec![in_("Charging"), out.clone(), out.clone(), in_("Not charging"), in_("Charging")]);
    assert_eq!(came(&tried("charging", good, &[])), (WORKS, None));
    let dead = powered(vec![out.clone(), out.clone()]);
    assert_eq!(came(&tried("charging", dead, &["again", "charger_not_seen"])), (FAILS, Some("charger_not_seen")));
    let worn = powered(vec![out, in_("Not charging")]);
    assert_eq!(came(&tried("charging", worn, &["does_not_charge"])), (FAILS, Some("does_not_charge")));
}

#[test]
fn a_lid_is_closed_and_opened() {
    let (open, closed) = (state(true, "Full", 9, true), state(true, "Full", 9, false));
    let good = powered(vec![open.clone(), closed.clone(), open.clone()]);
    assert_eq!(came(&tried("lid", good, &[])), (WORKS, None));
    assert_eq!(came(&tried("lid", powered(vec![open]), &["lid_not_seen"])), (FAILS, Some("lid_not_seen")));
    assert_eq!(came(&tried("lid", powered(vec![closed]), &["skip", "no_time"])), (SKIPPED, Some("no_time")));
}

/// A battery that loses so much, µWh, at each look, five seconds apart.
fn discharging(from: u64, each: u64) -> FakeHardware {
    powered((0..200).map(|look| state(false, "Discharging", from - look * each, true)).collect())
}

#[test]
fn a_discharge_is_measured_and_a_battery_that_does_not_last_a_lesson_is_weak() {
    // 15 W is 20 833 µWh each five seconds.
    let good = tried("discharge", discharging(40_000_000, 20_833), &[]);
    assert_eq!(came(&good), (WORKS, None));
    let watts = measured(&good, "power")[0];
    assert!((14_500..=15_500).contains(&watts), "{good:?}");
    let seconds = measured(&good, "time_left")[0];
    assert!((8_700..=9_400).contains(&seconds), "37.5 Wh at 15 W: {good:?}");
    assert_eq!(came(&tried("discharge", discharging(10_000_000, 20_833), &[])), (FAILS, Some("battery_weak")));
    let back = powered(vec![
        state(false, "Discharging", 9, true),
        state(false, "Discharging", 9, true),
        state(true, "Charging", 9, true),
    ]);
    assert_eq!(came(&tried("discharge", back, &[])), (SKIPPED, Some("charger_came_back")));
    let mut silent = state(false, "Discharging", 9, true);
    silent.packs[0].energy = None;
    assert_eq!(came(&tried("discharge", powered(vec![silent]), &[])), (SKIPPED, Some("battery_tells_nothing")));
}

fn loaded(heats: impl Iterator<Item = Heat>, rounds: u64) -> FakeHardware {
    let heats: VecDeque<_> = heats.collect();
    let disk = Some(450);
    FakeHardware { heats: heats.into(), rounds, disk, ..FakeHardware::with(&[Part::Processor, Part::Memory]) }
}

#[test]
fn load_finds_a_machine_that_throttles_and_says_what_it_is_fast_enough_for() {
    let heat = |celsius: u64, mhz: u64| Heat {
        milli_celsius: Some(celsius * 1000),
        kilohertz: Some(mhz * 1000),
        throttled: None,
    };
    let cool = tried("load", loaded((0..70).map(|_| heat(70, 2400)), 900_000_000), &[]);
    assert_eq!(
        (came(&cool), measured(&cool, "one_processor"), measured(&cool, "all_processors")),
        ((WORKS, None), vec![900], vec![1800])
    );
    assert_eq!((measured(&cool, "hottest"), measured(&cool, "threads")), (vec![70_000], vec![2]));
    let slow = tried("load", loaded((0..70).map(|_| heat(70, 800)), 10_000_000), &[]);
    assert_eq!((came(&slow), measured(&slow, "enough_for_writing")), ((WORKS, None), vec![0]), "slow is no fault");
    let dusty = loaded((0..70).map(|second| heat(97, if second < 25 { 2400 } else { 900 })), 900_000_000);
    assert_eq!(came(&tried("load", dusty, &[])), (FAILS, Some("throttles")));
    let hot = loaded((0..70).map(|_| heat(101, 2400)), 900_000_000);
    assert_eq!(came(&tried("load", hot, &[])), (FAILS, Some("too_hot")));
    let silent = loaded(std::iter::empty(), 900_000_000);
    assert_eq!(came(&tried("load", silent, &[])), (WORKS, Some("heat_unknown")));
    let order = tried("load", loaded((0..70).map(|_| heat(70, 2400)), 900_000_000), &[]);
    assert!(order.measured.iter().all(|measured| !measured.unit.is_empty()));
}

#[test]
fn a_long_test_is_done_only_where_it_is_named() {
    let order = aoxanh::workbench::CheckOrder { options: super::function_tests::QUICK, ..Default::default() };
    let mut trial = Trial::new(DeviceKind::Desktop, FakeHardware::default());
    let done = trial.order(&order, &mut FakeGuide::default()).expect("everything is missing");
    assert!(done.len() > 8 && done.iter().all(|result| result.function != "discharge"), "{done:?}");
}
