//! Verbs about shelves: where devices lie, putting them somewhere else, taking stock.

use super::args::Verb;
use super::args_shelf::{MoveArgs, ShelfArgs};
use super::out::Out;
use crate::port::{Ask, Failure, Trouble};
use crate::tag::TagId;
use crate::unit::ShelfName;
use crate::word::{Sentence, say};
use crate::workbench::{
    self, Bench, Moved, Place, ShelfView, Shelved, StockTake, known_shelf, move_device, read_shelf, stock_lines,
    stock_take,
};
use serde_json::{Value, json};

/// Whether [`run_shelf`] runs that verb.
#[must_use]
pub const fn is_about_shelves(verb: &Verb) -> bool {
    matches!(verb, Verb::Move(_) | Verb::Shelf(_))
}

/// Runs a verb about shelves. Errors: what it says; another verb.
#[expect(clippy::wildcard_enum_match_arm, reason = "all others are run elsewhere")]
pub fn run_shelf(
    verb: &Verb,
    bench: &Bench<'_>,
    ask: &dyn Ask,
    out: &mut Out<'_>,
    cancel: &dyn Fn() -> bool,
) -> Result<(), Failure> {
    match verb {
        Verb::Move(args) => move_all(args, bench, ask, out, cancel),
        Verb::Shelf(args) => shelf(args, bench, ask, out, cancel),
        _others => Err(Failure::new(Trouble::Usage, say!("verb-needs-folder"))),
    }
}

/// What was typed, else each line that comes in until there are no more; at a terminal, until an empty one. `take` is told
/// each at once, so that whoever scans sees at once what came of it.
fn each(
    typed: &[String],
    ask: &dyn Ask,
    cancel: &dyn Fn() -> bool,
    mut take: impl FnMut(&str) -> Result<(), Failure>,
) -> Result<(), Failure> {
    if !typed.is_empty() {
        return typed.iter().try_for_each(|text| take(text));
    }
    while !cancel()
        && let Some(line) = ask.next_line()?
    {
        if !line.is_empty() {
            take(&line)?;
        } else if ask.is_there() {
            break;
        }
    }
    if cancel() { Err(crate::port::gave_up()) } else { Ok(()) }
}

fn invite(typed: &[String], ask: &dyn Ask, shelf: &ShelfName, out: &mut Out<'_>) {
    if typed.is_empty() && ask.is_there() {
        out.aside(&say!("shelf-scan-now", shelf = shelf.as_str()));
    }
}

fn move_all(
    args: &MoveArgs,
    bench: &Bench<'_>,
    ask: &dyn Ask,
    out: &mut Out<'_>,
    cancel: &dyn Fn() -> bool,
) -> Result<(), Failure> {
    let shelf = read_shelf(&args.shelf)?;
    invite(&args.devices, ask, &shelf, out);
    let (mut asked, mut refused) = (0, 0);
    each(&args.devices, ask, cancel, |text| {
        asked += 1;
        match put(text, &shelf, bench) {
            Ok(moved) => say_moved(&moved, out),
            Err(failure) if matches!(failure.trouble, Trouble::No | Trouble::Usage) => {
                refused += 1;
                out.failure(&of_device(text, failure));
                Ok(())
            }
            Err(failure) => Err(failure),
        }
    })?;
    if asked == 0 {
        return Err(Failure::new(Trouble::Usage, say!("shelf-nothing-named")).hint(say!("shelf-nothing-named-hint")));
    }
    if refused > 0 {
        let what = say!("shelf-not-all", refused = refused, asked = asked);
        return Err(Failure::new(Trouble::No, what).hint(say!("shelf-not-all-hint")));
    }
    Ok(())
}

fn put(text: &str, shelf: &ShelfName, bench: &Bench<'_>) -> Result<Moved, Failure> {
    move_device(bench, &bench.find(text)?, shelf)
}

/// The failure, with the device that it is about.
fn of_device(text: &str, failure: Failure) -> Failure {
    Failure { what: say!("shelf-refused", device = text, why = failure.what.clone()), ..failure }
}

fn say_moved(moved: &Moved, out: &mut Out<'_>) -> Result<(), Failure> {
    out.object(
        "moved",
        json!({
            "device": moved.found.id, "tag": moved.found.file.tags.last(), "shelf": moved.shelf,
            "from": moved.from.name(), "recorded": moved.recorded,
        }),
    )?;
    let (tag, shelf) = (moved.found.name(), moved.shelf.as_str());
    out.say(&match &moved.from {
        _there if !moved.recorded => say!("shelf-was-there", tag = tag, shelf = shelf),
        Place::On(from) => say!("shelf-moved-from", tag = tag, shelf = shelf, from = from.as_str()),
        Place::Nowhere => say!("shelf-moved", tag = tag, shelf = shelf),
    })
}

fn shelf(
    args: &ShelfArgs,
    bench: &Bench<'_>,
    ask: &dyn Ask,
    out: &mut Out<'_>,
    cancel: &dyn Fn() -> bool,
) -> Result<(), Failure> {
    let Some(name) = &args.shelf else {
        return if args.unshelved { show_place(&Place::Nowhere, args.most, bench, out) } else { show_all(bench, out) };
    };
    let shelf = read_shelf(name)?;
    if args.count {
        return count(args, &shelf, bench, ask, out, cancel);
    }
    let unknown =
        || Failure::new(Trouble::No, say!("shelf-unknown", shelf = shelf.as_str())).hint(say!("shelf-unknown-hint"));
    let known = known_shelf(bench, &shelf)?.ok_or_else(unknown)?;
    show_place(&Place::On(known), args.most, bench, out)
}

