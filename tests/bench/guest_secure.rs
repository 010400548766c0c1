//! Machines that start by UEFI, with Secure Boot on and off: shim, GRUB and kernel as Debian signed them.
//!
//! Firmware takes long: with `--long` only.

use super::guest_rig::{Machine, long};
use super::guest_start::{Start, uefi};
use serde_json::Value;

/// Starts a machine with Secure Boot on or off: whether it says that it started by UEFI, and securely; and its model.
fn started(secure: bool) -> Option<[Value; 3]> {
    let mut machine = Machine::new()?;
    machine.starts_from(Start::Uefi(uefi()?, secure));
    machine.part("-smbios", "type=1,manufacturer=Dell Inc.,product=Latitude E7450,serial=GIA-0007");
    let mut guest = machine.boot(&["efivarfs"]);
    guest.sh("mount -t efivarfs efivarfs /sys/firmware/efi/efivars").good();
    let device = guest.device();
    let facts = guest.json(&["inspect", &device.tag]).good().all("fact");
    let fact = |key: &str| {
        let known = facts.iter().find(|fact| fact["fact"] == key && fact["known"] == true);
        known.map_or(
            Value::Null,
            |fact| if fact["number"].is_null() { fact["text"].clone() } else { fact["number"].clone() },
        )
    };
    Some(["firmware.uefi", "firmware.secure_boot", "identity.model"].map(fact))
}

#[test]
fn a_machine_that_started_by_uefi_says_whether_it_did_so_securely() {
    if !long("machines with Secure Boot on and off") {
        return;
    }
    for secure in [true, false] {
        let Some([by_uefi, securely, model]) = started(secure) else { return };
        assert_eq!((by_uefi, securely), (1.into(), u64::from(secure).into()));
        assert_eq!(model, "Latitude E7450", "read although the kernel is locked down");
    }
}
