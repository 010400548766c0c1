//! Parts that make a criterion pass: which, how much, and what the facts are once they are in.
//!
//! Invariant: a cure is offered only where the part can go in; soldered memory takes none.

use super::spec::Need;
use super::worst_disk::DISK_HEALTH;
use crate::device::{Certainty, Fact, Facts, Value, key};
use crate::unit::Bytes;
use crate::word::{Sentence, say};

/// Sizes that memory modules are sold in, in gibibytes.
const MODULES_GIB: [u64; 5] = [1, 2, 4, 8, 16];
const LARGEST_MODULE_GIB: u64 = 16;
/// The word for a disk that nothing speaks against.
const GOOD: &str = "good";

/// A kind of part that a criterion names as its fix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fix {
    /// Memory modules.
    Memory,
    /// The disk.
    Disk,
    /// A Wi-Fi adapter.
    Wifi,
    /// A camera.
    Camera,
    /// The battery.
    Battery,
}

/// What exactly to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cure {
    /// Put in a module of that size; with the free slots and the type and form (`DDR3L SODIMM`) where they are known.
    AddMemory(Bytes, Option<u64>, Option<String>),
    /// No slot is free: put in other modules, that much together, of that type and form where they are known.
    ReplaceMemory(Bytes, Option<String>),
    /// Put in a disk of at least that size where there is none.
    AddDisk(Bytes),
    /// Put in another disk of at least that size.
    ReplaceDisk(Bytes),
    /// Put in another disk for one that fails, of at least that size where one is asked for.
    RenewDisk(Option<Bytes>),
    /// Plug in a USB Wi-Fi adapter.
    AddWifi,
    /// Plug in a USB camera.
    AddCamera,
    /// Put in another battery.
    ReplaceBattery,
}

impl Fix {
    /// The part of that name in a profile file.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "memory" => Some(Self::Memory),
            "disk" => Some(Self::Disk),
            "wifi" => Some(Self::Wifi),
            "camera" => Some(Self::Camera),
            "battery" => Some(Self::Battery),
            _other => None,
        }
    }

    /// Whether the part changes that fact.
    #[must_use]
    pub fn changes(self, fact: &str) -> bool {
        match self {
            Self::Memory => fact == key::MEMORY_TOTAL,
            Self::Disk => matches!(fact, key::DISK_LARGEST | DISK_HEALTH),
            Self::Wifi => fact == key::WIFI,
            Self::Camera => fact == key::CAMERA,
            Self::Battery => fact == key::BATTERY_HEALTH,
        }
    }

    /// What to do so that the need is met; `None` where no part does it. `disk` is the size that a disk must have at least.
    pub(super) fn cure(self, need: &Need, disk: Option<Bytes>, facts: &Facts) -> Option<Cure> {
        match (self, need) {
            (Self::Disk, Need::Is(Value::Text(_)) | Need::OneOf(_)) => Some(Cure::RenewDisk(disk)),
            (Self::Memory, Need::AtLeast(Value::Bytes(least))) => memory(*least, facts),
            (Self::Disk, Need::AtLeast(Value::Bytes(least))) => {
                let none = facts.known(key::DISK_COUNT) == Some(&Value::Count(0));
                Some(if none { Cure::AddDisk(*least) } else { Cure::ReplaceDisk(*least) })
            }
            (Self::Wifi, Need::Is(Value::Flag(true))) => Some(Cure::AddWifi),
            (Self::Camera, Need::Is(Value::Flag(true))) => Some(Cure::AddCamera),
            (Self::Battery, Need::AtLeast(Value::Percent(_))) => Some(Cure::ReplaceBattery),
            (Self::Memory | Self::Disk | Self::Wifi | Self::Camera | Self::Battery, _no_part_does_that) => None,
        }
    }
}

impl Cure {
    /// What to do, in words.
    #[must_use]
    pub fn sentence(&self) -> Sentence {
        match self {
            Self::AddMemory(size, None, _) => say!("spec-cure-add-memory", size = size.binary()),
            Self::AddMemory(size, Some(free), Some(kind)) if *size <= Bytes::gib(LARGEST_MODULE_GIB) => {
                say!("spec-cure-add-module", size = size.binary(), free = *free, kind = kind.as_str())
            }
            Self::AddMemory(size, Some(free), _) => {
                say!("spec-cure-add-memory-free", size = size.binary(), free = *free)
            }
            Self::ReplaceMemory(total, None) => say!("spec-cure-replace-memory", total = total.binary()),
            Self::ReplaceMemory(total, Some(kind)) => {
                say!("spec-cure-replace-modules", total = total.binary(), kind = kind.as_str())
            }
            Self::AddDisk(least) => say!("spec-cure-add-disk", size = least.decimal()),
            Self::ReplaceDisk(least) => say!("spec-cure-replace-disk", size = least.decimal()),
            Self::RenewDisk(Some(least)) => say!("spec-cure-renew-disk", size = least.decimal()),
            Self::RenewDisk(None) => say!("spec-cure-renew-any-disk"),
            Self::AddWifi => say!("spec-cure-add-wifi"),
            Self::AddCamera => say!("spec-cure-add-camera"),
            Self::ReplaceBattery => say!("spec-cure-replace-battery"),
        }
    }

