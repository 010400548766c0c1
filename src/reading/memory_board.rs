//! What the board takes for memory: the form of its modules, whether some is soldered, and how much at most.
//!
//! Source of the fields: DMTF DSP0134 §7.17 and §7.18. Invariants: an empty socket tells no form; the most that tables name
//! is an estimate, for boards often take more.

use super::Found;
use super::chassis::{Chassis, chassis_of};
use super::memory::{Module, SYSTEM_MEMORY};
use super::smbios::Tables;
use crate::device::{Certainty, Facts, Value, Why, key};
use crate::unit::Bytes;

/// Form of the sockets, whether something is soldered, and the most that the board takes.
pub(super) fn board_facts(modules: &[Module], tables: &Found<Tables>, facts: &mut Facts) {
    let source = tables.field("17.form_factor");
    let why = || tables.what.as_ref().err().cloned().unwrap_or(Why::NotInTables);
    // Empty sockets are called DIMM beside a SODIMM.
    let mut forms: Vec<&str> = modules.iter().filter(|row| row.is_fitted()).filter_map(|module| module.form).collect();
    forms.sort_unstable();
    forms.dedup();
    let soldered = modules.iter().any(|module| module.soldered);
    match forms.as_slice() {
        // No laptop has room for a DIMM.
        ["DIMM"] if is_laptop(facts) => {
            facts.push(key::MEMORY_FORM, Value::Text("SODIMM".to_owned()), &source, Certainty::Estimated);
        }
        [only] => facts.push(key::MEMORY_FORM, Value::Text((*only).to_owned()), &source, Certainty::Certain),
        [] if soldered => {
            facts.push(key::MEMORY_FORM, Value::Text("soldered".to_owned()), &source, Certainty::Certain);
        }
        [] => facts.unknown(key::MEMORY_FORM, &source, why()),
        _several => facts.unknown(key::MEMORY_FORM, &source, Why::NoOneType),
    }
    // Boards call soldered memory a SODIMM often enough; only the other way round is sure.
    if modules.is_empty() {
        facts.unknown(key::MEMORY_SOLDERED, &source, why());
    } else {
        let certainty = if soldered { Certainty::Certain } else { Certainty::Estimated };
        facts.push(key::MEMORY_SOLDERED, Value::Flag(soldered), &source, certainty);
    }
    let source = tables.field("16.maximum_capacity");
    match tables.known().and_then(maximum) {
        Some(most) => facts.push(key::MEMORY_MAXIMUM, Value::Bytes(most), source, Certainty::Estimated),
        None => facts.unknown(key::MEMORY_MAXIMUM, source, why()),
    }
}

fn is_laptop(facts: &Facts) -> bool {
    let Some(Value::Text(word)) = facts.known(key::CHASSIS) else { return false };
    chassis_of(word) == Some(Chassis::Laptop)
}

/// The most that all arrays of working memory take (DSP0134 §7.17: kibibytes, or bytes in the extended field).
fn maximum(tables: &Tables) -> Option<Bytes> {
    let arrays = tables.of(16).filter(|array| array.byte(5) == Some(SYSTEM_MEMORY));
    let each = arrays.map(|array| match array.dword(7)? {
        0 => None,
        0x8000_0000 => array.bytes(0x0F).map(u64::from_le_bytes),
        kibibytes => u64::from(kibibytes).checked_mul(1024),
    });
    let sum = each.collect::<Option<Vec<u64>>>()?.into_iter().try_fold(0u64, u64::checked_add)?;
    Some(Bytes(sum)).filter(|most| *most > Bytes::ZERO)
}
