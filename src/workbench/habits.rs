//! How the screen behaves at a station, and the station's settings as they are shown and changed: data only.
//!
//! Invariant: what is changed here is written in the station's folder, never in the ledger, and takes no rule away.

use super::campaign::CampaignTarget;
use super::world::Terminal;
use crate::port::{Failure, Trouble};
use crate::word::{Sentence, say};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How Vietnamese is typed where no input method of the system does it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Typing {
    /// Letters stay as they are typed.
    Plain,
    /// Telex: `aa` is â, `s` the rising tone.
    Telex,
    /// VNI: `6` is the roof, `1` the rising tone.
    Vni,
}

/// How the screen behaves at a station.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Habits {
    /// Whether the bell rings when a job ends and when something is refused.
    pub sounds: bool,
    /// Whether the mouse is listened to.
    pub mouse: bool,
    /// How Vietnamese is typed; none: Telex on the bare console, and nothing where the system has an input method.
    pub typing: Option<Typing>,
    /// After how many minutes without a key nobody is taken to be there any more.
    pub lock_after: u16,
}

/// The minutes that can be chosen from one key to the next.
pub const LOCK_AFTER: [u16; 5] = [5, 10, 15, 30, 60];

impl Default for Habits {
    fn default() -> Self {
        Self { sounds: true, mouse: true, typing: None, lock_after: 15 }
    }
}

impl Habits {
    /// How Vietnamese is typed there.
    #[must_use]
    pub const fn typing_on(&self, terminal: Terminal) -> Typing {
        match (self.typing, terminal) {
            (Some(typing), _) => typing,
            (None, Terminal::Console) => Typing::Telex,
            (None, Terminal::Emulated) => Typing::Plain,
        }
    }

    /// How long somebody may sit there without a key.
    #[must_use]
    pub fn longest_rest(&self) -> Duration {
        Duration::from_mins(u64::from(self.lock_after))
    }

    /// The habits, if a station can have them. Errors: it would never lock within two hours, or at once.
    pub fn checked(self) -> Result<Self, Failure> {
        if (1..=120).contains(&self.lock_after) {
            return Ok(self);
        }
        Err(Failure::new(Trouble::Usage, say!("settings-lock-wrong", minutes = u64::from(self.lock_after))))
    }
}

/// The way of typing, in words; none for what the terminal asks for by itself.
#[must_use]
pub fn typing_sentence(typing: Option<Typing>) -> Sentence {
    match typing {
        None => say!("settings-typing-auto"),
        Some(Typing::Plain) => say!("settings-typing-plain"),
        Some(Typing::Telex) => say!("settings-typing-telex"),
        Some(Typing::Vni) => say!("settings-typing-vni"),
    }
}

/// On, or off.
#[must_use]
pub fn switch_sentence(on: bool) -> Sentence {
    if on { say!("settings-on") } else { say!("settings-off") }
}

/// A station's settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsView {
    /// The team's name.
    pub team: String,
    /// The domain printed in tags.
    pub domain: String,
    /// Where the bench stands.
    pub place: Option<String>,
    /// The profile that devices are judged by.
    pub profile: Option<String>,
    /// The profiles that can be chosen.
    pub profiles: Vec<String>,
    /// The target of the campaign.
    pub target: Option<CampaignTarget>,
    /// How the screen behaves.
    pub habits: Habits,
    /// The station's folder.
    pub folder: String,
}

/// What is asked for about settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettingsOrder {
    /// Show them.
    Look,
    /// Change one.
    Change(SettingsChange),
}

/// A setting in place of the one before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettingsChange {
    /// Where the bench stands; none for nowhere in particular.
    Place(Option<String>),
    /// The profile that devices are judged by; none for the one meant for their kind.
    Profile(Option<String>),
    /// The target of the campaign; none for none.
    Target(Option<CampaignTarget>),
    /// How the screen behaves.
    Habits(Habits),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn telex_is_on_by_itself_only_where_nothing_else_types_vietnamese() {
        let auto = Habits::default();
        assert_eq!(
            (auto.typing_on(Terminal::Console), auto.typing_on(Terminal::Emulated)),
            (Typing::Telex, Typing::Plain)
        );
        let vni = Habits { typing: Some(Typing::Vni), ..auto };
        assert_eq!((vni.typing_on(Terminal::Console), vni.typing_on(Terminal::Emulated)), (Typing::Vni, Typing::Vni));
    }

    #[test]
    fn a_station_locks_after_a_minute_at_least_and_two_hours_at_most() {
        let after = |lock_after| Habits { lock_after, ..Habits::default() }.checked().is_ok();
        assert_eq!([0, 1, 120, 121].map(after), [false, true, true, false]);
        assert!(LOCK_AFTER.into_iter().all(after));
    }
}
