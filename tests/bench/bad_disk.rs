//! Disks and images that must be refused, or must not be called done, by the built program.

#![expect(clippy::disallowed_methods, clippy::expect_used, reason = "a test makes images and mounts a loop device")]

use super::bench_rig::{Device, Rig, can_loop, ran};
use aoxanh::linux::PracticeDisk;
use aoxanh::unit::Bytes;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const MIB: usize = 1 << 20;

struct Wiped {
    rig: Rig,
    device: Device,
    disk: PracticeDisk,
    raw: Vec<u8>,
}

impl Wiped {
    /// A wiped disk of 8 MiB and an image of 3 MiB, as zstd frames of 1 MiB.
    fn new() -> Self {
        let rig = Rig::practice();
        let device = rig.device();
        let disk = rig.disk("dia", Bytes::mib(8));
        let code = rig.code(&disk);
        rig.run(&["wipe", &device.tag, "--disk", disk.name(), "--confirm", &code]).good();
        let mut raw = vec![0; 3 * MIB];
        blake3::Hasher::new().update(b"an image").finalize_xof().fill(&mut raw);
        Self { rig, device, disk, raw }
    }

    fn frames(&self) -> Vec<u8> {
        let frames = self.raw.chunks(MIB).map(|piece| zstd::encode_all(piece, 1).expect("memory"));
        frames.collect::<Vec<_>>().concat()
    }

    fn manifest(&self, length: usize, digest: &str) -> PathBuf {
        let text = format!(
            "id = \"thu\"\nname = \"thử\"\nlength = {length}\nblake3 = \"{digest}\"\nos = \"linux\"\narch = \"any\"\nblock = 512\n"
        );
        self.file("thu.toml", text.as_bytes())
    }

    fn good_manifest(&self) -> PathBuf {
        self.manifest(self.raw.len(), blake3::hash(&self.raw).to_hex().as_str())
    }

    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.rig.home().join(name);
        fs::write(&path, bytes).expect("written");
        path
    }

    fn write(&self, image: &Path, manifest: &Path) -> super::bench_rig::Ran {
        let (image, manifest) = (image.display().to_string(), manifest.display().to_string());
        let code = self.rig.code(&self.disk);
        let disk = ["--disk", self.disk.name(), "--confirm", &code];
        let files = ["--image", &image, "--manifest", &manifest];
        self.rig.run(&[&["image", "write", self.device.tag.as_str()][..], &disk, &files].concat())
    }
}

#[test]
fn a_bad_image_is_never_called_written_and_a_good_one_follows() {
    let on = Wiped::new();
    let good = on.frames();
    let manifest = on.good_manifest();
    let mut altered = good.clone();
    altered[good.len() / 2] ^= 1;
    for (name, bytes, code, word) in [
        ("cut", good[..good.len() - 1000].to_vec(), 65, "cụt"),
        ("empty", Vec::new(), 65, "ảnh chỉ có 0 byte"),
        ("altered", altered, 65, "BLAKE3"),
        ("garbage", [good.as_slice(), b"and more"].concat(), 65, "dữ liệu lạ"),
        (
            "one frame short",
            on.frames()[..zstd::encode_all(&on.raw[..MIB], 1).expect("memory").len()].to_vec(),
            65,
            "byte",
        ),
    ] {
        let ran = on.write(&on.file(name, &bytes), &manifest);
        ran.refused(code, &[word]);
        assert!(!ran.out.contains("ĐÃ CÀI"), "{name}: {ran:#?}");
    }
    let image = on.file("good.zst", &good);
    let longer = on.manifest(on.raw.len() + 512, blake3::hash(&on.raw).to_hex().as_str());
    let (has, wants) = (on.raw.len().to_string(), (on.raw.len() + 512).to_string());
    on.write(&image, &longer).refused(65, &["ảnh chỉ có", &has, &wants]);
    let other = on.manifest(on.raw.len(), &"ab".repeat(32));
    on.write(&image, &other).refused(65, &["BLAKE3"]);
    let written = || on.rig.run(&["history", &on.device.tag]).good().out.matches("Đã cài, đọc lại đúng").count();
    assert_eq!(written(), 0);
    let ran = on.write(&image, &on.good_manifest()).good();
    assert!(ran.out.contains("ĐÃ CÀI"), "{ran:#?}");
    assert_eq!(written(), 1);
    on.rig.verified();
}

#[test]
fn a_bad_manifest_or_a_disk_too_small_is_refused_before_the_first_byte() {
    let on = Wiped::new();
    let image = on.file("good.zst", &on.frames());
    let before = on.rig.verified();
    let huge = on.manifest(9 * MIB, &"ab".repeat(32));
    on.write(&image, &huge).refused(1, &["9.4 MB", "8.3 MB"]);
    on.write(&image, &on.file("bad.toml", b"id = \"x\"\nlenth = 3\n")).refused(65, &["bad.toml", "dòng 2", "lenth"]);
    on.write(&image, &on.file("bad.toml", b"\xff\xfe")).refused(65, &["bad.toml"]);
    on.write(&image, &on.rig.home().join("nowhere")).refused(74, &["nowhere"]);
    on.write(&on.rig.home().join("nowhere"), &on.good_manifest()).refused(74, &["nowhere"]);
    on.write(on.disk.backing(), &on.good_manifest()).refused(1, &[on.disk.name()]);
    assert_eq!(on.rig.verified()["head"], before["head"]);
}

