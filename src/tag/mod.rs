//! The tag stuck on every device: its number, the QR that carries it, and reading both back.
//!
//! Invariants: nothing here does I/O or draws randomness; a [`TagId`] always has the right check symbol; what is drawn
//! by one crate (`qrcode`) is read back by another (`rxing`).

mod error;
mod id;
mod label;
mod large;
mod letter;
mod payload;
mod picture;
mod qr;

pub use error::TagError;
pub use id::{RANDOM_BYTES, TagId};
pub use label::{LabelLine, LabelPaper, label};
pub use large::large;
pub use letter::BOLD;
pub use payload::{Domain, Payload};
pub use picture::{Picture, decode_png};
pub use qr::{Drawing, Ground, QUIET_ZONE, Qr};
