//! Documents made of records alone: the certificate of a wipe, as signed JSON and as a printed page.
//!
//! Invariants: a document says nothing that the records in it do not; the JSON is authoritative and the page renders it;
//! the same records give the same bytes: no clock, no randomness, no I/O.

mod certificate;
mod document;
mod error;
mod gathering;
mod ink;
mod page;
mod page_rows;
mod story;

pub use certificate::{
    Certificate, Disposition, DocumentKind, Hand, Host, Medium, Run, Technique, Throughput, Validation, Verification,
};
pub use document::{Checked, Document, Pins, SCHEMA, Trust, check};
pub use error::CertificateError;
pub use gathering::{Gathering, Proven};
pub use page::{Paper, page, qr_text};
