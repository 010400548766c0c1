//! A scenario of the lab as a virtual machine: its parts in QEMU's words, its kernel modules, and what is told to it once it
//! runs.
//!
//! Invariant: memory that a machine has is only taken from this one as far as its kernel uses it.

#![expect(clippy::disallowed_methods, clippy::expect_used, reason = "a test puts a machine together")]

use super::bench_rig::ran;
use super::guest_donated::Donated;
use super::guest_laptop::{Pack, with_power};
use super::guest_rig::{Core, Guest, Machine};
use super::guest_start::{FromStick, Start, uefi};
use super::lab_image;
use super::lab_scenario::{Bus, DiskOf, Scenario, StartsFrom};
use super::lab_tables::{edid, structures};
use super::stick_image;
use aoxanh::unit::Bytes;
use serde_json::json;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::path::PathBuf;
use std::process::Command;

/// Lets the kernel wait for USB disks, and reads what passes before the first of them stands still.
const STUCK: &str = "for disk in /sys/block/sd*; do case $(readlink $disk) in */usb*) echo 36000 >$disk/device/timeout; \
                     dd if=/dev/${disk##*/} of=/dev/null skip=4096 count=1;; esac; done";
/// Where the kernel finds what the panel says of itself.
const PANEL: &str = "lib/firmware/edid/panel.bin";
/// What the station stands on where the machine is cut from power.
const STICK: Bytes = Bytes::mib(192);

/// A machine that is ready to be switched on.
pub(crate) struct Ready {
    pub(crate) machine: Machine,
    /// The disk with what a donor wrote.
    pub(crate) donated: Option<Donated>,
    modules: Vec<&'static str>,
    /// Lines of shell for it once it runs.
    lines: Vec<String>,
    /// How many disks are there as soon as it runs.
    disks: usize,
    /// The numbers of those that are stuck from then on.
    stuck: Vec<usize>,
}

/// That machine, started `from_stick` or from a bare kernel; none, said aloud, where none can be started here.
pub(crate) fn ready(scenario: &Scenario, from_stick: bool) -> Option<Ready> {
    let mut machine = Machine::new()?;
    let by_uefi = match scenario.start {
        StartsFrom::Kernel => None,
        StartsFrom::Uefi => Some((uefi()?, false)),
        StartsFrom::Secure => Some((uefi()?, true)),
    };
    machine.starts_from(match by_uefi {
        by_uefi if from_stick => Start::Stick(stick_start(scenario, by_uefi)?),
        Some((files, secure)) => Start::Uefi(files, secure),
        None if scenario.tpm => Start::KernelLow,
        None => Start::Kernel,
    });
    machine.has(core(scenario));
    for (number, bytes) in structures(scenario).into_iter().enumerate() {
        let name = format!("table{number}");
        fs::write(machine.folder().join(&name), bytes).expect("written");
        machine.part("-smbios", &format!("file={name}"));
    }
    if scenario.tpm {
        machine.tpm();
    }
    let packs: Vec<_> = scenario.pack.iter().map(pack).collect();
    if scenario.charger.is_some() && !with_power(&mut machine, &packs, scenario.charger == Some(true)) {
        return None;
    }
    if scenario.screen.is_some() {
        machine.part("-device", "VGA");
    }
    let cut = scenario.needs_stick();
    controllers(scenario, cut, &mut machine);
    let mut donated = None;
    for (number, disk) in scenario.disk.iter().enumerate() {
        donated = add_disk(number, disk, &mut machine).or(donated);
    }
    if cut {
        stick(scenario, &mut machine);
    }
    let disks = scenario.disk.iter().filter(|disk| !disk.later).count();
    let disks = disks + usize::from(cut) + usize::from(from_stick);
    // The stick finds out by itself what it needs.
    let (modules, lines) = if from_stick { Default::default() } else { (modules(scenario, cut), lines(scenario)) };
    let is_stuck = |(number, disk): (usize, &DiskOf)| disk.stuck.then_some(number);
    let stuck = scenario.disk.iter().enumerate().filter_map(is_stuck).collect();
    Some(Ready { machine, donated, modules, lines, disks, stuck })
}

fn stick_start(scenario: &Scenario, by_uefi: Option<(PathBuf, bool)>) -> Option<FromStick> {
    let image = stick_image::image()?.join("stick");
    let panel = scenario.screen.as_ref().map(|panel| (PANEL, edid(panel).to_vec()));
    let words = if panel.is_some() { "drm.edid_firmware=Virtual-1:edid/panel.bin" } else { "" };
    Some(FromStick { image, by_uefi, words, files: panel.into_iter().collect() })
}

