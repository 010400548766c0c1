//! A device on a phone: how it is, where to put it, a photo of it, and receiving it.
//!
//! Invariant: what is not done here is said to be done at the station; nobody is named.

use super::answer::{Asked, Reply};
use super::page::Page;
use crate::event::intake::DeviceKind;
use crate::port::{Failure, Trouble};
use crate::tag::TagId;
use crate::unit::{IdError, LotId};
use crate::word::{Sentence, say};
use crate::workbench::{
    Bench, Found, attach_photo, kind_sentence, move_device, phone_device, phone_lots, read_codes, read_place, receive,
    shelves, write_note,
};
use std::cmp::Reverse;

/// The longest words with a photo: a note less its photo's name.
const MOST_WORDS: usize = 400;
/// The most shelves that are offered.
const SHELVES: usize = 8;
/// Kinds of device, the most frequent first, by the words that forms bring back.
const KINDS: [(&str, DeviceKind); 5] = [
    ("laptop", DeviceKind::Laptop),
    ("desktop", DeviceKind::Desktop),
    ("all-in-one", DeviceKind::AllInOne),
    ("tablet", DeviceKind::Tablet),
    ("phone", DeviceKind::Phone),
];
type Said = fn() -> Sentence;
/// What was done, by the words that stand in an address.
const DONE: [(&str, Said); 6] = [
    ("moved", || say!("phone-moved")),
    ("there", || say!("phone-there")),
    ("photo", || say!("phone-photo-kept")),
    ("note", || say!("phone-note-kept")),
    ("received", || say!("phone-received")),
    ("known", || say!("phone-known")),
];

/// The part of an address that names the device: its tag without dashes, else its id.
pub(super) fn address(found: &Found) -> String {
    found.file.tags.last().cloned().unwrap_or_else(|| found.id.to_string())
}

/// The photo that was sent. Errors: none was.
pub(super) fn photo(asked: &Asked) -> Result<&[u8], Failure> {
    let none = || Failure::new(Trouble::Usage, say!("phone-no-photo")).hint(say!("phone-scan-hint"));
    asked.photo.as_deref().ok_or_else(none)
}

fn back(page: &mut Page<'_>, tag: &str) {
    page.link("back", &format!("/d/{tag}"), &say!("phone-back"));
}

/// How the device is, and what can be done with it here.
pub(super) fn show(bench: &Bench<'_>, tag: &str, done: &str, mut page: Page<'_>) -> Result<Reply, Failure> {
    let found = bench.find(tag)?;
    let (seen, tag) = (phone_device(bench, &found)?, address(&found));
    let done = DONE.iter().find(|(word, _)| *word == done).map(|(_, sentence)| sentence());
    if let Some(done) = &done {
        page.line("good", done);
    }
    page.heading(&say!("plain", text = seen.name.as_str()));
    page.line("what", &seen.kind);
    if let Some(model) = &seen.model {
        page.line("what", &say!("plain", text = model.as_str()));
    }
    for warning in &seen.warnings {
        page.line("bad", warning);
    }
    page.fact(&say!("device-stage"), &seen.stage);
    if let Some((step, why)) = &seen.next {
        page.fact(&say!("phone-next"), step);
        if let Some(why) = why {
            page.line("hint", why);
        }
    }
    let shelf = seen.shelf.clone().unwrap_or_else(|| say!("phone-nowhere"));
    page.fact(&say!("phone-shelf"), &shelf);
    if let Some(verdict) = &seen.verdict {
        page.fact(&say!("phone-verdict"), verdict);
    }
    page.below();
    page.link("big", &format!("/d/{tag}/photo"), &say!("phone-to-photo"));
    page.link("big", &format!("/d/{tag}/move"), &say!("phone-to-move"));
    page.link("back", "/", &say!("phone-home"));
    Ok(page.finish(200, &say!("plain", text = seen.name)))
}

/// Where to put it.
pub(super) fn ask_shelf(bench: &Bench<'_>, tag: &str, mut page: Page<'_>) -> Result<Reply, Failure> {
    let found = bench.find(tag)?;
    let tag = address(&found);
    let mut shelves = shelves(bench)?;
    shelves.sort_by_key(|view| Reverse(view.devices));
    page.heading(&say!("phone-move-title", tag = found.name()));
    page.below();
    page.form(&format!("/d/{tag}/move"), |page| {
        for shelf in shelves.iter().filter_map(|view| view.place.name()).take(SHELVES) {
            page.send_value("shelf", shelf);
        }
    });
    page.form(&format!("/d/{tag}/move"), |page| {
        page.typed("shelf", &say!("phone-type-shelf"), "");
        page.send(&say!("phone-move"));
    });
    page.photo_form(&format!("/d/{tag}/shelf"), true, |page| {
        page.photo(&say!("phone-scan-shelf-label"));
        page.send(&say!("phone-scan"));
    });
    back(&mut page, &tag);
    Ok(page.finish(200, &say!("phone-move-title", tag = found.name())))
}

