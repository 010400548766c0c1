//! Tablets and phones at the USB ports of this machine.
//!
//! Invariant: one that does not answer is listed with what keeps it from that, never left out.

use super::failure::{Failure, Trouble};
use crate::reading::AndroidTold;
use crate::word::say;

/// How far a tablet or phone lets itself be talked to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MobileState {
    /// On the cable, but it offers nothing to talk to: it charges, or shows its files.
    Silent,
    /// It offers adb, and nobody allowed this computer yet.
    Unauthorised,
    /// adb answers.
    Ready,
    /// Its recovery runs.
    Recovery,
    /// Its recovery waits for a system to be sent.
    Sideload,
    /// Its recovery waits for help.
    Rescue,
    /// Its bootloader runs (fastboot).
    Bootloader,
    /// adb knows it, and it does not answer.
    Offline,
    /// This user may not talk to it.
    NoPermission,
    /// An iPad or iPhone.
    Apple,
}

impl MobileState {
    /// The word that scripts read.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Silent => "silent",
            Self::Unauthorised => "unauthorised",
            Self::Ready => "ready",
            Self::Recovery => "recovery",
            Self::Sideload => "sideload",
            Self::Rescue => "rescue",
            Self::Bootloader => "bootloader",
            Self::Offline => "offline",
            Self::NoPermission => "no_permission",
            Self::Apple => "apple",
        }
    }
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mobile {
    /// What it is called by: its serial, else its port. Two with one serial are told apart by their ports.
    pub name: String,
    /// How far it lets itself be talked to.
    pub state: MobileState,
    /// The port that it is plugged into, as the kernel counts them (`1-2.3`); none where it is reached otherwise.
    pub port: Option<String>,
    /// Its vendor at USB; zero where it is reached otherwise.
    pub vendor: u16,
    /// Who made it, as it says at USB.
    pub maker: Option<String>,
    /// Its model, as it says.
    pub model: Option<String>,
    /// Its serial, as it says at USB or to adb.
    pub serial: Option<String>,
}

/// All of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MobilesSeen {
    /// Each, by its port.
    pub mobiles: Vec<Mobile>,
    /// Why adb was of no use, if it was not.
    pub adb: Option<Failure>,
}

/// What reaches them.
pub trait Mobiles {
    /// Every tablet and phone that is plugged in. Errors: the ports cannot be looked at.
    fn list(&self) -> Result<MobilesSeen, Failure>;
    /// Asks the one of that name everything that an inspection wants. Errors: it is gone, or does not answer in time.
    fn ask(&self, name: &str) -> Result<AndroidTold, Failure>;
}

/// There is no such tablet or phone.
#[must_use]
pub fn no_mobile(name: &str) -> Failure {
    Failure::new(Trouble::No, say!("mobile-none", name = name)).hint(say!("mobile-none-hint"))
}

/// Made-up ones.
#[derive(Clone, Debug, Default)]
pub struct FakeMobiles(pub Vec<(Mobile, AndroidTold)>);

impl Mobiles for FakeMobiles {
    fn list(&self) -> Result<MobilesSeen, Failure> {
        Ok(MobilesSeen { mobiles: self.0.iter().map(|(mobile, _)| mobile.clone()).collect(), adb: None })
    }

    fn ask(&self, name: &str) -> Result<AndroidTold, Failure> {
        let found = self.0.iter().find(|(mobile, _)| mobile.name == name && mobile.state == MobileState::Ready);
        found.map(|(_, told)| told.clone()).ok_or_else(|| no_mobile(name))
    }
}
