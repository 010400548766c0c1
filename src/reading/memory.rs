//! Memory as sold: the modules that the tables name, or else the kernel's total rounded up to a size that is sold.
//!
//! Source of the fields: DMTF DSP0134 §7.17 and §7.18. Invariants: flash and ROM rows are no memory; where tables and
//! kernel contradict each other, the kernel counts, and the result is an estimate.

use super::Found;
use super::junk::{is_junk, tidy};
use super::memory_board::board_facts;
use super::smbios::{Structure, Tables};
use crate::device::{Certainty, Facts, Value, Why, key};
use crate::unit::Bytes;

/// Types of memory by number (DSP0134 §7.18.2); an empty word says nothing.
const TYPES: [&str; 37] = [
    "",
    "",
    "",
    "DRAM",
    "EDRAM",
    "VRAM",
    "SRAM",
    "RAM",
    "ROM",
    "Flash",
    "EEPROM",
    "FEPROM",
    "EPROM",
    "CDRAM",
    "3DRAM",
    "SDRAM",
    "SGRAM",
    "RDRAM",
    "DDR",
    "DDR2",
    "DDR2 FB-DIMM",
    "",
    "",
    "",
    "DDR3",
    "FBD2",
    "DDR4",
    "LPDDR",
    "LPDDR2",
    "LPDDR3",
    "LPDDR4",
    "NVDIMM",
    "HBM",
    "HBM2",
    "DDR5",
    "LPDDR5",
    "HBM3",
];
/// Those that are no working memory.
const NO_RAM: [&str; 7] = ["VRAM", "ROM", "Flash", "EEPROM", "FEPROM", "EPROM", "NVDIMM"];
/// Form factors that are soldered: chip, TSOP, row of chips, die (DSP0134 §7.18.1).
const SOLDERED: [u8; 4] = [0x05, 0x0A, 0x0B, 0x10];
/// The voltage that makes DDR3 a DDR3L, mV (JEDEC JESD79-3-1A).
const LOW_MILLIVOLTS: u16 = 1350;
/// The most transfers a second of DDR, in millions (JEDEC JESD79F).
const FASTEST_DDR: u64 = 400;
/// The use "system memory" of an array (DSP0134 §7.17.2).
pub(super) const SYSTEM_MEMORY: u8 = 3;
/// Totals that machines are sold with below 16 GB, in quarters of a gibibyte.
const SOLD_QUARTERS: [u64; 13] = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 40, 48, 64];
const QUARTER_GIB: u64 = 256 * 1024 * 1024;
/// More rows than this, with empty ones among them, are channels as often as sockets.
const ROWS_ALWAYS_SOCKETS: usize = 2;

/// One row of the tables: a socket with what is in it, or soldered memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Module {
    /// Size; zero for an empty socket, `None` where the tables do not know.
    pub size: Option<Bytes>,
    /// Whether it is soldered to the board.
    pub soldered: bool,
    /// `DDR3`, or `DDR3L` where it runs on 1.35 V, where the tables say something usable.
    pub kind: Option<&'static str>,
    /// Whether the type was put right: tables older than DDR2 call it DDR.
    pub put_right: bool,
    /// `SODIMM` or `DIMM`; `None` for soldered memory and for what the tables do not say.
    pub form: Option<&'static str>,
    /// Million transfers a second; `None` where the tables do not know.
    pub speed: Option<u64>,
    /// Who made it.
    pub maker: Option<String>,
    /// Where it sits, as the board names it.
    pub place: Option<String>,
}

impl Module {
    pub(super) fn is_fitted(&self) -> bool {
        self.size != Some(Bytes::ZERO)
    }
}

/// The rows of working memory.
#[must_use]
pub fn modules_of(tables: &Tables) -> Vec<Module> {
    tables.of(17).filter(|row| is_working_memory(row, tables)).map(module).collect()
}

