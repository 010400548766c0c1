//! `aoxanh place`: whose bench it is and where it stands, as certificates will say.
//!
//! Invariant: only what is recorded from now on says it; records that are there stay as they are.

use super::folder::Folder;
use crate::cli::{Out, PlaceArgs};
use crate::port::Failure;
use crate::word::say;
use crate::workbench::check_place;

/// Shows it, or changes it first. Errors: no station; a place that is no text; the settings cannot be written.
pub(super) fn run(args: &PlaceArgs, folder: &Folder, out: &mut Out<'_>) -> Result<(), Failure> {
    let mut settings = folder.settings()?;
    if args.none || args.place.is_some() {
        let place = args.place.as_deref().unwrap_or_default().trim();
        check_place(place)?;
        settings.place = Some(place.to_owned()).filter(|place| !place.is_empty());
        settings.write(folder)?;
    }
    out.object("place", serde_json::json!({ "team": settings.team, "place": settings.place }))?;
    let team = settings.team.as_str();
    match &settings.place {
        Some(place) => out.say(&say!("place", team = team, place = place.as_str())),
        None => out.say(&say!("place-none", team = team)),
    }
}
