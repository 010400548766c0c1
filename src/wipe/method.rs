//! The open set of wipe methods and the choice among them.
//!
//! Invariants: what an overwrite puts at an address depends on that address and the key alone, so that any piece can be
//! made again for comparison, in any order and by any later program; no firmware erase is ever chosen by itself.

use super::discard::Discard;
use super::evidence::Level;
use super::firmware_erase::FirmwareErase;
use super::overwrite_pattern::OverwritePattern;
use super::overwrite_zero::OverwriteZero;
use crate::device::{Erase, Medium};
use crate::unit::{Bytes, Digest};
use crate::word::Sentence;
use std::fmt::Debug;

/// Every method. Adding one means a line here, and for an overwrite a file of its own.
pub static METHODS: &[&dyn Method] = &[
    &OverwriteZero,
    &OverwritePattern,
    &FirmwareErase(Erase::AtaSanitizeCrypto),
    &FirmwareErase(Erase::AtaSanitizeBlock),
    &FirmwareErase(Erase::AtaSanitizeOverwrite),
    &FirmwareErase(Erase::AtaSecurityErase),
    &FirmwareErase(Erase::AtaSecurityEraseEnhanced),
    &FirmwareErase(Erase::NvmeSanitizeCrypto),
    &FirmwareErase(Erase::NvmeSanitizeBlock),
    &FirmwareErase(Erase::NvmeSanitizeOverwrite),
    &FirmwareErase(Erase::NvmeFormatSes1),
    &FirmwareErase(Erase::NvmeFormatSes2),
    &FirmwareErase(Erase::ScsiSanitizeCrypto),
    &FirmwareErase(Erase::ScsiSanitizeBlock),
    &FirmwareErase(Erase::ScsiSanitizeOverwrite),
    &FirmwareErase(Erase::MmcSanitize),
    &FirmwareErase(Erase::OpalPsidRevert),
    &Discard,
];

/// A way to wipe a disk.
pub trait Method: Sync + Debug {
    /// Its permanent id, as the ledger holds it.
    fn id(&self) -> &'static str;
    /// How it goes about it.
    fn way(&self) -> Way;
    /// What people call it.
    fn name(&self) -> Sentence;
    /// The level that complete evidence of it is worth.
    fn best(&self) -> Level;
    /// Whether it needs a key, fresh for every job: that of its pattern or of its canaries.
    fn keyed(&self) -> bool {
        match self.way() {
            Way::Overwrite(overwrite) => overwrite.is_keyed(),
            Way::Firmware(_) | Way::Discard => true,
        }
    }
}

/// How a method goes about it.
#[derive(Clone, Copy, Debug)]
pub enum Way {
    /// Every byte is written, read back and compared.
    Overwrite(&'static dyn Overwrite),
    /// The drive's own firmware erases, and canaries prove it.
    Firmware(Erase),
    /// The drive is told that nothing on it is needed any more, and canaries are looked for.
    Discard,
}

/// A method that puts bytes of its own everywhere.
pub trait Overwrite: Sync + Debug {
    /// Whether it needs a key.
    fn is_keyed(&self) -> bool;
    /// Whether what belongs at one address differs from what belongs at another; where not, one piece serves everywhere.
    fn varies(&self) -> bool;
    /// Makes the bytes that belong at `at`. A keyed method without a key makes those of the zero key.
    fn fill(&self, key: Option<&Digest>, at: Bytes, into: &mut [u8]);
}

/// The method of that id.
#[must_use]
pub fn method(id: &str) -> Option<&'static dyn Method> {
    METHODS.iter().copied().find(|method| method.id() == id)
}

/// What the method of that id puts on a disk; `None` where it puts nothing there itself, or is not known.
#[must_use]
pub fn overwrite(id: &str) -> Option<&'static dyn Overwrite> {
    match method(id)?.way() {
        Way::Overwrite(overwrite) => Some(overwrite),
        Way::Firmware(_) | Way::Discard => None,
    }
}

/// What may be chosen for a medium without more ado: the overwrites, and what the drive's firmware offers. What can leave a
/// drive locked, needs something from its label or earns nothing is there for whoever asks for it by name.
#[must_use]
pub fn choices(medium: &Medium) -> Vec<&'static dyn Method> {
    let on_offer = |erase: Erase| medium.offer(erase).is_some_and(|offer| offer.bar.is_none());
    let fits = |method: &&dyn Method| match method.way() {
        Way::Overwrite(_) => true,
        Way::Firmware(erase) => on_offer(erase) && !erase.can_lock() && erase != Erase::OpalPsidRevert,
        Way::Discard => false,
    };
    METHODS.iter().copied().filter(fits).collect()
}

