//! Free blocks by the file systems' own word, judged by other people's programs: a copy without them is sound, every file in
//! it is what it was, and what was deleted is gone.

#![expect(clippy::disallowed_methods, reason = "these tests make file systems of their own")]
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::capture_rig::{FILES, deleted_in, good, has, sh};
use aoxanh::imaging::{Node, Occupied, SystemKind, Unclean, UsedError, file_tree, matching, occupied};
use std::fs;
use std::path::Path;

/// Leaves the holes out of the file `fs` beside it: `copy`. How much was left out.
fn copied(at: &Path) -> (Occupied, u64) {
    let mut whole = fs::read(at.join("fs")).expect("ours");
    let found = occupied(&mut whole).expect("put away");
    let holes = found.holes.clone().unwrap_or_default();
    let mut end = 0;
    for hole in &holes {
        assert!(hole.at >= end && hole.length > 0, "{hole:?}");
        end = hole.end();
        whole[usize::try_from(hole.at).expect("small")..usize::try_from(end).expect("small")].fill(0);
    }
    fs::write(at.join("copy"), &whole).expect("ours");
    assert_eq!(deleted_in(&whole), 0, "what was deleted is still there");
    (found, holes.iter().map(|hole| hole.length).sum())
}

/// The largest file, as this program reads it, is what another wrote.
fn reads_files(at: &Path, kind: SystemKind) {
    let mut whole = fs::read(at.join("fs")).expect("ours");
    let mut tree = file_tree(&mut whole, kind).expect("reads").expect("understood");
    for path in ["/lon.bin", "/thu-muc/tep-3", "/thu-muc/sau/nho.txt"] {
        let real = fs::read(at.join("in").join(&path[1..])).expect("ours");
        assert_eq!(tree.look(path).expect("reads"), Some(Node::File { length: real.len() as u64 }), "{path}");
        assert!(tree.read(path, u64::MAX >> 1).expect("reads").expect("plain") == real, "{path}");
    }
    assert_eq!(matching(tree.as_mut(), "/thu-muc/tep-*").expect("reads").len(), 9);
    assert_eq!(
        (tree.look("/bo-di.txt").expect("reads"), tree.look("/thu-muc").expect("reads")),
        (None, Some(Node::Folder))
    );
}

/// Every copy of the superblock is where it was: in a group whose bitmap was never written nothing else says so.
const BACKUPS: &str = r#"
set -e -o pipefail
unit=$(dumpe2fs -h fs 2>/dev/null | sed -n 's/^Block size: *//p')
dumpe2fs fs 2>/dev/null | sed -n 's/.*Backup superblock at \([0-9]*\).*/\1/p' | while read -r at; do
    dumpe2fs -h -o superblock="$at" -o blocksize="$unit" copy >/dev/null
done
"#;

#[test]
fn a_copy_of_ext_without_its_free_blocks_is_sound_and_has_every_file() {
    if !has("mke2fs debugfs e2fsck") {
        return;
    }
    for options in [
        "-t ext4",
        "-t ext4 -b 1024 -O ^64bit,^metadata_csum,uninit_bg",
        "-t ext4 -b 4096 -g 2048 -G 4",
        "-t ext4 -O ^flex_bg,^resize_inode -g 4096 -b 4096",
        "-t ext4 -N 200 -I 256 -O inline_data",
        "-t ext3",
        "-t ext2 -b 1024 -O ^sparse_super,^resize_inode",
        "-t ext2 -b 2048 -r 0",
    ] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let at = folder.path();
        good(at, FILES, &[]);
        let make = "set -e; truncate -s 48M fs; mke2fs -q -F $1 -d in fs; debugfs -w -R 'rm bo-di.txt' fs 2>/dev/null";
        good(at, make, &[options]);
        let whole = fs::read(at.join("fs")).expect("ours");
        assert!(deleted_in(&whole) > 1000, "{options}: the deleted file's blocks are still there");
        let (found, left_out) = copied(at);
        assert_eq!(found.kind, Some(SystemKind::Ext), "{options}");
        assert!(left_out > 30 << 20, "{options}: {left_out}");
        good(at, "e2fsck -fn copy", &[]);
        good(at, BACKUPS, &[]);
        // `mke2fs` pads what it puts into an inode: what stood there before is asked of the whole.
        let dump = "mkdir out ref && debugfs -R 'rdump / out' copy 2>/dev/null; debugfs -R 'rdump / ref' fs 2>/dev/null
            rm -r out/lost+found ref/lost+found && diff -r ref out && cmp in/lon.bin out/lon.bin";
        good(at, dump, &[]);
        // Folders that stand in their inodes are not looked into.
        if !options.contains("inline_data") {
            reads_files(at, SystemKind::Ext);
        }
    }
}

