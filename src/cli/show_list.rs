//! Lists of devices and of jobs, as lines for people with their JSON twin.

use super::out::Out;
use crate::custody::{Summary, machine_name};
use crate::port::{Failure, Trouble};
use crate::word::say;
use crate::workbench::{Interrupted, JobsView, Weight};
use serde_json::{Value, json};

/// The devices found; an error where there is none.
pub(super) fn found(out: &mut Out<'_>, text: &str, found: &[Summary], more: bool) -> Result<(), Failure> {
    for summary in found {
        out.object("found", row(summary))?;
        out.say(&line(summary))?;
    }
    if more {
        out.object("more", json!({ "shown": found.len() }))?;
        out.say(&say!("found-more", count = found.len() as u64))?;
    }
    if found.is_empty() {
        return Err(Failure::new(Trouble::No, say!("found-none", text = text)).hint(say!("found-none-hint")));
    }
    Ok(())
}

fn row(summary: &Summary) -> Value {
    json!({
        "device": summary.device, "tag": summary.tags.last(), "tags": summary.tags, "stage": summary.stage.word(),
        "kind": summary.kind, "maker": summary.maker, "model": summary.model, "shelf": summary.shelf, "lot": summary.lot,
        "on_hold": summary.held, "quarantined": summary.quarantined, "verdict": summary.verdict,
        "received_at": summary.received_at, "changed_at": summary.changed_at, "seq": summary.seq,
    })
}

fn line(summary: &Summary) -> crate::word::Sentence {
    let model = machine_name(summary.maker.as_deref(), summary.model.as_deref()).unwrap_or_else(|| "–".to_owned());
    let (tag, stage, at) = (summary.name(), summary.stage.sentence(), summary.changed_at.local());
    match (summary.quarantined, summary.held) {
        (true, _) => say!("found-line-quarantined", tag = tag, stage = stage, model = model, at = at),
        (false, true) => say!("found-line-held", tag = tag, stage = stage, model = model, at = at),
        (false, false) => say!("found-line", tag = tag, stage = stage, model = model, at = at),
    }
}

/// The jobs that did not come to their end: each with its disk, how far it came, and what to type to go on.
/// The jobs that do not run: those to be gone on with, then those that ended today.
pub(super) fn jobs(out: &mut Out<'_>, jobs: &JobsView) -> Result<(), Failure> {
    interrupted(out, &jobs.interrupted)?;
    for end in &jobs.ended {
        let is_good = end.weight == Weight::Good;
        out.object(
            "job_ended",
            json!({ "at": end.at, "device": end.device, "tag": end.name, "kind": end.kind, "good": is_good }),
        )?;
        let (local, tag) = (end.at.local(), end.name.as_str());
        let at = local.get(11..16).unwrap_or_default();
        out.say(&say!("jobs-ended", at = at, tag = tag, what = end.what.clone()))?;
    }
    Ok(())
}

fn interrupted(out: &mut Out<'_>, jobs: &[Interrupted]) -> Result<(), Failure> {
    for one in jobs {
        let here = one.here.as_deref().map(|view| view.disk.name.as_str());
        out.object(
            "interrupted",
            json!({
                "job": one.job, "device": one.device, "tag": one.name, "method": one.method, "image": one.image,
                "serial": one.disk.serial, "model": one.disk.model, "size": one.disk.size, "was_at": one.was_at,
                "began": one.began, "written": one.mark, "total": one.total, "percent": one.percent(),
                "end_recorded": one.recorded, "to_fit": one.fit, "here": here,
            }),
        )?;
        let (tag, job) = (one.name.as_str(), one.job.as_str());
        out.say(&one.what())?;
        out.say(&one.how_far())?;
        out.say(&match (here, &one.image) {
            (None, _) => say!("interrupted-absent", was = one.was_at.as_str()),
            (Some(disk), None) => say!("interrupted-type", tag = tag, disk = disk, job = job),
            (Some(disk), Some(_)) if one.fit => say!("interrupted-type-fit", tag = tag, disk = disk),
            (Some(disk), Some(_)) => say!("interrupted-type-image", tag = tag, disk = disk, job = job),
        })?;
    }
    if jobs.is_empty() {
        out.say(&say!("interrupted-none"))?;
    }
    Ok(())
}
