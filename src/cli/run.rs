//! Each verb: call the workbench, show what came of it.

use super::args::{ConsentArgs, DonationArgs, ExportArgs, InspectArgs, PurposeArg, Verb, WipeArgs};
use super::args_apart::{HoldArgs, QuarantineArgs};
use super::args_disk::{DestroyedArgs, DiskVerb};
use super::args_handover::AllocateArgs;
use super::args_image::{ImageFitArgs, ImageVerb, ImageWriteArgs, ManifestArgs};
use super::args_ledger::VerifyArgs;
use super::out::Out;
use super::{json, people, show, show_inspect, show_list};
use crate::event::disk::Destruction;
use crate::event::donation::Purpose;
use crate::imaging::{FitWish, Manifest, measure};
use crate::ledger::{Head, HeadRef, Heads, Note, PublicKey};
use crate::port::{Failure, Files, Index, Trouble};
use crate::tag::{Domain, TagId};
use crate::unit::{Bytes, RecipientId, Secret};
use crate::word::say;
use crate::workbench::{
    self, Bench, DestroyOrder, DiskView, Donation, FitAgain, Found, ImageOrder, Pinned, Thorough, WipeOrder,
};
use std::path::Path;

/// Runs a verb that works on an open station.
pub fn run(
    verb: &Verb,
    bench: &Bench<'_>,
    domain: &Domain,
    out: &mut Out<'_>,
    cancel: &dyn Fn() -> bool,
) -> Result<(), Failure> {
    match verb {
        Verb::Lot(verb) => super::lot::run_lot(verb, bench, out),
        Verb::Receipt(args) => super::lot::run_receipt(args, bench, domain, out, cancel),
        Verb::Intake(args) => super::door::run_intake(args, bench, out),
        Verb::Outward(args) => super::door::run_outward(args, bench, out),
        Verb::Inspect(args) => inspect(args, bench, out),
        Verb::Disks(args) => {
            let found = args.device.as_deref().map(|text| bench.find(text)).transpose()?;
            show::disks(out, &bench.with_health(bench.disk_views(None, found.as_ref())?))
        }
        Verb::Wipe(args) => wipe(args, bench, out, cancel),
        Verb::Jobs => show_list::jobs(out, &workbench::jobs_view(bench)?),
        Verb::Disk(DiskVerb::Destroyed(args)) => destroyed(args, bench, out),
        Verb::Disk(DiskVerb::SelfTest(args)) => super::self_test::run_self_test(args, bench, out, cancel),
        Verb::Image(ImageVerb::Write(args)) => image(args, bench, out, cancel),
        Verb::Image(ImageVerb::Fit(args)) => fit(args, bench, out, cancel),
        Verb::Image(ImageVerb::Manifest(args)) => run_manifest(args, bench.files, out),
        Verb::Tag(args) => super::label::run_tag(args, bench, domain, out, cancel),
        Verb::Hold(args) => hold(args, bench, out),
        Verb::Quarantine(args) => quarantine(args, bench, out),
        Verb::Allocate(args) => allocate(args, bench, out),
        Verb::Handover(args) => {
            let found = workbench::hand_over(bench, &bench.find(&args.device)?, args.terms())?;
            show::device(out, &found)
        }
        Verb::Validate(args) => people::validate(args, bench, out),
        Verb::Override(args) => people::override_rule(args, bench, out),
        Verb::Find(args) => {
            let text = args.text.join(" ");
            let (found, more) = workbench::find(bench, &text, args.stage, args.most)?;
            show_list::found(out, &text, &found, more)
        }
        Verb::Accessory(verb) => super::accessory::run_accessory(verb, bench, out),
        Verb::Today(args) => super::today::run_today(args, bench, out),
        Verb::Show(args) => {
            let found = bench.find(&args.device)?;
            show::device_page(out, &found, &workbench::device_page(bench, &found)?)
        }
        Verb::History(args) => {
            let found = bench.find(&args.device)?;
            show::history(out, &found, &workbench::history(bench, &found)?)
        }
        Verb::Donor(verb) => super::donor::run_donor(verb, bench, out),
        Verb::Correct(args) => super::correct::run_correct(args, bench, out),
        Verb::Verify(args) => run_verify(args, bench.index, bench.files, out),
        Verb::Export(args) => run_export(args, bench.index, bench.files, out),
        Verb::Mobile => super::mobile::run_mobile(bench, out),
        Verb::BootKeys(args) => super::boot_key::run_boot_keys(args, bench, out),
        Verb::Bundle(verb) => super::bundle::run_bundle(verb, bench, out),
        Verb::Conflict(verb) => super::conflict::run_conflict(verb, bench, out),
        Verb::Completions(args) => super::program::run_completions(args, out),
        Verb::Man(args) => super::program::run_man(args, bench.files, out),
        Verb::Image(_)
        | Verb::Check(_)
        | Verb::Day(_)
        | Verb::Backup(_)
        | Verb::Vault(_)
        | Verb::Person(_)
        | Verb::Key(_)
        | Verb::Stick(_)
        | Verb::Certificate(_)
        | Verb::Grade(_)
        | Verb::Repair(_)
        | Verb::Part(_)
        | Verb::Lock(_)
        | Verb::Move(_)
        | Verb::Take(_)
        | Verb::Note(_)
        | Verb::Shift(_)
        | Verb::Printer(_)
        | Verb::Shelf(_)
        | Verb::Serve(_) => Err(Failure::new(Trouble::Usage, say!("verb-needs-folder"))),
        Verb::Bench(_)
        | Verb::Practice(_)
        | Verb::Measure(_)
        | Verb::Open(_)
        | Verb::Place(_)
        | Verb::Target(_)
        | Verb::Settings(_)
        | Verb::Scanner(_)
        | Verb::Restore(_)
        | Verb::Doctor => Err(Failure::new(Trouble::Usage, say!("verb-makes-station"))),
    }
}

