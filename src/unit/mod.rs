//! Numbers and names that every room shares, each with its unit in its type.
//!
//! Invariant: nothing here does I/O or reads a clock, and no value is built that breaks its own rule.

mod amount;
mod base32;
mod campaign;
mod digest;
mod fold;
mod id;
mod letter;
mod moment;
mod secret;
mod shelf;

pub use amount::{Bytes, Lba, Span};
pub use base32::{SYMBOLS, Symbol};
pub use campaign::CampaignName;
pub use digest::{Digest, DigestError};
pub use fold::{fold, holds_words};
pub use id::{DeviceId, DonorId, IdError, JobId, LotId, PartId, PersonId, PrintId, RANDOM_BYTES, RecipientId};
pub use letter::{composed, plain};
pub use moment::{Moment, MomentError};
pub use secret::{Cost, CostError, Secret};
pub use shelf::{BOX, ShelfName, ShelfNameError, box_name};
