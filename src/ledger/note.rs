//! Signed notes: text, an empty line, and lines `— name base64(key id ‖ signature)`.
//!
//! Source: C2SP signed-note, signature type 0x01 (Ed25519). One signature is written; others are kept but not judged.

use super::key::{PublicKey, SecretKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

const ED25519: u8 = 1;
const DASH: &str = "\u{2014} ";

/// A note and its signature by one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    text: String,
    name: String,
    signature: [u8; 64],
}

/// Why a note is not believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// Not the form of a signed note.
    #[error("not a signed note: {0}")]
    Form(&'static str),
    /// No line of the wanted key.
    #[error("no signature of {0}")]
    Unsigned(String),
    /// The wanted key's line does not verify.
    #[error("the signature of {0} does not match")]
    Forged(String),
}

fn key_id(name: &str, key: PublicKey) -> [u8; 4] {
    let mut hash = Sha256::new();
    hash.update(name.as_bytes());
    hash.update([b'\n', ED25519]);
    hash.update(key.0.0);
    let hash: [u8; 32] = hash.finalize().into();
    [hash[0], hash[1], hash[2], hash[3]]
}

impl Note {
    /// Signs `text`, which ends with a line feed, as `name`.
    #[must_use]
    pub fn sign(text: String, name: &str, key: &SecretKey) -> (Self, String) {
        let signature = key.sign(text.as_bytes());
        let mut blob = key_id(name, key.public()).to_vec();
        blob.extend_from_slice(&signature);
        let signed = format!("{text}\n{DASH}{name} {}\n", STANDARD.encode(blob));
        (Self { text, name: name.to_owned(), signature }, signed)
    }

    /// Reads a signed note and checks that `name` signed it with `key`. Byte for byte: any change is an error.
    pub fn open(signed: &str, name: &str, key: PublicKey) -> Result<Self, NoteError> {
        let (text, lines) = Self::split(signed)?;
        let wanted = key_id(name, key);
        for line in lines.split_terminator('\n') {
            let rest = line.strip_prefix(DASH).ok_or(NoteError::Form("a signature line begins with an em dash"))?;
            let (who, blob) = rest.split_once(' ').ok_or(NoteError::Form("a signature line has two fields"))?;
            let blob = STANDARD.decode(blob).map_err(|_error| NoteError::Form("a signature is base64"))?;
            if who != name || blob.get(..4) != Some(&wanted) {
                continue;
            }
            let signature: [u8; 64] =
                blob[4..].try_into().map_err(|_error| NoteError::Form("a signature has 64 bytes"))?;
            return if key.verify(text.as_bytes(), &signature) {
                Ok(Self { text: text.to_owned(), name: name.to_owned(), signature })
            } else {
                Err(NoteError::Forged(name.to_owned()))
            };
        }
        Err(NoteError::Unsigned(name.to_owned()))
    }

    /// The text and the signature lines, not yet believed.
    pub fn split(signed: &str) -> Result<(&str, &str), NoteError> {
        let at = signed.rfind("\n\n").ok_or(NoteError::Form("no empty line before the signatures"))?;
        let (text, lines) = (&signed[..=at], &signed[at + 2..]);
        if lines.is_empty() || !lines.ends_with('\n') {
            return Err(NoteError::Form("no complete signature line"));
        }
        Ok((text, lines))
    }

    /// What was signed.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The 64 signature bytes.
    #[must_use]
    pub const fn signature(&self) -> &[u8; 64] {
        &self.signature
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_opens_for_its_key_only_and_every_flipped_bit_is_found() {
        let key = SecretKey::from_bytes(&[5; 32]);
        let (note, signed) = Note::sign("origin\n3\nroot\n".to_owned(), "origin", &key);
        assert_eq!(Note::open(&signed, "origin", key.public()), Ok(note));
        let other = SecretKey::from_bytes(&[6; 32]).public();
        assert_eq!(Note::open(&signed, "origin", other), Err(NoteError::Unsigned("origin".to_owned())));
        assert!(Note::open(&signed, "other", key.public()).is_err());
        for at in 0..signed.len() {
            for bit in 0..8 {
                let mut bytes = signed.clone().into_bytes();
                bytes[at] ^= 1 << bit;
                let Ok(text) = String::from_utf8(bytes) else { continue };
                assert!(Note::open(&text, "origin", key.public()).is_err(), "byte {at} bit {bit}");
            }
        }
    }

    #[test]
    fn a_note_signed_by_another_program_opens() {
        // The example of golang.org/x/mod/sumdb/note: key `PeterNeumann+c74f20a3+…`.
        let key = STANDARD.decode("ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW").expect("base64");
        let key = PublicKey(crate::unit::Digest(key[1..].try_into().expect("32 bytes")));
        let text = "If you think cryptography is the answer to your problem,\n\
                    then you don't know what your problem is.\n";
        let line =
            "PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=";
        assert_eq!(key_id("PeterNeumann", key), [0xc7, 0x4f, 0x20, 0xa3]);
        let signed = format!("{text}\n{DASH}{line}\n");
        assert_eq!(Note::open(&signed, "PeterNeumann", key).map(|note| note.text), Ok(text.to_owned()));
    }
}
