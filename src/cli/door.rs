//! Verbs of the door: receiving a device, and saying later what is seen of it.

use super::args::IntakeArgs;
use super::args_door::SeenArgs;
use super::out::Out;
use super::{run, show};
use crate::event::outward::Outward;
use crate::port::{Failure, Trouble};
use crate::word::say;
use crate::workbench::{self, Bench, Incoming, Intake, RowStanding, RowView, note_outward, outward_sentence};
use serde_json::{Value, json};
use std::path::Path;

/// `aoxanh intake`.
pub(super) fn run_intake(args: &IntakeArgs, bench: &Bench<'_>, out: &mut Out<'_>) -> Result<(), Failure> {
    if let Some(file) = &args.list.list {
        return list(args, file, bench, out);
    }
    let incoming = Incoming {
        kind: args.kind.into(),
        tag: args.tag.as_deref().map(run::read_tag).transpose()?,
        outward: args.outward.over(&Outward::default())?,
        told: args.told.told(),
    };
    if let Some(serial) = incoming.told.serial.as_deref() {
        workbench::refuse_known_serial(bench, serial)?;
    }
    let intake = Intake { lot: args.lot.clone(), donation: run::donation(&args.donation), incoming };
    show::received(out, &workbench::take_in(bench, &intake)?)
}

/// Looks at a donor's list, and receives its devices where that is said. Errors: rows are wrong, unless they may be left out.
fn list(args: &IntakeArgs, file: &Path, bench: &Bench<'_>, out: &mut Out<'_>) -> Result<(), Failure> {
    let view = workbench::look_at_list(bench, file, args.kind.into())?;
    view.rows.iter().try_for_each(|row| say_row(row, out))?;
    let counts = json!({
        "good": view.good().len(), "bad": view.bad(), "known": view.known(), "nameless": view.nameless(),
        "columns_unread": view.unread,
    });
    out.object("list", counts)?;
    out.say(&view.sentence())?;
    if view.nameless() > 0 {
        out.say(&say!("door-list-nameless", count = view.nameless()))?;
    }
    let wrong = || Failure::new(Trouble::BadData, say!("door-list-bad", count = view.bad()));
    match (view.bad(), args.list.yes, args.list.skip_bad) {
        (0, false, _) => return out.say(&say!("door-list-only-looked")),
        (0, true, _) | (_, true, true) => {}
        (_, false, _) | (_, true, false) => return Err(wrong().hint(say!("door-list-bad-hint"))),
    }
    let taken = workbench::take_in_list(bench, args.lot.as_ref(), &run::donation(&args.donation), &view.good())?;
    for (row, received) in &taken.received {
        out.object("received", with_row(super::json::found(&received.found), *row))?;
        out.say(&say!("door-list-row", row = *row, what = say!("plain", text = received.tag.to_string())))?;
    }
    for (row, known) in &taken.skipped {
        out.object("skipped", json!({ "row": row }))?;
        out.say(&say!("door-list-row", row = *row, what = say!("door-list-known", what = known.clone())))?;
    }
    let lot = taken.received.first().map_or_else(String::new, |(_, received)| received.lot.to_string());
    out.say(&say!("door-list-taken", count = taken.received.len() as u64, lot = lot))?;
    out.say(&say!("door-list-tags-next"))?;
    if view.bad() > 0 { Err(wrong()) } else { Ok(()) }
}

fn say_row(row: &RowView, out: &mut Out<'_>) -> Result<(), Failure> {
    let standing = match &row.standing {
        RowStanding::Good(_) => "good",
        RowStanding::Known(_) => "known",
        RowStanding::Bad(_) => "bad",
    };
    let text = out.words().say(&row.sentence());
    let unsure: Vec<String> = row.unsure.iter().map(|what| out.words().say(what)).collect();
    let told = row.incoming().map(|incoming| &incoming.told);
    let seen = json!({ "row": row.number, "standing": standing, "text": text, "unsure": unsure, "told": told });
    out.object("listed", seen)?;
    out.say(&match &row.standing {
        RowStanding::Good(_) => say!("door-list-row-good", row = row.number, what = row.sentence()),
        RowStanding::Known(_) => say!("door-list-row-known", row = row.number, what = row.sentence()),
        RowStanding::Bad(_) => say!("door-list-row-bad", row = row.number, what = row.sentence()),
    })?;
    row.unsure.iter().try_for_each(|what| out.say(&say!("door-list-row-unsure", row = row.number, what = what.clone())))
}

fn with_row(mut found: Value, row: u64) -> Value {
    if let Some(fields) = found.as_object_mut() {
        fields.insert("row".to_owned(), json!(row));
    }
    found
}

/// `aoxanh outward`.
pub(super) fn run_outward(args: &SeenArgs, bench: &Bench<'_>, out: &mut Out<'_>) -> Result<(), Failure> {
    let found = bench.find(&args.device)?;
    let outward = args.outward.over(&found.file.outward)?;
    let found = note_outward(bench, &found, outward)?;
    out.object("device", super::json::found(&found))?;
    let seen = outward_sentence(&found.file.outward).unwrap_or_else(|| say!("door-nothing-said"));
    out.say(&say!("door-noted", tag = found.name(), what = seen))
}
