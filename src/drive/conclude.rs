//! From what a drive said and what the kernel shows to what the medium is.
//!
//! Invariants: answers that contradict the kernel are not believed, and it is said where; what was not told stays unknown.

use super::dialogue::{AtaHeard, Heard, Known, NvmeHeard, ScsiHeard, Silence};
use super::erasing::per_mille;
use super::identify::{Identify, IdentifyError, SecurityWord};
use super::mmc::ExtCsd;
use super::nvme::{SanitizeLog, SanitizeState};
use super::sense::Registers;
use crate::device::{
    Bar, Bridge, Bus, Certainty, Doubt, Erase, Hidden, HiddenArea, HiddenBy, Medium, MediumKind, Offer, Sanitizing,
    Security, SelfTold, Unsure,
};
use crate::unit::Bytes;

/// The medium of the disk, by what was heard.
#[must_use]
pub fn medium(known: &Known<'_>, heard: &Heard) -> Medium {
    let silent = |why| Medium { bridge: bridge(known, false), ..Medium::unasked(known.disk, why) };
    match heard {
        Heard::Ata(heard) => ata(known, heard),
        Heard::Nvme(heard) => nvme(known, heard),
        Heard::Scsi(heard) => scsi(known, heard),
        Heard::Mmc(card) => mmc(known, card),
        Heard::Nothing(silence) => {
            let medium = silent(unsure(silence));
            match (medium.kind, known.soldered) {
                (MediumKind::SdCard, Some(true)) => Medium { kind: MediumKind::Emmc, ..medium },
                (MediumKind::SdCard, Some(false)) => Medium { certainty: Certainty::Certain, ..medium },
                _other => medium,
            }
        }
    }
}

fn unsure(silence: &Silence) -> Unsure {
    match silence {
        Silence::NoCommands => Unsure::NoCommands,
        Silence::NotAsked => Unsure::NotAsked,
        Silence::Failed(error) => Unsure::Failed(error.clone()),
        Silence::Refused => Unsure::Refused,
        Silence::NoAnswer(IdentifyError::Blank) => Unsure::Blank,
        Silence::NoAnswer(
            IdentifyError::Length(_) | IdentifyError::Checksum | IdentifyError::Garbage | IdentifyError::NotDisk,
        ) => Unsure::Garbage,
    }
}

fn bridge(known: &Known<'_>, passes: bool) -> Option<Bridge> {
    known.bridge.map(|bridge| Bridge { passes, ..bridge.clone() })
}

/// Where the drive's own size, block and serial differ from the kernel's.
fn doubts(known: &Known<'_>, size: Option<u64>, block: Option<u32>, serial: Option<&str>) -> Vec<Doubt> {
    let (identity, mut doubts) = (&known.disk.identity, Vec::new());
    let said = size.map_or(Bytes(u64::MAX), Bytes);
    doubts.extend((said != identity.size).then_some(Doubt::Size { said, kernel: identity.size }));
    let kernel = known.disk.logical_block;
    let other_block = block.filter(|said| *said != kernel);
    doubts.extend(other_block.map(|said| Doubt::Block { said, kernel }));
    let bare = |text: &str| text.split_whitespace().collect::<String>().to_uppercase();
    if let (Some(said), Some(kernel)) = (serial, identity.serial.as_deref())
        && bare(said) != bare(kernel)
    {
        doubts.push(Doubt::Serial { said: said.to_owned(), kernel: kernel.to_owned() });
    }
    doubts
}

/// Whether the answers are those of this disk. A bridge may show a serial of its own, and blocks of its own making; a box of
/// several disks answers for one of them.
fn believed(known: &Known<'_>, doubts: &[Doubt]) -> bool {
    let over_usb = known.disk.bus == Bus::Usb;
    doubts.iter().all(|doubt| match doubt {
        Doubt::Size { .. } | Doubt::NativeTooSmall { .. } => false,
        Doubt::Serial { .. } | Doubt::Block { .. } => over_usb,
    })
}

