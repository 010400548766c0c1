//! What the partition table at the start of an image says: its block, who can start it, where its main partition is.
//!
//! Sources: UEFI 2.10, chapter 5 (GPT, type GUIDs); GRUB's BIOS boot partition. Invariant: what is not said there is unknown.

use super::gpt::{EFI_SYSTEM, number};
use super::manifest::Firmware;
use crate::unit::Bytes;

const ENTRIES_AT: usize = 72;
const SIGNATURE: &[u8; 8] = b"EFI PART";
/// GRUB's BIOS boot partition.
const BIOS_BOOT: [u8; 16] = *b"Hah!IdontNeedEFI";
/// The EFI system partition in an MBR.
const MBR_EFI: u8 = 0xEF;
/// A partition table of its own, in a GPT's protective MBR.
const MBR_GPT: u8 = 0xEE;
/// As many entries as are looked at.
const MOST: u64 = 256;

/// What the start of an image says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// The logical block that its table counts in, bytes.
    pub block: Option<u32>,
    /// Which firmware finds something to start.
    pub firmware: Option<Firmware>,
    /// Its longest partition: where, and how long.
    pub main: Option<(Bytes, Bytes)>,
}

/// Reads the start of an image: 64 KiB are enough.
#[must_use]
pub fn layout(start: &[u8]) -> Layout {
    [512, 4096].into_iter().find_map(|block| gpt(start, block)).or_else(|| mbr(start)).unwrap_or_default()
}

fn gpt(start: &[u8], block: u32) -> Option<Layout> {
    let size = usize::try_from(block).ok()?;
    let header = start.get(size..)?;
    if !header.starts_with(SIGNATURE) {
        return None;
    }
    let at = usize::try_from(number::<8>(header, ENTRIES_AT)?).ok()?.checked_mul(size)?;
    let (count, width) = (number::<4>(header, ENTRIES_AT + 8)?, number::<4>(header, ENTRIES_AT + 12)?);
    let width = usize::try_from(width).ok().filter(|width| *width >= 128)?;
    let (mut efi, mut bios, mut main) = (false, false, None);
    for entry in start.get(at..)?.chunks_exact(width).take(usize::try_from(count.min(MOST)).ok()?) {
        efi |= entry.starts_with(&EFI_SYSTEM);
        bios |= entry.starts_with(&BIOS_BOOT);
        let (Some(first), Some(last)) = (number::<8>(entry, 32), number::<8>(entry, 40)) else { continue };
        if entry[..16] != [0; 16] && first <= last {
            main = longest(main, first, (last - first).saturating_add(1), u64::from(block));
        }
    }
    Some(Layout { block: Some(block), firmware: starter(efi, bios), main })
}

/// An MBR does not say its block: every one that is met counts in 512 bytes.
fn mbr(start: &[u8]) -> Option<Layout> {
    if start.get(510..512)? != [0x55, 0xAA] {
        return None;
    }
    let (mut efi, mut active, mut main) = (false, false, None);
    for entry in start.get(446..510)?.chunks_exact(16) {
        let (first, count) = (number::<4>(entry, 8)?, number::<4>(entry, 12)?);
        if entry[4] == 0 || entry[4] == MBR_GPT || count == 0 || entry[0] & 0x7F != 0 {
            continue;
        }
        efi |= entry[4] == MBR_EFI;
        active |= entry[0] == 0x80;
        main = longest(main, first, count, 512);
    }
    let code = start[..440].iter().any(|byte| *byte != 0);
    main.map(|main| Layout { block: Some(512), firmware: starter(efi, active && code), main: Some(main) })
}

fn longest(main: Option<(Bytes, Bytes)>, first: u64, count: u64, block: u64) -> Option<(Bytes, Bytes)> {
    let found = first.checked_mul(block).zip(count.checked_mul(block)).map(|(at, len)| (Bytes(at), Bytes(len)));
    main.into_iter().chain(found).max_by_key(|(_, len)| *len)
}

const fn starter(efi: bool, bios: bool) -> Option<Firmware> {
    match (efi, bios) {
        (true, true) => Some(Firmware::Both),
        (true, false) => Some(Firmware::Uefi),
        (false, true) => Some(Firmware::Bios),
        (false, false) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn gpt_with(block: usize, kinds: &[([u8; 16], u64, u64)]) -> Vec<u8> {
        let mut image = vec![0; 64 * 1024];
        image[block..block + 8].copy_from_slice(SIGNATURE);
        image[block + 72] = 2;
        image[block + 80] = 128;
        image[block + 84] = 128;
        for (number, (kind, first, last)) in kinds.iter().enumerate() {
            let at = 2 * block + number * 128;
            image[at..at + 16].copy_from_slice(kind);
            image[at + 32..at + 40].copy_from_slice(&first.to_le_bytes());
            image[at + 40..at + 48].copy_from_slice(&last.to_le_bytes());
        }
        image
    }

    #[test]
    fn a_gpt_says_its_block_who_starts_it_and_its_longest_partition() {
        let linux = [9; 16];
        for (block, both) in [(512, Firmware::Both), (4096, Firmware::Both)] {
            let found = layout(&gpt_with(block, &[(EFI_SYSTEM, 34, 99), (BIOS_BOOT, 100, 101), (linux, 200, 9999)]));
            let main = Some((Bytes(200 * block as u64), Bytes(9800 * block as u64)));
            let block = u32::try_from(block).ok();
            assert_eq!(found, Layout { block, firmware: Some(both), main });
        }
        assert_eq!(layout(&gpt_with(512, &[(EFI_SYSTEM, 34, 99)])).firmware, Some(Firmware::Uefi));
        assert_eq!(layout(&gpt_with(512, &[(linux, 34, 99), (BIOS_BOOT, 1, 2)])).firmware, Some(Firmware::Bios));
        assert_eq!(layout(&gpt_with(512, &[(linux, 34, 99)])).firmware, None);
    }

    #[test]
    fn an_mbr_starts_by_code_and_an_active_partition_and_nothing_is_made_up() {
        let mut image = vec![0; 1024];
        assert_eq!(layout(&image), Layout::default());
        image[510..512].copy_from_slice(&[0x55, 0xAA]);
        assert_eq!(layout(&image), Layout::default());
        image[446..462].copy_from_slice(&[0x80, 0, 0, 0, 0x83, 0, 0, 0, 8, 0, 0, 0, 16, 0, 0, 0]);
        let main = Some((Bytes(4096), Bytes(8192)));
        assert_eq!(layout(&image), Layout { block: Some(512), firmware: None, main });
        image[0] = 0xEB;
        assert_eq!(layout(&image), Layout { block: Some(512), firmware: Some(Firmware::Bios), main });
    }

    proptest! {
        #[test]
        fn no_start_of_an_image_is_too_strange(noise in prop::collection::vec(any::<u8>(), 0..6000), block in 0usize..2) {
            let mut image = noise;
            let at = [512, 4096][block];
            if image.len() > at + 8 {
                image[at..at + 8].copy_from_slice(SIGNATURE);
            }
            let found = layout(&image);
            prop_assert!(found.block.is_some() || found == Layout::default());
        }
    }
}
