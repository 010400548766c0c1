//! Bundles: records of a chain under way from one station to another, under the head that its key signed.
//!
//! Form: the line `aoxanh-bundle/1`, lines with the origin, the first record's number, how many there are and how long the
//! head's note is; the note; each record as its length (four bytes, big-endian) and its bytes. Several may follow each other
//! in one file; the last one may be torn, for whoever was writing it was never told that it is kept.
//!
//! Invariants: what is read is not yet believed; what is wrong names its record, or the head; a bundle that was altered in
//! any byte is refused.

use super::audit::{Broken, Flaw};
use super::head::{Head, HeadError};
use super::key::PublicKey;
use super::merkle::Peaks;
use super::note::Note;
use super::record::{Record, leaf_hash};
use crate::unit::Digest;

const MAGIC: &[u8] = b"aoxanh-bundle/1\n";
/// The longest line of a bundle's front, bytes.
const LINE: usize = 200;

/// Why a bundle is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// Not the form of a bundle.
    #[error("not a bundle: {0}")]
    Form(&'static str),
    /// It ends too early.
    #[error("cut off in record {0}")]
    Cut(u64),
    /// A record.
    #[error(transparent)]
    Broken(#[from] Broken),
    /// The signed head.
    #[error("its head: {0}")]
    Head(String),
}

impl From<HeadError> for BundleError {
    fn from(error: HeadError) -> Self {
        Self::Head(error.to_string())
    }
}

/// A bundle as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bundle {
    /// What the heads call the chain.
    pub origin: String,
    /// The number of its first record.
    pub from: u64,
    /// The signed head over every record up to its last one.
    pub note: String,
    /// What that head says.
    pub head: Head,
    /// The records' bytes.
    pub records: Vec<Vec<u8>>,
    /// Its own bytes, as they stood.
    pub bytes: Vec<u8>,
}

/// Where a chain stands before its next record.
#[derive(Clone, Debug)]
pub struct ChainEnd {
    peaks: Peaks,
    leaf: Digest,
}

impl Default for ChainEnd {
    fn default() -> Self {
        Self { peaks: Peaks::new(), leaf: Digest::ZERO }
    }
}

/// A file's bundles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BundleFile {
    /// Those that are whole.
    pub bundles: Vec<Bundle>,
    /// In which record a last one is torn.
    pub torn: Option<u64>,
}

impl ChainEnd {
    /// Behind the records of these leaf hashes.
    #[must_use]
    pub fn behind(leaves: &[Digest]) -> Self {
        let mut end = Self::default();
        for leaf in leaves {
            end.push(*leaf);
        }
        end
    }

    /// Goes on behind that record.
    pub fn push(&mut self, leaf: Digest) {
        self.peaks.push(leaf);
        self.leaf = leaf;
    }

    /// How many records stand before it.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.peaks.size()
    }

    /// Merkle root over them.
    #[must_use]
    pub fn root(&self) -> Digest {
        self.peaks.root()
    }

    /// Leaf hash of the last one; zeros where there is none.
    #[must_use]
    pub const fn leaf(&self) -> Digest {
        self.leaf
    }
}

/// Writes a bundle: the records from number `from` on, up to the one that the signed head `note` is of.
#[must_use]
pub fn write_bundle<'r>(origin: &str, from: u64, note: &str, records: impl IntoIterator<Item = &'r [u8]>) -> Vec<u8> {
    let (mut count, mut rest) = (0u64, note.as_bytes().to_vec());
    for record in records {
        count += 1;
        rest.extend_from_slice(&u32::try_from(record.len()).unwrap_or(u32::MAX).to_be_bytes());
        rest.extend_from_slice(record);
    }
    let mut bytes = MAGIC.to_vec();
    bytes.extend_from_slice(format!("{origin}\n{from}\n{count}\n{}\n", note.len()).as_bytes());
    bytes.append(&mut rest);
    bytes
}

/// What is left to read.
struct Rest<'b> {
    bytes: &'b [u8],
    /// The record that is being read.
    seq: u64,
}

