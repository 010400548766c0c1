//! Verbs about shelves: where devices lie, putting them somewhere else, taking stock.

use super::args::Verb;
use super::args_shelf::{MoveArgs, ShelfArgs};
use super::out::Out;
use crate::port::{Ask, Failure, Trouble};
use crate::tag::TagId;
use crate::unit::ShelfName;
use crate::word::{Sentence, say};
use crate::workbench::{
    self, Bench, CountOrder, Place, Put, ShelfView, Shelved, StockTake, close_count, known_shelf, missed_sentence,
    place_sentence, put, read_place, stock_lines, stock_take,
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
        out.aside(&say!("shelf-scan-now", place = place_sentence(shelf.as_str())));
    }
}

fn move_all(
    args: &MoveArgs,
    bench: &Bench<'_>,
    ask: &dyn Ask,
    out: &mut Out<'_>,
    cancel: &dyn Fn() -> bool,
) -> Result<(), Failure> {
    let shelf = read_place(&args.shelf)?;
    invite(&args.devices, ask, &shelf, out);
    let (mut asked, mut refused) = (0, 0);
    each(&args.devices, ask, cancel, |text| {
        asked += 1;
        match put(bench, text, &shelf) {
            Ok(put) => say_put(&put, out),
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

/// The failure, with the device that it is about.
fn of_device(text: &str, failure: Failure) -> Failure {
    Failure { what: say!("shelf-refused", device = text, why = failure.what.clone()), ..failure }
}

fn say_put(put: &Put, out: &mut Out<'_>) -> Result<(), Failure> {
    match put {
        Put::Device(moved) => out.object(
            "moved",
            json!({
                "device": moved.found.id, "tag": moved.found.file.tags.last(), "shelf": moved.shelf,
                "from": moved.from.name(), "recorded": moved.recorded,
            }),
        ),
        Put::Box(carried) => out.object(
            "box_moved",
            json!({
                "box": carried.name, "shelf": carried.shelf, "from": carried.from, "devices": carried.devices,
                "recorded": carried.recorded,
            }),
        ),
    }?;
    out.say(&put.sentence())
}

fn shelf(
    args: &ShelfArgs,
    bench: &Bench<'_>,
    ask: &dyn Ask,
    out: &mut Out<'_>,
    cancel: &dyn Fn() -> bool,
) -> Result<(), Failure> {
    let Some(name) = &args.shelf else {
        return match (args.unshelved, args.missing) {
            (true, _) => show_place(&Place::Nowhere, args.most, bench, out),
            (false, true) => show_place(&Place::Missing, args.most, bench, out),
            (false, false) => show_all(bench, out),
        };
    };
    let shelf = read_place(name)?;
    if args.count {
        return count(args, &shelf, bench, ask, out, cancel);
    }
    let unknown = || {
        let what = say!("shelf-unknown", place = place_sentence(shelf.as_str()));
        Failure::new(Trouble::No, what).hint(say!("shelf-unknown-hint"))
    };
    let known = known_shelf(bench, &shelf)?.ok_or_else(unknown)?;
    show_place(&Place::named(&known), args.most, bench, out)
}

fn show_all(bench: &Bench<'_>, out: &mut Out<'_>) -> Result<(), Failure> {
    let all = workbench::shelves(bench)?;
    for view in &all {
        let ShelfView { place, stands, devices, days, counted } = view;
        let kind = match place {
            Place::On(_) => "shelf",
            Place::In(_) => "box",
            Place::Nowhere => "none",
            Place::Missing => "missing",
        };
        out.object(
            "shelf",
            json!({
                "shelf": place.name(), "place": kind, "stands_on": stands, "devices": devices, "oldest_days": days,
                "counted_days": counted.map(|counted| counted.days), "missing": counted.map(|counted| counted.missing),
            }),
        )?;
        let line = view_sentence(view);
        out.say(&match counted {
            Some(counted) => {
                say!("shelf-line-counted", line = line, days = counted.days, missing = counted.missing)
            }
            None => line,
        })?;
    }
    if all.is_empty() { out.say(&say!("shelves-empty")) } else { Ok(()) }
}

fn view_sentence(view: &ShelfView) -> Sentence {
    let (count, days) = (view.devices, view.days.unwrap_or(0));
    match &view.place {
        Place::On(name) => say!("shelf-line", shelf = name.as_str(), count = count, days = days),
        Place::In(name) => match view.stands.as_deref() {
            Some(shelf) => {
                say!("box-line", name = place_sentence(name), count = count, shelf = place_sentence(shelf))
            }
            None => say!("box-line-nowhere", name = place_sentence(name), count = count),
        },
        Place::Nowhere => say!("shelf-line-none", count = count, days = days),
        Place::Missing => say!("shelf-line-missing", count = count),
    }
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
        Place::On(name) | Place::In(name) => out.say(&say!("shelf-holds-nothing", place = place_sentence(name))),
        Place::Missing => out.say(&say!("shelf-none-missing")),
        Place::Nowhere => out.say(&say!("shelf-none-unshelved")),
    }
}

fn object(device: &Shelved) -> Value {
    let row = &device.row;
    let tag = TagId::read(&row.name).ok();
    json!({
        "device": row.device, "tag": tag.as_ref().map(TagId::as_str), "stage": row.stage.word(), "kind": row.kind,
        "model": row.model, "on_hold": row.held, "quarantined": row.quarantined, "shelf": device.place.name(),
        "stands_on": device.stands, "days": device.days, "days_there": device.there,
        "missed_days": device.missed.as_ref().map(|missed| missed.days),
    })
}

fn line(device: &Shelved) -> Sentence {
    let model = device.row.model.as_deref().unwrap_or("–");
    let (tag, stage) = (device.row.name.as_str(), device.row.stage.sentence());
    let line = match device.there {
        Some(there) => say!("shelved-line", tag = tag, stage = stage, model = model, days = device.days, there = there),
        None => say!("unshelved-line", tag = tag, stage = stage, model = model, days = device.days),
    };
    let boxed = match &device.place {
        Place::In(name) => Some(place_sentence(name)),
        Place::On(_) | Place::Nowhere | Place::Missing => None,
    };
    let more = boxed.into_iter().chain(device.missed.as_ref().map(missed_sentence));
    more.fold(line, |line, more| say!("shelved-more", line = line, more = more))
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
    let order = CountOrder { place: shelf.clone(), scans, sealed: args.sealed };
    let take = stock_take(bench, &order)?;
    say_take(&take, out)?;
    let mut moved = 0;
    if args.record {
        let closed = close_count(bench, &order, &take)?;
        for (one, failure) in closed.refused {
            out.failure(&of_device(&one.row.name, failure));
        }
        moved = closed.moved.len() as u64;
        closed.moved.iter().try_for_each(|found| {
            let to = take.shelf.as_str();
            out.object(
                "moved",
                json!({ "device": found.id, "tag": found.file.tags.last(), "shelf": to, "recorded": true }),
            )?;
            out.say(&say!("stock-moved", tag = found.name(), place = place_sentence(to)))
        })?;
    }
    let counts = [&take.found, &take.missing, &take.unexpected, &take.given].map(|list| list.len() as u64);
    let [found, missing, unexpected, given] = counts;
    let (unread, boxes) = (take.unread.len() as u64, take.boxes.len() as u64);
    let carried = if args.record { boxes } else { 0 };
    let in_boxes: u64 = take.boxes.iter().map(|one| one.devices).sum();
    out.object(
        "stock_take",
        json!({
            "shelf": take.shelf, "found": found, "missing": missing, "unexpected": unexpected, "given": given,
            "boxes": boxes, "unread": unread, "moved": moved, "recorded": args.record,
        }),
    )?;
    let place = place_sentence(&take.shelf);
    let (left, other) = (unexpected - moved + (boxes - carried), given + unread);
    if missing + left + other == 0 {
        let there = if args.record { in_boxes } else { 0 };
        out.say(&say!("stock-right", place = place, count = found + moved + there))?;
        return if args.record { out.say(&say!("stock-recorded")) } else { out.say(&say!("stock-not-recorded")) };
    }
    let what = say!("stock-wrong", place = place, missing = missing, unexpected = left, other = other);
    let hint = if args.record { say!("stock-wrong-hint") } else { say!("stock-wrong-record-hint") };
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
    for one in &take.boxes {
        let (name, from) = (one.name.as_str(), one.from.as_deref());
        out.object("stock", json!({ "what": "box", "box": name, "from": from, "devices": one.devices }))?;
    }
    out.say(&say!("stock-found", place = place_sentence(&take.shelf), count = take.found.len() as u64))?;
    stock_lines(take).iter().try_for_each(|stock| out.say(&stock.line.what))
}