/// Adds the facts of memory; `meminfo` is the text of `/proc/meminfo`.
pub fn memory_facts(tables: &Found<Tables>, meminfo: &Found<String>, facts: &mut Facts) {
    let modules = tables.known().map(modules_of).unwrap_or_default();
    total(&modules, tables, meminfo, facts);
    slots(&modules, tables, facts);
    kind(&modules, tables, facts);
    board_facts(&modules, tables, facts);
    for (number, module) in modules.iter().enumerate() {
        let source = tables.field(&format!("17.{number}"));
        match module.size {
            Some(size) => facts.push(format!("memory.{number}.size"), Value::Bytes(size), &source, Certainty::Certain),
            None => facts.unknown(format!("memory.{number}.size"), &source, Why::NotInTables),
        }
        let mut tell = |field: &str, text: Option<&str>| {
            if let Some(text) = text {
                let value = Value::Text(text.to_owned());
                facts.push(format!("memory.{number}.{field}"), value, &source, Certainty::Certain);
            }
        };
        tell("place", module.place.as_deref());
        if module.is_fitted() {
            tell("type", module.kind);
            tell("form", if module.soldered { Some("soldered") } else { module.form });
            tell("maker", module.maker.as_deref());
            if let Some(speed) = module.speed {
                facts.push(format!("memory.{number}.speed"), Value::Count(speed), &source, Certainty::Certain);
            }
        }
    }
}

fn is_working_memory(row: &Structure, tables: &Tables) -> bool {
    let kind = row.byte(0x12).and_then(word).unwrap_or("");
    let array = row.word(4).and_then(|handle| tables.by_handle(handle)).filter(|array| array.kind == 16);
    !NO_RAM.contains(&kind) && array.and_then(|array| array.byte(5)).is_none_or(|usage| usage == SYSTEM_MEMORY)
}

fn module(row: &Structure) -> Module {
    let kind = row.byte(0x12).and_then(word).filter(|kind| !kind.is_empty());
    let says = |at: usize| row.text(at).filter(|text| !is_junk(text)).map(tidy);
    // Configured voltage; before version 2.8 no table had one.
    let low = row.word(0x26) == Some(LOW_MILLIVOLTS);
    let form = row.byte(0x0E);
    let speed = row.word(0x15).map(u64::from).filter(|speed| (1..0xFFFF).contains(speed));
    let put_right = kind == Some("DDR") && speed.is_some_and(|speed| speed > FASTEST_DDR);
    Module {
        size: size(row),
        soldered: form.is_some_and(|form| SOLDERED.contains(&form)),
        kind: match kind {
            Some("DDR3") if low => Some("DDR3L"),
            Some(_) if put_right => Some("DDR2"),
            other => other,
        },
        put_right,
        form: match form {
            Some(0x09) => Some("DIMM"),
            Some(0x0D) => Some("SODIMM"),
            Some(_) | None => None,
        },
        speed,
        maker: says(0x17).filter(|maker| maker.to_lowercase() != "empty"),
        place: says(0x10),
    }
}

fn word(code: u8) -> Option<&'static str> {
    TYPES.get(usize::from(code)).copied()
}

fn size(row: &Structure) -> Option<Bytes> {
    match row.word(0x0C)? {
        0xFFFF => None,
        0x7FFF => Some(Bytes::mib(u64::from(row.dword(0x1C)? & 0x7FFF_FFFF))),
        small if small & 0x8000 != 0 => Some(Bytes(u64::from(small & 0x7FFF) * 1024)),
        mebibytes => Some(Bytes::mib(u64::from(mebibytes))),
    }
}

fn total(modules: &[Module], tables: &Found<Tables>, meminfo: &Found<String>, facts: &mut Facts) {
    let fitted: Option<Vec<u64>> = modules.iter().map(|module| module.size.map(|size| size.0)).collect();
    let sum = fitted.map(|sizes| sizes.iter().fold(0u64, |sum, size| sum.saturating_add(*size))).filter(|sum| *sum > 0);
    let seen = meminfo.known().and_then(|text| seen_by_kernel(text));
    // The kernel sees less than is fitted, because firmware and graphics keep some; never more, and hardly ever less than half.
    let agrees = |sum: u64| seen.is_none_or(|seen| seen.0 <= sum && seen.0 >= sum / 2);
    match (sum, seen) {
        (Some(sum), _) if agrees(sum) => {
            let source = tables.field("17.size");
            facts.push(key::MEMORY_TOTAL, Value::Bytes(Bytes(sum)), source, Certainty::Certain);
        }
        (contradicted, Some(seen)) => {
            let said = contradicted.map(|sum| format!(" (the tables say {})", Bytes(sum).binary()));
            let source =
                format!("{} kB{}", meminfo.field(&format!("MemTotal={}", seen.0 / 1024)), said.unwrap_or_default());
            facts.push(key::MEMORY_TOTAL, Value::Bytes(as_sold(seen)), source, Certainty::Estimated);
        }
        (_, None) => {
            let why = meminfo.what.as_ref().err().cloned().unwrap_or(Why::NotTold);
            facts.unknown(key::MEMORY_TOTAL, &meminfo.source, why);
        }
    }
}

