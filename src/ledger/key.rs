//! Ed25519 keys: the station's, which signs heads, and the team's, which certifies stations.
//!
//! Invariant: secret bytes leave only through [`SecretKey::bytes`], for the key file, and are wiped from memory on drop.

use super::record::leaf_hash;
use crate::unit::Digest;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use std::fmt;

/// What stands before the 32 bytes of an Ed25519 key in DER (RFC 8410 §4).
const SPKI: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
const PEM_BEGIN: &str = "-----BEGIN PUBLIC KEY-----\n";
const PEM_END: &str = "\n-----END PUBLIC KEY-----\n";

/// A signing key.
#[derive(Clone)]
pub struct SecretKey(SigningKey);

/// A verifying key, 32 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicKey(pub Digest);

impl SecretKey {
    /// The key of these random bytes.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(bytes))
    }

    /// The secret bytes, for the key file.
    #[must_use]
    pub fn bytes(&self) -> zeroize::Zeroizing<[u8; 32]> {
        zeroize::Zeroizing::new(self.0.to_bytes())
    }

    /// The key that verifies what this one signs.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey(Digest(self.0.verifying_key().to_bytes()))
    }

    /// Signs.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretKey(of {})", self.public().0)
    }
}

impl PublicKey {
    /// Whether `signature` over `message` is this key's. Strict: no second signature of one message is accepted.
    #[must_use]
    pub fn verify(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        VerifyingKey::from_bytes(&self.0.0)
            .is_ok_and(|key| key.verify_strict(message, &Signature::from_bytes(signature)).is_ok())
    }

    /// Whether `signature`, as ledger bodies hold it, is this key's word over [`certificate_text`] of that station.
    #[must_use]
    pub fn certifies(&self, station: Self, practice: bool, nonce: Digest, signature: &str) -> bool {
        let text = certificate_text(station, practice, nonce);
        read_signature(signature).is_some_and(|signature| self.verify(text.as_bytes(), &signature))
    }

    /// The key as `openssl` reads it: `SubjectPublicKeyInfo` in PEM (RFC 8410 §4).
    #[must_use]
    pub fn pem(&self) -> String {
        let mut der = SPKI.to_vec();
        der.extend_from_slice(&self.0.0);
        format!("{PEM_BEGIN}{}{PEM_END}", STANDARD.encode(der))
    }

    /// Reads what [`PublicKey::pem`] wrote; `None` where it is anything else.
    #[must_use]
    pub fn from_pem(text: &str) -> Option<Self> {
        let der = STANDARD.decode(text.strip_prefix(PEM_BEGIN)?.strip_suffix(PEM_END)?).ok()?;
        der.strip_prefix(&SPKI)?.try_into().ok().map(|key| Self(Digest(key)))
    }
}

/// What the team key signs to make a station its own, and a stick's key to make a start from it one.
#[must_use]
pub fn certificate_text(station: PublicKey, practice: bool, nonce: Digest) -> String {
    let kind = if practice { "practice" } else { "station" };
    format!("aoxanh {kind} certificate v1\n{}\n{nonce}\n", station.0)
}

/// The nonce of a start of that key: a start's key is made for it alone, and what is told of the start in few bytes need not
/// tell its nonce.
#[must_use]
pub fn start_nonce(key: PublicKey) -> Digest {
    leaf_hash(format!("aoxanh start nonce v1\n{}\n", key.0).as_bytes())
}

/// What the team key signs to take its trust in a key back.
#[must_use]
pub fn revocation_text(key: PublicKey) -> String {
    format!("aoxanh key revocation v1\n{}\n", key.0)
}

/// A signature as ledger bodies hold it: 128 lower-case hexadecimal digits.
#[must_use]
pub fn signature_text(signature: &[u8; 64]) -> String {
    let (high, low) = signature.split_at(32);
    [high, low].into_iter().filter_map(|half| half.try_into().ok()).map(|half| Digest(half).to_string()).collect()
}

/// Reads such a text; `None` where it is none.
#[must_use]
pub fn read_signature(text: &str) -> Option<[u8; 64]> {
    let high: Digest = text.get(..64)?.parse().ok()?;
    let low: Digest = text.get(64..)?.parse().ok()?;
    [high.0, low.0].concat().try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_goes_to_text_and_back_and_no_other_text_is_one() {
        let signature = SecretKey::from_bytes(&[3; 32]).sign(b"x");
        let text = signature_text(&signature);
        assert_eq!((text.len(), read_signature(&text)), (128, Some(signature)));
        assert_eq!(read_signature(&text[..127]), None);
        assert_eq!(read_signature(&"é".repeat(64)), None);
    }

    #[test]
    fn signs_as_rfc_8032_says_and_refuses_any_change() {
        // RFC 8032 §7.1, test 2.
        let secret: Digest = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb".parse().expect("hex");
        let key = SecretKey::from_bytes(&secret.0);
        assert_eq!(PublicKey::from_pem(&key.public().pem()), Some(key.public()));
        assert_eq!(PublicKey::from_pem(&key.public().pem().replace("MCow", "MCoy")), None);
        assert_eq!(key.public().0.to_string(), "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
        let signature = key.sign(&[0x72]);
        assert_eq!(Digest(signature[..32].try_into().expect("32")).short(16), "92a009a9f0d4cab8");
        assert!(key.public().verify(&[0x72], &signature));
        assert!(!key.public().verify(&[0x73], &signature));
        for at in 0..64 {
            let mut flipped = signature;
            flipped[at] ^= 1;
            assert!(!key.public().verify(&[0x72], &flipped), "byte {at}");
        }
    }
}
