//! Turns the text that `dmidecode` prints back into raw SMBIOS structures (types 0 to 4, 13, 16, 17 and 130).

#![expect(clippy::expect_used, clippy::panic, reason = "a text that cannot be encoded fails the test")]

use crate::sysfs_tree::{SmbiosTable, Structure};

const CHASSIS: &[(&str, u8)] = &[
    ("Other", 1),
    ("Unknown", 2),
    ("Desktop", 3),
    ("Low Profile Desktop", 4),
    ("Portable", 8),
    ("Laptop", 9),
    ("Notebook", 10),
    ("Hand Held", 11),
    ("Docking Station", 12),
    ("All In One", 13),
    ("Space-saving", 15),
    ("Detachable", 32),
];
const FORMS: &[(&str, u8)] =
    &[("Other", 1), ("Unknown", 2), ("Chip", 5), ("DIMM", 9), ("Row Of Chips", 11), ("SODIMM", 13), ("Die", 16)];
const MEMORY: &[(&str, u8)] = &[
    ("Other", 1),
    ("Unknown", 2),
    ("DRAM", 3),
    ("Flash", 9),
    ("SDRAM", 15),
    ("DDR", 18),
    ("DDR2", 19),
    ("Reserved", 21),
    ("DDR3", 24),
    ("DDR4", 26),
    ("LPDDR3", 29),
    ("LPDDR4", 30),
    ("LPDDR5", 35),
];
const USES: &[(&str, u8)] =
    &[("Other", 1), ("Unknown", 2), ("System Memory", 3), ("Video Memory", 4), ("Flash Memory", 5)];

/// One printed structure: type, handle, and the lines of its first level.
struct Printed<'a> {
    kind: u8,
    handle: u16,
    fields: Vec<(&'a str, &'a str)>,
    lines: Vec<&'a str>,
}

/// The table that `dmidecode` printed so.
pub(crate) fn encode(text: &str) -> SmbiosTable {
    let mut table = SmbiosTable::default();
    for printed in parse(text) {
        let structure = match printed.kind {
            0 => printed.strings(24, &[("Vendor", 4), ("Version", 5), ("Release Date", 8)]),
            1 => printed.strings(27, &[("Manufacturer", 4), ("Product Name", 5), ("Version", 6), ("Serial Number", 7)]),
            2 => printed.strings(15, &[("Manufacturer", 4), ("Product Name", 5), ("Version", 6), ("Serial Number", 7)]),
            3 => printed.strings(21, &[("Manufacturer", 4)]).put(5, &[code(CHASSIS, printed.get("Type"))]),
            4 => printed.processor(),
            13 => printed.strings(22, &[("Currently Installed Language", 0x15)]),
            16 => printed.array(),
            130 => printed.raw(),
            17 => printed.memory(),
            _other => continue,
        };
        table.add(printed.kind, printed.handle, structure);
    }
    table.end()
}

