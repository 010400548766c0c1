//! The other way round: a drive's answers made from facts, for models of drives and for proving that reading is right.
//!
//! Invariant: reading what is made here gives back the facts it was made from.

use super::identify::{Identify, Rotation};
use super::nvme::{Controller, Namespace, SanitizeLog, SanitizeState};
use super::sense::Registers;

/// The 512 bytes of IDENTIFY DEVICE.
#[must_use]
pub fn identify_page(facts: &Identify) -> Vec<u8> {
    let mut page = Page::new(512);
    page.swapped(10..20, facts.serial.as_deref());
    page.swapped(23..27, facts.firmware.as_deref());
    page.swapped(27..47, facts.model.as_deref());
    let short = facts.sectors.min(0x0FFF_FFFF);
    page.number(60..62, short);
    let (bits, security) = (facts.sanitize, facts.security);
    let any = bits.crypto || bits.block || bits.overwrite;
    page.word(48, 0x4000 | u16::from(facts.trusted));
    page.word(
        59,
        u16::from(bits.block) << 15
            | u16::from(bits.overwrite) << 14
            | u16::from(bits.crypto) << 13
            | u16::from(any) << 12,
    );
    page.word(82, u16::from(facts.hpa) << 10 | u16::from(security.supported) << 1 | 1);
    page.word(83, 0x4000 | u16::from(facts.dco) << 11 | u16::from(facts.lba48) << 10);
    page.word(87, 0x4000 | u16::from(facts.wwn.is_some()) << 8);
    for (at, minutes) in [(89, security.minutes), (90, security.enhanced_minutes)] {
        let steps = minutes.and_then(|minutes| u16::try_from(minutes / 2).ok()).unwrap_or(0);
        page.word(at, if steps > 0xFF { steps | 0x8000 } else { steps });
    }
    if facts.lba48 {
        page.number(100..104, facts.sectors);
    }
    let more = facts.physical_block.checked_div(facts.logical_block).map_or(0, u32::trailing_zeros);
    let long = facts.logical_block != 512;
    let more = u16::try_from(more).unwrap_or(0);
    page.word(106, 0x4000 | u16::from(more > 0) << 13 | u16::from(long) << 12 | more);
    page.number(117..119, if long { u64::from(facts.logical_block / 2) } else { 0 });
    for (word, shift) in (108..112).zip([48, 32, 16, 0]) {
        page.word(word, low16(facts.wwn.unwrap_or(0) >> shift));
    }
    page.word(119, 0x4000 | u16::from(facts.amac) << 8);
    let lock =
        [security.supported, security.enabled, security.locked, security.frozen, security.expired, security.enhanced];
    page.word(128, (0u16..).zip(lock).fold(0, |sum, (bit, is)| sum | u16::from(is) << bit));
    page.word(169, u16::from(facts.trim));
    page.word(
        217,
        match facts.rotation {
            Rotation::NotTold => 0,
            Rotation::None => 1,
            Rotation::Rpm(rpm) => rpm,
        },
    );
    if facts.checked { page.sealed() } else { page.bytes }
}

/// The 512 bytes of DEVICE CONFIGURATION IDENTIFY of a drive with so many sectors from the factory.
#[must_use]
pub fn dco_page(sectors: u64) -> Vec<u8> {
    let mut page = Page::new(512);
    page.word(0, 2);
    page.number(3..7, sectors.saturating_sub(1));
    page.sealed()
}

/// The 4096 bytes of Identify Controller.
#[must_use]
pub fn controller_page(facts: &Controller) -> Vec<u8> {
    let mut page = Page::new(4096);
    for (range, text) in [(4..24, &facts.serial), (24..64, &facts.model), (64..72, &facts.firmware)] {
        let padded = text.as_deref().unwrap_or_default().bytes().chain(std::iter::repeat(b' '));
        page.bytes[range].iter_mut().zip(padded).for_each(|(to, from)| *to = from);
    }
    page.bytes[256] = u8::from(facts.security) | u8::from(facts.format) << 1;
    page.bytes[280..296].copy_from_slice(&facts.capacity.to_le_bytes());
    let ways = [facts.sanitize_crypto, facts.sanitize_block, facts.sanitize_overwrite];
    page.bytes[328] = (0u8..).zip(ways).fold(0, |sum, (bit, is)| sum | u8::from(is) << bit);
    page.bytes[516..520].copy_from_slice(&facts.namespaces.to_le_bytes());
    page.bytes[524] = u8::from(facts.erases_all_namespaces) << 1 | u8::from(facts.format_crypto) << 2;
    page.bytes
}

