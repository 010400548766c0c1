//! The page of a certificate: one page, whatever the record says, its words exact and its QR readable.

#![expect(clippy::disallowed_methods, reason = "a test looks at pages through other people's programs")]
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::bench_rig::{aloud, ran};
use super::certificate_fields::{inspected_as, medium};
use super::certificate_rig::{Chain, spoil};
use super::fit_facts::image_fitted;
use super::ledger_rig::{disk, handed, image_ended, image_started, moment, person, wipe_ended, wipe_started};
use aoxanh::event::disk::{
    DiskSeen, DriveSaid, FirmwareSeen, HealthSeen, HealthVerdict, Level, SpeedSeen, WipeResult, WipeStarted,
};
use aoxanh::event::handover::Terms;
use aoxanh::event::image::{FitResult, FitStep, ImageFitted};
use aoxanh::report::{Document, Paper, page, qr_text};
use aoxanh::unit::{Bytes, PersonId};
use aoxanh::word::{Lang, Words};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

pub(crate) fn drawn(document: &Document, names: &BTreeMap<PersonId, String>) -> Vec<u8> {
    let words = |lang| Words::new(lang, None).expect("embedded");
    let (vi, en) = (words(Lang::Vi), words(Lang::En));
    let paper = Paper { certificate: &document.certificate, station: document.station, names, vi: &vi, en: &en };
    page(&paper).expect("drawn")
}

fn speed() -> SpeedSeen {
    let curve = |base: u64| (0..30).map(|point| Bytes((base - point) * 1_000_000)).collect();
    SpeedSeen { write: curve(120), read_back: curve(150) }
}

/// A disk that works, with so many sectors replaced.
fn health(reallocated: u64) -> HealthSeen {
    let (hours, pending, uncorrectable) = (Some(27_205), Some(0), Some(0));
    let reallocated = Some(reallocated);
    HealthSeen { verdict: HealthVerdict::Watch, hours, reallocated, pending, uncorrectable, wear: None }
}

/// Everything that fitting can do.
fn every_step() -> Vec<FitStep> {
    use FitStep as S;
    let table = [S::TableMoved, S::IdsRenewed, S::PartitionGrown, S::SystemGrown, S::HostnameSet, S::LocaleSet];
    let rest = [S::TimeZoneSet, S::KeyboardSet, S::UserAdded, S::PasswordSet, S::WifiSet, S::DnsSet, S::WelcomePut];
    [&table[..], &rest, &[S::BootFound, S::FilesPut]].concat()
}

/// A certificate with everything a page can show.
fn full(practice: bool, disk: DiskSeen) -> Document {
    let mut chain = Chain::new(practice);
    chain.add(1, Some(1), inspected_as("LENOVO", "ThinkPad X250"));
    let started = WipeStarted { disk, medium: Some(medium()), health_before: Some(health(3)), ..wipe_started(1, "S") };
    let start = chain.add(2, Some(1), started);
    let mut ended = wipe_ended(1, "S", start);
    ended.evidence.ended = moment(4_000_000);
    ended.speed = Some(speed());
    ended.health_after = Some(health(5));
    ended.not_covered = ["hidden_by_hpa", "remapped_sectors", "over_provisioning"].map(str::to_owned).to_vec();
    let end = chain.add(2, Some(1), ended);
    chain.validate(end);
    let start = chain.add(2, Some(1), image_started(5, "S"));
    chain.add(2, Some(1), image_ended(5, "S", start));
    chain.add(2, Some(1), ImageFitted { done: every_step(), ..image_fitted(5, "S", start, FitResult::Fitted) });
    chain.add(1, Some(1), handed(1, Terms::Gift));
    chain.document(end).expect("a certificate")
}