impl Ready {
    /// Switches it on and waits for its disks.
    pub(crate) fn switch_on(&self) -> Guest {
        let mut guest = self.machine.clone().switch_on(&self.modules);
        for line in &self.lines {
            guest.sh(line).good();
        }
        // As long as one of them is asked in vain for its partitions.
        let there = "$(ls /sys/block | grep -Ec '^(sd|vd|nvme|mmcblk)')";
        guest
            .sh(&format!("for i in $(seq 300); do [ {there} -ge {} ] && exit; sleep 0.2; done; false", self.disks))
            .good();
        for number in &self.stuck {
            // A byte a second, once the kernel has seen it: QEMU itself waits for its disk where the kernel gives up on it.
            let slow =
                json!({ "path": format!("/objects/slow{number}"), "property": "limits", "value": { "bps-total": 1 } });
            guest.qemu("qom-set", &slow);
            guest.sh(STUCK).good();
        }
        guest
    }
}

fn core(scenario: &Scenario) -> Core {
    let cpu = &scenario.cpu;
    let mut told = format!("{},+rdrand,model-id={}", cpu.base, cpu.name);
    for (what, number) in [("family", cpu.family), ("model", cpu.model)] {
        if let Some(number) = number {
            let _never = write!(told, ",{what}={number}");
        }
    }
    let all = cpu.cores * cpu.threads;
    Core {
        cpu: told,
        processors: format!("{all},cores={},threads={}", cpu.cores, cpu.threads),
        memory: Bytes::mib(scenario.memory_mib),
    }
}

fn pack(pack: &super::lab_scenario::PackOf) -> Pack<'_> {
    Pack { name: &pack.name, design: pack.design, full: pack.full, cycles: pack.cycles, state: 0 }
}

fn controllers(scenario: &Scenario, cut: bool, machine: &mut Machine) {
    let has = |bus: Bus| scenario.disk.iter().any(|disk| disk.bus == bus);
    if has(Bus::Sata) {
        machine.part("-device", "ich9-ahci,id=sata");
    }
    if has(Bus::Usb) || cut {
        machine.part("-device", "qemu-xhci,id=usb");
    }
    if has(Bus::Sd) {
        machine.part("-device", "sdhci-pci");
    }
}

/// Adds a disk; what stands on it where a donor's letters do.
fn add_disk(number: usize, disk: &DiskOf, machine: &mut Machine) -> Option<Donated> {
    let mut node = format!("disk{number}");
    let mut donated = None;
    if disk.letters {
        donated = Some(machine.donated(&node, Bytes(disk.bytes)));
    } else if disk.stuck {
        machine.part("-object", &format!("throttle-group,id=slow{number}"));
        machine.part("-blockdev", &format!("null-co,node-name=under{number},size={}", disk.bytes));
        machine.part("-blockdev", &format!("throttle,node-name={node},throttle-group=slow{number},file=under{number}"));
    } else {
        let file = machine.folder().join(&node);
        File::create(&file).and_then(|file| file.set_len(disk.bytes)).expect("an empty file");
        machine.part("-blockdev", &format!("file,node-name={node},filename={}", file.display()));
    }
    let rules = rules(disk);
    if !rules.is_empty() {
        machine.part("-blockdev", &format!("blkdebug,node-name=bad{number},image={node}{rules}"));
        node = format!("bad{number}");
    }
    if !disk.later {
        let told = device(number, disk, &node).into_iter().map(|(name, value)| format!("{name}={value}"));
        machine.part("-device", &told.collect::<Vec<_>>().join(",").replacen("driver=", "", 1));
    }
    donated
}

/// What makes sectors of it bad, in QEMU's words.
fn rules(disk: &DiskOf) -> String {
    let bad = [("write", &disk.unwritable), ("read", &disk.unreadable)];
    let bad = bad.iter().flat_map(|(way, sectors)| sectors.iter().map(move |sector| (way, sector)));
    bad.enumerate().fold(String::new(), |mut rules, (at, (way, sector))| {
        for (what, is) in [("event", "none"), ("iotype", way), ("sector", &sector.to_string())] {
            let _never = write!(rules, ",inject-error.{at}.{what}={is}");
        }
        rules
    })
}