fn ata(known: &Known<'_>, heard: &AtaHeard) -> Medium {
    let identify = &heard.identify;
    let mut doubts = doubts(known, identify.size(), Some(identify.logical_block), identify.serial.as_deref());
    let hidden = match ata_hidden(heard) {
        Ok(hidden) => hidden,
        Err(doubt) => {
            doubts.push(doubt);
            Hidden::unknown(Unsure::Contradicts)
        }
    };
    let believed = believed(known, &doubts);
    if !believed && !identify.checked {
        // Without a checksum only the size says that these are no stray bytes.
        let medium = Medium::unasked(known.disk, Unsure::Contradicts);
        return Medium { bridge: bridge(known, false), doubts, ..medium };
    }
    let over_usb = known.disk.bus == Bus::Usb;
    let kernel = Medium::unasked(known.disk, Unsure::Contradicts);
    let spins = identify.rotation.spins().or(known.disk.rotational.filter(|_| !over_usb));
    let kind = match spins {
        Some(true) => MediumKind::Hdd,
        // Drives of before word 217 spin, and nothing that spins trims.
        None if !identify.trim => MediumKind::Hdd,
        Some(false) | None => MediumKind::SataSsd,
    };
    let certain = believed && identify.rotation.spins().is_some();
    Medium {
        kind: if believed { kind } else { kernel.kind },
        certainty: if certain { Certainty::Certain } else { Certainty::Estimated },
        spins: if believed { spins } else { None },
        bridge: bridge(known, true),
        told: Ok(SelfTold {
            model: identify.model.clone(),
            serial: identify.serial.clone(),
            firmware: identify.firmware.clone(),
            wwn: identify.wwn.map(|wwn| format!("{wwn:016x}")),
            size: identify.size().map(Bytes),
            logical_block: Some(identify.logical_block),
            physical_block: Some(identify.physical_block),
        }),
        hidden: if believed { hidden } else { Hidden::unknown(Unsure::Contradicts) },
        security: identify.security.supported.then(|| lock(identify.security)),
        sanitizing: heard.sanitize.map(ata_sanitizing),
        namespace: None,
        erases: ata_erases(identify, heard.sanitize, over_usb, believed),
        doubts,
    }
}

const fn lock(word: SecurityWord) -> Security {
    Security { enabled: word.enabled, locked: word.locked, frozen: word.frozen, expired: word.expired }
}

/// What HPA and DCO hide. Errors: the sizes contradict each other.
fn ata_hidden(heard: &AtaHeard) -> Result<Hidden, Doubt> {
    let identify = &heard.identify;
    let bytes = |sectors: u64| Bytes(sectors.saturating_mul(u64::from(identify.logical_block)));
    let (mut areas, mut unknown, mut whole) = (Vec::new(), None, identify.sectors);
    if identify.hpa || identify.amac {
        match heard.native.and_then(|last| last.checked_add(1)) {
            Some(native) if native < whole => return Err(Doubt::NativeTooSmall { said: bytes(native) }),
            Some(native) => {
                let hidden = native - whole;
                areas.extend((hidden > 0).then(|| HiddenArea { by: HiddenBy::Hpa, size: bytes(hidden) }));
                whole = native;
            }
            None => unknown = Some(Unsure::Refused),
        }
    }
    if identify.dco {
        match heard.factory {
            Some(factory) if factory < whole => return Err(Doubt::NativeTooSmall { said: bytes(factory) }),
            // With HPA unknown, DCO's share cannot be told from HPA's.
            Some(factory) if unknown.is_none() => {
                let hidden = factory - whole;
                areas.extend((hidden > 0).then(|| HiddenArea { by: HiddenBy::Dco, size: bytes(hidden) }));
            }
            Some(_) | None => unknown = Some(Unsure::Refused),
        }
    }
    Ok(Hidden { areas, unknown })
}

/// COUNT of SANITIZE STATUS EXT. Source: ACS-3, 7.36.7.
const fn ata_sanitizing(registers: Registers) -> Sanitizing {
    let (running, done_well) = (registers.count & 1 << 14 != 0, registers.count & 1 << 15 != 0);
    let [low, high, ..] = registers.lba.to_le_bytes();
    if running {
        Sanitizing::Running(per_mille(u16::from_le_bytes([low, high])))
    } else if done_well || registers.error == 0 {
        Sanitizing::Idle
    } else {
        Sanitizing::Failed
    }
}

