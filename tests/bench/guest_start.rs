//! What a virtual machine starts from: the bare kernel, UEFI with or without Secure Boot, or the stick itself; and the TPM that
//! a program plays.
//!
//! Invariants: the chip ends with its machine; a stick's start is its own up to where its program would be shown.

#![expect(clippy::disallowed_methods, clippy::expect_used, reason = "a test puts a machine together")]

use super::bench_rig::{aloud, ran, root};
use serde_json::json;
use std::fs::{self, File};
use std::os::fd::OwnedFd;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Nothing here is asked of the kernel that takes it long: it is not what is tested.
const WORDS: &str = "console=ttyS0 panic=-1 mitigations=off nokaslr random.trust_cpu=on audit=0 cryptomgr.notests";
/// Where the first file system lies when it is not left to QEMU: above the kernel, and below all that firmware takes.
const LOW: u64 = 128 << 20;
const MIB: u64 = 1 << 20;

/// What a machine starts from.
#[derive(Clone, Debug)]
pub(crate) enum Start {
    /// The bare kernel, by QEMU itself.
    Kernel,
    /// The same with the first file system low in memory: QEMU lays it over the firmware's tables where a TPM's log takes
    /// 64 KiB more of the end of memory than QEMU expects.
    KernelLow,
    /// UEFI from a folder that [`uefi`] made; with Secure Boot on, or off.
    Uefi(PathBuf, bool),
    /// The stick.
    Stick(FromStick),
}

