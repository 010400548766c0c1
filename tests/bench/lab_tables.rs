//! What the firmware and the screen of a machine of the lab say, as bytes: SMBIOS structures and an EDID.
//!
//! Source: DMTF DSP0134 3.x §7 (fields), VESA E-EDID Standard A.2 §3.

use super::lab_scenario::{Panel, Scenario};

/// The handle of the memory array.
const ARRAY: u16 = 0x1000;
/// "No information" of a handle.
const NO_HANDLE: u16 = 0xFFFE;

/// A structure that is being put together.
struct Structure {
    formatted: Vec<u8>,
    strings: Vec<u8>,
    number: u8,
}

impl Structure {
    /// Of that type, length and handle.
    fn new(kind: u8, length: u8, handle: u16) -> Self {
        let mut formatted = vec![0; usize::from(length)];
        formatted[0] = kind;
        formatted[1] = length;
        formatted[2..4].copy_from_slice(&handle.to_le_bytes());
        Self { formatted, strings: Vec::new(), number: 0 }
    }

    fn put(mut self, at: usize, bytes: &[u8]) -> Self {
        self.formatted[at..at + bytes.len()].copy_from_slice(bytes);
        self
    }

    /// The text, by its number; none for an empty one.
    fn text(mut self, at: usize, text: &str) -> Self {
        if !text.is_empty() {
            self.number += 1;
            self.formatted[at] = self.number;
            self.strings.extend(text.bytes());
            self.strings.push(0);
        }
        self
    }

    fn bytes(self) -> Vec<u8> {
        let end: &[u8] = if self.strings.is_empty() { &[0, 0] } else { &[0] };
        [self.formatted, self.strings, end.to_vec()].concat()
    }
}

/// Every structure that the machine's tables hold of their own.
pub(crate) fn structures(scenario: &Scenario) -> Vec<Vec<u8>> {
    let (bios, system, cpu) = (&scenario.bios, &scenario.system, &scenario.cpu);
    let mut all = vec![
        Structure::new(0, 0x12, 0).text(4, &bios.vendor).text(5, &bios.version).text(8, &bios.date),
        Structure::new(1, 0x1B, 0x100)
            .text(4, &system.maker)
            .text(5, &system.product)
            .text(6, &system.version)
            .text(7, &system.serial)
            .put(8, &uuid(&system.uuid))
            .put(0x18, &[6]),
    ];
    if let Some(board) = &scenario.board {
        all.push(Structure::new(2, 8, 0x200).text(4, &board.maker).text(5, &board.product));
    }
    if let Some(chassis) = scenario.chassis {
        all.push(Structure::new(3, 0x0D, 0x300).text(4, &system.maker).put(5, &[chassis]));
    }
    let clock = cpu.mhz.to_le_bytes();
    let threads = cpu.cores * cpu.threads;
    all.push(
        Structure::new(4, 0x2A, 0x400)
            .text(4, "U1")
            .put(5, &[3, 1])
            .text(0x10, &cpu.name)
            .put(0x14, &[clock, clock].concat())
            .put(0x18, &[0x41])
            .put(0x1A, &[0xFF; 6])
            .put(0x23, &[cpu.cores, cpu.cores, threads, 4]),
    );
    all.extend(memory(scenario));
    all.into_iter().map(Structure::bytes).collect()
}