impl<'a> Printed<'a> {
    fn get(&self, name: &str) -> Option<&'a str> {
        self.fields.iter().find(|(field, _)| *field == name).map(|(_, value)| *value)
    }

    fn string(&self, name: &str) -> Option<&'a str> {
        self.get(name).filter(|text| !matches!(*text, "Not Specified" | "<BAD INDEX>"))
    }

    fn strings(&self, len: usize, fields: &[(&str, usize)]) -> Structure {
        fields.iter().fold(Structure::of_len(len), |structure, (name, at)| structure.text(*at, self.string(name)))
    }

    fn number(&self, name: &str) -> u16 {
        self.get(name).and_then(|text| text.split(' ').next()?.parse().ok()).unwrap_or(0)
    }

    fn processor(&self) -> Structure {
        let byte = |name: &str| u8::try_from(self.number(name)).unwrap_or(0);
        let populated = self.get("Status").is_some_and(|status| status.starts_with("Populated"));
        let wide = self.lines.iter().any(|line| line.trim() == "64-bit capable");
        self.strings(42, &[("Manufacturer", 7), ("Version", 16)])
            .put(5, &[3])
            .put(0x16, &self.number("Current Speed").to_le_bytes())
            .put(0x18, &[if populated { 0x41 } else { 0 }])
            .put(0x23, &[byte("Core Count"), byte("Core Enabled"), byte("Thread Count")])
            .put(0x26, &[if wide { 4 } else { 2 }])
    }

    fn array(&self) -> Structure {
        // Kibibytes: 0x8000_0000 would send the reader to the extended field (DSP0134 §7.17).
        let most = match self.get("Maximum Capacity").and_then(|text| text.trim().split_once(' ')) {
            Some((number, "GB")) => number.parse::<u32>().map_or(0, |number| number * 1024 * 1024),
            Some((number, "MB")) => number.parse::<u32>().map_or(0, |number| number * 1024),
            Some(_) | None => 0,
        };
        Structure::of_len(23).put(5, &[code(USES, self.get("Use"))]).put(7, &most.to_le_bytes())
    }

    /// A maker's own structure, as its bytes were printed.
    fn raw(&self) -> Structure {
        let pairs = self.lines.iter().flat_map(|line| line.split_whitespace());
        let bytes: Vec<u8> =
            pairs.filter(|pair| pair.len() == 2).map_while(|pair| u8::from_str_radix(pair, 16).ok()).collect();
        Structure::of_len(bytes.len().max(4)).put(0, &bytes)
    }

    /// Volts in thousandths: `1.35 V` is 1350.
    fn millivolts(&self, name: &str) -> u16 {
        let volts = self.get(name).and_then(|text| text.split(' ').next()?.parse::<f32>().ok());
        volts.map_or(0, |volts| format!("{:.0}", volts * 1000.0).parse().unwrap_or(0))
    }

    fn memory(&self) -> Structure {
        let array = self.get("Array Handle").and_then(|text| u16::from_str_radix(text.strip_prefix("0x")?, 16).ok());
        let (size, extended) = size(self.get("Size").unwrap_or("Unknown"));
        self.strings(40, &[("Locator", 0x10), ("Manufacturer", 0x17)])
            .put(0x15, &self.number("Speed").to_le_bytes())
            .put(0x26, &self.millivolts("Configured Voltage").to_le_bytes())
            .put(4, &array.unwrap_or(0xFFFE).to_le_bytes())
            .put(0x0C, &size.to_le_bytes())
            .put(0x0E, &[code(FORMS, self.get("Form Factor"))])
            .put(0x12, &[code(MEMORY, self.get("Type"))])
            .put(0x1C, &extended.to_le_bytes())
    }
}

fn parse(text: &str) -> Vec<Printed<'_>> {
    let mut structures: Vec<Printed<'_>> = Vec::new();
    // A tab in the original; four or eight spaces where somebody's tool came in between.
    let indented = text.lines().find(|line| line.starts_with(['\t', ' '])).unwrap_or("\t");
    let indent = &indented[..indented.len() - indented.trim_start().len()];
    for line in text.lines().map(|line| line.trim_end_matches('\r')) {
        if let Some(rest) = line.strip_prefix("Handle 0x") {
            let (handle, rest) = rest.split_once(", DMI type ").expect("a handle line");
            let kind = rest.split(',').next().and_then(|kind| kind.parse().ok()).expect("a type");
            let handle = u16::from_str_radix(handle, 16).expect("a handle");
            structures.push(Printed { kind, handle, fields: Vec::new(), lines: Vec::new() });
        } else if let Some(structure) = structures.last_mut() {
            structure.lines.push(line);
            let first_level = line.strip_prefix(indent).filter(|inner| !inner.starts_with(['\t', ' ']));
            structure.fields.extend(first_level.and_then(|inner| inner.split_once(": ")));
        }
    }
    structures
}

fn code(words: &[(&str, u8)], word: Option<&str>) -> u8 {
    let word = word.map_or("", str::trim);
    words.iter().find(|(known, _)| *known == word).map_or(0xFF, |(_, code)| *code)
}

/// The 16-bit size field and the extended one, as DSP0134 §7.18 has them.
fn size(text: &str) -> (u16, u32) {
    let Some((number, unit)) = text.trim().split_once(' ') else { return (0xFFFF, 0) };
    let Ok(number) = number.parse::<u32>() else { return (0, 0) };
    match unit {
        "kB" => (0x8000 | u16::try_from(number).expect("few kilobytes"), 0),
        "MB" => mebibytes(number),
        "GB" => mebibytes(number * 1024),
        other => panic!("unit of {text}: {other}"),
    }
}

fn mebibytes(number: u32) -> (u16, u32) {
    match u16::try_from(number) {
        Ok(small) if small < 0x7FFF => (small, 0),
        _large => (0x7FFF, number),
    }
}
