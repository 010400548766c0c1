//! A medium in words for people.

use super::erase::{Bar, Offer};
use super::fact::Certainty;
use super::medium::{Doubt, HiddenArea, HiddenBy, Medium, MediumKind, Sanitizing, Unsure};
use crate::word::{Sentence, say};

/// What people call that kind.
#[must_use]
pub fn medium_name(kind: MediumKind) -> Sentence {
    match kind {
        MediumKind::Hdd => say!("medium-hdd"),
        MediumKind::SataSsd => say!("medium-sata-ssd"),
        MediumKind::NvmeSsd => say!("medium-nvme-ssd"),
        MediumKind::Emmc => say!("medium-emmc"),
        MediumKind::SdCard => say!("medium-sd-card"),
        MediumKind::UsbFlash => say!("medium-usb-flash"),
        MediumKind::BehindBridge => say!("medium-behind-bridge"),
        MediumKind::Sas => say!("medium-sas"),
        MediumKind::Virtual => say!("medium-virtual"),
        MediumKind::Practice => say!("medium-practice"),
        MediumKind::Unknown => say!("medium-unknown"),
    }
}

/// Why something is not known.
#[must_use]
pub fn unsure_sentence(why: &Unsure) -> Sentence {
    match why {
        Unsure::NotAsked => say!("unsure-not-asked"),
        Unsure::NoCommands => say!("unsure-no-commands"),
        Unsure::Failed(error) => say!("unsure-failed", error = error.as_str()),
        Unsure::Blank => say!("unsure-blank"),
        Unsure::Garbage => say!("unsure-garbage"),
        Unsure::Refused => say!("unsure-refused"),
        Unsure::Contradicts => say!("unsure-contradicts"),
    }
}

/// A hidden area and its size.
#[must_use]
pub fn hidden_sentence(area: HiddenArea) -> Sentence {
    // Decimal units round; the number of bytes is what a certificate is compared with.
    let (size, bytes) = (area.size.decimal(), area.size.0);
    match area.by {
        HiddenBy::Hpa => say!("hidden-hpa", size = size, bytes = bytes),
        HiddenBy::Dco => say!("hidden-dco", size = size, bytes = bytes),
        HiddenBy::Namespace => say!("hidden-namespace", size = size, bytes = bytes),
        HiddenBy::BootArea => say!("hidden-boot-area", size = size, bytes = bytes),
    }
}

/// Where answers and kernel disagree.
#[must_use]
pub fn doubt_sentence(doubt: &Doubt) -> Sentence {
    match doubt {
        Doubt::Size { said, kernel } => say!("doubt-size", said = said.0, kernel = kernel.0),
        Doubt::Serial { said, kernel } => say!("doubt-serial", said = said.as_str(), kernel = kernel.as_str()),
        Doubt::Block { said, kernel } => say!("doubt-block", said = u64::from(*said), kernel = u64::from(*kernel)),
        Doubt::NativeTooSmall { said } => say!("doubt-native", said = said.0),
    }
}

/// Why an erase is not on offer.
#[must_use]
pub fn bar_sentence(bar: Bar) -> Sentence {
    match bar {
        Bar::NotThere => say!("bar-not-there"),
        Bar::Frozen => say!("bar-frozen"),
        Bar::Locked => say!("bar-locked"),
        Bar::PasswordSet => say!("bar-password-set"),
        Bar::OverUsb => say!("bar-over-usb"),
        Bar::Busy => say!("bar-busy"),
        Bar::NotAsked => say!("bar-not-asked"),
        Bar::Doubted => say!("bar-doubted"),
        Bar::OtherNamespaces => say!("bar-other-namespaces"),
    }
}

/// The medium, a line each for what there is to say.
#[must_use]
pub fn medium_lines(medium: &Medium) -> Vec<Sentence> {
    let mut lines = vec![head(medium)];
    if let Some(bridge) = &medium.bridge {
        let name = bridge.name.as_deref().unwrap_or("?");
        let id = bridge.id.as_str();
        lines.push(if bridge.passes {
            say!("medium-bridge-passes", name = name, id = id)
        } else {
            say!("medium-bridge-blocks", name = name, id = id)
        });
    }
    lines.extend(hidden_lines(medium));
    lines.extend(state_lines(medium));
    lines.extend(medium.doubts.iter().map(|doubt| say!("medium-doubt", doubt = doubt_sentence(doubt))));
    lines
}

