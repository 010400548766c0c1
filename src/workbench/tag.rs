//! Tags: fresh ones, and binding one to a device.

use super::bench::{Bench, Found};
use crate::event::intake::TagBound;
use crate::port::{Failure, Trouble};
use crate::tag::TagId;
use crate::word::say;

/// A device with its tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tagged {
    /// The device.
    pub found: Found,
    /// Its newest tag.
    pub tag: TagId,
}

/// A tag that nobody has yet.
#[must_use]
pub fn fresh_tag(bench: &Bench<'_>) -> TagId {
    TagId::from_random(bench.chance.bytes())
}

/// Binds `tag` to the device; without one, the newest tag it has, or a fresh one where it has none.
pub fn bind_tag(bench: &Bench<'_>, found: &Found, tag: Option<TagId>) -> Result<Tagged, Failure> {
    let has =
        match found.file.tags.last() {
            Some(text) => Some(TagId::read(text).map_err(|error| {
                Failure::new(Trouble::BadData, say!("tag-wrong", text = text.as_str())).detail(error)
            })?),
            None => None,
        };
    let tag = match (tag, has) {
        (None, Some(has)) => return Ok(Tagged { found: found.clone(), tag: has }),
        (Some(tag), _) => tag,
        (None, None) => fresh_tag(bench),
    };
    bench.record(Some(&found.id), TagBound { tag: tag.as_str().to_owned() })?;
    Ok(Tagged { found: bench.device(&found.id)?, tag })
}
