//! Opaque ids: a letter for the kind of thing, a dash, 16 random base32 symbols.
//!
//! Invariant: an id says nothing about the person or thing it names, and an id of one kind never passes for another.

use super::base32::Symbol;
use serde::{Deserialize, Deserializer, Serialize, de};
use std::fmt;
use std::str::FromStr;

/// How many random bytes make an id (80 bits).
pub const RANDOM_BYTES: usize = 10;
const SYMBOLS_IN_ID: usize = 16;

/// The text is no id of the kind asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind} ids look like {letter}-0123456789ABCDEF, not {text:?}")]
pub struct IdError {
    kind: &'static str,
    letter: char,
    text: String,
}

fn valid(text: &str, letter: char) -> Option<String> {
    let rest = text.strip_prefix(letter)?.strip_prefix('-')?;
    let symbols: Option<String> = rest.chars().map(|c| Symbol::read(c).map(Symbol::char)).collect();
    let symbols = symbols?;
    (symbols.len() == SYMBOLS_IN_ID).then(|| format!("{letter}-{symbols}"))
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $letter:literal, $kind:literal;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The id that these random bytes name.
            #[must_use]
            pub fn from_random(bytes: [u8; RANDOM_BYTES]) -> Self {
                Self(format!("{}-{}", $letter, Symbol::spell(&bytes)))
            }

            /// The id as it is written.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                valid(text, $letter)
                    .map(Self)
                    .ok_or_else(|| IdError { kind: $kind, letter: $letter, text: text.to_owned() })
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
            }
        }
    )+};
}

ids! {
    /// A volunteer, warehouse hand or lead. The name behind it is in the vault.
    PersonId = 'p', "person";
    /// A donated machine, from the door to the pupil; tags come and go, this stays.
    DeviceId = 'm', "device";
    /// One donation: the devices that one donor gave under one consent.
    LotId = 'l', "lot";
    /// Who gave. The name behind it is in the vault.
    DonorId = 'g', "donor";
    /// Who receives: an opaque reference, never a name.
    RecipientId = 'r', "recipient";
    /// One run of a wipe or a write, resumes included.
    JobId = 'j', "job";
    /// A part taken out of a device, on the shelf or in another.
    PartId = 'k', "part";
    /// One order to a printer, tried again until its bytes are there.
    PrintId = 'q', "print";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_and_no_kind_passes_for_another() {
        let id = DeviceId::from_random([7; RANDOM_BYTES]);
        assert_eq!(id.as_str().len(), 18);
        assert_eq!(id.as_str().parse::<DeviceId>(), Ok(id.clone()));
        assert_eq!(id.as_str().to_lowercase().parse::<DeviceId>(), Ok(id.clone()));
        assert!(id.as_str().parse::<LotId>().is_err());
        assert!("m-123".parse::<DeviceId>().is_err());
        assert!("m-0123456789ABCDEU".parse::<DeviceId>().is_err());
    }
}
