//! What can be typed about a station's settings.

use crate::workbench::{Habits, Typing};
use clap::{Args, ValueEnum};

/// Settings.
#[derive(Clone, Debug, Args)]
pub struct SettingsArgs {
    /// Whether the bell rings.
    #[arg(long, value_enum, value_name = "ON|OFF")]
    pub sounds: Option<SwitchArg>,
    /// Whether the mouse is listened to.
    #[arg(long, value_enum, value_name = "ON|OFF")]
    pub mouse: Option<SwitchArg>,
    /// How Vietnamese is typed.
    #[arg(long, value_enum, value_name = "WAY")]
    pub typing: Option<TypingArg>,
    /// After how many minutes the station locks.
    #[arg(long, value_name = "MINUTES")]
    pub lock_after: Option<u16>,
    /// The profile that devices are judged by; empty for the one meant for their kind.
    #[arg(long, value_name = "ID")]
    pub profile: Option<String>,
}

/// On or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SwitchArg {
    /// On.
    On,
    /// Off.
    Off,
}

/// How Vietnamese is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TypingArg {
    /// Telex on the bare console only.
    Auto,
    /// As typed.
    Off,
    /// Telex.
    Telex,
    /// VNI.
    Vni,
}

impl SettingsArgs {
    /// Those habits with what was typed in their place.
    #[must_use]
    pub fn habits(&self, before: Habits) -> Habits {
        let switch = |typed: Option<SwitchArg>, before| typed.map_or(before, |typed| typed == SwitchArg::On);
        let typing = |typed| match typed {
            TypingArg::Auto => None,
            TypingArg::Off => Some(Typing::Plain),
            TypingArg::Telex => Some(Typing::Telex),
            TypingArg::Vni => Some(Typing::Vni),
        };
        Habits {
            sounds: switch(self.sounds, before.sounds),
            mouse: switch(self.mouse, before.mouse),
            typing: self.typing.map_or(before.typing, typing),
            lock_after: self.lock_after.unwrap_or(before.lock_after),
        }
    }
}
