//! Wipes on disks of every bus, by Debian's kernel in a virtual machine: what the disk really holds is read outside of it.
//!
//! Machines that take long start with `--long` only.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use super::bench_rig::{Device, Ran};
use super::guest_donated::Donated;
use super::guest_rig::{Guest, Machine, long, past_the_harness};
use aoxanh::unit::Bytes;
use aoxanh::wipe::method;
use serde_json::{Value, json};

const MIB: usize = 1 << 20;

/// The end of a wipe that must have ended well, and left nothing of what was there.
fn erased(guest: &mut Guest, ran: Ran, donated: &Donated) -> Value {
    let ended = ran.good().one("wiped")["ended"].clone();
    assert_eq!((&ended["result"], &ended["level"]), (&"erased".into(), &"clear".into()), "{ended}");
    assert_eq!(donated.left(), []);
    let started = guest.started(&ended);
    assert_eq!(donated.amiss(&started), []);
    assert_eq!(started.pattern_key.is_some(), started.method == "overwrite-pattern");
    ended
}

/// That exit code, and a failure that says so with these words in it.
fn refused(ran: &Ran, code: i32, words: &[&str]) {
    assert_eq!(ran.code, code, "{ran:#?}");
    let failure = ran.one("failure");
    let message = failure["message"].as_str().expect("text");
    assert!(words.iter().all(|word| message.contains(word)), "{words:?} not in {message}");
}

#[test]
fn a_sata_disk_says_what_it_is_and_how_it_is_and_nothing_is_left_on_it() {
    let Some(mut machine) = Machine::new() else { return };
    let donated = machine.donated("cu", Bytes::mib(24));
    machine.part("-device", "ich9-ahci,id=sata");
    machine.part("-device", "ide-hd,bus=sata.0,drive=cu,serial=THU-SATA-01,model=MADE UP HDD,rotation_rate=5400");
    let mut guest = machine.boot(&["ahci", "sd_mod"]);
    let device = guest.device();
    let disk = guest.disk("sda");
    let medium = &disk["medium"];
    assert_eq!((&medium["kind"], &medium["certain"], &medium["spins"]), (&"hdd".into(), &true.into(), &true.into()));
    assert_eq!((&disk["serial"], &medium["told"]["model"]), (&"THU-SATA-01".into(), &"MADE UP HDD".into()));
    assert_eq!((&medium["doubts"], &medium["hidden"]["known"]), (&json!([]), &true.into()), "{medium}");
    assert_eq!((&disk["health"]["verdict"], &disk["health"]["reallocated"]), (&"good".into(), &0.into()), "{disk}");
    refused(&guest.wipe(&device, "sda", "THU-SATA-02", &[]), 1, &["sda", "THU-SATA-01"]);
    assert_eq!(donated.left(), [(0, 24 * MIB)], "nothing is touched before it is confirmed");
    let ran = guest.wipe(&device, "sda", "THU-SATA-01", &[]);
    let ended = erased(&mut guest, ran, &donated);
    assert_eq!(ended["evidence"]["method"], "overwrite-zero");
    assert_eq!(ended["health_after"]["verdict"], "good");
    let verified = guest.json(&["verify"]).good().one("verified");
    assert_eq!(verified["practice"], false, "{verified}");
}

