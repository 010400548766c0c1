//! The erases that a drive's own firmware can do, and why one is not on offer.
//!
//! Invariant: ids are for ever, the ledger holds them.

/// An erase that a drive's own firmware can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Erase {
    /// ATA CRYPTO SCRAMBLE EXT.
    AtaSanitizeCrypto,
    /// ATA BLOCK ERASE EXT.
    AtaSanitizeBlock,
    /// ATA OVERWRITE EXT.
    AtaSanitizeOverwrite,
    /// ATA SECURITY ERASE UNIT, normal.
    AtaSecurityErase,
    /// ATA SECURITY ERASE UNIT, enhanced.
    AtaSecurityEraseEnhanced,
    /// NVMe Sanitize, crypto erase.
    NvmeSanitizeCrypto,
    /// NVMe Sanitize, block erase.
    NvmeSanitizeBlock,
    /// NVMe Sanitize, overwrite.
    NvmeSanitizeOverwrite,
    /// NVMe Format NVM, SES 1.
    NvmeFormatSes1,
    /// NVMe Format NVM, SES 2.
    NvmeFormatSes2,
    /// SCSI SANITIZE, cryptographic erase.
    ScsiSanitizeCrypto,
    /// SCSI SANITIZE, block erase.
    ScsiSanitizeBlock,
    /// SCSI SANITIZE, overwrite.
    ScsiSanitizeOverwrite,
    /// eMMC erase of everything, then `SANITIZE_START`.
    MmcSanitize,
    /// Opal PSID revert.
    OpalPsidRevert,
}

impl Erase {
    /// All of them.
    pub const ALL: [Self; 15] = [
        Self::AtaSanitizeCrypto,
        Self::AtaSanitizeBlock,
        Self::AtaSanitizeOverwrite,
        Self::AtaSecurityErase,
        Self::AtaSecurityEraseEnhanced,
        Self::NvmeSanitizeCrypto,
        Self::NvmeSanitizeBlock,
        Self::NvmeSanitizeOverwrite,
        Self::NvmeFormatSes1,
        Self::NvmeFormatSes2,
        Self::ScsiSanitizeCrypto,
        Self::ScsiSanitizeBlock,
        Self::ScsiSanitizeOverwrite,
        Self::MmcSanitize,
        Self::OpalPsidRevert,
    ];

    /// Its permanent id, as the ledger holds it.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::AtaSanitizeCrypto => "ata-sanitize-crypto",
            Self::AtaSanitizeBlock => "ata-sanitize-block",
            Self::AtaSanitizeOverwrite => "ata-sanitize-overwrite",
            Self::AtaSecurityErase => "ata-security-erase",
            Self::AtaSecurityEraseEnhanced => "ata-security-erase-enhanced",
            Self::NvmeSanitizeCrypto => "nvme-sanitize-crypto",
            Self::NvmeSanitizeBlock => "nvme-sanitize-block",
            Self::NvmeSanitizeOverwrite => "nvme-sanitize-overwrite",
            Self::NvmeFormatSes1 => "nvme-format-ses1",
            Self::NvmeFormatSes2 => "nvme-format-ses2",
            Self::ScsiSanitizeCrypto => "scsi-sanitize-crypto",
            Self::ScsiSanitizeBlock => "scsi-sanitize-block",
            Self::ScsiSanitizeOverwrite => "scsi-sanitize-overwrite",
            Self::MmcSanitize => "mmc-sanitize",
            Self::OpalPsidRevert => "opal-psid-revert",
        }
    }

    /// Whether the drive keeps a status of it that can be read to its end.
    #[must_use]
    pub const fn is_sanitize(self) -> bool {
        match self {
            Self::AtaSanitizeCrypto
            | Self::AtaSanitizeBlock
            | Self::AtaSanitizeOverwrite
            | Self::NvmeSanitizeCrypto
            | Self::NvmeSanitizeBlock
            | Self::NvmeSanitizeOverwrite
            | Self::ScsiSanitizeCrypto
            | Self::ScsiSanitizeBlock
            | Self::ScsiSanitizeOverwrite => true,
            Self::AtaSecurityErase
            | Self::AtaSecurityEraseEnhanced
            | Self::NvmeFormatSes1
            | Self::NvmeFormatSes2
            | Self::MmcSanitize
            | Self::OpalPsidRevert => false,
        }
    }

    /// Whether it can leave the drive locked by a password when it does not come to its end.
    #[must_use]
    pub const fn can_lock(self) -> bool {
        matches!(self, Self::AtaSecurityErase | Self::AtaSecurityEraseEnhanced)
    }
}

/// Why an erase is not on offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bar {
    /// The drive does not have it.
    NotThere,
    /// The drive is frozen until its power was off.
    Frozen,
    /// The drive is locked by a password.
    Locked,
    /// A password is set that nobody here knows.
    PasswordSet,
    /// It is never sent through a USB bridge.
    OverUsb,
    /// A sanitize runs already.
    Busy,
    /// Whether the drive has it could not be asked here.
    NotAsked,
    /// The drive's answers are not believed.
    Doubted,
    /// It would erase other namespaces of the same drive, which nobody armed.
    OtherNamespaces,
}

/// An erase and whether it is on offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Which.
    pub erase: Erase,
    /// Why it is not on offer; `None` where it is.
    pub bar: Option<Bar>,
    /// How long it takes by the drive's own word, seconds.
    pub seconds: Option<u64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_frozen_and_unique() {
        let ids: Vec<&str> = Erase::ALL.iter().map(|erase| erase.id()).collect();
        assert_eq!(
            ids,
            [
                "ata-sanitize-crypto",
                "ata-sanitize-block",
                "ata-sanitize-overwrite",
                "ata-security-erase",
                "ata-security-erase-enhanced",
                "nvme-sanitize-crypto",
                "nvme-sanitize-block",
                "nvme-sanitize-overwrite",
                "nvme-format-ses1",
                "nvme-format-ses2",
                "scsi-sanitize-crypto",
                "scsi-sanitize-block",
                "scsi-sanitize-overwrite",
                "mmc-sanitize",
                "opal-psid-revert",
            ]
        );
    }
}
