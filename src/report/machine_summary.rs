//! What is told of a machine in so few bytes that its screen can show them as a code: who it is, its verdict, its disks; signed
//! by the start of the machine from a stick, whose key the stick's own key certified.
//!
//! Invariants: the same things told give the same bytes; what does not end where it must, or whose signature is not that of the
//! key in it, is none; whose stick it is, is for whoever knows the sticks.

use crate::custody::{DeviceFile, DiskFile, DiskState};
use crate::event::disk::Level;
use crate::event::inspection::Verdict;
use crate::ledger::{PublicKey, SecretKey, signature_text, start_nonce};
use crate::tag::TagId;
use crate::unit::{Bytes, DeviceId, Digest, Moment, Symbol};

/// The first byte, and what is signed before the bytes themselves.
const VERSION: u8 = 1;
const CONTEXT: &[u8] = b"aoxanh machine summary v1\n";
/// Times are counted from the beginning of 2025, seconds.
const EPOCH: i64 = 1_735_689_600;
const SIGNATURE: usize = 64;
/// The most disks told of one by one, and the most signs of a name and of a serial's end.
const DISKS: usize = 4;
const NAME: usize = 24;
const END: usize = 4;
const UNIT: u64 = 1_000_000_000;

/// A disk of the machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiskTold {
    /// How far it is.
    pub state: DiskState,
    /// What its last wipe was worth; none where none counts.
    pub level: Option<Level>,
    /// Its size, whole gigabytes.
    pub size: Bytes,
    /// The end of its serial number.
    pub serial: String,
}

/// What is told of a machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MachineSummary {
    /// Whether it is practice.
    pub practice: bool,
    /// Leaf hash of the start's record 0.
    pub station: Digest,
    /// The start's key.
    pub key: PublicKey,
    /// The word of the stick's key for it.
    pub through: [u8; SIGNATURE],
    /// How many records the start had.
    pub size: u64,
    /// When, by the machine's clock, to the second.
    pub at: Moment,
    /// The device.
    pub device: DeviceId,
    /// Its tag.
    pub tag: Option<TagId>,
    /// What it was judged.
    pub verdict: Option<Verdict>,
    /// How many disks it has, and how many of them are wiped or destroyed.
    pub disks: (u64, u64),
    /// The first of them.
    pub told: Vec<DiskTold>,
    /// Maker and model, shortened.
    pub name: String,
    /// The end of its serial number.
    pub serial: String,
}

/// The end of a text, as many signs as that.
fn end_of(text: &str, most: usize) -> String {
    let skipped = text.chars().count().saturating_sub(most);
    text.chars().skip(skipped).collect()
}

impl MachineSummary {
    /// Says of it what is known of the device.
    #[must_use]
    pub fn knowing(self, file: &DeviceFile, name: &str) -> Self {
        let of = |disk: &DiskFile| DiskTold {
            state: disk.state,
            level: disk.level.filter(|_| disk.state == DiskState::Wiped),
            size: Bytes(disk.disk.size.0 / UNIT * UNIT),
            serial: end_of(disk.disk.serial.as_deref().unwrap_or_default(), END),
        };
        let all: Vec<&DiskFile> = file.counted().map(|(_, disk)| disk).collect();
        let is_done = |disk: &&&DiskFile| matches!(disk.state, DiskState::Wiped | DiskState::Destroyed);
        let disks = (all.len() as u64, all.iter().filter(is_done).count() as u64);
        let (tag, serial) = (file.tags.last().and_then(|tag| TagId::read(tag).ok()), file.serial.as_deref());
        Self {
            tag,
            verdict: file.verdict,
            disks,
            told: all.into_iter().take(DISKS).map(of).collect(),
            name: name.chars().take(NAME).collect(),
            serial: end_of(serial.unwrap_or_default(), END),
            ..self
        }
    }