impl<'b> Rest<'b> {
    fn take(&mut self, length: usize) -> Result<&'b [u8], BundleError> {
        let (taken, rest) = self.bytes.split_at_checked(length).ok_or(BundleError::Cut(self.seq))?;
        self.bytes = rest;
        Ok(taken)
    }

    fn line(&mut self) -> Result<&'b str, BundleError> {
        let front = &self.bytes[..self.bytes.len().min(LINE)];
        let Some(end) = front.iter().position(|byte| *byte == b'\n') else {
            return Err(if front.len() < LINE {
                BundleError::Cut(self.seq)
            } else {
                BundleError::Form("a line is too long")
            });
        };
        let line = str::from_utf8(self.take(end)?).map_err(|_odd| BundleError::Form("a line is no text"))?;
        self.take(1)?;
        Ok(line)
    }

    fn number(&mut self) -> Result<u64, BundleError> {
        let line = self.line()?;
        let number: u64 = line.parse().map_err(|_odd| BundleError::Form("a number is none"))?;
        if number.to_string() == line { Ok(number) } else { Err(BundleError::Form("a number is not written plainly")) }
    }
}

/// Reads every bundle of a file. Nothing is believed yet. Errors: not one whole bundle; or one that is damaged, and not the
/// last.
pub fn read_bundles(bytes: &[u8]) -> Result<BundleFile, BundleError> {
    let (mut bundles, mut rest): (Vec<Bundle>, &[u8]) = (Vec::new(), bytes);
    while !rest.is_empty() {
        match read_one(rest) {
            Ok((bundle, behind)) => {
                bundles.push(bundle);
                rest = behind;
            }
            Err(BundleError::Cut(seq)) if !bundles.is_empty() && !goes_on(rest) => {
                let next = bundles.last().map_or(0, |last| last.head.size);
                return Ok(BundleFile { bundles, torn: Some(seq.max(next)) });
            }
            // Where power fails, a file may end in bytes that were never written.
            Err(BundleError::Form(_)) if !bundles.is_empty() && rest.iter().all(|byte| *byte == 0) => {
                let torn = bundles.last().map(|last| last.head.size);
                return Ok(BundleFile { bundles, torn });
            }
            Err(error) => return Err(error),
        }
    }
    if bundles.is_empty() { Err(BundleError::Form("it is empty")) } else { Ok(BundleFile { bundles, torn: None }) }
}

/// Whether another bundle begins behind the one at the front: then that one is not torn, but altered.
fn goes_on(rest: &[u8]) -> bool {
    rest.get(1..).is_some_and(|behind| behind.windows(MAGIC.len()).any(|window| window == MAGIC))
}

fn read_one(bytes: &[u8]) -> Result<(Bundle, &[u8]), BundleError> {
    let mut rest = Rest { bytes, seq: 0 };
    if !bytes.starts_with(&MAGIC[..bytes.len().min(MAGIC.len())]) {
        return Err(BundleError::Form("unknown first line"));
    }
    rest.take(MAGIC.len())?;
    let origin = rest.line()?.to_owned();
    let (from, count, length) = (rest.number()?, rest.number()?, rest.number()?);
    rest.seq = from;
    let length = usize::try_from(length).map_err(|_large| BundleError::Cut(from))?;
    let note = str::from_utf8(rest.take(length)?).map_err(|_odd| BundleError::Head("it is no text".to_owned()))?;
    let note = note.to_owned();
    let head = Head::read(Note::split(&note).map_err(HeadError::from)?.0)?;
    if head.origin != origin || count == 0 || from.checked_add(count) != Some(head.size) {
        return Err(BundleError::Head("it is of other records".to_owned()));
    }
    let mut records = Vec::new();
    for seq in from..head.size {
        rest.seq = seq;
        let mut length = [0; 4];
        length.copy_from_slice(rest.take(4)?);
        records.push(rest.take(u32::from_be_bytes(length) as usize)?.to_vec());
    }
    let own = bytes.len() - rest.bytes.len();
    Ok((Bundle { origin, from, note, head, records, bytes: bytes[..own].to_vec() }, rest.bytes))
}

