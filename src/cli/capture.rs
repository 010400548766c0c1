//! `aoxanh image capture`: an image of a master machine, and what is told before it.

use super::args_capture::CaptureArgs;
use super::image_store::{grow_wish, lines};
use super::json;
use super::out::Out;
use super::show::progress;
use crate::imaging::{FitWish, LicenceBasis, SystemKind, Trace};
use crate::job::Watch;
use crate::port::{Failure, ImageStore};
use crate::unit::Bytes;
use crate::word::say;
use crate::workbench::{self, Bench, CaptureOrder, Master, MasterPart};
use serde_json::{Value, json};

/// Looks at the disk, says what is on it, and captures it. Errors: those of the workbench.
pub fn run_capture(
    args: &CaptureArgs,
    bench: &Bench<'_>,
    store: &dyn ImageStore,
    cancel: &dyn Fn() -> bool,
    out: &mut Out<'_>,
) -> Result<(), Failure> {
    let order = CaptureOrder {
        disk: args.disk.clone(),
        id: args.id.clone(),
        name: args.name.clone(),
        os: args.os.clone(),
        arch: args.arch.clone(),
        minimum_memory: args.minimum_memory.map(Bytes::gib),
        minimum_disk: args.minimum_disk.map(|gb| Bytes(gb.saturating_mul(1_000_000_000))),
        source: args.source.clone(),
        licence: args.licence.clone(),
        basis: args.licence_basis.map(LicenceBasis::from),
        keep_traces: args.keep_traces,
        seen: None,
        fit: FitWish { grow: args.grow.map(grow_wish), unique_ids: args.unique_ids, ..FitWish::default() },
    };
    let master = workbench::look_at_master(bench, &order, cancel)?;
    out.object("master", told(&master))?;
    workbench::master_lines(&master).iter().try_for_each(|line| out.say(line))?;
    if args.look {
        return Ok(());
    }
    let mut news = |news| progress(out, &news);
    let captured =
        workbench::capture(store, &order, master, &mut Watch { clock: bench.clock, cancel, news: &mut news })?;
    let manifest = &captured.manifest;
    out.object(
        "image_captured",
        json!({ "manifest": json::manifest(manifest), "stored": captured.stored, "filled": captured.filled }),
    )?;
    out.say(&workbench::added_sentence(manifest, captured.stored, captured.filled))?;
    lines(manifest, out)?;
    out.say(&say!("capture-done", id = manifest.id.as_str()))
}

fn told(master: &Master) -> Value {
    let windows = master.windows.as_ref().map(|windows| json!({ "edition": windows.edition, "build": windows.build }));
    json!({
        "disk": master.disk.name, "size": master.disk.identity.size, "length": master.keep.length, "used": master.used(),
        "partitions": master.parts.iter().map(part).collect::<Vec<_>>(),
        "traces": master.traces.iter().map(trace).collect::<Vec<_>>(), "windows": windows,
    })
}

fn part(part: &MasterPart) -> Value {
    let kind = part.kind.map(|kind| match kind {
        SystemKind::Ext => "ext",
        SystemKind::Ntfs => "ntfs",
        SystemKind::Btrfs => "btrfs",
        SystemKind::Fat => "fat",
    });
    json!({
        "number": part.number, "at": part.at, "length": part.length, "file_system": kind, "swap": part.swap, "used": part.used,
        "unlooked": part.unlooked,
    })
}

fn trace(trace: &Trace) -> Value {
    json!({
        "kind": trace.kind.word(), "place": trace.place, "count": trace.count, "personal": trace.kind.is_personal(),
    })
}