/// The 4096 bytes of Identify Namespace.
#[must_use]
pub fn namespace_page(facts: &Namespace) -> Vec<u8> {
    let mut page = Page::new(4096);
    let format = facts.format & 0xF;
    for at in [0, 8, 16] {
        page.bytes[at..at + 8].copy_from_slice(&facts.blocks.to_le_bytes());
    }
    (page.bytes[25], page.bytes[26]) = (format, format);
    let entry = 128 + usize::from(format) * 4;
    page.bytes[entry..entry + 2].copy_from_slice(&facts.metadata.to_le_bytes());
    page.bytes[entry + 2] = facts.block.trailing_zeros().to_le_bytes()[0];
    page.bytes
}

/// The 512 bytes of the sanitize status log.
#[must_use]
pub fn sanitize_page(facts: &SanitizeLog) -> Vec<u8> {
    let state = match facts.state {
        SanitizeState::Never => 0,
        SanitizeState::Done => 1,
        SanitizeState::Running => 2,
        SanitizeState::Failed => 3,
        SanitizeState::DoneAndDeallocated => 4,
        SanitizeState::Unknown(state) => u16::from(state & 7),
    };
    let mut page = Page::new(512);
    page.word(0, facts.progress);
    page.word(1, state | u16::from(facts.untouched_since) << 8);
    page.bytes[4..8].copy_from_slice(&facts.command.to_le_bytes());
    for (at, seconds) in [8, 12, 16].into_iter().zip(facts.seconds) {
        page.bytes[at..at + 4].copy_from_slice(&seconds.unwrap_or(u32::MAX).to_le_bytes());
    }
    page.bytes
}

/// Sense data in descriptor form with the registers of an ATA drive, as a translator gives them.
#[must_use]
pub fn registers_sense(registers: Registers) -> Vec<u8> {
    let [_, _, lba5, lba4, lba3, lba2, lba1, lba0] = registers.lba.to_be_bytes();
    let [count1, count0] = registers.count.to_be_bytes();
    let key = if registers.is_good() { 1 } else { 0x0B };
    let code = if registers.is_good() { 0x1D } else { 0 };
    vec![
        0x72,
        key,
        0,
        code,
        0,
        0,
        0,
        14,
        9,
        12,
        1,
        registers.error,
        count1,
        count0,
        lba3,
        lba0,
        lba4,
        lba1,
        lba5,
        lba2,
        registers.device,
        registers.status,
    ]
}

struct Page {
    bytes: Vec<u8>,
}

impl Page {
    fn new(length: usize) -> Self {
        Self { bytes: vec![0; length] }
    }

    fn word(&mut self, number: usize, word: u16) {
        self.bytes[number * 2..number * 2 + 2].copy_from_slice(&word.to_le_bytes());
    }

    fn number(&mut self, words: std::ops::Range<usize>, value: u64) {
        for (word, shift) in words.zip([0, 16, 32, 48]) {
            self.word(word, low16(value >> shift));
        }
    }

    fn swapped(&mut self, words: std::ops::Range<usize>, text: Option<&str>) {
        let mut bytes = text.unwrap_or_default().bytes().chain(std::iter::repeat(b' '));
        for word in words {
            let pair = [bytes.next().unwrap_or(b' '), bytes.next().unwrap_or(b' ')];
            self.word(word, u16::from_be_bytes(pair));
        }
    }

    /// With the signature and the checksum of word 255.
    fn sealed(mut self) -> Vec<u8> {
        self.bytes[510] = 0xA5;
        self.bytes[511] = 0;
        let sum = self.bytes.iter().fold(0u8, |sum, byte| sum.wrapping_add(*byte));
        self.bytes[511] = sum.wrapping_neg();
        self.bytes
    }
}

fn low16(value: u64) -> u16 {
    let [low, high, ..] = value.to_le_bytes();
    u16::from_le_bytes([low, high])
}

#[cfg(test)]
mod tests {
    use super::super::identify::{IdentifyError, SanitizeBits, SecurityWord, dco_sectors};
    use super::super::sense::Sense;
    use super::*;
    use proptest::prelude::*;

    fn texts() -> impl Strategy<Value = Option<String>> {
        prop::option::of("[A-Z0-9]{1,8}")
    }

