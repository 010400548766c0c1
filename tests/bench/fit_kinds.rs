//! Fitting disks of every kind: older tables, no table, NTFS, btrfs, files for boards. Other people's programs say what came of
//! it.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::fit::{Fitting, sh};
use aoxanh::tag::TagId;
use aoxanh::unit::Bytes;
use serde_json::{Value, json};

const DISK: Bytes = Bytes::mib(128);

/// A board's image with an older table: a FAT partition that it starts from, and a small Linux system, in a partition of that
/// kind. With `extended` the system stands in a logical one.
const BOARD: &str = r#"
set -e
mkdir -p root/etc root/usr/share/zoneinfo/Asia root/usr/lib/locale
printf 'ID=thu\n' >root/etc/os-release
printf 'root:x:0:0:root:/root:/bin/bash\n' >root/etc/passwd
printf 'x' >root/usr/share/zoneinfo/Asia/Ho_Chi_Minh
printf 'x' >root/usr/lib/locale/locale-archive
truncate -s 32M system
mke2fs -q -t ext4 -d root system
truncate -s 8M boot
mkfs.vfat -n BOOTFS boot >/dev/null
truncate -s 48M he-thong.img
case $1 in
bare) cp system he-thong.img; exit ;;
extended) parts='start=2048, size=16384, type=c\nstart=18432, type=5\nstart=20480, size=65536, type=83\n' ;;
*) parts='start=2048, size=16384, type=c\nstart=18432, size=65536, type=83\n' ;;
esac
printf "label: dos\n$parts" | sfdisk --quiet --no-reread --no-tell-kernel he-thong.img
dd if=boot of=he-thong.img bs=1M seek=1 conv=notrunc status=none
if [ "$1" = extended ]; then at=10; else at=9; fi
dd if=system of=he-thong.img bs=1M seek=$at conv=notrunc status=none
cat >board.toml <<'END'
[[file]]
partition = "BOOTFS"
path = "/cloud/user-data"
text = """
hostname: {hostname}
tag: {tag}
timezone: {time_zone}
locale: {locale}
braces: {{}}
"""
[[file]]
partition = 1
path = "/ssh"
text = ""
END
"#;

fn has(fitted: &Value, step: &str) -> bool {
    fitted["done"].as_array().expect("steps").iter().any(|done| done == step)
}

fn judge(bench: &Fitting, script: &str) -> (i32, String) {
    sh(bench.rig.home(), script, &[&bench.disk.backing().display().to_string()])
}

fn tag(bench: &Fitting) -> String {
    TagId::read(&bench.device.tag).expect("a tag").to_string()
}

#[test]
fn a_boards_older_table_grows_its_system_is_set_and_its_own_files_are_put() {
    let Some(bench) = Fitting::of(BOARD, &["board"], &["--files", "board.toml"], DISK) else { return };
    let fitted = bench.run("write").good().one("fitted");
    assert_eq!(fitted["result"], "fitted", "{fitted}");
    for step in ["partition_grown", "system_grown", "hostname_set", "time_zone_set", "files_put"] {
        assert!(has(&fitted, step), "{step}: {fitted}");
    }
    assert!(!has(&fitted, "table_moved") && fitted["notes"] == json!([]), "{fitted}");
    let (code, said) = judge(&bench, "sfdisk --verify \"$1\" && sfdisk -d \"$1\" && e2fsck -fn \"$1?offset=9437184\"");
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("size=      243712, type=83"), "119 MiB: {said}");
    let (_, said) = judge(&bench, "dumpe2fs -h \"$1?offset=9437184\" 2>/dev/null | grep 'Block count'");
    assert!(
        said.trim().ends_with(&(119 * 1024).to_string()) || said.trim().ends_with(&(119 * 256).to_string()),
        "{said}"
    );
    let (_, name) = judge(&bench, "debugfs -R 'cat /etc/hostname' \"$1?offset=9437184\" 2>/dev/null");
    let tag = tag(&bench);
    assert_eq!(name, format!("{}\n", tag.to_lowercase()));
    let (_, text) = judge(&bench, "mtype -i \"$1@@1M\" ::/cloud/user-data");
    let lines = format!(
        "hostname: {}\ntag: {tag}\ntimezone: Asia/Ho_Chi_Minh\nlocale: vi_VN.UTF-8\nbraces: {{}}\n",
        tag.to_lowercase()
    );
    assert_eq!(text, lines);
    let (code, said) = judge(
        &bench,
        "mdir -b -i \"$1@@1M\" ::/ssh && dd if=\"$1\" of=fat bs=1M skip=1 count=8 status=none && fsck.fat -n fat",
    );
    assert_eq!(code, 0, "{said}");
    let again = bench.run("fit").good().one("fitted");
    assert!(again["result"] == "fitted" && !has(&again, "partition_grown") && !has(&again, "system_grown"), "{again}");
}

