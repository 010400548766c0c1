//! SCSI: who a disk is, how large, and SANITIZE.
//!
//! Sources: SPC-4 (T10/1731-D) for INQUIRY, REQUEST SENSE and REPORT SUPPORTED OPERATION CODES; SBC-4 (T10/BSR INCITS 506)
//! for READ CAPACITY(16), SANITIZE and page B1h.

use super::command::{Command, Transfer};
use super::field::{be16, be32, be64, byte, is_blank, text};
use super::identify::Rotation;

const SOON_MS: u32 = 15_000;
const BEGIN_MS: u32 = 60_000;
const SANITIZE: u8 = 0x48;

/// A sanitize operation. Source: SBC-4, section 5.30.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScsiSanitize {
    /// CRYPTOGRAPHIC ERASE.
    Crypto,
    /// BLOCK ERASE.
    Block,
    /// OVERWRITE, once, with this pattern.
    Overwrite(u32),
}

impl ScsiSanitize {
    const fn action(self) -> u8 {
        match self {
            Self::Overwrite(_) => 1,
            Self::Block => 2,
            Self::Crypto => 3,
        }
    }
}

/// A page of vital product data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// 80h: unit serial number.
    Serial,
    /// 83h: names.
    Names,
    /// 89h: what a SATA disk behind a translator said of itself.
    Ata,
    /// B1h: rotation.
    Characteristics,
}

impl Page {
    /// Its code.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Serial => 0x80,
            Self::Names => 0x83,
            Self::Ata => 0x89,
            Self::Characteristics => 0xB1,
        }
    }
}

/// Standard INQUIRY.
#[must_use]
pub fn inquiry() -> Command {
    Command::scsi([0x12, 0, 0, 0, 96, 0], Transfer::FromDrive(96), SOON_MS)
}

/// INQUIRY of a page.
#[must_use]
pub fn inquiry_page(page: Page) -> Command {
    Command::scsi([0x12, 1, page.code(), 2, 0x3C, 0], Transfer::FromDrive(0x23C), SOON_MS)
}

/// READ CAPACITY(16).
#[must_use]
pub fn read_capacity() -> Command {
    let cdb = [0x9E, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 32, 0, 0];
    Command::scsi(cdb, Transfer::FromDrive(32), SOON_MS)
}

/// REQUEST SENSE in descriptor form: how far a running operation is.
#[must_use]
pub fn request_sense() -> Command {
    Command::scsi([0x03, 1, 0, 0, 252, 0], Transfer::FromDrive(252), SOON_MS)
}

/// REPORT SUPPORTED OPERATION CODES for one sanitize operation.
#[must_use]
pub fn asks_for_sanitize(how: ScsiSanitize) -> Command {
    let cdb = [0xA3, 0x0C, 3, SANITIZE, 0, how.action(), 0, 0, 0, 64, 0, 0];
    Command::scsi(cdb, Transfer::FromDrive(64), SOON_MS)
}

/// Whether the answer to [`asks_for_sanitize`] says "supported, as the standard says".
#[must_use]
pub fn is_supported(bytes: &[u8]) -> bool {
    byte(bytes, 1) & 7 == 3
}

/// Begins to sanitize and answers at once (IMMED).
#[must_use]
pub fn sanitize(how: ScsiSanitize) -> Command {
    let mut cdb = [SANITIZE, 0x80 | how.action(), 0, 0, 0, 0, 0, 0, 0, 0];
    let transfer = match how {
        ScsiSanitize::Crypto | ScsiSanitize::Block => Transfer::Nothing,
        ScsiSanitize::Overwrite(pattern) => {
            cdb[8] = 8;
            // Overwrite count 1, pattern of 4 bytes.
            Transfer::ToDrive([&[1, 0, 0, 4], &pattern.to_be_bytes()[..]].concat())
        }
    };
    Command::scsi(cdb, transfer, BEGIN_MS)
}

/// The answer to INQUIRY.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inquiry {
    /// T10 vendor: bytes 8 to 15; `ATA` where a SATA disk is behind a translator.
    pub vendor: Option<String>,
    /// Product: bytes 16 to 31.
    pub product: Option<String>,
    /// Revision: bytes 32 to 35.
    pub revision: Option<String>,
    /// Whether it is a disk: peripheral device type 0.
    pub is_disk: bool,
}

impl Inquiry {
    /// What the answer says; `None` where it is no answer.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Self> {
        if bytes.len() < 36 || is_blank(bytes) {
            return None;
        }
        Some(Self {
            vendor: text(bytes.get(8..16)?),
            product: text(bytes.get(16..32)?),
            revision: text(bytes.get(32..36)?),
            is_disk: matches!(byte(bytes, 0) & 0x1F, 0),
        })
    }
}

/// The content of a page; `None` where it is another page or none.
#[must_use]
pub fn page_content(page: Page, bytes: &[u8]) -> Option<&[u8]> {
    let length = usize::from(be16(bytes, 2));
    let rest = bytes.get(4..)?;
    Some(rest.get(..length.min(rest.len()))?).filter(|_| byte(bytes, 1) == page.code())
}

