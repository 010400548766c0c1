//! What is kept in a station's `station.toml`: shown, and changed one at a time, by verbs and from the screen alike.
//!
//! Invariant: what is written can be read again, and is checked before; nothing else in the file changes.

use super::folder::{Folder, Settings};
use crate::cli::{Out, SettingsArgs};
use crate::port::{Failure, Trouble};
use crate::profile::{self, Profile};
use crate::word::say;
use crate::workbench::{
    Answer, Bench, SettingsChange, SettingsOrder, SettingsView, check_place, switch_sentence, typing_sentence,
};

/// Shows them, or changes some first. Errors: no station; a value that is none; the settings cannot be written.
pub(super) fn run(args: &SettingsArgs, folder: &Folder, out: &mut Out<'_>) -> Result<(), Failure> {
    let habits = args.habits(folder.settings()?.screen);
    if habits != folder.settings()?.screen {
        change(folder, SettingsChange::Habits(habits))?;
    }
    if let Some(profile) = &args.profile {
        let profile = Some(profile.trim().to_owned()).filter(|id| !id.is_empty());
        change(folder, SettingsChange::Profile(profile))?;
    }
    let seen = view(folder)?;
    let habits = seen.habits;
    out.object(
        "settings",
        serde_json::json!({
            "team": seen.team, "domain": seen.domain, "place": seen.place, "profile": seen.profile,
            "profiles": seen.profiles, "target": seen.target, "screen": habits, "folder": seen.folder,
        }),
    )?;
    let none = || say!("settings-none");
    let text = |text: Option<String>| text.map_or_else(none, |text| say!("plain", text = text));
    let profile = seen.profile.map_or_else(|| say!("settings-profile-suits"), |id| say!("plain", text = id));
    for (name, value) in [
        (say!("settings-team"), text(Some(seen.team))),
        (say!("settings-place"), text(seen.place)),
        (say!("settings-domain"), text(Some(seen.domain))),
        (say!("settings-profile"), profile),
        (say!("settings-target"), seen.target.map_or_else(none, |target| target.sentence())),
        (say!("settings-sounds"), switch_sentence(habits.sounds)),
        (say!("settings-mouse"), switch_sentence(habits.mouse)),
        (say!("settings-typing"), typing_sentence(habits.typing)),
        (say!("settings-lock"), say!("settings-minutes", minutes = u64::from(habits.lock_after))),
        (say!("settings-folder"), text(Some(seen.folder))),
    ] {
        out.say(&say!("settings-line", name = name, value = value))?;
    }
    Ok(())
}

/// Changes one of them; how they are then. Errors: a value that is none; the settings cannot be written.
pub(super) fn change(folder: &Folder, change: SettingsChange) -> Result<Settings, Failure> {
    let mut settings = folder.settings()?;
    match change {
        SettingsChange::Place(place) => {
            let place = place.map(|place| place.trim().to_owned()).filter(|place| !place.is_empty());
            check_place(place.as_deref().unwrap_or_default())?;
            settings.place = place;
        }
        SettingsChange::Profile(profile) => {
            if let Some(id) = &profile {
                let known = profiles(folder)?;
                if !known.contains(id) {
                    let what = say!("profile-unknown", id = id.as_str(), known = known.join(", "));
                    return Err(Failure::new(Trouble::Usage, what));
                }
            }
            settings.profile = profile;
        }
        SettingsChange::Target(target) => {
            settings.target = match target {
                Some(target) => Some(target.checked()?),
                None => None,
            };
        }
        SettingsChange::Habits(habits) => settings.screen = habits.checked()?,
    }
    settings.write(folder)?;
    Ok(settings)
}

/// What the screen asks for about them; a bench that is open goes on with the new ones.
pub(super) fn carry(folder: &Folder, bench: &mut Bench<'_>, order: &SettingsOrder) -> Result<Answer, Failure> {
    if let SettingsOrder::Change(asked) = order {
        change(folder, asked.clone())?;
    }
    keep_up(folder, bench)?;
    Ok(Answer::Settings(Box::new(view(folder)?)))
}

/// A bench that is open goes on with what stands in the file now, whoever wrote it.
pub(super) fn keep_up(folder: &Folder, bench: &mut Bench<'_>) -> Result<(), Failure> {
    let settings = folder.settings()?;
    bench.site = settings.site();
    (bench.profile, bench.own.target) = (settings.profile, settings.target);
    bench.own.printers = settings.printers;
    Ok(())
}

fn view(folder: &Folder) -> Result<SettingsView, Failure> {
    let settings = folder.settings()?;
    Ok(SettingsView {
        team: settings.team,
        domain: settings.domain,
        place: settings.place,
        profile: settings.profile,
        profiles: profiles(folder)?,
        target: settings.target,
        habits: settings.screen,
        folder: folder.path().display().to_string(),
    })
}

/// The ids of the profiles that can be judged by: the program's own, then the team's.
fn profiles(folder: &Folder) -> Result<Vec<String>, Failure> {
    let own = folder.profiles()?;
    let embedded = profile::EMBEDDED.iter().map(|(file, text)| (*file, *text));
    let all = embedded.chain(own.iter().map(|(file, text)| (file.as_str(), text.as_str())));
    // The team's descriptions of operating systems lie beside its profiles, and are none.
    let mut ids: Vec<_> = all.filter_map(|(file, text)| Profile::parse(file, text).ok()).map(|one| one.id).collect();
    ids.sort();
    ids.dedup();
    Ok(ids)
}