#[test]
fn a_logical_partition_is_set_but_not_grown_and_that_is_said() {
    let Some(bench) = Fitting::of(BOARD, &["extended"], &[], DISK) else { return };
    let fitted = bench.run("write").good().one("fitted");
    assert_eq!((&fitted["result"], &fitted["notes"]), (&json!("fitted"), &json!(["last_is_logical"])), "{fitted}");
    assert!(has(&fitted, "hostname_set") && !has(&fitted, "partition_grown"), "{fitted}");
    let (_, name) = judge(&bench, "debugfs -R 'cat /etc/hostname' \"$1?offset=10485760\" 2>/dev/null");
    assert_eq!(name, format!("{}\n", tag(&bench).to_lowercase()));
    let Some(bench) = Fitting::of(BOARD, &["extended"], &["--grow", "now"], DISK) else { return };
    let ran = bench.run("write");
    assert_eq!((ran.code, &ran.one("fitted")["result"]), (1, &json!("not_fitted")));
    assert!(ran.out.contains("phân vùng logic"), "{ran:#?}");
}

#[test]
fn a_file_system_over_the_whole_disk_fills_it_and_is_set() {
    let Some(bench) = Fitting::of(BOARD, &["bare"], &[], DISK) else { return };
    let fitted = bench.run("write").good().one("fitted");
    assert!(fitted["result"] == "fitted" && has(&fitted, "system_grown") && has(&fitted, "hostname_set"), "{fitted}");
    let (code, said) =
        judge(&bench, "e2fsck -fn \"$1\" && dumpe2fs -h \"$1\" 2>/dev/null | grep -E 'Block (count|size)'");
    let number = |name: &str| {
        let line = said.lines().find_map(|line| line.strip_prefix(name)).expect("said");
        line.trim().parse::<u64>().expect("a number")
    };
    assert_eq!((code, number("Block count:") * number("Block size:")), (0, DISK.0), "{said}");
}

#[test]
fn a_board_file_without_its_value_or_its_partition_is_not_called_fitted() {
    for (list, words) in [
        ("[[file]]\npartition = 1\npath = \"/wifi\"\ntext = \"{wifi}\"\n", "{wifi}"),
        ("[[file]]\npartition = \"nowhere\"\npath = \"/a\"\ntext = \"a\"\n", "nowhere"),
    ] {
        let script = format!("{BOARD}\ncat >board.toml <<'END'\n{list}END\n");
        let Some(bench) = Fitting::of(&script, &["board"], &["--files", "board.toml"], DISK) else { return };
        let ran = bench.run("write");
        let fitted = ran.one("fitted");
        assert_eq!((ran.code, &fitted["result"]), (1, &json!("not_fitted")), "{ran:#?}");
        assert!(!has(&fitted, "files_put") && ran.out.contains(words), "{ran:#?}");
    }
}

/// An image whose last partition is NTFS, made by that script at `system`.
fn ntfs(make: &str) -> String {
    format!(
        "set -e\ntruncate -s 32M system\nmkfs.ntfs -q -F system 2>/dev/null\n{make}\ntruncate -s 40M he-thong.img\n\
         printf 'label: gpt\\nstart=2048, size=65536, type=EBD0A0A2-B9E5-4433-87C0-68B6B72699C7\\n' | \
         sfdisk --quiet --no-reread --no-tell-kernel he-thong.img\n\
         dd if=system of=he-thong.img bs=1M seek=1 conv=notrunc status=none\n"
    )
}

