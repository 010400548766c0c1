//! The verb that corrects: without `--yes` it shows what would come of it and records nothing.

use super::args_correct::CorrectArgs;
use super::out::Out;
use super::show;
use crate::port::Failure;
use crate::word::say;
use crate::workbench::{
    self, Bench, Change, CorrectLine, Preview, correctable, preview, strike_last, strike_range, to_lot,
};
use serde_json::json;

/// Lists what can be corrected, shows what a correction comes to, or makes it. Errors: as of the workbench's function; what
/// the rules forbid is shown first.
pub(super) fn run_correct(args: &CorrectArgs, bench: &Bench<'_>, out: &mut Out<'_>) -> Result<(), Failure> {
    let Some(changes) = changes(args, bench, out)? else { return Ok(()) };
    let seen = preview(bench, &changes)?;
    show_preview(out, &changes, &seen)?;
    if let Some(refusal) = seen.refusal {
        return Err(refusal);
    }
    if !args.yes {
        if seen.needs_reason && args.reason.is_none() {
            out.say(&say!("correct-reason-needed"))?;
        }
        return out.say(&say!("correct-not-yet"));
    }
    let done = workbench::correct(bench, &changes, args.reason.as_deref())?;
    out.object("corrected", json!({ "devices": done.iter().map(|found| &found.id).collect::<Vec<_>>() }))?;
    out.say(&say!("corrected", count = done.len() as u64))?;
    done.iter().filter(|found| !found.file.withdrawn).try_for_each(|found| show::device(out, found))
}

/// What is asked for; none where only the list was, which is shown.
fn changes(args: &CorrectArgs, bench: &Bench<'_>, out: &mut Out<'_>) -> Result<Option<Vec<Change>>, Failure> {
    if let (Some(from), Some(to)) = (&args.lot, &args.to_lot) {
        return to_lot(bench, from, to).map(Some);
    }
    let found = bench.find(args.device.as_deref().unwrap_or_default())?;
    if args.last {
        return Ok(Some(vec![strike_last(bench, &found)?]));
    }
    if let Some(first) = args.record {
        return Ok(Some(vec![strike_range(bench, &found, first, args.to.unwrap_or(first))?]));
    }
    show::device(out, &found)?;
    correctable(bench, &found)?.iter().try_for_each(|line| show_line(out, line))?;
    out.say(&say!("correct-how"))?;
    Ok(None)
}

fn show_line(out: &mut Out<'_>, line: &CorrectLine) -> Result<(), Failure> {
    let bar = line.bar.as_ref().map(|why| out.words().say(why));
    out.object(
        "correctable",
        json!({
            "seq": line.seq, "earlier": line.is_earlier, "leaf": line.leaf, "at": line.at, "open": line.is_open(),
            "struck": line.is_struck, "why_not": bar, "what": out.words().say(&line.what),
        }),
    )?;
    let (seq, at, what, who) = (line.seq, line.at.local(), line.what.clone(), line.who.as_str());
    out.say(&if line.is_struck {
        say!("correct-line-struck", seq = seq, at = at, what = what, who = who)
    } else if line.is_open() {
        say!("correct-line", seq = seq, at = at, what = what, who = who)
    } else {
        say!("correct-line-stands", seq = seq, at = at, what = what, who = who)
    })
}

fn show_preview(out: &mut Out<'_>, changes: &[Change], seen: &Preview) -> Result<(), Failure> {
    for (change, changed) in changes.iter().zip(&seen.changed) {
        let words = out.words();
        let differences: Vec<_> = changed
            .differences
            .iter()
            .map(|(name, before, after)| {
                json!({ "what": words.say(name), "before": words.say(before), "after": words.say(after) })
            })
            .collect();
        let records: Vec<u64> = changed.records.iter().map(|(seq, _)| *seq).collect();
        out.object(
            "correction_preview",
            json!({
                "device": changed.before.id, "records": records, "differences": differences,
                "needs_reason": seen.needs_reason,
            }),
        )?;
        out.say(&say!("correct-of", tag = changed.before.name()))?;
        // A receipt into another lot still counts.
        for (seq, what) in changed.records.iter().filter(|_| change.lot.is_none()) {
            out.say(&say!("correct-strikes", seq = *seq, what = what.clone()))?;
        }
        for (name, before, after) in &changed.differences {
            out.say(&say!("correct-difference", name = name.clone(), before = before.clone(), after = after.clone()))?;
        }
        if changed.differences.is_empty() {
            out.say(&say!("correct-no-difference"))?;
        }
    }
    Ok(())
}
