//! Checking a whole ledger, record by record, from the bytes alone.
//!
//! Invariants: the first flaw is named with its record and nothing after it is believed. Every record's bytes, number, leaf
//! and link are checked, and everything kept beside it: the peaks, the text of its head, and the checksum over both and the
//! signature. Signatures are checked of every head, or of the last one only: that one is over the root of all records, so
//! none of them can differ while it holds; what it leaves open is whether an earlier head was really signed.

use super::head::{Head, HeadError, HeadRef};
use super::key::PublicKey;
use super::merkle::Peaks;
use super::record::{Record, RecordError};
use crate::unit::Digest;

/// What is wrong with a record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// Its number is not the next one.
    #[error("is number {found}")]
    Seq {
        /// The number in the record's bytes.
        found: u64,
    },
    /// The bytes are no record.
    #[error("{0}")]
    Bytes(String),
    /// The hash stored beside it is not its hash.
    #[error("stored leaf hash differs from the bytes")]
    Leaf,
    /// It does not name the record before it.
    #[error("does not follow the record before it")]
    Prev,
    /// Its head is missing or not signed by the station.
    #[error("head: {0}")]
    Head(String),
    /// Its head is signed but says another size, root or origin.
    #[error("the signed head says something else")]
    HeadDiffers,
    /// The hashes kept for the next append are not those of this tree.
    #[error("stored peaks differ from the tree")]
    Peaks,
    /// The checksum over its head and peaks is not theirs: one of the three was damaged.
    #[error("stored checksum differs from the head and peaks")]
    Sum,
}

/// The first broken record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("record {seq}: {flaw}")]
pub struct Broken {
    /// Which.
    pub seq: u64,
    /// What is wrong.
    pub flaw: Flaw,
}

/// What is stored beside a record's bytes.
#[derive(Clone, Copy, Debug)]
pub struct Beside<'a> {
    /// Its leaf hash, if what stands there is a hash.
    pub leaf: Option<Digest>,
    /// The signed head.
    pub note: &'a str,
    /// The peaks.
    pub peaks: &'a [u8],
    /// What [`checksum`] gave when it was written, if what stands there is a hash.
    pub sum: Option<Digest>,
}

/// BLAKE3 over a head and the peaks with it: finds damage cheaply and proves nothing, anybody can compute it.
#[must_use]
pub fn checksum(note: &str, peaks: &[u8]) -> Digest {
    let mut hash = blake3::Hasher::new();
    hash.update(note.as_bytes()).update(peaks);
    Digest(*hash.finalize().as_bytes())
}

/// What a record shows by itself, whatever stands before it: of many, any part can be looked at by another thread.
#[derive(Debug)]
pub struct Seen {
    record: Result<Record, RecordError>,
    /// The record's own hash; zeros where there is none.
    leaf: Digest,
    /// Whether the checksum beside it is right.
    sums_up: bool,
}

impl Seen {
    /// Looks at a record's bytes and at what is stored beside it.
    #[must_use]
    pub fn of(bytes: Vec<u8>, beside: Beside<'_>) -> Self {
        let record = Record::from_bytes(bytes);
        let leaf = record.as_ref().map_or(Digest::ZERO, Record::leaf);
        Self { record, leaf, sums_up: beside.sum == Some(checksum(beside.note, beside.peaks)) }
    }

    /// The record. Errors: the bytes are none.
    pub const fn record(&self) -> Result<&Record, &RecordError> {
        self.record.as_ref()
    }
}

/// Whose signatures are checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Heads {
    /// That of the last head, which covers every record.
    #[default]
    Last,
    /// Those of all heads.
    Every,
}

/// A check in progress. Feed it every record in order, then close it.
#[derive(Clone, Debug)]
pub struct Audit {
    key: PublicKey,
    origin: String,
    heads: Heads,
    peaks: Peaks,
    last: Digest,
    last_note: String,
    watched: Vec<(u64, Option<Digest>)>,
}

impl Audit {
    /// Begins a check of the ledger of that origin, whose heads `key` signs.
    #[must_use]
    pub const fn new(key: PublicKey, origin: String, heads: Heads) -> Self {
        let last_note = String::new();
        Self { key, origin, heads, peaks: Peaks::new(), last: Digest::ZERO, last_note, watched: Vec::new() }
    }

