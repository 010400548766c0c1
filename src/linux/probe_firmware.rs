//! Firmware facts: UEFI, Secure Boot, TPM.
//!
//! Source: UEFI 2.10 §3.3 (global variables), Linux `Documentation/filesystems/efivarfs.rst`.

use super::probe_tree::Tree;
use crate::device::{Certainty, Facts, Value, Why, key};

const EFI: &str = "sys/firmware/efi";
const SECURE_BOOT: &str = "sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";
const TPM: &str = "sys/class/tpm";
/// The variable's attributes come before its value.
const ATTRIBUTES_LEN: usize = 4;

pub(super) fn firmware_facts(tree: Tree<'_>, facts: &mut Facts) {
    let uefi = tree.exists(EFI);
    if uefi || tree.exists("sys/firmware") {
        facts.push(key::FIRMWARE_UEFI, Value::Flag(uefi), EFI, Certainty::Certain);
    } else {
        facts.unknown(key::FIRMWARE_UEFI, EFI, Why::NotThere);
    }
    secure_boot(tree, uefi, facts);
    tpm(tree, facts);
}

fn secure_boot(tree: Tree<'_>, uefi: bool, facts: &mut Facts) {
    let variable = tree.bytes(SECURE_BOOT, 64);
    match variable.what {
        Ok(bytes) if bytes.len() == ATTRIBUTES_LEN + 1 => {
            facts.push(key::SECURE_BOOT, Value::Flag(bytes[ATTRIBUTES_LEN] == 1), SECURE_BOOT, Certainty::Certain);
        }
        Ok(bytes) => {
            let found = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
            let wanted = u64::try_from(ATTRIBUTES_LEN + 1).unwrap_or(u64::MAX);
            facts.unknown(key::SECURE_BOOT, SECURE_BOOT, Why::WrongLength { found, wanted });
        }
        Err(_) if !uefi && tree.exists("sys/firmware") => {
            facts.push(key::SECURE_BOOT, Value::Flag(false), EFI, Certainty::Certain);
        }
        Err(why) => facts.unknown(key::SECURE_BOOT, SECURE_BOOT, why),
    }
}

fn tpm(tree: Tree<'_>, facts: &mut Facts) {
    let path = format!("{TPM}/tpm0/tpm_version_major");
    if let Some(version) = tree.number(&path) {
        facts.push(key::TPM, Value::Count(version), path, Certainty::Certain);
    } else if tree.exists(&format!("{TPM}/tpm0")) {
        facts.unknown(key::TPM, path, Why::NotTold);
    } else if tree.exists(TPM) {
        facts.push(key::TPM, Value::Count(0), TPM, Certainty::Estimated);
    } else {
        facts.unknown(key::TPM, TPM, tree.no_class());
    }
}
