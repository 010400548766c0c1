//! The donor's receipt: its pages, its code, what the ledger keeps of it, and what it finds later.

#![expect(clippy::disallowed_methods, reason = "a test looks at pages through other people's programs")]
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::bench_rig::{Rig, ran};
use super::certificate_page::can_look;
use super::ledger_rig::{lot, moment};
use aoxanh::event::station::SiteSeen;
use aoxanh::report::{ReceiptPaper, ReceiptRow, receipt_pages};
use aoxanh::tag::{Domain, ReceiptCode, decode_png};
use aoxanh::word::{Lang, Words, say};
use serde_json::json;
use std::fs;
use std::path::Path;
use std::process::Command;

fn row(number: usize, name: &str) -> ReceiptRow {
    ReceiptRow {
        device: format!("máy xách tay · {name} · SN-{number:04}"),
        tag: format!("7K3XQ-92M{number:02}-Z"),
        condition: "không lên nguồn".to_owned(),
        with: "kèm sạc, túi · đã lấy ra: SIM (trả lại)".to_owned(),
    }
}

/// The pages of a receipt with so many devices.
fn drawn(count: usize, name: &str, donor: Option<&str>, practice: bool) -> Vec<u8> {
    let rows: Vec<_> = (1..=count).map(|number| row(number, name)).collect();
    let (code, words) = (ReceiptCode::from_random([0xA5; 16]), Words::new(Lang::Vi, None).expect("embedded"));
    let payload = code.payload(&Domain::read("aoxanh.example").expect("a domain"));
    let site = SiteSeen {
        team: "Đội IT áo xanh Trường THPT Giả Định".to_owned(), place: Some("Quận 1".to_owned())
    };
    let id = lot(1);
    let paper = ReceiptPaper {
        practice,
        site: Some(&site),
        lot: &id,
        number: 2,
        at: moment(0),
        donor,
        campaign: Some("Máy tính cho em 2026"),
        total: say!("plain", text = "kinds"),
        difference: Some(say!("lot-right")),
        erase: true,
        parts: false,
        rows: &rows,
        code: &code,
        payload: &payload,
        words: &words,
    };
    receipt_pages(&paper).expect("drawn")
}

/// The text of each page.
fn pages_of(folder: &Path, name: &str, pdf: &[u8]) -> Vec<String> {
    let file = folder.join(format!("{name}.pdf"));
    fs::write(&file, pdf).expect("written");
    if let Some(keep) = std::env::var_os("AOXANH_KEEP_PAGES") {
        fs::copy(&file, Path::new(&keep).join(format!("{name}.pdf"))).expect("copied");
    }
    let text = ran(Command::new("pdftotext").args(["-layout"]).arg(&file).arg("-")).good().out;
    text.split('\u{c}').filter(|page| !page.trim().is_empty()).map(str::to_owned).collect()
}

/// What the QR on that page of a file says.
fn qr_of(file: &Path, page: usize) -> Option<String> {
    let (stem, page) = (file.with_extension(""), page.to_string());
    let sheet = ["-r", "200", "-png", "-singlefile", "-f", &page, "-l", &page];
    ran(Command::new("pdftoppm").args(sheet).arg(file).arg(&stem)).good();
    decode_png(&fs::read(stem.with_extension("png")).expect("drawn")).ok()
}

#[test]
fn every_device_is_on_the_pages_once_under_the_head_of_the_list_and_the_end_stands_together() {
    if !can_look() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let long = "Máy Có Tên Rất Dài Của Một Hãng Không Ai Biết Ở Đâu Cả 0123456789";
    for (count, name, wanted) in [(1, "HP EliteBook 840", 1), (2, long, 1), (7, "A", 1), (40, "HP", 3), (40, long, 3)] {
        let pdf = drawn(count, name, Some("Công ty Giả Định"), false);
        assert_eq!(pdf, drawn(count, name, Some("Công ty Giả Định"), false), "the same bytes");
        let file = format!("{count}-{}", name.len());
        let pages = pages_of(folder.path(), &file, &pdf);
        assert_eq!(pages.len(), wanted, "{count} {name}");
        let all = pages.concat();
        for number in 1..=count {
            assert_eq!(all.matches(&format!("7K3XQ-92M{number:02}-Z")).count(), 1, "{number} of {count}");
        }
        for (number, page) in pages.iter().enumerate() {
            assert!(page.contains(&format!("Trang {}/{}", number + 1, pages.len())), "{page}");
            assert_eq!(page.contains("7K3XQ-92M"), page.contains("Mã tem"), "the list has its head: {page}");
        }
        let last = pages.last().expect("a page");
        for words in ["ĐỒNG Ý cho xóa", "chưa đồng ý cho tháo", "Việc tiếp theo", "Người giao", "Người nhận", "giữ kín"]
        {
            assert!(last.contains(words), "{words}: {last}");
        }
        assert!(last.contains(&ReceiptCode::from_random([0xA5; 16]).to_string()), "{last}");
        let first = &pages[0];
        for words in
            ["GIẤY BIÊN NHẬN", "Công ty Giả Định", "Trường THPT Giả Định", "Máy tính cho em 2026", "đủ như đã hẹn"]
        {
            assert!(first.contains(words), "{words}: {first}");
        }
        assert!(!all.contains("LUYỆN TẬP"), "no practice");
        let read = qr_of(&folder.path().join(format!("{file}.pdf")), pages.len());
        let code = ReceiptCode::from_random([0xA5; 16]);
        assert_eq!(read, Some(format!("HTTPS://AOXANH.EXAMPLE/R/{}", code.as_str())));
    }
}

