//! A label on the wrong machine: noticed when the machine is read, and put right in one step.
//!
//! Invariants: nothing is recorded of a machine under another one's tag, but that its device is held; two labels are exchanged
//! for both devices or for neither, and what was recorded of the disks of both stays as it was.

use super::bench::{Bench, Found};
use super::carry_door::known_sentence;
use super::inspect_page::{PageLine, Weight};
use crate::custody::Recognised;
use crate::event::Fact;
use crate::event::inspection::FactSeen;
use crate::event::intake::{DeviceHeld, HoldReason, HoldReleased, TagReplaced};
use crate::port::{Failure, Line, Trouble};
use crate::word::say;

/// What exchanging two labels comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SwapLook {
    /// The one device, as it is known.
    pub one: Found,
    /// The other.
    pub other: Found,
    /// Ends of wipes and destructions whose certificates name the wrong tag, where they were printed: which device, and the
    /// record. However old: a certificate names the tag of the day it was printed on, not of the day of the wipe.
    pub certificates: Vec<(Found, Line)>,
    /// Those of the two that stay on hold, for whatever else they are.
    pub held: Vec<Found>,
}

/// Two labels that were exchanged.
#[derive(Clone, Debug)]
pub struct Swap {
    /// The one device now.
    pub one: Found,
    /// The other.
    pub other: Found,
}

/// The rule that refuses what is read of a machine under another one's tag.
const OTHER_MACHINE: &str = "other-machine";

/// Holds the device, and refuses to go on, where the machine that was read is another device of this station; refuses where it
/// is none that is known, and not this one. A lead may say that it is this one after all. Else who it is.
pub(super) fn refuse_other_machine(
    bench: &Bench<'_>,
    found: &Found,
    facts: &[FactSeen],
) -> Result<Recognised, Failure> {
    let recognised = bench.index.recognise(&found.id, facts)?;
    let known = bench.device(&found.id)?;
    if known.file.is_lifted(OTHER_MACHINE) {
        return Ok(recognised);
    }
    let tag = known.name();
    let (what, hint) = match &recognised {
        Recognised::This | Recognised::Unknown => return Ok(recognised),
        Recognised::Other(other) => {
            if known.file.held.is_none() {
                let held = DeviceHeld { reason: HoldReason::Decision, seen_as: Some(other.clone()) };
                bench.record(Some(&found.id), held)?;
            }
            let other = bench.device(other)?.name();
            let what = say!("swap-other-machine", tag = tag.as_str(), other = other.as_str());
            (what, say!("swap-other-machine-hint", tag = tag, other = other))
        }
        Recognised::Stranger { here, known } => {
            let what = say!("rule-strange-machine", tag = tag.as_str(), here = here.as_str(), serial = known.as_str());
            (what, say!("swap-strange-machine-hint", tag = tag))
        }
    };
    Err(Failure::new(Trouble::No, what).hint(hint).by_rule(OTHER_MACHINE))
}

/// What exchanging the labels of the two comes to; records nothing. Errors: they are one device; one has no tag.
pub fn look_at_swap(bench: &Bench<'_>, one: &str, other: &str) -> Result<SwapLook, Failure> {
    let (one, other) = (bench.find(one)?, bench.find(other)?);
    if one.id == other.id {
        return Err(Failure::new(Trouble::Usage, say!("swap-one-device", tag = one.name())));
    }
    let mut certificates = Vec::new();
    for found in [&one, &other] {
        if found.file.tags.is_empty() {
            return Err(Failure::new(Trouble::No, say!("swap-no-tag", device = found.name())));
        }
        let ends = bench.index.standing(&found.id)?;
        let has_paper = |line: &Line| matches!(line.event.fact, Fact::WipeEnded(_) | Fact::DiskDestroyed(_));
        certificates.extend(ends.into_iter().filter(has_paper).map(|line| (found.clone(), line)));
    }
    let is_kept = |found: &Found, other: &Found| found.file.held.is_some() && !is_mixed_up(found, other);
    let pairs = [(&one, &other), (&other, &one)];
    let held =
        pairs.into_iter().filter(|(found, other)| is_kept(found, other)).map(|(found, _)| found.clone()).collect();
    Ok(SwapLook { one, other, certificates, held })
}

/// Whether it is on hold because the machine under its tag was recognised as that other one.
fn is_mixed_up(found: &Found, other: &Found) -> bool {
    found.file.seen_as.as_ref() == Some(&other.id)
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
    let held = look.held.iter().map(|found| line(Weight::Warn, say!("swap-stays-held", tag = found.name())));
    let kept = line(Weight::Dim, say!("swap-kept"));
    let devices = device(one, other.name()).into_iter().chain(device(other, one.name()));
    devices.chain(papers).chain(held).chain([kept]).collect()
}

/// Exchanges the labels of the two, and lets go on what is on hold because its machine was recognised as the other. Errors:
/// the rules.
pub fn swap(bench: &Bench<'_>, look: &SwapLook) -> Result<Swap, Failure> {
    let mut facts = Vec::new();
    let pairs = [(&look.one, &look.other), (&look.other, &look.one)];
    for (device, other) in pairs {
        let (Some(instead_of), Some(tag)) = (device.file.tags.last(), other.file.tags.last()) else { continue };
        let (tag, instead_of) = (tag.clone(), instead_of.clone());
        let replaced = TagReplaced { tag, instead_of, swapped_with: other.id.clone() };
        facts.push((Some(device.id.clone()), Fact::from(replaced)));
    }
    for (device, other) in pairs {
        if is_mixed_up(device, other) {
            facts.push((Some(device.id.clone()), Fact::from(HoldReleased {})));
        }
    }
    bench.record_all(facts)?;
    Ok(Swap { one: bench.device(&look.one.id)?, other: bench.device(&look.other.id)? })
}
