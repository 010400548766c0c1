//! Small layers on a screen: one thing to do, or to read, in each.
//!
//! Invariants: a layer works on the device that was chosen when it was opened; Esc always takes it off again.

mod accessories;
mod accessory_add;
mod accessory_row;
mod arm;
mod badge;
mod badge_make;
mod boot_keys;
mod chains;
mod check;
mod choice;
mod correct;
mod count;
mod day;
mod destroy;
mod disks;
mod donor_list;
mod donors;
mod find;
mod give;
mod hand_over;
mod hits;
mod images;
mod inspect;
mod interrupted;
mod job;
mod keys;
mod lesson;
mod lift;
mod lot;
mod lot_expect;
mod lots;
mod mend;
mod mend_form;
mod message;
mod mobiles;
mod note;
mod one_time;
mod palette;
mod people;
mod person;
mod phone;
mod phone_wifi;
mod power;
mod printer_form;
mod printers;
mod prints;
mod quit;
mod receive;
mod scanners;
mod settle;
mod shelve;
mod sign_in;
mod signer;
mod stick_form;
mod sticks;
mod store;
mod store_add;
mod store_capture;
mod summary;
mod swap;
mod tag;
mod trial;
mod unlock;
mod validate;
mod what_if;
mod wording;

pub(super) use interrupted::{aim, draw_interrupted, go_on};
pub(super) use person::check_alike;
pub(super) use receive::KINDS;
pub(super) use wording::{disk_state, speed, work};

use super::Screen;
use super::glyphs::Mark;
use super::pen::{Pen, below, middle};
use super::tint;
use crate::event::intake::DeviceKind;
use crate::unit::DeviceId;
use crate::word::{Sentence, say};
use crate::workbench::{Effect, Layer, PageLine, Report, Weight, World};
use ratatui::layout::Rect;

/// Columns of a layer.
const WIDTH: u16 = 74;

/// The device a layer works on.
#[derive(Clone, Debug)]
struct Subject {
    device: DeviceId,
    name: String,
}

/// How what a layer asked for stands.
#[derive(Clone, Debug, Default)]
enum Asked {
    #[default]
    NotYet,
    Waiting,
    Refused(Report),
}

impl Asked {
    const fn is_waiting(&self) -> bool {
        matches!(self, Self::Waiting)
    }

    const fn refusal(&self) -> Option<&Report> {
        match self {
            Self::Refused(report) => Some(report),
            Self::NotYet | Self::Waiting => None,
        }
    }
}

/// Whether the chosen device is a tablet or a phone: those are inspected over their cable.
fn is_handheld(world: &World) -> bool {
    world.here().is_some_and(|chosen| matches!(chosen.row.kind, DeviceKind::Tablet | DeviceKind::Phone))
}

