//! Which key makes a machine start from a stick: the list, and the card that hangs at the bench.

use super::bench::Bench;
use super::grade::bad_list;
use crate::port::{Failure, Trouble};
use crate::profile::{BOOT_KEYS, BootKeys};
use crate::report::{BootCard, boot_card};
use crate::word::{Words, say};

/// The team's list. Errors: the station's own one cannot be used.
pub fn boot_keys(bench: &Bench<'_>) -> Result<BootKeys, Failure> {
    BootKeys::parse(bench.own.boot_keys.as_deref().unwrap_or(BOOT_KEYS)).map_err(|error| bad_list("boot", &error))
}

/// The card as PDF. Errors: it cannot be drawn.
pub fn boot_key_card(bench: &Bench<'_>, keys: &BootKeys, words: &Words) -> Result<Vec<u8>, Failure> {
    let site = bench.site.as_ref();
    boot_card(&BootCard { keys, site, words })
        .map_err(|error| Failure::new(Trouble::BadData, say!("boot-card-undrawn")).detail(error))
}
