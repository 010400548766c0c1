//! The verb that corrects: shown first, recorded with `--yes`, told in words and as JSON.

#![expect(clippy::disallowed_methods, clippy::expect_used, reason = "a test writes a secret of its own station")]

use super::bench_rig::{self, Rig};
use aoxanh::unit::Bytes;
use aoxanh::workbench::PRACTICE_PIN;

pub(crate) fn signed(rig: &Rig) -> [String; 4] {
    let pin = rig.memory().join("practice-pin");
    std::fs::write(&pin, PRACTICE_PIN).expect("written");
    ["--by".to_owned(), bench_rig::LEAD.to_owned(), "--pin-file".to_owned(), pin.display().to_string()]
}

#[test]
fn a_record_is_struck_out_with_a_reason_and_everything_still_verifies() {
    let rig = Rig::practice();
    let device = rig.device();
    let tag = device.tag.as_str();
    let signed = signed(&rig);
    let signed: Vec<&str> = signed.iter().map(String::as_str).collect();
    rig.run(&["move", "A1", tag]).good();
    rig.run(&["move", "B2", tag]).good();
    let listed = rig.json(&["correct", tag]).good().all("correctable");
    let first = listed[1]["seq"].as_u64().expect("a number").to_string();
    assert!(listed.iter().all(|line| line["open"] == true || !line["why_not"].is_null()), "{listed:#?}");
    let correct = |more: &[&str]| {
        let verb = ["correct", tag, "--record", first.as_str()];
        rig.json(&[&signed[..], &verb[..], more].concat())
    };
    let shown = correct(&[]).good();
    assert_eq!(shown.one("correction_preview")["needs_reason"], true);
    assert!(shown.all("corrected").is_empty(), "nothing is recorded");
    assert_eq!(correct(&["--yes"]).code, 1, "no reason");
    let unsigned = rig.run(&["correct", tag, "--record", &first]);
    assert!(unsigned.code == 1 && unsigned.err.contains("signed-in"), "{unsigned:#?}");
    correct(&["--yes", "--reason", "để nhầm"]).good();
    let history = rig.json(&["history", tag]).good().all("history");
    let struck: Vec<_> = history.iter().filter(|line| !line["corrected_by"].is_null()).collect();
    assert_eq!((struck.len(), struck[0]["seq"].to_string()), (1, first.clone()));
    assert!(rig.run(&["history", tag]).good().out.contains("đã sửa:"));
    rig.run(&["correct", tag, "--record", "99999"]).refused(2, &["99999"]);
    let undone = rig.json(&[&signed[..], &["correct", tag, "--last", "--yes"][..], &["--reason", "x"]].concat()).good();
    assert_eq!(undone.all("device").last().expect("shown")["device"], undone.one("corrected")["devices"][0]);
    assert_eq!(rig.verified()["consistent"], true);
    assert!(rig.json(&["verify", "--summaries"]).good().one("verified")["stale_summary"].is_null());
}

#[test]
fn devices_received_into_the_wrong_lot_are_moved_in_one_step_and_a_range_takes_what_can_be() {
    let rig = Rig::practice();
    let signed = signed(&rig);
    let signed: Vec<&str> = signed.iter().map(String::as_str).collect();
    let open = |more: &[&str]| rig.json(&[&["lot", "open"][..], more].concat()).good().one("lot")["lot"].clone();
    let (wrong, right) = (open(&["--consent-erase"]), open(&["--consent-erase"]));
    let (wrong, right) = (wrong.as_str().expect("text"), right.as_str().expect("text"));
    let tags: Vec<String> = (0..3)
        .map(|_| {
            let received = rig.json(&["intake", "--lot", wrong, "--kind", "laptop"]).good().one("received");
            received["tag"].as_str().expect("text").to_owned()
        })
        .collect();
    let moving =
        |more: &[&str]| rig.json(&[&signed[..], &["correct", "--lot", wrong, "--to-lot", right][..], more].concat());
    assert_eq!(moving(&[]).good().all("correction_preview").len(), 3);
    let moved = moving(&["--yes", "--reason", "nhầm người tặng"]).good();
    assert_eq!(moved.one("corrected")["devices"].as_array().map(Vec::len), Some(3));
    for tag in &tags {
        let shown = rig.run(&["show", tag]).good().out;
        assert!(shown.contains(right) && !shown.contains(&format!("Lô: {wrong}")), "{shown}");
    }
    assert_eq!(moving(&["--yes", "--reason", "nữa"]).code, 1, "no device is left in it");
    rig.run(&["move", "A1", &tags[0]]).good();
    let range = rig.json(
        &[&signed[..], &["correct", &tags[0], "--record", "0", "--to", "9999", "--yes", "--reason", "nhầm"][..]]
            .concat(),
    );
    assert_eq!(range.code, 0, "{range:#?}");
    assert_eq!(rig.run(&["move", "A1", &tags[0]]).code, 1, "it was never here, and its tag is free");
    rig.json(&["intake", "--lot", right, "--kind", "laptop", "--tag", &tags[0]]).good();
    assert_eq!(rig.json(&["today"]).good().one("today")["done"]["received"], 3);
    assert!(rig.json(&["verify", "--summaries"]).good().one("verified")["stale_summary"].is_null());
}

#[test]
fn a_certificate_printed_before_a_correction_is_replaced_and_says_so() {
    let rig = Rig::practice();
    let device = rig.device();
    let signed = signed(&rig);
    let signed: Vec<&str> = signed.iter().map(String::as_str).collect();
    let disk = rig.disk("dia", Bytes::mib(8));
    if !bench_rig::can_loop(&disk) {
        return;
    }
    rig.run(&["wipe", &device.tag, "--disk", disk.name(), "--confirm", &rig.code(&disk)]).good();
    rig.run(&["tag", "bind", &device.tag]).good();
    let certificate = || rig.json(&["certificate", &device.tag, "--to", "giay"]).good().one("certificate");
    let before = certificate();
    assert!(before["replaces_since"].is_null());
    let said = rig.run(&["show", &device.tag]).good().out;
    assert!(!said.contains("đã được thay"), "{said}");
    rig.run(&[&signed[..], &["correct", &device.tag, "--last", "--yes", "--reason", "dán nhầm"]].concat()).good();
    let after = certificate();
    assert!(after["replaces_since"].is_u64(), "{after:#?}");
    assert_ne!(after["json"], before["json"], "both can be told apart");
    let tag = |made: &serde_json::Value| made["certificate"]["device"]["tag"].clone();
    assert_ne!(tag(&after), tag(&before));
    assert!(rig.run(&["show", &device.tag]).good().out.contains("đã được thay"));
    let file = after["json"].as_str().expect("a path");
    rig.run(&["verify", file]).good();
}

#[test]
fn a_part_that_was_never_taken_out_is_not_said_to_lie_on_the_shelf() {
    let rig = Rig::practice();
    let device = rig.device();
    let signed = signed(&rig);
    let signed: Vec<&str> = signed.iter().map(String::as_str).collect();
    rig.run(&["lot", "consent", &device.lot, "--purpose", "parts"]).good();
    let taken = rig.json(&["part", "take", &device.tag, "--kind", "memory", "--gb", "4"]).good().one("part");
    let part = taken["part"].as_str().expect("an id");
    let shown = || rig.run(&["part", "show", part]).good().out;
    assert!(!shown().contains("chưa từng tháo"), "{}", shown());
    rig.run(&[&signed[..], &["correct", &device.tag, "--last", "--yes", "--reason", "nhầm máy"]].concat()).good();
    assert!(shown().contains("chưa từng tháo"), "{}", shown());
}
