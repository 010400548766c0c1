//! `aoxanh place`: whose bench it is and where it stands, as certificates will say.
//!
//! Invariant: only what is recorded from now on says it; records that are there stay as they are.

use super::folder::Folder;
use super::settings;
use crate::cli::{Out, PlaceArgs};
use crate::port::Failure;
use crate::word::say;
use crate::workbench::SettingsChange;

/// Shows it, or changes it first. Errors: no station; a place that is no text; the settings cannot be written.
pub(super) fn run(args: &PlaceArgs, folder: &Folder, out: &mut Out<'_>) -> Result<(), Failure> {
    let settings = match &args.place {
        Some(_) => settings::change(folder, SettingsChange::Place(args.place.clone()))?,
        None if args.none => settings::change(folder, SettingsChange::Place(None))?,
        None => folder.settings()?,
    };
    out.object("place", serde_json::json!({ "team": settings.team, "place": settings.place }))?;
    let team = settings.team.as_str();
    match &settings.place {
        Some(place) => out.say(&say!("place", team = team, place = place.as_str())),
        None => out.say(&say!("place-none", team = team)),
    }
}