#[test]
fn an_nvme_drive_says_what_it_is_and_is_overwritten_and_formatted() {
    let Some(mut machine) = Machine::new() else { return };
    let donated = ["mot", "hai"].map(|name| machine.donated(name, Bytes::mib(24)));
    machine.part("-device", "nvme,drive=mot,serial=THU-NVME-01,logical_block_size=4096,physical_block_size=4096");
    machine.part("-device", "nvme,drive=hai,serial=THU-NVME-02");
    let mut guest = machine.boot(&["nvme"]);
    let device = guest.device();
    let disk = guest.disk("nvme0n1");
    let medium = &disk["medium"];
    assert_eq!(
        (&medium["kind"], &medium["certain"], &medium["spins"]),
        (&"nvme_ssd".into(), &true.into(), &false.into())
    );
    assert_eq!((&disk["serial"], &disk["logical_block"]), (&"THU-NVME-01".into(), &4096.into()), "{disk}");
    assert_eq!((&medium["told"]["serial"], &medium["doubts"]), (&disk["serial"], &json!([])), "{medium}");
    let [overwritten, formatted] = donated;
    let ran = guest.wipe(&device, "THU-NVME-01", "THU-NVME-01", &[]);
    let ended = erased(&mut guest, ran, &overwritten);
    assert_eq!(ended["evidence"]["method"], "overwrite-pattern");
    assert_eq!(formatted.left(), [(0, 24 * MIB)], "the other drive is not touched");

    format(&mut guest, &device, &formatted);
}

/// Has the drive `THU-NVME-02` erase itself.
fn format(guest: &mut Guest, device: &Device, donated: &Donated) {
    let id = "nvme-format-ses1";
    if method(id).is_none() {
        past_the_harness(&format!("NOT PROVED: this program has no method {id}\n"));
        return;
    }
    let ended =
        guest.wipe(device, "THU-NVME-02", "THU-NVME-02", &["--method", id]).good().one("wiped")["ended"].clone();
    assert_eq!((&ended["result"], &ended["evidence"]["method"]), (&"erased".into(), &id.into()), "{ended}");
    assert_eq!(ended["level"], "firmware", "a format has no status that ends, so it is no Purge");
    assert_eq!(ended["evidence"]["firmware"]["survived"], 0, "{ended}");
    assert_eq!(donated.left(), []);
    guest.json(&["verify"]).good();
}

#[test]
fn behind_a_usb_bridge_that_passes_nothing_nothing_is_certain_and_the_wipe_is_clear() {
    if !long("a USB bridge") {
        return;
    }
    let Some(mut machine) = Machine::new() else { return };
    let donated = machine.donated("cu", Bytes::mib(16));
    machine.part("-device", "qemu-xhci");
    machine.part("-device", "usb-storage,drive=cu,serial=THU-USB-01");
    let mut guest = machine.boot(&["xhci_pci", "usb_storage", "sd_mod"]);
    let device = guest.device();
    let disk = guest.disk("sda");
    let medium = &disk["medium"];
    assert_eq!((&disk["bus"], &disk["serial"]), (&"usb".into(), &Value::Null), "{disk}");
    assert_eq!((&medium["kind"], &medium["certain"]), (&"behind_usb_bridge".into(), &false.into()), "{medium}");
    assert_eq!((&medium["bridge"]["usb"], &medium["bridge"]["passes_ata"]), (&"46f4:0001".into(), &false.into()));
    assert_eq!((&medium["told"], &medium["spins"]), (&Value::Null, &Value::Null), "{medium}");
    assert_eq!((&medium["hidden"]["known"], &medium["hidden"]["areas"]), (&false.into(), &json!([])), "{medium}");
    assert_eq!((&medium["erases"], &disk["health"]["verdict"]), (&json!([]), &"unknown".into()), "{disk}");
    let code = disk["code"].as_str().expect("no serial of its own").to_owned();
    refused(&guest.wipe(&device, "sda", "THU-USB-01", &[]), 1, &["sda", &code]);
    let ran = guest.wipe(&device, "sda", &code, &[]);
    let ended = erased(&mut guest, ran, &donated);
    assert_eq!(ended["evidence"]["method"], "overwrite-pattern");
    assert_eq!(ended["not_covered"], json!(["hidden_areas_not_checked", "remapped_sectors", "over_provisioning"]));
}

