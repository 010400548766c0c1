//! The built program in a terminal: an image added, looked through, written and fitted by keys, its password shown once.

#![expect(clippy::disallowed_methods, reason = "a test drives the built program")]

use super::bench_rig::{Rig, aloud, can_loop};
use super::fit::{IMAGE, sh};
use super::fuse_rig::Mounted;
use super::fuse_volume::{Asks, Comes, Fault, Volume};
use super::screen_run::{Terminal, code};
use aoxanh::linux::PracticeDisks;
use aoxanh::tag::TagId;
use aoxanh::unit::Bytes;
use std::path::Path;

#[test]
fn an_image_is_added_looked_through_written_and_fitted_by_keys_and_its_password_shown_once() {
    let (missing, _) = sh(Path::new("/"), "type sgdisk sfdisk mke2fs mkfs.vfat mcopy debugfs resize2fs", &[]);
    if missing != 0 {
        return aloud("NOT RUN: fitting needs gdisk, fdisk, e2fsprogs, dosfstools and mtools");
    }
    let rig = Rig::practice();
    let (made, said) = sh(rig.home(), IMAGE, &["whole"]);
    assert_eq!(made, 0, "{said}");
    // The team's own settings ask for an account with a password for one use.
    let profiles = rig.station().join("profiles");
    std::fs::create_dir_all(&profiles).expect("ours");
    std::fs::copy(rig.home().join("own.toml"), profiles.join("first-boot.toml")).expect("ours");
    let device = rig.device();
    let disk = rig.disk("o", Bytes::mib(128));
    rig.run(&["wipe", &device.tag, "--disk", disk.name(), "--confirm", &rig.code(&disk)]).good();

    let mut terminal = Terminal::open(rig.command(&["bench"]), 100, 30);
    terminal.wait_text("✓ xóa");
    terminal.step("\x0b", "Kho chưa có ảnh nào");
    terminal.step("a", "he-thong.img");
    terminal.step("he-th", "▶ he-thong.img");
    terminal.step("\t", "Tệp ảnh: he-thong.img");
    terminal.wait_text("▶ he-thong.img");
    terminal.step("\r", "Tên cho người đọc");
    terminal.step("He thong thu\r", "Hệ điều hành");
    terminal.step("\r", "Lấy từ đâu");
    terminal.step("\r", "Giấy phép");
    terminal.step("\r", "Đã đưa ảnh he-thong vào kho");
    terminal.step("k", "he-thong: còn nguyên");
    terminal.type_keys("\x1b");
    terminal.wait_for("the store is put away", |shown| !shown.contains("Kho ảnh hệ thống:"));

    // Inspected or not, the machine's disk is wiped: the image is next.
    choose(&mut terminal, "o.img");
    terminal.step("\r", "He thong thu");
    let shown = terminal.step("\r", "Gõ mã ");
    terminal.type_keys(&code(&shown));
    terminal.step("\r", "Mật khẩu dùng một lần");
    let shown = terminal.wait_text("Chỉ hiện lần này");
    let mut cells = shown.lines().flat_map(|line| line.split('│'));
    let password = cells.find_map(spelled).expect("the password is spelled");
    assert_eq!(password.len(), 8, "{shown}");
    terminal.step("\r", "Đã chép ra giấy chưa");
    terminal.type_keys("\r");
    terminal.wait_for("it is put away", |shown| !shown.contains("Mật khẩu dùng một lần"));
    terminal.wait_text("ĐÃ CÀI he-thong");
    let shown = terminal.step("b", "Đã chỉnh cho vừa ổ và đọc lại");
    assert!(!shown.contains(&password), "{shown}");
    terminal.type_keys("\x1b");
    terminal.wait_for("the report is put away", |shown| !shown.contains("Đã chỉnh cho vừa ổ và đọc lại"));

    // Once more by its own key: another password, and what is done is told.
    let shown = terminal.step("\x06", "Gõ mã ");
    assert!(shown.contains("CHỈNH ảnh đã cài cho vừa ổ"), "{shown}");
    terminal.type_keys(&code(&shown));
    terminal.step("\r", "Mật khẩu dùng một lần");
    terminal.step("\r", "Đã chép ra giấy chưa");
    terminal.type_keys("\r");
    terminal.wait_for("it is put away", |shown| !shown.contains("Mật khẩu dùng một lần"));
    terminal.step("b", "Đã chỉnh cho vừa ổ và đọc lại");
    terminal.type_keys("\x1b");
    terminal.wait_for("the report is put away", |shown| !shown.contains("Đã chỉnh cho vừa ổ và đọc lại"));
    terminal.type_keys("q");
    let (exit, said) = terminal.end();
    assert_eq!(exit, 0, "{said}");
    let results: Vec<_> = rig.json(&["history", &device.tag]).good().all("history");
    assert_eq!(results.iter().filter(|line| line["kind"] == "ImageFitted").count(), 2);
    assert!(!rig.logged().contains(&password), "nobody logs it");
    let system = format!("debugfs -R 'cat /etc/shadow' '{}?offset={}' 2>/dev/null", disk.backing().display(), 9 << 20);
    assert!(sh(rig.home(), &system, &[]).1.contains("\nhocsinh:$6$"), "it is set");
}

