//! Laptops in a virtual machine: packs and charger in ACPI, a screen with an EDID, a TPM, a Windows key and a WPBT in the
//! firmware, tables that say "notebook"; each inspected by the built program.
//!
//! Everything in them is invented.

#![expect(clippy::disallowed_methods, clippy::expect_used, reason = "a test puts a machine together")]

use super::bench_rig::{aloud, ran};
use super::guest_rig::{Machine, long};
use super::guest_start::Start;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

/// The Windows key in the firmware.
const KEY: &str = "GIA01-LAPT0-PTHU2-KHONG-3V66T";
/// What a pack says that does not know a number. Source: ACPI 6.5 §10.2.2.2 (`_BIX`).
const UNKNOWN: u32 = 0xFFFF_FFFF;

/// A pack, in milliwatt-hours.
pub(crate) struct Pack<'a> {
    pub(crate) name: &'a str,
    pub(crate) design: u32,
    pub(crate) full: u32,
    pub(crate) cycles: u32,
    /// `_BST`: 1 discharging, 2 charging.
    pub(crate) state: u8,
}

/// The table with the charger and those packs, in ACPI's own language. Source: ACPI 6.5 §10.2.2 and §10.3.
fn language(packs: &[Pack<'_>], charger: bool) -> String {
    let pack = |(number, pack): (usize, &Pack<'_>)| {
        let Pack { name, design, full, cycles, state } = pack;
        let (rate, left) = (if *state == 0 { 0 } else { 12_000 }, full / 2);
        format!(
            "Device (BAT{number}) {{ Name (_HID, EisaId (\"PNP0C0A\")) Name (_UID, {number}) \
             Method (_STA) {{ Return (0x1F) }} \
             Method (_BIX) {{ Return (Package () {{ 0, 0, {design}, {full}, 1, 11100, 2000, 500, {cycles}, 95000, \
                 {UNKNOWN}, {UNKNOWN}, 1000, 1000, 10, 10, \"{name}\", \"0001{number}\", \"LION\", \"THU\" }}) }} \
             Method (_BST) {{ Return (Package () {{ {state}, {rate}, {left}, 11800 }}) }} }}\n"
        )
    };
    let packs: String = packs.iter().enumerate().map(pack).collect();
    let online = u8::from(charger);
    format!(
        "DefinitionBlock (\"\", \"SSDT\", 2, \"AOXANH\", \"PACKS\", 1) {{ Scope (\\_SB) {{\n\
         Device (ADP0) {{ Name (_HID, \"ACPI0003\") Method (_PSR) {{ Return ({online}) }} }}\n{packs}}} }}\n"
    )
}

/// Adds that table to the machine; `false`, said aloud, where nothing can make it.
pub(crate) fn with_power(machine: &mut Machine, packs: &[Pack<'_>], charger: bool) -> bool {
    if Command::new("iasl").arg("-v").stdin(Stdio::null()).output().is_err() {
        aloud("NOT RUN: a laptop needs iasl");
        return false;
    }
    fs::write(machine.folder().join("power.asl"), language(packs, charger)).expect("written");
    let made = ran(Command::new("iasl").args(["-p", "power", "power.asl"]).current_dir(machine.folder()));
    assert_eq!(made.code, 0, "{made:#?}");
    machine.part("-acpitable", "file=power.aml");
    true
}

/// Adds what a laptop's firmware has besides: tables that say what it is, a Windows key, a program for Windows.
fn with_firmware(machine: &mut Machine) {
    let write = |folder: &Path, name: &str, bytes: &[u8]| fs::write(folder.join(name), bytes).expect("written");
    // Version 1, reserved, a product key, reserved, its length, the key. Source: Microsoft, "MSDM".
    let key = [1, 0, 1, 0, 29].map(u32::to_le_bytes).concat();
    write(machine.folder(), "key", &[key, KEY.as_bytes().to_vec()].concat());
    write(machine.folder(), "program", &[0; 16]);
    // DSP0134 §7.4: type 3 with a lock nobody knows of, a notebook; no strings but the maker's.
    let case = [&[3, 21, 0, 3, 1, 10][..], &[0; 15], b"LENOVO\0\0"].concat();
    write(machine.folder(), "case", &case);
    machine.part("-acpitable", "sig=MSDM,data=key");
    machine.part("-acpitable", "sig=WPBT,data=program");
    machine.part("-smbios", "file=case");
    let model = "manufacturer=LENOVO,product=20B7S0A600,version=ThinkPad T440";
    machine.part("-smbios", &format!("type=1,{model},serial=GIA-0000,uuid=9a7c1f00-0000-4000-8000-000000000000"));
    machine.part("-smbios", "type=17,loc_pfx=Khe,manufacturer=Thu,speed=1600");
}

/// What an inspection told.
struct Told {
    facts: Vec<Value>,
}

impl Told {
    fn fact(&self, key: &str) -> Option<&Value> {
        self.facts.iter().find(|fact| fact["fact"] == key && fact["known"] == true)
    }

    fn number(&self, key: &str) -> Option<u64> {
        self.fact(key)?["number"].as_u64()
    }

    fn text(&self, key: &str) -> Option<&str> {
        self.fact(key)?["text"].as_str()
    }
}

#[test]
fn a_laptop_tells_its_two_packs_its_charger_its_screen_its_chip_and_what_its_firmware_holds() {
    let Some(mut machine) = Machine::new() else { return };
    if Command::new("swtpm").arg("--version").stdin(Stdio::null()).output().is_err() {
        return aloud("NOT RUN: a laptop with a TPM needs swtpm");
    }
    let worn = Pack { name: "45N1127", design: 47_520, full: 33_264, cycles: 342, state: 2 };
    let young = Pack { name: "45N1111", design: 23_760, full: 23_760, cycles: 12, state: 0 };
    if !with_power(&mut machine, &[worn, young], true) {
        return;
    }
    with_firmware(&mut machine);
    machine.tpm();
    machine.starts_from(Start::KernelLow);
    machine.part("-device", "VGA,edid=on,xres=1366,yres=768");
    let mut guest = machine.boot(&["battery", "ac", "bochs"]);
    let device = guest.device();
    let told = Told { facts: guest.json(&["inspect", &device.tag]).good().all("fact") };
    let name = ["identity.maker", "identity.model", "identity.serial"].map(|key| told.text(key));
    assert_eq!(name, [Some("Lenovo"), Some("ThinkPad T440"), Some("GIA-0000")], "the name people say, not 20B7S0A600");
    let source = told.fact("identity.maker").map(|fact| fact["source"].to_string()).unwrap_or_default();
    assert!(source.contains("LENOVO"), "as it is written: {source}");
    assert_eq!(told.text("identity.chassis"), Some("notebook"));
    assert_eq!(told.number("memory.total"), Some(768 << 20), "as the tables say, not what the kernel left over");

    assert_eq!((told.number("battery.count"), told.number("battery.charger")), (Some(2), Some(1)));
    assert_eq!((told.number("battery.health"), told.number("battery.cycles")), (Some(80), Some(342)));
    assert_eq!((told.number("battery.0.health"), told.number("battery.1.health")), (Some(70), Some(100)));
    let energy = |pack: usize| ["full", "design"].map(|what| told.number(&format!("battery.{pack}.{what}")));
    assert_eq!((energy(0), energy(1)), ([Some(33_264), Some(47_520)], [Some(23_760), Some(23_760)]));
    assert_eq!(told.text("battery.0.name"), Some("THU 45N1127"));
    assert_eq!(told.text("battery.status"), Some("sạc"));

    // At the 100 dots an inch that QEMU makes up.
    assert_eq!(told.number("screen.diagonal"), Some(156), "{:?}", told.fact("screen.diagonal"));
    assert_eq!(told.text("screen.pixels"), Some("1366×768"), "{:?}", told.fact("screen.pixels"));
    assert_eq!((told.number("firmware.tpm"), told.number("lock.wpbt")), (Some(2), Some(1)));
    assert_eq!(told.text("firmware.windows_key"), Some("*****-*****-*****-*****-3V66T"));

    let page = guest.run(&["inspect", &device.tag]).good().out;
    assert!(page.contains("WPBT") && page.contains("-3V66T"), "{page}");
    assert_eq!(guest.sh("grep -rlF GIA01-LAPT0 /root/tram /dev/shm").code, 1, "the key stands nowhere whole");
}

#[test]
fn a_laptop_with_no_pack_with_one_and_with_one_that_knows_not_what_it_once_held() {
    if !long("laptops without a pack and with one") {
        return;
    }
    let of = |packs: &[Pack<'_>], charger: bool| {
        let mut machine = Machine::new()?;
        if !with_power(&mut machine, packs, charger) {
            return None;
        }
        with_firmware(&mut machine);
        let mut guest = machine.boot(&["battery", "ac"]);
        let device = guest.device();
        Some(Told { facts: guest.json(&["inspect", &device.tag]).good().all("fact") })
    };
    let Some(none) = of(&[], true) else { return };
    assert_eq!((none.number("battery.count"), none.number("battery.charger")), (Some(0), Some(1)));
    assert!(none.fact("battery.health").is_none() && none.fact("battery.0.full").is_none());

    let one = Pack { name: "P1", design: 40_000, full: 30_000, cycles: 0, state: 1 };
    let Some(one) = of(&[one], false) else { return };
    assert_eq!((one.number("battery.count"), one.number("battery.charger")), (Some(1), Some(0)));
    assert_eq!((one.number("battery.health"), one.number("battery.0.full")), (Some(75), Some(30_000)));
    assert!(one.fact("battery.cycles").is_none(), "zero cycles are none counted");
    assert_eq!(one.text("battery.status"), Some("dùng, không cắm sạc"));

    let silent = Pack { name: "P2", design: UNKNOWN, full: 30_000, cycles: 7, state: 2 };
    let Some(silent) = of(&[silent], true) else { return };
    assert_eq!((silent.number("battery.count"), silent.number("battery.cycles")), (Some(1), Some(7)));
    assert!(silent.fact("battery.health").is_none(), "nobody knows what it held when it was new");
}
