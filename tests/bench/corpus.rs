//! Real machines: their SMBIOS tables and EDIDs, read through made-up trees, give the truths that the corpus states.
//!
//! The corpus lies beside the clone and is not part of it; without it these tests say so and pass,
//! and the machines of `made_up_machines` alone hold the promise.

#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    reason = "reads the corpus, and says aloud where there is none"
)]

use crate::dmidecode::encode;
use crate::sysfs_tree::{SmbiosTable, Structure, SysfsTree};
use aoxanh::device::{Certainty, Facts, Value, key};
use aoxanh::profile::{DISK_HEALTH, Verdict, embedded, judge};
use aoxanh::reading::{Edid, EdidError, SizeDoubt, kind_of};
use aoxanh::unit::Bytes;
use aoxanh::word::{Lang, Words};
use std::fs;
use std::io::Write;
use std::path::PathBuf;

const CORPUS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/corpus");

/// Maker, model, kind, memory in MiB, slots, free slots; `None` is "unknown". By hand from `INDEX.md`.
type Truth = (&'static str, Option<&'static str>, Option<&'static str>, Option<&'static str>, u64, u64, u64);

const TRUTHS: &[Truth] = &[
    ("dell-latitude-e6410", Some("Dell"), Some("Latitude E6410"), Some("laptop"), 4096, 2, 1),
    (
        "dell-latitude-7220-tablet",
        Some("Dell"),
        Some("Latitude 7220 Rugged Extreme Tablet"),
        Some("tablet"),
        16384,
        0,
        0,
    ),
    ("hp-elitebook-2560p", Some("HP"), Some("HP EliteBook 2560p"), Some("laptop"), 4096, 2, 1),
    ("hp-stream", Some("HP"), Some("HP Stream Notebook"), Some("laptop"), 2048, 0, 0),
    ("thinkpad-x60", Some("Lenovo"), Some("ThinkPad X60"), Some("laptop"), 2048, 2, 0),
    ("ibm-thinkpad-r51", Some("IBM"), Some("ThinkPad R51"), Some("laptop"), 256, 2, 1),
    ("thinkpad-x230", Some("Lenovo"), Some("ThinkPad X230"), Some("laptop"), 4096, 2, 1),
    ("thinkpad-t440s", Some("Lenovo"), Some("ThinkPad T440s"), Some("laptop"), 12288, 1, 0),
    ("lenovo-g580", Some("Lenovo"), Some("Lenovo G580"), Some("laptop"), 2048, 4, 3),
    ("acer-aspire-one-531h", Some("Acer"), Some("AO531h"), None, 1024, 2, 1),
    ("asus-x540up", Some("ASUS"), Some("X540UP"), Some("laptop"), 4096, 4, 3),
    ("toshiba-satellite-a110", Some("Toshiba"), Some("Satellite A110"), Some("laptop"), 2048, 2, 0),
    ("sony-vaio-sve1111", Some("Sony"), Some("SVE11115ELW"), Some("laptop"), 4096, 2, 0),
    ("samsung-n150", Some("Samsung"), Some("N150/N210/N220"), Some("laptop"), 2048, 1, 0),
    ("noname-tbf-oem", None, None, Some("laptop"), 4096, 4, 3),
    ("tablet-fujitsu-farq", Some("Fujitsu"), Some("FARQ18004"), Some("tablet"), 4096, 2, 0),
    ("tablet-thinkpad-x1", Some("Lenovo"), Some("ThinkPad X1 Tablet"), Some("tablet"), 16384, 1, 0),
    ("aio-imac10-1", Some("Apple"), Some("iMac10,1"), Some("all_in_one"), 4096, 4, 2),
    ("aio-lenovo-invalid", Some("Lenovo"), None, Some("all_in_one"), 4096, 2, 1),
    ("desktop-hp-dc5750", Some("HP"), Some("HP Compaq dc5750 Small Form Factor"), Some("desktop"), 2048, 4, 1),
    ("desktop-optiplex-3010", Some("Dell"), Some("OptiPlex 3010"), Some("desktop"), 8192, 2, 0),
    ("desktop-asrock-tbf", None, None, Some("desktop"), 4096, 2, 0),
    ("glpi-asus-system-product-name", None, None, Some("desktop"), 4096, 4, 2),
];

