//! Eleven made-up machines, of different makers and kinds, each with its tables, processor, memory and screen: read as told.
//!
//! Invariant: nothing here comes off a real machine, so that these run in any clone; `corpus` reads real ones where it is.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use crate::sysfs_tree::{SmbiosTable, Structure, SysfsTree};
use aoxanh::device::{Facts, Value, key};
use aoxanh::reading::kind_of;
use aoxanh::unit::Bytes;

const EMPTY: u64 = 0;
/// Form factors of memory, as DSP0134 §7.18.1 numbers them.
const DIMM: u8 = 9;
const SOLDERED: u8 = 11;
const SODIMM: u8 = 13;

/// What a machine says in its tables and its EDID, and what is to be read of it; `None` is "unknown".
struct Machine {
    /// Maker, product, version, serial.
    says: [&'static str; 4],
    chassis: u8,
    /// Mebibytes by row, and their form factor.
    memory: (&'static [u64], u8),
    cores: u64,
    /// Width and height in millimetres.
    panel: Option<(u16, u16)>,
    maker: Option<&'static str>,
    model: Option<&'static str>,
    serial: Option<&'static str>,
    kind: Option<&'static str>,
    /// Sockets and how many are free.
    slots: (u64, u64),
    /// Tenths of an inch.
    diagonal: Option<u64>,
}

#[rustfmt::skip]
const MACHINES: [Machine; 11] = [
    Machine { says: ["Dell Inc.", "Latitude 1230", "Not Specified", "AB1CD2E"], chassis: 9, memory: (&[4096, EMPTY], SODIMM), cores: 2, panel: Some((309, 174)),
        maker: Some("Dell"), model: Some("Latitude 1230"), serial: Some("AB1CD2E"), kind: Some("laptop"), slots: (2, 1), diagonal: Some(140) },
    Machine { says: ["LENOVO", "20ZZS00000", "ThinkPad Z990", "PB-0TEST"], chassis: 10, memory: (&[8192, 4096], SODIMM), cores: 2, panel: Some((344, 195)),
        maker: Some("Lenovo"), model: Some("ThinkPad Z990"), serial: Some("PB-0TEST"), kind: Some("laptop"), slots: (2, 0), diagonal: Some(156) },
    Machine { says: ["HP", "HP Flow Notebook", "Type1ProductConfigId", "5CD0TEST11"], chassis: 10, memory: (&[2048], SOLDERED), cores: 2, panel: Some((256, 144)),
        maker: Some("HP"), model: Some("HP Flow Notebook"), serial: Some("5CD0TEST11"), kind: Some("laptop"), slots: (0, 0), diagonal: Some(116) },
    Machine { says: ["ASUSTeK COMPUTER INC.", "Z540XX", "1.0", "0123456789"], chassis: 31, memory: (&[4096, 4096], SOLDERED), cores: 4, panel: Some((293, 165)),
        maker: Some("ASUS"), model: Some("Z540XX"), serial: None, kind: Some("laptop"), slots: (0, 0), diagonal: Some(132) },
    Machine { says: ["Acer", "Aspire Z1", "V1.04", "NUSTEST0001"], chassis: 2, memory: (&[1024, EMPTY], SODIMM), cores: 1, panel: Some((223, 125)),
        maker: Some("Acer"), model: Some("Aspire Z1"), serial: Some("NUSTEST0001"), kind: None, slots: (2, 1), diagonal: Some(101) },
    Machine { says: ["FUJITSU", "FARZ00001", "", "R0TEST"], chassis: 30, memory: (&[4096], SOLDERED), cores: 4, panel: Some((277, 156)),
        maker: Some("Fujitsu"), model: Some("FARZ00001"), serial: Some("R0TEST"), kind: Some("tablet"), slots: (0, 0), diagonal: Some(125) },
    Machine { says: ["Default string", "Default string", "Default string", "Default string"], chassis: 32, memory: (&[2048], SOLDERED), cores: 4, panel: Some((217, 136)),
        maker: None, model: None, serial: None, kind: Some("tablet"), slots: (0, 0), diagonal: Some(101) },
    Machine { says: ["Apple Inc.", "iMac90,1", "1.0", "W0TEST"], chassis: 13, memory: (&[2048, 2048, EMPTY, EMPTY], SODIMM), cores: 2, panel: Some((477, 268)),
        maker: Some("Apple"), model: Some("iMac90,1"), serial: Some("W0TEST"), kind: Some("all_in_one"), slots: (4, 2), diagonal: Some(215) },
    Machine { says: ["Hewlett-Packard", "HP Compaq zz0000 Small Form Factor", "", "CZC0TEST"], chassis: 4, memory: (&[1024, 1024, EMPTY, EMPTY], DIMM), cores: 2, panel: None,
        maker: Some("HP"), model: Some("HP Compaq zz0000 Small Form Factor"), serial: Some("CZC0TEST"), kind: Some("desktop"), slots: (4, 2), diagonal: None },
    Machine { says: ["To Be Filled By O.E.M.", "To Be Filled By O.E.M.", "To Be Filled By O.E.M.", "00000000"], chassis: 3, memory: (&[8192, 8192], DIMM), cores: 6, panel: None,
        maker: None, model: None, serial: None, kind: Some("desktop"), slots: (2, 0), diagonal: None },
    Machine { says: ["System manufacturer", "System Product Name", "System Version", "System Serial Number"], chassis: 7, memory: (&[32768, EMPTY], DIMM), cores: 8, panel: None,
        maker: None, model: None, serial: None, kind: Some("desktop"), slots: (2, 1), diagonal: None },
];

impl Machine {
    fn tree(&self) -> SysfsTree {
        let mut table = SmbiosTable::default();
        let [maker, product, version, serial] = self.says;
        let system = Structure::of_len(27).text(4, Some(maker)).text(5, Some(product)).text(6, Some(version));
        table.add(1, 1, system.text(7, Some(serial)));
        table.add(3, 2, Structure::of_len(21).put(5, &[self.chassis]));
        for (mib, handle) in self.memory.0.iter().zip(10..) {
            // From 32 GiB less 1 MiB on, the size stands in the extended field (DSP0134 §7.18.5).
            let short = u16::try_from(*mib).ok().filter(|mib| *mib < 0x7FFF).unwrap_or(0x7FFF);
            let extended = u32::try_from(*mib).expect("few mebibytes");
            let row = Structure::of_len(34).put(0x0C, &short.to_le_bytes()).put(0x0E, &[self.memory.1]);
            table.add(17, handle, row.put(0x12, &[26]).put(0x1C, &extended.to_le_bytes()));
        }
        let tree = SysfsTree::new();
        let cores = usize::try_from(self.cores).expect("few");
        tree.smbios(&table.end(), (2, 8)).cpuinfo("Some Processor @ 2.40GHz", cores, cores * 2);
        tree.meminfo(self.mib() * 1024 * 94 / 100);
        if let Some(size) = self.panel {
            tree.file("sys/class/drm/card0-eDP-1/edid", edid(size));
        }
        tree
    }

    fn mib(&self) -> u64 {
        self.memory.0.iter().sum()
    }
}

/// An EDID of a panel of 1366 × 768 pixels and that size in millimetres.
pub(crate) fn edid((width, height): (u16, u16)) -> Vec<u8> {
    let ([wide_high, wide_low], [tall_high, tall_low]) = (width.to_be_bytes(), height.to_be_bytes());
    let mut block = vec![0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0];
    block.resize(127, 0);
    block[54] = 1;
    (block[56], block[58]) = (0x56, 0x50);
    (block[59], block[61]) = (0x00, 0x30);
    (block[66], block[67], block[68]) = (wide_low, tall_low, wide_high << 4 | tall_high);
    let sum = block.iter().fold(0u8, |sum, byte| sum.wrapping_add(*byte));
    block.push(0u8.wrapping_sub(sum));
    block
}

fn text<'a>(facts: &'a Facts, key: &str) -> Option<&'a str> {
    facts.known(key).and_then(|value| if let Value::Text(text) = value { Some(text.as_str()) } else { None })
}

