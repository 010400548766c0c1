//! What wiping this disk by that method can reach, and what it cannot.
//!
//! Invariant: a plan promises nothing; only [`judge`](super::judge) grants a level.

use super::evidence::Level;
use super::method::{Method, Way};
use crate::device::{Disk, HiddenArea, HiddenBy, Medium, hidden_sentence};
use crate::unit::Bytes;
use crate::word::{Sentence, say};

/// A part of the medium that an overwrite does not reach. Source: NIST SP 800-88 r1, section 2.5 and appendix A.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gap {
    /// Areas hidden from the host (HPA, DCO, accessible maximum address) were not looked for.
    HiddenAreasNotChecked,
    /// An area hidden from the host, which is there.
    HiddenArea(HiddenArea),
    /// Sectors that the disk replaced by spares keep their last content.
    RemappedSectors,
    /// Spare flash that no address reaches.
    OverProvisioning,
}

impl Gap {
    /// Its code in the ledger, for ever.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::HiddenAreasNotChecked => "hidden_areas_not_checked",
            Self::HiddenArea(area) => match area.by {
                HiddenBy::Hpa => "hidden_by_hpa",
                HiddenBy::Dco => "hidden_by_dco",
                HiddenBy::Namespace => "hidden_by_namespace",
                HiddenBy::BootArea => "hidden_boot_area",
            },
            Self::RemappedSectors => "remapped_sectors",
            Self::OverProvisioning => "over_provisioning",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn name(self) -> Sentence {
        match self {
            Self::HiddenAreasNotChecked => say!("wipe-gap-hidden-areas"),
            Self::HiddenArea(area) => say!("wipe-gap-hidden-area", area = hidden_sentence(area)),
            Self::RemappedSectors => say!("wipe-gap-remapped"),
            Self::OverProvisioning => say!("wipe-gap-over-provisioning"),
        }
    }
}

/// One disk, one method.
#[derive(Clone, Debug)]
pub struct Plan {
    /// How it will be overwritten.
    pub method: &'static dyn Method,
    /// How much there is to overwrite.
    pub size: Bytes,
    /// The best that the evidence can be worth.
    pub reachable: Level,
    /// What will not be covered.
    pub not_covered: Vec<Gap>,
    /// Why this method here, in one sentence.
    pub why: Sentence,
}

/// The plan of wiping `disk` of that medium by `method`. A disk of no size reaches nothing.
#[must_use]
pub fn plan(disk: &Disk, medium: &Medium, method: &'static dyn Method) -> Plan {
    let (spins, hidden) = (medium.surely_spins(), &medium.hidden);
    let mut not_covered: Vec<Gap> = hidden.areas.iter().map(|area| Gap::HiddenArea(*area)).collect();
    not_covered.extend(hidden.unknown.is_some().then_some(Gap::HiddenAreasNotChecked));
    if method.best() != Level::Purge {
        // A sanitize reaches what no address does. Sources: ACS-3, 4.17; NVM Express 1.4, 8.15; SBC-4, 4.11.
        not_covered.push(Gap::RemappedSectors);
        not_covered.extend((!spins).then_some(Gap::OverProvisioning));
    }
    let why = match (method.way(), spins) {
        (Way::Overwrite(overwrite), _) if overwrite.is_keyed() => say!("wipe-why-pattern"),
        (Way::Overwrite(_), true) => say!("wipe-why-zero"),
        (Way::Overwrite(_), false) => say!("wipe-why-zero-unproved-size"),
        (Way::Firmware(erase), _) if erase.is_sanitize() => say!("wipe-why-sanitize"),
        (Way::Firmware(erase), _) if erase.can_lock() => say!("wipe-why-security-erase"),
        (Way::Firmware(_), _) => say!("wipe-why-firmware"),
        (Way::Discard, _) => say!("wipe-why-discard"),
    };
    let size = disk.identity.size;
    let reachable = if size == Bytes::ZERO { Level::None } else { method.best() };
    Plan { method, size, reachable, not_covered, why }
}

#[cfg(test)]
mod tests {
    use super::super::method::{
        default_for, method,
        tests::{disk, medium},
    };
    use super::*;
    use crate::device::{Bus, Hidden};
    use crate::word::{Lang, Words};

    fn codes(plan: &Plan) -> Vec<&'static str> {
        plan.not_covered.iter().map(|gap| gap.code()).collect()
    }

    #[test]
    fn a_plan_lists_what_it_does_not_cover_and_promises_purge_only_of_sanitize() {
        let (spinning, stick) = (disk(Bus::Ata, Some(true)), disk(Bus::Usb, Some(true)));
        let (platters, flash) = (medium(&spinning), medium(&stick));
        let spinning_plan = plan(&spinning, &platters, default_for(&platters));
        assert_eq!(codes(&spinning_plan), ["hidden_areas_not_checked", "remapped_sectors"]);
        assert_eq!(spinning_plan.reachable, Level::Clear);
        assert_eq!(spinning_plan.why, say!("wipe-why-zero"));

        let stick_plan = plan(&stick, &flash, default_for(&flash));
        assert_eq!(codes(&stick_plan), ["hidden_areas_not_checked", "remapped_sectors", "over_provisioning"]);
        assert_eq!(stick_plan.why, say!("wipe-why-pattern"));
        let zero = method("overwrite-zero").expect("listed");
        assert_eq!(plan(&stick, &flash, zero).why, say!("wipe-why-zero-unproved-size"));

        let sanitize = plan(&stick, &flash, method("nvme-sanitize-block").expect("listed"));
        assert_eq!((codes(&sanitize), sanitize.reachable), (vec!["hidden_areas_not_checked"], Level::Purge));
        assert_eq!(sanitize.why, say!("wipe-why-sanitize"));
        let format = plan(&stick, &flash, method("nvme-format-ses1").expect("listed"));
        assert_eq!((codes(&format), format.reachable), (codes(&stick_plan), Level::Firmware));
        let locks = plan(&stick, &flash, method("ata-security-erase").expect("listed"));
        assert_eq!((locks.why, locks.reachable), (say!("wipe-why-security-erase"), Level::Firmware));
        assert_eq!(plan(&stick, &flash, method("discard").expect("listed")).reachable, Level::None);

        let mut empty = stick;
        empty.identity.size = Bytes::ZERO;
        assert_eq!(plan(&empty, &flash, zero).reachable, Level::None);
    }

    #[test]
    fn hidden_areas_are_a_gap_by_their_size_or_none_where_they_were_looked_for() {
        let spinning = disk(Bus::Ata, Some(true));
        let with = |hidden| {
            plan(&spinning, &Medium { hidden, ..medium(&spinning) }, method("overwrite-zero").expect("listed"))
        };
        assert_eq!(codes(&with(Hidden::NONE)), ["remapped_sectors"]);
        let area = |by| HiddenArea { by, size: Bytes(1_048_576) };
        let areas = vec![area(HiddenBy::Hpa), area(HiddenBy::Dco), area(HiddenBy::Namespace), area(HiddenBy::BootArea)];
        let hiding = with(Hidden { areas, unknown: None });
        assert_eq!(
            codes(&hiding),
            ["hidden_by_hpa", "hidden_by_dco", "hidden_by_namespace", "hidden_boot_area", "remapped_sectors"]
        );
        for lang in [Lang::Vi, Lang::En] {
            let words = Words::new(lang, None).expect("embedded");
            for gap in &hiding.not_covered[..4] {
                assert!(words.say(&gap.name()).contains("1048576"), "{}", words.say(&gap.name()));
            }
        }
    }
}