/// Everything as long as it can come, and a list of forty gaps.
fn longest() -> (Document, BTreeMap<PersonId, String>) {
    let seen = DiskSeen {
        serial: Some("S".repeat(300)),
        wwn: Some("0x5000c500a1b2c3d4 ".repeat(30)),
        model: Some("Một Ổ Đĩa Có Tên Rất Dài ".repeat(40)),
        ..disk(None)
    };
    let mut chain = Chain::new(true);
    let end = chain.wipe(seen, |ended| {
        spoil(WipeResult::ErasedWithExceptions)(ended);
        ended.speed = Some(speed());
        ended.not_covered = (0..40).map(|number| format!("sector_{number}_could_not_be_reached_at_all")).collect();
    });
    chain.validate(end);
    let names = (1..3).map(|number| (person(number), "Nguyễn Thị Tên Rất Dài ".repeat(30))).collect();
    (chain.document(end).expect("a report"), names)
}

/// Whether the programs that look at pages are here; where not, says so aloud, and fails in CI.
pub(crate) fn can_look() -> bool {
    let missing: Vec<_> = ["pdftotext", "pdftoppm", "pdfinfo"]
        .into_iter()
        .filter(|tool| Command::new(tool).arg("-v").output().is_err())
        .collect();
    if !missing.is_empty() {
        aloud(&format!("NOT RUN: looking at pages needs {} (poppler-utils)", missing.join(", ")));
    }
    missing.is_empty()
}

/// The page's text, from its one page.
pub(crate) fn text_of(folder: &Path, name: &str, pdf: &[u8]) -> String {
    let file = folder.join(format!("{name}.pdf"));
    fs::write(&file, pdf).expect("written");
    if let Some(keep) = std::env::var_os("AOXANH_KEEP_PAGES") {
        fs::copy(&file, Path::new(&keep).join(format!("{name}.pdf"))).expect("copied");
    }
    let info = ran(Command::new("pdfinfo").arg(&file)).good().out;
    assert!(info.lines().any(|line| line.starts_with("Pages:") && line.ends_with(" 1")), "{info}");
    ran(Command::new("pdftotext").args(["-layout"]).arg(&file).arg("-")).good().out
}

#[test]
fn the_same_certificate_gives_the_same_page() {
    let document = full(false, disk(Some("S")));
    let pdf = drawn(&document, &BTreeMap::new());
    assert!(pdf.starts_with(b"%PDF-") && pdf.len() < 120_000, "{} bytes", pdf.len());
    assert_eq!(pdf, drawn(&document, &BTreeMap::new()));
}

#[test]
fn the_words_are_exact_in_both_languages_and_names_stand_there_only_where_asked_for() {
    if !can_look() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let document = full(false, disk(Some("WD-WX81A1234567")));
    let text = text_of(folder.path(), "full", &drawn(&document, &BTreeMap::new()));
    for word in [
        "GIẤY CHỨNG NHẬN XÓA DỮ LIỆU",
        "CERTIFICATE OF DATA ERASURE",
        "mức Clear",
        "WD-WX81A1234567",
        "không với tới các sector đã bị ổ thay thế",
        "đĩa quay (HDD) · firmware 01.01A01 · cầu nối USB 152d:0578",
        "HPA 1048576 B",
        "LENOVO ThinkPad X250",
        "Sau đó đã cài hệ thống: i",
        "Mã ảnh ứng với ổ trước khi chỉnh; đã chỉnh 15 việc (xem JSON)",
        "covers the disk before fitting; 15 things",
        "Đã trao tặng",
        "trước khi xóa: cần để ý · 27205 giờ chạy · sector thay 3,",
        "sau khi xóa: cần để ý · 27205 giờ chạy · sector thay 5,",
        "Tốc độ dọc theo ổ",
        person(2).as_str(),
        &document.certificate.leaf().to_string(),
        &document.station.to_string(),
    ] {
        assert!(text.contains(word), "{word} not in {text}");
    }
    assert!(!text.contains("LUYỆN TẬP") && !text.contains("Purge"), "{text}");
    let names = BTreeMap::from([(person(2), "Trần Thị Thử".to_owned())]);
    let signed = text_of(folder.path(), "signed", &drawn(&document, &names));
    assert!(signed.contains("Trần Thị Thử") && !signed.contains(person(2).as_str()), "{signed}");
}

