//! Documents made of records alone: the certificate of a wipe or the record of a destruction, as signed JSON and as a printed page;
//! and labels on sheets.
//!
//! Invariants: a document says nothing that the records in it do not; the JSON is authoritative and the page renders it;
//! the same records give the same bytes: no clock, no randomness, no I/O.

mod boot_card;
mod certificate;
mod destruction;
mod document;
mod error;
mod gathering;
mod ink;
mod label_sheet;
mod machine_summary;
mod page;
mod page_rows;
mod receipt;
mod receipt_close;
mod start;
mod statement;
mod story;
mod told;

pub use boot_card::{BootCard, boot_card};
pub use certificate::{
    Certificate, Disposition, DocumentKind, FitSeen, Hand, Host, Medium, Run, Technique, Throughput, Validation,
    Verification,
};
pub use destruction::{Destroyed, DestructionRecord, Witness};
pub use document::{Checked, Document, Pins, SCHEMA, SCHEMA_DESTRUCTION, Trust, check};
pub use error::CertificateError;
pub use gathering::{Gathering, Proven, ProvenStart, Sources};
pub use label_sheet::{LabelSheet, SheetError, SheetLabel, Shift, calibration, label_sheets};
pub use machine_summary::{DiskTold, MachineSummary};
pub use page::{Paper, page, qr_text};
pub use page_rows::site_sentence;
pub use receipt::{ReceiptPaper, ReceiptRow, receipt_pages};
pub use start::TakenSeen;
pub use statement::Statement;
