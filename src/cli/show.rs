//! Results as lines for people, with their JSON twin.

use super::json;
use super::out::Out;
use crate::device::{Disk, medium_lines, obstacle_sentence};
use crate::job::{Flaw, JobNews, Progress};
use crate::ledger::{HeadRef, Heads};
use crate::port::{Failure, Files, Trouble};
use crate::reading::DiskHealth;
use crate::tag::{Domain, Drawing, Ground, Payload, Qr, TagId, decode_png};
use crate::unit::Secret;
use crate::wipe::{Estimate, Plan};
use crate::word::{Arg, Sentence, say};
use crate::workbench::{
    Agreement, DevicePage, DiskView, Fitted, Found, HistoryLine, Imaged, PageLine, Pinned, Received, Verified, Wiped,
    away_sentences, bad_sentence, fit_lines, fit_worth, health_line, image_skipped, image_worth, lock_sentence,
    time_left, time_sentence, wipe_evidence, wipe_worth,
};
use serde_json::json;
use std::path::Path;

/// A device that was received.
pub fn received(out: &mut Out<'_>, received: &Received) -> Result<(), Failure> {
    out.object("received", json::found(&received.found))?;
    out.say(&say!("received", tag = received.tag.to_string(), lot = received.lot.as_str()))
}

/// Where a device stands.
pub fn device(out: &mut Out<'_>, found: &Found) -> Result<(), Failure> {
    out.object("device", json::found(found))?;
    out.say(&say!("device-stands", tag = found.name(), stage = found.file.stage().sentence()))?;
    found.file.locks.keys().try_for_each(|lock| out.say(&say!("device-locked", lock = lock_sentence(*lock))))?;
    away_sentences(found).iter().try_for_each(|line| out.say(line))
}

pub(super) fn disks(out: &mut Out<'_>, views: &[DiskView]) -> Result<(), Failure> {
    if views.is_empty() {
        out.object("no_disks", json!({}))?;
        return out.say(&say!("disks-none"));
    }
    for view in views {
        out.object("disk", json::view(view, out.words()))?;
        out.say(&disk_line(&view.disk))?;
        medium_lines(&view.medium).iter().try_for_each(|line| out.say(line))?;
        for obstacle in &view.obstacles {
            out.say(&say!("disk-view-refused", reason = obstacle_sentence(obstacle)))?;
        }
        whole_serial(out, view)?;
        if let Some(code) = view.code.as_deref().filter(|_| view.obstacles.is_empty()) {
            out.say(&say!("disk-code", code = code))?;
        }
        view.health.as_ref().map_or(Ok(()), |found| health(out, found))?;
    }
    Ok(())
}

/// That the end of its serial will not do, where it will not.
fn whole_serial(out: &mut Out<'_>, view: &DiskView) -> Result<(), Failure> {
    if view.whole_serial && view.obstacles.is_empty() { out.say(&say!("disk-whole-serial")) } else { Ok(()) }
}

/// How the disk is, and why.
fn health(out: &mut Out<'_>, health: &DiskHealth) -> Result<(), Failure> {
    out.say(&health_line(health))?;
    health.reasons.iter().try_for_each(|reason| out.say(&say!("disk-health-why", why = reason.what.clone())))
}

fn disk_line(disk: &Disk) -> Sentence {
    let model = disk.identity.model.clone().unwrap_or_else(|| "?".to_owned());
    let serial = match disk.identity.serial.as_deref() {
        Some(serial) => Arg::from(serial),
        None => Arg::from(say!("disk-no-serial")),
    };
    say!(
        "disk-line",
        name = disk.name.as_str(),
        model = model,
        size = disk.identity.size.decimal(),
        serial = serial,
        bus = disk.bus.word(),
        port = disk.attachment.port.as_str(),
    )
}

/// A plan, and all that forbids it; an error where anything does.
pub(super) fn plan(out: &mut Out<'_>, view: &DiskView, plan: &Plan, time: Option<Estimate>) -> Result<(), Failure> {
    let disk = &view.disk;
    let gaps: Vec<&str> = plan.not_covered.iter().map(|gap| gap.code()).collect();
    out.object(
        "wipe_plan",
        json!({
            "disk": json::view(view, out.words()), "method": plan.method.id(), "size": plan.size, "not_covered": gaps,
            "seconds_estimated": time.map(|time| time.time.as_secs()),
            "estimated_from": time.map(|time| time.basis.word()),
        }),
    )?;
    out.say(&disk_line(disk))?;
    medium_lines(&view.medium).iter().try_for_each(|line| out.say(line))?;
    for obstacle in &view.obstacles {
        out.say(&say!("disk-view-refused", reason = obstacle_sentence(obstacle)))?;
    }
    whole_serial(out, view)?;
    out.say(&say!("plan-method", method = plan.method.name(), level = plan.reachable.name()))?;
    out.say(&plan.why)?;
    out.say(&time_sentence(time))?;
    for gap in &plan.not_covered {
        out.say(&say!("plan-gap", gap = gap.name()))?;
    }
    view.health.as_ref().map_or(Ok(()), |found| health(out, found))?;
    out.say(&say!("plan-touched-nothing"))?;
    view.obstacles.first().map_or(Ok(()), |obstacle| {
        let why = obstacle_sentence(obstacle);
        Err(Failure::new(Trouble::No, say!("disk-refused", disk = disk.name.as_str(), why = why)))
    })
}