#[test]
fn what_is_no_erasure_says_so_and_practice_stands_on_the_page() {
    if !can_look() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    for (result, title) in [
        (WipeResult::ErasedWithExceptions, "BIÊN BẢN: XÓA CÒN NGOẠI LỆ"),
        (WipeResult::NotErased, "BIÊN BẢN: Ổ KHÔNG ĐƯỢC XÓA"),
        (WipeResult::Cancelled, "BIÊN BẢN: LẦN XÓA BỊ DỪNG"),
    ] {
        let mut chain = Chain::new(true);
        let end = chain.wipe(disk(Some("S")), spoil(result));
        let document = chain.document(end).expect("a report");
        let text = text_of(folder.path(), &format!("{result:?}"), &drawn(&document, &BTreeMap::new()));
        assert!(text.contains(title) && text.contains("LUYỆN TẬP"), "{text}");
        for word in ["CHỨNG NHẬN", "CERTIFICATE", "Clear", "Purge"] {
            assert!(!text.contains(word), "{word} in {text}");
        }
    }
}

#[test]
fn the_longest_record_still_fits_one_page_with_every_row() {
    if !can_look() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let (document, names) = longest();
    let text = text_of(folder.path(), "longest", &drawn(&document, &names));
    for word in ["Hãng và mẫu ổ", "Không với tới", "Người xác nhận", "Máy nay ở đâu", "còn nữa trong tệp JSON"]
    {
        assert!(text.contains(word), "{word} not in {text}");
    }
    assert!(!text.contains("sector_39"), "{text}");
    let boxes = folder.path().join("longest.pdf");
    let boxes = ran(Command::new("pdftotext").arg("-bbox").arg(&boxes).arg("-")).good().out;
    let right = boxes.split("xMax=\"").skip(1).filter_map(|rest| rest.split('"').next()?.parse::<f64>().ok());
    let upright = right.filter(|edge| *edge > 0.0).fold(0.0, f64::max);
    assert!(upright <= 560.0, "something ends at {upright}");
}

#[test]
fn the_qr_reads_off_the_printed_page() {
    if !can_look() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let document = full(true, disk(Some("S")));
    let file = folder.path().join("qr.pdf");
    fs::write(&file, drawn(&document, &BTreeMap::new())).expect("written");
    let stem = folder.path().join("page");
    ran(Command::new("pdftoppm").args(["-r", "150", "-png", "-singlefile"]).arg(&file).arg(&stem)).good();
    let png = fs::read(stem.with_extension("png")).expect("drawn");
    let read = aoxanh::tag::decode_png(&png).expect("a QR");
    assert_eq!(read, qr_text(document.station, &document.certificate));
}

#[test]
fn the_page_of_a_drives_own_erase_says_what_was_sent_and_what_the_canaries_proved() {
    if !can_look() {
        return;
    }
    let mut chain = Chain::new(false);
    let end = chain.wipe(disk(Some("S")), |ended| {
        ended.level = Level::Purge;
        ended.evidence.method = "nvme-sanitize-block".to_owned();
        ended.evidence.size = Bytes(1 << 40);
        ended.evidence.written = Bytes::ZERO;
        ended.evidence.read_back = Bytes(16_384 * 4096);
        ended.evidence.digest = None;
        ended.evidence.firmware = Some(FirmwareSeen {
            canaries: 16_384,
            survived: 0,
            first_survivor: None,
            said: DriveSaid::StatusGood,
            commands: vec!["nvme 84 nsid=0 cdw10=00000002 cdw11=00000000".to_owned()],
        });
    });
    let folder = tempfile::tempdir().expect("a folder");
    let text =
        text_of(folder.path(), "firmware", &drawn(&chain.document(end).expect("a certificate"), &BTreeMap::new()));
    for word in ["mức Purge", "nvme 84 nsid=0 cdw10=00000002", "16384"] {
        assert!(text.contains(word), "{word} not in {text}");
    }
    assert!(text.contains("không qua bộ nhớ đệm"), "all of it stands there: {text}");
    assert!(!text.contains("đọc lại đủ") && !text.contains("B/s") && !text.contains("còn nữa"), "{text}");
}
