//! The envelope around every fact: version, kind, when, by whom, about which device.

use super::{disk, donation, handover, inspection, intake, people, settling, station};
use crate::unit::{DeviceId, Digest, Moment, PersonId};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::borrow::Cow;

/// How the person at the keys was known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// Only said so (`--by`).
    Claimed,
    /// Signed in by PIN.
    Pin,
    /// Scanned a badge.
    Badge,
    /// Through a paired phone.
    Phone,
}

/// Who did it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct By {
    /// The person's opaque id.
    pub person: PersonId,
    /// How that was known.
    pub how: How,
}

/// The device an event is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// The device.
    pub id: DeviceId,
    /// Leaf hash of the last event that the author knew of this device; none for its first.
    pub after: Option<Digest>,
}

/// A ledger body, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// When it was recorded, by the station's clock.
    pub at: Moment,
    /// When it happened, where it was entered later from paper.
    pub happened_at: Option<Moment>,
    /// Who did it.
    pub by: By,
    /// About which device, if any.
    pub device: Option<About>,
    /// What happened.
    pub fact: Fact,
}

/// The body is no event of any version.
#[derive(Debug, thiserror::Error)]
pub enum EventError {
    /// The envelope, or the data of a known kind and version, does not read.
    #[error("event body: {0}")]
    Json(#[from] serde_json::Error),
}

/// A fact with a kind of its own. Implemented by the wire structs only.
pub trait Kind: Clone + std::fmt::Debug + Serialize + DeserializeOwned + Into<Fact> {
    /// The kind's name in the ledger.
    const KIND: &'static str;
    /// The version written.
    const VERSION: u32;
}

macro_rules! kinds {
    ($($topic:ident :: $name:ident: $device:literal,)+) => {
        /// What happened.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Fact {
            $(#[doc = concat!("See [`", stringify!($topic), "::", stringify!($name), "`].")]
            $name($topic::$name),)+
            /// A kind or version of a later program: kept, shown as unknown, bound by no rule.
            Unknown {
                /// Its kind.
                kind: String,
                /// Its version.
                version: u32,
                /// Its data: the JSON text, verbatim.
                data: String,
            },
        }

        /// Every kind this program writes, in version 1.
        pub const KINDS: &[&str] = &[$(stringify!($name),)+];

        $(impl Kind for $topic::$name {
            const KIND: &'static str = stringify!($name);
            const VERSION: u32 = 1;
        }

        impl From<$topic::$name> for Fact {
            fn from(fact: $topic::$name) -> Self {
                Self::$name(fact)
            }
        })+

        impl Fact {
            /// The kind's name in the ledger.
            #[must_use]
            pub fn kind(&self) -> &str {
                match self {
                    $(Self::$name(_) => stringify!($name),)+
                    Self::Unknown { kind, .. } => kind,
                }
            }

            /// Whether it is always about one device, which its event must name.
            #[must_use]
            pub const fn is_about_a_device(&self) -> bool {
                match self {
                    $(Self::$name(_) => $device,)+
                    Self::Unknown { .. } => false,
                }
            }

            fn version(&self) -> u32 {
                match self {
                    $(Self::$name(_) => <$topic::$name as Kind>::VERSION,)+
                    Self::Unknown { version, .. } => *version,
                }
            }

            fn data(&self) -> Result<Box<serde_json::value::RawValue>, serde_json::Error> {
                match self {
                    $(Self::$name(fact) => serde_json::value::to_raw_value(fact),)+
                    Self::Unknown { data, .. } => serde_json::value::RawValue::from_string(data.clone()),
                }
            }

            fn read(kind: &str, version: u32, data: &serde_json::value::RawValue) -> Result<Self, serde_json::Error> {
                match (kind, version) {
                    $((stringify!($name), <$topic::$name as Kind>::VERSION) => {
                        serde_json::from_str::<$topic::$name>(data.get()).map(Self::$name)
                    })+
                    _ => Ok(Self::Unknown { kind: kind.to_owned(), version, data: data.get().to_owned() }),
                }
            }
        }
    };
}

kinds! {
    station::StationOpened: false,
    station::ClockJumped: false,
    station::KeyRevoked: false,
    station::BackupMade: false,
    station::DayClosed: false,
    station::StationContinued: false,
    people::PersonAdded: false,
    people::RoleGranted: false,
    people::RoleRevoked: false,
    donation::LotOpened: false,
    donation::ConsentGiven: false,
    donation::ConsentWithdrawn: false,
    intake::DeviceReceived: true,
    intake::TagBound: true,
    intake::DeviceHeld: true,
    intake::HoldReleased: true,
    intake::DeviceQuarantined: true,
    intake::QuarantineCleared: true,
    inspection::DeviceInspected: true,
    inspection::FunctionTested: true,
    disk::DiskBound: true,
    disk::WipeStarted: true,
    disk::WipeEnded: true,
    disk::WipeValidated: true,
    disk::ImageStarted: true,
    disk::ImageEnded: true,
    handover::DeviceAllocated: true,
    handover::DeviceHandedOver: true,
    settling::RuleOverridden: true,
}

#[derive(Serialize, Deserialize)]
struct Wire<D> {
    v: u32,
    kind: String,
    at: Moment,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    happened_at: Option<Moment>,
    by: By,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    device: Option<About>,
    data: D,
}

/// What kind of event a body is: all that can be said of it without reading what it says.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Heading<'a> {
    /// Its kind.
    #[serde(borrow)]
    pub kind: Cow<'a, str>,
    /// Its version.
    #[serde(rename = "v")]
    pub version: u32,
}

impl<'a> Heading<'a> {
    /// Reads it. Errors: a body that is no event of any version.
    pub fn read(body: &'a [u8]) -> Result<Self, EventError> {
        Ok(serde_json::from_slice(body)?)
    }

    /// Whether this program knows the meaning of such events.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.version == 1 && KINDS.contains(&self.kind.as_ref())
    }
}

impl Event {
    /// The body to be hashed: one JSON object, fields in the order of this file, no spaces.
    pub fn to_body(&self) -> Result<Vec<u8>, EventError> {
        let wire = Wire {
            v: self.fact.version(),
            kind: self.fact.kind().to_owned(),
            at: self.at,
            happened_at: self.happened_at,
            by: self.by.clone(),
            device: self.device.clone(),
            data: self.fact.data()?,
        };
        Ok(serde_json::to_vec(&wire)?)
    }

    /// Reads a body. A kind or version of a later program is kept as [`Fact::Unknown`].
    pub fn from_body(body: &[u8]) -> Result<Self, EventError> {
        let wire: Wire<Box<serde_json::value::RawValue>> = serde_json::from_slice(body)?;
        Ok(Self {
            at: wire.at,
            happened_at: wire.happened_at,
            by: wire.by,
            device: wire.device,
            fact: Fact::read(&wire.kind, wire.v, &wire.data)?,
        })
    }
}
