//! The processor, from `/proc/cpuinfo`, the kernel's highest clock and the tables.
//!
//! Invariant: a clock that is not the rated one (named in the model, measured now) is an estimate.

use super::Found;
use super::generation::generation;
use super::junk::{is_junk, tidy};
use super::smbios::{Structure, Tables};
use crate::device::{Certainty, Facts, Value, Why, key};
use std::collections::BTreeSet;

/// The type "central processor" (DSP0134 §7.5.1).
const CENTRAL: u8 = 3;
/// The characteristic "64-bit capable" (DSP0134 §7.5.9).
const CAPABLE_64: u16 = 1 << 2;

/// What each level of x86-64 asks for beyond the one before, as Linux names it.
/// Source: x86-64 psABI, "Micro-Architecture Levels".
const LEVELS: [(&str, &[&str]); 3] = [
    ("x86-64-v2", &["cx16", "lahf_lm", "popcnt", "sse4_1", "sse4_2", "ssse3"]),
    ("x86-64-v3", &["avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe"]),
    ("x86-64-v4", &["avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"]),
];

/// The clocks that the kernel knows, kHz.
#[derive(Clone, Debug)]
pub struct Clocks {
    /// The highest `cpuinfo_max_freq` of all processors.
    pub highest: Found<u64>,
    /// The highest `base_frequency`, which only some drivers have.
    pub base: Found<u64>,
}

/// Adds the facts of the processor.
pub fn processor_facts(tables: &Found<Tables>, cpuinfo: &Found<String>, clocks: &Clocks, facts: &mut Facts) {
    let threads = cpuinfo.known().map(|text| blocks(text)).unwrap_or_default();
    let sockets: Vec<&Structure> =
        tables.known().map(|tables| tables.of(4).filter(|socket| is_populated(socket)).collect()).unwrap_or_default();
    let reader = Reader { threads, sockets, cpuinfo, tables };
    reader.model(facts);
    reader.cores(facts);
    reader.threads(facts);
    reader.clock(&clocks.highest, facts);
    reader.base_clock(&clocks.base, facts);
    reader.width(facts);
    reader.abilities(facts);
    reader.generation(facts);
}

struct Reader<'a> {
    threads: Vec<Vec<(&'a str, &'a str)>>,
    sockets: Vec<&'a Structure>,
    cpuinfo: &'a Found<String>,
    tables: &'a Found<Tables>,
}