impl Bundle {
    /// Checks it as what comes behind `end`, signed by `key`: its records, and where the chain stands then. Errors: it does
    /// not begin there; the first record that is wrong; the head.
    pub fn check(&self, end: &ChainEnd, key: PublicKey) -> Result<(Vec<Record>, ChainEnd), BundleError> {
        if end.size() != self.from {
            return Err(BundleError::Form("it begins elsewhere"));
        }
        self.check_signature(key)?;
        let records = self.numbered()?;
        let mut after = end.clone();
        let mut prev = end.leaf;
        let mut linked = true;
        for record in &records {
            linked &= record.prev() == prev;
            prev = record.leaf();
            after.push(prev);
        }
        if linked && after.root() == self.head.root {
            return Ok((records, after));
        }
        Err(self.blame(end, &records).into())
    }

    /// Whether the head is signed by that key.
    pub fn check_signature(&self, key: PublicKey) -> Result<(), BundleError> {
        Head::open(&self.note, key).map(|_head| ()).map_err(BundleError::from)
    }

    /// Checks what can be checked where the records before it are not known: numbers, and that each follows the one before.
    pub fn check_alone(&self) -> Result<Vec<Record>, BundleError> {
        let records = self.numbered()?;
        for pair in records.windows(2) {
            if let [before, after] = pair
                && after.prev() != before.leaf()
            {
                return Err(Broken { seq: after.seq(), flaw: Flaw::Prev }.into());
            }
        }
        Ok(records)
    }

    /// Whether it would be right behind `end` but for the link of its first record: then it was altered there, and tells of
    /// no other branch.
    #[must_use]
    pub fn is_altered_link(&self, end: &ChainEnd) -> bool {
        let mut mended = self.records.clone();
        match mended.first_mut().and_then(|first| first.get_mut(..32)) {
            Some(link) => link.copy_from_slice(&end.leaf.0),
            None => return false,
        }
        let mut after = end.clone();
        for bytes in &mended {
            after.push(leaf_hash(bytes));
        }
        after.root() == self.head.root
    }

    fn numbered(&self) -> Result<Vec<Record>, BundleError> {
        let mut records = Vec::with_capacity(self.records.len());
        for (seq, bytes) in (self.from..).zip(&self.records) {
            let broken = |flaw| Broken { seq, flaw };
            let record = Record::from_bytes(bytes.clone()).map_err(|error| broken(Flaw::Bytes(error.to_string())))?;
            if record.seq() != seq {
                return Err(broken(Flaw::Seq { found: record.seq() }).into());
            }
            records.push(record);
        }
        Ok(records)
    }

    /// Which record was altered, where the signed head does not fit: each record says what the one before it hashed to.
    fn blame(&self, end: &ChainEnd, records: &[Record]) -> Broken {
        let at = |index: usize| self.from + index as u64;
        let last = records.len().saturating_sub(1);
        if records.first().is_some_and(|first| first.prev() != end.leaf) {
            return Broken { seq: self.from, flaw: Flaw::Prev };
        }
        let leaves: Vec<Digest> = records.iter().map(Record::leaf).collect();
        let told: Vec<Digest> = records.iter().skip(1).map(Record::prev).collect();
        let differs = |index: usize| told.get(index).is_some_and(|told| leaves.get(index) != Some(told));
        let Some(first) = (0..last).find(|index| differs(*index)) else {
            return Broken { seq: at(last), flaw: Flaw::HeadDiffers };
        };
        let mut as_told = end.clone();
        for leaf in told.iter().chain(leaves.last()) {
            as_told.push(*leaf);
        }
        let is_the_link = as_told.root() != self.head.root && (differs(first + 1) || first + 1 == last);
        if is_the_link {
            return Broken { seq: at(first + 1), flaw: Flaw::Prev };
        }
        Broken { seq: at(first), flaw: Flaw::Leaf }
    }
}