/// Eight single symbols with blanks between them.
fn spelled(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_symbol = |word: &&str| word.len() == 1 && word.chars().all(|sign| sign.is_ascii_alphanumeric());
    (words.len() == 8 && words.iter().all(is_symbol)).then(|| words.concat())
}

/// Opens the list of disks for an image, and points at that one.
fn choose(terminal: &mut Terminal, disk: &str) {
    terminal.step("c", "Cài lên ổ đĩa nào");
    terminal.wait_text(&format!("{disk} ·"));
    let is_here =
        |shown: &str| shown.lines().any(|line| line.contains("▶ loop") && line.contains(&format!("{disk} ·")));
    for _disk in 0..8 {
        if is_here(&terminal.shown()) {
            break;
        }
        let before = terminal.shown();
        terminal.type_keys("\x1b[B");
        terminal.wait_for("another disk is meant", |shown| shown != before);
    }
    assert!(is_here(&terminal.shown()), "{}", terminal.shown());
}

#[test]
fn two_machines_written_from_one_screen_decode_their_image_once() {
    let (rig, volume) = (Rig::practice(), Volume::empty());
    let folder = rig.station().join("disks");
    std::fs::create_dir_all(&folder).expect("ours");
    let Some(_mounted) = Mounted::at(&volume, &folder) else { return };
    let maker = PracticeDisks::new(&rig.station());
    let disks = ["o-1", "o-2"].map(|name| maker.make(name, Bytes::mib(6), 512).expect("a practice disk"));
    if !can_loop(&disks[0]) {
        return;
    }
    // Two chunks, of noise.
    let mut raw = vec![0; (5 << 20) + 700];
    blake3::Hasher::new().finalize_xof().fill(&mut raw);
    std::fs::write(rig.home().join("lop.img"), &raw).expect("ours");
    rig.run(&["image", "add", "lop.img", "--os", "linux"]).good();
    let devices = [rig.device(), rig.device()];
    for (device, disk) in devices.iter().zip(&disks) {
        rig.run(&["wipe", &device.tag, "--disk", disk.name(), "--confirm", &rig.code(disk)]).good();
    }
    let mut terminal = Terminal::open(rig.command(&["bench"]), 100, 30);
    terminal.wait_text("Máy trên bàn: 2");
    // The first stands still in its second chunk until the second is done.
    let held =
        volume.hold(Fault::new(Asks::WRITE, Comes::Held).of("o-1.img").at((4 << 20) + 300_000..(4 << 20) + 310_000));
    let mut begin = |device: usize, disk: &str| {
        let tag = TagId::read(&devices[device].tag).expect("a tag").to_string();
        terminal.type_keys(&format!("{}\r\n", devices[device].tag));
        terminal.wait_for("it is meant, and read", |shown| {
            shown.contains(&format!("─ {tag} ·")) && shown.contains("✓ xóa")
        });
        choose(&mut terminal, disk);
        terminal.step("\r", "▶ lop");
        let shown = terminal.step("\r", "Gõ mã ");
        terminal.type_keys(&code(&shown));
        terminal.type_keys("\r");
        terminal.wait_for("it began", |shown| !shown.contains("Gõ mã ") && !shown.contains("Đang kiểm tra mã"));
    };
    begin(0, "o-1.img");
    held.wait();
    begin(1, "o-2.img");
    let done = |of: usize| -> usize {
        let history = rig.json(&["history", &devices[of].tag]).good().all("history");
        history.iter().filter(|line| line["kind"] == "ImageEnded").count()
    };
    super::practice_bench::wait_for("the second is written while the first is held", || done(1) == 1);
    assert_eq!(done(0), 0);
    drop(held);
    super::practice_bench::wait_for("the first goes on", || done(0) == 1);
    terminal.wait_for("both have ended", |shown| shown.contains("ĐÃ CÀI lop") && !shown.contains("Việc đang chạy"));
    terminal.type_keys("q");
    assert_eq!(terminal.end().0, 0);
    let log = rig.logged();
    let counted = log.lines().filter_map(|line| line.split_once("decoded=")).map(|(_, count)| count.trim());
    let mut counted: Vec<usize> = counted.map(|count| count.parse().expect("a number")).collect();
    counted.sort_unstable();
    // The second had nothing left to decode: the first had come to the last chunk.
    assert_eq!(counted, [0, raw.len()], "decoded once for both");
    for disk in &disks {
        assert!(std::fs::read(disk.backing()).expect("served")[..raw.len()] == raw, "{}", disk.name());
    }
}

