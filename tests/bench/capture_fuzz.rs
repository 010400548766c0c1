//! File systems with wrong bytes in them: nothing panics, nothing goes on for ever, and no hole lies outside.

#![expect(clippy::disallowed_methods, reason = "these tests make file systems of their own")]

use super::capture_rig::{good, has};
use aoxanh::imaging::{Occupied, WindowsSeen, file_tree, matching, occupied, traces};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use std::fs;

/// Small file systems with what is looked for in them.
const MAKE: &str = r#"
set -e
mkdir -p in/etc/ssh in/home/a/.ssh in/Windows/System32/config in/Windows/Setup/State in/Users/Nam
for number in $(seq 60); do printf x >"in/etc/ssh/ssh_host_$number-mot-cai-ten-dai-de-thu-muc-day_key"; done
printf 'a:x:1000:\n' >in/etc/passwd
head -c 3000 /dev/urandom >in/Windows/System32/config/SOFTWARE
printf 'ImageState=x\n' >in/Windows/Setup/State/State.ini
truncate -s 6M a b c
truncate -s 12M d
mke2fs -q -F -t ext4 -d in a
mke2fs -q -F -t ext2 -b 1024 -d in b
mkfs.fat c >/dev/null
mcopy -s -i c in/* ::/
mkfs.ntfs -q -F d >/dev/null
mkdir mnt
ntfs-3g d mnt && cp -r in/. mnt/ && umount mnt
"#;

/// Looks at everything that a capture looks at.
fn look(mut whole: Vec<u8>) {
    let length = whole.len() as u64;
    let Ok(Occupied { kind, holes, .. }) = occupied(&mut whole) else { return };
    let mut end = 0;
    for hole in holes.unwrap_or_default() {
        assert!(hole.length > 0 && hole.at >= end && hole.end() <= length);
        end = hole.end();
    }
    let Some(Ok(Some(mut tree))) = kind.map(|kind| file_tree(&mut whole, kind)) else { return };
    let _found = traces(tree.as_mut());
    let _windows = WindowsSeen::look(tree.as_mut());
    let _names = matching(tree.as_mut(), "/*/*/*");
}

#[test]
fn no_file_system_is_too_broken() {
    if !has("mke2fs mkfs.fat mcopy mkfs.ntfs ntfs-3g") {
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    good(folder.path(), MAKE, &[]);
    for name in ["a", "b", "c", "d"] {
        let whole = fs::read(folder.path().join(name)).expect("ours");
        // What is the same byte all over says nothing.
        let filled = whole.chunks(512).enumerate().filter(|(_, sector)| sector.iter().any(|byte| *byte != sector[0]));
        let filled: Vec<usize> = filled.map(|(number, _)| number * 512).collect();
        let strange = prop_oneof![Just(0u8), Just(0xFF), Just(0x80), any::<u8>()];
        let change = (any::<prop::sample::Index>(), 0usize..512, strange);
        let changes = prop::collection::vec(change, 1..12);
        let mut runner =
            TestRunner::new(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() });
        let run = runner.run(&changes, |changes| {
            let mut broken = whole.clone();
            for (sector, within, byte) in changes {
                broken[sector.get(&filled) + within] = byte;
            }
            look(broken);
            Ok(())
        });
        assert!(run.is_ok(), "{name}: {run:?}");
    }
}
