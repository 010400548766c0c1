//! SCSI sense data, fixed and descriptor, with the ATA registers and the progress that travel in it.
//!
//! Sources: SPC-4 (T10/1731-D) section 4.5; SAT-3, section 12.2.5 for the ATA registers.

use super::command::Answer;
use super::field::{be16, byte};

/// What a SCSI device says beside its status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sense {
    /// Sense key: 0 nothing, 1 recovered, 2 not ready, 3 medium error, 5 illegal request, Bh aborted.
    pub key: u8,
    /// Additional sense code.
    pub code: u8,
    /// Its qualifier.
    pub qualifier: u8,
    /// How far a running operation is, in 65536ths.
    pub progress: Option<u16>,
    /// The ATA registers, where they came back.
    pub registers: Option<Registers>,
}

/// The registers of an ATA drive after a command.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Registers {
    /// STATUS: bit 0 error, bit 5 device fault, bit 7 busy.
    pub status: u8,
    /// ERROR: bit 2 aborted.
    pub error: u8,
    /// COUNT.
    pub count: u16,
    /// LBA.
    pub lba: u64,
    /// DEVICE.
    pub device: u8,
}

impl Registers {
    /// Whether the drive carried the command out: neither error, fault nor busy.
    #[must_use]
    pub const fn is_good(self) -> bool {
        self.status & 0xA1 == 0
    }
}

impl Sense {
    /// What the bytes say; `None` where they are no sense data.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Self> {
        match byte(bytes, 0) & 0x7F {
            0x70 | 0x71 => Some(Self::fixed(bytes)),
            0x72 | 0x73 => Some(Self::descriptors(bytes)),
            _other => None,
        }
    }

    fn fixed(bytes: &[u8]) -> Self {
        let (key, code, qualifier) = (byte(bytes, 2) & 0x0F, byte(bytes, 12), byte(bytes, 13));
        let specific = byte(bytes, 15) & 0x80 != 0 && bytes.len() >= 18;
        // "ATA pass-through information available": only the low bytes fit, and byte 8 says whether that is all.
        let all_there = code == 0 && qualifier == 0x1D && bytes.len() >= 12 && byte(bytes, 8) & 0x60 == 0;
        let registers = all_there.then(|| Registers {
            error: byte(bytes, 3),
            status: byte(bytes, 4),
            device: byte(bytes, 5),
            count: u16::from(byte(bytes, 6)),
            lba: u64::from(byte(bytes, 9)) | u64::from(byte(bytes, 10)) << 8 | u64::from(byte(bytes, 11)) << 16,
        });
        Self { key, code, qualifier, progress: specific.then(|| be16(bytes, 16)), registers }
    }

    fn descriptors(bytes: &[u8]) -> Self {
        let mut sense =
            Self { key: byte(bytes, 1) & 0x0F, code: byte(bytes, 2), qualifier: byte(bytes, 3), ..Self::default() };
        let end = usize::from(byte(bytes, 7)).saturating_add(8).min(bytes.len());
        let mut rest = bytes.get(8..end).unwrap_or_default();
        while let [kind, length, ..] = rest {
            let Some((one, others)) = rest.split_at_checked(usize::from(*length) + 2) else { break };
            match (kind, one.len()) {
                (0x02, 7..) if byte(one, 4) & 0x80 != 0 => sense.progress = Some(be16(one, 5)),
                (0x09, 14..) => sense.registers = Some(registers(one)),
                (0x0A, 8..) => sense.progress = sense.progress.or(Some(be16(one, 6))),
                _other => {}
            }
            rest = others;
        }
        sense
    }
}

/// The ATA Status Return descriptor.
fn registers(one: &[u8]) -> Registers {
    let at = |place: usize, shift: u32| u64::from(byte(one, place)) << shift;
    Registers {
        error: byte(one, 3),
        count: be16(one, 4),
        lba: at(7, 0) | at(9, 8) | at(11, 16) | at(6, 24) | at(8, 32) | at(10, 40),
        device: byte(one, 12),
        status: byte(one, 13),
    }
}

/// The registers after an ATA command that moved no data; `None` where they did not come back, or the command failed.
#[must_use]
pub fn good_registers(answer: &Answer) -> Option<Registers> {
    let sense = Sense::read(&answer.sense)?;
    sense.registers.filter(|registers| registers.is_good())
}

/// Whether an ATA command that brought data was carried out.
#[must_use]
pub fn ata_data(answer: &Answer) -> Option<&[u8]> {
    let registers = Sense::read(&answer.sense).and_then(|sense| sense.registers);
    let good = answer.is_good() || registers.is_some_and(Registers::is_good);
    Some(answer.data.as_slice()).filter(|data| good && !data.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// As libata answers READ NATIVE MAX ADDRESS EXT with `CK_COND` set.
    const NATIVE: [u8; 22] = [
        0x72, 0x01, 0x00, 0x1D, 0, 0, 0, 0x0E, 0x09, 0x0C, 0x01, 0x00, 0x12, 0x34, 0x74, 0xAF, 0x00, 0x60, 0x00, 0x70,
        0x40, 0x50,
    ];

    #[test]
    fn registers_come_out_of_the_descriptor_with_all_48_bits() {
        let sense = Sense::read(&NATIVE).expect("sense data");
        let registers = sense.registers.expect("registers");
        assert_eq!((sense.key, sense.code, sense.qualifier), (1, 0, 0x1D));
        assert_eq!((registers.lba, registers.count), (0x7470_60AF, 0x1234));
        assert!(registers.is_good());
        let answer = |sense: Vec<u8>| Answer { status: 2, sense, ..Answer::default() };
        assert_eq!(good_registers(&answer(NATIVE.to_vec())), Some(registers));
        let mut aborted = NATIVE.to_vec();
        aborted[21] = 0x51;
        assert_eq!(good_registers(&answer(aborted)), None);
        assert_eq!(good_registers(&answer(NATIVE[..20].to_vec())), None, "cut off");
    }

    #[test]
    fn fixed_sense_gives_progress_and_registers_only_where_they_are_whole() {
        let mut fixed = [0u8; 18];
        fixed[0] = 0x70;
        fixed[2] = 0x02;
        (fixed[12], fixed[13]) = (0x04, 0x1B);
        (fixed[15], fixed[16], fixed[17]) = (0x80, 0x40, 0x00);
        let sense = Sense::read(&fixed).expect("sense data");
        assert_eq!((sense.key, sense.code, sense.qualifier, sense.progress), (2, 4, 0x1B, Some(0x4000)));
        assert_eq!(Sense::read(&fixed[..17]).expect("sense data").progress, None);
        let mut ata = [0u8; 18];
        (ata[0], ata[13], ata[4], ata[9]) = (0x70, 0x1D, 0x50, 0xAF);
        assert_eq!(Sense::read(&ata).expect("sense data").registers.map(|it| it.lba), Some(0xAF));
        ata[8] = 0x20;
        assert_eq!(Sense::read(&ata).expect("sense data").registers, None, "the upper LBA bytes did not fit");
    }

    proptest! {
        #[test]
        fn no_bytes_make_reading_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), code in 0x70u8..0x74) {
            let _read = Sense::read(&bytes);
            let mut sense = bytes;
            if let Some(first) = sense.first_mut() { *first = code; }
            prop_assert_eq!(Sense::read(&sense).is_some(), !sense.is_empty());
        }
    }
}
