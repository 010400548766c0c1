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

#[cfg(test)]
mod tests {
    use super::super::memory::memory_facts;
    use super::*;
    use crate::device::Fact;

    /// One row with a module of that form, type and speed, and an empty one that calls itself DIMM, in a chassis of that
    /// word.
    fn board(chassis: &str, form: u8, kind: u8, speed: u16) -> Facts {
        let row = |form: u8, kind: u8, mebibytes: u16, speed: u16| {
            let mut row = vec![17, 0x1B, 9, 0, 0xFF, 0xFF, 0, 0, 64, 0, 64, 0];
            row.extend(mebibytes.to_le_bytes());
            row.extend([form, 0, 0, 0, kind, 0, 0]);
            row.extend(speed.to_le_bytes());
            row.resize(0x1B, 0);
            row.extend([0, 0]);
            row
        };
        let mut facts = Facts::new();
        facts.push(key::CHASSIS, Value::Text(chassis.to_owned()), "test", Certainty::Certain);
        let tables = Tables::read(&[row(form, kind, 1024, speed), row(9, 2, 0, 0)].concat());
        let meminfo = Found::new("MemTotal: 1000000 kB".to_owned(), "proc/meminfo");
        memory_facts(&Found::new(tables, "DMI"), &meminfo, &mut facts);
        facts
    }

    fn told(facts: &Facts, key: &str) -> Option<(String, Certainty)> {
        let text = |fact: &Fact| if let Value::Text(text) = &fact.value { Some(text.clone()) } else { None };
        let fact = facts.get(key)?;
        Some((text(fact)?, fact.certainty))
    }

    #[test]
    fn a_dimm_in_a_laptop_is_a_sodimm_and_a_fast_ddr_is_a_ddr2() {
        let said = |text: &str, certainty| Some((text.to_owned(), certainty));
        let old = board("notebook", 9, 0x12, 667);
        assert_eq!(told(&old, key::MEMORY_FORM), said("SODIMM", Certainty::Estimated));
        assert_eq!(told(&old, key::MEMORY_TYPE), said("DDR2", Certainty::Estimated));
        let desktop = board("tower", 9, 0x12, 400);
        assert_eq!(told(&desktop, key::MEMORY_FORM), said("DIMM", Certainty::Certain));
        assert_eq!(told(&desktop, key::MEMORY_TYPE), said("DDR", Certainty::Certain));
        let laptop = board("notebook", 13, 0x18, 1600);
        assert_eq!(
            told(&laptop, key::MEMORY_FORM),
            said("SODIMM", Certainty::Certain),
            "an empty DIMM beside it says nothing"
        );
        let soldered = board("notebook", 0x0B, 0x18, 1600);
        assert_eq!(told(&soldered, key::MEMORY_FORM), said("soldered", Certainty::Certain));
        assert_eq!(soldered.known(key::MEMORY_SOLDERED), Some(&Value::Flag(true)));
    }
}
