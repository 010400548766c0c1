//! `aoxanh person badge`: a badge drawn on the terminal, as a picture, as a label in a file, or on a printer.
//!
//! Invariants: the code of a badge leaves as a picture only, never as a line or an object; where it could not be shown none
//! was made.

use super::args_shift::PersonBadgeArgs;
use super::label::{To, drawn, to};
use super::out::Out;
use crate::port::{Failure, Trouble};
use crate::tag::{Drawing, Ground, Qr, TagError};
use crate::unit::{PersonId, Secret};
use crate::word::say;
use crate::workbench::{self, Bench, badge_code};
use serde_json::json;

/// A badge's picture: as wide as a card's short side leaves, and fine enough for every printer.
const BADGE_MM: u32 = 40;
const BADGE_DPI: u32 = 300;

/// Makes a badge, or takes one back. Errors: the rules; nobody would see it.
pub(super) fn badge(args: &PersonBadgeArgs, bench: &Bench<'_>, out: &mut Out<'_>) -> Result<(), Failure> {
    let person = match &args.person {
        Some(text) => workbench::find_person(bench, text)?,
        None => bench.by.person.clone(),
    };
    let name = bench.name_of(person.as_str())?.unwrap_or_else(|| person.to_string());
    if args.withdraw {
        workbench::withdraw_badge(bench, &person)?;
        out.object("badge", json!({ "person": person, "withdrawn": true }))?;
        return out.say(&say!("badge-withdrawn", name = name));
    }
    let file = args.png.as_ref().or(args.paper.file.as_ref());
    let is_printed = args.print || args.paper.printer.is_some();
    if file.is_some() || is_printed {
        let printer = if is_printed || args.paper.file.is_some() { worn(args, &person, bench)? } else { None };
        if let Some(file) = &args.png {
            workbench::issue_badge_seen(bench, &person, &mut |code| {
                bench.files.write(file, &picture(code)?.png(BADGE_MM, BADGE_DPI).map_err(|error| wrong(&error))?.png)
            })?;
        }
        out.object("badge", json!({ "person": person, "withdrawn": false, "file": file, "printer": printer }))?;
        return out.say(&match printer {
            Some(printer) => say!("badge-issued-printed", name = name, printer = printer),
            None => say!("badge-issued", name = name),
        });
    }
    if out.is_json() {
        return Err(Failure::new(Trouble::Usage, say!("badge-unseen")).hint(say!("badge-unseen-hint")));
    }
    let drawing = if args.ascii { Drawing::Ascii } else { Drawing::HalfBlocks };
    workbench::issue_badge_seen(bench, &person, &mut |code| out.text(&picture(code)?.terminal(drawing, Ground::Dark)))?;
    out.say(&say!("badge-issued", name = name))
}

/// A badge to be worn: on a printer, whose name this is, or in a file. Errors: those of either.
fn worn(args: &PersonBadgeArgs, person: &PersonId, bench: &Bench<'_>) -> Result<Option<String>, Failure> {
    let name = workbench::worn_name(bench, person, args.name.as_deref())?;
    match to(&args.paper, bench)? {
        To::Printer(on) => {
            workbench::issue_printed_badge(bench, person, &name, &on)?;
            Ok(Some(on.name))
        }
        To::File(file, template, format) => {
            let print = drawn(&args.paper, format, &template, 1);
            let write = &mut |bytes: &[u8]| bench.files.write(file, bytes);
            workbench::issue_drawn_badge(bench, person, &name, &print, write)?;
            Ok(None)
        }
    }
}

fn wrong(error: &TagError) -> Failure {
    Failure::new(Trouble::BadData, error.sentence()).detail(error)
}

fn picture(code: &Secret) -> Result<Qr, Failure> {
    Qr::of_text(code.expose()).map_err(|error| wrong(&error))
}

/// The badge that was read where a PIN was asked for, if it is one.
pub(super) fn as_badge(secret: &Secret) -> Option<Secret> {
    badge_code(secret.expose())
}
