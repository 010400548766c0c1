//! Safety copies as files: what is on the stick, what is left behind, whose copies are deleted.

#![expect(clippy::disallowed_methods, reason = "these tests look at and alter files")]
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use crate::ledger_rig::*;
use aoxanh::ledger::HeadRef;
use aoxanh::port::{CopyMade, CopyOrder, Failure, Index, Journal, SafetyCopies, SeededChance, Sound, Trouble, Vault};
use aoxanh::store::{
    Erasure, KeyFile, SafetyKeeper, SealedVault, Store, VaultKey, erasures, replay_erasures, unpack_copy, write_key,
};
use aoxanh::unit::Digest;
use aoxanh::workbench::judge_copy;
use rusqlite::Connection;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use zeroize::Zeroizing;

const MASTER: [u8; 32] = [21; 32];
const NAME: &str = "Nguyễn Thị Không Có Thật";
const ERASED: &str = "Người Đã Xin Xóa Tên";
const DAY: i64 = 24 * 3600 * 1000;

/// Folders of lists that a team makes its own.
const OWN: [&str; 4] = ["profiles/grade", "profiles/repair", "profiles/os", "profiles/pace"];

/// A station's folder and a folder that stands for a stick.
struct Kept {
    home: TempDir,
    chance: SeededChance,
    master: [u8; 32],
}

impl Kept {
    fn new() -> Self {
        Self::under(MASTER)
    }

    fn under(master: [u8; 32]) -> Self {
        let kept = Self { home: tempfile::tempdir().expect("folder"), chance: SeededChance::new(3), master };
        let station = kept.station();
        for folder in [&station, &kept.stick(), &station.join("profiles/spec")] {
            fs::create_dir_all(folder).expect("made");
        }
        let store = Store::create(&station, station_key()).expect("made");
        store.commit(beginning(&station_key(), &team_key(), false)).expect("opens");
        let vault = SealedVault::make(&station, VaultKey::Known(Zeroizing::new(master)), &kept.chance).expect("made");
        vault.seal(person(1).as_str(), NAME).expect("sealed");
        vault.seal(person(2).as_str(), ERASED).expect("sealed");
        vault.erase(person(2).as_str()).expect("erased");
        write_key(&station, KeyFile::Station, &station_key().bytes()).expect("written");
        write_key(&station, KeyFile::Codes, &[31; 32]).expect("written");
        write_key(&station, KeyFile::Vault, &master).expect("written");
        fs::write(station.join("station.toml"), "domain = \"THU.INVALID\"\n").expect("written");
        fs::write(station.join("profiles/spec/rieng.toml"), "id = \"rieng\"\n").expect("written");
        fs::write(station.join("profiles/spec/.rieng.toml.swp"), "x").expect("written");
        for below in OWN {
            fs::create_dir_all(station.join(below)).expect("made");
            fs::write(station.join(below).join("chuan.toml"), below).expect("written");
        }
        kept
    }

    fn station(&self) -> PathBuf {
        self.home.path().join("tram")
    }

    fn stick(&self) -> PathBuf {
        self.home.path().join("the")
    }

    fn store(&self) -> Store {
        Store::open(&self.station(), station_key()).expect("opens")
    }

