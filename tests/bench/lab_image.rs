//! An image that starts by itself, for machines of the lab: every sector says where it stands, and its first one reads the last
//! by the BIOS and says the word in it on the serial line.
//!
//! Invariant: it is made here, byte by byte, so that what stands on a disk is never compared with what the program says it wrote.

#![expect(clippy::disallowed_methods, clippy::expect_used, reason = "a test makes an image")]

use super::bench_rig::Rig;
use super::guest_image::Console;
use std::fs;
use std::path::Path;

/// What it is called in the store.
const ID: &str = "tu-chay";
/// How long it is: longer than what is written from one mark to the next.
pub(crate) const LENGTH: u64 = 288 << 20;
const SECTOR: usize = 512;
/// What the machine says that started from it.
const WORD: &str = "AOXANH: MAY DA KHOI DONG TU O NAY";
/// Where it says which sector is to be read: as the code names it.
const WHERE: usize = 0x60;
/// The first sector's code: reads the last sector (INT 13h, 42h), and sends what stands in it up to a zero to the first
/// serial port, at the speed that it has.
const CODE: [u8; 49] = [
    0xFA, 0x31, 0xC0, 0x8E, 0xD8, 0x8E, 0xD0, 0xBC, 0x00, 0x7C, 0xFB, 0xFC, // segments and stack
    0xBE, 0x60, 0x7C, 0xB4, 0x42, 0xCD, 0x13, 0x72, 0x19, // reads to 0:7E00, from the disk it came from
    0xBE, 0x00, 0x7E, 0xAC, 0x84, 0xC0, 0x74, 0x11, 0x88, 0xC3, // the next letter
    0xBA, 0xFD, 0x03, 0xEC, 0xA8, 0x20, 0x74, 0xFB, // until the port takes one
    0x88, 0xD8, 0xB2, 0xF8, 0xEE, 0xEB, 0xEA, 0xF4, 0xEB, 0xFD, // sent; at the end for ever
];

/// The whole image.
pub(crate) fn bytes() -> Vec<u8> {
    let sectors = usize::try_from(LENGTH).expect("small") / SECTOR;
    let mut all: Vec<u8> = (0..sectors).flat_map(|number| format!("{number:>511}\n").into_bytes()).collect();
    let last = (sectors - 1) * SECTOR;
    all[last..last + WORD.len()].copy_from_slice(WORD.as_bytes());
    all[last + WORD.len()] = 0;
    let first = &mut all[..SECTOR];
    first.fill(0);
    first[..CODE.len()].copy_from_slice(&CODE);
    // 16 bytes long, one sector, to 0:7E00, that one.
    first[WHERE..WHERE + 8].copy_from_slice(&[16, 0, 1, 0, 0, 0x7E, 0, 0]);
    first[WHERE + 8..WHERE + 16].copy_from_slice(&(sectors as u64 - 1).to_le_bytes());
    first[SECTOR - 2..].copy_from_slice(&[0x55, 0xAA]);
    all
}

/// Puts it into that folder as a store keeps it, with its manifest.
pub(crate) fn put(folder: &Path) {
    let rig = Rig::practice();
    fs::write(rig.home().join("goc.img"), bytes()).expect("ours");
    let how = ["--os", "other", "--firmware", "bios", "--grow", "no", "--as-it-is"];
    rig.run(&[&["image", "add", "goc.img", "--id", ID], &how[..]].concat()).good();
    for ending in ["zst", "toml"] {
        let name = format!("{ID}.{ending}");
        fs::copy(rig.station().join("images").join(&name), folder.join(&name)).expect("copied");
    }
}

/// The words that write it, from the stick that is mounted in a machine.
pub(crate) fn words() -> [String; 4] {
    ["--image".to_owned(), format!("/root/{ID}.zst"), "--manifest".to_owned(), format!("/root/{ID}.toml")]
}

/// Where that disk holds something else than the image, up to there: the first such byte.
pub(crate) fn amiss(disk: &[u8], up_to: u64) -> Option<usize> {
    let due = bytes();
    (0..usize::try_from(up_to).expect("small").min(due.len())).find(|at| disk.get(*at) != Some(&due[*at]))
}

/// Starts a machine with nothing but that disk, which must say the word.
pub(crate) fn starts_from(disk: &Path) {
    let drive = format!("file={},format=raw,if=none,id=disk,snapshot=on", disk.display());
    let parts = ["-machine", "pc", "-device", "ich9-ahci,id=sata", "-drive", &drive, "-device"].map(str::to_owned);
    let disk = "ide-hd,bus=sata.0,drive=disk,bootindex=0".to_owned();
    Console::of(&[&parts[..], &[disk]].concat()).until(WORD);
}
