//! `aoxanh image add|list|show|check|remove`: the images a station keeps.

use super::args_image::{FirmwareArg, GrowArg, ImageAddArgs, ImageVerb};
use super::json;
use super::out::Out;
use super::show::progress;
use crate::imaging::{Firmware, FirstBoot, FitFile, FitWish, Grow, LicenceBasis, Manifest};
use crate::job::Watch;
use crate::port::{Clock, Failure, Files, ImageStore, Trouble};
use crate::unit::Bytes;
use crate::word::say;
use crate::workbench::{self, AddOrder, Bench, ImageView, StoreChange};
use serde_json::{Value, json};

/// As many rotten chunks as are told one by one.
const TOLD: usize = 8;
/// A list of settings is small.
const MOST_LIST: u64 = 64 * 1024;

/// Refuses whoever is at the bench the verbs that change the store, where their roles do not allow them.
pub fn may_change_images(verb: &ImageVerb, bench: &Bench<'_>) -> Result<(), Failure> {
    match verb {
        ImageVerb::Add(_) | ImageVerb::Capture(_) => workbench::refuse_store_change(bench, StoreChange::Add),
        ImageVerb::Remove(_) => workbench::refuse_store_change(bench, StoreChange::Remove),
        ImageVerb::List
        | ImageVerb::Show(_)
        | ImageVerb::Check(_)
        | ImageVerb::Write(_)
        | ImageVerb::Fit(_)
        | ImageVerb::Manifest(_) => Ok(()),
    }
}

/// Carries out a verb of the store; needs no ledger. Errors: those of the workbench; rot.
pub fn run_images(
    verb: &ImageVerb,
    store: &dyn ImageStore,
    files: &dyn Files,
    clock: &dyn Clock,
    cancel: &dyn Fn() -> bool,
    out: &mut Out<'_>,
) -> Result<(), Failure> {
    match verb {
        ImageVerb::Add(args) => add(args, store, files, clock, cancel, out),
        ImageVerb::List => list(store, out),
        ImageVerb::Show(args) => show(&workbench::show_image(store, &args.id)?, out),
        ImageVerb::Check(args) => check(args.id.as_deref(), store, clock, cancel, out),
        ImageVerb::Remove(args) => {
            store.remove(&args.id)?;
            out.object("image_removed", json!({ "id": args.id }))?;
            out.say(&say!("image-removed", id = args.id.as_str()))
        }
        ImageVerb::Write(_) | ImageVerb::Fit(_) | ImageVerb::Manifest(_) | ImageVerb::Capture(_) => {
            Err(Failure::new(Trouble::Usage, say!("verb-needs-folder")))
        }
    }
}

fn add(
    args: &ImageAddArgs,
    store: &dyn ImageStore,
    files: &dyn Files,
    clock: &dyn Clock,
    cancel: &dyn Fn() -> bool,
    out: &mut Out<'_>,
) -> Result<(), Failure> {
    let wrong = |text: &str| Failure::new(Trouble::Usage, say!("image-sha-form", text = text));
    let order = AddOrder {
        file: args.file.clone(),
        id: args.id.clone(),
        name: args.name.clone(),
        os: args.os.clone(),
        arch: args.arch.clone(),
        block: args.block.as_deref().and_then(|block| block.parse().ok()),
        firmware: args.firmware.map(|firmware| match firmware {
            FirmwareArg::Uefi => Firmware::Uefi,
            FirmwareArg::Bios => Firmware::Bios,
            FirmwareArg::Both => Firmware::Both,
        }),
        minimum_memory: args.minimum_memory.map(Bytes::gib),
        minimum_disk: args.minimum_disk.map(|gb| Bytes(gb.saturating_mul(1_000_000_000))),
        source: args.source.clone(),
        licence: args.licence.clone(),
        basis: args.licence_basis.map(LicenceBasis::from),
        fit: fit_wish(args, files)?,
        sha256: args
            .sha256
            .as_deref()
            .map(|text| text.to_ascii_lowercase().parse().map_err(|_not_one| wrong(text)))
            .transpose()?,
    };
    let added = workbench::add_image(
        store,
        files,
        &order,
        &mut Watch { clock, cancel, news: &mut |news| progress(out, &news) },
    )?;
    let told = json::manifest(&added.manifest);
    out.object(
        "image_added",
        json!({
            "manifest": told, "stored": added.stored, "filled": added.filled, "published_sha256": added.vouched,
            "checked_by_file": added.checked, "bmap": added.mapped, "packing": added.packing.name(),
            "content": added.content.name(),
        }),
    )?;
    workbench::added_lines(&added).iter().try_for_each(|line| out.say(line))
}