#[test]
fn a_disk_pulled_in_mid_wipe_is_named_and_its_job_goes_on_once_it_is_back() {
    if !long("a disk that is pulled") {
        return;
    }
    let Some(mut machine) = Machine::new() else { return };
    let donated = machine.donated("cu", Bytes::mib(320));
    machine.part("-device", "nvme,id=hop,drive=cu,serial=THU-RUT-01");
    let mut guest = machine.boot(&["nvme"]);
    let device = guest.device();
    assert_eq!(guest.disk("nvme0n1")["serial"], "THU-RUT-01");
    // The first mark is made at 256 MiB.
    guest.qemu("block-set-write-threshold", &json!({ "node-name": "cu", "write-threshold": 264 * MIB }));
    let wipe = ["wipe", &device.tag, "--disk", "nvme0n1", "--confirm", "THU-RUT-01"];
    // Zeros, because a key's pattern takes an emulated machine long.
    guest.start(&[&["--json"], &wipe[..], &["--method", "overwrite-zero"]].concat());
    guest.wait_for("BLOCK_WRITE_THRESHOLD");
    guest.qemu("device_del", &json!({ "id": "hop" }));
    let pulled = guest.answer();
    let ended = pulled.one("wiped")["ended"].clone();
    assert_eq!((&ended["result"], &ended["level"]), (&"not_erased".into(), &"none".into()), "{ended}");
    assert!([1, 74].contains(&pulled.code), "{pulled:#?}");
    refused(&pulled, pulled.code, &["nvme0n1"]);
    assert_eq!(donated.left().last().map(|(at, length)| at + length), Some(320 * MIB), "its end was not reached");
    let job = ended["job"].as_str().expect("an id").to_owned();

    let listed = guest.json(&["jobs"]).good().one("interrupted");
    assert_eq!((&listed["job"], &listed["here"]), (&job.as_str().into(), &Value::Null), "{listed}");
    assert_eq!((&listed["serial"], &listed["percent"]), (&"THU-RUT-01".into(), &80.into()), "{listed}");
    guest.wait_for("DEVICE_DELETED");
    guest.qemu("device_add", &json!({ "driver": "nvme", "id": "hop", "drive": "cu", "serial": "THU-RUT-01" }));
    guest.disk("nvme0n1");
    let listed = guest.json(&["jobs"]).good().one("interrupted");
    assert_eq!((&listed["job"], &listed["here"]), (&job.as_str().into(), &"nvme0n1".into()), "{listed}");
    let ran = guest.wipe(&device, "nvme0n1", "THU-RUT-01", &["--resume", &job]);
    let resumed = erased(&mut guest, ran, &donated);
    assert_eq!(guest.started(&resumed).from, Bytes::mib(256));
    assert_eq!(guest.json(&["jobs"]).good().all("interrupted"), [Value::Null; 0]);
    guest.json(&["verify"]).good();
}

#[test]
fn bad_blocks_are_counted_and_a_disk_with_any_is_not_erased() {
    if !long("bad blocks") {
        return;
    }
    let Some(mut machine) = Machine::new() else { return };
    // The last piece is written and read block by block, for all that is bad lies there: it is small.
    let donated = machine.donated("cu", Bytes::mib(13));
    let (unwritable, unreadable) = ([24_600, 24_601, 25_000], [24_576, 26_623]);
    let rule = |(at, (way, sector)): (usize, (&str, &usize))| {
        format!(",inject-error.{at}.event=none,inject-error.{at}.iotype={way},inject-error.{at}.sector={sector}")
    };
    let rules =
        unwritable.iter().map(|sector| ("write", sector)).chain(unreadable.iter().map(|sector| ("read", sector)));
    let rules: String = rules.enumerate().map(rule).collect();
    machine.part("-blockdev", &format!("blkdebug,node-name=hong,image=cu{rules}"));
    machine.part("-device", "ich9-ahci,id=sata");
    machine.part("-device", "ide-hd,bus=sata.0,drive=hong,serial=THU-HONG-01,rerror=report,werror=report");
    let mut guest = machine.boot(&["ahci", "sd_mod"]);
    let device = guest.device();
    guest.disk("sda");
    let ran = guest.wipe(&device, "sda", "THU-HONG-01", &[]);
    let wiped = ran.one("wiped");
    let (ended, evidence) = (&wiped["ended"], &wiped["ended"]["evidence"]);
    assert_eq!((&ended["result"], &ended["level"]), (&"erased_with_exceptions".into(), &"none".into()), "{ran:#?}");
    let counts = ["unwritable", "mismatched", "unreadable", "first_mismatch"].map(|name| evidence[name].as_u64());
    assert_eq!(counts, [3 * 512, 3 * 512, 2 * 512, 24_600 * 512].map(Some), "{ran:#?}");
    assert_eq!(ran.code, 1);
    assert_eq!(donated.left(), [(24_600 * 512, 1024), (25_000 * 512, 512)]);
}