fn show_all(bench: &Bench<'_>, out: &mut Out<'_>) -> Result<(), Failure> {
    let all = workbench::shelves(bench)?;
    for ShelfView { place, devices, days } in &all {
        out.object("shelf", json!({ "shelf": place.name(), "devices": devices, "oldest_days": days }))?;
        out.say(&match place {
            Place::On(name) => say!("shelf-line", shelf = name.as_str(), count = *devices, days = *days),
            Place::Nowhere => say!("shelf-line-none", count = *devices, days = *days),
        })?;
    }
    if all.is_empty() { out.say(&say!("shelves-empty")) } else { Ok(()) }
}

fn show_place(place: &Place, most: u32, bench: &Bench<'_>, out: &mut Out<'_>) -> Result<(), Failure> {
    let (devices, more) = workbench::waiting(bench, place, most)?;
    for device in &devices {
        out.object("shelved", object(device))?;
        out.say(&line(device))?;
    }
    if more {
        out.object("more", json!({ "shown": devices.len() }))?;
        out.say(&say!("shelf-more", count = devices.len() as u64))?;
    }
    match place {
        _any if !devices.is_empty() => Ok(()),
        Place::On(name) => out.say(&say!("shelf-holds-nothing", shelf = name.as_str())),
        Place::Nowhere => out.say(&say!("shelf-none-unshelved")),
    }
}

fn object(device: &Shelved) -> Value {
    let row = &device.row;
    let tag = TagId::read(&row.name).ok();
    json!({
        "device": row.device, "tag": tag.as_ref().map(TagId::as_str), "stage": row.stage.word(), "kind": row.kind,
        "model": row.model, "on_hold": row.held, "quarantined": row.quarantined, "shelf": device.place.name(),
        "days": device.days, "days_there": device.there,
    })
}

fn line(device: &Shelved) -> Sentence {
    let model = device.row.model.as_deref().unwrap_or("–");
    let (tag, stage) = (device.row.name.as_str(), device.row.stage.sentence());
    match device.there {
        Some(there) => say!("shelved-line", tag = tag, stage = stage, model = model, days = device.days, there = there),
        None => say!("unshelved-line", tag = tag, stage = stage, model = model, days = device.days),
    }
}

/// Takes stock. Errors: what was found there is not what should be, and was not all moved.
fn count(
    args: &ShelfArgs,
    shelf: &ShelfName,
    bench: &Bench<'_>,
    ask: &dyn Ask,
    out: &mut Out<'_>,
    cancel: &dyn Fn() -> bool,
) -> Result<(), Failure> {
    invite(&args.devices, ask, shelf, out);
    let mut scans = Vec::new();
    each(&args.devices, ask, cancel, |text| {
        scans.push(text.to_owned());
        Ok(())
    })?;
    let take = stock_take(bench, shelf, &scans)?;
    say_take(&take, out)?;
    let mut moved = 0;
    for device in take.unexpected.iter().filter(|_| args.record) {
        let done = put(device.row.device.as_str(), shelf, bench)?;
        say_moved(&done, out)?;
        moved += 1;
    }
    let counts = [&take.found, &take.missing, &take.unexpected, &take.given].map(|list| list.len() as u64);
    let [found, missing, unexpected, given] = counts;
    let unread = take.unread.len() as u64;
    out.object(
        "stock_take",
        json!({
            "shelf": take.shelf, "found": found, "missing": missing, "unexpected": unexpected, "given": given,
            "unread": unread, "moved": moved,
        }),
    )?;
    let name = take.shelf.as_str();
    if missing + given + unread + (unexpected - moved) == 0 {
        return out.say(&say!("stock-right", shelf = name, count = found + moved));
    }
    let what =
        say!("stock-wrong", shelf = name, missing = missing, unexpected = unexpected - moved, other = given + unread);
    let hint = if unexpected > moved { say!("stock-wrong-record-hint") } else { say!("stock-wrong-hint") };
    Err(Failure::new(Trouble::No, what).hint(hint))
}

fn say_take(take: &StockTake, out: &mut Out<'_>) -> Result<(), Failure> {
    let lists =
        [("found", &take.found), ("missing", &take.missing), ("unexpected", &take.unexpected), ("given", &take.given)];
    for (what, list) in lists {
        for device in list {
            let mut told = object(device);
            if let Some(fields) = told.as_object_mut() {
                fields.insert("what".to_owned(), json!(what));
            }
            out.object("stock", told)?;
        }
    }
    for (text, failure) in &take.unread {
        let why = out.words().say(&failure.what);
        out.object("stock", json!({ "what": "unread", "text": text, "why": why }))?;
    }
    out.say(&say!("stock-found", shelf = take.shelf.as_str(), count = take.found.len() as u64))?;
    stock_lines(take).iter().try_for_each(|stock| out.say(&stock.line.what))
}
