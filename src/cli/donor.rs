//! Verbs about donors: who gave what, and making two entries of one donor one.

use super::args_correct::DonorVerb;
use super::out::Out;
use crate::port::Failure;
use crate::word::say;
use crate::workbench::{Bench, DonorView, donors, merge_donors, part_donor};
use serde_json::json;

/// Runs a verb about donors. Errors: as of the workbench's functions.
pub(super) fn run_donor(verb: &DonorVerb, bench: &Bench<'_>, out: &mut Out<'_>) -> Result<(), Failure> {
    match verb {
        DonorVerb::List => {
            let all = donors(bench)?;
            if all.is_empty() {
                out.say(&say!("donor-none"))?;
            }
            all.iter().try_for_each(|view| show(out, view))
        }
        DonorVerb::Merge(args) => {
            merge_donors(bench, &args.kept, &args.merged)?;
            out.object("donors_merged", json!({ "kept": args.kept, "merged": args.merged }))?;
            out.say(&say!("donors-merged", kept = args.kept.as_str(), merged = args.merged.as_str()))
        }
        DonorVerb::Part(args) => {
            part_donor(bench, &args.merged)?;
            out.object("donor_parted", json!({ "merged": args.merged }))?;
            out.say(&say!("donors-parted", merged = args.merged.as_str()))
        }
    }
}

fn show(out: &mut Out<'_>, view: &DonorView) -> Result<(), Failure> {
    out.object(
        "donor",
        json!({
            "donor": view.donor, "name": view.name, "lots": view.lots, "merged": view.merged, "alike": view.alike,
        }),
    )?;
    let name = view.name.clone().unwrap_or_else(|| "–".to_owned());
    out.say(&say!("donor-line", donor = view.donor.as_str(), name = name, lots = view.lots))?;
    for merged in &view.merged {
        out.say(&say!("donor-merged-line", merged = merged.as_str()))?;
    }
    for alike in &view.alike {
        out.say(&say!("donor-alike", donor = view.donor.as_str(), alike = alike.as_str()))?;
    }
    Ok(())
}
