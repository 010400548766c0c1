//! The image store: what goes in is what comes out, what was cut short goes on, what rots is named.

#![expect(clippy::disallowed_methods, reason = "these tests look at what stands in a folder")]
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::contract::image_store::keeps_what_was_settled_and_publishes_whole;
use aoxanh::imaging::{CHUNK, Content, Index, Packing, Rot};
use aoxanh::job::{JobNews, Phase, Watch};
use aoxanh::linux::ImageFolder;
use aoxanh::port::{Failure, FakeClock, FakeFiles, FakeImageStore, ImageStore, Trouble};
use aoxanh::unit::{Bytes, Moment};
use aoxanh::workbench::{AddOrder, Added, ImageChecked, add_image, check_image, list_images};
use std::cell::Cell;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Three chunks: text, nothing at all, and a little at the end.
fn raw() -> Vec<u8> {
    let mut raw = vec![0; 2 * CHUNK + 70_000];
    for (place, byte) in raw[..300_000].iter_mut().enumerate() {
        *byte = u8::try_from(place * 7 % 251).expect("a byte");
    }
    raw[2 * CHUNK + 69_999] = 9;
    raw
}

fn order(id: &str) -> AddOrder {
    let (file, os, arch) = (PathBuf::from("/made/up/Máy tính.img"), "linux".to_owned(), "x86_64".to_owned());
    AddOrder { file, id: Some(id.to_owned()), os, arch, ..AddOrder::default() }
}

fn files(raw: &[u8]) -> FakeFiles {
    let files = FakeFiles::default();
    files.0.borrow_mut().insert(order("x").file, raw.to_vec());
    files
}

fn clock() -> FakeClock {
    FakeClock::new(Moment::from_unix_millis(0), Duration::from_millis(300))
}

fn add(store: &dyn ImageStore, files: &FakeFiles, order: &AddOrder) -> Result<Added, Failure> {
    add_image(store, files, order, &mut Watch { clock: &clock(), cancel: &|| false, news: &mut |_| () })
}

fn check(store: &dyn ImageStore, id: &str) -> Result<ImageChecked, Failure> {
    check_image(store, id, &mut Watch { clock: &clock(), cancel: &|| false, news: &mut |_| () })
}

#[test]
fn the_store_in_a_folder_and_the_one_in_memory_keep_the_contract() {
    keeps_what_was_settled_and_publishes_whole(&FakeImageStore::default());
    let folder = tempfile::tempdir().expect("a temporary folder");
    keeps_what_was_settled_and_publishes_whole(&ImageFolder::new(folder.path().join("images")));
}

#[test]
fn what_was_added_is_indexed_and_every_other_decoder_reads_it() {
    let (store, raw) = (FakeImageStore::default(), raw());
    let added = add(&store, &files(&raw), &order("may-tinh")).expect("added");
    assert_eq!(
        (added.manifest.length, added.manifest.blake3.0),
        (Bytes(raw.len() as u64), *blake3::hash(&raw).as_bytes())
    );
    let mut file = store.open("may-tinh").expect("there");
    let index = Index::read(file.as_mut()).expect("an index");
    let filled: Vec<u64> = index.chunks.iter().map(|chunk| chunk.filled).collect();
    assert_eq!(filled, [0b1_1111, 0, 0b10]);
    assert_eq!(added.filled, index.filled());
    let mut whole = Vec::new();
    file.seek(std::io::SeekFrom::Start(0)).expect("seeks");
    file.read_to_end(&mut whole).expect("reads");
    assert_eq!(zstd::decode_all(&whole[..]).expect("standard frames"), raw);
    let checked = check(&store, "may-tinh").expect("reads");
    assert_eq!((checked.rotten.len(), checked.chunks, checked.indexed), (0, 3, true));
}

#[test]
fn rot_is_named_chunk_by_chunk_and_a_foreign_manifest_is_seen() {
    let store = FakeImageStore::default();
    add(&store, &files(&raw()), &order("a")).expect("added");
    let index = Index::read(store.open("a").expect("there").as_mut()).expect("an index");
    let first = index.chunks[0].packed as usize;
    // The middle of the first frame, and the first frame's place in the third.
    store.spoil("a", |file| file[first / 2] ^= 4);
    let rotten = check(&store, "a").expect("reads").rotten;
    assert_eq!(rotten.iter().map(|rotten| rotten.number).collect::<Vec<_>>(), [0]);
    store.spoil("a", |file| {
        file[first / 2] ^= 4;
        // The checksum at the end of each frame.
        let second = first + index.chunks[1].packed as usize;
        file[second - 1] ^= 1;
        file[second + index.chunks[2].packed as usize - 1] ^= 1;
    });
    let rotten = check(&store, "a").expect("reads").rotten;
    assert_eq!(
        rotten.iter().map(|rotten| (rotten.number, rotten.rot)).collect::<Vec<_>>(),
        [(1, Rot::Frame), (2, Rot::Frame)]
    );
    store.spoil("a", |file| file.truncate(file.len() - 1));
    let failure = check(&store, "a").expect_err("no index, and not raw either");
    assert_eq!(failure.trouble, Trouble::BadData);
}