    /// Its bytes, signed.
    #[must_use]
    pub fn sign(&self, key: &SecretKey) -> Vec<u8> {
        let mut out = Writer(vec![VERSION]);
        let verdict = self.verdict.map_or(0, |verdict| place(&VERDICTS, &verdict) + 1);
        out.0.push(u8::from(self.practice) | u8::from(self.tag.is_some()) << 1 | verdict << 2);
        out.0.extend_from_slice(&self.station.0);
        out.0.extend_from_slice(&self.key.0.0);
        out.0.extend_from_slice(&self.through);
        out.number(self.size);
        out.number(u64::try_from(self.at.unix_millis() / 1000 - EPOCH).unwrap_or(0));
        let id = self.device.as_str().get(2..).and_then(Symbol::unspell);
        out.0.extend(id.unwrap_or_default());
        if let Some(tag) = &self.tag {
            // Fifty bits; the check symbol is made anew.
            let mut symbols = tag.as_str().to_owned();
            symbols.replace_range(10.., "00");
            out.0.extend(Symbol::unspell(&symbols).unwrap_or_default());
        }
        out.number(self.disks.0);
        out.number(self.disks.1);
        out.number(self.told.len() as u64);
        for disk in &self.told {
            let level = disk.level.map_or(0, |level| place(&LEVELS, &level) + 1);
            out.0.push(place(&STATES, &disk.state) | level << 3);
            out.number(disk.size.0 / UNIT);
            out.text(&disk.serial);
        }
        out.text(&self.name);
        out.text(&self.serial);
        let signature = key.sign(&[CONTEXT, &out.0].concat());
        out.0.extend_from_slice(&signature);
        out.0
    }

    /// The summary in those bytes, where the key in it signed them; none otherwise.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let (body, signature) = bytes.split_at_checked(bytes.len().checked_sub(SIGNATURE)?)?;
        let mut from = Reader(body);
        if from.take(1)? != [VERSION] {
            return None;
        }
        let flags = *from.take(1)?.first()?;
        let verdict = match flags >> 2 {
            0 => None,
            place => Some(*VERDICTS.get(usize::from(place - 1))?),
        };
        let (station, key) = (Digest(from.array()?), PublicKey(Digest(from.array()?)));
        let through = from.array()?;
        if !key.verify(&[CONTEXT, body].concat(), signature.try_into().ok()?) {
            return None;
        }
        let size = from.number()?;
        let at = i64::try_from(from.number()?).ok()?.checked_add(EPOCH)?.checked_mul(1000)?;
        let device = DeviceId::from_random(from.array()?);
        let tag = if flags & 2 == 0 { None } else { Some(TagId::from_random(from.array()?)) };
        let disks = (from.number()?, from.number()?);
        let count = usize::try_from(from.number()?).ok().filter(|count| *count <= DISKS)?;
        let told = (0..count).map(|_number| from.disk()).collect::<Option<Vec<_>>>()?;
        let (name, serial) = (from.text()?, from.text()?);
        let at = Moment::from_unix_millis(at);
        let practice = flags & 1 == 1;
        from.0.is_empty().then_some(Self {
            practice,
            station,
            key,
            through,
            size,
            at,
            device,
            tag,
            verdict,
            disks,
            told,
            name,
            serial,
        })
    }

    /// Whether that stick's key certified the start that it is of.
    #[must_use]
    pub fn is_through(&self, stick: PublicKey) -> bool {
        stick.certifies(self.key, self.practice, start_nonce(self.key), &signature_text(&self.through))
    }
}

const VERDICTS: [Verdict; 4] = [Verdict::Pass, Verdict::Conditional, Verdict::Fail, Verdict::Undecided];
const LEVELS: [Level; 4] = [Level::None, Level::Clear, Level::Purge, Level::Firmware];
const STATES: [DiskState; 5] =
    [DiskState::Unwiped, DiskState::Wiping, DiskState::Wiped, DiskState::NotWiped, DiskState::Destroyed];

/// Where in the list it stands.
fn place<T: PartialEq>(list: &[T], wanted: &T) -> u8 {
    list.iter().position(|one| one == wanted).and_then(|at| u8::try_from(at).ok()).unwrap_or(0)
}

struct Writer(Vec<u8>);

impl Writer {
    /// Seven bits a byte, the lowest first; all but the last with the highest bit set.
    fn number(&mut self, mut number: u64) {
        while number > 127 {
            self.0.push(u8::try_from(number & 127).unwrap_or(0) | 128);
            number >>= 7;
        }
        self.0.push(u8::try_from(number).unwrap_or(0));
    }

    fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.0.extend_from_slice(text.as_bytes());
    }
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    fn number(&mut self) -> Option<u64> {
        let mut number = 0u64;
        for shift in (0..63).step_by(7) {
            let byte = *self.take(1)?.first()?;
            number |= u64::from(byte & 127) << shift;
            if byte < 128 {
                return Some(number);
            }
        }
        None
    }

    fn text(&mut self) -> Option<String> {
        let length = usize::try_from(self.number()?).ok()?;
        String::from_utf8(self.take(length)?.to_vec()).ok()
    }

    fn disk(&mut self) -> Option<DiskTold> {
        let told = *self.take(1)?.first()?;
        let level = match told >> 3 {
            0 => None,
            place => Some(*LEVELS.get(usize::from(place - 1))?),
        };
        let state = *STATES.get(usize::from(told & 7))?;
        let size = Bytes(self.number()?.checked_mul(UNIT)?);
        Some(DiskTold { state, level, size, serial: self.text()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::certificate_text;

    fn summary(stick: &SecretKey, key: &SecretKey) -> MachineSummary {
        let text = certificate_text(key.public(), true, start_nonce(key.public()));
        let disk = |state, level| DiskTold { state, level, size: Bytes(500 * UNIT), serial: "4567".to_owned() };
        MachineSummary {
            practice: true,
            station: Digest([7; 32]),
            key: key.public(),
            through: stick.sign(text.as_bytes()),
            size: 300,
            at: Moment::from_unix_millis((EPOCH + 60_000_000) * 1000),
            device: DeviceId::from_random([9; 10]),
            tag: Some(TagId::from_random([0x3c, 0xc7, 0xdb, 0xa4, 0x54, 0x26, 0x80])),
            verdict: Some(Verdict::Conditional),
            disks: (2, 1),
            told: vec![disk(DiskState::Wiped, Some(Level::Clear)), disk(DiskState::Unwiped, None)],
            name: "LENOVO ThinkPad X240".to_owned(),
            serial: "1B2C".to_owned(),
        }
    }

    #[test]
    fn it_reads_back_whole_fits_a_netbook_and_no_altered_or_cut_one_is_read() {
        let (stick, key) = (SecretKey::from_bytes(&[1; 32]), SecretKey::from_bytes(&[2; 32]));
        let told = summary(&stick, &key);
        let bytes = told.sign(&key);
        assert_eq!(MachineSummary::read(&bytes), Some(told.clone()));
        assert!(told.is_through(stick.public()) && !told.is_through(key.public()));
        let other = MachineSummary { practice: false, ..told };
        assert!(!other.is_through(stick.public()), "practice is never taken for the real thing");
        // One code in the lines that a screen of 1024×600 pixels has: version 10.
        let codes = crate::tag::pieces(&bytes, 652).expect("fits");
        assert_eq!(codes.len(), 1, "{} bytes", bytes.len());
        for at in 0..bytes.len() {
            for bit in 0..8 {
                let mut altered = bytes.clone();
                altered[at] ^= 1 << bit;
                assert_eq!(MachineSummary::read(&altered), None, "byte {at} bit {bit}");
            }
            assert_eq!(MachineSummary::read(&bytes[..at]), None, "cut at {at}");
        }
        assert_eq!(MachineSummary::read(&[bytes.as_slice(), &[0]].concat()), None);
    }

    #[test]
    fn nothing_known_takes_few_bytes_and_reads_back() {
        let (stick, key) = (SecretKey::from_bytes(&[1; 32]), SecretKey::from_bytes(&[2; 32]));
        let told = MachineSummary {
            tag: None,
            verdict: None,
            disks: (0, 0),
            told: Vec::new(),
            name: String::new(),
            serial: String::new(),
            ..summary(&stick, &key)
        };
        let bytes = told.sign(&key);
        assert_eq!(MachineSummary::read(&bytes), Some(told));
        assert!(bytes.len() < 220, "{}", bytes.len());
    }
}
