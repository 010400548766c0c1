//! Notes: what people write about a device, or leave behind at the end of a shift.
//!
//! Invariants: the ledger holds a salted hash only; the text lies among the station's photos, readable while the vault is
//! locked, so whoever writes one is told to name no pupil and no donor; an erased note is never shown again, even where a
//! safety copy brought its text back; only a note that came with a photo takes it along; a text that does not make its hash is no note.

use super::bench::{Bench, Found};
use super::certificate::make_folder;
use super::photo::{erase_photo, named};
use super::settling::salted;
use crate::custody::{NoteBook, NoteFile};
use crate::event::shift::{DeviceNoted, NoteErased, ShiftHandedOver};
use crate::event::{Event, Fact};
use crate::ledger::Record;
use crate::port::{Failure, Index, Row, Trouble};
use crate::unit::{DeviceId, Digest, Moment};
use crate::word::say;
use std::path::PathBuf;

/// The longest note, characters.
pub const MOST_NOTE: usize = 500;
/// Bytes of the longest note with its salt: four for each character at most.
const MOST_BYTES: u64 = 4 * MOST_NOTE as u64 + 128;
/// Fewer symbols of a hash name no note.
const LEAST_NAME: usize = 6;

/// A note as shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteSeen {
    /// Its salted hash.
    pub note: Digest,
    /// About which device, and what people call that; none where it was left at the end of a shift.
    pub device: Option<(DeviceId, String)>,
    /// When it was written.
    pub at: Moment,
    /// By whom: the name from the vault, else the opaque id.
    pub who: String,
    /// Its text; none where it was erased or is not on this station.
    pub text: Option<String>,
    /// Whether it was erased.
    pub erased: bool,
}

fn place(bench: &Bench<'_>, note: Digest) -> PathBuf {
    bench.own.blobs.join(format!("{note}.txt"))
}

/// The note as it is kept: one line, its signs visible. Errors: empty; too long.
fn plain(text: &str) -> Result<String, Failure> {
    let text: String = text.trim().chars().map(|sign| if sign.is_control() { ' ' } else { sign }).collect();
    if text.is_empty() || text.chars().count() > MOST_NOTE {
        return Err(
            Failure::new(Trouble::Usage, say!("note-wrong", most = MOST_NOTE as u64)).hint(say!("note-warning"))
        );
    }
    Ok(text)
}

/// The note as it is kept, of a text that somebody typed. Errors: empty; too long; it ends in the name of a photo, which would be
/// erased with it.
fn typed(text: &str) -> Result<String, Failure> {
    let text = plain(text)?;
    if named(&text).is_some() {
        return Err(Failure::new(Trouble::Usage, say!("note-like-photo")).hint(say!("note-like-photo-hint")));
    }
    Ok(text)
}

/// Puts the text that somebody typed among the station's photos; its salted hash. Errors: empty, too long, the name of a photo;
/// it cannot be written.
pub(super) fn keep_note(bench: &Bench<'_>, text: &str) -> Result<Digest, Failure> {
    keep_text(bench, &typed(text)?)
}

/// The same of any text.
pub(super) fn keep_text(bench: &Bench<'_>, text: &str) -> Result<Digest, Failure> {
    let (text, salt) = (plain(text)?, Digest(bench.chance.bytes()));
    let note = salted(salt, &text);
    make_folder(bench.files, &bench.own.blobs)?;
    bench.files.write(&place(bench, note), format!("{salt}\n{text}").as_bytes())?;
    Ok(note)
}

/// Takes the text away again where the ledger refused to speak of it.
pub(super) fn or_forget<T>(bench: &Bench<'_>, done: Result<T, Failure>, note: Option<Digest>) -> Result<T, Failure> {
    let (Err(failure), Some(note)) = (&done, note) else { return done };
    match bench.files.erase(&place(bench, note)) {
        Ok(()) => done,
        Err(kept) => Err(failure.clone().because(kept)),
    }
}

/// Writes a note about the device. Errors: empty, too long; it cannot be kept; the rules (it was given away).
pub fn write_note(bench: &Bench<'_>, found: &Found, text: &str) -> Result<Found, Failure> {
    typed(text)?;
    bench.refuse_if_forbidden(Some(&found.id), DeviceNoted { note: Digest::ZERO })?;
    let note = keep_note(bench, text)?;
    or_forget(bench, bench.record(Some(&found.id), DeviceNoted { note }), Some(note))?;
    bench.device(&found.id)
}

