//! Finding devices.

use super::bench::Bench;
use crate::custody::{Summary, Wanted};
use crate::port::{Failure, Trouble};
use crate::word::say;

/// The devices whose words begin as those of `text`, the newest change first, at most `most`, and whether there are more.
///
/// Errors: nothing to look for.
pub fn find(bench: &Bench<'_>, text: &str, most: u32) -> Result<(Vec<Summary>, bool), Failure> {
    if Wanted::read(text).is_none() {
        return Err(Failure::new(Trouble::Usage, say!("find-nothing-asked")).hint(say!("find-nothing-asked-hint")));
    }
    let mut found = bench.index.find(text, most.saturating_add(1))?;
    let more = found.len() > most as usize;
    found.truncate(most as usize);
    Ok((found, more))
}
