//! A Windows on a master: made of what Windows leaves on a disk, since no Windows is here. `hivexget` agrees about the registry.

#![expect(clippy::disallowed_methods, reason = "these tests make disks of their own")]
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::arming_rig::{self, disk as made_up, image_order, refusal, said, wipe_order};
use super::bench_rig::{Rig, aloud};
use super::capture_rig::{good, has, sh};
use crate::ledger_rig::inspected;
use aoxanh::device::key;
use aoxanh::event::image::ImageResult;
use aoxanh::event::inspection::{FactSeen, Seen, Verdict};
use aoxanh::imaging::{Hive, LicenceBasis, Manifest, WindowsNote};
use aoxanh::linux::PracticeDisk;
use aoxanh::tag::TagId;
use aoxanh::unit::Bytes;
use aoxanh::workbench::ImageOrder;
use std::fs;

const NONE: u32 = u32::MAX;
const VERSION: &str = "Microsoft\\Windows NT\\CurrentVersion";

/// Puts a cell behind the others: where it is.
fn put(cells: &mut Vec<u8>, data: &[u8]) -> u32 {
    let at = u32::try_from(cells.len()).expect("small");
    let size = (data.len() + 4).next_multiple_of(8);
    cells.extend(i32::try_from(size).expect("small").wrapping_neg().to_le_bytes());
    cells.extend(data);
    cells.resize(usize::try_from(at).expect("small") + size, 0);
    at
}

/// A part of the registry with that edition and build, its keys in lists of that kind.
fn hive(edition: &str, build: &str, list: &str) -> Vec<u8> {
    let mut cells = b"hbin".to_vec();
    cells.resize(32, 0);
    let mut values = Vec::new();
    for (name, text) in [("EditionID", edition), ("CurrentBuild", build)] {
        let wide: Vec<u8> = text.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
        let data = put(&mut cells, &wide);
        let mut value = b"vk".to_vec();
        value.extend(u16::try_from(name.len()).expect("short").to_le_bytes());
        for number in [u32::try_from(wide.len()).expect("short"), data, 1, 1] {
            value.extend(number.to_le_bytes());
        }
        value.extend(name.as_bytes());
        values.extend(put(&mut cells, &value).to_le_bytes());
    }
    let mut values = (2, put(&mut cells, &values));
    let mut below: Option<u32> = None;
    let mut root = 0;
    for name in ["CurrentVersion", "Windows NT", "Microsoft", "ROOT"] {
        let keys = below.map_or(NONE, |key| match list {
            "ri" => {
                let inner = put(&mut cells, &[b"li\x01\x00".as_slice(), &key.to_le_bytes()].concat());
                put(&mut cells, &[b"ri\x01\x00".as_slice(), &inner.to_le_bytes()].concat())
            }
            list => put(&mut cells, &[list.as_bytes(), b"\x01\x00", &key.to_le_bytes(), &[0; 4]].concat()),
        });
        let mut node = vec![0; 0x4C];
        let mut set = |at: usize, bytes: &[u8]| node[at..at + bytes.len()].copy_from_slice(bytes);
        set(0, b"nk");
        set(2, &[if name == "ROOT" { 0x2C } else { 0x20 }]);
        set(0x14, &u32::from(below.is_some()).to_le_bytes());
        set(0x1C, &keys.to_le_bytes());
        set(0x20, &NONE.to_le_bytes());
        set(0x24, &u32::to_le_bytes(values.0));
        set(0x28, &values.1.to_le_bytes());
        set(0x2C, &NONE.to_le_bytes());
        set(0x30, &NONE.to_le_bytes());
        set(0x48, &[u8::try_from(name.len()).expect("short")]);
        node.extend(name.as_bytes());
        root = put(&mut cells, &node);
        if let Some(key) = below {
            let parent = usize::try_from(key).expect("small") + 4 + 0x10;
            cells[parent..parent + 4].copy_from_slice(&root.to_le_bytes());
        }
        (below, values) = (Some(root), (0, NONE));
    }
    let left = 4096 - cells.len();
    cells.extend(u32::try_from(left).expect("small").to_le_bytes());
    cells.resize(4096, 0);
    cells[8..12].copy_from_slice(&4096u32.to_le_bytes());
    let mut head = vec![0; 4096];
    head[..4].copy_from_slice(b"regf");
    for (at, number) in [(4, 1), (8, 1), (0x14, 1), (0x18, 5), (0x20, 1), (0x24, root), (0x28, 4096), (0x2C, 1)] {
        head[at..at + 4].copy_from_slice(&u32::to_le_bytes(number));
    }
    let sum = head[..0x1FC]
        .chunks_exact(4)
        .fold(0, |sum, four| sum ^ u32::from_le_bytes([four[0], four[1], four[2], four[3]]));
    head[0x1FC..0x200].copy_from_slice(&sum.to_le_bytes());
    [head, cells].concat()
}

