//! `aoxanh target`: the target of the campaign, kept in the station's settings.

use super::folder::Folder;
use super::settings;
use crate::cli::{Out, TargetArgs};
use crate::port::Failure;
use crate::word::say;
use crate::workbench::{CampaignTarget, Goal, SettingsChange};

/// Shows it, or changes it first. Errors: no station; a target that is none; the settings cannot be written.
pub(super) fn run(args: &TargetArgs, folder: &Folder, out: &mut Out<'_>) -> Result<(), Failure> {
    let set = args.devices.map(|devices| {
        let (from, to) = (args.from.clone().unwrap_or_default(), args.to.clone().unwrap_or_default());
        CampaignTarget { devices, goal: args.goal.map_or(Goal::Ready, Goal::from), from, to }
    });
    let settings = if args.none || set.is_some() {
        settings::change(folder, SettingsChange::Target(set))?
    } else {
        folder.settings()?
    };
    out.object("target", serde_json::json!({ "target": settings.target }))?;
    match &settings.target {
        Some(target) => out.say(&target.sentence()),
        None => out.say(&say!("target-none")),
    }
}
