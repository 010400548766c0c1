//! The built-in screen, from its EDID and the kernel's list of modes.

use super::Found;
use super::edid::Edid;
use crate::device::{Certainty, Facts, Value, Why, key};

/// Adds the facts of the built-in screen. `modes` is the text of the connector's `modes`, the preferred one first.
pub fn screen_facts(edid: &Found<Vec<u8>>, modes: &Found<String>, facts: &mut Facts) {
    let read =
        edid.what.clone().and_then(|bytes| Edid::read(&bytes).map_err(|error| Why::BrokenEdid(error.to_string())));
    match read.clone().and_then(|edid| edid.diagonal().map_err(|doubt| Why::NoOneSize(doubt.to_string()))) {
        Ok((tenths, certainty)) => {
            facts.push(key::SCREEN_DIAGONAL, Value::TenthInches(tenths), &edid.source, certainty);
        }
        Err(why) => facts.unknown(key::SCREEN_DIAGONAL, &edid.source, why),
    }
    let by_edid = read.as_ref().ok().and_then(|edid| edid.pixels).filter(|(width, height)| *width > 0 && *height > 0);
    if let Some((width, height)) = by_edid {
        facts.push(key::SCREEN_PIXELS, Value::Pixels(width, height), &edid.source, Certainty::Certain);
    } else if let Some((width, height)) = modes.known().and_then(|text| first_mode(text)) {
        facts.push(key::SCREEN_PIXELS, Value::Pixels(width, height), &modes.source, Certainty::Certain);
    } else {
        let why = read.err().unwrap_or(Why::NotTold);
        facts.unknown(key::SCREEN_PIXELS, &edid.source, why);
    }
}

fn first_mode(modes: &str) -> Option<(u64, u64)> {
    let (width, height) = modes.lines().next()?.trim().split_once('x')?;
    Some((width.parse().ok()?, height.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernels_modes_stand_in_for_a_missing_timing_but_never_for_a_size() {
        let mut facts = Facts::new();
        screen_facts(
            &Found::new(vec![0; 128], "edid"),
            &Found::new("1366x768\n1024x768\n".to_owned(), "modes"),
            &mut facts,
        );
        assert_eq!(facts.known(key::SCREEN_PIXELS), Some(&Value::Pixels(1366, 768)));
        assert_eq!(
            facts.get(key::SCREEN_DIAGONAL).map(|fact| fact.value.clone()),
            Some(Value::Unknown(Why::BrokenEdid("no EDID header".to_owned())))
        );
    }
}