#[test]
fn an_ext_that_is_in_use_or_of_a_kind_that_is_not_known_is_not_guessed_at() {
    if !has("mke2fs debugfs") {
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = folder.path();
    let made = |options: &str, change: &str| {
        good(at, &format!("set -e; rm -f fs; truncate -s 16M fs; mke2fs -q -F {options} fs; {change}"), &[]);
        occupied(&mut fs::read(at.join("fs")).expect("ours"))
    };
    let debugfs = |request: &str| format!("debugfs -w -R '{request}' fs 2>/dev/null");
    assert!(made("-t ext4", "").expect("clean").holes.is_some());
    for request in ["ssv state 0", "ssv state 3", "feature needs_recovery"] {
        let found = made("-t ext4", &debugfs(request));
        assert!(matches!(found, Err(UsedError::Unclean(Unclean::Dirty))), "{request}: {found:?}");
    }
    for options in ["-t ext4 -O bigalloc -C 16384", "-t ext4 -O meta_bg,^resize_inode", "-t ext4 -O mmp"] {
        assert_eq!(made(options, "").expect("clean").holes, None, "{options}");
    }
    // A count that its bitmap does not bear out, and a file system that is longer than its partition.
    assert_eq!(made("-t ext4", &debugfs("set_bg 0 free_blocks_count 7")).expect("clean").holes, None);
    assert_eq!(made("-t ext4", "truncate -s 12M fs").expect("clean").holes, None);
}

#[test]
fn a_copy_of_fat_without_its_free_clusters_is_sound_and_has_every_file() {
    if !has("mkfs.fat fsck.fat mcopy mdel") {
        return;
    }
    for (options, size) in [("-F 12 -s 8", "12M"), ("-F 16", "24M"), ("-F 32 -s 1", "48M"), ("-F 32 -s 1 -f 1", "48M")]
    {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let at = folder.path();
        good(at, FILES, &[]);
        let make =
            "set -e; truncate -s $2 fs; mkfs.fat $1 fs >/dev/null; mcopy -s -i fs in/* ::/; mdel -i fs ::/bo-di.txt";
        good(at, make, &[options, size]);
        assert!(deleted_in(&fs::read(at.join("fs")).expect("ours")) > 1000, "{options}");
        let (found, left_out) = copied(at);
        assert_eq!(found.kind, Some(SystemKind::Fat), "{options}");
        assert!(left_out > 4 << 20, "{options}: {left_out}");
        good(at, "fsck.fat -n copy", &[]);
        good(at, "mkdir out && mcopy -s -i copy ::/* out && rm in/bo-di.txt && diff -r in out", &[]);
        let mut dirty = fs::read(at.join("fs")).expect("ours");
        dirty[if options.contains("32") { 65 } else { 37 }] |= 1;
        assert!(matches!(occupied(&mut dirty), Err(UsedError::Unclean(Unclean::Dirty))), "{options}");
    }
}

/// Makes an NTFS with these options and the files in it, one of them deleted, by ntfs-3g's own driver.
const NTFS: &str = r#"
set -e
truncate -s 64M fs
mkfs.ntfs -q -F $1 fs >/dev/null
mkdir mnt
ntfs-3g fs mnt
trap 'umount mnt' EXIT
cp -r in/. mnt/
mkdir mnt/nhieu
for number in $(seq 400); do printf "$number" >"mnt/nhieu/mot-cai-ten-that-dai-$number"; done
sync
rm mnt/bo-di.txt
"#;

#[test]
fn a_copy_of_ntfs_without_its_free_clusters_is_sound_and_has_every_file() {
    if !has("mkfs.ntfs ntfs-3g ntfsresize ntfsfix") {
        return;
    }
    for options in ["", "-c 512", "-c 65536", "-s 4096 -c 4096"] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let at = folder.path();
        good(at, FILES, &[]);
        let (code, said) = sh(at, NTFS, &[options]);
        if code != 0 && said.contains("/dev/fuse") {
            super::bench_rig::aloud(&format!("NOT RUN: no FUSE here: {said}"));
            return;
        }
        assert_eq!(code, 0, "{options}: {said}");
        assert!(deleted_in(&fs::read(at.join("fs")).expect("ours")) > 1000, "{options}");
        let (found, left_out) = copied(at);
        assert_eq!(found.kind, Some(SystemKind::Ntfs), "{options}");
        assert!(left_out > 30 << 20, "{options}: {left_out}");
        good(at, "ntfsresize --info --force --no-progress-bar copy && ntfsfix -n copy", &[]);
        let compare = "mkdir out && ntfs-3g -o ro copy out && trap 'umount out' EXIT && rm -f in/bo-di.txt && diff -r -x nhieu in out";
        good(at, compare, &[]);
        reads_files(at, SystemKind::Ntfs);
        let mut whole = fs::read(at.join("fs")).expect("ours");
        let mut tree = file_tree(&mut whole, SystemKind::Ntfs).expect("reads").expect("understood");
        assert_eq!(tree.names("/NHIEU").expect("reads").len(), 400, "names in blocks of an index, in any case");
    }
}

