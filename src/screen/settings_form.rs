//! The questions about a setting that no key turns: where the bench stands, and the target of the campaign.
//!
//! Invariant: no devices and no place are answers too: there is none then.

use super::entry::Entry;
use super::guide::Form;
use crate::port::{Failure, Trouble};
use crate::word::{Sentence, say};
use crate::workbench::{CampaignTarget, Goal, SettingsChange, check_place};

/// What a target is made of.
pub(super) struct Wanted {
    devices: Entry,
    goal: Entry,
    from: Entry,
    to: Entry,
}

/// The questions about one that cannot be turned by a key.
pub(super) enum Asking {
    Place(Entry),
    Target(Box<Wanted>),
}

/// A day as people write it, `21/11/2026`, as the settings keep it, `2026-11-21`; another text as it is.
fn day(text: &str) -> String {
    let parts: Vec<_> = text.split('/').map(str::trim).collect();
    match parts.as_slice() {
        [day, month, year] => format!("{year}-{month:0>2}-{day:0>2}"),
        _other => text.to_owned(),
    }
}

impl Asking {
    pub(super) fn place(before: Option<&str>) -> Self {
        Self::Place(Entry::text(before.unwrap_or_default()))
    }

    pub(super) fn target(before: Option<&CampaignTarget>) -> Self {
        let text = |of: fn(&CampaignTarget) -> String| Entry::text(&before.map(of).unwrap_or_default());
        Self::Target(Box::new(Wanted {
            devices: text(|target| target.devices.to_string()),
            goal: Entry::choice(vec![say!("settings-goal-ready"), say!("settings-goal-given")]),
            from: text(|target| target.from.clone()),
            to: text(|target| target.to.clone()),
        }))
    }

    fn wanted(&self) -> Option<CampaignTarget> {
        let Self::Target(wanted) = self else { return None };
        let Wanted { devices, goal, from, to } = wanted.as_ref();
        let goal = if goal.chosen() == 0 { Goal::Ready } else { Goal::HandedOver };
        let devices = devices.typed().parse().unwrap_or(0);
        Some(CampaignTarget { devices, goal, from: day(&from.typed()), to: day(&to.typed()) })
    }

    /// What the answers come to.
    pub(super) fn change(&self) -> SettingsChange {
        match self {
            Self::Place(place) => SettingsChange::Place(Some(place.typed())),
            Self::Target(_) => SettingsChange::Target(self.wanted().filter(|target| target.devices > 0)),
        }
    }
}

impl Form for Asking {
    fn len(&self) -> usize {
        match self {
            Self::Target(wanted) if !matches!(wanted.devices.typed().as_str(), "" | "0") => 4,
            Self::Place(_) | Self::Target(_) => 1,
        }
    }

    fn question(&self, at: usize) -> (Sentence, Sentence) {
        match (self, at) {
            (Self::Place(_), _) => (say!("settings-place"), say!("setup-place-note")),
            (Self::Target(_), 0) => (say!("settings-ask-devices"), say!("settings-ask-devices-note")),
            (Self::Target(_), 1) => (say!("settings-ask-goal"), say!("settings-ask-goal-note")),
            (Self::Target(_), 2) => (say!("settings-ask-from"), say!("settings-ask-day-note")),
            (Self::Target(_), _) => (say!("settings-ask-to"), say!("settings-ask-day-note")),
        }
    }

    fn entry(&self, at: usize) -> &Entry {
        match (self, at) {
            (Self::Place(place), _) => place,
            (Self::Target(wanted), 0) => &wanted.devices,
            (Self::Target(wanted), 1) => &wanted.goal,
            (Self::Target(wanted), 2) => &wanted.from,
            (Self::Target(wanted), _) => &wanted.to,
        }
    }

    fn entry_mut(&mut self, at: usize) -> &mut Entry {
        match (self, at) {
            (Self::Place(place), _) => place,
            (Self::Target(wanted), 0) => &mut wanted.devices,
            (Self::Target(wanted), 1) => &mut wanted.goal,
            (Self::Target(wanted), 2) => &mut wanted.from,
            (Self::Target(wanted), _) => &mut wanted.to,
        }
    }

    fn is_writing(&self, _at: usize) -> bool {
        matches!(self, Self::Place(_))
    }

    fn check(&self, at: usize) -> Result<(), Failure> {
        match (self, at) {
            (Self::Place(place), _) => check_place(&place.typed()),
            (Self::Target(wanted), 0) => {
                let typed = wanted.devices.typed();
                let is_number = typed.is_empty() || typed.parse::<u32>().is_ok();
                let wrong = || Failure::new(Trouble::Usage, say!("settings-no-number", text = typed.as_str()));
                is_number.then_some(()).ok_or_else(wrong)
            }
            (Self::Target(_), 3) => match self.wanted() {
                Some(target) => target.checked().map(|_target| ()),
                None => Ok(()),
            },
            (Self::Target(_), _) => Ok(()),
        }
    }
}