    /// Remembers the root at that size, for [`Audit::agrees_with`].
    pub fn watch(&mut self, size: u64) {
        let root = (size == self.peaks.size()).then(|| self.peaks.root());
        self.watched.push((size, root));
    }

    /// Checks the next record with what is stored beside it; the record, for its body to be looked at.
    pub fn next(&mut self, seen: Seen, beside: Beside<'_>) -> Result<Record, Broken> {
        let seq = self.peaks.size();
        let broken = |flaw| Broken { seq, flaw };
        let record = seen.record.map_err(|error| broken(Flaw::Bytes(error.to_string())))?;
        if record.seq() != seq {
            return Err(broken(Flaw::Seq { found: record.seq() }));
        }
        if record.prev() != self.last {
            return Err(broken(Flaw::Prev));
        }
        self.last = seen.leaf;
        if beside.leaf != Some(self.last) {
            return Err(broken(Flaw::Leaf));
        }
        self.peaks.push(self.last);
        if !self.peaks.are(beside.peaks) {
            return Err(broken(Flaw::Peaks));
        }
        let (size, root) = (self.peaks.size(), self.peaks.root());
        self.check_head(size, root, beside.note).map_err(broken)?;
        if !seen.sums_up {
            return Err(broken(Flaw::Sum));
        }
        for (watched, seen) in &mut self.watched {
            if *watched == size {
                *seen = Some(root);
            }
        }
        self.last_note.clear();
        self.last_note.push_str(beside.note);
        Ok(record)
    }

    fn check_head(&self, size: u64, root: Digest, note: &str) -> Result<(), Flaw> {
        let says_so = Head::after(note, &self.origin, size, root).is_some_and(|rest| rest.starts_with('\n'));
        if says_so && self.heads == Heads::Last {
            return Ok(());
        }
        let opened = Head::open(note, self.key).map_err(|error: HeadError| Flaw::Head(error.to_string()))?;
        if opened == (Head { origin: self.origin.clone(), size, root }) { Ok(()) } else { Err(Flaw::HeadDiffers) }
    }

    /// Ends the check: the signature of the last head.
    pub fn close(&self) -> Result<(), Broken> {
        let opened = if self.peaks.size() == 0 { None } else { Some(Head::open(&self.last_note, self.key)) };
        match opened {
            Some(Err(error)) => Err(Broken { seq: self.peaks.size() - 1, flaw: Flaw::Head(error.to_string()) }),
            Some(Ok(_)) | None => Ok(()),
        }
    }

    /// The head of everything checked so far.
    #[must_use]
    pub fn head(&self) -> Head {
        Head { origin: self.origin.clone(), size: self.peaks.size(), root: self.peaks.root() }
    }

