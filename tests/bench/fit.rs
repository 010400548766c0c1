//! Images with a partition table written to larger disks and fitted: other people's programs (`sgdisk`, `e2fsck`, `debugfs`,
//! `blkid`'s superblock) say what came of it.

#![expect(clippy::disallowed_methods, reason = "these tests make images and read disks with other programs")]
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::bench_rig::{Device, LEAD, Ran, Rig, aloud};
use aoxanh::linux::PracticeDisk;
use aoxanh::tag::TagId;
use aoxanh::unit::Bytes;
use rustix::process::Signal;
use serde_json::Value;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

/// An image of 48 MiB: an EFI system partition with a boot loader of no worth, and a small Linux system of 32 MiB.
pub(crate) const IMAGE: &str = r#"
set -e
mkdir -p root/etc/skel root/usr/lib/locale root/usr/share/zoneinfo/Asia root/usr/share/fcitx5/addon \
    root/etc/NetworkManager root/home root/root
printf 'ID=thu\n' >root/etc/os-release
printf 'debian\n' >root/etc/hostname
printf '127.0.0.1\tlocalhost\n127.0.1.1\tdebian\n' >root/etc/hosts
printf 'root:x:0:0:root:/root:/bin/bash\n' >root/etc/passwd
printf 'root:*:1:0:99999:7:::\n' >root/etc/shadow
chmod 640 root/etc/shadow
printf 'root:x:0:\naudio:x:29:\n' >root/etc/group
printf '# hi\n' >root/etc/skel/.profile
printf 'x' >root/usr/lib/locale/locale-archive
printf 'x' >root/usr/share/zoneinfo/Asia/Ho_Chi_Minh
printf 'x' >root/usr/share/fcitx5/addon/unikey.conf
printf 'user = "hocsinh"\npassword = "one-time"\nwifi = "Trường Mai"\nwifi_password = "bi mat 123"\ndns = "family"\n' >own.toml
truncate -s 32M system
mke2fs -q -t ext4 -d root system
truncate -s 8M esp
mkfs.vfat esp >/dev/null
if [ "$1" != no-boot ]; then
    mmd -i esp ::/EFI ::/EFI/BOOT
    mcopy -i esp root/etc/os-release ::/EFI/BOOT/BOOTX64.EFI
fi
truncate -s 48M he-thong.img
printf 'label: gpt\nstart=2048, size=16384, type=uefi\nstart=18432, size=65536, type=linux\n' |
    sfdisk --quiet --no-reread --no-tell-kernel he-thong.img
dd if=esp of=he-thong.img bs=1M seek=1 conv=notrunc status=none
dd if=system of=he-thong.img bs=1M seek=9 conv=notrunc status=none
"#;
pub(crate) const SYSTEM: u64 = 9 << 20;
pub(crate) const DISK: u64 = 128 << 20;

pub(crate) struct Fitting {
    pub(crate) rig: Rig,
    pub(crate) device: Device,
    pub(crate) disk: PracticeDisk,
}

pub(crate) fn sh(at: &Path, script: &str, args: &[&str]) -> (i32, String) {
    let script = format!("PATH=$PATH:/usr/sbin:/sbin\n{script}");
    let ran = Command::new("bash").args(["-c", &script, "bash"]).args(args).current_dir(at).output().expect("bash");
    let said = [ran.stdout, ran.stderr].concat();
    (ran.status.code().unwrap_or(-1), String::from_utf8_lossy(&said).into_owned())
}

impl Fitting {
    /// A practice station with that image in its store, `added` with more words, and a wiped disk of 128 MiB.
    fn new(kind: &str, added: &[&str]) -> Option<Self> {
        Self::of(IMAGE, &[kind], added, Bytes(DISK))
    }

