//! Proofs and forms that are nearly right: each is signed, or fits, in all but one thing.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use aoxanh::ledger::{
    Audit, Beside, Broken, Flaw, Head, Heads, InclusionProof, Note, Peaks, Record, SecretKey, Seen, checksum,
    leaf_hash, node_hash, origin, verify_inclusion,
};
use aoxanh::unit::Digest;

fn key() -> SecretKey {
    SecretKey::from_bytes(&[8; 32])
}

/// A first record taken in, and what a second one of `prev` would be stored with, under a head of that origin and size.
fn second(prev: Option<Digest>, other_origin: bool, size: u64) -> Result<Record, Broken> {
    let first = Record::new(Digest::ZERO, 0, b"{}").expect("good body");
    let name = origin(first.leaf(), false);
    let mut audit = Audit::new(key().public(), name.clone(), Heads::Every);
    let mut peaks = Peaks::new();
    peaks.push(first.leaf());
    let head = Head { origin: name.clone(), size: 1, root: peaks.root() };
    take(&mut audit, &first, &head, &peaks)?;
    let record = Record::new(prev.unwrap_or(first.leaf()), 1, b"{}").expect("good body");
    peaks.push(record.leaf());
    let name = if other_origin { origin(first.leaf(), true) } else { name };
    let head = Head { origin: name, size, root: peaks.root() };
    take(&mut audit, &record, &head, &peaks)
}

fn take(audit: &mut Audit, record: &Record, head: &Head, peaks: &Peaks) -> Result<Record, Broken> {
    let (note, peaks) = (head.sign(&key()), peaks.bytes());
    let sum = Some(checksum(&note, &peaks));
    let beside = Beside { leaf: Some(record.leaf()), note: &note, peaks: &peaks, sum };
    audit.next(Seen::of(record.bytes().to_vec(), beside), beside)
}

#[test]
fn a_record_signed_under_a_wrong_link_origin_or_size_is_named() {
    assert!(second(None, false, 2).is_ok());
    let flaw = |result: Result<Record, Broken>| result.expect_err("broken").flaw;
    assert_eq!(flaw(second(Some(Digest([7; 32])), false, 2)), Flaw::Prev);
    assert_eq!(flaw(second(None, true, 2)), Flaw::HeadDiffers);
    assert_eq!(flaw(second(None, false, 3)), Flaw::HeadDiffers);
}

#[test]
fn a_head_watched_for_once_it_is_reached_agrees_too() {
    let mut audit = Audit::new(key().public(), "o".to_owned(), Heads::Last);
    let now = audit.head().short();
    assert!(!audit.agrees_with(&now), "nobody watched");
    audit.watch(now.size);
    assert!(audit.agrees_with(&now));
}

#[test]
fn a_checkpoint_has_one_form() {
    let root = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    assert!(Head::read(&format!("o\n7\n{root}\n")).is_ok());
    for bad in [format!("o\n07\n{root}\n"), format!("o\n+7\n{root}\n"), format!("\n7\n{root}\n")] {
        assert!(Head::read(&bad).is_err(), "{bad}");
    }
}

#[test]
fn a_note_is_split_at_its_last_empty_line_and_its_last_line_is_whole() {
    let (_, signed) = Note::sign("a\n\nb\n".to_owned(), "o", &key());
    assert_eq!(Note::split(&signed).map(|(text, _)| text), Ok("a\n\nb\n"));
    assert!(Note::open(&signed, "o", key().public()).is_ok());
    assert!(Note::open(signed.trim_end(), "o", key().public()).is_err());
}

#[test]
fn a_path_of_another_length_or_an_index_past_the_end_proves_nothing() {
    let [one, two, three] = [b"1", b"2", b"3"].map(|text| leaf_hash(text));
    let pair = node_hash(one, two);
    assert!(verify_inclusion(one, 0, 2, &[two], pair));
    assert!(!verify_inclusion(pair, 0, 2, &[], pair), "a path that ends below the root");
    assert!(!verify_inclusion(one, 0, 1, &[two], node_hash(two, one)), "a path that goes on above the root");
    assert!(!verify_inclusion(one, 0, 2, &[two, three], node_hash(pair, three)));
    assert!(!verify_inclusion(one, 0, 0, &[], one));
    assert!(!verify_inclusion(two, 3, 2, &[one], pair), "past the end");
    assert!(verify_inclusion(two, 1, 2, &[one], pair));
}

#[test]
fn peaks_of_a_broken_length_and_a_proof_of_another_form_do_not_read() {
    let mut peaks = Peaks::new();
    peaks.push(leaf_hash(b"1"));
    assert!(Peaks::from_bytes(1, &[peaks.bytes(), vec![0]].concat()).is_none());
    let proof = InclusionProof { record: vec![1], index: 0, path: Vec::new(), checkpoint: "c\n".to_owned() };
    let text = proof.to_text();
    assert_eq!(InclusionProof::read(&text), Ok(proof));
    assert!(InclusionProof::read(&text.replace("@v1", "@v2")).is_err());
}