fn ata_erases(identify: &Identify, status: Option<Registers>, over_usb: bool, believed: bool) -> Vec<Offer> {
    let (word, bits) = (identify.security, identify.sanitize);
    let running = status.map(ata_sanitizing).is_some_and(|state| matches!(state, Sanitizing::Running(_)));
    // COUNT bit 13: SANITIZE FREEZE LOCK EXT was sent.
    let sanitize_frozen = status.is_some_and(|registers| registers.count & 1 << 13 != 0);
    let sanitize = |has: bool| match (has, believed) {
        (false, _) => Some(Bar::NotThere),
        (true, false) => Some(Bar::Doubted),
        (true, true) if running => Some(Bar::Busy),
        (true, true) if sanitize_frozen => Some(Bar::Frozen),
        (true, true) if word.locked => Some(Bar::Locked),
        (true, true) => None,
    };
    let security = |has: bool| match (has, believed) {
        (false, _) => Some(Bar::NotThere),
        (true, false) => Some(Bar::Doubted),
        (true, true) if over_usb => Some(Bar::OverUsb),
        (true, true) if word.frozen => Some(Bar::Frozen),
        (true, true) if word.locked => Some(Bar::Locked),
        (true, true) if word.enabled => Some(Bar::PasswordSet),
        (true, true) => None,
    };
    let seconds = |minutes: Option<u32>| minutes.map(|minutes| u64::from(minutes) * 60);
    let offer = |erase, bar| Offer { erase, bar, seconds: None };
    vec![
        offer(Erase::AtaSanitizeCrypto, sanitize(bits.crypto)),
        offer(Erase::AtaSanitizeBlock, sanitize(bits.block)),
        offer(Erase::AtaSanitizeOverwrite, sanitize(bits.overwrite)),
        Offer { seconds: seconds(word.minutes), ..offer(Erase::AtaSecurityErase, security(word.supported)) },
        Offer {
            seconds: seconds(word.enhanced_minutes),
            ..offer(Erase::AtaSecurityEraseEnhanced, security(word.supported && word.enhanced))
        },
        offer(Erase::OpalPsidRevert, Some(if identify.trusted { Bar::NotAsked } else { Bar::NotThere })),
    ]
}

fn nvme(known: &Known<'_>, heard: &NvmeHeard) -> Medium {
    let (controller, namespace) = (&heard.controller, heard.namespace);
    let kernel = known.disk.identity.size;
    let size = namespace.map_or(Some(kernel.0), super::nvme::Namespace::size);
    let doubts = doubts(known, size, namespace.map(|it| it.block), controller.serial.as_deref());
    let believed = believed(known, &doubts);
    let hidden = match (namespace, u64::try_from(controller.capacity)) {
        _ if !believed => Hidden::unknown(Unsure::Contradicts),
        // Without a total only the number of namespaces tells whether there is more.
        (Some(_), Ok(0) | Err(_)) if controller.namespaces <= 1 => Hidden::NONE,
        (None, _) | (Some(_), Ok(0) | Err(_)) => Hidden::unknown(Unsure::Refused),
        (Some(_), Ok(total)) => {
            let size = Bytes(total).less(kernel);
            let area = HiddenArea { by: HiddenBy::Namespace, size };
            Hidden { areas: (size > Bytes::ZERO).then_some(area).into_iter().collect(), unknown: None }
        }
    };
    let mut erases = nvme_erases(heard, namespace.is_some_and(|it| it.format < 16));
    if !believed {
        bar_all(&mut erases, Bar::Doubted);
    }
    Medium {
        certainty: Certainty::Certain,
        spins: Some(false),
        told: Ok(SelfTold {
            model: controller.model.clone(),
            serial: controller.serial.clone(),
            firmware: controller.firmware.clone(),
            wwn: None,
            size: namespace.and_then(super::nvme::Namespace::size).map(Bytes),
            logical_block: namespace.map(|it| it.block),
            physical_block: None,
        }),
        hidden,
        sanitizing: heard.log.map(nvme_sanitizing),
        namespace: Some(known.namespace),
        erases,
        doubts,
        ..Medium::unasked(known.disk, Unsure::NotAsked)
    }
}

fn nvme_sanitizing(log: SanitizeLog) -> Sanitizing {
    match log.state {
        SanitizeState::Running => Sanitizing::Running(per_mille(log.progress)),
        SanitizeState::Failed => Sanitizing::Failed,
        SanitizeState::Never | SanitizeState::Done | SanitizeState::DoneAndDeallocated | SanitizeState::Unknown(_) => {
            Sanitizing::Idle
        }
    }
}

