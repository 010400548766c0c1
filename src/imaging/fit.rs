//! Whether an image can be written to a disk and be understood there, and started by the machine.

use super::manifest::{Firmware, Manifest};
use crate::unit::Bytes;
use crate::word::{Sentence, say};

/// Why an image does not fit a disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FitError {
    /// The disk is too small.
    #[error("needs {} bytes, the disk has {}", .needs.0, .has.0)]
    TooSmall {
        /// The image, rounded up to whole blocks of the disk.
        needs: Bytes,
        /// The disk.
        has: Bytes,
    },
    /// The partition table counts in other blocks than the disk (a 512-byte image on a 4Kn disk, or the reverse): no
    /// firmware would find the partitions.
    #[error("made for blocks of {image}, the disk has {disk}")]
    WrongBlock {
        /// What the image was made for, bytes.
        image: u32,
        /// What the disk has, bytes.
        disk: u32,
    },
    /// The machine was started by the one firmware when it was inspected, the image is only for the other.
    #[error("started by {image:?} alone, the machine by {machine:?}")]
    WrongFirmware {
        /// What starts the image.
        image: Firmware,
        /// What started the machine.
        machine: Firmware,
    },
}

impl FitError {
    /// The same for people.
    #[must_use]
    pub fn sentence(self) -> Sentence {
        match self {
            Self::TooSmall { needs, has } => {
                say!("image-too-large", needs = needs.decimal(), has = has.decimal())
            }
            Self::WrongBlock { image, disk } => {
                say!("image-wrong-block", image = u64::from(image), disk = u64::from(disk))
            }
            Self::WrongFirmware { image, machine } => {
                say!("image-wrong-firmware", image = image.sentence(), machine = machine.sentence())
            }
        }
    }
}

/// Whether the image fits a disk of that size and logical block, both in bytes.
pub fn fits(manifest: &Manifest, disk_size: Bytes, logical_block: u32) -> Result<(), FitError> {
    if manifest.block != logical_block {
        return Err(FitError::WrongBlock { image: manifest.block, disk: logical_block });
    }
    let block = u64::from(logical_block).max(1);
    let length = Bytes(manifest.length.0.checked_next_multiple_of(block).unwrap_or(u64::MAX));
    let needs = length.max(manifest.minimum_disk.unwrap_or(length));
    if needs > disk_size { Err(FitError::TooSmall { needs, has: disk_size }) } else { Ok(()) }
}

/// Whether the machine starts the image; `uefi` says whether it was started by UEFI when it was inspected. What nobody knows,
/// of the image or of the machine, refuses nothing.
pub fn starts(manifest: &Manifest, uefi: Option<bool>) -> Result<(), FitError> {
    let machine = uefi.map(|uefi| if uefi { Firmware::Uefi } else { Firmware::Bios });
    match (manifest.firmware, machine) {
        (Some(image), Some(machine)) if image != Firmware::Both && image != machine => {
            Err(FitError::WrongFirmware { image, machine })
        }
        (Some(_) | None, Some(_) | None) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::manifest::tests::manifest;
    use super::*;

    #[test]
    fn only_what_is_known_of_both_refuses_a_machine_that_cannot_start_the_image() {
        let refused = |firmware, uefi| starts(&Manifest { firmware, ..manifest() }, uefi).is_err();
        for known in [Some(true), Some(false), None] {
            assert!(!refused(None, known) && !refused(Some(Firmware::Both), known));
        }
        assert!(!refused(Some(Firmware::Uefi), Some(true)) && !refused(Some(Firmware::Bios), Some(false)));
        assert!(!refused(Some(Firmware::Uefi), None) && !refused(Some(Firmware::Bios), None));
        assert!(refused(Some(Firmware::Uefi), Some(false)) && refused(Some(Firmware::Bios), Some(true)));
    }

    #[test]
    fn the_disk_must_hold_the_last_block_and_count_in_the_same_blocks() {
        let odd = Manifest { length: Bytes(10_000), block: 4096, ..manifest() };
        assert_eq!(fits(&odd, Bytes(12_288), 4096), Ok(()));
        let small = FitError::TooSmall { needs: Bytes(12_288), has: Bytes(12_287) };
        assert_eq!(fits(&odd, Bytes(12_287), 4096), Err(small));
        for (image, disk) in [(512, 4096), (4096, 512)] {
            let image_for = Manifest { block: image, ..odd.clone() };
            assert_eq!(fits(&image_for, Bytes::gib(1), disk), Err(FitError::WrongBlock { image, disk }));
        }
        let wants_more = Manifest { minimum_disk: Some(Bytes(20_480)), ..odd.clone() };
        let small = FitError::TooSmall { needs: Bytes(20_480), has: Bytes(20_479) };
        assert_eq!(
            (fits(&wants_more, Bytes(20_480), 4096), fits(&wants_more, Bytes(20_479), 4096)),
            (Ok(()), Err(small))
        );
        assert!(fits(&Manifest { length: Bytes(u64::MAX), ..odd }, Bytes::gib(1), 4096).is_err());
    }
}