/// Puts it on the shelf of that name.
pub(super) fn put(bench: &Bench<'_>, tag: &str, shelf: &str) -> Result<Reply, Failure> {
    let moved = move_device(bench, &bench.find(tag)?, &read_place(shelf)?)?;
    let done = if moved.recorded { "moved" } else { "there" };
    Ok(Reply::to(format!("/d/{}?done={done}", address(&moved.found))))
}

/// Puts it on the shelf whose label is on the photo; asks which where there are several.
pub(super) fn put_by_photo(bench: &Bench<'_>, tag: &str, asked: &Asked, mut page: Page<'_>) -> Result<Reply, Failure> {
    let found = bench.find(tag)?;
    let tag = address(&found);
    let read = read_codes(photo(asked)?, |read| !read.shelves.is_empty())?;
    match read.shelves.as_slice() {
        [] => return Err(Failure::new(Trouble::No, say!("phone-scan-no-shelf")).hint(say!("phone-scan-hint"))),
        [shelf] => return put(bench, &tag, shelf.as_str()),
        _several => {}
    }
    page.heading(&say!("phone-scan-shelves"));
    page.below();
    page.form(&format!("/d/{tag}/move"), |page| {
        for shelf in &read.shelves {
            page.send_value("shelf", shelf.as_str());
        }
    });
    back(&mut page, &tag);
    Ok(page.finish(200, &say!("phone-move-title", tag = found.name())))
}

/// A photo of it, with words or without, or words alone.
pub(super) fn ask_photo(bench: &Bench<'_>, tag: &str, mut page: Page<'_>) -> Result<Reply, Failure> {
    let found = bench.find(tag)?;
    let tag = address(&found);
    page.heading(&say!("phone-photo-title", tag = found.name()));
    page.line("what", &say!("note-warning"));
    page.below();
    page.photo_form(&format!("/d/{tag}/photo"), false, |page| {
        page.words_typed("words", &say!("phone-words"), MOST_WORDS);
        page.photo(&say!("phone-take-photo"));
        page.send(&say!("phone-send"));
    });
    back(&mut page, &tag);
    Ok(page.finish(200, &say!("phone-photo-title", tag = found.name())))
}

/// Keeps a photo of it, or a note.
pub(super) fn attach(bench: &Bench<'_>, tag: &str, asked: &Asked) -> Result<Reply, Failure> {
    let (found, words) = (bench.find(tag)?, asked.field("words"));
    let done = match (&asked.photo, words.trim()) {
        (None, "") => return photo(asked).map(|_photo| Reply::to("/")),
        (Some(photo), words) => {
            attach_photo(bench, &found, photo, words)?;
            "photo"
        }
        (None, words) => {
            write_note(bench, &found, words)?;
            "note"
        }
    };
    Ok(Reply::to(format!("/d/{}?done={done}", address(&found))))
}

fn blank(tag: &str) -> Result<TagId, Failure> {
    TagId::read(tag).map_err(|error| {
        Failure::new(Trouble::Usage, say!("tag-wrong", text = tag)).detail(error).hint(say!("tag-wrong-hint"))
    })
}

/// What the device is that gets this tag, and which lot it came with.
pub(super) fn ask_new(bench: &Bench<'_>, tag: &str, mut page: Page<'_>) -> Result<Reply, Failure> {
    let tag = blank(tag)?;
    if bench.index.tagged(tag.as_str())?.is_some() {
        return Ok(Reply::to(format!("/d/{}", tag.as_str())));
    }
    let lots = phone_lots(bench)?;
    page.heading(&say!("phone-new-title", tag = tag.to_string()));
    if lots.is_empty() {
        page.line("bad", &say!("phone-no-lot"));
    }
    page.below();
    if !lots.is_empty() {
        page.form(&format!("/new/{}", tag.as_str()), |page| {
            let lots: Vec<_> = lots.into_iter().map(|lot| (lot.lot.to_string(), lot.line)).collect();
            page.choice("lot", &say!("phone-which-lot"), &lots);
            let kinds = KINDS.map(|(word, kind)| (word.to_owned(), kind_sentence(kind)));
            page.choice("kind", &say!("phone-which-kind"), &kinds);
            page.send(&say!("phone-receive"));
        });
    }
    page.link("back", "/", &say!("phone-home"));
    Ok(page.finish(200, &say!("phone-new-title", tag = tag.to_string())))
}

/// Receives it.
pub(super) fn receive_new(bench: &Bench<'_>, tag: &str, asked: &Asked) -> Result<Reply, Failure> {
    let tag = blank(tag)?;
    let wrong = || Failure::new(Trouble::Usage, say!("phone-bad-form"));
    let kind = KINDS.iter().find(|(word, _)| *word == asked.field("kind")).map(|(_, kind)| *kind);
    let lot: LotId = asked.field("lot").parse().map_err(|error: IdError| wrong().detail(error))?;
    match receive(bench, &lot, kind.ok_or_else(wrong)?, Some(tag.clone())) {
        Ok(received) => Ok(Reply::to(format!("/d/{}?done=received", address(&received.found)))),
        // Somebody else was quicker.
        Err(_taken) if bench.index.tagged(tag.as_str())?.is_some() => {
            Ok(Reply::to(format!("/d/{}?done=known", tag.as_str())))
        }
        Err(failure) => Err(failure),
    }
}