/// How a machine starts from the stick.
#[derive(Clone, Debug)]
pub(crate) struct FromStick {
    /// Its image.
    pub(crate) image: PathBuf,
    /// By UEFI as in [`Start::Uefi`]; by BIOS where there is none.
    pub(crate) by_uefi: Option<(PathBuf, bool)>,
    /// More words for its kernel.
    pub(crate) words: &'static str,
    /// More files in its system.
    pub(crate) files: Vec<(&'static str, Vec<u8>)>,
}

impl Start {
    /// What QEMU is told. `system` is the folder with kernel and first file system, `folder` the machine's own.
    pub(crate) fn parts(&self, system: &Path, folder: &Path) -> Vec<String> {
        let (kernel, initramfs) = (system.join("kernel"), system.join("initramfs"));
        let shown = |path: &Path| path.display().to_string();
        let parts: Vec<String> = match self {
            Self::Kernel => {
                let files = ["-kernel".to_owned(), shown(&kernel), "-initrd".to_owned(), shown(&initramfs)];
                [files.to_vec(), ["-machine", "pc", "-append", WORDS].map(str::to_owned).to_vec()].concat()
            }
            Self::KernelLow => {
                let size = fs::metadata(&initramfs).expect("made before").len();
                // Told as taken, so that the kernel copies it away before it uses that memory.
                let words = format!("{WORDS} memmap={}M${LOW} initrdmem={LOW},{size}", size.div_ceil(MIB));
                let loaded = format!("loader,addr={LOW},force-raw=on,file={}", shown(&initramfs));
                let parts = ["-machine", "pc", "-kernel", &shown(&kernel), "-append", &words, "-device", &loaded];
                parts.map(str::to_owned).to_vec()
            }
            Self::Uefi(files, secure) => {
                boot_disk(files, &initramfs, folder);
                let disk = ["-drive", "file=fat:boot,format=raw,if=none,id=boot,readonly=on"];
                let parts = [disk, ["-device", "virtio-blk-pci,drive=boot"]].concat().into_iter().map(str::to_owned);
                firmware(files, *secure, &folder.join("store")).into_iter().chain(parts).collect()
            }
            Self::Stick(from) => {
                agent_on_stick(from, folder);
                let bios = || ["-machine", "pc"].map(str::to_owned).to_vec();
                let machine = from.by_uefi.as_ref();
                let machine =
                    machine.map_or_else(bios, |(files, secure)| firmware(files, *secure, &folder.join("store")));
                machine.into_iter().chain(usb_stick("stick.img")).collect()
            }
        };
        parts
    }
}

/// The parts of a machine that starts by UEFI with Secure Boot on or off, whose settings are kept in the file `store`.
pub(crate) fn firmware(files: &Path, secure: bool, store: &Path) -> Vec<String> {
    let settings = if secure { "OVMF_VARS_4M.ms.fd" } else { "OVMF_VARS_4M.fd" };
    fs::copy(files.join(settings), store).expect("copied");
    let flash = "if=pflash,format=raw";
    let code = files.join("OVMF_CODE_4M.secboot.fd");
    [
        "-machine",
        "q35,smm=on",
        "-global",
        "driver=cfi.pflash01,property=secure,value=on",
        "-drive",
        &format!("{flash},unit=0,readonly=on,file={}", code.display()),
        "-drive",
        &format!("{flash},unit=1,file={}", store.display()),
    ]
    .map(str::to_owned)
    .to_vec()
}

/// A stick on that file, from which the machine starts.
pub(crate) fn usb_stick(file: &str) -> Vec<String> {
    // Not by -drive: that would be gone with the stick where it is pulled.
    let node = json!({ "driver": "file", "node-name": "own", "filename": file, "cache": { "no-flush": true } });
    let stick = "usb-storage,id=own-stick,bus=own-bus.0,drive=own,bootindex=0";
    ["-device", "qemu-xhci,id=own-bus", "-blockdev", &node.to_string(), "-device", stick].map(str::to_owned).to_vec()
}

/// Gives the kernel those words too, from the menu of the stick's image, and does not wait there.
pub(crate) fn with_words(image: &Path, words: &str) {
    let script = format!(
        "mtype -i '{0}@@2M' ::EFI/debian/grub.cfg | sed 's|^set words=\"|&{words} |; s/^set timeout=2/set timeout=0/' >'{0}.menu'
        grep -q '^set timeout=0' '{0}.menu'; grep -qF 'words=\"{words} ' '{0}.menu'
        mcopy -o -i '{0}@@2M' '{0}.menu' ::EFI/debian/grub.cfg; rm '{0}.menu'",
        image.display()
    );
    good(&script);
}

fn good(script: &str) {
    let done = ran(Command::new("bash").args(["-euo", "pipefail", "-c", script]));
    assert_eq!(done.code, 0, "{script}\n{done:#?}");
}

/// The stick's image in the machine's folder, where what shows the program listens to the tests instead. It comes as the
/// team's firmware would: a second file system over the first.
fn agent_on_stick(from: &FromStick, folder: &Path) {
    let (stick, more) = (folder.join("stick.img"), folder.join("more"));
    for (name, bytes) in &from.files {
        let path = more.join(name);
        fs::create_dir_all(path.parent().expect("in a folder")).expect("made");
        fs::write(path, bytes).expect("written");
    }
    fs::create_dir_all(more.join("bin")).expect("made");
    fs::copy(root().join("scripts/guest-init"), more.join("bin/bench-here")).expect("copied");
    let script = format!(
        "cp --sparse=always '{0}' '{1}'; truncate -s +64M '{1}'; cd '{2}'
        find . -mindepth 1 | cpio -o -H newc --quiet >'{1}.more'; mcopy -o -i '{1}@@2M' '{1}.more' ::aoxanh/firmware",
        from.image.display(),
        stick.display(),
        more.display()
    );
    good(&script);
    with_words(&stick, &[WORDS, from.words].join(" "));
}

/// What the firmware finds to start: Microsoft's signature on shim, Debian's on GRUB and on the kernel.
fn boot_disk(files: &Path, initramfs: &Path, folder: &Path) {
    let boot = folder.join("boot");
    fs::create_dir_all(boot.join("EFI/BOOT")).expect("made");
    fs::create_dir_all(boot.join("EFI/debian")).expect("made");
    for (name, from) in [
        ("EFI/BOOT/BOOTX64.EFI", files.join("shimx64.efi.signed")),
        ("EFI/BOOT/grubx64.efi", files.join("grubx64.efi.signed")),
        ("vmlinuz", files.join("vmlinuz")),
        ("initramfs", initramfs.to_owned()),
    ] {
        let _none = fs::remove_file(boot.join(name));
        symlink(from, boot.join(name)).expect("linked");
    }
    let menu = format!("linux /vmlinuz {WORDS}\ninitrd /initramfs\nboot\n");
    fs::write(boot.join("EFI/debian/grub.cfg"), menu).expect("written");
}

/// The folder with UEFI and the signed files; none, said aloud, where they cannot be had.
pub(crate) fn uefi() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("guest");
    let made = ran(Command::new(root().join("scripts/guest-initramfs")).arg(&folder).arg("--uefi"));
    if made.code == 75 {
        aloud(&format!("NOT RUN: {}", made.err));
        return None;
    }
    assert_eq!(made.code, 0, "{made:#?}");
    Some(folder.join("uefi"))
}

/// A TPM 2.0, played by swtpm.
pub(crate) struct Chip(Child);

impl Chip {
    /// One that listens at `chip` in that folder, already before this returns.
    pub(crate) fn new(folder: &Path) -> Self {
        // There from before where the machine is switched on again.
        let _none = fs::remove_file(folder.join("chip"));
        let listener = UnixListener::bind(folder.join("chip")).expect("a socket");
        fs::create_dir_all(folder.join("tpm")).expect("made");
        let state = format!("dir={}", folder.join("tpm").display());
        let complaints = File::create(folder.join("swtpm")).expect("written");
        let child = Command::new("swtpm")
            .args(["socket", "--tpm2", "--terminate", "--tpmstate", &state, "--ctrl", "type=unixio,fd=0"])
            .stdin(Stdio::from(OwnedFd::from(listener)))
            .stdout(Stdio::null())
            .stderr(complaints)
            .spawn();
        Self(child.expect("looked for before"))
    }
}

impl Drop for Chip {
    fn drop(&mut self) {
        let _gone = self.0.kill().and_then(|()| self.0.wait());
    }
}
