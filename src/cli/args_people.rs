//! What can be typed about the station's beginning, its people, its vault and its keys.
//!
//! Invariant: no secret is ever an argument: arguments and the environment are seen by every program of the machine.

use crate::event::disk::Decision;
use crate::event::people::Role;
use crate::unit::{Digest, RecipientId};
use crate::workbench::Ruling;
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

/// A new station.
#[derive(Clone, Debug, Args)]
pub struct OpenArgs {
    /// The team's name.
    #[arg(long, value_name = "NAME")]
    pub team: Option<String>,
    /// Where the bench stands.
    #[arg(long, value_name = "TEXT")]
    pub place: Option<String>,
    /// Name of the first lead.
    #[arg(long, value_name = "NAME")]
    pub lead: Option<String>,
    /// Domain printed in tags.
    #[arg(long, value_name = "DOMAIN")]
    pub domain: Option<String>,
    /// Spec profile.
    #[arg(long, value_name = "ID|FILE")]
    pub profile: Option<String>,
    /// Where the recovery sheets go.
    #[arg(long, value_name = "DIR")]
    pub sheets: Option<PathBuf>,
    /// Where the vault's passphrase is read.
    #[arg(long, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
    /// The team key of another station.
    #[arg(long, value_name = "FILE", conflicts_with = "team_key_to")]
    pub team_key: Option<PathBuf>,
    /// Where the new team key goes.
    #[arg(long, value_name = "FILE")]
    pub team_key_to: Option<PathBuf>,
    /// A practice station, for the program's own tests.
    #[arg(long, hide = true)]
    pub practice: bool,
}

/// Where the bench stands.
#[derive(Clone, Debug, Args)]
pub struct PlaceArgs {
    /// The new place; none to show what is known.
    pub place: Option<String>,
    /// Forget it.
    #[arg(long, conflicts_with = "place")]
    pub none: bool,
}

/// People.
#[derive(Clone, Debug, Subcommand)]
pub enum PersonVerb {
    /// Add somebody.
    Add(PersonAddArgs),
    /// Show everybody.
    List,
    /// Give a role.
    Grant(PersonGrantArgs),
    /// Take roles back.
    Revoke(PersonRevokeArgs),
    /// Set a PIN.
    Pin(PersonPinArgs),
    /// Make a badge.
    Badge(super::args_shift::PersonBadgeArgs),
}

/// Adding somebody.
#[derive(Clone, Debug, Args)]
pub struct PersonAddArgs {
    /// Name.
    pub name: String,
    /// Role; none for a guest.
    #[arg(long, value_enum)]
    pub role: Option<RoleArg>,
    /// Where the new PIN is read.
    #[arg(long, value_name = "FILE")]
    pub new_pin_file: Option<PathBuf>,
}

/// Giving a role.
#[derive(Clone, Debug, Args)]
pub struct PersonGrantArgs {
    /// Name or id.
    pub person: String,
    /// Which.
    #[arg(long, value_enum)]
    pub role: RoleArg,
}

/// Taking roles back.
#[derive(Clone, Debug, Args)]
pub struct PersonRevokeArgs {
    /// Name or id.
    pub person: String,
    /// Only this one.
    #[arg(long, value_enum)]
    pub role: Option<RoleArg>,
}

/// Setting a PIN.
#[derive(Clone, Debug, Args)]
pub struct PersonPinArgs {
    /// Name or id; whoever is at the bench where none is named.
    pub person: Option<String>,
    /// Where the new PIN is read.
    #[arg(long, value_name = "FILE")]
    pub new_pin_file: Option<PathBuf>,
    /// A lead's forgotten PIN, by the vault's passphrase.
    #[arg(long)]
    pub recover: bool,
    /// Where the passphrase is read.
    #[arg(long, value_name = "FILE", conflicts_with = "part_file")]
    pub passphrase_file: Option<PathBuf>,
    /// Where two recovery parts are read, one a file.
    #[arg(long = "part-file", value_name = "FILE")]
    pub part_file: Vec<PathBuf>,
}

