//! What the tests of captures stand on: scripts that make file systems with other people's programs, and the traces in them.

#![expect(clippy::disallowed_methods, reason = "these tests run other people's programs")]
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::bench_rig::aloud;
use std::path::Path;
use std::process::Command;

/// What stood in a file that was deleted.
pub(crate) const DELETED: &str = "BI-MAT-DA-XOA-CUA-AI-DO";

/// Runs a script in that folder: its exit code, and all that it said.
pub(crate) fn sh(at: &Path, script: &str, args: &[&str]) -> (i32, String) {
    let script = format!("PATH=$PATH:/usr/sbin:/sbin\n{script}");
    let ran = Command::new("bash").args(["-c", &script, "bash"]).args(args).current_dir(at).output().expect("bash");
    let said = [ran.stdout, ran.stderr].concat();
    (ran.status.code().unwrap_or(-1), String::from_utf8_lossy(&said).into_owned())
}

/// Runs a script that must end well: what it said.
pub(crate) fn good(at: &Path, script: &str, args: &[&str]) -> String {
    let (code, said) = sh(at, script, args);
    assert_eq!(code, 0, "{script}\n{said}");
    said
}

/// Whether these programs are there; where not, says so aloud, and fails in CI.
pub(crate) fn has(tools: &str) -> bool {
    let missing = sh(Path::new("/"), &format!("type {tools}"), &[]);
    if missing.0 != 0 {
        aloud(&format!("NOT RUN: captures are judged by {tools}: {}", missing.1));
    }
    missing.0 == 0
}

/// Files to be put into a file system, in the folder `in`: small and large, and one to be deleted.
pub(crate) const FILES: &str = r#"
set -e
mkdir -p in/thu-muc/sau
for number in 1 2 3 4 5 6 7 8 9; do
    head -c $((number * 70001)) /dev/urandom >"in/thu-muc/tep-$number"
done
printf 'nho' >in/thu-muc/sau/nho.txt
head -c 3000000 /dev/urandom >in/lon.bin
yes BI-MAT-DA-XOA-CUA-AI-DO | head -c 900000 >in/bo-di.txt
"#;

/// How often the deleted text stands in these bytes.
pub(crate) fn deleted_in(bytes: &[u8]) -> usize {
    let word = DELETED.as_bytes();
    let (mut found, mut at) = (0, 0);
    while let Some(place) = bytes[at..].iter().position(|byte| *byte == word[0]) {
        at += place;
        if bytes[at..].starts_with(word) {
            found += 1;
        }
        at += 1;
    }
    found
}