/// News of a running job.
pub fn progress(out: &mut Out<'_>, news: &JobNews) {
    out.watched(news);
    match news {
        JobNews::Phase(phase) => out.progress(&say!("phase-begins", phase = phase.name()), true),
        JobNews::Progress(progress) => {
            let _told = out.object("progress", json::progress(progress, progress.phase.word()));
            out.progress(&progress_line(progress), progress.done == progress.total);
        }
        JobNews::BadBlock { at, flaw } => {
            let (word, kind) = match flaw {
                Flaw::Unwritable => ("unwritable", say!("bad-unwritable")),
                Flaw::Unreadable => ("unreadable", say!("bad-unreadable")),
                Flaw::Mismatched => ("mismatched", say!("bad-mismatched")),
            };
            let _told = out.object("bad_block", json!({ "at": at, "flaw": word }));
            out.progress(&say!("bad-block", at = at.0, trouble = kind), true);
        }
        JobNews::Marked { .. } => {}
    }
}

fn progress_line(progress: &Progress) -> Sentence {
    let share = progress.done.per_mille_of(progress.total) / 10;
    let rate = progress.rate.map_or_else(|| "–".to_owned(), |rate| format!("{}/s", rate.decimal()));
    let left = progress.left.map_or_else(|| say!("left-unknown"), time_left);
    say!(
        "progress-line",
        phase = progress.phase.name(),
        percent = share,
        done = progress.done.decimal(),
        total = progress.total.decimal(),
        rate = rate,
        left = left,
    )
}

/// A wipe's end; an error where the disk is not erased.
pub fn wiped(out: &mut Out<'_>, wiped: &Wiped) -> Result<(), Failure> {
    let ended = &wiped.ended;
    out.object("wiped", json!({ "seq": wiped.seq, "ended": ended, "stage": wiped.found.file.stage().word() }))?;
    let [before, after] = &wiped.health;
    if after.condition > before.condition {
        // What the wipe brought to light.
        health(out, after)?;
    }
    if wiped.failure.is_some() {
        return wipe_worth(wiped).map(|_lines| ());
    }
    out.say(&wipe_evidence(wiped))?;
    if let Some(bad) = bad_sentence(&ended.evidence) {
        out.say(&bad)?;
    }
    let lines = wipe_worth(wiped)?;
    lines.iter().skip(1).chain(lines.first()).try_for_each(|line| out.say(line))
}

/// A write's end; an error where the image is not on the disk.
pub fn imaged(out: &mut Out<'_>, imaged: &Imaged) -> Result<(), Failure> {
    let ended = &imaged.ended;
    out.object("imaged", json!({ "seq": imaged.seq, "ended": ended, "stage": imaged.found.file.stage().word() }))?;
    out.say(&image_worth(imaged)?)?;
    if let Some(line) = image_skipped(imaged) {
        out.say(&line)?;
    }
    imaged.fitted.as_ref().map_or(Ok(()), |one| fitted(out, one, &imaged.found))
}

/// What fitting an image to its disk came to.
pub fn fitted(out: &mut Out<'_>, fitted: &Fitted, found: &Found) -> Result<(), Failure> {
    out.object(
        "fitted",
        json!({
            "seq": fitted.seq, "result": fitted.result, "done": fitted.done, "left": fitted.left,
            "notes": fitted.notes.iter().map(|note| note.word()).collect::<Vec<_>>(),
            "password": fitted.password.as_ref().map(Secret::expose),
        }),
    )?;
    let worth = fit_worth(fitted, &found.name());
    if let Ok(line) = &worth {
        out.say(line)?;
    }
    for line in fit_lines(fitted) {
        out.say(&line)?;
    }
    worth.map(drop)
}

/// A tag on the terminal.
pub fn tag_card(out: &mut Out<'_>, domain: &Domain, tag: &TagId, ascii: bool) -> Result<(), Failure> {
    let payload = Payload::new(domain, tag);
    let drawing = if ascii { Drawing::Ascii } else { Drawing::HalfBlocks };
    let qr = qr(&payload)?;
    out.object("tag", json!({ "tag": tag.as_str(), "printed": tag.to_string(), "payload": payload.as_str() }))?;
    out.text(&qr.terminal(drawing, Ground::Dark))?;
    out.say(&say!("tag-line", tag = tag.to_string(), payload = payload.as_str()))
}

fn qr(payload: &Payload) -> Result<Qr, Failure> {
    Qr::new(payload).map_err(|error| Failure::new(Trouble::BadData, error.sentence()).detail(&error))
}

