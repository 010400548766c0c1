//! The phone page: staff without a terminal scan a tag, see what is next, move a device, receive it, send a photo.
//!
//! Invariants: it listens at one address and answers only who asks for that address by its name; whoever asks was paired by a
//! token that counts once, for two minutes, and their session ends after twelve hours or when it is revoked at the station;
//! what a phone does goes through the workbench under that person's name, marked as done by phone, and the rules refuse what
//! is not done at the door; no page names anybody; nothing that is sent here is believed before it is measured. The one place
//! with async, on a thread of its own.

mod answer;
mod device;
mod house;
mod page;
mod route;
mod serve;
mod session;

pub use house::{House, Work};
pub use serve::{Opening, Serving, check_address, serve};
pub use session::{HOURS, PAIRING_SECONDS};