#[test]
fn what_was_stopped_goes_on_without_packing_again_and_another_file_begins_anew() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = ImageFolder::new(folder.path().to_owned());
    let (raw, clock) = (raw(), clock());
    let stop_after = |chunks: u32, files: &FakeFiles| {
        let asked = Cell::new(0);
        let cancel = || {
            asked.set(asked.get() + 1);
            asked.get() > chunks
        };
        let mut watch = Watch { clock: &clock, cancel: &cancel, news: &mut |_| () };
        add_image(&store, files, &order("a"), &mut watch).expect_err("stopped")
    };
    let failure = stop_after(1, &files(&raw));
    assert_eq!((failure.trouble, failure.what.key()), (Trouble::Cancelled, "image-add-cancelled"));
    assert_eq!(store.list().expect("lists"), []);
    let first = store.part("a").expect("what is left").kept().to_vec();
    assert_eq!(first.len(), 2);

    // Another file of the same id shares only its beginning.
    let mut other = raw.clone();
    other[CHUNK + 3] = 1;
    stop_after(2, &files(&other));
    let second = store.part("a").expect("what is left").kept().to_vec();
    assert_eq!((second.len(), second[0] == first[0], second[1] == first[1]), (3, true, false));

    let mut phases = Vec::new();
    let mut news = |news| {
        if let JobNews::Phase(phase) = news {
            phases.push(phase);
        }
    };
    let mut watch = Watch { clock: &clock, cancel: &|| false, news: &mut news };
    let added = add_image(&store, &files(&raw), &order("a"), &mut watch).expect("added");
    assert_eq!(added.manifest.blake3.0, *blake3::hash(&raw).as_bytes());
    assert_eq!(phases, [Phase::Pack, Phase::ReadBack]);
    assert!(check(&store, "a").expect("reads").rotten.is_empty());
    let mut names: Vec<_> =
        std::fs::read_dir(folder.path()).expect("ours").map(|file| file.expect("ours").file_name()).collect();
    names.sort();
    assert_eq!(names, ["a.toml", "a.zst"], "nothing is left over");
}

#[test]
fn one_that_was_killed_between_its_two_names_goes_on() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = ImageFolder::new(folder.path().to_owned());
    let raw = raw();
    add(&store, &files(&raw), &order("a")).expect("added");
    let there = |name: &str| folder.path().join(name);
    // As it stands after the image has its name and before the manifest has.
    let index = Index::read(store.open("a").expect("there").as_mut()).expect("an index");
    let entries: Vec<u8> = index.chunks.iter().flat_map(aoxanh::imaging::Chunk::to_bytes).collect();
    std::fs::remove_file(there("a.toml")).expect("ours");
    std::fs::write(there("a.part-index"), &entries).expect("ours");
    let part = store.part("a").expect("goes on");
    assert_eq!(part.kept(), index.chunks);
    // While one program adds it, another is told so.
    assert_eq!(store.part("a").err().expect("locked").trouble, Trouble::TryAgain);
    drop(part);
    add(&store, &files(&raw), &order("a")).expect("added");
    assert!(check(&store, "a").expect("reads").rotten.is_empty());

    // A file that somebody copied there by hand is nobody's part.
    std::fs::write(there("b.zst"), b"theirs").expect("ours");
    assert_eq!(store.part("b").err().expect("theirs").what.key(), "file-exists");
    assert_eq!(std::fs::read(there("b.zst")).expect("still there"), b"theirs");
}

