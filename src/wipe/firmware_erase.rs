//! The methods in which the drive's own firmware erases, one for each [`Erase`].
//!
//! What they are worth: sanitize is Purge, by its status log and canaries that are gone; the others tell nothing
//! afterwards, so that canaries are all the evidence there is. Sources: the closed table of `shared/design.md`; NIST SP
//! 800-88 r1, appendix A, tables for what each medium's purge is.

use super::evidence::Level;
use super::method::{Method, Way};
use crate::device::Erase;
use crate::word::{Sentence, say};

/// That erase.
#[derive(Debug)]
pub(super) struct FirmwareErase(pub(super) Erase);

impl Method for FirmwareErase {
    fn id(&self) -> &'static str {
        self.0.id()
    }

    fn way(&self) -> Way {
        Way::Firmware(self.0)
    }

    fn name(&self) -> Sentence {
        match self.0 {
            Erase::AtaSanitizeCrypto | Erase::NvmeSanitizeCrypto | Erase::ScsiSanitizeCrypto => {
                say!("wipe-method-sanitize-crypto", id = self.id())
            }
            Erase::AtaSanitizeBlock | Erase::NvmeSanitizeBlock | Erase::ScsiSanitizeBlock => {
                say!("wipe-method-sanitize-block", id = self.id())
            }
            Erase::AtaSanitizeOverwrite | Erase::NvmeSanitizeOverwrite | Erase::ScsiSanitizeOverwrite => {
                say!("wipe-method-sanitize-overwrite", id = self.id())
            }
            Erase::AtaSecurityErase | Erase::AtaSecurityEraseEnhanced => {
                say!("wipe-method-security-erase", id = self.id())
            }
            Erase::NvmeFormatSes1 | Erase::NvmeFormatSes2 => say!("wipe-method-format", id = self.id()),
            Erase::MmcSanitize => say!("wipe-method-mmc", id = self.id()),
            Erase::OpalPsidRevert => say!("wipe-method-psid", id = self.id()),
        }
    }

    fn best(&self) -> Level {
        if self.0.is_sanitize() { Level::Purge } else { Level::Firmware }
    }
}
