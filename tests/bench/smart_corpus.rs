//! Every report of the corpus: its numbers as the corpus's index tells them, its verdict as a person would give it.
//!
//! Invariant: the truth comes from the index's rows, not from the parser; where the corpus is absent, it is said aloud.

#![expect(clippy::disallowed_methods, reason = "a test reads the corpus from disk")]
#![expect(clippy::expect_used, clippy::print_stderr, reason = "a test that cannot run says so aloud")]

use aoxanh::reading::{Condition, DiskHealth, ExitBits, SmartReport, Tally};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// What a person who reads the whole report would say, with why where it is not plain.
const VERDICTS: [(&str, Condition); 51] = [
    ("ereuse-850evo-msata", Condition::Good),
    // SSD_Life_Left says 16, but the raw value, the erase counts and the standard's own statistics say 84 or 85.
    ("ereuse-a400-28797h", Condition::Good),
    ("ereuse-card-reader-unknown-bridge", Condition::Unknown),
    ("ereuse-liteonit-no-hours", Condition::Good),
    // Exit bit 2: some other log could not be read.
    ("ereuse-mx300", Condition::Good),
    ("ereuse-st500dm002-42593h", Condition::Good),
    ("ereuse-wd5000aakx", Condition::Good),
    // One retired block of an SSD with 4 % wear.
    ("ereuse-wds240g2-1-realloc", Condition::Good),
    // PASSED, and twelve reads that nothing could correct.
    ("ereuse-wds240g2-12-uncorrect", Condition::Replace),
    ("exporter-970evoplus", Condition::Good),
    ("exporter-a400-m8-120", Condition::Good),
    ("exporter-ct250p2", Condition::Good),
    ("exporter-mas3735nc-73g", Condition::Good),
    ("exporter-mtfdhax-69-percent", Condition::Good),
    // Its memory for power cuts failed, and it says FAILED.
    ("exporter-mzwll3t2-critical-warning", Condition::Replace),
    ("exporter-s4500-wear55", Condition::Good),
    // 100,216 hours.
    ("exporter-st3200820as", Condition::Watch),
    // The cable, and 58,530 hours.
    ("exporter-wd2003-crc", Condition::Watch),
    ("exporter-wd5002-errorlog", Condition::Watch),
    ("libblockdev-hds5c3020-102088h", Condition::Watch),
    ("libblockdev-hus726060-1040-realloc", Condition::Replace),
    ("libblockdev-intel-dc-120", Condition::Good),
    ("libblockdev-kpm5-sas-ssd", Condition::Good),
    ("libblockdev-st600mp0036-sas", Condition::Good),
    ("libblockdev-thnsnh128", Condition::Good),
    ("node-smartctl-ata", Condition::Good),
    // An iSCSI target that says PASSED with SMART switched off.
    ("node-smartctl-no-support", Condition::Unknown),
    ("node-smartctl-qemu", Condition::Unknown),
    ("plasma-hitachi-usbjmicron-FAILED", Condition::Replace),
    ("plasma-missing-status", Condition::Unknown),
    ("plasma-mq01abd050-no-status", Condition::Unknown),
    ("plasma-mx500-83-percent", Condition::Good),
    ("plasma-skhynix-pc300-errlog-failed", Condition::Good),
    // PASSED, with 1,640 pending sectors and a self-test that met one.
    ("plasma-st3000dm001-passed-but-dying", Condition::Replace),
    ("plasma-unknown-usb-bridge", Condition::Unknown),
    ("plasma-virtualbox-disk", Condition::Unknown),
    ("pysmart-sn770", Condition::Good),
    ("scrutiny-force-mp510", Condition::Good),
    ("scrutiny-intel-raid-volume", Condition::Unknown),
    // No status, and 53,416,508,262,463 reallocation events: nobody can say what that hides.
    ("scrutiny-no-model-sat", Condition::Watch),
    ("scrutiny-open-failed-windows", Condition::Unknown),
    ("scrutiny-samsung-840-crc", Condition::Watch),
    ("scrutiny-samsung-850pro-win", Condition::Good),
    ("scrutiny-samsung-860evo-x", Condition::Good),
    // PASSED, with seven media errors.
    ("scrutiny-samsung-970evo-media-errors", Condition::Replace),
    // PASSED, with 56 grown defects.
    ("scrutiny-st4000nm0043-56-defects", Condition::Replace),
    ("scrutiny-wd140edfz-healthy", Condition::Good),
    // PASSED, with 387 replaced sectors.
    ("scrutiny-wd4000fyyx-megaraid-387", Condition::Replace),
    ("telegraf-nvme", Condition::Good),
    ("telegraf-scsi_extended", Condition::Good),
    ("telegraf-usb", Condition::Good),
];

fn corpus() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    if folder.join("INDEX.md").is_file() {
        return Some(folder);
    }
    eprintln!("NOT RUN: no corpus at {}", folder.display());
    None
}

/// The truths of each JSON report by its name: the last cell of its row, cut at the semicolons.
fn truths(folder: &Path) -> BTreeMap<String, Vec<String>> {
    let index = fs::read_to_string(folder.join("INDEX.md")).expect("the index reads");
    let row = |line: &str| {
        let name = line.strip_prefix("| `smart/")?.split_once(".json` |")?.0.to_owned();
        let truth = line.trim_end_matches(['|', ' ']).rsplit(" | ").next()?;
        Some((name, truth.split("; ").map(str::to_owned).collect()))
    };
    index.lines().filter_map(row).collect()
}

fn number(text: &str) -> Option<u64> {
    let digits: String = text.chars().filter(|letter| *letter != ',').collect();
    digits.parse().ok()
}