impl Reader<'_> {
    fn first(&self, field: &str) -> Option<&str> {
        self.threads.iter().find_map(|thread| value(thread, field))
    }

    fn why(&self) -> Why {
        self.cpuinfo.what.as_ref().err().cloned().unwrap_or(Why::NotTold)
    }

    fn name(&self) -> Option<String> {
        self.first("model name").filter(|name| !is_junk(name)).map(tidy)
    }

    fn model(&self, facts: &mut Facts) {
        let in_tables = || self.sockets.first().and_then(|socket| socket.text(0x10)).filter(|name| !is_junk(name));
        if let Some(name) = self.name() {
            facts.push(key::CPU_MODEL, Value::Text(name), self.cpuinfo.field("model name"), Certainty::Certain);
        } else if let Some(name) = in_tables() {
            facts.push(key::CPU_MODEL, Value::Text(tidy(name)), self.tables.field("4.version"), Certainty::Certain);
        } else {
            facts.unknown(key::CPU_MODEL, self.cpuinfo.field("model name"), self.why());
        }
    }

    fn cores(&self, facts: &mut Facts) {
        let places: Option<BTreeSet<(&str, &str)>> = self
            .threads
            .iter()
            .map(|thread| Some((value(thread, "physical id")?, value(thread, "core id")?)))
            .collect();
        let counted = places.map(|places| places.len()).filter(|cores| *cores > 0);
        // One thread is one core, with or without the fields.
        let counted = counted.or_else(|| (self.threads.len() == 1).then_some(1));
        let in_tables: u64 = self.sockets.iter().filter_map(|socket| cores_of(socket)).sum();
        if let Some(cores) = counted {
            facts.push(key::CPU_CORES, count(cores), self.cpuinfo.field("core id"), Certainty::Certain);
        } else if in_tables > 0 {
            facts.push(key::CPU_CORES, Value::Count(in_tables), self.tables.field("4.core_count"), Certainty::Certain);
        } else {
            facts.unknown(key::CPU_CORES, self.cpuinfo.field("core id"), self.why());
        }
    }

    fn threads(&self, facts: &mut Facts) {
        let source = self.cpuinfo.field("processor");
        if self.threads.is_empty() {
            facts.unknown(key::CPU_THREADS, source, self.why());
        } else {
            facts.push(key::CPU_THREADS, count(self.threads.len()), source, Certainty::Certain);
        }
    }

    fn clock(&self, max_khz: &Found<u64>, facts: &mut Facts) {
        let mut push =
            |mhz: u64, source: String, certainty| facts.push(key::CPU_MHZ, Value::Megahertz(mhz), source, certainty);
        let now = || self.threads.iter().filter_map(|thread| megahertz(value(thread, "cpu MHz")?, 1)).max();
        let in_tables = || self.sockets.iter().filter_map(|socket| socket.word(0x16)).max().filter(|mhz| *mhz > 0);
        if let Some(khz) = max_khz.known().filter(|khz| **khz >= 1000) {
            push(khz / 1000, max_khz.source.clone(), Certainty::Certain);
        } else if let Some(mhz) = self.name().and_then(|name| named_clock(&name)) {
            push(mhz, self.cpuinfo.field("model name"), Certainty::Estimated);
        } else if let Some(mhz) = in_tables() {
            push(u64::from(mhz), self.tables.field("4.current_speed"), Certainty::Estimated);
        } else if let Some(mhz) = now() {
            push(mhz, self.cpuinfo.field("cpu MHz"), Certainty::Estimated);
        } else {
            facts.unknown(key::CPU_MHZ, &max_khz.source, self.why());
        }
    }

    fn base_clock(&self, base_khz: &Found<u64>, facts: &mut Facts) {
        if let Some(khz) = base_khz.known().filter(|khz| **khz >= 1000) {
            facts.push(key::CPU_BASE_MHZ, Value::Megahertz(khz / 1000), &base_khz.source, Certainty::Certain);
        } else if let Some(mhz) = self.name().and_then(|name| named_clock(&name)) {
            let source = self.cpuinfo.field("model name");
            facts.push(key::CPU_BASE_MHZ, Value::Megahertz(mhz), source, Certainty::Certain);
        } else {
            facts.unknown(key::CPU_BASE_MHZ, &base_khz.source, self.why());
        }
    }

    /// Instructions and virtualisation, which only x86 tells by these words.
    fn abilities(&self, facts: &mut Facts) {
        let source = self.cpuinfo.field("flags");
        let Some(flags) = self.first("flags").map(|flags| flags.split_whitespace().collect::<BTreeSet<_>>()) else {
            for key in [key::CPU_SSE42, key::CPU_AVX2, key::CPU_VIRTUALISATION, key::CPU_LEVEL] {
                facts.unknown(key, &source, self.why());
            }
            return;
        };
        let has = |flag: &str| flags.contains(flag);
        let mut flag = |key, told: bool, certainty| facts.push(key, Value::Flag(told), &source, certainty);
        flag(key::CPU_SSE42, has("sse4_2"), Certainty::Certain);
        flag(key::CPU_AVX2, has("avx2"), Certainty::Certain);
        // Firmware may have switched it off, and then the flag is gone.
        let virtual_machines = has("vmx") || has("svm");
        let certainty = if virtual_machines { Certainty::Certain } else { Certainty::Estimated };
        flag(key::CPU_VIRTUALISATION, virtual_machines, certainty);
        if has("lm") {
            let reached = LEVELS.iter().take_while(|(_, wanted)| wanted.iter().all(|flag| has(flag))).last();
            let level = reached.map_or("x86-64-v1", |(level, _)| *level);
            facts.push(key::CPU_LEVEL, Value::Text(level.to_owned()), source, Certainty::Certain);
        } else {
            facts.unknown(key::CPU_LEVEL, source, Why::NoSuchPart);
        }
    }

    fn generation(&self, facts: &mut Facts) {
        let number = |field: &str| self.first(field).and_then(|text| text.parse().ok());
        let vendor = self.first("vendor_id").unwrap_or_default();
        let found = self.name().and_then(|name| generation(vendor, &name, number("cpu family"), number("model")));
        let source = self.cpuinfo.field("model name");
        if let Some(found) = found {
            facts.push(key::CPU_GENERATION, Value::Text(found.name), &source, Certainty::Certain);
            facts.push(key::CPU_YEAR, Value::Count(found.year), source, Certainty::Estimated);
        } else {
            let why = || if self.name().is_some() { Why::NotListed } else { self.why() };
            facts.unknown(key::CPU_GENERATION, &source, why());
            facts.unknown(key::CPU_YEAR, source, why());
        }
    }

    fn width(&self, facts: &mut Facts) {
        let flags = self.first("flags").map(|flags| flags.split_whitespace().any(|flag| flag == "lm"));
        let armv8 =
            self.first("CPU architecture").and_then(|text| text.parse::<u32>().ok()).map(|version| version >= 8);
        let characteristics = self.sockets.iter().find_map(|socket| socket.word(0x26)).filter(|bits| *bits & !3 != 0);
        if let Some(long_mode) = flags {
            facts.push(key::CPU_64BIT, Value::Flag(long_mode), self.cpuinfo.field("flags"), Certainty::Certain);
        } else if let Some(bits) = characteristics {
            let wide = Value::Flag(bits & CAPABLE_64 != 0);
            facts.push(key::CPU_64BIT, wide, self.tables.field("4.characteristics"), Certainty::Certain);
        } else if let Some(wide) = armv8 {
            facts.push(key::CPU_64BIT, Value::Flag(wide), self.cpuinfo.field("CPU architecture"), Certainty::Estimated);
        } else {
            facts.unknown(key::CPU_64BIT, self.cpuinfo.field("flags"), self.why());
        }
    }
}

