//! Verbs about bundles: writing, taking over, what was taken over.

use super::args_bundle::{BundleExportArgs, BundleImportArgs, BundleVerb};
use super::out::Out;
use crate::custody::ChainFile;
use crate::port::{Failure, Trouble};
use crate::word::{Arg, Sentence, say};
use crate::workbench::{self, Bench, ChainSeen, TakenBundle, age_sentence, chains_seen, make_bundle, taken_over_lines};
use serde_json::json;
use std::time::Duration;

/// Runs a verb about bundles.
pub(super) fn run_bundle(verb: &BundleVerb, bench: &Bench<'_>, out: &mut Out<'_>) -> Result<(), Failure> {
    match verb {
        BundleVerb::Export(args) => export(args, bench, out),
        BundleVerb::Import(args) => import(args, bench, out),
        BundleVerb::List => {
            let seen = chains_seen(bench.index)?;
            if seen.is_empty() {
                return out.say(&say!("bundle-list-none"));
            }
            seen.iter().try_for_each(|chain| show(chain, out))
        }
    }
}

fn export(args: &BundleExportArgs, bench: &Bench<'_>, out: &mut Out<'_>) -> Result<(), Failure> {
    let made = make_bundle(bench, args.from, &args.to)?;
    let file = args.to.display().to_string();
    out.object("bundle", json!({ "file": file, "from": made.from, "to": made.to }))?;
    out.say(&say!("bundle-made", records = made.to - made.from, file = file))
}

/// One file that is refused keeps no other from being taken over.
fn import(args: &BundleImportArgs, bench: &Bench<'_>, out: &mut Out<'_>) -> Result<(), Failure> {
    let mut refused: u64 = 0;
    for file in &args.files {
        match workbench::take_bundle_file(bench, file) {
            Ok(taken) => told(&taken, &file.display().to_string(), out)?,
            Err(failure) if args.files.len() == 1 => return Err(failure),
            Err(failure) => {
                refused += 1;
                let file = file.display().to_string();
                out.object("bundle_refused", json!({ "file": file, "why": out.words().say(&failure.what) }))?;
                out.say(&say!("bundle-refused", file = file, why = failure.what))?;
            }
        }
    }
    if refused == 0 {
        return Ok(());
    }
    Err(Failure::new(Trouble::No, say!("bundles-refused", count = refused, all = args.files.len() as u64)))
}

fn told(taken: &TakenBundle, file: &str, out: &mut Out<'_>) -> Result<(), Failure> {
    out.object(
        "bundle_taken",
        json!({
            "file": file, "station": taken.station, "name": taken.name, "from": taken.from, "to": taken.to,
            "devices": taken.devices, "parked": taken.parked, "quarantined": taken.quarantined,
            "quarantined_all": taken.quarantined_all,
            "forked": taken.forked, "torn": taken.torn, "receipt": taken.receipt,
        }),
    )?;
    taken_over_lines(taken).iter().try_for_each(|line| out.say(line))
}

fn show(chain: &ChainSeen, out: &mut Out<'_>) -> Result<(), Failure> {
    let file = chain.file.as_ref();
    let records = file.map_or(0, |file| file.size);
    let aside = file.map_or(0, ChainFile::set_aside);
    out.object(
        "chain",
        json!({
            "station": chain.station, "name": file.and_then(|file| file.name.as_ref()), "records": records,
            "taken_at": file.map(|file| file.taken_at), "odd_times": file.map_or(0, |file| file.odd_times),
            "offset_ms": file.and_then(|file| file.offset_ms),
            "quarantined": file.map(|file| &file.aside), "parked": chain.parked, "forks": chain.forks,
        }),
    )?;
    let name = file.and_then(|file| file.name.clone()).unwrap_or_else(|| format!("{}…", chain.station.short(16)));
    let at = file.map_or_else(|| Arg::from(say!("bundle-never")), |file| Arg::from(file.taken_at.local()));
    out.say(&say!("bundle-chain", name = name, records = records, at = at))?;
    let warnings = [
        (!chain.parked.is_empty()).then(|| say!("bundle-parked", count = chain.parked.len() as u64)),
        (aside > 0).then(|| say!("bundle-quarantined", count = aside)),
        (!chain.forks.is_empty()).then(|| say!("bundle-forked", count = chain.forks.len() as u64)),
        file.filter(|file| file.odd_times > 0).map(|file| say!("bundle-odd-times", count = file.odd_times)),
        file.and_then(|file| file.offset_ms).map(offset_sentence),
    ];
    warnings.iter().flatten().try_for_each(|line| out.say(line))
}

/// How wrong a clock was.
fn offset_sentence(offset_ms: i64) -> Sentence {
    let by = age_sentence(Duration::from_millis(offset_ms.unsigned_abs()));
    if offset_ms > 0 { say!("bundle-clock-behind", by = by) } else { say!("bundle-clock-ahead", by = by) }
}