fn slots(modules: &[Module], tables: &Found<Tables>, facts: &mut Facts) {
    let source = tables.field("17");
    if modules.is_empty() {
        let why = tables.what.as_ref().err().cloned().unwrap_or(Why::NotInTables);
        facts.unknown(key::MEMORY_SLOTS, &source, why.clone());
        facts.unknown(key::MEMORY_FREE_SLOTS, &source, why);
        return;
    }
    let sockets: Vec<&Module> = modules.iter().filter(|module| !module.soldered).collect();
    let free = sockets.iter().filter(|module| !module.is_fitted()).count();
    let sure = free == 0 || modules.len() <= ROWS_ALWAYS_SOCKETS;
    let certainty = if sure { Certainty::Certain } else { Certainty::Estimated };
    facts.push(key::MEMORY_SLOTS, count(sockets.len()), &source, certainty);
    facts.push(key::MEMORY_FREE_SLOTS, count(free), &source, certainty);
}

fn kind(modules: &[Module], tables: &Found<Tables>, facts: &mut Facts) {
    let mut kinds: Vec<Option<&str>> =
        modules.iter().filter(|module| module.is_fitted()).map(|module| module.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let source = tables.field("17.type");
    match kinds.as_slice() {
        // A DDR3L module runs at the voltage of the others.
        [Some("DDR3"), Some("DDR3L")] => {
            facts.push(key::MEMORY_TYPE, Value::Text("DDR3".to_owned()), source, Certainty::Estimated);
        }
        [Some(kind)] => {
            let guessed = modules.iter().any(|module| module.put_right);
            let certainty = if guessed { Certainty::Estimated } else { Certainty::Certain };
            facts.push(key::MEMORY_TYPE, Value::Text((*kind).to_owned()), source, certainty);
        }
        _none_or_several => {
            let why = tables.what.as_ref().err().cloned().unwrap_or(Why::NoOneType);
            facts.unknown(key::MEMORY_TYPE, source, why);
        }
    }
}

fn count(number: usize) -> Value {
    Value::Count(u64::try_from(number).unwrap_or(u64::MAX))
}

/// `MemTotal` of `/proc/meminfo`.
pub(super) fn seen_by_kernel(meminfo: &str) -> Option<Bytes> {
    let line = meminfo.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kibibytes.checked_mul(1024).filter(|bytes| *bytes > 0).map(Bytes)
}

/// The smallest total that is sold and not less than what the kernel sees; above 16 GB the next whole 4 GB.
pub(super) fn as_sold(seen: Bytes) -> Bytes {
    let quarters = seen.0.div_ceil(QUARTER_GIB);
    let sold = SOLD_QUARTERS.into_iter().find(|sold| *sold >= quarters);
    Bytes(sold.unwrap_or_else(|| quarters.next_multiple_of(16)).saturating_mul(QUARTER_GIB))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(size: u16, form: u8, kind: u8, extended: u32) -> Vec<u8> {
        let mut row = vec![17, 0x20, 9, 0, 0xFF, 0xFF, 0, 0, 64, 0, 64, 0];
        row.extend(size.to_le_bytes());
        row.extend([form, 0, 1, 0, kind, 0, 0]);
        row.resize(0x1C, 0);
        row.extend(extended.to_le_bytes());
        row.extend(b"DIMM A\0\0");
        row
    }

    fn facts(rows: &[Vec<u8>], kibibytes: u64) -> Facts {
        let mut facts = Facts::new();
        let tables = Found::new(Tables::read(&rows.concat()), "DMI");
        memory_facts(&tables, &Found::new(format!("MemTotal:  {kibibytes} kB\n"), "proc/meminfo"), &mut facts);
        facts
    }

    fn of(facts: &Facts, key: &str) -> (Value, Certainty) {
        let fact = facts.get(key).expect("always there");
        (fact.value.clone(), fact.certainty)
    }

    #[test]
    fn sizes_in_mebibytes_kibibytes_and_extended_add_up_and_rom_does_not_count() {
        let rows = [
            row(2048, 0x0D, 0x18, 0),
            row(0x7FFF, 0x0D, 0x18, 32 * 1024),
            row(0x8000 | 1024, 0x05, 0x09, 0),
            row(0, 0x0D, 0x02, 0),
        ];
        let facts = facts(&rows, 33 * 1024 * 1024);
        assert_eq!(of(&facts, key::MEMORY_TOTAL), (Value::Bytes(Bytes::gib(34)), Certainty::Certain));
        assert_eq!(of(&facts, key::MEMORY_SLOTS), (Value::Count(3), Certainty::Estimated));
        assert_eq!(of(&facts, key::MEMORY_FREE_SLOTS), (Value::Count(1), Certainty::Estimated));
        assert_eq!(of(&facts, key::MEMORY_TYPE).0, Value::Text("DDR3".to_owned()));
        assert_eq!(of(&facts, "memory.2.size").0, Value::Bytes(Bytes::ZERO));
    }

    #[test]
    fn a_module_tells_form_type_speed_and_maker_and_low_voltage_makes_ddr3l() {
        let mut module = row(4096, 0x0D, 0x18, 0);
        module.truncate(0x20);
        module[1] = 0x28;
        module[0x15..0x17].copy_from_slice(&1600u16.to_le_bytes());
        module[0x17] = 2;
        module.resize(0x28, 0);
        module[0x26..0x28].copy_from_slice(&1350u16.to_le_bytes());
        module.extend(b"DIMM A\0ACME\0\0");
        let mut array = vec![16, 0x0F, 8, 0, 3, 3, 3];
        array.extend((16u32 * 1024 * 1024).to_le_bytes());
        array.extend([0xFE, 0xFF, 2, 0, 0, 0]);
        let facts = facts(&[array, module, row(0, 0x0D, 0x02, 0)], 3_900_000);
        for (key, text) in [("type", "DDR3L"), ("form", "SODIMM"), ("maker", "ACME"), ("place", "DIMM A")] {
            assert_eq!(of(&facts, &format!("memory.0.{key}")).0, Value::Text(text.to_owned()), "{key}");
        }
        assert_eq!(of(&facts, "memory.0.speed").0, Value::Count(1600));
        assert_eq!(facts.get("memory.1.type"), None, "an empty socket has no type");
        assert_eq!(of(&facts, key::MEMORY_FORM).0, Value::Text("SODIMM".to_owned()));
        assert_eq!(of(&facts, key::MEMORY_SOLDERED), (Value::Flag(false), Certainty::Estimated));
        assert_eq!(of(&facts, key::MEMORY_MAXIMUM), (Value::Bytes(Bytes::gib(16)), Certainty::Estimated));
    }

    #[test]
    fn soldered_rows_are_no_slots() {
        let facts = facts(&[row(2048, 0x0B, 0x1D, 0), row(0, 0x0B, 0x02, 0)], 1_900_000);
        assert_eq!(of(&facts, key::MEMORY_SLOTS), (Value::Count(0), Certainty::Certain));
        assert_eq!(of(&facts, key::MEMORY_FREE_SLOTS), (Value::Count(0), Certainty::Certain));
    }

    #[test]
    fn the_kernel_counts_where_the_tables_lie_or_are_silent() {
        let lying = facts(&[row(8192, 0x0D, 0x18, 0)], 1_950_000);
        assert_eq!(of(&lying, key::MEMORY_TOTAL), (Value::Bytes(Bytes::gib(2)), Certainty::Estimated));
        let source = &lying.get(key::MEMORY_TOTAL).expect("there").source;
        assert_eq!(source, "proc/meminfo#MemTotal=1950000 kB (the tables say 8 GB)");
        let silent = facts(&[row(0xFFFF, 0x0D, 0x18, 0)], 3_900_000);
        assert_eq!(of(&silent, key::MEMORY_TOTAL), (Value::Bytes(Bytes::gib(4)), Certainty::Estimated));
        assert!(of(&facts(&[], 0), key::MEMORY_TOTAL).0.is_unknown());
    }

    #[test]
    fn what_the_kernel_sees_is_rounded_up_to_what_is_sold() {
        for (kibibytes, quarters) in
            [(240_000, 1), (1_000_000, 4), (3_300_000, 16), (24_684_092, 96), (65_600_000, 256)]
        {
            assert_eq!(as_sold(Bytes(kibibytes * 1024)), Bytes(quarters * QUARTER_GIB), "{kibibytes}");
        }
    }
}