#[test]
fn a_registry_is_read_as_another_program_reads_it() {
    for list in ["lf", "lh", "ri"] {
        let bytes = hive("Professional", "22631", list);
        let found = Hive::open(&bytes).expect("a hive");
        assert_eq!(found.text(VERSION, "editionid").as_deref(), Some("Professional"), "{list}");
        assert_eq!(found.text(VERSION, "CurrentBuild").as_deref(), Some("22631"), "{list}");
        assert_eq!((found.text("Microsoft\\Office", "EditionID"), found.text(VERSION, "None")), (None, None));
        if !has("hivexget") {
            return;
        }
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::write(folder.path().join("SOFTWARE"), &bytes).expect("ours");
        let other = good(folder.path(), "hivexget SOFTWARE '\\Microsoft\\Windows NT\\CurrentVersion' EditionID", &[]);
        assert_eq!(other.trim(), "Professional", "{list}");
    }
}

/// A disk with an MBR and one NTFS, with the files of the folder `in` in it, and nothing behind 40 MiB.
const DISK: &str = r#"
set -e
truncate -s 38M fs
mkfs.ntfs -q -F fs >/dev/null
mkdir -p mnt
ntfs-3g fs mnt
cp -r in/. mnt/
umount mnt
rm -f disk
truncate -s 64M disk
printf 'label: dos\nstart=2048, size=77824, type=7, bootable\n' | sfdisk --quiet --no-reread --no-tell-kernel disk
dd if=fs of=disk bs=1M seek=1 conv=notrunc status=none
dd if=disk of="$1" bs=1M conv=notrunc status=none
sync "$1"
"#;

#[test]
fn a_windows_is_captured_only_when_it_was_made_ready_and_its_licence_is_said() {
    if !has("mkfs.ntfs ntfs-3g sfdisk ntfsresize zstd") {
        return;
    }
    let rig = Rig::practice();
    let disk = rig.disk("mau", Bytes::mib(64));
    let at = rig.home().join("in/Windows");
    for folder in ["System32/config", "Setup/State", "Panther"] {
        fs::create_dir_all(at.join(folder)).expect("ours");
    }
    fs::create_dir_all(rig.home().join("in/Users/Public")).expect("ours");
    fs::write(at.join("System32/config/SOFTWARE"), hive("Professional", "22631", "lh")).expect("ours");
    let state = |state: &str| {
        fs::write(at.join("Setup/State/State.ini"), format!("[State]\r\nImageState={state}\r\n")).expect("ours");
        sh(rig.home(), DISK, &[&disk.backing().display().to_string()])
    };
    let (code, said) = state("IMAGE_STATE_COMPLETE");
    if code != 0 && said.contains("/dev/fuse") {
        return aloud(&format!("NOT RUN: no FUSE here: {said}"));
    }
    assert_eq!(code, 0, "{said}");
    let line = ["image", "capture", disk.name(), "--id", "win"];
    let refused = rig.run(&line);
    refused.refused(1, &["IMAGE_STATE_COMPLETE"]);
    let added = ["image", "add", "disk", "--id", "dd", "--os", "windows"];
    rig.run(&[&added[..], &["--licence-basis", "oem"]].concat()).refused(1, &["IMAGE_STATE_COMPLETE"]);
    assert!(refused.err.contains("sysprep /generalize /oobe /shutdown"), "{refused:#?}");
    assert_eq!(state("IMAGE_STATE_GENERALIZE_RESEAL_TO_OOBE").0, 0);
    let refused = rig.run(&line);
    refused.refused(2, &["Professional", "giấy phép"]);
    assert!(refused.err.contains("--licence-basis"), "{refused:#?}");
    let captured = rig.json(&[&line[..], &["--licence-basis", "oem"]].concat()).good();
    let manifest = &captured.one("image_captured")["manifest"];
    let windows = serde_json::json!({ "edition": "Professional", "build": "22631", "licence_basis": "oem" });
    assert_eq!((&manifest["windows"], &manifest["os"]), (&windows, &"windows".into()), "{captured:#?}");
    assert_eq!(manifest["length"], 39 << 20, "it ends with its partition");
    // A copy that somebody made otherwise goes by the same rules.
    rig.run(&added).refused(2, &["Professional", "giấy phép"]);
    let copied = rig.json(&[&added[..], &["--licence-basis", "oem"]].concat()).good();
    assert_eq!(copied.one("image_added")["manifest"]["windows"], windows, "{copied:#?}");
    let zst = rig.station().join("images/win.zst").display().to_string();
    let judge = "zstd -q -d -f \"$1\" -o restored && dd if=restored of=fs2 bs=1M skip=1 status=none && \
        ntfsresize --info --force --no-progress-bar fs2";
    good(rig.home(), judge, &[&zst]);
    is_told_its_name(&rig, &disk);
    // Somebody's own folder is a trace.
    fs::create_dir_all(rig.home().join("in/Users/Nam/Desktop")).expect("ours");
    assert_eq!(state("IMAGE_STATE_GENERALIZE_RESEAL_TO_OOBE").0, 0);
    let line = ["image", "capture", disk.name(), "--id", "win2", "--licence-basis", "volume"];
    let refused = rig.run(&line);
    refused.refused(1, &["dấu vết"]);
    assert!(refused.out.contains("/Users/* (1)"), "{refused:#?}");
}

