//! What the layers about people, rules, wipes to be validated and days ask for, and what they are shown: data only.
//!
//! Invariant: a secret in an order is never told by its debug form, and goes no further than to whom the order goes.

use super::day::{DayLeft, DayStatus};
use super::destroy::DestroyOrder;
use super::people::PersonView;
use super::settling::Ruling;
use super::setup::SetUp;
use super::throughput::Period;
use crate::event::people::Role;
use crate::event::settling::Settlement;
use crate::unit::{DeviceId, Digest, PersonId, Secret, ShelfName};
use crate::word::Sentence;
use std::path::PathBuf;

/// A person who signs one thing there and then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signer {
    /// Who.
    pub person: PersonId,
    /// Their PIN.
    pub pin: Secret,
}

/// How whoever signs shows that it is they.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signature {
    /// By name and PIN.
    Pin(Signer),
    /// By the code of their badge.
    Badge(Secret),
}

/// What is asked for about people and what they settle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PeopleOrder {
    /// Show everybody.
    List,
    /// Put somebody at the bench.
    SignIn(Signer),
    /// Put whoever holds the badge of that code at the bench.
    SignInBadge(Secret),
    /// Hand the shift over to whoever comes, with a note; end it where nobody does.
    HandOver {
        /// Who comes.
        to: Option<Signature>,
        /// What they leave word of; may be empty.
        note: String,
    },
    /// Put nobody in particular at the bench.
    SignOut,
    /// Add somebody, with a role or as a guest.
    Add {
        /// The name.
        name: String,
        /// What they may do.
        role: Option<Role>,
        /// Their PIN.
        pin: Option<Secret>,
    },
    /// Give a person a role.
    Grant {
        /// Whom.
        person: PersonId,
        /// Which.
        role: Role,
    },
    /// Take a role back.
    Revoke {
        /// From whom.
        person: PersonId,
        /// Which; none for every one.
        role: Option<Role>,
    },
    /// Set a person's PIN.
    SetPin {
        /// Whose.
        person: PersonId,
        /// The new one.
        pin: Secret,
        /// The lead, or whoever it is of.
        signer: Signer,
    },
    /// Make a badge for that person; those before it are worth nothing from then on.
    MakeBadge {
        /// Whose.
        person: PersonId,
        /// Whoever it is of, or a lead.
        signer: Signer,
    },
    /// Take the badge of that person back.
    WithdrawBadge {
        /// Whose.
        person: PersonId,
        /// Whoever it is of, or a lead.
        signer: Signer,
    },
    /// Settle what two places recorded of a device.
    Settle {
        /// The device.
        device: DeviceId,
        /// How.
        how: Settlement,
        /// Why.
        reason: String,
        /// The lead.
        signature: Signature,
    },
    /// Lift a rule for a device.
    Lift {
        /// The device.
        device: DeviceId,
        /// The rule's permanent id.
        rule: &'static str,
        /// Why.
        reason: String,
        /// The lead.
        signature: Signature,
    },
    /// Record that a disk was destroyed.
    Destroy {
        /// The device.
        device: DeviceId,
        /// Which disk, how, before whom.
        order: DestroyOrder,
        /// Who records it.
        signature: Signature,
    },
    /// Show the device's wipes that can be validated.
    Wipes(DeviceId),
    /// Validate a wipe.
    Validate {
        /// The device.
        device: DeviceId,
        /// Its disk, by its key in the ledger.
        disk: String,
        /// What they decide.
        ruling: Ruling,
        /// The second person.
        signature: Signature,
    },
}

/// What is asked for about devices in somebody's hands, and notes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShiftOrder {
    /// Take a device into the hands of whoever is at the bench.
    Take {
        /// Its tag or id, as scanned or typed.
        text: String,
        /// To which bench or shelf; none leaves it where it lies.
        at: Option<ShelfName>,
    },
    /// Write a note about the device.
    Note {
        /// The device.
        device: DeviceId,
        /// The text.
        text: String,
    },
    /// Erase the text of a note about the device.
    EraseNote {
        /// The device.
        device: DeviceId,
        /// Its salted hash.
        note: Digest,
    },
}

/// What is asked for about a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DayOrder {
    /// Show how far the work is from its last safety copy, and where a copy can go.
    Look,
    /// Make a safety copy in that folder and close the day with it.
    Close(PathBuf),
    /// Write the work of these days into the station's folder, as a table without names.
    Export(Period),
}

/// Answers for a new station, and where its recovery sheets go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetUpOrder {
    /// What the station is made of.
    pub setup: SetUp,
    /// The folder for the sheets.
    pub sheets: PathBuf,
}

/// A station that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MadeView {
    /// Its folder.
    pub folder: PathBuf,
    /// Its id, in few symbols.
    pub station: String,
    /// Its recovery sheets.
    pub sheets: Vec<PathBuf>,
    /// Where the team's secret key is now, and what is to be done about it.
    pub team_key: Sentence,
    /// Why its vault is not open now, where it is not.
    pub locked: Option<Sentence>,
}

/// A wipe that can be validated: what was done, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WipeSeen {
    /// The disk's key in the ledger.
    pub disk: String,
    /// The disk for people: model, serial, size.
    pub name: String,
    /// What the ledger says of it, line by line.
    pub lines: Vec<Sentence>,
    /// Whether it was validated already.
    pub validated: bool,
    /// Leaf hash of its end.
    pub ended: Digest,
}

/// A place that a safety copy can go to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaceSeen {
    /// Where it is mounted.
    pub folder: PathBuf,
    /// What is mounted there: the disk's model, else its name.
    pub name: String,
}

/// How far the work is from its last safety copy, and where a copy can go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayLook {
    /// How far.
    pub status: DayStatus,
    /// What the day leaves undone.
    pub left: DayLeft,
    /// Removable media that are mounted.
    pub places: Vec<PlaceSeen>,
}

impl PersonView {
    /// The name, else the opaque id.
    #[must_use]
    pub fn called(&self) -> &str {
        self.name.as_deref().unwrap_or_else(|| self.person.as_str())
    }
}
