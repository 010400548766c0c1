//! Fitting at the edges: a last group of ext that is too small, a table whose entries were moved behind a boot loader, a last
//! partition that is not the system's. `resize2fs`, `sgdisk` and `debugfs` agree.

#![expect(clippy::disallowed_methods, reason = "these tests make file systems with other programs")]

use super::capture_rig::{good, has};
use super::fit::{Fitting, IMAGE, sh};
use aoxanh::imaging::{HEAD, file_system};
use aoxanh::unit::Bytes;
use std::fs::File;
use std::os::unix::fs::FileExt;

/// What `resize2fs` makes of a file system of that many KiB: its own blocks, in bytes.
const RESIZE: &str = r#"
set -e
truncate -s "$1K" fs
e2fsck -fp fs >/dev/null 2>&1 || [ $? = 1 ]
resize2fs fs "$1K" >/dev/null 2>&1
dumpe2fs -h fs 2>/dev/null | awk '/^Block count:/ { blocks = $3 } /^Block size:/ { print blocks * $3 }'
"#;

#[test]
fn an_ext_file_system_is_expected_to_be_as_large_as_its_own_program_makes_it() {
    if !has("mke2fs resize2fs e2fsck dumpe2fs") {
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut less = 0;
    for (make, sizes) in [
        // Groups of 128 MiB, of 8 MiB, and without spare copies of the superblock.
        ("-t ext4 -b 4096", &[130u64, 131, 132, 133, 257, 258, 259, 385, 390][..]),
        ("-t ext4 -b 1024 -N 60000", &[41, 42, 49, 50, 57, 58, 65, 66][..]),
        ("-t ext2 -b 4096 -O ^sparse_super,^resize_inode", &[129, 130, 133, 140][..]),
    ] {
        good(folder.path(), &format!("rm -f fs; truncate -s 32M fs; mke2fs -q -F {make} fs"), &[]);
        for mib in sizes {
            let mut head = vec![0; HEAD];
            let file = File::open(folder.path().join("fs")).expect("made");
            file.read_exact_at(&mut head, 0).expect("made");
            let whole = file_system(&head).and_then(|seen| seen.filling(Bytes::mib(*mib))).expect("ext");
            let made = good(folder.path(), RESIZE, &[&(mib * 1024).to_string()]);
            assert_eq!(made.trim(), whole.0.to_string(), "{make} on {mib} MiB");
            less += u32::from(whole < Bytes::mib(*mib));
        }
    }
    assert!(less >= 4, "no last group was too small: {less}");
}

#[test]
fn a_disk_that_ends_in_a_piece_of_a_group_is_fitted_for_good() {
    let large_blocks = IMAGE.replace("mke2fs -q", "mke2fs -q -b 4096");
    // 9 MiB before the system, 130 for it, and one for the copy of the table.
    let Some(bench) = Fitting::of(&large_blocks, &["whole"], &[], Bytes::mib(140)) else { return };
    for verb in ["write", "fit"] {
        let fitted = bench.run(verb).good().one("fitted");
        assert_eq!(fitted["result"], "fitted", "{verb}: {fitted}");
        assert_eq!(fitted["done"].to_string().contains("system_grown"), verb == "write", "{fitted}");
    }
    assert_eq!(bench.judged(), 128 << 20);
}

/// That image with somebody's folders behind the system, and a table whose entries leave room for a boot loader.
const BOARD: &str = r"
mkdir -p people/nam
truncate -s 8M home
mke2fs -q -t ext4 -d people home
truncate -s 60M he-thong.img
printf 'label: gpt\nstart=2048, size=16384, type=uefi\nstart=18432, size=65536, type=linux\nstart=83968, size=16384, type=linux\n' |
    sfdisk --quiet --no-reread --no-tell-kernel he-thong.img
sgdisk -j 40 he-thong.img >/dev/null
yes BOOT-LOADER | head -c 19456 | dd of=he-thong.img bs=512 seek=2 conv=notrunc status=none
dd if=home of=he-thong.img bs=1M seek=41 conv=notrunc status=none
";

#[test]
fn a_boot_loader_before_the_tables_entries_stays_and_a_system_before_peoples_folders_is_set() {
    let script = format!("{IMAGE}{BOARD}");
    let Some(bench) = Fitting::of(&script, &["whole"], &[], Bytes::mib(128)) else { return };
    let fitted = bench.run("write").good().one("fitted");
    assert_eq!((&fitted["result"], &fitted["notes"]), (&"fitted".into(), &serde_json::json!([])), "{fitted}");
    for step in ["table_moved", "partition_grown", "system_grown", "hostname_set"] {
        assert!(fitted["done"].to_string().contains(step), "{step}: {fitted}");
    }
    let disk = bench.disk.backing().display().to_string();
    let loader = r#"dd if="$1" bs=512 skip=2 count=38 status=none | sha256sum"#;
    let (kept, wanted) = (good(bench.rig.home(), loader, &[&disk]), good(bench.rig.home(), loader, &["he-thong.img"]));
    assert_eq!(kept, wanted, "the boot loader is gone");
    let (code, said) = sh(bench.rig.home(), "sgdisk -v \"$1\" && e2fsck -fn \"$1?offset=$2\"", &[&disk, "42991616"]);
    assert!(code == 0 && said.contains("No problems found"), "{said}");
}
