//! The tag's picture read by a program of other people: `zbarimg`. CI must have it; elsewhere its absence is told.

#![expect(clippy::disallowed_methods, reason = "the test runs another program and asks whether CI runs it")]

use aoxanh::tag::{Domain, Payload, Qr, TagId};
use std::process::Command;

/// Whether the program can be started. Where it cannot, CI fails and everybody else is told what was not tested.
fn is_there(program: &str) -> bool {
    let there = Command::new(program).arg("--version").output().is_ok();
    assert!(there || std::env::var("CI").as_deref() != Ok("true"), "CI must have {program}");
    there
}

#[test]
fn zbar_reads_every_tag_at_the_sizes_printed() {
    if !is_there("zbarimg") {
        eprintln!("NOT TESTED: zbarimg is not installed (Debian package zbar-tools)");
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let domain = Domain::read("it.aoxanh.example").expect("a good domain");
    for (n, (mm, dpi)) in [(12u8, (12, 203)), (20, (20, 203)), (25, (25, 300)), (40, (40, 600))] {
        let payload = Payload::new(&domain, &TagId::from_random([n, 0x42, n, 0x99, n, 1, 0]));
        let picture = Qr::new(&payload).expect("it fits").png(mm, dpi).expect("large enough");
        let file = folder.path().join(format!("tag-{mm}.png"));
        std::fs::write(&file, &picture.png).expect("a file in a temporary folder");
        let said = Command::new("zbarimg").args(["-q", "--raw", "--nodbus"]).arg(&file).output().expect("zbarimg runs");
        assert_eq!(String::from_utf8_lossy(&said.stdout).trim_end(), payload.as_str(), "{mm} mm at {dpi} dpi");
    }
}