const CUT: &str = "dd if=\"$1\" of=cut bs=1M skip=1 count=126 status=none";

#[test]
fn ntfs_fills_its_disk_and_one_that_windows_holds_open_leaves_the_table_alone() {
    let Some(bench) = Fitting::of(&ntfs("echo hi >a; ntfscp system a /a.txt"), &[], &[], DISK) else { return };
    let fitted = bench.run("write").good().one("fitted");
    assert_eq!((&fitted["result"], &fitted["notes"]), (&json!("fitted"), &json!(["no_linux"])), "{fitted}");
    assert!(has(&fitted, "partition_grown") && has(&fitted, "system_grown"), "{fitted}");
    let (code, said) =
        judge(&bench, &format!("sgdisk -v \"$1\"; {CUT} && ntfsresize --info cut && ntfscat cut /a.txt"));
    assert!(code == 0 && said.contains("No problems found") && said.ends_with("hi\n"), "{said}");
    assert!(said.contains("Current volume size: 132116992") || said.contains("(133 MB)"), "{said}");
    // Nothing was left half-way: whoever fits once more takes no mark away.
    let again = bench.run_with("fit", "ntfsfix", "echo 'not asked for' >&2; exit 1");
    assert_eq!((again.code, &again.one("fitted")["result"]), (0, &json!("nothing_to_do")), "{again:#?}");

    let Some(bench) = Fitting::of(&ntfs("ntfsfix system >/dev/null"), &[], &[], DISK) else { return };
    let ran = bench.run("write");
    let fitted = ran.one("fitted");
    assert_eq!((ran.code, &fitted["result"], &fitted["done"]), (1, &json!("not_fitted"), &json!([])), "{ran:#?}");
    assert!(ran.out.contains("chkdsk"), "{ran:#?}");
    let (_, before) = judge(&bench, "dd if=he-thong.img bs=1M count=1 status=none | sha256sum");
    let (_, after) = judge(&bench, "dd if=\"$1\" bs=1M count=1 status=none | sha256sum");
    assert_eq!(before, after, "the table was touched");
    let again = bench.run("fit");
    assert_eq!((again.code, &again.one("fitted")["done"]), (1, &json!([])), "{again:#?}");
}

#[test]
fn btrfs_fills_its_disk_where_it_can_be_mounted_and_else_stays_and_is_named() {
    if sh(std::path::Path::new("/"), "type mkfs.btrfs", &[]).0 != 0 {
        super::bench_rig::aloud("NOT RUN: needs btrfs-progs");
        return;
    }
    let script = "set -e\ntruncate -s 128M system\nmkfs.btrfs -q -M system\ntruncate -s 130M he-thong.img\n\
         printf 'label: gpt\\nstart=2048, size=262144, type=linux\\n' | \
         sfdisk --quiet --no-reread --no-tell-kernel he-thong.img\n\
         dd if=system of=he-thong.img bs=1M seek=1 conv=notrunc status=none\n";
    let Some(bench) = Fitting::of(script, &[], &[], Bytes::mib(384)) else { return };
    let ran = bench.run("write").good();
    let fitted = ran.one("fitted");
    let grown = has(&fitted, "system_grown");
    if grown {
        assert_eq!(fitted["notes"], json!(["no_linux"]), "{fitted}");
    } else {
        let (unknown, _) = sh(bench.rig.home(), "grep -qw btrfs /proc/filesystems", &[]);
        assert_ne!(unknown, 0, "this kernel mounts btrfs: {fitted}");
        super::bench_rig::aloud("NOT RUN: growing btrfs: this kernel has none");
        assert_eq!((&fitted["notes"], has(&fitted, "partition_grown")), (&json!(["no_btrfs", "no_linux"]), false));
    }
    let cut = "dd if=\"$1\" of=cut bs=1M skip=1 count=382 status=none";
    let (code, said) =
        judge(&bench, &format!("{cut} && btrfs check --readonly cut && btrfs inspect-internal dump-super cut"));
    let total = if grown { Bytes::mib(382).0 } else { Bytes::mib(128).0 };
    assert!(code == 0 && said.contains(&format!("total_bytes\t\t{total}")), "{said}");
}