/// Written to a larger disk, it fills that and finds its answer file; on each machine's own licence it is not even begun.
fn is_told_its_name(rig: &Rig, master: &PracticeDisk) {
    rig.run(&["image", "capture", master.name(), "--id", "win-vl", "--licence-basis", "volume"]).good();
    let (device, disk) = (rig.device(), rig.disk("dich", Bytes::mib(96)));
    rig.run(&["wipe", &device.tag, "--disk", disk.name(), "--confirm", &rig.code(&disk)]).good();
    let code = rig.code(&disk);
    let write = |image: &str| {
        let line = ["image", "write", &device.tag, "--disk", disk.name(), "--image", image, "--confirm", &code];
        rig.json(&line)
    };
    let refused = write("win");
    assert_eq!((refused.code, refused.all("imaged").len(), refused.all("progress").len()), (1, 0, 0), "{refused:#?}");
    assert!(refused.one("failure")["message"].to_string().contains("khóa Windows"), "{refused:#?}");
    let written = write("win-vl").good();
    let fitted = written.one("fitted");
    let done = fitted["done"].to_string();
    for step in ["system_grown", "hostname_set", "locale_set", "time_zone_set"] {
        assert!(done.contains(step), "{step}: {fitted}");
    }
    assert_eq!(fitted["left"].to_string(), r#"["keyboard","welcome"]"#);
    let path = disk.backing().display().to_string();
    let cat = "dd if=\"$1\" of=fs3 bs=1M skip=1 status=none && ntfscat -f fs3 Windows/Panther/unattend.xml";
    let xml = good(rig.home(), cat, &[&path]);
    let tag = TagId::read(&device.tag).expect("a tag").to_string();
    assert!(xml.contains(&format!("<ComputerName>{tag}</ComputerName>")), "{xml}");
    assert!(xml.contains("<TimeZone>SE Asia Standard Time</TimeZone>") && xml.contains("vi-VN"), "{xml}");
    good(rig.home(), "ntfsresize --info --no-progress-bar fs3", &[]);
}

const SERIAL: &str = "WD-12345678";

#[test]
fn a_windows_on_each_machines_licence_goes_only_where_a_key_of_its_edition_is() {
    let rig = arming_rig::Rig::new(&[made_up("sda", Some(SERIAL))]);
    let (found, _) = rig.device(true);
    rig.wipe(&found, &wipe_order("sda", SERIAL)).expect("wiped");
    let manifest = rig.files_below("system.toml").pop().expect("given").1;
    let manifest = Manifest::from_toml("m", std::str::from_utf8(&manifest).expect("text")).expect("a manifest");
    let windows = Some(WindowsNote { edition: "Core".to_owned(), build: None, basis: LicenceBasis::Oem });
    rig.give_file("system.toml", Manifest { windows, ..manifest }.to_toml().into_bytes());
    let tell = |value| {
        let fact = FactSeen {
            key: key::WINDOWS_KEY.to_owned(),
            value,
            unit: None,
            source: "sys/firmware/acpi/tables/MSDM".to_owned(),
            certainty: "certain".to_owned(),
        };
        let mut inspected = inspected(Verdict::Pass, &[]);
        inspected.facts.push(fact);
        rig.record_inspected(&found, inspected);
    };
    let with = |edition: Option<&str>| {
        let windows_edition = edition.map(str::to_owned);
        rig.image(&found, &ImageOrder { windows_edition, ..image_order("sda", SERIAL) })
    };
    let refused = |edition: Option<&str>| {
        let before = rig.events().len();
        let failure = refusal(with(edition), "the licence");
        assert_eq!(rig.kinds(before), Vec::<String>::new(), "nothing is begun");
        said(&failure).to_owned()
    };
    assert_eq!(refused(Some("Home")), "licence-key-unknown");
    tell(Some(Seen::Flag(false)));
    assert_eq!(refused(Some("Home")), "licence-no-key");
    tell(Some(Seen::Text("*****-*****-*****-*****-3V66T".to_owned())));
    assert_eq!(refused(None), "licence-edition-unsaid");
    assert_eq!(refused(Some("Professional")), "licence-other-edition");
    // An inspection without the right to look says nothing new.
    tell(None);
    rig.wipe(&found, &wipe_order("sda", SERIAL)).expect("wiped");
    assert_eq!(with(Some("Windows 11 Home")).expect("licensed").ended.result, ImageResult::Written);
    assert!(rig.events().iter().all(|event| !format!("{event:?}").contains("AAAAA-")), "no whole key anywhere");
}