    prop_compose! {
        fn identifies()(
            (model, serial, firmware) in ("[A-Z]{1,20}", texts(), "[A-Z0-9]{1,8}"),
            wwn in prop::option::of(1u64..),
            sectors in 1u64..1 << 48,
            blocks in prop::sample::select(vec![(512, 512), (512, 4096), (4096, 4096), (520, 520)]),
            rotation in prop::sample::select(vec![Rotation::NotTold, Rotation::None, Rotation::Rpm(7200)]),
            bits in any::<[bool; 16]>(),
            minutes in [prop::option::of(1u32..0x7FFF), prop::option::of(1u32..0xFF)],
        ) -> Identify {
            let lba48 = bits[0];
            Identify {
                model: Some(model), serial, firmware: Some(firmware), wwn, checked: bits[1],
                sectors: if lba48 { sectors } else { sectors.min(0x0FFF_FFFF) },
                lba48, logical_block: blocks.0, physical_block: blocks.1, rotation, trim: bits[2],
                sanitize: SanitizeBits { crypto: bits[3], block: bits[4], overwrite: bits[5] },
                security: SecurityWord {
                    supported: bits[6], enabled: bits[7], locked: bits[8], frozen: bits[9], expired: bits[10],
                    enhanced: bits[11], minutes: minutes[0].map(|two| two * 2), enhanced_minutes: minutes[1].map(|two| two * 2),
                },
                hpa: bits[12], dco: bits[13], amac: bits[14], trusted: bits[15],
            }
        }
    }

    proptest! {
        #[test]
        fn what_a_drive_says_is_read_as_it_was_meant(facts in identifies()) {
            prop_assert_eq!(Identify::read(&identify_page(&facts)), Ok(facts));
        }

        #[test]
        fn one_changed_byte_is_found_by_the_checksum(facts in identifies(), at in 0usize..510, by in 1u8..) {
            let mut page = identify_page(&Identify { checked: true, ..facts });
            page[at] = page[at].wrapping_add(by);
            prop_assert_eq!(Identify::read(&page), Err(IdentifyError::Checksum));
        }

        #[test]
        fn no_512_bytes_make_reading_panic(bytes in prop::collection::vec(any::<u8>(), 512)) {
            let _read = (Identify::read(&bytes), dco_sectors(&bytes));
        }

        #[test]
        fn registers_come_back_through_sense(status in any::<u8>(), error in any::<u8>(), count in any::<u16>(), lba in 0u64..1 << 48, device in any::<u8>()) {
            let registers = Registers { status, error, count, lba, device };
            prop_assert_eq!(Sense::read(&registers_sense(registers)).and_then(|sense| sense.registers), Some(registers));
        }
    }

    #[test]
    fn blank_short_and_foreign_answers_are_none() {
        assert_eq!(Identify::read(&[0; 512]), Err(IdentifyError::Blank));
        assert_eq!(Identify::read(&[0xFF; 512]), Err(IdentifyError::Blank));
        assert_eq!(Identify::read(&[0; 36]), Err(IdentifyError::Length(36)));
        let mut noise = vec![0x81; 512];
        noise[510] = 0;
        assert_eq!(Identify::read(&noise), Err(IdentifyError::Garbage));
        let mut packet = Page::new(512);
        packet.word(0, 0x85C0);
        packet.swapped(27..47, Some("MODEL OF A DVD DRIVE"));
        assert_eq!(Identify::read(&packet.sealed()), Err(IdentifyError::NotDisk));
        assert_eq!(dco_sectors(&dco_page(1_000_215_216)), Some(1_000_215_216));
        assert_eq!(dco_sectors(&[0; 512]), None);
    }

    #[test]
    fn what_an_nvme_drive_says_is_read_as_it_was_meant() {
        let controller = Controller {
            serial: Some("MODEL-0001".to_owned()),
            model: Some("MODEL OF AN NVME SSD".to_owned()),
            firmware: Some("1.0".to_owned()),
            security: true,
            format: true,
            erases_all_namespaces: false,
            format_crypto: true,
            sanitize_crypto: true,
            sanitize_block: false,
            sanitize_overwrite: true,
            capacity: 256_060_514_304,
            namespaces: 1,
        };
        assert_eq!(Controller::read(&controller_page(&controller)), Some(controller));
        let namespace = Namespace { blocks: 500_118_192, block: 4096, metadata: 8, format: 3 };
        assert_eq!(Namespace::read(&namespace_page(&namespace)), Some(namespace));
        for state in [SanitizeState::Never, SanitizeState::Done, SanitizeState::Running, SanitizeState::Failed] {
            let log =
                SanitizeLog { progress: 7, state, untouched_since: true, command: 2, seconds: [None, Some(5), None] };
            assert_eq!(SanitizeLog::read(&sanitize_page(&log)), Some(log));
        }
    }
}