#[test]
fn a_disk_is_armed_only_by_its_code_with_consent_and_not_on_hold() {
    let rig = Rig::practice();
    let device = rig.device();
    let disk = rig.disk("dia", Bytes::mib(4));
    let (name, code) = (disk.name(), rig.code(&disk));
    let donor = vec![0xD0; 4 * MIB];
    fs::write(disk.backing(), &donor).expect("written");
    let wipe = |device: &str, code: &str| rig.run(&["wipe", device, "--disk", name, "--confirm", code]);
    wipe(&device.tag, "AAAA").refused(1, &[name]);
    rig.run(&["wipe", &device.tag, "--disk", name]).refused(1, &[name]);
    rig.run(&["wipe", &device.tag, "--disk", "sdzz", "--confirm", &code]).refused(2, &["sdzz"]);
    rig.run(&["wipe", &device.tag, "--disk", name, "--confirm", &code, "--method", "burn"]).refused(2, &["burn"]);
    rig.run(&["hold", &device.tag, "--reason", "part"]).good();
    wipe(&device.tag, &code).refused(1, &[name, "chờ"]);
    rig.run(&["hold", &device.tag, "--release"]).good();
    rig.run(&["quarantine", &device.tag, "--danger", "battery"]).good();
    wipe(&device.tag, &code).refused(1, &[name, "cách ly"]);
    rig.run(&["quarantine", &device.tag, "--clear"]).good();
    rig.run(&["lot", "consent", &device.lot, "--withdraw"]).good();
    wipe(&device.tag, &code).refused(1, &[name, "đồng ý"]);
    let plan = rig.run(&["wipe", &device.tag, "--disk", name, "--plan"]);
    plan.refused(1, &[name, "đồng ý"]);
    assert!(plan.out.contains("đồng ý") && plan.out.contains("chưa đụng tới"), "{plan:#?}");
    let plan = rig.json(&["wipe", &device.tag, "--disk", name, "--plan"]);
    assert_eq!(plan.one("wipe_plan")["disk"]["obstacles"][0]["kind"], "no_consent", "{plan:#?}");
    assert!(fs::read(disk.backing()).expect("a practice disk") == donor, "not a byte was touched");
    rig.run(&["lot", "consent", &device.lot]).refused(1, &["[consent-again]"]);
    fs::write(rig.memory().join("practice-pin"), "2468\n").expect("written");
    rig.run(&["--pin-file", &rig.secret("practice-pin"), "lot", "consent", &device.lot]).good();
    let done = wipe(&device.tag, &code).good();
    assert!(done.out.contains("ĐÃ XÓA"), "{done:#?}");
}

/// Unmounts when dropped.
struct Mounted(PathBuf);

impl Drop for Mounted {
    fn drop(&mut self) {
        let gone = Command::new("umount").arg(&self.0).status().is_ok_and(|status| status.success());
        assert!(gone || std::thread::panicking(), "{} is still mounted", self.0.display());
    }
}

#[test]
fn a_mounted_disk_is_refused_by_name_of_the_place() {
    let rig = Rig::practice();
    let device = rig.device();
    let disk = rig.disk("dia", Bytes::mib(16));
    if !can_loop(&disk) {
        return;
    }
    let code = rig.code(&disk);
    let node = Path::new("/dev").join(disk.name());
    ran(Command::new("mke2fs").args(["-q", "-F", "-t", "ext4"]).arg(&node)).good();
    let place = rig.home().join("gan");
    fs::create_dir(&place).expect("made");
    ran(Command::new("mount").arg(&node).arg(&place)).good();
    let mounted = Mounted(place.clone());
    fs::write(place.join("thu.txt"), "còn nguyên").expect("written");
    let shown = rig.json(&["disks"]).good().one("disk");
    assert_eq!(shown["obstacles"][0]["kind"], "mounted", "{shown}");
    let refused = rig.run(&["wipe", &device.tag, "--disk", disk.name(), "--confirm", &code]);
    refused.refused(1, &[disk.name(), &place.display().to_string()]);
    assert_eq!(fs::read_to_string(place.join("thu.txt")).expect("still there"), "còn nguyên");
    drop(mounted);
    rig.run(&["wipe", &device.tag, "--disk", disk.name(), "--confirm", &code]).good();
}

#[test]
fn a_practice_station_lists_no_real_disk_and_a_normal_one_no_loop() {
    let (practice, normal) = (Rig::practice(), Rig::normal());
    let disk = practice.disk("dia", Bytes::mib(1));
    let shown = practice.json(&["disks"]).good().all("disk");
    assert_eq!(shown.len(), 1, "{shown:?}");
    assert_eq!((&shown[0]["name"], &shown[0]["made_for_practice"]), (&disk.name().into(), &true.into()));
    let medium = &shown[0]["medium"];
    assert_eq!((&medium["kind"], &medium["hidden"]["known"]), (&"practice".into(), &true.into()), "{medium}");
    let said = practice.run(&["disks"]).good().out;
    assert!(said.contains("ổ giả để luyện tập") && said.contains("vùng ẩn: đã kiểm tra, không có"), "{said}");
    let real = normal.json(&["disks"]).good().all("disk");
    assert!(real.iter().all(|shown| shown["made_for_practice"] == false && shown["name"] != disk.name()), "{real:?}");
    // The disk this machine runs from, where its kernel shows one.
    for system in real.iter().filter(|disk| disk["obstacles"].to_string().contains("system_disk")) {
        let name = system["name"].as_str().expect("text");
        let device = practice.device();
        let line = ["wipe", &device.tag, "--disk", name, "--plan"];
        practice.run(&line).refused(2, &[name]);
        let said = normal.run(&["disks"]).good();
        assert!(said.out.contains("hệ điều hành đang chạy"), "{said:#?}");
    }
}
