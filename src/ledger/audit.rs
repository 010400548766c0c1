//! Checking a whole ledger, record by record, from the bytes alone.
//!
//! Invariant: the first flaw is named with its record and nothing after it is believed.

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

/// A check in progress. Feed it every record in order.
#[derive(Clone, Debug)]
pub struct Audit {
    key: PublicKey,
    origin: String,
    peaks: Peaks,
    last: Digest,
    watched: Vec<(u64, Option<Digest>)>,
}

impl Audit {
    /// Begins a check of the ledger of that origin, whose heads `key` signs.
    #[must_use]
    pub const fn new(key: PublicKey, origin: String) -> Self {
        Self { key, origin, peaks: Peaks::new(), last: Digest::ZERO, watched: Vec::new() }
    }

    /// Remembers the root at that size, for [`Audit::agrees_with`].
    pub fn watch(&mut self, size: u64) {
        let root = (size == self.peaks.size()).then(|| self.peaks.root());
        self.watched.push((size, root));
    }

    /// Checks the next record with what is stored beside it; the record, for its body to be looked at.
    pub fn next(&mut self, bytes: &[u8], leaf: &[u8], note: &str, peaks: &[u8]) -> Result<Record, Broken> {
        let seq = self.peaks.size();
        let broken = |flaw| Broken { seq, flaw };
        let record =
            Record::from_bytes(bytes.to_vec()).map_err(|error: RecordError| broken(Flaw::Bytes(error.to_string())))?;
        if record.seq() != seq {
            return Err(broken(Flaw::Seq { found: record.seq() }));
        }
        if record.prev() != self.last {
            return Err(broken(Flaw::Prev));
        }
        if record.leaf().0[..] != *leaf {
            return Err(broken(Flaw::Leaf));
        }
        self.last = record.leaf();
        self.peaks.push(self.last);
        if Peaks::from_bytes(self.peaks.size(), peaks).as_ref() != Some(&self.peaks) {
            return Err(broken(Flaw::Peaks));
        }
        let head = Head::open(note, self.key).map_err(|error: HeadError| broken(Flaw::Head(error.to_string())))?;
        if head != self.head() {
            return Err(broken(Flaw::HeadDiffers));
        }
        for (size, root) in &mut self.watched {
            if *size == self.peaks.size() {
                *root = Some(self.peaks.root());
            }
        }
        Ok(record)
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

    type Row = (Vec<u8>, Vec<u8>, String, Vec<u8>);

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
            rows.push((record.bytes().to_vec(), prev.0.to_vec(), head.sign(key), peaks.bytes()));
        }
        (name, rows)
    }

    fn audit(key: &SecretKey, name: &str, rows: &[Row]) -> Result<Audit, Broken> {
        let mut audit = Audit::new(key.public(), name.to_owned());
        audit.watch(2);
        for (bytes, leaf, note, peaks) in rows {
            audit.next(bytes, leaf, note, peaks)?;
        }
        Ok(audit)
    }

    #[test]
    fn a_flipped_bit_in_any_record_leaf_head_or_peak_is_found_at_its_record() {
        let key = SecretKey::from_bytes(&[8; 32]);
        let (name, rows) = chain(&key, &[r#"{"a":1}"#, r#"{"b":22}"#, r#"{"c":333}"#]);
        assert!(audit(&key, &name, &rows).is_ok());
        for at in 0..rows.len() {
            for field in 0..4 {
                let len = [rows[at].0.len(), rows[at].1.len(), rows[at].2.len(), rows[at].3.len()][field];
                for bit in 0..len * 8 {
                    let mut bad = rows.clone();
                    let mut note = bad[at].2.clone().into_bytes();
                    match field {
                        0 => bad[at].0[bit / 8] ^= 1 << (bit % 8),
                        1 => bad[at].1[bit / 8] ^= 1 << (bit % 8),
                        2 => note[bit / 8] ^= 1 << (bit % 8),
                        _ => bad[at].3[bit / 8] ^= 1 << (bit % 8),
                    }
                    bad[at].2 = String::from_utf8_lossy(&note).into_owned();
                    let broken = audit(&key, &name, &bad).expect_err("a flipped bit");
                    assert_eq!(broken.seq, at as u64, "field {field} bit {bit}");
                }
            }
        }
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
