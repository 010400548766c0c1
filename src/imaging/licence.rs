//! Whether an image may be written to a machine by its licence.
//!
//! Invariant: a Windows that lives on the machines' own licences goes only to a machine whose firmware has a key, and only
//! where somebody read on the machine that the key is for that edition: the key itself does not tell.

use super::manifest::Manifest;
use super::windows::LicenceBasis;
use crate::word::{Sentence, say};

/// What the last inspection saw of a Windows key in the machine's firmware.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeySeen {
    /// There is one; its last symbols.
    There(String),
    /// There is none.
    None,
    /// Nobody looked, or it could not be read.
    Unknown,
}

/// Why an image may not be written to a machine.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LicenceError {
    /// The machine has no key.
    #[error("no Windows key in the firmware")]
    NoKey,
    /// Nothing tells whether it has one.
    #[error("no inspection saw whether the firmware has a Windows key")]
    KeyUnknown,
    /// Nobody said for which edition its key is.
    #[error("the key {key} does not tell its edition; the image is {edition}")]
    EditionUnsaid {
        /// The end of the key.
        key: String,
        /// The edition of the image.
        edition: String,
    },
    /// It is for another edition.
    #[error("the machine has {machine}, the image is {edition}")]
    OtherEdition {
        /// The edition of the image.
        edition: String,
        /// What was said of the machine.
        machine: String,
    },
}

impl LicenceError {
    /// The same for people.
    #[must_use]
    pub fn sentence(&self) -> Sentence {
        match self {
            Self::NoKey => say!("licence-no-key"),
            Self::KeyUnknown => say!("licence-key-unknown"),
            Self::EditionUnsaid { key, edition } => {
                say!("licence-edition-unsaid", key = key.as_str(), edition = edition.as_str())
            }
            Self::OtherEdition { edition, machine } => {
                say!("licence-other-edition", edition = edition.as_str(), machine = machine.as_str())
            }
        }
    }

    /// What to do.
    #[must_use]
    pub fn hint(&self) -> Sentence {
        match self {
            Self::NoKey | Self::OtherEdition { .. } => say!("licence-hint-other-image"),
            Self::KeyUnknown => say!("licence-hint-inspect"),
            Self::EditionUnsaid { edition, .. } => say!("licence-hint-edition", edition = edition.as_str()),
        }
    }
}

/// Whether the licence of the image lets it go to a machine with such a key. `said` is the edition that somebody read on the
/// machine.
pub fn licensed(manifest: &Manifest, key: &KeySeen, said: Option<&str>) -> Result<(), LicenceError> {
    let Some(windows) = manifest.windows.as_ref().filter(|windows| windows.basis == LicenceBasis::Oem) else {
        return Ok(());
    };
    let edition = windows.edition.clone();
    match (key, said) {
        (KeySeen::None, _) => Err(LicenceError::NoKey),
        (KeySeen::Unknown, _) => Err(LicenceError::KeyUnknown),
        (KeySeen::There(key), None) => Err(LicenceError::EditionUnsaid { key: key.clone(), edition }),
        (KeySeen::There(_), Some(said)) if windows.is_called(said) => Ok(()),
        (KeySeen::There(_), Some(said)) => Err(LicenceError::OtherEdition { edition, machine: said.to_owned() }),
    }
}

#[cfg(test)]
mod tests {
    use super::super::manifest::tests::manifest;
    use super::super::windows::WindowsNote;
    use super::*;

    #[test]
    fn only_a_machine_with_a_key_of_that_edition_gets_a_windows_that_lives_on_it() {
        let with = |basis| {
            let windows = Some(WindowsNote { edition: "Professional".to_owned(), build: None, basis });
            Manifest { windows, ..manifest() }
        };
        let there = KeySeen::There("*****-3V66T".to_owned());
        let oem = with(LicenceBasis::Oem);
        assert_eq!(licensed(&oem, &there, Some("Pro")), Ok(()));
        assert_eq!(licensed(&oem, &KeySeen::None, Some("Pro")), Err(LicenceError::NoKey));
        assert_eq!(licensed(&oem, &KeySeen::Unknown, Some("Pro")), Err(LicenceError::KeyUnknown));
        assert!(matches!(licensed(&oem, &there, None), Err(LicenceError::EditionUnsaid { .. })));
        assert!(matches!(licensed(&oem, &there, Some("Home")), Err(LicenceError::OtherEdition { .. })));
        for basis in [LicenceBasis::Volume, LicenceBasis::Retail, LicenceBasis::Refurbisher] {
            assert_eq!(licensed(&with(basis), &KeySeen::None, None), Ok(()));
        }
        assert_eq!(licensed(&manifest(), &KeySeen::None, None), Ok(()));
    }
}
