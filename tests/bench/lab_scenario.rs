//! A machine of the lab as its file in `tests/lab` states it, and what an inspection in it must say.
//!
//! Invariants: a key that nobody knows is refused by its name; so is a machine that QEMU cannot be.

#![expect(clippy::disallowed_methods, reason = "a test reads the files beside it")]

use super::bench_rig::root;
use super::lab_image;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

/// The most of a disk that is filled with what a donor wrote: every byte of it is looked at from outside.
const MOST_FILLED: u64 = 1 << 30;
const SECTOR: u64 = 512;

/// A machine and what is expected of it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Scenario {
    /// One line for people.
    pub(crate) about: String,
    /// What it is received as.
    #[serde(default)]
    pub(crate) kind: Kind,
    #[serde(default)]
    pub(crate) start: StartsFrom,
    pub(crate) memory_mib: u64,
    pub(crate) cpu: Cpu,
    pub(crate) bios: Bios,
    pub(crate) system: System,
    pub(crate) board: Option<Board>,
    /// The number of its chassis type (DSP0134 §7.4.1).
    pub(crate) chassis: Option<u8>,
    /// The most memory the board takes.
    pub(crate) memory_most_mib: Option<u32>,
    #[serde(default)]
    pub(crate) module: Vec<Module>,
    #[serde(default)]
    pub(crate) disk: Vec<DiskOf>,
    #[serde(default)]
    pub(crate) pack: Vec<PackOf>,
    /// Whether a charger is plugged in; a machine without the line has none.
    pub(crate) charger: Option<bool>,
    /// A TPM 2.0.
    #[serde(default)]
    pub(crate) tpm: bool,
    pub(crate) screen: Option<Panel>,
    #[serde(default)]
    pub(crate) wifi: bool,
    #[serde(default)]
    pub(crate) camera: bool,
    /// What is done to it once it was inspected.
    #[serde(default, rename = "do")]
    pub(crate) deeds: Vec<Deed>,
    /// How the wipe ends.
    pub(crate) wiped: Option<WipedAs>,
    pub(crate) expect: Expected,
}

/// Kinds, as `intake --kind` calls them.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Kind {
    #[default]
    Laptop,
    Desktop,
    AllInOne,
    Tablet,
}

/// What it starts from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum StartsFrom {
    /// The bare kernel, by a BIOS.
    #[default]
    Kernel,
    /// UEFI, Secure Boot off.
    Uefi,
    /// UEFI, Secure Boot on.
    Secure,
}

/// The processor: one that QEMU knows, and what it says of itself.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Cpu {
    /// QEMU's name for its like.
    pub(crate) base: String,
    pub(crate) name: String,
    /// Its number in its family where that of its like is another.
    pub(crate) family: Option<u8>,
    pub(crate) model: Option<u8>,
    pub(crate) cores: u8,
    /// Threads of each core.
    #[serde(default = "one")]
    pub(crate) threads: u8,
    /// Clock that the tables name.
    pub(crate) mhz: u16,
}

const fn one() -> u8 {
    1
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Bios {
    pub(crate) vendor: String,
    pub(crate) version: String,
    pub(crate) date: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct System {
    pub(crate) maker: String,
    pub(crate) product: String,
    #[serde(default)]
    pub(crate) version: String,
    #[serde(default)]
    pub(crate) serial: String,
    /// 32 digits with dashes.
    pub(crate) uuid: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Board {
    pub(crate) maker: String,
    pub(crate) product: String,
}

/// A row of the memory tables; a socket without `mib` is empty.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Module {
    #[serde(default)]
    pub(crate) mib: u32,
    /// The number of its form (DSP0134 §7.18.1): 9 DIMM, 13 SODIMM, 11 row of chips, 5 chip.
    pub(crate) form: u8,
    /// The number of its type (DSP0134 §7.18.2): 18 DDR, 19 DDR2, 24 DDR3, 26 DDR4, 29 LPDDR3.
    #[serde(default, rename = "type")]
    pub(crate) kind: u8,
    #[serde(default)]
    pub(crate) speed: u16,
    #[serde(default)]
    pub(crate) maker: String,
    #[serde(default)]
    pub(crate) place: String,
}

/// How a disk hangs on the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Bus {
    Sata,
    Nvme,
    Usb,
    Sd,
    Virtio,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DiskOf {
    pub(crate) bus: Bus,
    pub(crate) bytes: u64,
    #[serde(default)]
    pub(crate) serial: String,
    /// What it calls itself, where QEMU lets it.
    #[serde(default)]
    pub(crate) model: String,
    /// Turns a minute; 1 for one that has none.
    #[serde(default)]
    pub(crate) turns: u16,
    #[serde(default = "sector")]
    pub(crate) block: u64,
    /// Whether a donor's letters stand all over it.
    #[serde(default)]
    pub(crate) letters: bool,
    /// Sectors that cannot be written, and such as cannot be read.
    #[serde(default)]
    pub(crate) unwritable: Vec<u64>,
    #[serde(default)]
    pub(crate) unreadable: Vec<u64>,
    /// It gives a byte a second once the kernel has seen it.
    #[serde(default)]
    pub(crate) stuck: bool,
    /// It is plugged in later, by the deed `plug`.
    #[serde(default)]
    pub(crate) later: bool,
}

const fn sector() -> u64 {
    SECTOR
}

/// A battery pack, milliwatt-hours.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PackOf {
    pub(crate) name: String,
    pub(crate) design: u32,
    pub(crate) full: u32,
    #[serde(default)]
    pub(crate) cycles: u32,
}

/// The built-in screen.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Panel {
    pub(crate) pixels: [u16; 2],
    pub(crate) millimetres: [u16; 2],
}

