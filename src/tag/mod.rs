//! The tag stuck on every device: its number, the QR that carries it, and reading both back.
//!
//! Invariants: nothing here does I/O or draws randomness; a [`TagId`] always has the right check symbol; what is drawn
//! by one crate (`qrcode`) is read back by another (`rxing`).

mod barcode;
mod bitmap;
mod digits;
mod error;
mod id;
mod keyboard;
mod label;
mod language;
mod large;
mod layout;
mod length;
mod letter;
mod payload;
mod picture;
mod qr;
mod receipt;
mod seen;
mod template;

pub use barcode::{Barcode, BarcodeKind, barcodes_in};
pub use bitmap::Bitmap;
pub use digits::{Piece, Pieces, pieces};
pub use error::TagError;
pub use id::{RANDOM_BYTES, TagId, near};
pub use keyboard::{Layout, garbled_by, through_keyboard};
pub use label::{LabelPaper, label, raster};
pub use language::{LANGUAGES, Language, PrintOrder, PrinterState, Question, ROLLS, Roll, language};
pub use large::{large, large_words};
pub use layout::{LabelLine, Laid, LaidLine, Room, lay};
pub use length::Length;
pub use letter::BOLD;
pub use payload::{Domain, Payload};
pub use picture::{Picture, decode_png};
pub use qr::{Drawing, Ground, QUIET_ZONE, Qr};
pub use receipt::ReceiptCode;
pub use seen::{CodeSeen, LEAST_CONTRAST, MOST_NOISE, MOST_UNCLEAR, codes_in, codes_of};
pub use template::{LabelTemplate, Sheet, TEMPLATES, TemplateError, TemplateProblem};