#[test]
fn an_ntfs_that_sleeps_or_is_marked_is_refused() {
    if !has("mkfs.ntfs ntfscp ntfs-3g ntfsinfo") {
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = folder.path();
    let made = |change: &str| {
        good(at, &format!("set -e; rm -f fs; truncate -s 24M fs; mkfs.ntfs -q -F fs >/dev/null; {change}"), &[]);
        occupied(&mut fs::read(at.join("fs")).expect("ours"))
    };
    assert!(made("").expect("clean").holes.is_some());
    let sleep =
        |text: &str| format!("(printf '{text}'; head -c 8000 /dev/zero) >sleep; ntfscp -q -f fs sleep hiberfil.sys");
    assert!(matches!(made(&sleep("hibr")), Err(UsedError::Unclean(Unclean::Asleep))));
    assert!(made(&sleep("\\0\\0\\0\\0")).expect("awake").holes.is_some());
    // The mark that Windows and ntfs-3g set while it is mounted: as if the machine had been turned off then.
    let mut marked = fs::read(at.join("fs")).expect("ours");
    let name = "$Volume".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let mut changed = 0;
    for record in (0..marked.len() - 1024).step_by(1024) {
        let raw = &mut marked[record..record + 1024];
        let Some(information) = raw.windows(4).position(|four| four == [0x70, 0, 0, 0]) else { continue };
        if raw.starts_with(b"FILE") && raw.windows(name.len()).any(|text| text == name) {
            raw[information + 24 + 10] |= 1;
            changed += 1;
        }
    }
    assert!(changed > 0, "the record of the volume was found");
    assert!(matches!(occupied(&mut marked), Err(UsedError::Unclean(Unclean::Dirty))));
}

#[test]
fn memory_that_was_swapped_out_to_a_file_is_in_no_image() {
    if !has("mke2fs debugfs e2fsck mkswap mkfs.ntfs ntfscp ntfscat ntfsresize") {
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = folder.path();
    let memory = "yes BI-MAT-DA-XOA-CUA-AI-DO | head -c 2000000";
    good(at, &format!("mkdir in && {memory} >in/swapfile && mkswap -q in/swapfile 2>/dev/null"), &[]);
    for options in ["-t ext4", "-t ext2 -b 1024"] {
        good(at, &format!("set -e; rm -rf fs; truncate -s 16M fs; mke2fs -q -F {options} -d in fs"), &[]);
        assert!(deleted_in(&fs::read(at.join("fs")).expect("ours")) > 1000);
        let (_, left_out) = copied(at);
        assert!(left_out > 12 << 20, "{options}: {left_out}");
        good(
            at,
            "e2fsck -fn copy && debugfs -R 'dump swapfile swap' copy 2>/dev/null && cmp -n 4096 in/swapfile swap",
            &[],
        );
    }
    let sleep = "set -e; printf S1SUSPEND | dd of=in/swapfile bs=1 seek=4086 conv=notrunc status=none
        rm fs; truncate -s 16M fs; mke2fs -q -F -t ext4 -d in fs";
    good(at, sleep, &[]);
    let found = occupied(&mut fs::read(at.join("fs")).expect("ours"));
    assert!(matches!(found, Err(UsedError::Unclean(Unclean::Asleep))), "{found:?}");

    let make = "set -e; rm fs; truncate -s 24M fs; mkfs.ntfs -q -F fs >/dev/null; ntfscp -q -f fs memory pagefile.sys";
    good(at, &format!("{memory} >memory; {make}; ntfscp -q -f fs memory tep.txt"), &[]);
    let mut whole = fs::read(at.join("fs")).expect("ours");
    let before = deleted_in(&whole);
    for hole in occupied(&mut whole).expect("clean").holes.expect("understood") {
        whole[usize::try_from(hole.at).expect("small")..usize::try_from(hole.end()).expect("small")].fill(0);
    }
    assert_eq!(deleted_in(&whole), before / 2, "the file that is one stays");
    fs::write(at.join("copy"), &whole).expect("ours");
    good(at, "ntfsresize --info --force --no-progress-bar copy && ntfscat -f copy tep.txt | cmp - memory", &[]);
}