fn blocks(cpuinfo: &str) -> Vec<Vec<(&str, &str)>> {
    let mut threads: Vec<Vec<(&str, &str)>> = Vec::new();
    for line in cpuinfo.lines() {
        let Some((field, value)) = line.split_once(':') else { continue };
        let (field, value) = (field.trim(), value.trim());
        if field == "processor" {
            threads.push(Vec::new());
        }
        if let Some(thread) = threads.last_mut() {
            thread.push((field, value));
        }
    }
    threads
}

fn value<'a>(thread: &[(&str, &'a str)], field: &str) -> Option<&'a str> {
    thread.iter().find(|(name, _)| *name == field).map(|(_, value)| *value)
}

fn is_populated(socket: &Structure) -> bool {
    socket.byte(5) == Some(CENTRAL) && socket.byte(0x18).is_some_and(|status| status & 0x40 != 0)
}

fn cores_of(socket: &Structure) -> Option<u64> {
    match socket.byte(0x23)? {
        0 => None,
        0xFF => socket.word(0x2A).map(u64::from),
        cores => Some(u64::from(cores)),
    }
}

/// The clock behind the `@` of a name: `Intel(R) Core(TM) i3-2370M CPU @ 2.40GHz`.
fn named_clock(name: &str) -> Option<u64> {
    let clock = name.rsplit_once('@')?.1.trim();
    let (number, factor) =
        clock.strip_suffix("GHz").map(|number| (number, 1000)).or_else(|| Some((clock.strip_suffix("MHz")?, 1)))?;
    megahertz(number.trim(), factor)
}

/// `2.40` times the factor, cut to a whole number; `None` for zero and for what is no number.
fn megahertz(number: &str, factor: u64) -> Option<u64> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits: u64 = format!("{fraction:0<3.3}").parse().ok()?;
    let thousandths = whole.parse::<u64>().ok()?.checked_mul(1000)?.checked_add(digits)?;
    thousandths.checked_mul(factor).map(|clock| clock / 1000).filter(|mhz| *mhz > 0)
}