#[test]
fn a_disk_that_drops_writes_is_caught_by_the_read_back() {
    if !long("dm-flakey that drops writes") {
        return;
    }
    let Some(mut machine) = Machine::new() else { return };
    let donated = machine.donated("cu", Bytes::mib(24));
    machine.part("-device", "virtio-scsi-pci");
    machine.part("-device", "scsi-hd,drive=cu,serial=THU-LOI-01");
    let mut guest =
        machine.boot(&["virtio_pci", "virtio_scsi", "sd_mod", "dm_flakey", "target_core_iblock", "tcm_loop"]);
    let device = guest.device();
    guest.disk("sda");
    guest.sh(&lying_disk()).good();
    refused(&guest.wipe(&device, "sda", "THU-LOI-01", &[]), 1, &["sda", "dm-0"]);
    let liar = guest.disk("sdb");
    assert_eq!((&liar["serial"], &liar["size"]), (&"THU-DOI-01".into(), &(24 * MIB).into()), "{liar}");
    let ran = guest.wipe(&device, "sdb", "THU-DOI-01", &[]);
    let wiped = ran.one("wiped");
    let (ended, evidence) = (&wiped["ended"], &wiped["ended"]["evidence"]);
    assert_eq!((&ended["result"], &ended["level"]), (&"erased_with_exceptions".into(), &"none".into()), "{ran:#?}");
    assert_eq!(
        (&evidence["unwritable"], &evidence["unreadable"]),
        (&0.into(), &0.into()),
        "the disk said that all went well"
    );
    let caught = (&evidence["mismatched"], &evidence["first_mismatch"]);
    assert_eq!(caught, (&MIB.into(), &(10 * MIB).into()), "{ran:#?}");
    assert_eq!(ran.code, 1);
    assert_eq!(donated.left(), [(10 * MIB, MIB)]);
    guest.json(&["verify"]).good();
}

/// Shell that makes `sdb`: `sda` as a SCSI disk of its own, of which one MiB takes writes, says that all went well, and
/// drops them. The program refuses what device-mapper makes; this is a disk by every sign, as a lying one would be.
fn lying_disk() -> String {
    let sectors = |mib: usize| mib * MIB / 512;
    let (at, length, rest) = (sectors(10), sectors(1), sectors(13));
    let table = format!(
        "0 {at} linear /dev/sda 0\\n{at} {length} flakey /dev/sda {at} 0 60 1 drop_writes\\n{} {rest} linear /dev/sda {}\\n",
        at + length,
        at + length
    );
    let (core, fabric) = ("core/iblock_0/doi", "loopback/naa.6001405000000001/tpgt_1");
    [
        "mount -t configfs configfs /sys/kernel/config",
        &format!("printf '{table}' | dmsetup create --noudevsync doi"),
        "cd /sys/kernel/config/target",
        &format!("mkdir -p {core} {fabric}"),
        &format!("echo udev_path=/dev/dm-0 > {core}/control"),
        &format!("echo 1 > {core}/enable"),
        &format!("echo THU-DOI-01 > {core}/wwn/vpd_unit_serial"),
        &format!("echo naa.6001405000000002 > {fabric}/nexus"),
        &format!("mkdir {fabric}/lun/lun_0"),
        &format!("ln -s $PWD/{core} {fabric}/lun/lun_0/port"),
    ]
    .join(" && ")
}
