//! What a machine's locks mean for the people at the bench: one sentence each, with what to do next.
//!
//! Invariants: a lock that was found is never passed over in silence; what nobody can know before the network is said so,
//! once, last.

use crate::device::{Facts, Value, key};
use crate::word::{Sentence, say};

/// How much a lock weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LockWeight {
    /// It was found: the machine is not to be given away with it.
    Found,
    /// It may matter: somebody should look.
    Hint,
    /// Good to know.
    Note,
}

/// One thing to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lock {
    /// The fact it comes from.
    pub fact: &'static str,
    /// How much it weighs.
    pub weight: LockWeight,
    /// What it is, and what to do next.
    pub what: Sentence,
}

/// Every lock that the facts tell of, the heaviest first.
#[must_use]
pub fn locks(facts: &Facts) -> Vec<Lock> {
    let is = |key: &str| facts.known(key) == Some(&Value::Flag(true));
    let mut found = Vec::new();
    let mut add = |fact, weight, what| found.push(Lock { fact, weight, what });
    if is(key::FIRMWARE_PASSWORD) {
        add(key::FIRMWARE_PASSWORD, LockWeight::Found, say!("lock-firmware-password"));
    }
    if is(key::ABSOLUTE) {
        add(key::ABSOLUTE, LockWeight::Found, say!("lock-absolute"));
    }
    if let Some(count) = facts.known(key::ACCOUNTS).and_then(Value::number).filter(|count| *count > 0) {
        add(key::ACCOUNTS, LockWeight::Found, say!("lock-accounts", count = count));
    }
    if let Some(Value::Text(program)) = facts.known(key::DEVICE_OWNER) {
        add(key::DEVICE_OWNER, LockWeight::Found, say!("lock-device-owner", program = program.as_str()));
    }
    if facts.known(key::BOOTLOADER_LOCK) == Some(&Value::Flag(false)) {
        add(key::BOOTLOADER_LOCK, LockWeight::Hint, say!("lock-bootloader-open"));
    }
    if is(key::WARRANTY_BIT) {
        add(key::WARRANTY_BIT, LockWeight::Hint, say!("lock-warranty-bit"));
    }
    if is(key::CHROMEBOOK) {
        add(key::CHROMEBOOK, LockWeight::Hint, say!("lock-chromebook"));
        match facts.known(key::WRITE_PROTECT) {
            Some(Value::Flag(true)) => add(key::WRITE_PROTECT, LockWeight::Hint, say!("lock-write-protect")),
            Some(Value::Flag(false)) => add(key::WRITE_PROTECT, LockWeight::Note, say!("lock-write-open")),
            Some(_) | None => add(key::WRITE_PROTECT, LockWeight::Hint, say!("lock-write-unknown")),
        }
    }
    if is(key::AMT) {
        add(key::AMT, LockWeight::Hint, say!("lock-amt"));
    }
    if is(key::WPBT) {
        add(key::WPBT, LockWeight::Hint, say!("lock-wpbt"));
    }
    if let Some(Value::Text(masked)) = facts.known(key::WINDOWS_KEY) {
        add(key::WINDOWS_KEY, LockWeight::Note, say!("lock-windows-key", key = masked.as_str()));
    }
    if facts.get(key::ONLINE_LOCK).is_some() {
        add(key::ONLINE_LOCK, LockWeight::Note, say!("lock-online"));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::{Certainty, Why};
    use crate::word::{Lang, Words};

    #[test]
    fn every_lock_is_said_with_what_to_do_next_and_the_network_is_never_forgotten() {
        let mut facts = Facts::new();
        for key in [key::FIRMWARE_PASSWORD, key::ABSOLUTE, key::CHROMEBOOK, key::AMT, key::WPBT, key::WRITE_PROTECT] {
            facts.push(key, Value::Flag(true), "test", Certainty::Certain);
        }
        facts.push(key::WINDOWS_KEY, Value::Text("*****-3V66T".to_owned()), "test", Certainty::Certain);
        facts.unknown(key::ONLINE_LOCK, "test", Why::OnlyOnline);
        let said = locks(&facts);
        let order: Vec<_> = said.iter().map(|lock| lock.fact).collect();
        assert_eq!(order[..2], [key::FIRMWARE_PASSWORD, key::ABSOLUTE]);
        assert_eq!((order.len(), order.last()), (8, Some(&key::ONLINE_LOCK)));
        for lang in [Lang::Vi, Lang::En] {
            let words = Words::new(lang, None).expect("embedded");
            assert!(said.iter().all(|lock| words.say(&lock.what).len() > 40), "{lang}");
        }
        let words = Words::new(Lang::Vi, None).expect("embedded");
        assert!(words.say(&said[6].what).contains("3V66T"), "{said:?}");
    }

    #[test]
    fn a_machine_without_locks_is_told_of_the_network_alone() {
        let mut facts = Facts::new();
        facts.push(key::FIRMWARE_PASSWORD, Value::Flag(false), "test", Certainty::Certain);
        facts.push(key::WINDOWS_KEY, Value::Flag(false), "test", Certainty::Certain);
        facts.unknown(key::ONLINE_LOCK, "test", Why::OnlyOnline);
        assert_eq!(locks(&facts).iter().map(|lock| lock.fact).collect::<Vec<_>>(), [key::ONLINE_LOCK]);
    }
}