/// What suits the medium: zeros on what surely spins, the keyed pattern on flash, behind USB and on the unknown.
#[must_use]
pub fn default_for(medium: &Medium) -> &'static dyn Method {
    if medium.surely_spins() { &OverwriteZero } else { &OverwritePattern }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::device::{Attachment, Bus, Certainty, Disk, DiskIdentity, MediumKind, Unsure};
    use crate::word::{Lang, Words};
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    pub(in crate::wipe) fn disk(bus: Bus, rotational: Option<bool>) -> Disk {
        Disk {
            name: "sdx".to_owned(),
            path: "/dev/sdx".into(),
            identity: DiskIdentity { serial: None, wwn: None, model: None, size: Bytes::mib(8) },
            attachment: Attachment { boot_id: "boot".to_owned(), diskseq: None, port: "port".to_owned() },
            logical_block: 512,
            physical_block: 512,
            bus,
            rotational,
            removable: false,
            practice: false,
            serial_shared: false,
            obstacles: Vec::new(),
        }
    }

    #[test]
    fn ids_are_frozen_unique_and_found_and_every_method_has_a_name() {
        let ids: Vec<_> = METHODS.iter().map(|method| method.id()).collect();
        let mut expected = vec!["overwrite-zero", "overwrite-pattern"];
        expected.extend(Erase::ALL.map(Erase::id));
        expected.push("discard");
        assert_eq!(ids, expected);
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), METHODS.len());
        let words = [Words::new(Lang::Vi, None).expect("vi"), Words::new(Lang::En, None).expect("en")];
        for listed in METHODS {
            assert_eq!(method(listed.id()).map(Method::id), Some(listed.id()));
            assert!(words.iter().all(|words| words.has(listed.name().key())), "{listed:?}");
        }
        assert!(method("overwrite").is_none());
    }

    pub(in crate::wipe) fn medium(disk: &Disk) -> Medium {
        Medium::unasked(disk, Unsure::NotAsked)
    }

    #[test]
    fn what_the_drive_says_of_itself_counts_more_than_its_bus() {
        let docked = Medium { kind: MediumKind::Hdd, spins: Some(true), ..medium(&disk(Bus::Usb, None)) };
        assert_eq!(default_for(&docked).id(), "overwrite-zero");
        let unsure = Medium { kind: MediumKind::BehindBridge, ..docked.clone() };
        assert_eq!(default_for(&unsure).id(), "overwrite-pattern");
        let ssd = Medium { kind: MediumKind::SataSsd, certainty: Certainty::Certain, ..docked };
        assert_eq!(default_for(&ssd).id(), "overwrite-pattern");
    }

    #[test]
    fn only_what_surely_spins_gets_zeros() {
        for bus in [Bus::Ata, Bus::Scsi, Bus::Loop, Bus::File] {
            assert_eq!(default_for(&medium(&disk(bus, Some(true)))).id(), "overwrite-zero");
        }
        for (bus, rotational) in [
            (Bus::Ata, Some(false)),
            (Bus::Ata, None),
            (Bus::Usb, Some(true)),
            (Bus::Mmc, Some(true)),
            (Bus::Nvme, Some(true)),
            (Bus::Other, None),
        ] {
            assert_eq!(
                default_for(&medium(&disk(bus, rotational))).id(),
                "overwrite-pattern",
                "{bus:?} {rotational:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn any_piece_made_alone_equals_that_piece_of_the_whole(start in 0u64..1 << 50, cut in 0usize..4000, key in any::<[u8; 32]>()) {
            for method in METHODS.iter().filter_map(|method| overwrite(method.id())) {
                let mut whole = vec![1u8; 4096];
                method.fill(Some(&Digest(key)), Bytes(start), &mut whole);
                let mut piece = vec![2u8; 4096 - cut];
                method.fill(Some(&Digest(key)), Bytes(start + cut as u64), &mut piece);
                prop_assert_eq!(&whole[cut..], &piece[..]);
                let mut elsewhere = vec![3u8; 4096];
                method.fill(Some(&Digest(key)), Bytes(start ^ 4096), &mut elsewhere);
                prop_assert_eq!(whole != elsewhere, method.varies());
            }
        }
    }
}
