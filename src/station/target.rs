//! `aoxanh target`: the target of the campaign, kept in the station's settings.

use super::folder::Folder;
use crate::cli::{Out, TargetArgs};
use crate::port::Failure;
use crate::word::say;
use crate::workbench::{CampaignTarget, Goal};

/// Shows it, or changes it first. Errors: no station; a target that is none; the settings cannot be written.
pub(super) fn run(args: &TargetArgs, folder: &Folder, out: &mut Out<'_>) -> Result<(), Failure> {
    let mut settings = folder.settings()?;
    if let Some(devices) = args.devices {
        let (from, to) = (args.from.clone().unwrap_or_default(), args.to.clone().unwrap_or_default());
        let goal = args.goal.map_or(Goal::Ready, Goal::from);
        settings.target = Some(CampaignTarget { devices, goal, from, to }.checked()?);
    }
    if args.none {
        settings.target = None;
    }
    if args.none || args.devices.is_some() {
        settings.write(folder)?;
    }
    out.object("target", serde_json::json!({ "target": settings.target }))?;
    match &settings.target {
        Some(target) => out.say(&target.sentence()),
        None => out.say(&say!("target-none")),
    }
}
