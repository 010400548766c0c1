//! What a virtual machine starts from: the bare kernel, or UEFI with or without Secure Boot; and the TPM that a program plays.
//!
//! Invariant: the chip ends with its machine.

#![expect(clippy::disallowed_methods, clippy::expect_used, reason = "a test puts a machine together")]

use super::bench_rig::{aloud, ran, root};
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
                let store = if *secure { "OVMF_VARS_4M.ms.fd" } else { "OVMF_VARS_4M.fd" };
                fs::copy(files.join(store), folder.join("store")).expect("copied");
                let code = shown(&files.join("OVMF_CODE_4M.secboot.fd"));
                let flash = "if=pflash,format=raw";
                let parts = [
                    "-machine",
                    "q35,smm=on",
                    "-global",
                    "driver=cfi.pflash01,property=secure,value=on",
                    "-drive",
                    &format!("{flash},unit=0,readonly=on,file={code}"),
                    "-drive",
                    &format!("{flash},unit=1,file=store"),
                    "-drive",
                    "file=fat:boot,format=raw,if=none,id=boot,readonly=on",
                    "-device",
                    "virtio-blk-pci,drive=boot",
                ];
                parts.map(str::to_owned).to_vec()
            }
        };
        parts
    }
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