/// Erases the text of a note; where that was begun before, goes on with it. Errors: the rules (somebody with a role; no such
/// note); the file cannot be erased.
pub fn erase_note(bench: &Bench<'_>, note: Digest) -> Result<(), Failure> {
    let begun = bench.index.get::<NoteFile>(&note)?.is_some_and(|file| file.erased);
    if !begun {
        bench.record(None, NoteErased { note })?;
    }
    // The photo first: as long as the text is there, it says which.
    if let Some(name) = text_of(bench, note, false)?.as_deref().and_then(named)
        && is_its_own(bench, note, name)?
    {
        erase_photo(bench, name)?;
    }
    bench.files.erase(&place(bench, note))
}

/// Whether that photo came with that note: no grade names it, and no note before. Older stations let anybody write a note that
/// ends in the name of a photo.
fn is_its_own(bench: &Bench<'_>, note: Digest, name: Digest) -> Result<bool, Failure> {
    let (mut before, mut is_found, mut is_others) = (Vec::new(), false, false);
    let mut look = |row: Row| {
        let fact = Record::from_bytes(row.bytes).ok().and_then(|record| Event::from_body(record.body()).ok());
        match fact.map(|event| event.fact) {
            Some(Fact::DeviceGraded(graded)) => is_others |= graded.photos.contains(&name),
            Some(
                Fact::DeviceNoted(DeviceNoted { note: one })
                | Fact::ShiftHandedOver(ShiftHandedOver { note: Some(one), .. }),
            ) => {
                is_found |= one == note;
                before.extend((!is_found).then_some(one));
            }
            _other => {}
        }
        Ok(())
    };
    for chain in 0..bench.index.earlier()? {
        bench.index.earlier_rows(chain, &mut look)?;
    }
    bench.index.rows(&mut look)?;
    for one in before {
        is_others |= text_of(bench, one, false)?.as_deref().and_then(named) == Some(name);
    }
    Ok(!is_others)
}

/// The note of that beginning of a hash. Errors: none, or several.
pub fn find_note(notes: &[NoteSeen], name: &str) -> Result<Digest, Failure> {
    let name = name.trim().to_ascii_lowercase();
    let mut meant = notes.iter().filter(|seen| name.len() >= LEAST_NAME && seen.note.to_string().starts_with(&name));
    match (meant.next(), meant.next()) {
        (Some(seen), None) => Ok(seen.note),
        (_, _) => Err(Failure::new(Trouble::Usage, say!("note-unknown", note = name)).hint(say!("note-unknown-hint"))),
    }
}

/// The text behind a salted hash; none where it was erased, is not here, or is another text by now.
fn text_of(bench: &Bench<'_>, note: Digest, erased: bool) -> Result<Option<String>, Failure> {
    if erased {
        return Ok(None);
    }
    let kept = match bench.files.read(&place(bench, note), MOST_BYTES) {
        Ok(bytes) => String::from_utf8(bytes).unwrap_or_default(),
        Err(failure) if matches!(failure.trouble, Trouble::Io | Trouble::BadData) => return Ok(None),
        Err(failure) => return Err(failure),
    };
    Ok(kept.split_once('\n').and_then(|(salt, text)| {
        let salt: Digest = salt.parse().ok()?;
        (salted(salt, text) == note).then(|| text.to_owned())
    }))
}

fn seen(bench: &Bench<'_>, note: Digest) -> Result<Option<NoteSeen>, Failure> {
    let Some(NoteFile { device, by, at, erased }) = bench.index.get::<NoteFile>(&note)? else { return Ok(None) };
    let device = match device {
        Some(id) => Some((id.clone(), bench.device(&id)?.name())),
        None => None,
    };
    let who = bench.name_of(by.as_str())?.unwrap_or_else(|| by.to_string());
    Ok(Some(NoteSeen { note, device, at, who, text: text_of(bench, note, erased)?, erased }))
}

/// Every note about the device, the newest first.
#[expect(clippy::wildcard_enum_match_arm, reason = "only notes are looked for")]
pub fn notes(bench: &Bench<'_>, device: &DeviceId) -> Result<Vec<NoteSeen>, Failure> {
    let written = bench.index.history(device)?.into_iter().rev().filter_map(|line| match line.event.fact {
        Fact::DeviceNoted(noted) => Some(noted.note),
        _other => None,
    });
    let mut all = Vec::new();
    for note in written {
        all.extend(seen(bench, note)?);
    }
    Ok(all)
}

/// The notes of that day that can be read, the newest first.
pub(super) fn notes_of_day(bench: &Bench<'_>, index: &dyn Index, day: &str) -> Result<Vec<NoteSeen>, Failure> {
    let mut all = Vec::new();
    for note in index.get::<NoteBook>(day)?.unwrap_or_default().notes.into_iter().rev() {
        all.extend(seen(bench, note)?.filter(|note| note.text.is_some()));
    }
    Ok(all)
}