/// The layer asked for. One that needs a device where none is chosen becomes the search for one.
pub(super) fn open(layer: Layer, world: &World) -> Box<dyn Screen> {
    let subject =
        world.here().map(|chosen| Subject { device: chosen.row.device.clone(), name: chosen.row.name.clone() });
    match (layer, subject) {
        (Layer::Receive(tag), _) => Box::new(receive::Receive::new(tag.as_ref(), world)),
        (Layer::Images(aim), _) => Box::new(images::Images::new(*aim)),
        (Layer::Store, _) => Box::new(store::Store::default()),
        (Layer::StoreAdd, _) => Box::new(store_add::StoreAdd::default()),
        (Layer::StoreCapture, _) => Box::new(store_capture::StoreCapture::default()),
        (Layer::OneTime(tag, password), _) => Box::new(one_time::OneTime::new(tag, password)),
        (Layer::Arm(aim, task), _) => Box::new(arm::Arm::new(*aim, *task)),
        (Layer::Job(job), _) => Box::new(job::Job::new(job)),
        (Layer::Prints, _) => Box::new(prints::Prints::new(world)),
        (Layer::Printers, _) => Box::new(printers::Printers::default()),
        (Layer::Scanners, _) => Box::new(scanners::Scanners::default()),
        (Layer::BootKeys, subject) => Box::new(boot_keys::BootKeys::new(subject.map(|one| one.device))),
        (Layer::Sticks, _) => Box::new(sticks::Sticks::default()),
        (Layer::Chains, _) => Box::new(chains::Chains::default()),
        (Layer::Interrupted, _) => Box::new(interrupted::Unended::default()),
        (Layer::Find(text), _) => Box::new(find::Find::new(&text)),
        (Layer::Hits(rows), _) => Box::new(hits::Hits::new(rows)),
        (Layer::Message(report), _) => Box::new(message::Message::new(report)),
        (Layer::Palette(hints), _) => Box::new(palette::Palette::new(hints, world)),
        (Layer::Lesson(at), _) => Box::new(lesson::Lesson::new(at)),
        (Layer::Keys(hints), _) => Box::new(keys::Keys::new(hints)),
        (Layer::Quit, _) => Box::new(quit::Quit),
        (Layer::Power, _) => Box::new(power::Power::default()),
        (Layer::Shelve { device, shelf }, _) => Box::new(shelve::Shelve::new(device, shelf)),
        (Layer::DonorList(kind, lot), _) => Box::new(donor_list::DonorList::new(kind, lot)),
        (Layer::Donors, _) => Box::new(donors::Donors::new()),
        (Layer::Lots(device, name), _) => Box::new(lots::Lots::of(device, name)),
        (Layer::LotList, _) => Box::new(lots::Lots::default()),
        (Layer::Lot(lot), _) => Box::new(lot::Lot::new(lot)),
        (Layer::LotExpect(view), _) => Box::new(lot_expect::LotExpect::new(view)),
        (Layer::Count(shelf), _) => Box::new(count::Count::new(shelf)),
        (Layer::SignIn, _) => Box::new(sign_in::SignIn::new()),
        (Layer::Badge(code), _) => Box::new(badge::Badge::new(code)),
        (Layer::Note(device, name), _) => Box::new(note::Note::new(device, name)),
        (Layer::HandOver, _) => Box::new(hand_over::HandOver::new()),
        (Layer::Unlock, _) => Box::new(unlock::Unlock::new()),
        (Layer::People, _) => Box::new(people::People::default()),
        (Layer::PersonAdd, _) => Box::new(person::Person::new(None)),
        (Layer::PersonPin(whose), _) => Box::new(person::Person::new(Some(whose))),
        (Layer::PersonBadge(person, name), _) => Box::new(badge_make::BadgeMake::new(person, name)),
        (Layer::PersonRoles(whose), _) => Box::new(choice::Choice::roles(&whose)),
        (Layer::Phone, _) => Box::new(phone::Phone::default()),
        (Layer::Day, _) => Box::new(day::Day::default()),
        (Layer::DayEnd(end), _) => Box::new(day::Day::ended(end)),
        (Layer::Lift(rules), Some(subject)) => Box::new(lift::Lift::new(subject, rules)),
        (Layer::Destroy(Some(aim)), _) => {
            let key = aim.view.disk.identity.serial.clone().unwrap_or_default();
            let name = format!("{} {}", aim.view.disk.name, aim.view.disk.identity.size.decimal());
            let subject = Subject { device: aim.device, name: aim.name };
            Box::new(destroy::Destroy::new(subject, Some((key, name)), world))
        }
        (Layer::Destroy(None), Some(subject)) => Box::new(destroy::Destroy::new(subject, None, world)),
        (Layer::Validate, Some(subject)) => Box::new(validate::Validate::new(subject)),
        (Layer::Inspect, Some(subject)) if is_handheld(world) => Box::new(mobiles::Mobiles::new(subject)),
        (Layer::Inspect, Some(subject)) => Box::new(inspect::Inspect::new(subject)),
        (Layer::InspectMobile(name), Some(subject)) => Box::new(inspect::Inspect::of_mobile(subject, name)),
        (Layer::WhatIf, Some(subject)) => Box::new(what_if::WhatIf::new(subject)),
        (Layer::Disks(purpose), Some(subject)) => Box::new(disks::Disks::new(subject, purpose)),
        (Layer::Accessories(device), _) => Box::new(accessories::Accessories::new(device)),
        (Layer::Swap, Some(subject)) => Box::new(swap::Swap::new(subject)),
        (Layer::Settle, Some(subject)) => Box::new(settle::Settle::new(subject)),
        (Layer::Tag, Some(subject)) => Box::new(tag::Tag::new(subject)),
        (Layer::Correct, Some(subject)) => Box::new(correct::Correct::new(subject, false)),
        (Layer::Summary, Some(subject)) => Box::new(summary::Summary::new(subject)),
        (Layer::Undo, Some(subject)) => Box::new(correct::Correct::new(subject, true)),
        (Layer::Mend, Some(subject)) => Box::new(mend::Mend::new(subject)),
        (Layer::Check, Some(subject)) => Box::new(check::Check::new(subject)),
        (Layer::Trial(order), Some(subject)) => Box::new(trial::Trial::new(subject, order)),
        (Layer::Give, Some(subject)) => Box::new(give::Give::new(subject, world)),
        (Layer::Hold, Some(subject)) => Box::new(choice::Choice::hold(&subject, world)),
        (Layer::Quarantine, Some(subject)) => Box::new(choice::Choice::quarantine(&subject, world)),
        (
            Layer::Inspect
            | Layer::InspectMobile(_)
            | Layer::WhatIf
            | Layer::Disks(_)
            | Layer::Tag
            | Layer::Swap
            | Layer::Settle
            | Layer::Check
            | Layer::Mend
            | Layer::Correct
            | Layer::Undo
            | Layer::Summary
            | Layer::Trial(_)
            | Layer::Give
            | Layer::Hold
            | Layer::Quarantine
            | Layer::Lift(_)
            | Layer::Validate
            | Layer::Destroy(None),
            None,
        ) => Box::new(find::Find::new("")),
    }
}

