//! A proof, checkable offline, that one record stands in a ledger. Form: C2SP tlog-proof version 1.
//!
//! The record's own bytes ride along as extra data, so that the file alone tells what was proved.

use super::head::{Head, HeadError};
use super::key::PublicKey;
use super::merkle::verify_inclusion;
use super::record::leaf_hash;
use crate::unit::Digest;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

const MAGIC: &str = "c2sp.org/tlog-proof@v1";

/// A record and its place under a signed head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InclusionProof {
    /// The record's bytes.
    pub record: Vec<u8>,
    /// Its number.
    pub index: u64,
    /// The audit path, from the leaf up.
    pub path: Vec<Digest>,
    /// The signed checkpoint.
    pub checkpoint: String,
}

/// Why a proof does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// Not the form of a proof.
    #[error("not an inclusion proof: {0}")]
    Form(&'static str),
    /// Its checkpoint.
    #[error(transparent)]
    Head(#[from] HeadError),
    /// The path does not lead from the record to the root.
    #[error("the record does not stand under this head")]
    NotIncluded,
}

impl InclusionProof {
    /// The proof as a text file.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = format!("{MAGIC}\nextra {}\nindex {}\n", STANDARD.encode(&self.record), self.index);
        for hash in &self.path {
            text.push_str(&STANDARD.encode(hash.0));
            text.push('\n');
        }
        text.push('\n');
        text.push_str(&self.checkpoint);
        text
    }

    /// Reads a text file. Nothing is believed yet.
    pub fn read(text: &str) -> Result<Self, ProofError> {
        let (front, checkpoint) = text.split_once("\n\n").ok_or(ProofError::Form("no checkpoint"))?;
        let mut lines = front.split('\n');
        if lines.next() != Some(MAGIC) {
            return Err(ProofError::Form("unknown first line"));
        }
        let extra = lines.next().and_then(|line| line.strip_prefix("extra ")).ok_or(ProofError::Form("no record"))?;
        let record = STANDARD.decode(extra).map_err(|_error| ProofError::Form("the record is no base64"))?;
        let index = lines.next().and_then(|line| line.strip_prefix("index ")).ok_or(ProofError::Form("no index"))?;
        let index = index.parse().map_err(|_error| ProofError::Form("the index is no number"))?;
        let path = lines
            .map(|line| STANDARD.decode(line).ok().and_then(|hash| <[u8; 32]>::try_from(hash).ok()).map(Digest))
            .collect::<Option<Vec<_>>>()
            .ok_or(ProofError::Form("a hash is 32 bytes of base64"))?;
        Ok(Self { record, index, path, checkpoint: checkpoint.to_owned() })
    }

    /// Checks it against the station's key; the head it stands under.
    pub fn verify(&self, key: PublicKey) -> Result<Head, ProofError> {
        let head = Head::open(&self.checkpoint, key)?;
        if verify_inclusion(leaf_hash(&self.record), self.index, head.size, &self.path, head.root) {
            Ok(head)
        } else {
            Err(ProofError::NotIncluded)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Peaks, SecretKey, inclusion_path, origin};
    use super::*;

    #[test]
    fn a_proof_travels_as_text_and_any_other_record_fails() {
        let key = SecretKey::from_bytes(&[4; 32]);
        let records: Vec<Vec<u8>> = (0u8..9).map(|i| vec![i; 45]).collect();
        let leaves: Vec<_> = records.iter().map(|record| leaf_hash(record)).collect();
        let mut peaks = Peaks::new();
        for leaf in &leaves {
            peaks.push(*leaf);
        }
        let head = Head { origin: origin(leaves[0], false), size: 9, root: peaks.root() };
        let proof = InclusionProof {
            record: records[5].clone(),
            index: 5,
            path: inclusion_path(&leaves, 5).expect("inside"),
            checkpoint: head.sign(&key),
        };
        let read = InclusionProof::read(&proof.to_text()).expect("own text");
        assert_eq!(read, proof);
        assert_eq!(read.verify(key.public()), Ok(head));
        let forged = InclusionProof { record: records[6].clone(), ..proof.clone() };
        assert_eq!(forged.verify(key.public()), Err(ProofError::NotIncluded));
        let moved = InclusionProof { index: 4, ..proof };
        assert_eq!(moved.verify(key.public()), Err(ProofError::NotIncluded));
    }
}