    /// Whether the checked records begin with those under `head`: false for a cut tail, an old backup, another chain.
    /// The size must have been [watched](Audit::watch).
    #[must_use]
    pub fn agrees_with(&self, head: &HeadRef) -> bool {
        self.watched.iter().any(|(size, root)| *size == head.size && *root == Some(head.root))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{SecretKey, origin};
    use super::*;

    type Row = (Vec<u8>, Vec<u8>, String, Vec<u8>, Vec<u8>);

    fn chain(key: &SecretKey, bodies: &[&str]) -> (String, Vec<Row>) {
        let (mut prev, mut peaks, mut rows, mut name) = (Digest::ZERO, Peaks::new(), Vec::new(), String::new());
        for (seq, body) in bodies.iter().enumerate() {
            let record = Record::new(prev, seq as u64, body.as_bytes()).expect("good body");
            prev = record.leaf();
            peaks.push(prev);
            if seq == 0 {
                name = origin(prev, false);
            }
            let head = Head { origin: name.clone(), size: peaks.size(), root: peaks.root() };
            let note = head.sign(key);
            let sum = checksum(&note, &peaks.bytes()).0.to_vec();
            rows.push((record.bytes().to_vec(), prev.0.to_vec(), note, peaks.bytes(), sum));
        }
        (name, rows)
    }

    fn audit(key: &SecretKey, name: &str, rows: &[Row]) -> Result<Audit, Broken> {
        audit_heads(key, name, rows, Heads::Last)
    }

    fn audit_heads(key: &SecretKey, name: &str, rows: &[Row], heads: Heads) -> Result<Audit, Broken> {
        let mut audit = Audit::new(key.public(), name.to_owned(), heads);
        audit.watch(2);
        for (bytes, leaf, note, peaks, sum) in rows {
            let hash = |bytes: &Vec<u8>| bytes.as_slice().try_into().ok().map(Digest);
            let beside = Beside { leaf: hash(leaf), note, peaks, sum: hash(sum) };
            audit.next(Seen::of(bytes.clone(), beside), beside)?;
        }
        audit.close()?;
        Ok(audit)
    }

    #[test]
    fn a_flipped_bit_in_any_record_leaf_head_peak_or_checksum_is_found_at_its_record() {
        let key = SecretKey::from_bytes(&[8; 32]);
        let (name, rows) = chain(&key, &[r#"{"a":1}"#, r#"{"b":22}"#, r#"{"c":333}"#]);
        assert!(audit(&key, &name, &rows).is_ok());
        for at in 0..rows.len() {
            for field in 0..5 {
                let row = &rows[at];
                let len = [row.0.len(), row.1.len(), row.2.len(), row.3.len(), row.4.len()][field];
                for bit in 0..len * 8 {
                    let mut bad = rows.clone();
                    let mut note = bad[at].2.clone().into_bytes();
                    match field {
                        0 => bad[at].0[bit / 8] ^= 1 << (bit % 8),
                        1 => bad[at].1[bit / 8] ^= 1 << (bit % 8),
                        2 => note[bit / 8] ^= 1 << (bit % 8),
                        3 => bad[at].3[bit / 8] ^= 1 << (bit % 8),
                        _ => bad[at].4[bit / 8] ^= 1 << (bit % 8),
                    }
                    bad[at].2 = String::from_utf8_lossy(&note).into_owned();
                    let broken = audit(&key, &name, &bad).expect_err("a flipped bit");
                    assert_eq!(broken.seq, at as u64, "field {field} bit {bit}");
                }
            }
        }
    }

    #[test]
    fn a_head_that_the_station_never_signed_is_found_among_all_and_where_it_is_the_last() {
        let key = SecretKey::from_bytes(&[8; 32]);
        let (name, rows) = chain(&key, &[r#"{"a":1}"#, r#"{"b":22}"#, r#"{"c":333}"#]);
        for at in 0..3 {
            let mut forged = rows.clone();
            let row = &mut forged[at];
            let head = Head::open(&row.2, key.public()).expect("signed");
            row.2 = head.sign(&SecretKey::from_bytes(&[9; 32]));
            row.4 = checksum(&row.2, &row.3).0.to_vec();
            let every = audit_heads(&key, &name, &forged, Heads::Every).expect_err("not the station's");
            assert!(matches!(&every, Broken { seq, flaw: Flaw::Head(_) } if *seq == at as u64), "{every}");
            let last = audit_heads(&key, &name, &forged, Heads::Last).err().map(|broken| broken.seq);
            assert_eq!(last, (at == 2).then_some(2), "the last head covers the records, not the earlier signatures");
        }
        assert!(audit_heads(&key, &name, &rows, Heads::Every).is_ok());
    }

    #[test]
    fn a_paper_head_catches_a_cut_tail_and_another_chain() {
        let key = SecretKey::from_bytes(&[8; 32]);
        let (name, rows) = chain(&key, &[r#"{"a":1}"#, r#"{"b":22}"#, r#"{"c":333}"#]);
        let whole = audit(&key, &name, &rows).expect("good");
        let at_two = audit(&key, &name, &rows[..2]).expect("good").head().short();
        assert!(whole.agrees_with(&at_two));
        assert!(!audit(&key, &name, &rows[..1]).expect("good").agrees_with(&at_two));
        let (other, rewritten) = chain(&key, &[r#"{"a":1}"#, r#"{"b":23}"#, r#"{"c":333}"#]);
        assert_eq!(other, name);
        assert!(!audit(&key, &name, &rewritten).expect("re-signed").agrees_with(&at_two));
    }

    #[test]
    fn records_out_of_order_or_missing_are_named() {
        let key = SecretKey::from_bytes(&[8; 32]);
        let (name, rows) = chain(&key, &[r#"{"a":1}"#, r#"{"b":22}"#, r#"{"c":333}"#]);
        let broken = audit(&key, &name, &[rows[0].clone(), rows[2].clone()]).expect_err("gap");
        assert_eq!(broken, Broken { seq: 1, flaw: Flaw::Seq { found: 2 } });
    }
}