/// Leaves at once, or asks where jobs or safety copies run.
pub(super) fn leave(world: &World) -> Vec<Effect> {
    if world.running() == 0 { vec![Effect::Quit] } else { vec![Effect::Open(Layer::Quit)] }
}

/// A box of that many lines inside, in the middle; what is inside.
fn boxed(area: Rect, lines: u16, title: &str, style: ratatui::style::Style, pen: &mut Pen<'_>) -> Rect {
    pen.boxed(middle(area, WIDTH, lines.saturating_add(2)), title, style)
}

/// What stands below a form: that it is being done, why it was refused, or what is good to know before.
fn outcome(asked: &Asked, doing: &Sentence, note: &Sentence, area: Rect, pen: &mut Pen<'_>) {
    match asked {
        Asked::Waiting => _ = pen.line(area, doing, tint::NEXT),
        Asked::Refused(refusal) => _ = report(refusal, area, pen),
        Asked::NotYet => {
            let note = pen.say(note);
            pen.wrapped(area, &note, tint::DIM);
        }
    }
}

/// Lines of a page, as far as there is room; how many lines of `area` that took.
pub(super) fn page<'l>(lines: impl Iterator<Item = &'l PageLine>, area: Rect, pen: &mut Pen<'_>) -> u16 {
    let mut used = 0;
    for line in lines {
        let (mark, style) = match line.weight {
            Weight::Heading => {
                let text = pen.say(&line.what);
                used += pen.wrapped(below(area, used), &text, tint::TITLE);
                continue;
            }
            Weight::Good => (Mark::Done, tint::GOOD),
            Weight::Bad => (Mark::Bad, tint::BAD),
            Weight::Warn => (Mark::Warn, tint::WARN),
            Weight::Unknown => (Mark::Unknown, tint::WARN),
            Weight::Next => (Mark::Next, tint::NEXT),
            Weight::Plain => (Mark::Fact, tint::PLAIN),
            Weight::Dim => (Mark::Later, tint::DIM),
        };
        let text = format!("{} {}", pen.glyphs().mark(mark), unmarked(&line.what, pen));
        used += pen.wrapped(below(area, used), &text, style);
    }
    used
}

/// What a hint that names a command comes to for somebody who has keys.
fn as_keys(hint: &Sentence) -> Sentence {
    match hint.key() {
        "rule-override-hint" => say!("rule-lift-hint"),
        "pin-none-hint" => say!("pin-none-keys"),
        "summary-broken-hint" => say!("summary-broken-keys"),
        "printer-none-hint" => say!("printer-none-keys"),
        "image-check-hint" => say!("image-check-keys"),
        "capture-traces-hint" => say!("capture-traces-keys"),
        "capture-no-system-hint" => say!("capture-no-system-keys"),
        "capture-windows-no-basis-hint" => say!("capture-windows-no-basis-keys"),
        "image-exists-hint" => say!("image-exists-keys"),
        "image-chunk-rotten-hint" => say!("image-chunk-rotten-keys"),
        "fit-nothing-written-hint" => say!("fit-nothing-written-keys"),
        "fit-other-image-hint" => say!("fit-other-image-keys"),
        "fit-failed-hint" => {
            let why = hint.args().iter().find(|(name, _)| *name == "why");
            why.map_or_else(|| hint.clone(), |(_, why)| say!("fit-failed-keys", why = why.clone()))
        }
        _other => hint.clone(),
    }
}

/// The sentence without the mark that it brings along on the command line.
pub(super) fn unmarked(line: &Sentence, pen: &Pen<'_>) -> String {
    bare(&pen.words().say(line)).to_owned()
}

/// The text without such a mark.
pub(super) fn bare(text: &str) -> &str {
    text.trim_start_matches(['✓', '✗', '!', '?', '•', '·', ' '])
}

/// What came of something: every line, the cause, the rule, what to do next; how many lines it took.
pub(super) fn report(report: &Report, area: Rect, pen: &mut Pen<'_>) -> u16 {
    let style = tint::of(report.tone);
    let mut used = 0;
    for (number, line) in report.lines.iter().enumerate() {
        let cause = report.cause.as_ref().filter(|_| number == 0).map(|cause| format!(" ({cause})"));
        let rule = report.rule.filter(|_| number == 0).map(|rule| format!(" [{rule}]"));
        let mark = if number == 0 { pen.glyphs().mark(Mark::of(report.tone)) } else { " " };
        let text = format!("{mark} {}{}{}", unmarked(line, pen), cause.unwrap_or_default(), rule.unwrap_or_default());
        used += pen.wrapped(below(area, used), &text, if number == 0 { style } else { tint::PLAIN });
    }
    if let Some(hint) = &report.hint {
        let text = format!("→ {}", pen.say(&as_keys(hint)));
        used += pen.wrapped(below(area, used), &text, tint::PLAIN);
    }
    used
}