fn memory(scenario: &Scenario) -> Vec<Structure> {
    let mut all = Vec::new();
    if let Some(most) = scenario.memory_most_mib {
        let count = u16::try_from(scenario.module.len()).unwrap_or(u16::MAX);
        all.push(
            Structure::new(16, 0x0F, ARRAY)
                .put(4, &[3, 3, 3])
                .put(7, &(most * 1024).to_le_bytes())
                .put(0x0B, &[NO_HANDLE.to_le_bytes(), count.to_le_bytes()].concat()),
        );
    }
    for (handle, module) in (ARRAY + 0x100..).zip(&scenario.module) {
        // 32 GiB and more stand in a field of their own.
        let small = u16::try_from(module.mib).ok().filter(|mib| *mib < 0x7FFF);
        all.push(
            Structure::new(17, 0x28, handle)
                .put(4, &[ARRAY, NO_HANDLE, 64, 64, small.unwrap_or(0x7FFF)].map(u16::to_le_bytes).concat())
                .put(0x0E, &[module.form])
                .text(0x10, &module.place)
                .put(0x12, &[if module.mib == 0 { 2 } else { module.kind }])
                .put(0x15, &module.speed.to_le_bytes())
                .text(0x17, &module.maker)
                .put(0x1C, &if small.is_none() { module.mib } else { 0 }.to_le_bytes()),
        );
    }
    all
}

/// The bytes of a UUID: the first three fields little-endian (DSP0134 §7.2.1); letters that are no digits count as zero.
fn uuid(text: &str) -> [u8; 16] {
    let digits: String = text.chars().filter(char::is_ascii_hexdigit).collect();
    let byte = |at: usize| digits.get(2 * at..2 * at + 2).and_then(|two| u8::from_str_radix(two, 16).ok()).unwrap_or(0);
    [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15].map(byte)
}

/// The EDID of that panel: version 1.4, digital, one timing.
pub(crate) fn edid(panel: &Panel) -> [u8; 128] {
    let low = |number: u16| number.to_le_bytes()[0];
    let high = |number: u16| number.to_le_bytes()[1];
    let [width, height] = panel.pixels;
    let [wide, tall] = panel.millimetres;
    let (blank_width, blank_height) = (160, 30);
    let pixels = u32::from(width + blank_width) * u32::from(height + blank_height);
    // In units of 10 kHz, sixty times a second.
    let clock = u16::try_from(pixels * 60 / 10_000).unwrap_or(u16::MAX);
    let mut edid = [0; 128];
    edid[..8].copy_from_slice(&[0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0]);
    // "AOX", a product, no serial, a week of 2014, 1.4, digital with 8 bits, its size, gamma 2.2, its timing is its own.
    edid[8..25].copy_from_slice(&[
        0x05,
        0xF8,
        0x01,
        0,
        0,
        0,
        0,
        0,
        10,
        24,
        1,
        4,
        0xA5,
        low(wide / 10),
        low(tall / 10),
        120,
        0x02,
    ]);
    edid[38..54].fill(1);
    edid[54..72].copy_from_slice(&[
        low(clock),
        high(clock),
        low(width),
        low(blank_width),
        high(width) << 4,
        low(height),
        low(blank_height),
        high(height) << 4,
        48,
        32,
        0x35,
        0,
        low(wide),
        low(tall),
        high(wide) << 4 | high(tall),
        0,
        0,
        0x18,
    ]);
    for at in [72, 90, 108] {
        // A descriptor that says nothing.
        edid[at + 3] = 0x10;
    }
    edid[127] = edid.iter().fold(0u8, |sum, byte| sum.wrapping_sub(*byte));
    edid
}

#[test]
fn an_edid_and_tables_made_here_are_read_as_they_were_meant() {
    use aoxanh::reading::{Edid, Tables, modules_of};
    let panel = Panel { pixels: [1366, 768], millimetres: [309, 174] };
    let read = Edid::read(&edid(&panel)).map(|edid| (edid.product, edid.pixels, edid.millimetres));
    assert_eq!(read, Ok(("AOX0001".to_owned(), Some((1366, 768)), Some((309, 174)))));
    let scenario = super::lab_scenario::load("latitude-7280").map(|scenario| structures(&scenario).concat());
    let tables = Tables::read(&scenario.unwrap_or_default());
    let name = tables.of(1).next().and_then(|system| system.text(5)).map(str::to_owned);
    assert_eq!((name.as_deref(), modules_of(&tables).len()), (Some("Latitude 7280"), 2));
}