fn head(medium: &Medium) -> Sentence {
    let kind = medium_name(medium.kind);
    match &medium.told {
        Ok(told) => {
            let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "?".to_owned());
            let block = |block: Option<u32>| block.map_or_else(|| "?".to_owned(), |block| block.to_string());
            say!(
                "medium-told",
                kind = kind,
                model = text(&told.model),
                serial = text(&told.serial),
                firmware = text(&told.firmware),
                logical = block(told.logical_block),
                physical = block(told.physical_block),
            )
        }
        Err(_silent) if medium.certainty == Certainty::Certain => say!("medium-known", kind = kind),
        Err(why) => say!("medium-silent", kind = kind, why = unsure_sentence(why)),
    }
}

fn hidden_lines(medium: &Medium) -> Vec<Sentence> {
    let hidden = &medium.hidden;
    let mut lines: Vec<Sentence> =
        hidden.areas.iter().map(|area| say!("medium-hidden", area = hidden_sentence(*area))).collect();
    match &hidden.unknown {
        None if lines.is_empty() => lines.push(say!("medium-hidden-none")),
        None => {}
        Some(why) => lines.push(say!("medium-hidden-unknown", why = unsure_sentence(why))),
    }
    lines
}

fn state_lines(medium: &Medium) -> Vec<Sentence> {
    let security = medium.security.unwrap_or_default();
    let mut lines = Vec::new();
    lines.extend(security.frozen.then(|| say!("medium-frozen")));
    lines.extend(security.locked.then(|| say!("medium-locked")));
    lines.extend((security.enabled && !security.locked).then(|| say!("medium-password")));
    match medium.sanitizing {
        Some(Sanitizing::Running(per_mille)) => {
            lines.push(say!("medium-sanitizing", percent = u64::from(per_mille / 10)));
        }
        Some(Sanitizing::Failed) => lines.push(say!("medium-sanitize-failed")),
        Some(Sanitizing::Idle) | None => {}
    }
    let ids: Vec<&str> = medium.offered().map(super::Erase::id).collect();
    if !ids.is_empty() {
        lines.push(say!("medium-erases", erases = ids.join(", ")));
    }
    // What the drive simply does not have is in the JSON; a person needs to know what could be had.
    let barred = |offer: &&Offer| offer.bar.is_some_and(|bar| bar != Bar::NotThere);
    lines.extend(medium.erases.iter().filter(barred).filter_map(|offer| {
        Some(say!("medium-erase-barred", erase = offer.erase.id(), why = bar_sentence(offer.bar?)))
    }));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::unit::Bytes;
    use crate::word::{Lang, Words};
    use std::collections::BTreeSet;

    #[test]
    fn everything_that_can_be_said_of_a_medium_is_said_in_both_languages_and_no_two_alike() {
        let size = Bytes(7_654_321);
        let areas = [HiddenBy::Hpa, HiddenBy::Dco, HiddenBy::Namespace, HiddenBy::BootArea];
        let unsure = [
            Unsure::NotAsked,
            Unsure::NoCommands,
            Unsure::Failed("7654321".to_owned()),
            Unsure::Blank,
            Unsure::Garbage,
            Unsure::Refused,
            Unsure::Contradicts,
        ];
        let bars = [
            Bar::NotThere,
            Bar::Frozen,
            Bar::Locked,
            Bar::PasswordSet,
            Bar::OverUsb,
            Bar::Busy,
            Bar::NotAsked,
            Bar::Doubted,
            Bar::OtherNamespaces,
        ];
        let doubts = [
            Doubt::Size { said: size, kernel: Bytes(1) },
            Doubt::Serial { said: "7654321".to_owned(), kernel: "B".to_owned() },
            Doubt::Block { said: 7_654_321, kernel: 512 },
            Doubt::NativeTooSmall { said: size },
        ];
        let mut all: Vec<Sentence> = areas.map(|by| hidden_sentence(HiddenArea { by, size })).to_vec();
        all.extend(unsure.iter().map(unsure_sentence));
        all.extend(bars.map(bar_sentence));
        all.extend(doubts.iter().map(doubt_sentence));
        for lang in [Lang::Vi, Lang::En] {
            let words = Words::new(lang, None).expect("embedded");
            let said: BTreeSet<String> = all.iter().map(|sentence| words.say(sentence)).collect();
            assert_eq!(said.len(), all.len(), "two read alike: {said:?}");
            for sentence in &all {
                assert!(words.has(sentence.key()), "{lang} has no {}", sentence.key());
                assert_eq!(words.say(sentence).contains("7654321"), !sentence.args().is_empty(), "{}", sentence.key());
            }
        }
    }
}