impl Verb {
    /// Whether it makes a practice station.
    #[must_use]
    pub const fn is_practice(&self) -> bool {
        matches!(self, Self::Practice(_)) || matches!(self, Self::Open(args) if args.practice)
    }
}

pub(super) fn donation(args: &DonationArgs) -> Donation {
    Donation { donor: args.donor.clone(), erase: args.consent_erase, parts: args.consent_parts }
}

pub(super) fn consent(args: &ConsentArgs, bench: &Bench<'_>, out: &mut Out<'_>) -> Result<(), Failure> {
    let purpose = match args.purpose {
        PurposeArg::Erase => Purpose::Erase,
        PurposeArg::Parts => Purpose::Parts,
    };
    workbench::consent(bench, &args.lot, purpose, !args.withdraw)?;
    out.object("consent", serde_json::json!({ "lot": args.lot, "purpose": purpose, "given": !args.withdraw }))?;
    out.say(&if args.withdraw { say!("consent-withdrawn") } else { say!("consent-given") })
}

pub(super) fn read_tag(text: &str) -> Result<TagId, Failure> {
    let scan = workbench::read_scan(text, None);
    if let workbench::Scan::Tag(tag) | workbench::Scan::Garbled(tag, _) = scan {
        return Ok(tag);
    }
    Err(workbench::no_tag(text, None))
}

fn inspect(args: &InspectArgs, bench: &Bench<'_>, out: &mut Out<'_>) -> Result<(), Failure> {
    let found = bench.find(&args.device)?;
    if args.what_if {
        return show_inspect::what_if(out, &workbench::what_if(bench, &found, args.profile.as_deref())?);
    }
    let profile = workbench::load_profile(bench, args.profile.as_deref(), found.file.kind)?;
    let inspected = if let Some(name) = &args.android {
        workbench::inspect_mobile(bench, &found, profile, name.as_deref())?
    } else if args.typed.is_empty() {
        workbench::inspect(bench, &found, profile)?
    } else {
        workbench::inspect_typed(bench, &found, profile, &args.typed)?
    };
    show_inspect::inspected(out, &inspected)
}