    /// Whether a part of that kind (a code of the repair vocabulary), label and size does it. A battery or a camera is made
    /// for one model, so that none of a shelf is ever promised to fit; nor is memory whose type nobody wrote down.
    #[must_use]
    pub fn is_met_by(&self, kind: &str, label: Option<&str>, size: Option<Bytes>) -> bool {
        let large = |least: &Bytes| size.is_some_and(|size| size >= *least);
        let alike = |form: &Option<String>| {
            let label = label.unwrap_or_default().to_uppercase();
            let words: Vec<&str> = label.split_whitespace().collect();
            form.as_ref().is_none_or(|form| form.to_uppercase().split_whitespace().all(|word| words.contains(&word)))
        };
        match self {
            Self::AddMemory(least, _, form) | Self::ReplaceMemory(least, form) => {
                kind == "memory" && large(least) && alike(form)
            }
            Self::AddDisk(least) | Self::ReplaceDisk(least) => kind == "disk" && large(least),
            Self::RenewDisk(least) => kind == "disk" && least.is_none_or(|least| large(&least)),
            Self::AddWifi => kind == "wifi-card",
            Self::AddCamera | Self::ReplaceBattery => false,
        }
    }

    /// Both as one where one part does both: a disk that is larger and does not fail.
    pub(super) fn together(cures: Vec<Self>) -> Vec<Self> {
        let largest =
            cures.iter().filter_map(|cure| if let Self::ReplaceDisk(least) = cure { Some(*least) } else { None }).max();
        let renews = cures.iter().any(|cure| matches!(cure, Self::RenewDisk(_)));
        let needed = cures.into_iter().filter(|cure| !renews || !matches!(cure, Self::ReplaceDisk(_)));
        let as_large =
            |cure| if let Self::RenewDisk(least) = cure { Self::RenewDisk(least.max(largest)) } else { cure };
        needed.map(as_large).collect()
    }

    /// The facts once the part is in.
    pub(super) fn applied(&self, facts: &Facts) -> Facts {
        let well = || (DISK_HEALTH, Value::Text(GOOD.to_owned()));
        let told = match self {
            Self::AddMemory(size, ..) => {
                let before = facts.known(key::MEMORY_TOTAL).and_then(Value::number).unwrap_or(0);
                vec![(key::MEMORY_TOTAL, Value::Bytes(Bytes(before.saturating_add(size.0))))]
            }
            Self::ReplaceMemory(total, _) => vec![(key::MEMORY_TOTAL, Value::Bytes(*total))],
            Self::AddDisk(least) | Self::ReplaceDisk(least) | Self::RenewDisk(Some(least)) => {
                vec![(key::DISK_LARGEST, Value::Bytes(*least)), well()]
            }
            Self::RenewDisk(None) => vec![well()],
            Self::AddWifi => vec![(key::WIFI, Value::Flag(true))],
            Self::AddCamera => vec![(key::CAMERA, Value::Flag(true))],
            Self::ReplaceBattery => vec![(key::BATTERY_HEALTH, Value::Percent(100))],
        };
        let mut after = Facts::new();
        let is_told = |fact: &&Fact| !told.iter().any(|(key, _)| *key == fact.key);
        after.extend(facts.iter().filter(is_told).cloned());
        for (key, value) in &told {
            let source = facts.get(key).map_or_else(|| (*key).to_owned(), |fact| fact.source.clone());
            after.push(*key, value.clone(), source, Certainty::Estimated);
        }
        after
    }
}

fn memory(least: Bytes, facts: &Facts) -> Option<Cure> {
    let number = |key: &str| facts.known(key).and_then(Value::number);
    let total = number(key::MEMORY_TOTAL)?;
    let module = module_for(least.less(Bytes(total)));
    // Tables that name less than is fitted are wrong.
    let most = number(key::MEMORY_MAXIMUM).filter(|most| *most >= total).unwrap_or(u64::MAX);
    let kind = module_kind(facts);
    match (number(key::MEMORY_SLOTS), number(key::MEMORY_FREE_SLOTS)) {
        _ if least.0 > most => None,
        (Some(0), _) => None,
        (_, Some(0)) => Some(Cure::ReplaceMemory(least, kind)),
        (Some(_), Some(_)) if total.saturating_add(module.0) > most => Some(Cure::ReplaceMemory(least, kind)),
        (_, free) => Some(Cure::AddMemory(module, free, kind)),
    }
}