#[test]
fn adding_stops_at_once_with_esc_and_by_leaving_and_says_so() {
    let rig = Rig::practice();
    // It would take minutes to read.
    let file = std::fs::File::create(rig.home().join("lon.img")).expect("ours");
    file.set_len(512 << 30).expect("sparse");
    let mut terminal = Terminal::open(rig.command(&["bench"]), 80, 24);
    terminal.wait_text("Chưa có máy nào");
    terminal.step("\x0b", "Kho chưa có ảnh nào");
    let add = |terminal: &mut Terminal| {
        terminal.step("a", "▶ lon.img");
        terminal.step("\r", "Tên cho người đọc");
        terminal.step("\r", "Hệ điều hành");
        terminal.step("\r", "Lấy từ đâu");
        terminal.step("\r", "Giấy phép");
        terminal.step("\r", "Đang thêm lon.img vào kho");
        terminal.wait_text("Đưa vào kho · còn");
    };
    add(&mut terminal);
    terminal.step("\x1b", "Đã dừng; thêm lại đúng tệp này");
    add(&mut terminal);
    terminal.type_keys("b");
    terminal.wait_for("the bench is there, and the work goes on", |shown| {
        shown.contains("Chưa có máy nào") && shown.contains("kho ảnh:") && !shown.contains("Kho ảnh hệ thống")
    });
    terminal.step("q", "đang thêm ảnh vào kho");
    terminal.type_keys("\r");
    let (exit, said) = terminal.end();
    assert_eq!(exit, 1, "{said}");
    assert!(said.contains("Đã dừng; thêm lại đúng tệp này") && said.contains("Đã thoát trong khi còn việc"), "{said}");
    let parts: Vec<_> = std::fs::read_dir(rig.station().join("images")).expect("made").filter_map(Result::ok).collect();
    assert!(parts.iter().all(|part| part.file_name().to_string_lossy().starts_with("lon.part")), "{parts:?}");
}