fn wipe(args: &WipeArgs, bench: &Bench<'_>, out: &mut Out<'_>, cancel: &dyn Fn() -> bool) -> Result<(), Failure> {
    let found = bench.find(&args.device)?;
    let order = WipeOrder {
        disk: args.disk.clone(),
        method: args.method.clone(),
        confirm: args.confirm.clone(),
        resume: args.resume.clone(),
        cross_check: args.cross_check,
        despite_health: args.despite_health,
        password_noted: args.password_noted,
        psid: args.psid.clone().map(Secret::new),
    };
    if args.plan {
        let disk = bench.pick_disk(&order.disk, None)?;
        let views = bench.disk_views(None, Some(&found))?;
        let gone =
            || Failure::new(Trouble::No, say!("disk-gone", disk = disk.name.as_str())).hint(say!("disk-gone-hint"));
        let view = views.into_iter().find(|view| view.disk == disk).ok_or_else(gone)?;
        let view = DiskView { health: Some(bench.health(&view.disk)), ..view };
        let plan = workbench::plan_wipe(bench, &order)?;
        let from = bench.written(order.resume.as_ref())?;
        let time = workbench::plan_time(&view, &plan, from, order.cross_check);
        return show::plan(out, &view, &plan, time);
    }
    let wiped = workbench::wipe(bench, &found, &order, cancel, &mut |news| show::progress(out, &news))?;
    show::wiped(out, &wiped)
}

fn destroyed(args: &DestroyedArgs, bench: &Bench<'_>, out: &mut Out<'_>) -> Result<(), Failure> {
    let order = DestroyOrder {
        disk: args.disk.clone(),
        how: args.how.into(),
        witness: args.witness.clone(),
        reason: args.reason.clone(),
    };
    let found = workbench::destroy(bench, &bench.find(&args.device)?, &order)?;
    let how = workbench::destruction_sentence(order.how);
    out.object(
        "disk_destroyed",
        serde_json::json!({ "device": found.id, "disk": args.disk, "how": Destruction::from(args.how) }),
    )?;
    out.say(&say!("disk-was-destroyed", disk = args.disk.as_str(), how = how))?;
    show::device(out, &found)
}

fn image(
    args: &ImageWriteArgs,
    bench: &Bench<'_>,
    out: &mut Out<'_>,
    cancel: &dyn Fn() -> bool,
) -> Result<(), Failure> {
    let found = bench.find(&args.device)?;
    let (image, manifest) = workbench::chosen_image(bench, &args.image, args.manifest.as_deref());
    let order = ImageOrder {
        disk: args.disk.clone(),
        image,
        manifest,
        confirm: args.confirm.clone(),
        resume: args.resume.clone(),
        windows_edition: args.windows_edition.clone(),
    };
    let imaged = workbench::image(bench, &found, &order, cancel, &mut |news| show::progress(out, &news))?;
    show::imaged(out, &imaged)
}

fn fit(args: &ImageFitArgs, bench: &Bench<'_>, out: &mut Out<'_>, cancel: &dyn Fn() -> bool) -> Result<(), Failure> {
    let found = bench.find(&args.device)?;
    let order = FitAgain {
        disk: args.disk.clone(),
        image: args.image.clone(),
        manifest: args.manifest.clone(),
        confirm: args.confirm.clone(),
    };
    let fitted = workbench::fit_again(bench, &found, &order, cancel, &mut |news| show::progress(out, &news))?;
    show::fitted(out, &fitted, &bench.device(&found.id)?)
}

/// Measures a raw image and prints its manifest. Needs no station.
pub fn run_manifest(args: &ManifestArgs, files: &dyn Files, out: &mut Out<'_>) -> Result<(), Failure> {
    let measured = measure(files.open(&args.raw)?.as_mut()).map_err(|error| {
        Failure::new(Trouble::Io, say!("file-unreadable", file = args.raw.display().to_string())).because(error)
    })?;
    let manifest = Manifest {
        id: args.id.clone(),
        name: args.name.clone(),
        length: measured.length,
        blake3: measured.blake3,
        os: args.os.clone(),
        arch: args.arch.clone(),
        block: args.block,
        firmware: None,
        minimum_memory: None,
        minimum_disk: None,
        source: None,
        licence: None,
        partition_offset: args.partition_offset.map(Bytes),
        partition_length: args.partition_length.map(Bytes),
        fit: FitWish::default(),
        windows: None,
        capture: None,
    };
    out.object("manifest", json::manifest(&manifest))?;
    out.text(&manifest.to_toml())
}