/// A tag as PNG, read back from the written file by the second decoder.
pub fn tag_picture(
    out: &mut Out<'_>,
    files: &dyn Files,
    domain: &Domain,
    tag: &TagId,
    path: &Path,
    mm: u32,
    dpi: u32,
) -> Result<(), Failure> {
    let wrong = |error: crate::tag::TagError| Failure::new(Trouble::BadData, error.sentence()).detail(&error);
    let payload = Payload::new(domain, tag);
    let size = |error: crate::tag::TagError| Failure { trouble: Trouble::Usage, ..wrong(error) };
    let picture = qr(&payload)?.png(mm, dpi).map_err(size)?;
    files.write(path, &picture.png)?;
    let read = decode_png(&files.read(path, u64::MAX)?).map_err(wrong)?;
    let file = path.display().to_string();
    if read != payload.as_str() {
        return Err(Failure::new(Trouble::No, say!("tag-picture-wrong", file = file)));
    }
    out.object("tag_picture", json!({ "file": file, "decoded": read, "dpi": dpi }))?;
    out.say(&say!("tag-picture", file = file, text = read))
}

/// A device's history.
pub fn history(out: &mut Out<'_>, found: &Found, lines: &[HistoryLine]) -> Result<(), Failure> {
    device(out, found)?;
    for line in lines {
        out.object("history", json::line(line, out.words()))?;
        let seq = match line.line.earlier {
            Some(chain) => Arg::from(say!("history-earlier", chain = u64::from(chain) + 1, seq = line.line.seq)),
            None => Arg::from(line.line.seq),
        };
        let seq = match line.line.foreign {
            Some(from) => Arg::from(say!("history-foreign", station = from.station.short(8), seq = line.line.seq)),
            None => seq,
        };
        out.say(&say!(
            "history-line",
            seq = seq,
            at = line.line.event.at.local(),
            what = line.what.clone(),
            who = line.who.as_str(),
            how = line.how.clone(),
            leaf = line.line.leaf.short(10),
        ))?;
        if let Some(from) = line.line.foreign.filter(|from| from.told_at != line.line.event.at) {
            out.say(&say!("history-odd-time", at = from.told_at.local()))?;
        }
        if let Some(by) = &line.stricken {
            out.say(&say!("history-stricken", at = by.at.local(), who = by.who.as_str(), seq = by.seq))?;
        }
        if let Some(reason) = &line.reason {
            out.say(&say!("history-reason", reason = reason.as_str()))?;
        }
    }
    Ok(())
}

/// Everything that is known of a device, section by section.
pub(super) fn device_page(out: &mut Out<'_>, found: &Found, page: &DevicePage) -> Result<(), Failure> {
    device(out, found)?;
    for section in &page.sections {
        let text = |line: &PageLine| out.words().say(&line.what);
        let lines: Vec<String> = section.lines.iter().map(text).collect();
        out.object("section", json!({ "section": section.id, "lines": lines }))?;
        out.say(&say!("show-section", title = section.title.clone()))?;
        for line in &section.lines {
            out.say(&say!("plain", text = format!("  {} {}", line.weight.sign(), bare(&out.words().say(&line.what)))))?;
        }
    }
    Ok(())
}

/// The text without the mark it brings along.
fn bare(text: &str) -> &str {
    text.trim_start_matches(['✓', '✗', '!', '?', '•', '·', ' '])
}

/// What a whole check proved.
pub fn verified(out: &mut Out<'_>, verified: &Verified, pinned: Pinned) -> Result<(), Failure> {
    let head: HeadRef = verified.head;
    let agrees = match verified.agreement {
        Some(Agreement::Own) => Some(json!("own")),
        Some(Agreement::Earlier(at)) => verified.earlier.get(at).map(|chain| json!(chain.station)),
        None => None,
    };
    out.object(
        "verified",
        json!({
            "consistent": true, "genuine": verified.genuine, "agrees": pinned.head.map(|head| head.to_string()),
            "records": head.size, "head": head.to_string(), "station": verified.station, "team": verified.team.0,
            "unknown": verified.unknown, "revoked": verified.revoked, "stale_summary": verified.stale,
            "lost_tail_of": verified.lost, "agrees_with": agrees,
            "earlier": verified.earlier.iter().map(json::chain).collect::<Vec<_>>(),
            "foreign": verified.foreign.iter().map(json::chain).collect::<Vec<_>>(),
            "checked": {
                "records": true, "last_head": true, "every_head": verified.thorough.heads == Heads::Every,
                "summaries": verified.thorough.summaries,
            },
        }),
    )?;
    for line in verified.page(pinned.head) {
        out.say(&line.what)?;
    }
    if let Some(wanted) = verified.lost {
        let what = say!("verified-lost", size = head.size, wanted = wanted);
        return Err(Failure::new(Trouble::No, what).hint(say!("verify-other-hint")));
    }
    if let Some(key) = &verified.stale {
        return Err(Failure::new(Trouble::BadData, say!("verified-stale", key = key.as_str()))
            .hint(say!("summary-broken-hint")));
    }
    Ok(())
}