/// The serial number in page 80h.
#[must_use]
pub fn unit_serial(bytes: &[u8]) -> Option<String> {
    text(page_content(Page::Serial, bytes)?)
}

/// The logical unit's NAA name in page 83h. Source: SPC-4, 7.8.6: code set 1, association 0, type 3.
#[must_use]
pub fn naa_name(bytes: &[u8]) -> Option<u64> {
    let mut rest = page_content(Page::Names, bytes)?;
    while let Some((head, others)) = rest.split_first_chunk::<4>() {
        let (name, next) = others.split_at_checked(usize::from(head[3]))?;
        if head[0] & 0x0F == 1 && head[1] & 0x3F == 3 && name.len() >= 8 {
            return Some(be64(name, 0)).filter(|name| *name != 0);
        }
        rest = next;
    }
    None
}

/// How it turns, by page B1h.
#[must_use]
pub fn rotation(bytes: &[u8]) -> Rotation {
    page_content(Page::Characteristics, bytes).map_or(Rotation::NotTold, |page| Rotation::of(be16(page, 0)))
}

/// The answer to READ CAPACITY(16).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capacity {
    /// How many logical blocks.
    pub blocks: u64,
    /// Logical block, bytes.
    pub block: u32,
    /// Physical block, bytes.
    pub physical: u32,
    /// Protection information goes with each block (T10 DIF).
    pub protected: bool,
}

impl Capacity {
    /// What the answer says; `None` where it is no answer.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Self> {
        if bytes.len() < 12 || is_blank(bytes) {
            return None;
        }
        let block = be32(bytes, 8);
        let blocks = be64(bytes, 0).checked_add(1)?;
        let physical = block.checked_shl(u32::from(byte(bytes, 13) & 0xF)).unwrap_or(block);
        Some(Self { blocks, block, physical, protected: byte(bytes, 12) & 1 != 0 }).filter(|_| block > 0)
    }

    /// The size, bytes; `None` past all numbers.
    #[must_use]
    pub const fn size(self) -> Option<u64> {
        self.blocks.checked_mul(self.block as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::super::command::Form;
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_descriptor_blocks_are_those_of_the_standard() {
        let cdb = |command: &Command| if let Form::Scsi(cdb) = &command.form { cdb.clone() } else { Vec::new() };
        assert_eq!(cdb(&inquiry_page(Page::Characteristics)), [0x12, 1, 0xB1, 2, 0x3C, 0]);
        assert_eq!(cdb(&sanitize(ScsiSanitize::Crypto)), [0x48, 0x83, 0, 0, 0, 0, 0, 0, 0, 0]);
        let overwrite = sanitize(ScsiSanitize::Overwrite(0x0102_0304));
        assert_eq!(cdb(&overwrite), [0x48, 0x81, 0, 0, 0, 0, 0, 0, 8, 0]);
        assert_eq!(overwrite.transfer, Transfer::ToDrive(vec![1, 0, 0, 4, 1, 2, 3, 4]));
        let asks = [inquiry(), inquiry_page(Page::Serial), read_capacity(), request_sense()];
        assert!(asks.iter().all(Command::only_reads));
        assert!(asks_for_sanitize(ScsiSanitize::Block).only_reads());
        for how in [ScsiSanitize::Crypto, ScsiSanitize::Block, ScsiSanitize::Overwrite(0)] {
            assert!(!sanitize(how).only_reads());
        }
    }

    #[test]
    fn capacity_and_pages_are_read_by_their_own_fields() {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&999u64.to_be_bytes());
        bytes[8..12].copy_from_slice(&520u32.to_be_bytes());
        bytes[12] = 1;
        let capacity = Capacity::read(&bytes).expect("an answer");
        assert_eq!(
            (capacity.blocks, capacity.block, capacity.size(), capacity.protected),
            (1000, 520, Some(520_000), true)
        );
        assert_eq!(Capacity::read(&[0; 32]), None);
        assert_eq!(rotation(&[0, 0xB1, 0, 4, 0x1C, 0x20, 0, 3]), Rotation::Rpm(7200));
        assert_eq!(rotation(&[0, 0x80, 0, 4, 0x1C, 0x20, 0, 3]), Rotation::NotTold);
        assert_eq!(unit_serial(b"\0\x80\0\x06 AB123trailing").as_deref(), Some("AB123"));
        let names = [0, 0x83, 0, 18, 2, 0, 0, 2, b'x', b'y', 1, 3, 0, 8, 0x50, 0, 0, 0, 0, 0, 0, 7];
        assert_eq!(naa_name(&names), Some(0x5000_0000_0000_0007));
    }

    proptest! {
        #[test]
        fn no_bytes_make_reading_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
            let _inquiry = Inquiry::read(&bytes);
            let _capacity = Capacity::read(&bytes).map(Capacity::size);
            let _pages = (unit_serial(&bytes), naa_name(&bytes), rotation(&bytes));
            let mut names = vec![0, 0x83, 2, 0];
            names.extend(bytes);
            let _name = naa_name(&names);
        }
    }
}
