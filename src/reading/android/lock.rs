//! What keeps it from its pupil, and what tells whether its data would be gone after a reset.
//!
//! Invariants: accounts are a number; an organisation is named only by its program; whether the maker's server locks it
//! (FRP, Knox, zero-touch) nobody can read, and that stays unknown.

use super::properties::Properties;
use super::silent;
use super::told::{AndroidTold, Ask};
use crate::device::{Certainty, Facts, Value, Why, key};

/// The longest name of a program that is kept.
const MOST: usize = 120;

pub(super) fn lock_facts(told: &AndroidTold, properties: &Properties, facts: &mut Facts) {
    encryption(told, properties, facts);
    boot(properties, facts);
    let ask = Ask::Accounts;
    match told.text(ask).and_then(accounts) {
        Some(count) => facts.push(key::ACCOUNTS, Value::Count(count), ask.source(), Certainty::Certain),
        None => facts.unknown(key::ACCOUNTS, ask.source(), silent(told, ask)),
    }
    owner(told, facts);
    let ask = Ask::SetUp;
    match told.text(ask).map(str::trim) {
        Some(word @ ("0" | "1")) => {
            facts.push(key::SET_UP, Value::Flag(word == "1"), ask.source(), Certainty::Certain);
        }
        Some(_) | None => facts.unknown(key::SET_UP, ask.source(), silent(told, ask)),
    }
    facts.unknown(key::ONLINE_LOCK, "getprop", Why::OnlyOnline);
}

/// How the data is encrypted: `file`, `block` or `none`.
fn encryption(told: &AndroidTold, properties: &Properties, facts: &mut Facts) {
    let of_files = told.text(Ask::DiskStats).is_some_and(|text| text.contains("File-based Encryption: true"));
    let of = |name: &str| format!("getprop#{name}");
    let (state, kind) = (properties.get("ro.crypto.state"), properties.get("ro.crypto.type"));
    let (word, source) = match (state, kind) {
        (Some("encrypted"), Some(kind @ ("file" | "block"))) => (kind, of("ro.crypto.type")),
        (Some("encrypted"), _) if of_files => ("file", Ask::DiskStats.source().to_owned()),
        // What was encrypted before there were two kinds (Android 7) is a block device.
        (Some("encrypted"), None) => ("block", of("ro.crypto.state")),
        (Some("unencrypted" | "unsupported"), _) => ("none", of("ro.crypto.state")),
        _untold => {
            let why = if properties.is_empty() { Why::NotThere } else { Why::NotTold };
            facts.unknown(key::ENCRYPTION, of("ro.crypto.state"), why);
            return;
        }
    };
    facts.push(key::ENCRYPTION, Value::Text(word.to_owned()), source, Certainty::Certain);
}

fn boot(properties: &Properties, facts: &mut Facts) {
    let why = || if properties.is_empty() { Why::NotThere } else { Why::NotTold };
    let of = |name: &str| format!("getprop#{name}");
    let name = "ro.boot.verifiedbootstate";
    match properties
        .get(name)
        .map(str::to_lowercase)
        .filter(|word| ["green", "yellow", "orange", "red"].contains(&word.as_str()))
    {
        Some(word) => facts.push(key::VERIFIED_BOOT, Value::Text(word), of(name), Certainty::Certain),
        None => facts.unknown(key::VERIFIED_BOOT, of(name), why()),
    }
    let mut flag = |key: &str, names: &[&'static str], yes: &[&str], no: &[&str]| {
        let told = properties.first(names);
        match told {
            Some((name, word)) if yes.contains(&word) || no.contains(&word) => {
                facts.push(key, Value::Flag(yes.contains(&word)), of(name), Certainty::Certain);
            }
            Some((name, _)) => facts.unknown(key, of(name), Why::NotTold),
            None => facts.unknown(key, of(names.first().copied().unwrap_or_default()), why()),
        }
    };
    let states = ["ro.boot.flash.locked", "ro.boot.vbmeta.device_state"];
    flag(key::BOOTLOADER_LOCK, &states, &["1", "locked"], &["0", "unlocked"]);
    flag(key::WARRANTY_BIT, &["ro.boot.warranty_bit", "ro.warranty_bit"], &["1"], &["0"]);
    match properties.first(&["ro.boot.slot_suffix", "ro.boot.slot"]) {
        Some((name, _)) => facts.push(key::SLOTS, Value::Flag(true), of(name), Certainty::Certain),
        None if properties.is_empty() => facts.unknown(key::SLOTS, "getprop", Why::NotThere),
        None => facts.push(key::SLOTS, Value::Flag(false), "getprop", Certainty::Estimated),
    }
}

/// All users' accounts together.
fn accounts(text: &str) -> Option<u64> {
    let counts: Vec<u64> =
        text.lines().filter_map(|line| line.trim().strip_prefix("Accounts:")?.trim().parse().ok()).collect();
    (!counts.is_empty()).then(|| counts.into_iter().fold(0, u64::saturating_add))
}