/// Type and form of the modules that the sockets take: `DDR3L SODIMM`.
fn module_kind(facts: &Facts) -> Option<String> {
    let text = |key: &str| match facts.known(key) {
        Some(Value::Text(text)) => Some(text.as_str()),
        Some(_) | None => None,
    };
    let form = text(key::MEMORY_FORM).filter(|form| matches!(*form, "DIMM" | "SODIMM"))?;
    Some(format!("{} {form}", text(key::MEMORY_TYPE)?))
}

/// The smallest module, or whole number of the largest, that is not less than what is missing.
fn module_for(missing: Bytes) -> Bytes {
    let gib = missing.0.div_ceil(Bytes::gib(1).0).max(1);
    let one = MODULES_GIB.into_iter().find(|size| *size >= gib);
    Bytes(one.unwrap_or_else(|| gib.next_multiple_of(LARGEST_MODULE_GIB)).saturating_mul(Bytes::gib(1).0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_board_decides_which_module_fits_and_how_much_it_takes() {
        let board = |total: u64, free: u64, most: u64| {
            let mut facts = Facts::new();
            let mut tell = |key: &str, value: Value| facts.push(key, value, "test", Certainty::Certain);
            tell(key::MEMORY_TOTAL, Value::Bytes(Bytes::gib(total)));
            tell(key::MEMORY_SLOTS, Value::Count(2));
            tell(key::MEMORY_FREE_SLOTS, Value::Count(free));
            tell(key::MEMORY_TYPE, Value::Text("DDR3L".to_owned()));
            tell(key::MEMORY_FORM, Value::Text("SODIMM".to_owned()));
            tell(key::MEMORY_MAXIMUM, Value::Bytes(Bytes::gib(most)));
            memory(Bytes::gib(8), &facts)
        };
        let kind = || Some("DDR3L SODIMM".to_owned());
        assert_eq!(board(4, 1, 16), Some(Cure::AddMemory(Bytes::gib(4), Some(1), kind())));
        assert_eq!(board(4, 0, 16), Some(Cure::ReplaceMemory(Bytes::gib(8), kind())));
        assert_eq!(board(4, 1, 4), None, "the board takes no more");
        assert_eq!(board(3, 1, 8), Some(Cure::ReplaceMemory(Bytes::gib(8), kind())), "3 and 8 are more than it takes");
        assert_eq!(
            board(4, 1, 2),
            Some(Cure::AddMemory(Bytes::gib(4), Some(1), kind())),
            "wrong tables count for nothing"
        );
        let words = crate::word::Words::new(crate::word::Lang::Vi, None).expect("embedded");
        let said = board(4, 1, 16).map(|cure| words.say(&cure.sentence()));
        assert_eq!(said.as_deref(), Some("còn 1 khe trống, thêm 1 thanh 4 GB DDR3L SODIMM"));
    }

    #[test]
    fn modules_come_in_sizes_that_exist() {
        for (missing, module) in
            [(1, 1024), (1024, 1024), (1536, 2048), (3072, 4096), (6144, 8192), (20 * 1024, 32 * 1024)]
        {
            assert_eq!(module_for(Bytes::mib(missing)), Bytes::mib(module), "{missing}");
        }
    }

    #[test]
    fn a_part_does_it_by_its_kind_size_and_label_and_what_nobody_wrote_down_is_not_promised() {
        let memory = Cure::AddMemory(Bytes::gib(4), Some(1), Some("DDR3L SODIMM".to_owned()));
        let fits = |label, gib| memory.is_met_by("memory", label, Some(Bytes::gib(gib)));
        assert!(fits(Some("ddr3l sodimm 1600"), 4) && fits(Some("SODIMM DDR3L"), 8));
        assert!(!fits(Some("DDR3L SODIMM"), 2) && !fits(Some("DDR4 SODIMM"), 4) && !fits(None, 4));
        assert!(!memory.is_met_by("memory", Some("DDR3L SODIMM"), None), "of no size");
        assert!(!memory.is_met_by("disk", Some("DDR3L SODIMM"), Some(Bytes::gib(4))));
        let any = Cure::ReplaceMemory(Bytes::gib(4), None);
        assert!(any.is_met_by("memory", None, Some(Bytes::gib(4))), "where the board does not tell, any may be tried");
        let disk = Cure::ReplaceDisk(Bytes(64_000_000_000));
        assert!(disk.is_met_by("disk", None, Some(Bytes(128_000_000_000))));
        assert!(!disk.is_met_by("disk", None, Some(Bytes(32_000_000_000))));
        assert!(!Cure::ReplaceBattery.is_met_by("battery", Some("45N1127"), None), "made for one model");
    }
}
