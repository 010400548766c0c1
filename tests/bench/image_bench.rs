//! Writing an image of the store at a bench: whose machine starts it, and what the note of a zero wipe is worth.

#![expect(clippy::expect_used, reason = "a test may stop where its ground is gone")]

use crate::arming_rig::{
    Rig, disk, image_order, image_path, pressed_at, raw_image, refusal, replugged, said, wipe_order,
};
use crate::ledger_rig::inspected;
use aoxanh::device::{Clearance, Confirmation, Disk, arm, key};
use aoxanh::event::image::ImageResult;
use aoxanh::event::inspection::{FactSeen, Seen, Verdict};
use aoxanh::imaging::{CHUNK, Firmware, GRAIN, Index, Manifest, Packer};
use aoxanh::port::{Buffer, Disks};
use aoxanh::unit::Bytes;
use aoxanh::workbench::{ImageOrder, WipeOrder, image};

const SERIAL: &str = "WD-12345678";

fn one() -> Disk {
    disk("sda", Some(SERIAL))
}

/// The rig's image with a hole of four grains, as the store keeps it. Gives its bytes.
pub(crate) fn give_stored(rig: &Rig, firmware: Option<Firmware>) -> Vec<u8> {
    give_with_hole(rig, firmware, 8)
}

/// The same with the hole beginning at that grain.
fn give_with_hole(rig: &Rig, firmware: Option<Firmware>, hole: usize) -> Vec<u8> {
    let mut raw = raw_image();
    raw[hole * GRAIN..(hole + 4) * GRAIN].fill(0);
    rig.give_image(&raw, 512);
    let mut packer = Packer::new().expect("memory");
    let (mut chunks, mut file) = (Vec::new(), Vec::new());
    for part in raw.chunks(aoxanh::imaging::CHUNK) {
        let (frame, chunk) = packer.pack(part).expect("packed");
        file.extend(frame);
        chunks.push(chunk);
    }
    let manifest = rig.files_below("system.toml").pop().expect("given").1;
    let manifest = Manifest::from_toml("m", std::str::from_utf8(&manifest).expect("text")).expect("a manifest");
    let index = Index { length: manifest.length, blake3: manifest.blake3, chunks };
    file.extend(index.to_frame());
    rig.give_file("system.toml", Manifest { firmware, ..manifest }.to_toml().into_bytes());
    rig.give_file(image_path().to_str().expect("text"), file);
    raw
}

fn zeros() -> WipeOrder {
    WipeOrder { method: Some("overwrite-zero".to_owned()), ..wipe_order("sda", SERIAL) }
}

fn write_to(rig: &Rig, at: u64, byte: u8) {
    let bench = rig.bench();
    let disk = bench.pick_disk("sda", None).expect("there");
    let free = Clearance { consent: true, on_hold: false, quarantined: false, stranger: false };
    let armed = arm(disk, free, &bench.secret, &Confirmation(SERIAL.to_owned())).expect("nothing in the way");
    let mut buffer = Buffer::zeroed(512);
    buffer.bytes_mut().fill(byte);
    let mut io = rig.disks.open(&armed).expect("free");
    io.write_at(Bytes(at), buffer.bytes()).expect("written");
}

#[test]
fn a_machine_that_was_started_by_the_other_firmware_is_refused_and_one_nobody_asked_is_not() {
    let rig = Rig::new(&[one()]);
    let (found, _) = rig.device(true);
    rig.wipe(&found, &zeros()).expect("wiped");
    give_stored(&rig, Some(Firmware::Uefi));
    let tell = |uefi| {
        let fact = FactSeen {
            key: key::FIRMWARE_UEFI.to_owned(),
            value: Some(Seen::Flag(uefi)),
            unit: None,
            source: "sys/firmware/efi".to_owned(),
            certainty: "certain".to_owned(),
        };
        let mut inspected = inspected(Verdict::Pass, &[]);
        inspected.facts.push(fact);
        rig.record_inspected(&found, inspected);
    };
    tell(false);
    let before = rig.events().len();
    let failure = refusal(rig.image(&found, &image_order("sda", SERIAL)), "a machine without UEFI");
    assert_eq!((said(&failure), rig.kinds(before)), ("image-wrong-firmware", Vec::<String>::new()));
    tell(true);
    rig.wipe(&found, &zeros()).expect("wiped");
    let imaged = rig.image(&found, &image_order("sda", SERIAL)).expect("the last inspection counts");
    assert_eq!(imaged.ended.result, ImageResult::Written);
}

#[test]
fn zeros_are_left_out_after_a_zero_wipe_of_this_plugging_in_and_not_once_anything_was_written() {
    let rig = Rig::new(&[one()]);
    let (found, _) = rig.device(true);
    let raw = give_stored(&rig, None);
    let order: ImageOrder = image_order("sda", SERIAL);
    let written = || {
        let ended = rig.image(&found, &order).expect("recorded").ended;
        assert!(ended.result != ImageResult::Written || rig.disks.bytes("sda").starts_with(&raw));
        (ended.result, ended.skipped)
    };
    let left_out = Some(Bytes(4 * GRAIN as u64));
    rig.wipe(&found, &zeros()).expect("wiped");
    assert_eq!(written(), (ImageResult::Written, left_out));
    // Whatever was written, and wherever: the note is worth nothing.
    rig.wipe(&found, &zeros()).expect("wiped");
    write_to(&rig, 9 * GRAIN as u64, 7);
    assert_eq!(written(), (ImageResult::Written, None));
    let pattern = WipeOrder { method: Some("overwrite-pattern".to_owned()), ..zeros() };
    rig.wipe(&found, &pattern).expect("wiped by another method");
    assert_eq!(written(), (ImageResult::Written, None));
    rig.wipe(&found, &zeros()).expect("wiped");
    rig.disks.change(&replugged(&one()));
    assert_eq!(written(), (ImageResult::Written, None), "out and in again: who knows where it was");
}

#[test]
fn a_write_that_was_stopped_finds_the_zeros_behind_its_mark_when_it_goes_on_and_nobody_else_does() {
    let rig = Rig::new(&[one()]);
    let (found, _) = rig.device(true);
    let raw = give_with_hole(&rig, None, CHUNK / GRAIN + 8);
    let order: ImageOrder = image_order("sda", SERIAL);
    let stopped = || {
        rig.wipe(&found, &zeros()).expect("wiped");
        let ended = image(&rig.bench(), &found, &order, &pressed_at(2), &mut |_news| {}).expect("recorded").ended;
        assert_eq!((ended.result, ended.written), (ImageResult::Cancelled, Bytes(CHUNK as u64)));
        ImageOrder { resume: Some(ended.job), ..order.clone() }
    };
    let goes_on = |order: &ImageOrder| {
        let ended = rig.image(&found, order).expect("recorded").ended;
        assert!(ended.result == ImageResult::Written && rig.disks.bytes("sda").starts_with(&raw));
        ended.skipped
    };
    let left_out = Some(Bytes(4 * GRAIN as u64));
    assert_eq!(goes_on(&stopped()), left_out);
    let _not_gone_on_with = stopped();
    assert_eq!(goes_on(&order), None, "a write from the beginning finds what the other one wrote");
    let again = stopped();
    write_to(&rig, (CHUNK + 9 * GRAIN) as u64, 7);
    assert_eq!(goes_on(&again), None, "somebody wrote in between");
    let again = stopped();
    rig.disks.change(&replugged(&one()));
    assert_eq!(goes_on(&again), None, "out and in again: nobody counted");
    rig.disks.change(&one());
}