/// The number that stands behind `before` in some truth.
fn told(truths: &[String], before: &str) -> Option<u64> {
    truths.iter().find_map(|truth| number(truth.split_once(before)?.1.split([' ', '%', ';', ',']).next()?))
}

/// The raw value that the truths tell of an attribute.
fn raw(truths: &[String], id: u64) -> Option<u64> {
    let is_it =
        |truth: &&String| truth.contains(&format!("({id}, named ")) || truth.contains(&format!(" ({id}) value "));
    number(truths.iter().find(is_it)?.rsplit(" raw ").next()?)
}

fn report(folder: &Path, name: &str) -> SmartReport {
    let bytes = fs::read(folder.join("smart").join(format!("{name}.json"))).expect("the report is there");
    SmartReport::read(&bytes).expect(name)
}

#[test]
fn only_the_disk_of_the_corpus_that_was_testing_itself_is_said_to() {
    let Some(folder) = corpus() else { return };
    for (name, _) in VERDICTS {
        // Its status says "in progress, 10% remaining".
        let expected = (name == "scrutiny-wd140edfz-healthy").then_some(10);
        assert_eq!(report(&folder, name).testing.left, expected, "{name}");
    }
}

#[test]
fn every_report_is_read_as_the_corpus_tells_it() {
    let Some(folder) = corpus() else { return };
    let all = truths(&folder);
    assert_eq!(all.len(), VERDICTS.len());
    for (name, truths) in &all {
        let report = report(&folder, name);
        let says = |what: &str| truths.iter().any(|truth| truth == what);
        let exit = truths.iter().find_map(|truth| truth.strip_prefix("exit_status "));
        let bits = exit.and_then(|bits| bits.parse().ok()).map(ExitBits);
        assert_eq!(report.exit, bits, "{name}");
        let passed = if says("health PASSED") { Some(true) } else { says("health FAILED").then_some(false) };
        assert_eq!(report.passed, passed, "{name}");
        assert!(passed.is_some() || says("health absent"), "{name}: {truths:?}");
        let hours = truths.iter().find_map(|truth| number(truth.strip_suffix(" h")?));
        assert_eq!(report.hours, hours, "{name}");
        let model = truths.iter().find_map(|truth| truth.strip_prefix("model ")).filter(|model| *model != "absent");
        let seen = report.model.as_deref().filter(|_| report.kind.as_deref() != Some("scsi"));
        assert!(seen.is_none() || seen == model, "{name}: {seen:?} {model:?}");
        assert_eq!(report.grown.known(), told(truths, "grown defects "), "{name}");
        let media = told(truths, "media errors ");
        assert!(media.is_none() || report.media.known() == media, "{name}");
        if let Some(warning) = told(truths, "critical_warning ") {
            let nvme = report.nvme.expect(name);
            assert_eq!((nvme.warning, nvme.spare), (warning, told(truths, "spare ")), "{name}");
            assert_eq!(report.wear.as_ref().map(|wear| wear.used), told(truths, "used "), "{name}");
        }
        let security = truths.iter().find_map(|truth| truth.strip_prefix("ATA security: "));
        assert_eq!(report.security.as_ref().map(|state| state.text.as_str()), security, "{name}");
    }
}

/// The index tells only attributes that are not zero: where it is silent, the report must be too.
#[test]
fn every_counter_is_the_raw_value_of_the_index_and_packed_ones_are_no_counts() {
    let Some(folder) = corpus() else { return };
    for (name, truths) in &truths(&folder) {
        let report = report(&folder, name);
        let counters = [
            (5, report.reallocated),
            (187, report.reported),
            (188, report.timeouts),
            (196, report.events),
            (197, report.pending),
            (198, report.offline),
            (199, report.crc),
        ];
        for (id, tally) in counters {
            let good = match (tally, raw(truths, id)) {
                (Tally::Junk(seen), Some(told)) => seen == told && told > u64::from(u32::MAX),
                (Tally::Known(seen), told) => seen == told.unwrap_or(0),
                (Tally::NotKept, told) => told.is_none(),
                (Tally::Junk(_), None) => false,
            };
            assert!(good, "{name}: attribute {id} is {tally:?}, the index says {:?}", raw(truths, id));
        }
    }
    let odd = report(&folder, "scrutiny-no-model-sat");
    assert_eq!(odd.events, Tally::Junk(53_416_508_262_463));
}

#[test]
fn every_report_gets_the_verdict_that_a_person_would_give_it() {
    let Some(folder) = corpus() else { return };
    let wrong: Vec<String> = VERDICTS
        .iter()
        .filter_map(|(name, verdict)| {
            let health = DiskHealth::of(&report(&folder, name));
            let reasons: Vec<_> = health.reasons.iter().map(|reason| reason.what.key()).collect();
            (health.condition != *verdict).then(|| format!("{name}: {:?} by {reasons:?}", health.condition))
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn no_report_cut_short_or_bent_makes_the_reader_panic() {
    let Some(folder) = corpus() else { return };
    for (name, _) in VERDICTS {
        let bytes = fs::read(folder.join("smart").join(format!("{name}.json"))).expect("the report is there");
        for cut in (0..bytes.len()).step_by(997) {
            assert!(SmartReport::read(&bytes[..cut]).is_err(), "{name} cut at {cut}");
        }
        for at in (0..bytes.len()).step_by(313) {
            let mut bent = bytes.clone();
            bent[at] ^= 0x1f;
            let _health = SmartReport::read(&bent).map(|report| DiskHealth::of(&report));
        }
    }
}