#[test]
fn the_published_digest_decides_and_what_nothing_vouches_for_is_said() {
    let raw = vec![7; 100_000];
    let file = order("a").file;
    let sha = |name: &str, text: &str| {
        let files = files(&raw);
        files.0.borrow_mut().insert(file.with_file_name(name), text.as_bytes().to_vec());
        add(&FakeImageStore::default(), &files, &order("a"))
    };
    // sha256sum of 100,000 bytes of 7, by another program.
    let good = sha256(&raw);
    for (name, text) in [
        ("Máy tính.img.sha256", format!("{good}\n")),
        ("Máy tính.img.sha256", format!("{good}  Máy tính.img\n")),
        ("SHA256SUMS", format!("{}  khac.img\n{good} *Máy tính.img\n", "0".repeat(64))),
    ] {
        assert!(sha(name, &text).expect("agrees").vouched, "{text}");
    }
    let failure = sha("SHA256SUMS", &format!("{}  Máy tính.img\n", "0".repeat(64))).expect_err("another file");
    assert_eq!((failure.trouble, failure.what.key()), (Trouble::BadData, "image-sha-differs"));
    // A list that does not name it says nothing of it.
    let added = sha("SHA256SUMS", &format!("{}  khac.img\n", "0".repeat(64))).expect("added");
    assert!(!added.vouched);
}

#[test]
fn every_packing_and_a_bmap_beside_it_come_to_the_same_image() {
    let raw = raw();
    let file = order("a").file;
    let packed = zstd::encode_all(&raw[..], 1).expect("packed");
    let one = add(&FakeImageStore::default(), &files(&raw), &order("a")).expect("added");
    let other = add(&FakeImageStore::default(), &files(&packed), &order("a")).expect("added");
    assert_eq!((&one.manifest, one.packing, one.content), (&other.manifest, Packing::None, Content::Raw));
    assert_eq!((other.packing, one.checked, other.vouched), (Packing::Zstd, false, false));
    // A map that names the wrong bytes, found by the name without its ending.
    let with_map = |map: &str| {
        let files = files(&raw);
        files.0.borrow_mut().insert(file.with_file_name("Máy tính.bmap"), map.as_bytes().to_vec());
        add(&FakeImageStore::default(), &files, &order("a"))
    };
    assert_eq!(with_map("no map").expect_err("no map").what.key(), "image-file-bad");
}

/// By coreutils.
fn sha256(bytes: &[u8]) -> String {
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    std::fs::write(file.path(), bytes).expect("ours");
    let ran = std::process::Command::new("sha256sum").arg(file.path()).output().expect("coreutils");
    String::from_utf8(ran.stdout).expect("text")[..64].to_owned()
}

#[test]
fn an_id_comes_from_the_files_name_and_a_wrong_one_is_refused_before_the_file_is_read() {
    let files = files(&[1; 600]);
    let store = FakeImageStore::default();
    let added = add(&store, &files, &AddOrder { id: None, ..order("a") }).expect("added");
    assert_eq!((added.manifest.id.as_str(), added.manifest.name.as_str()), ("may-tinh", "may-tinh"));
    let missing = AddOrder { file: PathBuf::from("/no/such"), ..order("Có Dấu") };
    let failure = add(&store, &files, &missing).expect_err("no id");
    assert_eq!((failure.trouble, failure.what.key()), (Trouble::Usage, "manifest-wrong-value"), "{failure:?}");
    let failure =
        add(&store, &files, &AddOrder { file: PathBuf::from("/no/such"), ..order("b") }).expect_err("no file");
    assert_eq!(failure.what.key(), "file-unreadable");
    let empty = FakeFiles::default();
    empty.0.borrow_mut().insert(order("a").file, Vec::new());
    assert_eq!(add(&store, &empty, &order("leer")).expect_err("nothing in it").what.key(), "image-file-bad");
    let ids: Vec<String> = list_images(&store).expect("lists").into_iter().map(|view| view.id).collect();
    assert_eq!(ids, ["may-tinh"]);
}

#[test]
fn an_image_that_was_copied_there_by_hand_is_checked_too() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = ImageFolder::new(folder.path().to_owned());
    let raw = vec![3; 9000];
    let put = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).expect("ours");
    let digest = blake3::hash(&raw).to_string();
    put("tay.toml", format!("id = \"tay\"\nname = \"Tay\"\nlength = 9000\nblake3 = \"{digest}\"\nos = \"linux\"\narch = \"x86_64\"\nblock = 512\n").as_bytes());
    let missing = list_images(&store).expect("lists");
    assert!(missing[0].image.is_none() && missing[0].manifest.is_ok());
    put("tay.img", &raw);
    let checked = check(&store, "tay").expect("right");
    assert_eq!((checked.indexed, checked.rotten.len()), (false, 0));
    put("tay.img", &[&raw[..8999], &[4]].concat());
    assert_eq!(check(&store, "tay").expect_err("rot").what.key(), "image-not-its-manifest");
    put("tay.img", &raw[..8000]);
    assert_eq!(check(&store, "tay").expect_err("short").what.key(), "image-file-bad");
    assert!(Path::new(&folder.path().join("tay.toml")).exists());
}
