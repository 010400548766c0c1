//! Verbs about safety copies, and what came of them.

use super::args_day::{BackupVerb, DayCloseArgs, DayVerb};
use super::out::Out;
use crate::port::{CopySeen, Failure, Index, SafetyCopies};
use crate::word::say;
use crate::workbench::{self, Bench, DayClose, DayEnd};
use serde_json::json;

/// `aoxanh day`.
pub fn run_day(
    verb: &DayVerb,
    bench: &Bench<'_>,
    copies: &dyn SafetyCopies,
    out: &mut Out<'_>,
    cancel: &dyn Fn() -> bool,
) -> Result<(), Failure> {
    match verb {
        DayVerb::Close(args) => close(args, bench, copies, out, cancel),
        DayVerb::Status => run_day_status(bench.index, out),
    }
}

/// `aoxanh day status`; needs no key.
pub fn run_day_status(index: &dyn Index, out: &mut Out<'_>) -> Result<(), Failure> {
    let status = workbench::day_status(index)?;
    let last = status.last.as_ref().map(|day| json!({ "day": day.day, "at": day.at, "records": day.records }));
    let left = workbench::day_left(index)?;
    let unwiped: Vec<_> =
        left.unwiped.iter().map(|count| json!({ "shelf": count.shelf, "devices": count.devices })).collect();
    out.object(
        "day_status",
        json!({ "last": last, "records_since": status.records, "unwiped": unwiped, "in_hands": left.in_hands.0 }),
    )?;
    workbench::day_left_lines(&left).iter().try_for_each(|line| out.say(line))?;
    out.say(&match &status.last {
        Some(last) => {
            say!("day-status", day = last.day.as_str(), at = last.at.local(), records = status.records)
        }
        None => say!("day-status-never", records = status.records),
    })
}

fn close(
    args: &DayCloseArgs,
    bench: &Bench<'_>,
    copies: &dyn SafetyCopies,
    out: &mut Out<'_>,
    cancel: &dyn Fn() -> bool,
) -> Result<(), Failure> {
    let order = DayClose { to: args.to.clone(), day: args.day.clone() };
    let end = workbench::close_day(bench, copies, &order, cancel)?;
    say_closed(&end, out)?;
    // The day is closed, whatever becomes of older copies.
    if let Err(failure) = expired(args, &end, bench, copies, out) {
        out.failure(&failure);
    }
    Ok(())
}

/// A day that was closed: its copy, and the head to be written down.
pub fn say_closed(end: &DayEnd, out: &mut Out<'_>) -> Result<(), Failure> {
    let copy = &end.copy;
    let (file, head) = (copy.file.display().to_string(), copy.head.to_string());
    out.object(
        "day_closed",
        json!({
            "day": end.day, "file": file, "head": head, "records": copy.head.size, "length": copy.length,
            "blake3": copy.digest, "expires_at": copy.expires_at, "direct": copy.direct,
            "beside_station": copy.beside_station, "seq": end.seq,
        }),
    )?;
    out.say(&say!("day-closed", day = end.day.as_str(), records = copy.head.size, seq = end.seq))?;
    out.say(&say!(
        "day-copy",
        file = file,
        length = copy.length.decimal(),
        digest = copy.digest.short(16),
        expires = copy.expires_at.local(),
    ))?;
    if !copy.direct {
        out.say(&say!("day-copy-not-direct"))?;
    }
    if copy.beside_station {
        out.say(&say!("day-copy-beside"))?;
    }
    out.say(&say!("day-copy-head", head = head))
}

fn expired(
    args: &DayCloseArgs,
    end: &DayEnd,
    bench: &Bench<'_>,
    copies: &dyn SafetyCopies,
    out: &mut Out<'_>,
) -> Result<(), Failure> {
    let expired = workbench::expired_copies(bench, copies, &args.to)?;
    if args.prune && !expired.is_empty() {
        workbench::may_prune(end)?;
    }
    for copy in &expired {
        let file = copy.file.display().to_string();
        if args.prune {
            copies.remove(copy)?;
        }
        out.object("expired_copy", json!({ "file": file, "made_at": copy.made_at, "deleted": args.prune }))?;
        out.say(&if args.prune {
            say!("copy-pruned", file = file)
        } else {
            say!("copy-expired", file = file, expired = copy.expires_at.local())
        })?;
    }
    match expired.is_empty() {
        true => Ok(()),
        false if args.prune => out.say(&say!("copy-pruned-note")),
        false => out.say(&say!("copy-expired-note")),
    }
}

/// `aoxanh backup`.
pub fn run_backup(
    verb: &BackupVerb,
    bench: &Bench<'_>,
    copies: &dyn SafetyCopies,
    out: &mut Out<'_>,
) -> Result<(), Failure> {
    let BackupVerb::Check(args) = verb;
    let mut earlier = 0;
    let copy = copies.check(&args.file, &mut |index| {
        earlier = index.earlier()?;
        workbench::judge_copy(index)
    })?;
    let expired = bench.clock.now() >= copy.expires_at;
    let CopySeen { file, station, practice: _, head, made_at, expires_at } = &copy;
    let file = file.display().to_string();
    out.object(
        "backup",
        json!({
            "file": file, "station": station, "head": head.to_string(), "records": head.size, "made_at": made_at,
            "expires_at": expires_at, "expired": expired, "earlier": earlier,
        }),
    )?;
    out.say(&say!(
        "copy-good",
        file = file.as_str(),
        station = station.short(16),
        records = head.size,
        made = made_at.local()
    ))?;
    out.say(&say!("day-copy-head", head = head.to_string()))?;
    out.say(&if expired {
        say!("copy-expired", file = file, expired = expires_at.local())
    } else {
        say!("copy-expires", expires = expires_at.local())
    })
}
