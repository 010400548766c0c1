//! Refusals in words: each says what is in the way and what to do next.

use super::arming::ArmRefusal;
use super::disk::Obstacle;
use crate::word::{Sentence, say};

/// What the obstacle is, and what to do next.
#[must_use]
pub fn obstacle_sentence(obstacle: &Obstacle) -> Sentence {
    match obstacle {
        Obstacle::SystemDisk => say!("obstacle-system-disk"),
        Obstacle::Mounted(place) => say!("obstacle-mounted", place = place.as_str()),
        Obstacle::Swap => say!("obstacle-swap"),
        Obstacle::Held(holder) => say!("obstacle-held", holder = holder.as_str()),
        Obstacle::UnderLoop(name) => say!("obstacle-under-loop", name = name.as_str()),
        Obstacle::OddBlocks(block) => say!("obstacle-odd-blocks", block = u64::from(*block)),
        Obstacle::ReadOnly => say!("obstacle-read-only"),
        Obstacle::HoldsImage => say!("obstacle-holds-image"),
        Obstacle::HoldsLedger => say!("obstacle-holds-ledger"),
        Obstacle::NotPractice => say!("obstacle-not-practice"),
        Obstacle::OnHold => say!("obstacle-on-hold"),
        Obstacle::Quarantined => say!("obstacle-quarantined"),
        Obstacle::NoConsent => say!("obstacle-no-consent"),
        Obstacle::NotStick => say!("obstacle-not-stick"),
        Obstacle::OfDevice(device) => say!("obstacle-of-device", device = device.as_str()),
        Obstacle::NotHome => say!("obstacle-not-home"),
    }
}

/// Why the disk was not armed, and what to do next.
#[must_use]
pub fn refusal_sentence(refusal: &ArmRefusal) -> Sentence {
    match refusal {
        ArmRefusal::Forbidden { name, obstacle } => {
            say!("disk-refused", disk = name.as_str(), why = obstacle_sentence(obstacle))
        }
        ArmRefusal::WrongSerial { name, serial } => {
            say!("arm-wrong-serial", disk = name.as_str(), serial = serial.as_str())
        }
        ArmRefusal::OnlyTheEnd { name, serial } => {
            say!("arm-only-the-end", disk = name.as_str(), serial = serial.as_str())
        }
        ArmRefusal::WrongCode { name, code } => say!("arm-wrong-code", disk = name.as_str(), code = code.as_str()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::word::{Lang, Words};

    #[test]
    fn every_refusal_is_said_in_both_languages_with_its_particulars() {
        let text = || "xy7".to_owned();
        let obstacles = [
            Obstacle::SystemDisk,
            Obstacle::Mounted(text()),
            Obstacle::Swap,
            Obstacle::Held(text()),
            Obstacle::UnderLoop(text()),
            Obstacle::ReadOnly,
            Obstacle::HoldsImage,
            Obstacle::HoldsLedger,
            Obstacle::NotPractice,
            Obstacle::OnHold,
            Obstacle::Quarantined,
            Obstacle::NoConsent,
            Obstacle::NotStick,
            Obstacle::OfDevice(text()),
            Obstacle::NotHome,
        ];
        let refusals = [
            ArmRefusal::Forbidden { name: "sdx".to_owned(), obstacle: Obstacle::Held(text()) },
            ArmRefusal::WrongSerial { name: "sdx".to_owned(), serial: text() },
            ArmRefusal::OnlyTheEnd { name: "sdx".to_owned(), serial: text() },
            ArmRefusal::WrongCode { name: "sdx".to_owned(), code: text() },
        ];
        for lang in [Lang::Vi, Lang::En] {
            let words = Words::new(lang, None).expect("embedded file");
            for obstacle in &obstacles {
                let sentence = obstacle_sentence(obstacle);
                assert!(words.has(sentence.key()), "{lang} has no {}", sentence.key());
                let said = words.say(&sentence);
                assert_eq!(said.contains("xy7"), !sentence.args().is_empty(), "{said}");
            }
            for refusal in &refusals {
                let said = words.say(&refusal_sentence(refusal));
                assert!(said.contains("sdx") && said.contains("xy7"), "{said}");
            }
        }
    }
}