fn read(path: &str) -> Option<Vec<u8>> {
    let path = PathBuf::from(CORPUS).join(path);
    let bytes = fs::read(&path);
    if bytes.is_err() {
        // Not `eprintln!`, which the test harness keeps to itself where a test passes.
        let why = format!("SKIPPED, NOTHING PROVED: the corpus is not beside the clone ({})\n", path.display());
        std::io::stderr().write_all(why.as_bytes()).expect("said");
    }
    bytes.ok()
}

pub(super) fn text(path: &str) -> Option<String> {
    read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

/// The cells "file" and "truth" of the rows whose file lies in that folder.
fn index(folder: &str) -> Option<Vec<(String, String)>> {
    let index = text("INDEX.md")?;
    let rows = index.lines().filter(|line| line.starts_with(&format!("| `{folder}/")));
    let cells = rows.map(|line| line.split('|').map(str::trim).collect::<Vec<_>>());
    Some(cells.map(|cells| (cells[1].trim_matches('`').to_owned(), cells[cells.len() - 2].to_owned())).collect())
}

/// The tree of a machine of the corpus, with as much of `MemTotal` as its tables say, less what firmware keeps.
fn machine(name: &str, total_mib: u64) -> Option<SysfsTree> {
    let printed = text(&format!("dmi/{name}.txt"))?;
    let tree = SysfsTree::new();
    tree.smbios(&encode(&printed), (2, 7)).meminfo(total_mib * 1024 * 94 / 100);
    Some(tree)
}

fn known(facts: &Facts, key: &str) -> Option<String> {
    facts.known(key).map(|value| if let Value::Text(text) = value { text.clone() } else { format!("{value:?}") })
}

#[test]
fn machines_of_the_corpus_are_read_as_their_truths_say() {
    for (name, maker, model, kind, mib, slots, free) in TRUTHS {
        let Some(tree) = machine(name, *mib) else { return };
        let facts = tree.facts();
        assert_eq!(known(&facts, key::MAKER).as_deref(), *maker, "{name}");
        assert_eq!(known(&facts, key::MODEL).as_deref(), *model, "{name}");
        assert_eq!(kind_of(&facts), *kind, "{name}");
        let total = facts.get(key::MEMORY_TOTAL).expect("always there");
        assert_eq!((&total.value, total.certainty), (&Value::Bytes(Bytes::mib(*mib)), Certainty::Certain), "{name}");
        assert_eq!(facts.known(key::MEMORY_SLOTS), Some(&Value::Count(*slots)), "{name}");
        assert_eq!(facts.known(key::MEMORY_FREE_SLOTS), Some(&Value::Count(*free)), "{name}");
        // The corpus has its serials struck out.
        assert_eq!(facts.known(key::SERIAL), None, "{name}");
    }
}

/// The memory rows that the index states, in MiB, without the one that is the system ROM.
fn stated_rows(truth: &str) -> Vec<u64> {
    let rows = truth.split("memory device rows: ").nth(1).unwrap_or("none").split_inclusive(']');
    let rows =
        rows.map(|row| row.trim_start_matches([';', ' '])).filter(|row| row.ends_with(']') && !row.contains("Flash"));
    let mebibytes = rows.map(|row| {
        let mut words = row.split(' ');
        let number = words.next().and_then(|number| number.parse::<u64>().ok());
        number.map_or(0, |number| if words.next() == Some("GB") { number * 1024 } else { number })
    });
    mebibytes.collect()
}

/// The speeds of the same rows, in million transfers a second, where the index states them.
fn stated_speeds(truth: &str) -> Vec<Option<u64>> {
    let rows = truth.split("memory device rows: ").nth(1).unwrap_or("none").split_inclusive(']');
    let rows =
        rows.map(|row| row.trim_start_matches([';', ' '])).filter(|row| row.ends_with(']') && !row.contains("Flash"));
    rows.map(|row| {
        let words: Vec<&str> = row.split(' ').collect();
        let unit = words.iter().position(|word| matches!(*word, "MT/s" | "MHz"))?;
        words.get(unit.checked_sub(1)?)?.parse().ok()
    })
    .collect()
}

#[test]
fn tables_of_the_corpus_that_deny_amt_are_believed_and_those_that_claim_it_are_not() {
    let cases = [
        ("asus-x540up", Value::Flag(false)),
        ("ereuse-lenovo-v330", Value::Flag(false)),
        // A template that its maker left as it was: nobody sold a G560 with AMT.
        ("ereuse-lenovo-g560", Value::Unknown(aoxanh::device::Why::NotTold)),
        ("thinkpad-t420", Value::Unknown(aoxanh::device::Why::NotTold)),
    ];
    for (name, expected) in cases {
        let Some(tree) = machine(name, 4096) else { return };
        let card = "sys/bus/pci/devices/0000:00:16.0";
        tree.files(card, &[("vendor", "0x8086"), ("class", "0x078000")]);
        assert_eq!(tree.facts().get(key::AMT).map(|fact| fact.value.clone()), Some(expected), "{name}");
        tree.files("sys/bus/pci/devices/0000:00:16.3", &[("vendor", "0x8086"), ("class", "0x070002")]);
        assert_eq!(tree.facts().known(key::AMT), Some(&Value::Flag(true)), "{name}: its serial port says so");
    }
}

#[test]
fn the_tablet_of_the_corpus_that_speaks_japanese_hints_at_its_keyboard_and_the_others_do_not() {
    for (name, expected) in [("tablet-fujitsu-farq", Some("JIS (ja)")), ("thinkpad-x230", None)] {
        let Some(tree) = machine(name, 4096) else { return };
        let fact = tree.facts().get(key::KEYBOARD_LAYOUT).cloned().expect("always there");
        let expected = expected.map(|layout| (Value::Text(layout.to_owned()), Certainty::Estimated));
        assert_eq!((!fact.value.is_unknown()).then_some((fact.value, fact.certainty)), expected, "{name}");
    }
}

#[test]
fn chromebooks_of_the_corpus_are_known_by_their_maker() {
    // The Acer had its firmware replaced, so that it says nothing of Google any more.
    for (name, expected) in
        [("chromebook-astronaut", Some(true)), ("chromebook-acer-peppy", None), ("thinkpad-x230", Some(false))]
    {
        let Some(tree) = machine(name, 4096) else { return };
        let facts = tree.facts();
        assert_eq!(facts.known(key::CHROMEBOOK), expected.map(Value::Flag).as_ref(), "{name}");
    }
}

#[test]
fn every_table_of_the_corpus_gives_its_memory_rows_and_chassis() {
    let Some(rows) = index("dmi") else { return };
    let mut read = 0;
    for (file, truth) in
        rows.iter().filter(|(file, truth)| !file.contains(".bin") && truth.contains("memory device rows"))
    {
        let stated = stated_rows(truth);
        let sum: u64 = stated.iter().sum();
        let name = file.trim_start_matches("dmi/").trim_end_matches(".txt");
        let facts =
            machine(name, if sum > 0 { sum } else { 1024 }).expect("the index is there, so is the file").facts();
        for (number, mib) in stated.iter().enumerate() {
            let size = facts.known(&format!("memory.{number}.size"));
            assert_eq!(size, Some(&Value::Bytes(Bytes::mib(*mib))), "{file}: row {number} of {truth}");
        }
        for (number, row) in stated_speeds(truth).into_iter().enumerate() {
            let speed = facts.known(&format!("memory.{number}.speed")).and_then(Value::number);
            assert_eq!(speed, row, "{file}: speed of row {number} of {truth}");
        }
        assert_eq!(facts.get(&format!("memory.{}.size", stated.len())), None, "{file}");
        let total = facts.get(key::MEMORY_TOTAL).expect("always there");
        let (mib, certainty) = if sum > 0 { (sum, Certainty::Certain) } else { (1024, Certainty::Estimated) };
        assert_eq!((&total.value, total.certainty), (&Value::Bytes(Bytes::mib(mib)), certainty), "{file}");
        let chassis = truth.split("chassis ").nth(1).map(|rest| rest.split([';', '(']).next().unwrap_or("").trim());
        if let Some(word) = chassis.filter(|word| !matches!(*word, "none" | "Other") && !truth.contains("hashed away"))
        {
            assert_eq!(known(&facts, key::CHASSIS), Some(word.to_lowercase()), "{file}");
        }
        read += 1;
    }
    assert!(read > 60, "only {read} tables");
}

#[test]
fn raw_dumps_of_the_corpus_are_read_like_their_text() {
    let dumps = [
        ("uroot-lenovo-thinkpad-t480", "Lenovo", "ThinkPad T480s", 24, 2),
        ("uroot-toshiba-satellite-pro-l70", "Toshiba", "SATELLITE PRO L70-A", 16, 4),
    ];
    for (name, maker, model, gib, slots) in dumps {
        let Some(dump) = read(&format!("dmi/{name}.bin")) else { return };
        // `dmidecode --dump-bin` puts the entry point first and the table at 0x20.
        let tree = SysfsTree::new();
        tree.file("sys/firmware/dmi/tables/smbios_entry_point", &dump[..32]);
        tree.file("sys/firmware/dmi/tables/DMI", &dump[32..]);
        let facts = tree.facts();
        assert_eq!(
            (known(&facts, key::MAKER).as_deref(), known(&facts, key::MODEL).as_deref()),
            (Some(maker), Some(model))
        );
        assert_eq!(facts.known(key::MEMORY_TOTAL), Some(&Value::Bytes(Bytes::gib(gib))));
        assert_eq!(facts.known(key::MEMORY_SLOTS), Some(&Value::Count(slots)));
        assert_eq!(kind_of(&facts), Some("laptop"));
        let printed = text(&format!("dmi/{name}.txt")).expect("beside the dump");
        let uuid = printed.lines().find_map(|line| line.trim().strip_prefix("UUID: ")).expect("a UUID").to_lowercase();
        assert_eq!(known(&facts, key::UUID), Some(uuid));
    }
}

/// `1366x768` or `309 x 174` behind the words.
fn pair(truth: &str, before: &str) -> Option<(u64, u64)> {
    let rest = truth.split(before).nth(1)?;
    let mut numbers = rest.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).map(str::parse::<u64>);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

#[test]
fn every_edid_of_the_corpus_gives_its_size_and_resolution() {
    let Some(rows) = index("edid") else { return };
    assert!(rows.len() > 40, "only {} rows", rows.len());
    for (file, truth) in rows {
        let bytes = read(&file.replace(".hex", ".bin")).expect("the index is there, so is the file");
        if truth.contains("CHECKSUM WRONG") {
            assert_eq!(Edid::read(&bytes), Err(EdidError::Checksum), "{file}");
            continue;
        }
        let edid = Edid::read(&bytes).expect("the index says it is right");
        assert_eq!(Some(edid.product.as_str()), truth.split(',').next(), "{file}");
        assert_eq!(edid.pixels, pair(&truth, "first timing "), "{file}");
        let stated =
            truth.split(" mm = ").nth(1).and_then(|rest| rest.split(' ').next()).map(|inches| inches.replace('.', ""));
        let stated = stated.map(|tenths| tenths.parse::<u64>().expect("a size"));
        let read = edid.diagonal();
        match stated {
            _ratio if file.contains("tv-160x90") => assert_eq!(read, Err(SizeDoubt::None), "{file}"),
            _contradiction if file.contains("two-sizes") => {
                assert!(matches!(read, Err(SizeDoubt::Two { .. })), "{file}: {read:?}");
            }
            Some(tenths) => assert_eq!(read, Ok((tenths, Certainty::Certain)), "{file}"),
            None if truth.contains("max image size 0 x 0 cm") => assert_eq!(read, Err(SizeDoubt::None), "{file}"),
            None => {
                let (width, height) = pair(&truth, "max image size ").expect("a size in centimetres");
                let squared = (width * width + height * height) * 10_000;
                let (tenths, certainty) = read.expect("a size in centimetres");
                assert!((tenths * 254).pow(2).abs_diff(squared * 100) < 2 * 254 * tenths * 127, "{file}: {tenths}");
                assert_eq!(certainty, Certainty::Estimated, "{file}");
            }
        }
    }
}

/// A machine of the corpus with a processor, a disk and a panel.
fn complete(name: &str, mib: u64, cores: usize, disk: u64, panel: &str) -> Option<SysfsTree> {
    let tree = machine(name, mib)?;
    let edid = read(&format!("edid/{panel}.bin"))?;
    tree.cpuinfo("Some Processor @ 2.40GHz", cores, cores * 2);
    tree.disk("sda", "pci0000:00/0000:00:1f.2/ata1/host0/block/sda", disk, "1");
    tree.file("sys/class/drm/card0-LVDS-1/edid", edid).file("sys/class/drm/card0-HDMI-A-1/edid", []);
    tree.file("sys/class/net/wlan0/wireless/x", []).empty_folder("sys/class/net/wlan0/device");
    tree.empty_folder("sys/class/video4linux/video0");
    Some(tree)
}

#[test]
fn machines_of_the_corpus_are_judged_with_the_parts_they_need() {
    let words = Words::new(Lang::Vi, None).expect("embedded");
    let profile = embedded("laptop-desktop").expect("embedded").expect("good");
    let cases = [
        (
            "thinkpad-x230",
            4096,
            2,
            512_110_190_592,
            "lgd-lp140wf3",
            Verdict::Conditional,
            Some("còn 1 khe trống, thêm 1 thanh 4 GB DDR3 SODIMM → đạt"),
            140,
        ),
        ("hp-probook-4230s", 4096, 2, 320_072_933_376, "auo-405c", Verdict::Conditional, None, 116),
        (
            "thinkpad-x60",
            2048,
            2,
            32_017_047_552,
            "len-hv121x03",
            Verdict::Fail,
            // Its tables say that the board takes 2 GB.
            None,
            121,
        ),
        (
            "lenovo-g580",
            2048,
            2,
            500_107_862_016,
            "lgd-lp140wf3",
            Verdict::Fail,
            Some("còn 3 khe trống, thêm 1 thanh 2 GB DDR3 SODIMM → đạt có điều kiện"),
            140,
        ),
        ("hp-stream", 2048, 2, 128_035_676_160, "auo-405c", Verdict::Fail, None, 116),
        ("uroot-lenovo-thinkpad-t480", 24576, 4, 500_107_862_016, "lgd-lp140wf3", Verdict::Pass, None, 140),
        ("acer-aspire-one-531h", 1024, 1, 160_041_885_696, "ivo-m101nwt2", Verdict::Fail, None, 101),
    ];
    for (name, mib, cores, disk, panel, verdict, fix, tenths) in cases {
        let Some(tree) = complete(name, mib, cores, disk, panel) else { return };
        let mut facts = tree.facts();
        // Its disk was asked, and is well.
        facts.push(DISK_HEALTH, Value::Text("good".to_owned()), "smartctl", Certainty::Estimated);
        assert_eq!(facts.known(key::SCREEN_DIAGONAL), Some(&Value::TenthInches(tenths)), "{name}");
        let judgement = judge(&profile, &facts);
        let said: Vec<String> = judgement.findings.iter().map(|finding| words.say(&finding.sentence())).collect();
        assert_eq!(judgement.verdict, verdict, "{name}: {said:#?}");
        assert_eq!(judgement.fix_sentence().map(|sentence| words.say(&sentence)).as_deref(), fix, "{name}: {said:#?}");
    }
}

#[test]
fn a_table_that_claims_more_than_the_kernel_sees_does_not_count() {
    let mut table = SmbiosTable::default();
    table.add(17, 1, Structure::of_len(34).put(0x0C, &8192u16.to_le_bytes()).put(0x0E, &[13]).put(0x12, &[24]));
    let tree = SysfsTree::new();
    tree.smbios(&table.end(), (2, 7)).meminfo(1_950_000);
    let total = tree.facts().get(key::MEMORY_TOTAL).cloned().expect("always there");
    assert_eq!((total.value, total.certainty), (Value::Bytes(Bytes::gib(2)), Certainty::Estimated));
    assert!(total.source.contains("8 GB") && total.source.contains("1950000"), "{}", total.source);
}
