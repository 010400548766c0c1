//! Verbs about bundles: writing, taking over, what was taken over.

use super::args_bundle::{BundleExportArgs, BundleImportArgs, BundleVerb};
use super::out::Out;
use crate::port::{Failure, Trouble};
use crate::word::say;
use crate::workbench::{self, Bench, ChainSeen, TakenBundle, chain_lines, chains_seen, make_bundle, taken_over_lines};
use serde_json::json;

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
            "forked": taken.forked, "held": taken.held, "torn": taken.torn, "receipt": taken.receipt,
        }),
    )?;
    taken_over_lines(taken).iter().try_for_each(|line| out.say(line))
}

fn show(chain: &ChainSeen, out: &mut Out<'_>) -> Result<(), Failure> {
    let file = chain.file.as_ref();
    let records = file.map_or(0, |file| file.size);
    out.object(
        "chain",
        json!({
            "station": chain.station, "name": file.and_then(|file| file.name.as_ref()), "records": records,
            "taken_at": file.map(|file| file.taken_at), "odd_times": file.map_or(0, |file| file.odd_times),
            "offset_ms": file.and_then(|file| file.offset_ms),
            "quarantined": file.map(|file| &file.aside), "parked": chain.parked, "forks": chain.forks,
        }),
    )?;
    chain_lines(chain).iter().try_for_each(|line| out.say(&line.what))
}
