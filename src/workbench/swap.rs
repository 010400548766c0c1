//! A label on the wrong machine: noticed when the machine is read, and put right in one step.
//!
//! Invariants: nothing is recorded of a machine under another one's tag, but that its device is held; two labels are exchanged
//! for both devices or for neither, and what was recorded of the disks of both stays as it was.

#![expect(clippy::wildcard_enum_match_arm, reason = "a swap looks at the few kinds it is about")]

use super::bench::{Bench, Found};
use super::carry_door::known_sentence;
use super::inspect_page::{PageLine, Weight};
use crate::event::Fact;
use crate::event::inspection::FactSeen;
use crate::event::intake::{DeviceHeld, HoldReason, HoldReleased, TagReplaced};
use crate::port::{Failure, Line, Trouble};
use crate::unit::Moment;
use crate::word::say;

/// What exchanging two labels comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SwapLook {
    /// The one device, as it is known.
    pub one: Found,
    /// The other.
    pub other: Found,
    /// Ends of wipes and destructions whose certificates name the wrong tag, where they were printed: which device, and the
    /// record. All since the younger of the two labels was put on.
    pub certificates: Vec<(Found, Line)>,
}

/// Two labels that were exchanged.
#[derive(Clone, Debug)]
pub struct Swap {
    /// The one device now.
    pub one: Found,
    /// The other.
    pub other: Found,
}

/// Holds the device, and refuses to go on, where the machine that was read is another device of this station.
pub(super) fn refuse_other_machine(bench: &Bench<'_>, found: &Found, facts: &[FactSeen]) -> Result<(), Failure> {
    if bench.practice()? {
        return Ok(());
    }
    let Some(other) = bench.index.really(&found.id, facts)? else { return Ok(()) };
    let (other, tag) = (bench.device(&other)?.name(), found.name());
    if found.file.held.is_none() {
        bench.record(Some(&found.id), DeviceHeld { reason: HoldReason::Decision })?;
    }
    let what = say!("swap-other-machine", tag = tag.as_str(), other = other.as_str());
    Err(Failure::new(Trouble::No, what).hint(say!("swap-other-machine-hint", tag = tag, other = other)))
}

/// What exchanging the labels of the two comes to; records nothing. Errors: they are one device; one has no tag.
pub fn look_at_swap(bench: &Bench<'_>, one: &str, other: &str) -> Result<SwapLook, Failure> {
    let (one, other) = (bench.find(one)?, bench.find(other)?);
    if one.id == other.id {
        return Err(Failure::new(Trouble::Usage, say!("swap-one-device", tag = one.name())));
    }
    let mut tagged = Moment::from_unix_millis(0);
    let mut lines = Vec::new();
    for found in [&one, &other] {
        let Some(tag) = found.file.tags.last() else {
            return Err(Failure::new(Trouble::No, say!("swap-no-tag", device = found.name())));
        };
        for line in bench.index.standing(&found.id)? {
            match &line.event.fact {
                Fact::TagBound(bound) if bound.tag == *tag => tagged = tagged.max(line.event.at),
                Fact::TagReplaced(replaced) if replaced.tag == *tag => tagged = tagged.max(line.event.at),
                Fact::WipeEnded(_) | Fact::DiskDestroyed(_) => lines.push((found.clone(), line)),
                _other => {}
            }
        }
    }
    lines.retain(|(_, line)| line.event.at >= tagged);
    Ok(SwapLook { one, other, certificates: lines })
}

/// What it comes to, a line each: which device will carry which tag, and what was printed with the wrong one.
#[must_use]
pub fn swap_lines(look: &SwapLook) -> Vec<PageLine> {
    let line = |weight, what| PageLine { weight, what };
    let (one, other) = (&look.one, &look.other);
    let device = |found: &Found, tag: String| {
        let what = line(Weight::Heading, known_sentence(found));
        [what, line(Weight::Next, say!("swap-will-carry", tag = tag))]
    };
    let papers = look.certificates.iter().map(|(found, told)| {
        let (at, leaf) = (told.event.at.local(), told.leaf.short(16));
        line(Weight::Warn, say!("swap-certificate", tag = found.name(), at = at, leaf = leaf))
    });
    let kept = line(Weight::Dim, say!("swap-kept"));
    device(one, other.name()).into_iter().chain(device(other, one.name())).chain(papers).chain([kept]).collect()
}

/// Exchanges the labels of the two, and lets both go on that were held for a decision. Errors: the rules.
pub fn swap(bench: &Bench<'_>, look: &SwapLook) -> Result<Swap, Failure> {
    let mut facts = Vec::new();
    let pairs = [(&look.one, &look.other), (&look.other, &look.one)];
    for (device, other) in pairs {
        let (Some(instead_of), Some(tag)) = (device.file.tags.last(), other.file.tags.last()) else { continue };
        let (tag, instead_of) = (tag.clone(), instead_of.clone());
        let replaced = TagReplaced { tag, instead_of, swapped_with: other.id.clone() };
        facts.push((Some(device.id.clone()), Fact::from(replaced)));
    }
    for (device, _other) in pairs {
        if device.file.held == Some(HoldReason::Decision) {
            facts.push((Some(device.id.clone()), Fact::from(HoldReleased {})));
        }
    }
    bench.record_all(facts)?;
    Ok(Swap { one: bench.device(&look.one.id)?, other: bench.device(&look.other.id)? })
}