fn count(number: usize) -> Value {
    Value::Count(u64::try_from(number).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO_CORES_FOUR_THREADS: &str = "processor\t: 0\nmodel name\t: Brand(R)  Core i0-1000M CPU @ 2.40GHz\ncpu MHz\t\t: 799.9\nphysical id\t: 0\ncore id\t: 0\nflags\t: fpu lm\n\nprocessor\t: 1\nphysical id\t: 0\ncore id\t: 1\n\nprocessor\t: 2\nphysical id\t: 0\ncore id\t: 0\n\nprocessor\t: 3\nphysical id\t: 0\ncore id\t: 1\n";

    fn facts(cpuinfo: &str, max_khz: Option<u64>) -> Facts {
        let mut facts = Facts::new();
        let highest = max_khz.map_or_else(|| Found::missing(Why::NotThere, "max"), |khz| Found::new(khz, "max"));
        let clocks = Clocks { highest, base: Found::missing(Why::NotThere, "base") };
        processor_facts(
            &Found::missing(Why::NotThere, "DMI"),
            &Found::new(cpuinfo.to_owned(), "proc/cpuinfo"),
            &clocks,
            &mut facts,
        );
        facts
    }

    #[test]
    fn cores_and_threads_are_counted_apart() {
        let facts = facts(TWO_CORES_FOUR_THREADS, Some(3_100_000));
        assert_eq!(facts.known(key::CPU_CORES), Some(&Value::Count(2)));
        assert_eq!(facts.known(key::CPU_THREADS), Some(&Value::Count(4)));
        assert_eq!(facts.known(key::CPU_64BIT), Some(&Value::Flag(true)));
        assert_eq!(facts.known(key::CPU_MODEL), Some(&Value::Text("Brand(R) Core i0-1000M CPU @ 2.40GHz".to_owned())));
        assert_eq!(facts.known(key::CPU_MHZ), Some(&Value::Megahertz(3100)));
    }

    #[test]
    fn abilities_level_and_generation_come_from_flags_and_name() {
        let cpuinfo = |flags: &str| {
            let name = "Intel(R) Core(TM) i5-4300U CPU @ 1.90GHz";
            format!(
                "processor: 0\nvendor_id: GenuineIntel\ncpu family: 6\nmodel: 69\nmodel name: {name}\nflags: {flags}\n"
            )
        };
        let second = "lm cx16 lahf_lm popcnt sse4_1 sse4_2 ssse3";
        let third = "avx avx2 bmi1 bmi2 f16c fma abm movbe vmx";
        let text = |facts: &Facts, key: &str| format!("{:?}", facts.get(key).expect("there").value);
        for (flags, level) in [("lm sse4_2", "v1"), (second, "v2"), (&format!("{second} {third}"), "v3")] {
            assert!(text(&facts(&cpuinfo(flags), None), key::CPU_LEVEL).contains(level), "{flags}");
        }
        let told = facts(&cpuinfo(&format!("{second} {third}")), None);
        for key in [key::CPU_SSE42, key::CPU_AVX2, key::CPU_VIRTUALISATION] {
            assert_eq!(told.known(key), Some(&Value::Flag(true)), "{key}");
        }
        assert_eq!(told.known(key::CPU_BASE_MHZ), Some(&Value::Megahertz(1900)));
        assert_eq!(told.known(key::CPU_GENERATION), Some(&Value::Text("Intel Core gen 4".to_owned())));
        assert_eq!(told.known(key::CPU_YEAR), Some(&Value::Count(2013)));
        let bare = facts(&cpuinfo("fpu"), None);
        assert_eq!(text(&bare, key::CPU_LEVEL), "Unknown(NoSuchPart)");
        assert_eq!(bare.get(key::CPU_VIRTUALISATION).map(|fact| fact.certainty), Some(Certainty::Estimated));
    }

    #[test]
    fn a_clock_that_is_not_the_rated_one_is_an_estimate() {
        let named = facts(TWO_CORES_FOUR_THREADS, None);
        let fact = named.get(key::CPU_MHZ).expect("there");
        assert_eq!((&fact.value, fact.certainty), (&Value::Megahertz(2400), Certainty::Estimated));
        let measured = facts("processor: 0\ncpu MHz : 2596.146\n", None);
        let fact = measured.get(key::CPU_MHZ).expect("there");
        assert_eq!((&fact.value, fact.certainty), (&Value::Megahertz(2596), Certainty::Estimated));
        assert_eq!(measured.known(key::CPU_CORES), Some(&Value::Count(1)));
        assert!(facts("processor: 0\nprocessor: 1\n", None).get(key::CPU_CORES).expect("there").value.is_unknown());
        assert_eq!(facts("processor: 0\nflags: fpu\n", None).known(key::CPU_64BIT), Some(&Value::Flag(false)));
    }
}
