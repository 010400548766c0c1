//! The whole chain, verb by verb, as a volunteer types it; and handover refused until each thing is done.

#![expect(clippy::disallowed_methods, clippy::expect_used, reason = "a test looks at the files the program made")]

use super::bench_rig::{Ran, Rig, practice_image};
use aoxanh::linux::PracticeDisk;
use aoxanh::unit::Bytes;
use std::fs;

struct Chain {
    rig: Rig,
    tag: String,
    json: bool,
}

impl Chain {
    fn run(&self, line: &[&str]) -> Ran {
        if self.json { self.rig.json(line) } else { self.rig.run(line) }
    }

    /// Allocating is refused by that rule, now.
    fn not_yet(&self, rule: &str) {
        let line = ["allocate", &self.tag, "--new-recipient"];
        let told = self.rig.json(&line);
        assert_eq!((told.code, told.one("failure")["rule"].as_str()), (1, Some(rule)), "{told:#?}");
        self.rig.run(&line).refused(1, &[&format!("[{rule}]")]);
        let handover = self.rig.run(&["handover", &self.tag]);
        handover.refused(1, &["[give-allocated-first]"]);
    }

    fn stage(&self) -> String {
        let told = self.rig.json(&["history", &self.tag]).good();
        told.one("device")["stage"].as_str().expect("text").to_owned()
    }

    fn wipe(&self, disk: &PracticeDisk) -> Ran {
        let plan = self.run(&["wipe", &self.tag, "--disk", disk.name(), "--plan"]).good();
        if self.json {
            assert_eq!(plan.one("wipe_plan")["method"], "overwrite-pattern");
        } else {
            assert!(plan.out.contains("chưa đụng tới"), "{plan:#?}");
        }
        let code = self.rig.code(disk);
        self.run(&["wipe", &self.tag, "--disk", disk.name(), "--confirm", &code]).good()
    }
}

fn walk(json: bool) {
    let Some(image) = practice_image() else { return };
    let rig = Rig::practice();
    let device = rig.device();
    let on = Chain { rig, tag: device.tag, json };
    let kind = on.rig.json(&["history", &on.tag]).good();
    assert_eq!(kind.one("device")["stage"], "received");
    on.not_yet("give-disks-wiped");

    let inspected = on.run(&["inspect", &on.tag]).good();
    if json {
        assert!(inspected.one("inspected")["verdict"].is_string() && inspected.all("fact").len() > 20);
    } else {
        assert!(inspected.out.contains("Kết luận: "), "{inspected:#?}");
    }
    assert_eq!(on.stage(), "inspected");
    on.not_yet("give-disks-wiped");

    let disk = on.rig.disk("dia", Bytes::mib(40));
    on.run(&["disks", &on.tag]).good();
    let text = |name: &str| image.join(name).display().to_string();
    let (file, manifest) = (text("practice.zst"), text("practice.toml"));
    let write = |code: &str| {
        let line = ["image", "write", &on.tag, "--disk", disk.name(), "--image", &file, "--manifest", &manifest];
        on.run(&[&line[..], &["--confirm", code]].concat())
    };
    let early = write(&on.rig.code(&disk));
    assert_eq!(early.code, 1, "{early:#?}");
    assert!(early.out.contains("wiped-first") || early.err.contains("[wiped-first]"), "{early:#?}");
    on.not_yet("give-disks-wiped");

    let wiped = on.wipe(&disk);
    if json {
        assert_eq!(wiped.one("wiped")["ended"]["result"], "erased");
    } else {
        assert!(wiped.out.contains("✓ ĐÃ XÓA"), "{wiped:#?}");
    }
    on.not_yet("give-imaged");
    write(&on.rig.code(&disk)).good();
    assert_eq!(on.stage(), "imaged");
    on.not_yet("give-functions");
    tagged(&on);
    on.run(&["check", &on.tag, "camera=absent", "keyboard=fails", "--rest-works"]).good();
    on.not_yet("give-functions");
    let known = on.run(&["check", &on.tag, "keyboard=works"]).good();
    assert!(json || known.out.contains("sẵn sàng"), "{known:#?}");
    hand_over(&on);
    prove(&on);
}

fn tagged(on: &Chain) {
    let png = on.rig.home().join("tem.png").display().to_string();
    on.run(&["tag", "show", &on.tag, "--png", &png, "--ascii"]).good();
    let read = on.rig.json(&["tag", "read", &png]).good().one("tag_read");
    assert_eq!(read["tag"], on.tag.as_str());
    let fresh = on.rig.json(&["tag", "bind", &on.tag]).good().one("tag");
    assert_ne!(fresh["tag"], on.tag.as_str());
    on.rig.run(&["history", fresh["tag"].as_str().expect("text")]).good();
    on.rig.run(&["history", &on.tag]).good();
}

fn hand_over(on: &Chain) {
    on.rig.run(&["handover", &on.tag]).refused(1, &["[give-allocated-first]"]);
    on.run(&["hold", &on.tag, "--reason", "decision"]).good();
    on.not_yet("give-not-held");
    on.run(&["hold", &on.tag, "--release"]).good();
    on.run(&["quarantine", &on.tag, "--danger", "smoke"]).good();
    on.not_yet("give-safe");
    on.run(&["quarantine", &on.tag, "--clear"]).good();
    on.run(&["allocate", &on.tag, "--new-recipient"]).good();
    assert_eq!(on.stage(), "allocated");
    on.run(&["handover", &on.tag]).good();
    assert_eq!(on.stage(), "handed_over");
    on.rig.run(&["check", &on.tag, "--rest-works"]).refused(1, &["[device-gone]"]);
}

fn prove(on: &Chain) {
    let history = on.run(&["history", &on.tag]).good();
    if on.json {
        let kinds: Vec<_> = history.all("history").iter().map(|line| line["kind"].to_string()).collect();
        assert!(kinds.iter().any(|kind| kind.contains("DeviceHandedOver")), "{kinds:?}");
    } else {
        assert!(history.out.contains("Bàn giao (tặng)") && history.out.contains("Trần Thị Thử"), "{history:#?}");
    }
    let head = on.rig.json(&["disks"]).good().one("head")["head"].as_str().expect("text").to_owned();
    on.run(&["verify", "--against", &head]).good();
    let export = on.rig.home().join("xuat").display().to_string();
    let exported = on.run(&["export", &export]).good();
    assert!(on.json || exported.out.contains(&head), "the head is printed at the end of each run: {exported:#?}");
    on.run(&["verify", "--against", &format!("{export}/checkpoint")]).good();
    on.rig.run(&["export", &export]).refused(2, &[&export]);
    let proof = on.rig.home().join("chung-minh.txt").display().to_string();
    on.run(&["export", "--proof", "0", &proof]).good();
    on.rig.run(&["export", "--proof", "9999", &proof]).refused(1, &["9999"]);
    no_name_in(on);
}

/// Names are in the vault only, sealed.
fn no_name_in(on: &Chain) {
    for entry in fs::read_dir(on.rig.station()).expect("a station").flatten().filter(|entry| entry.path().is_file()) {
        let bytes = fs::read(entry.path()).expect("ours");
        for name in ["Trần Thị Thử", "Người Tặng Thử"] {
            let found = bytes.windows(name.len()).any(|window| window == name.as_bytes());
            assert!(!found, "{name} in {}", entry.path().display());
        }
    }
}

#[test]
fn the_chain_by_hand_for_people() {
    walk(false);
}

#[test]
fn the_chain_by_hand_in_json() {
    walk(true);
}