#[test]
fn made_up_machines_of_every_kind_are_read_as_they_were_told() {
    for machine in &MACHINES {
        let (facts, says) = (machine.tree().facts(), machine.says);
        let identity = [key::MAKER, key::MODEL, key::SERIAL].map(|key| text(&facts, key));
        assert_eq!(identity, [machine.maker, machine.model, machine.serial], "{says:?}");
        assert_eq!(kind_of(&facts), machine.kind, "{says:?}");
        let count = |key: &str| facts.known(key).and_then(Value::number);
        assert_eq!(count(key::MEMORY_TOTAL), Some(Bytes::mib(machine.mib()).0), "{says:?}");
        let slots = (count(key::MEMORY_SLOTS), count(key::MEMORY_FREE_SLOTS));
        assert_eq!(slots, (Some(machine.slots.0), Some(machine.slots.1)), "{says:?}");
        assert_eq!(text(&facts, key::MEMORY_TYPE), Some("DDR4"), "{says:?}");
        assert_eq!((count(key::CPU_CORES), count(key::CPU_THREADS)), (Some(machine.cores), Some(machine.cores * 2)));
        assert_eq!(count(key::SCREEN_DIAGONAL), machine.diagonal, "{says:?}");
        let pixels = machine.panel.map(|_size| &Value::Pixels(1366, 768));
        assert_eq!(facts.known(key::SCREEN_PIXELS), pixels, "{says:?}");
    }
}
