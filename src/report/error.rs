//! Why a certificate could not be made, or is not believed.
//!
//! Invariant: each variant holds what a face needs to name the spot; [`CertificateError::sentence`] words every one of them.

use crate::ledger::HeadError;
use crate::word::{Sentence, say};

/// What is wrong with a certificate or with the records behind it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// It is no JSON of this form: cut off, altered, or something else altogether.
    #[error("not a certificate: {0}")]
    Form(String),
    /// It is of another program or version.
    #[error("schema {0:?}")]
    Schema(String),
    /// Read and written again it is not the same bytes.
    #[error("not in the one form that a certificate has")]
    NotCanonical,
    /// A record is no record, or no event.
    #[error("record {seq}: {cause}")]
    Record {
        /// Its number.
        seq: u64,
        /// What the reader said.
        cause: String,
    },
    /// The records do not tell of one wipe from its start to its end.
    #[error("the records do not tell a whole wipe: {0}")]
    Story(&'static str),
    /// The record grants a level that its own evidence does not.
    #[error("the evidence does not earn what the record says")]
    NotEarned,
    /// A second person did not accept the wipe.
    #[error("a second person did not accept the wipe")]
    NotAccepted,
    /// A field says something else than the records.
    #[error("{0} differs from the records")]
    Differs(String),
    /// The station never took that over from a start of a machine, or not under that head.
    #[error("not what the station took over from the start")]
    NotTaken,
    /// A record does not stand under the head.
    #[error("record {0} does not stand under the head")]
    NotIncluded(u64),
    /// The head is not the station's.
    #[error("head: {0}")]
    Head(#[from] HeadError),
    /// The station did not sign the document.
    #[error("the station's signature does not match")]
    Signature,
    /// The team did not sign the station's key.
    #[error("the team's certificate over the station's key does not match")]
    Team,
    /// It is of another station than the key that it is held against.
    #[error("signed by another station's key")]
    OtherStation,
    /// It is of another team than the key that it is held against.
    #[error("certified by another team's key")]
    OtherTeam,
    /// The page could not be drawn.
    #[error("page: {0}")]
    Page(String),
}

impl CertificateError {
    /// Whether the file itself is bad, rather than what it says.
    #[must_use]
    pub const fn is_bad_data(&self) -> bool {
        matches!(self, Self::Form(_) | Self::Schema(_) | Self::NotCanonical | Self::Record { .. } | Self::Page(_))
    }

    /// In people's words.
    #[must_use]
    pub fn sentence(&self) -> Sentence {
        match self {
            Self::Form(_) => say!("certificate-wrong-form"),
            Self::Schema(found) => say!("certificate-wrong-schema", schema = found.as_str()),
            Self::NotCanonical => say!("certificate-not-canonical"),
            Self::Record { seq, .. } => say!("certificate-wrong-record", seq = *seq),
            Self::Story(_) => say!("certificate-wrong-story"),
            Self::NotAccepted => say!("certificate-not-accepted"),
            Self::NotEarned => say!("certificate-not-earned"),
            Self::Differs(field) => say!("certificate-differs", field = field.as_str()),
            Self::NotTaken => say!("certificate-not-taken"),
            Self::NotIncluded(seq) => say!("certificate-not-included", seq = *seq),
            Self::Head(_) => say!("certificate-wrong-head"),
            Self::Signature => say!("certificate-wrong-signature"),
            Self::Team => say!("verify-certificate"),
            Self::OtherStation => say!("certificate-other-station"),
            Self::OtherTeam => say!("verify-other-team"),
            Self::Page(_) => say!("certificate-no-page"),
        }
    }
}