/// `keeps_format` is whether a format can name the LBA format in use.
fn nvme_erases(heard: &NvmeHeard, keeps_format: bool) -> Vec<Offer> {
    let controller = &heard.controller;
    let running = heard.log.is_some_and(|log| log.state == SanitizeState::Running);
    let [overwrite, block, crypto] = heard.log.map_or([None; 3], |log| log.seconds);
    let alone = heard.has_others == Some(false);
    let offer = |erase: Erase, has: bool, seconds: Option<u32>| {
        let reaches_all = erase.is_sanitize() || controller.erases_all_namespaces;
        let bar = if !has {
            Some(Bar::NotThere)
        } else if running {
            Some(Bar::Busy)
        } else if reaches_all && !alone {
            Some(Bar::OtherNamespaces)
        } else {
            None
        };
        Offer { erase, bar, seconds: seconds.map(u64::from) }
    };
    let opal = Some(if controller.security { Bar::NotAsked } else { Bar::NotThere });
    vec![
        offer(Erase::NvmeSanitizeCrypto, controller.sanitize_crypto, crypto),
        offer(Erase::NvmeSanitizeBlock, controller.sanitize_block, block),
        offer(Erase::NvmeSanitizeOverwrite, controller.sanitize_overwrite, overwrite),
        offer(Erase::NvmeFormatSes1, controller.format && keeps_format, None),
        offer(Erase::NvmeFormatSes2, controller.format && controller.format_crypto && keeps_format, None),
        Offer { erase: Erase::OpalPsidRevert, bar: opal, seconds: None },
    ]
}

fn bar_all(erases: &mut [Offer], bar: Bar) {
    for offer in erases.iter_mut().filter(|offer| offer.bar != Some(Bar::NotThere)) {
        offer.bar = Some(bar);
    }
}

fn scsi(known: &Known<'_>, heard: &ScsiHeard) -> Medium {
    let capacity = heard.capacity;
    let size = capacity.map_or(Some(known.disk.identity.size.0), super::scsi::Capacity::size);
    // The kernel shows no size for a disk whose blocks it cannot use.
    let usable = known.disk.identity.size > Bytes::ZERO;
    let doubts =
        if usable { doubts(known, size, capacity.map(|it| it.block), heard.serial.as_deref()) } else { Vec::new() };
    let believed = believed(known, &doubts);
    let kinds = [Erase::ScsiSanitizeCrypto, Erase::ScsiSanitizeBlock, Erase::ScsiSanitizeOverwrite];
    let offers = kinds.into_iter().zip(heard.sanitize).map(|(erase, has)| {
        let bar = match has {
            None => Some(Bar::NotAsked),
            Some(false) => Some(Bar::NotThere),
            Some(true) if !believed => Some(Bar::Doubted),
            Some(true) => None,
        };
        Offer { erase, bar, seconds: None }
    });
    let spins = heard.rotation.spins();
    Medium {
        kind: MediumKind::Sas,
        certainty: if spins.is_some() && believed { Certainty::Certain } else { Certainty::Estimated },
        spins: spins.or(known.disk.rotational),
        told: Ok(SelfTold {
            model: heard.inquiry.product.clone(),
            serial: heard.serial.clone(),
            firmware: heard.inquiry.revision.clone(),
            wwn: heard.name.map(|name| format!("{name:016x}")),
            size: capacity.and_then(super::scsi::Capacity::size).map(Bytes),
            logical_block: capacity.map(|it| it.block),
            physical_block: capacity.map(|it| it.physical),
        }),
        // A SCSI disk made smaller by MODE SELECT shows the smaller size only; that page is not read here.
        hidden: Hidden::unknown(Unsure::NotAsked),
        erases: offers.collect(),
        doubts,
        ..Medium::unasked(known.disk, Unsure::NotAsked)
    }
}

fn mmc(known: &Known<'_>, card: &ExtCsd) -> Medium {
    let size = u64::from(card.sectors).checked_mul(512);
    let doubts = doubts(known, size, None, None);
    let believed = believed(known, &doubts);
    let bar = match (card.sanitize, believed) {
        (false, _) => Some(Bar::NotThere),
        (true, false) => Some(Bar::Doubted),
        (true, true) => None,
    };
    let area = HiddenArea { by: HiddenBy::BootArea, size: Bytes(card.boot.saturating_add(card.rpmb)) };
    let areas = (area.size > Bytes::ZERO).then_some(area).into_iter().collect();
    Medium {
        kind: MediumKind::Emmc,
        certainty: Certainty::Certain,
        spins: Some(false),
        told: Ok(SelfTold { firmware: card.firmware.clone(), physical_block: Some(card.block), ..SelfTold::default() }),
        hidden: if believed { Hidden { areas, unknown: None } } else { Hidden::unknown(Unsure::Contradicts) },
        erases: vec![Offer { erase: Erase::MmcSanitize, bar, seconds: None }],
        doubts,
        ..Medium::unasked(known.disk, Unsure::NotAsked)
    }
}