#[test]
fn without_a_name_there_is_a_line_for_it_and_practice_stands_on_every_page() {
    if !can_look() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let pages = pages_of(folder.path(), "practice", &drawn(30, "HP", None, true));
    assert!(pages[0].contains("Đã nhận của: ......"), "{}", pages[0]);
    assert!(pages.len() > 1 && pages.iter().all(|page| page.contains("LUYỆN TẬP")), "{pages:#?}");
    let name = "Tập đoàn ".repeat(30);
    let pages = pages_of(folder.path(), "name", &drawn(1, "HP", Some(&name), false));
    assert_eq!((pages.len(), pages[0].matches("đoàn").count()), (1, 30), "a long name is broken, not cut");
}

/// Every file below the folder, as text.
fn all_of(folder: &Path) -> String {
    let mut all = String::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("ours").path();
        if path.is_dir() {
            all.push_str(&all_of(&path));
        } else {
            all.push_str(&String::from_utf8_lossy(&fs::read(path).expect("reads")));
        }
    }
    all
}

#[test]
fn a_receipt_is_a_record_without_its_code_and_the_code_finds_how_its_devices_stand() {
    let rig = Rig::practice();
    let donor = "Công ty Giả Định";
    let opened = rig.json(&["lot", "open", "--donor", donor, "--consent-erase"]).good().one("lot");
    let lot = opened["lot"].as_str().expect("an id").to_owned();
    rig.run(&["receipt", &lot, "--qr"]).refused(1, &["chưa nhận máy nào"]);
    rig.run(&["intake", "--lot", &lot, "--kind", "tablet", "--with", "charger", "--condition", "works"]).good();
    rig.run(&["receipt", &lot]).refused(2, &["đi đâu"]);
    rig.run(&["receipt", &lot, "--printer", "không có"]).refused(2, &["không có"]);
    let shown = rig.json(&["receipt", &lot, "--qr"]).good().one("receipt");
    let code = shown["code"].as_str().expect("the code").to_owned();
    assert_eq!((&shown["number"], &shown["devices"], code.len()), (&json!(1), &json!(1), 27));
    let payload = shown["payload"].as_str().expect("the link");
    assert!(payload.starts_with("HTTPS://") && payload.ends_with(&format!("/R/{code}")), "{payload}");
    let written = rig.json(&["receipt", &lot, "--to", "biên nhận"]).good().one("receipt");
    assert_eq!((&written["number"], &written["code"]), (&json!(2), &json!(null)), "issued again, told; no code said");
    let file = written["file"].as_str().expect("a file").to_owned();
    assert!(file.ends_with(&format!("luyen-tap-bien-nhan-{lot}-2.pdf")), "{file}");
    // The ledger has the hashes, and neither a code nor a name.
    rig.run(&["export", "sổ"]).good();
    let ledger = all_of(&rig.home().join("sổ"));
    assert!(ledger.contains("ReceiptIssued") && !ledger.contains(donor), "no name in the export");
    assert!(!all_of(rig.home()).contains(&code), "no file has the code but the page, where it is drawn");
    assert!(!rig.logged().contains(&code), "no code in the log");
    for typed in [code.clone(), code.to_lowercase(), payload.to_owned()] {
        let ran = rig.json(&["receipt", "--find", &typed]).good();
        let found = ran.one("receipt_found");
        assert_eq!((&found["lot"], &found["devices"], &found["same"]), (&json!(lot), &json!(1), &json!(true)));
        assert_eq!(ran.one("receipt_device")["stage"], "received");
    }
    let said = rig.run(&["receipt", "--find", &code]).good().out;
    assert!(said.contains("máy tính bảng · đã nhận") && !said.contains(donor), "{said}");
    rig.run(&["intake", "--lot", &lot, "--kind", "laptop"]).good();
    let said = rig.run(&["receipt", "--find", &code]).good().out;
    assert!(said.contains("đã đổi từ khi lập biên nhận"), "{said}");
    let swapped = format!("{}{}", &code[..26], if code.ends_with('7') { '8' } else { '7' });
    rig.run(&["receipt", "--find", &swapped]).refused(2, &["không phải mã biên nhận"]);
    let unknown = ReceiptCode::from_random([1; 16]);
    rig.run(&["receipt", "--find", unknown.as_str()]).refused(1, &["không lập biên nhận nào"]);
    assert!(rig.json(&["lot", "show", &lot]).good().one("lot")["receipts"] == json!(2));
    rig.verified();
    if can_look() {
        let pdf = rig.home().join(&file);
        let text = ran(Command::new("pdftotext").args(["-layout"]).arg(&pdf).arg("-")).good().out;
        for words in [donor, "máy tính bảng", "chạy tốt", "kèm sạc", "biên nhận số 2", "LUYỆN TẬP"]
        {
            assert!(text.contains(words), "{words}: {text}");
        }
        let read = qr_of(&pdf, 1).expect("a QR");
        let found = rig.json(&["receipt", "--find", &read]).good().one("receipt_found");
        assert_eq!(found["lot"], json!(lot), "what the camera reads finds it");
    }
}
