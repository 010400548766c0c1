//! The open set of wipe methods and the choice among them.
//!
//! Invariant: what a method writes at an address depends on that address and the key alone, so that any piece can be
//! made again for comparison, in any order and by any later program.

use super::overwrite_pattern::OverwritePattern;
use super::overwrite_zero::OverwriteZero;
use crate::device::Medium;
use crate::unit::{Bytes, Digest};
use crate::word::Sentence;
use std::fmt::Debug;

/// Every method. Adding one means a file of its own and a line here.
pub static METHODS: &[&dyn Method] = &[&OverwriteZero, &OverwritePattern];

/// A way to overwrite a disk.
pub trait Method: Sync + Debug {
    /// Its permanent id, as the ledger holds it.
    fn id(&self) -> &'static str;
    /// Whether it needs a key, fresh for every job.
    fn keyed(&self) -> bool;
    /// Whether what belongs at one address differs from what belongs at another; where not, one piece serves everywhere.
    fn varies(&self) -> bool;
    /// Makes the bytes that belong at `at`. A keyed method without a key makes those of the zero key.
    fn fill(&self, key: Option<&Digest>, at: Bytes, into: &mut [u8]);
    /// What people call it.
    fn name(&self) -> Sentence;
}

/// The method of that id.
#[must_use]
pub fn method(id: &str) -> Option<&'static dyn Method> {
    METHODS.iter().copied().find(|method| method.id() == id)
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
        assert_eq!(ids, ["overwrite-zero", "overwrite-pattern"]);
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
            for method in METHODS {
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
