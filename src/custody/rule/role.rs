//! Who may record what: a closed table over every kind.
//!
//! Source: the issue "The bench screen, people, and the numbers": a guest may do intake and inspection only; overrides,
//! validation and whatever changes who may do what need a PIN or a badge.

#![expect(clippy::wildcard_enum_match_arm, reason = "a rule looks at the few kinds it is about")]

use super::Rule;
use crate::custody::file::PersonFile;
use crate::event::people::Role;
use crate::event::{Fact, How};
use crate::word::{Sentence, say};

/// Who may record a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Guests too.
    Anybody,
    /// Whoever has a role.
    Crew,
    /// Volunteers and leads.
    Bench,
    /// Leads.
    Lead,
}

/// Who may record such a fact.
#[must_use]
pub const fn who_may(fact: &Fact) -> Who {
    match fact {
        // Intake and inspection; one's own PIN; and what nobody decides: the clock's step and how a job ended.
        Fact::StationOpened(_)
        | Fact::ClockJumped(_)
        | Fact::PinSet(_)
        | Fact::BadgeIssued(_)
        | Fact::DeviceNoted(_)
        | Fact::LotOpened(_)
        | Fact::ConsentGiven(_)
        | Fact::ConsentWithdrawn(_)
        | Fact::LotExpected(_)
        | Fact::ReceiptIssued(_)
        | Fact::DeviceReceived(_)
        | Fact::TagBound(_)
        | Fact::DeviceHeld(_)
        | Fact::DeviceQuarantined(_)
        | Fact::DeviceMoved(_)
        | Fact::IntakeChecked(_)
        | Fact::LabelPrinted(_)
        | Fact::AccessoryMoved(_)
        | Fact::BoxMoved(_)
        | Fact::StockTaken(_)
        | Fact::BootOpened(_)
        | Fact::BundleTaken(_)
        | Fact::SummaryTaken(_)
        | Fact::DeviceInspected(_)
        | Fact::DeviceGraded(_)
        | Fact::LockFound(_)
        | Fact::WipeEnded(_)
        | Fact::ImageEnded(_)
        | Fact::ImageFitted(_)
        | Fact::Unknown { .. } => Who::Anybody,
        Fact::HoldReleased(_)
        | Fact::QuarantineCleared(_)
        | Fact::BackupMade(_)
        | Fact::DayClosed(_)
        | Fact::LotClosed(_)
        // What takes more than one's own last record is for the rules of corrections.
        | Fact::Corrected(_)
        | Fact::DeviceTaken(_)
        | Fact::AccessoryPaired(_)
        | Fact::TagReplaced(_)
        | Fact::NoteErased(_)
        | Fact::ShiftHandedOver(_) => Who::Crew,
        Fact::FunctionTested(_)
        | Fact::DiskBound(_)
        | Fact::WipeStarted(_)
        | Fact::WipeValidated(_)
        | Fact::ImageStarted(_)
        | Fact::DiskDestroyed(_)
        | Fact::RepairRecorded(_)
        | Fact::PartTaken(_)
        | Fact::PartFitted(_)
        | Fact::LockShown(_)
        | Fact::LockCleared(_)
        | Fact::DeviceHandedOver(_) => Who::Bench,
        Fact::PersonAdded(_)
        | Fact::RoleGranted(_)
        | Fact::RoleRevoked(_)
        | Fact::KeyRevoked(_)
        | Fact::StationContinued(_)
        | Fact::DeviceAllocated(_)
        | Fact::DonorsMerged(_)
        | Fact::DonorsParted(_)
        | Fact::LotReopened(_)
        | Fact::StickEnrolled(_)
        | Fact::ConflictSettled(_)
        | Fact::RuleOverridden(_) => Who::Lead,
    }
}

/// Whether such a fact is recorded only of a person who is known by PIN or badge.
const fn needs_sign_in(fact: &Fact) -> bool {
    match fact {
        // The vault's own secrets stand in for a PIN that was forgotten.
        Fact::PinSet(set) => !set.recovered,
        Fact::PersonAdded(_)
        | Fact::RoleGranted(_)
        | Fact::RoleRevoked(_)
        | Fact::KeyRevoked(_)
        | Fact::RuleOverridden(_)
        | Fact::Corrected(_)
        | Fact::DonorsMerged(_)
        | Fact::DonorsParted(_)
        | Fact::LotReopened(_)
        | Fact::StickEnrolled(_)
        | Fact::ConflictSettled(_)
        | Fact::WipeValidated(_)
        | Fact::LockShown(_)
        | Fact::BadgeIssued(_)
        | Fact::ShiftHandedOver(_)
        | Fact::TagReplaced(_)
        | Fact::DiskDestroyed(_) => true,
        _others => false,
    }
}

impl Who {
    /// Whether a person of those roles is among them.
    #[must_use]
    pub fn admits(self, roles: &[Role]) -> bool {
        match self {
            Self::Anybody => true,
            Self::Crew => !roles.is_empty(),
            Self::Bench => roles.contains(&Role::Volunteer) || roles.contains(&Role::Lead),
            Self::Lead => roles.contains(&Role::Lead),
        }
    }

    /// Why a person of those roles is not among them; none where they are.
    #[must_use]
    pub fn refuses(self, roles: &[Role]) -> Option<Sentence> {
        if self.admits(roles) { None } else { self.refusal() }
    }

    fn refusal(self) -> Option<Sentence> {
        match self {
            Self::Anybody => None,
            Self::Crew => Some(say!("rule-role-crew")),
            Self::Bench => Some(say!("rule-role-bench")),
            Self::Lead => Some(say!("rule-role-lead")),
        }
    }
}

/// Everybody records only what their roles allow. The first lead is added, and made lead, by nobody else.
pub(super) static ROLE_MAY: Rule = Rule {
    id: "role-may",
    overridable: None,
    check: |event, cabinet| {
        let station = cabinet.station()?;
        let first = match &event.fact {
            Fact::PersonAdded(added) => station.people == 0 && added.person == event.by.person,
            Fact::RoleGranted(granted) => {
                station.people == 1
                    && station.leads.is_empty()
                    && granted.role == Role::Lead
                    && granted.person == event.by.person
            }
            // Only the first two people's records come before roles.
            _other => false,
        };
        let Some(file) = cabinet.get::<PersonFile>(&event.by.person)?.filter(|_| !first) else { return Ok(None) };
        let who = who_may(&event.fact);
        Ok(who.refuses(&file.roles))
    },
};

/// Overriding, validating and changing who may do what take a person who is known, not one who only says so.
pub(super) static SIGNED_IN: Rule = Rule {
    id: "signed-in",
    overridable: None,
    check: |event, _cabinet| {
        let known = matches!(event.by.how, How::Pin | How::Badge);
        Ok((needs_sign_in(&event.fact) && !known).then(|| say!("rule-signed-in")))
    },
};
