//! The proof: record bytes, hash chain, Merkle root, signed heads, inclusion proofs. Knows no device.
//!
//! Invariants: a record is exactly the bytes that were hashed and is never written anew; what is verified is computed
//! from those bytes alone; no I/O, no clock, no randomness.

mod audit;
mod body;
mod bundle;
#[cfg(test)]
mod bundle_tests;
mod head;
mod key;
mod merkle;
mod note;
mod proof;
mod record;

pub use audit::{Audit, Beside, Broken, Flaw, Heads, Seen, checksum};
pub use body::{BodyError, check_body};
pub use bundle::{Bundle, BundleError, BundleFile, ChainEnd, read_bundles, write_bundle};
pub use head::{Head, HeadError, HeadRef, origin};
pub use key::{PublicKey, SecretKey, certificate_text, read_signature, revocation_text, signature_text, start_nonce};
pub use merkle::{Peaks, empty_root, inclusion_path, inclusion_paths, node_hash, verify_inclusion};
pub use note::{Note, NoteError};
pub use proof::{InclusionProof, ProofError};
pub use record::{Record, RecordError, leaf_hash};