/// The program that an organisation manages it with, or that there is none.
fn owner(told: &AndroidTold, facts: &mut Facts) {
    for ask in [Ask::Owners, Ask::Policy] {
        if let Some(text) = told.text(ask)
            && let Some(name) = text.lines().find_map(owner_in)
        {
            facts.push(key::DEVICE_OWNER, Value::Text(name), ask.source(), Certainty::Certain);
            return;
        }
    }
    // Two wordings of the same: "none", and since Android 13 "no owners".
    let says_none = told.text(Ask::Owners).is_some_and(|text| ["none", "no owners"].contains(&text.trim()));
    let (value, ask) = if says_none { (Some(false), Ask::Owners) } else { (None, Ask::Policy) };
    match value {
        Some(flag) => facts.push(key::DEVICE_OWNER, Value::Flag(flag), ask.source(), Certainty::Certain),
        None => facts.unknown(key::DEVICE_OWNER, ask.source(), silent(told, ask)),
    }
}

/// `User  0: admin=com.x/.Admin,DeviceOwner,Affiliated`, or `admin=ComponentInfo{com.x/com.x.Admin}`.
fn owner_in(line: &str) -> Option<String> {
    let named = line.split_once("admin=")?.1;
    let is_profile = line.contains("ProfileOwner") && !line.contains("DeviceOwner");
    let name = named.strip_prefix("ComponentInfo{").unwrap_or(named);
    let end = name.find(|next: char| !(next.is_ascii_alphanumeric() || "._".contains(next))).unwrap_or(name.len());
    let name: String = name.get(..end)?.chars().take(MOST).collect();
    (name.contains('.') && !is_profile).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(told: &AndroidTold, text: &str) -> Facts {
        let mut facts = Facts::new();
        lock_facts(told, &Properties::read(text), &mut facts);
        facts
    }

    #[test]
    fn accounts_of_all_users_are_added_up() {
        let told = AndroidTold::default().with(Ask::Accounts, "  Accounts: 2\n  Accounts History\n  Accounts: 1\n");
        assert_eq!(facts(&told, "").known(key::ACCOUNTS), Some(&Value::Count(3)));
        let none = AndroidTold::default().with(Ask::Accounts, "  Accounts: 0\n");
        assert_eq!(facts(&none, "").known(key::ACCOUNTS), Some(&Value::Count(0)));
    }

    #[test]
    fn an_owner_is_named_in_every_wording_and_its_absence_is_said_only_where_it_was_said() {
        let of = |ask, text: &str| facts(&AndroidTold::default().with(ask, text), "").known(key::DEVICE_OWNER).cloned();
        let named = Some(Value::Text("com.school.mdm".to_owned()));
        assert_eq!(of(Ask::Owners, "1 owner:\nUser  0: admin=com.school.mdm/.Admin,DeviceOwner\n"), named);
        assert_eq!(of(Ask::Policy, "Device Owner: \n admin=ComponentInfo{com.school.mdm/com.school.mdm.X}\n"), named);
        assert_eq!(of(Ask::Owners, "no owners\n"), Some(Value::Flag(false)));
        assert_eq!(of(Ask::Owners, "none\n"), Some(Value::Flag(false)));
        assert_eq!(of(Ask::Owners, "Error: unknown command 'list-owners'\n"), None);
        let work = "1 owner:\nUser 10: admin=com.work.app/.Admin,ManagedProfileOwner(parentUserId=0)\n";
        assert_eq!(of(Ask::Owners, work), None, "a work profile goes with a reset");
    }

    #[test]
    fn encryption_boot_and_warranty_are_told_in_the_words_of_the_device() {
        let text = "[ro.crypto.state]: [encrypted]\n[ro.crypto.type]: [file]\n[ro.boot.verifiedbootstate]: [GREEN]\n\
                    [ro.boot.flash.locked]: [0]\n[ro.boot.warranty_bit]: [1]\n[ro.boot.slot_suffix]: [_a]\n";
        let told = facts(&AndroidTold::default(), text);
        for (key, value) in [
            (key::ENCRYPTION, Value::Text("file".to_owned())),
            (key::VERIFIED_BOOT, Value::Text("green".to_owned())),
            (key::BOOTLOADER_LOCK, Value::Flag(false)),
            (key::WARRANTY_BIT, Value::Flag(true)),
            (key::SLOTS, Value::Flag(true)),
        ] {
            assert_eq!(told.known(key), Some(&value), "{key}");
        }
        let old = facts(&AndroidTold::default(), "[ro.crypto.state]: [unencrypted]\n");
        assert_eq!(old.known(key::ENCRYPTION), Some(&Value::Text("none".to_owned())));
    }
}