impl PersonPinArgs {
    /// Whether the vault's own secrets stand in for a PIN.
    #[must_use]
    pub const fn is_recovery(&self) -> bool {
        self.recover || self.passphrase_file.is_some() || !self.part_file.is_empty()
    }
}

/// A role as typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RoleArg {
    /// Volunteer.
    Volunteer,
    /// Warehouse.
    Warehouse,
    /// Lead.
    Lead,
}

impl From<RoleArg> for Role {
    fn from(role: RoleArg) -> Self {
        match role {
            RoleArg::Volunteer => Self::Volunteer,
            RoleArg::Warehouse => Self::Warehouse,
            RoleArg::Lead => Self::Lead,
        }
    }
}

/// The vault.
#[derive(Clone, Debug, Subcommand)]
pub enum VaultVerb {
    /// Open it until the machine is switched off.
    Unlock(VaultUnlockArgs),
    /// Lock it now.
    Lock,
    /// Whether it is open.
    Status,
    /// Change the passphrase.
    Passphrase(VaultPassphraseArgs),
    /// A new passphrase by two recovery sheets.
    Recover(VaultRecoverArgs),
    /// Which names were erased.
    Erasures(super::args_day::ErasuresArgs),
}

/// Unlocking.
#[derive(Clone, Debug, Args)]
pub struct VaultUnlockArgs {
    /// Where the passphrase is read.
    #[arg(long, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
}

/// Another passphrase.
#[derive(Clone, Debug, Args)]
pub struct VaultPassphraseArgs {
    /// Where the passphrase of now is read.
    #[arg(long, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
    /// Where the new one is read.
    #[arg(long, value_name = "FILE")]
    pub new_passphrase_file: Option<PathBuf>,
    /// New recovery sheets.
    #[arg(long, value_name = "DIR")]
    pub sheets: Option<PathBuf>,
}

/// Recovering.
#[derive(Clone, Debug, Args)]
pub struct VaultRecoverArgs {
    /// Where the parts are read, one a file.
    #[arg(long = "part-file", value_name = "FILE")]
    pub part_file: Vec<PathBuf>,
    /// Where the new passphrase is read.
    #[arg(long, value_name = "FILE")]
    pub new_passphrase_file: Option<PathBuf>,
    /// New recovery sheets.
    #[arg(long, value_name = "DIR")]
    pub sheets: Option<PathBuf>,
}

/// Keys.
#[derive(Clone, Debug, Subcommand)]
pub enum KeyVerb {
    /// Show the public keys.
    List,
    /// Trust a key no more.
    Revoke(KeyRevokeArgs),
}

/// Revoking a key.
#[derive(Clone, Debug, Args)]
pub struct KeyRevokeArgs {
    /// The public key.
    #[arg(value_name = "HEX")]
    pub key: Digest,
    /// The team's key.
    #[arg(long, value_name = "FILE")]
    pub team_key: Option<PathBuf>,
}

/// Lifting a rule.
#[derive(Clone, Debug, Args)]
pub struct OverrideArgs {
    /// Tag or id.
    pub device: String,
    /// Which rule.
    #[arg(long, value_name = "RULE")]
    pub rule: String,
    /// Why.
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// For which pupil.
    #[arg(long, value_name = "ID")]
    pub recipient: Option<RecipientId>,
}

/// Validating a wipe.
#[derive(Clone, Debug, Args)]
pub struct ValidateArgs {
    /// Tag or id.
    pub device: String,
    /// Which disk.
    #[arg(long, value_name = "DISK")]
    pub disk: Option<String>,
    /// It is to be wiped once more.
    #[arg(long, conflicts_with = "escalate", requires = "reason")]
    pub repeat: bool,
    /// A lead has to decide.
    #[arg(long, requires = "reason")]
    pub escalate: bool,
    /// Why.
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
}

impl ValidateArgs {
    /// What was decided.
    #[must_use]
    pub fn ruling(&self) -> Ruling {
        let decision = match (self.repeat, self.escalate) {
            (true, _) => Decision::Repeat,
            (false, true) => Decision::Escalate,
            (false, false) => Decision::Accept,
        };
        Ruling { decision, reason: self.reason.clone().unwrap_or_default(), of: None }
    }
}