    /// The same with the image that a script makes, and a disk of that size.
    pub(crate) fn of(script: &str, words: &[&str], added: &[&str], size: Bytes) -> Option<Self> {
        let needs = "type sgdisk sfdisk mke2fs mkfs.vfat mcopy debugfs resize2fs ntfsresize mkfs.ntfs";
        let (missing, _) = sh(Path::new("/"), needs, &[]);
        if missing != 0 {
            aloud("NOT RUN: fitting needs gdisk, fdisk, e2fsprogs, dosfstools, mtools and ntfs-3g");
            return None;
        }
        let rig = Rig::practice();
        let (code, said) = sh(rig.home(), script, words);
        assert_eq!(code, 0, "{said}");
        let add = [&["image", "add", "he-thong.img", "--os", "linux"], added].concat();
        rig.run(&add).good();
        let device = rig.device();
        let disk = rig.disk("o", size);
        rig.run(&["wipe", &device.tag, "--disk", disk.name(), "--confirm", &rig.code(&disk)]).good();
        Some(Self { rig, device, disk })
    }

    fn line(&self, verb: &str) -> Vec<String> {
        let code = self.rig.code(&self.disk);
        let more: &[&str] = if verb == "write" { &["--image", "he-thong"] } else { &[] };
        let fixed = ["image", verb, &self.device.tag, "--disk", self.disk.name(), "--confirm", &code];
        fixed.iter().chain(more).map(|word| (*word).to_owned()).collect()
    }

