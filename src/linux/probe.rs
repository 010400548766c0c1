//! What this machine is, read below a root folder: `/` in life, a made-up tree in tests.
//!
//! Invariants: every key of `device::key` but the Android release is always there, as a value or as "unknown" with its
//! reason; nothing is written and nothing outside the root is read.

use super::probe_disk::disk_facts;
use super::probe_firmware::firmware_facts;
use super::probe_lock::lock_facts;
use super::probe_network::network_facts;
use super::probe_part::part_facts;
use super::probe_power::{packs, power_facts};
use super::probe_screen::built_in;
use super::probe_tree::Tree;
use crate::device::{Facts, Why};
use crate::port::{Failure, Probe, Trouble};
use crate::reading::{
    Clocks, Found, Identity, Tables, battery_facts, chassis_word, entry_point_version, memory_facts, processor_facts,
    screen_facts,
};
use crate::say;
use std::path::PathBuf;

const TABLES: &str = "sys/firmware/dmi/tables/DMI";
const ENTRY_POINT: &str = "sys/firmware/dmi/tables/smbios_entry_point";
const COPIES: &str = "sys/class/dmi/id";
const CPUS: &str = "sys/devices/system/cpu";
/// Tables of real machines have a few kilobytes; the 32-bit entry point allows 64.
const MOST_TABLES: u64 = 1024 * 1024;
const MOST_ENTRY_POINT: u64 = 4096;

/// The machine whose `sys` and `proc` stand below a folder.
#[derive(Clone, Debug)]
pub struct MachineProbe {
    /// The folder: `/` for the machine that this runs on.
    pub root: PathBuf,
}

impl Probe for MachineProbe {
    /// Every fact of the machine. Errors: the root is no folder.
    fn facts(&self) -> Result<Facts, Failure> {
        let tree = Tree::new(&self.root);
        if let Err(why) = tree.names("").what {
            let root = self.root.display().to_string();
            return Err(Failure::new(Trouble::Io, say!("probe-no-root", path = root)).detail(why));
        }
        let tables = tables(tree);
        let mut facts = Facts::new();
        identity(tree, &tables).facts(&mut facts);
        firmware_facts(tree, &mut facts);
        lock_facts(tree, &tables, &mut facts);
        processor_facts(&tables, &tree.text("proc/cpuinfo"), &clocks(tree), &mut facts);
        memory_facts(&tables, &tree.text("proc/meminfo"), &mut facts);
        disk_facts(tree, &mut facts);
        let (edid, modes) = built_in(tree);
        screen_facts(&edid, &modes, &mut facts);
        battery_facts(&packs(tree), &mut facts);
        power_facts(tree, &mut facts);
        network_facts(tree, &mut facts);
        part_facts(tree, &tables, &mut facts);
        Ok(facts)
    }
}

fn tables(tree: Tree<'_>) -> Found<Tables> {
    let bytes = tree.bytes(TABLES, MOST_TABLES);
    let read = bytes.what.map(|bytes| Tables::read(&bytes));
    let what = read.and_then(|tables| if tables.is_empty() { Err(Why::EmptyTables) } else { Ok(tables) });
    Found { what, source: bytes.source }
}

fn identity(tree: Tree<'_>, tables: &Found<Tables>) -> Identity {
    let Some(read) = tables.known() else { return kernel_copies(tree) };
    let entry_point = tree.bytes(ENTRY_POINT, MOST_ENTRY_POINT);
    let version = entry_point.known().and_then(|bytes| entry_point_version(bytes));
    Identity::of_tables(read, version, &tables.source)
}

/// What the kernel copied out of the tables; the serial and the UUID only for root.
fn kernel_copies(tree: Tree<'_>) -> Identity {
    let copy = |name: &str| tree.text(&format!("{COPIES}/{name}"));
    let mut chassis = copy("chassis_type");
    chassis.what = chassis.what.and_then(|text| {
        let word = text.trim().parse().ok().and_then(chassis_word);
        word.map(str::to_owned).ok_or_else(|| Why::Junk(text.trim().to_owned()))
    });
    Identity {
        maker: copy("sys_vendor"),
        product: copy("product_name"),
        version: copy("product_version"),
        serial: copy("product_serial"),
        uuid: copy("product_uuid"),
        chassis,
        firmware_version: copy("bios_version"),
        firmware_date: copy("bios_date"),
        board_maker: copy("board_vendor"),
        board_product: copy("board_name"),
        board_serial: copy("board_serial"),
    }
}

fn clocks(tree: Tree<'_>) -> Clocks {
    let cpus = tree.names(CPUS);
    let numbered = |name: &&String| {
        name.strip_prefix("cpu").is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
    };
    let names: Vec<&String> = cpus.known().into_iter().flatten().filter(numbered).collect();
    let highest = |attribute: &str| {
        let clocks = names.iter().filter_map(|name| {
            let path = format!("{CPUS}/{name}/cpufreq/{attribute}");
            tree.number(&path).map(|khz| (khz, path))
        });
        match clocks.max_by_key(|(khz, _)| *khz) {
            Some((khz, path)) => Found::new(khz, path),
            None => Found::missing(Why::NotTold, CPUS),
        }
    };
    Clocks { highest: highest("cpuinfo_max_freq"), base: highest("base_frequency") }
}
