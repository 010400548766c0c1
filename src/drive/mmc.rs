//! eMMC: the `EXT_CSD` register, erasing and sanitizing.
//!
//! Source: JESD84-B51, sections 6.6.9 to 6.6.12 and 7.4; numbers in brackets are bytes of `EXT_CSD`.

use super::command::{Card, Command, Form, Transfer};
use super::field::{byte, is_blank, le32, text};

const SOON_MS: u32 = 15_000;
/// eMMC gives no estimate for sanitize; it holds the bus until it is done.
const LONG_MS: u32 = 4 * 3_600_000;
const EXT_CSD_BYTES: u32 = 512;
const SANITIZE_START: u32 = 165;
const WRITE_BYTE: u32 = 3;
const NORMAL_SET: u32 = 1;

/// `SEND_EXT_CSD` (CMD8).
#[must_use]
pub fn send_ext_csd() -> Command {
    let card = Card { index: 8, argument: 0, busy: false };
    Command { form: Form::Mmc(card), transfer: Transfer::FromDrive(EXT_CSD_BYTES), timeout_ms: SOON_MS }
}

/// SWITCH (CMD6) that writes `SANITIZE_START`, byte 165: what was unmapped before is purged.
#[must_use]
pub fn sanitize() -> Command {
    let argument = WRITE_BYTE << 24 | SANITIZE_START << 16 | 1 << 8 | NORMAL_SET;
    let card = Card { index: 6, argument, busy: true };
    Command { form: Form::Mmc(card), transfer: Transfer::Nothing, timeout_ms: LONG_MS }
}

/// What matters of `EXT_CSD`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExtCsd {
    /// Byte 192: revision; 5 is 4.41, 6 is 4.5, 8 is 5.1.
    pub revision: u8,
    /// `SEC_COUNT`, byte 215:212, sectors of 512 bytes, without the areas below.
    pub sectors: u32,
    /// `DATA_SECTOR_SIZE`, byte 61: the native sector, bytes.
    pub block: u32,
    /// Both boot areas together: `BOOT_SIZE_MULT`, byte 226, bytes.
    pub boot: u64,
    /// The replay-protected area: `RPMB_SIZE_MULT`, byte 168, bytes.
    pub rpmb: u64,
    /// `SEC_FEATURE_SUPPORT`, byte 231 bit 6.
    pub sanitize: bool,
    /// `FIRMWARE_VERSION`, byte 261:254, where it is text.
    pub firmware: Option<String>,
}

impl ExtCsd {
    /// What the register says; `None` where it is no answer.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Self> {
        if bytes.len() != 512 || is_blank(bytes) {
            return None;
        }
        let sectors = le32(bytes, 212);
        let area = |at: usize| u64::from(byte(bytes, at)) * 128 * 1024;
        Some(Self {
            revision: byte(bytes, 192),
            sectors,
            block: if byte(bytes, 61) == 1 { 4096 } else { 512 },
            boot: area(226) * 2,
            rpmb: area(168),
            sanitize: byte(bytes, 231) & 1 << 6 != 0,
            firmware: text(bytes.get(254..262)?),
        })
        .filter(|_| sectors > 0)
    }
}

/// The register of those facts: the way back of [`ExtCsd::read`], for models.
#[must_use]
pub fn ext_csd_page(facts: &ExtCsd) -> Vec<u8> {
    let mut page = vec![0; 512];
    let units = |bytes: u64| (bytes / (128 * 1024)).to_le_bytes()[0];
    page[61] = u8::from(facts.block == 4096);
    page[168] = units(facts.rpmb);
    page[192] = facts.revision;
    page[212..216].copy_from_slice(&facts.sectors.to_le_bytes());
    page[226] = units(facts.boot / 2);
    page[231] = u8::from(facts.sanitize) << 6;
    let firmware = facts.firmware.as_deref().unwrap_or_default();
    page[254..262].iter_mut().zip(firmware.bytes()).for_each(|(to, from)| *to = from);
    page
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_register_gives_size_areas_and_sanitize_and_only_reading_it_only_reads() {
        assert!(send_ext_csd().only_reads());
        assert!(!sanitize().only_reads());
        let Form::Mmc(card) = sanitize().form else { panic!("a card command") };
        assert_eq!((card.index, card.argument), (6, 0x03A5_0101));
        let mut bytes = vec![0; 512];
        bytes[212..216].copy_from_slice(&30_777_344u32.to_le_bytes());
        (bytes[192], bytes[226], bytes[168], bytes[231]) = (8, 32, 4, 0x55);
        bytes[254..258].copy_from_slice(b"FW12");
        let read = ExtCsd::read(&bytes).expect("a register");
        assert_eq!((read.sectors, read.boot, read.rpmb), (30_777_344, 8 << 20, 512 << 10));
        assert_eq!((read.sanitize, read.firmware.as_deref(), read.block), (true, Some("FW12"), 512));
        assert_eq!(ExtCsd::read(&vec![0; 512]), None);
        assert_eq!(ExtCsd::read(&ext_csd_page(&read)), Some(read));
    }

    proptest! {
        #[test]
        fn no_bytes_make_reading_panic(bytes in prop::collection::vec(any::<u8>(), 510..514)) {
            let _read = ExtCsd::read(&bytes);
        }
    }
}