/// A disk as QEMU knows it, by name and value; its driver first.
pub(crate) fn device(number: usize, disk: &DiskOf, node: &str) -> Vec<(&'static str, String)> {
    let mut told = match disk.bus {
        Bus::Sata => vec![("driver", "ide-hd".to_owned()), ("bus", format!("sata.{number}"))],
        Bus::Nvme => vec![("driver", "nvme".to_owned())],
        Bus::Usb => vec![("driver", "usb-storage".to_owned()), ("bus", "usb.0".to_owned())],
        Bus::Sd => vec![("driver", "sd-card".to_owned())],
        Bus::Virtio => vec![("driver", "virtio-blk-pci".to_owned())],
    };
    told.extend([("id", format!("d{number}")), ("drive", node.to_owned())]);
    if !disk.serial.is_empty() {
        told.push(("serial", disk.serial.clone()));
    }
    if disk.bus == Bus::Sata {
        told.extend([("rotation_rate", disk.turns.to_string()), ("model", disk.model.clone())]);
        told.extend([("rerror", "report".to_owned()), ("werror", "report".to_owned())]);
    }
    if disk.block != 512 {
        let block = disk.block.to_string();
        told.extend([("logical_block_size", block.clone()), ("physical_block_size", block)]);
    }
    told.retain(|(_, value)| !value.is_empty());
    told
}

/// The stick that the station stands on, with the image that is written there.
fn stick(scenario: &Scenario, machine: &mut Machine) {
    let (file, holds) = (machine.folder().join("stick"), machine.folder().join("holds"));
    File::create(&file).and_then(|file| file.set_len(STICK.0)).expect("an empty file");
    fs::create_dir(&holds).expect("made");
    if scenario.writes_image() {
        lab_image::put(&holds);
    }
    let made = ran(Command::new("mkfs.ext4").args(["-q", "-E", "lazy_itable_init=0", "-d"]).args([&holds, &file]));
    assert_eq!(made.code, 0, "{made:#?}");
    machine.part("-blockdev", &format!("file,node-name=stick,filename={}", file.display()));
    machine.part("-device", "usb-storage,bus=usb.0,drive=stick,serial=THE-0001");
}

fn modules(scenario: &Scenario, cut: bool) -> Vec<&'static str> {
    let has = |bus: Bus| scenario.disk.iter().any(|disk| disk.bus == bus);
    let usb = has(Bus::Usb) || cut;
    let all: [(bool, &[&str]); 8] = [
        // A machine without USB is none that we know: what hangs on no bus at all is not told from what nobody looked for.
        (true, &["battery", "ac", "videodev", "xhci_pci"]),
        (has(Bus::Sata), &["ahci", "sd_mod"]),
        (has(Bus::Nvme), &["nvme"]),
        (usb, &["usb_storage", "sd_mod"]),
        (has(Bus::Sd), &["sdhci_pci", "mmc_block"]),
        (has(Bus::Virtio), &["virtio_pci", "virtio_blk"]),
        (cut, &["crc32c_generic", "ext4"]),
        (scenario.start != StartsFrom::Kernel, &["efivarfs"]),
    ];
    all.iter().filter(|(wanted, _)| *wanted).flat_map(|(_, modules)| modules.iter().copied()).collect()
}

fn lines(scenario: &Scenario) -> Vec<String> {
    let mut lines = Vec::new();
    if scenario.start != StartsFrom::Kernel {
        lines.push("mount -t efivarfs efivarfs /sys/firmware/efi/efivars".to_owned());
    }
    if let Some(panel) = &scenario.screen {
        // QEMU would make up a size out of the pixels: the kernel is told what the panel says instead.
        let bytes: String = edid(panel).iter().fold(String::new(), |mut all, byte| {
            let _never = write!(all, "\\x{byte:02x}");
            all
        });
        lines.push(format!("mkdir -p /lib/firmware/edid && printf '{bytes}' >/{PANEL}"));
        lines
            .push("modprobe drm && echo Virtual-1:edid/panel.bin >/sys/module/drm/parameters/edid_firmware".to_owned());
        lines.push("modprobe bochs".to_owned());
    }
    if scenario.wifi {
        lines.push("modprobe mac80211_hwsim radios=1".to_owned());
    }
    if scenario.camera {
        lines.push("modprobe vivid n_devs=1".to_owned());
    }
    lines
}