    pub(crate) fn run(&self, verb: &str) -> Ran {
        let line = self.line(verb);
        self.rig.json(&line.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// With programs of that name and text in the way of the real ones.
    pub(crate) fn run_with(&self, verb: &str, name: &str, program: &str) -> Ran {
        let folder = self.rig.home().join("bin");
        fs::create_dir_all(&folder).expect("ours");
        let path = folder.join(name);
        fs::write(&path, format!("#!/bin/bash\n{program}\n")).expect("ours");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("ours");
        let line = self.line(verb);
        let words: Vec<&str> = line.iter().map(String::as_str).chain(["--json"]).collect();
        let real = std::env::var("PATH").expect("UTF-8");
        let mut command = self.rig.command(&words);
        command.env("PATH", format!("{}:{real}:/usr/sbin:/sbin", folder.display()));
        super::bench_rig::ran(&mut command)
    }

    fn ask(&self, script: &str) -> (i32, String) {
        sh(self.rig.home(), script, &[&self.disk.backing().display().to_string(), &SYSTEM.to_string()])
    }

    fn cat(&self, path: &str) -> String {
        self.ask(&format!(r#"debugfs -R 'cat {path}' "$1?offset=$2" 2>/dev/null"#)).1
    }

    /// The size of the file system by its superblock, and nothing that another program complains of.
    pub(crate) fn judged(&self) -> u64 {
        let (code, said) = self.ask("sgdisk -v \"$1\"");
        assert!(code == 0 && said.contains("No problems found"), "{said}");
        let (code, said) = self.ask(r#"e2fsck -fn "$1?offset=$2""#);
        assert_eq!(code, 0, "{said}");
        let (_, said) = self.ask(r#"dumpe2fs -h "$1?offset=$2" 2>/dev/null"#);
        let number = |name: &str| {
            let line = said.lines().find_map(|line| line.strip_prefix(name)).expect("said");
            line.trim().parse::<u64>().expect("a number")
        };
        number("Block count:") * number("Block size:")
    }

    fn kinds(&self) -> Vec<Value> {
        self.rig.json(&["history", &self.device.tag]).good().all("history")
    }
}

#[test]
fn a_written_image_fills_its_disk_and_the_machine_is_set_for_its_first_start() {
    let Some(bench) = Fitting::new("whole", &[]) else { return };
    let (_, bare) = bench.ask("cp he-thong.img bare && truncate -s 128M bare && sgdisk -v bare");
    assert!(!bare.contains("No problems found"), "the judge sees what the write alone leaves: {bare}");
    let ran = bench.run("write").good();
    let fitted = ran.one("fitted");
    assert_eq!(fitted["result"], "fitted", "{fitted}");
    for step in ["table_moved", "partition_grown", "system_grown", "hostname_set", "boot_found", "welcome_put"] {
        assert!(fitted["done"].as_array().expect("steps").iter().any(|done| done == step), "{step}: {fitted}");
    }
    assert!(bench.judged() > DISK - SYSTEM - (3 << 20), "it fills the disk");
    let printed = TagId::read(&bench.device.tag).expect("a tag").to_string();
    let tag = printed.to_lowercase();
    assert_eq!(bench.cat("/etc/hostname"), format!("{tag}\n"));
    assert_eq!(bench.cat("/etc/hosts"), format!("127.0.0.1\tlocalhost\n127.0.1.1\t{tag}\n"));
    assert_eq!(bench.cat("/etc/default/locale"), "LANG=vi_VN.UTF-8\n");
    assert_eq!(bench.cat("/etc/timezone"), "Asia/Ho_Chi_Minh\n");
    assert!(bench.cat("/etc/xdg/fcitx5/conf/unikey.conf").starts_with("InputMethod=Telex\n"));
    assert!(bench.cat("/usr/share/aoxanh/chao-mung.html").contains(&printed));
    assert_eq!(bench.cat("/etc/passwd"), "root:x:0:0:root:/root:/bin/bash\n", "nobody was added");
    let (_, link) = bench.ask(r#"debugfs -R 'stat /etc/localtime' "$1?offset=$2""#);
    assert!(link.contains("\"/usr/share/zoneinfo/Asia/Ho_Chi_Minh\""), "{link}");
    // Whoever is in the ledger is not on the disk.
    assert_eq!(bench.ask(&format!("grep -qa '{LEAD}' \"$1\"")).0, 1);
    let shown = bench.rig.run(&["history", &bench.device.tag]).good().out;
    assert!(shown.contains("Đã chỉnh cho vừa ổ: "), "{shown}");
    // Once more: nothing is left to grow, and what was set is set again.
    let again = bench.run("fit").good().one("fitted");
    assert_eq!((&again["result"], again["done"].to_string().contains("grown")), (&"fitted".into(), false), "{again}");
}

#[test]
fn what_an_image_asks_for_itself_wins_and_a_password_for_one_use_is_shown_once_and_nowhere_kept() {
    let added = ["--unique-ids", "--grow", "no", "--first-boot", "own.toml"];
    let Some(bench) = Fitting::new("whole", &added) else { return };
    let ids = |of: &str| {
        let script = format!("for part in 1 2; do sgdisk -i $part {of}; done; sgdisk -p {of} | grep GUID");
        let (_, said) = bench.ask(&script);
        let ids = said.lines().filter(|line| line.contains("unique GUID") || line.contains("identifier (GUID)"));
        ids.map(str::to_owned).collect::<Vec<_>>()
    };
    let ran = bench.run("write").good();
    let fitted = ran.one("fitted");
    assert_eq!(fitted["result"], "fitted", "{fitted}");
    let (old, new) = (ids("he-thong.img"), ids("\"$1\""));
    assert!(old.len() == 3 && new.len() == 3 && old.iter().all(|id| !new.contains(id)), "{old:?} {new:?}");
    assert_eq!(bench.judged(), 32 << 20, "it was not to grow");
    assert!(bench.cat("/etc/passwd").ends_with("\nhocsinh:x:1000:1000:,,,:/home/hocsinh:/bin/bash\n"));
    assert_eq!(bench.cat("/home/hocsinh/.profile"), "# hi\n");
    let (_, home) = bench.ask(r#"debugfs -R 'stat /home/hocsinh' "$1?offset=$2""#);
    assert!(home.contains("Mode:  0750") && home.contains("User:  1000"), "{home}");
    let password = fitted["password"].as_str().expect("shown").to_owned();
    let shadow = bench.cat("/etc/shadow");
    let line = shadow.lines().find_map(|line| line.strip_prefix("hocsinh:")).expect("there");
    let (hash, rest) = line.split_once(':').expect("fields");
    assert_eq!(rest, "0:0:99999:7:::", "it must be changed at the first login");
    let salt = hash.split('$').nth(2).expect("a salt");
    let (_, theirs) = sh(Path::new("/"), &format!("openssl passwd -6 -salt '{salt}' '{password}'"), &[]);
    assert_eq!(hash, theirs.trim());
    let (_, stat) = bench.ask(r#"debugfs -R 'stat /etc/shadow' "$1?offset=$2""#);
    assert!(stat.contains("Mode:  0640"), "{stat}");
    let wifi = "/etc/NetworkManager/system-connections/truong.nmconnection";
    assert!(bench.cat(wifi).contains("\nssid=Trường Mai\n") && bench.cat(wifi).contains("\npsk=bi mat 123\n"));
    let (_, stat) = bench.ask(&format!(r#"debugfs -R 'stat {wifi}' "$1?offset=$2""#));
    assert!(stat.contains("Mode:  0600"), "{stat}");
    let kept = format!("grep -raF -e '{password}' -e 'bi mat' .local {}", bench.rig.memory().display());
    let (code, said) = bench.ask(&kept);
    // The image's own manifest holds what the team wrote into it.
    let others: Vec<&str> =
        said.lines().filter(|line| !line.contains("images/he-thong.toml") && !line.contains("/disks/")).collect();
    assert!(code < 2 && others.is_empty(), "{others:?}");
    assert!(!bench.rig.logged().contains(&password));
}

#[test]
fn an_image_that_uefi_would_not_find_is_not_called_fitted() {
    let Some(bench) = Fitting::new("no-boot", &[]) else { return };
    let ran = bench.run("write");
    let fitted = ran.one("fitted");
    assert_eq!((ran.code, &fitted["result"]), (1, &"not_fitted".into()), "{ran:#?}");
    assert!(!fitted["done"].to_string().contains("boot_found"));
    assert_eq!(ran.one("imaged")["ended"]["result"], "written", "that it is written stays true");
}

#[test]
fn a_program_that_fails_lies_or_is_missing_is_named_and_nothing_is_called_fitted() {
    let Some(bench) = Fitting::new("whole", &[]) else { return };
    for (name, program, verb) in [
        ("resize2fs", "echo 'no room at all' >&2; exit 1", "write"),
        ("resize2fs", "exit 0", "fit"),
        ("resize2fs", "exit 127", "fit"),
        ("e2fsck", "echo 'UNEXPECTED INCONSISTENCY' >&2; exit 4", "fit"),
    ] {
        let ran = bench.run_with(verb, name, program);
        let fitted = ran.one("fitted");
        assert_eq!((ran.code == 0, &fitted["result"]), (false, &"not_fitted".into()), "{name}: {program}: {ran:#?}");
        assert!(!fitted["done"].to_string().contains("system_grown"), "{fitted}");
        fs::remove_file(bench.rig.home().join("bin").join(name)).expect("ours");
    }
    // Says that it wrote, and did not.
    let liar = "case \"$*\" in *-w*) exit 0 ;; esac; exec /usr/sbin/debugfs \"$@\"";
    let ran = bench.run_with("fit", "debugfs", liar);
    assert_eq!(ran.one("fitted")["result"], "not_fitted", "{ran:#?}");
    assert!(ran.err.contains("đọc lại không đúng") || ran.out.contains("đọc lại không đúng"), "{ran:#?}");
    fs::remove_file(bench.rig.home().join("bin/debugfs")).expect("ours");
    let page = bench.rig.run(&["show", &bench.device.tag]).good().out;
    assert!(page.contains("CHƯA chỉnh được cho vừa ổ"), "{page}");
    // The write stays what it was, and the next try makes it whole.
    assert_eq!(bench.run("fit").good().one("fitted")["result"], "fitted");
    assert!(bench.judged() > DISK - SYSTEM - (3 << 20));
    assert!(!bench.kinds().is_empty());
}

#[test]
fn a_fit_that_was_killed_is_gone_on_with() {
    let Some(bench) = Fitting::new("whole", &[]) else { return };
    let marker = bench.rig.home().join("here");
    // Stands still before the file system grows, and leaves the disk alone then.
    let slow = format!(
        "touch '{}'; while [ \"$(cut -d' ' -f4 /proc/$$/stat)\" = $PPID ]; do sleep 0.02; done",
        marker.display()
    );
    let folder = bench.rig.home().join("bin");
    fs::create_dir_all(&folder).expect("ours");
    fs::write(folder.join("resize2fs"), format!("#!/bin/bash\n{slow}\n")).expect("ours");
    fs::set_permissions(folder.join("resize2fs"), fs::Permissions::from_mode(0o755)).expect("ours");
    let line = bench.line("write");
    let mut command = bench.rig.command(&line.iter().map(String::as_str).collect::<Vec<_>>());
    let real = std::env::var("PATH").expect("UTF-8");
    command.env("PATH", format!("{}:{real}:/usr/sbin:/sbin", folder.display()));
    let mut child = command.spawn().expect("starts");
    while !marker.exists() {
        assert!(child.try_wait().expect("ours").is_none(), "it ended before");
        std::thread::yield_now();
    }
    let pid = rustix::process::Pid::from_raw(i32::try_from(child.id()).expect("small")).expect("a process");
    rustix::process::kill_process(pid, Signal::KILL).expect("ours");
    child.wait().expect("ours");
    fs::remove_file(folder.join("resize2fs")).expect("ours");
    assert!(bench.kinds().iter().all(|line| line["kind"] != "ImageFitted"), "nothing was said of it");
    let listed = bench.rig.json(&["jobs"]).good().one("interrupted");
    assert_eq!((&listed["to_fit"], &listed["percent"]), (&true.into(), &100.into()), "{listed}");
    let said = bench.rig.run(&["jobs"]).good().out;
    assert!(said.contains("CHƯA chỉnh cho vừa ổ") && said.contains("→ aoxanh image fit"), "{said}");
    assert_eq!(bench.run("fit").good().one("fitted")["result"], "fitted");
    assert!(bench.rig.json(&["jobs"]).good().all("interrupted").is_empty(), "nothing is left");
    assert!(bench.judged() > DISK - SYSTEM - (3 << 20));
}

#[test]
fn an_image_without_a_table_has_nothing_to_be_fitted_and_a_disk_without_an_image_is_refused() {
    let rig = Rig::practice();
    fs::write(rig.home().join("tho.img"), vec![7u8; 600_000]).expect("ours");
    rig.run(&["image", "add", "tho.img", "--os", "linux"]).good();
    let device = rig.device();
    let disk = rig.disk("o", Bytes::mib(2));
    let at = |verb: &str, more: &[&str]| {
        let code = rig.code(&disk);
        rig.json(&[&["image", verb, &device.tag, "--disk", disk.name(), "--confirm", &code], more].concat())
    };
    rig.run(&["wipe", &device.tag, "--disk", disk.name(), "--confirm", &rig.code(&disk)]).good();
    assert_eq!(at("fit", &[]).code, 1);
    let fitted = at("write", &["--image", "tho"]).good().one("fitted");
    assert_eq!((&fitted["result"], fitted["done"].as_array().map(Vec::len)), (&"nothing_to_do".into(), Some(0)));
    assert_eq!(fitted["notes"], serde_json::json!(["no_table"]));
    let code = rig.code(&disk);
    let said = rig.run(&["image", "fit", &device.tag, "--disk", disk.name(), "--confirm", &code]).good().out;
    assert!(said.contains("không thấy bảng phân vùng"), "{said}");
}
