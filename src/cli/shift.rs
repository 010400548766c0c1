//! Verbs about shifts: taking devices, notes, what a shift leaves, handing it over.

use super::args::Verb;
use super::args_shift::{HandOverArgs, NoteArgs, ShiftVerb, TakeArgs};
use super::out::Out;
use super::question::known_secret;
use crate::port::{Ask, Failure, Trouble};
use crate::word::say;
use crate::workbench::{
    self, Bench, NoteSeen, ShiftDevice, ShiftView, Signature, Signer, hand_over_shift, handed_over_lines, read_shelf,
    shift_lines, shift_view, take_device, taken_sentence,
};
use serde_json::{Value, json};

/// Whether [`run_shift`] runs that verb.
#[must_use]
pub const fn is_about_shifts(verb: &Verb) -> bool {
    matches!(verb, Verb::Take(_) | Verb::Note(_) | Verb::Shift(_))
}

/// Runs a verb about shifts. Errors: what it says; another verb.
#[expect(clippy::wildcard_enum_match_arm, reason = "all others are run elsewhere")]
pub fn run_shift(verb: &Verb, bench: &Bench<'_>, ask: &dyn Ask, out: &mut Out<'_>) -> Result<(), Failure> {
    match verb {
        Verb::Take(args) => take(args, bench, out),
        Verb::Note(args) => note(args, bench, out),
        Verb::Shift(args) => match &args.verb {
            Some(ShiftVerb::HandOver(args)) => hand_over(args, bench, ask, out),
            None => show(&shift_view(bench)?, out),
        },
        _others => Err(Failure::new(Trouble::Usage, say!("verb-needs-folder"))),
    }
}

fn take(args: &TakeArgs, bench: &Bench<'_>, out: &mut Out<'_>) -> Result<(), Failure> {
    let at = args.at.as_deref().map(read_shelf).transpose()?;
    let mut refused = 0;
    for text in &args.devices {
        match bench.find(text).and_then(|found| take_device(bench, &found, at.as_ref())) {
            Ok(taken) => {
                let file = &taken.found.file;
                out.object(
                    "taken",
                    json!({
                        "device": taken.found.id, "tag": file.tags.last(), "shelf": file.shelf,
                        "person": file.hands.as_ref().map(|hands| &hands.person), "recorded": taken.recorded,
                    }),
                )?;
                out.say(&taken_sentence(&taken))?;
            }
            Err(failure) => {
                let is_only = args.devices.len() == 1 || !matches!(failure.trouble, Trouble::No | Trouble::Usage);
                let what = say!("shelf-refused", device = text.as_str(), why = failure.what.clone());
                let failure = Failure { what, ..failure };
                if is_only {
                    return Err(failure);
                }
                refused += 1;
                out.failure(&failure);
            }
        }
    }
    if refused == 0 {
        return Ok(());
    }
    let asked = args.devices.len() as u64;
    Err(Failure::new(Trouble::No, say!("shift-not-all", refused = refused, asked = asked)))
}

fn note(args: &NoteArgs, bench: &Bench<'_>, out: &mut Out<'_>) -> Result<(), Failure> {
    let found = bench.find(&args.device)?;
    let tag = found.name();
    if let Some(name) = &args.erase {
        let note = workbench::find_note(&workbench::notes(bench, &found.id)?, name)?;
        workbench::erase_note(bench, note)?;
        out.object("note_erased", json!({ "device": found.id, "note": note }))?;
        return out.say(&say!("note-erased", note = note.short(8), tag = tag));
    }
    if let Some(text) = &args.text {
        workbench::write_note(bench, &found, text)?;
    }
    let notes = workbench::notes(bench, &found.id)?;
    // What was just written, or all there is.
    let told = if args.text.is_some() { notes.get(..1).unwrap_or_default() } else { notes.as_slice() };
    for note in told {
        out.object("note", note_object(note))?;
        let (at, who, id) = (note.at.local(), note.who.as_str(), note.note.short(8));
        out.say(&match &note.text {
            Some(text) => say!("note-line", at = at, who = who, id = id, text = text.as_str()),
            None if note.erased => say!("note-line-erased", at = at, who = who, id = id),
            None => say!("note-line-missing", at = at, who = who, id = id),
        })?;
    }
    if args.text.is_some() {
        return out.say(&say!("note-warning"));
    }
    if notes.is_empty() { out.say(&say!("device-no-notes")) } else { Ok(()) }
}

fn note_object(note: &NoteSeen) -> Value {
    json!({
        "note": note.note, "device": note.device.as_ref().map(|(id, _)| id), "at": note.at, "who": note.who,
        "text": note.text, "erased": note.erased,
    })
}

fn device_object(device: &ShiftDevice) -> Value {
    json!({
        "device": device.row.device, "name": device.row.name, "stage": device.row.stage.word(), "shelf": device.shelf,
        "since": device.since,
    })
}

/// What the shift leaves: an object for each thing, and the same lines that the screen has.
fn show(view: &ShiftView, out: &mut Out<'_>) -> Result<(), Failure> {
    for job in &view.running {
        out.object(
            "shift_job",
            json!({ "job": job.job, "device": job.device, "image": job.image, "percent": job.percent }),
        )?;
    }
    for job in &view.interrupted {
        out.object("shift_interrupted", json!({ "job": job.job, "device": job.device, "percent": job.percent() }))?;
    }
    for hands in &view.hands {
        let devices: Vec<Value> = hands.devices.iter().map(device_object).collect();
        out.object("in_hands", json!({ "person": hands.person, "devices": devices }))?;
    }
    for (what, list) in [("quarantined", &view.quarantined), ("on_hold", &view.held)] {
        for device in list {
            let mut told = device_object(device);
            if let Some(fields) = told.as_object_mut() {
                fields.insert("why".to_owned(), json!(device.why.as_ref().map(|why| out.words().say(why))));
            }
            out.object(what, told)?;
        }
    }
    for note in &view.notes {
        out.object("note", note_object(note))?;
    }
    for work in &view.done {
        out.object("shift_done", json!({ "person": work.person, "steps": work.counts.sum() }))?;
    }
    for line in shift_lines(view) {
        let text = out.words().say(&line.what);
        let mark = line.weight.sign();
        out.say(&say!("plain", text = if mark.trim().is_empty() { text } else { format!("  {mark} {text}") }))?;
    }
    Ok(())
}

fn hand_over(args: &HandOverArgs, bench: &Bench<'_>, ask: &dyn Ask, out: &mut Out<'_>) -> Result<(), Failure> {
    let comer = match &args.to {
        Some(name) => {
            let person = workbench::find_person(bench, name)?;
            let called = bench.name_of(person.as_str())?.unwrap_or_else(|| person.to_string());
            let file = args.to_pin_file.as_deref();
            let pin = known_secret(ask, out, &say!("ask-pin", name = called), "--to-pin-file", file)?;
            Some(Signature::Pin(Signer { person, pin }))
        }
        None => None,
    };
    let over = hand_over_shift(bench, comer.as_ref(), args.note.as_deref())?;
    let devices: Vec<_> = over.devices.iter().map(|found| &found.id).collect();
    let to = over.to.as_ref().map(|to| &to.person);
    out.object("shift_handed_over", json!({ "from": bench.by.person, "to": to, "devices": devices }))?;
    handed_over_lines(&over).iter().try_for_each(|line| out.say(line))
}
