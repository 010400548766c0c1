//! The envelope around every fact: version, kind, when, by whom, about which device.

use super::{
    accessory, disk, donation, handover, image, inspection, intake, label, lock, outward, people, repair, settling,
    shift, station, stock,
};
use crate::ledger::Record;
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
    people::PinSet: false,
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
    image::ImageStarted: true,
    image::ImageEnded: true,
    disk::DiskDestroyed: true,
    handover::DeviceAllocated: true,
    handover::DeviceHandedOver: true,
    settling::RuleOverridden: true,
    repair::DeviceGraded: true,
    repair::RepairRecorded: true,
    repair::PartTaken: true,
    repair::PartFitted: true,
    lock::LockFound: true,
    lock::LockShown: true,
    lock::LockCleared: true,
    intake::DeviceMoved: true,
    settling::Corrected: true,
    donation::DonorsMerged: false,
    donation::DonorsParted: false,
    outward::IntakeChecked: true,
    shift::DeviceTaken: true,
    shift::DeviceNoted: true,
    shift::NoteErased: false,
    shift::ShiftHandedOver: false,
    people::BadgeIssued: false,
    image::ImageFitted: true,
    label::LabelPrinted: true,
    accessory::AccessoryMoved: false,
    accessory::AccessoryPaired: true,
    intake::TagReplaced: true,
    donation::LotExpected: false,
    donation::LotClosed: false,
    donation::LotReopened: false,
    donation::ReceiptIssued: false,
    stock::BoxMoved: false,
    stock::StockTaken: false,
    station::StickEnrolled: false,
    station::BootOpened: false,
    station::BundleTaken: false,
    station::SummaryTaken: true,
    settling::ConflictSettled: true,
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
    /// Reads it from a record's body: an object without repeated keys. Errors: it is no event of any version.
    pub fn read(record: &'a Record) -> Result<Self, EventError> {
        let body = record.body();
        Self::in_front(body).map_or_else(|| Ok(serde_json::from_slice(body)?), Ok)
    }

    /// The heading that stands where [`Event::to_body`] puts it. No other key can say another: none stands twice.
    fn in_front(body: &'a [u8]) -> Option<Self> {
        let rest = body.strip_prefix(br#"{"v":"#)?;
        let (version, rest) = rest.split_at(rest.iter().position(|byte| !byte.is_ascii_digit())?);
        let rest = rest.strip_prefix(br#","kind":""#)?;
        let kind = &rest[..rest.iter().position(|byte| *byte == b'"' || *byte == b'\\')?];
        let ends = matches!(rest.get(kind.len()..)?, [b'"', b',' | b'}', ..]);
        let version = str::from_utf8(version).ok()?.parse().ok().filter(|_| ends)?;
        Some(Self { kind: Cow::Borrowed(str::from_utf8(kind).ok()?), version })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_is_the_same_wherever_and_however_it_is_written() {
        let same = [
            r#"{"v":1,"kind":"TagBound","data":{"kind":"x","v":7}}"#,
            r#"{"v":1,"kind":"TagBound"}"#,
            r#"{"kind":"TagBound","v":1}"#,
            r#"{"v": 1,"kind":"TagBound"}"#,
            r#"{"v":1 ,"kind":"TagBound"}"#,
            r#"{"v":1,"kind" :"TagBound"}"#,
            r#"{"v":1,"kind":"Tag\u0042ound","x":"\""}"#,
            r#"{"x":{"v":2,"kind":"y"},"v":1,"kind":"TagBound"}"#,
        ];
        for body in same {
            let record = Record::new(Digest::ZERO, 0, body.as_bytes()).expect(body);
            let heading = Heading::read(&record).expect(body);
            assert_eq!((heading.kind.as_ref(), heading.version, heading.is_known()), ("TagBound", 1, true), "{body}");
        }
        for none in [
            r#"{"v":1}"#,
            r#"{"v":-1,"kind":"a"}"#,
            r#"{"v":"1","kind":"a"}"#,
            r#"{"v":1,"kind":2}"#,
            r#"{"v":4294967296,"kind":"a"}"#,
        ] {
            let record = Record::new(Digest::ZERO, 0, none.as_bytes()).expect(none);
            assert!(Heading::read(&record).is_err(), "{none}");
        }
    }
}
