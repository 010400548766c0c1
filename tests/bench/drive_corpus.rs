//! Real drives: what they said of themselves, read here, gives the truths that the corpus states.
//!
//! The corpus lies beside the clone and is not part of it; without it these tests say so and pass.

#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    reason = "reads the corpus, and says aloud where there is none"
)]

use aoxanh::drive::nvme::{Controller, SanitizeLog, SanitizeState};
use aoxanh::drive::{Identify, IdentifyError, Rotation};
use serde_json::Value;
use std::io::Write;
use std::path::PathBuf;

const CORPUS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/corpus");

fn read(path: &str) -> Option<Vec<u8>> {
    let bytes = std::fs::read(PathBuf::from(CORPUS).join(path));
    if bytes.is_err() {
        // Not `eprintln!`, which the test harness keeps to itself where a test passes.
        let why = format!("SKIPPED, NOTHING PROVED: the corpus is not beside the clone ({path})\n");
        std::io::stderr().write_all(why.as_bytes()).expect("said");
    }
    bytes.ok()
}

fn text(path: &str) -> Option<String> {
    read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

/// File and truth of every row of the index whose file name begins so.
fn rows(start: &str) -> Option<Vec<(String, String)>> {
    let index = text("INDEX.md")?;
    let rows = index.lines().filter(|line| line.starts_with(&format!("| `{start}")));
    let cells = rows.map(|line| line.split('|').map(str::trim).collect::<Vec<_>>());
    Some(cells.map(|cells| (cells[1].trim_matches('`').to_owned(), cells[cells.len() - 2].to_owned())).collect())
}

fn kind(file: &str) -> Option<&str> {
    file.rsplit_once('.').map(|(_, kind)| kind)
}

fn told(truth: &str, yes: &str) -> bool {
    truth.contains(&format!("{yes} True"))
}

/// Identify Controller with the fields that the corpus has as JSON, at their places in NVM Express 1.4, figure 247.
fn page(fields: &Value) -> Vec<u8> {
    let number = |name: &str| {
        let field = &fields[name];
        field.as_u64().or_else(|| field.as_str()?.parse().ok()).expect("a number of the corpus")
    };
    let mut page = vec![0; 4096];
    let mut put = |at: usize, bytes: &[u8]| page[at..at + bytes.len()].copy_from_slice(bytes);
    put(4, fields["sn"].as_str().expect("a serial").as_bytes());
    put(24, fields["mn"].as_str().expect("a model").as_bytes());
    put(64, fields["fr"].as_str().expect("a firmware").as_bytes());
    put(256, &number("oacs").to_le_bytes()[..2]);
    put(280, &number("tnvmcap").to_le_bytes());
    put(328, &number("sanicap").to_le_bytes()[..4]);
    put(516, &number("nn").to_le_bytes()[..4]);
    put(524, &number("fna").to_le_bytes()[..1]);
    page
}

#[test]
fn nvme_drives_of_the_corpus_offer_what_their_truths_say() {
    let Some(rows) = rows("nvme/idctrl-") else { return };
    let mut seen = 0;
    for (file, truth) in rows.iter().filter(|(file, _)| kind(file) != Some("txt")) {
        let bytes = read(file).expect("the index is there, so is the file");
        let is_json = kind(file) == Some("json");
        let bytes = if is_json { page(&serde_json::from_slice(&bytes).expect("JSON")) } else { bytes };
        let controller = Controller::read(&bytes).expect("a real answer");
        let model = controller.model.clone().expect("a model");
        assert!(truth.contains(&format!("model \"{model}\"")) || truth.contains(&format!("model {model},")), "{file}");
        seen += 1;
        if !is_json {
            assert_eq!((controller.firmware.as_deref(), controller.format), (Some("410557LA"), true));
            assert_eq!(controller.serial.as_deref(), Some("37RSDEADBEEF"));
            assert!(!controller.sanitize_block && !controller.sanitize_crypto && !controller.format_crypto);
            continue;
        }
        let cases = [
            ("crypto erase", controller.sanitize_crypto),
            ("block erase", controller.sanitize_block),
            ("overwrite", controller.sanitize_overwrite),
            ("(format", controller.format),
            ("crypto erase by format", controller.format_crypto),
            ("all namespaces format", controller.erases_all_namespaces),
        ];
        for (name, found) in cases {
            assert_eq!(found, told(truth, name), "{file}: {name}");
        }
        assert!(truth.contains(&format!("tnvmcap {};", controller.capacity)), "{file}");
        assert!(truth.ends_with(&format!("nn {}", controller.namespaces)), "{file}");
    }
    assert_eq!(seen, 5);
}

#[test]
fn stuck_sanitizes_of_the_corpus_are_running_and_tell_no_time() {
    for (file, command) in [("nvme/sanitize-log-crypto-stuck.txt", 4), ("nvme/sanitize-log-block-stuck.txt", 2)] {
        let Some(printed) = text(file) else { return };
        let number = |name: &str| {
            let line = printed.lines().find(|line| line.trim_start().starts_with(name)).expect("a field of the log");
            let value = line.rsplit(" : ").next().and_then(|rest| rest.split_whitespace().next()).expect("a value");
            let value = value.trim_start_matches(':').trim();
            value
                .strip_prefix("0x")
                .map_or_else(|| value.parse(), |hex| u32::from_str_radix(hex, 16))
                .expect("a number")
        };
        let mut page = vec![0; 512];
        page[..2].copy_from_slice(&number("Sanitize Progress").to_le_bytes()[..2]);
        page[2..4].copy_from_slice(&number("Sanitize Status").to_le_bytes()[..2]);
        page[4..8].copy_from_slice(&number("Sanitize Command").to_le_bytes());
        for (at, name) in [(8, "Overwrite"), (12, "Block Erase"), (16, "Crypto Erase")] {
            page[at..at + 4].copy_from_slice(&number(&format!("Estimated Time For {name}  ")).to_le_bytes());
        }
        let log = SanitizeLog::read(&page).expect("a log");
        assert_eq!((log.state, log.progress, log.command), (SanitizeState::Running, 655, command), "{file}");
        assert_eq!(log.seconds, [None; 3], "{file}");
    }
}

/// IDENTIFY DEVICE with what `hdparm -I` printed of it, at the places of ACS-3, 7.12.7.
fn identify_page(printed: &str) -> Vec<u8> {
    let field = |name: &str| printed.lines().find_map(|line| Some(line.trim().strip_prefix(name)?.trim().to_owned()));
    let has = |text: &str| printed.lines().any(|line| line.contains(text));
    let number = |name: &str| {
        let digits: String =
            field(name)?.trim_start_matches(':').trim().chars().take_while(char::is_ascii_digit).collect();
        digits.parse::<u64>().ok()
    };
    let security: Vec<&str> = printed.split("Security:").nth(1).unwrap_or("").lines().map(str::trim).take(9).collect();
    let bit = |word: &str| u16::from(security.contains(&word));
    let mut words = [0u16; 256];
    for (at, length, text) in [(10, 10, "Serial Number:"), (23, 4, "Firmware Revision:"), (27, 20, "Model Number:")] {
        let text = format!("{:<40}", field(text).unwrap_or_default());
        for (word, pair) in words[at..at + length].iter_mut().zip(text.as_bytes().chunks(2)) {
            *word = u16::from_be_bytes([pair[0], pair[1]]);
        }
    }
    let mut put = |at: usize, value: u64, count: usize| {
        for (word, bytes) in words[at..at + count].iter_mut().zip(value.to_le_bytes().chunks(2)) {
            *word = u16::from_le_bytes([bytes[0], bytes[1]]);
        }
    };
    put(60, number("LBA    user addressable sectors:").unwrap_or(0), 2);
    let long = number("LBA48  user addressable sectors:");
    put(100, long.unwrap_or(0), 4);
    let minutes = |text: &str| {
        let before = printed.split(text).next().filter(|before| before.len() < printed.len())?;
        let line = before.lines().next_back()?.trim();
        line.rsplit(' ').next()?.trim_end_matches("min").parse::<u64>().ok()
    };
    let steps = |minutes: Option<u64>| minutes.map_or(0, |it| if it > 508 { (it / 2) | 0x8000 } else { it / 2 });
    put(89, steps(minutes("min for SECURITY ERASE UNIT")), 1);
    put(90, steps(minutes("min for ENHANCED")), 1);
    let flag = |text: &str, bit: u32| u64::from(has(text)) << bit;
    let sanitize = flag("BLOCK_ERASE_EXT", 15) | flag("OVERWRITE_EXT command", 14) | flag("CRYPTO_SCRAMBLE_EXT", 13);
    put(59, sanitize | flag("SANITIZE feature set", 12), 1);
    put(82, flag("Host Protected Area feature set", 10) | flag("Security Mode feature set", 1) | 1, 1);
    put(83, 0x4000 | flag("Device Configuration Overlay feature set", 11) | u64::from(long.is_some()) << 10, 1);
    put(169, u64::from(has("Data Set Management TRIM supported")), 1);
    put(217, u64::from(has("Nominal Media Rotation Rate: Solid State Device")), 1);
    let lock = bit("supported")
        | bit("enabled") << 1
        | bit("locked") << 2
        | bit("frozen") << 3
        | bit("expired: security count") << 4
        | bit("supported: enhanced erase") << 5;
    put(128, u64::from(lock), 1);
    let mut bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    bytes[510] = 0xA5;
    bytes[511] = bytes.iter().fold(0u8, |sum, byte| sum.wrapping_add(*byte)).wrapping_neg();
    bytes
}

#[test]
fn ata_drives_of_the_corpus_have_the_lock_and_the_times_that_their_truths_say() {
    let Some(rows) = rows("nvme/hdparm-") else { return };
    let (mut good, mut garbage) = (0, 0);
    for (file, truth) in rows {
        let printed = text(&file).expect("the index is there, so is the file");
        let mut page = identify_page(&printed);
        if truth.contains("GARBAGE") {
            // The real blocks had a wrong integrity word.
            page[511] = page[511].wrapping_add(1);
            assert_eq!(Identify::read(&page), Err(IdentifyError::Checksum), "{file}");
            garbage += 1;
            continue;
        }
        let read = Identify::read(&page).expect("a real answer");
        let model = read.model.clone().unwrap_or_default();
        // Spaces within are told as one, as everywhere.
        let squeezed = truth.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(squeezed.contains(&format!("model \"{model}\"")), "{file}: {model}");
        let said = |name: &str| truth.contains(&format!("{name} YES"));
        let lock = read.security;
        let found = [lock.supported, lock.enabled, lock.locked, lock.frozen, lock.enhanced];
        assert_eq!(found, ["supported", "enabled", "locked", "frozen", "enhanced erase"].map(said), "{file}");
        let time = |minutes: Option<u32>, name: &str| {
            let wanted = minutes.map(|minutes| format!("{minutes}min for {name}"));
            assert_eq!(wanted.is_some(), truth.contains(&format!("min for {name}")), "{file}: {name}");
            assert!(wanted.is_none_or(|wanted| truth.contains(&wanted)), "{file}: {name}");
        };
        time(lock.minutes, "SECURITY ERASE UNIT");
        time(lock.enhanced_minutes, "ENHANCED SECURITY ERASE UNIT");
        assert_eq!((read.hpa, read.dco), (truth.contains("HPA feature"), truth.contains("DCO feature")), "{file}");
        let sanitize = read.sanitize;
        assert_eq!(
            (sanitize.crypto, sanitize.block),
            (truth.contains("CRYPTO_SCRAMBLE"), truth.contains("BLOCK_ERASE"))
        );
        let sectors: String =
            truth.rsplit("; ").next().expect("sectors").chars().filter(char::is_ascii_digit).collect();
        assert_eq!(read.sectors.to_string(), sectors, "{file}");
        assert!(read.rotation != Rotation::None || !file.contains("ibm"), "{file}");
        good += 1;
    }
    assert_eq!((good, garbage), (18, 2));
}