fn hold(args: &HoldArgs, bench: &Bench<'_>, out: &mut Out<'_>) -> Result<(), Failure> {
    let reason = (!args.release).then(|| args.reason.into());
    let found: Found = workbench::hold(bench, &bench.find(&args.device)?, reason)?;
    show::device(out, &found)
}

fn quarantine(args: &QuarantineArgs, bench: &Bench<'_>, out: &mut Out<'_>) -> Result<(), Failure> {
    let danger = args.danger.map(Into::into);
    let found = workbench::quarantine(bench, &bench.find(&args.device)?, danger)?;
    show::device(out, &found)?;
    danger.map(workbench::danger_steps).into_iter().flatten().try_for_each(|step| out.say(&step))
}

fn allocate(args: &AllocateArgs, bench: &Bench<'_>, out: &mut Out<'_>) -> Result<(), Failure> {
    let recipient = match &args.recipient {
        Some(recipient) => recipient.clone(),
        None => RecipientId::from_random(bench.chance.bytes()),
    };
    let found = workbench::allocate(bench, &bench.find(&args.device)?, recipient)?;
    show::device(out, &found)
}

/// Checks a ledger; needs no key.
pub fn run_verify(args: &VerifyArgs, index: &dyn Index, files: &dyn Files, out: &mut Out<'_>) -> Result<(), Failure> {
    let pinned = Pinned {
        head: args.against.as_deref().map(|text| read_head(text, files)).transpose()?,
        team: match &args.team_key {
            Some(hex) => Some(PublicKey(hex.parse().map_err(|error| {
                Failure::new(Trouble::Usage, say!("team-key-wrong", text = hex.as_str())).detail(error)
            })?)),
            None => None,
        },
    };
    let heads = if args.every_head { Heads::Every } else { Heads::Last };
    let thorough = Thorough { heads, summaries: args.summaries };
    let verified = workbench::verify_all(index, pinned, thorough)?;
    show::verified(out, &verified, pinned)
}

/// A head as typed, or the file of a checkpoint. Errors: neither.
pub fn read_head(text: &str, files: &dyn Files) -> Result<HeadRef, Failure> {
    if let Ok(head) = text.parse() {
        return Ok(head);
    }
    let wrong = |error: &dyn std::fmt::Display| {
        Failure::new(Trouble::Usage, say!("head-wrong", text = text)).detail(error).hint(say!("head-wrong-hint"))
    };
    let unread = |failure: Failure| Failure { cause: failure.cause.clone(), ..wrong(&failure) };
    let bytes = files.read(Path::new(text), 64 * 1024).map_err(unread)?;
    let note = String::from_utf8(bytes).map_err(|error| wrong(&error))?;
    let (body, _signatures) = Note::split(&note).map_err(|error| wrong(&error))?;
    Ok(Head::read(body).map_err(|error| wrong(&error))?.short())
}

/// Writes an export or a proof; needs no key.
pub fn run_export(args: &ExportArgs, index: &dyn Index, files: &dyn Files, out: &mut Out<'_>) -> Result<(), Failure> {
    let to = args.to.display().to_string();
    if let Some(seq) = args.proof {
        let proof = workbench::prove(index, seq)?;
        files.write(&args.to, proof.to_text().as_bytes())?;
        out.object("proof", serde_json::json!({ "file": to, "record": seq }))?;
        return out.say(&say!("proof-written", seq = seq, file = to));
    }
    let exported = workbench::export(index, files, &args.to)?;
    let head = exported.verified.head.to_string();
    out.object("export", serde_json::json!({ "folder": to, "records": exported.records, "head": head }))?;
    out.say(&say!("exported", records = exported.records, folder = to))
}