/// Something done to the machine; a wipe is always that of the disk with letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Deed {
    /// Wiped, and the medium looked at from outside, byte for byte.
    Wipe,
    /// Wiped; the disk is pulled in the middle and plugged in again; the job goes on.
    Pull,
    /// Wiped; the machine is cut from power at random moments, started again, and the job goes on.
    Cut,
    /// The disks that come later are plugged in and pulled again.
    Plug,
    /// An image that starts by itself is written, looked at from outside, and the machine starts from that disk.
    Image,
    /// The same, and the machine is cut from power at random moments, started again, and the job goes on.
    CutImage,
    /// The machine is cut from power while it receives devices: none that it told of may be gone.
    CutAppend,
}

/// How a wipe ends.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WipedAs {
    pub(crate) result: String,
    pub(crate) level: String,
    pub(crate) method: String,
    /// Where letters are left: first byte and length of each stretch.
    #[serde(default)]
    pub(crate) left: Vec<(usize, usize)>,
}

/// What `aoxanh inspect --json` must say.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Expected {
    pub(crate) verdict: String,
    /// The profile it is judged by.
    pub(crate) profile: String,
    /// Every required criterion that it fails, no more and no less.
    #[serde(default)]
    pub(crate) fails: Vec<String>,
    /// The cheapest fix in words; none where the line is missing.
    pub(crate) fix: Option<String>,
    /// Facts that it must say it does not know.
    #[serde(default)]
    pub(crate) unknown: Vec<String>,
    /// Facts that it must not name at all.
    #[serde(default)]
    pub(crate) absent: Vec<String>,
    /// Facts by their key.
    pub(crate) facts: BTreeMap<String, Stated>,
}

/// What a fact is stated to be.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Stated {
    Flag(bool),
    Number(u64),
    /// The words that a volunteer reads.
    Words(String),
}

impl Scenario {
    /// Reads one. Errors: what is wrong with it, by the name of the key.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let scenario: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        scenario.fault().map_or(Ok(scenario), Err)
    }

    /// Whether the machine is switched off in between, so that its station stands on a stick.
    pub(crate) fn needs_stick(&self) -> bool {
        self.deeds.iter().any(|deed| [Deed::Cut, Deed::Image, Deed::CutImage, Deed::CutAppend].contains(deed))
    }

    /// Whether an image is written to it.
    pub(crate) fn writes_image(&self) -> bool {
        self.deeds.iter().any(|deed| [Deed::Image, Deed::CutImage].contains(deed))
    }

    /// What QEMU or the runner cannot do of it.
    fn fault(&self) -> Option<String> {
        for (number, disk) in self.disk.iter().enumerate() {
            let wrong = |what: &str| Some(format!("disk {number}: {what}"));
            if disk.letters && disk.bytes > MOST_FILLED {
                return wrong("letters: at most 1 GiB");
            }
            if disk.block != SECTOR && disk.bus != Bus::Nvme {
                return wrong("block: only NVMe drives have another than 512");
            }
            if disk.bus == Bus::Sd && !disk.bytes.is_power_of_two() {
                return wrong("bytes: cards hold powers of two");
            }
            if !disk.bytes.is_multiple_of(disk.block) {
                return wrong("bytes: no whole blocks");
            }
            if disk.later && disk.bus != Bus::Usb {
                return wrong("later: only USB");
            }
        }
        if self.deeds.iter().any(|deed| ![Deed::Plug, Deed::CutAppend].contains(deed)) {
            if self.disk.iter().filter(|disk| disk.letters).count() != 1 {
                return Some("do: a wipe wants one disk with letters".to_owned());
            }
            if self.wiped.is_none() {
                return Some("do: a wipe wants [wiped]".to_owned());
            }
        }
        if self.writes_image() && self.disk.iter().any(|disk| disk.letters && disk.bytes < lab_image::LENGTH) {
            return Some("do: the image does not fit on the disk with letters".to_owned());
        }
        if self.needs_stick() && self.tpm {
            return Some("do: a machine that is cut has no tpm".to_owned());
        }
        None
    }
}

/// The scenario of that name. Errors: that there is none, or what is wrong with it.
pub(crate) fn load(name: &str) -> Result<Scenario, String> {
    Scenario::read(&text(name)?).map_err(|wrong| format!("{name}: {wrong}"))
}

/// The file of that scenario as it stands.
pub(crate) fn text(name: &str) -> Result<String, String> {
    let path = files().remove(name).ok_or_else(|| format!("no such machine: {name}"))?;
    fs::read_to_string(path).map_err(|wrong| format!("{name}: {wrong}"))
}

/// The file of every scenario, by its name, in the order of the names.
pub(crate) fn files() -> BTreeMap<String, PathBuf> {
    let entries = fs::read_dir(root().join("tests/lab")).into_iter().flatten().flatten();
    let is_scenario = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "toml");
    entries
        .map(|entry| entry.path())
        .filter(is_scenario)
        .filter_map(|path| Some((path.file_stem()?.to_str()?.to_owned(), path)))
        .collect()
}