    fn keeper(&self) -> SafetyKeeper<'_> {
        SafetyKeeper::new(self.station(), Zeroizing::new(self.master), None, &self.chance)
    }

    fn make_at(&self, millis: i64) -> CopyMade {
        self.make_with(millis, &mut judge_copy, &|| false).expect("a copy")
    }

    fn make_with(
        &self,
        millis: i64,
        judge: &mut dyn FnMut(&dyn Index) -> Result<Sound, Failure>,
        cancel: &dyn Fn() -> bool,
    ) -> Result<CopyMade, Failure> {
        let stick = self.stick();
        self.keeper().make(&CopyOrder { to: &stick, day: "2026-11-21", at: moment(millis) }, judge, cancel)
    }

    fn on_stick(&self) -> Vec<String> {
        names(&self.stick())
    }

    /// Nothing plain is left where the copy was made.
    fn is_clean(&self) {
        let left: Vec<_> = names(&self.station()).into_iter().filter(|name| name.starts_with('.')).collect();
        assert_eq!(left, [".sao-luu.lock"]);
    }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    let mut names: Vec<_> =
        entries.map(|entry| entry.expect("read").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

fn has(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[test]
fn the_stick_tells_nothing_and_the_copy_holds_everything_but_what_was_erased() {
    let kept = Kept::new();
    let made = kept.make_at(0);
    kept.is_clean();
    assert_eq!(kept.on_stick(), [made.file.file_name().expect("a name").to_string_lossy()]);
    let bytes = fs::read(&made.file).expect("there");
    assert_eq!((made.length.0, made.digest.0), (bytes.len() as u64, *blake3::hash(&bytes).as_bytes()));
    let secrets = [MASTER, *station_key().bytes(), [31; 32]];
    for secret in &secrets {
        let hex: String = secret.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat();
        assert!(!has(&bytes, secret) && !has(&bytes, hex.as_bytes()));
    }
    for part in [NAME, ERASED, person(1).as_str(), "THU.INVALID", "StationOpened", "SQLite format", "rieng"] {
        assert!(!has(&bytes, part.as_bytes()), "{part}");
    }

    let into = kept.home.path().join("mo");
    fs::create_dir(&into).expect("made");
    let head = unpack_copy(&made.file, &MASTER, &into).expect("opens");
    assert_eq!((head.head(), head.expires_at), (made.head, moment(20 * DAY)));
    assert_eq!(
        names(&into),
        ["codes.key", "ledger.db", "profiles", "station.key", "station.toml", "vault.db"],
        "the vault's own key never goes along"
    );
    assert_eq!(fs::read(into.join("profiles/spec/rieng.toml")).expect("there"), b"id = \"rieng\"\n");
    for below in OWN {
        assert_eq!(fs::read_to_string(into.join(below).join("chuan.toml")).expect("there"), below);
    }
    let plain = fs::read(into.join("vault.db")).expect("there");
    assert!(has(&plain, person(1).as_str().as_bytes()));
    let sealed: i64 = Connection::open(into.join("vault.db"))
        .and_then(|vault| vault.query_row("SELECT count(*) FROM sealed", [], |row| row.get(0)))
        .expect("counts");
    assert_eq!(sealed, 1, "what was erased is not in the copy");
    let vault = SealedVault::open(&into, Zeroizing::new(MASTER), &kept.chance).expect("opens");
    assert_eq!(vault.open(person(1).as_str()).expect("opens").as_deref(), Some(NAME));
    let tombs: Vec<_> = erasures(&into).expect("reads").into_iter().map(|erasure| erasure.id).collect();
    assert_eq!(tombs, [person(2).as_str()]);
}

#[test]
fn what_was_erased_after_the_copy_is_erased_again_from_the_list() {
    let kept = Kept::new();
    let made = kept.make_at(0);
    let vault = SealedVault::open(&kept.station(), Zeroizing::new(MASTER), &kept.chance).expect("opens");
    vault.erase(person(1).as_str()).expect("erased");
    let list = erasures(&kept.station()).expect("reads");
    let into = kept.home.path().join("mo");
    fs::create_dir(&into).expect("made");
    unpack_copy(&made.file, &MASTER, &into).expect("opens");
    let strange = Erasure { id: "p-nobody".to_owned(), at: list[0].at.clone() };
    assert_eq!(replay_erasures(&into, &[list, vec![strange]].concat()).expect("erased"), 1);
    let old = SealedVault::open(&into, Zeroizing::new(MASTER), &kept.chance).expect("opens");
    assert_eq!(old.open(person(1).as_str()).expect("reads"), None);
    // A name sealed anew is no erased name.
    old.seal(person(1).as_str(), NAME).expect("sealed");
    assert_eq!(replay_erasures(&into, &[]).expect("nothing"), 0);
    assert_eq!(old.open(person(1).as_str()).expect("reads").as_deref(), Some(NAME));
}

#[test]
fn a_copy_is_of_one_moment_while_others_append_and_only_one_is_made_at_a_time() {
    let kept = Kept::new();
    let mut second = None;
    let mut judge = |index: &dyn Index| {
        kept.store().commit(vec![entry(5, None, lot_opened(1))]).expect("recorded meanwhile");
        second = kept.make_with(0, &mut judge_copy, &|| false).err();
        judge_copy(index)
    };
    let made = kept.make_with(0, &mut judge, &|| false).expect("a copy");
    assert_eq!((made.head.size, judge_copy(&kept.store()).expect("sound").head.size), (3, 4));
    let second = second.expect("refused");
    assert_eq!((second.trouble, second.what.key()), (Trouble::TryAgain, "copy-running"));
    kept.is_clean();
}

#[test]
fn a_copy_that_is_stopped_refused_or_pulled_out_leaves_nothing_behind() {
    let kept = Kept::new();
    let stopped = kept.make_with(0, &mut judge_copy, &|| true).expect_err("stopped");
    assert_eq!((stopped.trouble, kept.on_stick()), (Trouble::Cancelled, Vec::new()));
    let no = |_: &dyn Index| Err(Failure::new(Trouble::No, aoxanh::word::say!("verify-empty")));
    let refused = kept.make_with(0, &mut { no }, &|| false).expect_err("judged badly");
    assert_eq!((refused.what.key(), kept.on_stick()), ("verify-empty", Vec::new()));
    for other in [
        |sound: Sound| Sound { head: HeadRef { size: 9, ..sound.head }, ..sound },
        |sound: Sound| Sound { station: Digest::ZERO, ..sound },
        |sound: Sound| Sound { practice: !sound.practice, ..sound },
    ] {
        let mut judge = |index: &dyn Index| judge_copy(index).map(other);
        let refused = kept.make_with(0, &mut judge, &|| false).expect_err("another ledger");
        assert_eq!((refused.what.key(), kept.on_stick()), ("verify-other-head", Vec::new()));
    }
    let mut pulled = |index: &dyn Index| {
        fs::remove_dir_all(kept.stick()).expect("pulled out");
        judge_copy(index)
    };
    let gone = kept.make_with(0, &mut pulled, &|| false).expect_err("no stick");
    assert_eq!((gone.trouble, gone.what.key()), (Trouble::Io, "copy-unwritten"));
    kept.is_clean();
}

#[test]
fn what_a_killed_run_left_is_removed_at_the_next_and_nobody_elses() {
    let kept = Kept::new();
    let ours = kept.make_at(0).file.file_name().expect("a name").to_string_lossy().into_owned();
    let left = ours.replace(".saoluu", ".dang-ghi");
    for name in [&left, "aoxanh-00000000-2026-11-21-3.dang-ghi", "anh.dang-ghi"] {
        fs::write(kept.stick().join(name), "x").expect("written");
    }
    fs::create_dir_all(kept.station().join(".sao-luu/gom")).expect("made");
    fs::write(kept.station().join(".sao-luu/gom/ledger.db"), "x").expect("written");
    let again = kept.make_at(0).file.file_name().expect("a name").to_string_lossy().into_owned();
    assert_eq!(again, ours.replace(".saoluu", "-2.saoluu"), "nothing is ever replaced");
    let mut wanted = vec![ours, again, "aoxanh-00000000-2026-11-21-3.dang-ghi".to_owned(), "anh.dang-ghi".to_owned()];
    wanted.sort();
    assert_eq!(kept.on_stick(), wanted);
    kept.is_clean();
}

#[test]
fn only_copies_that_are_certainly_ours_are_listed_to_be_deleted() {
    let kept = Kept::new();
    let old = kept.make_at(-21 * DAY);
    let new = kept.make_at(0);
    let other = Kept::under([22; 32]);
    let foreign = other.make_at(-21 * DAY).file;
    fs::copy(&foreign, kept.stick().join("khac.saoluu")).expect("copied");
    fs::write(kept.stick().join("rac.saoluu"), "garbage").expect("written");
    fs::create_dir(kept.stick().join("thu-muc.saoluu")).expect("made");
    std::os::unix::fs::symlink(&old.file, kept.stick().join("lien-ket.saoluu")).expect("linked");
    // Somebody made the new copy look old.
    let mut aged = fs::read(&new.file).expect("there");
    let year = aged.windows(4).position(|part| part == b"2026").expect("a date");
    aged[year..year + 4].copy_from_slice(b"2025");
    fs::write(kept.stick().join("gia.saoluu"), aged).expect("written");
    let keeper = kept.keeper();
    let listed = keeper.list(&kept.stick()).expect("listed");
    assert_eq!(listed.iter().map(|copy| &copy.file).collect::<Vec<_>>(), [&old.file, &new.file]);
    assert!(listed[0].expires_at < moment(0) && moment(0) < listed[1].expires_at);
    keeper.remove(&listed[0]).expect("removed");
    assert_eq!(keeper.list(&kept.stick()).expect("listed").len(), 1);
    let failure = keeper.check(&foreign, &mut judge_copy).expect_err("another station's");
    assert_eq!((failure.trouble, failure.what.key()), (Trouble::BadData, "copy-other-key"));
    let failure = keeper.check(&kept.stick().join("rac.saoluu"), &mut judge_copy).expect_err("garbage");
    assert_eq!(failure.what.key(), "copy-none");
    assert_eq!(keeper.check(&new.file, &mut judge_copy).expect("good").head, new.head);
}

#[test]
fn a_byte_changed_anywhere_in_a_real_copy_is_found() {
    let kept = Kept::new();
    let made = kept.make_at(0);
    let whole = fs::read(&made.file).expect("there");
    let bad = kept.home.path().join("hong.saoluu");
    for at in (0..whole.len()).step_by(whole.len() / 150) {
        let mut flipped = whole.clone();
        flipped[at] ^= 0x80;
        let into = kept.home.path().join(format!("mo-{at}"));
        fs::create_dir(&into).expect("made");
        fs::write(&bad, &flipped).expect("written");
        let failure = unpack_copy(&bad, &MASTER, &into).expect_err("changed");
        assert_eq!(failure.trouble, Trouble::BadData, "byte {at}: {failure}");
        fs::write(&bad, &whole[..at]).expect("written");
        let failure = unpack_copy(&bad, &MASTER, &into).expect_err("cut");
        assert_eq!(failure.trouble, Trouble::BadData, "cut at {at}: {failure}");
        assert!(names(&into).is_empty(), "nothing is unpacked of a piece that does not open");
    }
}
