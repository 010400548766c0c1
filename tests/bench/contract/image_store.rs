//! What every store of images promises.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use aoxanh::imaging::{Chunk, Index, Packer};
use aoxanh::port::{ImageStore, Trouble};
use aoxanh::unit::{Bytes, Digest};
use std::io::Read;

fn frames() -> Vec<(Vec<u8>, Chunk)> {
    let mut packer = Packer::new().expect("memory");
    (1..=3u8).map(|byte| packer.pack(&vec![byte; 5000 + usize::from(byte)]).expect("packed")).collect()
}

fn all(file: &mut dyn Read) -> Vec<u8> {
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).expect("reads");
    bytes
}

/// What is settled outlives a part that is dropped, what is not is gone; an image appears whole, is found again, is never
/// replaced, and is taken away whole.
pub(crate) fn keeps_what_was_settled_and_publishes_whole(store: &dyn ImageStore) {
    let made = frames();
    assert_eq!(store.list().expect("lists"), []);
    assert_eq!(store.open("one").err().expect("nothing").what.key(), "image-unknown");
    let mut part = store.part("one").expect("begins");
    assert_eq!(part.kept(), []);
    part.append(&made[0].0, &made[0].1).expect("writes");
    part.append(&made[1].0, &made[1].1).expect("writes");
    part.settle().expect("settles");
    part.append(&made[2].0, &made[2].1).expect("writes");
    drop(part);
    assert_eq!(store.list().expect("lists"), [], "half an image is none");

    let mut part = store.part("one").expect("goes on");
    assert_eq!(part.kept(), [made[0].1, made[1].1]);
    part.keep_only(1).expect("forgets");
    part.append(&made[2].0, &made[2].1).expect("writes");
    part.settle().expect("settles");
    let chunks = vec![made[0].1, made[2].1];
    assert_eq!(part.kept(), chunks);
    let index = Index { length: Bytes(10_004), blake3: Digest([1; 32]), chunks };
    part.close(&index.to_frame()).expect("closes");
    let whole = [&made[0].0[..], &made[2].0, &index.to_frame()].concat();
    assert_eq!(all(&mut part.reread().expect("reads")), whole);
    // One that was closed and not published goes on too.
    drop(part);
    let mut part = store.part("one").expect("goes on");
    assert_eq!(part.kept().len(), 2);
    part.close(&index.to_frame()).expect("closes");
    part.publish("id = \"one\"\n").expect("published");

    let listed = store.list().expect("lists");
    assert_eq!((listed.len(), listed[0].id.as_str(), listed[0].manifest.as_str()), (1, "one", "id = \"one\"\n"));
    assert_eq!(listed[0].image.as_ref().map(|(_, length)| *length), Some(Bytes(whole.len() as u64)));
    assert_eq!(all(&mut store.open("one").expect("opens")), whole);
    let again = store.part("one").err().expect("never replaced");
    assert_eq!((again.trouble, again.what.key()), (Trouble::Usage, "image-exists"));
    store.part("two").expect("begins").settle().expect("settles");
    store.remove("one").expect("goes");
    assert_eq!(store.list().expect("lists"), []);
    assert_eq!(store.remove("one").expect_err("gone").what.key(), "image-unknown");
    // What is left of one that was not finished goes as well.
    store.remove("two").expect("goes");
    assert_eq!(store.part("one").expect("begins").kept(), []);
}
