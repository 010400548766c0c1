//! Notes that came with photos: erasing one takes its own photo along, and nobody else's.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::arming_rig::{Rig, refusal, said};
use super::golden;
use super::phone_rig::photo_of;
use aoxanh::event::repair::{DeviceGraded, Grade};
use aoxanh::event::shift::DeviceNoted;
use aoxanh::event::{How, Kind};
use aoxanh::port::Entry;
use aoxanh::unit::Digest;
use aoxanh::workbench::{Found, attach_photo, erase_note, hand_over_shift, notes, write_note};
use sha2::{Digest as _, Sha256};
use std::path::Path;

fn kept(rig: &Rig, end: &str) -> Vec<String> {
    rig.files_below("").into_iter().map(|(name, _)| name).filter(|name| name.ends_with(end)).collect()
}

fn recorded(rig: &Rig, found: &Found, fact: impl Kind) {
    let bench = rig.bench();
    let (at, by, device) = (bench.clock.now(), bench.by.clone(), Some(found.id.clone()));
    bench.journal.append(Entry { at, happened_at: None, by, device, fact }).expect("recorded");
}

/// The path of that file beside the notes.
fn beside(rig: &Rig, name: &str) -> String {
    let note = kept(rig, ".txt").pop().expect("a note");
    Path::new(&note).with_file_name(name).display().to_string()
}

/// A note as older stations let anybody write it.
fn old_note(rig: &Rig, found: &Found, text: &str) -> Digest {
    let salt = golden::digest(u8::try_from(kept(rig, ".txt").len()).expect("few"));
    let note = Digest(Sha256::new().chain_update(salt.0).chain_update(text.as_bytes()).finalize().into());
    rig.give_file(&beside(rig, &format!("{note}.txt")), format!("{salt}\n{text}").into_bytes());
    recorded(rig, found, DeviceNoted { note });
    note
}

#[test]
fn nobody_writes_a_note_that_would_take_a_photo_along() {
    let mut rig = Rig::new(&[]);
    rig.by.how = How::Pin;
    let found = rig.device(false).0;
    let name = golden::digest(7);
    for text in [format!("vỡ góc [ảnh {name}.jpg]"), format!("x [ảnh {name}.jpg] \n")] {
        assert_eq!(said(&refusal(write_note(&rig.bench(), &found, &text), "a note")), "note-like-photo");
        assert_eq!(said(&refusal(hand_over_shift(&rig.bench(), None, Some(&text)), "a shift")), "note-like-photo");
    }
    assert!(kept(&rig, ".txt").is_empty());
    write_note(&rig.bench(), &found, &format!("xem [ảnh {name}.jpg] nhé")).expect("names one, and is none");
}

#[test]
fn an_erased_note_takes_its_own_photo_along_and_no_other() {
    let mut rig = Rig::new(&[]);
    rig.by.how = How::Pin;
    let found = rig.device(false).0;
    attach_photo(&rig.bench(), &found, &photo_of(&[]), "vỡ góc").expect("kept");
    let own = notes(&rig.bench(), &found.id).expect("reads").remove(0);
    let text = own.text.expect("there");
    let mark = &text[text.find("[ảnh").expect("names it")..];
    let others = ["một", "hai"].map(|words| old_note(&rig, &found, &format!("{words} {mark}")));
    erase_note(&rig.bench(), others[0]).expect("erased");
    assert_eq!((kept(&rig, ".jpg").len(), kept(&rig, ".txt").len()), (1, 2), "the photo is another note's");
    erase_note(&rig.bench(), own.note).expect("erased");
    assert_eq!((kept(&rig, ".jpg").len(), kept(&rig, ".txt").len()), (0, 1), "whoever else speaks of it");
    // Nor one by which a device was graded.
    let photo = golden::digest(9);
    rig.give_file(&beside(&rig, &format!("{photo}.jpg")), b"jpeg".to_vec());
    let (checklist, checklist_digest) = ("chuan".to_owned(), golden::digest(1));
    let graded =
        DeviceGraded { grade: Grade::A, checklist, checklist_digest, answers: Vec::new(), photos: vec![photo] };
    recorded(&rig, &found, graded);
    let note = old_note(&rig, &found, &format!("x [ảnh {photo}.jpg]"));
    erase_note(&rig.bench(), note).expect("erased");
    assert_eq!(kept(&rig, ".jpg").len(), 1);
}