/// How the image wants to be fitted. Errors: its list of settings.
fn fit_wish(args: &ImageAddArgs, files: &dyn Files) -> Result<FitWish, Failure> {
    let first_boot = args.first_boot.as_deref().map_or(Ok(FirstBoot::default()), |path| {
        let text = files.read_text(path, MOST_LIST)?;
        FirstBoot::from_toml(&path.display().to_string(), &text)
            .map_err(|error| Failure::new(Trouble::BadData, error.sentence()).detail(&error))
    })?;
    let grow = args.grow.map(grow_wish);
    let files = args.files.as_deref().map_or(Ok(Vec::new()), |path| {
        let text = files.read_text(path, MOST_LIST)?;
        FitFile::list_from_toml(&path.display().to_string(), &text)
            .map_err(|error| Failure::new(Trouble::BadData, error.sentence()).detail(&error))
    })?;
    Ok(FitWish { grow, unique_ids: args.unique_ids, first_boot, as_it_is: args.as_it_is, files })
}

/// When the last partition is to grow.
pub(super) const fn grow_wish(grow: GrowArg) -> Grow {
    match grow {
        GrowArg::Now => Grow::Now,
        GrowArg::FirstBoot => Grow::FirstBoot,
        GrowArg::No => Grow::No,
    }
}

pub(super) fn lines(manifest: &Manifest, out: &mut Out<'_>) -> Result<(), Failure> {
    workbench::image_lines(manifest).iter().try_for_each(|line| out.say(line))
}

fn told(view: &ImageView) -> Value {
    json!({
        "id": view.id,
        "manifest": view.manifest.as_ref().ok().map(json::manifest),
        "file": view.image.as_ref().map(|(path, _)| path.display().to_string()),
        "stored": view.image.as_ref().map(|(_, length)| length),
    })
}

fn list(store: &dyn ImageStore, out: &mut Out<'_>) -> Result<(), Failure> {
    let all = workbench::list_images(store)?;
    out.object("images", json!({ "images": all.iter().map(told).collect::<Vec<_>>() }))?;
    if all.is_empty() {
        return out.say(&say!("image-list-empty"));
    }
    all.iter().try_for_each(|view| out.say(&workbench::image_sentence(view)))
}

fn show(view: &ImageView, out: &mut Out<'_>) -> Result<(), Failure> {
    out.object("image", told(view))?;
    out.say(&workbench::image_sentence(view))?;
    view.manifest.as_ref().map_or(Ok(()), |manifest| lines(manifest, out))
}

fn check(
    id: Option<&str>,
    store: &dyn ImageStore,
    clock: &dyn Clock,
    cancel: &dyn Fn() -> bool,
    out: &mut Out<'_>,
) -> Result<(), Failure> {
    let ids = match id {
        Some(id) => vec![id.to_owned()],
        None => workbench::list_images(store)?.into_iter().map(|view| view.id).collect(),
    };
    if ids.is_empty() {
        return out.say(&say!("image-list-empty"));
    }
    let mut bad = 0u64;
    for id in &ids {
        let mut watch = Watch { clock, cancel, news: &mut |news| progress(out, &news) };
        let checked = match workbench::check_image(store, id, &mut watch) {
            Ok(checked) => checked,
            Err(failure) if failure.trouble == Trouble::Cancelled => return Err(failure),
            // One that cannot be read does not keep the others from being looked at.
            Err(failure) => {
                bad += 1;
                out.object("image_checked", json!({ "id": id, "good": false }))?;
                out.failure(&failure);
                continue;
            }
        };
        let rotten: Vec<u64> = checked.rotten.iter().map(|rotten| rotten.number as u64).collect();
        out.object(
            "image_checked",
            json!({ "id": id, "good": rotten.is_empty(), "chunks": checked.chunks, "rotten": rotten }),
        )?;
        if rotten.is_empty() {
            out.say(&say!("image-check-good", id = id.as_str()))?;
            continue;
        }
        bad += 1;
        out.say(&say!("image-check-bad", id = id.as_str(), count = rotten.len() as u64))?;
        for chunk in checked.rotten.iter().take(TOLD) {
            out.say(&workbench::rotten_sentence(chunk))?;
        }
    }
    if bad == 0 {
        return Ok(());
    }
    Err(Failure::new(Trouble::BadData, say!("image-check-failed", count = bad)).hint(say!("image-check-hint")))
}
